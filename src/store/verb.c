/* Kernel verbs that put a mark on a record and take it off again: entered in error, and sealed by
 * order of a court. The parts below it get the mark and lose it with it: all that was said in one
 * act carries the identifier of that act. */
#include "store/verb.h"

#include "db/named.h"

enum status verb_refuse(struct uow *uow, struct str code, struct str message)
{
    outcome_problem(&uow->job->outcome, STATUS_REFUSED, STR(""), code, message);
    return STATUS_REFUSED;
}

/* ---- a record with its parts ---- */

static bool is_part_of(const struct model *model, uint32_t entity, uint32_t of)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    return shape->kind == ENTITY_PART && model_field_row(model, shape->parent)->target == of;
}

/* The records of an entity that belong to this one, whether they stand or not. */
static enum status add_parts(struct uow *uow, const struct record *record, uint32_t entity,
                             struct whole *whole)
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
    for (size_t i = 0; i < ids.count; i++) {
        struct record *part;
        TRY(source_load(&uow->source, entity, ids.items[i], &part));
        LIST_PUSH(uow->arena, &whole->items, part);
    }
    return STATUS_OK;
}

enum status verb_whole(struct uow *uow, struct record *record, struct whole *ret_whole)
{
    const struct model *model = uow->set.model;
    *ret_whole = (struct whole){0};
    LIST_PUSH(uow->arena, &ret_whole->items, record);
    for (size_t i = 0; i < ret_whole->items.count; i++) {
        const struct record *of = ret_whole->items.items[i];
        for (uint32_t entity = 0; entity < model_entity_total(model); entity++) {
            if (is_part_of(model, entity, of->subject.entity)) {
                TRY(add_parts(uow, of, entity, ret_whole));
            }
        }
    }
    return STATUS_OK;
}

enum status verb_above(struct uow *uow, const struct record *record, struct record **ret_above)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    *ret_above = NULL;
    if (shape->kind != ENTITY_PART) {
        return STATUS_OK;
    }
    struct value parent = value_get(&record->subject, shape->parent);
    return source_load(&uow->source, model_field_row(model, shape->parent)->target,
                       parent.reference, ret_above);
}

/* ---- entered in error ---- */

static enum status set_error(struct uow *uow, struct record *record, struct uuid from,
                             struct uuid to)
{
    struct whole whole;
    TRY(verb_whole(uow, record, &whole));
    for (size_t i = 0; i < whole.items.count; i++) {
        struct record *part = whole.items.items[i];
        if (uuid_eq(part->error, from) && !record_is_expunged(part)) {
            record_set_error(part, to, uuid_is_nil(to) ? STR("") : uow->job->reason);
        }
    }
    return STATUS_OK;
}

enum status uow_mark_error(struct uow *uow, struct record *record)
{
    if (!record_stands(record)) {
        return verb_refuse(uow, STR("entered_in_error"),
                           STR("This is marked as entered in error already."));
    }
    return set_error(uow, record, (struct uuid){{0}}, uow->change);
}

enum status uow_reinstate(struct uow *uow, struct record *record)
{
    struct record *above;
    if (record_stands(record)) {
        return verb_refuse(uow, STR("stands"), STR("This was not entered in error: it stands."));
    }
    TRY(verb_above(uow, record, &above));
    if (above != NULL && !record_stands(above)) {
        return verb_refuse(uow, STR("entered_in_error"),
                           STR("What this belongs to was entered in error. Take that back first."));
    }
    return set_error(uow, record, record->error, (struct uuid){{0}});
}

/* ---- sealed by order of a court ---- */

enum status verb_register(struct uow *uow, const struct record *record, size_t records,
                          int64_t rows)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_LEGAL_ACT, uow->arena, &q));
    db_bind_text(q, 1, uow->job->verb);
    db_bind_text(q, 2, model_text(model, model_entity_row(model, record->subject.entity)->name));
    db_bind_uuid(q, 3, record->subject.id);
    bind_id_or_null(q, 4, record->agency);
    db_bind_int(q, 5, uow->set.now.ms);
    db_bind_uuid(q, 6, uow->set.actor->worker);
    db_bind_text(q, 7, uow->job->basis);
    db_bind_text(q, 8, uow->job->reason);
    db_bind_int(q, 9, (int64_t)records);
    db_bind_int(q, 10, rows);
    db_bind_int(q, 11, uow->job->files_everywhere ? 1 : 0);
    return db_run(q);
}

static enum status seal_clocks(struct uow *uow, const struct record *record)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SEAL_CLOCKS, uow->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, record_is_withheld(record) ? 1 : 0);
    return db_run(q);
}

static enum status set_withheld(struct uow *uow, struct record *record, struct uuid from,
                                struct uuid to)
{
    struct whole whole;
    size_t count = 0;
    TRY(verb_whole(uow, record, &whole));
    for (size_t i = 0; i < whole.items.count; i++) {
        struct record *part = whole.items.items[i];
        if (uuid_eq(part->withheld, from) && !record_is_expunged(part)) {
            record_set_withheld(part, to, uuid_is_nil(to) ? STR("") : uow->job->basis);
            TRY(seal_clocks(uow, part));
            count++;
        }
    }
    return verb_register(uow, record, count, 0);
}

enum status uow_seal(struct uow *uow, struct record *record)
{
    if (record_is_withheld(record)) {
        return verb_refuse(uow, STR("sealed"), STR("This is sealed already."));
    }
    return set_withheld(uow, record, (struct uuid){{0}}, uow->change);
}

enum status uow_unseal(struct uow *uow, struct record *record)
{
    struct record *above;
    if (!record_is_withheld(record)) {
        return verb_refuse(uow, STR("not_sealed"), STR("This is not sealed."));
    }
    TRY(verb_above(uow, record, &above));
    if (above != NULL && record_is_withheld(above)) {
        return verb_refuse(uow, STR("sealed"),
                           STR("What this belongs to is sealed. Unseal that first."));
    }
    return set_withheld(uow, record, record->withheld, (struct uuid){{0}});
}
