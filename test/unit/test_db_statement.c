/* Statements and values behind db.h, on any database: see test_db_util.h. What is each database's
 * own is in test_db_sqlite.c and test_db_postgres.c. */
#include "test_db_util.h"

#include "db/db_driver.h"
#include "test_db_family.h"

/* ---- Values ---- */

static const char value_schema[] =
    "CREATE TABLE kept (id INTEGER PRIMARY KEY, whole INTEGER, yes INTEGER, words TEXT, "
    "bytes BLOB, name UUID) STRICT";

static void store_text(struct fixture *f, struct str text)
{
    struct db_statement *q;
    must(f->writer,
         db_prepare(f->writer, STR("INSERT INTO kept (words) VALUES (?1)"), &f->arena, &q));
    db_bind_text(q, 1, text);
    must(f->writer, db_run(q));
}

static void text_is_kept_byte_for_byte(void **state)
{
    static const struct str texts[] = {
        STR_INIT(""),
        STR_INIT(" leading and trailing "),
        STR_INIT("'; DROP TABLE kept; --"),
        STR_INIT("\"quoted\" `back` [square] ?1 :name $1 %s"),
        STR_INIT("line\r\nline\n\ttab"),
        STR_INIT("\x01\x02\x7f"),
        STR_INIT("Xiong Zoua Pa\xcc\x84"),
        STR_INIT("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"),
        STR_INIT("\xef\xbb\xbfmark \xe2\x80\xae right to left"),
        STR_INIT("0123"),
        STR_INIT("1e5"),
    };
    (void)state;
    FIXTURE(f);
    apply(f.writer, value_schema);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        store_text(&f, texts[i]);
    }
    must(f.writer, db_commit(&scope));

    struct db_statement *q;
    size_t count = 0;
    must(f.writer, db_prepare(f.writer, STR("SELECT words FROM kept ORDER BY id"), &f.arena, &q));
    while (db_next(q)) {
        assert_str_equal(db_text(q, 0), texts[count]);
        assert_str_equal(db_text_view(q, 0), texts[count]);
        count++;
    }
    must(f.writer, db_finish(q));
    assert_int_equal(count, ARRAY_LENGTH(texts));
}

static const struct uuid some_id = {
    {1, 2, 3, 0, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, 255}
};

static void all_types_make_the_round_trip(void **state)
{
    static const struct str bytes = STR_INIT("\0\x01nul\0inside\xff");
    (void)state;
    FIXTURE(f);
    apply(f.writer, value_schema);
    struct db_scope scope;
    struct db_statement *q;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, db_prepare(f.writer,
                              STR("INSERT INTO kept (id, whole, yes, words, bytes, name) VALUES "
                                  "(?1, ?2, ?3, ?4, ?5, ?6)"),
                              &f.arena, &q));
    db_bind_int(q, 1, 1);
    db_bind_int(q, 2, INT64_MIN);
    db_bind_int(q, 3, 1);
    db_bind_text(q, 4, STR("words"));
    db_bind_blob(q, 5, bytes);
    db_bind_uuid(q, 6, some_id);
    must(f.writer, db_repeat(q));
    db_bind_int(q, 1, 2);
    db_bind(q, 2, (struct db_value){.type = DB_INT, .integer = INT64_MAX});
    db_bind_int(q, 3, 0);
    db_bind_text(q, 4, (struct str){NULL, 0});
    db_bind_blob(q, 5, (struct str){NULL, 0});
    db_bind_null(q, 6);
    must(f.writer, db_run(q));
    must(f.writer, db_commit(&scope));

    must(f.writer,
         db_prepare(f.writer, STR("SELECT whole, yes, words, bytes, name FROM kept ORDER BY id"),
                    &f.arena, &q));
    assert_true(db_next(q));
    assert_int_equal(db_columns(q), 5);
    assert_true(db_int(q, 0) == INT64_MIN);
    assert_int_equal(db_int(q, 1), 1);
    assert_text(db_text(q, 2), "words");
    assert_str_equal(db_blob(q, 3), bytes);
    assert_true(uuid_eq(db_uuid(q, 4), some_id));
    assert_false(db_is_null(q, 4));
    assert_true(db_next(q));
    assert_true(db_int(q, 0) == INT64_MAX);
    assert_int_equal(db_int(q, 1), 0);
    assert_false(db_is_null(q, 2)); /* empty is not absent */
    assert_text(db_text(q, 2), "");
    assert_false(db_is_null(q, 3));
    assert_text(db_blob_view(q, 3), "");
    assert_true(db_is_null(q, 4));
    assert_int_equal(db_value(q, 4).type, DB_NULL);
    assert_int_equal(db_value(q, 0).type, DB_INT);
    assert_str_equal(db_value(q, 2).bytes, STR(""));
    assert_false(db_next(q));
    must(f.writer, db_finish(q));
}

