/* "For me to know": what a worker was told and has not put away. One group for each family, newest
 * first; what is older than a week is folded. */
#ifndef HEARTH_HTTP_PAGE_NEWS_H
#define HEARTH_HTTP_PAGE_NEWS_H

#include "html/html.h"
#include "http/request.h"

struct page_news;

/* Reads them, with what names them. */
NODISCARD enum status page_news_read(struct request *request, struct page_news **ret_news);
void page_news_show(struct html *html, const void *page_news); /* a slot */

#endif
