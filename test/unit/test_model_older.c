/* Images of another version of Hearth: other tables, columns, sets and operations, in another
 * order. */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "compile/dump.h"
#include "model/model.h"
#include "post_model.h"

#define HEADER 32u /* bytes before the counts */
#define ROOM ((size_t)4 * 1024 * 1024)

/* What the other version did not have, or had otherwise. */
struct version {
    const char *lacks;   /* "entity.label": a column */
    const char *renamed; /* a word of a set that is called otherwise today */
};

static uint64_t aligned(uint64_t size)
{
    return (size + 7) / 8 * 8;
}

/* ---- an image of that version, from one of today ---- */

struct writing {
    struct arena *arena;
    const struct model *model;
    struct version version;
    struct str image; /* of today */
    struct buf description, rows;
    uint32_t counts[MODEL_TABLE__COUNT + 1];
};

static bool is_lacking(const struct writing *w, const char *table, const char *column)
{
    struct str name = STR_JOIN(w->arena, str_from(table), STR("."), str_from(column));
    return w->version.lacks != NULL && str_eq(name, str_from(w->version.lacks));
}

static struct str kind_of(const struct model_column *column)
{
    static const char *const names[] = {
        [COLUMN_TEXT] = "text",   [COLUMN_REF] = "ref",     [COLUMN_ENUM] = "enum",
        [COLUMN_FIRST] = "first", [COLUMN_COUNT] = "count", [COLUMN_EXPR] = "expr",
        [COLUMN_FLAG] = "flag",   [COLUMN_BITS] = "bits",   [COLUMN_NUMBER] = "number",
    };
    return str_from(names[column->kind]);
}

static struct str target_of(const struct model_column *column)
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

static void add_u32(struct buf *out, uint32_t number)
{
    char bytes[sizeof(number)];
    memcpy(bytes, &number, sizeof(number));
    buf_add(out, (struct str){bytes, sizeof(bytes)});
}

/* Columns from the last to the first; the count of a range stays behind its first. */
static uint32_t next_column(const struct model_table_shape *shape, uint32_t i)
{
    uint32_t c = shape->column_count - 1 - i;
    if (shape->columns[c].kind == COLUMN_COUNT) {
        return c - 1;
    }
    return c + 1 < shape->column_count && shape->columns[c].kind == COLUMN_FIRST ? c + 1 : c;
}

/* Sets and operations were listed from the last to the first. */
static uint32_t turned(uint32_t value, uint32_t count)
{
    return count - 1 - value;
}

static void write_columns(struct writing *w, enum model_table table)
{
    const struct model_table_shape *shape = model_table_shape(table);
    uint32_t left_out = 0;
    for (uint32_t i = 0; i < shape->column_count; i++) {
        left_out += is_lacking(w, shape->name, shape->columns[i].name);
    }
    BUF_ADD(&w->description, STR("table "), str_from(shape->name), STR(" "),
            str_from_int(w->arena, (int64_t)(shape->column_count + 1 - left_out) * 4),
            STR("\ncolumn gone_since number -\n"));
    for (uint32_t i = 0; i < shape->column_count; i++) {
        const struct model_column *column = &shape->columns[next_column(shape, i)];
        if (!is_lacking(w, shape->name, column->name)) {
            BUF_ADD(&w->description, STR("column "), str_from(column->name), STR(" "),
                    kind_of(column), STR(" "), target_of(column), STR("\n"));
        }
    }
}

/* An overlay changes cells by number: those that table and column had then. */
static void write_patches(struct writing *w)
{
    for (uint32_t i = 0; i < model_patch_total(w->model); i++) {
        struct model_patch patch = *model_patch_row(w->model, i);
        const struct model_table_shape *shape = model_table_shape((enum model_table)patch.table);
        const struct model_column *column = &shape->columns[patch.column];
        uint32_t value = (uint32_t)patch.value, at = 0;
        while (next_column(shape, at) != (uint32_t)patch.column) {
            at++;
        }
        if (column->kind == COLUMN_ENUM) {
            value = turned(value, model_set_shape((enum model_set)column->target)->count);
        }
        add_u32(&w->rows, 7);
        add_u32(&w->rows, value);
        add_u32(&w->rows, at + 1); /* behind the one that is gone since */
        add_u32(&w->rows, (uint32_t)patch.row);
        add_u32(&w->rows, MODEL_TABLE__COUNT - (uint32_t)patch.table); /* likewise */
    }
}

