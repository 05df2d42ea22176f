#include "service/document.h"

#include "base/buf.h"
#include "html/view.h"
#include "rule/access.h"
#include "service/language.h"
#include "service/sheet_words.h"
#include "store/attachment.h"
#include "store/identity.h"

#define LOOKED_OVER_MAX ((size_t)1 << 20) /* bytes looked over for who reported */
#define PICTURE_MAX ((size_t)1 << 20)     /* bytes of a drawn signature */

/* ---- words ---- */

static const struct model *model_of(const struct document *document)
{
    return document->set->model;
}

static struct arena *arena_of(const struct document *document)
{
    return document->set->arena;
}

static struct str when(const struct document *document, struct instant at)
{
    return zone_long(arena_of(document), document->set->calendar.zone, at);
}

/* What is of a class; MODEL_NONE is the record's own, which whoever has the record may read. */
static bool may_read(const struct document *document, uint32_t class)
{
    return class == MODEL_NONE || document->whole ||
           access_class(document->set, document->record, VERB_READ, class).allowed;
}

static struct str filled(const struct document *document, enum word word, struct str name,
                         struct str value)
{
    return sheet_filled(document->set, document->language, word, name, value);
}

static struct str labelled(const struct document *document, uint32_t text)
{
    return sheet_text(document->set, document->language, text);
}

static struct str dated(const struct document *document, struct str date)
{
    return sheet_dated(document->set, document->language, date);
}

/* An expression in words. What people wrote stays as they wrote it; dates, codes, yes and no, and
 * the texts of the model are said in the language of the document. */
static struct str value_of(const struct document *document, uint32_t expr,
                           const struct subject *member)
{
    const struct subject *subject = &document->record->subject;
    struct str words = view_value(document->set, expr, subject, member);
    enum expr_op op = model_nodes(model_of(document))[expr].op;
    if (document->language == MODEL_NONE || words.n == 0) {
        return words;
    }
    enum value_type type = work_set_value_with(document->set, expr, subject, member).type;
    if (type == VALUE_DATE || type == VALUE_DATETIME) {
        return dated(document, words);
    }
    bool ours = type == VALUE_CODE || type == VALUE_BOOLEAN || op == EXPR_TEXT || op == EXPR_CASE ||
                op == EXPR_CODE_TEXT;
    return ours ? language_text(model_of(document), document->language, words) : words;
}

/* ---- who may read what ---- */

/* Recipients are variable slot 1 of the model's expressions. */
static bool is_hidden_from(const struct document *document, const struct model_document_part *part,
                           const struct subject *recipient)
{
    if (part->hidden_from == MODEL_NONE) {
        return false;
    }
    struct expr_host host = work_set_host(document->set);
    host.bound[1] = recipient;
    return expr_is_true(&host, part->hidden_from, &document->record->subject);
}

/* On a sheet that all look at, nothing that one of them must not read. */
static bool is_shown(struct document *document, const struct model_document_part *part)
{
    if (!may_read(document, part->class)) {
        return false;
    }
    if (document->recipient) {
        return !is_hidden_from(document, part, document->recipient);
    }
    for (size_t i = 0; i < document->recipient_count; i++) {
        if (is_hidden_from(document, part, document->recipients[i])) {
            document->left_out++;
            return false;
        }
    }
    return true;
}

/* ---- tables ---- */

/* The record whose members a table shows. */
static const struct subject *table_subject(const struct document *document,
                                           const struct model_document_part *part)
{
    struct work_set *set = document->set;
    if (part->collection_of == MODEL_NONE) {
        return &document->record->subject;
    }
    struct value value = work_set_value(set, part->collection_of, &document->record->subject);
    struct record *record =
        value.type == VALUE_REFERENCE ? work_set_find(set, value.reference) : NULL;
    return record ? &record->subject : NULL;
}

/* What is there, or what the part says where there is nothing. */
static struct str or_otherwise(const struct document *document,
                               const struct model_document_part *part, struct str words)
{
    return words.n > 0 ? words : labelled(document, part->otherwise);
}

/* A cell that is held back stays empty: "not known" would be untrue. */
static struct str make_cell(const struct document *document, const struct model_document_part *part,
                            uint32_t column, const struct subject *member)
{
    const struct model_list_column *shape = model_list_column_row(model_of(document), column);
    return may_read(document, shape->class)
               ? or_otherwise(document, part, value_of(document, shape->value, member))
               : STR("");
}

