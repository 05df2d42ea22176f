/* test_practice_model MODEL: what must be true of the practice model beyond what the compiler asks:
 * everybody who meets a rule can see what it means, where it stands, and where to do something. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "compile/compile.h"
#include "compile/explain.h"
#include "model/model.h"

#define CHECK_CAP ((size_t)512 * 1024 * 1024)
#define ZONES STR("/usr/share/zoneinfo")

struct sanity {
    struct arena *arena;
    const struct model *model;
    unsigned checks, failures; /* failures of the check that is running */
    bool failed;
};

/* Notes something that is wrong within the running check. */
static void miss(struct sanity *s, struct str what, uint32_t name, struct str lacks)
{
    printf("# %.*s %.*s %.*s\n", STR_ARG(what), STR_ARG(model_text(s->model, name)),
           STR_ARG(lacks));
    s->failures++;
}

static void finish(struct sanity *s, const char *check)
{
    s->checks++;
    printf("%s %u - %s\n", s->failures ? "not ok" : "ok", s->checks, check);
    s->failed |= s->failures > 0;
    s->failures = 0;
}

/* ---- rules ---------------------------------------------------------------------------------- */

/* Whether some page is about the record or what it belongs to. */
static bool has_workspace(const struct sanity *s, uint32_t entity)
{
    for (uint32_t row = 0; row < model_workspace_total(s->model); row++) {
        uint32_t about = model_workspace_row(s->model, row)->entity;
        if (about == entity || about == model_entity_row(s->model, entity)->root) {
            return true;
        }
    }
    return false;
}

static void clocks_lead_somewhere(struct sanity *s)
{
    for (uint32_t row = 0; row < model_clock_total(s->model); row++) {
        const struct model_clock *clock = model_clock_row(s->model, row);
        if (!clock->source || !clock->help) {
            miss(s, STR("clock"), clock->name, STR("has no source or does not say its rule"));
        }
        if (clock->step == MODEL_NONE && has_workspace(s, clock->entity)) {
            miss(s, STR("clock"), clock->name, STR("has no step, though there is a page for it"));
        }
        if (clock->starts_count == 0 ||
            (clock->lengths_count == 0 && clock->before == MODEL_NONE)) {
            miss(s, STR("clock"), clock->name, STR("has no start or no length"));
        }
    }
    finish(s, "every clock has a source, its rule in words, a start, a length and a step");
}

/* The page that shows a due date names what it counts from. */
static void starts_are_named(struct sanity *s)
{
    for (uint32_t row = 0; row < model_clock_total(s->model); row++) {
        const struct model_clock *clock = model_clock_row(s->model, row);
        for (uint32_t i = 0; i < clock->starts_count; i++) {
            const struct model_clock_start *start =
                model_clock_start_row(s->model, clock->starts_first + i);
            uint32_t op = model_nodes(s->model)[start->at].op;
            if (!start->label && op != EXPR_FACT && op != EXPR_FIELD) {
                miss(s, STR("clock"), clock->name, STR("does not name its start"));
            }
        }
    }
    finish(s, "every clock names its start");
}

static void every_clock_is_moved(struct sanity *s)
{
    for (uint32_t row = 0; row < model_clock_total(s->model); row++) {
        const struct model_clock *clock = model_clock_row(s->model, row);
        bool own = false;
        for (uint32_t i = 0; i < clock->watches_count; i++) {
            const struct model_clock_watch *watch =
                model_clock_watch_row(s->model, clock->watches_first + i);
            own |= watch->entity == clock->entity && watch->back_count == 0;
        }
        if (!own) {
            miss(s, STR("clock"), clock->name, STR("is not moved by its own record"));
        }
    }
    finish(s, "every clock is moved by its own record");
}

/* ---- work ------------------------------------------------------------------------------------ */

static bool has_an_end(const struct sanity *s, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(s->model, entity);
    bool closes = false;
    for (uint32_t i = 0; i < shape->states_count; i++) {
        closes |= model_state_row(s->model, shape->states_first + i)->closed != 0;
    }
    return closes;
}

