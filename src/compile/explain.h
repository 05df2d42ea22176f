/* What the model means, in plain words for those who work with it: what is recorded, who may do
 * what, what happens on a step, when something is due and why. */
#ifndef HEARTH_COMPILE_EXPLAIN_H
#define HEARTH_COMPILE_EXPLAIN_H

#include "model/model.h"

/* name: "person", "person.birth_date", "access_report.submit", a clock, fact, form, list,
 * workspace, document, code set, scheme, class, role or decider. Everything of that name, one after
 * the other; the empty text when there is nothing. Lines end with a newline, but not the last. */
struct str explain_name(struct arena *arena, const struct model *model, struct str name);
/* The whole model as a page of Markdown: "data" (every entity, field and code table), "access" (role,
 * class and verb; states and steps), "clocks". The empty text for any other name. */
struct str explain_page(struct arena *arena, const struct model *model, struct str name);

#endif
