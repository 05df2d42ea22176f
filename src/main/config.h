/* The configuration file of the server: the options of a command as YAML, one key each ("log_level"
 * for --log-level), read as strictly as a model. The option table says what there is, so that the
 * command line, the help, docs/generated/settings.md and this reader cannot differ. */
#ifndef HEARTH_MAIN_CONFIG_H
#define HEARTH_MAIN_CONFIG_H

#include "compile/messages.h"
#include "main/command.h"

/* Reads the text of a file. options: a table that ends with an option without a name, or after
 * OPTIONS_MAX. ret_values, by position: what the file says, "yes" for a flag that is on; empty
 * where it says nothing. Adds messages for all that is wrong; the values then are of no use. */
void config_read(struct arena *arena, const struct option *options, struct str file,
                 struct str text, struct messages *messages, struct str ret_values[OPTIONS_MAX]);
/* The key of an option: "log_level". */
struct str config_key(struct arena *arena, const struct option *option);

/* Reads the file of --config (position 0 of the command's options), when there is one, and lays
 * what it says under what the command line says. False, with the lines of what is wrong, when it
 * cannot be used; ret_options is not touched then. */
NODISCARD bool config_apply(struct arena *arena, const struct command *command,
                            const struct command_input *input, struct messages *messages,
                            struct str ret_options[OPTIONS_MAX]);

#endif
