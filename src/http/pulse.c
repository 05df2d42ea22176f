/* Whether the threads are alive: each beat goes through the lane for pages and through the writer,
 * as a save does, and must have come back when the next one is due. */
#include "http/connection.h"

#include <stdlib.h>

struct pulse {
    struct lane_work work; /* first: the lane hands it back */
    struct store *store;
    struct lane *pages;
    struct arena arena; /* of the job */
    struct uow_job job;
    pthread_mutex_t mutex;
    pthread_cond_t back;
    bool under_way; /* under the mutex */
};

static enum status change_nothing(struct uow *uow, void *input)
{
    (void)uow;
    (void)input;
    return STATUS_OK;
}

static void come_back(void *context)
{
    struct pulse *pulse = context;
    pthread_mutex_lock(&pulse->mutex);
    pulse->under_way = false;
    pthread_cond_signal(&pulse->back);
    pthread_mutex_unlock(&pulse->mutex);
}

static void go_on_to_writer(struct lane_work *work)
{
    static const struct actor the_system = {0};
    struct pulse *pulse = (struct pulse *)(void *)work;
    arena_clear(&pulse->arena);
    arena_init(&pulse->arena, ARENA_REQUEST_CAP, NULL, NULL);
    pulse->job = (struct uow_job){
        .fn = change_nothing,
        .arena = &pulse->arena,
        .actor = &the_system,
        .done = {come_back, pulse}
    };
    if (store_submit(pulse->store, &pulse->job) != STATUS_OK) {
        come_back(pulse); /* the queue is full: it lives, and has much to do */
    }
}

struct pulse *pulse_new(struct store *store, struct lane *pages)
{
    struct pulse *pulse = calloc(1, sizeof(*pulse));
    if (pulse) {
        *pulse = (struct pulse){.work.run = go_on_to_writer, .store = store, .pages = pages};
        arena_init(&pulse->arena, ARENA_REQUEST_CAP, NULL, NULL);
        pthread_mutex_init(&pulse->mutex, NULL);
        pthread_cond_init(&pulse->back, NULL);
    }
    return pulse;
}

bool pulse_beats(struct pulse *pulse)
{
    pthread_mutex_lock(&pulse->mutex);
    bool came_back = !pulse->under_way;
    pulse->under_way = true;
    pthread_mutex_unlock(&pulse->mutex);
    if (came_back) {
        lane_add_accepted(pulse->pages, &pulse->work);
    }
    return came_back;
}

struct pulse *pulse_free(struct pulse *pulse)
{
    if (pulse) {
        pthread_mutex_lock(&pulse->mutex);
        while (pulse->under_way) {
            pthread_cond_wait(&pulse->back, &pulse->mutex);
        }
        pthread_mutex_unlock(&pulse->mutex);
        pthread_cond_destroy(&pulse->back);
        pthread_mutex_destroy(&pulse->mutex);
        arena_clear(&pulse->arena);
        free(pulse);
    }
    return NULL;
}
