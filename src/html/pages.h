/* Parameters of the page shells in web/ that are more than plain values or components. */
#ifndef HEARTH_HTML_PAGES_H
#define HEARTH_HTML_PAGES_H

#include "html/components.h"
#include "html/sheet.h"

/* A sheet as the body of a page. */
void component_sheet(struct html *html, const struct sheet *sheet);

/* What was begun and not saved. */
struct unfinished {
    struct str what;       /* "Contact note, Reyes family" */
    struct str day, saved; /* "Yesterday", "saved 17:52" */
    struct url go_on, close;
};

/* Access that was given: to whom, how far, and how it is ended. */
struct given_line {
    struct str who;
    struct tag state;
    const struct fact *facts;
    size_t facts_count;
    struct url end; /* by post; or empty */
    struct field reason;
};

/* Somebody stands in for somebody. */
struct cover_line {
    struct str text; /* "Elena Voss covers for you until Fri 27 Nov 2026" */
    struct url end;  /* by post */
};

/* What another agency offers, or lets this one take part in. */
struct shared_line {
    struct str when; /* "Offered", or "until Thu 31 Dec 2026" */
    struct link what;
    struct str from;          /* whose it is, and under which agreement */
    struct url accept, leave; /* by post; or empty */
};

/* Somebody who was found: who, why, and what is known of them at a glance. */
struct found {
    struct link who;
    struct str why;   /* "same last name, same birth date" */
    struct str known; /* "2 access reports"; of a restricted one whom to ask */
    bool restricted;
};

/* One act in the history of a record. */
struct act_line {
    struct str when, machine;
    struct str done; /* "Screened in" */
    struct str who;
    struct str reason;        /* of a correction */
    struct tag mark;          /* a decision, a correction */
    struct url then;          /* the record as known then */
    const struct fact *facts; /* label, value as it became, what it was before */
    size_t facts_count;
    struct str hidden; /* "2 more changes that you may not read" */
};

/* A kind of declarations of the model, as a table. */
struct index_part {
    struct str id, title;
    struct table table;
};

/* A line of an explanation; indent 0 to 4. */
struct words_line {
    unsigned indent;
    struct str text;
};

/* What can be decided; it asks for what it needs. */
struct way {
    struct link link;
    enum button_kind kind;
};

/* Something that waits for a supervisor, with the facts that decide it. */
struct approval {
    struct link subject;
    struct tag state;
    struct str by; /* who asks, and when */
    const struct fact *facts;
    size_t facts_count;
    const struct way *ways;
    size_t ways_count;
};

#endif
