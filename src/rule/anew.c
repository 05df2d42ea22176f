#include "rule/anew.h"

#include <string.h>

/* Two models side by side, each as the same agency has it. A row is always a row of before on the
 * left and one of after on the right. */
struct pair {
    const struct model *before, *after;
    /* By field of before: 1 + the field of after that it is being compared with, or has been. A
     * field that is worked out from itself is the same as another when nothing else differs. */
    uint32_t *fields;
};

/* ---- rows ---- */

/* Columns that say something to people, where a row stands, or what is judged only when somebody
 * acts: no reading rests on them. */
static const struct str unread[] = {STR_INIT("label"), STR_INIT("help"),     STR_INIT("source"),
                                    STR_INIT("id"),    STR_INIT("verified"), STR_INIT("family"),
                                    STR_INIT("step"),  STR_INIT("loads"),    STR_INIT("codes")};

static bool is_read(const struct model_column *column)
{
    for (size_t i = 0; i < ARRAY_LENGTH(unread); i++) {
        if (str_eq(str_from(column->name), unread[i])) {
            return false;
        }
    }
    return true;
}

static bool same_text(const struct pair *pair, uint32_t before, uint32_t after)
{
    return str_eq(model_text(pair->before, before), model_text(pair->after, after));
}

static bool same_expression(const struct pair *pair, uint32_t before, uint32_t after);
static bool same_reference(const struct pair *pair, enum model_table table, uint32_t before,
                           uint32_t after);
static bool same_range(const struct pair *pair, enum model_table table, const uint32_t *before,
                       const uint32_t *after);

static bool same_cell(const struct pair *pair, const struct model_column *column,
                      const uint32_t *before, const uint32_t *after)
{
    switch (column->kind) {
    case COLUMN_TEXT:
        return same_text(pair, *before, *after);
    case COLUMN_REF:
        return same_reference(pair, (enum model_table)column->target, *before, *after);
    case COLUMN_FIRST:
        return same_range(pair, (enum model_table)column->target, before, after);
    case COLUMN_COUNT:
        return true; /* with its first */
    case COLUMN_EXPR:
        return same_expression(pair, *before, *after);
    case COLUMN_ENUM:
    case COLUMN_FLAG:
    case COLUMN_BITS:
    case COLUMN_NUMBER:
        return *before == *after;
    }
    __builtin_trap();
}

static bool same_row(const struct pair *pair, enum model_table table, uint32_t before,
                     uint32_t after)
{
    const struct model_table_shape *shape = model_table_shape(table);
    const uint32_t *was = model_cells(pair->before, table, before);
    const uint32_t *is = model_cells(pair->after, table, after);
    for (uint32_t i = 0; i < shape->column_count; i++) {
        if (is_read(&shape->columns[i]) && !same_cell(pair, &shape->columns[i], &was[i], &is[i])) {
            return false;
        }
    }
    return true;
}

/* In the same order: a reading names its start and length by their places. */
static bool same_range(const struct pair *pair, enum model_table table, const uint32_t *before,
                       const uint32_t *after)
{
    for (uint32_t i = 0; i < before[1] && before[1] == after[1]; i++) {
        if (!same_row(pair, table, before[0] + i, after[0] + i)) {
            return false;
        }
    }
    return before[1] == after[1];
}

/* ---- what rows name ---- */

static bool is_either_none(uint32_t before, uint32_t after)
{
    return before == MODEL_NONE || after == MODEL_NONE;
}

/* Rows whose first column is their name. */
static bool same_name(const struct pair *pair, enum model_table table, uint32_t before,
                      uint32_t after)
{
    return is_either_none(before, after)
               ? before == after
               : same_text(pair, model_cells(pair->before, table, before)[0],
                           model_cells(pair->after, table, after)[0]);
}

static bool same_list(const struct pair *pair, uint32_t before, uint32_t after)
{
    return is_either_none(before, after)
               ? before == after
               : same_name(pair, MODEL_TABLE_list, before, after) &&
                     same_name(pair, MODEL_TABLE_entity,
                               model_list_row(pair->before, before)->entity,
                               model_list_row(pair->after, after)->entity);
}

