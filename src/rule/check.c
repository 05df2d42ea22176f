/* What stands in the way of a save or a transition: required answers, values that cannot be,
 * limits, periods that overlap, invariants, requirements and guards. Everything is reported at
 * once, each with what would be right. */
#include "base/buf.h"
#include "rule/rule_int.h"

static bool is_reported(const struct outcome *outcome, struct str where, struct str code)
{
    for (size_t i = 0; i < outcome->problems.count; i++) {
        const struct problem *one = &outcome->problems.items[i];
        if (str_eq(one->where, where) && str_eq(one->code, code)) {
            return true;
        }
    }
    return false;
}

void report_problem(struct work_set *set, const struct record *record, struct outcome *outcome,
                    enum status status, struct str where, struct str code, struct str message)
{
    if (set->main != NULL && record != set->main) {
        const struct model_entity *entity = model_entity_row(set->model, record->subject.entity);
        where = STR_JOIN(set->arena, model_text(set->model, entity->name), STR("/"), where);
        message = STR_JOIN(set->arena, model_text(set->model, entity->label), STR(": "), message);
    }
    if (!is_reported(outcome, where, code)) {
        outcome_problem(outcome, status, where, code, message);
    }
}

static void report(const struct check *check, enum status status, struct str where, struct str code,
                   struct str message)
{
    report_problem(check->set, check->record, check->outcome, status, where, code, message);
}

static void report_guard(const struct check *check, const struct model_guard *guard)
{
    const struct model *model = check->set->model;
    struct str message = model_text(model, guard->message);
    struct str better = model_text(model, guard->better);
    report(check, STATUS_REFUSED, STR(""), model_text(model, guard->name),
           better.n == 0 ? message : STR_JOIN(check->set->arena, message, STR(" "), better));
}

void check_loaded(const struct work_set *set, struct outcome *outcome)
{
    if (set->missing && outcome->status != STATUS_INTERNAL) {
        (void)outcome_fault(outcome, STATUS_INTERNAL,
                            STR_JOIN(outcome->arena, STR("not loaded: "), set->not_loaded));
    }
}

/* ---- forms ---- */

/* Whether the columns of an item name the field; without columns all fields of the list do. */
static bool columns_have(const struct model *model, const struct model_form_item *item,
                         uint32_t field)
{
    for (uint32_t i = 0; i < item->columns_count; i++) {
        if (model_list_column_row(model, item->columns_first + i)->field == field) {
            return true;
        }
    }
    return item->columns_count == 0;
}

bool form_has_field(const struct model *model, uint32_t form, uint32_t field)
{
    if (form == MODEL_NONE || model_field_row(model, field)->hidden) {
        return false;
    }
    const struct model_form *shape = model_form_row(model, form);
    uint32_t list = model_field_row(model, field)->list;
    for (uint32_t i = 0; i < shape->items_count; i++) {
        const struct model_form_item *item = model_form_item_row(model, shape->items_first + i);
        bool rows = item->kind == ITEM_ROWS && item->list == list && list != MODEL_NONE;
        bool grid = item->kind == ITEM_GRID && item->list == list && list != MODEL_NONE;
        if ((item->kind == ITEM_FIELD && item->field == field) || grid ||
            (rows && columns_have(model, item, field))) {
            return true;
        }
    }
    return false;
}

bool form_has_list(const struct model *model, uint32_t form, uint32_t list)
{
    const struct model_form *shape = model_form_row(model, form);
    for (uint32_t i = 0; i < shape->items_count; i++) {
        const struct model_form_item *item = model_form_item_row(model, shape->items_first + i);
        if ((item->kind == ITEM_ROWS || item->kind == ITEM_GRID) && item->list == list) {
            return true;
        }
    }
    return false;
}

/* ---- required ---- */

/* Whether a record in this state must be complete: not while it is being written. */
static bool must_be_complete(const struct check *check)
{
    const struct model *model = check->set->model;
    const struct model_entity *entity = model_entity_row(model, check->record->subject.entity);
    if (check->state == MODEL_NONE) {
        return entity->states_count == 0;
    }
    const struct model_state *state = model_state_row(model, check->state);
    return check->state != entity->states_first && !state->editable && !state->closed;
}

static bool is_closed(const struct check *check)
{
    return check->state != MODEL_NONE && model_state_row(check->set->model, check->state)->closed;
}

/* Whether the answer was there when the record was loaded. */
static bool was_addressed(const struct subject *subject, const struct model_field *field)
{
    const struct answer *before =
        subject->row != NULL ? subject->row->before : subject->record->before;
    return before != NULL && answer_is_addressed(&before[field->slot]);
}

