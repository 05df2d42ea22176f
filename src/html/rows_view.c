/* Rows of a list in a form: those there are, one more to fill in, and those that are taken out. */
#include "html/view_int.h"

#include "rule/access.h"

enum {
    LONG_ROW = 10, /* columns: a row with more is folded ... */
    AT_HAND = 6,   /* ... after so many */
};

/* What drawing one row needs to know. */
struct rows_drawing {
    struct view *view;
    const struct model_form_item *item;
    struct row *blank; /* of no record: what a new row looks like */
};

bool view_item_has(const struct model *model, const struct model_form_item *item, uint32_t field)
{
    for (uint32_t i = 0; i < item->columns_count; i++) {
        if (model_list_column_row(model, item->columns_first + i)->field == field) {
            return true;
        }
    }
    return item->columns_count == 0 && !model_field_row(model, field)->kernel;
}

/* The fields of a row, in the order of the item. */
struct row_fields {
    struct view *view;
    const struct model_form_item *item;
    const struct spot *spot;
    LIST(uint32_t) items;
};

static void list_fields(struct row_fields *fields, uint32_t but_one, uint32_t but_another)
{
    const struct model *model = fields->view->set->model;
    const struct model_form_item *item = fields->item;
    const struct model_list *list = model_list_row(model, item->list);
    uint32_t count = item->columns_count > 0 ? item->columns_count : list->fields_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t field = item->columns_count > 0
                             ? model_list_column_row(model, item->columns_first + i)->field
                             : list->fields_first + i;
        if (field != MODEL_NONE && field != but_one && field != but_another &&
            !model_field_row(model, field)->kernel) {
            LIST_PUSH(fields->view->set->arena, &fields->items, field);
        }
    }
}

/* Whether a field is at hand: the first ones of a row, and what is needed. The rest of a long row
 * waits one tap away, always the same ones, so that nothing moves while one types. */
static bool is_at_hand(const struct row_fields *fields, size_t place)
{
    uint32_t field = fields->items.items[place];
    return fields->items.count <= LONG_ROW || place < AT_HAND ||
           model_field_row(fields->view->set->model, field)->required != REQUIRED_NONE;
}

/* What the rest says already, so that nothing known is out of sight while it is folded. */
static struct str rest_says(const struct row_fields *fields)
{
    struct view *view = fields->view;
    struct buf says;
    buf_init(&says, view->set->arena, SIZE_MAX);
    for (size_t i = 0; i < fields->items.count; i++) {
        uint32_t field = fields->items.items[i];
        if (is_at_hand(fields, i) ||
            !view_reads_class(view, model_field_row(view->set->model, field)->class)) {
            continue;
        }
        struct fact fact = view_fact(view, fields->spot, field, NULL);
        if (fact.value.n > 0) {
            BUF_ADD(&says, says.n > 0 ? STR("; ") : STR(""), fact.label, STR(": "), fact.value);
        }
    }
    return buf_str(&says);
}

/* Something is wrong with one of the rest. */
static bool rest_is_faulty(const struct row_fields *fields)
{
    for (size_t i = 0; i < fields->items.count; i++) {
        struct str name = view_name(fields->view, fields->spot, fields->items.items[i]);
        if (!is_at_hand(fields, i) && view_error(fields->view, name).n > 0) {
            return true;
        }
    }
    return false;
}

static void add_fields(const struct row_fields *fields, bool at_hand)
{
    for (size_t i = 0; i < fields->items.count; i++) {
        if (is_at_hand(fields, i) == at_hand) {
            view_field(fields->view, fields->spot, fields->items.items[i], NULL);
        }
    }
}