/* The overview begins with what is not complete: a step that cannot say it is never done. */
static void work_says_when_it_is_done(struct sanity *s)
{
    for (uint32_t row = 0; row < model_workspace_step_total(s->model); row++) {
        const struct model_workspace_step *step = model_workspace_step_row(s->model, row);
        bool is_work = step->kind == STEP_FORM || step->kind == STEP_RECORDS;
        uint32_t entity = model_workspace_row(s->model, step->workspace)->entity;
        if (is_work && has_an_end(s, entity) && step->complete == MODEL_NONE) {
            miss(s, STR("step"), step->name, STR("does not say when it is complete"));
        }
    }
    finish(s, "where work has an end, each of its steps says when it is complete");
}

/* States from which equal steps lead: none of them is suggested. */
static const struct {
    struct str entity, state;
} choices[] = {
    {STR_INIT("access_report"),  STR_INIT("submitted")   }, /* screen in, screen out */
    {STR_INIT("notification"),   STR_INIT("told")        }, /* each side acknowledges its own way */
    {STR_INIT("substantiation"), STR_INIT("notified")    }, /* a review is asked for, or not */
    {STR_INIT("substantiation"), STR_INIT("review_held") }, /* upheld, overturned */
    {STR_INIT("substantiation"), STR_INIT("hearing_held")}, /* upheld, reversed */
};

static bool is_choice(const struct sanity *s, const struct model_state *state)
{
    struct str entity = model_text(s->model, model_entity_row(s->model, state->entity)->name);
    bool found = false;
    for (size_t i = 0; i < ARRAY_LENGTH(choices); i++) {
        found |= str_eq(choices[i].entity, entity) &&
                 str_eq(choices[i].state, model_text(s->model, state->name));
    }
    return found;
}

/* Nobody takes it by itself: an effect does, or handing over. */
static bool is_taken_by_people(const struct sanity *s, uint32_t transition)
{
    const struct model_transition *step = model_transition_row(s->model, transition);
    bool duty = false;
    for (uint32_t i = 0; i < model_duty_total(s->model); i++) {
        duty |= model_duty_row(s->model, i)->transition == transition;
    }
    uint32_t allow = model_decider_row(s->model, step->decider)->allow;
    const struct expr_node *node = allow == MODEL_NONE ? NULL : &model_nodes(s->model)[allow];
    bool nobody = node != NULL && node->op == EXPR_BOOLEAN && node->number == 0;
    return !duty && !nobody;
}

static bool leads_from(const struct sanity *s, const struct model_transition *step, uint32_t state)
{
    bool found = false;
    for (uint32_t i = 0; i < step->from_count; i++) {
        found |= model_transition_from_row(s->model, step->from_first + i)->state == state;
    }
    return found;
}

static void one_step_stands_out(struct sanity *s)
{
    for (uint32_t state = 0; state < model_state_total(s->model); state++) {
        unsigned main_steps = 0, loud = 0;
        for (uint32_t row = 0; row < model_transition_total(s->model); row++) {
            const struct model_transition *step = model_transition_row(s->model, row);
            if (leads_from(s, step, state) && is_taken_by_people(s, row)) {
                main_steps += step->weight == WEIGHT_MAIN;
                loud += step->weight != WEIGHT_QUIET;
            }
        }
        const struct model_state *shape = model_state_row(s->model, state);
        if (main_steps > 1 || (loud > 1 && main_steps == 0 && !is_choice(s, shape))) {
            miss(s, STR("state"), shape->name,
                 STR("has several steps, and not one of them stands out"));
        }
    }
    finish(s, "where several steps lead on, one stands out, or it is a choice");
}

/* ---- words ---------------------------------------------------------------------------------- */

static void everything_shown_has_words(struct sanity *s)
{
    for (uint32_t row = 0; row < model_field_total(s->model); row++) {
        const struct model_field *field = model_field_row(s->model, row);
        if (!field->label) {
            miss(s, STR("field"), field->name, STR("has no label"));
        }
    }
    for (uint32_t row = 0; row < model_entity_total(s->model); row++) {
        const struct model_entity *entity = model_entity_row(s->model, row);
        if (!entity->label || !entity->plural) {
            miss(s, STR("entity"), entity->name, STR("lacks its label or plural"));
        }
    }
    for (uint32_t row = 0; row < model_transition_total(s->model); row++) {
        const struct model_transition *transition = model_transition_row(s->model, row);
        if (!transition->label || !transition->done) {
            miss(s, STR("transition"), transition->name, STR("lacks its label or 'done'"));
        }
    }
    for (uint32_t row = 0; row < model_guard_total(s->model); row++) {
        const struct model_guard *guard = model_guard_row(s->model, row);
        if (!guard->message || !guard->better) {
            miss(s, STR("guard"), guard->name, STR("does not say what is wrong and what is right"));
        }
    }
    for (uint32_t row = 0; row < model_code_total(s->model); row++) {
        const struct model_code *code = model_code_row(s->model, row);
        if (!code->label) {
            miss(s, STR("code"), code->code, STR("has no label"));
        }
    }
    finish(s, "everything that is shown has words");
}

