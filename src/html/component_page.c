/* Parts of a page: marks, buttons, banner, due list, cards, callouts, facts, steps. */
#include "html/components.h"

enum { LONG_VALUE = 72 }; /* bytes: on a phone it stands below its label */

/* ---- marks ---- */

#define SVG(content)                                                                               \
    HTML_TRUSTED("<svg class=\"icon\" viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" "           \
                 "aria-hidden=\"true\" focusable=\"false\">" content "</svg>")
#define STROKE(d)                                                                                  \
    SVG("<path d=\"" d "\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" "           \
        "stroke-linecap=\"round\" stroke-linejoin=\"round\"></path>")
#define FILL(d) SVG("<path d=\"" d "\" fill=\"currentColor\"></path>")

void component_icon(struct html *html, enum icon icon)
{
    switch (icon) {
    case ICON_SEARCH:
        html_raw(html, STROKE("M7 12a5 5 0 1 1 0-10a5 5 0 0 1 0 10M11 11l3.5 3.5"));
        break;
    case ICON_MENU:
        html_raw(html, STROKE("M2 4h12M2 8h12M2 12h12"));
        break;
    case ICON_CLOCK:
        html_raw(html, STROKE("M8 14.5a6.5 6.5 0 1 1 0-13a6.5 6.5 0 0 1 0 13M8 4.5v4l2.5 1.5"));
        break;
    case ICON_PLUS:
        html_raw(html, STROKE("M8 3v10M3 8h10"));
        break;
    case ICON_CLOSE:
        html_raw(html, STROKE("M4 4l8 8M12 4l-8 8"));
        break;
    case ICON_LOCK:
        html_raw(html, STROKE("M3.5 7.5h9v6.5h-9zM5.5 7.5v-2.5a2.5 2.5 0 0 1 5 0v2.5"));
        break;
    case ICON_PERSON:
        html_raw(html, STROKE("M8 8a3 3 0 1 1 0-6a3 3 0 0 1 0 6M2.5 14.5c0-6 11-6 11 0"));
        break;
    case ICON_PRINT:
        html_raw(html, STROKE("M4.5 6v-4h7v4M4.5 12h-3v-6h13v6h-3M4.5 10h7v4.5h-7z"));
        break;
    case ICON_DOWN:
        html_raw(html, STROKE("M4 6l4 4l4-4"));
        break;
    case ICON_FLAME:
        html_raw(html, FILL("M8 .5c.6 2.6 4.9 4.5 4.9 9a4.9 4.9 0 0 1-9.8 0c0-1.9 1-3.2 2-4.3c.2 "
                            "1.2.8 1.8 1.5 2c-.6-2.5.1-5 1.4-6.700zM8 8.800c-1 1.3-1.9 2-1.9 "
                            "3.300a1.9 1.9 0 0 0 3.8 0c0-1.3-.9-2-1.9-3.300z"));
        break;
    case ICON__COUNT:
        break;
    }
}

void component_shape(struct html *html, enum tone tone)
{
    switch (tone) {
    case TONE_PLAIN:
        html_raw(html, STROKE("M8 12.5a4.5 4.5 0 1 1 0-9a4.5 4.5 0 0 1 0 9"));
        break;
    case TONE_GOOD:
        html_raw(html, STROKE("M3 8.500l3.5 3.500l6.5-8"));
        break;
    case TONE_WATCH:
        html_raw(html, STROKE("M8 2.5l6 11h-12zM8 7v2.5M8 11.600v.1"));
        break;
    case TONE_ALERT:
        html_raw(html, FILL("M8 .8l7.2 7.200l-7.2 7.200l-7.2-7.200zM7.1 4.200v4.900h1.800v-4.900z"
                            "M7.1 10.200v1.800h1.800v-1.800z"));
        break;
    case TONE_CLOSED:
        html_raw(html, STROKE("M3 8h10"));
        break;
    case TONE__COUNT:
        break;
    }
}

