/* Transitions: whether one may be taken, what is still needed, and taking it. */
#include "rule/act.h"

#include "base/buf.h"
#include "rule/access.h"
#include "rule/duty.h"
#include "rule/rule_int.h"

bool transition_is_start(const struct model *model, const struct model_transition *transition)
{
    return str_eq(model_text(model, transition->name), STR("start"));
}

bool transition_leads_from(const struct model *model, const struct model_transition *transition,
                           uint32_t state)
{
    for (uint32_t i = 0; i < transition->from_count; i++) {
        if (model_transition_from_row(model, transition->from_first + i)->state == state) {
            return true;
        }
    }
    return transition->from_count == 0;
}

/* "“Approve” is not possible while it is “Draft”; it is when it is “Submitted”." */
static void report_state(struct work_set *set, const struct record *record,
                         const struct model_transition *transition, struct outcome *outcome)
{
    const struct model *model = set->model;
    struct buf message;
    buf_init(&message, set->arena, 2000);
    BUF_ADD(&message, STR("“"), model_text(model, transition->label), STR("” is not possible"));
    if (record->state != MODEL_NONE) {
        BUF_ADD(&message, STR(" while it is “"),
                model_text(model, model_state_row(model, record->state)->label), STR("”"));
    }
    BUF_ADD(&message, STR("; it is when it is "));
    for (uint32_t i = 0; i < transition->from_count; i++) {
        uint32_t from = model_transition_from_row(model, transition->from_first + i)->state;
        BUF_ADD(&message, i > 0 ? STR(" or “") : STR("“"),
                model_text(model, model_state_row(model, from)->label), STR("”"));
    }
    buf_byte(&message, '.');
    report_problem(set, record, outcome, STATUS_REFUSED, STR(""), STR("wrong_state"),
                   buf_str(&message));
}

static bool check_state(struct work_set *set, const struct record *record,
                        const struct model_transition *transition, struct outcome *outcome)
{
    if (!check_stands(set, record, outcome)) {
        return false;
    }
    if (transition_is_start(set->model, transition)) {
        if (!record->is_new) {
            report_problem(set, record, outcome, STATUS_REFUSED, STR(""), STR("wrong_state"),
                           STR("This record is there already. It can be begun only once."));
        }
        return record->is_new;
    }
    if (transition_leads_from(set->model, transition, record->state)) {
        return true;
    }
    report_state(set, record, transition, outcome);
    return false;
}

/* Why this person may not take the transition, or empty. */
static struct str decider_refusal(struct work_set *set, struct record *record,
                                  const struct model_transition *transition)
{
    const struct model *model = set->model;
    if (transition->decider != MODEL_NONE &&
        !access_decide(set, record, transition->decider).allowed) {
        const struct model_decider *decider = model_decider_row(model, transition->decider);
        struct str say = model_text(model, decider->say);
        return say.n > 0 ? say
                         : STR_JOIN(set->arena, STR("Only "), model_text(model, decider->label),
                                    STR(" may do this."));
    }
    bool starts = transition_is_start(model, transition);
    bool allowed = starts ? access_create_record(set, record).allowed
                          : access_record(set, record, VERB_DECIDE).allowed;
    return allowed ? STR("")
                   : access_refusal(set->arena, model, record->subject.entity,
                                    starts ? VERB_CREATE : VERB_DECIDE);
}

static bool check_decider(struct work_set *set, struct record *record,
                          const struct model_transition *transition, struct outcome *outcome)
{
    struct str refusal = decider_refusal(set, record, transition);
    if (refusal.n > 0) {
        report_problem(set, record, outcome, STATUS_FORBIDDEN, STR(""), STR("not_allowed"),
                       refusal);
    }
    return refusal.n == 0;
}

/* The state the record will be in. */
static uint32_t state_after(const struct record *record, const struct model_transition *transition)
{
    return transition->to != MODEL_NONE ? transition->to : record->state;
}

/* Everything that must hold before the state changes, checked as for the state that comes. */
static void check_before(struct work_set *set, struct record *record, uint32_t transition,
                         uint32_t form_to_come, struct outcome *outcome)
{
    const struct model *before = work_set_enter(set, record);
    struct check check = {
        .set = set,
        .record = record,
        .outcome = outcome,
        .state = state_after(record, model_transition_row(set->model, transition)),
        .transition = transition,
        .form_to_come = form_to_come,
    };
    check_transition(&check);
    check_answers(&check);
    check_loaded(set, outcome);
    work_set_leave(set, before);
}

/* The state changes, then what follows from it. */
static void take(struct work_set *set, struct record *record, uint32_t transition, struct act *act,
                 struct outcome *outcome, unsigned depth)
{
    LIST_PUSH(set->arena, &act->transitions, transition);
    LIST_PUSH(set->arena, &act->on, record);
    bool caused = depth > 0;
    LIST_PUSH(set->arena, &act->caused, caused);
    record_set_state(record, state_after(record, model_transition_row(set->model, transition)));
    record->changed = true; /* also when neither state nor answer changes: it is history */
    effects_run(set, record, transition, act, outcome, depth);
}

