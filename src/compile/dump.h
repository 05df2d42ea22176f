/* A model as text, for tests and for looking at: every row with the columns that say something.
 * The same model always gives the same text. */
#ifndef HEARTH_COMPILE_DUMP_H
#define HEARTH_COMPILE_DUMP_H

#include "model/model.h"

/* One line a row: "field 3 name=birth_date label='Birth date' entity=0 kind=date". References are
 * row numbers, ranges "first+count", expressions trees of operations. Columns that are empty, 0 or
 * none are left out, and so are the tables of days and zone transitions but for their sizes. */
struct str dump_model(struct arena *arena, const struct model *model);

#endif
