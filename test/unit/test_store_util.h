/* What the tests of the store share: a small practice model, a folder of its own for each test, a
 * clock that stands still until it is moved, and short ways to act. */
#ifndef HEARTH_TEST_STORE_UTIL_H
#define HEARTH_TEST_STORE_UTIL_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/attachment.h"
#include "unit.h"

#include "compile/compile.h"
#include "rule/access.h"
#include "store/store_int.h"
#include "test_server.h"

#define STORE_NOW 1795634400000 /* Wed 25 Nov 2026, 19:20 UTC */

static const char model_yaml[] =
    "model: { name: test, label: Test, version: '1', zone: UTC, locale: en }\n"
    "calendar:\n"
    "  source: test\n"
    "  from: 2020\n"
    "  to: 2035\n"
    "  holidays:\n"
    "    new_year: { label: New Year, month: 1, day: 1 }\n";

static const char access_yaml[] =
    "classes:\n"
    "  open_record: { label: Open, visibility: full, rank: 0 }\n"
    "  person_record: { label: Person, visibility: full, rank: 10 }\n"
    "  report_record: { label: Report, visibility: existence, rank: 20, ask: the intake supervisor,"
    " break_glass: { hours: 4 } }\n"
    "  adoption_record: { label: Adoption, visibility: none, rank: 50 }\n"
    "  reporter_identity: { label: Reporter, visibility: existence, rank: 40, ask: the intake }\n"
    "roles:\n"
    "  intake: { label: Intake }\n"
    "  supervisor: { label: Supervisor }\n"
    "  clerk: { label: Clerk }\n"
    "policy:\n"
    "  open_record:\n"
    "    intake: { state: [read] }\n"
    "    supervisor: { state: [read, create, update, decide] }\n"
    "  person_record:\n"
    "    intake: { state: [read, create, update, decide] }\n"
    "    supervisor: { state: [read, create, update, decide, seal] }\n"
    "    clerk: { own_agency: [read] }\n"
    "  report_record:\n"
    "    intake: { own_agency: [read, create, update, decide, history, seal], assigned: [read], shared: [read],"
    " break_glass: [read] }\n"
    "    supervisor:\n"
    "      own_agency: [read, create, update, decide, correct, history, move, reopen, seal, expunge]\n"
    "  adoption_record:\n"
    "    supervisor: { own_agency: [read, create, update, decide] }\n"
    "  reporter_identity:\n"
    "    supervisor: { own_agency: [read, create, update] }\n"
    "deciders:\n"
    "  taker: { label: a taker, roles: [intake, supervisor], scope: own_agency, say: Only intake. }\n"
    "  anybody: { label: anybody, roles: [intake, supervisor], scope: state, say: Only workers. }\n"
    "  approver:\n"
    "    label: a supervisor\n"
    "    roles: [supervisor]\n"
    "    scope: own_agency\n"
    "    cover: yes\n"
    "    not_author: yes\n"
    "    say: Only a supervisor who did not write it.\n";

static const char people_yaml[] =
    "traits:\n"
    "  period:\n"
    "    fields:\n"
    "      begins_on: { kind: date, label: From }\n"
    "      ends_on: { kind: date, label: To }\n"
    "    begins: begins_on\n"
    "    ends: ends_on\n"
    "entities:\n"
    "  agency:\n"
    "    label: Agency\n"
    "    plural: Agencies\n"
    "    kind: reference\n"
    "    class: open_record\n"
    "    title: 'name'\n"
    "    fields:\n"
    "      name: { kind: text, label: Name }\n"
    "      code: { kind: text, label: Code }\n"
    "    transitions:\n"
    "      start: { label: Add, done: added, decider: anybody }\n"
    "  worker:\n"
    "    label: Worker\n"
    "    plural: Workers\n"
    "    kind: hub\n"
    "    class: open_record\n"
    "    title: 'name'\n"
    "    fields:\n"
    "      name: { kind: text, label: Name }\n"
    "    lists:\n"
    "      roles:\n"
    "        label: Roles\n"
    "        row: Role\n"
    "        fields:\n"
    "          role: { kind: code, set: worker_role, label: Role }\n"
    "          agency: { kind: reference, to: agency, label: Agency, collection: roles_here }\n"
    "          begins_on: { kind: date, label: From }\n"
    "          ends_on: { kind: date, label: To }\n"
    "      cover:\n"
    "        label: Cover\n"
    "        row: Cover\n"
    "        fields:\n"
    "          covered_by: { kind: reference, to: worker, label: By, collection: covers_for }\n"
    "          begins_on: { kind: date, label: From }\n"
    "          ends_on: { kind: date, label: To }\n"
    "    transitions:\n"
    "      start: { label: Add, done: added, decider: anybody }\n"
    "    audiences:\n"
    "      - { scope: state }\n"
    "  person:\n"
    "    label: Person\n"
    "    plural: People\n"
    "    kind: hub\n"
    "    class: person_record\n"
    "    title: 'display_name'\n"
    "    searchable: yes\n"
    "    fields:\n"
    "      given_name: { kind: text, label: First name }\n"
    "      family_name: { kind: text, label: Last name }\n"
    "      display_name: { kind: text, label: Name, derived: 'given_name || '' '' || family_name' }\n"
    "      birth_date:\n"
    "        kind: date\n"
    "        label: Birth date\n"
    "        non_answers: [declined, asked_did_not_know]\n"
    "        who_asked: yes\n"
    "      race: { kind: codes, set: race, label: Race, most: 5 }\n"
    "      height: { kind: decimal, scale: 2, label: Height }\n"
    "    transitions:\n"
    "      start: { label: Add, done: added, decider: anybody }\n"
    "    audiences:\n"
    "      - { scope: state }\n"
    "      - { scope: own_agency, each: m in mentions, who: m.record.agency }\n"
    "code_sets:\n"
    "  worker_role: { label: Role }\n"
    "  race: { label: Race }\n"
    "  participant_role: { label: Role }\n";

