/* Acts of sharing: an agency lets another take part in a root, that accepts, either ends it. */
#include "service/script_int.h"
#include "store/grant.h"

/* The newest grant of a root to an agency in that state: to whom it is offered, or, when the owner
 * asks, to whomever. */
struct wanted {
    enum store_grant_state state;
    struct uuid subject; /* or nil */
};

static enum status find_grant(struct act_run *run, struct str name, struct wanted wanted,
                              struct uuid *ret_grant)
{
    struct script *script = run->script;
    struct store_reader *reader;
    struct store_grant *grants = NULL;
    struct work_set set;
    struct record *record;
    struct named named;
    size_t count = 0;
    TRY(script_resolve(run, run->node, name, &named));
    TRY(script_load(run, &named, &set, &record));
    TRY(store_read_begin(script->store, &run->arena, &reader));
    enum status status = store_grants(reader, &set, record, &grants, &count);
    store_read_end(reader);
    TRY(status);
    for (size_t i = 0; i < count; i++) {
        bool is_for = uuid_is_nil(wanted.subject) || uuid_eq(grants[i].subject, wanted.subject);
        if (is_for && grants[i].kind == GRANT_SHARE &&
            store_grant_state(&grants[i], run->at) == wanted.state) {
            *ret_grant = grants[i].id;
            return STATUS_OK;
        }
    }
    return script_fail(script, run->node, STR("nothing of it is shared"));
}

/* Runs one use case of sharing as the actor of the act. */
static enum status run_job(struct act_run *run, uow_fn fn, void *input)
{
    bool refused;
    struct uow_job job = {
        .arena = &run->arena, .actor = &run->actor, .now = run->at, .fn = fn, .input = input};
    (void)store_run(run->script->store, &job);
    return script_judge(run, &job.outcome, &refused);
}

static enum status act_share(struct act_run *run, struct str name)
{
    struct named named;
    struct named other;
    struct str with = script_text(run->node, STR("to"));
    struct str until = script_text(run->node, STR("until"));
    TRY(script_resolve(run, run->node, name, &named));
    TRY(script_resolve(run, run->node, with, &other));
    struct service_share share = {
        .entity = named.entity,
        .record = named.id,
        .agency = other.id,
        .works = str_eq(script_text(run->node, STR("how")), STR("works")),
        .parts = script_text(run->node, STR("parts")),
    };
    if (script_text(run->node, STR("agreement")).n > 0) {
        struct named agreement;
        TRY(script_resolve(run, run->node, script_text(run->node, STR("agreement")), &agreement));
        share.agreement = agreement.id;
    }
    if (until.n > 0 && !date_parse(until, &share.to)) {
        return script_fail(run->script, run->node, STR("'until' is a day"));
    }
    return run_job(run, service_share, &share);
}

enum status script_share(struct act_run *run, bool *ret_shares)
{
    struct str shared = script_text(run->node, STR("share"));
    struct str accepted = script_text(run->node, STR("accept"));
    struct str ended = script_text(run->node, STR("end_share"));
    struct service_share_act act = {.reason = script_text(run->node, STR("reason"))};
    *ret_shares = shared.n > 0 || accepted.n > 0 || ended.n > 0;
    if (shared.n > 0) {
        return act_share(run, shared);
    }
    if (accepted.n > 0) {
        struct wanted offered = {GRANT_OFFERED, run->actor.agency};
        TRY(find_grant(run, accepted, offered, &act.grant));
        return run_job(run, service_share_accept, &act);
    }
    if (ended.n > 0) {
        TRY(find_grant(run, ended, (struct wanted){.state = GRANT_RUNS}, &act.grant));
        return run_job(run, service_share_end, &act);
    }
    return STATUS_OK;
}
