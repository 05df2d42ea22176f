/* See script.h. */
#include "service/script.h"

#include "base/buf.h"
#include "base/map.h"
#include "compile/yaml_tree.h"

#define PAIRS_MAX 2000
#define ACT_ARENA_CAP ((size_t)64 * 1024 * 1024)

/* What a name stands for: a record, or a row of a list of one. */
struct named {
    uint32_t entity;
    struct uuid id;  /* of the record */
    struct uuid row; /* of the row, or nil */
    uint32_t list;
};

struct script {
    struct store *store;
    const struct model *model;
    struct arena *arena;
    const struct script_host *host;
    struct outcome *outcome;
    struct str file;
    struct map names; /* to struct named */
    struct calendar calendar;
    struct uuid agency;
};

/* One act while it runs. */
struct act_run {
    struct script *script;
    const struct yaml *node;
    struct arena arena;
    struct actor actor;
    struct instant at;
    struct input_pair *pairs;
    size_t count;
    /* rows named in this act: their label in the input, resolved after the save */
    LIST(struct str) row_names;
    LIST(struct str) row_labels;
};

static enum status fail(struct script *script, const struct yaml *node, struct str what)
{
    struct str line = str_from_int(script->arena, node->place.line);
    outcome_problem(script->outcome, STATUS_INVALID, STR(""), STR("script"),
                    STR_JOIN(script->arena, script->file, STR(":"), line, STR(": "), what));
    return STATUS_INVALID;
}

static struct str text_of(const struct yaml *node, struct str key)
{
    const struct yaml_pair *pair = yaml_find(node, key);
    return pair && pair->value->kind == YAML_TEXT ? pair->value->text : STR("");
}

/* ---- time
 * ------------------------------------------------------------------------------------------ */

/* "day -3 09:12", "day -2600", "now -90". False when the text is none of these. */
static bool relative(const struct act_run *run, struct str text, struct instant *ret_at,
                     bool *ret_has_time)
{
    const struct zone *zone = run->script->calendar.zone;
    struct instant now = store_now(run->script->store);
    int64_t number;
    struct str rest = text;
    struct str word;
    struct str amount;
    if (!str_split(&rest, ' ', &word) || !str_split(&rest, ' ', &amount) ||
        !str_to_i64(amount, &number) || number < -60000 || number > 60000) {
        return false;
    }
    if (str_eq(word, STR("now"))) {
        *ret_at = (struct instant){now.ms + number * 60000};
        *ret_has_time = true;
        return !rest.p;
    }
    if (!str_eq(word, STR("day"))) {
        return false;
    }
    struct date date = {zone_date(zone, now).day + (int32_t)number};
    enum zone_fit fit;
    *ret_has_time = rest.p != NULL;
    if (!rest.p) {
        *ret_at = zone_day_start(zone, date);
        return true;
    }
    struct str local =
        STR_JOIN(run->script->arena, date_iso(run->script->arena, date), STR("T"), rest);
    return zone_parse(zone, local, ret_at, &fit);
}

static enum status read_at(struct act_run *run)
{
    struct script *script = run->script;
    struct str text = text_of(run->node, STR("at"));
    enum zone_fit fit;
    bool has_time;
    run->at = store_now(script->store);
    if (text.n == 0 || relative(run, text, &run->at, &has_time)) {
        return STATUS_OK;
    }
    struct str iso = text.n == 16 ? STR_JOIN(&run->arena, str_slice(text, 0, 10), STR("T"),
                                             str_slice(text, 11, 16))
                                  : text;
    return zone_parse(script->calendar.zone, iso, &run->at, &fit)
               ? STATUS_OK
               : fail(script, run->node, STR("'at' is day N HH:MM, now N or YYYY-MM-DD HH:MM"));
}

/* ---- names
 * ------------------------------------------------------------------------------------------ */

