/* How one goes about a piece of work of many steps: the stages with the steps of the one it is in,
 * and on the overview what is open and how far each stage is. */
#include "http/page_steps.h"

/* A step as it stands. */
struct stand {
    const struct model_workspace_step *step;
    struct link link;
    bool measured, complete; /* it says when it is complete, and is */
    size_t members;          /* of a step of records */
};

/* The steps that are relevant; the one that is looked at is shown in any case. */
struct stands {
    struct stand *items;
    size_t count;
};

static size_t members_of(const struct work *work, const struct model_workspace_step *step,
                         const struct subject *const **ret_members)
{
    struct work_set *set = &work->request->set;
    const struct subject *subject = &work->subject->subject;
    size_t count = 0;
    *ret_members = NULL;
    if (step->kind == STEP_RECORDS && work_set_has_members(set, subject, step->collection)) {
        *ret_members = work_set_members(set, subject, step->collection, &count);
    }
    return count;
}

static struct stands stands_of(const struct work *work)
{
    struct request *request = work->request;
    const struct model *model = request->model;
    const struct model_workspace *shape = model_workspace_row(model, work->workspace);
    const struct subject *subject = &work->subject->subject;
    struct stands stands = {.items =
                                ARENA_ARRAY(&request->arena, shape->steps_count, struct stand)};
    for (uint32_t i = 0; i < shape->steps_count; i++) {
        uint32_t row = shape->steps_first + i;
        const struct model_workspace_step *step = model_workspace_step_row(model, row);
        const struct subject *const *members;
        if (row != work->step && !work_set_true(&request->set, step->relevant, subject)) {
            continue;
        }
        bool measured = step->complete != MODEL_NONE;
        stands.items[stands.count++] = (struct stand){
            .step = step,
            .link = {model_text(model, step->label),
                     page_work_url(request, work->workspace, subject->id,
                     model_text(model, step->name), STR("")),
                     row == work->step},
            .measured = measured,
            .complete = measured && work_set_true(&request->set, step->complete, subject),
            .members = members_of(work, step, &members),
        };
    }
    return stands;
}

static struct str stage_of(const struct work *work, const struct stand *stand)
{
    return model_text(work->request->model, stand->step->stage);
}

static struct tag done_tag(bool done)
{
    return done ? (struct tag){STR("done"), TONE_GOOD} : (struct tag){0};
}

/* ---- the stages ---- */

/* Steps with the same stage; a step without one stands for itself. */
struct stage {
    struct str label;
    struct url to; /* its first step */
    size_t first, count;
    bool here;
    size_t open, complete; /* steps that say when they are complete */
};

struct stages {
    struct stage *items;
    size_t count;
    bool named;
};

/* Steps of a stage stand next to each other. */
static struct stages stages_of(const struct work *work, const struct stands *stands)
{
    struct stages stages = {.items =
                                ARENA_ARRAY(&work->request->arena, stands->count, struct stage)};
    for (size_t i = 0; i < stands->count; i++) {
        const struct stand *stand = &stands->items[i];
        struct str name = stage_of(work, stand);
        struct stage *last = stages.count > 0 ? &stages.items[stages.count - 1] : NULL;
        if (last == NULL || name.n == 0 || !str_eq(last->label, name)) {
            last = &stages.items[stages.count++];
            *last = (struct stage){
                .label = name.n > 0 ? name : stand->link.text, .to = stand->link.to, .first = i};
        }
        stages.named = stages.named || name.n > 0;
        last->count++;
        last->here = last->here || stand->link.here;
        last->complete += stand->complete;
        last->open += stand->measured && !stand->complete;
    }
    return stages;
}

static bool is_done(const struct stage *stage)
{
    return stage->complete > 0 && stage->open == 0;
}

static void show_ways(struct html *html, struct str label, const struct stands *stands,
                      size_t first, size_t count)
{
    struct step *steps = ARENA_ARRAY(html->out->arena, count, struct step);
    for (size_t i = 0; i < count; i++) {
        const struct stand *stand = &stands->items[first + i];
        steps[i] = (struct step){stand->link, done_tag(stand->complete)};
    }
    component_steps(html, label, steps, count);
}

