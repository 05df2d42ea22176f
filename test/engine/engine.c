/* Runs engine cases: engine_cases MODELS CASE... Each case is a text file that practice staff can
 * read (script.h); it names a model below MODELS, builds a small world, acts, and says what must
 * come of it. Results as TAP. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "model_file.h"
#include "rule/offered.h"
#include "script.h"
#include "world.h"

#define CASE_ARENA_MAX ((size_t)256 * 1024 * 1024)

struct run {
    struct world world;
    struct arena *arena;
    struct str path;
    struct str models;
    const struct command *command;
    unsigned failures;
    /* Of the last act, until it is looked at. */
    bool acted, expected;
    size_t problems_seen;
};

static void fail(struct run *run, struct str wanted, struct str got)
{
    printf("# %.*s:%u: expected: %.*s\n#    but: %.*s\n", STR_ARG(run->path), run->command->line,
           STR_ARG(wanted), STR_ARG(got));
    run->failures++;
}

static void want(struct run *run, struct str wanted, struct str got)
{
    if (!str_eq(wanted, got)) {
        fail(run, wanted, got);
    }
}

/* ---- names in a case ---- */

static struct uuid id_of(struct run *run, struct str name)
{
    struct uuid id = {{0}};
    if (!world_find(&run->world, name, &id)) {
        fail(run, STR("a record of this name"), name);
    }
    return id;
}

static struct record *record_of(struct run *run, struct str name)
{
    struct record *record = world_load(&run->world, id_of(run, name));
    if (record == NULL) {
        fail(run, STR("a record in the set"), name);
    }
    return record;
}

/* "participants[owen].role" as the engine takes it: by the id of the row, or as a new row. */
static struct str engine_name(struct run *run, struct str record, struct str name)
{
    ptrdiff_t open = str_find_byte(name, '['), close = str_find_byte(name, ']');
    struct uuid id;
    if (open < 0 || close < open) {
        return name;
    }
    struct str row = str_slice(name, 0, (size_t)close + 1);
    struct str rest = str_slice(name, (size_t)close, name.n);
    struct str list = str_slice(name, 0, (size_t)open + 1);
    struct str label = str_slice(name, (size_t)open + 1, (size_t)close);
    if (world_find(&run->world, STR_JOIN(run->arena, record, STR("."), row), &id)) {
        return STR_JOIN(run->arena, list, uuid_text(run->arena, id), rest);
    }
    return STR_JOIN(run->arena, list, STR("+"), label, rest);
}

/* The file of this name, which comes with the act that is going on. */
static struct str brought(struct run *run, struct str name)
{
    struct work_set *set = run->world.set;
    struct uuid id;
    if (!world_find(&run->world, name, &id)) {
        id = set->new_id(set->id_context);
        world_name(&run->world, name, id);
    }
    files_bring(set, id);
    return uuid_text(run->arena, id);
}

/* "@report" is the id of a record or a file; "@.participants[owen]" that of a row of the record;
 * "file cheek" a file that is brought. */
static struct str engine_value(struct run *run, struct str record, struct str value)
{
    if (str_starts(value, STR("file "))) {
        return brought(run, str_slice(value, 5, value.n));
    }
    if (value.n == 0 || value.p[0] != '@') {
        return value;
    }
    struct str name = str_slice(value, 1, value.n);
    struct uuid id;
    if (name.n > 0 && name.p[0] == '.') {
        struct str whole = STR_JOIN(run->arena, record, name);
        if (!world_find(&run->world, whole, &id)) {
            struct str label = str_slice(name, (size_t)str_find_byte(name, '[') + 1, name.n - 1);
            return STR_JOIN(run->arena, STR("+"), label);
        }
        return uuid_text(run->arena, id);
    }
    return uuid_text(run->arena, id_of(run, name));
}

