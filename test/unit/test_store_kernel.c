/* The kernel's tables in steps: a folder of any version comes out as a new one, or stays whole as
 * it was. */
#include "test_db_util.h"
#include "test_store_files.h"

#include "db/sql_text.h"
#include "store/kernel.h"

/* What was released, by the FNV-1a of its words. A step that is not as it was here would leave the
 * folders that have taken it behind: add a step instead (sql/README.md), and a line. */
static const struct released {
    int64_t version;
    const char *script;
    uint64_t words;
} released[] = {
    {1,  "kernel_records_schema",      0x8bc850f987d4f2d5},
    {1,  "kernel_people_schema",       0x715f8c1a8887055 },
    {1,  "kernel_care_schema",         0x1f8f2fb627876ee2},
    {1,  "exchange_schema",            0x68724a256f95f9d3},
    {1,  "attachments_schema",         0xd52063fe7db709d8},
    {1,  "access_log_schema",          0x86d9d536778e5dd7},
    {2,  "kernel_2_images",            0x5108e79441eb75ff},
    {3,  "kernel_3_access",            0x73217e5e5b56933 },
    {4,  "kernel_4_verbs",             0xea9b0c353767f7b9},
    {5,  "kernel_5_notices",           0x3bb6b9febb25f064},
    {6,  "kernel_6_installation",      0xa2ded34d04cd4c6a},
    {7,  "kernel_7_hand_over",         0xcfe93e29a0745de5},
    {8,  "kernel_8_sign_in",           0x6490beb454dcf2fd},
    {9,  "kernel_9_expunge",           0xf08df84a0437fe53},
    {10, "kernel_10_whose_clocks",     0xafe34ea660afc697},
    {10, "kernel_10_requests",         0xe0c32d0ea63ecfd7},
    {11, "kernel_11_signed",           0xaa943736bb35ba47},
    {12, "kernel_12_notices",          0xdcedf4b9bee169a0},
    {13, "kernel_13_attachments",      0xace97e24dbb2dff9},
    {14, "kernel_14_writers",          0x62b3fb03104cd630},
    {15, "kernel_15_files_everywhere", 0x45fa3b66879e80e4},
    {16, "kernel_16_waiting",          0x4140c13756e9cf25},
};

static const struct kernel_steps *const kernels[] = {&kernel_records, &kernel_attachments,
                                                     &kernel_access_log};

/* SQL without comments, with one space for each gap: what it does. */
static struct str words_of(struct arena *arena, struct str sql)
{
    struct buf words;
    struct str line, word;
    buf_init(&words, arena, sql.n + 1);
    while (sql.n > 0 && str_split(&sql, '\n', &line)) {
        int64_t comment = str_find(line, STR("--"));
        line = comment < 0 ? line : str_slice(line, 0, (size_t)comment);
        while (line.n > 0 && str_split(&line, ' ', &word)) {
            if (word.n > 0) {
                BUF_ADD(&words, word, STR(" "));
            }
        }
    }
    return buf_str(&words);
}

static uint64_t digest_of(struct str text)
{
    uint64_t digest = 0xcbf29ce484222325;
    for (size_t i = 0; i < text.n; i++) {
        digest = (digest ^ (unsigned char)text.p[i]) * 0x100000001b3;
    }
    return digest;
}

/* Else shows the line that a new step should have above. */
static bool is_released(struct arena *arena, const struct kernel_step *step)
{
    struct str name = step->script->name;
    uint64_t words = digest_of(words_of(arena, step->script->text));
    for (size_t i = 0; i < ARRAY_LENGTH(released); i++) {
        if (released[i].version == step->version && released[i].words == words &&
            str_eq(name, str_from(released[i].script))) {
            return true;
        }
    }
    print_error("{%lld, \"%.*s\", 0x%llx},\n", (long long)step->version, STR_ARG(name),
                (unsigned long long)words);
    return false;
}

