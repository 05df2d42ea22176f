/* The scripted connection: it says what fits, complains about the first thing that does not, and
 * plays failures that a real database has too seldom. */
#include "test_db_util.h"

#include "db/db_fake.h"

static struct db *open_script(const struct db_fake_step *script, size_t steps)
{
    struct db *db = NULL;
    assert_int_equal(db_open_fake(script, steps, DB_WRITER, &db), STATUS_OK);
    return db;
}

static void ends_well(struct db *db)
{
    assert_str_equal(db_fake_complaint(db), STR(""));
    db_close(db);
}

static void a_script_is_played(void **state)
{
    static const struct db_value asked[] = {
        {.type = DB_INT,  .integer = 7            },
        {.type = DB_TEXT, .bytes = STR_INIT("oak")}
    };
    static const struct db_value rows[] = {
        {.type = DB_INT,            .integer = 1            },
        {.type = DB_TEXT,           .bytes = STR_INIT("one")},
        {.type = DB_INT,            .integer = 1            },
        {.type = DB_NULL          },
        {.type = DB_UUID,      .uuid = {{9, 8, 7}}                        },
        {.type = DB_BLOB, .bytes = STR_INIT("\0b")},
    };
    static const struct db_fake_step script[] = {
        {.sql = "BEGIN WRITE"                               },
        {.sql = "SELECT a, b FROM t WHERE c = ?1 AND d = ?2",
         .bound = asked,
         .bound_count = 2,
         .rows = rows,
         .columns = 2,
         .row_count = 3},
        {.sql = "SAVEPOINT 2"                                   },
        {.sql = "UPDATE t SET c = 0",                                        .changes = 3},
        {.sql = "RELEASE 2"                                                  },
        {.sql = "COMMIT"               },
    };
    (void)state;
    TEST_ARENA(arena);
    struct db *db = open_script(script, ARRAY_LENGTH(script));
    struct db_scope scope;
    struct db_scope inner;
    struct db_statement *q;
    int64_t changed = 0;
    must(db, db_begin(db, DB_WRITE, &scope));
    must(db, db_prepare(db, STR("SELECT a, b\n  FROM t WHERE c = ?1 AND d = ?2\n"), &arena, &q));
    db_bind_int(q, 1, 7);
    db_bind_text(q, 2, STR("oak"));
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 0), 1);
    assert_text(db_text(q, 1), "one");
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 0), 1);
    assert_true(db_is_null(q, 1));
    assert_true(db_next(q));
    assert_int_equal(db_uuid(q, 0).bytes[1], 8);
    assert_int_equal(db_blob(q, 1).n, 2);
    assert_false(db_next(q));
    must(db, db_finish(q));
    must(db, db_savepoint(db, &inner));
    must(db, db_prepare(db, STR("UPDATE t SET c = 0"), &arena, &q));
    must(db, db_run_count(q, &changed));
    assert_int_equal(changed, 3);
    must(db, db_release(&inner));
    must(db, db_commit(&scope));
    ends_well(db);
}

static void what_does_not_fit_is_told(void **state)
{
    static const struct db_value seven = {.type = DB_INT, .integer = 7};
    static const struct db_fake_step script[] = {
        {.sql = "SELECT ?1", .bound = &seven, .bound_count = 1},
    };
    (void)state;
    TEST_ARENA(arena);
    struct db_statement *q;

    struct db *db = open_script(script, 1);
    assert_true(str_find(db_fake_complaint(db), STR("never came; wanted: SELECT ?1")) >= 0);
    db_close(db);

    db = open_script(script, 1);
    must_fail(db, run(db, "SELECT 2"), DB_MISUSE);
    assert_true(str_find(db_fake_complaint(db), STR("came: SELECT 2")) >= 0);
    db_close(db);

    db = open_script(script, 1);
    must(db, db_prepare(db, STR("SELECT ?1"), &arena, &q));
    db_bind_int(q, 1, 8);
    must_fail(db, db_run(q), DB_MISUSE);
    must(db, db_prepare(db, STR("SELECT ?1"), &arena, &q));
    db_bind_int(q, 1, 7);
    must_fail(db, db_run(q), DB_MISUSE); /* too late */
    assert_true(str_find(db_fake_complaint(db), STR("other values")) >= 0);
    db_close(db);

    db = open_script(script, 1);
    must(db, db_prepare(db, STR("SELECT ?1"), &arena, &q));
    db_bind_int(q, 1, 7);
    must(db, db_run(q));
    must_fail(db, run(db, "SELECT 2"), DB_MISUSE);
    assert_true(str_find(db_fake_complaint(db), STR("at its end")) >= 0);
    db_close(db);
}

static void a_scripted_failure_is_like_a_real_one(void **state)
{
    static const struct db_value one = {.type = DB_INT, .integer = 1};
    static const struct db_fake_step script[] = {
        {.sql = "BEGIN WRITE"             },
        {.sql = "SAVEPOINT 2"             },
        {.sql = "INSERT INTO t VALUES (1)", .fails = DB_UNIQUE, .constraint = "t_name"},
        {.sql = "ROLLBACK TO 2"          },
        {.sql = "SELECT 1",            .rows = &one, .columns = 1, .row_count = 1, .fails = DB_IO},
        {.sql = "ROLLBACK"                },
    };
    (void)state;
    TEST_ARENA(arena);
    struct db *db = open_script(script, ARRAY_LENGTH(script));
    struct db_scope scope;
    struct db_scope inner;
    struct db_statement *q;
    must(db, db_begin(db, DB_WRITE, &scope));
    must(db, db_savepoint(db, &inner));
    must_fail(db, run(db, "INSERT INTO t VALUES (1)"), DB_UNIQUE);
    assert_text(db_error(db)->constraint, "t_name");
    db_rollback(&inner);
    must(db, db_prepare(db, STR("SELECT 1"), &arena, &q));
    assert_true(db_next(q)); /* fails only after its first row */
    assert_false(db_next(q));
    must_fail(db, db_finish(q), DB_IO);
    assert_int_equal(db_commit(&scope), STATUS_INTERNAL);
    ends_well(db);
}