/* A place as the case writes it: rows by their label. */
static struct str case_place(struct run *run, struct str where)
{
    ptrdiff_t open = str_find_byte(where, '['), close = str_find_byte(where, ']');
    struct uuid id;
    if (open < 0 || close < open) {
        return where.n > 0 ? where : STR("-");
    }
    struct str label = str_slice(where, (size_t)open + 1, (size_t)close);
    struct str rest = str_slice(where, (size_t)close, where.n);
    if (uuid_parse(label, &id)) {
        struct str name = world_name_of(&run->world, id);
        ptrdiff_t from = str_find_byte(name, '[');
        label = from < 0 ? name : str_slice(name, (size_t)from + 1, name.n - 1);
    } else if (label.n > 0 && label.p[0] == '+') {
        label = str_slice(label, 1, label.n);
    }
    return STR_JOIN(run->arena, str_slice(where, 0, (size_t)open + 1), label, rest);
}

static struct input input_of(struct run *run, struct str record)
{
    LIST(struct input_pair) pairs = {0};
    for (size_t i = 0; i < run->command->block.count; i++) {
        struct str name, value;
        if (!script_pair(run->command->block.items[i].text, &name, &value)) {
            fail(run, STR("name = value"), run->command->block.items[i].text);
            continue;
        }
        struct input_pair pair = {engine_name(run, record, name), engine_value(run, record, value)};
        LIST_PUSH(run->arena, &pairs, pair);
    }
    return (struct input){pairs.items, pairs.count};
}

static struct instant moment(struct run *run, struct str text)
{
    struct instant at = {0};
    struct calendar calendar = model_calendar(run->world.model);
    if (!zone_parse(calendar.zone, text, &at, NULL)) {
        fail(run, STR("a local date and time"), text);
    }
    return at;
}

/* ---- the world ---- */

static uint32_t entity_of(struct run *run, struct str name)
{
    uint32_t entity = model_entity_by_name(run->world.model, name);
    if (entity == MODEL_NONE) {
        fail(run, STR("an entity of the model"), name);
    }
    return entity;
}

static void run_model(struct run *run, struct str name)
{
    const struct model *model = model_file(run->arena, run->models, name);
    if (model == NULL) {
        fail(run, STR("a model without errors"), name);
        return;
    }
    world_init(&run->world, run->arena, model);
}

/* given ENTITY NAME [STATE]: a record as it is, without rights or checks. */
static void run_given(struct run *run, struct str rest)
{
    struct world *world = &run->world;
    struct person *actor = world->actor;
    uint32_t entity = entity_of(run, script_word(&rest));
    struct str name = script_word(&rest), state = script_word(&rest);
    world->actor = NULL;
    struct work_set *set = world_begin(world);
    world_load_all(world);
    struct record *record = work_set_create(set, entity);
    world_name(world, name, record->subject.id);
    if (state.n > 0) {
        record->state = model_state_by_name(world->model, entity, state);
        CHECK(record->state != MODEL_NONE);
    }
    struct input input = input_of(run, name);
    struct input_scope scope = {.form = MODEL_NONE, .transition = MODEL_NONE, .correcting = true};
    input_apply(set, record, &scope, &input, &world->outcome);
    for (size_t i = 0; i < world->outcome.problems.count; i++) {
        fail(run, STR("no problem"), world->outcome.problems.items[i].message);
    }
    act_finish(set, &world->outcome);
    world_keep(world);
    world->actor = actor;
}

/* role WORKER ROLE SCOPE [WHOM] */
static void run_role(struct run *run, struct str rest)
{
    struct str worker = script_word(&rest), role = script_word(&rest);
    struct str scope_name = script_word(&rest), whom = script_word(&rest);
    struct person *person = world_person(&run->world, worker);
    struct actor_entry entry = {.role = model_role_by_name(run->world.model, role)};
    enum model_scope scope = SCOPE_STATE;
    if (entry.role == MODEL_NONE || !model_scope_parse(scope_name, &scope)) {
        fail(run, STR("a role and a scope of the model"), rest);
    }
    entry.scope = scope;
    struct uuid id = whom.n > 0 ? id_of(run, whom) : (struct uuid){{0}};
    entry.agency = id;
    entry.audience = world_audience(scope, id);
    person->worker = id_of(run, worker);
    person->agency = scope == SCOPE_OWN_AGENCY ? id : person->agency;
    LIST_PUSH(run->arena, &person->entries, entry);
}

