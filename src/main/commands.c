/* The table of commands. The help text is made of it. */
#include "main/command.h"

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
#define MODEL_OPTION                                                                               \
    {                                                                                              \
        .name = STR_INIT("--model"), .value_name = STR_INIT("DIR"),                                \
        .help = STR_INIT("the practice model; the one of this build when left out")                \
    }

const struct command commands[] = {
    {.name = STR_INIT("serve"),
     .help = STR_INIT("serve the web pages and the API"),
     .options = {DATA_OPTION,
                 MODEL_OPTION,
                 {.name = STR_INIT("--port"),
                  .value_name = STR_INIT("N"),
                  .fallback = STR_INIT("8080"),
                  .help = STR_INIT("where to listen")},
                 {.name = STR_INIT("--address"),
                  .value_name = STR_INIT("ADDRESS"),
                  .fallback = STR_INIT("127.0.0.1"),
                  .help = STR_INIT("IPv4 address to listen on")},
                 {.name = STR_INIT("--secure"),
                  .help = STR_INIT("a proxy in front speaks TLS: cookies say so")},
                 CLOCK_OPTION},
     .run = command_serve},
    {.name = STR_INIT("model check"),
     .arguments = STR_INIT("[DIR]"),
     .help = STR_INIT("all errors of a practice model"),
     .most = 1,
     .run = command_model_check},
    {.name = STR_INIT("model explain"),
     .arguments = STR_INIT("NAME [DIR]"),
     .help = STR_INIT("what a part of the model means, in words"),
     .least = 1,
     .most = 2,
     .run = command_model_explain},
    {.name = STR_INIT("user add"),
     .arguments = STR_INIT("LOGIN"),
     .help = STR_INIT("set the password of a worker's login (read from standard input)"),
     .least = 1,
     .most = 1,
     .options = {DATA_OPTION, MODEL_OPTION},
     .run = command_user_add},
    {.name = STR_INIT("user token"),
     .arguments = STR_INIT("LOGIN"),
     .help = STR_INIT("make a token for a program that acts as this worker"),
     .least = 1,
     .most = 1,
     .options = {DATA_OPTION, MODEL_OPTION},
     .run = command_user_token},
    {.name = STR_INIT("import"),
     .arguments = STR_INIT("MAPPING DIR"),
     .help = STR_INIT("take in foreign CSV files by a declared mapping"),
     .least = 2,
     .most = 2,
     .options = {DATA_OPTION,
                 MODEL_OPTION,
                 {.name = STR_INIT("--rejects"),
                  .value_name = STR_INIT("DIR"),
                  .help = STR_INIT("where faulty rows go with line and reason")},
                 {.name = STR_INIT("--agency"),
                  .value_name = STR_INIT("CODE"),
                  .fallback = STR_INIT("WI"),
                  .help = STR_INIT("the agency that owns what comes in; else the department")}},
     .run = command_import},
    {.name = STR_INIT("sample"),
     .help = STR_INIT("make a sample county with invented families in an empty data folder"),
     .options = {DATA_OPTION, MODEL_OPTION, CLOCK_OPTION},
     .run = command_sample},
    {.name = STR_INIT("audit verify"),
     .help = STR_INIT("check the chain of history: valid, expunged, unsealed, broken"),
     .options = {DATA_OPTION, MODEL_OPTION},
     .run = command_audit_verify},
    {.name = STR_INIT("access explain"),
     .arguments = STR_INIT("LOGIN ENTITY ID"),
     .help = STR_INIT("why a worker may or may not read a record"),
     .least = 3,
     .most = 3,
     .options = {DATA_OPTION, MODEL_OPTION},
     .run = command_access_explain},
    {.name = STR_INIT("help"),                                                        .help = STR_INIT("this text"), .run = command_help},
    {.run = NULL},
};
