/* Who may do what. The worst that can go wrong here is to show a family to somebody who has no
 * business with it, so most of these tests ask for a refusal. */
#include "rule_family.h"

#define STATE_AUDIENCE 1
#define MARATHON_AUDIENCE 2
#define DANE_AUDIENCE 3
#define CASE_AUDIENCE 4

struct fixture {
    struct arena arena;
    const struct model *model;
    struct work_set set;
    uint32_t ids;
    struct actor actor;
    struct actor_entry entries[40];
    struct record *assessment;
    struct record_audience audiences[3];
};

static uint32_t role(const struct fixture *f, const char *name)
{
    uint32_t row = model_role_by_name(f->model, str_from(name));
    assert_int_not_equal(row, MODEL_NONE);
    return row;
}

/* A worker at Marathon (agency 2) and an assessment of Marathon, of which case audience 4 is. */
static void begin(struct fixture *f)
{
    *f = (struct fixture){.ids = 1000};
    arena_init(&f->arena, ARENA_REQUEST_CAP, NULL, NULL);
    f->model = family_model(&f->arena);
    family_set(&f->set, &f->arena, f->model, &f->ids);
    f->actor =
        (struct actor){.worker = family_id(50), .agency = family_id(2), .entries = f->entries};
    f->set.actor = &f->actor;
    f->assessment = work_set_add(&f->set, family_entity(f->model, "assessment"), family_id(9));
    f->assessment->version = 1;
    f->assessment->agency = family_id(2);
    f->audiences[0] = (struct record_audience){STATE_AUDIENCE, MODEL_NONE};
    f->audiences[1] = (struct record_audience){MARATHON_AUDIENCE, MODEL_NONE};
    f->audiences[2] = (struct record_audience){CASE_AUDIENCE, MODEL_NONE};
    f->assessment->audiences = f->audiences;
    f->assessment->audience_count = 3;
}

static void end(struct fixture *f)
{
    arena_clear(&f->arena);
}

static void hold(struct fixture *f, const char *name, enum model_scope scope, int64_t audience,
                 uint32_t agency)
{
    f->entries[f->actor.entry_count++] = (struct actor_entry){
        .role = role(f, name), .scope = scope, .audience = audience, .agency = family_id(agency)};
}

static bool may(struct fixture *f, enum model_verb verb)
{
    return access_record(&f->set, f->assessment, verb).allowed;
}

static void nobody_may_anything_by_default(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    for (unsigned verb = 0; verb < VERB__COUNT; verb++) {
        assert_false(may(&f, verb));
    }
    struct access_answer answer = access_record(&f.set, f.assessment, VERB_CORRECT);
    assert_int_equal(answer.visibility, VISIBILITY_EXISTENCE);
    assert_text(answer.why, "needs correct on family_record as supervisor: own_agency");
    f.set.actor = NULL;
    assert_false(may(&f, VERB_READ));
    end(&f);
}

static void a_role_reaches_as_far_as_its_scope(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    hold(&f, "worker", SCOPE_STATE, STATE_AUDIENCE, 2);
    assert_true(may(&f, VERB_READ));
    assert_false(may(&f, VERB_UPDATE)); /* only of the cases assigned to them */
    hold(&f, "worker", SCOPE_ASSIGNED, 99, 2);
    assert_false(may(&f, VERB_UPDATE)); /* another case */
    hold(&f, "worker", SCOPE_ASSIGNED, CASE_AUDIENCE, 2);
    assert_true(may(&f, VERB_UPDATE));
    assert_false(may(&f, VERB_CORRECT));
    end(&f);
}

static void the_right_audience_in_the_wrong_scope_is_nothing(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    /* Granted to supervisors of their own agency, and held as "assigned": no. */
    hold(&f, "supervisor", SCOPE_ASSIGNED, CASE_AUDIENCE, 2);
    assert_false(may(&f, VERB_CORRECT));
    hold(&f, "supervisor", SCOPE_OWN_AGENCY, DANE_AUDIENCE, 3);
    assert_false(may(&f, VERB_CORRECT));
    hold(&f, "supervisor", SCOPE_OWN_AGENCY, MARATHON_AUDIENCE, 2);
    assert_true(may(&f, VERB_CORRECT));
    end(&f);
}

