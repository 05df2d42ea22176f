/* Sealed fields: their values are ciphertext to every list, rule and fact, and are opened only for
 * a page or form of their own record. So no expression may read one. Two things remain: to ask
 * whether it is answered at all ("why" and "is addressed" say nothing of the value), and to stand
 * as a column among the rows of a form, which is a place where it is typed. */
#include "compile/link.h"

/* The sealed field that an expression reads, or MODEL_NONE. */
static uint32_t sealed_in(struct build *build, uint32_t root)
{
    const struct expr_node *node = &build->program.nodes.items[root];
    if (node->op == EXPR_FIELD && field_at(build, node->id)->sealed) {
        return node->id;
    }
    for (uint32_t child = node->first; child != EXPR_NONE;
         child = build->program.nodes.items[child].next) {
        uint32_t found = sealed_in(build, child);
        if (found != MODEL_NONE) {
            return found;
        }
    }
    return MODEL_NONE;
}

/* The columns of rows in forms that are plainly fields. */
static void note_form_columns(struct build *build, uint8_t *typed)
{
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_form_item); i++) {
        const struct model_form_item *item = form_item_at(build, i);
        for (uint32_t k = 0; k < item->columns_count && item->kind == ITEM_ROWS; k++) {
            typed[item->columns_first + k] = 1;
        }
    }
}

static void refuse(struct build *build, enum model_table table, uint32_t row, const char *key,
                   uint32_t field)
{
    const struct origin *origin = build_origin(build, table, row);
    const struct yaml_pair *pair =
        origin->node != NULL ? yaml_find(origin->node, str_from(key)) : NULL;
    MESSAGE(build->messages, pair ? pair->value->place : origin->place,
            described(build, MODEL_TABLE_field, field),
            STR(" is sealed: no list, rule or fact can read it. Ask whether it 'is addressed', or "
                "give it 'found_by' and look it up by its value"));
}

static void check_table(struct build *build, enum model_table table, const uint8_t *typed)
{
    const struct model_table_shape *shape = model_table_shape(table);
    for (uint32_t row = 0; row < build_count(build, table); row++) {
        if (table == MODEL_TABLE_list_column && typed[row]) {
            continue;
        }
        for (uint32_t i = 0; i < shape->column_count; i++) {
            uint32_t root = shape->columns[i].kind == COLUMN_EXPR
                                ? *build_cell(build, (struct cell){table, row, i})
                                : MODEL_NONE;
            uint32_t field = root == MODEL_NONE ? MODEL_NONE : sealed_in(build, root);
            if (field != MODEL_NONE) {
                refuse(build, table, row, shape->columns[i].name, field);
            }
        }
    }
}

/* A text that is looked over needs those whom it must not tell. */
static void check_protection(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_field); row++) {
        const struct model_field *field = field_at(build, row);
        if (field->reporter_safe && entity_at(build, field->entity)->protects == MODEL_NONE) {
            MESSAGE(
                build->messages, build_origin(build, MODEL_TABLE_field, row)->place,
                described(build, MODEL_TABLE_field, row),
                STR(" is 'reporter_safe'; its entity needs 'protects': whose identity its texts "
                    "must not tell"));
        }
    }
}

void link_sealed(struct build *build)
{
    check_protection(build);
    uint8_t *typed =
        ARENA_ARRAY(build->arena, build_count(build, MODEL_TABLE_list_column), uint8_t);
    note_form_columns(build, typed);
    for (int table = 0; table < MODEL_TABLE__ROWS; table++) {
        check_table(build, (enum model_table)table, typed);
    }
}
