#include "time/zone.h"

#define SECOND_MS ((int64_t)1000)
/* No zone has ever been further from UTC than this (the farthest, Manila before 1844, was 15:56).
 */
#define OFFSET_MAX_MS DAY_MS
/* Day numbers are 32 bits: what lies outside is read as the last day that can be said. */
#define INSTANT_MAX_MS (((int64_t)INT32_MAX - 2) * DAY_MS)

static int64_t offset_ms(const struct zone *zone, size_t regime)
{
    return zone->transitions[regime].offset_s * SECOND_MS;
}

/* The transition that holds at an instant. */
static size_t regime_at(const struct zone *zone, int64_t ms)
{
    size_t low = 0, high = zone->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->transitions[middle].at_ms <= ms) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* A local reading as one number: the milliseconds since 1970-01-01T00:00 on a clock that is never
 * changed. */
static struct civil civil_of(int64_t reading)
{
    int64_t day = reading / DAY_MS - (reading % DAY_MS < 0);
    int64_t ms = reading - day * DAY_MS;
    struct civil civil = date_to_civil((struct date){(int32_t)day});
    civil.hour = (uint8_t)(ms / HOUR_MS);
    civil.minute = (uint8_t)(ms / MINUTE_MS % 60);
    civil.second = (uint8_t)(ms / SECOND_MS % 60);
    civil.ms = (uint16_t)(ms % SECOND_MS);
    return civil;
}

static int64_t reading_of(struct civil civil)
{
    return date_from_civil(civil.year, civil.month, civil.day).day * DAY_MS + civil.hour * HOUR_MS +
           civil.minute * MINUTE_MS + civil.second * SECOND_MS + civil.ms;
}

static int64_t reading_at(const struct zone *zone, struct instant instant)
{
    int64_t ms = instant.ms;
    ms = ms < -INSTANT_MAX_MS ? -INSTANT_MAX_MS : ms > INSTANT_MAX_MS ? INSTANT_MAX_MS : ms;
    return ms + offset_ms(zone, regime_at(zone, instant.ms));
}

struct civil zone_civil(const struct zone *zone, struct instant instant)
{
    return civil_of(reading_at(zone, instant));
}

struct date zone_date(const struct zone *zone, struct instant instant)
{
    int64_t reading = reading_at(zone, instant);
    return (struct date){(int32_t)(reading / DAY_MS - (reading % DAY_MS < 0))};
}

/* How a reading fits, and the transition whose offset it is taken by: in a gap the one before it,
 * in a fold the earlier one. */
struct fit {
    enum zone_fit fit;
    size_t regime;
};

static struct fit fit_reading(const struct zone *zone, int64_t reading)
{
    /* Only what holds within a day of it can show the reading. */
    size_t first = regime_at(zone, reading - OFFSET_MAX_MS);
    size_t last = regime_at(zone, reading + OFFSET_MAX_MS);
    struct fit found = {ZONE_GAP, first};
    for (size_t i = first; i <= last; i++) {
        int64_t ms = reading - offset_ms(zone, i);
        if (ms < zone->transitions[i].at_ms) {
            continue;
        }
        if (i + 1 < zone->count && ms >= zone->transitions[i + 1].at_ms) {
            /* Past the end of this one: skipped here, unless another shows it. */
            found.regime = found.fit == ZONE_GAP ? i : found.regime;
        } else if (found.fit == ZONE_GAP) {
            found = (struct fit){ZONE_ONCE, i};
        } else {
            found.fit = ZONE_FOLD;
        }
    }
    return found;
}

struct instant zone_instant(const struct zone *zone, struct civil civil, enum zone_fit *ret_fit)
{
    int64_t reading = reading_of(civil);
    struct fit fit = fit_reading(zone, reading);
    if (ret_fit) {
        *ret_fit = fit.fit;
    }
    return (struct instant){reading - offset_ms(zone, fit.regime)};
}

struct instant zone_day_start(const struct zone *zone, struct date date)
{
    int64_t reading = date.day * DAY_MS;
    struct fit fit = fit_reading(zone, reading);
    if (fit.fit == ZONE_GAP) {
        return (struct instant){zone->transitions[fit.regime + 1].at_ms};
    }
    return (struct instant){reading - offset_ms(zone, fit.regime)};
}

static void write_clock(struct buf *buf, struct civil civil)
{
    buf_digits(buf, civil.hour, 2);
    buf_byte(buf, ':');
    buf_digits(buf, civil.minute, 2);
}

static void write_offset(struct buf *buf, int64_t offset)
{
    int64_t size = offset < 0 ? -offset : offset;
    buf_byte(buf, offset < 0 ? '-' : '+');
    buf_digits(buf, (uint64_t)(size / HOUR_MS), 2);
    buf_byte(buf, ':');
    buf_digits(buf, (uint64_t)(size / MINUTE_MS % 60), 2);
}

/* Room for any date and time. */
#define TIME_TEXT_MAX 48

