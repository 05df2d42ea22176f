/* Several connections and threads on one file: snapshots, waiting, interrupts, a full disk,
 * checkpoints, backups; and functions within SQL. */
#include "test_db_util.h"

#include <pthread.h>
#include <semaphore.h>

static const char visit_schema[] = "CREATE TABLE visit (id INTEGER PRIMARY KEY, note TEXT) STRICT;"
                                   "INSERT INTO visit (id, note) VALUES (1, 'first');";

/* Adds that many rows of a thousand bytes each, in one transaction. */
static enum status add_visits(struct db *db, int64_t count)
{
    TEST_ARENA(arena);
    struct db_scope CLEANUP(db_rollback) scope = {0};
    struct db_statement *q;
    TRY(db_begin(db, DB_WRITE, &scope));
    TRY(db_prepare(db,
                   STR("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                       "i < ?1) INSERT INTO visit (note) SELECT hex(zeroblob(500)) FROM n"),
                   &arena, &q));
    db_bind_int(q, 1, count);
    TRY(db_run(q));
    return db_commit(&scope);
}

static int64_t count_visits(struct db *db)
{
    return ask(db, "SELECT count(*) FROM visit");
}

static void a_reader_sees_one_view_until_it_ends(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    struct db *reader = open_role(&f, DB_READER);
    struct db_scope scope;
    must(reader, db_begin(reader, DB_READ, &scope));
    assert_int_equal(count_visits(reader), 1);
    must(f.writer, add_visits(f.writer, 100)); /* and the writer does not wait for it */
    assert_int_equal(count_visits(reader), 1);
    assert_int_equal(count_visits(f.writer), 101);
    must(reader, db_commit(&scope));
    assert_int_equal(count_visits(reader), 101);

    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, run(f.writer, "DELETE FROM visit"));
    assert_int_equal(count_visits(reader), 101); /* nothing before its commit */
    must(f.writer, db_commit(&scope));
    assert_int_equal(count_visits(reader), 0);
    db_close(reader);
}

static struct db *open_patient(struct fixture *f, unsigned busy_ms)
{
    struct outcome outcome;
    struct db *db = NULL;
    struct db_options options = {.path = f->path, .role = DB_WRITER, .busy_ms = busy_ms};
    outcome_init(&outcome, &f->arena);
    assert_int_equal(db_open_sqlite(&options, &outcome, &db), STATUS_OK);
    return db;
}

static void a_second_writer_waits_and_then_says_busy(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    struct db *other = open_patient(&f, 20);
    struct db_scope mine;
    struct db_scope theirs;
    must(f.writer, db_begin(f.writer, DB_WRITE, &mine));
    enum status status = db_begin(other, DB_WRITE, &theirs);
    must_fail(other, status, DB_BUSY);
    assert_int_equal(status, STATUS_BUSY);
    assert_false(db_in_transaction(other));
    must(f.writer, db_commit(&mine));
    must(other, db_begin(other, DB_WRITE, &theirs));
    must(other, db_commit(&theirs));
    db_close(other);
}

struct waiter {
    struct db *db;
    enum status status;
};

static void *wait_to_write(void *context)
{
    struct waiter *waiter = context;
    struct db_scope CLEANUP(db_rollback) scope = {0};
    waiter->status = db_begin(waiter->db, DB_WRITE, &scope);
    return NULL;
}

static void an_interrupt_ends_the_waiting_for_a_lock(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    struct waiter waiter = {.db = open_patient(&f, 3600000)};
    struct db_scope mine;
    pthread_t thread;
    must(f.writer, db_begin(f.writer, DB_WRITE, &mine));
    assert_int_equal(pthread_create(&thread, NULL, wait_to_write, &waiter), 0);
    usleep(20000); /* most likely it waits by now; if not, the interrupt is there before it */
    db_interrupt(waiter.db);
    assert_int_equal(pthread_join(thread, NULL), 0);
    must_fail(waiter.db, waiter.status, DB_INTERRUPTED);
    assert_int_equal(waiter.status, STATUS_BUSY);
    must(f.writer, db_commit(&mine));
    db_close(waiter.db);
}