/* cover WORKER OTHER: the one covers for the other, in all their roles. */
static void run_cover(struct run *run, struct str rest)
{
    struct str worker = script_word(&rest);
    struct person *person = world_person(&run->world, worker);
    const struct person *other = world_person(&run->world, script_word(&rest));
    person->worker = id_of(run, worker);
    for (size_t i = 0; i < other->entries.count; i++) {
        struct actor_entry entry = other->entries.items[i];
        entry.covers = other->worker;
        LIST_PUSH(run->arena, &person->entries, entry);
    }
    person->agency = other->agency;
}

/* ---- acts ---- */

static void begin_act(struct run *run)
{
    (void)world_begin(&run->world);
    run->acted = true;
    run->expected = false;
    run->problems_seen = 0;
}

static void end_act(struct run *run)
{
    if (run->world.outcome.status == STATUS_OK) {
        world_keep(&run->world);
    }
}

/* What the entity and the transition look at, from where the record points to now. */
static void load_around(struct run *run, struct record *record, uint32_t transition)
{
    const struct model *model = run->world.model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    world_load_steps(&run->world, record, entity->loads_first, entity->loads_count);
    if (transition != MODEL_NONE) {
        const struct model_transition *shape = model_transition_row(model, transition);
        world_load_steps(&run->world, record, shape->loads_first, shape->loads_count);
    }
}

/* Applies the block of the command as a page would, and loads around the result. */
static void apply(struct run *run, struct record *record, struct str name,
                  const struct input_scope *scope)
{
    struct world *world = &run->world;
    struct input_reference *references;
    struct input input = input_of(run, name);
    size_t count =
        input_references(run->arena, world->model, record->subject.entity, &input, &references);
    for (size_t i = 0; i < count; i++) {
        (void)world_load(world, references[i].id);
    }
    load_around(run, record, scope->transition);
    input_apply(world->set, record, scope, &input, &world->outcome);
    load_around(run, record, scope->transition);
}

/* new ENTITY NAME */
static void run_new(struct run *run, struct str rest)
{
    struct world *world = &run->world;
    begin_act(run);
    uint32_t entity = entity_of(run, script_word(&rest));
    uint32_t start = model_transition_by_name(world->model, entity, STR("start"));
    struct record *record = work_set_create(world->set, entity);
    struct str name = script_word(&rest);
    world_name(world, name, record->subject.id);
    struct input_scope scope = {.form = MODEL_NONE, .transition = start};
    struct input nothing = {0};
    apply(run, record, name, &scope);
    if (start != MODEL_NONE) {
        act_take(world->set, record, start, &nothing, &world->act, &world->outcome);
    } else {
        act_finish(world->set, &world->outcome);
    }
    end_act(run);
}

static void run_save(struct run *run, struct str name, bool correcting)
{
    struct world *world = &run->world;
    begin_act(run);
    struct record *record = record_of(run, name);
    struct input_scope scope = {
        .form = MODEL_NONE, .transition = MODEL_NONE, .correcting = correcting};
    if (record == NULL) {
        return;
    }
    apply(run, record, name, &scope);
    act_finish(world->set, &world->outcome);
    end_act(run);
}

/* do NAME TRANSITION */
static void run_do(struct run *run, struct str rest)
{
    struct world *world = &run->world;
    struct str name = script_word(&rest), step = script_word(&rest);
    begin_act(run);
    struct record *record = record_of(run, name);
    if (record == NULL) {
        return;
    }
    uint32_t transition = model_transition_by_name(world->model, record->subject.entity, step);
    if (transition == MODEL_NONE) {
        fail(run, STR("a transition of the entity"), step);
        return;
    }
    struct input input = input_of(run, name);
    struct input_scope scope = {.form = model_transition_row(world->model, transition)->form,
                                .transition = transition};
    if (scope.form != MODEL_NONE) {
        apply(run, record, name, &scope);
        input = (struct input){0};
    } else {
        load_around(run, record, transition);
    }
    act_take(world->set, record, transition, &input, &world->act, &world->outcome);
    end_act(run);
}

