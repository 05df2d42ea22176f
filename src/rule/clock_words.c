/* Clocks in words: why a thing is due when it is, and how it stands. */
#include "base/buf.h"
#include "rule/clock_int.h"
#include "rule/rule_int.h"

#define WORDS_MAX 4000

static struct str plural(int64_t count, struct str one, struct str many)
{
    return count == 1 || count == -1 ? one : many;
}

/* "24 hours", "5 business days", "the end of the month after this one". */
static void add_length(struct buf *buf, const struct model_clock_length *length)
{
    static const struct {
        struct str one, many;
        bool period;
    } units[UNIT__COUNT] = {
        [UNIT_HOURS] = {STR_INIT("hour"),                                     STR_INIT("hours"),         false},
        [UNIT_BUSINESS_HOURS] = {STR_INIT("hour without weekends and legal holidays"),
                        STR_INIT("hours without weekends and legal holidays"),                           false},
        [UNIT_DAYS] = {STR_INIT("day"),                                      STR_INIT("days"),          false},
        [UNIT_BUSINESS_DAYS] = {STR_INIT("business day"),                             STR_INIT("business days"), false},
        [UNIT_MONTHS] = {STR_INIT("month"),                                    STR_INIT("months"),        false},
        [UNIT_END_OF_DAY] = {STR_INIT("day"),                                      STR_INIT("days"),          true },
        [UNIT_END_OF_MONTH] = {STR_INIT("month"),                                    STR_INIT("months"),        true },
        [UNIT_END_OF_QUARTER] = {STR_INIT("quarter"),                                  STR_INIT("quarters"),      true },
        [UNIT_END_OF_YEAR] = {STR_INIT("year"),                                     STR_INIT("years"),         true },
    };
    enum time_unit unit = length->unit;
    struct str one = units[unit].one;
    if (units[unit].period) {
        BUF_ADD(buf, STR("by the end of the "), one);
        if (length->count > 0) {
            BUF_ADD(buf, STR(", "));
            buf_int(buf, length->count);
            BUF_ADD(buf, STR(" "), plural(length->count, one, units[unit].many), STR(" ahead"));
        }
        return;
    }
    buf_int(buf, length->count);
    BUF_ADD(buf, STR(" "), plural(length->count, one, units[unit].many));
}

static struct str moment_words(struct work_set *set, struct value value)
{
    return value_words(set, value, MODEL_NONE);
}

const struct subject *clock_member(struct work_set *set, const struct clock_reading *reading,
                                   const struct record *record)
{
    const struct model_clock *clock = model_clock_row(set->model, reading->clock);
    size_t count = 0;
    if (clock->each == MODEL_NONE || !work_set_has_members(set, &record->subject, clock->each)) {
        return NULL;
    }
    const struct subject *const *members =
        work_set_members(set, &record->subject, clock->each, &count);
    for (size_t i = 0; i < count; i++) {
        if (uuid_eq(members[i]->id, reading->member)) {
            return members[i];
        }
    }
    return NULL;
}

/* "the report was received": its own words, or those of the fact it is. */
static struct str start_label(const struct model *model, const struct model_clock_start *start)
{
    const struct expr_node *node = &model_nodes(model)[start->at];
    struct str label = model_text(model, start->label);
    if (label.n == 0 && node->op == EXPR_FACT) {
        label = model_text(model, model_fact_row(model, node->id)->label);
    }
    if (label.n == 0 && node->op == EXPR_FIELD) {
        label = field_label(model, node->id);
    }
    return label.n > 0 ? label : STR("it began");
}

/* "The report was received Wed 25 Nov 2026, 13:20" and, of several starts, the one not taken. */
static void add_starts(struct buf *buf, struct work_set *set, const struct clock_reading *reading,
                       const struct record *record)
{
    const struct model *model = set->model;
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    const struct subject *member = clock_member(set, reading, record);
    const struct model_clock_start *won = model_clock_start_row(model, reading->start_fact);
    words_capital(buf, start_label(model, won));
    struct value at = work_set_value_with(set, won->at, &record->subject, member);
    BUF_ADD(buf, STR(" "), moment_words(set, at));
    for (uint32_t i = 0; i < clock->starts_count; i++) {
        uint32_t row = clock->starts_first + i;
        const struct model_clock_start *start = model_clock_start_row(model, row);
        struct value other = work_set_value_with(set, start->at, &record->subject, member);
        if (row != reading->start_fact && value_is_set(other)) {
            BUF_ADD(buf,
                    clock->pick == PICK_LATEST ? STR(" (later than: ") : STR(" (earlier than: "),
                    start_label(model, start), STR(" "), moment_words(set, other), STR(")"));
        }
    }
}

