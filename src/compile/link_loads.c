/* The load tree of each object: what saving, acting, counting down and showing must have in memory.
 */
#include "compile/link.h"
#include "compile/overlay.h"
#include "compile/trail.h"

/* ---- saving ------------------------------------------------------------------------------- */

static void load_field(struct trail *trail, uint32_t field, uint32_t this_at)
{
    const struct model_field *row = field_at(trail->build, field);
    struct trail_scope scope = trail_scope_at(this_at);
    trail_trace(trail, &scope, row->required_when);
    trail_trace(trail, &scope, row->relevant);
    trail_trace(trail, &scope, row->check);
    trail_trace(trail, &scope, row->derived);
    if (row->from_count > 0) { /* all that there is to choose from */
        uint32_t at = trail_record(trail, this_at);
        for (uint32_t i = 0; i < row->from_count; i++) {
            const struct model_back_step *step = back_step_at(trail->build, row->from_first + i);
            at = step->collect != MODEL_NONE ? trail_collect(trail, at, step->collect)
                                             : trail_follow(trail, at, step->follow);
        }
    }
    if (row->choices != MODEL_NONE) { /* the one that was chosen must satisfy them */
        scope.slots[0] = trail_follow(trail, this_at, field);
        trail_trace(trail, &scope, row->choices);
    }
}

static bool has_rules(struct build *build, const struct model_list *list)
{
    for (uint32_t i = list->fields_first; i < list->fields_first + list->fields_count; i++) {
        const struct model_field *field = field_at(build, i);
        if (field->required_when != MODEL_NONE || field->relevant != MODEL_NONE ||
            field->check != MODEL_NONE || field->derived != MODEL_NONE ||
            field->choices != MODEL_NONE || field->from_count > 0) {
            return true;
        }
    }
    return false;
}

static void load_fields(struct trail *trail, uint32_t first, uint32_t count, uint32_t this_at)
{
    for (uint32_t i = first; i < first + count; i++) {
        load_field(trail, i, this_at);
    }
}

static void load_guards(struct trail *trail, const struct trail_scope *scope, uint32_t first,
                        uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        trail_trace(trail, scope, guard_at(trail->build, i)->holds);
    }
}

/* The audience of a record is that of its root. */
static void load_audience(struct trail *trail, uint32_t entity, uint32_t at)
{
    struct build *build = trail->build;
    while (entity_at(build, entity)->kind == ENTITY_PART) {
        uint32_t parent = entity_at(build, entity)->parent;
        at = trail_follow(trail, at, parent);
        entity = field_at(build, parent)->target;
    }
    const struct model_entity *root = entity_at(build, entity);
    for (uint32_t i = 0; i < root->audiences_count; i++) {
        const struct model_audience_source *source =
            audience_source_at(build, root->audiences_first + i);
        struct trail_scope scope = trail_scope_at(at);
        if (source->collection != MODEL_NONE) {
            scope.slots[0] = trail_collect(trail, at, source->collection);
        }
        trail_trace(trail, &scope, source->where);
        trail_trace(trail, &scope, source->who);
    }
}

static void load_title(struct trail *trail, uint32_t entity, uint32_t at)
{
    struct trail_scope scope = trail_scope_at(at);
    trail_trace(trail, &scope, entity_at(trail->build, entity)->title);
    trail_trace(trail, &scope, entity_at(trail->build, entity)->subtitle);
}

static void load_entity(struct trail *trail, uint32_t entity, uint32_t at)
{
    struct build *build = trail->build;
    struct trail_scope scope = trail_scope_at(at);
    if (at == AT_NOWHERE || !trail_visit(trail, MODEL_TABLE_entity, entity, at)) {
        return;
    }
    const struct model_entity *row = entity_at(build, entity);
    load_fields(trail, row->fields_first, row->fields_count, at);
    for (uint32_t c = row->collections_first; c < row->collections_first + row->collections_count;
         c++) {
        uint32_t list = collection_at(build, c)->list;
        if (list != MODEL_NONE && has_rules(build, list_at(build, list))) {
            load_fields(trail, list_at(build, list)->fields_first,
                        list_at(build, list)->fields_count, trail_collect(trail, at, c));
        }
    }
    if (row->no_overlap != MODEL_NONE) { /* the other periods of the same */
        uint32_t whose = trail_follow(trail, at, row->no_overlap);
        (void)trail_collect(trail, whose, field_at(build, row->no_overlap)->collection);
    }
    load_guards(trail, &scope, row->invariants_first, row->invariants_count);
    trail_trace(trail, &scope, row->leaves);
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_document); i++) {
        if (document_at(build, i)->entity == entity) {
            trail_trace(trail, &scope, document_at(build, i)->offered);
        }
    }
    load_title(trail, entity, at);
    load_audience(trail, entity, at);
    if (row->no_overlap != MODEL_NONE &&
        field_at(build, row->no_overlap)->collection != MODEL_NONE) {
        trail_collect(trail, trail_follow(trail, at, row->no_overlap),
                      field_at(build, row->no_overlap)->collection);
    }
}

