/* Time zones as a table of transitions that the model image carries; no libc time. */
#ifndef HEARTH_TIME_ZONE_H
#define HEARTH_TIME_ZONE_H

#include "time/civil.h"

struct zone_transition {
    int64_t at_ms;     /* from this instant on ... */
    int32_t offset_s;  /* ... local time is UTC plus this */
    uint32_t daylight; /* 1 in daylight saving time */
};

/* Views; the image owns the transitions (one at least, ascending, the first one at INT64_MIN). */
struct zone {
    struct str name; /* "America/Chicago" */
    const struct zone_transition *transitions;
    size_t count;
};

/* What the clock on the wall shows. */
struct civil zone_civil(const struct zone *zone, struct instant instant);
struct date zone_date(const struct zone *zone, struct instant instant);

/* Two readings have no single instant. In a gap (spring forward) the reading does not exist: the
 * instant is the one the old offset gives (02:30 becomes 03:30 on the new clock), marked GAP so
 * that input can refuse it. In a fold (fall back) it happens twice: the first is taken, marked. */
enum zone_fit { ZONE_ONCE, ZONE_GAP, ZONE_FOLD };
/* civil must be a real date and time (date_is_real; 23:59:59.999 at most); ret_fit may be NULL. */
struct instant zone_instant(const struct zone *zone, struct civil civil, enum zone_fit *ret_fit);
/* The first instant of a local day (a day may start at 01:00 where a gap is at midnight). A day
 * that the zone skipped starts with the one after it. */
struct instant zone_day_start(const struct zone *zone, struct date date);

/* ISO 8601 with the offset: "2026-11-25T13:20:00-06:00"; with three more digits when there are
 * milliseconds. In UTC with Z where the offset is not whole minutes (local mean time before 1883),
 * because RFC 3339 cannot say those. zone_parse gives the same instant back. */
struct str zone_iso(struct arena *arena, const struct zone *zone, struct instant instant);
/* "2026-11-25T13:20" (as browsers send, local), with optional seconds and fraction (what is finer
 * than a millisecond is dropped), or the same with Z or an offset as "-06:00". False with nothing
 * set when it is neither, or is no real time; *ret_fit as above, ZONE_ONCE with an offset. */
bool zone_parse(const struct zone *zone, struct str text, struct instant *ret_instant,
                enum zone_fit *ret_fit);
/* "Wed 25 Nov 2026, 13:20". */
struct str zone_long(struct arena *arena, const struct zone *zone, struct instant instant);

#endif
