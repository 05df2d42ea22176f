/* The web server: connections, routes, sessions, declared input. Its threads only parse and send;
 * every request that needs more suspends its connection and runs on a lane. A handler reads through
 * the store, or hands one save to the writer and says what to do when it is done. */
#ifndef HEARTH_HTTP_HTTP_H
#define HEARTH_HTTP_HTTP_H

#include "service/self_audit.h"
#include "service/service.h"

struct http_server;

/* What may change while it serves. */
struct http_settings {
    bool second_factor_required; /* of everybody who signs in with a password */
    bool a4;                     /* what is printed is on A4, not on US Letter */
    struct str metrics_token;    /* opens /metrics to who asks from afar; or empty */
};
#define METRICS_TOKEN_MAX 200

struct http_options {
    uint16_t port;
    struct str address; /* "127.0.0.1" */
    int listening;      /* a listening socket that was handed over, instead of both; or -1 */
    struct store *store;
    struct str web_directory; /* built styles, scripts, fonts */
    unsigned lane_threads;    /* 2 x cores */
    bool secure;              /* behind TLS: cookies say so */
    struct http_settings settings;
    struct self_audit_setup setup; /* what the self-audit judges */
};
/* STATUS_REFUSED with the reason when the port is taken, or nobody could sign in by the model. */
NODISCARD enum status http_start(const struct http_options *options, struct outcome *outcome,
                                 struct http_server **ret_server);
/* Refused, with the reason, when a model has nobody who could sign in. */
NODISCARD enum status http_can_serve(const struct model *model, struct outcome *outcome);
void http_set(struct http_server *server, const struct http_settings *settings);
/* Whether threads and writer did what they were asked for at the last call; asks anew. For a
 * watchdog, which calls it every now and then. */
NODISCARD bool http_is_alive(struct http_server *server);
/* Holds back what has not begun and waits until what has is answered; false when that took longer
 * than the limit: then all goes on as before. Between true and http_let_on no request reads, writes
 * or knows of a model. */
NODISCARD bool http_hold(struct http_server *server, int64_t limit_ms);
void http_let_on(struct http_server *server);
/* Takes no new connection, answers those that are there and closes them: one that is idle after a
 * moment, one with a request when that is answered. Returns how many requests were not by then; 0
 * unless the limit has passed. */
unsigned http_drain(struct http_server *server, int64_t limit_ms);
/* After a drain that left none; frees the server. Accepts NULL. */
struct http_server *http_stop(struct http_server *server);

#endif
