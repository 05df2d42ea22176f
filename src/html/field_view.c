/* One field of a form: its control by kind, or its answer as it is read. */
#include "html/view_int.h"

#include "rule/offered.h"

enum { FEW_CODES = 4, MANY_HELPS = 12 };

/* ---- values ---- */

/* What stands in the control: as typed, else as stored. */
static struct str shown_text(struct view *view, const struct spot *spot, uint32_t field)
{
    struct str value;
    return view_typed(view, view_name(view, spot, field), &value)
               ? value
               : input_answer(view->set, spot->subject, field);
}

/* ---- controls by kind ---- */

/* A date control shows nothing of what is no date: then it is a text to put right. */
static enum control date_control(const struct field *field, bool with_time)
{
    struct date date;
    bool iso =
        field->value.n >= 10 && str_find_byte(str_slice(field->value, 0, 10), '/') < 0 &&
        date_parse(str_slice(field->value, 0, 10), &date) &&
        (with_time ? field->value.n >= 16 && field->value.p[10] == 'T' && field->value.n <= 23
                   : field->value.n == 10);
    if (field->value.n > 0 && !iso) {
        return CONTROL_TEXT;
    }
    return with_time ? CONTROL_DATETIME : CONTROL_DATE;
}

static void drop_helps(struct choices choices)
{
    for (size_t i = 0; choices.count > MANY_HELPS && i < choices.count; i++) {
        choices.items[i].help = STR("");
    }
}

/* A radio cannot be taken back: once answered there is one for that. */
static void with_way_back(struct view *view, struct field *field)
{
    bool answered = false;
    for (size_t i = 0; i < field->choices_count; i++) {
        answered = answered || field->choices[i].chosen;
    }
    if (answered) {
        struct choice *choices = arena_grow(view->set->arena, field->choices, field->choices_count,
                                            field->choices_count + 1, sizeof(*choices));
        choices[field->choices_count] =
            (struct choice){.text = html_word(view->html, WORD_NOT_YET)};
        field->choices = choices;
        field->choices_count++;
    }
}

static void fill_yes_no(struct view *view, struct field *field)
{
    struct choice *choices = ARENA_ARRAY(view->set->arena, 2, struct choice);
    choices[0] = (struct choice){.value = STR("yes"), .text = html_word(view->html, WORD_YES)};
    choices[1] = (struct choice){.value = STR("no"), .text = html_word(view->html, WORD_NO)};
    choices[0].chosen = str_eq(field->value, STR("yes"));
    choices[1].chosen = str_eq(field->value, STR("no"));
    field->control = CONTROL_RADIOS;
    field->choices = choices;
    field->choices_count = 2;
    with_way_back(view, field);
}

static void fill_choices(struct view *view, const struct spot *spot, uint32_t row,
                         struct field *field)
{
    const struct model_field *shape = model_field_row(view->set->model, row);
    struct choices choices = {0};
    if (shape->kind == FIELD_CODE || shape->kind == FIELD_CODES) {
        choices = view_codes(view, spot, row);
    } else if (shape->kind == FIELD_ROW) {
        choices = view_rows(view, spot, row);
    } else {
        choices = view_records(view, spot, row);
    }
    drop_helps(choices);
    field->choices = choices.items;
    field->choices_count = choices.count;
    bool few = shape->kind == FIELD_CODE && choices.count <= FEW_CODES && spot->row.n == 0;
    field->control = shape->kind == FIELD_CODES ? CONTROL_CHECKBOXES
                     : few                      ? CONTROL_RADIOS
                                                : CONTROL_SELECT;
    if (few) {
        with_way_back(view, field);
    }
}

static void fill_kind(struct view *view, const struct spot *spot, uint32_t row, struct field *field)
{
    const struct model_field *shape = model_field_row(view->set->model, row);
    enum model_field_kind kind = shape->kind;
    switch (kind) {
    case FIELD_TEXT:
        field->control = CONTROL_TEXT;
        field->max = shape->most > 0 ? (unsigned)shape->most : 0;
        break;
    case FIELD_NARRATIVE:
        field->control = CONTROL_LONG_TEXT;
        field->narrow = spot->row.n > 0;
        break;
    case FIELD_YES_NO:
        fill_yes_no(view, field);
        break;
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        field->control = CONTROL_NUMBER;
        field->narrow = true;
        break;
    case FIELD_DATE:
        field->control = date_control(field, false);
        break;
    case FIELD_DATETIME:
        field->control = date_control(field, true);
        break;
    case FIELD_CODE:
    case FIELD_CODES:
    case FIELD_REFERENCE:
    case FIELD_ROW:
        fill_choices(view, spot, row, field);
        break;
    case FIELD_ATTACHMENT:
    case FIELD_SIGNATURE:
        field->control = CONTROL_FILE;
        break;
    case FIELD__COUNT:
        break;
    }
}