struct str zone_iso(struct arena *arena, const struct zone *zone, struct instant instant)
{
    int64_t reading = reading_at(zone, instant);
    int64_t offset = offset_ms(zone, regime_at(zone, instant.ms));
    bool sayable = offset % MINUTE_MS == 0;
    if (!sayable) {
        reading -= offset;
    }
    struct civil civil = civil_of(reading);
    struct buf buf;
    buf_init(&buf, arena, TIME_TEXT_MAX);
    date_write_iso(&buf, date_from_civil(civil.year, civil.month, civil.day));
    buf_byte(&buf, 'T');
    write_clock(&buf, civil);
    buf_byte(&buf, ':');
    buf_digits(&buf, civil.second, 2);
    if (civil.ms) {
        buf_byte(&buf, '.');
        buf_digits(&buf, civil.ms, 3);
    }
    if (sayable) {
        write_offset(&buf, offset);
    } else {
        buf_byte(&buf, 'Z');
    }
    return buf_str(&buf);
}

struct str zone_long(struct arena *arena, const struct zone *zone, struct instant instant)
{
    struct civil civil = zone_civil(zone, instant);
    struct date date = date_from_civil(civil.year, civil.month, civil.day);
    struct buf buf;
    buf_init(&buf, arena, TIME_TEXT_MAX);
    BUF_ADD(&buf, date_long(arena, date), STR(", "));
    write_clock(&buf, civil);
    return buf_str(&buf);
}

/* Takes the byte off the front of *text when it is there. */
static bool take(struct str *text, char byte)
{
    if (text->n == 0 || text->p[0] != byte) {
        return false;
    }
    *text = str_slice(*text, 1, text->n);
    return true;
}

/* Takes two digits, less than the limit, off the front of *text. */
static bool take_two(struct str *text, unsigned limit, uint8_t *ret_number)
{
    unsigned number = 0;
    if (text->n < 2) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        char c = text->p[i];
        if (c < '0' || c > '9') {
            return false;
        }
        number = number * 10 + (unsigned)(c - '0');
    }
    *text = str_slice(*text, 2, text->n);
    *ret_number = (uint8_t)number;
    return number < limit;
}

#define FRACTION_DIGITS_MAX 9

/* Takes a fraction of a second off the front of *text; nanoseconds at the finest. */
static bool take_fraction(struct str *text, uint16_t *ret_ms)
{
    uint16_t scale = 100, ms = 0;
    size_t n = 0;
    for (; n < text->n && text->p[n] >= '0' && text->p[n] <= '9'; n++) {
        ms = (uint16_t)(ms + scale * (text->p[n] - '0'));
        scale /= 10;
    }
    *text = str_slice(*text, n, text->n);
    *ret_ms = ms;
    return n >= 1 && n <= FRACTION_DIGITS_MAX;
}

/* Takes hours and minutes, and seconds and a fraction if there are any. */
static bool take_clock(struct str *text, struct civil *civil)
{
    if (!take_two(text, 24, &civil->hour) || !take(text, ':') ||
        !take_two(text, 60, &civil->minute)) {
        return false;
    }
    if (take(text, ':')) {
        return take_two(text, 60, &civil->second) &&
               (!take(text, '.') || take_fraction(text, &civil->ms));
    }
    return true;
}

/* Takes Z or an offset, which must be all that is left. */
static bool take_offset(struct str *text, int64_t *ret_offset)
{
    *ret_offset = 0;
    if (take(text, 'Z')) {
        return text->n == 0;
    }
    bool west = take(text, '-');
    uint8_t hours, minutes;
    if ((!west && !take(text, '+')) || !take_two(text, 24, &hours) || !take(text, ':') ||
        !take_two(text, 60, &minutes) || text->n) {
        return false;
    }
    int64_t size = hours * HOUR_MS + minutes * MINUTE_MS;
    *ret_offset = west ? -size : size;
    return true;
}

#define ISO_DATE_LENGTH 10

bool zone_parse(const struct zone *zone, struct str text, struct instant *ret_instant,
                enum zone_fit *ret_fit)
{
    struct date date;
    struct str rest = str_slice(text, ISO_DATE_LENGTH, text.n);
    struct str date_text = str_slice(text, 0, ISO_DATE_LENGTH);
    if (str_find_byte(date_text, '/') >= 0 || !date_parse(date_text, &date) || !take(&rest, 'T')) {
        return false;
    }
    struct civil civil = date_to_civil(date);
    if (!take_clock(&rest, &civil)) {
        return false;
    }
    if (rest.n == 0) {
        *ret_instant = zone_instant(zone, civil, ret_fit);
        return true;
    }
    int64_t offset;
    if (!take_offset(&rest, &offset)) {
        return false;
    }
    *ret_instant = (struct instant){reading_of(civil) - offset};
    if (ret_fit) {
        *ret_fit = ZONE_ONCE;
    }
    return true;
}