/* Runs a query of one row and reads its column with the reader given; then tells the cause. */
#define READ_FAILS(f, sql, reader)                                                                 \
    do {                                                                                           \
        struct db_statement *q_;                                                                   \
        must((f)->writer, db_prepare((f)->writer, STR(sql), &(f)->arena, &q_));                    \
        assert_true(db_next(q_));                                                                  \
        (void)reader(q_, 0);                                                                       \
        assert_false(db_next(q_));                                                                 \
        must_fail((f)->writer, db_finish(q_), DB_TYPE);                                            \
    } while (0)

static void an_answer_that_is_not_there_is_never_zero(void **state)
{
    (void)state;
    FIXTURE(f);
    READ_FAILS(&f, "SELECT NULL UNION ALL SELECT 1", db_int);
    READ_FAILS(&f, "SELECT NULL", db_text);
    READ_FAILS(&f, "SELECT NULL", db_text_view);
    READ_FAILS(&f, "SELECT NULL", db_blob);
    READ_FAILS(&f, "SELECT NULL", db_uuid);
}

static void another_type_is_refused_and_not_converted(void **state)
{
    (void)state;
    FIXTURE(f);
    READ_FAILS(&f, "SELECT '12'", db_int);
    READ_FAILS(&f, "SELECT 1.5", db_int);
    READ_FAILS(&f, "SELECT 1.5", db_value);
    READ_FAILS(&f, "SELECT 12", db_text);
    READ_FAILS(&f, "SELECT x'00'", db_text);
    READ_FAILS(&f, "SELECT 'text'", db_blob);
    READ_FAILS(&f, "SELECT x'0102'", db_uuid);
}

/* ---- Using a statement wrongly ---- */

static void a_placeholder_needs_its_value(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_statement *q =
        prepared(&f, f.writer, STR("SELECT CAST(?2 AS bigint) + CAST(?1 AS bigint)"));
    db_bind_int(q, 2, 40);
    assert_false(db_next(q));
    must_fail(f.writer, db_finish(q), DB_MISUSE);
    assert_true(says(f.writer, "?1 has no value"));

    q = prepared(&f, f.writer, STR("SELECT CAST(?2 AS bigint) + CAST(?1 AS bigint)"));
    db_bind_int(q, 3, 40);
    must_fail(f.writer, db_finish(q), DB_MISUSE);
    q = prepared(&f, f.writer, STR("SELECT CAST(?2 AS bigint) + CAST(?1 AS bigint)"));
    db_bind_int(q, 0, 40);
    must_fail(f.writer, db_finish(q), DB_MISUSE);

    /* Nothing stays bound for the next user, nor for the next round. */
    q = prepared(&f, f.writer, STR("SELECT CAST(?2 AS bigint) + CAST(?1 AS bigint)"));
    db_bind_int(q, 1, 2);
    db_bind_int(q, 2, 40);
    must(f.writer, db_repeat(q));
    db_bind_int(q, 1, 2);
    must_fail(f.writer, db_run(q), DB_MISUSE);
}

