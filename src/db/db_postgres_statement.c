/* Statements on PostgreSQL. One is prepared by the server, which says of which type each of its
 * placeholders is: values are sent in that type's binary form, so nothing is guessed from what they
 * look like. All rows of an answer are here when the first is read: on one connection the next
 * statement may run while they are read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/db_postgres.h"
#include "db/sql_text.h"

#define SQL_BYTES_MAX 1000000
#define BINARY 1

struct parameter {
    Oid type;
    char small[POSTGRES_SMALL];
    char *large; /* instead of small; or NULL */
};

struct statement {
    struct postgres *self;
    uint64_t life; /* of the connection it was prepared in; 0: none */
    char name[24];
    char *sql; /* as the server has it: $1 for ?1 */
    unsigned count;
    struct parameter *parameters;
    const char **values; /* as libpq takes them: one of each for each parameter */
    int *lengths, *formats;
    PGresult *rows; /* NULL: does not run */
    int row;        /* the present one */
};

static struct statement *statement_of(const struct db_prepared *prepared)
{
    return prepared->impl;
}

/* ---- the text ---- */

/* The words by which a statement may begin. All else is for scripts, for db_begin and db_commit,
 * or for nobody. */
static bool may_begin_with(struct str word)
{
    static const char *const words[] = {"select", "with", "values", "insert", "update", "delete"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (word.n == strlen(words[i]) && strncasecmp(word.p, words[i], word.n) == 0) {
            return true;
        }
    }
    return false;
}

/* A copy with $1 for ?1, which is as long. */
static char *with_dollars(struct str text)
{
    char *copy = malloc(text.n + 1);
    struct sql_reader reader = {.text = text};
    struct str piece;
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    for (enum sql_piece kind = sql_next(&reader, &piece); kind != SQL_PIECE_END;
         kind = sql_next(&reader, &piece)) {
        if (kind == SQL_PIECE_PLACEHOLDER) {
            copy[piece.p - text.p] = '$';
        }
    }
    return copy;
}

static enum status check_text(struct db *db, const struct db_prepared *prepared)
{
    struct sql_reader reader = {.text = prepared->text};
    struct str first;
    struct str label = db_label(prepared);
    if (prepared->text.n > SQL_BYTES_MAX) {
        return db_fail(db, DB_TOO_BIG, STR(""), "a statement of %zu bytes: %.*s", prepared->text.n,
                       STR_ARG(label));
    }
    if (sql_next(&reader, &first) != SQL_PIECE_WORD || !may_begin_with(first)) {
        return db->role == DB_WRITER
                   ? db_fail(db, DB_MISUSE, STR(""),
                             "the schema changes in scripts only, transactions begin and end with "
                             "db_begin and db_commit: %.*s",
                             STR_ARG(label))
                   : db_fail(db, DB_READ_ONLY, STR(""), "a connection that only reads: %.*s",
                             STR_ARG(label));
    }
    return STATUS_OK;
}

/* ---- prepared ---- */

static void free_statement(struct statement *s)
{
    free(s->sql);
    free(s->parameters);
    free(s->values);
    free(s->lengths);
    free(s->formats);
    free(s);
}

static struct statement *new_statement(struct postgres *self, const struct db_prepared *prepared)
{
    struct statement *s = calloc(1, sizeof(*s));
    size_t room = prepared->parameters + 1u; /* never none */
    if (s == NULL) {
        return NULL;
    }
    s->self = self;
    s->count = prepared->parameters;
    s->sql = with_dollars(prepared->text);
    s->parameters = calloc(room, sizeof(*s->parameters));
    s->values = calloc(room, sizeof(*s->values));
    s->lengths = calloc(room, sizeof(*s->lengths));
    s->formats = calloc(room, sizeof(*s->formats));
    if (s->sql == NULL || s->parameters == NULL || s->values == NULL || s->lengths == NULL ||
        s->formats == NULL) {
        free_statement(s);
        return NULL;
    }
    for (size_t i = 0; i < room; i++) {
        s->formats[i] = BINARY;
    }
    return s;
}

/* Has the server prepare it in the present connection, and say which types it wants. */
static enum status prepare_now(struct statement *s, struct str label)
{
    struct postgres *self = s->self;
    snprintf(s->name, sizeof(s->name), "h%llu", (unsigned long long)++self->names);
    PGresult *result = PQprepare(self->server, s->name, s->sql, 0, NULL);
    enum status status =
        PQresultStatus(result) == PGRES_COMMAND_OK ? STATUS_OK : postgres_fail(self, result, label);
    PQclear(result);
    if (status != STATUS_OK) {
        return status;
    }
    result = PQdescribePrepared(self->server, s->name);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        status = postgres_fail(self, result, label);
    } else if (PQnparams(result) != (int)s->count) {
        status =
            db_fail(self->db, DB_SQL, STR(""), "placeholders in odd places: %.*s", STR_ARG(label));
    } else {
        for (unsigned i = 0; i < s->count; i++) {
            s->parameters[i].type = PQparamtype(result, (int)i);
        }
        s->life = self->life;
    }
    PQclear(result);
    return status;
}

