/* Connections: the library's threads parse and send; everything else waits, suspended, for a lane.
 */
#include "http/connection.h"

#include "model/c_names.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "paper/paper.h"
#include "store/attachment.h"

#define IDLE_GRACE_MS 1000 /* of a stop: for a connection without a request */

static void *on_uri(void *context, const char *uri, struct MHD_Connection *mhd)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    (void)mhd;
    if (!connection) {
        return NULL;
    }
    connection->server = context;
    connection->raw_uri = strdup(uri);
    connection->began_ms = monotonic_ms();
    snprintf(connection->id, sizeof(connection->id), "%08x-%u", connection->server->start,
             atomic_fetch_add(&connection->server->id_count, 1));
    return connection;
}

static void on_peer(void *context, struct MHD_Connection *mhd, void **peer,
                    enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
        *peer = info ? watch_add(server->watch, info->connect_fd) : NULL;
    } else {
        watch_remove(server->watch, *peer);
        *peer = NULL;
    }
    pthread_mutex_lock(&server->mutex);
    server->connections += code == MHD_CONNECTION_NOTIFY_STARTED ? 1 : UINT_MAX;
    pthread_cond_signal(&server->idle);
    pthread_mutex_unlock(&server->mutex);
}

enum phase server_phase(struct http_server *server)
{
    pthread_mutex_lock(&server->mutex);
    enum phase phase = server->phase;
    pthread_mutex_unlock(&server->mutex);
    return phase;
}

static void on_completed(void *context, struct MHD_Connection *mhd, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    struct connection *connection = *slot;
    (void)mhd;
    (void)code;
    if (!connection) {
        return;
    }
    watch_until(server->watch, connection->peer, monotonic_ms() + 2 * RECEIVE_BASE_MS);
    if (connection->started) {
        store_stream_close(connection->request.stream);
        arena_clear(&connection->request.arena);
    }
    if (connection->counted) {
        pthread_mutex_lock(&server->mutex);
        server->in_flight--;
        pthread_cond_signal(&server->idle);
        pthread_mutex_unlock(&server->mutex);
    }
    free(connection->received);
    free(connection->raw_uri);
    free(connection);
    *slot = NULL;
}

/* Says what is wrong before a handler could run. The connection is closed after the answer, because
 * what follows on it cannot be trusted. */
static enum MHD_Result refuse(struct connection *connection, enum status status, struct str why)
{
    connection->refused = status;
    connection->refused_why = why;
    return MHD_YES;
}

static bool parse_method(const char *method, enum method *ret_method)
{
    static const struct {
        const char *name;
        enum method method;
    } methods[] = {
        {"GET",   METHOD_GET  },
        {"HEAD",  METHOD_GET  },
        {"POST",  METHOD_POST },
        {"PATCH", METHOD_PATCH}
    };
    for (size_t i = 0; i < ARRAY_LENGTH(methods); i++) {
        if (strcmp(method, methods[i].name) == 0) {
            *ret_method = methods[i].method;
            return true;
        }
    }
    return false;
}

static struct str header(struct connection *connection, const char *name)
{
    return str_from(MHD_lookup_connection_value(connection->mhd, MHD_HEADER_KIND, name));
}

/* How long a body may be: files only come as multipart. */
static size_t body_limit(struct connection *connection)
{
    struct str type = header(connection, "Content-Type");
    return str_starts(type, STR("multipart/form-data")) ? BODY_FILES_MAX : BODY_FORM_MAX;
}

/* Counts the request among those that a stop waits for; false when it comes too late for that. */
static bool count_in(struct connection *connection)
{
    struct http_server *server = connection->server;
    pthread_mutex_lock(&server->mutex);
    connection->counted = server->phase != PHASE_CLOSED;
    server->in_flight += connection->counted ? 1 : 0;
    pthread_mutex_unlock(&server->mutex);
    return connection->counted;
}

static enum MHD_Result begin(struct connection *connection, const char *method, const char *version)
{
    struct request *request = &connection->request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    connection->peer = info ? info->socket_context : NULL;
    connection->started = true;
    arena_init(&request->arena, ARENA_REQUEST_CAP, NULL, NULL);
    if (!count_in(connection)) {
        return MHD_NO;
    }
    struct str fault = strict_fault(connection->mhd, version);
    int64_t length = 0;
    struct str declared = header(connection, "Content-Length");
    if (fault.n > 0) {
        return refuse(connection, STATUS_MALFORMED, fault);
    }
    if (!parse_method(method, &request->method)) {
        return refuse(connection, STATUS_NOT_ALLOWED,
                      STR("Hearth takes GET, POST and, in the API, PATCH."));
    }
    connection->received_max = body_limit(connection);
    if (declared.n > 0 && (!str_to_i64(declared, &length) || length < 0)) {
        return refuse(connection, STATUS_MALFORMED, STR("Content-Length is not a number."));
    }
    if ((uint64_t)length > connection->received_max) {
        return refuse(connection, STATUS_TOO_LARGE,
                      STR("What was sent is larger than Hearth takes: 2 MB of text, 25 MB with "
                          "pictures. Nothing was saved; go back to find what you typed."));
    }
    return MHD_YES;
}

