/* Transactions and savepoints: a stack of open scopes, each ended by the one who holds it. */
#include "db/db_driver.h"

static struct db_open_scope *innermost(struct db *db)
{
    return &db->scopes[db->depth - 1];
}

bool db_in_transaction(const struct db *db)
{
    return db->depth > 0;
}

enum status db_scope_allows(struct db *db, const struct db_prepared *prepared, bool writes)
{
    struct str label = prepared != NULL ? db_label(prepared) : STR("a script");
    if (db->depth == 0) {
        if (!writes) {
            return STATUS_OK;
        }
        return db_fail(db, DB_MISUSE, STR(""), "a write outside a transaction: %.*s",
                       STR_ARG(label));
    }
    const struct db_open_scope *scope = innermost(db);
    if (scope->failed != STATUS_OK) {
        struct str cause = db_cause_name(scope->cause);
        db_fail(db, DB_ABORTED, STR(""), "the scope opened at %s:%d failed before (%.*s): %.*s",
                scope->place.file, scope->place.line, STR_ARG(cause), STR_ARG(label));
        db->failure.error.status = scope->failed;
        return scope->failed;
    }
    if (writes && db->scopes[0].access != DB_WRITE) {
        return db_fail(db, DB_MISUSE, STR(""),
                       "a write in the transaction begun at %s:%d for reading: %.*s",
                       db->scopes[0].place.file, db->scopes[0].place.line, STR_ARG(label));
    }
    return STATUS_OK;
}

static void mark_failed(struct db_open_scope *scope, enum status status, enum db_cause cause)
{
    if (scope->failed == STATUS_OK) {
        scope->failed = status;
        scope->cause = cause;
    }
}

enum status db_scope_failed(struct db *db, enum status status)
{
    enum db_cause cause = db->failure.error.cause;
    if (db->depth == 0) {
        return status;
    }
    mark_failed(innermost(db), status, cause);
    if (!db->driver->in_transaction(db)) {
        for (unsigned i = 0; i < db->depth; i++) {
            mark_failed(&db->scopes[i], status, cause);
        }
    }
    return status;
}

/* Undoes the scopes from this depth on. Says nothing of its own: who rolls back has his reason. */
static void roll_back(struct db *db, unsigned depth)
{
    struct db_failure reason = db->failure;
    db_statements_end(db, depth);
    if (db->driver->in_transaction(db)) {
        enum db_control control = depth == 1 ? DB_CONTROL_ROLLBACK : DB_CONTROL_ROLLBACK_TO;
        enum status status = db->driver->control(db, control, depth);
        if (status != STATUS_OK && depth > 1) {
            /* What could not be undone alone must not be kept: the whole transaction goes. */
            mark_failed(&db->scopes[0], status, db->failure.error.cause);
        }
    }
    db->depth = depth - 1;
    db->failure = reason;
}

void db_scope_abandon(struct db *db)
{
    if (db->depth > 0) {
        roll_back(db, 1);
    }
}

/* Fills the scope and puts it on the stack. */
static void push(struct db *db, enum db_access access, struct db_place place,
                 struct db_scope *ret_scope)
{
    db->scopes[db->depth++] = (struct db_open_scope){
        .access = access,
        .place = place,
        .serial = ++db->serial,
    };
    *ret_scope = (struct db_scope){.db = db, .depth = db->depth, .serial = db->serial};
}

enum status db_begin_at(struct db *db, enum db_access access, struct db_place place,
                        struct db_scope *ret_scope)
{
    *ret_scope = (struct db_scope){0};
    struct str label;
    if (db->depth > 0) {
        return db_fail(db, DB_MISUSE, STR(""),
                       "begin at %s:%d inside the transaction begun at %s:%d", place.file,
                       place.line, db->scopes[0].place.file, db->scopes[0].place.line);
    }
    if (access == DB_WRITE && db->role != DB_WRITER) {
        return db_fail(db, DB_READ_ONLY, STR(""),
                       "begin for writing at %s:%d on a connection that only reads", place.file,
                       place.line);
    }
    if (db_statements_reading(db, &label)) {
        return db_fail(db, DB_MISUSE, STR(""), "begin at %s:%d while reading: %.*s", place.file,
                       place.line, STR_ARG(label));
    }
    if (db->driver->in_transaction(db)) {
        return db_fail(db, DB_IO, STR(""), "a rollback has failed: the connection is to be closed");
    }
    TRY(db_operation(db));
    TRY(db->driver->control(db, access == DB_WRITE ? DB_CONTROL_BEGIN_WRITE : DB_CONTROL_BEGIN_READ,
                            1));
    push(db, access, place, ret_scope);
    return STATUS_OK;
}

