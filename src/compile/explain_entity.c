/* Entities, fields and transitions in words. */
#include "compile/explain_int.h"

/* ---- fields ------------------------------------------------------------------------------- */

static struct str field_kind_words(struct explainer *e, const struct model_field *field)
{
    struct str kind = model_field_kind_words((enum model_field_kind)field->kind);
    if (field->code_set != MODEL_NONE) {
        return STR_JOIN(e->arena, kind, STR(" ("),
                        explain_text(e, model_code_set_row(e->model, field->code_set)->label),
                        STR(")"));
    }
    if (field->target != MODEL_NONE) {
        return STR_JOIN(e->arena, kind, STR(" ("), explain_entity_label(e, field->target),
                        STR(")"));
    }
    if (field->rows != MODEL_NONE) {
        return STR_JOIN(e->arena, STR("a row of "),
                        explain_text(e, model_list_row(e->model, field->rows)->label));
    }
    return kind;
}

static void explain_requirement(struct explainer *e, unsigned indent,
                                const struct model_field *field)
{
    struct str when = explain_expr(e, field->required_when);
    if (field->required != REQUIRED_NONE) {
        LINE(e, indent, STR("Needed: "),
             model_requirement_words((enum model_requirement)field->required),
             when.n ? STR(", when ") : STR(""), when, STR("."));
    }
    struct str reasons = {0};
    for (uint32_t i = 0; i < NON_ANSWER__COUNT; i++) {
        if (field->non_answers >> i & 1) {
            reasons =
                explain_joined(e, reasons, model_non_answer_words((enum model_non_answer)i), false);
        }
    }
    if (reasons.n > 0) {
        LINE(e, indent, STR("May say instead: "), reasons,
             field->who_asked ? STR("; and who was asked.") : STR("."));
    }
}

static void explain_rule(struct explainer *e, unsigned indent, struct str before, uint32_t root,
                         struct str after)
{
    if (root != MODEL_NONE) {
        LINE(e, indent, before, explain_expr(e, root), after);
    }
}

static void explain_bounds(struct explainer *e, unsigned indent, const struct model_field *field)
{
    bool counted = field->kind == FIELD_TEXT || field->kind == FIELD_NARRATIVE;
    bool least = field->least != MODEL_NO_BOUND;
    bool most = field->most != MODEL_NO_BOUND;
    if (least || most) {
        LINE(e, indent, least ? STR("At least ") : STR(""),
             least ? explain_number(e, field->least) : STR(""),
             least && most ? STR(", a") : STR(""), !least && most ? STR("A") : STR(""),
             most ? STR("t most ") : STR(""), most ? explain_number(e, field->most) : STR(""),
             counted ? STR(" characters.") : STR("."));
    }
}

/* An attachment that other records have already, and what comes with it. */
static void explain_chosen(struct explainer *e, unsigned indent, const struct model_field *field)
{
    if (field->chosen != MODEL_NONE) {
        const struct model_field *source = model_field_row(e->model, field->chosen);
        LINE(e, indent, STR("Chosen from what is attached already: "),
             explain_text(e, source->label), STR(" of "), explain_entity_label(e, source->entity),
             STR("."));
    }
    if (field->brought_with != MODEL_NONE) {
        LINE(e, indent, STR("Comes with \""),
             explain_text(e, model_field_row(e->model, field->brought_with)->label),
             STR("\" when that is chosen; never typed."));
    }
}

