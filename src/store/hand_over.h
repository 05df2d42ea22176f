/* Handing over: all open work of a worker goes to another (service_hand_over). */
#ifndef HEARTH_STORE_HAND_OVER_H
#define HEARTH_STORE_HAND_OVER_H

#include "store/store.h"

/* All open work of a worker goes to another (service_hand_over); what was asked for and what became
 * of it is kept here. A worker hands over once at a time. */
struct store_hand_over {
    struct uuid id, from, to, asked_by;
    struct str reason;
    struct instant begins_at, asked_at;
    struct instant listed_at, ended_at; /* ms 0: not yet */
};
enum store_hand_over_state { HAND_OVER_WAITS, HAND_OVER_MOVED, HAND_OVER_STAYED };
/* A record that a worker carried by a duty of the model when its time came. */
struct store_hand_over_item {
    struct str duty;
    uint32_t entity; /* or MODEL_NONE: the model no longer has it */
    struct uuid record;
    struct str carried_as; /* "Primary worker", or empty */
    enum store_hand_over_state state;
    struct str said; /* of one that stayed: why */
};
/* id, asked_by and asked_at are filled in. Refused while another one of the worker is under way. */
NODISCARD enum status uow_hand_over_add(struct uow *uow, struct store_hand_over *hand_over);
/* STATUS_NOT_FOUND when there is none. */
NODISCARD enum status uow_hand_over(struct uow *uow, struct uuid id,
                                    struct store_hand_over *ret_hand_over);
NODISCARD enum status uow_hand_over_add_item(struct uow *uow, struct uuid id,
                                             const struct store_hand_over_item *item);
/* There are no more items. */
NODISCARD enum status uow_hand_over_listed(struct uow *uow, struct uuid id);
NODISCARD enum status uow_hand_over_item(struct uow *uow, struct uuid id, struct str duty,
                                         struct uuid record, struct store_hand_over_item *ret_item);
/* Writes its state and what is said of it. */
NODISCARD enum status uow_hand_over_settle(struct uow *uow, struct uuid id,
                                           const struct store_hand_over_item *item);
/* Ends it when all is listed and nothing of it waits; ret_ended: this act ended it. */
NODISCARD enum status uow_hand_over_end(struct uow *uow, struct uuid id, bool *ret_ended);
/* Whoever asks has been found to be one of those it is about. */
NODISCARD enum status store_hand_over(struct store_reader *reader, struct uuid id,
                                      struct store_hand_over *ret_hand_over);
NODISCARD enum status store_hand_over_items(struct store_reader *reader, struct uuid id,
                                            struct store_hand_over_item **ret_items,
                                            size_t *ret_count);
/* From or to a worker, newest first, at most so many. */
NODISCARD enum status store_hand_overs_of(struct store_reader *reader, struct uuid worker,
                                          uint32_t most, struct store_hand_over **ret_hand_overs,
                                          size_t *ret_count);

#endif