/* Whether the step this form belongs to names the field among what it requires. */
static bool is_required_by_step(const struct view *view, uint32_t row)
{
    const struct model *model = view->set->model;
    if (view->transition == MODEL_NONE) {
        return false;
    }
    const struct model_transition *transition = model_transition_row(model, view->transition);
    for (uint32_t i = 0; i < transition->requirements_count; i++) {
        if (model_requirement_item_row(model, transition->requirements_first + i)->field == row) {
            return true;
        }
    }
    return false;
}

bool view_is_needed(struct view *view, const struct spot *spot, uint32_t row)
{
    const struct model_field *shape = model_field_row(view->set->model, row);
    return is_required_by_step(view, row) ||
           (shape->required != REQUIRED_NONE &&
            work_set_true(view->set, shape->required_when, spot->subject));
}

static struct field field_of(struct view *view, const struct spot *spot, uint32_t row,
                             const struct model_form_item *item)
{
    const struct model *model = view->set->model;
    const struct model_field *shape = model_field_row(model, row);
    struct answer answer = answer_get(spot->subject, row);
    struct choices reasons = view_non_answers(view, spot, row);
    struct str own_help =
        item != NULL && item->kind == ITEM_FIELD ? model_text(model, item->help) : STR("");
    struct field field = {
        .name = view_name(view, spot, row),
        .label = view_label(model, row, item != NULL && item->kind == ITEM_FIELD ? item : NULL),
        .help = own_help.n > 0 ? own_help : model_text(model, shape->help),
        .value = shown_text(view, spot, row),
        .no_answers = reasons.items,
        .no_answers_count = reasons.count,
        .asks_whom = shape->who_asked,
        .needed = view_is_needed(view, spot, row),
        .refreshes = view_is_depended_on(view, row),
    };
    struct str unit = model_text(model, shape->unit);
    if (unit.n > 0) {
        field.label = VIEW_JOIN(view, field.label, STR(" ("), unit, STR(")"));
    }
    field.error = view_error(view, field.name);
    if (!view_typed(view, VIEW_JOIN(view, field.name, STR("_asked")), &field.asked)) {
        field.asked = answer.asked;
    }
    fill_kind(view, spot, row, &field);
    return field;
}

/* ---- files ---- */

static struct url file_url(struct view *view, const struct spot *spot, uint32_t row)
{
    return view->attachment_url != NULL ? view->attachment_url(view->context, spot->subject, row)
                                        : (struct url){0};
}

/* What is stored already, and a way to take it out. A file control without a file sends nothing, so
 * that saving again keeps it. */
static void add_stored_file(struct view *view, const struct spot *spot, uint32_t row)
{
    struct answer answer = answer_get(spot->subject, row);
    if (answer.value.type != VALUE_REFERENCE) {
        return;
    }
    struct str name = VIEW_JOIN(view, view_name(view, spot, row), STR(":remove"));
    component_facts(view->html,
                    &(struct fact){.label = html_word(view->html, WORD_STORED),
                                   .value = html_word(view->html, WORD_OPEN_FILE),
                                   .to = file_url(view, spot, row),
                                   .from = view_file_words(view, answer.value)},
                    1);
    component_field(view->html, &(struct field){.control = CONTROL_CHECKBOX,
                                                .name = name,
                                                .label = html_word(view->html, WORD_REMOVE_ROW),
                                                .value = STR("yes")});
}

static void add_file(struct view *view, const struct spot *spot, const struct field *field,
                     uint32_t row)
{
    html_open_class(view->html, "div", "file");
    component_field(view->html, field);
    add_stored_file(view, spot, row);
    html_close(view->html, "div");
}

static void add_signature(struct view *view, const struct spot *spot, const struct field *field,
                          uint32_t row)
{
    if (answer_get(spot->subject, row).value.type == VALUE_REFERENCE) {
        add_stored_file(view, spot, row);
        return;
    }
    if (field->error.n > 0) {
        html_element(view->html, "p", "usa-error-message", field->error);
    }
    component_signature(
        view->html,
        &(struct signature){.name = field->name, .label = field->label, .value = field->value});
}

/* ---- groups that the component does not draw ---- */

