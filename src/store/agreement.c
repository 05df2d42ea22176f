/* What is shared under an agreement (entity sharing_agreement of the model) ends with it. What an
 * agreement must say for a share to begin is service/agreement.c. */
#include "rule/access.h"
#include "store/store_int.h"

static bool is_in_force(const struct uow *uow, const struct record *record)
{
    struct value in_force =
        value_get(&record->subject, uow->store->practice->names.agreement_in_force);
    return record_stands(record) && in_force.type == VALUE_BOOLEAN && in_force.boolean;
}

static struct uuid party(const struct record *record, uint32_t field)
{
    struct value value = value_get(&record->subject, field);
    return value.type == VALUE_REFERENCE ? value.reference : (struct uuid){{0}};
}

enum status agreement_follow(struct uow *uow)
{
    const struct store_names *names = &uow->store->practice->names;
    size_t count = uow->set.records.count; /* what is ended comes into the set */
    for (size_t i = 0; i < count && names->agreement != MODEL_NONE; i++) {
        const struct record *record = uow->set.records.items[i];
        if (record->changed && record->subject.entity == names->agreement &&
            record->before != NULL && !is_in_force(uow, record)) {
            TRY(grants_end_under(uow, record->subject.id, party(record, names->agreement_agency),
                                 party(record, names->agreement_other),
                                 STR("The agreement has ended.")));
        }
    }
    return STATUS_OK;
}
