/* Who may do what: pure decisions over audiences, grants and deciders (design 7). Default deny. */
#ifndef HEARTH_RULE_ACCESS_H
#define HEARTH_RULE_ACCESS_H

#include "rule/record.h"

struct access_answer {
    bool allowed;
    enum model_visibility visibility; /* what one who may not read learns */
    struct str why; /* "assessment_worker: assigned", or what is missing; for `access explain` */
};

/* Whether the actor holds the verb on a class for a record with these audiences. */
struct access_answer access_may(struct arena *arena, const struct model *model,
                                const struct actor *actor, enum model_verb verb, uint32_t class_row,
                                const int64_t *audiences, size_t audience_count);
/* The same for a whole record (its class), and for one field (its stricter class, if any). */
struct access_answer access_record(const struct work_set *set, const struct record *record,
                                   enum model_verb verb);
struct access_answer access_field(const struct work_set *set, const struct record *record,
                                  uint32_t field, enum model_verb verb);
/* Whether the actor may create records of the class in an agency. */
struct access_answer access_create(const struct work_set *set, uint32_t entity, struct uuid agency);
/* Whether the actor may decide by this rule on this record. */
struct access_answer access_decide(struct work_set *set, struct record *record, uint32_t decider);
/* The audience ids with which the actor may read a class: for lists. At most 32. */
size_t access_list_audiences(const struct model *model, const struct actor *actor,
                             uint32_t class_row, int64_t ret_audiences[32]);

#endif
