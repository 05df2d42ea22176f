/* The writer: jobs become permanent together, fail alone, and nothing that was told is lost. */
#include "test_store_files.h"

#include "db/db_driver.h"
#include "db/db_fake.h"

struct note {
    struct world *world;
    const char *text;
    struct uuid agency; /* nil: the first */
    struct uuid id;
    bool refuse;  /* after writing */
    bool dangles; /* leads to a record that is not there */
    bool hoards;  /* takes all memory it may have */
    unsigned runs;
};

static enum status write_note(struct uow *uow, void *input)
{
    struct note *note = input;
    struct world *w = note->world;
    struct record *report;
    struct uuid agency = uuid_is_nil(note->agency) ? w->agencies[0] : note->agency;
    note->runs++;
    TRY(uow_create(uow, entity_of(w, "report"), agency, MODEL_NONE, (struct uuid){{0}}, &report));
    put_text(report, "narrative", note->text);
    if (note->dangles) {
        put(report, "worker", value_reference((struct uuid){{7}}));
    }
    note->id = report->subject.id;
    uow_result(uow, report);
    while (note->hoards) {
        arena_alloc(uow_set(uow)->arena, 65536);
    }
    if (note->refuse) {
        outcome_problem(uow_outcome(uow), STATUS_INVALID, STR("narrative"), STR("no"), STR("No."));
    }
    return STATUS_OK;
}

/* ---- several at once ---- */

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool open, waits;
    unsigned done;
};

static void gate_tell(void *ctx)
{
    struct gate *gate = ctx;
    pthread_mutex_lock(&gate->lock);
    gate->done++;
    pthread_cond_broadcast(&gate->moved);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_wait(struct gate *gate, unsigned done)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->done < done) {
        pthread_cond_wait(&gate->moved, &gate->lock);
    }
    pthread_mutex_unlock(&gate->lock);
}

/* Holds the writer, so that what is handed in meanwhile waits together. */
static enum status hold(struct uow *uow, void *input)
{
    struct gate *gate = input;
    (void)uow;
    pthread_mutex_lock(&gate->lock);
    gate->waits = true;
    pthread_cond_broadcast(&gate->moved);
    while (!gate->open) {
        pthread_cond_wait(&gate->moved, &gate->lock);
    }
    pthread_mutex_unlock(&gate->lock);
    return STATUS_OK;
}

#define BATCH 3

/* Hands three jobs in while the writer is held and waits for all. Returns the groups it took. */
static uint64_t run_together(struct world *w, struct note notes[BATCH], struct uow_job jobs[BATCH],
                             struct arena arenas[BATCH + 1])
{
    struct gate gate = {.open = false};
    struct uow_job holding = {
        .fn = hold, .input = &gate, .done = {gate_tell, &gate}
    };
    pthread_mutex_init(&gate.lock, NULL);
    pthread_cond_init(&gate.moved, NULL);
    arena_init(&arenas[BATCH], ARENA_REQUEST_CAP, NULL, NULL);
    holding.arena = &arenas[BATCH];
    assert_int_equal(store_submit(w->store, &holding), STATUS_OK);
    pthread_mutex_lock(&gate.lock);
    while (!gate.waits) {
        pthread_cond_wait(&gate.moved, &gate.lock);
    }
    pthread_mutex_unlock(&gate.lock);
    uint64_t before = writer_figures(w->store).groups;
    for (int i = 0; i < BATCH; i++) {
        arena_init(&arenas[i], (size_t)4 * 1024 * 1024, NULL, NULL);
        jobs[i] = (struct uow_job){
            .fn = write_note,
            .input = &notes[i],
            .arena = &arenas[i],
            .actor = &w->actors[INTAKE],
            .done = {gate_tell, &gate}
        };
        assert_int_equal(store_submit(w->store, &jobs[i]), STATUS_OK);
    }
    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.moved);
    pthread_mutex_unlock(&gate.lock);
    gate_wait(&gate, BATCH + 1);
    pthread_cond_destroy(&gate.moved);
    pthread_mutex_destroy(&gate.lock);
    return writer_figures(w->store).groups - before;
}

