/* What is due, said by whose it is: a plan is known by its family, not by its number. For pages
 * that show clocks of many families. */
#ifndef HEARTH_HTTP_PAGE_WHOSE_H
#define HEARTH_HTTP_PAGE_WHOSE_H

#include "html/components.h"
#include "http/request.h"

/* Loads what the records of the readings belong to; then store_titles gives them names. */
enum status page_whose_load(struct request *request, const struct clock_reading *readings,
                            size_t count);
/* As page_due; about is what the record belongs to. */
struct due page_whose(struct request *request, const struct clock_reading *reading);

#endif