/* ---- acting ------------------------------------------------------------------------------- */

static void load_transition(struct trail *trail, uint32_t transition, uint32_t at);

static void load_created(struct trail *trail, const struct model_effect *effect,
                         struct trail_scope *inner, struct trail_scope *outer)
{
    struct build *build = trail->build;
    uint32_t made = trail_make(trail);
    for (uint32_t i = 0; i < effect->assignments_count; i++) {
        const struct model_assignment *set = assignment_at(build, effect->assignments_first + i);
        if (field_at(build, set->field)->kind == FIELD_REFERENCE) {
            trail_set(trail, made, set->field, trail_target(trail, inner, set->value));
        }
    }
    trail_trace(trail, inner, effect->copy);
    outer->created_at = made;
    if (effect->slot > 0) {
        outer->slots[effect->slot] = made;
    }
    load_entity(trail, effect->entity, made);
    const struct model_entity *entity = entity_at(build, effect->entity);
    uint32_t start = build_find_in(build, MODEL_TABLE_transition, entity->transitions_first,
                                   entity->transitions_count, STR("start"));
    if (start != MODEL_NONE) {
        load_transition(trail, start, made);
    }
}

static uint32_t effect_member(struct trail *trail, const struct model_effect *effect,
                              const struct trail_scope *scope)
{
    uint32_t base = scope->this_at;
    if (effect->collection == MODEL_NONE) {
        return AT_NOWHERE;
    }
    if (effect->collection_of != MODEL_NONE) {
        base = trail_target(trail, scope, effect->collection_of);
    }
    return trail_collect(trail, base, effect->collection);
}

static void load_effect(struct trail *trail, uint32_t row, struct trail_scope *scope)
{
    struct build *build = trail->build;
    const struct model_effect *effect = effect_at(build, row);
    struct trail_scope inner = *scope;
    inner.slots[0] = effect_member(trail, effect, scope);
    trail_trace(trail, &inner, effect->where);
    trail_trace(trail, &inner, effect->when);
    trail_trace(trail, &inner, effect->tell);
    for (uint32_t i = 0; i < effect->assignments_count; i++) {
        trail_trace(trail, &inner, assignment_at(build, effect->assignments_first + i)->value);
    }
    uint32_t target = scope->this_at;
    if (effect->target != MODEL_NONE) {
        target = trail_target(trail, &inner, effect->target);
    } else if (effect->collection != MODEL_NONE) {
        target = inner.slots[0];
    }
    if (effect->kind == EFFECT_CREATE) {
        load_created(trail, effect, &inner, scope);
    } else if (effect->kind == EFFECT_DO) {
        load_transition(trail, effect->transition, target);
    } else if (effect->kind == EFFECT_SET && effect->assignments_count > 0) {
        uint32_t field = assignment_at(build, effect->assignments_first)->field;
        load_entity(trail, field_at(build, field)->entity, trail_record(trail, target));
    }
}

static void load_transition(struct trail *trail, uint32_t transition, uint32_t at)
{
    struct build *build = trail->build;
    const struct model_transition *row = transition_at(build, transition);
    struct trail_scope scope = trail_scope_at(at);
    if (at == AT_NOWHERE || !trail_visit(trail, MODEL_TABLE_transition, transition, at)) {
        return;
    }
    load_entity(trail, row->entity, at);
    for (uint32_t i = 0; i < row->requirements_count; i++) {
        uint32_t fact = requirement_item_at(build, row->requirements_first + i)->fact;
        if (fact != MODEL_NONE) {
            trail_trace(trail, &scope, fact_at(build, fact)->is);
        }
    }
    load_guards(trail, &scope, row->guards_first, row->guards_count);
    trail_trace(trail, &scope, row->offered);
    trail_trace(trail, &scope, decider_at(build, row->decider)->allow);
    for (uint32_t i = 0; i < row->effects_count; i++) {
        load_effect(trail, row->effects_first + i, &scope);
    }
}

