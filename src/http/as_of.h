/* "?as_of=": the moment as of which a record is asked for. */
#ifndef HEARTH_HTTP_AS_OF_H
#define HEARTH_HTTP_AS_OF_H

#include "http/request.h"

/* Whether the address asks for a moment at all. */
bool as_of_asked(const struct request *request);
/* The moment: local as browsers send it ("2026-11-25T13:20"), or with an offset. Not STATUS_OK: the
 * request's outcome says what is wrong; one that has not come yet is refused too. */
NODISCARD enum status as_of_moment(struct request *request, struct instant *ret_at);
/* Whether the handler of a page shows what was known at a moment, or leads to where that is. The
 * others say how things stand: they refuse the moment, so that nobody takes today for then. */
bool as_of_taken(handler_fn handler);
enum handled as_of_refuse(struct request *request);
/* From a page on which one works to the record as it was: *ret_handled. False: no moment. */
bool as_of_leads(struct request *request, uint32_t entity, struct uuid id,
                 enum handled *ret_handled);

#endif
