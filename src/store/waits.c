/* See waits.h. */
#include "store/waits.h"

#include <string.h>

#include "db/named.h"
#include "store/store_int.h"

#define FILLED_AT_ONCE 256u /* records, before the memory of their statements is given back */
#define FILLING_CAP ((size_t)256 * 1024 * 1024)

/* ---- one record ---- */

static uint32_t decider_of(const struct model *model, uint32_t state)
{
    return state == MODEL_NONE ? MODEL_NONE : model_state_row(model, state)->waits_for;
}

static bool may_wait(const struct model *model, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    for (uint32_t i = 0; i < shape->states_count; i++) {
        if (decider_of(model, shape->states_first + i) != MODEL_NONE) {
            return true;
        }
    }
    return false;
}

enum status waits_next(struct db *db, struct arena *arena, const struct model *model,
                       struct uuid record, struct clock_reading *ret_next)
{
    struct db_statement *q;
    bool found = false;
    TRY(db_named(db, SQL_FIND_RUNNING_CLOCKS_OF_RECORD, arena, &q));
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

/* An identifier is told by its bytes. */
static struct str authors_text(struct arena *arena, const struct authors *authors)
{
    size_t count = authors->workers.count;
    char *bytes = ARENA_ARRAY(arena, count * sizeof(struct uuid), char);
    for (size_t i = 0; i < count; i++) {
        memcpy(bytes + i * sizeof(struct uuid), authors->workers.items[i].bytes,
               sizeof(struct uuid));
    }
    return (struct str){bytes, count * sizeof(struct uuid)};
}

static enum status run_on(struct db *db, struct arena *arena, enum sql_name name,
                          struct uuid record)
{
    struct db_statement *q;
    TRY(db_named(db, name, arena, &q));
    db_bind_uuid(q, 1, record);
    return db_run(q);
}

/* The rows beside that of audience 0. */
static enum status spread(struct db *db, struct arena *arena, const struct model *model,
                          uint32_t state, struct uuid record)
{
    const struct model_state *shape = model_state_row(model, state);
    const struct model_decider *decider = model_decider_row(model, shape->waits_for);
    const struct model_entity *entity = model_entity_row(model, shape->entity);
    uint32_t root = entity->kind == ENTITY_PART ? entity->root : shape->entity;
    struct str kind = model_text(model, model_entity_row(model, root)->name);
    struct db_statement *q;
    TRY(db_named(db, SQL_SPREAD_WAITING, arena, &q));
    db_bind_uuid(q, 1, record);
    db_bind_text(q, 2, model_scope_name(decider->scope));
    db_bind_text(q, 3, model_scope_name(decider->taking_part ? SCOPE_PARTICIPANT : decider->scope));
    db_bind_text(q, 4, kind);
    db_bind_text(q, 5, STR_JOIN(arena, kind, STR("/"), model_text(model, entity->name)));
    return db_run(q);
}

/* Of a record that waits and has no rows; its own row, audiences, clocks and history are written.
 * The authors are read anew. */
static enum status add(struct db *db, struct arena *arena, struct record *record)
{
    const struct model *model = record->set->model;
    struct source source = {.db = db, .set = record->set};
    struct clock_reading next;
    struct db_statement *q;
    TRY(authors_read(&source, record));
    TRY(waits_next(db, arena, model, record->subject.id, &next));
    TRY(db_named(db, SQL_ADD_WAITING, arena, &q));
    db_bind_int(q, 1, next.due.ms);
    db_bind_uuid(q, 2, record->subject.id);
    db_bind_text(q, 3, model_text(model, model_entity_row(model, record->subject.entity)->name));
    db_bind_text(q, 4, model_text(model, model_state_row(model, record->state)->name));
    db_bind_uuid(q, 5, record->root);
    db_bind_int(q, 6, record_is_withheld(record) ? 1 : 0);
    db_bind_blob(q, 7, authors_text(arena, &record->authors));
    TRY(db_run(q));
    return spread(db, arena, model, record->state, record->subject.id);
}

/* ---- what an act changed ---- */

void waits_touch(struct uow *uow, const struct record *record)
{
    if (!may_wait(uow->set.model, record->subject.entity)) {
        return;
    }
    for (size_t i = 0; i < uow->waits.records.count; i++) {
        if (uow->waits.records.items[i] == record) {
            return;
        }
    }
    LIST_PUSH(uow->arena, &uow->waits.records, record);
}

void waits_touch_root(struct uow *uow, struct uuid root)
{
    for (size_t i = 0; i < uow->waits.roots.count; i++) {
        if (uuid_eq(uow->waits.roots.items[i], root)) {
            return;
        }
    }
    LIST_PUSH(uow->arena, &uow->waits.roots, root);
}

static enum status write_record(struct uow *uow, const struct record *record)
{
    struct record now = *record; /* its authors are worked out apart */
    TRY(run_on(uow->db, uow->arena, SQL_REMOVE_WAITING, record->subject.id));
    return record_stands(record) && decider_of(uow->set.model, record->state) != MODEL_NONE
               ? add(uow->db, uow->arena, &now)
               : STATUS_OK;
}

static enum status write_root(struct uow *uow, struct uuid root)
{
    const struct model *model = uow->set.model;
    struct waits_found found = {0};
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_WAITING_OF_ROOT, uow->arena, &q));
    db_bind_uuid(q, 1, root);
    while (db_next(q)) {
        uint32_t entity = model_entity_by_name(model, db_text_view(q, 1));
        struct wait wait = {.record = db_uuid(q, 0),
                            .state = model_state_by_name(model, entity, db_text_view(q, 2))};
        LIST_PUSH(uow->arena, &found.items, wait);
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < found.items.count; i++) {
        const struct wait *wait = &found.items.items[i];
        TRY(run_on(uow->db, uow->arena, SQL_GATHER_WAITING, wait->record));
        TRY(spread(uow->db, uow->arena, model, wait->state, wait->record));
    }
    return STATUS_OK;
}

