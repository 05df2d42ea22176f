#include "store/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/store_int.h"

#define KEY_NUMBER 1u /* the only one so far; sealed bytes begin with the number of theirs */
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEALED_LEAST (1 + NONCE_SIZE + TAG_SIZE)

_Static_assert(KEYS_SECRET_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key size");
_Static_assert(KEYS_SECRET_SIZE == crypto_secretstream_xchacha20poly1305_KEYBYTES, "one key size");
_Static_assert(KEYS_SECRET_SIZE == crypto_kdf_KEYBYTES, "one key size");
_Static_assert(KEYS_SIGNATURE_SIZE == crypto_sign_BYTES, "Ed25519");

/* In guarded memory of its own, which is wiped when freed. */
struct store_keys {
    unsigned char data[crypto_kdf_KEYBYTES];
    unsigned char purpose[KEY_PURPOSE__COUNT][KEYS_SECRET_SIZE];
    unsigned char index[KEYS_SECRET_SIZE];
    unsigned char sign[crypto_sign_SECRETKEYBYTES];
    unsigned char sign_public[crypto_sign_PUBLICKEYBYTES];
};

const unsigned char *keys_bytes(struct str s)
{
    const void *bytes = s.p;
    return bytes;
}

/* ---- files ---- */

static enum status file_fault(struct outcome *outcome, const char *path, const char *what)
{
    return outcome_fault(
        outcome, STATUS_INTERNAL,
        STR_JOIN(outcome->arena, str_from(path), STR(": "), str_from(what), STR(": "),
                 errno != 0 ? str_from(strerrordesc_np(errno)) : STR("not as expected")));
}

static bool write_all(int file, const unsigned char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(file, bytes, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* Reads exactly size bytes and finds the end behind them. */
static bool read_exactly(int file, unsigned char *bytes, size_t size)
{
    size_t got = 0;
    unsigned char more;
    for (;;) {
        ssize_t n = got < size ? read(file, bytes + got, size - got) : read(file, &more, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0 || got == size) {
            return n == 0 && got == size;
        }
        got += (size_t)n;
    }
}

/* Under a passing name first: a key that is there is whole. */
static enum status write_key(struct outcome *outcome, const char *path, const unsigned char *bytes,
                             size_t size)
{
    const char *passing =
        str_cstr(outcome->arena, STR_JOIN(outcome->arena, str_from(path), STR(".new")));
    errno = 0;
    int file = open(passing, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return file_fault(outcome, passing, "cannot be made");
    }
    bool written = write_all(file, bytes, size) && fsync(file) == 0;
    if (close(file) != 0 || !written || rename(passing, path) != 0) {
        return file_fault(outcome, path, "cannot be written");
    }
    return STATUS_OK;
}

static enum status read_key(struct outcome *outcome, const char *path, unsigned char *bytes,
                            size_t size, bool *ret_there)
{
    struct stat facts;
    errno = 0;
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    *ret_there = file >= 0;
    if (file < 0) {
        return errno == ENOENT ? STATUS_OK : file_fault(outcome, path, "cannot be opened");
    }
    bool mine = fstat(file, &facts) == 0 && (facts.st_mode & 077) == 0;
    bool whole = mine && read_exactly(file, bytes, size);
    close(file);
    if (!mine) {
        return file_fault(outcome, path, "a key that others may read; its mode must be 0600");
    }
    return whole ? STATUS_OK : file_fault(outcome, path, "does not hold a key");
}

static enum status sync_folder(struct outcome *outcome, const char *path)
{
    errno = 0;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0) {
        close(folder);
    }
    return synced ? STATUS_OK : file_fault(outcome, path, "cannot be synced");
}

/* ---- opening ---- */

/* A store that has been in use has attachments.db. To make new keys for it would hide that the old
 * ones, and with them all that is sealed, are gone. */
static bool is_used(const struct store *store, struct arena *arena)
{
    return access(str_cstr(arena, store_path(store, arena, STR("attachments.db"))), F_OK) == 0;
}

static enum status load_secret(const struct store *store, struct outcome *outcome, struct str name,
                               unsigned char *bytes, size_t size, bool *ret_made)
{
    struct arena *arena = outcome->arena;
    const char *path = str_cstr(arena, store_path(store, arena, name));
    bool there;
    *ret_made = false;
    TRY(read_key(outcome, path, bytes, size, &there));
    if (there) {
        return STATUS_OK;
    }
    if (is_used(store, arena)) {
        errno = ENOENT;
        return file_fault(outcome, path, "the key of this store is missing; restore it");
    }
    *ret_made = true;
    return STATUS_OK;
}

static enum status load_random(const struct store *store, struct outcome *outcome, struct str name,
                               unsigned char *bytes, size_t size)
{
    bool made;
    TRY(load_secret(store, outcome, name, bytes, size, &made));
    if (!made) {
        return STATUS_OK;
    }
    randombytes_buf(bytes, size);
    return write_key(outcome, str_cstr(outcome->arena, store_path(store, outcome->arena, name)),
                     bytes, size);
}

static enum status load_signing(const struct store *store, struct outcome *outcome,
                                struct store_keys *keys)
{
    struct arena *arena = outcome->arena;
    struct str name = STR("keys/sign-1.key");
    bool made;
    TRY(load_secret(store, outcome, name, keys->sign, sizeof(keys->sign), &made));
    if (made) {
        crypto_sign_keypair(keys->sign_public, keys->sign);
        TRY(write_key(outcome, str_cstr(arena, store_path(store, arena, STR("keys/sign-1.pub"))),
                      keys->sign_public, sizeof(keys->sign_public)));
        TRY(write_key(outcome, str_cstr(arena, store_path(store, arena, name)), keys->sign,
                      sizeof(keys->sign)));
    }
    crypto_sign_ed25519_sk_to_pk(keys->sign_public, keys->sign);
    return STATUS_OK;
}

static enum status load_all(const struct store *store, struct outcome *outcome,
                            struct store_keys *keys)
{
    struct arena *arena = outcome->arena;
    const char *folder = str_cstr(arena, store_path(store, arena, STR("keys")));
    errno = 0;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return file_fault(outcome, folder, "cannot be made");
    }
    TRY(load_random(store, outcome, STR("keys/data-1.key"), keys->data, sizeof(keys->data)));
    TRY(load_random(store, outcome, STR("keys/index-1.key"), keys->index, sizeof(keys->index)));
    TRY(load_signing(store, outcome, keys));
    TRY(sync_folder(outcome, folder));
    for (unsigned i = 0; i < KEY_PURPOSE__COUNT; i++) {
        crypto_kdf_derive_from_key(keys->purpose[i], KEYS_SECRET_SIZE, i + 1, "hearthSE",
                                   keys->data);
    }
    return STATUS_OK;
}

enum status keys_open(struct store *store, struct outcome *outcome)
{
    if (sodium_init() < 0) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("no source of randomness"));
    }
    struct store_keys *keys = sodium_malloc(sizeof(*keys));
    if (keys == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no guarded memory for keys"));
    }
    sodium_memzero(keys, sizeof(*keys));
    enum status status = load_all(store, outcome, keys);
    if (status != STATUS_OK) {
        sodium_free(keys);
        return status;
    }
    sodium_mprotect_readonly(keys);
    store->keys = keys;
    return STATUS_OK;
}

