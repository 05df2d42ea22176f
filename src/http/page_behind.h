/* What stands behind a page about a record: its documents for the family and for paper, its
 * history, who looked at it. */
#ifndef HEARTH_HTTP_PAGE_BEHIND_H
#define HEARTH_HTTP_PAGE_BEHIND_H

#include "html/components.h"
#include "http/request.h"

/* The documents of the record. */
size_t page_documents(struct request *request, const struct record *record,
                      struct link **ret_links);
/* Documents, history, who looked, as far as this actor may: a list of links; nothing when there is
 * none. */
void page_behind(struct html *html, struct request *request, const struct record *record);

#endif