/* ---- showing ------------------------------------------------------------------------------ */

/* A value that is a record is shown by its title. */
static void load_shown(struct trail *trail, const struct trail_scope *scope, uint32_t root)
{
    struct build *build = trail->build;
    trail_trace(trail, scope, root);
    if (root == MODEL_NONE || build->program.nodes.items[root].op != EXPR_FIELD) {
        return;
    }
    uint32_t field = build->program.nodes.items[root].id;
    if (field_at(build, field)->kind == FIELD_REFERENCE &&
        field_at(build, field)->target != MODEL_NONE) {
        load_title(trail, field_at(build, field)->target, trail_target(trail, scope, root));
    }
}

static void load_columns(struct trail *trail, const struct trail_scope *scope, uint32_t first,
                         uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        load_shown(trail, scope, list_column_at(trail->build, i)->value);
    }
}

static void load_shown_field(struct trail *trail, uint32_t field, uint32_t at)
{
    const struct model_field *row = field_at(trail->build, field);
    if (row->kind == FIELD_REFERENCE && row->target != MODEL_NONE) {
        load_title(trail, row->target, trail_follow(trail, at, field));
    }
}

static void load_list(struct trail *trail, uint32_t list, uint32_t at)
{
    struct build *build = trail->build;
    const struct model_list *row = list_at(build, list);
    uint32_t collection = find_collection(build, row->entity, build_text(build, row->name));
    uint32_t rows_at = trail_collect(trail, at, collection);
    for (uint32_t i = 0; i < row->fields_count; i++) {
        if (!field_at(build, row->fields_first + i)->kernel) {
            load_shown_field(trail, row->fields_first + i, rows_at);
        }
    }
}

static void load_item(struct trail *trail, const struct model_form_item *item, uint32_t at)
{
    struct trail_scope scope = trail_scope_at(at);
    trail_trace(trail, &scope, item->relevant);
    load_shown(trail, &scope, item->show);
    if (item->field != MODEL_NONE) {
        load_shown_field(trail, item->field, at);
    }
    if (item->list != MODEL_NONE) {
        load_list(trail, item->list, at);
    }
    if (item->collection != MODEL_NONE) {
        struct trail_scope member = trail_scope_at(trail_collect(trail, at, item->collection));
        load_columns(trail, &member, item->columns_first, item->columns_count);
    }
}

static void load_form(struct trail *trail, uint32_t form, uint32_t at)
{
    const struct model_form *row = form_at(trail->build, form);
    load_entity(trail, row->entity, at);
    for (uint32_t i = 0; i < row->items_count; i++) {
        load_item(trail, form_item_at(trail->build, row->items_first + i), at);
    }
}

static void load_step(struct trail *trail, const struct model_workspace_step *step)
{
    struct build *build = trail->build;
    struct trail_scope scope = trail_scope_at(AT_SUBJECT);
    uint32_t at = AT_SUBJECT;
    if (step->collection != MODEL_NONE) {
        at = trail_collect(trail, AT_SUBJECT, step->collection);
        load_title(trail, entity_of_subject(build, member_subject(build, step->collection)), at);
    }
    struct trail_scope member = trail_scope_at(at);
    trail_trace(trail, &scope, step->relevant);
    trail_trace(trail, &scope, step->complete);
    load_columns(trail, &member, step->columns_first, step->columns_count);
    if (step->form != MODEL_NONE) {
        load_form(trail, step->form, at);
    }
    for (uint32_t i = 0; i < step->parts_count; i++) {
        const struct model_step_part *part = step_part_at(build, step->parts_first + i);
        load_form(trail, part->form, trail_collect(trail, AT_SUBJECT, part->collection));
    }
}

