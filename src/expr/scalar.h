/* The arithmetic of the language on plain numbers: days for dates, milliseconds for instants.
 * Evaluation uses it, and lower/ gives the same functions to SQLite, so that both agree by
 * construction. Each returns false, with nothing set, where the result is unset. */
#ifndef HEARTH_EXPR_SCALAR_H
#define HEARTH_EXPR_SCALAR_H

#include "base/attr.h"
#include "expr/value.h"

NODISCARD bool scalar_add(int64_t a, int64_t b, int64_t *ret_sum);
NODISCARD bool scalar_subtract(int64_t a, int64_t b, int64_t *ret_difference);
NODISCARD bool scalar_multiply(int64_t a, int64_t b, int64_t *ret_product);
/* Cut towards zero; unset when b is 0. */
NODISCARD bool scalar_divide(int64_t a, int64_t b, int64_t *ret_quotient);
/* a times ten to the power of digits. */
NODISCARD bool scalar_scale_up(int64_t a, int64_t digits, int64_t *ret_scaled);

/* A day of the years 1 to 9999; out of them it is unset, also as what goes in. */
NODISCARD bool scalar_add_days(int64_t day, int64_t count, int64_t *ret_day);
NODISCARD bool scalar_subtract_days(int64_t day, int64_t count, int64_t *ret_day);
NODISCARD bool scalar_add_months(int64_t day, int64_t count, int64_t *ret_day);
NODISCARD bool scalar_months_between(int64_t from_day, int64_t to_day, int64_t *ret_months);
NODISCARD bool scalar_age(int64_t birth_day, int64_t on_day, int64_t *ret_years);
/* Whole hours from one instant to another, cut towards zero. */
NODISCARD bool scalar_hours_between(int64_t from_ms, int64_t to_ms, int64_t *ret_hours);

/* <0, 0, >0 for two values of one type that has an order; false when they have none. */
NODISCARD bool scalar_compare(struct value a, struct value b, int *ret_order);

#endif
