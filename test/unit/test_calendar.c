#include "time/calendar.h"

#include "chicago.h"
#include "unit.h"

/* Thanksgiving, Christmas and New Year's Day of the winter of 2026, all on weekdays, and a holiday
 * on a Sunday (4 July 2027), which must not count twice. 1970-01-01 is day 0. */
static const int32_t holidays[] = {20783, 20812, 20819, 21003};
static const struct calendar wisconsin = {&chicago, holidays, ARRAY_LENGTH(holidays)};

static struct date day(const char *text)
{
    struct date date = {INT32_MIN};
    assert_true(date_parse(str_from(text), &date));
    return date;
}

static struct instant at(const char *text)
{
    struct instant instant = {0};
    assert_true(zone_parse(&chicago, str_from(text), &instant, NULL));
    return instant;
}

static void check_instant(struct instant actual, const char *expected, int line)
{
    TEST_ARENA(arena);
    check_text(zone_iso(&arena, &chicago, actual), zone_iso(&arena, &chicago, at(expected)),
               __FILE__, line);
}

#define assert_instant(actual, expected) check_instant((actual), (expected), __LINE__)

static void check_date(struct date actual, const char *expected, int line)
{
    TEST_ARENA(arena);
    check_text(date_iso(&arena, actual), str_from(expected), __FILE__, line);
}

#define assert_date(actual, expected) check_date((actual), (expected), __LINE__)

static struct instant due(const char *start, enum time_unit unit, int32_t length)
{
    return calendar_due(&wisconsin, at(start), unit, length, false);
}

static struct instant due_rolled(const char *start, enum time_unit unit, int32_t length)
{
    return calendar_due(&wisconsin, at(start), unit, length, true);
}

static void weekends_and_holidays_are_no_business_days(void **state)
{
    (void)state;
    assert_true(calendar_is_holiday(&wisconsin, day("2026-11-26")));
    assert_true(calendar_is_holiday(&wisconsin, day("2026-12-25")));
    assert_true(calendar_is_holiday(&wisconsin, day("2027-01-01")));
    assert_true(calendar_is_holiday(&wisconsin, day("2027-07-04")));
    assert_false(calendar_is_holiday(&wisconsin, day("2026-11-25")));
    assert_false(calendar_is_holiday(&wisconsin, day("1800-01-01")));
    assert_false(calendar_is_holiday(&wisconsin, day("2999-12-31")));

    assert_true(calendar_is_business_day(&wisconsin, day("2026-11-25")));
    assert_false(calendar_is_business_day(&wisconsin, day("2026-11-26")));
    assert_true(calendar_is_business_day(&wisconsin, day("2026-11-27")));
    assert_false(calendar_is_business_day(&wisconsin, day("2026-11-28")));
    assert_false(calendar_is_business_day(&wisconsin, day("2026-11-29")));
    assert_true(calendar_is_business_day(&wisconsin, day("2026-11-30")));
}

static void a_calendar_may_have_no_holidays(void **state)
{
    (void)state;
    const struct calendar plain = {&chicago, NULL, 0};
    assert_false(calendar_is_holiday(&plain, day("2026-11-26")));
    assert_true(calendar_is_business_day(&plain, day("2026-11-26")));
    assert_false(calendar_is_business_day(&plain, day("2026-11-28")));
}

static void rolling_goes_to_the_next_business_day(void **state)
{
    (void)state;
    assert_date(calendar_roll(&wisconsin, day("2026-11-25")), "2026-11-25");
    assert_date(calendar_roll(&wisconsin, day("2026-11-26")), "2026-11-27");
    assert_date(calendar_roll(&wisconsin, day("2027-01-24")), "2027-01-25");
    /* A holiday on Friday, then the weekend. */
    assert_date(calendar_roll(&wisconsin, day("2026-12-25")), "2026-12-28");
    assert_date(calendar_roll(&wisconsin, day("2026-12-27")), "2026-12-28");
}

