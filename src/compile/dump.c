#include "compile/dump.h"

#include <string.h>

#include "base/buf.h"

#define DUMP_MAX ((size_t)32 * 1024 * 1024)

struct dumper {
    const struct model *model;
    struct buf out;
};

static const char *const op_names[EXPR__COUNT] = {
#define EXPR_OP(name, arity, spelling) [EXPR_##name] = #name,
#include "expr/ops.def"
#undef EXPR_OP
};

/* ---- expressions ---------------------------------------------------------------------------- */

static void add_name(struct dumper *d, struct str before, enum model_table table, uint32_t row)
{
    uint32_t text = 0;
    if (table == MODEL_TABLE_field) {
        text = model_field_row(d->model, row)->name;
    } else if (table == MODEL_TABLE_fact) {
        text = model_fact_row(d->model, row)->name;
    } else {
        text = model_collection_row(d->model, row)->name;
    }
    BUF_ADD(&d->out, before, model_text(d->model, text));
}

static void add_literal(struct dumper *d, const struct expr_node *node)
{
    switch (node->op) {
    case EXPR_BOOLEAN:
    case EXPR_INTEGER:
    case EXPR_DECIMAL:
    case EXPR_DATE:
    case EXPR_SCALE_UP:
        buf_byte(&d->out, ' ');
        buf_int(&d->out, node->number);
        break;
    case EXPR_TEXT:
    case EXPR_CODE:
        BUF_ADD(&d->out, STR(" '"),
                ((struct str){model_expr_text(d->model) + node->text, node->text_length}),
                STR("'"));
        break;
    case EXPR_FOLLOW:
    case EXPR_FIELD:
    case EXPR_WHY:
    case EXPR_ADDRESSED:
        add_name(d, STR(" "), MODEL_TABLE_field, node->id);
        break;
    case EXPR_FACT:
        add_name(d, STR(" "), MODEL_TABLE_fact, node->id);
        break;
    case EXPR_MEMBERS:
        add_name(d, STR(" "), MODEL_TABLE_collection, node->id);
        break;
    case EXPR_VARIABLE:
    case EXPR_EXISTS:
    case EXPR_COUNT:
    case EXPR_EVERY:
    case EXPR_MIN:
    case EXPR_MAX:
    case EXPR_FIRST:
        buf_byte(&d->out, ' ');
        buf_int(&d->out, node->id);
        break;
    default:
        break;
    }
}

/* Depth is limited to EXPR_DEPTH_MAX, which model_open checked. */
static void add_expr(struct dumper *d, uint32_t root)
{
    const struct expr_node *node = &model_nodes(d->model)[root];
    BUF_ADD(&d->out, STR("("), str_from(op_names[node->op]));
    add_literal(d, node);
    for (uint32_t child = node->first; child != EXPR_NONE;
         child = model_nodes(d->model)[child].next) {
        buf_byte(&d->out, ' ');
        add_expr(d, child);
    }
    buf_byte(&d->out, ')');
}

/* ---- rows --------------------------------------------------------------------------------- */

static void add_column(struct dumper *d, const struct model_column *column)
{
    BUF_ADD(&d->out, STR(" "), str_from(column->name), STR("="));
}

static void add_cell(struct dumper *d, const struct model_column *column, const uint32_t *cell)
{
    int32_t number = 0;
    memcpy(&number, cell, sizeof(number));
    switch (column->kind) {
    case COLUMN_TEXT:
        if (*cell) {
            add_column(d, column);
            BUF_ADD(&d->out, STR("'"), model_text(d->model, *cell), STR("'"));
        }
        break;
    case COLUMN_REF:
        if (*cell != MODEL_NONE) {
            add_column(d, column);
            buf_int(&d->out, *cell);
        }
        break;
    case COLUMN_ENUM:
        add_column(d, column);
        buf_add(&d->out, str_from(model_set_shape(column->target)->words[*cell].name));
        break;
    case COLUMN_FIRST:
        if (cell[1] > 0) {
            add_column(d, column);
            buf_int(&d->out, cell[0]);
            buf_byte(&d->out, '+');
            buf_int(&d->out, cell[1]);
        }
        break;
    case COLUMN_EXPR:
        if (*cell != MODEL_NONE) {
            add_column(d, column);
            add_expr(d, *cell);
        }
        break;
    case COLUMN_FLAG:
        if (*cell) {
            BUF_ADD(&d->out, STR(" "), str_from(column->name));
        }
        break;
    case COLUMN_BITS:
    case COLUMN_NUMBER:
        if (number != 0 && number != MODEL_NO_BOUND) {
            add_column(d, column);
            buf_int(&d->out, number);
        }
        break;
    case COLUMN_COUNT:
        break;
    }
}

/* A name of the program's that the model does not have. */
static bool is_missing_name(const struct dumper *d, enum model_table table, uint32_t row)
{
    if (table != MODEL_TABLE_c_name) {
        return false;
    }
    const struct model_c_name *name = model_c_name_row(d->model, row);
    return name->entity == MODEL_NONE && name->role == MODEL_NONE && name->class == MODEL_NONE &&
           name->code_set == MODEL_NONE;
}

static void add_table(struct dumper *d, enum model_table table)
{
    const struct model_table_shape *shape = model_table_shape(table);
    for (uint32_t row = 0; row < model_total(d->model, table); row++) {
        const uint32_t *cells = model_cells(d->model, table, row);
        if (is_missing_name(d, table, row)) {
            continue;
        }
        buf_add(&d->out, str_from(shape->name));
        buf_byte(&d->out, ' ');
        buf_int(&d->out, row);
        for (uint32_t c = 0; c < shape->column_count; c++) {
            add_cell(d, &shape->columns[c], &cells[c]);
        }
        buf_byte(&d->out, '\n');
    }
}

struct str dump_model(struct arena *arena, const struct model *model)
{
    struct dumper d = {.model = model};
    struct calendar calendar = model_calendar(model);
    buf_init(&d.out, arena, DUMP_MAX);
    for (int table = 0; table < MODEL_TABLE__ROWS; table++) {
        add_table(&d, (enum model_table)table);
    }
    buf_add(&d.out, STR("holidays "));
    buf_int(&d.out, (int64_t)calendar.holiday_count);
    buf_add(&d.out, STR("\nzone_transitions "));
    buf_int(&d.out, (int64_t)calendar.zone->count);
    buf_byte(&d.out, '\n');
    return buf_str(&d.out);
}
