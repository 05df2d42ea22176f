/* write_image MODEL FILE: compiles a model folder and writes its image, for hosts without a
 * compiler. */
#include <stdio.h>
#include <stdlib.h>

#include "compile/compile.h"

#define IMAGE_ARENA_MAX ((size_t)256 * 1024 * 1024)

int main(int argc, char **argv)
{
    struct arena arena;
    struct outcome outcome;
    struct compile_result result;
    if (argc != 3) {
        return EXIT_FAILURE;
    }
    arena_init(&arena, IMAGE_ARENA_MAX, NULL, NULL);
    outcome_init(&outcome, &arena);
    if (compile_model(&arena, str_from(argv[1]), STR("/usr/share/zoneinfo"), &outcome, &result) !=
        STATUS_OK) {
        (void)fprintf(stderr, "%s is not a model without errors\n", argv[1]);
        return EXIT_FAILURE;
    }
    FILE *file = fopen(argv[2], "wb");
    bool good = file != NULL && fwrite(result.image.p, 1, result.image.n, file) == result.image.n;
    good = file != NULL && fclose(file) == 0 && good;
    arena_clear(&arena);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
