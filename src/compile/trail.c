#include "compile/trail.h"

struct trail_scope trail_scope_at(uint32_t this_at)
{
    struct trail_scope scope = {.this_at = this_at, .created_at = AT_NOWHERE};
    for (size_t i = 0; i < EXPR_VARIABLES_MAX; i++) {
        scope.slots[i] = AT_NOWHERE;
    }
    return scope;
}

void trail_init(struct trail *trail, struct build *build)
{
    *trail = (struct trail){.build = build};
}

/* ---- steps -------------------------------------------------------------------------------- */

static bool is_made(const struct trail *trail, uint32_t at)
{
    return at <= AT_CREATED && at > AT_CREATED - trail->made.count;
}

static uint32_t find_or_add(struct trail *trail, uint32_t parent, uint32_t follow, uint32_t collect)
{
    for (size_t i = 0; i < trail->steps.count; i++) {
        const struct model_load_step *step = &trail->steps.items[i];
        if (step->parent == parent && step->follow == follow && step->collect == collect) {
            return (uint32_t)i;
        }
    }
    struct model_load_step step = {parent, follow, collect};
    LIST_PUSH(trail->build->arena, &trail->steps, step);
    return (uint32_t)trail->steps.count - 1;
}

/* Whether a place is a row reached as a row of its own record's list. */
static bool is_own_row(struct trail *trail, uint32_t at)
{
    if (at >= trail->steps.count) {
        return false;
    }
    uint32_t collect = trail->steps.items[at].collect;
    return collect != MODEL_NONE && collection_at(trail->build, collect)->list != MODEL_NONE;
}

uint32_t trail_record(struct trail *trail, uint32_t at)
{
    struct build *build = trail->build;
    while (at < trail->steps.count) {
        const struct model_load_step *step = &trail->steps.items[at];
        bool row_field =
            step->follow != MODEL_NONE && field_at(build, step->follow)->kind == FIELD_ROW;
        if (!is_own_row(trail, at) && !row_field) {
            break;
        }
        at = step->parent;
    }
    return at;
}

uint32_t trail_follow(struct trail *trail, uint32_t from, uint32_t field)
{
    const struct model_field *row = field_at(trail->build, field);
    if (from == AT_NOWHERE) {
        return AT_NOWHERE;
    }
    if (is_made(trail, from)) {
        const struct trail_made *made = &trail->made.items[AT_CREATED - from];
        for (size_t i = 0; i < made->count; i++) {
            if (made->set[i].field == field) {
                return made->set[i].at;
            }
        }
        return AT_NOWHERE;
    }
    if (row->kernel && row->list == MODEL_NONE && row->target == row->entity &&
        str_eq(build_name(trail->build, MODEL_TABLE_field, field), STR("id"))) {
        return from;
    }
    if (row->kernel && row->list != MODEL_NONE && is_own_row(trail, from)) {
        return trail->steps.items[from].parent; /* "record" */
    }
    return find_or_add(trail, from, field, MODEL_NONE);
}

uint32_t trail_collect(struct trail *trail, uint32_t from, uint32_t collection)
{
    if (from == AT_NOWHERE || is_made(trail, from)) {
        return AT_NOWHERE;
    }
    return find_or_add(trail, from, MODEL_NONE, collection);
}

uint32_t trail_make(struct trail *trail)
{
    CHECK(trail->made.count < TRAIL_CREATED_MAX);
    struct trail_made made = {.count = 0};
    LIST_PUSH(trail->build->arena, &trail->made, made);
    return AT_CREATED - ((uint32_t)trail->made.count - 1);
}

void trail_set(struct trail *trail, uint32_t made, uint32_t field, uint32_t at)
{
    struct trail_made *record = &trail->made.items[AT_CREATED - made];
    if (record->count < ARRAY_LENGTH(record->set)) {
        record->set[record->count].field = field;
        record->set[record->count++].at = at;
    }
}