/* What is stored under it, how it is read, and from what it is worked out. */
static bool same_field(const struct pair *pair, uint32_t before, uint32_t after)
{
    if (is_either_none(before, after)) {
        return before == after;
    }
    if (pair->fields[before] != 0) {
        return pair->fields[before] == 1 + after;
    }
    pair->fields[before] = 1 + after;
    const struct model_field *was = model_field_row(pair->before, before);
    const struct model_field *is = model_field_row(pair->after, after);
    return same_text(pair, was->name, is->name) &&
           same_name(pair, MODEL_TABLE_entity, was->entity, is->entity) &&
           same_list(pair, was->list, is->list) && was->kind == is->kind &&
           was->scale == is->scale && was->kernel == is->kernel &&
           same_name(pair, MODEL_TABLE_code_set, was->code_set, is->code_set) &&
           same_reference(pair, MODEL_TABLE_entity, was->target, is->target) &&
           same_list(pair, was->rows, is->rows) &&
           same_reference(pair, MODEL_TABLE_overlay, was->overlay, is->overlay) &&
           same_expression(pair, was->relevant, is->relevant) &&
           same_expression(pair, was->derived, is->derived);
}

/* Where the trait period puts the beginning and the end of members. */
struct limits {
    uint32_t begins, ends;
};

static struct limits limits_of(const struct model *model, uint32_t reference, uint32_t list)
{
    if (reference != MODEL_NONE) {
        list = model_field_row(model, reference)->list;
    }
    if (list != MODEL_NONE) {
        const struct model_list *row = model_list_row(model, list);
        return (struct limits){row->begins, row->ends};
    }
    const struct model_entity *row =
        model_entity_row(model, model_field_row(model, reference)->entity);
    return (struct limits){row->begins, row->ends};
}

/* The same members, whatever it is called. */
static bool same_collection(const struct pair *pair, uint32_t before, uint32_t after)
{
    if (is_either_none(before, after)) {
        return before == after;
    }
    const struct model_collection *was = model_collection_row(pair->before, before);
    const struct model_collection *is = model_collection_row(pair->after, after);
    if (!same_list(pair, was->list, is->list) || !same_field(pair, was->reference, is->reference)) {
        return false;
    }
    struct limits old = limits_of(pair->before, was->reference, was->list);
    struct limits now = limits_of(pair->after, is->reference, is->list);
    return same_field(pair, old.begins, now.begins) && same_field(pair, old.ends, now.ends);
}

/* An alternative is taken or not by what else its scheme offers, and when. */
static bool same_alternative(const struct pair *pair, uint32_t before, uint32_t after)
{
    return is_either_none(before, after)
               ? before == after
               : same_name(pair, MODEL_TABLE_scheme_alternative, before, after) &&
                     same_row(pair, MODEL_TABLE_scheme,
                              model_scheme_alternative_row(pair->before, before)->scheme,
                              model_scheme_alternative_row(pair->after, after)->scheme);
}

static bool same_overlay(const struct pair *pair, uint32_t before, uint32_t after)
{
    return is_either_none(before, after)
               ? before == after
               : same_text(pair, model_overlay_row(pair->before, before)->agency,
                           model_overlay_row(pair->after, after)->agency);
}

static bool same_entity(const struct pair *pair, uint32_t before, uint32_t after)
{
    return same_name(pair, MODEL_TABLE_entity, before, after) &&
           (before == MODEL_NONE || model_entity_row(pair->before, before)->kind ==
                                        model_entity_row(pair->after, after)->kind);
}

static bool same_reference(const struct pair *pair, enum model_table table, uint32_t before,
                           uint32_t after)
{
    switch ((int)table) {
    case MODEL_TABLE_field:
        return same_field(pair, before, after);
    case MODEL_TABLE_collection:
        return same_collection(pair, before, after);
    case MODEL_TABLE_scheme_alternative:
        return same_alternative(pair, before, after);
    case MODEL_TABLE_overlay:
        return same_overlay(pair, before, after);
    case MODEL_TABLE_entity:
        return same_entity(pair, before, after);
    default:
        return same_name(pair, table, before, after);
    }
}

/* ---- expressions ---- */

static bool same_literal_text(const struct pair *pair, const struct expr_node *was,
                              const struct expr_node *is)
{
    return str_eq((struct str){model_expr_text(pair->before) + was->text, was->text_length},
                  (struct str){model_expr_text(pair->after) + is->text, is->text_length});
}

