/* The record as it was: what came after is undone, in today's words; or all that came before is
 * told again, in the words of then. */
#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "db/named.h"
#include "rule/access.h"
#include "store/history.h"

/* ---- values out of a content ---- */

static struct str text_of(struct arena *arena, const json_t *json)
{
    return json_is_string(json)
               ? str_copy(arena, (struct str){json_string_value(json), json_string_length(json)})
               : STR("");
}

static struct value_code code_of(struct arena *arena, const json_t *json)
{
    return (struct value_code){text_of(arena, json_object_get(json, "code")),
                               (uint32_t)json_integer_value(json_object_get(json, "version"))};
}

/* "12.50" with the digits it was stored with. */
static struct value decimal_of(struct str text)
{
    int64_t number = 0;
    unsigned scale = 0;
    bool negative = text.n > 0 && text.p[0] == '-', point = false;
    for (size_t i = negative ? 1 : 0; i < text.n; i++) {
        if (text.p[i] == '.') {
            point = true;
        } else {
            number = number * 10 + (text.p[i] - '0');
            scale += point ? 1 : 0;
        }
    }
    return value_decimal(negative ? -number : number, scale);
}

static struct value datetime_of(const struct work_set *set, const json_t *json)
{
    struct instant at;
    struct date local;
    struct str at_text = text_of(set->arena, json_object_get(json, "at"));
    struct str local_text = text_of(set->arena, json_object_get(json, "local"));
    return zone_parse(set->calendar.zone, at_text, &at, NULL) && date_parse(local_text, &local)
               ? value_datetime(at, local)
               : value_unset();
}

static struct value value_of(const struct work_set *set, enum model_field_kind kind,
                             const json_t *json)
{
    struct str text = text_of(set->arena, json);
    struct date date;
    struct uuid id;
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
        return value_text(text);
    case FIELD_YES_NO:
        return value_boolean(json_is_true(json));
    case FIELD_INTEGER:
        return value_integer(json_integer_value(json));
    case FIELD_DECIMAL:
        return decimal_of(text);
    case FIELD_DATE:
        return date_parse(text, &date) ? value_date(date) : value_unset();
    case FIELD_DATETIME:
        return datetime_of(set, json);
    case FIELD_CODE: {
        struct value_code code = code_of(set->arena, json);
        return value_code(code.code, code.version);
    }
    case FIELD_REFERENCE:
    case FIELD_ROW:
    case FIELD_ATTACHMENT:
    case FIELD_SIGNATURE:
        return uuid_parse(text, &id) ? value_reference(id) : value_unset();
    case FIELD_CODES:
    case FIELD__COUNT:
        break;
    }
    return value_unset();
}

static struct answer several_of(const struct work_set *set, const json_t *json)
{
    size_t count = json_array_size(json);
    struct value_code *codes = ARENA_ARRAY(set->arena, count, struct value_code);
    struct answer answer = answer_unset();
    for (size_t i = 0; i < count; i++) {
        codes[i] = code_of(set->arena, json_array_get(json, i));
    }
    answer.codes = codes;
    answer.code_count = count;
    return answer;
}

static struct answer answer_from(const struct work_set *set, uint32_t field, const json_t *json)
{
    enum model_field_kind kind = model_field_row(set->model, field)->kind;
    enum model_non_answer why;
    struct answer answer = answer_unset();
    if (json == NULL || json_is_null(json)) {
        return answer;
    }
    if (json_is_object(json) && json_object_get(json, "why") != NULL) {
        if (model_non_answer_parse(text_of(set->arena, json_object_get(json, "why")), &why)) {
            answer.why = why;
            answer.asked = text_of(set->arena, json_object_get(json, "asked"));
        }
        return answer;
    }
    return json_is_array(json) ? several_of(set, json) : answer_of(value_of(set, kind, json));
}

/* ---- changes put into a record ---- */

/* A row with its place, while changes are put into its record. */
struct placed {
    struct row *row;
    int64_t position; /* -1: not there */
};
struct placed_rows {
    LIST(struct placed) items;
};

