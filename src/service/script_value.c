/* Values of scripts: times, names, rows, files. */
#include "service/script_int.h"

#define OFFSET_MOST 60000 /* days or minutes */

/* ---- times ---- */

/* "day -3 09:12", "day -2600", "now -90". */
static bool relative_time(const struct act_run *run, struct str text, struct instant *ret_at,
                          bool *ret_has_time)
{
    const struct zone *zone = run->script->calendar.zone;
    struct instant now = run->script->began;
    int64_t number;
    struct str rest = text;
    struct str word;
    struct str amount;
    if (!str_split(&rest, ' ', &word) || !str_split(&rest, ' ', &amount) ||
        !str_to_i64(amount, &number) || number < -OFFSET_MOST || number > OFFSET_MOST) {
        return false;
    }
    *ret_has_time = true;
    if (str_eq(word, STR("now"))) {
        *ret_at = (struct instant){now.ms + number * MINUTE_MS};
        return rest.p == NULL;
    }
    if (!str_eq(word, STR("day"))) {
        return false;
    }
    struct date date = {zone_date(zone, now).day + (int32_t)number};
    if (rest.p == NULL) {
        *ret_has_time = false;
        *ret_at = zone_day_start(zone, date);
        return true;
    }
    struct arena *arena = run->script->arena;
    enum zone_fit fit;
    return zone_parse(zone, STR_JOIN(arena, date_iso(arena, date), STR("T"), rest), ret_at, &fit);
}

/* "2026-11-25 13:20" */
static bool absolute_time(const struct act_run *run, struct str text, struct instant *ret_at)
{
    enum zone_fit fit;
    if (text.n != 16 || text.p[4] != '-' || text.p[7] != '-' || text.p[10] != ' ') {
        return false;
    }
    struct str iso =
        STR_JOIN(run->script->arena, str_slice(text, 0, 10), STR("T"), str_slice(text, 11, text.n));
    return zone_parse(run->script->calendar.zone, iso, ret_at, &fit);
}

bool script_time(const struct act_run *run, struct str text, struct instant *ret_at,
                 bool *ret_has_time)
{
    *ret_has_time = true;
    return absolute_time(run, text, ret_at) || relative_time(run, text, ret_at, ret_has_time);
}

/* ---- names ---- */

enum status script_load(struct act_run *run, const struct named *named, struct work_set *ret_set,
                        struct record **ret_record)
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

const struct subject *script_subject(struct record *record, const struct named *named)
{
    if (uuid_is_nil(named->row)) {
        return &record->subject;
    }
    const struct row *row = record_find_row(record, named->list, named->row);
    return row != NULL ? &row->subject : NULL;
}

/* What a reference field of a named record or row leads to. */
static enum status follow(struct act_run *run, const struct yaml *node, struct str text,
                          struct str field_name, struct named *named)
{
    struct script *script = run->script;
    struct work_set set;
    struct record *record;
    TRY(script_load(run, named, &set, &record));
    uint32_t field = uuid_is_nil(named->row)
                         ? model_field_by_name(script->model, named->entity, field_name)
                         : model_list_field_by_name(script->model, named->list, field_name);
    const struct subject *subject = script_subject(record, named);
    if (field == MODEL_NONE || subject == NULL ||
        value_get(subject, field).type != VALUE_REFERENCE) {
        return script_fail(script, node,
                           STR_JOIN(script->arena, STR("'"), text, STR("' leads nowhere")));
    }
    *named = (struct named){.entity = model_field_row(script->model, field)->target,
                            .id = value_get(subject, field).reference,
                            .list = MODEL_NONE};
    return STATUS_OK;
}

enum status script_resolve(struct act_run *run, const struct yaml *node, struct str text,
                           struct named *ret_named)
{
    struct script *script = run->script;
    struct str name = str_starts(text, STR("@")) ? str_slice(text, 1, text.n) : text;
    ptrdiff_t dot = str_find_byte(name, '.');
    struct str head = dot < 0 ? name : str_slice(name, 0, (size_t)dot);
    const struct named *named = map_get(&script->names, head);
    if (named == NULL) {
        return script_fail(script, node,
                           STR_JOIN(script->arena, STR("nothing is named '"), head, STR("'")));
    }
    *ret_named = *named;
    return dot < 0 ? STATUS_OK
                   : follow(run, node, text, str_slice(name, (size_t)dot + 1, name.n), ret_named);
}

enum status script_remember(struct script *script, const struct yaml *node, struct str name,
                            struct named named)
{
    struct named *kept = arena_copy(script->arena, &named, sizeof(named));
    return map_add(&script->names, str_copy(script->arena, name), kept)
               ? STATUS_OK
               : script_fail(script, node,
                             STR_JOIN(script->arena, STR("'"), name, STR("' is named twice")));
}

/* ---- values ---- */

/* A row that is named in the same act goes by its label, which the input knows. */
static bool row_of_this_act(const struct act_run *run, struct str name, struct str *ret_label)
{
    for (size_t i = 0; i < run->row_names.count; i++) {
        if (name.n > 0 && str_eq(run->row_names.items[i].name, name)) {
            *ret_label = run->row_names.items[i].label;
            return true;
        }
    }
    return false;
}

