/* What a decision rests on besides the record it is taken on: what the expressions of its
 * transition read of others. */
#ifndef HEARTH_RULE_RESTS_H
#define HEARTH_RULE_RESTS_H

#include "rule/record.h"

/* Whether something of the record differs from what was loaded that a guard, requirement, effect or
 * decider of the transition reads, directly, by a fact or by a field that is worked out. */
bool rests_on_change(const struct record *record, uint32_t transition);
/* By rows of the model: whether a decision (keeps: yes) on records of that kind reads the field, of
 * whatever record; in the arena. */
const bool *rests_on_fields(struct arena *arena, const struct model *model, uint32_t entity);

#endif
