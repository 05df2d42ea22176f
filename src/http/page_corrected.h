/* What was put right after a decision had looked at it: field by field, what it said, what it says
 * now, who corrected it, when and why. Told as far as the reader may read the record and its
 * history; of a sealed field only that it was corrected. */
#ifndef HEARTH_HTTP_PAGE_CORRECTED_H
#define HEARTH_HTTP_PAGE_CORRECTED_H

#include "http/page.h"

/* Beneath the last decision on the record: of what belongs to its root all, of what lies elsewhere
 * what such a decision reads. Nothing when nothing was. */
void page_corrected_beneath(struct html *html, struct request *request,
                            const struct record *record);
/* Of the record itself, after that version of it. */
void page_corrected_since(struct html *html, struct request *request, struct record *record,
                          uint32_t version);

#endif
