/* See history_words.h. */
#include "http/history_words.h"

#include "base/utf8.h"
#include "html/view.h"
#include "rule/access.h"

#include <jansson.h>

/* Longer texts are cut here; the record as known then has them whole. */
#define TEXT_SHOWN 400u

/* The words of a time: the model that was active, a set with it, and in that the record. Of today:
 * those of the request. */
struct era {
    const struct model *model;
    struct work_set *set;
    struct record *record;
};

/* An answer that changed. */
struct turn {
    const struct era *era; /* that it was written in */
    uint32_t field;        /* MODEL_NONE: of the kernel, or one the model did not have */
    struct str name;
    struct str row; /* id of the row it is in, or empty */
    struct answer from, to;
    struct str from_text, to_text; /* when field is MODEL_NONE */
    bool hidden;
};

struct turns {
    LIST(struct turn) items;
};

struct history_reading {
    struct request *request;
    struct record *record;
    struct turns *changes; /* count of them */
    size_t count;
    LIST(const struct era *) eras; /* today's first */
};

/* ---- names ---- */

/* "participants[018f...].role" in its parts; a plain name has no row. */
struct path {
    struct str list, row, field;
};

static struct path split_name(struct str name)
{
    ptrdiff_t open = str_find_byte(name, '['), close = str_find_byte(name, ']');
    if (open < 0 || close < open) {
        return (struct path){.field = name};
    }
    struct path path = {.list = str_slice(name, 0, (size_t)open),
                        .row = str_slice(name, (size_t)open + 1, (size_t)close)};
    if ((size_t)close + 2 <= name.n) {
        path.field = str_slice(name, (size_t)close + 2, name.n);
    }
    return path;
}

static uint32_t list_of(const struct era *era, struct path path)
{
    return path.list.n == 0
               ? MODEL_NONE
               : model_list_by_name(era->model, era->record->subject.entity, path.list);
}

static uint32_t field_of(const struct era *era, struct path path)
{
    uint32_t list = list_of(era, path);
    uint32_t field = MODEL_NONE;
    if (path.list.n == 0) {
        field = model_field_by_name(era->model, era->record->subject.entity, path.field);
    } else if (list != MODEL_NONE && path.field.n > 0) {
        field = model_list_field_by_name(era->model, list, path.field);
    }
    /* The kernel's state and number stand in the content as plain text. */
    return field == MODEL_NONE || model_field_row(era->model, field)->kernel ? MODEL_NONE : field;
}

static const struct era *today(const struct history_reading *reading)
{
    return reading->eras.items[0];
}

/* What was written under a model that cannot be opened any more is told in today's words. */
static const struct era *era_of(struct history_reading *reading, const struct model *model)
{
    static const struct actor system = {0};
    struct request *request = reading->request;
    struct era *era = ARENA_NEW(&request->arena, struct era);
    for (size_t i = 0; i < reading->eras.count; i++) {
        if (reading->eras.items[i]->model == model) {
            return reading->eras.items[i];
        }
    }
    const struct model_entity *entity =
        model_entity_row(request->model, reading->record->subject.entity);
    uint32_t then = model == NULL
                        ? MODEL_NONE
                        : model_entity_by_name(model, model_text(request->model, entity->name));
    if (then == MODEL_NONE) {
        return today(reading);
    }
    *era = (struct era){model, ARENA_NEW(&request->arena, struct work_set), NULL};
    work_set_init(era->set, &request->arena, model, request->set.now, &system);
    era->record = work_set_add(era->set, then, reading->record->subject.id);
    LIST_PUSH(&request->arena, &reading->eras, era);
    return era;
}

/* ---- values ---- */

static struct str string_of(struct arena *arena, const json_t *json)
{
    return json_is_string(json)
               ? str_copy(arena, (struct str){json_string_value(json), json_string_length(json)})
               : STR("");
}

static struct value_code code_of(struct arena *arena, const json_t *json)
{
    return (struct value_code){string_of(arena, json_object_get(json, "code")),
                               (uint32_t)json_integer_value(json_object_get(json, "version"))};
}

static struct value datetime_of(const struct era *era, const json_t *json)
{
    struct arena *arena = era->set->arena;
    struct instant at;
    struct date local = {0};
    if (!zone_parse(era->set->calendar.zone, string_of(arena, json_object_get(json, "at")), &at,
                    NULL)) {
        return value_unset();
    }
    (void)date_parse(string_of(arena, json_object_get(json, "local")), &local);
    return value_datetime(at, local);
}

