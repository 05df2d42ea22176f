/* Handing over: what is asked for, and what is done of it in the background. Jobs of the queue are
 * done once each, so it goes on where it was after a stop, and nothing is done twice. */
#include "service/hand_over.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "rule/access.h"
#include "rule/duty.h"
#include "service/service.h"
#include "store/draft.h"
#include "store/hand_over.h"

#define REASON_MOST ((size_t)500)
#define SAID_MOST ((size_t)2000)
#define RECORDS_AT_ONCE 10u

static const struct str job_list = STR_INIT("service.hand_over");
static const struct str job_move = STR_INIT("service.hand_over_record");

/* ---- asking for it ---- */

static void check_asked(struct uow *uow, const struct service_hand_over *asked)
{
    struct outcome *outcome = uow_outcome(uow);
    if (uuid_is_nil(asked->to) || uuid_eq(asked->to, asked->from)) {
        outcome_problem(outcome, STATUS_INVALID, STR("to"), STR("required"),
                        STR("Choose another worker, who takes over."));
    }
    if (asked->reason.n == 0) {
        outcome_problem(outcome, STATUS_INVALID, STR("reason"), STR("required"),
                        STR("Say why the work is handed over. It stands with each record."));
    }
    if (asked->reason.n > REASON_MOST || utf8_check(asked->reason, NULL) != UTF8_FINE) {
        outcome_problem(outcome, STATUS_INVALID, STR("reason"), STR("text"),
                        STR("Say it in plain text, in at most 500 characters."));
    }
    if (asked->on.day != 0 && asked->on.day < uow_set(uow)->today.day) {
        outcome_problem(outcome, STATUS_INVALID, STR("on"), STR("past"),
                        STR("What was done until now was theirs: choose today or a later day."));
    }
}

enum status service_hand_over(struct uow *uow, void *given)
{
    struct service_hand_over *asked = given;
    const struct work_set *set = uow_set(uow);
    struct record *from, *to;
    TRY(uow_load(uow, asked->entity, asked->from, 0, VERB_UPDATE, &from));
    check_asked(uow, asked);
    TRY(uow_outcome(uow)->status);
    TRY(uow_load(uow, asked->entity, asked->to, 0, VERB_READ, &to));
    bool later = asked->on.day > set->today.day;
    struct store_hand_over hand_over = {
        .from = from->subject.id,
        .to = to->subject.id,
        .reason = asked->reason,
        .begins_at = later ? zone_day_start(set->calendar.zone, asked->on) : set->now,
    };
    TRY(uow_hand_over_add(uow, &hand_over));
    uow_queue(uow, job_list, uuid_text(set->arena, hand_over.id), hand_over.begins_at);
    asked->id = hand_over.id;
    return STATUS_OK;
}

/* ---- telling that it is done ---- */

/* The entity of workers: where the duties of the model lead. */
static uint32_t entity_of_workers(const struct model *model)
{
    return model_duty_total(model) > 0
               ? model_field_row(model, model_duty_row(model, 0)->worker)->target
               : MODEL_NONE;
}

static void add_notice(struct work_set *set, struct act *act, struct uuid worker,
                       const struct record *about, struct str say)
{
    struct act_notice notice = {
        .worker = worker, .decider = MODEL_NONE, .record = about->subject.id, .say = say};
    LIST_PUSH(set->arena, &act->notices, notice);
}

/* How many moved stands on the sheet only, where each sees what they may know of. */
static enum status tell(struct uow *uow, const struct store_hand_over *hand_over)
{
    struct work_set *set = uow_set(uow);
    struct act *act = ARENA_NEW(set->arena, struct act);
    uint32_t workers = entity_of_workers(set->model);
    struct record *from, *to;
    TRY(uow_load(uow, workers, hand_over->from, 0, VERB_READ, &from));
    TRY(uow_load(uow, workers, hand_over->to, 0, VERB_READ, &to));
    struct str say = STR_JOIN(set->arena, STR("Open work of "), record_title(set, from),
                              STR(" was handed over to "), record_title(set, to),
                              STR(". The sheet is behind “Hand over the work”."));
    add_notice(set, act, hand_over->from, from, say);
    add_notice(set, act, hand_over->to, to, say);
    if (!uuid_eq(hand_over->asked_by, hand_over->from) &&
        !uuid_eq(hand_over->asked_by, hand_over->to)) {
        add_notice(set, act, hand_over->asked_by, from, say);
    }
    uow_act(uow, act);
    return STATUS_OK;
}

