#include "match/match_phonetic.h"

#include <string.h>

#define LETTERS_MOST 64

/* The capitals of a word; what is no ASCII letter is left out. Places outside give 0. */
struct letters {
    char c[LETTERS_MOST];
    int n;
};

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static struct letters letters_of(struct str word)
{
    struct letters letters = {.n = 0};
    for (size_t i = 0; i < word.n && letters.n < LETTERS_MOST; i++) {
        char c = capital(word.p[i]);
        if (c >= 'A' && c <= 'Z') {
            letters.c[letters.n++] = c;
        }
    }
    return letters;
}

static char at(const struct letters *letters, int place)
{
    return place >= 0 && place < letters->n ? letters->c[place] : '\0';
}

static bool one_of(char c, const char *set)
{
    while (*set != '\0' && *set != c) {
        set++;
    }
    return *set != '\0';
}

static bool vowel(char c)
{
    return one_of(c, "AEIOU");
}

static bool begins(const struct letters *letters, const char *with)
{
    size_t n = strlen(with);
    return (size_t)letters->n >= n && memcmp(letters->c, with, n) == 0;
}

static bool ends(const struct letters *letters, const char *with)
{
    size_t n = strlen(with);
    return (size_t)letters->n >= n && memcmp(letters->c + letters->n - n, with, n) == 0;
}

static void add(struct match_code *code, char c)
{
    if (code->n < MATCH_CODE_MOST) {
        code->text[code->n++] = c;
    }
}

struct str match_code_str(const struct match_code *code)
{
    return (struct str){code->text, code->n};
}

/* ---- Soundex ---- */

static char soundex_digit(char c)
{
    static const char digits[] = "01230120022455012623010202"; /* of A to Z */
    return digits[c - 'A'];
}

struct match_code match_soundex(struct str word)
{
    struct letters letters = letters_of(word);
    struct match_code code = {.n = 0};
    if (letters.n == 0) {
        return code;
    }
    add(&code, letters.c[0]);
    char last = soundex_digit(letters.c[0]);
    for (int i = 1; i < letters.n && code.n < 4; i++) {
        char digit = soundex_digit(letters.c[i]);
        if (digit != '0' && digit != last) {
            add(&code, digit);
        }
        if (!one_of(letters.c[i], "HW")) {
            last = digit;
        }
    }
    while (code.n < 4) {
        add(&code, '0');
    }
    return code;
}

/* ---- NYSIIS ---- */

/* The first count letters become those. */
static void begin_with(struct letters *letters, int count, const char *with)
{
    int n = (int)strlen(with), rest = letters->n - count;
    if (rest > LETTERS_MOST - n) {
        rest = LETTERS_MOST - n;
    }
    memmove(letters->c + n, letters->c + count, (size_t)rest);
    memcpy(letters->c, with, (size_t)n);
    letters->n = n + rest;
}

static void nysiis_begin(struct letters *letters)
{
    if (begins(letters, "MAC")) {
        begin_with(letters, 3, "MCC");
    } else if (begins(letters, "KN")) {
        begin_with(letters, 1, "");
    } else if (begins(letters, "K")) {
        begin_with(letters, 1, "C");
    } else if (begins(letters, "PH") || begins(letters, "PF")) {
        begin_with(letters, 2, "FF");
    } else if (begins(letters, "SCH")) {
        begin_with(letters, 3, "SSS");
    }
}

static void nysiis_end(struct letters *letters)
{
    static const char *const dental[] = {"DT", "RT", "RD", "NT", "ND"};
    char as = ends(letters, "IE") || ends(letters, "EE") ? 'Y' : '\0';
    for (size_t i = 0; as == '\0' && i < sizeof(dental) / sizeof(dental[0]); i++) {
        as = ends(letters, dental[i]) ? 'D' : '\0';
    }
    if (as != '\0') {
        letters->c[letters->n - 2] = as;
        letters->n--;
    }
}

/* Single letters as texts. */
static const char alphabet[][2] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
                                   "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z"};

/* What the letter at *place, which has one before it, is written as; moves over what it takes. */
static const char *nysiis_letter(const struct letters *letters, int *place)
{
    static const char written[] =
        "ABCDAFGHAJCLNNAPGRSTAVWXYS"; /* A to Z, where no rule says else */
    int i = *place;
    char c = at(letters, i), before = at(letters, i - 1), after = at(letters, i + 1);
    if (c == 'E' && after == 'V') {
        *place += 1;
        return "AF";
    }
    if (c == 'K' && after == 'N') {
        return "N";
    }
    if (c == 'S' && after == 'C' && at(letters, i + 2) == 'H') {
        *place += 2;
        return "SS";
    }
    if (c == 'P' && after == 'H') {
        *place += 1;
        return "F";
    }
    if ((c == 'H' && !vowel(before)) || (c == 'W' && vowel(before))) {
        return alphabet[before - 'A'];
    }
    if (c == 'H' && !vowel(after)) {
        return "A";
    }
    return alphabet[written[c - 'A'] - 'A'];
}