static void load_workspace(struct trail *trail, const struct model_workspace *workspace)
{
    struct build *build = trail->build;
    struct trail_scope scope = trail_scope_at(AT_SUBJECT);
    trail_trace(trail, &scope, workspace->title);
    trail_trace(trail, &scope, workspace->subtitle);
    if (workspace->banner_each != MODEL_NONE) {
        scope.slots[0] = trail_collect(trail, AT_SUBJECT, workspace->banner_each);
    }
    trail_trace(trail, &scope, workspace->banner_where);
    trail_trace(trail, &scope, workspace->banner_title);
    for (uint32_t i = 0; i < workspace->chips_count; i++) {
        const struct model_chip *chip = chip_at(build, workspace->chips_first + i);
        for (uint32_t t = 0; t < chip->texts_count; t++) {
            trail_trace(trail, &scope, chip_text_at(build, chip->texts_first + t)->when);
            trail_trace(trail, &scope, chip_text_at(build, chip->texts_first + t)->text);
        }
    }
    for (uint32_t i = 0; i < workspace->steps_count; i++) {
        load_step(trail, workspace_step_at(build, workspace->steps_first + i));
    }
    for (uint32_t i = 0; i < workspace->panels_count; i++) {
        const struct model_panel *panel = panel_at(build, workspace->panels_first + i);
        if (panel->collection != MODEL_NONE) {
            struct trail_scope member =
                trail_scope_at(trail_collect(trail, AT_SUBJECT, panel->collection));
            load_columns(trail, &member, panel->columns_first, panel->columns_count);
        }
        if (panel->list != MODEL_NONE) {
            load_list(trail, panel->list, AT_SUBJECT);
        }
    }
}

/* What a step noted of a signature is told with it: who entered it. */
static void load_signed_notes(struct trail *trail, uint32_t entity)
{
    struct build *build = trail->build;
    const struct model_entity *shape = entity_at(build, entity);
    for (uint32_t i = shape->lists_first; i < shape->lists_first + shape->lists_count; i++) {
        const struct model_list *list = list_at(build, i);
        uint32_t last = list->fields_first + list->fields_count;
        bool is_signed = false;
        for (uint32_t k = list->fields_first; k < last; k++) {
            is_signed = is_signed || field_at(build, k)->kind == FIELD_SIGNATURE;
        }
        for (uint32_t k = list->fields_first; is_signed && k < last; k++) {
            if (field_at(build, k)->by != MODEL_NONE) {
                uint32_t rows = find_collection(build, entity, build_text(build, list->name));
                load_shown_field(trail, k, trail_collect(trail, AT_SUBJECT, rows));
            }
        }
    }
}

static void load_document(struct trail *trail, const struct model_document *document)
{
    struct build *build = trail->build;
    struct trail_scope scope = trail_scope_at(AT_SUBJECT);
    load_title(trail, document->entity, AT_SUBJECT);
    if (document->recipients != MODEL_NONE) {
        scope.slots[1] = trail_collect(trail, AT_SUBJECT, document->recipients);
        uint32_t subject = member_subject(build, document->recipients);
        if (!(subject & MODEL_SUBJECT_LIST)) {
            load_title(trail, subject, scope.slots[1]);
        }
    }
    for (uint32_t i = 0; i < document->parts_count; i++) {
        const struct model_document_part *part = document_part_at(build, document->parts_first + i);
        struct trail_scope inner = scope;
        uint32_t base = AT_SUBJECT;
        if (part->collection_of != MODEL_NONE) {
            base = trail_target(trail, &scope, part->collection_of);
        }
        if (part->collection != MODEL_NONE) {
            inner.slots[0] = trail_collect(trail, base, part->collection);
        }
        trail_trace(trail, &inner, part->text);
        trail_trace(trail, &inner, part->where);
        trail_trace(trail, &inner, part->hidden_from);
        load_columns(trail, &inner, part->columns_first, part->columns_count);
        if (part->kind == PART_SIGNATURES) {
            load_signed_notes(trail, document->entity);
        }
    }
}

/* Which records its documents are of; each loads for itself. */
static void load_pack(struct trail *trail, const struct model_pack *pack)
{
    load_title(trail, pack->entity, AT_SUBJECT);
    for (uint32_t i = 0; i < pack->parts_count; i++) {
        const struct model_pack_part *part = pack_part_at(trail->build, pack->parts_first + i);
        struct trail_scope scope = trail_scope_at(AT_SUBJECT);
        if (part->collection == MODEL_NONE) {
            continue;
        }
        uint32_t of = part->collection_of == MODEL_NONE
                          ? AT_SUBJECT
                          : trail_target(trail, &scope, part->collection_of);
        scope.slots[0] = trail_collect(trail, of, part->collection);
        trail_trace(trail, &scope, part->where);
    }
}

/* ---- clocks ------------------------------------------------------------------------------- */

