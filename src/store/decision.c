/* Decisions: the versions of what each looked at, and who must be told when that is corrected. */
#include "db/named.h"
#include "store/store_int.h"

static enum status keep_seen(struct uow *uow, const struct record *on, uint32_t transition,
                             const struct record *seen)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_DECISION_BASIS, uow->arena, &q));
    db_bind_uuid(q, 1, uow->change);
    db_bind_uuid(q, 2, on->subject.id);
    db_bind_text(q, 3, model_text(model, model_transition_row(model, transition)->name));
    db_bind_text(q, 4, model_text(model, model_entity_row(model, seen->subject.entity)->name));
    db_bind_uuid(q, 5, seen->subject.id);
    db_bind_int(q, 6, seen->version);
    return db_run(q);
}

static enum status keep_basis(struct uow *uow)
{
    for (size_t i = 0; i < uow->acts.count; i++) {
        const struct act *act = uow->acts.items[i];
        for (size_t k = 0; k < act->transitions.count; k++) {
            uint32_t transition = act->transitions.items[k];
            if (!model_transition_row(uow->set.model, transition)->keeps) {
                continue;
            }
            for (size_t n = 0; n < uow->set.records.count; n++) {
                TRY(keep_seen(uow, act->on.items[k], transition, uow->set.records.items[n]));
            }
        }
    }
    return STATUS_OK;
}

/* ---- corrections ---- */

/* A decision that rested on what is corrected now. */
struct resting {
    struct str entity;
    struct uuid record, by;
};
struct all_resting {
    LIST(struct resting) items;
};

static enum status find_resting(struct uow *uow, const struct record *corrected,
                                struct all_resting *all)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_DECISIONS_ON, uow->arena, &q));
    db_bind_uuid(q, 1, corrected->subject.id);
    db_bind_uuid(q, 2, uow->change);
    while (db_next(q)) {
        struct resting resting = {db_text(q, 0), db_uuid(q, 1), db_uuid(q, 2)};
        LIST_PUSH(uow->arena, &all->items, resting);
    }
    return db_finish(q);
}

/* Who decided is told, unless it is they who correct. */
static enum status tell_resting(struct uow *uow, const struct resting *resting, struct act *act)
{
    uint32_t entity = model_entity_by_name(uow->set.model, resting->entity);
    struct record *record;
    if (entity == MODEL_NONE || uuid_eq(resting->by, uow->set.actor->worker)) {
        return STATUS_OK;
    }
    enum status status = source_load(&uow->source, entity, resting->record, &record);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    struct act_notice notice = {
        .worker = resting->by,
        .decider = MODEL_NONE,
        .record = resting->record,
        .say = STR("Something that this decision of yours rested on was corrected."),
    };
    LIST_PUSH(uow->arena, &act->notices, notice);
    return STATUS_OK;
}

/* Only a correction says that something was wrong; what simply goes on is no news. */
static enum status tell_corrections(struct uow *uow)
{
    struct act *act = ARENA_NEW(uow->arena, struct act);
    struct all_resting all = {0};
    if (uow->job->reason.n == 0) {
        return STATUS_OK;
    }
    for (size_t i = 0; i < uow->set.records.count; i++) {
        const struct record *record = uow->set.records.items[i];
        if (record->changed && !record->is_new) {
            TRY(find_resting(uow, record, &all));
        }
    }
    for (size_t i = 0; i < all.items.count; i++) {
        TRY(tell_resting(uow, &all.items.items[i], act));
    }
    uow_act(uow, act);
    return STATUS_OK;
}

enum status decisions_write(struct uow *uow)
{
    TRY(keep_basis(uow));
    return tell_corrections(uow);
}
