#include "time/span.h"

#include "../property/random.h"
#include "chicago.h"
#include "unit.h"

static const int32_t holidays[] = {20783, 20812, 20819}; /* Thanksgiving, Christmas, New Year */
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

static struct span days(const char *from, const char *to)
{
    return (struct span){day(from).day, to != NULL ? day(to).day : SPAN_OPEN};
}

static struct span hours(const char *from, const char *to)
{
    return (struct span){at(from).ms, to != NULL ? at(to).ms : SPAN_OPEN};
}

/* ---- spans ---- */

static void what_overlaps_or_touches_is_one(void **state)
{
    (void)state;
    struct span spans[] = {
        {30, 40       },
        {10, 20       },
        {15, 18       },
        {20, 25       },
        {50, 50       },
        {60, SPAN_OPEN},
        {70, 80       }
    };
    assert_int_equal(spans_join(spans, ARRAY_LENGTH(spans)), 3);
    assert_int_equal(spans[0].from, 10);
    assert_int_equal(spans[0].to, 25);
    assert_int_equal(spans[1].from, 30);
    assert_int_equal(spans[2].to, SPAN_OPEN);
    assert_int_equal(spans_within(spans, 3, 12, 62), 13 + 10 + 2);
    assert_int_equal(spans_within(spans, 3, 40, 50), 0);
}

static void what_is_left_out_is_cut_from_both_ends_and_the_middle(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct span spans[] = {
        {10, 20       },
        {30, SPAN_OPEN}
    };
    const struct span out[] = {
        {5,  12},
        {14, 15},
        {19, 35},
        {50, 60}
    };
    struct span *left;
    assert_int_equal(spans_without(&arena, spans, 2, out, 4, &left), 4);
    const struct span expected[] = {
        {12, 14       },
        {15, 19       },
        {35, 50       },
        {60, SPAN_OPEN}
    };
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(left[i].from, expected[i].from);
        assert_int_equal(left[i].to, expected[i].to);
    }
}

/* ---- days collected ---- */

static struct date reached(const struct tally *tally)
{
    struct date date = {INT32_MAX};
    assert_true(tally_reached(tally, &date));
    return date;
}

static void without_a_gap_it_is_the_day_of_the_month_of_any_deadline(void **state)
{
    (void)state;
    static const char *const starts[] = {"2024-01-31", "2024-02-29", "2023-08-31", "2026-11-25",
                                         "2025-12-31"};
    for (size_t i = 0; i < ARRAY_LENGTH(starts); i++) {
        struct span span = days(starts[i], NULL);
        struct tally tally = {.days = &span,
                              .count = 1,
                              .from = day(starts[i]),
                              .unit = UNIT_MONTHS,
                              .length = 15,
                              .window_unit = UNIT_MONTHS,
                              .window = 22};
        assert_int_equal(reached(&tally).day, date_add_months(day(starts[i]), 15).day);
    }
}

static void a_day_that_does_not_count_moves_it_by_one(void **state)
{
    (void)state;
    /* Away from 1 to 31 March: 31 nights, come back on 1 April. */
    struct span spans[] = {days("2025-01-01", "2025-03-01"), days("2025-04-01", NULL)};
    struct tally tally = {.days = spans,
                          .count = 2,
                          .from = day("2025-01-01"),
                          .unit = UNIT_MONTHS,
                          .length = 15,
                          .window_unit = UNIT_MONTHS,
                          .window = 22};
    assert_int_equal(reached(&tally).day, day("2026-04-01").day + 31);
    assert_int_equal(tally_on(&tally, day("2025-04-11")).collected, 59 + 10);
    assert_int_equal(tally_on(&tally, day("2025-04-11")).needed, 455);
    /* With 8 months between, the first stretch has left the window before the sum is reached. */
    spans[1] = days("2026-01-01", NULL);
    assert_int_equal(reached(&tally).day, day("2027-04-01").day);
}

static void consecutive_days_begin_anew_after_a_gap(void **state)
{
    (void)state;
    struct span spans[] = {days("2025-01-01", "2025-12-31"), days("2026-01-01", NULL)};
    struct tally tally = {.days = spans,
                          .count = 2,
                          .from = day("2025-01-01"),
                          .unit = UNIT_MONTHS,
                          .length = 12,
                          .consecutive = true};
    assert_int_equal(reached(&tally).day, day("2027-01-01").day);
    assert_int_equal(tally_on(&tally, day("2026-01-01")).collected, 0);
    spans[0] = days("2025-01-01", "2026-01-01");
    assert_int_equal(reached(&tally).day, day("2026-01-01").day);
}

