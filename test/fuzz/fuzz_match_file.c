/* Any bytes as a mapping and a file of persons, parted by a line of "===": reading and matching
 * end, and whatever is refused is said. */
#include "fuzz.h"

#include "base/utf8.h"
#include "exchange/match_truth.h"

static void check_mapping(const struct match_mapping *mapping)
{
    CHECK(mapping->name.n > 0);
    CHECK(mapping->column_count > 0 && mapping->column_count <= MATCH_COLUMNS_MAX);
    CHECK(mapping->design.count > 0 && mapping->design.count <= MATCH_FIELDS_MAX);
    for (size_t i = 0; i < mapping->column_count; i++) {
        CHECK(mapping->columns[i].column.n > 0);
        CHECK(mapping->columns[i].field < mapping->design.count);
    }
}

static void check_match(struct arena *arena, const struct match_mapping *mapping, struct str text)
{
    struct outcome outcome;
    struct match_lexicon lexicon;
    struct match_run *run = ARENA_NEW(arena, struct match_run);
    outcome_init(&outcome, arena);
    CHECK(match_lexicon_read(arena, STR(""), &outcome, &lexicon) == STATUS_OK);
    match_run_init(run, arena, mapping, &lexicon);
    if (match_run_read(run, STR("a.csv"), text, &outcome) != STATUS_OK) {
        CHECK(outcome.problems.count > 0);
        return;
    }
    CHECK(run->people.count == run->records.count && run->people.count == run->truths.count);
    if (run->people.count <= 12) { /* more is slow, and nothing new */
        match_run_do(run);
        (void)match_run_groups(run, 0.5);
        CHECK(run->found <= match_true_pairs(run));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct outcome outcome;
    struct match_mapping mapping;
    struct str text = {(const char *)data, size}, parting = STR("\n===\n");
    ptrdiff_t at = str_find(text, parting);
    size_t end = at < 0 ? size : (size_t)at + 1;
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    outcome_init(&outcome, &arena);
    enum status status =
        match_mapping_read(&arena, STR("map.yaml"), str_slice(text, 0, end), &outcome, &mapping);
    CHECK((status == STATUS_OK) == (outcome.problems.count == 0));
    for (size_t i = 0; i < outcome.problems.count; i++) {
        CHECK(outcome.problems.items[i].message.n > 0);
        CHECK(utf8_check(outcome.problems.items[i].message, NULL) == UTF8_FINE);
    }
    if (status == STATUS_OK) {
        check_mapping(&mapping);
        check_match(&arena, &mapping, str_slice(text, end + parting.n - 1, size));
    }
    arena_clear(&arena);
    return 0;
}
