/* Who may see which root: audience rows, kept right by every act that changes what they rest on. */
#include <sodium.h>

#include "db/named.h"
#include "store/store_int.h"

/* ---- numbers of audiences ---- */

/* The number follows from what it stands for, so that a session knows its audiences before any
 * record has them. 62 bits of a digest: not one by chance, and the table would refuse two of the
 * same. */
int64_t audience_id(enum model_scope scope, struct uuid subject)
{
    unsigned char digest[16];
    struct str name = model_scope_name(scope);
    const void *bytes = name.p;
    crypto_generichash_state state;
    uint64_t id = 0;
    if (scope == SCOPE_STATE) {
        return AUDIENCE_STATE;
    }
    crypto_generichash_init(&state, NULL, 0, sizeof(digest));
    crypto_generichash_update(&state, subject.bytes, sizeof(subject.bytes));
    crypto_generichash_update(&state, bytes, name.n);
    crypto_generichash_final(&state, digest, sizeof(digest));
    for (unsigned i = 0; i < sizeof(id); i++) {
        id = id << 8 | digest[i];
    }
    return (int64_t)(id >> 2) | (int64_t)1 << 61;
}

/* The audience, known by what it stands for from now on. */
static enum status audience_make(struct uow *uow, enum model_scope scope, struct uuid subject,
                                 int64_t *ret_audience)
{
    struct db_statement *q;
    *ret_audience = audience_id(scope, subject);
    TRY(db_named(uow->db, SQL_ADD_AUDIENCE, uow->arena, &q));
    db_bind_int(q, 1, *ret_audience);
    db_bind_text(q, 2, model_scope_name(scope));
    db_bind_uuid(q, 3, subject);
    return db_run(q);
}

/* ---- what the sources of an entity say ---- */

struct audiences {
    LIST(struct record_audience) items;
};

static bool has_audience(const struct record_audience *items, size_t count,
                         struct record_audience audience)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].id == audience.id && items[i].only == audience.only) {
            return true;
        }
    }
    return false;
}

static void add_audience(struct uow *uow, struct audiences *audiences, int64_t id, uint32_t only)
{
    struct record_audience audience = {id, only};
    if (!has_audience(audiences->items.items, audiences->items.count, audience)) {
        LIST_PUSH(uow->arena, &audiences->items, audience);
    }
}

/* The kind of root that the "who" of a source leads to: whoever was let at it by hand. MODEL_NONE:
 * it leads to the agency, team or worker itself. */
static uint32_t given_root(const struct model *model, const struct model_audience_source *source)
{
    const struct expr_node *who =
        source->who == MODEL_NONE ? NULL : &model_nodes(model)[source->who];
    uint32_t target =
        who == NULL || who->op != EXPR_FIELD ? MODEL_NONE : model_field_row(model, who->id)->target;
    return target != MODEL_NONE && model_entity_row(model, target)->kind == ENTITY_ROOT
               ? target
               : MODEL_NONE;
}

/* Whoever was let at a root in this scope, and at the part of it that the member is. Who is named
 * in what was sealed is named to nobody by it. */
static enum status take_given_root(struct uow *uow, const struct model_audience_source *source,
                                   const struct subject *member, struct uuid id,
                                   struct audiences *audiences)
{
    uint32_t entity = given_root(uow->set.model, source);
    struct granted_audiences granted = {0};
    struct record *root;
    enum status status = source_load(&uow->source, entity, id, &root);
    bool sealed =
        status == STATUS_OK && (record_is_withheld(root) || record_is_withheld(member->record));
    if (status != STATUS_OK || sealed) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    TRY(grants_as_audiences(uow, root, true, &granted));
    for (size_t i = 0; i < granted.items.count; i++) {
        const struct granted_audience *one = &granted.items.items[i];
        bool reaches = one->only == MODEL_NONE || one->only == member->record->subject.entity;
        int64_t audience;
        if (one->scope == (enum model_scope)source->scope && reaches) {
            TRY(audience_make(uow, one->scope, one->subject, &audience));
            add_audience(uow, audiences, audience, MODEL_NONE);
        }
    }
    return STATUS_OK;
}

