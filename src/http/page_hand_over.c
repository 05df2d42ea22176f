/* See page_hand_over.h. What would move stands before the button that moves it: by kind, then each
 * record with its next date, and what the other has already. */
#include "http/page_hand_over.h"

#include "http/page_act.h"
#include "http/page_form.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "store/draft.h"
#include "store/hand_over.h"
#include "template_transition.h"

#define WORKERS_MAX 200u
#define EARLIER_MAX 20u
#define REASON_MAX 500u
#define KINDS_BESIDE 3u /* what is counted besides the duties */

enum kind_column { KIND_WHAT, KIND_MOVES, KIND_HAS, KIND_THEN, KIND__COUNT };
enum line_column { LINE_WHAT, LINE_AS, LINE_NEXT, LINE_WAY, LINE__COUNT };
enum earlier_column { EARLIER_WHEN, EARLIER_FROM, EARLIER_TO, EARLIER_STATE, EARLIER__COUNT };

/* What somebody carries. */
struct carried {
    struct service_moving *items;
    size_t count;
    struct store_worker_clock *clocks; /* running ones */
    size_t clock_count;
    size_t drafts; /* what was typed in it and not saved */
};

struct handing {
    struct request *request;
    struct record *from;
    struct uuid to; /* nil: nobody is chosen yet */
    struct carried moves, has;
    struct record **workers; /* who may be chosen */
    size_t worker_count;
    struct store_hand_over *earlier;
    size_t earlier_count;
    const struct outcome *faults; /* of what was sent; or NULL */
};

bool page_hands_over(const struct request *request, const struct record *record)
{
    return record->subject.entity == model_c_name(request->model, C_WORKER)->entity &&
           model_duty_total(request->model) > 0 &&
           access_record(&request->set, record, VERB_UPDATE).allowed;
}

struct url page_hand_over_url(struct request *request, struct uuid worker)
{
    return URL(&request->arena, STR("worker"), uuid_text(&request->arena, worker),
               STR("hand-over"));
}

struct str page_hand_over_state(const struct request *request,
                                const struct store_hand_over *hand_over)
{
    if (hand_over->ended_at.ms != 0) {
        return STR("Done");
    }
    if (hand_over->listed_at.ms == 0 && hand_over->begins_at.ms > request->set.now.ms) {
        return STR_JOIN(request->outcome.arena, STR("Begins "),
                        page_when(request, hand_over->begins_at));
    }
    return STR("Under way");
}

/* ---- reading ---- */

static bool is_in(struct request *request, const struct carried *carried, struct str place)
{
    for (size_t i = 0; i < carried->count; i++) {
        if (str_find(place, uuid_text(&request->arena, carried->items[i].record->root)) >= 0) {
            return true;
        }
    }
    return false;
}

static enum status count_drafts(struct request *request, struct uuid worker,
                                struct carried *carried)
{
    struct store_draft *drafts;
    size_t count;
    TRY(store_drafts(request->reader, worker, &drafts, &count));
    for (size_t i = 0; i < count; i++) {
        carried->drafts += is_in(request, carried, drafts[i].place) ? 1 : 0;
    }
    return STATUS_OK;
}

static enum status read_carried(struct request *request, struct uuid worker, struct uuid to,
                                struct carried *ret_carried)
{
    size_t found = 0;
    TRY(service_what_moves(request->reader, &request->set, worker, to, &request->outcome,
                           &ret_carried->items, &ret_carried->count));
    TRY(store_clocks_of(request->reader, &request->set, worker, &ret_carried->clocks, &found));
    for (size_t i = 0; i < found; i++) {
        if (ret_carried->clocks[i].reading.state == CLOCK_STATE_RUNNING) {
            ret_carried->clocks[ret_carried->clock_count++] = ret_carried->clocks[i];
        }
    }
    return count_drafts(request, worker, ret_carried);
}

