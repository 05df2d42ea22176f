/* hearth serve: opens the data folder, serves until a signal, drains, closes. SIGHUP reads the
 * configuration anew and opens the log anew; SIGUSR1 puts the practice model in force as it stands
 * in its folder now; SIGTERM and SIGINT stop. */
#include "main/config.h"

#include "base/buf.h"
#include "compile/compile.h"
#include "http/http.h"
#include "http/log.h"
#include "main/notify.h"
#include "main/paths.h"
#include "service/service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define MODEL_ARENA_CAP ((size_t)1024 * 1024 * 1024) /* while it is compiled */
#define HOLD_MS 10000 /* how long requests may take to end before another model */

enum {
    OPTION_CONFIG,
    OPTION_DATA,
    OPTION_DB,
    OPTION_MODEL,
    OPTION_PORT,
    OPTION_ADDRESS,
    OPTION_SECURE,
    OPTION_CLOCK,
    OPTION_SECOND,
    OPTION_CHECKPOINTS,
    OPTION_DRAIN,
    OPTION_RETRY_DAYS,
    OPTION_LOG,
    OPTION_LOG_LEVEL,
    OPTION_METRICS_TOKEN,
    OPTION_PAPER
};

/* A server while it runs. */
struct serving {
    const struct command_input *input;
    struct str options[OPTIONS_MAX]; /* in force; in the arena of the command */
    struct opened opened;
    struct http_server *server;
};

/* ---- settings ---- */

/* Checked when they were read. */
static int64_t number_of(struct str text)
{
    int64_t number = 0;
    return str_to_i64(text, &number) ? number : 0;
}

static enum log_level level_of(struct str word)
{
    return str_eq(word, STR("errors"))     ? LOG_LEVEL_ERROR
           : str_eq(word, STR("warnings")) ? LOG_LEVEL_NOTICE
                                           : LOG_LEVEL_INFO;
}

static struct http_settings settings_of(struct arena *arena, const struct str options[OPTIONS_MAX])
{
    struct str token = options[OPTION_METRICS_TOKEN];
    return (struct http_settings){
        .second_factor_required = str_eq(options[OPTION_SECOND], STR("required")),
        .a4 = str_eq(options[OPTION_PAPER], STR("a4")),
        .metrics_token = token.n > 0 ? str_trim(read_small_file(arena, token)) : STR(""),
    };
}

static struct home home_of(const struct str options[OPTIONS_MAX])
{
    return (struct home){options[OPTION_DATA], options[OPTION_DB]};
}

/* What the self-audit judges. */
static struct self_audit_setup setup_of(const struct str options[OPTIONS_MAX])
{
    return (struct self_audit_setup){
        .directory = options[OPTION_DATA],
        .address = options[OPTION_ADDRESS],
        .checkpoints = options[OPTION_CHECKPOINTS],
        .secure = options[OPTION_SECURE].n > 0,
        .second_factor_required = str_eq(options[OPTION_SECOND], STR("required")),
        .set_clock = options[OPTION_CLOCK].n > 0,
    };
}

static unsigned lane_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? 2 * (unsigned)cores : 4;
}

/* What opening an older folder will do cannot be undone but by a backup. */
static void say_upgrade(struct arena *arena, struct home home)
{
    struct store_options options = {.directory = home.data, .server = home.server};
    struct store_versions versions;
    struct outcome outcome;
    outcome_init(&outcome, arena);
    if (store_versions(&options, &outcome, &versions) == STATUS_OK &&
        versions.folder < versions.program) {
        fprintf(stderr,
                "%.*s was made by an older Hearth: its tables are brought from version %lld to "
                "%lld, after which the older one refuses it. The way back is a backup from "
                "before: hearth backup\n",
                STR_ARG(home.data), (long long)versions.folder, (long long)versions.program);
    }
}

static void tell_messages(struct arena *arena, const struct messages *messages)
{
    for (size_t i = 0; i < messages->list.count; i++) {
        log_event(LOG_LEVEL_ERROR, STR("configuration"),
                  message_line(arena, &messages->list.items[i]));
    }
}

/* ---- reload ---- */

