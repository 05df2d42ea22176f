#include "engine.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct engine {
    enum dialect dialect;
    sqlite3 *sqlite;
    PGconn *postgres;
};

enum dialect engine_dialect(const struct engine *engine)
{
    return engine->dialect;
}

static _Noreturn void stop(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

struct str engine_text(struct arena *arena, struct value value)
{
    switch (value.type) {
    case VALUE_BOOLEAN:
        return value.boolean ? STR("t") : STR("f");
    case VALUE_INTEGER:
    case VALUE_DECIMAL:
        return str_from_int(arena, value.integer);
    case VALUE_DATE:
        return str_from_int(arena, value.date.day);
    case VALUE_DATETIME:
        return str_from_int(arena, value.datetime.at.ms);
    case VALUE_TEXT:
        return value.text.p ? value.text : STR("");
    case VALUE_CODE:
        return value.code.code;
    case VALUE_REFERENCE:
        return uuid_text(arena, value.reference);
    case VALUE_UNSET:
    case VALUE__COUNT:
        break;
    }
    return (struct str){0};
}

/* ---- SQLite ---- */

static void call_function(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct dialect_function *function = sqlite3_user_data(context);
    int64_t result = 0;
    if (count != DIALECT_PARAMETERS || sqlite3_value_type(arguments[0]) == SQLITE_NULL ||
        sqlite3_value_type(arguments[1]) == SQLITE_NULL ||
        !function->call(sqlite3_value_int64(arguments[0]), sqlite3_value_int64(arguments[1]),
                        &result)) {
        sqlite3_result_null(context);
        return;
    }
    sqlite3_result_int64(context, result);
}

struct engine *engine_sqlite(struct arena *arena)
{
    struct engine *engine = ARENA_NEW(arena, struct engine);
    engine->dialect = DIALECT_SQLITE;
    if (sqlite3_open(":memory:", &engine->sqlite) != SQLITE_OK) {
        stop("SQLite", "cannot open");
    }
    const struct dialect_function *functions = NULL;
    size_t count = dialect_functions(DIALECT_SQLITE, &functions);
    for (size_t i = 0; i < count; i++) {
        /* sqlite3_create_function takes the context without const, and does not touch it. */
        union {
            const void *given;
            void *wanted;
        } context = {.given = &functions[i]};
        if (sqlite3_create_function(engine->sqlite, str_cstr(arena, functions[i].name),
                                    DIALECT_PARAMETERS, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                    context.wanted, call_function, NULL, NULL) != SQLITE_OK) {
            stop("SQLite", sqlite3_errmsg(engine->sqlite));
        }
    }
    return engine;
}

static void bind_sqlite(sqlite3_stmt *statement, int at, struct value value)
{
    struct str text = value.type == VALUE_CODE ? value.code.code : value.text;
    switch (value.type) {
    case VALUE_BOOLEAN:
        sqlite3_bind_int64(statement, at, value.boolean);
        break;
    case VALUE_INTEGER:
    case VALUE_DECIMAL:
        sqlite3_bind_int64(statement, at, value.integer);
        break;
    case VALUE_DATE:
        sqlite3_bind_int64(statement, at, value.date.day);
        break;
    case VALUE_DATETIME:
        sqlite3_bind_int64(statement, at, value.datetime.at.ms);
        break;
    case VALUE_TEXT:
    case VALUE_CODE:
        sqlite3_bind_text(statement, at, text.p ? text.p : "", (int)text.n, SQLITE_TRANSIENT);
        break;
    case VALUE_REFERENCE:
        sqlite3_bind_blob(statement, at, value.reference.bytes, sizeof(value.reference.bytes),
                          SQLITE_TRANSIENT);
        break;
    case VALUE_UNSET:
    case VALUE__COUNT:
        sqlite3_bind_null(statement, at);
        break;
    }
}

/* A cell of another storage class than its type has is shown with it, so that it cannot agree. */
static struct str read_sqlite(struct arena *arena, sqlite3_stmt *statement, int column,
                              enum value_type type)
{
    static const char *const classes[] = {"", "integer", "real", "text", "blob", "null"};
    int found = sqlite3_column_type(statement, column);
    const void *bytes = sqlite3_column_blob(statement, column);
    size_t size = (size_t)sqlite3_column_bytes(statement, column);
    bool words = type == VALUE_TEXT || type == VALUE_CODE;
    if (found == SQLITE_NULL) {
        return (struct str){0};
    }
    if (words && found == SQLITE_TEXT) {
        return size > 0 ? str_copy(arena, (struct str){bytes, size}) : STR("");
    }
    if (type == VALUE_REFERENCE && found == SQLITE_BLOB && size == sizeof(struct uuid)) {
        struct uuid uuid;
        memcpy(&uuid, bytes, sizeof(uuid));
        return uuid_text(arena, uuid);
    }
    if (!words && type != VALUE_REFERENCE && found == SQLITE_INTEGER) {
        int64_t number = sqlite3_column_int64(statement, column);
        return engine_text(arena, type == VALUE_BOOLEAN && (number == 0 || number == 1)
                                      ? value_boolean(number == 1)
                                      : value_integer(number));
    }
    return STR_JOIN(arena, STR("storage class "), str_from(classes[found]));
}

static bool query_sqlite(struct engine *engine, struct arena *arena, struct str sql,
                         const struct value *values, size_t value_count,
                         const enum value_type *types, size_t columns, struct answers *ret_answers,
                         struct str *ret_message)
{
    sqlite3_stmt *statement = NULL;
    LIST(struct str) cells = {0};
    int result = sqlite3_prepare_v2(engine->sqlite, sql.p, (int)sql.n, &statement, NULL);
    for (size_t i = 0; result == SQLITE_OK && i < value_count; i++) {
        bind_sqlite(statement, (int)i + 1, values[i]);
    }
    ret_answers->rows = 0;
    ret_answers->columns = columns;
    while (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        for (size_t i = 0; i < columns; i++) {
            LIST_PUSH(arena, &cells, read_sqlite(arena, statement, (int)i, types[i]));
        }
        ret_answers->rows++;
        result = SQLITE_OK;
    }
    ret_answers->cells = cells.items;
    *ret_message = str_copy(arena, str_from(sqlite3_errmsg(engine->sqlite)));
    sqlite3_finalize(statement);
    return result == SQLITE_DONE;
}

/* ---- PostgreSQL ---- */

struct engine *engine_postgres(struct arena *arena)
{
    struct engine *engine = ARENA_NEW(arena, struct engine);
    engine->dialect = DIALECT_POSTGRES;
    engine->postgres = PQconnectdb("options='-c client_min_messages=warning'");
    if (PQstatus(engine->postgres) != CONNECTION_OK) {
        stop("PostgreSQL", PQerrorMessage(engine->postgres));
    }
    return engine;
}

/* $1 for ?1, as the driver will. */
static const char *with_dollars(struct arena *arena, struct str sql)
{
    char *copy = arena_copy(arena, str_cstr(arena, sql), sql.n + 1);
    for (size_t i = 0; i + 1 < sql.n; i++) {
        if (copy[i] == '?' && copy[i + 1] >= '0' && copy[i + 1] <= '9') {
            copy[i] = '$';
        }
    }
    return copy;
}

static bool query_postgres(struct engine *engine, struct arena *arena, struct str sql,
                           const struct value *values, size_t value_count, size_t columns,
                           struct answers *ret_answers, struct str *ret_message)
{
    const char **texts = ARENA_ARRAY(arena, value_count, const char *);
    for (size_t i = 0; i < value_count; i++) {
        texts[i] = value_is_set(values[i]) ? str_cstr(arena, engine_text(arena, values[i])) : NULL;
    }
    PGresult *result = PQexecParams(engine->postgres, with_dollars(arena, sql), (int)value_count,
                                    NULL, texts, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    *ret_message = str_copy(arena, str_from(PQresultErrorMessage(result)));
    ret_answers->rows = (size_t)PQntuples(result);
    ret_answers->columns = columns;
    ret_answers->cells = ARENA_ARRAY(arena, ret_answers->rows * columns, struct str);
    for (size_t i = 0; good && i < ret_answers->rows * columns; i++) {
        int row = (int)(i / columns), column = (int)(i % columns);
        if (!PQgetisnull(result, row, column)) {
            struct str cell = str_from(PQgetvalue(result, row, column));
            ret_answers->cells[i] = cell.n > 0 ? str_copy(arena, cell) : STR("");
        }
    }
    PQclear(result);
    return good;
}

/* ---- either ---- */

bool engine_query(struct engine *engine, struct arena *arena, struct str sql,
                  const struct value *values, size_t value_count, const enum value_type *types,
                  size_t columns, struct answers *ret_answers, struct str *ret_message)
{
    return engine->dialect == DIALECT_SQLITE
               ? query_sqlite(engine, arena, sql, values, value_count, types, columns, ret_answers,
                              ret_message)
               : query_postgres(engine, arena, sql, values, value_count, columns, ret_answers,
                                ret_message);
}

void engine_close(struct engine *engine)
{
    sqlite3_close(engine->sqlite);
    PQfinish(engine->postgres);
}
