/* What is about somebody, and may be known of but not read. */
#include "lower/list.h"
#include "rule/access.h"
#include "store/store_int.h"

#define LOOKED_AT_MOST 50u /* of one kind, the newest */

/* Whether the actor may be told that there is something of that kind: its class, and that of what
 * it belongs to, let existence be told, and it is work of the actor's own kind. */
static bool may_be_told(const struct work_set *set, uint32_t entity, uint32_t root)
{
    const struct model *model = set->model;
    uint32_t classes[] = {model_entity_row(model, entity)->class,
                          model_entity_row(model, root)->class};
    for (size_t i = 0; i < ARRAY_LENGTH(classes); i++) {
        if (model_record_class_row(model, classes[i])->visibility == VISIBILITY_NONE) {
            return false;
        }
    }
    return access_somewhere(model, set->actor, VERB_READ, classes[1]);
}

/* Whether some of what leads there by the reference may not be read; without what was sealed, and
 * what is about the actor's own family. */
static enum status any_unread(struct source *source, uint32_t reference,
                              const struct record *record, struct outcome *outcome, bool *ret_any)
{
    const struct model_field *field = model_field_row(source->set->model, reference);
    struct list_query query = {.entity = field->entity,
                               .where = MODEL_NONE,
                               .order = MODEL_NONE,
                               .reference = reference,
                               .everything = true,
                               .barred = source->set->actor->barred,
                               .barred_count = source->set->actor->barred_count,
                               .limit = LOOKED_AT_MOST};
    struct db_statement *q;
    struct uuid *names;
    LIST(struct uuid) ids = {0};
    TRY(source_identities(source, field->target, record->subject.id, &names, &query.to_count));
    query.to = names;
    TRY(list_begin(source, &query, outcome, &q));
    while (db_next(q)) {
        LIST_PUSH(source->set->arena, &ids, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    *ret_any = false;
    for (size_t i = 0; i < ids.count && !*ret_any; i++) {
        struct record *ignored;
        enum status status = source_glance(source, field->entity, ids.items[i], &ignored);
        *ret_any = status == STATUS_NOT_FOUND;
        TRY(*ret_any ? STATUS_OK : status);
    }
    return STATUS_OK;
}

static bool is_among(const uint32_t *items, size_t count, uint32_t item)
{
    size_t i = 0;
    while (i < count && items[i] != item) {
        i++;
    }
    return i < count;
}

static enum status find(struct source *source, const struct record *record, struct outcome *outcome,
                        uint32_t *roots, size_t *ret_count)
{
    const struct model *model = source->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < shape->collections_count; i++) {
        uint32_t by = model_collection_row(model, shape->collections_first + i)->reference;
        if (by == MODEL_NONE || !model_field_row(model, by)->about ||
            model_field_row(model, by)->class != MODEL_NONE) {
            continue;
        }
        uint32_t entity = model_field_row(model, by)->entity;
        const struct model_entity *named = model_entity_row(model, entity);
        uint32_t root = named->kind == ENTITY_PART ? named->root : entity;
        bool any;
        if (model_entity_row(model, root)->kind != ENTITY_ROOT ||
            !may_be_told(source->set, entity, root) || is_among(roots, *ret_count, root)) {
            continue;
        }
        TRY(any_unread(source, by, record, outcome, &any));
        if (any) {
            roots[(*ret_count)++] = root;
        }
    }
    return STATUS_OK;
}

enum status store_elsewhere(struct store_reader *reader, struct work_set *set,
                            const struct record *record, struct outcome *outcome,
                            const uint32_t **ret_roots, size_t *ret_count)
{
    const struct model_entity *shape = model_entity_row(set->model, record->subject.entity);
    uint32_t *roots = ARENA_ARRAY(set->arena, shape->collections_count, uint32_t);
    struct source *source;
    size_t from = set->records.count;
    *ret_roots = roots;
    *ret_count = 0;
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK && !uuid_is_nil(set->actor->worker)) {
        status = find(source, record, outcome, roots, ret_count);
    }
    reader_note(reader, set, from);
    return reader_fault(reader, outcome, status);
}
