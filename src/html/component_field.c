/* Form fields: label, help, error, control, and the answers that are no value. */
#include "html/components.h"

struct str component_field_id(struct html *html, struct str name)
{
    struct buf id;
    bool gap = false;
    buf_init(&id, html->out->arena, name.n + 2);
    buf_add(&id, STR("f-"));
    for (size_t i = 0; i < name.n; i++) {
        char byte = name.p[i];
        bool word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                    (byte >= '0' && byte <= '9') || byte == '_';
        if (word) {
            if (gap && id.n > 2) {
                buf_byte(&id, '-');
            }
            buf_byte(&id, byte);
        }
        gap = !word;
    }
    return buf_str(&id);
}

#define JOIN(html, ...) STR_JOIN((html)->out->arena, __VA_ARGS__)

static bool is_group(const struct field *field)
{
    return field->control == CONTROL_RADIOS || field->control == CONTROL_CHECKBOXES;
}

/* ---- what describes the control ---- */

static void described_by(struct html *html, const struct field *field, struct str id)
{
    struct buf ids;
    buf_init(&ids, html->out->arena, 3 * (id.n + 8));
    if (field->error.n != 0) {
        BUF_ADD(&ids, id, STR("-error"));
    }
    if (field->help.n != 0) {
        BUF_ADD(&ids, ids.n != 0 ? STR(" ") : STR(""), id, STR("-help"));
    }
    if (field->from.n != 0) {
        BUF_ADD(&ids, ids.n != 0 ? STR(" ") : STR(""), id, STR("-from"));
    }
    if (ids.n != 0) {
        html_attr(html, "aria-describedby", buf_str(&ids));
    }
    if (field->error.n != 0 && !is_group(field)) { /* a group has no such state */
        html_attr(html, "aria-invalid", STR("true"));
    }
}

static void add_label(struct html *html, const struct field *field)
{
    html_text(html, field->label);
    if (field->needed) {
        html_text(html, STR(" "));
        html_element(html, "span", "field__needed", html_word(html, WORD_REQUIRED));
    }
}

static void add_notes(struct html *html, const struct field *field, struct str id)
{
    if (field->help.n != 0) {
        html_open_class(html, "div", "usa-hint");
        html_attr(html, "id", JOIN(html, id, STR("-help")));
        html_text(html, field->help);
        html_close(html, "div");
    }
    if (field->error.n != 0) {
        html_open_class(html, "div", "usa-error-message");
        html_attr(html, "id", JOIN(html, id, STR("-error")));
        html_element(html, "span", "usa-sr-only", html_word(html, WORD_ERROR));
        html_text(html, STR(" "));
        html_text(html, field->error);
        html_close(html, "div");
    }
}

static void add_from(struct html *html, const struct field *field, struct str id)
{
    if (field->from.n == 0) {
        return;
    }
    html_open_class(html, "div", "field__from");
    html_attr(html, "id", JOIN(html, id, STR("-from")));
    html_text(html, html_word(html, WORD_FROM));
    html_text(html, STR(": "));
    html_text(html, field->from);
    html_close(html, "div");
}

/* The form is fetched again from its own address and swapped; the script keeps the focus. */
static void add_refresh(struct html *html, const struct field *field)
{
    if (field->refreshes) {
        html_attr(html, "data-refreshes", STR("yes"));
    }
}

/* ---- controls ---- */

static struct str input_type(enum control control)
{
    switch (control) {
    case CONTROL_DATE:
        return STR("date");
    case CONTROL_DATETIME:
        return STR("datetime-local");
    case CONTROL_TIME:
        return STR("time");
    case CONTROL_TELEPHONE:
        return STR("tel");
    case CONTROL_EMAIL:
        return STR("email");
    case CONTROL_PASSWORD:
        return STR("password");
    case CONTROL_FILE:
        return STR("file");
    case CONTROL_TEXT:
    case CONTROL_NUMBER:
    case CONTROL_LONG_TEXT:
    case CONTROL_SELECT:
    case CONTROL_RADIOS:
    case CONTROL_CHECKBOXES:
    case CONTROL_CHECKBOX:
    case CONTROL__COUNT:
        break;
    }
    return STR("text");
}

static struct str input_class(const struct field *field)
{
    if (field->error.n != 0) {
        return field->narrow ? STR("usa-input usa-input--error field__narrow")
                             : STR("usa-input usa-input--error");
    }
    return field->narrow ? STR("usa-input field__narrow") : STR("usa-input");
}

