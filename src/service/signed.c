/* See signed.h. */
#include "service/signed.h"

#include "service/document.h"

/* The stricter of two classes; MODEL_NONE is that of the record, which no other one is below. */
static uint32_t stricter(const struct model *model, uint32_t one, uint32_t other)
{
    if (one == MODEL_NONE || other == MODEL_NONE) {
        return one == MODEL_NONE ? other : one;
    }
    return model_record_class_row(model, one)->rank >= model_record_class_row(model, other)->rank
               ? one
               : other;
}

/* What may stand on the document: its parts, the columns of its tables, and what signers say. */
static uint32_t class_of(const struct model *model, const struct model_document *document)
{
    const struct model_entity *entity = model_entity_row(model, document->entity);
    uint32_t class = MODEL_NONE;
    for (uint32_t i = 0; i < document->parts_count; i++) {
        const struct model_document_part *part =
            model_document_part_row(model, document->parts_first + i);
        class = stricter(model, class, part->class);
        for (uint32_t k = 0; k < part->columns_count; k++) {
            class = stricter(model, class,
                             model_list_column_row(model, part->columns_first + k)->class);
        }
    }
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(model, entity->lists_first + i);
        bool is_signed = model_signature(model, entity->lists_first + i) != MODEL_NONE;
        for (uint32_t k = 0; is_signed && k < list->fields_count; k++) {
            class = stricter(model, class, model_field_row(model, list->fields_first + k)->class);
        }
    }
    return class;
}

/* Who has signed, or said that they do not. */
static void find_names(struct arena *arena, const struct sheet *sheet, struct signed_sheets *sheets)
{
    LIST(struct str) names = {0};
    for (size_t i = 0; i < sheet->parts_count; i++) {
        const struct sheet_part *part = &sheet->parts[i];
        for (size_t k = 0; k < part->signers_count; k++) {
            if (part->signers[k].how.n > 0) {
                LIST_PUSH(arena, &names, part->signers[k].name);
            }
        }
    }
    sheets->names = names.items;
    sheets->names_count = names.count;
}

enum status service_make_copy(struct store_reader *reader, struct work_set *set,
                              struct record *record, uint32_t document, bool whole,
                              struct str *ret_bytes, uint32_t *ret_class)
{
    const struct model *model = set->model;
    const struct model_document *shape = model_document_row(model, document);
    uint32_t languages = model_language_total(model);
    struct sheet *sheets = ARENA_ARRAY(set->arena, languages + 1, struct sheet);
    struct signed_sheets copy = {.sheets = sheets};
    struct document drawn;
    TRY(document_of(reader, set, shape, record, &drawn));
    drawn.with_pictures = true;
    drawn.whole = whole;
    TRY(document_sheet(&drawn, &sheets[copy.sheets_count++]));
    for (uint32_t i = 0; i < languages; i++) {
        if (document_has(&drawn, i)) {
            drawn.language = i;
            TRY(document_sheet(&drawn, &sheets[copy.sheets_count++]));
        }
    }
    find_names(set->arena, &sheets[0], &copy);
    *ret_class = class_of(model, shape);
    return sheet_pack(set->arena, &copy, ret_bytes) ? STATUS_OK : STATUS_TOO_LARGE;
}
