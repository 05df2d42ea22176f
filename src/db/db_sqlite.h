/* The two files of the SQLite driver share this; no one else includes it. */
#ifndef HEARTH_DB_DB_SQLITE_H
#define HEARTH_DB_DB_SQLITE_H

#include <sqlite3.h>

#include "db/db_driver.h"

struct sqlite {
    struct db *db;
    sqlite3 *handle;
    unsigned busy_ms;
    bool internal;         /* what runs now is this driver's own: the authorizer lets it pass */
    bool script;           /* a script runs: the schema may change */
    enum db_cause refused; /* why the authorizer last refused */
    const char *refusal;   /* and in words; static text */
    sqlite3_stmt *control[DB_CONTROL__COUNT][DB_SCOPES_MAX + 1]; /* prepared when first used */
};

/* Records an SQLite failure. at_run says that values were in play: then only messages known to
 * hold none are kept. label is the statement or what was being done. */
enum status sqlite_fail(struct sqlite *self, int code, bool at_run, struct str label);
/* Runs statements of the driver's own, rows ignored. Returns SQLite's code. */
int sqlite_own(struct sqlite *self, const char *sql);
/* Makes an empty file that only its owner may read. One that is there already is left alone, or
 * refused when it must be new. */
enum status sqlite_create_file(struct sqlite *self, const char *path, bool must_be_new);

enum status sqlite_define_function(struct db *db, const struct db_function *function);
enum status sqlite_checkpoint(struct db *db, enum db_checkpoint_mode mode,
                              struct db_checkpoint *ret_checkpoint);
enum status sqlite_backup(struct db *db, struct str path, struct db_progress progress);
enum status sqlite_verify(struct db *db);

#endif
