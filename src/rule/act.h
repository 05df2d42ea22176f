/* Acts on a work set: saving, taking a transition, and what follows from them. The caller loads
 * what the model's load steps name, acts, and writes the changed records; nothing here stores. */
#ifndef HEARTH_RULE_ACT_H
#define HEARTH_RULE_ACT_H

#include "rule/input.h"

/* After input: clears what is no longer relevant, computes derived fields, then checks every
 * changed record of the set: field checks, bounds, required, lists' limits, invariants. Problems of
 * the first changed record have the name of the input as their place; those of the others have the
 * name of their entity before it ("reporter/given_name"). STATUS_INTERNAL when something was asked
 * for that is not loaded.
 *
 * Required means required to submit, not to save. In the first state of an entity with states, and
 * in every other one in which it may be edited, nothing is required. In a closed state neither,
 * because what was begun must be closable at any time; but what was answered there cannot be
 * emptied. A field that only one transition sets ("by") is required when that transition is taken,
 * and so is a required field of a transition's form. */
void act_finish(struct work_set *set, struct outcome *outcome);

/* Something to tell a worker, or all who may decide by a rule on the record. */
struct act_notice {
    struct uuid worker; /* nil with a decider */
    uint32_t decider;   /* row of table decider, or MODEL_NONE */
    struct uuid record;
    struct str say;
};

/* What an act did besides changing records. */
struct act {
    LIST(struct act_notice) notices;
    LIST(uint32_t) transitions; /* taken, in order, with ... */
    LIST(struct record *) on;   /* ... the record each was taken on, ... */
    LIST(bool) caused;          /* ... and whether an effect of another took it */
};

/* Takes a transition: from-state, decider, input of its form, requirements, guards, state, effects
 * (depth first, in order, with the right of this transition), then act_finish. All that stands in
 * the way is reported at once, each with what would be right. transition "start" makes a record:
 * record is the new one. */
void act_take(struct work_set *set, struct record *record, uint32_t transition,
              const struct input *input, struct act *act, struct outcome *outcome);

/* The model's own way out of the closed state that a record is in: the first transition to a state
 * that is not closed, or MODEL_NONE. */
uint32_t act_reopening(const struct model *model, const struct record *record);

/* What could be done with a record now. */
struct act_offer {
    uint32_t transition;
    bool allowed;           /* by state and decider; what is missing is in problems */
    struct str refusal;     /* why this person may not, when only the decider stands in the way */
    struct outcome outcome; /* requirements and guards that do not hold yet: "still needed" */
};
/* Whether it may be offered of a record in that state: it leads from there, is no beginning, and is
 * taken by itself. */
bool act_may_be_offered(const struct model *model, uint32_t transition, uint32_t state);
/* The transitions from the current state that are offered, those that the model calls main first
 * and quiet ones last; ret_offers in the set's arena. */
size_t act_offers(struct work_set *set, struct record *record, struct act_offer **ret_offers);

#endif
