/* From a received request to its handler, on a lane: route, session, form token, body, reader. */
#include "http/connection.h"
#include "http/header.h"

#include "base/utf8.h"
#include "html/url.h"
#include "http/as_of.h"
#include "http/log.h"
#include "rule/access.h"
#include "service/second_factor.h"
#include "store/sign_in.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Where an arena that is full jumps to: the boundary of the request on this thread. */
NORETURN static void exhausted(void *context)
{
    jmp_buf *boundary = context;
    longjmp(*boundary, 1);
}

struct str request_header(const struct request *request, const char *name)
{
    return str_from(MHD_lookup_connection_value(request->connection->mhd, MHD_HEADER_KIND, name));
}

static enum handled fail_with(struct request *request, enum status status, struct str code,
                              struct str message)
{
    outcome_problem(&request->outcome, status, STR(""), code, message);
    return request_fail(request, status);
}

void request_view(struct request *request, struct uuid agency)
{
    request->model = work_set_view(&request->set, agency);
    request->set.model = request->model;
}

const char *request_cookie_name(const struct request *request)
{
    return request->server->options.secure ? "__Host-hearth" : "hearth";
}

struct str request_cookie(const struct request *request, const char *name)
{
    return header_cookie(request_header(request, "Cookie"), str_from(name));
}

/* The token of the request: the cookie's for pages, the bearer's for programs. */
static struct str presented_token(const struct request *request, enum access access)
{
    if (access == ACCESS_TOKEN) {
        return header_bearer(request_header(request, "Authorization"));
    }
    return request_cookie(request, request_cookie_name(request));
}

/* Who asks, by the token that came with the request; false when nobody is signed in. */
static bool find_session(struct request *request, enum access access)
{
    request->session_token = presented_token(request, access);
    if (request->session_token.n == 0 ||
        service_session(request->reader, &request->arena, request->session_token,
                        store_now(request->store), &request->session) != STATUS_OK ||
        (access == ACCESS_TOKEN) != (request->session.form_token.n == 0)) {
        return false;
    }
    /* Before the second step nobody is anybody yet. */
    if (request->session.waits != STORE_WAITS_NOTHING) {
        work_set_init(&request->set, &request->arena, request->model, store_now(request->store),
                      NULL);
        return access == ACCESS_BEGUN;
    }
    if (store_actor(request->reader, request->session.worker, &request->actor) != STATUS_OK) {
        return false;
    }
    request->actor.agency = request->session.agency;
    request->actor.unproved =
        store_now(request->store).ms - request->session.proved_at.ms > SERVICE_PROVED_MS;
    work_set_init(&request->set, &request->arena, request->model, store_now(request->store),
                  &request->actor);
    if (model_overlay_total(request->model) > 0 &&
        store_views(request->reader, &request->set) != STATUS_OK) {
        return false;
    }
    request_view(request, request->actor.agency);
    return true;
}

static enum handled require_session(struct request *request, enum access access)
{
    if (find_session(request, access)) {
        /* Asking how much time is left is no sign of life. */
        if (route_lines[request->route].handler != page_session) {
            service_session_seen(request->store, request->session_token, &request->session);
        }
        return HANDLED;
    }
    if (access != ACCESS_TOKEN && request->method == METHOD_GET && !request->partial) {
        struct url to = request->session.waits == STORE_WAITS_CODE ? URL_FIXED("/sign-in/code")
                        : request->session.waits == STORE_WAITS_ENROLMENT
                            ? URL_FIXED("/second-factor")
                            : URL_FIXED("/sign-in");
        request_redirect(request, url_query(&request->arena, to, STR("then"), request->path).text);
        return HANDLED_WAITING;
    }
    fail_with(request, STATUS_UNAUTHENTICATED, STR("signed_out"),
              access == ACCESS_TOKEN
                  ? STR("Send the header Authorization: Bearer TOKEN; hearth user token makes one.")
                  : STR("You are signed out. Sign in again; what you typed was kept as a draft."));
    return HANDLED_WAITING;
}

static bool type_is(struct str type, struct str wanted)
{
    return str_starts(type, wanted) &&
           (type.n == wanted.n || type.p[wanted.n] == ';' || type.p[wanted.n] == ' ');
}

