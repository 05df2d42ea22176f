/* The access log by record: table who_looked, built from the files of the log in the background, so
 * that showing a page costs one row without an index and asking who looked costs one indexed read.
 */
#include <stdlib.h>

#include "base/map.h"
#include "db/named.h"
#include "store/care.h"
#include "store/home.h"

/* Each row is in a page of its own: whoever saves waits until these are written. */
#define ROWS_AT_A_TIME 100

struct who_looked_row {
    struct uuid record;
    struct store_look look;
};

/* Rows of one file that table who_looked does not have yet. */
struct portion {
    struct str file;
    int64_t until;   /* sequence of the last one */
    int64_t settled; /* see SQL_LOOKS_SETTLED */
    LIST(struct who_looked_row) rows;
};

/* ---- reading the log ---- */

static enum status read_progress(struct store *store, struct arena *arena, struct str file,
                                 int64_t *ret_sequence)
{
    struct store_reader *reader;
    struct db_statement *q;
    *ret_sequence = 0;
    TRY(store_read_begin(store, arena, &reader));
    enum status status = db_named(reader->db, SQL_FIND_WHO_LOOKED_PROGRESS, arena, &q);
    if (status == STATUS_OK) {
        db_bind_text(q, 1, file);
        if (db_next(q)) {
            *ret_sequence = db_int(q, 0);
        }
        status = db_finish(q);
    }
    store_read_end(reader);
    return status;
}

/* How far the file can be read without passing over a look that becomes visible later. */
static enum status find_settled(struct db *db, struct arena *arena, int64_t *ret_settled)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    struct db_statement *q;
    TRY(db_begin(db, DB_WRITE, &scope));
    TRY(db_named(db, SQL_LOOKS_SETTLED, arena, &q));
    *ret_settled = db_next(q) ? db_int(q, 0) : 0;
    TRY(db_finish(q));
    return db_commit(&scope);
}

static enum status read_portion(struct db *db, struct arena *arena, struct portion *portion)
{
    struct db_statement *q;
    portion->rows.count = 0;
    TRY(db_named(db, SQL_LIST_LOOKS, arena, &q));
    db_bind_int(q, 1, portion->until);
    db_bind_int(q, 2, portion->settled);
    db_bind_int(q, 3, ROWS_AT_A_TIME);
    while (db_next(q)) {
        struct who_looked_row row = {
            .look = {.at = {db_int(q, 1)},
                     .worker = db_uuid(q, 2),
                     .route = db_text(q, 4),
                     .reason = db_text(q, 5)},
            .record = db_uuid(q, 3),
        };
        portion->until = db_int(q, 0);
        LIST_PUSH(arena, &portion->rows, row);
    }
    return db_finish(q);
}

/* ---- writing the table ---- */

static enum status add_row(struct uow *uow, const struct who_looked_row *row)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_WHO_LOOKED, uow->arena, &q));
    db_bind_uuid(q, 1, row->record);
    db_bind_int(q, 2, row->look.at.ms);
    db_bind_uuid(q, 3, row->look.worker);
    db_bind_text(q, 4, row->look.route);
    db_bind_text(q, 5, row->look.reason);
    return db_run(q);
}

/* The rows and how far the file has been read become permanent together: none is lost or told
 * twice. */
static enum status write_portion(struct uow *uow, void *input)
{
    const struct portion *portion = input;
    struct db_statement *q;
    for (size_t i = 0; i < portion->rows.count; i++) {
        if (add_row(uow, &portion->rows.items[i]) != STATUS_OK) {
            return uow_fault(uow);
        }
    }
    TRY(db_named(uow->db, SQL_SET_WHO_LOOKED_PROGRESS, uow->arena, &q));
    db_bind_text(q, 1, portion->file);
    db_bind_int(q, 2, portion->until);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

/* One portion, with memory of its own: a month may have millions of rows. */
static enum status move_portion(struct store *store, struct db *db, struct portion *portion,
                                struct outcome *outcome)
{
    struct arena CLEANUP(arena_clear) arena;
    struct outcome moved;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&moved, &arena);
    portion->rows.items = NULL;
    portion->rows.room = 0;
    if (read_portion(db, &arena, portion) != STATUS_OK) {
        return db_fault(db, outcome);
    }
    enum status status =
        portion->rows.count == 0 ? STATUS_OK : care_run(store, write_portion, portion, &moved);
    return status == STATUS_OK ? STATUS_OK : outcome_fault(outcome, status, moved.detail);
}

static enum status build_month(struct store *store, struct outcome *outcome, struct str month)
{
    struct db *db;
    struct portion portion = {.file = STR_JOIN(outcome->arena, month, STR(".db"))};
    struct db_options options = {.role = DB_WRITER, .cache_kib = 512};
    TRY(read_progress(store, outcome->arena, portion.file, &portion.until));
    TRY(home_connect(store, month, options, outcome, &db));
    enum status status = find_settled(db, outcome->arena, &portion.settled);
    if (status != STATUS_OK) {
        (void)db_fault(db, outcome);
    }
    do {
        status = status == STATUS_OK ? move_portion(store, db, &portion, outcome) : status;
    } while (status == STATUS_OK && portion.rows.count > 0);
    db_close(db);
    return status;
}