static void write_rows(struct writing *w, enum model_table table)
{
    const struct model_table_shape *shape = model_table_shape(table);
    if (table == MODEL_TABLE_patch) {
        write_patches(w);
        return;
    }
    for (uint32_t row = 0; row < model_total(w->model, table); row++) {
        const uint32_t *cells = model_cells(w->model, table, row);
        add_u32(&w->rows, 7);
        for (uint32_t i = 0; i < shape->column_count; i++) {
            uint32_t c = next_column(shape, i);
            const struct model_column *column = &shape->columns[c];
            uint32_t cell = cells[c];
            if (column->kind == COLUMN_ENUM) {
                cell = turned(cell, model_set_shape((enum model_set)column->target)->count);
            }
            if (!is_lacking(w, shape->name, column->name)) {
                add_u32(&w->rows, cell);
            }
        }
    }
}

/* The bytes of a table that is not rows of numbers. */
static struct str bytes_of(const struct writing *w, enum model_table wanted)
{
    uint32_t description = 0, count = 0;
    memcpy(&description, w->image.p + 24, sizeof(description));
    uint64_t at = aligned(HEADER + MODEL_TABLE__COUNT * sizeof(uint32_t) + description);
    for (int t = 0;; t++) {
        memcpy(&count, w->image.p + HEADER + (size_t)t * sizeof(count), sizeof(count));
        uint64_t size = (uint64_t)count * model_table_shape((enum model_table)t)->row_size;
        if (t == (int)wanted) {
            return str_slice(w->image, (size_t)at, (size_t)(at + size));
        }
        at = aligned(at + size);
    }
}

static void write_nodes(struct writing *w)
{
    struct str bytes = bytes_of(w, MODEL_TABLE_node);
    for (size_t i = 0; i < bytes.n / sizeof(struct expr_node); i++) {
        struct expr_node node;
        memcpy(&node, bytes.p + i * sizeof(node), sizeof(node));
        node.op = turned(node.op, EXPR__COUNT);
        node.type = turned(node.type, model_set_shape(MODEL_SET_value_kind)->count);
        char out[sizeof(node)];
        memcpy(out, &node, sizeof(node));
        buf_add(&w->rows, (struct str){out, sizeof(out)});
    }
}

static void write_table(struct writing *w, enum model_table table)
{
    const struct model_table_shape *shape = model_table_shape(table);
    if (table < MODEL_TABLE__ROWS) {
        write_columns(w, table);
        write_rows(w, table);
    } else {
        BUF_ADD(&w->description, STR("table "), str_from(shape->name), STR(" "),
                str_from_int(w->arena, shape->row_size), STR("\n"));
        if (table == MODEL_TABLE_node) {
            write_nodes(w);
        } else {
            buf_add(&w->rows, bytes_of(w, table));
        }
    }
    while (buf_str(&w->rows).n % 8 != 0) {
        buf_byte(&w->rows, '\0');
    }
}

static void write_words(struct writing *w)
{
    for (int s = 0; s < MODEL_SET__COUNT; s++) {
        const struct model_set_shape *set = model_set_shape((enum model_set)s);
        BUF_ADD(&w->description, STR("set "), str_from(set->name), STR("\n"));
        for (uint32_t i = set->count; i > 0; i--) {
            struct str word = str_from(set->words[i - 1].name);
            bool renamed = w->version.renamed != NULL && str_eq(word, str_from(w->version.renamed));
            BUF_ADD(&w->description, STR("word "), renamed ? STR("of_then") : word, STR("\n"));
        }
    }
    for (unsigned op = EXPR__COUNT; op > 0; op--) {
        BUF_ADD(&w->description, STR("op "), expr_op_name((enum expr_op)(op - 1)), STR("\n"));
    }
}

static struct str put_together(struct writing *w)
{
    static const uint32_t tables = MODEL_TABLE__COUNT + 1, format = MODEL_FORMAT;
    struct str description = buf_str(&w->description), rows = buf_str(&w->rows);
    uint64_t at = aligned(HEADER + tables * sizeof(uint32_t) + description.n);
    uint64_t size = at + rows.n;
    uint32_t length = (uint32_t)description.n;
    char *image = arena_alloc(w->arena, (size_t)size);
    memcpy(image, w->image.p, 8);
    memcpy(image + 8, &format, sizeof(format));
    memcpy(image + 12, &tables, sizeof(tables));
    memcpy(image + 16, &size, sizeof(size));
    memcpy(image + 24, &length, sizeof(length));
    memcpy(image + HEADER, w->counts, sizeof(w->counts));
    memcpy(image + HEADER + sizeof(w->counts), description.p, description.n);
    memcpy(image + at, rows.p, rows.n);
    return (struct str){image, (size_t)size};
}

