#include "paper/leaf.h"

#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "paper/fonts.h"

#define FILE_MAX ((size_t)64 * 1024 * 1024)
#define HEAD 60.0 /* where text begins */
#define FOOT 56.0 /* what is kept free below it */
#define MARKS_MAX 4000u
#define PICTURE_MOST 4000u /* pixels on a side */

/* Points. */
static const struct {
    double width, height;
} sizes[] = {
    [PAPER_LETTER] = {612, 792},
    [PAPER_A4] = {595, 842},
};

struct leaf {
    const struct sheet *sheet;
    double width, height; /* of a page */
    PangoContext *context;
    PangoFontDescription *fonts[LEAF_SMALL + 1];
    cairo_surface_t *surface; /* NULL while pages are only counted */
    cairo_t *cairo;
    double y, space; /* space: the share that is left of the room between parts */
    unsigned page, pages;
    int outline;   /* of the sheet, which those of its parts stand under */
    bool open;     /* the page has something on it, or is to have */
    bool failed;   /* no memory, or a library's fault */
    bool too_many; /* another page was wanted than PAPER_PAGES_MAX */
    struct leaf_mark *marks;
    unsigned marks_count, marks_room;
    char *file;
    size_t file_size, file_room;
    GString *clean; /* the text last made fit to be drawn */
};

static const struct {
    double size, large;
    PangoWeight weight;
} styles[] = {
    [LEAF_BODY] = {11,  20, PANGO_WEIGHT_NORMAL},
      [LEAF_BOLD] = {11,  20, PANGO_WEIGHT_BOLD  },
    [LEAF_TITLE] = {20,  28, PANGO_WEIGHT_BOLD  },
      [LEAF_HEADING] = {14,  23, PANGO_WEIGHT_BOLD  },
    [LEAF_SUBHEADING] = {12,  20, PANGO_WEIGHT_BOLD  },
      [LEAF_SMALL] = {8.5, 9,  PANGO_WEIGHT_NORMAL},
};

double leaf_size(const struct leaf *leaf, enum leaf_style style)
{
    return leaf->sheet->large ? styles[style].large : styles[style].size;
}

/* ---- the file ---- */

/* Bytes of the file as Cairo makes them. */
static cairo_status_t take_bytes(void *context, const unsigned char *bytes, unsigned size)
{
    struct leaf *leaf = context;
    if (size > leaf->file_room - leaf->file_size) {
        size_t room = 2 * (leaf->file_size + size);
        char *grown = room <= FILE_MAX ? realloc(leaf->file, room) : NULL;
        if (!grown) {
            return CAIRO_STATUS_WRITE_ERROR;
        }
        leaf->file = grown;
        leaf->file_room = room;
    }
    memcpy(leaf->file + leaf->file_size, bytes, size);
    leaf->file_size += size;
    return CAIRO_STATUS_SUCCESS;
}

struct str leaf_file(const struct leaf *leaf)
{
    return (struct str){leaf->file, leaf->file_size};
}

/* ---- text ---- */

static bool is_drawn(uint32_t character)
{
    bool control = (character < 0x20 && character != '\n' && character != '\t') ||
                   (character >= 0x7f && character < 0xa0);
    bool turns = (character >= 0x202a && character <= 0x202e) ||
                 (character >= 0x2066 && character <= 0x2069);
    return !control && !turns && character != 0xfeff;
}

static struct str cleaned(struct leaf *leaf, struct str text)
{
    size_t at = 0;
    uint32_t character;
    g_string_truncate(leaf->clean, 0);
    while (utf8_next(text, &at, &character)) {
        if (is_drawn(character)) {
            g_string_append_unichar(leaf->clean, character == '\t' ? ' ' : character);
        }
    }
    return (struct str){leaf->clean->str, leaf->clean->len};
}

PangoLayout *leaf_text(struct leaf *leaf, struct str text, enum leaf_style style, double width)
{
    PangoLayout *layout = pango_layout_new(leaf->context);
    struct str drawn = cleaned(leaf, text);
    pango_layout_set_font_description(layout, leaf->fonts[style]);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(layout, width < 0 ? -1 : pango_units_from_double(width));
    pango_layout_set_text(layout, drawn.p, (int)(drawn.n < G_MAXINT ? drawn.n : G_MAXINT));
    return layout;
}

unsigned leaf_lines(PangoLayout *layout)
{
    return (unsigned)pango_layout_get_line_count(layout);
}

static double line_height(PangoLayoutLine *line, double *ret_baseline)
{
    PangoRectangle extents;
    pango_layout_line_get_extents(line, NULL, &extents);
    double height = pango_units_to_double(extents.height);
    *ret_baseline = pango_units_to_double(PANGO_ASCENT(extents)) + height * (LEAF_LEADING - 1) / 2;
    return height * LEAF_LEADING;
}