/* Whether the field is required of this subject now. */
static bool is_required(const struct check *check, const struct subject *subject, uint32_t field)
{
    const struct model *model = check->set->model;
    const struct model_field *shape = model_field_row(model, field);
    if (shape->required == REQUIRED_NONE || form_has_field(model, check->form_to_come, field)) {
        return false;
    }
    uint32_t form = check->transition == MODEL_NONE
                        ? MODEL_NONE
                        : model_transition_row(model, check->transition)->form;
    bool asked = form_has_field(model, form, field);
    if (shape->by != MODEL_NONE) {
        asked = shape->by == check->transition;
    } else if (!asked) {
        asked = must_be_complete(check);
    }
    asked = asked || (is_closed(check) && was_addressed(subject, shape));
    return asked && work_set_true(check->set, shape->required_when, subject) &&
           work_set_true(check->set, shape->relevant, subject);
}

static struct str required_message(const struct check *check, uint32_t field, bool answered)
{
    const struct model *model = check->set->model;
    const struct model_field *shape = model_field_row(model, field);
    struct str label = field_label(model, field);
    if (answered || shape->non_answers == 0) {
        return STR_JOIN(check->set->arena, label, STR(": an answer is needed."));
    }
    return STR_JOIN(check->set->arena, label,
                    STR(": an answer is needed, or the reason why there is none."));
}

static void check_required(const struct check *check, const struct subject *subject, uint32_t field,
                           const struct answer *answer)
{
    if (!is_required(check, subject, field)) {
        return;
    }
    const struct model_field *shape = model_field_row(check->set->model, field);
    struct str where = answer_name(check->set->arena, subject, field);
    bool answered = shape->required == REQUIRED_ANSWERED;
    if (answered ? !answer_is_answered(answer) : !answer_is_addressed(answer)) {
        report(check, STATUS_INVALID, where, STR("required"),
               required_message(check, field, answered));
    }
    if (shape->who_asked && answer->why != MODEL_NONE && answer->why != NON_ANSWER_NOT_ASKED &&
        answer->asked.n == 0) {
        report(check, STATUS_INVALID, where, STR("who_asked"),
               STR_JOIN(check->set->arena, field_label(check->set->model, field),
                        STR(": say who was asked.")));
    }
}

/* ---- values ---- */

static bool is_false(struct value value)
{
    return value.type == VALUE_BOOLEAN && !value.boolean;
}

static void check_field(const struct check *check, const struct subject *subject, uint32_t field)
{
    struct work_set *set = check->set;
    const struct model_field *shape = model_field_row(set->model, field);
    if (shape->kernel) {
        return;
    }
    struct answer answer = answer_get(subject, field);
    check_required(check, subject, field, &answer);
    if (!answer_is_addressed(&answer)) {
        return;
    }
    struct str fault = value_fault(set, field, answer.value);
    if (fault.n > 0) {
        report(check, STATUS_INVALID, answer_name(set->arena, subject, field), STR("not_valid"),
               fault);
    }
    if (shape->kind == FIELD_CODES && shape->most != MODEL_NO_BOUND && shape->most > 0 &&
        answer.code_count > (size_t)shape->most) {
        report(check, STATUS_INVALID, answer_name(set->arena, subject, field),
               STR("too_many_answers"),
               STR_JOIN(set->arena, STR("Choose at most "), str_from_int(set->arena, shape->most),
                        STR(".")));
    }
    if (shape->check != MODEL_NONE && is_false(work_set_value(set, shape->check, subject))) {
        report(check, STATUS_INVALID, answer_name(set->arena, subject, field), STR("check"),
               model_text(set->model, shape->check_message));
    }
}

static void check_subject(const struct check *check, const struct subject *subject)
{
    struct field_range fields = subject_fields(subject);
    for (uint32_t i = 0; i < fields.count; i++) {
        if (model_has_field(check->set->model, fields.first + i)) {
            check_field(check, subject, fields.first + i);
        }
    }
}

/* ---- periods ---- */

/* A trait period as its owner declares it. */
struct period {
    uint32_t same, begins, ends; /* fields */
};

/* The days [from, to] of a subject's period; false when it has not begun. */
static bool period_days(const struct period *period, const struct subject *subject,
                        int32_t *ret_from, int32_t *ret_to)
{
    struct value begins = value_get(subject, period->begins);
    struct value ends =
        period->ends == MODEL_NONE ? value_unset() : value_get(subject, period->ends);
    if (begins.type != VALUE_DATE) {
        return false;
    }
    *ret_from = begins.date.day;
    *ret_to = ends.type == VALUE_DATE ? ends.date.day : INT32_MAX;
    return true;
}