static enum status load_named(struct act_run *run, const struct named *named,
                              struct work_set *ret_set, struct record **ret_record)
{
    static const struct actor system;
    struct store_reader *reader;
    struct script *script = run->script;
    TRY(store_read_begin(script->store, &run->arena, &reader));
    work_set_init(ret_set, &run->arena, script->model, run->at, &system);
    enum status status =
        store_read(reader, ret_set, named->entity, named->id, 0, 0,
                   (struct store_purpose){.route = STR("script")}, script->outcome, ret_record);
    store_read_end(reader);
    return status;
}

/* '@name' or '@name.field'. */
static enum status resolve(struct act_run *run, const struct yaml *node, struct str text,
                           struct named *ret_named)
{
    struct script *script = run->script;
    struct str name = str_slice(text, 1, text.n);
    ptrdiff_t dot = str_find_byte(name, '.');
    struct str head = dot < 0 ? name : str_slice(name, 0, (size_t)dot);
    const struct named *named = map_get(&script->names, head);
    struct work_set set;
    struct record *record;
    if (!named) {
        return fail(script, node,
                    STR_JOIN(script->arena, STR("nothing is named '"), head, STR("'")));
    }
    *ret_named = *named;
    if (dot < 0) {
        return STATUS_OK;
    }
    TRY(load_named(run, named, &set, &record));
    struct str field_name = str_slice(name, (size_t)dot + 1, name.n);
    bool is_row = !uuid_is_nil(named->row);
    uint32_t field = is_row ? model_list_field_by_name(script->model, named->list, field_name)
                            : model_field_by_name(script->model, named->entity, field_name);
    struct row *row = is_row ? record_find_row(record, named->list, named->row) : NULL;
    const struct subject *subject = row ? &row->subject : &record->subject;
    if (field == MODEL_NONE || value_get(subject, field).type != VALUE_REFERENCE) {
        return fail(script, node, STR_JOIN(script->arena, STR("'"), text, STR("' leads nowhere")));
    }
    *ret_named = (struct named){.entity = model_field_row(script->model, field)->target,
                                .id = value_get(subject, field).reference};
    return STATUS_OK;
}

static enum status remember(struct script *script, const struct yaml *node, struct str name,
                            struct named named)
{
    struct named *kept = arena_copy(script->arena, &named, sizeof(named));
    return map_add(&script->names, name, kept)
               ? STATUS_OK
               : fail(script, node,
                      STR_JOIN(script->arena, STR("'"), name, STR("' is named twice")));
}

/* ---- values
 * ----------------------------------------------------------------------------------------- */

static enum status value_text_of(struct act_run *run, const struct yaml *node, struct str *ret_text)
{
    struct named named;
    struct instant at;
    bool has_time;
    struct arena *arena = &run->arena;
    *ret_text = node->text;
    if (node->style == YAML_SINGLE && str_starts(node->text, STR("@")) && node->text.n > 1) {
        struct str label = node->text;
        for (size_t i = 0; i < run->row_names.count; i++) {
            if (str_eq(run->row_names.items[i], str_slice(label, 1, label.n))) {
                struct str made = run->row_labels.items[i];
                ptrdiff_t bracket = str_find_byte(made, '[');
                *ret_text = str_slice(made, (size_t)bracket + 1, made.n - 1);
                return STATUS_OK;
            }
        }
        TRY(resolve(run, node, label, &named));
        *ret_text = uuid_text(
            arena, uuid_is_nil(named.row) || str_find_byte(label, '.') >= 0 ? named.id : named.row);
    } else if (relative(run, node->text, &at, &has_time)) {
        const struct zone *zone = run->script->calendar.zone;
        *ret_text = has_time ? zone_iso(arena, zone, at) : date_iso(arena, zone_date(zone, at));
    }
    return STATUS_OK;
}

static enum status add_pair(struct act_run *run, const struct yaml *node, struct str name,
                            struct str value)
{
    if (run->count == PAIRS_MAX) {
        return fail(run->script, node, STR("an act has at most 2000 values"));
    }
    run->pairs[run->count++] = (struct input_pair){name, value};
    return STATUS_OK;
}

static enum status add_values(struct act_run *run, const struct yaml *map, struct str prefix);

