/* A kernel verb on a page of its own: what it means, which decisions rested on the record, and the
 * reason that is asked for. */
#include "http/page_verb.h"

#include "http/connection.h"
#include "http/page_act.h"
#include "http/page_corrected.h"
#include "http/page_people.h"
#include "http/page_words.h"
#include "http/page_work.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "rule/act.h"
#include "template_transition.h"

struct verb_page {
    struct request *request;
    const struct service_verb_words *words;
    struct record *record;
    const struct outcome *faults; /* of the last try, or NULL */
};

/* ---- ways there ---- */

static bool is_possible(enum service_verb verb, const struct record *record)
{
    switch (verb) {
    case SERVICE_ENTERED_IN_ERROR:
        return record_stands(record);
    case SERVICE_REINSTATE:
        return !record_stands(record);
    case SERVICE_MOVE:
        return record_stands(record) && !record_is_withheld(record) &&
               model_entity_row(record->set->model, record->subject.entity)->kind == ENTITY_PART;
    case SERVICE_REOPEN:
        return record_stands(record) && record_is_closed(record) &&
               act_reopening(record->set->model, record) == MODEL_NONE;
    case SERVICE_SEAL:
        return !record_is_withheld(record);
    case SERVICE_UNSEAL:
    case SERVICE_EXPUNGE: /* by somebody else than who sealed it, which is found out then */
        return record_is_withheld(record);
    case SERVICE_NO_VERB:
    case SERVICE_CORRECT: /* begins on the form that is to be corrected */
    case SERVICE_VERB__COUNT:
        break;
    }
    return false;
}

static struct url verb_url(struct request *request, const struct record *record, struct str name)
{
    const struct model_entity *entity = model_entity_row(request->model, record->subject.entity);
    return URL(&request->arena, STR("record"), model_text(request->model, entity->name),
               uuid_text(&request->arena, record->subject.id), STR("verb"), name);
}

size_t page_verb_links(struct request *request, const struct record *record,
                       struct link **ret_links)
{
    size_t count = 0;
    *ret_links = ARENA_ARRAY(&request->arena, SERVICE_VERB__COUNT, struct link);
    for (unsigned i = SERVICE_NO_VERB + 1; i < SERVICE_VERB__COUNT; i++) {
        const struct service_verb_words *words = service_verb_words((enum service_verb)i);
        if (is_possible((enum service_verb)i, record) &&
            access_record(&request->set, record, words->verb).allowed) {
            (*ret_links)[count++] =
                (struct link){words->label, verb_url(request, record, words->name), false};
        }
    }
    return count;
}

/* ---- what rested on it ---- */

static struct str who(struct request *request, struct uuid worker)
{
    struct str name = value_words(&request->set, value_reference(worker), MODEL_NONE);
    return uuid_is_nil(worker) ? STR("Hearth")
           : name.n > 0        ? name
                               : STR("somebody who no longer works here");
}

static struct str what(const struct request *request, const struct store_decision *decision)
{
    return decision->transition == MODEL_NONE
               ? STR("Decided")
               : model_text(request->model,
                            model_transition_row(request->model, decision->transition)->label);
}

static bool read_decisions(struct request *request, const struct record *record,
                           struct store_decision **ret_decisions, size_t *ret_count)
{
    uint32_t worker = model_c_name(request->model, C_WORKER)->entity;
    if (store_decisions_on(request->reader, &request->set, record, ret_decisions, ret_count) !=
        STATUS_OK) {
        return false;
    }
    struct uuid *ids = ARENA_ARRAY(&request->arena, *ret_count, struct uuid);
    for (size_t i = 0; i < *ret_count; i++) {
        ids[i] = (*ret_decisions)[i].by;
    }
    bool named = worker == MODEL_NONE || store_titles_of(request->reader, &request->set, worker,
                                                         ids, *ret_count) == STATUS_OK;
    page_titles(request);
    return named && *ret_count > 0;
}

enum decision_column { DECISION_WHAT, DECISION_WHO, DECISION_WHEN, DECISION__COUNT };