enum status postgres_prepare(struct db *db, struct db_prepared *prepared)
{
    struct postgres *self = db->impl;
    TRY(check_text(db, prepared));
    TRY(db_scope_allows(db, prepared, false)); /* the server would say less well why */
    TRY(postgres_connected(self));
    struct statement *s = new_statement(self, prepared);
    if (s == NULL) {
        return db_fail(db, DB_NO_MEMORY, STR(""), "no memory for a statement");
    }
    enum status status = prepare_now(s, db_label(prepared));
    if (status != STATUS_OK) {
        free_statement(s);
        return status;
    }
    prepared->impl = s;
    return STATUS_OK;
}

/* In a transaction that has failed the server takes no command: the name is left until the
 * connection ends. None is given twice. */
void postgres_unprepare(struct db_prepared *prepared)
{
    struct statement *s = statement_of(prepared);
    PGconn *server = s->self->server;
    if (!s->self->db->closing && s->life == s->self->life && PQstatus(server) == CONNECTION_OK &&
        PQtransactionStatus(server) != PQTRANS_INERROR) {
        char text[48];
        snprintf(text, sizeof(text), "DEALLOCATE %s", s->name);
        PQclear(PQexec(server, text));
    }
    postgres_reset(prepared);
    free_statement(s);
}

/* ---- values ---- */

enum status postgres_bind(struct db *db, struct db_prepared *prepared, unsigned at,
                          const struct db_value *value)
{
    struct statement *s = statement_of(prepared);
    struct parameter *parameter = &s->parameters[at - 1];
    struct str bytes;
    struct str label = db_label(prepared);
    free(parameter->large);
    parameter->large = NULL;
    s->values[at - 1] = NULL;
    if (value->type == DB_NULL) {
        return STATUS_OK;
    }
    if (!postgres_encode(parameter->type, value, parameter->small, &bytes)) {
        return db_fail(db, DB_TYPE, STR(""),
                       "?%u is given a value that the server's type %u does not take: %.*s", at,
                       parameter->type, STR_ARG(label));
    }
    if (bytes.n > s->self->value_limit) {
        return db_fail(db, DB_TOO_BIG, STR(""), "?%u is given %zu bytes: %.*s", at, bytes.n,
                       STR_ARG(label));
    }
    const char *kept = bytes.p;
    if (value->type == DB_TEXT || value->type == DB_BLOB) {
        parameter->large = malloc(bytes.n + 1); /* NULL would be no value at all */
        if (parameter->large == NULL) {
            return db_fail(db, DB_NO_MEMORY, STR(""), "no memory for a value");
        }
        if (bytes.n > 0) {
            memcpy(parameter->large, bytes.p, bytes.n);
        }
        kept = parameter->large;
    }
    s->values[at - 1] = kept;
    s->lengths[at - 1] = (int)bytes.n;
    return STATUS_OK;
}

/* ---- running ---- */

static enum status run(struct statement *s, struct str label)
{
    struct postgres *self = s->self;
    TRY(postgres_connected(self));
    if (s->life != self->life) {
        TRY(prepare_now(s, label));
    }
    PGresult *rows = PQexecPrepared(self->server, s->name, (int)s->count, s->values, s->lengths,
                                    s->formats, BINARY);
    ExecStatusType outcome = PQresultStatus(rows);
    if (outcome != PGRES_TUPLES_OK && outcome != PGRES_COMMAND_OK) {
        enum status status = postgres_fail(self, rows, label);
        PQclear(rows);
        return status;
    }
    self->changes = strtoll(PQcmdTuples(rows), NULL, 10);
    s->rows = rows;
    s->row = -1;
    return STATUS_OK;
}

enum status postgres_step(struct db *db, struct db_prepared *prepared, bool *ret_row)
{
    struct statement *s = statement_of(prepared);
    (void)db;
    *ret_row = false;
    if (s->rows == NULL) {
        TRY(run(s, db_label(prepared)));
    }
    *ret_row = ++s->row < PQntuples(s->rows);
    return STATUS_OK;
}

void postgres_reset(struct db_prepared *prepared)
{
    struct statement *s = statement_of(prepared);
    PQclear(s->rows);
    s->rows = NULL;
    for (unsigned i = 0; i < s->count; i++) {
        free(s->parameters[i].large);
        s->parameters[i].large = NULL;
        s->values[i] = NULL;
    }
}

unsigned postgres_columns(const struct db_prepared *prepared)
{
    return (unsigned)PQnfields(statement_of(prepared)->rows);
}

struct db_value postgres_column(const struct db_prepared *prepared, unsigned at)
{
    const struct statement *s = statement_of(prepared);
    int column = (int)at;
    if (PQgetisnull(s->rows, s->row, column) == 1) {
        return (struct db_value){.type = DB_NULL};
    }
    struct str bytes = {PQgetvalue(s->rows, s->row, column),
                        (size_t)PQgetlength(s->rows, s->row, column)};
    return postgres_decode(PQftype(s->rows, column), bytes);
}
