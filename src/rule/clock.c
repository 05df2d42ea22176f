/* Clocks: what is due, computed from facts. Nothing here remembers anything: the same facts give
 * the same reading. */
#include "rule/clock.h"

#include "rule/clock_int.h"
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
    for (uint32_t i = 0; i < clock->periods_count; i++) {
        const struct model_clock_period *period =
            model_clock_period_row(model, clock->periods_first + i);
        use_of(&use, period->where);
        use_of(&use, period->from);
        use_of(&use, period->to);
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

/* INT64_MAX is no day. */
static void put_due(const struct computing *c, struct clock_reading *reading, struct instant due,
                    bool by_day)
{
    reading->due = due;
    reading->by_day = by_day && due.ms != INT64_MAX;
    if (due.ms != INT64_MAX) {
        reading->due_date = calendar_due_date(&c->set->calendar, due);
    }
}

static void set_due(const struct computing *c, struct clock_reading *reading, struct instant from)
{
    const struct model_clock_length *length =
        model_clock_length_row(c->set->model, reading->length);
    enum time_unit unit = length->unit;
    struct span *still;
    size_t count = clock_still(c->set, c->clock, &c->record->subject, c->member, &still);
    put_due(c, reading,
            span_due(&c->set->calendar, from, unit, length->count, length->roll != 0, still, count),
            time_unit_is_day(unit));
    if (reading->due.ms == INT64_MAX) {
        reading->state = CLOCK_STATE_TOLLED;
    }
}

/* So long before an instant: the first one that is too late. */
static struct instant counted_back(const struct computing *c, struct instant from,
                                   const struct model_clock_length *length)
{
    struct instant due = calendar_due(&c->set->calendar, from, length->unit, -length->count, false);
    return time_unit_is_day(length->unit) ? due : instant_add_ms(due, 1);
}

/* ---- what has been done ---- */

static void set_done(struct clock_reading *reading, struct instant at, bool seen)
{
    reading->state = CLOCK_STATE_DONE;
    reading->done_at = at;
    reading->done_is_seen = seen;
}

static void read_done(const struct computing *c, struct clock_reading *reading)
{
    struct value done = value_at(c, c->clock->done);
    struct instant at;
    if (moment_of(c->set, done, &at)) {
        set_done(reading, at, false);
    } else if (done.type == VALUE_BOOLEAN && done.boolean) {
        set_done(reading, c->set->now, true);
    }
}

static void read_due(const struct computing *c, struct clock_reading *reading)
{
    if (reading->length == MODEL_NONE) {
        reading->due = (struct instant){INT64_MAX};
    } else {
        set_due(c, reading, reading->start);
    }
    read_done(c, reading);
}

/* How often in the period that ends when the reading is due. */
static int64_t times_done(const struct computing *c, const struct clock_reading *reading)
{
    struct value done = value_at(c, c->clock->done);
    struct span period = {
        calendar_period_start(model_clock_length_row(c->set->model, reading->length)->unit,
                              c->set->today)
            .day,
        (int64_t)reading->due_date.day + 1};
    return done.type == VALUE_INTEGER
               ? done.integer
               : clock_acts(c->set, c->clock, period, &c->record->subject, c->member);
}

/* So many times in the period that today is in. When all are done it rests until the next one. */
static void read_times(const struct computing *c, struct clock_reading *reading)
{
    struct instant today = zone_day_start(c->set->calendar.zone, c->set->today);
    set_due(c, reading, today.ms > reading->start.ms ? today : reading->start);
    reading->wake_at = reading->due;
    if (times_done(c, reading) >= c->clock->times) {
        set_done(reading, c->set->now, true);
    }
}

/* Counts from when it was last done, or from the start. */
static void read_again(const struct computing *c, struct clock_reading *reading)
{
    set_due(c, reading, reading->last_at.ms != 0 ? reading->last_at : reading->start);
}

static void read_repeat(const struct computing *c, struct clock_reading *reading)
{
    if (reading->length == MODEL_NONE) {
        reading->due = (struct instant){INT64_MAX};
    } else if (c->clock->times > 0) {
        read_times(c, reading);
    } else {
        read_again(c, reading);
    }
}

/* It rolls like any deadline, but counts by what was collected. */
static void read_tally(const struct computing *c, struct clock_reading *reading)
{
    const struct calendar *calendar = &c->set->calendar;
    struct date day;
    struct tally tally =
        clock_tally(c->set, c->clock, reading->length, zone_date(calendar->zone, reading->start),
                    &c->record->subject, c->member);
    if (!tally_reached(&tally, &day)) {
        reading->due = (struct instant){INT64_MAX};
    } else {
        if (model_clock_length_row(c->set->model, reading->length)->roll) {
            day = calendar_roll(calendar, day);
        }
        put_due(c, reading, zone_day_start(calendar->zone, date_add_days(day, 1)), true);
    }
    read_done(c, reading);
}

/* Barred until it opens, and again once it has closed. Where nothing is to be done it is over as
 * soon as that can be said. */
static void read_bar(const struct computing *c, struct clock_reading *reading)
{
    const struct model *model = c->set->model;
    const struct calendar *calendar = &c->set->calendar;
    reading->due = (struct instant){INT64_MAX};
    if (reading->length != MODEL_NONE) {
        const struct model_clock_length *length = model_clock_length_row(model, reading->length);
        reading->opens = calendar_due(calendar, reading->start, length->unit, length->count, false);
    }
    if (c->clock->bounds_count > 0) {
        const struct model_clock_length *closes =
            model_clock_length_row(model, c->clock->bounds_first);
        put_due(c, reading,
                calendar_due(calendar, reading->start, closes->unit, closes->count, false),
                time_unit_is_day(closes->unit));
    }
    read_done(c, reading);
    bool for_ever = c->clock->bounds_count == 0 && c->clock->done != MODEL_NONE;
    struct instant over = c->clock->bounds_count > 0 ? reading->due : reading->opens;
    if (reading->state == CLOCK_STATE_RUNNING && !for_ever) {
        reading->state = over.ms <= c->set->now.ms ? CLOCK_STATE_STOPPED : CLOCK_STATE_RUNNING;
        reading->wake_at = over;
    }
}

/* Its start is what is to come. */
static void read_before(const struct computing *c, struct clock_reading *reading)
{
    const struct model *model = c->set->model;
    const struct calendar *calendar = &c->set->calendar;
    const struct model_clock_length *length = model_clock_length_row(model, reading->length);
    put_due(c, reading, counted_back(c, reading->start, length), time_unit_is_day(length->unit));
    if (c->clock->bounds_count > 0) {
        const struct model_clock_length *opens =
            model_clock_length_row(model, c->clock->bounds_first);
        reading->opens = calendar_due(calendar, reading->start, opens->unit, -opens->count, false);
        if (time_unit_is_day(opens->unit)) { /* that day itself is not too early */
            reading->opens =
                zone_day_start(calendar->zone, calendar_due_date(calendar, reading->opens));
        }
    }
    read_done(c, reading);
    if (reading->state == CLOCK_STATE_DONE && reading->done_at.ms < reading->opens.ms) {
        reading->state = CLOCK_STATE_RUNNING; /* it has to be done again */
        reading->done_at = (struct instant){0};
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

/* The day from which it counts now: that decides which version of the rule it goes by. */
static struct date counts_from(const struct computing *c, struct clock_reading *reading)
{
    const struct zone *zone = c->set->calendar.zone;
    struct date start = zone_date(zone, reading->start);
    struct instant last;
    if (c->clock->times > 0 && c->set->today.day > start.day) {
        return c->set->today;
    }
    if (moment_of(c->set, value_at(c, c->clock->last), &last) && last.ms > reading->start.ms) {
        reading->last_at = last;
        return zone_date(zone, last);
    }
    return start;
}

/* Each counts periods of its own day: a version to come is looked at when its days begin. */
static void wait_for_version(const struct computing *c, struct clock_reading *reading)
{
    if (c->clock->times > 0 && c->clock->from_day != MODEL_NO_BOUND &&
        c->clock->from_day > c->set->today.day) {
        reading->wake_at = zone_day_start(c->set->calendar.zone, (struct date){c->clock->from_day});
    }
}

static void read_kind(const struct computing *c, struct clock_reading *reading)
{
    switch ((enum model_clock_kind)c->clock->kind) {
    case CLOCK_DUE:
        read_due(c, reading);
        return;
    case CLOCK_REPEAT:
        read_repeat(c, reading);
        return;
    case CLOCK_TALLY:
        read_tally(c, reading);
        return;
    case CLOCK_BAR:
        read_bar(c, reading);
        return;
    case CLOCK_BEFORE:
        read_before(c, reading);
        return;
    case CLOCK__COUNT:
        break;
    }
    __builtin_trap();
}

/* Fills in everything of a clock that exists; false when it does not, with wake_at set when that
 * may change. */
static bool compute(const struct computing *c, struct clock_reading *reading)
{
    if (!holds(c, c->clock->when) || !find_start(c, &reading->start, &reading->start_fact)) {
        return false;
    }
    if (!in_force(c, counts_from(c, reading))) {
        wait_for_version(c, reading);
        return false;
    }
    reading->length = find_length(c, zone_date(c->set->calendar.zone, reading->start));
    bool without =
        c->clock->kind == CLOCK_BAR ? c->clock->lengths_count == 0 : c->clock->before != MODEL_NONE;
    if (reading->length == MODEL_NONE && !without) {
        return false;
    }
    reading->state = CLOCK_STATE_RUNNING;
    reading->who = who_of(c);
    read_kind(c, reading);
    bool ended = subject_closed(c) || (c->clock->stops != MODEL_NONE && holds(c, c->clock->stops));
    if (ended && (reading->state != CLOCK_STATE_DONE || c->clock->kind == CLOCK_REPEAT)) {
        reading->state = CLOCK_STATE_STOPPED;
    }
    if (reading->state == CLOCK_STATE_STOPPED) {
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
        reading.wake_at = earlier(computed.wake_at, look);
        return reading;
    }
    if (computed.state != CLOCK_STATE_STOPPED) {
        computed.wake_at = earlier(computed.wake_at, look);
    }
    return computed;
}

static size_t read_clock(struct work_set *set, const struct clock_host *host, uint32_t clock,
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

size_t clock_read(struct work_set *set, const struct clock_host *host, uint32_t clock,
                  struct record *subject, struct clock_reading **ret_readings)
{
    const struct model *before = work_set_enter(set, subject);
    size_t count = 0;
    *ret_readings = NULL;
    if (model_has_clock(set->model, clock)) {
        count = read_clock(set, host, clock, subject, ret_readings);
    }
    work_set_leave(set, before);
    return count;
}
