/* The thread that cares for the store: wake-ups of clocks, due jobs, sealing, who looked, sweeping.
 * What it changes, it changes in units of work behind those of people. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "store/care.h"
#include "store/home.h"

#define TICK_MS 2000
#define SWEEP_EVERY 1800u    /* ticks: each hour */
#define CHECKPOINT_EVERY 30u /* ticks: each minute */
#define WHO_LOOKED_EVERY 5u  /* ticks */
#define RESEAL_EVERY 15u     /* ticks */
#define WAKES_AT_A_TIME 10u  /* the writer is people's again after so many */
#define REST 3               /* times as long as a piece of long work took: that time is people's */

struct background {
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop_wanted;
    bool stopping;                                  /* under the lock */
    struct queue_handler handlers[QUEUE_KINDS_MAX]; /* under the lock */
    size_t handler_count;                           /* under the lock */
    pthread_mutex_t caring; /* held by who cares (the thread, store_catch_up), or keeps from it */
    size_t months_read;     /* under caring: of the access log, as who_looked_build counts them */
    bool leads;             /* of the thread: see home_leads */
};

/* ---- handlers ---- */

void store_on_job(struct store *store, struct str kind, store_job_fn fn, void *context)
{
    struct background *background = store->background;
    pthread_mutex_lock(&background->lock);
    CHECK(background->handler_count < QUEUE_KINDS_MAX);
    background->handlers[background->handler_count++] =
        (struct queue_handler){.kind = kind, .fn = fn, .context = context};
    pthread_mutex_unlock(&background->lock);
}

void store_on_refused_job(struct store *store, struct str kind, store_refused_fn fn)
{
    struct background *background = store->background;
    pthread_mutex_lock(&background->lock);
    for (size_t i = 0; i < background->handler_count; i++) {
        if (str_eq(background->handlers[i].kind, kind)) {
            background->handlers[i].refused = fn;
        }
    }
    pthread_mutex_unlock(&background->lock);
}

size_t background_handlers(struct store *store, struct queue_handler *ret_handlers)
{
    struct background *background = store->background;
    pthread_mutex_lock(&background->lock);
    size_t count = background->handler_count;
    for (size_t i = 0; i < count; i++) {
        ret_handlers[i] = background->handlers[i];
    }
    pthread_mutex_unlock(&background->lock);
    return count;
}

/* ---- units of work ---- */

static bool background_stops(struct store *store)
{
    struct background *background = store->background;
    pthread_mutex_lock(&background->lock);
    bool stops = background->stopping;
    pthread_mutex_unlock(&background->lock);
    return stops;
}

static enum status run_care(struct store *store, uow_fn fn, void *input, bool alone,
                            struct outcome *outcome)
{
    static const struct actor the_system = {0};
    if (background_stops(store)) { /* between two units: the rest is done after the next start */
        return outcome_fault(outcome, STATUS_BUSY, STR("Hearth stops"));
    }
    struct uow_job job = {.fn = fn,
                          .input = input,
                          .arena = outcome->arena,
                          .actor = &the_system,
                          .background = true,
                          .alone = alone};
    outcome_init(&job.outcome, outcome->arena);
    enum status status = store_run(store, &job);
    if (status != STATUS_OK) {
        *outcome = job.outcome;
        outcome->status = status;
    }
    return status;
}

enum status care_run(struct store *store, uow_fn fn, void *input, struct outcome *outcome)
{
    return run_care(store, fn, input, false, outcome);
}

enum status care_run_alone(struct store *store, uow_fn fn, void *input, struct outcome *outcome)
{
    return run_care(store, fn, input, true, outcome);
}

/* ---- what there is to do ---- */

static enum status wake_some_clocks(struct uow *uow, void *input)
{
    unsigned *count = input;
    return clocks_wake(uow, WAKES_AT_A_TIME, count);
}

static enum status wake_some_grants(struct uow *uow, void *input)
{
    unsigned *count = input;
    return grants_wake(uow, WAKES_AT_A_TIME, count);
}