static struct sheet_table make_table(const struct document *document,
                                     const struct model_document_part *part)
{
    struct arena *arena = arena_of(document);
    const struct subject *of = table_subject(document, part);
    size_t count = 0, width = part->columns_count, cell = 0;
    const struct subject *const *members =
        of ? work_set_members(document->set, of, part->collection, &count) : NULL;
    struct str *columns = ARENA_ARRAY(arena, width, struct str);
    struct str *cells = ARENA_ARRAY(arena, count * width, struct str);
    for (uint32_t i = 0; i < part->columns_count; i++) {
        columns[i] = labelled(
            document, model_list_column_row(model_of(document), part->columns_first + i)->label);
    }
    for (size_t i = 0; members && i < count; i++) {
        if (work_set_true_with(document->set, part->where, &document->record->subject,
                               members[i])) {
            for (uint32_t k = 0; k < part->columns_count; k++) {
                cells[cell++] = make_cell(document, part, part->columns_first + k, members[i]);
            }
        }
    }
    return (struct sheet_table){.columns = columns,
                                .columns_count = width,
                                .cells = cells,
                                .rows_count = width > 0 ? cell / width : 0};
}

/* ---- next dates ---- */

static bool is_next(const struct document *document, const struct clock_reading *reading)
{
    const struct model_clock *clock = model_clock_row(model_of(document), reading->clock);
    return reading->state == CLOCK_STATE_RUNNING && reading->due.ms != INT64_MAX &&
           clock->kind != CLOCK_BAR && reading->due.ms > (*document->set).now.ms &&
           uuid_eq(reading->record, document->record->subject.id) && clock->family;
}

/* The family's dates of this record alone, and to come: what else is due is the agency's business.
 */
static enum status read_next(const struct document *document, struct sheet_part *part)
{
    struct clock_reading *readings;
    size_t count;
    TRY(store_clocks(document->reader, document->set, document->record->root, &readings, &count));
    struct sheet_field *fields = ARENA_ARRAY(arena_of(document), count, struct sheet_field);
    for (size_t i = 0; i < count; i++) {
        const struct clock_reading *reading = &readings[i];
        if (is_next(document, reading)) {
            fields[part->fields_count++] = (struct sheet_field){
                .label =
                    labelled(document, model_clock_row(model_of(document), reading->clock)->label),
                .answer = dated(document, reading->by_day
                                              ? date_long(arena_of(document), reading->due_date)
                                              : when(document, reading->due))};
        }
    }
    part->kind = SHEET_FIELDS;
    part->fields = fields;
    return STATUS_OK;
}

/* ---- signatures ---- */

/* The field of a list of the record that holds signatures. */
static uint32_t signature_field(const struct model *model, const struct model_entity *entity)
{
    uint32_t field = MODEL_NONE;
    for (uint32_t i = 0; i < entity->lists_count && field == MODEL_NONE; i++) {
        field = model_signature(model, entity->lists_first + i);
    }
    return field;
}

/* How somebody signed, or that they did not: all that the row says in codes, times and texts beside
 * the name. "Child. Drawn on the screen. Wed 25 Nov 2026, 18:35. I want to stay with Inga." */
static struct str signed_how(const struct document *document, const struct row *row,
                             struct str name)
{
    const struct model_list *list = model_list_row(model_of(document), row->subject.list);
    struct buf how;
    buf_init(&how, arena_of(document), SIZE_MAX);
    for (uint32_t i = list->fields_first; i < list->fields_first + list->fields_count; i++) {
        const struct model_field *field = model_field_row(model_of(document), i);
        bool noted =
            field->by != MODEL_NONE; /* by a step, not by who signed: said with its label */
        bool tells = field->kind == FIELD_CODE || field->kind == FIELD_DATETIME ||
                     field->kind == FIELD_TEXT || (noted && field->kind == FIELD_REFERENCE);
        struct str words = tells && !field->kernel && may_read(document, field->class)
                               ? view_answer(document->set, &row->subject, i)
                               : STR("");
        if (field->kind == FIELD_CODE) {
            words = language_text(model_of(document), document->language, words);
        } else if (field->kind == FIELD_DATETIME) {
            words = dated(document, words);
        }
        if (words.n > 0 && !str_eq(words, name)) {
            BUF_ADD(&how, how.n > 0 ? STR(". ") : STR(""),
                    noted ? labelled(document, field->label) : STR(""), noted ? STR(": ") : STR(""),
                    words);
        }
    }
    return buf_str(&how);
}

