/* Shared by the parts of the server: one request with its connection, from the first header byte to
 * the last byte sent. What a handler needs is in request.h; this is for the server's own parts, and
 * for the few that look at how it was started. */
#ifndef HEARTH_HTTP_CONNECTION_H
#define HEARTH_HTTP_CONNECTION_H

#include "http/body.h"
#include "http/lane.h"
#include "http/metrics.h"
#include "http/request.h"
#include "paper/paper.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

/* Limits on what a stranger can make us hold. */
#define CONNECTIONS_MAX 2000u
#define CONNECTIONS_PER_ADDRESS_MAX 400u
#define HEADER_BYTES_MAX ((size_t)32 * 1024)
#define URI_BYTES_MAX 4096u
#define QUEUE_MAX 1000u
#define RECEIVE_BASE_MS 30000   /* to send a whole request, ... */
#define RECEIVE_BYTES_PER_MS 16 /* ... longer for a body: 16 kB a second */

enum access {
    ACCESS_BARE,
    ACCESS_PUBLIC,
    ACCESS_BEGUN,
    ACCESS_SESSION,
    ACCESS_TOKEN,
    ACCESS_WATCH
};
enum body_kind { BODY_NONE, BODY_FORM, BODY_JSON };

struct route_line {
    enum method method;
    struct str pattern;
    handler_fn handler;
    enum access access;
    enum body_kind body;
    struct str name; /* the handler's name: for the log and the access log */
};
#define ROUTE(method, pattern, handler, access, body) +1
enum {
    ROUTE_COUNT = 0
#include "http/routes.def"
};
#undef ROUTE
extern const struct route_line route_lines[ROUTE_COUNT];

/* The line for a path, with its parameters; -1 when there is none. *ret_known: the path exists with
 * another method. Parameters are decoded. */
int route_find(struct arena *arena, enum method method, struct str raw_path,
               struct str ret_parameters[6], bool *ret_known);

struct peer; /* a TCP connection under the deadline watch */

struct connection {
    struct lane_work work; /* first: the lane hands it back */
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct peer *peer;
    struct request request;
    char *raw_uri;  /* as it came */
    char *received; /* body so far */
    size_t received_count, received_room, received_max;
    enum status refused; /* found before a handler could run; STATUS_OK otherwise */
    struct str refused_why;
    bool started, finished, submit, slow, counted;
    bool entered; /* past hold_enter */
    handler_fn next;
    wait_fn start; /* of request_wait */
    int64_t began_ms;
    char id[24]; /* of the request, in the log and in a header of the answer */
};

/* Requests are taken; those that come on open connections are, and close them; none is. */
enum phase { PHASE_SERVING, PHASE_DRAINING, PHASE_CLOSED };

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    struct lane *pages, *slow;
    struct watch *watch;
    struct static_files *files;
    struct paper_fonts *fonts;    /* NULL: none are installed, nothing is printed */
    unsigned char search_key[32]; /* seals the tokens of people searches (api_people.c) */
    atomic_bool second_factor_required, a4;
    struct metrics metrics;
    struct pulse *pulse;
    uint32_t start; /* a random number of this start, for identifiers of requests */
    atomic_uint id_count;
    pthread_mutex_t mutex;
    pthread_cond_t idle;
    unsigned connections, in_flight; /* guarded by mutex */
    unsigned handled;                /* guarded by mutex: past hold_enter, without an answer */
    bool holding;                    /* guarded by mutex */
    struct lane_work *held_first, *held_last; /* guarded by mutex */
    enum phase phase;                         /* guarded by mutex */
    char metrics_token[METRICS_TOKEN_MAX];    /* guarded by mutex */
    size_t metrics_token_size;                /* guarded by mutex; 0: none */
};

enum phase server_phase(struct http_server *server);
/* Under the mutex: until something moved, or that time of the monotonic clock. */
void server_wait(struct http_server *server, int64_t until_ms);

/* hold.c: false when the request has to wait; then it comes to the lane again. What entered leaves
 * when its answer is there and nothing of the model is needed any more. */
NODISCARD bool hold_enter(struct connection *connection);
void hold_leave(struct connection *connection);

/* pulse.c: whether the threads are alive. */
struct pulse;
struct pulse *pulse_new(struct store *store, struct lane *pages);
/* Waits for a beat that is under way: before the store closes. Accepts NULL. */
struct pulse *pulse_free(struct pulse *pulse);
/* False when the beat before has not come back yet; else sends the next. */
NODISCARD bool pulse_beats(struct pulse *pulse);

/* dispatch.c: runs on a lane. */
void dispatch_run(struct lane_work *work);
/* answer.c: queues the filled response on the connection. */
enum MHD_Result answer_send(struct connection *connection);
/* server.c: the response is filled; wakes the connection so that it is sent. */
void connection_answer(struct connection *connection);

/* server.c: sheets as a file, of the size that is set; on the lane for slow work. */
NODISCARD enum status server_paper(struct http_server *server, struct arena *arena,
                                   const struct paper *paper, struct outcome *outcome,
                                   struct str *ret_pdf);

/* strict.c: what the library lets pass and we do not (two lengths, length with chunks, bare line
 * feeds, NUL, missing host). The empty text when all is well. */
struct str strict_fault(struct MHD_Connection *mhd, const char *version);

/* watch.c: closes connections whose sender is too slow. */
struct watch;
struct watch *watch_new(void);
struct watch *watch_free(struct watch *watch);
struct peer *watch_add(struct watch *watch, int socket);
void watch_remove(struct watch *watch, struct peer *peer);
/* The sender has until then; 0: no limit. Milliseconds of the monotonic clock. */
void watch_until(struct watch *watch, struct peer *peer, int64_t until_ms);
int64_t monotonic_ms(void);

/* static.c: styles, scripts and fonts, read once at the start. */
struct static_files;
struct static_files *static_files_read(struct str directory);
struct static_files *static_files_free(struct static_files *files);

/* The form of an error: a page, a part of one, or application/problem+json. */
enum handled page_problem(struct request *request, enum status status);
enum handled api_problem(struct request *request, enum status status);

#endif
