/* Who may do what: pure decisions over audiences, grants and deciders (design 7). Default deny. */
#ifndef HEARTH_RULE_ACCESS_H
#define HEARTH_RULE_ACCESS_H

#include "rule/record.h"

#define ACCESS_AUDIENCES_MAX 32u /* of one session */

struct access_answer {
    bool allowed;
    enum model_visibility visibility; /* what one who may not read learns */
    bool unproved;  /* it is allowed to them as soon as they have proved who they are */
    bool emergency; /* it is allowed only because they opened it in an emergency */
    struct str why; /* "assessment_worker: assigned", or what is missing; for `access explain` */
};

/* Whether the actor holds the verb on a class somewhere, whatever records there are. */
bool access_somewhere(const struct model *model, const struct actor *actor, enum model_verb verb,
                      uint32_t class_row);
/* Whether the actor holds the verb on a class where this record is. */
struct access_answer access_class(const struct work_set *set, const struct record *record,
                                  enum model_verb verb, uint32_t class_row);
/* Whether the actor may add a part of this entity to a record, or to what belongs to it. */
struct access_answer access_add(const struct work_set *set, const struct record *parent,
                                uint32_t entity);
/* The same for a whole record (its class), and for one field (its stricter class, if any). A record
 * that is sealed is absent for whoever does not hold the verb seal on the class, one that was
 * expunged for everybody. */
struct access_answer access_record(const struct work_set *set, const struct record *record,
                                   enum model_verb verb);
struct access_answer access_field(const struct work_set *set, const struct record *record,
                                  uint32_t field, enum model_verb verb);
/* Whether the actor, who may write in the record, may add rows to a list of it and take them out:
 * who may change each of its fields. */
bool access_may_change_rows(const struct work_set *set, const struct record *record, uint32_t list);
/* Whether the actor, who may not read a record, may open it in an emergency: its class is one of
 * which it is told that it is there, says for how long ("break_glass"), and grants that scope to a
 * role of their own. Never what is sealed, what asks for a proof, or is about their own family. */
bool access_may_break_glass(const struct work_set *set, const struct record *record);
/* Whether the record is about the actor's own family: nobody opens such a one, nor decides on it.
 */
bool access_barred(const struct actor *actor, const struct record *record);
/* Whether the actor may create records of the class in an agency (nil: of a hub). Before a new
 * record has audiences, own agency and state are the scopes that reach it. */
struct access_answer access_create(const struct work_set *set, uint32_t entity, struct uuid agency);
/* The same for a new record in the set; a part whose parent is known is where the parent is. */
struct access_answer access_create_record(const struct work_set *set, const struct record *record);
/* Whether the actor may share records of that kind for an agency: offer those it has to others, and
 * accept what others offer it. */
bool access_shares_for(const struct work_set *set, uint32_t entity, struct uuid agency);
/* Whether the actor may decide by this rule on this record. "not_author": none of its authors
 * (rule/authors.h). Somebody who covers acts in the place of the one covered, with their own eyes.
 */
struct access_answer access_decide(struct work_set *set, struct record *record, uint32_t decider);
/* What somebody is told who may not do this with a record of the kind, and who may instead: "Your
 * role may not do this here: correct with a reason. It is for: Supervisor, records of their own
 * agency. Ask one of them." In the arena. */
struct str access_refusal(struct arena *arena, const struct model *model, uint32_t entity,
                          enum model_verb verb);
/* The audience ids with which the actor may read a class: for lists. At most 32. */
size_t access_list_audiences(const struct model *model, const struct actor *actor,
                             uint32_t class_row, int64_t ret_audiences[ACCESS_AUDIENCES_MAX]);
/* Whether the actor reads records of a class other than those about themselves. */
bool access_reads_others(const struct model *model, const struct actor *actor, uint32_t class_row);
/* The audience ids with which the actor may take a decision: what reaches one of them waits for
 * them, if nothing else speaks against it (access_decide). At most 32. */
size_t access_decider_audiences(const struct model *model, const struct actor *actor,
                                uint32_t decider, int64_t ret_audiences[ACCESS_AUDIENCES_MAX]);

#endif
