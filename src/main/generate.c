/* hearth generate: a state of invented families of any size, for measuring and training. What there
 * is, and how much of it, is data: a plan (sample/state/plan.yaml) with words and kinds of
 * families, each a few parts of written-down acts that are filled by chance and done through the
 * services, as workers do them: with history, access, search keys and clocks. The same seed gives
 * the same families. A state that was ended early, or is to be larger, is gone on with. */
#include "main/command.h"

#include "base/buf.h"
#include "main/generated.h"
#include "main/import_folder.h"
#include "main/invent.h"
#include "main/paths.h"
#include "model/c_names.h"
#include "service/script.h"
#include "store/installation.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FAMILY_ARENA_CAP ((size_t)256 * 1024 * 1024)
#define THREADS 640 /* while the acts of 256 become permanent together, others are prepared */
#define WAY_IN_ONE_GO STR("in-one-go")
#define WAY_ACT_BY_ACT STR("act-by-act") /* as when workers save, one after the other */
#define TOLD_EVERY 10000
#define PARTS_MOST 40

enum {
    OPTION_DATA,
    OPTION_MODEL,
    OPTION_CLOCK,
    OPTION_PEOPLE,
    OPTION_SEED,
    OPTION_NAMES,
    OPTION_LOGINS,
    OPTION_WAY,
    OPTION_SHARES,
    OPTION_DB
};

/* A kind of family of the plan. */
struct kind {
    int64_t share, people;
    int64_t days_least, days_most; /* ago, when it begins */
    struct str parts[PARTS_MOST];  /* templates */
    struct str files[PARTS_MOST];  /* their names, for what goes wrong */
    size_t part_count;
};

struct generator {
    struct opened opened;
    const struct yaml *plan;
    struct str folder; /* of the plan */
    unsigned threads;
    struct invent *invent;
    struct generated before; /* what the folder holds already */
    int64_t seed;
    LIST(struct kind) kinds;
    int64_t share_total;
    int64_t units, families;
    struct map workers,
        agencies;         /* to struct uuid, by login and code; not changed by the threads */
    _Atomic int64_t next; /* family to be made */
    _Atomic int64_t acts, people, made; /* made: families */
    _Atomic bool failed;
    pthread_mutex_t telling;
    int64_t began_ns;
};

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- the plan ---- */

static enum status plan_fault(struct generator *generator, const struct yaml *node, struct str what)
{
    struct arena *arena = &generator->opened.arena;
    outcome_problem(
        &generator->opened.outcome, STATUS_INVALID, STR(""), STR("plan"),
        STR_JOIN(arena, STR("plan.yaml:"), str_from_int(arena, node->place.line), STR(": "), what));
    return STATUS_INVALID;
}

static enum status plan_number(struct generator *generator, const struct yaml *node, struct str key,
                               int64_t *ret_number)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    if (pair == NULL || !str_to_i64(pair->value->text, ret_number) || *ret_number < 0) {
        return plan_fault(
            generator, node,
            STR_JOIN(&generator->opened.arena, key, STR(" is a number that is not negative")));
    }
    return STATUS_OK;
}

/* A part is a file beside the plan; named several times, it is done as often. */
static enum status read_parts(struct generator *generator, const struct yaml *node,
                              struct kind *kind)
{
    struct arena *arena = &generator->opened.arena;
    const struct yaml_pair *parts = yaml_find(node, STR("parts"));
    if (parts == NULL || parts->value->kind != YAML_LIST || parts->value->count > PARTS_MOST) {
        return plan_fault(generator, node, STR("parts is a list of at most 40 names of files"));
    }
    for (size_t i = 0; i < parts->value->count; i++) {
        struct str name = STR_JOIN(arena, parts->value->items[i]->text, STR(".yaml"));
        struct str path = STR_JOIN(arena, generator->folder, STR("/"), name);
        if (!read_file(arena, path, &kind->parts[i])) {
            return plan_fault(generator, parts->value->items[i], STR("there is no such part"));
        }
        kind->files[i] = name;
    }
    kind->part_count = parts->value->count;
    return STATUS_OK;
}

