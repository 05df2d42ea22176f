/* Workspaces, documents, places and duties. */
#include "compile/read.h"

/* Columns of the members of the collection in another column of the same row. */
static void read_member_columns(struct build *build, const struct yaml *value,
                                const struct key *key, struct cell cell)
{
    struct context before = build->context;
    build->context.members = (struct cell){cell.table, cell.row, key->detail};
    build->context.about_members = true;
    read_columns(build, value, key, cell);
    build->context = before;
}

/* ---- the banner --------------------------------------------------------------------------- */

static const struct key chip_text_keys[] = {
    OPTION("when", read_expression, chip_text, when, WANT_CONDITION),
    NEEDED("text", read_expression, chip_text, text, WANT_TEXT),
    OPTION("tone", read_word, chip_text, tone, MODEL_SET_tone),
    OPTION("clock", read_top, chip_text, clock, MODEL_TABLE_clock),
};

static void read_chip_texts(struct build *build, const struct yaml *value, const struct key *key,
                            struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_chip_text);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml *item = value->items[i];
        uint32_t row = build_push(build, MODEL_TABLE_chip_text, item, item->place);
        chip_at(build, cell.row)->texts_count++;
        KEYS_READ(build, item, chip_text_keys, CELL(chip_text, row, when), STR("a text of a chip"));
        if (item->kind == YAML_MAP && !yaml_find(item, STR("when")) && i + 1 < value->count) {
            MESSAGE(build->messages, item->place,
                    STR("a text without 'when' hides those behind it; it stands last"));
        }
    }
}

static const struct key chip_keys[] = {
    NEEDED("label", read_text, chip, label, 0),
    NEEDED("texts", read_chip_texts, chip, texts_first, 0),
};

static void read_chips(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_chip);
    for (size_t i = 0; i < value->count; i++) {
        uint32_t row = build_push(build, MODEL_TABLE_chip, value->items[i], value->items[i]->place);
        workspace_at(build, cell.row)->chips_count++;
        KEYS_READ(build, value->items[i], chip_keys, CELL(chip, row, label), STR("a chip"));
    }
}

static const struct key banner_keys[] = {
    NEEDED_ELSEWHERE("each"),
    NEEDED("title", read_expression, workspace, banner_title, WANT_TEXT),
    OPTION("chips", read_chips, workspace, chips_first, 0),
};

static void read_banner(struct build *build, const struct yaml *value, const struct key *key,
                        struct cell cell)
{
    struct context before = build->context;
    const struct yaml_pair *each = yaml_find(value, STR("each"));
    (void)key;
    if (each) {
        read_each(build, each->value,
                  (struct each_cells){
                      {MODEL_TABLE__COUNT, 0, 0},
                      CELL(workspace, cell.row, banner_each),
                      CELL(workspace, cell.row, banner_where)
        });
    }
    KEYS_READ(build, value, banner_keys, cell, STR("a banner"));
    build->context = before;
}

/* ---- steps and panels ---------------------------------------------------------------------- */

static const struct key part_keys[] = {
    NEEDED("collection", read_nested, step_part, collection, MODEL_TABLE_collection),
    NEEDED("form", read_top, step_part, form, MODEL_TABLE_form),
    NEEDED("label", read_text, step_part, label, 0),
};

static void read_parts(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_step_part);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml *item = value->items[i];
        uint32_t row = build_push(build, MODEL_TABLE_step_part, item, item->place);
        workspace_step_at(build, cell.row)->parts_count++;
        KEYS_READ(build, item, part_keys, CELL(step_part, row, collection),
                  STR("a part of a step"));
    }
}

static const struct key step_keys[] = {
    NEEDED("label", read_text, workspace_step, label, 0),
    OPTION("help", read_text, workspace_step, help, 0),
    OPTION("stage", read_text, workspace_step, stage, 0),
    NEEDED("kind", read_word, workspace_step, kind, MODEL_SET_step_kind),
    OPTION("collection", read_nested, workspace_step, collection, MODEL_TABLE_collection),
    OPTION("form", read_top, workspace_step, form, MODEL_TABLE_form),
    OPTION("parts", read_parts, workspace_step, parts_first, 0),
    OPTION("columns", read_member_columns, workspace_step, columns_first,
           COLUMN_OF(workspace_step, collection)),
    OPTION("relevant", read_expression, workspace_step, relevant, WANT_CONDITION),
    OPTION("complete", read_expression, workspace_step, complete, WANT_CONDITION),
};

