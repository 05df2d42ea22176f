/* A record in the family's words, alone on the screen and on paper; and a copy for each recipient,
 * without what that person must not read. What stands on it is the model's alone. */
#include "http/connection.h"
#include "http/document.h"
#include "http/page.h"
#include "template_plan.h"

/* ---- addresses ---- */

static struct url document_url(const struct document *document, struct str ending)
{
    struct request *request = document->request;
    const struct model_entity *entity =
        model_entity_row(request->model, document->record->subject.entity);
    return URL(
        &request->arena, STR("record"), model_text(request->model, entity->name),
        uuid_text(&request->arena, document->record->subject.id), STR("document"),
        STR_JOIN(&request->arena, model_text(request->model, document->shape->name), ending));
}

/* The address of a copy is that of the document and who gets it. */
static struct link copy_link(const struct document *document, const struct subject *recipient)
{
    struct arena *arena = &document->request->arena;
    struct url all = document_url(document, STR(""));
    struct link link = {
        .text = STR_JOIN(arena, STR("Copy for "), document_recipient(document, recipient)),
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
        (*ret_links)[count++] =
            (struct link){STR("For all to see"), document_url(document, STR("")), false};
    }
    for (size_t i = 0; i < document->recipient_count; i++) {
        if (document->recipients[i] != document->recipient) {
            (*ret_links)[count++] = copy_link(document, document->recipients[i]);
        }
    }
    return count;
}

static struct link paper_link(const struct document *document)
{
    struct arena *arena = &document->request->arena;
    struct url to = document_url(document, STR(".pdf"));
    if (document->recipient) {
        to = url_query(arena, to, STR("recipient"), uuid_text(arena, document->recipient->id));
    }
    return (struct link){STR("For paper (PDF)"), to, false};
}

/* ---- the page ---- */

static enum handled show(struct document *document)
{
    struct request *request = document->request;
    struct arena *arena = &request->arena;
    struct html html;
    struct sheet sheet;
    struct link *copies;
    struct str telling = STR("");
    enum status status = document_sheet(document, &sheet);
    if (status == STATUS_OK) {
        status = document_telling(document, &sheet, &telling);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct template_plan page = {
        .assets = static_version(request->server),
        .sheet = &sheet,
        .back = {STR("Back"),
                 page_open_url(request, document->record->subject.entity,
                 document->record->subject.id, document->record->root),
                 false},
        .paper = paper_link(document),
    };
    if (telling.n > 0) {
        page.telling = STR_JOIN(arena, STR("This may tell who reported: "), telling,
                                STR(". Look at it before a copy leaves the agency."));
    }
    page.copies_count = make_copies(document, &copies);
    page.copies = copies;
    if (document->left_out > 0) {
        page.left_out = STR("Left out here: what not everybody may read. It is on the copies of "
                            "those who may.");
    }
    page_begin(request, &html);
    template_plan(&html, &page);
    return page_end(request, &html, 200);
}

/* ---- reading ---- */

static enum status read_record(struct request *request, uint32_t entity, struct uuid id,
                               const struct model_document *shape, struct str route,
                               struct record **ret_record)
{
    const struct model_entity *loads = model_entity_row(request->model, entity);
    enum status status = store_read(request->reader, &request->set, entity, id, loads->loads_first,
                                    loads->loads_count, (struct store_purpose){.route = route},
                                    &request->outcome, ret_record);
    request_note_refused(request, status, entity, id, route);
    TRY(status);
    if (!uuid_is_nil((*ret_record)->agency)) { /* the words are those of the owner */
        request_view(request, (*ret_record)->agency);
    }
    return store_load(request->reader, &request->set, *ret_record, shape->loads_first,
                      shape->loads_count, &request->outcome);
}

/* The document of that name of the record of the address, with all that it shows, for the recipient
 * who is named. route: what the access log says. */
static enum status open_document(struct request *request, struct str name, struct str recipient,
                                 struct str route, struct document *ret_document)
{
    uint32_t entity = model_entity_by_name(request->model, request->parameters[0]);
    uint32_t row = model_document_by_name(request->model, name);
    struct uuid id;
    struct record *record;
    if (entity == MODEL_NONE || row == MODEL_NONE || !uuid_parse(request->parameters[1], &id) ||
        model_document_row(request->model, row)->entity != entity) {
        return STATUS_NOT_FOUND;
    }
    const struct model_document *shape = model_document_row(request->model, row);
    TRY(read_record(request, entity, id, shape, route, &record));
    TRY(document_of(request, shape, record, ret_document));
    return recipient.n == 0 || document_for(ret_document, recipient) ? STATUS_OK : STATUS_NOT_FOUND;
}

/* ---- ways in ---- */

static enum handled show_for(struct request *request, struct str recipient)
{
    struct document document;
    enum status status =
        open_document(request, request->parameters[2], recipient, STR("Document"), &document);
    return status == STATUS_OK ? show(&document) : request_fail(request, status);
}

/* "protective_plan_copy.pdf" -> "protective_plan_copy" */
static enum status make_paper(struct request *request, struct str name, struct str route)
{
    struct document document;
    struct str file = STR(".pdf");
    name = str_ends(name, file) ? str_slice(name, 0, name.n - file.n) : name;
    TRY(open_document(request, name, request_query(request, STR("recipient")), route, &document));
    return document_paper(&document);
}

static enum handled paper_slowly(struct request *request)
{
    enum status status = make_paper(request, request->parameters[2], STR("Document on paper"));
    return status == STATUS_OK ? HANDLED : request_fail(request, status);
}

enum handled page_document(struct request *request)
{
    return str_ends(request->parameters[2], STR(".pdf"))
               ? request_on_slow_lane(request, paper_slowly)
               : show_for(request, STR(""));
}

enum handled page_document_copy(struct request *request)
{
    return show_for(request, request->parameters[3]);
}

static enum handled paper_for_program(struct request *request)
{
    enum status status = make_paper(request, request->parameters[2], STR("api_document"));
    return status == STATUS_OK ? HANDLED : api_problem(request, status);
}

enum handled api_document(struct request *request)
{
    return request_on_slow_lane(request, paper_for_program);
}