/* What a node says besides its operation, type and children. */
static bool same_meaning(const struct pair *pair, const struct expr_node *was,
                         const struct expr_node *is)
{
    switch (was->op) {
    case EXPR_BOOLEAN:
    case EXPR_INTEGER:
    case EXPR_DECIMAL:
    case EXPR_DATE:
    case EXPR_SCALE_UP:
        return was->number == is->number;
    case EXPR_TEXT:
        return same_literal_text(pair, was, is);
    case EXPR_CODE:
        return same_literal_text(pair, was, is) &&
               same_name(pair, MODEL_TABLE_code_set, was->id, is->id);
    case EXPR_FOLLOW:
    case EXPR_FIELD:
    case EXPR_WHY:
    case EXPR_ADDRESSED:
        return same_field(pair, was->id, is->id);
    case EXPR_FACT:
        return same_expression(pair, model_fact_row(pair->before, was->id)->is,
                               model_fact_row(pair->after, is->id)->is);
    case EXPR_MEMBERS:
        return same_collection(pair, was->id, is->id);
    default: /* the slot of a variable, or nothing */
        return was->id == is->id;
    }
}

static bool same_expression(const struct pair *pair, uint32_t before, uint32_t after)
{
    if (is_either_none(before, after)) {
        return before == after;
    }
    const struct expr_node *was = &model_nodes(pair->before)[before];
    const struct expr_node *is = &model_nodes(pair->after)[after];
    if (was->op != is->op || was->type != is->type || was->scale != is->scale ||
        !same_meaning(pair, was, is)) {
        return false;
    }
    uint32_t left = was->first, right = is->first;
    while (!is_either_none(left, right)) {
        if (!same_expression(pair, left, right)) {
            return false;
        }
        left = model_nodes(pair->before)[left].next;
        right = model_nodes(pair->after)[right].next;
    }
    return left == right;
}

/* ---- the calendar ---- */

static bool same_zone(const struct zone *before, const struct zone *after)
{
    bool same = before->count == after->count;
    for (size_t i = 0; i < before->count && same; i++) {
        const struct zone_transition *was = &before->transitions[i];
        const struct zone_transition *is = &after->transitions[i];
        same = was->at_ms == is->at_ms && was->offset_s == is->offset_s &&
               was->daylight == is->daylight;
    }
    return same;
}

static bool same_holidays(const struct calendar *before, const struct calendar *after)
{
    bool same = before->holiday_count == after->holiday_count;
    for (size_t i = 0; i < before->holiday_count && same; i++) {
        same = before->holidays[i] == after->holidays[i];
    }
    return same;
}

static bool asks_for_holidays(const struct model *model, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_clock_length *length = model_clock_length_row(model, i);
        if (length->roll || length->unit == UNIT_BUSINESS_HOURS ||
            length->unit == UNIT_BUSINESS_DAYS) {
            return true;
        }
    }
    return false;
}

static bool same_days(const struct pair *pair, const struct model_clock *clock)
{
    struct calendar before = model_calendar(pair->before);
    struct calendar after = model_calendar(pair->after);
    return same_zone(before.zone, after.zone) &&
           (same_holidays(&before, &after) ||
            (!asks_for_holidays(pair->after, clock->lengths_first, clock->lengths_count) &&
             !asks_for_holidays(pair->after, clock->bounds_first, clock->bounds_count)));
}

/* ---- clocks and audiences ---- */

/* A record ends its clocks where it is closed: of the states that both models have, in no other one
 * can it be. */
static bool same_closing(const struct pair *pair, uint32_t before, uint32_t after)
{
    const struct model_entity *was = model_entity_row(pair->before, before);
    for (uint32_t i = 0; i < was->states_count; i++) {
        const struct model_state *old = model_state_row(pair->before, was->states_first + i);
        uint32_t state =
            model_state_by_name(pair->after, after, model_text(pair->before, old->name));
        if (state != MODEL_NONE && model_state_row(pair->after, state)->closed != old->closed) {
            return false;
        }
    }
    return true;
}

/* Whose agency's scheme it goes by. */
static bool same_owner(const struct pair *pair, uint32_t before, uint32_t after)
{
    const struct model_entity *was = model_entity_row(pair->before, before);
    const struct model_entity *is = model_entity_row(pair->after, after);
    return same_field(pair, was->parent, is->parent) &&
           same_field(pair, model_entity_row(pair->before, was->root)->owner,
                      model_entity_row(pair->after, is->root)->owner);
}

