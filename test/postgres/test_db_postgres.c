/* PostgreSQL behind db.h: its errors and what they are called, what a connection refuses, two who
 * write at a time, and a server that is not there, or no longer. */
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "test_db_util.h"

#include "db/db_driver.h"
#include "db/db_postgres.h"
#include "test_db_family.h"

/* ---- Constraints and values ---- */

static void a_violated_constraint_is_named(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    violate(&f, "INSERT INTO team (name) VALUES ('Oak')", DB_UNIQUE, STATUS_REFUSED, "team_name");
    violate(&f, "INSERT INTO team (name, county, size) VALUES ('Elm', 5, 3)", DB_UNIQUE,
            STATUS_REFUSED, "team_county_size");
    violate(&f, "INSERT INTO team (id, name) VALUES (1, 'Elm')", DB_UNIQUE, STATUS_REFUSED,
            "team_pkey");
    violate(&f, "INSERT INTO worker (badge) VALUES ('W-1')", DB_UNIQUE, STATUS_REFUSED,
            "worker_badge_key");
    violate(&f, "INSERT INTO worker (team) VALUES (99)", DB_FOREIGN_KEY, STATUS_REFUSED,
            "worker_team_fkey");
    violate(&f, "INSERT INTO team (size) VALUES (1)", DB_NOT_NULL, STATUS_INTERNAL, "team.name");
    violate(&f, "INSERT INTO team (name, size) VALUES ('Elm', 0)", DB_CHECK, STATUS_INTERNAL,
            "size_positive");
    violate(&f, "DELETE FROM team", DB_TRIGGER, STATUS_INTERNAL, "teams are closed, not deleted");
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM team"), 2);
}

static void a_value_of_another_type_is_refused(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    struct db_statement *q =
        prepared(&f, f.writer, STR("INSERT INTO team (name, size) VALUES (?1, ?2)"));
    db_bind_text(q, 1, STR("Elm"));
    db_bind_text(q, 2, STR("many"));
    must_fail(f.writer, db_run(q), DB_TYPE);
    q = prepared(&f, f.writer, STR("INSERT INTO team (name) VALUES (?1)"));
    db_bind_int(q, 1, 7);
    must_fail(f.writer, db_run(q), DB_TYPE);
    q = prepared(&f, f.writer, STR("SELECT 1 WHERE 1 = ?1")); /* a number of four bytes */
    db_bind_int(q, 1, INT64_MAX);
    must_fail(f.writer, db_run(q), DB_TYPE);
    must(f.writer, db_commit(&scope));
}

static void no_value_reaches_the_log(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    struct db_statement *q = prepared(&f, f.writer, STR("INSERT INTO team (name) VALUES (?1)"));
    db_bind_text(q, 1, STR("Maplewood \xff\xfe"));
    must_fail(f.writer, db_run(q), DB_TYPE);
    assert_false(says(f.writer, "Maplewood"));
    db_rollback(&scope);
    q = prepared(&f, f.writer, STR("SELECT CAST(CAST(?1 AS text) AS bigint)"));
    db_bind_text(q, 1, STR("Maplewood"));
    must_fail(f.writer, db_run(q), DB_TYPE);
    assert_false(says(f.writer, "Maplewood"));
}

static void a_value_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    FIXTURE(f);
    struct outcome outcome;
    struct db *db = NULL;
    struct db_options options = {.path = f.path, .role = DB_WRITER, .value_limit_kb = 1};
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_postgres(&options, &outcome, &db), STATUS_OK);
    struct db_statement *q = prepared(&f, db, STR("SELECT length(CAST(?1 AS bytea))"));
    static const char bytes[1025];
    db_bind_blob(q, 1, (struct str){bytes, 1024});
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 0), 1024);
    must(db, db_finish(q));
    q = prepared(&f, db, STR("SELECT length(CAST(?1 AS bytea))"));
    db_bind_blob(q, 1, (struct str){bytes, 1025});
    must_fail(db, db_run(q), DB_TOO_BIG);
    db_close(db);
}

/* ---- What a connection refuses ---- */

