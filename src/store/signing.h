/* The keys that sign history, kept beside the others in DIR/keys:
 *
 *   sign-N.pub    32 bytes: the public half of key N, kept for ever
 *   sign-N.key    64 bytes: its secret half (Ed25519, mode 0600), of the key that signs and of one
 *                 that waits to be taken up
 *   sign-N.end    where key N ended: a line as in checkpoints.log of the last block of each chain,
 *                 signed by key N + 1
 *
 * store_signing_rotate makes the next key; the sealer takes it up before its next block: it writes
 * sign-N.end, which signs once more all that key N has signed, and removes the secret half of key
 * N. From then on key N is good for the blocks up to its end and for no other: whoever stole it
 * (from an old backup) can sign nothing that the audit takes for history, not even with an earlier
 * date. The sealer alone signs and takes up. */
#ifndef HEARTH_STORE_SIGNING_H
#define HEARTH_STORE_SIGNING_H

#include "store/care.h"

/* ---- the sealer ---- */

/* Takes up the next key when there is one. */
NODISCARD enum status signing_take_up(struct store *store, struct outcome *outcome);
/* Signs the head of a block and says with which key: block->signing_key, block->signature (in the
 * arena). */
void signing_sign(const struct store *store, struct arena *arena, struct block *block);

/* ---- the audit ---- */

/* What is known of all keys that have signed: public halves and ends. */
struct signing_book;
NODISCARD enum status signing_book_read(const struct store *store, struct arena *arena,
                                        struct signing_book **ret_book);
/* What is wrong with the signature of a block whose head is right; or empty. */
struct str signing_judge(const struct signing_book *book, const struct block *block);
/* The line is signed with the key it names. */
bool signing_signed(const struct signing_book *book, const struct checkpoint *checkpoint);
/* "DIR/keys/sign-N.end". */
struct str signing_end_path(const struct store *store, struct arena *arena, int64_t number);

#endif
