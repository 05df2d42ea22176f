/* hearth serve: opens the data folder, serves until a signal, drains, closes. */
#include "main/command.h"

#include "base/buf.h"
#include "http/http.h"
#include "main/paths.h"
#include "store/store.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum {
    OPTION_DATA,
    OPTION_MODEL,
    OPTION_PORT,
    OPTION_ADDRESS,
    OPTION_SECURE,
    OPTION_CLOCK,
    OPTION_SECOND,
    OPTION_CHECKPOINTS
};

static bool read_port(struct str text, uint16_t *ret_port)
{
    int64_t port;
    if (!str_to_i64(text, &port) || port < 1 || port > 65535) {
        print_error(STR("--port takes a number from 1 to 65535"));
        return false;
    }
    *ret_port = (uint16_t)port;
    return true;
}

static bool read_second_factor(struct str text, bool *ret_required)
{
    *ret_required = str_eq(text, STR("required"));
    if (!*ret_required && !str_eq(text, STR("offered"))) {
        print_error(STR("--second-factor takes required or offered"));
        return false;
    }
    return true;
}

/* Blocks the signals in every thread to come; the main thread waits for them. */
static sigset_t stop_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

static unsigned lane_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? 2 * (unsigned)cores : 4;
}

/* What opening an older folder will do cannot be undone but by a backup. */
static void say_upgrade(struct arena *arena, struct str data)
{
    struct store_versions versions;
    struct outcome outcome;
    outcome_init(&outcome, arena);
    if (store_versions(arena, data, &outcome, &versions) == STATUS_OK &&
        versions.folder < versions.program) {
        fprintf(stderr,
                "%.*s was made by an older Hearth: its tables are brought from version %lld to "
                "%lld, after which the older one refuses it. The way back is a backup from "
                "before: hearth backup\n",
                STR_ARG(data), (long long)versions.folder, (long long)versions.program);
    }
}

int command_serve(const struct command_input *input)
{
    struct opened opened;
    struct http_server *server;
    sigset_t signals = stop_signals();
    int signal_number;
    struct http_options options = {
        .address = input->options[OPTION_ADDRESS],
        .web_directory = web_directory(input->arena),
        .lane_threads = lane_threads(),
        .secure = input->options[OPTION_SECURE].n > 0,
    };
    if (!read_port(input->options[OPTION_PORT], &options.port)) {
        return 2;
    }
    if (!read_second_factor(input->options[OPTION_SECOND], &options.second_factor_required)) {
        return 2;
    }
    use_clock_file(input->options[OPTION_CLOCK]);
    say_upgrade(input->arena, input->options[OPTION_DATA]);
    struct str model = model_directory(input->arena, input->options[OPTION_MODEL]);
    if (!open_store_new(&opened, input->options[OPTION_DATA], model,
                        input->options[OPTION_CHECKPOINTS])) {
        return 1;
    }
    options.store = opened.store;
    options.band = data_band(input->arena, input->options[OPTION_DATA]);
    if (http_start(&options, &opened.outcome, &server) != STATUS_OK) {
        print_outcome(&opened.outcome);
        close_store(&opened);
        return 1;
    }
    printf("Hearth is serving on http://%.*s:%u\n", STR_ARG(options.address), options.port);
    print_sign_in(input->arena, input->options[OPTION_DATA]);
    fflush(stdout);
    sigwait(&signals, &signal_number);
    http_stop(server);
    close_store(&opened);
    return 0;
}
