/* Files that are chosen, not brought: those that other records have attached already, to be ticked.
 * A tick is a new row of the list that names the file; a row that is stored says what it has, and
 * is taken out by a tick of its own. Works without scripts. */
#include "html/view_int.h"

#include "rule/offered.h"

struct picking {
    struct view *view;
    const struct model_form_item *item;
    uint32_t field;  /* of the list: the attachment that is chosen */
    struct str name; /* of the list's controls */
    const struct offered_file *offered;
    size_t offered_count;
};

uint32_t view_chosen_file(const struct view *view, const struct model_form_item *item)
{
    const struct model *model = view->set->model;
    const struct model_list *list = model_list_row(model, item->list);
    for (uint32_t i = list->fields_first; i < list->fields_first + list->fields_count; i++) {
        if (model_field_row(model, i)->chosen != MODEL_NONE && view_item_has(model, item, i)) {
            return i;
        }
    }
    return MODEL_NONE;
}

/* ---- the words of a file ---- */

/* What is brought with it, as its holder says it: "Left cheek with a scale; Detective M. Foss". */
static struct str holder_words(struct view *view, uint32_t field, const struct subject *holder)
{
    const struct model *model = view->set->model;
    struct buf words;
    buf_init(&words, view->set->arena, SIZE_MAX);
    const struct model_field *shape = model_field_row(model, field);
    const struct model_list *list = model_list_row(model, shape->list);
    for (uint32_t i = list->fields_first; i < list->fields_first + list->fields_count; i++) {
        const struct model_field *other = model_field_row(model, i);
        struct str said = other->brought_with == field
                              ? view_answer(view->set, holder, other->brought_from)
                              : STR("");
        BUF_ADD(&words, words.n > 0 && said.n > 0 ? STR("; ") : STR(""), said);
    }
    return words.n > 0 ? buf_str(&words) : record_title(view->set, holder->record);
}

struct str view_file_words(const struct view *view, struct value file)
{
    return view->attachment_words != NULL && file.type == VALUE_REFERENCE
               ? view->attachment_words(view->context, file.reference)
               : STR("");
}

/* "Open", and for who hears it, what. */
static void add_way(struct view *view, struct url to, struct str what)
{
    struct html *html = view->html;
    if (url_is_empty(to)) {
        return;
    }
    html_open_class(html, "p", "pick__open");
    html_open(html, "a");
    html_url(html, "href", to);
    html_text(html, html_word(html, WORD_OPEN_FILE));
    html_element(html, "span", "usa-sr-only", VIEW_JOIN(view, STR(": "), what));
    html_close(html, "a");
    html_close(html, "p");
}

/* ---- to be chosen ---- */

/* The row that this input made of the file, or NULL. */
static const struct row *made_of(const struct picking *picking, struct uuid file)
{
    const struct rows *rows = record_rows(picking->view->record, picking->item->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        struct value value = value_get(&row->subject, picking->field);
        if (!row->removed && value.type == VALUE_REFERENCE && uuid_eq(value.reference, file)) {
            return row;
        }
    }
    return NULL;
}

/* What else is asked of a row: all but the file itself. */
static void add_rest(const struct picking *picking, const struct row *row, struct str key)
{
    struct view *view = picking->view;
    struct str list =
        model_text(view->set->model, model_list_row(view->set->model, picking->item->list)->name);
    const struct spot spot = {.subject = &row->subject,
                              .row = VIEW_JOIN(view, list, STR("["), key, STR("]."))};
    html_open_class(view->html, "div", "rows__fields");
    view_row_fields(view, picking->item, &spot, picking->field, MODEL_NONE);
    html_close(view->html, "div");
}

