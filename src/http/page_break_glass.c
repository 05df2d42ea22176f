/* Opening in an emergency what was refused. To whom it is not offered, this address answers as it
 * does for a record that is nowhere. */
#include "http/page_break_glass.h"

#include "http/page_act.h"
#include "http/page_form.h"
#include "model/c_names.h"
#include "template_break_glass.h"

#define ROUTE_WORDS STR("Opening in an emergency")

struct service_break_glass *page_glass(struct request *request, struct str reason)
{
    const struct model *model = request->model;
    struct service_break_glass *glass = ARENA_NEW(&request->arena, struct service_break_glass);
    *glass = (struct service_break_glass){
        .entity = page_entity(request, 0),
        .reason = str_trim(reason),
        .review = model_c_name(model, C_EMERGENCY_ACCESS)->entity,
        .until = model_c_name(model, C_EMERGENCY_ACCESS_UNTIL)->field,
    };
    return glass->entity != MODEL_NONE && page_id(request, 1, &glass->record) ? glass : NULL;
}

/* ---- the page ---- */

static enum handled show(struct request *request, const struct outcome *faults, unsigned http)
{
    const struct model *model = request->model;
    const struct model_entity *entity = model_entity_row(model, request->glass->subject.entity);
    const struct model_record_class *class = model_record_class_row(model, entity->class);
    struct fault_line *lines = NULL;
    size_t count = faults != NULL ? page_faults(request, faults, &lines) : 0;
    struct template_frame frame =
        page_frame(request, &(struct page){.title = STR("I must see this now")});
    struct html html;
    page_begin(request, &html);
    template_break_glass(&html,
                         &(struct template_break_glass){
                             .frame = &frame,
                             .form_token = request->session.form_token,
                             .what = model_text(model, entity->label),
                             .ask = model_text(model, class->ask),
                             .hours = str_from_int(&request->arena, class->break_glass_hours),
                             .reason = request_form(request, STR("reason")),
                             .action = page_break_glass_url(request, request->glass),
                             .faults = lines,
                             .faults_count = count});
    return page_end(request, &html, http);
}

/* Reads it, to be refused: who may read it needs no emergency. */
static enum handled ask(struct request *request, const struct outcome *faults, unsigned http)
{
    uint32_t entity = page_entity(request, 0);
    struct record *record;
    struct uuid id;
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    enum status status =
        store_read(request->reader, &request->set, entity, id, 0, 0,
                   (struct store_purpose){.route = ROUTE_WORDS}, &request->outcome, &record);
    if (status == STATUS_OK) {
        return request_redirect(request, page_open_url(request, entity, id, record->root).text);
    }
    request_note_refused(request, status, entity, id, ROUTE_WORDS);
    if (request->glass != NULL) {
        return show(request, faults, http);
    }
    if (status == STATUS_FORBIDDEN || status == STATUS_NOT_FOUND || status == STATUS_UNPROVED) {
        outcome_init(&request->outcome, &request->arena);
        status = service_no_glass(&request->outcome);
    }
    return request_fail(request, status);
}

enum handled page_break_glass(struct request *request)
{
    return ask(request, NULL, 200);
}

/* ---- opening it ---- */

static enum handled opened(struct request *request)
{
    const struct service_break_glass *glass = page_act_input(request);
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    *outcome = request->outcome;
    if (outcome->status == STATUS_OK) {
        return request_redirect(
            request, page_open_url(request, glass->entity, glass->record, (struct uuid){{0}}).text);
    }
    if (page_can_mend(outcome->status)) {
        page_forget(request);
        outcome_init(&request->outcome, &request->arena);
        return ask(request, outcome, status_http(outcome->status));
    }
    request_note_refused(request, outcome->status, glass->entity, glass->record, ROUTE_WORDS);
    return request_fail(request, outcome->status);
}

enum handled page_break_glass_post(struct request *request)
{
    struct service_break_glass *glass = page_glass(request, request_form(request, STR("reason")));
    return glass != NULL ? page_act(request, service_break_glass, glass, opened)
                         : request_fail(request, STATUS_NOT_FOUND);
}
