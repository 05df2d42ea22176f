/* Records through the store: what was saved is there, as it was, and nothing else. */
#include "test_store_util.h"

#include "base/buf.h"

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
    put(report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
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

/* ---- answers of every kind ---- */

struct person_input {
    struct world *world;
    struct uuid id;
};

static enum status write_person(struct uow *uow, void *input)
{
    struct person_input *person = input;
    struct record *record;
    static const struct value_code races[] = {
        {STR_INIT("C"), 1},
        {STR_INIT("A"), 1}
    };
    TRY(uow_create(uow, entity_of(person->world, "person"), (struct uuid){{0}}, MODEL_NONE,
                   (struct uuid){{0}}, &record));
    put_text(record, "given_name", "Ana \"A\" \\ \n");
    put_text(record, "family_name", "Moreau");
    put(record, "height", value_decimal(-1205, 2));
    struct answer why = answer_unset();
    why.why = NON_ANSWER_DECLINED;
    why.asked = STR("the mother");
    answer_set(&record->subject, field_of(record, "birth_date"), why);
    struct answer several = answer_unset();
    several.codes = races;
    several.code_count = 2;
    answer_set(&record->subject, field_of(record, "race"), several);
    person->id = record->subject.id;
    return STATUS_OK;
}

static enum status correct_person(struct uow *uow, void *input)
{
    struct person_input *person = input;
    struct record *record;
    static const struct value_code races[] = {
        {STR_INIT("B"), 1}
    };
    TRY(uow_load(uow, entity_of(person->world, "person"), person->id, 1, VERB_UPDATE, &record));
    put(record, "birth_date", value_date(date_from_civil(2019, 3, 4)));
    struct answer several = answer_unset();
    several.codes = races;
    several.code_count = 1;
    answer_set(&record->subject, field_of(record, "race"), several);
    return STATUS_OK;
}

static void check_first_person(struct record *record)
{
    struct answer birth = answer_get(&record->subject, field_of(record, "birth_date"));
    struct answer race = answer_get(&record->subject, field_of(record, "race"));
    assert_text(text_of(get(record, "given_name")), "Ana \"A\" \\ \n");
    assert_int_equal(get(record, "height").integer, -1205);
    assert_int_equal(birth.why, NON_ANSWER_DECLINED);
    assert_text(birth.asked, "the mother");
    assert_false(value_is_set(birth.value));
    assert_int_equal(race.code_count, 2);
    assert_text(race.codes[0].code, "C");
    assert_text(race.codes[1].code, "A");
}

static void answers_of_every_kind_come_back(void **state)
{
    (void)state;
    WORLD(w);
    struct person_input person = {.world = &w};
    must_act(&w, &w.actors[INTAKE], write_person, &person);
    struct record *record = must_look(&w, &w.actors[INTAKE], "person", person.id);
    check_first_person(record);
    must_act(&w, &w.actors[INTAKE], correct_person, &person);
    record = must_look(&w, &w.actors[INTAKE], "person", person.id);
    struct answer birth = answer_get(&record->subject, field_of(record, "birth_date"));
    assert_int_equal(birth.why, MODEL_NONE);
    assert_int_equal(birth.asked.n, 0);
    assert_int_equal(birth.value.date.day, date_from_civil(2019, 3, 4).day);
    assert_int_equal(answer_get(&record->subject, field_of(record, "race")).code_count, 1);
}

/* ---- history ---- */

static enum status change_rows(struct uow *uow, void *input)
{
    struct taking *taking = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(taking->world, "report"), taking->id, 1, VERB_UPDATE, &report));
    const struct rows *rows = record_rows(report, list_of(report, "participants"));
    struct row *first = rows->items.items[0], *second = rows->items.items[1];
    put_row(second, "role", value_code(STR("PARENT"), 1));
    record_remove_row(report, first);
    struct row *third = record_add_row(report, list_of(report, "participants"));
    put_row(third, "name", value_text(STR("Cleo")));
    record_order_rows(report, list_of(report, "participants"), &third, 1);
    put_text(report, "narrative", "told again");
    return STATUS_OK;
}

