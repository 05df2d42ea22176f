/* The web server: connections, routes, sessions, declared input. Its threads only parse and send;
 * every request that needs more suspends its connection and runs on a lane. A handler reads through
 * the store, or hands one save to the writer and says what to do when it is done. */
#ifndef HEARTH_HTTP_HTTP_H
#define HEARTH_HTTP_HTTP_H

#include "service/service.h"

struct http_server;

struct http_options {
    uint16_t port;
    struct str address; /* "127.0.0.1" */
    struct store *store;
    struct str web_directory; /* built styles, scripts, fonts */
    unsigned lane_threads;    /* 2 x cores */
    bool secure;              /* behind TLS: cookies say so */
    bool second_factor_required; /* of everybody who signs in with a password */
    struct str band;          /* "Sample county: invented families", or empty */
};
/* STATUS_REFUSED with the reason when the port is taken. */
NODISCARD enum status http_start(const struct http_options *options, struct outcome *outcome,
                                 struct http_server **ret_server);
/* Takes no new connection, finishes those in flight, resumes and drains all, then stops. */
struct http_server *http_stop(struct http_server *server);

#endif
