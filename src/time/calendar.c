#include "time/calendar.h"

bool calendar_is_holiday(const struct calendar *calendar, struct date date)
{
    size_t low = 0, high = calendar->holiday_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->holidays[middle] == date.day) {
            return true;
        }
        if (calendar->holidays[middle] < date.day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

bool calendar_is_business_day(const struct calendar *calendar, struct date date)
{
    return date_weekday(date) <= FRIDAY && !calendar_is_holiday(calendar, date);
}

/* Whether the next step in this direction, 1 or -1, stays in the accepted years. */
static bool may_step(struct date date, int32_t step)
{
    return date_in_range(date_add_days(date, step));
}

struct date calendar_roll(const struct calendar *calendar, struct date date)
{
    while (!calendar_is_business_day(calendar, date) && may_step(date, 1)) {
        date.day++;
    }
    return date;
}

struct date calendar_add_business_days(const struct calendar *calendar, struct date from,
                                       int32_t count)
{
    int32_t step = count < 0 ? -1 : 1;
    struct date date = from;
    while (count != 0 && may_step(date, step)) {
        date.day += step;
        if (calendar_is_business_day(calendar, date)) {
            count -= step;
        }
    }
    return date;
}

/* Works through local days from the one the instant is in: what is left of a day is used up, or
 * holds the end. */
static struct instant run_forward(const struct calendar *calendar, struct instant from, int64_t ms)
{
    struct date date = zone_date(calendar->zone, from);
    while (ms > 0 && may_step(date, 1)) {
        struct date next = date_add_days(date, 1);
        struct instant end = zone_day_start(calendar->zone, next);
        if (calendar_is_business_day(calendar, date)) {
            int64_t left = end.ms - from.ms;
            if (ms <= left) {
                return (struct instant){from.ms + ms};
            }
            ms -= left;
        }
        from = end;
        date = next;
    }
    return from;
}

static struct instant run_back(const struct calendar *calendar, struct instant from, int64_t ms)
{
    struct date date = zone_date(calendar->zone, from);
    while (ms > 0 && may_step(date, -1)) {
        struct instant start = zone_day_start(calendar->zone, date);
        if (calendar_is_business_day(calendar, date)) {
            int64_t passed = from.ms - start.ms;
            if (ms <= passed) {
                return (struct instant){from.ms - ms};
            }
            ms -= passed;
        }
        from = start;
        date = date_add_days(date, -1);
    }
    return from;
}

struct instant calendar_add_business_ms(const struct calendar *calendar, struct instant from,
                                        int64_t ms)
{
    if (ms < 0) {
        return run_back(calendar, from, ms == INT64_MIN ? INT64_MAX : -ms);
    }
    return run_forward(calendar, from, ms);
}

int32_t calendar_business_days(const struct calendar *calendar, struct date from, struct date to)
{
    int32_t count = 0;
    for (struct date date = from; date.day < to.day && may_step(date, 1); date.day++) {
        count += calendar_is_business_day(calendar, date);
    }
    return count;
}

int64_t calendar_business_ms(const struct calendar *calendar, struct instant from,
                             struct instant to)
{
    int64_t ms = 0;
    struct date date = zone_date(calendar->zone, from);
    while (from.ms < to.ms && may_step(date, 1)) {
        date.day++;
        struct instant end = zone_day_start(calendar->zone, date);
        if (end.ms > to.ms) {
            end = to;
        }
        if (calendar_is_business_day(calendar, date_add_days(date, -1))) {
            ms += end.ms - from.ms;
        }
        from = end;
    }
    return ms;
}

bool time_unit_is_day(enum time_unit unit)
{
    return unit != UNIT_HOURS && unit != UNIT_BUSINESS_HOURS;
}

/* A day in the period of so many months that lies length such periods ahead. */
static struct date months_ahead(struct date start, int32_t length, int32_t period)
{
    int32_t months;
    if (__builtin_mul_overflow(length, period, &months)) {
        months = length < 0 ? INT32_MIN : INT32_MAX;
    }
    return date_add_months(start, months);
}

/* The last day that is in time, before rolling. */
static struct date last_day(const struct calendar *calendar, struct date start, enum time_unit unit,
                            int32_t length)
{
    switch (unit) {
    case UNIT_DAYS:
    case UNIT_END_OF_DAY:
        return date_add_days(start, length);
    case UNIT_BUSINESS_DAYS:
        return calendar_add_business_days(calendar, start, length);
    case UNIT_MONTHS:
        return date_add_months(start, length);
    case UNIT_END_OF_MONTH:
        return date_month_end(months_ahead(start, length, 1));
    case UNIT_END_OF_QUARTER:
        return date_quarter_end(months_ahead(start, length, 3));
    case UNIT_END_OF_YEAR:
        return date_year_end(months_ahead(start, length, 12));
    case UNIT_HOURS:
    case UNIT_BUSINESS_HOURS:
    case UNIT__COUNT:
        break;
    }
    __builtin_trap();
}

struct instant calendar_due(const struct calendar *calendar, struct instant start,
                            enum time_unit unit, int32_t length, bool roll)
{
    if (unit == UNIT_HOURS) {
        return instant_add_ms(start, length * HOUR_MS);
    }
    if (unit == UNIT_BUSINESS_HOURS) {
        return calendar_add_business_ms(calendar, start, length * HOUR_MS);
    }
    struct date last = last_day(calendar, zone_date(calendar->zone, start), unit, length);
    if (roll && length >= 0) {
        last = calendar_roll(calendar, last);
    }
    return zone_day_start(calendar->zone, date_add_days(last, 1));
}

struct date calendar_period_start(enum time_unit unit, struct date day)
{
    switch (unit) {
    case UNIT_END_OF_MONTH:
        return date_month_start(day);
    case UNIT_END_OF_QUARTER:
        return date_month_start(date_add_months(date_quarter_end(day), -2));
    case UNIT_END_OF_YEAR:
        return date_month_start(date_add_months(date_year_end(day), -11));
    case UNIT_END_OF_DAY:
    case UNIT_HOURS:
    case UNIT_BUSINESS_HOURS:
    case UNIT_DAYS:
    case UNIT_BUSINESS_DAYS:
    case UNIT_MONTHS:
    case UNIT__COUNT:
        break;
    }
    return day;
}

struct date calendar_due_date(const struct calendar *calendar, struct instant due)
{
    return zone_date(calendar->zone, instant_add_ms(due, -1));
}

static const struct str unit_names[UNIT__COUNT] = {
    [UNIT_HOURS] = STR_INIT("hours"),
    [UNIT_BUSINESS_HOURS] = STR_INIT("business_hours"),
    [UNIT_DAYS] = STR_INIT("days"),
    [UNIT_BUSINESS_DAYS] = STR_INIT("business_days"),
    [UNIT_MONTHS] = STR_INIT("months"),
    [UNIT_END_OF_DAY] = STR_INIT("end_of_day"),
    [UNIT_END_OF_MONTH] = STR_INIT("end_of_month"),
    [UNIT_END_OF_QUARTER] = STR_INIT("end_of_quarter"),
    [UNIT_END_OF_YEAR] = STR_INIT("end_of_year"),
};

struct str time_unit_name(enum time_unit unit)
{
    CHECK(unit < UNIT__COUNT);
    return unit_names[unit];
}
