/* See lane.h. */
#include "http/lane.h"

#include <pthread.h>
#include <stdlib.h>

#define THREADS_MOST 64u

struct lane {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct lane_work *first, *last;
    unsigned queued, most;
    bool stopping;
    unsigned threads;
    pthread_t thread[THREADS_MOST];
};

static void *lane_thread(void *argument)
{
    struct lane *lane = argument;
    pthread_mutex_lock(&lane->mutex);
    for (;;) {
        while (!lane->first && !lane->stopping) {
            pthread_cond_wait(&lane->filled, &lane->mutex);
        }
        struct lane_work *work = lane->first;
        if (!work) {
            break;
        }
        lane->first = work->next;
        if (!lane->first) {
            lane->last = NULL;
        }
        lane->queued--;
        pthread_mutex_unlock(&lane->mutex);
        work->run(work);
        pthread_mutex_lock(&lane->mutex);
    }
    pthread_mutex_unlock(&lane->mutex);
    return NULL;
}

struct lane *lane_new(unsigned threads, unsigned most)
{
    struct lane *lane = calloc(1, sizeof(*lane));
    if (!lane) {
        return NULL;
    }
    pthread_mutex_init(&lane->mutex, NULL);
    pthread_cond_init(&lane->filled, NULL);
    lane->most = most;
    unsigned wanted = threads < THREADS_MOST ? threads : THREADS_MOST;
    while (lane->threads < wanted &&
           pthread_create(&lane->thread[lane->threads], NULL, lane_thread, lane) == 0) {
        lane->threads++;
    }
    return lane->threads > 0 ? lane : lane_free(lane);
}

static void append(struct lane *lane, struct lane_work *work)
{
    work->next = NULL;
    if (lane->last) {
        lane->last->next = work;
    } else {
        lane->first = work;
    }
    lane->last = work;
    lane->queued++;
    pthread_cond_signal(&lane->filled);
}

bool lane_add(struct lane *lane, struct lane_work *work)
{
    pthread_mutex_lock(&lane->mutex);
    bool taken = lane->queued < lane->most && !lane->stopping;
    if (taken) {
        append(lane, work);
    }
    pthread_mutex_unlock(&lane->mutex);
    return taken;
}

void lane_add_accepted(struct lane *lane, struct lane_work *work)
{
    pthread_mutex_lock(&lane->mutex);
    append(lane, work);
    pthread_mutex_unlock(&lane->mutex);
}

unsigned lane_waiting(struct lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    unsigned queued = lane->queued;
    pthread_mutex_unlock(&lane->mutex);
    return queued;
}

struct lane *lane_free(struct lane *lane)
{
    if (!lane) {
        return NULL;
    }
    pthread_mutex_lock(&lane->mutex);
    lane->stopping = true;
    pthread_cond_broadcast(&lane->filled);
    pthread_mutex_unlock(&lane->mutex);
    for (unsigned i = 0; i < lane->threads; i++) {
        pthread_join(lane->thread[i], NULL);
    }
    pthread_cond_destroy(&lane->filled);
    pthread_mutex_destroy(&lane->mutex);
    free(lane);
    return NULL;
}
