/* Why something is due when it is: the rule, its source, the facts used. One tap from every date.
 */
#include "http/page.h"

#include "http/page_words.h"
#include "template_clock.h"

/* The stored reading of a clock for a record and member. */
static enum status find_reading(struct request *request, const struct record *record,
                                uint32_t clock, struct uuid member,
                                struct clock_reading *ret_reading)
{
    struct clock_reading *readings;
    size_t count;
    TRY(store_clocks(request->reader, &request->set, record->root, &readings, &count));
    for (size_t i = 0; i < count; i++) {
        if (readings[i].clock == clock && uuid_eq(readings[i].record, record->subject.id) &&
            uuid_eq(readings[i].member, member)) {
            *ret_reading = readings[i];
            return STATUS_OK;
        }
    }
    return STATUS_NOT_FOUND;
}

struct facts {
    struct arena *arena;
    LIST(struct fact) items;
};

static void add_fact(struct facts *facts, struct str label, struct str value)
{
    if (value.n > 0) {
        struct fact fact = {.label = label, .value = value};
        LIST_PUSH(facts->arena, &facts->items, fact);
    }
}

static struct str period_words(struct arena *arena, const struct model_clock *clock)
{
    struct str from =
        clock->from_day == MODEL_NO_BOUND
            ? STR("")
            : STR_JOIN(arena, STR("from "), date_long(arena, (struct date){clock->from_day}));
    struct str to =
        clock->to_day == MODEL_NO_BOUND
            ? STR("")
            : STR_JOIN(arena, STR("until "), date_long(arena, (struct date){clock->to_day}));
    return STR_JOIN(arena, from, from.n > 0 && to.n > 0 ? STR(" ") : STR(""), to);
}

static struct facts rule_facts(struct request *request, const struct clock_reading *reading)
{
    const struct model *model = request->model;
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    struct facts facts = {.arena = &request->arena};
    add_fact(&facts, STR("In plain words"), model_text(model, clock->help));
    add_fact(&facts, STR("Source"), model_text(model, clock->source));
    add_fact(&facts, STR("Kind of rule"),
             page_capital(&request->arena,
                          model_clock_basis_words((enum model_clock_basis)clock->basis)));
    add_fact(&facts, STR("Number of the rule"), model_text(model, clock->id));
    add_fact(&facts, STR("This version holds"), period_words(&request->arena, clock));
    if (reading->start_fact != MODEL_NONE) {
        struct str label =
            model_text(model, model_clock_start_row(model, reading->start_fact)->label);
        add_fact(&facts, STR("Counts from"),
                 STR_JOIN(&request->arena, label, label.n > 0 ? STR(": ") : STR(""),
                          page_when(request, reading->start)));
    }
    if (reading->state == CLOCK_STATE_DONE && reading->done_at.ms != 0) {
        add_fact(&facts, STR("Done"), page_when(request, reading->done_at));
    }
    return facts;
}

/* ---- what moved it ---- */

/* "due Wed 2 Dec 2026" or how it stood. */
static struct str moved_words(struct request *request, const struct clock_reading *reading,
                              enum clock_state state, struct instant due)
{
    struct clock_reading then = *reading;
    then.state = state;
    then.due = due;
    if (state == CLOCK_STATE_DONE) {
        return STR("done"); /* when, and whether in time, stands above */
    }
    if (state != CLOCK_STATE_RUNNING || due.ms == INT64_MAX) {
        return clock_words(&request->arena, request->model, &then, request->set.now);
    }
    return STR_JOIN(&request->arena, STR("due "),
                    then.by_day
                        ? date_long(&request->arena, calendar_due_date(&request->set.calendar, due))
                        : page_when(request, due));
}

static struct str cause_words(struct request *request, const struct store_clock_change *change)
{
    const struct model *model = request->model;
    if (change->entity == MODEL_NONE) {
        return STR("a day came, or a record elsewhere changed");
    }
    return STR_JOIN(&request->arena,
                    model_text(model, model_entity_row(model, change->entity)->label), STR(": "),
                    change->transition != MODEL_NONE
                        ? model_text(model, model_transition_row(model, change->transition)->done)
                        : STR("changed"));
}

/* Nothing restarts silently: what it was, what it became, and what did that. */
static void add_changes(struct request *request, const struct clock_reading *reading,
                        struct facts *facts)
{
    struct store_clock_change *changes;
    size_t count;
    if (store_clock_changes(request->reader, &request->set, reading, &changes, &count) !=
        STATUS_OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct store_clock_change *change = &changes[i];
        struct str before =
            change->first
                ? STR("")
                : STR_JOIN(&request->arena,
                           moved_words(request, reading, change->old_state, change->old_due),
                           STR(" → "));
        add_fact(facts, STR_JOIN(&request->arena, STR("Moved "), page_when(request, change->at)),
                 STR_JOIN(&request->arena, before,
                          moved_words(request, reading, change->new_state, change->new_due),
                          STR(" ("), cause_words(request, change), STR(")")));
    }
}

static enum handled show(struct request *request, const struct record *record,
                         const struct clock_reading *reading)
{
    struct html html;
    const struct model *model = request->model;
    const struct model_clock *clock = model_clock_row(model, reading->clock);
    struct facts facts = rule_facts(request, reading);
    add_changes(request, reading, &facts);
    struct due due = page_due(request, reading);
    struct str title = model_text(model, clock->label);
    struct template_frame frame = page_frame(request, &(struct page){.title = title});
    struct template_clock page = {
        .frame = &frame,
        .title = title,
        .about = record_title(&request->set, record),
        .line = due,
        .words = clock_explain(&request->set, reading),
        .facts = facts.items.items,
        .facts_count = facts.items.count,
        .open = {STR("Open it"),    due.to,        false},
        .rule = { STR("All of what the model says"),
                 URL(&request->arena, STR("model"), STR("clock"), model_text(model, clock->name)),
                 false},
    };
    page.line.rule = (struct url){0}; /* it is this page */
    if (!clock->verified) {
        page.doubt.tone = TONE_WATCH;
        page.doubt.title = STR("Not confirmed yet");
        page.doubt.text = STR("The number in this rule has not been confirmed with the department. "
                              "Your agency can change it; until then count with the earlier date.");
    }
    page_begin(request, &html);
    template_clock(&html, &page);
    return page_end(request, &html, 200);
}

enum handled page_clock(struct request *request)
{
    const struct model *model = request->model;
    uint32_t clock = model_clock_by_name(model, request->parameters[0]);
    struct clock_reading reading;
    struct uuid id, member = {{0}};
    enum handled handled;
    bool has_member = !str_eq(request->parameters[2], STR("-"));
    if (clock == MODEL_NONE || !page_id(request, 1, &id) ||
        (has_member && !page_id(request, 2, &member))) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    const struct model_clock *shape = model_clock_row(model, clock);
    struct record *record = page_read(request, shape->entity, id, shape->loads_first,
                                      shape->loads_count, STR("Why a date"), &handled);
    if (!record) {
        return handled;
    }
    enum status status = find_reading(request, record, clock, member, &reading);
    if (status == STATUS_OK) {
        status = store_titles(request->reader, &request->set);
    }
    return status == STATUS_OK ? show(request, record, &reading) : request_fail(request, status);
}
