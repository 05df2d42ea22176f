/* One request on a lane: what came in, checked, and what goes out. */
#ifndef HEARTH_HTTP_REQUEST_H
#define HEARTH_HTTP_REQUEST_H

#include "http/http.h"

struct connection; /* of server.c */

enum method { METHOD_GET, METHOD_POST, METHOD_PATCH, METHOD__COUNT };

struct response {
    unsigned status; /* HTTP */
    struct str type; /* "text/html; charset=utf-8" */
    struct buf body;
    struct str body_view;   /* instead of body: bytes that outlive the request */
    bool cacheable;         /* styles, scripts, fonts; everything else is no-store */
    struct str location;    /* of a redirect */
    struct str cookie;      /* whole Set-Cookie value, or empty */
    struct str device;      /* another one, which outlives the session */
    struct str etag;        /* "\"7\"" of a record's version */
    struct str disposition; /* of a download */
    struct str range;   /* "bytes 0-99/1234" of a part of a file; "bytes *" and the size of none */
    size_t stream_size; /* instead of body: so many bytes of request->stream */
    uint32_t retry_after; /* seconds, 0 for none */
};

struct request;
/* What a handler tells: it has filled the response, or it waits. */
enum handled { HANDLED, HANDLED_WAITING };
typedef enum handled (*handler_fn)(struct request *request);

struct request {
    struct http_server *server;
    struct connection *connection;
    struct arena arena;
    struct store *store;
    const struct model *model;
    enum method method;
    struct str path;          /* decoded, without query */
    uint32_t route;           /* line of routes.def */
    struct str parameters[6]; /* {..} of the pattern, in order */
    struct input query;       /* ?a=b, decoded */
    struct input form;        /* pairs of a body */
    struct service_upload *uploads;
    size_t upload_count;
    struct str body; /* JSON */
    struct store_session session;
    struct str session_token;
    struct actor actor;
    struct store_reader *reader; /* open while a handler runs; closed before anything is sent */
    struct work_set set;
    struct outcome outcome;
    /* What was refused, and may be opened in an emergency: the answer says how; or NULL. */
    const struct record *glass;
    bool partial; /* htmx asks for a part */
    struct response response;
    struct store_stream *stream; /* a file that is sent piece by piece; the request's until it is */
    struct service_save save;    /* when the handler waits for one */
    handler_fn saved;            /* what runs then */
    enum status waited;          /* how that ended what request_wait waited for */
    void *waits_for;             /* of the handler: what it handed over, in the arena */
};

/* From here on the words, forms and rules are those of this agency: its overlay's view of the
 * model. A session begins with its own; a page about a record has that of the record's owner. */
void request_view(struct request *request, struct uuid agency);

/* Hands request->save to the writer and suspends; then runs on a lane with the save's outcome and a
 * fresh reader. Returns HANDLED_WAITING (or answers 503 at once when the queue is full). */
enum handled request_save(struct request *request, handler_fn then);
/* The same for anything else that the writer does: start hands it over, with the completion to be
 * called when it is done, and says whether it was taken; it runs after the reader is closed. Then
 * runs on a lane; request->waited is what start said, or what the work has put there since. */
typedef enum status (*wait_fn)(struct request *request, struct completion done);
enum handled request_wait(struct request *request, wait_fn start, handler_fn then);
/* Moves the rest of the handling to the lane for slow work (passwords, pictures). */
enum handled request_on_slow_lane(struct request *request, handler_fn then);
/* On that lane: proves anew who they are, with a code of the second step, or with the password
 * where there is none. The reader is another one afterwards. */
NODISCARD enum status request_prove(struct request *request, struct str code);

/* The value of a header, or empty. */
struct str request_header(const struct request *request, const char *name);
/* The value of a pair, or empty. */
struct str request_form(const struct request *request, struct str name);
struct str request_query(const struct request *request, struct str name);
/* What the cookie of a session is called. Behind TLS with the prefix that makes a browser refuse
 * one set by a sister site or without TLS (RFC 6265bis 4.1.3.2). */
const char *request_cookie_name(const struct request *request);
/* The value of a cookie, or empty. */
struct str request_cookie(const struct request *request, const char *name);
/* The address it came from: behind TLS that which the proxy names, which is the last one. An IPv6
 * address stands for its network. */
struct str request_address(struct request *request);
/* Answers. Errors take the form of the face: a page, a part, or application/problem+json. */
enum handled request_redirect(struct request *request, struct str location);
enum handled request_fail(struct request *request, enum status status);
/* Writes in the access log that a record was asked for and not shown, when the status says so, and
 * looks whether it may be opened in an emergency (request->glass). */
void request_note_refused(struct request *request, enum status status, uint32_t entity,
                          struct uuid id, struct str what);

#define ROUTE(method, pattern, handler, access, body) enum handled handler(struct request *request);
#include "http/routes.def"
#include "store/attachment.h"
#include "store/sign_in.h"
#undef ROUTE

#endif
