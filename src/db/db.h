/* The database: one interface, drivers behind it (SQLite; PostgreSQL; a scripted fake for tests).
 * Nothing here names a product's types, and nothing a caller writes depends on
 * one: placeholders are ?1 ?2 ..., values are always bound, every failure has a cause.
 *
 * Shape of a read:
 *
 *     struct db_statement *q;
 *     TRY(db_prepare(db, STR("SELECT id, name FROM team WHERE agency = ?1"), arena, &q));
 *     db_bind_uuid(q, 1, agency);
 *     while (db_next(q)) {
 *         add_team(list, db_uuid(q, 0), db_text(q, 1));
 *     }
 *     TRY(db_finish(q));
 *
 * Binding, stepping and reading keep the first error in the statement; db_finish tells it, so
 * nothing read counts before db_finish said STATUS_OK.
 *
 * A connection and what came from it belong to one thread at a time; only db_interrupt may come
 * from another. Prepared statements stay with the connection and are found again by their text. A
 * statement in hand is given back by db_finish or, at the latest, when its arena is cleared. */
#ifndef HEARTH_DB_DB_H
#define HEARTH_DB_DB_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "base/uuid.h"

struct db;
struct db_statement;

/* What the connection may do. The database itself refuses the rest. */
enum db_role {
    DB_WRITER, /* reads and writes; never checkpoints on its own */
    DB_READER, /* reads only */
    DB_KEEPER, /* reads, checkpoints, backs up: the connection of the checkpoint thread */
};

/* Whose SQL the connection speaks, for the few statements that differ. */
enum db_dialect { DB_DIALECT_SQLITE, DB_DIALECT_POSTGRES };

/* ---- Errors ---- */

/* Why something failed. The status that goes with each is beside it. */
enum db_cause {
    DB_NO_CAUSE,    /* OK */
    DB_UNIQUE,      /* REFUSED: constraint names the index, or "table.column, table.column" */
    DB_FOREIGN_KEY, /* REFUSED: constraint is named where the database tells (SQLite does not) */
    DB_NOT_NULL,    /* INTERNAL: constraint is "table.column" */
    DB_CHECK,       /* INTERNAL: constraint is the name of the check, or its text */
    DB_TRIGGER,     /* INTERNAL: a trigger refused; constraint is its message */
    DB_TYPE,        /* INTERNAL: a value of another type than the column or the reader wants */
    DB_BUSY,        /* BUSY: another connection held the lock for longer than busy_ms */
    DB_CONFLICT,    /* BUSY: another transaction came first; the whole of this one may be retried */
    DB_INTERRUPTED, /* BUSY: db_interrupt was called */
    DB_ABORTED,     /* that of the first error: the scope failed before and must be rolled back */
    DB_FULL,        /* NO_SPACE */
    DB_NO_MEMORY,   /* BUSY */
    DB_TOO_BIG,     /* TOO_LARGE: a value or statement beyond the limit of the database */
    DB_IO,          /* INTERNAL */
    DB_CORRUPT,     /* INTERNAL */
    DB_CANNOT_OPEN, /* INTERNAL */
    DB_LOST,        /* BUSY: the server is not reached, or no longer; what begins next tries anew */
    DB_READ_ONLY,   /* INTERNAL: a write on a connection that only reads */
    DB_SQL,         /* INTERNAL: the text of the statement is wrong */
    DB_MISUSE,      /* INTERNAL: this interface was used against its contract */
    DB_CAUSE__COUNT, /* not a cause */
};

/* The last failure of a connection. */
struct db_error {
    enum status status;
    enum db_cause cause;
    struct str constraint; /* see the causes; otherwise empty */
    struct str detail;     /* for the log: statement, code, place; never a stored value */
};

/* Belongs to the connection and changes with its next failure. */
const struct db_error *db_error(const struct db *db);
struct str db_cause_name(enum db_cause cause); /* "foreign_key" style */
/* Puts the last failure into an outcome; returns its status, so that callers can return it. */
enum status db_fault(const struct db *db, struct outcome *outcome);

/* ---- Connections ---- */

