/* Workspaces: the steps of a piece of work, their forms and records, and saving them. */
#include "http/page_work.h"

#include "http/as_of.h"
#include "http/connection.h"
#include "http/page_clash.h"
#include "http/page_people.h"
#include "http/page_steps.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "template_work.h"
#include "template_workspace.h"

/* ---- reading ---- */

bool work_read(struct work *work, struct request *request, uint32_t workspace, struct uuid id,
               enum handled *ret_handled)
{
    const struct model_workspace *shape = model_workspace_row(request->model, workspace);
    *work = (struct work){.request = request, .workspace = workspace, .step = MODEL_NONE};
    work->subject = page_read(request, shape->entity, id, shape->loads_first, shape->loads_count,
                              model_text(request->model, shape->label), ret_handled);
    if (work->subject == NULL) {
        return false;
    }
    if (store_clocks(request->reader, &request->set, work->subject->root, &work->readings,
                     &work->readings_count) != STATUS_OK) {
        work->readings_count = 0;
    }
    return true;
}

uint32_t work_step_named(const struct model *model, uint32_t workspace, struct str name)
{
    const struct model_workspace *shape = model_workspace_row(model, workspace);
    for (uint32_t i = 0; i < shape->steps_count; i++) {
        if (str_eq(model_text(model, model_workspace_step_row(model, shape->steps_first + i)->name),
                   name)) {
            return shape->steps_first + i;
        }
    }
    return MODEL_NONE;
}

void work_offer(struct work *work, struct record *record)
{
    struct request *request = work->request;
    const struct model *model = request->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < entity->transitions_count; i++) {
        const struct model_transition *transition =
            model_transition_row(model, entity->transitions_first + i);
        if (act_may_be_offered(model, entity->transitions_first + i, record->state) &&
            store_load(request->reader, &request->set, record, transition->loads_first,
                       transition->loads_count, &request->outcome) != STATUS_OK) {
            return;
        }
    }
    work->offered = record;
    work->offers_count = act_offers(&request->set, record, &work->offers);
}

/* ---- banner and steps ---- */

static bool is_person(const struct work *work)
{
    const struct model *model = work->request->model;
    return work->subject->subject.entity == model_c_name(model, C_PERSON)->entity;
}

static void add_banner(struct html *html, const void *context)
{
    const struct work *work = context;
    component_banner(html, &work->banner);
}

struct template_frame work_frame(struct work *work, struct str title)
{
    struct request *request = work->request;
    const struct model *model = request->model;
    work->banner = view_banner(&request->set, work->workspace, work->subject, work->readings,
                               work->readings_count);
    work->banner.to =
        page_work_url(request, work->workspace, work->subject->subject.id, STR(""), STR(""));
    struct tag state = view_state(model, work->subject);
    struct str age = is_person(work) ? page_age(request, &work->subject->subject) : STR("");
    if (age.n > 0) {
        work->banner.title = STR_JOIN(&request->arena, work->banner.title, STR(", "), age);
    }
    if (state.text.n > 0) {
        work->banner.facts =
            work->banner.facts.n > 0
                ? STR_JOIN(&request->arena, work->banner.facts, STR(", "), state.text)
                : state.text;
    }
    struct page page = {
        .title = STR_JOIN(&request->arena, title, STR(", "), work->banner.title),
        .place = model_text(model, model_workspace_row(model, work->workspace)->name),
        .banner = {add_banner, work}
    };
    return page_frame(request, &page);
}

/* ---- a form ---- */

static enum handled show_form(struct work *work, struct page_form *form, struct str title,
                              struct str lead, struct str number, unsigned status)
{
    struct request *request = work->request;
    struct html html;
    struct fault_line *faults = NULL;
    size_t faults_count = form->faults != NULL ? page_faults(request, form->faults, &faults) : 0;
    size_t buttons_count = 0;
    struct button *buttons = work_buttons(work, &buttons_count);
    struct template_frame frame = work_frame(work, title);
    const struct record *record = form->parts[0].record;
    struct save_bar bar = {.number = number,
                           .needed = work_needed_link(work),
                           .buttons = buttons,
                           .buttons_count = buttons_count};
    if (!record->is_new) {
        bar.saved_at = page_saved_words(request, record->changed_at);
    }
    struct template_workspace page = {
        .frame = &frame,
        .title = title,
        .lead = lead,
        .enctype = page_form_enctype(form),
        .form_token = request->session.form_token,
        .unsaved = page_form_is_unsaved(form),
        .faults = faults,
        .faults_count = faults_count,
        .ways = {work_ways, work},
        .bar = bar,
    };
    if (form->unproved) {
        page.confirm =
            url_query(&request->arena, URL_FIXED("/confirm"), STR("then"), request->path);
    }
    page.action = page_here(request);
    page.draft.text = page_form_may_change(form) ? STR("/draft") : STR("");
    page.fields = (struct html_slot){page_form_fields, form};
    page.side = (struct html_slot){work_side, work};
    page_begin(request, &html);
    template_workspace(&html, &page);
    return page_end(request, &html, status);
}