/* The bytes of what was drawn. */
static enum status read_picture(const struct document *document, struct uuid file,
                                struct str *ret_bytes)
{
    struct store_attachment attachment;
    struct store_stream *stream;
    size_t at = 0;
    *ret_bytes = STR("");
    TRY(store_attachment(document->reader, file, &attachment));
    if (attachment.size > PICTURE_MAX || !str_eq(attachment.type, STR("image/png"))) {
        return STATUS_OK;
    }
    char *bytes = arena_alloc(arena_of(document), attachment.size); /* before the stream is open */
    TRY(store_stream_open(document->reader, file, 0, &stream));
    while (at < attachment.size) {
        ptrdiff_t n = store_stream_read(stream, bytes + at, attachment.size - at);
        if (n <= 0) {
            break;
        }
        at += (size_t)n;
    }
    store_stream_close(stream);
    *ret_bytes = (struct str){bytes, at};
    return at == attachment.size ? STATUS_OK : STATUS_INTERNAL;
}

static enum status signer_of(const struct document *document, const struct row *row, uint32_t field,
                             struct sheet_signer *ret_signer)
{
    struct arena *arena = arena_of(document);
    struct value drawn = value_get(&row->subject, field);
    *ret_signer = (struct sheet_signer){.name = view_row_title(document->set, row)};
    ret_signer->how = signed_how(document, row, ret_signer->name);
    if (drawn.type != VALUE_REFERENCE) {
        return STATUS_OK;
    }
    const struct model_entity *entity =
        model_entity_row(model_of(document), document->record->subject.entity);
    ret_signer->picture = URL(arena, STR("record"), model_text(model_of(document), entity->name),
                              uuid_text(arena, document->record->subject.id), STR("attachment"),
                              answer_name(arena, &row->subject, field));
    ret_signer->picture_alt =
        filled(document, WORD_PAPER_SIGNATURE_OF, STR("{name}"), ret_signer->name);
    return document->with_pictures
               ? read_picture(document, drawn.reference, &ret_signer->picture_png)
               : STATUS_OK;
}

