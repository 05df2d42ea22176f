/* Acts on a work set: saving, taking a transition, and what follows from them. The caller loads what
 * the model's load steps name, acts, and writes the changed records; nothing here stores. */
#ifndef HEARTH_RULE_ACT_H
#define HEARTH_RULE_ACT_H

#include "rule/input.h"

/* After input: clears what is no longer relevant, computes derived fields, then checks every changed
 * record of the set: field checks, bounds, required (in the first state of an entity with states
 * nothing is required: required to submit, not to save), lists' limits, invariants. */
void act_finish(struct work_set *set, struct outcome *outcome);

/* Something to tell a worker. */
struct act_notice {
    struct uuid worker;
    struct uuid record;
    struct str say;
};

/* What an act did besides changing records. */
struct act {
    LIST(struct act_notice) notices;
    LIST(uint32_t) transitions; /* taken, in order, with ... */
    LIST(struct record *) on;   /* ... the record each was taken on */
};

/* Takes a transition: from-state, decider, input of its form, requirements, guards, state, effects
 * (depth first, in order, with the right of this transition), then act_finish. All that stands in
 * the way is reported at once, each with what would be right. transition "start" makes a record:
 * record is the new one. */
void act_take(struct work_set *set, struct record *record, uint32_t transition,
              const struct input *input, struct act *act, struct outcome *outcome);

/* What could be done with a record now. */
struct act_offer {
    uint32_t transition;
    bool allowed;        /* by state and decider; what is missing is in problems */
    struct str refusal;  /* why this person may not, when only the decider stands in the way */
    struct outcome outcome; /* requirements and guards that do not hold yet: "still needed" */
};
/* The transitions from the current state that are offered; ret_offers in the set's arena. */
size_t act_offers(struct work_set *set, struct record *record, struct act_offer **ret_offers);

#endif
