/* What a worker has besides the password: the sealed secret of an authenticator app, and recovery
 * codes, of which only digests are here. What happened to them is kept. */
#include "db/named.h"
#include "store/keys.h"
#include "store/sealed.h"
#include "store/sign_in.h"

struct str second_factor_bound(struct arena *arena, struct uuid worker)
{
    return STR_JOIN(arena, STR("second factor "), uuid_text(arena, worker));
}

static enum status find(struct store *store, struct db *db, struct arena *arena, struct uuid worker,
                        struct store_second_factor *ret_factor)
{
    struct store_second_factor factor = {0};
    struct str sealed = {0};
    struct db_statement *q;
    TRY(db_named(db, SQL_FIND_SECOND_FACTOR, arena, &q));
    db_bind_uuid(q, 1, worker);
    if (db_next(q)) {
        sealed = db_blob(q, 0);
        factor.enrolled_at.ms = db_is_null(q, 1) ? 0 : db_int(q, 1);
        factor.last_step = db_int(q, 2);
        factor.failures = (uint32_t)db_int(q, 3);
        factor.locked_until.ms = db_int(q, 4);
        factor.codes_left = (size_t)db_int(q, 5);
    }
    TRY(db_finish(q));
    if (sealed.n == 0) {
        return STATUS_NOT_FOUND;
    }
    TRY(keys_unseal(store->keys, arena, KEY_SECOND_FACTOR, second_factor_bound(arena, worker),
                    sealed, &factor.secret));
    *ret_factor = factor;
    return STATUS_OK;
}

enum status store_second_factor(struct store_reader *reader, struct uuid worker,
                                struct store_second_factor *ret_factor)
{
    return find(reader->store, reader->db, reader->arena, worker, ret_factor);
}

enum status uow_second_factor(struct uow *uow, struct uuid worker,
                              struct store_second_factor *ret_factor)
{
    return find(uow->store, uow->db, uow->arena, worker, ret_factor);
}

static enum status run(struct uow *uow, struct db_statement *q)
{
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status uow_second_factor_set(struct uow *uow, struct uuid worker,
                                  const struct store_second_factor *factor)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SET_SECOND_FACTOR, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_blob(q, 2,
                 keys_seal(uow->store->keys, uow->arena, KEY_SECOND_FACTOR,
                           second_factor_bound(uow->arena, worker), factor->secret));
    if (factor->enrolled_at.ms == 0) {
        db_bind_null(q, 3);
    } else {
        db_bind_int(q, 3, factor->enrolled_at.ms);
    }
    db_bind_int(q, 4, factor->last_step);
    db_bind_int(q, 5, factor->failures);
    db_bind_int(q, 6, factor->locked_until.ms);
    return run(uow, q);
}

enum status uow_second_factor_remove(struct uow *uow, struct uuid worker)
{
    struct db_statement *q;
    TRY(uow_recovery_codes_set(uow, worker, NULL, 0));
    TRY(db_named(uow->db, SQL_REMOVE_SECOND_FACTOR, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    return run(uow, q);
}

enum status uow_recovery_codes_set(struct uow *uow, struct uuid worker, const struct str *digests,
                                   size_t count)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_REMOVE_RECOVERY_CODES, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    TRY(run(uow, q));
    for (size_t i = 0; i < count; i++) {
        TRY(db_named(uow->db, SQL_ADD_RECOVERY_CODE, uow->arena, &q));
        db_bind_uuid(q, 1, worker);
        db_bind_blob(q, 2, digests[i]);
        TRY(run(uow, q));
    }
    return STATUS_OK;
}

enum status uow_recovery_code_use(struct uow *uow, struct uuid worker, struct str digest,
                                  bool *ret_used)
{
    struct db_statement *q;
    int64_t rows = 0;
    TRY(db_named(uow->db, SQL_USE_RECOVERY_CODE, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_blob(q, 2, digest);
    if (db_run_count(q, &rows) != STATUS_OK) {
        return uow_fault(uow);
    }
    *ret_used = rows == 1;
    return STATUS_OK;
}

enum status uow_second_factor_note(struct uow *uow, struct uuid worker, struct str what,
                                   struct str reason)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_SECOND_FACTOR_EVENT, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_int(q, 2, uow->set.now.ms);
    db_bind_text(q, 3, what);
    db_bind_text(q, 4, reason);
    return run(uow, q);
}

enum status store_second_factor_events(struct store_reader *reader, struct uuid worker,
                                       struct store_second_factor_event **ret_events,
                                       size_t *ret_count)
{
    LIST(struct store_second_factor_event) events = {0};
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_LIST_SECOND_FACTOR_EVENTS, reader->arena, &q));
    db_bind_uuid(q, 1, worker);
    while (db_next(q)) {
        struct store_second_factor_event event = {
            .at = {db_int(q, 0)}, .what = db_text(q, 1), .reason = db_text(q, 2)};
        LIST_PUSH(reader->arena, &events, event);
    }
    TRY(db_finish(q));
    *ret_events = events.items;
    *ret_count = events.count;
    return STATUS_OK;
}
