/* One box for everything: people by name, records by number. By POST, so that no name stands in an
 * address or a log. */
#include "http/page.h"

#include "base/map.h"
#include "http/page_people.h"
#include "http/page_words.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "template_found.h"

#define PEOPLE_MAX 20u
#define KNOWN_OF 8u /* for more, what they are named in would cost more than it tells */
#define WORDS_MAX 200u
#define LIST_SEARCHED 100
#define OWN_MAX 10u
#define OWN_WORDS_LEAST 2u

/* A record's number always holds a digit, and letters and hyphens besides. */
static bool may_be_number(struct str words)
{
    bool digit = false;
    for (size_t i = 0; i < words.n; i++) {
        digit = digit || (words.p[i] >= '0' && words.p[i] <= '9');
        if (words.p[i] == ' ' || words.p[i] == '/') {
            return false;
        }
    }
    return digit;
}

/* "Report R-073-2026-000005, Marceau", "Initial assessment A-073-2026-000005: Reyes family" */
static struct link record_link(struct request *request, const struct record *record)
{
    struct arena *arena = &request->arena;
    struct str title = record_title(&request->set, record);
    struct str label =
        model_text(request->model, model_entity_row(request->model, record->subject.entity)->label);
    bool numbered = record->number.n > 0 && str_find(title, record->number) < 0;
    return (struct link){
        STR_JOIN(arena, label, STR(" "), numbered ? record->number : STR(""),
                 numbered ? STR(": ") : STR(""), title),
        page_open_url(request, record->subject.entity, record->subject.id, record->root), false};
}

static enum status find_records(struct request *request, struct str words, struct link **ret_links,
                                size_t *ret_count)
{
    struct record **records;
    *ret_count = 0;
    if (!may_be_number(words)) {
        return STATUS_OK;
    }
    TRY(store_find_number(request->reader, &request->set, words, &request->outcome, &records,
                          ret_count));
    *ret_links = ARENA_ARRAY(&request->arena, *ret_count, struct link);
    for (size_t i = 0; i < *ret_count; i++) {
        (*ret_links)[i] = record_link(request, records[i]);
    }
    return STATUS_OK;
}

/* ---- by the words of a title, in the lists this worker goes by ---- */

struct own_work {
    struct request *request;
    struct str words;
    struct map seen;
    LIST(struct link) links;
};

static enum status search_list(struct own_work *own, uint32_t view)
{
    struct request *request = own->request;
    struct store_line *lines;
    size_t count;
    struct str next;
    TRY(store_list(request->reader, &request->set, view,
                   (struct store_page){.limit = LIST_SEARCHED}, &request->outcome, &lines, &count,
                   &next));
    for (size_t i = 0; i < count && own->links.count < OWN_MAX; i++) {
        struct record *record = lines[i].record;
        if (page_has_words(record_title(&request->set, record), own->words) &&
            map_add(&own->seen, uuid_text(&request->arena, record->subject.id), record)) {
            struct link link = record_link(request, record);
            LIST_PUSH(&request->arena, &own->links, link);
        }
    }
    return STATUS_OK;
}

static bool may_list(const struct request *request, uint32_t view)
{
    int64_t audiences[ACCESS_AUDIENCES_MAX];
    uint32_t entity = model_list_view_row(request->model, view)->entity;
    return access_list_audiences(request->model, &request->actor,
                                 model_entity_row(request->model, entity)->class, audiences) > 0;
}

/* "vang" finds the Vang family among what stands in the row of places. */
static enum status find_own_work(struct request *request, struct str words, struct link **ret_links,
                                 size_t *ret_count)
{
    const struct model *model = request->model;
    struct own_work own = {.request = request, .words = words};
    map_init(&own.seen, &request->arena);
    for (uint32_t i = 0; words.n >= OWN_WORDS_LEAST && i < model_place_total(model); i++) {
        const struct model_place *place = model_place_row(model, i);
        if (place->kind == PLACE_LIST && may_list(request, place->list_view)) {
            TRY(search_list(&own, place->list_view));
        }
    }
    *ret_links = own.links.items;
    *ret_count = own.links.count;
    return STATUS_OK;
}

