/* Restoring a backup: everything about it is judged before the data folder has its name. */
#include "store/backup_int.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "db/named.h"
#include "store/home.h"

#define MANIFEST_MOST ((size_t)16 * 1024 * 1024)

enum status backup_new_folder(struct outcome *outcome, struct str path)
{
    if (mkdir(str_cstr(outcome->arena, path), 0700) == 0) {
        return STATUS_OK;
    }
    if (errno != EEXIST) {
        return file_fault(outcome, path, STR("cannot be made"));
    }
    return outcome_fault(
        outcome, STATUS_REFUSED,
        STR_JOIN(outcome->arena, path, STR(" is there already; give the name of a new folder")));
}

/* ---- what is to be restored ---- */

struct restore {
    const struct restore_order *order;
    struct outcome *outcome;
    struct arena *arena;
    struct str place; /* where it is put together */
    struct map files; /* name -> its line */
    struct restore_sums sums;
};

static enum status refuse(struct restore *restore, struct str what, struct str why)
{
    return outcome_fault(restore->outcome, STATUS_REFUSED,
                         STR_JOIN(restore->arena, what, STR(": "), why));
}

static enum status read_manifest(struct restore *restore)
{
    struct str path = STR_JOIN(restore->arena, restore->order->backup, STR("/"), BACKUP_MANIFEST);
    struct str text;
    enum status status = file_read(restore->outcome, path, MANIFEST_MOST, &text);
    if (status == STATUS_NOT_FOUND) {
        return refuse(restore, restore->order->backup,
                      STR("there is no manifest: no backup, or one that was not finished"));
    }
    TRY(status);
    return manifest_read(text, restore->outcome, &restore->sums.moment, &restore->files);
}

/* ---- files ---- */

static enum status restore_file(struct restore *restore, struct str name, struct str line)
{
    struct arena *arena = restore->arena;
    struct str from = STR_JOIN(arena, restore->order->backup, STR("/"), name);
    struct file_facts facts;
    struct stat about;
    if (lstat(str_cstr(arena, from), &about) != 0 || !S_ISREG(about.st_mode)) {
        return refuse(restore, name, STR("it is missing from the backup"));
    }
    TRY(file_copy(restore->outcome, from, STR_JOIN(arena, restore->place, STR("/"), name), &facts));
    if (!str_eq(backup_line(arena, name, &facts), line)) {
        return refuse(restore, name, STR("it is not what was backed up: damaged or changed"));
    }
    restore->sums.files++;
    restore->sums.bytes += facts.size;
    restore->sums.secret_keys = restore->sums.secret_keys || backup_is_secret(name);
    return STATUS_OK;
}

/* Keys that were kept apart: of this store when each public one is that of the backup. */
static enum status take_key(struct restore *restore, struct str name)
{
    struct arena *arena = restore->arena;
    struct str key = STR_JOIN(arena, STR("keys/"), name);
    struct str to = STR_JOIN(arena, restore->place, STR("/"), key);
    const struct str *line = map_get(&restore->files, key);
    struct file_facts facts;
    struct str from = STR_JOIN(arena, restore->order->keys, STR("/"), name);
    if (line == NULL && backup_knows(key)) {
        TRY(file_copy(restore->outcome, from, to, &facts));
        restore->sums.secret_keys = restore->sums.secret_keys || backup_is_secret(key);
    } else if (line != NULL) {
        TRY(file_facts(restore->outcome, from, &facts));
        if (!str_eq(backup_line(arena, key, &facts), *line)) {
            return refuse(restore, from, STR("this is not the key of the store backed up"));
        }
    }
    return STATUS_OK;
}

static enum status take_keys(struct restore *restore)
{
    enum status status = STATUS_OK;
    if (restore->order->keys.n == 0) {
        return STATUS_OK;
    }
    DIR *folder = opendir(str_cstr(restore->arena, restore->order->keys));
    if (folder == NULL) {
        return file_fault(restore->outcome, restore->order->keys, STR("cannot be read"));
    }
    for (struct dirent *entry = readdir(folder); status == STATUS_OK && entry != NULL;
         entry = readdir(folder)) {
        struct str name = str_copy(restore->arena, str_from(entry->d_name));
        status = name.p[0] == '.' ? STATUS_OK : take_key(restore, name);
    }
    closedir(folder);
    return status;
}

/* ---- whether it is sound ---- */

static enum status check_database(struct restore *restore, struct str name)
{
    struct db_options options = {.path = STR_JOIN(restore->arena, restore->place, STR("/"), name),
                                 .role = DB_KEEPER};
    struct db_statement *q;
    struct db *db;
    struct str digest = STR("");
    if (db_open_sqlite(&options, restore->outcome, &db) != STATUS_OK) {
        return refuse(restore, name, STR("it is no database"));
    }
    enum status status = db_verify(db);
    if (status == STATUS_OK && str_eq(name, STR("hearth.db"))) {
        status = db_named(db, SQL_FIND_LAST_IMAGE, restore->arena, &q);
        if (status == STATUS_OK) {
            digest = db_next(q) ? db_text(q, 0) : STR("");
            status = db_finish(q);
        }
    }
    struct str why = str_copy(restore->arena, db_error(db)->detail);
    db_close(db);
    if (status != STATUS_OK) {
        return refuse(restore, name, why);
    }
    struct str image = STR_JOIN(restore->arena, STR("model/"), digest, STR(".image"));
    return digest.n == 0 || map_has(&restore->files, image)
               ? STATUS_OK
               : refuse(restore, image, STR("the model of these records is missing"));
}

