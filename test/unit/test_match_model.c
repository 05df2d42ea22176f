/* Who is one person: what is learned without labels, what speaks for and against, and that blocks
 * and groups stay bounded whatever the file is. */
#include <limits.h>

#include "base/buf.h"
#include "match/match_block.h"
#include "match/match_cluster.h"
#include "match/match_explain.h"
#include "unit.h"

enum { GIVEN, FAMILY, BIRTH, STREET, PHONE, FIELDS };

static const struct match_design design = {
    .fields = {[GIVEN] = {MATCH_KIND_GIVEN, STR_INIT("given name")},
               [FAMILY] = {MATCH_KIND_FAMILY, STR_INIT("family name")},
               [BIRTH] = {MATCH_KIND_BIRTH, STR_INIT("birth")},
               [STREET] = {MATCH_KIND_TEXT, STR_INIT("street")},
               [PHONE] = {MATCH_KIND_PHONE, STR_INIT("telephone")}},
    .count = FIELDS
};

/* A little state: families of invented names, in which some children were written down twice. */
struct world {
    struct arena arena;
    struct match_lexicon lexicon;
    struct match_vocabulary vocabulary;
    struct match_model model;
};

static struct match_person person(struct world *world, const char *given, const char *family,
                                  const char *birth, const char *street, enum match_counts counts)
{
    struct match_person_text text = {
        .name = {.given = str_from(given), .family = str_from(family)},
        .value = {[STREET] = str_from(street)                       }
    };
    struct match_person read;
    (void)match_birth_read(str_from(birth), MATCH_YEAR_FIRST, &text.birth);
    match_person_read(&world->vocabulary, &design, &text, counts, &read);
    return read;
}

/* A word of three syllables by number: neighbours in number are no neighbours in spelling. */
static const char *word(struct arena *arena, unsigned number)
{
    static const char *const syllables[] = {"ba", "ko", "mi", "ru",  "te", "lo", "sha", "ne",
                                            "wi", "gu", "fa", "dro", "pe", "zi", "hol", "ya"};
    struct buf text;
    uint32_t mixed = number * 2654435761u;
    buf_init(&text, arena, 64);
    for (unsigned i = 0; i < 3; i++) {
        buf_add(&text, str_from(syllables[mixed >> (28 - 4 * i) & 15]));
    }
    return str_cstr(arena, buf_str(&text));
}

#define FAMILIES 600

static const char *date(struct arena *arena, unsigned number)
{
    struct buf text;
    buf_init(&text, arena, 16);
    buf_digits(&text, 1970 + number * 13 % 50, 4);
    buf_digits(&text, 1 + number * 5 % 12, 2);
    buf_digits(&text, 1 + number * 17 % 28, 2);
    return str_cstr(arena, buf_str(&text));
}

/* Two children of each family at one address; every third family's first child is there twice: a
 * quarter of these with a slip in the given name, a third at another address, a half at none. */
static size_t fill(struct world *world, struct match_person *people)
{
    struct arena *arena = &world->arena;
    size_t count = 0;
    for (unsigned i = 0; i < FAMILIES; i++) {
        const char *family = word(arena, i * 3 + 1), *street = word(arena, i * 11 + 5);
        const char *given = word(arena, i % 97 + 1000), *birth = date(arena, i);
        people[count++] = person(world, given, family, birth, street, MATCH_COUNTED);
        people[count++] = person(world, word(arena, i % 89 + 2000), family, date(arena, i + 311),
                                 street, MATCH_COUNTED);
        if (i % 3 == 0) {
            struct str slip = STR_JOIN(arena, str_from(given), i % 4 ? STR("") : STR("h"));
            const char *where = i % 2 ? "" : i % 9 ? street : word(arena, i + 9000);
            people[count++] =
                person(world, str_cstr(arena, slip), family, birth, where, MATCH_COUNTED);
        }
    }
    return count;
}