static void what_has_ended_may_never_reach_it(void **state)
{
    (void)state;
    struct date date;
    struct span span = days("2025-01-01", "2026-03-31");
    struct tally tally = {.days = &span,
                          .count = 1,
                          .from = day("2025-01-01"),
                          .unit = UNIT_MONTHS,
                          .length = 15,
                          .window_unit = UNIT_MONTHS,
                          .window = 22};
    assert_false(tally_reached(&tally, &date));
    span = days("2025-01-01", "2026-04-01");
    assert_int_equal(reached(&tally).day, day("2026-04-01").day);
    tally.count = 0;
    assert_false(tally_reached(&tally, &date));
    tally.count = 1;
    tally.from = day("2026-04-02");
    assert_false(tally_reached(&tally, &date));
}

/* ---- the same, day by day ---- */

#define REFERENCE_DAYS 3000

struct reference {
    bool counts[REFERENCE_DAYS]; /* from BASE on */
    int32_t last;                /* day at which the last stretch ends */
};

#define BASE 19723 /* 2024-01-01 */

static struct date back(struct date date, enum time_unit unit, int32_t length)
{
    return unit == UNIT_MONTHS ? date_add_months(date, length) : date_add_days(date, length);
}

static int32_t counted(const struct reference *r, int32_t from, int32_t to)
{
    int32_t sum = 0;
    for (int32_t d = from; d < to; d++) {
        sum += r->counts[d - BASE];
    }
    return sum;
}

/* INT32_MAX when it is never reached. */
static int32_t reference_reached(const struct reference *r, const struct tally *tally)
{
    for (int32_t d = tally->from.day; d <= r->last; d++) {
        int32_t from = tally->from.day;
        if (tally->consecutive) {
            from = d;
            while (from > tally->from.day && r->counts[from - 1 - BASE]) {
                from--;
            }
        } else if (tally->window > 0) {
            int32_t start = back((struct date){d}, tally->window_unit, -tally->window).day;
            from = start > from ? start : from;
        }
        int32_t first = from;
        while (first < r->last && !r->counts[first - BASE]) {
            first++;
        }
        int32_t needed = back((struct date){first}, tally->unit, tally->length).day - first;
        if (counted(r, from, d) >= needed) {
            return d;
        }
    }
    return INT32_MAX;
}

static void counting_day_by_day_comes_to_the_same(void **state)
{
    (void)state;
    struct rng rng = {20261122};
    unsigned hits = 0;
    for (int round = 0; round < 1500; round++) {
        TEST_ARENA(arena);
        struct span in[6], out[4], *left;
        struct reference r = {.last = BASE};
        size_t in_count = 1 + rng_below(&rng, 6), out_count = rng_below(&rng, 5);
        for (size_t i = 0; i < in_count; i++) {
            in[i].from = BASE + (int32_t)rng_below(&rng, 1000);
            in[i].to = in[i].from + rng_below(&rng, 700);
        }
        for (size_t i = 0; i < out_count; i++) {
            out[i].from = BASE + (int32_t)rng_below(&rng, 1200);
            out[i].to = out[i].from + rng_below(&rng, 90);
        }
        for (size_t i = 0; i < in_count; i++) {
            for (int64_t d = in[i].from; d < in[i].to; d++) {
                r.counts[d - BASE] = true;
            }
        }
        for (size_t i = 0; i < out_count; i++) {
            for (int64_t d = out[i].from; d < out[i].to; d++) {
                r.counts[d - BASE] = false;
            }
        }
        for (int32_t d = 0; d < REFERENCE_DAYS; d++) {
            r.last = r.counts[d] ? BASE + d + 1 : r.last;
        }
        in_count = spans_join(in, in_count);
        out_count = spans_join(out, out_count);
        size_t count = spans_without(&arena, in, in_count, out, out_count, &left);
        bool months = rng_one_in(&rng, 2), window = rng_one_in(&rng, 2);
        int32_t length = 1 + (int32_t)rng_below(&rng, months ? 18 : 500);
        struct tally tally = {
            .days = left,
            .count = count,
            .from = {BASE + (int32_t)rng_below(&rng, 200)},
            .unit = months ? UNIT_MONTHS : UNIT_DAYS,
            .length = length,
            .window_unit = months ? UNIT_MONTHS : UNIT_DAYS,
            .window = window ? length + (int32_t)rng_below(&rng, months ? 12 : 300) : 0,
            .consecutive = !window && rng_one_in(&rng, 2),
        };
        struct date found = {INT32_MAX};
        bool known = tally_reached(&tally, &found);
        int32_t expected = reference_reached(&r, &tally);
        assert_int_equal(known ? found.day : INT32_MAX, expected);
        hits += known;
    }
    assert_true(hits > 300 && hits < 1400); /* both answers are among them */
}

