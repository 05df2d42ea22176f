/* Sealing of history: rows that have been committed are gathered into blocks, one chain for each
 * agency. A block's head is a digest over its rows and the head before it, signed with a key that
 * is not in the database; heads are also written to checkpoints.log, which operations carries off
 * the host. No commit waits for any of it. */
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/care.h"
#include "store/files.h"
#include "store/signing.h"

#define ROWS_AT_A_TIME 1000
#define LINES_MOST ((size_t)1024 * 1024)

/* ---- digests ---- */

static struct str view_of(const void *bytes, size_t size)
{
    return (struct str){bytes, size};
}

/* Numbers go in as 8 bytes, highest first: nothing runs into the next. */
static void add_number(crypto_generichash_state *state, int64_t number)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    }
    crypto_generichash_update(state, bytes, sizeof(bytes));
}

static void add_digest(crypto_generichash_state *state, struct str digest)
{
    add_number(state, (int64_t)digest.n);
    crypto_generichash_update(state, keys_bytes(digest), digest.n);
}

void block_rows_begin(struct block_rows *rows)
{
    *rows = (struct block_rows){{0}};
}

void block_rows_add(struct block_rows *rows, int64_t sequence, struct str digest)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, KEYS_DIGEST_SIZE);
    crypto_generichash_update(&state, rows->digest, sizeof(rows->digest));
    add_number(&state, sequence);
    add_digest(&state, digest);
    crypto_generichash_final(&state, rows->digest, sizeof(rows->digest));
}

void block_head(const struct block *block, unsigned char ret_head[KEYS_DIGEST_SIZE])
{
    static const unsigned char kind[] = "hearth history block 1";
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, KEYS_DIGEST_SIZE);
    crypto_generichash_update(&state, kind, sizeof(kind));
    crypto_generichash_update(&state, block->agency.bytes, sizeof(block->agency.bytes));
    add_number(&state, block->number);
    add_number(&state, block->first);
    add_number(&state, block->last);
    add_number(&state, block->row_count);
    add_number(&state, block->at.ms);
    add_digest(&state, block->rows_digest);
    add_digest(&state, block->previous);
    crypto_generichash_final(&state, ret_head, KEYS_DIGEST_SIZE);
}

/* ---- gathering ---- */

/* A block that is being made. */
struct making {
    struct block block;
    struct block_rows rows;
};

struct sealing {
    int64_t settled;  /* see SQL_HISTORY_SETTLED */
    bool more;        /* rows may be left */
    struct str lines; /* for checkpoints.log, in the arena of the job */
};

static enum status read_mark(struct uow *uow, int64_t *ret_sequence)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SEALED_UNTIL, uow->arena, &q));
    if (db_next(q)) {
        *ret_sequence = db_int(q, 0);
    }
    return db_finish(q);
}

/* The block of that agency; few agencies write within seconds. */
static struct making *making_of(struct arena *arena, struct making **makings, size_t *count,
                                size_t *room, struct uuid agency)
{
    for (size_t i = 0; i < *count; i++) {
        if (uuid_eq((*makings)[i].block.agency, agency)) {
            return &(*makings)[i];
        }
    }
    if (*count == *room) {
        size_t more = *room ? *room * 2 : 8;
        *makings = arena_grow(arena, *makings, *count, more, sizeof(**makings));
        *room = more;
    }
    struct making *making = &(*makings)[(*count)++];
    *making = (struct making){.block = {.agency = agency}};
    block_rows_begin(&making->rows);
    return making;
}

