#include "time/span.h"

/* ---- spans ---- */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void sort_by_from(struct span *spans, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct span span = spans[i];
        size_t at = i;
        while (at > 0 && spans[at - 1].from > span.from) {
            spans[at] = spans[at - 1];
            at--;
        }
        spans[at] = span;
    }
}

size_t spans_join(struct span *spans, size_t count)
{
    size_t kept = 0;
    sort_by_from(spans, count);
    for (size_t i = 0; i < count; i++) {
        if (spans[i].to <= spans[i].from) {
            continue;
        }
        if (kept > 0 && spans[i].from <= spans[kept - 1].to) {
            spans[kept - 1].to = later(spans[kept - 1].to, spans[i].to);
        } else {
            spans[kept++] = spans[i];
        }
    }
    return kept;
}

size_t spans_without(struct arena *arena, const struct span *spans, size_t count,
                     const struct span *out, size_t out_count, struct span **ret_left)
{
    LIST(struct span) left = {0};
    for (size_t i = 0; i < count; i++) {
        struct span rest = spans[i];
        for (size_t k = 0; k < out_count && rest.from < rest.to; k++) {
            if (out[k].to <= rest.from || out[k].from >= rest.to) {
                continue;
            }
            if (out[k].from > rest.from) {
                struct span before = {rest.from, out[k].from};
                LIST_PUSH(arena, &left, before);
            }
            rest.from = sooner(out[k].to, rest.to);
        }
        if (rest.from < rest.to) {
            LIST_PUSH(arena, &left, rest);
        }
    }
    *ret_left = left.items;
    return left.count;
}

int64_t spans_within(const struct span *spans, size_t count, int64_t from, int64_t to)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count && spans[i].from < to; i++) {
        sum += later(0, sooner(spans[i].to, to) - later(spans[i].from, from));
    }
    return sum;
}

/* ---- days collected ---- */

/* Months differ by less from one another than this: what is missing today can come down by no more
 * in one go, so that whole stretches of days need not be looked at one by one. */
#define MONTHS_DIFFER 6

static struct date ahead(struct date from, enum time_unit unit, int32_t length)
{
    return unit == UNIT_MONTHS ? date_add_months(from, length) : date_add_days(from, length);
}

/* The first day at or after this one that counts; the day itself when none does. */
static struct date first_counted(const struct tally *tally, struct date from)
{
    for (size_t i = 0; i < tally->count; i++) {
        if (tally->days[i].to > from.day) {
            return (struct date){(int32_t)later(from.day, tally->days[i].from)};
        }
    }
    return from;
}

/* From which day on it counts when it looks back from this one. */
static struct date window_start(const struct tally *tally, struct date day)
{
    struct date from = tally->from;
    if (tally->window > 0) {
        struct date back = ahead(day, tally->window_unit, -tally->window);
        return back.day > from.day ? back : from;
    }
    for (size_t i = 0; tally->consecutive && i < tally->count; i++) {
        if (tally->days[i].from > from.day && tally->days[i].from < day.day) {
            from.day = (int32_t)tally->days[i].from;
        }
    }
    return from;
}

struct tally_state tally_on(const struct tally *tally, struct date day)
{
    struct date from = window_start(tally, day);
    struct date first = first_counted(tally, from);
    bool broken = tally->consecutive && day.day > from.day &&
                  spans_within(tally->days, tally->count, day.day - 1, day.day) == 0;
    return (struct tally_state){
        .collected =
            broken ? 0 : (int32_t)spans_within(tally->days, tally->count, from.day, day.day),
        .needed = ahead(first, tally->unit, tally->length).day - first.day,
    };
}

bool tally_reached(const struct tally *tally, struct date *ret_day)
{
    if (tally->count == 0) {
        return false;
    }
    struct date last = {(int32_t)sooner(tally->days[tally->count - 1].to, DATE_MAX.day)};
    struct date day = first_counted(tally, tally->from);
    while (day.day <= last.day) {
        struct tally_state state = tally_on(tally, day);
        int32_t missing = state.needed - state.collected;
        if (missing <= 0) {
            *ret_day = day;
            return true;
        }
        day.day += (int32_t)later(1, missing - MONTHS_DIFFER);
    }
    return false;
}

/* ---- standing still ---- */

static struct instant hours_due(const struct calendar *calendar, struct instant start,
                                struct instant due, enum time_unit unit, const struct span *still,
                                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct instant from = {later(still[i].from, start.ms)}, to = {still[i].to};
        if (from.ms >= due.ms) {
            break;
        }
        if (to.ms == SPAN_OPEN) {
            return to;
        }
        if (to.ms > from.ms) {
            due = unit == UNIT_HOURS ? instant_add_ms(due, to.ms - from.ms)
                                     : calendar_add_business_ms(
                                           calendar, due, calendar_business_ms(calendar, from, to));
        }
    }
    return due;
}

/* The last day in time before rolling; false when it stands still without an end. */
static bool days_due(const struct calendar *calendar, struct date start, enum time_unit unit,
                     const struct span *still, size_t count, struct date *last)
{
    for (size_t i = 0; i < count; i++) {
        struct date from = zone_date(calendar->zone, (struct instant){still[i].from});
        from.day = (int32_t)later(from.day, (int64_t)start.day + 1); /* the first day is day 0 */
        if (from.day > last->day) {
            break;
        }
        if (still[i].to == SPAN_OPEN) {
            return false;
        }
        struct date to = zone_date(calendar->zone, (struct instant){still[i].to});
        if (unit == UNIT_BUSINESS_DAYS) {
            *last = calendar_add_business_days(calendar, *last,
                                               calendar_business_days(calendar, from, to));
        } else if (to.day > from.day) {
            *last = date_add_days(*last, to.day - from.day);
        }
    }
    return true;
}

struct instant span_due(const struct calendar *calendar, struct instant start, enum time_unit unit,
                        int32_t length, bool roll, const struct span *still, size_t count)
{
    struct instant due = calendar_due(calendar, start, unit, length, false);
    if (!time_unit_is_day(unit)) {
        return hours_due(calendar, start, due, unit, still, count);
    }
    struct date last = calendar_due_date(calendar, due);
    if (!days_due(calendar, zone_date(calendar->zone, start), unit, still, count, &last)) {
        return (struct instant){SPAN_OPEN};
    }
    if (roll && length >= 0) {
        last = calendar_roll(calendar, last);
    }
    return zone_day_start(calendar->zone, date_add_days(last, 1));
}