static enum status end_if_done(struct uow *uow, const struct store_hand_over *hand_over)
{
    bool ended;
    TRY(uow_hand_over_end(uow, hand_over->id, &ended));
    return ended ? tell(uow, hand_over) : STATUS_OK;
}

/* ---- listing what moves ---- */

/* "HAND_OVER", or "HAND_OVER DUTY RECORD": how far the list has come, or which record moves. */
struct payload {
    struct uuid hand_over;
    uint32_t duty; /* or MODEL_NONE */
    struct str duty_name;
    struct uuid record;
};

static bool parse(const struct model *model, struct str text, struct payload *ret_payload)
{
    struct str id;
    *ret_payload = (struct payload){.duty = MODEL_NONE};
    (void)str_split(&text, ' ', &id);
    if (!uuid_parse(id, &ret_payload->hand_over) || text.n == 0) {
        return text.n == 0 && !uuid_is_nil(ret_payload->hand_over);
    }
    (void)str_split(&text, ' ', &ret_payload->duty_name);
    ret_payload->duty = model_row_by_name(model, MODEL_TABLE_duty, ret_payload->duty_name);
    return uuid_parse(text, &ret_payload->record);
}

static struct str payload_of(struct arena *arena, const struct model *model, struct uuid hand_over,
                             uint32_t duty, struct uuid record)
{
    return STR_JOIN(arena, uuid_text(arena, hand_over), STR(" "),
                    model_text(model, model_duty_row(model, duty)->name), STR(" "),
                    uuid_text(arena, record));
}

/* The record, with the eyes of who asked. Of what they may not know of there is nothing to list;
 * of what they may not read, that it is there. */
static enum status load_known(struct uow *uow, uint32_t entity, struct uuid id,
                              struct record **ret_record, bool *ret_readable)
{
    enum status status = uow_load(uow, entity, id, 0, VERB_READ, ret_record);
    *ret_readable = status == STATUS_OK;
    if (status != STATUS_NOT_FOUND && status != STATUS_FORBIDDEN) {
        return status;
    }
    *ret_record = status == STATUS_FORBIDDEN ? *ret_record : NULL;
    outcome_init(uow_outcome(uow), uow_set(uow)->arena);
    return STATUS_OK;
}

static enum status list_record(struct uow *uow, const struct store_hand_over *hand_over,
                               uint32_t duty, struct uuid id)
{
    struct work_set *set = uow_set(uow);
    const struct model_duty *shape = model_duty_row(set->model, duty);
    struct record *record;
    bool readable;
    TRY(load_known(uow, shape->entity, id, &record, &readable));
    if (record == NULL || !duty_is_carried(record, duty, hand_over->from)) {
        return STATUS_OK;
    }
    const struct store_hand_over_item item = {
        .duty = model_text(set->model, shape->name),
        .entity = shape->entity,
        .record = id,
        .carried_as = readable ? duty_words(set, record, duty, hand_over->from) : STR(""),
    };
    TRY(uow_hand_over_add_item(uow, hand_over->id, &item));
    uow_queue(uow, job_move, payload_of(set->arena, set->model, hand_over->id, duty, id), set->now);
    return STATUS_OK;
}

static int compare(const void *a, const void *b)
{
    const struct uuid *x = a, *y = b;
    return uuid_compare(*x, *y);
}

/* Some records of a duty, behind the last one that was looked at. *ret_next: the last one now; nil:
 * there are no more. */