static void end_together(struct arena arenas[BATCH + 1])
{
    for (int i = 0; i <= BATCH; i++) {
        arena_clear(&arenas[i]);
    }
}

static bool is_there(struct world *w, struct uuid id)
{
    struct outcome outcome;
    struct record *record;
    return look(w, &w->actors[INTAKE], "report", id, &outcome, &record) == STATUS_OK;
}

static void one_that_fails_takes_nobody_with_it(void **state)
{
    (void)state;
    WORLD(w);
    struct arena arenas[BATCH + 1];
    struct uow_job jobs[BATCH];
    struct note notes[BATCH] = {
        {.world = &w, .text = "a"},
        {.world = &w, .text = "b", .refuse = true},
        {.world = &w,           .text = "c"           }
    };
    run_together(&w, notes, jobs, arenas);
    assert_int_equal(jobs[0].outcome.status, STATUS_OK);
    assert_int_equal(jobs[1].outcome.status, STATUS_INVALID);
    assert_text(jobs[1].outcome.problems.items[0].where, "narrative");
    assert_int_equal(jobs[2].outcome.status, STATUS_OK);
    assert_int_equal(jobs[2].result_version, 1);
    assert_true(uuid_eq(jobs[2].result_id, notes[2].id));
    assert_true(is_there(&w, notes[0].id));
    assert_false(is_there(&w, notes[1].id));
    assert_true(is_there(&w, notes[2].id));
    end_together(arenas);
}

/* ---- behind people, but not for ever ---- */

#define CROWD 300

struct queue_place {
    unsigned *done; /* jobs before this one; only the writer counts */
    unsigned place;
};

static enum status take_place(struct uow *uow, void *input)
{
    struct queue_place *place = input;
    (void)uow;
    place->place = (*place->done)++;
    return STATUS_OK;
}

static void background_gets_its_turn_while_people_never_pause(void **state)
{
    (void)state;
    WORLD(w);
    static struct uow_job jobs[CROWD + 2];
    static struct queue_place places[CROWD + 1];
    struct gate gate = {.open = false};
    struct arena CLEANUP(arena_clear) arena;
    unsigned done = 0;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    pthread_mutex_init(&gate.lock, NULL);
    pthread_cond_init(&gate.moved, NULL);
    jobs[0] = (struct uow_job){
        .fn = hold, .input = &gate, .arena = &arena, .done = {gate_tell, &gate}
    };
    assert_int_equal(store_submit(w.store, &jobs[0]), STATUS_OK);
    for (unsigned i = 0; i <= CROWD; i++) {
        places[i].done = &done;
        jobs[i + 1] = (struct uow_job){
            .fn = take_place,
            .input = &places[i],
            .arena = &arena,
            .actor = &w.actors[INTAKE],
            .background = i == 0, /* handed in first */
            .done = {gate_tell, &gate}
        };
        assert_int_equal(store_submit(w.store, &jobs[i + 1]), STATUS_OK);
    }
    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.moved);
    pthread_mutex_unlock(&gate.lock);
    gate_wait(&gate, CROWD + 2);
    assert_in_range(places[0].place, 1, CROWD / 2);
    pthread_cond_destroy(&gate.moved);
    pthread_mutex_destroy(&gate.lock);
}

static void memory_that_ends_ends_one_job_only(void **state)
{
    (void)state;
    WORLD(w);
    struct arena arenas[BATCH + 1];
    struct uow_job jobs[BATCH];
    struct note notes[BATCH] = {
        {.world = &w, .text = "a"},
        {.world = &w, .text = "b", .hoards = true},
        {.world = &w,           .text = "c"           }
    };
    run_together(&w, notes, jobs, arenas);
    assert_int_equal(jobs[0].outcome.status, STATUS_OK);
    assert_int_equal(jobs[1].outcome.status, STATUS_BUSY);
    assert_int_equal(jobs[2].outcome.status, STATUS_OK);
    assert_false(is_there(&w, notes[1].id));
    assert_true(is_there(&w, notes[2].id));
    assert_null(arenas[1].exhausted); /* the arena's end leads to its owner again */
    end_together(arenas);
}