static void business_days_are_counted(void **state)
{
    (void)state;
    /* Five business days after the Wednesday before Thanksgiving. */
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-25"), 5), "2026-12-03");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-25"), 1), "2026-11-27");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-25"), 0), "2026-11-25");
    /* From a day that is none itself. */
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-28"), 0), "2026-11-28");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-28"), 1), "2026-11-30");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-26"), 1), "2026-11-27");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-12-24"), 1), "2026-12-28");
    /* Back. */
    assert_date(calendar_add_business_days(&wisconsin, day("2026-12-03"), -5), "2026-11-25");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-29"), -1), "2026-11-27");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-27"), -1), "2026-11-25");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-25"), INT32_MAX), "2999-12-31");
    assert_date(calendar_add_business_days(&wisconsin, day("2026-11-25"), INT32_MIN), "1800-01-01");
}

static void business_days_agree_with_counting_on_the_fingers(void **state)
{
    (void)state;
    for (struct date from = day("2026-11-01"); from.day < day("2027-02-01").day; from.day++) {
        struct date finger = from;
        for (int32_t count = 1; count <= 45; count++) {
            do {
                finger.day++;
            } while (!calendar_is_business_day(&wisconsin, finger));
            assert_int_equal(calendar_add_business_days(&wisconsin, from, count).day, finger.day);
            if (calendar_is_business_day(&wisconsin, from)) {
                assert_int_equal(calendar_add_business_days(&wisconsin, finger, -count).day,
                                 from.day);
            }
        }
    }
}

static void hours_without_weekends_and_holidays(void **state)
{
    (void)state;
    /* The report of Friday 4 December, 15:40: twelve such hours. */
    assert_instant(due("2026-12-04T15:40", UNIT_BUSINESS_HOURS, 12), "2026-12-07T03:40");
    /* The day before Thanksgiving: 10:40 are left of it, the holiday does not count. */
    assert_instant(due("2026-11-25T13:20", UNIT_BUSINESS_HOURS, 12), "2026-11-27T01:20");
    assert_instant(due("2026-11-25T19:00", UNIT_BUSINESS_HOURS, 48), "2026-11-30T19:00");
    /* Within the day: these are not office hours. */
    assert_instant(due("2026-12-01T20:00", UNIT_BUSINESS_HOURS, 3), "2026-12-01T23:00");
    assert_instant(due("2026-12-01T23:59", UNIT_BUSINESS_HOURS, 24), "2026-12-02T23:59");
    /* Received on a Saturday or a holiday: the clock starts with the next business day. */
    assert_instant(due("2026-12-05T15:40", UNIT_BUSINESS_HOURS, 12), "2026-12-07T12:00");
    assert_instant(due("2026-11-26T09:10", UNIT_BUSINESS_HOURS, 1), "2026-11-27T01:00");
    assert_instant(due("2026-12-24T12:00", UNIT_BUSINESS_HOURS, 24), "2026-12-28T12:00");
}

static void business_hours_that_end_with_a_day(void **state)
{
    (void)state;
    /* The first instant at which they have passed, not the next at which the clock runs. */
    assert_instant(due("2026-12-04T12:00", UNIT_BUSINESS_HOURS, 12), "2026-12-05T00:00");
    assert_instant(due("2026-12-04T00:00", UNIT_BUSINESS_HOURS, 24), "2026-12-05T00:00");
    assert_instant(due("2026-12-05T00:00", UNIT_BUSINESS_HOURS, 24), "2026-12-08T00:00");
    /* Nothing to wait for: nothing moves, not even on a weekend. */
    assert_instant(due("2026-12-05T15:40", UNIT_BUSINESS_HOURS, 0), "2026-12-05T15:40");
    /* A millisecond more waits for Monday. */
    assert_instant(calendar_add_business_ms(&wisconsin, at("2026-12-04T12:00"), 12 * HOUR_MS + 1),
                   "2026-12-07T00:00:00.001");
}

static void business_hours_count_back(void **state)
{
    (void)state;
    assert_instant(due("2026-12-07T03:40", UNIT_BUSINESS_HOURS, -12), "2026-12-04T15:40");
    assert_instant(due("2026-11-27T01:20", UNIT_BUSINESS_HOURS, -12), "2026-11-25T13:20");
    assert_instant(due("2026-12-05T10:00", UNIT_BUSINESS_HOURS, -1), "2026-12-04T23:00");
    assert_instant(due("2026-12-07T00:00", UNIT_BUSINESS_HOURS, -1), "2026-12-04T23:00");
    assert_instant(due("2026-12-07T03:00", UNIT_BUSINESS_HOURS, -3), "2026-12-07T00:00");
}

