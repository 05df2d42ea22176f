/* A record in the family's words, alone on the screen and on paper; and a copy for each recipient,
 * without what that person must not read. What stands on it is the model's alone. */
#include "http/page_document.h"
#include "http/connection.h"
#include "http/page.h"
#include "http/page_signed.h"
#include "template_plan.h"

/* ---- addresses ---- */

static struct url document_url(const struct document *document, struct str ending)
{
    struct arena *arena = document->set->arena;
    const struct model *model = document->set->model;
    const struct model_entity *entity = model_entity_row(model, document->record->subject.entity);
    return URL(arena, STR("record"), model_text(model, entity->name),
               uuid_text(arena, document->record->subject.id), STR("document"),
               STR_JOIN(arena, model_text(model, document->shape->name), ending));
}

/* The same for another recipient and in another language; on paper both stand in the query. */
static struct url address(const struct document *document, const struct subject *recipient,
                          uint32_t language, bool paper)
{
    struct arena *arena = document->set->arena;
    const struct model *model = document->set->model;
    struct url to = document_url(document, paper ? STR(".pdf") : STR(""));
    struct str id = recipient ? uuid_text(arena, recipient->id) : STR("");
    if (recipient && !paper) {
        bool ours = url_local(STR_JOIN(arena, to.text, STR("/"), id), &to);
        CHECK(ours);
    } else if (recipient) {
        to = url_query(arena, to, STR("recipient"), id);
    }
    return language == MODEL_NONE
               ? to
               : url_query(arena, to, STR("language"),
                           model_text(model, model_language_row(model, language)->name));
}

/* For whom else, and in which other languages there is one. */
static size_t make_copies(const struct document *document, struct link **ret_links)
{
    struct arena *arena = document->set->arena;
    const struct model *model = document->set->model;
    uint32_t languages = model_language_total(model);
    size_t count = 0;
    struct link *links = ARENA_ARRAY(arena, document->recipient_count + languages + 2, struct link);
    if (document->recipient) {
        links[count++] = (struct link){STR("For all to see"),
                                       address(document, NULL, document->language, false), false};
    }
    for (size_t i = 0; i < document->recipient_count; i++) {
        const struct subject *recipient = document->recipients[i];
        if (recipient != document->recipient) {
            links[count++] = (struct link){
                STR_JOIN(arena, STR("Copy for "), document_recipient(document, recipient)),
                address(document, recipient, document->language, false), false};
        }
    }
    if (document->language != MODEL_NONE) {
        links[count++] = (struct link){
            STR("In English"), address(document, document->recipient, MODEL_NONE, false), false};
    }
    for (uint32_t i = 0; i < languages; i++) {
        if (i != document->language && document_has(document, i)) {
            links[count++] = (struct link){
                STR_JOIN(arena, STR("In "), model_text(model, model_language_row(model, i)->label)),
                address(document, document->recipient, i, false), false};
        }
    }
    *ret_links = links;
    return count;
}

static struct link paper_link(const struct document *document)
{
    return (struct link){STR("For paper (PDF)"),
                         address(document, document->recipient, document->language, true), false};
}

/* ---- the page ---- */

static enum handled show(struct request *request, struct document *document)
{
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

enum status page_document_read(struct request *request, const struct model_document *shape,
                               struct uuid id, struct str route, struct document *ret_document)
{
    const struct model_entity *loads = model_entity_row(request->model, shape->entity);
    struct record *record;
    enum status status = store_read(
        request->reader, &request->set, shape->entity, id, loads->loads_first, loads->loads_count,
        (struct store_purpose){.route = route}, &request->outcome, &record);
    request_note_refused(request, status, shape->entity, id, route);
    TRY(status);
    if (!uuid_is_nil(record->agency)) { /* the words are those of the owner */
        request_view(request, record->agency);
    }
    TRY(store_load(request->reader, &request->set, record, shape->loads_first, shape->loads_count,
                   &request->outcome));
    return document_of(request->reader, &request->set, shape, record, ret_document);
}

/* The document of that name of the record of the address, with all that it shows, for the recipient
 * and in the language that are named. route: what the access log says. */
static enum status open_document(struct request *request, struct str name, struct str recipient,
                                 struct str route, struct document *ret_document)
{
    uint32_t entity = model_entity_by_name(request->model, request->parameters[0]);
    uint32_t row = model_document_by_name(request->model, name);
    struct uuid id;
    if (entity == MODEL_NONE || row == MODEL_NONE || !uuid_parse(request->parameters[1], &id) ||
        model_document_row(request->model, row)->entity != entity) {
        return STATUS_NOT_FOUND;
    }
    struct str language = request_query(request, STR("language"));
    TRY(page_document_read(request, model_document_row(request->model, row), id, route,
                           ret_document));
    if (language.n > 0 && !document_in(ret_document, language)) {
        return STATUS_NOT_FOUND;
    }
    return recipient.n == 0 || document_for(ret_document, recipient) ? STATUS_OK : STATUS_NOT_FOUND;
}

/* ---- ways in ---- */

static enum handled show_for(struct request *request, struct str recipient)
{
    struct document document;
    enum status status =
        open_document(request, request->parameters[2], recipient, STR("Document"), &document);
    return status == STATUS_OK ? show(request, &document) : request_fail(request, status);
}

/* "protective_plan_copy.pdf" -> "protective_plan_copy" */
static enum status make_paper(struct request *request, struct str name, struct str route)
{
    struct document document;
    struct sheet sheet;
    struct str file = STR(".pdf");
    name = str_ends(name, file) ? str_slice(name, 0, name.n - file.n) : name;
    TRY(open_document(request, name, request_query(request, STR("recipient")), route, &document));
    document.with_pictures = true;
    TRY(document_sheet(&document, &sheet));
    return answer_paper(request, &sheet, name, document.record->number);
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
