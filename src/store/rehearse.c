/* What a newer program, or another model, would do to a data folder, tried on a copy of it: see
 * store_rehearse in store.h. The folder itself is only read, also while a server writes in it. */
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/files.h"
#include "store/home.h"
#include "store/kernel.h"
#include "store/store_int.h"

#define SQL_MOST ((size_t)16 * 1024 * 1024)

struct rehearse {
    const struct store_options *options;
    struct outcome *outcome;
    struct arena *arena;
    struct str place, copy; /* the folder of the copy, and the copy in it */
    const struct schema *schema;
    struct store_rehearsal found;
};

static uint64_t file_size(struct arena *arena, struct str path)
{
    struct stat about;
    return stat(str_cstr(arena, path), &about) == 0 ? (uint64_t)about.st_size : 0;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status open_file(struct rehearse *rehearse, struct str path, enum db_role role,
                             struct db **ret_db)
{
    struct db_options options = {.path = path, .role = role};
    return db_open_sqlite(&options, rehearse->outcome, ret_db);
}

/* ---- the copy ---- */

static enum status make_copy(struct rehearse *rehearse)
{
    struct str from = STR_JOIN(rehearse->arena, rehearse->options->directory, STR("/hearth.db"));
    struct statvfs disk;
    struct db *db;
    TRY(open_file(rehearse, from, DB_KEEPER, &db));
    enum status status = db_backup(db, rehearse->copy, (struct db_progress){NULL, NULL});
    if (status != STATUS_OK) {
        db_fault(db, rehearse->outcome);
    }
    db_close(db);
    rehearse->found.bytes_before = file_size(rehearse->arena, rehearse->copy);
    if (statvfs(str_cstr(rehearse->arena, rehearse->options->directory), &disk) == 0) {
        rehearse->found.free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    }
    return status;
}

static void remove_copy(const struct rehearse *rehearse)
{
    static const struct str ends[] = {STR_INIT(""), STR_INIT("-wal"), STR_INIT("-shm")};
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        unlink(str_cstr(rehearse->arena, STR_JOIN(rehearse->arena, rehearse->copy, ends[i])));
    }
    rmdir(str_cstr(rehearse->arena, rehearse->place));
}

/* ---- what is there before and after ---- */

/* Every column that was ever made for a model: "table.column" to its table. */
static enum status read_columns(struct rehearse *rehearse, struct db *db, struct map *ret_columns)
{
    struct db_statement *q;
    map_init(ret_columns, rehearse->arena);
    TRY(db_named(db, SQL_FIND_MODEL_COLUMNS, rehearse->arena, &q));
    while (db_next(q)) {
        struct str *table = ARENA_NEW(rehearse->arena, struct str);
        *table = db_text(q, 0);
        (void)map_add(ret_columns, STR_JOIN(rehearse->arena, *table, STR("."), db_text(q, 1)),
                      table);
    }
    return db_finish(q);
}

static enum status read_before(struct rehearse *rehearse, struct map *ret_columns)
{
    struct db *db;
    int64_t version;
    TRY(open_file(rehearse, rehearse->copy, DB_READER, &db));
    enum status status = kernel_version(db, rehearse->arena, &version);
    if (status == STATUS_OK) {
        status = last_image(db, rehearse->arena, &rehearse->found.image);
    }
    if (status == STATUS_OK) {
        status = read_columns(rehearse, db, ret_columns);
    }
    if (status != STATUS_OK) {
        db_fault(db, rehearse->outcome);
    }
    db_close(db);
    for (size_t i = 0; status == STATUS_OK && i < kernel_records.count; i++) {
        if (kernel_records.steps[i].version > version) {
            LIST_PUSH(rehearse->arena, &rehearse->found.steps,
                      kernel_records.steps[i].script->name);
        }
    }
    return status;
}

static bool is_wanted(const struct rehearse *rehearse, struct str name)
{
    for (size_t i = 0; i < rehearse->schema->table_count; i++) {
        const struct schema_table *table = &rehearse->schema->tables[i];
        if (!str_starts(name, table->name) || name.p[table->name.n] != '.') {
            continue;
        }
        struct str column = str_slice(name, table->name.n + 1, name.n);
        for (size_t k = 0; k < table->column_count; k++) {
            if (str_eq(table->columns[k].name, column)) {
                return true;
            }
        }
    }
    return false;
}