static void business_time_stops_at_the_accepted_years(void **state)
{
    (void)state;
    const struct date before = {INT32_MIN}, after = {INT32_MAX};
    assert_int_equal(calendar_add_business_days(&wisconsin, before, 1).day, INT32_MIN);
    assert_int_equal(calendar_add_business_days(&wisconsin, after, -1).day, INT32_MAX);
    assert_int_equal(calendar_roll(&wisconsin, after).day, INT32_MAX);
    assert_date(calendar_roll(&wisconsin, DATE_MAX), "2999-12-31");
    assert_true(calendar_add_business_ms(&wisconsin, (struct instant){INT64_MIN}, 1).ms ==
                INT64_MIN);
    struct instant from = at("2026-12-07T03:40");
    struct instant last = calendar_add_business_ms(&wisconsin, from, INT64_MAX);
    struct instant first = calendar_add_business_ms(&wisconsin, from, INT64_MIN);
    assert_date(zone_date(&chicago, last), "2999-12-31");
    assert_date(zone_date(&chicago, instant_add_ms(first, -1)), "1800-01-01");
}

/* The rule as it is written: a minute counts when its day does. */
static void business_minutes_agree_with_waiting(void **state)
{
    (void)state;
    static const char *const starts[] = {
        "2026-11-25T13:20", "2026-11-28T08:15", "2026-12-24T23:59",
        "2027-03-12T20:00", "2026-10-30T22:30", "2027-07-02T00:00",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(starts); i++) {
        struct instant from = at(starts[i]), now = from;
        int64_t passed = 0;
        while (passed < 5 * DAY_MS) {
            bool counts = calendar_is_business_day(&wisconsin, zone_date(&chicago, now));
            now.ms += MINUTE_MS;
            passed += counts ? MINUTE_MS : 0;
            if (counts && passed % (41 * MINUTE_MS) == 0) {
                assert_true(calendar_add_business_ms(&wisconsin, from, passed).ms == now.ms);
            }
        }
    }
}

static void business_time_adds_up_and_comes_back(void **state)
{
    (void)state;
    for (struct instant from = at("2026-11-20T00:07"); from.ms < at("2027-01-05T00:00").ms;
         from.ms += 5 * HOUR_MS + 13) {
        for (int64_t ms = 1; ms < 6 * DAY_MS; ms = ms * 5 + 3) {
            struct instant one = calendar_add_business_ms(&wisconsin, from, ms);
            struct instant both = calendar_add_business_ms(&wisconsin, from, ms + 77 * MINUTE_MS);
            struct instant two = calendar_add_business_ms(&wisconsin, one, 77 * MINUTE_MS);
            assert_true(both.ms == two.ms);
            struct instant back = calendar_add_business_ms(&wisconsin, one, -ms);
            assert_true(calendar_add_business_ms(&wisconsin, back, ms).ms == one.ms);
            if (calendar_is_business_day(&wisconsin, zone_date(&chicago, from))) {
                assert_true(back.ms == from.ms);
            }
        }
    }
}

static void elapsed_hours_do_not_see_the_wall_clock(void **state)
{
    (void)state;
    /* A holiday does not stop them. */
    assert_instant(due("2026-11-25T16:20", UNIT_HOURS, 24), "2026-11-26T16:20");
    /* Through the autumn change the hands show an hour less, through the spring change one more. */
    assert_instant(due("2026-10-31T13:20", UNIT_HOURS, 24), "2026-11-01T12:20");
    assert_instant(due("2027-03-13T13:20", UNIT_HOURS, 24), "2027-03-14T14:20");
    assert_instant(due("2026-11-25T13:20", UNIT_HOURS, 0), "2026-11-25T13:20");
    assert_instant(due("2026-11-25T13:20", UNIT_HOURS, -48), "2026-11-23T13:20");
}

