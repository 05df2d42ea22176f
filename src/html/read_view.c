/* Records as they are read: answers in words, lists and collections as tables. */
#include "html/view_int.h"

enum {
    NAME_PARTS = 2,
    CELL_MOST = 160,  /* bytes */
    COLUMNS_MOST = 6, /* of a table; rows with more are read as blocks */
};

/* ---- answers ---- */

static bool is_named(const struct model *model, uint32_t field, struct str name)
{
    return str_eq(model_text(model, model_field_row(model, field)->name), name);
}

struct str view_answer(struct work_set *set, const struct subject *subject, uint32_t field)
{
    const struct model_field *shape = model_field_row(set->model, field);
    struct answer answer = answer_get(subject, field);
    if (shape->kind == FIELD_ROW && answer.value.type == VALUE_REFERENCE) {
        struct row *row = record_find_row(subject->record, shape->rows, answer.value.reference);
        return row != NULL ? view_row_title(set, row) : STR("");
    }
    if (shape->kernel && is_named(set->model, field, STR("state")) &&
        subject->record->state != MODEL_NONE) {
        return model_text(set->model, model_state_row(set->model, subject->record->state)->label);
    }
    return answer_words(set, subject, field);
}

/* The table whose codes an expression gives, or MODEL_NONE. */
static uint32_t code_set_of(const struct model *model, uint32_t expr, unsigned depth)
{
    const struct expr_node *node = &model_nodes(model)[expr];
    enum expr_op op = node->op;
    if (op == EXPR_FIELD) {
        return model_field_row(model, node->id)->code_set;
    }
    if (op == EXPR_FACT) {
        return model_fact_row(model, node->id)->code_set;
    }
    if (depth == 0 || node->first == EXPR_NONE) {
        return MODEL_NONE;
    }
    if (op == EXPR_COALESCE) {
        return code_set_of(model, node->first, depth - 1);
    }
    if (op == EXPR_FIRST || op == EXPR_MIN || op == EXPR_MAX || op == EXPR_CASE) {
        uint32_t second = model_nodes(model)[node->first].next;
        return second == EXPR_NONE ? MODEL_NONE : code_set_of(model, second, depth - 1);
    }
    return MODEL_NONE;
}

/* A page may lack what a column looks at; that is no fault of an act. */
struct str view_value(struct work_set *set, uint32_t expr, const struct subject *subject,
                      const struct subject *member)
{
    const struct expr_node *node = &model_nodes(set->model)[expr];
    enum expr_op of =
        node->op == EXPR_FIELD ? model_nodes(set->model)[node->first].op : EXPR__COUNT;
    if (of == EXPR_THIS) {
        return view_answer(set, subject, node->id);
    }
    if (of == EXPR_VARIABLE && member != NULL && model_nodes(set->model)[node->first].id == 0) {
        return view_answer(set, member, node->id);
    }
    bool missing = set->missing;
    struct str not_loaded = set->not_loaded;
    struct value value = work_set_value_with(set, expr, subject, member);
    set->missing = missing;
    set->not_loaded = not_loaded;
    return value_words(set, value, code_set_of(set->model, expr, EXPR_DEPTH_MAX));
}

struct str view_column(struct work_set *set, const struct subject *subject,
                       const struct model_list_column *column)
{
    if (column->field != MODEL_NONE) {
        return view_answer(set, subject, column->field);
    }
    return column->value != MODEL_NONE ? view_value(set, column->value, subject, NULL) : STR("");
}

struct str view_column_label(const struct model *model, const struct model_list_column *column)
{
    struct str label = model_text(model, column->label);
    return label.n > 0 || column->field == MODEL_NONE ? label
                                                      : view_label(model, column->field, NULL);
}

/* ---- rows ---- */

static bool is_when(const struct model *model, uint32_t field)
{
    enum model_field_kind kind = model_field_row(model, field)->kind;
    return kind == FIELD_DATE || kind == FIELD_DATETIME;
}

/* The first answer of a row that says something: what it is rather than since when, where both are
 * known. */
static struct str first_answer(struct work_set *set, const struct row *row, bool when)
{
    const struct model_list *list = model_list_row(set->model, row->subject.list);
    for (uint32_t i = 0; i < list->fields_count; i++) {
        uint32_t field = list->fields_first + i;
        struct answer answer = answer_get(&row->subject, field);
        if (!model_field_row(set->model, field)->kernel && answer_is_answered(&answer) &&
            is_when(set->model, field) == when) {
            struct str words = view_answer(set, &row->subject, field);
            if (words.n > 0) {
                return words;
            }
        }
    }
    return STR("");
}

