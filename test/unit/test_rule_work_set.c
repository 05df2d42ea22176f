/* Records in memory: what is loaded, what is not, and how collections stay right. */
#include "base/map.h"
#include "rule_family.h"

struct fixture {
    struct arena arena;
    const struct model *model;
    struct work_set set;
    uint32_t ids;
    uint32_t assessment_of_child, children; /* field, collection */
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){.ids = 1000};
    arena_init(&f->arena, ARENA_REQUEST_CAP, NULL, NULL);
    f->model = family_model(&f->arena);
    family_set(&f->set, &f->arena, f->model, &f->ids);
    f->assessment_of_child = family_field(f->model, "child", "assessment");
    f->children = family_collection(f->model, "assessment", "children");
}

static void end(struct fixture *f)
{
    arena_clear(&f->arena);
}

static struct record *stored(struct fixture *f, const char *entity, uint32_t id)
{
    struct record *record = work_set_add(&f->set, family_entity(f->model, entity), family_id(id));
    record->version = 1;
    const struct model_entity *shape = model_entity_row(f->model, record->subject.entity);
    record->state = shape->states_count > 0 ? shape->states_first : MODEL_NONE;
    return record;
}

static struct record *stored_child(struct fixture *f, uint32_t id, uint32_t assessment)
{
    struct record *child = stored(f, "child", id);
    child->subject.answers[model_field_row(f->model, f->assessment_of_child)->slot] =
        answer_of(value_reference(family_id(assessment)));
    return child;
}

static size_t child_count(struct fixture *f, const struct record *assessment)
{
    size_t count = 99;
    (void)work_set_members(&f->set, &assessment->subject, f->children, &count);
    return count;
}

static void lead(struct fixture *f, struct record *child, const struct record *assessment)
{
    answer_set(&child->subject, f->assessment_of_child,
               assessment != NULL ? answer_of(value_reference(assessment->subject.id))
                                  : answer_unset());
}

static void members_follow_a_reference_that_moves(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *one = stored(&f, "assessment", 1), *other = stored(&f, "assessment", 2);
    struct record *owen = stored_child(&f, 11, 1), *jade = stored_child(&f, 12, 1);
    struct record *const of_one[] = {jade, owen};
    work_set_set_members(&f.set, one, f.children, of_one, 2);
    work_set_set_members(&f.set, other, f.children, NULL, 0);
    size_t count = 0;
    const struct subject *const *members =
        work_set_members(&f.set, &one->subject, f.children, &count);
    assert_int_equal(count, 2);
    assert_ptr_equal(members[0], &owen->subject); /* by age, not as they were given */

    lead(&f, owen, other);
    assert_int_equal(child_count(&f, one), 1);
    assert_int_equal(child_count(&f, other), 1);
    lead(&f, owen, NULL);
    assert_int_equal(child_count(&f, other), 0);
    assert_false(f.set.missing);
    end(&f);
}

static void members_said_late_know_what_moved_before(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *one = stored(&f, "assessment", 1);
    struct record *gone = stored_child(&f, 11, 1), *stays = stored_child(&f, 12, 1);
    struct record *made = work_set_create(&f.set, family_entity(f.model, "child"));
    lead(&f, made, one);
    lead(&f, gone, NULL);
    struct record *const loaded[] = {gone, stays};
    work_set_set_members(&f.set, one, f.children, loaded, 2);
    assert_int_equal(child_count(&f, one), 2);
    /* Said again, as by a second load step: nothing is lost. */
    work_set_set_members(&f.set, one, f.children, loaded, 2);
    assert_int_equal(child_count(&f, one), 2);
    end(&f);
}

static void a_new_record_has_its_collections(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *fresh = work_set_create(&f.set, family_entity(f.model, "assessment"));
    assert_int_equal(child_count(&f, fresh), 0);
    struct record *child = work_set_create(&f.set, family_entity(f.model, "child"));
    lead(&f, child, fresh);
    assert_int_equal(child_count(&f, fresh), 1);
    assert_false(f.set.missing);
    end(&f);
}

static void what_is_not_loaded_is_never_empty(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *one = stored(&f, "assessment", 1);
    assert_false(work_set_has_members(&f.set, &one->subject, f.children));
    assert_int_equal(child_count(&f, one), 0);
    assert_true(f.set.missing);
    assert_text(f.set.not_loaded, "collection children");
    end(&f);
}

