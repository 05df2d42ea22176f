/* Signing in and out, and the time that is left. */
#include "http/page.h"

#include "http/connection.h"
#include "http/json_out.h"
#include "store/sign_in.h"
#include "template_sign_in.h"

/* ---- the cookie ---- */

/* Strict: no other site can make a browser act as the worker, not even by a link. */
static struct str cookie(struct request *request, const char *name, struct str token,
                         int64_t seconds)
{
    bool secure = request->server->options.secure;
    return STR_JOIN(&request->arena, str_from(name), STR("="), token,
                    STR("; Path=/; HttpOnly; SameSite=Strict; Max-Age="),
                    str_from_int(&request->arena, seconds), secure ? STR("; Secure") : STR(""));
}

/* By which a browser is known again at the next sign-in: while strangers who guess at a name are
 * kept out, its worker is not (service/guess.h). It opens nothing. */
static const char *device_cookie_name(const struct request *request)
{
    return request->server->options.secure ? "__Host-hearth_browser" : "hearth_browser";
}

/* ---- signing in ---- */

/* Where one wanted to go; only a path of ours. */
static struct str wanted(struct str then)
{
    struct url url;
    return url_local(then, &url) && !str_starts(url.text, STR("/sign-in")) ? url.text : STR("/");
}

static enum handled show_sign_in(struct request *request, struct str user, struct str then,
                                 unsigned http)
{
    struct html html;
    struct fault_line *faults;
    size_t faults_count = page_faults(request, &request->outcome, &faults);
    struct template_frame frame = page_frame(request, &(struct page){.title = STR("Sign in")});
    page_begin(request, &html);
    template_sign_in(
        &html, &(struct template_sign_in){
                   .frame = &frame,
                   .to = URL_FIXED("/sign-in"),
                   .then = then,
                   .agency_help = STR("Cannot sign in? Ask your administrator for a new password."),
                   .user = user,
                   .faults = faults,
                   .faults_count = faults_count});
    return page_end(request, &html, http);
}

enum handled page_sign_in(struct request *request)
{
    return show_sign_in(request, STR(""), wanted(request_query(request, STR("then"))), 200);
}

/* There is no session yet whose token a form could carry. Browsers say where a form came from; a
 * form of another site must not sign somebody in under a name of its choosing. */
static bool is_ours(const struct request *request)
{
    struct str site = request_header(request, "Sec-Fetch-Site");
    struct str origin = request_header(request, "Origin");
    if (site.n > 0) {
        return str_eq(site, STR("same-origin")) || str_eq(site, STR("none"));
    }
    ptrdiff_t scheme = str_find(origin, STR("://"));
    return origin.n == 0 || (scheme >= 0 && str_eq(str_slice(origin, (size_t)scheme + 3, origin.n),
                                                   request_header(request, "Host")));
}

static struct str after_password(struct request *request, enum store_waits waits, struct str then)
{
    switch (waits) {
    case STORE_WAITS_CODE:
        return url_query(&request->arena, URL_FIXED("/sign-in/code"), STR("then"), then).text;
    case STORE_WAITS_ENROLMENT:
        return STR("/second-factor");
    case STORE_WAITS_NOTHING:
        break;
    }
    return then;
}

static enum handled sign_in_slowly(struct request *request)
{
    struct service_sign_in sign_in = {
        .login = str_trim(request_form(request, STR("user"))),
        .password = request_form(request, STR("password")),
        .address = request_address(request),
        .device = request_cookie(request, device_cookie_name(request)),
        .second_factor_required = atomic_load(&request->server->second_factor_required)};
    struct str then = wanted(request_form(request, STR("then")));
    /* It opens its own, and waits for the writer. Nobody's record was shown. */
    (void)store_read_end(request->reader);
    request->reader = NULL;
    enum status status = service_sign_in(request->store, &request->arena, &sign_in);
    if (status == STATUS_OK) {
        request->response.cookie = cookie(request, request_cookie_name(request), sign_in.token,
                                          SERVICE_SESSION_MOST_MS / 1000);
        request->response.device =
            cookie(request, device_cookie_name(request), sign_in.device, SERVICE_DEVICE_MS / 1000);
        return request_redirect(request, after_password(request, sign_in.waits, then));
    }
    request->outcome = sign_in.outcome;
    if (sign_in.outcome.problems.count == 0) {
        return request_fail(request, status);
    }
    return show_sign_in(request, sign_in.login, then, status_http(status));
}

enum handled page_sign_in_post(struct request *request)
{
    if (!is_ours(request)) {
        outcome_problem(&request->outcome, STATUS_FORBIDDEN, STR(""), STR("other_site"),
                        STR("This form did not come from Hearth. Open the page of Hearth itself to "
                            "sign in."));
        return request_fail(request, STATUS_FORBIDDEN);
    }
    return request_on_slow_lane(request, sign_in_slowly);
}

static enum handled sign_out_slowly(struct request *request)
{
    enum status status = service_sign_out(request->store, &request->arena, request->session_token);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    request->response.cookie = cookie(request, request_cookie_name(request), STR(""), 0);
    return request_redirect(request, STR("/sign-in"));
}

enum handled page_sign_out(struct request *request)
{
    return request_on_slow_lane(request, sign_out_slowly);
}

/* ---- the time that is left ---- */

static enum handled answer_left(struct request *request, int64_t used_ms)
{
    struct json_out json;
    int64_t idle = SERVICE_SESSION_IDLE_MS - used_ms;
    int64_t most =
        SERVICE_SESSION_MOST_MS - (store_now(request->store).ms - request->session.created_at.ms);
    int64_t left = idle < most ? idle : most;
    request->response.type = STR("application/json");
    json_out_init(&json, &request->response.body);
    json_out_object(&json);
    json_out_member_number(&json, STR("minutes_left"), left > 0 ? left / (60 * 1000) : 0);
    /* Whoever comes back after a session ended goes on in the page that is still open; another
     * worker does not. Only pages of this server can read the answer. */
    json_out_member(&json, STR("worker"), uuid_text(&request->arena, request->session.worker));
    json_out_member(&json, STR("form_token"), request->session.form_token);
    json_out_object_end(&json);
    return HANDLED;
}

enum handled page_session(struct request *request)
{
    return answer_left(request, store_now(request->store).ms - request->session.seen_at.ms);
}

/* Being asked is enough: every request but page_session is noted as a use of the session. */
enum handled page_session_stay(struct request *request)
{
    return answer_left(request, 0);
}
