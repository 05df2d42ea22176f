/* The shapes of the tables: tables.def as data. */
#include "model/model.h"

#define TABLE_BEGIN(table) static const struct model_column table##_columns[] = {
#define TEXT(column) {#column, COLUMN_TEXT, false, 0},
#define REF(column, target) {#column, COLUMN_REF, false, MODEL_TABLE_##target},
#define NEED_REF(column, target) {#column, COLUMN_REF, true, MODEL_TABLE_##target},
#define ENUM(column, set) {#column, COLUMN_ENUM, false, MODEL_SET_##set},
#define RANGE(column, target)                                                                      \
    {#column, COLUMN_FIRST, false, MODEL_TABLE_##target},                                          \
        {#column, COLUMN_COUNT, false, MODEL_TABLE_##target},
#define EXPR(column) {#column, COLUMN_EXPR, false, 0},
#define NEED_EXPR(column) {#column, COLUMN_EXPR, true, 0},
#define FLAG(column) {#column, COLUMN_FLAG, false, 0},
#define BITS(column) {#column, COLUMN_BITS, false, 0},
#define NUMBER(column) {#column, COLUMN_NUMBER, false, 0},
#define TABLE_END(table)                                                                           \
    }                                                                                              \
    ;                                                                                              \
    _Static_assert(sizeof(struct model_##table) ==                                                 \
                       ARRAY_LENGTH(table##_columns) * sizeof(uint32_t),                           \
                   "a row is its columns");
#include "model/tables.def"

static const struct model_table_shape shapes[MODEL_TABLE__COUNT] = {
#define TABLE_BEGIN(table)                                                                         \
    [MODEL_TABLE_##table] = {#table, sizeof(struct model_##table), table##_columns,                \
                             ARRAY_LENGTH(table##_columns)},
#include "model/tables.def"
    [MODEL_TABLE_node] = {"node", sizeof(struct expr_node), NULL, 0},
    [MODEL_TABLE_expr_text] = {"expr_text", 1, NULL, 0},
    [MODEL_TABLE_zone_transition] = {"zone_transition", sizeof(struct zone_transition), NULL, 0},
    [MODEL_TABLE_holiday] = {"holiday", sizeof(int32_t), NULL, 0},
    [MODEL_TABLE_text] = {"text", 1, NULL, 0},
};

const struct model_table_shape *model_table_shape(enum model_table table)
{
    CHECK((unsigned)table < MODEL_TABLE__COUNT);
    return &shapes[table];
}
