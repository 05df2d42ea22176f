/* What somebody signed, as it was then: the copies that the store keeps of a record's documents. */
#ifndef HEARTH_HTTP_PAGE_SIGNED_H
#define HEARTH_HTTP_PAGE_SIGNED_H

#include "html/components.h"
#include "html/sheet_pack.h"
#include "http/request.h"

struct signed_copy {
    struct store_copy kept;
    struct signed_sheets sheets;
};
/* Those of a record that was read, as far as the actor may read all of them, newest first. */
NODISCARD enum status signed_copies(struct request *request, const struct record *record,
                                    struct signed_copy **ret_copies, size_t *ret_count);
/* "As signed on Wed 25 Nov 2026, 18:35 by Rosa Reyes": the copy on paper, for each; and whether the
 * record was changed since. Nothing when there is none. */
void page_signed(struct html *html, struct request *request, const struct record *record);

/* The answer is a PDF file with this name: "protective_plan_copy", "P-2026-000004". */
NODISCARD enum status answer_paper(struct request *request, const struct sheet *sheet,
                                   struct str document, struct str number);

#endif
