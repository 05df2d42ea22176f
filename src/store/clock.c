/* Stored clocks: recomputed when a fact beneath them changes or their wake-up comes. What they were
 * before, and what moved them, is kept. */
#include "rule/clock.h"

#include "db/named.h"
#include "store/store_int.h"

/* ---- rows ---- */

static const struct str state_names[CLOCK_STATE__COUNT] = {
    [CLOCK_STATE_RUNNING] = STR_INIT("running"), [CLOCK_STATE_DONE] = STR_INIT("done"),
    [CLOCK_STATE_STOPPED] = STR_INIT("stopped"), [CLOCK_STATE_TOLLED] = STR_INIT("tolled"),
    [CLOCK_STATE_WAITING] = STR_INIT("waiting"),
};

static enum clock_state state_named(struct str name)
{
    for (unsigned i = 0; i < CLOCK_STATE__COUNT; i++) {
        if (str_eq(state_names[i], name)) {
            return (enum clock_state)i;
        }
    }
    return CLOCK_STATE_STOPPED;
}

/* A row number of the image from its place within the clock. */
static uint32_t row_at(uint32_t first, uint32_t count, int64_t at)
{
    return at >= 0 && at < count ? first + (uint32_t)at : MODEL_NONE;
}

static int64_t at_of(uint32_t first, uint32_t row)
{
    return row == MODEL_NONE ? -1 : (int64_t)row - first;
}

bool clock_take_row(const struct model *model, struct db_statement *q,
                    struct clock_reading *ret_reading)
{
    uint32_t clock = model_clock_by_name(model, db_text(q, 0));
    if (clock == MODEL_NONE) {
        return false;
    }
    const struct model_clock *shape = model_clock_row(model, clock);
    *ret_reading = (struct clock_reading){
        .clock = clock,
        .record = db_uuid(q, 1),
        .member = db_uuid(q, 2),
        .state = state_named(db_text(q, 3)),
        .start = {db_int(q, 4)},
        .due = {db_int(q, 5)},
        .due_date = {(int32_t)db_int(q, 6)},
        .by_day = db_int(q, 7) != 0,
        .last_at = {db_int(q, 8)},
        .done_at = {db_int(q, 9)},
        .who = db_is_null(q, 10) ? (struct uuid){{0}} : db_uuid(q, 10),
        .wake_at = {db_is_null(q, 11) ? 0 : db_int(q, 11)},
        .start_fact = row_at(shape->starts_first, shape->starts_count, db_int(q, 12)),
        .length = row_at(shape->lengths_first, shape->lengths_count, db_int(q, 13)),
        .opens = {db_int(q, 14)},
    };
    return true;
}

#define CLOCK_CHANGES_MOST 20

enum status store_clock_changes(struct store_reader *reader, struct work_set *set,
                                const struct clock_reading *reading,
                                struct store_clock_change **ret_changes, size_t *ret_count)
{
    const struct model *model = set->model;
    const struct record *record = work_set_find(set, reading->record);
    LIST(struct store_clock_change) changes = {0};
    struct db_statement *q;
    CHECK(record != NULL);
    TRY(db_named(reader->db, SQL_FIND_CLOCK_CHANGES, set->arena, &q));
    db_bind_uuid(q, 1, reading->record);
    db_bind_text(q, 2, model_text(model, model_clock_row(model, reading->clock)->name));
    db_bind_uuid(q, 3, reading->member);
    db_bind_uuid(q, 4, record->root);
    db_bind_int(q, 5, CLOCK_CHANGES_MOST);
    while (db_next(q)) {
        struct store_clock_change change = {.at = {db_int(q, 0)},
                                            .first = db_is_null(q, 1),
                                            .new_state = state_named(db_text(q, 3)),
                                            .new_due = {db_int(q, 4)},
                                            .entity = MODEL_NONE,
                                            .transition = MODEL_NONE};
        if (!change.first) {
            change.old_state = state_named(db_text(q, 1));
            change.old_due = (struct instant){db_int(q, 2)};
        }
        if (!db_is_null(q, 5)) {
            change.entity = model_entity_by_name(model, db_text(q, 5));
        }
        if (change.entity != MODEL_NONE && !db_is_null(q, 6)) {
            change.transition = model_transition_by_name(model, change.entity, db_text(q, 6));
        }
        LIST_PUSH(set->arena, &changes, change);
    }
    *ret_changes = changes.items;
    *ret_count = changes.count;
    return db_finish(q);
}

struct readings {
    LIST(struct clock_reading) items;
};

