/* What expressions give: three-valued logic, numbers at their limits, dates at the end of months,
 * records that are not there. The property test holds the databases against the same functions;
 * here stands what the answers are. */
#include "unit.h"

#include "expr/expr.h"
#include "expr_world.h"

/* ---- the records ---- */

static struct value day(int32_t year, unsigned month, unsigned day_of_month)
{
    return value_date(date_from_civil(year, month, day_of_month));
}

/* A reading on a day of 2026 in UTC; the local date is given apart, as it is stored. */
static struct value moment(unsigned month, unsigned day_of_month, unsigned hour, unsigned local_day)
{
    int64_t ms = (int64_t)date_from_civil(2026, month, day_of_month).day * 86400000 +
                 (int64_t)hour * 3600000;
    return value_datetime((struct instant){ms}, date_from_civil(2026, month, local_day));
}

static struct record make_record(enum world_kind kind, unsigned number)
{
    return (struct record){.kind = kind, .id = world_id(kind, number)};
}

static struct value to(enum world_kind kind, unsigned number)
{
    return value_reference(world_id(kind, number));
}

enum {
    REPORT_1, /* full, with three allegations */
    REPORT_2, /* all unset */
    ALLEGATION_1,
    ALLEGATION_2,
    ALLEGATION_3,
    MOTHER,
    CHILD,
    WORKER_1,
    RECORDS
};

static struct record *make_records(struct arena *arena)
{
    struct record *r = ARENA_ARRAY(arena, RECORDS, struct record);
    r[REPORT_1] = make_record(REPORT, 1);
    r[REPORT_2] = make_record(REPORT, 2);
    r[MOTHER] = make_record(PERSON, 1);
    r[CHILD] = make_record(PERSON, 2);
    r[WORKER_1] = make_record(WORKER, 1);
    struct value *v = r[REPORT_1].values;
    v[REPORT_NUMBER] = value_text(STR("R-2026-14"));
    v[REPORT_RECEIVED] = moment(11, 25, 2, 24); /* 20:00 of the day before in Wisconsin */
    v[REPORT_OPENED] = day(2026, 1, 31);
    v[REPORT_URGENT] = value_boolean(true);
    v[REPORT_HOUSEHOLD] = value_integer(4);
    v[REPORT_FEE] = value_decimal(1250, 2);
    v[REPORT_RATE] = value_decimal(500, 3);
    v[REPORT_RESULT] = value_code(STR("SCREENED_OUT"), 3);
    v[REPORT_CALLER] = to(PERSON, 1);
    v[REPORT_WORKER] = to(WORKER, 1);
    r[REPORT_1].why[REPORT_CLOSED] = STR("not_asked");
    for (unsigned i = 0; i < 3; i++) {
        struct record *a = &r[ALLEGATION_1 + i];
        *a = make_record(ALLEGATION, i + 1);
        a->owner = r[REPORT_1].id;
        a->values[ALLEGATION_WEEKS] = value_integer(10 * (int64_t)(i + 1));
        a->values[ALLEGATION_VICTIM] = to(PERSON, 2);
        a->values[ALLEGATION_TYPE] = value_code(i == 1 ? STR("PHYSICAL") : STR("NEGLECT"), 1);
    }
    r[ALLEGATION_1].values[ALLEGATION_HAPPENED] = day(2026, 3, 5);
    r[ALLEGATION_2].values[ALLEGATION_HAPPENED] = day(2024, 2, 29);
    r[ALLEGATION_2].values[ALLEGATION_CONFIRMED] = value_boolean(true);
    r[ALLEGATION_3].values[ALLEGATION_CONFIRMED] = value_boolean(false);
    r[MOTHER].values[PERSON_NAME] = value_text(STR("Ada Example"));
    r[MOTHER].values[PERSON_BORN] = day(1996, 2, 29);
    r[CHILD].values[PERSON_GUARDIAN] = to(PERSON, 1);
    r[CHILD].values[PERSON_BORN] = day(2020, 11, 26);
    r[WORKER_1].values[WORKER_CASELOAD] = value_integer(12);
    return r;
}

