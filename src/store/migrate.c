/* The tables of the model. Only what is added is migrated: a column whose stored values would mean
 * something else is refused, one that is no longer in the model stays. */
#include "db/named.h"
#include "lower/dialect.h"
#include "store/store_int.h"

/* ---- functions of lowered expressions ---- */

static struct db_value call_function(const void *context, const struct db_value *arguments)
{
    const struct dialect_function *function = context;
    int64_t result;
    if (arguments[0].type == DB_INT && arguments[1].type == DB_INT &&
        function->call(arguments[0].integer, arguments[1].integer, &result)) {
        return (struct db_value){.type = DB_INT, .integer = result};
    }
    return (struct db_value){.type = DB_NULL};
}

enum status define_functions(struct db *db)
{
    const struct dialect_function *functions;
    size_t count = dialect_functions(
        db_dialect(db) == DB_DIALECT_POSTGRES ? DIALECT_POSTGRES : DIALECT_SQLITE, &functions);
    for (size_t i = 0; i < count; i++) {
        struct db_function function = {.name = functions[i].name,
                                       .parameters = DIALECT_PARAMETERS,
                                       .call = call_function,
                                       .context = &functions[i]};
        TRY(db_define_function(db, &function));
    }
    return STATUS_OK;
}

/* ---- what is there ---- */

struct known_column {
    struct str meaning;
};

struct migration {
    struct store *store;
    const struct practice *practice; /* that is wanted */
    struct db *db;
    struct arena *arena;
    struct outcome *outcome;
    struct buf *plan;   /* gets the SQL of a dry run, or NULL */
    struct map tables;  /* that exist */
    struct map columns; /* "table.column" -> struct known_column */
    LIST(const struct schema_table *) made;
};

static struct str column_key(struct arena *arena, struct str table, struct str column)
{
    return STR_JOIN(arena, table, STR("."), column);
}

static enum status read_known(struct migration *m)
{
    struct db_statement *q;
    map_init(&m->tables, m->arena);
    map_init(&m->columns, m->arena);
    TRY(db_named(m->db, SQL_FIND_MODEL_COLUMNS, m->arena, &q));
    while (db_next(q)) {
        struct known_column *known = ARENA_NEW(m->arena, struct known_column);
        struct str table = db_text(q, 0);
        known->meaning = db_text(q, 2);
        (void)map_add(&m->tables, table, known);
        (void)map_add(&m->columns, column_key(m->arena, table, db_text(q, 1)), known);
    }
    return db_finish(q);
}

/* ---- what is wanted ---- */

static void refuse_meaning(struct migration *m, struct str where, struct str stored,
                           struct str wanted)
{
    outcome_problem(m->outcome, STATUS_REFUSED, where, STR("other_meaning"),
                    STR_JOIN(m->arena, STR("This field was stored as “"), stored,
                             STR("” and would now be read as “"), wanted,
                             STR("”. Give the new field another name.")));
}

#define SEVERAL STR("several answers")

/* One answer and several stand in different places: what was said would be left behind. */
static void refuse_several(struct migration *m, const struct schema_table *table)
{
    struct str owner = table->columns[SCHEMA_CODES_RECORD].references;
    struct str field = str_slice(table->name, owner.n + SCHEMA_NAME_GAP.n, table->name.n);
    const struct known_column *known = map_get(&m->columns, column_key(m->arena, owner, field));
    if (known != NULL) {
        refuse_meaning(m, column_key(m->arena, owner, field), known->meaning, SEVERAL);
    }
}

/* Runs a statement that changes tables; a dry run shows it. */
static enum status change(struct migration *m, struct str sql)
{
    if (m->plan != NULL) {
        BUF_ADD(m->plan, sql, STR(";\n"));
    }
    return db_script(m->db, sql);
}

static enum status note_column(struct migration *m, const struct schema_table *table,
                               const struct schema_column *column)
{
    struct db_statement *q;
    TRY(db_named(m->db, SQL_ADD_MODEL_COLUMN, m->arena, &q));
    db_bind_text(q, 1, table->name);
    db_bind_text(q, 2, column->name);
    db_bind_text(q, 3, column->meaning);
    return db_run(q);
}

static enum status make_table(struct migration *m, const struct schema_table *table)
{
    if (table->kind == SCHEMA_CODES) {
        refuse_several(m, table);
    }
    TRY(change(m, table->create));
    LIST_PUSH(m->arena, &m->made, table);
    for (size_t i = 0; i < table->column_count; i++) {
        TRY(note_column(m, table, &table->columns[i]));
    }
    return STATUS_OK;
}

