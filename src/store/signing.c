#include "store/signing.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/files.h"
#include "store/installation.h"

#define NUMBER_MOST 1000
#define PUBLIC_SIZE crypto_sign_PUBLICKEYBYTES
#define SECRET_SIZE crypto_sign_SECRETKEYBYTES
#define ENDS_MOST ((size_t)4 * 1024 * 1024)

_Static_assert(KEYS_SIGNATURE_SIZE == crypto_sign_BYTES, "Ed25519");

/* The key that signs; its secret half in guarded memory, which is wiped when freed. */
struct signing {
    int64_t number;
    unsigned char *secret;
};

static struct str view_of(const void *bytes, size_t size)
{
    return (struct str){bytes, size};
}

/* ---- files ---- */

static struct str path_of(const struct store *store, struct arena *arena, int64_t number,
                          struct str ending)
{
    return store_path(
        store, arena,
        STR_JOIN(arena, STR("keys/sign-"), str_from_int(arena, number), STR("."), ending));
}

struct str signing_end_path(const struct store *store, struct arena *arena, int64_t number)
{
    return path_of(store, arena, number, STR("end"));
}

static bool is_there(struct arena *arena, struct str path)
{
    return access(str_cstr(arena, path), F_OK) == 0;
}

/* The first key that has not ended. */
static int64_t number_in_force(const struct store *store, struct arena *arena)
{
    int64_t number = 1;
    while (number < NUMBER_MOST && is_there(arena, signing_end_path(store, arena, number))) {
        number++;
    }
    return number;
}

/* The public half first: a secret one that is there can be judged by. */
static enum status make_key(const struct store *store, struct outcome *outcome, int64_t number)
{
    struct arena *arena = outcome->arena;
    unsigned char public[PUBLIC_SIZE], secret[SECRET_SIZE];
    crypto_sign_keypair(public, secret);
    enum status status = file_replace(outcome, path_of(store, arena, number, STR("pub")),
                                      view_of(public, sizeof(public)));
    if (status == STATUS_OK) {
        status = file_replace(outcome, path_of(store, arena, number, STR("key")),
                              view_of(secret, sizeof(secret)));
    }
    sodium_memzero(secret, sizeof(secret));
    return status;
}

/* ---- opening ---- */

static enum status read_secret(const struct store *store, struct outcome *outcome, int64_t number,
                               unsigned char *secret)
{
    struct str path = path_of(store, outcome->arena, number, STR("key"));
    bool there;
    TRY(file_read_secret(outcome, path, secret, SECRET_SIZE, &there));
    return there ? STATUS_OK : file_missing(outcome, path);
}

static enum status load(const struct store *store, struct outcome *outcome, struct signing *signing)
{
    struct arena *arena = outcome->arena;
    signing->number = number_in_force(store, arena);
    if (signing->number == 1 && !store_is_used(store, arena) &&
        !is_there(arena, path_of(store, arena, 1, STR("key")))) {
        TRY(make_key(store, outcome, 1));
    }
    return read_secret(store, outcome, signing->number, signing->secret);
}

enum status signing_open(struct store *store, struct outcome *outcome)
{
    struct signing *signing = calloc(1, sizeof(*signing));
    unsigned char *secret = sodium_malloc(SECRET_SIZE);
    if (signing == NULL || secret == NULL) {
        free(signing);
        sodium_free(secret);
        return outcome_fault(outcome, STATUS_BUSY, STR("no guarded memory for keys"));
    }
    signing->secret = secret;
    store->signing = signing;
    enum status status = load(store, outcome, signing);
    if (status != STATUS_OK) {
        signing_close(store);
        return status;
    }
    sodium_mprotect_readonly(secret);
    return STATUS_OK;
}

void signing_close(struct store *store)
{
    if (store->signing != NULL) {
        sodium_free(store->signing->secret);
        free(store->signing);
    }
    store->signing = NULL;
}

/* ---- signing ---- */

static struct str sign(struct arena *arena, const unsigned char *secret, struct str head)
{
    unsigned char signature[KEYS_SIGNATURE_SIZE];
    CHECK(head.n == KEYS_DIGEST_SIZE);
    crypto_sign_detached(signature, NULL, keys_bytes(head), head.n, secret);
    return str_copy(arena, view_of(signature, sizeof(signature)));
}

