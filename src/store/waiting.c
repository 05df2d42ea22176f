/* What waits for a decision of the actor: found in the table of what waits (waits.h) by who may
 * decide, and seen no closer than that asks for; only what is shown is read. */
#include <stdlib.h>

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

/* ---- by audience ---- */

/* Some audiences of the actor. */
struct audiences {
    int64_t ids[ACCESS_AUDIENCES_MAX];
    size_t count;
};

/* How the actor decides what is in a state. */
struct way {
    struct audiences deciding;
    /* Of the deciding ones those by which the actor may read, too, when no condition asks for the
     * record: what they reach waits, unless the actor wrote it. */
    struct audiences plain;
};

struct search {
    struct source *source;
    struct way *ways;     /* by state */
    struct audiences all; /* by which the actor decides anything */
    struct map seen;      /* records: who decides by two audiences is asked once */
    struct waiting *waiting;
};

static bool is_among(int64_t audience, const struct audiences *audiences)
{
    for (size_t i = 0; i < audiences->count; i++) {
        if (audiences->ids[i] == audience) {
            return true;
        }
    }
    return false;
}

static void add_audience(struct audiences *audiences, int64_t audience)
{
    if (audiences->count < ACCESS_AUDIENCES_MAX && !is_among(audience, audiences)) {
        audiences->ids[audiences->count++] = audience;
    }
}

static void find_plain(const struct source *source, const struct model_state *state,
                       struct way *way)
{
    const struct work_set *set = source->set;
    const struct model_entity *entity = model_entity_row(set->model, state->entity);
    const struct model_decider *decider = model_decider_row(set->model, state->waits_for);
    struct audiences reading;
    if (decider->allow != MODEL_NONE || decider->scope == SCOPE_SELF ||
        model_record_class_row(set->model, entity->class)->confirm ||
        state->entity == source->store->practice->names.person) {
        return;
    }
    reading.count = access_list_audiences(set->model, set->actor, entity->class, reading.ids);
    for (size_t i = 0; i < way->deciding.count; i++) {
        if (is_among(way->deciding.ids[i], &reading)) {
            add_audience(&way->plain, way->deciding.ids[i]);
        }
    }
}

static void find_ways(struct search *search)
{
    const struct work_set *set = search->source->set;
    for (uint32_t i = 0; i < model_state_total(set->model); i++) {
        const struct model_state *state = model_state_row(set->model, i);
        struct way *way = &search->ways[i];
        if (state->waits_for == MODEL_NONE) {
            continue;
        }
        way->deciding.count =
            access_decider_audiences(set->model, set->actor, state->waits_for, way->deciding.ids);
        for (size_t k = 0; k < way->deciding.count; k++) {
            add_audience(&search->all, way->deciding.ids[k]);
        }
        find_plain(search->source, state, way);
    }
}

static struct str key_of(const struct uuid *id)
{
    const void *bytes = id->bytes;
    return (struct str){bytes, sizeof(id->bytes)};
}

/* A row of one of the actor's audiences: none of their own family, and none they wrote. */
static enum status take(struct search *search, const struct wait *wait, int64_t audience)
{
    const struct work_set *set = search->source->set;
    uint32_t decider = model_state_row(set->model, wait->state)->waits_for;
    const struct way *way = &search->ways[wait->state];
    const struct record about = {.subject = {.id = wait->record}, .root = wait->root};
    struct store_waiting one = {
        .entity = wait->entity, .id = wait->record, .next = {.due = wait->due}};
    if (!is_among(audience, &way->deciding) ||
        (model_decider_row(set->model, decider)->not_author &&
         wait_is_by(wait, set->actor->worker)) ||
        access_barred(set->actor, &about) ||
        !map_add(&search->seen, key_of(&wait->record), search)) {
        return STATUS_OK;
    }
    if (wait->sealed || !is_among(audience, &way->plain)) {
        return add_if_waits(search->source, one, decider, search->waiting);
    }
    LIST_PUSH(set->arena, &search->waiting->items, one);
    return STATUS_OK;
}

static enum status find_waiting(struct source *source, struct waiting *waiting)
{
    const struct work_set *set = source->set;
    struct search search = {.source = source,
                            .ways =
                                ARENA_ARRAY(set->arena, model_state_total(set->model), struct way),
                            .waiting = waiting};
    map_init(&search.seen, set->arena);
    find_ways(&search);
    for (size_t i = 0; i < search.all.count; i++) {
        struct waits_found found = {0};
        int64_t audience = search.all.ids[i];
        TRY(waits_read(source->db, set->arena, set->model, audience, STORE_WAITING_MAX, &found));
        for (size_t k = 0; k < found.items.count; k++) {
            TRY(take(&search, &found.items.items[k], audience));
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
    return waits_next(source->db, source->set->arena, source->set->model, one->id, &one->next);
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