/* Takes up what may change now; says what waits for a restart. */
static void take_up(struct serving *serving, const struct command *command,
                    const struct str fresh[OPTIONS_MAX])
{
    struct arena *arena = serving->input->arena;
    for (size_t i = 0; i < OPTIONS_MAX && command->options[i].name.n > 0; i++) {
        if (str_eq(fresh[i], serving->options[i])) {
            continue;
        }
        struct str key = config_key(arena, &command->options[i]);
        if (command->options[i].reloads) {
            serving->options[i] = str_copy(arena, fresh[i]);
            log_event(LOG_LEVEL_NOTICE, STR("reloaded"), key);
        } else {
            log_event(LOG_LEVEL_WARNING, STR("needs_restart"), key);
        }
    }
    struct http_settings settings = settings_of(arena, serving->options);
    log_most(level_of(serving->options[OPTION_LOG_LEVEL]));
    http_set(serving->server, &settings);
}

static void reload(struct serving *serving)
{
    struct arena CLEANUP(arena_clear) arena;
    struct messages messages;
    struct str fresh[OPTIONS_MAX];
    const struct command *command = command_named(STR("serve"));
    notify_reloading();
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    if (config_apply(&arena, command, serving->input, &messages, fresh)) {
        take_up(serving, command, fresh);
    } else {
        tell_messages(&arena, &messages);
        log_event(LOG_LEVEL_ERROR, STR("not_reloaded"), STR("the configuration stays as it was"));
    }
    if (log_reopen() != STATUS_OK) {
        log_event(LOG_LEVEL_ERROR, STR("log"), STR("the log file cannot be opened anew"));
    }
    notify(STR("READY=1"));
}

/* ---- another model ---- */

static void refuse_model(struct str why)
{
    log_event(LOG_LEVEL_ERROR, STR("model_refused"), why);
}

static void refuse_outcome(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->problems.count; i++) {
        refuse_model(outcome->problems.items[i].message);
    }
    if (outcome->problems.count == 0) {
        refuse_model(outcome->detail);
    }
}

static bool compile_next(const struct serving *serving, struct outcome *outcome,
                         struct str *ret_image)
{
    struct arena *arena = outcome->arena;
    struct compile_result compiled;
    enum status status = compile_model(
        arena, model_directory(arena, serving->options[OPTION_MODEL]), ZONES, outcome, &compiled);
    *ret_image = compiled.image;
    if (status == STATUS_OK) {
        return true;
    }
    for (size_t i = 0; i < compiled.error_count; i++) {
        refuse_model(compile_error_line(arena, &compiled.errors[i]));
    }
    if (compiled.error_count == 0) {
        refuse_outcome(outcome);
    }
    return false;
}

/* All that can take long or fail comes before requests are held back, but for the tables. */
static void put_in_force(struct serving *serving, struct outcome *outcome)
{
    struct store *store = serving->opened.store;
    struct practice *next;
    struct str image;
    if (!compile_next(serving, outcome, &image)) {
        return;
    }
    if (store_prepare(store, image, outcome, &next) != STATUS_OK) {
        refuse_outcome(outcome);
        return;
    }
    if (next == NULL) {
        log_event(LOG_LEVEL_NOTICE, STR("model_unchanged"), STR("it is in force already"));
        return;
    }
    if (http_can_serve(practice_model(next), outcome) != STATUS_OK) {
        practice_free(next);
        refuse_outcome(outcome);
        return;
    }
    if (!http_hold(serving->server, HOLD_MS)) {
        practice_free(next);
        refuse_model(STR("requests under way took too long to end; ask again"));
        return;
    }
    enum status status = store_activate(store, next, outcome);
    http_let_on(serving->server);
    if (status != STATUS_OK) {
        refuse_outcome(outcome);
        return;
    }
    const struct model *model = store_model(store);
    const struct model_model *row = model_model_row(model, 0);
    log_event(LOG_LEVEL_NOTICE, STR("model_activated"),
              STR_JOIN(outcome->arena, model_text(model, row->name), STR(" "),
                       model_text(model, row->version)));
}

NORETURN static void jump_back(void *context)
{
    jmp_buf *boundary = context;
    longjmp(*boundary, 1);
}

