/* What other agencies let this worker's agencies take part in, as lines of my day; accepting it. */
#include "http/page_act.h"
#include "http/page_sharing.h"
#include "http/page_words.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "store/grant.h"

#define GRANTS_OF_AGENCY_MAX 50u

struct shared {
    struct request *request;
    LIST(struct uuid) agencies;
    LIST(struct store_grant) grants;
};

/* ---- what there is ---- */

static void add_agency(struct shared *shared, struct uuid agency)
{
    for (size_t i = 0; i < shared->agencies.count; i++) {
        if (uuid_eq(shared->agencies.items[i], agency)) {
            return;
        }
    }
    LIST_PUSH(&shared->request->arena, &shared->agencies, agency);
}

/* What runs or is to come: for all to whom it opens the record. An offer: for who may accept it. */
static bool is_line(const struct request *request, const struct store_grant *grant)
{
    bool offered = store_grant_state(grant, request->set.now) == GRANT_OFFERED;
    return grant->kind == GRANT_SHARE &&
           (access_shares_for(&request->set, grant->entity, grant->subject) ||
            (!offered && store_grant_is_for(request->model, &request->actor, grant)));
}

static enum status read_grants(struct shared *shared, struct uuid agency)
{
    struct request *request = shared->request;
    struct store_grant *grants;
    size_t count;
    TRY(store_grants_of(request->reader, &request->set, agency, GRANTS_OF_AGENCY_MAX, &grants,
                        &count));
    for (size_t i = 0; i < count; i++) {
        if (is_line(request, &grants[i])) {
            LIST_PUSH(&request->arena, &shared->grants, grants[i]);
        }
    }
    return STATUS_OK;
}

/* ---- in words ---- */

static struct str name_of(struct request *request, struct uuid agency)
{
    struct str name = value_words(&request->set, value_reference(agency), MODEL_NONE);
    return name.n > 0 ? name : STR("another agency");
}

/* "Initial assessment A-073-2026-12", and of what may be read already its title. */
static struct link what_of(struct request *request, const struct store_grant *grant, bool runs)
{
    const struct model_entity *entity = model_entity_row(request->model, grant->entity);
    const struct record *record = work_set_find(&request->set, grant->record);
    struct link link = {.text = STR_JOIN(&request->arena, model_text(request->model, entity->label),
                                         STR(" "), grant->number)};
    if (runs) {
        struct str title = record != NULL ? record_title(&request->set, record) : STR("");
        link.text =
            title.n > 0 ? STR_JOIN(&request->arena, title, STR(": "), link.text) : link.text;
        link.to = page_open_url(request, grant->entity, grant->record, grant->record);
    }
    return link;
}

/* "until Thu 31 Dec 2026": the last day on which it is open. */
static struct str until_words(struct request *request, const struct store_grant *grant)
{
    struct instant last = instant_add_ms(grant->ends_at, -1);
    return STR_JOIN(&request->arena, STR("until "),
                    date_long(&request->arena, zone_date(request->set.calendar.zone, last)));
}

static struct shared_line line_of(struct request *request, const struct store_grant *grant)
{
    struct arena *arena = &request->arena;
    enum store_grant_state state = store_grant_state(grant, request->set.now);
    struct str id = uuid_text(arena, grant->id);
    struct str agreement = page_agreement_words(request, grant);
    struct shared_line line = {
        .when = state == GRANT_OFFERED   ? STR("Offered")
                : state == GRANT_TO_COME ? STR("To come")
                                         : STR("Open"),
        .what = what_of(request, grant, state == GRANT_RUNS),
        .from =
            STR_JOIN(arena, STR("from "), name_of(request, grant->agency),
                     grant->scope == SCOPE_PARTICIPANT ? STR(", to work in: ") : STR(", to read: "),
                     page_parts_words(request, grant->parts), STR("; "), agreement, STR("; "),
                     until_words(request, grant)),
    };
    if (state == GRANT_OFFERED) {
        line.accept = URL(arena, STR("given"), id, STR("accept"));
        line.leave = URL(arena, STR("given"), id, STR("end"));
    }
    return line;
}

enum status page_shared(struct request *request, struct shared_line **ret_lines, size_t *ret_count)
{
    struct shared shared = {.request = request};
    uint32_t agency = model_c_name(request->model, C_AGENCY)->entity;
    uint32_t agreement = model_c_name(request->model, C_SHARING_AGREEMENT)->entity;
    for (size_t i = 0; i < request->actor.entry_count; i++) {
        add_agency(&shared, request->actor.entries[i].agency);
    }
    for (size_t i = 0; i < shared.agencies.count; i++) {
        TRY(read_grants(&shared, shared.agencies.items[i]));
    }
    for (size_t i = 0; i < shared.grants.count && agency != MODEL_NONE; i++) {
        const struct store_grant *grant = &shared.grants.items[i];
        TRY(store_titles_of(request->reader, &request->set, agency, &grant->agency, 1));
        if (agreement != MODEL_NONE) {
            TRY(store_titles_of(request->reader, &request->set, agreement, &grant->agreement, 1));
        }
        if (store_grant_state(grant, request->set.now) == GRANT_RUNS) {
            TRY(store_titles_of(request->reader, &request->set, grant->entity, &grant->record, 1));
        }
    }
    TRY(store_titles(request->reader, &request->set));
    *ret_count = shared.grants.count;
    *ret_lines = ARENA_ARRAY(&request->arena, *ret_count, struct shared_line);
    for (size_t i = 0; i < *ret_count; i++) {
        (*ret_lines)[i] = line_of(request, &shared.grants.items[i]);
    }
    return STATUS_OK;
}

/* ---- accepting, ending ---- */

/* Back to where it was pressed: the page of the record, or my day. */
static enum handled acted(struct request *request)
{
    struct url back;
    struct str then = request_form(request, STR("then"));
    if (request->outcome.status != STATUS_OK) {
        return request_fail(request, request->outcome.status);
    }
    return request_redirect(request, url_local(then, &back) ? back.text : STR("/my-day"));
}

static enum handled act(struct request *request, uow_fn fn)
{
    struct service_share_act *input = ARENA_NEW(&request->arena, struct service_share_act);
    input->reason = str_trim(request_form(request, STR("reason")));
    if (!page_id(request, 0, &input->grant)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    return page_act(request, fn, input, acted);
}

enum handled page_share_accept(struct request *request)
{
    return act(request, service_share_accept);
}

enum handled page_share_end(struct request *request)
{
    return act(request, service_share_end);
}