static struct str problem_line(struct run *run, const struct problem *problem)
{
    return STR_JOIN(run->arena, case_place(run, problem->where), STR(" "), problem->code, STR(" "),
                    problem->message);
}

/* What an act led to must be looked at: nothing may go wrong unseen. */
static void leave_act(struct run *run)
{
    const struct outcome *outcome = &run->world.outcome;
    if (!run->acted) {
        return;
    }
    run->acted = false;
    if (!run->expected && outcome->status != STATUS_OK) {
        fail(run, STR("the act before this line to end well"), status_name(outcome->status));
    }
    for (size_t i = run->problems_seen; i < outcome->problems.count; i++) {
        fail(run, STR("no further problem"), problem_line(run, &outcome->problems.items[i]));
    }
    if (outcome->status == STATUS_INTERNAL && outcome->detail.n > 0) {
        printf("# %.*s\n", STR_ARG(outcome->detail));
    }
}

/* Problems stand in a case in the order in which they are reported. */
static void run_problem(struct run *run, struct str rest)
{
    const struct outcome *outcome = &run->world.outcome;
    if (run->problems_seen == outcome->problems.count) {
        fail(run, rest, STR("no problem"));
        return;
    }
    want(run, rest, problem_line(run, &outcome->problems.items[run->problems_seen++]));
}

/* ---- looking ---- */

/* The whole world, as it is now. */
static void look(struct run *run)
{
    (void)world_begin(&run->world);
    world_load_all(&run->world);
}

/* "report.participants[owen].role" taken apart. */
static bool find_answer(struct run *run, struct str text, struct subject **ret_subject,
                        uint32_t *ret_field)
{
    const struct model *model = run->world.model;
    ptrdiff_t dot = str_find_byte(text, '.');
    if (dot < 0) {
        fail(run, STR("record.field"), text);
        return false;
    }
    struct str name = str_slice(text, 0, (size_t)dot);
    struct str field = str_slice(text, (size_t)dot + 1, text.n);
    struct record *record = record_of(run, name);
    ptrdiff_t close = str_find(field, STR("]."));
    *ret_subject = record != NULL ? &record->subject : NULL;
    *ret_field = MODEL_NONE;
    if (record != NULL && close < 0) {
        *ret_field = model_field_by_name(model, record->subject.entity, field);
    } else if (record != NULL) {
        struct str row = str_slice(text, 0, (size_t)dot + 2 + (size_t)close);
        size_t open = (size_t)str_find_byte(field, '[');
        uint32_t list =
            model_list_by_name(model, record->subject.entity, str_slice(field, 0, open));
        struct row *found = record_find_row(record, list, id_of(run, row));
        *ret_subject = found != NULL ? &found->subject : NULL;
        *ret_field =
            model_list_field_by_name(model, list, str_slice(field, (size_t)close + 2, field.n));
    }
    if (*ret_subject == NULL || *ret_field == MODEL_NONE) {
        fail(run, STR("a field of the model"), text);
        return false;
    }
    return true;
}

/* answer report.birth_date = 2019-03-02, or the reason why there is none. */
static void run_answer(struct run *run, struct str rest)
{
    struct str name, value;
    struct subject *subject;
    uint32_t field;
    if (!script_pair(rest, &name, &value)) {
        fail(run, STR("name = value"), rest);
        return;
    }
    look(run);
    if (!find_answer(run, name, &subject, &field)) {
        return;
    }
    struct answer answer = answer_get(subject, field);
    struct str got = input_text(run->arena, run->world.model, field, answer.value);
    if (answer.why != MODEL_NONE) {
        got = model_non_answer_name(answer.why);
    }
    for (size_t i = 0; i < answer.code_count; i++) {
        got = STR_JOIN(run->arena, got, i > 0 ? STR(" ") : STR(""), answer.codes[i].code);
    }
    if (answer.value.type == VALUE_REFERENCE) {
        got = STR_JOIN(run->arena, STR("@"), world_name_of(&run->world, answer.value.reference));
    }
    want(run, value, got);
}

