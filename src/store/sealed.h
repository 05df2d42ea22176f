/* Sealed fields of records ("sealed: yes" in the model). What stands in the row is ciphertext,
 * bound to entity, record, row, field and the version of the record at which it was written: it
 * opens nowhere else, and an older one put back does not open either. Every save writes the sealed
 * columns of its record anew. A field with found_by has beside it a keyed digest of its value made
 * alike: equal values are found by it, and nothing else can be told from it. */
#ifndef HEARTH_STORE_SEALED_H
#define HEARTH_STORE_SEALED_H

#include "store/store_int.h"

/* Ciphertexts of a record that was read, not opened yet. */
struct sealed_value {
    struct subject *subject; /* the record or a row of it */
    uint32_t field;
    struct str bytes;
};
struct sealed_values {
    LIST(struct sealed_value) items;
};

/* A record whose own row and audiences have been read; record_complete reads the rest of it. */
struct record_reading {
    struct record *record;
    struct sealed_values sealed;
};
/* Enough to say whether somebody may read it. What is not there (STATUS_NOT_FOUND) takes the same
 * statements as what is. */
NODISCARD enum status record_begin(struct source *source, uint32_t entity, struct uuid id,
                                   struct record_reading *ret_reading);
NODISCARD enum status record_complete(struct source *source, struct record_reading *reading);
/* The whole record as the writer kept it (store/kept.h); STATUS_NOT_FOUND when it did not. */
NODISCARD enum status record_again(struct source *source, uint32_t entity, struct uuid id,
                                   struct record **ret_record);

/* What the column (sealed or blind) holds of an answer of the subject, at the version the record
 * has. */
struct db_value sealed_column(const struct store *store, struct arena *arena,
                              const struct subject *subject, const struct schema_column *column,
                              const struct answer *answer);
/* Opens those values that the actor may read (all, when the source is not gated); the others stay
 * unset. The record is as it was stored, with its audiences. */
NODISCARD enum status sealed_open(const struct source *source, const struct record *record,
                                  const struct sealed_values *values);
/* A value as it is compared: "(608) 555-0142" as a phone is "6085550142". Empty: nothing that could
 * be found is in it. */
struct str sealed_alike(struct arena *arena, enum model_sealed_index index, struct str value);

/* Writes the sealed columns of a record and its rows anew, under the key that seals now: nothing
 * else of it changes, nor its version. */
NODISCARD enum status record_reseal(struct uow *uow, const struct record *record);

/* What the sealed values of the kernel's tables are bound to. part: "title", "content", "reason";
 * of an attachment "name", "key"; name: the member of the content. */
struct str draft_bound(struct arena *arena, struct uuid worker, struct str place, struct str part);
struct str attachment_bound(struct arena *arena, struct uuid attachment, struct str part);
struct str second_factor_bound(struct arena *arena, struct uuid worker);
struct str history_bound(struct arena *arena, struct uuid change, struct uuid record,
                         struct str name);

#endif
