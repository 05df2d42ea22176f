/* Pictures and scans: sealed pieces in a file of their own, DIR/attachments.db, so that the
 * database of records stays small and quick to back up.
 *
 * A file is judged, digested and sealed on the thread of whoever brings it, some pieces in a
 * transaction of their own, so that 25 MB hold up neither the writer nor another file. The unit of
 * work that follows only names it in the main database: there are pieces that nobody names, when it
 * comes to nothing or after a crash, never a name without its pieces. Such orphans are swept a day
 * later. Each attachment is one secretstream of 64 KiB pieces bound to its id: a piece that is
 * changed, left out, moved or put into another attachment does not open. It has a key of its own,
 * which is kept sealed beside its name: when the keys of the store change, only that is sealed
 * anew. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "db/named.h"
#include "rule/offered.h"
#include "store/attachment.h"
#include "store/attachment_type.h"
#include "store/care.h"
#include "store/home.h"
#include "store/kernel.h"
#include "store/keys.h"
#include "store/sealed.h"

#define PIECE_SIZE ((size_t)64 * 1024)
#define PIECES_AT_ONCE 16
#define SEALED_EXTRA crypto_secretstream_xchacha20poly1305_ABYTES
#define HEAD_SIZE crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define FILE_KEY_SIZE crypto_secretstream_xchacha20poly1305_KEYBYTES
#define DIGEST_SIZE 32
#define NAME_MOST ((size_t)200)
#define READERS_MAX 2
#define SWEPT_AT_A_TIME 200

struct attachments {
    const struct store *store;
    pthread_mutex_t writing;
    struct db *writer; /* under writing */
    /* reading */
    pthread_mutex_t lock;
    pthread_cond_t given_back;
    struct db *readers[READERS_MAX]; /* idle ones; NULL: in use or not opened yet */
    unsigned in_use;                 /* under the lock */
};

struct str attachment_bound(struct arena *arena, struct uuid attachment, struct str part)
{
    return STR_JOIN(arena, part, STR(" "), uuid_text(arena, attachment));
}

/* ---- what is taken ---- */

static enum status refuse(struct outcome *outcome, const struct store_upload *upload,
                          enum status status, struct str code, struct str message)
{
    outcome_problem(outcome, status, upload->where, code, message);
    return status;
}

/* "pictures (PNG, JPEG, HEIC) and PDF files" */
static struct str takes_words(struct arena *arena, uint32_t takes)
{
    struct buf words;
    buf_init(&words, arena, 300);
    for (unsigned kind = 0; kind < FILE_KIND__COUNT; kind++) {
        if (takes & 1u << kind) {
            BUF_ADD(&words, words.n > 0 ? STR(" or ") : STR(""),
                    model_file_kind_words((enum model_file_kind)kind));
        }
    }
    return buf_str(&words);
}

static enum status judge(struct outcome *outcome, const struct store_upload *upload,
                         enum attachment_type *ret_type)
{
    if (upload->bytes.n == 0) {
        return refuse(outcome, upload, STATUS_UNSUPPORTED, STR("empty"),
                      STR("This file is empty: nothing of it arrived. Choose it again."));
    }
    if (upload->bytes.n > STORE_ATTACHMENT_MAX) {
        return refuse(outcome, upload, STATUS_TOO_LARGE, STR("too_large"),
                      STR("This file is larger than 25 MB. Choose a smaller one, or divide it."));
    }
    *ret_type = attachment_type(upload->bytes);
    if (*ret_type == ATTACHMENT_BROKEN) {
        return refuse(outcome, upload, STATUS_UNSUPPORTED, STR("damaged"),
                      STR("This file is damaged or did not arrive whole. Choose it again."));
    }
    if (*ret_type == ATTACHMENT_HUGE) {
        return refuse(outcome, upload, STATUS_UNSUPPORTED, STR("too_many_pixels"),
                      STR("This picture has more than 100 million pixels. Save it smaller."));
    }
    enum model_file_kind kind = attachment_kind(*ret_type);
    if (kind < FILE_KIND__COUNT && (upload->takes & 1u << kind)) {
        return STATUS_OK;
    }
    return refuse(outcome, upload, STATUS_UNSUPPORTED, STR("wrong_kind"),
                  STR_JOIN(outcome->arena, STR("Here go "),
                           takes_words(outcome->arena, upload->takes), STR(". This is "),
                           kind < FILE_KIND__COUNT ? STR("one of the ") : STR("something else"),
                           kind < FILE_KIND__COUNT ? model_file_kind_words(kind) : STR(""),
                           STR(": save it as one of them, or choose another.")));
}

