/* Checks a form and answers in JSON. */
#include "field/field.h"

#include <stdlib.h>

#include "base/buf.h"
#include "rule/act.h"

/* Of one answer: records, what was typed, and JSON. The page survives running out: it traps, and
 * the check is left to the server. */
#define FIELD_ARENA_MAX ((size_t)64 * 1024 * 1024)

struct field {
    struct arena model_arena, arena;
    const struct model *model;
};

void *field_alloc(size_t size)
{
    return malloc(size > 0 ? size : 1);
}

void field_free(void *bytes)
{
    free(bytes);
}

struct field *field_open(const char *image, size_t size)
{
    struct outcome outcome;
    struct field *field = calloc(1, sizeof(*field));
    if (field == NULL) {
        return NULL;
    }
    arena_init(&field->model_arena, FIELD_ARENA_MAX, NULL, NULL);
    arena_init(&field->arena, FIELD_ARENA_MAX, NULL, NULL);
    outcome_init(&outcome, &field->model_arena);
    if (model_open(&field->model_arena, (struct str){image, size}, &outcome, &field->model) !=
        STATUS_OK) {
        field_close(field);
        return NULL;
    }
    return field;
}

void field_close(struct field *field)
{
    if (field != NULL) {
        arena_clear(&field->arena);
        arena_clear(&field->model_arena);
        free(field);
    }
}

/* ---- JSON ---- */

static void add_text(struct buf *json, struct str text)
{
    static const char digits[] = "0123456789abcdef";
    buf_byte(json, '"');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        unsigned char byte = (unsigned char)c;
        if (byte < 0x20) {
            BUF_ADD(json, STR("\\u00"));
            buf_byte(json, digits[byte >> 4]);
            buf_byte(json, digits[byte & 15]);
        } else {
            if (c == '"' || c == '\\') {
                buf_byte(json, '\\');
            }
            buf_byte(json, c);
        }
    }
    buf_byte(json, '"');
}

/* "name":"text" */
static void add_member(struct buf *json, struct str name, struct str text)
{
    add_text(json, name);
    buf_byte(json, ':');
    add_text(json, text);
}

static void add_problems(struct buf *json, const struct outcome *outcome)
{
    add_member(json, STR("status"), status_name(outcome->status));
    BUF_ADD(json, STR(",\"problems\":["));
    for (size_t i = 0; i < outcome->problems.count; i++) {
        const struct problem *problem = &outcome->problems.items[i];
        BUF_ADD(json, i > 0 ? STR(",{") : STR("{"));
        add_member(json, STR("where"), problem->where);
        buf_byte(json, ',');
        add_member(json, STR("code"), problem->code);
        buf_byte(json, ',');
        add_member(json, STR("message"), problem->message);
        buf_byte(json, '}');
    }
    buf_byte(json, ']');
}

/* ---- answers of the form ---- */

struct showing {
    struct field_request *request;
    struct buf *json;
    bool any;
};

static void show_answer(struct showing *showing, const struct subject *subject, uint32_t field,
                        bool relevant)
{
    struct work_set *set = &showing->request->set;
    struct buf *json = showing->json;
    const struct model_field *shape = model_field_row(set->model, field);
    BUF_ADD(json, showing->any ? STR(",{") : STR("{"));
    showing->any = true;
    add_member(json, STR("name"), answer_name(set->arena, subject, field));
    buf_byte(json, ',');
    add_member(json, STR("value"), input_answer(set, subject, field));
    buf_byte(json, ',');
    add_member(json, STR("words"), answer_words(set, subject, field));
    relevant = relevant && work_set_true(set, shape->relevant, subject);
    BUF_ADD(json, STR(",\"relevant\":"), relevant ? STR("true}") : STR("false}"));
}

static void show_row(struct showing *showing, const struct model_form_item *item,
                     const struct row *row, bool relevant)
{
    const struct model *model = showing->request->set.model;
    const struct model_list *list = model_list_row(model, item->list);
    for (uint32_t i = 0; i < item->columns_count; i++) {
        uint32_t field = model_list_column_row(model, item->columns_first + i)->field;
        if (field != MODEL_NONE) {
            show_answer(showing, &row->subject, field, relevant);
        }
    }
    for (uint32_t i = 0; i < list->fields_count && item->columns_count == 0; i++) {
        if (!model_field_row(model, list->fields_first + i)->kernel) {
            show_answer(showing, &row->subject, list->fields_first + i, relevant);
        }
    }
}

static void show_item(struct showing *showing, const struct model_form_item *item)
{
    struct record *record = showing->request->subject;
    bool relevant = work_set_true(&showing->request->set, item->relevant, &record->subject);
    if (item->kind == ITEM_FIELD) {
        show_answer(showing, &record->subject, item->field, relevant);
    } else if (item->kind == ITEM_ROWS || item->kind == ITEM_GRID) {
        const struct rows *rows = record_rows(record, item->list);
        for (size_t i = 0; i < rows->items.count; i++) {
            if (!rows->items.items[i]->removed) {
                show_row(showing, item, rows->items.items[i], relevant);
            }
        }
    }
}

static void check_form(struct field_request *request, struct buf *json)
{
    struct work_set *set = &request->set;
    struct outcome outcome;
    struct showing showing = {.request = request, .json = json};
    outcome_init(&outcome, set->arena);
    set->main = request->subject;
    if (request->transition != MODEL_NONE) {
        struct act act = {0};
        act_take(set, request->subject, request->transition, &request->input, &act, &outcome);
    } else {
        const struct input_scope scope = {.form = request->form, .transition = MODEL_NONE};
        input_apply(set, request->subject, &scope, &request->input, &outcome);
        act_finish(set, &outcome);
    }
    buf_byte(json, '{');
    add_problems(json, &outcome);
    BUF_ADD(json, STR(",\"answers\":["));
    const struct model_form *form = model_form_row(set->model, request->form);
    for (uint32_t i = 0; i < form->items_count; i++) {
        show_item(&showing, model_form_item_row(set->model, form->items_first + i));
    }
    BUF_ADD(json, STR("]}"));
}

const char *field_check(struct field *field, const char *request, size_t size)
{
    struct field_request read;
    struct buf json;
    arena_clear(&field->arena);
    buf_init(&json, &field->arena, FIELD_ANSWER_MAX);
    if (field_read(&field->arena, field->model, (struct str){request, size}, &read)) {
        check_form(&read, &json);
    } else {
        BUF_ADD(&json, STR("{\"status\":\"malformed\"}"));
    }
    return str_cstr(&field->arena,
                    json.overrun ? STR("{\"status\":\"too_large\"}") : buf_str(&json));
}