/* ---- people ---- */

static struct found found_of(const struct page_hit *hit)
{
    return (struct found){
        .who = {hit->name, hit->to, false},
        .why = hit->why,
        .known = hit->known,
        .restricted = hit->restricted
    };
}

/* Too few words are no fault: the page says what would be enough. */
static enum status find_people(struct request *request, struct str words, bool found_already,
                               struct template_found *page)
{
    struct page_hit *hits = NULL;
    size_t count;
    enum status status = page_find_people(request, words, PEOPLE_MAX, &hits, &count);
    if (status == STATUS_INVALID) {
        page->asked_too_little = true;
        page->problem = found_already || request->outcome.problems.count == 0
                            ? STR("")
                            : request->outcome.problems.items[0].message;
        outcome_init(&request->outcome, &request->arena);
        return STATUS_OK;
    }
    TRY(status);
    struct found *found = ARENA_ARRAY(&request->arena, count, struct found);
    for (size_t i = 0; i < count; i++) {
        if (i < KNOWN_OF && !hits[i].restricted) {
            TRY(page_known(request, hits[i].person, &hits[i].known));
        }
        found[i] = found_of(&hits[i]);
    }
    page->found = found;
    page->found_count = count;
    return STATUS_OK;
}

/* Writing down somebody new, after one has looked. */
static struct link add_person(struct request *request)
{
    const struct model *model = request->model;
    uint32_t person = model_c_name(model, C_PERSON)->entity;
    uint32_t workspace = person == MODEL_NONE ? MODEL_NONE : page_workspace_of(model, person);
    if (workspace == MODEL_NONE || model_workspace_row(model, workspace)->create == MODEL_NONE ||
        !access_create(&request->set, person, request->actor.agency).allowed) {
        return (struct link){0};
    }
    return (struct link){STR("Nobody of these: write down a new person"),
                         URL(&request->arena, STR("start"),
                             model_text(model, model_workspace_row(model, workspace)->name)),
                         false};
}

/* The one thing that was found is opened, when nothing else can have been meant. */
static bool is_only_one(const struct template_found *page)
{
    return page->records_count == 1 && page->found_count == 0 && page->own_count == 0;
}

static enum status search(struct request *request, struct str words, struct template_found *page)
{
    struct link *records = NULL, *own = NULL;
    TRY(find_records(request, words, &records, &page->records_count));
    page->records = records;
    TRY(find_people(request, words, page->records_count > 0, page));
    /* First and last name mean a person; a title is meant when nobody is called so. */
    if (page->records_count == 0 && page->found_count == 0) {
        TRY(find_own_work(request, words, &own, &page->own_count));
    }
    page->own = own;
    return STATUS_OK;
}

enum handled page_search(struct request *request)
{
    struct html html;
    struct str words = str_trim(request_form(request, STR("words")));
    struct template_found page = {.title = STR("Found")};
    words = words.n <= WORDS_MAX ? words : STR("");
    enum status status = search(request, words, &page);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    if (is_only_one(&page)) {
        return request_redirect(request, page.records[0].to.text);
    }
    struct template_frame frame =
        page_frame(request, &(struct page){.title = page.title, .search = words});
    page.frame = &frame;
    if (store_find_waits(&request->set, words)) {
        page.confirm =
            url_query(&request->arena, URL_FIXED("/confirm"), STR("then"), STR("/my-day"));
    }
    if (!page.asked_too_little && page.records_count == 0) { /* who has looked may write down */
        page.add = add_person(request);
    }
    page_begin(request, &html);
    template_found(&html, &page);
    return page_end(request, &html, 200);
}
