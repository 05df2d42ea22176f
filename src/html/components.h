/* The parts that pages are made of, each in one pattern of HTML that web/README.md documents and
 * web/style dresses. Parameters are plain values: nothing here knows the model, so that forms made
 * from the model and hand-written pages look and behave alike.
 *
 * All text is escaped. An empty struct str or struct url means "there is none" and leaves its part
 * out. Nothing is told by colour alone: every tone has a shape and the words beside it. */
#ifndef HEARTH_HTML_COMPONENTS_H
#define HEARTH_HTML_COMPONENTS_H

#include "html/html.h"

/* ---- small parts ---- */

enum tone {
    TONE_PLAIN,  /* a fact */
    TONE_GOOD,   /* settled, safe, in time */
    TONE_WATCH,  /* to keep an eye on */
    TONE_ALERT,  /* to act on now */
    TONE_CLOSED, /* over, ended, unsubstantiated */
    TONE__COUNT
};

enum icon {
    ICON_SEARCH,
    ICON_MENU,
    ICON_CLOCK,
    ICON_PLUS,
    ICON_CLOSE,
    ICON_LOCK,
    ICON_PERSON,
    ICON_PRINT,
    ICON_DOWN,
    ICON_FLAME, /* the mark of Hearth */
    ICON__COUNT
};

struct link {
    struct str text;
    struct url to;
    bool here; /* the page one is on */
};

struct tag {
    struct str text;
    enum tone tone;
};

void component_icon(struct html *html, enum icon icon);
/* The shape of a tone: ring, tick, triangle, diamond, bar. */
void component_shape(struct html *html, enum tone tone);
void component_tag(struct html *html, struct tag tag);
void component_link(struct html *html, struct link link);
/* <time datetime="machine">words</time> */
void component_time(struct html *html, struct str machine, struct str words);

enum button_kind { BUTTON_MAIN, BUTTON_OTHER, BUTTON_QUIET };
struct button {
    struct str text;
    struct str name, value; /* sent when pressed */
    enum button_kind kind;
    bool skips_checks; /* saving, adding a row: the browser must not insist on required fields */
};
void component_button(struct html *html, const struct button *button);
/* A link that looks like a button, for going somewhere. */
void component_button_link(struct html *html, struct link link, enum button_kind kind);
/* The hidden field that every form carries. */
void component_hidden(struct html *html, struct str name, struct str value);

/* ---- who and how urgent ---- */

/* "present danger: protective plan, review due Wed 2 Dec". Quiet enough for a screen that a parent
 * may glance at. */
struct chip {
    struct str about, value;
    enum tone tone;
};
struct banner_person {
    struct str name, age;
    struct url to;
    const struct chip *chips;
    size_t chips_count;
};
/* Stays at the top while the page scrolls: whose page this is and whether everyone is safe. */
struct banner {
    struct str title;
    struct url to;
    struct str facts; /* "assessment 118, day 12 of 60, police and county together" */
    const struct banner_person *people;
    size_t people_count;
    const struct link *actions;
    size_t actions_count;
};
void component_chip(struct html *html, const struct chip *chip);
void component_banner(struct html *html, const struct banner *banner);

enum urgency { DUE_LATE, DUE_NOW, DUE_TODAY, DUE_LATER, DUE_DONE, DUE__COUNT };
struct due {
    enum urgency urgency;
    struct str when;    /* word at the left: "Now", "Today", "This week" */
    struct str about;   /* "Vang family" */
    struct url to;      /* the thing itself */
    struct str what;    /* "first contact with Mai (7)" */
    struct str due;     /* "due 13:40" */
    struct str machine; /* the same for <time>, and for the minutes left */
    struct str left;    /* "in 2 h 10 min"; kept current by a script */
    struct url rule;    /* why this date: rule, source, facts */
    struct link action;
};
/* Lines that follow each other and are about the same thing stand together. */
void component_due_list(struct html *html, struct str title, const struct due *lines,
                        size_t lines_count, struct str empty);

/* ---- blocks ---- */

struct callout {
    enum tone tone;
    struct str title, text;
    const struct link *actions;
    size_t actions_count;
};
void component_callout(struct html *html, const struct callout *callout);

