#include "base/status.h"

#include "unit.h"

static void every_status_has_a_name_a_title_and_a_code(void **state)
{
    (void)state;
    for (enum status status = 0; status < STATUS__COUNT; status++) {
        assert_true(status_name(status).n > 0);
        assert_true(status_title(status).n > 0);
        unsigned http = status_http(status);
        assert_true(status == STATUS_OK ? http == 200 : http >= 400 && http <= 599);
    }
    assert_text(status_name(STATUS_STALE), "stale");
    assert_text(status_title(STATUS_STALE), "Someone else saved this first");
    assert_int_equal(status_http(STATUS_STALE), 409);
}

static void names_are_those_of_the_code_in_lower_case(void **state)
{
    (void)state;
    static const struct str names[] = {
#define STATUS(name, text, http, title) STR_INIT(#name),
#include "base/status.def"
#undef STATUS
    };
    for (enum status status = 0; status < STATUS__COUNT; status++) {
        struct str name = status_name(status);
        assert_int_equal(name.n, names[status].n);
        for (size_t i = 0; i < name.n; i++) {
            char upper = name.p[i] == '_' ? '_' : (char)(name.p[i] - 'a' + 'A');
            assert_int_equal(upper, names[status].p[i]);
        }
    }
}

static void names_are_all_different(void **state)
{
    (void)state;
    for (enum status a = 0; a < STATUS__COUNT; a++) {
        for (enum status b = 0; b < a; b++) {
            assert_false(str_eq(status_name(a), status_name(b)));
        }
    }
}

static void the_first_problem_decides_the_status(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    outcome_init(&outcome, &arena);
    assert_int_equal(outcome.status, STATUS_OK);
    outcome_problem(&outcome, STATUS_INVALID, STR("narrative"), STR("required"), STR("Say why."));
    outcome_problem(&outcome, STATUS_FORBIDDEN, STR(""), STR("not_yours"), STR("Ask the owner."));
    assert_int_equal(outcome.status, STATUS_INVALID);
    assert_int_equal(outcome.problems.count, 2);
    assert_text(outcome.problems.items[0].where, "narrative");
    assert_text(outcome.problems.items[0].code, "required");
    assert_text(outcome.problems.items[0].message, "Say why.");
    assert_text(outcome.problems.items[1].where, "");
}

static void a_problem_keeps_its_own_copy(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    char text[] = "date";
    outcome_init(&outcome, &arena);
    struct str view = {text, 4};
    outcome_problem(&outcome, STATUS_INVALID, view, view, view);
    text[0] = 'l';
    assert_text(outcome.problems.items[0].where, "date");
    assert_text(outcome.problems.items[0].code, "date");
    assert_text(outcome.problems.items[0].message, "date");
}

static void a_fault_keeps_its_detail_apart_from_problems(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    outcome_init(&outcome, &arena);
    assert_int_equal(outcome_fault(&outcome, STATUS_INTERNAL, STR("statement 7")), STATUS_INTERNAL);
    assert_int_equal(outcome.status, STATUS_INTERNAL);
    assert_text(outcome.detail, "statement 7");
    assert_int_equal(outcome.problems.count, 0);
}

static enum status fail_with(enum status status, int *reached)
{
    TRY(status);
    (*reached)++;
    return STATUS_OK;
}

static void try_returns_what_went_wrong(void **state)
{
    (void)state;
    int reached = 0;
    assert_int_equal(fail_with(STATUS_BUSY, &reached), STATUS_BUSY);
    assert_int_equal(reached, 0);
    assert_int_equal(fail_with(STATUS_OK, &reached), STATUS_OK);
    assert_int_equal(reached, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_a_title_and_a_code),
        cmocka_unit_test(names_are_those_of_the_code_in_lower_case),
        cmocka_unit_test(names_are_all_different),
        cmocka_unit_test(the_first_problem_decides_the_status),
        cmocka_unit_test(a_problem_keeps_its_own_copy),
        cmocka_unit_test(a_fault_keeps_its_detail_apart_from_problems),
        cmocka_unit_test(try_returns_what_went_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
