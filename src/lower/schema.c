/* Tables and statements of the model. */
#include "lower/schema.h"

#include "base/buf.h"
#include "lower/list_begin.h"

#define SQL_MAX ((size_t)256 * 1024) /* of one statement */

struct str schema_quoted(struct arena *arena, struct str name)
{
    return STR_JOIN(arena, STR("\""), name, STR("\""));
}

/* ---- columns ---- */

struct columns {
    struct arena *arena;
    const struct model *model;
    LIST(struct schema_column) items;
};

static void add_kernel(struct columns *columns, struct str name, enum value_type type,
                       bool required)
{
    struct schema_column column = {.name = name,
                                   .type = type,
                                   .part = SCHEMA_KERNEL,
                                   .field = MODEL_NONE,
                                   .required = required,
                                   .meaning = STR("kernel")};
    LIST_PUSH(columns->arena, &columns->items, column);
}

static void add_part(struct columns *columns, uint32_t field, struct str suffix,
                     enum value_type type, enum schema_part part, struct str meaning)
{
    struct str name = model_text(columns->model, model_field_row(columns->model, field)->name);
    struct schema_column column = {.name = STR_JOIN(columns->arena, name, suffix),
                                   .type = type,
                                   .part = part,
                                   .field = field,
                                   .meaning = meaning};
    LIST_PUSH(columns->arena, &columns->items, column);
}

/* A code is stored as its text. */
static enum value_type type_of(enum model_field_kind kind)
{
    return kind == FIELD_CODE || kind == FIELD_CODES ? VALUE_TEXT : model_field_type(kind);
}

static struct str set_name(const struct model *model, const struct model_field *field)
{
    return model_text(model, model_code_set_row(model, field->code_set)->name);
}

static struct str meaning_of(struct arena *arena, const struct model *model,
                             const struct model_field *field)
{
    switch ((enum model_field_kind)field->kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
        return STR("text"); /* one may become the other */
    case FIELD_DECIMAL:
        return STR_JOIN(arena, STR("decimal "), str_from_int(arena, field->scale));
    case FIELD_CODE:
        return STR_JOIN(arena, STR("code "), set_name(model, field));
    case FIELD_CODES:
        return STR_JOIN(arena, STR("codes "), set_name(model, field));
    case FIELD_REFERENCE:
        return field->target == MODEL_NONE
                   ? STR("reference")
                   : STR_JOIN(arena, STR("reference "),
                              model_text(model, model_entity_row(model, field->target)->name));
    case FIELD_YES_NO:
    case FIELD_INTEGER:
    case FIELD_DATE:
    case FIELD_DATETIME:
    case FIELD_ROW:
    case FIELD_ATTACHMENT:
    case FIELD_SIGNATURE:
    case FIELD__COUNT:
        break;
    }
    return model_field_kind_name(field->kind);
}

static void add_field(struct columns *columns, uint32_t row)
{
    const struct model *model = columns->model;
    const struct model_field *field = model_field_row(model, row);
    if (field->kernel) {
        return;
    }
    if (field->sealed) {
        add_part(columns, row, STR(""), VALUE_UNSET, SCHEMA_SEALED, STR("sealed text"));
        if (field->found_by != SEALED_INDEX_NONE) {
            add_part(columns, row, STR("_blind"), VALUE_UNSET, SCHEMA_BLIND,
                     STR_JOIN(columns->arena, STR("blind "),
                              model_sealed_index_name((enum model_sealed_index)field->found_by)));
        }
    } else if (field->kind != FIELD_CODES) {
        add_part(columns, row, STR(""), type_of(field->kind), SCHEMA_VALUE,
                 meaning_of(columns->arena, model, field));
    }
    if (field->kind == FIELD_REFERENCE && field->target != MODEL_NONE) {
        columns->items.items[columns->items.count - 1].references =
            model_text(model, model_entity_row(model, field->target)->name);
    }
    if (field->kind == FIELD_CODE) {
        add_part(columns, row, STR("_version"), VALUE_INTEGER, SCHEMA_VERSION, STR("version"));
    }
    if (field->kind == FIELD_DATETIME) {
        add_part(columns, row, STR("_date"), VALUE_DATE, SCHEMA_LOCAL, STR("local date"));
    }
    if (field->non_answers != 0) {
        add_part(columns, row, STR("_why"), VALUE_TEXT, SCHEMA_WHY, STR("why"));
        if (field->who_asked) {
            add_part(columns, row, STR("_asked"), VALUE_TEXT, SCHEMA_ASKED, STR("asked"));
        }
    }
}

