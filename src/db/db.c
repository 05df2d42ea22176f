/* Connections: making and ending one, its last failure, and the cache of prepared statements. */
#include "db/db.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_driver.h"
#include "db/db_fake.h"

struct cause {
    struct str name;
    enum status status;
};

/* DB_ABORTED has no status of its own: the first error's is used. */
static const struct cause causes[DB_CAUSE__COUNT] = {
    [DB_NO_CAUSE] = {STR_INIT("none"),        STATUS_OK       },
    [DB_UNIQUE] = {STR_INIT("unique"),      STATUS_REFUSED  },
    [DB_FOREIGN_KEY] = {STR_INIT("foreign_key"), STATUS_REFUSED  },
    [DB_NOT_NULL] = {STR_INIT("not_null"),    STATUS_INTERNAL },
    [DB_CHECK] = {STR_INIT("check"),       STATUS_INTERNAL },
    [DB_TRIGGER] = {STR_INIT("trigger"),     STATUS_INTERNAL },
    [DB_TYPE] = {STR_INIT("type"),        STATUS_INTERNAL },
    [DB_BUSY] = {STR_INIT("busy"),        STATUS_BUSY     },
    [DB_CONFLICT] = {STR_INIT("conflict"),    STATUS_BUSY     },
    [DB_INTERRUPTED] = {STR_INIT("interrupted"), STATUS_BUSY     },
    [DB_ABORTED] = {STR_INIT("aborted"),     STATUS_INTERNAL },
    [DB_FULL] = {STR_INIT("full"),        STATUS_NO_SPACE },
    [DB_NO_MEMORY] = {STR_INIT("no_memory"),   STATUS_BUSY     },
    [DB_TOO_BIG] = {STR_INIT("too_big"),     STATUS_TOO_LARGE},
    [DB_IO] = {STR_INIT("io"),          STATUS_INTERNAL },
    [DB_CORRUPT] = {STR_INIT("corrupt"),     STATUS_INTERNAL },
    [DB_CANNOT_OPEN] = {STR_INIT("cannot_open"), STATUS_INTERNAL },
    [DB_LOST] = {STR_INIT("lost"),        STATUS_BUSY     },
    [DB_READ_ONLY] = {STR_INIT("read_only"),   STATUS_INTERNAL },
    [DB_SQL] = {STR_INIT("sql"),         STATUS_INTERNAL },
    [DB_MISUSE] = {STR_INIT("misuse"),      STATUS_INTERNAL },
};

struct str db_cause_name(enum db_cause cause)
{
    return causes[cause].name;
}

enum status db_cause_status(enum db_cause cause)
{
    return causes[cause].status;
}

const struct db_error *db_error(const struct db *db)
{
    return &db->failure.error;
}

enum status db_fault(const struct db *db, struct outcome *outcome)
{
    const struct db_error *error = &db->failure.error;
    return outcome_fault(outcome, error->status, error->detail);
}

enum status db_fail(struct db *db, enum db_cause cause, struct str constraint, const char *format,
                    ...)
{
    struct db_failure *failure = &db->failure;
    /* Formatted aside: the arguments may point into the failure before. */
    char detail[sizeof(failure->detail)] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof(detail), format, arguments);
    va_end(arguments);
    memcpy(failure->detail, detail, sizeof(detail));
    struct str kept = str_slice(constraint, 0, sizeof(failure->constraint));
    if (kept.n > 0) {
        memmove(failure->constraint, kept.p, kept.n);
    }
    failure->error = (struct db_error){
        .status = causes[cause].status,
        .cause = cause,
        .constraint = {failure->constraint, kept.n},
        .detail = str_from(failure->detail),
    };
    return failure->error.status;
}

struct db *db_new(const struct db_driver *driver, enum db_role role, unsigned statements)
{
    struct db *db = calloc(1, sizeof(*db));
    if (db == NULL) {
        return NULL;
    }
    db->driver = driver;
    db->role = role;
    db->prepared_max = statements > 0 ? statements : DB_STATEMENTS_DEFAULT;
    atomic_init(&db->interrupted, false);
    return db;
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    db_reset(db);
    db->closing = true;
    db_statements_free(db);
    db->driver->close(db);
    free(db);
}

void db_reset(struct db *db)
{
    db_statements_end(db, 0);
    db_scope_abandon(db);
    atomic_store_explicit(&db->interrupted, false, memory_order_release);
    db->failure.error = (struct db_error){0};
}

enum db_dialect db_dialect(const struct db *db)
{
    return db->driver->dialect;
}

enum db_role db_role(const struct db *db)
{
    return db->role;
}

void db_interrupt(struct db *db)
{
    /* The flag first: an interrupt that finds nothing running must stop what starts next. */
    atomic_store_explicit(&db->interrupted, true, memory_order_release);
    db->driver->interrupt(db);
}

enum status db_operation(struct db *db)
{
    db->operations++;
    if (atomic_load_explicit(&db->interrupted, memory_order_acquire)) {
        return db_fail(db, DB_INTERRUPTED, STR(""), "interrupted");
    }
    if (db->operations == db->fail_at) {
        return db_fail(db, db->fail_cause, STR(""), "failure made by a test");
    }
    return STATUS_OK;
}

void db_fail_at(struct db *db, uint64_t operation, enum db_cause cause)
{
    db->operations = 0;
    db->fail_at = operation;
    db->fail_cause = cause;
}

uint64_t db_operations(const struct db *db)
{
    return db->operations;
}

enum status db_define_function(struct db *db, const struct db_function *function)
{
    if (function->name.n == 0 || function->parameters > DB_FUNCTION_PARAMETERS_MAX) {
        return db_fail(db, DB_MISUSE, STR(""), "a function needs a name and at most %d parameters",
                       DB_FUNCTION_PARAMETERS_MAX);
    }
    return db->driver->define_function(db, function);
}

/* What all upkeep asks: no scope open and nothing being read on this connection. */
static enum status upkeep_allowed(struct db *db, const char *what)
{
    struct str label;
    if (db->depth > 0) {
        return db_fail(db, DB_MISUSE, STR(""), "%s inside the transaction begun at %s:%d", what,
                       db->scopes[0].place.file, db->scopes[0].place.line);
    }
    if (db_statements_reading(db, &label)) {
        return db_fail(db, DB_MISUSE, STR(""), "%s while reading: %.*s", what, STR_ARG(label));
    }
    return db_operation(db);
}

enum status db_checkpoint(struct db *db, enum db_checkpoint_mode mode,
                          struct db_checkpoint *ret_checkpoint)
{
    *ret_checkpoint = (struct db_checkpoint){0};
    if (db->role != DB_KEEPER) {
        return db_fail(db, DB_MISUSE, STR(""), "checkpoint on a connection that is no keeper");
    }
    TRY(upkeep_allowed(db, "checkpoint"));
    return db->driver->checkpoint(db, mode, ret_checkpoint);
}

enum status db_backup(struct db *db, struct str path, struct db_progress progress)
{
    TRY(upkeep_allowed(db, "backup"));
    return db->driver->backup(db, path, progress);
}

enum status db_verify(struct db *db)
{
    TRY(upkeep_allowed(db, "verify"));
    return db->driver->verify(db);
}
