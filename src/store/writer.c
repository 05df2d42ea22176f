/* The one writer: a thread with its own connection. Jobs that wait are run one after another, each
 * undone alone when it fails, and become permanent together; then each is told. People's jobs come
 * before those of the background, within bounds. */
#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <time.h>

#include "store/store_int.h"

#define PASSED_MOST 64u             /* jobs of people that go before one that waits behind them */
#define LANE_ROOM 4096u             /* jobs that may wait in a lane */
#define GROUP_MOST 256u             /* jobs that become permanent together */
#define GROUP_NS ((int64_t)2000000) /* after which a group takes no more */
#define TRIES_MOST 8u               /* of one job, when others on other servers come first */
#define PAUSE_US 2000u /* before the second try, at most; then twice as long each time */
#define FILLING_GROUP_NS ((int64_t)200000000) /* when nobody waits for a page */

struct lane {
    struct uow_job *jobs[LANE_ROOM];
    size_t first, count;
};

struct writer {
    struct store *store;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct lane people, background; /* under the lock */
    unsigned passed; /* jobs of people while one of the background waits; under the lock */
    bool stopping;   /* under the lock */
    bool runs;
    struct db_scope savepoint; /* of the job that runs */
    jmp_buf boundary;          /* where an exhausted arena jumps to */
    _Atomic uint64_t groups, jobs, commits, commit_us;
};

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- the queue ---- */

static bool lane_put(struct lane *lane, struct uow_job *job)
{
    if (lane->count == LANE_ROOM) {
        return false;
    }
    lane->jobs[(lane->first + lane->count++) % LANE_ROOM] = job;
    return true;
}

static struct uow_job *lane_take(struct lane *lane)
{
    if (lane->count == 0) {
        return NULL;
    }
    struct uow_job *job = lane->jobs[lane->first];
    lane->first = (lane->first + 1) % LANE_ROOM;
    lane->count--;
    return job;
}

/* The next job, people first, but not for ever: clocks wake and history is sealed also while people
 * leave the writer no pause. joins: a group that has begun. NULL when there is none. Under the
 * lock.
 */
static struct uow_job *take(struct writer *writer, bool joins)
{
    const struct lane *background = &writer->background;
    bool waits = background->count > 0;
    struct uow_job *job =
        waits && writer->passed >= PASSED_MOST ? NULL : lane_take(&writer->people);
    if (job != NULL) {
        writer->passed = waits ? writer->passed + 1 : 0;
        return job;
    }
    if (waits && joins && background->jobs[background->first]->alone) {
        return NULL;
    }
    writer->passed = 0;
    return lane_take(&writer->background);
}

/* Waits for a job; NULL when the writer stops and nothing waits any more. */
static struct uow_job *take_waiting(struct writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    struct uow_job *job = take(writer, false);
    while (job == NULL && !writer->stopping) {
        pthread_cond_wait(&writer->wake, &writer->lock);
        job = take(writer, false);
    }
    pthread_mutex_unlock(&writer->lock);
    return job;
}

static struct uow_job *take_now(struct writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    struct uow_job *job = take(writer, true);
    pthread_mutex_unlock(&writer->lock);
    return job;
}

enum status store_submit(struct store *store, struct uow_job *job)
{
    struct writer *writer = store->writer;
    CHECK(job->fn != NULL && job->arena != NULL && job->done.fn != NULL);
    pthread_mutex_lock(&writer->lock);
    bool taken =
        !writer->stopping && lane_put(job->background ? &writer->background : &writer->people, job);
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    return taken ? STATUS_OK : STATUS_BUSY;
}

struct waiting {
    struct completion first; /* the job's own; or none */
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool done;
};

static void tell_waiting(void *ctx)
{
    struct waiting *waiting = ctx;
    if (waiting->first.fn != NULL) {
        waiting->first.fn(waiting->first.ctx);
    }
    pthread_mutex_lock(&waiting->lock);
    waiting->done = true;
    pthread_cond_signal(&waiting->told);
    pthread_mutex_unlock(&waiting->lock);
}

