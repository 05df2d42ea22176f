/* The statements of sql/: that the scripts run and every statement can be prepared. */
#include "test_db_util.h"

#include "db/named.h"

static void run_scripts(struct db *db)
{
    struct db_scope scope;
    must(db, db_begin(db, DB_WRITE, &scope));
    for (unsigned i = 0; i < SQL__COUNT; i++) {
        if (sql_named[i].script) {
            must(db, db_named_script(db, (enum sql_name)i));
        }
    }
    must(db, db_commit(&scope));
}

static void every_statement_can_be_prepared(void **state)
{
    (void)state;
    FIXTURE(f);
    run_scripts(f.writer);
    for (unsigned i = 0; i < SQL__COUNT; i++) {
        struct db_statement *q;
        if (!sql_named[i].script) {
            must(f.writer, db_named(f.writer, (enum sql_name)i, &f.arena, &q));
            must(f.writer, db_finish(q));
        }
    }
}

static void the_version_of_the_kernel_is_kept(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_scope scope;
    struct db_statement *q;
    run_scripts(f.writer);
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    for (int version = 1; version <= 2; version++) {
        must(f.writer, db_named(f.writer, SQL_SET_KERNEL_VERSION, &f.arena, &q));
        db_bind_int(q, 1, version);
        must(f.writer, db_run(q));
    }
    must(f.writer, db_commit(&scope));
    must(f.writer, db_named(f.writer, SQL_FIND_KERNEL_VERSION, &f.arena, &q));
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 0), 2);
    assert_false(db_next(q));
    must(f.writer, db_finish(q));
}

static void a_message_names_the_statement(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_scope scope;
    struct db_statement *q;
    run_scripts(f.writer);
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, db_named(f.writer, SQL_SET_KERNEL_VERSION, &f.arena, &q));
    db_bind_int(q, 1, 0);
    must_fail(f.writer, db_run(q), DB_CHECK);
    assert_true(says(f.writer, "set_kernel_version"));
    db_rollback(&scope);
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must_fail(f.writer, db_named_script(f.writer, SQL_FIND_KERNEL_VERSION), DB_MISUSE);
    db_rollback(&scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_can_be_prepared),
        cmocka_unit_test(the_version_of_the_kernel_is_kept),
        cmocka_unit_test(a_message_names_the_statement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
