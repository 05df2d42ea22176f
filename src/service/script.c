/* Running scripts: see script.h. */
#include "base/buf.h"
#include "service/script_int.h"

#define ACT_ARENA_CAP ((size_t)64 * 1024 * 1024)

enum status script_fail(struct script *script, const struct yaml *node, struct str what)
{
    struct str line = str_from_int(script->arena, node->place.line);
    outcome_problem(script->outcome, STATUS_INVALID, STR(""), STR("script"),
                    STR_JOIN(script->arena, script->file, STR(":"), line, STR(": "), what));
    return STATUS_INVALID;
}

struct str script_text(const struct yaml *node, struct str key)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    return pair != NULL && pair->value->kind == YAML_TEXT ? pair->value->text : STR("");
}

/* ---- when and who ---- */

static enum status take_time(struct act_run *run)
{
    struct script *script = run->script;
    const struct script_host *host = script->host;
    struct str text = script_text(run->node, STR("at"));
    bool has_time;
    run->at = script->began;
    if (text.n > 0 && !script_time(run, text, &run->at, &has_time)) {
        return script_fail(script, run->node,
                           STR("'at' is day N HH:MM, now N or YYYY-MM-DD HH:MM"));
    }
    if (host->set_now != NULL) {
        host->set_now(host->context, run->at);
    }
    return STATUS_OK;
}

static enum status look_up_actor(struct act_run *run, struct str login, struct arena *arena,
                                 struct actor *ret_actor)
{
    struct script *script = run->script;
    const struct script_host *host = script->host;
    struct store_reader *reader;
    struct uuid worker;
    if (!host->worker(host->context, login, &worker)) {
        return script_fail(script, run->node, STR_JOIN(script->arena, STR("no worker "), login));
    }
    TRY(store_read_begin(script->store, arena, &reader));
    enum status status = store_actor(reader, worker, ret_actor);
    store_read_end(reader);
    return status;
}

static enum status find_actor(struct act_run *run, struct str login)
{
    struct script *script = run->script;
    if (!script->host->actors_stay) {
        return look_up_actor(run, login, &run->arena, &run->actor);
    }
    struct actor *known = map_get(&script->actors, login);
    if (known == NULL) {
        known = ARENA_NEW(script->arena, struct actor);
        TRY(look_up_actor(run, login, script->arena, known));
        (void)map_add(&script->actors, login, known);
    }
    run->actor = *known;
    return STATUS_OK;
}

static enum status take_actor(struct act_run *run)
{
    struct script *script = run->script;
    const struct script_host *host = script->host;
    struct str login = script_text(run->node, STR("by"));
    struct str code = script_text(run->node, STR("agency"));
    if (code.n > 0 && !host->agency(host->context, code, &script->agency)) {
        return script_fail(script, run->node, STR_JOIN(script->arena, STR("no agency "), code));
    }
    if (login.n > 0) {
        TRY(find_actor(run, login));
    }
    if (!uuid_is_nil(script->agency)) {
        run->actor.agency = script->agency;
    }
    return STATUS_OK;
}

/* ---- what came of it ---- */

static struct str all_problems(const struct act_run *run, const struct outcome *outcome)
{
    struct buf text;
    buf_init(&text, run->script->arena, 16000);
    buf_add(&text, status_title(outcome->status));
    for (size_t i = 0; i < outcome->problems.count; i++) {
        const struct problem *problem = &outcome->problems.items[i];
        BUF_ADD(&text, STR("; "), problem->where, STR(" ["), problem->code, STR("] "),
                problem->message);
    }
    BUF_ADD(&text, STR(" "), outcome->detail);
    return buf_str(&text);
}

/* "told_at" is the field of "told_at", "participants[...].told_at" and "notification/told_at". */
static bool is_at_field(struct str where, struct str field)
{
    if (field.n == 0 || str_eq(where, field)) {
        return true;
    }
    char before = where.n > field.n ? where.p[where.n - field.n - 1] : '\0';
    return str_ends(where, field) && (before == '.' || before == '/');
}

