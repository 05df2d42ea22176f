/* Whether history is as it was written: every row fits its digest, every block its rows, every head
 * the block and the head before it, every signature its head, and the chains reach as far as
 * checkpoints.log and its copy in the second place say. One pass over history by sequence, the
 * block of each agency beside it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/map.h"
#include "db/named.h"
#include "store/history.h"
#include "store/installation.h"
#include "store/signing.h"

#define FAULT_MOST ((size_t)300)
#define ROWS_AT_A_TIME 1000
#define CHECKPOINT_LEAST ((size_t)UUID_TEXT_LENGTH + 2 * (KEYS_DIGEST_SIZE + KEYS_SIGNATURE_SIZE))

/* The chain of one agency, as far as it has been walked. */
struct chain {
    struct uuid agency;
    struct block block; /* the present one; its texts are in the fields behind */
    unsigned char rows_digest[KEYS_DIGEST_SIZE], before[KEYS_DIGEST_SIZE], head[KEYS_DIGEST_SIZE];
    unsigned char signature[KEYS_SIGNATURE_SIZE];
    bool in_block; /* there is a present one that has not been judged */
    bool ended;    /* there is no block any more */
    struct block_rows rows;
    int64_t row_count;                        /* of the present block, found so far */
    uint64_t fitting;                         /* rows of it that fit their digests */
    uint64_t gone;                            /* rows of it whose content was expunged */
    unsigned char previous[KEYS_DIGEST_SIZE]; /* head of the last one that was judged */
    int64_t judged;                           /* its number */
};

struct audit {
    struct db *db;
    struct store *store;
    const struct signing_book *book;
    struct arena *arena;  /* of the answer */
    struct arena scratch; /* of a few rows */
    struct map chains;
    int64_t sealed_until;
    struct store_audit found;
};

/* ---- what is wrong ---- */

static void fault(struct audit *audit, uint64_t count, struct str what, int64_t number,
                  struct str and_then)
{
    audit->found.broken += count;
    if (audit->found.first_fault.n == 0) {
        struct buf words;
        buf_init(&words, audit->arena, FAULT_MOST);
        buf_add(&words, what);
        buf_int(&words, number);
        buf_add(&words, and_then);
        audit->found.first_fault = buf_str(&words);
    }
}

static void block_fault(struct audit *audit, const struct chain *chain, struct str what)
{
    struct buf words;
    buf_init(&words, &audit->scratch, FAULT_MOST);
    BUF_ADD(&words, STR(" of agency "), uuid_text(&audit->scratch, chain->agency), STR(" (rows "));
    buf_int(&words, chain->block.first);
    buf_add(&words, STR(" to "));
    buf_int(&words, chain->block.last);
    BUF_ADD(&words, STR("): "), what);
    fault(audit, 1, STR("block "), chain->block.number, buf_str(&words));
}

/* ---- blocks ---- */

/* A copy in place; empty, which fits nothing, when the size is another one. */
static struct str keep(unsigned char *place, size_t size, struct str bytes)
{
    const void *kept = place;
    if (bytes.n != size) {
        return STR("");
    }
    memcpy(place, bytes.p, size);
    return (struct str){kept, size};
}

static struct chain *chain_of(struct audit *audit, struct uuid agency)
{
    const void *id = agency.bytes;
    struct chain *chain = map_get(&audit->chains, (struct str){id, sizeof(agency.bytes)});
    if (chain == NULL) {
        chain = ARENA_NEW(audit->arena, struct chain);
        chain->agency = agency;
        memcpy(chain->previous, installation_start(audit->store), INSTALLATION_START_SIZE);
        id = chain->agency.bytes;
        map_add(&audit->chains, (struct str){id, sizeof(chain->agency.bytes)}, chain);
    }
    return chain;
}

