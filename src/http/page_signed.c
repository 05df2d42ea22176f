/* See page_signed.h. */
#include "http/page_signed.h"

#include "base/buf.h"
#include "http/connection.h"
#include "http/page.h"

/* ---- copies ---- */

enum status signed_copies(struct request *request, const struct record *record,
                          struct signed_copy **ret_copies, size_t *ret_count)
{
    struct store_copy *kept;
    size_t count;
    *ret_count = 0;
    TRY(store_copies(request->reader, &request->set, record, &kept, &count));
    struct signed_copy *copies = ARENA_ARRAY(&request->arena, count, struct signed_copy);
    for (size_t i = 0; i < count; i++) {
        struct signed_copy *copy = &copies[*ret_count];
        copy->kept = kept[i];
        if (!sheet_unpack(&request->arena, kept[i].bytes, &copy->sheets)) {
            return STATUS_INTERNAL;
        }
        (*ret_count)++;
    }
    *ret_copies = copies;
    return STATUS_OK;
}

/* "Rosa Reyes, Mai Vang" */
static struct str names_of(struct arena *arena, const struct signed_sheets *sheets)
{
    struct buf names;
    buf_init(&names, arena, SIZE_MAX);
    for (size_t i = 0; i < sheets->names_count; i++) {
        BUF_ADD(&names, i > 0 ? STR(", ") : STR(""), sheets->names[i]);
    }
    return buf_str(&names);
}

static struct url copy_url(struct request *request, const struct record *record,
                           const struct store_copy *copy, struct str language)
{
    const struct model_entity *entity = model_entity_row(request->model, record->subject.entity);
    struct url to = URL(&request->arena, STR("record"), model_text(request->model, entity->name),
                        uuid_text(&request->arena, record->subject.id), STR("signed"),
                        STR_JOIN(&request->arena, copy->id, STR(".pdf")));
    return language.n == 0 ? to : url_query(&request->arena, to, STR("language"), language);
}

static void write_copy(struct html *html, struct request *request, const struct record *record,
                       const struct signed_copy *copy)
{
    struct arena *arena = &request->arena;
    struct str names = names_of(arena, &copy->sheets);
    struct str label = STR_JOIN(arena, STR("As signed on "), page_when(request, copy->kept.at),
                                names.n > 0 ? STR(" by ") : STR(""), names, STR(" (PDF)"));
    html_open(html, "li");
    component_link(html,
                   (struct link){label, copy_url(request, record, &copy->kept, STR("")), false});
    for (size_t i = 1; i < copy->sheets.sheets_count; i++) {
        struct str language = copy->sheets.sheets[i].language;
        html_text(html, STR(" "));
        component_link(
            html, (struct link){language, copy_url(request, record, &copy->kept, language), false});
    }
    if (copy->kept.changed_since.ms != 0) {
        html_text(html, STR_JOIN(arena, STR(" Changed since it was signed: "),
                                 page_when(request, copy->kept.changed_since),
                                 STR(". What was signed is the copy.")));
    }
    html_close(html, "li");
}

void page_signed(struct html *html, struct request *request, const struct record *record)
{
    struct signed_copy *copies;
    size_t count;
    enum status status = signed_copies(request, record, &copies, &count);
    if (status != STATUS_OK) {
        html_open(html, "li");
        html_text(html, STR("What was signed cannot be opened."));
        html_close(html, "li");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        write_copy(html, request, record, &copies[i]);
    }
}

/* ---- on paper ---- */

/* "safety_plan_copy-SP-2026-0004.pdf": names of people stand in no name of a file. */
static struct str file_name(struct arena *arena, struct str document, struct str number)
{
    struct buf name;
    buf_init(&name, arena, 300);
    buf_add(&name, document);
    buf_add(&name, number.n > 0 ? STR("-") : STR(""));
    for (size_t i = 0; i < number.n; i++) {
        char byte = number.p[i];
        bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= 'a' && byte <= 'z');
        buf_byte(&name, plain ? byte : '-');
    }
    buf_add(&name, STR(".pdf"));
    return buf_str(&name);
}

enum status answer_paper(struct request *request, const struct sheet *sheet, struct str document,
                         struct str number)
{
    struct response *response = &request->response;
    const struct paper paper = {
        .language = sheet->language, .title = sheet->title, .sheets = sheet, .sheets_count = 1};
    TRY(server_paper(request->server, &request->arena, &paper, &request->outcome,
                     &response->body_view));
    response->status = 200;
    response->type = STR("application/pdf");
    response->disposition = STR_JOIN(&request->arena, STR("inline; filename=\""),
                                     file_name(&request->arena, document, number), STR("\""));
    return STATUS_OK;
}

/* The sheet in the language that is asked for: the first is that of the model. NULL: not in that.
 */
static const struct sheet *in_language(const struct signed_sheets *sheets, struct str language)
{
    for (size_t i = 0; i < sheets->sheets_count; i++) {
        if (language.n == 0 || str_eq(sheets->sheets[i].language, language)) {
            return &sheets->sheets[i];
        }
    }
    return NULL;
}

static enum status answer_copy(struct request *request, const struct record *record, struct str id)
{
    struct store_copy copy;
    struct signed_sheets sheets;
    TRY(store_copy(request->reader, &request->set, record, id, &copy));
    if (!sheet_unpack(&request->arena, copy.bytes, &sheets)) {
        return STATUS_INTERNAL;
    }
    const struct sheet *sheet = in_language(&sheets, request_query(request, STR("language")));
    return sheet ? answer_paper(request, sheet, copy.document, record->number) : STATUS_NOT_FOUND;
}

static enum status read_copy(struct request *request, struct str route)
{
    uint32_t entity = model_entity_by_name(request->model, request->parameters[0]);
    struct str name = request->parameters[2], file = STR(".pdf");
    struct record *record;
    struct uuid id;
    if (entity == MODEL_NONE || !uuid_parse(request->parameters[1], &id) || !str_ends(name, file)) {
        return STATUS_NOT_FOUND;
    }
    enum status status =
        store_read(request->reader, &request->set, entity, id, 0, 0,
                   (struct store_purpose){.route = route}, &request->outcome, &record);
    request_note_refused(request, status, entity, id, route);
    TRY(status);
    return answer_copy(request, record, str_slice(name, 0, name.n - file.n));
}

static enum handled paper_slowly(struct request *request)
{
    enum status status = read_copy(request, STR("Copy as signed"));
    return status == STATUS_OK ? HANDLED : request_fail(request, status);
}

enum handled page_signed_copy(struct request *request)
{
    return request_on_slow_lane(request, paper_slowly);
}

static enum handled paper_for_program(struct request *request)
{
    enum status status = read_copy(request, STR("api_signed_copy"));
    return status == STATUS_OK ? HANDLED : api_problem(request, status);
}

enum handled api_signed_copy(struct request *request)
{
    return request_on_slow_lane(request, paper_for_program);
}
