/* See metrics.h. */
#include "http/metrics.h"

#include "base/buf.h"
#include "http/connection.h"
#include "http/log.h"
#include "store/installation.h"

#include <arpa/inet.h>
#include <sodium.h>

#define TEXT_MAX ((size_t)64 * 1024)

static const int64_t bucket_ms[METRICS_BUCKETS] = {1,   2,   5,   10,   20,   50,
                                                   100, 200, 500, 1000, 2000, 5000};

/* ---- counting ---- */

/* A password or a code that did not fit, or a name that is locked. */
static bool is_failed_sign_in(const struct request *request)
{
    unsigned status = request->response.status;
    if (request->route >= ROUTE_COUNT || status < 400 || status >= 500) {
        return false;
    }
    handler_fn handler = route_lines[request->route].handler;
    return handler == page_sign_in_post || handler == page_code_post ||
           handler == page_confirm_post;
}

void metrics_count(struct metrics *metrics, const struct request *request, int64_t milliseconds)
{
    unsigned status_class = request->response.status / 100;
    size_t bucket = 0;
    if (status_class >= 1 && status_class <= METRICS_CLASSES) {
        atomic_fetch_add(&metrics->by_class[status_class - 1], 1);
    }
    while (bucket < METRICS_BUCKETS && milliseconds > bucket_ms[bucket]) {
        bucket++;
    }
    if (bucket < METRICS_BUCKETS) {
        atomic_fetch_add(&metrics->within[bucket], 1);
    }
    atomic_fetch_add(&metrics->milliseconds, (uint64_t)milliseconds);
    if (is_failed_sign_in(request)) {
        atomic_fetch_add(&metrics->sign_in_failures, 1);
    }
}

/* ---- who may read ---- */

static bool is_from_here(const struct request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr || info->client_addr->sa_family != AF_INET) {
        return false;
    }
    const void *address = info->client_addr;
    const struct sockaddr_in *ip = address;
    return ntohl(ip->sin_addr.s_addr) >> 24 == 127;
}

/* Asked through a proxy, which is on this machine itself. */
static bool is_passed_on(const struct request *request)
{
    return request->server->options.secure || request_header(request, "X-Forwarded-For").n > 0 ||
           request_header(request, "Forwarded").n > 0 || request_header(request, "Via").n > 0 ||
           request_header(request, "X-Real-IP").n > 0;
}

static bool has_token(const struct request *request)
{
    struct http_server *server = request->server;
    struct str value = request_header(request, "Authorization");
    struct str token =
        str_starts(value, STR("Bearer ")) ? str_trim(str_slice(value, 7, value.n)) : STR("");
    pthread_mutex_lock(&server->mutex);
    bool fits = token.n > 0 && token.n == server->metrics_token_size &&
                sodium_memcmp(token.p, server->metrics_token, token.n) == 0;
    pthread_mutex_unlock(&server->mutex);
    return fits;
}

bool metrics_may_read(const struct request *request)
{
    return has_token(request) || (is_from_here(request) && !is_passed_on(request));
}

/* ---- telling ---- */

static void family(struct buf *text, struct str name, struct str type, struct str help)
{
    BUF_ADD(text, STR("# TYPE "), name, STR(" "), type, STR("\n# HELP "), name, STR(" "), help,
            STR("\n"));
}

/* labels: "{class=\"2xx\"}" or empty. */
static void sample(struct buf *text, struct str name, struct str labels, uint64_t value)
{
    BUF_ADD(text, name, labels, STR(" "));
    buf_digits(text, value, 1);
    buf_byte(text, '\n');
}

/* Seconds with their decimals, of so many units a second. */
static void seconds(struct buf *text, struct str name, uint64_t value, uint64_t units,
                    unsigned decimals)
{
    BUF_ADD(text, name, STR(" "));
    buf_digits(text, value / units, 1);
    buf_byte(text, '.');
    buf_digits(text, value % units, decimals);
    buf_byte(text, '\n');
}