/* Walks the lines [from, to): a list in Pango, so one walk and no look-up by number. */
static double each_line(PangoLayout *layout, unsigned from, unsigned to, cairo_t *cairo, double x,
                        double y)
{
    double top = y, width = pango_units_to_double(pango_layout_get_width(layout));
    GSList *lines = pango_layout_get_lines_readonly(layout);
    for (GSList *one = g_slist_nth(lines, from); one && from < to; one = one->next, from++) {
        PangoLayoutLine *line = one->data;
        double baseline;
        double height = line_height(line, &baseline);
        if (cairo) {
            PangoRectangle extents;
            pango_layout_line_get_extents(line, NULL, &extents);
            bool from_right =
                pango_layout_line_get_resolved_direction(line) == PANGO_DIRECTION_RTL && width > 0;
            double indent = from_right ? width - pango_units_to_double(extents.width) : 0;
            cairo_move_to(cairo, x + indent, y + baseline);
            pango_cairo_show_layout_line(cairo, line);
        }
        y += height;
    }
    return y - top;
}

double leaf_lines_height(PangoLayout *layout, unsigned from, unsigned to)
{
    return each_line(layout, from, to, NULL, 0, 0);
}

void leaf_draw(struct leaf *leaf, PangoLayout *layout, unsigned from, unsigned to, double x,
               double y)
{
    leaf->open = true;
    if (leaf->cairo) {
        each_line(layout, from, to, leaf->cairo, x, y);
    }
}

void leaf_text_widths(struct leaf *leaf, struct str text, enum leaf_style style, double *ret_whole,
                      double *ret_word)
{
    PangoRectangle extents;
    PangoLayout *layout = leaf_text(leaf, text, style, -1);
    pango_layout_get_extents(layout, NULL, &extents);
    *ret_whole = pango_units_to_double(extents.width);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
    pango_layout_set_width(layout, 0);
    pango_layout_get_extents(layout, NULL, &extents);
    *ret_word = pango_units_to_double(extents.width);
    g_object_unref(layout);
}

/* ---- elements ---- */

void leaf_tag(struct leaf *leaf, const char *element)
{
    if (leaf->cairo) {
        cairo_tag_begin(leaf->cairo, element, NULL);
    }
}

void leaf_tag_end(struct leaf *leaf, const char *element)
{
    if (leaf->cairo) {
        cairo_tag_end(leaf->cairo, element);
    }
}

/* Text that a library wants with a NUL. Valid until the next. */
static const char *terminated(struct leaf *leaf, struct str text)
{
    return cleaned(leaf, text).p;
}

void leaf_outline(struct leaf *leaf, unsigned level, struct str text)
{
    char place[40];
    if (!leaf->cairo || leaf->pages < 2 || text.n == 0) {
        return;
    }
    int parent = level == 1 ? CAIRO_PDF_OUTLINE_ROOT : leaf->outline;
    g_snprintf(place, sizeof(place), "page=%u pos=[0 %d]", leaf->page, (int)leaf->y);
    int line = cairo_pdf_surface_add_outline(leaf->surface, parent, terminated(leaf, text), place,
                                             CAIRO_PDF_OUTLINE_FLAG_OPEN);
    leaf->outline = level == 1 ? line : leaf->outline;
}

/* ---- artifacts ---- */

void leaf_mark(struct leaf *leaf, struct leaf_mark mark)
{
    leaf->open = true;
    if (!leaf->cairo || leaf->marks_count == MARKS_MAX) {
        return;
    }
    if (leaf->marks_count == leaf->marks_room) {
        unsigned room = leaf->marks_room ? 2 * leaf->marks_room : 64;
        struct leaf_mark *grown = realloc(leaf->marks, room * sizeof(*grown));
        if (!grown) {
            leaf->failed = true;
            return;
        }
        leaf->marks = grown;
        leaf->marks_room = room;
    }
    leaf->marks[leaf->marks_count++] = mark;
}

void leaf_rule(struct leaf *leaf, double x, double y, double width, double thickness)
{
    leaf_mark(leaf, (struct leaf_mark){x, y, width, 0, thickness});
}

static void draw_marks(struct leaf *leaf)
{
    for (unsigned i = 0; i < leaf->marks_count; i++) {
        const struct leaf_mark *mark = &leaf->marks[i];
        cairo_set_line_width(leaf->cairo, mark->thickness);
        if (mark->height > 0 && mark->width > 0) {
            cairo_rectangle(leaf->cairo, mark->x, mark->y, mark->width, mark->height);
        } else {
            cairo_move_to(leaf->cairo, mark->x, mark->y);
            cairo_rel_line_to(leaf->cairo, mark->width, mark->height);
        }
        cairo_stroke(leaf->cairo);
    }
    leaf->marks_count = 0;
}

