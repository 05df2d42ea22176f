/* Durable jobs: put there by a unit of work, done by a handler in a unit of work of its own that
 * also takes the job away. So a job is done once, however often it is tried. */
#include "base/buf.h"
#include "db/named.h"
#include "store/care.h"

#define TRIES_MOST 8
#define KIND_MOST ((size_t)64)
#define REASON_MOST ((size_t)500)

/* What is waited after each failure but the last: eight tries within a day. */
static const int64_t pauses_ms[TRIES_MOST - 1] = {
    MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS,
};

/* One job under way. */
struct turn {
    const struct queue_handler *handler;
    bool found; /* there was a due one */
    bool done;  /* its handler ended well */
    struct uuid id;
    struct str payload;
    int64_t tries; /* before this one */
    struct str reason;
    const struct outcome *why; /* it was refused */
};

/* ---- putting there ---- */

static enum status add(struct uow *uow, struct str kind, struct str payload,
                       struct instant not_before)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_JOB, uow->arena, &q));
    db_bind_uuid(q, 1, store_new_id(uow->store));
    db_bind_text(q, 2, kind);
    db_bind_text(q, 3, payload);
    db_bind_int(q, 4, not_before.ms);
    db_bind_int(q, 5, uow->set.now.ms);
    return db_run(q);
}

void uow_queue(struct uow *uow, struct str kind, struct str payload, struct instant not_before)
{
    if (kind.n == 0 || kind.n > KIND_MOST) {
        uow_fail(uow, outcome_fault(uow_outcome(uow), STATUS_INTERNAL,
                                    STR("a job has a kind of at most 64 bytes")));
        return;
    }
    if (add(uow, kind, payload, not_before) != STATUS_OK) {
        uow_fail(uow, uow_fault(uow));
    }
}

/* ---- doing ---- */

static enum status find_due(struct uow *uow, struct turn *turn)
{
    struct db_statement *q;
    turn->found = false;
    TRY(db_named(uow->db, SQL_FIND_DUE_JOB, uow->arena, &q));
    db_bind_text(q, 1, turn->handler->kind);
    db_bind_int(q, 2, uow->set.now.ms);
    if (db_next(q)) {
        turn->found = true;
        turn->id = db_uuid(q, 0);
        turn->payload = db_text(q, 1);
        turn->tries = db_int(q, 2);
    }
    return db_finish(q);
}

static enum status take_away(struct uow *uow, struct uuid id)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_REMOVE_JOB, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    return db_run(q);
}

static enum status take_turn(struct uow *uow, void *input)
{
    struct turn *turn = input;
    turn->done = false;
    if (find_due(uow, turn) != STATUS_OK) {
        return uow_fault(uow);
    }
    if (!turn->found) {
        return STATUS_OK;
    }
    TRY(turn->handler->fn(uow, turn->payload, turn->handler->context));
    if (uow_outcome(uow)->status != STATUS_OK) {
        return uow_outcome(uow)->status;
    }
    turn->done = true;
    return take_away(uow, turn->id) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

/* Status, first problem, detail: none of them ever holds what is known of a person. */
static struct str reason_of(struct arena *arena, enum status status, const struct outcome *outcome)
{
    struct buf words;
    buf_init(&words, arena, REASON_MOST);
    buf_add(&words, status_name(status));
    if (outcome->problems.count > 0) {
        BUF_ADD(&words, STR(": "), outcome->problems.items[0].where, STR(" "),
                outcome->problems.items[0].code);
    }
    if (outcome->detail.n > 0) {
        BUF_ADD(&words, STR(": "), outcome->detail);
    }
    return buf_str(&words);
}

static enum status note_failure(struct uow *uow, void *input)
{
    const struct turn *turn = input;
    int64_t tries = turn->tries + 1;
    bool last = tries >= TRIES_MOST;
    int64_t pause = last ? 0 : pauses_ms[tries - 1];
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FAIL_JOB, uow->arena, &q));
    db_bind_uuid(q, 1, turn->id);
    db_bind_int(q, 2, tries);
    db_bind_int(q, 3, uow->set.now.ms + pause);
    db_bind_int(q, 4, last);
    db_bind_text(q, 5, turn->reason);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

/* Refused for good: whoever asked for it is told by its handler, and it is over. */
static enum status end_refused(struct uow *uow, void *input)
{
    const struct turn *turn = input;
    TRY(turn->handler->refused(uow, turn->payload, turn->why, turn->handler->context));
    return take_away(uow, turn->id) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

/* BUSY says nothing of the job, and a commit that nobody knows of may have been made: both are left
 * for the next time without counting. */
static bool counts(enum status status)
{
    return status != STATUS_BUSY && status != STATUS_UNKNOWN_COMMIT && status != STATUS_NO_SPACE;
}

/* With memory of its own. */
enum status queue_run_one(struct store *store, const struct queue_handler *handler,
                          struct outcome *outcome, bool *ret_found)
{
    struct arena CLEANUP(arena_clear) arena;
    struct outcome of_turn, of_note;
    struct turn turn = {.handler = handler};
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&of_turn, &arena);
    outcome_init(&of_note, &arena);
    enum status status = care_run(store, take_turn, &turn, &of_turn);
    *ret_found = turn.found;
    if (status == STATUS_OK) {
        return STATUS_OK;
    }
    if (!turn.found || !counts(status)) {
        return outcome_fault(outcome, status, of_turn.detail);
    }
    if (handler->refused != NULL && of_turn.problems.count > 0) {
        turn.why = &of_turn;
        status = care_run(store, end_refused, &turn, &of_note);
        return status == STATUS_OK ? STATUS_OK : outcome_fault(outcome, status, of_note.detail);
    }
    turn.reason = reason_of(&arena, status, &of_turn);
    status = care_run(store, note_failure, &turn, &of_note);
    return status == STATUS_OK ? STATUS_OK : outcome_fault(outcome, status, of_note.detail);
}

enum status queue_run_due(struct store *store, struct outcome *outcome)
{
    struct queue_handler handlers[QUEUE_KINDS_MAX];
    size_t count = background_handlers(store, handlers);
    for (size_t i = 0; i < count; i++) {
        bool found = true;
        while (found) {
            TRY(queue_run_one(store, &handlers[i], outcome, &found));
        }
    }
    return STATUS_OK;
}
