/* Sections of a form: the items under a heading. One folds away while nothing is in it and nothing
 * of it is needed, with how much of it is filled; and when it is finished, to a line of what it
 * holds. */
#include "html/view_int.h"

enum { SAYS_MOST = 160 }; /* bytes of what a folded one holds: two lines on a phone */

/* Its heading is an item (or NULL), its content the items up to the next heading. */
struct section {
    struct view *view;
    const struct model_form_item *heading;
    uint32_t first, count;
};

static struct section next_section(struct view *view, uint32_t from, uint32_t end)
{
    const struct model *model = view->set->model;
    struct section section = {.view = view, .first = from};
    const struct model_form_item *item = model_form_item_row(model, from);
    if (item->kind == ITEM_SECTION) {
        section.heading = item;
        section.first++;
    }
    while (section.first + section.count < end &&
           model_form_item_row(model, section.first + section.count)->kind != ITEM_SECTION) {
        section.count++;
    }
    return section;
}

static const struct model_form_item *item_of(const struct section *section, uint32_t i)
{
    return model_form_item_row(section->view->set->model, section->first + i);
}

/* A heading over nothing is not shown. */
static bool says_something(const struct section *section)
{
    for (uint32_t i = 0; i < section->count; i++) {
        if (view_item_is_relevant(section->view, item_of(section, i))) {
            return true;
        }
    }
    return false;
}

/* ---- how much of it is filled ---- */

/* Something is wrong with the control of that name, or with one within it. */
static bool is_faulty(const struct view *view, struct str name)
{
    for (size_t i = 0; view->outcome != NULL && i < view->outcome->problems.count; i++) {
        struct str where = view->outcome->problems.items[i].where;
        if (str_starts(where, name) && (where.n == name.n || where.p[name.n] == '[')) {
            return true;
        }
    }
    return false;
}

