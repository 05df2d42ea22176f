/* The sheet of a hand-over: what the new worker needs to know of each record, on the screen and on
 * paper. Its columns are those of the list that the duty names. */
#include "http/page_hand_over.h"

#include "http/page_access.h"
#include "model/c_names.h"
#include "store/hand_over.h"
#include "template_plan.h"

struct hand_over_sheet {
    struct request *request;
    struct store_hand_over hand_over;
    struct service_handed_over *items;
    size_t count;
};

/* ---- reading ---- */

static enum status read_sheet(struct hand_over_sheet *of, struct uuid id)
{
    struct request *request = of->request;
    uint32_t workers = model_c_name(request->model, C_WORKER)->entity;
    if (workers == MODEL_NONE) {
        return STATUS_NOT_FOUND;
    }
    TRY(service_hand_over_read(request->reader, &request->set, workers, id, &request->outcome,
                               &of->hand_over));
    const struct uuid people[] = {of->hand_over.from, of->hand_over.to, of->hand_over.asked_by};
    TRY(service_handed_over(request->reader, &request->set, id, &of->items, &of->count));
    TRY(store_titles_of(request->reader, &request->set, workers, people, ARRAY_LENGTH(people)));
    return store_titles(request->reader, &request->set);
}

/* ---- a record ---- */

struct facts {
    LIST(struct sheet_field) items;
};

static void add_fact(struct hand_over_sheet *of, struct facts *facts, struct str label,
                     struct str value, struct url to)
{
    struct sheet_field fact = {.label = label, .answer = value, .to = to};
    if (value.n > 0) {
        LIST_PUSH(&of->request->arena, &facts->items, fact);
    }
}

static enum status add_columns(struct hand_over_sheet *of, struct facts *facts, uint32_t list_view,
                               struct record *record)
{
    struct request *request = of->request;
    const struct model_list_view *view = model_list_view_row(request->model, list_view);
    struct store_line line;
    TRY(store_line_of(request->reader, &request->set, list_view, record, &request->outcome, &line));
    for (uint32_t i = 0; i < view->columns_count && line.record != NULL; i++) {
        const struct model_list_column *column =
            model_list_column_row(request->model, view->columns_first + i);
        add_fact(of, facts, view_column_label(request->model, column),
                 page_column(request, record, column), (struct url){0});
    }
    return STATUS_OK;
}

/* All dates that run on the record and what belongs to it. */
static enum status add_dates(struct hand_over_sheet *of, struct facts *facts,
                             const struct record *record)
{
    struct request *request = of->request;
    struct clock_reading *readings;
    size_t count;
    TRY(store_clocks(request->reader, &request->set, record->root, &readings, &count));
    for (size_t i = 0; i < count; i++) {
        if (readings[i].state == CLOCK_STATE_RUNNING) {
            const struct model_clock *clock = model_clock_row(request->model, readings[i].clock);
            add_fact(of, facts, model_text(request->model, clock->label),
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

static enum status make_record(struct hand_over_sheet *of, uint32_t duty, size_t at,
                               struct sheet_part *ret_part)
{
    struct request *request = of->request;
    const struct store_hand_over_item *item = &of->items[at].item;
    struct record *record = of->items[at].record;
    struct facts facts = {0};
    *ret_part = (struct sheet_part){
        .kind = SHEET_FIELDS, .level = 3, .heading = STR("A record that you may not read")};
    add_fact(of, &facts, STR("As"), item->carried_as, (struct url){0});
    add_fact(of, &facts, item->state == HAND_OVER_STAYED ? STR("Stayed") : STR("Not yet"),
             state_words(item), (struct url){0});
    if (record != NULL) {
        ret_part->heading = record_title(&request->set, record);
        TRY(add_columns(of, &facts, model_duty_row(request->model, duty)->list_view, record));
        TRY(add_dates(of, &facts, record));
    }
    ret_part->fields = facts.items.items;
    ret_part->fields_count = facts.items.count;
    return STATUS_OK;
}

/* ---- the sheet ---- */

/* The duty, then each record of it. */
static enum status add_duty(struct hand_over_sheet *of, uint32_t duty, struct sheet_part *parts,
                            size_t *count)
{
    const struct model *model = of->request->model;
    struct str name = model_text(model, model_duty_row(model, duty)->name);
    struct sheet_part *heading = &parts[(*count)++];
    *heading = (struct sheet_part){.heading = model_text(model, model_duty_row(model, duty)->label),
                                   .text = STR("None.")};
    for (size_t i = 0; i < of->count; i++) {
        if (str_eq(of->items[i].item.duty, name)) {
            heading->text = STR("");
            TRY(make_record(of, duty, i, &parts[(*count)++]));
        }
    }
    return STATUS_OK;
}

static struct str name_of(struct request *request, struct uuid worker)
{
    const struct record *record = work_set_find(&request->set, worker);
    return record != NULL ? record_title(&request->set, record) : STR("A colleague");
}

/* "Done. Asked for by Pia Lind, Wed 25 Nov 2026, 14:02: leaves the agency." */
static struct str intro(const struct hand_over_sheet *of)
{
    struct request *request = of->request;
    const struct store_hand_over *hand_over = &of->hand_over;
    return STR_JOIN(&request->arena, page_hand_over_state(request, hand_over),
                    STR(". Asked for by "), name_of(request, hand_over->asked_by), STR(", "),
                    page_when(request, hand_over->asked_at), STR(": "), hand_over->reason);
}

static enum status make_sheet(struct hand_over_sheet *of, struct sheet *ret_sheet)
{
    struct request *request = of->request;
    uint32_t duties = model_duty_total(request->model);
    struct sheet_part *parts = ARENA_ARRAY(&request->arena, duties + of->count, struct sheet_part);
    *ret_sheet = (struct sheet){
        .language = words_english.language,
        .title = STR("Hand-over sheet"),
        .about = STR_JOIN(&request->arena, name_of(request, of->hand_over.from), STR(" to "),
                          name_of(request, of->hand_over.to)),
        .intro = intro(of),
        .parts = parts,
        .band = store_is_training(request->store) ? words_english.text[WORD_TRAINING] : STR(""),
    };
    for (uint32_t i = 0; i < duties; i++) {
        TRY(add_duty(of, i, parts, &ret_sheet->parts_count));
    }
    return STATUS_OK;
}

static enum handled show(struct hand_over_sheet *of)
{
    struct request *request = of->request;
    struct html html;
    struct sheet sheet;
    enum status status = make_sheet(of, &sheet);
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    struct template_plan page = {
        .assets = static_version(request->server),
        .sheet = &sheet,
        .back = {STR("Back"), URL_FIXED("/my-day"), false}
    };
    page_begin(request, &html);
    template_plan(&html, &page);
    return page_end(request, &html, 200);
}

enum handled page_hand_over_sheet(struct request *request)
{
    struct hand_over_sheet sheet = {.request = request};
    struct uuid id;
    if (!page_id(request, 0, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    enum status status = read_sheet(&sheet, id);
    return status == STATUS_OK ? show(&sheet) : request_fail(request, status);
}
