/* What waits for a decision of this worker, beside the facts that decide it: what the list of the
 * model says of it, what the form of the decision shows, and what is still missing. */
#include "http/page.h"

#include "http/page_access.h"
#include "http/page_team.h"
#include "http/page_work.h"
#include "template_approvals.h"

#define FACTS_MAX 16u
/* On a page, with all that decides them. */
#define SHOWN_MAX 6u

/* One that waits, and where it stands in the lists of the model. */
struct waiting {
    struct record *record;
    const struct model_list_view *view; /* NULL: in none */
    struct store_line line;
};

struct facts {
    struct arena *arena;
    LIST(struct fact) items;
};

/* Several decisions may look at the same fact: it is told once. */
static bool is_told(const struct facts *facts, const struct fact *fact)
{
    for (size_t i = 0; i < facts->items.count; i++) {
        if (str_eq(facts->items.items[i].label, fact->label) &&
            str_eq(facts->items.items[i].value, fact->value)) {
            return true;
        }
    }
    return false;
}

static void add_fact(struct facts *facts, struct fact fact)
{
    if (fact.value.n > 0 && facts->items.count < FACTS_MAX && !is_told(facts, &fact)) {
        LIST_PUSH(facts->arena, &facts->items, fact);
    }
}

/* ---- facts: of the list the model made for such records ---- */

static void add_columns(struct request *request, const struct waiting *waiting, struct facts *facts)
{
    const struct model_list_view *view = waiting->view;
    const struct store_line *line = &waiting->line;
    for (uint32_t i = 0; i < view->columns_count; i++) {
        const struct model_list_column *column =
            model_list_column_row(request->model, view->columns_first + i);
        add_fact(facts, (struct fact){.label = view_column_label(request->model, column),
                                      .value = page_column(request, line->record, column)});
    }
    if (view->clock != MODEL_NONE && line->clock.due.ms != 0) {
        add_fact(facts, (struct fact){.label = model_text(
                                          request->model,
                                          model_clock_row(request->model, view->clock)->label),
                                      .value = clock_words(&request->arena, request->model,
                                                           &line->clock, request->set.now),
                                      .to = page_clock_url(request, &line->clock)});
    }
}

/* The first list in which the record stands. */
static enum status find_list(struct request *request, struct waiting *waiting)
{
    const struct model *model = request->model;
    for (uint32_t i = 0; i < model_list_view_total(model) && waiting->view == NULL; i++) {
        TRY(store_line_of(request->reader, &request->set, i, waiting->record, &request->outcome,
                          &waiting->line));
        waiting->view = waiting->line.record != NULL ? model_list_view_row(model, i) : NULL;
    }
    return STATUS_OK;
}

/* ---- facts: of the decision ---- */

static void add_form_facts(struct request *request, const struct record *record, uint32_t form,
                           struct facts *facts)
{
    const struct model *model = request->model;
    const struct model_form *shape = model_form_row(model, form);
    for (uint32_t i = 0; i < shape->items_count; i++) {
        const struct model_form_item *item = model_form_item_row(model, shape->items_first + i);
        if (item->kind == ITEM_FACT && item->show != MODEL_NONE &&
            page_may_read(request, record, item->class) &&
            work_set_true(&request->set, item->relevant, &record->subject)) {
            struct value value = work_set_value(&request->set, item->show, &record->subject);
            add_fact(facts, (struct fact){.label = model_text(model, item->label),
                                          .value = value_words(&request->set, value, MODEL_NONE)});
        }
    }
}

static void add_missing(const struct act_offer *offer, struct facts *facts)
{
    for (size_t i = 0; i < offer->outcome.problems.count; i++) {
        add_fact(facts, (struct fact){.label = STR("Still needed"),
                                      .value = offer->outcome.problems.items[i].message,
                                      .no_answer = true});
    }
}

/* What this worker can do about it; the first one is what is asked for. */
static void add_ways(struct request *request, struct record *record, struct facts *facts,
                     struct approval *approval)
{
    const struct model *model = request->model;
    struct act_offer *offers;
    size_t count = act_offers(&request->set, record, &offers);
    struct way *ways = ARENA_ARRAY(&request->arena, count, struct way);
    for (size_t i = 0; i < count; i++) {
        const struct model_transition *transition =
            model_transition_row(model, offers[i].transition);
        if (!offers[i].allowed) {
            continue;
        }
        if (approval->ways_count == 0) {
            add_missing(&offers[i], facts);
        }
        if (transition->form != MODEL_NONE) {
            add_form_facts(request, record, transition->form, facts);
        }
        struct url to = page_transition_url(request, record->subject.entity, record->subject.id,
                                            offers[i].transition);
        ways[approval->ways_count++] = (struct way){
            .link = {model_text(model, transition->label), to, false},
            .kind = work_button_kind(model, offers, count, i)
        };
    }
    approval->ways = ways;
}