/* Those of the base, or those that overlays add. */
static void add_fields(struct columns *columns, uint32_t first, uint32_t count, bool added)
{
    for (uint32_t i = 0; i < count; i++) {
        if ((model_field_row(columns->model, first + i)->overlay != MODEL_NONE) == added) {
            add_field(columns, first + i);
        }
    }
}

/* ---- statements ---- */

static struct str type_name(enum dialect dialect, enum value_type type)
{
    bool postgres = dialect == DIALECT_POSTGRES;
    switch (type) {
    case VALUE_BOOLEAN:
        return postgres ? STR("boolean") : STR("INTEGER");
    case VALUE_INTEGER:
    case VALUE_DECIMAL:
    case VALUE_DATE:
    case VALUE_DATETIME:
        return postgres ? STR("bigint") : STR("INTEGER");
    case VALUE_TEXT:
    case VALUE_CODE:
        return postgres ? STR("text COLLATE \"C\"") : STR("TEXT");
    case VALUE_REFERENCE:
        return postgres ? STR("uuid") : STR("BLOB");
    case VALUE_UNSET:
        return postgres ? STR("bytea") : STR("BLOB");
    case VALUE__COUNT:
        break;
    }
    CHECK(false);
    return STR("");
}

/* The parameter of that number as the column stores it. */
static struct str bound(struct arena *arena, enum dialect dialect,
                        const struct schema_column *column, unsigned at)
{
    if (column->type != VALUE_UNSET) {
        return dialect_bound(arena, dialect, column->type, at);
    }
    return STR_JOIN(arena, STR("?"), str_from_int(arena, at),
                    dialect == DIALECT_POSTGRES ? STR("::bytea") : STR(""));
}

static void write_name(struct buf *sql, struct str name)
{
    BUF_ADD(sql, STR("\""), name, STR("\""));
}

static void write_link(struct buf *sql, const struct schema_column *column)
{
    BUF_ADD(sql, STR(" REFERENCES "));
    write_name(sql, column->references);
    BUF_ADD(sql, STR(" (\"id\") DEFERRABLE INITIALLY DEFERRED"));
}

/* SQLite takes foreign keys to tables that are not there yet, and none afterwards. */
static void write_column(struct buf *sql, enum dialect dialect, const struct schema_column *column)
{
    write_name(sql, column->name);
    BUF_ADD(sql, STR(" "), type_name(dialect, column->type),
            column->required ? STR(" NOT NULL") : STR(""));
    if (column->references.n > 0 && dialect == DIALECT_SQLITE) {
        write_link(sql, column);
    }
}

static void write_names(struct buf *sql, const struct schema_table *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_add(sql, i > 0 ? STR(", ") : STR(""));
        write_name(sql, table->columns[i].name);
    }
}

static struct str primary_key(const struct schema_table *table)
{
    switch (table->kind) {
    case SCHEMA_ENTITY:
    case SCHEMA_LIST:
        return STR("\"id\"");
    case SCHEMA_CODES:
        return STR("\"record\", \"position\"");
    case SCHEMA_SIDE:
        return STR("\"record\"");
    }
    return STR("");
}

static struct str create_text(struct arena *arena, const struct schema_table *table,
                              enum dialect dialect)
{
    struct buf sql;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("CREATE TABLE "));
    write_name(&sql, table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        buf_add(&sql, i > 0 ? STR(",\n    ") : STR(" (\n    "));
        write_column(&sql, dialect, &table->columns[i]);
    }
    BUF_ADD(&sql, STR(",\n    PRIMARY KEY ("), primary_key(table), STR(")\n)"),
            dialect == DIALECT_SQLITE ? STR(" STRICT") : STR(""));
    CHECK(!sql.overrun);
    return buf_str(&sql);
}

