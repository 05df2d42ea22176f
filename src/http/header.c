/* See header.h. */
#include "http/header.h"

#include <arpa/inet.h>
#include <string.h>

#define IPV6_NETWORK 8 /* bytes that one household or office has to itself: a /64 */

bool header_read_range(struct str range, size_t size, struct header_range *ret_range)
{
    static const struct str unit = STR_INIT("bytes=");
    struct str from_text, to_text = str_slice(range, unit.n, range.n);
    int64_t from = 0, to = (int64_t)size - 1;
    *ret_range = (struct header_range){0, size, false};
    if (!str_starts(range, unit) || !str_split(&to_text, '-', &from_text) || to_text.p == NULL ||
        (from_text.n > 0 && (!str_to_i64(from_text, &from) || from < 0)) ||
        (to_text.n > 0 && (!str_to_i64(to_text, &to) || to < 0)) ||
        (from_text.n == 0 && to_text.n == 0)) {
        return true;
    }
    if (from_text.n == 0) { /* the last ones */
        from = to < (int64_t)size ? (int64_t)size - to : 0;
        if (to == 0) {
            return false;
        }
        to = (int64_t)size - 1;
    } else if (to_text.n > 0 && to < from) {
        return true;
    }
    if (from >= (int64_t)size) {
        return false;
    }
    to = to < (int64_t)size ? to : (int64_t)size - 1;
    *ret_range = (struct header_range){(size_t)from, (size_t)(to - from) + 1, true};
    return true;
}

static struct str without_quotes(struct str value)
{
    return value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"'
               ? str_slice(value, 1, value.n - 1)
               : value;
}

struct str header_cookie(struct str cookies, struct str name)
{
    struct str one;
    while (str_split(&cookies, ';', &one)) {
        ptrdiff_t equals = str_find_byte(one, '=');
        if (equals >= 0 && str_eq(str_trim(str_slice(one, 0, (size_t)equals)), name)) {
            return without_quotes(str_trim(str_slice(one, (size_t)equals + 1, one.n)));
        }
    }
    return STR("");
}

struct str header_bearer(struct str authorization)
{
    static const struct str scheme = STR_INIT("Bearer ");
    return str_starts(authorization, scheme)
               ? str_trim(str_slice(authorization, scheme.n, authorization.n))
               : STR("");
}

struct str header_address(struct arena *arena, struct str given)
{
    unsigned char bytes[sizeof(struct in6_addr)] = {0};
    char *text = arena_alloc(arena, INET6_ADDRSTRLEN);
    const char *name = str_cstr(arena, given);
    if (inet_pton(AF_INET, name, bytes) == 1) {
        return str_from(inet_ntop(AF_INET, bytes, text, INET6_ADDRSTRLEN));
    }
    if (inet_pton(AF_INET6, name, bytes) == 1) {
        memset(bytes + IPV6_NETWORK, 0, sizeof(bytes) - IPV6_NETWORK);
        return str_from(inet_ntop(AF_INET6, bytes, text, INET6_ADDRSTRLEN));
    }
    return STR("");
}
