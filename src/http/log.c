/* See log.h. */
#include "http/log.h"

#include "http/connection.h"

#include <stdio.h>

void log_request(const struct request *request, int64_t milliseconds)
{
    char line[512];
    struct str route =
        request->route < ROUTE_COUNT ? route_lines[request->route].name : STR("none");
    struct str detail = request->outcome.detail;
    if (request->response.status < 400) {
        detail = STR("");
    }
    int length = snprintf(line, sizeof(line),
                          "{\"at_ms\":%lld,\"route\":\"%.*s\",\"status\":%u,\"ms\":%lld,"
                          "\"detail\":\"%.*s\"}\n",
                          (long long)store_now(request->store).ms, STR_ARG(route),
                          request->response.status, (long long)milliseconds,
                          detail.n < 200 ? (int)detail.n : 200, detail.p ? detail.p : "");
    if (length > 0 && (size_t)length < sizeof(line)) {
        fwrite(line, 1, (size_t)length, stderr);
    }
}