void signing_sign(const struct store *store, struct arena *arena, struct block *block)
{
    block->signing_key = store->signing->number;
    block->signature = sign(arena, store->signing->secret, block->head);
}

/* ---- from one key to the next ---- */

/* The last block of each chain, signed by the next key. Only the sealer adds blocks, so that none
 * comes while it reads. */
static enum status sign_ends(struct store *store, struct arena *arena, const struct signing *next,
                             struct buf *lines)
{
    struct store_reader *reader;
    struct db_statement *q;
    TRY(store_read_begin(store, arena, &reader));
    enum status status = db_named(reader->db, SQL_LIST_LAST_BLOCKS, arena, &q);
    while (status == STATUS_OK && db_next(q)) {
        struct block block = {.agency = db_uuid(q, 0),
                              .number = db_int(q, 1),
                              .head = db_blob(q, 2),
                              .signing_key = next->number};
        block.signature = sign(arena, next->secret, block.head);
        checkpoint_line(arena, lines, &block);
    }
    if (status == STATUS_OK) {
        status = db_finish(q);
    }
    store_read_end(reader);
    return status;
}

/* The two change places. */
static void use_key(struct store *store, struct signing *next)
{
    struct signing old = *store->signing;
    *store->signing = *next;
    *next = old;
}

/* The end is on the disk before anything is signed with the next key; only then is the secret half
 * of the old one of no more use to anybody but a forger. */
static enum status end_key(struct store *store, struct outcome *outcome, struct signing *next)
{
    struct signing *signing = store->signing;
    struct arena *arena = outcome->arena;
    struct buf lines;
    buf_init(&lines, arena, ENDS_MOST);
    TRY(sign_ends(store, arena, next, &lines));
    CHECK(!lines.overrun);
    TRY(file_replace(outcome, signing_end_path(store, arena, signing->number), buf_str(&lines)));
    (void)unlink(str_cstr(arena, path_of(store, arena, signing->number, STR("key"))));
    use_key(store, next);
    return checkpoints_add(store, buf_str(&lines), outcome);
}

enum status signing_take_up(struct store *store, struct outcome *outcome)
{
    struct signing next = {.number = store->signing->number + 1};
    if (!is_there(outcome->arena, path_of(store, outcome->arena, next.number, STR("key")))) {
        return STATUS_OK;
    }
    next.secret = sodium_malloc(SECRET_SIZE);
    if (next.secret == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no guarded memory for keys"));
    }
    struct str end = signing_end_path(store, outcome->arena, store->signing->number);
    enum status status = read_secret(store, outcome, next.number, next.secret);
    if (status == STATUS_OK) {
        sodium_mprotect_readonly(next.secret);
        if (is_there(outcome->arena, end)) { /* another server that works in this folder was here */
            use_key(store, &next);
        } else {
            status = end_key(store, outcome, &next);
        }
    }
    sodium_free(next.secret);
    return status;
}

/* ---- beside a store that may be open elsewhere ---- */

static enum status find_store(struct store *store, struct str directory, struct outcome *outcome)
{
    *store = (struct store){.options.directory = directory};
    return store_is_used(store, outcome->arena)
               ? STATUS_OK
               : outcome_fault(outcome, STATUS_NOT_FOUND,
                               STR_JOIN(outcome->arena, STR("there is no store in "), directory));
}

enum status store_signing_keys(struct str directory, struct outcome *outcome, int64_t *ret_number,
                               bool *ret_next_waits)
{
    struct store *store = ARENA_NEW(outcome->arena, struct store);
    TRY(find_store(store, directory, outcome));
    *ret_number = number_in_force(store, outcome->arena);
    *ret_next_waits =
        is_there(outcome->arena, path_of(store, outcome->arena, *ret_number + 1, STR("key")));
    return STATUS_OK;
}

enum status store_signing_rotate(struct str directory, struct outcome *outcome, int64_t *ret_number)
{
    struct store *store = ARENA_NEW(outcome->arena, struct store);
    bool waits;
    TRY(store_signing_keys(directory, outcome, ret_number, &waits));
    TRY(find_store(store, directory, outcome));
    if (waits || *ret_number + 1 >= NUMBER_MOST) {
        return outcome_fault(outcome, STATUS_REFUSED,
                             waits ? STR("the next key waits already: the server takes it up when "
                                         "it seals history next")
                                   : STR("there have been 1000 keys"));
    }
    *ret_number += 1;
    return make_key(store, outcome, *ret_number);
}

