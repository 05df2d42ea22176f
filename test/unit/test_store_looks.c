/* Who looked: on the disk before the page leaves, append only, and there to be asked for. */
#include "test_store_files.h"

#include <sys/stat.h>

#include "store/care.h"

static enum status make_person(struct uow *uow, void *input)
{
    struct uuid *id = input;
    struct record *person;
    uint32_t entity = model_entity_by_name(uow_set(uow)->model, STR("person"));
    TRY(uow_create(uow, entity, (struct uuid){{0}}, MODEL_NONE, (struct uuid){{0}}, &person));
    put_text(person, "given_name", "Mia");
    put_text(person, "family_name", "Oakfield");
    *id = person->subject.id;
    return STATUS_OK;
}

static int64_t looks_at(struct world *w, const char *file, struct uuid record)
{
    struct db *db = open_file(w, file, DB_READER);
    struct db_statement *q;
    assert_int_equal(
        db_prepare(db, STR("SELECT count(*) FROM look WHERE record = ?1"), &w->arena, &q),
        STATUS_OK);
    db_bind_uuid(q, 1, record);
    assert_true(db_next(q));
    int64_t count = db_int(q, 0);
    assert_int_equal(db_finish(q), STATUS_OK);
    db_close(db);
    return count;
}

static size_t who_looked(struct world *w, const struct actor *actor, struct uuid id,
                         struct store_look **ret_looks)
{
    struct store_reader *reader = reader_of(w);
    struct work_set set;
    struct outcome outcome;
    struct record *record;
    size_t count = 0;
    outcome_init(&outcome, &w->arena);
    work_set_init(&set, &w->arena, w->model, store_now(w->store), actor);
    assert_int_equal(store_read(reader, &set, entity_of(w, "person"), id, 0, 0,
                                (struct store_purpose){STR("who looked"), STR("")}, &outcome,
                                &record),
                     STATUS_OK);
    assert_int_equal(store_who_looked(reader, record, 100, ret_looks, &count), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void a_look_is_on_the_disk_when_the_page_may_leave(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid id;
    must_act(&w, &w.actors[INTAKE], make_person, &id);
    assert_int_equal(looks_at(&w, "access-2026-11.db", id), 0);
    must_look(&w, &w.actors[INTAKE], "person", id);
    assert_int_equal(looks_at(&w, "access-2026-11.db", id), 1);
    must_look(&w, &w.actors[SUPERVISOR], "person", id);
    assert_int_equal(looks_at(&w, "access-2026-11.db", id), 2);
}

static void one_page_is_one_look(void **state)
{
    (void)state;
    WORLD(w);
    const struct store_purpose page = {STR("person page"), STR("")};
    struct store_reader *reader = reader_of(&w);
    for (int i = 0; i < 3; i++) {
        access_log_add(reader, &w.actors[INTAKE], entity_of(&w, "person"), w.workers[STRANGER],
                       page);
    }
    assert_int_equal(reader->looks.count, 1);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    assert_int_equal(looks_at(&w, "access-2026-11.db", w.workers[STRANGER]), 1);
}

static void the_system_looks_at_nobody(void **state)
{
    (void)state;
    WORLD(w);
    const struct actor the_system = {.entry_count = 0};
    struct store_reader *reader = reader_of(&w);
    access_log_add(reader, &the_system, entity_of(&w, "person"), w.workers[STRANGER],
                   (struct store_purpose){STR("sweep"), STR("")});
    assert_int_equal(reader->looks.count, 0);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

static void who_looked_says_who_when_and_why(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid id;
    struct store_look *looks;
    must_act(&w, &w.actors[INTAKE], make_person, &id);
    struct store_reader *reader = reader_of(&w);
    access_log_add(reader, &w.actors[INTAKE], entity_of(&w, "person"), id,
                   (struct store_purpose){STR("person page"), STR("A child is in danger.")});
    assert_int_equal(store_read_end(reader), STATUS_OK);
    pass(&w, 1000);
    must_look(&w, &w.actors[SUPERVISOR], "person", id);
    catch_up(&w);
    assert_int_equal(who_looked(&w, &w.actors[SUPERVISOR], id, &looks), 2);
    assert_true(uuid_eq(looks[0].worker, w.workers[SUPERVISOR]));
    assert_true(uuid_eq(looks[1].worker, w.workers[INTAKE]));
    assert_text(looks[1].route, "person page");
    assert_text(looks[1].reason, "A child is in danger.");
    assert_int_equal(looks[1].at.ms, STORE_NOW);
    /* Asking is a look too, and nothing is told twice. */
    catch_up(&w);
    assert_int_equal(who_looked(&w, &w.actors[SUPERVISOR], id, &looks), 3);
    assert_text(looks[0].route, "who looked");
    world_reopen(&w);
    catch_up(&w);
    assert_int_equal(who_looked(&w, &w.actors[SUPERVISOR], id, &looks), 4);
}

static void each_month_has_a_file_of_its_own(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid id;
    struct store_look *looks;
    must_act(&w, &w.actors[INTAKE], make_person, &id);
    must_look(&w, &w.actors[INTAKE], "person", id);
    pass(&w, 10 * DAY_MS);
    must_look(&w, &w.actors[INTAKE], "person", id);
    pass(&w, 90 * DAY_MS);
    must_look(&w, &w.actors[INTAKE], "person", id);
    assert_int_equal(looks_at(&w, "access-2026-11.db", id), 1);
    assert_int_equal(looks_at(&w, "access-2026-12.db", id), 1);
    assert_int_equal(looks_at(&w, "access-2027-03.db", id), 1);
    catch_up(&w);
    assert_int_equal(who_looked(&w, &w.actors[INTAKE], id, &looks), 3);
}

static void looks_cannot_be_changed(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid id;
    must_act(&w, &w.actors[INTAKE], make_person, &id);
    must_look(&w, &w.actors[INTAKE], "person", id);
    w.store = store_close(w.store);
    struct db *db = open_file(&w, "access-2026-11.db", DB_WRITER);
    assert_int_equal(run_sql(db, "UPDATE look SET at = 0"), STATUS_INTERNAL);
    assert_int_equal(run_sql(db, "DELETE FROM look"), STATUS_INTERNAL);
    db_close(db);
    world_open(&w);
    assert_int_equal(looks_at(&w, "access-2026-11.db", id), 1);
}

/* ---- many at once ---- */

#define PAGES_EACH 100

struct pages {
    struct world *world;
    int worker;
};

static void *show_pages(void *context)
{
    const struct pages *pages = context;
    struct world *w = pages->world;
    for (int i = 0; i < PAGES_EACH; i++) {
        TEST_ARENA(arena);
        struct store_reader *reader;
        if (store_read_begin(w->store, &arena, &reader) != STATUS_OK) {
            return NULL;
        }
        access_log_add(reader, &w->actors[pages->worker], 0, w->workers[STRANGER],
                       (struct store_purpose){STR("page"), STR("")});
        if (store_read_end(reader) != STATUS_OK) {
            return NULL;
        }
    }
    return context;
}

static void no_look_is_lost_among_many(void **state)
{
    (void)state;
    WORLD(w);
    pthread_t threads[3];
    struct pages pages[3];
    for (int i = 0; i < 3; i++) {
        pages[i] = (struct pages){&w, i};
        assert_int_equal(pthread_create(&threads[i], NULL, show_pages, &pages[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        void *shown;
        assert_int_equal(pthread_join(threads[i], &shown), 0);
        assert_ptr_equal(shown, &pages[i]);
    }
    assert_int_equal(looks_at(&w, "access-2026-11.db", w.workers[STRANGER]), 3 * PAGES_EACH);
}

/* A page whose look cannot be written must not go out. */
static void a_look_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid id;
    must_act(&w, &w.actors[INTAKE], make_person, &id);
    tamper(&w, "access-2026-11.db", "UPDATE look SET at = at WHERE 0");
    w.store = store_close(w.store);
    struct db *db = open_file(&w, "access-2026-11.db", DB_WRITER);
    struct db_scope scope;
    assert_int_equal(db_begin(db, DB_WRITE, &scope), STATUS_OK);
    assert_int_equal(db_script(db, STR("CREATE TRIGGER full BEFORE INSERT ON look BEGIN "
                                       "SELECT RAISE(ABORT, 'full'); END;")),
                     STATUS_OK);
    assert_int_equal(db_commit(&scope), STATUS_OK);
    db_close(db);
    world_open(&w);
    struct store_reader *reader = reader_of(&w);
    access_log_add(reader, &w.actors[INTAKE], entity_of(&w, "person"), id,
                   (struct store_purpose){STR("page"), STR("")});
    assert_int_not_equal(store_read_end(reader), STATUS_OK);
    reader = reader_of(&w);
    assert_int_equal(store_read_end(reader), STATUS_OK);
}

static int64_t size_of(struct world *w, const char *file)
{
    struct stat about;
    struct str path = STR_JOIN(&w->arena, str_from(w->folder), STR("/"), str_from(file));
    assert_int_equal(stat(str_cstr(&w->arena, path), &about), 0);
    return (int64_t)about.st_size;
}

/* The log of the file is moved behind the backs of those who look, and does not grow for ever. */
static void the_background_moves_the_log_of_the_looks(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct uuid id;
    outcome_init(&outcome, &w.arena);
    must_act(&w, &w.actors[INTAKE], make_person, &id);
    int64_t before = size_of(&w, "access-2026-11.db");
    for (int i = 0; i < 3000; i++) {
        struct store_reader *reader = reader_of(&w);
        access_log_add(reader, &w.actors[INTAKE], entity_of(&w, "person"), id,
                       (struct store_purpose){STR("person page"), STR("")});
        assert_int_equal(store_read_end(reader), STATUS_OK);
        if (i % 500 == 0) {
            assert_int_equal(access_log_checkpoint(w.store, &outcome), STATUS_OK);
        }
    }
    assert_true(size_of(&w, "access-2026-11.db") > before);
    assert_true(size_of(&w, "access-2026-11.db-wal") < (int64_t)16 * 1024 * 1024);
    assert_int_equal(looks_at(&w, "access-2026-11.db", id), 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_background_moves_the_log_of_the_looks),
        cmocka_unit_test(a_look_is_on_the_disk_when_the_page_may_leave),
        cmocka_unit_test(one_page_is_one_look),
        cmocka_unit_test(the_system_looks_at_nobody),
        cmocka_unit_test(who_looked_says_who_when_and_why),
        cmocka_unit_test(each_month_has_a_file_of_its_own),
        cmocka_unit_test(looks_cannot_be_changed),
        cmocka_unit_test(no_look_is_lost_among_many),
        cmocka_unit_test(a_look_that_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