/* Called from within a statement: tells the other thread that it runs. */
static struct db_value say_running(const void *context, const struct db_value *arguments)
{
    sem_t *const *running = context;
    if (arguments[0].integer == 1000) {
        sem_post(*running);
    }
    return arguments[0];
}

struct deadline {
    struct db *db;
    sem_t running;
};

static void *interrupt_when_running(void *context)
{
    struct deadline *deadline = context;
    sem_wait(&deadline->running);
    db_interrupt(deadline->db);
    return NULL;
}

static void an_interrupt_stops_what_runs_and_what_comes_after(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    struct deadline deadline = {.db = f.writer};
    sem_t *running = &deadline.running;
    struct db_function function = {
        .name = STR("say_running"), .parameters = 1, .call = say_running, .context = &running};
    struct db_scope scope;
    pthread_t thread;
    assert_int_equal(sem_init(&deadline.running, 0, 0), 0);
    must(f.writer, db_define_function(f.writer, &function));
    assert_int_equal(pthread_create(&thread, NULL, interrupt_when_running, &deadline), 0);

    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, run(f.writer, "DELETE FROM visit"));
    enum status status =
        run(f.writer, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                      "SELECT max(say_running(i)) FROM n"); /* without end of its own */
    must_fail(f.writer, status, DB_INTERRUPTED);
    assert_int_equal(status, STATUS_BUSY);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_not_equal(db_commit(&scope), STATUS_OK);
    assert_false(db_in_transaction(f.writer));
    must_fail(f.writer, run(f.writer, "SELECT 1"), DB_INTERRUPTED); /* until the next request */

    db_reset(f.writer);
    assert_int_equal(count_visits(f.writer), 1);
    sem_destroy(&deadline.running);
}

static void an_interrupt_before_the_work_is_not_lost(void **state)
{
    (void)state;
    FIXTURE(f);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    db_interrupt(f.writer); /* nothing runs just now */
    must_fail(f.writer, run(f.writer, "SELECT 1"), DB_INTERRUPTED);
    db_rollback(&scope); /* works all the same */
    assert_false(db_in_transaction(f.writer));
}

static void a_full_disk_is_told_and_takes_nothing_with_it(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    must(f.writer, add_visits(f.writer, 10));
    int64_t before = count_visits(f.writer);
    ask(f.writer, "PRAGMA max_page_count = 20");

    enum status status = add_visits(f.writer, 1000);
    assert_int_equal(status, STATUS_NO_SPACE);
    assert_int_equal(db_error(f.writer)->cause, DB_FULL);
    assert_false(db_in_transaction(f.writer));
    assert_int_equal(count_visits(f.writer), before);

    /* The commit of a transaction in which it happened says the same, and keeps nothing. */
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must(f.writer, run(f.writer, "INSERT INTO visit (note) VALUES ('small')"));
    must_fail(f.writer,
              run(f.writer, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
                            "9999) INSERT INTO visit (note) SELECT hex(zeroblob(500)) FROM n"),
              DB_FULL);
    assert_int_equal(run(f.writer, "INSERT INTO visit (note) VALUES ('x')"), STATUS_NO_SPACE);
    assert_int_equal(db_commit(&scope), STATUS_NO_SPACE);
    assert_int_equal(count_visits(f.writer), before);

    ask(f.writer, "PRAGMA max_page_count = 100000"); /* room again: work goes on */
    must(f.writer, add_visits(f.writer, 100));
    must(f.writer, db_verify(f.writer));
}

