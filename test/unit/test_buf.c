#include "base/buf.h"

#include "unit.h"

static void parts_are_appended_in_order(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf buf;
    buf_init(&buf, &arena, 100);
    assert_int_equal(buf_str(&buf).n, 0);
    BUF_ADD(&buf, STR("case "), STR(""), (struct str){NULL, 0}, STR("2026"));
    buf_byte(&buf, '-');
    buf_int(&buf, 17);
    assert_text(buf_str(&buf), "case 2026-17");
    assert_false(buf.overrun);
}

static void text_survives_growing_between_other_pieces(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf a, b;
    buf_init(&a, &arena, SIZE_MAX);
    buf_init(&b, &arena, SIZE_MAX);
    for (int i = 0; i < 5000; i++) {
        buf_digits(&a, (uint64_t)i, 4);
        buf_byte(&b, (char)('a' + i % 26));
    }
    assert_int_equal(a.n, 20000);
    assert_int_equal(b.n, 5000);
    for (size_t i = 0; i < 5000; i++) {
        int64_t number;
        assert_true(str_to_i64(str_slice(buf_str(&a), 4 * i, 4 * i + 4), &number));
        assert_int_equal(number, i);
        assert_int_equal(b.p[i], 'a' + i % 26);
    }
}

static void the_limit_is_exact(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf buf;
    buf_init(&buf, &arena, 5);
    buf_add(&buf, STR("abcde"));
    assert_false(buf.overrun);
    buf_add(&buf, STR(""));
    assert_false(buf.overrun);
    buf_byte(&buf, 'f');
    assert_true(buf.overrun);
    assert_text(buf_str(&buf), "abcde");
}

static void a_limit_is_reached_byte_by_byte(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    for (size_t max = 0; max < 300; max++) {
        struct buf buf;
        buf_init(&buf, &arena, max);
        for (size_t i = 0; i < max; i++) {
            buf_byte(&buf, 'x');
        }
        assert_false(buf.overrun);
        assert_int_equal(buf_str(&buf).n, max);
        assert_true(buf.room <= (max > 64 ? max : 64));
        buf_byte(&buf, 'x');
        assert_true(buf.overrun);
    }
}

static void after_an_overrun_nothing_is_added(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf buf;
    buf_init(&buf, &arena, 5);
    buf_add(&buf, STR("abc"));
    buf_add(&buf, STR("too long"));
    assert_true(buf.overrun);
    /* It would fit, but a text with a hole in it means something else. */
    buf_byte(&buf, 'd');
    buf_int(&buf, 1);
    assert_text(buf_str(&buf), "abc");
}

static void a_limit_of_nothing(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf buf;
    buf_init(&buf, &arena, 0);
    buf_add(&buf, STR(""));
    assert_false(buf.overrun);
    buf_byte(&buf, 'x');
    assert_true(buf.overrun);
    assert_int_equal(buf_str(&buf).n, 0);
}

static void numbers(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(str_from_int(&arena, 0), "0");
    assert_text(str_from_int(&arena, -1), "-1");
    assert_text(str_from_int(&arena, 1000), "1000");
    assert_text(str_from_int(&arena, INT64_MAX), "9223372036854775807");
    assert_text(str_from_int(&arena, INT64_MIN), "-9223372036854775808");
    /* Every width of number, and back. */
    for (int64_t number = INT64_MIN; number != 0; number /= 3) {
        int64_t back = 0;
        assert_true(str_to_i64(str_from_int(&arena, number), &back));
        assert_true(back == number);
    }
}

static void digits_fill_up_to_the_width_and_never_cut(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf buf;
    buf_init(&buf, &arena, 200);
    buf_digits(&buf, 7, 2);
    buf_byte(&buf, ' ');
    buf_digits(&buf, 2026, 2);
    buf_byte(&buf, ' ');
    buf_digits(&buf, 0, 0);
    buf_byte(&buf, ' ');
    buf_digits(&buf, 1, 25);
    buf_byte(&buf, ' ');
    buf_digits(&buf, UINT64_MAX, 1);
    assert_text(buf_str(&buf), "07 2026 0 0000000000000000000000001 18446744073709551615");
}

static void hexadecimal(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct buf buf;
    buf_init(&buf, &arena, 100);
    buf_hex(&buf, "\x00\x7f\x80\xff", 4);
    buf_hex(&buf, NULL, 0);
    assert_text(buf_str(&buf), "007f80ff");
}

static void joining(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(STR_JOIN(&arena, STR("a"), (struct str){NULL, 0}, STR("bc"), STR("")), "abc");
    assert_text(str_join(&arena, NULL, 0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_appended_in_order),
        cmocka_unit_test(text_survives_growing_between_other_pieces),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(a_limit_is_reached_byte_by_byte),
        cmocka_unit_test(after_an_overrun_nothing_is_added),
        cmocka_unit_test(a_limit_of_nothing),
        cmocka_unit_test(numbers),
        cmocka_unit_test(digits_fill_up_to_the_width_and_never_cut),
        cmocka_unit_test(hexadecimal),
        cmocka_unit_test(joining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
