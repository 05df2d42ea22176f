#include "base/utf8.h"

#include "unit.h"

/* The bytes of a character, whether or not it may be one; returns how many. */
static size_t encode(uint32_t character, uint8_t bytes[4])
{
    if (character < 0x80) {
        bytes[0] = (uint8_t)character;
        return 1;
    }
    size_t more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    bytes[0] = (uint8_t)(0xf80u >> more | character >> (6 * more));
    for (size_t i = 1; i <= more; i++) {
        bytes[i] = (uint8_t)(0x80 | (character >> (6 * (more - i)) & 0x3f));
    }
    return more + 1;
}

static struct str view(const uint8_t *bytes, size_t n)
{
    return (struct str){(const char *)bytes, n};
}

static bool is_scalar(uint32_t character)
{
    return character <= 0x10ffff && (character < 0xd800 || character > 0xdfff);
}

static void every_character_is_accepted_and_decoded(void **state)
{
    (void)state;
    for (uint32_t character = 1; character < 0x120000; character++) {
        uint8_t bytes[4];
        size_t n = encode(character, bytes), at = 0;
        uint32_t decoded = 0;
        struct str text = view(bytes, n);
        if (!is_scalar(character)) {
            assert_int_equal(utf8_check(text, NULL), UTF8_BROKEN);
            continue;
        }
        assert_int_equal(utf8_check(text, &at), UTF8_FINE);
        assert_int_equal(at, n);
        at = 0;
        assert_true(utf8_next(text, &at, &decoded));
        assert_int_equal(decoded, character);
        assert_int_equal(at, n);
        assert_false(utf8_next(text, &at, &decoded));
        /* Cut short, it is broken. */
        for (size_t cut = 1; cut < n; cut++) {
            assert_int_equal(utf8_check(view(bytes, cut), NULL), UTF8_BROKEN);
        }
    }
}

/* Whether bytes are the encoding of characters, found by decoding and encoding again. */
static bool is_faithful(struct str text)
{
    size_t at = 0, from = 0;
    uint32_t character;
    while (utf8_next(text, &at, &character)) {
        uint8_t bytes[4];
        size_t n = encode(character, bytes);
        if (!is_scalar(character) || !str_eq(view(bytes, n), str_slice(text, from, at))) {
            return false;
        }
        from = at;
    }
    return true;
}

static void nothing_else_is_accepted(void **state)
{
    (void)state;
    static const uint8_t edges[] = {0x01, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    for (unsigned first = 1; first < 256; first++) {
        for (unsigned second = 1; second < 256; second++) {
            for (size_t i = 0; i < ARRAY_LENGTH(edges); i++) {
                uint8_t bytes[] = {(uint8_t)first, (uint8_t)second, edges[i], 0x80};
                for (size_t n = 1; n <= sizeof(bytes); n++) {
                    bool fine = utf8_check(view(bytes, n), NULL) == UTF8_FINE;
                    assert_int_equal(fine, is_faithful(view(bytes, n)));
                }
            }
        }
    }
}

static void known_bad_forms(void **state)
{
    (void)state;
    static const struct str bad[] = {
        STR_INIT("\xc0\x80"),         /* NUL in two bytes */
        STR_INIT("\xc1\xbf"),         /* overlong */
        STR_INIT("\xe0\x9f\xbf"),     /* overlong */
        STR_INIT("\xf0\x8f\xbf\xbf"), /* overlong */
        STR_INIT("\xed\xa0\x80"),     /* the first surrogate */
        STR_INIT("\xed\xbf\xbf"),     /* the last surrogate */
        STR_INIT("\xf4\x90\x80\x80"), /* U+110000 */
        STR_INIT("\xf5\x80\x80\x80"), STR_INIT("\xff"), STR_INIT("\xfe"), STR_INIT("\x80"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_int_equal(utf8_check(bad[i], NULL), UTF8_BROKEN);
    }
}

static void a_fault_is_found_where_it_is(void **state)
{
    (void)state;
    enum { SIZE = 41 };
    for (size_t at = 0; at < SIZE; at++) {
        char bytes[SIZE];
        size_t found;
        for (size_t i = 0; i < SIZE; i++) {
            bytes[i] = (char)('a' + i % 26);
        }
        struct str text = {bytes, SIZE};
        assert_int_equal(utf8_check(text, &found), UTF8_FINE);
        assert_int_equal(found, SIZE);
        bytes[at] = '\0';
        assert_int_equal(utf8_check(text, &found), UTF8_NUL);
        assert_int_equal(found, at);
        bytes[at] = (char)0xff;
        assert_int_equal(utf8_check(text, &found), UTF8_BROKEN);
        assert_int_equal(found, at);
    }
    assert_int_equal(utf8_check((struct str){NULL, 0}, NULL), UTF8_FINE);
}

/* The Unicode Standard 15.0, table 3-11, and the examples before it. */
static void a_fault_gives_one_replacement_for_each_part(void **state)
{
    (void)state;
    const struct str text = STR("\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64");
    static const uint32_t expected[] = {'a',    0xfffd, 0xfffd, 0xfffd, 'b',
                                        0xfffd, 'c',    0xfffd, 0xfffd, 'd'};
    size_t at = 0;
    uint32_t character;
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        assert_true(utf8_next(text, &at, &character));
        assert_int_equal(character, expected[i]);
    }
    assert_false(utf8_next(text, &at, &character));
    assert_int_equal(at, text.n);
}

static void length_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_length(STR("")), 0);
    assert_int_equal(utf8_length(STR("Lac du Flambeau")), 15);
    assert_int_equal(utf8_length(STR("Nu\xc3\xb1"
                                     "ez")),
                     5);
    assert_int_equal(utf8_length(STR("\xf0\x9f\x8f\xa0\xe2\x82\xac")), 2);
}

static void a_prefix_cuts_no_character(void **state)
{
    (void)state;
    const struct str text = STR("a\xc3\xb1\xe2\x82\xac\xf0\x9f\x8f\xa0z");
    static const size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (size_t max = 0; max < ARRAY_LENGTH(ends); max++) {
        struct str prefix = utf8_prefix(text, max);
        assert_int_equal(prefix.n, ends[max]);
        assert_int_equal(utf8_check(prefix, NULL), UTF8_FINE);
    }
    assert_int_equal(utf8_prefix(text, SIZE_MAX).n, text.n);
    assert_int_equal(utf8_prefix(STR("\x80\x80\x80"), 2).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_accepted_and_decoded),
        cmocka_unit_test(nothing_else_is_accepted),
        cmocka_unit_test(known_bad_forms),
        cmocka_unit_test(a_fault_is_found_where_it_is),
        cmocka_unit_test(a_fault_gives_one_replacement_for_each_part),
        cmocka_unit_test(length_counts_characters),
        cmocka_unit_test(a_prefix_cuts_no_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
