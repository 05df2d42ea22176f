/* The queue and notices: what is put there is done or told, once, and not lost. */
#include "test_store_files.h"

/* ---- the queue ---- */

struct machine {
    struct world *world;
    _Atomic int calls; /* tries of the handler */
    int fails;         /* how many of them fail first */
    struct uuid made;  /* by the last one */
    char payload[64];
};

static enum status put_job(struct uow *uow, void *input)
{
    const int64_t *wait = input;
    struct instant not_before = {uow_set(uow)->now.ms + *wait};
    uow_queue(uow, STR("letter"), STR("about 0190"), not_before);
    return STATUS_OK;
}

static enum status put_job_and_fail(struct uow *uow, void *input)
{
    TRY(put_job(uow, input));
    return STATUS_REFUSED;
}

/* Writes a record before it fails: nothing of a try that fails may stay. */
static enum status letter(struct uow *uow, struct str payload, void *context)
{
    struct machine *machine = context;
    struct record *agency;
    snprintf(machine->payload, sizeof(machine->payload), "%.*s", STR_ARG(payload));
    TRY(uow_create(uow, entity_of(machine->world, "agency"), (struct uuid){{0}}, MODEL_NONE,
                   (struct uuid){{0}}, &agency));
    put_text(agency, "name", "Printer");
    machine->made = agency->subject.id;
    if (atomic_fetch_add(&machine->calls, 1) < machine->fails) {
        return outcome_fault(uow_outcome(uow), STATUS_INTERNAL, STR("the printer is out of paper"));
    }
    return STATUS_OK;
}

static int64_t jobs(struct world *w, const char *where)
{
    char sql[200];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM job WHERE %s", where);
    return ask_file(w, "hearth.db", sql);
}

static int64_t printers(struct world *w)
{
    return ask_file(w, "hearth.db", "SELECT count(*) FROM agency WHERE name = 'Printer'");
}

static void a_job_is_done_once_in_its_own_act(void **state)
{
    (void)state;
    WORLD(w);
    int64_t wait = 0;
    struct machine machine = {.world = &w};
    store_on_job(w.store, STR("letter"), letter, &machine);
    must_act(&w, &w.actors[INTAKE], put_job, &wait);
    catch_up(&w);
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 1);
    assert_string_equal(machine.payload, "about 0190");
    assert_int_equal(printers(&w), 1);
    assert_int_equal(jobs(&w, "1"), 0);
}

static void a_job_of_an_act_that_fails_is_not_there(void **state)
{
    (void)state;
    WORLD(w);
    int64_t wait = 0;
    assert_int_equal(act(&w, &w.actors[INTAKE], put_job_and_fail, &wait), STATUS_REFUSED);
    assert_int_equal(jobs(&w, "1"), 0);
}

static void a_job_waits_for_its_time_and_for_its_handler(void **state)
{
    (void)state;
    WORLD(w);
    int64_t wait = HOUR_MS;
    struct machine machine = {.world = &w};
    must_act(&w, &w.actors[INTAKE], put_job, &wait);
    pass(&w, HOUR_MS);
    catch_up(&w);
    assert_int_equal(jobs(&w, "tries = 0 AND set_aside = 0"), 1); /* nobody does letters yet */
    world_reopen(&w);
    store_on_job(w.store, STR("letter"), letter, &machine);
    pass(&w, -(1));
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 0);
    pass(&w, 1);
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 1);
}

static void a_job_that_fails_is_tried_again_later_and_later(void **state)
{
    (void)state;
    WORLD(w);
    int64_t wait = 0;
    struct machine machine = {.world = &w, .fails = 2};
    store_on_job(w.store, STR("letter"), letter, &machine);
    must_act(&w, &w.actors[INTAKE], put_job, &wait);
    catch_up(&w);
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 1);
    assert_int_equal(jobs(&w, "tries = 1"), 1);
    assert_int_equal(jobs(&w, "reason LIKE '%out of paper%'"), 1);
    assert_int_equal(printers(&w), 0);
    pass(&w, MINUTE_MS);
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 2);
    pass(&w, MINUTE_MS);
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 2); /* the second pause is longer */
    pass(&w, 4 * MINUTE_MS);
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 3);
    assert_int_equal(printers(&w), 1);
    assert_int_equal(jobs(&w, "1"), 0);
}

static void after_eight_tries_a_job_is_set_aside_with_its_reason(void **state)
{
    (void)state;
    WORLD(w);
    int64_t wait = 0;
    struct machine machine = {.world = &w, .fails = 1000};
    store_on_job(w.store, STR("letter"), letter, &machine);
    must_act(&w, &w.actors[INTAKE], put_job, &wait);
    for (int i = 0; i < 12; i++) {
        catch_up(&w);
        pass(&w, DAY_MS);
    }
    assert_int_equal(atomic_load(&machine.calls), 8);
    assert_int_equal(jobs(&w, "set_aside = 1 AND tries = 8 AND reason LIKE '%out of paper%'"), 1);
    assert_int_equal(printers(&w), 0);
}

