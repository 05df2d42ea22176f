/* The PostgreSQL driver: connecting, transactions, and what the server's errors mean.
 *
 * A connection that is lost (the server died, another one took over) fails what was open on it with
 * DB_LOST and is made anew when the next thing begins; a commit that was on its way then is one of
 * which nobody knows, and is told as that. What keeps a connection to its role: a session that only
 * reads, statements of a few kinds only (db_postgres_statement.c), and the rights of its user. */
#include "db/db_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/sql_text.h"

#define SERVER_LEAST 150000 /* PostgreSQL 15 */

static struct postgres *self_of(const struct db *db)
{
    return db->impl;
}

/* ---- Errors ---- */

struct state {
    const char *code; /* the beginning of an SQLSTATE; the first that fits counts */
    enum db_cause cause;
};

static enum db_cause cause_of(const char *code)
{
    static const struct state states[] = {
        {"23505", DB_UNIQUE     },
        {"23503", DB_FOREIGN_KEY},
        {"23502", DB_NOT_NULL   },
        {"23514", DB_CHECK      },
        {"23P01", DB_CHECK      }, /* an exclusion */
        {"P0001", DB_TRIGGER    }, /* RAISE EXCEPTION */
        {"40001", DB_CONFLICT   },
        {"40P01", DB_CONFLICT   }, /* a deadlock */
        {"55P03", DB_BUSY       }, /* lock_timeout */
        {"57014", DB_INTERRUPTED},
        {"57P",   DB_LOST       }, /* the server shuts down, or starts */
        {"08",    DB_LOST       },
        {"25P02", DB_ABORTED    },
        {"25006", DB_READ_ONLY  },
        {"53100", DB_FULL       },
        {"53200", DB_NO_MEMORY  },
        {"53",    DB_BUSY       }, /* too many connections, and the like */
        {"54",    DB_TOO_BIG    },
        {"22",    DB_TYPE       }, /* a value that its type does not take */
        {"42804", DB_SQL        },
        {"58",    DB_IO         },
        {"XX001", DB_CORRUPT    },
        {"XX002", DB_CORRUPT    },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        if (strncmp(code, states[i].code, strlen(states[i].code)) == 0) {
            return states[i].cause;
        }
    }
    return DB_SQL;
}

static struct str field_of(const PGresult *result, int field)
{
    const char *text = PQresultErrorField(result, field);
    return text != NULL ? str_from(text) : STR("");
}

static enum status fail_constraint(struct postgres *self, enum db_cause cause,
                                   const PGresult *result, struct str label)
{
    char name[256];
    struct str constraint = field_of(result, PG_DIAG_CONSTRAINT_NAME);
    struct str column = field_of(result, PG_DIAG_COLUMN_NAME);
    if (cause == DB_NOT_NULL) {
        snprintf(name, sizeof(name), "%.*s.%.*s", STR_ARG(field_of(result, PG_DIAG_TABLE_NAME)),
                 STR_ARG(column));
        constraint = str_from(name);
    } else if (cause == DB_TRIGGER) {
        constraint = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
    }
    return db_fail(self->db, cause, constraint, "%.*s violated: %.*s", STR_ARG(constraint),
                   STR_ARG(label));
}

/* Nobody answered. What libpq says then names hosts and files, never a value. */
static enum status fail_lost(struct postgres *self, struct str label)
{
    struct str message = str_trim(str_from(PQerrorMessage(self->server)));
    return db_fail(self->db, DB_LOST, STR(""), "the connection is lost (%.*s): %.*s",
                   STR_ARG(message), STR_ARG(label));
}

/* Whether the message of such a failure is about the text of the statement alone. */
static bool speaks_of_text(const char *code)
{
    return strncmp(code, "42", 2) == 0;
}

enum status postgres_fail(struct postgres *self, const PGresult *result, struct str label)
{
    const char *code = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (code == NULL || PQstatus(self->server) == CONNECTION_BAD) {
        return fail_lost(self, label);
    }
    enum db_cause cause = cause_of(code);
    if (strncmp(code, "23", 2) == 0 || cause == DB_TRIGGER) {
        return fail_constraint(self, cause, result, label);
    }
    /* A message about values may quote one. */
    struct str message =
        speaks_of_text(code) ? field_of(result, PG_DIAG_MESSAGE_PRIMARY) : db_cause_name(cause);
    return db_fail(self->db, cause, STR(""), "%.*s (%s): %.*s", STR_ARG(message), code,
                   STR_ARG(label));
}

