/* Handing over all open work of a worker: what moves, and the sheet that goes with it. */
#ifndef HEARTH_HTTP_PAGE_HAND_OVER_H
#define HEARTH_HTTP_PAGE_HAND_OVER_H

#include "http/page.h"
#include "store/hand_over.h"

/* Whether this actor may hand over the work of who the record is: themselves, or who may change a
 * worker. False for any other record, and where the model hands nothing over. */
bool page_hands_over(const struct request *request, const struct record *record);
struct url page_hand_over_url(struct request *request, struct uuid worker);
/* "2 moved, 1 stayed", "begins Mon 30 Nov 2026, 00:00" or "under way". */
struct str page_hand_over_state(const struct request *request,
                                const struct store_hand_over *hand_over);

#endif
