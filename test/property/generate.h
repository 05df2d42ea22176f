/* Random expressions of a wanted type, as source text, over the world of expr_world.h. Nearly all
 * of them are right; some are refused (a product of too many digits, too deep), which is counted.
 */
#ifndef HEARTH_TEST_GENERATE_H
#define HEARTH_TEST_GENERATE_H

#include "expr_world.h"
#include "random.h"

/* For a subject of this kind. type may not be VALUE_UNSET. */
struct str generate_expression(struct arena *arena, struct rng *rng, enum world_kind subject,
                               enum value_type type);

/* Expressions at the very edge of what is set, which chance would seldom find; for reports. */
size_t corner_expressions(const struct str **ret_sources);

#endif
