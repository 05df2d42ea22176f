/* Who of other agencies looked at the records of a list, as far as the reader may know that of
 * each: so a nation sees who reads about its children. Newest first, a page at a time. */
#include "http/page_looks.h"

#include "http/page.h"
#include "http/page_words.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "template_list.h"

#define LOOKS_A_PAGE 50u
#define LISTED_AT_ONCE 200u
#define LISTED_MOST 2000u

enum look_column { LOOK_WHEN, LOOK_WHO, LOOK_AGENCY, LOOK_ABOUT, LOOK_WHAT, LOOK_WHY, LOOK__COUNT };

struct looks_page {
    uint32_t view;
    LIST(struct uuid) ids; /* of the list, whose history the reader may know */
    bool cut;              /* the list is longer than LISTED_MOST */
    struct store_look *looks;
    size_t count;
    bool more;
};

/* ---- reading ---- */

static enum status read_list(struct request *request, struct looks_page *page)
{
    struct store_page part = {.limit = LISTED_AT_ONCE};
    size_t seen = 0;
    do {
        struct store_line *lines;
        size_t count;
        struct str next;
        TRY(store_list(request->reader, &request->set, page->view, part, &request->outcome, &lines,
                       &count, &next));
        for (size_t i = 0; i < count; i++) {
            if (access_record(&request->set, lines[i].record, VERB_HISTORY).allowed) {
                LIST_PUSH(&request->arena, &page->ids, lines[i].record->subject.id);
            }
        }
        seen += count;
        part.cursor = next;
    } while (part.cursor.n > 0 && seen < LISTED_MOST);
    page->cut = part.cursor.n > 0;
    return STATUS_OK;
}

/* Who looked and for whom they work, by the names they are known by. */
static enum status name_who(struct request *request, const struct looks_page *page)
{
    uint32_t worker = model_c_name(request->model, C_WORKER)->entity;
    uint32_t agency = model_c_name(request->model, C_AGENCY)->entity;
    struct uuid *workers = ARENA_ARRAY(&request->arena, page->count, struct uuid);
    struct uuid *agencies = ARENA_ARRAY(&request->arena, page->count, struct uuid);
    size_t agency_count = 0;
    for (size_t i = 0; i < page->count; i++) {
        workers[i] = page->looks[i].worker;
        if (!uuid_is_nil(page->looks[i].agency)) {
            agencies[agency_count++] = page->looks[i].agency;
        }
    }
    TRY(store_titles_of(request->reader, &request->set, worker, workers, page->count));
    return agency == MODEL_NONE
               ? STATUS_OK
               : store_titles_of(request->reader, &request->set, agency, agencies, agency_count);
}

static enum status read_looks(struct request *request, struct looks_page *page)
{
    int64_t before = INT64_MAX;
    struct str cursor = request_query(request, STR("cursor"));
    if (cursor.n > 0 && !str_to_i64(cursor, &before)) {
        return STATUS_NOT_FOUND;
    }
    TRY(read_list(request, page));
    TRY(store_looks_at(request->reader, &request->set, page->ids.items, page->ids.count,
                       (struct instant){before}, LOOKS_A_PAGE, &page->looks, &page->count,
                       &page->more));
    TRY(name_who(request, page));
    return store_titles(request->reader, &request->set);
}

/* ---- showing ---- */

static struct str name_of(struct request *request, struct uuid id)
{
    struct str name = value_words(&request->set, value_reference(id), MODEL_NONE);
    return name.n > 0 ? name : STR("somebody who no longer works here");
}

size_t page_looks_together(struct request *request, struct store_look *looks, size_t count,
                           size_t **ret_times)
{
    size_t left = 0;
    *ret_times = ARENA_ARRAY(&request->arena, count, size_t);
    for (size_t i = 0; i < count; i++) {
        const struct store_look *last = left > 0 ? &looks[left - 1] : NULL;
        if (last && uuid_eq(last->worker, looks[i].worker) &&
            uuid_eq(last->record, looks[i].record) && str_eq(last->route, looks[i].route) &&
            str_eq(last->reason, looks[i].reason) &&
            last->at.ms / MINUTE_MS == looks[i].at.ms / MINUTE_MS) {
            (*ret_times)[left - 1]++;
        } else {
            (*ret_times)[left] = 1;
            looks[left++] = looks[i];
        }
    }
    return left;
}

