/* Addresses on our own server. A struct url holds text that is already safe as the value of an
 * attribute such as href; it can only be made here, so that no page can link to "javascript:" or
 * to another site by way of data. */
#ifndef HEARTH_HTML_URL_H
#define HEARTH_HTML_URL_H

#include "base/buf.h"

struct url {
    struct str text; /* percent-encoded; still to be escaped for HTML (html_url does) */
};

/* An address written by a programmer. */
#define URL_FIXED(literal) ((struct url){STR(literal)})
/* "/a/b": each segment percent-encoded. A segment that would change the meaning of the others ("."
 * and "..", which browsers resolve away even when encoded, and the empty one, which could make
 * "//") is written so that it leads nowhere. No segments give "/". */
struct url url_path(struct arena *arena, const struct str *segments, size_t count);
#define URL(arena, ...)                                                                            \
    url_path((arena), (const struct str[]){__VA_ARGS__},                                           \
             sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* The address with "name=value" added to its query, both encoded; a fragment must come last. */
struct url url_query(struct arena *arena, struct url url, struct str name, struct str value);
struct url url_fragment(struct arena *arena, struct url url, struct str id);
/* Accepts a path of ours that came back in a form (where to go after signing in). False for
 * anything that could leave this server: another scheme or host, a backslash, a control byte. */
bool url_local(struct str text, struct url *ret_url);
bool url_is_empty(struct url url);

/* Appends text with all but unreserved bytes percent-encoded (RFC 3986 section 2.3). */
void url_encode(struct buf *out, struct str text);
/* As one whole path segment: as above, and "", "." and ".." made harmless. */
void url_encode_segment(struct buf *out, struct str text);

#endif