static void everything_is_explained(struct sanity *s)
{
    static const enum model_table tables[] = {
        MODEL_TABLE_entity,    MODEL_TABLE_clock,    MODEL_TABLE_fact,
        MODEL_TABLE_form,      MODEL_TABLE_decider,  MODEL_TABLE_list_view,
        MODEL_TABLE_workspace, MODEL_TABLE_document, MODEL_TABLE_code_set,
        MODEL_TABLE_scheme,    MODEL_TABLE_role,     MODEL_TABLE_record_class,
    };
    for (size_t t = 0; t < ARRAY_LENGTH(tables); t++) {
        for (uint32_t row = 0; row < model_total(s->model, tables[t]); row++) {
            uint32_t name = model_cells(s->model, tables[t], row)[0];
            if (explain_name(s->arena, s->model, model_text(s->model, name)).n == 0) {
                miss(s, str_from(model_table_shape(tables[t])->name), name,
                     STR("is not explained"));
            }
        }
    }
    for (uint32_t row = 0; row < model_transition_total(s->model); row++) {
        const struct model_transition *transition = model_transition_row(s->model, row);
        struct str entity =
            model_text(s->model, model_entity_row(s->model, transition->entity)->name);
        struct str name = model_text(s->model, transition->name);
        if (explain_name(s->arena, s->model, STR_JOIN(s->arena, entity, STR("."), name)).n == 0) {
            miss(s, STR("transition"), transition->name, STR("is not explained"));
        }
    }
    finish(s, "everything with a name is explained");
}

/* ---- rights -----------------------------------------------------------------------------------
 */

static bool is_granted(const struct sanity *s, uint32_t class, enum model_verb verb)
{
    for (uint32_t row = 0; row < model_grant_total(s->model); row++) {
        const struct model_grant *grant = model_grant_row(s->model, row);
        if (grant->class == class && (grant->verbs >> verb & 1)) {
            return true;
        }
    }
    return false;
}

static bool is_created(const struct sanity *s, uint32_t entity)
{
    for (uint32_t row = 0; row < model_effect_total(s->model); row++) {
        const struct model_effect *effect = model_effect_row(s->model, row);
        if (effect->kind == EFFECT_CREATE && effect->entity == entity) {
            return true;
        }
    }
    return false;
}

static void every_record_can_be_made_and_read(struct sanity *s)
{
    for (uint32_t row = 0; row < model_entity_total(s->model); row++) {
        const struct model_entity *entity = model_entity_row(s->model, row);
        if (!is_granted(s, entity->class, VERB_READ)) {
            miss(s, STR("entity"), entity->name, STR("can be read by nobody"));
        }
        if (!is_granted(s, entity->class, VERB_CREATE) && !is_created(s, row)) {
            miss(s, STR("entity"), entity->name, STR("can be made by nobody"));
        }
        if ((entity->kind == ENTITY_ROOT || entity->kind == ENTITY_HUB) &&
            entity->audiences_count == 0) {
            miss(s, STR("entity"), entity->name, STR("has no audience"));
        }
    }
    finish(s, "every record can be made and read by somebody");
}

static void every_role_may_do_something(struct sanity *s)
{
    for (uint32_t role = 0; role < model_role_total(s->model); role++) {
        bool any = false;
        for (uint32_t row = 0; row < model_grant_total(s->model); row++) {
            any |= model_grant_row(s->model, row)->role == role;
        }
        if (!any) {
            miss(s, STR("role"), model_role_row(s->model, role)->name, STR("may do nothing"));
        }
    }
    finish(s, "every role may do something");
}

/* ---- sharing --------------------------------------------------------------------------------- */