/* A part of a form that folds away, with how much of it is filled. */
struct fold {
    struct str id, title;
    unsigned filled, asked; /* "2 of 7 filled" */
    unsigned needed;        /* of those that are not filled */
    struct str says;        /* what it holds, in a line: read while it is folded */
    bool open;
};
void component_fold(struct html *html, const struct fold *fold, struct html_slot content);
/* "2 needed", in the heading of what folds; nothing for 0. */
void component_needed(struct html *html, size_t count);

/* A fact as it is read: label, value, where it came from. */
struct fact {
    struct str label, value;
    struct url to;
    struct str from; /* "mother, 25 Nov 2026" */
    bool no_answer;  /* value says why: "Asked, did not know" */
};
void component_facts(struct html *html, const struct fact *facts, size_t facts_count);

/* Steps of a piece of work, or tabs of a page; links, so that they work without a script. */
struct step {
    struct link link;
    struct tag state;
};
void component_steps(struct html *html, struct str label, const struct step *steps,
                     size_t steps_count);

/* The stages of a long piece of work; under them stand the steps of the one it is in. */
void component_stages(struct html *html, struct str label, const struct step *stages,
                      size_t stages_count);

/* The bar under a form: when it was saved, and what can be done. */
struct save_bar {
    struct str number;   /* "Contact 2026-118" */
    struct str saved_at; /* "10:02:14"; empty: not saved yet */
    struct link needed;  /* "8 needed", to where it says what; or nothing */
    const struct button *buttons;
    size_t buttons_count;
};
void component_save_bar(struct html *html, const struct save_bar *bar);
void component_pages(struct html *html, struct url previous, struct url next, struct str where);

/* ---- fields ---- */

enum control {
    CONTROL_TEXT,
    CONTROL_LONG_TEXT,
    CONTROL_NUMBER,
    CONTROL_DATE,     /* value "2026-11-25" */
    CONTROL_DATETIME, /* value "2026-11-25T13:20" */
    CONTROL_TIME,
    CONTROL_TELEPHONE,
    CONTROL_EMAIL,
    CONTROL_PASSWORD,
    CONTROL_SELECT,
    CONTROL_RADIOS,
    CONTROL_CHECKBOXES,
    CONTROL_CHECKBOX, /* one yes; value is what is sent */
    CONTROL_FILE,
    CONTROL__COUNT
};

struct choice {
    struct str value, text, help;
    bool chosen;
    struct str section; /* the heading it stands under: neighbours with the same one are a group */
};

struct field {
    enum control control;
    struct str name; /* as sent: "allegations[2].type" */
    struct str label;
    struct str help;
    struct str error; /* what is wrong and what would be right */
    struct str value; /* as typed, also when wrong */
    struct str from;  /* where a value that was not typed here came from */
    const struct choice *choices;
    size_t choices_count;
    /* "Asked, did not know", sent as NAME_why, and who was asked as NAME_asked. */
    const struct choice *no_answers;
    size_t no_answers_count;
    struct str asked;
    bool asks_whom;      /* show "who was asked" */
    bool needed;         /* to submit, never to save: no required attribute */
    bool narrow;         /* short answers: a code, a number */
    bool refreshes;      /* other fields depend on it: the form is fetched again when it changes */
    bool folds;          /* ticks: each group under a heading is folded away ... */
    bool opened;         /* ... but stands open when the page comes; so does one with a tick */
    struct str complete; /* value of autocomplete: "one-time-code" */
    unsigned max;        /* characters; 0: no limit */
};
void component_field(struct html *html, const struct field *field);
/* "allegations[2].type" is the element "f-allegations-2-type"; in the arena of the buffer. */
struct str component_field_id(struct html *html, struct str name);

struct fault_line {
    struct str name; /* of the field; empty: of the whole form */
    struct str message;
};
/* What was wrong with the last submission, with a link to each field. */
void component_faults(struct html *html, const struct fault_line *faults, size_t faults_count);