static struct str tone_class(enum tone tone, const struct str classes[static TONE__COUNT])
{
    CHECK(tone < TONE__COUNT);
    return classes[tone];
}

void component_tag(struct html *html, struct tag tag)
{
    static const struct str classes[TONE__COUNT] = {
        [TONE_PLAIN] = STR_INIT("tag"),
        [TONE_GOOD] = STR_INIT("tag tag--good"),
        [TONE_WATCH] = STR_INIT("tag tag--watch"),
        [TONE_ALERT] = STR_INIT("tag tag--alert"),
        [TONE_CLOSED] = STR_INIT("tag tag--closed"),
    };
    if (tag.text.n == 0) {
        return;
    }
    html_open(html, "span");
    html_attr(html, "class", tone_class(tag.tone, classes));
    component_shape(html, tag.tone);
    html_text(html, tag.text);
    html_close(html, "span");
}

void component_link(struct html *html, struct link link)
{
    if (url_is_empty(link.to)) {
        html_text(html, link.text);
        return;
    }
    html_open(html, "a");
    html_url(html, "href", link.to);
    if (link.here) {
        html_attr(html, "aria-current", STR("page"));
    }
    html_text(html, link.text);
    html_close(html, "a");
}

void component_time(struct html *html, struct str machine, struct str words)
{
    html_open(html, "time");
    if (machine.n != 0) {
        html_attr(html, "datetime", machine);
    }
    html_text(html, words);
    html_close(html, "time");
}

/* ---- buttons ---- */

static struct str button_class(enum button_kind kind)
{
    switch (kind) {
    case BUTTON_MAIN:
        return STR("usa-button button");
    case BUTTON_OTHER:
        return STR("usa-button usa-button--outline button");
    case BUTTON_QUIET:
        return STR("button button--quiet");
    }
    return STR("button");
}

void component_button(struct html *html, const struct button *button)
{
    html_open(html, "button");
    html_attr(html, "class", button_class(button->kind));
    html_attr(html, "type", STR("submit"));
    if (button->name.n != 0) {
        html_attr(html, "name", button->name);
        html_attr(html, "value", button->value);
    }
    html_flag(html, "formnovalidate", button->skips_checks);
    html_text(html, button->text);
    html_close(html, "button");
}

void component_button_link(struct html *html, struct link link, enum button_kind kind)
{
    html_open(html, "a");
    html_attr(html, "class", button_class(kind));
    html_url(html, "href", link.to);
    html_text(html, link.text);
    html_close(html, "a");
}

void component_hidden(struct html *html, struct str name, struct str value)
{
    html_open(html, "input");
    html_attr(html, "type", STR("hidden"));
    html_attr(html, "name", name);
    html_attr(html, "value", value);
}

static void add_actions(struct html *html, const struct link *actions, size_t count)
{
    if (count == 0) {
        return;
    }
    html_open_class(html, "div", "actions");
    for (size_t i = 0; i < count; i++) {
        component_button_link(html, actions[i], i == 0 ? BUTTON_OTHER : BUTTON_QUIET);
    }
    html_close(html, "div");
}

/* ---- banner ---- */

void component_chip(struct html *html, const struct chip *chip)
{
    static const struct str classes[TONE__COUNT] = {
        [TONE_PLAIN] = STR_INIT("chip"),
        [TONE_GOOD] = STR_INIT("chip chip--good"),
        [TONE_WATCH] = STR_INIT("chip chip--watch"),
        [TONE_ALERT] = STR_INIT("chip chip--alert"),
        [TONE_CLOSED] = STR_INIT("chip chip--closed"),
    };
    html_open(html, "span");
    html_attr(html, "class", tone_class(chip->tone, classes));
    component_shape(html, chip->tone);
    html_open_class(html, "span", "chip__about");
    html_text(html, chip->about);
    html_text(html, STR(":"));
    html_close(html, "span");
    html_text(html, STR(" "));
    html_element(html, "span", "chip__value", chip->value);
    html_close(html, "span");
}