/* Of the first columns. */
static struct str select_text(struct arena *arena, const struct schema_table *table, size_t count)
{
    struct buf sql;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("SELECT "));
    write_names(&sql, table, count);
    BUF_ADD(&sql, STR(" FROM "));
    write_name(&sql, table->name);
    buf_add(&sql, table->kind == SCHEMA_ENTITY ? STR(" WHERE \"id\" = ?1")
                                               : STR(" WHERE \"record\" = ?1"));
    if (table->kind == SCHEMA_LIST || table->kind == SCHEMA_CODES) {
        buf_add(&sql, STR(" ORDER BY \"position\""));
    }
    CHECK(!sql.overrun);
    return buf_str(&sql);
}

/* Of the codes that the rows of a list have. */
static struct str of_rows_text(struct arena *arena, const struct schema_table *table)
{
    struct buf sql;
    struct str list = table->columns[SCHEMA_CODES_RECORD].references;
    buf_init(&sql, arena, SQL_MAX);
    buf_add(&sql, STR("SELECT "));
    write_names(&sql, table, table->column_count);
    BUF_ADD(&sql, STR(" FROM "));
    write_name(&sql, table->name);
    BUF_ADD(&sql, STR(" WHERE \"record\" IN (SELECT \"id\" FROM "));
    write_name(&sql, list);
    BUF_ADD(&sql, STR(" WHERE \"record\" = ?1) ORDER BY \"record\", \"position\""));
    CHECK(!sql.overrun);
    return buf_str(&sql);
}

/* A side row comes with the first answer to what an overlay asks. */
static void write_replace(struct buf *sql, const struct schema_table *table)
{
    BUF_ADD(sql, STR(" ON CONFLICT (\"record\") DO UPDATE SET "));
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        buf_add(sql, i > table->kernel_count ? STR(", ") : STR(""));
        write_name(sql, table->columns[i].name);
        BUF_ADD(sql, STR(" = excluded."));
        write_name(sql, table->columns[i].name);
    }
}

static struct str insert_text(struct arena *arena, const struct schema_table *table,
                              enum dialect dialect)
{
    struct buf sql;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("INSERT INTO "));
    write_name(&sql, table->name);
    BUF_ADD(&sql, STR(" ("));
    write_names(&sql, table, table->column_count);
    BUF_ADD(&sql, STR(") VALUES ("));
    for (size_t i = 0; i < table->column_count; i++) {
        BUF_ADD(&sql, i > 0 ? STR(", ") : STR(""),
                bound(arena, dialect, &table->columns[i], (unsigned)i + 1));
    }
    buf_byte(&sql, ')');
    if (table->kind == SCHEMA_SIDE) {
        write_replace(&sql, table);
    }
    CHECK(!sql.overrun);
    return buf_str(&sql);
}

struct str schema_update(struct arena *arena, const struct schema *schema,
                         const struct schema_table *table, const uint32_t *columns, size_t count)
{
    struct buf sql;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("UPDATE "));
    write_name(&sql, table->name);
    for (size_t i = 0; i < count; i++) {
        buf_add(&sql, i > 0 ? STR(", ") : STR(" SET "));
        const struct schema_column *column = &table->columns[columns[i]];
        write_name(&sql, column->name);
        BUF_ADD(&sql, STR(" = "), bound(arena, schema->dialect, column, (unsigned)i + 1));
    }
    unsigned at = (unsigned)count;
    BUF_ADD(&sql, STR(" WHERE \"id\" = "),
            dialect_bound(arena, schema->dialect, VALUE_REFERENCE, at + 1));
    if (table->kind == SCHEMA_ENTITY) {
        BUF_ADD(&sql, STR(" AND \"version\" = "),
                dialect_bound(arena, schema->dialect, VALUE_INTEGER, at + 2));
    }
    CHECK(!sql.overrun);
    return buf_str(&sql);
}

struct str schema_add_column(struct arena *arena, const struct schema *schema,
                             const struct schema_table *table, const struct schema_column *column)
{
    struct buf sql;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("ALTER TABLE "));
    write_name(&sql, table->name);
    BUF_ADD(&sql, STR(" ADD COLUMN "));
    write_column(&sql, schema->dialect, column);
    return buf_str(&sql);
}

/* The quoted column of a field. */
static struct str field_column(struct arena *arena, const struct model *model, uint32_t field)
{
    return schema_quoted(arena, model_text(model, model_field_row(model, field)->name));
}

