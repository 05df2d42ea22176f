/* What a transition does besides changing the state: fields set, records made, steps taken on other
 * records, people told. In order, depth first, with the right that the transition was granted. */
#include "rule/rule_int.h"

/* Where the effects of one transition run. */
struct running {
    struct work_set *set;
    struct record *record;
    struct act *act;
    struct outcome *outcome;
    unsigned depth;
    /* What expressions may name: slot 0 the member, the others what earlier effects made. */
    const struct subject *bound[EXPR_VARIABLES_MAX];
};

static struct expr_host host_of(const struct running *running)
{
    struct expr_host host = work_set_host(running->set);
    for (size_t i = 0; i < EXPR_VARIABLES_MAX; i++) {
        host.bound[i] = running->bound[i];
    }
    return host;
}

static struct value value_of(const struct running *running, uint32_t expr)
{
    struct expr_host host = host_of(running);
    return expr == MODEL_NONE ? value_unset()
                              : expr_evaluate(&host, expr, &running->record->subject);
}

static bool is_true(const struct running *running, uint32_t expr)
{
    struct expr_host host = host_of(running);
    return expr == MODEL_NONE || expr_is_true(&host, expr, &running->record->subject);
}

/* What an effect without a target changes: the member, or without one the record. */
static struct subject *default_target(const struct running *running)
{
    const struct subject *member = running->bound[0];
    if (member == NULL) {
        return &running->record->subject;
    }
    return member->row != NULL ? &member->row->subject : &member->record->subject;
}

/* The record an expression leads to, or NULL when it leads to none. */
static struct record *record_at(const struct running *running, uint32_t expr)
{
    struct value value = value_of(running, expr);
    if (value.type != VALUE_REFERENCE) {
        return NULL;
    }
    struct record *record = work_set_find(running->set, value.reference);
    if (record == NULL) {
        work_set_missing(
            running->set, STR("target of an effect of"),
            model_text(
                running->set->model,
                model_entity_row(running->set->model, running->record->subject.entity)->name));
    }
    return record;
}

/* The answer of an assignment. A plain field gives its whole answer, with the reason why there is
 * none and who was asked; every other expression gives a value. */
static struct answer answer_for(const struct running *running,
                                const struct model_assignment *assignment)
{
    struct work_set *set = running->set;
    const struct expr_node *node = &model_nodes(set->model)[assignment->value];
    if (node->op == EXPR_FIELD) {
        struct expr_host host = host_of(running);
        const struct subject *from = host_subject(&host, node->first, &running->record->subject);
        const struct model_field *to = model_field_row(set->model, assignment->field);
        if (from != NULL && model_field_row(set->model, node->id)->kind == to->kind) {
            return answer_get(from, node->id);
        }
    }
    return answer_of(value_for_field(set, assignment->field, value_of(running, assignment->value)));
}

static void assign(const struct running *running, const struct model_effect *effect,
                   struct subject *target)
{
    const struct model *model = running->set->model;
    for (uint32_t i = 0; i < effect->assignments_count; i++) {
        const struct model_assignment *assignment =
            model_assignment_row(model, effect->assignments_first + i);
        answer_set(target, assignment->field, answer_for(running, assignment));
    }
}

static void effect_set(const struct running *running, const struct model_effect *effect)
{
    if (effect->target == MODEL_NONE) {
        assign(running, effect, default_target(running));
        return;
    }
    struct record *record = record_at(running, effect->target);
    if (record != NULL) {
        assign(running, effect, &record->subject);
    }
}

/* ---- copies ---- */

static void copy_answers(struct work_set *set, const struct subject *from, struct subject *to)
{
    struct field_range fields = subject_fields(from);
    for (uint32_t i = 0; i < fields.count; i++) {
        const struct model_field *shape = model_field_row(set->model, fields.first + i);
        if (!shape->kernel && shape->by == MODEL_NONE && shape->derived == MODEL_NONE) {
            answer_set(to, fields.first + i, answer_get(from, fields.first + i));
        }
    }
}

/* The copy of a row: rows were copied in their order. NULL when its list was not copied. */
static const struct row *copy_of(const struct record *from, const struct record *to, uint32_t list,
                                 struct uuid id)
{
    const struct model *model = from->set->model;
    uint32_t at = list - model_entity_row(model, from->subject.entity)->lists_first;
    const struct rows *old = &from->lists[at], *copies = &to->lists[at];
    size_t next = 0;
    for (size_t i = 0; i < old->items.count; i++) {
        if (old->items.items[i]->removed) {
            continue;
        }
        if (uuid_eq(old->items.items[i]->subject.id, id)) {
            return next < copies->items.count ? copies->items.items[next] : NULL;
        }
        next++;
    }
    return NULL;
}

/* What named a row of the original names its copy. */
static void rename_rows(const struct record *from, const struct record *to, struct subject *subject)
{
    struct field_range fields = subject_fields(subject);
    for (uint32_t i = 0; i < fields.count; i++) {
        const struct model_field *shape = model_field_row(from->set->model, fields.first + i);
        if (shape->kind != FIELD_ROW) {
            continue;
        }
        struct value value = value_get(subject, fields.first + i);
        const struct row *copy =
            value.type == VALUE_REFERENCE ? copy_of(from, to, shape->rows, value.reference) : NULL;
        if (copy != NULL) {
            answer_set(subject, fields.first + i, answer_of(value_reference(copy->subject.id)));
        }
    }
}

