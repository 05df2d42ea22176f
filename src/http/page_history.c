/* What happened to a record: its changes in words, the record as it was known at a moment, and who
 * looked at it. */
#include "http/as_of.h"
#include "http/history_words.h"
#include "http/page_form.h"
#include "http/page_looks.h"
#include "http/page_sharing.h"
#include "http/page_words.h"
#include "http/page_work.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "template_as_known.h"
#include "template_history.h"
#include "template_record_log.h"

#define CHANGES_A_PAGE 30
#define LOOKS_MAX 200u

struct logged {
    struct request *request;
    struct record *record;
    struct str title;    /* of the record */
    struct url home;     /* its page */
    struct instant at;   /* as of when it is shown; ms 0: now, or by a version */
    struct record *then; /* as it was, in the words of then: store_as_written */
};

/* ---- the record ---- */

/* Reads the record and asks whether its history may be read. */
static bool open_record(struct request *request, struct str what, struct logged *ret_logged,
                        enum handled *ret_handled)
{
    uint32_t entity = page_entity(request, 0);
    struct uuid id;
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return false;
    }
    struct record *record = page_read(request, entity, id, 0, 0, what, ret_handled);
    if (!record) {
        return false;
    }
    if (!access_record(&request->set, record, VERB_HISTORY).allowed) {
        outcome_problem(&request->outcome, STATUS_FORBIDDEN, STR(""), STR("history"),
                        STR("Your role does not read the history of this record. Ask your "
                            "supervisor, or the privacy officer on behalf of a family."));
        *ret_handled = request_fail(request, STATUS_FORBIDDEN);
        return false;
    }
    enum status status = store_titles(request->reader, &request->set);
    if (status != STATUS_OK) {
        *ret_handled = request_fail(request, status);
        return false;
    }
    *ret_logged = (struct logged){.request = request,
                                  .record = record,
                                  .title = record_title(&request->set, record),
                                  .home = page_open_url(request, entity, id, record->root)};
    return true;
}

static struct url log_url(const struct logged *logged, struct str which)
{
    const struct model *model = logged->request->model;
    const struct model_entity *entity = model_entity_row(model, logged->record->subject.entity);
    struct arena *arena = &logged->request->arena;
    return URL(arena, STR("record"), model_text(model, entity->name),
               uuid_text(arena, logged->record->subject.id), which);
}

enum view_kind { VIEW_RECORD, VIEW_HISTORY, VIEW_LOOKED, VIEW_ACCESS, VIEW__COUNT };

static void make_views(const struct logged *logged, enum view_kind here,
                       struct step ret_views[VIEW__COUNT])
{
    ret_views[VIEW_RECORD] = (struct step){
        .link = {logged->title, logged->home, false}
    };
    ret_views[VIEW_HISTORY] = (struct step){
        .link = {STR("History"), log_url(logged, STR("history")), here == VIEW_HISTORY}
    };
    ret_views[VIEW_LOOKED] = (struct step){
        .link = {STR("Who looked"), log_url(logged, STR("who-looked")), here == VIEW_LOOKED}
    };
    ret_views[VIEW_ACCESS] = (struct step){
        .link = {STR("Who may see this"), page_sharing_url(logged->request, logged->record),
                 false}
    };
}

/* ---- people who act ---- */

static struct str worker_words(struct request *request, struct uuid worker)
{
    if (uuid_is_nil(worker)) {
        return STR("Hearth");
    }
    struct str name = value_words(&request->set, value_reference(worker), MODEL_NONE);
    return name.n > 0 ? name : STR("somebody who no longer works here");
}

static enum status name_workers(struct request *request, const struct uuid *ids, size_t count)
{
    uint32_t worker = model_c_name(request->model, C_WORKER)->entity;
    if (worker == MODEL_NONE) {
        return STATUS_OK;
    }
    return store_titles_of(request->reader, &request->set, worker, ids, count);
}

/* ---- history ---- */

/* What the kernel did beside a change, by its words (store/grant.c, store/signed.c). */
static struct str kernel_words(struct str verb)
{
    static const struct {
        struct str verb, words;
    } acts[] = {
        {STR_INIT("access_offered"),  STR_INIT("Offered it to another agency")                   },
        {STR_INIT("access_accepted"), STR_INIT("Accepted to take part")                          },
        {STR_INIT("access_given"),    STR_INIT("Let somebody in beside the rules")               },
        {STR_INIT("access_ended"),    STR_INIT("Ended that somebody may see it beside the rules")},
        {STR_INIT("signed_copy"),     STR_INIT("Kept what was signed as it was")                 },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(acts); i++) {
        if (str_eq(acts[i].verb, verb)) {
            return acts[i].words;
        }
    }
    return STR("");
}

