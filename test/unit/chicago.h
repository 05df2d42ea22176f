/* America/Chicago for tests: as the time zone database has it around the dates that tests use. */
#ifndef HEARTH_TEST_CHICAGO_H
#define HEARTH_TEST_CHICAGO_H

#include "time/zone.h"

static const struct zone_transition chicago_transitions[] = {
    {INT64_MIN,      -21036, 0}, /* local mean time, 5:50:36 west */
    {-2717647200000, -21600, 0}, /* 1883-11-18 18:00 UTC, then nothing until 2026 */
    {1772956800000,  -18000, 1}, /* 2026-03-08 08:00 UTC */
    {1793516400000,  -21600, 0}, /* 2026-11-01 07:00 UTC */
    {1805011200000,  -18000, 1}, /* 2027-03-14 08:00 UTC */
    {1825570800000,  -21600, 0}, /* 2027-11-07 07:00 UTC */
};

static const struct zone chicago = {
    STR_INIT("America/Chicago"),
    chicago_transitions,
    ARRAY_LENGTH(chicago_transitions),
};

#endif
