/* How somebody signs in: a name, the hash of a password, the lock after wrong ones. */
#include "db/named.h"
#include "store/store_int.h"

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
            .failures = (uint32_t)db_int(q, 2),
            .locked_until = {db_int(q, 3)},
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
    db_bind_int(q, 4, login->failures);
    db_bind_int(q, 5, login->locked_until.ms);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}
