/* What must be worked out anew when one model takes the place of another: the clocks and audiences
 * that may come out otherwise, though no record has changed. */
#ifndef HEARTH_RULE_ANEW_H
#define HEARTH_RULE_ANEW_H

#include "model/model.h"

struct anew {
    bool *clocks;    /* by row of clock in the new model: its readings, of any record */
    bool *audiences; /* by row of entity in the new model: those of its records */
};

/* A clock is compared with the one of the same name by all that its readings rest on: its own rows,
 * the fields, collections and facts that its expressions name with what those are worked out from,
 * schemes, closed states, the calendar; in the base and as each agency has it. Words for people and
 * the places of rows do not count, nor what is judged only when somebody acts. A column of the
 * clock's tables that is not known to be such counts. In the arena. */
struct anew anew_after(struct arena *arena, const struct model *before, const struct model *after);
/* Everything: for when the model before is not known. */
struct anew anew_all(struct arena *arena, const struct model *after);

#endif