static enum status read_stored(struct uow *uow, uint32_t clock, const struct record *record,
                               struct readings *ret_readings)
{
    const struct model *model = uow->set.model;
    struct clock_reading reading;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_CLOCKS_OF_RECORD, uow->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_text(q, 2, model_text(model, model_clock_row(model, clock)->name));
    while (db_next(q)) {
        if (clock_take_row(model, q, &reading)) {
            LIST_PUSH(uow->arena, &ret_readings->items, reading);
        }
    }
    return db_finish(q);
}

static const struct clock_reading *find_member(const struct clock_reading *readings, size_t count,
                                               struct uuid member)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_eq(readings[i].member, member)) {
            return &readings[i];
        }
    }
    return NULL;
}

static bool same_reading(const struct clock_reading *a, const struct clock_reading *b)
{
    return a->state == b->state && a->start.ms == b->start.ms && a->due.ms == b->due.ms &&
           a->opens.ms == b->opens.ms && a->due_date.day == b->due_date.day &&
           a->by_day == b->by_day && a->last_at.ms == b->last_at.ms &&
           a->done_at.ms == b->done_at.ms && uuid_eq(a->who, b->who) &&
           a->wake_at.ms == b->wake_at.ms && a->start_fact == b->start_fact &&
           a->length == b->length;
}

static enum status put(struct uow *uow, const struct record *record,
                       const struct clock_reading *reading)
{
    const struct model *model = uow->set.model;
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    struct db_statement *q;
    waits_touch(uow, record);
    TRY(db_named(uow->db, SQL_PUT_CLOCK, uow->arena, &q));
    db_bind_uuid(q, 1, reading->record);
    db_bind_text(q, 2, model_text(model, clock->name));
    db_bind_uuid(q, 3, reading->member);
    db_bind_text(q, 4, model_text(model, model_entity_row(model, clock->entity)->name));
    db_bind_uuid(q, 5, record->root);
    db_bind_text(q, 6, state_names[reading->state]);
    db_bind_int(q, 7, reading->start.ms);
    db_bind_int(q, 8, reading->due.ms);
    db_bind_int(q, 9, reading->due_date.day);
    db_bind_int(q, 10, reading->by_day ? 1 : 0);
    db_bind_int(q, 11, reading->last_at.ms);
    db_bind_int(q, 12, reading->done_at.ms);
    bind_id_or_null(q, 13, reading->who);
    if (reading->wake_at.ms != 0) {
        db_bind_int(q, 14, reading->wake_at.ms);
    } else {
        db_bind_null(q, 14);
    }
    db_bind_int(q, 15, at_of(clock->starts_first, reading->start_fact));
    db_bind_int(q, 16, at_of(clock->lengths_first, reading->length));
    db_bind_int(q, 17, reading->opens.ms);
    db_bind_int(q, 18, record_is_withheld(record) ? 1 : 0);
    return db_run(q);
}

/* old may be NULL: there was none. */
static enum status keep_change(struct uow *uow, const struct clock_reading *old,
                               const struct clock_reading *now)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    if (old == NULL ? now->state == CLOCK_STATE_WAITING
                    : old->state == now->state && old->due.ms == now->due.ms) {
        return STATUS_OK;
    }
    TRY(db_named(uow->db, SQL_ADD_CLOCK_CHANGE, uow->arena, &q));
    db_bind_uuid(q, 1, now->record);
    db_bind_text(q, 2, model_text(model, model_clock_row(model, now->clock)->name));
    db_bind_uuid(q, 3, now->member);
    db_bind_int(q, 4, uow->set.now.ms);
    db_bind_uuid(q, 5, uow->change);
    if (old == NULL) {
        db_bind_null(q, 6);
        db_bind_null(q, 7);
    } else {
        db_bind_text(q, 6, state_names[old->state]);
        db_bind_int(q, 7, old->due.ms);
    }
    db_bind_text(q, 8, state_names[now->state]);
    db_bind_int(q, 9, now->due.ms);
    return db_run(q);
}

/* ---- one clock of one record ---- */

#define WAKE_AGAIN_MS HOUR_MS /* for a reading that asks to be woken before now */

static enum status write_reading(struct uow *uow, const struct record *record,
                                 const struct clock_reading *old, struct clock_reading now)
{
    if (now.done_is_seen && old != NULL && old->state == CLOCK_STATE_DONE) {
        now.done_at = old->done_at;
    }
    if (now.wake_at.ms != 0 && now.wake_at.ms <= uow->set.now.ms) {
        now.wake_at = instant_add_ms(uow->set.now, WAKE_AGAIN_MS);
    }
    if (old != NULL && same_reading(old, &now)) {
        return STATUS_OK;
    }
    TRY(keep_change(uow, old, &now));
    return put(uow, record, &now);
}

