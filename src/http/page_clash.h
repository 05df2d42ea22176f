/* When somebody else saved first: the page that asks what to keep, and what becomes of its answer.
 */
#ifndef HEARTH_HTTP_PAGE_CLASH_H
#define HEARTH_HTTP_PAGE_CLASH_H

#include "html/url.h"
#include "http/request.h"

/* After request_save has ended with STATUS_STALE: shows what differs. The page carries all that was
 * sent, and goes to action (where it was sent) with the versions that are current now. 409. */
enum handled page_clash(struct request *request, struct url action);
/* First in whoever takes such a form: where theirs was kept, the pairs of the form become theirs.
 * Changes request->form; of a form from elsewhere nothing. */
void page_clash_keep(struct request *request);

#endif
