/* Any bytes as a text that is compared: words and codes keep within their bounds, folding a folded
 * word changes nothing, and distances are what a distance is. */
#include "fuzz.h"

#include "base/utf8.h"
#include "match/match_distance.h"
#include "match/match_fold.h"
#include "match/match_phonetic.h"

#define WORDS 12

static void check_code(struct match_code code)
{
    CHECK(code.n <= MATCH_CODE_MOST);
    for (size_t i = 0; i < code.n; i++) {
        CHECK((code.text[i] >= 'A' && code.text[i] <= 'Z') ||
              (code.text[i] >= '0' && code.text[i] <= '9'));
    }
}

static void check_word(struct arena *arena, struct str word)
{
    struct str again[WORDS];
    CHECK(word.n > 0 && word.n <= MATCH_WORD_MOST);
    CHECK(utf8_check(word, NULL) == UTF8_FINE);
    CHECK(match_words(arena, word, again, WORDS) == 1);
    CHECK(str_eq(again[0], word));
    CHECK(match_damerau(word, word) == 0);
    CHECK(match_jaro_winkler(word, word) >= 0.9999);
    check_code(match_soundex(word));
    check_code(match_nysiis(word));
    check_code(match_metaphone(word));
}

static void check_pair(struct str a, struct str b)
{
    double likeness = match_jaro_winkler(a, b);
    CHECK(likeness >= 0 && likeness <= 1.0001);
    CHECK(match_jaro(a, b) <= likeness + 1e-9);
    CHECK(match_damerau(a, b) == match_damerau(b, a));
    CHECK(match_damerau(a, b) <= MATCH_COMPARED_MOST);
    if (a.n <= MATCH_COMPARED_MOST && b.n <= MATCH_COMPARED_MOST) {
        CHECK((match_damerau(a, b) == 0) == str_eq(a, b));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct str words[WORDS], text = {(const char *)data, size};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    size_t count = match_words(&arena, text, words, WORDS);
    CHECK(count <= WORDS);
    for (size_t i = 0; i < count; i++) {
        check_word(&arena, words[i]);
        check_pair(words[i], words[0]);
    }
    check_code(match_soundex(text));
    check_code(match_nysiis(text));
    check_code(match_metaphone(text));
    CHECK(match_sign(&arena, text, STR("@.")).n <= MATCH_WORD_MOST);
    arena_clear(&arena);
    return 0;
}
