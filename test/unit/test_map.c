#include "base/map.h"

#include "base/buf.h"
#include "unit.h"

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct map map;
    map_init(&map, &arena);
    assert_false(map_has(&map, STR("report")));
    assert_null(map_get(&map, STR("report")));
    assert_false(map_has(&map, STR("")));
}

static void a_key_is_taken_once(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct map map;
    int first = 1, second = 2;
    map_init(&map, &arena);
    assert_true(map_add(&map, STR("report"), &first));
    assert_false(map_add(&map, STR("report"), &second));
    assert_ptr_equal(map_get(&map, STR("report")), &first);
    assert_int_equal(map.count, 1);
}

static void a_value_may_be_null_and_a_key_empty(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct map map;
    map_init(&map, &arena);
    assert_true(map_add(&map, STR(""), NULL));
    assert_true(map_has(&map, STR("")));
    assert_true(map_has(&map, (struct str){NULL, 0}));
    assert_null(map_get(&map, STR("")));
    assert_false(map_add(&map, (struct str){NULL, 0}, NULL));
}

static void keys_that_look_alike_are_apart(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct map map;
    int values[4];
    static const struct str keys[] = {
        STR_INIT("a"),
        STR_INIT("a\0"),
        STR_INIT("A"),
        STR_INIT("aa"),
    };
    map_init(&map, &arena);
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        assert_true(map_add(&map, keys[i], &values[i]));
    }
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        assert_ptr_equal(map_get(&map, keys[i]), &values[i]);
    }
}

static void many_keys_are_all_found_in_the_order_they_came(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    TEST_ARENA(arena);
    struct map map;
    int *values = ARENA_ARRAY(&arena, COUNT, int);
    map_init(&map, &arena);
    for (int i = 0; i < COUNT; i++) {
        assert_true(map_add(&map, str_from_int(&arena, i), &values[i]));
    }
    assert_int_equal(map.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        struct str key = str_from_int(&arena, i);
        assert_ptr_equal(map_get(&map, key), &values[i]);
        assert_str_equal(map.entries[i].key, key);
        assert_false(map_has(&map, str_from_int(&arena, i + COUNT)));
        assert_false(map_has(&map, str_from_int(&arena, -i - 1)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(a_key_is_taken_once),
        cmocka_unit_test(a_value_may_be_null_and_a_key_empty),
        cmocka_unit_test(keys_that_look_alike_are_apart),
        cmocka_unit_test(many_keys_are_all_found_in_the_order_they_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
