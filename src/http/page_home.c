/* The first page: my day, for everybody, so that it is the same place every time. */
#include "http/request.h"

enum handled page_home(struct request *request)
{
    return request_redirect(request, STR("/my-day"));
}