static bool refused_as_expected(const struct act_run *run, const struct outcome *outcome,
                                struct str code)
{
    struct str field = script_text(run->node, STR("field"));
    struct str says = script_text(run->node, STR("says"));
    for (size_t i = 0; i < outcome->problems.count; i++) {
        const struct problem *problem = &outcome->problems.items[i];
        if (str_eq(problem->code, code) && is_at_field(problem->where, field) &&
            (says.n == 0 || str_find(problem->message, says) >= 0)) {
            return outcome->status != STATUS_OK;
        }
    }
    return false;
}

static size_t rows_before(const struct act_run *run, uint32_t list)
{
    if (run->before == NULL) {
        return 0;
    }
    uint32_t first = model_entity_row(run->script->model, run->before->subject.entity)->lists_first;
    return run->before->lists[list - first].items.count;
}

/* New rows stand behind those that were there, in the order of the act. */
static enum status remember_rows(struct act_run *run, const struct named *saved)
{
    struct script *script = run->script;
    struct work_set set;
    struct record *record;
    if (run->row_names.count == 0) {
        return STATUS_OK;
    }
    TRY(script_load(run, saved, &set, &record));
    for (size_t i = 0; i < run->row_names.count; i++) {
        const struct row_name *name = &run->row_names.items[i];
        uint32_t list = model_list_by_name(script->model, saved->entity, name->list);
        if (name->name.n == 0 || list == MODEL_NONE) {
            continue;
        }
        const struct rows *rows = record_rows(record, list);
        size_t at = rows_before(run, list) + name->after;
        if (at >= rows->items.count) {
            return script_fail(script, run->node, STR("a named row was not kept"));
        }
        struct named named = {saved->entity, saved->id, rows->items.items[at]->subject.id, list};
        TRY(script_remember(script, run->node, name->name, named));
    }
    return STATUS_OK;
}

enum status script_judge(struct act_run *run, const struct outcome *outcome, bool *ret_refused)
{
    struct script *script = run->script;
    struct str refused = script_text(run->node, STR("refused"));
    *ret_refused = refused.n > 0;
    if (refused.n > 0) {
        return refused_as_expected(run, outcome, refused)
                   ? STATUS_OK
                   : script_fail(script, run->node,
                                 STR_JOIN(script->arena, STR("should have been refused by "),
                                          refused, STR(": "), all_problems(run, outcome)));
    }
    return outcome->status == STATUS_OK
               ? STATUS_OK
               : script_fail(script, run->node, all_problems(run, outcome));
}

static enum status save(struct act_run *run, struct service_change change, bool correcting)
{
    struct script *script = run->script;
    struct str name = script_text(run->node, STR("as"));
    struct service_save save = {.changes = {change},
                                .count = 1,
                                .verb = correcting ? SERVICE_CORRECT : SERVICE_NO_VERB,
                                .uploads = run->uploads,
                                .upload_count = run->upload_count};
    save.job.arena = &run->arena;
    save.job.actor = &run->actor;
    save.job.now = run->at;
    save.job.reason = script_text(run->node, STR("reason"));
    service_save_run(script->store, &save);
    bool refused;
    TRY(script_judge(run, &save.job.outcome, &refused));
    if (refused) {
        return STATUS_OK;
    }
    struct named saved = {save.job.result_entity, save.job.result_id, {{0}}, MODEL_NONE};
    TRY(remember_rows(run, &saved));
    return name.n > 0 ? script_remember(script, run->node, name, saved) : STATUS_OK;
}

/* ---- acts ---- */

/* What a record is made for: the parent of a part, else its first reference to that kind of record.
 */
static uint32_t reference_to(const struct model *model, uint32_t entity, uint32_t target)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    uint32_t found = shape->parent;
    for (uint32_t i = 0; i < shape->fields_count && found == MODEL_NONE; i++) {
        const struct model_field *field = model_field_row(model, shape->fields_first + i);
        if (!field->kernel && field->kind == FIELD_REFERENCE && field->target == target) {
            found = shape->fields_first + i;
        }
    }
    return found;
}