/* ---- Connecting ---- */

static void be_quiet(void *context, const char *message)
{
    (void)context;
    (void)message; /* a notice may quote a value */
}

static void use_cancel(struct postgres *self, PGcancel *cancel)
{
    pthread_mutex_lock(&self->lock);
    PGcancel *before = self->cancel;
    self->cancel = cancel;
    pthread_mutex_unlock(&self->lock);
    PQfreeCancel(before);
}

/* The settings of a session, by which two servers answer alike. */
static void session_settings(const struct postgres *self, char *text, size_t size)
{
    bool reads = self->db->role != DB_WRITER;
    snprintf(
        text, size,
        "-c lock_timeout=%u -c default_transaction_read_only=%s -c synchronous_commit=%s "
        "-c search_path=%s -c timezone=UTC -c client_min_messages=error -c standard_conforming_strings=on "
        "-c check_function_bodies=on -c jit=off -c idle_in_transaction_session_timeout=600000",
        self->busy_ms, reads ? "on" : "off", self->sync == DB_SYNC_FULL ? "on" : "off",
        self->schema[0] != '\0' ? self->schema : "public");
}

/* What libpq is asked for: defaults first, then what the caller says, then what is not for him to
 * say. */
static PGconn *connect_server(const struct postgres *self)
{
    char settings[512];
    session_settings(self, settings, sizeof(settings));
    static const char *const targets[] = {
        [DB_WRITER] = "read-write",
        [DB_READER] = "primary", /* who saves sees it at once: a standby may lag behind */
        [DB_KEEPER] = "any",     /* it is asked how it is */
    };
    const char *target = targets[self->db->role];
    const char *const keys[] = {"connect_timeout",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "tcp_user_timeout",
                                "application_name",
                                "target_session_attrs",
                                "dbname",
                                "client_encoding",
                                "options",
                                NULL};
    const char *const values[] = {"5",    "5",         "2",    "3",      "10000", "hearth",
                                  target, self->where, "UTF8", settings, NULL};
    return PQconnectdbParams(keys, values, 1);
}

static enum status check_server(struct postgres *self)
{
    const char *encoding = PQparameterStatus(self->server, "server_encoding");
    if (PQserverVersion(self->server) < SERVER_LEAST) {
        return db_fail(self->db, DB_CANNOT_OPEN, STR(""),
                       "the server is PostgreSQL %d; 15 is the least",
                       PQserverVersion(self->server) / 10000);
    }
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0) {
        return db_fail(self->db, DB_CANNOT_OPEN, STR(""),
                       "the database is encoded as %s; it must be made with ENCODING 'UTF8'",
                       encoding != NULL ? encoding : "something unknown");
    }
    return STATUS_OK;
}

static enum status make_connection(struct postgres *self)
{
    use_cancel(self, NULL);
    PQfinish(self->server);
    self->server = connect_server(self);
    self->life++;
    if (self->server == NULL) {
        return db_fail(self->db, DB_NO_MEMORY, STR(""), "no memory for a connection");
    }
    if (PQstatus(self->server) != CONNECTION_OK) {
        struct str message = str_trim(str_from(PQerrorMessage(self->server)));
        return db_fail(self->db, DB_LOST, STR(""), "the database cannot be reached: %.*s",
                       STR_ARG(message));
    }
    PQsetNoticeProcessor(self->server, be_quiet, NULL);
    PQsetErrorVerbosity(self->server, PQERRORS_TERSE);
    use_cancel(self, PQgetCancel(self->server));
    return check_server(self);
}

enum status postgres_connected(struct postgres *self)
{
    if (PQstatus(self->server) == CONNECTION_OK) {
        return STATUS_OK;
    }
    if (self->db->depth > 0) {
        return fail_lost(self, STR("within a transaction"));
    }
    return make_connection(self);
}

/* ---- Transactions ---- */

