/* A record in the family's words, alone on the screen and on paper; and a copy for each recipient,
 * without what that person must not read. What stands on it is the model's alone. */
#include "http/page.h"

#include "base/buf.h"
#include "http/page_access.h"
#include "http/page_form.h"
#include "template_plan.h"

#define DOCUMENT_TEXT_MAX ((size_t)1 << 20) /* bytes looked over for who reported */

struct document {
    struct request *request;
    const struct model_document *shape;
    struct record *record;
    const struct subject *recipient; /* whose copy it is, or NULL */
    const struct subject *const *recipients;
    size_t recipient_count;
    size_t left_out; /* parts that not everybody may read */
};

/* ---- who may read what ---- */

/* Recipients are variable slot 1 of the model's expressions. */
static bool is_hidden_from(const struct document *document, const struct model_document_part *part,
                           const struct subject *recipient)
{
    if (part->hidden_from == MODEL_NONE) {
        return false;
    }
    struct expr_host host = work_set_host(&document->request->set);
    host.bound[1] = recipient;
    return expr_is_true(&host, part->hidden_from, &document->record->subject);
}

/* On a screen that all look at, nothing that one of them must not read. */
static bool is_shown(struct document *document, const struct model_document_part *part)
{
    if (!page_may_read(document->request, document->record, part->class)) {
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

/* ---- the parts ---- */

static struct str subject_title(struct request *request, const struct subject *subject)
{
    return subject->row ? view_row_title(&request->set, subject->row)
                        : record_title(&request->set, subject->record);
}

/* The record whose members a table shows. */
static const struct subject *table_subject(const struct document *document,
                                           const struct model_document_part *part)
{
    struct work_set *set = &document->request->set;
    if (part->collection_of == MODEL_NONE) {
        return &document->record->subject;
    }
    struct value value = work_set_value(set, part->collection_of, &document->record->subject);
    struct record *record =
        value.type == VALUE_REFERENCE ? work_set_find(set, value.reference) : NULL;
    return record ? &record->subject : NULL;
}

/* The first column says who, the others what of them. */
static struct plan_line make_line(const struct document *document,
                                  const struct model_document_part *part,
                                  const struct subject *member)
{
    struct request *request = document->request;
    struct work_set *set = &request->set;
    struct fact *facts = ARENA_ARRAY(&request->arena, part->columns_count, struct fact);
    struct plan_line line = {.facts = facts};
    for (uint32_t i = 0; i < part->columns_count; i++) {
        const struct model_list_column *column =
            model_list_column_row(request->model, part->columns_first + i);
        struct str words = page_may_read(request, document->record, column->class)
                               ? view_value(set, column->value, &document->record->subject, member)
                               : STR("");
        if (i == 0) {
            line.who = words;
        } else if (words.n > 0) {
            facts[line.facts_count++] =
                (struct fact){.label = model_text(request->model, column->label), .value = words};
        }
    }
    return line;
}

static void add_lines(const struct document *document, const struct model_document_part *part,
                      struct plan_part *shown)
{
    struct work_set *set = &document->request->set;
    const struct subject *of = table_subject(document, part);
    size_t count = 0;
    const struct subject *const *members =
        of ? work_set_members(set, of, part->collection, &count) : NULL;
    struct plan_line *lines = ARENA_ARRAY(&document->request->arena, count, struct plan_line);
    for (size_t i = 0; members && i < count; i++) {
        if (work_set_true_with(set, part->where, &document->record->subject, members[i])) {
            lines[shown->lines_count++] = make_line(document, part, members[i]);
        }
    }
    shown->lines = lines;
}

/* False: it has nothing to say, and a heading over nothing says less. */
static bool make_part(struct document *document, const struct model_document_part *part,
                      struct plan_part *ret_part)
{
    struct work_set *set = &document->request->set;
    *ret_part = (struct plan_part){.heading = model_text(set->model, part->label)};
    switch ((enum model_document_part_kind)part->kind) {
    case PART_TEXT:
        ret_part->text = view_value(set, part->text, &document->record->subject, NULL);
        return ret_part->text.n > 0;
    case PART_TABLE:
        add_lines(document, part, ret_part);
        return ret_part->lines_count > 0;
    case PART_SIGNATURES:
    case PART_NEXT_DATES:
    case PART__COUNT:
        break;
    }
    return false;
}

/* ---- next dates ---- */

/* The family's dates of this record alone, and to come: what else is due is the agency's business.
 */
static enum status read_next(struct document *document, struct fact **ret_facts, size_t *ret_count)
{
    struct request *request = document->request;
    struct clock_reading *readings;
    size_t count;
    *ret_count = 0;
    TRY(store_clocks(request->reader, &request->set, document->record->root, &readings, &count));
    *ret_facts = ARENA_ARRAY(&request->arena, count, struct fact);
    for (size_t i = 0; i < count; i++) {
        const struct clock_reading *reading = &readings[i];
        if (reading->state == CLOCK_STATE_RUNNING && reading->due.ms != INT64_MAX &&
            model_clock_row(request->model, reading->clock)->kind != CLOCK_BAR &&
            reading->due.ms > request->set.now.ms &&
            uuid_eq(reading->record, document->record->subject.id) &&
            model_clock_row(request->model, reading->clock)->family) {
            (*ret_facts)[(*ret_count)++] = (struct fact){
                .label = model_text(request->model,
                                    model_clock_row(request->model, reading->clock)->label),
                .value = reading->by_day ? date_long(&request->arena, reading->due_date)
                                         : page_when(request, reading->due)};
        }
    }
    return STATUS_OK;
}

/* ---- signatures ---- */

/* The list of the record whose rows are signed, and the field that holds the signature. */
static uint32_t signature_field(const struct model *model, const struct model_entity *entity)
{
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(model, entity->lists_first + i);
        for (uint32_t k = 0; k < list->fields_count; k++) {
            if (model_field_row(model, list->fields_first + k)->kind == FIELD_SIGNATURE) {
                return list->fields_first + k;
            }
        }
    }
    return MODEL_NONE;
}

static struct value first_time(const struct model *model, const struct row *row)
{
    const struct model_list *list = model_list_row(model, row->subject.list);
    for (uint32_t i = 0; i < list->fields_count; i++) {
        if (model_field_row(model, list->fields_first + i)->kind == FIELD_DATETIME) {
            return value_get(&row->subject, list->fields_first + i);
        }
    }
    return value_unset();
}

static struct plan_signer signer_of(const struct document *document, const struct row *row,
                                    uint32_t field)
{
    struct request *request = document->request;
    struct arena *arena = &request->arena;
    struct value at = first_time(request->model, row);
    struct plan_signer signer = {.name = view_row_title(&request->set, row)};
    if (at.type == VALUE_DATETIME) {
        signer.when = STR_JOIN(arena, STR("signed "), page_when(request, at.datetime.at));
    }
    if (value_get(&row->subject, field).type == VALUE_REFERENCE) {
        const struct model_entity *entity =
            model_entity_row(request->model, document->record->subject.entity);
        signer.picture = URL(arena, STR("record"), model_text(request->model, entity->name),
                             uuid_text(arena, document->record->subject.id), STR("attachment"),
                             answer_name(arena, &row->subject, field));
    }
    return signer;
}

static bool has_signed(const struct plan_signer *signers, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(signers[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Those who signed, then a line for each recipient who has not yet. */
static size_t make_signers(const struct document *document, struct plan_signer **ret_signers)
{
    struct request *request = document->request;
    uint32_t field = signature_field(
        request->model, model_entity_row(request->model, document->record->subject.entity));
    const struct rows *rows =
        field == MODEL_NONE
            ? NULL
            : record_rows(document->record, model_field_row(request->model, field)->list);
    size_t signed_count = rows ? rows->items.count : 0, count = 0;
    *ret_signers =
        ARENA_ARRAY(&request->arena, signed_count + document->recipient_count, struct plan_signer);
    for (size_t i = 0; i < signed_count; i++) {
        if (!rows->items.items[i]->removed) {
            (*ret_signers)[count++] = signer_of(document, rows->items.items[i], field);
        }
    }
    size_t done = count;
    for (size_t i = 0; i < document->recipient_count; i++) {
        struct str name = subject_title(request, document->recipients[i]);
        if (!has_signed(*ret_signers, done, name)) {
            (*ret_signers)[count++] = (struct plan_signer){.name = name};
        }
    }
    return count;
}

/* ---- the page ---- */

static struct url document_url(const struct document *document)
{
    struct request *request = document->request;
    const struct model_entity *entity =
        model_entity_row(request->model, document->record->subject.entity);
    return URL(&request->arena, STR("record"), model_text(request->model, entity->name),
               uuid_text(&request->arena, document->record->subject.id), STR("document"),
               model_text(request->model, document->shape->name));
}

/* The address of a copy is that of the document and who gets it. */
static struct link copy_link(const struct document *document, const struct subject *recipient)
{
    struct arena *arena = &document->request->arena;
    struct url all = document_url(document);
    struct link link = {
        .text = STR_JOIN(arena, STR("Copy for "), subject_title(document->request, recipient)),
        .here = recipient == document->recipient};
    bool ours =
        url_local(STR_JOIN(arena, all.text, STR("/"), uuid_text(arena, recipient->id)), &link.to);
    CHECK(ours);
    return link;
}

static size_t make_copies(const struct document *document, struct link **ret_links)
{
    size_t count = 0;
    *ret_links = ARENA_ARRAY(&document->request->arena, document->recipient_count + 1, struct link);
    if (document->recipient) {
        (*ret_links)[count++] = (struct link){STR("For all to see"), document_url(document), false};
    }
    for (size_t i = 0; i < document->recipient_count; i++) {
        if (document->recipients[i] != document->recipient) {
            (*ret_links)[count++] = copy_link(document, document->recipients[i]);
        }
    }
    return count;
}

static size_t make_parts(struct document *document, struct plan_part **ret_parts)
{
    const struct model_document *shape = document->shape;
    size_t count = 0;
    *ret_parts = ARENA_ARRAY(&document->request->arena, shape->parts_count, struct plan_part);
    for (uint32_t i = 0; i < shape->parts_count; i++) {
        const struct model_document_part *part =
            model_document_part_row(document->request->model, shape->parts_first + i);
        if (is_shown(document, part) && make_part(document, part, &(*ret_parts)[count])) {
            count++;
        }
    }
    return count;
}

/* The label of the part of a kind, or NULL text when the document has none. */
static bool find_part(const struct document *document, enum model_document_part_kind kind,
                      struct str *ret_label)
{
    const struct model *model = document->request->model;
    for (uint32_t i = 0; i < document->shape->parts_count; i++) {
        const struct model_document_part *part =
            model_document_part_row(model, document->shape->parts_first + i);
        if (part->kind == kind) {
            *ret_label = model_text(model, part->label);
            return true;
        }
    }
    return false;
}

/* The words of the parts shown that would tell who reported, or empty. */
static enum status find_telling(const struct document *document, const struct template_plan *page,
                                struct str *ret_words)
{
    struct request *request = document->request;
    struct identity identity;
    struct buf shown;
    TRY(identity_read(request->reader, &request->set, document->record, &identity));
    buf_init(&shown, &request->arena, DOCUMENT_TEXT_MAX);
    for (size_t i = 0; i < page->parts_count; i++) {
        const struct plan_part *part = &page->parts[i];
        BUF_ADD(&shown, part->text, STR("\n"));
        for (size_t k = 0; k < part->lines_count; k++) {
            BUF_ADD(&shown, part->lines[k].who, STR("\n"));
            for (size_t n = 0; n < part->lines[k].facts_count; n++) {
                BUF_ADD(&shown, part->lines[k].facts[n].value, STR("\n"));
            }
        }
    }
    *ret_words = identity_in(&identity, buf_str(&shown));
    return STATUS_OK;
}

static enum handled show(struct document *document)
{
    struct request *request = document->request;
    struct arena *arena = &request->arena;
    struct html html;
    struct plan_part *parts;
    struct plan_signer *signers = NULL;
    struct fact *next = NULL;
    struct link *copies;
    struct template_plan page = {
        .language = words_english.language,
        .assets = static_version(request->server),
        .training = store_is_training(request->store),
        .title = model_text(request->model, document->shape->label),
        .family = record_title(&request->set, document->record),
        .intro = model_text(request->model, document->shape->intro),
        .back = {STR("Back"),
                 page_open_url(request, document->record->subject.entity,
                 document->record->subject.id, document->record->root),
                 false}
    };
    page.parts_count = make_parts(document, &parts);
    page.parts = parts;
    struct str telling;
    enum status found = find_telling(document, &page, &telling);
    if (found != STATUS_OK) {
        return request_fail(request, found);
    }
    if (telling.n > 0) {
        page.telling = STR_JOIN(arena, STR("This may tell who reported: "), telling,
                                STR(". Look at it before a copy leaves the agency."));
    }
    if (find_part(document, PART_NEXT_DATES, &page.heading_next)) {
        enum status status = read_next(document, &next, &page.next_count);
        if (status != STATUS_OK) {
            return request_fail(request, status);
        }
    }
    page.next = next;
    if (find_part(document, PART_SIGNATURES, &page.heading_sign)) {
        page.signers_count = make_signers(document, &signers);
    }
    page.signers = signers;
    page.copies_count = make_copies(document, &copies);
    page.copies = copies;
    if (document->recipient) {
        page.copy_for = STR_JOIN(arena, STR("This copy is for "),
                                 subject_title(request, document->recipient), STR("."));
    }
    if (document->left_out > 0) {
        page.left_out = STR("Left out here: what not everybody may read. It is on the copies of "
                            "those who may.");
    }
    page_begin(request, &html);
    template_plan(&html, &page);
    return page_end(request, &html, 200);
}

/* ---- reading ---- */

static const struct subject *find_recipient(const struct document *document, struct str id)
{
    struct uuid wanted;
    if (!uuid_parse(id, &wanted)) {
        return NULL;
    }
    for (size_t i = 0; i < document->recipient_count; i++) {
        if (uuid_eq(document->recipients[i]->id, wanted)) {
            return document->recipients[i];
        }
    }
    return NULL;
}

/* The document of the address, with all that it shows. */
static bool open_document(struct request *request, struct document *ret_document,
                          enum handled *ret_handled)
{
    uint32_t entity = page_entity(request, 0);
    uint32_t row = model_document_by_name(request->model, request->parameters[2]);
    struct uuid id;
    if (entity == MODEL_NONE || row == MODEL_NONE || !page_id(request, 1, &id) ||
        model_document_row(request->model, row)->entity != entity) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return false;
    }
    const struct model_document *shape = model_document_row(request->model, row);
    struct record *record = page_read(request, entity, id, shape->loads_first, shape->loads_count,
                                      STR("Document"), ret_handled);
    if (!record) {
        return false;
    }
    enum status status = store_titles(request->reader, &request->set);
    if (status != STATUS_OK) {
        *ret_handled = request_fail(request, status);
        return false;
    }
    *ret_document = (struct document){.request = request, .shape = shape, .record = record};
    if (shape->recipients != MODEL_NONE) {
        ret_document->recipients = work_set_members(
            &request->set, &record->subject, shape->recipients, &ret_document->recipient_count);
    }
    return true;
}

enum handled page_document(struct request *request)
{
    struct document document;
    enum handled handled;
    return open_document(request, &document, &handled) ? show(&document) : handled;
}

enum handled page_document_copy(struct request *request)
{
    struct document document;
    enum handled handled;
    if (!open_document(request, &document, &handled)) {
        return handled;
    }
    document.recipient = find_recipient(&document, request->parameters[3]);
    return document.recipient ? show(&document) : request_fail(request, STATUS_NOT_FOUND);
}
