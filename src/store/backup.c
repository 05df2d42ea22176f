/* Making a backup. Restoring it is in restore.c. */
#include "store/backup_int.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/db.h"
#include "store/home.h"

#define NAMES_MOST 100000u

struct backup {
    const struct backup_order *order;
    struct outcome *outcome;
    struct arena *arena;
    struct str server;      /* where its records are; empty: in the folder */
    LIST(struct str) lines; /* of the manifest */
    struct backup_sums sums;
};

/* ---- copies ---- */

static struct str below(struct arena *arena, struct str folder, struct str name)
{
    return STR_JOIN(arena, folder, STR("/"), name);
}

static void note(struct backup *backup, struct str name, const struct file_facts *facts)
{
    LIST_PUSH(backup->arena, &backup->lines, backup_line(backup->arena, name, facts));
    backup->sums.files++;
    backup->sums.bytes += facts->size;
}

static enum status copy_file(struct backup *backup, struct str name)
{
    struct file_facts facts;
    TRY(file_copy(backup->outcome, below(backup->arena, backup->order->data, name),
                  below(backup->arena, backup->order->to, name), &facts));
    note(backup, name, &facts);
    return STATUS_OK;
}

static bool is_there(const struct backup *backup, struct str name)
{
    return access(str_cstr(backup->arena, below(backup->arena, backup->order->data, name)), F_OK) ==
           0;
}

struct showing {
    const struct backup_progress *progress;
    struct str name;
};

static bool show(void *context, int64_t done, int64_t total)
{
    const struct showing *showing = context;
    if (showing->progress->fn != NULL) {
        showing->progress->fn(showing->progress->context, showing->name, done, total);
    }
    return true;
}

static enum status copy_database(struct backup *backup, struct str name)
{
    struct str to = below(backup->arena, backup->order->to, name);
    struct showing showing = {&backup->order->progress, name};
    struct db_options options = {.path = below(backup->arena, backup->order->data, name),
                                 .role = DB_KEEPER};
    struct file_facts facts;
    struct db *db;
    TRY(db_open_sqlite(&options, backup->outcome, &db));
    enum status status = db_backup(db, to, (struct db_progress){show, &showing});
    if (status != STATUS_OK) {
        db_fault(db, backup->outcome);
    }
    db_close(db);
    TRY(status);
    TRY(file_facts(backup->outcome, to, &facts));
    note(backup, name, &facts);
    return STATUS_OK;
}

/* Everything of a folder that belongs in this backup. */
static bool is_wanted(const struct backup *backup, struct str name)
{
    return backup_knows(name) && (backup->order->secret_keys || !backup_is_secret(name));
}

/* The names in data/folder that belong in this backup, with the folder before them. */
static enum status list_names(struct backup *backup, struct str folder, struct str **ret_names,
                              size_t *ret_count)
{
    LIST(struct str) names = {0};
    struct str path = below(backup->arena, backup->order->data, folder);
    DIR *open_folder = opendir(str_cstr(backup->arena, path));
    if (open_folder == NULL) {
        return file_fault(backup->outcome, path, STR("cannot be read"));
    }
    errno = 0;
    for (struct dirent *entry = readdir(open_folder); entry != NULL && names.count < NAMES_MOST;
         entry = readdir(open_folder)) {
        struct str name = STR_JOIN(backup->arena, folder, str_from(entry->d_name));
        if (is_wanted(backup, name)) {
            LIST_PUSH(backup->arena, &names, name);
        }
    }
    closedir(open_folder);
    *ret_names = names.items;
    *ret_count = names.count;
    return errno == 0 ? STATUS_OK : file_fault(backup->outcome, path, STR("cannot be read"));
}

static enum status copy_folder(struct backup *backup, struct str folder)
{
    struct str *names;
    size_t count;
    struct str to = below(backup->arena, backup->order->to, folder);
    TRY(list_names(backup, folder, &names, &count));
    TRY(folder_make(backup->outcome, str_slice(to, 0, to.n - 1)));
    for (size_t i = 0; i < count; i++) {
        TRY(copy_file(backup, names[i]));
    }
    return folder_sync(backup->outcome, to);
}

static enum status copy_access_log(struct backup *backup)
{
    struct str *names;
    size_t count;
    TRY(list_names(backup, STR(""), &names, &count));
    for (size_t i = 0; i < count; i++) {
        if (backup_is_access_log(names[i])) {
            TRY(copy_database(backup, names[i]));
        }
    }
    return STATUS_OK;
}

static enum status copy_databases(struct backup *backup)
{
    TRY(copy_database(backup, STR("hearth.db")));
    TRY(copy_database(backup, STR("attachments.db")));
    return copy_access_log(backup);
}

static enum status dump_records(struct backup *backup)
{
    struct str to = below(backup->arena, backup->order->to, BACKUP_RECORDS);
    struct file_facts facts;
    TRY(home_dump(backup->server, to, backup->outcome));
    TRY(file_facts(backup->outcome, to, &facts));
    note(backup, BACKUP_RECORDS, &facts);
    return STATUS_OK;
}

/* The order is that of backup.h. */
static enum status copy_all(struct backup *backup)
{
    static const struct str plain[] = {STR_INIT("checkpoints.log"), STR_INIT("sample.txt")};
    for (size_t i = 0; i < ARRAY_LENGTH(plain); i++) {
        if (is_there(backup, plain[i])) {
            TRY(copy_file(backup, plain[i]));
        }
    }
    TRY(backup->server.n > 0 ? dump_records(backup) : copy_databases(backup));
    TRY(copy_folder(backup, STR("model/")));
    return copy_folder(backup, STR("keys/"));
}

/* ---- the manifest ---- */

static enum status write_manifest(struct backup *backup)
{
    size_t room = 4 * BACKUP_LINE_MOST + backup->lines.count * BACKUP_LINE_MOST;
    struct arena *arena = backup->arena;
    struct buf text;
    buf_init(&text, arena, room);
    BUF_ADD(&text, BACKUP_FORMAT, STR("\nmoment "));
    buf_int(&text, backup->order->moment.ms);
    buf_byte(&text, '\n');
    for (size_t i = 0; i < backup->lines.count; i++) {
        buf_add(&text, backup->lines.items[i]);
    }
    buf_add(&text, backup_end(arena, buf_str(&text)));
    return file_replace(backup->outcome, below(arena, backup->order->to, BACKUP_MANIFEST),
                        buf_str(&text));
}

enum status backup_make(const struct backup_order *order, struct outcome *outcome,
                        struct backup_sums *ret_sums)
{
    struct backup backup = {.order = order, .outcome = outcome, .arena = outcome->arena};
    const struct store_options options = {.directory = order->data};
    TRY(home_server(&options, outcome, &backup.server));
    bool has_files =
        is_there(&backup, STR("hearth.db")) && is_there(&backup, STR("attachments.db"));
    if (backup.server.n == 0 && !has_files) {
        return outcome_fault(
            outcome, STATUS_REFUSED,
            STR_JOIN(outcome->arena, order->data, STR(" is no data folder of Hearth")));
    }
    TRY(backup_new_folder(outcome, order->to));
    TRY(copy_all(&backup));
    TRY(folder_sync(outcome, order->to));
    TRY(write_manifest(&backup));
    *ret_sums = backup.sums;
    return STATUS_OK;
}