static void add_banner_person(struct html *html, const struct banner_person *person)
{
    html_open_class(html, "li", "banner__person");
    html_open_class(html, "span", "banner__name");
    component_link(html, (struct link){person->name, person->to, false});
    if (person->age.n != 0) {
        html_text(html, STR(" "));
        html_element(html, "span", "banner__age", person->age);
    }
    html_close(html, "span");
    for (size_t i = 0; i < person->chips_count; i++) {
        html_text(html, STR(" "));
        component_chip(html, &person->chips[i]);
    }
    html_close(html, "li");
}

void component_banner(struct html *html, const struct banner *banner)
{
    html_open_class(html, "section", "banner");
    html_attr(html, "aria-label", banner->title);
    html_attr(html, "tabindex", STR("0")); /* it scrolls when a family is large */
    html_open_class(html, "div", "banner__head");
    html_open_class(html, "p", "banner__title");
    component_link(html, (struct link){banner->title, banner->to, false});
    html_close(html, "p");
    html_element(html, "p", "banner__facts", banner->facts);
    add_actions(html, banner->actions, banner->actions_count);
    html_close(html, "div");
    if (banner->people_count != 0) {
        html_open_class(html, "ul", "banner__people");
        for (size_t i = 0; i < banner->people_count; i++) {
            add_banner_person(html, &banner->people[i]);
        }
        html_close(html, "ul");
    }
    html_close(html, "section");
}

/* ---- what is due ---- */

/* Names the line for those who hear a link out of its place. */
static void add_due_name(struct html *html, const struct due *due)
{
    html_element(html, "span", "usa-sr-only",
                 STR_JOIN(html->out->arena, STR(": "), due->about, STR(", "), due->what));
}

/* The date is the link to its rule: one tap, and no further words on each line. */
static void add_due_time(struct html *html, const struct due *due)
{
    bool ruled = !url_is_empty(due->rule);
    if (ruled) {
        html_open_class(html, "a", "due__rule");
        html_url(html, "href", due->rule);
        html_attr(html, "title", html_word(html, WORD_RULE));
    }
    component_time(html, due->machine, due->due);
    if (ruled) {
        html_element(html, "span", "usa-sr-only",
                     STR_JOIN(html->out->arena, STR(" ("), html_word(html, WORD_RULE), STR(")")));
        html_close(html, "a");
    }
    if (due->left.n != 0) {
        html_open_class(html, "span", "due__left");
        if (due->machine.n != 0 && due->urgency != DUE_DONE) {
            html_attr(html, "data-left", due->machine);
        }
        html_text(html, due->left);
        html_close(html, "span");
    }
}

static bool is_same_thing(const struct due *one, const struct due *other)
{
    return str_eq(one->about, other->about) && str_eq(one->to.text, other->to.text);
}

/* again: the line above is about the same, and what it says of that need not be seen twice. */
static void add_due(struct html *html, const struct due *due, bool again)
{
    static const struct str classes[DUE__COUNT] = {
        [DUE_LATE] = STR_INIT("due due--late"),   [DUE_NOW] = STR_INIT("due due--now"),
        [DUE_TODAY] = STR_INIT("due due--today"), [DUE_LATER] = STR_INIT("due"),
        [DUE_DONE] = STR_INIT("due due--done"),
    };
    static const enum tone tones[DUE__COUNT] = {
        [DUE_LATE] = TONE_ALERT,  [DUE_NOW] = TONE_WATCH, [DUE_TODAY] = TONE_PLAIN,
        [DUE_LATER] = TONE_PLAIN, [DUE_DONE] = TONE_GOOD,
    };
    CHECK(due->urgency < DUE__COUNT);
    html_open(html, "li");
    html_attr(html, "class", classes[due->urgency]);
    html_flag(html, "data-again", again);
    html_open_class(html, "span", "due__when");
    component_shape(html, tones[due->urgency]);
    html_text(html, due->when);
    html_close(html, "span");
    html_open_class(html, "span", "due__what");
    html_open_class(html, "span", "due__about");
    component_link(html, (struct link){due->about, due->to, false});
    html_close(html, "span");
    html_text(html, STR(" "));
    html_text(html, due->what);
    html_close(html, "span");
    html_open_class(html, "span", "due__time");
    add_due_time(html, due);
    html_close(html, "span");
    if (!url_is_empty(due->action.to)) {
        html_open_class(html, "a", "button button--quiet due__action");
        html_url(html, "href", due->action.to);
        html_text(html, due->action.text);
        add_due_name(html, due);
        html_close(html, "a");
    }
    html_close(html, "li");
}