static void tell_requests(struct buf *text, struct metrics *metrics)
{
    static const struct str classes[METRICS_CLASSES] = {
        STR_INIT("{class=\"1xx\"}"), STR_INIT("{class=\"2xx\"}"), STR_INIT("{class=\"3xx\"}"),
        STR_INIT("{class=\"4xx\"}"), STR_INIT("{class=\"5xx\"}")};
    static const struct str bounds[METRICS_BUCKETS] = {
        STR_INIT("{le=\"0.001\"}"), STR_INIT("{le=\"0.002\"}"), STR_INIT("{le=\"0.005\"}"),
        STR_INIT("{le=\"0.01\"}"),  STR_INIT("{le=\"0.02\"}"),  STR_INIT("{le=\"0.05\"}"),
        STR_INIT("{le=\"0.1\"}"),   STR_INIT("{le=\"0.2\"}"),   STR_INIT("{le=\"0.5\"}"),
        STR_INIT("{le=\"1.0\"}"),   STR_INIT("{le=\"2.0\"}"),   STR_INIT("{le=\"5.0\"}")};
    uint64_t all = 0;
    uint64_t below = 0;
    family(text, STR("hearth_requests"), STR("counter"), STR("Answered requests by status."));
    for (size_t i = 0; i < METRICS_CLASSES; i++) {
        uint64_t count = atomic_load(&metrics->by_class[i]);
        all += count;
        sample(text, STR("hearth_requests_total"), classes[i], count);
    }
    family(text, STR("hearth_request_seconds"), STR("histogram"),
           STR("From the first byte of a request to its answer."));
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        below += atomic_load(&metrics->within[i]);
        sample(text, STR("hearth_request_seconds_bucket"), bounds[i], below < all ? below : all);
    }
    sample(text, STR("hearth_request_seconds_bucket"), STR("{le=\"+Inf\"}"), all);
    sample(text, STR("hearth_request_seconds_count"), STR(""), all);
    seconds(text, STR("hearth_request_seconds_sum"), atomic_load(&metrics->milliseconds), 1000, 3);
}

static void tell_work(struct buf *text, struct http_server *server,
                      const struct store_figures *figures)
{
    family(text, STR("hearth_lane_waiting"), STR("gauge"), STR("Requests that wait for a thread."));
    sample(text, STR("hearth_lane_waiting"), STR("{lane=\"pages\"}"), lane_waiting(server->pages));
    sample(text, STR("hearth_lane_waiting"), STR("{lane=\"slow\"}"), lane_waiting(server->slow));
    family(text, STR("hearth_writer_jobs"), STR("counter"), STR("Units of work that were run."));
    sample(text, STR("hearth_writer_jobs_total"), STR(""), figures->jobs);
    family(text, STR("hearth_commit_seconds"), STR("summary"),
           STR("Commits, each of a group of units of work, and how long they took."));
    sample(text, STR("hearth_commit_seconds_count"), STR(""), figures->commits);
    seconds(text, STR("hearth_commit_seconds_sum"), figures->commit_us, 1000000, 6);
}

static void tell_care(struct buf *text, const struct store_figures *figures)
{
    uint64_t age = figures->unsealed_ms > 0 ? (uint64_t)figures->unsealed_ms : 0;
    family(text, STR("hearth_unsealed_rows"), STR("gauge"),
           STR("Rows of history in no block yet."));
    sample(text, STR("hearth_unsealed_rows"), STR(""), figures->unsealed);
    family(text, STR("hearth_unsealed_age_seconds"), STR("gauge"), STR("Age of the oldest."));
    seconds(text, STR("hearth_unsealed_age_seconds"), age, 1000, 3);
    family(text, STR("hearth_wakeups_overdue"), STR("gauge"),
           STR("Clocks whose wake-up has come and was not worked off."));
    sample(text, STR("hearth_wakeups_overdue"), STR(""), figures->overdue);
}

static void tell_people(struct buf *text, struct metrics *metrics,
                        const struct store_figures *figures)
{
    family(text, STR("hearth_sessions"), STR("gauge"),
           STR("Sessions of browsers seen in the last half hour."));
    sample(text, STR("hearth_sessions"), STR(""), figures->sessions);
    family(text, STR("hearth_sign_in_failures"), STR("counter"),
           STR("Passwords and codes that did not fit."));
    sample(text, STR("hearth_sign_in_failures_total"), STR(""),
           atomic_load(&metrics->sign_in_failures));
}

static void tell_room(struct buf *text, const struct store_figures *figures)
{
    family(text, STR("hearth_bytes"), STR("gauge"), STR("Room taken, and left on the disk."));
    sample(text, STR("hearth_bytes"), STR("{what=\"database\"}"), figures->database_bytes);
    sample(text, STR("hearth_bytes"), STR("{what=\"wal\"}"), figures->wal_bytes);
    sample(text, STR("hearth_bytes"), STR("{what=\"attachments\"}"), figures->attachment_bytes);
    sample(text, STR("hearth_bytes"), STR("{what=\"drafts\"}"), figures->draft_bytes);
    sample(text, STR("hearth_bytes"), STR("{what=\"free\"}"), figures->free_bytes);
}

enum handled page_metrics(struct request *request)
{
    struct buf *text = &request->response.body;
    struct store_figures figures;
    enum status status = store_figures(request->reader, &figures);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    buf_init(text, &request->arena, TEXT_MAX);
    tell_requests(text, &request->server->metrics);
    tell_work(text, request->server, &figures);
    tell_care(text, &figures);
    tell_people(text, &request->server->metrics, &figures);
    tell_room(text, &figures);
    family(text, STR("hearth_errors"), STR("counter"), STR("Errors that went to the log."));
    sample(text, STR("hearth_errors_total"), STR(""), log_errors());
    buf_add(text, STR("# EOF\n"));
    request->response.type = STR("application/openmetrics-text; version=1.0.0; charset=utf-8");
    return HANDLED;
}
