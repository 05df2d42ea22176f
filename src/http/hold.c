/* Holding back what has not begun: each request is handled as a whole under one model, so another
 * one is put in force between requests. Those that come meanwhile wait here, suspended. */
#include "http/connection.h"

bool hold_enter(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->entered) {
        return true;
    }
    pthread_mutex_lock(&server->mutex);
    connection->entered = !server->holding;
    if (connection->entered) {
        server->handled++;
    } else {
        connection->work.next = NULL;
        *(server->held_last ? &server->held_last->next : &server->held_first) = &connection->work;
        server->held_last = &connection->work;
    }
    pthread_mutex_unlock(&server->mutex);
    return connection->entered;
}

void hold_leave(struct connection *connection)
{
    struct http_server *server = connection->server;
    pthread_mutex_lock(&server->mutex);
    server->handled--;
    pthread_cond_signal(&server->idle);
    pthread_mutex_unlock(&server->mutex);
}

bool http_hold(struct http_server *server, int64_t limit_ms)
{
    int64_t until_ms = monotonic_ms() + limit_ms;
    pthread_mutex_lock(&server->mutex);
    server->holding = true;
    while (server->handled > 0 && monotonic_ms() < until_ms) {
        server_wait(server, until_ms);
    }
    bool held = server->handled == 0;
    pthread_mutex_unlock(&server->mutex);
    if (!held) {
        http_let_on(server);
    }
    return held;
}

void http_let_on(struct http_server *server)
{
    pthread_mutex_lock(&server->mutex);
    struct lane_work *work = server->held_first;
    server->held_first = server->held_last = NULL;
    server->holding = false;
    pthread_mutex_unlock(&server->mutex);
    while (work) {
        struct lane_work *next = work->next;
        lane_add_accepted(server->pages, work);
        work = next;
    }
}
