/* Clocks: what is due, computed from facts. Nothing here remembers anything: the same facts give
 * the same reading. */
#include "rule/clock.h"

#include "rule/rule_int.h"

/* One clock, one subject, one member. */
struct computing {
    struct work_set *set;
    uint32_t row;
    const struct model_clock *clock;
    const struct record *record;
    const struct subject *member; /* or NULL */
};

static bool holds(const struct computing *c, uint32_t expr)
{
    return work_set_true_with(c->set, expr, &c->record->subject, c->member);
}

static struct value value_at(const struct computing *c, uint32_t expr)
{
    return work_set_value_with(c->set, expr, &c->record->subject, c->member);
}

/* The instant of a datetime, or the beginning of a date. */
static bool moment_of(const struct work_set *set, struct value value, struct instant *ret_at)
{
    if (value.type == VALUE_DATETIME) {
        *ret_at = value.datetime.at;
        return true;
    }
    if (value.type == VALUE_DATE) {
        *ret_at = zone_day_start(set->calendar.zone, value.date);
        return true;
    }
    return false;
}

/* ---- what time alone changes ---- */

struct time_use {
    const struct model *model;
    unsigned depth; /* of facts */
    bool today, now;
};

static void visit_time(void *context, uint32_t node)
{
    struct time_use *use = context;
    const struct expr_node *at = &model_nodes(use->model)[node];
    use->today = use->today || at->op == EXPR_TODAY;
    use->now = use->now || at->op == EXPR_NOW;
    if (at->op == EXPR_FACT && use->depth < EXPR_FACTS_MAX) {
        use->depth++;
        expr_walk(model_nodes(use->model), model_fact_row(use->model, at->id)->is, visit_time, use);
        use->depth--;
    }
}

static void use_of(struct time_use *use, uint32_t expr)
{
    if (expr != MODEL_NONE) {
        expr_walk(model_nodes(use->model), expr, visit_time, use);
    }
}

/* What any expression of the clock asks of time. */
static struct time_use time_use_of(const struct model *model, const struct model_clock *clock)
{
    struct time_use use = {.model = model};
    const uint32_t exprs[] = {clock->each_where, clock->when, clock->done, clock->last,
                              clock->stops};
    for (size_t i = 0; i < ARRAY_LENGTH(exprs); i++) {
        use_of(&use, exprs[i]);
    }
    for (uint32_t i = 0; i < clock->starts_count; i++) {
        use_of(&use, model_clock_start_row(model, clock->starts_first + i)->at);
    }
    for (uint32_t i = 0; i < clock->lengths_count; i++) {
        use_of(&use, model_clock_length_row(model, clock->lengths_first + i)->when);
    }
    return use;
}

/* When the clock must be looked at again though nothing changes: at the next midnight when it asks
 * for today, in an hour when it asks for now, or never (ms 0). */
static struct instant next_look(const struct work_set *set, const struct model_clock *clock)
{
    struct time_use use = time_use_of(set->model, clock);
    struct instant midnight = zone_day_start(set->calendar.zone, date_add_days(set->today, 1));
    if (use.now) {
        struct instant hour = instant_add_ms(set->now, HOUR_MS);
        return hour.ms < midnight.ms ? hour : midnight;
    }
    return use.today ? midnight : (struct instant){0};
}

/* ---- start, length, due ---- */

/* The start that counts; false when none is known. */
static bool find_start(const struct computing *c, struct instant *ret_at, uint32_t *ret_row)
{
    const struct model *model = c->set->model;
    bool found = false;
    for (uint32_t i = 0; i < c->clock->starts_count; i++) {
        uint32_t row = c->clock->starts_first + i;
        struct instant at;
        if (!moment_of(c->set, value_at(c, model_clock_start_row(model, row)->at), &at)) {
            continue;
        }
        bool better = c->clock->pick == PICK_LATEST ? at.ms > ret_at->ms : at.ms < ret_at->ms;
        if (!found || better) {
            *ret_at = at;
            *ret_row = row;
            found = true;
        }
    }
    return found;
}

/* Whether this version of the rule was in force when the clock began. */
static bool in_force(const struct computing *c, struct date start)
{
    return (c->clock->from_day == MODEL_NO_BOUND || c->clock->from_day <= start.day) &&
           (c->clock->to_day == MODEL_NO_BOUND || start.day <= c->clock->to_day);
}

/* The first length that fits, or MODEL_NONE. */
static uint32_t find_length(const struct computing *c, struct date start)
{
    const struct model *model = c->set->model;
    for (uint32_t i = 0; i < c->clock->lengths_count; i++) {
        uint32_t row = c->clock->lengths_first + i;
        const struct model_clock_length *length = model_clock_length_row(model, row);
        if (length->alternative != MODEL_NONE) {
            uint32_t scheme = model_scheme_alternative_row(model, length->alternative)->scheme;
            if (work_set_alternative(c->set, c->record->agency, scheme, start) !=
                length->alternative) {
                continue;
            }
        }
        if (holds(c, length->when)) {
            return row;
        }
    }
    return MODEL_NONE;
}

static void set_due(const struct computing *c, struct clock_reading *reading, struct instant from)
{
    const struct calendar *calendar = &c->set->calendar;
    const struct model_clock_length *length =
        model_clock_length_row(c->set->model, reading->length);
    enum time_unit unit = length->unit;
    reading->due = calendar_due(calendar, from, unit, length->count, length->roll != 0);
    reading->due_date = calendar_due_date(calendar, reading->due);
    reading->by_day = time_unit_is_day(unit);
}

/* ---- what has been done ---- */