/* A clock whose condition no longer holds. */
static enum status stop(struct uow *uow, const struct record *record,
                        const struct clock_reading *old)
{
    struct clock_reading now = *old;
    now.state = CLOCK_STATE_STOPPED;
    now.wake_at = (struct instant){0};
    return write_reading(uow, record, old, now);
}

enum status clock_recompute(struct uow *uow, uint32_t clock, struct record *record)
{
    const struct model_clock *shape = model_clock_row(uow->set.model, clock);
    struct clock_reading *readings = NULL;
    struct readings stored = {0};
    TRY(source_steps(&uow->source, record, shape->loads_first, shape->loads_count));
    size_t count =
        record_stands(record) ? clock_read(&uow->set, NULL, clock, record, &readings) : 0;
    if (uow->set.missing) {
        return outcome_fault(&uow->job->outcome, STATUS_INTERNAL,
                             STR_JOIN(uow->arena, STR("clock "),
                                      model_text(uow->set.model, shape->name),
                                      STR(": not loaded: "), uow->set.not_loaded));
    }
    TRY(read_stored(uow, clock, record, &stored));
    for (size_t i = 0; i < count; i++) {
        const struct clock_reading *old =
            find_member(stored.items.items, stored.items.count, readings[i].member);
        TRY(write_reading(uow, record, old, readings[i]));
    }
    for (size_t i = 0; i < stored.items.count; i++) {
        if (find_member(readings, count, stored.items.items[i].member) == NULL) {
            TRY(stop(uow, record, &stored.items.items[i]));
        }
    }
    return STATUS_OK;
}

/* ---- which clocks a change moves ---- */

struct subjects {
    LIST(const struct subject *) items;
};

static void add_subject(struct uow *uow, struct subjects *subjects, const struct subject *subject)
{
    for (size_t i = 0; i < subjects->items.count; i++) {
        if (subjects->items.items[i] == subject) {
            return;
        }
    }
    LIST_PUSH(uow->arena, &subjects->items, subject);
}

