#include "base/buf.h"

#include <string.h>

#define ROOM_MIN ((size_t)64)
/* 20 digits of a 64-bit number. */
#define DIGITS_MAX 20

void buf_init(struct buf *buf, struct arena *arena, size_t max)
{
    *buf = (struct buf){.arena = arena, .max = max};
}

/* Where the next size bytes go, counted as there already; NULL when they do not fit. */
static char *claim(struct buf *buf, size_t size)
{
    if (buf->overrun || size > buf->max - buf->n) {
        buf->overrun = true;
        return NULL;
    }
    if (size > buf->room - buf->n) {
        size_t needed = buf->n + size;
        size_t room = buf->room > buf->max / 2 ? buf->max : buf->room * 2;
        room = room < ROOM_MIN ? ROOM_MIN : room;
        room = room < needed ? needed : room;
        buf->p = arena_grow(buf->arena, buf->p, buf->room, room, 1);
        buf->room = room;
    }
    char *place = buf->p + buf->n;
    buf->n += size;
    return place;
}

void buf_add(struct buf *buf, struct str s)
{
    if (s.n == 0) {
        return;
    }
    char *place = claim(buf, s.n);
    if (place) {
        memcpy(place, s.p, s.n);
    }
}

void buf_byte(struct buf *buf, char byte)
{
    char *place = claim(buf, 1);
    if (place) {
        *place = byte;
    }
}

void buf_digits(struct buf *buf, uint64_t number, unsigned width)
{
    char digits[DIGITS_MAX];
    size_t first = DIGITS_MAX;
    do {
        digits[--first] = "0123456789"[number % 10];
        number /= 10;
    } while (number);
    for (size_t n = DIGITS_MAX - first; n < width; n++) {
        buf_byte(buf, '0');
    }
    buf_add(buf, (struct str){digits + first, DIGITS_MAX - first});
}

void buf_int(struct buf *buf, int64_t number)
{
    uint64_t size = (uint64_t)number;
    if (number < 0) {
        buf_byte(buf, '-');
        size = 0 - size;
    }
    buf_digits(buf, size, 1);
}

void buf_hex(struct buf *buf, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < size; i++) {
        buf_byte(buf, "0123456789abcdef"[byte[i] >> 4]);
        buf_byte(buf, "0123456789abcdef"[byte[i] & 15]);
    }
}

void buf_add_all(struct buf *buf, const struct str *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_add(buf, parts[i]);
    }
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){buf->p, buf->n};
}

struct str str_join(struct arena *arena, const struct str *parts, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(size, parts[i].n, &size)) {
            size = SIZE_MAX; /* more than any arena has: exhausts it */
            break;
        }
    }
    char *text = arena_alloc(arena, size);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].n) {
            memcpy(text + at, parts[i].p, parts[i].n);
            at += parts[i].n;
        }
    }
    return (struct str){text, size};
}

struct str str_from_int(struct arena *arena, int64_t number)
{
    struct buf buf;
    buf_init(&buf, arena, DIGITS_MAX + 1);
    buf_int(&buf, number);
    return buf_str(&buf);
}