enum status waits_write(struct uow *uow)
{
    for (size_t i = 0; i < uow->waits.records.count; i++) {
        TRY(write_record(uow, uow->waits.records.items[i]));
    }
    for (size_t i = 0; i < uow->waits.roots.count; i++) {
        TRY(write_root(uow, uow->waits.roots.items[i]));
    }
    return STATUS_OK;
}

/* ---- all of them ---- */

struct standing {
    struct uuid id, root, withheld;
};
struct all_standing {
    LIST(struct standing) items;
};

static enum status find_in_state(struct db *db, struct arena *arena, const struct schema *schema,
                                 uint32_t state, struct all_standing *ret_all)
{
    const struct model_state *shape = model_state_row(schema->model, state);
    struct db_statement *q;
    TRY(db_prepare(db, schema_in_state(arena, schema, shape->entity), arena, &q));
    db_bind_text(q, 1, model_text(schema->model, shape->name));
    while (db_next(q)) {
        struct standing one = {.id = db_uuid(q, 0), .root = db_uuid(q, 1)};
        if (!db_is_null(q, 2)) {
            one.withheld = db_uuid(q, 2);
        }
        LIST_PUSH(arena, &ret_all->items, one);
    }
    return db_finish(q);
}

/* Those from at on, some of them. */
static enum status fill_some(struct db *db, struct arena *arena, const struct model *model,
                             uint32_t state, const struct all_standing *all, size_t at)
{
    struct work_set set;
    work_set_init(&set, arena, model, (struct instant){0}, NULL);
    for (size_t i = at; i < all->items.count && i < at + FILLED_AT_ONCE; i++) {
        const struct standing *one = &all->items.items[i];
        struct record record = {
            .set = &set,
            .subject = {.entity = model_state_row(model, state)->entity,
                        .list = MODEL_NONE,
                        .id = one->id},
            .state = state,
            .root = one->root,
            .withheld = one->withheld,
        };
        TRY(add(db, arena, &record));
    }
    return STATUS_OK;
}

static enum status fill_state(struct db *db, struct arena *ids, struct arena *scratch,
                              const struct schema *schema, uint32_t state)
{
    struct all_standing all = {0};
    enum status status = find_in_state(db, ids, schema, state, &all);
    for (size_t at = 0; at < all.items.count && status == STATUS_OK; at += FILLED_AT_ONCE) {
        status = fill_some(db, scratch, schema->model, state, &all, at);
        arena_clear(scratch);
    }
    arena_clear(ids);
    return status;
}

enum status waits_fill(struct db *db, struct arena *arena, const struct schema *schema)
{
    struct arena *ids = arena_beside(arena, FILLING_CAP);
    struct arena *scratch = arena_beside(arena, FILLING_CAP);
    struct db_statement *q;
    TRY(db_named(db, SQL_REMOVE_ALL_WAITING, arena, &q));
    TRY(db_run(q));
    for (uint32_t i = 0; i < model_state_total(schema->model); i++) {
        if (decider_of(schema->model, i) != MODEL_NONE) {
            TRY(fill_state(db, ids, scratch, schema, i));
        }
    }
    return STATUS_OK;
}

/* ---- reading ---- */

enum status waits_read(struct db *db, struct arena *arena, const struct model *model,
                       int64_t audience, uint32_t most, struct waits_found *ret_found)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_FIND_WAITING, arena, &q));
    db_bind_int(q, 1, audience);
    db_bind_int(q, 2, most);
    while (db_next(q)) {
        uint32_t entity = model_entity_by_name(model, db_text_view(q, 2));
        uint32_t state = entity == MODEL_NONE
                             ? MODEL_NONE
                             : model_state_by_name(model, entity, db_text_view(q, 3));
        struct wait wait = {
            .entity = entity,
            .state = state,
            .record = db_uuid(q, 0),
            .root = db_uuid(q, 4),
            .due = {db_int(q, 1)},
            .sealed = db_int(q, 5) != 0,
            .authors = db_blob(q, 6),
        };
        if (decider_of(model, state) != MODEL_NONE) {
            LIST_PUSH(arena, &ret_found->items, wait);
        }
    }
    return db_finish(q);
}

bool wait_is_by(const struct wait *wait, struct uuid worker)
{
    for (size_t at = 0; at + sizeof(worker) <= wait->authors.n; at += sizeof(worker)) {
        if (memcmp(wait->authors.p + at, worker.bytes, sizeof(worker)) == 0) {
            return true;
        }
    }
    return false;
}
