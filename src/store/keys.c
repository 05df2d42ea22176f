#include "store/keys.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/files.h"
#include "store/installation.h"
#include "store/store_int.h"

#define NUMBER_MOST 255u /* sealed bytes begin with the number of their key */
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEALED_LEAST (1 + NONCE_SIZE + TAG_SIZE)

_Static_assert(KEYS_SECRET_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key size");
_Static_assert(KEYS_SECRET_SIZE == crypto_secretstream_xchacha20poly1305_KEYBYTES, "one key size");
_Static_assert(KEYS_SECRET_SIZE == crypto_kdf_KEYBYTES, "one key size");

/* What data-N.key and index-N.key give. */
struct version {
    bool there;
    unsigned char purpose[KEY_PURPOSE__COUNT][KEYS_SECRET_SIZE];
    unsigned char index[KEYS_SECRET_SIZE];
};

/* In guarded memory of its own, which is wiped when freed. */
struct secrets {
    struct version versions[NUMBER_MOST + 1]; /* by number */
};

/* Versions come while others are in use. */
struct ring {
    pthread_rwlock_t lock;
    struct secrets *secrets;
    unsigned current; /* number of the version that seals */
};

struct store_keys {
    const struct store *store;
    struct ring *ring;
};

const unsigned char *keys_bytes(struct str s)
{
    const void *bytes = s.p;
    return bytes;
}

/* ---- one version ---- */

/* "keys/data-2.key" */
static struct str key_name(struct arena *arena, struct str folder, struct str kind, unsigned number)
{
    return STR_JOIN(arena, folder, kind, str_from_int(arena, number), STR(".key"));
}

static struct str key_path(const struct store *store, struct arena *arena, struct str folder,
                           struct str kind, unsigned number)
{
    return store_path(store, arena, key_name(arena, folder, kind, number));
}

/* Where keys are that nothing is sealed with any more: old backups are. */
#define KEYS_FOLDER STR("keys/")
#define RETIRED_FOLDER STR("keys/retired/")
#define DATA_KIND STR("data-")
#define INDEX_KIND STR("index-")

static bool is_there(const struct store *store, struct arena *arena, unsigned number)
{
    struct str path = key_path(store, arena, KEYS_FOLDER, DATA_KIND, number);
    return access(str_cstr(arena, path), F_OK) == 0;
}

static enum status read_version(const struct store *store, struct outcome *outcome,
                                struct str folder, unsigned number, struct version *ret_version)
{
    unsigned char data[crypto_kdf_KEYBYTES];
    struct arena *arena = outcome->arena;
    bool data_there, index_there;
    struct str index_path = key_path(store, arena, folder, INDEX_KIND, number);
    TRY(file_read_secret(outcome, key_path(store, arena, folder, DATA_KIND, number), data,
                         sizeof(data), &data_there));
    TRY(file_read_secret(outcome, index_path, ret_version->index, sizeof(ret_version->index),
                         &index_there));
    for (unsigned i = 0; i < KEY_PURPOSE__COUNT && data_there; i++) {
        crypto_kdf_derive_from_key(ret_version->purpose[i], KEYS_SECRET_SIZE, i + 1, "hearthSE",
                                   data);
    }
    sodium_memzero(data, sizeof(data));
    ret_version->there = data_there && index_there;
    return data_there && !index_there ? file_missing(outcome, index_path) : STATUS_OK;
}

/* The index key first: a data key that is there is one that can be used. */
static enum status make_version(const struct store *store, struct outcome *outcome, unsigned number)
{
    unsigned char secret[KEYS_SECRET_SIZE];
    const void *bytes = secret;
    struct str view = {bytes, sizeof(secret)};
    struct arena *arena = outcome->arena;
    randombytes_buf(secret, sizeof(secret));
    TRY(file_replace(outcome, key_path(store, arena, KEYS_FOLDER, INDEX_KIND, number), view));
    randombytes_buf(secret, sizeof(secret));
    enum status status =
        file_replace(outcome, key_path(store, arena, KEYS_FOLDER, DATA_KIND, number), view);
    sodium_memzero(secret, sizeof(secret));
    return status;
}

/* ---- opening ---- */

/* All that are there; the highest seals. */
static enum status load_versions(const struct store *store, struct outcome *outcome,
                                 struct ring *ring)
{
    struct arena *arena = outcome->arena;
    for (unsigned number = 1; number <= NUMBER_MOST; number++) {
        if (is_there(store, arena, number)) {
            TRY(read_version(store, outcome, KEYS_FOLDER, number,
                             &ring->secrets->versions[number]));
            ring->current = number;
        }
    }
    if (ring->current != 0) {
        return STATUS_OK;
    }
    if (store_is_used(store, arena)) {
        return file_missing(outcome, key_path(store, arena, KEYS_FOLDER, DATA_KIND, 1));
    }
    ring->current = 1;
    TRY(make_version(store, outcome, 1));
    return read_version(store, outcome, KEYS_FOLDER, 1, &ring->secrets->versions[1]);
}

static void release(struct store_keys *keys)
{
    sodium_free(keys->ring->secrets);
    pthread_rwlock_destroy(&keys->ring->lock);
    free(keys->ring);
    free(keys);
}

enum status keys_open(struct store *store, struct outcome *outcome)
{
    if (sodium_init() < 0) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("no source of randomness"));
    }
    struct store_keys *keys = calloc(1, sizeof(*keys));
    struct ring *ring = calloc(1, sizeof(*ring));
    struct secrets *secrets = sodium_malloc(sizeof(*secrets));
    if (keys == NULL || ring == NULL || secrets == NULL) {
        free(keys);
        free(ring);
        sodium_free(secrets);
        return outcome_fault(outcome, STATUS_BUSY, STR("no guarded memory for keys"));
    }
    sodium_memzero(secrets, sizeof(*secrets));
    *keys = (struct store_keys){.store = store, .ring = ring};
    ring->secrets = secrets;
    pthread_rwlock_init(&ring->lock, NULL);
    enum status status = load_versions(store, outcome, ring);
    if (status != STATUS_OK) {
        release(keys);
        return status;
    }
    sodium_mprotect_readonly(secrets);
    store->keys = keys;
    return STATUS_OK;
}

