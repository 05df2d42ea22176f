#include "http/as_of.h"

#include "http/connection.h"
#include "http/page.h"

bool as_of_asked(const struct request *request)
{
    for (size_t i = 0; i < request->query.count; i++) {
        if (str_eq(request->query.pairs[i].name, STR("as_of"))) {
            return true;
        }
    }
    return false;
}

enum status as_of_moment(struct request *request, struct instant *ret_at)
{
    struct str text = request_query(request, STR("as_of"));
    if (!zone_parse(request->set.calendar.zone, text, ret_at, NULL)) {
        outcome_problem(&request->outcome, STATUS_MALFORMED, STR("as_of"), STR("not_a_moment"),
                        STR("as_of is a day and time, such as 2026-11-25T13:20 or "
                            "2026-11-25T13:20:00-06:00."));
        return STATUS_MALFORMED;
    }
    if (ret_at->ms > request->set.now.ms) {
        outcome_problem(&request->outcome, STATUS_INVALID, STR("as_of"), STR("not_come_yet"),
                        STR("This moment has not come yet. Leave as_of out to see what is known "
                            "now."));
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

bool as_of_taken(handler_fn handler)
{
    return handler == page_record || handler == page_history || handler == page_workspace ||
           handler == page_workspace_step || handler == page_member;
}

enum handled as_of_refuse(struct request *request)
{
    outcome_problem(&request->outcome, STATUS_INVALID, STR("as_of"), STR("now_only"),
                    STR("This page says how things stand now. What was known at a moment is shown "
                        "record by record, with what belonged to it then: open the record, choose "
                        "“History”, and give the moment there."));
    return request_fail(request, STATUS_INVALID);
}

bool as_of_leads(struct request *request, uint32_t entity, struct uuid id,
                 enum handled *ret_handled)
{
    if (!as_of_asked(request)) {
        return false;
    }
    *ret_handled =
        request_redirect(request, url_query(&request->arena, page_record_url(request, entity, id),
                                            STR("as_of"), request_query(request, STR("as_of")))
                                      .text);
    return true;
}
