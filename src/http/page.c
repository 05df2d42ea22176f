/* The frame around every page, reading what a page is about, problems and times in words. */
#include "http/page.h"

#include "http/connection.h"
#include "model/c_names.h"
#include "rule/access.h"

/* ---- who is here, and where they may go ---- */

/* Whether any of the actor's grants gives the verb on the class, wherever it reaches. */
static bool may_somewhere(const struct request *request, enum model_verb verb, uint32_t class)
{
    return class == MODEL_NONE || access_somewhere(request->model, &request->actor, verb, class);
}

static struct url place_url(struct request *request, const struct model_place *place)
{
    const struct model *model = request->model;
    enum model_place_kind kind = place->kind;
    switch (kind) {
    case PLACE_LIST:
        return URL(&request->arena, STR("list"),
                   model_text(model, model_list_view_row(model, place->list_view)->name));
    case PLACE_WORKSPACE:
        return URL(&request->arena, STR("start"),
                   model_text(model, model_workspace_row(model, place->workspace)->name));
    case PLACE_APPROVALS:
        return URL_FIXED("/approvals");
    case PLACE_MY_DAY:
    case PLACE__COUNT:
        break;
    }
    return URL_FIXED("/my-day");
}

static bool has_role(const struct request *request, uint32_t role)
{
    for (size_t i = 0; i < request->actor.entry_count; i++) {
        if (request->actor.entries[i].role == role) {
            return true;
        }
    }
    return false;
}

/* Whether the place stands in the row for this worker, or under "More". */
static bool is_first(const struct request *request, const struct model_place *place)
{
    for (uint32_t i = 0; i < place->roles_count; i++) {
        uint32_t row = place->roles_first + i;
        if (has_role(request, model_decider_role_row(request->model, row)->role)) {
            return true;
        }
    }
    return place->roles_count == 0;
}

bool page_has_place(const struct request *request, uint32_t list_view)
{
    for (uint32_t i = 0; i < model_place_total(request->model); i++) {
        const struct model_place *place = model_place_row(request->model, i);
        if (place->kind == PLACE_LIST && place->list_view == list_view &&
            may_somewhere(request, VERB_READ, place->class) && is_first(request, place)) {
            return true;
        }
    }
    return false;
}

/* Whether the register of what was done by law is theirs to look after. */
static bool may_expunge(const struct request *request)
{
    for (uint32_t class = 0; class < model_record_class_total(request->model); class ++) {
        if (may_somewhere(request, VERB_EXPUNGE, class)) {
            return true;
        }
    }
    return false;
}

/* Where one is stands in the row in any case, and so does a single one that would stand apart. */
static void add_places(struct request *request, struct str here, struct template_frame *frame)
{
    const struct model *model = request->model;
    uint32_t total = model_place_total(model);
    struct link *row = ARENA_ARRAY(&request->arena, total + 1, struct link);
    struct link *more = ARENA_ARRAY(&request->arena, total + 1, struct link);
    for (uint32_t i = 0; i < total; i++) {
        const struct model_place *place = model_place_row(model, i);
        enum model_verb verb = place->kind == PLACE_WORKSPACE ? VERB_CREATE : VERB_READ;
        struct link link = {model_text(model, place->label), place_url(request, place),
                            str_eq(model_text(model, place->name), here)};
        bool first = is_first(request, place);
        if (!may_somewhere(request, verb, place->class) || (place->only && !first)) {
            continue;
        }
        if (link.here || first) {
            row[frame->places_count++] = link;
        } else {
            more[frame->more_count++] = link;
        }
    }
    if (may_expunge(request)) {
        more[frame->more_count++] =
            (struct link){STR("Sealed and expunged"), URL_FIXED("/legal-acts"), false};
    }
    if (page_looks_after(request)) {
        row[frame->places_count++] =
            (struct link){STR("This installation"), URL_FIXED("/installation"), false};
    }
    if (frame->more_count == 1) {
        row[frame->places_count++] = more[--frame->more_count];
    }
    frame->places = row;
    frame->more = more;
}

/* The worker's own name and agency. They are for the corner of the page: when they cannot be had,
 * the page is shown without them. */
static void add_who(struct request *request, struct template_frame *frame)
{
    struct work_set *set = &request->set;
    const struct model *model = request->model;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (request->reader == NULL || store_titles(request->reader, set) != STATUS_OK ||
        set->actor_record == NULL) {
        return;
    }
    const struct model_entity *worker = model_entity_row(model, set->actor_record->subject.entity);
    if (store_load(request->reader, set, set->actor_record, worker->loads_first,
                   worker->loads_count, &ignored) != STATUS_OK) {
        return;
    }
    const struct record *agency = work_set_find(set, request->session.agency);
    frame->user = record_title(set, set->actor_record);
    if (agency != NULL) {
        struct value name = page_value(request, &agency->subject, C_AGENCY_SHORT_NAME);
        frame->agency =
            value_is_set(name) ? value_words(set, name, MODEL_NONE) : record_title(set, agency);
    }
}