static struct value evaluate(struct arena *arena, struct str source, unsigned subject)
{
    struct world world;
    world_init(&world, arena);
    struct record *records = make_records(arena);
    world.records = records;
    world.count = RECORDS;
    struct expr_variable it = {STR("it"), ALLEGATION};
    struct expr_scope scope = world_scope(REPORT);
    scope.variables = &it;
    scope.variable_count = 1;
    struct expr_error error = {0};
    uint32_t root = 0;
    if (expr_compile(arena, source, &scope, VALUE_UNSET, 1, 0, &world.program, &root, &error) !=
        STATUS_OK) {
        print_error("%.*s: %.*s\n", STR_ARG(source), STR_ARG(error.message));
        fail();
    }
    struct expr_host host = world_host(&world);
    host.bound[0] = &records[ALLEGATION_2];
    host.actor = &records[WORKER_1];
    return expr_evaluate(&host, root, &records[subject]);
}

struct expectation {
    struct str source;
    struct value value;
};

static void check_all(const struct expectation *expectations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TEST_ARENA(arena);
        struct value value = evaluate(&arena, expectations[i].source, REPORT_1);
        if (!value_same(value, expectations[i].value)) {
            print_error("%.*s is %.*s %lld\n", STR_ARG(expectations[i].source),
                        STR_ARG(value_type_name(value.type)), (long long)value.integer);
            fail();
        }
    }
}
#define CHECK_ALL(expectations) check_all((expectations), ARRAY_LENGTH(expectations))

#define UNSET                                                                                      \
    {                                                                                              \
        .type = VALUE_UNSET                                                                        \
    }
#define YES                                                                                        \
    {                                                                                              \
        .type = VALUE_BOOLEAN, .boolean = true                                                     \
    }
#define NO                                                                                         \
    {                                                                                              \
        .type = VALUE_BOOLEAN, .boolean = false                                                    \
    }
#define INT(number)                                                                                \
    {                                                                                              \
        .type = VALUE_INTEGER, .integer = (number)                                                 \
    }
#define DEC(number, digits)                                                                        \
    {                                                                                              \
        .type = VALUE_DECIMAL, .scale = (digits), .integer = (number)                              \
    }
#define E(source, ...)                                                                             \
    {                                                                                              \
        STR_INIT(source), __VA_ARGS__                                                              \
    }

/* ---- tests ---- */

static void test_logic_has_three_values(void **state)
{
    (void)state;
    /* narrative is unset, so that narrative = 'x' is neither true nor false. */
    static const struct expectation cases[] = {
        E("narrative = 'x'", UNSET),
        E("narrative <> 'x'", UNSET),
        E("not narrative = 'x'", UNSET),
        E("urgent and narrative = 'x'", UNSET),
        E("not urgent and narrative = 'x'", NO),
        E("urgent or narrative = 'x'", YES),
        E("not urgent or narrative = 'x'", UNSET),
        E("narrative in ('x', 'y')", UNSET),
        E("narrative not in ('x', 'y')", UNSET),
        E("household between 5 and age(opened_on, date(closed_at))", NO),
        E("household between 3 and age(opened_on, date(closed_at))", UNSET),
        E("narrative is null", YES),
        E("narrative is not null", NO),
        E("case when narrative = 'x' then 1 when urgent then 2 else 3 end", INT(2)),
        E("case when narrative = 'x' then 1 end", UNSET),
        E("coalesce(narrative, number) = 'R-2026-14'", YES),
        E("not not urgent", YES),
        E("urgent = true", YES),
    };
    CHECK_ALL(cases);
}

static void test_a_missing_answer_is_not_a_value(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("closed_at is null", YES),
        E("closed_at is addressed", YES),
        E("why(closed_at) = 'not_asked'", YES),
        E("number is addressed", YES),
        E("why(number) is null", YES),
        E("languages is addressed", NO),
        E("state = 'open'", UNSET),
        E("narrative is addressed", NO),
        E("narrative is not addressed", YES),
    };
    CHECK_ALL(cases);
}

