/* The commands of the program. Each one reads its own options from a declared table; unknown
 * options and missing values are refused with what would be right. */
#ifndef HEARTH_MAIN_COMMAND_H
#define HEARTH_MAIN_COMMAND_H

#include "base/arena.h"
#include "base/status.h"
#include "base/uuid.h"

#define OPTIONS_MAX 16
#define ARGUMENTS_MAX 8

/* What a value must be; who gives another is told what would be right. */
enum takes {
    TAKES_TEXT,
    TAKES_NUMBER,     /* least to most */
    TAKES_WORD,       /* one of value_name, parted by '|' */
    TAKES_ADDRESS,    /* IPv4 */
    TAKES_FILE,       /* one that can be read */
    TAKES_SECRET,     /* the same, and nobody else may read it */
    TAKES_NEW_FILE,   /* one that can be written */
    TAKES_FOLDER,     /* one that can be written */
    TAKES_NEW_FOLDER, /* the same, or one that can be made */
    TAKES_FOLDERS,    /* some that can be read, parted by ':' */
    TAKES_DATABASE    /* of a PostgreSQL server; on the command line without a password */
};

struct option {
    struct str name;       /* "--port" */
    struct str value_name; /* "N", or empty for a flag */
    struct str fallback;
    struct str help;
    enum takes takes;
    int64_t least, most; /* of a number */
    bool reloads;        /* in a configuration file: may change while the server runs */
    bool only_here;      /* on the command line: no configuration file has it */
};

struct command_input {
    struct arena *arena;
    struct str options[OPTIONS_MAX]; /* by position in the command's table; empty: not given */
    bool given[OPTIONS_MAX];         /* on the command line, not by the table's fallback */
    struct str arguments[ARGUMENTS_MAX];
    size_t argument_count;
};

struct command {
    struct str name;      /* "model check" */
    struct str arguments; /* "[DIR]" for the help */
    struct str help;      /* one line */
    size_t least, most;   /* arguments */
    struct option options[OPTIONS_MAX];
    int (*run)(const struct command_input *input); /* exit status */
};

/* The table, ended by a command without a name. */
extern const struct command commands[];

/* Prints to standard output or standard error; whole texts only. */
void print_line(struct str text);
void print_error(struct str text);
/* The problems of an outcome, one a line, on standard error; returns exit status 1. */
int print_outcome(const struct outcome *outcome);

/* All commands, a line each; one command with its options. On standard output. */
void help_overview(void);
void help_command(const struct command *command);

/* Where records are: a data folder, and the database of a server that --db names; empty: where the
 * folder says. */
struct home {
    struct str data, server;
};
/* Opens the store of a data folder that is there with the model of --model, or the one in force in
 * it. checkpoints: the second place of checkpoints.log, or empty. */
struct store;
struct opened {
    struct arena arena;
    struct outcome outcome;
    struct store *store;
};
NODISCARD bool open_store(struct opened *opened, struct home home, struct str model,
                          struct str checkpoints);
/* The same; a folder that is not there is made. */
NODISCARD bool open_store_new(struct opened *opened, struct home home, struct str model,
                              struct str checkpoints);
/* The same for a server, whose background tells the log what goes wrong; retry_days as in the
 * store_options. */
NODISCARD bool open_store_to_serve(struct opened *opened, struct home home, struct str model,
                                   struct str checkpoints, int64_t retry_days);
/* The same for a new folder of invented families; in_one_go: see filling of the store_options. */
NODISCARD bool open_store_to_fill(struct opened *opened, struct home home, struct str model,
                                  bool in_one_go);
void close_store(struct opened *opened);
/* The agency with this code ("073"); an empty code is nobody's. */
NODISCARD bool find_agency(struct opened *opened, struct str code, struct uuid *ret_agency);
NODISCARD bool find_worker(struct opened *opened, struct str login, struct uuid *ret_worker);

int command_serve(const struct command_input *input);
struct model;
/* Compiles the model of a folder (empty: that of this build), or prints all that is wrong with it.
 */
NODISCARD bool open_model(const struct command_input *input, struct str given,
                          const struct model **ret_model);

int command_model_check(const struct command_input *input);
int command_model_docs(const struct command_input *input);
int command_model_explain(const struct command_input *input);
int command_model_diff(const struct command_input *input);
int command_model_migrate(const struct command_input *input);
int command_init(const struct command_input *input);
int command_upgrade(const struct command_input *input);
int command_user_add(const struct command_input *input);
int command_user_token(const struct command_input *input);
int command_import(const struct command_input *input);
int command_match(const struct command_input *input);
int command_generate(const struct command_input *input);
int command_sample(const struct command_input *input);
int command_second_factor_reset(const struct command_input *input);
int command_keys(const struct command_input *input);
int command_keys_rotate(const struct command_input *input);
int command_keys_rotate_sign(const struct command_input *input);
int command_backup(const struct command_input *input);
int command_restore(const struct command_input *input);
int command_audit_self(const struct command_input *input);
int command_audit_verify(const struct command_input *input);
int command_access_explain(const struct command_input *input);
int command_config_check(const struct command_input *input);
int command_config_docs(const struct command_input *input);
int command_help(const struct command_input *input);

/* The command with that name; it must be there. */
const struct command *command_named(struct str name);
/* What is wrong with a value, and what would be right: "takes a number from 1 to 65535"; empty when
 * it is fine. */
struct str option_fault(struct arena *arena, const struct option *option, struct str value);

#endif
