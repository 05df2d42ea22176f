/* Writes the content of a change row. */
#include <stdlib.h>

#include "base/buf.h"
#include "store/history.h"

#define CONTENT_MAX ((size_t)48 * 1024 * 1024)

/* ---- JSON ---- */

static void write_string(struct buf *buf, struct str text)
{
    static const char hex[] = "0123456789abcdef";
    buf_byte(buf, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char byte = (unsigned char)text.p[i];
        if (byte == '"' || byte == '\\') {
            buf_byte(buf, '\\');
            buf_byte(buf, text.p[i]);
        } else if (byte < 0x20) {
            BUF_ADD(buf, STR("\\u00"));
            buf_byte(buf, hex[byte >> 4]);
            buf_byte(buf, hex[byte & 15]);
        } else {
            buf_byte(buf, text.p[i]);
        }
    }
    buf_byte(buf, '"');
}

static void write_date(struct buf *buf, struct date date)
{
    buf_byte(buf, '"');
    date_write_iso(buf, date);
    buf_byte(buf, '"');
}

static void write_decimal(struct buf *buf, struct value value)
{
    uint64_t power = 1;
    for (unsigned i = 0; i < value.scale; i++) {
        power *= 10;
    }
    uint64_t size = value.integer < 0 ? 0 - (uint64_t)value.integer : (uint64_t)value.integer;
    BUF_ADD(buf, value.integer < 0 ? STR("\"-") : STR("\""));
    buf_digits(buf, size / power, 1);
    if (value.scale > 0) {
        buf_byte(buf, '.');
        buf_digits(buf, size % power, value.scale);
    }
    buf_byte(buf, '"');
}

/* In UTC, always with milliseconds. */
static void write_instant(struct buf *buf, struct instant at)
{
    int64_t days = at.ms / DAY_MS - (at.ms % DAY_MS < 0 ? 1 : 0);
    uint64_t ms = (uint64_t)(at.ms - days * DAY_MS);
    buf_byte(buf, '"');
    date_write_iso(buf, (struct date){(int32_t)days});
    buf_byte(buf, 'T');
    buf_digits(buf, ms / 3600000, 2);
    buf_byte(buf, ':');
    buf_digits(buf, ms / 60000 % 60, 2);
    buf_byte(buf, ':');
    buf_digits(buf, ms / 1000 % 60, 2);
    buf_byte(buf, '.');
    buf_digits(buf, ms % 1000, 3);
    BUF_ADD(buf, STR("Z\""));
}

static void write_code(struct buf *buf, struct value_code code)
{
    BUF_ADD(buf, STR("{\"code\":"));
    write_string(buf, code.code);
    BUF_ADD(buf, STR(",\"version\":"));
    buf_int(buf, code.version);
    buf_byte(buf, '}');
}

static void write_value(struct buf *buf, struct value value)
{
    switch (value.type) {
    case VALUE_BOOLEAN:
        buf_add(buf, value.boolean ? STR("true") : STR("false"));
        break;
    case VALUE_INTEGER:
        buf_int(buf, value.integer);
        break;
    case VALUE_DECIMAL:
        write_decimal(buf, value);
        break;
    case VALUE_TEXT:
        write_string(buf, value.text);
        break;
    case VALUE_DATE:
        write_date(buf, value.date);
        break;
    case VALUE_DATETIME:
        BUF_ADD(buf, STR("{\"at\":"));
        write_instant(buf, value.datetime.at);
        BUF_ADD(buf, STR(",\"local\":"));
        write_date(buf, value.datetime.local);
        buf_byte(buf, '}');
        break;
    case VALUE_CODE:
        write_code(buf, value.code);
        break;
    case VALUE_REFERENCE:
        write_string(buf, uuid_text(buf->arena, value.reference));
        break;
    case VALUE_UNSET:
    case VALUE__COUNT:
        BUF_ADD(buf, STR("null"));
        break;
    }
}

