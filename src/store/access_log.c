/* Who looked: one row for each person or case that a page shows, in a database of its own for each
 * local month, on the disk before the page leaves. A thread writes what many readers hand in as one
 * commit; the background moves its write-ahead log, so that no page waits for that. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/care.h"
#include "store/home.h"
#include "store/kernel.h"

/* Pages after which the write-ahead log is begun anew, when no more than so many are left to move.
 */
#define LOG_MOST_PAGES 2048
#define LOG_LEFT_PAGES 128
#define KEEPER_BUSY_MS 50 /* for those who read in it */
#define CACHE_KIB 512u
#define PLACE_SIZE 32

/* What one reader hands in; on its stack while it waits. */
struct batch {
    const struct look *looks;
    size_t count;
    enum status status;
    bool written;
    struct batch *next;
};

struct access_log {
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t handed_in, written;
    struct batch *first, *last; /* under the lock */
    bool stopping;              /* under the lock */
    /* of the thread alone */
    struct arena arena;
    struct db *db; /* the open month, or NULL */
    int32_t month; /* its first day */
    /* of the thread, and of the background that moves the write-ahead log */
    pthread_mutex_t keeping;
    struct db *keeper; /* the same file, for checkpoints; under keeping */
};

/* ---- collecting ---- */

static bool is_noted(const struct store_reader *reader, struct uuid record)
{
    for (size_t i = 0; i < reader->looks.count; i++) {
        if (uuid_eq(reader->looks.items[i].record, record)) {
            return true;
        }
    }
    return false;
}

void access_log_add(struct store_reader *reader, const struct actor *actor, uint32_t entity,
                    struct uuid record, struct store_purpose purpose)
{
    if (actor == NULL || uuid_is_nil(actor->worker) || is_noted(reader, record)) {
        return;
    }
    struct look look = {
        .worker = actor->worker,
        .record = record,
        .entity = entity,
        .at = store_now(reader->store),
        .route = str_copy(reader->arena, purpose.route),
        .reason = str_copy(reader->arena, purpose.reason),
    };
    LIST_PUSH(reader->arena, &reader->looks, look);
}

enum status access_log_flush(struct store_reader *reader)
{
    struct access_log *log = reader->store->access_log;
    struct batch batch = {.looks = reader->looks.items, .count = reader->looks.count};
    if (batch.count == 0) {
        return STATUS_OK;
    }
    pthread_mutex_lock(&log->lock);
    if (log->last) {
        log->last->next = &batch;
    } else {
        log->first = &batch;
    }
    log->last = &batch;
    pthread_cond_signal(&log->handed_in);
    while (!batch.written) {
        pthread_cond_wait(&log->written, &log->lock);
    }
    pthread_mutex_unlock(&log->lock);
    reader->looks.count = 0;
    return batch.status;
}

/* ---- writing ---- */

static int32_t month_of(const struct access_log *log, struct instant at)
{
    struct calendar calendar = model_calendar(log->store->model);
    return date_month_start(zone_date(calendar.zone, at)).day;
}

/* Of its database. */
static struct str name_of(struct access_log *log, int32_t month)
{
    struct civil civil = date_to_civil((struct date){month});
    struct buf name;
    buf_init(&name, &log->arena, PLACE_SIZE);
    buf_add(&name, STR("access-"));
    buf_digits(&name, (uint64_t)civil.year, 4);
    buf_byte(&name, '-');
    buf_digits(&name, civil.month, 2);
    return buf_str(&name);
}

static void close_month(struct access_log *log)
{
    pthread_mutex_lock(&log->keeping);
    db_close(log->keeper);
    log->keeper = NULL;
    pthread_mutex_unlock(&log->keeping);
    db_close(log->db);
    log->db = NULL;
}

static enum status open_keeper(struct access_log *log, struct str month, struct db_options options,
                               struct outcome *outcome)
{
    options.role = DB_KEEPER;
    options.create = false;
    options.busy_ms = KEEPER_BUSY_MS;
    pthread_mutex_lock(&log->keeping);
    enum status status = home_connect(log->store, month, options, outcome, &log->keeper);
    pthread_mutex_unlock(&log->keeping);
    return status;
}

static enum status open_month(struct access_log *log, int32_t month, struct outcome *outcome)
{
    struct str name = name_of(log, month);
    struct db_options options = {
        .role = DB_WRITER, .create = true, .sync = store_sync(log->store), .cache_kib = CACHE_KIB};
    if (log->db && log->month == month) {
        return STATUS_OK;
    }
    close_month(log);
    TRY(home_connect(log->store, name, options, outcome, &log->db));
    enum status status = kernel_make(log->db, &kernel_access_log, &log->arena, outcome);
    if (status == STATUS_OK) {
        status = open_keeper(log, name, options, outcome);
    }
    if (status != STATUS_OK) {
        close_month(log);
    }
    log->month = month;
    return status;
}

static enum status write_look(struct access_log *log, const struct look *look)
{
    const struct model *model = log->store->model;
    struct db_statement *q;
    TRY(db_named(log->db, SQL_ADD_LOOK, &log->arena, &q));
    db_bind_int(q, 1, look->at.ms);
    db_bind_uuid(q, 2, look->worker);
    db_bind_uuid(q, 3, look->record);
    db_bind_text(q, 4, model_text(model, model_entity_row(model, look->entity)->name));
    db_bind_text(q, 5, look->route);
    db_bind_text(q, 6, look->reason);
    return db_run(q);
}