static void learn(struct world *world, const struct match_person *people, size_t count)
{
    struct match_pattern *strangers = ARENA_ARRAY(&world->arena, 20000, struct match_pattern);
    LIST(struct match_seen) seen = {NULL, 0, 0};
    struct match_blocks blocks;
    uint32_t *others = ARENA_ARRAY(&world->arena, MATCH_CANDIDATES_MAX, uint32_t);
    match_count_terms(&world->vocabulary);
    match_model_init(&world->model, &design, &world->vocabulary);
    for (size_t i = 0; i < 20000; i++) {
        match_compare(&design, &people[i * 7919 % count], &people[i * 104729 % count + i % 2],
                      &strangers[i]);
    }
    match_learn_strangers(&world->model, strangers, 20000);
    match_blocks_build(&world->arena, &design, people, (uint32_t)count, &blocks);
    for (uint32_t i = 0; i < count; i++) {
        size_t met = match_candidates(&blocks, i, others);
        for (size_t k = 0; k < met; k++) {
            struct match_pattern pattern;
            match_compare(&design, &people[i], &people[others[k]], &pattern);
            struct match_seen one = match_see(&world->model, &pattern);
            LIST_PUSH(&world->arena, &seen, one);
        }
    }
    (void)match_learn(&world->model, seen.items, seen.count, 1,
                      (double)count * (double)(count - 1) / 2);
}

static int open_world(void **state)
{
    static struct world world;
    arena_init(&world.arena, (size_t)1 << 30, NULL, NULL);
    struct outcome outcome;
    outcome_init(&outcome, &world.arena);
    if (match_lexicon_read(&world.arena,
                           STR("word,kind,of\nunknown,nobody,\nbaby,nobody,\nbob,form,robert\n"),
                           &outcome, &world.lexicon) != STATUS_OK) {
        return 1;
    }
    match_vocabulary_init(&world.vocabulary, &world.arena, &world.lexicon);
    struct match_person *people = ARENA_ARRAY(&world.arena, 3 * FAMILIES + 1, struct match_person);
    size_t count = fill(&world, people);
    people[count] = people[0];
    learn(&world, people, count);
    *state = &world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    arena_clear(&world->arena);
    return 0;
}

struct who {
    const char *given, *family, *birth, *street;
};

static struct match_score score(struct world *world, struct who a, struct who b)
{
    struct match_pattern pattern;
    struct match_person left =
        person(world, a.given, a.family, a.birth, a.street, MATCH_NOT_COUNTED);
    struct match_person right =
        person(world, b.given, b.family, b.birth, b.street, MATCH_NOT_COUNTED);
    match_count_terms(&world->vocabulary);
    match_compare(&design, &left, &right, &pattern);
    return match_score(&world->model, &pattern);
}

static void one_person(void **state)
{
    struct who child = {"Torvald", "Quistgaard", "2014-03-02", "14 Elm"};
    struct who again = {"Torvlad", "Quistgaard", "2014-03-02", ""};
    assert_true(score(*state, child, child).probability > 0.99);
    assert_true(score(*state, child, again).probability > 0.95);
    struct who bob = {"Bob", "Quistgaard", "2014-03-02", ""};
    struct who robert = {"Robert", "Quistgaard", "", "14 Elm"};
    struct who walter = {"Walter", "Quistgaard", "", "14 Elm"};
    assert_true(score(*state, bob, robert).log_odds > score(*state, bob, walter).log_odds + 3);
}

static void twins_are_two(void **state)
{
    struct who one = {"Torvald", "Quistgaard", "2014-03-02", "14 Elm"};
    struct who twin = {"Annelise", "Quistgaard", "2014-03-02", "14 Elm"};
    struct match_score twins = score(*state, one, twin);
    assert_true(twins.probability < 0.5);
    assert_true(twins.household > 0.5);
}

static void father_and_son_are_two(void **state)
{
    struct who son = {"Torvald", "Quistgaard", "2014-03-02", "14 Elm"};
    struct who father = {"Torvald", "Quistgaard", "1979-11-25", "14 Elm"};
    struct match_score score_of = score(*state, son, father);
    assert_true(score_of.probability < 0.9);
    assert_true(score_of.household > 0.1);
}

