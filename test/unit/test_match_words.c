/* Folding, phonetic codes and distances: the vectors of others where they are there
 * (../shared/data/phonetic-jellyfish), and what names of Wisconsin's families ask for. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/csv.h"
#include "match/match_distance.h"
#include "match/match_fold.h"
#include "match/match_phonetic.h"
#include "unit.h"

#define VECTORS "../shared/data/phonetic-jellyfish/"
#define FILE_MOST 4096

/* ---- the vectors of others ---- */

/* Opens the CSV of that name; skips the test where it is not there. */
static struct csv open_vectors(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rbe");
    if (!file) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    char *text = arena_alloc(arena, FILE_MOST);
    size_t n = fread(text, 1, FILE_MOST, file);
    (void)fclose(file);
    struct csv csv;
    csv_init(&csv, (struct str){text, n});
    return csv;
}

/* A word of a vector as capitals without accents; each word of several is coded by itself. */
static struct str coded(struct arena *arena, struct str text,
                        struct match_code (*code)(struct str word))
{
    struct str words[8];
    size_t count = match_words(arena, text, words, ARRAY_LENGTH(words));
    struct buf codes;
    buf_init(&codes, arena, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        struct match_code one = code(words[i]);
        if (one.n > 0 && codes.n > 0) {
            buf_byte(&codes, ' ');
        }
        buf_add(&codes, match_code_str(&one));
    }
    return buf_str(&codes);
}

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* Vectors whose code has characters outside of ASCII are of that library, not of the definition. */
static void check_codes(const char *path, struct match_code (*code)(struct str word))
{
    TEST_ARENA(arena);
    struct csv csv = open_vectors(&arena, path);
    struct csv_row *row = ARENA_NEW(&arena, struct csv_row);
    unsigned checked = 0;
    while (csv_next(&csv, &arena, row) == CSV_ROW) {
        if (row->count < 2 || !is_ascii(row->fields[1])) {
            continue;
        }
        assert_str_equal(coded(&arena, row->fields[0], code), row->fields[1]);
        checked++;
    }
    assert_true(checked > 8);
}

static void soundex_by_vectors(void **state)
{
    (void)state;
    check_codes(VECTORS "soundex.csv", match_soundex);
}

static void nysiis_by_vectors(void **state)
{
    (void)state;
    check_codes(VECTORS "nysiis.csv", match_nysiis);
}

static void metaphone_by_vectors(void **state)
{
    (void)state;
    check_codes(VECTORS "metaphone.csv", match_metaphone);
}

static double number_of(struct arena *arena, struct str text)
{
    return strtod(str_cstr(arena, text), NULL);
}

static void check_distances(const char *path, double (*distance)(struct str a, struct str b),
                            double within)
{
    TEST_ARENA(arena);
    struct csv csv = open_vectors(&arena, path);
    struct csv_row *row = ARENA_NEW(&arena, struct csv_row);
    unsigned checked = 0;
    while (csv_next(&csv, &arena, row) == CSV_ROW && row->count >= 3) {
        double wanted = number_of(&arena, row->fields[2]);
        double given = distance(row->fields[0], row->fields[1]);
        double back = distance(row->fields[1], row->fields[0]);
        if (given < wanted - within || given > wanted + within || given - back > 1e-9 ||
            back - given > 1e-9) {
            print_error("%.*s, %.*s: %f and %f, not %f\n", STR_ARG(row->fields[0]),
                        STR_ARG(row->fields[1]), given, back, wanted);
            fail();
        }
        checked++;
    }
    assert_true(checked > 3);
}

static double damerau(struct str a, struct str b)
{
    return match_damerau(a, b);
}

static void distances_by_vectors(void **state)
{
    (void)state;
    check_distances(VECTORS "damerau_levenshtein.csv", damerau, 0);
    check_distances(VECTORS "jaro_distance.csv", match_jaro, 0.0006);
    check_distances(VECTORS "jaro_winkler.csv", match_jaro_winkler, 0.0006);
}

/* ---- what the papers themselves give ---- */

static void check_code(struct match_code code, const char *wanted)
{
    assert_str_equal(match_code_str(&code), str_from(wanted));
}

static void codes_of_the_papers(void **state)
{
    (void)state;
    check_code(match_soundex(STR("robert")), "R163");
    check_code(match_soundex(STR("rupert")), "R163");
    check_code(match_soundex(STR("ashcraft")), "A261");
    check_code(match_soundex(STR("tymczak")), "T522");
    check_code(match_nysiis(STR("knight")), "NAGT");
    check_code(match_nysiis(STR("mitchell")), "MATCAL");
    check_code(match_metaphone(STR("thumb")), "0M");
    check_code(match_metaphone(STR("school")), "SKL");
    check_code(match_metaphone(STR("science")), "SNS");
    check_code(match_soundex(STR("")), "");
    check_code(match_nysiis(STR("\xd7\x9e\xd7\xa9\xd7\x94")), "");
}

