/* Images of other versions of Hearth. An image says how it is made: its tables with their columns,
 * the words of its sets, its operations. What it has under a name of today is taken over; what it
 * lacks is none; what it says in a word that is gone makes it unreadable. The result is an image of
 * today, which is checked like any.
 *
 *     table field 148          bytes of a row
 *     column name text -
 *     column entity ref entity
 *     set field_kind
 *     word text
 *     op FIELD
 *
 * Bits (COLUMN_BITS) are taken over as they are: new words of their sets come at the end. */
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "model/model_int.h"

#define DESCRIPTION_MAX ((size_t)256 * 1024)

static struct str kind_name(enum model_column_kind kind)
{
    static const char *const names[] = {
        [COLUMN_TEXT] = "text",   [COLUMN_REF] = "ref",     [COLUMN_ENUM] = "enum",
        [COLUMN_FIRST] = "first", [COLUMN_COUNT] = "count", [COLUMN_EXPR] = "expr",
        [COLUMN_FLAG] = "flag",   [COLUMN_BITS] = "bits",   [COLUMN_NUMBER] = "number",
    };
    return str_from(names[kind]);
}

/* ---- how an image of today is made ---- */

static struct str target_name(const struct model_column *column)
{
    switch (column->kind) {
    case COLUMN_REF:
    case COLUMN_FIRST:
    case COLUMN_COUNT:
        return str_from(model_table_shape((enum model_table)column->target)->name);
    case COLUMN_ENUM:
        return str_from(model_set_shape((enum model_set)column->target)->name);
    case COLUMN_TEXT:
    case COLUMN_EXPR:
    case COLUMN_FLAG:
    case COLUMN_BITS:
    case COLUMN_NUMBER:
        break;
    }
    return STR("-");
}

struct str model_describe(struct arena *arena)
{
    struct buf text;
    buf_init(&text, arena, DESCRIPTION_MAX);
    for (int t = 0; t < MODEL_TABLE__COUNT; t++) {
        const struct model_table_shape *shape = model_table_shape((enum model_table)t);
        BUF_ADD(&text, STR("table "), str_from(shape->name), STR(" "));
        buf_int(&text, shape->row_size);
        buf_byte(&text, '\n');
        for (uint32_t c = 0; c < shape->column_count; c++) {
            const struct model_column *column = &shape->columns[c];
            BUF_ADD(&text, STR("column "), str_from(column->name), STR(" "),
                    kind_name(column->kind), STR(" "), target_name(column), STR("\n"));
        }
    }
    for (int s = 0; s < MODEL_SET__COUNT; s++) {
        const struct model_set_shape *set = model_set_shape((enum model_set)s);
        BUF_ADD(&text, STR("set "), str_from(set->name), STR("\n"));
        for (uint32_t i = 0; i < set->count; i++) {
            BUF_ADD(&text, STR("word "), str_from(set->words[i].name), STR("\n"));
        }
    }
    for (int op = 0; op < EXPR__COUNT; op++) {
        BUF_ADD(&text, STR("op "), expr_op_name((enum expr_op)op), STR("\n"));
    }
    return buf_str(&text);
}

/* ---- how another one is ---- */

struct old_table {
    struct str name;
    uint32_t row_size;
    LIST(struct str) columns; /* "name kind target" */
    uint32_t count;
    const char *rows;
};

struct old_set {
    LIST(struct str) words;
};

struct old_image {
    struct arena *arena;
    LIST(struct old_table *) tables; /* as they lie */
    struct map by_name;              /* struct old_table */
    struct map sets;                 /* struct old_set */
    LIST(struct str) ops;
    struct str fault;
};

static bool fail(struct old_image *old, struct str what, struct str name)
{
    old->fault = STR_JOIN(old->arena, STR("the image was made by another version of Hearth, and "),
                          what, name);
    return false;
}

static bool read_table(struct old_image *old, struct str rest)
{
    struct old_table *table = ARENA_NEW(old->arena, struct old_table);
    int64_t size = 0;
    if (!str_split(&rest, ' ', &table->name) || !str_to_i64(rest, &size) || size < 1 ||
        size > UINT16_MAX) {
        return fail(old, STR("says badly how it is made"), STR(""));
    }
    table->row_size = (uint32_t)size;
    LIST_PUSH(old->arena, &old->tables, table);
    (void)map_add(&old->by_name, table->name, table);
    return true;
}

