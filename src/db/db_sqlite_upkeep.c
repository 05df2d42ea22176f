/* The SQLite driver, second part: checkpoints, backups, checks, and functions within SQL. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db_sqlite.h"

#define BACKUP_PAGES 1024 /* copied between two reports of progress */

/* ---- Checkpoints ---- */

enum status sqlite_checkpoint(struct db *db, enum db_checkpoint_mode mode,
                              struct db_checkpoint *ret_checkpoint)
{
    static const int modes[] = {
        [DB_CHECKPOINT_PASSIVE] = SQLITE_CHECKPOINT_PASSIVE,
        [DB_CHECKPOINT_RESTART] = SQLITE_CHECKPOINT_RESTART,
        [DB_CHECKPOINT_TRUNCATE] = SQLITE_CHECKPOINT_TRUNCATE,
    };
    struct sqlite *self = db->impl;
    int log_pages = 0;
    int moved_pages = 0;
    int code =
        sqlite3_wal_checkpoint_v2(self->handle, "main", modes[mode], &log_pages, &moved_pages);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
        return sqlite_fail(self, code, true, STR("checkpoint"));
    }
    *ret_checkpoint = (struct db_checkpoint){
        .log_pages = log_pages > 0 ? log_pages : 0,
        .moved_pages = moved_pages > 0 ? moved_pages : 0,
        .complete = code == SQLITE_OK && log_pages == moved_pages,
    };
    return STATUS_OK;
}

/* ---- Backups ---- */

static enum status copy_pages(struct sqlite *self, sqlite3_backup *backup,
                              struct db_progress progress)
{
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, BACKUP_PAGES);
        int total = sqlite3_backup_pagecount(backup);
        int done = total - sqlite3_backup_remaining(backup);
        bool stop = progress.fn != NULL && !progress.fn(progress.context, done, total);
        if (stop || atomic_load_explicit(&self->db->interrupted, memory_order_acquire)) {
            return db_fail(self->db, DB_INTERRUPTED, STR(""), "the backup was stopped");
        }
    }
    return code == SQLITE_DONE ? STATUS_OK : sqlite_fail(self, code, true, STR("backup"));
}

/* Copies into a new connection. The source stands in a read transaction, so that all steps copy
 * one view and no write of another connection makes the copy start again. */
static enum status copy_into(struct sqlite *self, sqlite3 *copy, struct db_progress progress)
{
    int code = sqlite3_exec(copy, "PRAGMA synchronous = EXTRA", NULL, NULL, NULL);
    sqlite3_backup *backup =
        code == SQLITE_OK ? sqlite3_backup_init(copy, "main", self->handle, "main") : NULL;
    if (backup == NULL) {
        return db_fail(self->db, DB_IO, STR(""), "the backup cannot begin (%d)",
                       sqlite3_extended_errcode(copy));
    }
    enum status status = copy_pages(self, backup, progress);
    code = sqlite3_backup_finish(backup);
    if (status == STATUS_OK && code != SQLITE_OK) {
        status = db_fail(self->db, (code & 0xff) == SQLITE_FULL ? DB_FULL : DB_IO, STR(""),
                         "the backup could not be finished (%d)", code);
    }
    return status;
}

static enum status copy_to_file(struct sqlite *self, const char *path, struct db_progress progress)
{
    sqlite3 *copy = NULL;
    enum status status = STATUS_OK;
    int code = sqlite3_open_v2(
        path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        status =
            db_fail(self->db, DB_CANNOT_OPEN, STR(""), "the backup cannot be opened (%d)", code);
    } else {
        status = copy_into(self, copy, progress);
    }
    sqlite3_close(copy);
    return status;
}

enum status sqlite_backup(struct db *db, struct str path, struct db_progress progress)
{
    struct sqlite *self = db->impl;
    char file[PATH_MAX];
    if (path.n == 0 || path.n >= sizeof(file) || path.p[0] == ':' ||
        str_starts(path, STR("file:")) || str_find_byte(path, '\0') >= 0) {
        return db_fail(db, DB_MISUSE, STR(""), "a backup needs a plain path");
    }
    memcpy(file, path.p, path.n);
    file[path.n] = '\0';
    TRY(sqlite_create_file(self, file, true));
    int code = sqlite_own(self, "BEGIN; SELECT count(*) FROM sqlite_schema");
    enum status status = code == SQLITE_OK ? copy_to_file(self, file, progress)
                                           : sqlite_fail(self, code, true, STR("backup"));
    sqlite_own(self, "ROLLBACK");
    if (status != STATUS_OK) {
        unlink(file);
    }
    return status;
}

