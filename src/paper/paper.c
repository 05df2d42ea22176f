/* Sheets onto pages, part by part. */
#include "paper/paper.h"

#include "paper/finish.h"
#include "paper/leaf.h"

#define COLUMNS_MAX 16u
#define LARGE_COLUMNS 3u    /* beside each other in large type */
#define MEASURED_ROWS 50u   /* that the widths of columns are taken from in any case */
#define MEASURED_BYTES 400u /* of a cell */
#define COLUMN_GAP 10.0
#define CELL_SPACE 3.0    /* above and below the text of a cell */
#define WRITING_LINE 26.0 /* room to write one line by hand */
#define SIGNATURE_ROOM 40.0
#define BOX_WIDTH 15.0 /* for one letter by hand */
#define BOX_HEIGHT 20.0
#define CHOICE_SPACE 4.0
#define SHORT_HEADING 0.34 /* of a line, for the heading of what is said in a few words */
#define AFTER 6.0
#define KEEP 60.0   /* a heading does not stand alone at the foot of a page */
#define STRAY 130.0 /* no more than this alone on a last page: it is brought onto the one before   \
                     */
#define TIGHT 0.35  /* ... by what is then left of the room between parts */

/* From where to where on a line. */
struct span {
    double x, width;
};

static struct span whole_line(const struct leaf *leaf)
{
    return (struct span){LEAF_MARGIN, leaf_room(leaf)};
}

/* ---- text ---- */

static unsigned lines_that_fit(PangoLayout *layout, unsigned from, unsigned lines, double room)
{
    unsigned to = from;
    double height = 0;
    while (to < lines) {
        height += leaf_lines_height(layout, to, to + 1);
        if (height > room) {
            break;
        }
        to++;
    }
    return to;
}

/* A text as elements of that kind, one a page. */
static void flow_in(struct leaf *leaf, struct span span, const char *element, struct str text,
                    enum leaf_style style)
{
    if (text.n == 0) {
        return;
    }
    PangoLayout *layout = leaf_text(leaf, text, style, span.width);
    unsigned lines = leaf_lines(layout);
    for (unsigned from = 0; from < lines && !leaf_is_full(leaf);) {
        unsigned to = lines_that_fit(layout, from, lines, leaf_left(leaf));
        if (to > from) {
            leaf_tag(leaf, element);
            leaf_draw(leaf, layout, from, to, span.x, leaf_y(leaf));
            leaf_tag_end(leaf, element);
            leaf_move(leaf, leaf_lines_height(layout, from, to));
        }
        from = to;
        if (from < lines) {
            leaf_break(leaf);
        }
    }
    g_object_unref(layout);
    leaf_space(leaf, AFTER);
}

static void flow(struct leaf *leaf, const char *element, struct str text, enum leaf_style style)
{
    flow_in(leaf, whole_line(leaf), element, text, style);
}

static void heading(struct leaf *leaf, unsigned level, struct str text)
{
    static const struct {
        const char *element;
        enum leaf_style style;
        double before;
    } levels[] = {
        {"H1", LEAF_TITLE,      0 },
        {"H2", LEAF_HEADING,    10},
        {"H3", LEAF_SUBHEADING, 6 },
    };
    if (text.n > 0) {
        leaf_need(leaf, KEEP + AFTER + levels[level - 1].before +
                            2 * leaf_size(leaf, levels[level - 1].style));
        leaf_space(leaf, levels[level - 1].before);
        if (level <= 2) {
            leaf_outline(leaf, level, text);
        }
        flow(leaf, levels[level - 1].element, text, levels[level - 1].style);
    }
}

/* A sentence in a frame: what must not be overlooked. */
static void note(struct leaf *leaf, struct str text)
{
    PangoLayout *layout = leaf_text(leaf, text, LEAF_BOLD, leaf_room(leaf) - 16);
    unsigned lines = leaf_lines(layout);
    double height = leaf_lines_height(layout, 0, lines);
    leaf_need(leaf, height + 12);
    leaf_mark(leaf, (struct leaf_mark){LEAF_MARGIN, leaf_y(leaf), leaf_room(leaf), height + 10, 1});
    leaf_tag(leaf, "P");
    leaf_draw(leaf, layout, 0, lines, LEAF_MARGIN + 8, leaf_y(leaf) + 5);
    leaf_tag_end(leaf, "P");
    leaf_move(leaf, height + 18);
    g_object_unref(layout);
}

