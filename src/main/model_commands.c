/* hearth model check, hearth model explain. */
#include "main/command.h"

#include "base/buf.h"
#include "compile/compile.h"
#include "compile/explain.h"
#include "main/paths.h"
#include "model/model.h"

#include <stdio.h>

#define ZONES STR("/usr/share/zoneinfo")

bool open_model(const struct command_input *input, struct str given, const struct model **ret_model)
{
    struct str directory = model_directory(input->arena, given);
    struct compile_result result;
    struct outcome outcome;
    outcome_init(&outcome, input->arena);
    enum status status = compile_model(input->arena, directory, ZONES, &outcome, &result);
    for (size_t i = 0; i < result.error_count; i++) {
        print_line(compile_error_line(input->arena, &result.errors[i]));
    }
    if (result.left_out > 0) {
        printf("... and %zu more\n", result.left_out);
    }
    if (status != STATUS_OK) {
        if (result.error_count == 0) {
            print_outcome(&outcome);
        }
        return false;
    }
    return model_open(input->arena, result.image, &outcome, ret_model) == STATUS_OK;
}

int command_model_check(const struct command_input *input)
{
    const struct model *model;
    if (!open_model(input, input->arguments[0], &model)) {
        return 1;
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