/* ---- pieces ---- */

/* A file that is being sealed. The head of the stream is piece 0; the last piece is marked as such,
 * so that none can be missing at the end. */
struct sealing {
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char head[HEAD_SIZE];
    unsigned char sealed[PIECE_SIZE + SEALED_EXTRA];
    struct uuid id;
    struct str rest; /* not sealed yet */
    int64_t number;  /* of the next piece */
};

static enum status add_chunk(struct attachments *files, struct arena *arena,
                             struct sealing *sealing, const void *bytes, size_t size)
{
    struct db_statement *q;
    TRY(db_named(files->writer, SQL_ADD_ATTACHMENT_CHUNK, arena, &q));
    db_bind_uuid(q, 1, sealing->id);
    db_bind_int(q, 2, sealing->number++);
    db_bind_blob(q, 3, (struct str){bytes, size});
    return db_run(q);
}

static enum status add_piece(struct attachments *files, struct arena *arena,
                             struct sealing *sealing)
{
    struct str piece = str_slice(sealing->rest, 0, PIECE_SIZE);
    sealing->rest = str_slice(sealing->rest, piece.n, sealing->rest.n);
    crypto_secretstream_xchacha20poly1305_push(
        &sealing->state, sealing->sealed, NULL, keys_bytes(piece), piece.n, sealing->id.bytes,
        sizeof(sealing->id.bytes),
        sealing->rest.n == 0 ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    return add_chunk(files, arena, sealing, sealing->sealed, piece.n + SEALED_EXTRA);
}

static enum status add_some(struct attachments *files, struct arena *arena, struct sealing *sealing)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    TRY(db_begin(files->writer, DB_WRITE, &scope));
    if (sealing->number == 0) {
        TRY(add_chunk(files, arena, sealing, sealing->head, sizeof(sealing->head)));
    }
    for (unsigned i = 0; i < PIECES_AT_ONCE && sealing->rest.n > 0; i++) {
        TRY(add_piece(files, arena, sealing));
    }
    return db_commit(&scope);
}

static enum status add_all(struct attachments *files, struct sealing *sealing,
                           struct outcome *outcome)
{
    enum status status = STATUS_OK;
    while (sealing->rest.n > 0 && status == STATUS_OK) {
        /* Its own: a full arena of the caller would leave the lock held. */
        struct arena CLEANUP(arena_clear) arena;
        arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
        pthread_mutex_lock(&files->writing);
        status = add_some(files, &arena, sealing);
        if (status != STATUS_OK) {
            status = db_fault(files->writer, outcome);
        }
        db_reset(files->writer);
        pthread_mutex_unlock(&files->writing);
    }
    return status;
}