/* The transition that was taken, as it was then. */
static uint32_t step_of(const struct request *request, const struct store_change *change,
                        const struct model *model)
{
    uint32_t entity =
        change->entity == MODEL_NONE || change->step.n == 0
            ? MODEL_NONE
            : model_entity_by_name(
                  model, model_text(request->model,
                                    model_entity_row(request->model, change->entity)->name));
    return entity == MODEL_NONE ? MODEL_NONE
                                : model_transition_by_name(model, entity, change->step);
}

static struct str done_words(const struct request *request, const struct store_change *change)
{
    const struct model *model = change->model != NULL ? change->model : request->model;
    uint32_t step = step_of(request, change, model);
    if (step != MODEL_NONE) {
        const struct model_transition *transition = model_transition_row(model, step);
        struct str done = model_text(model, transition->done);
        return done.n > 0 ? done : model_text(model, transition->label);
    }
    enum service_verb verb = service_verb_named(change->verb);
    if (verb != SERVICE_NO_VERB) {
        return service_verb_words(verb)->done;
    }
    if (kernel_words(change->verb).n > 0) {
        return kernel_words(change->verb);
    }
    if (change->version <= 1) {
        return STR("Written down");
    }
    return change->reason.n > 0 ? STR("Corrected") : STR("Changed");
}

static struct tag mark_of(const struct request *request, const struct store_change *change)
{
    if (change->transition != MODEL_NONE &&
        model_transition_row(request->model, change->transition)->keeps) {
        return (struct tag){STR("Decision"), TONE_PLAIN};
    }
    return change->reason.n > 0 && kernel_words(change->verb).n == 0
               ? (struct tag){STR("Correction"), TONE_WATCH}
               : (struct tag){STR(""), TONE_PLAIN};
}

static struct act_line act_of(struct logged *logged, const struct store_change *change,
                              struct history_words words)
{
    struct request *request = logged->request;
    struct arena *arena = &request->arena;
    struct str machine = zone_iso(arena, request->set.calendar.zone, change->at);
    struct act_line act = {
        .when = page_when(request, change->at),
        .machine = machine,
        .done = page_capital(arena, done_words(request, change)),
        .who = worker_words(request, change->by),
        .reason = change->reason,
        .mark = mark_of(request, change),
        .then = url_query(arena, log_url(logged, STR("history")), STR("version"),
                          str_from_int(arena, change->version)),
        .facts = words.facts,
        .facts_count = words.count,
    };
    if (words.hidden > 0) {
        act.hidden = STR_JOIN(arena, str_from_int(arena, (int64_t)words.hidden),
                              STR(" more, which you may not read"));
    }
    return act;
}

static enum status read_acts(struct logged *logged, struct act_line **ret_acts, size_t *ret_count,
                             struct str *ret_next)
{
    struct request *request = logged->request;
    struct store_page page = {.limit = CHANGES_A_PAGE,
                              .cursor = request_query(request, STR("cursor"))};
    struct history_reading *reading;
    struct store_change *changes;
    TRY(store_history(request->reader, &request->set, logged->record, page, &changes, ret_count,
                      ret_next));
    struct uuid *workers = ARENA_ARRAY(&request->arena, *ret_count, struct uuid);
    for (size_t i = 0; i < *ret_count; i++) {
        workers[i] = changes[i].by;
    }
    TRY(name_workers(request, workers, *ret_count));
    TRY(history_read(request, logged->record, changes, *ret_count, &reading));
    TRY(store_titles(request->reader, &request->set));
    *ret_acts = ARENA_ARRAY(&request->arena, *ret_count, struct act_line);
    for (size_t i = 0; i < *ret_count; i++) {
        (*ret_acts)[i] = act_of(logged, &changes[i], history_words(reading, i));
    }
    return STATUS_OK;
}

static enum handled show_history(struct logged *logged)
{
    struct request *request = logged->request;
    struct html html;
    struct step views[VIEW__COUNT];
    struct act_line *acts;
    struct str next;
    struct template_history page = {.title = STR("History"), .about = logged->title};
    enum status status = read_acts(logged, &acts, &page.acts_count, &next);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct template_frame frame = page_frame(request, &(struct page){.title = page.title});
    make_views(logged, VIEW_HISTORY, views);
    page.frame = &frame;
    page.views = views;
    page.views_count = VIEW__COUNT;
    page.acts = acts;
    page.record =
        page_record_url(request, logged->record->subject.entity, logged->record->subject.id);
    page.latest = str_slice(zone_iso(&request->arena, request->set.calendar.zone, request->set.now),
                            0, STR("2026-11-25T13:20").n);
    if (next.n > 0) {
        page.next =
            url_query(&request->arena, log_url(logged, STR("history")), STR("cursor"), next);
    }
    page_begin(request, &html);
    template_history(&html, &page);
    return page_end(request, &html, 200);
}