static void missing_says_nothing(void **state)
{
    struct who full = {"Torvald", "Quistgaard", "2014-03-02", "14 Elm"};
    struct who bare = {"Torvald", "Quistgaard", "", "14 Elm"};
    struct who other = {"Torvald", "Quistgaard", "1979-11-25", "14 Elm"};
    double known = score(*state, full, full).log_odds, missing = score(*state, full, bare).log_odds;
    double apart = score(*state, full, other).log_odds;
    assert_true(known > missing && missing > apart);
    struct who nobody = {"", "", "", ""};
    struct who baby = {"Baby", "Unknown", "", ""};
    assert_true(score(*state, nobody, full).probability < 0.01);
    assert_true(score(*state, baby, baby).probability < 0.01);
}

static void rare_names_weigh_more(void **state)
{
    struct world *world = *state;
    for (unsigned i = 0; i < 400; i++) {
        (void)person(world, "Ann", "Common", "", "", MATCH_COUNTED);
    }
    struct who common = {"Ann", "Common", "", ""}, rare = {"Ann", "Quistgaard", "", ""};
    assert_true(score(world, rare, rare).log_odds > score(world, common, common).log_odds + 3);
}

static void explained(void **state)
{
    struct world *world = *state;
    TEST_ARENA(arena);
    struct buf why;
    struct match_pattern pattern;
    struct match_person a =
        person(world, "Torvald", "Quistgaard", "2014-03-02", "14 Elm", MATCH_NOT_COUNTED);
    struct match_person b =
        person(world, "Torvald", "", "2014-02-03", "9 Birch", MATCH_NOT_COUNTED);
    match_count_terms(&world->vocabulary);
    match_compare(&design, &a, &b, &pattern);
    buf_init(&why, &arena, 4096);
    match_explain(&why, &world->model, &pattern);
    assert_true(str_find(buf_str(&why), STR("given name: the same (")) >= 0);
    assert_true(str_find(buf_str(&why), STR("birth: day and month exchanged (")) >= 0);
    assert_true(str_find(buf_str(&why), STR("street: different (")) >= 0);
    assert_true(str_find(buf_str(&why), STR("times less probable")) >= 0);
    assert_true(str_find(buf_str(&why), STR("family")) < 0); /* not known: not said */
}

static void shares_are_shares(void **state)
{
    struct world *world = *state;
    for (size_t field = 0; field < FIELDS; field++) {
        double same = 0, stranger = 0;
        for (size_t level = 1; level < MATCH_LEVELS_MAX; level++) {
            same += world->model.same.level[field][level];
            stranger += world->model.stranger.level[field][level];
        }
        assert_float_equal(same, 1, 1e-3);
        assert_float_equal(stranger, 1, 1e-3);
    }
    /* A third of the families have one child twice: that is what was learned, within a fifth. */
    double pairs = world->model.same_pairs * 1400.0 * 1399.0 / 2;
    assert_true(pairs > 160 && pairs < 240);
}

/* ---- bounds ---- */

static void a_hundred_thousand_of_one_name(void **state)
{
    (void)state;
    enum { PEOPLE = 100000 };
    struct world *world = ARENA_NEW(&((struct world *)*state)->arena, struct world);
    struct outcome outcome;
    arena_init(&world->arena, (size_t)1 << 30, NULL, NULL);
    outcome_init(&outcome, &world->arena);
    assert_int_equal(match_lexicon_read(&world->arena,
                                        STR("word,kind,of\nunknown,nobody,\nbaby,nobody,\n"),
                                        &outcome, &world->lexicon),
                     STATUS_OK);
    match_vocabulary_init(&world->vocabulary, &world->arena, &world->lexicon);
    struct match_person *people = ARENA_ARRAY(&world->arena, PEOPLE, struct match_person);
    for (unsigned i = 0; i < PEOPLE; i++) {
        people[i] = i % 2 ? person(world, "Baby", "Unknown", "2024-01-01", "", MATCH_COUNTED)
                          : person(world, "Ann", "Lee", "2024-01-01", "", MATCH_COUNTED);
    }
    struct match_blocks blocks;
    uint32_t *others = ARENA_ARRAY(&world->arena, MATCH_CANDIDATES_MAX, uint32_t);
    match_blocks_build(&world->arena, &design, people, PEOPLE, &blocks);
    size_t met = 0;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        met += match_candidates(&blocks, i, others);
    }
    assert_true(met <= (size_t)PEOPLE * 2 * MATCH_NEIGHBOURS);
    assert_true(blocks.cut[MATCH_RULE_BIRTH] == 1 && blocks.cut[MATCH_RULE_NAMES] >= 1);
    arena_clear(&world->arena);
}

