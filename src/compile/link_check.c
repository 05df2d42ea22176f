/* What must hold in a linked model besides names and types: states that can be reached, steps that
 * come to an end, faces that fit their records. */
#include "compile/link.h"
#include "compile/trail.h"

static void say(struct build *build, enum model_table table, uint32_t row, struct str what)
{
    MESSAGE(build->messages, build_origin(build, table, row)->place, described(build, table, row),
            what);
}

/* Where a key of a row's declaration stands, or the row. */
static struct place key_place(struct build *build, enum model_table table, uint32_t row,
                              struct str key)
{
    const struct origin *origin = build_origin(build, table, row);
    const struct yaml_pair *pair = origin->node ? yaml_find(origin->node, key) : NULL;
    return pair ? pair->value->place : origin->place;
}

/* Something that must be about a kind of record. */
static void want_entity(struct build *build, struct place place, struct str what, uint32_t have,
                        uint32_t wanted)
{
    if (have != MODEL_NONE && wanted != MODEL_NONE && have != wanted) {
        MESSAGE(build->messages, place, what, STR(" is about "), subject_words(build, have),
                STR(", not about "), subject_words(build, wanted));
    }
}

/* ---- states ------------------------------------------------------------------------------- */

static bool leaves(struct build *build, const struct model_transition *transition, uint32_t state)
{
    for (uint32_t i = 0; i < transition->from_count; i++) {
        if (transition_from_at(build, transition->from_first + i)->state == state) {
            return true;
        }
    }
    return false;
}

/* A state waits for a decision that leads on from it, or nothing would end the waiting. */
static void check_waiting(struct build *build, uint32_t row)
{
    const struct model_state *state = state_at(build, row);
    const struct model_entity *entity = entity_at(build, state->entity);
    for (uint32_t i = 0; state->waits_for != MODEL_NONE && i <= entity->transitions_count; i++) {
        if (i == entity->transitions_count) {
            MESSAGE(build->messages, key_place(build, MODEL_TABLE_state, row, STR("waits_for")),
                    STR("no transition from here is decided by "),
                    described(build, MODEL_TABLE_decider, state->waits_for));
            return;
        }
        const struct model_transition *transition =
            transition_at(build, entity->transitions_first + i);
        if (transition->decider == state->waits_for && leaves(build, transition, row)) {
            return;
        }
    }
}

/* One more round of what can be reached; false when nothing was added. */
static bool reach(struct build *build, const struct model_entity *entity, uint8_t *reached)
{
    bool more = false;
    for (uint32_t t = 0; t < entity->transitions_count; t++) {
        const struct model_transition *transition =
            transition_at(build, entity->transitions_first + t);
        if (transition->to == MODEL_NONE || reached[transition->to - entity->states_first]) {
            continue;
        }
        for (uint32_t s = 0; s < entity->states_count; s++) {
            if (reached[s] && leaves(build, transition, entity->states_first + s)) {
                reached[transition->to - entity->states_first] = 1;
                more = true;
                break;
            }
        }
    }
    return more;
}

static void check_states(struct build *build, uint32_t row)
{
    const struct model_entity *entity = entity_at(build, row);
    if (entity->states_count == 0) {
        return;
    }
    uint8_t *reached = ARENA_ARRAY(build->arena, entity->states_count, uint8_t);
    reached[0] = 1;
    while (reach(build, entity, reached)) {
    }
    for (uint32_t s = 0; s < entity->states_count; s++) {
        if (!reached[s]) {
            say(build, MODEL_TABLE_state, entity->states_first + s,
                STR(" cannot be reached: no transition leads to it from the first state"));
        }
    }
}

/* ---- entities ------------------------------------------------------------------------------- */

