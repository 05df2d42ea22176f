/* My day: what is due on me, soonest first; what I began and did not save; what I should know. */
#include "http/page.h"

#include "http/pack.h"
#include "http/page_cover.h"
#include "http/page_news.h"
#include "http/page_sharing.h"
#include "http/page_whose.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "store/draft.h"
#include "template_my_day.h"

/* More lines than this nobody reads; the lists show the rest. */
#define LINES_MAX 80u
/* More decisions than this are on the page of approvals. */
#define DECISIONS_MAX 12u

/* ---- what is due ---- */

struct day {
    LIST(struct due) lines;
    LIST(struct due) decisions;      /* what waits for this worker's decision */
    LIST(struct clock_reading) told; /* by the line of a decision */
    size_t waiting;                  /* how many decisions, also those without a line */
    size_t late, today;              /* how many of the lines */
    LIST(struct link) visits;        /* papers for those who are to be seen today, once each */
};

static void count_line(struct day *day, const struct due *due)
{
    day->late += due->urgency == DUE_LATE;
    day->today += due->urgency == DUE_NOW || due->urgency == DUE_TODAY;
}

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

/* The pack of the records of a root that goes along when this clock is due, or MODEL_NONE. */
static uint32_t pack_for(const struct model *model, uint32_t entity, uint32_t clock)
{
    for (uint32_t pack = pack_next(model, entity, 0); pack != MODEL_NONE;
         pack = pack_next(model, entity, pack + 1)) {
        const struct model_pack *shape = model_pack_row(model, pack);
        for (uint32_t i = shape->visits_first; i < shape->visits_first + shape->visits_count; i++) {
            if (model_pack_visit_row(model, i)->clock == clock) {
                return pack;
            }
        }
    }
    return MODEL_NONE;
}

static bool has_visit(const struct day *day, struct url to)
{
    for (size_t i = 0; i < day->visits.count; i++) {
        if (str_eq(day->visits.items[i].to.text, to.text)) {
            return true;
        }
    }
    return false;
}

/* A visit that is due today, or was before: its papers. */
static void add_visit(struct request *request, struct day *day, const struct clock_reading *reading,
                      const struct due *due)
{
    const struct model *model = request->model;
    bool now = due->urgency == DUE_LATE || due->urgency == DUE_NOW || due->urgency == DUE_TODAY;
    const struct record *record = work_set_find(&request->set, reading->record);
    const struct record *root = record ? work_set_find(&request->set, record->root) : NULL;
    uint32_t pack =
        now && root ? pack_for(model, root->subject.entity, reading->clock) : MODEL_NONE;
    if (pack == MODEL_NONE) {
        return;
    }
    struct url to = URL(&request->arena, STR("record"),
                        model_text(model, model_entity_row(model, root->subject.entity)->name),
                        uuid_text(&request->arena, root->subject.id), STR("paper"));
    if (!has_visit(day, to)) {
        struct str words =
            STR_JOIN(&request->arena, due->about, STR(": "),
                     str_small_first(&request->arena,
                                     model_text(model, model_pack_row(model, pack)->label)));
        LIST_PUSH(&request->arena, &day->visits, ((struct link){words, to, false}));
    }
}

static void add_line(struct request *request, struct day *day, const struct clock_reading *reading)
{
    struct due due = page_whose(request, reading);
    if (url_is_empty(due.action.to) && due.urgency != DUE_DONE) {
        due.action = (struct link){STR("Open"), due.to, false};
    }
    count_line(day, &due);
    add_visit(request, day, reading, &due);
    LIST_PUSH(&request->arena, &day->lines, due);
}

/* The line of a decision has said it. */
static bool is_told(const struct day *day, const struct clock_reading *reading)
{
    for (size_t i = 0; i < day->told.count; i++) {
        const struct clock_reading *told = &day->told.items[i];
        if (told->clock == reading->clock && uuid_eq(told->record, reading->record) &&
            uuid_eq(told->member, reading->member)) {
            return true;
        }
    }
    return false;
}

