/* Stored clocks, periods, decisions: what an act changes beside the record itself. */
#include "test_store_util.h"

#include "base/buf.h"
#include "rule/clock.h"

struct call {
    struct world *world;
    struct uuid id;
    int64_t received_ms;
};

static enum status take_call(struct uow *uow, void *input)
{
    struct call *call = input;
    struct world *w = call->world;
    struct record *report;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, (struct uuid){{0}},
                   &report));
    put_text(report, "narrative", "a call");
    put(report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    put(report, "worker", value_reference(w->workers[INTAKE]));
    call->id = report->subject.id;
    return STATUS_OK;
}

static enum status correct_time(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(call->world, "report"), call->id, 0, VERB_UPDATE, &report));
    put(report, "received_at",
        value_datetime((struct instant){call->received_ms}, uow_set(uow)->today));
    return STATUS_OK;
}

static enum status submit(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(call->world, "report"), call->id, 0, VERB_DECIDE, &report));
    return take(uow, report, "submit");
}

static enum status screen(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(call->world, "report"), call->id, 0, VERB_DECIDE, &report));
    return take(uow, report, "screen");
}

static size_t clocks_of(struct world *w, const struct actor *actor, bool mine, struct uuid root,
                        struct clock_reading **ret_readings)
{
    struct store_reader *reader;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    size_t count = 0;
    work_set_init(set, &w->arena, w->model, store_now(w->store), actor);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    assert_int_equal(mine ? store_my_clocks(reader, set, STORE_CLOCKS_MAX, ret_readings, &count)
                          : store_clocks(reader, set, root, ret_readings, &count),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
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

static void a_clock_follows_its_facts_and_says_what_it_was(void **state)
{
    (void)state;
    WORLD(w);
    struct clock_reading *readings;
    struct call call = {.world = &w, .received_ms = STORE_NOW - 2 * HOUR_MS};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    assert_int_equal(clocks_of(&w, &w.actors[INTAKE], true, call.id, &readings), 1);
    assert_int_equal(readings[0].due.ms, STORE_NOW + DAY_MS);
    assert_true(uuid_eq(readings[0].record, call.id));
    must_act(&w, &w.actors[INTAKE], correct_time, &call);
    assert_int_equal(clocks_of(&w, &w.actors[INTAKE], true, call.id, &readings), 1);
    assert_int_equal(readings[0].due.ms, STORE_NOW - 2 * HOUR_MS + DAY_MS);
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock_change"), 2);
    assert_int_equal(ask(&w, "SELECT old_due FROM clock_change ORDER BY sequence DESC LIMIT 1"),
                     STORE_NOW + DAY_MS);
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock_change c JOIN history h ON h.change = "
                             "c.change"),
                     2);
}

static void what_moved_a_clock_is_said(void **state)
{
    (void)state;
    WORLD(w);
    struct clock_reading *readings;
    struct store_clock_change *changes;
    struct store_reader *reader;
    struct work_set *set = ARENA_NEW(&w.arena, struct work_set);
    size_t count = 0;
    struct call call = {.world = &w, .received_ms = STORE_NOW - 2 * HOUR_MS};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &w.actors[INTAKE], correct_time, &call);
    must_act(&w, &w.actors[INTAKE], submit, &call);
    must_act(&w, &w.actors[SUPERVISOR], screen, &call);
    work_set_init(set, &w.arena, w.model, store_now(w.store), &w.actors[SUPERVISOR]);
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(store_clocks(reader, set, call.id, &readings, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(store_clock_changes(reader, set, &readings[0], &changes, &count), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    assert_int_equal(count, 3);
    assert_int_equal(changes[0].new_state, CLOCK_STATE_DONE);
    assert_int_equal(changes[0].transition,
                     model_transition_by_name(w.model, entity_of(&w, "report"), STR("screen")));
    assert_int_equal(changes[1].old_due.ms, STORE_NOW + DAY_MS);
    assert_int_equal(changes[1].new_due.ms, STORE_NOW - 2 * HOUR_MS + DAY_MS);
    assert_int_equal(changes[1].entity, entity_of(&w, "report"));
    assert_true(changes[2].first);
}

static void a_clock_that_is_done_leaves_the_day(void **state)
{
    (void)state;
    WORLD(w);
    struct clock_reading *readings;
    struct call call = {.world = &w};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &w.actors[INTAKE], submit, &call);
    world_wait(&w, HOUR_MS);
    must_act(&w, &w.actors[SUPERVISOR], screen, &call);
    assert_int_equal(clocks_of(&w, &w.actors[INTAKE], true, call.id, &readings), 0);
    assert_int_equal(clocks_of(&w, &w.actors[INTAKE], false, call.id, &readings), 1);
    assert_int_equal(readings[0].state, CLOCK_STATE_DONE);
    assert_int_equal(readings[0].done_at.ms, STORE_NOW + HOUR_MS);
    /* Another agency does not see it. */
    assert_int_equal(clocks_of(&w, &w.actors[STRANGER], false, call.id, &readings), 0);
}

static void a_decision_keeps_what_it_looked_at(void **state)
{
    (void)state;
    WORLD(w);
    struct call call = {.world = &w};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &w.actors[INTAKE], submit, &call);
    assert_int_equal(ask(&w, "SELECT count(*) FROM decision_basis"), 0);
    /* Four eyes: not who wrote it. */
    assert_int_equal(act(&w, &w.actors[INTAKE], screen, &call), STATUS_FORBIDDEN);
    must_act(&w, &w.actors[SUPERVISOR], screen, &call);
    assert_int_equal(ask(&w, "SELECT seen_version FROM decision_basis WHERE seen_entity = "
                             "'report'"),
                     3);
    assert_int_equal(ask(&w, "SELECT count(*) FROM history WHERE transition = 'screen' AND cause "
                             "= 'report.screen'"),
                     1);
}

