/* What workers have typed and not saved. */
#ifndef HEARTH_STORE_DRAFT_H
#define HEARTH_STORE_DRAFT_H

#include "store/store.h"

/* What a worker has typed and not saved: by worker and place, kept on the server, sealed, restored
 * after sign-in anywhere, deleted on submit. place: "workspace assessment.contacts 018f...", at
 * most 200 bytes. content: urlencoded pairs, at most 1 MiB. */
NODISCARD enum status store_draft_save(struct store *store, struct uuid worker, struct str place,
                                       struct str title, struct str content, struct completion done,
                                       enum status *ret_status);
NODISCARD enum status store_draft_find(struct store_reader *reader, struct uuid worker,
                                       struct str place, struct str *ret_content,
                                       struct instant *ret_saved_at);
struct store_draft {
    struct str place, title;
    struct instant saved_at;
};
NODISCARD enum status store_drafts(struct store_reader *reader, struct uuid worker,
                                   struct store_draft **ret_drafts, size_t *ret_count);
void uow_draft_delete(struct uow *uow, struct uuid worker, struct str place);
/* What a worker typed in a root and its parts goes to another, who finds it under the same places
 * with these words before its title; where they have one of their own, it is closed with the words
 * as the reason. One that does not open stays. */
NODISCARD enum status uow_drafts_give(struct uow *uow, struct uuid from, struct uuid to,
                                      struct uuid root, struct str left_by);
/* Out of the list, because its worker says that it is not needed: it stays, sealed, with the
 * reason. Saving at the place again begins a new one. */
void uow_draft_close(struct uow *uow, struct uuid worker, struct str place, struct str reason);

#endif
