/* My day: what is due on me, soonest first; what I began and did not save; what I should know. */
#include "http/page.h"

#include "http/page_act.h"
#include "http/page_cover.h"
#include "http/page_sharing.h"
#include "http/page_whose.h"
#include "rule/access.h"
#include "template_my_day.h"

/* More lines than this nobody reads; the lists show the rest. */
#define LINES_MAX 80u
/* The newest; when they are put away, those before them come. */
#define NEWS_MAX 25u

/* ---- what is due ---- */

struct day {
    LIST(struct due) lines;
    size_t late, today; /* how many of them */
};

static bool belongs_here(const struct request *request, const struct clock_reading *reading)
{
    const struct work_set *set = &request->set;
    switch (reading->state) {
    case CLOCK_STATE_RUNNING: /* what may be done, and from when, is nothing that is due */
        return model_clock_row(request->model, reading->clock)->kind != CLOCK_BAR;
    case CLOCK_STATE_DONE:
        return zone_date(set->calendar.zone, reading->done_at).day == set->today.day;
    case CLOCK_STATE_STOPPED:
    case CLOCK_STATE_TOLLED:
    case CLOCK_STATE_WAITING:
    case CLOCK_STATE__COUNT:
        break;
    }
    return false;
}

static void add_line(struct request *request, struct day *day, const struct clock_reading *reading)
{
    struct due due = page_whose(request, reading);
    if (url_is_empty(due.action.to) && due.urgency != DUE_DONE) {
        due.action = (struct link){STR("Open"), due.to, false};
    }
    day->late += due.urgency == DUE_LATE;
    day->today += due.urgency == DUE_NOW || due.urgency == DUE_TODAY;
    LIST_PUSH(&request->arena, &day->lines, due);
}

static enum status read_lines(struct request *request, struct day *day)
{
    struct clock_reading *readings;
    size_t count;
    TRY(store_my_clocks(request->reader, &request->set, &readings, &count));
    TRY(page_whose_load(request, readings, count));
    TRY(store_titles(request->reader, &request->set));
    for (size_t i = 0; i < count && day->lines.count < LINES_MAX; i++) {
        if (belongs_here(request, &readings[i])) {
            add_line(request, day, &readings[i]);
        }
    }
    return STATUS_OK;
}

static struct str greeting(const struct request *request)
{
    unsigned hour = zone_civil(request->set.calendar.zone, request->set.now).hour;
    if (hour < 12) {
        return STR("Good morning.");
    }
    return hour < 18 ? STR("Good afternoon.") : STR("Good evening.");
}

/* "1 thing is", "3 things are" */
static struct str things(struct arena *arena, size_t count)
{
    return count == 1 ? STR("1 thing is")
                      : STR_JOIN(arena, str_from_int(arena, (int64_t)count), STR(" things are"));
}

static struct str summary(struct request *request, const struct day *day)
{
    struct arena *arena = &request->arena;
    if (day->late > 0 && day->today > 0) {
        return STR_JOIN(arena, things(arena, day->late), STR(" late, "),
                        str_from_int(arena, (int64_t)day->today), STR(" due today."));
    }
    if (day->late > 0) {
        return STR_JOIN(arena, things(arena, day->late), STR(" late."));
    }
    return day->today > 0 ? STR_JOIN(arena, things(arena, day->today), STR(" due today."))
                          : STR("Nothing more is due today.");
}

/* ---- what is begun, what is new ---- */

/* "Today", "Yesterday", "Mon 23 Nov 2026". */
static struct str day_words(const struct request *request, struct instant at, struct arena *arena)
{
    struct date date = zone_date(request->set.calendar.zone, at);
    if (date.day == request->set.today.day) {
        return STR("Today");
    }
    return date.day == request->set.today.day - 1 ? STR("Yesterday") : date_long(arena, date);
}

/* "17:52" */
static struct str minute_words(const struct request *request, struct instant at)
{
    return str_slice(page_time(request, at), 0, 5);
}

