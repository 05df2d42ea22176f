/* Reading an opened model: names, codes by day and version, words of the closed sets. */
#include "unit.h"

#include "post_model.h"

static void names_are_found(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = post_model(&arena);
    uint32_t letter = model_entity_by_name(model, STR("letter"));
    assert_text(model_text(model, model_entity_row(model, letter)->label), "Letter");
    uint32_t subject = model_field_by_name(model, letter, STR("subject"));
    assert_text(model_text(model, model_field_row(model, subject)->label), "Subject");
    assert_int_equal(model_field_row(model, subject)->entity, letter);
    uint32_t stamps = model_list_by_name(model, letter, STR("stamps"));
    uint32_t value = model_list_field_by_name(model, stamps, STR("value"));
    assert_int_equal(model_field_row(model, value)->list, stamps);
    assert_int_not_equal(model_state_by_name(model, letter, STR("sent")), MODEL_NONE);
    assert_int_not_equal(model_transition_by_name(model, letter, STR("send")), MODEL_NONE);
    assert_int_not_equal(model_collection_by_name(model, letter, STR("stamps")), MODEL_NONE);
    assert_int_not_equal(model_clock_by_name(model, STR("answer")), MODEL_NONE);
    assert_int_not_equal(model_role_by_name(model, STR("clerk")), MODEL_NONE);
}

static void what_is_not_there_is_none(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = post_model(&arena);
    uint32_t agency = model_entity_by_name(model, STR("agency"));
    assert_int_equal(model_entity_by_name(model, STR("parcel")), MODEL_NONE);
    assert_int_equal(model_entity_by_name(model, STR("")), MODEL_NONE);
    assert_int_equal(model_field_by_name(model, agency, STR("subject")), MODEL_NONE);
    /* What refers to an office without a name is a collection that no name finds. */
    assert_int_equal(model_entity_row(model, agency)->collections_count, 1);
    assert_int_equal(model_collection_by_name(model, agency, STR("")), MODEL_NONE);
    assert_int_equal(model_form_by_name(model, STR("letter")), MODEL_NONE);
}

static void kernel_fields_stand_behind_the_model_s_own(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = post_model(&arena);
    uint32_t letter = model_entity_by_name(model, STR("letter"));
    const struct model_entity *entity = model_entity_row(model, letter);
    bool kernel = false;
    for (uint32_t i = 0; i < entity->fields_count; i++) {
        const struct model_field *field = model_field_row(model, entity->fields_first + i);
        assert_int_equal(field->slot, i);
        assert_true(!kernel || field->kernel);
        kernel = field->kernel != 0;
    }
    assert_int_equal(model_field_row(model, model_field_by_name(model, letter, STR("id")))->slot,
                     5);
}

static void a_code_has_the_wording_of_its_day(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = post_model(&arena);
    uint32_t colour = model_row_by_name(model, MODEL_TABLE_code_set, STR("colour"));
    struct date last = {0}, first = {0};
    assert_true(date_parse(STR("2026-05-31"), &last));
    assert_true(date_parse(STR("2026-06-01"), &first));
    uint32_t old = model_code_on(model, colour, STR("RED"), last.day);
    uint32_t new = model_code_on(model, colour, STR("RED"), first.day);
    assert_text(model_text(model, model_code_row(model, old)->label), "Red");
    assert_text(model_text(model, model_code_row(model, new)->label), "Bright red");
    assert_int_equal(model_code_row(model, new)->replaces, old);
    assert_int_equal(model_code_on(model, colour, STR("RED"), MODEL_NO_BOUND), new);
    assert_int_equal(model_code_on(model, colour, STR("GREEN"), last.day), MODEL_NONE);
    assert_int_equal(model_code_version(model, colour, STR("RED"), 1), old);
    assert_int_equal(model_code_version(model, colour, STR("RED"), 2), new);
    assert_int_equal(model_code_version(model, colour, STR("RED"), 3), MODEL_NONE);
    assert_int_equal(model_code_version(model, colour, STR("RE"), 1), MODEL_NONE);
}

static void a_stored_code_keeps_its_own_wording(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = post_model(&arena);
    uint32_t colour = model_row_by_name(model, MODEL_TABLE_code_set, STR("colour"));
    struct value_code stored = {STR("RED"), 1};
    assert_text(model_code_label(model, colour, stored), "Red");
    struct value_code unknown = {STR("PINK"), 1};
    assert_text(model_code_label(model, colour, unknown), "PINK");
}

static void texts_end_with_a_nul_that_is_not_counted(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct model *model = post_model(&arena);
    struct str name = model_text(model, model_model_row(model, 0)->name);
    assert_text(name, "post");
    assert_int_equal(name.p[name.n], '\0');
    assert_int_equal(model_text(model, 0).n, 0);
}

static void words_of_the_sets_are_read_back(void **state)
{
    (void)state;
    enum model_field_kind kind = FIELD_TEXT;
    assert_true(model_field_kind_parse(STR("yes_no"), &kind));
    assert_int_equal(kind, FIELD_YES_NO);
    assert_false(model_field_kind_parse(STR("yesno"), &kind));
    assert_int_equal(kind, FIELD_YES_NO);
    for (int set = 0; set < MODEL_SET__COUNT; set++) {
        const struct model_set_shape *shape = model_set_shape((enum model_set)set);
        for (uint32_t i = 0; i < shape->count; i++) {
            assert_int_equal(model_set_find((enum model_set)set, str_from(shape->words[i].name)),
                             i);
        }
    }
}

/* Two sets belong to lower layers, which name them, too. */
static void lower_layers_use_the_same_words(void **state)
{
    (void)state;
    for (uint32_t type = 0; type < VALUE__COUNT; type++) {
        assert_str_equal(value_type_name((enum value_type)type),
                         str_from(model_set_shape(MODEL_SET_value_kind)->words[type].name));
    }
    for (uint32_t unit = 0; unit < UNIT__COUNT; unit++) {
        assert_str_equal(time_unit_name((enum time_unit)unit),
                         str_from(model_set_shape(MODEL_SET_time_unit)->words[unit].name));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(what_is_not_there_is_none),
        cmocka_unit_test(kernel_fields_stand_behind_the_model_s_own),
        cmocka_unit_test(a_code_has_the_wording_of_its_day),
        cmocka_unit_test(a_stored_code_keeps_its_own_wording),
        cmocka_unit_test(texts_end_with_a_nul_that_is_not_counted),
        cmocka_unit_test(words_of_the_sets_are_read_back),
        cmocka_unit_test(lower_layers_use_the_same_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