enum status store_run(struct store *store, struct uow_job *job)
{
    struct waiting waiting = {.first = job->done};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.told, NULL);
    job->done = (struct completion){tell_waiting, &waiting};
    enum status status = store_submit(store, job);
    if (status == STATUS_OK) {
        pthread_mutex_lock(&waiting.lock);
        while (!waiting.done) {
            pthread_cond_wait(&waiting.told, &waiting.lock);
        }
        pthread_mutex_unlock(&waiting.lock);
        status = job->outcome.status;
    } else {
        outcome_init(&job->outcome, job->arena);
        (void)outcome_fault(&job->outcome, status, STR("the writer's queue is full"));
    }
    job->done = waiting.first;
    pthread_cond_destroy(&waiting.told);
    pthread_mutex_destroy(&waiting.lock);
    return status;
}

/* ---- one job ---- */

NORETURN static void jump_back(void *context)
{
    struct writer *writer = context;
    longjmp(writer->boundary, 1);
}

/* Runs the job with its arena's end of memory leading here instead of to its owner, who waits in
 * another thread. */
static enum status run_guarded(struct writer *writer, struct uow_job *job)
{
    struct arena *arena = job->arena;
    void (*const exhausted)(void *) = arena->exhausted;
    void *const context = arena->context;
    enum status status = STATUS_BUSY;
    arena->exhausted = jump_back;
    arena->context = writer;
    if (setjmp(writer->boundary) == 0) {
        status = uow_run(writer->store, writer->db, job);
    } else {
        /* No memory to say it with: only what needs none. */
        job->outcome.status = STATUS_BUSY;
        job->outcome.detail = STR("the act needs more memory than it may have");
        status = STATUS_BUSY;
    }
    arena->exhausted = exhausted;
    arena->context = context;
    if (status != STATUS_OK) {
        kept_forget_all(writer->store->kept); /* what it wrote will not have been */
    }
    return status;
}

static void fail(struct uow_job *job, enum status status, struct str detail)
{
    job->outcome.status = status;
    job->outcome.detail = detail;
}

static enum status run_job(struct writer *writer, struct uow_job *job)
{
    atomic_fetch_add(&writer->jobs, 1);
    return run_guarded(writer, job);
}

/* Under its own savepoint of the open transaction: it is undone alone. */
static enum status run_apart(struct writer *writer, struct uow_job *job)
{
    enum status status = db_savepoint(writer->db, &writer->savepoint);
    if (status != STATUS_OK) {
        fail(job, status, STR("no savepoint"));
        return status;
    }
    status = run_job(writer, job);
    if (status == STATUS_OK) {
        status = db_release(&writer->savepoint);
        if (status != STATUS_OK) {
            fail(job, status, STR("the savepoint could not be kept"));
        }
    } else {
        db_rollback(&writer->savepoint);
    }
    return status;
}

static void tell(struct uow_job *job)
{
    job->done.fn(job->done.ctx);
}

/* ---- a group ---- */

struct group {
    struct uow_job *jobs[GROUP_MOST];
    size_t count;
    size_t good;
    bool second; /* see came_second */
};

static enum status commit(struct writer *writer, struct db_scope *scope)
{
    int64_t began = monotonic_ns();
    enum status status = db_commit(scope);
    if (status == STATUS_OK) {
        atomic_fetch_add(&writer->commit_us, (uint64_t)((monotonic_ns() - began) / 1000));
        atomic_fetch_add(&writer->commits, 1);
    }
    return status;
}

/* Whether the transaction that just failed came to nothing for a reason that is not its own:
 * somebody on another server was first, or the connection went. All of it may be done again. */
static bool came_second(const struct writer *writer)
{
    enum db_cause cause = db_error(writer->db)->cause;
    return cause == DB_CONFLICT || cause == DB_LOST;
}

