/* See history_words.h. */
#include "http/history_words.h"

#include "base/utf8.h"
#include "html/view.h"
#include "rule/access.h"

#include <jansson.h>

/* Longer texts are cut here; the record as known then has them whole. */
#define TEXT_SHOWN 400u

/* An answer that changed. */
struct turn {
    uint32_t field; /* MODEL_NONE: of the kernel, or one the model no longer has */
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

static uint32_t list_of(const struct history_reading *reading, struct path path)
{
    return path.list.n == 0 ? MODEL_NONE
                            : model_list_by_name(reading->request->model,
                                                 reading->record->subject.entity, path.list);
}

static uint32_t field_of(const struct history_reading *reading, struct path path)
{
    const struct model *model = reading->request->model;
    uint32_t list = list_of(reading, path);
    uint32_t field = MODEL_NONE;
    if (path.list.n == 0) {
        field = model_field_by_name(model, reading->record->subject.entity, path.field);
    } else if (list != MODEL_NONE && path.field.n > 0) {
        field = model_list_field_by_name(model, list, path.field);
    }
    /* The kernel's state and number stand in the content as plain text. */
    return field == MODEL_NONE || model_field_row(model, field)->kernel ? MODEL_NONE : field;
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

static struct value datetime_of(struct history_reading *reading, const json_t *json)
{
    struct arena *arena = &reading->request->arena;
    struct instant at;
    struct date local = {0};
    if (!zone_parse(reading->request->set.calendar.zone,
                    string_of(arena, json_object_get(json, "at")), &at, NULL)) {
        return value_unset();
    }
    (void)date_parse(string_of(arena, json_object_get(json, "local")), &local);
    return value_datetime(at, local);
}

static struct value value_of(struct history_reading *reading, uint32_t field, const json_t *json)
{
    struct arena *arena = &reading->request->arena;
    const struct model_field *shape = model_field_row(reading->request->model, field);
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
        return input_parse(&reading->request->set, field, string_of(arena, json), &value, &ignored)
                   ? value
                   : value_unset();
    case FIELD_DATETIME:
        return datetime_of(reading, json);
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

static struct answer answer_read(struct history_reading *reading, uint32_t field,
                                 const json_t *json)
{
    struct arena *arena = &reading->request->arena;
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
        answer.value = value_of(reading, field, json);
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

static enum status load_reference(struct history_reading *reading, uint32_t field,
                                  const struct answer *answer)
{
    struct request *request = reading->request;
    const struct model_field *shape = model_field_row(request->model, field);
    if (shape->kind != FIELD_REFERENCE || shape->target == MODEL_NONE ||
        answer->value.type != VALUE_REFERENCE ||
        work_set_find(&request->set, answer->value.reference)) {
        return STATUS_OK;
    }
    return store_titles_of(request->reader, &request->set, shape->target, &answer->value.reference,
                           1);
}

static enum status read_turn(struct history_reading *reading, struct turns *turns, const char *name,
                             const json_t *json)
{
    struct request *request = reading->request;
    struct arena *arena = &request->arena;
    struct turn turn = {.name = str_copy(arena, str_from(name))};
    struct path path = split_name(turn.name);
    const json_t *from = json_object_get(json, "from"), *to = json_object_get(json, "to");
    turn.row = path.row;
    turn.field = field_of(reading, path);
    if (turn.field == MODEL_NONE) {
        turn.from_text = plain_text(arena, from);
        turn.to_text = plain_text(arena, to);
    } else {
        turn.hidden = !access_field(&request->set, reading->record, turn.field, VERB_READ).allowed;
        turn.from = answer_read(reading, turn.field, from);
        turn.to = answer_read(reading, turn.field, to);
        if (!turn.hidden) {
            TRY(load_reference(reading, turn.field, &turn.from));
            TRY(load_reference(reading, turn.field, &turn.to));
        }
    }
    LIST_PUSH(arena, &turns->items, turn);
    return STATUS_OK;
}

/* As the model has them: the state first, the record's fields, then each row with its fields. */
static uint64_t place_of(const struct history_reading *reading, const struct turn *turn)
{
    uint32_t list = list_of(reading, split_name(turn->name));
    if (list != MODEL_NONE) {
        return (uint64_t)model_list_row(reading->request->model, list)->fields_first << 1;
    }
    return turn->field == MODEL_NONE ? 0 : (uint64_t)turn->field << 1 | 1;
}

static bool stands_before(const struct history_reading *reading, const struct turn *a,
                          const struct turn *b)
{
    uint64_t left = place_of(reading, a), right = place_of(reading, b);
    if (left != right) {
        return left < right;
    }
    int rows = str_compare(a->row, b->row);
    return rows != 0 ? rows < 0 : a->field + 1 < b->field + 1; /* that a row came stands first */
}

/* Few of them, and nearly in order: by insertion. */
static void sort_turns(const struct history_reading *reading, struct turns *turns)
{
    for (size_t i = 1; i < turns->items.count; i++) {
        struct turn turn = turns->items.items[i];
        size_t at = i;
        while (at > 0 && stands_before(reading, &turn, &turns->items.items[at - 1])) {
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
                               struct str content)
{
    json_error_t error;
    json_t *json = json_loadb(content.p, content.n, 0, &error);
    if (!json) { /* expunged */
        return STATUS_OK;
    }
    arena_on_clear(&reading->request->arena, release, json);
    for (void *at = json_object_iter(json); at; at = json_object_iter_next(json, at)) {
        TRY(read_turn(reading, turns, json_object_iter_key(at), json_object_iter_value(at)));
    }
    sort_turns(reading, turns);
    return STATUS_OK;
}

enum status history_read(struct request *request, struct record *record,
                         const struct store_change *changes, size_t count,
                         struct history_reading **ret_reading)
{
    struct history_reading *reading = ARENA_NEW(&request->arena, struct history_reading);
    *reading = (struct history_reading){request, record,
                                        ARENA_ARRAY(&request->arena, count, struct turns), count};
    for (size_t i = 0; i < count; i++) {
        TRY(read_change(reading, &reading->changes[i], changes[i].content));
    }
    *ret_reading = reading;
    return STATUS_OK;
}

/* ---- words ---- */

static struct row *row_of(struct history_reading *reading, uint32_t list, struct str id)
{
    struct uuid row;
    return uuid_parse(id, &row) ? record_find_row(reading->record, list, row) : NULL;
}

/* "Mai Vang, 7"; of a row that is no longer there what rows of the list are called. */
static struct str row_words(struct history_reading *reading, uint32_t list, struct str id)
{
    const struct row *row = row_of(reading, list, id);
    return row ? view_row_title(&reading->request->set, row)
               : model_text(reading->request->model,
                            model_list_row(reading->request->model, list)->row_label);
}

static struct str cut(struct arena *arena, struct str text)
{
    return text.n <= TEXT_SHOWN ? text
                                : STR_JOIN(arena, utf8_prefix(text, TEXT_SHOWN), STR(" ..."));
}

/* The answer in words, as the field of a record or row would show it. */
static struct str answer_text(struct history_reading *reading, const struct turn *turn,
                              const struct answer *answer)
{
    struct request *request = reading->request;
    const struct model *model = request->model;
    const struct model_field *field = model_field_row(model, turn->field);
    struct subject scratch = reading->record->subject;
    if (field->kind == FIELD_ATTACHMENT || field->kind == FIELD_SIGNATURE) {
        return answer->value.type == VALUE_REFERENCE ? STR("a picture or scan") : STR("");
    }
    scratch.list = field->list;
    scratch.row = NULL;
    scratch.answers = ARENA_ARRAY(&request->arena, (size_t)field->slot + 1, struct answer);
    scratch.answers[field->slot] = *answer;
    return cut(&request->arena, answer_words(&request->set, &scratch, turn->field));
}

static struct str state_label(const struct history_reading *reading, struct str name)
{
    const struct model *model = reading->request->model;
    uint32_t state = model_state_by_name(model, reading->record->subject.entity, name);
    return state == MODEL_NONE ? name : model_text(model, model_state_row(model, state)->label);
}

/* A row that came, went or moved. */
static bool row_fact(struct history_reading *reading, const struct turn *turn,
                     struct fact *ret_fact)
{
    const struct model *model = reading->request->model;
    uint32_t list = list_of(reading, split_name(turn->name));
    if (list == MODEL_NONE) {
        return false;
    }
    ret_fact->label = model_text(model, model_list_row(model, list)->row_label);
    ret_fact->value = STR_JOIN(&reading->request->arena, row_words(reading, list, turn->row),
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
        ret_fact->value = state_label(reading, turn->to_text);
        return true;
    }
    ret_fact->label = str_eq(turn->name, STR("number")) ? STR("Number") : turn->name;
    ret_fact->value = turn->to_text;
    return !str_eq(turn->name, STR("root_id")) && !str_eq(turn->name, STR("agency_id")) &&
           !str_eq(turn->name, STR("access")); /* told on the page about access */
}

static struct fact field_fact(struct history_reading *reading, const struct turn *turn)
{
    struct arena *arena = &reading->request->arena;
    const struct model *model = reading->request->model;
    const struct model_field *field = model_field_row(model, turn->field);
    struct str label = model_text(model, field->label);
    struct str from = answer_text(reading, turn, &turn->from);
    struct str to = answer_text(reading, turn, &turn->to);
    struct fact fact = {.value = to.n > 0 ? to : STR("(empty)"), .no_answer = to.n == 0};
    fact.label =
        field->list == MODEL_NONE
            ? label
            : STR_JOIN(arena, row_words(reading, field->list, turn->row), STR(": "), label);
    if (from.n > 0) {
        fact.from = STR_JOIN(arena, STR("before: "), from);
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
