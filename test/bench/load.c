/* Puts a load on a web server and says how long it took to answer.
 *
 *   load PORT RATE SECONDS CONNECTIONS FILE     open loop: request i is due at i / RATE
 *   load PORT 0 SECONDS CONNECTIONS FILE        saturation: every connection always asks
 *
 * FILE has one request a line, parts divided by tabs: share, route, method, path, cookie, body (an
 * empty body: none). A route is drawn by the share of its first line, its requests are taken in
 * turn. In the open loop latency counts from when a request was due, not from when a connection was
 * free for it: a server that stalls is charged for everybody who would have come meanwhile.
 *
 * Output, divided by tabs: route, count, p50, p95, p99, max (microseconds), errors; last a line
 * "all" and a line "throughput" with requests a second. HTTP/1.1, keep-alive, one thread. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROUTES_MOST 32
#define REQUESTS_MOST 200000
#define CONNECTIONS_MOST 1024
#define ANSWER_ROOM ((size_t)256 * 1024)    /* the head of an answer, and what comes with it */
#define GRACE_NS ((int64_t)10 * 1000000000) /* for what is still under way at the end */

struct request {
    size_t route;
    char *bytes;
    size_t size;
};

struct route {
    char name[64];
    unsigned share;
    size_t *requests;
    size_t count, next;
    uint32_t *latencies; /* microseconds */
    size_t answered, room;
    uint64_t errors;
};

enum phase { FREE, SENDING, HEAD, BODY };

struct connection {
    int socket;
    enum phase phase;
    const struct request *request;
    int64_t due_ns;
    size_t sent;
    char *answer;
    size_t got;
    size_t body_left;
    bool good;
};

struct load {
    uint16_t port;
    double rate;
    int64_t began_ns, until_ns;
    uint64_t started; /* requests given to a connection */
    struct request *requests;
    size_t request_count;
    struct route routes[ROUTES_MOST];
    size_t route_count;
    unsigned share_total;
    uint64_t chance;
    struct connection connections[CONNECTIONS_MOST];
    size_t connection_count, busy;
    int poll;
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void *need(void *memory)
{
    if (memory == NULL) {
        fputs("load: no memory\n", stderr);
        exit(1);
    }
    return memory;
}

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- the requests ---- */

static size_t find_route(struct load *load, const char *name, unsigned share)
{
    for (size_t i = 0; i < load->route_count; i++) {
        if (strcmp(load->routes[i].name, name) == 0) {
            return i;
        }
    }
    if (load->route_count == ROUTES_MOST) {
        fputs("load: too many routes\n", stderr);
        exit(1);
    }
    struct route *route = &load->routes[load->route_count];
    snprintf(route->name, sizeof(route->name), "%s", name);
    route->share = share;
    load->share_total += share;
    return load->route_count++;
}

static char *next_part(char **rest)
{
    char *part = strsep(rest, "\t\n");
    return part != NULL ? part : *rest;
}

static void add_request(struct load *load, char *line)
{
    char *rest = line;
    const char *share = next_part(&rest), *name = next_part(&rest), *method = next_part(&rest);
    const char *path = next_part(&rest), *cookie = next_part(&rest), *body = next_part(&rest);
    struct request *request = &load->requests[load->request_count];
    if (share == NULL || name == NULL || method == NULL || path == NULL || cookie == NULL) {
        return;
    }
    size_t body_size = body != NULL ? strlen(body) : 0;
    size_t room = strlen(method) + strlen(path) + strlen(cookie) + body_size + 300;
    request->route = find_route(load, name, (unsigned)strtoul(share, NULL, 10));
    request->bytes = need(malloc(room));
    int size = snprintf(request->bytes, room, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n", method,
                        path, (unsigned)load->port);
    size_t at = (size_t)size;
    if (cookie[0] != '\0') {
        at += (size_t)snprintf(request->bytes + at, room - at, "Cookie: %s\r\n", cookie);
    }
    if (body_size > 0) {
        at += (size_t)snprintf(request->bytes + at, room - at,
                               "Content-Type: application/x-www-form-urlencoded\r\n"
                               "Content-Length: %zu\r\n",
                               body_size);
    }
    at += (size_t)snprintf(request->bytes + at, room - at, "\r\n%s", body_size > 0 ? body : "");
    request->size = at;
    struct route *route = &load->routes[request->route];
    route->requests = need(realloc(route->requests, (route->count + 1) * sizeof(*route->requests)));
    route->requests[route->count++] = load->request_count++;
}

static void read_requests(struct load *load, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        die(path);
    }
    load->requests = need(calloc(REQUESTS_MOST, sizeof(*load->requests)));
    while (load->request_count < REQUESTS_MOST && getline(&line, &room, file) > 0) {
        add_request(load, line);
    }
    free(line);
    fclose(file);
    if (load->share_total == 0) {
        fputs("load: no requests\n", stderr);
        exit(1);
    }
}