void component_due_list(struct html *html, struct str title, const struct due *lines,
                        size_t lines_count, struct str empty)
{
    html_open_class(html, "section", "due-list");
    if (title.n != 0) {
        html_element(html, "h2", "due-list__title", title);
    }
    if (lines_count == 0 && empty.n != 0) {
        html_element(html, "p", "empty", empty);
    } else if (lines_count != 0) {
        html_open_class(html, "ul", "due-list__lines");
        for (size_t i = 0; i < lines_count; i++) {
            add_due(html, &lines[i], i > 0 && is_same_thing(&lines[i], &lines[i - 1]));
        }
        html_close(html, "ul");
    }
    html_close(html, "section");
}

/* ---- blocks ---- */

void component_callout(struct html *html, const struct callout *callout)
{
    static const struct str classes[TONE__COUNT] = {
        [TONE_PLAIN] = STR_INIT("callout"),
        [TONE_GOOD] = STR_INIT("callout callout--good"),
        [TONE_WATCH] = STR_INIT("callout callout--watch"),
        [TONE_ALERT] = STR_INIT("callout callout--alert"),
        [TONE_CLOSED] = STR_INIT("callout callout--closed"),
    };
    html_open(html, "section");
    html_attr(html, "class", tone_class(callout->tone, classes));
    if (callout->title.n != 0) {
        html_open_class(html, "h2", "callout__title");
        component_shape(html, callout->tone);
        html_text(html, callout->title);
        html_close(html, "h2");
    }
    if (callout->text.n != 0) {
        html_element(html, "p", "callout__text", callout->text);
    }
    add_actions(html, callout->actions, callout->actions_count);
    html_close(html, "section");
}

void component_facts(struct html *html, const struct fact *facts, size_t facts_count)
{
    html_open_class(html, "dl", "facts");
    for (size_t i = 0; i < facts_count; i++) {
        const struct fact *fact = &facts[i];
        html_open(html, "div");
        html_attr(html, "class",
                  fact->value.n > LONG_VALUE ? STR("facts__fact facts__fact--long")
                                             : STR("facts__fact"));
        html_element(html, "dt", "", fact->label);
        html_open(html, "dd");
        if (fact->no_answer) {
            html_attr(html, "class", STR("facts__no-answer"));
        }
        component_link(html, (struct link){fact->value, fact->to, false});
        if (fact->from.n != 0) {
            html_text(html, STR(" "));
            html_element(html, "span", "facts__from", fact->from);
        }
        html_close(html, "dd");
        html_close(html, "div");
    }
    html_close(html, "dl");
}

/* "2 of 7 filled"; the script counts again when one folds it (script/folds.js). */
static void add_count(struct html *html, const struct fold *fold)
{
    html_open_class(html, "span", "fold__count");
    html_open(html, "span");
    html_attr(html, "data-filled", STR("yes"));
    html_int(html, fold->filled);
    html_close(html, "span");
    html_text(html, STR(" "));
    html_text(html, html_word(html, WORD_OF));
    html_text(html, STR(" "));
    html_int(html, fold->asked);
    html_text(html, STR(" "));
    html_text(html, html_word(html, WORD_FILLED));
    html_close(html, "span");
}