/* The colleagues at the agency of who hands over. */
static enum status read_workers(struct handing *handing)
{
    struct request *request = handing->request;
    uint32_t home = model_c_name(request->model, C_WORKER_HOME_AGENCY)->field;
    struct value agency = value_get(&handing->from->subject, home);
    struct str next;
    if (agency.type != VALUE_REFERENCE) {
        return STATUS_OK;
    }
    return store_find(request->reader, &request->set, handing->from->subject.entity, home,
                      agency.reference, (struct store_page){.limit = WORKERS_MAX},
                      &request->outcome, &handing->workers, &handing->worker_count, &next);
}

static enum status read_earlier(struct handing *handing)
{
    struct request *request = handing->request;
    uint32_t workers = handing->from->subject.entity;
    TRY(store_hand_overs_of(request->reader, handing->from->subject.id, EARLIER_MAX,
                            &handing->earlier, &handing->earlier_count));
    for (size_t i = 0; i < handing->earlier_count; i++) {
        const struct uuid both[] = {handing->earlier[i].from, handing->earlier[i].to};
        TRY(store_titles_of(request->reader, &request->set, workers, both, ARRAY_LENGTH(both)));
    }
    return STATUS_OK;
}

static enum status read_all(struct handing *handing)
{
    struct request *request = handing->request;
    const struct uuid nobody = {{0}};
    TRY(read_carried(request, handing->from->subject.id, handing->to, &handing->moves));
    if (!uuid_is_nil(handing->to)) {
        TRY(read_carried(request, handing->to, nobody, &handing->has));
    }
    TRY(read_workers(handing));
    TRY(read_earlier(handing));
    return store_titles(request->reader, &request->set);
}

/* ---- what moves, by kind ---- */

static size_t count_of(const struct carried *carried, uint32_t duty)
{
    size_t count = 0;
    for (size_t i = 0; i < carried->count; i++) {
        count += carried->items[i].duty == duty ? 1 : 0;
    }
    return count;
}

static size_t count_late(const struct request *request, const struct carried *carried)
{
    size_t count = 0;
    for (size_t i = 0; i < carried->clock_count; i++) {
        count += carried->clocks[i].reading.due.ms <= request->set.now.ms ? 1 : 0;
    }
    return count;
}

static void fill_kind(const struct handing *handing, struct str what, size_t moves, size_t has,
                      struct cell *cells)
{
    struct arena *arena = &handing->request->arena;
    cells[KIND_WHAT].text = what;
    cells[KIND_MOVES].text = str_from_int(arena, (int64_t)moves);
    if (!uuid_is_nil(handing->to)) {
        cells[KIND_HAS].text = str_from_int(arena, (int64_t)has);
        cells[KIND_THEN].text = str_from_int(arena, (int64_t)(has + moves));
    }
}

static void write_kinds(struct html *html, const struct handing *handing)
{
    static const struct column columns[KIND__COUNT] = {
        [KIND_WHAT] = {STR_INIT("What"),                   false},
        [KIND_MOVES] = {STR_INIT("Moves"),                  true },
        [KIND_HAS] = {STR_INIT("Who takes over has now"), true },
        [KIND_THEN] = {STR_INIT("And would have then"),    true },
    };
    const struct request *request = handing->request;
    const struct model *model = request->model;
    uint32_t duties = model_duty_total(model);
    struct cell *cells = ARENA_ARRAY(&handing->request->arena,
                                     (duties + KINDS_BESIDE) * (size_t)KIND__COUNT, struct cell);
    for (uint32_t i = 0; i < duties; i++) {
        fill_kind(handing, model_text(model, model_duty_row(model, i)->label),
                  count_of(&handing->moves, i), count_of(&handing->has, i),
                  &cells[i * (size_t)KIND__COUNT]);
    }
    struct cell *last = &cells[duties * (size_t)KIND__COUNT];
    fill_kind(handing, STR("Dates that run"), handing->moves.clock_count, handing->has.clock_count,
              last);
    fill_kind(handing, STR("Dates that are late"), count_late(request, &handing->moves),
              count_late(request, &handing->has), last + KIND__COUNT);
    fill_kind(handing, STR("Typed and not saved"), handing->moves.drafts, handing->has.drafts,
              last + 2 * (size_t)KIND__COUNT);
    component_table(html, &(struct table){.caption = STR("What moves"),
                                          .columns = columns,
                                          .columns_count = KIND__COUNT,
                                          .cells = cells,
                                          .rows_count = duties + KINDS_BESIDE});
}

