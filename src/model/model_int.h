/* Private to model.c and image.c. */
#ifndef HEARTH_MODEL_MODEL_INT_H
#define HEARTH_MODEL_MODEL_INT_H

#include "model/model.h"

struct model {
    const void *rows[MODEL_TABLE__COUNT]; /* in the image; of a view, tables of its own */
    uint32_t counts[MODEL_TABLE__COUNT];  /* rows, or bytes of the pools */
    struct zone zone;
    const uint32_t *codes;            /* rows of code by set, code and version */
    uint32_t overlay;                 /* of a view, else MODEL_NONE */
    const struct model *const *views; /* the base, then one for each overlay */
};

/* The pool of texts starts with the length of each. */
#define MODEL_TEXT_ALIGNMENT 4u

/* ---- images of other versions: older.c ---- */

/* Parts of an image whose header is sound. */
struct model_old_bytes {
    struct str image;
    uint32_t tables;
    const char *counts; /* a uint32_t for each table */
    struct str description;
    uint64_t rows_at;
};
uint64_t model_aligned(uint64_t size);
/* How an image of today is made, in words. */
struct str model_describe(struct arena *arena);
/* An image of today that says what the other does; false with the reason when it cannot. */
NODISCARD bool model_translate(struct arena *arena, const struct model_old_bytes *bytes,
                               struct str *ret_image, struct str *ret_fault);

/* Fills model->codes. */
void model_sort_codes(struct arena *arena, struct model *model);

#endif