static void add_offered(const struct picking *picking, const struct offered_file *offered)
{
    struct view *view = picking->view;
    const struct model_field *shape = model_field_row(view->set->model, picking->field);
    const struct row *row = made_of(picking, offered->file);
    struct str id = uuid_text(view->set->arena, offered->file);
    struct str key =
        row != NULL ? view_row_key(view->set->arena, row) : VIEW_JOIN(view, STR("+"), id);
    struct str text = holder_words(view, picking->field, offered->holder);
    struct str name = VIEW_JOIN(view, picking->name, STR("["), key, STR("]."),
                                model_text(view->set->model, shape->name));
    const struct choice ticked = {.chosen = row != NULL};
    if (row != NULL && !row->is_new) {
        return; /* it stands among those that are stored */
    }
    html_open_class(view->html, "li", "rows__row pick");
    component_field(view->html,
                    &(struct field){.control = CONTROL_CHECKBOX,
                                    .name = name,
                                    .label = text,
                                    .help = view_file_words(view, value_reference(offered->file)),
                                    .error = view_error(view, name),
                                    .value = id,
                                    .choices = &ticked,
                                    .choices_count = 1});
    if (view->attachment_url != NULL) {
        add_way(view, view->attachment_url(view->context, offered->holder, shape->chosen), text);
    }
    html_close(view->html, "li");
}

/* ---- stored ---- */

static void add_stored(const struct picking *picking, const struct row *row)
{
    struct view *view = picking->view;
    struct str id = uuid_text(view->set->arena, row->subject.id);
    const struct choice gone = {.chosen = row->removed};
    html_open_class(view->html, "li", "rows__row pick");
    html_element(view->html, "p", "rows__title",
                 view_file_words(view, value_get(&row->subject, picking->field)));
    add_rest(picking, row, id);
    if (view->attachment_url != NULL) {
        add_way(view, view->attachment_url(view->context, &row->subject, picking->field),
                view_row_title(view->set, row));
    }
    component_field(view->html, &(struct field){.control = CONTROL_CHECKBOX,
                                                .name = VIEW_JOIN(view, picking->name, STR("["), id,
                                                                  STR("]._delete")),
                                                .label = html_word(view->html, WORD_REMOVE_ROW),
                                                .value = STR("yes"),
                                                .choices = &gone,
                                                .choices_count = 1});
    html_close(view->html, "li");
}

static void add_list(const struct picking *picking)
{
    const struct rows *rows = record_rows(picking->view->record, picking->item->list);
    html_open_class(picking->view->html, "ul", "rows__list");
    for (size_t i = 0; i < rows->items.count; i++) {
        if (!rows->items.items[i]->is_new) {
            add_stored(picking, rows->items.items[i]);
        }
    }
    for (size_t i = 0; i < picking->offered_count; i++) {
        add_offered(picking, &picking->offered[i]);
    }
    html_close(picking->view->html, "ul");
}

void view_item_picks(struct view *view, const struct model_form_item *item, uint32_t field)
{
    const struct model *model = view->set->model;
    const struct model_list *list = model_list_row(model, item->list);
    const struct row *blank = view_blank_row(view, item->list);
    struct offered_file *offered;
    struct picking picking = {.view = view, .item = item, .field = field};
    picking.name = VIEW_JOIN(view, view->prefix, model_text(model, list->name));
    picking.offered_count = files_offered(view->set, &blank->subject, field, &offered);
    picking.offered = offered;
    struct str label = model_text(model, item->label);
    label = label.n > 0 ? label : model_text(model, list->label);
    html_open_class(view->html, "fieldset", "usa-fieldset rows");
    html_attr(view->html, "id", component_field_id(view->html, picking.name));
    html_open(view->html, "legend");
    html_attr(view->html, "class",
              str_eq(label, view->heading) ? STR("usa-sr-only") : STR("usa-legend"));
    html_text(view->html, label);
    html_close(view->html, "legend");
    if (model_text(model, list->help).n > 0) {
        html_element(view->html, "p", "usa-hint", model_text(model, list->help));
    }
    if (view_error(view, picking.name).n > 0) {
        html_element(view->html, "p", "usa-error-message", view_error(view, picking.name));
    }
    if (picking.offered_count == 0) {
        html_element(view->html, "p", "empty", html_word(view->html, WORD_NO_FILES));
    }
    add_list(&picking);
    html_close(view->html, "fieldset");
}