struct replay {
    struct work_set *set;
    struct record *record;
    struct placed_rows *lists; /* by position of the list within the entity */
};

static void place_rows(struct replay *replay)
{
    const struct model_entity *shape =
        model_entity_row(replay->set->model, replay->record->subject.entity);
    replay->lists = ARENA_ARRAY(replay->set->arena, shape->lists_count, struct placed_rows);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct rows *rows = &replay->record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            struct placed placed = {rows->items.items[k], (int64_t)k};
            LIST_PUSH(replay->set->arena, &replay->lists[i].items, placed);
        }
    }
}

/* The row, made again when it was removed since. */
static struct placed *find_placed(struct replay *replay, uint32_t list, struct uuid id)
{
    uint32_t first =
        model_entity_row(replay->set->model, replay->record->subject.entity)->lists_first;
    struct placed_rows *rows = &replay->lists[list - first];
    for (size_t i = 0; i < rows->items.count; i++) {
        if (uuid_eq(rows->items.items[i].row->subject.id, id)) {
            return &rows->items.items[i];
        }
    }
    struct placed placed = {record_load_row(replay->record, list, id), -1};
    LIST_PUSH(replay->set->arena, &rows->items, placed);
    return &rows->items.items[rows->items.count - 1];
}

static void put_kernel(struct replay *replay, struct str name, const json_t *value)
{
    struct record *record = replay->record;
    struct str text = text_of(replay->set->arena, value);
    if (str_eq(name, STR("state"))) {
        record->state = model_state_by_name(replay->set->model, record->subject.entity, text);
    } else if (str_eq(name, STR("number"))) {
        record->number = text;
    } else if (str_eq(name, STR("entered_in_error"))) {
        /* Which act it was stands in the history; that there was one is enough here. */
        record->error_reason = text;
        record->error = text.n > 0 ? record->subject.id : (struct uuid){{0}};
    } else if (str_eq(name, STR("agency_id")) && !uuid_parse(text, &record->agency)) {
        record->agency = (struct uuid){{0}};
    }
}

static void put_member(struct replay *replay, struct str name, const json_t *value)
{
    struct work_set *set = replay->set;
    struct history_place place;
    if (!history_find_place(set->model, replay->record->subject.entity, name, &place)) {
        put_kernel(replay, name, value);
        return;
    }
    if (place.field != MODEL_NONE &&
        !access_field(set, replay->record, place.field, VERB_READ).allowed) {
        return;
    }
    struct subject *subject = &replay->record->subject;
    if (place.list != MODEL_NONE) {
        struct placed *placed = find_placed(replay, place.list, place.row);
        subject = &placed->row->subject;
        if (place.field == MODEL_NONE) {
            placed->position = json_is_integer(value) ? json_integer_value(value) : -1;
            return;
        }
    }
    const struct model_field *field = model_field_row(set->model, place.field);
    subject->answers[field->slot] = answer_from(set, place.field, value);
}

/* Puts one side of a change into the record, "from" or "to". False when the content cannot be read:
 * it was expunged. */
static bool put_side(struct replay *replay, struct str content, const char *side)
{
    json_t *json = history_parse(content);
    const char *name;
    json_t *member;
    if (json == NULL) {
        return false;
    }
    json_object_foreach(json, name, member)
    {
        put_member(replay, str_from(name), json_object_get(member, side));
    }
    json_decref(json);
    return true;
}

static int compare_placed(const void *a, const void *b)
{
    const struct placed *left = a, *right = b;
    return left->position < right->position ? -1 : left->position > right->position;
}

/* Puts the rows in the places they had. */
static void settle_rows(struct replay *replay)
{
    const struct model_entity *shape =
        model_entity_row(replay->set->model, replay->record->subject.entity);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        struct placed_rows *placed = &replay->lists[i];
        struct rows *rows = &replay->record->lists[i];
        size_t count = 0;
        if (placed->items.count > 1) {
            qsort(placed->items.items, placed->items.count, sizeof(struct placed), compare_placed);
        }
        for (size_t k = 0; k < placed->items.count; k++) {
            if (placed->items.items[k].position >= 0) {
                rows->items.items[count++] = placed->items.items[k].row;
            }
        }
        rows->items.count = count;
        rows->view = NULL;
    }
}

