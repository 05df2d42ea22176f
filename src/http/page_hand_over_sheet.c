/* The sheet of a hand-over: what the new worker needs to know of each record, on the screen and on
 * paper. Its columns are those of the list that the duty names. */
#include "http/page_hand_over.h"

#include "http/page_access.h"
#include "model/c_names.h"
#include "template_plan.h"

struct sheet {
    struct request *request;
    struct store_hand_over hand_over;
    struct service_handed_over *items;
    size_t count;
};

/* ---- reading ---- */

static enum status read_sheet(struct sheet *sheet, struct uuid id)
{
    struct request *request = sheet->request;
    uint32_t workers = model_c_name(request->model, C_WORKER)->entity;
    if (workers == MODEL_NONE) {
        return STATUS_NOT_FOUND;
    }
    TRY(service_hand_over_read(request->reader, &request->set, workers, id, &request->outcome,
                               &sheet->hand_over));
    const struct uuid people[] = {sheet->hand_over.from, sheet->hand_over.to,
                                  sheet->hand_over.asked_by};
    TRY(service_handed_over(request->reader, &request->set, id, &sheet->items, &sheet->count));
    TRY(store_titles_of(request->reader, &request->set, workers, people, ARRAY_LENGTH(people)));
    return store_titles(request->reader, &request->set);
}

/* ---- a record ---- */

struct facts {
    LIST(struct fact) items;
};

static void add_fact(struct sheet *sheet, struct facts *facts, struct str label, struct str value,
                     struct url to)
{
    struct fact fact = {.label = label, .value = value, .to = to};
    if (value.n > 0) {
        LIST_PUSH(&sheet->request->arena, &facts->items, fact);
    }
}

static enum status add_columns(struct sheet *sheet, struct facts *facts, uint32_t list_view,
                               struct record *record)
{
    struct request *request = sheet->request;
    const struct model_list_view *view = model_list_view_row(request->model, list_view);
    struct store_line line;
    TRY(store_line_of(request->reader, &request->set, list_view, record, &request->outcome, &line));
    for (uint32_t i = 0; i < view->columns_count && line.record != NULL; i++) {
        const struct model_list_column *column =
            model_list_column_row(request->model, view->columns_first + i);
        add_fact(sheet, facts, view_column_label(request->model, column),
                 page_column(request, record, column), (struct url){0});
    }
    return STATUS_OK;
}

/* All dates that run on the record and what belongs to it. */
static enum status add_dates(struct sheet *sheet, struct facts *facts, const struct record *record)
{
    struct request *request = sheet->request;
    struct clock_reading *readings;
    size_t count;
    TRY(store_clocks(request->reader, &request->set, record->root, &readings, &count));
    for (size_t i = 0; i < count; i++) {
        if (readings[i].state == CLOCK_STATE_RUNNING) {
            const struct model_clock *clock = model_clock_row(request->model, readings[i].clock);
            add_fact(sheet, facts, model_text(request->model, clock->label),
                     clock_words(&request->arena, request->model, &readings[i], request->set.now),
                     page_clock_url(request, &readings[i]));
        }
    }
    return STATUS_OK;
}

static struct str state_words(const struct store_hand_over_item *item)
{
    switch (item->state) {
    case HAND_OVER_WAITS:
        return STR("It waits for its turn.");
    case HAND_OVER_MOVED:
        return STR("");
    case HAND_OVER_STAYED:
        break;
    }
    return item->said;
}

static enum status make_line(struct sheet *sheet, uint32_t duty, size_t at,
                             struct plan_line *ret_line)
{
    struct request *request = sheet->request;
    const struct store_hand_over_item *item = &sheet->items[at].item;
    struct record *record = sheet->items[at].record;
    struct facts facts = {0};
    *ret_line = (struct plan_line){.who = STR("A record that you may not read")};
    add_fact(sheet, &facts, STR("As"), item->carried_as, (struct url){0});
    add_fact(sheet, &facts, item->state == HAND_OVER_STAYED ? STR("Stayed") : STR("Not yet"),
             state_words(item), (struct url){0});
    if (record != NULL) {
        ret_line->who = record_title(&request->set, record);
        TRY(add_columns(sheet, &facts, model_duty_row(request->model, duty)->list_view, record));
        TRY(add_dates(sheet, &facts, record));
    }
    ret_line->facts = facts.items.items;
    ret_line->facts_count = facts.items.count;
    return STATUS_OK;
}

/* ---- the page ---- */

static enum status make_part(struct sheet *sheet, uint32_t duty, struct plan_part *ret_part)
{
    const struct model *model = sheet->request->model;
    struct str name = model_text(model, model_duty_row(model, duty)->name);
    struct plan_line *lines = ARENA_ARRAY(&sheet->request->arena, sheet->count, struct plan_line);
    size_t count = 0;
    for (size_t i = 0; i < sheet->count; i++) {
        if (str_eq(sheet->items[i].item.duty, name)) {
            TRY(make_line(sheet, duty, i, &lines[count++]));
        }
    }
    *ret_part = (struct plan_part){.heading = model_text(model, model_duty_row(model, duty)->label),
                                   .text = count == 0 ? STR("None.") : STR(""),
                                   .lines = lines,
                                   .lines_count = count};
    return STATUS_OK;
}

static struct str name_of(struct request *request, struct uuid worker)
{
    const struct record *record = work_set_find(&request->set, worker);
    return record != NULL ? record_title(&request->set, record) : STR("A colleague");
}

/* "Done. Asked for by Pia Lind, Wed 25 Nov 2026, 14:02: leaves the agency." */
static struct str intro(const struct sheet *sheet)
{
    struct request *request = sheet->request;
    const struct store_hand_over *hand_over = &sheet->hand_over;
    return STR_JOIN(&request->arena, page_hand_over_state(request, hand_over),
                    STR(". Asked for by "), name_of(request, hand_over->asked_by), STR(", "),
                    page_when(request, hand_over->asked_at), STR(": "), hand_over->reason);
}

static enum handled show(struct sheet *sheet)
{
    struct request *request = sheet->request;
    const struct store_hand_over *hand_over = &sheet->hand_over;
    uint32_t duties = model_duty_total(request->model);
    struct plan_part *parts = ARENA_ARRAY(&request->arena, duties, struct plan_part);
    struct html html;
    for (uint32_t i = 0; i < duties; i++) {
        enum status status = make_part(sheet, i, &parts[i]);
        if (status != STATUS_OK) {
            return request_fail(request, status);
        }
    }
    struct template_plan page = {
        .language = words_english.language,
        .assets = static_version(request->server),
        .title = STR("Hand-over sheet"),
        .family = STR_JOIN(&request->arena, name_of(request, hand_over->from), STR(" to "),
                           name_of(request, hand_over->to)),
        .intro = intro(sheet),
        .parts = parts,
        .parts_count = duties,
        .back = {STR("Back"), URL_FIXED("/my-day"), false}
    };
    page_begin(request, &html);
    template_plan(&html, &page);
    return page_end(request, &html, 200);
}

enum handled page_hand_over_sheet(struct request *request)
{
    struct sheet sheet = {.request = request};
    struct uuid id;
    if (!page_id(request, 0, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    enum status status = read_sheet(&sheet, id);
    return status == STATUS_OK ? show(&sheet) : request_fail(request, status);
}