static void an_act_on_what_is_not_loaded_is_a_fault(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    /* The invariant of the title asks for the report; leave_home asks for the children. */
    struct record *one = stored(&f, "assessment", 1);
    uint32_t leave = model_transition_by_name(f.model, one->subject.entity, STR("leave_home"));
    struct outcome outcome;
    struct act act = {0};
    const struct input nothing = {0};
    outcome_init(&outcome, &f.arena);
    act_take(&f.set, one, leave, &nothing, &act, &outcome);
    assert_int_equal(outcome.status, STATUS_INTERNAL);
    assert_text(outcome.detail, "not loaded: collection children");
    assert_int_equal(act.transitions.count, 0);
    end(&f);
}

static void a_person_found_under_two_ids_is_one(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *canonical = stored(&f, "person", 1);
    struct uuid alias = family_id(2);
    const void *bytes = alias.bytes;
    assert_true(map_add(f.set.by_id, (struct str){bytes, sizeof(alias.bytes)}, canonical));
    uint32_t mentions = family_collection(f.model, "person", "mentions");
    uint32_t list =
        model_list_by_name(f.model, family_entity(f.model, "report"), STR("participants"));
    uint32_t person = model_list_field_by_name(f.model, list, STR("person"));
    struct record *report = stored(&f, "report", 3);
    struct row *row = record_load_row(report, list, family_id(4));
    row->subject.answers[model_field_row(f.model, person)->slot] =
        answer_of(value_reference(alias));
    struct record *const loaded[] = {report};
    work_set_set_members(&f.set, canonical, mentions, loaded, 1);
    size_t count = 0;
    const struct subject *const *members =
        work_set_members(&f.set, &canonical->subject, mentions, &count);
    assert_int_equal(count, 1);
    assert_ptr_equal(members[0], &row->subject);
    /* The fact keeps the person it was entered on. */
    assert_true(uuid_eq(value_get(&row->subject, person).reference, alias));
    /* A row that goes is no mention any more. */
    record_remove_row(report, row);
    (void)work_set_members(&f.set, &canonical->subject, mentions, &count);
    assert_int_equal(count, 0);
    end(&f);
}

static void the_answers_before_are_kept_once(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *person = stored(&f, "person", 1);
    uint32_t given = family_field(f.model, "person", "given_name");
    int32_t slot = model_field_row(f.model, given)->slot;
    person->subject.answers[slot] = answer_of(value_text(STR("Own")));
    answer_set(&person->subject, given, answer_of(value_text(STR("Own"))));
    assert_false(person->changed);
    assert_null(person->before);
    answer_set(&person->subject, given, answer_of(value_text(STR("Owen"))));
    answer_set(&person->subject, given, answer_of(value_text(STR("Owen J."))));
    assert_true(person->changed);
    assert_text(person->before[slot].value.text, "Own");
    end(&f);
}

static void rows_keep_the_order_that_is_asked_for(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct record *report = stored(&f, "report", 1);
    uint32_t list = model_list_by_name(f.model, report->subject.entity, STR("participants"));
    struct row *a = record_load_row(report, list, family_id(11));
    struct row *b = record_load_row(report, list, family_id(12));
    struct row *c = record_load_row(report, list, family_id(13));
    struct row *const first[] = {c, a, c};
    record_order_rows(report, list, first, 3);
    const struct rows *rows = record_rows(report, list);
    assert_ptr_equal(rows->items.items[0], c);
    assert_ptr_equal(rows->items.items[1], a);
    assert_ptr_equal(rows->items.items[2], b);
    assert_true(rows->changed);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_follow_a_reference_that_moves),
        cmocka_unit_test(members_said_late_know_what_moved_before),
        cmocka_unit_test(a_new_record_has_its_collections),
        cmocka_unit_test(what_is_not_loaded_is_never_empty),
        cmocka_unit_test(an_act_on_what_is_not_loaded_is_a_fault),
        cmocka_unit_test(a_person_found_under_two_ids_is_one),
        cmocka_unit_test(the_answers_before_are_kept_once),
        cmocka_unit_test(rows_keep_the_order_that_is_asked_for),
    };
    return cmocka_run_group_tests_name("rule_work_set", tests, NULL, NULL);
}
