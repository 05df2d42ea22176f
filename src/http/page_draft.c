/* What one types, kept as one types it; and closing what was begun, with a reason. */
#include "http/page.h"

#include "http/json_out.h"
#include "http/page_act.h"
#include "store/draft.h"
#include "template_draft_close.h"

#define CONTENT_MAX ((size_t)1024 * 1024)
#define REASON_MAX 500u

/* ---- saving ---- */

struct draft {
    struct str place, title, content;
};

/* The pairs of the frame say where the draft belongs; they are not part of it. */
static bool is_of_frame(struct str name)
{
    return str_eq(name, STR("form_token")) || str_eq(name, STR("draft_place")) ||
           str_eq(name, STR("draft_title"));
}

static bool write_content(struct request *request, struct str *ret_content)
{
    struct buf content;
    buf_init(&content, &request->arena, CONTENT_MAX);
    for (size_t i = 0; i < request->form.count; i++) {
        const struct input_pair *pair = &request->form.pairs[i];
        if (!is_of_frame(pair->name)) {
            buf_add(&content, content.n > 0 ? STR("&") : STR(""));
            url_encode(&content, pair->name);
            buf_byte(&content, '=');
            url_encode(&content, pair->value);
        }
    }
    *ret_content = buf_str(&content);
    return !content.overrun;
}

static enum status submit_draft(struct request *request, struct completion done)
{
    const struct draft *draft = request->waits_for;
    return store_draft_save(request->store, request->session.worker, draft->place, draft->title,
                            draft->content, done, &request->waited);
}

static enum handled draft_saved(struct request *request)
{
    struct json_out json;
    if (request->waited != STATUS_OK) {
        return request_fail(request, request->waited);
    }
    request->response.type = STR("application/json");
    json_out_init(&json, &request->response.body);
    json_out_object(&json);
    json_out_member(&json, STR("saved_at"), page_time(request, store_now(request->store)));
    json_out_object_end(&json);
    return HANDLED;
}

/* A place is the path of the page without its first slash; anything else could not be gone on with.
 */
static bool place_url(struct request *request, struct str place, struct url *ret_url)
{
    return place.n > 0 && url_local(STR_JOIN(&request->arena, STR("/"), place), ret_url);
}

enum handled page_draft_save(struct request *request)
{
    struct draft *draft = ARENA_NEW(&request->arena, struct draft);
    struct url url;
    draft->place = request_form(request, STR("draft_place"));
    draft->title = request_form(request, STR("draft_title"));
    if (!place_url(request, draft->place, &url)) {
        return request_fail(request, STATUS_INVALID);
    }
    if (!write_content(request, &draft->content)) {
        return request_fail(request, STATUS_TOO_LARGE);
    }
    request->waits_for = draft;
    return request_wait(request, submit_draft, draft_saved);
}

/* ---- closing ---- */

static bool find_draft(struct request *request, struct str place, struct store_draft *ret_draft)
{
    struct store_draft *drafts;
    size_t count;
    if (store_drafts(request->reader, request->session.worker, &drafts, &count) != STATUS_OK) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (str_eq(drafts[i].place, place)) {
            *ret_draft = drafts[i];
            return true;
        }
    }
    return false;
}

static enum handled show_closing(struct request *request, struct str place, unsigned http)
{
    struct html html;
    struct store_draft draft;
    struct url go_on;
    struct fault_line *faults;
    size_t faults_count = page_faults(request, &request->outcome, &faults);
    if (!place_url(request, place, &go_on) || !find_draft(request, place, &draft)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("Close unfinished work")});
    page_begin(request, &html);
    template_draft_close(
        &html, &(struct template_draft_close){.frame = &frame,
                                              .form_token = request->session.form_token,
                                              .place = place,
                                              .what = draft.title,
                                              .saved = STR_JOIN(&request->arena, STR("saved "),
                                                                page_when(request, draft.saved_at)),
                                              .reason = request_form(request, STR("reason")),
                                              .go_on = go_on,
                                              .faults = faults,
                                              .faults_count = faults_count});
    return page_end(request, &html, http);
}

enum handled page_draft_closing(struct request *request)
{
    return show_closing(request, request_query(request, STR("place")), 200);
}

struct closing {
    struct uuid worker;
    struct str place, reason;
};

static enum status close_draft(struct uow *uow, void *input)
{
    const struct closing *closing = input;
    uow_draft_close(uow, closing->worker, closing->place, closing->reason);
    return STATUS_OK;
}

static enum handled draft_closed(struct request *request)
{
    return request->outcome.status == STATUS_OK ? request_redirect(request, STR("/my-day"))
                                                : request_fail(request, request->outcome.status);
}

enum handled page_draft_close(struct request *request)
{
    struct closing *closing = ARENA_NEW(&request->arena, struct closing);
    *closing = (struct closing){request->session.worker, request_form(request, STR("place")),
                                str_trim(request_form(request, STR("reason")))};
    if (closing->reason.n == 0 || closing->reason.n > REASON_MAX) {
        outcome_problem(&request->outcome, STATUS_INVALID, STR("reason"), STR("required"),
                        STR("Say in a few words why it is not needed: 1 to 500 characters."));
        return show_closing(request, closing->place, status_http(STATUS_INVALID));
    }
    return page_act(request, close_draft, closing, draft_closed);
}