void keys_close(struct store *store)
{
    sodium_free(store->keys);
    store->keys = NULL;
}

/* ---- sealing ---- */

const unsigned char *keys_secret(const struct store_keys *keys, enum key_purpose purpose)
{
    CHECK(purpose < KEY_PURPOSE__COUNT);
    return keys->purpose[purpose];
}

struct str keys_seal(const struct store_keys *keys, struct arena *arena, enum key_purpose purpose,
                     struct str bound, struct str plain)
{
    size_t size = SEALED_LEAST + plain.n;
    void *memory = arena_alloc(arena, size);
    unsigned char *sealed = memory;
    unsigned char *nonce = sealed + 1;
    sealed[0] = KEY_NUMBER;
    randombytes_buf(nonce, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_SIZE, NULL, keys_bytes(plain), plain.n,
                                               keys_bytes(bound), bound.n, NULL, nonce,
                                               keys_secret(keys, purpose));
    return (struct str){memory, size};
}

enum status keys_unseal(const struct store_keys *keys, struct arena *arena,
                        enum key_purpose purpose, struct str bound, struct str sealed,
                        struct str *ret_plain)
{
    const unsigned char *bytes = keys_bytes(sealed);
    if (sealed.n < SEALED_LEAST || bytes[0] != KEY_NUMBER) {
        return STATUS_INTERNAL;
    }
    size_t size = sealed.n - SEALED_LEAST;
    void *plain = arena_alloc(arena, size);
    const unsigned char *nonce = bytes + 1;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, nonce + NONCE_SIZE,
                                                   size + TAG_SIZE, keys_bytes(bound), bound.n,
                                                   nonce, keys_secret(keys, purpose)) != 0) {
        return STATUS_INTERNAL;
    }
    *ret_plain = (struct str){plain, size};
    return STATUS_OK;
}

struct str keys_blind(const struct store_keys *keys, struct arena *arena, struct str purpose,
                      struct str value)
{
    unsigned char key[KEYS_SECRET_SIZE];
    void *digest = arena_alloc(arena, KEYS_DIGEST_SIZE);
    crypto_generichash(key, sizeof(key), keys_bytes(purpose), purpose.n, keys->index,
                       sizeof(keys->index));
    crypto_generichash(digest, KEYS_DIGEST_SIZE, keys_bytes(value), value.n, key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    return (struct str){digest, KEYS_DIGEST_SIZE};
}

/* ---- signing ---- */

int64_t keys_signing_number(const struct store_keys *keys)
{
    (void)keys;
    return KEY_NUMBER;
}

void keys_sign(const struct store_keys *keys, const unsigned char digest[KEYS_DIGEST_SIZE],
               unsigned char ret_signature[KEYS_SIGNATURE_SIZE])
{
    crypto_sign_detached(ret_signature, NULL, digest, KEYS_DIGEST_SIZE, keys->sign);
}

bool keys_verify(const struct store_keys *keys, int64_t number,
                 const unsigned char digest[KEYS_DIGEST_SIZE], struct str signature)
{
    return number == KEY_NUMBER && signature.n == KEYS_SIGNATURE_SIZE &&
           crypto_sign_verify_detached(keys_bytes(signature), digest, KEYS_DIGEST_SIZE,
                                       keys->sign_public) == 0;
}
