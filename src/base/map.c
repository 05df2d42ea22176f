#include "base/map.h"

#define ENTRIES_MIN ((size_t)8)

void map_init(struct map *map, struct arena *arena)
{
    *map = (struct map){.arena = arena};
}

/* FNV-1a, its high half folded into the low one because slots are taken from the low bits. */
static size_t hash(struct str key)
{
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < key.n; i++) {
        h ^= (uint8_t)key.p[i];
        h *= 0x100000001b3;
    }
    return (size_t)(uint32_t)(h ^ h >> 32);
}

/* The slot that holds the key, or the empty one where it would go. A slot is the number of an entry
 * from 1; 0 is empty. There is always an empty slot: at most half of them are taken. */
static uint32_t *find_slot(const struct map *map, struct str key)
{
    size_t mask = map->slot_count - 1;
    size_t at = hash(key) & mask;
    while (map->slots[at] && !str_eq(map->entries[map->slots[at] - 1].key, key)) {
        at = (at + 1) & mask;
    }
    return &map->slots[at];
}

static void grow(struct map *map)
{
    size_t room = map->room ? map->room * 2 : ENTRIES_MIN;
    CHECK(room < UINT32_MAX);
    map->entries = arena_grow(map->arena, map->entries, map->count, room, sizeof(*map->entries));
    map->room = room;
    map->slot_count = room * 2;
    map->slots = ARENA_ARRAY(map->arena, map->slot_count, uint32_t);
    for (uint32_t i = 0; i < map->count; i++) {
        *find_slot(map, map->entries[i].key) = i + 1;
    }
}

bool map_add(struct map *map, struct str key, void *value)
{
    if (map_has(map, key)) {
        return false;
    }
    if (map->count == map->room) {
        grow(map);
    }
    map->entries[map->count++] = (struct map_entry){key, value};
    *find_slot(map, key) = (uint32_t)map->count;
    return true;
}

static const struct map_entry *find(const struct map *map, struct str key)
{
    uint32_t number = map->slot_count ? *find_slot(map, key) : 0;
    return number ? &map->entries[number - 1] : NULL;
}

void *map_get(const struct map *map, struct str key)
{
    const struct map_entry *entry = find(map, key);
    return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, struct str key)
{
    return find(map, key) != NULL;
}
