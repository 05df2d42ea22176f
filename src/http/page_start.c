/* Where a piece of work begins. A record that may be saved with anything missing is made by one
 * press, so that a call has its number before the first word is typed; one that must be complete
 * from the start is asked for with its form. Below stand the lists that lead back to such work. */
#include "http/page_work.h"

#include "http/connection.h"
#include "rule/access.h"
#include "template_start.h"

#define LINES_MOST 8u

struct starting {
    struct request *request;
    uint32_t workspace;
    struct page_form *form; /* NULL: nothing is asked */
};

/* ---- what it takes ---- */

/* Whether the first form is also the form of a step: then it is filled in there. */
static bool starts_at_once(const struct model *model, const struct model_workspace *workspace)
{
    const struct model_entity *entity = model_entity_row(model, workspace->entity);
    for (uint32_t i = 0; entity->states_count > 0 && i < workspace->steps_count; i++) {
        const struct model_workspace_step *step =
            model_workspace_step_row(model, workspace->steps_first + i);
        if (step->kind == STEP_FORM && step->form == workspace->create) {
            return true;
        }
    }
    return false;
}

static struct str start_label(const struct model *model, const struct model_workspace *workspace)
{
    uint32_t start = model_transition_by_name(model, workspace->entity, STR("start"));
    struct str label = start != MODEL_NONE
                           ? model_text(model, model_transition_row(model, start)->label)
                           : STR("");
    return label.n > 0 ? label : STR("Start");
}

/* ---- the lists ---- */

static struct table list_table(struct request *request, uint32_t list,
                               const struct store_line *lines, size_t count)
{
    const struct model *model = request->model;
    const struct model_list_view *view = model_list_view_row(model, list);
    struct column *columns = ARENA_ARRAY(&request->arena, view->columns_count + 1, struct column);
    struct cell *cells =
        ARENA_ARRAY(&request->arena, count * (view->columns_count + 1), struct cell);
    size_t width = view->columns_count + (view->clock != MODEL_NONE ? 1 : 0);
    for (uint32_t c = 0; c < view->columns_count; c++) {
        columns[c].text =
            view_column_label(model, model_list_column_row(model, view->columns_first + c));
    }
    columns[view->columns_count].text = STR("Due");
    for (size_t l = 0; l < count; l++) {
        const struct record *record = lines[l].record;
        for (uint32_t c = 0; c < view->columns_count; c++) {
            cells[l * width + c].text =
                view_column(&request->set, &record->subject,
                            model_list_column_row(model, view->columns_first + c));
        }
        if (cells[l * width].text.n == 0) {
            cells[l * width].text = record_title(&request->set, record);
        }
        cells[l * width].to =
            page_open_url(request, record->subject.entity, record->subject.id, record->root);
        if (width > view->columns_count && lines[l].clock.due.ms != 0) {
            cells[l * width + view->columns_count] = (struct cell){
                .text = clock_words(&request->arena, model, &lines[l].clock, request->set.now),
                .to = page_clock_url(request, &lines[l].clock)};
        }
    }
    return (struct table){.caption = model_text(model, view->label),
                          .columns = columns,
                          .columns_count = width,
                          .cells = cells,
                          .rows_count = count,
                          .empty = model_text(model, view->empty)};
}

static void show_list(struct html *html, struct request *request, uint32_t list)
{
    const struct model *model = request->model;
    const struct model_list_view *view = model_list_view_row(model, list);
    struct store_line *lines;
    size_t count;
    struct str next;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (store_list(request->reader, &request->set, list, (struct store_page){.limit = LINES_MOST},
                   &ignored, &lines, &count, &next) != STATUS_OK) {
        return;
    }
    page_titles(request);
    struct table table = list_table(request, list, lines, count);
    table.quiet = true;
    html_open_class(html, "section", "card");
    html_open_class(html, "div", "card__head");
    html_element(html, "h2", "card__title", table.caption);
    html_open_class(html, "span", "card__action");
    component_link(html,
                   (struct link){STR("All"),
                                 URL(&request->arena, STR("list"), model_text(model, view->name)),
                                 false});
    html_close(html, "span");
    html_close(html, "div");
    if (model_text(model, view->help).n > 0) {
        html_element(html, "p", "note", model_text(model, view->help));
    }
    component_table(html, &table);
    html_close(html, "section");
}

