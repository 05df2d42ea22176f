#include "time/zone.h"

#include "chicago.h"
#include "unit.h"

static struct civil at(int32_t year, uint8_t month, uint8_t day, uint8_t hour, uint8_t minute)
{
    return (struct civil){.year = year, .month = month, .day = day, .hour = hour, .minute = minute};
}

/* Asserts that a text is read as a time that is shown as another, and how it fits. */
#define assert_read(text, shown, fit) check_read((text), (shown), (fit), __LINE__)

static void check_read(const char *text, const char *shown, enum zone_fit fit, int line)
{
    TEST_ARENA(arena);
    struct instant instant = {1};
    enum zone_fit found = ZONE_ONCE;
    bool read = zone_parse(&chicago, str_from(text), &instant, &found);
    _assert_true(read, text, __FILE__, line);
    check_text(zone_iso(&arena, &chicago, instant), str_from(shown), __FILE__, line);
    _assert_int_equal(found, fit, __FILE__, line);
}

static void local_times_are_read(void **state)
{
    (void)state;
    assert_read("2026-11-25T13:20", "2026-11-25T13:20:00-06:00", ZONE_ONCE);
    assert_read("2026-07-04T00:00", "2026-07-04T00:00:00-05:00", ZONE_ONCE);
    assert_read("2026-11-25T13:20:59", "2026-11-25T13:20:59-06:00", ZONE_ONCE);
    assert_read("2026-11-25T23:59:59.999", "2026-11-25T23:59:59.999-06:00", ZONE_ONCE);
    assert_read("2026-11-25T13:20:00.5", "2026-11-25T13:20:00.500-06:00", ZONE_ONCE);
    assert_read("2026-11-25T13:20:00.000999999", "2026-11-25T13:20:00-06:00", ZONE_ONCE);
}

static void times_with_an_offset_are_read(void **state)
{
    (void)state;
    assert_read("2026-11-25T13:20:00-06:00", "2026-11-25T13:20:00-06:00", ZONE_ONCE);
    assert_read("2026-11-25T19:20:00Z", "2026-11-25T13:20:00-06:00", ZONE_ONCE);
    assert_read("2026-11-25T19:20Z", "2026-11-25T13:20:00-06:00", ZONE_ONCE);
    assert_read("2026-11-26T00:50:00.250+05:30", "2026-11-25T13:20:00.250-06:00", ZONE_ONCE);
    /* An offset says which of the two it was. */
    assert_read("2026-11-01T01:30:00-05:00", "2026-11-01T01:30:00-05:00", ZONE_ONCE);
    assert_read("2026-11-01T01:30:00-06:00", "2026-11-01T01:30:00-06:00", ZONE_ONCE);
}

static void a_reading_in_a_gap_is_marked_and_moved(void **state)
{
    (void)state;
    assert_read("2027-03-14T01:59:59.999", "2027-03-14T01:59:59.999-06:00", ZONE_ONCE);
    assert_read("2027-03-14T02:00", "2027-03-14T03:00:00-05:00", ZONE_GAP);
    assert_read("2027-03-14T02:30", "2027-03-14T03:30:00-05:00", ZONE_GAP);
    assert_read("2027-03-14T02:59:59.999", "2027-03-14T03:59:59.999-05:00", ZONE_GAP);
    assert_read("2027-03-14T03:00", "2027-03-14T03:00:00-05:00", ZONE_ONCE);
}