/* {agency}, {year} and {serial}; without a serial two records would have one number. */
static void check_number(struct build *build, uint32_t row)
{
    struct str format = build_text(build, entity_at(build, row)->number_format);
    struct place place = key_place(build, MODEL_TABLE_entity, row, STR("number"));
    struct str rest = format;
    struct str part = {0};
    if (format.n > 0 && str_find(format, STR("{serial}")) < 0) {
        MESSAGE(build->messages, place, STR("a number needs '{serial}', or two records share it"));
    }
    while (rest.n > 0 && str_split(&rest, '{', &part) && rest.p) {
        ptrdiff_t end = str_find_byte(rest, '}');
        struct str name = str_slice(rest, 0, end < 0 ? rest.n : (size_t)end);
        if (end < 0 || !(str_eq(name, STR("agency")) || str_eq(name, STR("year")) ||
                         str_eq(name, STR("serial")))) {
            MESSAGE(build->messages, place, STR("'{"), name,
                    STR("}' is not known; a number has {agency}, {year} and {serial}"));
        }
    }
}

static bool is_date(struct build *build, uint32_t field)
{
    return field != MODEL_NONE && field_at(build, field)->kind == FIELD_DATE;
}

static void check_period(struct build *build, enum model_table table, uint32_t row, uint32_t begins,
                         uint32_t ends, uint32_t no_overlap)
{
    bool period = begins != MODEL_NONE || ends != MODEL_NONE;
    if (period && !(is_date(build, begins) && is_date(build, ends))) {
        say(build, table, row, STR(": 'begins' and 'ends' of its trait are both date fields"));
    }
    if (no_overlap != MODEL_NONE && !period) {
        MESSAGE(build->messages, key_place(build, table, row, STR("no_overlap")),
                STR("'no_overlap' needs a trait with 'begins' and 'ends', such as period"));
    }
}

/* A class may only be stricter than that of the record, and what nothing sets stays empty. */
static void check_field(struct build *build, uint32_t row)
{
    const struct model_field *field = field_at(build, row);
    if (field->class == MODEL_NONE) {
        return;
    }
    uint32_t record = entity_at(build, field->entity)->class;
    if (record_class_at(build, field->class)->rank <= record_class_at(build, record)->rank) {
        MESSAGE(build->messages, key_place(build, MODEL_TABLE_field, row, STR("class")),
                STR("the class of a field is stricter than that of its record, '"),
                build_name(build, MODEL_TABLE_record_class, record), STR("'"));
    }
}

/* Computed fields are computed in order, at a save of their own record only. */
static void check_derived(struct build *build, uint32_t row, uint32_t root)
{
    const struct expr_node *node = &build->program.nodes.items[root];
    const struct model_field *field = field_at(build, row);
    if (node->op == EXPR_FIELD && field_at(build, node->id)->derived != MODEL_NONE &&
        field_at(build, node->id)->list == field->list &&
        field_at(build, node->id)->entity == field->entity && node->id >= row) {
        say(build, MODEL_TABLE_field, row,
            STR_JOIN(build->arena, STR(" is computed from '"),
                     build_name(build, MODEL_TABLE_field, node->id),
                     STR("', which is computed later; put that one before it")));
    }
    for (uint32_t child = node->first; child != EXPR_NONE;
         child = build->program.nodes.items[child].next) {
        check_derived(build, row, child);
    }
}

/* Whether a step of a trail stays within the record and its lists. */
static bool stays(struct build *build, const struct model_load_step *step)
{
    if (step->collect != MODEL_NONE) {
        return collection_at(build, step->collect)->list != MODEL_NONE;
    }
    const struct model_field *field = field_at(build, step->follow);
    return field->kind == FIELD_ROW || (field->kernel && field->list != MODEL_NONE);
}

/* A save of another record, or a new day, would leave a computed field behind. */
static void check_reach(struct build *build, uint32_t row)
{
    struct trail trail;
    struct trail_scope scope = trail_scope_at(AT_SUBJECT);
    trail_init(&trail, build);
    trail_trace(&trail, &scope, field_at(build, row)->derived);
    bool reaches = false;
    for (size_t i = 0; i < trail.steps.count; i++) {
        reaches |= !stays(build, &trail.steps.items[i]);
    }
    if (reaches || trail.daily) {
        say(build, MODEL_TABLE_field, row,
            reaches ? STR(" is computed when its own record is saved and would not follow a change "
                          "in another; declare a fact")
                    : STR(" is computed when its record is saved and would be wrong the next day; "
                          "declare a fact"));
    }
}