static void starting_lists(struct html *html, const void *context)
{
    const struct starting *starting = context;
    const struct model *model = starting->request->model;
    for (uint32_t i = 0; i < model_list_view_total(model); i++) {
        if (model_list_view_row(model, i)->workspace == starting->workspace) {
            show_list(html, starting->request, i);
        }
    }
}

/* ---- the page ---- */

static void starting_fields(struct html *html, const void *context)
{
    const struct starting *starting = context;
    struct request *request = starting->request;
    if (starting->form != NULL) {
        page_form_fields(html, starting->form);
        return;
    }
    component_hidden(html, STR("once"), uuid_text(&request->arena, store_new_id(request->store)));
}

static struct str place_of(const struct model *model, uint32_t workspace)
{
    for (uint32_t i = 0; i < model_place_total(model); i++) {
        if (model_place_row(model, i)->workspace == workspace) {
            return model_text(model, model_place_row(model, i)->name);
        }
    }
    return STR("");
}

static enum handled show_start(struct request *request, const struct input *typed,
                               const struct outcome *faults, unsigned status)
{
    const struct model *model = request->model;
    struct starting starting = {.request = request, .workspace = page_workspace_row(request, 0)};
    enum handled handled;
    if (starting.workspace == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    const struct model_workspace *shape = model_workspace_row(model, starting.workspace);
    bool may_start = shape->create != MODEL_NONE &&
                     access_create(&request->set, shape->entity, request->actor.agency).allowed;
    if (may_start && !starts_at_once(model, shape)) {
        starting.form = ARENA_NEW(&request->arena, struct page_form);
        starting.form->request = request;
        starting.form->transition = model_transition_by_name(model, shape->entity, STR("start"));
        starting.form->typed = typed;
        starting.form->faults = faults;
        page_form_add_new(starting.form, shape->entity, shape->create, MODEL_NONE, NULL);
        page_form_find(starting.form);
        if (!page_form_prepare(starting.form, false, &handled)) {
            return handled;
        }
    }
    struct html html;
    struct fault_line *lines = NULL;
    size_t lines_count = faults != NULL ? page_faults(request, faults, &lines) : 0;
    struct str title = model_text(model, shape->label);
    struct template_frame frame = page_frame(
        request, &(struct page){.title = title, .place = place_of(model, starting.workspace)});
    page_begin(request, &html);
    template_start(&html,
                   &(struct template_start){
                       .frame = &frame,
                       .title = title,
                       .help = model_text(model, shape->help),
                       .action = URL(&request->arena, STR("start"), model_text(model, shape->name)),
                       .form_token = request->session.form_token,
                       .start = start_label(model, shape),
                       .may_start = may_start,
                       .faults = lines,
                       .faults_count = lines_count,
                       .fields = {starting_fields, &starting},
                       .lists = {starting_lists,  &starting}
    });
    return page_end(request, &html, status);
}

enum handled page_start(struct request *request)
{
    return show_start(request, NULL, NULL, 200);
}

/* ---- beginning ---- */

static enum handled started(struct request *request)
{
    struct outcome *outcome = ARENA_NEW(&request->arena, struct outcome);
    *outcome = request->save.job.outcome;
    page_forget(request);
    if (outcome->status == STATUS_OK) {
        return request_redirect(request,
                                page_work_url(request, page_workspace_row(request, 0),
                                              request->save.job.result_id, STR(""), STR(""))
                                    .text);
    }
    if (page_can_mend(outcome->status)) {
        return show_start(request, &request->form, outcome, status_http(outcome->status));
    }
    request->outcome = *outcome;
    return request_fail(request, outcome->status);
}

enum handled page_start_post(struct request *request)
{
    const struct model *model = request->model;
    uint32_t workspace = page_workspace_row(request, 0);
    struct str name;
    if (workspace == MODEL_NONE || model_workspace_row(model, workspace)->create == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    const struct model_workspace *shape = model_workspace_row(model, workspace);
    if (page_wish(request, &name) == WISH_SHOW) {
        return show_start(request, &request->form, NULL, 200);
    }
    page_save_part(request, shape->entity, (struct uuid){{0}}, shape->create, STR(""), MODEL_NONE,
                   (struct uuid){{0}});
    request->save.job.idempotency_key = request_form(request, STR("once"));
    return request_save(request, started);
}
