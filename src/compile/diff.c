/* Two models are compared as lists of things with attributes: "clock first_contact", "lengths",
 * "hours 24". A thing is a row that has a name among its neighbours; the rows that have none (a
 * length, an item of a form) are attributes of the thing they belong to. The lists are made from
 * tables.def, so that a new column is compared from the day it is there. */
#include "compile/diff.h"

#include <stdlib.h>

#include "compile/explain_int.h"

#define WORDS_MAX ((size_t)4 * 1024 * 1024)
#define VALUE_MAX ((size_t)256 * 1024)

struct attribute {
    struct str name, value;
};

struct thing {
    struct str key; /* "field person.birth_date" */
    enum model_table table;
    LIST(struct attribute) attributes;
};

struct things {
    struct explainer e;
    LIST(struct thing) items;
};

/* ---- tables ---------------------------------------------------------------------------------- */

/* Tables whose rows stand at the top, and those whose rows have a name within their owner. */
static const enum model_table top_tables[] = {
    MODEL_TABLE_model,    MODEL_TABLE_record_class, MODEL_TABLE_role,      MODEL_TABLE_decider,
    MODEL_TABLE_entity,   MODEL_TABLE_fact,         MODEL_TABLE_clock,     MODEL_TABLE_scheme,
    MODEL_TABLE_code_set, MODEL_TABLE_form,         MODEL_TABLE_list_view, MODEL_TABLE_workspace,
    MODEL_TABLE_document, MODEL_TABLE_place,        MODEL_TABLE_duty,      MODEL_TABLE_overlay,
    MODEL_TABLE_language, MODEL_TABLE_pack,
};
static const enum model_table inner_tables[] = {
    MODEL_TABLE_field, MODEL_TABLE_list,           MODEL_TABLE_state,
    MODEL_TABLE_guard, MODEL_TABLE_workspace_step, MODEL_TABLE_scheme_alternative,
    MODEL_TABLE_code,  MODEL_TABLE_transition,
};
/* What the linker computes, or a position alone. */
static const enum model_table computed_tables[] = {
    MODEL_TABLE_load_step,
    MODEL_TABLE_clock_watch,
    MODEL_TABLE_collection,
    MODEL_TABLE_patch,
};

static bool is_among(const enum model_table *tables, size_t count, uint32_t table)
{
    for (size_t i = 0; i < count; i++) {
        if (tables[i] == table) {
            return true;
        }
    }
    return false;
}
#define IS_AMONG(tables, table) is_among(tables, ARRAY_LENGTH(tables), table)

static bool has_name(uint32_t table)
{
    return IS_AMONG(top_tables, table) || IS_AMONG(inner_tables, table);
}

/* ---- one model ------------------------------------------------------------------------------ */

static struct str name_of(struct things *things, uint32_t table, uint32_t row)
{
    const uint32_t *cells = model_cells(things->e.model, (enum model_table)table, row);
    return explain_text(&things->e, cells[0]);
}

static struct str value_of_row(struct things *things, enum model_table table, uint32_t row);

/* Rows without a name, in their order. */
static struct str value_of_range(struct things *things, uint32_t table, const uint32_t *cell)
{
    struct buf value;
    buf_init(&value, things->e.arena, VALUE_MAX);
    for (uint32_t i = 0; i < cell[1]; i++) {
        BUF_ADD(&value, i > 0 ? STR("; ") : STR(""),
                value_of_row(things, (enum model_table)table, cell[0] + i));
    }
    return buf_str(&value);
}

static struct str value_of(struct things *things, const struct model_column *column,
                           const uint32_t *cell)
{
    switch (column->kind) {
    case COLUMN_TEXT:
        return explain_text(&things->e, *cell);
    case COLUMN_REF:
        return *cell == MODEL_NONE ? STR("") : name_of(things, column->target, *cell);
    case COLUMN_ENUM:
        return str_from(model_set_shape((enum model_set)column->target)->words[*cell].name);
    case COLUMN_FIRST:
        return value_of_range(things, column->target, cell);
    case COLUMN_EXPR:
        return explain_expr(&things->e, *cell);
    case COLUMN_FLAG:
        return *cell ? STR("yes") : STR("");
    case COLUMN_BITS:
    case COLUMN_NUMBER:
        return (int32_t)*cell == MODEL_NO_BOUND || *cell == 0
                   ? STR("")
                   : explain_number(&things->e, (int32_t)*cell);
    case COLUMN_COUNT:
        break;
    }
    return STR("");
}

