/* The second step of signing in: asking for it, giving it to an app, recovery codes. */
#include "http/page.h"

#include <qrencode.h>

#include "http/connection.h"
#include "service/second_factor.h"
#include "store/sign_in.h"
#include "template_recovery_codes.h"
#include "template_second_factor.h"
#include "template_sign_in.h"

#define SQUARES_MAX ((size_t)64 * 1024)
#define QUIET 4 /* empty squares around, ISO/IEC 18004 */

/* ---- while signing in ---- */

static enum handled show_code(struct request *request, unsigned http)
{
    struct html html;
    struct fault_line *faults;
    size_t faults_count = page_faults(request, &request->outcome, &faults);
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("One more step")});
    struct str then = request_form(request, STR("then"));
    page_begin(request, &html);
    template_sign_in(
        &html,
        &(struct template_sign_in){
            .frame = &frame,
            .to = URL_FIXED("/sign-in/code"),
            .form_token = request->session.form_token,
            .then = then.n > 0 ? then : request_query(request, STR("then")),
            .agency_help = STR("No phone and no recovery code? An administrator can reset this."),
            .second_step = true,
            .faults = faults,
            .faults_count = faults_count});
    return page_end(request, &html, http);
}

enum handled page_code(struct request *request)
{
    return request->session.waits == STORE_WAITS_CODE ? show_code(request, 200)
                                                      : request_redirect(request, STR("/"));
}

/* The writer is waited for without a snapshot in hand. */
static void let_go(struct request *request)
{
    if (request->reader != NULL) {
        (void)store_read_end(request->reader); /* nobody's record was shown */
    }
    request->reader = NULL;
}

static bool take_up(struct request *request)
{
    return store_read_begin(request->store, &request->arena, &request->reader) == STATUS_OK;
}

static enum handled prove_slowly(struct request *request)
{
    struct url then;
    let_go(request);
    enum status status = service_second_factor_prove(
        request->store, &request->arena, request->session_token, &request->session,
        request_form(request, STR("code")), &request->outcome);
    if (!take_up(request)) {
        return request_fail(request, STATUS_BUSY);
    }
    if (status == STATUS_OK) {
        bool ours = url_local(request_form(request, STR("then")), &then);
        return request_redirect(request, ours ? then.text : STR("/"));
    }
    return request->outcome.problems.count == 0 ? request_fail(request, status)
                                                : show_code(request, status_http(status));
}

enum handled page_code_post(struct request *request)
{
    return request->session.waits == STORE_WAITS_CODE ? request_on_slow_lane(request, prove_slowly)
                                                      : request_redirect(request, STR("/"));
}

/* ---- the picture for the app ---- */

/* One path of unit squares, row by row in runs; the box around it. */
static bool draw(struct request *request, struct str address, struct str *ret_box,
                 struct str *ret_squares)
{
    struct arena *arena = &request->arena;
    struct buf path;
    QRcode *code = QRcode_encodeString8bit(str_cstr(arena, address), 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return false;
    }
    buf_init(&path, arena, SQUARES_MAX);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0, run; x<code->width; x += run> 0 ? run : 1) {
            for (run = 0; x + run < code->width && code->data[y * code->width + x + run] & 1;) {
                run++;
            }
            if (run > 0) {
                BUF_ADD(&path, STR("M"), str_from_int(arena, x + QUIET), STR(" "),
                        str_from_int(arena, y + QUIET), STR("h"), str_from_int(arena, run),
                        STR("v1h-"), str_from_int(arena, run), STR("z"));
            }
        }
    }
    struct str side = str_from_int(arena, code->width + 2 * QUIET);
    QRcode_free(code);
    *ret_box = STR_JOIN(arena, STR("0 0 "), side, STR(" "), side);
    *ret_squares = buf_str(&path);
    return !path.overrun;
}

/* "otpauth://totp/Hearth:..." is what apps read. */
static struct str address_of(struct request *request, struct str secret)
{
    struct buf text;
    buf_init(&text, &request->arena, 1000);
    BUF_ADD(&text, STR("otpauth://totp/Hearth:"));
    url_encode(&text, uuid_text(&request->arena, request->session.worker));
    BUF_ADD(&text, STR("?secret="), secret, STR("&issuer=Hearth"));
    return buf_str(&text);
}

/* ---- how it stands ---- */