enum status store_file_seal(struct store *store, struct arena *arena,
                            const struct store_upload *upload, struct outcome *outcome,
                            struct store_file *ret_file)
{
    struct str bytes = upload->bytes;
    enum attachment_type type = ATTACHMENT_OTHER;
    unsigned char key[FILE_KEY_SIZE];
    const void *key_bytes = key;
    void *digest = arena_alloc(arena, DIGEST_SIZE);
    struct sealing *sealing = ARENA_NEW(arena, struct sealing);
    TRY(judge(outcome, upload, &type));
    struct uuid id = store_new_id(store);
    sealing->id = id;
    sealing->rest = bytes;
    crypto_generichash(digest, DIGEST_SIZE, keys_bytes(bytes), bytes.n, NULL, 0);
    crypto_secretstream_xchacha20poly1305_keygen(key);
    crypto_secretstream_xchacha20poly1305_init_push(&sealing->state, sealing->head, key);
    *ret_file = (struct store_file){
        .id = id,
        .type = attachment_media_type(type),
        .digest = {digest,    DIGEST_SIZE},
        .size = bytes.n,
        .name =
            keys_seal(store->keys, arena, KEY_ATTACHMENT, attachment_bound(arena, id, STR("name")),
                      utf8_prefix(upload->name, NAME_MOST)),
        .key =
            keys_seal(store->keys, arena, KEY_ATTACHMENT, attachment_bound(arena, id, STR("key")),
                      (struct str){key_bytes, sizeof(key)}
          ),
    };
    enum status status = add_all(store->attachments, sealing, outcome);
    sodium_memzero(&sealing->state, sizeof(sealing->state));
    sodium_memzero(key, sizeof(key));
    return status;
}