/* Drawn in a box, where there are scripts; elsewhere a picture of it is chosen. */
struct signature {
    struct str name;    /* sent as NAME: a data URL, or a file */
    struct str label;   /* who signs what */
    struct str read_at; /* "Read aloud 25 Nov 2026, 18:35"; empty: not said */
    struct str value;   /* drawn before, when the form is shown again */
};
void component_signature(struct html *html, const struct signature *signature);

/* ---- lists and tables ---- */

struct column {
    struct str text;
    bool number; /* aligned right, tabular figures */
};
struct cell {
    struct str text;
    struct url to;
    struct tag tag; /* after the text */
};
struct table {
    struct str caption;
    const struct column *columns;
    size_t columns_count;
    const struct cell *cells; /* row by row */
    size_t rows_count;
    struct str empty; /* what to say when there is no row */
    bool quiet;       /* a heading above says the caption already */
};
/* On a phone each row becomes a block with the column's name before each value. */
void component_table(struct html *html, const struct table *table);

#define ROW_TO_COPY STR("__row__")
/* A row that folds away shows its title and what it is on one line. */
struct row_title {
    struct str text, says;
    size_t needed; /* of its fields, that are not filled */
    bool folds, open;
};
/* A list of rows that one adds and removes; a row is any fields. Without a script the buttons send
 * add_row=NAME or remove_row=NAME[KEY] and the server answers with the form. */
struct rows_list {
    struct str name, legend, add; /* add: "Add a child" */
    const struct str *keys;       /* of the rows there are, in order */
    size_t keys_count;
    /* Writes the fields of one row, each name beginning with NAME[key]. Also called with the key
     * ROW_TO_COPY for the row that the script copies. */
    void (*render)(struct html *html, const void *context, struct str key);
    const void *context;
    struct str help, error;         /* of the list as a whole */
    bool quiet;                     /* a heading above says the legend already */
    const struct row_title *titles; /* of the rows, in the order of keys; NULL: none */
    struct str new_title;           /* of the row that the script copies */
};
void component_rows(struct html *html, const struct rows_list *rows);

/* Two people changed the same field. */
struct clash {
    struct str name, label;      /* sent as keep[NAME] = mine or theirs */
    struct str mine, theirs, by; /* by: "R. Diaz, 14:02" */
};
void component_clashes(struct html *html, struct str caption, const struct clash *clashes,
                       size_t clashes_count);

struct moment {
    unsigned lane;     /* of those of the timeline */
    unsigned from, to; /* thousandths of the line; equal: a point */
    struct str when, text;
    struct url to_page;
    struct tag state; /* its words may be empty: then only the shape is shown */
};
struct timeline {
    struct str label, start, end;
    const struct str *lanes; /* names of the lines of the picture, one below the other */
    size_t lanes_count;      /* 0: one line without a name */
    const struct moment *moments;
    size_t moments_count;
};
/* What was, as a picture, and the same in words, one after the other. */
void component_timeline(struct html *html, const struct timeline *timeline);

/* ---- kinship ---- */

enum kin_shape { KIN_DIAMOND, KIN_SQUARE, KIN_CIRCLE, KIN_SHAPE__COUNT };
struct kin {
    struct str name, inside; /* in the shape: the age */
    struct str life;         /* "2019", "1950 to 2021" */
    struct str says;         /* for the table: "mother of Owen; partner of Cole" */
    struct url to;
    enum kin_shape shape;
    bool focus, died;
};
enum kin_tie_kind { KIN_PARENT, KIN_GRANDPARENT, KIN_PARTNER, KIN_PARTNER_ENDED, KIN_SIBLING };
struct kin_tie {
    size_t from, to; /* of the people; of a parent: from is the parent */
    enum kin_tie_kind kind;
};
struct kinship {
    struct str label;
    const struct kin *people;
    size_t people_count; /* at most KINSHIP_PEOPLE_MAX */
    const struct kin_tie *ties;
    size_t ties_count; /* at most KINSHIP_TIES_MAX */
};
#define KINSHIP_PEOPLE_MAX 200u
#define KINSHIP_TIES_MAX 1000u
/* A genogram, and a table that says the same. The arena is for working out where everybody stands;
 * ties that contradict each other (one's own grandparent) stand in the table alone. */
void component_kinship(struct html *html, struct arena *arena, const struct kinship *kinship);

#endif
