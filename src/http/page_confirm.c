/* Proving anew who one is, before what tells who reported is shown. */
#include "http/page.h"

#include "http/connection.h"
#include "service/second_factor.h"
#include "store/sign_in.h"
#include "template_confirm.h"

static bool has_second_factor(struct request *request)
{
    struct store_second_factor factor = {0};
    return store_second_factor(request->reader, request->session.worker, &factor) == STATUS_OK &&
           factor.enrolled_at.ms != 0;
}

static enum handled show(struct request *request, struct str then, unsigned http)
{
    struct html html;
    struct fault_line *faults;
    size_t faults_count = page_faults(request, &request->outcome, &faults);
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("Confirm that it is you")});
    page_begin(request, &html);
    template_confirm(&html, &(struct template_confirm){.frame = &frame,
                                                       .form_token = request->session.form_token,
                                                       .then = then,
                                                       .by_code = has_second_factor(request),
                                                       .faults = faults,
                                                       .faults_count = faults_count});
    return page_end(request, &html, http);
}

enum handled page_confirm(struct request *request)
{
    return show(request, request_query(request, STR("then")), 200);
}

enum status request_prove(struct request *request, struct str code)
{
    bool by_code = has_second_factor(request);
    (void)store_read_end(request->reader); /* the writer is waited for; nobody's record was shown */
    request->reader = NULL;
    enum status status =
        by_code
            ? service_second_factor_prove(request->store, &request->arena, request->session_token,
                                          &request->session, code, &request->outcome)
            : service_prove_password(request->store, &request->arena, request->session_token,
                                     &request->session, code, &request->outcome);
    enum status again = store_read_begin(request->store, &request->arena, &request->reader);
    return again == STATUS_OK ? status : STATUS_BUSY;
}

static enum handled confirm_slowly(struct request *request)
{
    struct str then = request_form(request, STR("then"));
    struct url url;
    enum status status = request_prove(request, request_form(request, STR("code")));
    if (status == STATUS_OK) {
        return request_redirect(request, url_local(then, &url) ? url.text : STR("/"));
    }
    return request->outcome.problems.count == 0 ? request_fail(request, status)
                                                : show(request, then, status_http(status));
}

enum handled page_confirm_post(struct request *request)
{
    return request_on_slow_lane(request, confirm_slowly);
}
