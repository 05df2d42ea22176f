/* See image_shelf.h. */
#include "store/image_shelf.h"

#include <stdlib.h>

#define SHELF_ROOM 4u                              /* a few megabytes each */
#define IMAGE_ARENA_CAP ((size_t)64 * 1024 * 1024) /* of one, with its views */

struct opened {
    struct image_shelf *shelf;
    struct arena arena; /* of all below */
    struct str digest;
    const struct model *model;
    unsigned users; /* pages; under the lock of the shelf, as are the next two */
    uint64_t asked; /* when last, counted in askings */
    bool shelved;   /* else only one page has it */
};

struct image_shelf {
    pthread_mutex_t lock;
    uint64_t askings;
    struct opened *places[SHELF_ROOM];
};

struct image_shelf *shelf_new(void)
{
    struct image_shelf *shelf = calloc(1, sizeof(*shelf));
    if (shelf != NULL) {
        pthread_mutex_init(&shelf->lock, NULL);
    }
    return shelf;
}

static void throw_away(struct opened *opened)
{
    if (opened != NULL) {
        arena_clear(&opened->arena);
        free(opened);
    }
}

void shelf_free(struct image_shelf *shelf)
{
    if (shelf == NULL) {
        return;
    }
    for (unsigned i = 0; i < SHELF_ROOM; i++) {
        throw_away(shelf->places[i]);
    }
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

/* A page no longer uses it. */
static void put_back(void *resource)
{
    struct opened *opened = resource;
    struct image_shelf *shelf = opened->shelf;
    pthread_mutex_lock(&shelf->lock);
    opened->users--;
    bool nobodys = opened->users == 0 && !opened->shelved;
    pthread_mutex_unlock(&shelf->lock);
    throw_away(nobodys ? opened : NULL);
}

/* Under the lock. */
static struct opened *find(const struct image_shelf *shelf, struct str digest)
{
    for (unsigned i = 0; i < SHELF_ROOM; i++) {
        if (shelf->places[i] != NULL && str_eq(shelf->places[i]->digest, digest)) {
            return shelf->places[i];
        }
    }
    return NULL;
}

static struct opened *take(struct image_shelf *shelf, struct str digest)
{
    pthread_mutex_lock(&shelf->lock);
    struct opened *opened = find(shelf, digest);
    if (opened != NULL) {
        opened->users++;
        opened->asked = ++shelf->askings;
    }
    pthread_mutex_unlock(&shelf->lock);
    return opened;
}

/* The free place, or that of the one nobody uses that was asked for longest ago; NULL: all are in
 * use. Under the lock. */
static struct opened **find_place(struct image_shelf *shelf)
{
    struct opened **place = NULL;
    for (unsigned i = 0; i < SHELF_ROOM; i++) {
        struct opened **one = &shelf->places[i];
        if (*one == NULL) {
            return one;
        }
        if ((*one)->users == 0 && (place == NULL || (*one)->asked < (*place)->asked)) {
            place = one;
        }
    }
    return place;
}

/* Another page may have been quicker, or every place be in use: then this page alone has it. */
static void put_on_shelf(struct image_shelf *shelf, struct opened *opened)
{
    struct opened *old = NULL;
    pthread_mutex_lock(&shelf->lock);
    struct opened **place = find(shelf, opened->digest) == NULL ? find_place(shelf) : NULL;
    if (place != NULL) {
        old = *place;
        *place = opened;
        opened->shelved = true;
        opened->asked = ++shelf->askings;
    }
    pthread_mutex_unlock(&shelf->lock);
    throw_away(old);
}

/* An exhausted arena leaves the page, whose arena then puts back what is half made. */
static const struct model *open_image(struct store *store, struct arena *arena, struct str digest)
{
    struct opened *opened = calloc(1, sizeof(*opened));
    struct outcome outcome;
    struct str image;
    if (opened == NULL) {
        return NULL;
    }
    opened->shelf = store->shelf;
    opened->users = 1;
    arena_init(&opened->arena, IMAGE_ARENA_CAP, arena->exhausted, arena->context);
    arena_on_clear(arena, put_back, opened);
    outcome_init(&outcome, &opened->arena);
    if (image_read(store, digest, &outcome, &image) != STATUS_OK ||
        model_open(&opened->arena, image, &outcome, &opened->model) != STATUS_OK) {
        return NULL;
    }
    opened->digest = str_copy(&opened->arena, digest);
    opened->arena.exhausted = NULL; /* full as it shall ever be */
    put_on_shelf(store->shelf, opened);
    return opened->model;
}

const struct model *shelf_model(struct store *store, struct arena *arena, struct str digest)
{
    struct opened *opened = take(store->shelf, digest);
    if (opened == NULL) {
        return open_image(store, arena, digest);
    }
    arena_on_clear(arena, put_back, opened);
    return opened->model;
}
