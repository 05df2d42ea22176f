/* Who it is about and how it stands: banner, chips, states, lines of what is due. */
#include "html/view_int.h"

#include "rule/access.h"

#define SOON_MS (3 * HOUR_MS) /* "now": no time to do much else before */
#define WEEK_DAYS 7
#define FAR_DAYS 300 /* from here on a date needs its year */
#define YEAR_WORDS 5 /* " 2026" at the end of a date in words */

enum tone view_tone(enum model_tone tone)
{
    switch (tone) {
    case MODEL_TONE_GOOD:
        return TONE_GOOD;
    case MODEL_TONE_WARNING:
        return TONE_WATCH;
    case MODEL_TONE_DANGER:
        return TONE_ALERT;
    case MODEL_TONE_PLAIN:
    case MODEL_TONE_NOTICE:
    case MODEL_TONE__COUNT:
        break;
    }
    return TONE_PLAIN;
}

struct tag view_state(const struct model *model, const struct record *record)
{
    if (!record_stands(record)) {
        return (struct tag){STR("Entered in error"), TONE_WATCH};
    }
    if (record->state == MODEL_NONE) {
        return (struct tag){0};
    }
    const struct model_state *state = model_state_row(model, record->state);
    return (struct tag){model_text(model, state->label),
                        state->closed ? TONE_CLOSED : view_tone(state->tone)};
}

/* ---- banner ---- */

struct banner_drawing {
    struct work_set *set;
    const struct model_workspace *workspace;
    struct record *record;
    const struct clock_reading *readings;
    size_t readings_count;
};

static bool is_clock(const struct model *model, uint32_t clock, uint32_t wanted)
{
    struct str id = model_text(model, model_clock_row(model, wanted)->id);
    return clock == wanted ||
           (id.n > 0 && str_eq(model_text(model, model_clock_row(model, clock)->id), id));
}

/* The first due reading of a clock, for the member when it is one for each. */
static const struct clock_reading *first_due(const struct banner_drawing *banner, uint32_t clock,
                                             const struct subject *member)
{
    const struct clock_reading *first = NULL;
    for (size_t i = 0; i < banner->readings_count; i++) {
        const struct clock_reading *reading = &banner->readings[i];
        bool of_member =
            member == NULL || uuid_is_nil(reading->member) || uuid_eq(reading->member, member->id);
        if (reading->state == CLOCK_STATE_RUNNING && of_member &&
            is_clock(banner->set->model, reading->clock, clock) &&
            (first == NULL || reading->due.ms < first->due.ms)) {
            first = reading;
        }
    }
    return first;
}

static bool may_read(const struct banner_drawing *banner, uint32_t class)
{
    return class == MODEL_NONE ||
           access_class(banner->set, banner->record, VERB_READ, class).allowed;
}

/* The first text that holds. */
static struct chip chip_of(const struct banner_drawing *banner, const struct model_chip *chip,
                           const struct subject *member)
{
    struct work_set *set = banner->set;
    struct chip shown = {.about = model_text(set->model, chip->label)};
    for (uint32_t i = 0; i < chip->texts_count && shown.value.n == 0; i++) {
        const struct model_chip_text *text = model_chip_text_row(set->model, chip->texts_first + i);
        if (!may_read(banner, text->class) ||
            !work_set_true_with(set, text->when, &banner->record->subject, member)) {
            continue;
        }
        struct value value = work_set_value_with(set, text->text, &banner->record->subject, member);
        const struct clock_reading *due =
            text->clock != MODEL_NONE ? first_due(banner, text->clock, member) : NULL;
        shown.value = value_words(set, value, MODEL_NONE);
        shown.tone = view_tone(text->tone);
        if (due != NULL) {
            shown.value = STR_JOIN(set->arena, shown.value, STR(", "),
                                   clock_words(set->arena, set->model, due, set->now));
        }
    }
    return shown;
}

static struct banner_person person_of(const struct banner_drawing *banner,
                                      const struct subject *member)
{
    struct work_set *set = banner->set;
    const struct model_workspace *workspace = banner->workspace;
    struct value title =
        work_set_value_with(set, workspace->banner_title, &banner->record->subject, member);
    struct chip *chips = ARENA_ARRAY(set->arena, workspace->chips_count, struct chip);
    size_t count = 0;
    for (uint32_t i = 0; i < workspace->chips_count; i++) {
        struct chip chip =
            chip_of(banner, model_chip_row(set->model, workspace->chips_first + i), member);
        if (chip.value.n > 0) {
            chips[count++] = chip;
        }
    }
    struct str name = workspace->banner_title != MODEL_NONE ? value_words(set, title, MODEL_NONE)
                                                            : record_title(set, member->record);
    return (struct banner_person){.name = name, .chips = chips, .chips_count = count};
}

struct banner view_banner(struct work_set *set, uint32_t workspace, struct record *record,
                          const struct clock_reading *readings, size_t readings_count)
{
    const struct model_workspace *shape = model_workspace_row(set->model, workspace);
    const struct banner_drawing drawing = {set, shape, record, readings, readings_count};
    struct banner banner = {
        .title = value_words(set, work_set_value(set, shape->title, &record->subject), MODEL_NONE),
    };
    size_t count = 0;
    const struct subject *const *members = NULL;
    if (shape->subtitle != MODEL_NONE) {
        banner.facts =
            value_words(set, work_set_value(set, shape->subtitle, &record->subject), MODEL_NONE);
    }
    banner.title = banner.title.n > 0 ? banner.title : record_title(set, record);
    if (shape->banner_each != MODEL_NONE &&
        work_set_has_members(set, &record->subject, shape->banner_each)) {
        members = work_set_members(set, &record->subject, shape->banner_each, &count);
    }
    struct banner_person *people = ARENA_ARRAY(set->arena, count, struct banner_person);
    for (size_t i = 0; i < count; i++) {
        if (work_set_true_with(set, shape->banner_where, &record->subject, members[i])) {
            people[banner.people_count++] = person_of(&drawing, members[i]);
        }
    }
    banner.people = people;
    return banner;
}

