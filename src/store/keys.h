/* The keys of a store, kept outside the database in DIR/keys (files of mode 0600 in a folder of
 * mode 0700), made when the store is first opened:
 *
 *   data-1.key    32 bytes: what is sealed is sealed under keys derived from it, one per purpose
 *   index-1.key   32 bytes: keyed digests by which sealed values are found
 *   sign-*        the keys that sign history: signing.h
 *   retired/      data and index keys with which nothing is sealed any more; old backups are
 *
 * Whoever loses them loses every sealed value: back them up apart from the data. The highest number
 * seals; all that are there open. A new one may be put there while the store is open (keys_rotate,
 * in this process or another); reseal.c then brings what is stored to it. Every call may come from
 * any thread. */
#ifndef HEARTH_STORE_KEYS_H
#define HEARTH_STORE_KEYS_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

struct store_keys;

enum key_purpose { KEY_DRAFT, KEY_ATTACHMENT, KEY_FIELD, KEY_SECOND_FACTOR, KEY_PURPOSE__COUNT };

#define KEYS_SECRET_SIZE 32
#define KEYS_DIGEST_SIZE 32
#define KEYS_SIGNATURE_SIZE 64
#define KEYS_NUMBERS_MAX 255

/* Ciphertext of plain: number of the key, nonce, XChaCha20-Poly1305 with bound authenticated beside
 * it. Only the same bound opens it: so that what is sealed for one place cannot be put in another.
 */
struct str keys_seal(const struct store_keys *keys, struct arena *arena, enum key_purpose purpose,
                     struct str bound, struct str plain);
/* STATUS_INTERNAL when it was changed or is bound to something else; STATUS_KEY_MISSING. */
NODISCARD enum status keys_unseal(const struct store_keys *keys, struct arena *arena,
                                  enum key_purpose purpose, struct str bound, struct str sealed,
                                  struct str *ret_plain);
/* A keyed digest of a value for finding it, behind the number of its key: equal values of one
 * purpose give equal digests, nothing else can be told from them. purpose: "person.ssn digits". */
struct str keys_blind(const struct store_keys *keys, struct arena *arena, unsigned number,
                      struct str purpose, struct str value);

/* The number that seals; all that are there, the highest first. */
unsigned keys_current(const struct store_keys *keys);
size_t keys_numbers(const struct store_keys *keys, unsigned char ret_numbers[KEYS_NUMBERS_MAX]);
/* Makes the next data and index key, which seal from now on. */
NODISCARD enum status keys_rotate(const struct store_keys *keys, struct outcome *outcome,
                                  unsigned *ret_number);
/* Takes up a next key that another process has made. */
NODISCARD enum status keys_refresh(const struct store_keys *keys, struct outcome *outcome);
/* Puts a key aside with which nothing is sealed any more. */
NODISCARD enum status keys_retire(const struct store_keys *keys, struct outcome *outcome,
                                  unsigned number);

/* A view of bytes as libsodium wants them. */
const unsigned char *keys_bytes(struct str s);

#endif
