/* The file of --config laid under the command line; hearth config check, docs. */
#include "main/config.h"

#include "main/paths.h"
#include "store/installation.h"

#include <stdio.h>
#include <sys/stat.h>

static bool is_private(struct arena *arena, struct str file)
{
    struct stat about;
    return stat(str_cstr(arena, file), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* A password stands in a file that nobody else reads, or in none. */
static void check_databases(struct arena *arena, const struct command *command, struct str file,
                            const struct str values[OPTIONS_MAX], struct messages *messages)
{
    for (size_t i = 0; i < OPTIONS_MAX && command->options[i].name.n > 0; i++) {
        struct store_server server;
        struct outcome outcome;
        outcome_init(&outcome, arena);
        if (command->options[i].takes != TAKES_DATABASE || values[i].n == 0) {
            continue;
        }
        struct str key = config_key(arena, &command->options[i]);
        if (store_read_server(values[i], &outcome, &server) != STATUS_OK) {
            MESSAGE(messages, place_of_file(file), STR("'"), key, STR("': "), outcome.detail);
        } else if (server.has_secret && !is_private(arena, file)) {
            MESSAGE(messages, place_of_file(file), STR("'"), key,
                    STR("' holds a password, and others may read this file: chmod 600 "), file);
        }
    }
}

bool config_apply(struct arena *arena, const struct command *command,
                  const struct command_input *input, struct messages *messages,
                  struct str ret_options[OPTIONS_MAX])
{
    struct str values[OPTIONS_MAX] = {{0}};
    struct str file = input->options[0];
    struct str text = {0};
    messages_init(messages, arena);
    if (file.n > 0 && !read_file(arena, file, &text)) {
        MESSAGE(messages, place_of_file(file), STR("this file cannot be read"));
    } else if (file.n > 0) {
        config_read(arena, command->options, file, text, messages, values);
        check_databases(arena, command, file, values, messages);
    }
    messages_sort(messages);
    if (messages->list.count > 0) {
        return false;
    }
    for (size_t i = 0; i < OPTIONS_MAX; i++) {
        ret_options[i] = values[i].n > 0 && !input->given[i] ? values[i] : input->options[i];
    }
    return true;
}

int command_config_check(const struct command_input *input)
{
    struct messages messages;
    struct str values[OPTIONS_MAX];
    struct command_input serve = {.arena = input->arena, .options = {input->arguments[0]}};
    if (config_apply(input->arena, command_named(STR("serve")), &serve, &messages, values)) {
        print_line(STR_JOIN(input->arena, input->arguments[0], STR(" is in order")));
        return 0;
    }
    for (size_t i = 0; i < messages.list.count; i++) {
        print_line(message_line(input->arena, &messages.list.items[i]));
    }
    return 1;
}

static struct str taken(struct arena *arena, const struct option *option)
{
    if (option->value_name.n == 0) {
        return STR("yes or no");
    }
    switch (option->takes) {
    case TAKES_TEXT:
        return option->value_name;
    case TAKES_NUMBER:
        return STR_JOIN(arena, STR("a number from "), str_from_int(arena, option->least),
                        STR(" to "), str_from_int(arena, option->most));
    case TAKES_WORD: {
        struct str rest = option->value_name;
        struct str word;
        struct str words = STR("");
        while (str_split(&rest, '|', &word)) {
            words = words.n == 0 ? STR_JOIN(arena, STR("`"), word, STR("`"))
                                 : STR_JOIN(arena, words, STR(" or `"), word, STR("`"));
        }
        return words;
    }
    case TAKES_ADDRESS:
        return STR("an IPv4 address");
    case TAKES_FILE:
        return STR("a file that can be read");
    case TAKES_SECRET:
        return STR("a file that only the server can read");
    case TAKES_NEW_FILE:
        return STR("a file that can be written");
    case TAKES_FOLDER:
        return STR("a folder that can be written");
    case TAKES_NEW_FOLDER:
        return STR("a folder that can be written or made");
    case TAKES_FOLDERS:
        return STR("folders, parted by ':'");
    case TAKES_DATABASE:
        return STR("`postgresql://HOST/DATABASE`, or libpq's `host=... dbname=...`");
    }
    return STR("");
}

int command_config_docs(const struct command_input *input)
{
    const struct command *serve = command_named(STR("serve"));
    print_line(STR("# Settings of the server\n\n"
                   "In a configuration file (`hearth serve --config FILE`) each is a key, on the "
                   "command line the option beside it, which wins. Paths in the file begin with "
                   "`/`. `hearth config check FILE` says all that is wrong with one. A reload "
                   "(SIGHUP) takes up the settings marked so; the others wait for a restart.\n\n"
                   "| setting | option | takes | when left out | reload | |\n"
                   "|---|---|---|---|---|---|"));
    for (size_t i = 0; i < OPTIONS_MAX && serve->options[i].name.n > 0; i++) {
        const struct option *option = &serve->options[i];
        struct str key = config_key(input->arena, option);
        struct str takes = taken(input->arena, option);
        if (option->only_here) {
            continue;
        }
        printf("| `%.*s` | `%.*s` | %.*s | %.*s | %s | %.*s |\n", STR_ARG(key),
               STR_ARG(option->name), STR_ARG(takes), STR_ARG(option->fallback),
               option->reloads ? "yes" : "", STR_ARG(option->help));
    }
    return 0;
}
