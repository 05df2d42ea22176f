/* A view of bytes: pointer and length, not owned, not NUL-terminated. The one string type of
 * Hearth; char pointers appear only where a library asks for them. */
#ifndef HEARTH_BASE_STR_H
#define HEARTH_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"

struct arena;

struct str {
    const char *p; /* may be NULL only when n is 0 */
    size_t n;      /* bytes */
};

/* A view of a string literal; usable in static initialisers as STR_INIT. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
/* For printf-like calls: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

struct str str_from(const char *nul_terminated); /* NULL gives the empty view */
bool str_eq(struct str a, struct str b);
/* Byte order, as memcmp with the shorter first: <0, 0, >0. */
int str_compare(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Position of the byte or text, or -1. */
ptrdiff_t str_find_byte(struct str s, char byte);
ptrdiff_t str_find(struct str s, struct str needle);
/* The part [from, to), clamped to the view. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without leading and trailing ASCII blanks, tabs, CR and LF. */
struct str str_trim(struct str s);
/* Takes the part before the separator off *rest (all of it when there is none). False at the end.
 * "a,,b" gives "a", "", "b". Start with *rest = text; a NULL pointer marks the end. */
bool str_split(struct str *rest, char separator, struct str *ret_part);
/* Whole text as a decimal number, optional leading '-', nothing else; false on overflow. */
bool str_to_i64(struct str s, int64_t *ret_number);
/* A NUL-terminated copy in the arena, for the edge to a library. */
const char *str_cstr(struct arena *arena, struct str s);
/* A copy in the arena. */
struct str str_copy(struct arena *arena, struct str s);
/* A copy that begins small, for words inside a sentence; only A to Z are changed. */
struct str str_small_first(struct arena *arena, struct str s);

#endif
