/* Words that would tell who reported. The model says which sealed fields identify somebody
 * ("identifies"), from which records they must be kept ("protects") and which texts are looked over
 * ("reporter_safe"). It warns and changes nothing. It is no oracle: only words that the reader may
 * read where they stand are looked for, so whoever may not know who reported is told nothing. */
#ifndef HEARTH_STORE_IDENTITY_H
#define HEARTH_STORE_IDENTITY_H

#include "store/store.h"

#define IDENTITY_LETTERS_LEAST 3u /* of a word of a name: shorter ones are everywhere */
#define IDENTITY_DIGITS 7u        /* of a telephone number, from its end */

/* What identifies those whom a record must not give away. In the arena of the set. */
struct identity {
    struct arena *arena;
    LIST(struct identity_word) words;
};
struct identity_word {
    struct str shown;   /* as it is said in the warning */
    struct str pattern; /* words: folded, between blanks; telephone: digits */
    bool digits;
};

/* Reads what the actor of the set may read of it; a record that protects nobody has none. */
NODISCARD enum status identity_read(struct store_reader *reader, const struct work_set *set,
                                    const struct record *record, struct identity *ret_identity);
/* A further value that identifies. */
void identity_add(struct identity *identity, enum model_identity kind, struct str value);
/* Which of them stand in a text: "hawkins, 555-0142", or empty. */
struct str identity_in(const struct identity *identity, struct str text);

/* A text of a record in which one of them stands. */
struct identity_warning {
    struct str where; /* as an input names it */
    struct str message;
};
/* All texts of the record that are looked over; its rows too. ret_warnings in the identity's arena.
 */
size_t identity_warnings(const struct identity *identity, const struct record *record,
                         struct identity_warning **ret_warnings);

/* ---- what leaves ----
 *
 * While an entity's "leaves" holds, others than those who work on the record read its texts: then
 * what tells who reported is refused, not only warned of. Refusing must be no oracle either. So
 * whoever may not know who reported is refused to change such a text, or to let it leave, whatever
 * it says and whether anybody is known to have reported: somebody who may know looks it over. */

/* The texts of a record, and whether they left, before it is changed. */
struct identity_before {
    bool left;
    struct str texts;
};
struct identity_before identity_before(struct work_set *set, const struct record *record);
/* After it was changed: STATUS_INVALID or STATUS_REFUSED with what is to be done. */
NODISCARD enum status uow_identity_check(struct uow *uow, struct record *record,
                                         const struct identity_before *before);

#endif
