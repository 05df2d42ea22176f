/* Reading an opened model: rows, texts, names and codes. */
#include "model/model.h"

#include <string.h>

#include "model/model_int.h"

#define TABLE_BEGIN(table)                                                                         \
    const struct model_##table *model_##table##_row(const struct model *model, uint32_t row)       \
    {                                                                                              \
        const struct model_##table *rows = model->rows[MODEL_TABLE_##table];                       \
        CHECK(row < model->counts[MODEL_TABLE_##table]);                                           \
        return rows + row;                                                                         \
    }                                                                                              \
    uint32_t model_##table##_total(const struct model *model)                                      \
    {                                                                                              \
        return model->counts[MODEL_TABLE_##table];                                                 \
    }
#include "model/tables.def"

uint32_t model_total(const struct model *model, enum model_table table)
{
    CHECK((unsigned)table < MODEL_TABLE__ROWS);
    return model->counts[table];
}

const uint32_t *model_cells(const struct model *model, enum model_table table, uint32_t row)
{
    CHECK(row < model_total(model, table));
    const uint32_t *cells = model->rows[table];
    return cells + (size_t)row * model_table_shape(table)->column_count;
}

/* ---- overlays ------------------------------------------------------------------------------ */

const struct model *model_view(const struct model *model, uint32_t overlay)
{
    CHECK(overlay == MODEL_NONE || overlay < model->counts[MODEL_TABLE_overlay]);
    return model->views[overlay == MODEL_NONE ? 0 : overlay + 1];
}

bool model_has_field(const struct model *model, uint32_t field)
{
    uint32_t overlay = model_field_row(model, field)->overlay;
    return overlay == MODEL_NONE || overlay == model->overlay;
}

bool model_has_clock(const struct model *model, uint32_t clock)
{
    uint32_t overlay = model_clock_row(model, clock)->overlay;
    return overlay == MODEL_NONE || overlay == model->overlay;
}

struct str model_text(const struct model *model, uint32_t text)
{
    const char *pool = model->rows[MODEL_TABLE_text];
    uint32_t length = 0;
    CHECK(text < model->counts[MODEL_TABLE_text] && text % MODEL_TEXT_ALIGNMENT == 0);
    memcpy(&length, pool + text, sizeof(length));
    return (struct str){pool + text + sizeof(length), length};
}

const struct expr_node *model_nodes(const struct model *model)
{
    return model->rows[MODEL_TABLE_node];
}

const char *model_expr_text(const struct model *model)
{
    return model->rows[MODEL_TABLE_expr_text];
}

struct calendar model_calendar(const struct model *model)
{
    return (struct calendar){&model->zone, model->rows[MODEL_TABLE_holiday],
                             model->counts[MODEL_TABLE_holiday]};
}

enum value_type model_field_type(enum model_field_kind kind)
{
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
        return VALUE_TEXT;
    case FIELD_YES_NO:
        return VALUE_BOOLEAN;
    case FIELD_INTEGER:
        return VALUE_INTEGER;
    case FIELD_DECIMAL:
        return VALUE_DECIMAL;
    case FIELD_DATE:
        return VALUE_DATE;
    case FIELD_DATETIME:
        return VALUE_DATETIME;
    case FIELD_CODE:
        return VALUE_CODE;
    case FIELD_REFERENCE:
    case FIELD_ROW:
    case FIELD_ATTACHMENT: /* the id of what is kept elsewhere: there or not */
    case FIELD_SIGNATURE:
        return VALUE_REFERENCE;
    case FIELD_CODES: /* no one value: only "is addressed" can be asked */
    case FIELD__COUNT:
        break;
    }
    return VALUE_UNSET;
}

/* ---- names -------------------------------------------------------------------------------- */

/* The row of a range whose first column, its name, is that text. */
static uint32_t find_name(const struct model *model, enum model_table table, uint32_t first,
                          uint32_t count, struct str name)
{
    const uint32_t *cells = model->rows[table];
    size_t width = model_table_shape(table)->column_count;
    CHECK((uint64_t)first + count <= model->counts[table]);
    for (uint32_t row = first; name.n > 0 && row < first + count; row++) {
        if (str_eq(model_text(model, cells[row * width]), name)) {
            return row;
        }
    }
    return MODEL_NONE;
}

uint32_t model_row_by_name(const struct model *model, enum model_table table, struct str name)
{
    CHECK(table < MODEL_TABLE__ROWS);
    return find_name(model, table, 0, model->counts[table], name);
}

uint32_t model_entity_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_entity, name);
}

uint32_t model_form_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_form, name);
}

uint32_t model_list_view_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_list_view, name);
}

uint32_t model_workspace_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_workspace, name);
}

uint32_t model_document_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_document, name);
}

uint32_t model_pack_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_pack, name);
}

uint32_t model_language_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_language, name);
}

uint32_t model_role_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_role, name);
}

uint32_t model_clock_by_name(const struct model *model, struct str name)
{
    return model_row_by_name(model, MODEL_TABLE_clock, name);
}

uint32_t model_field_by_name(const struct model *model, uint32_t entity, struct str name)
{
    const struct model_entity *row = model_entity_row(model, entity);
    return find_name(model, MODEL_TABLE_field, row->fields_first, row->fields_count, name);
}

