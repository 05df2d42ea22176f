/* The model's own section, and the calendar of legal holidays expanded into days. */
#include <stdlib.h>

#include "compile/read.h"

#define YEARS_MAX 200

static const struct key model_keys[] = {
    NEEDED("name", read_text, model, name, 0),       NEEDED("label", read_text, model, label, 0),
    NEEDED("version", read_text, model, version, 0), NEEDED("zone", read_text, model, zone_name, 0),
    NEEDED("locale", read_text, model, locale, 0),
};

void read_model(struct build *build, const struct yaml *section)
{
    if (build_count(build, MODEL_TABLE_model) > 0) {
        struct place first = build_origin(build, MODEL_TABLE_model, 0)->place;
        MESSAGE(build->messages, section->place,
                STR("the model is named once; the other place is "), first.file, STR(":"),
                str_from_int(build->arena, first.line));
        return;
    }
    uint32_t row = build_push(build, MODEL_TABLE_model, section, section->place);
    KEYS_READ(build, section, model_keys, CELL(model, row, name), STR("the model"));
}

/* ---- holidays ----------------------------------------------------------------------------- */

static const struct key calendar_keys[] = {
    NEEDED_ELSEWHERE("source"),
    NEEDED_ELSEWHERE("from"),
    NEEDED_ELSEWHERE("to"),
    NEEDED_ELSEWHERE("holidays"),
};

static const struct key holiday_keys[] = {
    NEEDED_ELSEWHERE("label"),   NEEDED_ELSEWHERE("month"), OPTION_ELSEWHERE("day"),
    OPTION_ELSEWHERE("weekday"), OPTION_ELSEWHERE("nth"),   OPTION_ELSEWHERE("after"),
    OPTION_ELSEWHERE("years"),
};

static const struct key observed_keys[] = {
    OPTION_ELSEWHERE("saturday"),
    OPTION_ELSEWHERE("sunday"),
};

/* Days by which a holiday on a weekend is kept earlier or later. */
struct observed {
    int32_t saturday, sunday;
};

/* A whole number between the bounds under a key, or 0, said. */
static int32_t number_at(struct build *build, const struct yaml *node, struct str key,
                         int32_t least, int32_t most)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    int64_t number = 0;
    if (!pair) {
        return 0;
    }
    if (pair->value->kind != YAML_TEXT || !str_to_i64(pair->value->text, &number) ||
        number < least || number > most) {
        MESSAGE(build->messages, pair->value->place, STR("'"), key, STR("' is a number from "),
                str_from_int(build->arena, least), STR(" to "), str_from_int(build->arena, most));
        return 0;
    }
    return (int32_t)number;
}

static enum weekday weekday_at(struct build *build, const struct yaml *node, struct str key)
{
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    const struct yaml_pair *pair = yaml_find(node, key);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (str_eq(pair->value->text, str_from(names[i]))) {
            return MONDAY + (enum weekday)i;
        }
    }
    MESSAGE(build->messages, pair->value->place, STR("'"), key,
            STR("' is one of: monday ... sunday"));
    return MONDAY;
}

static void push_day(struct build *build, int32_t day)
{
    for (size_t i = 0; i < build->holidays.count; i++) {
        if (build->holidays.items[i] == day) {
            return;
        }
    }
    LIST_PUSH(build->arena, &build->holidays, day);
}

static void push_fixed(struct build *build, int32_t year, int32_t month, int32_t day,
                       const struct observed *observed)
{
    if (!date_is_real(year, (unsigned)month, (unsigned)day)) {
        return; /* 29 February */
    }
    struct date date = date_from_civil(year, (unsigned)month, (unsigned)day);
    push_day(build, date.day);
    if (date_weekday(date) == SATURDAY && observed->saturday) {
        push_day(build, date.day + observed->saturday);
    } else if (date_weekday(date) == SUNDAY && observed->sunday) {
        push_day(build, date.day + observed->sunday);
    }
}

/* "The third Monday", "the last Monday", "the Tuesday after the first Monday". */
struct nth_weekday {
    enum weekday weekday;
    int32_t nth;   /* 0: the last one of the month */
    int32_t later; /* days from it to the holiday */
};

static void push_nth(struct build *build, int32_t year, int32_t month,
                     const struct nth_weekday *nth)
{
    struct date first = date_from_civil(year, (unsigned)month, 1);
    int32_t last = date_month_end(first).day;
    enum weekday first_weekday = date_weekday(first);
    int32_t day = first.day + ((int32_t)nth->weekday - (int32_t)first_weekday + 7) % 7;
    if (nth->nth > 0) {
        day += (nth->nth - 1) * 7;
    } else {
        while (day + 7 <= last) {
            day += 7;
        }
    }
    if (day <= last) {
        push_day(build, day + nth->later);
    }
}

