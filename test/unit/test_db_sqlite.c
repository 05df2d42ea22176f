/* SQLite behind db.h: its errors and what they are called, and what a connection refuses. */
#include "test_db_util.h"

#include "db/db_driver.h"
#include "test_db_family.h"

/* ---- Constraints ---- */

static void a_violated_constraint_is_named(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    violate(&f, "INSERT INTO team (name) VALUES ('Oak')", DB_UNIQUE, STATUS_REFUSED, "team_name");
    violate(&f, "INSERT INTO team (name, county, size) VALUES ('Elm', 5, 3)", DB_UNIQUE,
            STATUS_REFUSED, "team_county_size");
    violate(&f, "INSERT INTO team (name, county, size) VALUES ('Olive', 5, 9)", DB_UNIQUE,
            STATUS_REFUSED, "team_initial");
    violate(&f, "INSERT INTO team (id, name) VALUES (1, 'Elm')", DB_UNIQUE, STATUS_REFUSED,
            "team.id");
    violate(&f, "INSERT INTO worker (badge) VALUES ('W-1')", DB_UNIQUE, STATUS_REFUSED,
            "worker.badge");
    violate(&f, "INSERT INTO worker (team) VALUES (99)", DB_FOREIGN_KEY, STATUS_REFUSED, "");
    violate(&f, "INSERT INTO team (size) VALUES (1)", DB_NOT_NULL, STATUS_INTERNAL, "team.name");
    violate(&f, "INSERT INTO team (name, size) VALUES ('Elm', 0)", DB_CHECK, STATUS_INTERNAL,
            "size_positive");
    violate(&f, "INSERT INTO team (name, size) VALUES ('Elm', 'many')", DB_TYPE, STATUS_INTERNAL,
            "");
    violate(&f, "DELETE FROM team", DB_TRIGGER, STATUS_INTERNAL, "teams are closed, not deleted");
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM team"), 2);
}

static void no_value_reaches_the_log(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, "CREATE VIRTUAL TABLE note USING fts5 (words);"
                    "INSERT INTO note (words) VALUES ('a quiet evening');");
    struct db_statement *q =
        prepared(&f, f.writer, STR("SELECT count(*) FROM note WHERE note MATCH ?1"));
    db_bind_text(q, 1, STR("evening"));
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 0), 1);
    must(f.writer, db_finish(q));
    q = prepared(&f, f.writer, STR("SELECT count(*) FROM note WHERE note MATCH ?1"));
    db_bind_text(q, 1, STR("Maplewood\""));
    must_fail(f.writer, db_run(q), DB_SQL);
    assert_false(says(f.writer, "Maplewood"));
    q = prepared(&f, f.writer, STR("SELECT count(*) FROM note WHERE note MATCH ?1"));
    db_bind_text(q, 1, STR("Maplewood:x"));
    must_fail(f.writer, db_run(q), DB_SQL);
    assert_false(says(f.writer, "Maplewood"));
}

/* ---- What a connection refuses ---- */

static void cannot_write(struct fixture *f, enum db_role role)
{
    static const char *const writes[] = {
        "INSERT INTO team (name) VALUES ('Elm')",
        "UPDATE team SET size = 9",
        "DELETE FROM worker",
        "WITH x AS (SELECT 1) DELETE FROM worker",
        "CREATE TEMP TABLE mine (x INTEGER)",
        "VACUUM INTO 'elsewhere.db'",
    };
    struct db *db = open_role(f, role);
    struct db_scope scope;
    for (size_t i = 0; i < ARRAY_LENGTH(writes); i++) {
        must_fail(db, run(db, writes[i]), DB_READ_ONLY);
    }
    must_fail(db, run(db, "PRAGMA query_only = OFF"), DB_MISUSE);
    must_fail(db, run(db, "PRAGMA user_version = 9"), DB_MISUSE);
    must_fail(db, db_begin(db, DB_WRITE, &scope), DB_READ_ONLY);
    must(db, db_begin(db, DB_READ, &scope));
    must_fail(db, db_script(db, STR("DELETE FROM worker")), DB_READ_ONLY);
    must_fail(db, run(db, writes[0]), DB_READ_ONLY);
    db_rollback(&scope);
    /* And if all of that were gone, SQLite itself would still refuse. */
    atomic_store(&db->interrupted, false);
    db->role = DB_WRITER;
    must(db, db_begin(db, DB_READ, &scope));
    must_fail(db, db_script(db, STR("DELETE FROM worker")), DB_MISUSE);
    db_rollback(&scope);
    enum status status = db_begin(db, DB_WRITE, &scope);
    if (status == STATUS_OK) {
        status = db_script(db, STR("DELETE FROM worker"));
    }
    must_fail(db, status, DB_READ_ONLY);
    db_rollback(&scope);
    assert_int_equal(ask(db, "SELECT count(*) FROM worker"), 1);
    db_close(db);
}

static void a_reader_cannot_write(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    cannot_write(&f, DB_READER);
    cannot_write(&f, DB_KEEPER);
}

