/* Clocks: pure computation of what is due from the facts of a work set. */
#ifndef HEARTH_RULE_CLOCK_H
#define HEARTH_RULE_CLOCK_H

#include "rule/record.h"

enum clock_state {
    CLOCK_STATE_RUNNING,
    CLOCK_STATE_DONE,    /* done_at is set; late when done_at >= due, too early before opens */
    CLOCK_STATE_STOPPED, /* it ended: "stops" holds, or the record is closed */
    CLOCK_STATE_TOLLED,  /* it stands still by an order that has no end yet: due is not known */
    CLOCK_STATE_WAITING, /* not there yet, but today may bring it: only wake_at counts, shown
                            nowhere */
    CLOCK_STATE__COUNT
};

/* One clock of one record (and one member). Stored by store/, one row each. */
struct clock_reading {
    uint32_t clock;
    struct uuid record; /* subject */
    struct uuid member; /* nil when the clock has no "each" */
    enum clock_state state;
    struct instant start;
    struct instant opens;   /* of a bar or "before": too early until then; ms 0: at any time */
    struct instant due;     /* first instant that is late; ms INT64_MAX: there is none ("before an
                               act", a tally that is not being added to, a bar without an end) */
    struct date due_date;   /* for day units */
    bool by_day;            /* shown as a date */
    struct instant last_at; /* repeat: when it was last done, or ms 0; counts from there */
    struct instant done_at;
    bool done_is_seen; /* "done" is a mere yes: done_at is now, and the store keeps its first */
    struct uuid who;   /* whose day it is on, or nil */
    struct instant wake_at; /* when it must be computed again though nothing changes, or ms 0 */
    uint32_t start_fact;    /* row of clock_start that won */
    uint32_t length;        /* row of clock_length used */
};

/* All readings of one clock on one subject (loaded by the clock's load steps), in member order.
 * Nothing for a clock whose condition does not hold, whose start is not known or whose version of
 * the rule is another one, unless time alone may change that (WAITING). The version of the rule is
 * that of the day from which it counts.
 *   repeat  counts from when it was last done; "times" in a period: the current period, and DONE
 *           when all are
 *   tally   due when enough days are collected, if what runs now goes on
 *   bar     opens when the length has passed and ends when it closes, or, if nothing has to be
 *           done, as soon as it is open
 *   before  due so long before its start, which lies ahead; done too early is not done
 * host NULL: the one of the set. Asks set->missing afterwards. */
size_t clock_read(struct work_set *set, const struct clock_host *host, uint32_t clock,
                  struct record *subject, struct clock_reading **ret_readings);

/* The rule in words with the facts used: "The report was received Wed 25 Nov 2026, 13:20; 24 hours;
 * due Thu 26 Nov 2026, 13:20." and the source. */
struct str clock_explain(struct work_set *set, const struct clock_reading *reading);
/* "due 13:40, in 2 h 10 min", "2 days late", "before “Left the home”". */
struct str clock_words(struct arena *arena, const struct model *model,
                       const struct clock_reading *reading, struct instant now);

#endif
