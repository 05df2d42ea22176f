#include "base/uuid.h"

#include <string.h>

#include "unit.h"

/* RFC 9562, appendix A.6. */
static void version_7_is_the_example_of_the_standard(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    static const uint8_t random[10] = {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    struct uuid uuid = uuid_v7(0x017f22e279b0, random);
    assert_text(uuid_text(&arena, uuid), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void version_and_variant_are_set_over_any_bytes(void **state)
{
    (void)state;
    for (int fill = 0; fill < 256; fill++) {
        uint8_t bytes[16];
        memset(bytes, fill, sizeof(bytes));
        struct uuid seven = uuid_v7(fill, bytes), eight = uuid_v8(bytes);
        assert_int_equal(seven.bytes[6] >> 4, 7);
        assert_int_equal(eight.bytes[6] >> 4, 8);
        assert_int_equal(seven.bytes[8] >> 6, 2);
        assert_int_equal(eight.bytes[8] >> 6, 2);
        assert_int_equal(seven.bytes[15], fill);
        assert_int_equal(eight.bytes[0], fill);
        assert_int_equal(eight.bytes[6] & 0x0f, fill & 0x0f);
        assert_int_equal(eight.bytes[8] & 0x3f, fill & 0x3f);
    }
}

static void later_ones_sort_later(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    uint8_t high[10], low[10] = {0};
    memset(high, 0xff, sizeof(high));
    struct uuid before = uuid_v7(0, high);
    for (int64_t ms = 1; ms < (int64_t)1 << 47; ms = ms * 3 + 1) {
        struct uuid after = uuid_v7(ms, low);
        assert_true(uuid_compare(before, after) < 0);
        assert_true(uuid_compare(after, before) > 0);
        assert_true(str_compare(uuid_text(&arena, before), uuid_text(&arena, after)) < 0);
        before = uuid_v7(ms, high);
    }
}

static void equality(void **state)
{
    (void)state;
    struct uuid a = {{1}}, b = {{1}};
    assert_true(uuid_eq(a, b));
    assert_int_equal(uuid_compare(a, b), 0);
    b.bytes[15] = 1;
    assert_false(uuid_eq(a, b));
    assert_true(uuid_is_nil((struct uuid){{0}}));
    assert_false(uuid_is_nil(a));
}

static void text_reads_back(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct uuid uuid = {{0}};
    for (unsigned i = 0; i < 4096; i++) {
        uuid.bytes[i % 16] = (uint8_t)(uuid.bytes[i % 16] * 31 + i + 7);
        struct str text = uuid_text(&arena, uuid);
        struct uuid back;
        assert_int_equal(text.n, UUID_TEXT_LENGTH);
        assert_true(uuid_parse(text, &back));
        assert_true(uuid_eq(uuid, back));
    }
}

static void any_case_is_read(void **state)
{
    (void)state;
    struct uuid lower, upper;
    assert_true(uuid_parse(STR("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), &lower));
    assert_true(uuid_parse(STR("017F22E2-79B0-7cC3-98C4-Dc0C0C07398F"), &upper));
    assert_true(uuid_eq(lower, upper));
}

static void nothing_else_is_read(void **state)
{
    (void)state;
    static const char good[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
    const struct uuid untouched = {{9}};
    struct uuid uuid = untouched;
    for (size_t at = 0; at < UUID_TEXT_LENGTH; at++) {
        for (int byte = 0; byte < 256; byte++) {
            char text[sizeof(good)];
            bool is_hyphen = good[at] == '-';
            bool is_hex = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
                          (byte >= 'A' && byte <= 'F');
            memcpy(text, good, sizeof(good));
            text[at] = (char)byte;
            uuid = untouched;
            bool read = uuid_parse((struct str){text, UUID_TEXT_LENGTH}, &uuid);
            assert_int_equal(read, is_hyphen ? byte == '-' : is_hex);
            assert_true(read || uuid_eq(uuid, untouched));
        }
    }
    for (size_t n = 0; n < UUID_TEXT_LENGTH; n++) {
        assert_false(uuid_parse((struct str){good, n}, &uuid));
    }
    assert_false(uuid_parse(STR("017f22e2-79b0-7cc3-98c4-dc0c0c07398f0"), &uuid));
    assert_false(uuid_parse(STR("{17f22e2-79b0-7cc3-98c4-dc0c0c07398}"), &uuid));
    assert_false(uuid_parse(STR("017f22e279b07cc398c4dc0c0c07398f"), &uuid));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_7_is_the_example_of_the_standard),
        cmocka_unit_test(version_and_variant_are_set_over_any_bytes),
        cmocka_unit_test(later_ones_sort_later),
        cmocka_unit_test(equality),
        cmocka_unit_test(text_reads_back),
        cmocka_unit_test(any_case_is_read),
        cmocka_unit_test(nothing_else_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