static const char report_yaml[] =
    "entities:\n"
    "  report:\n"
    "    label: Report\n"
    "    plural: Reports\n"
    "    kind: root\n"
    "    owner: agency\n"
    "    class: report_record\n"
    "    number: 'R-{agency}-{year}-{serial}'\n"
    "    title: 'number'\n"
    "    protects: r in reporters\n"
    "    fields:\n"
    "      agency: { kind: reference, to: agency, label: Agency, collection: reports, required: answered }\n"
    "      received_at: { kind: datetime, label: Received }\n"
    "      narrative: { kind: narrative, label: What happened, required: answered, reporter_safe: yes }\n"
    "      urgent: { kind: yes_no, label: Urgent }\n"
    "      photo: { kind: attachment, label: Photo }\n"
    "      worker: { kind: reference, to: worker, label: Worker, collection: reports }\n"
    "      screened_at: { kind: datetime, label: Screened, by: screen }\n"
    "      adoption: { kind: reference, to: adoption, label: Adoption, collection: reports, class: adoption_record }\n"
    "    lists:\n"
    "      participants:\n"
    "        label: People\n"
    "        row: Person\n"
    "        fields:\n"
    "          name: { kind: text, label: Name }\n"
    "          role: { kind: code, set: participant_role, label: Role }\n"
    "          person: { kind: reference, to: person, label: Person, collection: mentions }\n"
    "    states:\n"
    "      taking: { label: Being taken, editable: yes }\n"
    "      submitted: { label: Submitted, editable: yes, waits_for: approver }\n"
    "      screened: { label: Screened, closed: yes }\n"
    "    transitions:\n"
    "      start: { label: Take a call, done: taken, decider: taker }\n"
    "      submit: { label: Submit, done: submitted, from: [taking], to: submitted, decider: taker }\n"
    "      screen:\n"
    "        label: Screen\n"
    "        done: screened\n"
    "        from: [submitted]\n"
    "        to: screened\n"
    "        decider: approver\n"
    "        keeps: yes\n"
    "        effects:\n"
    "          - set: { screened_at: now }\n"
    "    audiences:\n"
    "      - { scope: own_agency, who: agency }\n"
    "      - { scope: assigned, who: worker }\n"
    "  reporter:\n"
    "    label: Reporter\n"
    "    plural: Reporters\n"
    "    kind: part\n"
    "    parent: report\n"
    "    class: reporter_identity\n"
    "    title: 'name'\n"
    "    fields:\n"
    "      report: { kind: reference, to: report, label: Report, collection: reporters, required: answered }\n"
    "      name: { kind: text, label: Name }\n"
    "      family_name: { kind: text, label: Last name, sealed: yes, found_by: text, identifies: name, non_answers: [declined] }\n"
    "      phone: { kind: text, label: Telephone, sealed: yes, found_by: phone, identifies: phone }\n"
    "    lists:\n"
    "      words:\n"
    "        label: Words\n"
    "        row: Word\n"
    "        fields:\n"
    "          word: { kind: text, label: Word, sealed: yes, identifies: phrase }\n"
    "    transitions:\n"
    "      start: { label: Add, done: added, decider: taker }\n"
    "  adoption:\n"
    "    label: Adoption\n"
    "    plural: Adoptions\n"
    "    kind: root\n"
    "    owner: agency\n"
    "    class: adoption_record\n"
    "    title: 'note'\n"
    "    fields:\n"
    "      agency: { kind: reference, to: agency, label: Agency, collection: adoptions, required: answered }\n"
    "      note: { kind: text, label: Note }\n"
    "    transitions:\n"
    "      start: { label: Add, done: added, decider: taker }\n"
    "    audiences:\n"
    "      - { scope: own_agency, who: agency }\n"
    "  placement:\n"
    "    label: Placement\n"
    "    plural: Placements\n"
    "    kind: part\n"
    "    parent: report\n"
    "    class: report_record\n"
    "    title: 'place'\n"
    "    traits: [period]\n"
    "    no_overlap: child\n"
    "    fields:\n"
    "      report: { kind: reference, to: report, label: Report, collection: placements, required: answered }\n"
    "      child: { kind: reference, to: person, label: Child, collection: placements }\n"
    "      place: { kind: text, label: Where }\n"
    "    transitions:\n"
    "      start: { label: Add, done: added, decider: taker }\n"
    "clocks:\n"
    "  screening:\n"
    "    id: T1\n"
    "    label: Screening\n"
    "    help: Within 24 hours.\n"
    "    source: test\n"
    "    verified: yes\n"
    "    kind: due\n"
    "    basis: policy\n"
    "    on: report\n"
    "    start: received_at\n"
    "    length: { hours: 24 }\n"
    "    done: 'screened_at'\n"
    "    who: worker\n"
    "lists:\n"
    "  urgent_reports:\n"
    "    on: report\n"
    "    label: Urgent\n"
    "    empty: None.\n"
    "    where: 'urgent = true'\n"
    "    columns: [number, received_at]\n"
    "    clock: screening\n"
    "    order: received_at\n"
    "  submitted_reports:\n"
    "    on: report\n"
    "    label: Submitted\n"
    "    empty: None.\n"
    "    where: 'state = ''submitted'' and urgent = false'\n"
    "    columns: [number]\n";