/* Each line says more of the last table or set. */
static bool read_description(struct old_image *old, struct str text)
{
    struct str line, kind;
    struct old_set *set = NULL;
    while (str_split(&text, '\n', &line)) {
        struct str rest = line;
        (void)str_split(&rest, ' ', &kind);
        if (str_eq(kind, STR("table"))) {
            if (!read_table(old, rest)) {
                return false;
            }
        } else if (str_eq(kind, STR("column")) && old->tables.count > 0) {
            struct old_table *last = old->tables.items[old->tables.count - 1];
            LIST_PUSH(old->arena, &last->columns, rest);
        } else if (str_eq(kind, STR("set"))) {
            set = ARENA_NEW(old->arena, struct old_set);
            (void)map_add(&old->sets, rest, set);
        } else if (str_eq(kind, STR("word")) && set != NULL) {
            LIST_PUSH(old->arena, &set->words, rest);
        } else if (str_eq(kind, STR("op"))) {
            LIST_PUSH(old->arena, &old->ops, rest);
        } else if (line.n > 0) {
            return fail(old, STR("says badly how it is made"), STR(""));
        }
    }
    return true;
}

/* The tables within the bytes. */
static bool find_rows(struct old_image *old, const struct model_old_bytes *bytes)
{
    uint64_t at = bytes->rows_at;
    if (old->tables.count != bytes->tables) {
        return fail(old, STR("has other tables than it says"), STR(""));
    }
    for (size_t t = 0; t < old->tables.count; t++) {
        struct old_table *table = old->tables.items[t];
        memcpy(&table->count, bytes->counts + t * sizeof(uint32_t), sizeof(uint32_t));
        uint64_t size = (uint64_t)table->count * table->row_size;
        if (table->columns.count > 0 &&
            table->row_size != table->columns.count * sizeof(uint32_t)) {
            return fail(old, STR("its rows are not their columns: "), table->name);
        }
        if (at > bytes->image.n || size > bytes->image.n - at) {
            return fail(old, STR("is cut short"), STR(""));
        }
        table->rows = bytes->image.p + at;
        at = model_aligned(at + size);
    }
    return true;
}

/* ---- taking over ---- */

/* The value of today for one of a set. */
static bool take_word(struct old_image *old, struct str set_name, enum model_set today,
                      uint32_t *value)
{
    const struct old_set *set = map_get(&old->sets, set_name);
    if (set == NULL || *value >= set->words.count) {
        return fail(old, STR("has a value beyond its set "), set_name);
    }
    struct str word = set->words.items[*value];
    *value = model_set_find(today, word);
    return *value != MODEL_NONE || fail(old, STR("says what has no meaning any more: "), word);
}

/* The number of a column of today in an old table, or MODEL_NONE. */
static uint32_t old_column(struct arena *arena, const struct old_table *table,
                           const struct model_column *column)
{
    struct str line = STR_JOIN(arena, str_from(column->name), STR(" "), kind_name(column->kind),
                               STR(" "), target_name(column));
    for (size_t i = 0; i < table->columns.count; i++) {
        if (str_eq(table->columns.items[i], line)) {
            return (uint32_t)i;
        }
    }
    return MODEL_NONE;
}

static uint32_t nothing(const struct model_column *column)
{
    return column->kind == COLUMN_REF || column->kind == COLUMN_EXPR ? MODEL_NONE : 0;
}

static bool take_column(struct old_image *old, const struct old_table *table,
                        const struct model_table_shape *shape, uint32_t c, uint32_t *cells)
{
    const struct model_column *column = &shape->columns[c];
    uint32_t from = old_column(old->arena, table, column);
    for (uint32_t row = 0; row < table->count; row++) {
        uint32_t *cell = &cells[(size_t)row * shape->column_count + c];
        *cell = nothing(column);
        if (from != MODEL_NONE) {
            memcpy(cell, table->rows + ((size_t)row * table->columns.count + from) * sizeof(*cell),
                   sizeof(*cell));
        }
        if (from != MODEL_NONE && column->kind == COLUMN_ENUM &&
            !take_word(old, target_name(column), (enum model_set)column->target, cell)) {
            return false;
        }
    }
    return true;
}

static bool take_table(struct old_image *old, const struct old_table *table,
                       const struct model_table_shape *shape, const void **ret_rows)
{
    uint32_t *cells =
        ARENA_ARRAY(old->arena, (size_t)table->count * shape->column_count + 1, uint32_t);
    *ret_rows = cells;
    for (uint32_t c = 0; c < shape->column_count; c++) {
        if (!take_column(old, table, shape, c, cells)) {
            return false;
        }
    }
    return true;
}

/* EXPR__COUNT: there is none any more. */
static uint32_t operation_named(struct str name)
{
    uint32_t op = 0;
    while (op < EXPR__COUNT && !str_eq(expr_op_name((enum expr_op)op), name)) {
        op++;
    }
    return op;
}