/* One line at the edge of the page. */
static void draw_edge(struct leaf *leaf, struct str text, enum leaf_style style, double y,
                      double align)
{
    PangoRectangle extents;
    PangoLayout *layout = leaf_text(leaf, text, style, -1);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_get_extents(layout, NULL, &extents);
    double room = leaf_room(leaf) * (align > 0 ? 1 : 0.86),
           width = pango_units_to_double(extents.width);
    if (width > room) {
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        pango_layout_set_width(layout, pango_units_from_double(room));
        width = room;
    }
    each_line(layout, 0, 1, leaf->cairo, LEAF_MARGIN + (leaf_room(leaf) - width) * align, y);
    g_object_unref(layout);
}

/* "Page {page} of {pages}" */
static void draw_number(struct leaf *leaf)
{
    GString *text = g_string_new_len(leaf->sheet->page_of.p, (gssize)leaf->sheet->page_of.n);
    char number[12];
    g_snprintf(number, sizeof(number), "%u", leaf->page);
    g_string_replace(text, "{page}", number, 1);
    g_snprintf(number, sizeof(number), "%u", leaf->pages);
    g_string_replace(text, "{pages}", number, 1);
    draw_edge(leaf, (struct str){text->str, text->len}, LEAF_SMALL, leaf->height - 40, 1);
    g_string_free(text, TRUE);
}

/* What belongs to no element, in the one element that paper_finish turns into an artifact. */
static void draw_artifacts(struct leaf *leaf)
{
    leaf_tag(leaf, "NonStruct");
    draw_marks(leaf);
    if (leaf->sheet->band.n > 0) {
        draw_edge(leaf, leaf->sheet->band, LEAF_BOLD, 24, 0.5);
    }
    draw_edge(leaf, leaf->sheet->foot, LEAF_SMALL, leaf->height - 40, 0);
    draw_number(leaf);
    leaf_tag_end(leaf, "NonStruct");
}

/* ---- pages ---- */

static void end_page(struct leaf *leaf)
{
    if (leaf->cairo) {
        draw_artifacts(leaf);
        cairo_show_page(leaf->cairo);
        leaf->failed = leaf->failed || cairo_status(leaf->cairo) != CAIRO_STATUS_SUCCESS;
    }
    leaf->page++;
    leaf->y = HEAD;
    leaf->open = false;
}

void leaf_break(struct leaf *leaf)
{
    if (!leaf->open || leaf_is_full(leaf)) {
        return;
    }
    leaf->too_many = leaf->page == PAPER_PAGES_MAX;
    end_page(leaf);
}

bool leaf_is_full(const struct leaf *leaf)
{
    return leaf->failed || leaf->too_many;
}

double leaf_y(const struct leaf *leaf)
{
    return leaf->y;
}

double leaf_page_room(const struct leaf *leaf)
{
    return leaf->height - FOOT - HEAD;
}

double leaf_left(const struct leaf *leaf)
{
    return leaf->height - FOOT - leaf->y;
}

double leaf_room(const struct leaf *leaf)
{
    return leaf->width - 2 * LEAF_MARGIN;
}

void leaf_move(struct leaf *leaf, double height)
{
    leaf->y += height;
}

void leaf_space(struct leaf *leaf, double height)
{
    leaf_move(leaf, height * leaf->space);
}

void leaf_set_space(struct leaf *leaf, double share)
{
    leaf->space = share;
}

void leaf_need(struct leaf *leaf, double height)
{
    if (leaf_left(leaf) < height) {
        leaf_break(leaf);
    }
}

/* ---- pictures ---- */

struct png_reading {
    struct str png;
    size_t at;
};

static cairo_status_t give_bytes(void *context, unsigned char *bytes, unsigned size)
{
    struct png_reading *reading = context;
    if (size > reading->png.n - reading->at) {
        return CAIRO_STATUS_READ_ERROR;
    }
    memcpy(bytes, reading->png.p + reading->at, size);
    reading->at += size;
    return CAIRO_STATUS_SUCCESS;
}

/* Four bytes of the header that every PNG begins with (PNG 11.2.2). */
static unsigned png_number(struct str png, size_t at)
{
    unsigned number = 0;
    for (size_t i = at; i < at + 4; i++) {
        number = number << 8 | (unsigned char)png.p[i];
    }
    return number;
}