static void a_reader_cannot_write(void **state)
{
    static const char *const writes[] = {
        "INSERT INTO team (name) VALUES ('Elm')", "DELETE FROM worker",
        "WITH x AS (SELECT 1) DELETE FROM worker", "CREATE TEMP TABLE mine (x INTEGER)"};
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db *db = open_role(&f, DB_READER);
    struct db_scope scope;
    for (size_t i = 0; i < ARRAY_LENGTH(writes); i++) {
        must_fail(db, run(db, writes[i]), DB_READ_ONLY);
    }
    must_fail(db, db_begin(db, DB_WRITE, &scope), DB_READ_ONLY);
    /* And if all of that were gone, the server would still refuse. */
    db->role = DB_WRITER;
    must(db, db_begin(db, DB_WRITE, &scope));
    must_fail(db, run(db, "DELETE FROM worker"), DB_READ_ONLY);
    db_rollback(&scope);
    must(db, db_begin(db, DB_WRITE, &scope));
    must_fail(db, db_script(db, STR("DELETE FROM worker")), DB_READ_ONLY);
    db_rollback(&scope);
    db_close(db);
}

static void nothing_weakens_a_connection(void **state)
{
    static const char *const refused[] = {"COMMIT",
                                          "ROLLBACK",
                                          "BEGIN",
                                          "START TRANSACTION",
                                          "SAVEPOINT x",
                                          "END",
                                          "ABORT",
                                          "SET synchronous_commit = off",
                                          "RESET ALL",
                                          "DISCARD ALL",
                                          "COPY team TO STDOUT",
                                          "PREPARE TRANSACTION 'x'",
                                          "VACUUM"};
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db_scope scope;
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
        must_fail(f.writer, run(f.writer, refused[i]), DB_MISUSE);
        must_fail(f.writer, db_script(f.writer, str_from(refused[i])), DB_ABORTED);
        db_rollback(&scope);
        must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
        must_fail(f.writer,
                  db_script(f.writer,
                            STR_JOIN(&f.arena, STR("DELETE FROM worker; "), str_from(refused[i]))),
                  DB_MISUSE);
        db_rollback(&scope);
    }
    must_fail(f.writer, run(f.writer, "CREATE TABLE sly (x INTEGER)"), DB_MISUSE);
    must_fail(f.writer, run(f.writer, "DO 'BEGIN END'"), DB_MISUSE);
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM worker"), 1);
}

/* ---- Two who write at a time ---- */

static void what_was_read_stays_true_or_nothing_is_kept(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, "CREATE TABLE duty (worker INTEGER NOT NULL, on_call INTEGER NOT NULL) STRICT;"
                    "INSERT INTO duty VALUES (1, 1), (2, 1)");
    struct db *other = open_role(&f, DB_WRITER);
    struct db_scope one, two;
    /* Each sees that the other is on call, and goes home. */
    must(f.writer, db_begin(f.writer, DB_WRITE, &one));
    must(other, db_begin(other, DB_WRITE, &two));
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM duty WHERE on_call = 1"), 2);
    assert_int_equal(ask(other, "SELECT count(*) FROM duty WHERE on_call = 1"), 2);
    must(f.writer, run(f.writer, "UPDATE duty SET on_call = 0 WHERE worker = 1"));
    must(other, run(other, "UPDATE duty SET on_call = 0 WHERE worker = 2"));
    must(f.writer, db_commit(&one));
    enum status status = db_commit(&two);
    must_fail(other, status, DB_CONFLICT);
    assert_int_equal(status, STATUS_BUSY);
    assert_false(db_in_transaction(other));
    assert_int_equal(ask(other, "SELECT count(*) FROM duty WHERE on_call = 1"), 1);
    db_close(other);
}

static void a_lock_is_waited_for_only_so_long(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct outcome outcome;
    struct db *other = NULL;
    struct db_options options = {.path = f.path, .role = DB_WRITER, .busy_ms = 50};
    struct db_scope one, two;
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_postgres(&options, &outcome, &other), STATUS_OK);
    must(f.writer, db_begin(f.writer, DB_WRITE, &one));
    must(f.writer, run(f.writer, "UPDATE team SET size = 7 WHERE id = 1"));
    must(other, db_begin(other, DB_WRITE, &two));
    must_fail(other, run(other, "UPDATE team SET size = 8 WHERE id = 1"), DB_BUSY);
    db_rollback(&two);
    must(f.writer, db_commit(&one));
    db_close(other);
}

