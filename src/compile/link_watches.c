/* What moves a clock: the reverse of its load tree. From every record the clock looks at, steps
 * lead back to the records whose clock it is. */
#include "compile/link.h"
#include "compile/trail.h"

#define BACK_MAX 16

struct back {
    struct model_back_step steps[BACK_MAX];
    uint32_t count;
};

static bool add(struct back *back, uint32_t follow, uint32_t collect)
{
    if (back->count == BACK_MAX || (follow == MODEL_NONE && collect == MODEL_NONE)) {
        return false;
    }
    back->steps[back->count++] = (struct model_back_step){follow, collect};
    return true;
}

static uint32_t list_collection(struct build *build, uint32_t list)
{
    const struct model_list *row = list_at(build, list);
    return find_collection(build, row->entity, build_text(build, row->name));
}

static uint32_t record_field(struct build *build, uint32_t list)
{
    return find_field(build, subject_of(MODEL_NONE, list), STR("record"));
}

/* The step back from what a step leads to, and where it arrives. False where there is no way back:
 * nothing collects what the kernel's fields refer to. */
static bool go_back(struct trail *trail, uint32_t *at, struct back *back)
{
    struct build *build = trail->build;
    struct model_load_step step = trail->steps.items[*at];
    *at = step.parent;
    if (step.collect != MODEL_NONE) {
        const struct model_collection *collection = collection_at(build, step.collect);
        if (collection->list != MODEL_NONE) {
            return add(back, record_field(build, collection->list), MODEL_NONE);
        }
        return add(back, collection->reference, MODEL_NONE);
    }
    const struct model_field *field = field_at(build, step.follow);
    if (field->kind == FIELD_ROW) { /* both rows are of one record */
        *at = trail_record(trail, step.parent);
        return add(back, record_field(build, field->rows), MODEL_NONE);
    }
    if (field->kernel && field->list != MODEL_NONE) { /* "record" */
        return add(back, MODEL_NONE, list_collection(build, field->list));
    }
    return add(back, MODEL_NONE, field->collection);
}

/* The entity whose records stand at a place, or MODEL_NONE when rows of a record stand there that
 * is watched by itself. Rows that were found through their own reference begin with their list. */
static uint32_t watched_entity(struct trail *trail, uint32_t at, struct back *back)
{
    struct build *build = trail->build;
    const struct model_load_step *step = &trail->steps.items[at];
    if (step->follow != MODEL_NONE) {
        const struct model_field *field = field_at(build, step->follow);
        return field->kind == FIELD_ROW ? MODEL_NONE : field->target;
    }
    const struct model_collection *collection = collection_at(build, step->collect);
    if (collection->list != MODEL_NONE) {
        return MODEL_NONE;
    }
    const struct model_field *reference = field_at(build, collection->reference);
    if (reference->list != MODEL_NONE) {
        (void)add(back, MODEL_NONE, list_collection(build, reference->list));
    }
    return reference->entity;
}

static bool same_watch(struct build *build, uint32_t watch, uint32_t entity,
                       const struct back *back)
{
    const struct model_clock_watch *row = clock_watch_at(build, watch);
    if (row->entity != entity || row->back_count != back->count) {
        return false;
    }
    for (uint32_t i = 0; i < back->count; i++) {
        const struct model_back_step *step = back_step_at(build, row->back_first + i);
        if (step->follow != back->steps[i].follow || step->collect != back->steps[i].collect) {
            return false;
        }
    }
    return true;
}

static void push(struct build *build, uint32_t clock, uint32_t entity, const struct back *back)
{
    const struct model_clock *owner = clock_at(build, clock);
    for (uint32_t i = 0; i < owner->watches_count; i++) {
        if (same_watch(build, owner->watches_first + i, entity, back)) {
            return;
        }
    }
    uint32_t row = build_push(build, MODEL_TABLE_clock_watch, NULL, (struct place){0});
    clock_at(build, clock)->watches_count++;
    struct model_clock_watch *watch = clock_watch_at(build, row);
    watch->clock = clock;
    watch->entity = entity;
    watch->back_first = build_count(build, MODEL_TABLE_back_step);
    watch->back_count = back->count;
    for (uint32_t i = 0; i < back->count; i++) {
        uint32_t step = build_push(build, MODEL_TABLE_back_step, NULL, (struct place){0});
        *back_step_at(build, step) = back->steps[i];
    }
}

void link_watches(struct trail *trail, uint32_t clock)
{
    struct build *build = trail->build;
    struct back none = {.count = 0};
    clock_at(build, clock)->watches_first = build_count(build, MODEL_TABLE_clock_watch);
    push(build, clock, clock_at(build, clock)->entity, &none);
    for (uint32_t i = 0; i < trail->steps.count; i++) {
        struct back back = {.count = 0};
        uint32_t at = i;
        uint32_t entity = watched_entity(trail, i, &back);
        bool known = entity != MODEL_NONE;
        while (known && at != AT_SUBJECT) {
            known = go_back(trail, &at, &back);
        }
        if (known) {
            push(build, clock, entity, &back);
        }
    }
}