static void control_text(enum db_control control, unsigned depth, char *text, size_t size)
{
    switch (control) {
    case DB_CONTROL_BEGIN_READ:
        snprintf(text, size, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        break;
    case DB_CONTROL_BEGIN_WRITE:
        snprintf(text, size, "BEGIN ISOLATION LEVEL SERIALIZABLE");
        break;
    case DB_CONTROL_COMMIT:
        snprintf(text, size, "COMMIT");
        break;
    case DB_CONTROL_ROLLBACK:
        snprintf(text, size, "ROLLBACK");
        break;
    case DB_CONTROL_SAVEPOINT:
        snprintf(text, size, "SAVEPOINT s%u", depth);
        break;
    case DB_CONTROL_RELEASE:
        snprintf(text, size, "RELEASE SAVEPOINT s%u", depth);
        break;
    case DB_CONTROL_ROLLBACK_TO:
        snprintf(text, size, "ROLLBACK TO SAVEPOINT s%u; RELEASE SAVEPOINT s%u", depth, depth);
        break;
    case DB_CONTROL__COUNT:
        break;
    }
}

static void set_committing(struct postgres *self, bool committing)
{
    pthread_mutex_lock(&self->lock);
    self->committing = committing;
    pthread_mutex_unlock(&self->lock);
}

static enum status run_control(struct postgres *self, enum db_control control, const char *text)
{
    PGresult *result = PQexec(self->server, text);
    enum status status = STATUS_OK;
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        status = postgres_fail(self, result, str_from(text));
    } else if (control == DB_CONTROL_COMMIT && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
        status = db_fail(self->db, DB_ABORTED, STR(""), "the server rolled back what had failed");
    }
    PQclear(result);
    return status;
}

static enum status control(struct db *db, enum db_control control, unsigned depth)
{
    struct postgres *self = self_of(db);
    char text[80];
    control_text(control, depth, text, sizeof(text));
    bool begins = control == DB_CONTROL_BEGIN_READ || control == DB_CONTROL_BEGIN_WRITE;
    if (begins) {
        TRY(postgres_connected(self));
    }
    set_committing(self, control == DB_CONTROL_COMMIT);
    enum status status = run_control(self, control, text);
    set_committing(self, false);
    if (begins && status != STATUS_OK && PQstatus(self->server) == CONNECTION_BAD) {
        /* It was lost while nothing was under way, which shows only now. */
        TRY(make_connection(self));
        status = run_control(self, control, text);
    }
    return status;
}

static bool in_transaction(const struct db *db)
{
    PGTransactionStatusType now = PQtransactionStatus(self_of(db)->server);
    return now == PQTRANS_INTRANS || now == PQTRANS_INERROR;
}

static int64_t changes(const struct db *db)
{
    return self_of(db)->changes;
}

/* ---- Scripts ---- */

/* A script that ended the transaction it runs in would leave half of itself behind. */
static bool ends_transaction(struct str word)
{
    static const char *const words[] = {"begin",     "start", "commit",  "end",     "rollback",
                                        "savepoint", "abort", "release", "prepare", "set",
                                        "reset",     "copy",  "vacuum",  "discard"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (word.n == strlen(words[i]) && strncasecmp(word.p, words[i], word.n) == 0) {
            return true;
        }
    }
    return false;
}

static enum status check_script(struct db *db, struct str sql)
{
    struct sql_reader reader = {.text = sql};
    struct str piece;
    bool first = true;
    for (enum sql_piece kind = sql_next(&reader, &piece); kind != SQL_PIECE_END;
         kind = sql_next(&reader, &piece)) {
        if (kind == SQL_PIECE_BROKEN || kind == SQL_PIECE_PLACEHOLDER) {
            return db_fail(db, DB_MISUSE, STR(""),
                           "a script has no placeholders and no quotes "
                           "without an end");
        }
        if (first && kind == SQL_PIECE_WORD && ends_transaction(piece)) {
            return db_fail(db, DB_MISUSE, STR(""), "%.*s within a script", STR_ARG(piece));
        }
        first = kind == SQL_PIECE_SEMICOLON;
    }
    return STATUS_OK;
}

static enum status script(struct db *db, struct str sql)
{
    struct postgres *self = self_of(db);
    TRY(check_script(db, sql));
    TRY(postgres_connected(self));
    char *text = malloc(sql.n + 1);
    if (text == NULL) {
        return db_fail(db, DB_NO_MEMORY, STR(""), "no memory for a script");
    }
    memcpy(text, sql.p, sql.n);
    text[sql.n] = '\0';
    PGresult *result = PQexec(self->server, text);
    ExecStatusType outcome = PQresultStatus(result);
    enum status status = STATUS_OK;
    if (outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK && outcome != PGRES_EMPTY_QUERY) {
        status = postgres_fail(self, result, str_slice(str_trim(sql), 0, 80));
    }
    PQclear(result);
    free(text);
    return status;
}

/* ---- Upkeep: the server's own, or its administrator's ---- */

