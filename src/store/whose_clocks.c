/* Stored clocks as a page shows them: of a root, of who reads it, and what another worker's come
 * to. */
#include "db/named.h"
#include "rule/access.h"
#include "rule/clock.h"
#include "store/store_int.h"

/* ---- with their records ---- */

struct clocks {
    LIST(struct clock_reading) items;
};

/* Columns of the find_clocks statements: behind those of a reading comes the entity. */
#define CLOCK_ENTITY_COLUMN 15

struct clock_row {
    struct clock_reading reading;
    uint32_t entity;
};

struct clock_rows {
    LIST(struct clock_row) items;
};

static enum status read_clock_rows(const struct work_set *set, struct db_statement *q,
                                   struct clock_rows *rows)
{
    while (db_next(q)) {
        struct clock_row row;
        row.entity = model_entity_by_name(set->model, db_text(q, CLOCK_ENTITY_COLUMN));
        if (clock_take_row(set->model, q, &row.reading) && row.entity != MODEL_NONE) {
            LIST_PUSH(set->arena, &rows->items, row);
        }
    }
    return db_finish(q);
}

/* Readings of records the actor may read, with the records. */
static enum status take_clocks(struct source *source, struct db_statement *q, struct clocks *clocks)
{
    struct work_set *set = source->set;
    struct clock_rows found = {0};
    TRY(read_clock_rows(set, q, &found));
    for (size_t i = 0; i < found.items.count; i++) {
        const struct clock_row *row = &found.items.items[i];
        struct record *record;
        source->naming = true; /* what is due is shown, and on what, by name */
        source->heads = uuid_is_nil(row->reading.member);
        enum status status = source_load(source, row->entity, row->reading.record, &record);
        source->naming = source->heads = false;
        if (status == STATUS_OK && !record_is_blank(record)) {
            LIST_PUSH(set->arena, &clocks->items, row->reading);
        } else if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
            return status;
        }
    }
    return STATUS_OK;
}

