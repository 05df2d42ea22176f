/* The table of commands. The help text is made of it. */
#include "main/command.h"
#include "main/generated.h"

#define DATA_OPTION                                                                                \
    {                                                                                              \
        .name = STR_INIT("--data"), .value_name = STR_INIT("DIR"), .fallback = STR_INIT("data"),   \
        .help = STR_INIT("the data folder")                                                        \
    }
#define CLOCK_OPTION                                                                               \
    {                                                                                              \
        .name = STR_INIT("--clock-file"), .value_name = STR_INIT("FILE"),                          \
        .help = STR_INIT("tests and training: read the time (milliseconds) from this file")        \
    }
#define CHECKPOINTS_OPTION                                                                         \
    {                                                                                              \
        .name = STR_INIT("--checkpoints"), .value_name = STR_INIT("DIR"),                          \
        .help = STR_INIT("a folder on another mount that keeps a copy of checkpoints.log")         \
    }
#define MODEL_IN_FORCE_OPTION                                                                      \
    {                                                                                              \
        .name = STR_INIT("--model"), .value_name = STR_INIT("DIR"),                                \
        .help = STR_INIT("the practice model; the one in force there when left out")               \
    }
#define MODEL_OPTION                                                                               \
    {                                                                                              \
        .name = STR_INIT("--model"), .value_name = STR_INIT("DIR"),                                \
        .help = STR_INIT("the practice model, then overlays: model:agency/NAME")                   \
    }

#define DB_OPTION                                                                                  \
    {                                                                                              \
        .name = STR_INIT("--db"), .value_name = STR_INIT("ADDRESS"), .takes = TAKES_DATABASE,      \
        .help = STR_INIT("records are on a server: postgresql://HOST/DATABASE, without password")  \
    }

/* What the server is run with: of serve, and of who judges it. */
#define SERVE_OPTIONS                                                                              \
    {                                                                                              \
        {.name = STR_INIT("--config"),                                                             \
         .value_name = STR_INIT("FILE"),                                                           \
         .takes = TAKES_FILE,                                                                      \
         .only_here = true,                                                                        \
         .help = STR_INIT("read these options from a file; the command line wins")},               \
            {.name = STR_INIT("--data"),                                                           \
             .value_name = STR_INIT("DIR"),                                                        \
             .fallback = STR_INIT("data"),                                                         \
             .takes = TAKES_NEW_FOLDER,                                                            \
             .help = STR_INIT("the data folder")},                                                 \
            DB_OPTION,                                                                             \
            {.name = STR_INIT("--model"),                                                          \
             .value_name = STR_INIT("DIR"),                                                        \
             .takes = TAKES_FOLDERS,                                                               \
             .help = STR_INIT("the practice model, then overlays: model:agency/NAME")},            \
            {.name = STR_INIT("--port"),                                                           \
             .value_name = STR_INIT("N"),                                                          \
             .fallback = STR_INIT("8080"),                                                         \
             .takes = TAKES_NUMBER,                                                                \
             .least = 1,                                                                           \
             .most = 65535,                                                                        \
             .help = STR_INIT("where to listen; not asked for when systemd passes a socket")},     \
            {.name = STR_INIT("--address"),                                                        \
             .value_name = STR_INIT("ADDRESS"),                                                    \
             .fallback = STR_INIT("127.0.0.1"),                                                    \
             .takes = TAKES_ADDRESS,                                                               \
             .help = STR_INIT("IPv4 address to listen on")},                                       \
            {.name = STR_INIT("--secure"),                                                         \
             .help = STR_INIT("a proxy in front speaks TLS: cookies say so")},                     \
            {.name = STR_INIT("--clock-file"),                                                     \
             .value_name = STR_INIT("FILE"),                                                       \
             .takes = TAKES_FILE,                                                                  \
             .help = STR_INIT("tests and training: read the time (milliseconds) from here")},      \
            {.name = STR_INIT("--second-factor"),                                                  \
             .value_name = STR_INIT("required|offered"),                                           \
             .fallback = STR_INIT("offered"),                                                      \
             .takes = TAKES_WORD,                                                                  \
             .reloads = true,                                                                      \
             .help =                                                                               \
                 STR_INIT("a code of the phone at sign-in: of everybody, or of who wants it")},    \
            {.name = STR_INIT("--checkpoints"),                                                    \
             .value_name = STR_INIT("DIR"),                                                        \
             .takes = TAKES_FOLDER,                                                                \
             .help = STR_INIT("a folder on another mount, for a copy of checkpoints.log")},        \
            {.name = STR_INIT("--drain"),                                                          \
             .value_name = STR_INIT("SECONDS"),                                                    \
             .fallback = STR_INIT("30"),                                                           \
             .takes = TAKES_NUMBER,                                                                \
             .least = 1,                                                                           \
             .most = 600,                                                                          \
             .reloads = true,                                                                      \
             .help = STR_INIT("how long requests may take to end when the server stops")},         \
            {.name = STR_INIT("--retry-days"),                                                     \
             .value_name = STR_INIT("DAYS"),                                                       \
             .fallback = STR_INIT("90"),                                                           \
             .takes = TAKES_NUMBER,                                                                \
             .least = 1,                                                                           \
             .most = 3650,                                                                         \
             .help = STR_INIT("how long a request that is sent again is known by its key")},       \
            {.name = STR_INIT("--log"),                                                            \
             .value_name = STR_INIT("FILE"),                                                       \
             .takes = TAKES_NEW_FILE,                                                              \
             .help = STR_INIT("where the log goes, instead of standard error")},                   \
            {.name = STR_INIT("--log-level"),                                                      \
             .value_name = STR_INIT("errors|warnings|all"),                                        \
             .fallback = STR_INIT("all"),                                                          \
             .takes = TAKES_WORD,                                                                  \
             .reloads = true,                                                                      \
             .help = STR_INIT("all: a line for each request")},                                    \
            {.name = STR_INIT("--metrics-token"),                                                  \
             .value_name = STR_INIT("FILE"),                                                       \
             .takes = TAKES_SECRET,                                                                \
             .reloads = true,                                                                      \
             .help = STR_INIT("holds the token that opens /metrics to who asks from afar")},       \
        {                                                                                          \
            .name = STR_INIT("--paper"), .value_name = STR_INIT("letter|a4"),                      \
            .fallback = STR_INIT("letter"), .takes = TAKES_WORD, .reloads = true,                  \
            .help = STR_INIT("what plans, letters and blank forms are printed on")                 \
        }                                                                                          \
    }

