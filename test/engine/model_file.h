/* Where a case's model comes from: compiled from its folder, or, where there is no compiler (in
 * WebAssembly), an image that was compiled before. */
#ifndef HEARTH_TEST_ENGINE_MODEL_FILE_H
#define HEARTH_TEST_ENGINE_MODEL_FILE_H

#include "model/model.h"

/* The model MODELS/name, or NULL after saying what is wrong as TAP comments. */
const struct model *model_file(struct arena *arena, struct str models, struct str name);

/* Bytes of a file in the arena, 8-aligned; empty when it cannot be read. */
struct str model_file_bytes(struct arena *arena, struct str path);
/* Says why an image was refused, as TAP comments. */
void model_file_refused(const struct outcome *outcome);

#endif