/* Whether a column says something of its own: not where a row lies, nor whose it is. */
static bool is_compared(const struct model_column *column)
{
    struct str name = str_from(column->name);
    if (column->kind == COLUMN_FIRST) {
        return !IS_AMONG(computed_tables, column->target) && !has_name(column->target);
    }
    return column->kind != COLUMN_COUNT && !str_eq(name, STR("slot")) &&
           !str_eq(name, STR("daily"));
}

/* "hours 24", "field subject": the parts of a row that are there. */
static struct str value_of_row(struct things *things, enum model_table table, uint32_t row)
{
    const struct model_table_shape *shape = model_table_shape(table);
    const uint32_t *cells = model_cells(things->e.model, table, row);
    struct buf value;
    buf_init(&value, things->e.arena, VALUE_MAX);
    for (uint32_t c = 0; c < shape->column_count; c++) {
        struct str part = is_compared(&shape->columns[c])
                              ? value_of(things, &shape->columns[c], &cells[c])
                              : STR("");
        if (part.n > 0) {
            BUF_ADD(&value, buf_str(&value).n > 0 ? STR(", ") : STR(""),
                    str_from(shape->columns[c].name), STR(" "), part);
        }
    }
    return buf_str(&value);
}

static void add_thing(struct things *things, enum model_table table, uint32_t row, struct str path)
{
    const struct model_table_shape *shape = model_table_shape(table);
    const uint32_t *cells = model_cells(things->e.model, table, row);
    struct arena *arena = things->e.arena;
    struct thing thing = {.key = STR_JOIN(arena, str_from(shape->name), STR(" "), path),
                          .table = table};
    for (uint32_t c = 1; c < shape->column_count; c++) {
        const struct model_column *column = &shape->columns[c];
        if (is_compared(column)) {
            struct attribute one = {str_from(column->name), value_of(things, column, &cells[c])};
            LIST_PUSH(arena, &thing.attributes, one);
        }
        if (column->kind != COLUMN_FIRST || !IS_AMONG(inner_tables, column->target)) {
            continue;
        }
        for (uint32_t i = cells[c]; i < cells[c] + cells[c + 1]; i++) {
            struct str inner = STR_JOIN(arena, path, STR("."), name_of(things, column->target, i));
            if (column->target == MODEL_TABLE_code) { /* its versions have one name */
                const struct model_code *code = model_code_row(things->e.model, i);
                inner = STR_JOIN(arena, inner, STR(" "), explain_number(&things->e, code->version));
            }
            if (column->target != MODEL_TABLE_field ||
                !model_field_row(things->e.model, i)->kernel) {
                add_thing(things, (enum model_table)column->target, i, inner);
            }
        }
    }
    LIST_PUSH(arena, &things->items, thing);
}

/* "permission supervisor case_record own_agency: read, create". */
static void add_grant(struct things *things, uint32_t row)
{
    const struct model_grant *grant = model_grant_row(things->e.model, row);
    struct arena *arena = things->e.arena;
    struct attribute verbs = {STR("may"), STR("")};
    struct thing thing = {.table = MODEL_TABLE_grant};
    thing.key = STR_JOIN(arena, STR("permission "), name_of(things, MODEL_TABLE_role, grant->role),
                         STR(" on "), name_of(things, MODEL_TABLE_record_class, grant->class),
                         STR(" "), model_scope_name((enum model_scope)grant->scope));
    for (int verb = 0; verb < VERB__COUNT; verb++) {
        if (grant->verbs >> verb & 1) {
            verbs.value = explain_joined(&things->e, verbs.value,
                                         model_verb_name((enum model_verb)verb), false);
        }
    }
    LIST_PUSH(arena, &thing.attributes, verbs);
    LIST_PUSH(arena, &things->items, thing);
}

