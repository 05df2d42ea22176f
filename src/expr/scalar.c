#include "expr/scalar.h"

#include "expr/expr.h"

#define MS_PER_HOUR 3600000
#define MONTHS_MAX (12 * 9999) /* between any two days of the years 1 to 9999 */

bool scalar_add(int64_t a, int64_t b, int64_t *ret_sum)
{
    int64_t sum = 0;
    bool fits = !__builtin_add_overflow(a, b, &sum);
    if (fits) {
        *ret_sum = sum;
    }
    return fits;
}

bool scalar_subtract(int64_t a, int64_t b, int64_t *ret_difference)
{
    int64_t difference = 0;
    bool fits = !__builtin_sub_overflow(a, b, &difference);
    if (fits) {
        *ret_difference = difference;
    }
    return fits;
}

bool scalar_multiply(int64_t a, int64_t b, int64_t *ret_product)
{
    int64_t product = 0;
    bool fits = !__builtin_mul_overflow(a, b, &product);
    if (fits) {
        *ret_product = product;
    }
    return fits;
}

bool scalar_divide(int64_t a, int64_t b, int64_t *ret_quotient)
{
    if (b == 0 || (a == INT64_MIN && b == -1)) {
        return false;
    }
    *ret_quotient = a / b;
    return true;
}

bool scalar_scale_up(int64_t a, int64_t digits, int64_t *ret_scaled)
{
    int64_t factor = 1;
    if (digits < 0 || digits > 18) {
        return false;
    }
    for (; digits > 0; digits--) {
        factor *= 10;
    }
    return scalar_multiply(a, factor, ret_scaled);
}

static bool is_day(int64_t day)
{
    return day >= EXPR_DAY_MIN && day <= EXPR_DAY_MAX;
}

static struct date as_date(int64_t day)
{
    return (struct date){.day = (int32_t)day};
}

bool scalar_add_days(int64_t day, int64_t count, int64_t *ret_day)
{
    int64_t sum = 0;
    if (!is_day(day) || !scalar_add(day, count, &sum) || !is_day(sum)) {
        return false;
    }
    *ret_day = sum;
    return true;
}

bool scalar_subtract_days(int64_t day, int64_t count, int64_t *ret_day)
{
    return count != INT64_MIN && scalar_add_days(day, -count, ret_day);
}

bool scalar_add_months(int64_t day, int64_t count, int64_t *ret_day)
{
    if (!is_day(day) || count < -MONTHS_MAX || count > MONTHS_MAX) {
        return false;
    }
    struct date date = date_add_months(as_date(day), (int32_t)count);
    if (!is_day(date.day)) {
        return false;
    }
    *ret_day = date.day;
    return true;
}

bool scalar_months_between(int64_t from_day, int64_t to_day, int64_t *ret_months)
{
    if (!is_day(from_day) || !is_day(to_day)) {
        return false;
    }
    *ret_months = date_months_between(as_date(from_day), as_date(to_day));
    return true;
}

bool scalar_age(int64_t birth_day, int64_t on_day, int64_t *ret_years)
{
    if (!is_day(birth_day) || !is_day(on_day)) {
        return false;
    }
    *ret_years = date_age(as_date(birth_day), as_date(on_day));
    return true;
}

bool scalar_hours_between(int64_t from_ms, int64_t to_ms, int64_t *ret_hours)
{
    int64_t ms = 0;
    if (!scalar_subtract(to_ms, from_ms, &ms)) {
        return false;
    }
    *ret_hours = ms / MS_PER_HOUR;
    return true;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

bool scalar_compare(struct value a, struct value b, int *ret_order)
{
    if (a.type != b.type) {
        return false;
    }
    switch (a.type) {
    case VALUE_BOOLEAN:
        *ret_order = order(a.boolean, b.boolean);
        return true;
    case VALUE_INTEGER:
        *ret_order = order(a.integer, b.integer);
        return true;
    case VALUE_DECIMAL:
        if (a.scale != b.scale) {
            return false;
        }
        *ret_order = order(a.integer, b.integer);
        return true;
    case VALUE_TEXT:
        *ret_order = str_compare(a.text, b.text);
        return true;
    case VALUE_DATE:
        *ret_order = order(a.date.day, b.date.day);
        return true;
    case VALUE_DATETIME:
        *ret_order = order(a.datetime.at.ms, b.datetime.at.ms);
        return true;
    case VALUE_CODE:
        *ret_order = str_compare(a.code.code, b.code.code);
        return true;
    case VALUE_REFERENCE:
        *ret_order = uuid_compare(a.reference, b.reference);
        return true;
    case VALUE_UNSET:
    case VALUE__COUNT:
        break;
    }
    return false;
}
