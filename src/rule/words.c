/* Answers in words for people. */
#include "base/buf.h"
#include "base/map.h"
#include "rule/rule_int.h"

struct str field_label(const struct model *model, uint32_t field)
{
    const struct model_field *shape = model_field_row(model, field);
    struct str label = model_text(model, shape->label);
    return label.n > 0 ? label : model_text(model, shape->name);
}

void words_capital(struct buf *buf, struct str text)
{
    bool small = text.n > 0 && text.p[0] >= 'a' && text.p[0] <= 'z';
    if (small) {
        buf_byte(buf, (char)(text.p[0] - 'a' + 'A'));
    }
    buf_add(buf, str_slice(text, small ? 1 : 0, text.n));
}

/* The words the store gave for a record, or NULL. */
static const struct str *given_title(const struct work_set *set, struct uuid id)
{
    const void *bytes = id.bytes;
    return map_get(set->titles, (struct str){bytes, sizeof(id.bytes)});
}

static struct str reference_words(struct work_set *set, struct uuid id)
{
    const struct record *record = work_set_find(set, id);
    if (record != NULL) {
        return record_is_absent(record) ? STR("") : record_title(set, record);
    }
    const struct str *title = given_title(set, id);
    return title != NULL ? *title : STR("");
}

struct str value_words(struct work_set *set, struct value value, uint32_t code_set)
{
    switch (value.type) {
    case VALUE_UNSET:
        return STR("");
    case VALUE_BOOLEAN:
        return value.boolean ? STR("Yes") : STR("No");
    case VALUE_INTEGER:
        return str_from_int(set->arena, value.integer);
    case VALUE_DECIMAL:
        return decimal_text(set->arena, value.integer, value.scale);
    case VALUE_TEXT:
        return value.text;
    case VALUE_DATE:
        return date_long(set->arena, value.date);
    case VALUE_DATETIME:
        return zone_long(set->arena, set->calendar.zone, value.datetime.at);
    case VALUE_CODE:
        return code_set == MODEL_NONE ? value.code.code
                                      : model_code_label(set->model, code_set, value.code);
    case VALUE_REFERENCE:
        return reference_words(set, value.reference);
    case VALUE__COUNT:
        break;
    }
    return STR("");
}

/* "Declined to answer", "Asked, did not know (mother)". */
static struct str non_answer_words(struct work_set *set, const struct answer *answer)
{
    struct buf buf;
    buf_init(&buf, set->arena, 2000);
    words_capital(&buf, model_non_answer_words(answer->why));
    if (answer->asked.n > 0) {
        BUF_ADD(&buf, STR(" ("), answer->asked, STR(")"));
    }
    return buf_str(&buf);
}

/* A row is known by the texts it begins with: "Owen Rowan". */
static struct str row_words(struct work_set *set, const struct subject *row)
{
    struct buf buf;
    struct field_range fields = subject_fields(row);
    buf_init(&buf, set->arena, 1000);
    for (uint32_t i = 0; i < fields.count; i++) {
        if (model_field_row(set->model, fields.first + i)->kind != FIELD_TEXT) {
            break;
        }
        struct value value = value_get(row, fields.first + i);
        if (value.type == VALUE_TEXT) {
            BUF_ADD(&buf, buf.n > 0 ? STR(" ") : STR(""), value.text);
        }
    }
    return buf_str(&buf);
}

struct str answer_words(struct work_set *set, const struct subject *subject, uint32_t field)
{
    const struct model_field *shape = model_field_row(set->model, field);
    struct answer answer = answer_get(subject, field);
    if (answer.why != MODEL_NONE) {
        return non_answer_words(set, &answer);
    }
    if (shape->kind == FIELD_ROW && answer.value.type == VALUE_REFERENCE) {
        const struct subject *row = row_chosen(subject, shape->rows, answer.value.reference);
        return row != NULL ? row_words(set, row) : STR("");
    }
    if (answer.code_count == 0) {
        struct str words = value_words(set, answer.value, shape->code_set);
        struct str unit = model_text(set->model, shape->unit);
        return words.n > 0 && unit.n > 0 ? STR_JOIN(set->arena, words, STR(" "), unit) : words;
    }
    struct buf buf;
    buf_init(&buf, set->arena, SIZE_MAX);
    for (size_t i = 0; i < answer.code_count; i++) {
        BUF_ADD(&buf, i > 0 ? STR(", ") : STR(""),
                model_code_label(set->model, shape->code_set, answer.codes[i]));
    }
    return buf_str(&buf);
}

/* A page may show a record without what its title looks at: that is no fault of an act. */
static struct str computed_title(struct work_set *set, const struct record *record, uint32_t expr)
{
    bool missing = set->missing;
    struct str not_loaded = set->not_loaded;
    set->missing = false;
    struct value title = work_set_value(set, expr, &record->subject);
    bool whole = !set->missing;
    set->missing = missing;
    set->not_loaded = not_loaded;
    return whole && title.type == VALUE_TEXT ? title.text : STR("");
}

struct str record_title(struct work_set *set, const struct record *record)
{
    const struct model_entity *entity = model_entity_row(set->model, record->subject.entity);
    const struct str *given = given_title(set, record->subject.id);
    struct str title = given != NULL ? *given : computed_title(set, record, entity->title);
    if (title.n > 0) {
        return title;
    }
    return record->number.n > 0 ? record->number : model_text(set->model, entity->label);
}