static void a_released_step_does_not_change(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    size_t count = 0, changed = 0;
    for (size_t k = 0; k < ARRAY_LENGTH(kernels); k++) {
        for (size_t i = 0; i < kernels[k]->count; i++, count++) {
            const struct kernel_step *step = &kernels[k]->steps[i];
            changed += !is_released(&arena, step);
            assert_true(i == 0 ? step->version == 1
                               : step->version - step[-1].version <= 1 &&
                                     step->version >= step[-1].version);
        }
    }
    assert_int_equal(changed, 0);
    assert_int_equal(count, ARRAY_LENGTH(released));
}

/* ---- from every version ---- */

static void must_make(struct fixture *f, const struct kernel_steps *kernel)
{
    struct outcome outcome;
    outcome_init(&outcome, &f->arena);
    must(f->writer, kernel_make(f->writer, kernel, &f->arena, &outcome));
}

static void make_version(struct fixture *f, const struct kernel_steps *kernel, int64_t version)
{
    struct kernel_steps older = {.steps = kernel->steps};
    while (older.count < kernel->count && kernel->steps[older.count].version <= version) {
        older.count++;
    }
    must_make(f, &older);
}

static void forget_version(struct fixture *f)
{
    apply(f->writer, "DROP TABLE kernel_version");
}

/* All that is in the schema, in words, and the version. */
static struct str schema_of(struct fixture *f)
{
    struct buf all;
    struct db_statement *q;
    buf_init(&all, &f->arena, (size_t)1024 * 1024);
    must(f->writer, db_prepare(f->writer,
                               STR("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
                                   "UNION ALL SELECT 'version', version FROM kernel_version "
                                   "ORDER BY 1"),
                               &f->arena, &q));
    while (db_next(q)) {
        struct str name = db_text(q, 0);
        struct db_value sql = db_value(q, 1);
        struct str words = sql.type == DB_INT ? str_from_int(&f->arena, sql.integer)
                                              : words_of(&f->arena, sql.bytes);
        BUF_ADD(&all, name, STR(": "), words, STR("\n"));
    }
    must(f->writer, db_finish(q));
    return buf_str(&all);
}

static void a_folder_of_any_version_comes_out_as_a_new_one(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LENGTH(kernels); k++) {
        FIXTURE(fresh);
        must_make(&fresh, kernels[k]);
        for (int64_t version = 0; version <= kernel_newest(kernels[k]); version++) {
            FIXTURE(f);
            make_version(&f, kernels[k], version > 0 ? version : 1);
            if (version == 0) {
                forget_version(&f);
            }
            must_make(&f, kernels[k]);
            assert_str_equal(schema_of(&f), schema_of(&fresh));
        }
    }
}

/* ---- what is not opened ---- */

static void refuse(struct fixture *f, const struct kernel_steps *kernel, const char *why)
{
    struct outcome outcome;
    outcome_init(&outcome, &f->arena);
    assert_int_equal(kernel_make(f->writer, kernel, &f->arena, &outcome), STATUS_REFUSED);
    assert_true(str_find(outcome.detail, str_from(why)) >= 0);
}

static void a_newer_folder_is_refused_and_stays_as_it_is(void **state)
{
    (void)state;
    FIXTURE(f);
    must_make(&f, &kernel_records);
    apply(f.writer, "UPDATE kernel_version SET version = 99; CREATE TABLE later (a TEXT) STRICT");
    struct str before = schema_of(&f);
    refuse(&f, &kernel_records, "tables are of version 99, this program knows version");
    assert_str_equal(schema_of(&f), before);
}

static void a_folder_from_before_versions_that_lacks_a_column_is_refused(void **state)
{
    (void)state;
    FIXTURE(f);
    make_version(&f, &kernel_records, 1);
    forget_version(&f);
    apply(f.writer, "ALTER TABLE clock DROP COLUMN opens");
    refuse(&f, &kernel_records, "make it anew");
}