static enum status read_lines(struct request *request, struct day *day)
{
    struct clock_reading *readings;
    size_t count;
    /* The line of a decision says some of them. */
    TRY(store_my_clocks(request->reader, &request->set, LINES_MAX + DECISIONS_MAX, &readings,
                        &count));
    TRY(page_whose_load(request, readings, count));
    TRY(store_titles(request->reader, &request->set));
    for (size_t i = 0; i < count && day->lines.count < LINES_MAX; i++) {
        if (belongs_here(request, &readings[i]) && !is_told(day, &readings[i])) {
            add_line(request, day, &readings[i]);
        }
    }
    return STATUS_OK;
}

/* ---- what waits for a decision ---- */

/* "17:52" */
static struct str minute_words(const struct request *request, struct instant at)
{
    return str_slice(page_time(request, at), 0, 5);
}

/* "waits for a screening decision"; of a part of a family's work also which: "Safety decision,
 * Clara Haas: waiting for approval". */
static struct str waits_how(struct request *request, const struct record *record)
{
    const struct model *model = request->model;
    struct arena *arena = &request->arena;
    struct str state =
        str_small_first(arena, model_text(model, model_state_row(model, record->state)->label));
    return uuid_eq(record->root, record->subject.id)
               ? state
               : STR_JOIN(arena,
                          model_text(model, model_entity_row(model, record->subject.entity)->label),
                          STR(", "), record_title(&request->set, record), STR(": "), state);
}

/* "since yesterday, 14:02", "since Thu 15 Oct, 09:05": a day of the week keeps its capital. */
static struct str since_words(struct request *request, struct instant at)
{
    struct arena *arena = &request->arena;
    struct str day = page_day_words(request, at);
    bool is_name = str_find_byte(day, ' ') >= 0;
    return STR_JOIN(arena, STR("since "), is_name ? day : str_small_first(arena, day), STR(", "),
                    minute_words(request, at));
}

static struct due decision_line(struct request *request, const struct store_waiting *decision)
{
    const struct record *record = decision->record;
    const struct record *root = work_set_find(&request->set, record->root);
    struct due due = {.urgency = DUE_LATER, .when = STR("Waits")};
    if (decision->next.due.ms != INT64_MAX) {
        due = page_whose(request, &decision->next);
    } else {
        due.due = since_words(request, record->changed_at);
    }
    due.about = record_title(&request->set, root != NULL ? root : record);
    due.what = waits_how(request, record);
    due.to = page_open_url(request, record->subject.entity, record->subject.id, record->root);
    due.action = (struct link){STR("Decide"), due.to, false};
    return due;
}

/* Lines of the first ones; the rest is on the page of approvals. */
static enum status read_decisions(struct request *request, struct day *day)
{
    struct store_waiting *decisions;
    struct str next;
    TRY(store_waiting(request->reader, &request->set, (struct store_page){.limit = DECISIONS_MAX},
                      &request->outcome, &decisions, &day->waiting, &next));
    size_t count = day->waiting < DECISIONS_MAX ? day->waiting : DECISIONS_MAX;
    for (size_t i = 0; i < count; i++) {
        TRY(page_whose_load(request, &decisions[i].next, 1));
    }
    TRY(store_titles(request->reader, &request->set));
    for (size_t i = 0; i < count; i++) {
        struct due line = decision_line(request, &decisions[i]);
        count_line(day, &line);
        LIST_PUSH(&request->arena, &day->decisions, line);
        LIST_PUSH(&request->arena, &day->told, decisions[i].next);
    }
    return STATUS_OK;
}

/* ---- its first words ---- */

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

/* "1 decision", "3 decisions" */
static struct str decisions_words(struct arena *arena, size_t count)
{
    return count == 1 ? STR("1 decision")
                      : STR_JOIN(arena, str_from_int(arena, (int64_t)count), STR(" decisions"));
}

static struct str due_summary(struct request *request, const struct day *day)
{
    struct arena *arena = &request->arena;
    if (day->late > 0 && day->today > 0) {
        return STR_JOIN(arena, things(arena, day->late), STR(" late, "),
                        str_from_int(arena, (int64_t)day->today), STR(" due today."));
    }
    if (day->late > 0) {
        return STR_JOIN(arena, things(arena, day->late), STR(" late."));
    }
    return day->today > 0     ? STR_JOIN(arena, things(arena, day->today), STR(" due today."))
           : day->waiting > 0 ? STR("Nothing more is due today.")
                              : STR("Nothing is due today.");
}

