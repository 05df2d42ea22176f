/* What was asked to be handed over, and what became of each record. */
#include "store/hand_over.h"
#include "db/named.h"
#include "store/store_int.h"

static const struct str state_names[] = {
    [HAND_OVER_WAITS] = STR_INIT("waiting"),
    [HAND_OVER_MOVED] = STR_INIT("moved"),
    [HAND_OVER_STAYED] = STR_INIT("stayed"),
};

/* ---- rows ---- */

static struct instant instant_at(struct db_statement *q, unsigned column)
{
    return (struct instant){db_is_null(q, column) ? 0 : db_int(q, column)};
}

static struct store_hand_over take_row(struct db_statement *q)
{
    return (struct store_hand_over){
        .id = db_uuid(q, 0),
        .from = db_uuid(q, 1),
        .to = db_uuid(q, 2),
        .reason = db_text(q, 3),
        .begins_at = instant_at(q, 4),
        .asked_by = db_uuid(q, 5),
        .asked_at = instant_at(q, 6),
        .listed_at = instant_at(q, 7),
        .ended_at = instant_at(q, 8),
    };
}

static enum store_hand_over_state state_named(struct str name)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(state_names); i++) {
        if (str_eq(state_names[i], name)) {
            return (enum store_hand_over_state)i;
        }
    }
    return HAND_OVER_WAITS;
}

static struct store_hand_over_item take_item(const struct model *model, struct db_statement *q)
{
    return (struct store_hand_over_item){
        .duty = db_text(q, 0),
        .record = db_uuid(q, 1),
        .entity = model_entity_by_name(model, db_text_view(q, 2)),
        .carried_as = db_text(q, 3),
        .state = state_named(db_text_view(q, 4)),
        .said = db_text(q, 5),
    };
}

/* ---- reading ---- */

static enum status find(struct db *db, struct arena *arena, struct uuid id,
                        struct store_hand_over *ret_hand_over)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_FIND_HAND_OVER, arena, &q));
    db_bind_uuid(q, 1, id);
    bool found = db_next(q);
    if (found) {
        *ret_hand_over = take_row(q);
    }
    TRY(db_finish(q));
    return found ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status store_hand_over(struct store_reader *reader, struct uuid id,
                            struct store_hand_over *ret_hand_over)
{
    return find(reader->db, reader->arena, id, ret_hand_over);
}

enum status store_hand_over_items(struct store_reader *reader, struct uuid id,
                                  struct store_hand_over_item **ret_items, size_t *ret_count)
{
    LIST(struct store_hand_over_item) items = {0};
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_LIST_HAND_OVER_ITEMS, reader->arena, &q));
    db_bind_uuid(q, 1, id);
    while (db_next(q)) {
        LIST_PUSH(reader->arena, &items, take_item(reader->store->model, q));
    }
    *ret_items = items.items;
    *ret_count = items.count;
    return db_finish(q);
}

enum status store_hand_overs_of(struct store_reader *reader, struct uuid worker, uint32_t most,
                                struct store_hand_over **ret_hand_overs, size_t *ret_count)
{
    LIST(struct store_hand_over) found = {0};
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_LIST_HAND_OVERS, reader->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_int(q, 2, most);
    while (db_next(q)) {
        LIST_PUSH(reader->arena, &found, take_row(q));
    }
    *ret_hand_overs = found.items;
    *ret_count = found.count;
    return db_finish(q);
}

/* ---- in a unit of work ---- */

/* STATUS_NOT_FOUND is an answer, anything else a fault of the database. */
static enum status answer(struct uow *uow, enum status status)
{
    return status == STATUS_OK || status == STATUS_NOT_FOUND ? status : uow_fault(uow);
}

enum status uow_hand_over(struct uow *uow, struct uuid id, struct store_hand_over *ret_hand_over)
{
    return answer(uow, find(uow->db, uow->arena, id, ret_hand_over));
}

static enum status is_under_way(struct uow *uow, struct uuid worker, bool *ret_is)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_HAND_OVER_UNDER_WAY, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    *ret_is = db_next(q);
    return db_finish(q);
}

