/* Any bytes as a file of a model, beside a small sound one: reading ends; what is wrong is said
 * with a place in a file that exists; and what is accepted is an image that opens and can be read.
 */
#include "fuzz.h"

#include <stdio.h>

#include "compile/compile.h"
#include "compile/dump.h"
#include "compile/explain.h"

/* Where the input stands; fuzz_overlay.c puts it elsewhere. */
#ifndef FUZZ_PLACE
#define FUZZ_PLACE "input.yaml"
#endif

#define FILES 4
#define FILE_BYTES ((size_t)65536)

static struct str read_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    char *bytes = arena_alloc(arena, FILE_BYTES);
    size_t size = fread(bytes, 1, FILE_BYTES, file);
    fclose(file);
    return (struct str){bytes, size};
}

/* The post office of the model suite; the last place is for the input. */
static struct compile_file *base_files(void)
{
    static struct compile_file files[FILES];
    static struct arena arena;
    if (files[0].path.n == 0) {
        arena_init(&arena, SIZE_MAX, NULL, NULL);
        files[0] = (struct compile_file){
            STR("model.yaml"), read_file(&arena, FUZZ_SOURCE "/../model/base/model.yaml")};
        files[1] = (struct compile_file){
            STR("letter.yaml"), read_file(&arena, FUZZ_SOURCE "/../model/base/letter.yaml")};
        files[2] =
            (struct compile_file){STR("codes/colour.csv"),
                                  read_file(&arena, FUZZ_SOURCE "/../model/base/codes/colour.csv")};
    }
    return files;
}

static void check_errors(const struct compile_result *result)
{
    CHECK(result->error_count > 0 && result->image.n == 0);
    for (size_t i = 0; i < result->error_count; i++) {
        CHECK(result->errors[i].file.n > 0 && result->errors[i].message.n > 0);
        CHECK(result->errors[i].line > 0 && result->errors[i].column > 0);
    }
}

static void check_model(struct arena *arena, struct str image)
{
    struct outcome outcome;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    CHECK(model_open(arena, image, &outcome, &model) == STATUS_OK);
    CHECK(dump_model(arena, model).n > 0);
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        struct str name = model_text(model, model_entity_row(model, i)->name);
        CHECK(explain_name(arena, model, name).n > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct compile_result result;
    struct compile_file *files = base_files();
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    files[FILES - 1] = (struct compile_file){
        STR(FUZZ_PLACE), {(const char *)data, size}
    };
    if (compile_texts(&arena, files, FILES, STR(""), &result) == STATUS_OK) {
        check_model(&arena, result.image);
    } else {
        check_errors(&result);
    }
    arena_clear(&arena);
    return 0;
}
