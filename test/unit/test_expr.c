/* The expression language as an author of the model meets it: what is accepted, how it is
 * explained, and what is said, and where, when it is wrong. */
#include "unit.h"

#include <string.h>

#include "expr/expr.h"
#include "expr_world.h"

static enum status compile(struct world *world, struct str source, enum value_type wanted,
                           uint32_t *ret_root, struct expr_error *reterr_error)
{
    struct expr_scope scope = world_scope(REPORT);
    scope.wanted_code_set = RESULTS;
    scope.wanted_scale = 2;
    scope.wanted_subject = PERSON;
    return expr_compile(world->arena, source, &scope, wanted, 1, 0, &world->program, ret_root,
                        reterr_error);
}

struct mistake {
    enum value_type wanted;
    size_t at;
    struct str source, message;
};

static void check_mistakes(const struct mistake *mistakes, size_t count)
{
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    for (size_t i = 0; i < count; i++) {
        struct expr_error error = {0};
        uint32_t root = 0;
        size_t nodes = world.program.nodes.count, text = world.program.text.count;
        enum status status = compile(&world, mistakes[i].source, mistakes[i].wanted, &root, &error);
        if (status != STATUS_INVALID || error.at != mistakes[i].at) {
            print_error("%.*s: byte %zu\n", STR_ARG(mistakes[i].source), error.at);
        }
        assert_int_equal(status, STATUS_INVALID);
        assert_str_equal(error.message, mistakes[i].message);
        assert_int_equal(error.at, mistakes[i].at);
        assert_int_equal(world.program.nodes.count, nodes);
        assert_int_equal(world.program.text.count, text);
    }
}

#define M(wanted, at, source, message)                                                             \
    {                                                                                              \
        wanted, at, STR_INIT(source), STR_INIT(message)                                            \
    }
#define CHECK_MISTAKES(mistakes) check_mistakes((mistakes), ARRAY_LENGTH(mistakes))

static void test_spelling_mistakes_say_what_would_be_right(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        M(VALUE_UNSET, 0, "", "the expression is empty"),
        M(VALUE_UNSET, 0, "  ", "the expression is empty"),
        M(VALUE_UNSET, 7, "urgent urgent", "expected an operator or the end here, not \"urgent\""),
        M(VALUE_UNSET, 9, "number = ", "expected a value here, not the end"),
        M(VALUE_UNSET, 0, "Urgent",
          "names and words are lower case; a text or code stands in single quotes"),
        M(VALUE_UNSET, 0, "receivedAt is null",
          "names and words are lower case; a text or code stands in single quotes"),
        M(VALUE_UNSET, 9, "number = 'x",
          "this text has no closing quote; a quote inside is doubled: ''"),
        M(VALUE_UNSET, 9, "number = \"x\"", "text stands in single quotes: 'text'"),
        M(VALUE_UNSET, 7, "number == 'x'", "equality is one ="),
        M(VALUE_UNSET, 7, "number != 'x'", "different is <>, negation is the word not"),
        M(VALUE_UNSET, 7, "urgent && urgent", "use the word and"),
        M(VALUE_UNSET, 12, "household = 99999999999999999999",
          "this number is too large: 9223372036854775807 is the largest"),
        M(VALUE_UNSET, 6, "fee > 1.", "digits must follow the point, as in 12.50"),
        M(VALUE_UNSET, 6, "fee > 1.1234567", "a number has at most 6 digits after the point"),
        M(VALUE_UNSET, 12, "household > 2x",
          "a number ends here and a name begins; put a space or operator between"),
        M(VALUE_UNSET, 17, "opened_on > date '25.11.2026'", "a date is written date '2026-11-25'"),
        M(VALUE_UNSET, 17, "opened_on > date '2026-02-30'", "a date is written date '2026-11-25'"),
        M(VALUE_UNSET, 17, "opened_on > date '11/25/2026'", "a date is written date '2026-11-25'"),
        M(VALUE_UNSET, 11, "result in ()", "the list is empty: nothing would ever be in it"),
        M(VALUE_UNSET, 14, "household < 3 < 4",
          "comparisons do not chain; join two of them with and"),
        M(VALUE_UNSET, 0, "lower(number)",
          "there is no function lower; there are why, coalesce, add_months, months_between, age, "
          "date, hours_between, length, exists, count, every, min, max and first"),
        M(VALUE_UNSET, 0, "age(opened_on)", "write age(birth, on)"),
        M(VALUE_UNSET, 0, "every(a in allegations)",
          "write every(c in children where condition: condition)"),
        M(VALUE_UNSET, 0, "min(a in allegations)", "write min(c.field for c in children)"),
        M(VALUE_UNSET, 10, "urgent is set",
          "expected \"null\", \"not null\", \"addressed\" or \"not addressed\" here, not \"set\""),
        M(VALUE_UNSET, 5, "case urgent when true then 1 end",
          "expected \"when\" (case when condition then value else value end) here, not \"urgent\""),
        M(VALUE_UNSET, 10, "'a' = why(", "expected a value here, not the end"),
        M(VALUE_UNSET, 2, "'a\xff'", "this is not UTF-8 text, or holds a NUL byte"),
    };
    CHECK_MISTAKES(mistakes);
}