/* As the agency of the pair has it. */
static bool same_clock(const struct pair *pair, uint32_t before, uint32_t after)
{
    const struct model_clock *was = model_clock_row(pair->before, before);
    const struct model_clock *is = model_clock_row(pair->after, after);
    bool ran = model_has_clock(pair->before, before), runs = model_has_clock(pair->after, after);
    if (!ran || !runs) {
        return ran == runs;
    }
    return same_row(pair, MODEL_TABLE_clock, before, after) &&
           same_closing(pair, was->entity, is->entity) &&
           same_owner(pair, was->entity, is->entity) && same_days(pair, is);
}

static bool same_audiences(const struct pair *pair, uint32_t before, uint32_t after)
{
    const struct model_entity *was = model_entity_row(pair->before, before);
    const struct model_entity *is = model_entity_row(pair->after, after);
    return was->kind == is->kind && same_owner(pair, before, after) &&
           same_range(pair, MODEL_TABLE_audience_source,
                      (const uint32_t[]){was->audiences_first, was->audiences_count},
                      (const uint32_t[]){is->audiences_first, is->audiences_count});
}

/* ---- as each agency has it ---- */

static const struct model *view_of(const struct model *model, struct str agency)
{
    for (uint32_t i = 0; i < model_overlay_total(model); i++) {
        if (str_eq(model_text(model, model_overlay_row(model, i)->agency), agency)) {
            return model_view(model, i);
        }
    }
    return model_view(model, MODEL_NONE);
}

struct views {
    LIST(struct pair) items;
};

/* The two models as an agency has them: the base where it has no overlay. */
static void add_views(struct arena *arena, const struct model *before, const struct model *after,
                      struct str agency, struct views *views)
{
    struct pair pair = {view_of(before, agency), view_of(after, agency),
                        ARENA_ARRAY(arena, model_field_total(before), uint32_t)};
    LIST_PUSH(arena, &views->items, pair);
}

static void add_views_of(struct arena *arena, const struct model *before, const struct model *after,
                         const struct model *with, struct views *views)
{
    for (uint32_t i = 0; i < model_overlay_total(with); i++) {
        struct str agency = model_text(with, model_overlay_row(with, i)->agency);
        add_views(arena, before, after, agency, views);
    }
}

static bool same_everywhere(const struct views *views,
                            bool (*same)(const struct pair *pair, uint32_t before, uint32_t after),
                            uint32_t before, uint32_t after)
{
    for (size_t i = 0; i < views->items.count && !is_either_none(before, after); i++) {
        const struct pair *pair = &views->items.items[i];
        memset(pair->fields, 0, model_field_total(pair->before) * sizeof(*pair->fields));
        if (!same(pair, before, after)) {
            return false;
        }
    }
    return !is_either_none(before, after);
}

/* ---- all of it ---- */

static struct anew anew_none(struct arena *arena, const struct model *after)
{
    return (struct anew){ARENA_ARRAY(arena, model_clock_total(after), bool),
                         ARENA_ARRAY(arena, model_entity_total(after), bool)};
}

struct anew anew_all(struct arena *arena, const struct model *after)
{
    struct anew anew = anew_none(arena, after);
    memset(anew.clocks, true, model_clock_total(after) * sizeof(bool));
    memset(anew.audiences, true, model_entity_total(after) * sizeof(bool));
    return anew;
}

struct anew anew_after(struct arena *arena, const struct model *before, const struct model *after)
{
    struct anew anew = anew_none(arena, after);
    struct views views = {0};
    add_views(arena, before, after, STR(""), &views);
    add_views_of(arena, before, after, before, &views);
    add_views_of(arena, before, after, after, &views);
    for (uint32_t i = 0; i < model_clock_total(after); i++) {
        struct str name = model_text(after, model_clock_row(after, i)->name);
        anew.clocks[i] = !same_everywhere(&views, same_clock, model_clock_by_name(before, name), i);
    }
    for (uint32_t i = 0; i < model_entity_total(after); i++) {
        struct str name = model_text(after, model_entity_row(after, i)->name);
        anew.audiences[i] =
            !same_everywhere(&views, same_audiences, model_entity_by_name(before, name), i);
    }
    return anew;
}