#define WITH(kind) (1u << STEP_##kind)

static const struct particular step_particular[] = {
    {"collection", WITH(RECORDS),                               WITH(RECORDS)             },
    {"form",       WITH(FORM) | WITH(RECORDS) | WITH(OVERVIEW), WITH(FORM) | WITH(RECORDS)},
    {"columns",    WITH(RECORDS),                               WITH(RECORDS)             },
    {"parts",      WITH(FORM),                                  0                         },
};

static void read_steps(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    if (!want_map(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_workspace_step);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml_pair *pair = &value->pairs[i];
        if (!build_check_name(build, pair->key, pair->place)) {
            continue;
        }
        uint32_t row = build_push(build, MODEL_TABLE_workspace_step, pair->value, pair->place);
        workspace_at(build, cell.row)->steps_count++;
        workspace_step_at(build, row)->name = build_intern(build, pair->key);
        workspace_step_at(build, row)->workspace = cell.row;
        KEYS_READ(build, pair->value, step_keys, CELL(workspace_step, row, name),
                  described(build, MODEL_TABLE_workspace_step, row));
        if (pair->value->kind == YAML_MAP && yaml_find(pair->value, STR("kind"))) {
            uint32_t kind = workspace_step_at(build, row)->kind;
            particular_check(build, pair->value, step_particular, ARRAY_LENGTH(step_particular),
                             kind,
                             STR_JOIN(build->arena, STR("a step of kind '"),
                                      model_step_kind_name(kind), STR("'")));
        }
    }
}

static const struct key panel_keys[] = {
    NEEDED("kind", read_word, panel, kind, MODEL_SET_panel_kind),
    OPTION("label", read_text, panel, label, 0),
    OPTION("list", read_nested, panel, list, MODEL_TABLE_list),
    OPTION("collection", read_nested, panel, collection, MODEL_TABLE_collection),
    OPTION("columns", read_member_columns, panel, columns_first, COLUMN_OF(panel, collection)),
};

#define IN(kind) (1u << PANEL_##kind)

static const struct particular panel_particular[] = {
    {"list",       IN(EARLIER_CONTACT), IN(EARLIER_CONTACT)},
    {"collection", IN(RECORDS),         IN(RECORDS)        },
    {"columns",    IN(RECORDS),         IN(RECORDS)        },
};

static void read_panels(struct build *build, const struct yaml *value, const struct key *key,
                        struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_panel);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml *item = value->items[i];
        uint32_t row = build_push(build, MODEL_TABLE_panel, item, item->place);
        workspace_at(build, cell.row)->panels_count++;
        KEYS_READ(build, item, panel_keys, CELL(panel, row, kind), STR("a panel"));
        if (item->kind == YAML_MAP && yaml_find(item, STR("kind"))) {
            uint32_t kind = panel_at(build, row)->kind;
            particular_check(build, item, panel_particular, ARRAY_LENGTH(panel_particular), kind,
                             STR_JOIN(build->arena, STR("a panel of kind '"),
                                      model_panel_kind_name(kind), STR("'")));
        }
    }
}

static const struct key workspace_keys[] = {
    NEEDED_ELSEWHERE("on"),
    NEEDED("label", read_text, workspace, label, 0),
    OPTION("help", read_text, workspace, help, 0),
    OPTION("create", read_top, workspace, create, MODEL_TABLE_form),
    NEEDED("title", read_expression, workspace, title, WANT_TEXT),
    OPTION("subtitle", read_expression, workspace, subtitle, WANT_TEXT),
    OPTION_BY("banner", read_banner, 0),
    NEEDED("steps", read_steps, workspace, steps_first, 0),
    OPTION("panels", read_panels, workspace, panels_first, 0),
};

void read_workspace(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_workspace, row)->node;
    struct context before = build->context;
    build->context =
        context_of(read_subject(build, node, CELL(workspace, row, entity)), MODEL_NONE);
    build->context.actor = true;
    KEYS_READ(build, node, workspace_keys, CELL(workspace, row, name),
              described(build, MODEL_TABLE_workspace, row));
    build->context = before;
}

/* ---- documents ---------------------------------------------------------------------------- */

static void read_document_columns(struct build *build, const struct yaml *value,
                                  const struct key *key, struct cell cell)
{
    read_columns(build, value, key, cell);
}

