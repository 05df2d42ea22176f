/* Tables, grids to tick, lists of rows, clashes. */
#include "html/components.h"

#define JOIN(html, ...) STR_JOIN((html)->out->arena, __VA_ARGS__)

/* ---- table ---- */

/* The first cell of a row is its heading, when it says anything. */
static void add_cell(struct html *html, const struct column *column, const struct cell *cell,
                     bool first)
{
    bool heads = first && cell->text.n + cell->tag.text.n > 0;
    struct str element = heads ? STR("th") : STR("td");
    html_open_named(html, element);
    if (heads) {
        html_attr(html, "scope", STR("row"));
    }
    if (column->number) {
        html_attr(html, "class", STR("number"));
    }
    html_attr(html, "data-label", column->text);
    component_link(html, (struct link){cell->text, cell->to, false});
    component_tag(html, cell->tag);
    html_close_named(html, element);
}

void component_table(struct html *html, const struct table *table)
{
    if (table->rows_count == 0) {
        html_element(html, "p", "empty",
                     table->empty.n != 0 ? table->empty : html_word(html, WORD_NOTHING));
        return;
    }
    html_open_class(html, "table", "usa-table usa-table--borderless table");
    if (table->caption.n != 0) {
        html_open(html, "caption");
        if (table->quiet) {
            html_attr(html, "class", STR("usa-sr-only"));
        }
        html_text(html, table->caption);
        html_close(html, "caption");
    }
    html_open(html, "thead");
    html_open(html, "tr");
    for (size_t i = 0; i < table->columns_count; i++) {
        html_open(html, "th");
        html_attr(html, "scope", STR("col"));
        if (table->columns[i].number) {
            html_attr(html, "class", STR("number"));
        }
        html_text(html, table->columns[i].text);
        html_close(html, "th");
    }
    html_close(html, "tr");
    html_close(html, "thead");
    html_open(html, "tbody");
    for (size_t row = 0; row < table->rows_count; row++) {
        html_open(html, "tr");
        for (size_t i = 0; i < table->columns_count; i++) {
            add_cell(html, &table->columns[i], &table->cells[row * table->columns_count + i],
                     i == 0);
        }
        html_close(html, "tr");
    }
    html_close(html, "tbody");
    html_close(html, "table");
}

/* ---- rows ---- */

static void add_row_fields(struct html *html, const struct rows_list *rows, struct str key)
{
    html_open_class(html, "div", "rows__fields");
    rows->render(html, rows->context, key);
    html_close(html, "div");
}

static void add_row(struct html *html, const struct rows_list *rows, struct str key,
                    const struct row_title *title)
{
    html_open_class(html, "li", "rows__row");
    html_attr(html, "data-row", key);
    if (title->folds) {
        html_open_class(html, "details", "rows__fold");
        html_attr(html, "id",
                  component_field_id(html, JOIN(html, rows->name, STR("["), key, STR("]"))));
        html_flag(html, "open", title->open);
        html_open(html, "summary");
        html_element(html, "span", "rows__title", title->text);
        html_element(html, "span", "more__says", title->says);
        component_needed(html, title->needed);
        html_close(html, "summary");
        add_row_fields(html, rows, key);
        html_close(html, "details");
    } else {
        if (title->text.n != 0) {
            html_element(html, "p", "rows__title", title->text);
        }
        add_row_fields(html, rows, key);
    }
    html_open_class(html, "button", "button button--quiet rows__remove");
    html_attr(html, "type", STR("submit"));
    html_attr(html, "name", STR("remove_row"));
    html_attr(html, "value", JOIN(html, rows->name, STR("["), key, STR("]")));
    html_flag(html, "formnovalidate", true);
    component_icon(html, ICON_CLOSE);
    html_text(html, html_word(html, WORD_REMOVE_ROW));
    html_element(html, "span", "usa-sr-only", JOIN(html, STR(": "), rows->legend));
    html_close(html, "button");
    html_close(html, "li");
}

