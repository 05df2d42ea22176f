/* Access that is given: open from its beginning to its end, for whom and of what it was given, and
 * for nothing else. */
#include "store/grant.h"
#include "test_store_util.h"

static const struct uuid nobody = {{0}};

#define HOUR 3600000

/* ---- a report with a placement and a reporter, of the first agency ---- */

struct family {
    struct world *world;
    struct uuid report, placement, reporter;
};

static enum status make_family(struct uow *uow, void *input)
{
    struct family *family = input;
    struct world *w = family->world;
    const struct model *model = uow_set(uow)->model;
    uint32_t placement = entity_of(w, "placement"), reporter = entity_of(w, "reporter");
    struct record *record, *part;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, nobody, &record));
    put_text(record, "narrative", "what happened");
    put(record, "urgent", value_boolean(true));
    family->report = record->subject.id;
    TRY(uow_create(uow, placement, nobody, model_field_by_name(model, placement, STR("report")),
                   family->report, &part));
    put_text(part, "place", "with the aunt");
    family->placement = part->subject.id;
    TRY(uow_create(uow, reporter, nobody, model_field_by_name(model, reporter, STR("report")),
                   family->report, &part));
    put_text(part, "name", "the neighbor");
    family->reporter = part->subject.id;
    return STATUS_OK;
}

static struct family a_family(struct world *w)
{
    struct family family = {.world = w};
    must_act(w, &w->actors[SUPERVISOR], make_family, &family);
    return family;
}

/* ---- giving ---- */

struct giving {
    struct uuid record;
    struct world *world;
    struct store_grant grant;
    struct uuid id; /* to accept or end; or nil */
    bool accept;
    const char *end; /* why it ends, or NULL */
};

static enum status give(struct uow *uow, void *input)
{
    struct giving *giving = input;
    struct record *record;
    if (giving->end != NULL) {
        return uow_grant_end(uow, giving->id, str_from(giving->end));
    }
    if (!uuid_is_nil(giving->id)) {
        return uow_grant_accept(uow, giving->id);
    }
    TRY(uow_load(uow, entity_of(giving->world, "report"), giving->record, 0, VERB_READ, &record));
    TRY(uow_grant(uow, record, &giving->grant));
    giving->id = giving->grant.id;
    return giving->accept ? uow_grant_accept(uow, giving->id) : STATUS_OK;
}

/* From in an hour to in three hours, to the second agency. */
static struct giving a_share(struct world *w, struct uuid report, const char *parts)
{
    struct instant now = store_now(w->store);
    return (struct giving){
        .record = report,
        .world = w,
        .accept = true,
        .grant = {.kind = GRANT_SHARE,
                  .scope = SCOPE_SHARED,
                  .subject = w->agencies[1],
                  .parts = str_from(parts),
                  .agreement_name = STR("Memorandum of 3 March"),
                  .begins_at = instant_add_ms(now, HOUR),
                  .ends_at = instant_add_ms(now, (int64_t)3 * HOUR)},
    };
}

static void wait_and_wake(struct world *w, int64_t ms)
{
    struct outcome outcome;
    world_wait(w, ms);
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_catch_up(w->store, &outcome), STATUS_OK);
}

static bool reads(struct world *w, int who, const char *entity, struct uuid id)
{
    struct outcome outcome;
    struct record *record;
    return look(w, &w->actors[who], entity, id, &outcome, &record) == STATUS_OK;
}

