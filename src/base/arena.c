#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer what was not handed out is poisoned, with a gap after each piece, so that
 * an overrun inside a block is seen as it would be with malloc. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#define POISON(p, size) __asan_poison_memory_region((p), (size))
#define UNPOISON(p, size) __asan_unpoison_memory_region((p), (size))
#define ARENA_GAP ARENA_ALIGN
#else
#define POISON(p, size) ((void)(p), (void)(size))
#define UNPOISON(p, size) ((void)(p), (void)(size))
#define ARENA_GAP ((size_t)0)
#endif

/* What malloc gives: enough for every standard type. */
#define ARENA_ALIGN ((size_t)16)
/* Blocks double what is held, between these, unless one piece needs more. */
#define BLOCK_MIN ((size_t)16 * 1024)
#define BLOCK_MAX ((size_t)1024 * 1024)

struct arena_block {
    struct arena_block *next;
    size_t used, room; /* of bytes */
    alignas(ARENA_ALIGN) unsigned char bytes[];
};

struct arena_cleanup {
    struct arena_cleanup *next;
    void (*function)(void *resource);
    void *resource;
};

/* What a piece takes in a block; at least one unit, so that each piece has an address of its own.
 * False when it cannot be said in a size_t. */
static bool piece_room(size_t size, size_t *ret_room)
{
    if (size > SIZE_MAX - sizeof(struct arena_block) - 2 * ARENA_ALIGN) {
        return false;
    }
    if (size == 0) {
        size = 1;
    }
    *ret_room = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN + ARENA_GAP;
    return true;
}

static size_t clamp(size_t n, size_t low, size_t high)
{
    return n < low ? low : n > high ? high : n;
}

/* A block with room for that much at least; less than the usual size when the cap is near. */
static bool add_block(struct arena *arena, size_t room)
{
    size_t most = arena->cap > arena->held ? arena->cap - arena->held : 0;
    size_t least = sizeof(struct arena_block) + room;
    if (least > most) {
        return false;
    }
    size_t size = clamp(clamp(arena->held, BLOCK_MIN, BLOCK_MAX), least, most);
    struct arena_block *block = calloc(1, size);
    if (!block) {
        return false;
    }
    block->room = size - sizeof(struct arena_block);
    block->next = arena->blocks;
    POISON(block->bytes, block->room);
    arena->blocks = block;
    arena->held += size;
    return true;
}

/* Zeroed, because blocks come zeroed and a piece is handed out once. NULL when exhausted. */
static void *try_alloc(struct arena *arena, size_t size)
{
    size_t room;
    if (!piece_room(size, &room)) {
        return NULL;
    }
    struct arena_block *block = arena->blocks;
    if (!block || room > block->room - block->used) {
        if (!add_block(arena, room)) {
            return NULL;
        }
        block = arena->blocks;
    }
    unsigned char *piece = block->bytes + block->used;
    block->used += room;
    arena->used += room - ARENA_GAP;
    UNPOISON(piece, size);
    return piece;
}

static NORETURN void exhaust(struct arena *arena)
{
    if (arena->exhausted) {
        arena->exhausted(arena->context);
    }
    __builtin_trap();
}

void arena_init(struct arena *arena, size_t cap, void (*exhausted)(void *context), void *context)
{
    *arena = (struct arena){.cap = cap, .exhausted = exhausted, .context = context};
}

void arena_clear(struct arena *arena)
{
    while (arena->cleanups) {
        struct arena_cleanup *cleanup = arena->cleanups;
        arena->cleanups = cleanup->next;
        cleanup->function(cleanup->resource);
    }
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        UNPOISON(block->bytes, block->room);
        memset(block->bytes, 0, block->used);
        /* Or the compiler would leave the memset out before free. */
        __asm__ volatile("" : : "r"(block->bytes) : "memory");
        free(block);
    }
    arena->used = 0;
    arena->held = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *piece = try_alloc(arena, size);
    if (!piece) {
        exhaust(arena);
    }
    return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        exhaust(arena);
    }
    return arena_alloc(arena, bytes);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (size) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

/* The piece made longer where it is, or NULL when something lies behind it. */
static void *extend(struct arena *arena, const void *old, size_t old_size, size_t new_size)
{
    struct arena_block *block = arena->blocks;
    size_t old_room, new_room;
    if (!block || !piece_room(old_size, &old_room) || !piece_room(new_size, &new_room) ||
        old_room > block->used) {
        return NULL;
    }
    size_t start = block->used - old_room;
    unsigned char *piece = block->bytes + start;
    if (piece != old || new_room > block->room - start) {
        return NULL;
    }
    block->used = start + new_room;
    arena->used += new_room - old_room;
    UNPOISON(piece, new_size);
    return piece;
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                 size_t size)
{
    size_t old_size, new_size;
    CHECK(old_count <= new_count);
    if (__builtin_mul_overflow(new_count, size, &new_size)) {
        exhaust(arena);
    }
    old_size = old_count * size;
    void *grown = old ? extend(arena, old, old_size, new_size) : NULL;
    if (!grown) {
        grown = arena_alloc(arena, new_size);
        if (old_size) {
            memcpy(grown, old, old_size);
        }
    }
    return grown;
}

void arena_on_clear(struct arena *arena, void (*function)(void *resource), void *resource)
{
    struct arena_cleanup *cleanup = try_alloc(arena, sizeof(*cleanup));
    if (!cleanup) {
        function(resource);
        exhaust(arena);
    }
    *cleanup = (struct arena_cleanup){arena->cleanups, function, resource};
    arena->cleanups = cleanup;
}

static void clear(void *resource)
{
    arena_clear(resource);
}

struct arena *arena_beside(struct arena *arena, size_t cap)
{
    struct arena *beside = ARENA_NEW(arena, struct arena);
    arena_init(beside, cap, arena->exhausted, arena->context);
    arena_on_clear(arena, clear, beside);
    return beside;
}