static void run_words(struct run *run, struct str rest)
{
    struct str name, value;
    struct subject *subject;
    uint32_t field;
    look(run);
    if (script_pair(rest, &name, &value) && find_answer(run, name, &subject, &field)) {
        want(run, value, answer_words(run->world.set, subject, field));
    }
}

static void run_state(struct run *run, struct str rest)
{
    struct str name, value;
    (void)world_begin(&run->world);
    if (!script_pair(rest, &name, &value)) {
        return;
    }
    const struct record *record = record_of(run, name);
    if (record != NULL) {
        want(run, value,
             model_text(run->world.model, model_state_row(run->world.model, record->state)->name));
    }
}

static void run_count(struct run *run, struct str rest)
{
    struct str name, value;
    int64_t count = 0;
    if (!script_pair(rest, &name, &value)) {
        return;
    }
    uint32_t entity = entity_of(run, name);
    for (size_t i = 0; i < run->world.kept.count; i++) {
        count += run->world.kept.items[i]->entity == entity;
    }
    want(run, value, str_from_int(run->arena, count));
}

static void run_told(struct run *run, struct str rest)
{
    struct str whom, say;
    const struct act *act = &run->world.act;
    if (!script_pair(rest, &whom, &say)) {
        return;
    }
    for (size_t i = 0; i < act->notices.count; i++) {
        const struct act_notice *notice = &act->notices.items[i];
        struct str told =
            notice->decider != MODEL_NONE
                ? model_text(run->world.model,
                             model_decider_row(run->world.model, notice->decider)->name)
                : world_name_of(&run->world, notice->worker);
        if (str_eq(told, whom) && str_eq(notice->say, say)) {
            return;
        }
    }
    fail(run, rest, STR("nobody was told that"));
}

/* offers NAME = submit, approve (not allowed), end (needs 2) */
static void run_offers(struct run *run, struct str rest)
{
    struct str name, value;
    struct act_offer *offers;
    struct buf buf;
    buf_init(&buf, run->arena, 4000);
    (void)world_begin(&run->world);
    if (!script_pair(rest, &name, &value)) {
        return;
    }
    struct record *record = record_of(run, name);
    if (record == NULL) {
        return;
    }
    const struct model_entity *entity = model_entity_row(run->world.model, record->subject.entity);
    for (uint32_t i = 0; i < entity->transitions_count; i++) {
        load_around(run, record, entity->transitions_first + i);
    }
    size_t count = act_offers(run->world.set, record, &offers);
    for (size_t i = 0; i < count; i++) {
        const struct model_transition *transition =
            model_transition_row(run->world.model, offers[i].transition);
        BUF_ADD(&buf, i > 0 ? STR(", ") : STR(""), model_text(run->world.model, transition->name));
        if (!offers[i].allowed) {
            BUF_ADD(&buf, STR(" (not allowed)"));
        } else if (offers[i].outcome.problems.count > 0) {
            BUF_ADD(&buf, STR(" (needs "));
            buf_int(&buf, (int64_t)offers[i].outcome.problems.count);
            BUF_ADD(&buf, STR(")"));
        }
    }
    want(run, value, buf_str(&buf));
}

/* ---- clocks ---- */

static struct str local_time(struct run *run, struct instant at)
{
    struct calendar calendar = model_calendar(run->world.model);
    return str_slice(zone_iso(run->arena, calendar.zone, at), 0, 16);
}

static struct str undated_words(struct run *run, const struct clock_reading *reading)
{
    const struct model_clock *clock = model_clock_row(run->world.model, reading->clock);
    if (reading->opens.ms != 0) {
        return STR_JOIN(run->arena, STR("running, not before "), local_time(run, reading->opens));
    }
    return clock->kind == CLOCK_TALLY ? STR("running, no date") : STR("running, before a step");
}

