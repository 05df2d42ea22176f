/* Forms from the model: fields, notes, computed texts, tables; sections, rows and grids have files
 * of their own. */
#include "html/view_int.h"

#include "rule/access.h"
#include "rule/offered.h"

/* ---- names, what was typed, what is wrong ---- */

struct str view_name(const struct view *view, const struct spot *spot, uint32_t field)
{
    const struct model *model = view->set->model;
    return VIEW_JOIN(view, view->prefix, spot->row,
                     model_text(model, model_field_row(model, field)->name));
}

void view_index_typed(struct view *view)
{
    view->typed_by_name = ARENA_NEW(view->set->arena, struct map);
    map_init(view->typed_by_name, view->set->arena);
    if (view->typed == NULL || view->typed->count > INPUT_PAIRS_MAX) {
        return;
    }
    for (size_t i = 0; i < view->typed->count; i++) {
        const struct input_pair *pair = &view->typed->pairs[i];
        struct str *value = map_get(view->typed_by_name, pair->name);
        if (value == NULL) {
            value = ARENA_NEW(view->set->arena, struct str);
            CHECK(map_add(view->typed_by_name, pair->name, value));
        }
        /* The first that says something: an empty one before it only means "this was asked". */
        *value = value->n == 0 ? pair->value : *value;
    }
}

bool view_typed(const struct view *view, struct str name, struct str *ret_value)
{
    const struct str *value = map_get(view->typed_by_name, name);
    *ret_value = value != NULL ? *value : STR("");
    return value != NULL;
}

bool view_typed_has(const struct view *view, struct str name, struct str value)
{
    if (!map_has(view->typed_by_name, name)) {
        return false;
    }
    for (size_t i = 0; i < view->typed->count; i++) {
        const struct input_pair *pair = &view->typed->pairs[i];
        if (str_eq(pair->name, name) && str_eq(pair->value, value)) {
            return true;
        }
    }
    return false;
}

struct str view_error(const struct view *view, struct str name)
{
    for (size_t i = 0; view->outcome != NULL && i < view->outcome->problems.count; i++) {
        const struct problem *problem = &view->outcome->problems.items[i];
        if (name.n > 0 && str_eq(problem->where, name)) {
            return problem->message;
        }
    }
    return STR("");
}

/* ---- what may be seen and typed ---- */

bool view_reads_class(const struct view *view, uint32_t class)
{
    const struct record *record = view->record;
    if (class == MODEL_NONE || record->is_new) {
        return true;
    }
    return access_class(view->set, record, VERB_READ, class).allowed;
}

bool view_is_typed(const struct view *view, uint32_t field)
{
    const struct model_field *shape = model_field_row(view->set->model, field);
    bool by_other = shape->by != MODEL_NONE && shape->by != view->transition && !view->correcting;
    return view->may_change && shape->derived == MODEL_NONE && !by_other && !shape->kernel &&
           shape->brought_with == MODEL_NONE &&
           (shape->class == MODEL_NONE || view->record->is_new ||
            (access_field(view->set, view->record, field, VERB_UPDATE).allowed &&
             access_field(view->set, view->record, field, VERB_READ).allowed));
}

/* ---- what hangs on a field ---- */

struct search {
    const struct model *model;
    uint32_t field;
    unsigned depth; /* of facts */
    bool found;
};

static void look_at(void *context, uint32_t node)
{
    struct search *search = context;
    const struct expr_node *at = &model_nodes(search->model)[node];
    if (at->op == EXPR_FIELD || at->op == EXPR_WHY || at->op == EXPR_ADDRESSED ||
        at->op == EXPR_FOLLOW) {
        search->found = search->found || at->id == search->field;
    } else if (at->op == EXPR_FACT && search->depth < EXPR_FACTS_MAX) {
        search->depth++;
        expr_walk(model_nodes(search->model), model_fact_row(search->model, at->id)->is, look_at,
                  search);
        search->depth--;
    }
}

static void search_in(struct search *search, uint32_t expr)
{
    if (expr != MODEL_NONE && !search->found) {
        expr_walk(model_nodes(search->model), expr, look_at, search);
    }
}

static void search_field(struct search *search, uint32_t field)
{
    const struct model_field *shape = model_field_row(search->model, field);
    search_in(search, shape->relevant);
    search_in(search, shape->choices);
    search_in(search, shape->required_when);
}

static void search_item(struct search *search, const struct model_form_item *item)
{
    search_in(search, item->relevant);
    search_in(search, item->show);
    if (item->kind == ITEM_FIELD) {
        search_field(search, item->field);
    }
    if (item->list != MODEL_NONE) {
        const struct model_list *list = model_list_row(search->model, item->list);
        for (uint32_t i = 0; i < list->fields_count; i++) {
            search_field(search, list->fields_first + i);
        }
    }
}

