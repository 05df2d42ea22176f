/* What is known of each level of agreement before any file is seen: its words, how often it is
 * found in two records of one person and in two members of one household, and how far the rarity of
 * the value counts. Learning starts from these and, but for households, leaves them. Pure. */
#ifndef HEARTH_MATCH_LEVELS_H
#define HEARTH_MATCH_LEVELS_H

#include "match/match_compare.h"

struct match_level {
    struct str words; /* "the same", "one digit off"; of MATCH_MISSING "not known" */
    double same;      /* share among records of one person */
    double household; /* share among two people of one household */
    double stranger;  /* share among two people at random, where a file has too few to say */
    double rarity;    /* 0: says the same of every value, 1: the rarer the value the more */
};
struct match_levels {
    const struct match_level *level; /* count of them */
    size_t count;
};

struct match_levels match_levels_of(enum match_kind kind);

#endif
