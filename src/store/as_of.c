/* What belonged to a record at an instant. */
#include <stdlib.h>

#include "db/named.h"
#include "rule/access.h"
#include "store/store_int.h"

struct candidates {
    LIST(struct uuid) items;
};

static void add_candidate(struct arena *arena, struct candidates *candidates, struct uuid id)
{
    for (size_t i = 0; i < candidates->items.count; i++) {
        if (uuid_eq(candidates->items.items[i], id)) {
            return;
        }
    }
    LIST_PUSH(arena, &candidates->items, id);
}

static int compare_ids(const void *a, const void *b)
{
    const struct uuid *left = a, *right = b;
    return uuid_compare(*left, *right);
}

/* Those that lead there now, and those that were of the same root then. */
static enum status find_candidates(struct source *source, const struct record *of, uint32_t field,
                                   struct instant at, struct candidates *ret_candidates)
{
    const struct model *model = source->store->model;
    struct arena *arena = source->set->arena;
    const struct model_entity *shape =
        model_entity_row(model, model_field_row(model, field)->entity);
    struct db_statement *q;
    TRY(db_prepare(source->db, source->store->schema->back[field], arena, &q));
    db_bind_uuid(q, 1, of->subject.id);
    while (db_next(q)) {
        add_candidate(arena, ret_candidates, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    TRY(db_named(source->db, SQL_FIND_PARTS_EVER, arena, &q));
    db_bind_uuid(q, 1, of->root);
    db_bind_text(q, 2, model_text(model, shape->name));
    db_bind_int(q, 3, at.ms);
    while (db_next(q)) {
        add_candidate(arena, ret_candidates, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    if (ret_candidates->items.count > 1) {
        qsort(ret_candidates->items.items, ret_candidates->items.count, sizeof(struct uuid),
              compare_ids);
    }
    return STATUS_OK;
}

/* Brings a record back to the instant; *ret_there false when it was not there, or what it was may
 * not or can no longer be known. */
static enum status bring_back(struct store_reader *reader, struct work_set *set,
                              struct record *record, struct instant at, bool *ret_there)
{
    struct outcome outcome;
    outcome_init(&outcome, set->arena);
    *ret_there = false;
    if (record_is_blank(record) || !access_record(set, record, VERB_HISTORY).allowed) {
        return STATUS_OK;
    }
    enum status status = store_as_of(reader, set, record, at, &outcome);
    if (status == STATUS_NOT_FOUND || status == STATUS_REFUSED) {
        return STATUS_OK;
    }
    *ret_there = status == STATUS_OK && record_stands(record);
    return status;
}

enum status store_members_as_of(struct store_reader *reader, struct work_set *set,
                                const struct record *of, uint32_t reference_field,
                                struct instant at, struct record ***ret_records, size_t *ret_count)
{
    uint32_t entity = model_field_row(set->model, reference_field)->entity;
    struct candidates candidates = {0};
    struct source *source;
    size_t from = set->records.count;
    TRY(reader_source(reader, set, &source));
    TRY(find_candidates(source, of, reference_field, at, &candidates));
    *ret_records = ARENA_ARRAY(set->arena, candidates.items.count, struct record *);
    *ret_count = 0;
    for (size_t i = 0; i < candidates.items.count; i++) {
        struct record *record;
        bool there = false;
        TRY(source_load(source, entity, candidates.items.items[i], &record));
        TRY(bring_back(reader, set, record, at, &there));
        struct value leads = value_get(&record->subject, reference_field);
        if (there && leads.type == VALUE_REFERENCE && uuid_eq(leads.reference, of->subject.id)) {
            (*ret_records)[(*ret_count)++] = record;
        }
    }
    reader_note(reader, set, from);
    return STATUS_OK;
}