/* Why something is asked: one tap away. */
static void add_source(struct view *view, const struct spot *spot, uint32_t row)
{
    struct str source =
        model_text(view->set->model, model_field_row(view->set->model, row)->source);
    if (source.n == 0 || spot->row.n > 0) {
        return;
    }
    html_open_class(view->html, "details", "why");
    html_element(view->html, "summary", "", html_word(view->html, WORD_WHY_ASKED));
    html_element(view->html, "p", "note", source);
    html_close(view->html, "details");
}

/* "This was asked", so that taking every tick away is an answer too. */
static void add_asked(struct view *view, const struct field *field)
{
    if (field->control == CONTROL_CHECKBOXES || field->control == CONTROL_RADIOS) {
        component_hidden(view->html, field->name, STR(""));
    }
}

/* Many boxes in a row of a list take the sight off the rest: folded away under what is ticked. */
static void add_folded(struct view *view, const struct field *field)
{
    struct html *html = view->html;
    struct buf chosen;
    buf_init(&chosen, view->set->arena, SIZE_MAX);
    for (size_t i = 0; i < field->choices_count; i++) {
        if (field->choices[i].chosen) {
            BUF_ADD(&chosen, chosen.n > 0 ? STR(", ") : STR(": "), field->choices[i].text);
        }
    }
    html_open_class(html, "details", "folded");
    html_flag(html, "open", field->error.n > 0);
    html_open(html, "summary");
    html_element(html, "span", "usa-label", field->label);
    html_text(html, buf_str(&chosen));
    html_close(html, "summary");
    component_field(html, field);
    html_close(html, "details");
}

static void add_control(struct view *view, const struct spot *spot, uint32_t row,
                        const struct model_form_item *item)
{
    const struct model_field *shape = model_field_row(view->set->model, row);
    struct field field = field_of(view, spot, row, item);
    if (shape->kind == FIELD_SIGNATURE) {
        add_signature(view, spot, &field, row);
    } else if (shape->kind == FIELD_ATTACHMENT) {
        add_file(view, spot, &field, row);
    } else if (shape->kind == FIELD_REFERENCE && shape->target == view->searched) {
        view_picker(view, &field);
    } else {
        add_asked(view, &field);
        if (field.control == CONTROL_CHECKBOXES && spot->row.n > 0) {
            add_folded(view, &field);
        } else {
            component_field(view->html, &field);
        }
    }
    add_source(view, spot, row);
}

/* ---- as it is read ---- */

static struct url reference_url(struct view *view, const struct spot *spot, uint32_t row)
{
    const struct model_field *shape = model_field_row(view->set->model, row);
    struct answer answer = answer_get(spot->subject, row);
    if (answer.value.type != VALUE_REFERENCE) {
        return (struct url){0};
    }
    if (file_is_field(view->set->model, row)) {
        return file_url(view, spot, row);
    }
    const struct record *record = work_set_find(view->set, answer.value.reference);
    bool hidden = record != NULL && record->version == 0 && !record->is_new;
    return shape->kind == FIELD_REFERENCE && view->record_url != NULL && !hidden
               ? view->record_url(view->context, shape->target, answer.value.reference)
               : (struct url){0};
}

struct fact view_fact(struct view *view, const struct spot *spot, uint32_t row,
                      const struct model_form_item *item)
{
    struct answer answer = answer_get(spot->subject, row);
    struct fact fact = {.label = view_label(view->set->model, row, item),
                        .value = view_answer(view->set, spot->subject, row),
                        .to = reference_url(view, spot, row),
                        .no_answer = answer.why != MODEL_NONE};
    if (fact.value.n == 0 && answer_is_answered(&answer)) {
        fact.value = html_word(view->html, WORD_OPEN_FILE);
    }
    if (file_is_field(view->set->model, row)) {
        fact.from = view_file_words(view, answer.value);
    }
    return fact;
}

void view_field(struct view *view, const struct spot *spot, uint32_t row,
                const struct model_form_item *item)
{
    const struct model_field *shape = model_field_row(view->set->model, row);
    if (!work_set_true(view->set, shape->relevant, spot->subject) ||
        !view_reads_class(view, shape->class)) {
        return;
    }
    if (view_is_typed(view, row)) {
        add_control(view, spot, row, item);
        return;
    }
    struct fact fact =
        view_fact(view, spot, row, item != NULL && item->kind == ITEM_FIELD ? item : NULL);
    if (fact.value.n > 0) {
        component_facts(view->html, &fact, 1);
    }
}
