/* Beside a piece of work: what is due, what is still needed, what can be done, earlier contact. */
#include "http/page_work.h"

#include "http/connection.h"
#include "http/page_behind.h"
#include "http/page_verb.h"

/* ---- clocks ---- */

void work_clocks(struct html *html, const struct work *work, struct str title,
                 enum clock_state state)
{
    struct due *lines = ARENA_ARRAY(&work->request->arena, work->readings_count, struct due);
    size_t count = 0;
    for (size_t i = 0; i < work->readings_count; i++) {
        if (work->readings[i].state == state) {
            struct due due = page_due(work->request, &work->readings[i]);
            if (uuid_eq(work->readings[i].record, work->subject->subject.id)) {
                due.about = due.what; /* whose it is stands at the top of the page */
                due.what = STR("");
            }
            lines[count++] = due;
        }
    }
    component_due_list(html, title, lines, count, STR("Nothing is due."));
}

/* ---- what is still needed ---- */

/* The step whose form asks for the field or list of that name, for a problem at "where". */
static uint32_t step_asking(const struct work *work, struct str where)
{
    const struct model *model = work->request->model;
    const struct model_workspace *workspace = model_workspace_row(model, work->workspace);
    ptrdiff_t slash = str_find_byte(where, '/');
    struct str name = slash >= 0 ? str_slice(where, (size_t)slash + 1, where.n) : where;
    ptrdiff_t row = str_find_byte(name, '[');
    name = row >= 0 ? str_slice(name, 0, (size_t)row) : name;
    for (uint32_t s = 0; s < workspace->steps_count; s++) {
        const struct model_workspace_step *step =
            model_workspace_step_row(model, workspace->steps_first + s);
        if (step->kind != STEP_FORM) {
            continue;
        }
        const struct model_form *form = model_form_row(model, step->form);
        for (uint32_t i = 0; i < form->items_count; i++) {
            const struct model_form_item *item = model_form_item_row(model, form->items_first + i);
            bool field = item->kind == ITEM_FIELD &&
                         str_eq(model_text(model, model_field_row(model, item->field)->name), name);
            bool list = item->list != MODEL_NONE &&
                        str_eq(model_text(model, model_list_row(model, item->list)->name), name);
            if (field || list) {
                return workspace->steps_first + s;
            }
        }
    }
    return MODEL_NONE;
}

static uint32_t step_in_guards(const struct model *model, uint32_t first, uint32_t count,
                               struct str name)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct model_guard *guard = model_guard_row(model, first + i);
        if (str_eq(model_text(model, guard->name), name)) {
            return guard->link;
        }
    }
    return MODEL_NONE;
}

/* Where a guard says that it can be put right. */
static uint32_t step_of_guard(const struct work *work, uint32_t transition, struct str name)
{
    const struct model *model = work->request->model;
    const struct model_transition *shape = model_transition_row(model, transition);
    const struct model_entity *entity = model_entity_row(model, shape->entity);
    uint32_t step = step_in_guards(model, shape->guards_first, shape->guards_count, name);
    return step != MODEL_NONE
               ? step
               : step_in_guards(model, entity->invariants_first, entity->invariants_count, name);
}

static struct url step_url(const struct work *work, uint32_t step)
{
    const struct model *model = work->request->model;
    const struct model_workspace_step *shape = model_workspace_step_row(model, step);
    return page_work_url(work->request, shape->workspace, work->subject->subject.id,
                         model_text(model, shape->name), STR(""));
}

/* A link to the field when it is on this page, else to the step that asks for it. */
static struct url needed_url(struct html *html, const struct work *work, uint32_t transition,
                             const struct problem *problem)
{
    struct url here = {0};
    bool on_page =
        work->form != NULL && problem->where.n > 0 &&
        (work->offered != work->subject || step_asking(work, problem->where) == work->step);
    if (on_page) {
        return url_fragment(html->out->arena, here, component_field_id(html, problem->where));
    }
    uint32_t step = problem->where.n > 0 ? step_asking(work, problem->where)
                                         : step_of_guard(work, transition, problem->code);
    if (step == MODEL_NONE ||
        model_workspace_step_row(work->request->model, step)->workspace != work->workspace) {
        return here;
    }
    struct url url = step_url(work, step);
    return problem->where.n > 0
               ? url_fragment(html->out->arena, url, component_field_id(html, problem->where))
               : url;
}

static bool leads_on(const struct work *work, const struct act_offer *offer)
{
    const struct model *model = work->request->model;
    uint32_t to = model_transition_row(model, offer->transition)->to;
    return offer->allowed && offer->outcome.problems.count > 0 &&
           offer->outcome.status != STATUS_INTERNAL &&
           (to == MODEL_NONE || !model_state_row(model, to)->closed);
}

