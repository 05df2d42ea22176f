/* Lanes: fixed threads that take work from a queue. Pages run on one, slow work (passwords,
 * pictures, exports) on another, so that one slow page moves nobody else. */
#ifndef HEARTH_HTTP_LANE_H
#define HEARTH_HTTP_LANE_H

#include "base/attr.h"

#include <stdbool.h>

struct lane;

struct lane_work {
    void (*run)(struct lane_work *work);
    struct lane_work *next; /* of the lane */
};

/* most: length of the queue past which lane_add refuses. NULL when threads cannot be made. */
struct lane *lane_new(unsigned threads, unsigned most);
/* False when the queue is full; the work stays the caller's. Work handed back by the writer
 * (already accepted once) is always taken. */
NODISCARD bool lane_add(struct lane *lane, struct lane_work *work);
void lane_add_accepted(struct lane *lane, struct lane_work *work);
/* How much waits in the queue. */
unsigned lane_waiting(struct lane *lane);
/* Finishes what is queued, stops the threads. Accepts NULL. */
struct lane *lane_free(struct lane *lane);

#endif