static void add_input(struct html *html, const struct field *field, struct str id)
{
    html_open(html, "input");
    html_attr(html, "class", input_class(field));
    html_attr(html, "id", id);
    html_attr(html, "name", field->name);
    html_attr(html, "type", input_type(field->control));
    if (field->control == CONTROL_NUMBER) {
        html_attr(html, "inputmode", STR("numeric"));
    }
    /* A password is never sent back; a file cannot be. */
    if (field->control != CONTROL_PASSWORD && field->control != CONTROL_FILE) {
        html_attr(html, "value", field->value);
    }
    if (field->max != 0) {
        html_attr_int(html, "maxlength", field->max);
    }
    html_attr(html, "autocomplete", field->complete.n != 0 ? field->complete : STR("off"));
    add_refresh(html, field);
    described_by(html, field, id);
}

static void add_long_text(struct html *html, const struct field *field, struct str id)
{
    html_open_class(html, "textarea", "usa-textarea");
    html_attr(html, "id", id);
    html_attr(html, "name", field->name);
    html_attr(html, "rows", field->narrow ? STR("2") : STR("5"));
    if (field->max != 0) {
        html_attr_int(html, "maxlength", field->max);
    }
    add_refresh(html, field);
    described_by(html, field, id);
    /* Browsers drop one line feed after the start tag. */
    html_raw(html, HTML_TRUSTED("\n"));
    html_text(html, field->value);
    html_close(html, "textarea");
}

static void add_option(struct html *html, struct str value, struct str text, bool chosen)
{
    html_open(html, "option");
    html_attr(html, "value", value);
    html_flag(html, "selected", chosen);
    html_text(html, text);
    html_close(html, "option");
}

/* Whether a group of choices with a heading begins, or ends, with this one. */
static bool section_begins(const struct choice *choices, size_t i)
{
    return choices[i].section.n != 0 &&
           (i == 0 || !str_eq(choices[i - 1].section, choices[i].section));
}

static bool section_ends(const struct choice *choices, size_t count, size_t i)
{
    return choices[i].section.n != 0 &&
           (i + 1 == count || !str_eq(choices[i + 1].section, choices[i].section));
}

static void add_select(struct html *html, const struct field *field, struct str id)
{
    html_open_class(html, "select", "usa-select");
    html_attr(html, "id", id);
    html_attr(html, "name", field->name);
    add_refresh(html, field);
    described_by(html, field, id);
    add_option(html, STR(""), html_word(html, WORD_CHOOSE), false);
    for (size_t i = 0; i < field->choices_count; i++) {
        const struct choice *choice = &field->choices[i];
        if (section_begins(field->choices, i)) {
            html_open(html, "optgroup");
            html_attr(html, "label", choice->section);
        }
        add_option(html, choice->value, choice->text, choice->chosen);
        if (section_ends(field->choices, field->choices_count, i)) {
            html_close(html, "optgroup");
        }
    }
    html_close(html, "select");
}

struct tick {
    struct str id, name;
    bool many, refreshes, folds, opened;
};

static void add_tick(struct html *html, const struct tick *tick, const struct choice *choice)
{
    html_open(html, "div");
    html_attr(html, "class", tick->many ? STR("usa-checkbox") : STR("usa-radio"));
    html_open(html, "input");
    html_attr(html, "class", tick->many ? STR("usa-checkbox__input") : STR("usa-radio__input"));
    html_attr(html, "type", tick->many ? STR("checkbox") : STR("radio"));
    html_attr(html, "id", tick->id);
    html_attr(html, "name", tick->name);
    html_attr(html, "value", choice->value);
    html_flag(html, "checked", choice->chosen);
    if (tick->refreshes) {
        html_attr(html, "data-refreshes", STR("yes"));
    }
    html_open(html, "label");
    html_attr(html, "class", tick->many ? STR("usa-checkbox__label") : STR("usa-radio__label"));
    html_attr(html, "for", tick->id);
    html_text(html, choice->text);
    if (choice->help.n != 0) {
        html_element(html, "span", "usa-checkbox__label-description", choice->help);
    }
    html_close(html, "label");
    html_close(html, "div");
}

