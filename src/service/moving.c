/* What would move, and what stands in the way: tried on records that are thrown away. */
#include "rule/access.h"
#include "rule/duty.h"
#include "service/hand_over.h"
#include "service/service.h"
#include "store/hand_over.h"

#define RECORDS_A_PAGE 200u

struct moving {
    struct store_reader *reader;
    struct work_set *set;
    struct uuid from;
    const struct hand_over_taker *taker; /* or NULL */
    LIST(struct service_moving) items;
};

static struct uuid new_id(void *context)
{
    (void)context;
    return (struct uuid){{1}}; /* of a row that nobody sees */
}

/* The record in the hands of the taker, in a set of its own, judged by the model. */
static enum status try_move(struct moving *moving, struct service_moving *one)
{
    static const struct input nothing = {0};
    const struct model *model = moving->set->model;
    const struct model_duty *shape = model_duty_row(model, one->duty);
    const struct model_transition *by = model_transition_row(model, shape->transition);
    struct work_set *set = ARENA_NEW(moving->set->arena, struct work_set);
    struct act *act = ARENA_NEW(moving->set->arena, struct act);
    const struct store_purpose purpose = {.route = STR_INIT("what moves")};
    struct record *record;
    work_set_init(set, moving->set->arena, model, moving->set->now, moving->set->actor);
    set->new_id = new_id;
    TRY(store_read(moving->reader, set, shape->entity, one->record->subject.id, by->loads_first,
                   by->loads_count, purpose, &one->outcome, &record));
    hand_over_check_taker(set, record, moving->taker, &one->outcome);
    if (one->outcome.status != STATUS_OK) {
        return STATUS_OK;
    }
    duty_give(record, one->duty, moving->from, moving->taker->worker, STR("-"));
    TRY(store_load(moving->reader, set, record, by->loads_first, by->loads_count, &one->outcome));
    act_take(set, record, shape->transition, &nothing, act, &one->outcome);
    return one->outcome.status == STATUS_INTERNAL ? STATUS_INTERNAL : STATUS_OK;
}

static enum status add(struct moving *moving, uint32_t duty, struct record *record)
{
    struct service_moving one = {.duty = duty, .record = record};
    if (!duty_is_carried(record, duty, moving->from)) {
        return STATUS_OK;
    }
    outcome_init(&one.outcome, moving->set->arena);
    one.carried_as = duty_words(moving->set, record, duty, moving->from);
    if (moving->taker != NULL) {
        TRY(try_move(moving, &one));
    }
    LIST_PUSH(moving->set->arena, &moving->items, one);
    return STATUS_OK;
}

static enum status add_duty(struct moving *moving, uint32_t duty, struct outcome *outcome)
{
    const struct model_duty *shape = model_duty_row(moving->set->model, duty);
    struct store_page page = {.limit = RECORDS_A_PAGE};
    do {
        struct record **records;
        size_t count;
        TRY(store_find(moving->reader, moving->set, shape->entity, shape->worker, moving->from,
                       page, outcome, &records, &count, &page.cursor));
        for (size_t i = 0; i < count; i++) {
            TRY(add(moving, duty, records[i]));
        }
    } while (page.cursor.n > 0);
    return STATUS_OK;
}

enum status service_what_moves(struct store_reader *reader, struct work_set *set, struct uuid from,
                               struct uuid to, struct outcome *outcome,
                               struct service_moving **ret_moving, size_t *ret_count)
{
    struct moving moving = {.reader = reader, .set = set, .from = from};
    struct hand_over_taker taker = {.worker = to};
    if (!uuid_is_nil(to)) {
        TRY(store_actor(reader, to, &taker.actor));
        moving.taker = &taker;
    }
    for (uint32_t i = 0; i < model_duty_total(set->model); i++) {
        TRY(add_duty(&moving, i, outcome));
    }
    *ret_moving = moving.items.items;
    *ret_count = moving.items.count;
    return STATUS_OK;
}

enum status service_hand_over_read(struct store_reader *reader, struct work_set *set,
                                   uint32_t entity, struct uuid id, struct outcome *outcome,
                                   struct store_hand_over *ret_hand_over)
{
    const struct store_purpose purpose = {.route = STR_INIT("hand-over sheet")};
    struct uuid self = set->actor->worker;
    struct record *from;
    enum status status = store_hand_over(reader, id, ret_hand_over);
    if (status == STATUS_OK) {
        status =
            store_read(reader, set, entity, ret_hand_over->from, 0, 0, purpose, outcome, &from);
    }
    if (status == STATUS_OK && !uuid_eq(self, ret_hand_over->from) &&
        !uuid_eq(self, ret_hand_over->to) && !uuid_eq(self, ret_hand_over->asked_by) &&
        !access_record(set, from, VERB_UPDATE).allowed) {
        status = STATUS_NOT_FOUND;
    }
    return status;
}

/* *ret_known: the actor may know that it is there. */
static enum status read_handed_over(struct store_reader *reader, struct work_set *set,
                                    struct service_handed_over *one, bool *ret_known)
{
    static const struct store_purpose purpose = {.route = STR_INIT("hand-over sheet")};
    struct outcome refused;
    *ret_known = one->item.entity != MODEL_NONE;
    if (!*ret_known) {
        return STATUS_OK;
    }
    outcome_init(&refused, set->arena);
    enum status status = store_read(reader, set, one->item.entity, one->item.record, 0, 0, purpose,
                                    &refused, &one->record);
    *ret_known = status != STATUS_NOT_FOUND;
    return refused.problems.count > 0 ? STATUS_OK : status;
}

enum status service_handed_over(struct store_reader *reader, struct work_set *set, struct uuid id,
                                struct service_handed_over **ret_items, size_t *ret_count)
{
    struct store_hand_over_item *items;
    size_t count;
    TRY(store_hand_over_items(reader, id, &items, &count));
    *ret_items = ARENA_ARRAY(set->arena, count, struct service_handed_over);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct service_handed_over *one = &(*ret_items)[*ret_count];
        bool known;
        *one = (struct service_handed_over){.item = items[i]};
        TRY(read_handed_over(reader, set, one, &known));
        *ret_count += known ? 1 : 0;
    }
    return STATUS_OK;
}
