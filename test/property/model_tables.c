/* The practice model on both databases: its tables are made, every statement over them and every
 * list view is prepared. Runs beside a server of its own (with-postgres). */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "base/buf.h"
#include "compile/compile.h"
#include "lower/list.h"

#define ARENA_MOST ((size_t)512 * 1024 * 1024)

struct fixture {
    struct arena arena;
    const struct model *model;
    PGconn *postgres;
    sqlite3 *sqlite;
};

/* What lists need of the kernel's tables. */
static const char kernel_sqlite[] =
    "CREATE TABLE record_audience (audience INTEGER, entity TEXT, record BLOB);"
    "CREATE TABLE clock (record BLOB, clock TEXT, state TEXT, due INTEGER);"
    "CREATE TABLE history (record BLOB, done_by BLOB);";
static const char kernel_postgres[] =
    "CREATE TABLE record_audience (audience bigint, entity text, record uuid);"
    "CREATE TABLE clock (record uuid, clock text, state text, due bigint);"
    "CREATE TABLE history (record uuid, done_by uuid);";

/* ---- the databases ---- */

static void fail_with(struct str sql, const char *message)
{
    print_error("%s\n%.*s\n", message, STR_ARG(sql));
    fail();
}

static void run_postgres(struct fixture *f, struct str sql)
{
    PGresult *result = PQexec(f->postgres, str_cstr(&f->arena, sql));
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail_with(sql, PQresultErrorMessage(result));
    }
    PQclear(result);
}

/* $1 for ?1, as the driver will. */
static const char *with_dollars(struct arena *arena, struct str sql)
{
    char *copy = arena_alloc(arena, sql.n + 1);
    bool quoted = false;
    for (size_t i = 0; i < sql.n; i++) {
        quoted = quoted != (sql.p[i] == '\'');
        copy[i] = sql.p[i] == '?' && !quoted ? '$' : sql.p[i];
    }
    return copy;
}

static void prepare_postgres(struct fixture *f, struct str sql)
{
    PGresult *result = PQprepare(f->postgres, "", with_dollars(&f->arena, sql), 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_with(sql, PQresultErrorMessage(result));
    }
    PQclear(result);
}

static void run_sqlite(struct fixture *f, struct str sql)
{
    if (sqlite3_exec(f->sqlite, str_cstr(&f->arena, sql), NULL, NULL, NULL) != SQLITE_OK) {
        fail_with(sql, sqlite3_errmsg(f->sqlite));
    }
}

static void prepare_sqlite(struct fixture *f, struct str sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(f->sqlite, sql.p, (int)sql.n, &statement, NULL) != SQLITE_OK) {
        fail_with(sql, sqlite3_errmsg(f->sqlite));
    }
    sqlite3_finalize(statement);
}

static void run(struct fixture *f, enum dialect dialect, struct str sql)
{
    if (dialect == DIALECT_POSTGRES) {
        run_postgres(f, sql);
    } else {
        run_sqlite(f, sql);
    }
}

static void prepare(struct fixture *f, enum dialect dialect, struct str sql)
{
    if (sql.n == 0) {
        return;
    }
    if (dialect == DIALECT_POSTGRES) {
        prepare_postgres(f, sql);
    } else {
        prepare_sqlite(f, sql);
    }
}

/* The functions of lowered expressions; they are prepared here, never called. */
static void no_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_null(context);
}

static void define_functions(struct fixture *f)
{
    const struct dialect_function *functions;
    size_t count = dialect_functions(DIALECT_SQLITE, &functions);
    for (size_t i = 0; i < count; i++) {
        sqlite3_create_function(f->sqlite, str_cstr(&f->arena, functions[i].name),
                                DIALECT_PARAMETERS, SQLITE_UTF8, NULL, no_function, NULL, NULL);
    }
}

/* ---- the model ---- */

static int begin(void **state)
{
    static struct fixture f;
    struct outcome outcome;
    struct compile_result result;
    const char *model = getenv("HEARTH_MODEL");
    arena_init(&f.arena, ARENA_MOST, NULL, NULL);
    outcome_init(&outcome, &f.arena);
    assert_non_null(model);
    assert_int_equal(
        compile_model(&f.arena, str_from(model), STR("/usr/share/zoneinfo"), &outcome, &result),
        STATUS_OK);
    assert_int_equal(model_open(&f.arena, result.image, &outcome, &f.model), STATUS_OK);
    f.postgres = PQconnectdb("options='-c client_min_messages=warning'");
    if (PQstatus(f.postgres) != CONNECTION_OK) {
        fail_with(STR("PostgreSQL"), PQerrorMessage(f.postgres));
    }
    assert_int_equal(sqlite3_open(":memory:", &f.sqlite), SQLITE_OK);
    define_functions(&f);
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    PQfinish(f->postgres);
    sqlite3_close(f->sqlite);
    arena_clear(&f->arena);
    return 0;
}