static void take_up_model(struct serving *serving)
{
    struct arena CLEANUP(arena_clear) arena;
    struct outcome outcome;
    jmp_buf boundary;
    arena_init(&arena, MODEL_ARENA_CAP, jump_back, &boundary);
    outcome_init(&outcome, &arena);
    if (setjmp(boundary) == 0) {
        put_in_force(serving, &outcome);
    } else {
        http_let_on(serving->server);
        refuse_model(STR("there is not enough memory for it"));
    }
}

/* ---- until a signal ---- */

/* Blocks the signals in every thread to come; the main thread waits for them. */
static sigset_t block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

/* The next signal; 0 after that time, which is endless when 0. */
static int wait_signal(const sigset_t *signals, int64_t most_ms)
{
    const struct timespec most = {.tv_sec = most_ms / 1000, .tv_nsec = most_ms % 1000 * 1000000};
    int got;
    do {
        got = most_ms > 0 ? sigtimedwait(signals, NULL, &most) : sigwaitinfo(signals, NULL);
    } while (got < 0 && errno == EINTR);
    return got > 0 ? got : 0;
}

static void serve_until_stopped(struct serving *serving, const sigset_t *signals)
{
    int64_t beat_ms = notify_watchdog_ms() / 2;
    for (;;) {
        switch (wait_signal(signals, beat_ms)) {
        case 0:
            if (http_is_alive(serving->server)) {
                notify(STR("WATCHDOG=1"));
            } else {
                log_event(LOG_LEVEL_ERROR, STR("watchdog"), STR("a thread does not answer"));
            }
            break;
        case SIGHUP:
            reload(serving);
            break;
        case SIGUSR1:
            take_up_model(serving);
            break;
        default:
            return;
        }
    }
}

/* Exit status: 0 when every request was answered. */
static int stop(struct serving *serving)
{
    struct arena *arena = serving->input->arena;
    int64_t drain = number_of(serving->options[OPTION_DRAIN]);
    /* Beyond what the manager would grant by itself. */
    notify(STR_JOIN(arena, STR("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC="),
                    str_from_int(arena, (drain + 15) * 1000000)));
    log_event(LOG_LEVEL_NOTICE, STR("draining"), STR(""));
    unsigned left = http_drain(serving->server, drain * 1000);
    if (left > 0) {
        log_event(LOG_LEVEL_ERROR, STR("stopped"),
                  STR_JOIN(arena, STR("requests without an answer: "), str_from_int(arena, left)));
        _exit(1); /* their threads cannot be taken down in order; the store takes no harm of it */
    }
    http_stop(serving->server);
    close_store(&serving->opened);
    log_event(LOG_LEVEL_NOTICE, STR("stopped"), STR(""));
    return 0;
}

/* ---- the start ---- */

/* Where a socket that was handed over listens; one of the file system is of this machine. */
static struct str bound_address(struct arena *arena, int listening)
{
    char text[INET_ADDRSTRLEN];
    union {
        struct sockaddr_in ip;
        struct sockaddr any;
    } address = {0};
    socklen_t size = sizeof(address);
    if (getsockname(listening, &address.any, &size) != 0 || address.any.sa_family != AF_INET ||
        !inet_ntop(AF_INET, &address.ip.sin_addr, text, sizeof(text))) {
        return address.any.sa_family == AF_INET6 ? STR("::") : STR("127.0.0.1");
    }
    return str_copy(arena, str_from(text));
}

static bool prepare(struct serving *serving)
{
    const struct command_input *input = serving->input;
    struct messages messages;
    if (!config_apply(input->arena, command_named(STR("serve")), input, &messages,
                      serving->options)) {
        for (size_t i = 0; i < messages.list.count; i++) {
            print_error(message_line(input->arena, &messages.list.items[i]));
        }
        return false;
    }
    log_most(level_of(serving->options[OPTION_LOG_LEVEL]));
    if (log_to(serving->options[OPTION_LOG]) != STATUS_OK) {
        print_error(STR("the log file cannot be written"));
        return false;
    }
    use_clock_file(serving->options[OPTION_CLOCK]);
    return true;
}

