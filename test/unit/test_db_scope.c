/* Transactions and savepoints: what is kept, what is undone, and who may end what. */
#include "test_db_util.h"

#include "db/db_fake.h"

static const char account_schema[] =
    "CREATE TABLE slot (id INTEGER PRIMARY KEY, free INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX slot_free ON slot (free) WHERE free > 900;"
    "INSERT INTO slot (id, free) VALUES (1, 10), (2, 0);";

static int64_t count_slots(struct db *db)
{
    return ask(db, "SELECT count(*) FROM slot");
}

static void savepoints_nest(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    struct db_scope all;
    struct db_scope outer;
    struct db_scope inner;
    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (10, 1)"));

    must(f.writer, db_savepoint(f.writer, &outer));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (11, 1)"));
    must(f.writer, db_savepoint(f.writer, &inner));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (12, 1)"));
    db_rollback(&inner);
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (13, 1)"));
    must(f.writer, db_release(&outer));

    must(f.writer, db_savepoint(f.writer, &outer));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (14, 1)"));
    must(f.writer, db_savepoint(f.writer, &inner));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (15, 1)"));
    must(f.writer, db_release(&inner));
    db_rollback(&outer); /* with what was released into it */
    must(f.writer, db_commit(&all));

    assert_int_equal(ask(f.writer, "SELECT CAST(sum(id) AS bigint) FROM slot WHERE id >= 10"),
                     10 + 11 + 13);
}

static void a_rollback_takes_what_is_open_inside(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    struct db_scope all;
    struct db_scope outer;
    struct db_scope inner;
    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    must(f.writer, db_savepoint(f.writer, &outer));
    must(f.writer, db_savepoint(f.writer, &inner));
    must(f.writer, run(f.writer, "DELETE FROM slot"));
    db_rollback(&outer);
    assert_int_equal(count_slots(f.writer), 2);
    must_fail(f.writer, db_release(&inner), DB_MISUSE); /* it went with the outer one */
    db_rollback(&inner);
    assert_true(db_in_transaction(f.writer));
    must(f.writer, db_savepoint(f.writer, &inner));
    db_rollback(&all);
    assert_false(db_in_transaction(f.writer));
    db_rollback(&inner);
    db_rollback(&all); /* again is nothing */
}

static void only_the_holder_ends_a_scope_and_from_the_inside_out(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_scope all;
    struct db_scope inner;
    struct db_scope unused = {0};
    assert_int_equal(db_commit(&unused), STATUS_INTERNAL);
    must_fail(f.writer, db_savepoint(f.writer, &inner), DB_MISUSE);

    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    struct db_scope copy = all;
    must_fail(f.writer, db_begin(f.writer, DB_WRITE, &inner), DB_MISUSE);
    assert_true(says(f.writer, "test_db_scope.c:"));
    must_fail(f.writer, db_release(&all), DB_MISUSE);
    must(f.writer, db_savepoint(f.writer, &inner));
    must_fail(f.writer, db_commit(&inner), DB_MISUSE);
    must_fail(f.writer, db_commit(&all), DB_MISUSE);
    assert_true(says(f.writer, "is open inside"));
    assert_true(db_in_transaction(f.writer)); /* a refusal ends nothing */
    must(f.writer, db_release(&inner));
    must(f.writer, db_commit(&all));
    assert_int_equal(db_commit(&all), STATUS_INTERNAL);

    /* A copy of an old scope does not fit the next one. */
    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    must_fail(f.writer, db_commit(&copy), DB_MISUSE);
    db_rollback(&copy);
    assert_true(db_in_transaction(f.writer));
    must(f.writer, db_commit(&all));
}

static void scopes_have_a_depth(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_scope scopes[DB_SCOPES_MAX + 1];
    must(f.writer, db_begin(f.writer, DB_WRITE, &scopes[0]));
    for (size_t i = 1; i < DB_SCOPES_MAX; i++) {
        must(f.writer, db_savepoint(f.writer, &scopes[i]));
    }
    must_fail(f.writer, db_savepoint(f.writer, &scopes[DB_SCOPES_MAX]), DB_MISUSE);
    for (size_t i = DB_SCOPES_MAX - 1; i > 0; i--) {
        must(f.writer, db_release(&scopes[i]));
    }
    must(f.writer, db_commit(&scopes[0]));
}

