/* One line a request on standard error, as JSON: when, route, status, how long, which worker's id.
 * Never a name, a note, an address with parameters or an identifier of a person. */
#ifndef HEARTH_HTTP_LOG_H
#define HEARTH_HTTP_LOG_H

#include "http/request.h"

void log_request(const struct request *request, int64_t milliseconds);

#endif