static enum status add_clocks_of(struct source *source, struct uuid worker, size_t most,
                                 struct clocks *clocks)
{
    struct db_statement *q;
    TRY(db_named(source->db, SQL_FIND_CLOCKS_OF_WORKER, source->set->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_int(q, 2, (int64_t)most);
    return take_clocks(source, q, clocks);
}

/* Stable: readings come in the order of their due times from each worker. */
static void sort_by_due(struct clocks *clocks)
{
    struct clock_reading *items = clocks->items.items;
    for (size_t i = 1; i < clocks->items.count; i++) {
        struct clock_reading reading = items[i];
        size_t at = i;
        while (at > 0 && items[at - 1].due.ms > reading.due.ms) {
            items[at] = items[at - 1];
            at--;
        }
        items[at] = reading;
    }
}

static bool covered_before(const struct actor *actor, size_t entry)
{
    for (size_t i = 0; i < entry; i++) {
        if (uuid_eq(actor->entries[i].covers, actor->entries[entry].covers)) {
            return true;
        }
    }
    return false;
}

enum status store_my_clocks(struct store_reader *reader, struct work_set *set, size_t most,
                            struct clock_reading **ret_readings, size_t *ret_count)
{
    const struct actor *actor = set->actor;
    struct clocks clocks = {0};
    struct source *source;
    size_t from = set->records.count;
    if (reader->purpose.route.n == 0) {
        reader->purpose.route = STR("my day");
    }
    TRY(reader_source(reader, set, &source));
    if (actor != NULL) {
        TRY(add_clocks_of(source, actor->worker, most, &clocks));
    }
    for (size_t i = 0; actor != NULL && i < actor->entry_count; i++) {
        if (!uuid_is_nil(actor->entries[i].covers) && !covered_before(actor, i)) {
            TRY(add_clocks_of(source, actor->entries[i].covers, most, &clocks));
        }
    }
    sort_by_due(&clocks);
    reader_note(reader, set, from);
    *ret_readings = clocks.items.items;
    *ret_count = clocks.items.count;
    return STATUS_OK;
}

enum status store_clocks(struct store_reader *reader, struct work_set *set, struct uuid root,
                         struct clock_reading **ret_readings, size_t *ret_count)
{
    struct clocks clocks = {0};
    struct source *source;
    struct db_statement *q;
    size_t from = set->records.count;
    TRY(reader_source(reader, set, &source));
    TRY(db_named(reader->db, SQL_FIND_CLOCKS_OF_ROOT, set->arena, &q));
    db_bind_uuid(q, 1, root);
    TRY(take_clocks(source, q, &clocks));
    reader_note(reader, set, from);
    *ret_readings = clocks.items.items;
    *ret_count = clocks.items.count;
    return STATUS_OK;
}

/* ---- without their records ---- */

/* Running readings on a worker, of records the actor may read, without the records. */
static enum status glance_at_clocks(struct source *source, struct uuid worker,
                                    struct store_worker_clock **ret_clocks, size_t *ret_count)
{
    struct work_set *set = source->set;
    struct clock_rows found = {0};
    struct db_statement *q;
    TRY(db_named(source->db, SQL_FIND_CLOCKS_OF_WORKER, set->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_int(q, 2, STORE_CLOCKS_MAX);
    TRY(read_clock_rows(set, q, &found));
    *ret_clocks = ARENA_ARRAY(set->arena, found.items.count, struct store_worker_clock);
    for (size_t i = 0; i < found.items.count; i++) {
        const struct clock_row *row = &found.items.items[i];
        struct store_worker_clock *clock = &(*ret_clocks)[*ret_count];
        clock->reading = row->reading;
        struct record *record;
        enum status status = source_glance(source, row->entity, row->reading.record, &record);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
            return status;
        }
        if (status == STATUS_OK) {
            clock->root = record->root;
            *ret_count += 1;
        }
    }
    return STATUS_OK;
}

enum status store_clocks_of(struct store_reader *reader, struct work_set *set, struct uuid worker,
                            struct store_worker_clock **ret_clocks, size_t *ret_count)
{
    struct source *source;
    size_t from = set->records.count;
    *ret_count = 0;
    TRY(reader_source(reader, set, &source));
    enum status status = glance_at_clocks(source, worker, ret_clocks, ret_count);
    reader_note(reader, set, from);
    return status;
}

/* ---- what they come to ---- */

/* A running reading, as far as it is counted. */
struct counted {
    struct clock_reading reading; /* clock, record, member and due of it */
    uint32_t entity;
    struct uuid root;
    int64_t audience; /* 0: not known here */
    bool sealed;      /* or may be */
};

/* Columns of find_load_of_worker; false when the model no longer has such a clock. */
static bool take_counted(const struct model *model, struct db_statement *q,
                         struct counted *ret_counted)
{
    *ret_counted = (struct counted){
        .reading = {.due = {db_int(q, 0)},
                    .record = db_uuid(q, 1),
                    .clock = model_clock_by_name(model, db_text_view(q, 2)),
                    .member = db_uuid(q, 3)},
        .entity = model_entity_by_name(model, db_text_view(q, 4)),
        .root = db_uuid(q, 5),
        .audience = db_is_null(q, 6) ? 0 : db_int(q, 6),
        .sealed = db_int(q, 7) != 0,
    };
    return ret_counted->reading.clock != MODEL_NONE && ret_counted->entity != MODEL_NONE;
}

/* Whether the actor may read the record by what the clock says of it. More audiences than this one
 * would refuse nothing; whatever else is not known here is taken as if it spoke against it. */
static bool is_plainly_shown(const struct source *source, const struct counted *counted)
{
    const struct record_audience audience = {.id = counted->audience, .only = MODEL_NONE};
    const struct record record = {
        .subject = {.entity = counted->entity, .list = MODEL_NONE, .id = counted->reading.record},
        .root = counted->root,
        .audiences = &audience,
        .audience_count = 1,
    };
    return counted->audience != 0 && !counted->sealed &&
           counted->entity != source->store->practice->names.person &&
           access_record(source->set, &record, VERB_READ).allowed;
}

static enum status is_shown(struct source *source, const struct counted *counted, bool *ret_shown)
{
    struct record *record;
    *ret_shown = is_plainly_shown(source, counted);
    if (*ret_shown) {
        return STATUS_OK;
    }
    enum status status = source_glance(source, counted->entity, counted->reading.record, &record);
    *ret_shown = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool is_due_today(const struct work_set *set, struct instant due)
{
    return due.ms != INT64_MAX && calendar_due_date(&set->calendar, due).day == set->today.day;
}

static void count(const struct work_set *set, const struct counted *counted, struct map *roots,
                  struct store_load *load)
{
    const struct uuid *root = arena_copy(set->arena, &counted->root, sizeof(counted->root));
    const void *bytes = root->bytes;
    bool late = counted->reading.due.ms <= set->now.ms;
    if (load->late + load->later == 0) {
        load->next = counted->reading;
    }
    load->roots += map_add(roots, (struct str){bytes, sizeof(root->bytes)}, load) ? 1 : 0;
    load->late += late ? 1 : 0;
    load->later += late ? 0 : 1;
    load->today += !late && is_due_today(set, counted->reading.due) ? 1 : 0;
}

/* The whole reading of what was counted. */
static enum status read_whole(struct source *source, struct clock_reading *reading)
{
    const struct model *model = source->store->model;
    const struct clock_reading counted = *reading;
    struct db_statement *q;
    bool found = false;
    TRY(db_named(source->db, SQL_FIND_CLOCKS_OF_RECORD, source->set->arena, &q));
    db_bind_uuid(q, 1, counted.record);
    db_bind_text(q, 2, model_text(model, model_clock_row(model, counted.clock)->name));
    while (!found && db_next(q)) {
        found = clock_take_row(model, q, reading) && uuid_eq(reading->member, counted.member);
    }
    CHECK(found);
    return db_finish(q);
}

struct all_counted {
    LIST(struct counted) items;
};

static enum status read_counted(struct source *source, struct uuid worker,
                                struct all_counted *ret_all)
{
    struct db_statement *q;
    TRY(db_named(source->db, SQL_FIND_LOAD_OF_WORKER, source->set->arena, &q));
    db_bind_uuid(q, 1, worker);
    while (db_next(q)) {
        struct counted counted;
        if (take_counted(source->store->model, q, &counted)) {
            LIST_PUSH(source->set->arena, &ret_all->items, counted);
        }
    }
    return db_finish(q);
}

static enum status count_all(struct source *source, struct uuid worker, struct store_load *ret_load)
{
    struct work_set *set = source->set;
    struct all_counted all = {0};
    struct map roots;
    map_init(&roots, set->arena);
    TRY(read_counted(source, worker, &all));
    for (size_t i = 0; i < all.items.count; i++) {
        bool shown;
        TRY(is_shown(source, &all.items.items[i], &shown));
        if (shown) {
            count(set, &all.items.items[i], &roots, ret_load);
        }
    }
    return ret_load->late + ret_load->later > 0 ? read_whole(source, &ret_load->next) : STATUS_OK;
}

enum status store_load_of(struct store_reader *reader, struct work_set *set, struct uuid worker,
                          struct store_load *ret_load)
{
    struct source *source;
    size_t from = set->records.count;
    *ret_load = (struct store_load){0};
    TRY(reader_source(reader, set, &source));
    enum status status = count_all(source, worker, ret_load);
    reader_note(reader, set, from);
    return status;
}
