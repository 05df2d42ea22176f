/* Where things are: addresses made from the model, and what the parts of an address name. */
#include "http/page.h"

/* The arena is the request's; a const request lends it for what it returns. */
static struct arena *arena_of(const struct request *request)
{
    return request->outcome.arena;
}

struct url page_here(const struct request *request)
{
    /* It was routed: a path of ours, decoded. */
    LIST(struct str) segments = {0};
    struct str rest = str_slice(request->path, 1, request->path.n), segment;
    while (segments.count < 8 && str_split(&rest, '/', &segment)) {
        LIST_PUSH(arena_of(request), &segments, segment);
    }
    return url_path(arena_of(request), segments.items, segments.count);
}

struct url page_record_url(const struct request *request, uint32_t entity, struct uuid id)
{
    const struct model_entity *shape = model_entity_row(request->model, entity);
    return URL(arena_of(request), STR("record"), model_text(request->model, shape->name),
               uuid_text(arena_of(request), id));
}

struct url page_break_glass_url(const struct request *request, const struct record *record)
{
    const struct model_entity *shape = model_entity_row(request->model, record->subject.entity);
    return URL(arena_of(request), STR("record"), model_text(request->model, shape->name),
               uuid_text(arena_of(request), record->subject.id), STR("break-glass"));
}

struct url page_work_url(const struct request *request, uint32_t workspace, struct uuid id,
                         struct str step, struct str member)
{
    const struct model_workspace *shape = model_workspace_row(request->model, workspace);
    struct str parts[] = {STR("work"), model_text(request->model, shape->name),
                          uuid_text(arena_of(request), id), step, member};
    size_t count = member.n > 0 ? 5 : step.n > 0 ? 4 : 3;
    return url_path(arena_of(request), parts, count);
}

uint32_t page_workspace_of(const struct model *model, uint32_t entity)
{
    for (uint32_t i = 0; i < model_workspace_total(model); i++) {
        if (model_workspace_row(model, i)->entity == entity) {
            return i;
        }
    }
    return MODEL_NONE;
}

uint32_t page_step_of(const struct model *model, uint32_t workspace, uint32_t entity)
{
    const struct model_workspace *shape = model_workspace_row(model, workspace);
    for (uint32_t i = 0; i < shape->steps_count; i++) {
        const struct model_workspace_step *step =
            model_workspace_step_row(model, shape->steps_first + i);
        if (step->kind != STEP_RECORDS || step->collection == MODEL_NONE) {
            continue;
        }
        uint32_t reference = model_collection_row(model, step->collection)->reference;
        if (reference != MODEL_NONE && model_field_row(model, reference)->entity == entity &&
            model_field_row(model, reference)->list == MODEL_NONE) {
            return shape->steps_first + i;
        }
    }
    return MODEL_NONE;
}

struct url page_open_url(const struct request *request, uint32_t entity, struct uuid id,
                         struct uuid root)
{
    const struct model *model = request->model;
    uint32_t workspace = page_workspace_of(model, entity);
    if (workspace != MODEL_NONE) {
        return page_work_url(request, workspace, id, STR(""), STR(""));
    }
    uint32_t root_entity = model_entity_row(model, entity)->root;
    workspace = root_entity != entity ? page_workspace_of(model, root_entity) : MODEL_NONE;
    uint32_t step = workspace != MODEL_NONE ? page_step_of(model, workspace, entity) : MODEL_NONE;
    if (step == MODEL_NONE || uuid_is_nil(root)) {
        return page_record_url(request, entity, id);
    }
    return page_work_url(request, workspace, root,
                         model_text(model, model_workspace_step_row(model, step)->name),
                         uuid_text(arena_of(request), id));
}

struct url page_transition_url(const struct request *request, uint32_t entity, struct uuid id,
                               uint32_t transition)
{
    const struct model_transition *shape = model_transition_row(request->model, transition);
    return URL(arena_of(request), STR("record"),
               model_text(request->model, model_entity_row(request->model, entity)->name),
               uuid_text(arena_of(request), id), STR("do"),
               model_text(request->model, shape->name));
}

struct url page_clock_url(const struct request *request, const struct clock_reading *reading)
{
    struct arena *arena = arena_of(request);
    const struct model_clock *clock = model_clock_row(request->model, reading->clock);
    return URL(arena, STR("clock"), model_text(request->model, clock->name),
               uuid_text(arena, reading->record),
               uuid_is_nil(reading->member) ? STR("-") : uuid_text(arena, reading->member));
}

/* ---- what the parts name ---- */

uint32_t page_entity(const struct request *request, size_t parameter)
{
    return model_entity_by_name(request->model, request->parameters[parameter]);
}

uint32_t page_workspace_row(const struct request *request, size_t parameter)
{
    return model_workspace_by_name(request->model, request->parameters[parameter]);
}

bool page_id(const struct request *request, size_t parameter, struct uuid *ret_id)
{
    return uuid_parse(request->parameters[parameter], ret_id);
}

struct str page_draft_place(const struct request *request)
{
    return str_slice(request->path, 1, request->path.n);
}

struct due page_due(struct request *request, const struct clock_reading *reading)
{
    const struct model *model = request->model;
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    const struct record *record = work_set_find(&request->set, reading->record);
    struct due due = view_due(&request->set, &words_english, reading);
    struct uuid root = record != NULL ? record->root : (struct uuid){{0}};
    due.rule = page_clock_url(request, reading);
    if (clock->step == MODEL_NONE) {
        due.to = page_open_url(request, clock->entity, reading->record, root);
        return due;
    }
    const struct model_workspace_step *step = model_workspace_step_row(model, clock->step);
    uint32_t subject = model_workspace_row(model, step->workspace)->entity;
    struct uuid of = subject == clock->entity ? reading->record : root;
    due.to = uuid_is_nil(of) ? page_record_url(request, clock->entity, reading->record)
                             : page_work_url(request, step->workspace, of,
                                             model_text(model, step->name), STR(""));
    return due;
}
