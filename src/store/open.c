/* Opening and closing: folder, model, tables, then the parts in order. */
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/files.h"
#include "store/home.h"
#include "store/image_shelf.h"
#include "store/kernel.h"
#include "store/store_int.h"

#define STORE_ARENA_CAP ((size_t)512 * 1024 * 1024)
#define WRITER_STATEMENTS 1024           /* kept prepared: a large model has a few hundred tables */
#define FILLING_CACHE_KIB (512u * 1024u) /* the writer alone, once in the life of a folder */

struct str store_path(const struct store *store, struct arena *arena, struct str name)
{
    return STR_JOIN(arena, store->options.directory, STR("/"), name);
}

enum db_sync store_sync(const struct store *store)
{
    return store->options.filling ? DB_SYNC_OFF : DB_SYNC_FULL;
}

struct instant store_now(const struct store *store)
{
    return (struct instant){store->options.now_ms(store->options.now_context)};
}

/* ---- the database ---- */

NORETURN static void memory_ended(void *context)
{
    (void)context;
    abort(); /* at start-up only: nothing is open that could be lost */
}

/* The model of the options, or, without one, that which was activated last. */
static enum status open_practice(struct store *store, struct str last, struct outcome *outcome)
{
    struct str image = store->options.image;
    if (image.n == 0 && last.n == 0) {
        return outcome_fault(outcome, STATUS_INVALID, STR("there is no model yet"));
    }
    if (image.n == 0) {
        TRY(image_read(store, last, outcome, &image));
    }
    struct practice *practice = practice_new(memory_ended, NULL);
    if (practice == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory"));
    }
    enum status status = practice_read(practice, image, home_dialect(store), outcome);
    if (status != STATUS_OK) {
        practice_free(practice);
        return status;
    }
    practice_free(practice_use(store, practice));
    return store->plan != NULL ? STATUS_OK : image_keep(store, practice, outcome);
}

/* The kernel's tables, the model, the model's tables: all of it or nothing, and nothing when it is
 * only planned. */
static enum status bring_tables(struct store *store, struct db *db, struct outcome *outcome)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    struct arena *arena = &store->arena;
    struct str last;
    int64_t version;
    TRY(db_begin(db, DB_WRITE, &scope));
    TRY(kernel_version(db, arena, &version));
    TRY(kernel_migrate(db, &kernel_records, arena, store->plan, outcome));
    TRY(last_image(db, arena, &last));
    TRY(installation_settle(store, db, last.n == 0, arena, outcome));
    TRY(open_practice(store, last, outcome));
    TRY(migrate_model(store, store->practice, db, last, version != kernel_newest(&kernel_records),
                      arena, outcome));
    return store->plan != NULL && !store->rehearsing ? STATUS_OK : db_commit(&scope);
}

/* What a rehearsal works on. */
static enum status open_copy(const struct store *store, struct db_options options,
                             struct outcome *outcome, struct db **ret_db)
{
    options.path = store->path;
    return db_open_sqlite(&options, outcome, ret_db);
}

static enum status open_database(struct store *store, struct outcome *outcome, struct db **ret_db)
{
    struct db_options options = {.role = DB_WRITER,
                                 .create = store->plan == NULL,
                                 .sync = store_sync(store),
                                 .cache_kib = store->options.filling ? FILLING_CACHE_KIB : 0,
                                 .statements = WRITER_STATEMENTS};
    TRY(store->rehearsing ? open_copy(store, options, outcome, ret_db)
                          : home_connect(store, MAIN_DATABASE, options, outcome, ret_db));
    enum status status = define_functions(*ret_db);
    if (status == STATUS_OK) {
        status = bring_tables(store, *ret_db, outcome);
    }
    if (status != STATUS_OK && outcome->status == STATUS_OK) {
        return db_fault(*ret_db, outcome);
    }
    db_reset(*ret_db);
    return status;
}

/* ---- in order ---- */

