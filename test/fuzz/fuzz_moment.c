/* Any bytes as a moment (as_of, fields of date and time): refused, or one that is written so that
 * it reads the same again. */
#include "fuzz.h"

#include "../unit/chicago.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct instant instant, again;
    enum zone_fit fit;
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    if (zone_parse(&chicago, (struct str){(const char *)data, size}, &instant, &fit)) {
        CHECK(zone_parse(&chicago, zone_iso(&arena, &chicago, instant), &again, NULL));
        CHECK(again.ms == instant.ms);
    }
    arena_clear(&arena);
    return 0;
}