static enum status insert(struct uow *uow, const struct store_hand_over *hand_over)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_HAND_OVER, uow->arena, &q));
    db_bind_uuid(q, 1, hand_over->id);
    db_bind_uuid(q, 2, hand_over->from);
    db_bind_uuid(q, 3, hand_over->to);
    db_bind_text(q, 4, hand_over->reason);
    db_bind_int(q, 5, hand_over->begins_at.ms);
    db_bind_uuid(q, 6, hand_over->asked_by);
    db_bind_int(q, 7, hand_over->asked_at.ms);
    return db_run(q);
}

enum status uow_hand_over_add(struct uow *uow, struct store_hand_over *hand_over)
{
    bool under_way = false;
    TRY(answer(uow, is_under_way(uow, hand_over->from, &under_way)));
    if (under_way) {
        outcome_problem(uow_outcome(uow), STATUS_REFUSED, STR(""), STR("under_way"),
                        STR("The work of this worker is being handed over already. Look at that "
                            "hand-over before you begin another."));
        return STATUS_REFUSED;
    }
    hand_over->id = store_new_id(uow->store);
    hand_over->asked_by = uow->set.actor->worker;
    hand_over->asked_at = uow->set.now;
    return answer(uow, insert(uow, hand_over));
}

static enum status insert_item(struct uow *uow, struct uuid id,
                               const struct store_hand_over_item *item)
{
    const struct model *model = uow->store->model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_HAND_OVER_ITEM, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    db_bind_text(q, 2, item->duty);
    db_bind_uuid(q, 3, item->record);
    db_bind_text(q, 4, model_text(model, model_entity_row(model, item->entity)->name));
    db_bind_text(q, 5, item->carried_as);
    return db_run(q);
}

enum status uow_hand_over_add_item(struct uow *uow, struct uuid id,
                                   const struct store_hand_over_item *item)
{
    return answer(uow, insert_item(uow, id, item));
}

static enum status mark_listed(struct uow *uow, struct uuid id)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_MARK_HAND_OVER_LISTED, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    db_bind_int(q, 2, uow->set.now.ms);
    return db_run(q);
}

enum status uow_hand_over_listed(struct uow *uow, struct uuid id)
{
    return answer(uow, mark_listed(uow, id));
}

static enum status find_item(struct uow *uow, struct uuid id, struct str duty, struct uuid record,
                             struct store_hand_over_item *ret_item)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_HAND_OVER_ITEM, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    db_bind_text(q, 2, duty);
    db_bind_uuid(q, 3, record);
    bool found = db_next(q);
    if (found) {
        *ret_item = take_item(uow->store->model, q);
    }
    TRY(db_finish(q));
    return found ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status uow_hand_over_item(struct uow *uow, struct uuid id, struct str duty, struct uuid record,
                               struct store_hand_over_item *ret_item)
{
    return answer(uow, find_item(uow, id, duty, record, ret_item));
}

static enum status settle(struct uow *uow, struct uuid id, const struct store_hand_over_item *item)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SETTLE_HAND_OVER_ITEM, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    db_bind_text(q, 2, item->duty);
    db_bind_uuid(q, 3, item->record);
    db_bind_text(q, 4, state_names[item->state]);
    db_bind_text(q, 5, item->said);
    db_bind_int(q, 6, uow->set.now.ms);
    return db_run(q);
}

enum status uow_hand_over_settle(struct uow *uow, struct uuid id,
                                 const struct store_hand_over_item *item)
{
    return answer(uow, settle(uow, id, item));
}

static enum status end(struct uow *uow, struct uuid id, int64_t *ret_rows)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_END_HAND_OVER, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    db_bind_int(q, 2, uow->set.now.ms);
    return db_run_count(q, ret_rows);
}

enum status uow_hand_over_end(struct uow *uow, struct uuid id, bool *ret_ended)
{
    int64_t rows = 0;
    TRY(answer(uow, end(uow, id, &rows)));
    *ret_ended = rows > 0;
    return STATUS_OK;
}
