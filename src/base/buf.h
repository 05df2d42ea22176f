/* Builds text in an arena up to a limit given at the start. An overrun is sticky: the part that
 * does not fit and all that follows are left out, so that callers append freely and look once.
 * Formatting is own and small (no printf in the core). */
#ifndef HEARTH_BASE_BUF_H
#define HEARTH_BASE_BUF_H

#include "arena.h"
#include "str.h"

struct buf {
    struct arena *arena;
    char *p;
    size_t n, room, max;
    bool overrun; /* something did not fit and was left out, and so is all that follows */
};

void buf_init(struct buf *buf, struct arena *arena, size_t max);
void buf_add(struct buf *buf, struct str s);
void buf_byte(struct buf *buf, char byte);
void buf_int(struct buf *buf, int64_t number);
/* Decimal digits, zero-filled to width. */
void buf_digits(struct buf *buf, uint64_t number, unsigned width);
/* Two lower case digits for each byte. */
void buf_hex(struct buf *buf, const void *bytes, size_t size);
/* Appends the parts in turn: BUF_ADD(buf, STR("a"), name). */
void buf_add_all(struct buf *buf, const struct str *parts, size_t count);
#define BUF_ADD(buf, ...)                                                                          \
    buf_add_all((buf), (const struct str[]){__VA_ARGS__},                                          \
                sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* The text so far; lives as long as the arena, valid until the next append. */
struct str buf_str(const struct buf *buf);
/* Concatenates in an arena. */
struct str str_join(struct arena *arena, const struct str *parts, size_t count);
#define STR_JOIN(arena, ...)                                                                       \
    str_join((arena), (const struct str[]){__VA_ARGS__},                                           \
             sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* A number as text in the arena. */
struct str str_from_int(struct arena *arena, int64_t number);

#endif