/* "table: p in providers where ..." */
static void read_document_table(struct build *build, const struct yaml *value,
                                const struct key *key, struct cell cell)
{
    (void)key;
    read_each(build, value,
              (struct each_cells){CELL(document_part, cell.row, collection_of),
                                  CELL(document_part, cell.row, collection),
                                  CELL(document_part, cell.row, where)});
}

static const struct key document_part_keys[] = {
    OPTION_BY("table", read_document_table, 0), /* first: it binds the member */
    OPTION("text", read_expression, document_part, text, WANT_ANY & ~WANT_REFERENCE),
    OPTION_ELSEWHERE("signatures"),
    OPTION_ELSEWHERE("next_dates"),
    OPTION("label", read_text, document_part, label, 0),
    OPTION("otherwise", read_text, document_part, otherwise, 0),
    OPTION("columns", read_document_columns, document_part, columns_first, 0),
    OPTION("hidden_from", read_expression, document_part, hidden_from, WANT_CONDITION),
};

static const struct {
    const char *key;
    enum model_document_part_kind kind;
    bool flag;
} document_part_kinds[] = {
    {"text",       PART_TEXT,       false},
    {"table",      PART_TABLE,      false},
    {"signatures", PART_SIGNATURES, true },
    {"next_dates", PART_NEXT_DATES, true },
};

static void read_document_part(struct build *build, uint32_t document, const struct yaml *item)
{
    size_t kinds = 0;
    uint32_t row = build_push(build, MODEL_TABLE_document_part, item, item->place);
    document_at(build, document)->parts_count++;
    for (size_t i = 0; i < ARRAY_LENGTH(document_part_kinds); i++) {
        const struct yaml_pair *pair = yaml_find(item, str_from(document_part_kinds[i].key));
        if (!pair) {
            continue;
        }
        kinds++;
        document_part_at(build, row)->kind = document_part_kinds[i].kind;
        if (document_part_kinds[i].flag && !str_eq(pair->value->text, STR("yes"))) {
            MESSAGE(build->messages, pair->value->place, STR("'"), pair->key,
                    STR("' is 'yes' here, or is left out"));
        }
    }
    struct context before = build->context;
    KEYS_READ(build, item, document_part_keys, CELL(document_part, row, kind),
              STR("a part of a document"));
    build->context = before;
    if (item->kind != YAML_MAP) {
        return;
    }
    if (kinds != 1) {
        MESSAGE(build->messages, item->place,
                STR("a part is exactly one of: text, table, signatures, next_dates"));
        return;
    }
    const struct yaml_pair *columns = yaml_find(item, STR("columns"));
    bool table = document_part_at(build, row)->kind == PART_TABLE;
    if (table != (columns != NULL)) {
        MESSAGE(build->messages, columns ? columns->place : item->place,
                table ? STR("a table needs 'columns'") : STR("only a table has 'columns'"));
    }
    const struct yaml_pair *otherwise = yaml_find(item, STR("otherwise"));
    if (otherwise && !table && document_part_at(build, row)->kind != PART_TEXT) {
        MESSAGE(build->messages, otherwise->place, STR("only a text or a table has 'otherwise'"));
    }
}

static void read_document_parts(struct build *build, const struct yaml *value,
                                const struct key *key, struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_document_part);
    for (size_t i = 0; i < value->count; i++) {
        read_document_part(build, cell.row, value->items[i]);
    }
}

static const struct key document_keys[] = {
    NEEDED_ELSEWHERE("on"),
    NEEDED("label", read_text, document, label, 0),
    OPTION("intro", read_text, document, intro, 0),
    OPTION("recipients", read_nested, document, recipients, MODEL_TABLE_collection),
    OPTION("offered", read_expression, document, offered, WANT_CONDITION),
    NEEDED("parts", read_document_parts, document, parts_first, 0),
};

void read_document(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_document, row)->node;
    struct context before = build->context;
    build->context = context_of(read_subject(build, node, CELL(document, row, entity)), MODEL_NONE);
    if (yaml_find(node, STR("recipients"))) {
        build->context.variables[1] = (struct variable){.name = STR("recipient"),
                                                        .subject = MODEL_NONE,
                                                        .is_member = true,
                                                        .members = CELL(document, row, recipients)};
        build->context.variable_count = 2; /* slot 0 is the member of a table */
    }
    KEYS_READ(build, node, document_keys, CELL(document, row, name),
              described(build, MODEL_TABLE_document, row));
    build->context = before;
}

