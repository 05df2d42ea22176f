/* Matches foreign files of persons with each other: reads them by a mapping, learns the weights
 * from them alone, and says of every pair that blocking finds how probable it is that both are one
 * person, and who belongs together. With one file every two rows may be one person; with two, only
 * rows of different files. */
#ifndef HEARTH_EXCHANGE_MATCH_RUN_H
#define HEARTH_EXCHANGE_MATCH_RUN_H

#include "exchange/match_mapping.h"
#include "match/match_block.h"
#include "match/match_cluster.h"
#include "match/match_explain.h"

struct match_run {
    struct arena *arena;
    const struct match_mapping *mapping;
    struct match_vocabulary vocabulary;
    /* Rows of all files, one behind the other; arrays of `count`. */
    LIST(struct match_person) people;
    LIST(struct str) records; /* what names the row */
    LIST(struct str) truths;  /* who it is, or empty */
    uint32_t second;          /* the first row of the second file, or 0 */
    size_t bad_rows;
    struct match_blocks blocks;
    struct match_model model;
    unsigned rounds;               /* of learning */
    uint64_t candidates;           /* pairs that blocking found and that may be one person */
    uint64_t found;                /* of the true ones */
    LIST(struct match_link) links; /* the pairs that are not hopeless: p over 1 in 100 */
};

void match_run_init(struct match_run *run, struct arena *arena, const struct match_mapping *mapping,
                    const struct match_lexicon *lexicon);
/* Takes in the rows of a file, the second one after the first. STATUS_INVALID when it lacks a
 * column of the mapping. The text must outlive the run. */
NODISCARD enum status match_run_read(struct match_run *run, struct str file, struct str text,
                                     struct outcome *outcome);
/* Blocks, learns and scores. */
void match_run_do(struct match_run *run);
/* Which rows are of one person, by the least probability; groups of match_cluster. */
const uint32_t *match_run_groups(struct match_run *run, double probability);
/* The pattern of any two rows. */
void match_run_compare(const struct match_run *run, uint32_t a, uint32_t b,
                       struct match_pattern *ret_pattern);

#endif