/* ---- periods ---- */

struct placing {
    struct world *world;
    struct uuid report, child, id;
    int32_t from, to;     /* days from today; to 0: open */
    const char *corrects; /* field of the child */
};

static enum status write_child(struct uow *uow, void *input)
{
    struct placing *placing = input;
    struct record *person;
    TRY(uow_create(uow, entity_of(placing->world, "person"), (struct uuid){{0}}, MODEL_NONE,
                   (struct uuid){{0}}, &person));
    put_text(person, "given_name", "Ana");
    put_text(person, "family_name", "Moreau");
    placing->child = person->subject.id;
    return STATUS_OK;
}

static enum status place(struct uow *uow, void *input)
{
    struct placing *placing = input;
    struct record *record, *child, *report;
    struct date today = uow_set(uow)->today;
    uint32_t entity = entity_of(placing->world, "placement");
    TRY(uow_load(uow, entity_of(placing->world, "report"), placing->report, 0, VERB_READ, &report));
    TRY(uow_load(uow, entity_of(placing->world, "person"), placing->child, 0, VERB_READ, &child));
    TRY(uow_create(uow, entity, (struct uuid){{0}},
                   model_field_by_name(uow_set(uow)->model, entity, STR("report")), placing->report,
                   &record));
    put(record, "child", value_reference(placing->child));
    put(record, "begins_on", value_date(date_add_days(today, placing->from)));
    if (placing->to != 0) {
        put(record, "ends_on", value_date(date_add_days(today, placing->to)));
    }
    placing->id = record->subject.id;
    return STATUS_OK;
}

static void a_child_is_in_one_place_at_a_time(void **state)
{
    (void)state;
    WORLD(w);
    struct call call = {.world = &w};
    struct placing placing = {.world = &w};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &w.actors[INTAKE], write_child, &placing);
    placing.report = call.id;
    placing.from = -10;
    placing.to = -5;
    must_act(&w, &w.actors[INTAKE], place, &placing);
    placing.from = -6;
    placing.to = 0;
    assert_int_equal(act(&w, &w.actors[INTAKE], place, &placing), STATUS_INVALID);
    placing.from = -5; /* the day on which it moves */
    must_act(&w, &w.actors[INTAKE], place, &placing);
    placing.from = 100; /* the one before has no end */
    assert_int_equal(act(&w, &w.actors[INTAKE], place, &placing), STATUS_INVALID);
    placing.from = -20;
    placing.to = -11;
    must_act(&w, &w.actors[INTAKE], place, &placing);
}

/* ---- what follows later ---- */

static enum status correct_narrative(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(call->world, "report"), call->id, 0, VERB_CORRECT, &report));
    put_text(report, "narrative", "what was really said");
    return STATUS_OK;
}

