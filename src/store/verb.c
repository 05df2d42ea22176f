/* Entered in error: a record that should never have been. It stays, with everybody who could read
 * it, but counts for nothing. The parts below it go and come back with it: all that was said in one
 * act carries the identifier of that act. */
#include "store/store_int.h"

static enum status refuse(struct uow *uow, struct str code, struct str message)
{
    outcome_problem(&uow->job->outcome, STATUS_REFUSED, STR(""), code, message);
    return STATUS_REFUSED;
}

/* The records of an entity that belong to this one, whether they stand or not. */
static enum status parts_of(struct uow *uow, const struct record *record, uint32_t entity,
                            struct record ***ret_parts, size_t *ret_count)
{
    uint32_t parent = model_entity_row(uow->set.model, entity)->parent;
    LIST(struct uuid) ids = {0};
    struct db_statement *q;
    TRY(db_prepare(uow->db, uow->store->schema->back[parent], uow->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    while (db_next(q)) {
        LIST_PUSH(uow->arena, &ids, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    struct record **parts = ARENA_ARRAY(uow->arena, ids.count, struct record *);
    for (size_t i = 0; i < ids.count; i++) {
        TRY(source_load(&uow->source, entity, ids.items[i], &parts[i]));
    }
    *ret_parts = parts;
    *ret_count = ids.count;
    return STATUS_OK;
}

static bool is_part_of(const struct model *model, uint32_t entity, uint32_t of)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    return shape->kind == ENTITY_PART && model_field_row(model, shape->parent)->target == of;
}

/* Where all records below a record that carry one mark get another; depth is that of the chain of
 * parents, which the linker keeps short. */
static enum status set_below(struct uow *uow, struct record *record, struct uuid from,
                             struct uuid to)
{
    const struct model *model = uow->set.model;
    record_set_error(record, to, uuid_is_nil(to) ? STR("") : uow->job->reason);
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        struct record **parts = NULL;
        size_t count = 0;
        if (is_part_of(model, i, record->subject.entity)) {
            TRY(parts_of(uow, record, i, &parts, &count));
        }
        for (size_t k = 0; k < count; k++) {
            if (uuid_eq(parts[k]->error, from)) {
                TRY(set_below(uow, parts[k], from, to));
            }
        }
    }
    return STATUS_OK;
}

enum status uow_mark_error(struct uow *uow, struct record *record)
{
    if (!record_stands(record)) {
        return refuse(uow, STR("entered_in_error"),
                      STR("This is marked as entered in error already."));
    }
    return set_below(uow, record, (struct uuid){{0}}, uow->change);
}

enum status uow_reinstate(struct uow *uow, struct record *record)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    if (record_stands(record)) {
        return refuse(uow, STR("stands"), STR("This was not entered in error: it stands."));
    }
    if (shape->kind == ENTITY_PART) {
        struct value parent = value_get(&record->subject, shape->parent);
        struct record *above;
        TRY(source_load(&uow->source, model_field_row(model, shape->parent)->target,
                        parent.reference, &above));
        if (!record_stands(above)) {
            return refuse(uow, STR("entered_in_error"),
                          STR("What this belongs to was entered in error. Take that back first."));
        }
    }
    return set_below(uow, record, record->error, (struct uuid){{0}});
}