static void nothing_weakens_a_connection(void **state)
{
    static const char *const refused[] = {
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
        "SAVEPOINT x",
        "RELEASE x",
        "END",
        "ATTACH 'other.db' AS other",
        "PRAGMA synchronous = OFF",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA trusted_schema = ON",
        "PRAGMA writable_schema = ON",
        "PRAGMA wal_autocheckpoint = 9",
        "PRAGMA wal_checkpoint",
        "PRAGMA ignore_check_constraints = ON",
        "PRAGMA secure_delete = OFF",
        "PRAGMA temp_store = FILE",
        "PRAGMA locking_mode = EXCLUSIVE",
        "CREATE TABLE sly (x INTEGER)",
        "DROP TABLE worker",
        "DROP TRIGGER team_stays",
        "ALTER TABLE team ADD COLUMN x INTEGER",
        "CREATE INDEX sly ON team (size)",
    };
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db_scope scope;
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
        must_fail(f.writer, run(f.writer, refused[i]), DB_MISUSE);
        assert_true(db_in_transaction(f.writer));
        db_rollback(&scope);
        must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
        if (strncmp(refused[i], "CREATE", 6) != 0 && strncmp(refused[i], "DROP", 4) != 0 &&
            strncmp(refused[i], "ALTER", 5) != 0) {
            must_fail(f.writer, db_script(f.writer, str_from(refused[i])), DB_MISUSE);
        }
        db_rollback(&scope);
    }
    must_fail(f.writer, run(f.writer, "SELECT load_extension('x')"), DB_SQL);
    must_fail(f.writer, run(f.writer, "VACUUM"), DB_MISUSE);
    must_fail(f.writer, run(f.writer, "VACUUM INTO 'elsewhere.db'"), DB_MISUSE);
    assert_int_equal(ask(f.writer, "PRAGMA foreign_keys"), 1);
    assert_int_equal(ask(f.writer, "PRAGMA synchronous"), 2);
    assert_int_equal(ask(f.writer, "PRAGMA trusted_schema"), 0);
    struct db_statement *q =
        prepared(&f, f.writer, STR("SELECT journal_mode FROM pragma_journal_mode"));
    assert_true(db_next(q));
    assert_text(db_text(q, 0), "wal");
    must(f.writer, db_finish(q));
}

static void the_version_of_the_application_can_be_kept(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, run(f.writer, "PRAGMA user_version = 17"));
    must(f.writer, db_commit(&scope));
    struct db *reader = open_role(&f, DB_READER);
    assert_int_equal(ask(reader, "PRAGMA user_version"), 17);
    db_close(reader);
}

/* ---- Opening ---- */

static enum status try_open(struct fixture *f, struct str path, bool create, struct str *ret_detail)
{
    struct outcome outcome;
    struct db *db = NULL;
    struct db_options options = {.path = path, .role = DB_WRITER, .create = create};
    outcome_init(&outcome, &f->arena);
    enum status status = db_open_sqlite(&options, &outcome, &db);
    *ret_detail = outcome.detail;
    assert_true((status == STATUS_OK) == (db != NULL));
    db_close(db);
    return status;
}

static void a_file_is_private_and_made_only_when_asked(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct stat about;
    static const char *const files[] = {"test.db", "test.db-wal", "test.db-shm"};
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
        assert_int_equal(stat(str_cstr(&f.arena, in_folder(&f, files[i])), &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
    struct str detail;
    assert_int_equal(try_open(&f, in_folder(&f, "none.db"), false, &detail), STATUS_INTERNAL);
    assert_true(str_find(detail, STR("unable to open")) >= 0);
    assert_int_equal(access(str_cstr(&f.arena, in_folder(&f, "none.db")), F_OK), -1);
    assert_int_equal(try_open(&f, STR(":memory:"), true, &detail), STATUS_INTERNAL);
    assert_int_equal(try_open(&f, STR("file:x?mode=memory"), true, &detail), STATUS_INTERNAL);
    assert_int_equal(try_open(&f, STR(""), true, &detail), STATUS_INTERNAL);
}

static void write_bytes(struct fixture *f, const char *name, const char *mode, long at,
                        const char *bytes, size_t n)
{
    FILE *file = fopen(str_cstr(&f->arena, in_folder(f, name)), mode);
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
    static char letter[] = "Dear county, this is a letter and no database, and it is quite long, "
                           "longer than the hundred bytes of the head of a database file.";
    (void)state;
    FIXTURE(f);
    struct str detail;
    write_bytes(&f, "letter.txt", "wb", 0, letter, sizeof(letter));
    assert_int_equal(try_open(&f, in_folder(&f, "letter.txt"), true, &detail), STATUS_INTERNAL);
    assert_true(str_find(detail, STR("not a database")) >= 0);
}

static void damage_is_found(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    must(f.writer, db_verify(f.writer));
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, run(f.writer, "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n "
                                 "WHERE i < 2000) INSERT INTO team (id, name) "
                                 "SELECT i, char(i + 1000) || ' team' FROM n"));
    must(f.writer, db_commit(&scope));
    db_close(f.writer); /* the last to close moves the log into the file */
    char rubbish[2000];
    memset(rubbish, 0x5a, sizeof(rubbish));
    struct stat about;
    assert_int_equal(stat(str_cstr(&f.arena, f.path), &about), 0);
    write_bytes(&f, "test.db", "r+b", (about.st_size / 4096 - 2) * 4096 + 100, rubbish,
                sizeof(rubbish));
    f.writer = open_role(&f, DB_WRITER);
    must_fail(f.writer, db_verify(f.writer), DB_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_violated_constraint_is_named),
        cmocka_unit_test(no_value_reaches_the_log),
        cmocka_unit_test(a_reader_cannot_write),
        cmocka_unit_test(nothing_weakens_a_connection),
        cmocka_unit_test(the_version_of_the_application_can_be_kept),
        cmocka_unit_test(a_file_is_private_and_made_only_when_asked),
        cmocka_unit_test(a_file_that_is_no_database_is_left_alone),
        cmocka_unit_test(damage_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
