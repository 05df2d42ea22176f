/* Forms, lists and their columns. */
#include "compile/read.h"

/* ---- columns ------------------------------------------------------------------------------ */

static const struct key column_keys[] = {
    {"label", read_text,       COLUMN_OF(list_column, label), 0,        KEY_NEEDED},
    {"value", read_expression, COLUMN_OF(list_column, value), WANT_ANY, KEY_NEEDED},
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

static const struct key rows_column_key = {"columns", read_columns_of,
                                           COLUMN_OF(form_item, columns_first),
                                           COLUMN_OF(form_item, list), KEY_OPTIONAL};
static const struct key table_column_key = {"columns", read_columns_of,
                                            COLUMN_OF(form_item, columns_first),
                                            COLUMN_OF(form_item, collection), KEY_OPTIONAL};
static const struct key grid_column_key = {
    "columns", read_line_field, COLUMN_OF(form_item, grid_columns), MODEL_TABLE_field, KEY_NEEDED};

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
    {"section",        read_text,           COLUMN_OF(form_item, label),               0,                      KEY_OPTIONAL},
    {"note",           read_text,           COLUMN_OF(form_item, label),               0,                      KEY_OPTIONAL},
    {"label",          read_text,           COLUMN_OF(form_item, label),               0,                      KEY_OPTIONAL},
    {"help",           read_text,           COLUMN_OF(form_item, help),                0,                      KEY_OPTIONAL},
    {"field",          read_nested,         COLUMN_OF(form_item, field),               MODEL_TABLE_field,      KEY_OPTIONAL},
    {"rows",           read_nested,         COLUMN_OF(form_item, list),                MODEL_TABLE_list,       KEY_OPTIONAL},
    {"grid",           read_nested,         COLUMN_OF(form_item, list),                MODEL_TABLE_list,       KEY_OPTIONAL},
    {"lines",          read_line_field,     COLUMN_OF(form_item, grid_rows),           MODEL_TABLE_field,      KEY_OPTIONAL},
    {"table",          read_nested,         COLUMN_OF(form_item, collection),          MODEL_TABLE_collection, KEY_OPTIONAL},
    {"columns",        read_item_columns,   0,                   0,                    KEY_OPTIONAL          },
    {"show", read_expression, COLUMN_OF(form_item,               show),             WANT_ANY,           KEY_OPTIONAL            },
    {"relevant", read_expression, COLUMN_OF(form_item,           relevant),       WANT_CONDITION,           KEY_OPTIONAL},
    {"width",       read_word, COLUMN_OF(form_item,              width), MODEL_SET_form_width,           KEY_OPTIONAL            },
};

#define WITH(kind) (1u << ITEM_##kind)

/* Keys that go only with some kinds of items. */
static const struct {
    const char *key;
    uint32_t kinds;
    bool needed;
} item_particular[] = {
    {"label",   WITH(FIELD) | WITH(ROWS) | WITH(GRID) | WITH(TABLE), false},
    {"label",   WITH(FACT),                                          true },
    {"columns", WITH(ROWS) | WITH(TABLE),                            false},
    {"columns", WITH(GRID),                                          true },
    {"lines",   WITH(GRID),                                          true },
    {"width",   WITH(FIELD),                                         false},
};

static void check_item(struct build *build, const struct yaml *item, enum model_form_item_kind kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(item_particular); i++) {
        struct str key = str_from(item_particular[i].key);
        uint32_t kinds = item_particular[i].kinds;
        if (i + 1 < ARRAY_LENGTH(item_particular) &&
            str_eq(key, str_from(item_particular[i + 1].key))) {
            kinds |= item_particular[i + 1].kinds;
        } else if (i > 0 && str_eq(key, str_from(item_particular[i - 1].key))) {
            kinds |= item_particular[i - 1].kinds;
        }
        const struct yaml_pair *pair = yaml_find(item, key);
        if (pair && !(kinds >> kind & 1)) {
            MESSAGE(build->messages, pair->place, STR("'"), key, STR("' does not go with '"),
                    model_form_item_kind_name(kind), STR("'"));
        } else if (!pair && item_particular[i].needed && (item_particular[i].kinds >> kind & 1)) {
            MESSAGE(build->messages, item->place, STR("this item needs '"), key, STR("'"));
        }
    }
}

static void read_item(struct build *build, uint32_t form, const struct yaml *item)
{
    size_t kinds = 0;
    uint32_t row = build_push(build, MODEL_TABLE_form_item, item, item->place);
    form_at(build, form)->items_count++;
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
    check_item(build, item, form_item_at(build, row)->kind);
}

static void read_items(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_form_item);
    for (size_t i = 0; i < value->count; i++) {
        read_item(build, cell.row, value->items[i]);
    }
}

static const struct key form_keys[] = {
    {"on",        NULL,           0,            0, KEY_NEEDED  },
    { "label",  read_text, COLUMN_OF(form,       label), 0, KEY_OPTIONAL},
    { "help",  read_text, COLUMN_OF(form,        help), 0, KEY_OPTIONAL},
    { "items", read_items, COLUMN_OF(form, items_first), 0,   KEY_NEEDED},
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
    {"on",             NULL,                0,              0,                     KEY_NEEDED  },
    { "label",       read_text, COLUMN_OF(list_view,         label),                     0,   KEY_NEEDED},
    { "help",       read_text, COLUMN_OF(list_view,          help),                     0, KEY_OPTIONAL},
    { "empty",       read_text, COLUMN_OF(list_view,         empty),                     0,   KEY_NEEDED},
    { "where", read_expression, COLUMN_OF(list_view,         where),        WANT_CONDITION, KEY_OPTIONAL},
    { "columns",    read_columns, COLUMN_OF(list_view, columns_first),                     0,   KEY_NEEDED},
    { "order", read_expression, COLUMN_OF(list_view,         order),              WANT_ANY, KEY_OPTIONAL},
    { "descending",       read_flag, COLUMN_OF(list_view,    descending),                     0, KEY_OPTIONAL},
    { "clock",        read_top, COLUMN_OF(list_view,         clock),     MODEL_TABLE_clock, KEY_OPTIONAL},
    { "workspace",        read_top, COLUMN_OF(list_view,     workspace), MODEL_TABLE_workspace, KEY_OPTIONAL},
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