const struct command commands[] = {
    {.name = STR_INIT("serve"),
     .help = STR_INIT("serve the web pages and the API"),
     .options = SERVE_OPTIONS,
     .run = command_serve},
    {.name = STR_INIT("config check"),
     .arguments = STR_INIT("FILE"),
     .help = STR_INIT("all errors of a configuration file of the server"),
     .least = 1,
     .most = 1,
     .run = command_config_check},
    {.name = STR_INIT("config docs"),
     .help = STR_INIT("the settings of the server as Markdown"),
     .run = command_config_docs},
    {.name = STR_INIT("model check"),
     .arguments = STR_INIT("[DIR]"),
     .help = STR_INIT("all errors of a practice model"),
     .most = 1,
     .run = command_model_check},
    {.name = STR_INIT("model docs"),
     .arguments = STR_INIT("PAGE [DIR]"),
     .help = STR_INIT("the whole model as Markdown; PAGE is access, clocks, data or routes"),
     .least = 1,
     .most = 2,
     .run = command_model_docs},
    {.name = STR_INIT("model explain"),
     .arguments = STR_INIT("NAME [DIR]"),
     .help = STR_INIT("what a part of the model means, in words"),
     .least = 1,
     .most = 2,
     .run = command_model_explain},
    {.name = STR_INIT("model diff"),
     .arguments = STR_INIT("A B"),
     .help = STR_INIT("what was added, removed and changed between two models (folders or images)"),
     .least = 2,
     .most = 2,
     .run = command_model_diff},
    {.name = STR_INIT("model migrate"),
     .arguments = STR_INIT("DATA MODEL"),
     .help = STR_INIT("what serving a data folder with a model would do to its tables"),
     .least = 2,
     .most = 2,
     .options = {{.name = STR_INIT("--dry-run"), .help = STR_INIT("show it, change nothing")}},
     .run = command_model_migrate},
    {.name = STR_INIT("upgrade"),
     .help = STR_INIT("what this program and a model would do to a data folder, tried on a copy"),
     .options = {DATA_OPTION,
                 MODEL_OPTION,
                 {.name = STR_INIT("--dry-run"), .help = STR_INIT("show it, change nothing")}},
     .run = command_upgrade},
    {.name = STR_INIT("init"),
     .arguments = STR_INIT("LOGIN"),
     .help =
         STR_INIT("the agencies and the first administrator of a new installation; the password "
                  "is read from standard input"),
     .least = 1,
     .most = 1,
     .options = {DATA_OPTION,
                 MODEL_OPTION,
                 {.name = STR_INIT("--agency"),
                  .value_name = STR_INIT("CODE"),
                  .fallback = STR_INIT("WI"),
                  .help = STR_INIT("where the administrator works; else the department")},
                 {.name = STR_INIT("--first-name"),
                  .value_name = STR_INIT("NAME"),
                  .help = STR_INIT("of the administrator")},
                 {.name = STR_INIT("--last-name"),
                  .value_name = STR_INIT("NAME"),
                  .help = STR_INIT("of the administrator")},
                 DB_OPTION},
     .run = command_init},
    {.name = STR_INIT("user add"),
     .arguments = STR_INIT("LOGIN"),
     .help = STR_INIT("set the password of a worker's login (read from standard input)"),
     .least = 1,
     .most = 1,
     .options = {DATA_OPTION, MODEL_IN_FORCE_OPTION},
     .run = command_user_add},
    {.name = STR_INIT("user token"),
     .arguments = STR_INIT("LOGIN"),
     .help = STR_INIT("make a token for a program that acts as this worker"),
     .least = 1,
     .most = 1,
     .options = {DATA_OPTION, MODEL_IN_FORCE_OPTION},
     .run = command_user_token},
    {.name = STR_INIT("user reset-second-factor"),
     .arguments = STR_INIT("LOGIN REASON"),
     .help = STR_INIT("a lost phone: the worker sets up a second step anew; the reason is kept"),
     .least = 2,
     .most = 2,
     .options = {DATA_OPTION, MODEL_IN_FORCE_OPTION},
     .run = command_second_factor_reset},
    {.name = STR_INIT("import"),
     .arguments = STR_INIT("MAPPING DIR"),
     .help = STR_INIT("take in foreign CSV files by a declared mapping"),
     .least = 2,
     .most = 2,
     .options = {DATA_OPTION,
                 MODEL_IN_FORCE_OPTION,
                 {.name = STR_INIT("--rejects"),
                  .value_name = STR_INIT("DIR"),
                  .help = STR_INIT("where faulty rows go with line and reason")},
                 {.name = STR_INIT("--agency"),
                  .value_name = STR_INIT("CODE"),
                  .fallback = STR_INIT("WI"),
                  .help = STR_INIT("the agency that owns what comes in; else the department")},
                 {.name = STR_INIT("--invented"),
                  .help = STR_INIT("the files are about no real family: a training folder takes no "
                                   "others, and no other folder takes them")},
                 DB_OPTION},
     .run = command_import},
    {.name = STR_INIT("match"),
     .arguments = STR_INIT("A.csv [B.csv]"),
     .help = STR_INIT("which rows of foreign files are one person, with probability and reasons"),
     .least = 1,
     .most = 2,
     .options = {{.name = STR_INIT("--map"),
                  .value_name = STR_INIT("FILE"),
                  .takes = TAKES_FILE,
                  .help = STR_INIT("what the columns say: mapping/linkage-febrl.yaml shows how")},
                 {.name = STR_INIT("--truth"),
                  .help = STR_INIT("show how good it was; the mapping names the true person")},
                 {.name = STR_INIT("--out"),
                  .value_name = STR_INIT("FILE"),
                  .takes = TAKES_NEW_FILE,
                  .help = STR_INIT("where the pairs go as CSV, instead of standard output")},
                 {.name = STR_INIT("--least"),
                  .value_name = STR_INIT("PERCENT"),
                  .fallback = STR_INIT("50"),
                  .takes = TAKES_NUMBER,
                  .least = 1,
                  .most = 100,
                  .help = STR_INIT("the least probability of a pair that is written")},
                 {.name = STR_INIT("--wrong"),
                  .value_name = STR_INIT("N"),
                  .fallback = STR_INIT("50"),
                  .takes = TAKES_NUMBER,
                  .least = 0,
                  .most = 100000,
                  .help = STR_INIT("how many wrong pairs --truth shows at most")},
                 MODEL_IN_FORCE_OPTION},
     .run = command_match},
    {.name = STR_INIT("sample"),
     .help = STR_INIT("make a sample county with invented families in an empty data folder"),
     .options = {DATA_OPTION, MODEL_OPTION, CLOCK_OPTION, DB_OPTION},
     .run = command_sample},
    {.name = STR_INIT("generate"),
     .help = STR_INIT(
         "make a state of invented families of any size; one that was ended early is gone on with"),
     .options =
         {DATA_OPTION,
          MODEL_OPTION,
          CLOCK_OPTION,
          {.name = STR_INIT("--people"),
           .value_name = STR_INIT("N"),
           .fallback = STR_INIT("25000"),
           .help = STR_INIT("about how many people")},
          {.name = STR_INIT("--seed"),
           .value_name = STR_INIT("N"),
           .fallback = STR_INIT("1"),
           .help = STR_INIT("the same families for the same number")},
          {.name = STR_INIT("--names"),
           .value_name = STR_INIT("DIR"),
           .help = STR_INIT("frequency tables of names (sample/state/plan.yaml)")},
          {.name = STR_INIT("--logins"),
           .value_name = STR_INIT("N"),
           .fallback = STR_INIT("30"),
           .help = STR_INIT("how many workers can sign in")},
          {.name = STR_INIT("--way"),
           .value_name = STR_INIT("WAY"),
           .fallback = STR_INIT("in-one-go"),
           .help = STR_INIT("in-one-go, durable at the end; or act-by-act, to compare")},
          {.name = STR_INIT("--shares"),
           .value_name = STR_INIT("NAME"),
           .fallback = STR_INIT(SHARES_USUAL),
           .help = STR_INIT(
               "which families, and how many of each: usual, or statewide with a longer past")},
          DB_OPTION},
     .run = command_generate},
    {.name = STR_INIT("keys"),
     .help = STR_INIT("which keys are in use"),
     .options = {DATA_OPTION},
     .run = command_keys},
    {.name = STR_INIT("keys rotate sign"),
     .help = STR_INIT("make a new key that signs history; the old one signs nothing more"),
     .options = {DATA_OPTION},
     .run = command_keys_rotate_sign},
    {.name = STR_INIT("keys rotate"),
     .help = STR_INIT("make a new key; the server seals everything anew with it while it runs"),
     .options = {DATA_OPTION},
     .run = command_keys_rotate},
    {.name = STR_INIT("audit self"),
     .help = STR_INIT("what is weak in this installation; --config FILE or the options of serve"),
     .options = SERVE_OPTIONS,
     .run = command_audit_self},
    {.name = STR_INIT("audit verify"),
     .help = STR_INIT("check the chain of history: valid, expunged, unsealed, broken"),
     .options = {DATA_OPTION, MODEL_IN_FORCE_OPTION, CHECKPOINTS_OPTION},
     .run = command_audit_verify},
    {.name = STR_INIT("backup"),
     .arguments = STR_INIT("DATA DEST"),
     .help = STR_INIT("copy a data folder, also while the server writes, into a new folder"),
     .least = 2,
     .most = 2,
     .options = {{.name = STR_INIT("--with-keys"),
                  .help = STR_INIT("the secret keys too: whoever has the backup can read all")}},
     .run = command_backup},
    {.name = STR_INIT("restore"),
     .arguments = STR_INIT("BACKUP DATA"),
     .help = STR_INIT("judge a backup and make a new data folder of it"),
     .least = 2,
     .most = 2,
     .options = {{.name = STR_INIT("--keys"),
                  .value_name = STR_INIT("DIR"),
                  .help = STR_INIT("the keys, when they are kept apart")},
                 DB_OPTION},
     .run = command_restore},
    {.name = STR_INIT("access explain"),
     .arguments = STR_INIT("LOGIN ENTITY ID"),
     .help = STR_INIT("why a worker may or may not read a record"),
     .least = 3,
     .most = 3,
     .options = {DATA_OPTION, MODEL_IN_FORCE_OPTION},
     .run = command_access_explain},
    {.name = STR_INIT("help"),
     .arguments = STR_INIT("[COMMAND]"),
     .help = STR_INIT("this text, or what a command takes"),
     .most = 3,
     .run = command_help},
    {.run = NULL  },
};
