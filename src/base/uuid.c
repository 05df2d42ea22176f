#include "base/uuid.h"

#include <string.h>

#include "base/buf.h"

bool uuid_eq(struct uuid a, struct uuid b)
{
    return uuid_compare(a, b) == 0;
}

int uuid_compare(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes));
}

bool uuid_is_nil(struct uuid uuid)
{
    return uuid_eq(uuid, (struct uuid){{0}});
}

/* RFC 9562, 4.1 and 4.2: the version in the high half of byte 6, the variant in the two high bits
 * of byte 8. */
static struct uuid with_version(struct uuid uuid, unsigned version)
{
    uuid.bytes[6] = (uint8_t)(version << 4 | (uuid.bytes[6] & 0x0f));
    uuid.bytes[8] = (uint8_t)(0x80 | (uuid.bytes[8] & 0x3f));
    return uuid;
}

struct uuid uuid_v7(int64_t milliseconds, const uint8_t random[10])
{
    struct uuid uuid;
    for (unsigned i = 0; i < 6; i++) {
        uuid.bytes[i] = (uint8_t)((uint64_t)milliseconds >> (40 - 8 * i));
    }
    memcpy(uuid.bytes + 6, random, 10);
    return with_version(uuid, 7);
}

struct uuid uuid_v8(const uint8_t hash[16])
{
    struct uuid uuid;
    memcpy(uuid.bytes, hash, sizeof(uuid.bytes));
    return with_version(uuid, 8);
}

/* A hyphen comes before these bytes. */
static bool is_group_start(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

struct str uuid_text(struct arena *arena, struct uuid uuid)
{
    struct buf buf;
    buf_init(&buf, arena, UUID_TEXT_LENGTH);
    for (size_t i = 0; i < sizeof(uuid.bytes); i++) {
        if (is_group_start(i)) {
            buf_byte(&buf, '-');
        }
        buf_hex(&buf, &uuid.bytes[i], 1);
    }
    return buf_str(&buf);
}

/* 0 to 15, or -1. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool uuid_parse(struct str text, struct uuid *ret_uuid)
{
    if (text.n != UUID_TEXT_LENGTH) {
        return false;
    }
    struct uuid uuid = {{0}};
    size_t at = 0;
    for (size_t i = 0; i < sizeof(uuid.bytes); i++) {
        if (is_group_start(i) && text.p[at++] != '-') {
            return false;
        }
        int high = hex_value(text.p[at++]);
        int low = hex_value(text.p[at++]);
        if (high < 0 || low < 0) {
            return false;
        }
        uuid.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_uuid = uuid;
    return true;
}
