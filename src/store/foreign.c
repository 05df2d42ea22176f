/* Foreign rows: which record each became, and those that wait for a place. */
#include "store/foreign.h"
#include "db/named.h"
#include "store/store_int.h"

static enum status prepare(struct uow *uow, enum sql_name name, struct store_foreign row,
                           struct db_statement **ret_statement)
{
    TRY(db_named(uow->db, name, uow->arena, ret_statement));
    db_bind_text(*ret_statement, 1, row.mapping);
    db_bind_text(*ret_statement, 2, row.source);
    db_bind_text(*ret_statement, 3, row.key);
    return STATUS_OK;
}

enum status uow_foreign_find(struct uow *uow, struct store_foreign row, struct uuid *ret_id,
                             struct str *ret_digest)
{
    struct db_statement *find;
    *ret_id = (struct uuid){{0}};
    *ret_digest = STR("");
    TRY(prepare(uow, SQL_FIND_FOREIGN_ROW, row, &find));
    if (db_next(find)) {
        *ret_id = db_uuid(find, 0);
        *ret_digest = db_blob(find, 1);
    }
    return db_finish(find);
}

enum status uow_foreign_set(struct uow *uow, struct store_foreign row, struct uuid id,
                            struct str digest)
{
    struct db_statement *set, *unstage;
    TRY(prepare(uow, SQL_SET_FOREIGN_ROW, row, &set));
    db_bind_uuid(set, 4, id);
    db_bind_blob(set, 5, digest);
    TRY(db_run(set));
    TRY(prepare(uow, SQL_UNSTAGE_ROW, row, &unstage));
    return db_run(unstage);
}

enum status uow_stage_row(struct uow *uow, struct store_foreign row, uint32_t line,
                          struct str content, struct str reason, bool *ret_new)
{
    struct db_statement *stage;
    int64_t rows = 0;
    TRY(prepare(uow, SQL_STAGE_ROW, row, &stage));
    db_bind_int(stage, 4, line);
    db_bind_text(stage, 5, content);
    db_bind_text(stage, 6, reason);
    TRY(db_run_count(stage, &rows));
    *ret_new = rows > 0;
    return STATUS_OK;
}
