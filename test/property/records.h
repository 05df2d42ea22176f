/* Random records of the world of expr_world.h: linked, with holes, with the values of values.h. */
#ifndef HEARTH_TEST_RECORDS_H
#define HEARTH_TEST_RECORDS_H

#include "expr_world.h"
#include "random.h"

/* How many of each kind. */
#define REPORTS 50
#define ALLEGATIONS 90
#define PEOPLE 24
#define WORKERS 6

/* In the arena; in the order of their ids within each kind. */
const struct record *random_records(struct arena *arena, struct rng *rng, size_t *ret_count);

#endif
