/* Entered in error: what was marked counts for nothing, is readable by whoever could read it, and
 * comes back as it was. */
#include "store/installation.h"
#include "test_store_util.h"

struct family {
    struct world *world;
    struct uuid report, placement, other_placement, person;
};

static enum status begin(struct uow *uow, void *input)
{
    struct family *family = input;
    struct world *w = family->world;
    struct record *person, *report, *placement;
    TRY(uow_create(uow, entity_of(w, "person"), (struct uuid){{0}}, MODEL_NONE, (struct uuid){{0}},
                   &person));
    put_text(person, "given_name", "Mai");
    put_text(person, "family_name", "Vang");
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, (struct uuid){{0}},
                   &report));
    put_text(report, "narrative", "a call");
    put(report, "urgent", value_boolean(true));
    put(report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    put(report, "worker", value_reference(w->workers[INTAKE]));
    struct row *row = record_add_row(report, list_of(report, "participants"));
    put_row(row, "person", value_reference(person->subject.id));
    TRY(uow_create(uow, entity_of(w, "placement"), w->agencies[0],
                   model_field_by_name(w->model, entity_of(w, "placement"), STR("report")),
                   report->subject.id, &placement));
    put(placement, "child", value_reference(person->subject.id));
    put(placement, "begins_on", value_date(uow_set(uow)->today));
    family->report = report->subject.id;
    family->placement = placement->subject.id;
    family->person = person->subject.id;
    return STATUS_OK;
}

static enum status submit(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), family->report, 0, VERB_DECIDE, &report));
    return take(uow, report, "submit");
}

static enum status screen(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), family->report, 0, VERB_DECIDE, &report));
    return take(uow, report, "screen");
}

static enum status mark_report(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), family->report, 0, VERB_READ, &report));
    return uow_mark_error(uow, report);
}

static enum status reinstate_report(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), family->report, 0, VERB_READ, &report));
    return uow_reinstate(uow, report);
}

static enum status mark_placement(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *placement;
    TRY(uow_load(uow, entity_of(family->world, "placement"), family->placement, 0, VERB_READ,
                 &placement));
    return uow_mark_error(uow, placement);
}

static enum status reinstate_placement(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *placement;
    TRY(uow_load(uow, entity_of(family->world, "placement"), family->placement, 0, VERB_READ,
                 &placement));
    return uow_reinstate(uow, placement);
}

static enum status mark_person(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *person;
    TRY(uow_load(uow, entity_of(family->world, "person"), family->person, 0, VERB_READ, &person));
    return uow_mark_error(uow, person);
}

static enum status place_again(struct uow *uow, void *input)
{
    struct family *family = input;
    struct world *w = family->world;
    struct record *placement;
    TRY(uow_create(uow, entity_of(w, "placement"), w->agencies[0],
                   model_field_by_name(w->model, entity_of(w, "placement"), STR("report")),
                   family->report, &placement));
    put(placement, "child", value_reference(family->person));
    put(placement, "begins_on", value_date(uow_set(uow)->today));
    family->other_placement = placement->subject.id;
    return STATUS_OK;
}

static enum status with_reason(struct family *family, uow_fn fn)
{
    TEST_ARENA(arena);
    struct uow_job job = {.reason = STR("the wrong family"), .verb = STR("entered_in_error")};
    return act_as(family->world, &family->world->actors[INTAKE], fn, family, &arena, &job);
}