static enum status add_row(struct act_run *run, struct str list, const struct yaml *row,
                           size_t number)
{
    struct arena *arena = &run->arena;
    struct str id = text_of(row, STR("row"));
    struct str label = STR_JOIN(arena, STR("+"), str_from_int(arena, (int64_t)number + 1));
    struct str name = text_of(row, STR("as"));
    struct named named;
    if (id.n > 0) {
        TRY(resolve(run, row, id, &named));
        label = uuid_text(arena, named.row);
    }
    if (name.n > 0) {
        LIST_PUSH(arena, &run->row_names, name);
        LIST_PUSH(arena, &run->row_labels, STR_JOIN(arena, list, STR("["), label, STR("]")));
    }
    return add_values(run, row, STR_JOIN(arena, list, STR("["), label, STR("].")));
}

static enum status add_list(struct act_run *run, struct str name, const struct yaml *list)
{
    bool rows = list->count > 0 && list->items[0]->kind == YAML_MAP;
    if (!rows) {
        TRY(add_pair(run, list, name, STR("")));
    }
    for (size_t i = 0; i < list->count; i++) {
        struct str text;
        if (rows) {
            TRY(add_row(run, name, list->items[i], i));
        } else {
            TRY(value_text_of(run, list->items[i], &text));
            TRY(add_pair(run, list->items[i], name, text));
        }
    }
    return STATUS_OK;
}

static enum status add_values(struct act_run *run, const struct yaml *map, struct str prefix)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *value = map->pairs[i].value;
        struct str key = map->pairs[i].key;
        struct str text;
        if (prefix.n > 0 && (str_eq(key, STR("as")) || str_eq(key, STR("row")))) {
            continue;
        }
        struct str name = STR_JOIN(&run->arena, prefix, key);
        if (value->kind == YAML_LIST) {
            TRY(add_list(run, name, value));
            continue;
        }
        TRY(value_text_of(run, value, &text));
        TRY(add_pair(run, value, name, text));
    }
    return STATUS_OK;
}

/* ---- acts
 * ------------------------------------------------------------------------------------------- */

static enum status take_actor(struct act_run *run)
{
    struct script *script = run->script;
    struct str login = text_of(run->node, STR("by"));
    struct str code = text_of(run->node, STR("agency"));
    struct store_reader *reader;
    struct uuid worker;
    if (code.n > 0 && !script->host->agency(script->host->context, code, &script->agency)) {
        return fail(script, run->node, STR_JOIN(script->arena, STR("no agency "), code));
    }
    if (login.n > 0) {
        if (!script->host->worker(script->host->context, login, &worker)) {
            return fail(script, run->node, STR_JOIN(script->arena, STR("no worker "), login));
        }
        TRY(store_read_begin(script->store, &run->arena, &reader));
        enum status status = store_actor(reader, worker, &run->actor);
        store_read_end(reader);
        TRY(status);
    }
    if (!uuid_is_nil(script->agency)) {
        run->actor.agency = script->agency;
    }
    return STATUS_OK;
}

static struct str all_problems(struct act_run *run, const struct outcome *outcome)
{
    struct buf text;
    buf_init(&text, run->script->arena, 8000);
    buf_add(&text, status_title(outcome->status));
    for (size_t i = 0; i < outcome->problems.count; i++) {
        const struct problem *problem = &outcome->problems.items[i];
        BUF_ADD(&text, STR("; "), problem->where, STR(" ["), problem->code, STR("] "),
                problem->message);
    }
    BUF_ADD(&text, STR(" "), outcome->detail);
    return buf_str(&text);
}

static bool refused_by(const struct outcome *outcome, struct str guard)
{
    for (size_t i = 0; i < outcome->problems.count; i++) {
        if (str_eq(outcome->problems.items[i].code, guard)) {
            return true;
        }
    }
    return false;
}

