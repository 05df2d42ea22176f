/* Who covers for whom, on the days of both. */
#ifndef HEARTH_HTTP_PAGE_COVER_H
#define HEARTH_HTTP_PAGE_COVER_H

#include "html/pages.h"
#include "http/page.h"

/* Those who cover for this worker and for whom they cover, today or later. */
enum status page_cover(struct request *request, struct cover_line **ret_lines, size_t *ret_count);

#endif