/* The next block of the chain becomes the present one. */
static enum status next_block(struct audit *audit, struct chain *chain)
{
    struct block *block = &chain->block;
    struct db_statement *q;
    TRY(db_named(audit->db, SQL_FIND_BLOCK, &audit->scratch, &q));
    db_bind_uuid(q, 1, chain->agency);
    db_bind_int(q, 2, chain->judged + 1);
    chain->in_block = db_next(q);
    chain->ended = !chain->in_block;
    if (chain->in_block) {
        *block = (struct block){
            .agency = chain->agency,
            .number = db_int(q, 0),
            .first = db_int(q, 1),
            .last = db_int(q, 2),
            .row_count = db_int(q, 3),
            .rows_digest = keep(chain->rows_digest, KEYS_DIGEST_SIZE, db_blob_view(q, 4)),
            .previous = keep(chain->before, KEYS_DIGEST_SIZE, db_blob_view(q, 5)),
            .head = keep(chain->head, KEYS_DIGEST_SIZE, db_blob_view(q, 6)),
            .signing_key = db_int(q, 7),
            .signature = keep(chain->signature, KEYS_SIGNATURE_SIZE, db_blob_view(q, 8)),
            .at = {db_int(q, 9)},
        };
        chain->row_count = 0;
        chain->fitting = 0;
        chain->gone = 0;
        block_rows_begin(&chain->rows);
    }
    return db_finish(q);
}

static bool is(struct str bytes, const unsigned char digest[KEYS_DIGEST_SIZE])
{
    return bytes.n == KEYS_DIGEST_SIZE && memcmp(bytes.p, digest, KEYS_DIGEST_SIZE) == 0;
}

/* The first thing that is wrong with the present block, or empty. */
static struct str judge(const struct audit *audit, struct chain *chain)
{
    const struct block *block = &chain->block;
    unsigned char head[KEYS_DIGEST_SIZE];
    block_head(block, head);
    if (block->number != chain->judged + 1) {
        return STR("the block before it is missing");
    }
    if (!is(block->previous, chain->previous)) {
        return STR("it does not follow the block before it");
    }
    if (chain->row_count < block->row_count) {
        return STR("rows are missing");
    }
    if (chain->row_count > block->row_count) {
        return STR("rows were added");
    }
    if (!is(block->rows_digest, chain->rows.digest)) {
        return STR("rows were changed, exchanged or put in another order");
    }
    if (!is(block->head, head)) {
        return STR("the block itself was changed");
    }
    return signing_judge(audit->book, block);
}

static void finish_block(struct audit *audit, struct chain *chain)
{
    struct str wrong = judge(audit, chain);
    if (wrong.n > 0) {
        block_fault(audit, chain, wrong);
    } else {
        audit->found.valid += chain->fitting;
    }
    audit->found.expunged += chain->gone;
    memset(chain->previous, 0, sizeof(chain->previous));
    memcpy(chain->previous, chain->block.head.p, chain->block.head.n);
    chain->judged = chain->block.number;
    chain->in_block = false;
}

/* ---- rows ---- */

static struct str text_or_empty(struct db_statement *q, unsigned at)
{
    return db_is_null(q, at) ? STR("") : db_text_view(q, at);
}

static struct uuid uuid_or_nil(struct db_statement *q, unsigned at)
{
    return db_is_null(q, at) ? (struct uuid){0} : db_uuid(q, at);
}

static void read_row(struct db_statement *q, struct history_row *row)
{
    *row = (struct history_row){
        .sequence = db_int(q, 0),
        .change = db_uuid(q, 1),
        .record = db_uuid(q, 2),
        .root = db_uuid(q, 3),
        .agency = uuid_or_nil(q, 4),
        .by = uuid_or_nil(q, 5),
        .entity = db_text_view(q, 6),
        .transition = text_or_empty(q, 7),
        .cause = text_or_empty(q, 8),
        .version = db_int(q, 9),
        .at = {db_int(q, 10)},
        .reason = text_or_empty(q, 11),
        .content = text_or_empty(q, 12),
        .salt = db_is_null(q, 13) ? STR("") : db_blob_view(q, 13),
        .digest = db_blob_view(q, 14),
    };
}

enum row_state { ROW_FITS, ROW_EXPUNGED, ROW_CHANGED };

static enum row_state row_state(struct audit *audit, const struct history_row *row)
{
    if (row->salt.n == 0 && row->content.n == 0) {
        return ROW_EXPUNGED;
    }
    return str_eq(history_digest(&audit->scratch, row), row->digest) ? ROW_FITS : ROW_CHANGED;
}

/* Blocks that ended before this row are judged; the present one then may hold it. */
static enum status move_chain(struct audit *audit, struct chain *chain, int64_t sequence)
{
    while (!chain->ended && (!chain->in_block || chain->block.last < sequence)) {
        if (chain->in_block) {
            finish_block(audit, chain);
        }
        TRY(next_block(audit, chain));
    }
    return STATUS_OK;
}