static enum MHD_Result receive(struct connection *connection, const char *data, size_t *size)
{
    size_t need = connection->received_count + *size;
    if (connection->refused == STATUS_OK && need > connection->received_max) {
        refuse(connection, STATUS_TOO_LARGE, STR("What was sent is larger than Hearth takes."));
    }
    if (connection->refused == STATUS_OK && need > connection->received_room) {
        size_t room = connection->received_room ? connection->received_room : 4096;
        while (room < need) {
            room *= 2;
        }
        char *grown = realloc(connection->received, room);
        if (!grown) {
            refuse(connection, STATUS_BUSY, STR("There is no memory for this request now."));
        } else {
            connection->received = grown;
            connection->received_room = room;
        }
    }
    if (connection->refused == STATUS_OK) {
        memcpy(connection->received + connection->received_count, data, *size);
        connection->received_count = need;
        watch_until(connection->server->watch, connection->peer,
                    connection->began_ms + RECEIVE_BASE_MS +
                        (int64_t)(need / RECEIVE_BYTES_PER_MS));
    }
    *size = 0;
    return MHD_YES;
}

void connection_answer(struct connection *connection)
{
    connection->finished = true;
    MHD_resume_connection(connection->mhd);
}

static enum MHD_Result start_work(struct connection *connection)
{
    watch_until(connection->server->watch, connection->peer, 0);
    connection->work.run = dispatch_run;
    MHD_suspend_connection(connection->mhd);
    if (!lane_add(connection->server->pages, &connection->work)) {
        refuse(connection, STATUS_BUSY,
               STR("Hearth has more to do than it can take in. Try again in a moment."));
        lane_add_accepted(connection->server->pages, &connection->work);
    }
    return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **slot)
{
    struct connection *connection = *slot;
    (void)context;
    (void)url; /* decoded by the library; the raw one is decoded strictly by dispatch */
    if (!connection || !connection->raw_uri) {
        return MHD_NO;
    }
    if (!connection->started) {
        connection->mhd = mhd;
        enum MHD_Result result = begin(connection, method, version);
        if (connection->refused == STATUS_OK) {
            return result;
        }
        /* Answered before the body is read; the library then closes the connection. */
        MHD_suspend_connection(mhd);
        connection->work.run = dispatch_run;
        lane_add_accepted(connection->server->pages, &connection->work);
        return MHD_YES;
    }
    if (connection->finished) {
        return answer_send(connection);
    }
    if (*size > 0) {
        return receive(connection, data, size);
    }
    return start_work(connection);
}

static enum status refuse_port(struct outcome *outcome, uint16_t port_number, int error)
{
    struct arena *arena = outcome->arena;
    struct str port = str_from_int(arena, port_number);
    outcome_problem(outcome, STATUS_REFUSED, STR("port"), STR("port_taken"),
                    error == EADDRINUSE
                        ? STR_JOIN(arena, STR("Port "), port,
                                   STR(" is taken by another program. Stop it, or choose "
                                       "another port (PORT=8081 script/server)."))
                        : STR_JOIN(arena, STR("Port "), port, STR(" cannot be used: "),
                                   str_from(strerror(error)), STR(".")));
    return STATUS_REFUSED;
}

/* No TCP Fast Open: it may deliver a request twice. */
static enum status listen_on(const struct http_options *options, struct outcome *outcome,
                             int *ret_listening)
{
    union {
        struct sockaddr_in ip;
        struct sockaddr any;
    } address = {
        .ip = {.sin_family = AF_INET, .sin_port = htons(options->port)}
    };
    int on = 1;
    if (options->listening >= 0) {
        *ret_listening = options->listening;
        return STATUS_OK;
    }
    if (inet_pton(AF_INET, str_cstr(outcome->arena, options->address), &address.ip.sin_addr) != 1) {
        outcome_problem(outcome, STATUS_REFUSED, STR("address"), STR("bad_address"),
                        STR("The address to listen on is not an IPv4 address such as 127.0.0.1."));
        return STATUS_REFUSED;
    }
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listening < 0 || setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(listening, &address.any, sizeof(address.ip)) != 0 ||
        listen(listening, SOMAXCONN) != 0) {
        int error = errno;
        if (listening >= 0) {
            close(listening);
        }
        return refuse_port(outcome, options->port, error);
    }
    *ret_listening = listening;
    return STATUS_OK;
}

static struct http_server *server_new(const struct http_options *options)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (!server) {
        return NULL;
    }
    server->options = *options;
    server->start = randombytes_random();
    randombytes_buf(server->search_key, sizeof(server->search_key));
    pthread_mutex_init(&server->mutex, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&server->idle, &monotonic);
    pthread_condattr_destroy(&monotonic);
    http_set(server, &options->settings);
    server->files = static_files_read(options->web_directory);
    server->fonts = paper_fonts_new();
    server->watch = watch_new();
    server->pages = lane_new(options->lane_threads, QUEUE_MAX);
    server->slow = lane_new(2, QUEUE_MAX);
    server->pulse = server->pages ? pulse_new(options->store, server->pages) : NULL;
    return server;
}