static struct value value_of(const struct era *era, uint32_t field, const json_t *json)
{
    struct arena *arena = era->set->arena;
    const struct model_field *shape = model_field_row(era->model, field);
    struct value value = value_unset();
    struct str ignored;
    struct uuid id;
    switch ((enum model_field_kind)shape->kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
        return json_is_string(json) ? value_text(string_of(arena, json)) : value;
    case FIELD_YES_NO:
        return json_is_boolean(json) ? value_boolean(json_is_true(json)) : value;
    case FIELD_INTEGER:
        return json_is_integer(json) ? value_integer(json_integer_value(json)) : value;
    case FIELD_DECIMAL:
    case FIELD_DATE:
        return input_parse(era->set, field, string_of(arena, json), &value, &ignored)
                   ? value
                   : value_unset();
    case FIELD_DATETIME:
        return datetime_of(era, json);
    case FIELD_CODE:
        return json_is_object(json)
                   ? value_code(code_of(arena, json).code, code_of(arena, json).version)
                   : value;
    case FIELD_REFERENCE:
    case FIELD_ROW:
    case FIELD_ATTACHMENT:
    case FIELD_SIGNATURE:
        return uuid_parse(string_of(arena, json), &id) ? value_reference(id) : value;
    case FIELD_CODES:
    case FIELD__COUNT:
        break;
    }
    return value;
}

static struct answer answer_read(const struct era *era, uint32_t field, const json_t *json)
{
    struct arena *arena = era->set->arena;
    struct answer answer = answer_unset();
    const json_t *why = json_is_object(json) ? json_object_get(json, "why") : NULL;
    enum model_non_answer reason;
    if (why && model_non_answer_parse(string_of(arena, why), &reason)) {
        answer.why = reason;
        answer.asked = string_of(arena, json_object_get(json, "asked"));
    } else if (json_is_array(json)) {
        struct value_code *codes = ARENA_ARRAY(arena, json_array_size(json), struct value_code);
        for (size_t i = 0; i < json_array_size(json); i++) {
            codes[i] = code_of(arena, json_array_get(json, i));
        }
        answer.codes = codes;
        answer.code_count = json_array_size(json);
    } else {
        answer.value = value_of(era, field, json);
    }
    return answer;
}

/* What stands for an answer without a field of the model. */
static struct str plain_text(struct arena *arena, const json_t *json)
{
    if (json_is_integer(json)) {
        return str_from_int(arena, json_integer_value(json));
    }
    return string_of(arena, json);
}

/* ---- reading ---- */

/* What a reference leads to is named as today, for those who may know of it. */
static enum status load_reference(struct history_reading *reading, const struct turn *turn,
                                  const struct answer *answer)
{
    struct request *request = reading->request;
    const struct model *model = turn->era->model;
    const struct model_field *shape = model_field_row(model, turn->field);
    struct value value = answer->value;
    if (shape->kind != FIELD_REFERENCE || shape->target == MODEL_NONE ||
        value.type != VALUE_REFERENCE) {
        return STATUS_OK;
    }
    uint32_t entity = model_entity_by_name(
        request->model, model_text(model, model_entity_row(model, shape->target)->name));
    if (entity != MODEL_NONE && !work_set_find(&request->set, value.reference)) {
        TRY(store_titles_of(request->reader, &request->set, entity, &value.reference, 1));
    }
    if (turn->era != today(reading)) {
        work_set_set_title(turn->era->set, value.reference,
                           value_words(&request->set, value, MODEL_NONE));
    }
    return STATUS_OK;
}

/* The store has left out what is gone and may not be read. */
static bool is_hidden(const struct history_reading *reading, struct path path)
{
    uint32_t field = field_of(today(reading), path);
    return field != MODEL_NONE &&
           !access_field(&reading->request->set, reading->record, field, VERB_READ).allowed;
}

static enum status read_turn(struct history_reading *reading, const struct era *era,
                             struct turns *turns, const char *name, const json_t *json)
{
    struct arena *arena = &reading->request->arena;
    struct turn turn = {.era = era, .name = str_copy(arena, str_from(name))};
    struct path path = split_name(turn.name);
    const json_t *from = json_object_get(json, "from"), *to = json_object_get(json, "to");
    turn.row = path.row;
    turn.field = field_of(era, path);
    if (turn.field == MODEL_NONE) {
        turn.from_text = plain_text(arena, from);
        turn.to_text = plain_text(arena, to);
    } else {
        turn.hidden = is_hidden(reading, path);
        turn.from = answer_read(era, turn.field, from);
        turn.to = answer_read(era, turn.field, to);
        if (!turn.hidden) {
            TRY(load_reference(reading, &turn, &turn.from));
            TRY(load_reference(reading, &turn, &turn.to));
        }
    }
    LIST_PUSH(arena, &turns->items, turn);
    return STATUS_OK;
}