static void what_is_too_big_is_told(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    struct outcome outcome;
    struct db *db = NULL;
    struct db_options options = {.path = f.path, .role = DB_READER, .value_limit_kb = 1};
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_sqlite(&options, &outcome, &db), STATUS_OK);
    must_fail(db, run(db, "SELECT zeroblob(1025)"), DB_TOO_BIG);
    struct db_statement *q;
    char text[1025];
    memset(text, 'x', sizeof(text));
    must(db, db_prepare(db, STR("SELECT ?1"), &f.arena, &q));
    db_bind_text(q, 1, (struct str){text, sizeof(text)});
    enum status status = db_run(q);
    must_fail(db, status, DB_TOO_BIG);
    assert_int_equal(status, STATUS_TOO_LARGE);
    db_close(db);
}

/* ---- Checkpoints ---- */

static int64_t log_bytes(struct fixture *f)
{
    struct stat about;
    assert_int_equal(stat(str_cstr(&f->arena, in_folder(f, "test.db-wal")), &about), 0);
    return about.st_size;
}

static void only_the_keeper_moves_the_log(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    struct db *keeper = open_role(&f, DB_KEEPER);
    struct db *reader = open_role(&f, DB_READER);
    struct db_checkpoint done;
    must_fail(f.writer, db_checkpoint(f.writer, DB_CHECKPOINT_PASSIVE, &done), DB_MISUSE);
    must_fail(reader, db_checkpoint(reader, DB_CHECKPOINT_PASSIVE, &done), DB_MISUSE);

    must(f.writer, add_visits(f.writer, 8000)); /* well past SQLite's own thousand pages */
    must(f.writer, add_visits(f.writer, 1));
    must(keeper, db_checkpoint(keeper, DB_CHECKPOINT_PASSIVE, &done));
    assert_true(done.log_pages > 2000);
    assert_int_equal(done.moved_pages, done.log_pages);
    assert_true(done.complete);

    /* A reader in the middle of its view holds the log, and that is no error. */
    struct db_scope scope;
    must(reader, db_begin(reader, DB_READ, &scope));
    assert_int_equal(count_visits(reader), 8002);
    must(f.writer, add_visits(f.writer, 1000));
    must(keeper, db_checkpoint(keeper, DB_CHECKPOINT_PASSIVE, &done));
    assert_false(done.complete);
    assert_int_equal(count_visits(reader), 8002);
    must(reader, db_commit(&scope));

    must(keeper, db_checkpoint(keeper, DB_CHECKPOINT_TRUNCATE, &done));
    assert_true(done.complete);
    assert_int_equal(log_bytes(&f), 0);
    assert_int_equal(count_visits(reader), 9002);
    db_close(reader);
    db_close(keeper);
}

static void a_statement_that_failed_holds_no_view(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    must(f.writer, add_visits(f.writer, 100));
    struct db *keeper = open_role(&f, DB_KEEPER);
    struct db *reader = open_role(&f, DB_READER);
    struct db_checkpoint done;
    struct db_statement *q;
    must(reader, db_prepare(reader, STR("SELECT id FROM visit"), &f.arena, &q));
    assert_true(db_next(q));
    db_interrupt(reader);
    assert_false(db_next(q)); /* and nobody has finished it */
    must(f.writer, add_visits(f.writer, 1));
    must(keeper, db_checkpoint(keeper, DB_CHECKPOINT_TRUNCATE, &done));
    assert_true(done.complete);
    must_fail(reader, db_finish(q), DB_INTERRUPTED);
    db_close(reader);
    db_close(keeper);
}

static void the_log_shrinks_to_its_limit(void **state)
{
    (void)state;
    FIXTURE(f);
    db_close(f.writer);
    struct outcome outcome;
    struct db_options options = {.path = f.path, .role = DB_WRITER, .journal_limit = 100000};
    outcome_init(&outcome, &f.arena);
    assert_int_equal(db_open_sqlite(&options, &outcome, &f.writer), STATUS_OK);
    apply(f.writer, visit_schema);
    struct db *keeper = open_role(&f, DB_KEEPER);
    struct db_checkpoint done;
    must(f.writer, add_visits(f.writer, 2000));
    assert_true(log_bytes(&f) > 1000000);
    must(keeper, db_checkpoint(keeper, DB_CHECKPOINT_PASSIVE, &done));
    must(f.writer, add_visits(f.writer, 1)); /* begins the log anew */
    assert_in_range(log_bytes(&f), 1, 100000);
    db_close(keeper);
}