void keys_close(struct store *store)
{
    if (store->keys != NULL) {
        release(store->keys);
    }
    store->keys = NULL;
}

/* ---- versions while in use ---- */

/* Takes up a version that has been put there since, under the lock of the ring. */
static enum status take_up(const struct store_keys *keys, struct outcome *outcome,
                           struct str folder, unsigned number)
{
    struct secrets *secrets = keys->ring->secrets;
    sodium_mprotect_readwrite(secrets);
    enum status status =
        read_version(keys->store, outcome, folder, number, &secrets->versions[number]);
    sodium_mprotect_readonly(secrets);
    return status;
}

/* Another process may have made the key, or a backup older than it may have been restored. */
static bool find_version(const struct store_keys *keys, struct arena *arena, unsigned number)
{
    struct ring *ring = keys->ring;
    struct outcome outcome;
    pthread_rwlock_rdlock(&ring->lock);
    bool there = ring->secrets->versions[number].there;
    pthread_rwlock_unlock(&ring->lock);
    if (there || number == 0) {
        return there;
    }
    outcome_init(&outcome, arena);
    pthread_rwlock_wrlock(&ring->lock);
    there = (take_up(keys, &outcome, KEYS_FOLDER, number) == STATUS_OK &&
             ring->secrets->versions[number].there) ||
            (take_up(keys, &outcome, RETIRED_FOLDER, number) == STATUS_OK &&
             ring->secrets->versions[number].there);
    pthread_rwlock_unlock(&ring->lock);
    return there;
}

unsigned keys_current(const struct store_keys *keys)
{
    struct ring *ring = keys->ring;
    pthread_rwlock_rdlock(&ring->lock);
    unsigned current = ring->current;
    pthread_rwlock_unlock(&ring->lock);
    return current;
}

size_t keys_numbers(const struct store_keys *keys, unsigned char ret_numbers[KEYS_NUMBERS_MAX])
{
    struct ring *ring = keys->ring;
    size_t count = 0;
    pthread_rwlock_rdlock(&ring->lock);
    for (unsigned number = NUMBER_MOST; number > 0; number--) {
        if (ring->secrets->versions[number].there) {
            ret_numbers[count++] = (unsigned char)number;
        }
    }
    pthread_rwlock_unlock(&ring->lock);
    return count;
}

enum status keys_rotate(const struct store_keys *keys, struct outcome *outcome,
                        unsigned *ret_number)
{
    unsigned number = keys_current(keys) + 1;
    if (number > NUMBER_MOST) {
        return outcome_fault(outcome, STATUS_REFUSED, STR("there have been 255 keys"));
    }
    TRY(make_version(keys->store, outcome, number));
    *ret_number = number;
    return keys_refresh(keys, outcome);
}

enum status keys_refresh(const struct store_keys *keys, struct outcome *outcome)
{
    struct ring *ring = keys->ring;
    enum status status = STATUS_OK;
    unsigned number = keys_current(keys) + 1;
    if (number > NUMBER_MOST || !is_there(keys->store, outcome->arena, number)) {
        return STATUS_OK;
    }
    pthread_rwlock_wrlock(&ring->lock);
    status = take_up(keys, outcome, KEYS_FOLDER, number);
    if (status == STATUS_OK && ring->secrets->versions[number].there) {
        ring->current = number;
    }
    pthread_rwlock_unlock(&ring->lock);
    return status;
}

/* The keys of a folder that may be open elsewhere. */
static enum status open_alone(struct store *store, struct str directory, struct outcome *outcome)
{
    *store = (struct store){.options.directory = directory};
    if (!store_is_used(store, outcome->arena)) {
        return outcome_fault(outcome, STATUS_NOT_FOUND,
                             STR_JOIN(outcome->arena, STR("there is no store in "), directory));
    }
    return keys_open(store, outcome);
}

