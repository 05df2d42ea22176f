/* Opening in an emergency what was refused: {"reason": "..."}. Whom it is not offered to is told
 * what they are told of a record that is nowhere. */
#include "http/api_input.h"
#include "http/connection.h"
#include "http/json_out.h"
#include "http/page_act.h"
#include "http/page_break_glass.h"

/* 201 with until when, and the record of it that is reviewed; 200: it may be read already. */
static enum handled opened(struct request *request)
{
    const struct service_break_glass *glass = page_act_input(request);
    enum status status = request->outcome.status;
    struct json_out json;
    if (status != STATUS_OK) {
        request_note_refused(request, status, glass->entity, glass->record,
                             STR("Opening in an emergency"));
        return api_problem(request, status);
    }
    bool written = !uuid_is_nil(glass->written);
    request->response.status = written ? 201 : 200;
    request->response.type = STR("application/json");
    json_out_init(&json, &request->response.body);
    json_out_object(&json);
    json_out_key(&json, STR("open"));
    json_out_boolean(&json, true);
    if (written) {
        json_out_member(
            &json, STR("until"),
            zone_iso(&request->arena, model_calendar(request->model).zone, glass->ends_at));
        json_out_member(&json, STR("emergency_access"), uuid_text(&request->arena, glass->written));
    }
    json_out_object_end(&json);
    return HANDLED;
}

enum handled api_break_glass(struct request *request)
{
    struct input input;
    enum status status = api_input(&request->arena, request->body, &input, &request->outcome);
    bool alone = status == STATUS_OK && input.count <= 1 &&
                 (input.count == 0 || str_eq(input.pairs[0].name, STR("reason")));
    if (status == STATUS_OK && !alone) {
        outcome_problem(&request->outcome, STATUS_INVALID, STR("reason"), STR("unknown_field"),
                        STR("Send the reason alone: {\"reason\": \"...\"}."));
        status = STATUS_INVALID;
    }
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    struct service_break_glass *glass =
        page_glass(request, input.count == 1 ? input.pairs[0].value : STR(""));
    if (glass == NULL) {
        return api_problem(request, service_no_glass(&request->outcome));
    }
    return page_act(request, service_break_glass, glass, opened);
}
