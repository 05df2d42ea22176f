/* Models of images that were in force before, opened once for all pages: to open one costs as much
 * as a page. A few of them; that which nobody asked for longest makes room. */
#ifndef HEARTH_STORE_IMAGE_SHELF_H
#define HEARTH_STORE_IMAGE_SHELF_H

#include "store/store_int.h"

/* NULL: no memory. */
struct image_shelf *shelf_new(void);
/* When no page is left. */
void shelf_free(struct image_shelf *shelf);
/* The model of an image that was activated, until the arena is cleared. NULL when it is gone,
 * damaged, or of a format that this program no longer reads. Any thread. */
const struct model *shelf_model(struct store *store, struct arena *arena, struct str digest);

#endif