static enum status add_target(struct uow *uow, struct subjects *subjects, uint32_t entity,
                              struct value value)
{
    struct record *record;
    if (value.type != VALUE_REFERENCE || entity == MODEL_NONE) {
        return STATUS_OK;
    }
    enum status status = source_load(&uow->source, entity, value.reference, &record);
    if (status == STATUS_OK) {
        add_subject(uow, subjects, &record->subject);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Where a reference leads now and led before; of a field of a list, from all its rows. */
static enum status step_follow(struct uow *uow, const struct subject *from, uint32_t field,
                               struct subjects *subjects)
{
    const struct model_field *shape = model_field_row(uow->set.model, field);
    if (shape->list == MODEL_NONE || from->row != NULL) {
        const struct answer *before = from->row != NULL ? from->row->before : from->record->before;
        if (before != NULL && !shape->kernel) {
            TRY(add_target(uow, subjects, shape->target, before[shape->slot].value));
        }
        return add_target(uow, subjects, shape->target, value_get(from, field));
    }
    const struct rows *rows = record_rows(from->record, shape->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        TRY(step_follow(uow, &rows->items.items[i]->subject, field, subjects));
    }
    return STATUS_OK;
}

static enum status step_collect(struct uow *uow, const struct subject *from, uint32_t collection,
                                struct subjects *subjects)
{
    size_t count = 0;
    TRY(source_collect(&uow->source, from, collection));
    const struct subject *const *members = work_set_members(&uow->set, from, collection, &count);
    for (size_t i = 0; i < count; i++) {
        add_subject(uow, subjects, members[i]);
    }
    return STATUS_OK;
}

/* The records whose clock it is, from one that changed. */
static enum status walk_back(struct uow *uow, const struct model_clock_watch *watch,
                             struct record *record, struct subjects *ret_subjects)
{
    struct subjects at = {0};
    add_subject(uow, &at, &record->subject);
    for (uint32_t i = 0; i < watch->back_count; i++) {
        const struct model_back_step *step =
            model_back_step_row(uow->set.model, watch->back_first + i);
        struct subjects next = {0};
        for (size_t k = 0; k < at.items.count; k++) {
            const struct subject *from = at.items.items[k];
            TRY(step->follow != MODEL_NONE ? step_follow(uow, from, step->follow, &next)
                                           : step_collect(uow, from, step->collect, &next));
        }
        at = next;
    }
    *ret_subjects = at;
    return STATUS_OK;
}

struct moved {
    uint32_t clock;
    struct record *record;
};
struct all_moved {
    LIST(struct moved) items;
};

static void add_moved(struct uow *uow, struct all_moved *all, uint32_t clock, struct record *record)
{
    struct moved moved = {clock, record};
    for (size_t i = 0; i < all->items.count; i++) {
        if (all->items.items[i].clock == clock && all->items.items[i].record == record) {
            return;
        }
    }
    LIST_PUSH(uow->arena, &all->items, moved);
}

static enum status moved_by(struct uow *uow, struct record *record, struct all_moved *all)
{
    const struct model *model = uow->set.model;
    for (uint32_t i = 0; i < model_clock_total(model) && (record->error_changed || record->moved);
         i++) {
        if (model_clock_row(model, i)->entity == record->subject.entity) {
            add_moved(uow, all, i, record);
        }
    }
    for (uint32_t i = 0; i < model_clock_watch_total(model); i++) {
        const struct model_clock_watch *watch = model_clock_watch_row(model, i);
        struct subjects subjects = {0};
        if (watch->entity != record->subject.entity) {
            continue;
        }
        TRY(walk_back(uow, watch, record, &subjects));
        for (size_t k = 0; k < subjects.items.count; k++) {
            struct record *subject = subjects.items.items[k]->record;
            if (subject->subject.entity == model_clock_row(model, watch->clock)->entity) {
                add_moved(uow, all, watch->clock, subject);
            }
        }
    }
    return STATUS_OK;
}

enum status clocks_write(struct uow *uow)
{
    struct all_moved all = {0};
    size_t count = uow->set.records.count;
    for (size_t i = 0; i < count; i++) {
        if (uow->set.records.items[i]->changed) {
            TRY(moved_by(uow, uow->set.records.items[i], &all));
        }
    }
    for (size_t i = 0; i < all.items.count; i++) {
        TRY(clock_recompute(uow, all.items.items[i].clock, all.items.items[i].record));
    }
    return STATUS_OK;
}

/* ---- wake-ups ---- */

struct sleeper {
    struct str clock, entity;
    struct uuid record;
};
struct sleepers {
    LIST(struct sleeper) items;
};

/* All readings of one clock on a record are computed together: it is woken once. */
static void add_sleeper(struct uow *uow, struct sleepers *sleepers, struct sleeper sleeper)
{
    for (size_t i = 0; i < sleepers->items.count; i++) {
        const struct sleeper *other = &sleepers->items.items[i];
        if (uuid_eq(other->record, sleeper.record) && str_eq(other->clock, sleeper.clock)) {
            return;
        }
    }
    LIST_PUSH(uow->arena, &sleepers->items, sleeper);
}

/* A clock or record that is no longer there sleeps on. */
static enum status sleep_on(struct uow *uow, const struct sleeper *sleeper)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SLEEP_CLOCK, uow->arena, &q));
    db_bind_uuid(q, 1, sleeper->record);
    db_bind_text(q, 2, sleeper->clock);
    db_bind_int(q, 3, uow->set.now.ms);
    return db_run(q);
}

static enum status wake(struct uow *uow, const struct sleeper *sleeper)
{
    uint32_t entity = model_entity_by_name(uow->set.model, sleeper->entity);
    uint32_t clock = model_clock_by_name(uow->set.model, sleeper->clock);
    struct record *record;
    if (entity == MODEL_NONE || clock == MODEL_NONE ||
        model_clock_row(uow->set.model, clock)->entity != entity) {
        return sleep_on(uow, sleeper);
    }
    enum status status = source_load(&uow->source, entity, sleeper->record, &record);
    if (status == STATUS_NOT_FOUND) {
        return sleep_on(uow, sleeper);
    }
    TRY(status);
    return clock_recompute(uow, clock, record);
}

enum status clocks_wake(struct uow *uow, unsigned most, unsigned *ret_count)
{
    struct sleepers sleepers = {0};
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_CLOCKS_TO_WAKE, uow->arena, &q));
    db_bind_int(q, 1, uow->set.now.ms);
    db_bind_int(q, 2, most);
    while (db_next(q)) {
        struct sleeper sleeper = {db_text(q, 0), db_text(q, 2), db_uuid(q, 1)};
        add_sleeper(uow, &sleepers, sleeper);
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < sleepers.items.count; i++) {
        TRY(wake(uow, &sleepers.items.items[i]));
    }
    *ret_count = (unsigned)sleepers.items.count;
    return STATUS_OK;
}
