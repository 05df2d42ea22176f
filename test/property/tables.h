/* The world of expr_world.h as tables of a database, and as the host of lowering. */
#ifndef HEARTH_TEST_TABLES_H
#define HEARTH_TEST_TABLES_H

#include "engine.h"
#include "expr_world.h"
#include "lower/expression.h"

/* Makes the tables and fills them. */
void tables_fill(struct engine *engine, struct arena *arena, const struct world *world);
struct lower_host tables_host(struct world *world);
struct str tables_name(enum world_kind kind); /* "report" */

#endif
