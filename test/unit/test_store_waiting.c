/* What waits for whom: all of it, and nothing that another decides or that may not be read. */
#include "test_store_util.h"

#include "base/buf.h"
#include "rule/authors.h"
#include "store/store_int.h"

struct call {
    struct world *world;
    struct uuid agency, worker, id;
    bool submitted, urgent;
};

static enum status take_call(struct uow *uow, void *input)
{
    struct call *call = input;
    struct record *record;
    TRY(uow_create(uow, entity_of(call->world, "report"), call->agency, MODEL_NONE,
                   (struct uuid){{0}}, &record));
    put_text(record, "narrative", "what was said");
    put(record, "urgent", value_boolean(call->urgent));
    put(record, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    if (!uuid_is_nil(call->worker)) {
        put(record, "worker", value_reference(call->worker));
    }
    call->id = record->subject.id;
    return call->submitted ? take(uow, record, "submit") : STATUS_OK;
}

static struct uuid called(struct world *w, int who, struct call call)
{
    call.world = w;
    must_act(w, &w->actors[who], take_call, &call);
    return call.id;
}

/* Reports that were handed in at an agency; the last one's id. */
static struct uuid submitted(struct world *w, int who, unsigned count)
{
    struct uuid last = {{0}};
    for (unsigned i = 0; i < count; i++) {
        last = called(
            w, who,
            (struct call){.agency = w->agencies[who == STRANGER ? 1 : 0], .submitted = true});
    }
    return last;
}

struct asked {
    struct store_waiting *items;
    size_t count, in_set;
    struct str next;
};

static struct asked waiting_on(struct world *w, const struct actor *actor, struct store_page page)
{
    struct store_reader *reader;
    struct outcome outcome;
    struct asked asked;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    work_set_init(set, &w->arena, w->model, store_now(w->store), actor);
    outcome_init(&outcome, &w->arena);
    assert_int_equal(
        store_waiting(reader, set, page, &outcome, &asked.items, &asked.count, &asked.next),
        STATUS_OK);
    asked.in_set = set->records.count;
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return asked;
}

static struct asked waiting_for(struct world *w, const struct actor *actor, uint32_t most)
{
    return waiting_on(w, actor, (struct store_page){.limit = most});
}

static bool is_among(struct asked asked, struct uuid id)
{
    for (size_t i = 0; i < asked.count; i++) {
        if (uuid_eq(asked.items[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* However much waits elsewhere: before, the newest of the whole state hid it. */
static void what_waits_here_is_not_hidden_by_what_waits_elsewhere(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid own = submitted(&w, INTAKE, 2);
    struct uuid elsewhere = submitted(&w, STRANGER, STORE_WAITING_MAX + 1);
    struct asked asked = waiting_for(&w, &w.actors[SUPERVISOR], 10);
    assert_int_equal(asked.count, 2);
    assert_true(is_among(asked, own));
    assert_false(is_among(asked, elsewhere));
    assert_int_equal(waiting_for(&w, &w.actors[INTAKE], 10).count, 0); /* not theirs to decide */
    assert_int_equal(waiting_for(&w, &w.actors[CLERK], 10).count, 0);
}

static void who_wrote_it_is_not_waited_for(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid theirs = submitted(&w, INTAKE, 1);
    struct uuid own = submitted(&w, SUPERVISOR, 1);
    struct asked asked = waiting_for(&w, &w.actors[SUPERVISOR], 10);
    assert_int_equal(asked.count, 1);
    assert_true(is_among(asked, theirs));
    assert_false(is_among(asked, own));
}

/* Only the first ones are read, in the order in which they are due. */
static void only_what_is_shown_is_read(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid first = submitted(&w, INTAKE, 1);
    for (int i = 0; i < 3; i++) {
        world_wait(&w, HOUR_MS);
        submitted(&w, INTAKE, 1);
    }
    struct asked none = waiting_for(&w, &w.actors[SUPERVISOR], 0);
    struct asked two = waiting_for(&w, &w.actors[SUPERVISOR], 2);
    assert_int_equal(two.count, 4);
    assert_int_equal(none.count, 4);
    assert_true(two.in_set < none.in_set + 4);
    assert_true(uuid_eq(two.items[0].id, first));
    for (size_t i = 0; i < two.count; i++) {
        assert_true(i == 0 || two.items[i - 1].next.due.ms < two.items[i].next.due.ms);
        assert_true(two.items[i].next.due.ms != INT64_MAX);
        assert_int_equal(two.items[i].record != NULL, i < 2);
    }
    assert_true(get(two.items[0].record, "narrative").type == VALUE_TEXT);
}

/* The page of a supervisor leads on to all of them, each once. */
static void page_after_page_shows_all_that_waits(void **state)
{
    (void)state;
    WORLD(w);
    struct store_page page = {.limit = 2};
    size_t shown = 0;
    for (int i = 0; i < 5; i++) {
        world_wait(&w, HOUR_MS);
        submitted(&w, INTAKE, 1);
    }
    do {
        struct asked asked = waiting_on(&w, &w.actors[SUPERVISOR], page);
        assert_int_equal(asked.count, 5);
        for (size_t i = 0; i < asked.count; i++) {
            assert_int_equal(asked.items[i].record != NULL, i >= shown && i < shown + 2);
        }
        shown += 2;
        page.cursor = asked.next;
    } while (page.cursor.n > 0);
    assert_int_equal(shown, 6);
    page.cursor = uuid_text(&w.arena, w.workers[INTAKE]); /* decided since */
    assert_true(waiting_on(&w, &w.actors[SUPERVISOR], page).items[0].record != NULL);
}

static void what_is_about_ones_own_family_waits_for_others(void **state)
{
    (void)state;
    WORLD(w);
    struct uuid barred = submitted(&w, INTAKE, 1), other = submitted(&w, INTAKE, 1);
    struct actor actor = w.actors[SUPERVISOR];
    assert_int_equal(waiting_for(&w, &actor, 10).count, 2);
    actor.barred = &barred;
    actor.barred_count = 1;
    struct asked asked = waiting_for(&w, &actor, 10);
    assert_int_equal(asked.count, 1);
    assert_true(is_among(asked, other));
}

/* ---- the table beside the records ---- */

/* The first start in the text is that of placements. */
static struct str with_steps(struct world *w, struct str text)
{
    /* It moves when a part is written, and not its report. */
    static const char visit[] =
        "  visit:\n    id: T2\n    label: Visit\n    help: Within an hour.\n    source: test\n"
        "    verified: yes\n    kind: due\n    basis: policy\n    on: report\n"
        "    start: received_at\n    length: { hours: 1 }\n    done: screened_at\n"
        "    when: 'not exists(p in placements where p.place = ''it was otherwise'')'\n";
    struct str start = STR("      start: { label: Add, done: added, decider: taker }\n");
    ptrdiff_t at = str_find(text, start);
    assert_true(at >= 0);
    at += (ptrdiff_t)start.n;
    ptrdiff_t clocks = str_find(text, STR("clocks:\n")) + (ptrdiff_t)STR("clocks:\n").n;
    return STR_JOIN(
        &w->arena, str_slice(text, 0, (size_t)at),
        STR("      settle: { label: Settle, done: settled, from: [planned], to: made, decider: "
            "lone_taker }\n"
            "      end: { label: End, done: ended, from: [made], to: over, decider: approver }\n"),
        str_slice(text, (size_t)at, (size_t)clocks), str_from(visit),
        str_slice(text, (size_t)clocks, text.n));
}

/* The model in which a part waits, too, and one of its own kind of decider has a condition. */
static struct str with_waiting_parts(struct world *w)
{
    static const char part[] = "    no_overlap: child\n"
                               "    fields:\n"
                               "      report: { kind: reference, to: report, label: Report, "
                               "collection: placements, required: answered }\n";
    struct str text = str_from(report_yaml), found = str_from(part);
    ptrdiff_t at = str_find(text, found);
    assert_true(at >= 0);
    return STR_JOIN(&w->arena,
                    STR("deciders:\n"
                        "  lone_taker:\n"
                        "    label: a taker of what was so\n"
                        "    roles: [intake, supervisor]\n"
                        "    scope: own_agency\n"
                        "    on: placement\n"
                        "    allow: 'place = ''so it was'''\n"
                        "    say: Only of what was so.\n"),
                    str_slice(text, 0, (size_t)at),
                    STR("    states:\n"
                        "      planned: { label: Planned, editable: yes, waits_for: lone_taker }\n"
                        "      made: { label: Made, editable: yes, waits_for: approver }\n"
                        "      over: { label: Over, closed: yes }\n"),
                    with_steps(w, str_slice(text, (size_t)at, text.n)));
}

enum { RECORDS_MOST = 24 };

struct town {
    struct world *world;
    uint64_t random;
    struct uuid reports[RECORDS_MOST], placements[RECORDS_MOST];
    size_t report_count, placement_count;
    unsigned done[16]; /* how often each kind of act was not refused */
};

static unsigned below(struct town *town, size_t bound)
{
    town->random = town->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((town->random >> 33) % bound);
}

static struct uuid one_of(struct town *town, const struct uuid *ids, size_t count)
{
    return count == 0 ? (struct uuid){{0}} : ids[below(town, count)];
}

/* One act on a record: which, on what. */
struct deed {
    struct town *town;
    unsigned kind;
    const char *entity;
    struct uuid on, other;
    int agency;
    const char *transition;
};

enum {
    TAKE_CALL,
    PLACE,
    STEP,
    WRITE,
    HAND_ON,
    ASSIGN,
    MARK,
    REINSTATE,
    SEAL,
    UNSEAL,
    EXPUNGE,
    MOVE
};
static const char *const verbs[] = {
    [MARK] = "entered_in_error", [REINSTATE] = "reinstated", [SEAL] = "seal",
    [UNSEAL] = "unseal",         [EXPUNGE] = "expunge",      [MOVE] = "move",
};

static enum status make(struct uow *uow, struct deed *deed)
{
    struct town *town = deed->town;
    struct world *w = town->world;
    struct uuid *ids = deed->kind == PLACE ? town->placements : town->reports;
    size_t *count = deed->kind == PLACE ? &town->placement_count : &town->report_count;
    uint32_t entity = entity_of(w, deed->entity);
    uint32_t parent =
        deed->kind == PLACE ? model_field_by_name(w->model, entity, STR("report")) : MODEL_NONE;
    struct record *record;
    TRY(uow_create(uow, entity,
                   deed->kind == PLACE ? (struct uuid){{0}} : w->agencies[deed->agency], parent,
                   deed->on, &record));
    if (deed->kind == TAKE_CALL) {
        put_text(record, "narrative", "a call");
        put(record, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    }
    ids[*count < RECORDS_MOST ? *count : below(town, RECORDS_MOST)] = record->subject.id;
    *count += *count < RECORDS_MOST ? 1 : 0;
    return STATUS_OK;
}

static enum status change(struct uow *uow, struct record *record, const struct deed *deed)
{
    const struct world *w = deed->town->world;
    switch (deed->kind) {
    case STEP:
        return take(uow, record, deed->transition);
    case WRITE:
        put_text(record, str_eq(str_from(deed->entity), STR("report")) ? "narrative" : "place",
                 deed->agency == 0 ? "so it was" : "it was otherwise");
        return STATUS_OK;
    case HAND_ON:
        put(record, "agency", value_reference(w->agencies[deed->agency]));
        return STATUS_OK;
    case ASSIGN:
        put(record, "worker", value_reference(w->workers[deed->agency == 0 ? INTAKE : STRANGER]));
        return STATUS_OK;
    case MARK:
        return uow_mark_error(uow, record);
    case REINSTATE:
        return uow_reinstate(uow, record);
    case SEAL:
        return uow_seal(uow, record);
    case UNSEAL:
        return uow_unseal(uow, record);
    case EXPUNGE:
        return uow_expunge(uow, record);
    default:
        return uow_move(uow, record, deed->other);
    }
}

static enum status do_it(struct uow *uow, void *input)
{
    struct deed *deed = input;
    struct record *record;
    if (deed->kind == TAKE_CALL || deed->kind == PLACE) {
        return make(uow, deed);
    }
    TRY(uow_load(uow, entity_of(deed->town->world, deed->entity), deed->on, 0, VERB_READ, &record));
    if (deed->kind <= ASSIGN) {
        authors_write(record);
    }
    return change(uow, record, deed);
}

static void do_something(struct town *town)
{
    static const char *const steps[] = {"submit", "screen", "settle", "end"};
    static const unsigned kinds[] = {
        TAKE_CALL, TAKE_CALL, TAKE_CALL, PLACE,   PLACE,   PLACE,  STEP, STEP,      STEP,
        STEP,      STEP,      WRITE,     WRITE,   HAND_ON, ASSIGN, MARK, REINSTATE, REINSTATE,
        SEAL,      UNSEAL,    UNSEAL,    EXPUNGE, MOVE,    MOVE,   MOVE};
    TEST_ARENA(arena);
    struct deed deed = {.town = town,
                        .kind = kinds[below(town, ARRAY_LENGTH(kinds))],
                        .agency = (int)below(town, 2)};
    bool part = deed.kind == PLACE || deed.kind == MOVE ||
                (deed.kind != TAKE_CALL && deed.kind != HAND_ON && deed.kind != ASSIGN &&
                 below(town, 2) == 0);
    deed.entity = part ? "placement" : "report";
    deed.on = part && deed.kind != PLACE ? one_of(town, town->placements, town->placement_count)
                                         : one_of(town, town->reports, town->report_count);
    deed.other = one_of(town, town->reports, town->report_count);
    deed.transition = steps[below(town, 2) + (part ? 2 : 0)];
    struct uow_job job = {.reason = STR("so it is"),
                          .basis = STR("48.396(2), an order"),
                          .verb = deed.kind >= MARK ? str_from(verbs[deed.kind]) : STR("")};
    const struct town before = *town;
    const struct actor *who = &town->world->actors[below(town, 3)];
    if (act_as(town->world, who, do_it, &deed, &arena, &job) == STATUS_OK) {
        town->done[deed.kind]++;
    } else { /* what was made is not there */
        memcpy(town->reports, before.reports, sizeof(before.reports));
        memcpy(town->placements, before.placements, sizeof(before.placements));
        town->report_count = before.report_count;
        town->placement_count = before.placement_count;
    }
}

/* Whether a worker may decide on a record as it is, looked at whole. */
static bool may_decide_on(struct world *w, struct actor *actor, const char *entity, struct uuid id)
{
    struct outcome outcome;
    struct record *record;
    if (look(w, actor, entity, id, &outcome, &record) != STATUS_OK || !record_stands(record)) {
        return false;
    }
    uint32_t decider = record->state == MODEL_NONE
                           ? MODEL_NONE
                           : model_state_row(w->model, record->state)->waits_for;
    return decider != MODEL_NONE && access_decide(record->set, record, decider).allowed;
}

static void must_agree(struct town *town, const char *entity, const struct uuid *ids, size_t count,
                       size_t waits[4])
{
    for (int who = INTAKE; who <= CLERK; who++) {
        struct actor *actor = &town->world->actors[who];
        struct asked asked = waiting_for(town->world, actor, 0);
        for (size_t i = 0; i < count; i++) {
            bool may = may_decide_on(town->world, actor, entity, ids[i]);
            waits[who] += may ? 1 : 0;
            if (is_among(asked, ids[i]) != may) {
                print_error("%s %zu of worker %d: %s\n", entity, i, who,
                            may ? "is not listed" : "is listed");
                fail();
            }
        }
    }
}

/* All rows, in words. */
static struct str rows_of(struct uow *uow)
{
    struct buf rows;
    struct db_statement *q;
    buf_init(&rows, uow->arena, (size_t)1024 * 1024);
    assert_int_equal(db_prepare(uow->db,
                                STR("SELECT audience, due, record, entity, state, root, sealed, "
                                    "authors FROM waiting ORDER BY audience, due, record"),
                                uow->arena, &q),
                     STATUS_OK);
    while (db_next(q)) {
        BUF_ADD(&rows, str_from_int(uow->arena, db_int(q, 0)), STR(" "),
                str_from_int(uow->arena, db_int(q, 1)), STR(" "),
                uuid_text(uow->arena, db_uuid(q, 2)), STR(" "), db_text(q, 3), STR(" "),
                db_text(q, 4), STR(" "), uuid_text(uow->arena, db_uuid(q, 5)), STR(" "),
                str_from_int(uow->arena, db_int(q, 6)));
        struct str authors = db_blob(q, 7);
        for (size_t at = 0; at + sizeof(struct uuid) <= authors.n; at += sizeof(struct uuid)) {
            struct uuid author;
            memcpy(author.bytes, authors.p + at, sizeof(author));
            BUF_ADD(&rows, STR(" "), uuid_text(uow->arena, author));
        }
        buf_add(&rows, STR("\n"));
    }
    assert_int_equal(db_finish(q), STATUS_OK);
    return buf_str(&rows);
}

struct two_tables {
    struct arena *arena;
    struct str kept, anew;
};

static enum status make_anew(struct uow *uow, void *input)
{
    struct two_tables *tables = input;
    tables->kept = str_copy(tables->arena, rows_of(uow));
    TRY(waits_fill(uow->db, uow->arena, uow->store->schema));
    tables->anew = str_copy(tables->arena, rows_of(uow));
    return STATUS_OK;
}

/* The table as acts kept it is as it is made anew. */
static void must_be_as_anew(struct world *w)
{
    TEST_ARENA(arena);
    struct two_tables tables = {.arena = &arena};
    must_act(w, NULL, make_anew, &tables);
    assert_str_equal(tables.kept, tables.anew);
}

static void what_is_kept_of_it_is_what_the_records_say(void **state)
{
    (void)state;
    WORLD(w);
    struct town town = {.world = &w, .random = 20261122};
    size_t waits[4] = {0};
    w.image = compile_test_model(&w.arena, str_cstr(&w.arena, with_waiting_parts(&w)));
    world_reopen(&w);
    for (int i = 0; i < 600; i++) {
        do_something(&town);
        world_wait(&w, HOUR_MS);
        if (i % 3 == 2) {
            must_be_as_anew(&w);
        }
        if (i % 10 == 9) {
            must_agree(&town, "report", town.reports, town.report_count, waits);
            must_agree(&town, "placement", town.placements, town.placement_count, waits);
        }
    }
    for (unsigned kind = TAKE_CALL; kind <= MOVE; kind++) {
        if (town.done[kind] == 0) {
            print_error("no act of kind %u was done\n", kind);
            fail();
        }
    }
    assert_true(waits[INTAKE] > 0 && waits[SUPERVISOR] > 0 && waits[STRANGER] > 0);
    assert_int_equal(waits[CLERK], 0);
}

/* Another model, in which whoever took the call decides on it. */
static void a_new_model_says_anew_who_decides(void **state)
{
    (void)state;
    WORLD(w);
    struct str text = str_from(report_yaml), old = STR("decider: approver"), rest = text;
    struct buf changed;
    submitted(&w, INTAKE, 2);
    assert_int_equal(waiting_for(&w, &w.actors[INTAKE], 10).count, 0);
    buf_init(&changed, &w.arena, text.n + 100);
    for (ptrdiff_t at = str_find(rest, STR("approver")); at >= 0;
         at = str_find(rest, STR("approver"))) {
        BUF_ADD(&changed, str_slice(rest, 0, (size_t)at), STR("taker"));
        rest = str_slice(rest, (size_t)at + STR("approver").n, rest.n);
    }
    buf_add(&changed, rest);
    assert_true(str_find(text, old) >= 0 && str_find(buf_str(&changed), old) < 0);
    w.image = compile_test_model(&w.arena, str_cstr(&w.arena, buf_str(&changed)));
    world_reopen(&w);
    assert_int_equal(waiting_for(&w, &w.actors[INTAKE], 10).count, 2);
    assert_int_equal(waiting_for(&w, &w.actors[SUPERVISOR], 10).count, 2);
    assert_int_equal(waiting_for(&w, &w.actors[STRANGER], 10).count, 0);
}

/* ---- a list by state ---- */

static size_t lines(struct world *w, int who)
{
    struct store_reader *reader;
    struct outcome outcome;
    struct store_line *found;
    struct str next;
    size_t count;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    uint32_t view = model_list_view_by_name(w->model, STR("submitted_reports"));
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[who]);
    assert_int_equal(store_list(reader, set, view, (struct store_page){.limit = 50}, &outcome,
                                &found, &count, &next),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

/* A list begins with the state at the reader's agency, and with what is theirs elsewhere. */
static void a_list_by_state_holds_what_one_may_read(void **state)
{
    (void)state;
    WORLD(w);
    struct call here = {.agency = w.agencies[0], .submitted = true};
    struct call assigned = here, urgent = here, taking = here;
    assigned.worker = w.workers[STRANGER];
    urgent.urgent = true;
    taking.submitted = false;
    called(&w, INTAKE, here);
    called(&w, INTAKE, assigned);
    called(&w, INTAKE, urgent);
    called(&w, INTAKE, taking);
    called(&w, STRANGER, (struct call){.agency = w.agencies[1], .submitted = true});
    assert_int_equal(lines(&w, INTAKE), 2);
    assert_int_equal(lines(&w, SUPERVISOR), 2);
    assert_int_equal(lines(&w, STRANGER), 2); /* that of their agency, and theirs at the other */
    assert_int_equal(lines(&w, CLERK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_here_is_not_hidden_by_what_waits_elsewhere),
        cmocka_unit_test(who_wrote_it_is_not_waited_for),
        cmocka_unit_test(only_what_is_shown_is_read),
        cmocka_unit_test(page_after_page_shows_all_that_waits),
        cmocka_unit_test(what_is_about_ones_own_family_waits_for_others),
        cmocka_unit_test(what_is_kept_of_it_is_what_the_records_say),
        cmocka_unit_test(a_new_model_says_anew_who_decides),
        cmocka_unit_test(a_list_by_state_holds_what_one_may_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