static size_t changes_of(struct world *w, const struct actor *actor, struct record *record,
                         struct store_change **ret_changes)
{
    struct store_reader *reader;
    size_t count = 0;
    struct str cursor;
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    record->set->actor = actor;
    assert_int_equal(store_history(reader, record->set, record, (struct store_page){.limit = 10},
                                   ret_changes, &count, &cursor),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void history_says_what_changed_from_what_to_what(void **state)
{
    (void)state;
    WORLD(w);
    struct person_input person = {.world = &w};
    struct store_change *changes;
    struct taking taking = {.world = &w, .narrative = "first"};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    struct record *before = must_look(&w, &w.actors[INTAKE], "report", taking.id);
    const struct rows *rows = record_rows(before, list_of(before, "participants"));
    struct str ana = uuid_text(&w.arena, rows->items.items[0]->subject.id);
    struct str ben = uuid_text(&w.arena, rows->items.items[1]->subject.id);
    must_act(&w, &w.actors[INTAKE], change_rows, &taking);
    struct record *report = must_look(&w, &w.actors[INTAKE], "report", taking.id);
    struct str cleo = uuid_text(
        &w.arena, record_rows(report, list_of(report, "participants"))->items.items[0]->subject.id);
    assert_int_equal(changes_of(&w, &w.actors[INTAKE], report, &changes), 2);
    assert_int_equal(changes[0].version, 2);
    assert_true(uuid_eq(changes[0].by, w.workers[INTAKE]));
    struct str c = changes[0].content;
    assert_true(str_find(c, STR("\"narrative\":{\"from\":\"first\",\"to\":\"told again\"}")) >= 0);
    assert_true(str_find(c, STR_JOIN(&w.arena, STR("\"participants["), ana,
                                     STR("]\":{\"from\":0,\"to\":null}"))) >= 0);
    assert_true(str_find(c, STR_JOIN(&w.arena, STR("\"participants["), cleo,
                                     STR("].name\":{\"from\":null,\"to\":\"Cleo\"}"))) >= 0);
    assert_true(str_find(c, STR_JOIN(&w.arena, STR("\"participants["), ben,
                                     STR("].role\":{\"from\":null,\"to\":{\"code\":\"PARENT\","
                                         "\"version\":1}}"))) >= 0);
    assert_true(str_find(changes[1].content,
                         STR("\"received_at\":{\"from\":null,\"to\":{\"at\":\"2026-11-25T19:20:00."
                             "000Z\",\"local\":\"2026-11-25\"}}")) >= 0);
    must_act(&w, &w.actors[INTAKE], write_person, &person);
}

static void a_record_is_shown_as_it_was(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct store_reader *reader;
    struct taking taking = {.world = &w, .narrative = "first", .urgent = true};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    world_wait(&w, HOUR_MS);
    must_act(&w, &w.actors[INTAKE], change_rows, &taking);
    struct record *report = must_look(&w, &w.actors[INTAKE], "report", taking.id);
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(
        store_as_of(reader, report->set, report, (struct instant){STORE_NOW + MINUTE_MS}, &outcome),
        STATUS_OK);
    assert_text(text_of(get(report, "narrative")), "first");
    assert_int_equal(report->version, 1);
    const struct rows *rows = record_rows(report, list_of(report, "participants"));
    assert_int_equal(rows->items.count, 2);
    assert_text(text_of(get_row(rows->items.items[0], "name")), "Ana");
    assert_text(get_row(rows->items.items[0], "role").code.code, "CHILD");
    assert_text(text_of(get_row(rows->items.items[1], "name")), "Ben");
    assert_false(value_is_set(get_row(rows->items.items[1], "role")));
    assert_int_equal(
        store_as_of(reader, report->set, report, (struct instant){STORE_NOW - MINUTE_MS}, &outcome),
        STATUS_NOT_FOUND);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

static void non_answers_come_back_from_history(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct store_reader *reader;
    struct person_input person = {.world = &w};
    must_act(&w, &w.actors[INTAKE], write_person, &person);
    world_wait(&w, HOUR_MS);
    must_act(&w, &w.actors[INTAKE], correct_person, &person);
    struct actor reader_of_history = {.worker = {{0}}};
    struct record *record = must_look(&w, &reader_of_history, "person", person.id);
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(
        store_as_of(reader, record->set, record, (struct instant){STORE_NOW}, &outcome), STATUS_OK);
    check_first_person(record);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

/* ---- people who are one ---- */

struct pair {
    struct world *world;
    struct uuid one, other;
};

static enum status join(struct uow *uow, void *input)
{
    const struct pair *pair = input;
    struct db_statement *q;
    TRY(db_prepare(uow->db, STR("INSERT INTO person_cluster VALUES (?1, ?2)"), uow->arena, &q));
    db_bind_uuid(q, 1, pair->other);
    db_bind_uuid(q, 2, pair->one);
    return db_run(q);
}

static enum status mention(struct uow *uow, void *input)
{
    struct pair *pair = input;
    struct world *w = pair->world;
    struct record *report, *person;
    TRY(uow_load(uow, entity_of(w, "person"), pair->other, 0, VERB_READ, &person));
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, (struct uuid){{0}},
                   &report));
    put_text(report, "narrative", "about somebody");
    struct row *row = record_add_row(report, list_of(report, "participants"));
    put_row(row, "person", value_reference(pair->other));
    uow_result(uow, report);
    return STATUS_OK;
}

/* Every way leads to who stands for the person, and what is stored stays as it was entered. */
static void people_who_are_one_are_read_as_one(void **state)
{
    (void)state;
    WORLD(w);
    TEST_ARENA(arena);
    struct person_input first = {.world = &w}, second = {.world = &w};
    struct uow_job job = {.fn = NULL};
    must_act(&w, &w.actors[INTAKE], write_person, &first);
    must_act(&w, &w.actors[INTAKE], write_person, &second);
    struct pair pair = {&w, first.id, second.id};
    assert_int_equal(act_as(&w, &w.actors[INTAKE], mention, &pair, &arena, &job), STATUS_OK);
    must_act(&w, NULL, join, &pair);
    struct record *person = must_look(&w, &w.actors[INTAKE], "person", second.id);
    assert_true(uuid_eq(person->subject.id, first.id));
    struct record *report = must_look(&w, &w.actors[INTAKE], "report", job.result_id);
    const struct rows *rows = record_rows(report, list_of(report, "participants"));
    assert_true(uuid_eq(get_row(rows->items.items[0], "person").reference, first.id));
    /* The report is among the mentions of the one. */
    struct store_reader *reader;
    struct source *source;
    size_t count = 0;
    uint32_t mentions = model_collection_by_name(w.model, entity_of(&w, "person"), STR("mentions"));
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(reader_source(reader, person->set, &source), STATUS_OK);
    assert_int_equal(source_collect(source, &person->subject, mentions), STATUS_OK);
    work_set_members(person->set, &person->subject, mentions, &count);
    assert_int_equal(count, 1);
    /* And is found by either of them. */
    const struct uuid asked[] = {first.id, second.id};
    uint32_t by = model_collection_row(w.model, mentions)->reference;
    for (size_t i = 0; i < ARRAY_LENGTH(asked); i++) {
        struct record **found;
        struct str next;
        struct outcome outcome;
        outcome_init(&outcome, &w.arena);
        assert_int_equal(store_find(reader, person->set, entity_of(&w, "report"), by, asked[i],
                                    (struct store_page){.limit = 5}, &outcome, &found, &count,
                                    &next),
                         STATUS_OK);
        assert_int_equal(count, 1);
        assert_true(uuid_eq(found[0]->subject.id, job.result_id));
    }
    assert_int_equal(store_read_end(reader), STATUS_OK);
    /* Saving the report leaves the stored reference alone. */
    struct taking taking = {.world = &w, .id = job.result_id, .narrative = "told again"};
    must_act(&w, &w.actors[INTAKE], change_narrative, &taking);
    struct db_statement *q;
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(
        db_prepare(reader->db, STR("SELECT person FROM report__participants"), &w.arena, &q),
        STATUS_OK);
    assert_true(db_next(q));
    assert_true(uuid_eq(db_uuid(q, 0), second.id));
    assert_int_equal(db_finish(q), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

/* ---- numbers ---- */

static void numbers_ascend_within_agency_and_year(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "x"};
    for (int i = 1; i <= 3; i++) {
        must_act(&w, &w.actors[INTAKE], take_call, &taking);
    }
    assert_text(must_look(&w, &w.actors[INTAKE], "report", taking.id)->number, "R-101-2026-000003");
    world_wait(&w, 60 * DAY_MS);
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    assert_text(must_look(&w, &w.actors[INTAKE], "report", taking.id)->number, "R-101-2027-000001");
}

/* ---- a new model ---- */

static struct str changed(struct arena *arena, const char *text, const char *from, const char *to)
{
    struct str all = str_from(text), part = str_from(from);
    ptrdiff_t at = str_find(all, part);
    assert_true(at >= 0);
    return STR_JOIN(arena, str_slice(all, 0, (size_t)at), str_from(to),
                    str_slice(all, (size_t)at + part.n, all.n));
}

static void a_new_field_is_added_and_an_old_one_stays(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "kept", .urgent = true};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    struct str text = changed(&w.arena, report_yaml, "      narrative: { kind: narrative,",
                              "      mood: { kind: text, label: Mood }\n"
                              "      narrative: { kind: narrative,");
    w.image = compile_test_model(&w.arena, str_cstr(&w.arena, text));
    world_reopen(&w);
    struct record *report = must_look(&w, &w.actors[INTAKE], "report", taking.id);
    assert_text(text_of(get(report, "narrative")), "kept");
    assert_false(value_is_set(get(report, "mood")));
    w.image = compile_test_model(&w.arena, report_yaml);
    world_reopen(&w);
    report = must_look(&w, &w.actors[INTAKE], "report", taking.id);
    assert_true(get(report, "urgent").boolean);
}

static void a_field_that_would_mean_something_else_is_refused(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct store *store = NULL;
    struct taking taking = {.world = &w, .narrative = "kept"};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    struct str text =
        changed(&w.arena, report_yaml, "name: { kind: text, label: Name }\n          role",
                "name: { kind: date, label: Name }\n          role");
    struct store_options options = {.directory = str_from(w.folder),
                                    .server = test_server(&w.arena, str_from(w.folder)),
                                    .image = compile_test_model(&w.arena, str_cstr(&w.arena, text)),
                                    .now_ms = world_now,
                                    .now_context = &w};
    outcome_init(&outcome, &w.arena);
    w.store = store_close(w.store);
    assert_int_equal(store_open(&options, &outcome, &store), STATUS_REFUSED);
    assert_null(store);
    assert_int_equal(outcome.problems.count, 1);
    assert_text(outcome.problems.items[0].where, "report__participants.name");
    world_open(&w); /* the one before still opens, with all there was */
    must_look(&w, &w.actors[INTAKE], "report", taking.id);
}

static void without_a_model_the_last_one_is_used(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "kept"};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    w.image = STR("");
    world_reopen(&w);
    assert_text(text_of(get(must_look(&w, &w.actors[INTAKE], "report", taking.id), "narrative")),
                "kept");
}

/* ---- what is only named ---- */

/* Of who is only named no list is read; shown on the same page, they are whole. */
static void what_is_named_is_read_no_further_than_its_row(void **state)
{
    (void)state;
    WORLD(w);
    struct store_reader *reader;
    struct record *record;
    struct outcome outcome;
    struct work_set set;
    uint32_t entity = entity_of(&w, "worker");
    struct uuid worker = w.workers[SUPERVISOR];
    outcome_init(&outcome, &w.arena);
    work_set_init(&set, &w.arena, w.model, store_now(w.store), &w.actors[INTAKE]);
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(store_views(reader, &set), STATUS_OK); /* who acts is there before */
    uint64_t before = db_uses(reader->db);
    assert_int_equal(store_titles_of(reader, &set, entity, &worker, 1), STATUS_OK);
    assert_int_equal(db_uses(reader->db) - before, 2); /* the row and who may see it */
    assert_int_equal(store_titles(reader, &set), STATUS_OK);
    record = work_set_find(&set, worker);
    assert_text(record_title(&set, record), "SUPERVISOR");
    assert_int_equal(record_rows(record, list_of(record, "roles"))->items.count, 0);
    /* What asks for more without having it read is told so, as of a record that is not there. */
    struct expr_host host = work_set_host(&set);
    const void *const *members;
    uint32_t roles = model_collection_by_name(w.model, entity, STR("roles"));
    assert_int_equal(host.collect(host.context, &record->subject, roles, &members), 0);
    assert_true(set.missing);
    set.missing = false;
    assert_int_equal(store_read(reader, &set, entity, worker, 0, 0,
                                (struct store_purpose){STR("test"), STR("")}, &outcome, &record),
                     STATUS_OK);
    assert_int_equal(host.collect(host.context, &record->subject, roles, &members), 1);
    assert_false(set.missing);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_there_after_reopening),
        cmocka_unit_test(a_version_that_is_old_is_refused),
        cmocka_unit_test(answers_of_every_kind_come_back),
        cmocka_unit_test(history_says_what_changed_from_what_to_what),
        cmocka_unit_test(a_record_is_shown_as_it_was),
        cmocka_unit_test(non_answers_come_back_from_history),
        cmocka_unit_test(people_who_are_one_are_read_as_one),
        cmocka_unit_test(numbers_ascend_within_agency_and_year),
        cmocka_unit_test(a_new_field_is_added_and_an_old_one_stays),
        cmocka_unit_test(a_field_that_would_mean_something_else_is_refused),
        cmocka_unit_test(without_a_model_the_last_one_is_used),
        cmocka_unit_test(what_is_named_is_read_no_further_than_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