void work_ways(struct html *html, const void *given)
{
    const struct work *work = given;
    struct stands stands = stands_of(work);
    struct stages stages = stages_of(work, &stands);
    struct str label = model_text(
        work->request->model, model_workspace_row(work->request->model, work->workspace)->label);
    if (!stages.named) {
        show_ways(html, label, &stands, 0, stands.count);
        return;
    }
    struct step *steps = ARENA_ARRAY(html->out->arena, stages.count, struct step);
    const struct stage *here = NULL;
    for (size_t i = 0; i < stages.count; i++) {
        const struct stage *stage = &stages.items[i];
        steps[i] = (struct step){
            {stage->label, stage->to, stage->here},
            done_tag(is_done(stage))
        };
        here = stage->here ? stage : here;
    }
    component_stages(html, label, steps, stages.count);
    if (here != NULL && here->count > 1) {
        show_ways(html, here->label, &stands, here->first, here->count);
    }
}

/* ---- what is open ---- */

/* It can still be worked on, or waits for somebody's decision. */
static bool is_open(const struct model *model, const struct record *record)
{
    const struct model_state *state =
        record->state != MODEL_NONE ? model_state_row(model, record->state) : NULL;
    bool readable = record->version != 0 && record_stands(record);
    return readable && state != NULL && !state->closed &&
           (state->editable || state->waits_for != MODEL_NONE);
}

struct open_lines {
    struct arena *arena;
    LIST(struct step) items;
};

static void push_open(struct open_lines *lines, struct link link, struct tag tag)
{
    const struct step line = {link, tag};
    LIST_PUSH(lines->arena, &lines->items, line);
}

static void push_open_members(struct open_lines *lines, const struct work *work,
                              const struct stand *stand)
{
    const struct model *model = work->request->model;
    const struct subject *const *members;
    size_t count = members_of(work, stand->step, &members);
    for (size_t i = 0; i < count; i++) {
        const struct record *record = members[i]->record;
        if (is_open(model, record)) {
            struct str title = STR_JOIN(lines->arena, stand->link.text, STR(": "),
                                        record_title(&work->request->set, record));
            struct url to = page_work_url(work->request, work->workspace, work->subject->subject.id,
                                          model_text(model, stand->step->name),
                                          uuid_text(lines->arena, record->subject.id));
            push_open(lines, (struct link){title, to, false}, view_state(model, record));
        }
    }
}

static void show_open(struct html *html, const struct work *work, const struct stands *stands)
{
    struct open_lines lines = {.arena = &work->request->arena};
    for (size_t i = 0; i < stands->count; i++) {
        const struct stand *stand = &stands->items[i];
        size_t before = lines.items.count;
        push_open_members(&lines, work, stand);
        if (stand->measured && !stand->complete && lines.items.count == before) {
            push_open(&lines, stand->link, (struct tag){STR("to do"), TONE_PLAIN});
        }
    }
    if (lines.items.count == 0) {
        return;
    }
    html_open_class(html, "section", "card open-here");
    html_element(html, "h2", "card__title", STR("What is open here"));
    html_open(html, "ul");
    for (size_t i = 0; i < lines.items.count; i++) {
        html_open(html, "li");
        component_link(html, lines.items.items[i].link);
        html_text(html, STR(" "));
        component_tag(html, lines.items.items[i].state);
        html_close(html, "li");
    }
    html_close(html, "ul");
    html_close(html, "section");
}

/* ---- how far each stage is ---- */

static void show_stage(struct html *html, const struct stage *stage, const struct stands *stands)
{
    html_open_class(html, "details", "stage");
    html_flag(html, "open", !is_done(stage));
    html_open_class(html, "summary", "fold__head");
    html_element(html, "h3", "card__title", stage->label);
    component_tag(html, done_tag(is_done(stage)));
    html_close(html, "summary");
    html_open(html, "ul");
    for (size_t i = stage->first; i < stage->first + stage->count; i++) {
        const struct stand *stand = &stands->items[i];
        html_open(html, "li");
        component_link(html, stand->link);
        if (stand->members > 0) {
            html_text(html, STR(" "));
            html_open_class(html, "span", "count");
            html_int(html, (int64_t)stand->members);
            html_close(html, "span");
        }
        html_text(html, STR(" "));
        component_tag(html, done_tag(stand->complete));
        html_close(html, "li");
    }
    html_close(html, "ul");
    html_close(html, "details");
}

void work_standing(struct html *html, const struct work *work)
{
    struct stands stands = stands_of(work);
    struct stages stages = stages_of(work, &stands);
    show_open(html, work, &stands);
    if (!stages.named) {
        return;
    }
    html_open_class(html, "section", "card stages-list");
    html_element(html, "h2", "usa-sr-only", STR("All steps"));
    for (size_t i = 0; i < stages.count; i++) {
        if (!stages.items[i].here) {
            show_stage(html, &stages.items[i], &stands);
        }
    }
    html_close(html, "section");
}
