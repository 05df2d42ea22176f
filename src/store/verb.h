/* What the files of the kernel verbs share: verb.c, expunge.c, place.c. */
#ifndef HEARTH_STORE_VERB_H
#define HEARTH_STORE_VERB_H

#include "store/store_int.h"

/* A record and all parts below it, above before below, whether they stand or not. */
struct whole {
    LIST(struct record *) items;
};
NODISCARD enum status verb_whole(struct uow *uow, struct record *record, struct whole *ret_whole);
/* What a part belongs to; NULL of what is no part. */
NODISCARD enum status verb_above(struct uow *uow, const struct record *record,
                                 struct record **ret_above);
/* Refuses the act with words; returns STATUS_REFUSED. */
NODISCARD enum status verb_refuse(struct uow *uow, struct str code, struct str message);
/* A line in the register of what was done by law: records and rows of history it took. */
NODISCARD enum status verb_register(struct uow *uow, const struct record *record, size_t records,
                                    int64_t rows);

#endif