/* ---- transitions ---------------------------------------------------------------------------- */

static void check_transition(struct build *build, uint32_t row)
{
    const struct model_transition *transition = transition_at(build, row);
    const struct model_decider *decider = decider_at(build, transition->decider);
    if (decider->entity != MODEL_NONE && decider->entity != transition->entity) {
        MESSAGE(build->messages, key_place(build, MODEL_TABLE_transition, row, STR("decider")),
                described(build, MODEL_TABLE_decider, transition->decider), STR(" decides about "),
                described(build, MODEL_TABLE_entity, decider->entity), STR(" only"));
    }
    if (transition->form != MODEL_NONE) {
        want_entity(build, key_place(build, MODEL_TABLE_transition, row, STR("form")),
                    described(build, MODEL_TABLE_form, transition->form),
                    form_at(build, transition->form)->entity, transition->entity);
    }
}

/* A field with "by" is set by that transition alone, or when its record is made. */
static void check_assignments(struct build *build, uint32_t row)
{
    const struct model_transition *transition = transition_at(build, row);
    for (uint32_t e = 0; e < transition->effects_count; e++) {
        const struct model_effect *effect = effect_at(build, transition->effects_first + e);
        for (uint32_t a = 0; a < effect->assignments_count; a++) {
            uint32_t item = effect->assignments_first + a;
            uint32_t field = assignment_at(build, item)->field;
            uint32_t by = field_at(build, field)->by;
            if (effect->kind == EFFECT_SET && by != MODEL_NONE && by != row) {
                MESSAGE(build->messages, build_origin(build, MODEL_TABLE_assignment, item)->place,
                        described(build, MODEL_TABLE_field, field), STR(" is set by "),
                        described(build, MODEL_TABLE_transition, by), STR(" only"));
            }
        }
    }
}

/* What is made belongs somewhere from the start: a part to its parent, a root to its agency. */
static void check_created(struct build *build, uint32_t effect)
{
    const struct model_effect *row = effect_at(build, effect);
    if (row->kind != EFFECT_CREATE || row->copy != MODEL_NONE) {
        return;
    }
    const struct model_entity *entity = entity_at(build, row->entity);
    uint32_t needed = entity->kind == ENTITY_PART ? entity->parent : entity->owner;
    for (uint32_t a = 0; a < row->assignments_count; a++) {
        if (assignment_at(build, row->assignments_first + a)->field == needed) {
            return;
        }
    }
    if (needed != MODEL_NONE) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_effect, effect)->place,
                STR("a new "), described(build, MODEL_TABLE_entity, row->entity),
                STR(" must be given its "), described(build, MODEL_TABLE_field, needed),
                STR(" by 'set'"));
    }
}

/* ---- effects that lead to effects -------------------------------------------------------------
 */

enum visit { UNSEEN, OPEN, DONE };

static void follow_effects(struct build *build, uint32_t transition, uint8_t *seen)
{
    const struct model_transition *row = transition_at(build, transition);
    seen[transition] = OPEN;
    for (uint32_t e = 0; e < row->effects_count; e++) {
        const struct model_effect *effect = effect_at(build, row->effects_first + e);
        uint32_t next = effect->transition;
        if (effect->kind == EFFECT_CREATE) {
            const struct model_entity *entity = entity_at(build, effect->entity);
            next = build_find_in(build, MODEL_TABLE_transition, entity->transitions_first,
                                 entity->transitions_count, STR("start"));
        }
        if (next == MODEL_NONE || seen[next] == DONE) {
            continue;
        }
        if (seen[next] == OPEN) {
            MESSAGE(build->messages,
                    build_origin(build, MODEL_TABLE_effect, row->effects_first + e)->place,
                    STR("this effect takes "), described(build, MODEL_TABLE_transition, next),
                    STR(", which leads back here; effects must come to an end"));
            continue;
        }
        follow_effects(build, next, seen);
    }
    seen[transition] = DONE;
}

