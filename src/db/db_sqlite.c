/* The SQLite driver: opening a file safely, statements, transactions, and what its errors mean.
 *
 * Three things keep a connection to its role, each enough by itself: how the file is opened, the
 * query_only setting, and the authorizer, which SQLite asks about every statement when it is
 * prepared. The authorizer also sees to it that transactions begin and end in db_scope.c only, that
 * the schema changes in scripts only, and that no statement alters what makes a commit durable. */
#include "db/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SQL_BYTES_MAX 1000000
/* What a connection needs for a moment comes from a place of its own: values that it copies, rows
 * that it puts together. SQLite's own measure is a tenth of it, after which each is a malloc. */
#define LOOKASIDE_BYTES 1200
#define LOOKASIDE_COUNT 400

static struct sqlite *self_of(const struct db *db)
{
    return db->impl;
}

static sqlite3_stmt *stmt_of(const struct db_prepared *prepared)
{
    return prepared->impl;
}

/* ---- Errors ---- */

static enum db_cause constraint_cause(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return DB_UNIQUE;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return DB_FOREIGN_KEY;
    case SQLITE_CONSTRAINT_NOTNULL:
        return DB_NOT_NULL;
    case SQLITE_CONSTRAINT_TRIGGER:
        return DB_TRIGGER;
    case SQLITE_CONSTRAINT_DATATYPE:
        return DB_TYPE;
    default:
        return DB_CHECK;
    }
}

static enum db_cause io_cause(struct sqlite *self)
{
    int error = sqlite3_system_errno(self->handle);
    return error == ENOSPC || error == EDQUOT ? DB_FULL : DB_IO;
}

static enum db_cause cause_of(struct sqlite *self, int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return constraint_cause(code);
    case SQLITE_BUSY:
        return code == SQLITE_BUSY_SNAPSHOT ? DB_CONFLICT : DB_BUSY;
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return DB_BUSY;
    case SQLITE_INTERRUPT:
        return DB_INTERRUPTED;
    case SQLITE_ABORT:
        return DB_ABORTED;
    case SQLITE_FULL:
        return DB_FULL;
    case SQLITE_IOERR:
        return io_cause(self);
    case SQLITE_NOMEM:
        return DB_NO_MEMORY;
    case SQLITE_TOOBIG:
        return DB_TOO_BIG;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return DB_CORRUPT;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return DB_CANNOT_OPEN;
    case SQLITE_READONLY:
        return DB_READ_ONLY;
    case SQLITE_MISMATCH:
        return DB_TYPE;
    case SQLITE_AUTH:
        return self->refused;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        return DB_MISUSE;
    default:
        return DB_SQL;
    }
}

/* Finds the unique index over "table.column, table.column", which is how SQLite names what was
 * violated; leaves the columns when there is none with a name of its own, or more than one. */
