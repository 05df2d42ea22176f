/* The model of a family, as the engine's tests have it, for fuzz targets that need one. */
#ifndef HEARTH_FUZZ_MODEL_H
#define HEARTH_FUZZ_MODEL_H

#include "fuzz.h"

#include "compile/compile.h"
#include "model/model.h"

/* It is compiled once: it is the same for every input. */
static inline const struct model *fuzz_model(void)
{
    static struct arena arena;
    static const struct model *model;
    if (model == NULL) {
        struct outcome outcome;
        struct compile_result result;
        arena_init(&arena, SIZE_MAX, NULL, NULL);
        outcome_init(&outcome, &arena);
        CHECK(compile_model(&arena, STR(FUZZ_SOURCE "/../engine/models/family"),
                            STR("/usr/share/zoneinfo"), &outcome, &result) == STATUS_OK);
        CHECK(model_open(&arena, result.image, &outcome, &model) == STATUS_OK);
    }
    return model;
}

#endif
