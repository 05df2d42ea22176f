#include "compile/zone_file.h"

#include <string.h>

#define HEADER_SIZE ((size_t)44)
#define TYPES_MAX 256

struct reader {
    struct str rest;
    bool failed;
};

static int64_t take_number(struct reader *reader, size_t size)
{
    uint64_t number = 0;
    if (reader->rest.n < size) {
        reader->failed = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        number = number << 8 | (uint8_t)reader->rest.p[i];
    }
    if (size == 4) { /* sign */
        number = (uint64_t)(int64_t)(int32_t)(uint32_t)number;
    }
    reader->rest = str_slice(reader->rest, size, reader->rest.n);
    return (int64_t)number;
}

static void skip(struct reader *reader, uint64_t size)
{
    if (reader->rest.n < size) {
        reader->failed = true;
        return;
    }
    reader->rest = str_slice(reader->rest, (size_t)size, reader->rest.n);
}

struct counts {
    uint32_t is_ut, is_standard, leap, time, type, character;
};

static struct counts take_header(struct reader *reader)
{
    struct counts counts = {0};
    if (reader->rest.n < HEADER_SIZE || !str_starts(reader->rest, STR("TZif")) ||
        reader->rest.p[4] < '2') {
        reader->failed = true;
        return counts;
    }
    skip(reader, 20);
    counts.is_ut = (uint32_t)take_number(reader, 4);
    counts.is_standard = (uint32_t)take_number(reader, 4);
    counts.leap = (uint32_t)take_number(reader, 4);
    counts.time = (uint32_t)take_number(reader, 4);
    counts.type = (uint32_t)take_number(reader, 4);
    counts.character = (uint32_t)take_number(reader, 4);
    return counts;
}

/* Size of the data behind a header whose times take time_size bytes. */
static uint64_t data_size(const struct counts *counts, uint64_t time_size)
{
    return counts->time * (time_size + 1) + counts->type * (uint64_t)6 + counts->character +
           counts->leap * (time_size + 4) + counts->is_standard + counts->is_ut;
}

/* ---- the rule of the footer: "CST6CDT,M3.2.0,M11.1.0" --------------------------------------- */

struct rule_day {
    unsigned month, week, weekday; /* weekday from 0, Sunday; week 5 is the last */
    int32_t second;                /* of the local day */
};

struct rule {
    int32_t standard_s, daylight_s; /* offsets from UTC */
    bool has_daylight;
    struct rule_day start, end; /* of daylight saving time */
};

static bool take_byte(struct str *rest, char byte)
{
    if (rest->n == 0 || rest->p[0] != byte) {
        return false;
    }
    *rest = str_slice(*rest, 1, rest->n);
    return true;
}

static bool take_digits(struct str *rest, unsigned *ret_number)
{
    size_t n = 0;
    unsigned number = 0;
    while (n < rest->n && n < 4 && rest->p[n] >= '0' && rest->p[n] <= '9') {
        number = number * 10 + (unsigned)(rest->p[n] - '0');
        n++;
    }
    *rest = str_slice(*rest, n, rest->n);
    *ret_number = number;
    return n > 0;
}

/* "CST" or "<-03>". */
static bool take_abbreviation(struct str *rest)
{
    size_t n = 0;
    if (take_byte(rest, '<')) {
        while (n < rest->n && rest->p[n] != '>') {
            n++;
        }
        *rest = str_slice(*rest, n, rest->n);
        return n > 0 && take_byte(rest, '>');
    }
    while (n < rest->n &&
           ((rest->p[n] >= 'A' && rest->p[n] <= 'Z') || (rest->p[n] >= 'a' && rest->p[n] <= 'z'))) {
        n++;
    }
    *rest = str_slice(*rest, n, rest->n);
    return n >= 3;
}

/* [+-]h[:m[:s]] as seconds. */
static bool take_time(struct str *rest, int32_t *ret_seconds)
{
    bool negative = take_byte(rest, '-');
    if (!negative) {
        (void)take_byte(rest, '+');
    }
    unsigned hours = 0, minutes = 0, seconds = 0;
    if (!take_digits(rest, &hours) || hours > 167) {
        return false;
    }
    if (take_byte(rest, ':') && !take_digits(rest, &minutes)) {
        return false;
    }
    if (take_byte(rest, ':') && !take_digits(rest, &seconds)) {
        return false;
    }
    if (minutes > 59 || seconds > 59) {
        return false;
    }
    int32_t total = (int32_t)(hours * 3600 + minutes * 60 + seconds);
    *ret_seconds = negative ? -total : total;
    return true;
}

/* ",M3.2.0" with an optional "/2". The other two forms of POSIX name no zone in use. */
static bool take_rule_day(struct str *rest, struct rule_day *ret_day)
{
    struct rule_day day = {.second = 2 * 3600};
    if (!take_byte(rest, ',') || !take_byte(rest, 'M') || !take_digits(rest, &day.month) ||
        !take_byte(rest, '.') || !take_digits(rest, &day.week) || !take_byte(rest, '.') ||
        !take_digits(rest, &day.weekday)) {
        return false;
    }
    if (day.month < 1 || day.month > 12 || day.week < 1 || day.week > 5 || day.weekday > 6) {
        return false;
    }
    if (take_byte(rest, '/') && !take_time(rest, &day.second)) {
        return false;
    }
    *ret_day = day;
    return true;
}