/* Each portion with memory of its own. */
static enum status wake_all(struct store *store, uow_fn wake_some, struct outcome *outcome)
{
    unsigned count = 0;
    do {
        struct arena CLEANUP(arena_clear) arena;
        struct outcome portion;
        arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
        outcome_init(&portion, &arena);
        enum status status = care_run(store, wake_some, &count, &portion);
        if (status != STATUS_OK) {
            return outcome_fault(outcome, status, portion.detail);
        }
    } while (count > 0);
    return STATUS_OK;
}

static enum status wake_clocks(struct store *store, struct outcome *outcome)
{
    return wake_all(store, wake_some_clocks, outcome);
}

static enum status wake_grants(struct store *store, struct outcome *outcome)
{
    return wake_all(store, wake_some_grants, outcome);
}

static enum status build_who_looked(struct store *store, struct outcome *outcome)
{
    return who_looked_build(store, &store->background->months_read, outcome);
}

/* Of several servers that work with a database each cares for what it has itself; for what all
 * have, one of them. */
enum whose { OWN, SHARED };
struct care {
    struct str name;
    enum status (*fn)(struct store *store, struct outcome *outcome);
    unsigned every; /* ticks */
    enum whose whose;
};

/* Sealing comes behind what it takes the history of; its copy last. */
static const struct care cares[] = {
    {STR_INIT("keys"),         keys_take_up,           1,                OWN   },
    {STR_INIT("reseal"),       reseal,                 RESEAL_EVERY,     SHARED},
    {STR_INIT("access"),       wake_grants,            1,                SHARED},
    {STR_INIT("clocks"),       wake_clocks,            1,                SHARED},
    {STR_INIT("queue"),        queue_run_due,          1,                OWN   }, /* each job once */
    {STR_INIT("looks"),        access_log_checkpoint,  1,                OWN   },
    {STR_INIT("who looked"),   build_who_looked,       WHO_LOOKED_EVERY, SHARED},
    {STR_INIT("sessions"),     sessions_sweep,         SWEEP_EVERY,      SHARED},
    {STR_INIT("logins"),       logins_sweep,           SWEEP_EVERY,      SHARED},
    {STR_INIT("requests"),     requests_sweep,         SWEEP_EVERY,      SHARED},
    {STR_INIT("attachments"),  attachments_sweep,      SWEEP_EVERY,      SHARED},
    {STR_INIT("checkpoint"),   attachments_checkpoint, CHECKPOINT_EVERY, OWN   },
    {STR_INIT("sealing"),      seal_history,           1,                SHARED},
    {STR_INIT("second place"), checkpoints_follow,     CHECKPOINT_EVERY, OWN   },
};

/* One part of the care; a failure of one does not keep the others from their turn. */
static enum status care_for(struct store *store, const struct care *care, struct outcome *outcome)
{
    pthread_mutex_lock(&store->background->caring);
    enum status status = care->fn(store, outcome);
    pthread_mutex_unlock(&store->background->caring);
    return status;
}

/* A piece of long work. */
static enum status work_on(struct store *store, struct outcome *outcome, bool *ret_found)
{
    pthread_mutex_lock(&store->background->caring);
    enum status status = recompute_some(store, outcome, ret_found);
    pthread_mutex_unlock(&store->background->caring);
    return status;
}

static void keep_first(struct outcome *first, enum status status, const struct outcome *outcome)
{
    if (first->status == STATUS_OK && status != STATUS_OK) {
        (void)outcome_fault(first, status, outcome->detail);
    }
}

enum status store_catch_up(struct store *store, struct outcome *outcome)
{
    bool found = true;
    while (found && outcome->status == STATUS_OK) {
        (void)work_on(store, outcome, &found);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(cares); i++) {
        struct outcome one;
        outcome_init(&one, outcome->arena);
        keep_first(outcome, care_for(store, &cares[i], &one), &one);
    }
    return outcome->status;
}

void background_hold(struct store *store)
{
    pthread_mutex_lock(&store->background->caring);
}

void background_let_on(struct store *store)
{
    pthread_mutex_unlock(&store->background->caring);
}

/* ---- the thread ---- */