/* ---- tables ---- */

struct columns {
    double x[COLUMNS_MAX], width[COLUMNS_MAX];
    unsigned count;
};

static struct str cell_text(const struct sheet_table *table, size_t row, unsigned column)
{
    return table->cells[row * table->columns_count + column];
}

static void measure(struct leaf *leaf, struct str text, enum leaf_style style, double *whole,
                    double *word)
{
    double text_whole, text_word;
    leaf_text_widths(leaf, text, style, &text_whole, &text_word);
    *whole = MAX(*whole, text_whole);
    *word = MAX(*word, text_word);
}

/* Bytes of the longest stretch without a blank. */
static size_t longest_word(struct str text)
{
    size_t longest = 0;
    struct str word;
    while (str_split(&text, ' ', &word)) {
        longest = MAX(longest, word.n);
    }
    return longest;
}

/* What a column needs: to say everything on one line, and its longest word. Of many rows those are
 * measured that are the longest in bytes. */
static void measure_column(struct leaf *leaf, const struct sheet_table *table, unsigned column,
                           double *whole, double *word)
{
    enum leaf_style style = column == 0 ? LEAF_BOLD : LEAF_BODY;
    size_t most = 0, most_word = 0;
    measure(leaf, table->columns[column], LEAF_BOLD, whole, word);
    for (size_t row = 0; row < table->rows_count; row++) {
        struct str text = cell_text(table, row, column);
        size_t longest = longest_word(text);
        if (row < MEASURED_ROWS || text.n > most || longest > most_word) {
            measure(leaf, str_slice(text, 0, MEASURED_BYTES), style, whole, word);
        }
        most = MAX(most, text.n);
        most_word = MAX(most_word, longest);
    }
}

/* Who needs no more than an equal share of what is left gets it whole, the narrowest first; the
 * others share the rest. */
static struct columns fit_columns(struct leaf *leaf, const struct sheet_table *table)
{
    struct columns fit = {
        .count = table->columns_count < COLUMNS_MAX ? (unsigned)table->columns_count : COLUMNS_MAX};
    double whole[COLUMNS_MAX] = {0}, word[COLUMNS_MAX] = {0};
    double left = leaf_room(leaf) - COLUMN_GAP * (fit.count - 1), x = LEAF_MARGIN;
    for (unsigned i = 0; i < fit.count; i++) {
        measure_column(leaf, table, i, &whole[i], &word[i]);
        if (table->to_fill && table->rows_count > 0 && cell_text(table, 0, i).n == 0) {
            whole[i] = leaf_room(leaf); /* room to write is shared alike */
        }
    }
    for (unsigned given = 0; given < fit.count; given++) {
        unsigned next = COLUMNS_MAX;
        for (unsigned i = 0; i < fit.count; i++) {
            if (fit.width[i] <= 0 && (next == COLUMNS_MAX || whole[i] < whole[next])) {
                next = i;
            }
        }
        double share = left / (fit.count - given);
        double needed = MIN(whole[next] + 1, MAX(share, MIN(word[next] + 1, 1.5 * share)));
        fit.width[next] = given + 1 == fit.count ? MAX(left, 1) : needed;
        left -= fit.width[next];
    }
    for (unsigned i = 0; i < fit.count; i++) {
        fit.x[i] = x;
        x += fit.width[i] + COLUMN_GAP;
    }
    return fit;
}

/* The cells of a row as they are being drawn: each goes on where the page before ended. */
struct row {
    PangoLayout *cells[COLUMNS_MAX];
    unsigned at[COLUMNS_MAX], lines[COLUMNS_MAX];
    const char *elements[COLUMNS_MAX];
    double least; /* room for a hand in a row without a word */
};

static bool is_done(const struct row *row, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (row->at[i] < row->lines[i]) {
            return false;
        }
    }
    return true;
}