static void a_commit_may_end_in_doubt(void **state)
{
    static const struct db_fake_step doubt[] = {
        {.sql = "BEGIN WRITE"     },
        { .sql = "COMMIT", .fails = DB_IO, .transaction_lost = true},
    };
    static const struct db_fake_step sure[] = {
        {.sql = "BEGIN WRITE" },
        { .sql = "COMMIT", .fails = DB_CONFLICT},
        { .sql = "ROLLBACK",       .fails = DB_IO},
    };
    static const struct db_fake_step reading[] = {
        {.sql = "BEGIN READ"      },
        { .sql = "COMMIT", .fails = DB_IO, .transaction_lost = true},
    };
    (void)state;
    struct db_scope scope;
    struct db *db = open_script(doubt, ARRAY_LENGTH(doubt));
    must(db, db_begin(db, DB_WRITE, &scope));
    assert_int_equal(db_commit(&scope), STATUS_UNKNOWN_COMMIT);
    assert_int_equal(db_error(db)->status, STATUS_UNKNOWN_COMMIT);
    assert_false(db_in_transaction(db));
    ends_well(db);

    db = open_script(sure, ARRAY_LENGTH(sure));
    must(db, db_begin(db, DB_WRITE, &scope));
    assert_int_equal(db_commit(&scope), STATUS_BUSY);
    assert_int_equal(db_error(db)->cause, DB_CONFLICT); /* not what the rollback met */
    ends_well(db);

    db = open_script(reading, ARRAY_LENGTH(reading));
    must(db, db_begin(db, DB_READ, &scope));
    assert_int_equal(db_commit(&scope), STATUS_INTERNAL); /* there was nothing to save */
    ends_well(db);
}

static void a_lost_transaction_fails_every_scope(void **state)
{
    static const struct db_fake_step script[] = {
        {.sql = "BEGIN WRITE"     },
        { .sql = "SAVEPOINT 2"                        },
        {
         .sql = "DELETE FROM t",
         .fails = DB_FULL,
         .transaction_lost = true,
         },
    };
    (void)state;
    struct db *db = open_script(script, ARRAY_LENGTH(script));
    struct db_scope scope;
    struct db_scope inner;
    must(db, db_begin(db, DB_WRITE, &scope));
    must(db, db_savepoint(db, &inner));
    must_fail(db, run(db, "DELETE FROM t"), DB_FULL);
    db_rollback(&inner);
    /* What came now would run outside any transaction. */
    assert_int_equal(run(db, "DELETE FROM t"), STATUS_NO_SPACE);
    assert_int_equal(db_savepoint(db, &inner), STATUS_NO_SPACE);
    assert_int_equal(db_commit(&scope), STATUS_NO_SPACE);
    assert_false(db_in_transaction(db));
    ends_well(db);
}

static void a_savepoint_that_cannot_be_undone_takes_the_transaction(void **state)
{
    static const struct db_fake_step script[] = {
        {.sql = "BEGIN WRITE"  },
        {.sql = "SAVEPOINT 2"  },
        {.sql = "DELETE FROM t"},
        {.sql = "ROLLBACK TO 2", .fails = DB_IO},
        {.sql = "ROLLBACK"                     },
    };
    (void)state;
    struct db *db = open_script(script, ARRAY_LENGTH(script));
    struct db_scope scope;
    struct db_scope inner;
    must(db, db_begin(db, DB_WRITE, &scope));
    must(db, db_savepoint(db, &inner));
    must(db, run(db, "DELETE FROM t"));
    db_rollback(&inner);
    assert_int_equal(db_commit(&scope), STATUS_INTERNAL);
    ends_well(db);
}

static void every_cause_has_a_name_and_a_status(void **state)
{
    (void)state;
    for (unsigned cause = DB_UNIQUE; cause < DB_CAUSE__COUNT; cause++) {
        struct db_fake_step script[] = {
            {.sql = "SELECT 1", .fails = (enum db_cause)cause}
        };
        struct db *db = open_script(script, 1);
        struct outcome outcome;
        TEST_ARENA(arena);
        outcome_init(&outcome, &arena);
        must_fail(db, run(db, "SELECT 1"), (enum db_cause)cause);
        assert_true(db_cause_name((enum db_cause)cause).n > 0);
        assert_int_equal(db_fault(db, &outcome), db_error(db)->status);
        assert_int_equal(outcome.status, db_error(db)->status);
        assert_true(str_find(outcome.detail, STR("SELECT 1")) >= 0);
        db_reset(db);
        assert_int_equal(db_error(db)->cause, DB_NO_CAUSE);
        ends_well(db);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_is_played),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(a_scripted_failure_is_like_a_real_one),
        cmocka_unit_test(a_commit_may_end_in_doubt),
        cmocka_unit_test(a_lost_transaction_fails_every_scope),
        cmocka_unit_test(a_savepoint_that_cannot_be_undone_takes_the_transaction),
        cmocka_unit_test(every_cause_has_a_name_and_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
