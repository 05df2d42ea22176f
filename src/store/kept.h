/* Records as the writer read them last, while a folder is filled: the acts of a family come one
 * after the other and look at the same few records again and again. One thread's: the writer's.
 *
 * What is kept is what the open transaction sees. Whoever writes what a record says, or who may see
 * a root, forgets it here (history_write and the files that write rows without it); whoever undoes
 * anything forgets all. Records with sealed answers are not kept. */
#ifndef HEARTH_STORE_KEPT_H
#define HEARTH_STORE_KEPT_H

#include "rule/record.h"

struct kept;

/* NULL when there is no memory. */
struct kept *kept_new(void);
/* Accepts NULL; so do the others, for which it keeps nothing. */
void kept_free(struct kept *kept);
/* Copies a record that was just read, whole and unchanged. */
void kept_take(struct kept *kept, const struct record *record);
/* Adds a copy to the set, with everything but its audiences; NULL when it is not kept. */
struct record *kept_give(const struct kept *kept, struct work_set *set, uint32_t entity,
                         struct uuid id);
/* The same for the audiences of the record's root. */
void kept_take_audiences(struct kept *kept, const struct record *record);
bool kept_give_audiences(const struct kept *kept, struct record *record);
/* Which records lead to this one by a reference; false when it is not kept. */
void kept_take_members(struct kept *kept, uint32_t reference, struct uuid of,
                       const struct uuid *ids, size_t count);
bool kept_give_members(const struct kept *kept, uint32_t reference, struct uuid of,
                       const struct uuid **ret_ids, size_t *ret_count);
/* What a record that is written leads to, and led to, has other members now. */
void kept_forget_led_to(struct kept *kept, const struct record *record);
/* A record, and the audiences of the root with this id. */
void kept_forget(struct kept *kept, struct uuid id);
void kept_forget_all(struct kept *kept);

#endif
