/* The gate: what somebody may not read is refused, or is not there, on every way to it. */
#include "store/grant.h"
#include "test_store_util.h"

#include "store/store_int.h"

static const struct uuid nobody = {{0}};

struct making {
    struct world *world;
    const char *entity;
    struct uuid agency, parent, person, worker, adoption;
    const char *text;
    struct uuid id;
    bool urgent;
};

static enum status make(struct uow *uow, void *input)
{
    struct making *making = input;
    struct record *record;
    bool part = !uuid_is_nil(making->parent);
    uint32_t entity = entity_of(making->world, making->entity);
    uint32_t parent_field =
        part ? model_field_by_name(uow_set(uow)->model, entity, STR("report")) : MODEL_NONE;
    TRY(uow_create(uow, entity, making->agency, parent_field, making->parent, &record));
    if (str_eq(str_from(making->entity), STR("report"))) {
        put_text(record, "narrative", making->text);
        put(record, "urgent", value_boolean(making->urgent));
        put(record, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
        if (!uuid_is_nil(making->worker)) {
            put(record, "worker", value_reference(making->worker));
        }
        if (!uuid_is_nil(making->adoption)) {
            put(record, "adoption", value_reference(making->adoption));
        }
        if (!uuid_is_nil(making->person)) {
            struct row *row = record_add_row(record, list_of(record, "participants"));
            put_row(row, "person", value_reference(making->person));
        }
    } else if (str_eq(str_from(making->entity), STR("adoption"))) {
        put_text(record, "note", making->text);
    } else if (str_eq(str_from(making->entity), STR("reporter"))) {
        put_text(record, "name", making->text);
    } else {
        put_text(record, "given_name", making->text);
        put_text(record, "family_name", "Moreau");
    }
    making->id = record->subject.id;
    uow_result(uow, record);
    return STATUS_OK;
}

static struct uuid made(struct world *w, const struct actor *actor, struct making making)
{
    making.world = w;
    must_act(w, actor, make, &making);
    return making.id;
}

static enum status status_of(struct world *w, int who, const char *entity, struct uuid id,
                             struct outcome *outcome)
{
    struct record *record;
    enum status status = look(w, &w->actors[who], entity, id, outcome, &record);
    if (status != STATUS_OK) {
        assert_null(record);
    }
    return status;
}

static void another_agency_learns_that_it_is_there_and_whom_to_ask(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct uuid id =
        made(&w, &w.actors[INTAKE],
             (struct making){.entity = "report", .agency = w.agencies[0], .text = "a"});
    assert_int_equal(status_of(&w, INTAKE, "report", id, &outcome), STATUS_OK);
    assert_int_equal(status_of(&w, STRANGER, "report", id, &outcome), STATUS_FORBIDDEN);
    assert_text(outcome.problems.items[0].message,
                "You may not read this record. Ask the intake supervisor.");
}

/* In status, words and every detail. */
static void what_may_not_be_known_of_is_not_there(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome hidden, absent;
    struct uuid id =
        made(&w, &w.actors[SUPERVISOR],
             (struct making){.entity = "adoption", .agency = w.agencies[0], .text = "a"});
    assert_int_equal(status_of(&w, SUPERVISOR, "adoption", id, &hidden), STATUS_OK);
    assert_int_equal(status_of(&w, INTAKE, "adoption", id, &hidden), STATUS_NOT_FOUND);
    assert_int_equal(status_of(&w, INTAKE, "adoption", (struct uuid){{9}}, &absent),
                     STATUS_NOT_FOUND);
    assert_int_equal(hidden.problems.count, absent.problems.count);
    assert_str_equal(hidden.problems.items[0].message, absent.problems.items[0].message);
    assert_str_equal(hidden.problems.items[0].code, absent.problems.items[0].code);
    assert_str_equal(hidden.detail, absent.detail);
}

/* The statements that asking for a record takes. */
static uint64_t cost(struct world *w, int who, struct uuid id)
{
    struct store_reader *reader;
    struct record *record;
    struct outcome outcome;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    uint64_t before = db_uses(reader->db);
    assert_int_equal(store_read(reader, set, entity_of(w, "adoption"), id, 0, 0,
                                (struct store_purpose){STR("test"), STR("")}, &outcome, &record),
                     STATUS_NOT_FOUND);
    uint64_t after = db_uses(reader->db);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return after - before;
}

/* It takes no longer to be told that there is no such record. */
static void what_may_not_be_known_of_costs_no_more_than_nothing(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid id =
        made(&w, &w.actors[SUPERVISOR],
             (struct making){.entity = "adoption", .agency = w.agencies[0], .text = "a"});
    assert_int_equal(cost(&w, INTAKE, id), cost(&w, INTAKE, (struct uuid){{9}}));
}

/* The reports that lead to an adoption, as far as somebody is told. */
static size_t leading(struct world *w, int who, struct uuid adoption)
{
    struct store_reader *reader;
    struct record **records;
    struct outcome outcome;
    struct str next;
    size_t count;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    uint32_t report = entity_of(w, "report");
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(
        store_find(reader, set, report, model_field_by_name(w->model, report, STR("adoption")),
                   adoption, (struct store_page){.limit = 10}, &outcome, &records, &count, &next),
        STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void what_leads_to_it_leads_nowhere(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid adoption =
        made(&w, &w.actors[SUPERVISOR],
             (struct making){.entity = "adoption", .agency = w.agencies[0], .text = "a"});
    struct uuid report = made(&w, &w.actors[SUPERVISOR],
                              (struct making){.entity = "report",
                                              .agency = w.agencies[0],
                                              .adoption = adoption,
                                              .text = "A letter came."});
    struct record *shown = must_look(&w, &w.actors[SUPERVISOR], "report", report);
    uint32_t field = model_field_by_name(w.model, shown->subject.entity, STR("adoption"));
    assert_true(value_is_set(value_get(&shown->subject, field)));
    shown = must_look(&w, &w.actors[INTAKE], "report", report);
    assert_false(value_is_set(value_get(&shown->subject, field)));
    assert_int_equal(leading(&w, SUPERVISOR, adoption), 1);
    assert_int_equal(leading(&w, INTAKE, adoption), 0);
}

static size_t find(struct world *w, int who, const char *entity, struct work_set *set)
{
    struct store_reader *reader;
    struct outcome outcome;
    struct record **records;
    struct str cursor;
    size_t count = 0;
    outcome_init(&outcome, &w->arena);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    assert_int_equal(store_find(reader, set, entity_of(w, entity), MODEL_NONE, nobody,
                                (struct store_page){.limit = 10}, &outcome, &records, &count,
                                &cursor),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void lists_hold_what_one_may_read(void **state)
{
    (void)state;
    WORLD(w);
    struct work_set set;
    made(&w, &w.actors[INTAKE],
         (struct making){.entity = "report", .agency = w.agencies[0], .text = "a"});
    made(&w, &w.actors[STRANGER],
         (struct making){.entity = "report", .agency = w.agencies[1], .text = "b"});
    made(&w, &w.actors[STRANGER],
         (struct making){.entity = "report", .agency = w.agencies[1], .text = "c"});
    assert_int_equal(find(&w, INTAKE, "report", &set), 1);
    assert_int_equal(find(&w, STRANGER, "report", &set), 2);
    assert_int_equal(find(&w, CLERK, "report", &set), 0);
}

/* A worker of another agency to whom it is assigned reads it, and no longer when it is not. */
struct assigning {
    struct world *world;
    struct uuid id, worker;
};

static enum status assign(struct uow *uow, void *input)
{
    struct assigning *assigning = input;
    struct record *record;
    TRY(uow_load(uow, entity_of(assigning->world, "report"), assigning->id, 0, VERB_UPDATE,
                 &record));
    put(record, "worker",
        uuid_is_nil(assigning->worker) ? value_unset() : value_reference(assigning->worker));
    return STATUS_OK;
}

static void audiences_follow_the_facts(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct work_set set;
    struct uuid id =
        made(&w, &w.actors[INTAKE],
             (struct making){.entity = "report", .agency = w.agencies[0], .text = "a"});
    struct assigning assigning = {&w, id, w.workers[STRANGER]};
    must_act(&w, &w.actors[INTAKE], assign, &assigning);
    assert_int_equal(status_of(&w, STRANGER, "report", id, &outcome), STATUS_OK);
    assert_int_equal(find(&w, STRANGER, "report", &set), 1);
    assigning.worker = nobody;
    must_act(&w, &w.actors[INTAKE], assign, &assigning);
    assert_int_equal(status_of(&w, STRANGER, "report", id, &outcome), STATUS_FORBIDDEN);
    assert_int_equal(find(&w, STRANGER, "report", &set), 0);
}

/* The audience of a person follows from the reports that name them. */
static void a_mention_opens_the_person_to_the_agency(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct uuid person =
        made(&w, &w.actors[INTAKE], (struct making){.entity = "person", .text = "Ana"});
    assert_int_equal(status_of(&w, CLERK, "person", person, &outcome), STATUS_FORBIDDEN);
    made(&w, &w.actors[STRANGER],
         (struct making){
             .entity = "report", .agency = w.agencies[1], .text = "b", .person = person});
    assert_int_equal(status_of(&w, CLERK, "person", person, &outcome), STATUS_OK);
}

static void a_part_is_where_its_root_is_and_as_strict_as_its_class(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct record *report;
    struct uuid root =
        made(&w, &w.actors[INTAKE],
             (struct making){.entity = "report", .agency = w.agencies[0], .text = "a"});
    struct uuid part =
        made(&w, &w.actors[SUPERVISOR],
             (struct making){.entity = "reporter", .parent = root, .text = "Mr. Doe"});
    assert_int_equal(status_of(&w, SUPERVISOR, "reporter", part, &outcome), STATUS_OK);
    assert_int_equal(status_of(&w, INTAKE, "reporter", part, &outcome), STATUS_FORBIDDEN);
    assert_int_equal(status_of(&w, STRANGER, "reporter", part, &outcome), STATUS_FORBIDDEN);
    /* Loaded beside the report by one who may not read it, it is not among the members. */
    struct store_reader *reader;
    report = must_look(&w, &w.actors[INTAKE], "report", root);
    uint32_t reporters =
        model_collection_by_name(w.model, entity_of(&w, "report"), STR("reporters"));
    struct source *source;
    size_t count = 9;
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(reader_source(reader, report->set, &source), STATUS_OK);
    assert_int_equal(source_collect(source, &report->subject, reporters), STATUS_OK);
    work_set_members(report->set, &report->subject, reporters, &count);
    assert_int_equal(count, 0);
    struct record *blank = work_set_find(report->set, part);
    assert_true(record_is_blank(blank));
    assert_false(value_is_set(get(blank, "name")));
    assert_text(record_title(report->set, blank), "a record you may not read");
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

static void making_needs_the_right(void **state)
{
    (void)state;
    WORLD(w);
    struct making making = {
        .world = &w, .entity = "report", .agency = w.agencies[1], .text = "elsewhere"};
    assert_int_equal(act(&w, &w.actors[INTAKE], make, &making), STATUS_FORBIDDEN);
    making.entity = "adoption";
    making.agency = w.agencies[0];
    assert_int_equal(act(&w, &w.actors[INTAKE], make, &making), STATUS_FORBIDDEN);
    assert_int_equal(act(&w, &w.actors[SUPERVISOR], make, &making), STATUS_OK);
}

/* ---- cover ---- */

struct away {
    struct world *world;
    int32_t until; /* days from today */
};

static enum status go_away(struct uow *uow, void *input)
{
    struct away *away = input;
    struct world *w = away->world;
    struct record *record;
    TRY(uow_load(uow, entity_of(w, "worker"), w->workers[INTAKE], 0, VERB_UPDATE, &record));
    struct row *row = record_add_row(record, list_of(record, "cover"));
    put_row(row, "covered_by", value_reference(w->workers[STRANGER]));
    put_row(row, "begins_on", value_date(uow_set(uow)->today));
    put_row(row, "ends_on", value_date(date_add_days(uow_set(uow)->today, away->until)));
    return STATUS_OK;
}

static void who_covers_reads_in_their_place_while_they_are_away(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct away away = {&w, 3};
    struct uuid id =
        made(&w, &w.actors[INTAKE],
             (struct making){.entity = "report", .agency = w.agencies[0], .text = "a"});
    must_act(&w, &w.actors[SUPERVISOR], go_away, &away);
    learn_actors(&w);
    assert_int_equal(status_of(&w, STRANGER, "report", id, &outcome), STATUS_OK);
    world_wait(&w, 4 * DAY_MS);
    learn_actors(&w);
    assert_int_equal(status_of(&w, STRANGER, "report", id, &outcome), STATUS_FORBIDDEN);
}

static void it_says_why(void **state)
{
    (void)state;
    WORLD(w);
    struct store_reader *reader;
    struct str words;
    struct uuid id =
        made(&w, &w.actors[INTAKE],
             (struct making){.entity = "report", .agency = w.agencies[0], .text = "a"});
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(
        store_access_explain(reader, w.workers[INTAKE], entity_of(&w, "report"), id, &words),
        STATUS_OK);
    assert_text(words, "May read it (intake: own_agency). It is of the class “Report”. The record "
                       "is open to: own_agency of Lake County.");
    assert_int_equal(
        store_access_explain(reader, w.workers[CLERK], entity_of(&w, "report"), id, &words),
        STATUS_OK);
    assert_true(str_starts(words, STR("May not read it (needs read on report_record as intake: "
                                      "own_agency, or intake: assigned, or intake: shared, or "
                                      "intake: break_glass, or supervisor: own_agency). ")));
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

/* ---- views ---- */

static void a_view_is_ordered_and_comes_in_pages(void **state)
{
    (void)state;
    WORLD(w);
    struct store_reader *reader;
    struct outcome outcome;
    struct work_set set;
    struct store_line *lines;
    struct str cursor = STR("");
    size_t count, total = 0;
    int64_t last = 0;
    for (int i = 0; i < 7; i++) {
        world_wait(&w, i == 3 ? 0 : HOUR_MS); /* two at the same time */
        made(&w, &w.actors[INTAKE],
             (struct making){
                 .entity = "report", .agency = w.agencies[0], .text = "a", .urgent = i != 5});
    }
    made(&w, &w.actors[STRANGER],
         (struct making){.entity = "report", .agency = w.agencies[1], .text = "b", .urgent = true});
    uint32_t view = model_list_view_by_name(w.model, STR("urgent_reports"));
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    work_set_init(&set, &w.arena, w.model, store_now(w.store), &w.actors[INTAKE]);
    do {
        struct store_page page = {.limit = 2, .cursor = cursor};
        assert_int_equal(store_list(reader, &set, view, page, &outcome, &lines, &count, &cursor),
                         STATUS_OK);
        for (size_t i = 0; i < count; i++) {
            struct value received = get(lines[i].record, "received_at");
            assert_true(received.datetime.at.ms >= last);
            last = received.datetime.at.ms;
            assert_true(get(lines[i].record, "urgent").boolean);
            assert_int_equal(lines[i].clock.due.ms, last + DAY_MS);
        }
        total += count;
    } while (cursor.n > 0);
    assert_int_equal(total, 6);
    assert_int_equal(store_list(reader, &set, view,
                                (struct store_page){.limit = 2, .cursor = STR("nonsense")},
                                &outcome, &lines, &count, &cursor),
                     STATUS_INVALID);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

/* ---- four eyes ---- */

struct step {
    struct world *world;
    struct uuid id;
    const char *transition; /* NULL: the text is written */
};

static enum status take_step(struct uow *uow, void *input)
{
    const struct step *step = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(step->world, "report"), step->id, 0, VERB_READ, &report));
    if (step->transition != NULL) {
        return take(uow, report, step->transition);
    }
    put_text(report, "narrative", "what was said, put right");
    return STATUS_OK;
}

static enum status stepped(struct world *w, int who, struct uuid id, const char *transition)
{
    struct step step = {.world = w, .id = id, .transition = transition};
    return act(w, &w->actors[who], take_step, &step);
}

/* Told by the history: who wrote, though somebody else changed it last and handed it in. */
static void who_wrote_it_does_not_decide(void **state)
{
    (void)state;
    WORLD(w);
    struct making report = {.entity = "report", .agency = w.agencies[0], .text = "a"};
    struct uuid theirs = made(&w, &w.actors[INTAKE], report);
    struct uuid own = made(&w, &w.actors[SUPERVISOR], report);
    for (int i = 0; i < 2; i++) {
        struct uuid id = i == 0 ? theirs : own;
        assert_int_equal(stepped(&w, INTAKE, id, NULL), STATUS_OK);
        assert_int_equal(stepped(&w, INTAKE, id, "submit"), STATUS_OK);
    }
    assert_int_equal(stepped(&w, SUPERVISOR, own, "screen"), STATUS_FORBIDDEN);
    assert_int_equal(stepped(&w, SUPERVISOR, theirs, "screen"), STATUS_OK);
    /* Who brought it where it is counts, too. */
    struct uuid handed_in = made(&w, &w.actors[INTAKE], report);
    assert_int_equal(stepped(&w, SUPERVISOR, handed_in, "submit"), STATUS_OK);
    assert_int_equal(stepped(&w, INTAKE, handed_in, NULL), STATUS_OK);
    assert_int_equal(stepped(&w, SUPERVISOR, handed_in, "screen"), STATUS_FORBIDDEN);
}

/* One act on two records: the second followed from the first, and its history says so. */
static enum status submit_and_touch(struct uow *uow, void *input)
{
    struct step *steps = input;
    struct record *touched;
    TRY(take_step(uow, &steps[0]));
    TRY(uow_load(uow, entity_of(steps[1].world, "report"), steps[1].id, 0, VERB_READ, &touched));
    put(touched, "urgent", value_boolean(true));
    return STATUS_OK;
}

static void who_changed_it_by_an_act_on_another_may_decide(void **state)
{
    (void)state;
    WORLD(w);
    struct making report = {.entity = "report", .agency = w.agencies[0], .text = "a"};
    struct uuid other = made(&w, &w.actors[INTAKE], report);
    struct uuid id = made(&w, &w.actors[INTAKE], report);
    assert_int_equal(stepped(&w, INTAKE, id, "submit"), STATUS_OK);
    struct step steps[] = {
        {.world = &w, .id = other, .transition = "submit"},
        {.world = &w,           .id = id           },
    };
    must_act(&w, &w.actors[SUPERVISOR], submit_and_touch, steps);
    assert_memory_equal(&must_look(&w, &w.actors[SUPERVISOR], "report", id)->changed_by,
                        &w.workers[SUPERVISOR], sizeof(struct uuid));
    assert_int_equal(stepped(&w, SUPERVISOR, id, "screen"), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_agency_learns_that_it_is_there_and_whom_to_ask),
        cmocka_unit_test(what_may_not_be_known_of_is_not_there),
        cmocka_unit_test(what_may_not_be_known_of_costs_no_more_than_nothing),
        cmocka_unit_test(what_leads_to_it_leads_nowhere),
        cmocka_unit_test(lists_hold_what_one_may_read),
        cmocka_unit_test(audiences_follow_the_facts),
        cmocka_unit_test(a_mention_opens_the_person_to_the_agency),
        cmocka_unit_test(a_part_is_where_its_root_is_and_as_strict_as_its_class),
        cmocka_unit_test(making_needs_the_right),
        cmocka_unit_test(who_covers_reads_in_their_place_while_they_are_away),
        cmocka_unit_test(it_says_why),
        cmocka_unit_test(a_view_is_ordered_and_comes_in_pages),
        cmocka_unit_test(who_wrote_it_does_not_decide),
        cmocka_unit_test(who_changed_it_by_an_act_on_another_may_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