/* ---- Checks ---- */

/* Runs a check; the row it must not have, or whose text must be "ok", is the finding. */
static enum status expect_clean(struct sqlite *self, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    enum status status = STATUS_OK;
    self->internal = true;
    int code = sqlite3_prepare_v2(self->handle, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    const void *text = code == SQLITE_ROW ? sqlite3_column_text(statement, 0) : NULL;
    if (code == SQLITE_ROW && !str_eq(str_from(text), STR("ok"))) {
        status = db_fail(self->db, DB_CORRUPT, STR(""), "%s: %.*s", sql, STR_ARG(str_from(text)));
    } else if (code != SQLITE_ROW && code != SQLITE_DONE) {
        status = sqlite_fail(self, code, true, str_from(sql));
    }
    sqlite3_finalize(statement);
    self->internal = false;
    return status;
}

enum status sqlite_verify(struct db *db)
{
    TRY(expect_clean(db->impl, "PRAGMA integrity_check(1)"));
    return expect_clean(db->impl, "PRAGMA foreign_key_check");
}

/* ---- Functions ---- */

struct function {
    struct db_function function;
    char name[]; /* NUL-terminated */
};

static struct db_value argument(sqlite3_value *value)
{
    const void *bytes = NULL;
    switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
        return (struct db_value){.type = DB_NULL};
    case SQLITE_INTEGER:
        return (struct db_value){.type = DB_INT, .integer = sqlite3_value_int64(value)};
    case SQLITE_TEXT:
        bytes = sqlite3_value_text(value);
        return (struct db_value){
            .type = DB_TEXT, .bytes = {bytes, (size_t)sqlite3_value_bytes(value)}
        };
    case SQLITE_BLOB:
        bytes = sqlite3_value_blob(value);
        return (struct db_value){
            .type = DB_BLOB, .bytes = {bytes, (size_t)sqlite3_value_bytes(value)}
        };
    default:
        return (struct db_value){.type = DB_OTHER};
    }
}

static void answer(sqlite3_context *context, const struct db_value *value)
{
    const char *bytes = value->bytes.p != NULL ? value->bytes.p : "";
    switch (value->type) {
    case DB_NULL:
    case DB_OTHER:
        sqlite3_result_null(context);
        break;
    case DB_INT:
    case DB_BOOL:
        sqlite3_result_int64(context, value->integer);
        break;
    case DB_TEXT:
        sqlite3_result_text64(context, bytes, value->bytes.n, SQLITE_TRANSIENT, SQLITE_UTF8);
        break;
    case DB_BLOB:
        sqlite3_result_blob64(context, bytes, value->bytes.n, SQLITE_TRANSIENT);
        break;
    case DB_UUID:
        sqlite3_result_blob64(context, value->uuid.bytes, sizeof(value->uuid.bytes),
                              SQLITE_TRANSIENT);
        break;
    }
}

static void call(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct function *registered = sqlite3_user_data(context);
    struct db_value arguments[DB_FUNCTION_PARAMETERS_MAX];
    for (int i = 0; i < count; i++) {
        arguments[i] = argument(values[i]);
    }
    struct db_value result = registered->function.call(registered->function.context, arguments);
    answer(context, &result);
}

enum status sqlite_define_function(struct db *db, const struct db_function *function)
{
    struct sqlite *self = db->impl;
    struct function *registered = calloc(1, sizeof(*registered) + function->name.n + 1);
    if (registered == NULL) {
        return db_fail(db, DB_NO_MEMORY, STR(""), "no memory for a function");
    }
    registered->function = *function;
    memcpy(registered->name, function->name.p, function->name.n);
    /* SQLite frees it with the connection, and also when it refuses. Innocuous: a pure function
     * may stand in the schema, although the schema is not trusted. */
    int code = sqlite3_create_function_v2(self->handle, registered->name, (int)function->parameters,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                          registered, call, NULL, NULL, free);
    return code == SQLITE_OK ? STATUS_OK : sqlite_fail(self, code, false, function->name);
}
