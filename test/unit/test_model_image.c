/* The image as untrusted bytes: whatever is changed in it, it is refused, or can be read. */
#include "unit.h"

#include <string.h>

#include "compile/dump.h"
#include "post_model.h"

static enum status open_image(struct arena *arena, struct str image, const struct model **ret_model)
{
    struct outcome outcome;
    outcome_init(&outcome, arena);
    enum status status = model_open(arena, image, &outcome, ret_model);
    /* Who is refused is told why. */
    assert_int_equal(outcome.problems.count, status == STATUS_OK ? 0 : 1);
    return status;
}

/* Opens a changed copy and, when it is accepted, reads all of it. */
static bool survives(struct str image)
{
    TEST_ARENA(arena);
    const struct model *model = NULL;
    if (open_image(&arena, image, &model) != STATUS_OK) {
        return false;
    }
    assert_true(dump_model(&arena, model).n > 0);
    return true;
}

static void the_same_model_gives_the_same_bytes(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct compile_file turned[POST_FILES];
    struct compile_result result;
    for (size_t i = 0; i < POST_FILES; i++) {
        turned[i] = post_files[POST_FILES - 1 - i];
    }
    assert_int_equal(compile_texts(&arena, turned, POST_FILES, STR(""), &result), STATUS_OK);
    assert_str_equal(post_image(&arena, STR("")), result.image);
}

static void a_cut_image_is_refused(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str image = post_image(&arena, STR(""));
    for (size_t size = 0; size < image.n; size++) {
        assert_false(survives(str_slice(image, 0, size)));
    }
    char *longer = arena_alloc(&arena, image.n + 8);
    memcpy(longer, image.p, image.n);
    assert_false(survives((struct str){longer, image.n + 8}));
}

static void an_image_must_be_aligned(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct str image = post_image(&arena, STR(""));
    char *shifted = arena_alloc(&arena, image.n + 8);
    memcpy(shifted + 4, image.p, image.n);
    assert_false(survives((struct str){shifted + 4, image.n}));
}

static void another_version_of_hearth_is_told_so(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct outcome outcome;
    const struct model *model = NULL;
    struct str image = post_image(&arena, STR(""));
    char *changed = arena_copy(&arena, image.p, image.n);
    changed[8]++; /* the format, behind the magic */
    outcome_init(&outcome, &arena);
    assert_int_equal(model_open(&arena, (struct str){changed, image.n}, &outcome, &model),
                     STATUS_INVALID);
    assert_text(outcome.problems.items[0].message,
                "the image was made by another version of Hearth; compile the model again");
}

/* Every number of the image is changed, one at a time, to values that lead far away and nearby. */
static void a_changed_number_is_refused_or_harmless(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    static const uint32_t wild[] = {0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    struct str image = post_image(&arena, STR(""));
    char *changed = arena_copy(&arena, image.p, image.n);
    size_t refused = 0, accepted = 0;
    uint32_t tables = 0, description = 0;
    memcpy(&tables, image.p + 12, sizeof(tables));
    memcpy(&description, image.p + 24, sizeof(description));
    size_t described = 32 + (size_t)tables * sizeof(uint32_t); /* text: test_model_older.c */
    for (size_t at = 0; at + sizeof(uint32_t) <= image.n; at += sizeof(uint32_t)) {
        uint32_t number = 0;
        memcpy(&number, image.p + at, sizeof(number));
        bool is_text = at >= described && at < described + description;
        for (size_t i = 0; i < (is_text ? 1 : ARRAY_LENGTH(wild) + 2); i++) {
            uint32_t other = i < ARRAY_LENGTH(wild) ? wild[i] : number + (i % 2 ? 1 : UINT32_MAX);
            memcpy(changed + at, &other, sizeof(other));
            if (survives((struct str){changed, image.n})) {
                accepted++;
            } else {
                refused++;
            }
        }
        memcpy(changed + at, &number, sizeof(number));
    }
    assert_true(refused > accepted); /* most numbers of a model lead somewhere */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_model_gives_the_same_bytes),
        cmocka_unit_test(a_cut_image_is_refused),
        cmocka_unit_test(an_image_must_be_aligned),
        cmocka_unit_test(another_version_of_hearth_is_told_so),
        cmocka_unit_test(a_changed_number_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
