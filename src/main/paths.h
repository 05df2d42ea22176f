/* Where the program finds what it needs beside itself, and the clock of the whole program. */
#ifndef HEARTH_MAIN_PATHS_H
#define HEARTH_MAIN_PATHS_H

#include "base/arena.h"
#include "base/str.h"

/* The built web files and the practice model: below the build folder when run from there, else in
 * /usr/share/hearth. */
struct str web_directory(struct arena *arena);
struct str model_directory(struct arena *arena, struct str given);

/* Milliseconds since 1970 UTC; from a file when tests or training set one (its text is such a
 * number), read anew at each call. */
int64_t clock_now(void *context);
void use_clock_file(struct str path);

/* What the band across each page says, and how to sign in: DIR/sample.txt of a sample county. */
struct str data_band(struct arena *arena, struct str data);
void print_sign_in(struct arena *arena, struct str data);
/* A file of at most 64 KB; empty when there is none. */
struct str read_small_file(struct arena *arena, struct str path);
/* A file of at most 256 MB; false when it cannot be read. */
/* Of every worker of the sample county. Said on every page and in the README: nothing of it protects
 * a real family, and no other folder takes it. */
#define SAMPLE_PASSWORD STR("hearth sample county")
NODISCARD bool read_file(struct arena *arena, struct str path, struct str *ret_text);

#endif