/* ---- facts ---------------------------------------------------------------------------------- */

static uint32_t fact_root(void *context, uint32_t fact)
{
    struct build *build = context;
    return fact_at(build, fact)->is;
}

static void check_fact(struct build *build, uint32_t row)
{
    if (!expr_ends(build->program.nodes.items, fact_at(build, row)->is, fact_root, build)) {
        say(build, MODEL_TABLE_fact, row,
            STR(" leads back to itself, or facts stand for facts too many times over"));
    }
}

/* ---- clocks --------------------------------------------------------------------------------- */

/* Versions of one rule may not be in force together. */
static void check_versions(struct build *build, uint32_t row)
{
    const struct model_clock *clock = clock_at(build, row);
    for (uint32_t other = 0; clock->id && other < row; other++) {
        const struct model_clock *earlier = clock_at(build, other);
        bool before = earlier->to_day != MODEL_NO_BOUND && clock->from_day != MODEL_NO_BOUND &&
                      earlier->to_day < clock->from_day;
        bool after = clock->to_day != MODEL_NO_BOUND && earlier->from_day != MODEL_NO_BOUND &&
                     clock->to_day < earlier->from_day;
        if (earlier->id == clock->id && !before && !after) {
            MESSAGE(build->messages, key_place(build, MODEL_TABLE_clock, row, STR("id")),
                    described(build, MODEL_TABLE_clock, row), STR(" and "),
                    described(build, MODEL_TABLE_clock, other),
                    STR(" have one id and are in force together; give each its days ('from', "
                        "'to') or another id"));
        }
    }
}

/* Without days of its own, a period is as long as its members are by the trait. */
static void check_clock_period(struct build *build, uint32_t row)
{
    const struct model_clock_period *period = clock_period_at(build, row);
    uint32_t subject = member_subject(build, period->members);
    uint32_t begins = subject & MODEL_SUBJECT_LIST
                          ? list_at(build, subject & ~MODEL_SUBJECT_LIST)->begins
                          : entity_at(build, subject)->begins;
    if (period->from == MODEL_NONE && begins == MODEL_NONE) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_clock_period, row)->place,
                subject_words(build, subject),
                STR(" has not the trait 'period'; say 'from' and 'to'"));
    }
}

/* ---- faces ---------------------------------------------------------------------------------- */

static void check_form(struct build *build, uint32_t row)
{
    const struct model_form *form = form_at(build, row);
    for (uint32_t i = form->items_first; i < form->items_first + form->items_count; i++) {
        const struct model_form_item *item = form_item_at(build, i);
        for (uint32_t j = form->items_first; item->field != MODEL_NONE && j < i; j++) {
            if (form_item_at(build, j)->field == item->field) {
                MESSAGE(build->messages, build_origin(build, MODEL_TABLE_form_item, i)->place,
                        described(build, MODEL_TABLE_field, item->field),
                        STR(" stands in this form already"));
            }
        }
        if (item->kind != ITEM_GRID) {
            continue;
        }
        enum model_field_kind lines = field_at(build, item->grid_rows)->kind;
        if (lines != FIELD_ROW && lines != FIELD_REFERENCE) {
            MESSAGE(build->messages, key_place(build, MODEL_TABLE_form_item, i, STR("lines")),
                    STR("the lines of a grid are those of a row or reference field"));
        }
        if (field_at(build, item->grid_columns)->kind != FIELD_CODE) {
            MESSAGE(build->messages, key_place(build, MODEL_TABLE_form_item, i, STR("columns")),
                    STR("the columns of a grid are the codes of a code field"));
        }
    }
}

/* Whether a record is of that kind or a part of one, at any depth. Chains of parents end. */
static bool belongs_to(struct build *build, uint32_t entity, uint32_t whole)
{
    while (entity != whole && entity_at(build, entity)->kind == ENTITY_PART) {
        entity = field_at(build, entity_at(build, entity)->parent)->target;
    }
    return entity == whole;
}

