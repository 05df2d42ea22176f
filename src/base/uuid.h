/* 128-bit identifiers. New ones are UUIDv7 (RFC 9562): time first, so that they sort by age. */
#ifndef HEARTH_BASE_UUID_H
#define HEARTH_BASE_UUID_H

#include "arena.h"
#include "str.h"

struct uuid {
    uint8_t bytes[16];
};

#define UUID_TEXT_LENGTH 36

bool uuid_eq(struct uuid a, struct uuid b);
/* Byte order, which is order of age for version 7: <0, 0, >0. */
int uuid_compare(struct uuid a, struct uuid b);
bool uuid_is_nil(struct uuid uuid);
/* Version 7 from milliseconds since 1970 UTC (the low 48 bits of them) and ten random bytes, of
 * which 74 bits are used. */
struct uuid uuid_v7(int64_t milliseconds, const uint8_t random[10]);
/* A stable identifier for reference data (a county, a code): version 8 from 16 hash bytes. */
struct uuid uuid_v8(const uint8_t hash[16]);
/* Lower case with hyphens. */
struct str uuid_text(struct arena *arena, struct uuid uuid);
/* Exactly 36 characters, any case. False otherwise. */
bool uuid_parse(struct str text, struct uuid *ret_uuid);

#endif
