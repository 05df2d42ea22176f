/* What waits for a decision of the actor: found by who may decide, and seen no closer than that
 * asks for; only what is shown is read. */
#include <stdlib.h>

#include "db/named.h"
#include "lower/list.h"
#include "rule/access.h"
#include "store/store_int.h"

struct waiting {
    LIST(struct store_waiting) items;
};

/* The actor may read it (it was found), and decides on it. Who wrote it is read where that matters;
 * a rule with a condition of its own asks for the whole record. */
static enum status may_decide(struct source *source, struct record *seen, uint32_t decider,
                              bool *ret_may)
{
    const struct model_decider *shape = model_decider_row(source->set->model, decider);
    struct record *record = seen;
    if (shape->allow != MODEL_NONE) {
        struct value ignored;
        TRY(source_load(source, seen->subject.entity, seen->subject.id, &record));
        TRY(source_value(source, shape->allow, &record->subject, NULL, &ignored));
    } else if (shape->not_author) {
        struct source beside = *source;
        beside.set = record->set;
        TRY(authors_read(&beside, record));
    }
    *ret_may = access_decide(record->set, record, decider).allowed;
    return STATUS_OK;
}

/* The running clock that is due first; what may be done, and from when, is nothing that is due. */
static enum status read_next(struct source *source, struct uuid record,
                             struct clock_reading *ret_next)
{
    const struct model *model = source->store->model;
    struct db_statement *q;
    bool found = false;
    TRY(db_named(source->db, SQL_FIND_RUNNING_CLOCKS_OF_RECORD, source->set->arena, &q));
    db_bind_uuid(q, 1, record);
    while (!found && db_next(q)) {
        found = clock_take_row(model, q, ret_next) &&
                model_clock_row(model, ret_next->clock)->kind != CLOCK_BAR;
    }
    if (!found) {
        *ret_next = (struct clock_reading){.record = record, .due = {INT64_MAX}};
    }
    return db_finish(q);
}

static enum status add_if_waits(struct source *source, uint32_t entity, struct uuid id,
                                uint32_t decider, struct waiting *waiting)
{
    struct store_waiting one = {.entity = entity, .id = id};
    struct record *seen;
    bool may;
    enum status status = source_glance(source, entity, id, &seen);
    if (status != STATUS_OK) { /* not for this actor to read */
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    TRY(may_decide(source, seen, decider, &may));
    if (may) {
        TRY(read_next(source, id, &one.next));
        LIST_PUSH(source->set->arena, &waiting->items, one);
    }
    return STATUS_OK;
}

static enum status add_in_state(struct source *source, uint32_t entity, uint32_t state,
                                struct waiting *waiting)
{
    const struct work_set *set = source->set;
    const struct model_state *shape = model_state_row(set->model, state);
    int64_t audiences[ACCESS_AUDIENCES_MAX];
    struct found_ids found = {0};
    struct str name = model_text(set->model, shape->name);
    struct list_query query = {.entity = entity,
                               .where = MODEL_NONE,
                               .order = MODEL_NONE,
                               .oldest_first = true,
                               .states = &name,
                               .state_count = 1,
                               .reference = MODEL_NONE,
                               .limit = STORE_WAITING_MAX};
    size_t count = access_decider_audiences(set->model, set->actor, shape->waits_for, audiences);
    if (count == 0) {
        return STATUS_OK;
    }
    list_within(&query, set, audiences, count);
    TRY(list_run(source, &query, NULL, &found));
    for (size_t i = 0; i < found.items.count; i++) {
        TRY(add_if_waits(source, entity, found.items.items[i], shape->waits_for, waiting));
    }
    return STATUS_OK;
}

static enum status find_waiting(struct source *source, struct waiting *waiting)
{
    const struct model *model = source->set->model;
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        const struct model_entity *shape = model_entity_row(model, i);
        for (uint32_t k = 0; k < shape->states_count; k++) {
            uint32_t state = shape->states_first + k;
            if (model_state_row(model, state)->waits_for != MODEL_NONE) {
                TRY(add_in_state(source, i, state, waiting));
            }
        }
    }
    return STATUS_OK;
}

/* Identifiers are in the order of their making. */
static int compare(const void *left, const void *right)
{
    const struct store_waiting *a = left, *b = right;
    if (a->next.due.ms != b->next.due.ms) {
        return a->next.due.ms < b->next.due.ms ? -1 : 1;
    }
    return uuid_compare(a->id, b->id);
}

static enum status read_first(struct source *source, struct waiting *waiting, size_t most)
{
    enum status status = STATUS_OK;
    source->heads = true;
    for (size_t i = 0; i < waiting->items.count && i < most && status == STATUS_OK; i++) {
        struct store_waiting *one = &waiting->items.items[i];
        status = source_load(source, one->entity, one->id, &one->record);
    }
    source->heads = false;
    return status;
}

enum status store_waiting(struct store_reader *reader, struct work_set *set, size_t most,
                          struct store_waiting **ret_waiting, size_t *ret_count)
{
    struct source *source;
    struct waiting waiting = {0};
    size_t from = set->records.count;
    if (reader->purpose.route.n == 0) {
        reader->purpose.route = STR("waiting");
    }
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK && set->actor != NULL) {
        source->naming = true; /* that it waits; store_load is for what is shown of it */
        status = find_waiting(source, &waiting);
        if (status == STATUS_OK && waiting.items.count > 0) {
            qsort(waiting.items.items, waiting.items.count, sizeof(struct store_waiting), compare);
            status = read_first(source, &waiting, most);
        }
        source->naming = false;
    }
    reader_note(reader, set, from);
    *ret_waiting = waiting.items.items;
    *ret_count = waiting.items.count;
    return status;
}
