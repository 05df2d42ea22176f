/* Records through the store: what was saved is there, as it was, and nothing else. */
#include "test_store_util.h"

struct taking {
    struct world *world;
    const char *narrative;
    struct uuid id; /* of what was made */
    struct uuid person;
    uint32_t version;
    bool urgent;
};

static enum status take_call(struct uow *uow, void *input)
{
    struct taking *taking = input;
    struct world *w = taking->world;
    struct record *report;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, (struct uuid){{0}},
                   &report));
    put_text(report, "narrative", taking->narrative);
    put(report, "urgent", value_boolean(taking->urgent));
    put(report, "received_at",
        value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    put(report, "worker", value_reference(w->workers[INTAKE]));
    struct row *row = record_add_row(report, list_of(report, "participants"));
    put_row(row, "name", value_text(STR("Ana")));
    put_row(row, "role", value_code(STR("CHILD"), 1));
    row = record_add_row(report, list_of(report, "participants"));
    put_row(row, "name", value_text(STR("Ben")));
    taking->id = report->subject.id;
    uow_result(uow, report);
    return STATUS_OK;
}

static enum status change_narrative(struct uow *uow, void *input)
{
    struct taking *taking = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(taking->world, "report"), taking->id, taking->version, VERB_UPDATE,
                 &report));
    put_text(report, "narrative", taking->narrative);
    uow_result(uow, report);
    return STATUS_OK;
}

static struct str text_of(struct value value)
{
    return value.type == VALUE_TEXT ? value.text : STR("(unset)");
}

static void what_is_saved_is_there_after_reopening(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "A neighbour calls.", .urgent = true};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    world_reopen(&w);
    learn_actors(&w);
    struct record *report = must_look(&w, &w.actors[INTAKE], "report", taking.id);
    assert_text(text_of(get(report, "narrative")), "A neighbour calls.");
    assert_true(get(report, "urgent").boolean);
    assert_int_equal(get(report, "received_at").datetime.at.ms, STORE_NOW);
    assert_int_equal(report->version, 1);
    assert_text(report->number, "R-101-2026-000001");
    const struct rows *rows = record_rows(report, list_of(report, "participants"));
    assert_int_equal(rows->items.count, 2);
    assert_text(text_of(get_row(rows->items.items[0], "name")), "Ana");
    assert_text(get_row(rows->items.items[0], "role").code.code, "CHILD");
    assert_text(text_of(get_row(rows->items.items[1], "name")), "Ben");
    assert_true(uuid_eq(report->created_by, w.workers[INTAKE]));
}

static void a_version_that_is_old_is_refused(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "first"};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    taking.version = 1;
    taking.narrative = "second";
    must_act(&w, &w.actors[INTAKE], change_narrative, &taking);
    taking.narrative = "too late";
    assert_int_equal(act(&w, &w.actors[INTAKE], change_narrative, &taking), STATUS_STALE);
    struct record *report = must_look(&w, &w.actors[INTAKE], "report", taking.id);
    assert_text(text_of(get(report, "narrative")), "second");
    assert_int_equal(report->version, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_there_after_reopening),
        cmocka_unit_test(a_version_that_is_old_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