static void who_decided_on_what_was_wrong_is_told(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct call call = {.world = &w};
    struct actor system = {.worker = {{0}}};
    struct uow_job job = {.reason = STR("misheard")};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &w.actors[INTAKE], submit, &call);
    must_act(&w, &w.actors[SUPERVISOR], screen, &call);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice"), 0);
    /* Who decided and corrects it themselves knows. */
    assert_int_equal(act_as(&w, &w.actors[SUPERVISOR], correct_narrative, &call, &arena, &job),
                     STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice"), 0);
    assert_int_equal(ask(&w, "SELECT count(*) FROM history WHERE reason = 'misheard'"), 1);
    struct call again = call;
    again.received_ms = STORE_NOW - HOUR_MS;
    assert_int_equal(act_as(&w, &system, correct_time, &again, &arena, &job), STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice"), 1);
}

/* The model with some other words in it. */
static void change_model(struct world *w, struct str part, struct str by)
{
    struct outcome outcome;
    struct str text = str_from(report_yaml);
    ptrdiff_t at = str_find(text, part);
    assert_true(at >= 0);
    text = STR_JOIN(&w->arena, str_slice(text, 0, (size_t)at), by,
                    str_slice(text, (size_t)at + part.n, text.n));
    w->image = compile_test_model(&w->arena, str_cstr(&w->arena, text));
    world_reopen(w);
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_catch_up(w->store, &outcome), STATUS_OK);
}

static enum status correct_child(struct uow *uow, void *input)
{
    struct placing *placing = input;
    struct record *person;
    TRY(uow_load(uow, entity_of(placing->world, "person"), placing->child, 0, VERB_CORRECT,
                 &person));
    put_text(person, placing->corrects, "Zoe");
    return STATUS_OK;
}

static void of_somebody_elsewhere_only_what_the_decision_read_is_told(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct call call = {.world = &w};
    struct placing placing = {.world = &w, .from = -10};
    struct actor system = {.worker = {{0}}};
    struct uow_job job = {.reason = STR("misheard")};
    change_model(
        &w, STR("        keeps: yes\n"),
        STR("        keeps: yes\n        guards:\n          named: { holds: 'every(p in "
            "placements: p.child.given_name is not null)', message: Somebody has no name., "
            "better: Write it down. }\n"));
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &w.actors[INTAKE], write_child, &placing);
    placing.report = call.id;
    must_act(&w, &w.actors[INTAKE], place, &placing);
    must_act(&w, &w.actors[INTAKE], submit, &call);
    must_act(&w, &w.actors[SUPERVISOR], screen, &call);
    assert_int_equal(ask(&w, "SELECT count(*) FROM decision_basis WHERE seen_entity = 'person'"),
                     1);
    placing.corrects = "family_name";
    assert_int_equal(act_as(&w, &system, correct_child, &placing, &arena, &job), STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice"), 0);
    placing.corrects = "given_name";
    assert_int_equal(act_as(&w, &system, correct_child, &placing, &arena, &job), STATUS_OK);
    assert_int_equal(ask(&w, "SELECT count(*) FROM notice"), 1);
}

static void a_bar_is_kept_until_it_opens(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct clock_reading *readings;
    struct call call = {.world = &w};
    outcome_init(&outcome, &w.arena);
    change_model(&w,
                 STR("    kind: due\n    basis: policy\n    on: report\n    start: received_at\n"
                     "    length: { hours: 24 }\n    done: 'screened_at'\n"),
                 STR("    kind: bar\n    basis: policy\n    on: report\n    start: received_at\n"
                     "    length: { hours: 24 }\n"));
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    assert_int_equal(clocks_of(&w, &w.actors[INTAKE], false, call.id, &readings), 1);
    assert_int_equal(readings[0].state, CLOCK_STATE_RUNNING);
    assert_int_equal(readings[0].opens.ms, STORE_NOW + DAY_MS);
    assert_int_equal(readings[0].due.ms, INT64_MAX);
    assert_int_equal(readings[0].wake_at.ms, STORE_NOW + DAY_MS);
    world_wait(&w, DAY_MS);
    assert_int_equal(store_catch_up(w.store, &outcome), STATUS_OK);
    assert_int_equal(clocks_of(&w, &w.actors[INTAKE], false, call.id, &readings), 1);
    assert_int_equal(readings[0].state, CLOCK_STATE_STOPPED);
    assert_int_equal(ask(&w, "SELECT count(*) FROM clock_change WHERE old_state = 'running' AND "
                             "new_state = 'stopped'"),
                     1);
}

