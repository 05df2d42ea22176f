/* Where the program finds what it needs beside itself, and the clock of the whole program. */
#ifndef HEARTH_MAIN_PATHS_H
#define HEARTH_MAIN_PATHS_H

#include "base/arena.h"
#include "base/str.h"

/* The built web files and the practice model: below the build folder when run from there, else in
 * /usr/share/hearth. */
struct str web_directory(struct arena *arena);
struct str model_directory(struct arena *arena, struct str given);
#define ZONES STR("/usr/share/zoneinfo") /* what compile_model reads zones from */

/* Milliseconds since 1970 UTC; from a file when tests or training set one (its text is such a
 * number), read anew at each call. */
int64_t clock_now(void *context);
void use_clock_file(struct str path);

/* Of every worker in invented families. Said at the start of a server and in the README: it
 * protects no real family, and no other folder takes it. */
#define SAMPLE_PASSWORD STR("hearth sample county")

/* A file of at most 64 KB; empty when there is none. */
struct str read_small_file(struct arena *arena, struct str path);
/* A file of at most 256 MB; false when it cannot be read. */
NODISCARD bool read_file(struct arena *arena, struct str path, struct str *ret_text);

#endif