/* How much of a commit is on the disk when db_commit returns. */
enum db_sync {
    DB_SYNC_FULL,   /* all of it: the only choice for records */
    DB_SYNC_NORMAL, /* loss of power may take the last commits, never consistency */
    DB_SYNC_OFF,    /* loss of power may damage the file: for throw-away copies */
};

/* Zero means the default throughout. */
struct db_options {
    struct str path; /* of the file; on PostgreSQL "postgresql://..." or "host=... dbname=..." */
    struct str
        schema; /* PostgreSQL: where tables are looked for; lower case, digits, underscores */
    enum db_role role;
    bool create;             /* a writer may make a new file (mode 0600), or the schema */
    enum db_sync sync;       /* FULL */
    unsigned cache_kib;      /* page cache of this connection: 4096 */
    unsigned busy_ms;        /* longest wait for a lock: 5000 */
    unsigned statements;     /* prepared statements kept: 256 */
    int64_t journal_limit;   /* bytes of write-ahead log kept after a checkpoint: 64 MiB */
    unsigned value_limit_kb; /* longest text, blob or row in units of 1024 bytes: 65536 */
};

/* Opens a file in WAL mode with foreign keys on, schema not trusted, temporary data in memory.
 * Errors are told through outcome: DB_CANNOT_OPEN when it is missing and may not be made,
 * DB_CORRUPT when it is no database. */
NODISCARD enum status db_open_sqlite(const struct db_options *options, struct outcome *outcome,
                                     struct db **ret_db);
/* Connects to a database of a PostgreSQL server of version 15 or later, encoded as UTF-8. Of the
 * options cache_kib and journal_limit have no meaning there. Where the user, the password
 * and the certificates come from is libpq's matter: its service and password files keep them out of
 * the command line. Errors are told through outcome: DB_LOST when the server is not reached,
 * DB_CANNOT_OPEN when it is not one that Hearth can work with.
 *
 * What the two have in common is all that a caller sees, but for this: a statement's whole answer
 * is fetched at its first row (page through what may be long), a writer's transaction is
 * SERIALIZABLE and may end in DB_CONFLICT, and any step in DB_LOST. */
NODISCARD enum status db_open_postgres(const struct db_options *options, struct outcome *outcome,
                                       struct db **ret_db);
/* What names a database of a PostgreSQL server, looked at before it is used: "postgresql://..." or
 * "host=... dbname=..." as libpq takes it. */
struct db_address {
    struct str shown; /* the same without its secrets: for a log, or a file others read */
    bool has_secret;  /* it holds a password */
};
/* In the outcome's arena. STATUS_INVALID, in words that quote nothing of the text. */
NODISCARD enum status db_read_address(struct str text, struct outcome *outcome,
                                      struct db_address *ret_address);
/* The schemas whose names fit (patterns of pg_dump) in a new file at path, as one snapshot; and
 * back into a database that has none of them, all or nothing. By pg_dump and pg_restore; the
 * address holds no secret. STATUS_UNSUPPORTED: they are not on this machine. */
NODISCARD enum status db_dump_postgres(struct str address, const struct str *schemas, size_t count,
                                       struct str path, struct outcome *outcome);
NODISCARD enum status db_restore_postgres(struct str address, struct str path,
                                          struct outcome *outcome);
/* Rolls back what is open, gives back all statements, closes. NULL is allowed. */
void db_close(struct db *db);
/* The boundary between two requests: gives back statements, rolls back, forgets an interrupt and
 * the last error. Also the way back to a known state after a jump out of an exhausted arena. */
void db_reset(struct db *db);
/* How many statements were asked for since it was opened: what something costs, and whether two
 * things cost the same. */
uint64_t db_uses(const struct db *db);
enum db_dialect db_dialect(const struct db *db);
enum db_role db_role(const struct db *db);

/* Makes what runs now, and everything after it until db_reset, fail with DB_INTERRUPTED; a
 * rollback still works. From any thread, while the connection is open. */
void db_interrupt(struct db *db);

/* ---- Statements ---- */

enum db_type { DB_NULL, DB_INT, DB_BOOL, DB_TEXT, DB_BLOB, DB_UUID, DB_OTHER };