static const char role_csv[] = "code,label\nCHILD,Child\nPARENT,Parent\n";
static const char race_csv[] = "code,label\nA,First\nB,Second\nC,Third\n";
static const char worker_role_csv[] =
    "code,label\nINTAKE,Intake\nSUPERVISOR,Supervisor\nCLERK,Clerk\n";

/* What differs from the model above in a test that changes it: text of report.yaml. */
static inline struct str compile_test_model(struct arena *arena, const char *report)
{
    struct compile_file files[] = {
        {STR("model.yaml"),                 str_from(model_yaml)     },
        {STR("access.yaml"),                str_from(access_yaml)    },
        {STR("people.yaml"),                str_from(people_yaml)    },
        {STR("report.yaml"),                str_from(report)         },
        {STR("codes/participant_role.csv"), str_from(role_csv)       },
        {STR("codes/race.csv"),             str_from(race_csv)       },
        {STR("codes/worker_role.csv"),      str_from(worker_role_csv)},
    };
    struct compile_result result;
    enum status status = compile_texts(arena, files, ARRAY_LENGTH(files), STR(""), &result);
    for (size_t i = 0; i < result.error_count; i++) {
        print_error("%.*s\n", STR_ARG(compile_error_line(arena, &result.errors[i])));
    }
    assert_int_equal(status, STATUS_OK);
    return result.image;
}

/* ---- a store in a folder of its own ---- */

struct world {
    struct arena arena; /* of the test */
    char folder[256];
    const char *checkpoints; /* the second place of checkpoints.log; NULL: none */
    struct str image;
    int64_t retry_days; /* 0: the outcomes of requests are kept */
    _Atomic int64_t now;
    struct store *store;
    const struct model *model;
    struct uuid agencies[2];
    struct uuid workers[4]; /* intake and supervisor of the first, intake of the second, clerk */
    struct actor actors[4];
};
enum { INTAKE, SUPERVISOR, STRANGER, CLERK };

static inline int64_t world_now(void *context)
{
    const struct world *world = context;
    return atomic_load(&world->now);
}

/* Time goes on. */
static inline void world_wait(struct world *w, int64_t ms)
{
    atomic_fetch_add(&w->now, ms);
}