static void a_write_needs_a_transaction_for_writing(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    struct db_scope scope;
    must_fail(f.writer, run(f.writer, "DELETE FROM slot"), DB_MISUSE);
    must_fail(f.writer, db_script(f.writer, STR("DELETE FROM slot")), DB_MISUSE);

    /* First read, then write: what was read may be stale by then. */
    must(f.writer, db_begin(f.writer, DB_READ, &scope));
    assert_int_equal(count_slots(f.writer), 2);
    must_fail(f.writer, run(f.writer, "DELETE FROM slot"), DB_MISUSE);
    assert_true(says(f.writer, "for reading"));
    assert_true(says(f.writer, "test_db_scope.c:"));
    must(f.writer, db_commit(&scope));
    assert_int_equal(count_slots(f.writer), 2);
}

static enum status leave_early(struct db *db)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    TRY(db_begin(db, DB_WRITE, &scope));
    TRY(run(db, "DELETE FROM slot"));
    TRY(run(db, "DELETE FROM nowhere"));
    return db_commit(&scope);
}

static void an_early_return_undoes(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    must_fail(f.writer, leave_early(f.writer), DB_SQL);
    assert_false(db_in_transaction(f.writer));
    assert_int_equal(count_slots(f.writer), 2);
}

static void an_error_fails_its_scope_and_no_other(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    struct db_scope all;
    struct db_scope inner;
    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (10, 901)"));
    must(f.writer, db_savepoint(f.writer, &inner));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (11, 902)"));
    must_fail(f.writer, run(f.writer, "INSERT INTO slot VALUES (12, 901)"), DB_UNIQUE);
    assert_text(db_error(f.writer)->constraint, "slot_free");

    /* Nothing goes on as if nothing had happened; the status stays that of the first error. */
    enum status status = run(f.writer, "INSERT INTO slot VALUES (13, 0)");
    must_fail(f.writer, status, DB_ABORTED);
    assert_int_equal(status, STATUS_REFUSED);
    assert_true(says(f.writer, "unique"));
    assert_int_equal(db_release(&inner), STATUS_REFUSED);

    /* The scope around it is as it was before. */
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (14, 0)"));
    must(f.writer, db_commit(&all));
    assert_int_equal(ask(f.writer, "SELECT CAST(sum(id) AS bigint) FROM slot WHERE id >= 10"),
                     10 + 14);

    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    must(f.writer, run(f.writer, "DELETE FROM slot WHERE id = 14"));
    must_fail(f.writer, run(f.writer, "INSERT INTO slot VALUES (12, 901)"), DB_UNIQUE);
    assert_int_equal(db_commit(&all), STATUS_REFUSED);
    assert_false(db_in_transaction(f.writer));
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM slot WHERE id = 14"), 1);
}

static void a_mistake_of_the_caller_fails_no_scope(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    struct db_scope all;
    struct db_statement *q;
    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    must(f.writer, db_prepare(f.writer, STR("SELECT 'text'"), &f.arena, &q));
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 0), 0);
    must_fail(f.writer, db_finish(q), DB_TYPE);
    must(f.writer, run(f.writer, "DELETE FROM slot WHERE id = 1"));
    must(f.writer, db_commit(&all));
    assert_int_equal(count_slots(f.writer), 1);
}

static void the_end_of_a_transaction_ends_its_statements(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    struct db_scope all;
    struct db_scope inner;
    struct db_statement *reading;
    struct db_statement *waiting;
    must(f.writer, db_begin(f.writer, DB_WRITE, &all));
    must(f.writer, db_prepare(f.writer, STR("SELECT id FROM slot"), &f.arena, &reading));
    must(f.writer, db_prepare(f.writer, STR("SELECT CAST(?1 AS bigint)"), &f.arena, &waiting));
    assert_true(db_next(reading));
    must(f.writer, db_savepoint(f.writer, &inner));
    must(f.writer, run(f.writer, "INSERT INTO slot VALUES (3, 0)"));
    db_rollback(&inner);
    assert_true(db_next(reading)); /* was read before the savepoint */
    must(f.writer, db_commit(&all));
    assert_false(db_next(reading));
    must_fail(f.writer, db_finish(reading), DB_MISUSE); /* cut off is not the end of the rows */
    db_bind_int(waiting, 1, 4);
    assert_true(db_next(waiting));
    assert_int_equal(db_int(waiting, 0), 4);
    must(f.writer, db_finish(waiting));
}