static void the_change_of_the_clock_falls_on_a_weekend(void **state)
{
    (void)state;
    assert_instant(due("2027-03-12T20:00", UNIT_BUSINESS_HOURS, 12), "2027-03-15T08:00");
    assert_instant(due("2026-10-30T20:00", UNIT_BUSINESS_HOURS, 12), "2026-11-02T08:00");
}

static void a_business_day_may_have_23_hours(void **state)
{
    (void)state;
    /* Were the change on a Thursday, 11 March 2027, at 02:00. */
    const struct zone_transition transitions[] = {
        {INT64_MIN,                 -21600, 0},
        {at("2027-03-11T02:00").ms, -18000, 1},
    };
    const struct zone zone = {STR_INIT("Thursday"), transitions, 2};
    const struct calendar calendar = {&zone, NULL, 0};
    TEST_ARENA(arena);
    struct instant start;
    assert_true(zone_parse(&zone, STR("2027-03-10T23:00"), &start, NULL));
    struct instant end = calendar_add_business_ms(&calendar, start, 24 * HOUR_MS);
    assert_text(zone_iso(&arena, &zone, end), "2027-03-12T00:00:00-05:00");
}

static void days_end_with_the_last_of_them(void **state)
{
    (void)state;
    /* Day 60 is a Sunday: policy does not roll, statute does. */
    assert_date(date_add_days(day("2026-11-25"), 60), "2027-01-24");
    assert_instant(due("2026-11-25T13:20", UNIT_DAYS, 60), "2027-01-25T00:00");
    assert_date(calendar_due_date(&wisconsin, due("2026-11-25T13:20", UNIT_DAYS, 60)),
                "2027-01-24");
    assert_instant(due_rolled("2026-11-25T13:20", UNIT_DAYS, 60), "2027-01-26T00:00");
    assert_date(calendar_due_date(&wisconsin, due_rolled("2026-11-25T13:20", UNIT_DAYS, 60)),
                "2027-01-25");
    /* Request for review: 15 days from the notice of 11 January; sent 15 days, reviewed 45 days
     * after 22 January. */
    assert_date(calendar_due_date(&wisconsin, due("2027-01-11T09:00", UNIT_DAYS, 15)),
                "2027-01-26");
    assert_date(calendar_due_date(&wisconsin, due("2027-01-22T09:00", UNIT_DAYS, 15)),
                "2027-02-06");
    assert_date(calendar_due_date(&wisconsin, due("2027-01-22T09:00", UNIT_DAYS, 45)),
                "2027-03-08");
}

static void business_days_end_with_the_last_of_them(void **state)
{
    (void)state;
    assert_instant(due("2026-11-25T13:20", UNIT_BUSINESS_DAYS, 5), "2026-12-04T00:00");
    assert_instant(due("2026-11-25T13:20", UNIT_BUSINESS_DAYS, 1), "2026-11-28T00:00");
    assert_instant(due("2026-11-28T13:20", UNIT_BUSINESS_DAYS, 0), "2026-11-29T00:00");
    assert_instant(due_rolled("2026-11-28T13:20", UNIT_BUSINESS_DAYS, 0), "2026-12-01T00:00");
}

static void months_end_with_the_same_day_or_the_last(void **state)
{
    (void)state;
    assert_instant(due("2026-12-31T10:00", UNIT_MONTHS, 2), "2027-03-01T00:00");
    assert_instant(due("2026-11-25T13:20", UNIT_MONTHS, 6), "2027-05-26T00:00");
    /* 25 July 2027 is a Sunday. */
    assert_instant(due("2026-11-25T13:20", UNIT_MONTHS, 8), "2027-07-26T00:00");
    assert_instant(due_rolled("2026-11-25T13:20", UNIT_MONTHS, 8), "2027-07-27T00:00");
}