static enum status act_create(struct act_run *run, struct str entity_name)
{
    struct script *script = run->script;
    struct named parent = {0};
    struct str of = script_text(run->node, STR("of"));
    uint32_t entity = model_entity_by_name(script->model, entity_name);
    if (entity == MODEL_NONE) {
        return script_fail(script, run->node,
                           STR_JOIN(script->arena, STR("no entity "), entity_name));
    }
    struct service_change change = {
        .entity = entity,
        .form = MODEL_NONE,
        .transition = MODEL_NONE,
        .parent_field = MODEL_NONE,
        .input = {run->pairs, run->count}
    };
    if (of.n > 0) {
        TRY(script_resolve(run, run->node, of, &parent));
        change.parent_field = reference_to(script->model, entity, parent.entity);
        change.parent = parent.id;
    }
    return save(run, change, false);
}

static enum status act_change(struct act_run *run, struct str target, struct str transition,
                              bool correcting)
{
    struct script *script = run->script;
    struct named named;
    struct work_set set;
    struct record *before;
    TRY(script_resolve(run, run->node, target, &named));
    TRY(script_load(run, &named, &set, &before));
    run->before = before;
    struct service_change change = {
        .entity = named.entity,
        .id = named.id,
        .version = before->version,
        .form = MODEL_NONE,
        .transition = MODEL_NONE,
        .parent_field = MODEL_NONE,
        .input = {run->pairs, run->count}
    };
    if (transition.n > 0) {
        change.transition = model_transition_by_name(script->model, named.entity, transition);
        if (change.transition == MODEL_NONE) {
            return script_fail(script, run->node,
                               STR_JOIN(script->arena, STR("no transition "), transition));
        }
    }
    return save(run, change, correcting);
}

/* Whether all pairs of the act agree with the references, codes and texts of a record. */
static bool agrees(const struct act_run *run, const struct record *record)
{
    struct script *script = run->script;
    for (size_t i = 0; i < run->count; i++) {
        uint32_t field =
            model_field_by_name(script->model, record->subject.entity, run->pairs[i].name);
        if (field == MODEL_NONE) {
            return false;
        }
        struct str text =
            input_text(script->arena, script->model, field, value_get(&record->subject, field));
        if (!str_eq(text, run->pairs[i].value)) {
            return false;
        }
    }
    return true;
}

/* Looks through the records of an entity, those that a reference leads to when one is given. */
static enum status search(struct act_run *run, struct store_reader *reader, uint32_t entity,
                          struct named *ret_found)
{
    static const struct actor system;
    struct script *script = run->script;
    uint32_t field = model_field_by_name(script->model, entity, run->pairs[0].name);
    struct uuid to = {{0}};
    struct str next = STR("");
    if (field == MODEL_NONE || !uuid_parse(run->pairs[0].value, &to)) {
        field = MODEL_NONE;
    }
    do {
        struct work_set set;
        struct record **records;
        size_t count;
        struct store_page page = {.limit = 200, .cursor = next};
        work_set_init(&set, &run->arena, script->model, run->at, &system);
        TRY(store_find(reader, &set, entity, field, to, page, script->outcome, &records, &count,
                       &next));
        for (size_t i = 0; i < count; i++) {
            if (agrees(run, records[i])) {
                *ret_found = (struct named){entity, records[i]->subject.id, {{0}}, MODEL_NONE};
                return STATUS_OK;
            }
        }
    } while (next.n > 0);
    return STATUS_NOT_FOUND;
}

static enum status act_find(struct act_run *run, struct str entity_name)
{
    struct script *script = run->script;
    uint32_t entity = model_entity_by_name(script->model, entity_name);
    struct store_reader *reader;
    struct named found;
    if (entity == MODEL_NONE || run->count == 0) {
        return script_fail(script, run->node,
                           STR("find names an entity and, in where, some of its fields"));
    }
    TRY(store_read_begin(script->store, &run->arena, &reader));
    enum status status = search(run, reader, entity, &found);
    store_read_end(reader);
    return status == STATUS_OK
               ? script_remember(script, run->node, script_text(run->node, STR("as")), found)
               : script_fail(script, run->node, STR("there is no such record"));
}