/* A reference to nothing shows when the group is to become permanent. */
static void one_that_cannot_become_permanent_is_found(void **state)
{
    (void)state;
    WORLD(w);
    struct arena arenas[BATCH + 1];
    struct uow_job jobs[BATCH];
    struct note notes[BATCH] = {
        {.world = &w, .text = "a"},
        {.world = &w, .text = "b", .dangles = true},
        {.world = &w,           .text = "c"           }
    };
    run_together(&w, notes, jobs, arenas);
    assert_int_equal(jobs[0].outcome.status, STATUS_OK);
    assert_int_not_equal(jobs[1].outcome.status, STATUS_OK);
    assert_int_equal(jobs[2].outcome.status, STATUS_OK);
    assert_true(is_there(&w, notes[0].id));
    assert_false(is_there(&w, notes[1].id));
    assert_true(is_there(&w, notes[2].id));
    end_together(arenas);
}

/* ---- many threads ---- */

#define THREADS 8
#define NOTES_EACH 40
#define WAITING 8 /* jobs that each thread has in flight */

struct hand {
    struct world *world;
    struct gate gate;
    struct note notes[NOTES_EACH];
    struct uow_job jobs[NOTES_EACH];
    struct arena arenas[NOTES_EACH];
};

static void *write_many(void *context)
{
    struct hand *hand = context;
    for (unsigned i = 0; i < NOTES_EACH; i++) {
        arena_init(&hand->arenas[i], ARENA_REQUEST_CAP, NULL, NULL);
        hand->notes[i] = (struct note){.world = hand->world, .text = "many"};
        hand->jobs[i] = (struct uow_job){
            .fn = write_note,
            .input = &hand->notes[i],
            .arena = &hand->arenas[i],
            .actor = &hand->world->actors[INTAKE],
            .done = {gate_tell, &hand->gate}
        };
        CHECK(store_submit(hand->world->store, &hand->jobs[i]) == STATUS_OK);
        if (i >= WAITING) {
            gate_wait(&hand->gate, i - WAITING);
        }
    }
    gate_wait(&hand->gate, NOTES_EACH);
    return NULL;
}

