/* The pool of read connections, and the thread that moves the log into the database. */
#include <stdlib.h>
#include <time.h>

#include "store/home.h"
#include "store/store_int.h"

#define READERS_DEFAULT 4u
#define READERS_MOST 64u
#define READER_STATEMENTS 512 /* kept prepared by each */
#define READER_CACHE_KIB                                                                           \
    12288                /* of pages, of each: the upper levels of the trees of a large state */
#define READER_WAIT_S 5  /* for a free connection */
#define KEEPER_PAUSE_S 1 /* between two looks at the log */
#define KEEPER_CUT_PAGES 4096   /* a log of so many pages is cut when nothing is written */
#define KEEPER_MOST_PAGES 16384 /* and of so many also while somebody writes: 64 MB */
#define KEEPER_LEFT_PAGES                                                                          \
    1024                  /* when no more than this is left to move: the writer waits meanwhile */
#define KEEPER_BUSY_MS 50 /* and as long for readers: they come back, and so does the keeper */

struct reader_pool {
    pthread_mutex_t lock;
    pthread_cond_t given_back;
    struct store_reader readers[READERS_MOST];
    unsigned count;
};

/* What stands for a borrowed reader in the arena of a page: when the page is left by a jump, the
 * arena gives the reader back. */
struct lease {
    struct store_reader *reader; /* NULL once it was given back */
};

static void wait_clock(pthread_cond_t *condition)
{
    pthread_condattr_t about;
    pthread_condattr_init(&about);
    pthread_condattr_setclock(&about, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &about);
    pthread_condattr_destroy(&about);
}

static struct timespec from_now(int seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    return until;
}

/* ---- borrowing ---- */

static struct store_reader *find_free(struct reader_pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++) {
        if (!pool->readers[i].held) {
            return &pool->readers[i];
        }
    }
    return NULL;
}

static struct store_reader *borrow(struct reader_pool *pool)
{
    struct timespec until = from_now(READER_WAIT_S);
    pthread_mutex_lock(&pool->lock);
    struct store_reader *reader = find_free(pool);
    int waited = 0;
    while (reader == NULL && waited == 0) {
        waited = pthread_cond_timedwait(&pool->given_back, &pool->lock, &until);
        reader = find_free(pool);
    }
    if (reader != NULL) {
        reader->held = true;
    }
    pthread_mutex_unlock(&pool->lock);
    return reader;
}

static void give_back(struct store_reader *reader)
{
    struct reader_pool *pool = reader->store->readers;
    reader->lease->reader = NULL;
    reader->lease = NULL;
    reader->arena = NULL;
    reader->source = NULL;
    pthread_mutex_lock(&pool->lock);
    reader->held = false;
    pthread_cond_signal(&pool->given_back);
    pthread_mutex_unlock(&pool->lock);
}

/* The page was left without store_read_end: nothing of it was shown. */
static void leave(void *resource)
{
    const struct lease *lease = resource;
    struct store_reader *reader = lease->reader;
    if (reader != NULL) {
        db_rollback(&reader->scope);
        db_reset(reader->db);
        give_back(reader);
    }
}

enum status store_read_begin(struct store *store, struct arena *arena,
                             struct store_reader **ret_reader)
{
    struct lease *lease = ARENA_NEW(arena, struct lease);
    struct store_reader *reader = borrow(store->readers);
    *ret_reader = reader;
    if (reader == NULL) {
        return STATUS_BUSY;
    }
    lease->reader = reader;
    reader->lease = lease;
    reader->arena = arena;
    arena_on_clear(arena, leave, lease);
    reader->source = NULL;
    reader->looks.items = NULL;
    reader->looks.count = reader->looks.room = 0;
    reader->images.items = NULL;
    reader->images.count = reader->images.room = 0;
    reader->purpose = (struct store_purpose){STR(""), STR("")};
    enum status status = db_begin(reader->db, DB_READ, &reader->scope);
    if (status != STATUS_OK) {
        db_reset(reader->db);
        give_back(reader);
        *ret_reader = NULL;
    }
    return status;
}

enum status store_read_end(struct store_reader *reader)
{
    db_rollback(&reader->scope);
    enum status status = access_log_flush(reader);
    db_reset(reader->db);
    give_back(reader);
    return status;
}

/* ---- the pool's life ---- */

enum status readers_open(struct store *store, struct outcome *outcome)
{
    unsigned count = store->options.readers > 0 ? store->options.readers : READERS_DEFAULT;
    struct reader_pool *pool = calloc(1, sizeof(*pool));
    if (pool == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for the readers"));
    }
    pthread_mutex_init(&pool->lock, NULL);
    wait_clock(&pool->given_back);
    store->readers = pool;
    for (unsigned i = 0; i < count && i < READERS_MOST; i++) {
        struct store_reader *reader = &pool->readers[i];
        struct db_options options = {
            .role = DB_READER, .cache_kib = READER_CACHE_KIB, .statements = READER_STATEMENTS};
        TRY(home_connect(store, MAIN_DATABASE, options, outcome, &reader->db));
        reader->store = store;
        pool->count++;
        if (define_functions(reader->db) != STATUS_OK) {
            return db_fault(reader->db, outcome);
        }
    }
    return STATUS_OK;
}

