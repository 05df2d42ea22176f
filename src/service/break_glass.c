/* Opening in an emergency what one may not read: for hours, with a reason, told to those who answer
 * for the record, and reviewed afterwards. What is opened, by whom and for how long is said by the
 * policy and the class (docs/model-language.md, section 7); the record of it is an entity of the
 * model, whose transitions say who is told and who reviews. */
#include "rule/access.h"
#include "rule/act.h"
#include "service/service.h"
#include "store/grant.h"

enum status service_no_glass(struct outcome *outcome)
{
    outcome_problem(outcome, STATUS_NOT_FOUND, STR(""), STR("not_found"),
                    STR("There is no such record."));
    return STATUS_NOT_FOUND;
}

static enum status check_reason(struct outcome *outcome, struct str reason)
{
    if (str_trim(reason).n > 0) {
        return STATUS_OK;
    }
    outcome_problem(outcome, STATUS_INVALID, STR("reason"), STR("required"),
                    STR("Say why this cannot wait for somebody who may read it."));
    return STATUS_INVALID;
}

/* The reference of the record of it that leads to such a root; MODEL_NONE: the model has none. */
static uint32_t leads_to(const struct model *model, uint32_t review, uint32_t root)
{
    const struct model_entity *shape = model_entity_row(model, review);
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        uint32_t row = shape->fields_first + i;
        const struct model_field *field = model_field_row(model, row);
        if (field->kind == FIELD_REFERENCE && field->target == root && !field->kernel &&
            row != shape->owner) {
            return row;
        }
    }
    return MODEL_NONE;
}

static enum status load_for(struct uow *uow, struct record *record, uint32_t transition)
{
    const struct model *model = uow_set(uow)->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    const struct model_transition *start = model_transition_row(model, transition);
    TRY(uow_steps(uow, record, entity->loads_first, entity->loads_count));
    return uow_steps(uow, record, start->loads_first, start->loads_count);
}

static enum status no_review(struct uow *uow)
{
    return outcome_fault(uow_outcome(uow), STATUS_INTERNAL,
                         STR("the model has no record of an emergency for such a root"));
}

/* The record of it, of the agency that answers for what is opened. */
static enum status write_review(struct uow *uow, const struct service_break_glass *glass,
                                const struct record *root, struct instant until,
                                struct record **ret_review)
{
    struct work_set *set = uow_set(uow);
    const struct model *model = set->model;
    const struct input_pair reason = {STR("reason"), glass->reason};
    const struct input input = {&reason, 1};
    struct input_scope scope = {.form = MODEL_NONE};
    struct act *act = ARENA_NEW(set->arena, struct act);
    struct record *review;
    if (glass->review == MODEL_NONE || glass->until == MODEL_NONE) {
        return no_review(uow);
    }
    uint32_t field = leads_to(model, glass->review, root->subject.entity);
    uint32_t start = model_transition_by_name(model, glass->review, STR("start"));
    if (field == MODEL_NONE || start == MODEL_NONE) {
        return no_review(uow);
    }
    scope.transition = start;
    TRY(uow_create(uow, glass->review, root->agency, MODEL_NONE, (struct uuid){{0}}, &review));
    set->main = review;
    answer_set(&review->subject, field, answer_of(value_reference(root->subject.id)));
    answer_set(&review->subject, glass->until,
               answer_of(value_datetime(until, zone_date(set->calendar.zone, until))));
    input_apply(set, review, &scope, &input, uow_outcome(uow));
    TRY(uow_outcome(uow)->status);
    TRY(load_for(uow, review, start));
    act_take(set, review, start, &(struct input){0}, act, uow_outcome(uow));
    TRY(uow_outcome(uow)->status);
    uow_act(uow, act);
    uow_result(uow, review);
    *ret_review = review;
    return STATUS_OK;
}

enum status service_break_glass(struct uow *uow, void *given)
{
    struct service_break_glass *glass = given;
    const struct work_set *set = uow_set(uow);
    struct record *record, *root, *review;
    TRY(uow_glance(uow, glass->entity, glass->record, &record));
    if (access_record(set, record, VERB_READ).allowed) {
        return STATUS_OK; /* it is open */
    }
    if (!access_may_break_glass(set, record)) {
        return service_no_glass(uow_outcome(uow));
    }
    TRY(check_reason(uow_outcome(uow), glass->reason));
    const struct model_entity *shape = model_entity_row(set->model, glass->entity);
    int32_t hours = model_record_class_row(set->model, shape->class)->break_glass_hours;
    struct instant until = instant_add_ms(set->now, hours * HOUR_MS);
    TRY(uow_peek(uow, shape->root, record->root, &root));
    TRY(write_review(uow, glass, root, until, &review));
    struct store_grant grant = {
        .kind = GRANT_BREAK_GLASS,
        .scope = SCOPE_BREAK_GLASS,
        .subject = set->actor->worker,
        .reason = glass->reason,
        .begins_at = set->now,
        .ends_at = until,
    };
    TRY(uow_grant(uow, root, &grant));
    glass->written = review->subject.id;
    glass->ends_at = until;
    return STATUS_OK;
}