static struct str reading_words(struct run *run, const struct clock_reading *reading)
{
    bool late = reading->done_at.ms >= reading->due.ms;
    switch (reading->state) {
    case CLOCK_STATE_RUNNING:
        if (reading->due.ms == INT64_MAX) {
            return undated_words(run, reading);
        }
        return STR_JOIN(run->arena, STR("running, due "),
                        reading->by_day ? date_iso(run->arena, reading->due_date)
                                        : local_time(run, reading->due));
    case CLOCK_STATE_DONE:
        return late ? STR("done late") : STR("done");
    case CLOCK_STATE_STOPPED:
        return STR("ended");
    case CLOCK_STATE_TOLLED:
        return STR("stands still");
    case CLOCK_STATE_WAITING:
        return STR_JOIN(run->arena, STR("none until "), local_time(run, reading->wake_at));
    case CLOCK_STATE__COUNT:
        break;
    }
    return STR("");
}

/* Reads "CLOCK NAME [MEMBER] = ..." and finds the reading; NULL when there is none. */
static const struct clock_reading *find_reading(struct run *run, struct str rest,
                                                struct str *ret_wanted)
{
    struct str left;
    struct clock_reading *readings = NULL;
    (void)world_begin(&run->world);
    if (!script_pair(rest, &left, ret_wanted)) {
        fail(run, STR("CLOCK NAME = ..."), rest);
        return NULL;
    }
    struct str clock_name = script_word(&left);
    uint32_t clock = model_clock_by_name(run->world.model, clock_name);
    if (clock == MODEL_NONE) {
        fail(run, STR("a clock of the model"), clock_name);
        return NULL;
    }
    struct str name = script_word(&left);
    struct str member = script_word(&left);
    struct record *record = record_of(run, name);
    if (record == NULL) {
        return NULL;
    }
    const struct model_clock *shape = model_clock_row(run->world.model, clock);
    world_load_steps(&run->world, record, shape->loads_first, shape->loads_count);
    size_t count = clock_read(run->world.set, NULL, clock, record, &readings);
    if (run->world.set->missing) {
        fail(run, STR("everything loaded"), run->world.set->not_loaded);
    }
    for (size_t i = 0; i < count; i++) {
        if (member.n == 0 || uuid_eq(readings[i].member, id_of(run, member))) {
            return &readings[i];
        }
    }
    return NULL;
}

static void run_clock(struct run *run, struct str rest)
{
    struct str wanted;
    const struct clock_reading *reading = find_reading(run, rest, &wanted);
    want(run, wanted, reading != NULL ? reading_words(run, reading) : STR("none"));
}

static void run_explain(struct run *run, struct str rest)
{
    struct str wanted;
    const struct clock_reading *reading = find_reading(run, rest, &wanted);
    want(run, wanted, reading != NULL ? clock_explain(run->world.set, reading) : STR("none"));
}

static void run_due_words(struct run *run, struct str rest)
{
    struct str wanted;
    const struct clock_reading *reading = find_reading(run, rest, &wanted);
    want(run, wanted,
         reading != NULL ? clock_words(run->arena, run->world.model, reading, run->world.now)
                         : STR("none"));
}

/* access read NAME = ROLE: SCOPE, or refused with what one learns: "full", "existence", "none". */
static void run_access(struct run *run, struct str rest)
{
    struct str left, wanted;
    (void)world_begin(&run->world);
    if (!script_pair(rest, &left, &wanted)) {
        return;
    }
    enum model_verb verb;
    struct str verb_name = script_word(&left);
    const struct record *record = record_of(run, script_word(&left));
    if (record == NULL || !model_verb_parse(verb_name, &verb)) {
        fail(run, STR("a verb"), verb_name);
        return;
    }
    struct access_answer answer = access_record(run->world.set, record, verb);
    want(run, wanted,
         answer.allowed
             ? answer.why
             : STR_JOIN(run->arena, STR("refused, "), model_visibility_name(answer.visibility)));
}

/* ---- commands ---- */

static void run_act(struct run *run, struct str word, struct str rest)
{
    if (str_eq(word, STR("new"))) {
        run_new(run, rest);
    } else if (str_eq(word, STR("save"))) {
        run_save(run, rest, false);
    } else if (str_eq(word, STR("correct"))) {
        run_save(run, rest, true);
    } else {
        run_do(run, rest);
    }
}