static int64_t ask(struct world *w, const char *sql)
{
    TEST_ARENA(arena);
    struct store_reader *reader;
    struct db_statement *q;
    assert_int_equal(store_read_begin(w->store, &arena, &reader), STATUS_OK);
    assert_int_equal(db_prepare(reader->db, str_from(sql), &arena, &q), STATUS_OK);
    assert_true(db_next(q));
    int64_t number = db_int(q, 0);
    assert_int_equal(db_finish(q), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return number;
}

static size_t found(struct world *w, const char *entity, bool in_error)
{
    TEST_ARENA(arena);
    struct store_reader *reader;
    struct work_set set;
    struct outcome outcome;
    struct record **records;
    struct str next;
    size_t count;
    outcome_init(&outcome, &arena);
    assert_int_equal(store_read_begin(w->store, &arena, &reader), STATUS_OK);
    work_set_init(&set, &arena, w->model, store_now(w->store), &w->actors[INTAKE]);
    assert_int_equal(store_find(reader, &set, entity_of(w, entity), MODEL_NONE, (struct uuid){{0}},
                                (struct store_page){.in_error = in_error}, &outcome, &records,
                                &count, &next),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void it_leaves_lists_and_clocks_and_comes_back(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, &w.actors[INTAKE], begin, &family);
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock WHERE state = 'running'"), 1);
    assert_int_equal(with_reason(&family, mark_report), STATUS_OK);
    assert_int_equal(found(&w, "report", false), 0);
    assert_int_equal(found(&w, "placement", false), 0); /* what is below it goes with it */
    assert_int_equal(found(&w, "report", true), 1);
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock WHERE state = 'running'"), 0);
    const struct record *report = must_look(&w, &w.actors[INTAKE], "report", family.report);
    assert_false(record_stands(report));
    assert_text(report->error_reason, "the wrong family");
    assert_int_equal(ask(&w, "SELECT count(*) FROM history WHERE transition = 'entered_in_error' "
                             "AND reason = 'the wrong family'"),
                     2);
    assert_int_equal(with_reason(&family, mark_report), STATUS_REFUSED);
    assert_int_equal(with_reason(&family, reinstate_report), STATUS_OK);
    assert_int_equal(found(&w, "report", false), 1);
    assert_int_equal(found(&w, "placement", false), 1);
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock WHERE state = 'running'"), 1);
    assert_true(record_stands(must_look(&w, &w.actors[INTAKE], "report", family.report)));
    struct store_audit audit;
    assert_int_equal(store_audit_verify(w.store, &w.arena, &audit), STATUS_OK);
    assert_int_equal(audit.broken, 0);
}

/* The agency sees a person through the report that names them. */
static void the_audiences_that_rest_on_it_go_with_it(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    static const char of_agency[] =
        "SELECT count(*) FROM record_audience a JOIN audience b ON b.id = a.audience "
        "WHERE a.entity = 'person' AND b.scope = 'own_agency'";
    must_act(&w, &w.actors[INTAKE], begin, &family);
    assert_int_equal(ask(&w, of_agency), 1);
    assert_int_equal(with_reason(&family, mark_report), STATUS_OK);
    assert_int_equal(ask(&w, of_agency), 0);
    /* Its own stay: who could read it still can, and nobody else. */
    struct outcome outcome;
    struct record *record;
    assert_int_equal(look(&w, &w.actors[INTAKE], "report", family.report, &outcome, &record),
                     STATUS_OK);
    assert_int_equal(look(&w, &w.actors[STRANGER], "report", family.report, &outcome, &record),
                     STATUS_FORBIDDEN);
    assert_int_equal(with_reason(&family, reinstate_report), STATUS_OK);
    assert_int_equal(ask(&w, of_agency), 1);
}

static void only_what_was_marked_together_comes_back(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, &w.actors[INTAKE], begin, &family);
    assert_int_equal(with_reason(&family, mark_placement), STATUS_OK);
    must_act(&w, &w.actors[INTAKE], place_again,
             &family); /* no overlap with what is no placement */
    assert_int_equal(with_reason(&family, mark_report), STATUS_OK);
    assert_int_equal(with_reason(&family, reinstate_placement), STATUS_REFUSED);
    assert_int_equal(act(&w, &w.actors[INTAKE], place_again, &family), STATUS_REFUSED);
    assert_int_equal(with_reason(&family, reinstate_report), STATUS_OK);
    assert_int_equal(found(&w, "placement", false), 1);
    assert_int_equal(with_reason(&family, reinstate_placement), STATUS_INVALID); /* they overlap */
    assert_int_equal(found(&w, "placement", true), 1);
}

static void it_is_not_worked_on(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, &w.actors[INTAKE], begin, &family);
    assert_int_equal(with_reason(&family, mark_report), STATUS_OK);
    assert_int_equal(act(&w, &w.actors[INTAKE], submit, &family), STATUS_REFUSED);
    assert_int_equal(with_reason(&family, reinstate_report), STATUS_OK);
    must_act(&w, &w.actors[INTAKE], submit, &family);
}

static void who_decided_on_it_is_told_once_and_listed(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct family family = {.world = &w};
    struct store_reader *reader;
    struct work_set set;
    struct store_decision *decisions;
    size_t count;
    must_act(&w, &w.actors[INTAKE], begin, &family);
    must_act(&w, &w.actors[INTAKE], submit, &family);
    must_act(&w, &w.actors[SUPERVISOR], screen, &family);
    assert_int_equal(with_reason(&family, mark_report), STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice WHERE say LIKE '%entered in error%'"), 1);
    assert_int_equal(store_read_begin(w.store, &arena, &reader), STATUS_OK);
    work_set_init(&set, &arena, w.model, store_now(w.store), &w.actors[INTAKE]);
    assert_int_equal(store_decisions_on(reader, &set,
                                        must_look(&w, &w.actors[INTAKE], "report", family.report),
                                        &decisions, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    assert_true(uuid_eq(decisions[0].by, w.workers[SUPERVISOR]));
    assert_true(decisions[0].since);
    assert_text(model_text(w.model, model_transition_row(w.model, decisions[0].transition)->name),
                "screen");
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

static void a_person_who_never_was_is_not_found(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, &w.actors[INTAKE], begin, &family);
    assert_true(ask(&w, "SELECT count(*) FROM person_key") > 0);
    assert_int_equal(with_reason(&family, mark_person), STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM person_key"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_leaves_lists_and_clocks_and_comes_back),
        cmocka_unit_test(the_audiences_that_rest_on_it_go_with_it),
        cmocka_unit_test(only_what_was_marked_together_comes_back),
        cmocka_unit_test(it_is_not_worked_on),
        cmocka_unit_test(who_decided_on_it_is_told_once_and_listed),
        cmocka_unit_test(a_person_who_never_was_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
