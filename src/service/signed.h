/* What is kept of a document when somebody signs it: the sheet for all to see, in the model's
 * language and in every other one that it can be shown in, because the family reads it in theirs;
 * with the drawn signatures (html/sheet_pack.h). */
#ifndef HEARTH_SERVICE_SIGNED_H
#define HEARTH_SERVICE_SIGNED_H

#include "html/sheet_pack.h"
#include "store/store.h"

/* A store_copy_fn, for the options of every store in which people may sign. */
enum status service_make_copy(struct store_reader *reader, struct work_set *set,
                              struct record *record, uint32_t document, bool whole,
                              struct str *ret_bytes);

#endif
