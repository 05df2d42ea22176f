/* Which clocks and audiences a new model moves: pairs of models that differ in one thing. */
#include "compile/compile.h"
#include "rule/anew.h"
#include "unit.h"

#include "base/buf.h"

static const char model_yaml[] =
    "model: { name: post, label: Post, version: '1', zone: America/Chicago, locale: en }\n"
    "classes: { plain: { label: Plain, visibility: full, rank: 0 } }\n"
    "roles: { clerk: { label: Clerk } }\n"
    "policy: { plain: { clerk: { own_agency: [read, create, update, decide] } } }\n"
    "deciders: { clerk: { label: a clerk, roles: [clerk], scope: own_agency, say: Only a clerk. } }\n"
    "code_sets: { colour: { label: Colour } }\n"
    "calendar:\n"
    "  source: house rule\n"
    "  from: 2026\n"
    "  to: 2027\n"
    "  holidays: { new_year: { label: New Year, month: 1, day: 1 } }\n"
    "entities:\n"
    "  agency: { label: Office, plural: Offices, kind: reference, class: plain, title: name, "
    "fields: { name: { kind: text }, code: { kind: text } } }\n"
    "  street: { label: Street, plural: Streets, kind: reference, class: plain, title: name, "
    "fields: { name: { kind: text }, office: { kind: reference, to: agency }, far: { kind: yes_no, derived: 'name is null' } } }\n"
    "  letter:\n"
    "    label: Letter\n"
    "    plural: Letters\n"
    "    kind: root\n"
    "    class: plain\n"
    "    owner: agency\n"
    "    title: subject\n"
    "    fields:\n"
    "      agency: { kind: reference, to: agency, required: answered }\n"
    "      subject: { kind: text, label: Subject }\n"
    "      colour: { kind: code, set: colour }\n"
    "      street: { kind: reference, to: street }\n"
    "      received_at: { kind: datetime }\n"
    "      answered_at: { kind: datetime }\n"
    "      weight: { kind: integer, label: Weight }\n"
    "      is_heavy: { kind: yes_no, derived: 'weight > 20' }\n"
    "      goes_slowly: { kind: yes_no, derived: 'is_heavy' }\n"
    "    lists:\n"
    "      stays:\n"
    "        label: Stays\n"
    "        row: Stay\n"
    "        fields:\n"
    "          since: { kind: date }\n"
    "          until: { kind: date }\n"
    "    states:\n"
    "      open: { label: Open, editable: yes }\n"
    "      sent: { label: Sent }\n"
    "    transitions:\n"
    "      send: { label: Send, done: sent, from: [open], to: sent, decider: clerk }\n"
    "    audiences: [ { scope: own_agency, who: agency } ]\n"
    "facts:\n"
    "  came_at: { on: letter, label: it came, type: datetime, is: received_at }\n"
    "  goes_far: { on: letter, label: it goes far, type: boolean, is: street.far }\n"
    "clocks:\n"
    "  answer: { id: L1, on: letter, label: Answer, help: Soon., source: rule 1, kind: due, basis: "
    "statute, start: came_at, length: { business_days: 5 }, done: answered_at }\n"
    "  carry: { id: L2, on: letter, label: Carry, help: Soon., source: rule 2, kind: due, basis: "
    "policy, when: goes_slowly or goes_far, start: received_at, length: { hours: 24 }, done: answered_at }\n"
    "  paint: { id: L3, on: letter, label: Paint, help: Soon., source: rule 3, kind: due, basis: "
    "policy, when: colour = 'RED', start: answered_at, length: { days: 3 }, done: answered_at }\n"
    "  keep: { id: L4, on: letter, label: Keep, help: Not long., source: rule 4, kind: tally, basis: "
    "policy, start: answered_at, length: { days: 30 }, done: received_at, counts: [ { each: s in stays, label: stay, "
    "from: s.since, to: s.until } ] }\n";

static const char overlay_yaml[] =
    "overlay: { of: post, base: '1', label: North office, source: order 4, agency: NORTH }\n"
    "clocks:\n"
    "  carry: { length: { hours: 12 } }\n";

/* The text with its one place of a kind replaced. */
static struct str replaced(struct arena *arena, struct str text, const char *from, const char *to)
{
    int64_t at = str_find(text, str_from(from));
    if (at < 0) {
        print_error("'%s' is not in the model\n", from);
        fail();
    }
    size_t end = (size_t)at + str_from(from).n;
    return STR_JOIN(arena, str_slice(text, 0, (size_t)at), str_from(to),
                    str_slice(text, end, text.n));
}