/* "2 decisions wait for you. 3 things are due today." */
static struct str summary(struct request *request, const struct day *day)
{
    struct arena *arena = &request->arena;
    struct str due = due_summary(request, day);
    return day->waiting == 0
               ? due
               : STR_JOIN(arena, decisions_words(arena, day->waiting),
                          day->waiting == 1 ? STR(" waits") : STR(" wait"), STR(" for you. "), due);
}

/* ---- what is begun, what is new ---- */

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
            .day = page_day_words(request, drafts[i].saved_at),
            .saved = STR_JOIN(arena, STR("saved "), minute_words(request, drafts[i].saved_at)),
            .close = url_query(arena, URL_FIXED("/draft/close"), STR("place"), drafts[i].place)};
        if (url_local(STR_JOIN(arena, STR("/"), drafts[i].place), &line.go_on)) {
            (*ret_lines)[(*ret_count)++] = line;
        }
    }
    return STATUS_OK;
}

/* ---- where work waits ---- */

/* The list a role of the worker starts from, once, where the row of places does not lead there. */
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

/* Whoever writes down people works with families. */
static bool takes_paper_along(const struct request *request)
{
    uint32_t person = model_c_name(request->model, C_PERSON)->entity;
    return person == MODEL_NONE ||
           access_somewhere(request->model, &request->actor, VERB_CREATE,
                            model_entity_row(request->model, person)->class);
}

static struct link *ways_of(struct request *request, const struct day *day, size_t *ret_count)
{
    const struct actor *actor = &request->actor;
    size_t count = 0;
    struct link *ways = ARENA_ARRAY(&request->arena, actor->entry_count + 2, struct link);
    if (day->waiting > day->decisions.count) {
        ways[count++] = (struct link){
            STR_JOIN(&request->arena, STR("All "), decisions_words(&request->arena, day->waiting)),
            URL_FIXED("/approvals"), false};
    }
    for (size_t i = 0; i < actor->entry_count; i++) {
        uint32_t role = actor->entries[i].role;
        uint32_t home =
            role == MODEL_NONE ? MODEL_NONE : model_role_row(request->model, role)->home;
        if (home != MODEL_NONE && !page_has_place(request, home)) {
            add_home(request, ways, &count, home);
        }
    }
    if (takes_paper_along(request)) {
        ways[count++] = (struct link){STR("Blank forms"), URL_FIXED("/blank"), false};
    }
    *ret_count = count;
    return ways;
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
    struct shared_line *shared = NULL;
    struct cover_line *cover = NULL;
    struct page_news *news = NULL;
    enum status status = read_decisions(request, &day);
    if (status == STATUS_OK) {
        status = read_lines(request, &day);
    }
    if (status == STATUS_OK) {
        status = read_unfinished(request, &unfinished, &page.unfinished_count);
    }
    if (status == STATUS_OK) {
        status = page_cover(request, &cover, &page.cover_count);
    }
    if (status == STATUS_OK) {
        status = page_shared(request, &shared, &page.shared_count);
    }
    if (status == STATUS_OK) {
        status = page_news_read(request, &news);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct template_frame frame = page_frame(
        request, &(struct page){.title = STR("My day"), .place = place_of_day(request->model)});
    page.frame = &frame;
    page.summary = summary(request, &day);
    page.decisions = day.decisions.items;
    page.decisions_count = day.decisions.count;
    page.lines = day.lines.items;
    page.lines_count = day.lines.count;
    page.unfinished = unfinished;
    page.shared = shared;
    page.cover = cover;
    page.news = (struct html_slot){page_news_show, news};
    page.visits = day.visits.items;
    page.visits_count = day.visits.count;
    page.ways = ways_of(request, &day, &page.ways_count);
    page_begin(request, &html);
    template_my_day(&html, &page);
    return page_end(request, &html, 200);
}