/* ---- each record ---- */

/* The next date of a root on the day of who hands over; NULL when there is none. */
static const struct clock_reading *next_of(const struct carried *carried, struct uuid root)
{
    const struct clock_reading *next = NULL;
    for (size_t i = 0; i < carried->clock_count; i++) {
        const struct clock_reading *reading = &carried->clocks[i].reading;
        if (uuid_eq(carried->clocks[i].root, root) &&
            (next == NULL || reading->due.ms < next->due.ms)) {
            next = reading;
        }
    }
    return next;
}

static struct str way_words(const struct request *request, const struct outcome *outcome)
{
    struct str words = STR("");
    for (size_t i = 0; i < outcome->problems.count; i++) {
        words = STR_JOIN(request->outcome.arena, words, i > 0 ? STR(" ") : STR(""),
                         outcome->problems.items[i].message);
    }
    return words;
}

static void fill_line(const struct handing *handing, const struct service_moving *one,
                      struct cell *cells)
{
    struct request *request = handing->request;
    struct arena *arena = &request->arena;
    const struct record *record = one->record;
    const struct clock_reading *next = next_of(&handing->moves, record->root);
    cells[LINE_WHAT] = (struct cell){
        .text = record_title(&request->set, record),
        .to = page_open_url(request, record->subject.entity, record->subject.id, record->root)};
    cells[LINE_AS].text = one->carried_as;
    if (next != NULL) {
        const struct model_clock *clock = model_clock_row(request->model, next->clock);
        cells[LINE_NEXT] = (struct cell){
            .text = STR_JOIN(arena, model_text(request->model, clock->label), STR(", "),
                             clock_words(arena, request->model, next, request->set.now)),
            .to = page_clock_url(request, next)};
        if (next->due.ms <= request->set.now.ms) {
            cells[LINE_NEXT].tag = (struct tag){STR("Late"), TONE_ALERT};
        }
    }
    if (one->outcome.problems.count > 0) {
        cells[LINE_WAY].text = way_words(request, &one->outcome);
        cells[LINE_WAY].tag = (struct tag){STR("Stays"), TONE_WATCH};
    }
}

static void write_lines(struct html *html, const struct handing *handing)
{
    static const struct column columns[LINE__COUNT] = {
        [LINE_WHAT] = {STR_INIT("Record"),             false},
        [LINE_AS] = {STR_INIT("As"),                 false},
        [LINE_NEXT] = {STR_INIT("Next date"),          false},
        [LINE_WAY] = {STR_INIT("What is in the way"), false},
    };
    size_t count = handing->moves.count;
    struct cell *cells = ARENA_ARRAY(&handing->request->arena, count * LINE__COUNT, struct cell);
    for (size_t i = 0; i < count; i++) {
        fill_line(handing, &handing->moves.items[i], &cells[i * LINE__COUNT]);
    }
    component_table(html, &(struct table){.caption = STR("Each of them"),
                                          .columns = columns,
                                          .columns_count = LINE__COUNT,
                                          .cells = cells,
                                          .rows_count = count,
                                          .empty = STR("No open work.")});
}

/* ---- what was handed over before ---- */

static struct str name_of(const struct request *request, struct uuid worker)
{
    struct record *record = work_set_find(&request->set, worker);
    return record != NULL ? record_title(record->set, record) : STR("A colleague");
}