static inline void world_open(struct world *w)
{
    struct outcome outcome;
    outcome_init(&outcome, &w->arena);
    struct store_options options = {.directory = str_from(w->folder),
                                    .server = test_server(&w->arena, str_from(w->folder)),
                                    .image = w->image,
                                    .now_ms = world_now,
                                    .now_context = w,
                                    .readers = 3,
                                    .retry_days = w->retry_days,
                                    .checkpoints =
                                        w->checkpoints ? str_from(w->checkpoints) : STR("")};
    enum status status = store_open(&options, &outcome, &w->store);
    if (status != STATUS_OK) {
        print_error("%.*s\n", STR_ARG(outcome.detail));
        for (size_t i = 0; i < outcome.problems.count; i++) {
            print_error("%.*s: %.*s\n", STR_ARG(outcome.problems.items[i].where),
                        STR_ARG(outcome.problems.items[i].message));
        }
    }
    assert_int_equal(status, STATUS_OK);
    w->model = store_model(w->store);
}

static inline void world_reopen(struct world *w)
{
    w->store = store_close(w->store);
    world_open(w);
}

/* ---- names ---- */

static inline uint32_t entity_of(const struct world *w, const char *name)
{
    uint32_t entity = model_entity_by_name(w->model, str_from(name));
    assert_true(entity != MODEL_NONE);
    return entity;
}

static inline uint32_t field_of(const struct record *record, const char *name)
{
    uint32_t field =
        model_field_by_name(record->set->model, record->subject.entity, str_from(name));
    assert_true(field != MODEL_NONE);
    return field;
}

static inline struct value get(const struct record *record, const char *name)
{
    return value_get(&record->subject, field_of(record, name));
}

static inline void put(struct record *record, const char *name, struct value value)
{
    answer_set(&record->subject, field_of(record, name), answer_of(value));
}

static inline void put_text(struct record *record, const char *name, const char *text)
{
    put(record, name, value_text(str_from(text)));
}

static inline uint32_t list_of(const struct record *record, const char *name)
{
    uint32_t list = model_list_by_name(record->set->model, record->subject.entity, str_from(name));
    assert_true(list != MODEL_NONE);
    return list;
}

static inline void put_row(struct row *row, const char *name, struct value value)
{
    const struct model *model = row->subject.record->set->model;
    uint32_t field = model_list_field_by_name(model, row->subject.list, str_from(name));
    assert_true(field != MODEL_NONE);
    answer_set(&row->subject, field, answer_of(value));
}

static inline struct value get_row(const struct row *row, const char *name)
{
    const struct model *model = row->subject.record->set->model;
    return value_get(&row->subject,
                     model_list_field_by_name(model, row->subject.list, str_from(name)));
}

/* ---- acts ---- */

/* A job that fn is run as, with its own arena; shows what is wrong when it should be right. */
static inline enum status act_as(struct world *w, const struct actor *actor, uow_fn fn, void *input,
                                 struct arena *arena, struct uow_job *job)
{
    job->fn = fn;
    job->input = input;
    job->arena = arena;
    job->actor = actor;
    return store_run(w->store, job);
}

static inline enum status act(struct world *w, const struct actor *actor, uow_fn fn, void *input)
{
    TEST_ARENA(arena);
    struct uow_job job = {.fn = NULL};
    return act_as(w, actor, fn, input, &arena, &job);
}

#define must_act(w, actor, fn, input) must_act_at((w), (actor), (fn), (input), __FILE__, __LINE__)
static inline void must_act_at(struct world *w, const struct actor *actor, uow_fn fn, void *input,
                               const char *file, int line)
{
    TEST_ARENA(arena);
    struct uow_job job = {.fn = NULL};
    if (act_as(w, actor, fn, input, &arena, &job) != STATUS_OK) {
        print_error("%.*s: %.*s\n", STR_ARG(status_name(job.outcome.status)),
                    STR_ARG(job.outcome.detail));
        for (size_t i = 0; i < job.outcome.problems.count; i++) {
            print_error("  %.*s: %.*s\n", STR_ARG(job.outcome.problems.items[i].where),
                        STR_ARG(job.outcome.problems.items[i].message));
        }
        _fail(file, line);
    }
}

static inline enum status take(struct uow *uow, struct record *record, const char *transition)
{
    struct work_set *set = uow_set(uow);
    uint32_t row =
        model_transition_by_name(set->model, record->subject.entity, str_from(transition));
    struct input input = {NULL, 0};
    struct act *made = ARENA_NEW(set->arena, struct act);
    assert_true(row != MODEL_NONE);
    const struct model_transition *shape = model_transition_row(set->model, row);
    TRY(uow_steps(uow, record, shape->loads_first, shape->loads_count));
    act_take(set, record, row, &input, made, uow_outcome(uow));
    uow_act(uow, made);
    return uow_outcome(uow)->status;
}

/* ---- the people of the test ---- */

struct hiring {
    struct world *world;
};