static void check_list_view(struct build *build, uint32_t row)
{
    const struct model_list_view *view = list_view_at(build, row);
    if (view->clock != MODEL_NONE) {
        want_entity(build, key_place(build, MODEL_TABLE_list_view, row, STR("clock")),
                    described(build, MODEL_TABLE_clock, view->clock),
                    clock_at(build, view->clock)->entity, view->entity);
    }
    if (view->workspace != MODEL_NONE &&
        !belongs_to(build, view->entity, workspace_at(build, view->workspace)->entity)) {
        want_entity(build, key_place(build, MODEL_TABLE_list_view, row, STR("workspace")),
                    described(build, MODEL_TABLE_workspace, view->workspace),
                    workspace_at(build, view->workspace)->entity, view->entity);
    }
}

static void check_step(struct build *build, uint32_t row)
{
    const struct model_workspace_step *step = workspace_step_at(build, row);
    uint32_t subject = workspace_at(build, step->workspace)->entity;
    if (step->collection != MODEL_NONE) {
        subject = member_subject(build, step->collection);
    }
    if (step->form != MODEL_NONE) {
        want_entity(build, key_place(build, MODEL_TABLE_workspace_step, row, STR("form")),
                    described(build, MODEL_TABLE_form, step->form),
                    form_at(build, step->form)->entity, subject);
    }
    for (uint32_t i = step->parts_first; i < step->parts_first + step->parts_count; i++) {
        const struct model_step_part *part = step_part_at(build, i);
        want_entity(build, key_place(build, MODEL_TABLE_step_part, i, STR("form")),
                    described(build, MODEL_TABLE_form, part->form),
                    form_at(build, part->form)->entity, member_subject(build, part->collection));
    }
}

static void check_workspace(struct build *build, uint32_t row)
{
    const struct model_workspace *workspace = workspace_at(build, row);
    if (workspace->create != MODEL_NONE) {
        want_entity(build, key_place(build, MODEL_TABLE_workspace, row, STR("create")),
                    described(build, MODEL_TABLE_form, workspace->create),
                    form_at(build, workspace->create)->entity, workspace->entity);
    }
    for (uint32_t c = 0; c < workspace->chips_count; c++) {
        const struct model_chip *chip = chip_at(build, workspace->chips_first + c);
        for (uint32_t t = chip->texts_first; t < chip->texts_first + chip->texts_count; t++) {
            uint32_t clock = chip_text_at(build, t)->clock;
            /* A clock of any record below the workspace's will do: the first one due is shown. */
            if (clock != MODEL_NONE &&
                entity_at(build, clock_at(build, clock)->entity)->root !=
                    entity_at(build, workspace->entity)->root &&
                workspace->banner_each != MODEL_NONE) {
                want_entity(build, key_place(build, MODEL_TABLE_chip_text, t, STR("clock")),
                            described(build, MODEL_TABLE_clock, clock),
                            clock_at(build, clock)->entity,
                            member_subject(build, workspace->banner_each));
            }
        }
    }
}

/* ---- schemes -------------------------------------------------------------------------------- */

static bool offers(struct build *build, const struct model_scheme_alternative *alternative,
                   uint32_t set)
{
    for (uint32_t i = 0; i < alternative->codes_count; i++) {
        uint32_t code = scheme_code_at(build, alternative->codes_first + i)->code;
        if (code_at(build, code)->set == set) {
            return true;
        }
    }
    return false;
}