static struct str needed_id(const struct work *work, const struct act_offer *offer)
{
    const struct model *model = work->request->model;
    return STR_JOIN(&work->request->arena, STR("needed-"),
                    model_text(model, model_transition_row(model, offer->transition)->name));
}

static bool has_panel(const struct work *work, enum model_panel_kind kind)
{
    const struct model *model = work->request->model;
    const struct model_workspace *workspace = model_workspace_row(model, work->workspace);
    for (uint32_t i = 0; i < workspace->panels_count; i++) {
        if (model_panel_row(model, workspace->panels_first + i)->kind == kind) {
            return true;
        }
    }
    return false;
}

struct link work_needed_link(const struct work *work)
{
    struct arena *arena = &work->request->arena;
    struct link link = {0};
    for (size_t i = 0; has_panel(work, PANEL_STILL_NEEDED) && i < work->offers_count; i++) {
        const struct act_offer *offer = &work->offers[i];
        if (leads_on(work, offer) && link.text.n == 0) {
            struct str count = str_from_int(arena, (int64_t)offer->outcome.problems.count);
            link.text = STR_JOIN(arena, count, STR(" needed"));
            link.to = url_fragment(arena, link.to, needed_id(work, offer));
        }
    }
    return link;
}

static void needed_for(struct html *html, const struct work *work, const struct act_offer *offer)
{
    const struct model *model = work->request->model;
    html_open(html, "details");
    html_attr(html, "id", needed_id(work, offer));
    html_open(html, "summary");
    html_text(html, model_text(model, model_transition_row(model, offer->transition)->label));
    html_text(html, STR(": "));
    html_open_class(html, "span", "count");
    html_int(html, (int64_t)offer->outcome.problems.count);
    html_close(html, "span");
    html_close(html, "summary");
    html_open_class(html, "ul", "fault-list");
    for (size_t i = 0; i < offer->outcome.problems.count; i++) {
        const struct problem *problem = &offer->outcome.problems.items[i];
        html_open(html, "li");
        component_link(html,
                       (struct link){problem->message,
                                     needed_url(html, work, offer->transition, problem), false});
        html_close(html, "li");
    }
    html_close(html, "ul");
    html_close(html, "details");
}

void work_needed(struct html *html, const struct work *work, struct str title)
{
    size_t open = 0;
    html_open_class(html, "section", "still-needed");
    html_attr(html, "id", STR("still-needed"));
    html_element(html, "h2", "card__title", title);
    for (size_t i = 0; i < work->offers_count; i++) {
        if (leads_on(work, &work->offers[i])) {
            needed_for(html, work, &work->offers[i]);
            open++;
        }
    }
    if (open == 0) {
        html_element(html, "p", "empty", STR("Nothing is missing to go on."));
    }
    html_close(html, "section");
}

/* ---- what can be done ---- */

enum button_kind work_button_kind(const struct model *model, const struct act_offer *offers,
                                  size_t count, size_t which)
{
    enum model_weight weight = model_transition_row(model, offers[which].transition)->weight;
    size_t rivals = 0;
    for (size_t i = 0; i < count; i++) {
        const struct model_transition *other = model_transition_row(model, offers[i].transition);
        rivals += i != which && offers[i].allowed && other->weight != WEIGHT_QUIET;
    }
    if (weight == WEIGHT_QUIET) {
        return BUTTON_QUIET;
    }
    return weight == WEIGHT_MAIN || rivals == 0 ? BUTTON_MAIN : BUTTON_OTHER;
}

void work_actions(struct html *html, const struct work *work)
{
    struct request *request = work->request;
    const struct model *model = request->model;
    if (work->offered != NULL) {
        page_verb_marks(html, work->offered);
    }
    html_open_class(html, "div", "actions");
    for (size_t i = 0; i < work->offers_count; i++) {
        const struct act_offer *offer = &work->offers[i];
        const struct model_transition *transition = model_transition_row(model, offer->transition);
        if (offer->allowed) {
            struct url to = page_transition_url(request, work->offered->subject.entity,
                                                work->offered->subject.id, offer->transition);
            component_button_link(html,
                                  (struct link){model_text(model, transition->label), to, false},
                                  work_button_kind(model, work->offers, work->offers_count, i));
        }
    }
    html_close(html, "div");
}

void work_refusals(struct html *html, const struct work *work)
{
    struct request *request = work->request;
    const struct model *model = request->model;
    for (size_t i = 0; i < work->offers_count; i++) {
        const struct act_offer *offer = &work->offers[i];
        if (!offer->allowed && offer->refusal.n > 0) {
            struct str label =
                model_text(model, model_transition_row(model, offer->transition)->label);
            html_element(html, "p", "note",
                         STR_JOIN(&request->arena, label, STR(": "), offer->refusal));
        }
    }
}

