/* See signed.h. */
#include "service/signed.h"

#include "service/document.h"

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
                              struct str *ret_bytes)
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
    return sheet_pack(set->arena, &copy, ret_bytes) ? STATUS_OK : STATUS_TOO_LARGE;
}