static void misuse_is_told_and_not_guessed(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_statement *q = prepared(&f, f.writer, STR("SELECT CAST(?1 AS text)"));
    db_bind_text(q, 1, STR("cut\0here"));
    must_fail(f.writer, db_finish(q), DB_MISUSE);

    q = prepared(&f, f.writer, STR("SELECT CAST(?1 AS bigint)"));
    db_bind_int(q, 1, 7);
    assert_int_equal(db_int(q, 0), 0); /* no row yet */
    must_fail(f.writer, db_finish(q), DB_MISUSE);

    q = prepared(&f, f.writer, STR("SELECT CAST(?1 AS bigint)"));
    db_bind_int(q, 1, 7);
    assert_true(db_next(q));
    db_bind_int(q, 1, 8);
    assert_false(db_next(q));
    must_fail(f.writer, db_finish(q), DB_MISUSE);

    q = prepared(&f, f.writer, STR("SELECT CAST(?1 AS bigint)"));
    db_bind_int(q, 1, 7);
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 1), 0); /* no such column */
    must_fail(f.writer, db_finish(q), DB_MISUSE);

    q = prepared(&f, f.writer, STR("SELECT CAST(?1 AS bigint)"));
    db_bind_int(q, 1, 7);
    must(f.writer, db_run(q));
    assert_false(db_next(q)); /* given back: perhaps another's by now */
    must_fail(f.writer, db_finish(q), DB_MISUSE);
}

static void the_end_of_the_rows_stays_the_end(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_statement *q = prepared(&f, f.writer, STR("SELECT 1"));
    assert_true(db_next(q));
    assert_false(db_next(q));
    assert_false(db_next(q)); /* and does not start again */
    must(f.writer, db_finish(q));
}

static void only_the_portable_spelling_is_prepared(void **state)
{
    static const char *const wrong[] = {
        "SELECT ?",           "SELECT $1",        "SELECT :name", "SELECT @name",
        "SELECT ?1 + ?3",     "SELECT ?0",        "SELECT ?1025", "",
        "SELECT 1; SELECT 2", "SELECT 'open",     "-- nothing",   "SELECT nonsense FROM nowhere",
        "SELECT \"text\"",    "SELECT 1 /* open",
    };
    (void)state;
    FIXTURE(f);
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        must_fail(f.writer, run(f.writer, wrong[i]), DB_SQL);
    }
    must(f.writer, run(f.writer, "SELECT '?', \":x\" FROM (SELECT 1 AS \":x\") AS t -- ? $1\n"));
}

/* ---- The cache ---- */

static void statements_are_kept_and_found_again(void **state)
{
    (void)state;
    FIXTURE(f);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(ask(f.writer, "SELECT 7"), 7);
    }
    assert_int_equal(f.writer->prepared_count, 1);

    /* The same text twice at a time is two statements. */
    struct db_statement *one =
        prepared(&f, f.writer, STR("SELECT CAST(?1 AS bigint) UNION ALL SELECT 0"));
    struct db_statement *two =
        prepared(&f, f.writer, STR("SELECT CAST(?1 AS bigint) UNION ALL SELECT 0"));
    db_bind_int(one, 1, 1);
    db_bind_int(two, 1, 2);
    assert_true(db_next(one));
    assert_true(db_next(two));
    assert_int_equal(db_int(one, 0), 1);
    assert_int_equal(db_int(two, 0), 2);
    must(f.writer, db_finish(one));
    assert_int_equal(db_int(two, 0), 2);
    must(f.writer, db_finish(two));
    assert_int_equal(f.writer->prepared_count, 3);
}

static bool is_cached(const struct db *db, struct str text)
{
    for (size_t i = 0; i < DB_SLOTS; i++) {
        for (const struct db_prepared *p = db->slots[i]; p != NULL; p = p->next) {
            if (str_eq(p->text, text)) {
                return true;
            }
        }
    }
    return false;
}

