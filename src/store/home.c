#include "store/home.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/files.h"
#include "store/installation.h"

#define MARK STR("server.txt") /* in the folder: its records are on the server that it names */
#define MARK_MOST ((size_t)4096)
#define MONTH_PREFIX STR("access-")

static bool on_server(const struct store *store)
{
    return store->options.server.n > 0;
}

enum dialect home_dialect(const struct store *store)
{
    return on_server(store) ? DIALECT_POSTGRES : DIALECT_SQLITE;
}

bool home_is_shared(const struct store *store)
{
    return on_server(store);
}

static bool is_in(struct arena *arena, struct str directory, struct str name)
{
    return access(str_cstr(arena, STR_JOIN(arena, directory, STR("/"), name)), F_OK) == 0;
}

static bool is_there(const struct store *store, struct arena *arena, struct str name)
{
    return is_in(arena, store->options.directory, name);
}

bool store_is_used(const struct store *store, struct arena *arena)
{
    return is_there(store, arena, STR("attachments.db")) || is_there(store, arena, MARK);
}

bool store_is_there(struct arena *arena, struct str directory)
{
    return is_in(arena, directory, STR("hearth.db")) || is_in(arena, directory, MARK);
}

enum status store_read_server(struct str server, struct outcome *outcome,
                              struct store_server *ret_server)
{
    struct db_address address;
    TRY(db_read_address(server, outcome, &address));
    *ret_server = (struct store_server){.shown = address.shown, .has_secret = address.has_secret};
    return STATUS_OK;
}

enum status home_server(const struct store_options *options, struct outcome *outcome,
                        struct str *ret_server)
{
    struct arena *arena = outcome->arena;
    struct str text, line = {0};
    *ret_server = options->server;
    if (options->server.n > 0 || !is_in(arena, options->directory, MARK)) {
        return STATUS_OK;
    }
    TRY(file_read(outcome, STR_JOIN(arena, options->directory, STR("/"), MARK), MARK_MOST, &text));
    (void)str_split(&text, '\n', &line);
    *ret_server = str_trim(line);
    return STATUS_OK;
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

static enum status has_row(struct db *db, enum sql_name name, struct arena *arena, bool *ret_has)
{
    struct db_statement *q;
    TRY(db_named(db, name, arena, &q));
    *ret_has = db_next(q);
    return db_finish(q);
}

/* Asks the main database of a store that is not open yet. */
static enum status ask(const struct store *store, bool *ret_tables, bool *ret_history,
                       struct outcome *outcome)
{
    struct db *db;
    *ret_history = false;
    TRY(home_connect(store, MAIN_DATABASE, (struct db_options){.role = DB_READER}, outcome, &db));
    enum status status = has_row(db, SQL_FIND_KERNEL_TABLE, outcome->arena, ret_tables);
    if (status == STATUS_OK && *ret_tables) {
        status = has_row(db, SQL_FIND_ANY_HISTORY, outcome->arena, ret_history);
    }
    if (status != STATUS_OK) {
        db_fault(db, outcome);
    }
    db_close(db);
    return status;
}

enum status home_has_records(const struct store *store, struct outcome *outcome, bool *ret_has)
{
    bool history;
    *ret_has = is_there(store, outcome->arena, STR("hearth.db"));
    return on_server(store) ? ask(store, ret_has, &history, outcome) : STATUS_OK;
}

/* A database and a folder that are not each other's would make a second beginning, or new keys
 * beside the old ones. What holds no history yet is as good as new. */
enum status home_open(struct store *store, struct outcome *outcome)
{
    struct arena *arena = outcome->arena;
    bool tables, history;
    if (!on_server(store)) {
        return STATUS_OK;
    }
    if (is_there(store, arena, STR("hearth.db"))) {
        return outcome_fault(outcome, STATUS_REFUSED,
                             STR("the records of this folder are in its own files; give a new "
                                 "folder to work with a database on a server"));
    }
    TRY(ask(store, &tables, &history, outcome));
    if (history && !is_there(store, arena, MARK)) {
        return outcome_fault(outcome, STATUS_REFUSED,
                             STR("this database has been worked with, and its keys are not in "
                                 "this folder. Copy the folder of a server that works with it "
                                 "(keys, model, server.txt)"));
    }
    if (!history && is_there(store, arena, STR("checkpoints.log"))) {
        return outcome_fault(outcome, STATUS_REFUSED,
                             STR("this folder has worked with a database, and this one is empty. "
                                 "Name the right one, or restore it from its backup"));
    }
    return STATUS_OK;
}

/* The mark holds no password: whoever opens the folder later has it from libpq's own files, or from
 * the configuration of the server. */
enum status home_settle(struct store *store, struct outcome *outcome)
{
    struct arena *arena = outcome->arena;
    struct db_address address;
    struct str before;
    if (!on_server(store)) {
        return STATUS_OK;
    }
    const struct store_options as_marked = {.directory = store->options.directory};
    TRY(db_read_address(store->options.server, outcome, &address));
    TRY(home_server(&as_marked, outcome, &before));
    return str_eq(before, address.shown)
               ? STATUS_OK
               : file_replace(outcome, store_path(store, arena, MARK),
                              STR_JOIN(arena, address.shown,
                                       STR("\nThe records of this folder are in this database of "
                                           "a PostgreSQL server.\n")));
}

/* ---- copies ---- */

enum status home_dump(struct str server, struct str path, struct outcome *outcome)
{
    static const struct str schemas[] = {STR_INIT("hearth"), STR_INIT("attachments"),
                                         STR_INIT("access_*")};
    return db_dump_postgres(server, schemas, ARRAY_LENGTH(schemas), path, outcome);
}

enum status home_restore(struct str directory, struct str server, struct str path,
                         struct outcome *outcome)
{
    struct store beside = {
        .options = {.directory = directory, .server = server}
    };
    bool has;
    TRY(home_has_records(&beside, outcome, &has));
    if (has) {
        return outcome_fault(outcome, STATUS_REFUSED,
                             STR("there are records in this database; a backup is restored into an "
                                 "empty one (createdb)"));
    }
    TRY(db_restore_postgres(server, path, outcome));
    return home_settle(&beside, outcome);
}

/* ---- one for all ---- */

static enum status take_lead(struct db *db, struct arena *arena, bool *ret_leads)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_TAKE_LEAD, arena, &q));
    *ret_leads = db_next(q) && db_int(q, 0) != 0;
    return db_finish(q);
}

enum status home_leads(struct store *store, struct outcome *outcome, bool *ret_leads)
{
    *ret_leads = !on_server(store);
    if (!on_server(store)) {
        return STATUS_OK;
    }
    if (store->leading == NULL) {
        struct db_options options = {.role = DB_READER};
        TRY(home_connect(store, MAIN_DATABASE, options, outcome, &store->leading));
    }
    enum status status = take_lead(store->leading, outcome->arena, ret_leads);
    if (status != STATUS_OK) {
        (void)db_fault(store->leading, outcome);
    }
    db_reset(store->leading);
    return status;
}

void home_close(struct store *store)
{
    db_close(store->leading);
    store->leading = NULL;
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
