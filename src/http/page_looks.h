/* Looks at records in words, as the pages that say who looked show them. */
#ifndef HEARTH_HTTP_PAGE_LOOKS_H
#define HEARTH_HTTP_PAGE_LOOKS_H

#include "http/request.h"
#include "store/store.h"

/* Puts looks of one worker, one after the other, at the same record by the same way within a minute
 * together. Returns how many are left at the front of looks; ret_times: of how many looks each is.
 * Nothing is dropped that says something else: a reason given stays a line of its own. */
size_t page_looks_together(struct request *request, struct store_look *looks, size_t count,
                           size_t **ret_times);
/* What was opened: "Initial assessment (3 times)", "List: Children of our nation". */
struct str page_look_words(struct request *request, const struct store_look *look, size_t times);

#endif