static enum status define_function(struct db *db, const struct db_function *function)
{
    return db_fail(db, DB_MISUSE, STR(""), "functions live in the database: %.*s",
                   STR_ARG(function->name));
}

static enum status checkpoint(struct db *db, enum db_checkpoint_mode mode,
                              struct db_checkpoint *ret_checkpoint)
{
    (void)db;
    (void)mode;
    *ret_checkpoint = (struct db_checkpoint){.complete = true};
    return STATUS_OK;
}

static enum status backup(struct db *db, struct str path, struct db_progress progress)
{
    (void)path;
    (void)progress;
    return db_fail(db, DB_MISUSE, STR(""), "a PostgreSQL server is backed up by its own tools");
}

static enum status verify(struct db *db)
{
    return db_fail(db, DB_MISUSE, STR(""), "a PostgreSQL server is verified by its own tools");
}

static void interrupt(struct db *db)
{
    struct postgres *self = self_of(db);
    char why[256];
    pthread_mutex_lock(&self->lock);
    if (self->cancel != NULL && !self->committing) {
        PQcancel(self->cancel, why, sizeof(why)); /* what it cannot stop ends by itself */
    }
    pthread_mutex_unlock(&self->lock);
}

static void close_connection(struct db *db)
{
    struct postgres *self = self_of(db);
    PQfreeCancel(self->cancel);
    PQfinish(self->server);
    pthread_mutex_destroy(&self->lock);
    free(self->where);
    free(self);
}

static const struct db_driver driver = {
    .dialect = DB_DIALECT_POSTGRES,
    .prepare = postgres_prepare,
    .unprepare = postgres_unprepare,
    .bind = postgres_bind,
    .step = postgres_step,
    .reset = postgres_reset,
    .columns = postgres_columns,
    .column = postgres_column,
    .changes = changes,
    .control = control,
    .in_transaction = in_transaction,
    .script = script,
    .define_function = define_function,
    .checkpoint = checkpoint,
    .backup = backup,
    .verify = verify,
    .interrupt = interrupt,
    .close = close_connection,
};

/* ---- Opening ---- */

/* A name that needs no quotes anywhere. */
static bool is_schema(struct str name, size_t room)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9' || i == 0) && c != '_') {
            return false;
        }
    }
    return name.n < room;
}

static enum status make_schema(struct postgres *self)
{
    char text[128];
    snprintf(text, sizeof(text), "CREATE SCHEMA IF NOT EXISTS %s", self->schema);
    PGresult *result = PQexec(self->server, text);
    enum status status = PQresultStatus(result) == PGRES_COMMAND_OK
                             ? STATUS_OK
                             : postgres_fail(self, result, str_from(text));
    PQclear(result);
    return status;
}

static struct postgres *new_postgres(const struct db_options *options)
{
    struct postgres *self = calloc(1, sizeof(*self));
    char *where = malloc(options->path.n + 1);
    if (self == NULL || where == NULL) {
        free(self);
        free(where);
        return NULL;
    }
    if (options->path.n > 0) {
        memcpy(where, options->path.p, options->path.n);
    }
    where[options->path.n] = '\0';
    self->where = where;
    if (options->schema.n > 0) {
        memcpy(self->schema, options->schema.p, options->schema.n);
    }
    self->sync = options->sync;
    self->busy_ms = options->busy_ms > 0 ? options->busy_ms : 5000;
    self->value_limit =
        (size_t)(options->value_limit_kb > 0 ? options->value_limit_kb : 65536) * 1024;
    pthread_mutex_init(&self->lock, NULL);
    return self;
}

enum status db_open_postgres(const struct db_options *options, struct outcome *outcome,
                             struct db **ret_db)
{
    *ret_db = NULL;
    if (str_find_byte(options->path, '\0') >= 0) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("where the database is holds a NUL"));
    }
    if (!is_schema(options->schema, sizeof(((struct postgres *)0)->schema))) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("a schema is named a to z, 0 to 9, _"));
    }
    struct db *db = db_new(&driver, options->role, options->statements);
    struct postgres *self = db != NULL ? new_postgres(options) : NULL;
    if (self == NULL) {
        free(db);
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for a connection"));
    }
    db->impl = self;
    self->db = db;
    enum status status = make_connection(self);
    if (status == STATUS_OK && options->create && self->schema[0] != '\0') {
        status = make_schema(self);
    }
    if (status != STATUS_OK) {
        db_fault(db, outcome);
        db_close(db);
        return status;
    }
    *ret_db = db;
    return STATUS_OK;
}