struct str schema_overlaps(struct arena *arena, const struct schema *schema, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(schema->model, entity);
    struct str begins = field_column(arena, schema->model, shape->begins);
    struct str ends = field_column(arena, schema->model, shape->ends);
    struct str same = field_column(arena, schema->model, shape->no_overlap);
    struct str from = dialect_bound(arena, schema->dialect, VALUE_DATE, 3);
    struct str to = dialect_bound(arena, schema->dialect, VALUE_DATE, 4);
    return STR_JOIN(arena, STR("SELECT \"id\" FROM "),
                    schema_quoted(arena, schema_entity(schema, entity)->name), STR(" WHERE "), same,
                    STR(" = ?1 AND \"id\" <> ?2 AND "), schema_stands(arena, STR("")),
                    STR(" AND ("), ends, STR(" IS NULL OR "), ends, STR(" > "), from,
                    STR(") AND ("), to, STR(" IS NULL OR "), begins, STR(" < "), to,
                    STR(") ORDER BY \"id\""));
}

struct str schema_stands(struct arena *arena, struct str alias)
{
    struct str of = alias.n > 0 ? STR_JOIN(arena, alias, STR(".")) : STR("");
    return STR_JOIN(arena, of, STR("\"error_id\" IS NULL AND "), of,
                    STR("\"withheld_id\" IS NULL AND "), of, STR("\"expunged_at\" IS NULL"));
}

struct str schema_back_among(struct arena *arena, const struct schema *schema, uint32_t reference,
                             uint32_t code, unsigned count)
{
    const struct model *model = schema->model;
    const struct model_field *field = model_field_row(model, reference);
    struct buf sql;
    CHECK(field->list != MODEL_NONE && model_field_row(model, code)->list == field->list);
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("SELECT DISTINCT \"record\" FROM "));
    write_name(&sql, schema_list(schema, field->list)->name);
    BUF_ADD(&sql, STR(" WHERE "));
    write_name(&sql, model_text(model, field->name));
    BUF_ADD(&sql, STR(" = ?1 AND "));
    write_name(&sql, model_text(model, model_field_row(model, code)->name));
    for (unsigned i = 0; i < count; i++) {
        BUF_ADD(&sql, i > 0 ? STR(", ?") : STR(" IN (?"), str_from_int(arena, (int64_t)i + 2));
    }
    BUF_ADD(&sql, STR(") ORDER BY \"record\""));
    return buf_str(&sql);
}

struct str schema_by_number(struct arena *arena, const struct schema *schema, uint32_t entity)
{
    return STR_JOIN(arena, STR("SELECT \"id\" FROM "),
                    schema_quoted(arena, schema_entity(schema, entity)->name),
                    STR(" WHERE \"number\" = ?1 ORDER BY \"id\""));
}

struct str schema_by_blind(struct arena *arena, const struct schema *schema, uint32_t field)
{
    const struct model_field *shape = model_field_row(schema->model, field);
    bool own = shape->list == MODEL_NONE;
    const struct schema_table *table =
        own ? schema_entity(schema, shape->entity) : schema_list(schema, shape->list);
    return STR_JOIN(arena,
                    own ? STR("SELECT \"id\" FROM ") : STR("SELECT DISTINCT \"record\" FROM "),
                    schema_quoted(arena, table->name), STR(" WHERE \""),
                    model_text(schema->model, shape->name), STR("_blind\" = ?1 ORDER BY 1"));
}

struct str schema_blind_of(struct arena *arena, const struct schema *schema, uint32_t field)
{
    const struct model_field *shape = model_field_row(schema->model, field);
    return STR_JOIN(arena, STR("SELECT \""), model_text(schema->model, shape->name),
                    STR("_blind\" FROM "),
                    schema_quoted(arena, schema_entity(schema, shape->entity)->name),
                    STR(" WHERE \"id\" = ?1"));
}

