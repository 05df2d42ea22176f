/* Values of headers that strangers write: pure, fuzzed by itself. */
#ifndef HEARTH_HTTP_HEADER_H
#define HEARTH_HTTP_HEADER_H

#include "base/arena.h"
#include "base/str.h"

/* From a place, so many bytes. */
struct header_range {
    size_t from, count;
    bool is_part;
};
/* "bytes=0-99", "bytes=100-", "bytes=-100" of a file of that size. What is written otherwise, also
 * several parts, is as if it was not sent (RFC 9110, 14.2). False: the part lies behind the end. */
NODISCARD bool header_read_range(struct str range, size_t size, struct header_range *ret_range);

/* The value of a cookie in a Cookie header (RFC 6265, 4.2), without quotes around it; the first of that
 * name. Empty: there is none. A view of the header. */
struct str header_cookie(struct str cookies, struct str name);

/* The token of an Authorization header that says "Bearer ...", or empty. A view of it. */
struct str header_bearer(struct str authorization);

/* An IP address in its shortest form, an IPv6 one as its network; empty when it is none. */
struct str header_address(struct arena *arena, struct str given);

#endif
