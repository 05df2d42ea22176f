/* The help: an overview of all commands, or all of one, made of the table of commands. */
#include "main/command.h"

#include "base/buf.h"

#include <stdio.h>

#define GAP 2 /* between columns */

static int width(struct str first, struct str second)
{
    return (int)(first.n + (second.n > 0 ? second.n + 1 : 0));
}

/* Two words of a first column of some width, then the text behind it. */
static void print_row(struct str first, struct str second, int column, struct str text)
{
    printf("  %.*s%s%.*s%*s%.*s", STR_ARG(first), second.n > 0 ? " " : "", STR_ARG(second),
           column + GAP - width(first, second), "", STR_ARG(text));
}

void help_overview(void)
{
    int column = 0;
    for (const struct command *command = commands; command->run; command++) {
        int own = width(command->name, command->arguments);
        column = own > column ? own : column;
    }
    printf("Hearth carries a family's story from the first call to a safe, permanent home.\n\n");
    for (const struct command *command = commands; command->run; command++) {
        print_row(command->name, command->arguments, column, command->help);
        printf("\n");
    }
    printf("\nhearth help COMMAND says what a command takes.\n");
}

void help_command(const struct command *command)
{
    int column = 0;
    printf("hearth %.*s%s%.*s\n  %.*s\n\n", STR_ARG(command->name),
           command->arguments.n > 0 ? " " : "", STR_ARG(command->arguments),
           STR_ARG(command->help));
    for (size_t i = 0; i < OPTIONS_MAX && command->options[i].name.n > 0; i++) {
        int own = width(command->options[i].name, command->options[i].value_name);
        column = own > column ? own : column;
    }
    for (size_t i = 0; i < OPTIONS_MAX && command->options[i].name.n > 0; i++) {
        const struct option *option = &command->options[i];
        print_row(option->name, option->value_name, column, option->help);
        if (option->fallback.n > 0) {
            printf(" (%.*s)", STR_ARG(option->fallback));
        }
        printf("\n");
    }
}

int command_help(const struct command_input *input)
{
    if (input->argument_count == 0) {
        help_overview();
        return 0;
    }
    struct str name = input->arguments[0];
    for (size_t i = 1; i < input->argument_count; i++) {
        name = STR_JOIN(input->arena, name, STR(" "), input->arguments[i]);
    }
    for (const struct command *command = commands; command->run; command++) {
        if (str_eq(command->name, name)) {
            help_command(command);
            return 0;
        }
    }
    print_error(STR_JOIN(input->arena, STR("there is no command '"), name,
                         STR("'; hearth help lists them")));
    return 2;
}
