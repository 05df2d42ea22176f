/* Whose work a record is, and what becomes of it when another takes over. */
#include "compile/compile.h"
#include "rule/act.h"
#include "rule/duty.h"
#include "unit.h"

static const struct compile_file files[] = {
    {STR_INIT("model.yaml"),
     STR_INIT(
         "model: { name: post, label: Post, version: '1', zone: America/Chicago, locale: en }\n"
         "classes: { plain: { label: Plain, visibility: full, rank: 0 } }\n"
         "roles: { clerk: { label: Clerk } }\n"
         "policy: { plain: { clerk: { own_agency: [read, create, update, decide] } } }\n"
         "deciders: { clerk: { label: a clerk, roles: [clerk], scope: own_agency, say: Only a "
         "clerk. } }\n"
         "code_sets: { part: { label: Part } }\n"
         "entities:\n"
         "  agency: { label: Office, plural: Offices, kind: reference, class: plain, title: name, "
         "fields: { name: { kind: text } } }\n"
         "  worker: { label: Worker, plural: Workers, kind: reference, class: plain, title: name, "
         "fields: { name: { kind: text } } }\n"
         "  round:\n"
         "    label: Round\n"
         "    plural: Rounds\n"
         "    kind: root\n"
         "    class: plain\n"
         "    owner: agency\n"
         "    title: number\n"
         "    fields:\n"
         "      agency: { kind: reference, to: agency, required: answered }\n"
         "      keeper: { kind: reference, to: worker }\n"
         "      kept_why: { kind: text }\n"
         "    lists:\n"
         "      walkers:\n"
         "        label: Who walks it\n"
         "        row: Walker\n"
         "        fields:\n"
         "          worker: { kind: reference, to: worker }\n"
         "          part: { kind: code, set: part }\n"
         "          from_at: { kind: datetime }\n"
         "          until_at: { kind: datetime }\n"
         "          why: { kind: text }\n"
         "    states:\n"
         "      open: { label: Open, editable: yes }\n"
         "      over: { label: Over, closed: yes }\n"
         "    transitions:\n"
         "      give: { label: Give, done: given, from: [open], decider: clerk }\n"
         "      end: { label: End, done: ended, from: [open], to: over, decider: clerk }\n"
         "    audiences: [ { scope: own_agency, who: agency } ]\n"
         "lists:\n"
         "  rounds: { on: round, label: Rounds, empty: None., columns: [number] }\n"
         "duties:\n"
         "  walking: { on: round, label: Walking, rows: walkers, worker: worker, from: from_at, "
         "until: until_at, reason: why, by: give, list: rounds }\n"
         "  keeping: { on: round, label: Keeping, worker: keeper, reason: kept_why, by: give, "
         "list: rounds }\n")                                           },
    {STR_INIT("codes/part.csv"),
     STR_INIT("code,label\nFIRST,First walker\nSECOND,Second walker\n")},
};

enum duty { WALKING, KEEPING };

struct fixture {
    struct arena arena;
    const struct model *model;
    struct work_set set;
    struct record *round;
    uint32_t walkers, ids;
};

static struct uuid id_of(uint32_t number)
{
    struct uuid id = {{0}};
    id.bytes[15] = (uint8_t)number;
    return id;
}

static struct uuid next_id(void *context)
{
    uint32_t *ids = context;
    return id_of(++*ids);
}

static void begin(struct fixture *f)
{
    static const struct actor nobody = {0};
    struct compile_result result;
    struct outcome outcome;
    *f = (struct fixture){.ids = 100};
    arena_init(&f->arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&outcome, &f->arena);
    enum status status = compile_texts(&f->arena, files, ARRAY_LENGTH(files), STR(""), &result);
    for (size_t i = 0; i < result.error_count; i++) {
        print_error("%.*s\n", STR_ARG(compile_error_line(&f->arena, &result.errors[i])));
    }
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(model_open(&f->arena, result.image, &outcome, &f->model), STATUS_OK);
    work_set_init(&f->set, &f->arena, f->model, (struct instant){1795634400000}, &nobody);
    f->set.new_id = next_id;
    f->set.id_context = &f->ids;
    uint32_t entity = model_entity_by_name(f->model, STR("round"));
    f->walkers = model_list_by_name(f->model, entity, STR("walkers"));
    f->round = work_set_add(&f->set, entity, id_of(1));
    f->round->version = 1;
    f->round->state = model_state_by_name(f->model, entity, STR("open"));
}

static void end(struct fixture *f)
{
    arena_clear(&f->arena);
}

static uint32_t field_of(const struct fixture *f, const char *name)
{
    uint32_t field = model_list_field_by_name(f->model, f->walkers, str_from(name));
    assert_int_not_equal(field, MODEL_NONE);
    return field;
}