/* ---- a step of the subject ---- */

/* The one member of a further aggregate, or NULL when there is none yet. */
static struct record *member_of(struct request *request, const struct record *subject,
                                uint32_t collection)
{
    size_t count = 0;
    if (!work_set_has_members(&request->set, &subject->subject, collection)) {
        return NULL;
    }
    const struct subject *const *members =
        work_set_members(&request->set, &subject->subject, collection, &count);
    return count > 0 ? members[0]->record : NULL;
}

static uint32_t part_entity(const struct model *model, const struct model_step_part *part)
{
    return model_form_row(model, part->form)->entity;
}

static struct str part_prefix(struct request *request, const struct model_step_part *part)
{
    return STR_JOIN(
        &request->arena,
        model_text(request->model,
                   model_entity_row(request->model, part_entity(request->model, part))->name),
        STR("/"));
}

/* Whether the subject has a member that may not be read: it came into the set as a blank. */
static const struct record *hidden_member(const struct request *request,
                                          const struct record *subject, uint32_t entity)
{
    for (size_t i = 0; i < request->set.records.count; i++) {
        const struct record *record = request->set.records.items[i];
        if (record->subject.entity == entity && record->version == 0 && !record->is_new &&
            uuid_eq(record->root, subject->root)) {
            return record;
        }
    }
    return NULL;
}

/* A part that is there but may not be read is left out: the page is as if there was none, and
 * nothing can be made in its place. */
static void add_part(struct page_form *form, struct record *subject,
                     const struct model_step_part *part)
{
    struct request *request = form->request;
    struct record *member = member_of(request, subject, part->collection);
    uint32_t reference = model_collection_row(request->model, part->collection)->reference;
    struct page_part *added;
    const struct record *hidden =
        member == NULL ? hidden_member(request, subject, part_entity(request->model, part)) : NULL;
    if (hidden != NULL) {
        form->unproved |= request->actor.unproved;
        return;
    }
    if (member != NULL) {
        added = page_form_add(form, member, part->form);
    } else if (form->parts[0].may_change) {
        added = page_form_add_new(form, part_entity(request->model, part), part->form, reference,
                                  subject);
        if (!added->may_change) {
            form->count--;
            return;
        }
    } else {
        return;
    }
    added->prefix = part_prefix(request, part);
    added->label = model_text(request->model, part->label);
}

static enum handled show_step_form(struct work *work, struct page_form *form, unsigned status)
{
    struct request *request = work->request;
    const struct model *model = request->model;
    const struct model_workspace_step *step = model_workspace_step_row(model, work->step);
    enum handled handled;
    form->request = request;
    form->transition = MODEL_NONE;
    page_form_add(form, work->subject, step->form);
    for (uint32_t i = 0; i < step->parts_count; i++) {
        add_part(form, work->subject, model_step_part_row(model, step->parts_first + i));
    }
    if (!page_form_prepare(form, true, &handled)) {
        return handled;
    }
    work->form = form;
    work_offer(work, work->subject);
    return show_form(work, form, model_text(model, step->label), model_text(model, step->help),
                     work->subject->number, status);
}

/* ---- a step that lists records ---- */

static uint32_t member_entity(const struct model *model, const struct model_workspace_step *step)
{
    return model_form_row(model, step->form)->entity;
}

static struct url line_url(const void *context, const struct record *record)
{
    const struct work *work = context;
    const struct model *model = work->request->model;
    return page_work_url(work->request, work->workspace, work->subject->subject.id,
                         model_text(model, model_workspace_step_row(model, work->step)->name),
                         uuid_text(&work->request->arena, record->subject.id));
}

