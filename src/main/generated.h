/* What `hearth generate` made in a folder, for who goes on with it: a few figures in a file beside
 * the records. The file is there only while the folder is whole: it is taken away before more is
 * made, and written when all of that is durable. */
#ifndef HEARTH_MAIN_GENERATED_H
#define HEARTH_MAIN_GENERATED_H

#include "base/arena.h"
#include "base/str.h"

#define SHARES_USUAL "usual" /* also of what was made before a plan had several */

struct generated {
    int64_t seed;
    struct str shares; /* of the plan: which families, and how many of each */
    int64_t units;     /* of workers */
    int64_t families;  /* numbered from 0, without a gap */
    int64_t people, acts;
    int64_t ms, runs; /* how long it took, and in how many runs */
};

/* Reads what a data folder says of itself, and takes the file away. False when there is none, or it
 * cannot be read: then the folder is not one to go on with. */
NODISCARD bool generated_take(struct arena *arena, struct str data, struct generated *ret_made);
/* False when it cannot be written. */
NODISCARD bool generated_write(struct arena *arena, struct str data, const struct generated *made);

#endif