static void distances_of_the_papers(void **state)
{
    (void)state;
    assert_int_equal(match_damerau(STR("ca"), STR("abc")), 2); /* not 3: edited after exchange */
    assert_int_equal(match_damerau(STR("smith"), STR("smiht")), 1);
    assert_int_equal(match_damerau(STR("m\xc3\xbcller"), STR("muller")), 1); /* characters */
    assert_int_equal(match_damerau(STR(""), STR("")), 0);
    assert_float_equal(match_jaro_winkler(STR("martha"), STR("marhta")), 0.9611, 0.0001);
    assert_float_equal(match_jaro_winkler(STR(""), STR("")), 0, 0);
    TEST_ARENA(arena);
    char *letters = arena_alloc(&arena, 10000);
    for (size_t i = 0; i < 10000; i++) {
        letters[i] = (char)('a' + i % 26);
    }
    struct str all = {letters, 10000};
    assert_int_equal(match_damerau(all, all), 0);
    assert_int_equal(match_damerau(all, STR("")), MATCH_COMPARED_MOST);
}

/* ---- folding ---- */

static void check_words(struct str text, const char *wanted)
{
    TEST_ARENA(arena);
    struct str words[8];
    size_t count = match_words(&arena, text, words, ARRAY_LENGTH(words));
    struct buf line;
    buf_init(&line, &arena, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        BUF_ADD(&line, i > 0 ? STR(" ") : STR(""), words[i]);
    }
    assert_str_equal(buf_str(&line), str_from(wanted));
}

static void words_of_names(void **state)
{
    (void)state;
    check_words(STR("Garc\xc3\xad"
                    "a-L\xc3\xb3pez"),
                "garcia lopez");
    check_words(STR("Garci\xcc\x81"
                    "a"),
                "garcia"); /* accent as a character of its own */
    check_words(STR("O\xe2\x80\x99"
                    "Brien"),
                "obrien");
    check_words(STR("O'BRIEN  "), "obrien");
    check_words(STR("\xc3\x98stergaard \xc5\x81ukasz Stra\xc3\x9f"
                    "e"),
                "ostergaard lukasz strasse");
    check_words(STR("Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b"), "nguyen thi");
    check_words(STR("\xef\xbc\xa1\xef\xbd\x82"), "ab"); /* wide letters */
    check_words(STR("Jo\xc2\xad"
                    "hn"),
                "john"); /* a soft hyphen inside */
    check_words(STR("\xd0\x98\xd0\x92\xd0\x90\xd0\x9d"), "\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd");
    check_words(STR("\xd9\x85\xd9\x8f\xd8\xad\xd9\x85\xd8\xaf"),
                "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf"); /* vowel marks are left out */
    check_words(STR("\xf0\x9f\x91\xb6"), "");
    check_words(STR("Ann\xf0\x9f\x91\xb6Lee"), "ann lee");
    check_words(STR("a\xff\xfe%_\\\x01 b"), "a b");
    check_words(STR(""), "");
    check_words(STR(" -- '' "), "");
}

static void long_text_is_bounded(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    char *letters = arena_alloc(&arena, 1 << 20);
    for (size_t i = 0; i < 1 << 20; i++) {
        letters[i] = i % 100 == 99 ? ' ' : 'x';
    }
    struct str words[8];
    assert_int_equal(match_words(&arena, (struct str){letters, 1 << 20}, words, 8), 6);
    assert_int_equal(words[0].n, MATCH_WORD_MOST);
    assert_true(arena.used < (size_t)(1 << 20) + 16384);
}

static void signs(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    assert_text(match_sign(&arena, STR("(608) 555-0142"), STR("")), "6085550142");
    assert_text(match_sign(&arena, STR(" Ann.Lee@Mail.example "), STR("@.")),
                "ann.lee@mail.example");
    assert_text(match_sign(&arena, STR("SW1A 1AA"), STR("")), "sw1a1aa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(soundex_by_vectors),
        cmocka_unit_test(nysiis_by_vectors),
        cmocka_unit_test(metaphone_by_vectors),
        cmocka_unit_test(distances_by_vectors),
        cmocka_unit_test(codes_of_the_papers),
        cmocka_unit_test(distances_of_the_papers),
        cmocka_unit_test(words_of_names),
        cmocka_unit_test(long_text_is_bounded),
        cmocka_unit_test(signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