static void test_numbers_end_at_their_limits(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("9223372036854775807 + household", UNSET),
        E("-9223372036854775807 - household", UNSET),
        E("9223372036854775807 * 2", UNSET),
        E("(-9223372036854775807 - 1) / -1", UNSET),
        E("-(-9223372036854775807 - 1)", UNSET),
        E("household / 0", UNSET),
        E("7 / 2", INT(3)),
        E("-7 / 2", INT(-3)),
        E("fee + 1", DEC(1350, 2)),
        E("fee * household", DEC(5000, 2)),
        E("fee * rate", DEC(625000, 5)),
        E("fee / 3", DEC(416, 2)),
        E("-fee / 3", DEC(-416, 2)),
        E("1 / 8.0", DEC(1, 1)),
        E("1.000 / 8", DEC(125, 3)),
        E("fee / rate", DEC(25000, 3)),
        E("fee = 12.5", YES),
        E("fee = 12.500", YES),
        E("household > 3.99", YES),
        E("household * 2305843009213693950 > fee",
          UNSET), /* it has no place with two more digits */
        E("2 + 3 * 4 - -1", INT(15)),
    };
    CHECK_ALL(cases);
}

static void test_dates_follow_the_calendar(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("add_months(opened_on, 1) = date '2026-02-28'", YES),
        E("add_months(opened_on, 25) = date '2028-02-29'", YES),
        E("add_months(opened_on, -2) = date '2025-11-30'", YES),
        E("months_between(date '2026-01-31', date '2026-02-28')", INT(1)),
        E("months_between(date '2026-01-31', date '2026-02-27')", INT(0)),
        E("months_between(date '2026-02-28', date '2026-01-31')", INT(0)),
        E("age(caller.born_on, date '2027-02-28')", INT(30)),
        E("age(caller.born_on, date '2027-03-01')", INT(31)),
        E("opened_on + 29 = date '2026-03-01'", YES),
        E("opened_on - 31 = date '2025-12-31'", YES),
        E("today - opened_on", INT(298)),
        E("opened_on + 9223372036854775807", UNSET),
        E("opened_on - 9223372036854775807", UNSET),
        E("opened_on + 3000000", UNSET), /* past the year 9999 */
        E("add_months(opened_on, 999999999999)", UNSET),
        E("date(received_at) = date '2026-11-24'", YES), /* local, whatever UTC says */
        E("date(now) = today", YES),
        E("hours_between(received_at, now)", INT(17)),
        E("hours_between(now, received_at)", INT(-17)),
        E("received_at < now", YES),
    };
    CHECK_ALL(cases);
}

static void test_text_is_bytes_in_order_and_characters_in_length(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("'Zoe' < 'adam'", YES), /* capitals first, as in every database with the C collation */
        E("'a' < 'ab'", YES),
        E("length('Nuñez')", INT(5)),
        E("length('')", INT(0)),
        E("'it''s' = 'it' || '''' || 's'", YES),
        E("number || narrative", UNSET),
        E("number || ': ' || result = 'R-2026-14: SCREENED_OUT'", YES),
    };
    CHECK_ALL(cases);
}

static void test_codes_are_the_same_in_every_version(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("result = 'SCREENED_OUT'", YES),
        E("result in closed_without", YES),
        E("result not in ('SUBSTANTIATED', 'SERVICES')", YES),
        E("case when urgent then 'SCREENED_OUT' else 'SERVICES' end = result", YES),
    };
    CHECK_ALL(cases);
}

static void test_collections_count_only_what_is_true(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("count(a in allegations)", INT(3)),
        E("count(a in allegations where a.confirmed)", INT(1)),
        E("count(a in allegations where not a.confirmed)", INT(1)), /* the third one is unset */
        E("exists(a in allegations where a.confirmed and a.type = 'NEGLECT')", NO),
        E("every(a in allegations: a.confirmed)", NO),
        E("every(a in allegations where a.confirmed: a.type = 'PHYSICAL')", YES),
        E("every(a in caller.reports_made where a.urgent: exists(b in a.allegations where "
          "b.weeks > 25))",
          YES),
        E("min(a.weeks for a in allegations)", INT(10)),
        E("max(a.weeks for a in allegations where a.type = 'NEGLECT')", INT(30)),
        E("max(a.weeks for a in allegations where a.weeks > 99)", UNSET),
        E("min(a.happened_on for a in allegations) = date '2024-02-29'",
          YES), /* unset is left out */
        E("first(a.type for a in allegations) = 'NEGLECT'", YES),
        E("first(a.happened_on for a in allegations where a.weeks = 30) is null", YES),
        E("count(a in allegations where exists(b in allegations where b.weeks > a.weeks))", INT(2)),
    };
    CHECK_ALL(cases);
}