static void write_earlier(struct html *html, const struct handing *handing)
{
    static const struct column columns[EARLIER__COUNT] = {
        [EARLIER_WHEN] = {STR_INIT("Asked for"), false},
        [EARLIER_FROM] = {STR_INIT("From"),      false},
        [EARLIER_TO] = {STR_INIT("To"),        false},
        [EARLIER_STATE] = {STR_INIT("State"),     false},
    };
    struct request *request = handing->request;
    size_t count = handing->earlier_count;
    struct cell *cells = ARENA_ARRAY(&request->arena, count * EARLIER__COUNT, struct cell);
    if (count == 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct store_hand_over *one = &handing->earlier[i];
        struct cell *line = &cells[i * EARLIER__COUNT];
        line[EARLIER_WHEN].text = page_when(request, one->asked_at);
        line[EARLIER_WHEN].to =
            URL(&request->arena, STR("hand-over"), uuid_text(&request->arena, one->id));
        line[EARLIER_FROM].text = name_of(request, one->from);
        line[EARLIER_TO].text = name_of(request, one->to);
        line[EARLIER_STATE].text = page_hand_over_state(request, one);
    }
    component_table(html, &(struct table){.caption = STR("Hand-over sheets"),
                                          .columns = columns,
                                          .columns_count = EARLIER__COUNT,
                                          .cells = cells,
                                          .rows_count = count});
}

/* ---- the form ---- */

static struct str fault_of(const struct handing *handing, struct str name)
{
    for (size_t i = 0; handing->faults != NULL && i < handing->faults->problems.count; i++) {
        if (str_eq(handing->faults->problems.items[i].where, name)) {
            return handing->faults->problems.items[i].message;
        }
    }
    return STR("");
}

static size_t worker_choices(const struct handing *handing, struct choice **ret_choices)
{
    struct request *request = handing->request;
    size_t count = 0;
    *ret_choices = ARENA_ARRAY(&request->arena, handing->worker_count + 1, struct choice);
    (*ret_choices)[count++] = (struct choice){.text = STR("Choose a worker")};
    for (size_t i = 0; i < handing->worker_count; i++) {
        const struct record *worker = handing->workers[i];
        if (worker != handing->from) {
            (*ret_choices)[count++] =
                (struct choice){.value = uuid_text(&request->arena, worker->subject.id),
                                .text = record_title(&request->set, worker),
                                .chosen = uuid_eq(worker->subject.id, handing->to)};
        }
    }
    return count;
}

static void write_form(struct html *html, const struct handing *handing)
{
    const struct request *request = handing->request;
    struct choice *workers;
    size_t worker_count = worker_choices(handing, &workers);
    const struct field fields[] = {
        {.control = CONTROL_SELECT,
         .name = STR("to"),
         .label = STR("Who takes over"),
         .help = STR("What they have already and what would stay then stands above."),
         .choices = workers,
         .choices_count = worker_count,
         .needed = true,
         .refreshes = true                                                  },
        {.control = CONTROL_DATE,
         .name = STR("on"),
         .label = STR("From which day"),
         .help = STR("Empty: from now on."),
         .value = request_form(request, STR("on"))},
        {.control = CONTROL_TEXT,
         .name = STR("reason"),
         .label = STR("Why"),
         .help = STR("It stands with each record, and on the sheet."),
         .value = request_form(request,                STR("reason")),
         .needed = true,
         .max = REASON_MAX},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        struct field field = fields[i];
        field.error = fault_of(handing, field.name);
        component_field(html, &field);
    }
}

static void write_fields(struct html *html, const void *context)
{
    const struct handing *handing = context;
    write_kinds(html, handing);
    write_lines(html, handing);
    write_form(html, handing);
    write_earlier(html, handing);
}

/* ---- the page ---- */