enum status uow_attach(struct uow *uow, const struct store_file *file)
{
    struct db_statement *q;
    struct uuid taken_by = uow->set.actor ? uow->set.actor->worker : (struct uuid){0};
    TRY(db_named(uow->db, SQL_ADD_ATTACHMENT, uow->arena, &q));
    db_bind_uuid(q, 1, file->id);
    db_bind_text(q, 2, file->type);
    db_bind_blob(q, 3, file->name);
    db_bind_blob(q, 4, file->digest);
    db_bind_int(q, 5, (int64_t)file->size);
    db_bind_uuid(q, 6, taken_by);
    db_bind_int(q, 7, uow->set.now.ms);
    db_bind_blob(q, 8, file->key);
    files_bring(&uow->set, file->id);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

/* ---- sweeping ---- */

/* Some ids of the file, in order; orphans are those that the database did not name. */
struct sweep {
    struct instant until; /* younger ones may be on their way to be named */
    struct uuid after;
    struct uuid orphans[SWEPT_AT_A_TIME];
    size_t seen, orphan_count;
};

/* When an id was made: UUIDv7 begins with it. */
static int64_t made_ms(struct uuid id)
{
    int64_t ms = 0;
    for (unsigned i = 0; i < 6; i++) {
        ms = ms << 8 | id.bytes[i];
    }
    return ms;
}

static enum status is_named(struct uow *uow, struct uuid id, bool *ret_named)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_ATTACHMENT, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    *ret_named = db_next(q);
    return db_finish(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

static enum status list_ids(struct attachments *files, struct arena *arena, struct sweep *sweep)
{
    struct db_statement *q;
    sweep->seen = 0;
    TRY(db_named(files->writer, SQL_LIST_ATTACHMENT_CHUNKS, arena, &q));
    db_bind_uuid(q, 1, sweep->after);
    db_bind_int(q, 2, SWEPT_AT_A_TIME);
    while (sweep->seen < SWEPT_AT_A_TIME && db_next(q)) {
        sweep->orphans[sweep->seen++] = db_uuid(q, 0);
    }
    return db_finish(q);
}

/* Which of those that were listed are old and nobody's. */
static enum status sweep_find(struct uow *uow, void *input)
{
    struct sweep *sweep = input;
    sweep->orphan_count = 0;
    for (size_t i = 0; i < sweep->seen; i++) {
        struct uuid id = sweep->orphans[i];
        bool named = true;
        if (made_ms(id) < sweep->until.ms) {
            TRY(is_named(uow, id, &named));
        }
        if (!named) {
            sweep->orphans[sweep->orphan_count++] = id;
        }
        sweep->after = id;
    }
    return STATUS_OK;
}

static enum status remove_pieces(struct attachments *files, struct arena *arena,
                                 const struct sweep *sweep)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    TRY(db_begin(files->writer, DB_WRITE, &scope));
    for (size_t i = 0; i < sweep->orphan_count; i++) {
        struct db_statement *q;
        TRY(db_named(files->writer, SQL_REMOVE_ATTACHMENT_CHUNKS, arena, &q));
        db_bind_uuid(q, 1, sweep->orphans[i]);
        TRY(db_run(q));
    }
    return db_commit(&scope);
}

/* With the file to itself. */
static enum status alone(struct attachments *files, struct arena *arena, struct sweep *sweep,
                         enum status (*list)(struct attachments *, struct arena *, struct sweep *),
                         struct outcome *outcome)
{
    pthread_mutex_lock(&files->writing);
    enum status status =
        list != NULL ? list(files, arena, sweep) : remove_pieces(files, arena, sweep);
    if (status != STATUS_OK) {
        status = db_fault(files->writer, outcome);
    }
    db_reset(files->writer);
    pthread_mutex_unlock(&files->writing);
    return status;
}

enum status attachments_sweep(struct store *store, struct outcome *outcome)
{
    struct attachments *files = store->attachments;
    struct sweep *sweep = ARENA_NEW(outcome->arena, struct sweep);
    sweep->until.ms = store_now(store).ms - DAY_MS;
    do {
        struct arena CLEANUP(arena_clear) arena;
        arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
        TRY(alone(files, &arena, sweep, list_ids, outcome));
        size_t listed = sweep->seen;
        TRY(care_run(store, sweep_find, sweep, outcome));
        if (sweep->orphan_count > 0) {
            TRY(alone(files, &arena, sweep, NULL, outcome));
        }
        sweep->seen = listed;
    } while (sweep->seen == SWEPT_AT_A_TIME);
    return STATUS_OK;
}

/* ---- reading ---- */

/* A connection to the file; opened when first wanted, waited for when all are in use. */
static enum status borrow(struct attachments *files, struct outcome *outcome, struct db **ret_db)
{
    struct db_options options = {.role = DB_READER, .cache_kib = 1024};
    struct db *db = NULL;
    pthread_mutex_lock(&files->lock);
    while (files->in_use == READERS_MAX) {
        pthread_cond_wait(&files->given_back, &files->lock);
    }
    files->in_use++;
    for (unsigned i = 0; i < READERS_MAX && !db; i++) {
        db = files->readers[i];
        files->readers[i] = NULL;
    }
    pthread_mutex_unlock(&files->lock);
    *ret_db = db;
    if (db) {
        return STATUS_OK;
    }
    return home_connect(files->store, ATTACHMENTS_DATABASE, options, outcome, ret_db);
}

static void give_back(struct attachments *files, struct db *db)
{
    if (db) {
        db_reset(db);
    }
    pthread_mutex_lock(&files->lock);
    for (unsigned i = 0; i < READERS_MAX && db; i++) {
        if (!files->readers[i]) {
            files->readers[i] = db;
            db = NULL;
        }
    }
    files->in_use--;
    pthread_cond_signal(&files->given_back);
    pthread_mutex_unlock(&files->lock);
}

/* A file that is being opened. */
struct store_stream {
    struct attachments *files;
    struct uuid id;
    crypto_secretstream_xchacha20poly1305_state state;
    crypto_generichash_state seen; /* over all that was opened */
    unsigned char digest[DIGEST_SIZE];
    unsigned char piece[PIECE_SIZE];
    size_t at, count; /* what is left of the piece */
    size_t size, got; /* of the file; opened so far */
    int64_t next;     /* number of the piece that must come */
    bool ended;
};

static bool digest_fits(struct store_stream *stream)
{
    unsigned char found[DIGEST_SIZE];
    crypto_generichash_final(&stream->seen, found, sizeof(found));
    return memcmp(found, stream->digest, sizeof(found)) == 0;
}

/* The last piece is handed out only when all of them together are what the main database says. */
static bool open_piece(struct store_stream *stream, struct str sealed)
{
    unsigned char tag = 0;
    if (stream->ended || sealed.n < SEALED_EXTRA || sealed.n > PIECE_SIZE + SEALED_EXTRA ||
        sealed.n - SEALED_EXTRA > stream->size - stream->got ||
        crypto_secretstream_xchacha20poly1305_pull(&stream->state, stream->piece, NULL, &tag,
                                                   keys_bytes(sealed), sealed.n, stream->id.bytes,
                                                   sizeof(stream->id.bytes)) != 0) {
        return false;
    }
    stream->at = 0;
    stream->count = sealed.n - SEALED_EXTRA;
    stream->got += stream->count;
    stream->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    crypto_generichash_update(&stream->seen, stream->piece, stream->count);
    bool whole = stream->got == stream->size;
    return stream->ended == whole && (!whole || digest_fits(stream));
}

/* The head of the stream is piece 0. */
static bool open_head(struct store_stream *stream, struct str key, struct str head)
{
    crypto_generichash_init(&stream->seen, NULL, 0, DIGEST_SIZE);
    return head.n == HEAD_SIZE && key.n == FILE_KEY_SIZE &&
           crypto_secretstream_xchacha20poly1305_init_pull(&stream->state, keys_bytes(head),
                                                           keys_bytes(key)) == 0;
}

/* key: of the head; empty for what follows it. */
static enum status read_piece(struct db *db, struct arena *arena, struct store_stream *stream,
                              struct str key)
{
    struct db_statement *q;
    bool good = false;
    TRY(db_named(db, SQL_FIND_ATTACHMENT_CHUNK, arena, &q));
    db_bind_uuid(q, 1, stream->id);
    db_bind_int(q, 2, stream->next);
    if (db_next(q)) {
        struct str sealed = db_blob_view(q, 0);
        good = stream->next == 0 ? open_head(stream, key, sealed) : open_piece(stream, sealed);
    }
    stream->next++;
    TRY(db_finish(q));
    return good ? STATUS_OK : STATUS_INTERNAL;
}

static enum status next_piece(struct store_stream *stream, struct str key)
{
    struct arena CLEANUP(arena_clear) arena;
    struct outcome outcome;
    struct db *db;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&outcome, &arena);
    enum status status = borrow(stream->files, &outcome, &db);
    if (status == STATUS_OK) {
        status = read_piece(db, &arena, stream, key);
    }
    give_back(stream->files, db);
    return status;
}