static void many_threads_write_and_nothing_is_lost(void **state)
{
    (void)state;
    WORLD(w);
    pthread_t threads[THREADS];
    struct hand *hands = calloc(THREADS, sizeof(*hands));
    assert_non_null(hands);
    struct writer_figures before = writer_figures(w.store);
    for (int i = 0; i < THREADS; i++) {
        hands[i].world = &w;
        pthread_mutex_init(&hands[i].gate.lock, NULL);
        pthread_cond_init(&hands[i].gate.moved, NULL);
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, &hands[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    struct writer_figures after = writer_figures(w.store);
    assert_true(after.jobs - before.jobs >= THREADS * NOTES_EACH); /* and the background's */
    assert_true(after.jobs - before.jobs >
                after.groups - before.groups); /* how many depends on the disk */
    world_reopen(&w);
    for (int i = 0; i < THREADS; i++) {
        for (int k = 0; k < NOTES_EACH; k++) {
            assert_int_equal(hands[i].jobs[k].outcome.status, STATUS_OK);
            assert_true(is_there(&w, hands[i].notes[k].id));
            arena_clear(&hands[i].arenas[k]);
        }
        pthread_cond_destroy(&hands[i].gate.moved);
        pthread_mutex_destroy(&hands[i].gate.lock);
    }
    free(hands);
}

/* ---- the same request twice ---- */

static void a_request_that_is_repeated_acts_once(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct note note = {.world = &w, .text = "once"};
    struct uow_job job = {.idempotency_key = STR("key-1")};
    assert_int_equal(act_as(&w, &w.actors[INTAKE], write_note, &note, &arena, &job), STATUS_OK);
    struct uuid made = job.result_id;
    assert_false(job.repeated);
    world_reopen(&w);
    assert_int_equal(act_as(&w, &w.actors[INTAKE], write_note, &note, &arena, &job), STATUS_OK);
    assert_true(job.repeated);
    assert_true(uuid_eq(job.result_id, made));
    assert_int_equal(job.result_version, 1);
    assert_int_equal(note.runs, 1);
    /* The key is one's own. */
    assert_int_equal(act_as(&w, &w.actors[SUPERVISOR], write_note, &note, &arena, &job), STATUS_OK);
    assert_false(job.repeated);
    assert_int_equal(note.runs, 2);
    /* What failed has left no key. */
    note.refuse = true;
    job.idempotency_key = STR("key-2");
    assert_int_equal(act_as(&w, &w.actors[INTAKE], write_note, &note, &arena, &job),
                     STATUS_INVALID);
    note.refuse = false;
    assert_int_equal(act_as(&w, &w.actors[INTAKE], write_note, &note, &arena, &job), STATUS_OK);
    assert_false(job.repeated);
}

/* ---- who comes second, and what is not known ---- */

static int64_t reports(struct world *w)
{
    return ask_file(w, "hearth.db", "SELECT count(*) FROM report");
}

/* Somebody else was first, or the connection went, at every place of an act there is: the act is
 * done again, and is there once. */
static void what_comes_second_is_done_again(void **state)
{
    static const enum db_cause causes[] = {DB_CONFLICT, DB_LOST};
    (void)state;
    WORLD(w);
    background_hold(w.store);
    int64_t before = reports(&w);
    for (size_t c = 0; c < ARRAY_LENGTH(causes); c++) {
        bool reached = true;
        uint64_t first = causes[c] == DB_LOST ? 2 : 1; /* there is no transaction to be had */
        for (uint64_t at = first; reached; at++) {
            TEST_ARENA(arena);
            struct note note = {.world = &w, .text = "second"};
            char key[32];
            snprintf(key, sizeof(key), "key-%zu-%d", c, (int)at);
            struct uow_job job = {.idempotency_key = str_from(key)};
            db_fail_at(w.store->writing, at, causes[c]);
            enum status status = act_as(&w, &w.actors[INTAKE], write_note, &note, &arena, &job);
            reached = db_operations(w.store->writing) > at;
            assert_int_equal(status, STATUS_OK);
            assert_int_equal(reports(&w), ++before);
        }
        db_fail_at(w.store->writing, 0, DB_NO_CAUSE);
    }
    background_let_on(w.store);
}

static void a_group_that_comes_second_is_done_again_each_alone(void **state)
{
    (void)state;
    WORLD(w);
    background_hold(w.store);
    int64_t before = reports(&w);
    for (uint64_t at = 2; at < 60; at += 3) {
        struct arena arenas[BATCH + 1];
        struct uow_job jobs[BATCH];
        struct note notes[BATCH] = {
            {.world = &w, .text = "a"},
            {.world = &w, .text = "b"},
            {.world = &w, .text = "c"}
        };
        db_fail_at(w.store->writing, at, DB_CONFLICT);
        run_together(&w, notes, jobs, arenas);
        for (int i = 0; i < BATCH; i++) {
            assert_int_equal(jobs[i].outcome.status, STATUS_OK);
        }
        before += BATCH;
        assert_int_equal(reports(&w), before);
        end_together(arenas);
    }
    db_fail_at(w.store->writing, 0, DB_NO_CAUSE);
    background_let_on(w.store);
}

/* A connection that is lost behind the commit: it was made, and nobody was told. */
static const struct db_driver *honest;
static bool loses;

static enum status commit_and_lose(struct db *db, enum db_control control, unsigned depth)
{
    enum status status = honest->control(db, control, depth);
    if (control != DB_CONTROL_COMMIT || !loses) {
        return status;
    }
    loses = false;
    return db_fail(db, DB_LOST, STR(""), "cut off");
}

static void a_commit_that_nobody_told_of_is_found_by_its_key(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct db_driver losing = *w.store->writing->driver;
    honest = w.store->writing->driver;
    losing.control = commit_and_lose;
    background_hold(w.store);
    w.store->writing->driver = &losing;
    int64_t before = reports(&w);
    struct note note = {.world = &w, .text = "once"};
    struct uow_job job = {.idempotency_key = STR("key-1")};
    loses = true;
    assert_int_equal(act_as(&w, &w.actors[INTAKE], write_note, &note, &arena, &job), STATUS_OK);
    assert_false(loses);
    assert_int_equal(note.runs, 1);
    assert_int_equal(job.result_version, 1);
    assert_true(uuid_eq(job.result_id, note.id));
    assert_int_equal(reports(&w), before + 1);
    /* Without a key nobody can tell: it is said so, and nothing is done again. */
    struct uow_job keyless = {.fn = NULL};
    note.runs = 0;
    loses = true;
    assert_int_equal(act_as(&w, &w.actors[INTAKE], write_note, &note, &arena, &keyless),
                     STATUS_UNKNOWN_COMMIT);
    assert_int_equal(note.runs, 1);
    assert_int_equal(reports(&w), before + 2);
    w.store->writing->driver = honest;
    background_let_on(w.store);
}

static bool is_known(struct world *w, struct note *note, const char *key)
{
    TEST_ARENA(arena);
    struct uow_job job = {.idempotency_key = str_from(key)};
    assert_int_equal(act_as(w, &w->actors[INTAKE], write_note, note, &arena, &job), STATUS_OK);
    return job.repeated;
}

/* More than go at a time; what is younger stays. */
static void what_requests_did_is_kept_for_a_time(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct note note = {.world = &w, .text = "once"};
    char key[32];
    outcome_init(&outcome, &w.arena);
    for (int i = 0; i < 450; i++) {
        snprintf(key, sizeof(key), "old-%d", i);
        assert_false(is_known(&w, &note, key));
    }
    world_wait(&w, 9 * DAY_MS);
    assert_false(is_known(&w, &note, "young"));
    world_wait(&w, 2 * DAY_MS);
    assert_int_equal(store_catch_up(w.store, &outcome), STATUS_OK);
    assert_true(is_known(&w, &note, "old-0")); /* nothing was said of days: for ever */
    w.retry_days = 10;
    w.store = store_close(w.store);
    world_open(&w);
    assert_int_equal(store_catch_up(w.store, &outcome), STATUS_OK);
    assert_int_equal(ask_file(&w, "hearth.db", "SELECT count(*) FROM idempotency"), 1);
    assert_true(is_known(&w, &note, "young"));
    assert_false(is_known(&w, &note, "old-0"));
}

static void identifiers_ascend(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid last = store_new_id(w.store);
    for (int i = 0; i < 10000; i++) {
        struct uuid next = store_new_id(w.store);
        assert_true(uuid_compare(last, next) < 0);
        last = next;
    }
}

static void readers_see_one_moment(void **state)
{
    (void)state;
    WORLD(w);
    struct note note = {.world = &w, .text = "later"};
    struct store_reader *reader;
    struct work_set set;
    struct outcome outcome;
    struct record *record;
    struct record **records;
    size_t count;
    struct str cursor;
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    work_set_init(&set, &w.arena, w.model, store_now(w.store), &w.actors[INTAKE]);
    assert_int_equal(store_find(reader, &set, entity_of(&w, "report"), MODEL_NONE,
                                (struct uuid){{0}}, (struct store_page){.limit = 5}, &outcome,
                                &records, &count, &cursor),
                     STATUS_OK);
    assert_int_equal(count, 0);
    must_act(&w, &w.actors[INTAKE], write_note, &note);
    assert_int_equal(store_read(reader, &set, entity_of(&w, "report"), note.id, 0, 0,
                                (struct store_purpose){STR("test"), STR("")}, &outcome, &record),
                     STATUS_NOT_FOUND);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    assert_true(is_there(&w, note.id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_fails_takes_nobody_with_it),
        cmocka_unit_test(memory_that_ends_ends_one_job_only),
        cmocka_unit_test(one_that_cannot_become_permanent_is_found),
        cmocka_unit_test(many_threads_write_and_nothing_is_lost),
        cmocka_unit_test(background_gets_its_turn_while_people_never_pause),
        cmocka_unit_test(a_request_that_is_repeated_acts_once),
        cmocka_unit_test(what_comes_second_is_done_again),
        cmocka_unit_test(a_group_that_comes_second_is_done_again_each_alone),
        cmocka_unit_test(a_commit_that_nobody_told_of_is_found_by_its_key),
        cmocka_unit_test(what_requests_did_is_kept_for_a_time),
        cmocka_unit_test(identifiers_ascend),
        cmocka_unit_test(readers_see_one_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
