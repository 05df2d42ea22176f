/* Standing in for a colleague, and ending it before its day. */
#include "rule/access.h"
#include "service/service.h"

static enum status refuse_absent(struct uow *uow)
{
    outcome_problem(uow_outcome(uow), STATUS_NOT_FOUND, STR(""), STR("not_found"),
                    STR("There is no such cover."));
    return STATUS_NOT_FOUND;
}

static struct row *find_row(struct record *worker, uint32_t list, struct uuid id)
{
    const struct rows *rows = record_rows(worker, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        if (uuid_eq(rows->items.items[i]->subject.id, id) && !rows->items.items[i]->removed) {
            return rows->items.items[i];
        }
    }
    return NULL;
}

/* The one who is away, the one who covers, or who may change the worker: a supervisor. */
static bool may_end(const struct work_set *set, const struct record *worker,
                    struct value covered_by)
{
    struct uuid self = set->actor->worker;
    return uuid_eq(self, worker->subject.id) ||
           (covered_by.type == VALUE_REFERENCE && uuid_eq(self, covered_by.reference)) ||
           access_record(set, worker, VERB_UPDATE).allowed;
}

enum status service_cover_end(struct uow *uow, void *given)
{
    const struct service_cover_end *end = given;
    struct work_set *set = uow_set(uow);
    struct record *worker;
    TRY(uow_load(uow, end->entity, end->worker, 0, VERB_READ, &worker));
    struct row *row = find_row(worker, end->list, end->row);
    if (row == NULL || !may_end(set, worker, value_get(&row->subject, end->covered_by))) {
        return refuse_absent(uow);
    }
    /* It holds by whole days: from now on it holds no more. What began today is taken out. */
    struct value from = value_get(&row->subject, end->begins_on);
    struct date yesterday = date_add_days(set->today, -1);
    if (from.type == VALUE_DATE && from.date.day > yesterday.day) {
        record_remove_row(worker, row);
    } else {
        answer_set(&row->subject, end->ends_on, answer_of(value_date(yesterday)));
    }
    return STATUS_OK;
}