void page_decisions(struct html *html, struct request *request, struct record *record)
{
    static const struct column columns[DECISION__COUNT] = {
        [DECISION_WHAT] = {STR_INIT("Decision"), false},
        [DECISION_WHO] = {STR_INIT("By"),       false},
        [DECISION_WHEN] = {STR_INIT("When"),     false},
    };
    struct store_decision *decisions;
    size_t count = 0;
    uint32_t earliest = UINT32_MAX; /* that was looked at and corrected since */
    if (!read_decisions(request, record, &decisions, &count)) {
        return;
    }
    struct cell *cells = ARENA_ARRAY(&request->arena, count * DECISION__COUNT, struct cell);
    for (size_t i = 0; i < count; i++) {
        const struct record *on = decisions[i].on;
        struct cell *cell = cells + i * DECISION__COUNT;
        cell[DECISION_WHAT].text = STR_JOIN(&request->arena, what(request, &decisions[i]),
                                            STR(": "), record_title(&request->set, on));
        cell[DECISION_WHAT].to =
            page_open_url(request, on->subject.entity, on->subject.id, on->root);
        if (decisions[i].since) {
            earliest = decisions[i].seen < earliest ? decisions[i].seen : earliest;
            cell[DECISION_WHAT].tag = (struct tag){STR("Corrected since"), TONE_WATCH};
        }
        cell[DECISION_WHO].text = who(request, decisions[i].by);
        cell[DECISION_WHEN].text = page_when(request, decisions[i].at);
    }
    component_table(html, &(struct table){.caption = STR("Decisions that rested on this"),
                                          .columns = columns,
                                          .columns_count = DECISION__COUNT,
                                          .cells = cells,
                                          .rows_count = count});
    if (earliest != UINT32_MAX) {
        page_corrected_since(html, request, record, earliest);
    }
}

/* ---- the mark ---- */

void page_verb_marks(struct html *html, const struct record *record)
{
    if (record_is_withheld(record)) {
        component_callout(html, &(struct callout){.tone = TONE_WATCH,
                                                  .title = STR("Sealed by order of a court"),
                                                  .text = record->withheld_basis});
    }
    if (!record_stands(record)) {
        component_callout(html, &(struct callout){.tone = TONE_WATCH,
                                                  .title = STR("Entered in error"),
                                                  .text = record->error_reason});
    }
}

void page_moves(struct html *html, struct request *request, const struct record *record)
{
    struct store_move *moves;
    size_t count = 0;
    if (store_moves(request->reader, &request->set, record, &moves, &count) != STATUS_OK ||
        count == 0) {
        return;
    }
    page_titles(request);
    for (size_t i = 0; i < count; i++) {
        const struct record *moved = moves[i].moved;
        const struct link there = {
            record_title(&request->set, moves[i].to),
            page_open_url(request, moved->subject.entity, moved->subject.id, moved->root), false};
        component_callout(
            html,
            &(struct callout){.tone = TONE_PLAIN,
                              .title = STR("Moved away"),
                              .text = STR_JOIN(&request->arena, record_title(&request->set, moved),
                                               STR(", "), page_when(request, moves[i].at)),
                              .actions = &there,
                              .actions_count = 1});
    }
}

/* ---- the page ---- */

/* What was wrong with a field in the last try. */
static struct str error_of(const struct verb_page *page, struct str name)
{
    for (size_t i = 0; page->faults != NULL && i < page->faults->problems.count; i++) {
        const struct problem *problem = &page->faults->problems.items[i];
        if (str_eq(problem->where, name)) {
            return problem->message;
        }
    }
    return STR("");
}

/* A field that the verb asks for. */
static void ask_for(struct html *html, const struct verb_page *page, struct field field)
{
    field.value = request_form(page->request, field.name);
    field.needed = true;
    field.error = error_of(page, field.name);
    component_field(html, &field);
}

/* What the record may belong to. */
static uint32_t parent_entity(const struct record *record)
{
    const struct model *model = record->set->model;
    uint32_t parent = model_entity_row(model, record->subject.entity)->parent;
    return parent == MODEL_NONE ? MODEL_NONE : model_field_row(model, parent)->target;
}

#define ID_SIZE 36 /* of an identifier as text */

/* The identifier in what was typed: alone, or in the address of a page. */
static bool typed_id(struct str typed, struct uuid *ret_id)
{
    for (size_t i = 0; i + ID_SIZE <= typed.n; i++) {
        if (uuid_parse(str_slice(typed, i, i + ID_SIZE), ret_id)) {
            return true;
        }
    }
    return false;
}

/* The record that was typed by its number, address or identifier, as far as this worker may read
 * it; NULL when there is none. */
static struct record *typed_record(struct request *request, uint32_t entity, struct str typed)
{
    struct outcome ignored;
    struct record **found, *record = NULL;
    struct uuid id;
    size_t count = 0;
    outcome_init(&ignored, &request->arena);
    if (typed_id(typed, &id)) {
        return store_read(request->reader, &request->set, entity, id, 0, 0,
                          (struct store_purpose){.route = STR("where to move")}, &ignored,
                          &record) == STATUS_OK
                   ? record
                   : NULL;
    }
    if (typed.n == 0 || store_find_number(request->reader, &request->set, typed, &ignored, &found,
                                          &count) != STATUS_OK) {
        return NULL;
    }
    for (size_t i = 0; i < count && record == NULL; i++) {
        record = found[i]->subject.entity == entity ? found[i] : NULL;
    }
    return record;
}