void act_take_inner(struct work_set *set, struct record *record, uint32_t transition,
                    struct act *act, struct outcome *outcome, unsigned depth)
{
    const struct model_transition *shape = model_transition_row(set->model, transition);
    if (depth > EFFECT_DEPTH_MAX) {
        (void)outcome_fault(outcome, STATUS_INTERNAL, STR("effects lead on without end"));
        return;
    }
    if (!check_state(set, record, shape, outcome)) {
        return;
    }
    settle_record(set, record);
    check_before(set, record, transition, MODEL_NONE, outcome);
    if (outcome->status == STATUS_OK) {
        take(set, record, transition, act, outcome, depth);
    }
}

/* The record of the worker who acts: expressions may ask for it. */
static void find_actor(struct work_set *set)
{
    if (set->actor_record == NULL && set->actor != NULL && !uuid_is_nil(set->actor->worker)) {
        set->actor_record = work_set_find(set, set->actor->worker);
        if (set->actor_record == NULL) {
            work_set_missing(set, STR("record of the"), STR("actor"));
        }
    }
}

/* What a person asks for, up to its effects. */
static void take_asked(struct work_set *set, struct record *record, uint32_t transition,
                       const struct input *input, struct act *act, struct outcome *outcome)
{
    const struct model_transition *shape = model_transition_row(set->model, transition);
    CHECK(shape->entity == record->subject.entity);
    bool starts = transition_is_start(set->model, shape);
    set->main = set->main != NULL ? set->main : record;
    find_actor(set);
    bool possible = check_state(set, record, shape, outcome);
    /* Whether one may make a record hangs on whose it will be, and that is in the input. */
    if ((!starts && !check_decider(set, record, shape, outcome)) || !possible) {
        check_loaded(set, outcome);
        return;
    }
    /* A step without a form asks nothing; a record that is started may be filled in at once. */
    struct input_scope scope = {.form = shape->form, .transition = transition};
    if (shape->form == MODEL_NONE && !starts && input->count > 0) {
        report_problem(set, record, outcome, STATUS_INVALID, STR(""), STR("nothing_asked"),
                       STR("This step asks for nothing. Save the answers first, then take it."));
    } else {
        input_apply(set, record, &scope, input, outcome);
    }
    settle(set);
    if (starts && !check_decider(set, record, shape, outcome)) {
        check_loaded(set, outcome);
        return;
    }
    check_before(set, record, transition, MODEL_NONE, outcome);
    if (outcome->status == STATUS_OK) {
        take(set, record, transition, act, outcome, 0);
    }
}

void act_take(struct work_set *set, struct record *record, uint32_t transition,
              const struct input *input, struct act *act, struct outcome *outcome)
{
    const struct model *before = work_set_enter(set, record);
    take_asked(set, record, transition, input, act, outcome);
    work_set_leave(set, before);
    if (outcome->status == STATUS_OK) {
        act_finish(set, outcome);
    }
}

uint32_t act_reopening(const struct model *model, const struct record *record)
{
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < entity->transitions_count; i++) {
        uint32_t row = entity->transitions_first + i;
        const struct model_transition *transition = model_transition_row(model, row);
        if (!transition_is_start(model, transition) && transition->to != MODEL_NONE &&
            !model_state_row(model, transition->to)->closed &&
            transition_leads_from(model, transition, record->state)) {
            return row;
        }
    }
    return MODEL_NONE;
}

static unsigned place_of(const struct model *model, const struct act_offer *offer)
{
    static const unsigned places[WEIGHT__COUNT] = {
        [WEIGHT_MAIN] = 0, [WEIGHT_EVEN] = 1, [WEIGHT_QUIET] = 2};
    return places[model_transition_row(model, offer->transition)->weight];
}

/* Among those that weigh the same the order of the model stands. */
static void sort_offers(const struct model *model, struct act_offer *offers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct act_offer offer = offers[i];
        size_t at = i;
        while (at > 0 && place_of(model, &offers[at - 1]) > place_of(model, &offer)) {
            offers[at] = offers[at - 1];
            at--;
        }
        offers[at] = offer;
    }
}

bool act_may_be_offered(const struct model *model, uint32_t transition, uint32_t state)
{
    const struct model_transition *shape = model_transition_row(model, transition);
    return !transition_is_start(model, shape) && !duty_is_by(model, transition) &&
           transition_leads_from(model, shape, state);
}

size_t act_offers(struct work_set *set, struct record *record, struct act_offer **ret_offers)
{
    const struct model *before = work_set_enter(set, record);
    const struct model *model = set->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    LIST(struct act_offer) offers = {0};
    find_actor(set);
    for (uint32_t i = 0; i < entity->transitions_count && record_stands(record); i++) {
        uint32_t row = entity->transitions_first + i;
        const struct model_transition *transition = model_transition_row(model, row);
        if (!act_may_be_offered(model, row, record->state) ||
            !work_set_true(set, transition->offered, &record->subject)) {
            continue;
        }
        struct act_offer offer = {.transition = row};
        offer.refusal = decider_refusal(set, record, transition);
        offer.allowed = offer.refusal.n == 0;
        outcome_init(&offer.outcome, set->arena);
        check_before(set, record, row, transition->form, &offer.outcome);
        LIST_PUSH(set->arena, &offers, offer);
    }
    sort_offers(model, offers.items, offers.count);
    work_set_leave(set, before);
    *ret_offers = offers.items;
    return offers.count;
}
