/* What stands on a document in the language of a family. MODEL_NONE is the language of the model.
 */
#ifndef HEARTH_SERVICE_LANGUAGE_H
#define HEARTH_SERVICE_LANGUAGE_H

#include "model/model.h"

/* Whether the language has the text. */
bool language_has(const struct model *model, uint32_t language, struct str text);
/* The text in the language; as it is where the language does not have it. */
struct str language_text(const struct model *model, uint32_t language, struct str text);
/* "Wed 25 Nov 2026, 18:35" with the days and months of the language. */
struct str language_date(struct arena *arena, const struct model *model, uint32_t language,
                         struct str date);

#endif