/* By its key a request that is made again finds what it did before, if it did. */
static bool may_repeat(const struct writer *writer, const struct uow_job *job)
{
    enum status status = job->outcome.status;
    return status == STATUS_UNKNOWN_COMMIT ? job->idempotency_key.n > 0
                                           : status != STATUS_OK && came_second(writer);
}

/* In a transaction of its own; what came of it is in its outcome. False: there is no transaction to
 * be had. */
static bool try_alone(struct writer *writer, struct uow_job *job)
{
    struct db_scope scope = {0};
    db_reset(writer->db);
    outcome_init(&job->outcome, job->arena);
    enum status status = db_begin(writer->db, DB_WRITE, &scope);
    if (status != STATUS_OK) {
        fail(job, status, STR("no transaction"));
        return false;
    }
    if (run_job(writer, job) != STATUS_OK) {
        db_rollback(&scope);
        return true;
    }
    status = commit(writer, &scope);
    if (status != STATUS_OK) {
        (void)db_fault(writer->db, &job->outcome);
        job->outcome.status = status;
        kept_forget_all(writer->store->kept);
    }
    return true;
}

/* Two that got in each other's way do not meet again at once. */
static void pause_before(unsigned try)
{
    uint32_t random;
    store_random(&random, sizeof(random));
    unsigned most_us = PAUSE_US << (try < 6 ? try : 6);
    const struct timespec pause = {.tv_nsec = (long)(random % most_us) * 1000};
    nanosleep(&pause, NULL);
}

/* False: as try_alone. */
static bool run_alone(struct writer *writer, struct uow_job *job)
{
    bool tried = try_alone(writer, job);
    for (unsigned again = 1; tried && again < TRIES_MOST && may_repeat(writer, job); again++) {
        pause_before(again - 1);
        tried = try_alone(writer, job);
    }
    return tried;
}

/* Each by itself, as long as the database is there. */
static void run_each(struct writer *writer, struct uow_job *const *jobs, size_t count)
{
    bool there = true;
    for (size_t i = 0; i < count; i++) {
        if (there) {
            there = run_alone(writer, jobs[i]);
        } else {
            fail(jobs[i], STATUS_BUSY, STR("no transaction"));
        }
    }
}

/* What the group wrote is not there. Whether it is one job that stands in the way of the others is
 * found out by running each alone; when the commit may have happened, only who finds by its key
 * what it did may be run again. */
static void settle_failed(struct writer *writer, struct group *group, enum status status)
{
    struct uow_job *again[GROUP_MOST];
    size_t count = 0;
    bool unknown = status == STATUS_UNKNOWN_COMMIT;
    bool all_again = !unknown && (group->good > 1 || came_second(writer));
    kept_forget_all(writer->store->kept);
    for (size_t i = 0; i < group->count; i++) {
        struct uow_job *job = group->jobs[i];
        if (job->outcome.status != STATUS_OK) {
            continue;
        }
        if (all_again || (unknown && job->idempotency_key.n > 0)) {
            again[count++] = job;
        } else {
            (void)db_fault(writer->db, &job->outcome);
            job->outcome.status = status;
        }
    }
    run_each(writer, again, count);
}

/* Somebody was first while the group was being made: of what was read and decided in it nothing
 * counts, also not that it was refused. */
static void settle_second(struct writer *writer, const struct group *group, struct db_scope *scope)
{
    db_rollback(scope);
    kept_forget_all(writer->store->kept);
    run_each(writer, group->jobs, group->count);
}

static void run_apart_in(struct writer *writer, struct group *group, struct uow_job *job)
{
    if (run_apart(writer, job) == STATUS_OK) {
        group->good++;
    } else {
        group->second = came_second(writer);
    }
}

/* Undoes all that the group wrote, and does again what had gone well, each job apart. */
static enum status do_again(struct writer *writer, struct group *group, struct db_scope *scope)
{
    db_rollback(scope);
    TRY(db_begin(writer->db, DB_WRITE, scope));
    group->good = 0;
    for (size_t i = 0; i < group->count && !group->second; i++) {
        if (group->jobs[i]->outcome.status == STATUS_OK) {
            run_apart_in(writer, group, group->jobs[i]);
        }
    }
    return STATUS_OK;
}

