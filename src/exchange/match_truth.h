/* How good a match was, where the true person of every row is known. */
#ifndef HEARTH_EXCHANGE_MATCH_TRUTH_H
#define HEARTH_EXCHANGE_MATCH_TRUTH_H

#include "exchange/match_run.h"

struct match_counts_of {
    uint64_t said;  /* pairs said to be one person */
    uint64_t right; /* of these, those that are */
    uint64_t all;   /* pairs that are one person, said or not */
};
double match_precision(struct match_counts_of counts);
double match_recall(struct match_counts_of counts);
/* The harmonic mean of both. */
double match_f1(struct match_counts_of counts);

/* Pairs that are one person, whether they were found or not. */
uint64_t match_true_pairs(struct match_run *run);
/* Of the pairs as they were scored, from a probability on. */
struct match_counts_of match_truth_of_links(const struct match_run *run, double probability,
                                            uint64_t all);
/* Of all pairs within groups. */
struct match_counts_of match_truth_of_groups(struct match_run *run, const uint32_t *groups,
                                             uint64_t all);

/* A pair that a grouping got wrong. */
struct match_wrong {
    uint32_t a, b;
    bool said; /* said to be one, and is not; else it is, and was not said */
};
/* At most that many, in the order of the rows; returns how many. */
size_t match_wrong_pairs(struct match_run *run, const uint32_t *groups,
                         struct match_wrong *ret_wrong, size_t most);

#endif