/* Something was looked for under a control of that name. */
static bool is_searched(const struct view *view, struct str name)
{
    for (size_t i = 0; i < view->found_count; i++) {
        if (str_eq(view->found[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* "12 Birch Street", but "Wants to stay anonymous: Yes". */
static void say_field(struct view *view, const struct spot *spot,
                      const struct model_form_item *item, struct view_tally *tally)
{
    enum model_field_kind kind = model_field_row(view->set->model, item->field)->kind;
    struct fact fact = view_fact(view, spot, item->field, item);
    bool bare = kind != FIELD_YES_NO && kind != FIELD_INTEGER && !fact.no_answer;
    if (fact.value.n > 0) {
        tally->tells = tally->tells || kind == FIELD_NARRATIVE || kind == FIELD_ATTACHMENT;
        LIST_PUSH(view->set->arena, &tally->says,
                  bare ? fact.value : VIEW_JOIN(view, fact.label, STR(": "), fact.value));
    }
}

static void tally_field(struct view *view, const struct model_form_item *item,
                        struct view_tally *tally)
{
    const struct spot spot = {.subject = &view->record->subject};
    struct answer answer = answer_get(spot.subject, item->field);
    struct str name = view_name(view, &spot, item->field);
    struct str typed;
    if (!view_is_typed(view, item->field)) {
        tally->shown = tally->shown || answer_is_addressed(&answer);
        return;
    }
    bool filled = answer_is_addressed(&answer) || (view_typed(view, name, &typed) && typed.n > 0);
    bool required = view_is_needed(view, &spot, item->field);
    tally->asked++;
    tally->filled += filled;
    tally->required = tally->required || required;
    tally->needed += required && !filled;
    tally->shown = tally->shown || is_searched(view, name);
    tally->faulty = tally->faulty || is_faulty(view, name);
    say_field(view, &spot, item, tally);
}

/* "Mai Vang, 7", and of a cell "Mai Vang, 7: Neglect". */
static struct str row_says(struct view *view, const struct model_form_item *item, struct row *row)
{
    struct str title = view_row_title(view->set, row);
    return item->kind == ITEM_GRID
               ? VIEW_JOIN(view, title, STR(": "),
                           view_answer(view->set, &row->subject, item->grid_columns))
               : title;
}

static void tally_list(struct view *view, const struct model_form_item *item,
                       struct view_tally *tally)
{
    const struct rows *rows = record_rows(view->record, item->list);
    struct str name =
        VIEW_JOIN(view, view->prefix,
                  model_text(view->set->model, model_list_row(view->set->model, item->list)->name));
    bool filled = false;
    struct str wanted; /* one row more */
    tally->shown =
        tally->shown || (view_typed(view, STR("add_row"), &wanted) && str_eq(wanted, name));
    bool unfinished = false;
    for (size_t i = 0; i < rows->items.count; i++) {
        struct row *row = rows->items.items[i];
        if (!row->removed) {
            filled = true;
            unfinished = unfinished || view_row_needs(view, item, row) > 0;
            LIST_PUSH(view->set->arena, &tally->says, row_says(view, item, row));
        }
    }
    bool required = view_is_wanted(view, item->list);
    tally->asked++;
    tally->filled += filled;
    tally->required = tally->required || required;
    tally->needed += unfinished || (required && !filled);
    tally->faulty = tally->faulty || is_faulty(view, name);
}

static void tally_items(struct view *view, uint32_t first, uint32_t count, struct view_tally *tally)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_form_item *item = model_form_item_row(view->set->model, i);
        if (!view_item_is_relevant(view, item)) {
            continue;
        }
        if (item->kind == ITEM_FIELD) {
            tally_field(view, item, tally);
        } else if (item->kind == ITEM_ROWS || item->kind == ITEM_GRID) {
            tally_list(view, item, tally);
        } else {
            tally->shown = tally->shown || item->kind == ITEM_TABLE;
        }
    }
}

struct view_tally view_tally(struct view *view)
{
    const struct model_form *form = model_form_row(view->set->model, view->form);
    struct view_tally tally = {0};
    view_index_typed(view);
    tally_items(view, form->items_first, form->items_count, &tally);
    return tally;
}

/* As it is stored: nobody is at it in this very moment. */
static bool is_at_rest(const struct view *view)
{
    return view->typed == NULL && view->outcome == NULL && !view->record->is_new &&
           view->transition == MODEL_NONE && !view->correcting;
}

bool view_tally_opens(const struct view *view, const struct view_tally *tally)
{
    if (tally->shown || tally->faulty) {
        return true;
    }
    if (tally->filled > 0 && tally->needed == 0 && !tally->tells && is_at_rest(view)) {
        return false;
    }
    return tally->filled > 0 || tally->required;
}

struct str view_tally_says(const struct view *view, const struct view_tally *tally)
{
    struct buf says;
    buf_init(&says, view->set->arena, SIZE_MAX);
    for (size_t i = 0; i < tally->says.count; i++) {
        BUF_ADD(&says, i > 0 ? STR("; ") : STR(""), tally->says.items[i]);
    }
    return view_shortened(view->set->arena, buf_str(&says), SAYS_MOST);
}

/* ---- drawing ---- */

static void add_content(struct html *html, const void *context)
{
    const struct section *section = context;
    struct str help = section->heading != NULL
                          ? model_text(section->view->set->model, section->heading->help)
                          : STR("");
    if (help.n > 0) {
        html_element(html, "p", "note", help);
    }
    html_open_class(html, "div", "fields");
    for (uint32_t i = 0; i < section->count; i++) {
        view_item(section->view, item_of(section, i));
    }
    html_close(html, "div");
}

static void add_section(struct section *section)
{
    struct view *view = section->view;
    struct html *html = view->html;
    struct view_tally tally = {0};
    view->heading =
        section->heading != NULL ? model_text(view->set->model, section->heading->label) : STR("");
    tally_items(view, section->first, section->count, &tally);
    if (section->heading != NULL && tally.asked > 0) {
        struct str name = VIEW_JOIN(view, view->prefix, STR("section-"),
                                    str_from_int(view->set->arena, (int64_t)section->first));
        component_fold(html,
                       &(struct fold){.id = component_field_id(html, name),
                                      .title = view->heading,
                                      .asked = tally.asked,
                                      .filled = tally.filled,
                                      .needed = tally.needed,
                                      .says = view_tally_says(view, &tally),
                                      .open = view_tally_opens(view, &tally)},
                       (struct html_slot){add_content, section});
        return;
    }
    html_open_class(html, "section", "card");
    if (section->heading != NULL) {
        html_open_class(html, "div", "card__head");
        html_element(html, "h2", "card__title", view->heading);
        html_close(html, "div");
    }
    add_content(html, section);
    html_close(html, "section");
}

void view_sections(struct view *view)
{
    const struct model_form *form = model_form_row(view->set->model, view->form);
    uint32_t at = form->items_first, end = form->items_first + form->items_count;
    while (at < end) {
        struct section section = next_section(view, at, end);
        if (says_something(&section)) {
            add_section(&section);
        }
        at = section.first + section.count;
    }
}
