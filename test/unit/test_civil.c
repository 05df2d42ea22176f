#include "time/civil.h"

#include "unit.h"

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* A calendar that is turned page by page, to compare with. */
static unsigned length_of_month(int32_t year, unsigned month)
{
    if (month == 2) {
        return is_leap(year) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void known_days(void **state)
{
    (void)state;
    assert_int_equal(date_from_civil(1970, 1, 1).day, 0);
    assert_int_equal(date_from_civil(1969, 12, 31).day, -1);
    assert_int_equal(date_from_civil(2000, 3, 1).day, 11017);
    assert_int_equal(date_from_civil(1800, 1, 1).day, DATE_MIN.day);
    assert_int_equal(date_from_civil(2999, 12, 31).day, DATE_MAX.day);
    assert_int_equal(date_weekday(date_from_civil(1970, 1, 1)), THURSDAY);
    assert_int_equal(date_weekday(date_from_civil(2026, 11, 26)), THURSDAY);
    assert_int_equal(date_weekday(date_from_civil(2027, 1, 24)), SUNDAY);
    assert_int_equal(date_weekday(date_from_civil(1900, 1, 1)), MONDAY);
}

static void every_day_there_and_back(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct date date = DATE_MIN;
    enum weekday weekday = WEDNESDAY;
    for (int32_t year = 1800; year <= 2999; year++) {
        for (unsigned month = 1; month <= 12; month++) {
            unsigned length = length_of_month(year, month);
            for (unsigned day = 1; day <= length; day++, date.day++) {
                struct civil civil = date_to_civil(date);
                assert_int_equal(civil.year, year);
                assert_int_equal(civil.month, month);
                assert_int_equal(civil.day, day);
                assert_int_equal(civil.hour + civil.minute + civil.second + civil.ms, 0);
                assert_int_equal(date_from_civil(year, month, day).day, date.day);
                assert_int_equal(date_weekday(date), weekday);
                assert_true(date_is_real(year, month, day));
                assert_true(date_in_range(date));
                weekday = weekday == SUNDAY ? MONDAY : weekday + 1;
            }
            assert_false(date_is_real(year, month, 0));
            assert_false(date_is_real(year, month, length + 1));
        }
    }
    assert_int_equal(date.day, DATE_MAX.day + 1);
}

static void every_day_as_text_and_back(void **state)
{
    (void)state;
    struct date date = DATE_MIN, back;
    while (date.day <= DATE_MAX.day) {
        TEST_ARENA(arena);
        for (int i = 0; i < 1000 && date.day <= DATE_MAX.day; i++, date.day++) {
            assert_true(date_parse(date_iso(&arena, date), &back));
            assert_int_equal(back.day, date.day);
        }
    }
}

static void only_the_accepted_years_are_real(void **state)
{
    (void)state;
    assert_false(date_is_real(1799, 12, 31));
    assert_false(date_is_real(3000, 1, 1));
    assert_false(date_is_real(-2026, 1, 1));
    assert_false(date_is_real(2026, 0, 1));
    assert_false(date_is_real(2026, 13, 1));
    assert_false(date_is_real(2026, UINT32_MAX, 1));
    assert_false(date_is_real(2026, 1, UINT32_MAX));
    assert_false(date_is_real(2026, 2, 29));
    assert_true(date_is_real(2028, 2, 29));
    assert_false(date_is_real(2100, 2, 29));
    assert_true(date_is_real(2000, 2, 29));
    assert_false(date_in_range((struct date){DATE_MIN.day - 1}));
    assert_false(date_in_range((struct date){DATE_MAX.day + 1}));
}

static void the_ends_of_the_numbers_do_not_overflow(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct date first = {INT32_MIN}, last = {INT32_MAX};
    const struct date ends[] = {first, last};
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        struct civil civil = date_to_civil(ends[i]);
        assert_int_equal(date_from_civil(civil.year, civil.month, civil.day).day, ends[i].day);
        assert_true(date_iso(&arena, ends[i]).n > 10);
        assert_true(date_long(&arena, ends[i]).n > 15);
        assert_in_range(date_weekday(ends[i]), MONDAY, SUNDAY);
    }
    assert_int_equal(date_add_days(last, 1).day, INT32_MAX);
    assert_int_equal(date_add_days(first, -1).day, INT32_MIN);
    assert_true(date_add_months(last, INT32_MAX).day >= INT32_MAX - 1);
    assert_int_equal(date_add_months(first, INT32_MIN).day, INT32_MIN);
    assert_int_equal(date_from_civil(INT32_MAX, 12, 31).day, INT32_MAX);
    assert_int_equal(date_from_civil(INT32_MIN, 1, 1).day, INT32_MIN);
    assert_true(instant_add_ms((struct instant){INT64_MAX - 1}, 5).ms == INT64_MAX);
    assert_true(instant_add_ms((struct instant){INT64_MIN + 1}, -5).ms == INT64_MIN);
    assert_true(instant_add_ms((struct instant){7}, -9).ms == -2);
}

static struct date iso(const char *text)
{
    struct date date = {INT32_MIN};
    assert_true(date_parse(str_from(text), &date));
    return date;
}

static void a_month_later_is_the_same_day_or_the_last(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    static const struct {
        const char *from;
        int32_t months;
        const char *to;
    } cases[] = {
        {"2026-01-31", 1,    "2026-02-28"},
        {"2028-01-31", 1,    "2028-02-29"},
        {"2026-01-30", 1,    "2026-02-28"},
        {"2026-01-28", 1,    "2026-02-28"},
        {"2026-03-31", -1,   "2026-02-28"},
        {"2026-08-31", 1,    "2026-09-30"},
        {"2028-02-29", 12,   "2029-02-28"},
        {"2028-02-29", 48,   "2032-02-29"},
        {"2026-12-15", 1,    "2027-01-15"},
        {"2027-01-15", -1,   "2026-12-15"},
        {"2026-11-25", 0,    "2026-11-25"},
        {"2026-01-31", -11,  "2025-02-28"},
        {"1970-01-01", -1,   "1969-12-01"},
        {"2026-11-25", 1200, "2126-11-25"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct date to = date_add_months(iso(cases[i].from), cases[i].months);
        assert_str_equal(date_iso(&arena, to), str_from(cases[i].to));
    }
}

/* Over every day of eight years, which hold a leap day twice. */
static void months_between_are_the_most_that_do_not_pass(void **state)
{
    (void)state;
    const struct date first = iso("2023-01-01"), last = iso("2030-12-31");
    for (struct date a = first; a.day <= last.day; a.day += 3) {
        for (struct date b = first; b.day <= last.day; b.day += 11) {
            int32_t months = date_months_between(a, b);
            if (b.day >= a.day) {
                assert_true(months >= 0);
                assert_true(date_add_months(a, months).day <= b.day);
                assert_true(date_add_months(a, months + 1).day > b.day);
            } else {
                assert_true(months <= 0);
                assert_true(date_add_months(a, months).day >= b.day);
                assert_true(date_add_months(a, months - 1).day < b.day);
            }
        }
    }
}

static void months_between_known_days(void **state)
{
    (void)state;
    assert_int_equal(date_months_between(iso("2026-01-31"), iso("2026-02-28")), 1);
    assert_int_equal(date_months_between(iso("2026-01-31"), iso("2026-02-27")), 0);
    assert_int_equal(date_months_between(iso("2026-11-25"), iso("2026-11-25")), 0);
    assert_int_equal(date_months_between(iso("2026-11-25"), iso("2026-11-24")), 0);
    assert_int_equal(date_months_between(iso("2026-11-25"), iso("2026-10-25")), -1);
    assert_int_equal(date_months_between(iso("2026-11-25"), iso("2027-02-24")), 2);
}

static void an_age_is_completed_on_the_birthday(void **state)
{
    (void)state;
    assert_int_equal(date_age(iso("2011-11-25"), iso("2026-11-24")), 14);
    assert_int_equal(date_age(iso("2011-11-25"), iso("2026-11-25")), 15);
    assert_int_equal(date_age(iso("2011-11-25"), iso("2026-12-01")), 15);
    assert_int_equal(date_age(iso("2026-11-25"), iso("2026-11-25")), 0);
    assert_int_equal(date_age(iso("2026-11-25"), iso("2026-11-24")), -1);
    /* Born on a leap day: of age on 1 March in other years. */
    assert_int_equal(date_age(iso("2008-02-29"), iso("2026-02-28")), 17);
    assert_int_equal(date_age(iso("2008-02-29"), iso("2026-03-01")), 18);
    assert_int_equal(date_age(iso("2008-02-29"), iso("2028-02-28")), 19);
    assert_int_equal(date_age(iso("2008-02-29"), iso("2028-02-29")), 20);
}

static void periods_begin_and_end(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    for (struct date date = iso("2023-12-01"); date.day <= iso("2029-02-01").day; date.day++) {
        struct civil civil = date_to_civil(date);
        unsigned quarter = (civil.month + 2u) / 3 * 3;
        assert_int_equal(date_month_start(date).day,
                         date_from_civil(civil.year, civil.month, 1).day);
        assert_int_equal(
            date_month_end(date).day,
            date_from_civil(civil.year, civil.month, length_of_month(civil.year, civil.month)).day);
        assert_int_equal(
            date_quarter_end(date).day,
            date_from_civil(civil.year, quarter, length_of_month(civil.year, quarter)).day);
        assert_int_equal(date_year_end(date).day, date_from_civil(civil.year, 12, 31).day);
    }
    assert_text(date_iso(&arena, date_quarter_end(iso("2026-11-25"))), "2026-12-31");
    assert_text(date_iso(&arena, date_month_end(iso("2028-02-01"))), "2028-02-29");
}

static void dates_are_read_as_they_are_typed(void **state)
{
    (void)state;
    assert_int_equal(iso("11/25/2026").day, iso("2026-11-25").day);
    assert_int_equal(iso("1/5/2026").day, iso("2026-01-05").day);
    assert_int_equal(iso("01/5/2026").day, iso("2026-01-05").day);
    static const char *const bad[] = {
        "",
        "2026",
        "2026-11",
        "2026-11-25-1",
        "2026-1-5",
        "26-11-25",
        "02026-11-25",
        "2026-11-25 ",
        " 2026-11-25",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-11-00",
        "2026-11-31",
        "2026/11/25",
        "25/11/2026",
        "11/25/26",
        "11-25-2026",
        "1/5/02026",
        "11/25/2026/",
        "/11/25/2026",
        "001/5/2026",
        "11//2026",
        "-026-11-25",
        "+026-11-25",
        "1799-12-31",
        "3000-01-01",
        "2026-11-2x",
        "2026-1\xd9\xa1-25",
        "2026-11-25T00:00",
        "11/25-2026",
        "today",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct date date = {42};
        assert_false(date_parse(str_from(bad[i]), &date));
        assert_int_equal(date.day, 42);
    }
    struct date date;
    assert_false(date_parse((struct str){NULL, 0}, &date));
    assert_false(date_parse(STR("2026-11-25\0"), &date));
}

static void dates_are_written(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(date_iso(&arena, iso("2026-01-05")), "2026-01-05");
    assert_text(date_long(&arena, iso("2026-11-25")), "Wed 25 Nov 2026");
    assert_text(date_long(&arena, iso("2027-01-03")), "Sun 3 Jan 2027");
    assert_text(date_iso(&arena, date_from_civil(33, 4, 3)), "0033-04-03");
    assert_text(date_iso(&arena, date_from_civil(-1, 12, 31)), "-0001-12-31");
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    for (struct date date = iso("2026-01-01"); date.day <= iso("2026-12-31").day; date.day++) {
        struct str text = date_long(&arena, date);
        assert_true(str_starts(text, str_from(weekdays[date_weekday(date) - 1])));
        assert_true(str_find(text, str_from(months[date_to_civil(date).month - 1])) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days),
        cmocka_unit_test(every_day_there_and_back),
        cmocka_unit_test(every_day_as_text_and_back),
        cmocka_unit_test(only_the_accepted_years_are_real),
        cmocka_unit_test(the_ends_of_the_numbers_do_not_overflow),
        cmocka_unit_test(a_month_later_is_the_same_day_or_the_last),
        cmocka_unit_test(months_between_are_the_most_that_do_not_pass),
        cmocka_unit_test(months_between_known_days),
        cmocka_unit_test(an_age_is_completed_on_the_birthday),
        cmocka_unit_test(periods_begin_and_end),
        cmocka_unit_test(dates_are_read_as_they_are_typed),
        cmocka_unit_test(dates_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