/* Every day has exactly one alternative that is the default. */
static void check_scheme(struct build *build, uint32_t row)
{
    const struct model_scheme *scheme = scheme_at(build, row);
    uint32_t beginnings = 0, ends = 0;
    for (uint32_t i = 0; i < scheme->alternatives_count; i++) {
        const struct model_scheme_alternative *alternative =
            scheme_alternative_at(build, scheme->alternatives_first + i);
        beginnings += alternative->from_day == MODEL_NO_BOUND;
        ends += alternative->to_day == MODEL_NO_BOUND;
        bool followed = alternative->to_day == MODEL_NO_BOUND;
        for (uint32_t j = 0; j < scheme->alternatives_count; j++) {
            followed |= scheme_alternative_at(build, scheme->alternatives_first + j)->from_day ==
                        alternative->to_day + 1;
        }
        if (!followed) {
            say(build, MODEL_TABLE_scheme_alternative, scheme->alternatives_first + i,
                STR(" ends and none begins the day after; each day needs a default"));
        }
    }
    if (beginnings != 1 || ends != 1) {
        say(build, MODEL_TABLE_scheme, row,
            STR(" needs exactly one alternative without 'from' and one without 'to', so that each "
                "day has one default"));
    }
}

static void check_code_set(struct build *build, uint32_t row)
{
    uint32_t scheme = code_set_at(build, row)->scheme;
    for (uint32_t i = 0; scheme != MODEL_NONE && i < scheme_at(build, scheme)->alternatives_count;
         i++) {
        uint32_t alternative = scheme_at(build, scheme)->alternatives_first + i;
        if (!offers(build, scheme_alternative_at(build, alternative), row)) {
            say(build, MODEL_TABLE_scheme_alternative, alternative,
                STR_JOIN(build->arena, STR(" offers no code of code set '"),
                         build_name(build, MODEL_TABLE_code_set, row),
                         STR("', which depends on it")));
        }
    }
}

static bool is_moment(struct build *build, uint32_t field)
{
    return is_date(build, field) || field_at(build, field)->kind == FIELD_DATETIME;
}

static void check_timeline(struct build *build, uint32_t row)
{
    const struct model_entity *entity = entity_at(build, row);
    if (entity->timeline != MODEL_NONE && !is_moment(build, entity->timeline)) {
        MESSAGE(build->messages, key_place(build, MODEL_TABLE_entity, row, STR("timeline")),
                STR("'timeline' is a date or a datetime"));
    }
    if (entity->timeline_to != MODEL_NONE &&
        (entity->timeline == MODEL_NONE || !is_moment(build, entity->timeline_to))) {
        MESSAGE(build->messages, key_place(build, MODEL_TABLE_entity, row, STR("timeline_to")),
                STR("'timeline_to' is a date or a datetime, and needs 'timeline'"));
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void check_records(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_entity); row++) {
        const struct model_entity *entity = entity_at(build, row);
        check_states(build, row);
        check_number(build, row);
        check_timeline(build, row);
        if (entity->previous != MODEL_NONE &&
            (field_at(build, entity->previous)->kind != FIELD_REFERENCE ||
             field_at(build, entity->previous)->target != row)) {
            MESSAGE(build->messages, key_place(build, MODEL_TABLE_entity, row, STR("previous")),
                    STR("'previous' leads to another record of the same kind"));
        }
        check_period(build, MODEL_TABLE_entity, row, entity->begins, entity->ends,
                     entity->no_overlap);
        if (entity->no_overlap != MODEL_NONE &&
            field_at(build, entity->no_overlap)->collection == MODEL_NONE) {
            MESSAGE(build->messages, key_place(build, MODEL_TABLE_entity, row, STR("no_overlap")),
                    STR("the periods of a record are those of what it refers to; 'no_overlap' "
                        "names a reference field"));
        }
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_list); row++) {
        const struct model_list *list = list_at(build, row);
        check_period(build, MODEL_TABLE_list, row, list->begins, list->ends, list->no_overlap);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_field); row++) {
        check_field(build, row);
        if (field_at(build, row)->derived != MODEL_NONE) {
            check_derived(build, row, field_at(build, row)->derived);
            check_reach(build, row);
        }
    }
}