/* One value, for callers whose types are known only from the model. Text is UTF-8 without NUL. A
 * database without booleans or UUIDs gives DB_INT and DB_BLOB back for them (db_int reads either of
 * the first two, db_uuid of the second); DB_OTHER is a column
 * of a type Hearth does not use (floating point). */
struct db_value {
    enum db_type type;
    int64_t integer;  /* DB_INT, DB_BOOL (0 or 1) */
    struct str bytes; /* DB_TEXT, DB_BLOB */
    struct uuid uuid; /* DB_UUID */
};

/* One statement, ready to bind. sql is copied. The placeholders are ?1 to ?n, all of them used. */
NODISCARD enum status db_prepare(struct db *db, struct str sql, struct arena *arena,
                                 struct db_statement **ret_statement);

/* Binds by value, before the first db_next; placeholders count from 1. Text with NUL is refused. */
void db_bind_null(struct db_statement *statement, unsigned at);
void db_bind_int(struct db_statement *statement, unsigned at, int64_t value);
void db_bind_text(struct db_statement *statement, unsigned at, struct str value);
void db_bind_blob(struct db_statement *statement, unsigned at, struct str value);
void db_bind_uuid(struct db_statement *statement, unsigned at, struct uuid value);
void db_bind(struct db_statement *statement, unsigned at, struct db_value value);

/* Runs to the next row. False at the end and on an error: db_finish tells which. Every placeholder
 * must be bound; a statement that writes needs an open scope of DB_WRITE. */
bool db_next(struct db_statement *statement);

/* Reads a column of the present row; columns count from 0. NULL is an error except for db_is_null
 * and db_value: an answer that is not there must not turn into 0 or "". On an error they return
 * zero, empty or nil, and the statement ends. */
bool db_is_null(struct db_statement *statement, unsigned at);
int64_t db_int(struct db_statement *statement, unsigned at);
struct uuid db_uuid(struct db_statement *statement, unsigned at);
struct str db_text(struct db_statement *statement, unsigned at);       /* a copy in the arena */
struct str db_blob(struct db_statement *statement, unsigned at);       /* a copy in the arena */
struct db_value db_value(struct db_statement *statement, unsigned at); /* bytes in the arena */
/* The same without a copy, valid until the next db_next: for scans of many rows. */
struct str db_text_view(struct db_statement *statement, unsigned at);
struct str db_blob_view(struct db_statement *statement, unsigned at);
unsigned db_columns(const struct db_statement *statement);

/* Gives the statement back; says how it all went. The handle may only be finished again. */
NODISCARD enum status db_finish(struct db_statement *statement);
/* Runs to the end, rows ignored, and gives the statement back. */
NODISCARD enum status db_run(struct db_statement *statement);
/* The same; tells how many rows were written by an INSERT, UPDATE or DELETE (triggers and cascades
 * not counted), 0 for anything else. */
NODISCARD enum status db_run_count(struct db_statement *statement, int64_t *ret_rows);
/* Runs to the end and keeps the statement, bindings cleared, for the next one of many. */
NODISCARD enum status db_repeat(struct db_statement *statement);

/* Several statements without placeholders, schema changes among them (nothing else may change the
 * schema), inside a scope of DB_WRITE. */
NODISCARD enum status db_script(struct db *db, struct str sql);

/* ---- Transactions ---- */

enum db_access {
    DB_READ,  /* one unchanging view of the data, taken by the first statement */
    DB_WRITE, /* the lock is taken at once: what was read stays true until the commit */
};

#define DB_SCOPES_MAX 8

/* A transaction or a savepoint within it: filled by db_begin or db_savepoint, ended by the one who
 * holds it, innermost first. Start with {0} and CLEANUP(db_rollback) to undo on every early return:
 *
 *     struct db_scope CLEANUP(db_rollback) scope = {0};
 *     TRY(db_begin(db, DB_WRITE, &scope));
 *     ...
 *     return db_commit(&scope);
 *
 * An error of the database within a scope fails the scope (PostgreSQL does so, SQLite is made to
 * agree): nothing more runs in it, and its commit or release rolls back and returns the error. The
 * scope around a failed savepoint goes on, unless the database has given up the transaction as
 * a whole (disk full). */
