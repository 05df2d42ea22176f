/* Foreign rows: which record each became, and those that wait for a place. */
#include "db/named.h"
#include "store/store_int.h"

enum status uow_foreign_find(struct uow *uow, struct store_foreign row, struct uuid *ret_id,
                             struct str *ret_digest)
{
    struct db_statement *find;
    *ret_id = (struct uuid){{0}};
    *ret_digest = STR("");
    TRY(db_named(uow->db, SQL_FIND_FOREIGN_ROW, uow->arena, &find));
    db_bind_text(find, 1, row.mapping);
    db_bind_text(find, 2, row.source);
    db_bind_text(find, 3, row.key);
    if (db_next(find)) {
        *ret_id = db_uuid(find, 0);
        *ret_digest = db_blob(find, 1);
    }
    return db_finish(find);
}

enum status uow_foreign_set(struct uow *uow, struct store_foreign row, struct uuid id,
                            struct str digest)
{
    struct db_statement *set;
    TRY(db_named(uow->db, SQL_SET_FOREIGN_ROW, uow->arena, &set));
    db_bind_text(set, 1, row.mapping);
    db_bind_text(set, 2, row.source);
    db_bind_text(set, 3, row.key);
    db_bind_uuid(set, 4, id);
    db_bind_blob(set, 5, digest);
    return db_run(set);
}

enum status uow_stage_row(struct uow *uow, struct store_foreign row, uint32_t line,
                          struct str content, struct str reason, bool *ret_new)
{
    struct db_statement *stage;
    int64_t rows = 0;
    TRY(db_named(uow->db, SQL_STAGE_ROW, uow->arena, &stage));
    db_bind_text(stage, 1, row.mapping);
    db_bind_text(stage, 2, row.source);
    db_bind_text(stage, 3, row.key);
    db_bind_int(stage, 4, line);
    db_bind_text(stage, 5, content);
    db_bind_text(stage, 6, reason);
    TRY(db_run_count(stage, &rows));
    *ret_new = rows > 0;
    return STATUS_OK;
}
