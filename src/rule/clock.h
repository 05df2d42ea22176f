/* Clocks: pure computation of what is due from the facts of a work set. */
#ifndef HEARTH_RULE_CLOCK_H
#define HEARTH_RULE_CLOCK_H

#include "rule/record.h"

enum clock_state {
    CLOCK_STATE_RUNNING,
    CLOCK_STATE_DONE,    /* done_at is set; late when done_at >= due */
    CLOCK_STATE_STOPPED, /* its condition no longer holds, or it ended */
    CLOCK_STATE__COUNT
};

/* One clock of one record (and one member). Stored by store/, one row each. */
struct clock_reading {
    uint32_t clock;
    struct uuid record; /* subject */
    struct uuid member; /* nil when the clock has no "each" */
    enum clock_state state;
    struct instant start;
    struct instant due;      /* first instant that is late; ms INT64_MAX for "before an act" */
    struct date due_date;    /* for day units */
    bool by_day;             /* shown as a date */
    struct instant done_at;
    struct uuid who;         /* whose day it is on, or nil */
    struct instant wake_at;  /* when it must be computed again though nothing changes, or ms 0 */
    uint32_t start_fact;     /* row of clock_start that won */
    uint32_t length;         /* row of clock_length used */
};

/* All readings of one clock on one subject (loaded by the clock's load steps), in member order.
 * Nothing for a clock whose condition does not hold. choice tells the scheme alternative an agency
 * uses on a day. */
struct clock_host {
    void *context;
    uint32_t (*alternative)(void *context, struct uuid agency, uint32_t scheme, struct date on);
};
size_t clock_read(struct work_set *set, const struct clock_host *host, uint32_t clock,
                  struct record *subject, struct clock_reading **ret_readings);

/* The rule in words with the facts used: "The report was received Wed 25 Nov 2026, 13:20; 24 hours;
 * due Thu 26 Nov 2026, 13:20." and the source. */
struct str clock_explain(struct work_set *set, const struct clock_reading *reading);
/* "due 13:40, in 2 h 10 min", "2 days late", "before leaving the home". */
struct str clock_words(struct arena *arena, const struct model *model,
                       const struct clock_reading *reading, struct instant now);

#endif
