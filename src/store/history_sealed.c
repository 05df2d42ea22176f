/* Sealed values in history. The content of a change row, which its digest and so the signed chain
 * cover, has of a sealed value a commitment: BLAKE2b-256 over a random salt and the text. Salt and
 * text are kept sealed beside it, in table history_sealed, under the commitment. So keys can change
 * and a value can be expunged while the chain stays as it was written, and what is opened is known
 * to be what was committed to. */
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/history.h"
#include "store/keys.h"
#include "store/sealed.h"

#define SALT_SIZE 16

struct str history_bound(struct arena *arena, struct uuid change, struct uuid record,
                         struct str name)
{
    return STR_JOIN(arena, STR("history "), uuid_text(arena, change), STR(" "),
                    uuid_text(arena, record), STR(" "), name);
}

static struct str commitment_of(struct arena *arena, struct str salted)
{
    void *digest = arena_alloc(arena, KEYS_DIGEST_SIZE);
    crypto_generichash(digest, KEYS_DIGEST_SIZE, keys_bytes(salted), salted.n, NULL, 0);
    return (struct str){digest, KEYS_DIGEST_SIZE};
}

struct str history_commit(struct arena *arena, struct history_texts *texts, struct str name,
                          struct str text)
{
    char salt[SALT_SIZE];
    struct buf hex;
    store_random(salt, sizeof(salt));
    struct history_text committed = {
        .name = name, .salted = STR_JOIN(arena, ((struct str){salt, SALT_SIZE}), text)};
    committed.commitment = commitment_of(arena, committed.salted);
    LIST_PUSH(arena, &texts->items, committed);
    buf_init(&hex, arena, 2 * KEYS_DIGEST_SIZE);
    buf_hex(&hex, committed.commitment.p, committed.commitment.n);
    return buf_str(&hex);
}

enum status history_texts_write(struct uow *uow, const struct record *record,
                                const struct history_texts *texts)
{
    for (size_t i = 0; i < texts->items.count; i++) {
        const struct history_text *text = &texts->items.items[i];
        struct str bound = history_bound(uow->arena, uow->change, record->subject.id, text->name);
        struct db_statement *q;
        TRY(db_named(uow->db, SQL_ADD_HISTORY_SEALED, uow->arena, &q));
        db_bind_blob(q, 1, text->commitment);
        db_bind_uuid(q, 2, record->subject.id);
        db_bind_uuid(q, 3, uow->change);
        db_bind_text(q, 4, text->name);
        db_bind_blob(q, 5, keys_seal(uow->store->keys, uow->arena, KEY_FIELD, bound, text->salted));
        TRY(db_run(q));
    }
    return STATUS_OK;
}

enum status history_text_open(struct store_reader *reader, struct uuid record, struct str hex,
                              struct str *ret_text)
{
    struct arena *arena = reader->arena;
    unsigned char commitment[KEYS_DIGEST_SIZE];
    const void *bytes = commitment;
    size_t size = 0;
    struct str sealed = {0}, bound = {0}, salted;
    struct db_statement *q;
    if (sodium_hex2bin(commitment, sizeof(commitment), hex.p, hex.n, NULL, &size, NULL) != 0 ||
        size != sizeof(commitment)) {
        return STATUS_INTERNAL;
    }
    TRY(db_named(reader->db, SQL_FIND_HISTORY_SEALED, arena, &q));
    db_bind_blob(q, 1, (struct str){bytes, sizeof(commitment)});
    if (db_next(q)) {
        bound = history_bound(arena, db_uuid(q, 0), record, db_text(q, 1));
        sealed = db_blob(q, 2);
    }
    TRY(db_finish(q));
    if (sealed.n == 0) {
        return STATUS_NOT_FOUND;
    }
    TRY(keys_unseal(reader->store->keys, arena, KEY_FIELD, bound, sealed, &salted));
    struct str found = commitment_of(arena, salted);
    if (salted.n < SALT_SIZE || memcmp(found.p, commitment, sizeof(commitment)) != 0) {
        return STATUS_INTERNAL;
    }
    *ret_text = str_slice(salted, SALT_SIZE, salted.n);
    return STATUS_OK;
}
