/* Any bytes as a Cookie and as an Authorization header: what is taken is a part of what was sent,
 * and the cookie of a session is found behind whatever else a browser sends along. */
#include "fuzz.h"

#include "base/buf.h"
#include "http/header.h"

static const struct str token = STR_INIT("rP3hZ2y5sILNYNTdTGOR_MGvzuF1GrhsbMrCZJa2CE0");

static void check_part(struct str part, struct str whole)
{
    CHECK(part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct str text = {(const char *)data, size};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    struct str value = header_cookie(text, STR("hearth"));
    check_part(value, text);
    CHECK(str_find_byte(value, ';') < 0);
    check_part(header_bearer(text), text);
    CHECK(header_bearer(text).n == 0 || str_starts(text, STR("Bearer ")));

    struct str more = STR_JOIN(&arena, text, STR("; hearth="), token);
    struct str found = header_cookie(more, STR("hearth"));
    CHECK(str_eq(found, token) || str_find(text, STR("hearth")) >= 0);
    CHECK(str_eq(header_bearer(STR_JOIN(&arena, STR("Bearer "), token)), token));
    arena_clear(&arena);
    return 0;
}