enum status server_paper(struct http_server *server, struct arena *arena, const struct paper *paper,
                         struct outcome *outcome, struct str *ret_pdf)
{
    struct paper sized = *paper;
    sized.size = atomic_load(&server->a4) ? PAPER_A4 : PAPER_LETTER;
    return server->fonts ? paper_write(arena, server->fonts, &sized, outcome, ret_pdf)
                         : outcome_fault(outcome, STATUS_INTERNAL,
                                         STR("no fonts for paper: install fonts-noto-core"));
}

static bool start_daemon(struct http_server *server, int listening)
{
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, server->options.port, NULL, NULL,
        on_request, server, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_THREAD_POOL_SIZE, 2u,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_uri, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_peer, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        server, MHD_OPTION_CONNECTION_TIMEOUT, 60u, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, CONNECTIONS_PER_ADDRESS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_BYTES_MAX, MHD_OPTION_END);
    return server->daemon != NULL;
}

enum status http_can_serve(const struct model *model, struct outcome *outcome)
{
    if (model_c_name(model, C_WORKER_LOGIN)->field != MODEL_NONE &&
        model_c_name(model, C_WORKER_ROLES_ROLE)->field != MODEL_NONE) {
        return STATUS_OK;
    }
    outcome_problem(outcome, STATUS_REFUSED, STR("model"), STR("no_workers"),
                    STR("nobody could sign in: the model has no worker.login and worker.roles.role "
                        "(docs/model-language.md, section 12)"));
    return STATUS_REFUSED;
}

enum status http_start(const struct http_options *options, struct outcome *outcome,
                       struct http_server **ret_server)
{
    int listening;
    TRY(http_can_serve(store_model(options->store), outcome));
    TRY(listen_on(options, outcome, &listening));
    struct http_server *server = server_new(options);
    if (!server || !server->watch || !server->pages || !server->slow || !server->pulse ||
        !server->files) {
        close(listening);
        http_stop(server);
        return outcome_fault(outcome, STATUS_INTERNAL, STR("threads or web files are missing"));
    }
    if (!start_daemon(server, listening)) {
        close(listening);
        http_stop(server);
        return outcome_fault(outcome, STATUS_INTERNAL, STR("the web server could not start"));
    }
    *ret_server = server;
    return STATUS_OK;
}

void http_set(struct http_server *server, const struct http_settings *settings)
{
    size_t n = settings->metrics_token.n < METRICS_TOKEN_MAX ? settings->metrics_token.n : 0;
    atomic_store(&server->second_factor_required, settings->second_factor_required);
    atomic_store(&server->a4, settings->a4);
    pthread_mutex_lock(&server->mutex);
    if (n > 0) {
        memcpy(server->metrics_token, settings->metrics_token.p, n);
    }
    server->metrics_token_size = n;
    pthread_mutex_unlock(&server->mutex);
}

bool http_is_alive(struct http_server *server)
{
    return pulse_beats(server->pulse);
}

void server_wait(struct http_server *server, int64_t until_ms)
{
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    pthread_cond_timedwait(&server->idle, &server->mutex, &until);
}

unsigned http_drain(struct http_server *server, int64_t limit_ms)
{
    int64_t began = monotonic_ms();
    pthread_mutex_lock(&server->mutex);
    server->phase = PHASE_DRAINING;
    pthread_mutex_unlock(&server->mutex);
    int listening = MHD_quiesce_daemon(server->daemon);
    if (listening >= 0) {
        close(listening); /* who handed it over keeps it open, and the kernel what comes in */
    }
    pthread_mutex_lock(&server->mutex);
    /* What was accepted a moment ago has a request on its way. */
    while (server->connections > 0 && monotonic_ms() < began + IDLE_GRACE_MS) {
        server_wait(server, began + IDLE_GRACE_MS);
    }
    while (server->in_flight > 0 && monotonic_ms() < began + limit_ms) {
        server_wait(server, began + limit_ms);
    }
    unsigned left = server->in_flight;
    server->phase = PHASE_CLOSED;
    pthread_mutex_unlock(&server->mutex);
    return left;
}

struct http_server *http_stop(struct http_server *server)
{
    if (!server) {
        return NULL;
    }
    if (server->daemon) {
        MHD_stop_daemon(server->daemon);
    }
    lane_free(server->pages);
    lane_free(server->slow);
    server->fonts = paper_fonts_free(server->fonts);
    server->pulse = pulse_free(server->pulse);
    watch_free(server->watch);
    static_files_free(server->files);
    pthread_cond_destroy(&server->idle);
    pthread_mutex_destroy(&server->mutex);
    free(server);
    return NULL;
}