/* Where to: typed, or the last of the radios of a search that is chosen. */
static struct str typed_to(const struct request *request)
{
    struct str to = STR("");
    for (size_t i = 0; i < request->form.count; i++) {
        const struct input_pair *pair = &request->form.pairs[i];
        to = str_eq(pair->name, STR("to")) && pair->value.n > 0 ? str_trim(pair->value) : to;
    }
    return to;
}

/* People are looked for by name, as everywhere. */
static void ask_whom(struct html *html, const struct verb_page *page, uint32_t entity)
{
    struct request *request = page->request;
    struct view_found found = {.name = STR("to")};
    const struct record *person = typed_record(request, entity, typed_to(request));
    struct choice chosen = {0};
    (void)page_searched(request, &found);
    page_titles(request);
    if (person != NULL) {
        chosen = (struct choice){.value = uuid_text(&request->arena, person->subject.id),
                                 .text = record_title(&request->set, person),
                                 .chosen = true};
    }
    const struct field field = {.name = STR("to"),
                                .label = STR("To whom it belongs"),
                                .choices = &chosen,
                                .choices_count = person != NULL ? 1 : 0,
                                .error = error_of(page, STR("to"))};
    view_search(html,
                &(struct view_search){.field = &field, .words = found.words, .found = &found});
}

/* Where to, and what was found there. */
static void ask_where(struct html *html, const struct verb_page *page, uint32_t entity)
{
    struct request *request = page->request;
    const struct model *model = request->model;
    struct str typed = typed_to(request);
    struct str kind = model_text(model, model_entity_row(model, entity)->label);
    struct record *found = typed_record(request, entity, typed);
    ask_for(html, page,
            (struct field){.control = CONTROL_TEXT,
                           .name = STR("to"),
                           .label = STR_JOIN(&request->arena, STR("Where it belongs: "), kind),
                           .help = STR("Its number, or the address of its page. Update shows what "
                                       "is there.")});
    if (typed.n > 0) {
        page_titles(request);
        component_callout(
            html, &(struct callout){
                      .tone = found != NULL ? TONE_PLAIN : TONE_WATCH,
                      .title = found != NULL ? STR("It will belong to") : STR("Nothing was found"),
                      .text = found != NULL ? record_title(&request->set, found)
                                            : STR("There is no such record that you may read.")});
    }
}

static void verb_fields(struct html *html, const void *context)
{
    const struct verb_page *page = context;
    component_hidden(html, STR("version"),
                     str_from_int(&page->request->arena, page->record->version));
    page_decisions(html, page->request, page->record);
    uint32_t entity = parent_entity(page->record);
    if (page->words->verb == VERB_MOVE && entity != MODEL_NONE) { /* a root belongs to nothing */
        bool person = entity == model_c_name(page->request->model, C_PERSON)->entity;
        (person ? ask_whom : ask_where)(html, page, entity);
    } else if (page->words->verb == VERB_MOVE) {
        component_callout(html, &(struct callout){.title = STR("It stands by itself"),
                                                  .text = STR("It belongs to nothing else, so "
                                                              "there is nowhere to move it.")});
    }
    if (page->words->by_law) {
        ask_for(html, page,
                (struct field){.control = CONTROL_TEXT,
                               .name = STR("basis"),
                               .label = STR("By which law and order"),
                               .help = STR("Statute, court, case and date of the order")});
    }
    if (page->words->verb == VERB_EXPUNGE) {
        const struct choice ticked = {
            .chosen = request_form(page->request, STR("files_everywhere")).n > 0};
        component_field(
            html,
            &(struct field){.control = CONTROL_CHECKBOX,
                            .name = STR("files_everywhere"),
                            .label = STR("Destroy its files also where other records have them"),
                            .help = STR("A photograph that was handed on is the same file. Without "
                                        "this it stays where else it is."),
                            .value = STR("yes"),
                            .choices = &ticked,
                            .choices_count = 1});
    }
    ask_for(html, page,
            (struct field){.control = CONTROL_LONG_TEXT,
                           .name = STR("reason"),
                           .label = page->words->ask,
                           .help = STR("It stands in the history beside the change.")});
}

static void add_banner(struct html *html, const void *context)
{
    component_banner(html, context);
}