static bool parse_rule(struct str text, struct rule *ret_rule)
{
    struct rule rule = {0};
    if (!take_abbreviation(&text) || !take_time(&text, &rule.standard_s)) {
        return false;
    }
    rule.standard_s = -rule.standard_s; /* POSIX counts west of Greenwich */
    if (text.n > 0) {
        rule.has_daylight = true;
        rule.daylight_s = rule.standard_s + 3600;
        if (!take_abbreviation(&text)) {
            return false;
        }
        if (text.n > 0 && text.p[0] != ',') {
            if (!take_time(&text, &rule.daylight_s)) {
                return false;
            }
            rule.daylight_s = -rule.daylight_s;
        }
        if (!take_rule_day(&text, &rule.start) || !take_rule_day(&text, &rule.end)) {
            return false;
        }
    }
    *ret_rule = rule;
    return text.n == 0;
}

/* When the rule's change happens in a year, given the offset in force before it. */
static int64_t rule_ms(const struct rule_day *rule, int32_t year, int32_t offset_s)
{
    struct date first = date_from_civil(year, rule->month, 1);
    enum weekday first_weekday = date_weekday(first);
    unsigned weekday = (unsigned)first_weekday % 7; /* from 0, Sunday */
    struct date day = {first.day + (int32_t)((rule->weekday + 7 - weekday) % 7) +
                       ((int32_t)rule->week - 1) * 7};
    while (day.day > date_month_end(first).day) {
        day.day -= 7;
    }
    return ((int64_t)day.day * 86400 + rule->second - offset_s) * 1000;
}

static void push_after(struct arena *arena, struct zone_list *list, int64_t at_ms, int32_t offset_s,
                       bool daylight)
{
    struct zone_transition transition = {at_ms, offset_s, daylight};
    if (at_ms > list->transitions.items[list->transitions.count - 1].at_ms) {
        LIST_PUSH(arena, &list->transitions, transition);
    }
}

static void expand_rule(struct arena *arena, const struct rule *rule, struct zone_list *list)
{
    int64_t last_ms = list->transitions.items[list->transitions.count - 1].at_ms;
    int32_t year = last_ms < 0 ? 1970 : (int32_t)(last_ms / 1000 / 86400 / 366) + 1970;
    for (; rule->has_daylight && year <= ZONE_LAST_YEAR; year++) {
        int64_t start = rule_ms(&rule->start, year, rule->standard_s);
        int64_t end = rule_ms(&rule->end, year, rule->daylight_s);
        bool north = start < end;
        if (north) {
            push_after(arena, list, start, rule->daylight_s, true);
        }
        push_after(arena, list, end, rule->standard_s, false);
        if (!north) {
            push_after(arena, list, start, rule->daylight_s, true);
        }
    }
}

/* ---- the file ------------------------------------------------------------------------------ */

struct local_type {
    int32_t offset_s;
    bool daylight;
};

static void read_types(struct str data, uint32_t count, struct local_type *ret_types)
{
    struct reader reader = {data, false};
    for (uint32_t i = 0; i < count; i++) {
        ret_types[i].offset_s = (int32_t)take_number(&reader, 4);
        ret_types[i].daylight = take_number(&reader, 1) != 0;
        skip(&reader, 1);
    }
}

static bool read_transitions(struct arena *arena, struct str data, const struct counts *counts,
                             struct zone_list *ret_list)
{
    struct reader times = {data, false};
    struct reader indexes = {str_slice(data, counts->time * (size_t)8, data.n), false};
    struct local_type *types = ARENA_ARRAY(arena, TYPES_MAX, struct local_type);
    read_types(str_slice(data, counts->time * (size_t)9, data.n), counts->type, types);
    struct zone_transition first = {INT64_MIN, types[0].offset_s, types[0].daylight};
    LIST_PUSH(arena, &ret_list->transitions, first);
    for (uint32_t i = 0; i < counts->time; i++) {
        int64_t seconds = take_number(&times, 8);
        int64_t type = take_number(&indexes, 1);
        if (type >= counts->type || seconds > INT64_MAX / 1000 || seconds < INT64_MIN / 1000) {
            return false;
        }
        struct zone_transition transition = {seconds * 1000, types[type].offset_s,
                                             types[type].daylight};
        if (transition.at_ms <= ret_list->transitions.items[i].at_ms) {
            return false;
        }
        LIST_PUSH(arena, &ret_list->transitions, transition);
    }
    return true;
}

bool zone_file_read(struct arena *arena, struct str bytes, struct zone_list *ret_list)
{
    struct reader reader = {bytes, false};
    struct rule rule;
    *ret_list = (struct zone_list){0};
    struct counts counts = take_header(&reader);
    skip(&reader, data_size(&counts, 4)); /* the 32-bit part that old readers use */
    counts = take_header(&reader);
    struct str data = reader.rest;
    skip(&reader, data_size(&counts, 8));
    if (reader.failed || counts.type < 1 || counts.type > TYPES_MAX ||
        !read_transitions(arena, data, &counts, ret_list)) {
        return false;
    }
    struct str footer = str_trim(reader.rest);
    if (footer.n == 0) {
        return true;
    }
    if (!parse_rule(footer, &rule)) {
        return false;
    }
    expand_rule(arena, &rule, ret_list);
    return true;
}