/* As the model has them: the state first, the record's fields, then each row with its fields. */
static uint64_t place_of(const struct turn *turn)
{
    uint32_t list = list_of(turn->era, split_name(turn->name));
    if (list != MODEL_NONE) {
        return (uint64_t)model_list_row(turn->era->model, list)->fields_first << 1;
    }
    return turn->field == MODEL_NONE ? 0 : (uint64_t)turn->field << 1 | 1;
}

static bool stands_before(const struct turn *a, const struct turn *b)
{
    uint64_t left = place_of(a), right = place_of(b);
    if (left != right) {
        return left < right;
    }
    int rows = str_compare(a->row, b->row);
    return rows != 0 ? rows < 0 : a->field + 1 < b->field + 1; /* that a row came stands first */
}

/* Few of them, and nearly in order: by insertion. */
static void sort_turns(struct turns *turns)
{
    for (size_t i = 1; i < turns->items.count; i++) {
        struct turn turn = turns->items.items[i];
        size_t at = i;
        while (at > 0 && stands_before(&turn, &turns->items.items[at - 1])) {
            turns->items.items[at] = turns->items.items[at - 1];
            at--;
        }
        turns->items.items[at] = turn;
    }
}

static void release(void *json)
{
    json_decref(json);
}

static enum status read_change(struct history_reading *reading, struct turns *turns,
                               const struct store_change *change)
{
    json_error_t error;
    json_t *json = json_loadb(change->content.p, change->content.n, 0, &error);
    const struct era *era = era_of(reading, change->model);
    if (!json) { /* expunged */
        return STATUS_OK;
    }
    arena_on_clear(&reading->request->arena, release, json);
    for (void *at = json_object_iter(json); at; at = json_object_iter_next(json, at)) {
        TRY(read_turn(reading, era, turns, json_object_iter_key(at), json_object_iter_value(at)));
    }
    sort_turns(turns);
    return STATUS_OK;
}

enum status history_read(struct request *request, struct record *record,
                         const struct store_change *changes, size_t count,
                         struct history_reading **ret_reading)
{
    struct history_reading *reading = ARENA_NEW(&request->arena, struct history_reading);
    struct era *now = ARENA_NEW(&request->arena, struct era);
    *reading =
        (struct history_reading){.request = request,
                                 .record = record,
                                 .changes = ARENA_ARRAY(&request->arena, count, struct turns),
                                 .count = count};
    *now = (struct era){work_set_view(&request->set, record->agency), &request->set, record};
    LIST_PUSH(&request->arena, &reading->eras, now);
    for (size_t i = 0; i < count; i++) {
        TRY(read_change(reading, &reading->changes[i], &changes[i]));
    }
    *ret_reading = reading;
    return STATUS_OK;
}

/* ---- words ---- */

/* "Mai Vang, 7", as the row is today; of one that is no longer there what rows of the list were
 * called. */
static struct str row_words(struct history_reading *reading, const struct turn *turn)
{
    struct path path = split_name(turn->name);
    uint32_t list = list_of(today(reading), path), then = list_of(turn->era, path);
    struct uuid id;
    const struct row *row = list != MODEL_NONE && uuid_parse(turn->row, &id)
                                ? record_find_row(reading->record, list, id)
                                : NULL;
    return row ? view_row_title(&reading->request->set, row)
               : model_text(turn->era->model, model_list_row(turn->era->model, then)->row_label);
}

static struct str cut(struct arena *arena, struct str text)
{
    return text.n <= TEXT_SHOWN ? text
                                : STR_JOIN(arena, utf8_prefix(text, TEXT_SHOWN), STR(" ..."));
}

/* The answer in words, as the field of a record or row would show it. */
static struct str answer_text(const struct turn *turn, const struct answer *answer)
{
    const struct era *era = turn->era;
    struct arena *arena = era->set->arena;
    const struct model_field *field = model_field_row(era->model, turn->field);
    struct subject scratch = era->record->subject;
    if (field->kind == FIELD_ATTACHMENT || field->kind == FIELD_SIGNATURE) {
        return answer->value.type == VALUE_REFERENCE ? STR("a picture or scan") : STR("");
    }
    scratch.list = field->list;
    scratch.row = NULL;
    scratch.answers = ARENA_ARRAY(arena, (size_t)field->slot + 1, struct answer);
    scratch.answers[field->slot] = *answer;
    return cut(arena, answer_words(era->set, &scratch, turn->field));
}

