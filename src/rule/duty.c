#include "rule/duty.h"

#include "base/buf.h"
#include "rule/rule_int.h"

#define WORDS_MOST ((size_t)500)

static bool names(const struct subject *subject, uint32_t field, struct uuid worker)
{
    struct value value = value_get(subject, field);
    return value.type == VALUE_REFERENCE && uuid_eq(value.reference, worker);
}

/* Whether a row is there, is of the worker, and goes on. */
static bool goes_on(const struct row *row, const struct model_duty *duty, struct uuid worker)
{
    return !row->removed && names(&row->subject, duty->worker, worker) &&
           !value_is_set(value_get(&row->subject, duty->ends));
}

bool duty_is_carried(struct record *record, uint32_t duty, struct uuid worker)
{
    const struct model_duty *shape = model_duty_row(record->set->model, duty);
    const struct model_transition *by = model_transition_row(record->set->model, shape->transition);
    if (!record_stands(record) || record_is_closed(record) ||
        !transition_leads_from(record->set->model, by, record->state)) {
        return false;
    }
    if (shape->rows == MODEL_NONE) {
        return names(&record->subject, shape->worker, worker);
    }
    const struct rows *rows = record_rows(record, shape->rows);
    for (size_t i = 0; i < rows->items.count; i++) {
        if (goes_on(rows->items.items[i], shape, worker)) {
            return true;
        }
    }
    return false;
}

/* Whether a field of a row says as what it is carried: not whose it is, from when, until when, why
 * it ended, nor what the kernel keeps. */
static bool says_as_what(const struct model *model, const struct model_duty *duty, uint32_t field)
{
    return field != duty->worker && field != duty->begins && field != duty->ends &&
           field != duty->reason && !model_field_row(model, field)->kernel;
}

struct str duty_words(struct work_set *set, struct record *record, uint32_t duty,
                      struct uuid worker)
{
    const struct model_duty *shape = model_duty_row(set->model, duty);
    struct buf words;
    buf_init(&words, set->arena, WORDS_MOST);
    if (shape->rows == MODEL_NONE) {
        return STR("");
    }
    const struct model_list *list = model_list_row(set->model, shape->rows);
    const struct rows *rows = record_rows(record, shape->rows);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        for (uint32_t k = 0; k < list->fields_count && goes_on(row, shape, worker); k++) {
            uint32_t field = list->fields_first + k;
            struct str said = says_as_what(set->model, shape, field)
                                  ? answer_words(set, &row->subject, field)
                                  : STR("");
            BUF_ADD(&words, said.n > 0 && words.n > 0 ? STR(", ") : STR(""), said);
        }
    }
    return buf_str(&words);
}

/* ---- giving it ---- */

/* Whether two rows are carried as the same. */
static bool is_alike(const struct model *model, const struct model_duty *duty, const struct row *a,
                     const struct row *b)
{
    const struct model_list *list = model_list_row(model, duty->rows);
    for (uint32_t i = 0; i < list->fields_count; i++) {
        uint32_t field = list->fields_first + i;
        struct answer of_a = answer_get(&a->subject, field);
        struct answer of_b = answer_get(&b->subject, field);
        if (says_as_what(model, duty, field) && !answer_same(&of_a, &of_b)) {
            return false;
        }
    }
    return true;
}

static bool has_alike(struct record *record, const struct model_duty *duty, const struct row *row,
                      struct uuid worker)
{
    const struct rows *rows = record_rows(record, duty->rows);
    for (size_t i = 0; i < rows->items.count; i++) {
        if (goes_on(rows->items.items[i], duty, worker) &&
            is_alike(record->set->model, duty, row, rows->items.items[i])) {
            return true;
        }
    }
    return false;
}

static void say_reason(struct subject *subject, const struct model_duty *duty, struct str reason)
{
    if (duty->reason != MODEL_NONE) {
        answer_set(subject, duty->reason, answer_of(value_text(reason)));
    }
}

static void give_row(struct record *record, const struct model_duty *duty, struct row *row,
                     struct uuid to, struct str reason)
{
    const struct work_set *set = record->set;
    const struct model_list *list = model_list_row(set->model, duty->rows);
    struct answer now = answer_of(value_datetime(set->now, set->today));
    answer_set(&row->subject, duty->ends, now);
    say_reason(&row->subject, duty, reason);
    if (has_alike(record, duty, row, to)) {
        return;
    }
    struct row *next = record_add_row(record, duty->rows);
    for (uint32_t i = 0; i < list->fields_count; i++) {
        uint32_t field = list->fields_first + i;
        if (says_as_what(set->model, duty, field)) {
            answer_set(&next->subject, field, answer_get(&row->subject, field));
        }
    }
    answer_set(&next->subject, duty->worker, answer_of(value_reference(to)));
    answer_set(&next->subject, duty->begins, now);
}

void duty_give(struct record *record, uint32_t duty, struct uuid from, struct uuid to,
               struct str reason)
{
    const struct model_duty *shape = model_duty_row(record->set->model, duty);
    if (shape->rows == MODEL_NONE) {
        answer_set(&record->subject, shape->worker, answer_of(value_reference(to)));
        say_reason(&record->subject, shape, reason);
        return;
    }
    const struct rows *rows = record_rows(record, shape->rows);
    size_t count = rows->items.count; /* those that begin here come behind */
    for (size_t i = 0; i < count; i++) {
        struct row *row = rows->items.items[i];
        if (goes_on(row, shape, from)) {
            give_row(record, shape, row, to, reason);
        }
    }
}

bool duty_is_by(const struct model *model, uint32_t transition)
{
    for (uint32_t i = 0; i < model_duty_total(model); i++) {
        if (model_duty_row(model, i)->transition == transition) {
            return true;
        }
    }
    return false;
}