/* ---- Backups ---- */

struct witness {
    struct fixture *fixture;
    int64_t calls, last, total;
    int64_t stop_after; /* 0: never */
};

/* Writes to the database while it is copied. */
static bool write_meanwhile(void *context, int64_t done, int64_t total)
{
    struct witness *witness = context;
    struct db *writer = witness->fixture->writer;
    assert_true(done > witness->last); /* never from the start again */
    witness->calls++;
    witness->last = done;
    witness->total = total;
    must(writer, add_visits(writer, 50));
    return witness->stop_after == 0 || witness->calls < witness->stop_after;
}

static void a_backup_is_one_view_while_others_write(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    must(f.writer, add_visits(f.writer, 8000));
    struct db *keeper = open_role(&f, DB_KEEPER);
    struct witness witness = {.fixture = &f};
    struct db_progress progress = {write_meanwhile, &witness};
    struct str path = in_folder(&f, "copy.db");
    must(keeper, db_backup(keeper, path, progress));
    assert_true(witness.calls > 1);
    assert_int_equal(witness.last, witness.total);
    assert_true(count_visits(f.writer) > 8001);

    struct stat about;
    assert_int_equal(stat(str_cstr(&f.arena, path), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    struct fixture copy = f;
    copy.path = path;
    struct db *restored = open_role(&copy, DB_WRITER);
    assert_int_equal(count_visits(restored), 8001);
    must(restored, db_verify(restored));
    must(restored, add_visits(restored, 1)); /* and it is a database to go on with */
    db_close(restored);

    /* It is never written over. */
    must_fail(keeper, db_backup(keeper, path, (struct db_progress){0}), DB_CANNOT_OPEN);
    must_fail(keeper, db_backup(keeper, f.path, (struct db_progress){0}), DB_CANNOT_OPEN);
    db_close(keeper);
}

static void a_backup_that_is_stopped_leaves_no_file(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, visit_schema);
    must(f.writer, add_visits(f.writer, 8000));
    struct db *keeper = open_role(&f, DB_KEEPER);
    struct witness witness = {.fixture = &f, .stop_after = 2};
    struct db_progress progress = {write_meanwhile, &witness};
    struct str path = in_folder(&f, "copy.db");
    struct db_scope scope;
    must_fail(keeper, db_backup(keeper, path, progress), DB_INTERRUPTED);
    assert_int_equal(access(str_cstr(&f.arena, path), F_OK), -1);
    assert_int_equal(access(str_cstr(&f.arena, in_folder(&f, "copy.db-journal")), F_OK), -1);
    must(keeper, db_begin(keeper, DB_READ, &scope)); /* the connection is as before */
    must_fail(keeper, db_backup(keeper, path, progress), DB_MISUSE);
    must(keeper, db_commit(&scope));
    must_fail(keeper, db_backup(keeper, in_folder(&f, "none/copy.db"), progress), DB_CANNOT_OPEN);
    db_close(keeper);
}

/* ---- Functions ---- */

/* Adds, and is unset where the sum would not fit: the core's rule. */
static struct db_value add_checked(const void *context, const struct db_value *arguments)
{
    struct db_value sum = {.type = DB_INT};
    (void)context;
    if (arguments[0].type != DB_INT || arguments[1].type != DB_INT ||
        __builtin_add_overflow(arguments[0].integer, arguments[1].integer, &sum.integer)) {
        return (struct db_value){.type = DB_NULL};
    }
    return sum;
}

static struct db_value same(const void *context, const struct db_value *arguments)
{
    (void)context;
    return arguments[0];
}

static void a_function_gives_the_answer_of_the_core(void **state)
{
    static const struct db_function add = {
        .name = STR_INIT("hearth_add"), .parameters = 2, .call = add_checked};
    static const struct db_function echo = {
        .name = STR_INIT("hearth_same"), .parameters = 1, .call = same};
    (void)state;
    FIXTURE(f);
    must(f.writer, db_define_function(f.writer, &add));
    must(f.writer, db_define_function(f.writer, &echo));
    assert_int_equal(ask(f.writer, "SELECT hearth_add(40, 2)"), 42);
    assert_int_equal(ask(f.writer, "SELECT hearth_add(9223372036854775807, 1) IS NULL"), 1);
    assert_int_equal(ask(f.writer, "SELECT hearth_add(NULL, 1) IS NULL"), 1);
    assert_int_equal(ask(f.writer, "SELECT hearth_add('4', 1) IS NULL"), 1);
    assert_int_equal(ask(f.writer, "SELECT hearth_same('o''clock') = 'o''clock'"), 1);
    assert_int_equal(ask(f.writer, "SELECT hearth_same('') = ''"), 1);
    assert_int_equal(ask(f.writer, "SELECT hearth_same(x'00ff') = x'00ff'"), 1);
    assert_int_equal(ask(f.writer, "SELECT hearth_same(NULL) IS NULL"), 1);
    must_fail(f.writer, run(f.writer, "SELECT hearth_add(1)"), DB_SQL);

    /* It may stand in the schema, where lists are indexed by it. */
    apply(f.writer, "CREATE TABLE stay (begins INTEGER NOT NULL) STRICT;"
                    "CREATE INDEX stay_end ON stay (hearth_add(begins, 30));"
                    "INSERT INTO stay (begins) VALUES (100), (200);");
    assert_int_equal(ask(f.writer, "SELECT begins FROM stay WHERE hearth_add(begins, 30) = 230"),
                     200);
}

static void a_script_is_several_statements_and_names_the_one_that_failed(void **state)
{
    (void)state;
    FIXTURE(f);
    apply(f.writer, "-- only a comment;\n");
    apply(f.writer, "CREATE TABLE log (n INTEGER) STRICT; -- and\n"
                    "CREATE TRIGGER log_doubles AFTER INSERT ON log WHEN new.n < 100 BEGIN\n"
                    "  INSERT INTO log (n) VALUES (new.n * 100); UPDATE log SET n = n + 1;\nEND;\n"
                    "INSERT INTO log (n) VALUES (1);;\n");
    assert_int_equal(ask(f.writer, "SELECT sum(n) FROM log"), 103);
    struct db_scope scope;
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must_fail(f.writer,
              db_script(f.writer, STR("DELETE FROM log;\n INSERT INTO log (n) VALUES ('many');")),
              DB_TYPE);
    assert_true(says(f.writer, "INSERT INTO log"));
    db_rollback(&scope);
    must(f.writer, db_begin(f.writer, DB_WRITE, &scope));
    must_fail(f.writer, db_script(f.writer, STR("INSERT INTO log (n) VALUES (?1)")), DB_MISUSE);
    db_rollback(&scope);
    assert_int_equal(ask(f.writer, "SELECT sum(n) FROM log"), 103);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_sees_one_view_until_it_ends),
        cmocka_unit_test(a_second_writer_waits_and_then_says_busy),
        cmocka_unit_test(an_interrupt_ends_the_waiting_for_a_lock),
        cmocka_unit_test(an_interrupt_stops_what_runs_and_what_comes_after),
        cmocka_unit_test(an_interrupt_before_the_work_is_not_lost),
        cmocka_unit_test(a_full_disk_is_told_and_takes_nothing_with_it),
        cmocka_unit_test(what_is_too_big_is_told),
        cmocka_unit_test(only_the_keeper_moves_the_log),
        cmocka_unit_test(a_statement_that_failed_holds_no_view),
        cmocka_unit_test(the_log_shrinks_to_its_limit),
        cmocka_unit_test(a_backup_is_one_view_while_others_write),
        cmocka_unit_test(a_backup_that_is_stopped_leaves_no_file),
        cmocka_unit_test(a_function_gives_the_answer_of_the_core),
        cmocka_unit_test(a_script_is_several_statements_and_names_the_one_that_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
