/* See document_reads.h. */
#include "store/document_reads.h"

static void read_expression(struct document_reads *reads, uint32_t root);

static void read_title(struct document_reads *reads, uint32_t entity)
{
    if (!reads->titles[entity]) {
        reads->titles[entity] = true;
        read_expression(reads, model_entity_row(reads->model, entity)->title);
        read_expression(reads, model_entity_row(reads->model, entity)->subtitle);
    }
}

static void read_field(struct document_reads *reads, uint32_t field)
{
    if (!reads->fields[field]) {
        reads->fields[field] = true;
        read_expression(reads, model_field_row(reads->model, field)->derived);
    }
}

static void read_node(void *context, uint32_t node)
{
    struct document_reads *reads = context;
    const struct expr_node *row = &model_nodes(reads->model)[node];
    switch (row->op) {
    case EXPR_FIELD: { /* a reference is shown by the title of what it leads to */
        const struct model_field *field = model_field_row(reads->model, row->id);
        read_field(reads, row->id);
        if (field->kind == FIELD_REFERENCE && field->target != MODEL_NONE) {
            read_title(reads, field->target);
        }
        break;
    }
    case EXPR_FOLLOW:
    case EXPR_WHY:
    case EXPR_ADDRESSED:
        read_field(reads, row->id);
        break;
    case EXPR_FACT:
        if (!reads->facts[row->id]) {
            reads->facts[row->id] = true;
            read_expression(reads, model_fact_row(reads->model, row->id)->is);
        }
        break;
    default:
        break;
    }
}

static void read_expression(struct document_reads *reads, uint32_t root)
{
    if (root != MODEL_NONE) {
        expr_walk(model_nodes(reads->model), root, read_node, reads);
    }
}

static void read_part(struct document_reads *reads, const struct model_document_part *part)
{
    read_expression(reads, part->text);
    read_expression(reads, part->collection_of);
    read_expression(reads, part->where);
    for (uint32_t i = 0; i < part->columns_count; i++) {
        read_expression(reads, model_list_column_row(reads->model, part->columns_first + i)->value);
    }
}

struct document_reads document_reads_of(struct arena *arena, const struct model *model,
                                        const struct model_document *document)
{
    struct document_reads reads = {
        .model = model,
        .document = document,
        .fields = ARENA_ARRAY(arena, model_field_total(model), bool),
        .facts = ARENA_ARRAY(arena, model_fact_total(model), bool),
        .titles = ARENA_ARRAY(arena, model_entity_total(model), bool),
    };
    read_title(&reads, document->entity);
    for (uint32_t i = 0; i < document->parts_count; i++) {
        read_part(&reads, model_document_part_row(model, document->parts_first + i));
    }
    return reads;
}

bool document_signs(const struct model *model, uint32_t list)
{
    return model_signature(model, list) != MODEL_NONE;
}

/* ---- classes ---- */

static void note(bool *classes, uint32_t class)
{
    if (class != MODEL_NONE) {
        classes[class] = true;
    }
}

static void note_document(const struct document_reads *reads, bool *classes)
{
    const struct model *model = reads->model;
    const struct model_document *document = reads->document;
    const struct model_entity *entity = model_entity_row(model, document->entity);
    for (uint32_t i = 0; i < document->parts_count; i++) {
        const struct model_document_part *part =
            model_document_part_row(model, document->parts_first + i);
        note(classes, part->class);
        for (uint32_t k = 0; k < part->columns_count; k++) {
            note(classes, model_list_column_row(model, part->columns_first + k)->class);
        }
    }
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(model, entity->lists_first + i);
        bool is_signed = document_signs(model, entity->lists_first + i);
        for (uint32_t k = 0; is_signed && k < list->fields_count; k++) {
            note(classes, model_field_row(model, list->fields_first + k)->class);
        }
    }
}

struct document_classes document_classes_of(struct arena *arena, const struct document_reads *reads,
                                            uint32_t entity)
{
    const struct model *model = reads->model;
    uint32_t total = model_record_class_total(model);
    bool *classes = ARENA_ARRAY(arena, total, bool);
    struct document_classes found = {0};
    for (uint32_t i = 0; i < model_field_total(model); i++) {
        const struct model_field *field = model_field_row(model, i);
        if (reads->fields[i] && field->entity == entity) {
            note(classes, field->class);
        }
    }
    if (entity == reads->document->entity) {
        note_document(reads, classes);
    }
    for (uint32_t i = 0; i < total; i++) {
        if (classes[i]) {
            LIST_PUSH(arena, &found.items, i);
        }
    }
    return found;
}
