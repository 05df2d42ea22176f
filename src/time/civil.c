#include "time/civil.h"

/* Years are counted from 1 March here, so that the day a leap year adds is the last one. Lengths
 * of such a year's months repeat every five: 153 days. */
#define DAYS_OF_5_MONTHS 153
#define DAYS_OF_YEAR 365
#define DAYS_OF_4_YEARS 1461
#define DAYS_OF_CENTURY 36524
#define DAYS_OF_400_YEARS 146097
/* From 1 March of year 0 to 1970-01-01. */
#define EPOCH 719468

#define YEAR_MIN 1800
#define YEAR_MAX 2999

static int64_t floor_div(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

static int32_t saturate(int64_t number)
{
    return number < INT32_MIN ? INT32_MIN : number > INT32_MAX ? INT32_MAX : (int32_t)number;
}

/* 1 March of the year is month 0 day 0; January and February are months 10 and 11. */
static int64_t day_number(int64_t march_year, unsigned march_month, unsigned march_day)
{
    return march_year * DAYS_OF_YEAR + floor_div(march_year, 4) - floor_div(march_year, 100) +
           floor_div(march_year, 400) + (DAYS_OF_5_MONTHS * march_month + 2) / 5 + march_day -
           EPOCH;
}

/* The day by a count of months since year 0 and a day number from 1. */
static struct date from_months(int64_t months, unsigned day)
{
    int64_t march_months = months - 2;
    int64_t march_year = floor_div(march_months, 12);
    unsigned march_month = (unsigned)(march_months - march_year * 12);
    return (struct date){saturate(day_number(march_year, march_month, day - 1))};
}

static int64_t month_count(int32_t year, unsigned month)
{
    return (int64_t)year * 12 + month - 1;
}

struct date date_from_civil(int32_t year, unsigned month, unsigned day)
{
    return from_months(month_count(year, month), day);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

struct civil date_to_civil(struct date date)
{
    int64_t days = (int64_t)date.day + EPOCH;
    int64_t cycle = floor_div(days, DAYS_OF_400_YEARS);
    days -= cycle * DAYS_OF_400_YEARS;
    /* The last century of a cycle and the last year of four are a day longer than the others. */
    int64_t century = least(days / DAYS_OF_CENTURY, 3);
    days -= century * DAYS_OF_CENTURY;
    int64_t four = days / DAYS_OF_4_YEARS;
    days -= four * DAYS_OF_4_YEARS;
    int64_t one = least(days / DAYS_OF_YEAR, 3);
    days -= one * DAYS_OF_YEAR;
    int64_t march_month = (5 * days + 2) / DAYS_OF_5_MONTHS;
    bool next_year = march_month >= 10;
    return (struct civil){
        .year = (int32_t)(cycle * 400 + century * 100 + four * 4 + one + next_year),
        .month = (uint8_t)(march_month + (next_year ? -9 : 3)),
        .day = (uint8_t)(days - (DAYS_OF_5_MONTHS * march_month + 2) / 5 + 1),
    };
}

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned month_length(int32_t year, unsigned month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

bool date_is_real(int32_t year, unsigned month, unsigned day)
{
    return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_length(year, month);
}

bool date_in_range(struct date date)
{
    return date.day >= DATE_MIN.day && date.day <= DATE_MAX.day;
}

enum weekday date_weekday(struct date date)
{
    /* Day 0 was a Thursday. */
    int64_t days = (int64_t)date.day + THURSDAY - MONDAY;
    return (enum weekday)(days - floor_div(days, 7) * 7 + MONDAY);
}

struct date date_add_days(struct date date, int32_t days)
{
    return (struct date){saturate((int64_t)date.day + days)};
}

struct instant instant_add_ms(struct instant instant, int64_t ms)
{
    int64_t sum;
    if (__builtin_add_overflow(instant.ms, ms, &sum)) {
        sum = ms < 0 ? INT64_MIN : INT64_MAX;
    }
    return (struct instant){sum};
}

struct date date_add_months(struct date date, int32_t months)
{
    struct civil civil = date_to_civil(date);
    int64_t target = month_count(civil.year, civil.month) + months;
    struct date same = from_months(target, civil.day);
    struct date last = date_add_days(from_months(target + 1, 1), -1);
    return same.day < last.day ? same : last;
}

int32_t date_months_between(struct date a, struct date b)
{
    struct civil from = date_to_civil(a), to = date_to_civil(b);
    int32_t months = saturate(month_count(to.year, to.month) - month_count(from.year, from.month));
    struct date reached = date_add_months(a, months);
    if (months > 0 && reached.day > b.day) {
        return months - 1;
    }
    if (months < 0 && reached.day < b.day) {
        return months + 1;
    }
    return months;
}

int32_t date_age(struct date birth, struct date on)
{
    struct civil born = date_to_civil(birth), now = date_to_civil(on);
    bool before_birthday =
        now.month < born.month || (now.month == born.month && now.day < born.day);
    return now.year - born.year - before_birthday;
}

struct date date_month_start(struct date date)
{
    return date_add_days(date, 1 - (int32_t)date_to_civil(date).day);
}

/* The last day of the period of so many months, counted from January, that the date is in. */
static struct date period_end(struct date date, int32_t length)
{
    struct civil civil = date_to_civil(date);
    int32_t passed = (civil.month - 1) % length;
    struct date next = from_months(month_count(civil.year, civil.month) + length - passed, 1);
    return date_add_days(next, -1);
}

struct date date_month_end(struct date date)
{
    return period_end(date, 1);
}

struct date date_quarter_end(struct date date)
{
    return period_end(date, 3);
}

struct date date_year_end(struct date date)
{
    return period_end(date, 12);
}

/* At least min and at most max digits and nothing else. */
static bool parse_digits(struct str text, size_t min, size_t max, int32_t *ret_number)
{
    if (text.n < min || text.n > max) {
        return false;
    }
    int32_t number = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        }
        number = number * 10 + (text.p[i] - '0');
    }
    *ret_number = number;
    return true;
}

bool date_parse(struct str text, struct date *ret_date)
{
    bool typed = str_find_byte(text, '/') >= 0;
    struct str part[3] = {
        {NULL, 0}
    };
    struct str rest = text;
    for (size_t i = 0; i < ARRAY_LENGTH(part); i++) {
        if (!str_split(&rest, typed ? '/' : '-', &part[i])) {
            return false;
        }
    }
    struct str year_text = typed ? part[2] : part[0];
    struct str month_text = typed ? part[0] : part[1];
    struct str day_text = typed ? part[1] : part[2];
    size_t min = typed ? 1 : 2;
    int32_t year, month, day;
    if (rest.p || !parse_digits(year_text, 4, 4, &year) ||
        !parse_digits(month_text, min, 2, &month) || !parse_digits(day_text, min, 2, &day) ||
        !date_is_real(year, (unsigned)month, (unsigned)day)) {
        return false;
    }
    *ret_date = date_from_civil(year, (unsigned)month, (unsigned)day);
    return true;
}

static void write_year(struct buf *buf, int32_t year)
{
    if (year < 0) {
        buf_byte(buf, '-');
    }
    buf_digits(buf, year < 0 ? 0 - (uint64_t)year : (uint64_t)year, 4);
}

void date_write_iso(struct buf *buf, struct date date)
{
    struct civil civil = date_to_civil(date);
    write_year(buf, civil.year);
    buf_byte(buf, '-');
    buf_digits(buf, civil.month, 2);
    buf_byte(buf, '-');
    buf_digits(buf, civil.day, 2);
}

/* Room for any date, and the words around one. */
#define DATE_TEXT_MAX 32

struct str date_iso(struct arena *arena, struct date date)
{
    struct buf buf;
    buf_init(&buf, arena, DATE_TEXT_MAX);
    date_write_iso(&buf, date);
    return buf_str(&buf);
}

struct str date_long(struct arena *arena, struct date date)
{
    static const struct str weekdays[] = {
        [MONDAY] = STR_INIT("Mon"),   [TUESDAY] = STR_INIT("Tue"), [WEDNESDAY] = STR_INIT("Wed"),
        [THURSDAY] = STR_INIT("Thu"), [FRIDAY] = STR_INIT("Fri"),  [SATURDAY] = STR_INIT("Sat"),
        [SUNDAY] = STR_INIT("Sun"),
    };
    static const struct str months[] = {
        STR_INIT("Jan"), STR_INIT("Feb"), STR_INIT("Mar"), STR_INIT("Apr"),
        STR_INIT("May"), STR_INIT("Jun"), STR_INIT("Jul"), STR_INIT("Aug"),
        STR_INIT("Sep"), STR_INIT("Oct"), STR_INIT("Nov"), STR_INIT("Dec"),
    };
    struct civil civil = date_to_civil(date);
    struct buf buf;
    buf_init(&buf, arena, DATE_TEXT_MAX);
    BUF_ADD(&buf, weekdays[date_weekday(date)], STR(" "));
    buf_digits(&buf, civil.day, 1);
    BUF_ADD(&buf, STR(" "), months[civil.month - 1], STR(" "));
    write_year(&buf, civil.year);
    return buf_str(&buf);
}
