/* Two that work with one database at the same time, as two servers do: nothing is lost or doubled,
 * the history of both is one chain, and what one does for all is done once. */
#include "test_store_files.h"

#include "store/installation.h"

#define SERVERS 2
#define HANDS 3 /* threads that write at each */
#define NOTES_EACH 25

/* One world, opened twice. */
struct servers {
    struct world worlds[SERVERS];
};

static void servers_begin(struct servers *s)
{
    world_begin(&s->worlds[0]);
    for (int i = 1; i < SERVERS; i++) {
        s->worlds[i] = s->worlds[0];
        arena_init(&s->worlds[i].arena, (size_t)256 * 1024 * 1024, NULL, NULL);
        world_open(&s->worlds[i]);
        learn_actors(&s->worlds[i]);
    }
}

static void servers_end(struct servers *s)
{
    for (int i = SERVERS - 1; i > 0; i--) {
        s->worlds[i].store = store_close(s->worlds[i].store);
        arena_clear(&s->worlds[i].arena);
    }
    world_end(&s->worlds[0]);
}

#define TWO_SERVERS(name)                                                                          \
    struct servers name CLEANUP(servers_end);                                                      \
    servers_begin(&(name))

static int64_t count(struct servers *s, const char *sql)
{
    return ask_file(&s->worlds[0], "hearth.db", sql);
}

/* ---- what is written ---- */

struct change {
    struct world *world;
    struct uuid report;
    struct uuid made;
};

static enum status write_report(struct uow *uow, void *input)
{
    struct change *change = input;
    struct record *report;
    TRY(uow_create(uow, entity_of(change->world, "report"), change->world->agencies[0], MODEL_NONE,
                   (struct uuid){{0}}, &report));
    put_text(report, "narrative", "written");
    change->made = report->subject.id;
    return STATUS_OK;
}

/* Adds a letter to the words of a report that everybody writes in: one that is lost is missed. */
static enum status lengthen(struct uow *uow, void *input)
{
    struct change *change = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(change->world, "report"), change->report, 0, VERB_UPDATE, &report));
    struct str words = get(report, "narrative").text;
    put(report, "narrative", value_text(STR_JOIN(uow_set(uow)->arena, words, STR("x"))));
    return STATUS_OK;
}

struct hand {
    struct world *world;
    struct uuid report;
    int lengthened, failed;
};

static void *write_much(void *context)
{
    struct hand *hand = context;
    for (int i = 0; i < NOTES_EACH; i++) {
        struct change change = {.world = hand->world, .report = hand->report};
        enum status status = act(hand->world, &hand->world->actors[INTAKE],
                                 i % 2 == 0 ? write_report : lengthen, &change);
        /* Who is always second is told to try again, and tries again. */
        for (int again = 0; status == STATUS_BUSY && again < 20; again++) {
            status = act(hand->world, &hand->world->actors[INTAKE],
                         i % 2 == 0 ? write_report : lengthen, &change);
        }
        hand->failed += status != STATUS_OK;
        hand->lengthened += i % 2;
    }
    return NULL;
}

struct caring {
    struct world *world;
    atomic_bool stop;
    int failed;
};

/* Seals, and does all else that is due, without a pause. */
static void *care_on(void *context)
{
    struct caring *caring = context;
    while (!atomic_load(&caring->stop)) {
        TEST_ARENA(arena);
        struct outcome outcome;
        outcome_init(&outcome, &arena);
        enum status status = store_catch_up(caring->world->store, &outcome);
        caring->failed += status != STATUS_OK && status != STATUS_BUSY;
        if (status != STATUS_OK && status != STATUS_BUSY) {
            print_error("care: %.*s\n", STR_ARG(outcome.detail));
        }
    }
    return NULL;
}

static void write_at_all(struct servers *s, struct uuid report, struct hand hands[SERVERS * HANDS])
{
    pthread_t threads[SERVERS * HANDS], carers[SERVERS];
    struct caring carings[SERVERS];
    for (int i = 0; i < SERVERS; i++) {
        carings[i] = (struct caring){.world = &s->worlds[i]};
        assert_int_equal(pthread_create(&carers[i], NULL, care_on, &carings[i]), 0);
    }
    for (int i = 0; i < SERVERS * HANDS; i++) {
        hands[i] = (struct hand){.world = &s->worlds[i % SERVERS], .report = report};
        assert_int_equal(pthread_create(&threads[i], NULL, write_much, &hands[i]), 0);
    }
    for (int i = 0; i < SERVERS * HANDS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(hands[i].failed, 0);
    }
    for (int i = 0; i < SERVERS; i++) {
        atomic_store(&carings[i].stop, true);
        pthread_join(carers[i], NULL);
        assert_int_equal(carings[i].failed, 0);
    }
}

static void nothing_is_lost_and_history_is_one_chain(void **state)
{
    (void)state;
    TWO_SERVERS(s);
    struct hand hands[SERVERS * HANDS];
    struct change first = {.world = &s.worlds[0]};
    int lengthened = 0;
    must_act(&s.worlds[0], &s.worlds[0].actors[INTAKE], write_report, &first);
    write_at_all(&s, first.made, hands);
    for (int i = 0; i < SERVERS * HANDS; i++) {
        lengthened += hands[i].lengthened;
    }
    assert_int_equal(count(&s, "SELECT count(*) FROM report"),
                     1 + SERVERS * HANDS * NOTES_EACH - lengthened);
    struct record *report =
        must_look(&s.worlds[1], &s.worlds[1].actors[INTAKE], "report", first.made);
    assert_int_equal(get(report, "narrative").text.n, STR("written").n + (size_t)lengthened);
    assert_int_equal(report->version, 1 + lengthened);
    struct store_audit audit;
    catch_up(&s.worlds[0]);
    assert_int_equal(store_audit_verify(s.worlds[1].store, &s.worlds[1].arena, &audit), STATUS_OK);
    if (audit.broken > 0) {
        print_error("%.*s\n", STR_ARG(audit.first_fault));
    }
    assert_int_equal(audit.broken, 0);
    assert_int_equal(audit.unsealed, 0);
    assert_int_equal(audit.valid, count(&s, "SELECT count(*) FROM history"));
}

