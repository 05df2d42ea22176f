/* Access that is given. Beside what the model says: an agency takes part in a record of another
 * under an agreement, a worker stands in, a record is opened in an emergency. */
#ifndef HEARTH_STORE_GRANT_H
#define HEARTH_STORE_GRANT_H

#include "store/store.h"

/* Beside what the model says: an agency takes part in a record of another under an agreement, a
 * worker stands in, a record is opened in an emergency. While it runs it is one of the record's
 * audiences; what may be done through it is said by the policy, for its scope. It begins and ends
 * by a stored wake-up, to the second or two that the background takes. */
enum store_grant_kind {
    GRANT_SHARE, /* to an agency; runs when that has accepted it */
    GRANT_COVER,
    GRANT_BREAK_GLASS,
    GRANT_KIND__COUNT
};
enum store_grant_state { GRANT_OFFERED, GRANT_TO_COME, GRANT_RUNS, GRANT_OVER };

struct store_grant {
    struct uuid id;
    uint32_t entity;
    struct uuid record; /* a root or hub */
    enum store_grant_kind kind;
    enum model_scope scope;
    struct uuid subject;   /* whom the scope is of: an agency, or a worker */
    struct str parts;      /* names of entities within the root, a space between; empty: all of it.
                              The root's own record is always among them */
    struct uuid agreement; /* of a share: the record of it */
    struct str agreement_name; /* of one that was given when agreements were only named */
    struct str reason;
    struct instant begins_at, ends_at; /* ends_at 0: until somebody ends it */
    struct uuid given_by;
    struct instant given_at;
    struct uuid accepted_by;
    struct instant accepted_at; /* 0: not yet, or not asked for */
    struct uuid ended_by;
    struct instant ended_at; /* 0: not before its time */
    struct str ended_reason;
    struct str number;  /* of the record, and whose it is: for who may not read it yet. Only */
    struct uuid agency; /* store_grants_of fills them in */
};
/* Who may see a root, and of what in it; see struct record_audience. */
struct store_audience {
    enum model_scope scope;
    struct uuid subject;
    uint32_t only;
};
NODISCARD enum status store_audiences(struct store_reader *reader, struct work_set *set,
                                      const struct record *root,
                                      struct store_audience **ret_audiences, size_t *ret_count);
/* Whether the actor is one of those to whom the grant opens the record when it runs. */
bool store_grant_is_for(const struct model *model, const struct actor *actor,
                        const struct store_grant *grant);
enum store_grant_state store_grant_state(const struct store_grant *grant, struct instant now);
struct str store_grant_kind_name(enum store_grant_kind kind); /* "break_glass" */

/* Gives it: id, record, given_by and given_at are filled in. The caller has asked whether the actor
 * may; a history row of the record says what was given. Refused, with words: a root's part is
 * named that it does not have, or it would end before it begins. */
NODISCARD enum status uow_grant(struct uow *uow, struct record *record, struct store_grant *grant);
/* Takes it on, or ends it before its time; refused when it is over, or accepted, already. */
NODISCARD enum status uow_grant_accept(struct uow *uow, struct uuid id);
NODISCARD enum status uow_grant_end(struct uow *uow, struct uuid id, struct str reason);
NODISCARD enum status uow_grant_find(struct uow *uow, struct uuid id,
                                     struct store_grant *ret_grant);
/* All of a root, newest first, also those that are over. The caller has read the record. */
NODISCARD enum status store_grants(struct store_reader *reader, struct work_set *set,
                                   const struct record *root, struct store_grant **ret_grants,
                                   size_t *ret_count);
/* What an agency or worker was offered or given and is not over, newest first; at most so many, and
 * of these what the actor may know of. */
NODISCARD enum status store_grants_of(struct store_reader *reader, struct work_set *set,
                                      struct uuid subject, uint32_t most,
                                      struct store_grant **ret_grants, size_t *ret_count);

/* In words: which grants and audiences let the worker read a record, or what is missing. */
NODISCARD enum status store_access_explain(struct store_reader *reader, struct uuid worker,
                                           uint32_t entity, struct uuid id, struct str *ret_words);

#endif