/* The log names a list as the model does: people read what stands above it. */
static struct str route_words(struct request *request, struct str route)
{
    struct str list = STR("list ");
    uint32_t view = str_starts(route, list)
                        ? model_list_view_by_name(request->model, str_slice(route, list.n, route.n))
                        : MODEL_NONE;
    return view == MODEL_NONE
               ? page_capital(&request->arena, route)
               : STR_JOIN(
                     &request->arena, STR("List: "),
                     model_text(request->model, model_list_view_row(request->model, view)->label));
}

struct str page_look_words(struct request *request, const struct store_look *look, size_t times)
{
    struct str words = route_words(request, look->route);
    return times == 1 ? words
                      : STR_JOIN(&request->arena, words, STR(" ("),
                                 str_from_int(&request->arena, (int64_t)times), STR(" times)"));
}

static struct table make_table(struct request *request, const struct looks_page *page)
{
    static const struct column columns[LOOK__COUNT] = {
        [LOOK_WHEN] = {STR_INIT("When"),            false},
        [LOOK_WHO] = {STR_INIT("Who"),             false},
        [LOOK_AGENCY] = {STR_INIT("Of"),              false},
        [LOOK_ABOUT] = {STR_INIT("Whose record"),    false},
        [LOOK_WHAT] = {STR_INIT("What was opened"), false},
        [LOOK_WHY] = {STR_INIT("Reason given"),    false},
    };
    size_t *times;
    size_t count = page_looks_together(request, page->looks, page->count, &times);
    struct cell *cells = ARENA_ARRAY(&request->arena, count * LOOK__COUNT, struct cell);
    uint32_t entity = model_list_view_row(request->model, page->view)->entity;
    for (size_t i = 0; i < count; i++) {
        const struct store_look *look = &page->looks[i];
        struct cell *line = &cells[i * LOOK__COUNT];
        line[LOOK_WHEN].text = page_when(request, look->at);
        line[LOOK_WHO].text = name_of(request, look->worker);
        line[LOOK_AGENCY].text =
            uuid_is_nil(look->agency) ? STR("") : name_of(request, look->agency);
        line[LOOK_ABOUT].text = name_of(request, look->record);
        line[LOOK_ABOUT].to = page_open_url(request, entity, look->record, look->record);
        line[LOOK_WHAT].text = page_look_words(request, look, times[i]);
        line[LOOK_WHY].text = look->reason;
    }
    return (struct table){.caption = STR("Newest first"),
                          .columns = columns,
                          .columns_count = LOOK__COUNT,
                          .cells = cells,
                          .rows_count = count,
                          .empty = STR("Nobody of another agency has looked.")};
}

static enum handled show(struct request *request, const struct looks_page *looks)
{
    struct arena *arena = &request->arena;
    const struct model_list_view *view = model_list_view_row(request->model, looks->view);
    struct url here =
        URL(arena, STR("list"), model_text(request->model, view->name), STR("who-looked"));
    /* before make_table puts them together */
    struct instant last =
        looks->count > 0 ? looks->looks[looks->count - 1].at : (struct instant){0};
    struct str title =
        STR_JOIN(arena, STR("Who looked: "), model_text(request->model, view->label));
    struct link list = {model_text(request->model, view->label),
                        URL(arena, STR("list"), model_text(request->model, view->name)), false};
    struct template_frame frame = page_frame(request, &(struct page){.title = title});
    struct template_list page = {
        .frame = &frame,
        .title = title,
        .about = looks->cut
                     ? STR("Workers of other agencies. The list is long: only the records at "
                           "its beginning are looked through.")
                     : STR("Workers of other agencies who opened a page that shows one of "
                           "them. What was opened in the last minute may still be on its "
                           "way here."),
        .actions = &list,
        .actions_count = 1,
        .table = make_table(request, looks),
    };
    struct html html;
    if (request_query(request, STR("cursor")).n > 0) {
        page.start = here;
    }
    if (looks->more) {
        page.next = url_query(arena, here, STR("cursor"), str_from_int(arena, last.ms));
    }
    page_begin(request, &html);
    template_list(&html, &page);
    return page_end(request, &html, 200);
}

enum handled page_looks(struct request *request)
{
    struct looks_page page = {.view =
                                  model_list_view_by_name(request->model, request->parameters[0])};
    if (page.view == MODEL_NONE || model_c_name(request->model, C_WORKER)->entity == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    enum status status = read_looks(request, &page);
    return status == STATUS_OK ? show(request, &page) : request_fail(request, status);
}
