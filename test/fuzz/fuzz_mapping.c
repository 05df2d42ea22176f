/* Any bytes as a mapping of foreign files onto a model: reading ends; what is wrong is said; what
 * is accepted names only what the model has, within its limits. */
#include "fuzz_model.h"

#include "base/utf8.h"
#include "exchange/mapping.h"

static void check_table(const struct model *model, const struct mapping_table *table)
{
    CHECK(table->name.n > 0 && table->file.n > 0);
    CHECK(table->file.p[0] != '/' && str_find(table->file, STR("..")) < 0);
    CHECK(table->key_count <= MAPPING_KEY_MAX && table->field_count <= MAPPING_COLUMNS_MAX);
    CHECK(table->staged.n > 0 || table->entity < model_entity_total(model));
    CHECK(table->list == MODEL_NONE || table->list < model_list_total(model));
    for (size_t i = 0; i < table->field_count; i++) {
        const struct mapping_field *field = &table->fields[i];
        CHECK(field->name.n > 0 && (field->column.n > 0 || field->always.n > 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct outcome outcome;
    struct mapping mapping;
    const struct model *model = fuzz_model();
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    outcome_init(&outcome, &arena);
    enum status status = mapping_read(&arena, model, STR("mapping.yaml"),
                                      (struct str){(const char *)data, size}, &outcome, &mapping);
    CHECK((status == STATUS_OK) == (outcome.problems.count == 0));
    for (size_t i = 0; i < outcome.problems.count; i++) {
        CHECK(outcome.problems.items[i].message.n > 0);
        CHECK(utf8_check(outcome.problems.items[i].message, NULL) == UTF8_FINE);
    }
    CHECK(status != STATUS_OK || (mapping.name.n > 0 && mapping.tables != NULL));
    for (size_t i = 0; status == STATUS_OK && i < mapping.table_count; i++) {
        check_table(model, &mapping.tables[i]);
    }
    arena_clear(&arena);
    return 0;
}
