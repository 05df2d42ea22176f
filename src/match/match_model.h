/* How probable it is that two records are of one person, in the manner of I. P. Fellegi and A. B.
 * Sunter, "A theory for record linkage", JASA 64 (1969) 1183-1210, with weights learned from the
 * records themselves, without labels, by EM (A. P. Dempster, N. M. Laird, D. B. Rubin, J. Royal
 * Stat. Soc. B 39 (1977) 1-38; W. E. Winkler, Proc. Survey Research Methods, ASA (1988) 667-671).
 *
 * Pairs come from three classes: one person, two people of one household, two strangers (as in M.
 * D. Larsen, D. B. Rubin, "Iterative automated record linkage using mixture models", JASA 96 (2001)
 * 32-41). The middle one is what keeps twins and fathers and sons of one name apart: what they
 * share counts for it as much as for the first. Its shares are not learned,
 * only its size is.
 *
 * Agreement on a rare value counts more (W. E. Winkler, "Frequency-based matching in the
 * Fellegi-Sunter model", Bureau of the Census RR2000/06): for two people at random it is as seldom
 * as the value is. A missing field says nothing. Pure; scoring allocates nothing. */
#ifndef HEARTH_MATCH_MODEL_H
#define HEARTH_MATCH_MODEL_H

#include "match/match_levels.h"

/* Shares by field and level; sums over the levels of a field are 1. */
struct match_shares {
    double level[MATCH_FIELDS_MAX][MATCH_LEVELS_MAX];
};
struct match_model {
    struct match_design design;
    struct match_shares same, household, stranger;
    struct match_shares centre;         /* rarity at which a level weighs what its share says */
    double same_pairs, household_pairs; /* of all pairs */
    /* ln(share / stranger's share), of the two classes; made of the above. */
    struct match_shares same_weight, household_weight;
    double same_log, household_log, stranger_log; /* ln of the shares of pairs */
};

/* What learning needs of a pair: made of its pattern by match_see. */
struct match_seen {
    uint8_t level[MATCH_FIELDS_MAX];
    float rarity; /* what the rarities add, the same for both classes */
};

/* Before anything is learned. */
void match_model_init(struct match_model *model, const struct match_design *design,
                      const struct match_vocabulary *vocabulary);
/* Learns how often strangers agree, from pairs at random; some few of one person among them do no
 * harm. */
void match_learn_strangers(struct match_model *model, const struct match_pattern *patterns,
                           size_t count);
struct match_seen match_see(const struct match_model *model, const struct match_pattern *pattern);
/* Learns the rest from candidates: pairs that blocking found, or a share of them (0 to 1) taken at
 * random. all_pairs: how many pairs there are in all, found or not. Rounds of EM until nothing
 * moves; returns how many. */
unsigned match_learn(struct match_model *model, const struct match_seen *seen, size_t count,
                     double share, double all_pairs);

struct match_score {
    double probability; /* that they are one person, 0 to 1 */
    double log_odds;    /* ln(p / (1 - p)), without rounding to 0 and 1 */
    double household;   /* that they are two people of one household */
};
struct match_score match_score(const struct match_model *model,
                               const struct match_pattern *pattern);
/* What one field says for one person against two strangers, in bits: 3 makes it eight times as
 * probable. */
double match_field_bits(const struct match_model *model, const struct match_pattern *pattern,
                        size_t field);

#endif