bool view_is_depended_on(const struct view *view, uint32_t field)
{
    struct search search = {.model = view->set->model, .field = field};
    const struct model_form *form = model_form_row(view->set->model, view->form);
    for (uint32_t i = 0; i < form->items_count && !search.found; i++) {
        search_item(&search, model_form_item_row(view->set->model, form->items_first + i));
    }
    return search.found;
}

/* ---- items ---- */

struct str view_label(const struct model *model, uint32_t field, const struct model_form_item *item)
{
    const struct model_field *shape = model_field_row(model, field);
    struct str own = item != NULL ? model_text(model, item->label) : STR("");
    struct str label = own.n > 0 ? own : model_text(model, shape->label);
    return label.n > 0 ? label : model_text(model, shape->name);
}

static void add_fact(struct view *view, const struct model_form_item *item)
{
    struct value value = work_set_value(view->set, item->show, &view->record->subject);
    struct fact fact = {.label = model_text(view->set->model, item->label),
                        .value = value_words(view->set, value, MODEL_NONE)};
    if (fact.value.n > 0 && view_reads_class(view, item->class)) {
        component_facts(view->html, &fact, 1);
    }
}

static struct str width_class(const struct model_form_item *item)
{
    enum model_form_width width = item->width;
    switch (width) {
    case WIDTH_HALF:
        return STR("fields__half");
    case WIDTH_SHORT:
        return STR("fields__short");
    case WIDTH_FULL:
    case WIDTH__COUNT:
        break;
    }
    return STR("fields__full");
}

static void add_content(struct view *view, const struct model_form_item *item)
{
    const struct spot spot = {.subject = &view->record->subject};
    enum model_form_item_kind kind = item->kind;
    switch (kind) {
    case ITEM_FIELD:
        view_field(view, &spot, item->field, item);
        break;
    case ITEM_ROWS:
        view_item_rows(view, item);
        break;
    case ITEM_GRID:
        view_item_grid(view, item);
        break;
    case ITEM_TABLE:
        view_members(view, item->collection, item->columns_first, item->columns_count,
                     model_text(view->set->model, item->label), NULL);
        break;
    case ITEM_NOTE:
        html_element(view->html, "p", "note", model_text(view->set->model, item->label));
        break;
    case ITEM_FACT:
        add_fact(view, item);
        break;
    case ITEM_SECTION:
    case ITEM__COUNT:
        break;
    }
}

bool view_item_is_relevant(struct view *view, const struct model_form_item *item)
{
    const struct subject *subject = &view->record->subject;
    uint32_t field = item->kind == ITEM_FIELD ? item->field : MODEL_NONE;
    return work_set_true(view->set, item->relevant, subject) &&
           (field == MODEL_NONE ||
            (!model_field_row(view->set->model, field)->hidden &&
             work_set_true(view->set, model_field_row(view->set->model, field)->relevant,
                           subject) &&
             view_reads_class(view, model_field_row(view->set->model, field)->class)));
}

void view_item(struct view *view, const struct model_form_item *item)
{
    if (!view_item_is_relevant(view, item)) {
        return;
    }
    html_open(view->html, "div");
    html_attr(view->html, "class", width_class(item));
    add_content(view, item);
    html_close(view->html, "div");
}

void view_form(struct view *view)
{
    view_index_typed(view);
    if (view->may_change) {
        view_sections(view);
    } else {
        view_form_read(view);
    }
}

/* A file that is brought; one that is chosen is named only. */
static bool is_file(const struct model *model, uint32_t field)
{
    return file_is_field(model, field) && model_field_row(model, field)->chosen == MODEL_NONE;
}

bool view_form_has_files(const struct model *model, uint32_t form)
{
    const struct model_form *shape = model_form_row(model, form);
    for (uint32_t i = 0; i < shape->items_count; i++) {
        const struct model_form_item *item = model_form_item_row(model, shape->items_first + i);
        if (item->kind == ITEM_FIELD && is_file(model, item->field)) {
            return true;
        }
        uint32_t list =
            item->kind == ITEM_ROWS || item->kind == ITEM_GRID ? item->list : MODEL_NONE;
        for (uint32_t f = 0; list != MODEL_NONE && f < model_list_row(model, list)->fields_count;
             f++) {
            if (is_file(model, model_list_row(model, list)->fields_first + f)) {
                return true;
            }
        }
    }
    return false;
}
