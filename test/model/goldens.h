/* Cases of the model suites: one text file each, with the files of a model and what is expected.
 *
 *     --- letters.yaml        a file of the model; the rest up to the next mark is its text
 *     ...
 *     ===                     what is expected follows
 *     letters.yaml:2:5: ...
 */
#ifndef HEARTH_TEST_MODEL_GOLDENS_H
#define HEARTH_TEST_MODEL_GOLDENS_H

#include "compile/compile.h"

struct golden {
    struct str text; /* of the whole case, up to and with the line of === */
    struct str expected;
    LIST(struct compile_file) files;
};

/* The whole of a file, or NULL when it cannot be read. */
bool golden_file(struct arena *arena, struct str path, struct str *ret_text);
void golden_parse(struct arena *arena, struct str text, struct golden *ret_golden);
/* The files of a folder of cases whose names end with ".case", sorted. */
bool golden_cases(struct arena *arena, const char *folder, struct str **ret_names,
                  size_t *ret_count);
/* Replaces the expected part of a case. */
bool golden_write(struct arena *arena, struct str path, const struct golden *golden,
                  struct str expected);

#endif