static enum status audit_row(struct audit *audit, const struct history_row *row)
{
    struct chain *chain = chain_of(audit, row->agency);
    enum row_state state = row_state(audit, row);
    struct store_reader reader = {.store = audit->store, .db = audit->db, .arena = &audit->scratch};
    struct str wrong;
    TRY(move_chain(audit, chain, row->sequence));
    TRY(signed_audit(&reader, row, &wrong));
    if (state == ROW_CHANGED) {
        fault(audit, 1, STR("row "), row->sequence, STR(": it does not fit its digest"));
    } else if (wrong.n > 0) {
        fault(audit, 1, STR("row "), row->sequence, wrong);
    }
    if (chain->in_block && row->sequence >= chain->block.first) {
        block_rows_add(&chain->rows, row->sequence, row->digest);
        chain->row_count++;
        chain->fitting += state == ROW_FITS;
        chain->gone += state == ROW_EXPUNGED;
    } else if (row->sequence <= audit->sealed_until) {
        fault(audit, 1, STR("row "), row->sequence,
              STR(": it was added after history around it was sealed"));
    } else if (state != ROW_CHANGED) {
        audit->found.unsealed++;
    }
    return STATUS_OK;
}

/* A portion of history behind a row; moves *after on. ret_more: there may be another one. */
static enum status audit_portion(struct audit *audit, int64_t *after, bool *ret_more)
{
    struct arena CLEANUP(arena_clear) arena;
    struct db_statement *q;
    enum status status = STATUS_OK;
    size_t rows = 0;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    TRY(db_named(audit->db, SQL_LIST_HISTORY, &arena, &q));
    db_bind_int(q, 1, *after);
    db_bind_int(q, 2, ROWS_AT_A_TIME);
    while (status == STATUS_OK && db_next(q)) {
        struct history_row row;
        read_row(q, &row);
        *after = row.sequence;
        status = audit_row(audit, &row);
        arena_clear(&audit->scratch);
        rows++;
    }
    *ret_more = rows == ROWS_AT_A_TIME;
    enum status finished = db_finish(q);
    return status == STATUS_OK ? finished : status;
}

/* In portions: a database may bring a whole answer at once. */
static enum status audit_rows(struct audit *audit)
{
    int64_t after = INT64_MIN;
    bool more = true;
    while (more) {
        TRY(audit_portion(audit, &after, &more));
    }
    return STATUS_OK;
}

/* ---- the ends of the chains ---- */