/* The typed answers and rows of another record of the same kind, without signatures: one is given
 * to one text only. */
static void copy_record(struct work_set *set, const struct record *from, struct record *to)
{
    const struct model_entity *shape = model_entity_row(set->model, from->subject.entity);
    copy_answers(set, &from->subject, &to->subject);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct rows *rows = &from->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            if (!rows->items.items[k]->removed &&
                model_signature(set->model, shape->lists_first + i) == MODEL_NONE) {
                struct row *row = record_add_row(to, shape->lists_first + i);
                copy_answers(set, &rows->items.items[k]->subject, &row->subject);
            }
        }
    }
    rename_rows(from, to, &to->subject);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        for (size_t k = 0; k < to->lists[i].items.count; k++) {
            rename_rows(from, to, &to->lists[i].items.items[k]->subject);
        }
    }
}

/* ---- the kinds ---- */

static void effect_create(struct running *running, const struct model_effect *effect)
{
    struct work_set *set = running->set;
    struct record *made = work_set_create(set, effect->entity);
    const struct record *original =
        effect->copy != MODEL_NONE ? record_at(running, effect->copy) : NULL;
    if (original != NULL) {
        CHECK(original->subject.entity == effect->entity);
        copy_record(set, original, made);
    }
    assign(running, effect, &made->subject);
    settle_place(set, made);
    set->created = made;
    if (effect->slot > 0 && effect->slot < EXPR_VARIABLES_MAX) {
        running->bound[effect->slot] = &made->subject;
    }
    if (effect->link != MODEL_NONE) {
        answer_set(default_target(running), effect->link,
                   answer_of(value_reference(made->subject.id)));
    }
}

static void effect_do(const struct running *running, const struct model_effect *effect)
{
    struct record *record = effect->target != MODEL_NONE ? record_at(running, effect->target)
                                                         : default_target(running)->record;
    if (record != NULL) {
        act_take_inner(running->set, record, effect->transition, running->act, running->outcome,
                       running->depth + 1);
    }
}

static void effect_tell(const struct running *running, const struct model_effect *effect)
{
    struct work_set *set = running->set;
    const struct record *about =
        effect->target != MODEL_NONE ? record_at(running, effect->target) : running->record;
    if (about == NULL) {
        return;
    }
    struct act_notice notice = {
        .decider = effect->decider,
        .record = about->subject.id,
        .say = model_text(set->model, effect->say),
    };
    if (effect->tell != MODEL_NONE) {
        struct value worker = value_of(running, effect->tell);
        if (worker.type != VALUE_REFERENCE) {
            return;
        }
        notice.worker = worker.reference;
        notice.decider = MODEL_NONE;
    }
    LIST_PUSH(set->arena, &running->act->notices, notice);
}

static void run_once(struct running *running, const struct model_effect *effect)
{
    if (!is_true(running, effect->when)) {
        return;
    }
    switch (effect->kind) {
    case EFFECT_SET:
        effect_set(running, effect);
        return;
    case EFFECT_CREATE:
        effect_create(running, effect);
        return;
    case EFFECT_DO:
        effect_do(running, effect);
        return;
    case EFFECT_TELL:
        effect_tell(running, effect);
        return;
    default:
        CHECK(false);
    }
}

/* The members are those that are there when the effect begins: it may add to the collection. */
static void run_each(struct running *running, const struct model_effect *effect)
{
    struct work_set *set = running->set;
    const struct record *of = running->record;
    if (effect->collection_of != MODEL_NONE) {
        of = record_at(running, effect->collection_of);
    }
    if (of == NULL) {
        return;
    }
    size_t count = 0;
    const struct subject *const *now =
        work_set_members(set, &of->subject, effect->collection, &count);
    const struct subject **members = ARENA_ARRAY(set->arena, count, const struct subject *);
    for (size_t i = 0; i < count; i++) {
        members[i] = now[i];
    }
    for (size_t i = 0; i < count; i++) {
        running->bound[0] = members[i];
        if (is_true(running, effect->where)) {
            run_once(running, effect);
        }
    }
    running->bound[0] = NULL;
}

void effects_run(struct work_set *set, struct record *record, uint32_t transition, struct act *act,
                 struct outcome *outcome, unsigned depth)
{
    const struct model_transition *shape = model_transition_row(set->model, transition);
    struct running running = {
        .set = set, .record = record, .act = act, .outcome = outcome, .depth = depth};
    struct record *outer = set->created;
    set->created = NULL;
    for (uint32_t i = 0; i < shape->effects_count && outcome->status == STATUS_OK; i++) {
        const struct model_effect *effect = model_effect_row(set->model, shape->effects_first + i);
        if (effect->collection != MODEL_NONE) {
            run_each(&running, effect);
        } else {
            run_once(&running, effect);
        }
        check_loaded(set, outcome);
    }
    set->created = outer;
}
