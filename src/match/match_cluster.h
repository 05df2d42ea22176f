/* Which records are of one person, when a person has many: pairs alone contradict each other (a is
 * b, b is c, a is not c). Groups grow from the surest link on; two groups become one when, on the
 * average over their members, their log odds speak for it: so a damaged record comes to its person
 * by those it agrees with, and one false link does not join two people. Average linkage: R. R.
 * Sokal, C. D. Michener, Univ. Kansas Sci. Bull. 38 (1958) 1409-1438; of at most
 * MATCH_CLUSTER_SAMPLE members of each group, so that the time is bounded. Pure. */
#ifndef HEARTH_MATCH_CLUSTER_H
#define HEARTH_MATCH_CLUSTER_H

#include <stdint.h>

#include "base/arena.h"

#define MATCH_CLUSTER_SAMPLE 6

struct match_link {
    uint32_t a, b;
    float log_odds;
};
/* The log odds of any two; The same for a, b and b, a.
 */
struct match_odds {
    double (*of)(void *context, uint32_t a, uint32_t b);
    void *context;
};

/* The group of each of the people, by the lowest number in it. Sorts the links. least: the log odds
 * from which on two groups are one. */
void match_cluster(struct arena *arena, uint32_t people, struct match_link *links, size_t count,
                   const struct match_odds *odds, double least, uint32_t *ret_group);

#endif
