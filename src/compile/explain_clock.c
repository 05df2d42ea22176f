/* Facts and clocks in words. */
#include "compile/explain_int.h"

void explain_fact(struct explainer *e, uint32_t row)
{
    const struct model_fact *fact = model_fact_row(e->model, row);
    LINE(e, 0, STR("Fact: "), explain_called(e, fact->label, fact->name));
    LINE(e, 1, explain_text(e, fact->help));
    LINE(e, 1, STR("About: "), explain_entity_label(e, fact->entity));
    LINE(e, 1, STR("It is: "), explain_expr(e, fact->is));
    explain_labelled(e, 1, STR("Source"), fact->source);
    LINE(e, 1, STR("As confidential as: "),
         explain_text(e, model_record_class_row(e->model, fact->class)->label));
}

/* ---- clocks ------------------------------------------------------------------------------- */

static struct str unit_words(struct explainer *e, const struct model_clock_length *length)
{
    struct str unit = str_from(model_set_shape(MODEL_SET_time_unit)->words[length->unit].words);
    struct str count = explain_number(e, length->count);
    if (length->unit < UNIT_END_OF_DAY) {
        return STR_JOIN(e->arena, count, STR(" "), unit);
    }
    if (length->count == 0) {
        return STR_JOIN(e->arena, STR("the "), unit);
    }
    return STR_JOIN(e->arena, STR("the "), unit, STR(", "), count, STR(" later"));
}

static void explain_length(struct explainer *e, const struct model_clock_length *length)
{
    struct str when = explain_expr(e, length->when);
    struct str scheme = STR("");
    if (length->alternative != MODEL_NONE) {
        scheme =
            explain_text(e, model_scheme_alternative_row(e->model, length->alternative)->label);
    }
    LINE(e, 2, STR("- "), unit_words(e, length), when.n ? STR(", when ") : STR(""), when,
         scheme.n ? STR(", where the agency uses \"") : STR(""), scheme,
         scheme.n ? STR("\"") : STR(""),
         length->roll ? STR("; a last day that is no business day moves to the next one")
                      : STR(""));
}

static void explain_condition(struct explainer *e, unsigned indent, struct str before,
                              uint32_t expr)
{
    if (expr != MODEL_NONE) {
        LINE(e, indent, before, explain_expr(e, expr));
    }
}

static void explain_starts(struct explainer *e, const struct model_clock *clock)
{
    bool ahead = clock->kind == CLOCK_BEFORE;
    if (clock->starts_count > 1) {
        LINE(e, 1, STR("It starts with "),
             model_clock_pick_words((enum model_clock_pick)clock->pick), STR(":"));
    }
    for (uint32_t i = 0; i < clock->starts_count; i++) {
        const struct model_clock_start *start =
            model_clock_start_row(e->model, clock->starts_first + i);
        struct str label = explain_text(e, start->label);
        LINE(e, clock->starts_count > 1 ? 2 : 1,
             clock->starts_count > 1 ? STR("- ")
             : ahead                 ? STR("Before: ")
                                     : STR("It starts: "),
             label.n ? label : explain_expr(e, start->at));
    }
}

static void explain_bound(struct explainer *e, const struct model_clock *clock)
{
    static const struct str words[CLOCK__COUNT] = {
        [CLOCK_TALLY] = STR_INIT("Of the last: "),
        [CLOCK_BAR] = STR_INIT("It closes after: "),
        [CLOCK_BEFORE] = STR_INIT("Not sooner before than: "),
    };
    if (clock->bounds_count > 0) {
        LINE(e, 1, words[clock->kind],
             unit_words(e, model_clock_length_row(e->model, clock->bounds_first)));
    }
    if (clock->consecutive) {
        LINE(e, 1, STR("A day that does not count begins it anew."));
    }
}