static void keys_of_bare_and_overfull_persons(void **state)
{
    struct world *world = *state;
    struct match_key keys[MATCH_KEYS_MAX];
    struct match_person nobody = person(world, "", "", "", "", MATCH_NOT_COUNTED);
    assert_int_equal(match_keys(&design, &nobody, UINT_MAX, keys), 0);
    struct match_person many = person(world, "Ann Bea Cal Dee Eve", "Fox-Gil-Hay-Ives-Jud",
                                      "2014-03-02", "14 Elm", MATCH_NOT_COUNTED);
    size_t all = match_keys(&design, &many, UINT_MAX, keys);
    assert_true(all > 10 && all <= MATCH_KEYS_MAX);
    assert_int_equal(match_keys(&design, &many, 1u << MATCH_RULE_BIRTH, keys), 1);
    /* Exchanged names have the same keys. */
    struct match_key turned_keys[MATCH_KEYS_MAX];
    struct match_person one = person(world, "Ann", "Fox", "", "", MATCH_NOT_COUNTED);
    struct match_person turned = person(world, "Fox", "Ann", "", "", MATCH_NOT_COUNTED);
    size_t count = match_keys(&design, &one, 1u << MATCH_RULE_NAMES, keys);
    assert_int_equal(match_keys(&design, &turned, 1u << MATCH_RULE_NAMES, turned_keys), count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++) {
            found = found || keys[i].hash == turned_keys[k].hash;
        }
        assert_true(found);
    }
}

/* Log odds of pairs by number: rows of one ten belong together; 5 is like both tens. */
static double ten_odds(void *context, uint32_t a, uint32_t b)
{
    (void)context;
    if (a == 5 || b == 5) {
        return a < 10 && b < 10 ? 4 : 1;
    }
    return a / 10 == b / 10 ? 5 : -6;
}

static void groups_hold_together(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    const struct match_odds odds = {ten_odds, NULL};
    struct match_link links[400];
    size_t count = 0;
    for (uint32_t a = 0; a < 20; a++) {
        for (uint32_t b = 0; b < a; b++) {
            if (ten_odds(NULL, a, b) > 0) {
                links[count++] = (struct match_link){a, b, (float)ten_odds(NULL, a, b)};
            }
        }
    }
    uint32_t groups[20];
    match_cluster(&arena, 20, links, count, &odds, 0, groups);
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(groups[i], i / 10 * 10); /* one link too many joins nobody */
    }
    match_cluster(&arena, 20, links, count, &odds, 9, groups);
    assert_int_equal(groups[7], 7);
    match_cluster(&arena, 0, NULL, 0, &odds, 0, groups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_person),
        cmocka_unit_test(twins_are_two),
        cmocka_unit_test(father_and_son_are_two),
        cmocka_unit_test(missing_says_nothing),
        cmocka_unit_test(explained),
        cmocka_unit_test(shares_are_shares),
        cmocka_unit_test(rare_names_weigh_more),
        cmocka_unit_test(a_hundred_thousand_of_one_name),
        cmocka_unit_test(keys_of_bare_and_overfull_persons),
        cmocka_unit_test(groups_hold_together),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
