/* Sheets that are printed as one paper: parts of the packs of a record, blank forms. Which ones,
 * in which language and what of the record stands on them is said by pairs of a query:
 *
 *     part=visit.2      the third part of the pack "visit"; none and no form: the whole first pack
 *     form=NAME         a form, blank
 *     language=es       where there are words in it; else in that of the model
 *     say=name          whom the record is about stands on blank forms; say=number: its number
 */
#ifndef HEARTH_HTTP_PACK_H
#define HEARTH_HTTP_PACK_H

#include "http/request.h"
#include "paper/paper.h"

/* The packs of records of that kind: rows from the first on that are. MODEL_NONE: no more. */
uint32_t pack_next(const struct model *model, uint32_t entity, uint32_t from);
/* The name of a part in a query. */
struct str pack_part_name(struct arena *arena, const struct model *model, uint32_t pack,
                          uint32_t number);
/* What a part is called. */
struct str pack_part_label(const struct model *model, const struct model_pack_part *part);

/* The sheets of the query; record: whose packs they are, read through the gate with what the packs
 * load, or NULL: blank forms alone. STATUS_INVALID, with a problem, when nothing was chosen. */
NODISCARD enum status pack_paper(struct request *request, struct record *record,
                                 struct paper *ret_paper);

#endif