static enum status parse_form(struct request *request, struct str body)
{
    struct body_pairs pairs;
    struct str type = request_header(request, "Content-Type");
    if (type_is(type, STR("multipart/form-data"))) {
        TRY(body_multipart(&request->arena, type, body, &pairs, &request->outcome));
    } else if (body.n == 0 || type_is(type, STR("application/x-www-form-urlencoded"))) {
        TRY(body_urlencoded(&request->arena, body, &pairs, &request->outcome));
    } else {
        outcome_problem(&request->outcome, STATUS_UNSUPPORTED, STR(""), STR("content_type"),
                        STR("A form is sent as application/x-www-form-urlencoded or "
                            "multipart/form-data."));
        return STATUS_UNSUPPORTED;
    }
    request->form = (struct input){pairs.pairs.items, pairs.pairs.count};
    request->uploads = pairs.uploads.items;
    request->upload_count = pairs.uploads.count;
    return STATUS_OK;
}

static enum status take_body(struct request *request, enum body_kind kind)
{
    struct connection *connection = request->connection;
    struct str body = {connection->received, connection->received_count};
    switch (kind) {
    case BODY_NONE:
        if (body.n > 0) {
            outcome_problem(&request->outcome, STATUS_MALFORMED, STR(""), STR("body"),
                            STR("This address takes no body."));
            return STATUS_MALFORMED;
        }
        return STATUS_OK;
    case BODY_FORM:
        return parse_form(request, body);
    case BODY_JSON:
        if (body.n > 0 &&
            !type_is(request_header(request, "Content-Type"), STR("application/json"))) {
            outcome_problem(&request->outcome, STATUS_UNSUPPORTED, STR(""), STR("content_type"),
                            STR("The API takes application/json."));
            return STATUS_UNSUPPORTED;
        }
        request->body = body;
        return STATUS_OK;
    }
    return STATUS_INTERNAL;
}

/* A form of another site cannot know the session's token. Compared in constant time. */
static bool form_token_fits(const struct request *request)
{
    struct str sent = request_form(request, STR("form_token"));
    struct str ours = request->session.form_token;
    return ours.n > 0 && sent.n == ours.n && sodium_memcmp(sent.p, ours.p, ours.n) == 0;
}

static enum status split_uri(struct request *request, struct str *ret_path)
{
    struct str uri = str_from(request->connection->raw_uri);
    ptrdiff_t mark = str_find_byte(uri, '?');
    struct body_pairs pairs = {0};
    if (uri.n > URI_BYTES_MAX) {
        outcome_problem(&request->outcome, STATUS_TOO_LARGE, STR(""), STR("address"),
                        STR("The address is longer than 4096 bytes."));
        return STATUS_TOO_LARGE;
    }
    *ret_path = mark < 0 ? uri : str_slice(uri, 0, (size_t)mark);
    if (mark >= 0) {
        TRY(body_urlencoded(&request->arena, str_slice(uri, (size_t)mark + 1, uri.n), &pairs,
                            &request->outcome));
    }
    request->query = (struct input){pairs.pairs.items, pairs.pairs.count};
    for (size_t i = 0; i < request->query.count; i++) {
        size_t at;
        if (utf8_check(request->query.pairs[i].value, &at) != UTF8_FINE) {
            outcome_problem(&request->outcome, STATUS_MALFORMED, STR(""), STR("address"),
                            STR("The address holds bytes that are not text."));
            return STATUS_MALFORMED;
        }
    }
    return STATUS_OK;
}

/* In the frame of who is signed in, so that one can go on from there. */
static enum handled no_such_page(struct request *request, enum status why)
{
    bool page =
        !str_starts(request->path, STR("/api/")) && !str_starts(request->path, STR("/static/"));
    if (page && store_read_begin(request->store, &request->arena, &request->reader) == STATUS_OK) {
        (void)find_session(request, ACCESS_SESSION);
    }
    return request_fail(request, why);
}

