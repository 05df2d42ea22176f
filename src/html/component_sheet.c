/* A sheet as a page: the same that stands on paper (html/sheet.h). */
#include "html/components.h"
#include "html/pages.h"

/* "Ruth", then what is said of her: on a telephone a table of five columns is no table. */
static void write_row(struct html *html, const struct sheet_table *table, size_t row)
{
    const struct str *cells = table->cells + row * table->columns_count;
    html_open(html, "li");
    html_element(html, "strong", "", cells[0]);
    for (size_t i = 1; i < table->columns_count; i++) {
        if (cells[i].n == 0) {
            continue;
        }
        html_text(html, STR(" "));
        html_open_class(html, "span", "plan__fact");
        if (table->columns[i].n > 0) {
            html_open_class(html, "span", "plan__label");
            html_text(html, table->columns[i]);
            html_text(html, STR(":"));
            html_close(html, "span");
            html_text(html, STR(" "));
        }
        html_text(html, cells[i]);
        html_close(html, "span");
    }
    html_close(html, "li");
}

static void write_table(struct html *html, const struct sheet_table *table)
{
    html_open_class(html, "ol", "plan__lines");
    for (size_t i = 0; i < table->rows_count && table->columns_count > 0; i++) {
        write_row(html, table, i);
    }
    html_close(html, "ol");
}

static void write_fields(struct html *html, const struct sheet_part *part)
{
    html_open_class(html, "dl", "facts");
    for (size_t i = 0; i < part->fields_count; i++) {
        const struct sheet_field *field = &part->fields[i];
        html_open_class(html, "div", "facts__fact");
        html_element(html, "dt", "", field->label);
        html_open(html, "dd");
        component_link(html, (struct link){field->answer, field->to, false});
        for (size_t k = 0; k < field->choices_count && field->answer.n == 0; k++) {
            html_open_class(html, "span", "plan__fact");
            html_text(html, STR("\u2610 "));
            html_text(html, field->choices[k]);
            html_close(html, "span");
        }
        html_close(html, "dd");
        html_close(html, "div");
    }
    html_close(html, "dl");
}

static void write_signers(struct html *html, const struct sheet_part *part)
{
    html_open(html, "ul");
    for (size_t i = 0; i < part->signers_count; i++) {
        const struct sheet_signer *signer = &part->signers[i];
        html_open(html, "li");
        html_open_class(html, "span", "plan__line");
        if (!url_is_empty(signer->picture)) {
            html_open_class(html, "img", "plan__drawn");
            html_url(html, "src", signer->picture);
            html_attr(html, "alt", signer->picture_alt);
        }
        html_close(html, "span");
        html_text(html, signer->name);
        if (signer->how.n > 0) {
            html_text(html, STR(" "));
            html_element(html, "span", "plan__signed", signer->how);
        }
        html_close(html, "li");
    }
    html_close(html, "ul");
}

static void write_part(struct html *html, const struct sheet_part *part)
{
    switch (part->kind) {
    case SHEET_TEXT:
    case SHEET_TABLE:
        html_open(html, "section");
        break;
    case SHEET_FIELDS:
        html_open_classed(html, STR("section"), part->level == 3 ? STR("") : STR("plan__next"));
        break;
    case SHEET_SIGNATURES:
        html_open_class(html, "section", "plan__sign");
        break;
    }
    if (part->heading.n > 0 && part->level == 3) {
        html_element(html, "h3", "", part->heading);
    } else if (part->heading.n > 0) {
        html_element(html, "h2", "", part->heading);
    }
    if (part->text.n > 0) {
        html_element(html, "p", "plan__text", part->text);
    }
    if (part->kind == SHEET_TABLE) {
        write_table(html, &part->table);
    } else if (part->kind == SHEET_FIELDS) {
        write_fields(html, part);
    } else if (part->kind == SHEET_SIGNATURES) {
        write_signers(html, part);
    }
    html_close(html, "section");
}

void component_sheet(struct html *html, const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->notes_count; i++) {
        html_element(html, "p", "plan__note", sheet->notes[i]);
    }
    html_element(html, "h1", "", sheet->title);
    if (sheet->about.n > 0) {
        html_element(html, "p", "plan__family", sheet->about);
    }
    if (sheet->copy_for.n > 0) {
        html_element(html, "p", "plan__copy", sheet->copy_for);
    }
    if (sheet->intro.n > 0) {
        html_element(html, "p", "", sheet->intro);
    }
    for (size_t i = 0; i < sheet->parts_count; i++) {
        write_part(html, &sheet->parts[i]);
    }
    if (sheet->foot.n > 0) {
        html_element(html, "p", "plan__copy", sheet->foot);
    }
}
