/* How somebody signs in: a name and the hash of a password; what was wrong, and where from; the
 * browsers in which it went well before. */
#include "db/named.h"
#include "store/care.h"
#include "store/keys.h"
#include "store/sign_in.h"

#define FAILURES_KEPT_MS DAY_MS
#define DEVICES_KEPT_MS (400 * DAY_MS) /* longer than their cookies */

enum status store_login_find(struct store_reader *reader, struct str login,
                             struct store_login *ret_login)
{
    struct db_statement *q;
    bool there = false;
    TRY(db_named(reader->db, SQL_FIND_LOGIN, reader->arena, &q));
    db_bind_text(q, 1, login);
    if (db_next(q)) {
        there = true;
        *ret_login = (struct store_login){
            .worker = db_uuid(q, 0),
            .password_hash = db_text(q, 1),
        };
    }
    TRY(db_finish(q));
    return there ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status store_login_of(struct store_reader *reader, struct uuid worker, struct str *ret_name,
                           struct store_login *ret_login)
{
    struct db_statement *q;
    struct str name = {0};
    TRY(db_named(reader->db, SQL_FIND_LOGIN_OF, reader->arena, &q));
    db_bind_uuid(q, 1, worker);
    if (db_next(q)) {
        name = db_text(q, 0);
    }
    TRY(db_finish(q));
    *ret_name = name;
    return name.n > 0 ? store_login_find(reader, name, ret_login) : STATUS_NOT_FOUND;
}

enum status uow_login_set(struct uow *uow, struct str name, const struct store_login *login)
{
    struct db_statement *q;
    if (str_trim(name).n == 0) {
        outcome_problem(uow_outcome(uow), STATUS_INVALID, STR("login"), STR("required"),
                        STR("A worker signs in with a name. Give one."));
        return STATUS_INVALID;
    }
    TRY(db_named(uow->db, SQL_SET_LOGIN, uow->arena, &q));
    db_bind_text(q, 1, name);
    db_bind_uuid(q, 2, login->worker);
    db_bind_text(q, 3, login->password_hash);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

/* ---- what was wrong ---- */

static struct str blind(const struct store *store, struct arena *arena, struct str purpose,
                        struct str value)
{
    return value.n == 0 ? value
                        : keys_blind(store->keys, arena, keys_current(store->keys), purpose, value);
}

/* The statement with the guesser as its first two. */
static enum status prepare(struct db *db, const struct store *store, struct arena *arena,
                           enum sql_name name, struct store_guesser guesser,
                           struct db_statement **ret_q)
{
    TRY(db_named(db, name, arena, ret_q));
    db_bind_blob(*ret_q, 1, blind(store, arena, STR("sign_in.login"), guesser.login));
    db_bind_blob(*ret_q, 2, blind(store, arena, STR("sign_in.source"), guesser.from));
    return STATUS_OK;
}

static enum status failures_read(struct db *db, const struct store *store, struct arena *arena,
                                 struct store_guesser guesser, struct store_failures *ret_failures)
{
    struct db_statement *q;
    *ret_failures = (struct store_failures){0};
    TRY(prepare(db, store, arena, SQL_FIND_SIGN_IN_FAILURE, guesser, &q));
    if (db_next(q)) {
        *ret_failures = (struct store_failures){.failures = (uint32_t)db_int(q, 0),
                                                .locks = (uint32_t)db_int(q, 1),
                                                .locked_until = {db_int(q, 2)}};
    }
    return db_finish(q);
}

enum status store_failures(struct store_reader *reader, struct store_guesser guesser,
                           struct store_failures *ret_failures)
{
    return failures_read(reader->db, reader->store, reader->arena, guesser, ret_failures);
}

enum status uow_failures(struct uow *uow, struct store_guesser guesser,
                         struct store_failures *ret_failures)
{
    return failures_read(uow->db, uow->store, uow->arena, guesser, ret_failures) == STATUS_OK
               ? STATUS_OK
               : uow_fault(uow);
}

enum status uow_failures_set(struct uow *uow, struct store_guesser guesser,
                             const struct store_failures *failures)
{
    struct db_statement *q;
    TRY(prepare(uow->db, uow->store, uow->arena, SQL_SET_SIGN_IN_FAILURE, guesser, &q));
    db_bind_int(q, 3, failures->failures);
    db_bind_int(q, 4, failures->locks);
    db_bind_int(q, 5, failures->locked_until.ms);
    db_bind_int(q, 6, uow->set.now.ms);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status uow_failures_forget(struct uow *uow, struct store_guesser guesser)
{
    struct db_statement *q;
    if (guesser.from.n > 0) {
        TRY(prepare(uow->db, uow->store, uow->arena, SQL_REMOVE_SIGN_IN_FAILURE, guesser, &q));
    } else {
        TRY(db_named(uow->db, SQL_REMOVE_SIGN_IN_FAILURES_OF, uow->arena, &q));
        db_bind_blob(q, 1, blind(uow->store, uow->arena, STR("sign_in.login"), guesser.login));
    }
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

/* ---- browsers ---- */

enum status store_device_known(struct store_reader *reader, struct str device, struct uuid worker,
                               bool *ret_known)
{
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_FIND_KNOWN_DEVICE, reader->arena, &q));
    db_bind_blob(q, 1, device);
    db_bind_uuid(q, 2, worker);
    *ret_known = db_next(q);
    return db_finish(q);
}

enum status uow_device_set(struct uow *uow, struct str device, struct uuid worker)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SET_KNOWN_DEVICE, uow->arena, &q));
    db_bind_blob(q, 1, device);
    db_bind_uuid(q, 2, worker);
    db_bind_int(q, 3, uow->set.now.ms);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status uow_devices_forget(struct uow *uow, struct uuid worker)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_REMOVE_KNOWN_DEVICES_OF, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

static enum status sweep(struct uow *uow, void *nothing)
{
    struct db_statement *q;
    int64_t now = uow->set.now.ms;
    (void)nothing;
    TRY(db_named(uow->db, SQL_REMOVE_OLD_SIGN_IN_FAILURES, uow->arena, &q));
    db_bind_int(q, 1, now - FAILURES_KEPT_MS);
    db_bind_int(q, 2, now);
    if (db_run(q) != STATUS_OK) {
        return uow_fault(uow);
    }
    TRY(db_named(uow->db, SQL_REMOVE_OLD_KNOWN_DEVICES, uow->arena, &q));
    db_bind_int(q, 1, now - DEVICES_KEPT_MS);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status logins_sweep(struct store *store, struct outcome *outcome)
{
    return care_run(store, sweep, NULL, outcome);
}
