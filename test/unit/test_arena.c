#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The arena is compiled into this test with a system that can run out of memory, and that looks at
 * what it gets back. */
static void *spied_calloc(size_t count, size_t size);
static void spied_free(void *block);
#define calloc spied_calloc
#define free spied_free
#include "base/arena.c"
#undef calloc
#undef free

#include "unit.h"

#define BLOCKS_MAX 64

static struct {
    struct {
        unsigned char *bytes;
        size_t size;
    } blocks[BLOCKS_MAX];
    size_t count, bytes;
    bool has_no_memory;
    size_t bytes_not_zeroed; /* behind the headers of the blocks given back */
} host;

static void *spied_calloc(size_t count, size_t size)
{
    if (host.has_no_memory) {
        return NULL;
    }
    unsigned char *bytes = calloc(count, size);
    assert_non_null(bytes);
    assert_true(host.count < BLOCKS_MAX);
    host.blocks[host.count].bytes = bytes;
    host.blocks[host.count++].size = count * size;
    host.bytes += count * size;
    return bytes;
}

static void spied_free(void *block)
{
    size_t i = 0;
    while (host.blocks[i].bytes != block) {
        i++;
        assert_true(i < host.count);
    }
    for (size_t at = sizeof(struct arena_block); at < host.blocks[i].size; at++) {
        host.bytes_not_zeroed += host.blocks[i].bytes[at] != 0;
    }
    host.bytes -= host.blocks[i].size;
    host.blocks[i] = host.blocks[--host.count];
    free(block);
}

static int reset_host(void **state)
{
    (void)state;
    memset(&host, 0, sizeof(host));
    return 0;
}

static NORETURN void leave(void *context)
{
    jmp_buf *out = context;
    longjmp(*out, 1);
}

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    for (size_t size = 0; size < 300; size++) {
        unsigned char *p = arena_alloc(&arena, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(p[i], 0);
        }
        memset(p, 0xff, size);
    }
}

static void pieces_do_not_overlap(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    TEST_ARENA(arena);
    unsigned char **pieces = ARENA_ARRAY(&arena, COUNT, unsigned char *);
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = arena_alloc(&arena, i % 97);
        memset(pieces[i], (int)(i % 251), i % 97);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t at = 0; at < i % 97; at++) {
            assert_int_equal(pieces[i][at], i % 251);
        }
    }
    assert_ptr_not_equal(arena_alloc(&arena, 0), arena_alloc(&arena, 0));
}

static void what_was_written_is_wiped_before_it_is_given_back(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    for (size_t i = 0; i < 40; i++) {
        memset(arena_alloc(&arena, 5000), 'x', 5000);
    }
    memset(arena_alloc(&arena, 3 * BLOCK_MAX), 'x', 3 * BLOCK_MAX);
    assert_true(host.count > 1);
    arena_clear(&arena);
    assert_int_equal(host.count, 0);
    assert_int_equal(host.bytes_not_zeroed, 0);
    assert_int_equal(arena.used, 0);
    assert_int_equal(arena.held, 0);

    char *again = arena_alloc(&arena, 100);
    assert_int_equal(again[0], 0);
    arena_clear(&arena);
    arena_clear(&arena);
}

static void the_cap_counts_all_that_was_taken(void **state)
{
    (void)state;
    const size_t cap = 100 * 1000;
    jmp_buf out;
    struct arena arena;
    volatile size_t pieces = 0;
    arena_init(&arena, cap, leave, &out);
    if (!setjmp(out)) {
        for (;;) {
            arena_alloc(&arena, 1000);
            pieces++;
            assert_true(pieces <= 100);
        }
    }
    assert_int_equal(arena.held, host.bytes);
    assert_true(arena.held <= cap);
    /* And the cap can be used up but for the ends of blocks: the last one is made to fit. */
    assert_true(pieces >= 90);
    arena_clear(&arena);
}

static void a_small_cap_gives_a_small_block(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 256, NULL, NULL);
    assert_non_null(arena_alloc(&arena, 100));
    assert_true(host.bytes <= 256);
    arena_clear(&arena);
}

enum exhaustion { BY_CAP, BY_SYSTEM, BY_SIZE, BY_PRODUCT, BY_GROWTH, EXHAUSTION__COUNT };

static void exhaust_by(struct arena *arena, enum exhaustion how)
{
    switch (how) {
    case BY_CAP:
        arena_alloc(arena, ARENA_REQUEST_CAP);
        break;
    case BY_SYSTEM:
        host.has_no_memory = true;
        arena_alloc(arena, BLOCK_MAX);
        break;
    case BY_SIZE:
        arena_alloc(arena, SIZE_MAX);
        break;
    case BY_PRODUCT:
        arena_array(arena, SIZE_MAX / 2 + 2, 2);
        break;
    case BY_GROWTH:
        arena_grow(arena, NULL, 0, SIZE_MAX / 8 + 2, 8);
        break;
    case EXHAUSTION__COUNT:
        break;
    }
}

static void check_exhaustion(enum exhaustion how)
{
    jmp_buf out;
    struct arena arena;
    arena_init(&arena, ARENA_REQUEST_CAP, leave, &out);
    arena_alloc(&arena, 10);
    if (!setjmp(out)) {
        exhaust_by(&arena, how);
        fail();
    }
    host.has_no_memory = false;
    /* It is as it was, and can be used. */
    assert_non_null(arena_alloc(&arena, 10));
    arena_clear(&arena);
    assert_int_equal(host.count, 0);
}