/* Foreign keys may lead to tables that come later: PostgreSQL wants those first, so it gets the
 * keys when all tables are there. */
static void make_tables(struct fixture *f, const struct schema *schema)
{
    bool postgres = schema->dialect == DIALECT_POSTGRES;
    run(f, schema->dialect, postgres ? str_from(kernel_postgres) : str_from(kernel_sqlite));
    for (size_t i = 0; i < schema->table_count; i++) {
        run(f, schema->dialect, schema->tables[i].create);
    }
    for (size_t i = 0; i < schema->table_count; i++) {
        for (size_t k = 0; k < schema->tables[i].link_count; k++) {
            run(f, schema->dialect, schema->tables[i].links[k]);
        }
        for (size_t k = 0; k < schema->tables[i].index_count; k++) {
            run(f, schema->dialect, schema->tables[i].indexes[k]);
        }
    }
}

static void prepare_tables(struct fixture *f, const struct schema *schema)
{
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct schema_table *table = &schema->tables[i];
        uint32_t *columns = ARENA_ARRAY(&f->arena, table->column_count, uint32_t);
        for (size_t k = 0; k < table->column_count; k++) {
            columns[k] = (uint32_t)k;
        }
        prepare(f, schema->dialect, table->select);
        prepare(f, schema->dialect, table->insert);
        prepare(f, schema->dialect, table->remove);
        if (table->kind != SCHEMA_CODES) {
            prepare(f, schema->dialect,
                    schema_update(&f->arena, schema, table, columns, table->column_count));
        }
        if (table->kind == SCHEMA_LIST) {
            prepare(f, schema->dialect, table->move);
        }
    }
    for (uint32_t i = 0; i < model_field_total(f->model); i++) {
        prepare(f, schema->dialect, schema->back[i]);
    }
    for (uint32_t i = 0; i < model_entity_total(f->model); i++) {
        const struct model_entity *shape = model_entity_row(f->model, i);
        prepare(f, schema->dialect, schema_after(&f->arena, schema, i));
        prepare(f, schema->dialect, schema_hand_over(&f->arena, schema, i));
        if (shape->no_overlap != MODEL_NONE) {
            prepare(f, schema->dialect, schema_overlaps(&f->arena, schema, i));
        }
    }
}

static void prepare_lists(struct fixture *f, const struct schema *schema)
{
    static const struct list_audience audiences[] = {
        {1, SCOPE_OWN_AGENCY, {{1}}},
        {2, SCOPE_SHARED,     {{1}}},
    };
    for (uint32_t i = 0; i < model_list_view_total(f->model); i++) {
        const struct model_list_view *view = model_list_view_row(f->model, i);
        struct lower_statement statement = {.arena = &f->arena, .dialect = schema->dialect};
        struct lower_error error;
        struct str sql;
        struct list_query query = {.entity = view->entity,
                                   .where = view->where,
                                   .order = view->order,
                                   .descending = view->descending != 0,
                                   .reference = MODEL_NONE,
                                   .audiences = audiences,
                                   .audience_count = ARRAY_LENGTH(audiences),
                                   .after = {{1}},
                                   .limit = 50};
        if (view->clock != MODEL_NONE) {
            query.clock = model_text(f->model, model_clock_row(f->model, view->clock)->name);
        }
        if (lower_list(&statement, schema, &query, &sql, &error) != STATUS_OK) {
            fail_with(model_text(f->model, view->name), str_cstr(&f->arena, error.message));
        }
        prepare(f, schema->dialect, sql);
    }
}

static void check_dialect(struct fixture *f, enum dialect dialect)
{
    const struct schema *schema = schema_new(&f->arena, f->model, dialect);
    make_tables(f, schema);
    prepare_tables(f, schema);
    prepare_lists(f, schema);
}

static void sqlite_takes_the_model(void **state)
{
    check_dialect(*state, DIALECT_SQLITE);
}

static void postgres_takes_the_model(void **state)
{
    check_dialect(*state, DIALECT_POSTGRES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_takes_the_model),
        cmocka_unit_test(postgres_takes_the_model),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
