/* What the files of handing over share: whether a record may go to a worker, judged on a work set
 * that is then written, or thrown away. */
#ifndef HEARTH_SERVICE_HAND_OVER_H
#define HEARTH_SERVICE_HAND_OVER_H

#include "rule/act.h"

struct hand_over_taker {
    struct uuid worker;
    struct actor actor; /* who they are for access */
};

/* Whether they may work on the record at all: they have a role for it at its agency, and it is not
 * about their own family. Problems say what stands in the way. */
void hand_over_check_taker(const struct work_set *set, const struct record *record,
                           const struct hand_over_taker *taker, struct outcome *outcome);

#endif
