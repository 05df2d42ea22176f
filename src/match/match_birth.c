#include "match/match_birth.h"

#include "time/civil.h"

#define NEAR_DAYS 62
#define NEAR_YEARS 2
#define DIGITS 8

/* Runs of digits, at most three. */
struct runs {
    unsigned number[3], length[3];
    unsigned count;
};

static struct runs runs_of(struct str text)
{
    struct runs runs = {.count = 0};
    bool inside = false;
    for (size_t i = 0; i < text.n; i++) {
        bool digit = text.p[i] >= '0' && text.p[i] <= '9';
        if (digit && !inside && runs.count < 3) {
            runs.count++;
        } else if (digit && !inside) {
            break;
        }
        if (digit && runs.length[runs.count - 1] < DIGITS) {
            unsigned *number = &runs.number[runs.count - 1];
            *number = *number * 10 + (unsigned)(text.p[i] - '0');
            runs.length[runs.count - 1]++;
        }
        inside = digit;
    }
    return runs;
}

/* 20190304 and 201903 as three runs. */
static void divide_run(struct runs *runs, enum match_date_form form)
{
    unsigned all = runs->number[0], length = runs->length[0];
    if (runs->count != 1 || (length != 8 && length != 6)) {
        return;
    }
    if (form == MATCH_YEAR_FIRST) {
        unsigned below = length == 8 ? 10000 : 100;
        *runs = (struct runs){
            {all / below, length == 8 ? all / 100 % 100 : all % 100, length == 8 ? all % 100 : 0},
            {4,           2,                                         2                          },
            3
        };
    } else if (length == 8) {
        *runs = (struct runs){
            {all / 1000000, all / 10000 % 100, all % 10000},
            {2,             2,                 4          },
            3
        };
    }
}

bool match_birth_read(struct str text, enum match_date_form form, struct match_birth *ret_birth)
{
    struct runs runs = runs_of(text);
    *ret_birth = (struct match_birth){.year = 0};
    divide_run(&runs, form);
    bool year_first = form == MATCH_YEAR_FIRST || runs.count == 1 || runs.length[0] == 4;
    unsigned year_at = year_first || runs.count == 0 ? 0 : runs.count - 1;
    if (runs.count == 0 || runs.length[year_at] != 4 || runs.number[year_at] == 0) {
        return false;
    }
    unsigned month_at = year_first ? 1 : form == MATCH_MONTH_FIRST ? 0 : 1;
    unsigned day_at = year_first ? 2 : form == MATCH_MONTH_FIRST ? 1 : 0;
    bool full = runs.count == 3;
    ret_birth->year = (uint16_t)runs.number[year_at];
    if (full || (year_first && runs.count == 2)) {
        ret_birth->month = (uint8_t)(runs.number[month_at] % 100);
    }
    if (full) {
        ret_birth->day = (uint8_t)(runs.number[day_at] % 100);
    }
    return true;
}

/* ---- comparing ---- */

static void digits_of(struct match_birth birth, uint8_t digits[DIGITS])
{
    unsigned all = birth.year * 10000u + birth.month * 100u + birth.day;
    for (unsigned i = DIGITS; i > 0; i--) {
        digits[i - 1] = (uint8_t)(all % 10);
        all /= 10;
    }
}

static bool one_digit_off(struct match_birth a, struct match_birth b)
{
    uint8_t left[DIGITS], right[DIGITS];
    unsigned different = 0, first = 0;
    digits_of(a, left);
    digits_of(b, right);
    for (unsigned i = 0; i < DIGITS; i++) {
        if (left[i] != right[i]) {
            first = different == 0 ? i : first;
            different++;
        }
    }
    return different == 1 || (different == 2 && first + 1 < DIGITS &&
                              left[first] == right[first + 1] && left[first + 1] == right[first]);
}

static bool only_year(struct match_birth birth)
{
    return birth.month == 0 || birth.day == 0 || birth.estimated;
}

static bool first_of_year(struct match_birth birth)
{
    return birth.month == 1 && birth.day == 1;
}

static bool within_days(struct match_birth a, struct match_birth b)
{
    if (!date_is_real(a.year, a.month, a.day) || !date_is_real(b.year, b.month, b.day)) {
        return false;
    }
    int32_t days =
        date_from_civil(a.year, a.month, a.day).day - date_from_civil(b.year, b.month, b.day).day;
    return days <= NEAR_DAYS && days >= -NEAR_DAYS;
}

static enum match_birth_level compare_years(struct match_birth a, struct match_birth b)
{
    int apart = a.year > b.year ? a.year - b.year : b.year - a.year;
    if (apart == 0) {
        return MATCH_BIRTH_YEAR;
    }
    return apart <= NEAR_YEARS ? MATCH_BIRTH_NEAR : MATCH_BIRTH_APART;
}

enum match_birth_level match_birth_compare(struct match_birth a, struct match_birth b)
{
    if (a.year == 0 || b.year == 0) {
        return MATCH_BIRTH_MISSING;
    }
    bool year = a.year == b.year, month = a.month == b.month, day = a.day == b.day;
    if (year && month && day && a.day != 0) {
        return MATCH_BIRTH_SAME;
    }
    if (only_year(a) || only_year(b)) {
        return compare_years(a, b);
    }
    if (year && a.month == b.day && a.day == b.month) {
        return MATCH_BIRTH_TURNED;
    }
    if (one_digit_off(a, b)) {
        return MATCH_BIRTH_DIGIT;
    }
    if (year && (first_of_year(a) || first_of_year(b))) {
        return MATCH_BIRTH_YEAR;
    }
    if (year + month + day >= 2) {
        return MATCH_BIRTH_PARTS;
    }
    return within_days(a, b) ? MATCH_BIRTH_NEAR : MATCH_BIRTH_APART;
}
