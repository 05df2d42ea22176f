/* Any bytes as what people type to be found or let in: identifiers and telephone numbers as they
 * are compared, codes of the second step. What is compared is no longer than what was typed, and
 * compares the same when it is typed itself. */
#include "fuzz.h"

#include "service/second_factor.h"
#include "store/sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct str text = {(const char *)data, size};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    for (unsigned i = 0; i < SEALED_INDEX__COUNT; i++) {
        enum model_sealed_index index = (enum model_sealed_index)i;
        struct str alike = sealed_alike(&arena, index, text);
        CHECK(alike.n <= size);
        /* A number with the country in front loses it once. */
        CHECK(index == SEALED_INDEX_PHONE || str_eq(sealed_alike(&arena, index, alike), alike));
    }
    struct str code = second_factor_plain(&arena, text);
    CHECK(code.n <= size && str_eq(second_factor_plain(&arena, code), code));
    arena_clear(&arena);
    return 0;
}
