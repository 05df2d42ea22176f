/* What a version says otherwise than the one before it: field by field, and of lists which rows
 * came and which went. Rows have no names across versions; they are the same when they say the
 * same. */
#include "base/buf.h"
#include "html/view_int.h"

#define ROW_WORDS_MAX 2000

struct comparing {
    struct view *view;
    struct record *before;
    LIST(struct cell) cells; /* what, before, now */
};

static void add(struct comparing *c, struct str what, struct str before, struct str now)
{
    const struct str texts[] = {what, before, now};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        struct cell cell = {.text = texts[i]};
        LIST_PUSH(c->view->set->arena, &c->cells, cell);
    }
}

/* What people may write and this reader may read. */
static bool is_compared(const struct view *view, uint32_t entity, uint32_t field)
{
    const struct model_field *shape = model_field_row(view->set->model, field);
    return !shape->kernel && shape->by == MODEL_NONE &&
           field != model_entity_row(view->set->model, entity)->previous &&
           (shape->class == MODEL_NONE || view_reads_class(view, shape->class));
}

/* ---- rows ---- */

static struct str row_words(struct view *view, const struct row *row)
{
    const struct model_list *list = model_list_row(view->set->model, row->subject.list);
    struct buf words;
    buf_init(&words, view->set->arena, ROW_WORDS_MAX);
    for (uint32_t i = 0; i < list->fields_count; i++) {
        uint32_t field = list->fields_first + i;
        struct str said = is_compared(view, list->entity, field)
                              ? view_answer(view->set, &row->subject, field)
                              : STR("");
        if (said.n > 0 && words.n + said.n + 2 < ROW_WORDS_MAX) {
            BUF_ADD(&words, words.n > 0 ? STR(", ") : STR(""), said);
        }
    }
    return buf_str(&words);
}

struct said {
    LIST(struct str) rows;
};

static void read_rows(struct view *view, struct record *record, uint32_t list, struct said *said)
{
    const struct rows *rows = record_rows(record, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        if (!rows->items.items[i]->removed) {
            struct str words = row_words(view, rows->items.items[i]);
            LIST_PUSH(view->set->arena, &said->rows, words);
        }
    }
}

/* Takes one row that says the same off; false when there is none. */
static bool take_same(struct said *said, struct str words)
{
    for (size_t i = 0; i < said->rows.count; i++) {
        if (str_eq(said->rows.items[i], words)) {
            said->rows.items[i] = said->rows.items[--said->rows.count];
            return true;
        }
    }
    return false;
}

static void compare_list(struct comparing *c, uint32_t list)
{
    struct str label =
        model_text(c->view->set->model, model_list_row(c->view->set->model, list)->row_label);
    struct said before = {0}, now = {0};
    read_rows(c->view, c->before, list, &before);
    read_rows(c->view, c->view->record, list, &now);
    for (size_t i = 0; i < now.rows.count; i++) {
        if (!take_same(&before, now.rows.items[i])) {
            add(c, label, STR(""), now.rows.items[i]);
        }
    }
    for (size_t i = 0; i < before.rows.count; i++) {
        add(c, label, before.rows.items[i], STR(""));
    }
}

/* ---- the whole ---- */

void view_changes(struct view *view, struct record *before, struct str caption)
{
    static const struct column columns[] = {
        {.text = STR_INIT("What")}, {.text = STR_INIT("Before")}, {.text = STR_INIT("Now")}};
    struct work_set *set = view->set;
    const struct subject *now = &view->record->subject;
    const struct model_entity *entity = model_entity_row(set->model, now->entity);
    struct comparing c = {.view = view, .before = before};
    for (uint32_t i = 0; i < entity->fields_count; i++) {
        uint32_t field = entity->fields_first + i;
        struct str was = view_answer(set, &before->subject, field);
        struct str is = view_answer(set, now, field);
        if (is_compared(view, now->entity, field) && !str_eq(was, is)) {
            add(&c, view_label(set->model, field, NULL), was, is);
        }
    }
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        compare_list(&c, entity->lists_first + i);
    }
    component_table(view->html, &(struct table){.caption = caption,
                                                .columns = columns,
                                                .columns_count = ARRAY_LENGTH(columns),
                                                .cells = c.cells.items,
                                                .rows_count = c.cells.count / ARRAY_LENGTH(columns),
                                                .empty = STR("Nothing is different yet.")});
}