static enum status read_unfinished(struct request *request, struct unfinished **ret_lines,
                                   size_t *ret_count)
{
    struct arena *arena = &request->arena;
    struct store_draft *drafts;
    size_t count;
    *ret_count = 0;
    TRY(store_drafts(request->reader, request->session.worker, &drafts, &count));
    *ret_lines = ARENA_ARRAY(arena, count, struct unfinished);
    for (size_t i = 0; i < count; i++) {
        struct unfinished line = {
            .what = drafts[i].title.n > 0 ? drafts[i].title : STR("Unfinished work"),
            .day = day_words(request, drafts[i].saved_at, arena),
            .saved = STR_JOIN(arena, STR("saved "), minute_words(request, drafts[i].saved_at)),
            .close = url_query(arena, URL_FIXED("/draft/close"), STR("place"), drafts[i].place)};
        if (url_local(STR_JOIN(arena, STR("/"), drafts[i].place), &line.go_on)) {
            (*ret_lines)[(*ret_count)++] = line;
        }
    }
    return STATUS_OK;
}

/* The sentence, and whom it is about as far as this worker may know. */
static struct link news_link(struct request *request, const struct store_notice *notice)
{
    struct link link = {.text = notice->say};
    const struct record *record = work_set_find(&request->set, notice->record);
    struct str about = record ? record_title(&request->set, record) : STR("");
    if (about.n > 0) {
        link.text = STR_JOIN(&request->arena, about, STR(": "), notice->say);
    }
    if (notice->entity != MODEL_NONE && !uuid_is_nil(notice->record)) {
        link.to = page_open_url(request, notice->entity, notice->record,
                                record ? record->root : (struct uuid){{0}});
    }
    return link;
}

static enum status read_news(struct request *request, struct news **ret_lines, size_t *ret_count,
                             bool *ret_more)
{
    struct arena *arena = &request->arena;
    struct store_notice *notices;
    TRY(store_notices(request->reader, &request->set, NEWS_MAX + 1, &notices, ret_count));
    *ret_more = *ret_count > NEWS_MAX;
    *ret_count -= *ret_more ? 1 : 0;
    for (size_t i = 0; i < *ret_count; i++) {
        if (notices[i].entity != MODEL_NONE) {
            TRY(store_titles_of(request->reader, &request->set, notices[i].entity,
                                &notices[i].record, 1));
        }
    }
    TRY(store_titles(request->reader, &request->set));
    size_t found = *ret_count;
    *ret_count = 0;
    *ret_lines = ARENA_ARRAY(arena, found, struct news);
    for (size_t i = 0; i < found; i++) {
        const struct store_notice *notice = &notices[i];
        const struct record *record = work_set_find(&request->set, notice->record);
        if (record != NULL && record_is_absent(record)) {
            continue; /* for this worker there is no such record */
        }
        (*ret_lines)[(*ret_count)++] = (struct news){
            .say = news_link(request, notice),
            .day = day_words(request, notice->at, arena),
            .at = minute_words(request, notice->at),
            .put_away = URL(arena, STR("notices"), uuid_text(arena, notice->id), STR("read"))};
    }
    return STATUS_OK;
}

/* ---- where work waits ---- */

/* The list a role of the worker starts from, once. */
static void add_home(struct request *request, struct link *ways, size_t *count, uint32_t list_view)
{
    const struct model *model = request->model;
    const struct model_list_view *view = model_list_view_row(model, list_view);
    int64_t audiences[ACCESS_AUDIENCES_MAX];
    struct url to = URL(&request->arena, STR("list"), model_text(model, view->name));
    for (size_t i = 0; i < *count; i++) {
        if (str_eq(ways[i].to.text, to.text)) {
            return;
        }
    }
    if (access_list_audiences(model, &request->actor, model_entity_row(model, view->entity)->class,
                              audiences) > 0) {
        ways[(*count)++] = (struct link){model_text(model, view->label), to, false};
    }
}