void view_row_fields(struct view *view, const struct model_form_item *item, const struct spot *spot,
                     uint32_t but_one, uint32_t but_another)
{
    struct row_fields fields = {.view = view, .item = item, .spot = spot};
    list_fields(&fields, but_one, but_another);
    add_fields(&fields, true);
    if (fields.items.count <= LONG_ROW) {
        return;
    }
    html_open_class(view->html, "details", "more");
    html_attr(
        view->html, "id",
        component_field_id(view->html, VIEW_JOIN(view, view->prefix, spot->row, STR("more"))));
    html_flag(view->html, "open", rest_is_faulty(&fields));
    html_open(view->html, "summary");
    html_text(view->html, html_word(view->html, WORD_MORE));
    html_element(view->html, "span", "more__says", rest_says(&fields));
    html_close(view->html, "summary");
    html_open_class(view->html, "div", "rows__fields");
    add_fields(&fields, false);
    html_close(view->html, "div");
    html_close(view->html, "details");
}

/* ---- rows by key ---- */

static struct row *find_row(const struct rows_drawing *drawing, struct str key)
{
    struct view *view = drawing->view;
    const struct rows *rows = record_rows(view->record, drawing->item->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        if (str_eq(view_row_key(view->set->arena, rows->items.items[i]), key)) {
            return rows->items.items[i];
        }
    }
    return drawing->blank;
}

/* How the controls of a row begin: "participants[+1]." */
static struct str row_name(struct view *view, const struct model_form_item *item, struct str key)
{
    struct str list =
        model_text(view->set->model, model_list_row(view->set->model, item->list)->name);
    return VIEW_JOIN(view, list, STR("["), key, STR("]."));
}

static void render_row(struct html *html, const void *context, struct str key)
{
    const struct rows_drawing *drawing = context;
    struct view *view = drawing->view;
    struct spot spot = {.subject = &find_row(drawing, key)->subject,
                        .row = row_name(view, drawing->item, key)};
    (void)html;
    view_row_fields(view, drawing->item, &spot, MODEL_NONE, MODEL_NONE);
}

/* A row that belongs to nothing, to draw empty controls from. */
struct row *view_blank_row(struct view *view, uint32_t list)
{
    const struct model_list *shape = model_list_row(view->set->model, list);
    struct row *row = ARENA_NEW(view->set->arena, struct row);
    row->is_new = true;
    row->subject = (struct subject){
        .entity = shape->entity,
        .list = list,
        .record = view->record,
        .row = row,
        .answers = ARENA_ARRAY(view->set->arena, shape->fields_count, struct answer)};
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        row->subject.answers[i] = answer_unset();
    }
    return row;
}

/* ---- which rows are drawn ---- */

struct keys {
    LIST(struct str) items;
};

bool view_is_wanted(const struct view *view, uint32_t list)
{
    const struct model *model = view->set->model;
    const struct model_entity *entity = model_entity_row(model, view->record->subject.entity);
    for (uint32_t i = 0; i < entity->transitions_count; i++) {
        const struct model_transition *transition =
            model_transition_row(model, entity->transitions_first + i);
        for (uint32_t k = 0; k < transition->requirements_count; k++) {
            if (model_requirement_item_row(model, transition->requirements_first + k)->list ==
                list) {
                return true;
            }
        }
    }
    return false;
}

static bool has_key(const struct keys *keys, struct str key)
{
    for (size_t i = 0; i < keys->items.count; i++) {
        if (str_eq(keys->items.items[i], key)) {
            return true;
        }
    }
    return false;
}

static void add_blank(struct view *view, struct keys *keys)
{
    struct str key = STR("+1");
    for (int64_t n = 2; has_key(keys, key); n++) {
        key = VIEW_JOIN(view, STR("+"), str_from_int(view->set->arena, n));
    }
    LIST_PUSH(view->set->arena, &keys->items, key);
}

/* The row in which somebody was looked for stays, though nothing else is in it yet. The key was
 * typed: one that no blank row has is not taken. */
