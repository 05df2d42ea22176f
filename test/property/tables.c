#include "tables.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

#define SQL_MAX 100000

struct str tables_name(enum world_kind kind)
{
    static const struct str names[WORLD_KINDS] = {STR_INIT("report"), STR_INIT("allegation"),
                                                  STR_INIT("person"), STR_INIT("worker")};
    return names[kind];
}

/* ---- making and filling ---- */

static void run(struct engine *engine, struct arena *arena, struct str sql,
                const struct value *values, size_t count)
{
    struct answers answers;
    struct str message;
    if (!engine_query(engine, arena, sql, values, count, NULL, 0, &answers, &message)) {
        fprintf(stderr, "%.*s\n%.*s\n", STR_ARG(sql), STR_ARG(message));
        exit(1);
    }
}

static struct str type_of(enum dialect dialect, enum value_type type)
{
    bool postgres = dialect == DIALECT_POSTGRES;
    if (type == VALUE_TEXT || type == VALUE_CODE) {
        return postgres ? STR("text COLLATE \"C\"") : STR("TEXT");
    }
    if (type == VALUE_REFERENCE) {
        return postgres ? STR("uuid") : STR("BLOB");
    }
    if (type == VALUE_BOOLEAN) {
        return postgres ? STR("boolean") : STR("INTEGER");
    }
    return postgres ? STR("bigint") : STR("INTEGER");
}

/* The columns of a kind in their order, with what a record has in each. */
struct column {
    struct str name;
    enum value_type type;
    struct value value;
};

static struct value text_or_unset(struct str text)
{
    return text.n > 0 ? value_text(text) : value_unset();
}

static size_t columns_of(struct arena *arena, enum world_kind kind, const struct record *record,
                         struct column *columns)
{
    size_t count = 0;
    columns[count++] = (struct column){STR("id"), VALUE_REFERENCE, value_reference(record->id)};
    if (kind == ALLEGATION) {
        columns[count++] =
            (struct column){STR("record"), VALUE_REFERENCE, value_reference(record->owner)};
    }
    for (size_t i = 0; i < WORLD_FIELDS; i++) {
        const struct world_field *field = &world_fields[i];
        struct value value = record->values[i];
        if (field->kind != kind || field->type == VALUE_UNSET) {
            continue;
        }
        columns[count++] = (struct column){field->name, field->type, value};
        columns[count++] = (struct column){STR_JOIN(arena, field->name, STR("_why")), VALUE_TEXT,
                                           text_or_unset(record->why[i])};
        if (field->type == VALUE_DATETIME) {
            columns[count++] = (struct column){
                STR_JOIN(arena, field->name, STR("_date")), VALUE_DATE,
                value_is_set(value) ? value_date(value.datetime.local) : value_unset()};
        }
    }
    return count;
}

#define COLUMNS_MAX (3 * WORLD_FIELDS)

static void make_table(struct engine *engine, struct arena *arena, enum world_kind kind)
{
    static const struct record nobody;
    struct column columns[COLUMNS_MAX];
    size_t count = columns_of(arena, kind, &nobody, columns);
    struct buf sql;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("CREATE TABLE \""), tables_name(kind), STR("\" ("));
    for (size_t i = 0; i < count; i++) {
        BUF_ADD(&sql, i > 0 ? STR(", \"") : STR("\""), columns[i].name, STR("\" "),
                type_of(engine_dialect(engine), columns[i].type));
    }
    buf_add(&sql, engine_dialect(engine) == DIALECT_SQLITE ? STR(") STRICT") : STR(")"));
    run(engine, arena, buf_str(&sql), NULL, 0);
}

static void insert(struct engine *engine, struct arena *arena, const struct record *record)
{
    struct column columns[COLUMNS_MAX];
    struct value values[COLUMNS_MAX];
    size_t count = columns_of(arena, record->kind, record, columns);
    struct buf sql;
    buf_init(&sql, arena, SQL_MAX);
    BUF_ADD(&sql, STR("INSERT INTO \""), tables_name(record->kind), STR("\" VALUES ("));
    for (size_t i = 0; i < count; i++) {
        values[i] = columns[i].value;
        BUF_ADD(&sql, i > 0 ? STR(", ?") : STR("?"), str_from_int(arena, (int64_t)i + 1));
    }
    buf_byte(&sql, ')');
    run(engine, arena, buf_str(&sql), values, count);
}

void tables_fill(struct engine *engine, struct arena *arena, const struct world *world)
{
    for (unsigned kind = 0; kind < WORLD_KINDS; kind++) {
        make_table(engine, arena, (enum world_kind)kind);
    }
    run(engine, arena, STR("BEGIN"), NULL, 0);
    for (size_t i = 0; i < world->count; i++) {
        insert(engine, arena, &world->records[i]);
    }
    run(engine, arena, STR("COMMIT"), NULL, 0);
}

/* ---- the host ---- */

static struct str column(void *context, struct arena *arena, uint32_t field, enum lower_part part,
                         struct str alias)
{
    (void)context;
    struct str suffix = part == PART_WHY     ? STR("_why\"")
                        : part == PART_LOCAL ? STR("_date\"")
                                             : STR("\"");
    return STR_JOIN(arena, alias, STR(".\""), world_fields[field].name, suffix);
}

static struct str table(void *context, struct arena *arena, uint32_t kind, struct str alias)
{
    (void)context;
    return STR_JOIN(arena, STR("\""), tables_name((enum world_kind)kind), STR("\" "), alias);
}

static struct str key(void *context, struct arena *arena, uint32_t kind, struct str alias)
{
    (void)context;
    (void)kind;
    return STR_JOIN(arena, alias, STR(".id"));
}

static struct lower_members members(void *context, struct arena *arena, uint32_t collection,
                                    struct str owner, struct str alias)
{
    (void)context;
    const struct world_collection *of = &world_collections[collection];
    struct str link =
        of->reference == WORLD_LIST ? STR("record") : world_fields[of->reference].name;
    return (struct lower_members){.from = table(NULL, arena, of->member, alias),
                                  .condition =
                                      STR_JOIN(arena, alias, STR(".\""), link, STR("\" = "), owner),
                                  .order = STR_JOIN(arena, alias, STR(".id"))};
}

struct lower_host tables_host(struct world *world)
{
    return (struct lower_host){.context = world,
                               .nodes = world->program.nodes.items,
                               .text = world->program.text.items,
                               .column = column,
                               .table = table,
                               .key = key,
                               .members = members,
                               .fact = world_fact};
}
