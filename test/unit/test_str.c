#include "base/str.h"

#include "unit.h"

static void a_nul_terminated_text_becomes_a_view(void **state)
{
    (void)state;
    assert_text(str_from("Marathon"), "Marathon");
    assert_int_equal(str_from("").n, 0);
    assert_null(str_from(NULL).p);
    assert_int_equal(str_from(NULL).n, 0);
}

static void views_are_equal_by_bytes(void **state)
{
    (void)state;
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_false(str_eq(STR("ab"), STR("abc")));
    assert_true(str_eq(STR(""), (struct str){NULL, 0}));
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void order_is_by_bytes_then_length(void **state)
{
    (void)state;
    const struct str ascending[] = {
        {NULL, 0},
        STR_INIT("\0"), STR_INIT("A"), STR_INIT("Aa"), STR_INIT("B"), STR_INIT("\xc3"),
    };
    for (int i = 0; i < (int)ARRAY_LENGTH(ascending); i++) {
        for (int j = 0; j < (int)ARRAY_LENGTH(ascending); j++) {
            assert_int_equal(sign(str_compare(ascending[i], ascending[j])), sign(i - j));
        }
    }
}

static void beginnings_and_ends(void **state)
{
    (void)state;
    assert_true(str_starts(STR("report"), STR("rep")));
    assert_true(str_starts(STR("report"), STR("report")));
    assert_true(str_starts(STR("report"), (struct str){NULL, 0}));
    assert_false(str_starts(STR("rep"), STR("report")));
    assert_true(str_ends(STR("report"), STR("port")));
    assert_true(str_ends(STR("report"), STR("")));
    assert_false(str_ends(STR("port"), STR("report")));
    assert_false(str_ends(STR("report"), STR("rep")));
}

static void finding(void **state)
{
    (void)state;
    assert_int_equal(str_find_byte(STR("a,b,c"), ','), 1);
    assert_int_equal(str_find_byte(STR("abc"), ','), -1);
    assert_int_equal(str_find_byte((struct str){NULL, 0}, ','), -1);
    assert_int_equal(str_find(STR("aaab"), STR("aab")), 1);
    assert_int_equal(str_find(STR("abcabd"), STR("abd")), 3);
    assert_int_equal(str_find(STR("abc"), STR("abc")), 0);
    assert_int_equal(str_find(STR("abc"), STR("abcd")), -1);
    assert_int_equal(str_find(STR("ababab"), STR("abc")), -1);
    assert_int_equal(str_find(STR("abc"), STR("")), 0);
    assert_int_equal(str_find((struct str){NULL, 0}, STR("a")), -1);
}

static void a_slice_never_leaves_its_view(void **state)
{
    (void)state;
    const struct str s = STR("abcdef");
    assert_text(str_slice(s, 1, 3), "bc");
    assert_text(str_slice(s, 0, SIZE_MAX), "abcdef");
    assert_text(str_slice(s, 4, 99), "ef");
    assert_text(str_slice(s, 99, 100), "");
    assert_text(str_slice(s, 4, 2), "");
    assert_null(str_slice((struct str){NULL, 0}, 3, 9).p);
}

static void trimming(void **state)
{
    (void)state;
    assert_text(str_trim(STR(" \t\r\n a b \n")), "a b");
    assert_text(str_trim(STR("ab")), "ab");
    assert_text(str_trim(STR(" \n ")), "");
    assert_text(str_trim((struct str){NULL, 0}), "");
    /* A no-break space is not ASCII: it stays. */
    assert_text(str_trim(STR("\xc2\xa0 ")), "\xc2\xa0");
}

static void splitting_keeps_empty_parts(void **state)
{
    (void)state;
    struct str rest = STR("a,,b"), part;
    assert_true(str_split(&rest, ',', &part));
    assert_text(part, "a");
    assert_true(str_split(&rest, ',', &part));
    assert_text(part, "");
    assert_true(str_split(&rest, ',', &part));
    assert_text(part, "b");
    assert_false(str_split(&rest, ',', &part));

    rest = STR("a,");
    assert_true(str_split(&rest, ',', &part));
    assert_true(str_split(&rest, ',', &part));
    assert_text(part, "");
    assert_false(str_split(&rest, ',', &part));

    rest = STR("");
    assert_true(str_split(&rest, ',', &part));
    assert_text(part, "");
    assert_false(str_split(&rest, ',', &part));

    rest = (struct str){NULL, 0};
    assert_false(str_split(&rest, ',', &part));
}

static void a_number_is_the_whole_text(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        int64_t number;
    } good[] = {
        {STR_INIT("0"),                    0             },
        {STR_INIT("-0"),                   0             },
        {STR_INIT("007"),                  7             },
        {STR_INIT("-42"),                  -42           },
        {STR_INIT("9223372036854775807"),  INT64_MAX     },
        {STR_INIT("-9223372036854775808"), INT64_MIN     },
        {STR_INIT("922337203685477580"),   INT64_MAX / 10},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        int64_t number = 1;
        assert_true(str_to_i64(good[i].text, &number));
        assert_true(number == good[i].number);
    }
    static const struct str bad[] = {
        {NULL, 0},
        STR_INIT("-"),
        STR_INIT("+1"),
        STR_INIT("--1"),
        STR_INIT(" 1"),
        STR_INIT("1 "),
        STR_INIT("1.0"),
        STR_INIT("0x10"),
        STR_INIT("1\0"),
        STR_INIT("9223372036854775808"),
        STR_INIT("-9223372036854775809"),
        STR_INIT("9223372036854775810"),
        STR_INIT("-9223372036854775810"),
        STR_INIT("92233720368547758070"),
        STR_INIT("99999999999999999999"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        int64_t number = 1;
        assert_false(str_to_i64(bad[i], &number));
        assert_true(number == 1);
    }
}

static void copies_do_not_share_bytes(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    char text[] = "Wausau";
    const char *cstr = str_cstr(&arena, (struct str){text, 3});
    struct str copy = str_copy(&arena, (struct str){text, 6});
    text[0] = 'X';
    assert_string_equal(cstr, "Wau");
    assert_text(copy, "Wausau");
    assert_string_equal(str_cstr(&arena, (struct str){NULL, 0}), "");
    assert_text(str_copy(&arena, (struct str){NULL, 0}), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nul_terminated_text_becomes_a_view),
        cmocka_unit_test(views_are_equal_by_bytes),
        cmocka_unit_test(order_is_by_bytes_then_length),
        cmocka_unit_test(beginnings_and_ends),
        cmocka_unit_test(finding),
        cmocka_unit_test(a_slice_never_leaves_its_view),
        cmocka_unit_test(trimming),
        cmocka_unit_test(splitting_keeps_empty_parts),
        cmocka_unit_test(a_number_is_the_whole_text),
        cmocka_unit_test(copies_do_not_share_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
