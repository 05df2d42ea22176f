/* Any bytes as the body of an API call: read or refused with a problem, never both; what is read
 * keeps the limits, and every name and value is whole text. */
#include "fuzz.h"

#include "http/api_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct outcome outcome;
    struct input input;
    union {
        const uint8_t *bytes;
        const char *text;
    } view = {.bytes = data};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    outcome_init(&outcome, &arena);
    enum status status = api_input(&arena, (struct str){view.text, size}, &input, &outcome);
    CHECK((status == STATUS_OK) == (outcome.problems.count == 0));
    CHECK(input.count <= INPUT_PAIRS_MAX);
    for (size_t i = 0; status == STATUS_OK && i < input.count; i++) {
        CHECK(input.pairs[i].name.n <= size + 64);
        CHECK(input.pairs[i].value.n <= size + 32);
    }
    arena_clear(&arena);
    return 0;
}