static enum handled show(struct handing *handing, unsigned http)
{
    struct request *request = handing->request;
    struct html html;
    struct fault_line *faults = NULL;
    size_t faults_count = 0;
    struct str title = STR_JOIN(&request->arena, STR("Hand over the work of "),
                                record_title(&request->set, handing->from));
    if (handing->faults != NULL) {
        faults_count = page_faults(request, handing->faults, &faults);
    }
    struct template_frame frame = page_frame(request, &(struct page){.title = title});
    page_begin(request, &html);
    template_transition(
        &html,
        &(struct template_transition){
            .frame = &frame,
            .title = title,
            .help = STR("All open work goes to another worker in one act, with what belongs to it "
                        "and what was typed and not saved. What stands in the way of one record "
                        "leaves that one where it is. What waits for an approval waits for every "
                        "supervisor of the agency and needs no hand-over."),
            .action = page_hand_over_url(request, handing->from->subject.id),
            .draft = {STR("") }, /* it keeps none */
            .enctype = STR("application/x-www-form-urlencoded"),
            .form_token = request->session.form_token,
            .back = page_open_url(request, handing->from->subject.entity, handing->from->subject.id,
                                  handing->from->root),
            .possible = true,
            .faults = faults,
            .faults_count = faults_count,
            .fields = { write_fields, handing}
    });
    return page_end(request, &html, http);
}

/* The worker of the address, whose work this actor may hand over. */
static struct handing *open(struct request *request, struct str to, enum handled *ret_handled)
{
    uint32_t workers = model_c_name(request->model, C_WORKER)->entity;
    struct handing *handing = ARENA_NEW(&request->arena, struct handing);
    struct uuid id;
    *handing = (struct handing){.request = request};
    if (workers == MODEL_NONE || !page_id(request, 0, &id)) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return NULL;
    }
    handing->from = page_read(request, workers, id, 0, 0, STR("Hand-over"), ret_handled);
    if (handing->from == NULL) {
        return NULL;
    }
    if (!page_hands_over(request, handing->from)) {
        *ret_handled = request_fail(request, STATUS_FORBIDDEN);
        return NULL;
    }
    if (uuid_parse(to, &handing->to) && uuid_eq(handing->to, id)) {
        handing->to = (struct uuid){{0}};
    }
    enum status status = read_all(handing);
    if (status != STATUS_OK) {
        *ret_handled = request_fail(request, status);
        return NULL;
    }
    return handing;
}

enum handled page_hand_over(struct request *request)
{
    enum handled handled;
    struct handing *handing = open(request, request_query(request, STR("to")), &handled);
    return handing != NULL ? show(handing, 200) : handled;
}

/* ---- asking for it ---- */

static enum handled show_sent(struct request *request, const struct outcome *faults)
{
    enum handled handled;
    struct handing *handing = open(request, request_form(request, STR("to")), &handled);
    if (handing == NULL) {
        return handled;
    }
    handing->faults = faults;
    return show(handing, faults != NULL ? status_http(faults->status) : 200);
}

static enum handled asked(struct request *request)
{
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    const struct service_hand_over *asked = page_act_input(request);
    *outcome = request->outcome;
    if (outcome->status == STATUS_OK) {
        return request_redirect(
            request,
            URL(&request->arena, STR("hand-over"), uuid_text(&request->arena, asked->id)).text);
    }
    if (!page_can_mend(outcome->status)) {
        return request_fail(request, outcome->status);
    }
    page_forget(request);
    return show_sent(request, outcome);
}

enum handled page_hand_over_post(struct request *request)
{
    struct service_hand_over *ask = ARENA_NEW(&request->arena, struct service_hand_over);
    struct str on = str_trim(request_form(request, STR("on")));
    *ask = (struct service_hand_over){
        .entity = model_c_name(request->model, C_WORKER)->entity,
        .reason = str_trim(request_form(request, STR("reason"))),
    };
    if (ask->entity == MODEL_NONE || !page_id(request, 0, &ask->from)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    if (request_form(request, STR("update")).n > 0) {
        return show_sent(request, NULL);
    }
    if (on.n > 0 && !date_parse(on, &ask->on)) {
        return request_fail(request, STATUS_MALFORMED); /* no browser sends such a date */
    }
    (void)uuid_parse(request_form(request, STR("to")), &ask->to);
    return page_act(request, service_hand_over, ask, asked);
}