static void a_step_that_fails_leaves_all_as_it_was(void **state)
{
    static const struct sql_named good = {.name = STR_INIT("good"),
                                          .text = STR_INIT("CREATE TABLE good (a) STRICT")};
    static const struct sql_named bad = {
        .name = STR_INIT("bad"),
        .text = STR_INIT("CREATE TABLE half (a INTEGER) STRICT; INSERT INTO half VALUES ('x')")};
    static const struct sql_named first = {
        .name = STR_INIT("first"), .text = STR_INIT("CREATE TABLE first (a INTEGER) STRICT")};
    static const struct kernel_step steps[] = {
        {1, &first},
        {2, &good },
        {3, &bad  },
    };
    const struct kernel_steps one = {steps, 1}, all = {steps, ARRAY_LENGTH(steps)};
    (void)state;
    FIXTURE(f);
    struct outcome outcome;
    must_make(&f, &one);
    struct str before = schema_of(&f);
    outcome_init(&outcome, &f.arena);
    assert_int_not_equal(kernel_make(f.writer, &all, &f.arena, &outcome), STATUS_OK);
    assert_int_not_equal(outcome.status, STATUS_OK);
    db_reset(f.writer);
    assert_str_equal(schema_of(&f), before);
}

/* ---- a folder with records ---- */

static void step_back(struct world *w)
{
    TEST_ARENA(arena);
    w->store = store_close(w->store);
    struct db *db = open_file(w, "hearth.db", DB_WRITER);
    apply(db,
          "ALTER TABLE model_image DROP COLUMN history_before;"
          "DROP TABLE access_grant; DROP TABLE legal_act; DROP TABLE moved_record;"
          "ALTER TABLE worker DROP COLUMN expunged_at;"
          "DELETE FROM model_column WHERE table_name = 'worker' AND column_name = 'expunged_at';"
          "DROP TABLE installation;"
          "DROP TABLE hand_over_item; DROP TABLE hand_over;"
          "DROP TABLE sign_in_failure; DROP TABLE known_device;"
          "DROP INDEX notice_by_record; DROP INDEX idempotency_by_record;"
          "DROP INDEX foreign_row_by_id;"
          "DROP INDEX clock_of_worker; DROP INDEX idempotency_by_at;"
          "ALTER TABLE clock DROP COLUMN audience; ALTER TABLE clock DROP COLUMN sealed;"
          "DROP TABLE signed_copy_about;"
          "DROP TABLE attachment_holder; DROP INDEX history_by_writer; DROP TABLE waiting;"
          "UPDATE kernel_version SET version = 1");
    db_close(db);
}

static void records_of_an_older_folder_are_there_and_know_their_image(void **state)
{
    (void)state;
    WORLD(w);
    int64_t rows = ask_file(&w, "hearth.db", "SELECT max(sequence) FROM history");
    step_back(&w);
    struct store_versions versions;
    struct outcome outcome;
    outcome_init(&outcome, &w.arena);
    struct store_options options = {.directory = str_from(w.folder)};
    assert_int_equal(store_versions(&options, &outcome, &versions), STATUS_OK);
    assert_int_equal(versions.folder, 1);
    assert_int_equal(versions.program, kernel_newest(&kernel_records));
    world_open(&w);
    assert_int_equal(ask_file(&w, "hearth.db", "SELECT max(sequence) FROM history"), rows);
    assert_int_equal(ask_file(&w, "hearth.db", "SELECT max(history_before) FROM model_image"), 0);
    must_look(&w, &w.actors[SUPERVISOR], "worker", w.workers[INTAKE]);
}

/* Its mark was a file; without this it would be taken for a real one, with a password that
 * everybody knows. */