void explain_field(struct explainer *e, unsigned indent, uint32_t row, bool whole)
{
    const struct model_field *field = model_field_row(e->model, row);
    LINE(e, indent, explain_called(e, field->label, field->name), STR(": "),
         field_kind_words(e, field));
    explain_labelled(e, indent + 1, STR("Help"), field->help);
    explain_requirement(e, indent + 1, field);
    explain_rule(e, indent + 1, STR("Asked only when "), field->relevant, STR("."));
    explain_rule(e, indent + 1, STR("Computed at every save: "), field->derived, STR("."));
    if (field->by != MODEL_NONE) {
        LINE(e, indent + 1, STR("Set only by the step \""),
             explain_text(e, model_transition_row(e->model, field->by)->label), STR("\"."));
    }
    if (field->class != MODEL_NONE) {
        LINE(e, indent + 1, STR("More confidential than the record: "),
             explain_text(e, model_record_class_row(e->model, field->class)->label), STR("."));
    }
    LINE(e, indent + 1,
         field->sealed ? STR("Sealed: stored as ciphertext, in no list and no rule.") : STR(""));
    explain_labelled(e, indent + 1, STR("Written as"), field->format);
    if (field->shows > 0) {
        LINE(e, indent + 1, STR("Never read back whole: only its last "),
             explain_number(e, field->shows), STR(" characters are shown."));
    }
    if (field->found_by != SEALED_INDEX_NONE) {
        LINE(e, indent + 1, STR("Found by "),
             model_sealed_index_words((enum model_sealed_index)field->found_by), STR("."));
    }
    if (field->identifies != IDENTITY_NONE) {
        LINE(e, indent + 1, STR("Tells who it is: texts that must not are looked over for "),
             model_identity_words((enum model_identity)field->identifies), STR("."));
    }
    if (!whole) {
        return;
    }
    explain_bounds(e, indent + 1, field);
    explain_chosen(e, indent + 1, field);
    explain_rule(e, indent + 1, STR("May be chosen only when "), field->choices, STR("."));
    explain_rule(e, indent + 1, STR("Must hold: "), field->check, STR("."));
    explain_labelled(e, indent + 2, STR("Otherwise it says"), field->check_message);
    LINE(e, indent + 1,
         field->about ? STR("Whose own family this leads to does not open the record.") : STR(""));
    LINE(e, indent + 1, field->not_future ? STR("Cannot lie in the future.") : STR(""));
    LINE(e, indent + 1,
         field->reporter_safe ? STR("Checked for words that would tell who reported.") : STR(""));
    explain_labelled(e, indent + 1, STR("Source"), field->source);
}

static void explain_fields(struct explainer *e, unsigned indent, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        if (!model_field_row(e->model, i)->kernel) {
            explain_field(e, indent, i, false);
        }
    }
}

/* ---- entities ------------------------------------------------------------------------------- */

static void explain_place(struct explainer *e, uint32_t row)
{
    const struct model_entity *entity = model_entity_row(e->model, row);
    LINE(e, 1, STR("It is "), model_entity_kind_words((enum model_entity_kind)entity->kind),
         entity->parent == MODEL_NONE ? STR("") : STR(": "),
         entity->parent == MODEL_NONE
             ? STR("")
             : explain_entity_label(e, model_field_row(e->model, entity->parent)->target),
         STR("."));
    if (entity->root != row) {
        LINE(e, 1, STR("Who may see it follows from: "), explain_entity_label(e, entity->root),
             STR("."));
    }
    explain_labelled(e, 1, STR("Number"), entity->number_format);
    LINE(e, 1, STR("Known by: "), explain_expr(e, entity->title));
}

static void explain_states(struct explainer *e, const struct model_entity *entity)
{
    if (entity->states_count == 0) {
        LINE(e, 1, STR("It has no states and can be changed at any time."));
        return;
    }
    LINE(e, 1, STR("States"));
    for (uint32_t i = 0; i < entity->states_count; i++) {
        const struct model_state *state = model_state_row(e->model, entity->states_first + i);
        LINE(e, 2, explain_called(e, state->label, state->name),
             i == 0 ? STR(", where it starts") : STR(""),
             state->editable ? STR(", can be changed") : STR(""),
             state->closed ? STR(", closed: nothing is due any more") : STR(""),
             state->waits_for != MODEL_NONE ? STR(", waits for ") : STR(""),
             state->waits_for != MODEL_NONE
                 ? explain_text(e, model_decider_row(e->model, state->waits_for)->label)
                 : STR(""));
    }
}