static enum status read_kind(struct generator *generator, const struct yaml *node)
{
    struct kind kind = {0};
    TRY(plan_number(generator, node, STR("share"), &kind.share));
    TRY(plan_number(generator, node, STR("people"), &kind.people));
    TRY(plan_number(generator, node, STR("days_least"), &kind.days_least));
    TRY(plan_number(generator, node, STR("days_most"), &kind.days_most));
    TRY(read_parts(generator, node, &kind));
    generator->share_total += kind.share;
    LIST_PUSH(&generator->opened.arena, &generator->kinds, kind);
    return STATUS_OK;
}

static enum status read_plan(struct generator *generator, int64_t people, struct str shares,
                             struct str names)
{
    struct arena *arena = &generator->opened.arena;
    struct str path = STR_JOIN(arena, generator->folder, STR("/plan.yaml"));
    struct str text;
    struct messages messages;
    int64_t per_unit, weighed = 0;
    messages_init(&messages, arena);
    if (read_file(arena, path, &text)) {
        generator->plan = yaml_read(arena, path, text, &messages);
    }
    const struct yaml_pair *all =
        generator->plan != NULL ? yaml_find(generator->plan, STR("families")) : NULL;
    const struct yaml_pair *kinds = all != NULL ? yaml_find(all->value, shares) : NULL;
    if (kinds == NULL || messages.list.count > 0) {
        outcome_problem(
            &generator->opened.outcome, STATUS_INVALID, STR(""), STR("plan"),
            STR_JOIN(arena, path, STR(" cannot be used, or has no shares called "), shares));
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < kinds->value->count; i++) {
        TRY(read_kind(generator, kinds->value->items[i]));
        weighed += generator->kinds.items[i].share * generator->kinds.items[i].people;
    }
    TRY(plan_number(generator, generator->plan, STR("people_per_unit"), &per_unit));
    if (weighed == 0 || per_unit == 0) {
        return plan_fault(generator, generator->plan, STR("there is nobody to be made"));
    }
    generator->families = people * generator->share_total / weighed;
    generator->units = people / per_unit + 1;
    if (generator->units < generator->before.units) {
        generator->units = generator->before.units; /* ended early: nobody leaves */
    }
    generator->invent = invent_open(arena, generator->plan, names, &generator->opened.outcome);
    return generator->invent != NULL ? STATUS_OK : STATUS_INVALID;
}

/* ---- who there is ---- */

/* All records of an entity by one of their texts. */
static enum status read_roll(struct generator *generator, uint32_t c_name, struct map *roll)
{
    static const struct actor system;
    struct opened *opened = &generator->opened;
    const struct model_c_name *name = model_c_name(store_model(opened->store), c_name);
    struct store_reader *reader;
    struct str next = STR("");
    enum status status = STATUS_OK;
    map_init(roll, &opened->arena);
    TRY(store_read_begin(opened->store, &opened->arena, &reader));
    do {
        struct work_set set;
        struct record **records;
        size_t count = 0;
        work_set_init(&set, &opened->arena, store_model(opened->store), store_now(opened->store),
                      &system);
        status = store_find(reader, &set, name->entity, MODEL_NONE, (struct uuid){{0}},
                            (struct store_page){.limit = 200, .cursor = next}, &opened->outcome,
                            &records, &count, &next);
        for (size_t i = 0; i < count; i++) {
            struct value text = value_get(&records[i]->subject, name->field);
            if (text.type == VALUE_TEXT) {
                (void)map_add(
                    roll, text.text,
                    arena_copy(&opened->arena, &records[i]->subject.id, sizeof(struct uuid)));
            }
        }
    } while (status == STATUS_OK && next.n > 0);
    store_read_end(reader);
    return status;
}

static bool find_in(const struct map *roll, struct str name, struct uuid *ret_id)
{
    const struct uuid *id = map_get(roll, name);
    *ret_id = id != NULL ? *id : (struct uuid){{0}};
    return id != NULL;
}

