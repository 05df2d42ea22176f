/* What went wrong, as a page or a part of one: what happened, what it means, what to do. It never
 * says whether a record exists that one may not know of. */
#include "http/page.h"

#include "http/connection.h"
#include "store/sign_in.h"
#include "template_error.h"

/* What a status means for somebody who works here, and what they can do about it. Used when no
 * problem says it better. */
static struct str meaning(enum status status)
{
    switch (status) {
    case STATUS_UNAUTHENTICATED:
        return STR("You are signed out. Sign in again; what you typed was kept as a draft.");
    case STATUS_FORBIDDEN:
        return STR("Your role does not allow this. If your work needs it, ask your supervisor.");
    case STATUS_NOT_FOUND:
        return STR("There is nothing here that you can open. The address may be old or mistyped. "
                   "Nothing that you saved is lost.");
    case STATUS_NOT_ALLOWED:
        return STR("This address cannot be opened like this. Go to it from a page of Hearth.");
    case STATUS_STALE:
        return STR("Somebody saved this while you had it open. Open it again to see what is there "
                   "now; what you typed was kept as a draft.");
    case STATUS_BUSY:
        return STR("Hearth has more to do than it can take in. Nothing was saved; try again in a "
                   "moment.");
    case STATUS_UNKNOWN_COMMIT:
        return STR("It is not known whether this was saved. Open the record and look before you "
                   "save again.");
    case STATUS_NO_SPACE:
        return STR("There is no room left to save. Nothing was saved. Tell your administrator "
                   "now.");
    case STATUS_KEY_MISSING:
        return STR(
            "What you asked for is sealed with a key that is missing on the server. Tell your "
            "administrator now: the folder of keys must be restored from its backup.");
    case STATUS_INTERNAL:
        return STR("This is a fault of Hearth, not yours. Nothing was saved by this step. Try "
                   "again; if it stays, give your administrator the number of this request.");
    case STATUS_UNPROVED:
        return STR("This is shown to who has just proved who they are. Open the page again.");
    case STATUS_OK:
    case STATUS_MALFORMED:
    case STATUS_REFUSED:
    case STATUS_TOO_LARGE:
    case STATUS_UNSUPPORTED:
    case STATUS_INVALID:
    case STATUS_PRECONDITION:
    case STATUS_LIMITED:
    case STATUS__COUNT:
        break;
    }
    return STR("Nothing was saved. Go back to find what you typed.");
}

/* One problem is the text of the page; several are a list under it. */
static struct str lead(const struct request *request, enum status status)
{
    return request->outcome.problems.count == 1 ? request->outcome.problems.items[0].message
                                                : meaning(status);
}

static size_t several(struct request *request, struct fault_line **ret_lines)
{
    size_t count = request->outcome.problems.count;
    *ret_lines = ARENA_ARRAY(&request->arena, count, struct fault_line);
    for (size_t i = 0; i < count; i++) {
        /* Without names: the fields are on another page. */
        (*ret_lines)[i].message = request->outcome.problems.items[i].message;
    }
    return count > 1 ? count : 0;
}

static size_t ways_on(const struct request *request, enum status status, struct link ret_ways[2])
{
    if (status == STATUS_UNAUTHENTICATED || request->session.form_token.n == 0) {
        ret_ways[0] = (struct link){STR("Sign in"), URL_FIXED("/sign-in"), false};
        return 1;
    }
    ret_ways[0] = (struct link){STR("My day"), URL_FIXED("/my-day"), false};
    if (status != STATUS_FORBIDDEN || request->glass == NULL) {
        return 1;
    }
    ret_ways[1] = (struct link){STR("I must see this now"),
                                page_break_glass_url(request, request->glass), false};
    return 2;
}

/* By which an administrator finds the request in the log. */
static struct str reference(const struct request *request, enum status status)
{
    return status_http(status) >= 500 ? str_from(request->connection->id) : STR("");
}

static struct str with_reference(struct request *request, enum status status)
{
    struct str number = reference(request, status);
    return number.n == 0
               ? lead(request, status)
               : STR_JOIN(&request->arena, lead(request, status), STR(" Number: "), number);
}

static void write_part(struct request *request, struct html *html, enum status status)
{
    struct fault_line *lines;
    size_t count = several(request, &lines);
    component_callout(html, &(struct callout){.tone = TONE_ALERT,
                                              .title = status_title(status),
                                              .text = with_reference(request, status)});
    component_faults(html, lines, count);
}

static void write_page(struct request *request, struct html *html, enum status status)
{
    struct link ways[2];
    struct fault_line *lines;
    size_t lines_count = several(request, &lines);
    size_t ways_count = ways_on(request, status, ways);
    struct template_frame frame =
        page_frame(request, &(struct page){.title = status_title(status)});
    template_error(html, &(struct template_error){.frame = &frame,
                                                  .title = status_title(status),
                                                  .text = lead(request, status),
                                                  .reference = reference(request, status),
                                                  .faults = lines,
                                                  .faults_count = lines_count,
                                                  .ways = ways,
                                                  .ways_count = ways_count});
}

enum handled page_problem(struct request *request, enum status status)
{
    struct html html;
    if (status == STATUS_UNPROVED && request->method == METHOD_GET && !request->partial) {
        return request_redirect(
            request,
            url_query(&request->arena, URL_FIXED("/confirm"), STR("then"), request->path).text);
    }
    if (!request->set.arena) { /* it failed before anybody was known */
        request->session = (struct store_session){0};
    }
    request->response.body.n = 0; /* of the page that could not be finished */
    request->response.body.overrun = false;
    page_begin(request, &html);
    if (request->partial) {
        write_part(request, &html, status);
    } else {
        write_page(request, &html, status);
    }
    if (status == STATUS_BUSY) {
        request->response.retry_after = 5;
    }
    return page_end(request, &html, status_http(status));
}