static double row_height(const struct row *row, unsigned count)
{
    double height = row->least;
    for (unsigned i = 0; i < count; i++) {
        height = MAX(height, leaf_lines_height(row->cells[i], row->at[i], row->lines[i]));
    }
    return height + 2 * CELL_SPACE;
}

/* As many lines of each cell as the page has room for. */
static void draw_piece(struct leaf *leaf, const struct columns *columns, struct row *row)
{
    double room = leaf_left(leaf) - 2 * CELL_SPACE, height = row->least;
    leaf_tag(leaf, "TR");
    for (unsigned i = 0; i < columns->count; i++) {
        unsigned to = lines_that_fit(row->cells[i], row->at[i], row->lines[i], room);
        height = MAX(height, leaf_lines_height(row->cells[i], row->at[i], to));
        leaf_tag(leaf, row->elements[i]);
        leaf_draw(leaf, row->cells[i], row->at[i], to, columns->x[i], leaf_y(leaf) + CELL_SPACE);
        leaf_tag_end(leaf, row->elements[i]);
        row->at[i] = to;
    }
    leaf_tag_end(leaf, "TR");
    leaf_move(leaf, height + 2 * CELL_SPACE);
}

static void free_row(struct row *row, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        g_object_unref(row->cells[i]);
    }
}

static void draw_head(struct leaf *leaf, const struct columns *columns,
                      const struct sheet_table *table)
{
    struct row row = {.least = 0};
    for (unsigned i = 0; i < columns->count; i++) {
        row.cells[i] = leaf_text(leaf, table->columns[i], LEAF_BOLD, columns->width[i]);
        row.lines[i] = leaf_lines(row.cells[i]);
        row.elements[i] = "TH";
    }
    draw_piece(leaf, columns, &row);
    leaf_rule(leaf, LEAF_MARGIN, leaf_y(leaf), leaf_room(leaf), 1);
    free_row(&row, columns->count);
}

static void draw_row(struct leaf *leaf, const struct columns *columns,
                     const struct sheet_table *table, size_t number)
{
    struct row row = {.least = 0};
    for (unsigned i = 0; i < columns->count; i++) {
        struct str text = cell_text(table, number, i);
        row.cells[i] = leaf_text(leaf, text, i == 0 ? LEAF_BOLD : LEAF_BODY, columns->width[i]);
        row.lines[i] = leaf_lines(row.cells[i]);
        row.elements[i] = i == 0 && text.n > 0 ? "TH" : "TD";
    }
    row.least = table->to_fill ? WRITING_LINE : 0;
    double height = row_height(&row, columns->count);
    if (height > leaf_left(leaf) && (height < leaf_page_room(leaf) / 2 || leaf_left(leaf) < KEEP)) {
        leaf_break(leaf);
        draw_head(leaf, columns, table);
    }
    double top = leaf_y(leaf);
    while (!is_done(&row, columns->count) && !leaf_is_full(leaf)) {
        draw_piece(leaf, columns, &row);
        if (!is_done(&row, columns->count)) {
            leaf_break(leaf);
            draw_head(leaf, columns, table);
        }
    }
    for (unsigned i = 1; table->to_fill && i < columns->count; i++) {
        leaf_mark(leaf, (struct leaf_mark){.x = columns->x[i] - COLUMN_GAP / 2,
                                           .y = top,
                                           .height = leaf_y(leaf) - top,
                                           .thickness = 0.4});
    }
    leaf_rule(leaf, LEAF_MARGIN, leaf_y(leaf), leaf_room(leaf), table->to_fill ? 0.8 : 0.4);
    free_row(&row, columns->count);
}

/* Row by row below each other, each answer behind its question: in large type a line has no room
 * for many columns. */
