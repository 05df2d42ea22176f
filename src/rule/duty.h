/* Work that is carried by a worker, and giving it to another: the duties of the model. */
#ifndef HEARTH_RULE_DUTY_H
#define HEARTH_RULE_DUTY_H

#include "rule/record.h"

/* Whether the worker carries the record by this duty now: it stands, is in a state from which the
 * duty's transition leads, and names them, in a row that has not ended where the duty has rows. */
bool duty_is_carried(struct record *record, uint32_t duty, struct uuid worker);
/* As what: what the rows say besides whose they are and since when ("Primary worker"); empty when
 * they say nothing. Several are joined by a comma. */
struct str duty_words(struct work_set *set, struct record *record, uint32_t duty,
                      struct uuid worker);
/* Puts one worker in the place of another. A row is never rewritten: it ends now, with the reason,
 * and one like it begins, unless the other has such a row already. Then the transition of the duty
 * is to be taken, which judges what has become of the record. */
void duty_give(struct record *record, uint32_t duty, struct uuid from, struct uuid to,
               struct str reason);
/* Whether the transition is that of a duty: nobody takes it by itself. */
bool duty_is_by(const struct model *model, uint32_t transition);

#endif
