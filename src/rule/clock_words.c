/* Clocks in words: why a thing is due when it is, and how it stands. */
#include "base/buf.h"
#include "rule/clock.h"
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
    buf_int(buf, length->count < 0 ? -length->count : length->count);
    BUF_ADD(buf, STR(" "), plural(length->count, one, units[unit].many));
    if (length->count < 0) {
        BUF_ADD(buf, STR(" before"));
    }
}

static struct str moment_words(struct work_set *set, struct value value)
{
    return value_words(set, value, MODEL_NONE);
}

/* The member a reading is about, in the set; NULL when it has none. */
static const struct subject *member_of(struct work_set *set, const struct clock_reading *reading,
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
    const struct subject *member = member_of(set, reading, record);
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

static void add_due(struct buf *buf, struct work_set *set, const struct clock_reading *reading)
{
    if (reading->by_day) {
        BUF_ADD(buf, STR("due "), date_long(set->arena, reading->due_date));
    } else {
        BUF_ADD(buf, STR("due "), zone_long(set->arena, set->calendar.zone, reading->due));
    }
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
        BUF_ADD(&buf, STR("; "));
        add_due(&buf, set, reading);
    } else if (clock->before != MODEL_NONE) {
        BUF_ADD(&buf, STR("before “"),
                model_text(model, model_transition_row(model, clock->before)->label), STR("”"));
    }
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

struct str clock_words(struct arena *arena, const struct model *model,
                       const struct clock_reading *reading, struct instant now)
{
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    struct calendar calendar = model_calendar(model);
    struct buf buf;
    buf_init(&buf, arena, WORDS_MAX);
    switch (reading->state) {
    case CLOCK_STATE_DONE:
        BUF_ADD(&buf, reading->done_at.ms >= reading->due.ms ? STR("done late") : STR("done"));
        break;
    case CLOCK_STATE_STOPPED:
        BUF_ADD(&buf, STR("ended"));
        break;
    case CLOCK_STATE_RUNNING:
        if (reading->due.ms == INT64_MAX && clock->before == MODEL_NONE) {
            BUF_ADD(&buf, STR("no date")); /* read under a model in which the clock was another */
        } else if (reading->due.ms == INT64_MAX) {
            BUF_ADD(&buf, STR("before “"),
                    model_text(model, model_transition_row(model, clock->before)->label), STR("”"));
        } else if (reading->by_day) {
            add_day_words(&buf, arena, reading, zone_date(calendar.zone, now));
        } else {
            add_hour_words(&buf, arena, calendar.zone, reading, now);
        }
        break;
    case CLOCK_STATE_WAITING:
    case CLOCK_STATE__COUNT:
        break;
    }
    return buf_str(&buf);
}