static enum status list_some(struct uow *uow, const struct store_hand_over *hand_over,
                             uint32_t duty, struct uuid after, struct uuid *ret_next)
{
    const struct model *model = uow_set(uow)->model;
    struct uuid *ids;
    size_t count;
    unsigned looked_at = 0;
    *ret_next = (struct uuid){{0}};
    TRY(uow_leading(uow, model_duty_row(model, duty)->worker, hand_over->from, &ids, &count));
    if (count > 0) {
        qsort(ids, count, sizeof(*ids), compare);
    }
    for (size_t i = 0; i < count; i++) {
        if (uuid_compare(ids[i], after) <= 0) {
            continue;
        }
        if (looked_at++ == RECORDS_AT_ONCE) {
            *ret_next = ids[i - 1];
            break;
        }
        TRY(list_record(uow, hand_over, duty, ids[i]));
    }
    return STATUS_OK;
}

static enum status list_work(struct uow *uow, struct str text, void *context)
{
    const struct work_set *set = uow_set(uow);
    struct store_hand_over hand_over;
    struct payload payload;
    struct uuid next = {{0}};
    (void)context;
    if (!parse(set->model, text, &payload) ||
        uow_hand_over(uow, payload.hand_over, &hand_over) != STATUS_OK) {
        return outcome_fault(uow_outcome(uow), STATUS_INTERNAL, STR("no such hand-over"));
    }
    TRY(uow_act_for(uow, hand_over.asked_by));
    uint32_t duty = payload.duty == MODEL_NONE ? 0 : payload.duty;
    if (duty < model_duty_total(set->model)) {
        const struct uuid first = {{0}}; /* the model changed: from the beginning */
        struct uuid after = payload.duty == MODEL_NONE ? first : payload.record;
        TRY(list_some(uow, &hand_over, duty, after, &next));
        duty += uuid_is_nil(next) ? 1 : 0;
    }
    if (duty < model_duty_total(set->model)) {
        uow_queue(uow, job_list, payload_of(set->arena, set->model, hand_over.id, duty, next),
                  set->now);
        return STATUS_OK;
    }
    TRY(uow_hand_over_listed(uow, hand_over.id));
    return end_if_done(uow, &hand_over);
}

/* ---- moving a record ---- */

static bool works_at(const struct actor *actor, struct uuid agency)
{
    for (size_t i = 0; i < actor->entry_count; i++) {
        if (uuid_is_nil(actor->entries[i].covers) && uuid_eq(actor->entries[i].agency, agency)) {
            return true;
        }
    }
    return false;
}

void hand_over_check_taker(const struct work_set *set, const struct record *record,
                           const struct hand_over_taker *taker, struct outcome *outcome)
{
    uint32_t class_row = model_entity_row(set->model, record->subject.entity)->class;
    if (access_barred(&taker->actor, record)) {
        outcome_problem(
            outcome, STATUS_REFUSED, STR(""), STR("own_family"),
            STR("It is about the own family of the worker who would take over. Hand this one "
                "over to somebody else."));
    } else if (!access_somewhere(set->model, &taker->actor, VERB_UPDATE, class_row) ||
               (!uuid_is_nil(record->agency) && !works_at(&taker->actor, record->agency))) {
        outcome_problem(
            outcome, STATUS_REFUSED, STR(""), STR("no_role"),
            STR("The worker who would take over has no role at this agency in which they could "
                "work on it. Hand this one over to somebody else."));
    }
}

/* The record in the hands of the other, judged by the model; its drafts go along. */
static enum status move(struct uow *uow, const struct store_hand_over *hand_over, uint32_t duty,
                        struct record *record)
{
    static const struct input nothing = {0};
    struct work_set *set = uow_set(uow);
    const struct model_duty *shape = model_duty_row(set->model, duty);
    const struct model_transition *by = model_transition_row(set->model, shape->transition);
    struct act *act = ARENA_NEW(set->arena, struct act);
    struct hand_over_taker taker = {.worker = hand_over->to};
    struct record *from;
    TRY(uow_actor(uow, hand_over->to, &taker.actor));
    hand_over_check_taker(set, record, &taker, uow_outcome(uow));
    TRY(uow_outcome(uow)->status);
    duty_give(record, duty, hand_over->from, hand_over->to, hand_over->reason);
    TRY(uow_steps(uow, record, by->loads_first, by->loads_count));
    act_take(set, record, shape->transition, &nothing, act, uow_outcome(uow));
    TRY(uow_outcome(uow)->status);
    uow_act(uow, act);
    TRY(uow_load(uow, entity_of_workers(set->model), hand_over->from, 0, VERB_READ, &from));
    return uow_drafts_give(uow, hand_over->from, hand_over->to, record->root,
                           STR_JOIN(set->arena, STR("Left by "), record_title(set, from)));
}