/* "Left out: trial home visit, each of Trial visits where ..." */
static void explain_periods(struct explainer *e, const struct model_clock *clock)
{
    static const struct str words[PERIOD__COUNT] = {
        [PERIOD_COUNTED] = STR_INIT("Counted: "),
        [PERIOD_LEFT_OUT] = STR_INIT("Left out: "),
        [PERIOD_TOLLED] = STR_INIT("Time stands still during: "),
        [PERIOD_ACT] = STR_INIT("Done with: "),
    };
    for (uint32_t i = 0; i < clock->periods_count; i++) {
        const struct model_clock_period *period =
            model_clock_period_row(e->model, clock->periods_first + i);
        LINE(e, 1, words[period->kind], explain_text(e, period->label), STR(", each of "),
             explain_text(e, model_collection_row(e->model, period->members)->label));
        explain_condition(e, 2, STR("where "), period->where);
        explain_condition(e, 2, period->kind == PERIOD_ACT ? STR("at ") : STR("from "),
                          period->from);
        explain_condition(e, 2, STR("to "), period->to);
        explain_condition(e, 2, STR("ordered by "), period->order);
    }
}

static void explain_end(struct explainer *e, const struct model_clock *clock)
{
    if (clock->times > 0) {
        LINE(e, 1, STR("So often in each period: "), explain_number(e, clock->times));
    }
    if (clock->last != MODEL_NONE) {
        LINE(e, 1, STR("It starts again with: "), explain_expr(e, clock->last));
    }
    if (clock->stops != MODEL_NONE) {
        LINE(e, 1, STR("It ends when "), explain_expr(e, clock->stops));
    }
    if (clock->before != MODEL_NONE) {
        LINE(e, 1, STR("Due before: "),
             explain_text(e, model_transition_row(e->model, clock->before)->label));
    }
    if (clock->done != MODEL_NONE) {
        LINE(e, 1, STR("Done with: "), explain_expr(e, clock->done));
    }
    if (clock->who != MODEL_NONE) {
        LINE(e, 1, STR("On the day of: "), explain_expr(e, clock->who));
    }
}

static const struct str due_words[CLOCK__COUNT] = {
    [CLOCK_DUE] = STR_INIT("It is due after"),
    [CLOCK_REPEAT] = STR_INIT("It is due after"),
    [CLOCK_TALLY] = STR_INIT("It is due with"),
    [CLOCK_BAR] = STR_INIT("It is barred for"),
    [CLOCK_BEFORE] = STR_INIT("It is due before that by at least"),
};

void explain_clock(struct explainer *e, uint32_t row)
{
    const struct model_clock *clock = model_clock_row(e->model, row);
    LINE(e, 0, STR("Clock: "), explain_called(e, clock->label, clock->name));
    LINE(e, 1, explain_text(e, clock->help));
    LINE(e, 1, STR("About: "), explain_entity_label(e, clock->entity),
         clock->each == MODEL_NONE ? STR("") : STR(", one for each of "),
         clock->each == MODEL_NONE
             ? STR("")
             : explain_text(e, model_collection_row(e->model, clock->each)->label));
    if (clock->each_where != MODEL_NONE) {
        LINE(e, 2, STR("where "), explain_expr(e, clock->each_where));
    }
    if (clock->when != MODEL_NONE) {
        LINE(e, 1, STR("It exists when "), explain_expr(e, clock->when));
    }
    explain_starts(e, clock);
    if (clock->lengths_count > 0) {
        LINE(e, 1, due_words[clock->kind],
             clock->lengths_count > 1 ? STR(" (the first that fits)") : STR(""));
    }
    for (uint32_t i = 0; i < clock->lengths_count; i++) {
        explain_length(e, model_clock_length_row(e->model, clock->lengths_first + i));
    }
    explain_bound(e, clock);
    explain_periods(e, clock);
    explain_end(e, clock);
    explain_labelled(e, 1, STR("Rule"), clock->id);
    explain_labelled(e, 1, STR("Source"), clock->source);
    LINE(e, 1, STR("Basis: "), model_clock_basis_words((enum model_clock_basis)clock->basis));
    LINE(e, 1,
         clock->verified ? STR("The department has confirmed it.")
                         : STR("Not confirmed with the department: the number can be changed."));
    if (clock->from_day != MODEL_NO_BOUND) {
        LINE(e, 1, STR("In force from "), explain_day(e, clock->from_day));
    }
    if (clock->to_day != MODEL_NO_BOUND) {
        LINE(e, 1, STR("In force to "), explain_day(e, clock->to_day));
    }
}