static void periods_end_with_their_last_day(void **state)
{
    (void)state;
    static const char start[] = "2026-11-25T13:20";
    assert_instant(due(start, UNIT_END_OF_DAY, 0), "2026-11-26T00:00");
    assert_instant(due(start, UNIT_END_OF_DAY, 1), "2026-11-27T00:00");
    assert_instant(due_rolled(start, UNIT_END_OF_DAY, 1), "2026-11-28T00:00");
    assert_instant(due(start, UNIT_END_OF_MONTH, 0), "2026-12-01T00:00");
    assert_instant(due(start, UNIT_END_OF_MONTH, 3), "2027-03-01T00:00");
    assert_instant(due(start, UNIT_END_OF_QUARTER, 0), "2027-01-01T00:00");
    assert_instant(due(start, UNIT_END_OF_QUARTER, 1), "2027-04-01T00:00");
    assert_instant(due(start, UNIT_END_OF_QUARTER, -1), "2026-10-01T00:00");
    assert_instant(due(start, UNIT_END_OF_YEAR, 0), "2027-01-01T00:00");
    assert_instant(due(start, UNIT_END_OF_YEAR, 1), "2028-01-01T00:00");
    /* From the 31st, a period ahead is the next month and not the one after. */
    assert_instant(due("2027-01-31T10:00", UNIT_END_OF_MONTH, 1), "2027-03-01T00:00");
    assert_instant(due("2026-12-31T23:59:59.999", UNIT_END_OF_YEAR, 0), "2027-01-01T00:00");
}

static void the_same_day_at_its_edges(void **state)
{
    (void)state;
    /* A minute before midnight leaves a minute; midnight itself begins a new day. */
    assert_instant(due("2026-12-04T23:59", UNIT_END_OF_DAY, 0), "2026-12-05T00:00");
    assert_instant(due("2026-12-04T23:59:59.999", UNIT_END_OF_DAY, 0), "2026-12-05T00:00");
    assert_instant(due("2026-12-05T00:00", UNIT_END_OF_DAY, 0), "2026-12-06T00:00");
    assert_instant(due("2026-12-05T00:00", UNIT_DAYS, 1), "2026-12-07T00:00");
    /* In the gap of 14 March (03:30 on the new clock), before it, and in both passes of the fold.
     */
    assert_instant(due("2027-03-14T02:30", UNIT_END_OF_DAY, 0), "2027-03-15T00:00");
    assert_instant(due("2027-03-14T00:00", UNIT_END_OF_DAY, 0), "2027-03-15T00:00");
    assert_true(due("2027-03-14T00:00", UNIT_END_OF_DAY, 0).ms - at("2027-03-14T00:00").ms ==
                23 * HOUR_MS);
    assert_instant(due("2026-11-01T01:30:00-05:00", UNIT_END_OF_DAY, 0), "2026-11-02T00:00");
    assert_instant(due("2026-11-01T01:30:00-06:00", UNIT_END_OF_DAY, 0), "2026-11-02T00:00");
    assert_true(due("2026-11-01T01:30", UNIT_END_OF_DAY, 0).ms - at("2026-11-01T01:30").ms ==
                23 * HOUR_MS + 30 * MINUTE_MS);
}

static void the_day_is_the_local_one(void **state)
{
    (void)state;
    /* 19:00 in Wausau is the next day in UTC. */
    assert_instant(due("2026-12-05T01:00:00Z", UNIT_END_OF_DAY, 0), "2026-12-05T00:00");
    assert_instant(due("2026-12-05T05:59:59Z", UNIT_DAYS, 1), "2026-12-06T00:00");
    assert_instant(due("2026-12-05T06:00:00Z", UNIT_DAYS, 1), "2026-12-07T00:00");
}

static void counting_back_from_an_act_never_rolls(void **state)
{
    (void)state;
    /* Five days before the hearing of Friday 4 December is Sunday 29 November. */
    assert_date(calendar_due_date(&wisconsin, due("2026-12-04T09:00", UNIT_DAYS, -5)),
                "2026-11-29");
    assert_date(calendar_due_date(&wisconsin, due_rolled("2026-12-04T09:00", UNIT_DAYS, -5)),
                "2026-11-29");
    assert_date(calendar_due_date(&wisconsin, due("2026-12-04T09:00", UNIT_BUSINESS_DAYS, -5)),
                "2026-11-27");
    assert_date(calendar_due_date(&wisconsin, due("2027-03-31T09:00", UNIT_MONTHS, -1)),
                "2027-02-28");
}