/* One source for one member (NULL: a source without "each"). */
static enum status take_source(struct uow *uow, const struct model_audience_source *source,
                               const struct subject *subject, const struct subject *member,
                               struct audiences *audiences)
{
    struct value value;
    int64_t audience;
    if (source->where != MODEL_NONE) {
        TRY(source_value(&uow->source, source->where, subject, member, &value));
        if (value.type != VALUE_BOOLEAN || !value.boolean) {
            return STATUS_OK;
        }
    }
    if (source->scope == SCOPE_STATE) {
        add_audience(uow, audiences, AUDIENCE_STATE, MODEL_NONE);
        return STATUS_OK;
    }
    TRY(source_value(&uow->source, source->who, subject, member, &value));
    if (value.type == VALUE_REFERENCE && given_root(uow->set.model, source) != MODEL_NONE) {
        return take_given_root(uow, source, member, value.reference, audiences);
    }
    if (value.type == VALUE_REFERENCE) {
        TRY(audience_make(uow, source->scope, value.reference, &audience));
        add_audience(uow, audiences, audience, MODEL_NONE);
    }
    return STATUS_OK;
}

static enum status take_all_sources(struct uow *uow, struct record *record,
                                    struct audiences *audiences)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < shape->audiences_count; i++) {
        const struct model_audience_source *source =
            model_audience_source_row(model, shape->audiences_first + i);
        if (source->collection == MODEL_NONE) {
            TRY(take_source(uow, source, &record->subject, NULL, audiences));
            continue;
        }
        size_t count = 0;
        TRY(source_collect(&uow->source, &record->subject, source->collection));
        const struct subject *const *members =
            work_set_members(&uow->set, &record->subject, source->collection, &count);
        for (size_t k = 0; k < count; k++) {
            TRY(take_source(uow, source, &record->subject, members[k], audiences));
        }
    }
    return STATUS_OK;
}

/* What was given beside: as long as it runs. */
static enum status take_granted(struct uow *uow, const struct record *record,
                                struct audiences *audiences)
{
    struct granted_audiences granted = {0};
    if (record->is_new) {
        return STATUS_OK;
    }
    TRY(grants_as_audiences(uow, record, true, &granted));
    for (size_t i = 0; i < granted.items.count; i++) {
        const struct granted_audience *one = &granted.items.items[i];
        int64_t audience;
        TRY(audience_make(uow, one->scope, one->subject, &audience));
        add_audience(uow, audiences, audience, one->only);
    }
    return STATUS_OK;
}

/* Of what was entered in error: whoever could read it still can, but for whom access was given that
 * does not run. */
static enum status take_stored(struct uow *uow, const struct record *record,
                               struct audiences *audiences)
{
    struct granted_audiences over = {0};
    TRY(grants_as_audiences(uow, record, false, &over));
    for (size_t i = 0; i < record->audience_count; i++) {
        const struct record_audience *stored = &record->audiences[i];
        bool ended = false;
        for (size_t k = 0; k < over.items.count; k++) {
            const struct granted_audience *one = &over.items.items[k];
            ended = ended || (audience_id(one->scope, one->subject) == stored->id &&
                              one->only == stored->only);
        }
        if (!ended) {
            add_audience(uow, audiences, stored->id, stored->only);
        }
    }
    return STATUS_OK;
}

/* ---- writing ---- */

bool audience_reach(const struct model *model, struct str stored, uint32_t *ret_only)
{
    ptrdiff_t slash = str_find_byte(stored, '/');
    *ret_only = MODEL_NONE;
    if (slash < 0) {
        return true;
    }
    *ret_only = model_entity_by_name(model, str_slice(stored, (size_t)slash + 1, stored.n));
    return *ret_only != MODEL_NONE;
}

/* "assessment", or "assessment/contact" */
static struct str reach_text(struct uow *uow, const struct record *record, uint32_t only)
{
    const struct model *model = uow->set.model;
    struct str root = model_text(model, model_entity_row(model, record->subject.entity)->name);
    return only == MODEL_NONE ? root
                              : STR_JOIN(uow->arena, root, STR("/"),
                                         model_text(model, model_entity_row(model, only)->name));
}

static enum status write_row(struct uow *uow, enum sql_name statement, const struct record *record,
                             struct record_audience audience)
{
    struct db_statement *q;
    kept_forget(uow->store->kept, record->subject.id);
    TRY(db_named(uow->db, statement, uow->arena, &q));
    db_bind_int(q, 1, audience.id);
    db_bind_text(q, 2, reach_text(uow, record, audience.only));
    db_bind_uuid(q, 3, record->subject.id);
    return db_run(q);
}

