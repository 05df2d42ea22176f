#include "rule/rests.h"

/* What is read, by rows of the model; marked once each, so that the walk ends. */
struct reads {
    const struct model *model;
    bool *fields, *lists, *facts, *transitions;
};

/* ---- what is read ---- */

static void read_expression(struct reads *reads, uint32_t root);

static void read_field(struct reads *reads, uint32_t field)
{
    if (field != MODEL_NONE && !reads->fields[field]) {
        reads->fields[field] = true;
        read_expression(reads, model_field_row(reads->model, field)->derived);
    }
}

static void read_fact(struct reads *reads, uint32_t fact)
{
    if (fact != MODEL_NONE && !reads->facts[fact]) {
        reads->facts[fact] = true;
        read_expression(reads, model_fact_row(reads->model, fact)->is);
    }
}

/* Which members there are. */
static void read_collection(struct reads *reads, uint32_t collection)
{
    if (collection != MODEL_NONE) {
        const struct model_collection *row = model_collection_row(reads->model, collection);
        read_field(reads, row->reference);
        if (row->list != MODEL_NONE) {
            reads->lists[row->list] = true;
        }
    }
}

static void read_expression(struct reads *reads, uint32_t root)
{
    const struct expr_node *nodes = model_nodes(reads->model);
    if (root == MODEL_NONE) {
        return;
    }
    const struct expr_node *node = &nodes[root];
    if (node->op == EXPR_FIELD || node->op == EXPR_WHY || node->op == EXPR_ADDRESSED ||
        node->op == EXPR_FOLLOW) {
        read_field(reads, node->id);
    } else if (node->op == EXPR_FACT) {
        read_fact(reads, node->id);
    } else if (node->op == EXPR_MEMBERS) {
        read_collection(reads, node->id);
    }
    for (uint32_t child = node->first; child != EXPR_NONE; child = nodes[child].next) {
        read_expression(reads, child);
    }
}

static void read_transition(struct reads *reads, uint32_t transition);

static void read_effect(struct reads *reads, const struct model_effect *effect)
{
    read_collection(reads, effect->collection);
    read_expression(reads, effect->collection_of);
    read_expression(reads, effect->where);
    read_expression(reads, effect->when);
    read_expression(reads, effect->copy);
    read_expression(reads, effect->target);
    read_expression(reads, effect->tell);
    for (uint32_t i = 0; i < effect->assignments_count; i++) {
        read_expression(reads,
                        model_assignment_row(reads->model, effect->assignments_first + i)->value);
    }
    if (effect->transition != MODEL_NONE) {
        read_transition(reads, effect->transition);
    }
}

static void read_requirement(struct reads *reads, const struct model_requirement_item *item)
{
    read_field(reads, item->field);
    read_fact(reads, item->fact);
    if (item->list != MODEL_NONE) {
        reads->lists[item->list] = true;
    }
}

static void read_transition(struct reads *reads, uint32_t transition)
{
    const struct model *model = reads->model;
    const struct model_transition *row = model_transition_row(model, transition);
    if (reads->transitions[transition]) {
        return;
    }
    reads->transitions[transition] = true;
    for (uint32_t i = 0; i < row->requirements_count; i++) {
        read_requirement(reads, model_requirement_item_row(model, row->requirements_first + i));
    }
    for (uint32_t i = 0; i < row->guards_count; i++) {
        read_expression(reads, model_guard_row(model, row->guards_first + i)->holds);
    }
    read_expression(reads, row->offered);
    read_expression(reads, model_decider_row(model, row->decider)->allow);
    for (uint32_t i = 0; i < row->effects_count; i++) {
        read_effect(reads, model_effect_row(model, row->effects_first + i));
    }
}

/* ---- what changed of it ---- */

static bool field_changed(const struct reads *reads, uint32_t first, uint32_t count,
                          const struct answer *before, const struct answer *now)
{
    for (uint32_t i = first; i < first + count && before != NULL; i++) {
        const struct model_field *field = model_field_row(reads->model, i);
        if (reads->fields[i] && !field->kernel &&
            !answer_same(&before[field->slot], &now[field->slot])) {
            return true;
        }
    }
    return false;
}

static bool list_changed(const struct reads *reads, const struct rows *rows, uint32_t list)
{
    const struct model_list *shape = model_list_row(reads->model, list);
    bool changed = rows->changed && reads->lists[list];
    for (size_t i = 0; i < rows->items.count && !changed; i++) {
        const struct row *row = rows->items.items[i];
        changed = field_changed(reads, shape->fields_first, shape->fields_count, row->before,
                                row->subject.answers);
    }
    return changed;
}

static struct reads nothing_read(struct arena *arena, const struct model *model)
{
    return (struct reads){
        .model = model,
        .fields = ARENA_ARRAY(arena, model_field_total(model), bool),
        .lists = ARENA_ARRAY(arena, model_list_total(model), bool),
        .facts = ARENA_ARRAY(arena, model_fact_total(model), bool),
        .transitions = ARENA_ARRAY(arena, model_transition_total(model), bool),
    };
}

const bool *rests_on_fields(struct arena *arena, const struct model *model, uint32_t entity)
{
    struct reads reads = nothing_read(arena, model);
    for (uint32_t i = 0; i < model_transition_total(model); i++) {
        const struct model_transition *transition = model_transition_row(model, i);
        if (transition->entity == entity && transition->keeps) {
            read_transition(&reads, i);
        }
    }
    return reads.fields;
}

bool rests_on_change(const struct record *record, uint32_t transition)
{
    const struct model *model = record->set->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    struct reads reads = nothing_read(record->set->arena, model);
    read_transition(&reads, transition);
    bool changed = field_changed(&reads, entity->fields_first, entity->fields_count, record->before,
                                 record->subject.answers);
    for (uint32_t i = 0; i < entity->lists_count && !changed; i++) {
        changed = list_changed(&reads, &record->lists[i], entity->lists_first + i);
    }
    return changed;
}