/* A heading over a group of ticks, or the line by which the group is opened. */
static void open_group(struct html *html, const struct tick *group, const struct choice *choices,
                       size_t count, size_t first)
{
    size_t members = 0;
    bool chosen = false;
    if (!group->folds) {
        html_element(html, "p", "choices__section", choices[first].section);
        return;
    }
    for (size_t i = first; i < count && str_eq(choices[i].section, choices[first].section); i++) {
        chosen = chosen || choices[i].chosen;
        members++;
    }
    html_open_class(html, "details", "choices__fold");
    html_flag(html, "open", group->opened || chosen);
    html_open(html, "summary");
    html_text(html, choices[first].section);
    html_element(html, "span", "more__says",
                 JOIN(html, STR("("), str_from_int(html->out->arena, (int64_t)members), STR(")")));
    html_close(html, "summary");
}

static void add_ticks(struct html *html, const struct tick *group, const struct choice *choices,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tick tick = *group;
        /* The first has the field's own id, so that links from lists of faults arrive there. */
        if (i != 0) {
            tick.id =
                JOIN(html, group->id, STR("-"), str_from_int(html->out->arena, (int64_t)i + 1));
        }
        if (section_begins(choices, i)) {
            open_group(html, group, choices, count, i);
        }
        add_tick(html, &tick, &choices[i]);
        if (group->folds && section_ends(choices, count, i)) {
            html_close(html, "details");
        }
    }
}

static void add_control(struct html *html, const struct field *field, struct str id)
{
    const struct tick group = {.id = id,
                               .name = field->name,
                               .many = field->control != CONTROL_RADIOS,
                               .refreshes = field->refreshes,
                               .folds = field->folds,
                               .opened = field->opened};
    switch (field->control) {
    case CONTROL_LONG_TEXT:
        add_long_text(html, field, id);
        break;
    case CONTROL_SELECT:
        add_select(html, field, id);
        break;
    case CONTROL_RADIOS:
    case CONTROL_CHECKBOXES:
        add_ticks(html, &group, field->choices, field->choices_count);
        break;
    case CONTROL_CHECKBOX:
        add_tick(html, &group,
                 &(struct choice){.value = field->value,
                                  .text = field->label,
                                  .help = field->help,
                                  .chosen = field->choices_count != 0 && field->choices[0].chosen});
        break;
    case CONTROL_TEXT:
    case CONTROL_NUMBER:
    case CONTROL_DATE:
    case CONTROL_DATETIME:
    case CONTROL_TIME:
    case CONTROL_TELEPHONE:
    case CONTROL_EMAIL:
    case CONTROL_PASSWORD:
    case CONTROL_FILE:
    case CONTROL__COUNT:
        add_input(html, field, id);
        break;
    }
}

/* ---- answers that are no value ---- */

static const struct choice *chosen_of(const struct choice *choices, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (choices[i].chosen) {
            return &choices[i];
        }
    }
    return NULL;
}

static void add_no_answer(struct html *html, const struct field *field, struct str id)
{
    if (field->no_answers_count == 0) {
        return;
    }
    const struct choice *chosen = chosen_of(field->no_answers, field->no_answers_count);
    const struct choice answered = {.text = html_word(html, WORD_NO_ANSWER_NONE),
                                    .chosen = chosen == NULL};
    const struct tick group = {.id = JOIN(html, id, STR("-why")),
                               .name = JOIN(html, field->name, STR("_why"))};
    const struct tick none = {.id = JOIN(html, id, STR("-why-none")), .name = group.name};
    html_open_class(html, "details", "no-answer");
    html_flag(html, "open", chosen != NULL);
    html_open(html, "summary");
    html_text(html, chosen != NULL ? chosen->text : html_word(html, WORD_NO_ANSWER));
    html_element(html, "span", "usa-sr-only", JOIN(html, STR(" ("), field->label, STR(")")));
    html_close(html, "summary");
    html_open_class(html, "fieldset", "usa-fieldset");
    html_element(html, "legend", "usa-sr-only",
                 JOIN(html, html_word(html, WORD_NO_ANSWER), STR(" "), field->label));
    add_ticks(html, &group, field->no_answers, field->no_answers_count);
    add_tick(html, &none, &answered);
    html_close(html, "fieldset");
    if (field->asks_whom) {
        component_field(html, &(struct field){.name = JOIN(html, field->name, STR("_asked")),
                                              .label = html_word(html, WORD_ASKED),
                                              .value = field->asked});
    }
    html_close(html, "details");
}

/* ---- the field ---- */