void component_rows(struct html *html, const struct rows_list *rows)
{
    static const struct row_title untitled = {0};
    html_open_class(html, "fieldset", "usa-fieldset rows");
    html_attr(html, "data-rows", rows->name);
    html_attr(html, "id", component_field_id(html, rows->name));
    html_open(html, "legend");
    html_attr(html, "class", rows->quiet ? STR("usa-sr-only") : STR("usa-legend"));
    html_text(html, rows->legend);
    html_close(html, "legend");
    if (rows->help.n != 0) {
        html_element(html, "p", "usa-hint", rows->help);
    }
    if (rows->error.n != 0) {
        html_element(html, "p", "usa-error-message", rows->error);
    }
    html_open_class(html, "ol", "rows__list");
    for (size_t i = 0; i < rows->keys_count; i++) {
        add_row(html, rows, rows->keys[i], rows->titles != NULL ? &rows->titles[i] : &untitled);
    }
    html_close(html, "ol");
    html_open(html, "template");
    add_row(html, rows, ROW_TO_COPY, &(struct row_title){.text = rows->new_title});
    html_close(html, "template");
    html_open_class(html, "button", "usa-button usa-button--outline button rows__add");
    html_attr(html, "type", STR("submit"));
    html_attr(html, "name", STR("add_row"));
    html_attr(html, "value", rows->name);
    html_flag(html, "formnovalidate", true);
    component_icon(html, ICON_PLUS);
    html_text(html, rows->add.n != 0 ? rows->add : html_word(html, WORD_ADD_ROW));
    html_close(html, "button");
    html_close(html, "fieldset");
}

/* ---- clash ---- */

static void add_side(struct html *html, const struct clash *clash, bool mine)
{
    struct str name = JOIN(html, STR("keep["), clash->name, STR("]"));
    struct str id =
        JOIN(html, component_field_id(html, name), mine ? STR("-mine") : STR("-theirs"));
    html_open(html, "td");
    html_attr(html, "data-label", html_word(html, mine ? WORD_MINE : WORD_THEIRS));
    html_open_class(html, "div", "usa-radio");
    html_open_class(html, "input", "usa-radio__input");
    html_attr(html, "type", STR("radio"));
    html_attr(html, "id", id);
    html_attr(html, "name", name);
    html_attr(html, "value", mine ? STR("mine") : STR("theirs"));
    html_open_class(html, "label", "usa-radio__label");
    html_attr(html, "for", id);
    html_element(html, "span", "clash__keep",
                 html_word(html, mine ? WORD_KEEP_MINE : WORD_KEEP_THEIRS));
    html_element(html, "span", "clash__value", mine ? clash->mine : clash->theirs);
    if (!mine && clash->by.n != 0) {
        html_element(html, "span", "clash__by", clash->by);
    }
    html_close(html, "label");
    html_close(html, "div");
    html_close(html, "td");
}

void component_clashes(struct html *html, struct str caption, const struct clash *clashes,
                       size_t clashes_count)
{
    html_open_class(html, "table", "usa-table usa-table--borderless table clash");
    html_element(html, "caption", "", caption);
    html_open(html, "thead");
    html_open(html, "tr");
    static const enum word heads[] = {WORD_WHAT, WORD_MINE, WORD_THEIRS};
    for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
        html_open(html, "th");
        html_attr(html, "scope", STR("col"));
        html_text(html, html_word(html, heads[i]));
        html_close(html, "th");
    }
    html_close(html, "tr");
    html_close(html, "thead");
    html_open(html, "tbody");
    for (size_t i = 0; i < clashes_count; i++) {
        html_open(html, "tr");
        html_open(html, "th");
        html_attr(html, "scope", STR("row"));
        html_text(html, clashes[i].label);
        html_close(html, "th");
        add_side(html, &clashes[i], true);
        add_side(html, &clashes[i], false);
        html_close(html, "tr");
    }
    html_close(html, "tbody");
    html_close(html, "table");
}
