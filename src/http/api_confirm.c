/* Proving anew who is behind a token, before what tells who reported, or an identifier, is shown.
 * The code is that of the authenticator app, or the password of who has no second step. It counts
 * as long as at a page; a program that runs without anybody cannot do it, and reads nothing that
 * wants it. */
#include "http/api_input.h"
#include "http/connection.h"

static enum handled confirm_slowly(struct request *request)
{
    struct input input;
    enum status status = api_input(&request->arena, request->body, &input, &request->outcome);
    if (status == STATUS_OK && (input.count != 1 || !str_eq(input.pairs[0].name, STR("code")))) {
        outcome_problem(&request->outcome, STATUS_INVALID, STR("code"), STR("required"),
                        STR("Send the code of your app, or your password where you have none: "
                            "{\"code\": \"...\"}."));
        status = STATUS_INVALID;
    }
    if (status == STATUS_OK) {
        status = request_prove(request, input.pairs[0].value);
    }
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    request->response.status = 204;
    return HANDLED;
}

enum handled api_confirm(struct request *request)
{
    return request_on_slow_lane(request, confirm_slowly);
}