static void run_now(struct run *run, struct str rest)
{
    run->world.now = moment(run, rest);
}

static void run_as(struct run *run, struct str rest)
{
    run->world.actor = world_person(&run->world, rest);
}

static void run_expect(struct run *run, struct str rest)
{
    run->expected = true;
    want(run, rest, status_name(run->world.outcome.status));
}

static const struct {
    const char *word;
    void (*run)(struct run *run, struct str rest);
    enum { SETUP, AFTER_ACT, LOOK } kind;
} commands[] = {
    {"model",   run_model,     SETUP    },
    {"given",   run_given,     SETUP    },
    {"role",    run_role,      SETUP    },
    {"cover",   run_cover,     SETUP    },
    {"now",     run_now,       SETUP    },
    {"as",      run_as,        SETUP    },
    {"expect",  run_expect,    AFTER_ACT},
    {"problem", run_problem,   AFTER_ACT},
    {"told",    run_told,      AFTER_ACT},
    {"answer",  run_answer,    LOOK     },
    {"words",   run_words,     LOOK     },
    {"state",   run_state,     LOOK     },
    {"count",   run_count,     LOOK     },
    {"offers",  run_offers,    LOOK     },
    {"clock",   run_clock,     LOOK     },
    {"explain", run_explain,   LOOK     },
    {"shows",   run_due_words, LOOK     },
    {"access",  run_access,    LOOK     },
};

static void run_include(struct run *run, struct str name);

static void run_command(struct run *run, const struct command *command)
{
    if (str_eq(command->word, STR("include"))) {
        run->command = command;
        run_include(run, command->rest);
        return;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (str_eq(command->word, str_from(commands[i].word))) {
            if (commands[i].kind != AFTER_ACT) {
                leave_act(run);
            }
            run->command = command;
            commands[i].run(run, command->rest);
            return;
        }
    }
    static const struct str acts[] = {STR_INIT("new"), STR_INIT("save"), STR_INIT("correct"),
                                      STR_INIT("do")};
    leave_act(run);
    run->command = command;
    for (size_t i = 0; i < ARRAY_LENGTH(acts); i++) {
        if (str_eq(command->word, acts[i])) {
            run_act(run, command->word, command->rest);
            return;
        }
    }
    fail(run, STR("a command"), command->word);
}

/* include NAME: the commands of MODELS/NAME.txt, a world that several cases begin with. */
static void run_include(struct run *run, struct str name)
{
    struct script script;
    struct str outer = run->path;
    run->path = STR_JOIN(run->arena, run->models, STR("/"), name, STR(".txt"));
    script_read(run->arena, model_file_bytes(run->arena, run->path), &script);
    if (script.commands.count == 0) {
        fail(run, STR("a file with commands"), run->path);
    }
    for (size_t i = 0; i < script.commands.count; i++) {
        if (i > 0 && run->world.model == NULL) {
            break;
        }
        run_command(run, &script.commands.items[i]);
    }
    run->path = outer;
}

static bool run_case(struct str models, struct str path)
{
    struct arena arena;
    struct script script;
    arena_init(&arena, CASE_ARENA_MAX, NULL, NULL);
    struct run run = {.arena = &arena, .path = path, .models = models};
    script_read(&arena, model_file_bytes(&arena, path), &script);
    for (size_t i = 0; i < script.commands.count; i++) {
        run_command(&run, &script.commands.items[i]);
        if (run.world.model == NULL) {
            break; /* nothing can be said without a model */
        }
    }
    bool good = script.commands.count > 0 && run.failures == 0;
    if (run.world.model != NULL) {
        leave_act(&run);
        good = good && run.failures == 0;
    }
    arena_clear(&arena);
    return good;
}

int main(int argc, char **argv)
{
    int bad = 0;
    printf("1..%d\n", argc - 2);
    for (int i = 2; i < argc; i++) {
        struct str path = str_from(argv[i]);
        bool good = run_case(str_from(argv[1]), path);
        bad += good ? 0 : 1;
        printf("%s %d - %s\n", good ? "ok" : "not ok", i - 1, argv[i]);
    }
    return bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