static bool take_nodes(struct old_image *old, const struct old_table *table, const void **ret_rows)
{
    struct expr_node *nodes = ARENA_ARRAY(old->arena, (size_t)table->count + 1, struct expr_node);
    uint32_t *today = ARENA_ARRAY(old->arena, old->ops.count, uint32_t);
    for (size_t i = 0; i < old->ops.count; i++) {
        today[i] = operation_named(old->ops.items[i]);
    }
    *ret_rows = nodes;
    for (uint32_t i = 0; i < table->count; i++) {
        memcpy(&nodes[i], table->rows + (size_t)i * sizeof(*nodes), sizeof(*nodes));
        if (nodes[i].op >= old->ops.count || today[nodes[i].op] == EXPR__COUNT) {
            return fail(old, STR("has an operation that is gone"), STR(""));
        }
        nodes[i].op = today[nodes[i].op];
        if (!take_word(old, str_from(model_set_shape(MODEL_SET_value_kind)->name),
                       MODEL_SET_value_kind, &nodes[i].type)) {
            return false;
        }
    }
    return true;
}

static bool take_rows(struct old_image *old, enum model_table t, const void **ret_rows,
                      uint32_t *ret_count)
{
    const struct model_table_shape *shape = model_table_shape(t);
    const struct old_table *table = map_get(&old->by_name, str_from(shape->name));
    *ret_count = table != NULL ? table->count : 0;
    if (table == NULL || table->count == 0) {
        return true;
    }
    if (t < MODEL_TABLE__ROWS) {
        return take_table(old, table, shape, ret_rows);
    }
    if (table->row_size != shape->row_size) {
        return fail(old, STR("its rows are of another size: "), table->name);
    }
    *ret_rows = table->rows;
    return t != MODEL_TABLE_node || take_nodes(old, table, ret_rows);
}

/* ---- what an overlay changes: cells, by number ---- */

static enum model_table table_named(struct str name)
{
    int t = 0;
    while (t < MODEL_TABLE__ROWS &&
           !str_eq(str_from(model_table_shape((enum model_table)t)->name), name)) {
        t++;
    }
    return (enum model_table)t;
}

/* The number today of the column that a patch is of; its value in the words of today. */
static bool take_patch(struct old_image *old, struct model_patch *patch)
{
    if (patch->table < 0 || (size_t)patch->table >= old->tables.count) {
        return false;
    }
    const struct old_table *table = old->tables.items[patch->table];
    enum model_table today = table_named(table->name);
    if (today == MODEL_TABLE__ROWS || patch->column < 0 ||
        (size_t)patch->column >= table->columns.count) {
        return false;
    }
    const struct model_table_shape *shape = model_table_shape(today);
    for (uint32_t c = 0; c < shape->column_count; c++) {
        const struct model_column *column = &shape->columns[c];
        if (old_column(old->arena, table, column) == (uint32_t)patch->column) {
            uint32_t value = (uint32_t)patch->value;
            patch->table = (int32_t)today;
            patch->column = (int32_t)c;
            bool known =
                column->kind != COLUMN_ENUM ||
                take_word(old, target_name(column), (enum model_set)column->target, &value);
            patch->value = (int32_t)value;
            return known;
        }
    }
    return false;
}

/* A patch of what is gone changes nothing: it writes what is there. */
static void take_patches(struct old_image *old, const void *rows[MODEL_TABLE__COUNT],
                         uint32_t count)
{
    struct model_patch *patches =
        arena_copy(old->arena, rows[MODEL_TABLE_patch], (size_t)count * sizeof(*patches));
    for (uint32_t i = 0; i < count; i++) {
        if (!take_patch(old, &patches[i])) {
            uint32_t name = 0;
            memcpy(&name, rows[MODEL_TABLE_model], sizeof(name));
            patches[i] = (struct model_patch){.table = MODEL_TABLE_model, .value = (int32_t)name};
        }
    }
    rows[MODEL_TABLE_patch] = patches;
}

bool model_translate(struct arena *arena, const struct model_old_bytes *bytes,
                     struct str *ret_image, struct str *ret_fault)
{
    struct old_image old = {.arena = arena};
    const void *rows[MODEL_TABLE__COUNT] = {NULL};
    uint32_t counts[MODEL_TABLE__COUNT];
    map_init(&old.by_name, arena);
    map_init(&old.sets, arena);
    bool done = read_description(&old, bytes->description) && find_rows(&old, bytes);
    uint64_t size = 0;
    for (int t = 0; done && t < MODEL_TABLE__COUNT; t++) {
        const struct model_table_shape *shape = model_table_shape((enum model_table)t);
        const struct old_table *table = map_get(&old.by_name, str_from(shape->name));
        size += table != NULL ? (uint64_t)table->count * shape->row_size : 0;
    }
    done = done && (size <= MODEL_IMAGE_MAX / 2 || fail(&old, STR("is too large"), STR("")));
    for (int t = 0; done && t < MODEL_TABLE__COUNT; t++) {
        done = take_rows(&old, (enum model_table)t, &rows[t], &counts[t]);
    }
    if (done && counts[MODEL_TABLE_patch] > 0 && counts[MODEL_TABLE_model] > 0) {
        take_patches(&old, rows, counts[MODEL_TABLE_patch]);
    }
    *ret_fault = old.fault;
    if (done) {
        *ret_image = model_image(arena, rows, counts);
    }
    return done;
}