static void test_wrong_names_are_told_with_what_was_meant(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        M(VALUE_UNSET, 0, "recieved_at is null",
          "there is no field 'recieved_at' on access report; did you mean received_at?"),
        M(VALUE_UNSET, 7, "caller.birthday > today", "there is no field 'birthday' on person"),
        M(VALUE_UNSET, 0, "opened_on.year",
          "opened_on is a date, not a reference to a record; it has no fields"),
        M(VALUE_UNSET, 0, "late.x",
          "late is a fact; only a reference can be followed to its fields"),
        M(VALUE_UNSET, 0, "allegations = 3",
          "allegations stands for many records; use exists(c in allegations), count(...), "
          "every(...), min(...), max(...) or first(...)"),
        M(VALUE_UNSET, 12, "exists(a in allegation)",
          "there is no list or collection 'allegation' on access report"),
        M(VALUE_UNSET, 12, "exists(a in narrative)",
          "narrative is one value; a list or collection is wanted"),
        M(VALUE_UNSET, 0, "exists(number in allegations)",
          "the variable number would hide another name; choose a new one"),
        M(VALUE_UNSET, 0, "exists(today in allegations)",
          "the variable today would hide another name; choose a new one"),
        M(VALUE_UNSET, 30, "exists(a in allegations where exists(a in allegations))",
          "the variable a would hide another name; choose a new one"),
        M(VALUE_UNSET, 29, "exists(a in allegations) and a.confirmed",
          "there is no reference 'a' on access report"),
        M(VALUE_UNSET, 0, "created.number = 'x'",
          "no effect has made a record before this place, so there is no created"),
        M(VALUE_UNSET, 9, "result = 'SUBSTANTIATE'",
          "'SUBSTANTIATE' is not among the codes of this field; did you mean SUBSTANTIATED?"),
        M(VALUE_UNSET, 28, "result in ('SUBSTANTIATED', 'NEGLECT')",
          "'NEGLECT' is not among the codes of this field"),
        M(VALUE_UNSET, 10, "result in closed",
          "there is no group 'closed' in the set of these codes"),
        M(VALUE_UNSET, 0, "number in closed_without",
          "this is text; only a code is in a group. Other values: in (a, b)"),
        M(VALUE_UNSET, 8, "state = 'opened'", "'opened' is none of the values of this field"),
        M(VALUE_UNSET, 14, "why(number) = 'forgotten'",
          "'forgotten' is no reason why an answer is missing"),
    };
    CHECK_MISTAKES(mistakes);
}