/* The same sequence each time: xorshift64. */
static const struct request *draw(struct load *load)
{
    load->chance ^= load->chance << 13;
    load->chance ^= load->chance >> 7;
    load->chance ^= load->chance << 17;
    unsigned at = (unsigned)(load->chance % load->share_total);
    struct route *route = load->routes;
    while (at >= route->share) {
        at -= route->share;
        route++;
    }
    return &load->requests[route->requests[route->next++ % route->count]];
}

/* ---- connections ---- */

static void watch(const struct load *load, struct connection *connection, int how, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(load->poll, how, connection->socket, &event) != 0) {
        die("epoll_ctl");
    }
}

static void connect_to(struct load *load, struct connection *connection)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(load->port)};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const void *where = &address;
    if (connection->socket < 0 || connect(connection->socket, where, sizeof(address)) != 0) {
        die("connect");
    }
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    watch(load, connection, EPOLL_CTL_ADD, EPOLLIN);
}

static void note(struct load *load, const struct connection *connection)
{
    struct route *route = &load->routes[connection->request->route];
    int64_t us = (now_ns() - connection->due_ns) / 1000;
    if (route->answered == route->room) {
        route->room = route->room > 0 ? route->room * 2 : 1024;
        route->latencies = need(realloc(route->latencies, route->room * sizeof(uint32_t)));
    }
    route->latencies[route->answered++] = us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
    route->errors += connection->good ? 0 : 1;
}

static void finish(struct load *load, struct connection *connection)
{
    note(load, connection);
    connection->phase = FREE;
    load->busy--;
}

/* The server closed it, or did not speak HTTP: an error, and a new connection. */
static void break_off(struct load *load, struct connection *connection)
{
    close(connection->socket);
    connect_to(load, connection);
    if (connection->phase != FREE) {
        connection->good = false;
        finish(load, connection);
    }
}

static void send_rest(struct load *load, struct connection *connection)
{
    const struct request *request = connection->request;
    while (connection->sent < request->size) {
        ssize_t n = send(connection->socket, request->bytes + connection->sent,
                         request->size - connection->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) {
            watch(load, connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            return;
        }
        if (n <= 0) {
            break_off(load, connection);
            return;
        }
        connection->sent += (size_t)n;
    }
    connection->phase = HEAD;
    connection->got = 0;
}

static void start(struct load *load, struct connection *connection, int64_t due_ns)
{
    connection->request = draw(load);
    connection->phase = SENDING;
    connection->sent = 0;
    connection->due_ns = due_ns;
    connection->good = true;
    load->busy++;
    load->started++;
    send_rest(load, connection);
}

/* The length of the body that the head tells; false when it tells none. */
static bool body_length(const char *head, size_t *ret_length)
{
    const char *at = strcasestr(head, "\r\nContent-Length:");
    if (at == NULL) {
        return false;
    }
    *ret_length = strtoul(at + strlen("\r\nContent-Length:"), NULL, 10);
    return true;
}

/* False when the answer cannot be read. */
static bool take_head(struct connection *connection)
{
    connection->answer[connection->got] = '\0';
    char *end = strstr(connection->answer, "\r\n\r\n");
    size_t length;
    if (end == NULL) {
        return connection->got < ANSWER_ROOM;
    }
    size_t head = (size_t)(end - connection->answer) + 4;
    size_t with_it = connection->got - head;
    *end = '\0';
    connection->good = strncmp(connection->answer, "HTTP/1.1 2", 10) == 0 ||
                       strncmp(connection->answer, "HTTP/1.1 303", 12) == 0;
    if (!body_length(connection->answer, &length) || with_it > length) {
        return false;
    }
    connection->body_left = length - with_it;
    connection->phase = BODY;
    return true;
}

static void receive(struct load *load, struct connection *connection)
{
    for (;;) {
        size_t from = connection->phase == HEAD ? connection->got : 0;
        ssize_t n =
            recv(connection->socket, connection->answer + from, ANSWER_ROOM - from, MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) {
            return;
        }
        if (n <= 0 || connection->phase == FREE) {
            break_off(load, connection);
            return;
        }
        if (connection->phase == HEAD) {
            connection->got += (size_t)n;
            if (!take_head(connection)) {
                break_off(load, connection);
                return;
            }
        } else {
            connection->body_left -=
                (size_t)n < connection->body_left ? (size_t)n : connection->body_left;
        }
        if (connection->phase == BODY && connection->body_left == 0) {
            finish(load, connection);
            return;
        }
    }
}

/* ---- the run ---- */

static int64_t due_of(const struct load *load, uint64_t number)
{
    return load->began_ns + (int64_t)((double)number * 1e9 / load->rate);
}

/* Starts what is due on the connections that are free; when the next is due. */
static int64_t start_due(struct load *load, int64_t now)
{
    bool saturate = load->rate <= 0;
    for (size_t i = 0; i < load->connection_count && load->busy < load->connection_count; i++) {
        struct connection *connection = &load->connections[i];
        if (connection->phase != FREE) {
            continue;
        }
        int64_t due = saturate ? now : due_of(load, load->started);
        if (due > now || due >= load->until_ns) {
            return due;
        }
        start(load, connection, due);
    }
    return now + 1000000;
}

static void run(struct load *load)
{
    struct epoll_event events[256];
    for (;;) {
        int64_t now = now_ns();
        bool over = now >= load->until_ns;
        /* What was due before the end is asked, even when no connection was free for it in time. */
        bool owing = load->rate > 0 && due_of(load, load->started) < load->until_ns;
        if ((over && !owing && load->busy == 0) || now > load->until_ns + GRACE_NS) {
            return;
        }
        int64_t next = over && !owing ? now + 1000000 : start_due(load, now);
        struct timespec pause = {0, next > now ? next - now : 0};
        pause.tv_sec = pause.tv_nsec / 1000000000;
        pause.tv_nsec %= 1000000000;
        int count = epoll_pwait2(load->poll, events, 256, &pause, NULL);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if ((events[i].events & EPOLLOUT) != 0 && connection->phase == SENDING) {
                watch(load, connection, EPOLL_CTL_MOD, EPOLLIN);
                send_rest(load, connection);
            } else {
                receive(load, connection);
            }
        }
    }
}

