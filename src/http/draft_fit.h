/* A draft that was typed under an earlier model: what of it no longer fits, with what was typed, so
 * that nothing is lost, and what is asked now that was not. */
#ifndef HEARTH_HTTP_DRAFT_FIT_H
#define HEARTH_HTTP_DRAFT_FIT_H

#include "http/page_form.h"

/* The note for the page; nothing when all of it fits, or the model is the one it was typed under.
 */
void draft_fit_note(struct html *html, const struct page_form *form);

#endif