/* How large it will be is known before it is unpacked. */
static bool is_small_png(struct str png)
{
    if (png.n < 33 || !str_starts(png, STR("\x89PNG\r\n\x1a\n"))) {
        return false;
    }
    unsigned width = png_number(png, 16), height = png_number(png, 20);
    return width > 0 && height > 0 && width <= PICTURE_MOST && height <= PICTURE_MOST;
}

bool leaf_picture(struct leaf *leaf, struct str png, double x, double y, double width,
                  double height)
{
    struct png_reading reading = {png, 0};
    if (!leaf->cairo || !is_small_png(png)) {
        return false;
    }
    cairo_surface_t *picture = cairo_image_surface_create_from_png_stream(give_bytes, &reading);
    bool read = cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS;
    if (read) {
        double wide = cairo_image_surface_get_width(picture);
        double high = cairo_image_surface_get_height(picture);
        double scale = MIN(width / wide, height / high);
        cairo_save(leaf->cairo);
        cairo_translate(leaf->cairo, x, y + height - high * scale);
        cairo_scale(leaf->cairo, scale, scale);
        cairo_set_source_surface(leaf->cairo, picture, 0, 0);
        cairo_paint(leaf->cairo);
        cairo_restore(leaf->cairo);
        cairo_set_source_rgb(leaf->cairo, 0, 0, 0);
    }
    cairo_surface_destroy(picture);
    return read;
}

/* ---- beginning and end ---- */

static void make_fonts(struct leaf *leaf)
{
    for (size_t i = 0; i < ARRAY_LENGTH(styles); i++) {
        leaf->fonts[i] = pango_font_description_new();
        pango_font_description_set_family_static(leaf->fonts[i], "Noto Sans");
        pango_font_description_set_weight(leaf->fonts[i], styles[i].weight);
    }
}

static void make_context(struct leaf *leaf, const struct paper_fonts *fonts)
{
    cairo_font_options_t *options = cairo_font_options_create();
    leaf->context = pango_font_map_create_context(paper_font_map(fonts));
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(leaf->context, options);
    pango_context_set_round_glyph_positions(leaf->context, FALSE);
    cairo_font_options_destroy(options);
}

void leaf_begin(struct leaf *leaf, const struct sheet *sheet)
{
    leaf_break(leaf);
    leaf->y = HEAD;
    leaf->sheet = sheet;
    for (size_t i = 0; i < ARRAY_LENGTH(styles); i++) {
        pango_font_description_set_absolute_size(leaf->fonts[i],
                                                 leaf_size(leaf, (enum leaf_style)i) * PANGO_SCALE);
    }
    const char *language = sheet->language.n > 0 ? terminated(leaf, sheet->language) : "en";
    pango_context_set_language(leaf->context, pango_language_from_string(language));
}

struct leaf *leaf_new(const struct paper_fonts *fonts, enum paper_size size, unsigned pages)
{
    struct leaf *leaf = calloc(1, sizeof(*leaf));
    if (!leaf) {
        return NULL;
    }
    leaf->width = sizes[size].width;
    leaf->height = sizes[size].height;
    leaf->pages = pages;
    leaf->page = 1;
    leaf->space = 1;
    leaf->y = HEAD;
    leaf->clean = g_string_new(NULL);
    make_fonts(leaf);
    make_context(leaf, fonts);
    if (pages > 0) {
        leaf->surface =
            cairo_pdf_surface_create_for_stream(take_bytes, leaf, leaf->width, leaf->height);
        leaf->cairo = cairo_create(leaf->surface);
        leaf_tag(leaf, "Document");
    }
    return leaf;
}

bool leaf_end(struct leaf *leaf, unsigned *ret_pages)
{
    if (leaf->open || leaf->page == 1) {
        end_page(leaf);
    }
    *ret_pages = leaf->too_many ? PAPER_PAGES_MAX + 1 : leaf->page - 1;
    if (leaf->cairo) {
        leaf_tag_end(leaf, "Document");
        leaf->failed = leaf->failed || cairo_status(leaf->cairo) != CAIRO_STATUS_SUCCESS;
        cairo_surface_finish(leaf->surface);
        leaf->failed = leaf->failed || cairo_surface_status(leaf->surface) != CAIRO_STATUS_SUCCESS;
    }
    return !leaf->failed && !leaf->too_many;
}

struct leaf *leaf_free(struct leaf *leaf)
{
    if (!leaf) {
        return NULL;
    }
    if (leaf->cairo) {
        cairo_destroy(leaf->cairo);
        cairo_surface_destroy(leaf->surface);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(leaf->fonts); i++) {
        pango_font_description_free(leaf->fonts[i]);
    }
    g_object_unref(leaf->context);
    g_string_free(leaf->clean, TRUE);
    free(leaf->marks);
    free(leaf->file);
    free(leaf);
    return NULL;
}