static void compare(struct rehearse *rehearse, const struct map *before, const struct map *after)
{
    struct map tables;
    map_init(&tables, rehearse->arena);
    for (size_t i = 0; i < before->count; i++) {
        const struct str *table = before->entries[i].value;
        (void)map_add(&tables, *table, &tables);
    }
    for (size_t i = 0; i < after->count; i++) {
        const struct str *table = after->entries[i].value;
        struct str name = after->entries[i].key;
        if (map_add(&tables, *table, &tables)) {
            LIST_PUSH(rehearse->arena, &rehearse->found.tables, *table);
        }
        if (!map_has(before, name)) {
            LIST_PUSH(rehearse->arena, &rehearse->found.columns, name);
        } else if (!is_wanted(rehearse, name)) {
            LIST_PUSH(rehearse->arena, &rehearse->found.retired, name);
        }
    }
}

static enum status count_records(struct rehearse *rehearse, struct db *db)
{
    for (uint32_t i = 0; i < model_entity_total(rehearse->schema->model); i++) {
        struct db_statement *q;
        struct str sql = schema_states(rehearse->arena, rehearse->schema, i);
        TRY(db_prepare(db, sql, rehearse->arena, &q));
        while (db_next(q)) {
            rehearse->found.records += (uint64_t)db_int(q, 1);
        }
        TRY(db_finish(q));
    }
    return STATUS_OK;
}

static enum status count_drafts(struct rehearse *rehearse, struct db *db)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_COUNT_DRAFTS, rehearse->arena, &q));
    rehearse->found.drafts = db_next(q) ? (uint64_t)db_int(q, 0) : 0;
    return db_finish(q);
}

static enum status read_after(struct rehearse *rehearse, const struct map *before)
{
    struct map after;
    struct db *db;
    TRY(open_file(rehearse, rehearse->copy, DB_READER, &db));
    enum status status = read_columns(rehearse, db, &after);
    if (status == STATUS_OK) {
        status = count_records(rehearse, db);
    }
    if (status == STATUS_OK) {
        status = count_drafts(rehearse, db);
    }
    if (status != STATUS_OK) {
        db_fault(db, rehearse->outcome);
    }
    db_close(db);
    TRY(status);
    rehearse->found.bytes_after = file_size(rehearse->arena, rehearse->copy);
    compare(rehearse, before, &after);
    return STATUS_OK;
}

/* ---- all of it ---- */

static enum status run(struct rehearse *rehearse)
{
    const struct model *model;
    struct map before;
    struct buf sql;
    struct arena *arena = rehearse->arena;
    TRY(make_copy(rehearse));
    TRY(read_before(rehearse, &before));
    buf_init(&sql, arena, SQL_MOST);
    int64_t began = monotonic_ms();
    TRY(plan_run(rehearse->options, rehearse->copy, true, &sql, rehearse->outcome));
    rehearse->found.took_ms = monotonic_ms() - began;
    struct str image = rehearse->options->image;
    image = (struct str){arena_copy(arena, image.p, image.n), image.n};
    TRY(model_open(arena, image, rehearse->outcome, &model));
    rehearse->schema = schema_new(arena, model, DIALECT_SQLITE);
    return read_after(rehearse, &before);
}

enum status store_rehearse(const struct store_options *options, struct outcome *outcome,
                           struct store_rehearsal *ret_rehearsal)
{
    struct arena *arena = outcome->arena;
    struct rehearse rehearse = {.options = options, .outcome = outcome, .arena = arena};
    struct str server;
    TRY(home_server(options, outcome, &server));
    if (server.n > 0) {
        return outcome_fault(
            outcome, STATUS_REFUSED,
            STR("the records of this folder are on a server, and are not copied to be tried on. "
                "\"hearth model migrate --dry-run\" says what would be done; to try it, restore a "
                "backup into another database (hearth restore --db) and serve that"));
    }
    rehearse.place = STR_JOIN(arena, options->directory, STR(".rehearsal"));
    rehearse.copy = STR_JOIN(arena, rehearse.place, STR("/hearth.db"));
    if (mkdir(str_cstr(arena, rehearse.place), 0700) != 0) {
        return file_fault(outcome, rehearse.place, STR("cannot be made for the copy"));
    }
    enum status status = run(&rehearse);
    remove_copy(&rehearse);
    *ret_rehearsal = rehearse.found;
    return status;
}
