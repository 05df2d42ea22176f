/* The sample county: it can be made on any day, and what it is to show is there. */
#include "world.h"

static struct str source;

static void make_county(struct world *world, struct str now)
{
    world_open(world, source, now);
    world_play(world, STR("sample/workers.yaml"));
    world_play(world, STR("sample/families.yaml"));
    world_play(world, STR("sample/families_assessed.yaml"));
    world_play(world, STR("sample/families_opened.yaml"));
    world_play(world, STR("test/story/sample_shows.yaml"));
    assert_int_equal(world_audit(world).broken, 0);
    world_close(world);
}

static void test_on_a_weekday(void **state)
{
    struct world world;
    (void)state;
    make_county(&world, STR("2026-11-24T13:00"));
}

static void test_just_after_midnight_on_a_sunday(void **state)
{
    struct world world;
    (void)state;
    make_county(&world, STR("2027-01-03T00:20"));
}

static void test_after_the_clocks_change(void **state)
{
    struct world world;
    (void)state;
    make_county(&world, STR("2027-03-14T03:10"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_a_weekday),
        cmocka_unit_test(test_just_after_midnight_on_a_sunday),
        cmocka_unit_test(test_after_the_clocks_change),
    };
    source = str_from(argc > 1 ? argv[1] : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
