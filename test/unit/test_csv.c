#include "base/csv.h"

#include <string.h>

#include "base/buf.h"
#include "unit.h"

/* Reads the next row and compares it with fields written as "a|b|c"; NULL for a bad row. */
#define assert_row(csv, arena, line, fields) check_row((csv), (arena), (line), (fields), __LINE__)

static void check_row(struct csv *csv, struct arena *arena, unsigned line, const char *fields,
                      int source_line)
{
    struct csv_row *row = ARENA_NEW(arena, struct csv_row);
    enum csv_result result = csv_next(csv, arena, row);
    struct buf buf;
    buf_init(&buf, arena, SIZE_MAX);
    for (size_t i = 0; i < row->count; i++) {
        BUF_ADD(&buf, i ? STR("|") : STR(""), row->fields[i]);
    }
    _assert_int_equal(result, fields ? CSV_ROW : CSV_BAD_ROW, __FILE__, source_line);
    _assert_int_equal(row->line, line, __FILE__, source_line);
    _assert_true(fields ? row->fault.n == 0 : row->fault.n > 0, "fault", __FILE__, source_line);
    check_text(buf_str(&buf), str_from(fields), __FILE__, source_line);
}

static void assert_end(struct csv *csv, struct arena *arena)
{
    struct csv_row *row = ARENA_NEW(arena, struct csv_row);
    assert_int_equal(csv_next(csv, arena, row), CSV_END);
    assert_int_equal(csv_next(csv, arena, row), CSV_END);
}

static void lines_are_rows(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR("code,label\nA,Adult\r\nB, with blanks \n"));
    assert_row(&csv, &arena, 1, "code|label");
    assert_row(&csv, &arena, 2, "A|Adult");
    assert_row(&csv, &arena, 3, "B| with blanks ");
    assert_end(&csv, &arena);
}

static void the_last_line_may_lack_its_end(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR("a,b\n1,2"));
    assert_row(&csv, &arena, 1, "a|b");
    assert_row(&csv, &arena, 2, "1|2");
    assert_end(&csv, &arena);
    csv_init(&csv, STR("a,"));
    assert_row(&csv, &arena, 1, "a|");
    assert_end(&csv, &arena);
    csv_init(&csv, STR("\"a\""));
    assert_row(&csv, &arena, 1, "a");
    assert_end(&csv, &arena);
}

static void empty_texts_and_lines(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR(""));
    assert_end(&csv, &arena);
    csv_init(&csv, (struct str){NULL, 0});
    assert_end(&csv, &arena);
    csv_init(&csv, STR("\xef\xbb\xbf"));
    assert_end(&csv, &arena);
    csv_init(&csv, STR("\n,\r\n\"\"\n"));
    assert_row(&csv, &arena, 1, "");
    assert_row(&csv, &arena, 2, "|");
    assert_row(&csv, &arena, 3, "");
    assert_end(&csv, &arena);
}

static void quoted_fields_hold_anything(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR("\"a,b\",\"she said \"\"no\"\"\",\"\",\"\"\"\"\nnext"));
    assert_row(&csv, &arena, 1, "a,b|she said \"no\"||\"");
    assert_row(&csv, &arena, 2, "next");
}

static void a_row_begins_on_its_own_line_whatever_is_in_its_fields(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR("\"first\nsecond\r\nthird\",x\nnext,\"row\n\"\nlast"));
    assert_row(&csv, &arena, 1, "first\nsecond\r\nthird|x");
    assert_row(&csv, &arena, 4, "next|row\n");
    assert_row(&csv, &arena, 6, "last");
    assert_end(&csv, &arena);
}

static void the_mark_is_skipped_only_at_the_start(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR("\xef\xbb\xbf\"a\",b\n\xef\xbb\xbfz"));
    assert_row(&csv, &arena, 1, "a|b");
    assert_row(&csv, &arena, 2, "\xef\xbb\xbfz");
}

static void fields_are_views_into_the_text_unless_marks_were_doubled(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct str text = STR("plain,\"quoted\"");
    struct csv csv;
    struct csv_row *row = ARENA_NEW(&arena, struct csv_row);
    csv_init(&csv, text);
    assert_int_equal(csv_next(&csv, &arena, row), CSV_ROW);
    assert_ptr_equal(row->fields[0].p, text.p);
    assert_ptr_equal(row->fields[1].p, text.p + 7);
}

static void a_bad_row_costs_one_line(void **state)
{
    (void)state;
    static const struct str bad[] = {
        STR_INIT("a\"b,c"),    /* a mark inside an unquoted field */
        STR_INIT("a,b\""),     /* at its end */
        STR_INIT("\"a\"b,c"),  /* text after the closing mark */
        STR_INIT("\"a\" ,c"),  /* even a blank */
        STR_INIT("a,\"never"), /* not closed before the end of the text */
        STR_INIT("a\rb,c"),    /* a carriage return alone */
        STR_INIT("\"a\"\rb"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        TEST_ARENA(arena);
        struct csv csv;
        csv_init(&csv, STR_JOIN(&arena, STR("1,2\n"), bad[i], STR("\n3,4\r\n5,6\n")));
        assert_row(&csv, &arena, 1, "1|2");
        assert_row(&csv, &arena, 2, NULL);
        assert_row(&csv, &arena, 3, "3|4");
        assert_row(&csv, &arena, 4, "5|6");
        assert_end(&csv, &arena);
    }
}

static void a_stray_mark_does_not_swallow_the_rows_up_to_the_next(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR("1,a\n2,\"b\n3,c\n4,\"d\"\n5,e"));
    assert_row(&csv, &arena, 1, "1|a");
    assert_row(&csv, &arena, 2, NULL);
    assert_row(&csv, &arena, 3, "3|c");
    assert_row(&csv, &arena, 4, "4|d");
    assert_row(&csv, &arena, 5, "5|e");
    assert_end(&csv, &arena);
}

