/* See page_act.h. */
#include "http/page_act.h"

struct page_act {
    struct uow_job job;
    handler_fn then;
};

static enum status submit(struct request *request, struct completion done)
{
    struct page_act *act = request->waits_for;
    act->job.done = done;
    return store_submit(request->store, &act->job);
}

static enum handled acted(struct request *request)
{
    struct page_act *act = request->waits_for;
    request->outcome = act->job.outcome;
    if (request->waited != STATUS_OK) { /* it was not taken */
        request->outcome.status = request->waited;
    }
    return act->then(request);
}

void *page_act_input(const struct request *request)
{
    const struct page_act *act = request->waits_for;
    return act->job.input;
}

enum handled page_act(struct request *request, uow_fn fn, void *input, handler_fn then)
{
    struct page_act *act = ARENA_NEW(&request->arena, struct page_act);
    act->job = (struct uow_job){
        .fn = fn, .input = input, .arena = &request->arena, .actor = &request->actor};
    outcome_init(&act->job.outcome, &request->arena);
    act->then = then;
    request->waits_for = act;
    return request_wait(request, submit, acted);
}