struct button *work_buttons(const struct work *work, size_t *ret_count)
{
    const struct model *model = work->request->model;
    struct button *buttons =
        ARENA_ARRAY(&work->request->arena, work->offers_count + 2, struct button);
    size_t count = 0;
    bool typed = page_form_may_change(work->form);
    if (typed) {
        buttons[count++] = (struct button){.text = STR("Save"), .kind = BUTTON_OTHER};
    }
    for (size_t i = 0; i < work->offers_count; i++) {
        const struct act_offer *offer = &work->offers[i];
        const struct model_transition *transition = model_transition_row(model, offer->transition);
        bool asks = transition->form != MODEL_NONE || transition->confirm;
        if (offer->allowed) {
            buttons[count++] = (struct button){
                .text = model_text(model, transition->label),
                .name = asks ? STR("go") : STR("take"),
                .value = model_text(model, transition->name),
                .kind = work_button_kind(model, work->offers, work->offers_count, i)};
        }
    }
    if (typed) {
        buttons[count++] = (struct button){.text = STR("Update"),
                                           .name = STR("update"),
                                           .value = STR("yes"),
                                           .kind = BUTTON_QUIET,
                                           .skips_checks = true};
    }
    *ret_count = count;
    return buttons;
}

/* ---- panels ---- */

/* Filled by what comes from the people named, as one types; without a script the search box does
 * the same. */
static void add_earlier_contact(struct html *html, const struct work *work, struct str title)
{
    struct arena *arena = &work->request->arena;
    const struct model_entity *entity =
        model_entity_row(work->request->model, work->subject->subject.entity);
    html_open_class(html, "section", "card earlier");
    html_element(html, "h2", "card__title", title);
    component_hidden(html, STR("panel_entity"), model_text(work->request->model, entity->name));
    component_hidden(html, STR("panel_record"), uuid_text(arena, work->subject->subject.id));
    html_open(html, "div");
    html_attr(html, "id", STR("earlier"));
    html_attr(html, "role", STR("status"));
    html_url(html, "hx-post", URL_FIXED("/earlier-contact"));
    html_attr_fixed(html, "hx-trigger",
                    "load, change from:#form delay:300ms, input from:#form delay:900ms");
    html_attr_fixed(html, "hx-include", "#form");
    html_attr_fixed(html, "hx-target", "this");
    html_attr_fixed(html, "hx-swap", "innerHTML"); /* the form around it swaps itself */
    html_attr_fixed(html, "hx-select", "unset");
    html_attr_fixed(html, "hx-sync", "this:replace");
    html_element(html, "p", "empty", STR("Names are compared as you type them."));
    html_close(html, "div");
    html_close(html, "section");
}

static struct url member_url(const void *context, const struct record *record)
{
    return page_open_url(context, record->subject.entity, record->subject.id, record->root);
}

static void add_records(struct html *html, const struct work *work, const struct model_panel *panel,
                        struct str title)
{
    struct view view;
    size_t count = 0;
    (void)work_set_members(&work->request->set, &work->subject->subject, panel->collection, &count);
    if (count == 0) {
        return;
    }
    page_view(&view, work->request, html, work->subject);
    html_open_class(html, "section", "card");
    view_members(&view, panel->collection, panel->columns_first, panel->columns_count, title,
                 member_url);
    html_close(html, "section");
}

static bool is_overview(const struct work *work)
{
    return work->step != MODEL_NONE &&
           model_workspace_step_row(work->request->model, work->step)->kind == STEP_OVERVIEW;
}

void work_side(struct html *html, const void *given)
{
    const struct work *work = given;
    const struct model *model = work->request->model;
    const struct model_workspace *workspace = model_workspace_row(model, work->workspace);
    for (uint32_t i = 0; i < workspace->panels_count; i++) {
        const struct model_panel *panel = model_panel_row(model, workspace->panels_first + i);
        struct str label = model_text(model, panel->label);
        enum model_panel_kind kind = panel->kind;
        switch (kind) {
        case PANEL_EARLIER_CONTACT:
            if (work->form != NULL && page_form_may_change(work->form)) {
                add_earlier_contact(html, work, label.n > 0 ? label : STR("Earlier contact"));
            }
            break;
        case PANEL_STILL_NEEDED:
            work_needed(html, work, label.n > 0 ? label : STR("Still needed"));
            break;
        case PANEL_CLOCKS:
            if (is_overview(work)) {
                break; /* it has them itself */
            }
            work_clocks(html, work, label.n > 0 ? label : STR("What is due"), CLOCK_STATE_RUNNING);
            break;
        case PANEL_RECORDS:
            add_records(html, work, panel, label);
            break;
        case PANEL__COUNT:
            break;
        }
    }
    const struct record *record = work->form != NULL ? work->form->parts[0].record : work->subject;
    if (!record->is_new) {
        page_behind(html, work->request, record);
    }
}