struct match_code match_nysiis(struct str word)
{
    struct letters letters = letters_of(word);
    struct match_code code = {.n = 0};
    if (letters.n == 0) {
        return code;
    }
    nysiis_begin(&letters);
    nysiis_end(&letters);
    add(&code, letters.c[0]);
    for (int i = 1; i < letters.n; i++) {
        const char *as = nysiis_letter(&letters, &i);
        if (as[strlen(as) - 1] != code.text[code.n - 1]) {
            for (; *as != '\0'; as++) {
                add(&code, *as);
            }
        }
    }
    if (code.n > 1 && code.text[code.n - 1] == 'S') {
        code.n--;
    }
    if (code.n > 1 && code.text[code.n - 2] == 'A' && code.text[code.n - 1] == 'Y') {
        code.text[code.n - 2] = 'Y';
        code.n--;
    }
    if (code.n > 1 && code.text[code.n - 1] == 'A') {
        code.n--;
    }
    return code;
}

/* ---- Metaphone ---- */

static const char *metaphone_c(const struct letters *word, int *i)
{
    char next = at(word, *i + 1);
    bool behind_s = at(word, *i - 1) == 'S';
    if (next == 'H' || (next == 'I' && at(word, *i + 2) == 'A')) {
        *i += 1;
        return behind_s && next == 'H' ? "K" : "X";
    }
    if (behind_s && one_of(next, "IEY")) {
        return "";
    }
    if (one_of(next, "IEY")) {
        *i += 1;
        return "S";
    }
    return "K";
}

static const char *metaphone_g(const struct letters *word, int *i)
{
    char next = at(word, *i + 1), then = at(word, *i + 2);
    if (one_of(next, "IEY")) {
        return "J";
    }
    if (next == 'H' && then != '\0' && !vowel(then)) {
        *i += 1;
        return "";
    }
    if (next == 'N' && then == '\0') {
        *i += 1;
        return "";
    }
    return "K";
}

static const char *metaphone_s(const struct letters *word, int *i)
{
    char next = at(word, *i + 1);
    if (next == 'H') {
        *i += 1;
        return "X";
    }
    if (next == 'I' && one_of(at(word, *i + 2), "OA")) {
        *i += 2;
        return "X";
    }
    return "S";
}

static const char *metaphone_t(const struct letters *word, int *i)
{
    char next = at(word, *i + 1), then = at(word, *i + 2);
    if (next == 'I' && one_of(then, "OA")) {
        return "X";
    }
    if (next == 'H') {
        *i += 1;
        return "0";
    }
    return next == 'C' && then == 'H' ? "" : "T";
}

static const char *metaphone_x(const struct letters *word, int i)
{
    char next = at(word, i + 1);
    if (i > 0) {
        return "KS";
    }
    return next == 'H' || (next == 'I' && one_of(at(word, i + 2), "OA")) ? "X" : "S";
}

/* H, W and Y: heard or not by what stands beside them. */
static const char *metaphone_breath(const struct letters *word, int *i)
{
    char c = at(word, *i), next = at(word, *i + 1);
    if (c == 'H') {
        return *i == 0 || vowel(next) || !vowel(at(word, *i - 1)) ? "H" : "";
    }
    if (c == 'Y') {
        return vowel(next) ? "Y" : "";
    }
    if (*i == 0 && next == 'H') {
        *i += 1;
        return "W";
    }
    return vowel(next) ? "W" : "";
}

static const char *metaphone_consonant(const struct letters *word, int *i)
{
    static const char plain[][2] = {"",  "B", "", "",  "",  "F", "", "", "",  "J", "", "L", "M",
                                    "N", "",  "", "K", "R", "",  "", "", "F", "",  "", "",  "S"};
    char c = at(word, *i), next = at(word, *i + 1);
    switch (c) {
    case 'B':
        return at(word, *i - 1) == 'M' && next == '\0' ? "" : "B";
    case 'C':
        return metaphone_c(word, i);
    case 'D':
        if (next == 'G' && one_of(at(word, *i + 2), "IEY")) {
            *i += 2;
            return "J";
        }
        return "T";
    case 'G':
        return metaphone_g(word, i);
    case 'H':
    case 'W':
    case 'Y':
        return metaphone_breath(word, i);
    case 'K':
        return at(word, *i - 1) == 'C' ? "" : "K";
    case 'P':
        if (next == 'H') {
            *i += 1;
            return "F";
        }
        return "P";
    case 'S':
        return metaphone_s(word, i);
    case 'T':
        return metaphone_t(word, i);
    case 'X':
        return metaphone_x(word, *i);
    default:
        return plain[c - 'A'];
    }
}

struct match_code match_metaphone(struct str word)
{
    static const char *const silent[] = {"KN", "GN", "PN", "WR", "AE"};
    struct letters letters = letters_of(word);
    struct match_code code = {.n = 0};
    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
        if (begins(&letters, silent[i])) {
            begin_with(&letters, 1, "");
            break;
        }
    }
    for (int i = 0; i < letters.n; i++) {
        char c = letters.c[i];
        if (c == at(&letters, i + 1) && c != 'C') {
            continue; /* doubled letters are one */
        }
        if (vowel(c)) {
            if (i == 0) {
                add(&code, c);
            }
            continue;
        }
        for (const char *as = metaphone_consonant(&letters, &i); *as != '\0'; as++) {
            add(&code, *as);
        }
    }
    return code;
}