void readers_close(struct store *store)
{
    struct reader_pool *pool = store->readers;
    if (pool == NULL) {
        return;
    }
    for (unsigned i = 0; i < pool->count; i++) {
        db_close(pool->readers[i].db);
    }
    pthread_cond_destroy(&pool->given_back);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    store->readers = NULL;
}

/* ---- the keeper ---- */

struct keeper {
    struct store *store;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    bool runs;
    _Atomic uint64_t cut_at; /* the commit after which the log is to be cut; 0: none */
};

/* False when the keeper is to stop. */
static bool pause_between(struct keeper *keeper)
{
    struct timespec until = from_now(KEEPER_PAUSE_S);
    pthread_mutex_lock(&keeper->lock);
    int waited = 0;
    while (!keeper->stopping && waited == 0) {
        waited = pthread_cond_timedwait(&keeper->wake, &keeper->lock, &until);
    }
    bool stopping = keeper->stopping;
    pthread_mutex_unlock(&keeper->lock);
    return !stopping;
}

/* The writer begins the log anew when all of it was moved and nobody reads it, which under load
 * never is so by itself. A reader that stays in it is not waited for. */
static bool is_too_long(enum db_checkpoint_mode mode, const struct db_checkpoint *checkpoint)
{
    return mode == DB_CHECKPOINT_PASSIVE && checkpoint->log_pages > KEEPER_MOST_PAGES &&
           checkpoint->log_pages - checkpoint->moved_pages <= KEEPER_LEFT_PAGES;
}

static void *keeper_main(void *context)
{
    struct keeper *keeper = context;
    uint64_t seen = 0;
    bool long_log = false;
    while (pause_between(keeper)) {
        health_ask(keeper->store, keeper->db);
        uint64_t commits = writer_figures(keeper->store).commits;
        struct db_checkpoint checkpoint = {0};
        enum db_checkpoint_mode mode = DB_CHECKPOINT_PASSIVE;
        uint64_t cut_at = atomic_load(&keeper->cut_at);
        bool cut = cut_at != 0 && commits >= cut_at;
        if (commits == seen && !long_log && !cut) {
            continue;
        }
        if (commits == seen || cut) {
            mode = DB_CHECKPOINT_TRUNCATE; /* nobody writes: now it costs nobody anything */
        }
        enum status status = db_checkpoint(keeper->db, mode, &checkpoint);
        if (status == STATUS_OK && is_too_long(mode, &checkpoint)) {
            status = db_checkpoint(keeper->db, DB_CHECKPOINT_RESTART, &checkpoint);
        }
        if (status == STATUS_OK) {
            long_log = mode == DB_CHECKPOINT_PASSIVE && checkpoint.log_pages > KEEPER_CUT_PAGES;
            if (cut && checkpoint.complete) {
                (void)atomic_compare_exchange_strong(&keeper->cut_at, &cut_at, 0);
            }
        }
        db_reset(keeper->db);
        seen = commits;
    }
    return NULL;
}

void store_log_cut(struct store *store)
{
    if (store->keeper != NULL) {
        atomic_store(&store->keeper->cut_at, writer_figures(store).commits + 1);
    }
}

enum status keeper_open(struct store *store, struct outcome *outcome)
{
    struct keeper *keeper = calloc(1, sizeof(*keeper));
    struct db_options options = {
        .role = DB_KEEPER, .sync = store_sync(store), .busy_ms = KEEPER_BUSY_MS};
    if (keeper == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for the keeper"));
    }
    keeper->store = store;
    store->keeper = keeper;
    pthread_mutex_init(&keeper->lock, NULL);
    wait_clock(&keeper->wake);
    TRY(home_connect(store, MAIN_DATABASE, options, outcome, &keeper->db));
    if (pthread_create(&keeper->thread, NULL, keeper_main, keeper) != 0) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no thread for the keeper"));
    }
    keeper->runs = true;
    return STATUS_OK;
}

void keeper_close(struct store *store)
{
    struct keeper *keeper = store->keeper;
    if (keeper == NULL) {
        return;
    }
    pthread_mutex_lock(&keeper->lock);
    keeper->stopping = true;
    pthread_cond_broadcast(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
    if (keeper->runs) {
        pthread_join(keeper->thread, NULL);
    }
    db_close(keeper->db);
    pthread_cond_destroy(&keeper->wake);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
    store->keeper = NULL;
}