static struct str answer_json(struct arena *arena, const struct answer *answer)
{
    struct buf buf;
    buf_init(&buf, arena, CONTENT_MAX);
    if (answer->why != MODEL_NONE) {
        BUF_ADD(&buf, STR("{"));
        if (answer->asked.n > 0) {
            BUF_ADD(&buf, STR("\"asked\":"));
            write_string(&buf, answer->asked);
            buf_byte(&buf, ',');
        }
        BUF_ADD(&buf, STR("\"why\":"));
        write_string(&buf, model_non_answer_name(answer->why));
        buf_byte(&buf, '}');
    } else if (answer->code_count > 0) {
        for (size_t i = 0; i < answer->code_count; i++) {
            buf_byte(&buf, i > 0 ? ',' : '[');
            write_code(&buf, answer->codes[i]);
        }
        buf_byte(&buf, ']');
    } else {
        write_value(&buf, answer->value);
    }
    CHECK(!buf.overrun);
    return buf_str(&buf);
}

/* ---- members ---- */

struct member {
    struct str name, from, to;
};
struct members {
    struct arena *arena;
    struct history_texts *texts; /* sealed ones */
    LIST(struct member) items;
};

static void add_member(struct members *members, struct str name, struct str from, struct str to)
{
    struct member member = {name, from, to};
    if (!str_eq(from, to)) {
        LIST_PUSH(members->arena, &members->items, member);
    }
}

static struct str sealed_json(struct members *members, struct str name, const struct answer *answer)
{
    if (answer->value.type != VALUE_TEXT) {
        return answer_json(members->arena, answer);
    }
    return STR_JOIN(members->arena, STR("{\"sealed\":\""),
                    history_commit(members->arena, members->texts, name, answer->value.text),
                    STR("\"}"));
}

static struct str json_text(struct arena *arena, struct str text)
{
    struct buf buf;
    if (text.n == 0) {
        return STR("null");
    }
    buf_init(&buf, arena, CONTENT_MAX);
    write_string(&buf, text);
    return buf_str(&buf);
}

static struct str json_id(struct arena *arena, struct uuid id)
{
    return uuid_is_nil(id) ? STR("null") : json_text(arena, uuid_text(arena, id));
}

/* "participants[018f...]" */
static struct str row_name(struct arena *arena, const struct model *model,
                           const struct subject *row)
{
    return STR_JOIN(arena, model_text(model, model_list_row(model, row->list)->name), STR("["),
                    uuid_text(arena, row->id), STR("]"));
}

/* The answers of a record or row that differ. gone: there are none now; fresh: there were none. */
static void add_answers(struct members *members, const struct subject *subject,
                        const struct answer *before, bool fresh, bool gone)
{
    const struct model *model = subject->record->set->model;
    struct arena *arena = members->arena;
    const struct answer unset = answer_unset();
    uint32_t first, count;
    if (subject->list == MODEL_NONE) {
        first = model_entity_row(model, subject->entity)->fields_first;
        count = model_entity_row(model, subject->entity)->fields_count;
    } else {
        first = model_list_row(model, subject->list)->fields_first;
        count = model_list_row(model, subject->list)->fields_count;
    }
    struct str prefix =
        subject->row == NULL ? STR("") : STR_JOIN(arena, row_name(arena, model, subject), STR("."));
    for (uint32_t i = 0; i < count; i++) {
        const struct model_field *field = model_field_row(model, first + i);
        if (field->kernel) {
            continue;
        }
        const struct answer *now = gone ? &unset : &subject->answers[field->slot];
        const struct answer *then = fresh            ? &unset
                                    : before != NULL ? &before[field->slot]
                                                     : &subject->answers[field->slot];
        if (!answer_same(then, now)) {
            struct str name = STR_JOIN(arena, prefix, model_text(model, field->name));
            add_member(members, name,
                       field->sealed ? sealed_json(members, name, then) : answer_json(arena, then),
                       field->sealed ? sealed_json(members, name, now) : answer_json(arena, now));
        }
    }
}

