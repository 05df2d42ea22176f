/* The filled response onto the connection, with the headers that every answer has. */
#include "http/connection.h"

#include "base/utf8.h"
#include "store/attachment.h"

/* Strict: no inline script or style, nothing from elsewhere, no framing. */
static const char *const content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'";

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    MHD_add_response_header(response, name, value);
}

static void add_str(struct connection *connection, struct MHD_Response *response, const char *name,
                    struct str value)
{
    if (value.n > 0) {
        add(response, name, str_cstr(&connection->request.arena, value));
    }
}

static void add_headers(struct connection *connection, struct MHD_Response *response)
{
    struct response *ours = &connection->request.response;
    add(response, "Content-Security-Policy", content_policy);
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Referrer-Policy", "same-origin");
    add(response, "Cross-Origin-Opener-Policy", "same-origin");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    add(response, "Permissions-Policy", "camera=(self), geolocation=(), microphone=()");
    if (connection->server->options.secure) {
        add(response, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }
    add(response, "Cache-Control",
        ours->cacheable ? "public, max-age=31536000, immutable" : "no-store");
    add_str(connection, response, "Content-Type", ours->type);
    add_str(connection, response, "Location", ours->location);
    add_str(connection, response, "Set-Cookie", ours->cookie);
    add_str(connection, response, "Set-Cookie", ours->device);
    add_str(connection, response, "ETag", ours->etag);
    add_str(connection, response, "Content-Disposition", ours->disposition);
    add_str(connection, response, "Content-Range", ours->range);
    if (ours->stream_size > 0) {
        add(response, "Accept-Ranges", "bytes");
    }
    if (ours->retry_after > 0) {
        add_str(connection, response, "Retry-After",
                str_from_int(&connection->request.arena, ours->retry_after));
    }
    add(response, "X-Request-Id", connection->id);
    if (store_is_training(connection->server->options.store)) {
        add(response, "Hearth-Training", "invented families");
    }
    if (connection->refused != STATUS_OK || server_phase(connection->server) != PHASE_SERVING) {
        add(response, "Connection", "close");
    }
}

/* ---- a file, piece by piece ---- */

#define BLOCK ((size_t)64 * 1024)

/* On a thread of the library: one piece of a sealed file is read and opened at a time. */
static ssize_t read_stream(void *stream, uint64_t at, char *bytes, size_t most)
{
    (void)at; /* they are asked for in order */
    ptrdiff_t n = store_stream_read(stream, bytes, most);
    return n > 0    ? n
           : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM
                    : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void close_stream(void *stream)
{
    store_stream_close(stream);
}

static struct MHD_Response *streamed(struct request *request)
{
    struct MHD_Response *response = MHD_create_response_from_callback(
        request->response.stream_size, BLOCK, read_stream, request->stream, close_stream);
    if (response) {
        request->stream = NULL; /* the library closes it */
    }
    return response;
}

/* The bytes live in the request's arena until the request is completed. The library takes a pointer
 * to non-const and only reads. */
static struct MHD_Response *whole(const struct request *request)
{
    struct str body = buf_str(&request->response.body);
    if (request->response.body_view.n > 0) {
        body = request->response.body_view;
    }
    union {
        const char *read;
        void *given;
    } bytes = {.read = body.p};
    return MHD_create_response_from_buffer(body.n, bytes.given, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result answer_send(struct connection *connection)
{
    struct request *request = &connection->request;
    struct MHD_Response *response = request->response.stream_size > 0 && request->stream != NULL
                                        ? streamed(request)
                                        : whole(request);
    if (!response) {
        return MHD_NO;
    }
    add_headers(connection, response);
    enum MHD_Result result =
        MHD_queue_response(connection->mhd, request->response.status, response);
    MHD_destroy_response(response);
    return result;
}
