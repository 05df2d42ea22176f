/* One box for everything: people by name, records by number. By POST, so that no name stands in an
 * address or a log. */
#include "http/page.h"

#include "http/page_people.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "template_found.h"

#define PEOPLE_MAX 20u
#define KNOWN_OF 8u /* for more, what they are named in would cost more than it tells */
#define WORDS_MAX 200u

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
        const struct record *record = records[i];
        const struct model_entity *entity =
            model_entity_row(request->model, record->subject.entity);
        (*ret_links)[i] = (struct link){
            STR_JOIN(&request->arena, model_text(request->model, entity->label), STR(" "),
                     record->number, STR(": "), record_title(&request->set, record)),
            page_open_url(request, record->subject.entity, record->subject.id, record->root),
            false};
    }
    return STATUS_OK;
}

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

enum handled page_search(struct request *request)
{
    struct html html;
    struct link *records = NULL;
    struct str words = str_trim(request_form(request, STR("words")));
    struct template_found page = {.title = STR("Found")};
    words = words.n <= WORDS_MAX ? words : STR("");
    enum status status = find_records(request, words, &records, &page.records_count);
    if (status == STATUS_OK) {
        status = find_people(request, words, page.records_count > 0, &page);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    if (page.records_count == 1 && page.found_count == 0) {
        return request_redirect(request, records[0].to.text);
    }
    struct template_frame frame =
        page_frame(request, &(struct page){.title = page.title, .search = words});
    page.frame = &frame;
    page.records = records;
    page.add = add_person(request);
    page_begin(request, &html);
    template_found(&html, &page);
    return page_end(request, &html, 200);
}
