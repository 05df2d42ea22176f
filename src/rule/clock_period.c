/* The stretches of time that a clock counts, leaves out or stands still in, read off the records
 * that say them; and what comes of them. */
#include "rule/clock_int.h"

#include "rule/rule_int.h"

/* ---- stretches ---- */

struct reading_period {
    struct expr_host host; /* with the clock's own member bound */
    struct work_set *set;
    const struct model_clock_period *period;
    uint32_t row;
};

/* A date or datetime of the member: by its expression, else as its trait says. */
static struct value limit(struct reading_period *r, uint32_t expr, uint32_t field,
                          const struct subject *subject, const struct subject *member)
{
    if (expr == MODEL_NONE) {
        return field == MODEL_NONE ? value_unset() : value_get(member, field);
    }
    r->host.bound[1] = member;
    return expr_evaluate(&r->host, expr, subject);
}

/* False when the member does not count: its condition does not hold, nobody knows when it began, or
 * no order says that time stands still. */
static bool read_stretch(struct reading_period *r, const struct subject *subject,
                         const struct subject *member, struct clock_stretch *ret_stretch)
{
    const struct model *model = r->set->model;
    const struct model_clock_period *period = r->period;
    uint32_t begins, ends;
    if (member->list != MODEL_NONE) {
        begins = model_list_row(model, member->list)->begins;
        ends = model_list_row(model, member->list)->ends;
    } else {
        begins = model_entity_row(model, member->entity)->begins;
        ends = model_entity_row(model, member->entity)->ends;
    }
    r->host.bound[1] = member;
    if (period->where != MODEL_NONE && !expr_is_true(&r->host, period->where, subject)) {
        return false;
    }
    *ret_stretch = (struct clock_stretch){.period = r->row};
    ret_stretch->from = limit(r, period->from, begins, subject, member);
    ret_stretch->to = limit(r, period->to, ends, subject, member);
    if (period->order != MODEL_NONE) {
        struct value order = expr_evaluate(&r->host, period->order, subject);
        if (order.type != VALUE_REFERENCE) {
            return false;
        }
        ret_stretch->order = order.reference;
    }
    return value_is_set(ret_stretch->from);
}

/* The record whose collection it is; NULL when nothing leads there. */
static const struct subject *owner_of(struct reading_period *r, const struct subject *subject)
{
    if (r->period->members_of == MODEL_NONE) {
        return subject;
    }
    struct value value = expr_evaluate(&r->host, r->period->members_of, subject);
    const struct record *record =
        value.type == VALUE_REFERENCE ? work_set_find(r->set, value.reference) : NULL;
    if (value.type == VALUE_REFERENCE && record == NULL) {
        work_set_missing(r->set, STR("what has the periods of"),
                         model_text(r->set->model, r->period->label));
    }
    return record != NULL ? &record->subject : NULL;
}

size_t clock_stretches(struct work_set *set, const struct model_clock *clock,
                       enum model_clock_period_kind kind, const struct subject *subject,
                       const struct subject *member, struct clock_stretch **ret_stretches)
{
    LIST(struct clock_stretch) stretches = {0};
    for (uint32_t i = 0; i < clock->periods_count; i++) {
        struct reading_period r = {.host = work_set_host(set), .set = set};
        r.row = clock->periods_first + i;
        r.period = model_clock_period_row(set->model, r.row);
        r.host.bound[0] = member;
        const struct subject *owner = r.period->kind == kind ? owner_of(&r, subject) : NULL;
        size_t count = 0;
        const struct subject *const *members =
            owner != NULL ? work_set_members(set, owner, r.period->members, &count) : NULL;
        for (size_t m = 0; m < count; m++) {
            struct clock_stretch stretch;
            if (read_stretch(&r, subject, members[m], &stretch)) {
                LIST_PUSH(set->arena, &stretches, stretch);
            }
        }
    }
    *ret_stretches = stretches.items;
    return stretches.count;
}

/* ---- what comes of them ---- */

static int64_t day_of(struct value value)
{
    return value.type == VALUE_DATE       ? value.date.day
           : value.type == VALUE_DATETIME ? value.datetime.local.day
                                          : SPAN_OPEN;
}

static int64_t ms_of(const struct work_set *set, struct value value)
{
    return value.type == VALUE_DATE       ? zone_day_start(set->calendar.zone, value.date).ms
           : value.type == VALUE_DATETIME ? value.datetime.at.ms
                                          : SPAN_OPEN;
}

/* Joined days of one kind. */
static size_t days_of(struct work_set *set, const struct model_clock *clock,
                      enum model_clock_period_kind kind, const struct subject *subject,
                      const struct subject *member, struct span **ret_days)
{
    struct clock_stretch *stretches;
    size_t count = clock_stretches(set, clock, kind, subject, member, &stretches);
    *ret_days = ARENA_ARRAY(set->arena, count, struct span);
    for (size_t i = 0; i < count; i++) {
        (*ret_days)[i] = (struct span){day_of(stretches[i].from), day_of(stretches[i].to)};
    }
    return spans_join(*ret_days, count);
}

struct tally clock_tally(struct work_set *set, const struct model_clock *clock, uint32_t length,
                         struct date from, const struct subject *subject,
                         const struct subject *member)
{
    const struct model_clock_length *needed = model_clock_length_row(set->model, length);
    struct tally tally = {.from = from,
                          .unit = needed->unit,
                          .length = needed->count,
                          .consecutive = clock->consecutive != 0};
    struct span *counted, *out, *left;
    size_t count = days_of(set, clock, PERIOD_COUNTED, subject, member, &counted);
    size_t out_count = days_of(set, clock, PERIOD_LEFT_OUT, subject, member, &out);
    tally.count = spans_without(set->arena, counted, count, out, out_count, &left);
    tally.days = left;
    if (clock->bounds_count > 0) {
        const struct model_clock_length *window =
            model_clock_length_row(set->model, clock->bounds_first);
        tally.window_unit = window->unit;
        tally.window = window->count;
    }
    return tally;
}

size_t clock_still(struct work_set *set, const struct model_clock *clock,
                   const struct subject *subject, const struct subject *member,
                   struct span **ret_still)
{
    struct clock_stretch *stretches;
    size_t count = clock_stretches(set, clock, PERIOD_TOLLED, subject, member, &stretches);
    *ret_still = ARENA_ARRAY(set->arena, count, struct span);
    for (size_t i = 0; i < count; i++) {
        (*ret_still)[i] = (struct span){ms_of(set, stretches[i].from), ms_of(set, stretches[i].to)};
    }
    return spans_join(*ret_still, count);
}

int64_t clock_acts(struct work_set *set, const struct model_clock *clock, struct span days,
                   const struct subject *subject, const struct subject *member)
{
    int64_t found = 0;
    struct clock_stretch *acts;
    size_t count = clock_stretches(set, clock, PERIOD_ACT, subject, member, &acts);
    for (size_t i = 0; i < count; i++) {
        int64_t day = day_of(acts[i].from);
        found += day >= days.from && day < days.to;
    }
    return found;
}
