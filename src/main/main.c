/* hearth: finds the command, reads its options by the command's table, runs it. */
#include "main/command.h"

#include "base/buf.h"
#include "store/installation.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMAND_ARENA_CAP ((size_t)512 * 1024 * 1024)

void print_line(struct str text)
{
    printf("%.*s\n", STR_ARG(text));
}

void print_error(struct str text)
{
    fprintf(stderr, "hearth: %.*s\n", STR_ARG(text));
}

int print_outcome(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->problems.count; i++) {
        print_error(outcome->problems.items[i].message);
    }
    if (outcome->problems.count == 0) {
        print_error(outcome->detail.n > 0 ? outcome->detail : status_title(outcome->status));
    }
    return 1;
}

NORETURN static void out_of_memory(void *context)
{
    (void)context;
    print_error(STR("there is not enough memory for this command"));
    exit(1);
}

const struct command *command_named(struct str name)
{
    const struct command *command = commands;
    while (command->run && !str_eq(command->name, name)) {
        command++;
    }
    CHECK(command->run != NULL);
    return command;
}

static size_t word_count(struct str name)
{
    size_t words = name.n > 0;
    for (size_t i = 0; i < name.n; i++) {
        words += name.p[i] == ' ';
    }
    return words;
}

/* The command whose words stand first, and how many of the words are its name: of "keys" and "keys
 * rotate" the longer one that fits. */
static const struct command *find_command(struct arena *arena, int count, char **words,
                                          int *ret_taken)
{
    const struct command *found = NULL;
    for (const struct command *command = commands; command->run; command++) {
        int taken = (int)word_count(command->name);
        if (taken > count || (found && taken <= *ret_taken)) {
            continue;
        }
        struct str given = str_from(words[0]);
        for (int i = 1; i < taken; i++) {
            given = STR_JOIN(arena, given, STR(" "), str_from(words[i]));
        }
        if (str_eq(given, command->name)) {
            found = command;
            *ret_taken = taken;
        }
    }
    return found;
}

/* Everybody on this machine can read a command line. */
static struct str openly_fault(struct arena *arena, const struct option *option, struct str value)
{
    struct store_server server;
    struct outcome outcome;
    outcome_init(&outcome, arena);
    if (option->takes != TAKES_DATABASE) {
        return STR("");
    }
    if (store_read_server(value, &outcome, &server) != STATUS_OK) {
        return outcome.detail;
    }
    return !server.has_secret
               ? STR("")
               : STR("takes no password: everybody on this machine can read a command line. It "
                     "belongs in the configuration file (db: ..., chmod 600), in a password file "
                     "(PGPASSFILE, or passfile=FILE in the address) or in a service file");
}

static bool take_option(const struct command *command, struct command_input *input, int count,
                        char **words, int *at)
{
    struct str word = str_from(words[*at]);
    for (size_t i = 0; i < OPTIONS_MAX && command->options[i].name.n > 0; i++) {
        if (!str_eq(word, command->options[i].name)) {
            continue;
        }
        input->given[i] = true;
        if (command->options[i].value_name.n == 0) {
            input->options[i] = STR("yes");
            return true;
        }
        if (*at + 1 == count) {
            print_error(STR_JOIN(input->arena, word, STR(" needs a value: "), word, STR(" "),
                                 command->options[i].value_name));
            return false;
        }
        input->options[i] = str_from(words[++*at]);
        struct str fault = option_fault(input->arena, &command->options[i], input->options[i]);
        if (fault.n == 0) {
            fault = openly_fault(input->arena, &command->options[i], input->options[i]);
        }
        if (fault.n > 0) {
            print_error(STR_JOIN(input->arena, word, STR(" "), fault));
        }
        return fault.n == 0;
    }
    print_error(STR_JOIN(input->arena, STR("unknown option "), word, STR("; hearth help "),
                         command->name, STR(" lists what it takes")));
    return false;
}

static bool read_input(const struct command *command, struct command_input *input, int count,
                       char **words)
{
    for (size_t i = 0; i < OPTIONS_MAX; i++) {
        input->options[i] = command->options[i].fallback;
    }
    for (int at = 0; at < count; at++) {
        struct str word = str_from(words[at]);
        if (str_starts(word, STR("--"))) {
            if (!take_option(command, input, count, words, &at)) {
                return false;
            }
        } else if (input->argument_count < command->most) {
            input->arguments[input->argument_count++] = word;
        } else {
            print_error(STR_JOIN(input->arena, command->name, STR(" does not take '"), word,
                                 STR("'; hearth help "), command->name,
                                 STR(" says what it takes")));
            return false;
        }
    }
    if (input->argument_count < command->least) {
        print_error(STR_JOIN(input->arena, STR("usage: hearth "), command->name, STR(" "),
                             command->arguments));
        return false;
    }
    return true;
}

static bool asks_for_help(const char *word)
{
    return str_eq(str_from(word), STR("--help")) || str_eq(str_from(word), STR("-h"));
}

int main(int count, char **words)
{
    struct arena arena;
    int taken = 0;
    arena_init(&arena, COMMAND_ARENA_CAP, out_of_memory, NULL);
    const struct command *command = find_command(&arena, count - 1, words + 1, &taken);
    struct command_input input = {.arena = &arena};
    int result = 2;
    if (count == 1 || (!command && asks_for_help(words[1]))) {
        help_overview();
        result = count == 1 ? 2 : 0;
    } else if (!command) {
        print_error(STR_JOIN(&arena, STR("there is no command '"), str_from(words[1]),
                             STR("'; hearth help lists them")));
    } else if (count - 1 > taken && asks_for_help(words[1 + taken])) {
        help_command(command);
        result = 0;
    } else if (read_input(command, &input, count - 1 - taken, words + 1 + taken)) {
        result = command->run(&input);
    }
    arena_clear(&arena);
    return result;
}