static void add_group(struct html *html, const struct field *field, struct str id)
{
    html_open_class(html, "fieldset", "usa-fieldset");
    described_by(html, field, id);
    html_open_class(html, "legend", "usa-legend");
    add_label(html, field);
    html_close(html, "legend");
    add_notes(html, field, id);
    add_control(html, field, id);
    html_close(html, "fieldset");
}

void component_field(struct html *html, const struct field *field)
{
    struct str id = component_field_id(html, field->name);
    html_open(html, "div");
    html_attr(html, "class",
              field->error.n != 0 ? STR("usa-form-group field usa-form-group--error field--error")
                                  : STR("usa-form-group field"));
    if (is_group(field)) {
        add_group(html, field, id);
    } else if (field->control == CONTROL_CHECKBOX) {
        add_control(html, field, id);
        add_notes(html, &(struct field){.error = field->error}, id);
    } else {
        html_open_class(html, "label", "usa-label");
        html_attr(html, "for", id);
        add_label(html, field);
        html_close(html, "label");
        add_notes(html, field, id);
        add_control(html, field, id);
    }
    add_from(html, field, id);
    add_no_answer(html, field, id);
    html_close(html, "div");
}

/* ---- lists of what is wrong or missing ---- */

static void add_fault_list(struct html *html, const struct fault_line *faults, size_t count)
{
    html_open_class(html, "ul", "fault-list");
    for (size_t i = 0; i < count; i++) {
        html_open(html, "li");
        if (faults[i].name.n != 0) {
            html_open(html, "a");
            html_url(html, "href",
                     url_fragment(html->out->arena, (struct url){0},
                                  component_field_id(html, faults[i].name)));
            html_text(html, faults[i].message);
            html_close(html, "a");
        } else {
            html_text(html, faults[i].message);
        }
        html_close(html, "li");
    }
    html_close(html, "ul");
}

void component_faults(struct html *html, const struct fault_line *faults, size_t faults_count)
{
    if (faults_count == 0) {
        return;
    }
    html_open_class(html, "section", "callout callout--alert faults");
    html_attr(html, "role", STR("alert"));
    html_attr(html, "id", STR("faults"));
    html_attr(html, "tabindex", STR("-1"));
    html_open_class(html, "h2", "callout__title");
    component_shape(html, TONE_ALERT);
    html_text(html, html_word(html, WORD_ERRORS));
    html_close(html, "h2");
    add_fault_list(html, faults, faults_count);
    html_close(html, "section");
}

/* ---- signatures ---- */

/* Only the script can use the pad, so only the script shows it. */
static void add_pad(struct html *html, const struct signature *signature)
{
    html_open_class(html, "div", "signature__pad");
    html_flag(html, "hidden", true);
    html_element(html, "p", "usa-hint", html_word(html, WORD_SIGN_IN_BOX));
    html_open(html, "canvas");
    html_attr(html, "width", STR("640"));
    html_attr(html, "height", STR("180"));
    html_attr(html, "aria-label", signature->label);
    html_attr(html, "role", STR("img"));
    html_close(html, "canvas");
    html_open_class(html, "button", "button button--quiet");
    html_attr(html, "type", STR("button"));
    html_attr(html, "data-clear", STR("yes"));
    html_text(html, html_word(html, WORD_SIGN_CLEAR));
    html_close(html, "button");
    html_open(html, "input");
    html_attr(html, "type", STR("hidden"));
    html_attr(html, "name", signature->name);
    html_attr(html, "value", signature->value);
    html_flag(html, "disabled", true); /* until there is something to draw on */
    html_close(html, "div");
}

/* What signs where nothing can be drawn; the script takes it away. */
static void add_picture(struct html *html, const struct signature *signature)
{
    html_open_class(html, "div", "signature__picture");
    component_field(html, &(struct field){.control = CONTROL_FILE,
                                          .name = signature->name,
                                          .label = html_word(html, WORD_SIGN_PICTURE)});
    html_close(html, "div");
}

void component_signature(struct html *html, const struct signature *signature)
{
    html_open_class(html, "fieldset", "usa-fieldset signature");
    html_attr(html, "data-signature", STR("yes"));
    html_element(html, "legend", "usa-legend", signature->label);
    if (signature->read_at.n != 0) {
        html_element(html, "p", "field__from", signature->read_at);
    }
    add_pad(html, signature);
    add_picture(html, signature);
    html_close(html, "fieldset");
}