/* ---- standing still ---- */

static struct date still_due(const char *start, enum time_unit unit, int32_t length, bool roll,
                             struct span *still, size_t count)
{
    count = spans_join(still, count);
    struct instant due = span_due(&wisconsin, at(start), unit, length, roll, still, count);
    assert_true(due.ms != SPAN_OPEN);
    return calendar_due_date(&wisconsin, due);
}

static void days_that_stand_still_are_added(void **state)
{
    (void)state;
    /* 30 days from 2 November: 2 December. The 10th to the 19th are ten days. */
    struct span one[] = {hours("2026-11-10T00:00", "2026-11-20T00:00")};
    assert_int_equal(still_due("2026-11-02T09:00", UNIT_DAYS, 30, false, one, 1).day,
                     day("2026-12-12").day);
    /* An order twice over the same days stands still once; a second one within the time that the
     * first has added counts too; one after the end does not. */
    struct span twice[] = {hours("2026-11-10T00:00", "2026-11-20T00:00"),
                           hours("2026-11-15T00:00", "2026-11-20T00:00"),
                           hours("2026-12-10T00:00", "2026-12-15T00:00"),
                           hours("2026-12-18T00:00", "2026-12-25T00:00")};
    assert_int_equal(still_due("2026-11-02T09:00", UNIT_DAYS, 30, false, twice, 4).day,
                     day("2026-12-17").day);
    /* The day of the start counts for nothing, still or not. */
    struct span early[] = {hours("2026-10-20T00:00", "2026-11-03T00:00")};
    assert_int_equal(still_due("2026-11-02T09:00", UNIT_DAYS, 30, false, early, 1).day,
                     day("2026-12-02").day);
    /* It rolls at the end, not before. */
    assert_int_equal(still_due("2026-11-02T09:00", UNIT_DAYS, 30, true, one, 1).day,
                     day("2026-12-14").day);
}

static void business_time_stands_still_by_what_would_have_counted(void **state)
{
    (void)state;
    /* Five business days from Mon 16 Nov: Mon 23. Still Thu 19 to Mon 23: two of them (Thu, Fri).
     */
    struct span one[] = {hours("2026-11-19T00:00", "2026-11-23T00:00")};
    assert_int_equal(still_due("2026-11-16T09:00", UNIT_BUSINESS_DAYS, 5, false, one, 1).day,
                     day("2026-11-25").day);
    /* 48 hours from Wed 12:00 without the weekend: Fri 12:00. Still Fri 06:00 to Sun 06:00 takes 18
     * hours of Friday; six are left for Monday. */
    struct span two = hours("2026-11-20T06:00", "2026-11-22T06:00");
    assert_int_equal(
        span_due(&wisconsin, at("2026-11-18T12:00"), UNIT_BUSINESS_HOURS, 48, false, &two, 1).ms,
        at("2026-11-23T06:00").ms);
    /* Elapsed hours over the night in which the clocks go back. */
    struct span night = hours("2026-11-01T00:00", "2026-11-02T00:00");
    assert_int_equal(
        span_due(&wisconsin, at("2026-10-31T12:00"), UNIT_HOURS, 24, false, &night, 1).ms,
        at("2026-11-02T12:00").ms);
}

static void without_an_end_there_is_no_day(void **state)
{
    (void)state;
    struct span open = hours("2026-11-10T00:00", NULL);
    assert_int_equal(span_due(&wisconsin, at("2026-11-02T09:00"), UNIT_DAYS, 30, true, &open, 1).ms,
                     SPAN_OPEN);
    assert_int_equal(
        span_due(&wisconsin, at("2026-11-02T09:00"), UNIT_HOURS, 300, false, &open, 1).ms,
        SPAN_OPEN);
    /* It ran out before. */
    assert_true(span_due(&wisconsin, at("2026-11-02T09:00"), UNIT_DAYS, 7, true, &open, 1).ms !=
                SPAN_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_overlaps_or_touches_is_one),
        cmocka_unit_test(what_is_left_out_is_cut_from_both_ends_and_the_middle),
        cmocka_unit_test(without_a_gap_it_is_the_day_of_the_month_of_any_deadline),
        cmocka_unit_test(a_day_that_does_not_count_moves_it_by_one),
        cmocka_unit_test(consecutive_days_begin_anew_after_a_gap),
        cmocka_unit_test(what_has_ended_may_never_reach_it),
        cmocka_unit_test(counting_day_by_day_comes_to_the_same),
        cmocka_unit_test(days_that_stand_still_are_added),
        cmocka_unit_test(business_time_stands_still_by_what_would_have_counted),
        cmocka_unit_test(without_an_end_there_is_no_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