/* The looks from *batch, *at on that belong to the open month, as one commit; moves both on. */
static enum status write_month(struct access_log *log, const struct batch **batch, size_t *at)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    TRY(db_begin(log->db, DB_WRITE, &scope));
    while (*batch) {
        const struct look *look = &(*batch)->looks[*at];
        if (month_of(log, look->at) != log->month) {
            break;
        }
        TRY(write_look(log, look));
        *at += 1;
        if (*at == (*batch)->count) {
            *batch = (*batch)->next;
            *at = 0;
        }
    }
    return db_commit(&scope);
}

/* A month's end within a group makes two commits of it. */
static enum status write_group(struct access_log *log, const struct batch *batch)
{
    struct outcome outcome;
    size_t at = 0;
    outcome_init(&outcome, &log->arena);
    while (batch) {
        TRY(open_month(log, month_of(log, batch->looks[at].at), &outcome));
        TRY(write_month(log, &batch, &at));
    }
    return STATUS_OK;
}

static struct batch *take_group(struct access_log *log)
{
    pthread_mutex_lock(&log->lock);
    while (!log->first && !log->stopping) {
        pthread_cond_wait(&log->handed_in, &log->lock);
    }
    struct batch *group = log->first;
    log->first = NULL;
    log->last = NULL;
    pthread_mutex_unlock(&log->lock);
    return group;
}

static void tell_group(struct access_log *log, struct batch *group, enum status status)
{
    pthread_mutex_lock(&log->lock);
    while (group) {
        struct batch *next = group->next; /* its reader may go as soon as the lock is free */
        group->status = status;
        group->written = true;
        group = next;
    }
    pthread_cond_broadcast(&log->written);
    pthread_mutex_unlock(&log->lock);
}

static void *run(void *context)
{
    struct access_log *log = context;
    for (struct batch *group = take_group(log); group; group = take_group(log)) {
        enum status status = write_group(log, group);
        if (status != STATUS_OK && log->db) {
            db_reset(log->db);
        }
        tell_group(log, group, status);
        arena_clear(&log->arena);
    }
    return NULL;
}

/* ---- the write-ahead log ---- */

/* The writer begins it anew when all of it was moved, which never is so while people look: then it
 * is held for the last of it. */
static enum status move_log(struct db *keeper, struct outcome *outcome)
{
    struct db_checkpoint checkpoint;
    enum status status = db_checkpoint(keeper, DB_CHECKPOINT_PASSIVE, &checkpoint);
    if (status == STATUS_OK && checkpoint.log_pages > LOG_MOST_PAGES &&
        checkpoint.log_pages - checkpoint.moved_pages <= LOG_LEFT_PAGES) {
        status = db_checkpoint(keeper, DB_CHECKPOINT_RESTART, &checkpoint);
        status = status == STATUS_BUSY ? STATUS_OK : status; /* somebody reads in it: next time */
    }
    if (status != STATUS_OK) {
        status = db_fault(keeper, outcome);
    }
    db_reset(keeper);
    return status;
}

enum status access_log_checkpoint(struct store *store, struct outcome *outcome)
{
    struct access_log *log = store->access_log;
    pthread_mutex_lock(&log->keeping);
    enum status status = log->keeper != NULL ? move_log(log->keeper, outcome) : STATUS_OK;
    pthread_mutex_unlock(&log->keeping);
    return status;
}

/* ---- opening ---- */

static void release(struct access_log *log)
{
    close_month(log);
    pthread_mutex_destroy(&log->lock);
    pthread_mutex_destroy(&log->keeping);
    pthread_cond_destroy(&log->handed_in);
    pthread_cond_destroy(&log->written);
    arena_clear(&log->arena);
    free(log);
}

enum status access_log_open(struct store *store, struct outcome *outcome)
{
    struct access_log *log = calloc(1, sizeof(*log));
    if (log == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for the access log"));
    }
    log->store = store;
    arena_init(&log->arena, ARENA_REQUEST_CAP, NULL, NULL);
    pthread_mutex_init(&log->lock, NULL);
    pthread_mutex_init(&log->keeping, NULL);
    pthread_cond_init(&log->handed_in, NULL);
    pthread_cond_init(&log->written, NULL);
    /* What is wrong with the file is better known at the start than at the first page. */
    enum status status = open_month(log, month_of(log, store_now(store)), outcome);
    if (status == STATUS_OK && pthread_create(&log->thread, NULL, run, log) != 0) {
        status = outcome_fault(outcome, STATUS_BUSY, STR("no thread for the access log"));
    }
    if (status != STATUS_OK) {
        release(log);
        return status;
    }
    store->access_log = log;
    return STATUS_OK;
}

void access_log_close(struct store *store)
{
    struct access_log *log = store->access_log;
    if (log == NULL) {
        return;
    }
    pthread_mutex_lock(&log->lock);
    log->stopping = true;
    pthread_cond_signal(&log->handed_in);
    pthread_mutex_unlock(&log->lock);
    pthread_join(log->thread, NULL);
    release(log);
    store->access_log = NULL;
}