static bool host_worker(void *context, struct str login, struct uuid *ret_worker)
{
    const struct generator *generator = context;
    return find_in(&generator->workers, login, ret_worker);
}

static bool host_agency(void *context, struct str code, struct uuid *ret_agency)
{
    const struct generator *generator = context;
    return find_in(&generator->agencies, code, ret_agency);
}

static void host_progress(void *context, size_t done, size_t total)
{
    struct generator *generator = context;
    int64_t acts = atomic_fetch_add(&generator->acts, 1) + 1;
    (void)done;
    (void)total;
    if (acts % TOLD_EVERY == 0) {
        int64_t ms = (monotonic_ns() - generator->began_ns) / 1000000;
        fprintf(stderr, "%lld people, %lld acts, %lld acts a second\n",
                (long long)atomic_load(&generator->people), (long long)acts,
                (long long)(ms > 0 ? acts * 1000 / ms : 0));
    }
}

/* ---- one family ---- */

/* Of a unit of the plan: the agency it belongs to, and the logins of its workers. */
static enum status give_unit(struct generator *generator, struct invented *invented, int64_t unit)
{
    const struct yaml_pair *agencies = yaml_find(generator->plan, STR("agencies"));
    const struct yaml_pair *logins = yaml_find(generator->plan, STR("logins"));
    struct str bad;
    if (agencies == NULL || agencies->value->count == 0 || logins == NULL) {
        return plan_fault(generator, generator->plan, STR("agencies and logins are missing"));
    }
    size_t at = (size_t)unit % agencies->value->count;
    invented_give(invented, STR("agency"), agencies->value->items[at]->text);
    invented_give(invented, STR("unit"), str_from_int(invented->arena, unit));
    for (size_t i = 0; i < logins->value->count; i++) {
        const struct yaml_pair *login = &logins->value->pairs[i];
        invented_give(invented, login->key, invented_fill(invented, login->value->text, &bad));
    }
    return STATUS_OK;
}

/* The workers of the family, under the names that the plan gives their logins. */
static enum status know_workers(struct generator *generator, struct invented *invented,
                                struct script *script)
{
    const struct yaml_pair *logins = yaml_find(generator->plan, STR("logins"));
    uint32_t entity = model_c_name(store_model(generator->opened.store), C_WORKER_LOGIN)->entity;
    struct str bad;
    for (size_t i = 0; i < logins->value->count; i++) {
        struct str name = logins->value->pairs[i].key;
        struct uuid worker;
        struct str login =
            invented_fill(invented, STR_JOIN(invented->arena, STR("<"), name, STR(">")), &bad);
        if (find_in(&generator->workers, login, &worker)) {
            TRY(script_know(script, name, entity, worker));
        }
    }
    return STATUS_OK;
}

static enum status do_part(struct generator *generator, struct invented *invented,
                           struct script *script, struct str file, struct str template,
                           struct outcome *outcome)
{
    struct str bad;
    struct str text = invented_fill(invented, template, &bad);
    if (bad.n > 0) {
        outcome_problem(outcome, STATUS_INVALID, STR(""), STR("plan"),
                        STR_JOIN(invented->arena, file, STR(": nothing fills <"), bad, STR(">")));
        return STATUS_INVALID;
    }
    (void)generator;
    return script_file(script, file, text);
}

static const struct kind *draw_kind(struct generator *generator, struct invented *invented)
{
    int64_t at = invented_number(invented, 0, generator->share_total - 1);
    size_t i = 0;
    while (at >= generator->kinds.items[i].share) {
        at -= generator->kinds.items[i++].share;
    }
    return &generator->kinds.items[i];
}

