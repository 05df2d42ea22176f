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

static enum status add_if_waits(struct source *source, struct store_waiting one, uint32_t decider,
                                struct waiting *waiting)
{
    struct record *seen;
    bool may;
    enum status status = source_glance(source, one.entity, one.id, &seen);
    if (status != STATUS_OK) { /* not for this actor to read */
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    TRY(may_decide(source, seen, decider, &may));
    if (may) {
        LIST_PUSH(source->set->arena, &waiting->items, one);
    }
    return STATUS_OK;
}

/* ---- those in a state ---- */

/* What is asked about: the records in a state, within the audiences that let the actor decide. */
struct asking {
    struct source *source;
    uint32_t entity, decider;
    struct list_query query;
    /* Whoever decides by these audiences may read by them, and no condition asks for the record:
     * what they reach waits, unless the actor wrote in it. */
    bool plain;
};

static bool is_among(int64_t audience, const int64_t *audiences, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (audiences[i] == audience) {
            return true;
        }
    }
    return false;
}

static bool is_plain(const struct asking *asking, const int64_t *deciding, size_t count)
{
    const struct work_set *set = asking->source->set;
    const struct model_entity *entity = model_entity_row(set->model, asking->entity);
    const struct model_decider *decider = model_decider_row(set->model, asking->decider);
    int64_t reading[ACCESS_AUDIENCES_MAX];
    size_t reads = access_list_audiences(set->model, set->actor, entity->class, reading);
    bool plain = decider->allow == MODEL_NONE && decider->scope != SCOPE_SELF &&
                 !model_record_class_row(set->model, entity->class)->confirm &&
                 asking->entity != asking->source->store->practice->names.person;
    for (size_t i = 0; i < count && plain; i++) {
        plain = is_among(deciding[i], reading, reads);
    }
    return plain;
}

/* By what the lines are ordered: what may be done, and from when, is nothing that is due. */
static void order_by_due(struct asking *asking)
{
    const struct work_set *set = asking->source->set;
    LIST(struct str) clocks = {0};
    for (uint32_t i = 0; i < model_clock_total(set->model); i++) {
        const struct model_clock *clock = model_clock_row(set->model, i);
        if (clock->entity == asking->entity && clock->kind != CLOCK_BAR) {
            LIST_PUSH(set->arena, &clocks, model_text(set->model, clock->name));
        }
    }
    asking->query.clocks = clocks.items;
    asking->query.clock_count = clocks.count;
}

struct found_line {
    struct store_waiting waiting;
    bool wrote; /* the actor stands in its history */
};
struct found_lines {
    LIST(struct found_line) items;
};

static enum status read_found(const struct asking *asking, struct found_lines *ret_found)
{
    struct source *source = asking->source;
    struct db_statement *q;
    TRY(list_begin(source, &asking->query, NULL, &q));
    while (db_next(q)) {
        struct found_line line = {
            .waiting = {.entity = asking->entity,
                        .id = db_uuid(q, 0),
                        .next = {.due = {db_is_null(q, 1) ? INT64_MAX : db_int(q, 1)}}},
            .wrote = db_int(q, 2) != 0
        };
        LIST_PUSH(source->set->arena, &ret_found->items, line);
    }
    return db_finish(q);
}

static enum status add_in_state(struct source *source, uint32_t entity, uint32_t state,
                                struct waiting *waiting)
{
    const struct work_set *set = source->set;
    const struct model_state *shape = model_state_row(set->model, state);
    int64_t audiences[ACCESS_AUDIENCES_MAX];
    struct found_lines found = {0};
    struct str name = model_text(set->model, shape->name);
    struct asking asking = {
        .source = source,
        .entity = entity,
        .decider = shape->waits_for,
        .query = {.entity = entity,
                  .where = MODEL_NONE,
                  .order = MODEL_NONE,
                  .oldest_first = true,
                  .states = &name,
                  .state_count = 1,
                  .reference = MODEL_NONE,
                  .writer = set->actor->worker,
                  .limit = STORE_WAITING_MAX}
    };
    size_t count = access_decider_audiences(set->model, set->actor, shape->waits_for, audiences);
    if (count == 0) {
        return STATUS_OK;
    }
    list_within(&asking.query, set, audiences, count);
    asking.plain = is_plain(&asking, audiences, count);
    order_by_due(&asking);
    TRY(read_found(&asking, &found));
    for (size_t i = 0; i < found.items.count; i++) {
        const struct found_line *line = &found.items.items[i];
        if (asking.plain && !line->wrote) {
            LIST_PUSH(set->arena, &waiting->items, line->waiting);
        } else {
            TRY(add_if_waits(source, line->waiting, shape->waits_for, waiting));
        }
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

/* Where the page begins. */
static size_t place_after(const struct waiting *waiting, struct uuid last)
{
    for (size_t i = 0; i < waiting->items.count && !uuid_is_nil(last); i++) {
        if (uuid_eq(waiting->items.items[i].id, last)) {
            return i + 1;
        }
    }
    return 0;
}

static enum status read_shown(struct source *source, struct store_waiting *one)
{
    source->heads = true;
    enum status status = source_load(source, one->entity, one->id, &one->record);
    source->heads = false;
    TRY(status);
    return read_next(source, one->id, &one->next);
}

static enum status read_page(struct source *source, struct waiting *waiting, struct uuid last,
                             size_t limit, struct str *ret_next)
{
    if (waiting->items.count > 0) {
        qsort(waiting->items.items, waiting->items.count, sizeof(struct store_waiting), compare);
    }
    size_t at = place_after(waiting, last);
    size_t end = waiting->items.count - at < limit ? waiting->items.count : at + limit;
    for (size_t i = at; i < end; i++) {
        TRY(read_shown(source, &waiting->items.items[i]));
    }
    if (end < waiting->items.count && end > 0) {
        *ret_next = uuid_text(source->set->arena, waiting->items.items[end - 1].id);
    }
    return STATUS_OK;
}

enum status store_waiting(struct store_reader *reader, struct work_set *set, struct store_page page,
                          struct outcome *outcome, struct store_waiting **ret_waiting,
                          size_t *ret_count, struct str *ret_next_cursor)
{
    struct source *source;
    struct waiting waiting = {0};
    struct uuid last;
    size_t from = set->records.count;
    if (reader->purpose.route.n == 0) {
        reader->purpose.route = STR("waiting");
    }
    *ret_next_cursor = STR("");
    TRY(list_cursor(page, outcome, &last));
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK && set->actor != NULL) {
        source->naming = true; /* that it waits; store_load is for what is shown of it */
        status = find_waiting(source, &waiting);
        if (status == STATUS_OK) {
            status = read_page(source, &waiting, last, page.limit, ret_next_cursor);
        }
        source->naming = false;
    }
    reader_note(reader, set, from);
    *ret_waiting = waiting.items.items;
    *ret_count = waiting.items.count;
    return status;
}
