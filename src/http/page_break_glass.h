/* Opening in an emergency what was refused: at a page, and by the API. */
#ifndef HEARTH_HTTP_PAGE_BREAK_GLASS_H
#define HEARTH_HTTP_PAGE_BREAK_GLASS_H

#include "http/page.h"

/* What a request asks for with a reason, in its arena; NULL: its address names no record. */
struct service_break_glass *page_glass(struct request *request, struct str reason);

#endif