/* "2 decisions wait for you" */
static enum status add_decisions(struct request *request, struct link *ways, size_t *count)
{
    struct record **waiting;
    size_t decisions;
    TRY(store_approvals(request->reader, &request->set, &waiting, &decisions));
    if (decisions > 0) {
        struct str text =
            decisions == 1
                ? STR("One decision waits for you")
                : STR_JOIN(&request->arena, str_from_int(&request->arena, (int64_t)decisions),
                           STR(" decisions wait for you"));
        ways[(*count)++] = (struct link){text, URL_FIXED("/approvals"), false};
    }
    return STATUS_OK;
}

static enum status read_ways(struct request *request, struct link **ret_ways, size_t *ret_count)
{
    const struct actor *actor = &request->actor;
    size_t count = 0;
    *ret_ways = ARENA_ARRAY(&request->arena, actor->entry_count + 1, struct link);
    TRY(add_decisions(request, *ret_ways, &count));
    for (size_t i = 0; i < actor->entry_count; i++) {
        uint32_t role = actor->entries[i].role;
        uint32_t home =
            role == MODEL_NONE ? MODEL_NONE : model_role_row(request->model, role)->home;
        if (home != MODEL_NONE) {
            add_home(request, *ret_ways, &count, home);
        }
    }
    *ret_count = count;
    return STATUS_OK;
}

/* ---- the page ---- */

/* The name of the place that leads here, so that it is marked. */
static struct str place_of_day(const struct model *model)
{
    for (uint32_t i = 0; i < model_place_total(model); i++) {
        const struct model_place *place = model_place_row(model, i);
        if (place->kind == PLACE_MY_DAY) {
            return model_text(model, place->name);
        }
    }
    return STR("");
}

enum handled page_my_day(struct request *request)
{
    struct html html;
    struct day day = {0};
    struct template_my_day page = {.greeting = greeting(request),
                                   .form_token = request->session.form_token};
    struct unfinished *unfinished = NULL;
    struct news *news = NULL;
    struct link *ways = NULL;
    struct shared_line *shared = NULL;
    struct cover_line *cover = NULL;
    enum status status = read_lines(request, &day);
    if (status == STATUS_OK) {
        status = read_unfinished(request, &unfinished, &page.unfinished_count);
    }
    if (status == STATUS_OK) {
        status = read_news(request, &news, &page.news_count, &page.more_news);
    }
    if (status == STATUS_OK) {
        status = page_cover(request, &cover, &page.cover_count);
    }
    if (status == STATUS_OK) {
        status = page_shared(request, &shared, &page.shared_count);
    }
    if (status == STATUS_OK) {
        status = read_ways(request, &ways, &page.ways_count);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct template_frame frame = page_frame(
        request, &(struct page){.title = STR("My day"), .place = place_of_day(request->model)});
    page.frame = &frame;
    page.summary = summary(request, &day);
    page.lines = day.lines.items;
    page.lines_count = day.lines.count;
    page.unfinished = unfinished;
    page.news = news;
    page.ways = ways;
    page.shared = shared;
    page.cover = cover;
    page_begin(request, &html);
    template_my_day(&html, &page);
    return page_end(request, &html, 200);
}

/* ---- putting a notice away ---- */

struct put_away {
    struct uuid worker, notice;
};

static enum status put_away(struct uow *uow, void *input)
{
    const struct put_away *what = input;
    uow_notice_read(uow, what->worker, what->notice);
    return STATUS_OK;
}

static enum handled was_put_away(struct request *request)
{
    return request->outcome.status == STATUS_OK ? request_redirect(request, STR("/my-day"))
                                                : request_fail(request, request->outcome.status);
}

enum handled page_notice_read(struct request *request)
{
    struct put_away *what = ARENA_NEW(&request->arena, struct put_away);
    what->worker = request->session.worker;
    if (!page_id(request, 0, &what->notice)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    return page_act(request, put_away, what, was_put_away);
}