static void draw_rows_apart(struct leaf *leaf, const struct sheet_table *table)
{
    for (size_t row = 0; row < table->rows_count && !leaf_is_full(leaf); row++) {
        leaf_need(leaf, KEEP);
        flow(leaf, "P", cell_text(table, row, 0), LEAF_BOLD);
        for (unsigned i = 1; i < table->columns_count; i++) {
            struct str label = table->columns[i], cell = cell_text(table, row, i);
            GString *line = g_string_new_len(label.p, (gssize)label.n);
            g_string_append(line, label.n > 0 ? ": " : "");
            g_string_append_len(line, cell.p, (gssize)cell.n);
            flow(leaf, "P", cell.n > 0 ? (struct str){line->str, line->len} : cell, LEAF_BODY);
            g_string_free(line, TRUE);
        }
        leaf_space(leaf, AFTER);
    }
}

static void draw_table(struct leaf *leaf, const struct sheet *sheet,
                       const struct sheet_table *table)
{
    if (table->columns_count == 0 || table->rows_count == 0) {
        return;
    }
    if (sheet->large && !table->to_fill && table->columns_count > LARGE_COLUMNS) {
        draw_rows_apart(leaf, table);
        return;
    }
    struct columns columns = fit_columns(leaf, table);
    leaf_need(leaf, KEEP);
    leaf_tag(leaf, "Table");
    draw_head(leaf, &columns, table);
    for (size_t row = 0; row < table->rows_count && !leaf_is_full(leaf); row++) {
        draw_row(leaf, &columns, table, row);
    }
    leaf_tag_end(leaf, "Table");
    leaf_space(leaf, 2 * AFTER);
}

/* ---- fields ---- */

/* Boxes to tick beside each other, as many as fit on a line. */
static void draw_choices(struct leaf *leaf, struct span span, const struct sheet_field *field)
{
    double x = span.x, height = 0;
    leaf_tag(leaf, "L");
    for (size_t i = 0; i < field->choices_count && !leaf_is_full(leaf); i++) {
        GString *text = g_string_new("\xe2\x98\x90\xc2\xa0"); /* ballot box, no-break space */
        double whole, word;
        g_string_append_len(text, field->choices[i].p, (gssize)field->choices[i].n);
        struct str words = {text->str, text->len};
        leaf_text_widths(leaf, words, LEAF_BODY, &whole, &word);
        if (x > span.x && x + whole > span.x + span.width) {
            leaf_move(leaf, height);
            x = span.x;
            height = 0;
        }
        PangoLayout *layout = leaf_text(leaf, words, LEAF_BODY, span.x + span.width - x);
        unsigned lines = leaf_lines(layout);
        double high = leaf_lines_height(layout, 0, lines) + CHOICE_SPACE;
        if (x <= span.x) {
            leaf_need(leaf, high);
        }
        leaf_tag(leaf, "LI");
        leaf_tag(leaf, "LBody");
        leaf_draw(leaf, layout, 0, lines, x, leaf_y(leaf));
        leaf_tag_end(leaf, "LBody");
        leaf_tag_end(leaf, "LI");
        height = MAX(height, high);
        x += whole + 2 * COLUMN_GAP;
        g_object_unref(layout);
        g_string_free(text, TRUE);
    }
    leaf_tag_end(leaf, "L");
    leaf_move(leaf, height);
}

/* A box for each letter, with the letter small below it; other signs stand between the boxes. What
 * is heard is the pattern. */
static void draw_boxes(struct leaf *leaf, struct span span, struct str boxes)
{
    leaf_need(leaf, BOX_HEIGHT + 14);
    double x = span.x, y = leaf_y(leaf) + 2;
    leaf_tag(leaf, "P");
    for (size_t i = 0; i < boxes.n; i++) {
        struct str sign = str_slice(boxes, i, i + 1);
        bool letter = g_ascii_isalpha(boxes.p[i]);
        bool box = letter || boxes.p[i] == '#';
        PangoLayout *layout = leaf_text(leaf, sign, box ? LEAF_SMALL : LEAF_BODY, -1);
        if (box) {
            leaf_mark(leaf, (struct leaf_mark){x, y, BOX_WIDTH, BOX_HEIGHT, 0.6});
        }
        if (letter) {
            leaf_draw(leaf, layout, 0, 1, x + BOX_WIDTH / 3, y + BOX_HEIGHT);
        } else if (!box) {
            leaf_draw(leaf, layout, 0, 1, x + 2, y + 2);
        }
        x += box ? BOX_WIDTH : BOX_WIDTH / 2;
        g_object_unref(layout);
    }
    leaf_tag_end(leaf, "P");
    leaf_move(leaf, BOX_HEIGHT + 14);
}