static enum status do_act(struct act_run *run)
{
    const struct yaml *node = run->node;
    struct str create = script_text(node, STR("create"));
    struct str take = script_text(node, STR("take"));
    struct str changed = script_text(node, STR("save"));
    struct str corrected = script_text(node, STR("correct"));
    struct str find = script_text(node, STR("find"));
    bool shares;
    TRY(script_share(run, &shares));
    if (shares) {
        return STATUS_OK;
    }
    if (create.n > 0) {
        return act_create(run, create);
    }
    if (take.n > 0) {
        return act_change(run, script_text(node, STR("on")), take, false);
    }
    if (changed.n > 0) {
        return act_change(run, changed, STR(""), false);
    }
    if (corrected.n > 0) {
        return act_change(run, corrected, STR(""), true);
    }
    return find.n > 0
               ? act_find(run, find)
               : script_fail(run->script, node,
                             STR("an act has create, take, save, correct, find, share, accept, "
                                 "end_share or expect"));
}

static enum status run_one(struct act_run *run)
{
    const struct yaml *node = run->node;
    const struct yaml_pair *with = yaml_find(node, STR("with"));
    const struct yaml_pair *where = yaml_find(node, STR("where"));
    struct str expect = script_text(node, STR("expect"));
    TRY(take_time(run));
    TRY(take_actor(run));
    if (expect.n > 0) {
        return script_expect(run, expect);
    }
    run->pairs = ARENA_ARRAY(&run->arena, SCRIPT_PAIRS_MAX, struct input_pair);
    run->uploads = ARENA_ARRAY(&run->arena, SCRIPT_UPLOADS_MAX, struct service_upload);
    if (with != NULL) {
        TRY(script_add_values(run, with->value));
    }
    if (where != NULL) {
        TRY(script_add_values(run, where->value));
    }
    return do_act(run);
}

static enum status run_acts(struct script *script, const struct yaml *acts)
{
    for (size_t i = 0; i < acts->count; i++) {
        struct act_run run = {.script = script, .node = acts->items[i]};
        arena_init(&run.arena, ACT_ARENA_CAP, script->arena->exhausted, script->arena->context);
        enum status status = run_one(&run);
        arena_clear(&run.arena);
        if (status != STATUS_OK) {
            return script->outcome->problems.count > 0
                       ? status
                       : script_fail(script, acts->items[i], status_title(status));
        }
        if (script->host->progress != NULL) {
            script->host->progress(script->host->context, i + 1, acts->count);
        }
    }
    return STATUS_OK;
}

struct script *script_begin(struct store *store, struct arena *arena,
                            const struct script_host *host, struct outcome *outcome)
{
    struct script *script = ARENA_NEW(arena, struct script);
    *script = (struct script){.store = store,
                              .model = store_model(store),
                              .arena = arena,
                              .host = host,
                              .outcome = outcome,
                              .calendar = model_calendar(store_model(store)),
                              .began = host->began.ms != 0 ? host->began : store_now(store)};
    map_init(&script->names, arena);
    map_init(&script->actors, arena);
    return script;
}

enum status script_know(struct script *script, struct str name, uint32_t entity, struct uuid id)
{
    struct named named = {entity, id, {{0}}, MODEL_NONE};
    struct named *kept = arena_copy(script->arena, &named, sizeof(named));
    return map_add(&script->names, name, kept) ? STATUS_OK : STATUS_INVALID;
}

enum status script_file(struct script *script, struct str file, struct str text)
{
    struct messages messages;
    messages_init(&messages, script->arena);
    script->file = file;
    const struct yaml *root = yaml_read(script->arena, file, text, &messages);
    for (size_t i = 0; i < messages.list.count; i++) {
        outcome_problem(script->outcome, STATUS_INVALID, STR(""), STR("script"),
                        message_line(script->arena, &messages.list.items[i]));
    }
    const struct yaml_pair *acts = root != NULL ? yaml_find(root, STR("acts")) : NULL;
    if (acts == NULL || acts->value->kind != YAML_LIST || messages.list.count > 0) {
        return STATUS_INVALID;
    }
    return run_acts(script, acts->value);
}

enum status script_run(struct store *store, struct arena *arena, struct str file, struct str text,
                       const struct script_host *host, struct outcome *outcome)
{
    return script_file(script_begin(store, arena, host, outcome), file, text);
}