static enum status gather(struct uow *uow, int64_t after, int64_t settled,
                          struct making **ret_makings, size_t *ret_count, bool *ret_more)
{
    struct making *makings = NULL;
    size_t count = 0, room = 0, rows = 0;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_LIST_UNSEALED, uow->arena, &q));
    db_bind_int(q, 1, after);
    db_bind_int(q, 2, settled);
    db_bind_int(q, 3, ROWS_AT_A_TIME);
    while (db_next(q)) {
        int64_t sequence = db_int(q, 0);
        struct uuid agency = db_is_null(q, 1) ? (struct uuid){0} : db_uuid(q, 1);
        struct making *making = making_of(uow->arena, &makings, &count, &room, agency);
        making->block.first = making->block.row_count == 0 ? sequence : making->block.first;
        making->block.last = sequence;
        making->block.row_count++;
        block_rows_add(&making->rows, sequence, db_blob_view(q, 2));
        rows++;
    }
    *ret_makings = makings;
    *ret_count = count;
    *ret_more = rows == ROWS_AT_A_TIME;
    return db_finish(q);
}

/* ---- writing ---- */

static enum status read_last(struct uow *uow, struct block *block)
{
    struct db_statement *q;
    block->number = 1;
    block->previous = view_of(installation_start(uow->store), INSTALLATION_START_SIZE);
    TRY(db_named(uow->db, SQL_FIND_LAST_BLOCK, uow->arena, &q));
    db_bind_uuid(q, 1, block->agency);
    if (db_next(q)) {
        block->number = db_int(q, 0) + 1;
        block->previous = db_blob(q, 1);
    }
    return db_finish(q);
}

static enum status write_block(struct uow *uow, const struct block *block)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_BLOCK, uow->arena, &q));
    db_bind_uuid(q, 1, block->agency);
    db_bind_int(q, 2, block->number);
    db_bind_int(q, 3, block->first);
    db_bind_int(q, 4, block->last);
    db_bind_int(q, 5, block->row_count);
    db_bind_blob(q, 6, block->rows_digest);
    db_bind_blob(q, 7, block->previous);
    db_bind_blob(q, 8, block->head);
    db_bind_int(q, 9, block->signing_key);
    db_bind_blob(q, 10, block->signature);
    db_bind_int(q, 11, block->at.ms);
    return db_run(q);
}

void checkpoint_line(struct arena *arena, struct buf *lines, const struct block *block)
{
    BUF_ADD(lines, uuid_text(arena, block->agency), STR(" "));
    buf_int(lines, block->number);
    buf_byte(lines, ' ');
    buf_hex(lines, block->head.p, block->head.n);
    buf_byte(lines, ' ');
    buf_hex(lines, block->signature.p, block->signature.n);
    buf_byte(lines, ' ');
    buf_int(lines, block->signing_key);
    buf_byte(lines, '\n');
}

static enum status finish_block(struct uow *uow, struct making *making, struct buf *lines)
{
    struct block *block = &making->block;
    unsigned char head[KEYS_DIGEST_SIZE];
    TRY(read_last(uow, block));
    block->rows_digest = view_of(making->rows.digest, sizeof(making->rows.digest));
    block->at = uow->set.now;
    block_head(block, head);
    block->head = view_of(head, sizeof(head));
    signing_sign(uow->store, uow->arena, block);
    checkpoint_line(uow->arena, lines, block);
    return write_block(uow, block);
}

/* How far history can be sealed. Where several write, a row may become visible behind one with a
 * higher number: then it would be missing in a block that is signed. */