enum status db_savepoint_at(struct db *db, struct db_place place, struct db_scope *ret_scope)
{
    *ret_scope = (struct db_scope){0};
    if (db->depth == 0) {
        return db_fail(db, DB_MISUSE, STR(""), "savepoint at %s:%d outside a transaction",
                       place.file, place.line);
    }
    if (db->depth == DB_SCOPES_MAX) {
        return db_fail(db, DB_MISUSE, STR(""), "savepoint at %s:%d is the %dth scope", place.file,
                       place.line, DB_SCOPES_MAX + 1);
    }
    TRY(db_scope_allows(db, NULL, false));
    enum status status = db_operation(db);
    if (status == STATUS_OK) {
        status = db->driver->control(db, DB_CONTROL_SAVEPOINT, db->depth + 1);
    }
    if (status != STATUS_OK) {
        return db_scope_failed(db, status);
    }
    push(db, db->scopes[0].access, place, ret_scope);
    return STATUS_OK;
}

/* Whether the scope is the one on this place of the stack, and not a copy of an older one. */
static bool is_open(const struct db_scope *scope)
{
    const struct db *db = scope->db;
    return db != NULL && scope->depth > 0 && scope->depth <= db->depth &&
           db->scopes[scope->depth - 1].serial == scope->serial;
}

/* Only the innermost scope is ended, and only by the function for its kind. */
static enum status may_end(const struct db_scope *scope, bool transaction)
{
    struct db *db = scope->db;
    if (db == NULL) {
        return STATUS_INTERNAL; /* never begun, or ended before: there is no one to tell */
    }
    if (!is_open(scope)) {
        return db_fail(db, DB_MISUSE, STR(""), "commit or release of a scope that has ended");
    }
    const struct db_open_scope *inner = innermost(db);
    if (scope->depth != db->depth) {
        return db_fail(db, DB_MISUSE, STR(""),
                       "commit or release while the scope opened at %s:%d is open inside",
                       inner->place.file, inner->place.line);
    }
    if ((scope->depth == 1) != transaction) {
        return db_fail(db, DB_MISUSE, STR(""), "%s of the scope opened at %s:%d",
                       transaction ? "commit of a savepoint, instead of the transaction,"
                                   : "release of a transaction, instead of a savepoint,",
                       inner->place.file, inner->place.line);
    }
    return STATUS_OK;
}

/* After these a commit has certainly not happened. */
static bool surely_undone(enum db_cause cause)
{
    switch (cause) {
    case DB_UNIQUE:
    case DB_FOREIGN_KEY:
    case DB_NOT_NULL:
    case DB_CHECK:
    case DB_TRIGGER:
    case DB_TYPE:
    case DB_BUSY:
    case DB_CONFLICT:
    case DB_INTERRUPTED:
    case DB_ABORTED:
    case DB_FULL:
    case DB_READ_ONLY:
    case DB_MISUSE:
        return true;
    case DB_NO_CAUSE:
    case DB_NO_MEMORY:
    case DB_TOO_BIG:
    case DB_IO:
    case DB_CORRUPT:
    case DB_CANNOT_OPEN:
    case DB_LOST:
    case DB_SQL:
    case DB_CAUSE__COUNT:
        break;
    }
    return false;
}

/* Ends the innermost scope for good: on any error it is rolled back. */
static enum status keep(struct db_scope *scope, enum db_control control)
{
    struct db *db = scope->db;
    unsigned depth = scope->depth;
    *scope = (struct db_scope){0};
    if (innermost(db)->failed == STATUS_OK) {
        db_statements_end(db, depth);
    }
    enum status status = db_scope_allows(db, NULL, false);
    if (status == STATUS_OK) {
        status = db_operation(db);
        if (status == STATUS_OK) {
            status = db->driver->control(db, control, depth);
            bool wrote = db->scopes[0].access == DB_WRITE;
            if (status != STATUS_OK && control == DB_CONTROL_COMMIT && wrote &&
                !surely_undone(db->failure.error.cause)) {
                status = db->failure.error.status = STATUS_UNKNOWN_COMMIT;
            }
        }
    }
    if (status != STATUS_OK) {
        db_scope_failed(db, status);
        roll_back(db, depth);
        return status;
    }
    db->depth = depth - 1;
    return STATUS_OK;
}

enum status db_commit(struct db_scope *scope)
{
    TRY(may_end(scope, true));
    return keep(scope, DB_CONTROL_COMMIT);
}

enum status db_release(struct db_scope *scope)
{
    TRY(may_end(scope, false));
    return keep(scope, DB_CONTROL_RELEASE);
}

void db_rollback(struct db_scope *scope)
{
    if (is_open(scope)) {
        roll_back(scope->db, scope->depth);
    }
    *scope = (struct db_scope){0};
}

enum status db_script(struct db *db, struct str sql)
{
    if (db->role != DB_WRITER) {
        return db_fail(db, DB_READ_ONLY, STR(""), "a script on a connection that only reads");
    }
    TRY(db_scope_allows(db, NULL, true));
    enum status status = db_operation(db);
    if (status == STATUS_OK) {
        status = db->driver->script(db, sql);
    }
    return status == STATUS_OK ? STATUS_OK : db_scope_failed(db, status);
}
