/* Reading history: what happened to a record, as far as it may be read. */
#include <stdlib.h>

#include "base/buf.h"
#include "db/named.h"
#include "rule/access.h"
#include "rule/input.h"
#include "store/history.h"

#define HISTORY_PAGE_MOST 200u
#define HISTORY_PAGE_USUAL 50u

/* ---- names within a content ---- */

bool history_find_place(const struct model *model, uint32_t entity, struct str name,
                        struct history_place *ret_place)
{
    ptrdiff_t open = str_find_byte(name, '['), close = str_find_byte(name, ']');
    *ret_place = (struct history_place){.field = MODEL_NONE, .list = MODEL_NONE};
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

static bool is_kernel(struct str name)
{
    static const struct str kernel[] = {
        STR_INIT("state"),     STR_INIT("number"),           STR_INIT("root_id"),
        STR_INIT("agency_id"), STR_INIT("entered_in_error"), STR_INIT("sealed"),
        STR_INIT("access")};
    for (size_t i = 0; i < ARRAY_LENGTH(kernel); i++) {
        if (str_eq(kernel[i], name)) {
            return true;
        }
    }
    return false;
}

/* The entity of a record in another model, or MODEL_NONE. */
static uint32_t entity_in(const struct model *other, const struct model *model,
                          const struct record *record)
{
    return model_entity_by_name(
        other, model_text(model, model_entity_row(model, record->subject.entity)->name));
}

/* A field that today's model no longer has is guarded as its class is today. One whose class asks
 * for a proof is not shown: only a field that is there could ask for it. */
static bool may_read_retired(const struct work_set *set, const struct record *record,
                             const struct model *own, struct str name)
{
    struct history_place place;
    uint32_t entity = entity_in(own, set->model, record);
    if (entity == MODEL_NONE || !history_find_place(own, entity, name, &place)) {
        return false;
    }
    uint32_t class =
        place.field == MODEL_NONE ? MODEL_NONE : model_field_row(own, place.field)->class;
    if (class == MODEL_NONE) {
        return true;
    }
    uint32_t today = model_row_by_name(set->model, MODEL_TABLE_record_class,
                                       model_text(own, model_record_class_row(own, class)->name));
    return today != MODEL_NONE && !model_record_class_row(set->model, today)->confirm &&
           access_class(set, record, VERB_READ, today).allowed;
}

/* Whether the actor may read what the member says. What no model at hand names has no class that
 * could be asked: it is not shown. */
static bool may_read_member(const struct work_set *set, const struct record *record,
                            const struct model *own, struct str name)
{
    struct history_place place;
    if (history_find_place(set->model, record->subject.entity, name, &place)) {
        return place.field == MODEL_NONE ||
               access_field(set, record, place.field, VERB_READ).allowed;
    }
    return is_kernel(name) || (own != NULL && may_read_retired(set, record, own, name));
}

/* ---- as far as it may be read ---- */

static enum status has_guarded_fields(struct source *source, uint32_t entity, bool *ret_has)
{
    const struct model *model = source->set->model;
    *ret_has = false;
    for (uint32_t i = 0; i < model_field_total(model) && !*ret_has; i++) {
        const struct model_field *field = model_field_row(model, i);
        if (field->entity == entity) {
            TRY(source_may_hide(source, field, ret_has));
            *ret_has = *ret_has || field->class != MODEL_NONE || field->sealed;
        }
    }
    return STATUS_OK;
}

json_t *history_parse(struct str content)
{
    json_error_t error;
    return json_loadb(content.p, content.n, JSON_REJECT_DUPLICATES, &error);
}

/* As much of a text as its field shows: by today's model, or by that of then where it is gone. */
static struct str masked(const struct work_set *set, const struct record *record,
                         const struct model *own, struct str name, struct str text)
{
    struct history_place place;
    uint32_t entity = own == NULL ? MODEL_NONE : entity_in(own, set->model, record);
    if (history_find_place(set->model, record->subject.entity, name, &place)) {
        own = set->model;
    } else if (entity == MODEL_NONE || !history_find_place(own, entity, name, &place)) {
        return text;
    }
    return place.field == MODEL_NONE ? text : input_masked(set->arena, own, place.field, text);
}

/* Puts the text itself in the place of what stands for it; nothing, when it was expunged. */
static enum status open_text(struct store_reader *reader, const struct work_set *set,
                             const struct record *record, const struct model *own, struct str name,
                             json_t *member, const char *side)
{
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
    text = masked(set, record, own, name, text);
    json_object_set_new(member, side,
                        status == STATUS_OK ? json_stringn(text.p, text.n) : json_pack("n"));
    return STATUS_OK;
}

/* Takes out an id that leads to what the actor may not know of. */
static enum status hide_unknown(struct source *source, uint32_t entity, struct str name,
                                json_t *member, const char *side, bool *hidden)
{
    const struct model *model = source->set->model;
    const json_t *value = json_object_get(member, side);
    struct history_place place;
    struct uuid id;
    bool known = true;
    if (!json_is_string(value) || !history_find_place(model, entity, name, &place) ||
        place.field == MODEL_NONE || !uuid_parse(str_from(json_string_value(value)), &id)) {
        return STATUS_OK;
    }
    TRY(source_may_follow(source, model_field_row(model, place.field), id, &known));
    if (!known) {
        json_object_set_new(member, side, json_null());
        *hidden = true;
    }
    return STATUS_OK;
}

/* Takes out what the actor may not read and opens what is sealed of the rest. */
static enum status open_members(struct store_reader *reader, struct work_set *set,
                                const struct record *record, const struct model *own, json_t *json)
{
    struct source *source;
    const char *name;
    json_t *member;
    void *next;
    TRY(reader_source(reader, set, &source));
    json_object_foreach_safe(json, next, name, member)
    {
        if (!may_read_member(set, record, own, str_from(name))) {
            json_object_del(json, name);
            continue;
        }
        bool hidden = false;
        struct str word = str_from(name);
        TRY(open_text(reader, set, record, own, word, member, "from"));
        TRY(open_text(reader, set, record, own, word, member, "to"));
        TRY(hide_unknown(source, record->subject.entity, word, member, "from", &hidden));
        TRY(hide_unknown(source, record->subject.entity, word, member, "to", &hidden));
        if (hidden && json_is_null(json_object_get(member, "from")) &&
            json_is_null(json_object_get(member, "to"))) {
            json_object_del(json, name);
        }
    }
    return STATUS_OK;
}

enum status history_readable(struct store_reader *reader, struct work_set *set,
                             const struct record *record, const struct model *own,
                             struct str *content)
{
    struct source *source;
    bool guarded;
    TRY(reader_source(reader, set, &source));
    TRY(has_guarded_fields(source, record->subject.entity, &guarded));
    if (content->n == 0 || (own == set->model && !guarded)) {
        return STATUS_OK;
    }
    json_t *json = history_parse(*content);
    *content = STR("");
    if (json == NULL) {
        return STATUS_OK;
    }
    enum status status = open_members(reader, set, record, own, json);
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
        change.step = db_text(q, 5);
        change.transition = model_transition_by_name(model, change.entity, change.step);
        change.verb = change.transition == MODEL_NONE ? change.step : STR("");
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
        if (signed_is_copy(change->verb)) { /* whom it speaks of is for who may read the copy */
            change->content = STR("");
        }
        TRY(reader_model_of(reader, set, record->agency, (int64_t)change->sequence,
                            &change->model));
        TRY(history_readable(reader, set, record, change->model, &change->content));
        change->sealed = history_is_sealed(reader->db, set->arena, (int64_t)change->sequence);
    }
    *ret_changes = changes.items;
    *ret_count = changes.count;
    return STATUS_OK;
}
