/* Pages being filled from top to bottom: text in tagged elements, lines that begin a new page when
 * the one before is full, and what belongs to no element (rules, page numbers) as artifacts.
 * Lengths are points (1/72 inch); y grows downwards.
 *
 * A paper is laid out twice: first sheet by sheet without drawing, to know how many pages there
 * are, then onto the file. Nothing here takes memory of an arena, so nothing jumps away over the
 * libraries. */
#ifndef HEARTH_PAPER_LEAF_H
#define HEARTH_PAPER_LEAF_H

#include <pango/pangocairo.h>

#include "html/sheet.h"
#include "paper/paper.h"

#define LEAF_MARGIN 54.0

/* A line of text is this much higher than its font asks for. */
#define LEAF_LEADING 1.04

enum leaf_style { LEAF_BODY, LEAF_BOLD, LEAF_TITLE, LEAF_HEADING, LEAF_SUBHEADING, LEAF_SMALL };

struct leaf; /* opaque: the pages */

/* What is drawn beside the text once its page is full. */
struct leaf_mark {
    double x, y, width, height; /* height 0: a rule; width 0: a line down */
    double thickness;
};

/* pages: how many there will be, 0: they are only counted. NULL when there is no memory. A sheet is
 * begun before anything else. */
struct leaf *leaf_new(const struct paper_fonts *fonts, enum paper_size size, unsigned pages);
/* What follows is of this sheet, on a page of its own: its edges, size of type and language. */
void leaf_begin(struct leaf *leaf, const struct sheet *sheet);
/* Ends the last page; the count of pages; false when something failed or there are too many. */
NODISCARD bool leaf_end(struct leaf *leaf, unsigned *ret_pages);
/* The file, after leaf_end; valid until leaf_free. */
struct str leaf_file(const struct leaf *leaf);
/* Whether there are more pages than a paper may have: then nothing more is laid out. */
bool leaf_is_full(const struct leaf *leaf);
struct leaf *leaf_free(struct leaf *leaf);

/* Elements of the structure: "H1", "Table". Balanced by the caller. */
void leaf_tag(struct leaf *leaf, const char *element);
void leaf_tag_end(struct leaf *leaf, const char *element);
/* This place in the outline of the file: level 1 a sheet, 2 a part of it. */
void leaf_outline(struct leaf *leaf, unsigned level, struct str text);

/* Text as lines of a width; the caller frees it with g_object_unref. Controls are left out, and so
 * is what would turn the direction of what follows. */
PangoLayout *leaf_text(struct leaf *leaf, struct str text, enum leaf_style style, double width);
unsigned leaf_lines(PangoLayout *layout);
/* Height of the lines from the first on. */
double leaf_lines_height(PangoLayout *layout, unsigned from, unsigned to);
/* Draws lines within the element that is open, their top at y; does not move the pen. */
void leaf_draw(struct leaf *leaf, PangoLayout *layout, unsigned from, unsigned to, double x,
               double y);
/* Widths of the text: in one line, and of its longest word. */
void leaf_text_widths(struct leaf *leaf, struct str text, enum leaf_style style, double *ret_whole,
                      double *ret_word);
double leaf_size(const struct leaf *leaf, enum leaf_style style);

/* The pen. */
double leaf_y(const struct leaf *leaf);
double leaf_left(const struct leaf *leaf); /* room down to the foot of the page */
double leaf_page_room(const struct leaf *leaf);
double leaf_room(const struct leaf *leaf); /* from margin to margin */
void leaf_move(struct leaf *leaf, double height);
/* Moves by room between parts: less of it on a sheet that is set tight. */
void leaf_space(struct leaf *leaf, double height);
/* From here on, until it is said otherwise: what is left of the room between parts, 0 to 1. */
void leaf_set_space(struct leaf *leaf, double share);
void leaf_break(struct leaf *leaf); /* begins a page, unless this one is empty */
/* Begins a page when less than this is left. */
void leaf_need(struct leaf *leaf, double height);

/* Artifacts of this page. */
void leaf_mark(struct leaf *leaf, struct leaf_mark mark);
void leaf_rule(struct leaf *leaf, double x, double y, double width, double thickness);
/* A picture (PNG) within the element that is open, no larger than that; false: it is none. */
bool leaf_picture(struct leaf *leaf, struct str png, double x, double y, double width,
                  double height);

#endif