static void the_cache_keeps_what_was_used_last(void **state)
{
    (void)state;
    FIXTURE(f);
    struct outcome outcome;
    struct db *db = NULL;
    struct db_options options = {.path = f.path, .role = DB_WRITER, .statements = 4};
    outcome_init(&outcome, &f.arena);
    open_database *open = f.postgres ? db_open_postgres : db_open_sqlite;
    assert_int_equal(open(&options, &outcome, &db), STATUS_OK);
    struct db_statement *held = prepared(&f, db, STR("SELECT 'held'"));
    assert_true(db_next(held));
    for (int i = 0; i < 40; i++) {
        char sql[32];
        snprintf(sql, sizeof(sql), "SELECT %d", i);
        assert_int_equal(ask(db, sql), i);
        assert_int_equal(ask(db, "SELECT -1"), -1);
        assert_in_range(db->prepared_count, 1, 4);
    }
    assert_text(db_text(held, 0), "held");
    assert_true(is_cached(db, STR("SELECT -1")));
    assert_true(is_cached(db, STR("SELECT 39")));
    assert_false(is_cached(db, STR("SELECT 0")));
    must(db, db_finish(held));
    db_close(db);
}

static void a_cleared_arena_gives_statements_back(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_scope scope;
    {
        TEST_ARENA(request);
        struct db_statement *q;
        must(f.writer, db_prepare(f.writer, STR("SELECT 1 UNION ALL SELECT 2"), &request, &q));
        assert_true(db_next(q)); /* and never finished */
        must_fail(f.writer, db_begin(f.writer, DB_WRITE, &scope), DB_MISUSE);
    }
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, db_commit(&scope));

    /* One whose connection is closed first is harmless. */
    struct db *reader = open_role(&f, DB_READER);
    struct db_statement *q = prepared(&f, reader, STR("SELECT 1"));
    assert_true(db_next(q));
    db_close(reader);
}

/* ---- Constraints ---- */

static void a_foreign_key_checked_at_the_end_stops_the_commit(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, run(f.writer, "INSERT INTO later (team) VALUES (99)"));
    enum status status = db_commit(&scope);
    must_fail(f.writer, status, DB_FOREIGN_KEY);
    assert_int_equal(status, STATUS_REFUSED);
    assert_false(db_in_transaction(f.writer));
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM later"), 0);
}

static void rows_written_are_counted(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db_scope scope;
    int64_t rows = -1;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, db_run_count(prepared(&f, f.writer, STR("UPDATE team SET size = 4")), &rows));
    assert_int_equal(rows, 2);
    must(
        f.writer,
        db_run_count(prepared(&f, f.writer, STR("UPDATE team SET size = 5 WHERE id = 99")), &rows));
    assert_int_equal(rows, 0); /* the version one saw is gone: the caller must be able to tell */
    must(f.writer, db_run_count(prepared(&f, f.writer, STR("SELECT * FROM team")), &rows));
    assert_int_equal(rows, 0);
    struct db_statement *q =
        prepared(&f, f.writer, STR("INSERT INTO team (name) VALUES ('Birch') RETURNING id, name"));
    assert_true(db_next(q));
    assert_text(db_text(q, 1), "Birch");
    must(f.writer, db_finish(q));
    must(f.writer, db_commit(&scope));
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM team"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_kept_byte_for_byte),
        cmocka_unit_test(all_types_make_the_round_trip),
        cmocka_unit_test(an_answer_that_is_not_there_is_never_zero),
        cmocka_unit_test(another_type_is_refused_and_not_converted),
        cmocka_unit_test(a_placeholder_needs_its_value),
        cmocka_unit_test(misuse_is_told_and_not_guessed),
        cmocka_unit_test(the_end_of_the_rows_stays_the_end),
        cmocka_unit_test(only_the_portable_spelling_is_prepared),
        cmocka_unit_test(statements_are_kept_and_found_again),
        cmocka_unit_test(the_cache_keeps_what_was_used_last),
        cmocka_unit_test(a_cleared_arena_gives_statements_back),
        cmocka_unit_test(a_foreign_key_checked_at_the_end_stops_the_commit),
        cmocka_unit_test(rows_written_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
