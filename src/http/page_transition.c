/* One step with a record on a page of its own: what it means, what it asks, why it cannot be done
 * yet. */
#include "http/page_work.h"

#include "http/connection.h"
#include "http/page_clash.h"
#include "template_transition.h"

struct doing {
    struct request *request;
    uint32_t transition;
    struct record *record;
    struct page_form *form;       /* NULL: it asks nothing */
    const struct outcome *faults; /* of the last try, or NULL */
    const struct act_offer *offer;
};

/* ---- showing ---- */

static void doing_fields(struct html *html, const void *context)
{
    const struct doing *doing = context;
    if (doing->form != NULL) {
        page_form_fields(html, doing->form);
        return;
    }
    component_hidden(html, STR("version"),
                     str_from_int(&doing->request->arena, doing->record->version));
}

static const struct act_offer *offer_of(struct work *work, uint32_t transition)
{
    for (size_t i = 0; i < work->offers_count; i++) {
        if (work->offers[i].transition == transition) {
            return &work->offers[i];
        }
    }
    return NULL;
}

/* What stands in the way before anything is typed: also things that only other pages can mend. */
static size_t in_the_way(struct doing *doing, struct fault_line **ret_lines)
{
    struct request *request = doing->request;
    size_t count = 0;
    if (doing->form != NULL && doing->faults != NULL) {
        return page_faults(request, doing->faults, ret_lines);
    }
    *ret_lines = NULL;
    if (doing->offer == NULL) {
        *ret_lines = ARENA_NEW(&request->arena, struct fault_line);
        (*ret_lines)->message = STR("This step cannot be taken as things stand now.");
        return 1;
    }
    if (!doing->offer->allowed) {
        *ret_lines = ARENA_NEW(&request->arena, struct fault_line);
        (*ret_lines)->message = doing->offer->refusal;
        return 1;
    }
    if (doing->faults != NULL) {
        count = page_faults(request, doing->faults, ret_lines);
    } else if (doing->offer->outcome.status != STATUS_INTERNAL) {
        count = page_faults(request, &doing->offer->outcome, ret_lines);
    }
    for (size_t i = 0; i < count; i++) {
        (*ret_lines)[i].name = STR(""); /* the fields are on another page */
    }
    return count;
}

static void add_banner(struct html *html, const void *context)
{
    component_banner(html, context);
}

/* Who it is about: the banner of the workspace the record belongs to, as far as it can be read. */
static struct banner *banner_of(struct doing *doing)
{
    struct request *request = doing->request;
    struct banner *banner = ARENA_NEW(&request->arena, struct banner);
    *banner = (struct banner){
        .title = record_title(&request->set, doing->record),
        .to = page_open_url(request, doing->record->subject.entity, doing->record->subject.id,
                            doing->record->root),
        .facts = view_state(request->model, doing->record).text,
    };
    return banner;
}

static enum handled show_doing(struct doing *doing, unsigned status)
{
    struct request *request = doing->request;
    const struct model *model = request->model;
    const struct model_transition *shape = model_transition_row(model, doing->transition);
    const struct record *record = doing->record;
    struct html html;
    struct fault_line *faults;
    size_t faults_count = in_the_way(doing, &faults);
    bool possible = doing->offer != NULL && doing->offer->allowed;
    struct page page = {
        .title = model_text(model, shape->label), .banner = {add_banner, banner_of(doing)}
    };
    struct template_frame frame = page_frame(request, &page);
    page_begin(request, &html);
    template_transition(
        &html, &(struct template_transition){
                   .frame = &frame,
                   .title = model_text(model, shape->label),
                   .help = model_text(model, shape->help),
                   .source = model_text(model, shape->source),
                   .action = page_transition_url(request, record->subject.entity,
                                                 record->subject.id, doing->transition),
                   .enctype = doing->form != NULL ? page_form_enctype(doing->form)
                                                  : STR("application/x-www-form-urlencoded"),
                   .form_token = request->session.form_token,
                   .back = page_open_url(request, record->subject.entity, record->subject.id,
                                         record->root),
                   .possible = possible,
                   .draft = {possible && doing->form != NULL ? STR("/draft") : STR("")},
                   .unsaved = doing->form != NULL && page_form_is_unsaved(doing->form),
                   .faults = faults,
                   .faults_count = faults_count,
                   .fields = { doing_fields,                                                    doing}
    });
    return page_end(request, &html, status);
}