/* Rows named in an act that makes their list: the Nth new row is the Nth row. */
static enum status remember_rows(struct act_run *run, const struct named *saved)
{
    struct script *script = run->script;
    struct work_set set;
    struct record *record;
    if (run->row_names.count == 0) {
        return STATUS_OK;
    }
    TRY(load_named(run, saved, &set, &record));
    const struct model_entity *entity = model_entity_row(script->model, saved->entity);
    for (size_t i = 0; i < run->row_names.count; i++) {
        struct str label = run->row_labels.items[i];
        ptrdiff_t bracket = str_find_byte(label, '[');
        int64_t number;
        struct str list_name = str_slice(label, 0, (size_t)bracket);
        struct str key = str_slice(label, (size_t)bracket + 1, label.n - 1);
        uint32_t list = model_list_by_name(script->model, saved->entity, list_name);
        if (list == MODEL_NONE || !str_to_i64(str_slice(key, 1, key.n), &number)) {
            continue;
        }
        const struct rows *rows = &record->lists[list - entity->lists_first];
        if ((size_t)number > rows->items.count) {
            return fail(script, run->node, STR("a named row was not kept"));
        }
        struct named named = {saved->entity, saved->id, rows->items.items[number - 1]->subject.id,
                              list};
        TRY(remember(script, run->node, run->row_names.items[i], named));
    }
    return STATUS_OK;
}

static enum status save(struct act_run *run, struct service_change change, bool correcting)
{
    struct script *script = run->script;
    struct str refused = text_of(run->node, STR("refused"));
    struct str name = text_of(run->node, STR("as"));
    struct service_save save = {.changes = {change}, .count = 1, .correcting = correcting};
    save.job.arena = &run->arena;
    save.job.actor = &run->actor;
    save.job.now = run->at;
    save.job.reason = text_of(run->node, STR("reason"));
    service_save_run(script->store, &save);
    const struct outcome *outcome = &save.job.outcome;
    if (refused.n > 0) {
        return outcome->status != STATUS_OK && refused_by(outcome, refused)
                   ? STATUS_OK
                   : fail(script, run->node,
                          STR_JOIN(script->arena, STR("should have been refused by "), refused,
                                   STR(": "), all_problems(run, outcome)));
    }
    if (outcome->status != STATUS_OK) {
        return fail(script, run->node, all_problems(run, outcome));
    }
    struct named saved = {save.job.result_entity, save.job.result_id, {{0}}, MODEL_NONE};
    TRY(remember_rows(run, &saved));
    return name.n > 0 ? remember(script, run->node, name, saved) : STATUS_OK;
}

static enum status current_version(struct act_run *run, const struct named *named,
                                   uint32_t *ret_version)
{
    struct work_set set;
    struct record *record;
    TRY(load_named(run, named, &set, &record));
    *ret_version = record->version;
    return STATUS_OK;
}

static enum status act_create(struct act_run *run, struct str entity_name)
{
    struct script *script = run->script;
    struct named parent = {0};
    struct str of = text_of(run->node, STR("of"));
    uint32_t entity = model_entity_by_name(script->model, entity_name);
    if (entity == MODEL_NONE) {
        return fail(script, run->node, STR_JOIN(script->arena, STR("no entity "), entity_name));
    }
    struct service_change change = {
        .entity = entity,
        .form = MODEL_NONE,
        .transition = MODEL_NONE,
        .parent_field = MODEL_NONE,
        .input = {run->pairs, run->count}
    };
    if (of.n > 0) {
        TRY(resolve(run, run->node, of, &parent));
        change.parent_field = model_entity_row(script->model, entity)->parent;
        change.parent = parent.id;
    }
    return save(run, change, false);
}

static enum status act_change(struct act_run *run, struct str target, struct str transition,
                              bool correcting)
{
    struct script *script = run->script;
    struct named named;
    TRY(resolve(run, run->node, target, &named));
    struct service_change change = {
        .entity = named.entity,
        .id = named.id,
        .form = MODEL_NONE,
        .transition = MODEL_NONE,
        .parent_field = MODEL_NONE,
        .input = {run->pairs, run->count}
    };
    if (transition.n > 0) {
        change.transition = model_transition_by_name(script->model, named.entity, transition);
        if (change.transition == MODEL_NONE) {
            return fail(script, run->node,
                        STR_JOIN(script->arena, STR("no transition "), transition));
        }
    }
    TRY(current_version(run, &named, &change.version));
    return save(run, change, correcting);
}