static void set_done(struct clock_reading *reading, struct instant at, bool seen)
{
    reading->state = CLOCK_STATE_DONE;
    reading->done_at = at;
    reading->done_is_seen = seen;
}

static void read_due(const struct computing *c, struct clock_reading *reading)
{
    struct value done = value_at(c, c->clock->done);
    struct instant at;
    if (moment_of(c->set, done, &at)) {
        set_done(reading, at, false);
    } else if (done.type == VALUE_BOOLEAN && done.boolean) {
        set_done(reading, c->set->now, true);
    }
}

/* So many times in the period that today is in. When all are done it rests until the next one. */
static void read_times(const struct computing *c, struct clock_reading *reading)
{
    struct instant today = zone_day_start(c->set->calendar.zone, c->set->today);
    struct value done = value_at(c, c->clock->done);
    set_due(c, reading, today.ms > reading->start.ms ? today : reading->start);
    reading->wake_at = reading->due;
    if (done.type == VALUE_INTEGER && done.integer >= c->clock->times) {
        set_done(reading, c->set->now, true);
    }
}

/* Counts from when it was last done, or from the start. */
static void read_again(const struct computing *c, struct clock_reading *reading)
{
    struct instant last;
    if (moment_of(c->set, value_at(c, c->clock->last), &last) && last.ms > reading->start.ms) {
        set_due(c, reading, last);
        reading->last_at = last;
    }
}

static bool subject_closed(const struct computing *c)
{
    return c->record->state != MODEL_NONE &&
           model_state_row(c->set->model, c->record->state)->closed;
}

/* ---- one reading ---- */

static struct uuid who_of(const struct computing *c)
{
    struct value who = value_at(c, c->clock->who);
    return who.type == VALUE_REFERENCE ? who.reference : (struct uuid){{0}};
}

/* Fills in everything of a clock that exists; false when it does not. */
static bool compute(const struct computing *c, struct clock_reading *reading)
{
    if (!holds(c, c->clock->when) || !find_start(c, &reading->start, &reading->start_fact)) {
        return false;
    }
    struct date start = zone_date(c->set->calendar.zone, reading->start);
    reading->length = find_length(c, start);
    if (!in_force(c, start) || (reading->length == MODEL_NONE && c->clock->before == MODEL_NONE)) {
        return false;
    }
    reading->state = CLOCK_STATE_RUNNING;
    reading->who = who_of(c);
    if (reading->length == MODEL_NONE) {
        reading->due = (struct instant){INT64_MAX};
    } else {
        set_due(c, reading, reading->start);
    }
    if (c->clock->kind == CLOCK_DUE) {
        read_due(c, reading);
    } else if (c->clock->times > 0 && reading->length != MODEL_NONE) {
        read_times(c, reading);
    } else if (reading->length != MODEL_NONE) {
        read_again(c, reading);
    }
    bool ended = subject_closed(c) || (c->clock->stops != MODEL_NONE && holds(c, c->clock->stops));
    if (ended && (reading->state != CLOCK_STATE_DONE || c->clock->kind == CLOCK_REPEAT)) {
        reading->state = CLOCK_STATE_STOPPED;
        reading->wake_at = (struct instant){0};
    }
    return true;
}

/* The earlier of two wake-ups; ms 0 is none. */
static struct instant earlier(struct instant a, struct instant b)
{
    if (a.ms == 0 || b.ms == 0) {
        return a.ms == 0 ? b : a;
    }
    return a.ms < b.ms ? a : b;
}

static struct clock_reading read_one(const struct computing *c, struct instant look)
{
    struct clock_reading reading = {
        .clock = c->row,
        .record = c->record->subject.id,
        .member = c->member != NULL ? c->member->id : (struct uuid){{0}},
        .state = CLOCK_STATE_WAITING,
        .start_fact = MODEL_NONE,
        .length = MODEL_NONE,
    };
    struct clock_reading computed = reading;
    if (!compute(c, &computed)) {
        reading.wake_at = look;
        return reading;
    }
    if (computed.state != CLOCK_STATE_STOPPED) {
        computed.wake_at = earlier(computed.wake_at, look);
    }
    return computed;
}

size_t clock_read(struct work_set *set, const struct clock_host *host, uint32_t clock,
                  struct record *subject, struct clock_reading **ret_readings)
{
    const struct model_clock *shape = model_clock_row(set->model, clock);
    const struct clock_host *outer = set->schemes;
    set->schemes = host != NULL ? host : outer;
    struct computing c = {.set = set, .row = clock, .clock = shape, .record = subject};
    struct instant look = subject_closed(&c) ? (struct instant){0} : next_look(set, shape);
    LIST(struct clock_reading) readings = {0};
    const struct subject *itself = NULL;
    const struct subject *const *members = &itself;
    size_t count = 1;
    if (shape->each != MODEL_NONE) {
        members = work_set_members(set, &subject->subject, shape->each, &count);
    }
    for (size_t i = 0; i < count; i++) {
        c.member = members[i];
        struct clock_reading reading = {.state = CLOCK_STATE_WAITING,
                                        .clock = clock,
                                        .record = subject->subject.id,
                                        .wake_at = look};
        if (holds(&c, shape->each_where)) {
            reading = read_one(&c, look);
        } else if (c.member != NULL) {
            reading.member = c.member->id;
        }
        if (reading.state != CLOCK_STATE_WAITING || reading.wake_at.ms != 0) {
            LIST_PUSH(set->arena, &readings, reading);
        }
    }
    set->schemes = outer;
    *ret_readings = readings.items;
    return readings.count;
}
