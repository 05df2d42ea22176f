/* What is about a worker's own family: nobody opens such a record, in whatever role. Who belongs to
 * it is declared (entity conflict of the model); what is about them follows from the references
 * that the model calls "about". It is found anew whenever it is asked who somebody is for access,
 * so that it is never behind; who declared nothing costs one indexed read. */
#include <stdlib.h>

#include "db/named.h"
#include "store/store_int.h"

struct about {
    uint32_t entity;
    struct uuid id;
};

struct barred {
    struct source *source;
    LIST(struct about) items; /* what leads to them is looked for in their order */
};

static void add(struct barred *barred, uint32_t entity, struct uuid id)
{
    for (size_t i = 0; i < barred->items.count; i++) {
        if (uuid_eq(barred->items.items[i].id, id)) {
            return;
        }
    }
    struct about about = {entity, id};
    LIST_PUSH(barred->source->set->arena, &barred->items, about);
}

/* What belongs to a case is refused with the whole of it. What stands on somebody else's page, as a
 * relationship does, is refused alone. */
static enum status add_leading(struct barred *barred, struct uuid to, uint32_t reference)
{
    const struct schema *schema = barred->source->store->schema;
    const struct model *model = schema->model;
    struct arena *arena = barred->source->set->arena;
    uint32_t entity = model_field_row(model, reference)->entity;
    uint32_t root = model_entity_row(model, entity)->root;
    bool whole = model_entity_row(model, root)->kind == ENTITY_ROOT;
    struct db_statement *q;
    TRY(db_prepare(barred->source->db, schema_leading(arena, schema, reference), arena, &q));
    db_bind_uuid(q, 1, to);
    while (db_next(q)) {
        add(barred, whole ? root : entity, db_uuid(q, whole ? 1 : 0));
    }
    return db_finish(q);
}

/* A person is known by the id of each entry that was found to be the same. */
static enum status add_person(struct barred *barred, struct uuid person)
{
    uint32_t entity = barred->source->store->practice->names.person;
    struct uuid *ids;
    size_t count;
    TRY(source_identities(barred->source, entity, person, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        add(barred, entity, ids[i]);
    }
    return STATUS_OK;
}

static enum status follow(struct barred *barred)
{
    const struct model *model = barred->source->store->model;
    for (size_t i = 0; i < barred->items.count; i++) {
        struct about about = barred->items.items[i];
        for (uint32_t field = 0; field < model_field_total(model); field++) {
            const struct model_field *shape = model_field_row(model, field);
            if (shape->about && shape->target == about.entity) {
                TRY(add_leading(barred, about.id, field));
            }
        }
    }
    return STATUS_OK;
}

static int compare(const void *a, const void *b)
{
    const struct uuid *x = a, *y = b;
    return uuid_compare(*x, *y);
}

enum status own_family_find(struct source *source, const struct record *worker, struct actor *actor)
{
    const struct store_names *names = &source->store->practice->names;
    const struct model *model = source->store->model;
    struct barred barred = {.source = source};
    if (names->conflict == MODEL_NONE) {
        return STATUS_OK;
    }
    uint32_t collection = model_field_row(model, names->conflict_worker)->collection;
    size_t count = 0;
    TRY(source_collect(source, &worker->subject, collection));
    const struct subject *const *conflicts =
        work_set_members(source->set, &worker->subject, collection, &count);
    for (size_t i = 0; i < count; i++) {
        uint32_t state = conflicts[i]->record->state;
        struct value person = value_get(conflicts[i], names->conflict_person);
        bool lifted = state != MODEL_NONE && model_state_row(model, state)->closed;
        if (!lifted && person.type == VALUE_REFERENCE) {
            TRY(add_person(&barred, person.reference));
        }
    }
    TRY(follow(&barred));
    struct uuid *ids = ARENA_ARRAY(source->set->arena, barred.items.count, struct uuid);
    for (size_t i = 0; i < barred.items.count; i++) {
        ids[i] = barred.items.items[i].id;
    }
    if (barred.items.count > 0) {
        qsort(ids, barred.items.count, sizeof(*ids), compare);
    }
    actor->barred = ids;
    actor->barred_count = barred.items.count;
    return STATUS_OK;
}