/* "Wed 25 Nov 2026", with the time when it is not the beginning of a day. */
static void add_opening(struct buf *buf, struct arena *arena, const struct zone *zone,
                        struct instant opens)
{
    struct date day = zone_date(zone, opens);
    bool whole = zone_day_start(zone, day).ms == opens.ms;
    buf_add(buf, whole ? date_long(arena, day) : zone_long(arena, zone, opens));
}

static void add_due(struct buf *buf, struct work_set *set, const struct clock_reading *reading)
{
    if (reading->by_day) {
        BUF_ADD(buf, STR("due "), date_long(set->arena, reading->due_date));
    } else {
        BUF_ADD(buf, STR("due "), zone_long(set->arena, set->calendar.zone, reading->due));
    }
}

/* "trial home visit Mon 2 Mar 2026 to Mon 9 Mar 2026 (Order O-7)" */
static void add_stretch(struct buf *buf, struct work_set *set, const struct clock_stretch *stretch)
{
    const struct model_clock_period *period = model_clock_period_row(set->model, stretch->period);
    BUF_ADD(buf, model_text(set->model, period->label), STR(" "), moment_words(set, stretch->from));
    if (value_is_set(stretch->to)) {
        BUF_ADD(buf, STR(" to "), moment_words(set, stretch->to));
    } else {
        BUF_ADD(buf, STR(" on"));
    }
    if (!uuid_is_nil(stretch->order)) {
        struct str title = moment_words(set, value_reference(stretch->order));
        BUF_ADD(buf, STR(" ("), title.n > 0 ? title : STR("by order"), STR(")"));
    }
}

/* "; left out: ..., ..." */
static void add_stretches(struct buf *buf, struct work_set *set, struct str before,
                          enum model_clock_period_kind kind, const struct clock_reading *reading,
                          const struct record *record)
{
    const struct model_clock *clock = model_clock_row(set->model, reading->clock);
    struct clock_stretch *stretches;
    size_t count = clock_stretches(set, clock, kind, &record->subject,
                                   clock_member(set, reading, record), &stretches);
    for (size_t i = 0; i < count; i++) {
        BUF_ADD(buf, i == 0 ? before : STR(", "));
        add_stretch(buf, set, &stretches[i]);
    }
    if (count > 0) {
        BUF_ADD(buf, STR("; "));
    }
}

/* "312 of 456 days so far". */
static void add_sum(struct buf *buf, struct work_set *set, const struct clock_reading *reading,
                    const struct record *record)
{
    const struct model_clock *clock = model_clock_row(set->model, reading->clock);
    struct tally tally =
        clock_tally(set, clock, reading->length, zone_date(set->calendar.zone, reading->start),
                    &record->subject, clock_member(set, reading, record));
    struct tally_state state = tally_on(&tally, set->today);
    buf_int(buf, state.collected);
    BUF_ADD(buf, STR(" of "));
    buf_int(buf, state.needed);
    BUF_ADD(buf, STR(" days so far; "));
}

/* What the kind adds to length and due. */
static void add_kind(struct buf *buf, struct work_set *set, const struct clock_reading *reading,
                     const struct record *record)
{
    const struct model *model = set->model;
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    if (clock->kind == CLOCK_TALLY) {
        if (clock->bounds_count > 0) {
            BUF_ADD(buf, STR("of the last "));
            add_length(buf, model_clock_length_row(model, clock->bounds_first));
            BUF_ADD(buf, STR("; "));
        } else if (clock->consecutive) {
            BUF_ADD(buf, STR("without a gap; "));
        }
        add_stretches(buf, set, STR("counted: "), PERIOD_COUNTED, reading, record);
        add_stretches(buf, set, STR("left out: "), PERIOD_LEFT_OUT, reading, record);
        add_sum(buf, set, reading, record);
    }
    add_stretches(buf, set, STR("time stood still: "), PERIOD_TOLLED, reading, record);
    if (reading->opens.ms != 0) {
        BUF_ADD(buf, STR("not before "));
        add_opening(buf, set->arena, set->calendar.zone, reading->opens);
        BUF_ADD(buf, STR("; "));
    }
}

