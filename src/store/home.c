#include "store/home.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/files.h"

#define MARK STR("server.txt") /* in the folder: its records are on a server */
#define MONTH_PREFIX STR("access-")

static bool on_server(const struct store *store)
{
    return store->options.server.n > 0;
}

enum dialect home_dialect(const struct store *store)
{
    return on_server(store) ? DIALECT_POSTGRES : DIALECT_SQLITE;
}

static bool is_there(const struct store *store, struct arena *arena, struct str name)
{
    return access(str_cstr(arena, store_path(store, arena, name)), F_OK) == 0;
}

bool store_is_used(const struct store *store, struct arena *arena)
{
    return is_there(store, arena, STR("attachments.db")) || is_there(store, arena, MARK);
}

/* "access_2026_11" for "access-2026-11", and the other way round. */
static struct str with_byte(struct arena *arena, struct str name, char old, char new)
{
    char *copy = arena_copy(arena, name.p, name.n);
    for (size_t i = 0; i < name.n; i++) {
        copy[i] = copy[i] == old ? new : copy[i];
    }
    return (struct str){copy, name.n};
}

enum status home_connect(const struct store *store, struct str name, struct db_options options,
                         struct outcome *outcome, struct db **ret_db)
{
    struct arena *arena = outcome->arena;
    if (on_server(store)) {
        options.path = store->options.server;
        options.schema = with_byte(arena, name, '-', '_');
        return db_open_postgres(&options, outcome, ret_db);
    }
    options.path = store_path(store, arena, STR_JOIN(arena, name, STR(".db")));
    return db_open_sqlite(&options, outcome, ret_db);
}

/* ---- whose database it is ---- */

static enum status has_tables(struct db *db, struct arena *arena, bool *ret_has)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_FIND_KERNEL_TABLE, arena, &q));
    *ret_has = db_next(q);
    return db_finish(q);
}

enum status home_open(struct store *store, struct outcome *outcome)
{
    struct db_options options = {.role = DB_READER};
    struct db *db;
    bool has = false;
    if (!on_server(store) || store_is_used(store, outcome->arena)) {
        return STATUS_OK;
    }
    TRY(home_connect(store, STR("hearth"), options, outcome, &db));
    enum status status = has_tables(db, outcome->arena, &has);
    if (status != STATUS_OK) {
        db_fault(db, outcome);
    }
    db_close(db);
    TRY(status);
    return !has ? STATUS_OK
                : outcome_fault(outcome, STATUS_REFUSED,
                                STR("this database has been worked with, and its keys are not in "
                                    "this folder. Copy the folder of a server that works with it "
                                    "(keys, model, server.txt)"));
}

enum status home_settle(struct store *store, struct outcome *outcome)
{
    if (!on_server(store) || is_there(store, outcome->arena, MARK)) {
        return STATUS_OK;
    }
    return file_replace(outcome, store_path(store, outcome->arena, MARK),
                        STR("The records of this folder are on a PostgreSQL server.\n"));
}

/* ---- months of the access log ---- */

struct months {
    LIST(struct str) names;
};

static void add_month(struct months *months, struct arena *arena, struct str name)
{
    if (str_starts(name, MONTH_PREFIX)) {
        LIST_PUSH(arena, &months->names, str_copy(arena, name));
    }
}

static enum status months_of_server(const struct store *store, struct outcome *outcome,
                                    struct months *months)
{
    struct db *db;
    struct db_statement *q;
    TRY(home_connect(store, STR("hearth"), (struct db_options){.role = DB_READER}, outcome, &db));
    enum status status = db_named(db, SQL_LIST_SCHEMAS, outcome->arena, &q);
    if (status == STATUS_OK) {
        while (db_next(q)) {
            struct str name = db_text(q, 0);
            add_month(months, outcome->arena, with_byte(outcome->arena, name, '_', '-'));
        }
        status = db_finish(q);
    }
    if (status != STATUS_OK) {
        db_fault(db, outcome);
    }
    db_close(db);
    return status;
}

static int is_month(const struct dirent *entry)
{
    struct str name = str_from(entry->d_name);
    return str_starts(name, MONTH_PREFIX) && str_ends(name, STR(".db"));
}

static enum status months_of_folder(const struct store *store, struct outcome *outcome,
                                    struct months *months)
{
    struct dirent **entries;
    const char *folder = str_cstr(outcome->arena, store->options.directory);
    int count = scandir(folder, &entries, is_month, alphasort);
    if (count < 0) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("the data folder cannot be read"));
    }
    for (int i = 0; i < count; i++) {
        struct str name = str_from(entries[i]->d_name);
        add_month(months, outcome->arena, str_slice(name, 0, name.n - STR(".db").n));
        free(entries[i]);
    }
    free(entries);
    return STATUS_OK;
}

enum status home_months(const struct store *store, struct outcome *outcome, struct str **ret_months,
                        size_t *ret_count)
{
    struct months months = {0};
    TRY(on_server(store) ? months_of_server(store, outcome, &months)
                         : months_of_folder(store, outcome, &months));
    *ret_months = months.names.items;
    *ret_count = months.names.count;
    return STATUS_OK;
}