static bool start(struct serving *serving)
{
    const struct str *options = serving->options;
    struct arena *arena = serving->input->arena;
    struct str fault;
    struct http_options http = {
        .port = (uint16_t)number_of(options[OPTION_PORT]),
        .address = options[OPTION_ADDRESS],
        .listening = notify_listening_socket(&fault),
        .web_directory = web_directory(arena),
        .lane_threads = lane_threads(),
        .secure = options[OPTION_SECURE].n > 0,
        .settings = settings_of(arena, options),
        .setup = setup_of(options),
    };
    if (fault.n > 0) {
        print_error(fault);
        return false;
    }
    if (http.listening >= 0) {
        http.setup.address = bound_address(arena, http.listening);
    }
    struct home home = home_of(options);
    say_upgrade(arena, home);
    if (!open_store_to_serve(&serving->opened, home, model_directory(arena, options[OPTION_MODEL]),
                             options[OPTION_CHECKPOINTS], number_of(options[OPTION_RETRY_DAYS]))) {
        return false;
    }
    http.store = serving->opened.store;
    http.setup.training = store_is_training(http.store);
    service_hand_over_register(http.store);
    if (http_start(&http, &serving->opened.outcome, &serving->server) != STATUS_OK) {
        print_outcome(&serving->opened.outcome);
        close_store(&serving->opened);
        return false;
    }
    if (http.listening >= 0) {
        print_line(STR("Hearth is serving on the socket that it was given"));
    } else {
        printf("Hearth is serving on http://%.*s:%u\n", STR_ARG(http.address), http.port);
    }
    return true;
}

/* Of a training instance: who there is. */
static void print_sign_in(const struct serving *serving)
{
    struct arena *arena = serving->input->arena;
    if (store_is_training(serving->opened.store)) {
        struct str path = STR_JOIN(arena, serving->options[OPTION_DATA], STR("/sample.txt"));
        printf("%.*s", STR_ARG(read_small_file(arena, path)));
    }
}

int command_serve(const struct command_input *input)
{
    struct serving serving = {.input = input};
    sigset_t signals = block_signals();
    if (!prepare(&serving)) {
        return 2;
    }
    if (!start(&serving)) {
        return 1;
    }
    print_sign_in(&serving);
    fflush(stdout);
    log_event(LOG_LEVEL_NOTICE, STR("started"), STR(""));
    notify(STR("READY=1\nSTATUS=serving"));
    serve_until_stopped(&serving, &signals);
    return stop(&serving);
}

/* ---- hearth audit self ---- */

static const char *const weights[] = {[FINDING_GRAVE] = "grave", [FINDING_WEAK] = "weak"};

/* Exit status: 1 when something is to be mended now. */
static int print_findings(const struct finding *findings, size_t count)
{
    int result = 0;
    for (size_t i = 0; i < count; i++) {
        printf("%s %.*s: %.*s. %.*s %.*s\n", weights[findings[i].weight], STR_ARG(findings[i].code),
               STR_ARG(findings[i].what), STR_ARG(findings[i].why), STR_ARG(findings[i].remedy));
        result = findings[i].weight == FINDING_GRAVE ? 1 : result;
    }
    if (count == 0) {
        print_line(STR("Nothing was found."));
    }
    return result;
}

int command_audit_self(const struct command_input *input)
{
    struct serving serving = {.input = input};
    struct store_reader *reader;
    struct finding *findings;
    size_t count;
    int result = 1;
    if (!prepare(&serving)) {
        return 2;
    }
    if (!open_store(&serving.opened, home_of(serving.options), STR(""), STR(""))) {
        return 1;
    }
    struct opened *opened = &serving.opened;
    struct self_audit_setup setup = setup_of(serving.options);
    setup.training = store_is_training(opened->store);
    if (store_read_begin(opened->store, &opened->arena, &reader) == STATUS_OK) {
        if (self_audit(reader, &opened->arena, store_model(opened->store), &setup,
                       store_now(opened->store), &findings, &count) == STATUS_OK) {
            result = print_findings(findings, count);
        }
        store_read_end(reader);
    }
    close_store(opened);
    return result;
}