static void add_no_due(struct buf *buf, struct work_set *set, const struct clock_reading *reading)
{
    const struct model_clock *clock = model_clock_row(set->model, reading->clock);
    if (reading->state == CLOCK_STATE_TOLLED) {
        BUF_ADD(buf, STR("it stands still"));
    } else if (clock->kind == CLOCK_TALLY) {
        BUF_ADD(buf, STR("what is known does not come to that"));
    } else if (clock->before != MODEL_NONE) {
        BUF_ADD(buf, STR("before “"),
                model_text(set->model, model_transition_row(set->model, clock->before)->label),
                STR("”"));
    } else if (clock->kind == CLOCK_BAR) {
        BUF_ADD(buf, STR("at any time from then on"));
    }
}

/* "the rule in force from Thu 1 Jan 2026 on": why this version and no other. */
static void add_version(struct buf *buf, struct work_set *set, const struct model_clock *clock)
{
    bool from = clock->from_day != MODEL_NO_BOUND, to = clock->to_day != MODEL_NO_BOUND;
    if (!from && !to) {
        return;
    }
    BUF_ADD(buf, STR("; by the rule in force on the day it counts from ("));
    if (from) {
        BUF_ADD(buf, STR("from "), date_long(set->arena, (struct date){clock->from_day}));
    }
    if (to) {
        BUF_ADD(buf, from ? STR(" to ") : STR("until "),
                date_long(set->arena, (struct date){clock->to_day}));
    }
    BUF_ADD(buf, STR(")"));
}

struct str clock_explain(struct work_set *set, const struct clock_reading *reading)
{
    const struct model *model = set->model;
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    const struct record *record = work_set_find(set, reading->record);
    struct buf buf;
    buf_init(&buf, set->arena, WORDS_MAX);
    if (record != NULL && reading->start_fact != MODEL_NONE) {
        add_starts(&buf, set, reading, record);
        BUF_ADD(&buf, STR("; "));
    }
    if (reading->last_at.ms != 0) {
        BUF_ADD(&buf, STR("last done "),
                zone_long(set->arena, set->calendar.zone, reading->last_at), STR("; "));
    }
    if (reading->length != MODEL_NONE) {
        add_length(&buf, model_clock_length_row(model, reading->length));
        BUF_ADD(&buf, clock->kind == CLOCK_BEFORE ? STR(" before; ") : STR("; "));
    }
    if (record != NULL && reading->length != MODEL_NONE) {
        add_kind(&buf, set, reading, record);
    }
    if (reading->due.ms != INT64_MAX && reading->due.ms != 0) {
        add_due(&buf, set, reading);
    } else {
        add_no_due(&buf, set, reading);
    }
    add_version(&buf, set, clock);
    BUF_ADD(&buf, STR(". "), model_text(model, clock->source));
    return buf_str(&buf);
}

/* "2 h 10 min", "40 min". */
static void add_span(struct buf *buf, int64_t ms)
{
    int64_t minutes = ms / MINUTE_MS;
    if (minutes >= 60) {
        buf_int(buf, minutes / 60);
        BUF_ADD(buf, STR(" h"), minutes % 60 != 0 ? STR(" ") : STR(""));
    }
    if (minutes < 60 || minutes % 60 != 0) {
        buf_int(buf, minutes % 60);
        BUF_ADD(buf, STR(" min"));
    }
}

/* "2 days" */
static void add_days(struct buf *buf, int32_t days)
{
    buf_int(buf, days);
    buf_add(buf, plural(days, STR(" day"), STR(" days")));
}

static void add_day_words(struct buf *buf, struct arena *arena, const struct clock_reading *reading,
                          struct date today)
{
    int32_t days = reading->due_date.day - today.day;
    if (days < 0) {
        add_days(buf, -days);
        BUF_ADD(buf, STR(" late"));
        return;
    }
    if (days == 0) {
        BUF_ADD(buf, STR("due today"));
    } else if (days == 1) {
        BUF_ADD(buf, STR("due tomorrow"));
    } else {
        BUF_ADD(buf, STR("due "), date_long(arena, reading->due_date), STR(", in "));
        add_days(buf, days);
    }
}