/* One period may begin on the day on which another ends: that is how a change is written. */
static bool periods_clash(const struct period *period, const struct subject *a,
                          const struct subject *b)
{
    struct value same = value_get(a, period->same);
    int32_t a_from = 0, a_to = 0, b_from = 0, b_to = 0;
    return value_is_set(same) && value_same(same, value_get(b, period->same)) &&
           period_days(period, a, &a_from, &a_to) && period_days(period, b, &b_from, &b_to) &&
           a_from < b_to && b_from < a_to;
}

static void report_overlap(const struct check *check, const struct subject *subject,
                           uint32_t begins)
{
    report(check, STATUS_INVALID, answer_name(check->set->arena, subject, begins), STR("overlap"),
           STR("This period overlaps another one. End the other one first, or change the dates."));
}

static void check_row_periods(const struct check *check, const struct model_list *list,
                              const struct rows *rows)
{
    if (list->no_overlap == MODEL_NONE || list->begins == MODEL_NONE) {
        return;
    }
    struct period period = {list->no_overlap, list->begins, list->ends};
    for (size_t i = 0; i < rows->items.count; i++) {
        for (size_t k = 0; k < i && !rows->items.items[i]->removed; k++) {
            if (!rows->items.items[k]->removed &&
                periods_clash(&period, &rows->items.items[i]->subject,
                              &rows->items.items[k]->subject)) {
                report_overlap(check, &rows->items.items[i]->subject, list->begins);
                break;
            }
        }
    }
}

/* The others are found through the collection that the compared reference makes on its target. */
static void check_record_period(const struct check *check)
{
    struct work_set *set = check->set;
    const struct model_entity *entity = model_entity_row(set->model, check->record->subject.entity);
    if (entity->no_overlap == MODEL_NONE || entity->begins == MODEL_NONE) {
        return;
    }
    uint32_t collection = model_field_row(set->model, entity->no_overlap)->collection;
    struct value same = value_get(&check->record->subject, entity->no_overlap);
    if (collection == MODEL_NONE || same.type != VALUE_REFERENCE) {
        return;
    }
    const struct record *shared = work_set_find(set, same.reference);
    if (shared == NULL) {
        work_set_missing(set, STR("period of"), model_text(set->model, entity->name));
        return;
    }
    struct period period = {entity->no_overlap, entity->begins, entity->ends};
    size_t count = 0;
    const struct subject *const *others =
        work_set_members(set, &shared->subject, collection, &count);
    for (size_t i = 0; i < count; i++) {
        if (others[i]->record != check->record &&
            periods_clash(&period, &check->record->subject, others[i])) {
            report_overlap(check, &check->record->subject, entity->begins);
            return;
        }
    }
}

/* ---- records ---- */

static void check_list(const struct check *check, uint32_t list, const struct rows *rows)
{
    struct work_set *set = check->set;
    const struct model_list *shape = model_list_row(set->model, list);
    int64_t count = 0;
    for (size_t i = 0; i < rows->items.count; i++) {
        if (!rows->items.items[i]->removed) {
            check_subject(check, &rows->items.items[i]->subject);
            count++;
        }
    }
    if (shape->most > 0 && count > shape->most) {
        report(check, STATUS_INVALID, model_text(set->model, shape->name), STR("too_many_rows"),
               STR_JOIN(set->arena, model_text(set->model, shape->label), STR(": "),
                        str_from_int(set->arena, count), STR(" are too many. At most "),
                        str_from_int(set->arena, shape->most), STR(" fit here.")));
    }
    check_row_periods(check, shape, rows);
}

void check_answers(const struct check *check)
{
    const struct model_entity *entity =
        model_entity_row(check->set->model, check->record->subject.entity);
    check_subject(check, &check->record->subject);
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        check_list(check, entity->lists_first + i, &check->record->lists[i]);
    }
    check_record_period(check);
}

void check_invariants(const struct check *check)
{
    const struct model *model = check->set->model;
    const struct model_entity *entity = model_entity_row(model, check->record->subject.entity);
    for (uint32_t i = 0; i < entity->invariants_count; i++) {
        const struct model_guard *guard = model_guard_row(model, entity->invariants_first + i);
        if (!work_set_true(check->set, guard->holds, &check->record->subject)) {
            report_guard(check, guard);
        }
    }
}

bool check_stands(struct work_set *set, const struct record *record, struct outcome *outcome)
{
    if (!record_stands(record)) {
        report_problem(set, record, outcome, STATUS_REFUSED, STR(""), STR("entered_in_error"),
                       STR("This was entered in error and is not worked on. Take that back first, "
                           "with a reason, when it is right after all."));
    }
    return record_stands(record);
}

