/* A list view of the model: its columns, the clock it goes by, a page at a time. */
#include "http/page.h"

#include "http/page_access.h"
#include "rule/access.h"
#include "template_list.h"

#define LINES_A_PAGE 50

struct list_page {
    const struct model_list_view *view;
    struct store_line *lines;
    size_t count;
    size_t columns; /* of the table */
};

/* Where a line leads: the workspace the list names, else where one works on such a record. */
static struct url line_url(struct request *request, const struct list_page *list,
                           const struct record *record)
{
    uint32_t workspace = list->view->workspace;
    if (workspace != MODEL_NONE &&
        model_workspace_row(request->model, workspace)->entity == record->subject.entity) {
        return page_work_url(request, workspace, record->subject.id, STR(""), STR(""));
    }
    return page_open_url(request, record->subject.entity, record->subject.id, record->root);
}

/* A view without columns shows what its records are known by. */
static uint32_t own_columns(const struct model_list_view *view)
{
    return view->columns_count > 0 ? view->columns_count : 1;
}

static bool has_clock(const struct store_line *line)
{
    return line->clock.due.ms != 0;
}

static struct cell clock_cell(struct request *request, const struct store_line *line)
{
    struct arena *arena = &request->arena;
    if (!has_clock(line)) {
        return (struct cell){0};
    }
    struct cell cell = {
        .text = clock_words(arena, request->model, &line->clock, request->set.now),
        .to = page_clock_url(request, &line->clock),
    };
    if (line->clock.state == CLOCK_STATE_RUNNING && line->clock.due.ms <= request->set.now.ms) {
        cell.tag = (struct tag){STR("Late"), TONE_ALERT};
    }
    return cell;
}

static bool is_number(const struct model *model, const struct model_list_column *column)
{
    enum value_type type = VALUE_UNSET;
    if (column->value != MODEL_NONE) {
        type = (enum value_type)model_nodes(model)[column->value].type;
    }
    return type == VALUE_INTEGER || type == VALUE_DECIMAL;
}

/* The first cell of a line is its link, so it needs words: the record's title when empty. */
static void add_cells(struct request *request, const struct list_page *list,
                      const struct store_line *line, struct cell *cells)
{
    const struct model_list_view *view = list->view;
    for (uint32_t i = 0; i < view->columns_count; i++) {
        const struct model_list_column *column =
            model_list_column_row(request->model, view->columns_first + i);
        cells[i].text = page_column(request, line->record, column);
    }
    if (cells[0].text.n == 0) {
        cells[0].text = record_title(&request->set, line->record);
    }
    cells[0].to = line_url(request, list, line->record);
    if (view->clock != MODEL_NONE) {
        cells[own_columns(view)] = clock_cell(request, line);
    }
}

/* In which order the lines stand, as far as the model's own order does not say it. */
static struct str order_words(const struct model_list_view *view)
{
    if (view->order != MODEL_NONE) {
        return STR("");
    }
    return view->clock != MODEL_NONE ? STR("Soonest first") : STR("Newest first");
}

static struct table make_table(struct request *request, const struct list_page *list)
{
    struct arena *arena = &request->arena;
    const struct model *model = request->model;
    const struct model_list_view *view = list->view;
    struct column *columns = ARENA_ARRAY(arena, list->columns, struct column);
    struct cell *cells = ARENA_ARRAY(arena, list->columns * list->count, struct cell);
    for (uint32_t i = 0; i < view->columns_count; i++) {
        const struct model_list_column *column =
            model_list_column_row(model, view->columns_first + i);
        columns[i] = (struct column){view_column_label(model, column), is_number(model, column)};
    }
    if (view->clock != MODEL_NONE) {
        columns[own_columns(view)].text =
            model_text(model, model_clock_row(model, view->clock)->label);
    }
    for (size_t i = 0; i < list->count; i++) {
        add_cells(request, list, &list->lines[i], &cells[i * list->columns]);
    }
    return (struct table){.caption = order_words(view),
                          .columns = columns,
                          .columns_count = list->columns,
                          .cells = cells,
                          .rows_count = list->count,
                          .empty = model_text(model, view->empty)};
}