static enum handled show(struct verb_page *page, unsigned status)
{
    struct request *request = page->request;
    const struct record *record = page->record;
    struct url back =
        page_open_url(request, record->subject.entity, record->subject.id, record->root);
    const struct banner banner = {.title = record_title(&request->set, record),
                                  .to = back,
                                  .facts = view_state(request->model, record).text};
    struct template_frame frame =
        page_frame(request, &(struct page){
                                .title = page->words->label, .banner = {add_banner, &banner}
    });
    struct fault_line *faults = NULL;
    size_t faults_count = page->faults != NULL ? page_faults(request, page->faults, &faults) : 0;
    struct html html;
    page_begin(request, &html);
    template_transition(&html,
                        &(struct template_transition){
                            .frame = &frame,
                            .title = page->words->label,
                            .help = page->words->help,
                            .action = verb_url(request, record, page->words->name),
                            .enctype = STR("application/x-www-form-urlencoded"),
                            .form_token = request->session.form_token,
                            .back = back,
                            .possible = is_possible(service_verb_named(page->words->name), record),
                            .faults = faults,
                            .faults_count = faults_count,
                            .fields = {verb_fields, page}
    });
    return page_end(request, &html, status);
}

/* The record and verb of the address; false: the answer has been made. */
static bool open(struct request *request, struct verb_page *ret_page, enum handled *ret_handled)
{
    enum service_verb verb = service_verb_named(request->parameters[2]);
    uint32_t entity = page_entity(request, 0);
    struct uuid id;
    *ret_page = (struct verb_page){.request = request, .words = service_verb_words(verb)};
    if (verb == SERVICE_NO_VERB || verb == SERVICE_CORRECT || entity == MODEL_NONE ||
        !page_id(request, 1, &id)) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return false;
    }
    ret_page->record = page_read(request, entity, id, 0, 0, ret_page->words->label, ret_handled);
    if (ret_page->record == NULL) {
        return false;
    }
    if (!access_record(&request->set, ret_page->record, ret_page->words->verb).allowed) {
        outcome_problem(
            &request->outcome, STATUS_FORBIDDEN, STR(""), STR("not_allowed"),
            access_refusal(&request->arena, request->set.model, entity, ret_page->words->verb));
        *ret_handled = request_fail(request, STATUS_FORBIDDEN);
        return false;
    }
    page_titles(request);
    return true;
}

enum handled page_verb(struct request *request)
{
    struct verb_page *page = ARENA_NEW(&request->arena, struct verb_page);
    enum handled handled;
    return open(request, page, &handled) ? show(page, 200) : handled;
}

static enum handled done(struct request *request)
{
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    struct verb_page *page = ARENA_NEW(&request->arena, struct verb_page);
    enum handled handled;
    struct uuid id = {{0}};
    (void)page_id(request, 1, &id);
    *outcome = request->save.job.outcome;
    page_forget(request);
    if (outcome->status == STATUS_OK) {
        /* What was expunged has no page. */
        bool gone = service_verb_named(request->parameters[2]) == SERVICE_EXPUNGE;
        return request_redirect(request,
                                gone ? STR("/legal-acts")
                                     : page_record_url(request, page_entity(request, 0), id).text);
    }
    /* Of a stale one the page shows what is there now; the reason is still in it. */
    if (!page_can_mend(outcome->status) && outcome->status != STATUS_STALE) {
        request->outcome = *outcome;
        return request_fail(request, outcome->status);
    }
    if (!open(request, page, &handled)) {
        return handled;
    }
    page->faults = outcome;
    return show(page, status_http(outcome->status));
}

/* Where a part shall belong to: nil when nothing of the kind is found. */
static struct uuid typed_place(struct request *request, uint32_t entity)
{
    uint32_t parent = model_entity_row(request->model, entity)->parent;
    const struct record *found =
        parent == MODEL_NONE
            ? NULL
            : typed_record(request, model_field_row(request->model, parent)->target,
                           typed_to(request));
    return found == NULL ? (struct uuid){{0}} : found->subject.id;
}

enum handled page_verb_post(struct request *request)
{
    enum service_verb verb = service_verb_named(request->parameters[2]);
    uint32_t entity = page_entity(request, 0);
    struct uuid id;
    if (verb == SERVICE_NO_VERB || verb == SERVICE_CORRECT || entity == MODEL_NONE ||
        !page_id(request, 1, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    struct str name;
    if (page_wish(request, &name) == WISH_SHOW) {
        return page_verb(request);
    }
    page_save_take(request, entity, id, MODEL_NONE);
    request->save.verb = verb;
    request->save.job.reason = str_trim(request_form(request, STR("reason")));
    request->save.job.basis = str_trim(request_form(request, STR("basis")));
    request->save.job.files_everywhere =
        verb == SERVICE_EXPUNGE && request_form(request, STR("files_everywhere")).n > 0;
    if (verb == SERVICE_MOVE) {
        request->save.to = typed_place(request, entity);
    }
    return request_save(request, done);
}