void act_finish(struct work_set *set, struct outcome *outcome)
{
    settle(set);
    struct check check = {
        .set = set, .outcome = outcome, .transition = MODEL_NONE, .form_to_come = MODEL_NONE};
    for (size_t i = 0; i < set->records.count; i++) {
        if (set->records.items[i]->changed && record_stands(set->records.items[i])) {
            check.record = set->records.items[i];
            check.state = check.record->state;
            set->main = set->main != NULL ? set->main : check.record;
            const struct model *before = work_set_enter(set, check.record);
            check_answers(&check);
            check_invariants(&check);
            work_set_leave(set, before);
        }
    }
    check_loaded(set, outcome);
}

/* ---- transitions ---- */

/* "Birth date: an answer is needed for “Submit”." */
static void report_needed(const struct check *check, struct str where, struct str label,
                          struct str what)
{
    const struct model *model = check->set->model;
    struct buf message;
    buf_init(&message, check->set->arena, 2000);
    words_capital(&message, label);
    BUF_ADD(&message, STR(": "), what, STR(" is needed for “"),
            model_text(model, model_transition_row(model, check->transition)->label), STR("”."));
    report(check, STATUS_INVALID, where, STR("required"), buf_str(&message));
}

static void check_requirement(const struct check *check, const struct model_requirement_item *item)
{
    struct work_set *set = check->set;
    const struct model *model = set->model;
    const struct subject *subject = &check->record->subject;
    if (item->field != MODEL_NONE && !form_has_field(model, check->form_to_come, item->field)) {
        struct answer answer = answer_get(subject, item->field);
        bool there = item->requirement == REQUIRED_ANSWERED ? answer_is_answered(&answer)
                                                            : answer_is_addressed(&answer);
        if (!there && work_set_true(set, model_field_row(model, item->field)->relevant, subject)) {
            report_needed(check, model_text(model, model_field_row(model, item->field)->name),
                          field_label(model, item->field), STR("an answer"));
        }
    }
    if (item->fact != MODEL_NONE) {
        const struct model_fact *fact = model_fact_row(model, item->fact);
        if (!value_is_set(work_set_value(set, fact->is, subject))) {
            report_needed(check, model_text(model, fact->name), model_text(model, fact->label),
                          STR("this"));
        }
    }
    if (item->list != MODEL_NONE && (check->form_to_come == MODEL_NONE ||
                                     !form_has_list(model, check->form_to_come, item->list))) {
        const struct rows *rows = record_rows(check->record, item->list);
        bool any = false;
        for (size_t i = 0; i < rows->items.count; i++) {
            any = any || !rows->items.items[i]->removed;
        }
        if (!any) {
            const struct model_list *list = model_list_row(model, item->list);
            report_needed(check, model_text(model, list->name), model_text(model, list->label),
                          STR("at least one"));
        }
    }
}

/* Whether an expression reads a field that a form is still to ask for. */
struct form_reading {
    const struct model *model;
    uint32_t form;
    unsigned depth; /* of facts */
    bool found;
};

static void visit_node(void *context, uint32_t node)
{
    struct form_reading *reading = context;
    const struct expr_node *at = &model_nodes(reading->model)[node];
    if (at->op == EXPR_FIELD || at->op == EXPR_WHY || at->op == EXPR_ADDRESSED) {
        reading->found = reading->found || form_has_field(reading->model, reading->form, at->id);
    } else if (at->op == EXPR_FACT && reading->depth < EXPR_FACTS_MAX) {
        reading->depth++;
        expr_walk(model_nodes(reading->model), model_fact_row(reading->model, at->id)->is,
                  visit_node, reading);
        reading->depth--;
    }
}

static bool reads_form(const struct model *model, uint32_t expr, uint32_t form)
{
    struct form_reading reading = {.model = model, .form = form};
    if (form != MODEL_NONE && expr != MODEL_NONE) {
        expr_walk(model_nodes(model), expr, visit_node, &reading);
    }
    return reading.found;
}

void check_transition(const struct check *check)
{
    const struct model *model = check->set->model;
    const struct model_transition *shape = model_transition_row(model, check->transition);
    for (uint32_t i = 0; i < shape->requirements_count; i++) {
        check_requirement(check, model_requirement_item_row(model, shape->requirements_first + i));
    }
    for (uint32_t i = 0; i < shape->guards_count; i++) {
        const struct model_guard *guard = model_guard_row(model, shape->guards_first + i);
        if (!reads_form(model, guard->holds, check->form_to_come) &&
            !work_set_true(check->set, guard->holds, &check->record->subject)) {
            report_guard(check, guard);
        }
    }
}