static enum status make_family(struct generator *generator, struct arena *arena, int64_t number,
                               struct outcome *outcome)
{
    struct invented invented;
    invented_begin(&invented, generator->invent, arena,
                   (uint64_t)generator->seed * UINT64_C(1000003) + (uint64_t)number);
    const struct kind *kind = draw_kind(generator, &invented);
    int64_t days = invented_number(&invented, kind->days_least, kind->days_most);
    struct instant began = {store_now(generator->opened.store).ms - days * DAY_MS};
    const struct script_host host = {.context = generator,
                                     .worker = host_worker,
                                     .agency = host_agency,
                                     .progress = host_progress,
                                     .began = began,
                                     .actors_stay = true};
    TRY(give_unit(generator, &invented, number % generator->units));
    struct script *script = script_begin(generator->opened.store, arena, &host, outcome);
    TRY(know_workers(generator, &invented, script));
    for (size_t i = 0; i < kind->part_count; i++) {
        TRY(do_part(generator, &invented, script, kind->files[i], kind->parts[i], outcome));
    }
    atomic_fetch_add(&generator->people, kind->people);
    atomic_fetch_add(&generator->made, 1);
    return STATUS_OK;
}

static void tell_failure(struct generator *generator, const struct outcome *outcome)
{
    pthread_mutex_lock(&generator->telling);
    if (!atomic_exchange(&generator->failed, true)) {
        print_outcome(outcome);
    }
    pthread_mutex_unlock(&generator->telling);
}

/* SIGTERM and SIGINT: what was begun is done, and the smaller state is whole. */
static _Atomic bool stop_asked;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    atomic_store(&stop_asked, true);
}

