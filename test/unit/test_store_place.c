/* Moving a part to where it belongs, and opening a closed record again. */
#include "store/installation.h"
#include "test_store_files.h"

struct family {
    struct world *world;
    struct uuid report, other, foreign, placement, to;
};

static struct uuid none(void)
{
    return (struct uuid){{0}};
}

static enum status make_report(struct uow *uow, struct world *w, int agency, struct uuid *ret_id)
{
    struct record *report;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[agency], MODEL_NONE, none(), &report));
    put_text(report, "narrative", "a call");
    put(report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    put(report, "worker", value_reference(w->workers[agency == 0 ? INTAKE : STRANGER]));
    *ret_id = report->subject.id;
    return STATUS_OK;
}

static enum status begin(struct uow *uow, void *input)
{
    struct family *family = input;
    struct world *w = family->world;
    struct record *placement;
    TRY(make_report(uow, w, 0, &family->report));
    TRY(make_report(uow, w, 0, &family->other));
    TRY(make_report(uow, w, 1, &family->foreign));
    TRY(uow_create(uow, entity_of(w, "placement"), w->agencies[0],
                   model_field_by_name(w->model, entity_of(w, "placement"), STR("report")),
                   family->report, &placement));
    put_text(placement, "place", "Lake Street 4");
    put(placement, "begins_on", value_date(uow_set(uow)->today));
    family->placement = placement->subject.id;
    return STATUS_OK;
}

static enum status move_placement(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *placement;
    TRY(uow_load(uow, entity_of(family->world, "placement"), family->placement, 0, VERB_MOVE,
                 &placement));
    return uow_move(uow, placement, family->to);
}

static enum status move_report(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), family->report, 0, VERB_MOVE, &report));
    return uow_move(uow, report, family->to);
}

static enum status mark_other(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), family->other, 0, VERB_READ, &report));
    return uow_mark_error(uow, report);
}

static enum status take_on(struct uow *uow, struct family *family, struct uuid id, const char *name)
{
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), id, 0, VERB_READ, &report));
    return take(uow, report, name);
}

static enum status submit(struct uow *uow, void *input)
{
    struct family *family = input;
    return take_on(uow, family, family->report, "submit");
}

static enum status screen(struct uow *uow, void *input)
{
    struct family *family = input;
    return take_on(uow, family, family->report, "screen");
}

static enum status reopen(struct uow *uow, void *input)
{
    struct family *family = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(family->world, "report"), family->report, 0, VERB_REOPEN, &report));
    return uow_reopen(uow, report);
}

static enum status verb(struct family *family, int worker, uow_fn fn, const char *name)
{
    TEST_ARENA(arena);
    struct uow_job job = {.reason = STR("the family next door"), .verb = str_from(name)};
    return act_as(family->world, &family->world->actors[worker], fn, family, &arena, &job);
}

static enum status move_to(struct family *family, struct uuid to)
{
    family->to = to;
    return verb(family, SUPERVISOR, move_placement, "move");
}

static int64_t ask(struct world *w, const char *sql)
{
    return ask_file(w, "hearth.db", sql);
}

