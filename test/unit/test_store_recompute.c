/* After a new model: what it moves is worked out anew, and nothing else; and people's work goes on
 * meanwhile. */
#include "test_store_util.h"

#include <pthread.h>

#include "base/buf.h"

#define DUE_IN_24 STR("length: { hours: 24 }")
#define DUE_IN_12 STR("length: { hours: 12 }")
#define REPORTS 120
#define A_PIECE 40 /* records with one clock that moves */
#define POISON "7" /* a time at which nothing is due */

static enum status take_calls(struct uow *uow, void *input)
{
    struct world *w = input;
    for (int i = 0; i < REPORTS; i++) {
        struct record *report;
        TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, (struct uuid){{0}},
                       &report));
        put_text(report, "narrative", "a call");
        put(report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
        put(report, "worker", value_reference(w->workers[INTAKE]));
    }
    return STATUS_OK;
}

/* What is not worked out anew keeps it. */
static enum status poison(struct uow *uow, void *input)
{
    (void)input;
    return db_script(uow->db, STR("UPDATE clock SET due = " POISON));
}

static int64_t count_poisoned(struct db *db, struct arena *arena)
{
    struct db_statement *q;
    assert_int_equal(
        db_prepare(db, STR("SELECT count(*) FROM clock WHERE due = " POISON), arena, &q),
        STATUS_OK);
    assert_true(db_next(q));
    int64_t count = db_int(q, 0);
    assert_int_equal(db_finish(q), STATUS_OK);
    return count;
}

static int64_t poisoned(struct world *w)
{
    TEST_ARENA(arena);
    struct store_reader *reader;
    assert_int_equal(store_read_begin(w->store, &arena, &reader), STATUS_OK);
    int64_t count = count_poisoned(reader->db, &arena);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

/* Opens the store with the model in which a part is otherwise. */
static void change_model(struct world *w, struct str part, struct str by)
{
    struct str text = str_from(report_yaml);
    ptrdiff_t at = str_find(text, part);
    assert_true(at >= 0);
    text = STR_JOIN(&w->arena, str_slice(text, 0, (size_t)at), by,
                    str_slice(text, (size_t)at + part.n, text.n));
    w->image = compile_test_model(&w->arena, str_cstr(&w->arena, text));
    world_reopen(w);
}

static void catch_up(struct world *w)
{
    TEST_ARENA(arena);
    struct outcome outcome;
    outcome_init(&outcome, &arena);
    assert_int_equal(store_catch_up(w->store, &outcome), STATUS_OK);
}

static void what_the_model_does_not_move_is_left_alone(void **state)
{
    (void)state;
    WORLD(w);
    must_act(&w, &w.actors[INTAKE], take_calls, &w);
    must_act(&w, NULL, poison, NULL);
    change_model(&w, STR("label: Urgent }"), STR("label: At once }"));
    catch_up(&w);
    assert_int_equal(poisoned(&w), REPORTS);
    change_model(&w, DUE_IN_24, DUE_IN_12);
    catch_up(&w);
    assert_int_equal(poisoned(&w), 0);
}

/* Its image is gone: what it said is not known. */
static void against_a_model_nobody_knows_all_is_worked_out(void **state)
{
    (void)state;
    WORLD(w);
    must_act(&w, &w.actors[INTAKE], take_calls, &w);
    must_act(&w, NULL, poison, NULL);
    struct str models = STR_JOIN(&w.arena, str_from(w.folder), STR("/model"));
    nftw(str_cstr(&w.arena, models), remove_one, 8, FTW_DEPTH | FTW_PHYS);
    change_model(&w, STR("label: Urgent }"), STR("label: At once }"));
    catch_up(&w);
    assert_int_equal(poisoned(&w), 0);
}

/* ---- people meanwhile ---- */

/* Somebody who saves without a pause: as soon as one act is told, the next one waits. */
struct person {
    struct world *world;
    struct uow_job job;
    struct arena arena;
    int64_t left;    /* to be worked out anew, as the last act saw it */
    int64_t at_most; /* that were, between two acts */
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool done;
};

static enum status look_how_far(struct uow *uow, void *input)
{
    struct person *person = input;
    int64_t left = count_poisoned(uow->db, uow->arena);
    int64_t step = person->left - left;
    person->at_most = step > person->at_most ? step : person->at_most;
    person->left = left;
    return STATUS_OK;
}

static void act_again(void *ctx)
{
    struct person *person = ctx;
    if (person->left > 0) {
        arena_clear(&person->arena);
        assert_int_equal(store_submit(person->world->store, &person->job), STATUS_OK);
        return;
    }
    pthread_mutex_lock(&person->lock);
    person->done = true;
    pthread_cond_signal(&person->told);
    pthread_mutex_unlock(&person->lock);
}

static void *catch_up_beside(void *context)
{
    catch_up(context);
    return NULL;
}

static void a_save_waits_behind_one_piece_at_most(void **state)
{
    (void)state;
    WORLD(w);
    pthread_t beside;
    struct person person = {.world = &w, .left = REPORTS};
    must_act(&w, &w.actors[INTAKE], take_calls, &w);
    must_act(&w, NULL, poison, NULL);
    change_model(&w, DUE_IN_24, DUE_IN_12);
    arena_init(&person.arena, ARENA_REQUEST_CAP, NULL, NULL);
    pthread_mutex_init(&person.lock, NULL);
    pthread_cond_init(&person.told, NULL);
    person.job = (struct uow_job){
        .fn = look_how_far,
        .input = &person,
        .arena = &person.arena,
        .actor = &w.actors[INTAKE],
        .done = {act_again, &person}
    };
    assert_int_equal(store_submit(w.store, &person.job), STATUS_OK);
    assert_int_equal(pthread_create(&beside, NULL, catch_up_beside, &w), 0);
    pthread_mutex_lock(&person.lock);
    while (!person.done) {
        pthread_cond_wait(&person.told, &person.lock);
    }
    pthread_mutex_unlock(&person.lock);
    assert_int_equal(pthread_join(beside, NULL), 0);
    assert_int_equal(person.at_most, A_PIECE);
    pthread_cond_destroy(&person.told);
    pthread_mutex_destroy(&person.lock);
    arena_clear(&person.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_model_does_not_move_is_left_alone),
        cmocka_unit_test(against_a_model_nobody_knows_all_is_worked_out),
        cmocka_unit_test(a_save_waits_behind_one_piece_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
