/* An image with changes: the input is a list of pairs of 32-bit numbers, a place and what is
 * written there. The image is refused with a reason, or all of it can be read. (The bytes of an
 * image change with every column of the model's tables; changes to it keep their worth as a
 * corpus.) */
#include "fuzz.h"

#include <string.h>

#include "compile/compile.h"
#include "compile/dump.h"
#include "compile/explain.h"

static struct str sound_image(void)
{
    static struct arena arena;
    static struct str image;
    if (image.n == 0) {
        struct outcome outcome;
        struct compile_result result;
        arena_init(&arena, SIZE_MAX, NULL, NULL);
        outcome_init(&outcome, &arena);
        CHECK(compile_model(&arena, STR(FUZZ_SOURCE "/../model/base"), STR("/usr/share/zoneinfo"),
                            &outcome, &result) == STATUS_OK);
        image = result.image;
    }
    return image;
}

static void read_all(struct arena *arena, const struct model *model)
{
    CHECK(dump_model(arena, model).n > 0);
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        (void)explain_name(arena, model, model_text(model, model_entity_row(model, i)->name));
    }
    for (uint32_t i = 0; i < model_code_total(model); i++) {
        const struct model_code *code = model_code_row(model, i);
        (void)model_code_on(model, code->set, model_text(model, code->code), 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct outcome outcome;
    const struct model *model = NULL;
    struct str image = sound_image();
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    outcome_init(&outcome, &arena);
    char *bytes = arena_copy(&arena, image.p, image.n);
    for (size_t at = 0; at + 8 <= size; at += 8) {
        uint32_t place = 0;
        memcpy(&place, data + at, sizeof(place));
        memcpy(bytes + place % (image.n / 4) * 4, data + at + 4, sizeof(uint32_t));
    }
    if (model_open(&arena, (struct str){bytes, image.n}, &outcome, &model) == STATUS_OK) {
        read_all(&arena, model);
    } else {
        CHECK(outcome.problems.count == 1);
    }
    arena_clear(&arena);
    return 0;
}