static struct row *add_walker(struct fixture *f, uint32_t worker, const char *part)
{
    struct row *row = record_add_row(f->round, f->walkers);
    answer_set(&row->subject, field_of(f, "worker"), answer_of(value_reference(id_of(worker))));
    answer_set(&row->subject, field_of(f, "part"), answer_of(value_code(str_from(part), 1)));
    return row;
}

static struct row *row_at(struct fixture *f, size_t at)
{
    const struct rows *rows = record_rows(f->round, f->walkers);
    assert_true(at < rows->items.count);
    return rows->items.items[at];
}

static void a_row_ends_and_one_like_it_begins(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add_walker(&f, 7, "FIRST");
    add_walker(&f, 9, "SECOND");
    duty_give(f.round, WALKING, id_of(7), id_of(8), STR("moves away"));
    assert_int_equal(record_rows(f.round, f.walkers)->items.count, 3);
    const struct subject *ended = &row_at(&f, 0)->subject, *begun = &row_at(&f, 2)->subject;
    assert_true(uuid_eq(value_get(ended, field_of(&f, "worker")).reference, id_of(7)));
    assert_int_equal(value_get(ended, field_of(&f, "until_at")).datetime.at.ms, f.set.now.ms);
    assert_true(str_eq(value_get(ended, field_of(&f, "why")).text, STR("moves away")));
    assert_true(uuid_eq(value_get(begun, field_of(&f, "worker")).reference, id_of(8)));
    assert_int_equal(value_get(begun, field_of(&f, "from_at")).datetime.at.ms, f.set.now.ms);
    assert_true(str_eq(value_get(begun, field_of(&f, "part")).code.code, STR("FIRST")));
    assert_false(value_is_set(value_get(begun, field_of(&f, "until_at"))));
    assert_false(value_is_set(value_get(begun, field_of(&f, "why"))));
    assert_false(value_is_set(value_get(&row_at(&f, 1)->subject, field_of(&f, "until_at"))));
    assert_false(duty_is_carried(f.round, WALKING, id_of(7)));
    assert_true(duty_is_carried(f.round, WALKING, id_of(8)));
    assert_true(duty_is_carried(f.round, WALKING, id_of(9)));
    end(&f);
}

static void who_has_the_same_already_gets_no_second_row(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add_walker(&f, 7, "FIRST");
    add_walker(&f, 8, "FIRST");
    duty_give(f.round, WALKING, id_of(7), id_of(8), STR("moves away"));
    assert_int_equal(record_rows(f.round, f.walkers)->items.count, 2);
    assert_false(duty_is_carried(f.round, WALKING, id_of(7)));
    end(&f);
}

static void what_is_over_is_carried_by_nobody(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add_walker(&f, 7, "FIRST");
    assert_true(duty_is_carried(f.round, WALKING, id_of(7)));
    f.round->state = model_state_by_name(f.model, f.round->subject.entity, STR("over"));
    assert_false(duty_is_carried(f.round, WALKING, id_of(7)));
    end(&f);
}

static void it_says_as_what_it_is_carried(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add_walker(&f, 7, "FIRST");
    add_walker(&f, 7, "SECOND");
    struct str words = duty_words(&f.set, f.round, WALKING, id_of(7));
    assert_true(str_eq(words, STR("First walker, Second walker")));
    assert_int_equal(duty_words(&f.set, f.round, WALKING, id_of(8)).n, 0);
    assert_int_equal(duty_words(&f.set, f.round, KEEPING, id_of(7)).n, 0);
    end(&f);
}

static void a_field_of_the_record_changes_hands(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    uint32_t keeper = model_field_by_name(f.model, f.round->subject.entity, STR("keeper"));
    uint32_t why = model_field_by_name(f.model, f.round->subject.entity, STR("kept_why"));
    answer_set(&f.round->subject, keeper, answer_of(value_reference(id_of(7))));
    duty_give(f.round, KEEPING, id_of(7), id_of(8), STR("moves away"));
    assert_true(uuid_eq(value_get(&f.round->subject, keeper).reference, id_of(8)));
    assert_true(str_eq(value_get(&f.round->subject, why).text, STR("moves away")));
    end(&f);
}

static void its_step_is_not_offered_by_itself(void **state)
{
    (void)state;
    struct fixture f;
    struct act_offer *offers;
    begin(&f);
    uint32_t give = model_transition_by_name(f.model, f.round->subject.entity, STR("give"));
    assert_true(duty_is_by(f.model, give));
    size_t count = act_offers(&f.set, f.round, &offers);
    assert_int_equal(count, 1);
    assert_int_not_equal(offers[0].transition, give);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_ends_and_one_like_it_begins),
        cmocka_unit_test(who_has_the_same_already_gets_no_second_row),
        cmocka_unit_test(what_is_over_is_carried_by_nobody),
        cmocka_unit_test(it_says_as_what_it_is_carried),
        cmocka_unit_test(a_field_of_the_record_changes_hands),
        cmocka_unit_test(its_step_is_not_offered_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