static enum handled first_run(struct request *request)
{
    struct connection *connection = request->connection;
    struct str path;
    bool known;
    request->partial = request_header(request, "HX-Request").n > 0;
    if (connection->refused != STATUS_OK) {
        request->path = STR("");
        return fail_with(request, connection->refused, STR("refused"), connection->refused_why);
    }
    enum status status = split_uri(request, &path);
    request->path = path;
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    int line = route_find(&request->arena, request->method, path, request->parameters, &known);
    if (line < 0) {
        return no_such_page(request, known ? STATUS_NOT_ALLOWED : STATUS_NOT_FOUND);
    }
    const struct route_line *route = &route_lines[line];
    request->route = (uint32_t)line;
    if (route->access != ACCESS_BARE) {
        status = store_read_begin(request->store, &request->arena, &request->reader);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    if (route->access == ACCESS_WATCH && !metrics_may_read(request)) {
        return fail_with(request, STATUS_FORBIDDEN, STR("watch"),
                         STR("Ask from the machine of the server, or send the header "
                             "Authorization: Bearer TOKEN with the token of the metrics."));
    }
    if (route->access != ACCESS_BARE && route->access != ACCESS_PUBLIC &&
        route->access != ACCESS_WATCH &&
        require_session(request, route->access) == HANDLED_WAITING) {
        return HANDLED;
    }
    status = take_body(request, route->body);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    bool by_cookie = route->access == ACCESS_SESSION || route->access == ACCESS_BEGUN;
    if (by_cookie && request->method != METHOD_GET && !form_token_fits(request)) {
        return fail_with(request, STATUS_FORBIDDEN, STR("form_token"),
                         STR("This form was made for another session. Open the page again; what "
                             "you typed was kept as a draft."));
    }
    if (by_cookie && as_of_asked(request) && !as_of_taken(route->handler)) {
        return as_of_refuse(request);
    }
    return route->handler(request);
}

static void prepare(struct connection *connection)
{
    struct request *request = &connection->request;
    request->server = connection->server;
    request->connection = connection;
    request->store = connection->server->options.store;
    request->model = store_model(request->store);
    request->route = ROUTE_COUNT;
    outcome_init(&request->outcome, &request->arena);
    buf_init(&request->response.body, &request->arena, ARENA_REQUEST_CAP / 2);
    request->response.status = 200;
}

/* A page of which it could not be written down who looked must not be shown. */
static enum status close_reader(struct request *request)
{
    struct store_reader *reader = request->reader;
    request->reader = NULL;
    return reader ? store_read_end(reader) : STATUS_OK;
}

/* An answer that needs neither memory nor store. */
static void answer_plainly(struct request *request)
{
    request->response = (struct response){.status = 503};
    request->response.type = STR("text/plain; charset=utf-8");
    request->response.body_view = STR("Hearth cannot show this now. Try again in a moment.\n");
    request->response.retry_after = 5;
    request->connection->submit = false;
    request->connection->slow = false;
    request->connection->start = NULL;
}

/* The writer is done with a save; the rest runs on a lane. Called on the writer's thread. */
static void on_saved(void *context)
{
    struct connection *connection = context;
    lane_add_accepted(connection->server->pages, &connection->work);
}

/* The last thing this thread does with the request: from here on it may be on another one. */
static void hand_on(struct connection *connection)
{
    if (connection->slow) {
        connection->slow = false;
        lane_add_accepted(connection->server->slow, &connection->work);
        return;
    }
    struct completion done = {on_saved, connection};
    wait_fn start = connection->start;
    if (start) {
        connection->start = NULL;
        enum status status = start(&connection->request, done);
        if (status != STATUS_OK) { /* not taken: nobody else has the request */
            connection->request.waited = status;
            on_saved(connection);
        }
        return;
    }
    connection->submit = false;
    struct service_save *save = &connection->request.save;
    if (service_save_submit(connection->request.store, save) != STATUS_OK) {
        save->job.outcome.status = STATUS_BUSY;
        on_saved(connection);
    }
}

/* What was written to without being looked at first, as a program may. */
static void note_refused_save(struct request *request)
{
    const struct service_save *save = &request->save;
    if (save->count > 0 && !uuid_is_nil(save->changes[0].id)) {
        request_note_refused(request, save->job.outcome.status, save->changes[0].entity,
                             save->changes[0].id, route_lines[request->route].name);
    }
}

static void run_guarded(struct connection *connection, enum handled *ret_handled)
{
    struct request *request = &connection->request;
    jmp_buf boundary;
    if (setjmp(boundary) == 0) {
        request->arena.exhausted = exhausted;
        request->arena.context = &boundary;
        if (connection->next) {
            if (!request->reader &&
                store_read_begin(request->store, &request->arena, &request->reader) != STATUS_OK) {
                *ret_handled = request_fail(request, STATUS_BUSY);
                return;
            }
            handler_fn next = connection->next;
            connection->next = NULL;
            note_refused_save(request);
            *ret_handled = next(request);
        } else {
            prepare(connection);
            *ret_handled = first_run(request);
        }
        return;
    }
    /* The page needed more memory than a page may have. */
    answer_plainly(request);
    *ret_handled = HANDLED;
}

static void tell(struct connection *connection)
{
    const struct response *response = &connection->request.response;
    metrics_count(&connection->server->metrics, &connection->request,
                  monotonic_ms() - connection->began_ms);
    log_request(&connection->request, monotonic_ms() - connection->began_ms,
                response->body_view.n > 0 ? response->body_view.n : buf_str(&response->body).n);
}

void dispatch_run(struct lane_work *work)
{
    /* work is the first member */
    struct connection *connection = (struct connection *)(void *)work;
    enum handled handled = HANDLED;
    if (!hold_enter(connection)) {
        return;
    }
    run_guarded(connection, &handled);
    if (close_reader(&connection->request) != STATUS_OK) {
        answer_plainly(&connection->request);
        handled = HANDLED;
    }
    connection->request.arena.exhausted = NULL;
    if (handled == HANDLED_WAITING) {
        hand_on(connection);
        return;
    }
    tell(connection);
    hold_leave(connection);
    connection_answer(connection);
}

void request_note_refused(struct request *request, enum status status, uint32_t entity,
                          struct uuid id, struct str what)
{
    if (status == STATUS_FORBIDDEN || status == STATUS_NOT_FOUND) {
        const struct record *record = work_set_find(&request->set, id);
        bool may = record != NULL && access_may_break_glass(&request->set, record);
        request->glass = may ? record : NULL;
        store_note_refused(request->reader, &request->set, entity, id, what);
    }
}

/* Files are sealed here, on the lane for slow work: the writer only names them. */
static enum handled seal_and_submit(struct request *request)
{
    struct service_save *save = &request->save;
    struct outcome *outcome = &save->job.outcome;
    outcome_init(outcome, &request->arena);
    enum status status = service_seal_uploads(request->store, request->model, save, outcome);
    if (status != STATUS_OK) {
        outcome->status = status;
        return request->saved(request);
    }
    request->connection->next = request->saved;
    request->connection->submit = true;
    return HANDLED_WAITING;
}

enum handled request_save(struct request *request, handler_fn then)
{
    struct service_save *save = &request->save;
    /* What was typed while it was shown can still be saved. */
    struct actor *actor = arena_copy(&request->arena, &request->actor, sizeof(request->actor));
    actor->unproved = false;
    save->job.arena = &request->arena;
    save->job.actor = actor;
    save->job.done = (struct completion){on_saved, request->connection};
    request->saved = then;
    if (save->upload_count > 0) {
        return request_on_slow_lane(request, seal_and_submit);
    }
    request->connection->next = then;
    request->connection->submit = true;
    return HANDLED_WAITING;
}

enum handled request_wait(struct request *request, wait_fn start, handler_fn then)
{
    request->waited = STATUS_OK;
    request->connection->next = then;
    request->connection->start = start;
    return HANDLED_WAITING;
}

enum handled request_on_slow_lane(struct request *request, handler_fn then)
{
    request->connection->next = then;
    request->connection->slow = true;
    return HANDLED_WAITING;
}

struct str request_form(const struct request *request, struct str name)
{
    for (size_t i = 0; i < request->form.count; i++) {
        if (str_eq(request->form.pairs[i].name, name)) {
            return request->form.pairs[i].value;
        }
    }
    return STR("");
}

struct str request_query(const struct request *request, struct str name)
{
    for (size_t i = 0; i < request->query.count; i++) {
        if (str_eq(request->query.pairs[i].name, name)) {
            return request->query.pairs[i].value;
        }
    }
    return STR("");
}

enum handled request_redirect(struct request *request, struct str location)
{
    request->response.status = 303;
    request->response.location = location;
    request->response.type = STR("text/plain; charset=utf-8");
    return HANDLED;
}

enum handled request_fail(struct request *request, enum status status)
{
    return str_starts(request->path, STR("/api/")) ? api_problem(request, status)
                                                   : page_problem(request, status);
}