/* ---- what came of it ---- */

static int compare(const void *a, const void *b)
{
    uint32_t first, second;
    memcpy(&first, a, sizeof(first));
    memcpy(&second, b, sizeof(second));
    return (first > second) - (first < second);
}

static void tell(const char *name, uint32_t *latencies, size_t count, uint64_t errors)
{
    if (count > 0) {
        qsort(latencies, count, sizeof(*latencies), compare);
        printf("%s\t%zu\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu64 "\n", name,
               count, latencies[count / 2], latencies[count * 95 / 100],
               latencies[count * 99 / 100], latencies[count - 1], errors);
    }
}

static void tell_all(struct load *load, int64_t took_ns)
{
    size_t total = 0, at = 0;
    uint64_t errors = 0;
    for (size_t i = 0; i < load->route_count; i++) {
        total += load->routes[i].answered;
    }
    uint32_t *all = need(calloc(total + 1, sizeof(*all)));
    for (size_t i = 0; i < load->route_count; i++) {
        struct route *route = &load->routes[i];
        if (route->answered > 0) {
            memcpy(all + at, route->latencies, route->answered * sizeof(*all));
        }
        at += route->answered;
        errors += route->errors;
        tell(route->name, route->latencies, route->answered, route->errors);
    }
    tell("all", all, total, errors);
    printf("throughput\t%.1f\n", (double)total * 1e9 / (double)took_ns);
    free(all);
}

int main(int argc, char **argv)
{
    struct load *load = need(calloc(1, sizeof(*load)));
    if (argc != 6) {
        fputs("usage: load PORT RATE SECONDS CONNECTIONS FILE\n", stderr);
        return 2;
    }
    load->port = (uint16_t)strtoul(argv[1], NULL, 10);
    load->rate = strtod(argv[2], NULL);
    load->connection_count = strtoul(argv[4], NULL, 10);
    load->chance = UINT64_C(88172645463325252);
    if (load->connection_count == 0 || load->connection_count > CONNECTIONS_MOST) {
        fputs("load: 1 to 1024 connections\n", stderr);
        return 2;
    }
    read_requests(load, argv[5]);
    load->poll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < load->connection_count; i++) {
        load->connections[i].answer = need(malloc(ANSWER_ROOM + 1));
        connect_to(load, &load->connections[i]);
    }
    load->began_ns = now_ns();
    load->until_ns = load->began_ns + (int64_t)(strtod(argv[3], NULL) * 1e9);
    run(load);
    tell_all(load, now_ns() - load->began_ns);
    return 0;
}