static void records_content(struct html *html, const void *context)
{
    const struct work *work = context;
    const struct model *model = work->request->model;
    const struct model_workspace_step *step = model_workspace_step_row(model, work->step);
    const struct model_entity *entity = model_entity_row(model, member_entity(model, step));
    struct view view;
    page_view(&view, work->request, html, work->subject);
    view.context = work;
    view.record_url = NULL;
    view.attachment_url = NULL;
    view.heading = model_text(model, step->label);
    view_members(&view, step->collection, step->columns_first, step->columns_count,
                 model_text(model, entity->plural), line_url);
    /* A part is where what it belongs to is: who is assigned to the assessment may add to it. */
    if (access_add(&work->request->set, work->subject, member_entity(model, step)).allowed) {
        component_button_link(
            html,
            (struct link){
                STR_JOIN(&work->request->arena, STR("Add: "), model_text(model, entity->label)),
                page_work_url(work->request, work->workspace, work->subject->subject.id,
                              model_text(model, step->name), STR("new")),
                false},
            BUTTON_OTHER);
    }
}

/* ---- the overview ---- */

/* What the form of the overview says of the subject, to be read. */
static void show_essentials(struct html *html, const struct work *work, uint32_t form)
{
    struct view view;
    page_view(&view, work->request, html, work->subject);
    view.form = form;
    html_open_class(html, "section", "card essentials");
    html_element(
        html, "h2", "card__title",
        model_text(work->request->model, model_form_row(work->request->model, form)->label));
    view_form_read(&view);
    html_close(html, "section");
}

static bool has_done(const struct work *work)
{
    for (size_t i = 0; i < work->readings_count; i++) {
        if (work->readings[i].state == CLOCK_STATE_DONE) {
            return true;
        }
    }
    return false;
}

static void done_clocks(struct html *html, const void *work)
{
    work_clocks(html, work, STR(""), CLOCK_STATE_DONE);
}

static void overview_content(struct html *html, const void *context)
{
    const struct work *work = context;
    const struct model *model = work->request->model;
    const struct model_workspace_step *step = model_workspace_step_row(model, work->step);
    work_actions(html, work);
    work_clocks(html, work, STR("What is due"), CLOCK_STATE_RUNNING);
    if (step->form != MODEL_NONE) {
        show_essentials(html, work, step->form);
    }
    work_standing(html, work);
    if (has_done(work)) {
        component_fold(html, &(struct fold){.id = STR("done"), .title = STR("What was done")},
                       (struct html_slot){done_clocks, work});
    }
    work_refusals(html, work);
}

static enum handled show_content(struct work *work,
                                 void (*content)(struct html *html, const void *work))
{
    struct request *request = work->request;
    const struct model *model = request->model;
    const struct model_workspace_step *step = model_workspace_step_row(model, work->step);
    struct str title = model_text(model, step->label);
    struct html html;
    work_offer(work, work->subject);
    page_titles(request);
    struct template_frame frame = work_frame(work, title);
    page_begin(request, &html);
    template_work(&html, &(struct template_work){
                             .frame = &frame,
                             .title = title,
                             .lead = model_text(model, step->help),
                             .ways = {work_ways, work},
                             .content = {content,   work},
                             .side = {work_side, work}
    });
    return page_end(request, &html, 200);
}

/* ---- GET ---- */

/* Reads what the address names. False: answered. */
static bool open_work(struct request *request, struct work *work, enum handled *ret_handled)
{
    uint32_t workspace = page_workspace_row(request, 0);
    struct uuid id;
    if (workspace == MODEL_NONE || !page_id(request, 1, &id)) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return false;
    }
    uint32_t entity = model_workspace_row(request->model, workspace)->entity;
    if (request->parameters[3].n == 0 && as_of_leads(request, entity, id, ret_handled)) {
        return false;
    }
    if (!work_read(work, request, workspace, id, ret_handled)) {
        return false;
    }
    work->step = work_step_named(request->model, workspace, request->parameters[2]);
    if (request->parameters[2].n > 0 && work->step == MODEL_NONE) {
        *ret_handled = request_fail(request, STATUS_NOT_FOUND);
        return false;
    }
    return true;
}

enum handled page_workspace(struct request *request)
{
    struct work work;
    enum handled handled;
    if (!open_work(request, &work, &handled)) {
        return handled;
    }
    const struct model_workspace *shape = model_workspace_row(request->model, work.workspace);
    for (uint32_t i = 0; i < shape->steps_count; i++) {
        const struct model_workspace_step *step =
            model_workspace_step_row(request->model, shape->steps_first + i);
        if (work_set_true(&request->set, step->relevant, &work.subject->subject)) {
            return request_redirect(request,
                                    page_work_url(request, work.workspace, work.subject->subject.id,
                                                  model_text(request->model, step->name), STR(""))
                                        .text);
        }
    }
    return request_redirect(
        request,
        page_record_url(request, work.subject->subject.entity, work.subject->subject.id).text);
}