struct str view_row_title(struct work_set *set, const struct row *row)
{
    const struct model_list *list = model_list_row(set->model, row->subject.list);
    struct buf title;
    unsigned parts = 0;
    buf_init(&title, set->arena, SIZE_MAX);
    for (uint32_t i = 0; i < list->fields_count && parts < NAME_PARTS; i++) {
        uint32_t field = list->fields_first + i;
        if (model_field_row(set->model, field)->kind != FIELD_TEXT) {
            break;
        }
        struct value value = value_get(&row->subject, field);
        if (value.type == VALUE_TEXT) {
            BUF_ADD(&title, title.n > 0 ? STR(" ") : STR(""), value.text);
        }
        parts++;
    }
    if (title.n > 0) {
        return buf_str(&title);
    }
    struct str words = first_answer(set, row, false);
    words = words.n > 0 ? words : first_answer(set, row, true);
    return words.n > 0 ? words : model_text(set->model, list->row_label);
}

/* ---- tables ---- */

struct table_drawing {
    struct view *view;
    uint32_t first, count; /* list_column; count 0: the fields of the list, or the title */
    uint32_t list;         /* or MODEL_NONE */
    LIST(struct column) columns;
    LIST(uint32_t) fields; /* of a list without columns */
    LIST(struct cell) cells;
    size_t rows;
};

static void add_columns(struct table_drawing *table)
{
    struct view *view = table->view;
    const struct model *model = view->set->model;
    for (uint32_t i = 0; i < table->count; i++) {
        struct column column = {
            .text = view_column_label(model, model_list_column_row(model, table->first + i))};
        LIST_PUSH(view->set->arena, &table->columns, column);
    }
    const struct model_list *list =
        table->list != MODEL_NONE ? model_list_row(model, table->list) : NULL;
    for (uint32_t i = 0; table->count == 0 && list != NULL && i < list->fields_count; i++) {
        uint32_t field = list->fields_first + i;
        if (!model_field_row(model, field)->kernel) {
            struct column column = {.text = view_label(model, field, NULL)};
            LIST_PUSH(view->set->arena, &table->fields, field);
            LIST_PUSH(view->set->arena, &table->columns, column);
        }
    }
    if (table->columns.count == 0) {
        struct column column = {.text = html_word(view->html, WORD_WHAT)};
        LIST_PUSH(view->set->arena, &table->columns, column);
    }
}

static bool column_is_readable(const struct table_drawing *table,
                               const struct model_list_column *column)
{
    uint32_t class = column->field != MODEL_NONE
                         ? model_field_row(table->view->set->model, column->field)->class
                         : column->class;
    return class == MODEL_NONE || view_reads_class(table->view, class);
}

struct str view_shortened(struct arena *arena, struct str text, size_t most)
{
    size_t end = most;
    if (text.n <= most + most / 4) {
        return text;
    }
    while (end > 0 && text.p[end] != ' ' && end > most / 2) {
        end--;
    }
    while (end > 0 && ((unsigned char)text.p[end] & 0xc0u) == 0x80u) {
        end--; /* never within a character */
    }
    return STR_JOIN(arena, str_slice(text, 0, end), STR(" …"));
}

/* A long text in a table is only begun: whoever wants it opens the record. */
static struct str shortened(struct view *view, struct str text)
{
    return view_shortened(view->set->arena, text, CELL_MOST);
}

/* A person, another record or a file named in a table is one tap away. */
static struct cell field_cell(struct view *view, const struct subject *member, uint32_t field)
{
    const struct spot spot = {.subject = member};
    struct fact fact = view_fact(view, &spot, field, NULL);
    return (struct cell){.text = fact.from.n > 0 ? fact.from : shortened(view, fact.value),
                         .to = fact.to};
}