/* ---- going back ---- */

/* Up to when: the statements that find the changes behind it and at it, and what they go by. */
struct moment {
    enum sql_name since, at;
    int64_t bound;
};

/* What the record's head said at the moment; NOT_FOUND: it was not there yet. */
static enum status read_head(struct store_reader *reader, struct work_set *set,
                             struct record *record, struct moment moment)
{
    struct db_statement *q;
    bool there = false;
    TRY(db_named(reader->db, moment.at, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, moment.bound);
    if (db_next(q)) {
        there = true;
        record->version = (uint32_t)db_int(q, 0);
        record->changed_at = (struct instant){db_int(q, 1)};
        record->changed_by = db_is_null(q, 2) ? (struct uuid){{0}} : db_uuid(q, 2);
    }
    TRY(db_finish(q));
    return there ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status go_back(struct store_reader *reader, struct work_set *set, struct record *record,
                           struct moment moment)
{
    LIST(struct str) contents = {0};
    struct replay replay = {.set = set, .record = record};
    struct db_statement *q;
    TRY(db_named(reader->db, moment.since, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, moment.bound);
    while (db_next(q)) {
        LIST_PUSH(set->arena, &contents, db_is_null(q, 3) ? STR("") : db_text(q, 3));
    }
    TRY(db_finish(q));
    place_rows(&replay);
    for (size_t i = 0; i < contents.count; i++) {
        TRY(history_readable(reader, set, record, set->model, &contents.items[i]));
        if (!put_side(&replay, contents.items[i], "from")) {
            return STATUS_REFUSED;
        }
    }
    settle_rows(&replay);
    return STATUS_OK;
}

static enum status as_of(struct store_reader *reader, struct work_set *set, struct record *record,
                         struct moment moment, struct outcome *outcome)
{
    if (!access_record(set, record, VERB_HISTORY).allowed) {
        outcome_problem(outcome, STATUS_FORBIDDEN, STR(""), STR("not_allowed"),
                        STR("Your role may not read the history of this record."));
        return STATUS_FORBIDDEN;
    }
    enum status status = read_head(reader, set, record, moment);
    if (status == STATUS_OK) {
        status = go_back(reader, set, record, moment);
    }
    if (status == STATUS_NOT_FOUND) {
        outcome_problem(outcome, status, STR(""), STR("not_yet"),
                        STR("This record was not there yet."));
    } else if (status == STATUS_REFUSED) {
        outcome_problem(outcome, status, STR(""), STR("expunged"),
                        STR("Part of this history was expunged; what was before it is not known."));
    }
    return reader_fault(reader, outcome, status);
}

enum status store_as_of(struct store_reader *reader, struct work_set *set, struct record *record,
                        struct instant at, struct outcome *outcome)
{
    const struct moment moment = {SQL_FIND_HISTORY_SINCE, SQL_FIND_HISTORY_AT, at.ms};
    return as_of(reader, set, record, moment, outcome);
}

enum status store_as_of_version(struct store_reader *reader, struct work_set *set,
                                struct record *record, uint32_t version, struct outcome *outcome)
{
    const struct moment moment = {SQL_FIND_HISTORY_SINCE_VERSION, SQL_FIND_HISTORY_AT_VERSION,
                                  version};
    return as_of(reader, set, record, moment, outcome);
}

/* ---- in the words of then ---- */

/* STATUS_REFUSED when part of it was expunged. */
static enum status tell_again(struct store_reader *reader, struct work_set *set,
                              const struct record *record, struct replay *replay)
{
    LIST(struct str) contents = {0};
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_FIND_HISTORY_UNTIL_VERSION, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, record->version);
    while (db_next(q)) {
        LIST_PUSH(set->arena, &contents, db_is_null(q, 0) ? STR("") : db_text(q, 0));
    }
    TRY(db_finish(q));
    place_rows(replay);
    for (size_t i = 0; i < contents.count; i++) {
        TRY(history_readable(reader, set, record, replay->set->model, &contents.items[i]));
        if (!put_side(replay, contents.items[i], "to")) {
            return STATUS_REFUSED;
        }
    }
    settle_rows(replay);
    return STATUS_OK;
}

/* What references lead to is named as today: those who may be known of. */
static enum status name_reference(struct store_reader *reader, struct work_set *set,
                                  struct work_set *then, const struct subject *subject,
                                  uint32_t field)
{
    const struct model_field *shape = model_field_row(then->model, field);
    struct value value = value_get(subject, field);
    if (shape->kind != FIELD_REFERENCE || shape->target == MODEL_NONE ||
        value.type != VALUE_REFERENCE) {
        return STATUS_OK;
    }
    uint32_t entity = model_entity_by_name(
        set->model, model_text(then->model, model_entity_row(then->model, shape->target)->name));
    if (entity != MODEL_NONE) {
        TRY(store_titles_of(reader, set, entity, &value.reference, 1));
        work_set_set_title(then, value.reference, value_words(set, value, MODEL_NONE));
    }
    return STATUS_OK;
}

static enum status name_references(struct store_reader *reader, struct work_set *set,
                                   struct record *then)
{
    const struct model *model = then->set->model;
    const struct model_entity *shape = model_entity_row(model, then->subject.entity);
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        TRY(name_reference(reader, set, then->set, &then->subject, shape->fields_first + i));
    }
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        const struct rows *rows = &then->lists[i];
        for (size_t k = 0; k < rows->items.count * list->fields_count; k++) {
            TRY(name_reference(reader, set, then->set,
                               &rows->items.items[k / list->fields_count]->subject,
                               list->fields_first + (uint32_t)(k % list->fields_count)));
        }
    }
    return STATUS_OK;
}