static int compare_things(const void *left, const void *right)
{
    const struct thing *a = left;
    const struct thing *b = right;
    return str_compare(a->key, b->key);
}

static struct things *things_of(struct arena *arena, const struct model *model)
{
    struct things *things = ARENA_NEW(arena, struct things);
    things->e = (struct explainer){.arena = arena, .model = model};
    for (size_t t = 0; t < ARRAY_LENGTH(top_tables); t++) {
        for (uint32_t row = 0; row < model_total(model, top_tables[t]); row++) {
            add_thing(things, top_tables[t], row, name_of(things, top_tables[t], row));
        }
    }
    for (uint32_t row = 0; row < model_grant_total(model); row++) {
        add_grant(things, row);
    }
    if (things->items.count > 0) {
        qsort(things->items.items, things->items.count, sizeof(struct thing), compare_things);
    }
    return things;
}

/* ---- two models ------------------------------------------------------------------------------ */

struct comparison {
    struct buf words;
    size_t breaks;
};

/* What becomes of stored records when something goes. */
static struct str fate(enum model_table table)
{
    switch ((int)table) {
    case MODEL_TABLE_entity:
    case MODEL_TABLE_list:
    case MODEL_TABLE_field:
        return STR(" (what is stored is kept, and no longer shown)");
    case MODEL_TABLE_state:
        return STR(" (refused while a record is in it)");
    case MODEL_TABLE_code:
        return STR(" (stored answers keep the code, without its label)");
    default:
        return STR("");
    }
}

static bool is_text(struct str kind)
{
    return str_eq(kind, STR("text")) || str_eq(kind, STR("narrative"));
}

/* Attributes of a field by which stored answers mean what they mean. */
static bool breaks(enum model_table table, const struct attribute *a, const struct attribute *b)
{
    if (table != MODEL_TABLE_field) {
        return false;
    }
    if (str_eq(a->name, STR("kind"))) {
        return !(is_text(a->value) && is_text(b->value));
    }
    return str_eq(a->name, STR("code_set")) || str_eq(a->name, STR("target")) ||
           str_eq(a->name, STR("scale")) || str_eq(a->name, STR("sealed"));
}

static struct str shown(struct str value)
{
    return value.n > 0 ? value : STR("(nothing)");
}

static void compare_thing(struct comparison *c, const struct thing *a, const struct thing *b)
{
    for (size_t i = 0; i < a->attributes.count; i++) {
        const struct attribute *was = &a->attributes.items[i];
        const struct attribute *is = &b->attributes.items[i];
        if (str_eq(was->value, is->value)) {
            continue;
        }
        bool broken = breaks(a->table, was, is);
        c->breaks += broken;
        BUF_ADD(&c->words, STR("changed  "), a->key, STR(", "), was->name, STR(": "),
                shown(was->value), STR(" -> "), shown(is->value),
                broken ? STR(" (BREAKS what is stored: give the new field another name)") : STR(""),
                STR("\n"));
    }
}

struct model_difference diff_models(struct arena *arena, const struct model *before,
                                    const struct model *after)
{
    const struct things *a = things_of(arena, before);
    const struct things *b = things_of(arena, after);
    struct comparison c = {.breaks = 0};
    size_t i = 0, k = 0;
    buf_init(&c.words, arena, WORDS_MAX);
    while (i < a->items.count || k < b->items.count) {
        const struct thing *was = &a->items.items[i];
        const struct thing *is = &b->items.items[k];
        int order = 1;
        if (i < a->items.count) {
            order = k < b->items.count ? str_compare(was->key, is->key) : -1;
        }
        if (order < 0) {
            BUF_ADD(&c.words, STR("removed  "), was->key, fate(was->table), STR("\n"));
        } else if (order > 0) {
            BUF_ADD(&c.words, STR("added    "), is->key, STR("\n"));
        } else {
            compare_thing(&c, was, is);
        }
        i += order <= 0;
        k += order >= 0;
    }
    return (struct model_difference){buf_str(&c.words), c.breaks};
}
