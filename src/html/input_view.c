/* From the pairs that a form sent to the input of its record. */
#include "html/view_int.h"

/* A row that a grid sent. */
struct cell_row {
    struct str name; /* "allegations[KEY]" */
    bool ticked;     /* its code was sent, also an empty one from a select */
};

struct sorting {
    struct arena *arena;
    const struct model *model;
    uint32_t form;
    LIST(struct input_pair) pairs; /* with the prefix cut off */
    struct map cells;              /* by name */
};

/* "allegations[KEY]" of "allegations[KEY].child"; empty when it is no row's. */
static struct str row_part(struct str name, struct str *ret_column)
{
    ptrdiff_t at = str_find(name, STR("]."));
    if (at < 0) {
        return STR("");
    }
    *ret_column = str_slice(name, (size_t)at + 2, name.n);
    return str_slice(name, 0, (size_t)at + 1);
}

/* The grid of the form that shows this row's list, or NULL. */
static const struct model_form_item *grid_of(const struct sorting *sorting, struct str row)
{
    const struct model *model = sorting->model;
    const struct model_form *form = model_form_row(model, sorting->form);
    ptrdiff_t open = str_find_byte(row, '[');
    for (uint32_t i = 0; open >= 0 && i < form->items_count; i++) {
        const struct model_form_item *item = model_form_item_row(model, form->items_first + i);
        if (item->kind == ITEM_GRID &&
            str_eq(model_text(model, model_list_row(model, item->list)->name),
                   str_slice(row, 0, (size_t)open))) {
            return item;
        }
    }
    return NULL;
}

static struct cell_row *cell_of(struct sorting *sorting, struct str row)
{
    struct cell_row *cell = map_get(&sorting->cells, row);
    if (cell == NULL) {
        cell = ARENA_NEW(sorting->arena, struct cell_row);
        cell->name = row;
        CHECK(map_add(&sorting->cells, row, cell));
    }
    return cell;
}

static void note_cell(struct sorting *sorting, struct str name)
{
    struct str column = STR("");
    struct str row = row_part(name, &column);
    const struct model_form_item *grid = row.n > 0 ? grid_of(sorting, row) : NULL;
    if (grid != NULL) {
        struct cell_row *cell = cell_of(sorting, row);
        struct str code =
            model_text(sorting->model, model_field_row(sorting->model, grid->grid_columns)->name);
        cell->ticked = cell->ticked || str_eq(column, code);
    }
}

static bool is_dropped(const struct sorting *sorting, struct str name)
{
    struct str column = STR("");
    struct str row = row_part(name, &column);
    const struct cell_row *cell = row.n > 0 ? map_get(&sorting->cells, row) : NULL;
    return cell != NULL && !cell->ticked;
}

static void add_pair(struct sorting *sorting, struct str name, struct str value)
{
    LIST_PUSH(sorting->arena, &sorting->pairs, ((struct input_pair){name, value}));
}

/* ":remove" behind the name of a stored file takes it out. */
static void sort_pair(struct sorting *sorting, const struct input_pair *pair, struct str prefix)
{
    struct str name = str_slice(pair->name, prefix.n, pair->name.n);
    if (str_starts(pair->name, STR("find:")) || !str_starts(pair->name, prefix) ||
        (prefix.n == 0 && str_find_byte(name, '/') >= 0)) {
        return;
    }
    if (str_ends(name, STR(":remove"))) {
        add_pair(sorting, str_slice(name, 0, name.n - STR(":remove").n), STR(""));
        return;
    }
    add_pair(sorting, name, pair->value);
}

struct input view_input(struct arena *arena, const struct model *model, uint32_t form,
                        struct str prefix, const struct input *sent)
{
    struct sorting sorting = {.arena = arena, .model = model, .form = form};
    LIST(struct input_pair) kept = {0};
    map_init(&sorting.cells, arena);
    for (size_t i = 0; i < sent->count && i < INPUT_PAIRS_MAX; i++) {
        sort_pair(&sorting, &sent->pairs[i], prefix);
    }
    for (size_t i = 0; form != MODEL_NONE && i < sorting.pairs.count; i++) {
        note_cell(&sorting, sorting.pairs.items[i].name);
    }
    for (size_t i = 0; i < sorting.pairs.count; i++) {
        if (!is_dropped(&sorting, sorting.pairs.items[i].name)) {
            LIST_PUSH(arena, &kept, sorting.pairs.items[i]);
        }
    }
    for (size_t i = 0; i < sorting.cells.count; i++) {
        const struct cell_row *cell = sorting.cells.entries[i].value;
        bool is_new = str_find(cell->name, STR("[+")) >= 0;
        if (!cell->ticked && !is_new) {
            struct input_pair gone = {STR_JOIN(arena, cell->name, STR("._delete")), STR("yes")};
            LIST_PUSH(arena, &kept, gone);
        }
    }
    return (struct input){kept.items, kept.count};
}