struct str schema_sealed_under_others(struct arena *arena, const struct schema_table *table)
{
    struct buf sql;
    struct str id = table->kind == SCHEMA_ENTITY ? STR("\"id\"") : STR("\"record\"");
    bool first = true;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("SELECT DISTINCT "), id, STR(" FROM "), schema_quoted(arena, table->name),
            STR(" WHERE "), id, STR(" > ?2 AND ("));
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        if (table->columns[i].part == SCHEMA_SEALED) {
            BUF_ADD(&sql, first ? STR("substr(") : STR(" OR substr("),
                    schema_quoted(arena, table->columns[i].name), STR(", 1, 1) <> ?1"));
            first = false;
        }
    }
    BUF_ADD(&sql, STR(") ORDER BY 1 LIMIT ?3"));
    CHECK(!sql.overrun);
    return buf_str(&sql);
}

struct str schema_states(struct arena *arena, const struct schema *schema, uint32_t entity)
{
    return STR_JOIN(arena, STR("SELECT \"state\", count(*) FROM "),
                    schema_quoted(arena, schema_entity(schema, entity)->name),
                    STR(" WHERE \"state\" IS NOT NULL GROUP BY \"state\" ORDER BY \"state\""));
}

struct str schema_in_state(struct arena *arena, const struct schema *schema, uint32_t entity)
{
    return STR_JOIN(arena, STR("SELECT \"id\", \"root_id\", \"withheld_id\" FROM "),
                    schema_quoted(arena, schema_entity(schema, entity)->name),
                    STR(" WHERE \"state\" = ?1 AND \"error_id\" IS NULL AND "
                        "\"expunged_at\" IS NULL"));
}

struct str schema_texts(struct arena *arena, const struct schema *schema, uint32_t field)
{
    uint32_t entity = model_field_row(schema->model, field)->entity;
    return STR_JOIN(arena, STR("SELECT \"id\", "), field_column(arena, schema->model, field),
                    STR(" FROM "), schema_quoted(arena, schema_entity(schema, entity)->name));
}

struct str schema_after(struct arena *arena, const struct schema *schema, uint32_t entity)
{
    return STR_JOIN(arena, STR("SELECT \"id\" FROM "),
                    schema_quoted(arena, schema_entity(schema, entity)->name),
                    STR(" WHERE \"id\" > ?1 ORDER BY \"id\" LIMIT ?2"));
}

struct str schema_hand_over(struct arena *arena, const struct schema *schema, uint32_t entity)
{
    return STR_JOIN(arena, STR("UPDATE "),
                    schema_quoted(arena, schema_entity(schema, entity)->name),
                    STR(" SET \"agency_id\" = ?2 WHERE \"root_id\" = ?1"));
}

/* ---- tables ---- */

struct indexes {
    LIST(struct str) items;
};

static void make_links(struct arena *arena, enum dialect dialect, struct schema_table *table)
{
    LIST(struct str) links = {0};
    for (size_t i = 0; i < table->column_count && dialect != DIALECT_SQLITE; i++) {
        const struct schema_column *column = &table->columns[i];
        struct buf sql;
        if (column->references.n == 0) {
            continue;
        }
        buf_init(&sql, arena, SQL_MAX);
        BUF_ADD(&sql, STR("ALTER TABLE "));
        write_name(&sql, table->name);
        BUF_ADD(&sql, STR(" ADD FOREIGN KEY ("));
        write_name(&sql, column->name);
        BUF_ADD(&sql, STR(")"));
        write_link(&sql, column);
        LIST_PUSH(arena, &links, buf_str(&sql));
    }
    table->links = links.items;
    table->link_count = links.count;
}

static void add_index(struct arena *arena, struct indexes *indexes,
                      const struct schema_table *table, bool unique, struct str by,
                      struct str columns)
{
    LIST_PUSH(arena, &indexes->items,
              STR_JOIN(arena, unique ? STR("CREATE UNIQUE INDEX") : STR("CREATE INDEX"),
                       STR(" IF NOT EXISTS \""), table->name, STR("__by_"), by, STR("\" ON \""),
                       table->name, STR("\" ("), columns, STR(")")));
}

struct str schema_state_in(struct arena *arena, const struct str *states, size_t count,
                           struct str alias)
{
    struct str sql =
        STR_JOIN(arena, alias, alias.n > 0 ? STR(".") : STR(""), STR("\"state\" IN ("));
    for (size_t i = 0; i < count; i++) {
        sql = STR_JOIN(arena, sql, i > 0 ? STR(", '") : STR("'"), states[i], STR("'"));
    }
    return STR_JOIN(arena, sql, STR(")"));
}