static const struct model *compiled(struct arena *arena, struct str yaml, struct str overlay)
{
    const struct compile_file files[] = {
        {STR("model.yaml"),                yaml                                   },
        {STR("codes/colour.csv"),          STR("code,label\nRED,Red\nBLUE,Blue\n")},
        {STR("agency/north/overlay.yaml"), overlay                                },
    };
    struct compile_result result;
    struct outcome outcome;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    enum status status = compile_texts(arena, files, overlay.n > 0 ? 3 : 2, STR(""), &result);
    for (size_t i = 0; i < result.error_count; i++) {
        print_error("%.*s\n", STR_ARG(compile_error_line(arena, &result.errors[i])));
    }
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(model_open(arena, result.image, &outcome, &model), STATUS_OK);
    return model;
}

/* "answer carry; letter": the clocks that move, then the entities whose audiences do. */
static struct str words(struct arena *arena, const struct model *model, const struct anew *anew)
{
    struct buf text;
    const char *gap = "";
    buf_init(&text, arena, 4096);
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        if (anew->clocks[i]) {
            BUF_ADD(&text, str_from(gap), model_text(model, model_clock_row(model, i)->name));
            gap = " ";
        }
    }
    gap = "; ";
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        if (anew->audiences[i]) {
            BUF_ADD(&text, str_from(gap), model_text(model, model_entity_row(model, i)->name));
            gap = " ";
        }
    }
    return buf_str(&text);
}

static struct str moved(struct arena *arena, struct str before, struct str overlay_before,
                        struct str after, struct str overlay_after)
{
    const struct model *model = compiled(arena, after, overlay_after);
    struct anew anew = anew_after(arena, compiled(arena, before, overlay_before), model);
    return words(arena, model, &anew);
}

/* A change of the model's text, and what moves by it. */
#define assert_moves(from, to, expected)                                                           \
    do {                                                                                           \
        TEST_ARENA(arena_);                                                                        \
        struct str before_ = str_from(model_yaml);                                                 \
        assert_text(                                                                               \
            moved(&arena_, before_, STR(""), replaced(&arena_, before_, (from), (to)), STR("")),   \
            expected);                                                                             \
    } while (0)

static void what_a_clock_says_moves_it(void **state)
{
    (void)state;
    assert_moves("business_days: 5", "business_days: 4", "answer");
    assert_moves("business_days: 5", "days: 5", "answer");
    assert_moves("kind: due, basis: policy, when: colour",
                 "kind: due, basis: statute, when: colour", "paint");
    assert_moves("done: answered_at }\n  carry", "done: received_at }\n  carry", "answer");
    assert_moves("when: goes_slowly or", "when: is_heavy or", "carry");
    assert_moves("when: colour = 'RED'", "when: colour = 'BLUE'", "paint");
    assert_moves("to: s.until", "to: s.since", "keep");
    assert_moves(
        "counts:",
        "except: [ { each: s in stays, label: gone, from: s.since, to: s.until } ], counts:",
        "keep");
}

static void what_it_names_moves_it(void **state)
{
    (void)state;
    assert_moves("is: received_at", "is: answered_at", "answer");
    assert_moves("answered_at: { kind: datetime }", "answered_at: { kind: date }",
                 "answer carry paint keep");
    assert_moves("set: colour }", "set: colour, relevant: weight > 1 }", "paint");
}

/* "carry" asks goes_slowly, which is worked out from is_heavy, which is from weight; and a fact of
 * what the street is worked out to be. */
static void what_that_is_worked_out_from_moves_it(void **state)
{
    (void)state;
    assert_moves("weight > 20", "weight > 10", "carry");
    assert_moves("derived: 'name is null'", "derived: 'name is not null'", "carry");
    assert_moves("weight: { kind: integer", "weight: { kind: decimal, scale: 1", "carry");
}

static void the_calendar_moves_those_that_ask_for_it(void **state)
{
    (void)state;
    assert_moves("month: 1, day: 1", "month: 1, day: 2", "answer");
    assert_moves("to: 2027", "to: 2028", "answer");
}

