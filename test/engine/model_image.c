#include <stdio.h>

#include "base/buf.h"
#include "model_file.h"

/* Where the host shows the folder of images. */
#define IMAGES STR("/images/")

const struct model *model_file(struct arena *arena, struct str models, struct str name)
{
    struct outcome outcome;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    (void)models;
    struct str image = model_file_bytes(arena, STR_JOIN(arena, IMAGES, name, STR(".image")));
    if (model_open(arena, image, &outcome, &model) != STATUS_OK) {
        model_file_refused(&outcome);
    }
    return model;
}