static struct nth_weekday nth_weekday_at(struct build *build, const struct yaml *node)
{
    const struct yaml_pair *nth = yaml_find(node, STR("nth"));
    bool last = str_eq(nth->value->text, STR("last"));
    enum weekday weekday = weekday_at(build, node, STR("weekday"));
    struct nth_weekday found = {.weekday = weekday,
                                .nth = last ? 0 : number_at(build, node, STR("nth"), 1, 5)};
    if (yaml_find(node, STR("after"))) {
        found.weekday = weekday_at(build, node, STR("after"));
        found.later = ((int32_t)weekday - (int32_t)found.weekday + 6) % 7 + 1;
    }
    return found;
}

static bool is_in_year(int32_t year, struct str years)
{
    return years.n == 0 || (year % 2 == 0) == str_eq(years, STR("even"));
}

static struct str read_years(struct build *build, const struct yaml *node)
{
    const struct yaml_pair *pair = yaml_find(node, STR("years"));
    if (!pair) {
        return STR("");
    }
    if (!str_eq(pair->value->text, STR("even")) && !str_eq(pair->value->text, STR("odd"))) {
        MESSAGE(build->messages, pair->value->place, STR("'years' is one of: even, odd"));
    }
    return pair->value->text;
}

struct years {
    int32_t from, to;
};

static void read_holiday(struct build *build, const struct yaml *node, struct years years,
                         const struct observed *observed)
{
    KEYS_READ(build, node, holiday_keys, CELL(model, 0, name), STR("a holiday"));
    int32_t month = number_at(build, node, STR("month"), 1, 12);
    int32_t day = number_at(build, node, STR("day"), 1, 31);
    const struct yaml_pair *weekday = yaml_find(node, STR("weekday"));
    const struct yaml_pair *nth = yaml_find(node, STR("nth"));
    if (node->kind != YAML_MAP || month == 0) {
        return;
    }
    bool fixed = yaml_find(node, STR("day"));
    if (fixed == (weekday && nth)) {
        MESSAGE(build->messages, node->place, STR("a holiday has 'day', or 'weekday' and 'nth'"));
        return;
    }
    if (fixed && yaml_find(node, STR("after"))) {
        MESSAGE(build->messages, node->place, STR("'after' goes with 'weekday' and 'nth'"));
    }
    struct nth_weekday on =
        fixed ? (struct nth_weekday){.weekday = MONDAY} : nth_weekday_at(build, node);
    struct str which = read_years(build, node);
    for (int32_t year = years.from; year <= years.to; year++) {
        if (!is_in_year(year, which)) {
            continue;
        }
        if (fixed && day > 0) {
            push_fixed(build, year, month, day, observed);
        } else if (!fixed) {
            push_nth(build, year, month, &on);
        }
    }
}

static int32_t read_move(struct build *build, const struct yaml *node, struct str key,
                         struct str wanted, int32_t move)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    if (pair && !str_eq(pair->value->text, wanted)) {
        MESSAGE(build->messages, pair->value->place, STR("'"), key, STR("' can only be '"), wanted,
                STR("'"));
    }
    return pair ? move : 0;
}

static int compare_days(const void *left, const void *right)
{
    const int32_t *a = left;
    const int32_t *b = right;
    return (*a > *b) - (*a < *b);
}

void read_calendar(struct build *build, const struct yaml *section)
{
    struct observed observed = {0, 0};
    KEYS_READ(build, section, calendar_keys, CELL(model, 0, name), STR("'calendar'"));
    const struct yaml_pair *holidays = yaml_find(section, STR("holidays"));
    if (build->holidays.count > 0) {
        MESSAGE(build->messages, section->place, STR("there is more than one calendar"));
        return;
    }
    struct years years = {number_at(build, section, STR("from"), 1900, 2200),
                          number_at(build, section, STR("to"), 1900, 2200)};
    if (!holidays || !want_map(build, holidays->value, STR("'holidays'")) ||
        years.to - years.from > YEARS_MAX) {
        return;
    }
    if (years.from > years.to) {
        MESSAGE(build->messages, section->place, STR("'to' is before 'from'"));
    }
    const struct yaml_pair *moves = yaml_find(holidays->value, STR("observed"));
    if (moves) {
        KEYS_READ(build, moves->value, observed_keys, CELL(model, 0, name), STR("'observed'"));
        observed.saturday =
            read_move(build, moves->value, STR("saturday"), STR("previous_friday"), -1);
        observed.sunday = read_move(build, moves->value, STR("sunday"), STR("next_monday"), 1);
    }
    for (size_t i = 0; i < holidays->value->count; i++) {
        if (&holidays->value->pairs[i] != moves) {
            read_holiday(build, holidays->value->pairs[i].value, years, &observed);
        }
    }
    if (build->holidays.count > 0) {
        qsort(build->holidays.items, build->holidays.count, sizeof(int32_t), compare_days);
    }
}