/* ---- as known then ---- */

/* Where a record is shown as of the same moment. */
static struct url then_url(const struct logged *logged, const struct record *record)
{
    struct request *request = logged->request;
    return url_query(
        &request->arena, page_record_url(request, record->subject.entity, record->subject.id),
        STR("as_of"), zone_iso(&request->arena, request->set.calendar.zone, logged->at));
}

/* The records that led here then, as they were then. */
static void write_members(struct html *html, const struct logged *logged, uint32_t row)
{
    struct request *request = logged->request;
    const struct model *model = request->model;
    const struct model_collection *collection = model_collection_row(model, row);
    struct record **records;
    size_t count;
    if (store_members_as_of(request->reader, &request->set, logged->record, collection->reference,
                            logged->at, &records, &count) != STATUS_OK ||
        count == 0) {
        return;
    }
    page_titles(request);
    struct url *to = ARENA_ARRAY(&request->arena, count, struct url);
    for (size_t i = 0; i < count; i++) {
        to[i] = then_url(logged, records[i]);
    }
    page_members(html, request, row, records, to, count);
}

/* Addresses go by the numbers of today's model. */
static struct url url_then(const void *context, uint32_t entity, struct uuid id)
{
    const struct logged *logged = context;
    const struct request *request = logged->request;
    const struct model *model = logged->then->set->model;
    uint32_t today = model_entity_by_name(request->model,
                                          model_text(model, model_entity_row(model, entity)->name));
    const struct record *record = work_set_find(&request->set, id);
    return today == MODEL_NONE || record == NULL || record->version == 0
               ? (struct url){0}
               : page_open_url(request, today, id, record->root);
}

/* What was attached then, also where there is something else today. */
static struct url attachment_then(const void *context, const struct subject *subject,
                                  uint32_t field)
{
    const struct logged *logged = context;
    const struct model *model = logged->request->model;
    const struct model_entity *entity = model_entity_row(model, logged->record->subject.entity);
    struct arena *arena = &logged->request->arena;
    struct url to = URL(arena, STR("record"), model_text(model, entity->name),
                        uuid_text(arena, subject->record->subject.id), STR("attachment"),
                        answer_name(arena, subject, field));
    return url_query(arena, to, STR("version"), str_from_int(arena, logged->record->version));
}

static void write_record(struct html *html, const void *context)
{
    const struct logged *logged = context;
    const struct model *model = logged->request->model;
    const struct model_entity *entity = model_entity_row(model, logged->record->subject.entity);
    struct view view;
    page_view(&view, logged->request, html, logged->then);
    view.set = logged->then->set;
    view.record_url = url_then;
    view.attachment_url = attachment_then;
    view.context = logged;
    view_record(&view);
    for (uint32_t i = 0; i < entity->collections_count && logged->at.ms != 0; i++) {
        if (page_is_of_records(model, model_collection_row(model, entity->collections_first + i))) {
            write_members(html, logged, entity->collections_first + i);
        }
    }
}

/* "?version=3", or "?as_of=2026-11-25T13:20:00-06:00". */
static enum status go_back(struct logged *logged)
{
    struct request *request = logged->request;
    struct str version = request_query(request, STR("version"));
    int64_t number;
    if (as_of_asked(request)) {
        TRY(as_of_moment(request, &logged->at));
        return store_as_of(request->reader, &request->set, logged->record, logged->at,
                           &request->outcome);
    }
    if (str_to_i64(version, &number) && number > 0 && number <= UINT32_MAX) {
        return store_as_of_version(request->reader, &request->set, logged->record, (uint32_t)number,
                                   &request->outcome);
    }
    outcome_problem(&request->outcome, STATUS_MALFORMED, STR("version"), STR("not_a_version"),
                    STR("version is a number from 1."));
    return STATUS_MALFORMED;
}

/* Goes back, and finds the words of then: by which words it is shown is said on the page. */
static enum status go_then(struct logged *logged, struct str *ret_words)
{
    struct request *request = logged->request;
    TRY(go_back(logged));
    TRY(store_titles(request->reader, &request->set));
    TRY(store_as_written(request->reader, &request->set, logged->record, &logged->then));
    *ret_words = STR("");
    if (logged->then == NULL) {
        logged->then = logged->record;
        *ret_words = STR(" It is shown in today's words: those of then cannot be opened any more.");
    } else if (logged->then != logged->record) {
        *ret_words =
            STR(" Questions and answers are in the words of then; they read otherwise today.");
    }
    return STATUS_OK;
}