/* ---- reading ---- */

/* The entity, record and transition the address names; MODEL_NONE when there is no such one. */
static uint32_t transition_row(struct request *request, struct uuid *ret_id)
{
    uint32_t entity = page_entity(request, 0);
    if (entity == MODEL_NONE || !page_id(request, 1, ret_id)) {
        return MODEL_NONE;
    }
    return model_transition_by_name(request->model, entity, request->parameters[2]);
}

static enum handled open_doing(struct request *request, const struct input *typed,
                               const struct outcome *faults, unsigned status)
{
    struct doing *doing = ARENA_NEW(&request->arena, struct doing);
    struct work *work = ARENA_NEW(&request->arena, struct work);
    struct uuid id;
    enum handled handled;
    *doing = (struct doing){
        .request = request, .transition = transition_row(request, &id), .faults = faults};
    if (doing->transition == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    const struct model_transition *shape = model_transition_row(request->model, doing->transition);
    doing->record = page_read(request, shape->entity, id, shape->loads_first, shape->loads_count,
                              model_text(request->model, shape->label), &handled);
    if (doing->record == NULL) {
        return handled;
    }
    /* The offer is judged on what is stored, the form then shows what was typed. */
    work->request = request;
    work_offer(work, doing->record);
    doing->offer = offer_of(work, doing->transition);
    if (shape->form != MODEL_NONE) {
        struct page_form *form = doing->form = ARENA_NEW(&request->arena, struct page_form);
        form->request = request;
        form->transition = doing->transition;
        form->typed = typed;
        form->faults = faults;
        page_form_add(form, doing->record, shape->form)->may_change =
            doing->offer != NULL && doing->offer->allowed;
        page_form_find(form);
        if (!page_form_prepare(form, true, &handled)) {
            return handled;
        }
    } else {
        page_titles(request);
    }
    return show_doing(doing, status);
}

enum handled page_transition(struct request *request)
{
    return open_doing(request, NULL, NULL, 200);
}

/* ---- taking it ---- */

static enum handled taken(struct request *request)
{
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    struct uuid id = {{0}};
    uint32_t transition = transition_row(request, &id);
    uint32_t entity = model_transition_row(request->model, transition)->entity;
    *outcome = request->save.job.outcome;
    page_forget(request);
    if (outcome->status == STATUS_OK) {
        struct record *record = NULL;
        struct outcome ignored;
        outcome_init(&ignored, &request->arena);
        struct store_purpose purpose = {.route = STR("after a step")};
        bool found = store_read(request->reader, &request->set, entity, id, 0, 0, purpose, &ignored,
                                &record) == STATUS_OK;
        return request_redirect(request, found
                                             ? page_open_url(request, entity, id, record->root).text
                                             : STR("/my-day"));
    }
    if (outcome->status == STATUS_STALE) {
        return page_clash(request, page_here(request));
    }
    if (page_can_mend(outcome->status)) {
        return open_doing(request, &request->form, outcome, status_http(outcome->status));
    }
    request->outcome = *outcome;
    return request_fail(request, outcome->status);
}

enum handled page_transition_post(struct request *request)
{
    struct uuid id;
    struct str name;
    uint32_t transition = transition_row(request, &id);
    if (transition == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    page_clash_keep(request);
    const struct model_transition *shape = model_transition_row(request->model, transition);
    if (page_wish(request, &name) == WISH_SHOW) {
        return open_doing(request, &request->form, NULL, 200);
    }
    if (shape->form != MODEL_NONE) {
        page_save_part(request, shape->entity, id, shape->form, STR(""), MODEL_NONE,
                       (struct uuid){{0}});
    }
    if (request->save.count > 0) {
        request->save.changes[0].transition = transition;
    } else {
        page_save_take(request, shape->entity, id, transition);
    }
    request->save.uploads = request->uploads;
    request->save.upload_count = request->upload_count;
    request->save.draft_place = page_draft_place(request);
    return request_save(request, taken);
}