static void a_new_rule_moves_the_clocks_that_run(void **state)
{
    (void)state;
    WORLD(w);
    struct clock_reading *readings;
    struct call call = {.world = &w};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    change_model(&w, STR("length: { hours: 24 }"), STR("length: { hours: 48 }"));
    assert_int_equal(clocks_of(&w, &w.actors[INTAKE], true, call.id, &readings), 1);
    assert_int_equal(readings[0].due.ms, STORE_NOW + 2 * DAY_MS);
}

/* ---- what the clocks of a worker come to ---- */

struct counting {
    struct world *world;
    struct store_load load;
    uint64_t statements;
};

/* What the actor is told of a worker's clocks is what the records say, each looked at by itself. */
static struct counting counted(struct world *w, int who, int worker)
{
    struct counting counting = {.world = w};
    struct store_reader *reader;
    struct store_worker_clock *clocks;
    size_t count = 0, late = 0;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    assert_int_equal(store_clocks_of(reader, set, w->workers[worker], &clocks, &count), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);

    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    uint64_t before = db_uses(reader->db);
    assert_int_equal(store_load_of(reader, set, w->workers[worker], &counting.load), STATUS_OK);
    counting.statements = db_uses(reader->db) - before;
    assert_int_equal(set->records.count, 1); /* of the actor: no other was read for it */
    assert_int_equal(store_read_end(reader), STATUS_OK);

    assert_int_equal(counting.load.late + counting.load.later, count);
    for (size_t i = 0; i < count; i++) {
        late += clocks[i].reading.due.ms <= set->now.ms ? 1 : 0;
    }
    assert_int_equal(counting.load.late, late);
    if (count > 0) {
        const struct clock_reading *next = &counting.load.next, *first = &clocks[0].reading;
        assert_int_equal(next->clock, first->clock);
        assert_true(uuid_eq(next->record, first->record) && uuid_eq(next->member, first->member));
        assert_int_equal(next->due.ms, first->due.ms);
        assert_int_equal(next->state, first->state);
    }
    return counting;
}

static size_t clocks_counted(struct world *w, int who, int worker)
{
    struct counting counting = counted(w, who, worker);
    return counting.load.late + counting.load.later;
}

static void a_team_is_counted_without_its_records(void **state)
{
    (void)state;
    WORLD(w);
    struct call call = {.world = &w};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    struct counting one = counted(&w, SUPERVISOR, INTAKE);
    assert_int_equal(one.load.later, 1);
    for (unsigned i = 0; i < 20; i++) {
        world_wait(&w, HOUR_MS);
        must_act(&w, &w.actors[INTAKE], take_call, &call);
    }
    world_wait(&w, 6 * HOUR_MS);
    struct counting many = counted(&w, SUPERVISOR, INTAKE);
    assert_int_equal(many.load.roots, 21);
    assert_int_equal(many.load.late, 3);
    assert_int_equal(many.load.later, 18);
    assert_int_equal(many.statements, one.statements);
    assert_int_equal(clocks_counted(&w, STRANGER, INTAKE), 0);
}

static enum status seal_report(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(call->world, "report"), call->id, 0, VERB_SEAL, &report));
    return record_is_withheld(report) ? uow_unseal(uow, report) : uow_seal(uow, report);
}

static enum status give_to_stranger(struct uow *uow, void *input)
{
    struct call *call = input;
    struct world *w = call->world;
    struct record *report;
    TRY(uow_load(uow, entity_of(w, "report"), call->id, 0, VERB_UPDATE, &report));
    put(report, "worker", value_reference(w->workers[STRANGER]));
    return STATUS_OK;
}

/* The stranger may read what they are assigned to, and not what is sealed. */
static void what_is_sealed_is_not_counted(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct uow_job job = {.reason = STR("ordered"), .basis = STR("s. 48.396")};
    struct call call = {.world = &w};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &w.actors[INTAKE], give_to_stranger, &call);
    assert_int_equal(clocks_counted(&w, STRANGER, STRANGER), 1);
    assert_int_equal(clocks_counted(&w, SUPERVISOR, STRANGER), 1);
    assert_int_equal(clocks_counted(&w, CLERK, STRANGER), 0);
    assert_int_equal(act_as(&w, &w.actors[SUPERVISOR], seal_report, &call, &arena, &job),
                     STATUS_OK);
    assert_int_equal(ask(&w, "SELECT sealed FROM clock"), 1);
    assert_int_equal(clocks_counted(&w, STRANGER, STRANGER), 0);
    assert_int_equal(clocks_counted(&w, SUPERVISOR, STRANGER), 1);
    assert_int_equal(act_as(&w, &w.actors[SUPERVISOR], seal_report, &call, &arena, &job),
                     STATUS_OK);
    assert_int_equal(ask(&w, "SELECT sealed FROM clock"), 0);
    assert_int_equal(clocks_counted(&w, STRANGER, STRANGER), 1);
}