/* ---- what is due ---- */

/* Days from today to the day it is due. */
static int32_t days_left(const struct work_set *set, const struct clock_reading *reading)
{
    struct date due =
        reading->by_day ? reading->due_date : zone_date(set->calendar.zone, reading->due);
    return due.day - set->today.day;
}

/* A bar is nothing that has to be done by a day. */
static bool is_undated(const struct work_set *set, const struct clock_reading *reading)
{
    return reading->due.ms == INT64_MAX ||
           model_clock_row(set->model, reading->clock)->kind == CLOCK_BAR;
}

static enum urgency urgency_of(const struct work_set *set, const struct clock_reading *reading)
{
    if (reading->state == CLOCK_STATE_TOLLED) {
        return DUE_LATER;
    }
    if (reading->state != CLOCK_STATE_RUNNING) {
        return DUE_DONE;
    }
    if (is_undated(set, reading)) {
        return DUE_LATER;
    }
    if (reading->due.ms <= set->now.ms) {
        return DUE_LATE;
    }
    if (!reading->by_day && reading->due.ms - set->now.ms <= SOON_MS) {
        return DUE_NOW;
    }
    return days_left(set, reading) <= 0 ? DUE_TODAY : DUE_LATER;
}

static enum word when_word(const struct work_set *set, const struct clock_reading *reading,
                           enum urgency urgency)
{
    int32_t days = days_left(set, reading);
    switch (urgency) {
    case DUE_LATE:
        return WORD_LATE;
    case DUE_NOW:
        return WORD_NOW;
    case DUE_TODAY:
        return WORD_TODAY;
    case DUE_DONE:
        return WORD_DONE;
    case DUE_LATER:
    case DUE__COUNT:
        break;
    }
    if (is_undated(set, reading)) {
        return WORD_LATER;
    }
    return days == 1 ? WORD_TOMORROW : days < WEEK_DAYS ? WORD_THIS_WEEK : WORD_LATER;
}

/* "due 13:40" today, "due Thu 26 Nov, 13:20", the year only when it is far off: the line says when
 * at its beginning, and the rule behind the date says everything. */
static struct str due_words(struct work_set *set, const struct clock_reading *reading)
{
    int32_t days = days_left(set, reading);
    struct date day =
        reading->by_day ? reading->due_date : zone_date(set->calendar.zone, reading->due);
    struct civil civil = zone_civil(set->calendar.zone, reading->due);
    struct str date = date_long(set->arena, day);
    struct buf words;
    buf_init(&words, set->arena, 100);
    buf_add(&words, STR("due "));
    if (days > FAR_DAYS || days < 0) {
        buf_add(&words, date);
    } else if (days > 0 || reading->by_day) {
        buf_add(&words, str_slice(date, 0, date.n - YEAR_WORDS));
    }
    if (!reading->by_day) {
        buf_add(&words, days > 0 ? STR(", ") : STR(""));
        buf_digits(&words, civil.hour, 2);
        buf_byte(&words, ':');
        buf_digits(&words, civil.minute, 2);
    }
    return buf_str(&words);
}

/* "first contact with Mai Vang" */
static struct str what_of(struct work_set *set, const struct clock_reading *reading)
{
    struct str label = model_text(set->model, model_clock_row(set->model, reading->clock)->label);
    const struct record *member =
        uuid_is_nil(reading->member) ? NULL : work_set_find(set, reading->member);
    return member != NULL ? STR_JOIN(set->arena, label, STR(": "), record_title(set, member))
                          : label;
}

struct due view_due(struct work_set *set, const struct words *words,
                    const struct clock_reading *reading)
{
    const struct record *record = work_set_find(set, reading->record);
    enum urgency urgency = urgency_of(set, reading);
    struct str said = clock_words(set->arena, set->model, reading, set->now);
    bool dated = reading->state == CLOCK_STATE_RUNNING && !is_undated(set, reading) &&
                 set->now.ms >= reading->opens.ms && urgency != DUE_LATE;
    ptrdiff_t cut = dated ? str_find(said, STR(", in ")) : -1;
    struct due due = {
        .urgency = urgency,
        .when = words->text[when_word(set, reading, urgency)],
        .about = record != NULL ? record_title(set, record) : STR(""),
        .what = what_of(set, reading),
        .due = dated ? due_words(set, reading) : said,
        .left = cut < 0 ? STR("") : str_slice(said, (size_t)cut + 2, said.n),
    };
    if (reading->due.ms != INT64_MAX) {
        due.machine = reading->by_day ? date_iso(set->arena, reading->due_date)
                                      : zone_iso(set->arena, set->calendar.zone, reading->due);
    }
    return due;
}

size_t view_needed(struct arena *arena, const struct outcome *outcome,
                   struct fault_line **ret_lines)
{
    *ret_lines = ARENA_ARRAY(arena, outcome->problems.count, struct fault_line);
    for (size_t i = 0; i < outcome->problems.count; i++) {
        const struct problem *problem = &outcome->problems.items[i];
        (*ret_lines)[i] = (struct fault_line){problem->where, problem->message};
    }
    return outcome->problems.count;
}