static void the_due_date_is_the_last_day_in_time(void **state)
{
    (void)state;
    for (enum time_unit unit = 0; unit < UNIT__COUNT; unit++) {
        if (!time_unit_is_day(unit)) {
            continue;
        }
        for (int32_t length = 0; length < 40; length++) {
            struct instant end = due("2026-10-15T13:20", unit, length);
            struct date last = calendar_due_date(&wisconsin, end);
            assert_true(end.ms == zone_day_start(&chicago, date_add_days(last, 1)).ms);
            assert_true(last.day >= day("2026-10-15").day);
        }
    }
    assert_date(calendar_due_date(&wisconsin, at("2026-12-07T03:40")), "2026-12-07");
}

static void any_length_gives_an_answer(void **state)
{
    (void)state;
    static const int32_t lengths[] = {INT32_MIN, INT32_MAX};
    for (enum time_unit unit = 0; unit < UNIT__COUNT; unit++) {
        for (size_t i = 0; i < ARRAY_LENGTH(lengths); i++) {
            struct instant start = at("2026-11-25T13:20");
            struct instant end = calendar_due(&wisconsin, start, unit, lengths[i], true);
            assert_true(lengths[i] < 0 ? end.ms < start.ms : end.ms > start.ms);
        }
    }
}

static void units_have_names(void **state)
{
    (void)state;
    assert_text(time_unit_name(UNIT_BUSINESS_DAYS), "business_days");
    assert_false(time_unit_is_day(UNIT_HOURS));
    assert_false(time_unit_is_day(UNIT_BUSINESS_HOURS));
    assert_true(time_unit_is_day(UNIT_BUSINESS_DAYS));
    assert_true(time_unit_is_day(UNIT_END_OF_QUARTER));
}

static void midnight_that_comes_twice_counts_no_time_twice(void **state)
{
    (void)state;
    /* 00:01 of Friday 2 January 1970 becomes 23:01 of Thursday, which has 25 hours, of which
     * Friday's first minute is one; Friday then has its 24. */
    const struct zone_transition transitions[] = {
        {INT64_MIN,                    3600, 1},
        {DAY_MS - HOUR_MS + MINUTE_MS, 0,    0}
    };
    const struct zone zone = {STR_INIT("fold over midnight"), transitions, 2};
    const struct calendar calendar = {&zone, NULL, 0};
    struct instant from = {-HOUR_MS}; /* Thursday 00:00 */
    for (int64_t ms = 0; ms <= 48 * HOUR_MS; ms += 7 * MINUTE_MS) {
        assert_true(calendar_add_business_ms(&calendar, from, ms).ms == from.ms + ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weekends_and_holidays_are_no_business_days),
        cmocka_unit_test(a_calendar_may_have_no_holidays),
        cmocka_unit_test(rolling_goes_to_the_next_business_day),
        cmocka_unit_test(business_days_are_counted),
        cmocka_unit_test(business_days_agree_with_counting_on_the_fingers),
        cmocka_unit_test(hours_without_weekends_and_holidays),
        cmocka_unit_test(business_hours_that_end_with_a_day),
        cmocka_unit_test(business_hours_count_back),
        cmocka_unit_test(business_time_stops_at_the_accepted_years),
        cmocka_unit_test(business_minutes_agree_with_waiting),
        cmocka_unit_test(business_time_adds_up_and_comes_back),
        cmocka_unit_test(elapsed_hours_do_not_see_the_wall_clock),
        cmocka_unit_test(the_change_of_the_clock_falls_on_a_weekend),
        cmocka_unit_test(a_business_day_may_have_23_hours),
        cmocka_unit_test(days_end_with_the_last_of_them),
        cmocka_unit_test(business_days_end_with_the_last_of_them),
        cmocka_unit_test(months_end_with_the_same_day_or_the_last),
        cmocka_unit_test(periods_end_with_their_last_day),
        cmocka_unit_test(the_same_day_at_its_edges),
        cmocka_unit_test(the_day_is_the_local_one),
        cmocka_unit_test(counting_back_from_an_act_never_rolls),
        cmocka_unit_test(the_due_date_is_the_last_day_in_time),
        cmocka_unit_test(any_length_gives_an_answer),
        cmocka_unit_test(units_have_names),
        cmocka_unit_test(midnight_that_comes_twice_counts_no_time_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