enum status store_keys_rotate(struct str directory, struct outcome *outcome, unsigned *ret_number)
{
    struct store *store = ARENA_NEW(outcome->arena, struct store);
    TRY(open_alone(store, directory, outcome));
    enum status status = keys_rotate(store->keys, outcome, ret_number);
    keys_close(store);
    return status;
}

enum status store_keys_list(struct str directory, struct outcome *outcome,
                            unsigned char ret_numbers[STORE_KEYS_MAX], size_t *ret_count)
{
    struct store *store = ARENA_NEW(outcome->arena, struct store);
    TRY(open_alone(store, directory, outcome));
    *ret_count = keys_numbers(store->keys, ret_numbers);
    keys_close(store);
    return STATUS_OK;
}

static enum status move_aside(const struct store_keys *keys, struct outcome *outcome,
                              struct str kind, unsigned number)
{
    struct arena *arena = outcome->arena;
    struct str from = key_path(keys->store, arena, KEYS_FOLDER, kind, number);
    struct str to = key_path(keys->store, arena, RETIRED_FOLDER, kind, number);
    if (rename(str_cstr(arena, from), str_cstr(arena, to)) != 0 &&
        errno != ENOENT) { /* it was taken from there: something old came back */
        return file_fault(outcome, from, STR("cannot be put aside"));
    }
    return STATUS_OK;
}

enum status keys_retire(const struct store_keys *keys, struct outcome *outcome, unsigned number)
{
    struct ring *ring = keys->ring;
    struct arena *arena = outcome->arena;
    CHECK(number != keys_current(keys));
    TRY(folder_make(outcome, store_path(keys->store, arena, STR("keys/retired"))));
    TRY(move_aside(keys, outcome, DATA_KIND, number));
    TRY(move_aside(keys, outcome, INDEX_KIND, number));
    pthread_rwlock_wrlock(&ring->lock);
    sodium_mprotect_readwrite(ring->secrets);
    sodium_memzero(&ring->secrets->versions[number], sizeof(struct version));
    sodium_mprotect_readonly(ring->secrets);
    pthread_rwlock_unlock(&ring->lock);
    return STATUS_OK;
}

/* ---- sealing ---- */

struct str keys_seal(const struct store_keys *keys, struct arena *arena, enum key_purpose purpose,
                     struct str bound, struct str plain)
{
    CHECK(purpose < KEY_PURPOSE__COUNT);
    size_t size = SEALED_LEAST + plain.n;
    void *memory = arena_alloc(arena, size);
    unsigned char *sealed = memory;
    unsigned char *nonce = sealed + 1;
    struct ring *ring = keys->ring;
    randombytes_buf(nonce, NONCE_SIZE);
    pthread_rwlock_rdlock(&ring->lock);
    sealed[0] = (unsigned char)ring->current;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + NONCE_SIZE, NULL, keys_bytes(plain), plain.n, keys_bytes(bound), bound.n, NULL,
        nonce, ring->secrets->versions[ring->current].purpose[purpose]);
    pthread_rwlock_unlock(&ring->lock);
    return (struct str){memory, size};
}

enum status keys_unseal(const struct store_keys *keys, struct arena *arena,
                        enum key_purpose purpose, struct str bound, struct str sealed,
                        struct str *ret_plain)
{
    CHECK(purpose < KEY_PURPOSE__COUNT);
    const unsigned char *bytes = keys_bytes(sealed);
    if (sealed.n < SEALED_LEAST) {
        return STATUS_INTERNAL;
    }
    if (!find_version(keys, arena, bytes[0])) {
        return STATUS_KEY_MISSING;
    }
    size_t size = sealed.n - SEALED_LEAST;
    void *plain = arena_alloc(arena, size);
    const unsigned char *nonce = bytes + 1;
    pthread_rwlock_rdlock(&keys->ring->lock);
    int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, NULL, NULL, nonce + NONCE_SIZE, size + TAG_SIZE, keys_bytes(bound), bound.n, nonce,
        keys->ring->secrets->versions[bytes[0]].purpose[purpose]);
    pthread_rwlock_unlock(&keys->ring->lock);
    if (failed != 0) {
        return STATUS_INTERNAL;
    }
    *ret_plain = (struct str){plain, size};
    return STATUS_OK;
}

struct str keys_blind(const struct store_keys *keys, struct arena *arena, unsigned number,
                      struct str purpose, struct str value)
{
    unsigned char key[KEYS_SECRET_SIZE];
    void *memory = arena_alloc(arena, 1 + KEYS_DIGEST_SIZE);
    unsigned char *digest = memory;
    CHECK(number <= NUMBER_MOST);
    digest[0] = (unsigned char)number;
    pthread_rwlock_rdlock(&keys->ring->lock);
    crypto_generichash(key, sizeof(key), keys_bytes(purpose), purpose.n,
                       keys->ring->secrets->versions[number].index, KEYS_SECRET_SIZE);
    pthread_rwlock_unlock(&keys->ring->lock);
    crypto_generichash(digest + 1, KEYS_DIGEST_SIZE, keys_bytes(value), value.n, key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    return (struct str){memory, 1 + KEYS_DIGEST_SIZE};
}