ptrdiff_t store_stream_read(struct store_stream *stream, char *bytes, size_t most)
{
    while (stream->count == 0) {
        if (stream->ended) {
            return 0;
        }
        if (next_piece(stream, STR("")) != STATUS_OK) {
            return -1;
        }
    }
    size_t n = most < stream->count ? most : stream->count;
    memcpy(bytes, stream->piece + stream->at, n);
    stream->at += n;
    stream->count -= n;
    return (ptrdiff_t)n;
}

struct store_stream *store_stream_close(struct store_stream *stream)
{
    if (stream != NULL) {
        sodium_memzero(stream, sizeof(*stream));
        free(stream);
    }
    return NULL;
}

/* Pieces open in order only, so what lies before is opened and left out: 25 MB take no longer than
 * the disk. */
static enum status skip_to(struct store_stream *stream, size_t from)
{
    while (stream->got <= from && !stream->ended) {
        TRY(next_piece(stream, STR("")));
    }
    size_t left = stream->got - from;
    if (left > stream->count) {
        return STATUS_INTERNAL;
    }
    stream->at += stream->count - left;
    stream->count = left;
    return STATUS_OK;
}

/* What the main database knows besides. */
struct found {
    struct str digest, key;
};

static struct str hex(struct arena *arena, struct str digest)
{
    struct buf text;
    buf_init(&text, arena, 2 * DIGEST_SIZE);
    buf_hex(&text, digest.p, digest.n);
    return buf_str(&text);
}

