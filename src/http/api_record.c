/* See api_record.h. */
#include "http/api_record.h"

#include "rule/access.h"
#include "rule/input.h"

static void write_value(struct json_out *json, struct work_set *set, uint32_t field,
                        struct value value)
{
    switch (value.type) {
    case VALUE_BOOLEAN:
        json_out_boolean(json, value.boolean);
        break;
    case VALUE_INTEGER:
        json_out_number(json, value.integer);
        break;
    case VALUE_DATETIME:
        json_out_text(json, zone_iso(set->arena, set->calendar.zone, value.datetime.at));
        break;
    case VALUE_UNSET:
        json_out_null(json);
        break;
    case VALUE_DECIMAL:
    case VALUE_TEXT:
    case VALUE_DATE:
    case VALUE_CODE:
    case VALUE_REFERENCE:
    case VALUE__COUNT:
        json_out_text(json, input_text(set->arena, set->model, field, value));
        break;
    }
}

void api_answer_write(struct json_out *json, struct work_set *set, const struct subject *subject,
                      uint32_t field)
{
    const struct model_field *row = model_field_row(set->model, field);
    struct answer answer = answer_get(subject, field);
    struct str name = model_text(set->model, row->name);
    json_out_key(json, name);
    if (row->kind == FIELD_CODES) {
        json_out_array(json);
        for (size_t i = 0; i < answer.code_count; i++) {
            json_out_text(json, answer.codes[i].code);
        }
        json_out_array_end(json);
    } else {
        write_value(json, set, field, answer.value);
    }
    if (answer.why != MODEL_NONE) {
        json_out_member(json, STR_JOIN(set->arena, name, STR("_why")),
                        model_non_answer_name((enum model_non_answer)answer.why));
        if (answer.asked.n > 0) {
            json_out_member(json, STR_JOIN(set->arena, name, STR("_asked")), answer.asked);
        }
    }
}

static void write_list(struct json_out *json, struct work_set *set, const struct record *record,
                       uint32_t list)
{
    const struct model_list *shape = model_list_row(set->model, list);
    const struct model_entity *entity = model_entity_row(set->model, record->subject.entity);
    const struct rows *rows = &record->lists[list - entity->lists_first];
    json_out_key(json, model_text(set->model, shape->name));
    json_out_array(json);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        if (row->removed) {
            continue;
        }
        json_out_object(json);
        json_out_member(json, STR("id"), uuid_text(set->arena, row->subject.id));
        for (uint32_t f = 0; f < shape->fields_count; f++) {
            uint32_t field = shape->fields_first + f;
            if (!model_field_row(set->model, field)->kernel &&
                access_field(set, record, field, VERB_READ).allowed) {
                api_answer_write(json, set, &row->subject, field);
            }
        }
        json_out_object_end(json);
    }
    json_out_array_end(json);
}

static void write_warnings(struct json_out *json, const struct identity *identity,
                           const struct record *record)
{
    struct identity_warning *warnings;
    size_t count = identity_warnings(identity, record, &warnings);
    if (count == 0) {
        return;
    }
    json_out_key(json, STR("warnings"));
    json_out_array(json);
    for (size_t i = 0; i < count; i++) {
        json_out_object(json);
        json_out_member(json, STR("field"), warnings[i].where);
        json_out_member(json, STR("code"), STR("tells_who_reported"));
        json_out_member(json, STR("message"), warnings[i].message);
        json_out_object_end(json);
    }
    json_out_array_end(json);
}

void api_record_write(struct json_out *json, struct work_set *set, const struct record *record,
                      const struct identity *identity)
{
    const struct model *before = work_set_enter(set, record);
    const struct model *model = set->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    const struct zone *zone = set->calendar.zone;
    json_out_object(json);
    json_out_member(json, STR("id"), uuid_text(set->arena, record->subject.id));
    json_out_member(json, STR("entity"), model_text(model, entity->name));
    json_out_member_number(json, STR("version"), record->version);
    if (record->state != MODEL_NONE) {
        json_out_member(json, STR("state"),
                        model_text(model, model_state_row(model, record->state)->name));
    }
    if (record->number.n > 0) {
        json_out_member(json, STR("number"), record->number);
    }
    json_out_member(json, STR("created_at"), zone_iso(set->arena, zone, record->created_at));
    json_out_member(json, STR("changed_at"), zone_iso(set->arena, zone, record->changed_at));
    json_out_member(json, STR("created_by"), uuid_text(set->arena, record->created_by));
    json_out_member(json, STR("changed_by"), uuid_text(set->arena, record->changed_by));
    if (!record_stands(record)) {
        json_out_member(json, STR("entered_in_error"), record->error_reason);
    }
    if (record_is_withheld(record)) {
        json_out_member(json, STR("sealed"), record->withheld_basis);
    }
    for (uint32_t f = 0; f < entity->fields_count; f++) {
        uint32_t field = entity->fields_first + f;
        if (!model_field_row(model, field)->kernel && model_has_field(model, field) &&
            access_field(set, record, field, VERB_READ).allowed) {
            api_answer_write(json, set, &record->subject, field);
        }
    }
    for (uint32_t l = 0; l < entity->lists_count; l++) {
        write_list(json, set, record, entity->lists_first + l);
    }
    if (identity != NULL) {
        write_warnings(json, identity, record);
    }
    json_out_object_end(json);
    work_set_leave(set, before);
}
