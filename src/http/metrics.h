/* Counters of the server, and the page that tells them with the store's figures, in the text format
 * of OpenMetrics (Prometheus). What each means and what to do when it moves is in
 * docs/operations.md. Nothing of it is about a person. */
#ifndef HEARTH_HTTP_METRICS_H
#define HEARTH_HTTP_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct request;

#define METRICS_CLASSES 5  /* by the first digit of the status, from 1 */
#define METRICS_BUCKETS 12 /* of the duration; what is longer than the last is in the sum only */

struct metrics {
    _Atomic uint64_t by_class[METRICS_CLASSES];
    _Atomic uint64_t within[METRICS_BUCKETS]; /* of this bucket alone */
    _Atomic uint64_t milliseconds;
    _Atomic uint64_t sign_in_failures;
};

/* Counts a request that is answered. */
void metrics_count(struct metrics *metrics, const struct request *request, int64_t milliseconds);
/* Whether who asks may read them: from this machine itself (behind a proxy that says nothing), or
 * with the token. */
bool metrics_may_read(const struct request *request);

#endif