static void exhaustion_goes_to_the_owner(void **state)
{
    (void)state;
    for (enum exhaustion how = 0; how < EXHAUSTION__COUNT; how++) {
        check_exhaustion(how);
    }
}

static void come_back(void *context)
{
    (void)context;
}

/* Whether the program ends when an arena with this handler is exhausted. */
static bool ends_program(void (*exhausted)(void *context))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct arena arena;
        signal(SIGILL, SIG_DFL);
        signal(SIGTRAP, SIG_DFL);
        arena_init(&arena, 10, exhausted, NULL);
        arena_alloc(&arena, 1000);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

static void exhaustion_never_returns(void **state)
{
    (void)state;
    assert_true(ends_program(NULL));
    assert_true(ends_program(come_back));
}

struct trace {
    char text[16];
    size_t n;
};

struct traced {
    struct trace *trace;
    char name;
};

static void leave_trace(void *resource)
{
    struct traced *traced = resource;
    traced->trace->text[traced->trace->n++] = traced->name;
}

static void cleanups_run_newest_first_and_once(void **state)
{
    (void)state;
    struct trace trace = {"", 0};
    struct arena arena;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    for (char name = 'a'; name <= 'e'; name++) {
        /* In the arena itself: it is still there when the cleanup runs. */
        struct traced *traced = ARENA_NEW(&arena, struct traced);
        *traced = (struct traced){&trace, name};
        arena_on_clear(&arena, leave_trace, traced);
        arena_alloc(&arena, BLOCK_MIN);
    }
    arena_clear(&arena);
    assert_string_equal(trace.text, "edcba");
    arena_clear(&arena);
    assert_int_equal(trace.n, 5);
}

static void a_resource_is_not_lost_when_its_cleanup_has_no_room(void **state)
{
    (void)state;
    jmp_buf out;
    struct arena arena;
    struct trace trace = {"", 0};
    struct traced first = {&trace, '1'}, second = {&trace, '2'};
    arena_init(&arena, ARENA_REQUEST_CAP, leave, &out);
    arena_on_clear(&arena, leave_trace, &first);
    arena_alloc(&arena, arena.blocks->room - arena.blocks->used - ARENA_GAP);
    host.has_no_memory = true;
    if (!setjmp(out)) {
        arena_on_clear(&arena, leave_trace, &second);
        fail();
    }
    assert_string_equal(trace.text, "2");
    arena_clear(&arena);
    assert_string_equal(trace.text, "21");
}

static void growing_keeps_the_old_and_zeroes_the_new(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    int *numbers = arena_grow(&arena, NULL, 0, 4, sizeof(int));
    for (int i = 0; i < 4; i++) {
        numbers[i] = i + 1;
    }
    int *in_place = arena_grow(&arena, numbers, 4, 100, sizeof(int));
    assert_ptr_equal(in_place, numbers);
    arena_alloc(&arena, 1);
    int *moved = arena_grow(&arena, in_place, 100, 200, sizeof(int));
    assert_ptr_not_equal(moved, in_place);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(moved[i], i < 4 ? i + 1 : 0);
    }
    assert_int_equal(in_place[3], 4);
    /* More than the block has room for: copied into a new one. */
    int *large = arena_grow(&arena, moved, 200, BLOCK_MIN, sizeof(int));
    assert_ptr_not_equal(large, moved);
    assert_int_equal(large[2], 3);
    assert_int_equal(large[BLOCK_MIN - 1], 0);
}

static void a_list_grows_as_it_is_filled(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    LIST(size_t) list = {0};
    LIST(size_t) other = {0};
    for (size_t i = 0; i < 10000; i++) {
        LIST_PUSH(&arena, &list, i * i);
        if (i % 3 == 0) {
            LIST_PUSH(&arena, &other, i);
        }
    }
    assert_int_equal(list.count, 10000);
    assert_int_equal(other.count, 3334);
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(list.items[i], i * i);
    }
    for (size_t i = 0; i < other.count; i++) {
        assert_int_equal(other.items[i], 3 * i);
    }
}

static void copies_hold_the_bytes(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const char *copy = arena_copy(&arena, "abc", 4);
    assert_string_equal(copy, "abc");
    assert_non_null(arena_copy(&arena, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(memory_is_zeroed_and_aligned, reset_host),
        cmocka_unit_test_setup(pieces_do_not_overlap, reset_host),
        cmocka_unit_test_setup(what_was_written_is_wiped_before_it_is_given_back, reset_host),
        cmocka_unit_test_setup(the_cap_counts_all_that_was_taken, reset_host),
        cmocka_unit_test_setup(a_small_cap_gives_a_small_block, reset_host),
        cmocka_unit_test_setup(exhaustion_goes_to_the_owner, reset_host),
        cmocka_unit_test_setup(exhaustion_never_returns, reset_host),
        cmocka_unit_test_setup(cleanups_run_newest_first_and_once, reset_host),
        cmocka_unit_test_setup(a_resource_is_not_lost_when_its_cleanup_has_no_room, reset_host),
        cmocka_unit_test_setup(growing_keeps_the_old_and_zeroes_the_new, reset_host),
        cmocka_unit_test_setup(a_list_grows_as_it_is_filled, reset_host),
        cmocka_unit_test_setup(copies_hold_the_bytes, reset_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
