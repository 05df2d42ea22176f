#include "rule/authors.h"

#include "rule/rule_int.h"

static bool needs_four_eyes(const struct model *model, uint32_t decider)
{
    return decider != MODEL_NONE && model_decider_row(model, decider)->not_author;
}

bool authors_matter(const struct model *model, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    for (uint32_t i = 0; i < shape->transitions_count; i++) {
        const struct model_transition *transition =
            model_transition_row(model, shape->transitions_first + i);
        bool matter = needs_four_eyes(model, transition->decider);
        for (uint32_t k = 0; k < transition->effects_count && !matter; k++) {
            matter = needs_four_eyes(
                model, model_effect_row(model, transition->effects_first + k)->decider);
        }
        if (matter) {
            return true;
        }
    }
    return false;
}

/* Whether the text can be written on after it: it was sent back, not decided. */
static bool sends_back(const struct model *model, const struct model_transition *transition)
{
    return transition->to != MODEL_NONE && model_state_row(model, transition->to)->editable;
}

bool authors_include(const struct record *record, struct uuid worker)
{
    for (size_t i = 0; i < record->authors.workers.count; i++) {
        if (uuid_eq(record->authors.workers.items[i], worker)) {
            return true;
        }
    }
    return false;
}

static void add_author(struct record *record, struct uuid worker)
{
    if (!uuid_is_nil(worker) && !authors_include(record, worker)) {
        LIST_PUSH(record->set->arena, &record->authors.workers, worker);
    }
}

bool authors_add(struct record *record, const struct author_change *change)
{
    const struct model *model = record->set->model;
    const struct model_transition *taken =
        change->transition != MODEL_NONE ? model_transition_row(model, change->transition) : NULL;
    if (change->way == CHANGE_WRITTEN || (taken != NULL && transition_is_start(model, taken))) {
        add_author(record, change->by);
    }
    if (taken == NULL) {
        return true;
    }
    bool decides = needs_four_eyes(model, taken->decider);
    if (taken->to != MODEL_NONE && !record->authors.arrived) {
        record->authors.arrived = true;
        if (taken->to == record->state && change->way == CHANGE_TAKEN && !decides) {
            add_author(record, change->by);
        }
    }
    return !decides || sends_back(model, taken);
}

void authors_write(struct record *record)
{
    record->written = true;
    if (record->set->actor != NULL) {
        add_author(record, record->set->actor->worker);
    }
}