static enum status find(struct store_reader *reader, struct uuid id,
                        struct store_attachment *attachment, struct found *ret_found)
{
    struct db_statement *q;
    struct str name = {0}, key = {0};
    bool there = false;
    TRY(db_named(reader->db, SQL_FIND_ATTACHMENT, reader->arena, &q));
    db_bind_uuid(q, 1, id);
    if (db_next(q)) {
        there = true;
        attachment->type = db_text(q, 0);
        name = db_blob(q, 1);
        ret_found->digest = db_blob(q, 2);
        attachment->size = (size_t)db_int(q, 3);
        attachment->taken_by = db_uuid(q, 4);
        attachment->stored_at.ms = db_int(q, 5);
        key = db_blob(q, 6);
    }
    TRY(db_finish(q));
    if (!there) {
        return STATUS_NOT_FOUND;
    }
    attachment->digest = hex(reader->arena, ret_found->digest);
    TRY(keys_unseal(reader->store->keys, reader->arena, KEY_ATTACHMENT,
                    attachment_bound(reader->arena, id, STR("key")), key, &ret_found->key));
    return keys_unseal(reader->store->keys, reader->arena, KEY_ATTACHMENT,
                       attachment_bound(reader->arena, id, STR("name")), name, &attachment->name);
}

enum status store_attachment(struct store_reader *reader, struct uuid id,
                             struct store_attachment *ret_attachment)
{
    struct found found;
    *ret_attachment = (struct store_attachment){0};
    return find(reader, id, ret_attachment, &found);
}

enum status store_stream_open(struct store_reader *reader, struct uuid id, size_t from,
                              struct store_stream **ret_stream)
{
    struct store_attachment attachment = {0};
    struct found found;
    *ret_stream = NULL;
    TRY(find(reader, id, &attachment, &found));
    if (attachment.size > STORE_ATTACHMENT_MAX || from >= attachment.size ||
        found.digest.n != DIGEST_SIZE) {
        return STATUS_INTERNAL;
    }
    struct store_stream *stream = calloc(1, sizeof(*stream));
    if (stream == NULL) {
        return STATUS_BUSY;
    }
    stream->files = reader->store->attachments;
    stream->id = id;
    stream->size = attachment.size;
    memcpy(stream->digest, found.digest.p, DIGEST_SIZE);
    enum status status = next_piece(stream, found.key);
    if (status == STATUS_OK) {
        status = skip_to(stream, from);
    }
    if (status != STATUS_OK) {
        store_stream_close(stream);
        return status;
    }
    *ret_stream = stream;
    return STATUS_OK;
}

/* ---- opening the file ---- */

enum status attachments_open(struct store *store, struct outcome *outcome)
{
    struct attachments *files = calloc(1, sizeof(*files));
    if (files == NULL) {
        return outcome_fault(outcome, STATUS_BUSY, STR("no memory for attachments"));
    }
    pthread_mutex_init(&files->lock, NULL);
    pthread_mutex_init(&files->writing, NULL);
    pthread_cond_init(&files->given_back, NULL);
    files->store = store;
    store->attachments = files;
    struct db_options options = {
        .role = DB_WRITER, .create = true, .sync = store_sync(store), .cache_kib = 1024};
    enum status status =
        home_connect(store, ATTACHMENTS_DATABASE, options, outcome, &files->writer);
    if (status == STATUS_OK) {
        status = kernel_make(files->writer, &kernel_attachments, &store->arena, outcome);
    }
    if (status != STATUS_OK) {
        attachments_close(store);
    }
    return status;
}

void attachments_close(struct store *store)
{
    struct attachments *files = store->attachments;
    if (files == NULL) {
        return;
    }
    db_close(files->writer);
    for (unsigned i = 0; i < READERS_MAX; i++) {
        db_close(files->readers[i]);
    }
    pthread_mutex_destroy(&files->lock);
    pthread_mutex_destroy(&files->writing);
    pthread_cond_destroy(&files->given_back);
    free(files);
    store->attachments = NULL;
}

/* ---- upkeep ---- */

enum status attachments_checkpoint(struct store *store, struct outcome *outcome)
{
    struct db_options options = {.role = DB_KEEPER, .cache_kib = 512};
    struct db_checkpoint checkpoint;
    struct db *db;
    TRY(home_connect(store, ATTACHMENTS_DATABASE, options, outcome, &db));
    enum status status = db_checkpoint(db, DB_CHECKPOINT_PASSIVE, &checkpoint);
    if (status != STATUS_OK) {
        status = db_fault(db, outcome);
    }
    db_close(db);
    return status;
}
