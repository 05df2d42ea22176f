/* model_check DIRECTORY: compiles a model and prints everything that is wrong with it. */
#include <inttypes.h>
#include <stdio.h>

#include "compile/compile.h"

#define CHECK_CAP ((size_t)512 * 1024 * 1024)

int main(int count, char **arguments)
{
    struct arena arena;
    struct outcome outcome;
    struct compile_result result;
    if (count != 2) {
        fprintf(stderr, "usage: model_check DIRECTORY\n");
        return 2;
    }
    arena_init(&arena, CHECK_CAP, NULL, NULL);
    outcome_init(&outcome, &arena);
    enum status status = compile_model(&arena, str_from(arguments[1]), STR("/usr/share/zoneinfo"),
                                       &outcome, &result);
    for (size_t i = 0; i < result.error_count; i++) {
        printf("%.*s\n", STR_ARG(compile_error_line(&arena, &result.errors[i])));
    }
    if (outcome.detail.n > 0) {
        printf("%.*s\n", STR_ARG(outcome.detail));
    }
    if (status == STATUS_OK) {
        printf("no errors; the image has %zu bytes\n", result.image.n);
    } else {
        printf("%zu errors\n", result.error_count + result.left_out);
    }
    arena_clear(&arena);
    return status == STATUS_OK ? 0 : 1;
}
