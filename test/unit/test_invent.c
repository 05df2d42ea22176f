/* Invented families: the same number gives the same, and names come as often as names do. */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/map.h"
#include "main/invent.h"
#include "main/paths.h"

#define PLAN STR("../../sample/state/plan.yaml")
#define DRAWS 200000
#define ARENA_CAP ((size_t)256 * 1024 * 1024)

static const char table[] = "SMITH          1.000  1.000      1\n"
                            "O'NEIL         0.100  1.100      2\n"
                            "RARE           0.000  1.100      3\n";

static const struct yaml *read_plan(struct arena *arena, struct str text)
{
    struct messages messages;
    messages_init(&messages, arena);
    const struct yaml *plan = yaml_read(arena, STR("plan.yaml"), text, &messages);
    assert_int_equal(messages.list.count, 0);
    return plan;
}

static const struct yaml *read_state(struct arena *arena)
{
    struct str text;
    assert_true(read_file(arena, PLAN, &text));
    return read_plan(arena, text);
}

static struct invent *open_invent(struct arena *arena, const struct yaml *plan, struct str folder)
{
    struct outcome outcome;
    outcome_init(&outcome, arena);
    struct invent *invent = invent_open(arena, plan, folder, &outcome);
    assert_non_null(invent);
    return invent;
}

static struct str fill(struct invented *invented, struct str template)
{
    struct str bad;
    struct str text = invented_fill(invented, template, &bad);
    assert_text(bad, "");
    return text;
}

static void test_same_number_same_family(void **state)
{
    TEST_ARENA(arena);
    struct str template = STR("<girl:mother> <surname:family>, <1..900> <street>, <city>");
    const struct invent *invent = open_invent(&arena, read_state(&arena), STR(""));
    struct invented first, again, other;
    invented_begin(&first, invent, &arena, 7);
    invented_begin(&again, invent, &arena, 7);
    invented_begin(&other, invent, &arena, 8);
    struct str text = fill(&first, template);
    assert_str_equal(fill(&again, template), text);
    assert_false(str_eq(fill(&other, template), text));
    (void)state;
}

static void test_keys(void **state)
{
    TEST_ARENA(arena);
    const struct invent *invent =
        open_invent(&arena, read_plan(&arena, STR("words: { n: [a] }")), STR(""));
    struct invented invented;
    struct str bad;
    bool moved = false;
    invented_begin(&invented, invent, &arena, 1);
    struct str whole = fill(&invented, STR("<1..1000000:family>"));
    struct str part = fill(&invented, STR("<1..1000000:.here>"));
    assert_str_equal(fill(&invented, STR("<1..1000000:family>")), whole);
    assert_false(str_eq(fill(&invented, STR("<1..1000000:.here>")), part));
    for (int i = 0; i < 200; i++) {
        int64_t number;
        assert_true(str_to_i64(fill(&invented, STR("<4..6>")), &number));
        assert_in_range(number, 4, 6);
        moved = moved || number != 4;
    }
    assert_true(moved);
    (void)invented_fill(&invented, STR("<n> and <nothing>"), &bad);
    assert_text(bad, "nothing");
    (void)state;
}

/* How many last names the plan can make; and drawn, how many there are, and how often the first. */
static void test_last_names(void **state)
{
    struct arena CLEANUP(arena_clear) arena;
    struct map made, drawn;
    struct invented invented;
    size_t first = 0, last = 0;
    arena_init(&arena, ARENA_CAP, NULL, NULL);
    const struct yaml *plan = read_state(&arena);
    const struct yaml *parts =
        yaml_find(yaml_find(plan, STR("words"))->value, STR("surname"))->value;
    const struct yaml *begins = parts->items[0], *middles = parts->items[1];
    const struct yaml *ends = parts->items[2];
    map_init(&made, &arena);
    for (size_t i = 0; i < begins->count; i++) {
        for (size_t k = 0; k < middles->count; k++) {
            for (size_t n = 0; n < ends->count; n++) {
                (void)map_add(&made,
                              STR_JOIN(&arena, begins->items[i]->text, middles->items[k]->text,
                                       ends->items[n]->text),
                              &made);
            }
        }
    }
    assert_true(made.count >= 150000);
    map_init(&drawn, &arena);
    invented_begin(&invented, open_invent(&arena, plan, STR("")), &arena, 1);
    for (int i = 0; i < DRAWS; i++) {
        struct str name = fill(&invented, STR("<surname>"));
        (void)map_add(&drawn, name, &drawn);
        first += str_starts(name, begins->items[0]->text) ? 1 : 0;
        last += str_starts(name, begins->items[begins->count - 1]->text) ? 1 : 0;
    }
    assert_true(drawn.count > 50000); /* most families share theirs with few others */
    assert_true(first > 5 * last && last > 0);
    (void)state;
}

static void test_frequency_table(void **state)
{
    TEST_ARENA(arena);
    char folder[] = "/tmp/hearth-invent-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct str path = STR_JOIN(&arena, str_from(folder), STR("/names"));
    int file = open(str_cstr(&arena, path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(file, table, sizeof(table) - 1), (ssize_t)sizeof(table) - 1);
    close(file);
    const struct yaml *plan =
        read_plan(&arena, STR("tables: { last: names }\nwords: { last: [[A], [b]] }\n"));
    struct invented invented;
    size_t often = 0, seldom = 0, others = 0;
    invented_begin(&invented, open_invent(&arena, plan, str_from(folder)), &arena, 3);
    for (int i = 0; i < 11000; i++) {
        struct str name = fill(&invented, STR("<last>"));
        often += str_eq(name, STR("Smith")) ? 1 : 0;
        seldom += str_eq(name, STR("O'Neil")) ? 1 : 0;
        others += str_eq(name, STR("Ab")) ? 1 : 0;
    }
    assert_int_equal(others, 0); /* the plan's own words are for where there is no table */
    assert_in_range(often, 9700, 10300);
    assert_in_range(seldom, 900, 1100);
    unlink(str_cstr(&arena, path));
    rmdir(folder);
    struct outcome outcome;
    outcome_init(&outcome, &arena);
    assert_null(invent_open(&arena, plan, STR("/nowhere"), &outcome));
    assert_int_equal(outcome.status, STATUS_INVALID);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_number_same_family),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_last_names),
        cmocka_unit_test(test_frequency_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
