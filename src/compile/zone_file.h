/* A zone's transitions from its TZif file (RFC 8536): the 64-bit part, then the rule of its footer
 * for the years after, up to 2100. */
#ifndef HEARTH_COMPILE_ZONE_FILE_H
#define HEARTH_COMPILE_ZONE_FILE_H

#include "base/arena.h"
#include "time/zone.h"

#define ZONE_LAST_YEAR 2100

struct zone_list {
    LIST(struct zone_transition) transitions;
};

/* Reads a TZif file of version 2 or later. False, with nothing to be used, when it is none. The
 * first transition holds from the beginning of time; offsets are those of the file. */
bool zone_file_read(struct arena *arena, struct str bytes, struct zone_list *ret_list);

#endif
