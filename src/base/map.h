/* A map from text to a pointer, in an arena. Keys are not copied. Insertion order is kept. The hash
 * has no secret: where strangers choose the keys, limit how many there may be. */
#ifndef HEARTH_BASE_MAP_H
#define HEARTH_BASE_MAP_H

#include "arena.h"
#include "str.h"

struct map_entry {
    struct str key;
    void *value;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* count of them, in insertion order */
    uint32_t *slots;
    size_t count, room, slot_count;
};

void map_init(struct map *map, struct arena *arena);
/* False, and nothing changed, when the key is there already. */
bool map_add(struct map *map, struct str key, void *value);
/* The value, or NULL. */
void *map_get(const struct map *map, struct str key);
bool map_has(const struct map *map, struct str key);

#endif