static void tell_failure(const struct store *store, struct str care, enum status status,
                         const struct outcome *outcome)
{
    if (store->options.tell) {
        store->options.tell(STR("background"),
                            STR_JOIN(outcome->arena, care, STR(": "), status_name(status), STR(" "),
                                     outcome->detail));
    }
}

static bool leads(struct background *background)
{
    struct arena CLEANUP(arena_clear) arena;
    struct outcome outcome;
    bool leads = false;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&outcome, &arena);
    pthread_mutex_lock(&background->caring);
    enum status status = home_leads(background->store, &outcome, &leads);
    pthread_mutex_unlock(&background->caring);
    if (status != STATUS_OK && !background_stops(background->store)) {
        tell_failure(background->store, STR("lead"), status, &outcome);
    }
    return status == STATUS_OK && leads;
}

static void care_once(struct background *background, uint64_t tick)
{
    for (size_t i = 0; i < ARRAY_LENGTH(cares) && !background_stops(background->store); i++) {
        struct arena CLEANUP(arena_clear) arena;
        struct outcome outcome;
        arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
        outcome_init(&outcome, &arena);
        if (tick % cares[i].every == 0 && (background->leads || cares[i].whose == OWN)) {
            enum status status = care_for(background->store, &cares[i], &outcome);
            if (status != STATUS_OK && !background_stops(background->store)) {
                tell_failure(background->store, cares[i].name, status, &outcome);
            }
        }
    }
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* True when it is time to go. */
static bool wait_until(struct background *background, int64_t ms)
{
    const struct timespec until = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    int waited = 0;
    pthread_mutex_lock(&background->lock);
    while (!background->stopping && waited == 0) {
        waited = pthread_cond_timedwait(&background->stop_wanted, &background->lock, &until);
    }
    bool stopping = background->stopping;
    pthread_mutex_unlock(&background->lock);
    return stopping;
}

/* A piece of long work, and a rest that is as long as people leave it little of the writer. False
 * when there is no more, or it is time to go. */
static bool work_and_rest(struct background *background)
{
    struct arena CLEANUP(arena_clear) arena;
    struct outcome outcome;
    int64_t began = monotonic_ms();
    bool found;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&outcome, &arena);
    enum status status = work_on(background->store, &outcome, &found);
    int64_t took = monotonic_ms() - began;
    if (status != STATUS_OK && !background_stops(background->store)) {
        tell_failure(background->store, STR("long work"), status, &outcome);
    }
    return status == STATUS_OK && found && !wait_until(background, began + (1 + REST) * took);
}

/* It waits first: the start is for people. */
static void *run(void *context)
{
    struct background *background = context;
    int64_t next = monotonic_ms() + TICK_MS;
    for (uint64_t tick = 0; !wait_until(background, next); tick++) {
        background->leads = leads(background);
        care_once(background, tick);
        next = monotonic_ms() + TICK_MS;
        while (background->leads && monotonic_ms() < next && work_and_rest(background)) {
        }
    }
    return NULL;
}

static void release(struct background *background)
{
    pthread_cond_destroy(&background->stop_wanted);
    pthread_mutex_destroy(&background->lock);
    pthread_mutex_destroy(&background->caring);
    free(background);
}

enum status background_start(struct store *store, struct outcome *outcome)
{
    struct background *background = calloc(1, sizeof(*background));
    pthread_condattr_t monotonic;
    if (background == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for the background"));
    }
    background->store = store;
    pthread_mutex_init(&background->lock, NULL);
    pthread_mutex_init(&background->caring, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&background->stop_wanted, &monotonic);
    pthread_condattr_destroy(&monotonic);
    store->background = background;
    if (pthread_create(&background->thread, NULL, run, background) != 0) {
        store->background = NULL;
        release(background);
        return outcome_fault(outcome, STATUS_BUSY, STR("no thread for the background"));
    }
    return STATUS_OK;
}

void background_stop(struct store *store)
{
    struct background *background = store->background;
    if (background == NULL) {
        return;
    }
    pthread_mutex_lock(&background->lock);
    background->stopping = true;
    pthread_cond_signal(&background->stop_wanted);
    pthread_mutex_unlock(&background->lock);
    pthread_join(background->thread, NULL);
    store->background = NULL;
    release(background);
}
