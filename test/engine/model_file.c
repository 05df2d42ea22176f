#include "model_file.h"

#include <stdio.h>

#define FILE_BYTES_MAX ((size_t)8 * 1024 * 1024)

struct str model_file_bytes(struct arena *arena, struct str path)
{
    FILE *file = fopen(str_cstr(arena, path), "rb");
    if (file == NULL) {
        return STR("");
    }
    char *bytes = arena_alloc(arena, FILE_BYTES_MAX);
    size_t n = fread(bytes, 1, FILE_BYTES_MAX, file);
    (void)fclose(file);
    return (struct str){bytes, n};
}

void model_file_refused(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->problems.count; i++) {
        printf("# the image: %.*s: %.*s\n", STR_ARG(outcome->problems.items[i].where),
               STR_ARG(outcome->problems.items[i].message));
    }
}
