/* Forms, lists and their columns. */
#include "compile/read.h"

/* ---- columns ------------------------------------------------------------------------------ */

static const struct key column_keys[] = {
    NEEDED("label", read_text, list_column, label, 0),
    NEEDED("value", read_expression, list_column, value, WANT_ANY),
};

static void read_column(struct build *build, const struct yaml *item, struct cell first)
{
    struct cell count = {first.table, first.row, first.column + 1};
    uint32_t row = build_push(build, MODEL_TABLE_list_column, item, item->place);
    ++*build_cell(build, count);
    if (item->kind == YAML_TEXT) {
        if (want_text(build, item, STR("a column"))) {
            name_later(build, resolve_column, item, 0, CELL(list_column, row, field));
        }
        return;
    }
    KEYS_READ(build, item, column_keys, CELL(list_column, row, label), STR("a column"));
}

void read_columns(struct build *build, const struct yaml *value, const struct key *key,
                  struct cell cell)
{
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_list_column);
    if (value->kind == YAML_TEXT) {
        read_column(build, value, cell);
    } else if (want_list(build, value, quoted(build, str_from(key->name)))) {
        for (size_t i = 0; i < value->count; i++) {
            read_column(build, value->items[i], cell);
        }
    }
}

/* Columns of what a cell of the row will hold: rows of a list or members of a collection. */
static void read_columns_of(struct build *build, const struct yaml *value, const struct key *key,
                            struct cell cell)
{
    struct context before = build->context;
    build->context.members = (struct cell){cell.table, cell.row, key->detail};
    build->context.about_members = true;
    read_columns(build, value, key, cell);
    build->context = before;
}

/* ---- forms -------------------------------------------------------------------------------- */

/* The key that says what an item of a form is. */
static const struct {
    const char *key;
    enum model_form_item_kind kind;
} item_kinds[] = {
    {"section", ITEM_SECTION},
    {"field",   ITEM_FIELD  },
    {"rows",    ITEM_ROWS   },
    {"grid",    ITEM_GRID   },
    {"table",   ITEM_TABLE  },
    {"note",    ITEM_NOTE   },
    {"show",    ITEM_FACT   },
};

/* A field of the list that the item shows. */
static void read_line_field(struct build *build, const struct yaml *value, const struct key *key,
                            struct cell cell)
{
    struct context before = build->context;
    build->context.members = CELL(form_item, cell.row, list);
    build->context.about_members = true;
    read_nested(build, value, key, cell);
    build->context = before;
}

static const struct key rows_column_key =
    OPTION("columns", read_columns_of, form_item, columns_first, COLUMN_OF(form_item, list));
static const struct key table_column_key =
    OPTION("columns", read_columns_of, form_item, columns_first, COLUMN_OF(form_item, collection));
static const struct key grid_column_key =
    NEEDED("columns", read_line_field, form_item, grid_columns, MODEL_TABLE_field);

static void read_item_columns(struct build *build, const struct yaml *value, const struct key *key,
                              struct cell cell)
{
    (void)key;
    const struct key *columns = &rows_column_key;
    if (form_item_at(build, cell.row)->kind == ITEM_TABLE) {
        columns = &table_column_key;
    } else if (form_item_at(build, cell.row)->kind == ITEM_GRID) {
        columns = &grid_column_key;
    }
    columns->read(build, value, columns, (struct cell){cell.table, cell.row, columns->column});
}

static const struct key item_keys[] = {
    OPTION("section", read_text, form_item, label, 0),
    OPTION("note", read_text, form_item, label, 0),
    OPTION("label", read_text, form_item, label, 0),
    OPTION("help", read_text, form_item, help, 0),
    OPTION("field", read_nested, form_item, field, MODEL_TABLE_field),
    OPTION("rows", read_nested, form_item, list, MODEL_TABLE_list),
    OPTION("grid", read_nested, form_item, list, MODEL_TABLE_list),
    OPTION("lines", read_line_field, form_item, grid_rows, MODEL_TABLE_field),
    OPTION("table", read_nested, form_item, collection, MODEL_TABLE_collection),
    OPTION_BY("columns", read_item_columns, 0),
    OPTION("show", read_expression, form_item, show, WANT_ANY),
    OPTION("relevant", read_expression, form_item, relevant, WANT_CONDITION),
    OPTION("width", read_word, form_item, width, MODEL_SET_form_width),
};