static struct str capitals(const struct sanity *s, uint32_t name)
{
    struct str text = model_text(s->model, name);
    char *upper = arena_alloc(s->arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (struct str){upper, text.n};
}

/* An agreement covers kinds of records by codes, which are their names in capitals. */
static void what_is_shared_is_a_kind_of_record(struct sanity *s)
{
    for (uint32_t row = 0; row < model_code_total(s->model); row++) {
        const struct model_code *code = model_code_row(s->model, row);
        struct str set = model_text(s->model, model_code_set_row(s->model, code->set)->name);
        bool found = !str_eq(set, STR("shared_kind"));
        for (uint32_t i = 0; i < model_entity_total(s->model) && !found; i++) {
            const struct model_entity *entity = model_entity_row(s->model, i);
            found = str_eq(capitals(s, entity->name), model_text(s->model, code->code)) &&
                    is_granted(s, entity->class, VERB_SHARE);
        }
        if (!found) {
            miss(s, STR("shared_kind"), code->code, STR("is no kind of record that can be shared"));
        }
    }
    finish(s, "what an agreement covers are kinds of records that somebody may share");
}

/* ---- time -------------------------------------------------------------------------------------
 */

static void the_calendar_is_that_of_wisconsin(struct sanity *s)
{
    struct calendar calendar = model_calendar(s->model);
    bool thanksgiving = calendar_is_holiday(&calendar, date_from_civil(2026, 11, 26));
    bool far = calendar_is_holiday(&calendar, date_from_civil(2036, 7, 4));
    /* Five business days from Friday 20 November 2026, over Thanksgiving. */
    struct date due = calendar_add_business_days(&calendar, date_from_civil(2026, 11, 20), 5);
    if (!thanksgiving || !far || due.day != date_from_civil(2026, 11, 30).day) {
        miss(s, STR("calendar of"), model_model_row(s->model, 0)->name, STR("lacks holidays"));
    }
    /* Elections are in even years: the primary and the general one of 2026, none of 2027. */
    if (!calendar_is_holiday(&calendar, date_from_civil(2026, 8, 11)) ||
        !calendar_is_holiday(&calendar, date_from_civil(2026, 11, 3)) ||
        calendar_is_holiday(&calendar, date_from_civil(2027, 8, 10)) ||
        calendar_is_holiday(&calendar, date_from_civil(2027, 11, 2))) {
        miss(s, STR("calendar of"), model_model_row(s->model, 0)->name,
             STR("has other days of election"));
    }
    struct zone zone = *calendar.zone;
    struct str summer = zone_iso(s->arena, &zone, (struct instant){INT64_C(1782907200000)});
    if (!str_eq(summer, STR("2026-07-01T07:00:00-05:00"))) {
        miss(s, STR("zone of"), model_model_row(s->model, 0)->name, STR("is not that of Chicago"));
    }
    finish(s, "holidays and local time are those of Wisconsin");
}

static const struct model *open_model(struct arena *arena, const char *directory)
{
    struct outcome outcome;
    struct compile_result result;
    const struct model *model = NULL;
    outcome_init(&outcome, arena);
    enum status status = compile_model(arena, str_from(directory), ZONES, &outcome, &result);
    for (size_t i = 0; i < result.error_count; i++) {
        printf("# %.*s\n", STR_ARG(compile_error_line(arena, &result.errors[i])));
    }
    if (status == STATUS_OK && model_open(arena, result.image, &outcome, &model) != STATUS_OK) {
        printf("# %.*s\n", STR_ARG(outcome.problems.items[0].message));
    }
    return model;
}

int main(int count, char **arguments)
{
    struct arena arena;
    struct sanity s = {.arena = &arena};
    if (count != 2) {
        fprintf(stderr, "usage: test_practice_model MODEL\n");
        return 2;
    }
    arena_init(&arena, CHECK_CAP, NULL, NULL);
    s.model = open_model(&arena, arguments[1]);
    s.failures = s.model == NULL;
    finish(&s, "the practice model compiles and its image opens");
    if (s.model) {
        clocks_lead_somewhere(&s);
        starts_are_named(&s);
        every_clock_is_moved(&s);
        work_says_when_it_is_done(&s);
        one_step_stands_out(&s);
        everything_shown_has_words(&s);
        everything_is_explained(&s);
        every_record_can_be_made_and_read(&s);
        every_role_may_do_something(&s);
        what_is_shared_is_a_kind_of_record(&s);
        the_calendar_is_that_of_wisconsin(&s);
    }
    printf("1..%u\n", s.checks);
    arena_clear(&arena);
    return s.failed ? 1 : 0;
}