static inline enum status hire(struct uow *uow, void *input)
{
    static const char *const roles[] = {"INTAKE", "SUPERVISOR", "INTAKE", "CLERK"};
    static const int at[] = {0, 0, 1, 1};
    struct world *w = ((struct hiring *)input)->world;
    struct record *record;
    for (int i = 0; i < 2; i++) {
        TRY(uow_create(uow, entity_of(w, "agency"), (struct uuid){{0}}, MODEL_NONE,
                       (struct uuid){{0}}, &record));
        put_text(record, "name", i == 0 ? "Lake County" : "River County");
        put_text(record, "code", i == 0 ? "101" : "102");
        w->agencies[i] = record->subject.id;
    }
    for (int i = 0; i < 4; i++) {
        TRY(uow_create(uow, entity_of(w, "worker"), (struct uuid){{0}}, MODEL_NONE,
                       (struct uuid){{0}}, &record));
        put_text(record, "name", roles[i]);
        struct row *row = record_add_row(record, list_of(record, "roles"));
        put_row(row, "role", value_code(str_from(roles[i]), 1));
        put_row(row, "agency", value_reference(w->agencies[at[i]]));
        w->workers[i] = record->subject.id;
    }
    return STATUS_OK;
}

static inline void learn_actors(struct world *w)
{
    for (int i = 0; i < 4; i++) {
        struct store_reader *reader;
        assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
        assert_int_equal(store_actor(reader, w->workers[i], &w->actors[i]), STATUS_OK);
        assert_int_equal(store_read_end(reader), STATUS_OK);
    }
}

static inline void world_begin(struct world *w)
{
    const char *parent = getenv("TMPDIR");
    *w = (struct world){.store = NULL};
    atomic_init(&w->now, STORE_NOW);
    arena_init(&w->arena, (size_t)256 * 1024 * 1024, NULL, NULL);
    snprintf(w->folder, sizeof(w->folder), "%s/hearth-store-XXXXXX",
             parent != NULL ? parent : P_tmpdir);
    assert_non_null(mkdtemp(w->folder));
    w->image = compile_test_model(&w->arena, report_yaml);
    world_open(w);
    struct hiring hiring = {w};
    must_act(w, NULL, hire, &hiring);
    learn_actors(w);
}

static inline int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void world_end(struct world *w)
{
    w->store = store_close(w->store);
    nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_clear(&w->arena);
}

/* A world for the length of the block. */
#define WORLD(name)                                                                                \
    struct world name CLEANUP(world_end);                                                          \
    world_begin(&(name))

/* ---- reading ---- */

/* Reads a record as somebody; what came of it. The record is in the arena of the world. */
static inline enum status look(struct world *w, const struct actor *actor, const char *entity,
                               struct uuid id, struct outcome *outcome, struct record **ret_record)
{
    struct store_reader *reader;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    uint32_t row = entity_of(w, entity);
    const struct model_entity *shape = model_entity_row(w->model, row);
    outcome_init(outcome, &w->arena);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    work_set_init(set, &w->arena, w->model, store_now(w->store), actor);
    enum status status =
        store_read(reader, set, row, id, shape->loads_first, shape->loads_count,
                   (struct store_purpose){STR("test"), STR("")}, outcome, ret_record);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return status;
}

static inline struct record *must_look(struct world *w, const struct actor *actor,
                                       const char *entity, struct uuid id)
{
    struct outcome outcome;
    struct record *record = NULL;
    enum status status = look(w, actor, entity, id, &outcome, &record);
    if (status != STATUS_OK) {
        print_error("%.*s: %.*s\n", STR_ARG(status_name(status)), STR_ARG(outcome.detail));
    }
    assert_int_equal(status, STATUS_OK);
    return record;
}

/* All of an attachment from a place on, through the stream. */
static inline enum status read_file(struct store_reader *reader, struct uuid id, size_t from,
                                    struct store_attachment *ret_attachment, struct str *ret_bytes)
{
    struct store_stream *stream;
    TRY(store_attachment(reader, id, ret_attachment));
    TRY(store_stream_open(reader, id, from, &stream));
    size_t got = 0, room = ret_attachment->size - from;
    char *bytes = arena_alloc(reader->arena, room + 1);
    ptrdiff_t n = 0;
    do {
        n = store_stream_read(stream, bytes + got, room + 1 - got);
        got += n > 0 ? (size_t)n : 0;
    } while (n > 0);
    store_stream_close(stream);
    *ret_bytes = (struct str){bytes, got};
    return n == 0 && got == room ? STATUS_OK : STATUS_INTERNAL;
}

#endif
