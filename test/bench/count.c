/* What a page asks of the database, told by a library that is loaded before SQLite's
 * (LD_PRELOAD, by bench.mjs --count 1): for each statement that ends, a line on standard error,
 *
 *   counted MISSES STEPS WORDS
 *
 * pages of the file that were not in the connection's cache, steps of SQLite's machine, and the
 * first words of the statement. */
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MOST 200

typedef int (*reset_function)(sqlite3_stmt *statement);

static reset_function find_reset(void)
{
    void *found = dlsym(RTLD_NEXT, "sqlite3_reset");
    reset_function reset = NULL;
    memcpy(&reset, &found, sizeof(reset)); /* the standard has no cast from one to the other */
    return reset;
}

__attribute__((visibility("default"))) int sqlite3_reset(sqlite3_stmt *statement)
{
    static reset_function reset;
    if (reset == NULL) {
        reset = find_reset();
    }
    if (statement != NULL) {
        int misses = 0, most = 0;
        const char *words = sqlite3_sql(statement);
        int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
        sqlite3_db_status(sqlite3_db_handle(statement), SQLITE_DBSTATUS_CACHE_MISS, &misses, &most,
                          1);
        fprintf(stderr, "counted %d %d %.*s\n", misses, steps, WORDS_MOST,
                words != NULL ? words : "");
    }
    return reset(statement);
}
