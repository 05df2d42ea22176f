/* What may be chosen: codes in force, records, rows, reasons for no answer. */
#include "html/view_int.h"

/* A list of choices being made. */
struct choosing {
    struct view *view;
    struct str name; /* of the control */
    bool typed;      /* what was typed decides what is chosen */
    struct answer answer;
    LIST(struct choice) items;
};

static struct choosing choosing_of(struct view *view, const struct spot *spot, uint32_t field)
{
    struct choosing choosing = {.view = view, .name = view_name(view, spot, field)};
    struct str ignored;
    choosing.typed = view_typed(view, choosing.name, &ignored);
    choosing.answer = answer_get(spot->subject, field);
    return choosing;
}

static struct choices choices_of(const struct choosing *choosing)
{
    return (struct choices){choosing->items.items, choosing->items.count};
}

static void add_choice(struct choosing *choosing, struct choice choice, bool stored)
{
    choice.chosen =
        choosing->typed ? view_typed_has(choosing->view, choosing->name, choice.value) : stored;
    LIST_PUSH(choosing->view->set->arena, &choosing->items, choice);
}

/* ---- codes ---- */

static bool has_code(const struct answer *answer, struct str code, uint32_t version)
{
    if (answer->value.type == VALUE_CODE && str_eq(answer->value.code.code, code)) {
        return version == 0 || answer->value.code.version == version;
    }
    for (size_t i = 0; i < answer->code_count; i++) {
        if (str_eq(answer->codes[i].code, code)) {
            return version == 0 || answer->codes[i].version == version;
        }
    }
    return false;
}

static bool is_there(const struct choosing *choosing, struct str value)
{
    for (size_t i = 0; i < choosing->items.count; i++) {
        if (str_eq(choosing->items.items[i].value, value)) {
            return true;
        }
    }
    return false;
}

/* A code that is stored in an older wording is offered in that wording, so that saving the form
 * again does not change what somebody answered then. */
struct choices view_codes(struct view *view, const struct spot *spot, uint32_t field)
{
    const struct model *model = view->set->model;
    const struct model_code_set *set =
        model_code_set_row(model, model_field_row(model, field)->code_set);
    struct choosing choosing = choosing_of(view, spot, field);
    for (uint32_t i = 0; i < set->codes_count; i++) {
        uint32_t row = set->codes_first + i;
        const struct model_code *code = model_code_row(model, row);
        struct str value = model_text(model, code->code);
        CHECK(code->version > 0);
        bool stored = has_code(&choosing.answer, value, (uint32_t)code->version);
        bool in_other_wording = !stored && has_code(&choosing.answer, value, 0);
        bool offered = input_offers_code(view->set, view->record, field, row);
        if ((stored || (offered && !in_other_wording)) && !is_there(&choosing, value)) {
            add_choice(&choosing,
                       (struct choice){.value = value,
                                       .text = model_text(model, code->label),
                                       .help = model_text(model, code->help),
                                       .section = model_text(model, code->section)},
                       stored);
        }
    }
    return choices_of(&choosing);
}

/* ---- records ---- */

/* What may not be read is in the set without a version. */
static bool may_be_chosen(struct view *view, const struct spot *spot, uint32_t field,
                          const struct record *record)
{
    const struct model_field *shape = model_field_row(view->set->model, field);
    return record->subject.entity == shape->target && (record->version > 0 || record->is_new) &&
           record != spot->subject->record &&
           input_offers_choice(view->set, spot->subject, field, &record->subject);
}

struct choices view_records(struct view *view, const struct spot *spot, uint32_t field)
{
    struct choosing choosing = choosing_of(view, spot, field);
    struct value value = choosing.answer.value;
    struct str current =
        value.type == VALUE_REFERENCE ? uuid_text(view->set->arena, value.reference) : STR("");
    for (size_t i = 0; i < view->set->records.count; i++) {
        const struct record *record = view->set->records.items[i];
        struct str id = uuid_text(view->set->arena, record->subject.id);
        if (may_be_chosen(view, spot, field, record) || str_eq(id, current)) {
            add_choice(&choosing,
                       (struct choice){.value = id, .text = record_title(view->set, record)},
                       str_eq(id, current));
        }
    }
    if (current.n > 0 && !is_there(&choosing, current)) {
        struct str title = value_words(view->set, value, MODEL_NONE);
        add_choice(&choosing,
                   (struct choice){.value = current,
                                   .text = title.n > 0 ? title
                                                       : STR("(one that "
                                                             "you may not read)")},
                   true);
    }
    return choices_of(&choosing);
}

/* ---- rows ---- */

struct str view_row_key(struct arena *arena, const struct row *row)
{
    return row->label.n > 0 ? row->label : uuid_text(arena, row->subject.id);
}

struct choices view_rows(struct view *view, const struct spot *spot, uint32_t field)
{
    const struct model_field *shape = model_field_row(view->set->model, field);
    const struct rows *rows = record_rows(view->record, shape->rows);
    struct choosing choosing = choosing_of(view, spot, field);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        bool stored = choosing.answer.value.type == VALUE_REFERENCE &&
                      uuid_eq(choosing.answer.value.reference, row->subject.id);
        if (!row->removed && (stored || work_set_true_with(view->set, shape->choices, spot->subject,
                                                           &row->subject))) {
            add_choice(&choosing,
                       (struct choice){.value = view_row_key(view->set->arena, row),
                                       .text = view_row_title(view->set, row)},
                       stored);
        }
    }
    return choices_of(&choosing);
}

/* ---- no answer ---- */