static enum status name_value(struct act_run *run, const struct yaml *node, struct str *ret_text)
{
    struct named named;
    if (row_of_this_act(run, str_slice(node->text, 1, node->text.n), ret_text)) {
        return STATUS_OK;
    }
    TRY(script_resolve(run, node, node->text, &named));
    *ret_text = uuid_text(&run->arena, uuid_is_nil(named.row) ? named.id : named.row);
    return STATUS_OK;
}

static enum status file_value(struct act_run *run, const struct yaml *node, struct str *ret_text)
{
    const struct script_host *host = run->script->host;
    struct str name = str_slice(node->text, STR("file ").n, node->text.n);
    struct str bytes;
    if (host->file == NULL || !host->file(host->context, name, &bytes)) {
        return script_fail(run->script, node,
                           STR_JOIN(run->script->arena, STR("there is no file "), name));
    }
    if (run->upload_count == SCRIPT_UPLOADS_MAX) {
        return script_fail(run->script, node, STR("an act has at most 20 files"));
    }
    *ret_text = STR_JOIN(&run->arena, STR("upload:"),
                         str_from_int(&run->arena, (int64_t)run->upload_count));
    run->uploads[run->upload_count++] = (struct service_upload){
        .given = {.bytes = bytes, .name = name}
    };
    return STATUS_OK;
}

enum status script_value(struct act_run *run, const struct yaml *node, struct str *ret_text)
{
    const struct zone *zone = run->script->calendar.zone;
    struct instant at;
    bool has_time;
    if (node->style == YAML_SINGLE && str_starts(node->text, STR("@")) && node->text.n > 1) {
        return name_value(run, node, ret_text);
    }
    if (node->style == YAML_SINGLE && str_starts(node->text, STR("file "))) {
        return file_value(run, node, ret_text);
    }
    *ret_text = node->text;
    if (script_time(run, node->text, &at, &has_time)) {
        *ret_text =
            has_time ? zone_iso(&run->arena, zone, at) : date_iso(&run->arena, zone_date(zone, at));
    }
    return STATUS_OK;
}

static enum status add_pair(struct act_run *run, const struct yaml *node, struct str name,
                            struct str value)
{
    if (run->count == SCRIPT_PAIRS_MAX) {
        return script_fail(run->script, node, STR("an act has at most 2000 values"));
    }
    run->pairs[run->count++] = (struct input_pair){name, value};
    return STATUS_OK;
}

static enum status add_value(struct act_run *run, const struct yaml *node, struct str name)
{
    struct str text;
    TRY(script_value(run, node, &text));
    return add_pair(run, node, name, text);
}

/* Several codes; the empty one first, so that a list without any chooses none. */
static enum status add_several(struct act_run *run, struct str name, const struct yaml *list)
{
    TRY(add_pair(run, list, name, STR("")));
    for (size_t i = 0; i < list->count; i++) {
        TRY(add_value(run, list->items[i], name));
    }
    return STATUS_OK;
}

/* number: of the rows before it in the act; fresh: how many of them are new; counts this one. */
static enum status add_row(struct act_run *run, struct str list, const struct yaml *row,
                           size_t number, size_t *fresh)
{
    struct arena *arena = &run->arena;
    struct str id = script_text(row, STR("row"));
    struct str label = STR_JOIN(arena, STR("+"), str_from_int(arena, (int64_t)number + 1));
    struct str name = script_text(row, STR("as"));
    struct named named;
    if (id.n > 0) {
        TRY(script_resolve(run, row, id, &named));
        label = uuid_text(arena, named.row);
    } else {
        struct row_name row_name = {name, list, label, (*fresh)++};
        LIST_PUSH(arena, &run->row_names, row_name);
    }
    for (size_t i = 0; i < row->count; i++) {
        struct str key = row->pairs[i].key;
        const struct yaml *value = row->pairs[i].value;
        struct str path = STR_JOIN(arena, list, STR("["), label, STR("]."), key);
        if (!str_eq(key, STR("as")) && !str_eq(key, STR("row"))) {
            TRY(value->kind == YAML_LIST ? add_several(run, path, value)
                                         : add_value(run, value, path));
        }
    }
    return STATUS_OK;
}

enum status script_add_values(struct act_run *run, const struct yaml *map)
{
    for (size_t i = 0; i < map->count; i++) {
        struct str name = map->pairs[i].key;
        const struct yaml *value = map->pairs[i].value;
        if (value->kind != YAML_LIST) {
            TRY(add_value(run, value, name));
        } else if (value->count == 0 || value->items[0]->kind != YAML_MAP) {
            TRY(add_several(run, name, value));
        } else {
            size_t fresh = 0;
            for (size_t k = 0; k < value->count; k++) {
                TRY(add_row(run, name, value->items[k], k, &fresh));
            }
        }
    }
    return STATUS_OK;
}
