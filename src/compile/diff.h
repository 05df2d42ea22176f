/* What differs between two models, in words: what was added, removed and changed, by name. */
#ifndef HEARTH_COMPILE_DIFF_H
#define HEARTH_COMPILE_DIFF_H

#include "model/model.h"

struct model_difference {
    struct str words; /* a line for each difference, sorted by what it is about; empty: none */
    size_t breaks;    /* differences by which stored answers would be read wrongly */
};

/* before and after may be of any two folders or images. Two models that differ only in the order of
 * their declarations, or in what the linker computes, do not differ. */
struct model_difference diff_models(struct arena *arena, const struct model *before,
                                    const struct model *after);

#endif