static void *interrupt_soon(void *db)
{
    usleep(100 * 1000);
    db_interrupt(db);
    return NULL;
}

static void what_takes_too_long_is_interrupted(void **state)
{
    (void)state;
    FIXTURE(f);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_soon, f.writer), 0);
    must_fail(f.writer, run(f.writer, "SELECT 1 FROM pg_sleep(600)"), DB_INTERRUPTED);
    pthread_join(thread, NULL);
    must_fail(f.writer, run(f.writer, "SELECT 1"), DB_INTERRUPTED);
    db_reset(f.writer);
    must(f.writer, run(f.writer, "SELECT 1"));
}

/* ---- A server that is not there, or no longer ---- */

static void end_backend_of(struct fixture *f, struct db *victim)
{
    struct db *other = open_role(f, DB_WRITER);
    TEST_ARENA(arena);
    struct db_statement *q;
    int64_t backend = ask(victim, "SELECT pg_backend_pid()");
    must(other, db_prepare(other, STR("SELECT pg_terminate_backend(?1, 5000)"), &arena, &q));
    db_bind_int(q, 1, backend);
    assert_true(db_next(q));
    assert_int_equal(db_int(q, 0), 1);
    must(other, db_finish(q));
    db_close(other);
}

static void a_lost_connection_fails_what_was_open_and_comes_back(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, run(f.writer, "UPDATE team SET size = 7"));
    end_backend_of(&f, f.writer);
    must_fail(f.writer, run(f.writer, "UPDATE team SET size = 8"), DB_LOST);
    must_fail(f.writer, run(f.writer, "UPDATE team SET size = 9"), DB_ABORTED);
    assert_int_equal(db_commit(&scope), STATUS_BUSY); /* and not unknown: it was never sent */
    assert_false(db_in_transaction(f.writer));

    /* The same statements, prepared in a connection that is gone. */
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM team WHERE size = 3"), 2);
    must(f.writer, run(f.writer, "UPDATE team SET size = 8"));
    must(f.writer, db_commit(&scope));

    /* Outside a transaction the first one to ask finds out. */
    end_backend_of(&f, f.writer);
    must_fail(f.writer, run(f.writer, "SELECT 1"), DB_LOST);
    must(f.writer, run(f.writer, "SELECT 1"));
}

/* A stand-in between a client and the server that lets everything pass until a commit is sent;
 * then it sends it on, waits until the server has answered, and cuts off the client. */
struct cutter {
    const char *server;
    int listening;
    pthread_t thread;
};

