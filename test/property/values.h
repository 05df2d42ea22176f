/* Values that are hard on databases: the ends of numbers, leap days, text that people really have
 * and text that only an attacker has. The same pool feeds records and literals, so that they meet.
 */
#ifndef HEARTH_TEST_VALUES_H
#define HEARTH_TEST_VALUES_H

#include "expr/value.h"
#include "random.h"

/* Literals of expressions have no minus 2 to the power of 63: -9223372036854775807 is the least. */
int64_t random_integer(struct rng *rng);
struct date random_date(struct rng *rng);
struct str random_text(struct rng *rng);
/* A value of a type, never unset; codes and references are the caller's. */
struct value random_value(struct rng *rng, enum value_type type, unsigned scale);

#endif