/* What a person would have to mend is not mended by trying again. */
static enum status refused_letter(struct uow *uow, struct str payload, void *context)
{
    TRY(letter(uow, payload, context));
    outcome_problem(uow_outcome(uow), STATUS_REFUSED, STR(""), STR("no_stamp"),
                    STR("It has no stamp."));
    return STATUS_REFUSED;
}

static enum status send_back(struct uow *uow, struct str payload, const struct outcome *why,
                             void *context)
{
    const struct machine *machine = context;
    struct record *agency;
    assert_true(str_eq(payload, STR("about 0190")));
    assert_int_equal(why->problems.count, 1);
    assert_true(str_eq(why->problems.items[0].message, STR("It has no stamp.")));
    TRY(uow_create(uow, entity_of(machine->world, "agency"), (struct uuid){{0}}, MODEL_NONE,
                   (struct uuid){{0}}, &agency));
    put_text(agency, "name", "Sent back");
    return STATUS_OK;
}

static void a_job_that_is_refused_is_told_and_over(void **state)
{
    (void)state;
    WORLD(w);
    int64_t wait = 0;
    struct machine machine = {.world = &w};
    store_on_job(w.store, STR("letter"), refused_letter, &machine);
    store_on_refused_job(w.store, STR("letter"), send_back);
    must_act(&w, &w.actors[INTAKE], put_job, &wait);
    catch_up(&w);
    pass(&w, DAY_MS);
    catch_up(&w);
    assert_int_equal(atomic_load(&machine.calls), 1);
    assert_int_equal(jobs(&w, "1"), 0);
    assert_int_equal(printers(&w), 0);
    assert_int_equal(
        ask_file(&w, "hearth.db", "SELECT count(*) FROM agency WHERE name = 'Sent back'"), 1);
}

/* ---- notices ---- */

struct telling {
    struct world *world;
    const char *decider; /* or NULL: */
    struct uuid worker;
    struct uuid report; /* made when nil */
};

static uint32_t decider_of(const struct model *model, const char *name)
{
    for (uint32_t i = 0; i < model_decider_total(model); i++) {
        if (str_eq(model_text(model, model_decider_row(model, i)->name), str_from(name))) {
            return i;
        }
    }
    fail();
    return MODEL_NONE;
}

static enum status tell(struct uow *uow, void *input)
{
    struct telling *telling = input;
    struct world *w = telling->world;
    struct record *report;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, (struct uuid){{0}},
                   &report));
    put_text(report, "narrative", "A call.");
    telling->report = report->subject.id;
    struct act_notice notice = {.worker = telling->worker,
                                .decider = telling->decider ? decider_of(w->model, telling->decider)
                                                            : MODEL_NONE,
                                .record = report->subject.id,
                                .say = STR("A report waits for your decision.")};
    struct act *told = ARENA_NEW(uow_set(uow)->arena, struct act);
    LIST_PUSH(uow_set(uow)->arena, &told->notices, notice);
    uow_act(uow, told);
    return STATUS_OK;
}

static size_t newest_notices(struct world *w, int worker, uint32_t most,
                             struct store_notice **ret_notices)
{
    struct store_reader *reader = reader_of(w);
    size_t count = 0;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[worker]);
    assert_int_equal(store_notices(reader, set, most, ret_notices, &count), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static size_t notices(struct world *w, int worker, struct store_notice **ret_notices)
{
    return newest_notices(w, worker, 200, ret_notices);
}

struct putting_away {
    struct world *world;
    int worker;
    struct uuid notice;
};

static enum status put_away(struct uow *uow, void *input)
{
    const struct putting_away *putting = input;
    uow_notice_read(uow, putting->world->workers[putting->worker], putting->notice);
    return STATUS_OK;
}

static void a_notice_stays_until_its_worker_puts_it_away(void **state)
{
    (void)state;
    WORLD(w);
    struct store_notice *found;
    struct telling telling = {.world = &w, .worker = w.workers[CLERK]};
    must_act(&w, &w.actors[INTAKE], tell, &telling);
    world_reopen(&w);
    assert_int_equal(notices(&w, CLERK, &found), 1);
    assert_text(found[0].say, "A report waits for your decision.");
    assert_true(uuid_eq(found[0].record, telling.report));
    assert_int_equal(found[0].entity, entity_of(&w, "report"));
    assert_int_equal(found[0].at.ms, STORE_NOW);
    assert_int_equal(notices(&w, SUPERVISOR, &found), 0);
    assert_int_equal(notices(&w, CLERK, &found), 1);
    struct putting_away another = {&w, SUPERVISOR, found[0].id};
    must_act(&w, &w.actors[SUPERVISOR], put_away, &another);
    assert_int_equal(notices(&w, CLERK, &found), 1);
    struct putting_away own = {&w, CLERK, found[0].id};
    must_act(&w, &w.actors[CLERK], put_away, &own);
    assert_int_equal(notices(&w, CLERK, &found), 0);
}

static enum status seal(struct uow *uow, void *input)
{
    const struct telling *telling = input;
    struct record *record;
    TRY(uow_load(uow, entity_of(telling->world, "report"), telling->report, 0, VERB_SEAL, &record));
    uow->job->reason = STR("The court ordered it.");
    uow->job->basis = STR("48.396; order of 2 March");
    return uow_seal(uow, record);
}

static void what_may_not_be_told_any_more_hides_nothing_older(void **state)
{
    (void)state;
    WORLD(w);
    struct store_notice *found;
    struct telling told[7] = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(told); i++) {
        told[i] = (struct telling){.world = &w, .worker = w.workers[CLERK]};
        must_act(&w, &w.actors[INTAKE], tell, &told[i]);
    }
    /* Left are the two oldest, and the newest; the others fill two readings of two. */
    for (size_t i = 2; i < ARRAY_LENGTH(told) - 1; i++) {
        must_act(&w, &w.actors[SUPERVISOR], seal, &told[i]);
    }
    assert_int_equal(newest_notices(&w, CLERK, 2, &found), 2);
    assert_true(uuid_eq(found[0].record, told[6].report));
    assert_true(uuid_eq(found[1].record, told[1].report));
    assert_int_equal(newest_notices(&w, CLERK, 3, &found), 3);
    assert_true(uuid_eq(found[2].record, told[0].report));
    assert_int_equal(newest_notices(&w, CLERK, 4, &found), 3);
}

