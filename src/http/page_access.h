/* What of a record this actor may read, where a page shows parts of it by itself. */
#ifndef HEARTH_HTTP_PAGE_ACCESS_H
#define HEARTH_HTTP_PAGE_ACCESS_H

#include "http/request.h"

/* Whether what is of a class may be read in this record; MODEL_NONE is the record's own class,
 * which whoever has the record may. */
bool page_may_read(const struct request *request, const struct record *record, uint32_t class);
/* The words of a column; empty for who may not read what it shows. */
struct str page_column(struct request *request, const struct record *record,
                       const struct model_list_column *column);

#endif