/* Where the program looks records up by something other than their id. */
static void make_indexes(struct arena *arena, const struct model *model, struct schema_table *table)
{
    struct indexes indexes = {0};
    if (table->kind == SCHEMA_ENTITY) {
        const struct model_entity *entity = model_entity_row(model, table->row);
        if (entity->kind == ENTITY_PART) {
            add_index(arena, &indexes, table, false, STR("root_id"), STR("\"root_id\""));
        }
        if (model_text(model, entity->number_format).n > 0) {
            add_index(arena, &indexes, table, true, STR("number"), STR("\"number\""));
        }
        if (list_asks_state(arena, model, table->row)) {
            add_index(arena, &indexes, table, false, STR("state"), STR("\"state\", \"agency_id\""));
        }
    } else if (table->kind == SCHEMA_LIST) {
        add_index(arena, &indexes, table, false, STR("record"), STR("\"record\", \"position\""));
    }
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        const struct schema_column *column = &table->columns[i];
        if (column->references.n > 0 &&
            model_field_row(model, column->field)->collection != MODEL_NONE) {
            /* Of a row with its record, which is what is asked for by it. */
            struct str quoted = schema_quoted(arena, column->name);
            bool of_row = table->kind == SCHEMA_LIST;
            add_index(arena, &indexes, table, false,
                      of_row ? STR_JOIN(arena, column->name, STR("_record")) : column->name,
                      of_row ? STR_JOIN(arena, quoted, STR(", \"record\"")) : quoted);
        }
        if (column->part == SCHEMA_BLIND) {
            add_index(arena, &indexes, table, false, column->name,
                      schema_quoted(arena, column->name));
        }
    }
    table->indexes = indexes.items.items;
    table->index_count = indexes.items.count;
}

static void finish_table(struct arena *arena, const struct schema *schema,
                         struct schema_table *table, const struct columns *columns)
{
    struct str quoted = schema_quoted(arena, table->name);
    bool own_id = table->kind == SCHEMA_ENTITY || table->kind == SCHEMA_LIST;
    struct str key = own_id ? STR("\"id\"") : STR("\"record\"");
    table->columns = columns->items.items;
    table->column_count = columns->items.count;
    table->create = create_text(arena, table, schema->dialect);
    table->glance = select_text(arena, table, table->kernel_count);
    table->select = select_text(arena, table, table->column_count);
    if (table->kind == SCHEMA_CODES &&
        model_field_row(schema->model, table->row)->list != MODEL_NONE) {
        table->of_rows = of_rows_text(arena, table);
    }
    table->insert = insert_text(arena, table, schema->dialect);
    table->remove = STR_JOIN(arena, STR("DELETE FROM "), quoted, STR(" WHERE "), key, STR(" = ?1"));
    table->move = STR_JOIN(arena, STR("UPDATE "), quoted,
                           STR(" SET \"position\" = ?2 WHERE \"id\" = ?1 AND \"position\" <> ?2"));
    make_links(arena, schema->dialect, table);
    make_indexes(arena, schema->model, table);
}

static void make_entity(struct arena *arena, const struct schema *schema, uint32_t row,
                        struct schema_table *table)
{
    const struct model_entity *entity = model_entity_row(schema->model, row);
    struct columns columns = {.arena = arena, .model = schema->model};
    add_kernel(&columns, STR("id"), VALUE_REFERENCE, true);
    add_kernel(&columns, STR("version"), VALUE_INTEGER, true);
    add_kernel(&columns, STR("state"), VALUE_TEXT, false);
    add_kernel(&columns, STR("root_id"), VALUE_REFERENCE, true);
    add_kernel(&columns, STR("agency_id"), VALUE_REFERENCE, false);
    add_kernel(&columns, STR("number"), VALUE_TEXT, false);
    add_kernel(&columns, STR("created_at"), VALUE_DATETIME, true);
    add_kernel(&columns, STR("created_by"), VALUE_REFERENCE, false);
    add_kernel(&columns, STR("changed_at"), VALUE_DATETIME, true);
    add_kernel(&columns, STR("changed_by"), VALUE_REFERENCE, false);
    add_kernel(&columns, STR("error_id"), VALUE_REFERENCE, false);
    add_kernel(&columns, STR("error_reason"), VALUE_TEXT, false);
    add_kernel(&columns, STR("withheld_id"), VALUE_REFERENCE, false);
    add_kernel(&columns, STR("withheld_basis"), VALUE_TEXT, false);
    add_kernel(&columns, STR("expunged_at"), VALUE_DATETIME, false);
    CHECK(columns.items.count == SCHEMA_ENTITY__COUNT);
    add_fields(&columns, entity->fields_first, entity->fields_count, false);
    *table = (struct schema_table){.name = model_text(schema->model, entity->name),
                                   .kind = SCHEMA_ENTITY,
                                   .row = row,
                                   .kernel_count = SCHEMA_ENTITY__COUNT};
    finish_table(arena, schema, table, &columns);
}