#define WITH(kind) (1u << ITEM_##kind)

static const struct particular item_particular[] = {
    {"label",   WITH(FIELD) | WITH(ROWS) | WITH(GRID) | WITH(TABLE) | WITH(FACT), WITH(FACT)},
    {"columns", WITH(ROWS) | WITH(TABLE) | WITH(GRID),                            WITH(GRID)},
    {"lines",   WITH(GRID),                                                       WITH(GRID)},
    {"width",   WITH(FIELD),                                                      0         },
};

void read_form_item(struct build *build, const struct yaml *item)
{
    size_t kinds = 0;
    uint32_t row = build_push(build, MODEL_TABLE_form_item, item, item->place);
    for (size_t i = 0; i < ARRAY_LENGTH(item_kinds); i++) {
        if (yaml_find(item, str_from(item_kinds[i].key))) {
            form_item_at(build, row)->kind = item_kinds[i].kind;
            kinds++;
        }
    }
    KEYS_READ(build, item, item_keys, CELL(form_item, row, kind), STR("an item of a form"));
    if (item->kind != YAML_MAP) {
        return;
    }
    if (kinds != 1) {
        MESSAGE(build->messages, item->place,
                STR("an item is exactly one of: section, field, rows, grid, table, note, show"));
        return;
    }
    uint32_t kind = form_item_at(build, row)->kind;
    particular_check(
        build, item, item_particular, ARRAY_LENGTH(item_particular), kind,
        STR_JOIN(build->arena, STR("a "), model_form_item_kind_name(kind), STR(" in a form")));
}

static void read_items(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_form_item);
    for (size_t i = 0; i < value->count; i++) {
        form_at(build, cell.row)->items_count++;
        read_form_item(build, value->items[i]);
    }
}

static const struct key form_keys[] = {
    NEEDED_ELSEWHERE("on"),
    OPTION("label", read_text, form, label, 0),
    OPTION("help", read_text, form, help, 0),
    NEEDED("items", read_items, form, items_first, 0),
};

void read_form(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_form, row)->node;
    struct context before = build->context;
    form_at(build, row)->label = words_of_name(build, build_name(build, MODEL_TABLE_form, row));
    build->context = context_of(read_subject(build, node, CELL(form, row, entity)), MODEL_NONE);
    build->context.actor = true;
    KEYS_READ(build, node, form_keys, CELL(form, row, name),
              described(build, MODEL_TABLE_form, row));
    build->context = before;
}

/* ---- lists -------------------------------------------------------------------------------- */

static const struct key list_view_keys[] = {
    NEEDED_ELSEWHERE("on"),
    NEEDED("label", read_text, list_view, label, 0),
    OPTION("help", read_text, list_view, help, 0),
    NEEDED("empty", read_text, list_view, empty, 0),
    OPTION("where", read_expression, list_view, where, WANT_CONDITION),
    NEEDED("columns", read_columns, list_view, columns_first, 0),
    OPTION("order", read_expression, list_view, order, WANT_ANY),
    OPTION("descending", read_flag, list_view, descending, 0),
    OPTION("clock", read_top, list_view, clock, MODEL_TABLE_clock),
    OPTION("workspace", read_top, list_view, workspace, MODEL_TABLE_workspace),
};

void read_list_view(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_list_view, row)->node;
    struct context before = build->context;
    build->context =
        context_of(read_subject(build, node, CELL(list_view, row, entity)), MODEL_NONE);
    build->context.actor = true;
    KEYS_READ(build, node, list_view_keys, CELL(list_view, row, name),
              described(build, MODEL_TABLE_list_view, row));
    build->context = before;
}