/* ---- places ------------------------------------------------------------------------------- */

static const struct key place_keys[] = {
    NEEDED("label", read_text, place, label, 0),
    OPTION("list", read_top, place, list_view, MODEL_TABLE_list_view),
    OPTION("workspace", read_top, place, workspace, MODEL_TABLE_workspace),
    OPTION_ELSEWHERE("my_day"),
    OPTION_ELSEWHERE("approvals"),
    OPTION("class", read_top, place, class, MODEL_TABLE_record_class),
    OPTION("first_for", read_roles, place, roles_first, 0),
    OPTION("only", read_flag, place, only, 0),
};

void read_place(struct build *build, uint32_t row)
{
    static const struct {
        const char *key;
        enum model_place_kind kind;
    } kinds[] = {
        {"my_day",    PLACE_MY_DAY   },
        {"list",      PLACE_LIST     },
        {"workspace", PLACE_WORKSPACE},
        {"approvals", PLACE_APPROVALS}
    };
    const struct origin *origin = build_origin(build, MODEL_TABLE_place, row);
    const struct yaml *node = origin->node;
    struct place place = origin->place;
    size_t found = 0;
    KEYS_READ(build, node, place_keys, CELL(place, row, name),
              described(build, MODEL_TABLE_place, row));
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (yaml_find(node, str_from(kinds[i].key))) {
            place_at(build, row)->kind = kinds[i].kind;
            found++;
        }
    }
    if (found != 1 && node->kind == YAML_MAP) {
        MESSAGE(build->messages, place,
                STR("a place leads to exactly one of: list, workspace, my_day, approvals"));
    }
    if (place_at(build, row)->only && !yaml_find(node, STR("first_for"))) {
        MESSAGE(build->messages, place, STR("'only' needs 'first_for': for whom the place is"));
    }
    enum model_place_kind kind = place_at(build, row)->kind;
    if (found == 1 && !yaml_find(node, STR("class")) &&
        (kind == PLACE_LIST || kind == PLACE_WORKSPACE)) {
        MESSAGE(build->messages, place, described(build, MODEL_TABLE_place, row),
                STR(" needs 'class': it is shown to those who may read that class"));
    }
}

/* ---- duties ------------------------------------------------------------------------------- */

static const struct key duty_keys[] = {
    NEEDED_ELSEWHERE("on"),
    NEEDED("label", read_text, duty, label, 0),
    OPTION_ELSEWHERE("rows"),
    NEEDED("worker", read_nested, duty, worker, MODEL_TABLE_field),
    OPTION("from", read_nested, duty, begins, MODEL_TABLE_field),
    OPTION("until", read_nested, duty, ends, MODEL_TABLE_field),
    OPTION("reason", read_nested, duty, reason, MODEL_TABLE_field),
    NEEDED("by", read_nested, duty, transition, MODEL_TABLE_transition),
    NEEDED("list", read_top, duty, list_view, MODEL_TABLE_list_view),
};

/* The list whose rows are carried, which decides whose fields the others name. */
static uint32_t read_duty_rows(struct build *build, const struct yaml *node, uint32_t entity)
{
    const struct yaml_pair *rows = yaml_find(node, STR("rows"));
    if (!rows || entity == MODEL_NONE || !want_text(build, rows->value, STR("'rows'"))) {
        return MODEL_NONE;
    }
    const struct model_entity *owner = entity_at(build, entity);
    uint32_t list = build_find_in(build, MODEL_TABLE_list, owner->lists_first, owner->lists_count,
                                  rows->value->text);
    if (list == MODEL_NONE) {
        MESSAGE(build->messages, rows->value->place, described(build, MODEL_TABLE_entity, entity),
                STR(" has no list '"), rows->value->text, STR("'"),
                build_suggest_in(build, MODEL_TABLE_list, owner->lists_first, owner->lists_count,
                                 rows->value->text));
    }
    return list;
}

void read_duty(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_duty, row)->node;
    struct context before = build->context;
    uint32_t entity = read_subject(build, node, CELL(duty, row, entity));
    uint32_t rows = read_duty_rows(build, node, entity);
    duty_at(build, row)->rows = rows;
    build->context = context_of(entity, rows);
    KEYS_READ(build, node, duty_keys, CELL(duty, row, name),
              described(build, MODEL_TABLE_duty, row));
    build->context = before;
}