static void test_types_that_do_not_fit_are_told(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        M(VALUE_UNSET, 12, "opened_on = '2026-11-25'",
          "a date and text cannot be compared; a date is written date '2026-11-25'"),
        M(VALUE_UNSET, 14, "received_at = opened_on",
          "a datetime and a date cannot be compared; date(...) gives the local date of a datetime"),
        M(VALUE_UNSET, 12, "household = '3'",
          "a whole number and text cannot be compared; numbers stand without quotes"),
        M(VALUE_UNSET, 9, "urgent = 'yes'",
          "yes or no and text cannot be compared; yes and no are true and false, without quotes"),
        M(VALUE_UNSET, 9, "number = null",
          "nothing is equal to null; write is null or is not null"),
        M(VALUE_UNSET, 7, "result > 'SERVICES'",
          "a code has no order; compare with = or <>, or in (...)"),
        M(VALUE_UNSET, 9, "caller = worker",
          "these refer to two kinds of record and are never the same"),
        M(VALUE_UNSET, 39, "exists(a in allegations where a.type = result)",
          "these are codes of two different sets"),
        M(VALUE_UNSET, 11, "urgent and number", "this is text, but yes or no is wanted"),
        M(VALUE_UNSET, 0, "received_at + 3 > now",
          "datetimes do not add; use hours_between(from, to), or date(...) and days"),
        M(VALUE_UNSET, 12, "opened_on + fee > today",
          "this is a decimal number, but a number of days is wanted behind a date"),
        M(VALUE_UNSET, 0, "number + 1 > 2", "this is text, but a number is wanted"),
        M(VALUE_UNSET, 11, "fee * rate * fee > 1",
          "this product would have more than 6 digits after the point"),
        M(VALUE_UNSET, 10, "number || household", "this is a whole number, but text is wanted"),
        M(VALUE_UNSET, 29, "case when urgent then 1 else 'one' end",
          "a whole number and text cannot be choices of one value; numbers stand without quotes"),
        M(VALUE_UNSET, 0, "case when urgent then null end",
          "this is always null; say what it should be"),
        M(VALUE_UNSET, 0, "languages = 'hmn'",
          "this field holds several answers; only \"is addressed\" can be asked"),
        M(VALUE_UNSET, 0, "languages",
          "this field holds several answers; only \"is addressed\" can be asked"),
        M(VALUE_UNSET, 0, "languages is null",
          "this field holds several answers; only \"is addressed\" can be asked"),
        M(VALUE_UNSET, 4, "why(days_open) = 'declined'", "why(...) wants a field"),
        M(VALUE_UNSET, 0, "days_open is addressed",
          "only a field is addressed or not; a computed value is null or not"),
        M(VALUE_UNSET, 6, "max(a.type for a in allegations) = 'NEGLECT'",
          "a code has no order, so there is no least and no most; use first(...)"),
        M(VALUE_BOOLEAN, 0, "household", "this is a whole number, but yes or no is wanted"),
        M(VALUE_DATE, 0, "received_at",
          "this is a datetime, but a date is wanted; date(...) gives the local date of a datetime"),
        M(VALUE_CODE, 0, "'NEGLECT'", "'NEGLECT' is not among the codes of this field"),
        M(VALUE_CODE, 0, "number", "this is text, but a code is wanted"),
        M(VALUE_CODE, 0, "first(a.type for a in allegations)",
          "this is a code of another set than the one wanted here"),
        M(VALUE_DECIMAL, 0, "rate", "this has more digits after the point than are kept here"),
        M(VALUE_REFERENCE, 0, "worker",
          "this refers to another kind of record than the one wanted here"),
    };
    CHECK_MISTAKES(mistakes);
}

