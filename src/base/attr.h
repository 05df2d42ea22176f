/* Compiler attributes under readable names, so that a move to C23 touches one file. */
#ifndef HEARTH_BASE_ATTR_H
#define HEARTH_BASE_ATTR_H

#define NODISCARD __attribute__((warn_unused_result))
#define FALLTHROUGH __attribute__((fallthrough))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define NORETURN __attribute__((noreturn))
#define CLEANUP(function) __attribute__((cleanup(function)))

/* A condition that only a programming error can break. Stays on in production: a wrong record is
 * worse than a restart. Traps without libc, so that the core stays free of imports. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            __builtin_trap();                                                                      \
        }                                                                                          \
    } while (0)

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
