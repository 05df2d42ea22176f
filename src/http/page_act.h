/* A small act of the writer that a page waits for: closing a draft, putting a notice away. Records
 * are saved with request_save. */
#ifndef HEARTH_HTTP_PAGE_ACT_H
#define HEARTH_HTTP_PAGE_ACT_H

#include "http/request.h"

/* Runs fn on the writer as the worker who asks. input must lie in the request's arena. Then runs on
 * a lane, with request->outcome what came of it. */
enum handled page_act(struct request *request, uow_fn fn, void *input, handler_fn then);

/* What fn was given, with what it left there; for then. */
void *page_act_input(const struct request *request);

#endif
