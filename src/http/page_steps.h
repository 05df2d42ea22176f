/* The steps of a piece of work, as the workspace of the model groups them. */
#ifndef HEARTH_HTTP_PAGE_STEPS_H
#define HEARTH_HTTP_PAGE_STEPS_H

#include "http/page_work.h"

/* An html_slot over a struct work: the stages, and the steps of the one it is in; without stages all
 * steps. */
void work_ways(struct html *html, const void *work);
/* What is open: steps that are not complete, records that can still be worked on or wait for
 * somebody; and every stage with its steps, folded when all of it is done. */
void work_standing(struct html *html, const struct work *work);

#endif
