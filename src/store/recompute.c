/* After a new model: the clocks and audiences that it moves are worked out anew, of all records
 * that are there, in the background, a piece at a time. */
#include "base/buf.h"
#include "db/named.h"
#include "rule/anew.h"
#include "store/care.h"

/* Clocks and audiences in a piece, but one record at least: a save waits behind one piece at most,
 * and each takes some tenths of a millisecond. */
#define WORK_AT_ONCE 40u
#define IMAGE_ARENA_CAP ((size_t)256 * 1024 * 1024) /* of the model before, with its views */

static const struct str job_kind = STR_INIT("store.recompute");

/* What a job says, in words: the entity; the last record that is done, nil at first; what is worked
 * out, the names of clocks and AUDIENCES, joined by commas. Without the last: everything. */
#define AUDIENCES STR("@audiences")

static struct str job_words(struct arena *arena, const struct model *model, uint32_t entity,
                            struct uuid last, struct str what)
{
    struct str done = STR_JOIN(arena, model_text(model, model_entity_row(model, entity)->name),
                               STR(" "), uuid_text(arena, last));
    return what.n > 0 ? STR_JOIN(arena, done, STR(" "), what) : done;
}

/* ---- what a new model moves ---- */

static struct str add_word(struct arena *arena, struct str words, struct str word)
{
    return words.n == 0 ? word : STR_JOIN(arena, words, STR(","), word);
}

/* What moves of the records of an entity; empty: nothing. */
static struct str moved_of(struct arena *arena, const struct model *model, const struct anew *anew,
                           uint32_t entity)
{
    bool has_audiences = model_entity_row(model, entity)->audiences_count > 0;
    struct str words = anew->audiences[entity] && has_audiences ? AUDIENCES : STR("");
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        const struct model_clock *clock = model_clock_row(model, i);
        if (clock->entity == entity && anew->clocks[i]) {
            words = add_word(arena, words, model_text(model, clock->name));
        }
    }
    return words;
}

static enum status add_job(struct store *store, struct db *db, struct arena *arena,
                           struct str payload)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_ADD_JOB, arena, &q));
    db_bind_uuid(q, 1, store_new_id(store));
    db_bind_text(q, 2, job_kind);
    db_bind_text(q, 3, payload);
    db_bind_int(q, 4, store_now(store).ms);
    db_bind_int(q, 5, store_now(store).ms);
    return db_run(q);
}

/* A model before that cannot be read says nothing: then everything may have moved. */
static struct anew compare(const struct store *store, const struct model *model, struct str last,
                           struct arena *scratch)
{
    const struct model *before;
    struct outcome outcome;
    struct str image;
    outcome_init(&outcome, scratch);
    return image_read(store, last, &outcome, &image) == STATUS_OK &&
                   model_open(scratch, image, &outcome, &before) == STATUS_OK
               ? anew_after(scratch, before, model)
               : anew_all(scratch, model);
}

enum status recompute_plan(struct store *store, const struct model *model, struct str last,
                           struct db *db, struct arena *arena)
{
    struct arena *scratch = arena_beside(arena, IMAGE_ARENA_CAP);
    struct anew anew = compare(store, model, last, scratch);
    const struct uuid from_the_first = {{0}};
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < model_entity_total(model) && status == STATUS_OK; i++) {
        struct str moved = moved_of(scratch, model, &anew, i);
        if (moved.n > 0) {
            status = add_job(store, db, arena, job_words(arena, model, i, from_the_first, moved));
        }
    }
    arena_clear(scratch);
    return status;
}

/* ---- a piece of it ---- */

struct piece {
    uint32_t entity;
    struct uuid after;
    struct str what; /* as the job says it; empty: everything */
    bool audiences;
    LIST(uint32_t) clocks;
};

static bool names_word(struct str words, struct str wanted)
{
    struct str word;
    while (words.n > 0) {
        (void)str_split(&words, ',', &word);
        if (str_eq(word, wanted)) {
            return true;
        }
    }
    return false;
}

/* False when the model changed again and no longer has the entity. What it no longer has of the
 * rest is left out. */
static bool read_piece(struct arena *arena, const struct model *model, struct str payload,
                       struct piece *ret_piece)
{
    struct str name, after;
    *ret_piece = (struct piece){.entity = MODEL_NONE};
    (void)str_split(&payload, ' ', &name);
    (void)str_split(&payload, ' ', &after);
    ret_piece->entity = model_entity_by_name(model, name);
    ret_piece->what = payload;
    if (ret_piece->entity == MODEL_NONE || (after.n > 0 && !uuid_parse(after, &ret_piece->after))) {
        return false;
    }
    ret_piece->audiences = payload.n == 0 || names_word(payload, AUDIENCES);
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        const struct model_clock *clock = model_clock_row(model, i);
        if (clock->entity == ret_piece->entity &&
            (payload.n == 0 || names_word(payload, model_text(model, clock->name)))) {
            LIST_PUSH(arena, &ret_piece->clocks, i);
        }
    }
    return true;
}

static enum status recompute_record(struct uow *uow, const struct piece *piece, struct uuid id)
{
    struct record *record;
    enum status status = source_load(&uow->source, piece->entity, id, &record);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    if (piece->audiences) {
        TRY(audience_recompute(uow, record));
    }
    for (size_t i = 0; i < piece->clocks.count; i++) {
        TRY(clock_recompute(uow, piece->clocks.items[i], record));
    }
    return STATUS_OK;
}

struct batch {
    LIST(struct uuid) items;
};

static enum status find_batch(struct uow *uow, const struct piece *piece, size_t most,
                              struct batch *ret_batch)
{
    struct db_statement *q;
    struct str sql = schema_after(uow->arena, uow->store->schema, piece->entity);
    TRY(db_prepare(uow->db, sql, uow->arena, &q));
    db_bind_uuid(q, 1, piece->after);
    db_bind_int(q, 2, (int64_t)most);
    while (db_next(q)) {
        LIST_PUSH(uow->arena, &ret_batch->items, db_uuid(q, 0));
    }
    return db_finish(q);
}

/* The next one begins behind the last record of this one. */
static void queue_next(struct uow *uow, const struct piece *piece, struct uuid last)
{
    uow_queue(uow, job_kind,
              job_words(uow->arena, uow->set.model, piece->entity, last, piece->what),
              uow->set.now);
}

static enum status recompute_piece(struct uow *uow, struct str payload, void *context)
{
    struct piece piece;
    struct batch batch = {0};
    (void)context;
    if (!read_piece(uow->arena, uow->set.model, payload, &piece)) {
        return STATUS_OK;
    }
    size_t each = piece.clocks.count + (piece.audiences ? 1 : 0);
    size_t most = each == 0 ? 0 : each < WORK_AT_ONCE ? WORK_AT_ONCE / each : 1;
    TRY(find_batch(uow, &piece, most, &batch));
    for (size_t i = 0; i < batch.items.count; i++) {
        TRY(recompute_record(uow, &piece, batch.items.items[i]));
    }
    if (most > 0 && batch.items.count == most) {
        queue_next(uow, &piece, batch.items.items[most - 1]);
    }
    return STATUS_OK;
}

enum status recompute_some(struct store *store, struct outcome *outcome, bool *ret_found)
{
    const struct queue_handler handler = {.kind = job_kind, .fn = recompute_piece};
    return queue_run_one(store, &handler, outcome, ret_found);
}