/* What its clocks say of its audiences follows, and for whom it waits. */
static enum status hand_clocks(struct uow *uow, const struct record *record)
{
    struct db_statement *q;
    waits_touch_root(uow, record->subject.id);
    TRY(db_named(uow->db, SQL_HAND_CLOCKS, uow->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    return db_run(q);
}

/* Brings the rows of a root from what was stored to what is wanted; keep: none is taken away. */
static enum status write_difference(struct uow *uow, struct record *record,
                                    const struct audiences *wanted, bool keep)
{
    const struct record_audience *stored = record->is_new && !keep ? NULL : record->audiences;
    size_t stored_count = record->is_new && !keep ? 0 : record->audience_count;
    struct audiences now = {0};
    for (size_t i = 0; i < stored_count; i++) {
        if (keep || has_audience(wanted->items.items, wanted->items.count, stored[i])) {
            add_audience(uow, &now, stored[i].id, stored[i].only);
        } else {
            TRY(write_row(uow, SQL_REMOVE_RECORD_AUDIENCE, record, stored[i]));
        }
    }
    size_t kept = now.items.count;
    for (size_t i = 0; i < wanted->items.count; i++) {
        if (!has_audience(stored, stored_count, wanted->items.items[i])) {
            TRY(write_row(uow, SQL_ADD_RECORD_AUDIENCE, record, wanted->items.items[i]));
            add_audience(uow, &now, wanted->items.items[i].id, wanted->items.items[i].only);
        }
    }
    bool changed = kept < stored_count || now.items.count > kept;
    record->audiences = now.items.items;
    record->audience_count = now.items.count;
    return changed && !record->is_new ? hand_clocks(uow, record) : STATUS_OK;
}

/* ---- whose audiences a change moves ---- */

struct touched {
    LIST(struct record *) items; /* to be worked out anew */
};

static void touch(struct uow *uow, struct touched *touched, struct record *record)
{
    for (size_t i = 0; i < touched->items.count; i++) {
        if (touched->items.items[i] == record) {
            return;
        }
    }
    LIST_PUSH(uow->arena, &touched->items, record);
}

static enum status touch_target(struct uow *uow, struct touched *touched,
                                const struct model_audience_source *source, struct value value)
{
    struct record *target;
    if (value.type != VALUE_REFERENCE) {
        return STATUS_OK;
    }
    enum status status = source_load(&uow->source, source->entity, value.reference, &target);
    if (status == STATUS_OK) {
        touch(uow, touched, target);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* A member that is new can only add. */
static enum status add_member(struct uow *uow, const struct model_audience_source *source,
                              const struct subject *member, struct value value)
{
    struct record *target;
    struct audiences audiences = {0};
    if (value.type != VALUE_REFERENCE) {
        return STATUS_OK;
    }
    enum status status = source_load(&uow->source, source->entity, value.reference, &target);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && target->is_new)) {
        return STATUS_OK; /* a new record is worked out as a whole */
    }
    TRY(status);
    TRY(take_source(uow, source, &target->subject, member, &audiences));
    return write_difference(uow, target, &audiences, true);
}

/* A record or row that is a member of a collection on which audiences rest. */
static enum status touch_member(struct uow *uow, struct touched *touched,
                                const struct model_audience_source *source,
                                const struct subject *member, const struct answer *before,
                                bool is_new, bool removed, bool changed)
{
    const struct model *model = uow->set.model;
    const struct model_collection *collection = model_collection_row(model, source->collection);
    struct value now = value_get(member, collection->reference);
    if (is_new && removed) {
        return STATUS_OK;
    }
    if (is_new) {
        return add_member(uow, source, member, now);
    }
    if (!changed) {
        return STATUS_OK;
    }
    if (before != NULL) {
        const struct model_field *field = model_field_row(model, collection->reference);
        TRY(touch_target(uow, touched, source, before[field->slot].value));
    }
    return touch_target(uow, touched, source, now);
}

/* Whether the record changed hands: then everything that looks at its agency does. */
static bool owner_changed(const struct model *model, const struct record *record)
{
    uint32_t owner = model_entity_row(model, record->subject.entity)->owner;
    if (owner == MODEL_NONE || record->before == NULL) {
        return false;
    }
    int32_t slot = model_field_row(model, owner)->slot;
    return !answer_same(&record->before[slot], &record->subject.answers[slot]);
}

/* Members of one source among the record and its rows. */
static enum status touch_by_source(struct uow *uow, struct touched *touched,
                                   const struct model_audience_source *source,
                                   struct record *record)
{
    const struct model *model = uow->set.model;
    const struct model_collection *collection = model_collection_row(model, source->collection);
    uint32_t list = model_field_row(model, collection->reference)->list;
    bool all = owner_changed(model, record) || record->error_changed || record->moved;
    if (list == MODEL_NONE) {
        return touch_member(uow, touched, source, &record->subject, record->before, record->is_new,
                            false, true);
    }
    const struct rows *rows = record_rows(record, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        TRY(touch_member(uow, touched, source, &row->subject, row->before, row->is_new,
                         row->removed, row->changed || all));
    }
    return STATUS_OK;
}

/* The parts of a root that changed hands, where audiences look through them at the root. */
static enum status touch_by_parts(struct uow *uow, struct touched *touched,
                                  const struct model_audience_source *source, struct record *record)
{
    const struct model *model = uow->set.model;
    uint32_t reference = model_collection_row(model, source->collection)->reference;
    const struct model_field *field = model_field_row(model, reference);
    const struct model_entity *part = model_entity_row(model, field->entity);
    if (part->parent == MODEL_NONE ||
        model_field_row(model, part->parent)->target != record->subject.entity ||
        model_field_row(model, part->parent)->collection == MODEL_NONE ||
        field->list != MODEL_NONE) {
        return STATUS_OK;
    }
    uint32_t parts = model_field_row(model, part->parent)->collection;
    size_t count = 0;
    TRY(source_collect(&uow->source, &record->subject, parts));
    const struct subject *const *members =
        work_set_members(&uow->set, &record->subject, parts, &count);
    for (size_t i = 0; i < count; i++) {
        TRY(touch_target(uow, touched, source, value_get(members[i], reference)));
    }
    return STATUS_OK;
}

/* Whether anything of the record itself is looked at by its own sources. */
static bool rests_on_itself(const struct model *model, const struct model_entity *shape)
{
    for (uint32_t i = 0; i < shape->audiences_count; i++) {
        const struct model_audience_source *source =
            model_audience_source_row(model, shape->audiences_first + i);
        if (source->collection == MODEL_NONE
                ? source->who != MODEL_NONE || source->where != MODEL_NONE
                : model_collection_row(model, source->collection)->list != MODEL_NONE) {
            return true;
        }
    }
    return false;
}

static enum status touch_by(struct uow *uow, struct touched *touched, struct record *record)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    if (shape->audiences_count > 0 && (record->is_new || rests_on_itself(model, shape))) {
        touch(uow, touched, record);
    }
    for (uint32_t i = 0; i < model_audience_source_total(model); i++) {
        const struct model_audience_source *source = model_audience_source_row(model, i);
        uint32_t reference = source->collection == MODEL_NONE
                                 ? MODEL_NONE
                                 : model_collection_row(model, source->collection)->reference;
        if (reference == MODEL_NONE) {
            continue;
        }
        if (model_field_row(model, reference)->entity == record->subject.entity) {
            TRY(touch_by_source(uow, touched, source, record));
        } else if (owner_changed(model, record)) {
            TRY(touch_by_parts(uow, touched, source, record));
        }
    }
    return STATUS_OK;
}

enum status audience_recompute(struct uow *uow, struct record *record)
{
    const struct model_entity *shape = model_entity_row(uow->set.model, record->subject.entity);
    struct audiences wanted = {0};
    if (shape->kind == ENTITY_REFERENCE || shape->kind == ENTITY_PART) {
        return STATUS_OK; /* everybody's, or its root's */
    }
    if (record_stands(record)) {
        TRY(take_all_sources(uow, record, &wanted));
    } else {
        TRY(take_stored(uow, record, &wanted));
    }
    TRY(take_granted(uow, record, &wanted));
    return write_difference(uow, record, &wanted, false);
}

enum status audience_given(struct uow *uow, struct record *root)
{
    const struct model *model = uow->set.model;
    struct touched touched = {0};
    TRY(audience_recompute(uow, root));
    for (uint32_t i = 0; i < model_audience_source_total(model); i++) {
        const struct model_audience_source *source = model_audience_source_row(model, i);
        if (source->collection != MODEL_NONE && given_root(model, source) == root->subject.entity) {
            TRY(touch_by_parts(uow, &touched, source, root));
        }
    }
    for (size_t i = 0; i < touched.items.count; i++) {
        TRY(audience_recompute(uow, touched.items.items[i]));
    }
    return STATUS_OK;
}

enum status audiences_write(struct uow *uow)
{
    struct touched touched = {0};
    size_t count = uow->set.records.count;
    for (size_t i = 0; i < count; i++) {
        if (uow->set.records.items[i]->changed) {
            TRY(touch_by(uow, &touched, uow->set.records.items[i]));
        }
    }
    for (size_t i = 0; i < touched.items.count; i++) {
        TRY(audience_recompute(uow, touched.items.items[i]));
    }
    return STATUS_OK;
}
