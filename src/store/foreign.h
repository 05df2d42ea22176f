/* Rows of foreign files: what each became, and those that wait for a place. */
#ifndef HEARTH_STORE_FOREIGN_H
#define HEARTH_STORE_FOREIGN_H

#include "store/store.h"

/* A row of a foreign file, by the mapping, the table of the mapping and its key there. */
struct store_foreign {
    struct str mapping, source, key;
};
/* What it became, and the digest of what it said then; nil when it never came in. */
NODISCARD enum status uow_foreign_find(struct uow *uow, struct store_foreign row,
                                       struct uuid *ret_id, struct str *ret_digest);
/* The row came in as this record, and waits no more. */
NODISCARD enum status uow_foreign_set(struct uow *uow, struct store_foreign row, struct uuid id,
                                      struct str digest);
/* Keeps a row that has no place yet, whole, with the reason. ret_new: it was not kept before, or
 * said something else. */
NODISCARD enum status uow_stage_row(struct uow *uow, struct store_foreign row, uint32_t line,
                                    struct str content, struct str reason, bool *ret_new);

#endif