static void an_older_training_folder_is_not_taken_for_a_real_one(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct store *store = NULL;
    step_back(&w);
    struct str mark = STR_JOIN(&w.arena, str_from(w.folder), STR("/sample.txt"));
    FILE *file = fopen(str_cstr(&w.arena, mark), "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    struct store_options options = {
        .directory = str_from(w.folder), .image = w.image, .now_ms = world_now, .now_context = &w};
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_open(&options, &outcome, &store), STATUS_REFUSED);
    assert_true(str_find(outcome.detail, STR("make it anew")) >= 0);
    assert_int_equal(remove(str_cstr(&w.arena, mark)), 0);
    world_open(&w);
    assert_false(store_is_training(w.store));
}

/* ---- the clocks of an older folder ---- */

static enum status take_call(struct uow *uow, struct world *w, int agency,
                             struct record **ret_report)
{
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[agency], MODEL_NONE, (struct uuid){{0}},
                   ret_report));
    put_text(*ret_report, "narrative", "a call");
    put(*ret_report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    put(*ret_report, "worker", value_reference(w->workers[INTAKE]));
    return STATUS_OK;
}

static enum status take_calls(struct uow *uow, void *input)
{
    struct record *report;
    TRY(take_call(uow, input, 0, &report));
    return take_call(uow, input, 1, &report);
}