static void a_bad_last_row_ends_the_text(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    csv_init(&csv, STR("a\n\"b"));
    assert_row(&csv, &arena, 1, "a");
    assert_row(&csv, &arena, 2, NULL);
    assert_end(&csv, &arena);
    csv_init(&csv, STR("a\r"));
    assert_row(&csv, &arena, 1, NULL);
    assert_end(&csv, &arena);
}

/* A text of the byte so many times, then the rest. */
static struct str repeat(struct arena *arena, char byte, size_t count, struct str rest)
{
    char *p = arena_alloc(arena, count + rest.n);
    memset(p, byte, count);
    memcpy(p + count, rest.p, rest.n);
    return (struct str){p, count + rest.n};
}

static void rows_have_at_most_256_fields(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    struct csv_row *row = ARENA_NEW(&arena, struct csv_row);
    csv_init(&csv, repeat(&arena, ',', CSV_FIELDS_MAX - 1, STR("\nx")));
    assert_int_equal(csv_next(&csv, &arena, row), CSV_ROW);
    assert_int_equal(row->count, CSV_FIELDS_MAX);
    assert_row(&csv, &arena, 2, "x");
    csv_init(&csv, repeat(&arena, ',', CSV_FIELDS_MAX, STR("\nx")));
    assert_row(&csv, &arena, 1, NULL);
    assert_row(&csv, &arena, 2, "x");
}

static void fields_have_at_most_a_mebibyte(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct csv csv;
    struct csv_row *row = ARENA_NEW(&arena, struct csv_row);
    csv_init(&csv, repeat(&arena, 'a', CSV_FIELD_BYTES_MAX, STR("\nx")));
    assert_int_equal(csv_next(&csv, &arena, row), CSV_ROW);
    assert_int_equal(row->fields[0].n, CSV_FIELD_BYTES_MAX);
    csv_init(&csv, repeat(&arena, 'a', CSV_FIELD_BYTES_MAX + 1, STR("\nx")));
    assert_row(&csv, &arena, 1, NULL);
    assert_row(&csv, &arena, 2, "x");
    /* Doubled marks count once: "" a million times is half of that in the field. */
    csv_init(&csv, repeat(&arena, '"', 2 * CSV_FIELD_BYTES_MAX + 2, STR("\nx")));
    assert_int_equal(csv_next(&csv, &arena, row), CSV_ROW);
    assert_int_equal(row->fields[0].n, CSV_FIELD_BYTES_MAX);
    csv_init(&csv, repeat(&arena, '"', 2 * CSV_FIELD_BYTES_MAX + 4, STR("\nx")));
    assert_row(&csv, &arena, 1, NULL);
    assert_row(&csv, &arena, 2, "x");
}

static void fields_are_quoted_when_they_must_be(void **state)
{
    (void)state;
    static const struct {
        struct str field, written;
    } cases[] = {
        {STR_INIT(""),              STR_INIT("")                 },
        {STR_INIT("plain text"),    STR_INIT("plain text")       },
        {STR_INIT(" blanks "),      STR_INIT(" blanks ")         },
        {STR_INIT("a,b"),           STR_INIT("\"a,b\"")          },
        {STR_INIT("a\"b\""),        STR_INIT("\"a\"\"b\"\"\"")   },
        {STR_INIT("a\nb"),          STR_INIT("\"a\nb\"")         },
        {STR_INIT("a\rb"),          STR_INIT("\"a\rb\"")         },
        {STR_INIT("=1+1"),          STR_INIT("=1+1")             },
        {STR_INIT("\xef\xbb\xbfx"), STR_INIT("\"\xef\xbb\xbfx\"")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        TEST_ARENA(arena);
        struct buf buf;
        struct csv csv;
        struct csv_row *row = ARENA_NEW(&arena, struct csv_row);
        buf_init(&buf, &arena, 100);
        csv_write_field(&buf, cases[i].field);
        assert_str_equal(buf_str(&buf), cases[i].written);
        buf_byte(&buf, '\n');
        csv_init(&csv, buf_str(&buf));
        assert_int_equal(csv_next(&csv, &arena, row), CSV_ROW);
        assert_int_equal(row->count, 1);
        assert_str_equal(row->fields[0], cases[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_rows),
        cmocka_unit_test(the_last_line_may_lack_its_end),
        cmocka_unit_test(empty_texts_and_lines),
        cmocka_unit_test(quoted_fields_hold_anything),
        cmocka_unit_test(a_row_begins_on_its_own_line_whatever_is_in_its_fields),
        cmocka_unit_test(the_mark_is_skipped_only_at_the_start),
        cmocka_unit_test(fields_are_views_into_the_text_unless_marks_were_doubled),
        cmocka_unit_test(a_bad_row_costs_one_line),
        cmocka_unit_test(a_stray_mark_does_not_swallow_the_rows_up_to_the_next),
        cmocka_unit_test(a_bad_last_row_ends_the_text),
        cmocka_unit_test(rows_have_at_most_256_fields),
        cmocka_unit_test(fields_have_at_most_a_mebibyte),
        cmocka_unit_test(fields_are_quoted_when_they_must_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
