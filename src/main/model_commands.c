/* hearth model check, explain, diff, migrate. */
#include "main/command.h"

#include "base/buf.h"
#include "compile/compile.h"
#include "compile/diff.h"
#include "compile/explain.h"
#include "main/paths.h"
#include "model/model.h"
#include "store/store.h"

#include <stdio.h>

#define PLAN_MAX ((size_t)16 * 1024 * 1024)

static bool compile(const struct command_input *input, struct str given,
                    struct compile_result *ret_result)
{
    struct str directory = model_directory(input->arena, given);
    struct outcome outcome;
    outcome_init(&outcome, input->arena);
    enum status status = compile_model(input->arena, directory, ZONES, &outcome, ret_result);
    for (size_t i = 0; i < ret_result->error_count; i++) {
        print_line(compile_error_line(input->arena, &ret_result->errors[i]));
    }
    if (ret_result->left_out > 0) {
        printf("... and %zu more\n", ret_result->left_out);
    }
    if (status != STATUS_OK && ret_result->error_count == 0) {
        print_outcome(&outcome);
    }
    return status == STATUS_OK;
}

static bool compile_image(const struct command_input *input, struct str given,
                          struct str *ret_image)
{
    struct compile_result result;
    bool compiled = compile(input, given, &result);
    *ret_image = compiled ? result.image : STR("");
    return compiled;
}

static bool open_image(const struct command_input *input, struct str image,
                       const struct model **ret_model)
{
    struct outcome outcome;
    outcome_init(&outcome, input->arena);
    if (model_open(input->arena, image, &outcome, ret_model) == STATUS_OK) {
        return true;
    }
    print_outcome(&outcome);
    return false;
}

bool open_model(const struct command_input *input, struct str given, const struct model **ret_model)
{
    struct str image;
    return compile_image(input, given, &image) && open_image(input, image, ret_model);
}

/* A folder, or an image that a data folder kept. */
static bool load(const struct command_input *input, struct str path, const struct model **ret_model)
{
    struct str image;
    if (!str_ends(path, STR(".image"))) {
        return open_model(input, path, ret_model);
    }
    return read_file(input->arena, path, &image) &&
           open_image(input, (struct str){arena_copy(input->arena, image.p, image.n), image.n},
                      ret_model);
}

/* Like diff(1): 0 no difference, 1 some, 2 trouble. */
int command_model_diff(const struct command_input *input)
{
    const struct model *before, *after;
    if (!load(input, input->arguments[0], &before) || !load(input, input->arguments[1], &after)) {
        return 2;
    }
    struct model_difference difference = diff_models(input->arena, before, after);
    printf("%.*s", STR_ARG(difference.words.n > 0 ? difference.words : STR("no difference\n")));
    if (difference.breaks > 0) {
        printf("%zu of these break what is stored; such a model is refused\n", difference.breaks);
    }
    return difference.words.n > 0;
}

int command_model_migrate(const struct command_input *input)
{
    struct outcome outcome;
    struct buf sql;
    struct str image;
    if (input->options[0].n == 0) {
        print_error(STR("tables are brought to a model when the server starts with it; this shows "
                        "what would be done: add --dry-run"));
        return 2;
    }
    if (!compile_image(input, input->arguments[1], &image)) {
        return 1;
    }
    struct store_options options = {
        .directory = input->arguments[0], .image = image, .now_ms = clock_now, .readers = 1};
    outcome_init(&outcome, input->arena);
    buf_init(&sql, input->arena, PLAN_MAX);
    enum status status = store_plan(&options, &sql, &outcome);
    printf("%.*s", STR_ARG(buf_str(&sql)));
    return status == STATUS_OK ? 0 : print_outcome(&outcome);
}

int command_model_check(const struct command_input *input)
{
    const struct model *model;
    struct compile_result result;
    if (!compile(input, input->arguments[0], &result) || !open_image(input, result.image, &model)) {
        return 1;
    }
    for (size_t i = 0; i < result.finding_count; i++) {
        print_line(compile_error_line(input->arena, &result.findings[i]));
    }
    printf("no errors: %u entities, %u fields, %u transitions, %u facts, %u clocks, %u codes, "
           "%u forms\n",
           model_entity_total(model), model_field_total(model), model_transition_total(model),
           model_fact_total(model), model_clock_total(model), model_code_total(model),
           model_form_total(model));
    return 0;
}

int command_model_explain(const struct command_input *input)
{
    const struct model *model;
    if (!open_model(input, input->arguments[1], &model)) {
        return 1;
    }
    struct str words = explain_name(input->arena, model, input->arguments[0]);
    if (words.n == 0) {
        print_error(STR_JOIN(input->arena, STR("the model has nothing named '"),
                             input->arguments[0], STR("'")));
        return 1;
    }
    print_line(words);
    return 0;
}