static struct str capital(struct arena *arena, struct str words)
{
    char *copy = arena_copy(arena, words.p, words.n);
    if (words.n > 0 && copy[0] >= 'a' && copy[0] <= 'z') {
        copy[0] = (char)(copy[0] - 'a' + 'A');
    }
    return (struct str){copy, words.n};
}

struct choices view_non_answers(struct view *view, const struct spot *spot, uint32_t field)
{
    const struct model_field *shape = model_field_row(view->set->model, field);
    struct choosing choosing = choosing_of(view, spot, field);
    struct str ignored;
    choosing.name = VIEW_JOIN(view, choosing.name, STR("_why"));
    choosing.typed = view_typed(view, choosing.name, &ignored);
    for (uint32_t why = 0; why < NON_ANSWER__COUNT; why++) {
        if ((shape->non_answers & (1u << why)) != 0) {
            add_choice(
                &choosing,
                (struct choice){.value = model_non_answer_name(why),
                                .text = capital(view->set->arena, model_non_answer_words(why))},
                choosing.answer.why == why);
        }
    }
    return choices_of(&choosing);
}

/* ---- a reference that is looked for ---- */

void view_found(struct html *html, const struct view_found *found)
{
    html_open_class(html, "div", "picker__found");
    html_attr(html, "role", STR("status"));
    if (found->message.n > 0) {
        html_element(html, "p", "empty", found->message);
    } else if (found->words.n > 0 && found->choices_count == 0) {
        html_element(html, "p", "empty", html_word(html, WORD_NOBODY_FOUND));
    }
    for (size_t i = 0; i < found->choices_count; i++) {
        const struct choice *choice = &found->choices[i];
        struct str id = component_field_id(
            html, STR_JOIN(html->out->arena, found->name, STR("-"), choice->value));
        html_open_class(html, "div", "usa-radio");
        html_open_class(html, "input", "usa-radio__input");
        html_attr(html, "type", STR("radio"));
        html_attr(html, "id", id);
        html_attr(html, "name", found->name);
        html_attr(html, "value", choice->value);
        html_flag(html, "checked", choice->chosen);
        html_open_class(html, "label", "usa-radio__label");
        html_attr(html, "for", id);
        html_text(html, choice->text);
        if (choice->help.n > 0) {
            html_element(html, "span", "usa-checkbox__label-description", choice->help);
        }
        html_close(html, "label");
        html_close(html, "div");
    }
    html_close(html, "div");
}

/* The choices of a field but for those that were found: each person is there once. */
static const struct choice *not_among(struct arena *arena, const struct field *field,
                                      const struct view_found *found, size_t *ret_count)
{
    struct choice *rest = ARENA_ARRAY(arena, field->choices_count, struct choice);
    *ret_count = 0;
    for (size_t i = 0; i < field->choices_count; i++) {
        bool twice = false;
        for (size_t k = 0; k < found->choices_count; k++) {
            twice = twice || str_eq(found->choices[k].value, field->choices[i].value);
        }
        if (!twice) {
            rest[(*ret_count)++] = field->choices[i];
        }
    }
    return rest;
}

/* Those on the page already, and words to look for others. All are radios of one name, so that one
 * is chosen whichever way it came. */
void view_search(struct html *html, const struct view_search *search)
{
    const struct field *field = search->field;
    const struct view_found *found = search->found;
    struct view_found known = {.name = field->name};
    struct str id = component_field_id(html, field->name);
    known.choices = not_among(html->out->arena, field, found, &known.choices_count);
    html_open_class(html, "fieldset", "usa-fieldset usa-form-group field");
    html_element(html, "legend", "usa-legend", field->label);
    if (field->help.n > 0) {
        html_element(html, "div", "usa-hint", field->help);
    }
    if (field->error.n > 0) {
        html_element(html, "div", "usa-error-message", field->error);
    }
    html_open_class(html, "div", "picker");
    html_attr(html, "data-picker", field->name);
    component_hidden(html, field->name, STR(""));
    view_found(html, &known);
    html_open_class(html, "label", "picker__label");
    html_attr(html, "for", id);
    html_text(html, html_word(html, WORD_FIND_PERSON));
    html_close(html, "label");
    html_open_class(html, "div", "picker__find");
    html_open_class(html, "input", "usa-input");
    html_attr(html, "id", id);
    html_attr(html, "name", STR_JOIN(html->out->arena, STR("find:"), field->name));
    html_attr(html, "value", search->words);
    html_attr(html, "autocomplete", STR("off"));
    html_attr(html, "data-find", STR("yes"));
    component_button(html, &(struct button){.text = html_word(html, WORD_SEARCH_BUTTON),
                                            .name = STR("find"),
                                            .value = field->name,
                                            .kind = BUTTON_QUIET,
                                            .skips_checks = true});
    html_close(html, "div");
    view_found(html, found);
    if (!url_is_empty(search->start)) {
        html_open_class(html, "p", "picker__new");
        component_link(html, (struct link){html_word(html, WORD_NEW_PERSON), search->start, false});
        html_close(html, "p");
    }
    html_close(html, "div");
    html_close(html, "fieldset");
}

void view_picker(struct view *view, const struct field *field)
{
    struct view_found none = {.name = field->name};
    struct view_search search = {.field = field, .found = &none, .start = view->start_searched};
    (void)view_typed(view, VIEW_JOIN(view, STR("find:"), field->name), &search.words);
    for (size_t i = 0; i < view->found_count; i++) {
        search.found = str_eq(view->found[i].name, field->name) ? &view->found[i] : search.found;
    }
    view_search(view->html, &search);
}