static void stop_when_asked(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

static void *make_families(void *context)
{
    struct generator *generator = context;
    while (!atomic_load(&generator->failed) && !atomic_load(&stop_asked)) {
        int64_t number = atomic_fetch_add(&generator->next, 1);
        if (number >= generator->families) {
            break;
        }
        struct arena CLEANUP(arena_clear) arena;
        struct outcome outcome;
        arena_init(&arena, FAMILY_ARENA_CAP, NULL, NULL);
        outcome_init(&outcome, &arena);
        if (make_family(generator, &arena, number, &outcome) != STATUS_OK) {
            tell_failure(generator, &outcome);
        }
    }
    return NULL;
}

/* ---- all of it ---- */

static enum status make_staff(struct generator *generator)
{
    struct opened *opened = &generator->opened;
    const struct script_host host = {.context = generator,
                                     .worker = host_worker,
                                     .agency = host_agency,
                                     .progress = host_progress};
    struct str template;
    if (!read_file(&opened->arena, STR_JOIN(&opened->arena, generator->folder, STR("/staff.yaml")),
                   &template)) {
        return plan_fault(generator, generator->plan, STR("there is no staff.yaml"));
    }
    for (int64_t unit = generator->before.units; unit < generator->units; unit++) {
        struct invented invented;
        invented_begin(&invented, generator->invent, &opened->arena,
                       (uint64_t)generator->seed * UINT64_C(999983) + (uint64_t)unit);
        TRY(give_unit(generator, &invented, unit));
        struct script *script =
            script_begin(opened->store, &opened->arena, &host, &opened->outcome);
        TRY(do_part(generator, &invented, script, STR("staff.yaml"), template, &opened->outcome));
    }
    return read_roll(generator, C_WORKER_LOGIN, &generator->workers);
}

/* So many workers can sign in: hashing a password is slow on purpose. */
static enum status set_passwords(struct generator *generator, int64_t most)
{
    struct opened *opened = &generator->opened;
    const struct map *workers = &generator->workers;
    for (size_t i = 0; i < workers->count && (int64_t)i < most; i++) {
        /* The roll is newest first; the first units are asked for. */
        const struct map_entry *entry = &workers->entries[workers->count - 1 - i];
        const struct uuid *worker = entry->value;
        TRY(service_set_password(opened->store, &opened->arena, entry->key, *worker,
                                 SAMPLE_PASSWORD, &opened->outcome));
    }
    return STATUS_OK;
}

static enum status run_threads(struct generator *generator)
{
    pthread_t threads[THREADS];
    unsigned count = 0;
    stop_when_asked();
    generator->began_ns = monotonic_ns();
    atomic_store(&generator->acts, 0);
    atomic_store(&generator->next, generator->before.families);
    while (count < generator->threads &&
           pthread_create(&threads[count], NULL, make_families, generator) == 0) {
        count++;
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    return count == 0 || atomic_load(&generator->failed) ? STATUS_INVALID : STATUS_OK;
}

static enum status generate(struct generator *generator, const struct command_input *input,
                            int64_t people, int64_t logins)
{
    struct opened *opened = &generator->opened;
    struct str model = model_directory(&opened->arena, input->options[OPTION_MODEL]);
    generator->folder = STR_JOIN(&opened->arena, model, STR("/../sample/state"));
    TRY(read_plan(generator, people, generator->before.shares, input->options[OPTION_NAMES]));
    if (generator->before.units == 0) {
        TRY(import_reference_data(opened, model, input->options[OPTION_DATA]));
    }
    TRY(read_roll(generator, C_AGENCY_CODE, &generator->agencies));
    TRY(make_staff(generator));
    TRY(set_passwords(generator, generator->before.units == 0 ? logins : 0));
    TRY(run_threads(generator));
    /* While families are made the writer has no turn for what it does behind people. */
    return store_catch_up(opened->store, &opened->outcome);
}

/* Only a state that this command made, and left whole, is gone on with: its families begin where
 * those that are there end. */
static bool may_fill(struct generator *generator, struct arena *arena, struct str data,
                     struct str shares)
{
    generator->before.shares = shares;
    if (!store_is_there(arena, data)) {
        return true;
    }
    if (!generated_take(arena, data, &generator->before)) {
        print_error(STR_JOIN(arena, data, STR(" holds records already")));
        return false;
    }
    generator->seed = generator->before.seed;
    return true;
}

/* What the folder holds now: said, and written down for who goes on. */
static bool tell_made(const struct generator *generator, struct arena *arena, struct str data)
{
    struct generated made = generator->before;
    made.seed = generator->seed;
    made.units = generator->units;
    made.families += atomic_load(&generator->made);
    made.people += atomic_load(&generator->people);
    made.acts += atomic_load(&generator->acts);
    made.ms += (monotonic_ns() - generator->began_ns) / 1000000;
    made.runs++;
    printf("%lld people in %lld families, %lld acts; durable after %lld ms (runs: %lld)\n",
           (long long)made.people, (long long)made.families, (long long)made.acts,
           (long long)made.ms, (long long)made.runs);
    return generated_write(arena, data, &made);
}

int command_generate(const struct command_input *input)
{
    struct generator generator = {0};
    struct str data = input->options[OPTION_DATA];
    int64_t people, logins;
    if (!str_to_i64(input->options[OPTION_PEOPLE], &people) || people < 1 ||
        !str_to_i64(input->options[OPTION_SEED], &generator.seed) ||
        !str_to_i64(input->options[OPTION_LOGINS], &logins)) {
        print_error(STR("--people, --seed and --logins are numbers"));
        return 1;
    }
    bool in_one_go = str_eq(input->options[OPTION_WAY], WAY_IN_ONE_GO);
    if (!in_one_go && !str_eq(input->options[OPTION_WAY], WAY_ACT_BY_ACT)) {
        print_error(STR("--way is in-one-go or act-by-act"));
        return 1;
    }
    if (!may_fill(&generator, input->arena, data, input->options[OPTION_SHARES])) {
        return 1;
    }
    use_clock_file(input->options[OPTION_CLOCK]);
    generator.threads = in_one_go ? THREADS : 1;
    struct home home = {data, input->options[OPTION_DB]};
    if (!open_store_to_fill(&generator.opened, home, input->options[OPTION_MODEL], in_one_go)) {
        return 1;
    }
    pthread_mutex_init(&generator.telling, NULL);
    enum status status = generate(&generator, input, people, logins);
    if (status != STATUS_OK && generator.opened.outcome.problems.count > 0) {
        print_outcome(&generator.opened.outcome);
    }
    close_store(&generator.opened);
    bool told = status == STATUS_OK && tell_made(&generator, input->arena, data);
    pthread_mutex_destroy(&generator.telling);
    return told ? 0 : 1;
}
