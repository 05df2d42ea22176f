/* What is opened in an emergency, and the record of it that is reviewed (entity emergency_access of
 * the model): when the record says that it ended, it ends. Opening it is service/break_glass.c. */
#include "store/grant.h"
#include "store/store_int.h"

/* Whether the act brought the end of it to now. */
static bool was_ended(const struct uow *uow, const struct record *record)
{
    uint32_t until = uow->store->practice->names.emergency_until;
    int32_t slot = model_field_row(uow->set.model, until)->slot;
    struct value now = value_get(&record->subject, until);
    return record->before != NULL && now.type == VALUE_DATETIME &&
           now.datetime.at.ms <= uow->set.now.ms &&
           !answer_same(&record->before[slot], &record->subject.answers[slot]);
}

/* Of every root that the record leads to: a worker opened nothing of the others. */
static enum status end(struct uow *uow, const struct record *record)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    struct value worker = value_get(&record->subject, uow->store->practice->names.emergency_worker);
    for (uint32_t i = 0; i < shape->fields_count && worker.type == VALUE_REFERENCE; i++) {
        struct value to = value_get(&record->subject, shape->fields_first + i);
        if (to.type == VALUE_REFERENCE) {
            TRY(grants_end(uow, GRANT_BREAK_GLASS, to.reference, worker.reference,
                           STR("Ended when it was reviewed.")));
        }
    }
    return STATUS_OK;
}

enum status break_glass_follow(struct uow *uow)
{
    size_t count = uow->set.records.count; /* what is ended comes into the set */
    for (size_t i = 0; i < count && uow->store->practice->names.emergency != MODEL_NONE; i++) {
        const struct record *record = uow->set.records.items[i];
        if (record->changed && record->subject.entity == uow->store->practice->names.emergency &&
            was_ended(uow, record)) {
            TRY(end(uow, record));
        }
    }
    return STATUS_OK;
}