/* What leads from the new tables to others, now that all of them are there. */
static enum status link_tables(struct migration *m)
{
    for (size_t i = 0; i < m->made.count; i++) {
        const struct schema_table *table = m->made.items[i];
        for (size_t k = 0; k < table->link_count; k++) {
            TRY(change(m, table->links[k]));
        }
    }
    return STATUS_OK;
}

static enum status extend_table(struct migration *m, const struct schema_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct schema_column *column = &table->columns[i];
        const struct known_column *known =
            map_get(&m->columns, column_key(m->arena, table->name, column->name));
        if (known == NULL &&
            map_has(&m->tables, STR_JOIN(m->arena, table->name, SCHEMA_NAME_GAP, column->name))) {
            refuse_meaning(m, column_key(m->arena, table->name, column->name), SEVERAL,
                           column->meaning);
        } else if (known == NULL) {
            TRY(change(m, schema_add_column(m->arena, m->practice->schema, table, column)));
            TRY(note_column(m, table, column));
        } else if (!str_eq(known->meaning, column->meaning)) {
            refuse_meaning(m, column_key(m->arena, table->name, column->name), known->meaning,
                           column->meaning);
        }
    }
    return STATUS_OK;
}

/* A record in a state that is no longer there could go nowhere. */
static enum status refuse_lost_states(struct migration *m, const struct schema_table *table)
{
    struct db_statement *q;
    if (table->kind != SCHEMA_ENTITY || !map_has(&m->tables, table->name)) {
        return STATUS_OK;
    }
    TRY(db_prepare(m->db, schema_states(m->arena, m->practice->schema, table->row), m->arena, &q));
    while (db_next(q)) {
        struct str state = db_text(q, 0);
        if (model_state_by_name(m->practice->model, table->row, state) == MODEL_NONE) {
            outcome_problem(m->outcome, STATUS_REFUSED,
                            STR_JOIN(m->arena, table->name, STR(".state")), STR("state_gone"),
                            STR_JOIN(m->arena, str_from_int(m->arena, db_int(q, 1)),
                                     STR(" records of “"), table->name, STR("” are in the state '"),
                                     state,
                                     STR("', which the new model does not have. Keep the state, "
                                         "with a step out of it, until no record is in it.")));
        }
    }
    return db_finish(q);
}

/* What nothing in the model asks for any more stays where it is: a column is retired, never
 * dropped, and comes back with its field. */
static enum status migrate_tables(struct migration *m)
{
    const struct schema *schema = m->practice->schema;
    TRY(read_known(m));
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct schema_table *table = &schema->tables[i];
        TRY(map_has(&m->tables, table->name) ? extend_table(m, table) : make_table(m, table));
        TRY(refuse_lost_states(m, table));
    }
    TRY(link_tables(m));
    return m->outcome->status;
}

/* Those that are there already cost a look at the schema. */
static enum status make_indexes(struct migration *m)
{
    const struct schema *schema = m->practice->schema;
    for (size_t i = 0; i < schema->table_count; i++) {
        for (size_t k = 0; k < schema->tables[i].index_count; k++) {
            TRY(db_script(m->db, schema->tables[i].indexes[k]));
        }
    }
    return STATUS_OK;
}

static enum status activate(struct migration *m)
{
    const struct model_model *model = model_model_row(m->practice->model, 0);
    struct db_statement *q;
    TRY(db_named(m->db, SQL_ADD_IMAGE, m->arena, &q));
    db_bind_text(q, 1, m->practice->digest);
    db_bind_text(q, 2, model_text(m->practice->model, model->name));
    db_bind_text(q, 3, model_text(m->practice->model, model->version));
    db_bind_int(q, 4, store_now(m->store).ms);
    return db_run(q);
}

enum status migrate_model(struct store *store, const struct practice *practice, struct db *db,
                          struct str last, bool newer_kernel, struct arena *arena,
                          struct outcome *outcome)
{
    struct migration m = {.store = store,
                          .practice = practice,
                          .db = db,
                          .arena = arena,
                          .outcome = outcome,
                          .plan = store->plan};
    bool same = str_eq(practice->digest, last);
    if (same && !newer_kernel) {
        return make_indexes(&m); /* the program may read by another one than it did */
    }
    TRY(migrate_tables(&m));
    TRY(make_indexes(&m));
    TRY(waits_fill(db, arena, practice->schema));
    if (same) {
        return STATUS_OK;
    }
    TRY(activate(&m));
    return last.n > 0 ? recompute_plan(store, practice->model, last, db, arena) : STATUS_OK;
}

enum status last_image(struct db *db, struct arena *arena, struct str *ret_digest)
{
    struct db_statement *q;
    *ret_digest = STR("");
    TRY(db_named(db, SQL_FIND_LAST_IMAGE, arena, &q));
    if (db_next(q)) {
        *ret_digest = db_text(q, 0);
    }
    return db_finish(q);
}