static struct str position_json(struct arena *arena, int64_t position)
{
    return position < 0 ? STR("null") : str_from_int(arena, position);
}

static int64_t old_position(const struct old_rows *rows, struct uuid id)
{
    for (size_t i = 0; i < rows->items.count; i++) {
        if (uuid_eq(rows->items.items[i].row, id)) {
            return rows->items.items[i].position;
        }
    }
    return -1;
}

static void add_rows(struct members *members, const struct rows *rows, const struct old_rows *old)
{
    int64_t position = 0;
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        if (row->is_new && row->removed) {
            continue;
        }
        if (rows->changed) {
            const struct model *model = row->subject.record->set->model;
            add_member(members, row_name(members->arena, model, &row->subject),
                       position_json(members->arena, old_position(old, row->subject.id)),
                       position_json(members->arena, row->removed ? -1 : position));
        }
        add_answers(members, &row->subject, row->before, row->is_new, row->removed);
        position += row->removed ? 0 : 1;
    }
}

static void add_kernel(struct members *members, const struct record *record,
                       const struct old_place *old)
{
    struct arena *arena = members->arena;
    const struct model *model = record->set->model;
    uint32_t before = record->is_new          ? MODEL_NONE
                      : record->state_changed ? record->state_before
                                              : record->state;
    struct str from =
        before == MODEL_NONE ? STR("") : model_text(model, model_state_row(model, before)->name);
    struct str to = record->state == MODEL_NONE
                        ? STR("")
                        : model_text(model, model_state_row(model, record->state)->name);
    if (record_is_expunged(record)) {
        add_member(members, STR("expunged"), STR("null"), json_text(arena, record->expunged_basis));
        return;
    }
    add_member(members, STR("state"), json_text(arena, from), json_text(arena, to));
    add_member(members, STR("number"), json_text(arena, old->number),
               json_text(arena, record->number));
    add_member(members, STR("entered_in_error"), json_text(arena, old->error),
               json_text(arena, record->error_reason));
    add_member(members, STR("sealed"), json_text(arena, old->withheld),
               json_text(arena, record->withheld_basis));
    add_member(members, STR("root_id"), json_id(arena, old->root), json_id(arena, record->root));
    add_member(members, STR("agency_id"), json_id(arena, old->agency),
               json_id(arena, record->agency));
}

static int compare_members(const void *a, const void *b)
{
    const struct member *left = a, *right = b;
    return str_compare(left->name, right->name);
}

struct str history_content(struct arena *arena, const struct record *record,
                           const struct old_place *old, const struct old_rows *old_lists,
                           struct history_texts *ret_texts)
{
    const struct model *model = record->set->model;
    struct members members = {.arena = arena, .texts = ret_texts};
    add_kernel(&members, record, old);
    add_answers(&members, &record->subject, record->before, record->is_new, false);
    uint32_t lists = model_entity_row(model, record->subject.entity)->lists_count;
    for (uint32_t i = 0; i < lists; i++) {
        add_rows(&members, &record->lists[i], &old_lists[i]);
    }
    if (members.items.count > 1) {
        qsort(members.items.items, members.items.count, sizeof(struct member), compare_members);
    }
    struct buf buf;
    buf_init(&buf, arena, CONTENT_MAX);
    buf_byte(&buf, '{');
    for (size_t i = 0; i < members.items.count; i++) {
        const struct member *member = &members.items.items[i];
        buf_add(&buf, i > 0 ? STR(",") : STR(""));
        write_string(&buf, member->name);
        BUF_ADD(&buf, STR(":{\"from\":"), member->from, STR(",\"to\":"), member->to, STR("}"));
    }
    buf_byte(&buf, '}');
    CHECK(!buf.overrun);
    return buf_str(&buf);
}
