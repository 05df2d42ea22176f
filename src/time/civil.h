/* Dates of the proleptic Gregorian calendar as day numbers, and their arithmetic. Nothing here
 * knows a zone or asks a clock. Results saturate instead of overflowing; who takes numbers from
 * outside asks date_in_range of what comes out. */
#ifndef HEARTH_TIME_CIVIL_H
#define HEARTH_TIME_CIVIL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* Days since 1970-01-01. Years 1800 to 2999 are accepted from outside. */
struct date {
    int32_t day;
};

#define DATE_MIN ((struct date){-62091}) /* 1800-01-01 */
#define DATE_MAX ((struct date){376199}) /* 2999-12-31 */

/* Milliseconds since 1970-01-01T00:00:00Z. */
struct instant {
    int64_t ms;
};

#define MINUTE_MS ((int64_t)60 * 1000)
#define HOUR_MS ((int64_t)60 * MINUTE_MS)
#define DAY_MS ((int64_t)24 * HOUR_MS) /* of a day without a change of the clock */

/* A wall-clock reading without a zone. */
struct civil {
    int32_t year;
    uint8_t month, day; /* from 1 */
    uint8_t hour, minute, second;
    uint16_t ms;
};

enum weekday { MONDAY = 1, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

/* Of a month from 1 to 12; a day past the end of the month counts on into the next. */
struct date date_from_civil(int32_t year, unsigned month, unsigned day);
/* Only year, month and day are set. */
struct civil date_to_civil(struct date date);
/* Whether a form or a file may say so: a day of the calendar, in the accepted years. */
bool date_is_real(int32_t year, unsigned month, unsigned day);
/* Whether the day is in the accepted years. */
bool date_in_range(struct date date);
enum weekday date_weekday(struct date date);
/* Negative counts back. */
struct date date_add_days(struct date date, int32_t days);
/* Negative counts back. */
struct instant instant_add_ms(struct instant instant, int64_t ms);
/* Same day number, or the last day of a shorter month. Negative counts back. */
struct date date_add_months(struct date date, int32_t months);
/* Whole months from a to b by the same rule: the most that date_add_months can add to a without
 * passing b; negative when b is before a. */
int32_t date_months_between(struct date a, struct date b);
/* Completed years of a person born on birth, on a day; born 29 Feb: 1 Mar in other years. Negative
 * before birth. */
int32_t date_age(struct date birth, struct date on);
struct date date_month_start(struct date date);
struct date date_month_end(struct date date);
struct date date_quarter_end(struct date date);
struct date date_year_end(struct date date);

/* "2026-11-25"; also "11/25/2026" or "1/5/2026" as typed in the United States. False with nothing
 * set otherwise, and outside the accepted years. */
bool date_parse(struct str text, struct date *ret_date);
struct str date_iso(struct arena *arena, struct date date);
/* The same, appended to a text. */
void date_write_iso(struct buf *buf, struct date date);
/* "Wed 25 Nov 2026". */
struct str date_long(struct arena *arena, struct date date);

#endif