/* A row that another server has numbered and not yet committed: behind it nothing is sealed, or it
 * would be missing in what was signed. */
static void what_is_on_its_way_is_waited_for(void **state)
{
    (void)state;
    WORLD(w);
    struct store_audit audit;
    struct db_scope scope = {0};
    struct change change = {.world = &w};
    struct outcome outcome;
    struct db *other = open_file(&w, "hearth.db", DB_WRITER);
    struct db_statement *q;
    background_hold(w.store);
    assert_int_equal(db_begin(other, DB_WRITE, &scope), STATUS_OK);
    assert_int_equal(
        db_prepare(other,
                   STR("INSERT INTO history (change, entity, record, root, agency, version, "
                       "transition, cause, done_by, at, reason, content, salt, digest) "
                       "SELECT change, entity, record, root, agency, version, transition, cause, "
                       "done_by, at, reason, content, salt, digest FROM history "
                       "ORDER BY sequence LIMIT 1"),
                   &w.arena, &q),
        STATUS_OK);
    assert_int_equal(db_run(q), STATUS_OK);
    must_act(&w, &w.actors[INTAKE], write_report, &change);
    background_let_on(w.store);
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_catch_up(w.store, &outcome), STATUS_BUSY);
    assert_int_equal(store_audit_verify(w.store, &w.arena, &audit), STATUS_OK);
    assert_true(audit.unsealed > 0);
    assert_int_equal(db_commit(&scope), STATUS_OK);
    db_close(other);
    catch_up(&w);
    assert_int_equal(store_audit_verify(w.store, &w.arena, &audit), STATUS_OK);
    assert_int_equal(audit.broken, 0);
    assert_int_equal(audit.unsealed, 0);
}

/* ---- what one does ---- */

#define JOBS 40

static atomic_int done_jobs;

static enum status put_jobs(struct uow *uow, void *input)
{
    (void)input;
    for (int i = 0; i < JOBS; i++) {
        uow_queue(uow, STR("letter"), str_from_int(uow_set(uow)->arena, i),
                  (struct instant){uow_set(uow)->now.ms});
    }
    return STATUS_OK;
}

/* Leaves a mark in the database, so that what was done twice is there twice. */
static enum status do_job(struct uow *uow, struct str payload, void *context)
{
    struct record *agency;
    TRY(uow_create(uow, entity_of(context, "agency"), (struct uuid){{0}}, MODEL_NONE,
                   (struct uuid){{0}}, &agency));
    put_text(agency, "name", "Printer");
    put_text(agency, "code", str_cstr(uow_set(uow)->arena, payload));
    atomic_fetch_add(&done_jobs, 1);
    return STATUS_OK;
}

static void each_job_is_done_once(void **state)
{
    (void)state;
    TWO_SERVERS(s);
    pthread_t carers[SERVERS];
    struct caring carings[SERVERS];
    for (int i = 0; i < SERVERS; i++) {
        store_on_job(s.worlds[i].store, STR("letter"), do_job, &s.worlds[i]);
    }
    must_act(&s.worlds[0], &s.worlds[0].actors[INTAKE], put_jobs, NULL);
    for (int i = 0; i < SERVERS; i++) {
        carings[i] = (struct caring){.world = &s.worlds[i]};
        assert_int_equal(pthread_create(&carers[i], NULL, care_on, &carings[i]), 0);
    }
    while (count(&s, "SELECT count(*) FROM job") > 0) {
        usleep(20000);
    }
    for (int i = 0; i < SERVERS; i++) {
        atomic_store(&carings[i].stop, true);
        pthread_join(carers[i], NULL);
        assert_int_equal(carings[i].failed, 0);
    }
    assert_int_equal(count(&s, "SELECT count(*) FROM agency WHERE name = 'Printer'"), JOBS);
    assert_int_equal(count(&s, "SELECT count(DISTINCT code) FROM agency WHERE name = 'Printer'"),
                     JOBS);
    assert_true(atomic_load(&done_jobs) >= JOBS);
}

static bool leads(struct world *w)
{
    struct outcome outcome;
    bool leads = false;
    outcome_init(&outcome, &w->arena);
    background_hold(w->store);
    assert_int_equal(home_leads(w->store, &outcome, &leads), STATUS_OK);
    background_let_on(w->store);
    return leads;
}

/* The background of the first asks as soon as it begins; here each is asked in turn. */
static void one_leads_and_when_it_goes_another_does(void **state)
{
    (void)state;
    TWO_SERVERS(s);
    bool first = leads(&s.worlds[0]);
    bool second = leads(&s.worlds[1]);
    assert_int_equal(first + second, 1);
    struct world *led = &s.worlds[first ? 0 : 1], *other = &s.worlds[first ? 1 : 0];
    assert_true(leads(led));
    assert_false(leads(other));
    led->store = store_close(led->store);
    for (int i = 0; i < 200 && !leads(other); i++) {
        usleep(20000); /* the database has to notice */
    }
    assert_true(leads(other));
    world_open(led);
    assert_false(leads(led));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_and_history_is_one_chain),
        cmocka_unit_test(what_is_on_its_way_is_waited_for),
        cmocka_unit_test(each_job_is_done_once),
        cmocka_unit_test(one_leads_and_when_it_goes_another_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