static void draw_field(struct leaf *leaf, struct span span, const struct sheet_field *field)
{
    flow_in(leaf, span, "P", field->label, LEAF_BOLD);
    leaf_space(leaf, -AFTER);
    if (field->answer.n > 0) {
        flow_in(leaf, span, "P", field->answer, LEAF_BODY);
        return;
    }
    if (field->help.n > 0) {
        flow_in(leaf, span, "P", field->help, LEAF_SMALL);
        leaf_space(leaf, -AFTER);
    }
    if (field->boxes.n > 0) {
        draw_boxes(leaf, span, field->boxes);
    }
    for (unsigned i = 0; i < field->lines; i++) {
        leaf_need(leaf, WRITING_LINE);
        leaf_move(leaf, WRITING_LINE);
        leaf_rule(leaf, span.x, leaf_y(leaf), span.width, 0.6);
    }
    if (field->choices_count > 0) {
        leaf_move(leaf, field->lines > 0 ? CHOICE_SPACE : 0);
        draw_choices(leaf, span, field);
    }
    leaf_space(leaf, AFTER);
}

/* About how high a field will be that stands beside another: enough to keep both on one page. */
static double field_height(const struct leaf *leaf, const struct sheet_field *field)
{
    double line = leaf_size(leaf, LEAF_BODY) * 2;
    return line * (2 + (field->help.n > 0) + (double)field->choices_count) +
           WRITING_LINE * field->lines + (field->boxes.n > 0 ? BOX_HEIGHT + 14 : 0);
}

/* Two halves beside each other, or one field; how many were drawn. */
static size_t draw_line(struct leaf *leaf, const struct sheet_field *fields, size_t count)
{
    struct span whole = whole_line(leaf);
    double half = (whole.width - 2 * COLUMN_GAP) / 2;
    if (count < 2 || !fields[0].half || !fields[1].half) {
        leaf_need(leaf, KEEP);
        draw_field(leaf, whole, &fields[0]);
        return 1;
    }
    leaf_need(leaf, MIN(MAX(field_height(leaf, &fields[0]), field_height(leaf, &fields[1])),
                        leaf_page_room(leaf)));
    double top = leaf_y(leaf);
    draw_field(leaf, (struct span){whole.x, half}, &fields[0]);
    double left = leaf_y(leaf);
    leaf_move(leaf, top - left);
    draw_field(leaf, (struct span){whole.x + half + 2 * COLUMN_GAP, half}, &fields[1]);
    leaf_move(leaf, MAX(left - leaf_y(leaf), 0));
    return 2;
}

/* ---- signatures ---- */

/* Text under a line to sign on; the height it takes. */
static double below_line(struct leaf *leaf, struct str text, enum leaf_style style, double x,
                         double y, double width)
{
    PangoLayout *layout = leaf_text(leaf, text, style, width);
    unsigned lines = text.n > 0 ? leaf_lines(layout) : 0;
    leaf_draw(leaf, layout, 0, lines, x, y);
    double height = leaf_lines_height(layout, 0, lines);
    g_object_unref(layout);
    return height;
}