/* A period's members; of an order, the title by which it is named. */
static void load_period(struct trail *trail, const struct trail_scope *outer,
                        const struct model_clock_period *period)
{
    struct build *build = trail->build;
    struct trail_scope scope = *outer;
    uint32_t of = period->members_of == MODEL_NONE ? AT_SUBJECT
                                                   : trail_target(trail, outer, period->members_of);
    scope.slots[1] = trail_collect(trail, of, period->members);
    trail_trace(trail, &scope, period->where);
    trail_trace(trail, &scope, period->from);
    trail_trace(trail, &scope, period->to);
    if (period->order != MODEL_NONE) {
        const struct expr_node *node = &build->program.nodes.items[period->order];
        uint32_t subject = node->op == EXPR_FIELD ? field_at(build, node->id)->target
                                                  : member_subject(build, period->members);
        if (!(subject & MODEL_SUBJECT_LIST)) {
            load_title(trail, subject, trail_target(trail, &scope, period->order));
        }
    }
}

static void load_clock(struct trail *trail, uint32_t clock)
{
    struct build *build = trail->build;
    const struct model_clock *row = clock_at(build, clock);
    struct trail_scope scope = trail_scope_at(AT_SUBJECT);
    if (row->each != MODEL_NONE) {
        scope.slots[0] = trail_collect(trail, AT_SUBJECT, row->each);
    }
    trail_trace(trail, &scope, row->each_where);
    trail_trace(trail, &scope, row->when);
    trail_trace(trail, &scope, row->done);
    trail_trace(trail, &scope, row->last);
    trail_trace(trail, &scope, row->stops);
    trail_trace(trail, &scope, row->who);
    for (uint32_t i = 0; i < row->starts_count; i++) {
        trail_trace(trail, &scope, clock_start_at(build, row->starts_first + i)->at);
    }
    for (uint32_t i = 0; i < row->lengths_count; i++) {
        trail_trace(trail, &scope, clock_length_at(build, row->lengths_first + i)->when);
    }
    for (uint32_t i = 0; i < row->periods_count; i++) {
        load_period(trail, &scope, clock_period_at(build, row->periods_first + i));
    }
}

/* ---- all of them ---------------------------------------------------------------------------- */

static void load_fact(struct trail *trail, uint32_t fact)
{
    struct trail_scope scope = trail_scope_at(AT_SUBJECT);
    trail_trace(trail, &scope, fact_at(trail->build, fact)->is);
}

static void load_row(struct trail *trail, enum model_table table, uint32_t row)
{
    switch ((int)table) {
    case MODEL_TABLE_entity:
        load_entity(trail, row, AT_SUBJECT);
        break;
    case MODEL_TABLE_transition:
        load_transition(trail, row, AT_SUBJECT);
        break;
    case MODEL_TABLE_fact:
        load_fact(trail, row);
        break;
    case MODEL_TABLE_form:
        load_form(trail, row, AT_SUBJECT);
        break;
    case MODEL_TABLE_workspace:
        load_workspace(trail, workspace_at(trail->build, row));
        break;
    case MODEL_TABLE_document:
        load_document(trail, document_at(trail->build, row));
        break;
    case MODEL_TABLE_pack:
        load_pack(trail, pack_at(trail->build, row));
        break;
    case MODEL_TABLE_clock:
        load_clock(trail, row);
        break;
    default:
        CHECK(false);
    }
}

/* What the base needs and what any overlay's view of it does: records are loaded before it is known
 * whose they are. */
static void load_all_views(struct build *build, struct trail *trail, enum model_table table,
                           uint32_t row)
{
    trail_init(trail, build);
    load_row(trail, table, row);
    for (uint32_t overlay = 0; overlay < build_count(build, MODEL_TABLE_overlay); overlay++) {
        trail->visited.count = 0;
        trail->made.count = 0;
        overlay_swap(build, overlay);
        load_row(trail, table, row);
        overlay_swap(build, overlay);
    }
}

void link_loads(struct build *build)
{
    const struct cell loads[] = {
        CELL(entity, 0, loads_first),    CELL(transition, 0, loads_first),
        CELL(fact, 0, loads_first),      CELL(form, 0, loads_first),
        CELL(workspace, 0, loads_first), CELL(document, 0, loads_first),
        CELL(pack, 0, loads_first),      CELL(clock, 0, loads_first),
    };
    struct trail trail;
    for (size_t i = 0; i < ARRAY_LENGTH(loads); i++) {
        struct cell cell = loads[i];
        for (cell.row = 0; cell.row < build_count(build, cell.table); cell.row++) {
            load_all_views(build, &trail, cell.table, cell.row);
            trail_write(&trail, cell);
            if (cell.table == MODEL_TABLE_clock) {
                clock_at(build, cell.row)->daily = trail.daily;
                link_watches(&trail, cell.row);
            }
        }
    }
}