static void name_index(struct sqlite *self, struct str columns, char *name, size_t size)
{
    static const char sql[] =
        "SELECT min(i.name), count(*) FROM pragma_index_list(?1) AS i "
        "WHERE i.\"unique\" AND i.origin = 'c' AND ?2 = (SELECT group_concat(?1 || '.' || c.name, "
        "', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) AS c)";
    struct str rest = columns;
    struct str table;
    sqlite3_stmt *statement = NULL;
    if (!str_split(&rest, '.', &table)) {
        return;
    }
    self->internal = true;
    if (sqlite3_prepare_v2(self->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_bind_text64(statement, 1, table.p, table.n, SQLITE_STATIC, SQLITE_UTF8) == 0 &&
        sqlite3_bind_text64(statement, 2, columns.p, columns.n, SQLITE_STATIC, SQLITE_UTF8) == 0 &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 1) == 1) {
        snprintf(name, size, "%s", sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    self->internal = false;
}

/* "UNIQUE constraint failed: person.number" and its like: what stands behind the colon. */
static struct str constraint_of(enum db_cause cause, struct str message)
{
    static const struct str separator = STR_INIT("constraint failed: ");
    if (cause == DB_TRIGGER) {
        return message;
    }
    ptrdiff_t at = str_find(message, separator);
    return at < 0 ? STR("") : str_slice(message, (size_t)at + separator.n, message.n);
}

static enum status fail_constraint(struct sqlite *self, enum db_cause cause, struct str label)
{
    char message[256];
    char name[128] = "";
    snprintf(message, sizeof(message), "%s", sqlite3_errmsg(self->handle));
    struct str constraint = constraint_of(cause, str_from(message));
    if (cause == DB_UNIQUE && str_starts(constraint, STR("index '"))) {
        constraint = str_slice(constraint, STR("index '").n, constraint.n - 1);
    } else if (cause == DB_UNIQUE) {
        name_index(self, constraint, name, sizeof(name));
        constraint = name[0] != '\0' ? str_from(name) : constraint;
    }
    return db_fail(self->db, cause, constraint, "%s: %.*s", message, STR_ARG(label));
}

enum status sqlite_fail(struct sqlite *self, int code, bool at_run, struct str label)
{
    int extended = sqlite3_extended_errcode(self->handle);
    if ((extended & 0xff) == (code & 0xff)) {
        code = extended;
    }
    enum db_cause cause = cause_of(self, code);
    if (cause == DB_BUSY && atomic_load_explicit(&self->db->interrupted, memory_order_acquire)) {
        cause = DB_INTERRUPTED; /* it ended the waiting */
    }
    if ((code & 0xff) == SQLITE_CONSTRAINT) {
        return fail_constraint(self, cause, label);
    }
    if ((code & 0xff) == SQLITE_AUTH) {
        return db_fail(self->db, cause, STR(""), "%s: %.*s", self->refusal, STR_ARG(label));
    }
    /* When statements run, a message may quote a value (a malformed search, a bad JSON text). */
    const char *message = at_run ? sqlite3_errstr(code) : sqlite3_errmsg(self->handle);
    if (cause == DB_IO || cause == DB_FULL || cause == DB_CANNOT_OPEN) {
        return db_fail(self->db, cause, STR(""), "%s (%d, errno %d): %.*s", message, code,
                       sqlite3_system_errno(self->handle), STR_ARG(label));
    }
    return db_fail(self->db, cause, STR(""), "%s (%d): %.*s", message, code, STR_ARG(label));
}

int sqlite_own(struct sqlite *self, const char *sql)
{
    self->internal = true;
    int code = sqlite3_exec(self->handle, sql, NULL, NULL, NULL);
    self->internal = false;
    return code;
}

/* ---- The authorizer ---- */

enum pragma_argument {
    ARGUMENT_ANY,    /* names what is asked about */
    ARGUMENT_WRITES, /* a setting kept in the file or by the writer */
    ARGUMENT_NONE,
};

static const struct {
    const char *name;
    enum pragma_argument argument;
} pragmas[] = {
    {"application_id",     ARGUMENT_WRITES},
    {"data_version",       ARGUMENT_NONE  },
    {"defer_foreign_keys", ARGUMENT_WRITES},
    {"foreign_key_check",  ARGUMENT_ANY   },
    {"foreign_key_list",   ARGUMENT_ANY   },
    {"foreign_keys",       ARGUMENT_NONE  },
    {"freelist_count",     ARGUMENT_NONE  },
    {"index_info",         ARGUMENT_ANY   },
    {"index_list",         ARGUMENT_ANY   },
    {"index_xinfo",        ARGUMENT_ANY   },
    {"integrity_check",    ARGUMENT_ANY   },
    {"journal_mode",       ARGUMENT_NONE  },
    {"max_page_count",     ARGUMENT_WRITES},
    {"page_count",         ARGUMENT_NONE  },
    {"page_size",          ARGUMENT_NONE  },
    {"quick_check",        ARGUMENT_ANY   },
    {"synchronous",        ARGUMENT_NONE  },
    {"table_info",         ARGUMENT_ANY   },
    {"table_list",         ARGUMENT_ANY   },
    {"table_xinfo",        ARGUMENT_ANY   },
    {"trusted_schema",     ARGUMENT_NONE  },
    {"user_version",       ARGUMENT_WRITES},
};

static int refuse(struct sqlite *self, enum db_cause cause, const char *why)
{
    self->refused = cause;
    self->refusal = why;
    return SQLITE_DENY;
}

static int authorize_pragma(struct sqlite *self, const char *name, const char *argument)
{
    for (size_t i = 0; i < ARRAY_LENGTH(pragmas); i++) {
        if (sqlite3_stricmp(pragmas[i].name, name) != 0) {
            continue;
        }
        if (argument == NULL || pragmas[i].argument == ARGUMENT_ANY ||
            (pragmas[i].argument == ARGUMENT_WRITES && self->db->role == DB_WRITER)) {
            return SQLITE_OK;
        }
    }
    return refuse(self, DB_MISUSE, "settings of the connection are made when it is opened");
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *schema, const char *trigger)
{
    struct sqlite *self = context;
    (void)schema;
    (void)trigger;
    if (self->internal) {
        return SQLITE_OK;
    }
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_FUNCTION:
        return SQLITE_OK;
    case SQLITE_PRAGMA:
        return authorize_pragma(self, first, second);
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return refuse(self, DB_MISUSE, "transactions begin and end with db_begin and db_commit");
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
        return refuse(self, DB_MISUSE, "another file is another connection");
    default:
        break;
    }
    if (self->db->role != DB_WRITER) {
        return refuse(self, DB_READ_ONLY, "a connection that only reads");
    }
    if (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE ||
        self->script) {
        return SQLITE_OK;
    }
    return refuse(self, DB_MISUSE, "the schema changes in scripts only");
}

/* ---- Statements ---- */

static enum status prepare(struct db *db, struct db_prepared *prepared)
{
    struct sqlite *self = self_of(db);
    sqlite3_stmt *statement = NULL;
    struct str label = db_label(prepared);
    if (prepared->text.n > SQL_BYTES_MAX) {
        return db_fail(db, DB_TOO_BIG, STR(""), "a statement of %zu bytes: %.*s", prepared->text.n,
                       STR_ARG(label));
    }
    int code = sqlite3_prepare_v3(self->handle, prepared->text.p, (int)prepared->text.n,
                                  SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (code != SQLITE_OK) {
        return sqlite_fail(self, code, false, label);
    }
    if (sqlite3_bind_parameter_count(statement) != (int)prepared->parameters) {
        /* In names quoted as only SQLite does it. */
        sqlite3_finalize(statement);
        return db_fail(db, DB_SQL, STR(""), "placeholders in odd places: %.*s", STR_ARG(label));
    }
    prepared->impl = statement;
    prepared->writes = sqlite3_stmt_readonly(statement) == 0;
    return STATUS_OK;
}

static void unprepare(struct db_prepared *prepared)
{
    sqlite3_finalize(stmt_of(prepared));
}

/* SQLite takes a NULL pointer for NULL, also when the length is 0. */
static const char *not_null(struct str s)
{
    return s.p != NULL ? s.p : "";
}

static enum status bind(struct db *db, struct db_prepared *prepared, unsigned at,
                        const struct db_value *value)
{
    sqlite3_stmt *statement = stmt_of(prepared);
    int index = (int)at;
    int code = SQLITE_MISUSE;
    switch (value->type) {
    case DB_NULL:
        code = sqlite3_bind_null(statement, index);
        break;
    case DB_INT:
    case DB_BOOL:
        code = sqlite3_bind_int64(statement, index, value->integer);
        break;
    case DB_TEXT:
        code = sqlite3_bind_text64(statement, index, not_null(value->bytes), value->bytes.n,
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
        break;
    case DB_BLOB:
        code = sqlite3_bind_blob64(statement, index, not_null(value->bytes), value->bytes.n,
                                   SQLITE_TRANSIENT);
        break;
    case DB_UUID:
        code = sqlite3_bind_blob64(statement, index, value->uuid.bytes, sizeof(value->uuid.bytes),
                                   SQLITE_TRANSIENT);
        break;
    case DB_OTHER:
        break;
    }
    return code == SQLITE_OK ? STATUS_OK : sqlite_fail(self_of(db), code, true, db_label(prepared));
}

static enum status step(struct db *db, struct db_prepared *prepared, bool *ret_row)
{
    int code = sqlite3_step(stmt_of(prepared));
    *ret_row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE
               ? STATUS_OK
               : sqlite_fail(self_of(db), code, true, db_label(prepared));
}

static void reset(struct db_prepared *prepared)
{
    sqlite3_reset(stmt_of(prepared));
    sqlite3_clear_bindings(stmt_of(prepared));
}

static unsigned columns(const struct db_prepared *prepared)
{
    return (unsigned)sqlite3_column_count(stmt_of(prepared));
}

static struct db_value column(const struct db_prepared *prepared, unsigned at)
{
    sqlite3_stmt *statement = stmt_of(prepared);
    int index = (int)at;
    const void *bytes = NULL;
    switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
        return (struct db_value){.type = DB_NULL};
    case SQLITE_INTEGER:
        return (struct db_value){.type = DB_INT, .integer = sqlite3_column_int64(statement, index)};
    case SQLITE_TEXT:
        bytes = sqlite3_column_text(statement, index);
        return (struct db_value){
            .type = DB_TEXT, .bytes = {bytes, (size_t)sqlite3_column_bytes(statement, index)}
        };
    case SQLITE_BLOB:
        bytes = sqlite3_column_blob(statement, index);
        return (struct db_value){
            .type = DB_BLOB, .bytes = {bytes, (size_t)sqlite3_column_bytes(statement, index)}
        };
    default:
        return (struct db_value){.type = DB_OTHER};
    }
}

static int64_t changes(const struct db *db)
{
    return sqlite3_changes64(self_of(db)->handle);
}

/* ---- Transactions ---- */

static void control_text(enum db_control control, unsigned depth, char *text, size_t size)
{
    static const char *const texts[DB_CONTROL__COUNT] = {
        [DB_CONTROL_BEGIN_READ] = "BEGIN",
        [DB_CONTROL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [DB_CONTROL_COMMIT] = "COMMIT",
        [DB_CONTROL_ROLLBACK] = "ROLLBACK",
        [DB_CONTROL_SAVEPOINT] = "SAVEPOINT s",
        [DB_CONTROL_RELEASE] = "RELEASE s",
        [DB_CONTROL_ROLLBACK_TO] = "ROLLBACK TO s",
    };
    bool named = control == DB_CONTROL_SAVEPOINT || control == DB_CONTROL_RELEASE ||
                 control == DB_CONTROL_ROLLBACK_TO;
    if (named) {
        snprintf(text, size, "%s%u", texts[control], depth);
    } else {
        snprintf(text, size, "%s", texts[control]);
    }
}

static int run_control(struct sqlite *self, enum db_control control, unsigned depth)
{
    char text[32];
    control_text(control, depth, text, sizeof(text));
    sqlite3_stmt **statement = &self->control[control][depth];
    int code = SQLITE_OK;
    self->internal = true;
    if (*statement == NULL) {
        code =
            sqlite3_prepare_v3(self->handle, text, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_step(*statement);
        sqlite3_reset(*statement);
    }
    self->internal = false;
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum status control(struct db *db, enum db_control control, unsigned depth)
{
    struct sqlite *self = self_of(db);
    bool undo = control == DB_CONTROL_ROLLBACK || control == DB_CONTROL_ROLLBACK_TO;
    int code = run_control(self, control, depth);
    /* An interrupt that comes just now must not stop the undoing. */
    for (int again = 0; undo && code == SQLITE_INTERRUPT && again < 10; again++) {
        code = run_control(self, control, depth);
    }
    if (code != SQLITE_OK) {
        char text[32];
        control_text(control, depth, text, sizeof(text));
        return sqlite_fail(self, code, true, str_from(text));
    }
    if (control == DB_CONTROL_ROLLBACK_TO) {
        /* What fails to be forgotten is empty: it goes with the scope around it. */
        run_control(self, DB_CONTROL_RELEASE, depth);
    }
    return STATUS_OK;
}

static bool in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(self_of(db)->handle) == 0;
}

/* The first statement of the text; *rest is what follows it. */
static enum status script_part(struct sqlite *self, struct str *rest)
{
    sqlite3_stmt *statement = NULL;
    const char *tail = NULL;
    struct str label = str_slice(str_trim(*rest), 0, 80);
    int code = sqlite3_prepare_v2(self->handle, rest->p, (int)rest->n, &statement, &tail);
    if (code != SQLITE_OK) {
        return sqlite_fail(self, code, false, label);
    }
    *rest = str_slice(*rest, (size_t)(tail - rest->p), rest->n);
    if (statement == NULL) {
        return STATUS_OK; /* a comment, or nothing */
    }
    enum status status = STATUS_OK;
    if (sqlite3_bind_parameter_count(statement) > 0) {
        status = db_fail(self->db, DB_MISUSE, STR(""), "a script has no placeholders: %.*s",
                         STR_ARG(label));
    } else {
        do {
            code = sqlite3_step(statement);
        } while (code == SQLITE_ROW);
        status = code == SQLITE_DONE ? STATUS_OK : sqlite_fail(self, code, true, label);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum status script(struct db *db, struct str sql)
{
    struct sqlite *self = self_of(db);
    enum status status = STATUS_OK;
    if (sql.n > SQL_BYTES_MAX) {
        return db_fail(db, DB_TOO_BIG, STR(""), "a script of %zu bytes", sql.n);
    }
    self->script = true;
    while (sql.n > 0 && status == STATUS_OK) {
        status = script_part(self, &sql);
    }
    self->script = false;
    return status;
}

static void interrupt(struct db *db)
{
    sqlite3_interrupt(self_of(db)->handle);
}

static void close_connection(struct db *db)
{
    struct sqlite *self = self_of(db);
    for (size_t i = 0; i < DB_CONTROL__COUNT; i++) {
        for (size_t depth = 0; depth <= DB_SCOPES_MAX; depth++) {
            sqlite3_finalize(self->control[i][depth]);
        }
    }
    sqlite3_close(self->handle);
    free(self);
}

static const struct db_driver driver = {
    .dialect = DB_DIALECT_SQLITE,
    .prepare = prepare,
    .unprepare = unprepare,
    .bind = bind,
    .step = step,
    .reset = reset,
    .columns = columns,
    .column = column,
    .changes = changes,
    .control = control,
    .in_transaction = in_transaction,
    .script = script,
    .define_function = sqlite_define_function,
    .checkpoint = sqlite_checkpoint,
    .backup = sqlite_backup,
    .verify = sqlite_verify,
    .interrupt = interrupt,
    .close = close_connection,
};

/* ---- Opening ---- */

/* Waits for a lock a little longer each time; an interrupt ends the waiting. */
static int wait_for_lock(void *context, int tries)
{
    static const unsigned delays_ms[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
    const struct sqlite *self = context;
    unsigned waited = 0;
    unsigned delay = 0;
    for (int i = 0; i <= tries && waited <= self->busy_ms; i++) {
        waited += delay;
        delay = delays_ms[i < (int)ARRAY_LENGTH(delays_ms) ? i : (int)ARRAY_LENGTH(delays_ms) - 1];
    }
    if (waited >= self->busy_ms ||
        atomic_load_explicit(&self->db->interrupted, memory_order_acquire)) {
        return 0;
    }
    struct timespec pause = {.tv_nsec = (long)delay * 1000000};
    nanosleep(&pause, NULL);
    return 1;
}

/* SQLite's own count of its memory takes a lock that all connections share. */
static void configure_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Switches that SQLite answers with their new state. */
static enum status harden(struct sqlite *self)
{
    static const struct {
        int option, state;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE,      1},
        {SQLITE_DBCONFIG_ENABLE_FKEY,    1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML,        0}, /* "x" is a name, never text */
        {SQLITE_DBCONFIG_DQS_DDL,        0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(switches); i++) {
        int state = -1;
        int code = sqlite3_db_config(self->handle, switches[i].option, switches[i].state, &state);
        if (code != SQLITE_OK || state != switches[i].state) {
            return db_fail(self->db, DB_CANNOT_OPEN, STR(""), "SQLite refuses option %d",
                           switches[i].option);
        }
    }
    return STATUS_OK;
}

/* Runs a setting that must answer with the given text. */
static enum status demand(struct sqlite *self, const char *sql, const char *answer)
{
    sqlite3_stmt *statement = NULL;
    bool agrees = false;
    int code = sqlite3_prepare_v2(self->handle, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        const void *text = sqlite3_column_text(statement, 0);
        agrees = str_eq(str_from(text), str_from(answer));
    }
    enum status status = STATUS_OK;
    if (code != SQLITE_ROW) {
        status = sqlite_fail(self, code, false, str_from(sql));
    } else if (!agrees) {
        status =
            db_fail(self->db, DB_CANNOT_OPEN, STR(""), "the database does not agree to %s", sql);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum status set_up(struct sqlite *self, const struct db_options *options)
{
    static const char *const sync_names[] = {
        [DB_SYNC_FULL] = "FULL",
        [DB_SYNC_NORMAL] = "NORMAL",
        [DB_SYNC_OFF] = "OFF",
    };
    char sql[512];
    unsigned cache_kib = options->cache_kib > 0 ? options->cache_kib : 4096;
    unsigned limit_kb = options->value_limit_kb > 0 ? options->value_limit_kb : 65536;
    int64_t journal = options->journal_limit > 0 ? options->journal_limit : INT64_C(64) << 20;
    snprintf(sql, sizeof(sql),
             "PRAGMA cache_size = -%u; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; "
             "PRAGMA cell_size_check = ON; PRAGMA synchronous = %s; PRAGMA wal_autocheckpoint = 0; "
             "PRAGMA journal_size_limit = %" PRId64 "; PRAGMA query_only = %s",
             cache_kib, sync_names[options->sync], journal,
             options->role == DB_WRITER ? "OFF" : "ON");
    TRY(harden(self));
    sqlite3_busy_handler(self->handle, wait_for_lock, self);
    sqlite3_db_config(self->handle, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_BYTES,
                      LOOKASIDE_COUNT);
    sqlite3_limit(self->handle, SQLITE_LIMIT_LENGTH,
                  limit_kb < 1000000 ? (int)(limit_kb * 1024) : 1000000000);
    sqlite3_limit(self->handle, SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX);
    sqlite3_limit(self->handle, SQLITE_LIMIT_VARIABLE_NUMBER, DB_PARAMETERS_MAX);
    sqlite3_limit(self->handle, SQLITE_LIMIT_ATTACHED, 0);
    TRY(demand(self, "PRAGMA encoding", "UTF-8"));
    if (options->role == DB_WRITER) {
        TRY(demand(self, "PRAGMA journal_mode = WAL", "wal"));
    }
    int code = sqlite_own(self, sql);
    if (code != SQLITE_OK) {
        return sqlite_fail(self, code, false, STR("settings"));
    }
    sqlite3_set_authorizer(self->handle, authorize, self);
    return STATUS_OK;
}

/* SQLite gives the log files the same mode. Only a file that was not there is touched: closing a
 * second descriptor of a database in use would drop the locks of this process on it. */
enum status sqlite_create_file(struct sqlite *self, const char *path, bool must_be_new)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
    } else if (errno != EEXIST || must_be_new) {
        return db_fail(self->db, errno == ENOSPC ? DB_FULL : DB_CANNOT_OPEN, STR(""),
                       "cannot make the file (errno %d): %s", errno, path);
    }
    return STATUS_OK;
}

static enum status connect_file(struct sqlite *self, const struct db_options *options,
                                const char *path)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= options->role == DB_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (options->create && options->role == DB_WRITER) {
        TRY(sqlite_create_file(self, path, false));
    }
    int code = sqlite3_open_v2(path, &self->handle, flags, NULL);
    if (code != SQLITE_OK) {
        return sqlite_fail(self, code, false, options->path);
    }
    return set_up(self, options);
}

enum status db_open_sqlite(const struct db_options *options, struct outcome *outcome,
                           struct db **ret_db)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *ret_db = NULL;
    /* An empty name or one with a colon in front would be a database of another kind to SQLite. */
    if (options->path.n == 0 || options->path.p[0] == ':' ||
        str_starts(options->path, STR("file:")) || str_find_byte(options->path, '\0') >= 0) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("a database needs a plain path"));
    }
    const char *path = str_cstr(outcome->arena, options->path);
    pthread_once(&once, configure_library);
    struct sqlite *self = calloc(1, sizeof(*self));
    struct db *db = self != NULL ? db_new(&driver, options->role, options->statements) : NULL;
    if (db == NULL) {
        free(self);
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for a connection"));
    }
    db->impl = self;
    self->db = db;
    self->busy_ms = options->busy_ms > 0 ? options->busy_ms : 5000;
    enum status status = connect_file(self, options, path);
    if (status != STATUS_OK) {
        db_fault(db, outcome);
        db_close(db);
        return status;
    }
    *ret_db = db;
    return STATUS_OK;
}