static jmp_buf boundary;

NORETURN static void jump_to_boundary(void *context)
{
    (void)context;
    longjmp(boundary, 1);
}

static void a_jump_out_of_an_exhausted_arena_leaves_nothing_open(void **state)
{
    static char sql[4200];
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    snprintf(sql, sizeof(sql),
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
             "SELECT '%4000s' FROM n",
             "");
    struct arena small;
    arena_init(&small, 64 * 1024, jump_to_boundary, NULL);
    if (setjmp(boundary) == 0) {
        struct db_scope scope = {0};
        struct db_statement *q;
        must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
        must(f.writer, run(f.writer, "DELETE FROM slot"));
        must(f.writer, db_prepare(f.writer, str_from(sql), &small, &q));
        while (db_next(q)) {
            assert_int_equal(db_text(q, 0).n, 4000);
        }
        fail();
    }
    db_reset(f.writer);
    arena_clear(&small);
    assert_false(db_in_transaction(f.writer));
    assert_int_equal(count_slots(f.writer), 2);
    must(f.writer, leave_early(f.writer) == STATUS_OK ? STATUS_INTERNAL : STATUS_OK);
}

/* Moves one place from the first slot to the second, with a savepoint on the way. */
static enum status move_one(struct db *db)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    TRY(db_begin(db, DB_WRITE, &scope));
    TRY(run(db, "UPDATE slot SET free = free - 1 WHERE id = 1"));
    struct db_scope CLEANUP(db_rollback) inner = {0};
    TRY(db_savepoint(db, &inner));
    TRY(run(db, "UPDATE slot SET free = free + 1 WHERE id = 2"));
    TRY(db_release(&inner));
    return db_commit(&scope);
}

static void whatever_step_fails_all_or_nothing_is_kept(void **state)
{
    static const enum db_cause causes[] = {DB_IO, DB_FULL, DB_BUSY, DB_CORRUPT, DB_INTERRUPTED};
    (void)state;
    FIXTURE(f);
    apply(f.writer, account_schema);
    int64_t moved = 0;
    for (size_t c = 0; c < ARRAY_LENGTH(causes); c++) {
        enum status status = STATUS_INTERNAL;
        uint64_t at = 0;
        while (status != STATUS_OK) {
            assert_true(++at < 100);
            db_fail_at(f.writer, at, causes[c]);
            status = move_one(f.writer);
            moved += status == STATUS_OK ? 1 : 0;
            db_fail_at(f.writer, 0, DB_NO_CAUSE);
            assert_false(db_in_transaction(f.writer));
            assert_int_equal(ask(f.writer, "SELECT free FROM slot WHERE id = 1"), 10 - moved);
            assert_int_equal(ask(f.writer, "SELECT free FROM slot WHERE id = 2"), moved);
        }
        assert_int_equal(at,
                         7); /* begin, update, savepoint, update, release, commit, and then none */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(savepoints_nest),
        cmocka_unit_test(a_rollback_takes_what_is_open_inside),
        cmocka_unit_test(only_the_holder_ends_a_scope_and_from_the_inside_out),
        cmocka_unit_test(scopes_have_a_depth),
        cmocka_unit_test(a_write_needs_a_transaction_for_writing),
        cmocka_unit_test(an_early_return_undoes),
        cmocka_unit_test(an_error_fails_its_scope_and_no_other),
        cmocka_unit_test(a_mistake_of_the_caller_fails_no_scope),
        cmocka_unit_test(the_end_of_a_transaction_ends_its_statements),
        cmocka_unit_test(a_jump_out_of_an_exhausted_arena_leaves_nothing_open),
        cmocka_unit_test(whatever_step_fails_all_or_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