/* ---- one of them ---- */

static enum status load(struct request *request, struct record *record, uint32_t first,
                        uint32_t count)
{
    return store_load(request->reader, &request->set, record, first, count, &request->outcome);
}

/* Everything that is looked at, before words are made of it. */
static enum status prepare(struct request *request, struct waiting *waiting)
{
    const struct model *model = request->model;
    struct record *record = waiting->record;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    TRY(load(request, record, entity->loads_first, entity->loads_count));
    for (uint32_t i = 0; i < entity->transitions_count; i++) {
        const struct model_transition *transition =
            model_transition_row(model, entity->transitions_first + i);
        if (!act_may_be_offered(model, entity->transitions_first + i, record->state)) {
            continue;
        }
        TRY(load(request, record, transition->loads_first, transition->loads_count));
        if (transition->form != MODEL_NONE) {
            const struct model_form *form = model_form_row(model, transition->form);
            TRY(load(request, record, form->loads_first, form->loads_count));
        }
    }
    return find_list(request, waiting);
}

static struct str asked_by(struct request *request, const struct record *record)
{
    struct str who = value_words(&request->set, value_reference(record->changed_by), MODEL_NONE);
    struct str when = page_when(request, record->changed_at);
    return who.n > 0 ? STR_JOIN(&request->arena, who, STR(", "), when) : when;
}

static struct approval make_approval(struct request *request, const struct waiting *waiting)
{
    struct record *record = waiting->record;
    const struct model_entity *entity = model_entity_row(request->model, record->subject.entity);
    struct facts facts = {.arena = &request->arena};
    struct url to =
        page_open_url(request, record->subject.entity, record->subject.id, record->root);
    struct str title = STR_JOIN(&request->arena, model_text(request->model, entity->label),
                                STR(": "), record_title(&request->set, record));
    struct approval approval = {
        .subject = {title, to, false},
        .state = view_state(request->model, record),
        .by = asked_by(request, record)
    };
    if (waiting->view != NULL) {
        add_columns(request, waiting, &facts);
    }
    add_ways(request, record, &facts, &approval);
    approval.facts = facts.items.items;
    approval.facts_count = facts.items.count;
    return approval;
}

static enum status read_approvals(struct request *request, struct approval **ret_approvals,
                                  size_t *ret_count, size_t *ret_all, struct str *ret_next)
{
    struct store_page page = {.limit = SHOWN_MAX, .cursor = request_query(request, STR("cursor"))};
    struct store_waiting *found;
    TRY(store_waiting(request->reader, &request->set, page, &request->outcome, &found, ret_all,
                      ret_next));
    struct waiting *waiting = ARENA_ARRAY(&request->arena, SHOWN_MAX, struct waiting);
    size_t count = 0;
    for (size_t i = 0; i < *ret_all; i++) {
        if (found[i].record != NULL) {
            waiting[count].record = found[i].record;
            TRY(prepare(request, &waiting[count++]));
        }
    }
    TRY(store_titles(request->reader, &request->set));
    *ret_approvals = ARENA_ARRAY(&request->arena, count, struct approval);
    for (size_t i = 0; i < count; i++) {
        (*ret_approvals)[i] = make_approval(request, &waiting[i]);
    }
    *ret_count = count;
    return STATUS_OK;
}

/* ---- the page ---- */

static struct str title_of(struct arena *arena, size_t count)
{
    if (count == 0) {
        return STR("Approvals");
    }
    return count == 1 ? STR("One decision waits for you")
                      : STR_JOIN(arena, str_from_int(arena, (int64_t)count),
                                 STR(" decisions wait for you"));
}

static struct str place_of_approvals(const struct model *model)
{
    for (uint32_t i = 0; i < model_place_total(model); i++) {
        const struct model_place *place = model_place_row(model, i);
        if (place->kind == PLACE_APPROVALS) {
            return model_text(model, place->name);
        }
    }
    return STR("");
}

enum handled page_approvals(struct request *request)
{
    struct html html;
    struct approval *approvals;
    struct template_approvals page = {0};
    struct str next;
    size_t all = 0;
    enum status status = read_approvals(request, &approvals, &page.waiting_count, &all, &next);
    if (status == STATUS_OK) {
        status = page_team(request, &page.team);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    page.title = title_of(&request->arena, all);
    if (request_query(request, STR("cursor")).n > 0) {
        page.start = URL_FIXED("/approvals");
    }
    if (next.n > 0) {
        page.next = url_query(&request->arena, URL_FIXED("/approvals"), STR("cursor"), next);
    }
    page.waiting = approvals;
    struct template_frame frame = page_frame(
        request, &(struct page){.title = page.title, .place = place_of_approvals(request->model)});
    page.frame = &frame;
    page_begin(request, &html);
    template_approvals(&html, &page);
    return page_end(request, &html, 200);
}
