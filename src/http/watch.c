/* Slow senders: a library time-out restarts with every byte, so a stranger who sends one byte every
 * few seconds could hold a connection for ever. Here each connection has one deadline for a whole
 * request. */
#include "http/connection.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define TICK_MS 500

struct peer {
    struct peer *before, *after;
    int socket;
    int64_t until_ms;
};

struct watch {
    pthread_mutex_t mutex;
    pthread_cond_t stop;
    pthread_t thread;
    struct peer *first;
    bool stopping;
};

int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *watch_thread(void *argument)
{
    struct watch *watch = argument;
    pthread_mutex_lock(&watch->mutex);
    while (!watch->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&watch->stop, &watch->mutex, &until);
        int64_t now = monotonic_ms();
        for (struct peer *peer = watch->first; peer; peer = peer->after) {
            if (peer->until_ms != 0 && peer->until_ms < now) {
                /* The library notices the end of the stream and closes the connection itself. */
                shutdown(peer->socket, SHUT_RDWR);
                peer->until_ms = 0;
            }
        }
    }
    pthread_mutex_unlock(&watch->mutex);
    return NULL;
}

struct watch *watch_new(void)
{
    struct watch *watch = calloc(1, sizeof(*watch));
    if (!watch) {
        return NULL;
    }
    pthread_mutex_init(&watch->mutex, NULL);
    pthread_cond_init(&watch->stop, NULL);
    if (pthread_create(&watch->thread, NULL, watch_thread, watch) != 0) {
        free(watch);
        return NULL;
    }
    return watch;
}

struct watch *watch_free(struct watch *watch)
{
    if (!watch) {
        return NULL;
    }
    pthread_mutex_lock(&watch->mutex);
    watch->stopping = true;
    pthread_cond_signal(&watch->stop);
    pthread_mutex_unlock(&watch->mutex);
    pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->stop);
    pthread_mutex_destroy(&watch->mutex);
    free(watch);
    return NULL;
}

struct peer *watch_add(struct watch *watch, int socket)
{
    struct peer *peer = calloc(1, sizeof(*peer));
    if (!peer) {
        return NULL;
    }
    peer->socket = socket;
    peer->until_ms = monotonic_ms() + RECEIVE_BASE_MS;
    pthread_mutex_lock(&watch->mutex);
    peer->after = watch->first;
    if (watch->first) {
        watch->first->before = peer;
    }
    watch->first = peer;
    pthread_mutex_unlock(&watch->mutex);
    return peer;
}

void watch_remove(struct watch *watch, struct peer *peer)
{
    if (!peer) {
        return;
    }
    pthread_mutex_lock(&watch->mutex);
    if (peer->before) {
        peer->before->after = peer->after;
    } else {
        watch->first = peer->after;
    }
    if (peer->after) {
        peer->after->before = peer->before;
    }
    pthread_mutex_unlock(&watch->mutex);
    free(peer);
}

void watch_until(struct watch *watch, struct peer *peer, int64_t until_ms)
{
    if (!peer) {
        return;
    }
    pthread_mutex_lock(&watch->mutex);
    peer->until_ms = until_ms;
    pthread_mutex_unlock(&watch->mutex);
}