/* Whether all pairs of the act agree with the references, codes and texts of a record. */
static bool agrees(const struct act_run *run, const struct record *record)
{
    for (size_t i = 0; i < run->count; i++) {
        uint32_t field =
            model_field_by_name(run->script->model, record->subject.entity, run->pairs[i].name);
        if (field == MODEL_NONE || !str_eq(input_text(run->script->arena, run->script->model, field,
                                                      value_get(&record->subject, field)),
                                           run->pairs[i].value)) {
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
        struct store_page page = {200, next};
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
        return fail(script, run->node,
                    STR("find names an entity and, in where, some of its fields"));
    }
    TRY(store_read_begin(script->store, &run->arena, &reader));
    enum status status = search(run, reader, entity, &found);
    store_read_end(reader);
    return status == STATUS_OK ? remember(script, run->node, text_of(run->node, STR("as")), found)
                               : fail(script, run->node, STR("there is no such record"));
}

static enum status run_one(struct act_run *run)
{
    const struct yaml *node = run->node;
    const struct yaml_pair *with = yaml_find(node, STR("with"));
    const struct yaml_pair *where = yaml_find(node, STR("where"));
    struct str create = text_of(node, STR("create"));
    struct str take = text_of(node, STR("take"));
    struct str changed = text_of(node, STR("save"));
    struct str corrected = text_of(node, STR("correct"));
    struct str find = text_of(node, STR("find"));
    TRY(read_at(run));
    TRY(take_actor(run));
    run->pairs = ARENA_ARRAY(&run->arena, PAIRS_MAX, struct input_pair);
    if (with) {
        TRY(add_values(run, with->value, STR("")));
    }
    if (where) {
        TRY(add_values(run, where->value, STR("")));
    }
    if (create.n > 0) {
        return act_create(run, create);
    }
    if (take.n > 0) {
        return act_change(run, text_of(node, STR("on")), take, false);
    }
    if (changed.n > 0) {
        return act_change(run, changed, STR(""), false);
    }
    if (corrected.n > 0) {
        return act_change(run, corrected, STR(""), true);
    }
    return find.n > 0
               ? act_find(run, find)
               : fail(run->script, node, STR("an act has create, take, save, correct or find"));
}

static enum status run_acts(struct script *script, const struct yaml *acts)
{
    for (size_t i = 0; i < acts->count; i++) {
        struct act_run run = {.script = script, .node = acts->items[i]};
        arena_init(&run.arena, ACT_ARENA_CAP, script->arena->exhausted, script->arena->context);
        enum status status = run_one(&run);
        arena_clear(&run.arena);
        if (status != STATUS_OK) {
            if (script->outcome->problems.count == 0) {
                fail(script, acts->items[i], status_title(status));
            }
            return status;
        }
        script->host->progress(script->host->context, i + 1, acts->count);
    }
    return STATUS_OK;
}

enum status script_run(struct store *store, struct arena *arena, struct str file, struct str text,
                       const struct script_host *host, struct outcome *outcome)
{
    struct messages messages;
    struct script script = {.store = store,
                            .model = store_model(store),
                            .arena = arena,
                            .host = host,
                            .outcome = outcome,
                            .file = file,
                            .calendar = model_calendar(store_model(store))};
    messages_init(&messages, arena);
    map_init(&script.names, arena);
    const struct yaml *root = yaml_read(arena, file, text, &messages);
    for (size_t i = 0; i < messages.list.count; i++) {
        outcome_problem(outcome, STATUS_INVALID, STR(""), STR("script"),
                        message_line(arena, &messages.list.items[i]));
    }
    const struct yaml_pair *acts = root ? yaml_find(root, STR("acts")) : NULL;
    if (!acts || acts->value->kind != YAML_LIST || messages.list.count > 0) {
        return STATUS_INVALID;
    }
    return run_acts(&script, acts->value);
}