static void a_state_that_closes_moves_all_that_end_there(void **state)
{
    (void)state;
    assert_moves("sent: { label: Sent }", "sent: { label: Sent, closed: yes }",
                 "answer carry paint keep");
    /* No record is in a state that is new. */
    assert_moves(
        "sent: { label: Sent }\n    transitions:\n",
        "sent: { label: Sent }\n      lost: { label: Lost, closed: yes }\n    transitions:\n"
        "      lose: { label: Lose, done: lost, from: [open], to: lost, decider: clerk }\n",
        "");
}

static void a_new_clock_is_worked_out_and_one_that_is_gone_is_not(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    static const char one[] =
        "  weigh: { id: L5, on: letter, label: Weigh, help: Soon., source: rule 5, kind: due, basis: "
        "policy, start: came_at, length: { hours: 1 }, done: answered_at }\n";
    struct str without = str_from(model_yaml);
    struct str with = STR_JOIN(&arena, without, str_from(one));
    assert_text(moved(&arena, without, STR(""), with, STR("")), "weigh");
    assert_text(moved(&arena, with, STR(""), without, STR("")), "");
}

static void nothing_else_moves_one(void **state)
{
    (void)state;
    assert_moves("version: '1'", "version: '2'", "");
    assert_moves("label: Carry, help: Soon., source: rule 2",
                 "label: Bring, help: Now., source: law 2", "");
    assert_moves("label: Weight", "label: How heavy", "");
    assert_moves("label: Subject }", "label: Subject, required: answered }", "");
    /* Rows before it that push all that a clock names to other numbers. */
    assert_moves(
        "entities:\n",
        "entities:\n  van: { label: Van, plural: Vans, kind: reference, class: "
        "plain, title: name, fields: { name: { kind: text }, old: { kind: yes_no, derived: '1 = 1' } } }\n",
        "; van");
    assert_moves("      subject: {", "      note: { kind: text }\n      subject: {", "");
    assert_moves("send: {",
                 "keep: { label: Keep, done: kept, from: [open], decider: clerk }\n      send: {",
                 "");
    assert_moves(
        "clocks:\n",
        "clocks:\n  weigh: { id: L5, on: letter, label: Weigh, help: Soon., source: rule 5, "
        "kind: due, basis: policy, start: received_at, length: { hours: 1 }, done: "
        "answered_at }\n",
        "weigh");
}

static void who_may_see_moves_audiences(void **state)
{
    (void)state;
    assert_moves("[ { scope: own_agency, who: agency } ]",
                 "[ { scope: own_agency, who: agency }, { scope: state } ]", "; letter");
    assert_moves("who: agency }", "who: street.office }", "; letter");
}

/* An agency's own number moves the clock; that of another clock, or the words of its overlay, do
 * not. An overlay that comes or goes moves what it had made otherwise. */
static void an_agencys_own_way_counts(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str base = str_from(model_yaml);
    struct str overlay = str_from(overlay_yaml);
    struct str shorter = replaced(&arena, overlay, "hours: 12", "hours: 6");
    struct str elsewhere = replaced(&arena, overlay, "NORTH", "SOUTH");
    struct str called = replaced(&arena, overlay, "North office", "The north");
    assert_text(moved(&arena, base, overlay, base, overlay), "");
    assert_text(moved(&arena, base, overlay, base, shorter), "carry");
    assert_text(moved(&arena, base, overlay, base, elsewhere), "carry");
    assert_text(moved(&arena, base, overlay, base, called), "");
    assert_text(moved(&arena, base, STR(""), base, overlay), "carry");
    assert_text(moved(&arena, base, overlay, base, STR("")), "carry");
}

static void of_an_unknown_model_all_move(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = compiled(&arena, str_from(model_yaml), STR(""));
    struct anew anew = anew_all(&arena, model);
    assert_text(words(&arena, model, &anew), "answer carry paint keep; agency street letter");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_clock_says_moves_it),
        cmocka_unit_test(what_it_names_moves_it),
        cmocka_unit_test(what_that_is_worked_out_from_moves_it),
        cmocka_unit_test(the_calendar_moves_those_that_ask_for_it),
        cmocka_unit_test(a_state_that_closes_moves_all_that_end_there),
        cmocka_unit_test(a_new_clock_is_worked_out_and_one_that_is_gone_is_not),
        cmocka_unit_test(nothing_else_moves_one),
        cmocka_unit_test(who_may_see_moves_audiences),
        cmocka_unit_test(an_agencys_own_way_counts),
        cmocka_unit_test(of_an_unknown_model_all_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
