/* What stands on a sheet that leaves the screen: a plan, a notice, a form to fill in. One
 * description, two renderers: component_sheet writes it as a page (html/component_sheet.c),
 * paper_write as a tagged PDF (paper/paper.h). Plain words in reading order; nothing here knows the
 * model, who may read what, or how large a page is. Empty text means "there is none". */
#ifndef HEARTH_HTML_SHEET_H
#define HEARTH_HTML_SHEET_H

#include "html/url.h"

/* Rows under named columns; the first column says whom or what a row is about. */
struct sheet_table {
    const struct str *columns;
    size_t columns_count;
    const struct str *cells; /* row by row, columns_count each */
    size_t rows_count;
    bool to_fill; /* by hand: rows have room for it, columns have lines between them */
};

/* What is asked and what was answered, or room for the answer. */
struct sheet_field {
    struct str label;
    struct str help;
    struct str answer;
    struct url to; /* on a page: what the answer leads to */
    const struct str *choices; /* boxes to tick when there is no answer */
    size_t choices_count;
    struct str boxes; /* "MM/DD/YYYY": a box for each letter or #, the letter below it */
    unsigned lines;   /* to write on when there is no answer */
    bool half;        /* two of them stand beside each other */
};

/* Who agreed, or did not: with what they signed, or an empty line to sign on. */
struct sheet_signer {
    struct str name;
    struct str how;         /* "Parent. Declined to sign. Wed 25 Nov 2026, 18:35"; empty: not yet */
    struct url picture;     /* of the drawn signature, for the page */
    struct str picture_png; /* the same as bytes, for the paper; or empty */
    struct str picture_alt; /* "Signature of Rosa Reyes" */
};

enum sheet_part_kind { SHEET_TEXT, SHEET_TABLE, SHEET_FIELDS, SHEET_SIGNATURES };

struct sheet_part {
    enum sheet_part_kind kind;
    struct str heading;
    struct str text;          /* of every kind: said before the rest */
    struct sheet_table table; /* SHEET_TABLE */
    const struct sheet_field *fields;
    size_t fields_count;
    const struct sheet_signer *signers;
    size_t signers_count;
    unsigned level; /* of the heading: 2, or 3 below another part; 0 is 2 */
    bool new_page;  /* on paper it begins a page */
};

struct sheet {
    struct str language; /* BCP 47 of most of its words */
    struct str title;    /* says what it is and names nobody: it is also the title of the file */
    struct str about;    /* whom it is about */
    struct str intro;
    const struct str *notes; /* marks over everything: training, an unchecked translation */
    size_t notes_count;
    const struct sheet_part *parts;
    size_t parts_count;
    struct str copy_for;  /* "This copy is for Rosa Reyes." */
    struct str band;      /* at the head of each sheet of paper: training */
    struct str foot;      /* at the foot of each: number, when it was written down */
    struct str page_of;   /* "Page {page} of {pages}" */
    struct str signed_on; /* under the line for the day of a signature: "Date" */
    bool large;           /* type to be read from across a table */
};

#endif
