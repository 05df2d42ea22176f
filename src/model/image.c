/* The image: a header, the number of rows of each table, how it is made, then the tables in their
 * order, each at a multiple of 8 bytes. All numbers are little-endian, as on every host that Hearth
 * runs on. */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/model_int.h"

#define ALIGNMENT ((size_t)8)
#define TEXT_HEAD sizeof(uint32_t)
#define OFFSET_MAX_S (26 * 3600) /* of a zone */

/* Then the number of rows of each table, and how the image is made (older.c). */
struct header {
    char magic[8];
    uint32_t format;
    uint32_t tables;
    uint64_t size;        /* of the whole image */
    uint32_t description; /* bytes of it */
    uint32_t zero;
};

static const char magic[8] = {'h', 'e', 'a', 'r', 't', 'h', 'M', '\n'};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the image is little-endian");

/* ---- laying out ---------------------------------------------------------------------------- */

uint64_t model_aligned(uint64_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static uint64_t rows_begin(uint32_t tables, uint64_t description)
{
    return model_aligned(sizeof(struct header) + (uint64_t)tables * sizeof(uint32_t) + description);
}

/* Where each table begins; returns the size of the whole. */
static uint64_t lay_out(const uint32_t counts[MODEL_TABLE__COUNT], uint64_t description,
                        uint64_t offsets[MODEL_TABLE__COUNT])
{
    uint64_t at = rows_begin(MODEL_TABLE__COUNT, description);
    for (int t = 0; t < MODEL_TABLE__COUNT; t++) {
        offsets[t] = at;
        at += model_aligned((uint64_t)counts[t] * model_table_shape((enum model_table)t)->row_size);
    }
    return at;
}

struct str model_image(struct arena *arena, const void *const rows[MODEL_TABLE__COUNT],
                       const uint32_t counts[MODEL_TABLE__COUNT])
{
    uint64_t offsets[MODEL_TABLE__COUNT];
    struct str description = model_describe(arena);
    uint64_t size = lay_out(counts, description.n, offsets);
    CHECK(size <= MODEL_IMAGE_MAX);
    char *image = arena_alloc(arena, (size_t)size);
    struct header header = {.format = MODEL_FORMAT,
                            .tables = MODEL_TABLE__COUNT,
                            .size = size,
                            .description = (uint32_t)description.n};
    memcpy(header.magic, magic, sizeof(magic));
    memcpy(image, &header, sizeof(header));
    memcpy(image + sizeof(header), counts, MODEL_TABLE__COUNT * sizeof(counts[0]));
    memcpy(image + sizeof(header) + MODEL_TABLE__COUNT * sizeof(counts[0]), description.p,
           description.n);
    for (int t = 0; t < MODEL_TABLE__COUNT; t++) {
        size_t bytes = (size_t)counts[t] * model_table_shape((enum model_table)t)->row_size;
        if (bytes > 0) {
            memcpy(image + offsets[t], rows[t], bytes);
        }
    }
    return (struct str){image, (size_t)size};
}

/* ---- opening: everything is checked before it is used -----------------------------------------
 */

/* Where checking stands: what it says when something is wrong. */
struct checker {
    struct arena *arena;
    struct model *model;
    uint8_t *text_starts; /* one for every fourth byte of the pool: 1 where a text begins */
    uint8_t *is_child;    /* one for every node */
    struct str fault;
};

static bool fail(struct checker *c, struct str table, struct str column, uint32_t row,
                 struct str what)
{
    c->fault = STR_JOIN(c->arena, table, STR(" row "), str_from_int(c->arena, row), STR(" "),
                        column, STR(": "), what);
    return false;
}

static bool check_header(struct checker *c, struct str image, struct model_old_bytes *ret_bytes)
{
    struct header header;
    if (image.n < sizeof(header) || image.n > MODEL_IMAGE_MAX ||
        (uintptr_t)(const void *)image.p % ALIGNMENT != 0) {
        c->fault = STR("this is no image of a model");
        return false;
    }
    memcpy(&header, image.p, sizeof(header));
    if (memcmp(header.magic, magic, sizeof(magic)) != 0) {
        c->fault = STR("this is no image of a model");
        return false;
    }
    if (header.format != MODEL_FORMAT) {
        c->fault = STR("the image was made by another version of Hearth; compile the model again");
        return false;
    }
    if (header.size != image.n || header.zero != 0 ||
        rows_begin(header.tables, header.description) > image.n) {
        c->fault = STR("the image is cut short or has more than it says");
        return false;
    }
    const char *counts = image.p + sizeof(header);
    *ret_bytes = (struct model_old_bytes){
        .image = image,
        .tables = header.tables,
        .counts = counts,
        .description = {counts + (size_t)header.tables * sizeof(uint32_t), header.description},
        .rows_at = rows_begin(header.tables, header.description)
    };
    return true;
}

/* The image itself when it is made as those of today, else one of today that says the same. */
static bool find_tables(struct checker *c, struct str image)
{
    struct model_old_bytes bytes;
    uint64_t offsets[MODEL_TABLE__COUNT];
    if (!check_header(c, image, &bytes)) {
        return false;
    }
    struct str ours = model_describe(c->arena);
    if (!str_eq(bytes.description, ours)) {
        struct str today;
        return model_translate(c->arena, &bytes, &today, &c->fault) && find_tables(c, today);
    }
    if (bytes.tables != MODEL_TABLE__COUNT) {
        c->fault = STR("the image has other tables than it says");
        return false;
    }
    memcpy(c->model->counts, bytes.counts, sizeof(c->model->counts));
    if (lay_out(c->model->counts, ours.n, offsets) != image.n) {
        c->fault = STR("the image is cut short or has more than it says");
        return false;
    }
    for (int t = 0; t < MODEL_TABLE__COUNT; t++) {
        c->model->rows[t] = image.p + offsets[t];
    }
    return true;
}

static bool check_texts(struct checker *c)
{
    const char *pool = c->model->rows[MODEL_TABLE_text];
    uint32_t size = c->model->counts[MODEL_TABLE_text];
    uint32_t at = 0;
    c->text_starts = ARENA_ARRAY(c->arena, size / MODEL_TEXT_ALIGNMENT + 1, uint8_t);
    while (at < size) {
        uint32_t length = 0;
        if (size - at < TEXT_HEAD + 1) {
            return fail(c, STR("text"), STR("length"), at, STR("cut short"));
        }
        memcpy(&length, pool + at, sizeof(length));
        if (length > size - at - TEXT_HEAD - 1 || (at == 0 && length != 0)) {
            return fail(c, STR("text"), STR("length"), at, STR("runs past the end"));
        }
        struct str text = {pool + at + TEXT_HEAD, length};
        if (utf8_check(text, NULL) != UTF8_FINE || text.p[length] != '\0') {
            return fail(c, STR("text"), STR("bytes"), at, STR("no UTF-8 text"));
        }
        c->text_starts[at / MODEL_TEXT_ALIGNMENT] = 1;
        uint32_t used = (uint32_t)TEXT_HEAD + length + 1;
        at += (used + MODEL_TEXT_ALIGNMENT - 1) / MODEL_TEXT_ALIGNMENT * MODEL_TEXT_ALIGNMENT;
    }
    if (size == 0 || at != size) {
        return fail(c, STR("text"), STR("size"), at, STR("no whole number of texts"));
    }
    return true;
}

/* Of which table the id of a node is a row. Its form was checked by expr_nodes_sound. */
static const struct {
    enum expr_op op;
    enum model_table table;
} node_ids[] = {
    {EXPR_FOLLOW,    MODEL_TABLE_field     },
    {EXPR_FIELD,     MODEL_TABLE_field     },
    {EXPR_WHY,       MODEL_TABLE_field     },
    {EXPR_ADDRESSED, MODEL_TABLE_field     },
    {EXPR_FACT,      MODEL_TABLE_fact      },
    {EXPR_MEMBERS,   MODEL_TABLE_collection},
};

static bool check_node(struct checker *c, uint32_t index)
{
    const struct expr_node *node = &model_nodes(c->model)[index];
    for (size_t i = 0; i < ARRAY_LENGTH(node_ids); i++) {
        if (node->op == node_ids[i].op && node->id >= c->model->counts[node_ids[i].table]) {
            return fail(c, STR("node"), STR("id"), index, STR("leads nowhere"));
        }
    }
    return true;
}

/* What a node says a field or fact gives is what it gives: evaluation trusts it. */
static bool is_typed(const struct checker *c, const struct expr_node *node)
{
    if (node->op == EXPR_FACT) {
        const struct model_fact *fact = model_fact_row(c->model, node->id);
        return node->type == fact->type && node->scale == (uint32_t)fact->scale;
    }
    if (node->op != EXPR_FIELD && node->op != EXPR_FOLLOW) {
        return true;
    }
    const struct model_field *field = model_field_row(c->model, node->id);
    return field->kind < FIELD__COUNT && node->type == model_field_type(field->kind) &&
           (node->op == EXPR_FIELD ? node->scale == (uint32_t)field->scale
                                   : node->type == VALUE_REFERENCE);
}

static bool check_nodes(struct checker *c)
{
    const struct expr_node *nodes = model_nodes(c->model);
    uint32_t count = c->model->counts[MODEL_TABLE_node];
    size_t at = 0;
    if (!expr_nodes_sound(c->arena, nodes, count, c->model->counts[MODEL_TABLE_expr_text], &at)) {
        return fail(c, STR("node"), STR("op"), (uint32_t)at, STR("no sound expression"));
    }
    struct str pool = {model_expr_text(c->model), c->model->counts[MODEL_TABLE_expr_text]};
    if (utf8_check(pool, NULL) != UTF8_FINE) {
        return fail(c, STR("expr_text"), STR("bytes"), 0, STR("no UTF-8 text"));
    }
    c->is_child = ARENA_ARRAY(c->arena, count, uint8_t);
    for (uint32_t i = 0; i < count; i++) {
        if (nodes[i].next != EXPR_NONE && nodes[i].next >= count) {
            return fail(c, STR("node"), STR("next"), i, STR("leads nowhere"));
        }
        for (uint32_t child = nodes[i].first; child != EXPR_NONE; child = nodes[child].next) {
            c->is_child[child] = 1;
        }
        if (!check_node(c, i)) {
            return false;
        }
        if (!is_typed(c, &nodes[i])) {
            return fail(c, STR("node"), STR("type"), i, STR("is not that of its field or fact"));
        }
    }
    return true;
}

static bool is_root(const struct checker *c, uint32_t node)
{
    return node < c->model->counts[MODEL_TABLE_node] && !c->is_child[node] &&
           model_nodes(c->model)[node].op != EXPR_MEMBERS &&
           model_nodes(c->model)[node].op != EXPR_FOLLOW;
}

static bool is_cell_sound(const struct checker *c, const struct model_column *column,
                          const uint32_t *cell)
{
    switch (column->kind) {
    case COLUMN_TEXT:
        return *cell % MODEL_TEXT_ALIGNMENT == 0 && *cell < c->model->counts[MODEL_TABLE_text] &&
               c->text_starts[*cell / MODEL_TEXT_ALIGNMENT];
    case COLUMN_REF:
        return *cell == MODEL_NONE ? !column->needed : *cell < c->model->counts[column->target];
    case COLUMN_ENUM:
        return *cell < model_set_shape((enum model_set)column->target)->count;
    case COLUMN_FIRST: /* the count stands behind it */
        return (uint64_t)cell[0] + cell[1] <= c->model->counts[column->target];
    case COLUMN_EXPR:
        return *cell == MODEL_NONE ? !column->needed : is_root(c, *cell);
    case COLUMN_FLAG:
        return *cell <= 1;
    case COLUMN_COUNT:
    case COLUMN_BITS:
    case COLUMN_NUMBER:
        return true;
    }
    return false;
}

static bool check_rows(struct checker *c, enum model_table table)
{
    const struct model_table_shape *shape = model_table_shape(table);
    const uint32_t *cells = c->model->rows[table];
    for (uint32_t row = 0; row < c->model->counts[table]; row++) {
        for (uint32_t i = 0; i < shape->column_count; i++, cells++) {
            if (!is_cell_sound(c, &shape->columns[i], cells)) {
                return fail(c, str_from(shape->name), str_from(shape->columns[i].name), row,
                            STR("leads nowhere"));
            }
        }
    }
    return true;
}

/* ---- what belongs together ------------------------------------------------------------------- */

#define AT(table, column) (offsetof(struct model_##table, column) / sizeof(uint32_t))

/* Rows of a range that must name their owner. */
static const struct {
    enum model_table owner;
    uint32_t range; /* column of first */
    enum model_table rows;
    uint32_t back; /* column of the owner's number */
} owned[] = {
#define OWNED(owner, range, rows, back)                                                            \
    MODEL_TABLE_##owner, AT(owner, range##_first), MODEL_TABLE_##rows, AT(rows, back)
    {OWNED(entity, fields, field, entity)},
    {OWNED(entity, lists, list, entity)},
    {OWNED(entity, collections, collection, entity)},
    {OWNED(entity, states, state, entity)},
    {OWNED(entity, transitions, transition, entity)},
    {OWNED(entity, audiences, audience_source, entity)},
    {OWNED(list, fields, field, list)},
    {OWNED(clock, watches, clock_watch, clock)},
    {OWNED(scheme, alternatives, scheme_alternative, scheme)},
    {OWNED(code_set, codes, code, set)},
    {OWNED(code_set, groups, code_group, set)},
    {OWNED(workspace, steps, workspace_step, workspace)},
#undef OWNED
};

static bool check_owned(struct checker *c)
{
    for (size_t i = 0; i < ARRAY_LENGTH(owned); i++) {
        for (uint32_t row = 0; row < c->model->counts[owned[i].owner]; row++) {
            const uint32_t *range = model_cells(c->model, owned[i].owner, row) + owned[i].range;
            for (uint32_t n = 0; n < range[1]; n++) {
                if (model_cells(c->model, owned[i].rows, range[0] + n)[owned[i].back] != row) {
                    return fail(c, str_from(model_table_shape(owned[i].rows)->name), STR("owner"),
                                range[0] + n, STR("is in the range of another"));
                }
            }
        }
    }
    return true;
}

/* What a row of some kind needs beside what every row of its table does. */
static const struct {
    enum model_table table;
    uint32_t kind, value; /* a column, and what it holds */
    uint32_t needed;      /* then this column is not MODEL_NONE */
} kind_needs[] = {
#define NEEDS(table, value, column) MODEL_TABLE_##table, AT(table, kind), value, AT(table, column)
    {NEEDS(field, FIELD_CODE, code_set)},
    {NEEDS(field, FIELD_CODES, code_set)},
    {NEEDS(field, FIELD_ROW, rows)},
    {NEEDS(entity, ENTITY_PART, parent)},
    {NEEDS(entity, ENTITY_ROOT, owner)},
    {NEEDS(effect, EFFECT_CREATE, entity)},
    {NEEDS(effect, EFFECT_DO, transition)},
    {NEEDS(form_item, ITEM_FIELD, field)},
    {NEEDS(form_item, ITEM_ROWS, list)},
    {NEEDS(form_item, ITEM_GRID, list)},
    {NEEDS(form_item, ITEM_GRID, grid_rows)},
    {NEEDS(form_item, ITEM_GRID, grid_columns)},
    {NEEDS(form_item, ITEM_TABLE, collection)},
    {NEEDS(form_item, ITEM_FACT, show)},
    {NEEDS(workspace_step, STEP_FORM, form)},
    {NEEDS(workspace_step, STEP_RECORDS, form)},
    {NEEDS(workspace_step, STEP_RECORDS, collection)},
    {NEEDS(panel, PANEL_EARLIER_CONTACT, list)},
    {NEEDS(panel, PANEL_RECORDS, collection)},
    {NEEDS(place, PLACE_LIST, list_view)},
    {NEEDS(place, PLACE_WORKSPACE, workspace)},
    {NEEDS(document_part, PART_TEXT, text)},
    {NEEDS(document_part, PART_TABLE, collection)},
#undef NEEDS
};

static bool check_kinds(struct checker *c)
{
    for (size_t i = 0; i < ARRAY_LENGTH(kind_needs); i++) {
        const struct model_table_shape *shape = model_table_shape(kind_needs[i].table);
        for (uint32_t row = 0; row < c->model->counts[kind_needs[i].table]; row++) {
            const uint32_t *cells = model_cells(c->model, kind_needs[i].table, row);
            if (cells[kind_needs[i].kind] == kind_needs[i].value &&
                cells[kind_needs[i].needed] == MODEL_NONE) {
                return fail(c, str_from(shape->name),
                            str_from(shape->columns[kind_needs[i].needed].name), row,
                            STR("is missing"));
            }
        }
    }
    return true;
}

/* Requirements ask for one thing, and somebody is told. */
static bool check_choices(struct checker *c)
{
    for (uint32_t row = 0; row < c->model->counts[MODEL_TABLE_requirement_item]; row++) {
        const struct model_requirement_item *item = model_requirement_item_row(c->model, row);
        if ((item->field != MODEL_NONE) + (item->fact != MODEL_NONE) + (item->list != MODEL_NONE) !=
            1) {
            return fail(c, STR("requirement_item"), STR("field"), row, STR("asks for one thing"));
        }
    }
    for (uint32_t row = 0; row < c->model->counts[MODEL_TABLE_effect]; row++) {
        const struct model_effect *effect = model_effect_row(c->model, row);
        if (effect->kind == EFFECT_TELL &&
            (effect->tell == MODEL_NONE) == (effect->decider == MODEL_NONE)) {
            return fail(c, STR("effect"), STR("tell"), row, STR("tells one"));
        }
    }
    return true;
}

static bool is_field_sound(const struct model_field *field)
{
    if (field->scale < 0 || field->scale > EXPR_SCALE_MAX || field->slot < 0 ||
        field->slot >= MODEL_FIELDS_MAX || field->from_count > MODEL_FROM_MAX ||
        (field->chosen == MODEL_NONE) != (field->from_count == 0)) {
        return false;
    }
    return field->kind != FIELD_REFERENCE || field->kernel || field->target != MODEL_NONE;
}

static bool check_fields(struct checker *c)
{
    for (uint32_t row = 0; row < c->model->counts[MODEL_TABLE_field]; row++) {
        const struct model_field *field = model_field_row(c->model, row);
        if (!is_field_sound(field)) {
            return fail(c, STR("field"), STR("kind"), row, STR("lacks what its kind needs"));
        }
        const struct model_entity *entity = model_entity_row(c->model, field->entity);
        uint32_t first = entity->fields_first, count = entity->fields_count;
        if (field->list != MODEL_NONE) {
            first = model_list_row(c->model, field->list)->fields_first;
            count = model_list_row(c->model, field->list)->fields_count;
        }
        if (row < first || row - first >= count || row - first != (uint32_t)field->slot) {
            return fail(c, STR("field"), STR("slot"), row, STR("is not its place"));
        }
    }
    for (uint32_t row = 0; row < c->model->counts[MODEL_TABLE_collection]; row++) {
        const struct model_collection *collection = model_collection_row(c->model, row);
        if ((collection->list == MODEL_NONE) == (collection->reference == MODEL_NONE)) {
            return fail(c, STR("collection"), STR("list"), row,
                        STR("is a list or a reference, not both"));
        }
    }
    return true;
}

/* A reference field of the entity itself, or none. */
static bool is_own_reference(const struct checker *c, uint32_t entity, uint32_t field)
{
    if (field == MODEL_NONE) {
        return true;
    }
    const struct model_field *row = model_field_row(c->model, field);
    return row->entity == entity && row->list == MODEL_NONE && row->kind == FIELD_REFERENCE &&
           row->target != MODEL_NONE;
}

/* Parents lead to the root that the entity names. */
static bool check_parents(struct checker *c)
{
    uint32_t total = c->model->counts[MODEL_TABLE_entity];
    for (uint32_t row = 0; row < total; row++) {
        const struct model_entity *entity = model_entity_row(c->model, row);
        if (!is_own_reference(c, row, entity->parent) || !is_own_reference(c, row, entity->owner)) {
            return fail(c, STR("entity"), STR("parent"), row, STR("is no reference of its own"));
        }
    }
    for (uint32_t row = 0; row < total; row++) {
        uint32_t at = row;
        uint32_t steps = 0;
        while (model_entity_row(c->model, at)->kind == ENTITY_PART && steps++ < total) {
            at = model_field_row(c->model, model_entity_row(c->model, at)->parent)->target;
        }
        if (model_entity_row(c->model, row)->root != at ||
            model_entity_row(c->model, at)->kind == ENTITY_PART) {
            return fail(c, STR("entity"), STR("root"), row, STR("is not where its parents lead"));
        }
    }
    return true;
}

/* Steps of a tree stand behind their parents, within one range. */
static bool check_loads(struct checker *c)
{
    for (uint32_t row = 0; row < c->model->counts[MODEL_TABLE_load_step]; row++) {
        const struct model_load_step *step = model_load_step_row(c->model, row);
        if ((step->parent != MODEL_NONE && step->parent >= row) ||
            (step->follow == MODEL_NONE) == (step->collect == MODEL_NONE)) {
            return fail(c, STR("load_step"), STR("parent"), row, STR("is no tree"));
        }
    }
    for (uint32_t row = 0; row < c->model->counts[MODEL_TABLE_back_step]; row++) {
        const struct model_back_step *step = model_back_step_row(c->model, row);
        if ((step->follow == MODEL_NONE) == (step->collect == MODEL_NONE)) {
            return fail(c, STR("back_step"), STR("follow"), row, STR("is one way, not both"));
        }
    }
    return true;
}

static uint32_t fact_root(void *context, uint32_t fact)
{
    const struct model *model = context;
    return model_fact_row(model, fact)->is;
}

static bool check_facts(struct checker *c)
{
    for (int t = 0; t < MODEL_TABLE__ROWS; t++) {
        const struct model_table_shape *shape = model_table_shape((enum model_table)t);
        for (uint32_t row = 0; row < c->model->counts[t]; row++) {
            const uint32_t *cells = model_cells(c->model, (enum model_table)t, row);
            for (uint32_t i = 0; i < shape->column_count; i++) {
                if (shape->columns[i].kind == COLUMN_EXPR && cells[i] != MODEL_NONE &&
                    !expr_ends(model_nodes(c->model), cells[i], fact_root, c->model)) {
                    return fail(c, str_from(shape->name), str_from(shape->columns[i].name), row,
                                STR("does not end"));
                }
            }
        }
    }
    return true;
}

static bool check_time(struct checker *c)
{
    const struct zone_transition *transitions = c->model->rows[MODEL_TABLE_zone_transition];
    const int32_t *holidays = c->model->rows[MODEL_TABLE_holiday];
    uint32_t count = c->model->counts[MODEL_TABLE_zone_transition];
    if (count == 0 || transitions[0].at_ms != INT64_MIN) {
        return fail(c, STR("zone_transition"), STR("at_ms"), 0, STR("has no beginning"));
    }
    for (uint32_t i = 0; i < count; i++) {
        if ((i > 0 && transitions[i].at_ms <= transitions[i - 1].at_ms) ||
            transitions[i].offset_s > OFFSET_MAX_S || transitions[i].offset_s < -OFFSET_MAX_S ||
            transitions[i].daylight > 1) {
            return fail(c, STR("zone_transition"), STR("at_ms"), i, STR("is not in order"));
        }
    }
    for (uint32_t i = 1; i < c->model->counts[MODEL_TABLE_holiday]; i++) {
        if (holidays[i] <= holidays[i - 1]) {
            return fail(c, STR("holiday"), STR("day"), i, STR("is not in order"));
        }
    }
    return true;
}

/* What rows and their references must be, of the base and of every view. */
static bool check_tables(struct checker *c)
{
    for (int t = 0; t < MODEL_TABLE__ROWS; t++) {
        if (!check_rows(c, (enum model_table)t)) {
            return false;
        }
    }
    if (c->model->counts[MODEL_TABLE_model] != 1) {
        return fail(c, STR("model"), STR("name"), 0, STR("stands once"));
    }
    return check_owned(c) && check_kinds(c) && check_choices(c) && check_fields(c) &&
           check_parents(c) && check_loads(c) && check_facts(c);
}

static bool check_all(struct checker *c, struct str image)
{
    return find_tables(c, image) && check_texts(c) && check_nodes(c) && check_tables(c) &&
           check_time(c);
}

/* ---- views of overlays ----------------------------------------------------------------------- */

/* Tables that a view cannot change: what it is made of, and what stands in expressions. */
static bool may_patch(const struct model *model, const struct model_patch *patch)
{
    if (patch->table < 0 || patch->table >= MODEL_TABLE__ROWS ||
        patch->table == MODEL_TABLE_overlay || patch->table == MODEL_TABLE_patch) {
        return false;
    }
    const struct model_table_shape *shape = model_table_shape((enum model_table)patch->table);
    return patch->row >= 0 && (uint32_t)patch->row < model->counts[patch->table] &&
           patch->column >= 0 && (uint32_t)patch->column < shape->column_count;
}

/* The base with the cells of an overlay: a table of its own for each that it changes. */
static bool make_view(struct checker *c, const struct model *base, uint32_t overlay)
{
    const struct model_overlay *row = model_overlay_row(base, overlay);
    uint32_t *own[MODEL_TABLE__ROWS] = {NULL};
    *c->model = *base;
    c->model->overlay = overlay;
    for (uint32_t i = 0; i < row->patches_count; i++) {
        const struct model_patch *patch = model_patch_row(base, row->patches_first + i);
        if (!may_patch(base, patch)) {
            return fail(c, STR("patch"), STR("row"), row->patches_first + i, STR("leads nowhere"));
        }
        const struct model_table_shape *shape = model_table_shape((enum model_table)patch->table);
        uint32_t **table = &own[patch->table];
        if (*table == NULL) {
            *table = arena_copy(c->arena, base->rows[patch->table],
                                (size_t)base->counts[patch->table] * shape->row_size);
            c->model->rows[patch->table] = *table;
        }
        (*table)[(size_t)patch->row * shape->column_count + (size_t)patch->column] =
            (uint32_t)patch->value;
    }
    return check_tables(c);
}

static bool make_views(struct checker *c, struct model *base)
{
    uint32_t count = base->counts[MODEL_TABLE_overlay];
    const struct model **views = ARENA_ARRAY(c->arena, (size_t)count + 1, const struct model *);
    views[0] = base;
    base->overlay = MODEL_NONE;
    base->views = views;
    for (uint32_t i = 0; i < count; i++) {
        struct model *view = ARENA_NEW(c->arena, struct model);
        c->model = view;
        views[i + 1] = view;
        if (!make_view(c, base, i)) {
            return false;
        }
    }
    return true;
}

enum status model_open(struct arena *arena, struct str image, struct outcome *outcome,
                       const struct model **ret_model)
{
    struct model *model = ARENA_NEW(arena, struct model);
    struct checker checker = {.arena = arena, .model = model};
    if (!check_all(&checker, image)) {
        outcome_problem(outcome, STATUS_INVALID, STR(""), STR("image"), checker.fault);
        return STATUS_INVALID;
    }
    model->zone = (struct zone){model_text(model, model_model_row(model, 0)->zone_name),
                                model->rows[MODEL_TABLE_zone_transition],
                                model->counts[MODEL_TABLE_zone_transition]};
    model_sort_codes(arena, model);
    if (!make_views(&checker, model)) {
        outcome_problem(outcome, STATUS_INVALID, STR(""), STR("image"), checker.fault);
        return STATUS_INVALID;
    }
    *ret_model = model;
    return STATUS_OK;
}
