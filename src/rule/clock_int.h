/* What the files about clocks share: the periods they count, leave out or stand still in. */
#ifndef HEARTH_RULE_CLOCK_INT_H
#define HEARTH_RULE_CLOCK_INT_H

#include "rule/clock.h"
#include "time/span.h"

/* One period as a record says it. */
struct clock_stretch {
    uint32_t period;       /* row of clock_period */
    struct value from, to; /* dates or datetimes; to is unset when it has not ended */
    struct uuid order;     /* what makes time stand still, or nil */
};

/* Those of one kind, in the order of the model and of their collections; in the set's arena. */
size_t clock_stretches(struct work_set *set, const struct model_clock *clock,
                       enum model_clock_period_kind kind, const struct subject *subject,
                       const struct subject *member, struct clock_stretch **ret_stretches);
/* The sum a tally counts: what is counted without what is left out. length: row of clock_length. */
struct tally clock_tally(struct work_set *set, const struct model_clock *clock, uint32_t length,
                         struct date from, const struct subject *subject,
                         const struct subject *member);
/* How many acts lie in these days. */
int64_t clock_acts(struct work_set *set, const struct model_clock *clock, struct span days,
                   const struct subject *subject, const struct subject *member);
/* When the clock stands still, in milliseconds, joined. */
size_t clock_still(struct work_set *set, const struct model_clock *clock,
                   const struct subject *subject, const struct subject *member,
                   struct span **ret_still);
/* The member a reading is about, in the set; NULL when it has none. */
const struct subject *clock_member(struct work_set *set, const struct clock_reading *reading,
                                   const struct record *record);

#endif
