/* What waits for whom: all of it, and nothing that another decides or that may not be read. */
#include "test_store_util.h"

#include "store/store_int.h"

struct call {
    struct world *world;
    struct uuid agency, worker, id;
    bool submitted, urgent;
};

static enum status take_call(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *record;
    TRY(uow_create(uow, entity_of(call->world, "report"), call->agency, MODEL_NONE,
                   (struct uuid){{0}}, &record));
    put_text(record, "narrative", "what was said");
    put(record, "urgent", value_boolean(call->urgent));
    put(record, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    if (!uuid_is_nil(call->worker)) {
        put(record, "worker", value_reference(call->worker));
    }
    call->id = record->subject.id;
    return call->submitted ? take(uow, record, "submit") : STATUS_OK;
}

static struct uuid called(struct world *w, int who, struct call call)
{
    call.world = w;
    must_act(w, &w->actors[who], take_call, &call);
    return call.id;
}

/* Reports that were handed in at an agency; the last one's id. */
static struct uuid submitted(struct world *w, int who, unsigned count)
{
    struct uuid last = {{0}};
    for (unsigned i = 0; i < count; i++) {
        last = called(
            w, who,
            (struct call){.agency = w->agencies[who == STRANGER ? 1 : 0], .submitted = true});
    }
    return last;
}

struct asked {
    struct store_waiting *items;
    size_t count, in_set;
    struct str next;
};

static struct asked waiting_on(struct world *w, const struct actor *actor, struct store_page page)
{
    struct store_reader *reader;
    struct outcome outcome;
    struct asked asked;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    work_set_init(set, &w->arena, w->model, store_now(w->store), actor);
    outcome_init(&outcome, &w->arena);
    assert_int_equal(
        store_waiting(reader, set, page, &outcome, &asked.items, &asked.count, &asked.next),
        STATUS_OK);
    asked.in_set = set->records.count;
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return asked;
}

static struct asked waiting_for(struct world *w, const struct actor *actor, uint32_t most)
{
    return waiting_on(w, actor, (struct store_page){.limit = most});
}

static bool is_among(struct asked asked, struct uuid id)
{
    for (size_t i = 0; i < asked.count; i++) {
        if (uuid_eq(asked.items[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* However much waits elsewhere: before, the newest of the whole state hid it. */
static void what_waits_here_is_not_hidden_by_what_waits_elsewhere(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid own = submitted(&w, INTAKE, 2);
    struct uuid elsewhere = submitted(&w, STRANGER, STORE_WAITING_MAX + 1);
    struct asked asked = waiting_for(&w, &w.actors[SUPERVISOR], 10);
    assert_int_equal(asked.count, 2);
    assert_true(is_among(asked, own));
    assert_false(is_among(asked, elsewhere));
    assert_int_equal(waiting_for(&w, &w.actors[INTAKE], 10).count, 0); /* not theirs to decide */
    assert_int_equal(waiting_for(&w, &w.actors[CLERK], 10).count, 0);
}

static void who_wrote_it_is_not_waited_for(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid theirs = submitted(&w, INTAKE, 1);
    struct uuid own = submitted(&w, SUPERVISOR, 1);
    struct asked asked = waiting_for(&w, &w.actors[SUPERVISOR], 10);
    assert_int_equal(asked.count, 1);
    assert_true(is_among(asked, theirs));
    assert_false(is_among(asked, own));
}

/* Only the first ones are read, in the order in which they are due. */
static void only_what_is_shown_is_read(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid first = submitted(&w, INTAKE, 1);
    for (int i = 0; i < 3; i++) {
        world_wait(&w, HOUR_MS);
        submitted(&w, INTAKE, 1);
    }
    struct asked none = waiting_for(&w, &w.actors[SUPERVISOR], 0);
    struct asked two = waiting_for(&w, &w.actors[SUPERVISOR], 2);
    assert_int_equal(two.count, 4);
    assert_int_equal(none.count, 4);
    assert_true(two.in_set < none.in_set + 4);
    assert_true(uuid_eq(two.items[0].id, first));
    for (size_t i = 0; i < two.count; i++) {
        assert_true(i == 0 || two.items[i - 1].next.due.ms < two.items[i].next.due.ms);
        assert_true(two.items[i].next.due.ms != INT64_MAX);
        assert_int_equal(two.items[i].record != NULL, i < 2);
    }
    assert_true(get(two.items[0].record, "narrative").type == VALUE_TEXT);
}

/* The page of a supervisor leads on to all of them, each once. */
static void page_after_page_shows_all_that_waits(void **state)
{
    (void)state;
    WORLD(w);
    struct store_page page = {.limit = 2};
    size_t shown = 0;
    for (int i = 0; i < 5; i++) {
        world_wait(&w, HOUR_MS);
        submitted(&w, INTAKE, 1);
    }
    do {
        struct asked asked = waiting_on(&w, &w.actors[SUPERVISOR], page);
        assert_int_equal(asked.count, 5);
        for (size_t i = 0; i < asked.count; i++) {
            assert_int_equal(asked.items[i].record != NULL, i >= shown && i < shown + 2);
        }
        shown += 2;
        page.cursor = asked.next;
    } while (page.cursor.n > 0);
    assert_int_equal(shown, 6);
    page.cursor = uuid_text(&w.arena, w.workers[INTAKE]); /* decided since */
    assert_true(waiting_on(&w, &w.actors[SUPERVISOR], page).items[0].record != NULL);
}

static void what_is_about_ones_own_family_waits_for_others(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid barred = submitted(&w, INTAKE, 1), other = submitted(&w, INTAKE, 1);
    struct actor actor = w.actors[SUPERVISOR];
    assert_int_equal(waiting_for(&w, &actor, 10).count, 2);
    actor.barred = &barred;
    actor.barred_count = 1;
    struct asked asked = waiting_for(&w, &actor, 10);
    assert_int_equal(asked.count, 1);
    assert_true(is_among(asked, other));
}

/* ---- a list by state ---- */

static size_t lines(struct world *w, int who)
{
    struct store_reader *reader;
    struct outcome outcome;
    struct store_line *found;
    struct str next;
    size_t count;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    uint32_t view = model_list_view_by_name(w->model, STR("submitted_reports"));
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(store_list(reader, set, view, (struct store_page){.limit = 50}, &outcome,
                                &found, &count, &next),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

/* A list begins with the state at the reader's agency, and with what is theirs elsewhere. */
static void a_list_by_state_holds_what_one_may_read(void **state)
{
    (void)state;
    WORLD(w);
    struct call here = {.agency = w.agencies[0], .submitted = true};
    struct call assigned = here, urgent = here, taking = here;
    assigned.worker = w.workers[STRANGER];
    urgent.urgent = true;
    taking.submitted = false;
    called(&w, INTAKE, here);
    called(&w, INTAKE, assigned);
    called(&w, INTAKE, urgent);
    called(&w, INTAKE, taking);
    called(&w, STRANGER, (struct call){.agency = w.agencies[1], .submitted = true});
    assert_int_equal(lines(&w, INTAKE), 2);
    assert_int_equal(lines(&w, SUPERVISOR), 2);
    assert_int_equal(lines(&w, STRANGER), 2); /* that of their agency, and theirs at the other */
    assert_int_equal(lines(&w, CLERK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_here_is_not_hidden_by_what_waits_elsewhere),
        cmocka_unit_test(who_wrote_it_is_not_waited_for),
        cmocka_unit_test(only_what_is_shown_is_read),
        cmocka_unit_test(page_after_page_shows_all_that_waits),
        cmocka_unit_test(what_is_about_ones_own_family_waits_for_others),
        cmocka_unit_test(a_list_by_state_holds_what_one_may_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
