#include "base/status.h"

struct status_row {
    struct str name;
    unsigned http;
    struct str title;
};

static const struct status_row rows[STATUS__COUNT] = {
#define STATUS(name, text, http, title) [STATUS_##name] = {STR_INIT(text), http, STR_INIT(title)},
#include "base/status.def"
#undef STATUS
};

static const struct status_row *row_of(enum status status)
{
    CHECK(status < STATUS__COUNT);
    return &rows[status];
}

struct str status_name(enum status status)
{
    return row_of(status)->name;
}

struct str status_title(enum status status)
{
    return row_of(status)->title;
}

unsigned status_http(enum status status)
{
    return row_of(status)->http;
}

void outcome_init(struct outcome *outcome, struct arena *arena)
{
    *outcome = (struct outcome){.status = STATUS_OK, .arena = arena};
}

void outcome_problem(struct outcome *outcome, enum status status, struct str where, struct str code,
                     struct str message)
{
    struct problem problem = {str_copy(outcome->arena, where), str_copy(outcome->arena, code),
                              str_copy(outcome->arena, message)};
    LIST_PUSH(outcome->arena, &outcome->problems, problem);
    if (outcome->status == STATUS_OK) {
        outcome->status = status;
    }
}

enum status outcome_fault(struct outcome *outcome, enum status status, struct str detail)
{
    outcome->status = status;
    outcome->detail = str_copy(outcome->arena, detail);
    return status;
}
