/* Stretches of time on one line of numbers, days or milliseconds, and the two sums that deadlines
 * need of them: days collected in a window that moves on, and a deadline that stands still. A
 * stretch begins with "from" and ends before "to", so that a child who moves on a day is in one
 * place that night. */
#ifndef HEARTH_TIME_SPAN_H
#define HEARTH_TIME_SPAN_H

#include "time/calendar.h"

struct span {
    int64_t from, to; /* to is the first that is out; SPAN_OPEN: it has not ended */
};

#define SPAN_OPEN INT64_MAX

/* Puts them in order, drops empty ones and joins those that overlap or touch. Returns how many are
 * left, at the front. All that follows takes joined spans. */
size_t spans_join(struct span *spans, size_t count);
/* What is left of spans when out is taken from them; in the arena. */
size_t spans_without(struct arena *arena, const struct span *spans, size_t count,
                     const struct span *out, size_t out_count, struct span **ret_left);
/* How much of [from, to) they cover. */
int64_t spans_within(const struct span *spans, size_t count, int64_t from, int64_t to);

/* So many days or months collected, in the most recent days or months. Months are as long as those
 * from the first day that counts, so that days without a gap are collected on the same day of the
 * month as calendar_due says, and each day that does not count moves it by one. */
struct tally {
    const struct span *days; /* that count, by day number */
    size_t count;
    struct date from;    /* nothing before it counts */
    enum time_unit unit; /* UNIT_DAYS or UNIT_MONTHS, here and below */
    int32_t length;      /* above 0 */
    enum time_unit window_unit;
    int32_t window;   /* how far it looks back, at least the length; 0: to the beginning */
    bool consecutive; /* a day that does not count begins it anew; it has no window then */
};

/* The day with which enough has been collected for the first time, as day n of n days without a gap
 * after "from". False when the days that are known never come to that. */
bool tally_reached(const struct tally *tally, struct date *ret_day);
/* How much has been collected when a day begins, and how much it takes then, in days. */
struct tally_state {
    int32_t collected, needed;
};
struct tally_state tally_on(const struct tally *tally, struct date day);

/* calendar_due of a clock that stands still during the spans (milliseconds): each moves it by as
 * much of its unit as would have counted, if it begins before the clock has run out. Days stand
 * still whole, from the local day of the beginning on. INT64_MAX when one of them has not ended. */
struct instant span_due(const struct calendar *calendar, struct instant start, enum time_unit unit,
                        int32_t length, bool roll, const struct span *still, size_t count);

#endif