/* The hand-over and item of a payload. *ret_waits: it is still to be done. */
static enum status find(struct uow *uow, const struct payload *payload,
                        struct store_hand_over *ret_hand_over,
                        struct store_hand_over_item *ret_item, bool *ret_waits)
{
    enum status status = uow_hand_over(uow, payload->hand_over, ret_hand_over);
    if (status == STATUS_OK) {
        status = uow_hand_over_item(uow, payload->hand_over, payload->duty_name, payload->record,
                                    ret_item);
    }
    *ret_waits = status == STATUS_OK && ret_item->state == HAND_OVER_WAITS;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status settle(struct uow *uow, const struct store_hand_over *hand_over,
                          struct store_hand_over_item *item, enum store_hand_over_state state,
                          struct str said)
{
    item->state = state;
    item->said = said;
    TRY(uow_hand_over_settle(uow, hand_over->id, item));
    return end_if_done(uow, hand_over);
}

static enum status move_record(struct uow *uow, struct str text, void *context)
{
    struct payload payload;
    struct store_hand_over hand_over;
    struct store_hand_over_item item;
    struct record *record;
    bool waits;
    (void)context;
    if (!parse(uow_set(uow)->model, text, &payload)) {
        return outcome_fault(uow_outcome(uow), STATUS_INTERNAL, STR("no such record to move"));
    }
    TRY(find(uow, &payload, &hand_over, &item, &waits));
    if (!waits) {
        return STATUS_OK;
    }
    if (payload.duty == MODEL_NONE) {
        return settle(uow, &hand_over, &item, HAND_OVER_STAYED,
                      STR("The model changed: this is no longer handed over."));
    }
    uint32_t entity = model_duty_row(uow_set(uow)->model, payload.duty)->entity;
    TRY(uow_act_for(uow, hand_over.asked_by));
    TRY(uow_load(uow, entity, payload.record, 0, VERB_READ, &record));
    if (!duty_is_carried(record, payload.duty, hand_over.from)) {
        return settle(uow, &hand_over, &item, HAND_OVER_STAYED,
                      STR("It was no longer theirs when its turn came."));
    }
    TRY(move(uow, &hand_over, payload.duty, record));
    return settle(uow, &hand_over, &item, HAND_OVER_MOVED, STR(""));
}

/* It stays where it was, and what stood in the way is kept with it. */
static enum status keep_refused(struct uow *uow, struct str text, const struct outcome *why,
                                void *context)
{
    struct payload payload;
    struct store_hand_over hand_over;
    struct store_hand_over_item item;
    struct buf said;
    bool waits = false;
    (void)context;
    buf_init(&said, uow_set(uow)->arena, SAID_MOST);
    for (size_t i = 0; i < why->problems.count; i++) {
        BUF_ADD(&said, i > 0 ? STR(" ") : STR(""), why->problems.items[i].message);
    }
    if (parse(uow_set(uow)->model, text, &payload)) {
        TRY(find(uow, &payload, &hand_over, &item, &waits));
    }
    return waits ? settle(uow, &hand_over, &item, HAND_OVER_STAYED, buf_str(&said)) : STATUS_OK;
}

void service_hand_over_register(struct store *store)
{
    store_on_job(store, job_list, list_work, NULL);
    store_on_job(store, job_move, move_record, NULL);
    store_on_refused_job(store, job_move, keep_refused);
}