/* Last of all that can fail: what it puts into the database is not taken out again. */
static enum status restore_records(struct restore *restore)
{
    struct str dump = STR_JOIN(restore->arena, restore->place, STR("/"), BACKUP_RECORDS);
    TRY(home_restore(restore->place, restore->order->server, dump, restore->outcome));
    return unlink(str_cstr(restore->arena, dump)) == 0
               ? STATUS_OK
               : file_fault(restore->outcome, dump, STR("cannot be removed"));
}

/* Records of a server need one, and those of files need none. */
static enum status check_server(struct restore *restore)
{
    bool wants = map_has(&restore->files, BACKUP_RECORDS);
    if (wants && restore->order->server.n == 0) {
        return refuse(restore, restore->order->backup,
                      STR("its records were on a server; name an empty database for them: --db"));
    }
    if (!wants && restore->order->server.n > 0) {
        return refuse(
            restore, restore->order->backup,
            STR("its records were in files, and are restored into a folder without --db"));
    }
    return STATUS_OK;
}

static enum status fill(struct restore *restore)
{
    struct arena *arena = restore->arena;
    struct outcome *outcome = restore->outcome;
    const struct map *files = &restore->files;
    TRY(folder_make(outcome, STR_JOIN(arena, restore->place, STR("/keys"))));
    TRY(folder_make(outcome, STR_JOIN(arena, restore->place, STR("/model"))));
    for (size_t i = 0; i < files->count; i++) {
        const struct str *line = files->entries[i].value;
        TRY(restore_file(restore, files->entries[i].key, *line));
    }
    TRY(take_keys(restore));
    for (size_t i = 0; i < files->count; i++) {
        if (backup_is_database(files->entries[i].key)) {
            TRY(check_database(restore, files->entries[i].key));
        }
    }
    if (map_has(files, BACKUP_RECORDS)) {
        TRY(restore_records(restore));
    }
    TRY(folder_sync(outcome, STR_JOIN(arena, restore->place, STR("/keys"))));
    TRY(folder_sync(outcome, STR_JOIN(arena, restore->place, STR("/model"))));
    return folder_sync(outcome, restore->place);
}

/* ---- all of it ---- */

/* What was put together in vain: only names that restoring gives. */
static void remove_folder(struct arena *arena, struct str path)
{
    DIR *folder = opendir(str_cstr(arena, path));
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry != NULL;
         entry = readdir(folder)) {
        unlink(str_cstr(arena, STR_JOIN(arena, path, STR("/"), str_from(entry->d_name))));
    }
    if (folder != NULL) {
        closedir(folder);
    }
    rmdir(str_cstr(arena, path));
}

static void undo(const struct restore *restore)
{
    remove_folder(restore->arena, STR_JOIN(restore->arena, restore->place, STR("/keys")));
    remove_folder(restore->arena, STR_JOIN(restore->arena, restore->place, STR("/model")));
    remove_folder(restore->arena, restore->place);
}

static bool is_there(struct arena *arena, struct str path)
{
    struct stat about;
    return lstat(str_cstr(arena, path), &about) == 0;
}

/* mkdir of the name takes it, rename over an empty folder is one step. */
static enum status take_name(struct restore *restore)
{
    struct arena *arena = restore->arena;
    TRY(backup_new_folder(restore->outcome, restore->order->data));
    if (rename(str_cstr(arena, restore->place), str_cstr(arena, restore->order->data)) != 0) {
        enum status status =
            file_fault(restore->outcome, restore->order->data, STR("cannot be given its name"));
        rmdir(str_cstr(arena, restore->order->data));
        return status;
    }
    return folder_sync(restore->outcome, STR_JOIN(arena, restore->order->data, STR("/..")));
}

enum status restore_run(const struct restore_order *order, struct outcome *outcome,
                        struct restore_sums *ret_sums)
{
    struct arena *arena = outcome->arena;
    struct restore restore = {.order = order, .outcome = outcome, .arena = arena};
    map_init(&restore.files, arena);
    if (is_there(arena, order->data)) {
        return refuse(&restore, order->data,
                      STR("is there already; a backup is restored into a new folder"));
    }
    TRY(read_manifest(&restore));
    TRY(check_server(&restore));
    restore.place = STR_JOIN(arena, order->data, STR(".restoring"));
    TRY(backup_new_folder(outcome, restore.place));
    enum status status = fill(&restore);
    if (status == STATUS_OK) {
        status = take_name(&restore);
    }
    if (status != STATUS_OK) {
        undo(&restore);
        return status;
    }
    *ret_sums = restore.sums;
    return STATUS_OK;
}