static bool has_signed(const struct sheet_signer *signers, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(signers[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Those who signed, then a line for each recipient who has not yet. */
static enum status make_signers(const struct document *document, struct sheet_part *part)
{
    uint32_t field = signature_field(
        model_of(document), model_entity_row(model_of(document), document->record->subject.entity));
    const struct rows *rows =
        field == MODEL_NONE
            ? NULL
            : record_rows(document->record, model_field_row(model_of(document), field)->list);
    size_t row_count = rows ? rows->items.count : 0, count = 0;
    struct sheet_signer *signers =
        ARENA_ARRAY(arena_of(document), row_count + document->recipient_count, struct sheet_signer);
    for (size_t i = 0; i < row_count; i++) {
        if (!rows->items.items[i]->removed) {
            TRY(signer_of(document, rows->items.items[i], field, &signers[count++]));
        }
    }
    size_t signed_count = count;
    for (size_t i = 0; i < document->recipient_count; i++) {
        struct str name = document_recipient(document, document->recipients[i]);
        if (!has_signed(signers, signed_count, name)) {
            signers[count++] = (struct sheet_signer){.name = name};
        }
    }
    part->kind = SHEET_SIGNATURES;
    part->signers = signers;
    part->signers_count = count;
    return STATUS_OK;
}

/* ---- parts ---- */

static enum status make_part(struct document *document, const struct model_document_part *part,
                             struct sheet_part *ret_part)
{
    *ret_part = (struct sheet_part){.heading = labelled(document, part->label)};
    switch ((enum model_document_part_kind)part->kind) {
    case PART_TEXT:
        ret_part->kind = SHEET_TEXT;
        ret_part->text = or_otherwise(document, part, value_of(document, part->text, NULL));
        return STATUS_OK;
    case PART_TABLE:
        ret_part->kind = SHEET_TABLE;
        ret_part->table = make_table(document, part);
        if (ret_part->table.rows_count == 0) {
            ret_part->text = or_otherwise(document, part, STR(""));
        }
        return STATUS_OK;
    case PART_SIGNATURES:
        return make_signers(document, ret_part);
    case PART_NEXT_DATES:
        return read_next(document, ret_part);
    case PART__COUNT:
        break;
    }
    return STATUS_OK;
}

/* A heading over nothing says less than nothing. */
static bool says_something(const struct sheet_part *part)
{
    return part->text.n > 0 || part->table.rows_count > 0 || part->fields_count > 0 ||
           part->signers_count > 0;
}

static enum status make_parts(struct document *document, struct sheet *sheet)
{
    const struct model_document *shape = document->shape;
    struct sheet_part *parts =
        ARENA_ARRAY(arena_of(document), shape->parts_count, struct sheet_part);
    for (uint32_t i = 0; i < shape->parts_count; i++) {
        const struct model_document_part *part =
            model_document_part_row(model_of(document), shape->parts_first + i);
        if (is_shown(document, part)) {
            TRY(make_part(document, part, &parts[sheet->parts_count]));
            sheet->parts_count += says_something(&parts[sheet->parts_count]) ? 1 : 0;
        }
    }
    sheet->parts = parts;
    return STATUS_OK;
}

/* ---- the sheet ---- */

/* Its number, when it was written down and when last changed: what was done when stands above. */
static struct str foot(const struct document *document)
{
    const struct record *record = document->record;
    struct buf text;
    buf_init(&text, arena_of(document), 1000);
    BUF_ADD(&text, record->number, record->number.n > 0 ? STR(". ") : STR(""),
            filled(document, WORD_PAPER_ENTERED, STR("{when}"),
                   dated(document, when(document, record->created_at))));
    if (record->changed_at.ms != record->created_at.ms) {
        BUF_ADD(&text, STR("; "),
                filled(document, WORD_PAPER_CHANGED, STR("{when}"),
                       dated(document, when(document, record->changed_at))));
    }
    return buf_str(&text);
}

enum status document_sheet(struct document *document, struct sheet *ret_sheet)
{
    document->left_out = 0;
    sheet_begin(document->set, store_is_training(store_of(document->reader)), document->language,
                ret_sheet);
    ret_sheet->title = labelled(document, document->shape->label);
    ret_sheet->about = record_title(document->set, document->record);
    ret_sheet->intro = labelled(document, document->shape->intro);
    ret_sheet->foot = foot(document);
    if (document->recipient) {
        ret_sheet->copy_for = filled(document, WORD_PAPER_COPY_FOR, STR("{name}"),
                                     document_recipient(document, document->recipient));
    }
    return make_parts(document, ret_sheet);
}

enum status document_telling(const struct document *document, const struct sheet *sheet,
                             struct str *ret_words)
{
    struct identity identity;
    struct buf shown;
    TRY(identity_read(document->reader, document->set, document->record, &identity));
    buf_init(&shown, arena_of(document), LOOKED_OVER_MAX);
    for (size_t i = 0; i < sheet->parts_count; i++) {
        const struct sheet_part *part = &sheet->parts[i];
        BUF_ADD(&shown, part->text, STR("\n"));
        for (size_t k = 0; k < part->table.rows_count * part->table.columns_count; k++) {
            BUF_ADD(&shown, part->table.cells[k], STR("\n"));
        }
    }
    *ret_words = identity_in(&identity, buf_str(&shown));
    return STATUS_OK;
}

/* ---- reading ---- */

struct str document_recipient(const struct document *document, const struct subject *recipient)
{
    struct work_set *set = document->set;
    return recipient->row ? view_row_title(set, recipient->row)
                          : record_title(set, recipient->record);
}

bool document_has(const struct document *document, uint32_t language)
{
    const struct model *model = model_of(document);
    return language_has(model, language, model_text(model, document->shape->label));
}

bool document_in(struct document *document, struct str language)
{
    uint32_t row = model_language_by_name(model_of(document), language);
    if (row == MODEL_NONE || !document_has(document, row)) {
        return false;
    }
    document->language = row;
    return true;
}

bool document_for(struct document *document, struct str recipient_id)
{
    struct uuid wanted;
    for (size_t i = 0; uuid_parse(recipient_id, &wanted) && i < document->recipient_count; i++) {
        if (uuid_eq(document->recipients[i]->id, wanted)) {
            document->recipient = document->recipients[i];
            return true;
        }
    }
    return false;
}

enum status document_of(struct store_reader *reader, struct work_set *set,
                        const struct model_document *shape, struct record *record,
                        struct document *ret_document)
{
    TRY(store_titles(reader, set));
    *ret_document = (struct document){
        .reader = reader, .set = set, .shape = shape, .record = record, .language = MODEL_NONE};
    if (shape->recipients != MODEL_NONE) {
        ret_document->recipients = work_set_members(set, &record->subject, shape->recipients,
                                                    &ret_document->recipient_count);
    }
    return STATUS_OK;
}