static struct str state_label(const struct era *era, struct str name)
{
    uint32_t state = model_state_by_name(era->model, era->record->subject.entity, name);
    return state == MODEL_NONE ? name
                               : model_text(era->model, model_state_row(era->model, state)->label);
}

/* A row that came, went or moved. */
static bool row_fact(struct history_reading *reading, const struct turn *turn,
                     struct fact *ret_fact)
{
    const struct model *model = turn->era->model;
    uint32_t list = list_of(turn->era, split_name(turn->name));
    if (list == MODEL_NONE) {
        return false;
    }
    ret_fact->label = model_text(model, model_list_row(model, list)->row_label);
    ret_fact->value = STR_JOIN(&reading->request->arena, row_words(reading, turn),
                               turn->from_text.n == 0 ? STR(": added")
                               : turn->to_text.n == 0 ? STR(": taken away")
                                                      : STR(": moved"));
    return true;
}

/* What the kernel keeps beside the fields. Places inside the database tell nobody anything. */
static bool kernel_fact(struct history_reading *reading, const struct turn *turn,
                        struct fact *ret_fact)
{
    if (turn->row.n > 0) {
        return row_fact(reading, turn, ret_fact);
    }
    if (str_eq(turn->name, STR("state"))) {
        ret_fact->label = STR("State");
        ret_fact->value = state_label(turn->era, turn->to_text);
        return true;
    }
    ret_fact->label = str_eq(turn->name, STR("number")) ? STR("Number") : turn->name;
    ret_fact->value = turn->to_text;
    return !str_eq(turn->name, STR("root_id")) && !str_eq(turn->name, STR("agency_id")) &&
           !str_eq(turn->name, STR("access")) && /* told on the page about access */
           !str_eq(turn->name, STR("signed_copy"));
}

static struct history_field field_words(struct history_reading *reading, const struct turn *turn)
{
    const struct model_field *field = model_field_row(turn->era->model, turn->field);
    struct str label = model_text(turn->era->model, field->label);
    return (struct history_field){
        .label = field->list == MODEL_NONE ? label
                                           : STR_JOIN(&reading->request->arena,
                                                      row_words(reading, turn), STR(": "), label),
        .from = field->sealed ? STR("") : answer_text(turn, &turn->from),
        .to = field->sealed ? STR("") : answer_text(turn, &turn->to),
        .sealed = field->sealed != 0,
    };
}

static struct fact field_fact(struct history_reading *reading, const struct turn *turn)
{
    struct history_field words = field_words(reading, turn);
    struct str from = answer_text(turn, &turn->from), to = answer_text(turn, &turn->to);
    struct fact fact = {
        .label = words.label, .value = to.n > 0 ? to : STR("(empty)"), .no_answer = to.n == 0};
    if (from.n > 0) {
        fact.from = STR_JOIN(&reading->request->arena, STR("before: "), from);
    }
    return fact;
}

struct history_words history_words(struct history_reading *reading, size_t at)
{
    const struct turns *turns = &reading->changes[at];
    struct history_words words = {0};
    words.facts = ARENA_ARRAY(&reading->request->arena, turns->items.count, struct fact);
    for (size_t i = 0; i < turns->items.count; i++) {
        const struct turn *turn = &turns->items.items[i];
        struct fact fact = {0};
        if (turn->hidden) {
            words.hidden++;
        } else if (turn->field != MODEL_NONE) {
            words.facts[words.count++] = field_fact(reading, turn);
        } else if (kernel_fact(reading, turn, &fact)) {
            words.facts[words.count++] = fact;
        }
    }
    return words;
}

static bool is_among(struct history_reading *reading, const struct turn *turn, const bool *only)
{
    uint32_t field = field_of(today(reading), split_name(turn->name));
    return only == NULL || (field != MODEL_NONE && only[field]);
}

size_t history_fields(struct history_reading *reading, size_t at, const bool *only,
                      struct history_field **ret_fields, size_t *ret_hidden)
{
    const struct turns *turns = &reading->changes[at];
    size_t count = 0;
    *ret_fields = ARENA_ARRAY(&reading->request->arena, turns->items.count, struct history_field);
    *ret_hidden = 0;
    for (size_t i = 0; i < turns->items.count; i++) {
        const struct turn *turn = &turns->items.items[i];
        struct fact fact = {0};
        if (!is_among(reading, turn, only)) {
            continue;
        }
        if (turn->hidden) {
            (*ret_hidden)++;
        } else if (turn->field != MODEL_NONE) {
            (*ret_fields)[count++] = field_words(reading, turn);
        } else if (kernel_fact(reading, turn, &fact)) {
            (*ret_fields)[count++] = (struct history_field){.label = fact.label, .to = fact.value};
        }
    }
    return count;
}
