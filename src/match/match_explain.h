/* Why two records are thought to be of one person, term by term, in words that a judge can follow:
 * "birth: one digit off (12 times as probable for one person as for two)". Pure. */
#ifndef HEARTH_MATCH_EXPLAIN_H
#define HEARTH_MATCH_EXPLAIN_H

#include "base/buf.h"
#include "match/match_model.h"

/* The fields that say most first, parted by "; ", then what speaks for two people of one household,
 * when that is worth saying. Fields that are not known are left out. */
void match_explain(struct buf *buf, const struct match_model *model,
                   const struct match_pattern *pattern);

#endif
