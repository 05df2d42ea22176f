/* The log of the process: one line an event, "key=value" parted by blanks (logfmt), to standard
 * error, the journal (with its priorities in front) or a file. It says when, which route by its
 * pattern, status, how long, how many bytes, and the identifier of the worker: never a name, a
 * note, an address with parameters or an identifier of a record. What repeats is counted, not
 * repeated. All functions may be called from any thread. */
#ifndef HEARTH_HTTP_LOG_H
#define HEARTH_HTTP_LOG_H

#include "http/request.h"

/* The journal's priorities. */
enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_INFO = 6
};

/* Where lines go from now on: a file that is made or continued; empty: standard error, which is
 * where they go before the first call. STATUS_REFUSED when the file cannot be written. */
NODISCARD enum status log_to(struct str path);
/* The same file under its name anew: it was moved away by who rotates logs. */
NODISCARD enum status log_reopen(void);
/* What is less important is left out. */
void log_most(enum log_level level);

/* Something that happened to the server. event: "started", "background"; detail: fixed words,
 * numbers and what outcome.detail may hold. */
void log_event(enum log_level level, struct str event, struct str detail);
/* How many events were errors since the start, also those that were not told. */
uint64_t log_errors(void);
/* A finished request, by its status: an error, a warning or plain. */
void log_request(const struct request *request, int64_t milliseconds, size_t bytes);

#endif
