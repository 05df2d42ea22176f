/* Connections: the library's threads parse and send; everything else waits, suspended, for a lane.
 */
#include "http/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static enum MHD_Result begin(struct connection *connection, const char *method, const char *version)
{
    struct request *request = &connection->request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    connection->peer = info ? info->socket_context : NULL;
    connection->started = true;
    arena_init(&request->arena, ARENA_REQUEST_CAP, NULL, NULL);
    pthread_mutex_lock(&connection->server->mutex);
    connection->server->in_flight++;
    connection->counted = true;
    bool stopping = connection->server->stopping;
    pthread_mutex_unlock(&connection->server->mutex);

    struct str fault = strict_fault(connection->mhd, version);
    int64_t length = 0;
    struct str declared = header(connection, "Content-Length");
    if (fault.n > 0) {
        return refuse(connection, STATUS_MALFORMED, fault);
    }
    if (stopping) {
        return refuse(connection, STATUS_BUSY, STR("Hearth is stopping. Try again in a moment."));
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

static enum status bind_address(const struct http_options *options, struct sockaddr_in *ret_address,
                                struct outcome *outcome)
{
    struct arena *arena = outcome->arena;
    *ret_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(options->port)};
    if (inet_pton(AF_INET, str_cstr(arena, options->address), &ret_address->sin_addr) != 1) {
        outcome_problem(outcome, STATUS_REFUSED, STR("address"), STR("bad_address"),
                        STR("The address to listen on is not an IPv4 address such as 127.0.0.1."));
        return STATUS_REFUSED;
    }
    /* The library only says that it could not start; a person wants to know that the port is taken.
     */
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (probe >= 0) {
        setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        int bound = bind(probe, (struct sockaddr *)ret_address, sizeof(*ret_address));
        int error = errno;
        close(probe);
        if (bound != 0) {
            struct str port = str_from_int(arena, options->port);
            outcome_problem(outcome, STATUS_REFUSED, STR("port"), STR("port_taken"),
                            error == EADDRINUSE
                                ? STR_JOIN(arena, STR("Port "), port,
                                           STR(" is taken by another program. Stop it, or choose "
                                               "another port (PORT=8081 script/server)."))
                                : STR_JOIN(arena, STR("Port "), port, STR(" cannot be used: "),
                                           str_from(strerror(error)), STR(".")));
            return STATUS_REFUSED;
        }
    }
    return STATUS_OK;
}

static struct http_server *server_new(const struct http_options *options)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (!server) {
        return NULL;
    }
    server->options = *options;
    randombytes_buf(server->search_key, sizeof(server->search_key));
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->idle, NULL);
    server->files = static_files_read(options->web_directory);
    server->watch = watch_new();
    server->pages = lane_new(options->lane_threads, QUEUE_MAX);
    server->slow = lane_new(2, QUEUE_MAX);
    return server;
}

enum status http_start(const struct http_options *options, struct outcome *outcome,
                       struct http_server **ret_server)
{
    struct sockaddr_in address;
    TRY(bind_address(options, &address, outcome));
    struct http_server *server = server_new(options);
    if (!server || !server->watch || !server->pages || !server->slow || !server->files) {
        http_stop(server);
        return outcome_fault(outcome, STATUS_INTERNAL, STR("threads or web files are missing"));
    }
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TCP_FASTOPEN,
        options->port, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, server, MHD_OPTION_NOTIFY_CONNECTION, on_peer, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_CONNECTION_TIMEOUT, 60u,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        CONNECTIONS_PER_ADDRESS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_BYTES_MAX,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 0u, MHD_OPTION_END);
    if (!server->daemon) {
        http_stop(server);
        return outcome_fault(outcome, STATUS_INTERNAL, STR("the web server could not start"));
    }
    *ret_server = server;
    return STATUS_OK;
}

struct http_server *http_stop(struct http_server *server)
{
    if (!server) {
        return NULL;
    }
    pthread_mutex_lock(&server->mutex);
    server->stopping = true;
    pthread_mutex_unlock(&server->mutex);
    if (server->daemon) {
        int listening = MHD_quiesce_daemon(server->daemon);
        if (listening >= 0) {
            close(listening);
        }
        pthread_mutex_lock(&server->mutex);
        while (server->in_flight > 0) {
            pthread_cond_wait(&server->idle, &server->mutex);
        }
        pthread_mutex_unlock(&server->mutex);
        MHD_stop_daemon(server->daemon);
    }
    lane_free(server->pages);
    lane_free(server->slow);
    watch_free(server->watch);
    static_files_free(server->files);
    pthread_cond_destroy(&server->idle);
    pthread_mutex_destroy(&server->mutex);
    free(server);
    return NULL;
}
