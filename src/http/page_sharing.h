/* Who may see a record, and why; letting another agency take part in it. */
#ifndef HEARTH_HTTP_PAGE_SHARING_H
#define HEARTH_HTTP_PAGE_SHARING_H

#include "html/pages.h"
#include "http/page.h"
#include "store/grant.h"

/* The page about the root of a record. */
struct url page_sharing_url(struct request *request, const struct record *record);
/* "contacts, protective plans": names of entities, a space between, in words. */
struct str page_parts_words(const struct request *request, struct str parts);
/* Of a share whose agreement's title is in the set: as this reader may know it. */
struct str page_agreement_words(struct request *request, const struct store_grant *grant);
/* What other agencies offer to those of this worker, and what these take part in: for my day. */
enum status page_shared(struct request *request, struct shared_line **ret_lines, size_t *ret_count);

#endif