static void a_reading_in_a_fold_is_marked_and_the_first_taken(void **state)
{
    (void)state;
    assert_read("2026-11-01T00:59:59.999", "2026-11-01T00:59:59.999-05:00", ZONE_ONCE);
    assert_read("2026-11-01T01:00", "2026-11-01T01:00:00-05:00", ZONE_FOLD);
    assert_read("2026-11-01T01:30", "2026-11-01T01:30:00-05:00", ZONE_FOLD);
    assert_read("2026-11-01T01:59:59.999", "2026-11-01T01:59:59.999-05:00", ZONE_FOLD);
    assert_read("2026-11-01T02:00", "2026-11-01T02:00:00-06:00", ZONE_ONCE);
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-25",
        "2026-11-25T",
        "2026-11-25T13",
        "2026-11-25T13:",
        "2026-11-25T13:2",
        "2026-11-25T1:20",
        "2026-11-25 13:20",
        "2026-11-25t13:20",
        "2026-11-25T24:00",
        "2026-11-25T13:60",
        "2026-11-25T13:20:60",
        "2026-11-25T13:20:",
        "2026-11-25T13:20:00.",
        "2026-11-25T13:20:00.1234567890",
        "2026-11-25T13:20.5",
        "2026-11-25T13:20:00z",
        "2026-11-25T13:20:00Z ",
        "2026-11-25T13:20:00-06",
        "2026-11-25T13:20:00-0600",
        "2026-11-25T13:20:00-06:00x",
        "2026-11-25T13:20:00-24:00",
        "2026-11-25T13:20:00+05:60",
        "2026-11-25T13:20 -06:00",
        "2026-02-29T13:20",
        "3000-01-01T00:00",
        "1/5/202601T13:20",
        "11/25/2026T13:20",
        "2026-11-25T-1:20",
        "2026-11-25T+1:20",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct instant instant = {42};
        enum zone_fit fit = ZONE_FOLD;
        assert_false(zone_parse(&chicago, str_from(bad[i]), &instant, &fit));
        assert_true(instant.ms == 42);
        assert_int_equal(fit, ZONE_FOLD);
    }
}

static void times_are_written_for_people(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct instant instant = zone_instant(&chicago, at(2026, 11, 25, 13, 20), NULL);
    assert_text(zone_long(&arena, &chicago, instant), "Wed 25 Nov 2026, 13:20");
    instant = zone_instant(&chicago, at(2027, 1, 3, 0, 5), NULL);
    assert_text(zone_long(&arena, &chicago, instant), "Sun 3 Jan 2027, 00:05");
}

static void an_offset_with_seconds_is_written_in_utc(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct instant instant = zone_instant(&chicago, at(1850, 7, 1, 12, 0), NULL), back;
    assert_int_equal(zone_civil(&chicago, instant).hour, 12);
    struct str text = zone_iso(&arena, &chicago, instant);
    assert_text(text, "1850-07-01T17:50:36Z");
    assert_true(zone_parse(&chicago, text, &back, NULL));
    assert_true(back.ms == instant.ms);
}

#define STEP_MS ((int64_t)7 * MINUTE_MS + 1)

static void every_instant_is_shown_and_read_back(void **state)
{
    (void)state;
    const int64_t from = zone_day_start(&chicago, date_from_civil(2026, 1, 1)).ms;
    const int64_t to = zone_day_start(&chicago, date_from_civil(2028, 1, 1)).ms;
    int64_t again = 0;
    for (int64_t ms = from; ms < to;) {
        TEST_ARENA(arena);
        for (int i = 0; i < 1000 && ms < to; i++, ms += STEP_MS) {
            enum zone_fit fit;
            struct instant instant = {ms}, back;
            struct civil civil = zone_civil(&chicago, instant);
            back = zone_instant(&chicago, civil, &fit);
            /* No instant is in a gap; the second pass through a fold is read as the first. */
            assert_int_not_equal(fit, ZONE_GAP);
            assert_true(back.ms == ms || (fit == ZONE_FOLD && back.ms == ms - HOUR_MS));
            again += back.ms != ms;
            assert_int_equal(zone_date(&chicago, instant).day,
                             date_from_civil(civil.year, civil.month, civil.day).day);
            assert_true(zone_parse(&chicago, zone_iso(&arena, &chicago, instant), &back, NULL));
            assert_true(back.ms == ms);
        }
    }
    assert_in_range(again, 2 * HOUR_MS / STEP_MS, 2 * HOUR_MS / STEP_MS + 2);
}