/* The tables from the last to the first, behind one that is gone today. */
static struct str of_version(struct arena *arena, struct str image, struct version version)
{
    struct writing w = {.arena = arena, .version = version, .image = image, .counts = {2}};
    struct outcome outcome;
    outcome_init(&outcome, arena);
    assert_int_equal(model_open(arena, image, &outcome, &w.model), STATUS_OK);
    buf_init(&w.description, arena, ROOM);
    buf_init(&w.rows, arena, ROOM);
    buf_add(&w.description, STR("table of_then 4\ncolumn what number -\n"));
    add_u32(&w.rows, 1);
    add_u32(&w.rows, 2);
    for (uint32_t i = 0; i < MODEL_TABLE__COUNT; i++) {
        enum model_table table = (enum model_table)(MODEL_TABLE__COUNT - 1 - i);
        struct str rows = bytes_of(&w, table);
        w.counts[i + 1] = (uint32_t)(rows.n / model_table_shape(table)->row_size);
        write_table(&w, table);
    }
    write_words(&w);
    return put_together(&w);
}

static enum status open_it(struct arena *arena, struct str image, struct outcome *outcome,
                           const struct model **ret_model)
{
    outcome_init(outcome, arena);
    return model_open(arena, image, outcome, ret_model);
}

/* The post office, whose north has words of its own. */
static struct str image_of_today(struct arena *arena)
{
    static const struct compile_file north = {
        STR_INIT("agency/north/overlay.yaml"),
        STR_INIT("overlay: { of: post, label: North office, source: order 4, agency: NORTH }\n"
                 "entities:\n"
                 "  letter: { label: Note, fields: { colour: { required: answered } } }\n")};
    struct compile_file files[POST_FILES + 1];
    struct compile_result result;
    memcpy(files, post_files, sizeof(post_files));
    files[POST_FILES] = north;
    assert_int_equal(compile_texts(arena, files, POST_FILES + 1, STR(""), &result), STATUS_OK);
    return result.image;
}

/* ---- what becomes of it ---- */

static void an_image_of_another_version_says_the_same(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    const struct model *today, *then;
    struct str image = image_of_today(&arena);
    struct str older = of_version(&arena, image, (struct version){NULL, NULL});
    assert_int_equal(open_it(&arena, image, &outcome, &today), STATUS_OK);
    assert_int_equal(open_it(&arena, older, &outcome, &then), STATUS_OK);
    assert_str_equal(dump_model(&arena, then), dump_model(&arena, today));
    const struct model *north = model_view(then, 0);
    uint32_t letter = model_entity_by_name(north, STR("letter"));
    uint32_t colour = model_field_by_name(north, letter, STR("colour"));
    assert_text(model_text(north, model_entity_row(north, letter)->label), "Note");
    assert_int_equal(model_field_row(north, colour)->required, REQUIRED_ANSWERED);
    assert_int_not_equal(model_field_row(then, colour)->required, REQUIRED_ANSWERED);
}

static void what_it_did_not_have_is_none(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    const struct model *today, *then;
    struct str image = image_of_today(&arena);
    struct str older = of_version(&arena, image, (struct version){"entity.plural", NULL});
    assert_int_equal(open_it(&arena, image, &outcome, &today), STATUS_OK);
    assert_int_equal(open_it(&arena, older, &outcome, &then), STATUS_OK);
    assert_int_equal(model_entity_total(then), model_entity_total(today));
    for (uint32_t i = 0; i < model_entity_total(today); i++) {
        assert_int_equal(model_text(then, model_entity_row(then, i)->plural).n, 0);
        assert_str_equal(model_text(then, model_entity_row(then, i)->label),
                         model_text(today, model_entity_row(today, i)->label));
    }
}

static void a_word_that_is_gone_is_named(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    const struct model *then;
    struct str older =
        of_version(&arena, image_of_today(&arena), (struct version){NULL, "reference"});
    assert_int_equal(open_it(&arena, older, &outcome, &then), STATUS_INVALID);
    assert_text(outcome.problems.items[0].message,
                "the image was made by another version of Hearth, and says what has no meaning any "
                "more: of_then");
}

/* Its bytes are as untrusted as any. */
static void a_changed_one_is_refused_or_can_be_read(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str older = of_version(&arena, image_of_today(&arena), (struct version){NULL, NULL});
    char *changed = arena_copy(&arena, older.p, older.n);
    size_t refused = 0;
    for (size_t at = 8; at < older.n; at += 5) {
        TEST_ARENA(page);
        struct outcome outcome;
        const struct model *model;
        char before = changed[at];
        changed[at] = (char)(before ^ (char)(1 + at % 97));
        if (open_it(&page, (struct str){changed, older.n}, &outcome, &model) == STATUS_OK) {
            assert_true(dump_model(&page, model).n > 0);
        } else {
            assert_int_equal(outcome.problems.count, 1);
            refused++;
        }
        changed[at] = before;
    }
    assert_true(refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_of_another_version_says_the_same),
        cmocka_unit_test(what_it_did_not_have_is_none),
        cmocka_unit_test(a_word_that_is_gone_is_named),
        cmocka_unit_test(a_changed_one_is_refused_or_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