/* Who has not signed yet has a line for the day beside that for the name. */
static void draw_signer(struct leaf *leaf, const struct sheet *sheet,
                        const struct sheet_signer *signer)
{
    double width = leaf_room(leaf) * 0.6, date_x = LEAF_MARGIN + leaf_room(leaf) * 0.65;
    leaf_need(leaf, SIGNATURE_ROOM + 5 * leaf_size(leaf, LEAF_BODY));
    leaf_tag(leaf, "LI");
    if (signer->picture_png.n > 0) {
        leaf_tag(leaf, "Figure");
        leaf_picture(leaf, signer->picture_png, LEAF_MARGIN, leaf_y(leaf) + 2, width,
                     SIGNATURE_ROOM - 4);
        leaf_tag_end(leaf, "Figure");
    }
    leaf_move(leaf, SIGNATURE_ROOM);
    leaf_rule(leaf, LEAF_MARGIN, leaf_y(leaf), width, 0.8);
    leaf_move(leaf, 2);
    leaf_tag(leaf, "LBody");
    double height = below_line(leaf, signer->name, LEAF_BOLD, LEAF_MARGIN, leaf_y(leaf), width);
    if (signer->how.n > 0) {
        height += below_line(leaf, signer->how, LEAF_BODY, LEAF_MARGIN, leaf_y(leaf) + height,
                             leaf_room(leaf));
    } else {
        leaf_rule(leaf, date_x, leaf_y(leaf) - 2, leaf_room(leaf) * 0.35, 0.8);
        below_line(leaf, sheet->signed_on, LEAF_BODY, date_x, leaf_y(leaf), leaf_room(leaf) * 0.35);
    }
    leaf_tag_end(leaf, "LBody");
    leaf_tag_end(leaf, "LI");
    leaf_move(leaf, height + AFTER);
}

static void draw_signers(struct leaf *leaf, const struct sheet *sheet,
                         const struct sheet_part *part)
{
    leaf_tag(leaf, "L");
    for (size_t i = 0; i < part->signers_count && !leaf_is_full(leaf); i++) {
        draw_signer(leaf, sheet, &part->signers[i]);
    }
    leaf_tag_end(leaf, "L");
}

/* ---- the sheet ---- */

static bool is_sentence(struct str text)
{
    return str_ends(text, STR(".")) || str_ends(text, STR("!")) || str_ends(text, STR("?"));
}

/* A name, a number, a day: what is said in a few words stands beside its heading; also a name or
 * an address that needs a second line. */
static bool is_short(struct leaf *leaf, const struct sheet *sheet, const struct sheet_part *part)
{
    double heading_width, text_width, word;
    if (sheet->large || part->kind != SHEET_TEXT || part->heading.n == 0 || part->text.n == 0 ||
        part->text.n > MEASURED_BYTES || str_find_byte(part->text, '\n') >= 0) {
        return false;
    }
    leaf_text_widths(leaf, part->heading, LEAF_BOLD, &heading_width, &word);
    leaf_text_widths(leaf, part->text, LEAF_BODY, &text_width, &word);
    double beside = leaf_room(leaf) * (1 - SHORT_HEADING);
    return heading_width < leaf_room(leaf) * SHORT_HEADING - COLUMN_GAP &&
           text_width < (is_sentence(part->text) ? beside : 2 * beside - word);
}

static void draw_short(struct leaf *leaf, const struct sheet_part *part)
{
    double label = leaf_room(leaf) * SHORT_HEADING;
    leaf_need(leaf, 3 * leaf_size(leaf, LEAF_BODY));
    leaf_outline(leaf, 2, part->heading);
    double top = leaf_y(leaf);
    flow_in(leaf, (struct span){LEAF_MARGIN, label}, "H2", part->heading, LEAF_BOLD);
    leaf_move(leaf, top - leaf_y(leaf));
    flow_in(leaf, (struct span){LEAF_MARGIN + label, leaf_room(leaf) - label}, "P", part->text,
            LEAF_BODY);
}

static void draw_part(struct leaf *leaf, const struct sheet *sheet, const struct sheet_part *part)
{
    if (part->new_page) {
        leaf_break(leaf);
    }
    if (is_short(leaf, sheet, part)) {
        draw_short(leaf, part);
        return;
    }
    heading(leaf, part->level ? part->level : 2, part->heading);
    flow(leaf, "P", part->text, LEAF_BODY);
    switch (part->kind) {
    case SHEET_TEXT:
        break;
    case SHEET_TABLE:
        draw_table(leaf, sheet, &part->table);
        break;
    case SHEET_FIELDS:
        for (size_t i = 0; i < part->fields_count && !leaf_is_full(leaf);) {
            i += draw_line(leaf, &part->fields[i], part->fields_count - i);
        }
        break;
    case SHEET_SIGNATURES:
        draw_signers(leaf, sheet, part);
        break;
    }
}

