/* Business calendars: which local days are weekend or legal holiday, and the arithmetic of
 * deadlines over them. The holidays are dates in the model image. Whatever looks for business days
 * stops at DATE_MIN and DATE_MAX, and goes nowhere from beyond them. */
#ifndef HEARTH_TIME_CALENDAR_H
#define HEARTH_TIME_CALENDAR_H

#include "time/zone.h"

struct calendar {
    const struct zone *zone;
    const int32_t *holidays; /* day numbers, ascending */
    size_t holiday_count;
};

bool calendar_is_holiday(const struct calendar *calendar, struct date date);
bool calendar_is_business_day(const struct calendar *calendar, struct date date);
/* The same day when it is a business day, else the next one (Wis. Stat. 990.001(4)). */
struct date calendar_roll(const struct calendar *calendar, struct date date);
/* count business days after the day; the start day is day 0, whatever day it is. Negative counts
 * back. */
struct date calendar_add_business_days(const struct calendar *calendar, struct date from,
                                       int32_t count);
/* Adds milliseconds during which the clock runs only on business days (Saturday 00:00 to Sunday
 * 24:00 and holidays 00:00 to 24:00, local, do not count). Gives the first instant at which the
 * time has passed: a clock that runs out with Friday is due at the midnight that ends it. Negative
 * counts back, to the last instant from which so much time passes. */
struct instant calendar_add_business_ms(const struct calendar *calendar, struct instant from,
                                        int64_t ms);
/* How many business days lie in [from, to), and how much of [from, to) lies in business days: what
 * the two above would step over. 0 when to is not after from. */
int32_t calendar_business_days(const struct calendar *calendar, struct date from, struct date to);
int64_t calendar_business_ms(const struct calendar *calendar, struct instant from,
                             struct instant to);

/* Units of a deadline. Calendar units end at the end of the local day (the next day's start is
 * the first instant that is late). */
enum time_unit {
    UNIT_HOURS,          /* elapsed */
    UNIT_BUSINESS_HOURS, /* hours without weekends and legal holidays: not office hours */
    UNIT_DAYS,           /* calendar days */
    UNIT_BUSINESS_DAYS,
    UNIT_MONTHS,
    UNIT_END_OF_DAY, /* the length counts periods ahead: 0 is the current one */
    UNIT_END_OF_MONTH,
    UNIT_END_OF_QUARTER,
    UNIT_END_OF_YEAR,
    UNIT__COUNT
};

/* The first instant that is too late. The day of the start is not counted. roll: a last day that is
 * no business day moves to the next one (statutory filings do, Wis. Stat. 990.001(4); policy
 * contacts do not); only for units that end with a day. A negative length counts back from an act,
 * for what must be done before it; its last day never rolls, which would shorten the notice. */
struct instant calendar_due(const struct calendar *calendar, struct instant start,
                            enum time_unit unit, int32_t length, bool roll);
/* The first day of the period a day is in; of units without periods, the day itself. */
struct date calendar_period_start(enum time_unit unit, struct date day);
/* The last local day on which it is in time, for display of day units. */
struct date calendar_due_date(const struct calendar *calendar, struct instant due);
/* As the model writes it. */
struct str time_unit_name(enum time_unit unit); /* "business_days" */
bool time_unit_is_day(enum time_unit unit); /* ends with a day, not at an hour */

#endif
