/* Reading history: what happened to a record, and the record as it was. */
#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "db/named.h"
#include "rule/access.h"
#include "rule/input.h"
#include "store/history.h"

#define HISTORY_PAGE_MOST 200u
#define HISTORY_PAGE_USUAL 50u

/* ---- names within a content ---- */

/* What a member of a content is about. */
struct place {
    uint32_t field; /* or MODEL_NONE */
    uint32_t list;  /* or MODEL_NONE: of the record itself */
    struct uuid row;
};

/* "participants[018f...].role", "participants[018f...]", "birth_date"; false: the model no longer
 * has it, or it is the kernel's. */
static bool find_place(const struct model *model, uint32_t entity, struct str name,
                       struct place *ret_place)
{
    ptrdiff_t open = str_find_byte(name, '['), close = str_find_byte(name, ']');
    *ret_place = (struct place){.field = MODEL_NONE, .list = MODEL_NONE};
    if (open < 0) {
        ret_place->field = model_field_by_name(model, entity, name);
        return ret_place->field != MODEL_NONE && !model_field_row(model, ret_place->field)->kernel;
    }
    if (close < open ||
        !uuid_parse(str_slice(name, (size_t)open + 1, (size_t)close), &ret_place->row)) {
        return false;
    }
    ret_place->list = model_list_by_name(model, entity, str_slice(name, 0, (size_t)open));
    struct str rest = str_slice(name, (size_t)close + 1, name.n);
    if (ret_place->list == MODEL_NONE || rest.n == 0) {
        return ret_place->list != MODEL_NONE;
    }
    ret_place->field = model_list_field_by_name(model, ret_place->list, str_slice(rest, 1, rest.n));
    return ret_place->field != MODEL_NONE && !model_field_row(model, ret_place->field)->kernel;
}

/* Whether the actor may read what the member says. What the model no longer names has no class that
 * could be asked: where a record has stricter fields at all, it is not shown. */
static bool may_read_member(const struct work_set *set, const struct record *record,
                            struct str name)
{
    static const struct str kernel[] = {
        STR_INIT("state"),     STR_INIT("number"),           STR_INIT("root_id"),
        STR_INIT("agency_id"), STR_INIT("entered_in_error"), STR_INIT("sealed"),
        STR_INIT("access")};
    struct place place;
    if (find_place(set->model, record->subject.entity, name, &place)) {
        return place.field == MODEL_NONE ||
               access_field(set, record, place.field, VERB_READ).allowed;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(kernel); i++) {
        if (str_eq(kernel[i], name)) {
            return true;
        }
    }
    return false;
}

/* ---- as far as it may be read ---- */

static bool has_guarded_fields(const struct model *model, uint32_t entity)
{
    for (uint32_t i = 0; i < model_field_total(model); i++) {
        const struct model_field *field = model_field_row(model, i);
        if (field->entity == entity && (field->class != MODEL_NONE || field->sealed)) {
            return true;
        }
    }
    return false;
}

static json_t *parse(struct str content)
{
    json_error_t error;
    return json_loadb(content.p, content.n, JSON_REJECT_DUPLICATES, &error);
}

/* Puts the text itself in the place of what stands for it; nothing, when it was expunged. */
static enum status open_text(struct store_reader *reader, const struct record *record,
                             struct str name, json_t *member, const char *side)
{
    const struct model *model = reader->store->model;
    struct place place;
    const json_t *sealed = json_object_get(json_object_get(member, side), "sealed");
    struct str text = {0};
    if (sealed == NULL) {
        return STATUS_OK;
    }
    enum status status =
        history_text_open(reader, record->subject.id, str_from(json_string_value(sealed)), &text);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    if (find_place(model, record->subject.entity, name, &place) && place.field != MODEL_NONE) {
        text = input_masked(reader->arena, model, place.field, text);
    }
    json_object_set_new(member, side,
                        status == STATUS_OK ? json_stringn(text.p, text.n) : json_pack("n"));
    return STATUS_OK;
}

