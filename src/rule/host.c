/* Expressions over a work set. */
#include "rule/rule_int.h"

/* A reference is to the record it leads to, also where that is found under another id. */
static struct value host_field(void *context, const void *subject, uint32_t field)
{
    struct work_set *set = context;
    if (!subject_has_read(subject, field)) {
        work_set_missing(set, STR("field"),
                         model_text(set->model, model_field_row(set->model, field)->name));
    }
    struct value value = value_get(subject, field);
    if (value.type == VALUE_REFERENCE) {
        const struct record *record = work_set_find(context, value.reference);
        value.reference = record != NULL ? record->subject.id : value.reference;
    }
    return value;
}

static struct uuid host_identity(void *context, const void *subject)
{
    (void)context;
    const struct subject *of = subject;
    return of->id;
}

static struct str host_why(void *context, const void *subject, uint32_t field)
{
    (void)context;
    struct answer answer = answer_get(subject, field);
    return answer.why == MODEL_NONE ? STR("") : model_non_answer_name(answer.why);
}

static const void *host_follow(void *context, const void *subject, uint32_t field)
{
    struct work_set *set = context;
    struct value value = value_get(subject, field);
    if (value.type != VALUE_REFERENCE) {
        return NULL;
    }
    const struct model_field *shape = model_field_row(set->model, field);
    if (shape->kind == FIELD_ROW) {
        return row_chosen(subject, shape->rows, value.reference);
    }
    const struct record *record = work_set_find(set, value.reference);
    if (record == NULL) {
        work_set_missing(set, STR("reference"), model_text(set->model, shape->name));
        return NULL;
    }
    return &record->subject;
}

static size_t host_collect(void *context, const void *subject, uint32_t collection,
                           const void *const **ret_members)
{
    size_t count = 0;
    const void *members = work_set_members(context, subject, collection, &count);
    *ret_members = members;
    return count;
}

static uint32_t host_fact(void *context, uint32_t fact)
{
    const struct work_set *set = context;
    return model_fact_row(set->model, fact)->is;
}

struct expr_host work_set_host(struct work_set *set)
{
    return (struct expr_host){
        .context = set,
        .nodes = model_nodes(set->model),
        .text = model_expr_text(set->model),
        .arena = set->arena,
        .now = set->now,
        .today = set->today,
        .actor = set->actor_record != NULL ? &set->actor_record->subject : NULL,
        .created = set->created != NULL ? &set->created->subject : NULL,
        .field = host_field,
        .identity = host_identity,
        .why = host_why,
        .follow = host_follow,
        .collect = host_collect,
        .fact = host_fact,
    };
}

bool work_set_true_with(struct work_set *set, uint32_t expr, const struct subject *subject,
                        const struct subject *member)
{
    if (expr == MODEL_NONE) {
        return true;
    }
    struct expr_host host = work_set_host(set);
    host.bound[0] = member;
    return expr_is_true(&host, expr, subject);
}

struct value work_set_value_with(struct work_set *set, uint32_t expr, const struct subject *subject,
                                 const struct subject *member)
{
    if (expr == MODEL_NONE) {
        return value_unset();
    }
    struct expr_host host = work_set_host(set);
    host.bound[0] = member;
    return expr_evaluate(&host, expr, subject);
}

bool work_set_true(struct work_set *set, uint32_t expr, const struct subject *subject)
{
    return work_set_true_with(set, expr, subject, NULL);
}

struct value work_set_value(struct work_set *set, uint32_t expr, const struct subject *subject)
{
    return work_set_value_with(set, expr, subject, NULL);
}

const struct subject *host_subject(const struct expr_host *host, uint32_t node,
                                   const struct subject *subject)
{
    uint32_t path[EXPR_DEPTH_MAX]; /* of references, the last one first */
    size_t length = 0;
    while (host->nodes[node].op == EXPR_FOLLOW && length < EXPR_DEPTH_MAX) {
        path[length++] = host->nodes[node].id;
        node = host->nodes[node].first;
    }
    const struct expr_node *first = &host->nodes[node];
    const void *at = first->op == EXPR_THIS       ? subject
                     : first->op == EXPR_ACTOR    ? host->actor
                     : first->op == EXPR_CREATED  ? host->created
                     : first->op == EXPR_VARIABLE ? host->bound[first->id]
                                                  : NULL;
    while (length > 0 && at != NULL) {
        at = host->follow(host->context, at, path[--length]);
    }
    return at;
}
