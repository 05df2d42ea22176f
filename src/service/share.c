/* Agencies that take part in each other's records. */
#include "rule/access.h"
#include "service/agreement.h"
#include "store/grant.h"

static enum status refuse(struct uow *uow, struct str where, struct str code, struct str message)
{
    outcome_problem(uow_outcome(uow), STATUS_INVALID, where, code, message);
    return STATUS_INVALID;
}

static enum status check(struct uow *uow, const struct service_share *share,
                         const struct record *record)
{
    if (uuid_is_nil(share->agency) || uuid_eq(share->agency, record->agency)) {
        return refuse(uow, STR("agency"), STR("required"), STR("Choose another agency."));
    }
    if (share->parts.n == 0) {
        return refuse(uow, STR("parts"), STR("required"),
                      STR("Choose what they need to see: at least one part."));
    }
    if (share->to.day == 0) {
        return refuse(uow, STR("to"), STR("required"),
                      STR("Say until when. It can be given again before it ends."));
    }
    if (share->to.day < share->from.day || share->to.day < uow_set(uow)->today.day) {
        return refuse(uow, STR("to"), STR("ends_first"),
                      STR("It would be over before it begins. Give a later day."));
    }
    return STATUS_OK;
}

enum status service_share(struct uow *uow, void *given)
{
    const struct service_share *share = given;
    const struct work_set *set = uow_set(uow);
    const struct zone *zone = set->calendar.zone;
    struct record *record;
    TRY(uow_load(uow, share->entity, share->record, 0, VERB_SHARE, &record));
    TRY(check(uow, share, record));
    TRY(agreement_check(uow, share, record));
    struct instant from = share->from.day == 0 ? set->now : zone_day_start(zone, share->from);
    struct store_grant grant = {
        .kind = GRANT_SHARE,
        .scope = share->works ? SCOPE_PARTICIPANT : SCOPE_SHARED,
        .subject = share->agency,
        .parts = share->parts,
        .agreement = share->agreement,
        .begins_at = from,
        .ends_at = zone_day_start(zone, date_add_days(share->to, 1)),
    };
    return uow_grant(uow, record, &grant);
}

/* Of the other agency, of the owning one, or neither: then it is not there. */
static bool may_give(struct uow *uow, const struct store_grant *grant)
{
    struct record *record;
    struct outcome *outcome = uow_outcome(uow);
    bool may = uow_load(uow, grant->entity, grant->record, 0, VERB_SHARE, &record) == STATUS_OK;
    if (!may) {
        outcome_init(outcome, uow_set(uow)->arena);
    }
    return may;
}

static enum status refuse_absent(struct uow *uow)
{
    outcome_problem(uow_outcome(uow), STATUS_NOT_FOUND, STR(""), STR("not_found"),
                    STR("There is nothing that was offered."));
    return STATUS_NOT_FOUND;
}

static bool works_at(const struct actor *actor, struct uuid agency)
{
    bool found = false;
    for (size_t i = 0; i < actor->entry_count && !found; i++) {
        found = uuid_eq(actor->entries[i].agency, agency);
    }
    return found;
}

/* What somebody of the other agency is to an offer. */
enum taker {
    TAKER_NOBODY, /* of another agency, or they may not know of the record */
    TAKER_KNOWS,  /* works there, and may not share for it */
    TAKER_DECIDES
};

static enum status find_taker(struct uow *uow, const struct store_grant *grant,
                              enum taker *ret_taker)
{
    const struct work_set *set = uow_set(uow);
    struct record *record;
    TRY(uow_glance(uow, grant->entity, grant->record, &record));
    bool known = grant->kind == GRANT_SHARE && works_at(set->actor, grant->subject) &&
                 !record_is_withheld(record) && !access_barred(set->actor, record);
    *ret_taker = !known                                                  ? TAKER_NOBODY
                 : access_shares_for(set, grant->entity, grant->subject) ? TAKER_DECIDES
                                                                         : TAKER_KNOWS;
    return STATUS_OK;
}

static enum status refuse_taker(struct uow *uow, const struct store_grant *grant, enum taker taker)
{
    const struct work_set *set = uow_set(uow);
    if (taker == TAKER_NOBODY) {
        return refuse_absent(uow);
    }
    outcome_problem(uow_outcome(uow), STATUS_FORBIDDEN, STR(""), STR("not_allowed"),
                    access_refusal(set->arena, set->model, grant->entity, VERB_SHARE));
    return STATUS_FORBIDDEN;
}

enum status service_share_accept(struct uow *uow, void *given)
{
    const struct service_share_act *act = given;
    struct store_grant grant;
    enum taker taker;
    TRY(uow_grant_find(uow, act->grant, &grant));
    TRY(find_taker(uow, &grant, &taker));
    return taker == TAKER_DECIDES ? uow_grant_accept(uow, act->grant)
                                  : refuse_taker(uow, &grant, taker);
}

enum status service_share_end(struct uow *uow, void *given)
{
    const struct service_share_act *act = given;
    struct store_grant grant;
    enum taker taker;
    TRY(uow_grant_find(uow, act->grant, &grant));
    TRY(find_taker(uow, &grant, &taker));
    if (grant.kind != GRANT_SHARE || (taker != TAKER_DECIDES && !may_give(uow, &grant))) {
        return refuse_taker(uow, &grant, taker);
    }
    if (act->reason.n == 0) {
        return refuse(uow, STR("reason"), STR("required"), STR("Say why it ends."));
    }
    return uow_grant_end(uow, act->grant, act->reason);
}