void component_needed(struct html *html, size_t count)
{
    if (count == 0) {
        return;
    }
    html_open_class(html, "span", "fold__needed");
    html_int(html, (int64_t)count);
    html_text(html, STR(" "));
    html_text(html, html_word(html, WORD_REQUIRED));
    html_close(html, "span");
}

void component_fold(struct html *html, const struct fold *fold, struct html_slot content)
{
    html_open_class(html, "details", "card fold");
    html_attr(html, "id", fold->id);
    html_flag(html, "open", fold->open);
    html_open_class(html, "summary", "fold__head");
    html_element(html, "h2", "card__title", fold->title);
    if (fold->asked > 1) { /* of a single one its being there says it */
        add_count(html, fold);
    }
    component_needed(html, fold->needed);
    if (fold->says.n > 0) {
        html_element(html, "span", "fold__says", fold->says);
    }
    html_close(html, "summary");
    html_slot(html, content);
    html_close(html, "details");
}

static void add_ways(struct html *html, struct str class, struct str label,
                     const struct step *steps, size_t steps_count)
{
    html_open(html, "nav");
    html_attr(html, "class", class);
    html_attr(html, "aria-label", label);
    html_open(html, "ul");
    for (size_t i = 0; i < steps_count; i++) {
        html_open_class(html, "li", "steps__step");
        html_open(html, "a");
        html_url(html, "href", steps[i].link.to);
        if (steps[i].link.here) {
            html_attr(html, "aria-current", STR("step"));
        }
        html_text(html, steps[i].link.text);
        component_tag(html, steps[i].state);
        html_close(html, "a");
        html_close(html, "li");
    }
    html_close(html, "ul");
    html_close(html, "nav");
}

void component_steps(struct html *html, struct str label, const struct step *steps,
                     size_t steps_count)
{
    add_ways(html, STR("steps"), label, steps, steps_count);
}

void component_stages(struct html *html, struct str label, const struct step *stages,
                      size_t stages_count)
{
    add_ways(html, STR("steps stages"), label, stages, stages_count);
}

void component_save_bar(struct html *html, const struct save_bar *bar)
{
    html_open_class(html, "div", "save-bar");
    html_open_class(html, "p", "save-bar__state");
    if (bar->number.n != 0) {
        html_element(html, "span", "save-bar__number", bar->number);
        html_text(html, STR(" "));
    }
    html_open(html, "span");
    html_attr(html, "data-saved", STR("yes"));
    html_attr(html, "role", STR("status"));
    html_text(html, html_word(html, bar->saved_at.n != 0 ? WORD_SAVED : WORD_NOT_SAVED));
    if (bar->saved_at.n != 0) {
        html_text(html, STR(" "));
        html_text(html, bar->saved_at);
    }
    html_close(html, "span");
    if (bar->needed.text.n != 0) {
        html_text(html, STR(" "));
        component_link(html, bar->needed);
    }
    html_close(html, "p");
    html_open_class(html, "div", "actions");
    for (size_t i = 0; i < bar->buttons_count; i++) {
        component_button(html, &bar->buttons[i]);
    }
    html_close(html, "div");
    html_close(html, "div");
}

void component_pages(struct html *html, struct url previous, struct url next, struct str where)
{
    html_open_class(html, "nav", "pages");
    html_attr(html, "aria-label", html_word(html, WORD_PAGES));
    if (!url_is_empty(previous)) {
        component_button_link(html, (struct link){html_word(html, WORD_PREVIOUS), previous, false},
                              BUTTON_QUIET);
    }
    html_element(html, "span", "pages__where", where);
    if (!url_is_empty(next)) {
        component_button_link(html, (struct link){html_word(html, WORD_NEXT), next, false},
                              BUTTON_QUIET);
    }
    html_close(html, "nav");
}
