/* Between the common part of db and its drivers; no one else includes this. The common part keeps
 * the statement cache, the scopes, the rules and the last error; a driver only talks to its
 * database and translates its failures. */
#ifndef HEARTH_DB_DB_DRIVER_H
#define HEARTH_DB_DB_DRIVER_H

#include <stdatomic.h>

#include "db/db.h"

#define DB_SLOTS 128 /* hash slots of the statement cache, a power of two */
#define DB_PARAMETERS_MAX 1024
#define DB_STATEMENTS_DEFAULT 256

/* A statement in the cache: prepared once, used by one handle at a time. */
struct db_prepared {
    struct db_prepared *next;  /* in the same hash slot */
    struct db_statement *user; /* NULL when idle */
    uint64_t hash;
    uint64_t last_used; /* on the connection's own count */
    struct str name;    /* of a named statement; empty otherwise; static */
    struct str text;    /* in bytes */
    void *impl;         /* the driver's */
    unsigned parameters;
    bool writes;
    char bytes[]; /* of text */
};

enum db_control {
    DB_CONTROL_BEGIN_READ,
    DB_CONTROL_BEGIN_WRITE,
    DB_CONTROL_COMMIT,
    DB_CONTROL_ROLLBACK,
    DB_CONTROL_SAVEPOINT,
    DB_CONTROL_RELEASE,
    DB_CONTROL_ROLLBACK_TO, /* and forget the savepoint */
    DB_CONTROL__COUNT,
};

/* Functions that return a status record the failure with db_fail before they return. */
struct db_driver {
    enum db_dialect dialect;
    /* Fills impl and writes from text. */
    enum status (*prepare)(struct db *db, struct db_prepared *prepared);
    void (*unprepare)(struct db_prepared *prepared);
    /* Copies the value. at counts from 1 and is in range; text has no NUL. */
    enum status (*bind)(struct db *db, struct db_prepared *prepared, unsigned at,
                        const struct db_value *value);
    enum status (*step)(struct db *db, struct db_prepared *prepared, bool *ret_row);
    /* Back to before the first step, nothing bound. */
    void (*reset)(struct db_prepared *prepared);
    unsigned (*columns)(const struct db_prepared *prepared);
    /* The bytes are a view until the next step. */
    struct db_value (*column)(const struct db_prepared *prepared, unsigned at);
    /* Rows written by the statement that ended last. */
    int64_t (*changes)(const struct db *db);
    /* depth is that of the scope which begins or ends. */
    enum status (*control)(struct db *db, enum db_control control, unsigned depth);
    /* False when there is none, also when the database has given it up on an error. */
    bool (*in_transaction)(const struct db *db);
    enum status (*script)(struct db *db, struct str sql);
    enum status (*define_function)(struct db *db, const struct db_function *function);
    enum status (*checkpoint)(struct db *db, enum db_checkpoint_mode mode,
                              struct db_checkpoint *ret_checkpoint);
    enum status (*backup)(struct db *db, struct str path, struct db_progress progress);
    enum status (*verify)(struct db *db);
    void (*interrupt)(struct db *db); /* from any thread */
    void (*close)(struct db *db);
};

struct db_open_scope {
    enum db_access access;
    struct db_place place;
    uint64_t serial;
    enum status failed; /* OK, or how its first error ended */
    enum db_cause cause;
};

struct db_failure {
    struct db_error error; /* its views point into the two texts */
    char constraint[256];
    char detail[512];
};

struct db {
    const struct db_driver *driver;
    void *impl; /* the driver's */
    enum db_role role;
    bool closing; /* all that the server keeps for the connection ends with it */
    atomic_bool interrupted;
    struct db_failure failure;

    struct db_open_scope scopes[DB_SCOPES_MAX]; /* the first depth of them */
    unsigned depth;
    uint64_t serial; /* of the scope opened last */

    struct db_statement *in_use; /* handles that hold a prepared statement */
    struct db_prepared *slots[DB_SLOTS];
    size_t prepared_count, prepared_max;
    uint64_t uses;

    uint64_t operations; /* begun so far; see db_fail_at in db_fake.h */
    uint64_t fail_at;    /* 0: never */
    enum db_cause fail_cause;
};

/* A connection without its driver's part, or NULL when there is no memory. */
struct db *db_new(const struct db_driver *driver, enum db_role role, unsigned statements);

/* Records a failure; returns the status of the cause. */
PRINTF(4, 5)
enum status db_fail(struct db *db, enum db_cause cause, struct str constraint, const char *format,
                    ...);
enum status db_cause_status(enum db_cause cause);
/* How a statement is called in messages: its name, or the start of its text. */
struct str db_label(const struct db_prepared *prepared);

/* db_prepare for a statement with a name. */
enum status db_prepare_as(struct db *db, struct str name, struct str sql, struct arena *arena,
                          struct db_statement **ret_statement);

/* Before anything is asked of the database: fails when interrupted or when a test wants it. */
enum status db_operation(struct db *db);
/* Whether a statement may run now: the innermost scope has not failed, and a write has its scope.
 */
enum status db_scope_allows(struct db *db, const struct db_prepared *prepared, bool writes);
/* The database reported an error: marks the innermost scope failed, or all of them. Returns status.
 */
enum status db_scope_failed(struct db *db, enum status status);
/* Rolls back everything; the last error stays. */
void db_scope_abandon(struct db *db);
/* Ends the statements taken at this depth or deeper: their handles stay, without rows. */
void db_statements_end(struct db *db, unsigned depth);
/* Whether a statement is between its first row and its end; if so, its label. */
bool db_statements_reading(const struct db *db, struct str *ret_label);
/* Gives back all statements and drops the cache. */
void db_statements_free(struct db *db);

#endif
