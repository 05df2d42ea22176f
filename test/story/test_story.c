/* The acceptance story (steps 1 to 10 and 13 to 15) and the other way at step 7, as acts that
 * practice staff can read: steps/NN_*.yaml. What each step must leave on record is expected there,
 * beside the act. */
#include "store/installation.h"
#include "world.h"

static struct str source;

static void play_until_the_plan(struct world *world)
{
    world_play(world, STR("sample/workers.yaml"));
    world_play(world, STR("test/story/steps/00_before.yaml"));
    world_play(world, STR("test/story/steps/01_call.yaml"));
    world_play(world, STR("test/story/steps/02_screening.yaml"));
    world_play(world, STR("test/story/steps/03_school.yaml"));
    world_play(world, STR("test/story/steps/04_home.yaml"));
    world_play(world, STR("test/story/steps/05_heritage.yaml"));
    world_play(world, STR("test/story/steps/06_plan.yaml"));
}

/* Every act is sealed, and the chain of all of them holds. */
static void assert_sealed(struct world *world)
{
    struct store_audit audit = world_audit(world);
    assert_int_equal(audit.broken, 0);
    assert_int_equal(audit.unsealed, 0);
    assert_true(audit.valid > 0);
}

static void test_from_the_call_to_the_plan(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, source, STR("2026-11-25T08:00"));
    play_until_the_plan(&world);
    world_play(&world, STR("test/story/steps/07_signed.yaml"));
    world_play(&world, STR("test/story/steps/08_next_day.yaml"));
    world_play(&world, STR("test/story/steps/09_review.yaml"));
    world_play(&world, STR("test/story/steps/10_second_report.yaml"));
    world_play(&world, STR("test/story/steps/13_decision.yaml"));
    world_play(&world, STR("test/story/steps/14_findings.yaml"));
    world_play(&world, STR("test/story/steps/15_opened.yaml"));
    world_play(&world, STR("test/story/steps/16_review.yaml"));
    world_play(&world, STR("test/story/steps/17_together.yaml"));
    world_play(&world, STR("sample/two_agencies.yaml"));
    world_play(&world, STR("test/story/sharing/case_moves.yaml"));
    assert_sealed(&world);
    world_close(&world);
}

static void test_the_other_way(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, source, STR("2026-11-25T08:00"));
    play_until_the_plan(&world);
    world_play(&world, STR("test/story/steps/07_other_way.yaml"));
    assert_sealed(&world);
    world_close(&world);
}

/* A script that needs nothing but the sample county's workers. */
static void play_alone(struct str at, struct str script)
{
    struct world world;
    world_open(&world, source, at);
    world_play(&world, STR("sample/workers.yaml"));
    world_play(&world, script);
    assert_sealed(&world);
    world_close(&world);
}

/* What else reaches Access: calls that are no report, a night, a transfer, a missing child. */
static void test_other_calls(void **state)
{
    (void)state;
    play_alone(STR("2026-11-23T08:00"), STR("test/story/access/calls.yaml"));
}

/* Another state, or a nation, is responsible. */
static void test_other_states(void **state)
{
    (void)state;
    play_alone(STR("2026-11-23T08:00"), STR("test/story/access/other_states.yaml"));
}

/* What stands beside the questions of danger. */
static void test_help(void **state)
{
    (void)state;
    play_alone(STR("2026-11-23T08:00"), STR("test/story/access/help.yaml"));
}

/* In a setting outside the home, and by somebody without a part in the care. */
static void test_secondary(void **state)
{
    (void)state;
    play_alone(STR("2026-11-23T08:00"), STR("test/story/kinds/secondary.yaml"));
}

static void test_non_caregiver(void **state)
{
    (void)state;
    play_alone(STR("2026-11-23T08:00"), STR("test/story/kinds/non_caregiver.yaml"));
}

/* Milwaukee and Dane on one family: each its part under an agreement, then the whole of it handed
 * over. */
static void test_two_agencies(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, source, STR("2026-12-02T08:00"));
    world_play(&world, STR("sample/workers.yaml"));
    world_play(&world, STR("sample/two_agencies.yaml"));
    world_play(&world, STR("test/story/sharing/milwaukee_and_dane.yaml"));
    assert_sealed(&world);
    world_close(&world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_the_call_to_the_plan),
        cmocka_unit_test(test_the_other_way),
        cmocka_unit_test(test_other_calls),
        cmocka_unit_test(test_other_states),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_secondary),
        cmocka_unit_test(test_non_caregiver),
        cmocka_unit_test(test_two_agencies),
    };
    source = str_from(argc > 1 ? argv[1] : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
