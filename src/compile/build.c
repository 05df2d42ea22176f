#include "compile/build.h"

#include <string.h>

#define TEXT_POOL_MAX ((size_t)32 * 1024 * 1024)
#define NAME_LENGTH_MAX 48

static uint32_t column_total(enum model_table table)
{
    return model_table_shape(table)->column_count;
}

void build_init(struct build *build, struct arena *arena, struct messages *messages,
                struct messages *findings)
{
    memset(build, 0, sizeof(*build));
    build->arena = arena;
    build->messages = messages;
    build->findings = findings;
    for (int t = 0; t < MODEL_TABLE__ROWS; t++) {
        map_init(&build->names[t], arena);
    }
    map_init(&build->traits, arena);
    map_init(&build->texts, arena);
    buf_init(&build->text_pool, arena, TEXT_POOL_MAX);
    build->context = context_of(MODEL_NONE, MODEL_NONE);
    build->overlay = MODEL_NONE;
    CHECK(build_intern(build, STR("")) == 0);
}

static void grow(struct build *build, enum model_table table)
{
    struct rows *rows = &build->rows[table];
    uint32_t room = rows->room ? rows->room * 2 : 16;
    rows->items = arena_grow(build->arena, rows->items, rows->count, room,
                             model_table_shape(table)->row_size);
    rows->origins =
        arena_grow(build->arena, rows->origins, rows->count, room, sizeof(struct origin));
    rows->room = room;
}

uint32_t build_push(struct build *build, enum model_table table, const struct yaml *node,
                    struct place place)
{
    struct rows *rows = &build->rows[table];
    if (rows->count == rows->room) {
        grow(build, table);
    }
    uint32_t row = rows->count++;
    rows->origins[row] = (struct origin){node, place};
    const struct model_table_shape *shape = model_table_shape(table);
    uint32_t *cells = build_row(build, table, row);
    for (uint32_t c = 0; c < shape->column_count; c++) {
        enum model_column_kind kind = shape->columns[c].kind;
        cells[c] = kind == COLUMN_REF || kind == COLUMN_EXPR ? MODEL_NONE : 0;
    }
    return row;
}

void *build_row(struct build *build, enum model_table table, uint32_t row)
{
    CHECK(row < build->rows[table].count);
    uint32_t *cells = build->rows[table].items;
    return cells + (size_t)row * column_total(table);
}

uint32_t build_count(const struct build *build, enum model_table table)
{
    return build->rows[table].count;
}

const struct origin *build_origin(const struct build *build, enum model_table table, uint32_t row)
{
    CHECK(row < build->rows[table].count);
    return &build->rows[table].origins[row];
}

uint32_t *build_cell(struct build *build, struct cell cell)
{
    uint32_t *cells = build_row(build, cell.table, cell.row);
    CHECK(cell.column < column_total(cell.table));
    return cells + cell.column;
}

/* A text of the pool: its length, its bytes, a NUL, and zeros up to a multiple of four. */
uint32_t build_intern(struct build *build, struct str text)
{
    const uint32_t *known = map_get(&build->texts, text);
    if (known) {
        return *known;
    }
    uint32_t position = (uint32_t)build->text_pool.n;
    uint32_t length = (uint32_t)text.n;
    char size[sizeof(length)];
    memcpy(size, &length, sizeof(length));
    buf_add(&build->text_pool, (struct str){size, sizeof(size)});
    buf_add(&build->text_pool, text);
    do {
        buf_byte(&build->text_pool, '\0');
    } while (build->text_pool.n % 4 != 0 && !build->text_pool.overrun);
    if (build->text_pool.overrun) {
        return 0; /* the compile says that the model is too large */
    }
    uint32_t *value = ARENA_NEW(build->arena, uint32_t);
    *value = position;
    map_add(&build->texts, str_copy(build->arena, text), value);
    return position;
}

struct str build_text(const struct build *build, uint32_t text)
{
    struct str pool = buf_str(&build->text_pool);
    uint32_t length = 0;
    CHECK(text + sizeof(length) <= pool.n);
    memcpy(&length, pool.p + text, sizeof(length));
    return (struct str){pool.p + text + sizeof(length), length};
}

uint32_t build_find(const struct build *build, enum model_table table, struct str name)
{
    const uint32_t *row = map_get(&build->names[table], name);
    return row ? *row : MODEL_NONE;
}

struct str build_suggest(const struct build *build, enum model_table table, struct str name)
{
    const struct map *names = &build->names[table];
    struct str *candidates = ARENA_ARRAY(build->arena, names->count, struct str);
    for (size_t i = 0; i < names->count; i++) {
        candidates[i] = names->entries[i].key;
    }
    return did_you_mean(build->arena, name, candidates, names->count);
}

struct str build_name(struct build *build, enum model_table table, uint32_t row)
{
    return build_text(build, *build_cell(build, (struct cell){table, row, 0}));
}

uint32_t build_find_in(struct build *build, enum model_table table, uint32_t first, uint32_t count,
                       struct str name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(build_name(build, table, first + i), name)) {
            return first + i;
        }
    }
    return MODEL_NONE;
}

struct str build_suggest_in(struct build *build, enum model_table table, uint32_t first,
                            uint32_t count, struct str name)
{
    struct str *candidates = ARENA_ARRAY(build->arena, count, struct str);
    for (uint32_t i = 0; i < count; i++) {
        candidates[i] = build_name(build, table, first + i);
    }
    return did_you_mean(build->arena, name, candidates, count);
}

struct context context_of(uint32_t entity, uint32_t list)
{
    return (struct context){
        .entity = entity, .list = list, .transition = MODEL_NONE, .created = MODEL_NONE};
}

uint32_t subject_of(uint32_t entity, uint32_t list)
{
    return list == MODEL_NONE ? entity : MODEL_SUBJECT_LIST | list;
}

static bool is_name(struct str name)
{
    if (name.n == 0 || name.n > NAME_LENGTH_MAX || name.p[0] < 'a' || name.p[0] > 'z') {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            return false;
        }
    }
    return true;
}

bool build_check_name(struct build *build, struct str name, struct place place)
{
    if (is_name(name)) {
        return true;
    }
    MESSAGE(build->messages, place, STR("'"), name,
            STR("' is no name; names are lower case letters, digits and '_', begin with a letter "
                "and have at most 48 characters"));
    return false;
}