/* Takes out what the actor may not read and opens what is sealed of the rest. */
static enum status open_members(struct store_reader *reader, const struct work_set *set,
                                const struct record *record, json_t *json)
{
    const char *name;
    json_t *member;
    void *next;
    json_object_foreach_safe(json, next, name, member)
    {
        if (!may_read_member(set, record, str_from(name))) {
            json_object_del(json, name);
            continue;
        }
        TRY(open_text(reader, record, str_from(name), member, "from"));
        TRY(open_text(reader, record, str_from(name), member, "to"));
    }
    return STATUS_OK;
}

static enum status as_far_as_readable(struct store_reader *reader, const struct work_set *set,
                                      const struct record *record, struct str *content)
{
    if (content->n == 0 || !has_guarded_fields(set->model, record->subject.entity)) {
        return STATUS_OK;
    }
    json_t *json = parse(*content);
    *content = STR("");
    if (json == NULL) {
        return STATUS_OK;
    }
    enum status status = open_members(reader, set, record, json);
    char *text = status == STATUS_OK ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    *content = text == NULL ? STR("") : str_copy(set->arena, str_from(text));
    free(text);
    json_decref(json);
    return status;
}

/* ---- what happened ---- */

static struct store_change take_change(const struct model *model, struct db_statement *q)
{
    struct store_change change = {
        .sequence = (uint64_t)db_int(q, 0),
        .change = db_uuid(q, 1),
        .record = db_uuid(q, 2),
        .entity = model_entity_by_name(model, db_text(q, 3)),
        .version = (uint32_t)db_int(q, 4),
        .transition = MODEL_NONE,
        .at = {db_int(q, 7)},
    };
    if (!db_is_null(q, 5) && change.entity != MODEL_NONE) {
        struct str name = db_text(q, 5);
        change.transition = model_transition_by_name(model, change.entity, name);
        change.verb = change.transition == MODEL_NONE ? name : STR("");
    }
    if (!db_is_null(q, 6)) {
        change.by = db_uuid(q, 6);
    }
    if (!db_is_null(q, 8)) {
        change.reason = db_text(q, 8);
    }
    if (!db_is_null(q, 9)) {
        change.content = db_text(q, 9);
    }
    return change;
}

enum status store_history(struct store_reader *reader, struct work_set *set, struct record *record,
                          struct store_page page, struct store_change **ret_changes,
                          size_t *ret_count, struct str *ret_next_cursor)
{
    struct db_statement *q;
    LIST(struct store_change) changes = {0};
    uint32_t size = page.limit == 0 ? HISTORY_PAGE_USUAL : page.limit;
    int64_t before = INT64_MAX;
    size = size < HISTORY_PAGE_MOST ? size : HISTORY_PAGE_MOST;
    *ret_count = 0;
    *ret_next_cursor = STR("");
    if (!access_record(set, record, VERB_HISTORY).allowed) {
        return STATUS_FORBIDDEN;
    }
    if (page.cursor.n > 0 && !str_to_i64(page.cursor, &before)) {
        return STATUS_INVALID;
    }
    TRY(db_named(reader->db, SQL_FIND_HISTORY, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, before);
    db_bind_int(q, 3, (int64_t)size + 1);
    while (db_next(q)) {
        LIST_PUSH(set->arena, &changes, take_change(set->model, q));
    }
    TRY(db_finish(q));
    if (changes.count > size) {
        changes.count = size;
        *ret_next_cursor = str_from_int(set->arena, (int64_t)changes.items[size - 1].sequence);
    }
    for (size_t i = 0; i < changes.count; i++) {
        struct store_change *change = &changes.items[i];
        TRY(as_far_as_readable(reader, set, record, &change->content));
        change->sealed = history_is_sealed(reader->db, set->arena, (int64_t)change->sequence);
    }
    *ret_changes = changes.items;
    *ret_count = changes.count;
    return STATUS_OK;
}

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

/* ---- going back ---- */

/* A row with its place, while changes are undone. */
struct placed {
    struct row *row;
    int64_t position; /* -1: not there */
};
struct placed_rows {
    LIST(struct placed) items;
};

struct undoing {
    struct work_set *set;
    struct record *record;
    struct placed_rows *lists; /* by position of the list within the entity */
};

static void place_rows(struct undoing *undoing)
{
    const struct model_entity *shape =
        model_entity_row(undoing->set->model, undoing->record->subject.entity);
    undoing->lists = ARENA_ARRAY(undoing->set->arena, shape->lists_count, struct placed_rows);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct rows *rows = &undoing->record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            struct placed placed = {rows->items.items[k], (int64_t)k};
            LIST_PUSH(undoing->set->arena, &undoing->lists[i].items, placed);
        }
    }
}