struct value page_value(const struct request *request, const struct subject *subject,
                        uint32_t c_name)
{
    uint32_t field = model_c_name(request->model, c_name)->field;
    return field == MODEL_NONE ? value_unset() : value_get(subject, field);
}

/* Whether the search box could find this worker anything: an officer sees the notices to him alone.
 */
static bool may_search(const struct request *request)
{
    const struct model *model = request->model;
    for (uint32_t i = 0; i < model_entity_total(model); i++) {
        const struct model_entity *entity = model_entity_row(model, i);
        if (entity->searchable && access_reads_others(model, &request->actor, entity->class)) {
            return true;
        }
    }
    return false;
}

struct template_frame page_frame(struct request *request, const struct page *page)
{
    struct template_frame frame = {
        .title = page->title,
        .assets = static_version(request->server),
        .search = page->search,
        .training = store_is_training(request->store),
        .banner = page->banner,
    };
    if (request->session.form_token.n == 0 || uuid_is_nil(request->actor.worker)) {
        return frame;
    }
    frame.form_token = request->session.form_token;
    frame.worker = uuid_text(&request->arena, request->session.worker);
    frame.session_seconds = (int)(SERVICE_SESSION_IDLE_MS / 1000);
    frame.user = STR("Signed in");
    frame.searches = may_search(request);
    add_who(request, &frame);
    add_places(request, page->place, &frame);
    return frame;
}

/* ---- writing ---- */

void page_begin(struct request *request, struct html *html)
{
    html_init(html, &request->response.body, &words_english);
}

enum handled page_end(struct request *request, struct html *html, unsigned status)
{
    if (!html_finish(html)) {
        request->response.body.n = 0;
        request->response.body.overrun = false;
        outcome_problem(&request->outcome, STATUS_TOO_LARGE, STR(""), STR("page"),
                        STR("This page would be larger than a page may be. Look at a part of it."));
        return request_fail(request, STATUS_TOO_LARGE);
    }
    request->response.status = status;
    request->response.type = STR("text/html; charset=utf-8");
    return HANDLED;
}

/* ---- reading ---- */

struct record *page_read(struct request *request, uint32_t entity, struct uuid id,
                         uint32_t load_first, uint32_t load_count, struct str what,
                         enum handled *ret_handled)
{
    const struct model_entity *shape = model_entity_row(request->model, entity);
    struct record *record = NULL;
    enum status status = store_read(request->reader, &request->set, entity, id, shape->loads_first,
                                    shape->loads_count, (struct store_purpose){.route = what},
                                    &request->outcome, &record);
    if (status != STATUS_OK) {
        request_note_refused(request, status, entity, id, what);
        *ret_handled = request_fail(request, status);
        return NULL;
    }
    if (!uuid_is_nil(record->agency)) { /* a person is everybody's: the session's words stay */
        request_view(request, record->agency);
    }
    return page_load(request, record, load_first, load_count, ret_handled) ? record : NULL;
}

bool page_load(struct request *request, struct record *record, uint32_t load_first,
               uint32_t load_count, enum handled *ret_handled)
{
    enum status status = store_load(request->reader, &request->set, record, load_first, load_count,
                                    &request->outcome);
    if (status != STATUS_OK) {
        *ret_handled = request_fail(request, status);
    }
    return status == STATUS_OK;
}

void page_titles(struct request *request)
{
    enum status status = store_titles(request->reader, &request->set);
    if (status != STATUS_OK && request->outcome.detail.n == 0) {
        request->outcome.detail = STR("titles"); /* for the log */
    }
}

/* ---- problems and times ---- */

size_t page_faults(const struct request *request, const struct outcome *outcome,
                   struct fault_line **ret_faults)
{
    struct arena *arena = outcome->arena != NULL ? outcome->arena : request->outcome.arena;
    return view_needed(arena, outcome, ret_faults);
}

static const struct zone *zone_of(const struct request *request)
{
    return model_calendar(request->model).zone;
}

struct str page_time(const struct request *request, struct instant at)
{
    struct civil civil = zone_civil(zone_of(request), at);
    struct buf text;
    buf_init(&text, request->outcome.arena, 16);
    buf_digits(&text, civil.hour, 2);
    buf_byte(&text, ':');
    buf_digits(&text, civil.minute, 2);
    buf_byte(&text, ':');
    buf_digits(&text, civil.second, 2);
    return buf_str(&text);
}

struct str page_day_words(const struct request *request, struct instant at)
{
    static const size_t year = sizeof(" 2026") - 1;
    struct date date = zone_date(zone_of(request), at), today = request->set.today;
    if (date.day == today.day) {
        return STR("Today");
    }
    if (date.day == today.day - 1) {
        return STR("Yesterday");
    }
    struct str words = date_long(request->outcome.arena, date);
    return date_to_civil(date).year == date_to_civil(today).year
               ? str_slice(words, 0, words.n - year)
               : words;
}

struct str page_saved_words(const struct request *request, struct instant at)
{
    return zone_date(zone_of(request), at).day == request->set.today.day ? page_time(request, at)
                                                                         : page_when(request, at);
}

struct str page_when(const struct request *request, struct instant at)
{
    return zone_long(request->outcome.arena, zone_of(request), at);
}