static size_t moved_away(struct family *family, struct uuid from)
{
    TEST_ARENA(arena);
    struct world *w = family->world;
    struct store_move *moves;
    struct work_set set;
    size_t count;
    struct store_reader *reader = reader_of(w);
    work_set_init(&set, &arena, w->model, store_now(w->store), &w->actors[SUPERVISOR]);
    assert_int_equal(store_moves(reader, &set, must_look(w, &w->actors[SUPERVISOR], "report", from),
                                 &moves, &count),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void a_part_goes_where_it_belongs_and_both_places_tell(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    struct store_audit audit;
    must_act(&w, NULL, begin, &family);
    assert_int_equal(move_to(&family, family.other), STATUS_OK);
    const struct record *placement =
        must_look(&w, &w.actors[SUPERVISOR], "placement", family.placement);
    assert_true(uuid_eq(placement->root, family.other));
    assert_true(uuid_eq(get(placement, "report").reference, family.other));
    assert_int_equal(moved_away(&family, family.report), 1);
    assert_int_equal(moved_away(&family, family.other), 0);
    assert_int_equal(ask(&w, "SELECT count(*) FROM history WHERE transition = 'move' AND cause = "
                             "'move' AND reason = 'the family next door' AND content LIKE "
                             "'{\"report\":{\"from\":\"%' AND content LIKE '%\"root_id\"%'"),
                     1);
    assert_int_equal(store_audit_verify(w.store, &w.arena, &audit), STATUS_OK);
    assert_int_equal(audit.broken, 0);
    assert_int_equal(move_to(&family, family.report), STATUS_OK); /* and back */
    assert_int_equal(moved_away(&family, family.other), 1);
}

static void it_does_not_go_where_it_cannot_belong(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, NULL, begin, &family);
    assert_int_equal(move_to(&family, family.report), STATUS_REFUSED);
    assert_int_equal(move_to(&family, family.placement), STATUS_NOT_FOUND);
    assert_int_equal(move_to(&family, w.workers[INTAKE]), STATUS_NOT_FOUND);
    assert_int_equal(move_to(&family, family.foreign), STATUS_FORBIDDEN);
    family.to = family.other;
    assert_int_equal(verb(&family, INTAKE, move_placement, "move"), STATUS_FORBIDDEN);
    assert_int_equal(verb(&family, SUPERVISOR, move_report, "move"), STATUS_REFUSED);
    assert_int_equal(verb(&family, INTAKE, mark_other, "entered_in_error"), STATUS_OK);
    assert_int_equal(move_to(&family, family.other), STATUS_REFUSED);
    assert_int_equal(ask(&w, "SELECT count(*) FROM history WHERE transition = 'move'"), 0);
}

static void nothing_is_moved_to_what_is_closed(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, NULL, begin, &family);
    assert_int_equal(move_to(&family, family.other), STATUS_OK);
    must_act(&w, &w.actors[INTAKE], submit, &family);
    must_act(&w, &w.actors[SUPERVISOR], screen, &family);
    assert_int_equal(move_to(&family, family.report), STATUS_REFUSED);
    assert_int_equal(verb(&family, SUPERVISOR, reopen, "reopen"), STATUS_OK);
    assert_int_equal(move_to(&family, family.report), STATUS_OK);
}

static void who_decided_in_either_place_is_told(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, NULL, begin, &family);
    must_act(&w, &w.actors[INTAKE], submit, &family);
    must_act(&w, &w.actors[SUPERVISOR], screen, &family);
    /* Reopened by the system, so that who decided is told of it. */
    TEST_ARENA(arena);
    struct uow_job job = {.reason = STR("a second call"), .verb = STR("reopen")};
    assert_int_equal(act_as(&w, NULL, reopen, &family, &arena, &job), STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice WHERE say LIKE '%opened again%'"), 1);
    struct uow_job move = {.reason = STR("next door"), .verb = STR("move")};
    assert_int_equal(move_to(&family, family.other), STATUS_OK);
    family.to = family.report;
    assert_int_equal(act_as(&w, NULL, move_placement, &family, &arena, &move), STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice WHERE say LIKE '%was moved to what%'"),
                     1);
}

static void what_was_closed_goes_back_and_its_deadline_counts_again(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = {.world = &w};
    must_act(&w, NULL, begin, &family);
    assert_int_equal(verb(&family, SUPERVISOR, reopen, "reopen"), STATUS_REFUSED);
    must_act(&w, &w.actors[INTAKE], submit, &family);
    must_act(&w, &w.actors[SUPERVISOR], screen, &family);
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock WHERE state = 'running'"), 2);
    int64_t due = ask(&w, "SELECT due FROM clock WHERE state = 'done'");
    assert_int_equal(verb(&family, INTAKE, reopen, "reopen"), STATUS_FORBIDDEN);
    assert_int_equal(verb(&family, SUPERVISOR, reopen, "reopen"), STATUS_OK);
    const struct record *report = must_look(&w, &w.actors[INTAKE], "report", family.report);
    assert_text(model_text(w.model, model_state_row(w.model, report->state)->name), "submitted");
    assert_false(value_is_set(get(report, "screened_at")));
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock WHERE state = 'running'"), 3);
    assert_int_equal(ask(&w, "SELECT new_due FROM clock_change WHERE old_state = 'done' AND "
                             "new_state = 'running'"),
                     due);
    assert_int_equal(verb(&family, SUPERVISOR, reopen, "reopen"), STATUS_REFUSED);
    must_act(&w, &w.actors[SUPERVISOR], screen, &family);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_goes_where_it_belongs_and_both_places_tell),
        cmocka_unit_test(it_does_not_go_where_it_cannot_belong),
        cmocka_unit_test(nothing_is_moved_to_what_is_closed),
        cmocka_unit_test(who_decided_in_either_place_is_told),
        cmocka_unit_test(what_was_closed_goes_back_and_its_deadline_counts_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