struct db_scope {
    struct db *db;   /* NULL when not open */
    unsigned depth;  /* 1 is the transaction */
    uint64_t serial; /* tells a stale copy */
};

/* Where in the program a scope was opened, for messages. */
struct db_place {
    const char *file;
    int line;
};
#define DB_HERE ((struct db_place){__FILE__, __LINE__})

/* Refused when a transaction is open already (the message says where), on DB_WRITE for a reader or
 * while a row is being read: reading first and writing then is how a decision goes stale. */
#define db_begin(db, access, ret_scope) db_begin_at((db), (access), DB_HERE, (ret_scope))
NODISCARD enum status db_begin_at(struct db *db, enum db_access access, struct db_place place,
                                  struct db_scope *ret_scope);
/* A scope within the open one; at most DB_SCOPES_MAX deep, the transaction counted. */
#define db_savepoint(db, ret_scope) db_savepoint_at((db), DB_HERE, (ret_scope))
NODISCARD enum status db_savepoint_at(struct db *db, struct db_place place,
                                      struct db_scope *ret_scope);
/* Makes a transaction permanent. Refused, and nothing ended, for a savepoint, a stale scope or one
 * with a scope still open inside. Otherwise the transaction is over, whatever the result:
 * STATUS_UNKNOWN_COMMIT when it may or may not have become permanent, any other failure when it
 * has not. Statements in hand are ended. */
NODISCARD enum status db_commit(struct db_scope *scope);
/* Keeps the changes of a savepoint as part of the scope around it. Refused as db_commit is. */
NODISCARD enum status db_release(struct db_scope *scope);
/* Undoes a transaction or savepoint with all inside it. Nothing for a scope that is not open. */
void db_rollback(struct db_scope *scope);
/* Whether a scope is open on the connection. */
bool db_in_transaction(const struct db *db);

/* ---- Functions within SQL ---- */

#define DB_FUNCTION_PARAMETERS_MAX 8

/* A pure function of its arguments that SQL may call, so that an expression lowered to SQL and the
 * core give the same answer. Arguments are DB_NULL, DB_INT, DB_TEXT or DB_BLOB; so is the result
 * (DB_BOOL too), whose bytes must stay until the next call. There is no error: unset is DB_NULL. */
struct db_function {
    struct str name;
    unsigned parameters;
    struct db_value (*call)(const void *context, const struct db_value *arguments);
    const void *context; /* must outlive the connection */
};

/* STATUS_UNSUPPORTED where functions live in the database and not in the connection. */
NODISCARD enum status db_define_function(struct db *db, const struct db_function *function);

/* ---- Upkeep ---- */

enum db_checkpoint_mode {
    DB_CHECKPOINT_PASSIVE, /* moves what it can, waits for nobody */
    DB_CHECKPOINT_RESTART, /* waits for readers, up to busy_ms, and holds the writer meanwhile */
    DB_CHECKPOINT_TRUNCATE /* the same, then cuts the log file to nothing */
};

struct db_checkpoint {
    int64_t log_pages;   /* in the log when it began */
    int64_t moved_pages; /* of these, now in the database file */
    bool complete;       /* false: a reader or the writer stood in the way; not an error */
};

/* Moves the write-ahead log into the database file. Only for DB_KEEPER, outside a scope. */
NODISCARD enum status db_checkpoint(struct db *db, enum db_checkpoint_mode mode,
                                    struct db_checkpoint *ret_checkpoint);

/* Told now and then during a backup, in pages; false stops it (DB_INTERRUPTED). */
struct db_progress {
    bool (*fn)(void *context, int64_t done, int64_t total); /* may be NULL */
    void *context;
};

/* Copies the database as it is now into a new file at path, while others read and write; what they
 * write meanwhile is not in it. The file is synced when this returns OK, and removed on failure.
 * Outside a scope. Refuses to overwrite. */
NODISCARD enum status db_backup(struct db *db, struct str path, struct db_progress progress);

/* Checks the whole file and all foreign keys: slow, for backups and the night. DB_CORRUPT with the
 * first finding in the detail. */
NODISCARD enum status db_verify(struct db *db);

#endif