/* A savepoint costs a copy of each page that is written: the first job of a group needs none, with
 * it the transaction is undone. While a folder is filled hardly a job fails, and none has one. */
static enum status run_in_group(struct writer *writer, struct group *group, struct uow_job *job,
                                struct db_scope *scope)
{
    if (group->good > 0 && !writer->store->options.filling) {
        run_apart_in(writer, group, job);
        return STATUS_OK;
    }
    if (run_job(writer, job) == STATUS_OK) {
        group->good++;
        return STATUS_OK;
    }
    group->second = came_second(writer);
    return group->second ? STATUS_OK : do_again(writer, group, scope);
}

/* There is no transaction: nothing of what went well is kept. */
static void fail_all(struct group *group, enum status status)
{
    for (size_t i = 0; i < group->count; i++) {
        if (group->jobs[i]->outcome.status == STATUS_OK) {
            fail(group->jobs[i], status, STR("no transaction"));
        }
    }
}

static void run_group(struct writer *writer, struct uow_job *job)
{
    struct group group = {.count = 0};
    struct db_scope scope = {0};
    int64_t until = monotonic_ns() + (writer->store->options.filling ? FILLING_GROUP_NS : GROUP_NS);
    enum status status = db_begin(writer->db, DB_WRITE, &scope);
    while (job != NULL) {
        outcome_init(&job->outcome, job->arena);
        group.jobs[group.count++] = job;
        if (status == STATUS_OK) {
            status = run_in_group(writer, &group, job, &scope);
        }
        bool ends = group.count == GROUP_MOST || group.second || group.jobs[0]->alone;
        job = !ends && monotonic_ns() < until ? take_now(writer) : NULL;
    }
    if (group.second || (status != STATUS_OK && db_error(writer->db)->cause == DB_CONFLICT)) {
        settle_second(writer, &group, &scope);
    } else if (status != STATUS_OK) {
        fail_all(&group, status);
    } else if (group.good == 0) {
        db_rollback(&scope);
    } else {
        atomic_fetch_add(&writer->groups, 1);
        status = commit(writer, &scope);
        if (status != STATUS_OK) {
            settle_failed(writer, &group, status);
        }
    }
    db_reset(writer->db);
    for (size_t i = 0; i < group.count; i++) {
        tell(group.jobs[i]);
    }
}

static void *writer_main(void *context)
{
    struct writer *writer = context;
    for (struct uow_job *job = take_waiting(writer); job != NULL; job = take_waiting(writer)) {
        run_group(writer, job);
    }
    return NULL;
}

/* ---- its life ---- */

enum status writer_open(struct store *store, struct outcome *outcome)
{
    struct writer *writer = calloc(1, sizeof(*writer));
    if (writer == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for the writer"));
    }
    writer->store = store;
    writer->db = store->writing;
    store->kept = store->options.filling ? kept_new() : NULL;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->wake, NULL);
    store->writer = writer;
    if (pthread_create(&writer->thread, NULL, writer_main, writer) != 0) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no thread for the writer"));
    }
    writer->runs = true;
    return STATUS_OK;
}

void writer_close(struct store *store)
{
    struct writer *writer = store->writer;
    if (writer == NULL) {
        return;
    }
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_broadcast(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    if (writer->runs) {
        pthread_join(writer->thread, NULL);
    }
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
    kept_free(store->kept);
    store->kept = NULL;
    store->writer = NULL;
}

struct writer_figures writer_figures(const struct store *store)
{
    return (struct writer_figures){.jobs = atomic_load(&store->writer->jobs),
                                   .groups = atomic_load(&store->writer->groups),
                                   .commits = atomic_load(&store->writer->commits),
                                   .commit_us = atomic_load(&store->writer->commit_us)};
}