/* The row, made again when it was removed since. */
static struct placed *find_placed(struct undoing *undoing, uint32_t list, struct uuid id)
{
    uint32_t first =
        model_entity_row(undoing->set->model, undoing->record->subject.entity)->lists_first;
    struct placed_rows *rows = &undoing->lists[list - first];
    for (size_t i = 0; i < rows->items.count; i++) {
        if (uuid_eq(rows->items.items[i].row->subject.id, id)) {
            return &rows->items.items[i];
        }
    }
    struct placed placed = {record_load_row(undoing->record, list, id), -1};
    LIST_PUSH(undoing->set->arena, &rows->items, placed);
    return &rows->items.items[rows->items.count - 1];
}

static void undo_kernel(struct undoing *undoing, struct str name, const json_t *from)
{
    struct record *record = undoing->record;
    struct str text = text_of(undoing->set->arena, from);
    if (str_eq(name, STR("state"))) {
        record->state = model_state_by_name(undoing->set->model, record->subject.entity, text);
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

static void undo_member(struct undoing *undoing, struct str name, const json_t *from)
{
    struct work_set *set = undoing->set;
    struct place place;
    if (!find_place(set->model, undoing->record->subject.entity, name, &place)) {
        undo_kernel(undoing, name, from);
        return;
    }
    if (place.field != MODEL_NONE &&
        !access_field(set, undoing->record, place.field, VERB_READ).allowed) {
        return;
    }
    struct subject *subject = &undoing->record->subject;
    if (place.list != MODEL_NONE) {
        struct placed *placed = find_placed(undoing, place.list, place.row);
        subject = &placed->row->subject;
        if (place.field == MODEL_NONE) {
            placed->position = json_is_integer(from) ? json_integer_value(from) : -1;
            return;
        }
    }
    const struct model_field *field = model_field_row(set->model, place.field);
    subject->answers[field->slot] = answer_from(set, place.field, from);
}

/* False when the content cannot be read: it was expunged. */
static bool undo_change(struct undoing *undoing, struct str content)
{
    json_t *json = parse(content);
    const char *name;
    json_t *member;
    if (json == NULL) {
        return false;
    }
    json_object_foreach(json, name, member)
    {
        undo_member(undoing, str_from(name), json_object_get(member, "from"));
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
static void settle_rows(struct undoing *undoing)
{
    const struct model_entity *shape =
        model_entity_row(undoing->set->model, undoing->record->subject.entity);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        struct placed_rows *placed = &undoing->lists[i];
        struct rows *rows = &undoing->record->lists[i];
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
    struct undoing undoing = {.set = set, .record = record};
    struct db_statement *q;
    TRY(db_named(reader->db, moment.since, set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    db_bind_int(q, 2, moment.bound);
    while (db_next(q)) {
        LIST_PUSH(set->arena, &contents, db_is_null(q, 3) ? STR("") : db_text(q, 3));
    }
    TRY(db_finish(q));
    place_rows(&undoing);
    for (size_t i = 0; i < contents.count; i++) {
        TRY(as_far_as_readable(reader, set, record, &contents.items[i]));
        if (!undo_change(&undoing, contents.items[i])) {
            return STATUS_REFUSED;
        }
    }
    settle_rows(&undoing);
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
