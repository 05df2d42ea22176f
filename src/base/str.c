#include "base/str.h"

#include <string.h>

#include "base/arena.h"

struct str str_from(const char *nul_terminated)
{
    if (!nul_terminated) {
        return (struct str){NULL, 0};
    }
    return (struct str){nul_terminated, strlen(nul_terminated)};
}

/* memcmp that may be given NULL for nothing. */
static int compare_bytes(const char *a, const char *b, size_t n)
{
    return n ? memcmp(a, b, n) : 0;
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && compare_bytes(a.p, b.p, a.n) == 0;
}

int str_compare(struct str a, struct str b)
{
    int order = compare_bytes(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && compare_bytes(s.p, prefix.p, prefix.n) == 0;
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

ptrdiff_t str_find_byte(struct str s, char byte)
{
    const char *found = s.n ? memchr(s.p, byte, s.n) : NULL;
    return found ? found - s.p : -1;
}

ptrdiff_t str_find(struct str s, struct str needle)
{
    if (needle.n == 0) {
        return 0;
    }
    size_t from = 0;
    while (needle.n <= s.n - from) {
        ptrdiff_t hit = str_find_byte(str_slice(s, from, s.n - needle.n + 1), needle.p[0]);
        if (hit < 0) {
            return -1;
        }
        from += (size_t)hit;
        if (memcmp(s.p + from, needle.p, needle.n) == 0) {
            return (ptrdiff_t)from;
        }
        from++;
    }
    return -1;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    to = to < s.n ? to : s.n;
    from = from < to ? from : to;
    return (struct str){s.p ? s.p + from : NULL, to - from};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.n;
    while (from < to && is_blank(s.p[from])) {
        from++;
    }
    while (to > from && is_blank(s.p[to - 1])) {
        to--;
    }
    return str_slice(s, from, to);
}

bool str_split(struct str *rest, char separator, struct str *ret_part)
{
    if (!rest->p) {
        return false;
    }
    ptrdiff_t at = str_find_byte(*rest, separator);
    if (at < 0) {
        *ret_part = *rest;
        *rest = (struct str){NULL, 0};
        return true;
    }
    *ret_part = str_slice(*rest, 0, (size_t)at);
    *rest = str_slice(*rest, (size_t)at + 1, rest->n);
    return true;
}

bool str_to_i64(struct str s, int64_t *ret_number)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    struct str digits = str_slice(s, negative, s.n);
    if (digits.n == 0) {
        return false;
    }
    /* Counted downwards, because INT64_MIN has no positive twin. The limit is compared rather than
     * __builtin_mul_overflow asked, which calls a compiler's helper on 32-bit targets. */
    int64_t number = 0;
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.p[i];
        if (c < '0' || c > '9' || number < INT64_MIN / 10 ||
            __builtin_sub_overflow(number * 10, c - '0', &number)) {
            return false;
        }
    }
    if (!negative && __builtin_sub_overflow(0, number, &number)) {
        return false;
    }
    *ret_number = number;
    return true;
}

const char *str_cstr(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.n + 1);
    if (s.n) {
        memcpy(copy, s.p, s.n);
    }
    return copy;
}

struct str str_copy(struct arena *arena, struct str s)
{
    return (struct str){arena_copy(arena, s.p, s.n), s.n};
}

struct str str_small_first(struct arena *arena, struct str s)
{
    if (s.n == 0 || s.p[0] < 'A' || s.p[0] > 'Z') {
        return s;
    }
    char *small = arena_copy(arena, s.p, s.n);
    small[0] = (char)(small[0] - 'A' + 'a');
    return (struct str){small, s.n};
}
