/* A work set as a request: what the page takes along. */
#include "base/buf.h"
#include "field/field.h"

static void add_text(struct buf *buf, struct str text)
{
    buf_add(buf, text);
    buf_byte(buf, '\0');
}

static void add_pair(struct buf *buf, struct str name, struct str value)
{
    add_text(buf, name);
    add_text(buf, value);
}

static void add_code(struct buf *buf, struct arena *arena, struct str name, struct value_code code)
{
    add_pair(buf, name, code.code);
    add_pair(buf, STR_JOIN(arena, name, STR(":version")), str_from_int(arena, code.version));
}

static void add_answer(struct buf *buf, const struct subject *subject, uint32_t field)
{
    const struct work_set *set = subject->record->set;
    const struct model_field *shape = model_field_row(set->model, field);
    struct answer answer = answer_get(subject, field);
    if (shape->kernel || !answer_is_addressed(&answer)) {
        return;
    }
    struct str name = model_text(set->model, shape->name);
    if (subject->row != NULL) {
        name = STR_JOIN(set->arena,
                        model_text(set->model, model_list_row(set->model, subject->list)->name),
                        STR("["), uuid_text(set->arena, subject->id), STR("]."), name);
    }
    for (size_t i = 0; i < answer.code_count; i++) {
        add_code(buf, set->arena, name, answer.codes[i]);
    }
    if (answer.value.type == VALUE_CODE) {
        add_code(buf, set->arena, name, answer.value.code);
    } else if (value_is_set(answer.value)) {
        add_pair(buf, name, input_text(set->arena, set->model, field, answer.value));
    }
    if (answer.why != MODEL_NONE) {
        add_pair(buf, STR_JOIN(set->arena, name, STR("_why")), model_non_answer_name(answer.why));
        add_pair(buf, STR_JOIN(set->arena, name, STR("_asked")), answer.asked);
    }
}

static void add_record(struct buf *buf, const struct record *record)
{
    const struct work_set *set = record->set;
    const struct model *model = set->model;
    struct arena *arena = set->arena;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    struct str state = record->state == MODEL_NONE
                           ? STR("-")
                           : model_text(model, model_state_row(model, record->state)->name);
    add_pair(buf, STR(":record"),
             STR_JOIN(arena, model_text(model, entity->name), STR(" "),
                      uuid_text(arena, record->subject.id), STR(" "), state, STR(" "),
                      str_from_int(arena, record->version), STR(" "),
                      uuid_text(arena, record->agency), STR(" "),
                      str_from_int(arena, record->created_at.ms)));
    for (uint32_t i = 0; i < entity->fields_count; i++) {
        add_answer(buf, &record->subject, entity->fields_first + i);
    }
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(model, entity->lists_first + i);
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            for (uint32_t f = 0; f < list->fields_count && !rows->items.items[k]->removed; f++) {
                add_answer(buf, &rows->items.items[k]->subject, list->fields_first + f);
            }
        }
    }
}

static void add_members(struct buf *buf, struct work_set *set, const struct record *record,
                        uint32_t collection)
{
    const struct model_collection *shape = model_collection_row(set->model, collection);
    size_t count = 0;
    if (shape->list != MODEL_NONE || !work_set_has_members(set, &record->subject, collection)) {
        return;
    }
    const struct subject *const *members =
        work_set_members(set, &record->subject, collection, &count);
    add_text(buf, STR(":members"));
    BUF_ADD(buf, uuid_text(set->arena, record->subject.id), STR(" "),
            model_text(set->model, shape->name));
    for (size_t i = 0; i < count; i++) {
        BUF_ADD(buf, STR(" "), uuid_text(set->arena, members[i]->record->subject.id));
    }
    buf_byte(buf, '\0');
}

struct str field_request(struct work_set *set, struct str form, uint32_t transition,
                         const struct record *subject, uint32_t new_entity,
                         const struct input *input)
{
    struct buf buf;
    buf_init(&buf, set->arena, FIELD_ANSWER_MAX);
    const struct actor *actor = set->actor;
    add_pair(&buf, STR(":form"), form);
    if (transition != MODEL_NONE) {
        add_pair(&buf, STR(":transition"),
                 model_text(set->model, model_transition_row(set->model, transition)->name));
    }
    add_pair(&buf, STR(":now"), str_from_int(set->arena, set->now.ms));
    add_pair(&buf, STR(":worker"), actor != NULL ? uuid_text(set->arena, actor->worker) : STR(""));
    add_pair(&buf, STR(":agency"), actor != NULL ? uuid_text(set->arena, actor->agency) : STR(""));
    for (size_t i = 0; i < set->records.count; i++) {
        add_record(&buf, set->records.items[i]);
    }
    for (size_t i = 0; i < set->records.count; i++) {
        const struct record *record = set->records.items[i];
        const struct model_entity *entity = model_entity_row(set->model, record->subject.entity);
        for (uint32_t k = 0; k < entity->collections_count; k++) {
            add_members(&buf, set, record, entity->collections_first + k);
        }
    }
    if (subject != NULL) {
        add_pair(&buf, STR(":subject"), uuid_text(set->arena, subject->subject.id));
    } else {
        add_pair(&buf, STR(":new"),
                 model_text(set->model, model_entity_row(set->model, new_entity)->name));
    }
    add_pair(&buf, STR(":input"), STR(""));
    for (size_t i = 0; input != NULL && i < input->count; i++) {
        add_pair(&buf, input->pairs[i].name, input->pairs[i].value);
    }
    return buf_str(&buf);
}
