/* A list as a grid: who by what. A line is something that one field of the list may name, a column
 * a code of another; a ticked cell is a row. What else a row says is asked below, row by row.
 *
 * On the wire a cell is the row it stands for: the box is "allegations[KEY].type" with the code as
 * its value, beside it the hidden "allegations[KEY].child". A box that is not ticked sends only the
 * latter, which view_input takes as "no such row". */
#include "html/view_int.h"

/* A row of the list, and whether a cell stands for it. */
struct held {
    struct row *row;
    struct str line, column; /* as choices name them; empty: not said yet */
    bool in_grid;
};

struct grid_drawing {
    struct view *view;
    const struct model_form_item *item;
    struct str list; /* its name, and the same with the prefix */
    struct str name;
    struct choices lines, columns;
    struct held *held;
    size_t held_count;
};

/* ---- what is there ---- */

/* How the choices of a field name what a reference leads to. */
static struct str key_of(struct view *view, uint32_t field, struct value value)
{
    const struct model_field *shape = model_field_row(view->set->model, field);
    if (value.type != VALUE_REFERENCE) {
        return STR("");
    }
    struct row *row = shape->kind == FIELD_ROW
                          ? record_find_row(view->record, shape->rows, value.reference)
                          : NULL;
    return row != NULL ? view_row_key(view->set->arena, row)
                       : uuid_text(view->set->arena, value.reference);
}

static void hold_rows(struct grid_drawing *grid)
{
    struct view *view = grid->view;
    const struct rows *rows = record_rows(view->record, grid->item->list);
    grid->held = ARENA_ARRAY(view->set->arena, rows->items.count, struct held);
    for (size_t i = 0; i < rows->items.count; i++) {
        struct row *row = rows->items.items[i];
        struct value code = value_get(&row->subject, grid->item->grid_columns);
        if (!row->removed) {
            grid->held[grid->held_count++] = (struct held){
                .row = row,
                .line = key_of(view, grid->item->grid_rows,
                               value_get(&row->subject, grid->item->grid_rows)),
                .column = code.type == VALUE_CODE ? code.code.code : STR(""),
            };
        }
    }
}

/* The row of a cell that no other cell stands for, or NULL. */
static struct row *row_at(struct grid_drawing *grid, const struct choice *line,
                          const struct choice *column)
{
    for (size_t i = 0; i < grid->held_count; i++) {
        struct held *held = &grid->held[i];
        if (!held->in_grid && str_eq(held->line, line->value) &&
            str_eq(held->column, column->value)) {
            held->in_grid = true;
            return held->row;
        }
    }
    return NULL;
}

/* ---- the boxes ---- */

/* How a cell that is no row yet names the row it would be: the same each time the form is shown,
 * and no two alike (FNV-1a of line and column). */
static struct str cell_key(struct view *view, struct str line, struct str column)
{
    struct str parts[] = {line, STR(" "), column};
    uint64_t hash = 14695981039346656037u;
    struct buf key;
    for (size_t p = 0; p < ARRAY_LENGTH(parts); p++) {
        for (size_t i = 0; i < parts[p].n; i++) {
            unsigned char byte = (unsigned char)parts[p].p[i];
            hash = (hash ^ byte) * 1099511628211u;
        }
    }
    buf_init(&key, view->set->arena, 24);
    buf_byte(&key, '+');
    buf_hex(&key, &hash, sizeof(hash));
    return buf_str(&key);
}

static void add_box(struct grid_drawing *grid, const struct choice *line,
                    const struct choice *column)
{
    struct view *view = grid->view;
    struct html *html = view->html;
    const struct model *model = view->set->model;
    struct row *row = row_at(grid, line, column);
    struct str key = row != NULL ? view_row_key(view->set->arena, row)
                                 : cell_key(view, line->value, column->value);
    struct str cell = VIEW_JOIN(view, grid->name, STR("["), key, STR("]."));
    struct str by_line = model_text(model, model_field_row(model, grid->item->grid_rows)->name);
    struct str box = VIEW_JOIN(
        view, cell, model_text(model, model_field_row(model, grid->item->grid_columns)->name));
    struct str id = component_field_id(html, box);
    component_hidden(html, VIEW_JOIN(view, cell, by_line), line->value);
    html_open_class(html, "div", "usa-checkbox");
    html_open_class(html, "input", "usa-checkbox__input");
    html_attr(html, "type", STR("checkbox"));
    html_attr(html, "id", id);
    html_attr(html, "name", box);
    html_attr(html, "value", column->value);
    html_attr(html, "data-refreshes", STR("yes"));
    html_flag(html, "checked", row != NULL);
    html_open_class(html, "label", "usa-checkbox__label");
    html_attr(html, "for", id);
    html_element(html, "span", "grid__label", VIEW_JOIN(view, line->text, STR(": "), column->text));
    html_close(html, "label");
    html_close(html, "div");
}

static void add_heading(struct html *html, const char *scope, struct str text)
{
    html_open(html, "th");
    html_attr(html, "scope", str_from(scope));
    html_text(html, text);
    html_close(html, "th");
}

/* Kinds go down the side, where long words stay short lines, and those who are meant go across: so
 * that no kind is out of sight on a telephone. */