static void one_may_change_what_is_about_oneself(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    hold(&f, "worker", SCOPE_ASSIGNED, CASE_AUDIENCE, 2);
    struct record *own = work_set_add(&f.set, family_entity(f.model, "worker"), f.actor.worker);
    struct record *other = work_set_add(&f.set, family_entity(f.model, "worker"), family_id(51));
    own->version = other->version = 1;
    assert_true(access_record(&f.set, own, VERB_UPDATE).allowed);
    assert_false(access_record(&f.set, other, VERB_UPDATE).allowed);
    end(&f);
}

static void a_stricter_field_needs_both_rights(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *report = work_set_add(&f.set, family_entity(f.model, "report"), family_id(8));
    report->version = 1;
    report->audiences = f.audiences;
    report->audience_count = 3;
    uint32_t caller = family_field(f.model, "report", "caller");
    uint32_t family_name = family_field(f.model, "report", "family_name");
    hold(&f, "supervisor", SCOPE_OWN_AGENCY, MARATHON_AUDIENCE, 2);
    assert_true(access_field(&f.set, report, family_name, VERB_UPDATE).allowed);
    assert_true(access_field(&f.set, report, caller, VERB_READ).allowed);
    assert_false(access_field(&f.set, report, caller, VERB_UPDATE).allowed);
    end(&f);
}

static void a_new_record_is_made_in_ones_own_agency(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    hold(&f, "screener", SCOPE_OWN_AGENCY, MARATHON_AUDIENCE, 2);
    uint32_t report = family_entity(f.model, "report");
    assert_true(access_create(&f.set, report, family_id(2)).allowed);
    assert_false(access_create(&f.set, report, family_id(3)).allowed);
    assert_false(access_create(&f.set, family_entity(f.model, "assessment"), family_id(2)).allowed);
    end(&f);
}

static void the_system_may_what_effects_may(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    f.actor.worker = (struct uuid){{0}};
    assert_true(may(&f, VERB_UPDATE));
    assert_text(access_record(&f.set, f.assessment, VERB_READ).why, "the system itself");
    end(&f);
}

static void lists_ask_for_each_audience_once(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    int64_t found[ACCESS_AUDIENCES_MAX];
    uint32_t class_row = model_entity_row(f.model, f.assessment->subject.entity)->class;
    assert_int_equal(access_list_audiences(f.model, &f.actor, class_row, found), 0);
    hold(&f, "screener", SCOPE_OWN_AGENCY, MARATHON_AUDIENCE, 2); /* not granted to read */
    hold(&f, "worker", SCOPE_ASSIGNED, CASE_AUDIENCE, 2);
    hold(&f, "worker", SCOPE_ASSIGNED, CASE_AUDIENCE, 3);
    hold(&f, "worker", SCOPE_STATE, STATE_AUDIENCE, 2);
    assert_int_equal(access_list_audiences(f.model, &f.actor, class_row, found), 2);
    assert_int_equal(found[0], CASE_AUDIENCE);
    assert_int_equal(found[1], STATE_AUDIENCE);
    /* More cases than a session may hold: the first ones, never beyond the array. */
    for (int64_t i = 0; f.actor.entry_count < ARRAY_LENGTH(f.entries); i++) {
        hold(&f, "worker", SCOPE_ASSIGNED, 100 + i, 2);
    }
    assert_int_equal(access_list_audiences(f.model, &f.actor, class_row, found),
                     ACCESS_AUDIENCES_MAX);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_may_anything_by_default),
        cmocka_unit_test(a_role_reaches_as_far_as_its_scope),
        cmocka_unit_test(the_right_audience_in_the_wrong_scope_is_nothing),
        cmocka_unit_test(one_may_change_what_is_about_oneself),
        cmocka_unit_test(a_stricter_field_needs_both_rights),
        cmocka_unit_test(a_new_record_is_made_in_ones_own_agency),
        cmocka_unit_test(the_system_may_what_effects_may),
        cmocka_unit_test(lists_ask_for_each_audience_once),
    };
    return cmocka_run_group_tests_name("rule_access", tests, NULL, NULL);
}
