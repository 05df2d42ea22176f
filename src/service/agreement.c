/* See agreement.h. */
#include "service/agreement.h"

#include "base/buf.h"
#include "model/c_names.h"
#include "rule/access.h"

#define KINDS_MAX 4000u /* bytes of their names */

static enum status refuse(struct uow *uow, struct str where, struct str code, struct str message)
{
    outcome_problem(uow_outcome(uow), STATUS_INVALID, where, code, message);
    return STATUS_INVALID;
}

static struct value value_of(const struct model *model, const struct subject *subject,
                             enum c_name name)
{
    uint32_t field = model_c_name(model, name)->field;
    return field == MODEL_NONE ? value_unset() : value_get(subject, field);
}

static bool is_side(const struct model *model, const struct record *agreement, enum c_name name,
                    struct uuid agency)
{
    struct value side = value_of(model, &agreement->subject, name);
    return side.type == VALUE_REFERENCE && uuid_eq(side.reference, agency);
}

bool agreement_is_of(const struct model *model, const struct record *agreement, struct uuid agency)
{
    return is_side(model, agreement, C_SHARING_AGREEMENT_AGENCY, agency) ||
           is_side(model, agreement, C_SHARING_AGREEMENT_OTHER_AGENCY, agency);
}

bool agreement_is_in_force(const struct model *model, const struct record *agreement)
{
    struct value in_force = value_of(model, &agreement->subject, C_SHARING_AGREEMENT_IN_FORCE);
    return record_stands(agreement) && in_force.type == VALUE_BOOLEAN && in_force.boolean;
}

/* ---- what it covers ---- */

/* A kind of record is named by its code in capitals, as a role is (store/actor.c). */
static bool is_kind(struct str code, struct str name)
{
    bool same = code.n == name.n;
    for (size_t i = 0; i < code.n && same; i++) {
        char c = code.p[i];
        same = (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) == name.p[i];
    }
    return same;
}

static bool names_kind(const struct model *model, struct record *agreement, struct str kind)
{
    const struct rows *rows =
        record_rows(agreement, model_c_name(model, C_SHARING_AGREEMENT_COVERS)->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        struct value code =
            value_of(model, &rows->items.items[i]->subject, C_SHARING_AGREEMENT_COVERS_KIND);
        if (code.type == VALUE_CODE && is_kind(code.code.code, kind)) {
            return true;
        }
    }
    return false;
}

/* Those of the parts that it does not name, by their labels; all are covered with their root. */
static struct str not_covered(struct uow *uow, struct record *agreement,
                              const struct service_share *share)
{
    const struct model *model = uow_set(uow)->model;
    struct str rest = share->parts, name;
    struct buf missing;
    buf_init(&missing, uow_set(uow)->arena, KINDS_MAX);
    if (names_kind(model, agreement,
                   model_text(model, model_entity_row(model, share->entity)->name))) {
        return STR("");
    }
    while (rest.n > 0) {
        (void)str_split(&rest, ' ', &name);
        uint32_t entity = model_entity_by_name(model, name);
        if (!names_kind(model, agreement, name)) {
            BUF_ADD(&missing, buf_str(&missing).n > 0 ? STR(", ") : STR(""),
                    entity == MODEL_NONE
                        ? name
                        : model_text(model, model_entity_row(model, entity)->plural));
        }
    }
    return buf_str(&missing);
}

/* ---- asking it ---- */

static enum status load(struct uow *uow, struct uuid id, struct record **ret_agreement)
{
    uint32_t entity = model_c_name(uow_set(uow)->model, C_SHARING_AGREEMENT)->entity;
    enum status status = entity == MODEL_NONE || uuid_is_nil(id)
                             ? STATUS_NOT_FOUND
                             : uow_load(uow, entity, id, 0, VERB_READ, ret_agreement);
    if (status != STATUS_NOT_FOUND && status != STATUS_FORBIDDEN) {
        return status;
    }
    outcome_init(uow_outcome(uow), uow_set(uow)->arena);
    return refuse(
        uow, STR("agreement"), STR("required"),
        STR("Choose the agreement it is shared under. If there is none, one is written and "
            "signed by both agencies first."));
}

static enum status check_days(struct uow *uow, const struct service_share *share,
                              const struct record *agreement)
{
    const struct model *model = uow_set(uow)->model;
    struct value begins = value_of(model, &agreement->subject, C_SHARING_AGREEMENT_BEGINS_ON);
    struct value ends = value_of(model, &agreement->subject, C_SHARING_AGREEMENT_ENDS_ON);
    struct date from = share->from.day == 0 ? uow_set(uow)->today : share->from;
    if (begins.type == VALUE_DATE && from.day < begins.date.day) {
        return refuse(uow, STR("from"), STR("before_agreement"),
                      STR("The agreement begins later. Give a later first day."));
    }
    if (ends.type == VALUE_DATE && share->to.day > ends.date.day) {
        return refuse(uow, STR("to"), STR("after_agreement"),
                      STR("The agreement ends before that. Give an earlier last day, or have the "
                          "agreement made again."));
    }
    return STATUS_OK;
}

enum status agreement_check(struct uow *uow, const struct service_share *share,
                            const struct record *root)
{
    struct work_set *set = uow_set(uow);
    struct record *agreement;
    TRY(load(uow, share->agreement, &agreement));
    if (!agreement_is_in_force(set->model, agreement)) {
        return refuse(
            uow, STR("agreement"), STR("not_in_force"),
            STR("This agreement is not in force: both agencies have to sign it, and it must "
                "not have ended. Choose another one."));
    }
    if (!agreement_is_of(set->model, agreement, root->agency) ||
        !agreement_is_of(set->model, agreement, share->agency)) {
        return refuse(uow, STR("agreement"), STR("not_between"),
                      STR("This agreement is not between these two agencies. Choose one that both "
                          "have signed."));
    }
    struct str missing = not_covered(uow, agreement, share);
    if (missing.n > 0) {
        return refuse(uow, STR("agreement"), STR("not_covered"),
                      STR_JOIN(set->arena, STR("The agreement does not cover: "), missing,
                               STR(". Leave that out, or choose an agreement that covers it.")));
    }
    return check_days(uow, share, agreement);
}
