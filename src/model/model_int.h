/* Private to model.c and image.c. */
#ifndef HEARTH_MODEL_MODEL_INT_H
#define HEARTH_MODEL_MODEL_INT_H

#include "model/model.h"

struct model {
    const void *rows[MODEL_TABLE__COUNT]; /* in the image; of a view, tables of its own */
    uint32_t counts[MODEL_TABLE__COUNT];  /* rows, or bytes of the pools */
    struct zone zone;
    const uint32_t *codes; /* rows of code by set, code and version */
    uint32_t overlay;      /* of a view, else MODEL_NONE */
    const struct model *const *views; /* the base, then one for each overlay */
};

/* The pool of texts starts with the length of each. */
#define MODEL_TEXT_ALIGNMENT 4u

/* Fills model->codes. */
void model_sort_codes(struct arena *arena, struct model *model);

#endif
