/* model_check DIRECTORY [NAME]: compiles a model and prints everything that is wrong with it; of a
 * good one, what NAME means. */
#include <inttypes.h>
#include <stdio.h>

#include "compile/compile.h"
#include "compile/explain.h"

#define CHECK_CAP ((size_t)512 * 1024 * 1024)

static int show(struct arena *arena, struct str image, struct outcome *outcome, const char *name)
{
    const struct model *model = NULL;
    if (model_open(arena, image, outcome, &model) != STATUS_OK) {
        printf("%.*s\n", STR_ARG(outcome->problems.items[0].message));
        return 1;
    }
    if (name) {
        printf("%.*s\n", STR_ARG(explain_name(arena, model, str_from(name))));
    } else {
        printf("no errors; the image has %zu bytes\n", image.n);
    }
    return 0;
}

int main(int count, char **arguments)
{
    struct arena arena;
    struct outcome outcome;
    struct compile_result result;
    if (count < 2 || count > 3) {
        fprintf(stderr, "usage: model_check DIRECTORY [NAME]\n");
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
    int code = 1;
    if (status == STATUS_OK) {
        code = show(&arena, result.image, &outcome, count == 3 ? arguments[2] : NULL);
    } else {
        printf("%zu errors\n", result.error_count + result.left_out);
    }
    arena_clear(&arena);
    return code;
}