static struct table events_of(struct request *request)
{
    static const struct column columns[] = {
        {.text = STR_INIT("When")}, {.text = STR_INIT("What")}, {.text = STR_INIT("Why")}};
    struct store_second_factor_event *events;
    size_t count = 0;
    if (store_second_factor_events(request->reader, request->session.worker, &events, &count) !=
        STATUS_OK) {
        count = 0;
    }
    struct cell *cells = ARENA_ARRAY(&request->arena, count * ARRAY_LENGTH(columns), struct cell);
    for (size_t i = 0; i < count; i++) {
        cells[i * 3].text = page_when(request, events[i].at);
        cells[i * 3 + 1].text = events[i].what;
        cells[i * 3 + 2].text = events[i].reason;
    }
    return (struct table){.caption = STR("What happened to the second step"),
                          .columns = columns,
                          .columns_count = ARRAY_LENGTH(columns),
                          .cells = cells,
                          .rows_count = count,
                          .quiet = true};
}

static struct str since_words(struct request *request, const struct store_second_factor *factor)
{
    return STR_JOIN(&request->arena, STR("Turned on "), page_when(request, factor->enrolled_at),
                    STR(". Recovery codes left: "),
                    str_from_int(&request->arena, (int64_t)factor->codes_left), STR("."));
}

static enum handled show(struct request *request, struct str secret, unsigned http)
{
    struct html html;
    struct fault_line *faults;
    struct store_second_factor factor = {0};
    bool enrolled =
        store_second_factor(request->reader, request->session.worker, &factor) == STATUS_OK &&
        factor.enrolled_at.ms != 0;
    bool required = atomic_load(&request->server->second_factor_required);
    size_t faults_count = page_faults(request, &request->outcome, &faults);
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("Second step at sign-in")});
    struct template_second_factor page = {
        .frame = &frame,
        .form_token = request->session.form_token,
        .policy = required
                      ? STR("Everybody here signs in with a password and a code of their phone.")
                      : STR("Here a password is enough to sign in. You may turn on a second "
                            "step for yourself; your agency may require it of everyone."),
        .enrolled = enrolled,
        .since = enrolled ? since_words(request, &factor) : STR(""),
        .secret = secret,
        .events = events_of(request),
        .faults = faults,
        .faults_count = faults_count};
    if (!enrolled && !draw(request, address_of(request, secret), &page.box, &page.squares)) {
        return request_fail(request, STATUS_BUSY);
    }
    page_begin(request, &html);
    template_second_factor(&html, &page);
    return page_end(request, &html, http);
}

/* The secret is made when the page is first looked at, and is the same until it is enrolled. */
static enum handled show_slowly(struct request *request, unsigned http)
{
    struct str secret = STR("");
    let_go(request);
    enum status status = service_second_factor_begin(request->store, &request->arena,
                                                     request->session.worker, &secret);
    if (!take_up(request)) {
        return request_fail(request, STATUS_BUSY);
    }
    return status == STATUS_OK || status == STATUS_REFUSED ? show(request, secret, http)
                                                           : request_fail(request, status);
}

static enum handled begin_slowly(struct request *request)
{
    return show_slowly(request, 200);
}

enum handled page_second_factor(struct request *request)
{
    if (request->session.waits == STORE_WAITS_CODE) {
        return request_redirect(request, STR("/sign-in/code"));
    }
    return request_on_slow_lane(request, begin_slowly);
}

static enum handled show_codes(struct request *request, const struct str *codes)
{
    struct html html;
    struct link links[SECOND_FACTOR_CODES];
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("Recovery codes")});
    for (size_t i = 0; i < SECOND_FACTOR_CODES; i++) {
        links[i] = (struct link){.text = codes[i]};
    }
    page_begin(request, &html);
    template_recovery_codes(
        &html, &(struct template_recovery_codes){
                   .frame = &frame, .codes = links, .codes_count = SECOND_FACTOR_CODES});
    return page_end(request, &html, 200);
}

/* What became of a code that was entered here. */
static enum handled tell(struct request *request, enum status status, const struct str *codes)
{
    if (status != STATUS_OK && request->outcome.problems.count > 0) {
        return show_slowly(request, status_http(status));
    }
    if (!take_up(request)) {
        return request_fail(request, STATUS_BUSY);
    }
    return status == STATUS_OK ? show_codes(request, codes) : request_fail(request, status);
}

static enum handled enrol_slowly(struct request *request)
{
    struct str codes[SECOND_FACTOR_CODES];
    let_go(request);
    enum status status = service_second_factor_enrol(
        request->store, &request->arena, request->session_token, &request->session,
        request_form(request, STR("code")), &request->outcome, codes);
    return tell(request, status, codes);
}

enum handled page_second_factor_post(struct request *request)
{
    return request_on_slow_lane(request, enrol_slowly);
}

static enum handled renew_slowly(struct request *request)
{
    struct str codes[SECOND_FACTOR_CODES];
    let_go(request);
    enum status status =
        service_recovery_codes(request->store, &request->arena, request->session.worker,
                               request_form(request, STR("code")), &request->outcome, codes);
    return tell(request, status, codes);
}

enum handled page_recovery_codes(struct request *request)
{
    return request_on_slow_lane(request, renew_slowly);
}
