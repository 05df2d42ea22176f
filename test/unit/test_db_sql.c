/* Reading SQL: placeholders, statements, and the files of sql/ with all that can be wrong in them.
 */
#include "unit.h"

#include "base/buf.h"
#include "db/sql_dialect.h"
#include "db/sql_file.h"
#include "db/sql_text.h"

static void placeholders_are_found_where_they_count(void **state)
{
    (void)state;
    struct sql_facts facts = sql_examine(
        STR("SELECT '?9', \"?8\", x'00' -- ?7\n /* ?6 */ FROM t WHERE a = ?2 AND b = ?1 OR c=?2"));
    assert_null(facts.fault);
    assert_int_equal(facts.placeholders, 2);
    assert_int_equal(facts.statements, 1);
    facts = sql_examine(STR("SELECT 'it''s ?5', a::text, b -> '$.x' FROM t WHERE c @> d"));
    assert_null(facts.fault);
    assert_int_equal(facts.placeholders, 0);
    assert_non_null(sql_examine(STR("SELECT ?1, ?3")).fault);
    assert_non_null(sql_examine(STR("SELECT ?0")).fault);
    assert_non_null(sql_examine(STR("SELECT 1 WHERE 1 = 'x")).fault);
    assert_non_null(sql_examine(STR("SELECT ?")).fault);
    assert_non_null(sql_examine(STR("SELECT $1")).fault);
    assert_non_null(sql_examine(STR("SELECT :a")).fault);
    assert_non_null(sql_examine(STR("SELECT @a")).fault);
    assert_non_null(sql_examine(STR("SELECT ?99999999999999999999")).fault);
}

static void statements_are_counted(void **state)
{
    (void)state;
    assert_int_equal(sql_examine(STR("")).statements, 0);
    assert_int_equal(sql_examine(STR(" ; -- x;\n;")).statements, 0);
    assert_int_equal(sql_examine(STR("SELECT ';' ;")).statements, 1);
    assert_int_equal(sql_examine(STR("SELECT 1; SELECT 2")).statements, 2);
}

static void what_writes_is_told_from_what_asks(void **state)
{
    (void)state;
    assert_false(sql_examine(STR("select replace(a, 'x', 'y'), deleted FROM t")).writes);
    assert_false(sql_examine(STR("/* DELETE */ SELECT 'INSERT'")).writes);
    assert_false(sql_examine(STR("WITH x AS (SELECT 1) SELECT * FROM x")).writes);
    assert_true(sql_examine(STR("WITH x AS (SELECT 1) insert INTO t SELECT * FROM x")).writes);
    assert_true(sql_examine(STR("UPDATE t SET a = 1")).writes);
    assert_true(sql_examine(STR("CREATE TABLE t (a)")).writes);
    assert_true(sql_examine(STR("SELECT 1; DELETE FROM t")).writes);
}

static const struct sql_block *read_one(struct arena *arena, struct str text)
{
    struct sql_blocks blocks = {.arena = arena};
    sql_file_read(&blocks, STR("one.sql"), text);
    assert_int_equal(blocks.faults.count, 0);
    assert_int_equal(blocks.blocks.count, 1);
    return &blocks.blocks.items[0];
}

static void a_block_has_name_comment_and_text(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct sql_block *block = read_one(&arena, STR("-- What this file is.\n"
                                                         "\n"
                                                         "-- name: find_team\n"
                                                         "-- A team. ?1 its id,\n"
                                                         "-- never nil.\n"
                                                         "\n"
                                                         "SELECT name -- as shown\n"
                                                         "FROM team\n"
                                                         "\n"
                                                         "WHERE id = ?1;\n"
                                                         "\n"));
    assert_text(block->name, "find_team");
    assert_int_equal(block->line, 3);
    assert_text(block->comment, "-- A team. ?1 its id,\n-- never nil.");
    assert_text(block->text, "SELECT name -- as shown\nFROM team\n\nWHERE id = ?1");
    assert_false(block->script);

    block = read_one(&arena, STR("-- script: make_team\nCREATE TABLE a (b);\nCREATE TABLE c (d);"));
    assert_text(block->name, "make_team");
    assert_text(block->text, "CREATE TABLE a (b);\nCREATE TABLE c (d);");
    assert_true(block->script);
}