static void every_reading_of_two_years_has_its_fit(void **state)
{
    (void)state;
    size_t counts[3] = {0};
    int64_t before = INT64_MIN;
    for (struct date date = date_from_civil(2026, 1, 1); date.day < date_from_civil(2028, 1, 1).day;
         date.day++) {
        struct civil civil = date_to_civil(date);
        for (int minute = 0; minute < 24 * 60; minute++) {
            enum zone_fit fit;
            civil.hour = (uint8_t)(minute / 60);
            civil.minute = (uint8_t)(minute % 60);
            struct instant instant = zone_instant(&chicago, civil, &fit);
            struct civil shown = zone_civil(&chicago, instant);
            counts[fit]++;
            if (fit == ZONE_GAP) {
                assert_int_equal(shown.hour, civil.hour + 1);
            } else {
                assert_int_equal(shown.hour, civil.hour);
                assert_true(instant.ms > before || shown.hour == 3);
                before = instant.ms;
            }
            assert_int_equal(shown.minute, civil.minute);
            assert_int_equal(shown.day, civil.day);
        }
    }
    assert_int_equal(counts[ZONE_GAP], 2 * 60);
    assert_int_equal(counts[ZONE_FOLD], 2 * 60);
}

static void a_day_is_as_long_as_it_is(void **state)
{
    (void)state;
    for (struct date date = date_from_civil(2026, 1, 1); date.day < date_from_civil(2028, 1, 1).day;
         date.day++) {
        struct instant start = zone_day_start(&chicago, date);
        int64_t length = zone_day_start(&chicago, date_add_days(date, 1)).ms - start.ms;
        struct civil civil = date_to_civil(date);
        bool spring = civil.month == 3 && civil.day == (civil.year == 2026 ? 8 : 14);
        bool autumn = civil.month == 11 && civil.day == (civil.year == 2026 ? 1 : 7);
        assert_true(length == (spring ? 23 : autumn ? 25 : 24) * HOUR_MS);
        assert_int_equal(zone_date(&chicago, start).day, date.day);
        assert_int_equal(zone_date(&chicago, instant_add_ms(start, -1)).day, date.day - 1);
    }
}

/* Then changes that Wisconsin never had, at midnight and across it. */
static void a_day_may_start_after_midnight(void **state)
{
    (void)state;
    /* Day 10 begins at 01:00; as in Cuba. */
    const struct zone_transition transitions[] = {
        {INT64_MIN,   0,    0},
        {10 * DAY_MS, 3600, 1}
    };
    const struct zone zone = {STR_INIT("gap at midnight"), transitions, 2};
    struct instant start = zone_day_start(&zone, (struct date){10});
    assert_true(start.ms == 10 * DAY_MS);
    assert_int_equal(zone_civil(&zone, start).hour, 1);
    assert_int_equal(zone_date(&zone, start).day, 10);
}

static void a_day_may_start_within_a_gap(void **state)
{
    (void)state;
    /* 23:30 becomes 00:30: day 10 begins at 00:30. */
    const struct zone_transition transitions[] = {
        {INT64_MIN,                    0,    0},
        {10 * DAY_MS - 30 * MINUTE_MS, 3600, 1}
    };
    const struct zone zone = {STR_INIT("gap over midnight"), transitions, 2};
    struct instant start = zone_day_start(&zone, (struct date){10});
    assert_true(start.ms == 10 * DAY_MS - 30 * MINUTE_MS);
    assert_int_equal(zone_civil(&zone, start).minute, 30);
    assert_int_equal(zone_date(&zone, start).day, 10);
    assert_int_equal(zone_date(&zone, instant_add_ms(start, -1)).day, 9);
}