static void add_line(struct table_drawing *table, const struct subject *member)
{
    struct view *view = table->view;
    const struct model *model = view->set->model;
    size_t before = table->cells.count;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct model_list_column *column = model_list_column_row(model, table->first + i);
        struct cell cell = {0};
        if (column_is_readable(table, column)) {
            cell = column->field != MODEL_NONE
                       ? field_cell(view, member, column->field)
                       : (struct cell){.text =
                                           shortened(view, view_column(view->set, member, column))};
        }
        LIST_PUSH(view->set->arena, &table->cells, cell);
    }
    for (size_t i = 0; i < table->fields.count; i++) {
        uint32_t field = table->fields.items[i];
        struct cell cell = {0};
        if (view_reads_class(view, model_field_row(model, field)->class)) {
            cell = field_cell(view, member, field);
        }
        LIST_PUSH(view->set->arena, &table->cells, cell);
    }
    if (table->cells.count == before) {
        struct cell cell = {.text = record_title(view->set, member->record)};
        LIST_PUSH(view->set->arena, &table->cells, cell);
    }
    table->rows++;
}

/* The first cell leads to the record and says how it stands. */
static void finish_line(struct table_drawing *table, const struct record *record,
                        struct url (*to)(const void *context, const struct record *record))
{
    struct cell *first = &table->cells.items[(table->rows - 1) * table->columns.count];
    if (first->text.n == 0) {
        first->text = record_title(table->view->set, record);
    }
    first->tag = view_state(table->view->set->model, record);
    if (to != NULL) {
        first->to = to(table->view->context, record);
    }
}

void view_members(struct view *view, uint32_t collection, uint32_t columns_first,
                  uint32_t columns_count, struct str caption,
                  struct url (*to)(const void *context, const struct record *record))
{
    const struct model_collection *shape = model_collection_row(view->set->model, collection);
    struct table_drawing table = {
        .view = view, .first = columns_first, .count = columns_count, .list = shape->list};
    size_t count = 0;
    if (!work_set_has_members(view->set, &view->record->subject, collection)) {
        return;
    }
    const struct subject *const *members =
        work_set_members(view->set, &view->record->subject, collection, &count);
    add_columns(&table);
    for (size_t i = 0; i < count; i++) {
        const struct record *record = members[i]->record;
        if (record->version == 0 && !record->is_new) {
            continue; /* it may not be read */
        }
        add_line(&table, members[i]);
        if (shape->list == MODEL_NONE) {
            finish_line(&table, record, to);
        }
    }
    component_table(
        view->html,
        &(struct table){
            .caption = caption.n > 0 ? caption : model_text(view->set->model, shape->label),
            .columns = table.columns.items,
            .columns_count = table.columns.count,
            .cells = table.cells.items,
            .rows_count = table.rows,
            .quiet = caption.n > 0 && str_eq(caption, view->heading),
        });
}

/* ---- whole records ---- */

struct facts {
    struct view *view;
    struct str heading; /* comes with the first thing under it */
    LIST(struct fact) items;
};

static void add_heading(struct facts *facts)
{
    if (facts->heading.n > 0) {
        html_element(facts->view->html, "h2", "read__section", facts->heading);
        facts->heading = STR("");
    }
}

static void push_field(struct facts *facts, uint32_t field, const struct model_form_item *item)
{
    struct view *view = facts->view;
    const struct spot spot = {.subject = &view->record->subject};
    struct fact fact = view_fact(view, &spot, field, item);
    if (fact.value.n > 0 &&
        view_reads_class(view, model_field_row(view->set->model, field)->class)) {
        LIST_PUSH(view->set->arena, &facts->items, fact);
    }
}

static void flush(struct facts *facts)
{
    if (facts->items.count > 0) {
        add_heading(facts);
        component_facts(facts->view->html, facts->items.items, facts->items.count);
        facts->items.count = 0;
    }
}

/* One row as facts: what it says, and nothing of what it does not. */
static void add_block(struct view *view, const struct row *row, const struct model_form_item *item)
{
    const struct model *model = view->set->model;
    const struct model_list *list = model_list_row(model, row->subject.list);
    const struct spot spot = {.subject = &row->subject};
    struct facts facts = {.view = view};
    for (uint32_t i = 0; i < list->fields_count; i++) {
        uint32_t field = list->fields_first + i;
        bool asked = item != NULL ? view_item_has(model, item, field)
                                  : !model_field_row(model, field)->kernel;
        struct fact fact = {0};
        if (asked && view_reads_class(view, model_field_row(model, field)->class)) {
            fact = view_fact(view, &spot, field, NULL);
        }
        if (fact.value.n > 0) {
            LIST_PUSH(view->set->arena, &facts.items, fact);
        }
    }
    html_open_class(view->html, "li", "rows__row");
    html_element(view->html, "h3", "rows__title", view_row_title(view->set, row));
    flush(&facts);
    html_close(view->html, "li");
}