static enum handled show_then(struct logged *logged)
{
    struct request *request = logged->request;
    struct html html;
    struct str words;
    enum status status = go_then(logged, &words);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct link back = {STR("Back to the history"), log_url(logged, STR("history")), false};
    struct str when = page_when(request, logged->record->changed_at);
    struct template_frame frame = page_frame(request, &(struct page){.title = logged->title});
    page_begin(request, &html);
    template_as_known(
        &html, &(struct template_as_known){
                   .frame = &frame,
                   .title = logged->title,
                   .when = STR_JOIN(
                       &request->arena,
                       logged->at.ms != 0
                           ? STR_JOIN(&request->arena, STR("As of "),
                                      page_when(request, logged->at), STR("; last saved "), when)
                           : STR_JOIN(&request->arena, STR("As it was saved "), when),
                       STR(". Nothing that was learned later is on this page. Names of people "
                           "and workers are today's, and so is what you may read."),
                       words),
                   .now = {STR("As it is known now"), logged->home, false},
                   .back = back,
                   .record = {write_record,                         logged                         },
    });
    return page_end(request, &html, 200);
}

enum handled page_as_of(struct request *request)
{
    struct logged logged;
    enum handled handled;
    return open_record(request, STR("As known then"), &logged, &handled) ? show_then(&logged)
                                                                         : handled;
}

enum handled page_history(struct request *request)
{
    struct logged logged;
    enum handled handled;
    bool then = as_of_asked(request) || request_query(request, STR("version")).n > 0;
    if (!open_record(request, then ? STR("As known then") : STR("History"), &logged, &handled)) {
        return handled;
    }
    return then ? show_then(&logged) : show_history(&logged);
}

/* ---- who looked ---- */

enum look_column { LOOK_WHEN, LOOK_WHO, LOOK_WHAT, LOOK_WHY, LOOK__COUNT };

static enum status read_looks(struct logged *logged, struct cell **ret_cells, size_t *ret_count)
{
    struct request *request = logged->request;
    struct store_look *looks;
    size_t *times;
    TRY(store_who_looked(request->reader, logged->record, LOOKS_MAX, &looks, ret_count));
    struct uuid *workers = ARENA_ARRAY(&request->arena, *ret_count, struct uuid);
    for (size_t i = 0; i < *ret_count; i++) {
        workers[i] = looks[i].worker;
    }
    TRY(name_workers(request, workers, *ret_count));
    TRY(store_titles(request->reader, &request->set));
    *ret_count = page_looks_together(request, looks, *ret_count, &times);
    *ret_cells = ARENA_ARRAY(&request->arena, *ret_count * LOOK__COUNT, struct cell);
    for (size_t i = 0; i < *ret_count; i++) {
        struct cell *cells = *ret_cells + i * LOOK__COUNT;
        cells[LOOK_WHEN].text = page_when(request, looks[i].at);
        cells[LOOK_WHO].text = worker_words(request, looks[i].worker);
        cells[LOOK_WHAT].text = page_look_words(request, &looks[i], times[i]);
        cells[LOOK_WHY].text = looks[i].reason;
    }
    return STATUS_OK;
}

static enum handled show_looks(struct logged *logged, const struct cell *cells, size_t count)
{
    static const struct column columns[LOOK__COUNT] = {
        [LOOK_WHEN] = {STR_INIT("When"),            false},
        [LOOK_WHO] = {STR_INIT("Who"),             false},
        [LOOK_WHAT] = {STR_INIT("What was opened"), false},
        [LOOK_WHY] = {STR_INIT("Reason given"),    false},
    };
    struct request *request = logged->request;
    struct html html;
    struct step views[VIEW__COUNT];
    struct template_frame frame = page_frame(request, &(struct page){.title = STR("Who looked")});
    make_views(logged, VIEW_LOOKED, views);
    page_begin(request, &html);
    template_record_log(
        &html, &(struct template_record_log){
                   .frame = &frame,
                   .title = STR("Who looked"),
                   .about = STR_JOIN(&request->arena, logged->title,
                                     STR(". What was opened in the last minute may still be on its "
                                         "way here.")),
                   .views = views,
                   .views_count = VIEW__COUNT,
                   .log = {.caption = STR("Newest first"),
                           .columns = columns,
                           .columns_count = LOOK__COUNT,
                           .cells = cells,
                           .rows_count = count,
                           .empty = STR("Nobody has looked at this record.")}
    });
    return page_end(request, &html, 200);
}

enum handled page_who_looked(struct request *request)
{
    struct logged logged;
    enum handled handled;
    struct cell *cells;
    size_t count;
    if (!open_record(request, STR("Who looked"), &logged, &handled)) {
        return handled;
    }
    enum status status = read_looks(&logged, &cells, &count);
    return status == STATUS_OK ? show_looks(&logged, cells, count) : request_fail(request, status);
}