static size_t lists(struct world *w, int who, const char *entity)
{
    struct store_reader *reader;
    struct outcome outcome;
    struct record **records;
    struct work_set set;
    struct str cursor;
    size_t count = 0;
    outcome_init(&outcome, &w->arena);
    work_set_init(&set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    assert_int_equal(store_find(reader, &set, entity_of(w, entity), MODEL_NONE, nobody,
                                (struct store_page){.limit = 10}, &outcome, &records, &count,
                                &cursor),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void it_begins_and_ends_by_itself(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    struct giving share = a_share(&w, family.report, "");
    must_act(&w, &w.actors[SUPERVISOR], give, &share);
    wait_and_wake(&w, HOUR - 1);
    assert_false(reads(&w, STRANGER, "report", family.report));
    assert_int_equal(lists(&w, STRANGER, "report"), 0);
    wait_and_wake(&w, 1);
    assert_true(reads(&w, STRANGER, "report", family.report));
    assert_true(reads(&w, STRANGER, "placement", family.placement));
    assert_int_equal(lists(&w, STRANGER, "report"), 1);
    assert_int_equal(lists(&w, STRANGER, "placement"), 1);
    /* Nobody else, and nothing that the policy does not give to who shares. */
    assert_false(reads(&w, CLERK, "report", family.report));
    assert_false(reads(&w, STRANGER, "reporter", family.reporter));
    wait_and_wake(&w, (int64_t)2 * HOUR - 1);
    assert_true(reads(&w, STRANGER, "report", family.report));
    wait_and_wake(&w, 1);
    assert_false(reads(&w, STRANGER, "report", family.report));
    assert_false(reads(&w, STRANGER, "placement", family.placement));
    assert_int_equal(lists(&w, STRANGER, "report"), 0);
    assert_int_equal(lists(&w, STRANGER, "placement"), 0);
}

static void a_share_that_nobody_accepted_opens_nothing(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    struct giving share = a_share(&w, family.report, "");
    share.accept = false;
    must_act(&w, &w.actors[SUPERVISOR], give, &share);
    wait_and_wake(&w, (int64_t)2 * HOUR);
    assert_false(reads(&w, STRANGER, "report", family.report));
    must_act(&w, &w.actors[STRANGER], give, &share);
    assert_true(reads(&w, STRANGER, "report", family.report));
    assert_int_equal(act(&w, &w.actors[STRANGER], give, &share), STATUS_REFUSED);
    wait_and_wake(&w, HOUR);
    assert_false(reads(&w, STRANGER, "report", family.report));
}

static void only_the_parts_that_were_named(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    struct giving share = a_share(&w, family.report, "reporter");
    must_act(&w, &w.actors[SUPERVISOR], give, &share);
    wait_and_wake(&w, HOUR);
    assert_true(reads(&w, STRANGER, "report", family.report));
    assert_false(reads(&w, STRANGER, "placement", family.placement));
    assert_int_equal(lists(&w, STRANGER, "report"), 1);
    assert_int_equal(lists(&w, STRANGER, "placement"), 0);
    /* Both in one set: what is known of the one does not open the other. */
    struct record *report = must_look(&w, &w.actors[STRANGER], "report", family.report);
    struct record *placement = work_set_find(report->set, family.placement);
    assert_true(placement == NULL || record_is_blank(placement));
    struct giving more = a_share(&w, family.report, "placement");
    must_act(&w, &w.actors[SUPERVISOR], give, &more);
    wait_and_wake(&w, HOUR);
    assert_true(reads(&w, STRANGER, "placement", family.placement));
    assert_int_equal(lists(&w, STRANGER, "placement"), 1);
    more = a_share(&w, family.report, "placement person");
    assert_int_equal(act(&w, &w.actors[SUPERVISOR], give, &more), STATUS_REFUSED);
}

/* Also of a record that was entered in error since. */
static enum status mark(struct uow *uow, void *input)
{
    struct giving *giving = input;
    struct record *record;
    TRY(uow_load(uow, entity_of(giving->world, "report"), giving->record, 0, VERB_READ, &record));
    uow->job->reason = STR("It was another family.");
    return uow_mark_error(uow, record);
}

static void it_can_be_ended_early(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    for (int error = 0; error < 2; error++) {
        struct giving share = a_share(&w, family.report, "");
        must_act(&w, &w.actors[SUPERVISOR], give, &share);
        wait_and_wake(&w, HOUR);
        assert_true(reads(&w, STRANGER, "report", family.report));
        if (error) {
            must_act(&w, NULL, mark, &share);
            assert_true(reads(&w, STRANGER, "report", family.report));
        }
        share.end = "The family moved away.";
        must_act(&w, &w.actors[STRANGER], give, &share);
        assert_false(reads(&w, STRANGER, "report", family.report));
        assert_int_equal(act(&w, &w.actors[STRANGER], give, &share), STATUS_REFUSED);
    }
    assert_true(reads(&w, SUPERVISOR, "report", family.report));
}

static enum status seal(struct uow *uow, void *input)
{
    struct giving *giving = input;
    struct record *record;
    TRY(uow_load(uow, entity_of(giving->world, "report"), giving->record, 0, VERB_SEAL, &record));
    uow->job->reason = STR("The court ordered it.");
    uow->job->basis = STR("48.396; order of 2 March");
    return uow_seal(uow, record);
}

/* Whether somebody may open a record in an emergency. */
struct asking {
    struct world *world;
    const char *entity;
    struct uuid id;
    bool may, emergency;
};

static enum status ask(struct uow *uow, void *input)
{
    struct asking *asking = input;
    struct record *record;
    TRY(uow_glance(uow, entity_of(asking->world, asking->entity), asking->id, &record));
    asking->may = access_may_break_glass(uow_set(uow), record);
    asking->emergency = access_record(uow_set(uow), record, VERB_READ).emergency;
    return STATUS_OK;
}

static struct asking asked(struct world *w, int who, const char *entity, struct uuid id)
{
    struct asking asking = {.world = w, .entity = entity, .id = id};
    must_act(w, &w->actors[who], ask, &asking);
    return asking;
}

static void what_one_worker_opened_nobody_else_has(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    struct giving glass = {
        .record = family.report,
        .world = &w,
        .grant = {.kind = GRANT_BREAK_GLASS,
                  .scope = SCOPE_BREAK_GLASS,
                  .subject = w.workers[STRANGER],
                  .reason = STR("A child is in danger tonight."),
                  .begins_at = store_now(w.store),
                  .ends_at = instant_add_ms(store_now(w.store), HOUR)}
    };
    must_act(&w, NULL, give, &glass);
    assert_true(reads(&w, STRANGER, "report", family.report));
    assert_true(asked(&w, STRANGER, "report", family.report).emergency);
    assert_false(asked(&w, STRANGER, "report", family.report).may);
    assert_false(reads(&w, STRANGER, "reporter", family.reporter));
    assert_false(reads(&w, CLERK, "report", family.report));
    wait_and_wake(&w, HOUR);
    assert_false(reads(&w, STRANGER, "report", family.report));
}

static void the_class_says_how_long_and_the_policy_to_whom(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    uint32_t row = model_entity_row(w.model, entity_of(&w, "report"))->class;
    const struct model_record_class *class = model_record_class_row(w.model, row);
    assert_int_equal(class->break_glass_hours, 4);
    assert_int_equal(class->break_glass_verified, 0);
    assert_true(asked(&w, STRANGER, "report", family.report).may);
    assert_true(asked(&w, STRANGER, "placement", family.placement).may);
    /* A class that says nothing; a role that has no such grant; who may read it anyway. */
    assert_false(asked(&w, STRANGER, "reporter", family.reporter).may);
    assert_false(asked(&w, CLERK, "report", family.report).may);
    assert_false(asked(&w, INTAKE, "report", family.report).may);
    assert_false(asked(&w, INTAKE, "report", family.report).emergency);
}

static void not_of_ones_own_family_nor_what_is_sealed(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    struct actor *stranger = &w.actors[STRANGER];
    stranger->barred = &family.report;
    stranger->barred_count = 1;
    assert_false(asked(&w, STRANGER, "report", family.report).may);
    stranger->barred_count = 0;
    assert_true(asked(&w, STRANGER, "report", family.report).may);
    struct giving withhold = {.record = family.report, .world = &w};
    must_act(&w, &w.actors[SUPERVISOR], seal, &withhold);
    assert_false(asked(&w, STRANGER, "report", family.report).may);
}

static void history_and_the_list_of_grants_say_it(void **state)
{
    (void)state;
    WORLD(w);
    struct family family = a_family(&w);
    struct giving share = a_share(&w, family.report, "placement");
    struct store_reader *reader;
    struct store_change *changes;
    struct store_grant *grants;
    struct str cursor;
    size_t count;
    must_act(&w, &w.actors[SUPERVISOR], give, &share);
    wait_and_wake(&w, HOUR);
    share.end = "The family moved away.";
    must_act(&w, &w.actors[SUPERVISOR], give, &share);
    struct record *report = must_look(&w, &w.actors[SUPERVISOR], "report", family.report);
    assert_int_equal(store_read_begin(w.store, &w.arena, &reader), STATUS_OK);
    assert_int_equal(store_history(reader, report->set, report, (struct store_page){.limit = 10},
                                   &changes, &count, &cursor),
                     STATUS_OK);
    assert_int_equal(count, 4);
    assert_text(changes[0].verb, "access_ended");
    assert_text(changes[0].reason, "The family moved away.");
    assert_true(uuid_eq(changes[0].by, w.workers[SUPERVISOR]));
    assert_text(changes[1].verb, "access_accepted");
    assert_text(changes[2].verb, "access_offered");
    assert_true(strstr(str_cstr(&w.arena, changes[2].content), "\"parts\":\"placement\"") != NULL);
    /* It is as it was before: nobody wrote in it. */
    assert_int_equal(report->version, 1);
    assert_int_equal(store_as_of_version(reader, report->set, report, 1, &(struct outcome){0}),
                     STATUS_OK);
    assert_int_equal(store_grants(reader, report->set, report, &grants, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(store_grant_state(&grants[0], store_now(w.store)), GRANT_OVER);
    assert_text(grants[0].agreement_name, "Memorandum of 3 March");
    assert_true(uuid_eq(grants[0].ended_by, w.workers[SUPERVISOR]));
    assert_int_equal(store_grants_of(reader, report->set, w.agencies[1], 10, &grants, &count),
                     STATUS_OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_and_ends_by_itself),
        cmocka_unit_test(a_share_that_nobody_accepted_opens_nothing),
        cmocka_unit_test(only_the_parts_that_were_named),
        cmocka_unit_test(it_can_be_ended_early),
        cmocka_unit_test(what_one_worker_opened_nobody_else_has),
        cmocka_unit_test(the_class_says_how_long_and_the_policy_to_whom),
        cmocka_unit_test(not_of_ones_own_family_nor_what_is_sealed),
        cmocka_unit_test(history_and_the_list_of_grants_say_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