static void add_searched(struct view *view, struct str name, struct keys *keys)
{
    struct str control;
    struct str begin = VIEW_JOIN(view, name, STR("[+"));
    if (!view_typed(view, STR("find"), &control) || !str_starts(control, begin)) {
        return;
    }
    size_t end = begin.n;
    while (end < control.n && control.p[end] >= '0' && control.p[end] <= '9') {
        end++;
    }
    struct str key = str_slice(control, begin.n - 1, end);
    if (key.n > 1 && key.n < 6 && end < control.n && control.p[end] == ']' && !has_key(keys, key)) {
        LIST_PUSH(view->set->arena, &keys->items, key);
    }
}

static struct keys keys_of(struct view *view, const struct model_form_item *item, struct str name)
{
    const struct rows *rows = record_rows(view->record, item->list);
    struct keys keys = {0};
    struct str wanted;
    for (size_t i = 0; i < rows->items.count; i++) {
        if (!rows->items.items[i]->removed) {
            LIST_PUSH(view->set->arena, &keys.items,
                      view_row_key(view->set->arena, rows->items.items[i]));
        }
    }
    bool asked = view_typed(view, STR("add_row"), &wanted) && str_eq(wanted, name);
    /* A list that some step needs begins with an empty row. */
    if (asked || (keys.items.count == 0 && view_is_wanted(view, item->list))) {
        add_blank(view, &keys);
    }
    add_searched(view, name, &keys);
    return keys;
}

/* Rows that are to go when the form is saved. */
static void add_removed(struct view *view, uint32_t list, struct str name)
{
    const struct rows *rows = record_rows(view->record, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        if (row->removed && !row->is_new) {
            component_hidden(view->html,
                             VIEW_JOIN(view, name, STR("["),
                                       uuid_text(view->set->arena, row->subject.id),
                                       STR("]._delete")),
                             STR("yes"));
        }
    }
}

/* What the row is, by its codes that are at hand: "Child, Female". */
static struct str codes_say(const struct row_fields *fields)
{
    struct view *view = fields->view;
    struct buf says;
    buf_init(&says, view->set->arena, SIZE_MAX);
    for (size_t i = 0; i < fields->items.count && i < AT_HAND; i++) {
        uint32_t field = fields->items.items[i];
        const struct model_field *shape = model_field_row(view->set->model, field);
        if (shape->kind == FIELD_CODE && view_reads_class(view, shape->class)) {
            struct str value = view_fact(view, fields->spot, field, NULL).value;
            BUF_ADD(&says, says.n > 0 && value.n > 0 ? STR(", ") : STR(""), value);
        }
    }
    return buf_str(&says);
}

/* Something was looked for in the row. */
static bool is_searched(const struct row_fields *fields)
{
    struct view *view = fields->view;
    struct str row = VIEW_JOIN(view, view->prefix, fields->spot->row);
    for (size_t i = 0; i < view->found_count; i++) {
        if (str_starts(view->found[i].name, row)) {
            return true;
        }
    }
    return false;
}

/* How many of its fields are needed and not there, or wrong; what is not asked of this one is not
 * needed. */
static size_t count_needed(const struct row_fields *fields)
{
    struct view *view = fields->view;
    size_t needed = 0;
    for (size_t i = 0; i < fields->items.count; i++) {
        uint32_t field = fields->items.items[i];
        struct answer answer = answer_get(fields->spot->subject, field);
        bool asked = work_set_true(view->set, model_field_row(view->set->model, field)->relevant,
                                   fields->spot->subject);
        needed +=
            asked && (view_error(view, view_name(view, fields->spot, field)).n > 0 ||
                      (!answer_is_addressed(&answer) && view_is_needed(view, fields->spot, field)));
    }
    return needed;
}

size_t view_row_needs(struct view *view, const struct model_form_item *item, struct row *row)
{
    const struct spot spot = {.subject = &row->subject,
                              .row = row_name(view, item, view_row_key(view->set->arena, row))};
    struct row_fields fields = {.view = view, .item = item, .spot = &spot};
    list_fields(&fields, MODEL_NONE, MODEL_NONE);
    return count_needed(&fields);
}

