/* The table of routes, and finding the line for a path. */
#include "http/connection.h"

#include "base/utf8.h"

#define ROUTE(METHOD, PATTERN, HANDLER, ACCESS, BODY)                                              \
    {METHOD_##METHOD, STR_INIT(PATTERN), HANDLER, ACCESS_##ACCESS, BODY_##BODY, STR_INIT(#HANDLER)},
const struct route_line route_lines[ROUTE_COUNT] = {
#include "http/routes.def"
};
#undef ROUTE

#define SEGMENTS_MAX 8

struct segments {
    struct str part[SEGMENTS_MAX];
    size_t count;
};

/* Splits behind the first slash. False: too many, an empty one, or one that cannot be decoded. */
static bool split(struct arena *arena, struct str path, bool decode, struct segments *ret)
{
    struct str rest = str_slice(path, 1, path.n);
    struct str part;
    ret->count = 0;
    if (path.n == 0 || path.p[0] != '/') {
        return false;
    }
    if (path.n == 1) {
        return true;
    }
    while (str_split(&rest, '/', &part)) {
        size_t at;
        if (ret->count == SEGMENTS_MAX || part.n == 0) {
            return false;
        }
        if (decode && (!body_decode(arena, part, false, &part) || part.n == 0 ||
                       utf8_check(part, &at) != UTF8_FINE)) {
            return false;
        }
        ret->part[ret->count++] = part;
    }
    return true;
}

static bool matches(const struct segments *pattern, const struct segments *path,
                    struct str parameters[6])
{
    size_t found = 0;
    if (pattern->count != path->count) {
        return false;
    }
    for (size_t i = 0; i < path->count; i++) {
        if (str_starts(pattern->part[i], STR("{"))) {
            CHECK(found < 6);
            parameters[found++] = path->part[i];
        } else if (!str_eq(pattern->part[i], path->part[i])) {
            return false;
        }
    }
    return true;
}

int route_find(struct arena *arena, enum method method, struct str raw_path,
               struct str ret_parameters[6], bool *ret_known)
{
    struct segments path;
    *ret_known = false;
    if (!split(arena, raw_path, true, &path)) {
        return -1;
    }
    for (int i = 0; i < ROUTE_COUNT; i++) {
        struct segments pattern;
        CHECK(split(arena, route_lines[i].pattern, false, &pattern));
        if (matches(&pattern, &path, ret_parameters)) {
            *ret_known = true;
            if (route_lines[i].method == method) {
                return i;
            }
        }
    }
    return -1;
}