static enum status hand_to_other_agency(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(call->world, "report"), call->id, 0, VERB_UPDATE, &report));
    put(report, "agency", value_reference(call->world->agencies[1]));
    return STATUS_OK;
}

static void what_changed_hands_is_counted_where_it_is(void **state)
{
    (void)state;
    WORLD(w);
    struct call call = {.world = &w};
    struct actor system = {.worker = {{0}}};
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    assert_int_equal(clocks_counted(&w, SUPERVISOR, INTAKE), 1);
    assert_int_equal(clocks_counted(&w, STRANGER, INTAKE), 0);
    must_act(&w, &system, hand_to_other_agency, &call);
    assert_int_equal(clocks_counted(&w, SUPERVISOR, INTAKE), 0);
    assert_int_equal(clocks_counted(&w, STRANGER, INTAKE), 1);
}

struct moving {
    struct world *world;
    struct uuid placement, to;
};

static enum status move_placement(struct uow *uow, void *input)
{
    struct moving *moving = input;
    struct record *placement;
    TRY(uow_load(uow, entity_of(moving->world, "placement"), moving->placement, 0, VERB_MOVE,
                 &placement));
    return uow_move(uow, placement, moving->to);
}

static enum status take_strange_call(struct uow *uow, void *input)
{
    struct call *call = input;
    struct world *w = call->world;
    struct record *report;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[1], MODEL_NONE, (struct uuid){{0}},
                   &report));
    put_text(report, "narrative", "another call");
    put(report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    put(report, "worker", value_reference(w->workers[INTAKE]));
    call->id = report->subject.id;
    return STATUS_OK;
}

/* The clock of a part goes with it. */
static void what_was_moved_is_counted_where_it_is(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct call call = {.world = &w}, strange = {.world = &w};
    struct placing placing = {.world = &w, .from = -10};
    struct actor system = {.worker = {{0}}};
    struct uow_job job = {.reason = STR("written down with the wrong report")};
    change_model(&w, STR("lists:\n  urgent_reports:\n"),
                 STR("  visit:\n    id: T2\n    label: Visit\n    help: Within 24 hours.\n"
                     "    source: test\n    verified: yes\n    kind: due\n    basis: policy\n"
                     "    on: placement\n    start: report.received_at\n    length: { hours: 24 }\n"
                     "    done: 'ends_on'\n    who: report.worker\n"
                     "lists:\n  urgent_reports:\n"));
    must_act(&w, &w.actors[INTAKE], take_call, &call);
    must_act(&w, &system, take_strange_call, &strange);
    must_act(&w, &w.actors[INTAKE], write_child, &placing);
    placing.report = call.id;
    must_act(&w, &w.actors[INTAKE], place, &placing);
    struct moving moving = {.world = &w, .placement = placing.id, .to = strange.id};
    assert_int_equal(clocks_counted(&w, SUPERVISOR, INTAKE), 2);
    assert_int_equal(clocks_counted(&w, STRANGER, INTAKE), 1);
    assert_int_equal(act_as(&w, &system, move_placement, &moving, &arena, &job), STATUS_OK);
    assert_int_equal(clocks_counted(&w, SUPERVISOR, INTAKE), 1);
    assert_int_equal(clocks_counted(&w, STRANGER, INTAKE), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_follows_its_facts_and_says_what_it_was),
        cmocka_unit_test(what_moved_a_clock_is_said),
        cmocka_unit_test(a_clock_that_is_done_leaves_the_day),
        cmocka_unit_test(a_decision_keeps_what_it_looked_at),
        cmocka_unit_test(a_child_is_in_one_place_at_a_time),
        cmocka_unit_test(who_decided_on_what_was_wrong_is_told),
        cmocka_unit_test(of_somebody_elsewhere_only_what_the_decision_read_is_told),
        cmocka_unit_test(a_bar_is_kept_until_it_opens),
        cmocka_unit_test(a_new_rule_moves_the_clocks_that_run),
        cmocka_unit_test(a_team_is_counted_without_its_records),
        cmocka_unit_test(what_is_sealed_is_not_counted),
        cmocka_unit_test(what_changed_hands_is_counted_where_it_is),
        cmocka_unit_test(what_was_moved_is_counted_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