static void add_hour_words(struct buf *buf, struct arena *arena, const struct zone *zone,
                           const struct clock_reading *reading, struct instant now)
{
    struct date due = zone_date(zone, reading->due), today = zone_date(zone, now);
    int64_t left = reading->due.ms - now.ms;
    if (left <= -DAY_MS) {
        add_days(buf, (int32_t)(-left / DAY_MS));
        BUF_ADD(buf, STR(" late"));
    } else if (left <= 0) {
        add_span(buf, -left);
        BUF_ADD(buf, STR(" late"));
    } else if (due.day == today.day) {
        struct civil civil = zone_civil(zone, reading->due);
        BUF_ADD(buf, STR("due "));
        buf_digits(buf, civil.hour, 2);
        buf_byte(buf, ':');
        buf_digits(buf, civil.minute, 2);
        BUF_ADD(buf, STR(", in "));
        add_span(buf, left);
    } else {
        BUF_ADD(buf, STR("due "), zone_long(arena, zone, reading->due));
        if (left <= DAY_MS) {
            BUF_ADD(buf, STR(", in "));
            add_span(buf, left);
        }
    }
}

/* What has no date to count down to. */
static void add_undated(struct buf *buf, const struct model *model, const struct model_clock *clock)
{
    if (clock->before != MODEL_NONE) {
        BUF_ADD(buf, STR("before “"),
                model_text(model, model_transition_row(model, clock->before)->label), STR("”"));
    } else if (clock->kind == CLOCK_TALLY) {
        BUF_ADD(buf, STR("not enough days, and none are being added"));
    } else {
        BUF_ADD(buf, STR("no date")); /* read under a model in which the clock was another */
    }
}

/* "not before Fri 4 Dec 2026", "open until Sun 20 Dec 2026". */
static void add_bar_words(struct buf *buf, struct arena *arena, const struct zone *zone,
                          const struct clock_reading *reading, struct instant now)
{
    if (now.ms < reading->opens.ms) {
        BUF_ADD(buf, STR("not before "));
        add_opening(buf, arena, zone, reading->opens);
    } else {
        BUF_ADD(buf, STR("open"));
    }
    if (reading->due.ms != INT64_MAX) {
        BUF_ADD(buf, STR(", until "),
                reading->by_day ? date_long(arena, reading->due_date)
                                : zone_long(arena, zone, reading->due));
    }
}

static void add_running(struct buf *buf, struct arena *arena, const struct model *model,
                        const struct clock_reading *reading, struct instant now)
{
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    const struct zone *zone = model_calendar(model).zone;
    if (clock->kind == CLOCK_BAR) {
        add_bar_words(buf, arena, zone, reading, now);
        return;
    }
    if (reading->due.ms == INT64_MAX) {
        add_undated(buf, model, clock);
        return;
    }
    if (now.ms < reading->opens.ms) {
        BUF_ADD(buf, STR("not before "));
        add_opening(buf, arena, zone, reading->opens);
        BUF_ADD(buf, STR(", "));
    }
    if (reading->by_day) {
        add_day_words(buf, arena, reading, zone_date(zone, now));
    } else {
        add_hour_words(buf, arena, zone, reading, now);
    }
}

struct str clock_words(struct arena *arena, const struct model *model,
                       const struct clock_reading *reading, struct instant now)
{
    struct buf buf;
    buf_init(&buf, arena, WORDS_MAX);
    switch (reading->state) {
    case CLOCK_STATE_DONE:
        BUF_ADD(&buf, reading->done_at.ms >= reading->due.ms    ? STR("done late")
                      : reading->done_at.ms < reading->opens.ms ? STR("done too early")
                                                                : STR("done"));
        break;
    case CLOCK_STATE_STOPPED:
        BUF_ADD(&buf, STR("ended"));
        break;
    case CLOCK_STATE_TOLLED:
        BUF_ADD(&buf, STR("stands still by an order"));
        break;
    case CLOCK_STATE_RUNNING:
        add_running(&buf, arena, model, reading, now);
        break;
    case CLOCK_STATE_WAITING:
    case CLOCK_STATE__COUNT:
        break;
    }
    return buf_str(&buf);
}
