/* Collections of a work set: what is loaded, and how it stays right while records are made, and
 * while references move from one record to another. */
#include "base/map.h"
#include "rule/rule_int.h"

/* The members of one collection of one record, by age of the record they are in (its identifier);
 * rows of one record stand in the order in which they came. */
struct members {
    LIST(const struct subject *) items;
};

struct row_view {
    LIST(const struct subject *) items;
};

#define KEY_SIZE (sizeof(struct uuid) + sizeof(uint32_t))

struct members_key {
    struct uuid of;
    uint32_t collection;
};
_Static_assert(sizeof(struct members_key) == KEY_SIZE, "a key has no padding");

static struct str key_text(const struct members_key *key)
{
    const void *bytes = key;
    return (struct str){bytes, KEY_SIZE};
}

static struct members *members_find(const struct work_set *set, struct uuid of, uint32_t collection)
{
    struct members_key key = {of, collection};
    return map_get(set->members, key_text(&key));
}

static struct members *members_new(struct work_set *set, struct uuid of, uint32_t collection)
{
    struct members_key key = {of, collection};
    struct members *members = ARENA_NEW(set->arena, struct members);
    const struct members_key *kept = arena_copy(set->arena, &key, sizeof(key));
    CHECK(map_add(set->members, key_text(kept), members));
    return members;
}

/* The loaded collection, or that of a new record: nothing can lead to it from outside the set. */
static struct members *members_loaded(struct work_set *set, struct uuid of, uint32_t collection)
{
    struct members *members = members_find(set, of, collection);
    if (members == NULL) {
        const struct record *owner = work_set_find(set, of);
        if (owner != NULL && owner->is_new) {
            members = members_new(set, of, collection);
        }
    }
    return members;
}

static void members_insert(struct work_set *set, struct members *members,
                           const struct subject *subject)
{
    LIST_PUSH(set->arena, &members->items, subject);
    size_t at = members->items.count - 1;
    const struct subject **items = members->items.items;
    while (at > 0 &&
           uuid_compare(items[at - 1]->record->subject.id, subject->record->subject.id) > 0) {
        items[at] = items[at - 1];
        at--;
    }
    items[at] = subject;
}

static void members_remove(struct members *members, const struct subject *subject)
{
    size_t kept = 0;
    for (size_t i = 0; i < members->items.count; i++) {
        if (members->items.items[i] != subject) {
            members->items.items[kept++] = members->items.items[i];
        }
    }
    members->items.count = kept;
}

static bool members_has(const struct members *members, const struct subject *subject)
{
    for (size_t i = members->items.count; i > 0; i--) {
        if (members->items.items[i - 1] == subject) {
            return true;
        }
    }
    return false;
}

/* A record may be found under another id too: a person under those who turned out to be the same.
 * What leads there leads to the record. */
static struct uuid found_as(const struct work_set *set, struct uuid id)
{
    const struct record *record = work_set_find(set, id);
    return record != NULL ? record->subject.id : id;
}

void members_move(struct work_set *set, const struct subject *subject, uint32_t field,
                  struct value from, struct value to)
{
    uint32_t collection = model_field_row(set->model, field)->collection;
    if (collection == MODEL_NONE) {
        return;
    }
    LIST_PUSH(set->arena, &set->moved, subject);
    if (from.type == VALUE_REFERENCE) {
        struct members *left = members_find(set, found_as(set, from.reference), collection);
        if (left != NULL) {
            members_remove(left, subject);
        }
    }
    if (to.type == VALUE_REFERENCE) {
        struct members *joined = members_loaded(set, found_as(set, to.reference), collection);
        if (joined != NULL) {
            members_insert(set, joined, subject);
        }
    }
}

void members_move_row(struct work_set *set, const struct subject *row, bool comes)
{
    struct field_range fields = subject_fields(row);
    for (uint32_t i = 0; i < fields.count; i++) {
        const struct model_field *shape = model_field_row(set->model, fields.first + i);
        if (shape->collection == MODEL_NONE || shape->kernel) {
            continue;
        }
        struct value leads = value_get(row, fields.first + i);
        members_move(set, row, fields.first + i, comes ? value_unset() : leads,
                     comes ? leads : value_unset());
    }
}

/* Whether a subject's reference leads to a record now. */
static bool leads_to(const struct subject *subject, uint32_t reference, struct uuid id)
{
    if (!record_stands(subject->record) || (subject->row != NULL && subject->row->removed)) {
        return false;
    }
    struct value value = value_get(subject, reference);
    return value.type == VALUE_REFERENCE &&
           uuid_eq(found_as(subject->record->set, value.reference), id);
}

/* Adds the record, or its rows, as far as they lead to the owner now. */
static void members_take(struct work_set *set, struct members *members, struct record *record,
                         uint32_t reference, struct uuid of)
{
    uint32_t list = model_field_row(set->model, reference)->list;
    if (list == MODEL_NONE) {
        if (leads_to(&record->subject, reference, of)) {
            members_insert(set, members, &record->subject);
        }
        return;
    }
    const struct rows *rows = record_rows(record, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        if (leads_to(&rows->items.items[i]->subject, reference, of)) {
            members_insert(set, members, &rows->items.items[i]->subject);
        }
    }
}

void work_set_set_members(struct work_set *set, const struct record *of, uint32_t collection,
                          struct record *const *members, size_t count)
{
    uint32_t reference = model_collection_row(set->model, collection)->reference;
    CHECK(reference != MODEL_NONE);
    struct uuid id = of->subject.id;
    if (members_find(set, id, collection) != NULL) {
        return;
    }
    const struct model_field *shape = model_field_row(set->model, reference);
    struct members *loaded = members_new(set, id, collection);
    for (size_t i = 0; i < count; i++) {
        members_take(set, loaded, members[i], reference, id);
    }
    for (size_t i = 0; i < set->moved.count; i++) {
        const struct subject *moved = set->moved.items[i];
        if (moved->entity == shape->entity && moved->list == shape->list &&
            leads_to(moved, reference, id) && !members_has(loaded, moved)) {
            members_insert(set, loaded, moved);
        }
    }
}

void rows_touch(struct rows *rows)
{
    rows->view = NULL;
}

static const struct row_view *rows_view(struct arena *arena, struct rows *rows)
{
    if (rows->view == NULL) {
        rows->view = ARENA_NEW(arena, struct row_view);
        for (size_t i = 0; i < rows->items.count; i++) {
            if (!rows->items.items[i]->removed) {
                LIST_PUSH(arena, &rows->view->items, &rows->items.items[i]->subject);
            }
        }
    }
    return rows->view;
}

bool work_set_has_members(const struct work_set *set, const struct subject *of, uint32_t collection)
{
    return model_collection_row(set->model, collection)->list != MODEL_NONE || of->record->is_new ||
           members_find(set, of->id, collection) != NULL;
}

const struct subject *const *work_set_members(struct work_set *set, const struct subject *of,
                                              uint32_t collection, size_t *ret_count)
{
    const struct model_collection *shape = model_collection_row(set->model, collection);
    if (shape->list != MODEL_NONE && of->record->unread == NULL) {
        const struct row_view *view = rows_view(set->arena, record_rows(of->record, shape->list));
        *ret_count = view->items.count;
        return view->items.items;
    }
    const struct members *members =
        shape->list == MODEL_NONE ? members_loaded(set, of->id, collection) : NULL;
    if (members == NULL) {
        work_set_missing(set, STR("collection"), model_text(set->model, shape->name));
        *ret_count = 0;
        return NULL;
    }
    *ret_count = members->items.count;
    return members->items.items;
}