/* A worker is put in the place of another: that must be theirs to put. */
/* A document of a pack is about what the pack is about, or about the members it is made of. */
static void check_pack(struct build *build, const struct model_pack *pack)
{
    for (uint32_t i = pack->parts_first; i < pack->parts_first + pack->parts_count; i++) {
        const struct model_pack_part *part = pack_part_at(build, i);
        if (part->document != MODEL_NONE) {
            want_entity(build, key_place(build, MODEL_TABLE_pack_part, i, STR("document")),
                        described(build, MODEL_TABLE_document, part->document),
                        document_at(build, part->document)->entity,
                        part->collection == MODEL_NONE ? pack->entity
                                                       : member_subject(build, part->collection));
        }
    }
}

static void check_duty_worker(struct build *build, uint32_t row)
{
    const struct model_field *worker = field_at(build, duty_at(build, row)->worker);
    struct place place = key_place(build, MODEL_TABLE_duty, row, STR("worker"));
    if (worker->kind != FIELD_REFERENCE || worker->kernel || worker->derived != MODEL_NONE ||
        worker->target != build_find(build, MODEL_TABLE_entity, STR("worker"))) {
        MESSAGE(build->messages, place,
                STR("'worker' is a reference to a worker that is stored, not derived"));
    }
}

static bool is_datetime(struct build *build, uint32_t field)
{
    return field != MODEL_NONE && field_at(build, field)->kind == FIELD_DATETIME &&
           !field_at(build, field)->kernel;
}

static void check_duty(struct build *build, uint32_t row)
{
    const struct model_duty *duty = duty_at(build, row);
    struct place place = build_origin(build, MODEL_TABLE_duty, row)->place;
    check_duty_worker(build, row);
    if (duty->rows != MODEL_NONE &&
        (!is_datetime(build, duty->begins) || !is_datetime(build, duty->ends))) {
        MESSAGE(build->messages, place,
                STR("a duty with 'rows' needs 'from' and 'until', both of kind datetime: a row is "
                    "ended, never rewritten"));
    }
    if (duty->rows == MODEL_NONE && (duty->begins != MODEL_NONE || duty->ends != MODEL_NONE)) {
        MESSAGE(build->messages, place, STR("'from' and 'until' are of 'rows'"));
    }
    if (duty->reason != MODEL_NONE && field_at(build, duty->reason)->kind != FIELD_TEXT &&
        field_at(build, duty->reason)->kind != FIELD_NARRATIVE) {
        MESSAGE(build->messages, key_place(build, MODEL_TABLE_duty, row, STR("reason")),
                STR("'reason' is a text"));
    }
    if (transition_at(build, duty->transition)->form != MODEL_NONE) {
        MESSAGE(build->messages, key_place(build, MODEL_TABLE_duty, row, STR("by")),
                STR("many are handed over in one act, which cannot fill in a form for each"));
    }
    want_entity(build, key_place(build, MODEL_TABLE_duty, row, STR("list")),
                described(build, MODEL_TABLE_list_view, duty->list_view),
                list_view_at(build, duty->list_view)->entity, duty->entity);
}

static void check_faces(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_form); row++) {
        check_form(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_list_view); row++) {
        check_list_view(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_workspace); row++) {
        check_workspace(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_workspace_step); row++) {
        check_step(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_pack); row++) {
        check_pack(build, pack_at(build, row));
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_duty); row++) {
        check_duty(build, row);
    }
}

void link_check(struct build *build)
{
    uint8_t *seen = ARENA_ARRAY(build->arena, build_count(build, MODEL_TABLE_transition), uint8_t);
    check_records(build);
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_state); row++) {
        check_waiting(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_transition); row++) {
        check_transition(build, row);
        check_assignments(build, row);
        if (seen[row] == UNSEEN) {
            follow_effects(build, row, seen);
        }
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_effect); row++) {
        check_created(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_fact); row++) {
        check_fact(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_clock); row++) {
        check_versions(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_clock_period); row++) {
        check_clock_period(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_scheme); row++) {
        check_scheme(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_code_set); row++) {
        check_code_set(build, row);
    }
    check_faces(build);
    link_check_access(build);
    link_never(build);
}