static struct record *copy_head(struct work_set *set, const struct record *record, uint32_t entity)
{
    struct record *copy = work_set_add(set, entity, record->subject.id);
    copy->version = record->version;
    copy->root = record->root;
    copy->agency = record->agency;
    copy->number = record->number;
    copy->created_at = record->created_at;
    copy->changed_at = record->changed_at;
    copy->created_by = record->created_by;
    copy->changed_by = record->changed_by;
    return copy;
}

enum status store_as_written(struct store_reader *reader, struct work_set *set,
                             struct record *record, struct record **ret_record)
{
    static const struct actor system = {0};
    struct db_statement *q;
    const struct model *own;
    int64_t sequence = 0;
    *ret_record = NULL;
    TRY(db_named(reader->db, SQL_FIND_SEQUENCE_OF_VERSION, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, record->version);
    if (db_next(q)) {
        sequence = db_int(q, 0);
    }
    TRY(db_finish(q));
    TRY(reader_model_of(reader, set, record->agency, sequence, &own));
    if (own == work_set_view(set, record->agency)) {
        *ret_record = record;
        return STATUS_OK;
    }
    const struct str name =
        model_text(set->model, model_entity_row(set->model, record->subject.entity)->name);
    uint32_t entity = own == NULL ? MODEL_NONE : model_entity_by_name(own, name);
    if (entity == MODEL_NONE) {
        return STATUS_OK;
    }
    /* What is in it may be read by whoever asks: nothing else is told again. */
    struct work_set *then = ARENA_NEW(set->arena, struct work_set);
    work_set_init(then, set->arena, own, set->now, &system);
    struct replay replay = {.set = then, .record = copy_head(then, record, entity)};
    enum status status = tell_again(reader, set, record, &replay);
    if (status == STATUS_OK) {
        status = name_references(reader, set, replay.record);
    }
    if (status == STATUS_OK) {
        *ret_record = replay.record;
    }
    return status == STATUS_REFUSED ? STATUS_OK : status;
}