static int unix_socket(const char *folder, struct sockaddr_un *ret_address)
{
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n =
        snprintf(ret_address->sun_path, sizeof(ret_address->sun_path), "%s/.s.PGSQL.5432", folder);
    assert_in_range(n, 1, sizeof(ret_address->sun_path) - 1);
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static bool pass_on(int from, int to, bool *ret_commit)
{
    char bytes[8192];
    ssize_t n = read(from, bytes, sizeof(bytes));
    if (n <= 0) {
        return false;
    }
    *ret_commit = memmem(bytes, (size_t)n, "COMMIT", 6) != NULL;
    return write(to, bytes, (size_t)n) == n;
}

static void *cutter_main(void *context)
{
    const struct cutter *cutter = context;
    struct sockaddr_un address;
    int client = accept(cutter->listening, NULL, NULL);
    int server = unix_socket(cutter->server, &address);
    bool commit = false,
         passing = client >= 0 && server >= 0 &&
                   connect(server, (struct sockaddr *)&address, sizeof(address)) == 0;
    while (passing && !commit) {
        struct pollfd both[] = {
            {.fd = client, .events = POLLIN},
            {.fd = server, .events = POLLIN}
        };
        bool ignored = false;
        passing = poll(both, 2, 30000) > 0;
        if (passing && both[1].revents != 0) {
            passing = pass_on(server, client, &ignored);
        } else if (passing && both[0].revents != 0) {
            passing = pass_on(client, server, &commit);
        }
    }
    char answer[1024];
    if (commit) {
        assert_true(read(server, answer, sizeof(answer)) > 0);
    }
    close(client);
    close(server);
    return NULL;
}

static void cutter_begin(struct cutter *cutter, const struct fixture *f)
{
    struct sockaddr_un address;
    cutter->server = getenv("PGHOST");
    cutter->listening = unix_socket(f->folder, &address);
    assert_int_equal(bind(cutter->listening, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(cutter->listening, 1), 0);
    assert_int_equal(pthread_create(&cutter->thread, NULL, cutter_main, cutter), 0);
}

static void a_commit_without_an_answer_is_told_as_unknown(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, family_schema);
    struct cutter cutter;
    cutter_begin(&cutter, &f);
    struct outcome outcome;
    struct db *db = NULL;
    struct db_scope scope;
    struct db_options options = {.path = STR_JOIN(&f.arena, STR("host="), str_from(f.folder)),
                                 .role = DB_WRITER};
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_postgres(&options, &outcome, &db), STATUS_OK);
    must(db, db_begin(db, DB_WRITE, &scope));
    must(db, run(db, "UPDATE team SET size = 41"));
    assert_int_equal(db_commit(&scope), STATUS_UNKNOWN_COMMIT);
    assert_int_equal(db_error(db)->cause, DB_LOST);
    assert_false(db_in_transaction(db));
    db_close(db);
    pthread_join(cutter.thread, NULL);
    close(cutter.listening);
    /* It was kept: had the client been told that it was not, it would have been done twice. */
    assert_int_equal(ask(f.writer, "SELECT count(*) FROM team WHERE size = 41"), 2);
}

static void why_a_server_cannot_be_used_is_told_without_the_password(void **state)
{
    (void)state;
    FIXTURE(f);
    struct outcome outcome;
    struct db *db = NULL;
    struct db_options options = {.path = STR("postgresql://hearth:Maplewood@/county?host=/nowhere"),
                                 .role = DB_READER};
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_postgres(&options, &outcome, &db), STATUS_BUSY);
    assert_null(db);
    assert_true(str_find(outcome.detail, STR("the database cannot be reached")) >= 0);
    assert_true(str_find(outcome.detail, STR("/nowhere")) >= 0);
    assert_true(str_find(outcome.detail, STR("Maplewood")) < 0);

    options.path = STR("no such word");
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_postgres(&options, &outcome, &db), STATUS_BUSY);
    assert_null(db);
}

static void a_database_of_another_encoding_is_refused(void **state)
{
    (void)state;
    FIXTURE(f);
    struct outcome outcome;
    struct db *db = NULL;
    PGconn *server = PQconnectdb("");
    PQclear(PQexec(server, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' "
                           "LOCALE_PROVIDER libc TEMPLATE template0"));
    PQfinish(server);
    struct db_options options = {.path = STR("dbname=latin"), .role = DB_WRITER};
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_postgres(&options, &outcome, &db), STATUS_INTERNAL);
    assert_true(str_find(outcome.detail, STR("LATIN1")) >= 0);
    assert_null(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_violated_constraint_is_named),
        cmocka_unit_test(a_value_of_another_type_is_refused),
        cmocka_unit_test(no_value_reaches_the_log),
        cmocka_unit_test(a_value_beyond_the_limit_is_refused),
        cmocka_unit_test(a_reader_cannot_write),
        cmocka_unit_test(nothing_weakens_a_connection),
        cmocka_unit_test(what_was_read_stays_true_or_nothing_is_kept),
        cmocka_unit_test(a_lock_is_waited_for_only_so_long),
        cmocka_unit_test(what_takes_too_long_is_interrupted),
        cmocka_unit_test(a_lost_connection_fails_what_was_open_and_comes_back),
        cmocka_unit_test(a_commit_without_an_answer_is_told_as_unknown),
        cmocka_unit_test(why_a_server_cannot_be_used_is_told_without_the_password),
        cmocka_unit_test(a_database_of_another_encoding_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