static void test_nothing_may_grow_without_end(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    struct expr_error error;
    uint32_t root;
    char deep[2000];
    memset(deep, '(', sizeof(deep));
    assert_int_equal(compile(&world, (struct str){deep, sizeof(deep)}, VALUE_UNSET, &root, &error),
                     STATUS_INVALID);
    assert_text(error.message, "this is nested too deep; declare the inner part as a fact");

    /* 1 + 1 + 1 ... is a deep tree although nothing is nested in the text. */
    for (size_t i = 0; i < sizeof(deep); i += 2) {
        memcpy(deep + i, "1+", 2);
    }
    assert_int_equal(
        compile(&world, (struct str){deep, sizeof(deep) - 1}, VALUE_UNSET, &root, &error),
        STATUS_INVALID);
    assert_text(error.message, "this is nested too deep; declare the inner part as a fact");

    /* A long chain of conditions is not deep. */
    struct str once = STR("urgent or ");
    char wide[200 * 10];
    for (size_t i = 0; i < 200; i++) {
        memcpy(wide + i * once.n, once.p, once.n);
    }
    assert_int_equal(
        compile(&world, (struct str){wide, sizeof(wide) - 4}, VALUE_BOOLEAN, &root, &error),
        STATUS_OK);
}

static uint32_t fact_of_itself(void *context, uint32_t fact)
{
    (void)fact;
    return *(const uint32_t *)context;
}

static void test_facts_that_lead_to_themselves_are_found(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    struct expr_error error;
    uint32_t root;
    assert_int_equal(compile(&world, STR("late or urgent"), VALUE_BOOLEAN, &root, &error),
                     STATUS_OK);
    assert_true(expr_ends(world.program.nodes.items, root, world_fact, &world));
    assert_false(expr_ends(world.program.nodes.items, root, fact_of_itself, &root));
}

static void test_variables_bound_from_outside_take_the_first_slots(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    struct expr_variable it = {STR("it"), ALLEGATION};
    struct expr_scope scope = world_scope(REPORT);
    scope.variables = &it;
    scope.variable_count = 1;
    struct expr_error error;
    uint32_t root;
    assert_int_equal(
        expr_compile(&arena, STR("exists(w in it.victim.wards where w.born_on > it.happened_on)"),
                     &scope, VALUE_BOOLEAN, 1, 0, &world.program, &root, &error),
        STATUS_OK);
    assert_int_equal(world.program.nodes.items[root].op, EXPR_EXISTS);
    assert_int_equal(world.program.nodes.items[root].id, 1);
}

static void test_nodes_remember_where_they_were_written(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    struct expr_scope scope = world_scope(REPORT);
    struct expr_error error;
    uint32_t root;
    assert_int_equal(expr_compile(&arena, STR("urgent and late"), &scope, VALUE_BOOLEAN, 12, 20,
                                  &world.program, &root, &error),
                     STATUS_OK);
    const struct expr_node *nodes = world.program.nodes.items;
    assert_int_equal(nodes[root].line, 12);
    assert_int_equal(nodes[root].column, 20 + 7);
    assert_int_equal(nodes[nodes[nodes[root].first].next].column, 20 + 11);
}

/* ---- soundness ---- */

static void test_damaged_nodes_are_refused(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    struct expr_error error;
    uint32_t root;
    assert_int_equal(compile(&world, STR("exists(a in allegations where a.note = 'seen')"),
                             VALUE_BOOLEAN, &root, &error),
                     STATUS_OK);
    struct expr_node *nodes = world.program.nodes.items;
    size_t count = world.program.nodes.count, text = world.program.text.count, at = 0;
    assert_true(expr_nodes_sound(&arena, nodes, count, text, &at));

    struct expr_node whole = nodes[root];
    nodes[root].op = EXPR__COUNT;
    assert_false(expr_nodes_sound(&arena, nodes, count, text, &at));
    assert_int_equal(at, root);
    nodes[root] = whole;
    nodes[root].id = EXPR_VARIABLES_MAX; /* a slot that is not there */
    assert_false(expr_nodes_sound(&arena, nodes, count, text, &at));
    nodes[root] = whole;
    nodes[root].first = root; /* its own child */
    assert_false(expr_nodes_sound(&arena, nodes, count, text, &at));
    nodes[root] = whole;
    nodes[root].op = EXPR_NOT; /* members where a condition belongs */
    assert_false(expr_nodes_sound(&arena, nodes, count, text, &at));
    nodes[root] = whole;
    uint32_t where = nodes[nodes[root].first].next;
    nodes[where].next = nodes[root].first; /* a ring of siblings */
    assert_false(expr_nodes_sound(&arena, nodes, count, text, &at));
    nodes[where].next = EXPR_NONE;
    assert_true(expr_nodes_sound(&arena, nodes, count, text, &at));
    assert_false(expr_nodes_sound(&arena, nodes, count, text - 1, &at)); /* text that is cut off */
}