static struct row_title title_of(struct rows_drawing *drawing, struct str key,
                                 const struct row *row)
{
    struct view *view = drawing->view;
    const struct spot spot = {.subject = &row->subject, .row = row_name(view, drawing->item, key)};
    struct row_fields fields = {.view = view, .item = drawing->item, .spot = &spot};
    list_fields(&fields, MODEL_NONE, MODEL_NONE);
    size_t needed = count_needed(&fields);
    return (struct row_title){.text = view_row_title(view->set, row),
                              .says = codes_say(&fields),
                              .folds = fields.items.count > LONG_ROW && !row->is_new,
                              .needed = needed,
                              .open = needed > 0 || is_searched(&fields)};
}

/* By what each row is known; one that says nothing yet is "New person". A long row that is stored
 * and finished is folded. */
static struct row_title *titles_of(struct rows_drawing *drawing, const struct keys *keys,
                                   struct str new_title)
{
    struct row_title *titles =
        ARENA_ARRAY(drawing->view->set->arena, keys->items.count, struct row_title);
    for (size_t i = 0; i < keys->items.count; i++) {
        const struct row *row = find_row(drawing, keys->items.items[i]);
        titles[i] = row == drawing->blank ? (struct row_title){.text = new_title}
                                          : title_of(drawing, keys->items.items[i], row);
    }
    return titles;
}

/* ---- the item ---- */

/* Rows that cannot be changed: as a table. */
static void read_rows(struct view *view, const struct model_form_item *item)
{
    const struct model *model = view->set->model;
    const struct model_list *list = model_list_row(model, item->list);
    const struct model_entity *entity = model_entity_row(model, list->entity);
    for (uint32_t i = 0; i < entity->collections_count; i++) {
        uint32_t collection = entity->collections_first + i;
        if (model_collection_row(model, collection)->list == item->list) {
            view_members(view, collection, item->columns_first, item->columns_count,
                         model_text(model, list->label), NULL);
        }
    }
}

/* "Add person", "New person" */
static struct str row_words(struct view *view, enum word word, struct str row_label)
{
    if (row_label.n == 0) {
        return STR("");
    }
    return VIEW_JOIN(view, html_word(view->html, word), STR(" "),
                     str_small_first(view->set->arena, row_label));
}

void view_item_rows(struct view *view, const struct model_form_item *item)
{
    const struct model *model = view->set->model;
    const struct model_list *list = model_list_row(model, item->list);
    if (!view->may_change || !access_may_change_rows(view->set, view->record, item->list)) {
        read_rows(view, item);
        return;
    }
    uint32_t chosen = view_chosen_file(view, item);
    if (chosen != MODEL_NONE) {
        view_item_picks(view, item, chosen);
        return;
    }
    struct str name = VIEW_JOIN(view, view->prefix, model_text(model, list->name));
    struct keys keys = keys_of(view, item, name);
    struct rows_drawing drawing = {view, item, view_blank_row(view, item->list)};
    struct str row_label = model_text(model, list->row_label);
    struct str new_title = row_words(view, WORD_NEW, row_label);
    struct str label = model_text(model, item->label);
    label = label.n > 0 ? label : model_text(model, list->label);
    add_removed(view, item->list, name);
    component_rows(view->html, &(struct rows_list){.name = name,
                                                   .legend = label,
                                                   .quiet = str_eq(label, view->heading),
                                                   .help = model_text(model, list->help),
                                                   .error = view_error(view, name),
                                                   .add = row_words(view, WORD_ADD, row_label),
                                                   .titles = titles_of(&drawing, &keys, new_title),
                                                   .new_title = new_title,
                                                   .keys = keys.items.items,
                                                   .keys_count = keys.items.count,
                                                   .render = render_row,
                                                   .context = &drawing});
}