static void a_zone_may_skip_a_day(void **state)
{
    (void)state;
    /* Day 10 does not exist; as in Samoa, 30 December 2011. */
    const struct zone_transition transitions[] = {
        {INT64_MIN,                  -10 * 3600, 0},
        {10 * DAY_MS + 10 * HOUR_MS, 14 * 3600,  0}
    };
    const struct zone zone = {STR_INIT("skipped day"), transitions, 2};
    enum zone_fit fit;
    struct instant noon = zone_instant(&zone, (struct civil){1970, 1, 11, 12, 0, 0, 0}, &fit);
    assert_int_equal(fit, ZONE_GAP);
    assert_int_equal(zone_date(&zone, noon).day, 11);
    assert_int_equal(zone_civil(&zone, noon).hour, 12);
    assert_true(zone_day_start(&zone, (struct date){10}).ms ==
                zone_day_start(&zone, (struct date){11}).ms);
    assert_int_equal(zone_date(&zone, zone_day_start(&zone, (struct date){10})).day, 11);
}

static void midnight_may_come_twice(void **state)
{
    (void)state;
    /* 00:01 of day 10 becomes 23:01 of day 9; as in Newfoundland before 2011. */
    const struct zone_transition transitions[] = {
        {INT64_MIN,                         3600, 1},
        {10 * DAY_MS - HOUR_MS + MINUTE_MS, 0,    0}
    };
    const struct zone zone = {STR_INIT("fold over midnight"), transitions, 2};
    struct instant start = zone_day_start(&zone, (struct date){10});
    assert_true(start.ms == 10 * DAY_MS - HOUR_MS);
    assert_int_equal(zone_date(&zone, start).day, 10);
    assert_int_equal(zone_date(&zone, instant_add_ms(start, MINUTE_MS)).day, 9);
    assert_int_equal(zone_date(&zone, instant_add_ms(start, HOUR_MS)).day, 10);
}

static void a_zone_may_never_change(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct zone_transition transitions[] = {
        {INT64_MIN, 0, 0}
    };
    const struct zone utc = {STR_INIT("UTC"), transitions, 1};
    assert_text(zone_iso(&arena, &utc, (struct instant){0}), "1970-01-01T00:00:00+00:00");
    assert_text(zone_iso(&arena, &utc, (struct instant){-1}), "1969-12-31T23:59:59.999+00:00");
    assert_true(zone_day_start(&utc, (struct date){-5}).ms == -5 * DAY_MS);
}

static void the_ends_of_time_do_not_overflow(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct instant ends[] = {{INT64_MIN}, {INT64_MAX}};
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        assert_true(zone_iso(&arena, &chicago, ends[i]).n > 0);
        assert_true(zone_long(&arena, &chicago, ends[i]).n > 0);
        assert_false(date_in_range(zone_date(&chicago, ends[i])));
    }
    assert_true(zone_day_start(&chicago, (struct date){INT32_MAX}).ms > 0);
    assert_true(zone_day_start(&chicago, (struct date){INT32_MIN}).ms < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_times_are_read),
        cmocka_unit_test(times_with_an_offset_are_read),
        cmocka_unit_test(a_reading_in_a_gap_is_marked_and_moved),
        cmocka_unit_test(a_reading_in_a_fold_is_marked_and_the_first_taken),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(times_are_written_for_people),
        cmocka_unit_test(an_offset_with_seconds_is_written_in_utc),
        cmocka_unit_test(every_instant_is_shown_and_read_back),
        cmocka_unit_test(every_reading_of_two_years_has_its_fit),
        cmocka_unit_test(a_day_is_as_long_as_it_is),
        cmocka_unit_test(a_day_may_start_after_midnight),
        cmocka_unit_test(a_day_may_start_within_a_gap),
        cmocka_unit_test(a_zone_may_skip_a_day),
        cmocka_unit_test(midnight_may_come_twice),
        cmocka_unit_test(a_zone_may_never_change),
        cmocka_unit_test(the_ends_of_time_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