/* Rows come into the newest month only, or, as a month ends, into the one before. */
enum status who_looked_build(struct store *store, size_t *months, struct outcome *outcome)
{
    struct str *names;
    size_t count;
    TRY(home_months(store, outcome, &names, &count));
    size_t read = *months < count ? *months : count;
    for (size_t i = read > 2 ? read - 2 : 0; i < count; i++) {
        TRY(build_month(store, outcome, names[i]));
    }
    *months = count;
    return STATUS_OK;
}

/* ---- asking ---- */

enum status store_who_looked(struct store_reader *reader, struct record *record, uint32_t limit,
                             struct store_look **ret_looks, size_t *ret_count)
{
    LIST(struct store_look) looks = {0};
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_LIST_WHO_LOOKED, reader->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, limit);
    while (db_next(q)) {
        struct store_look look = {.at = {db_int(q, 0)},
                                  .worker = db_uuid(q, 1),
                                  .route = db_text(q, 2),
                                  .reason = db_text(q, 3)};
        LIST_PUSH(reader->arena, &looks, look);
    }
    TRY(db_finish(q));
    *ret_looks = looks.items;
    *ret_count = looks.count;
    return STATUS_OK;
}

/* ---- by workers of other agencies ---- */

/* Of whom a worker is: found once for each. */
struct workplace {
    struct uuid agency; /* of one of their roles */
    bool own;           /* of that of the actor */
};

struct gathering {
    struct store_reader *reader;
    struct work_set *set;
    struct map workplaces; /* 16 bytes of a worker -> struct workplace */
    LIST(struct store_look) looks;
};

/* Whom the actor may not read is looked up beside the set: nothing is told but the agency. */
static enum status find_workplace(struct gathering *gathering, struct uuid id,
                                  struct workplace *workplace)
{
    struct store_reader *reader = gathering->reader;
    const struct store_names *names = &reader->store->practice->names;
    struct work_set beside;
    struct record *worker;
    work_set_init(&beside, gathering->set->arena, reader->store->model, gathering->set->now, NULL);
    struct source source = {.store = reader->store, .db = reader->db, .set = &beside};
    enum status status = source_load(&source, names->worker, id, &worker);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    const struct rows *roles = record_rows(worker, names->roles);
    for (size_t i = 0; i < roles->items.count; i++) {
        struct value agency = value_get(&roles->items.items[i]->subject, names->role_agency);
        if (agency.type == VALUE_REFERENCE) {
            workplace->agency = agency.reference;
            workplace->own =
                workplace->own || uuid_eq(agency.reference, gathering->set->actor->agency);
        }
    }
    return STATUS_OK;
}

static enum status workplace_of(struct gathering *gathering, struct uuid id,
                                const struct workplace **ret_workplace)
{
    struct arena *arena = gathering->set->arena;
    const void *bytes = arena_copy(arena, id.bytes, sizeof(id.bytes));
    struct str key = {bytes, sizeof(id.bytes)};
    struct workplace *workplace = map_get(&gathering->workplaces, key);
    if (workplace == NULL) {
        workplace = ARENA_NEW(arena, struct workplace);
        TRY(find_workplace(gathering, id, workplace));
        (void)map_add(&gathering->workplaces, key, workplace);
    }
    *ret_workplace = workplace;
    return STATUS_OK;
}

/* One more than the limit, and all of one millisecond, so that a page ends between two moments. */
static enum status gather(struct gathering *gathering, struct uuid record, struct instant before,
                          uint32_t limit)
{
    struct arena *arena = gathering->set->arena;
    struct db_statement *q;
    size_t taken = 0;
    int64_t last = 0;
    TRY(db_named(gathering->reader->db, SQL_LIST_LOOKS_BEFORE, arena, &q));
    db_bind_uuid(q, 1, record);
    db_bind_int(q, 2, before.ms);
    while (db_next(q) && (taken <= limit || db_int(q, 0) == last)) {
        struct store_look look = {.at = {db_int(q, 0)}, .worker = db_uuid(q, 1), .record = record};
        const struct workplace *workplace;
        TRY(workplace_of(gathering, look.worker, &workplace));
        if (!workplace->own) {
            look.agency = workplace->agency;
            look.route = db_text(q, 2);
            look.reason = db_text(q, 3);
            LIST_PUSH(arena, &gathering->looks, look);
            last = look.at.ms;
            taken++;
        }
    }
    return db_finish(q);
}

static int compare_looks(const void *a, const void *b)
{
    const struct store_look *left = a, *right = b;
    int order = (left->at.ms < right->at.ms) - (left->at.ms > right->at.ms);
    return order != 0 ? order : uuid_compare(left->record, right->record);
}

enum status store_looks_at(struct store_reader *reader, struct work_set *set,
                           const struct uuid *records, size_t record_count, struct instant before,
                           uint32_t limit, struct store_look **ret_looks, size_t *ret_count,
                           bool *ret_more)
{
    struct gathering gathering = {.reader = reader, .set = set};
    map_init(&gathering.workplaces, set->arena);
    for (size_t i = 0; i < record_count; i++) {
        TRY(gather(&gathering, records[i], before, limit));
    }
    size_t count = gathering.looks.count;
    struct store_look *looks = gathering.looks.items;
    if (count > 1) {
        qsort(looks, count, sizeof(*looks), compare_looks);
    }
    size_t shown = count < limit ? count : limit;
    while (shown > 0 && shown < count && looks[shown].at.ms == looks[shown - 1].at.ms) {
        shown++;
    }
    *ret_looks = looks;
    *ret_count = shown;
    *ret_more = shown < count;
    return STATUS_OK;
}