static enum status audit_chains(struct audit *audit)
{
    struct db_statement *q;
    TRY(db_named(audit->db, SQL_LIST_BLOCK_AGENCIES, audit->arena, &q));
    while (db_next(q)) {
        chain_of(audit, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < audit->chains.count; i++) {
        struct chain *chain = audit->chains.entries[i].value;
        TRY(move_chain(audit, chain, INT64_MAX));
        arena_clear(&audit->scratch);
    }
    return STATUS_OK;
}

static enum status read_mark(struct audit *audit)
{
    struct db_statement *q;
    TRY(db_named(audit->db, SQL_SEALED_UNTIL, audit->arena, &q));
    if (db_next(q)) {
        audit->sealed_until = db_int(q, 0);
    }
    return db_finish(q);
}

/* ---- checkpoints ---- */

/* checkpoints.log, its copy in the second place, and where each signing key ended. */
struct log {
    struct str line; /* "PATH, line " */
    FILE *file;      /* NULL: there is none */
    off_t size;      /* when the audit began */
    bool required;
};
struct logs {
    LIST(struct log) items;
};

/* The block a checkpoint speaks of must be there with that head. */
static enum status audit_checkpoint(struct audit *audit, const struct log *log, struct str line,
                                    int64_t number)
{
    struct checkpoint checkpoint;
    struct chain chain = {0};
    if (!checkpoint_parse(line, &checkpoint)) {
        fault(audit, 1, log->line, number, STR(": it cannot be read"));
        return STATUS_OK;
    }
    if (!signing_signed(audit->book, &checkpoint)) {
        fault(audit, 1, log->line, number, STR(": its signature is not that of this store"));
        return STATUS_OK;
    }
    chain.agency = checkpoint.agency;
    chain.judged = checkpoint.number - 1;
    TRY(next_block(audit, &chain));
    if (!chain.in_block || chain.block.number != checkpoint.number ||
        !is(chain.block.head, checkpoint.head)) {
        fault(audit, 1, log->line, number, STR(": the block it speaks of is gone or another one"));
    }
    return STATUS_OK;
}

/* A line that was cut off by a crash says nothing, and is no fault: the next one of its chain
 * covers what it would have said. */
static enum status audit_line(struct audit *audit, const struct log *log, struct str line,
                              int64_t number)
{
    enum status status =
        line.n < CHECKPOINT_LEAST ? STATUS_OK : audit_checkpoint(audit, log, line, number);
    arena_clear(&audit->scratch);
    return status;
}

/* The lines that were there when the audit began. */
static enum status audit_lines(struct audit *audit, const struct log *log)
{
    char *memory = NULL;
    size_t room = 0;
    off_t at = 0;
    enum status status = STATUS_OK;
    for (int64_t number = 1; status == STATUS_OK && at < log->size; number++) {
        ssize_t n = getline(&memory, &room, log->file);
        if (n < 0) {
            break;
        }
        at += n;
        status = audit_line(audit, log, str_trim((struct str){memory, (size_t)n}), number);
    }
    if (ferror(log->file)) {
        status = STATUS_INTERNAL;
    }
    free(memory);
    return status;
}

/* A second place that was named must say something as soon as anything was sealed. */
static enum status audit_log(struct audit *audit, const struct log *log)
{
    if (log->file != NULL) {
        return audit_lines(audit, log);
    }
    if (log->required && audit->sealed_until > 0) {
        fault(audit, 1, log->line, 1, STR(": there are no checkpoints in the second place"));
    }
    return STATUS_OK;
}

static enum status open_log(struct logs *logs, struct arena *arena, struct str path, bool required)
{
    struct stat facts;
    struct log log = {.line = STR_JOIN(arena, path, STR(", line ")), .required = required};
    log.file = fopen(str_cstr(arena, path), "re");
    if (log.file == NULL && errno != ENOENT) {
        return STATUS_INTERNAL;
    }
    bool known = log.file == NULL || fstat(fileno(log.file), &facts) == 0;
    log.size = log.file != NULL && known ? facts.st_size : 0;
    LIST_PUSH(arena, &logs->items, log);
    return known ? STATUS_OK : STATUS_INTERNAL;
}

static enum status open_logs(const struct audit *audit, struct logs *logs)
{
    struct arena *arena = audit->arena;
    struct str second = checkpoints_second(audit->store, arena);
    TRY(open_log(logs, arena, store_path(audit->store, arena, CHECKPOINTS_NAME), false));
    if (second.n > 0) {
        TRY(open_log(logs, arena, second, true));
    }
    for (int64_t number = 1; logs->items.items[logs->items.count - 1].file != NULL || number == 1;
         number++) {
        TRY(open_log(logs, arena, signing_end_path(audit->store, arena, number), false));
    }
    return STATUS_OK;
}

static void close_logs(const struct logs *logs)
{
    for (size_t i = 0; i < logs->items.count; i++) {
        if (logs->items.items[i].file != NULL) {
            (void)fclose(logs->items.items[i].file);
        }
    }
}

/* ---- all of it ---- */

static enum status audit_all(struct audit *audit, const struct logs *logs)
{
    struct signing_book *book;
    TRY(signing_book_read(audit->store, audit->arena, &book));
    audit->book = book;
    TRY(read_mark(audit));
    TRY(audit_rows(audit));
    TRY(audit_chains(audit));
    for (size_t i = 0; i < logs->items.count; i++) {
        TRY(audit_log(audit, &logs->items.items[i]));
    }
    return STATUS_OK;
}

/* The checkpoints are looked at before the snapshot begins: whatever they say by then has been
 * committed. The book of keys is read behind it: whatever has been signed by then is in it. A store
 * that never sealed has no checkpoints. */
enum status store_audit_verify(struct store *store, struct arena *arena,
                               struct store_audit *ret_audit)
{
    struct audit audit = {.store = store, .arena = arena};
    struct logs logs = {0};
    struct store_reader *reader = NULL;
    arena_init(&audit.scratch, ARENA_REQUEST_CAP, NULL, NULL);
    map_init(&audit.chains, arena);
    enum status status = open_logs(&audit, &logs);
    if (status == STATUS_OK) {
        status = store_read_begin(store, arena, &reader);
    }
    if (status == STATUS_OK) {
        audit.db = reader->db;
        status = audit_all(&audit, &logs);
        store_read_end(reader);
    }
    close_logs(&logs);
    arena_clear(&audit.scratch);
    *ret_audit = audit.found;
    return status;
}
