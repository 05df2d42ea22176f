/* Where the statement of a list begins: at the few records it can be about, so that it costs what
 * it shows and not what there is. All of this narrows; who may read what is asked beside it. */
#ifndef HEARTH_LOWER_LIST_BEGIN_H
#define HEARTH_LOWER_LIST_BEGIN_H

#include "base/buf.h"
#include "lower/list.h"

/* What one statement is made of. */
struct listing {
    struct lower_statement *statement;
    const struct schema *schema;
    const struct list_query *query;
    struct lower_model model;
    struct lower_host host;
    struct buf sql;
};

/* Writes the ids to begin with as a table b: the rows that lead to the actor; or what is in the
 * states asked for, at the agencies and within the audiences of whoever asks. False: the list has
 * no such place. */
bool list_write_begin(struct listing *listing);
/* "(SELECT record FROM record_audience WHERE ...": the roots (or, of a part, also what is given of
 * them alone) that audiences reach; the caller adds to it and closes it. */
void list_write_reach(struct listing *listing);
/* " AND audience IN (...)": all of the query, or only those that no agency says (others). */
void list_write_audience_ids(struct listing *listing, bool others);

/* The states that a record must be in for the condition to hold, as far as it says so outright
 * ("state = 'open' and ..."); 0: it does not. */
size_t list_states(struct arena *arena, const struct model *model, uint32_t where,
                   const struct str **ret_states);
/* Whether records of the entity are asked for by their state: one of them waits for a decision, or
 * a list view names some. Then there is an index by state and agency. */
bool list_asks_state(struct arena *arena, const struct model *model, uint32_t entity);

#endif