/* ---- the book ---- */

/* Up to where a key that has ended is good for a chain. */
struct signing_limit {
    struct uuid agency;
    int64_t number;
};
struct book_key {
    bool ended;
    unsigned char public[PUBLIC_SIZE];
    LIST(struct signing_limit) limits;
};
struct signing_book {
    LIST(struct book_key) keys; /* by number - 1 */
};

static const struct book_key *key_of(const struct signing_book *book, int64_t number)
{
    return number >= 1 && (uint64_t)number <= book->keys.count ? &book->keys.items[number - 1]
                                                               : NULL;
}

static bool is_signed(const struct book_key *key, struct str head, struct str signature)
{
    return key != NULL && head.n == KEYS_DIGEST_SIZE && signature.n == KEYS_SIGNATURE_SIZE &&
           crypto_sign_verify_detached(keys_bytes(signature), keys_bytes(head), head.n,
                                       key->public) == 0;
}

bool signing_signed(const struct signing_book *book, const struct checkpoint *checkpoint)
{
    return is_signed(key_of(book, checkpoint->key), view_of(checkpoint->head, KEYS_DIGEST_SIZE),
                     view_of(checkpoint->signature, KEYS_SIGNATURE_SIZE));
}

/* A line that the next key did not sign gives the old one nothing. */
static enum status read_limits(const struct store *store, struct arena *arena,
                               struct signing_book *book, int64_t number)
{
    struct book_key *key = &book->keys.items[number - 1];
    struct outcome outcome;
    struct str rest, line;
    outcome_init(&outcome, arena);
    enum status status =
        file_read(&outcome, signing_end_path(store, arena, number), ENDS_MOST, &rest);
    key->ended = status != STATUS_NOT_FOUND;
    while (status == STATUS_OK && str_split(&rest, '\n', &line)) {
        struct checkpoint checkpoint;
        if (checkpoint_parse(line, &checkpoint) && checkpoint.key == number + 1 &&
            signing_signed(book, &checkpoint)) {
            struct signing_limit limit = {checkpoint.agency, checkpoint.number};
            LIST_PUSH(arena, &key->limits, limit);
        }
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status read_public(const struct store *store, struct arena *arena,
                               struct signing_book *book, int64_t number)
{
    struct book_key key = {.ended = false};
    struct outcome outcome;
    struct str bytes;
    outcome_init(&outcome, arena);
    TRY(file_read(&outcome, path_of(store, arena, number, STR("pub")), PUBLIC_SIZE, &bytes));
    if (bytes.n != PUBLIC_SIZE) {
        return STATUS_INTERNAL;
    }
    memcpy(key.public, bytes.p, PUBLIC_SIZE);
    LIST_PUSH(arena, &book->keys, key);
    return STATUS_OK;
}

enum status signing_book_read(const struct store *store, struct arena *arena,
                              struct signing_book **ret_book)
{
    struct signing_book *book = *ret_book = ARENA_NEW(arena, struct signing_book);
    enum status status = STATUS_OK;
    for (int64_t number = 1; status == STATUS_OK && number < NUMBER_MOST; number++) {
        status = read_public(store, arena, book, number);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    for (size_t i = 0; i < book->keys.count; i++) {
        TRY(read_limits(store, arena, book, (int64_t)i + 1));
    }
    return STATUS_OK;
}

static bool is_within(const struct book_key *key, const struct block *block)
{
    for (size_t i = 0; i < key->limits.count; i++) {
        if (uuid_eq(key->limits.items[i].agency, block->agency)) {
            return block->number <= key->limits.items[i].number;
        }
    }
    return !key->ended;
}

struct str signing_judge(const struct signing_book *book, const struct block *block)
{
    const struct book_key *key = key_of(book, block->signing_key);
    if (!is_signed(key, block->head, block->signature)) {
        return STR("its signature is not that of this store");
    }
    return is_within(key, block) ? STR("")
                                 : STR("it is signed with a key that had ended before it");
}