static size_t clocks_counted(struct world *w, int who)
{
    struct store_reader *reader;
    struct store_load load;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    assert_int_equal(store_load_of(reader, set, w->workers[INTAKE], &load), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return load.late + load.later;
}

/* The step says of each clock that runs whose root it is on, as the acts do since. */
static void the_clocks_of_an_older_folder_say_whose_they_are(void **state)
{
    (void)state;
    static const char different[] =
        "SELECT count(*) FROM clock WHERE audience IS NULL OR sealed <> 0 OR audience NOT IN (SELECT "
        "r.audience FROM record_audience r JOIN audience a ON a.id = r.audience WHERE r.record = "
        "clock.root AND a.scope = 'own_agency')";
    WORLD(w);
    struct actor system = {.worker = {{0}}};
    must_act(&w, &system, take_calls, &w);
    assert_int_equal(ask_file(&w, "hearth.db", "SELECT count(*) FROM clock"), 2);
    assert_int_equal(ask_file(&w, "hearth.db", different), 0);
    step_back(&w);
    world_open(&w);
    assert_int_equal(ask_file(&w, "hearth.db", different), 0);
    assert_int_equal(clocks_counted(&w, SUPERVISOR), 1);
    assert_int_equal(clocks_counted(&w, STRANGER), 1);
}

/* ---- what waits in an older folder ---- */

static enum status submit_calls(struct uow *uow, void *input)
{
    struct record *report;
    for (int agency = 0; agency < 2; agency++) {
        TRY(take_call(uow, input, agency, &report));
        put(report, "urgent", value_boolean(false));
        TRY(take(uow, report, "submit"));
    }
    return STATUS_OK;
}

/* What was submitted before there was a table of it waits as before. */
static void what_waits_in_an_older_folder_still_waits(void **state)
{
    (void)state;
    static const char rows[] = "SELECT count(*) FROM waiting";
    static const char records[] = "SELECT count(DISTINCT record) FROM waiting";
    WORLD(w);
    struct actor system = {.worker = {{0}}};
    must_act(&w, &system, submit_calls, &w);
    int64_t kept = ask_file(&w, "hearth.db", rows);
    assert_int_equal(ask_file(&w, "hearth.db", records), 2);
    step_back(&w);
    world_open(&w);
    assert_int_equal(ask_file(&w, "hearth.db", rows), kept);
    assert_int_equal(ask_file(&w, "hearth.db", records), 2);
}

/* ---- what an index finds ---- */

/* Fails when the plan of a statement looks through a whole table, or sorts what it found. */
static void must_be_found(struct fixture *f, enum sql_name statement, const char *by)
{
    struct db_scope CLEANUP(db_rollback) scope = {0};
    struct db_statement *q;
    const struct sql_named *named = &sql_named[statement];
    struct str sql = STR_JOIN(&f->arena, STR("EXPLAIN QUERY PLAN "), named->text);
    bool found = by == NULL;
    must(f->writer, db_begin(f->writer, DB_WRITE, &scope));
    must(f->writer, db_prepare(f->writer, sql, &f->arena, &q));
    for (unsigned i = 1; i <= sql_examine(named->text).placeholders; i++) {
        db_bind_null(q, i);
    }
    while (db_next(q)) {
        struct str plan = db_text(q, 3);
        found = found || str_find(plan, str_from(by)) >= 0;
        if (str_starts(plan, STR("SCAN")) || str_find(plan, STR("TEMP B-TREE")) >= 0) {
            fail_msg("%.*s: %.*s", STR_ARG(named->name), STR_ARG(plan));
        }
    }
    must(f->writer, db_finish(q));
    if (!found) {
        fail_msg("%.*s: not by %s", STR_ARG(named->name), by);
    }
}

/* While something is expunged nobody can save: what it deletes is found by an index. */
static void what_is_forgotten_is_found_by_an_index(void **state)
{
    (void)state;
    FIXTURE(f);
    must_make(&f, &kernel_records);
    static const enum sql_name statements[] = {
        SQL_FORGET_REQUESTS,  SQL_FORGET_CLOCKS,         SQL_FORGET_CLOCK_CHANGES,
        SQL_FORGET_DECISIONS, SQL_FORGET_SEEN,           SQL_FORGET_AUDIENCES,
        SQL_FORGET_GRANTS,    SQL_FORGET_NOTICES,        SQL_FORGET_STAGED_ROWS,
        SQL_FORGET_CLUSTER,   SQL_FORGET_FOREIGN_DIGEST,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(statements); i++) {
        must_be_found(&f, statements[i], NULL);
    }
}

/* What a worker's clocks come to is in one index; those to be woken are the first of another,
 * however many wait behind them. */
static void clocks_are_found_by_an_index(void **state)
{
    (void)state;
    FIXTURE(f);
    must_make(&f, &kernel_records);
    must_be_found(&f, SQL_FIND_LOAD_OF_WORKER, "COVERING INDEX clock_of_worker");
    must_be_found(&f, SQL_FIND_CLOCKS_OF_WORKER, "USING INDEX clock_");
    must_be_found(&f, SQL_FIND_CLOCKS_TO_WAKE, "INDEX clock_by_wake");
    must_be_found(&f, SQL_HAND_CLOCKS, "INDEX clock_by_root");
    must_be_found(&f, SQL_SEAL_CLOCKS, "PRIMARY KEY");
    must_be_found(&f, SQL_MOVE_CLOCKS, "PRIMARY KEY");
}

static void old_requests_are_found_by_an_index(void **state)
{
    (void)state;
    FIXTURE(f);
    must_make(&f, &kernel_records);
    must_be_found(&f, SQL_REMOVE_OLD_REQUESTS, "INDEX idempotency_by_at");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_released_step_does_not_change),
        cmocka_unit_test(a_folder_of_any_version_comes_out_as_a_new_one),
        cmocka_unit_test(a_newer_folder_is_refused_and_stays_as_it_is),
        cmocka_unit_test(a_folder_from_before_versions_that_lacks_a_column_is_refused),
        cmocka_unit_test(a_step_that_fails_leaves_all_as_it_was),
        cmocka_unit_test(records_of_an_older_folder_are_there_and_know_their_image),
        cmocka_unit_test(an_older_training_folder_is_not_taken_for_a_real_one),
        cmocka_unit_test(the_clocks_of_an_older_folder_say_whose_they_are),
        cmocka_unit_test(what_waits_in_an_older_folder_still_waits),
        cmocka_unit_test(what_is_forgotten_is_found_by_an_index),
        cmocka_unit_test(clocks_are_found_by_an_index),
        cmocka_unit_test(old_requests_are_found_by_an_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