/* ---- explain ---- */

static struct str words_field(void *context, uint32_t field)
{
    (void)context;
    return world_fields[field].name;
}

static struct str words_collection(void *context, uint32_t collection)
{
    (void)context;
    return world_collections[collection].name;
}

static struct str words_fact(void *context, uint32_t fact)
{
    (void)context;
    return world_facts[fact].name;
}

static struct str words_code(void *context, uint32_t set, struct str code)
{
    (void)context;
    return set == RESULTS && str_eq(code, STR("SUBSTANTIATED")) ? STR("Substantiated") : code;
}

static void test_explains_in_plain_words(void **state)
{
    (void)state;
    static const struct {
        struct str source, words;
    } cases[] = {
        {STR_INIT("urgent and not (household > 3 or closed_at is not null)"),
         STR_INIT("urgent is yes and not (household is more than 3 or closed_at has a value)")                                         },
        {STR_INIT("opened_on + 30 < today"),                                         STR_INIT("opened_on plus 30 days is before today")},
        {STR_INIT("result in ('SUBSTANTIATED', 'SERVICES')"),
         STR_INIT("result is one of Substantiated or SERVICES")                                                                        },
        {STR_INIT("exists(a in allegations where a.confirmed and a.victim.born_on <= "
                  "date '2020-02-29')"),
         STR_INIT("there is one of allegations where its confirmed is yes and born_on of victim of "
                  "it is 2020-02-29 or before")                                                                                        },
        {STR_INIT("every(a in allegations where a.weeks > 2: a.note is addressed)"),
         STR_INIT("for each of allegations where its weeks is more than 2: its note is answered, "
                  "or there is a reason why not")                                                                                      },
        {STR_INIT("min(a.happened_on for a in allegations)"),
         STR_INIT("the earliest of its happened_on among allegations")                                                                 },
        {STR_INIT("case when late then -12.50 else fee end"),
         STR_INIT("-12.50 when late is yes; otherwise fee")                                                                            },
        {STR_INIT("caller.name || ' and others'"),
         STR_INIT("name of caller and \" and others\" joined")                                                                         },
    };
    struct expr_words words = {.field = words_field,
                               .collection = words_collection,
                               .fact = words_fact,
                               .code = words_code};
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct expr_error error;
        uint32_t root;
        assert_int_equal(compile(&world, cases[i].source, VALUE_UNSET, &root, &error), STATUS_OK);
        assert_str_equal(
            expr_explain(&arena, world.program.nodes.items, world.program.text.items, root, &words),
            cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spelling_mistakes_say_what_would_be_right),
        cmocka_unit_test(test_wrong_names_are_told_with_what_was_meant),
        cmocka_unit_test(test_types_that_do_not_fit_are_told),
        cmocka_unit_test(test_nothing_may_grow_without_end),
        cmocka_unit_test(test_facts_that_lead_to_themselves_are_found),
        cmocka_unit_test(test_variables_bound_from_outside_take_the_first_slots),
        cmocka_unit_test(test_nodes_remember_where_they_were_written),
        cmocka_unit_test(test_damaged_nodes_are_refused),
        cmocka_unit_test(test_explains_in_plain_words),
    };
    return cmocka_run_group_tests_name("expr", tests, NULL, NULL);
}