static void make_list(struct arena *arena, const struct schema *schema, uint32_t row,
                      struct schema_table *table)
{
    const struct model *model = schema->model;
    const struct model_list *list = model_list_row(model, row);
    struct str entity = model_text(model, model_entity_row(model, list->entity)->name);
    struct columns columns = {.arena = arena, .model = model};
    add_kernel(&columns, STR("id"), VALUE_REFERENCE, true);
    add_kernel(&columns, STR("record"), VALUE_REFERENCE, true);
    columns.items.items[SCHEMA_LIST_RECORD].references = entity;
    add_kernel(&columns, STR("position"), VALUE_INTEGER, true);
    add_fields(&columns, list->fields_first, list->fields_count, false);
    *table = (struct schema_table){
        .name = STR_JOIN(arena, entity, SCHEMA_NAME_GAP, model_text(model, list->name)),
        .kind = SCHEMA_LIST,
        .row = row,
        .kernel_count = SCHEMA_LIST__COUNT};
    finish_table(arena, schema, table, &columns);
}

static struct str side_name(struct arena *arena, const struct schema *schema, uint32_t entity)
{
    return STR_JOIN(arena, schema_entity(schema, entity)->name, STR("__local"));
}

/* False when no overlay adds anything that has a column. */
static bool make_side(struct arena *arena, const struct schema *schema, uint32_t row,
                      struct schema_table *table)
{
    const struct model_entity *entity = model_entity_row(schema->model, row);
    struct str owner = schema_entity(schema, row)->name;
    struct columns columns = {.arena = arena, .model = schema->model};
    add_kernel(&columns, STR("record"), VALUE_REFERENCE, true);
    columns.items.items[SCHEMA_SIDE_RECORD].references = owner;
    add_fields(&columns, entity->fields_first, entity->fields_count, true);
    if (columns.items.count == SCHEMA_SIDE__COUNT) {
        return false;
    }
    *table = (struct schema_table){.name = side_name(arena, schema, row),
                                   .kind = SCHEMA_SIDE,
                                   .row = row,
                                   .kernel_count = SCHEMA_SIDE__COUNT};
    finish_table(arena, schema, table, &columns);
    return true;
}

static void make_codes(struct arena *arena, const struct schema *schema, uint32_t row,
                       struct schema_table *table)
{
    const struct model_field *field = model_field_row(schema->model, row);
    struct str owner = field->list == MODEL_NONE ? schema_entity(schema, field->entity)->name
                                                 : schema_list(schema, field->list)->name;
    struct columns columns = {.arena = arena, .model = schema->model};
    add_kernel(&columns, STR("record"), VALUE_REFERENCE, true);
    columns.items.items[SCHEMA_CODES_RECORD].references = owner;
    add_kernel(&columns, STR("position"), VALUE_INTEGER, true);
    add_kernel(&columns, STR("code"), VALUE_TEXT, true);
    columns.items.items[SCHEMA_CODES_CODE].meaning = meaning_of(arena, schema->model, field);
    add_kernel(&columns, STR("version"), VALUE_INTEGER, true);
    *table = (struct schema_table){
        .name = STR_JOIN(arena, owner, SCHEMA_NAME_GAP, model_text(schema->model, field->name)),
        .kind = SCHEMA_CODES,
        .row = row,
        .kernel_count = SCHEMA_CODES__COUNT};
    finish_table(arena, schema, table, &columns);
}

