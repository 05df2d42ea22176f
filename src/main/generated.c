#include "main/generated.h"

#include "base/buf.h"
#include "main/paths.h"

#include <stdio.h>
#include <unistd.h>

#define NUMBERS 7

static const struct str names[NUMBERS] = {
    STR_INIT("seed"), STR_INIT("units"), STR_INIT("families"), STR_INIT("people"),
    STR_INIT("acts"), STR_INIT("ms"),    STR_INIT("runs"),
};

static struct str path_of(struct arena *arena, struct str data)
{
    return STR_JOIN(arena, data, STR("/generated"));
}

/* What follows the numbers. */
static struct str read_shares(struct str text)
{
    struct str line = {0}, name = {0};
    bool said = str_split(&text, '\n', &line) && str_split(&line, ' ', &name) &&
                str_eq(name, STR("shares")) && line.n > 0;
    return said ? line : STR(SHARES_USUAL);
}

/* A line for each number: its name, a blank, the number; then the shares so. */
bool generated_take(struct arena *arena, struct str data, struct generated *ret_made)
{
    struct str path = path_of(arena, data);
    struct str text = read_small_file(arena, path);
    int64_t numbers[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++) {
        struct str line = {0}, name = {0};
        if (!str_split(&text, '\n', &line) || !str_split(&line, ' ', &name) ||
            !str_eq(name, names[i]) || !str_to_i64(line, &numbers[i])) {
            return false;
        }
    }
    *ret_made = (struct generated){.seed = numbers[0],
                                   .shares = read_shares(text),
                                   .units = numbers[1],
                                   .families = numbers[2],
                                   .people = numbers[3],
                                   .acts = numbers[4],
                                   .ms = numbers[5],
                                   .runs = numbers[6]};
    return unlink(str_cstr(arena, path)) == 0;
}

bool generated_write(struct arena *arena, struct str data, const struct generated *made)
{
    const int64_t numbers[NUMBERS] = {made->seed, made->units, made->families, made->people,
                                      made->acts, made->ms,    made->runs};
    FILE *file = fopen(str_cstr(arena, path_of(arena, data)), "we");
    for (size_t i = 0; file != NULL && i < NUMBERS; i++) {
        fprintf(file, "%.*s %lld\n", STR_ARG(names[i]), (long long)numbers[i]);
    }
    if (file != NULL) {
        fprintf(file, "shares %.*s\n", STR_ARG(made->shares));
    }
    return file != NULL && fclose(file) == 0;
}
