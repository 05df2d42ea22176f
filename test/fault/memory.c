#include "memory.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"

static _Atomic uint64_t count, fail_at;
static _Atomic bool failed;
static _Thread_local bool in_arena;

void memory_fail_at(uint64_t at)
{
    fail_at = 0;
    count = 0;
    failed = false;
    fail_at = at;
}

bool memory_has_failed(void)
{
    return failed;
}

bool memory_refuses(void)
{
    uint64_t at = fail_at;
    if (at > 0 && atomic_fetch_add(&count, 1) + 1 == at) {
        failed = true;
        return true;
    }
    return false;
}

/* ---- SQLite ---- */

static sqlite3_mem_methods usual;

static void *sqlite_malloc(int size)
{
    return memory_refuses() ? NULL : usual.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return memory_refuses() ? NULL : usual.xRealloc(old, size);
}

void memory_watch(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual);
    sqlite3_mem_methods refusing = usual;
    refusing.xMalloc = sqlite_malloc;
    refusing.xRealloc = sqlite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &refusing);
}

/* ---- the program: --wrap gives these the names ---- */

void *__real_calloc(size_t number, size_t size);
void *__wrap_calloc(size_t number, size_t size);
void *__real_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size);
void *__real_arena_array(struct arena *arena, size_t number, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t number, size_t size);
void *__real_arena_copy(struct arena *arena, const void *bytes, size_t size);
void *__wrap_arena_copy(struct arena *arena, const void *bytes, size_t size);
void *__real_arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                        size_t size);
void *__wrap_arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                        size_t size);
void __real_arena_on_clear(struct arena *arena, void (*function)(void *resource), void *resource);
void __wrap_arena_on_clear(struct arena *arena, void (*function)(void *resource), void *resource);

void *__wrap_calloc(size_t number, size_t size)
{
    return !in_arena && memory_refuses() ? NULL : __real_calloc(number, size);
}

void *__wrap_arena_alloc(struct arena *arena, size_t size)
{
    in_arena = true;
    void *piece = __real_arena_alloc(arena, size);
    in_arena = false;
    return piece;
}

void *__wrap_arena_array(struct arena *arena, size_t number, size_t size)
{
    in_arena = true;
    void *piece = __real_arena_array(arena, number, size);
    in_arena = false;
    return piece;
}

void *__wrap_arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    in_arena = true;
    void *piece = __real_arena_copy(arena, bytes, size);
    in_arena = false;
    return piece;
}

void *__wrap_arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count,
                        size_t size)
{
    in_arena = true;
    void *piece = __real_arena_grow(arena, old, old_count, new_count, size);
    in_arena = false;
    return piece;
}

void __wrap_arena_on_clear(struct arena *arena, void (*function)(void *resource), void *resource)
{
    in_arena = true;
    __real_arena_on_clear(arena, function, resource);
    in_arena = false;
}