static enum handled show_step(struct request *request, struct page_form *form, unsigned status)
{
    struct work *work = ARENA_NEW(&request->arena, struct work);
    enum handled handled;
    if (!open_work(request, work, &handled)) {
        return handled;
    }
    enum model_step_kind kind = model_workspace_step_row(request->model, work->step)->kind;
    switch (kind) {
    case STEP_FORM:
        return show_step_form(work, form, status);
    case STEP_RECORDS:
        return show_content(work, records_content);
    case STEP_OVERVIEW:
        return show_content(work, is_person(work) ? person_overview : overview_content);
    case STEP_TIMELINE:
        return show_content(work, timeline_content);
    case STEP_KINSHIP:
        return show_content(work, kinship_content);
    case STEP__COUNT:
        break;
    }
    return request_fail(request, STATUS_NOT_FOUND);
}

enum handled page_workspace_step(struct request *request)
{
    return show_step(request, ARENA_NEW(&request->arena, struct page_form), 200);
}

/* ---- a member ---- */

static enum handled show_member(struct request *request, struct page_form *form, unsigned status)
{
    struct work *work = ARENA_NEW(&request->arena, struct work);
    const struct model *model = request->model;
    enum handled handled;
    struct uuid id;
    if (!open_work(request, work, &handled)) {
        return handled;
    }
    const struct model_workspace_step *step = model_workspace_step_row(model, work->step);
    if (step->kind != STEP_RECORDS) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    uint32_t entity = member_entity(model, step);
    form->request = request;
    form->transition = MODEL_NONE;
    if (str_eq(request->parameters[3], STR("new"))) {
        page_form_add_new(form, entity, step->form,
                          model_collection_row(model, step->collection)->reference, work->subject);
    } else if (page_id(request, 3, &id)) {
        if (as_of_leads(request, entity, id, &handled)) {
            return handled;
        }
        struct record *member =
            page_read(request, entity, id, 0, 0, model_text(model, step->label), &handled);
        if (member == NULL) {
            return handled;
        }
        page_form_add(form, member, step->form);
    } else {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    if (!page_form_prepare(form, true, &handled)) {
        return handled;
    }
    struct record *member = form->parts[0].record;
    work->form = form;
    if (!member->is_new) {
        work_offer(work, member);
    }
    struct str label = model_text(model, model_entity_row(model, entity)->label);
    struct str title = member->is_new ? label : record_title(&request->set, member);
    struct tag state = view_state(model, member);
    return show_form(work, form, title,
                     state.text.n > 0 && !member->is_new ? state.text
                                                         : model_text(model, step->help),
                     member->number.n > 0 ? member->number : label, status);
}

enum handled page_member(struct request *request)
{
    return show_member(request, ARENA_NEW(&request->arena, struct page_form), 200);
}

/* ---- POST ---- */

typedef enum handled show_fn(struct request *request, struct page_form *form, unsigned status);

/* Shows the page again with all that was typed, and why. */
static enum handled show_again(struct request *request, show_fn *show, const struct outcome *faults)
{
    struct page_form *form = ARENA_NEW(&request->arena, struct page_form);
    form->request = request;
    form->typed = &request->form;
    form->faults = faults;
    page_form_find(form);
    return show(request, form, faults != NULL ? status_http(faults->status) : 200);
}

static enum handled saved(struct request *request, show_fn *show, uint32_t entity, struct uuid id,
                          struct str again)
{
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    *outcome = request->save.job.outcome;
    page_forget(request);
    if (outcome->status == STATUS_OK) {
        struct str then = request_form(request, STR("go"));
        uint32_t transition =
            then.n > 0 ? model_transition_by_name(request->model, entity, then) : MODEL_NONE;
        return request_redirect(request,
                                transition != MODEL_NONE
                                    ? page_transition_url(request, entity, id, transition).text
                                    : again);
    }
    if (outcome->status == STATUS_STALE) {
        return page_clash(request, page_here(request));
    }
    if (page_can_mend(outcome->status)) {
        return show_again(request, show, outcome);
    }
    request->outcome = *outcome;
    return request_fail(request, outcome->status);
}

static enum handled step_saved(struct request *request)
{
    uint32_t workspace = page_workspace_row(request, 0);
    struct uuid id = {{0}};
    (void)page_id(request, 1, &id);
    return saved(request, show_step, model_workspace_row(request->model, workspace)->entity, id,
                 page_work_url(request, workspace, id, request->parameters[2], STR("")).text);
}

static enum handled member_saved(struct request *request)
{
    uint32_t workspace = page_workspace_row(request, 0);
    uint32_t step = work_step_named(request->model, workspace, request->parameters[2]);
    struct uuid id = {{0}}, member;
    (void)page_id(request, 1, &id);
    if (!page_id(request, 3, &member)) { /* "new" */
        member = request->save.job.result_id;
    }
    return saved(request, show_member,
                 member_entity(request->model, model_workspace_step_row(request->model, step)),
                 member,
                 page_work_url(request, workspace, id, request->parameters[2],
                               uuid_text(&request->arena, member))
                     .text);
}

/* The changes that the form of a step asks for. */
static void gather_step(struct request *request, uint32_t step, struct uuid id)
{
    const struct model *model = request->model;
    const struct model_workspace_step *shape = model_workspace_step_row(model, step);
    page_save_part(request, model_workspace_row(model, shape->workspace)->entity, id, shape->form,
                   STR(""), MODEL_NONE, (struct uuid){{0}});
    for (uint32_t i = 0; i < shape->parts_count; i++) {
        const struct model_step_part *part = model_step_part_row(model, shape->parts_first + i);
        struct str prefix = part_prefix(request, part);
        struct str sent =
            request_form(request, STR_JOIN(&request->arena, prefix, STR("record_id")));
        struct uuid part_id = {{0}};
        if (sent.n == 0 || uuid_parse(sent, &part_id)) {
            page_save_part(request, part_entity(model, part), part_id, part->form, prefix,
                           model_collection_row(model, part->collection)->reference, id);
        }
    }
}

/* Adds the transition that was pressed; false when there is no such one. */
static bool gather_take(struct request *request, enum page_wish wish, struct str name,
                        uint32_t entity, struct uuid id)
{
    uint32_t transition =
        name.n > 0 ? model_transition_by_name(request->model, entity, name) : MODEL_NONE;
    if (wish == WISH_TAKE && transition != MODEL_NONE) {
        page_save_take(request, entity, id, transition);
    }
    return name.n == 0 || transition != MODEL_NONE;
}

/* Sends what was gathered to the writer; with nothing to save, goes on at once. */
static enum handled send_on(struct request *request, handler_fn then)
{
    request->save.uploads = request->uploads;
    request->save.upload_count = request->upload_count;
    request->save.draft_place = page_draft_place(request);
    request->save.job.idempotency_key = request_form(request, STR("once"));
    if (request->save.count == 0) {
        outcome_init(&request->save.job.outcome, &request->arena);
        return then(request);
    }
    return request_save(request, then);
}

enum handled page_workspace_save(struct request *request)
{
    uint32_t workspace = page_workspace_row(request, 0);
    uint32_t step = workspace == MODEL_NONE
                        ? MODEL_NONE
                        : work_step_named(request->model, workspace, request->parameters[2]);
    struct uuid id;
    struct str name;
    page_clash_keep(request);
    enum page_wish wish = page_wish(request, &name);
    if (step == MODEL_NONE || !page_id(request, 1, &id) ||
        model_workspace_step_row(request->model, step)->kind != STEP_FORM) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    if (wish == WISH_SHOW) {
        return show_again(request, show_step, NULL);
    }
    gather_step(request, step, id);
    if (!gather_take(request, wish, name, model_workspace_row(request->model, workspace)->entity,
                     id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    return send_on(request, step_saved);
}

enum handled page_member_save(struct request *request)
{
    const struct model *model = request->model;
    uint32_t workspace = page_workspace_row(request, 0);
    uint32_t step = workspace == MODEL_NONE
                        ? MODEL_NONE
                        : work_step_named(model, workspace, request->parameters[2]);
    struct uuid id, member = {{0}};
    struct str name;
    page_clash_keep(request);
    enum page_wish wish = page_wish(request, &name);
    bool is_new = str_eq(request->parameters[3], STR("new"));
    if (step == MODEL_NONE || !page_id(request, 1, &id) ||
        (!is_new && !page_id(request, 3, &member)) ||
        model_workspace_step_row(model, step)->kind != STEP_RECORDS) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    if (wish == WISH_SHOW) {
        return show_again(request, show_member, NULL);
    }
    const struct model_workspace_step *shape = model_workspace_step_row(model, step);
    uint32_t entity = member_entity(model, shape);
    page_save_part(request, entity, member, shape->form, STR(""),
                   model_collection_row(model, shape->collection)->reference, id);
    if (!gather_take(request, wish, name, entity, member)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    return send_on(request, member_saved);
}