static struct str from_words(struct explainer *e, const struct model_transition *transition)
{
    struct str list = {0};
    for (uint32_t i = 0; i < transition->from_count; i++) {
        uint32_t state = model_transition_from_row(e->model, transition->from_first + i)->state;
        list = explain_joined(e, list, explain_text(e, model_state_row(e->model, state)->label),
                              false);
    }
    return list;
}

static void explain_way(struct explainer *e, unsigned indent,
                        const struct model_transition *transition)
{
    struct str from = from_words(e, transition);
    if (transition->to != MODEL_NONE) {
        LINE(e, indent, STR("From "), from, STR(" to "),
             explain_text(e, model_state_row(e->model, transition->to)->label), STR("."));
    } else if (from.n > 0) {
        LINE(e, indent, STR("In "), from, STR("; the state stays."));
    }
    LINE(e, indent, STR("Who: "),
         explain_text(e, model_decider_row(e->model, transition->decider)->label), STR("."));
}

static void explain_lists(struct explainer *e, const struct model_entity *entity)
{
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(e->model, entity->lists_first + i);
        LINE(e, 1, STR("List: "), explain_called(e, list->label, list->name), STR(", at most "),
             explain_number(e, list->most), STR(" rows; each "), explain_text(e, list->row_label),
             STR(" has"));
        explain_fields(e, 2, list->fields_first, list->fields_count);
    }
}

static void explain_guards(struct explainer *e, unsigned indent, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_guard *guard = model_guard_row(e->model, i);
        LINE(e, indent, STR("- "), explain_expr(e, guard->holds), STR("."));
        explain_labelled(e, indent + 1, STR("Otherwise it says"), guard->message);
        explain_labelled(e, indent + 1, STR("and"), guard->better);
        explain_labelled(e, indent + 1, STR("Source"), guard->source);
    }
}

void explain_entity(struct explainer *e, uint32_t row)
{
    const struct model_entity *entity = model_entity_row(e->model, row);
    LINE(e, 0, explain_called(e, entity->label, entity->name));
    LINE(e, 1, explain_text(e, entity->help));
    explain_labelled(e, 1, STR("Source"), entity->source);
    explain_place(e, row);
    LINE(e, 1, STR("Fields"));
    explain_fields(e, 2, entity->fields_first, entity->fields_count);
    explain_lists(e, entity);
    explain_states(e, entity);
    if (entity->transitions_count > 0) {
        LINE(e, 1, STR("Steps"));
    }
    for (uint32_t i = 0; i < entity->transitions_count; i++) {
        const struct model_transition *transition =
            model_transition_row(e->model, entity->transitions_first + i);
        LINE(e, 2, explain_called(e, transition->label, transition->name));
        explain_way(e, 3, transition);
    }
    if (entity->invariants_count > 0) {
        LINE(e, 1, STR("Every save is refused unless"));
        explain_guards(e, 2, entity->invariants_first, entity->invariants_count);
    }
    LINE(e, 1, STR("Who may do what: class \""),
         explain_text(e, model_record_class_row(e->model, entity->class)->label), STR("\""));
    explain_grants(e, 2, entity->class);
}

/* ---- transitions ---------------------------------------------------------------------------- */

static void explain_requirements(struct explainer *e, const struct model_transition *transition)
{
    if (transition->requirements_count > 0) {
        LINE(e, 1, STR("It needs"));
    }
    for (uint32_t i = 0; i < transition->requirements_count; i++) {
        const struct model_requirement_item *item =
            model_requirement_item_row(e->model, transition->requirements_first + i);
        if (item->field != MODEL_NONE) {
            LINE(e, 2, STR("- "), explain_text(e, model_field_row(e->model, item->field)->label),
                 STR(": "), model_requirement_words((enum model_requirement)item->requirement));
        } else if (item->list != MODEL_NONE) {
            LINE(e, 2, STR("- "), explain_text(e, model_list_row(e->model, item->list)->label),
                 STR(": at least one"));
        } else {
            LINE(e, 2, STR("- "), explain_text(e, model_fact_row(e->model, item->fact)->label));
        }
    }
}

