/* Memory with one lifetime: a request, a loaded model, a compile. Allocation never returns NULL.
 * What happens at the cap, or when the system has no memory, is the owner's decision, given at
 * the start: the handler must not return (a server lane jumps back to its request boundary and
 * answers 503; a command prints a message and exits; the browser traps). Blocks are zeroed when
 * the arena is cleared, because they held names of children. Not thread-safe: one owner. */
#ifndef HEARTH_BASE_ARENA_H
#define HEARTH_BASE_ARENA_H

#include <stddef.h>

#include "attr.h"

struct arena_block;
struct arena_cleanup;

struct arena {
    struct arena_block *blocks;
    struct arena_cleanup *cleanups;
    size_t used;                      /* bytes handed out, each rounded up to the alignment */
    size_t cap;                       /* bytes it may take from the system */
    size_t held;                      /* bytes it has taken from the system */
    void (*exhausted)(void *context); /* must not return */
    void *context;
};

/* Default cap of a request: 32 MiB. */
#define ARENA_REQUEST_CAP ((size_t)32 * 1024 * 1024)

/* exhausted may be NULL: then exhaustion traps. */
void arena_init(struct arena *arena, size_t cap, void (*exhausted)(void *context), void *context);
/* Runs the cleanups, newest first, then zeroes and frees every block; the arena can be used again.
 */
void arena_clear(struct arena *arena);
/* Zeroed memory, aligned for any type. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);
/* count * size with overflow treated as exhaustion. */
void *arena_array(struct arena *arena, size_t count, size_t size);
void *arena_copy(struct arena *arena, const void *bytes, size_t size);
/* An array of new_count elements that begins with the old_count old ones, the rest zeroed. Stays in
 * place when old was the last thing handed out and there is room, else copies; the old place stays
 * readable until the arena is cleared. old may be NULL when old_count is 0. */
void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                 size_t size);
/* Calls function(resource) when the arena is cleared: statements, files, locks. The arena has the
 * resource from here on: when it is exhausted by this very call, the function runs at once. */
void arena_on_clear(struct arena *arena, void (*function)(void *resource), void *resource);

/* An arena of its own that is cleared with this one, and can be before. */
struct arena *arena_beside(struct arena *arena, size_t cap);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

/* A growing list in an arena: struct { T *items; size_t count, room; } and LIST_PUSH. */
#define LIST(type)                                                                                 \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, room;                                                                        \
    }
#define LIST_PUSH(arena, list, item)                                                               \
    do {                                                                                           \
        if ((list)->count == (list)->room) {                                                       \
            size_t room_ = (list)->room ? (list)->room * 2 : 8;                                    \
            (list)->items =                                                                        \
                arena_grow((arena), (list)->items, (list)->count, room_, sizeof(*(list)->items));  \
            (list)->room = room_;                                                                  \
        }                                                                                          \
        (list)->items[(list)->count++] = (item);                                                   \
    } while (0)

#endif