static void add_head(struct grid_drawing *grid)
{
    struct html *html = grid->view->html;
    html_open(html, "thead");
    html_open(html, "tr");
    html_open(html, "td");
    html_close(html, "td");
    for (size_t l = 0; l < grid->lines.count; l++) {
        add_heading(html, "col", grid->lines.items[l].text);
    }
    html_close(html, "tr");
    html_close(html, "thead");
}

static void add_lines(struct grid_drawing *grid)
{
    struct html *html = grid->view->html;
    html_open(html, "tbody");
    for (size_t c = 0; c < grid->columns.count; c++) {
        html_open(html, "tr");
        add_heading(html, "row", grid->columns.items[c].text);
        for (size_t l = 0; l < grid->lines.count; l++) {
            html_open(html, "td");
            add_box(grid, &grid->lines.items[l], &grid->columns.items[c]);
            html_close(html, "td");
        }
        html_close(html, "tr");
    }
    html_close(html, "tbody");
}

static void add_table(struct grid_drawing *grid, struct str caption)
{
    struct html *html = grid->view->html;
    html_open_class(html, "div", "scroll");
    html_attr(html, "tabindex", STR("0"));
    html_attr(html, "role", STR("region"));
    html_attr(html, "aria-label", caption);
    html_open_class(html, "table", "grid");
    html_open(html, "caption");
    if (str_eq(caption, grid->view->heading)) { /* the heading above says it already */
        html_attr_fixed(html, "class", "usa-sr-only");
    }
    html_text(html, caption);
    html_close(html, "caption");
    add_head(grid);
    add_lines(grid);
    html_close(html, "table");
    html_close(html, "div");
}

/* ---- what else the rows say ---- */

static struct str text_of(struct choices choices, struct str value)
{
    for (size_t i = 0; i < choices.count; i++) {
        if (str_eq(choices.items[i].value, value)) {
            return choices.items[i].text;
        }
    }
    return STR("");
}

static void add_rest(struct grid_drawing *grid, const struct held *held)
{
    struct view *view = grid->view;
    struct html *html = view->html;
    const struct spot spot = {.subject = &held->row->subject,
                              .row =
                                  VIEW_JOIN(view, grid->list, STR("["),
                                            view_row_key(view->set->arena, held->row), STR("]."))};
    struct str title = held->in_grid ? VIEW_JOIN(view, text_of(grid->lines, held->line), STR(": "),
                                                 text_of(grid->columns, held->column))
                                     : view_row_title(view->set, held->row);
    html_open_class(html, "fieldset", "usa-fieldset grid-row");
    html_element(html, "legend", "usa-legend", title);
    html_open_class(html, "div", "rows__fields");
    view_row_fields(view, grid->item, &spot, held->in_grid ? grid->item->grid_rows : MODEL_NONE,
                    held->in_grid ? grid->item->grid_columns : MODEL_NONE);
    html_close(html, "div");
    html_close(html, "fieldset");
}

/* Cells whose rows are to go when the form is saved say nothing: their hidden line is enough. Rows
 * of no cell would be forgotten. */
static void add_gone(struct grid_drawing *grid)
{
    struct view *view = grid->view;
    const struct rows *rows = record_rows(view->record, grid->item->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct row *row = rows->items.items[i];
        if (row->removed && !row->is_new) {
            component_hidden(view->html,
                             VIEW_JOIN(view, grid->name, STR("["),
                                       uuid_text(view->set->arena, row->subject.id),
                                       STR("]._delete")),
                             STR("yes"));
        }
    }
}

void view_item_grid(struct view *view, const struct model_form_item *item)
{
    const struct model *model = view->set->model;
    const struct model_list *list = model_list_row(model, item->list);
    const struct row *blank = view_blank_row(view, item->list);
    const struct spot nowhere = {.subject = &blank->subject, .row = STR("[].")};
    struct str label = model_text(model, item->label);
    struct grid_drawing grid = {.view = view, .item = item};
    if (!view->may_change) {
        view_item_rows(view, item);
        return;
    }
    label = label.n > 0 ? label : model_text(model, list->label);
    grid.list = model_text(model, list->name);
    grid.name = VIEW_JOIN(view, view->prefix, grid.list);
    grid.columns = view_codes(view, &nowhere, item->grid_columns);
    grid.lines = model_field_row(model, item->grid_rows)->kind == FIELD_ROW
                     ? view_rows(view, &nowhere, item->grid_rows)
                     : view_records(view, &nowhere, item->grid_rows);
    hold_rows(&grid);
    html_open_class(view->html, "div", "grid-list");
    html_attr(view->html, "id", component_field_id(view->html, grid.name));
    if (model_text(model, list->help).n > 0) {
        html_element(view->html, "p", "usa-hint", model_text(model, list->help));
    }
    if (grid.lines.count == 0) {
        html_element(view->html, "p", "empty", html_word(view->html, WORD_GRID_EMPTY));
    } else {
        add_table(&grid, label);
    }
    add_gone(&grid);
    for (size_t i = 0; i < grid.held_count; i++) {
        add_rest(&grid, &grid.held[i]);
    }
    html_close(view->html, "div");
}