static void explain_assignments(struct explainer *e, const struct model_effect *effect)
{
    for (uint32_t i = 0; i < effect->assignments_count; i++) {
        const struct model_assignment *set =
            model_assignment_row(e->model, effect->assignments_first + i);
        LINE(e, 3, explain_text(e, model_field_row(e->model, set->field)->label), STR(" becomes "),
             explain_expr(e, set->value));
    }
}

static struct str each_words(struct explainer *e, const struct model_effect *effect)
{
    if (effect->collection == MODEL_NONE) {
        return STR("");
    }
    struct str where = explain_expr(e, effect->where);
    return STR_JOIN(e->arena, STR("for each of "),
                    explain_text(e, model_collection_row(e->model, effect->collection)->label),
                    where.n ? STR(" where ") : STR(""), where, STR(": "));
}

static struct str done_words(struct explainer *e, const struct model_effect *effect)
{
    switch ((enum model_effect_kind)effect->kind) {
    case EFFECT_SET:
        return effect->target == MODEL_NONE
                   ? STR("sets")
                   : STR_JOIN(e->arena, STR("sets, on "), explain_expr(e, effect->target));
    case EFFECT_CREATE:
        return STR_JOIN(e->arena, STR("makes a record: "), explain_entity_label(e, effect->entity));
    case EFFECT_DO:
        return STR_JOIN(
            e->arena, STR("takes the step \""),
            explain_text(e, model_transition_row(e->model, effect->transition)->label),
            STR("\" of "),
            explain_entity_label(e, model_transition_row(e->model, effect->transition)->entity));
    case EFFECT_TELL:
        return STR_JOIN(e->arena, STR("tells "),
                        effect->decider == MODEL_NONE
                            ? explain_expr(e, effect->tell)
                            : explain_text(e, model_decider_row(e->model, effect->decider)->label),
                        STR(": "), explain_text(e, effect->say));
    case EFFECT__COUNT:
        break;
    }
    return STR("");
}

static void explain_effects(struct explainer *e, const struct model_transition *transition)
{
    if (transition->effects_count > 0) {
        LINE(e, 1, STR("Then Hearth, in this order,"));
    }
    for (uint32_t i = 0; i < transition->effects_count; i++) {
        const struct model_effect *effect =
            model_effect_row(e->model, transition->effects_first + i);
        struct str when = explain_expr(e, effect->when);
        LINE(e, 2, STR("- "), when.n ? STR("when ") : STR(""), when, when.n ? STR(": ") : STR(""),
             each_words(e, effect), done_words(e, effect));
        explain_assignments(e, effect);
    }
}

void explain_transition(struct explainer *e, uint32_t row)
{
    const struct model_transition *transition = model_transition_row(e->model, row);
    LINE(e, 0, explain_entity_label(e, transition->entity), STR(": "),
         explain_called(e, transition->label, transition->name));
    LINE(e, 1, explain_text(e, transition->help));
    explain_labelled(e, 1, STR("Source"), transition->source);
    explain_way(e, 1, transition);
    explain_rule(e, 1, STR("Offered only when "), transition->offered, STR("."));
    if (transition->form != MODEL_NONE) {
        LINE(e, 1, STR("Asks with the form \""),
             explain_text(e, model_form_row(e->model, transition->form)->label), STR("\"."));
    }
    explain_requirements(e, transition);
    if (transition->guards_count > 0) {
        LINE(e, 1, STR("It is refused unless"));
        explain_guards(e, 2, transition->guards_first, transition->guards_count);
    }
    explain_effects(e, transition);
    LINE(e, 1, transition->keeps ? STR("What it rested on is kept with it.") : STR(""));
    LINE(e, 1, model_weight_words((enum model_weight)transition->weight));
    LINE(e, 1, transition->confirm ? STR("It asks once more before it is done.") : STR(""));
    explain_labelled(e, 1, STR("History says"), transition->done);
}
