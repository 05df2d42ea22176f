/* The agreement under which one agency lets another take part in a record: entity sharing_agreement
 * of the model (model/c_names.list). Pure but for the loading of it. */
#ifndef HEARTH_SERVICE_AGREEMENT_H
#define HEARTH_SERVICE_AGREEMENT_H

#include "service/service.h"

/* Refused, with a problem at "agreement" or "to" that says what to do, when it is not in force, not
 * between the agency of the root and the one to which it is offered, does not cover each kind of
 * record of the share, or ends before it. */
NODISCARD enum status agreement_check(struct uow *uow, const struct service_share *share,
                                      const struct record *root);
/* Whether the agency is one of its two sides. */
bool agreement_is_of(const struct model *model, const struct record *agreement, struct uuid agency);
/* Signed by both and not ended; its days are not asked. */
bool agreement_is_in_force(const struct model *model, const struct record *agreement);

#endif