/* Beginning a new one, where the list's workspace can and this worker may. */
static size_t add_start(struct request *request, const struct model_list_view *view,
                        struct link *ret_action)
{
    const struct model *model = request->model;
    if (view->workspace == MODEL_NONE) {
        return 0;
    }
    const struct model_workspace *workspace = model_workspace_row(model, view->workspace);
    if (workspace->create == MODEL_NONE || workspace->entity != view->entity ||
        !access_create(&request->set, workspace->entity, request->actor.agency).allowed) {
        return 0;
    }
    const struct model_entity *entity = model_entity_row(model, workspace->entity);
    uint32_t start = model_transition_by_name(model, workspace->entity, STR("start"));
    *ret_action = (struct link){
        start != MODEL_NONE
            ? model_text(model, model_transition_row(model, start)->label)
            : STR_JOIN(&request->arena, STR("New: "), model_text(model, entity->label)),
        URL(&request->arena, STR("start"), model_text(model, workspace->name)), false};
    return 1;
}

/* Who of other agencies looked, for who may know that of such records somewhere. What belongs to
 * others is not in the log by itself. */
static size_t add_looks(struct request *request, const struct model_list_view *view,
                        struct link *ret_action)
{
    const struct model_entity *entity = model_entity_row(request->model, view->entity);
    if ((entity->kind != ENTITY_HUB && entity->kind != ENTITY_ROOT) ||
        !access_somewhere(request->model, &request->actor, VERB_HISTORY, entity->class)) {
        return 0;
    }
    *ret_action = (struct link){STR("Who looked"),
                                URL(&request->arena, STR("list"),
                                    model_text(request->model, view->name), STR("who-looked")),
                                false};
    return 1;
}

/* The name of the place that leads to the list, so that it is marked. */
static struct str place_of(const struct model *model, uint32_t list_view)
{
    for (uint32_t i = 0; i < model_place_total(model); i++) {
        const struct model_place *place = model_place_row(model, i);
        if (place->kind == PLACE_LIST && place->list_view == list_view) {
            return model_text(model, place->name);
        }
    }
    return STR("");
}

static struct url list_url(struct request *request, const struct model_list_view *view)
{
    return URL(&request->arena, STR("list"), model_text(request->model, view->name));
}

static enum handled show(struct request *request, const struct list_page *list, struct str place,
                         struct str next)
{
    struct html html;
    struct link begin = {0}, looks;
    (void)add_start(request, list->view, &begin);
    size_t looks_count = add_looks(request, list->view, &looks);
    struct str title = model_text(request->model, list->view->label);
    struct template_frame frame =
        page_frame(request, &(struct page){.title = title, .place = place});
    struct template_list page = {
        .frame = &frame,
        .title = title,
        .about = model_text(request->model, list->view->help),
        .begin = begin,
        .actions = &looks,
        .actions_count = looks_count,
        .table = make_table(request, list),
    };
    if (request_query(request, STR("cursor")).n > 0) {
        page.start = list_url(request, list->view);
    }
    if (next.n > 0) {
        page.next = url_query(&request->arena, list_url(request, list->view), STR("cursor"), next);
    }
    page_begin(request, &html);
    template_list(&html, &page);
    return page_end(request, &html, 200);
}

enum handled page_list(struct request *request)
{
    struct list_page list = {0};
    struct store_page page = {.limit = LINES_A_PAGE,
                              .cursor = request_query(request, STR("cursor"))};
    struct str next;
    uint32_t view = model_list_view_by_name(request->model, request->parameters[0]);
    if (view == MODEL_NONE) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    enum status status = store_list(request->reader, &request->set, view, page, &request->outcome,
                                    &list.lines, &list.count, &next);
    if (status == STATUS_OK) {
        status = store_titles(request->reader, &request->set);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    list.view = model_list_view_row(request->model, view);
    list.columns = own_columns(list.view) + (list.view->clock != MODEL_NONE ? 1u : 0u);
    return show(request, &list, place_of(request->model, view), next);
}