/* The statement that finds who leads here by a reference field. */
static struct str back_text(struct arena *arena, const struct schema *schema, uint32_t row)
{
    const struct model_field *field = model_field_row(schema->model, row);
    struct str column = schema_quoted(arena, model_text(schema->model, field->name));
    if (field->overlay != MODEL_NONE) {
        return STR_JOIN(arena, STR("SELECT \"record\" FROM "),
                        schema_quoted(arena, side_name(arena, schema, field->entity)),
                        STR(" WHERE "), column, STR(" = ?1 ORDER BY \"record\""));
    }
    if (field->list == MODEL_NONE) {
        return STR_JOIN(arena, STR("SELECT \"id\" FROM "),
                        schema_quoted(arena, schema_entity(schema, field->entity)->name),
                        STR(" WHERE "), column, STR(" = ?1 ORDER BY \"id\""));
    }
    return STR_JOIN(arena, STR("SELECT DISTINCT \"record\" FROM "),
                    schema_quoted(arena, schema_list(schema, field->list)->name), STR(" WHERE "),
                    column, STR(" = ?1 ORDER BY \"record\""));
}

struct str schema_leading(struct arena *arena, const struct schema *schema, uint32_t reference)
{
    const struct model_field *field = model_field_row(schema->model, reference);
    return STR_JOIN(arena, STR("SELECT \"id\", \"root_id\" FROM "),
                    schema_quoted(arena, schema_entity(schema, field->entity)->name),
                    STR(" WHERE \"id\" IN ("), schema->back[reference], STR(")"));
}

const struct schema *schema_new(struct arena *arena, const struct model *model,
                                enum dialect dialect)
{
    uint32_t entities = model_entity_total(model), lists = model_list_total(model);
    uint32_t fields = model_field_total(model), several = 0;
    for (uint32_t i = 0; i < fields; i++) {
        several += model_field_row(model, i)->kind == FIELD_CODES ? 1 : 0;
    }
    struct schema *schema = ARENA_NEW(arena, struct schema);
    uint32_t *codes = ARENA_ARRAY(arena, fields, uint32_t);
    struct str *back = ARENA_ARRAY(arena, fields, struct str);
    schema->model = model;
    schema->dialect = dialect;
    schema->tables =
        ARENA_ARRAY(arena, (size_t)2 * entities + lists + several, struct schema_table);
    uint32_t *sides = ARENA_ARRAY(arena, entities, uint32_t);
    schema->sides = sides;
    schema->codes = codes;
    schema->back = back;
    for (uint32_t i = 0; i < entities; i++) {
        make_entity(arena, schema, i, &schema->tables[i]);
    }
    for (uint32_t i = 0; i < lists; i++) {
        make_list(arena, schema, i, &schema->tables[entities + i]);
    }
    schema->table_count = (size_t)entities + lists;
    for (uint32_t i = 0; i < entities; i++) {
        bool made = make_side(arena, schema, i, &schema->tables[schema->table_count]);
        sides[i] = made ? (uint32_t)schema->table_count++ : MODEL_NONE;
    }
    for (uint32_t i = 0; i < fields; i++) {
        const struct model_field *field = model_field_row(model, i);
        codes[i] = MODEL_NONE;
        if (field->kind == FIELD_CODES) {
            codes[i] = (uint32_t)schema->table_count;
            make_codes(arena, schema, i, &schema->tables[schema->table_count++]);
        } else if (field->kind == FIELD_REFERENCE && !field->kernel) {
            back[i] = back_text(arena, schema, i);
        }
    }
    return schema;
}

const struct schema_table *schema_entity(const struct schema *schema, uint32_t entity)
{
    CHECK(entity < model_entity_total(schema->model));
    return &schema->tables[entity];
}

const struct schema_table *schema_list(const struct schema *schema, uint32_t list)
{
    CHECK(list < model_list_total(schema->model));
    return &schema->tables[model_entity_total(schema->model) + list];
}

const struct schema_table *schema_side(const struct schema *schema, uint32_t entity)
{
    CHECK(entity < model_entity_total(schema->model));
    uint32_t side = schema->sides[entity];
    return side == MODEL_NONE ? NULL : &schema->tables[side];
}

const struct schema_table *schema_codes(const struct schema *schema, uint32_t field)
{
    CHECK(field < model_field_total(schema->model) && schema->codes[field] != MODEL_NONE);
    return &schema->tables[schema->codes[field]];
}
