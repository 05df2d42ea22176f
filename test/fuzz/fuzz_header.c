/* Any bytes as a Range and as a forwarded address: a part lies within the file, an address is one
 * that reads as itself. The first two bytes are the size of the file. */
#include "fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "http/header.h"

static void check_range(struct str text, size_t size)
{
    struct header_range range;
    if (!header_read_range(text, size, &range)) {
        return;
    }
    CHECK(range.from <= size && range.count <= size - range.from);
    CHECK(range.is_part ? range.count > 0 : range.count == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    if (size < 2) {
        return 0;
    }
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    struct str text = {(const char *)data + 2, size - 2};
    check_range(text, (size_t)data[0] << 8 | data[1]);
    check_range(STR_JOIN(&arena, STR("bytes="), text), (size_t)data[0] << 8 | data[1]);
    struct str address = memchr(text.p, 0, text.n) ? STR("") : header_address(&arena, text);
    CHECK(str_eq(header_address(&arena, address), address));
    arena_clear(&arena);
    return 0;
}