static void who_may_decide_is_told_and_nobody_else(void **state)
{
    (void)state;
    WORLD(w);
    struct store_notice *found;
    struct telling telling = {.world = &w, .decider = "approver"};
    must_act(&w, &w.actors[INTAKE], tell, &telling);
    assert_int_equal(notices(&w, SUPERVISOR, &found), 1);
    assert_int_equal(notices(&w, INTAKE, &found), 0);   /* another role */
    assert_int_equal(notices(&w, STRANGER, &found), 0); /* another agency */
    assert_int_equal(notices(&w, CLERK, &found), 0);
}

static void who_wrote_it_is_not_asked_to_decide(void **state)
{
    (void)state;
    WORLD(w);
    struct store_notice *found;
    struct telling telling = {.world = &w, .decider = "approver"};
    must_act(&w, &w.actors[SUPERVISOR], tell, &telling);
    assert_int_equal(notices(&w, SUPERVISOR, &found), 0);
}

/* The clerk of the other agency covers for the supervisor, in December. */
static enum status cover(struct uow *uow, void *input)
{
    struct world *w = input;
    struct record *worker;
    TRY(uow_load(uow, entity_of(w, "worker"), w->workers[SUPERVISOR], 0, VERB_UPDATE, &worker));
    struct row *row = record_add_row(worker, list_of(worker, "cover"));
    put_row(row, "covered_by", value_reference(w->workers[CLERK]));
    put_row(row, "begins_on", value_date(date_from_civil(2026, 12, 1)));
    put_row(row, "ends_on", value_date(date_from_civil(2026, 12, 31)));
    return STATUS_OK;
}

static void who_covers_is_told_while_they_do(void **state)
{
    (void)state;
    WORLD(w);
    struct store_notice *found;
    struct telling telling = {.world = &w, .decider = "approver"};
    must_act(&w, NULL, cover, &w);
    must_act(&w, &w.actors[INTAKE], tell, &telling);
    assert_int_equal(notices(&w, SUPERVISOR, &found), 1);
    assert_int_equal(notices(&w, CLERK, &found), 0);
    pass(&w, 10 * DAY_MS);
    must_act(&w, &w.actors[INTAKE], tell, &telling);
    assert_int_equal(notices(&w, SUPERVISOR, &found), 2);
    assert_int_equal(notices(&w, CLERK, &found), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_is_done_once_in_its_own_act),
        cmocka_unit_test(a_job_of_an_act_that_fails_is_not_there),
        cmocka_unit_test(a_job_waits_for_its_time_and_for_its_handler),
        cmocka_unit_test(a_job_that_fails_is_tried_again_later_and_later),
        cmocka_unit_test(after_eight_tries_a_job_is_set_aside_with_its_reason),
        cmocka_unit_test(a_job_that_is_refused_is_told_and_over),
        cmocka_unit_test(a_notice_stays_until_its_worker_puts_it_away),
        cmocka_unit_test(what_may_not_be_told_any_more_hides_nothing_older),
        cmocka_unit_test(who_may_decide_is_told_and_nobody_else),
        cmocka_unit_test(who_wrote_it_is_not_asked_to_decide),
        cmocka_unit_test(who_covers_is_told_while_they_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
