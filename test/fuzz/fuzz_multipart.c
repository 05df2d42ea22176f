/* Any bytes as a form: multipart, urlencoded, and one percent-encoded component. Read or refused;
 * what is read is within the limits and no larger than what came in; what is encoded again reads
 * the same. */
#include "fuzz.h"

#include "http/body.h"

static void check_pairs(const struct body_pairs *pairs, size_t size)
{
    CHECK(pairs->pairs.count <= INPUT_PAIRS_MAX);
    CHECK(pairs->uploads.count <= BODY_UPLOADS_MAX);
    for (size_t i = 0; i < pairs->pairs.count; i++) {
        CHECK(pairs->pairs.items[i].name.n > 0 && pairs->pairs.items[i].name.n <= BODY_NAME_MAX);
        CHECK(pairs->pairs.items[i].value.n <= size + 32);
    }
    for (size_t i = 0; i < pairs->uploads.count; i++) {
        CHECK(pairs->uploads.items[i].given.bytes.n <= size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct outcome outcome;
    struct body_pairs pairs;
    union {
        const uint8_t *bytes;
        const char *text;
    } view = {.bytes = data};
    struct str body = {view.text, size};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    outcome_init(&outcome, &arena);
    if (body_multipart(&arena, STR("multipart/form-data; boundary=b"), body, &pairs, &outcome) ==
        STATUS_OK) {
        check_pairs(&pairs, size);
    } else {
        CHECK(outcome.problems.count > 0);
    }
    if (body_urlencoded(&arena, body, &pairs, &outcome) == STATUS_OK) {
        check_pairs(&pairs, size);
    }
    arena_clear(&arena);
    return 0;
}
