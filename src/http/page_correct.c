/* Correcting what is on record. A decision that was made stays as it was made; what is wrong
 * beneath it is put right with a reason, and those who relied on it are told. */
#include "http/page_work.h"

#include "http/connection.h"
#include "http/page_clash.h"
#include "rule/access.h"
#include "template_transition.h"

struct correcting {
    struct page_form form;
    struct str reason;
};

struct url page_correct_url(struct request *request, const struct record *record,
                            uint32_t model_form)
{
    if (!access_record(&request->set, record, VERB_CORRECT).allowed) {
        return (struct url){0};
    }
    return url_query(&request->arena,
                     page_record_url(request, record->subject.entity, record->subject.id),
                     STR("correct"),
                     model_text(request->model, model_form_row(request->model, model_form)->name));
}

/* ---- showing ---- */

static void correcting_fields(struct html *html, const void *context)
{
    const struct correcting *correcting = context;
    const struct model *model = correcting->form.request->model;
    const struct model_form *form = model_form_row(model, correcting->form.parts[0].form);
    struct field reason = {.control = CONTROL_LONG_TEXT,
                           .name = STR("correct_reason"),
                           .label = service_verb_words(SERVICE_CORRECT)->ask,
                           .help = STR("It stands in the history beside the change."),
                           .value = correcting->reason,
                           .needed = true};
    component_hidden(html, STR("correct_form"), model_text(model, form->name));
    page_form_fields(html, &correcting->form);
    for (size_t i = 0;
         correcting->form.faults != NULL && i < correcting->form.faults->problems.count; i++) {
        const struct problem *problem = &correcting->form.faults->problems.items[i];
        if (str_eq(problem->where, STR("reason"))) {
            reason.error = problem->message;
        }
    }
    component_field(html, &reason);
}

static void add_banner(struct html *html, const void *context)
{
    component_banner(html, context);
}

static enum handled show_correcting(struct correcting *correcting, unsigned status)
{
    struct request *request = correcting->form.request;
    const struct page_part *part = &correcting->form.parts[0];
    const struct record *record = part->record;
    const struct model_form *form = model_form_row(request->model, part->form);
    struct url back = page_open_url(request, part->entity, record->subject.id, record->root);
    const struct banner banner = {.title = record_title(&request->set, record),
                                  .to = back,
                                  .facts = view_state(request->model, record).text};
    struct str title =
        STR_JOIN(&request->arena, STR("Correct: "), model_text(request->model, form->label));
    struct page page = {
        .title = title, .banner = {add_banner, &banner}
    };
    struct template_frame frame = page_frame(request, &page);
    struct html html;
    struct fault_line *faults = NULL;
    size_t faults_count = correcting->form.faults != NULL
                              ? page_faults(request, correcting->form.faults, &faults)
                              : 0;
    for (size_t i = 0; i < faults_count; i++) {
        if (str_eq(faults[i].name, STR("reason"))) {
            faults[i].name = STR("correct_reason");
        }
    }
    page_begin(request, &html);
    template_transition(&html, &(struct template_transition){
                                   .frame = &frame,
                                   .title = title,
                                   .help = service_verb_words(SERVICE_CORRECT)->help,
                                   .action = page_here(request),
                                   .enctype = page_form_enctype(&correcting->form),
                                   .form_token = request->session.form_token,
                                   .back = back,
                                   .possible = true,
                                   .faults = faults,
                                   .faults_count = faults_count,
                                   .fields = {correcting_fields, correcting}
    });
    return page_end(request, &html, status);
}

/* ---- reading ---- */

/* The form of that name, when it is of the entity; else MODEL_NONE. */
static uint32_t form_of(const struct model *model, uint32_t entity, struct str name)
{
    uint32_t form = model_form_by_name(model, name);
    return form != MODEL_NONE && model_form_row(model, form)->entity == entity ? form : MODEL_NONE;
}

static enum handled open_correcting(struct request *request, struct str form_name,
                                    const struct input *typed, const struct outcome *faults,
                                    unsigned status)
{
    struct correcting *correcting = ARENA_NEW(&request->arena, struct correcting);
    uint32_t entity = page_entity(request, 0);
    enum handled handled;
    struct uuid id;
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    uint32_t form = form_of(request->model, entity, form_name);
    if (form == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    struct record *record = page_read(request, entity, id, 0, 0, STR("correcting"), &handled);
    if (record == NULL) {
        return handled;
    }
    if (!access_record(&request->set, record, VERB_CORRECT).allowed) {
        return request_fail(request, STATUS_FORBIDDEN);
    }
    correcting->form.request = request;
    correcting->form.transition = MODEL_NONE;
    correcting->form.correcting = true;
    correcting->form.typed = typed;
    correcting->form.faults = faults;
    correcting->reason = request_form(request, STR("correct_reason"));
    page_form_add(&correcting->form, record, form)->may_change = true;
    page_form_find(&correcting->form);
    if (!page_form_prepare(&correcting->form, false, &handled)) {
        return handled;
    }
    return show_correcting(correcting, status);
}

enum handled page_correcting(struct request *request)
{
    return open_correcting(request, request_query(request, STR("correct")), NULL, NULL, 200);
}

/* ---- saving ---- */

static enum handled corrected(struct request *request)
{
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    uint32_t entity = page_entity(request, 0);
    struct uuid id = {{0}};
    (void)page_id(request, 1, &id);
    *outcome = request->save.job.outcome;
    page_forget(request);
    if (outcome->status == STATUS_OK) {
        return request_redirect(request, page_record_url(request, entity, id).text);
    }
    if (outcome->status == STATUS_STALE) {
        return page_clash(request, page_here(request));
    }
    if (page_can_mend(outcome->status)) {
        return open_correcting(request, request_form(request, STR("correct_form")), &request->form,
                               outcome, status_http(outcome->status));
    }
    request->outcome = *outcome;
    return request_fail(request, outcome->status);
}

enum handled page_record_save(struct request *request)
{
    uint32_t entity = page_entity(request, 0);
    struct str form_name = request_form(request, STR("correct_form"));
    struct str name;
    struct uuid id;
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    page_clash_keep(request);
    uint32_t form = form_of(request->model, entity, form_name);
    if (form == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    if (page_wish(request, &name) == WISH_SHOW) {
        return open_correcting(request, form_name, &request->form, NULL, 200);
    }
    page_save_part(request, entity, id, form, STR(""), MODEL_NONE, (struct uuid){{0}});
    request->save.verb = SERVICE_CORRECT;
    request->save.job.reason = str_trim(request_form(request, STR("correct_reason")));
    request->save.uploads = request->uploads;
    request->save.upload_count = request->upload_count;
    if (request->save.count == 0) { /* nothing that could be corrected was sent */
        return request_redirect(request, page_record_url(request, entity, id).text);
    }
    return request_save(request, corrected);
}