/* Rows with more columns than a page is wide. */
static void add_blocks(struct view *view, uint32_t list, const struct model_form_item *item)
{
    const struct rows *rows = record_rows(view->record, list);
    struct str label = model_text(view->set->model, model_list_row(view->set->model, list)->label);
    html_open_class(view->html, "section", "rows");
    if (!str_eq(label, view->heading)) {
        html_element(view->html, "h3", "usa-legend", label);
    }
    html_open_class(view->html, "ol", "rows__list");
    for (size_t i = 0; i < rows->items.count; i++) {
        if (!rows->items.items[i]->removed) {
            add_block(view, rows->items.items[i], item);
        }
    }
    html_close(view->html, "ol");
    html_close(view->html, "section");
}

static uint32_t width_of(const struct model *model, uint32_t list,
                         const struct model_form_item *item)
{
    uint32_t width = 0;
    const struct model_list *shape = model_list_row(model, list);
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        width += model_field_row(model, shape->fields_first + i)->kernel ? 0 : 1;
    }
    return item != NULL && item->columns_count > 0 ? item->columns_count : width;
}

static void add_list(struct view *view, uint32_t list, const struct model_form_item *item)
{
    const struct model *model = view->set->model;
    const struct model_entity *entity = model_entity_row(model, view->record->subject.entity);
    const struct rows *rows = record_rows(view->record, list);
    if (rows->items.count > 0 && width_of(model, list, item) > COLUMNS_MOST) {
        add_blocks(view, list, item);
        return;
    }
    for (uint32_t i = 0; rows->items.count > 0 && i < entity->collections_count; i++) {
        uint32_t collection = entity->collections_first + i;
        if (model_collection_row(model, collection)->list == list) {
            view_members(view, collection, item != NULL ? item->columns_first : 0,
                         item != NULL ? item->columns_count : 0,
                         model_text(model, model_list_row(model, list)->label), NULL);
        }
    }
}

void view_record(struct view *view)
{
    const struct model *model = view->set->model;
    const struct model_entity *entity = model_entity_row(model, view->record->subject.entity);
    struct facts facts = {.view = view};
    for (uint32_t i = 0; i < entity->fields_count; i++) {
        uint32_t field = entity->fields_first + i;
        if (!model_field_row(model, field)->kernel && model_has_field(model, field)) {
            push_field(&facts, field, NULL);
        }
    }
    flush(&facts);
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        add_list(view, entity->lists_first + i, NULL);
    }
}

static void push_computed(struct facts *facts, const struct model_form_item *item)
{
    struct view *view = facts->view;
    struct value value = work_set_value(view->set, item->show, &view->record->subject);
    struct fact fact = {.label = model_text(view->set->model, item->label),
                        .value = value_words(view->set, value, MODEL_NONE)};
    if (fact.value.n > 0 && view_reads_class(view, item->class)) {
        LIST_PUSH(view->set->arena, &facts->items, fact);
    }
}

static void read_item(struct facts *facts, const struct model_form_item *item)
{
    struct view *view = facts->view;
    enum model_form_item_kind kind = item->kind;
    switch (kind) {
    case ITEM_SECTION:
        flush(facts);
        view->heading = model_text(view->set->model, item->label);
        facts->heading = view->heading;
        break;
    case ITEM_FIELD:
        push_field(facts, item->field, item);
        break;
    case ITEM_FACT:
        push_computed(facts, item);
        break;
    case ITEM_ROWS:
    case ITEM_GRID:
        flush(facts);
        if (record_rows(view->record, item->list)->items.count > 0) {
            add_heading(facts);
            add_list(view, item->list, item);
        }
        break;
    case ITEM_TABLE:
        flush(facts);
        add_heading(facts);
        view_members(view, item->collection, item->columns_first, item->columns_count,
                     model_text(view->set->model, item->label), NULL);
        break;
    case ITEM_NOTE:
    case ITEM__COUNT:
        break;
    }
}

void view_form_read(struct view *view)
{
    const struct model_form *form = model_form_row(view->set->model, view->form);
    struct facts facts = {.view = view};
    for (uint32_t i = 0; i < form->items_count; i++) {
        const struct model_form_item *item =
            model_form_item_row(view->set->model, form->items_first + i);
        if (work_set_true(view->set, item->relevant, &view->record->subject)) {
            read_item(&facts, item);
        }
    }
    flush(&facts);
}