bool trail_visit(struct trail *trail, enum model_table table, uint32_t row, uint32_t at)
{
    uint64_t object = (uint64_t)at << 32 | (uint64_t)table << 24 | row;
    for (size_t i = 0; i < trail->visited.count; i++) {
        if (trail->visited.items[i] == object) {
            return false;
        }
    }
    LIST_PUSH(trail->build->arena, &trail->visited, object);
    return true;
}

/* ---- expressions --------------------------------------------------------------------------- */

static const struct expr_node *node_at(const struct trail *trail, uint32_t node)
{
    return &trail->build->program.nodes.items[node];
}

static uint32_t place_of(struct trail *trail, const struct trail_scope *scope, uint32_t index)
{
    const struct expr_node *node = node_at(trail, index);
    switch (node->op) {
    case EXPR_THIS:
        return scope->this_at;
    case EXPR_CREATED:
        return scope->created_at;
    case EXPR_VARIABLE:
        return scope->slots[node->id];
    case EXPR_FOLLOW:
    case EXPR_FIELD: /* as the end of a path */
        return trail_follow(trail, place_of(trail, scope, node->first), node->id);
    case EXPR_MEMBERS:
        return trail_collect(trail, place_of(trail, scope, node->first), node->id);
    default:
        return AT_NOWHERE;
    }
}

static void trace_fact(struct trail *trail, uint32_t fact, uint32_t at)
{
    struct trail_scope scope = trail_scope_at(at);
    if (trail_visit(trail, MODEL_TABLE_fact, fact, at)) {
        trail_trace(trail, &scope, fact_at(trail->build, fact)->is);
    }
}

void trail_trace(struct trail *trail, const struct trail_scope *scope, uint32_t root)
{
    if (root == MODEL_NONE) {
        return;
    }
    struct trail_scope inner = *scope;
    const struct expr_node *node = node_at(trail, root);
    switch (node->op) {
    case EXPR_FIELD:
    case EXPR_WHY:
    case EXPR_ADDRESSED:
        (void)place_of(trail, scope, node->first);
        return;
    case EXPR_FACT:
        trace_fact(trail, node->id, place_of(trail, scope, node->first));
        return;
    case EXPR_TODAY:
    case EXPR_NOW:
        trail->daily = true;
        break;
    case EXPR_EXISTS:
    case EXPR_COUNT:
    case EXPR_EVERY:
    case EXPR_MIN:
    case EXPR_MAX:
    case EXPR_FIRST:
        inner.slots[node->id] = place_of(trail, scope, node->first);
        break;
    default:
        break;
    }
    for (uint32_t child = node->first; child != EXPR_NONE; child = node_at(trail, child)->next) {
        if (node_at(trail, child)->op != EXPR_MEMBERS) {
            trail_trace(trail, &inner, child);
        }
    }
}

uint32_t trail_target(struct trail *trail, const struct trail_scope *scope, uint32_t root)
{
    return root == MODEL_NONE ? AT_NOWHERE : place_of(trail, scope, root);
}

/* ---- writing ------------------------------------------------------------------------------ */

static void write_below(struct trail *trail, struct cell first, uint32_t parent,
                        uint32_t parent_row)
{
    for (uint32_t i = 0; i < trail->steps.count; i++) {
        if (trail->steps.items[i].parent != parent) {
            continue;
        }
        uint32_t row = build_push(trail->build, MODEL_TABLE_load_step, NULL, (struct place){0});
        *load_step_at(trail->build, row) = (struct model_load_step){
            parent_row, trail->steps.items[i].follow, trail->steps.items[i].collect};
        ++*build_cell(trail->build, (struct cell){first.table, first.row, first.column + 1});
        write_below(trail, first, i, row);
    }
}

void trail_write(struct trail *trail, struct cell first)
{
    *build_cell(trail->build, first) = build_count(trail->build, MODEL_TABLE_load_step);
    write_below(trail, first, AT_SUBJECT, MODEL_NONE);
}