static enum status find_settled(struct uow *uow, void *input)
{
    struct sealing *sealing = input;
    struct db_statement *q;
    if (db_named(uow->db, SQL_HISTORY_SETTLED, uow->arena, &q) != STATUS_OK) {
        return uow_fault(uow);
    }
    sealing->settled = db_next(q) ? db_int(q, 0) : 0;
    return db_finish(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

static enum status seal_some(struct uow *uow, void *input)
{
    struct sealing *sealing = input;
    struct making *makings;
    struct buf lines;
    size_t count;
    int64_t mark = 0;
    buf_init(&lines, uow->arena, LINES_MOST);
    if (read_mark(uow, &mark) != STATUS_OK ||
        gather(uow, mark, sealing->settled, &makings, &count, &sealing->more) != STATUS_OK) {
        return uow_fault(uow);
    }
    for (size_t i = 0; i < count; i++) {
        if (finish_block(uow, &makings[i], &lines) != STATUS_OK) {
            return uow_fault(uow);
        }
    }
    sealing->lines = buf_str(&lines);
    return STATUS_OK;
}

/* ---- checkpoints ---- */

struct str checkpoints_second(const struct store *store, struct arena *arena)
{
    struct str folder = store->options.checkpoints;
    return folder.n == 0 ? STR("") : STR_JOIN(arena, folder, STR("/"), CHECKPOINTS_NAME);
}

enum status checkpoints_follow(struct store *store, struct outcome *outcome)
{
    struct str path = store_path(store, outcome->arena, CHECKPOINTS_NAME);
    struct str second = checkpoints_second(store, outcome->arena);
    if (second.n == 0 || access(str_cstr(outcome->arena, path), F_OK) != 0) {
        return STATUS_OK;
    }
    return file_follow(outcome, path, second);
}

/* After the commit: the log never knows of a block that is not there. A line that was not written
 * because of a crash is made up for by the next one of the chain. The second place is brought to
 * where the first one is: what it missed while it was away comes with the next line. */
enum status checkpoints_add(struct store *store, struct str lines, struct outcome *outcome)
{
    struct str path = store_path(store, outcome->arena, CHECKPOINTS_NAME);
    TRY(file_append_lines(outcome, path, lines));
    return checkpoints_follow(store, outcome);
}

static bool take_hex(struct str *rest, unsigned char *ret_bytes, size_t size)
{
    struct str hex;
    size_t got = 0;
    return str_split(rest, ' ', &hex) && hex.n == 2 * size &&
           sodium_hex2bin(ret_bytes, size, hex.p, hex.n, NULL, &got, NULL) == 0 && got == size;
}

bool checkpoint_parse(struct str line, struct checkpoint *ret_checkpoint)
{
    struct str agency, number;
    struct str rest = line;
    ret_checkpoint->key = 1;
    return str_split(&rest, ' ', &agency) && uuid_parse(agency, &ret_checkpoint->agency) &&
           str_split(&rest, ' ', &number) && str_to_i64(number, &ret_checkpoint->number) &&
           take_hex(&rest, ret_checkpoint->head, sizeof(ret_checkpoint->head)) &&
           take_hex(&rest, ret_checkpoint->signature, sizeof(ret_checkpoint->signature)) &&
           (rest.p == NULL || str_to_i64(rest, &ret_checkpoint->key)) &&
           ret_checkpoint->number > 0 && ret_checkpoint->key > 0; /* both count from 1 */
}

/* Two units of work, one after the other: what the first has found settled the second sees. */
static enum status seal_once(struct store *store, bool *ret_more, struct outcome *outcome)
{
    struct arena CLEANUP(arena_clear) arena;
    struct outcome one;
    struct sealing sealing = {0};
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&one, &arena);
    enum status status = care_run_alone(store, find_settled, &sealing, &one);
    if (status == STATUS_OK) {
        status = care_run_alone(store, seal_some, &sealing, &one);
    }
    if (status == STATUS_OK && sealing.lines.n > 0) {
        status = checkpoints_add(store, sealing.lines, &one);
    }
    *ret_more = sealing.more;
    return status == STATUS_OK ? STATUS_OK : outcome_fault(outcome, status, one.detail);
}

enum status seal_history(struct store *store, struct outcome *outcome)
{
    bool more = true;
    TRY(signing_take_up(store, outcome));
    while (more) {
        TRY(seal_once(store, &more, outcome));
    }
    return STATUS_OK;
}

bool history_is_sealed(struct db *db, struct arena *arena, int64_t sequence)
{
    struct db_statement *q;
    int64_t until = 0;
    if (db_named(db, SQL_SEALED_UNTIL, arena, &q) != STATUS_OK) {
        return false;
    }
    if (db_next(q)) {
        until = db_int(q, 0);
    }
    return db_finish(q) == STATUS_OK && sequence <= until;
}
