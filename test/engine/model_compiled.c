#include <stdio.h>

#include "base/buf.h"
#include "compile/compile.h"
#include "model_file.h"

const struct model *model_file(struct arena *arena, struct str models, struct str name)
{
    struct outcome outcome;
    struct compile_result result;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    enum status status = compile_model(arena, STR_JOIN(arena, models, STR("/"), name),
                                       STR("/usr/share/zoneinfo"), &outcome, &result);
    if (status != STATUS_OK) {
        printf("# the model: %.*s\n", STR_ARG(status_name(status)));
        for (size_t i = 0; i < result.error_count; i++) {
            printf("# %.*s\n", STR_ARG(compile_error_line(arena, &result.errors[i])));
        }
        return NULL;
    }
    if (model_open(arena, result.image, &outcome, &model) != STATUS_OK) {
        model_file_refused(&outcome);
    }
    return model;
}
