/* Kernel verbs on pages: the ways to them, the mark of what was entered in error, and what rested
 * on a record. */
#ifndef HEARTH_HTTP_PAGE_VERB_H
#define HEARTH_HTTP_PAGE_VERB_H

#include "http/page.h"

/* Links to the verbs that this worker may use on the record as it is; in the request's arena. */
size_t page_verb_links(struct request *request, const struct record *record,
                       struct link **ret_links);
/* Says that it was entered in error and why, and that it is sealed and by which law. */
void page_verb_marks(struct html *html, const struct record *record);
/* What was moved from the record to another, for who may read both. */
void page_moves(struct html *html, struct request *request, const struct record *record);
/* The decisions that rested on the record, and what of it was corrected since; nothing when there
 * are none. */
void page_decisions(struct html *html, struct request *request, struct record *record);

#endif