static void test_paths_lead_through_records(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("caller.name = 'Ada Example'", YES),
        E("caller.guardian.name", UNSET),
        E("caller.guardian.name is null", YES),
        E("caller.guardian.name is addressed", NO),
        E("caller.guardian.alone", UNSET),
        E("count(w in caller.guardian.wards)", INT(0)),
        E("every(w in caller.guardian.wards: w.safe)", YES),
        E("exists(w in caller.wards where w.guardian = caller)", YES),
        E("it.victim.guardian = caller", YES),
        E("it.weeks", INT(20)),
        E("worker = actor", YES),
        E("actor.caseload + 1", INT(13)),
        E("exists(a in allegations where a = it)", YES),
        E("this.household", INT(4)),
    };
    CHECK_ALL(cases);
}

static void test_facts_stand_for_their_expression(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        E("days_open", INT(298)),
        E("late", YES),
        E("first_harm = date '2024-02-29'", YES),
        E("taken_at = received_at", YES),
        E("caller.years", INT(30)),
        E("it.victim.years", INT(5)), /* six tomorrow */
        E("caller.alone", NO),
    };
    CHECK_ALL(cases);
}

static void test_unset_is_not_true(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct value value = evaluate(&arena, STR("late or urgent"), REPORT_2);
    assert_int_equal(value.type, VALUE_UNSET);
    value = evaluate(&arena, STR("case when late or urgent then 1 else 2 end"), REPORT_2);
    assert_int_equal(value.integer, 2);
}

/* What is wanted decides what a literal is, and values come at the scale of the place. */
static void test_the_place_shapes_the_value(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct world world;
    world_init(&world, &arena);
    struct expr_scope scope = world_scope(REPORT);
    scope.wanted_code_set = RESULTS;
    scope.wanted_scale = 3;
    static const struct {
        struct str source;
        struct value value;
    } cases[] = {
        {STR_INIT("'SERVICES'"),                                  {.type = VALUE_CODE, .code = {STR_INIT("SERVICES"), 0}}},
        {                   STR_INIT("case when today = today then 'SERVICES' else null end"),
         {.type = VALUE_CODE, .code = {STR_INIT("SERVICES"), 0}}                                                       },
        {      STR_INIT("12"),                                                     DEC(12000,                                                                                                            3)},
        { STR_INIT("1 + 1.5"),                                                     DEC(2500,                                                                                                            3)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct expr_error error;
        uint32_t root;
        assert_int_equal(expr_compile(&arena, cases[i].source, &scope, cases[i].value.type, 1, 0,
                                      &world.program, &root, &error),
                         STATUS_OK);
        struct expr_host host = world_host(&world);
        assert_true(value_same(expr_evaluate(&host, root, NULL), cases[i].value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logic_has_three_values),
        cmocka_unit_test(test_a_missing_answer_is_not_a_value),
        cmocka_unit_test(test_numbers_end_at_their_limits),
        cmocka_unit_test(test_dates_follow_the_calendar),
        cmocka_unit_test(test_text_is_bytes_in_order_and_characters_in_length),
        cmocka_unit_test(test_codes_are_the_same_in_every_version),
        cmocka_unit_test(test_collections_count_only_what_is_true),
        cmocka_unit_test(test_paths_lead_through_records),
        cmocka_unit_test(test_facts_stand_for_their_expression),
        cmocka_unit_test(test_unset_is_not_true),
        cmocka_unit_test(test_the_place_shapes_the_value),
    };
    return cmocka_run_group_tests_name("expr_evaluate", tests, NULL, NULL);
}
