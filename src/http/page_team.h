/* The team of a supervisor at a glance: what each has on their day, what is late, who covers. No
 * measure of how fast anybody is. */
#ifndef HEARTH_HTTP_PAGE_TEAM_H
#define HEARTH_HTTP_PAGE_TEAM_H

#include "html/components.h"
#include "http/request.h"

/* One row a worker of the teams this worker leads; no rows for who leads none. */
enum status page_team(struct request *request, struct table *ret_table);

#endif
