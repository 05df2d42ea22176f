/* After a new model: clocks and audiences of the records that are there are worked out anew, in the
 * background, some records at a time. */
#include "base/buf.h"
#include "db/named.h"
#include "store/store_int.h"

#define RECORDS_AT_ONCE 50

static const struct str job_kind = STR_INIT("store.recompute");

/* Whether anything of the entity is derived from the model. */
static bool matters(const struct model *model, uint32_t entity)
{
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        if (model_clock_row(model, i)->entity == entity) {
            return true;
        }
    }
    return model_entity_row(model, entity)->audiences_count > 0;
}

enum status recompute_plan(struct store *store, const struct model *model, struct db *db,
                           struct arena *arena)
{
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        struct db_statement *q;
        if (!matters(model, i)) {
            continue;
        }
        TRY(db_named(db, SQL_ADD_JOB, arena, &q));
        db_bind_uuid(q, 1, store_new_id(store));
        db_bind_text(q, 2, job_kind);
        db_bind_text(q, 3, model_text(model, model_entity_row(model, i)->name));
        db_bind_int(q, 4, store_now(store).ms);
        db_bind_int(q, 5, store_now(store).ms);
        TRY(db_run(q));
    }
    return STATUS_OK;
}

static enum status recompute_record(struct uow *uow, uint32_t entity, struct uuid id)
{
    const struct model *model = uow->set.model;
    struct record *record;
    enum status status = source_load(&uow->source, entity, id, &record);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    TRY(audience_recompute(uow, record));
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        if (model_clock_row(model, i)->entity == entity) {
            TRY(clock_recompute(uow, i, record));
        }
    }
    return STATUS_OK;
}

struct batch {
    LIST(struct uuid) items;
};

static enum status find_batch(struct uow *uow, uint32_t entity, struct uuid after,
                              struct batch *ret_batch)
{
    struct db_statement *q;
    struct str sql = schema_after(uow->arena, uow->store->schema, entity);
    TRY(db_prepare(uow->db, sql, uow->arena, &q));
    db_bind_uuid(q, 1, after);
    db_bind_int(q, 2, RECORDS_AT_ONCE);
    while (db_next(q)) {
        LIST_PUSH(uow->arena, &ret_batch->items, db_uuid(q, 0));
    }
    return db_finish(q);
}

/* payload: "ENTITY" or "ENTITY ID", the last record that is done. */
static enum status recompute_some(struct uow *uow, struct str payload, void *context)
{
    struct uuid after = {{0}};
    struct str name;
    struct batch batch = {0};
    (void)context;
    (void)str_split(&payload, ' ', &name);
    uint32_t entity = model_entity_by_name(uow->set.model, name);
    if (entity == MODEL_NONE || (payload.n > 0 && !uuid_parse(payload, &after))) {
        return STATUS_OK; /* the model changed again: its own jobs see to the rest */
    }
    TRY(find_batch(uow, entity, after, &batch));
    for (size_t i = 0; i < batch.items.count; i++) {
        TRY(recompute_record(uow, entity, batch.items.items[i]));
    }
    if (batch.items.count == RECORDS_AT_ONCE) {
        struct uuid last = batch.items.items[batch.items.count - 1];
        uow_queue(uow, job_kind, STR_JOIN(uow->arena, name, STR(" "), uuid_text(uow->arena, last)),
                  uow->set.now);
    }
    return STATUS_OK;
}

void recompute_register(struct store *store)
{
    store_on_job(store, job_kind, recompute_some, NULL);
}