static enum status open_parts(struct store *store, struct outcome *outcome)
{
    struct arena *arena = &store->arena;
    TRY(folder_make(outcome, store->options.directory));
    TRY(folder_make(outcome, store_path(store, arena, STR("keys"))));
    TRY(folder_make(outcome, store_path(store, arena, STR("model"))));
    TRY(home_open(store, outcome));
    TRY(keys_open(store, outcome));
    TRY(signing_open(store, outcome));
    TRY(open_database(store, outcome, &store->writing));
    TRY(attachments_open(store, outcome));
    TRY(access_log_open(store, outcome));
    TRY(home_settle(store, outcome));
    store->shelf = shelf_new();
    if (store->shelf == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for models of then"));
    }
    TRY(readers_open(store, outcome));
    TRY(writer_open(store, outcome));
    TRY(keeper_open(store, outcome));
    TRY(background_start(store, outcome));
    return STATUS_OK;
}

/* A store of which nothing is open yet. */
static enum status make_store(const struct store_options *options, struct outcome *outcome,
                              struct store **ret_store)
{
    struct str server;
    *ret_store = NULL;
    if (sodium_init() < 0) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("no source of randomness"));
    }
    TRY(home_server(options, outcome, &server));
    struct store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory"));
    }
    store->health = health_new();
    if (store->health == NULL) {
        free(store);
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory"));
    }
    arena_init(&store->arena, STORE_ARENA_CAP, memory_ended, NULL);
    store->options = *options;
    store->options.directory = str_copy(&store->arena, options->directory);
    store->options.server = str_copy(&store->arena, server);
    store->options.checkpoints = str_copy(&store->arena, options->checkpoints);
    *ret_store = store;
    return STATUS_OK;
}

enum status plan_run(const struct store_options *options, struct str path, bool on_copy,
                     struct buf *sql, struct outcome *outcome)
{
    struct store *store;
    TRY(make_store(options, outcome, &store));
    store->plan = sql;
    store->rehearsing = on_copy;
    store->path = str_copy(&store->arena, path);
    enum status status = open_database(store, outcome, &store->writing);
    if (store->writing != NULL) {
        db_close(store->writing);
    }
    practice_free(store->practice);
    health_free(store->health);
    arena_clear(&store->arena);
    free(store);
    return status;
}

enum status store_plan(const struct store_options *options, struct buf *sql,
                       struct outcome *outcome)
{
    return plan_run(options, STR(""), false, sql, outcome);
}

enum status store_versions(const struct store_options *options, struct outcome *outcome,
                           struct store_versions *ret_versions)
{
    struct store beside = {.options = *options};
    struct db *db;
    bool has;
    *ret_versions = (struct store_versions){.program = kernel_newest(&kernel_records)};
    TRY(home_server(options, outcome, &beside.options.server));
    TRY(home_has_records(&beside, outcome, &has));
    if (!has) {
        ret_versions->folder = ret_versions->program;
        return STATUS_OK;
    }
    TRY(home_connect(&beside, MAIN_DATABASE, (struct db_options){.role = DB_READER}, outcome, &db));
    enum status status = kernel_version(db, outcome->arena, &ret_versions->folder);
    if (status != STATUS_OK) {
        status = db_fault(db, outcome);
    }
    db_close(db);
    return status;
}

enum status store_open(const struct store_options *options, struct outcome *outcome,
                       struct store **ret_store)
{
    struct store *store;
    TRY(make_store(options, outcome, &store));
    *ret_store = NULL;
    enum status status = open_parts(store, outcome);
    if (status != STATUS_OK) {
        store_close(store);
        return status;
    }
    *ret_store = store;
    return STATUS_OK;
}

/* Everything of the file system that the folder is on: more than needed, and nothing is forgotten.
 */
static void make_durable(struct store *store)
{
    int folder = open(str_cstr(&store->arena, store->options.directory), O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
        syncfs(folder);
        close(folder);
    }
}

struct store *store_close(struct store *store)
{
    if (store == NULL) {
        return NULL;
    }
    background_stop(store);
    keeper_close(store); /* it asks the writer what is new */
    writer_close(store);
    readers_close(store);
    shelf_free(store->shelf);
    home_close(store);
    access_log_close(store);
    attachments_close(store);
    db_close(store->writing);
    if (store->options.filling) {
        make_durable(store);
    }
    signing_close(store);
    keys_close(store);
    practice_free(store->practice);
    health_free(store->health);
    arena_clear(&store->arena);
    free(store);
    return NULL;
}