static void all_faults_are_told_with_their_line(void **state)
{
    static const char *const wanted[] = {
        "two.sql:1: SQL without \"-- name:\" above it",
        "two.sql:2: a name is lower-case letters, digits and underscores, at most 60",
        "two.sql:4: there is no statement under the name",
        "two.sql:5: more than one statement: write \"-- script:\" for several",
        "two.sql:7: the name is taken by two.sql:4",
        "two.sql:7: a quote or comment without end, or a placeholder that is not ?1, ?2 ...",
        "two.sql:9: a script has no placeholders",
        "two.sql:11: a placeholder is left out: ?1 to the highest must all occur",
    };
    (void)state;
    TEST_ARENA(arena);
    struct sql_blocks blocks = {.arena = &arena};
    sql_file_read(&blocks, STR("two.sql"),
                  STR("SELECT 0;\n"
                      "-- name: FindTeam\n"
                      "SELECT 1;\n"
                      "-- name: empty\n"
                      "-- name: several\n"
                      "SELECT 1; SELECT 2;\n"
                      "-- name: empty\n"
                      "SELECT $1;\n"
                      "-- script: asks\n"
                      "SELECT ?1;\n"
                      "-- name: gap\n"
                      "SELECT ?2;\n"));
    assert_int_equal(blocks.faults.count, ARRAY_LENGTH(wanted));
    for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
        assert_str_equal(blocks.faults.items[i], str_from(wanted[i]));
    }
}

static void a_block_may_say_what_postgres_takes(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct sql_block *block = read_one(&arena, STR("-- name: find_table\n"
                                                         "-- Whether it is there. ?1 its name.\n"
                                                         "SELECT 1 FROM sqlite_schema\n"
                                                         "WHERE name = ?1;\n"
                                                         "-- postgres:\n"
                                                         "SELECT 1 WHERE to_regclass(?1) > 0;\n"));
    assert_text(block->text, "SELECT 1 FROM sqlite_schema\nWHERE name = ?1");
    assert_text(block->postgres, "SELECT 1 WHERE to_regclass(?1) > 0");

    struct sql_blocks blocks = {.arena = &arena};
    sql_file_read(&blocks, STR("two.sql"),
                  STR("-- name: a\nSELECT ?1;\n-- postgres:\nSELECT 1;\n"));
    assert_int_equal(blocks.faults.count, 1);
    assert_text(blocks.faults.items[0],
                "two.sql:1: what PostgreSQL is given has other placeholders");
}

static void a_script_is_put_in_the_words_of_each_database(void **state)
{
    static const struct str script =
        STR_INIT("-- INTEGER of a comment\n"
                 "CREATE TABLE IF NOT EXISTS note (\n"
                 "    id INTEGER PRIMARY KEY,\n"
                 "    worker UUID NOT NULL, -- who\n"
                 "    words TEXT NOT NULL DEFAULT 'TEXT',\n"
                 "    sealed BLOB,\n"
                 "    at INTEGER NOT NULL\n"
                 ") STRICT, WITHOUT ROWID;\n"
                 "CREATE TRIGGER IF NOT EXISTS note_stays BEFORE UPDATE ON note\n"
                 "BEGIN SELECT RAISE(ABORT, 'notes stay'); END;\n"
                 "INSERT INTO note (worker) VALUES (zeroblob(16));");
    (void)state;
    TEST_ARENA(arena);
    struct str sqlite = sql_in_dialect(&arena, script, DB_DIALECT_SQLITE);
    assert_int_equal(sqlite.n, script.n);
    assert_true(str_find(sqlite, STR("worker BLOB NOT NULL, -- who")) > 0);
    assert_true(str_find(sqlite, STR("STRICT, WITHOUT ROWID")) > 0);
    assert_text(sql_in_dialect(&arena, script, DB_DIALECT_POSTGRES),
                "-- INTEGER of a comment\n"
                "CREATE TABLE IF NOT EXISTS note (\n"
                "    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,\n"
                "    worker uuid NOT NULL, -- who\n"
                "    words text COLLATE \"C\" NOT NULL DEFAULT 'TEXT',\n"
                "    sealed bytea,\n"
                "    at bigint NOT NULL\n"
                ");\n"
                "CREATE OR REPLACE TRIGGER note_stays BEFORE UPDATE ON note\n"
                "FOR EACH ROW EXECUTE FUNCTION hearth_refuse('notes stay');\n"
                "INSERT INTO note (worker) VALUES ('00000000-0000-0000-0000-000000000000');");
}

static void names_are_one_set_over_all_files(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct sql_blocks blocks = {.arena = &arena};
    sql_file_read(&blocks, STR("one.sql"), STR("-- name: a\nSELECT 1"));
    sql_file_read(&blocks, STR("two.sql"), STR("\n-- name: a\nSELECT 1"));
    assert_int_equal(blocks.faults.count, 1);
    assert_text(blocks.faults.items[0], "two.sql:2: the name is taken by one.sql:1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_are_found_where_they_count),
        cmocka_unit_test(statements_are_counted),
        cmocka_unit_test(what_writes_is_told_from_what_asks),
        cmocka_unit_test(a_block_has_name_comment_and_text),
        cmocka_unit_test(all_faults_are_told_with_their_line),
        cmocka_unit_test(a_block_may_say_what_postgres_takes),
        cmocka_unit_test(a_script_is_put_in_the_words_of_each_database),
        cmocka_unit_test(names_are_one_set_over_all_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