static void draw_sheet(struct leaf *leaf, const struct sheet *sheet)
{
    leaf_begin(leaf, sheet);
    leaf_tag(leaf, "Part");
    for (size_t i = 0; i < sheet->notes_count; i++) {
        note(leaf, sheet->notes[i]);
    }
    heading(leaf, 1, sheet->title);
    flow(leaf, "P", sheet->about, LEAF_SUBHEADING);
    flow(leaf, "P", sheet->copy_for, LEAF_BODY);
    flow(leaf, "P", sheet->intro, LEAF_BODY);
    for (size_t i = 0; i < sheet->parts_count && !leaf_is_full(leaf); i++) {
        draw_part(leaf, sheet, &sheet->parts[i]);
    }
    leaf_tag_end(leaf, "Part");
}

/* ---- the paper ---- */

/* How many pages a sheet takes with so much of the room between its parts, and how much of the last
 * page; false when it could not be laid out. */
static bool measure_sheet(const struct paper_fonts *fonts, enum paper_size size,
                          const struct sheet *sheet, double space, unsigned *ret_pages,
                          double *ret_last)
{
    struct leaf *leaf = leaf_new(fonts, size, 0);
    *ret_pages = 0;
    if (!leaf) {
        return false;
    }
    leaf_set_space(leaf, space);
    draw_sheet(leaf, sheet);
    *ret_last = leaf_page_room(leaf) - leaf_left(leaf);
    bool measured = leaf_end(leaf, ret_pages);
    leaf_free(leaf);
    return measured;
}

/* A few lines alone on a last page are nobody's page: where they fit onto the one before, the room
 * between parts gives way. spaces: of each sheet. */
static bool plan_pages(const struct paper_fonts *fonts, const struct paper *paper, double *spaces,
                       unsigned *ret_pages)
{
    *ret_pages = 0;
    for (size_t i = 0; i < paper->sheets_count; i++) {
        const struct sheet *sheet = &paper->sheets[i];
        unsigned pages, tight;
        double last;
        bool measured = measure_sheet(fonts, paper->size, sheet, 1, &pages, &last);
        spaces[i] = 1;
        if (measured && pages > 1 && last < STRAY &&
            measure_sheet(fonts, paper->size, sheet, TIGHT, &tight, &last) && tight < pages) {
            spaces[i] = TIGHT;
            pages = tight;
        }
        *ret_pages += pages;
        if (!measured || *ret_pages > PAPER_PAGES_MAX) {
            return false;
        }
    }
    return true;
}

static bool draw_pages(struct leaf *leaf, const struct paper *paper, const double *spaces)
{
    unsigned pages;
    if (!leaf) {
        return false;
    }
    for (size_t i = 0; i < paper->sheets_count && !leaf_is_full(leaf); i++) {
        leaf_set_space(leaf, spaces[i]);
        draw_sheet(leaf, &paper->sheets[i]);
    }
    return leaf_end(leaf, &pages);
}

enum status paper_write(struct arena *arena, const struct paper_fonts *fonts,
                        const struct paper *paper, struct outcome *outcome, struct str *ret_pdf)
{
    unsigned pages;
    double *spaces = ARENA_ARRAY(arena, paper->sheets_count, double);
    if (!plan_pages(fonts, paper, spaces, &pages)) {
        if (pages <= PAPER_PAGES_MAX) {
            return outcome_fault(outcome, STATUS_INTERNAL, STR("a paper could not be laid out"));
        }
        outcome_problem(outcome, STATUS_TOO_LARGE, STR(""), STR("paper"),
                        STR("This would be more pages than Hearth prints. Look at it on the "
                            "screen, or print a part of it."));
        return STATUS_TOO_LARGE;
    }
    struct leaf *leaf = leaf_new(fonts, paper->size, pages);
    struct paper_file *file =
        draw_pages(leaf, paper, spaces) ? paper_finish(leaf_file(leaf), paper) : NULL;
    leaf_free(leaf);
    if (!file) {
        return outcome_fault(outcome, STATUS_INTERNAL, STR("a paper could not be drawn"));
    }
    *ret_pdf = paper_file_take(arena, file);
    return STATUS_OK;
}
