/* What unit tests share: cmocka with the headers that it asks for first, an arena for the length of
 * one test, and a comparison of texts that shows both. */
#ifndef HEARTH_TEST_UNIT_H
#define HEARTH_TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

/* Declares an arena that is cleared where the block ends. */
#define TEST_ARENA(name)                                                                           \
    struct arena name CLEANUP(arena_clear);                                                        \
    arena_init(&(name), ARENA_REQUEST_CAP, NULL, NULL)

/* assert_text(status_name(STATUS_STALE), "stale") */
#define assert_text(actual, expected) check_text((actual), STR(expected), __FILE__, __LINE__)
#define assert_str_equal(actual, expected) check_text((actual), (expected), __FILE__, __LINE__)

static inline void check_text(struct str actual, struct str expected, const char *file, int line)
{
    if (!str_eq(actual, expected)) {
        print_error("\"%.*s\" is not \"%.*s\"\n", STR_ARG(actual), STR_ARG(expected));
        _fail(file, line);
    }
}

#endif
