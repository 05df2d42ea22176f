/* The page of any record: what is on record, what belongs to it, what can be done, and where its
 * history is. */
#include "http/page_work.h"

#include "http/as_of.h"
#include "http/connection.h"
#include "http/page_behind.h"
#include "http/page_corrected.h"
#include "http/page_verb.h"
#include "model/c_names.h"
#include "template_work.h"

#define MEMBERS_MOST 20u

struct record_page {
    struct request *request;
    struct record *record;
    struct work work; /* its offers */
};

/* ---- what belongs to it ---- */

bool page_is_of_records(const struct model *model, const struct model_collection *collection)
{
    return collection->reference != MODEL_NONE && model_text(model, collection->name).n > 0 &&
           model_field_row(model, collection->reference)->list == MODEL_NONE;
}

static struct str member_state(const struct request *request, const struct record *record)
{
    return view_state(request->model, record).text;
}

void page_members(struct html *html, struct request *request, uint32_t row,
                  struct record *const *records, const struct url *to, size_t count)
{
    static const struct column columns[] = {{.text = STR_INIT("What")},
                                            {.text = STR_INIT("Entered")}};
    const struct model *model = request->model;
    const struct model_collection *collection = model_collection_row(model, row);
    uint32_t entity = model_field_row(model, collection->reference)->entity;
    struct str label = model_text(model, collection->label);
    struct str plural = model_text(model, model_entity_row(model, entity)->plural);
    struct cell *cells = ARENA_ARRAY(&request->arena, count * 2, struct cell);
    for (size_t i = 0; i < count; i++) {
        cells[2 * i] = (struct cell){.text = record_title(&request->set, records[i]),
                                     .to = to[i],
                                     .tag = view_state(model, records[i])};
        cells[2 * i + 1].text = page_when(request, records[i]->created_at);
    }
    html_open_class(html, "section", "card");
    component_table(html, &(struct table){.caption = label.n > 0 ? label : plural,
                                          .columns = columns,
                                          .columns_count = ARRAY_LENGTH(columns),
                                          .cells = cells,
                                          .rows_count = count});
    html_close(html, "section");
}

static void show_collection(struct html *html, const struct record_page *page, uint32_t row)
{
    struct request *request = page->request;
    const struct model *model = request->model;
    const struct model_collection *collection = model_collection_row(model, row);
    uint32_t entity = model_field_row(model, collection->reference)->entity;
    struct record **records;
    size_t count;
    struct str next;
    struct outcome ignored;
    /* What belongs to a record that was entered in error was marked with it. */
    const struct store_page members = {.limit = MEMBERS_MOST,
                                       .in_error = !record_stands(page->record)};
    outcome_init(&ignored, &request->arena);
    if (store_find(request->reader, &request->set, entity, collection->reference,
                   page->record->subject.id, members, &ignored, &records, &count,
                   &next) != STATUS_OK ||
        count == 0) {
        return;
    }
    page_titles(request);
    struct url *to = ARENA_ARRAY(&request->arena, count, struct url);
    for (size_t i = 0; i < count; i++) {
        to[i] = page_open_url(request, entity, records[i]->subject.id, records[i]->root);
    }
    page_members(html, request, row, records, to, count);
}

/* ---- the version before ---- */

/* Nothing is said of one that this person may not read. */
static void show_changes(struct view *view, struct request *request)
{
    const struct model *model = request->model;
    uint32_t entity = view->record->subject.entity;
    uint32_t field = model_entity_row(model, entity)->previous;
    struct value value =
        field != MODEL_NONE ? value_get(&view->record->subject, field) : value_unset();
    struct record *before;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (value.type != VALUE_REFERENCE ||
        store_read(request->reader, &request->set, entity, value.reference, 0, 0,
                   (struct store_purpose){.route = STR("version before")}, &ignored,
                   &before) != STATUS_OK) {
        return;
    }
    page_titles(request);
    html_open_class(view->html, "section", "card");
    view_changes(view, before,
                 STR_JOIN(&request->arena, STR("What is different from "),
                          record_title(&request->set, before)));
    html_close(view->html, "section");
}

/* ---- the page ---- */

static void record_content(struct html *html, const void *context)
{
    const struct record_page *page = context;
    const struct model *model = page->request->model;
    const struct model_entity *entity = model_entity_row(model, page->record->subject.entity);
    struct view view;
    work_actions(html, &page->work);
    page_view(&view, page->request, html, page->record);
    html_open_class(html, "section", "card");
    view_record(&view);
    html_close(html, "section");
    show_changes(&view, page->request);
    for (uint32_t i = 0; i < entity->collections_count; i++) {
        uint32_t row = entity->collections_first + i;
        if (page_is_of_records(model, model_collection_row(model, row))) {
            show_collection(html, page, row);
        }
    }
    page_moves(html, page->request, page->record);
    page_corrected_beneath(html, page->request, page->record);
    page_decisions(html, page->request, page->record);
    work_refusals(html, &page->work);
}

static void record_side(struct html *html, const void *context)
{
    const struct record_page *page = context;
    html_open_class(html, "section", "card");
    html_element(html, "h2", "card__title", STR("Behind this page"));
    page_behind(html, page->request, page->record);
    html_close(html, "section");
}

enum handled page_record(struct request *request)
{
    uint32_t entity = page_entity(request, 0);
    struct uuid id;
    enum handled handled;
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    if (request_query(request, STR("correct")).n > 0) {
        return page_correcting(request);
    }
    if (as_of_asked(request)) {
        return page_as_of(request);
    }
    struct record_page page = {.request = request};
    page.record = page_read(
        request, entity, id, 0, 0,
        model_text(request->model, model_entity_row(request->model, entity)->label), &handled);
    if (page.record == NULL) {
        return handled;
    }
    page.work = (struct work){.request = request, .subject = page.record, .step = MODEL_NONE};
    work_offer(&page.work, page.record);
    page_titles(request);
    struct str title = record_title(&request->set, page.record);
    struct template_frame frame = page_frame(request, &(struct page){.title = title});
    struct html html;
    page_begin(request, &html);
    template_work(&html, &(struct template_work){
                             .frame = &frame,
                             .title = title,
                             .lead = member_state(request, page.record),
                             .content = {record_content, &page},
                             .side = {record_side,    &page}
    });
    return page_end(request, &html, 200);
}
