/* What follows from answers before anything is checked: what is no longer relevant goes, derived
 * fields are computed, and a record knows its root and agency. */
#include "rule/rule_int.h"

/* Answers may hang on each other; a model in which they never come to rest is left as it is after
 * so many rounds, and its checks speak. */
#define SETTLE_ROUNDS_MAX 8

/* Whether the answer names a row that is no longer there. */
static bool leads_nowhere(const struct subject *subject, const struct model_field *field,
                          const struct answer *answer)
{
    return field->kind == FIELD_ROW && answer->value.type == VALUE_REFERENCE &&
           row_chosen(subject, field->rows, answer->value.reference) == NULL;
}

/* Returns whether an answer changed. */
static bool settle_field(struct work_set *set, struct subject *subject, uint32_t field)
{
    const struct model_field *shape = model_field_row(set->model, field);
    if (shape->kernel || !model_has_field(set->model, field) ||
        (shape->relevant == MODEL_NONE && shape->derived == MODEL_NONE &&
         shape->kind != FIELD_ROW)) {
        return false;
    }
    struct answer old = answer_get(subject, field);
    struct answer answer = old;
    if (leads_nowhere(subject, shape, &old) || !work_set_true(set, shape->relevant, subject)) {
        answer = answer_unset();
    } else if (shape->derived != MODEL_NONE) {
        struct value value = work_set_value(set, shape->derived, subject);
        answer = answer_of(value_for_field(set, field, value));
    }
    if (answer_same(&old, &answer)) {
        return false;
    }
    answer_set(subject, field, answer);
    return true;
}

static bool settle_subject(struct work_set *set, struct subject *subject)
{
    struct field_range fields = subject_fields(subject);
    bool moved = false;
    for (uint32_t i = 0; i < fields.count; i++) {
        moved = settle_field(set, subject, fields.first + i) || moved;
    }
    return moved;
}

static bool settle_round(struct work_set *set, struct record *record)
{
    bool moved = settle_subject(set, &record->subject);
    uint32_t lists = model_entity_row(set->model, record->subject.entity)->lists_count;
    for (uint32_t i = 0; i < lists; i++) {
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            if (!rows->items.items[k]->removed) {
                moved = settle_subject(set, &rows->items.items[k]->subject) || moved;
            }
        }
    }
    return moved;
}

/* A root belongs to the agency its owner field names; a new one to that of the worker. */
static void place_root(struct record *record, uint32_t owner)
{
    if (owner == MODEL_NONE) {
        return;
    }
    struct value value = value_get(&record->subject, owner);
    if (value.type == VALUE_REFERENCE) {
        record->agency = value.reference;
    } else if (record->is_new && !uuid_is_nil(record->agency)) {
        answer_set(&record->subject, owner, answer_of(value_reference(record->agency)));
    }
}

/* A part is where its parent is, and seen by whom that is, unless it says so itself. */
static void place_part(struct work_set *set, struct record *record, uint32_t parent)
{
    struct value value = value_get(&record->subject, parent);
    if (value.type != VALUE_REFERENCE) {
        return;
    }
    const struct record *above = work_set_find(set, value.reference);
    if (above != NULL) {
        record->root = above->root;
        record->agency = above->agency;
        if (model_entity_row(set->model, record->subject.entity)->audiences_count == 0) {
            record->audiences = above->audiences;
            record->audience_count = above->audience_count;
        }
    } else if (record->is_new) {
        work_set_missing(set, STR("parent"),
                         model_text(set->model, model_field_row(set->model, parent)->name));
    }
}

void settle_place(struct work_set *set, struct record *record)
{
    const struct model_entity *shape = model_entity_row(set->model, record->subject.entity);
    if (shape->kind == ENTITY_ROOT) {
        place_root(record, shape->owner);
    } else if (shape->kind == ENTITY_PART && shape->parent != MODEL_NONE) {
        place_part(set, record, shape->parent);
    }
}

void settle_record(struct work_set *set, struct record *record)
{
    settle_place(set, record);
    const struct model *before = work_set_enter(set, record);
    for (unsigned i = 0; i < SETTLE_ROUNDS_MAX && settle_round(set, record); i++) {
    }
    work_set_leave(set, before);
}

void settle(struct work_set *set)
{
    for (size_t i = 0; i < set->records.count; i++) {
        if (set->records.items[i]->changed && !record_is_expunged(set->records.items[i])) {
            settle_record(set, set->records.items[i]);
        }
    }
}