uint32_t model_list_by_name(const struct model *model, uint32_t entity, struct str name)
{
    const struct model_entity *row = model_entity_row(model, entity);
    return find_name(model, MODEL_TABLE_list, row->lists_first, row->lists_count, name);
}

uint32_t model_list_field_by_name(const struct model *model, uint32_t list, struct str name)
{
    const struct model_list *row = model_list_row(model, list);
    return find_name(model, MODEL_TABLE_field, row->fields_first, row->fields_count, name);
}

uint32_t model_signature(const struct model *model, uint32_t list)
{
    const struct model_list *row = model_list_row(model, list);
    for (uint32_t i = row->fields_first; i < row->fields_first + row->fields_count; i++) {
        if (model_field_row(model, i)->kind == FIELD_SIGNATURE) {
            return i;
        }
    }
    return MODEL_NONE;
}

uint32_t model_state_by_name(const struct model *model, uint32_t entity, struct str name)
{
    const struct model_entity *row = model_entity_row(model, entity);
    return find_name(model, MODEL_TABLE_state, row->states_first, row->states_count, name);
}

uint32_t model_transition_by_name(const struct model *model, uint32_t entity, struct str name)
{
    const struct model_entity *row = model_entity_row(model, entity);
    return find_name(model, MODEL_TABLE_transition, row->transitions_first, row->transitions_count,
                     name);
}

uint32_t model_collection_by_name(const struct model *model, uint32_t entity, struct str name)
{
    const struct model_entity *row = model_entity_row(model, entity);
    return find_name(model, MODEL_TABLE_collection, row->collections_first, row->collections_count,
                     name);
}

/* ---- codes -------------------------------------------------------------------------------- */

/* By set, then code, then version. */
static int compare_code(const struct model *model, uint32_t row, uint32_t set, struct str code,
                        int64_t version)
{
    const struct model_code *have = model_code_row(model, row);
    if (have->set != set) {
        return have->set < set ? -1 : 1;
    }
    int order = str_compare(model_text(model, have->code), code);
    if (order != 0) {
        return order;
    }
    return (have->version > version) - (have->version < version);
}

static bool is_before(const struct model *model, uint32_t a, uint32_t b)
{
    const struct model_code *other = model_code_row(model, b);
    return compare_code(model, a, other->set, model_text(model, other->code), other->version) < 0;
}

/* Heap sort: the core has no qsort, and a code table may come in any order. */
static void sift(const struct model *model, uint32_t *heap, size_t at, size_t count)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && is_before(model, heap[child], heap[child + 1])) {
            child++;
        }
        if (!is_before(model, heap[at], heap[child])) {
            return;
        }
        uint32_t swapped = heap[at];
        heap[at] = heap[child];
        heap[child] = swapped;
        at = child;
    }
}

void model_sort_codes(struct arena *arena, struct model *model)
{
    size_t count = model->counts[MODEL_TABLE_code];
    uint32_t *codes = ARENA_ARRAY(arena, count, uint32_t);
    for (size_t i = 0; i < count; i++) {
        codes[i] = (uint32_t)i;
    }
    for (size_t i = count / 2; i-- > 0;) {
        sift(model, codes, i, count);
    }
    for (size_t end = count; end > 1; end--) {
        uint32_t last = codes[0];
        codes[0] = codes[end - 1];
        codes[end - 1] = last;
        sift(model, codes, 0, end - 1);
    }
    model->codes = codes;
}

/* The first position in model->codes that is not before (set, code, version). */
static uint32_t position_of(const struct model *model, uint32_t set, struct str code,
                            int64_t version)
{
    uint32_t low = 0, high = model->counts[MODEL_TABLE_code];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_code(model, model->codes[middle], set, code, version) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether the row at a position is of that code. */
static bool is_code_at(const struct model *model, uint32_t position, uint32_t set, struct str code)
{
    if (position >= model->counts[MODEL_TABLE_code]) {
        return false;
    }
    const struct model_code *row = model_code_row(model, model->codes[position]);
    return row->set == set && str_eq(model_text(model, row->code), code);
}

uint32_t model_code_on(const struct model *model, uint32_t set, struct str code, int32_t day)
{
    uint32_t found = MODEL_NONE;
    for (uint32_t at = position_of(model, set, code, INT64_MIN); is_code_at(model, at, set, code);
         at++) {
        const struct model_code *row = model_code_row(model, model->codes[at]);
        bool begun = row->from_day == MODEL_NO_BOUND || row->from_day <= day;
        bool ended = row->to_day != MODEL_NO_BOUND && row->to_day < day;
        if (day == MODEL_NO_BOUND || (begun && !ended)) {
            found = model->codes[at];
        }
    }
    return found;
}

uint32_t model_code_version(const struct model *model, uint32_t set, struct str code,
                            uint32_t version)
{
    uint32_t at = position_of(model, set, code, version);
    if (!is_code_at(model, at, set, code)) {
        return MODEL_NONE;
    }
    uint32_t row = model->codes[at];
    return model_code_row(model, row)->version == (int64_t)version ? row : MODEL_NONE;
}

struct str model_code_label(const struct model *model, uint32_t set, struct value_code code)
{
    uint32_t row = model_code_version(model, set, code.code, code.version);
    return row == MODEL_NONE ? code.code : model_text(model, model_code_row(model, row)->label);
}

const struct model_c_name *model_c_name(const struct model *model, uint32_t c_name)
{
    return model_c_name_row(model, c_name);
}
