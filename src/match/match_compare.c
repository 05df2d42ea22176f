#include "match/match_compare.h"

#include "base/utf8.h"
#include "match/match_distance.h"

#define LIKE_OVER 0.88 /* Jaro-Winkler; Winkler (1990) and Christen (2012) use 0.85 to 0.9 */
#define WORTH 0.7      /* below it nothing is close */
#define LONG_WORD 8    /* characters: two slips are still close */
#define SHORT_WORD 4   /* one slip makes another word of a shorter one */

/* ---- words of names ---- */

static bool forms_of_one(const struct match_term *a, const struct match_term *b)
{
    if (!a->lexeme || !b->lexeme) {
        return false;
    }
    for (size_t i = 0; i < a->lexeme->form_count; i++) {
        for (size_t j = 0; j < b->lexeme->form_count; j++) {
            if (a->lexeme->forms[i] == b->lexeme->forms[j]) {
                return true;
            }
        }
    }
    return false;
}

/* Which characters a text has, as bits; all when some are not ASCII. */
static uint64_t characters_of(struct str text)
{
    uint64_t set = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        set |= c < 0x80 ? (uint64_t)1 << (c & 63) : UINT64_MAX;
    }
    return set;
}

/* Whether at most so many slips lie between two texts. Most pairs are told apart without working
 * out the distance: a slip takes away one character and brings one at most. */
static bool slips_at_most(struct str a, struct str b, unsigned slips)
{
    uint64_t left = characters_of(a), right = characters_of(b);
    bool plain = left != UINT64_MAX && right != UINT64_MAX;
    return !(plain && __builtin_popcountll(left ^ right) > 2 * (int)slips) &&
           match_damerau(a, b) <= slips;
}

/* The characters that a text can have in common with another, by which ones it has. */
static double common_most(struct str text, uint64_t own, uint64_t other)
{
    return (double)text.n - __builtin_popcountll(own & ~other);
}

/* The likeness by Jaro and Winkler, or 0 where it is no more than WORTH: most pairs have too few
 * characters in common, which is seen without comparing them. (Jaro's is at most a third of 1 and
 * the shares of the common characters in both; Winkler adds nothing up to 0.7.) */
static double likeness(struct str a, struct str b)
{
    uint64_t left = characters_of(a), right = characters_of(b);
    bool plain = left != UINT64_MAX && right != UINT64_MAX && a.n > 0 && b.n > 0 &&
                 a.n <= MATCH_COMPARED_MOST && b.n <= MATCH_COMPARED_MOST;
    if (plain) {
        double in_a = common_most(a, left, right), in_b = common_most(b, right, left);
        double common = in_a < in_b ? in_a : in_b;
        if (common / (double)a.n + common / (double)b.n < 3 * WORTH - 1) {
            return 0;
        }
    }
    return match_jaro_winkler(a, b);
}

/* Whether at most one slip of the hand lies between two texts, or two in long ones. */
static bool close_by(struct str a, struct str b)
{
    size_t shorter = a.n < b.n ? a.n : b.n, longer = a.n < b.n ? b.n : a.n;
    unsigned allowed = shorter >= LONG_WORD ? 2 : 1;
    return shorter >= SHORT_WORD - 1 && longer >= SHORT_WORD && longer - shorter <= allowed &&
           slips_at_most(a, b, allowed);
}

static bool is_initial_of(const struct match_term *one, const struct match_term *other)
{
    return one->text.n == 1 && other->text.n > 1 && one->text.p[0] == other->text.p[0];
}

static enum match_name_level compare_words(const struct match_term *a, const struct match_term *b)
{
    if (a == b) {
        return MATCH_NAME_SAME;
    }
    if (forms_of_one(a, b)) {
        return MATCH_NAME_FORM;
    }
    if (is_initial_of(a, b) || is_initial_of(b, a)) {
        return MATCH_NAME_INITIAL;
    }
    double alike = likeness(a->text, b->text);
    if (alike > WORTH && close_by(a->text, b->text)) {
        return MATCH_NAME_CLOSE;
    }
    if (a->sound.n > 1 && str_eq(match_code_str(&a->sound), match_code_str(&b->sound))) {
        return MATCH_NAME_SOUND;
    }
    return alike >= LIKE_OVER ? MATCH_NAME_LIKE : MATCH_NAME_APART;
}

/* ---- names ---- */

/* What agreement was found, and how rare the word is on which it rests. */
struct agreement {
    enum match_name_level level;
    double rarity;
};

static double greater(double a, double b)
{
    return a > b ? a : b;
}

/* Of two words, in what parts they stand: the rarer one counts. Where they differ, the rarer one is
 * the slip or the seldom form, and that a stranger bears just this one is as seldom as it is. */
static double rarity_of(const struct match_term *a, enum match_part in_a,
                        const struct match_term *b, enum match_part in_b)
{
    double left = a->count[in_a] > 0 ? a->rarity[in_a] : a->rarity[in_b];
    double right = b->count[in_b] > 0 ? b->rarity[in_b] : b->rarity[in_a];
    return greater(left, right);
}

/* The best agreement of any word with any other. */
static struct agreement best_words(const struct match_person_part *a, enum match_part in_a,
                                   const struct match_person_part *b, enum match_part in_b)
{
    struct agreement best = {MATCH_NAME_APART, 0};
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            enum match_name_level level = compare_words(a->words[i], b->words[j]);
            double rarity = rarity_of(a->words[i], in_a, b->words[j], in_b);
            if (level < best.level || (level == best.level && rarity > best.rarity)) {
                best = (struct agreement){level, rarity};
            }
        }
    }
    return best;
}

/* One part of the name of both. */
static struct agreement compare_part(const struct match_person_part *a,
                                     const struct match_person_part *b, enum match_part in)
{
    if (a->count == 0 || b->count == 0) {
        return (struct agreement){MATCH_NAME_MISSING, 0};
    }
    if (a->joined == b->joined) {
        return (struct agreement){MATCH_NAME_SAME, rarity_of(a->joined, in, b->joined, in)};
    }
    struct agreement first = {compare_words(a->words[0], b->words[0]),
                              rarity_of(a->words[0], in, b->words[0], in)};
    if (a->count == 1 && b->count == 1) {
        return close_by(a->joined->text, b->joined->text) && first.level > MATCH_NAME_CLOSE
                   ? (struct agreement){MATCH_NAME_CLOSE, first.rarity}
                   : first;
    }
    bool one_word = a->count == 1 || b->count == 1;
    if (in == MATCH_GIVEN && one_word && first.level != MATCH_NAME_APART) {
        return first; /* who has no middle name may have one */
    }
    if (close_by(a->joined->text, b->joined->text)) {
        return (struct agreement){MATCH_NAME_CLOSE, rarity_of(a->joined, in, b->joined, in)};
    }
    struct agreement best = best_words(a, in, b, in);
    return best.level <= MATCH_NAME_SOUND ? (struct agreement){MATCH_NAME_PART, best.rarity}
                                          : first;
}

static bool agrees(struct agreement agreement)
{
    return agreement.level != MATCH_NAME_MISSING && agreement.level <= MATCH_NAME_SOUND;
}

/* Exchanged names: each that is known on both sides agrees with the other part. */
static void try_turned(const struct match_person *a, const struct match_person *b,
                       struct agreement *given, struct agreement *family)
{
    const struct match_person_part *a_given = &a->name[MATCH_GIVEN];
    const struct match_person_part *a_family = &a->name[MATCH_FAMILY];
    const struct match_person_part *b_given = &b->name[MATCH_GIVEN];
    const struct match_person_part *b_family = &b->name[MATCH_FAMILY];
    struct agreement one = best_words(a_given, MATCH_GIVEN, b_family, MATCH_FAMILY);
    struct agreement two = best_words(a_family, MATCH_FAMILY, b_given, MATCH_GIVEN);
    bool known_one = a_given->count > 0 && b_family->count > 0;
    bool known_two = a_family->count > 0 && b_given->count > 0;
    if ((known_one && !agrees(one)) || (known_two && !agrees(two)) || !(known_one || known_two)) {
        return;
    }
    struct agreement turned = {MATCH_NAME_TURNED, known_one ? one.rarity : two.rarity};
    bool in_family = given->level == MATCH_NAME_MISSING && family->level != MATCH_NAME_MISSING;
    if (known_one && known_two) {
        *given = turned;
        *family = (struct agreement){MATCH_NAME_TURNED, two.rarity};
    } else if (in_family) {
        *family = turned; /* one name alone, where the other has both */
    } else {
        *given = turned;
    }
}

/* A former name, or a word of the whole name. */
static void try_others(const struct match_person *a, const struct match_person *b,
                       enum match_part part, struct agreement *agreement)
{
    struct agreement one = best_words(&a->name[part], part, &b->name[MATCH_OTHER], MATCH_OTHER);
    struct agreement two = best_words(&a->name[MATCH_OTHER], MATCH_OTHER, &b->name[part], part);
    struct agreement best = one.level <= two.level ? one : two;
    if (agrees(best)) {
        *agreement = (struct agreement){MATCH_NAME_OTHER, best.rarity};
    }
}

static void compare_names(const struct match_person *a, const struct match_person *b,
                          struct agreement *ret_given, struct agreement *ret_family)
{
    *ret_given = compare_part(&a->name[MATCH_GIVEN], &b->name[MATCH_GIVEN], MATCH_GIVEN);
    *ret_family = compare_part(&a->name[MATCH_FAMILY], &b->name[MATCH_FAMILY], MATCH_FAMILY);
    if (!agrees(*ret_given) && !agrees(*ret_family)) {
        try_turned(a, b, ret_given, ret_family);
    }
    if (ret_family->level == MATCH_NAME_APART) {
        try_others(a, b, MATCH_FAMILY, ret_family);
    }
    if (ret_given->level == MATCH_NAME_APART) {
        try_others(a, b, MATCH_GIVEN, ret_given);
    }
}

/* ---- values ---- */

/* The text without its blanks, in a place of the caller's. */
static struct str without_blanks(struct str text, char place[MATCH_COMPARED_MOST])
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < MATCH_COMPARED_MOST; i++) {
        if (text.p[i] != ' ') {
            place[n++] = text.p[i];
        }
    }
    return (struct str){place, n};
}

static bool has_word(struct str text, struct str word)
{
    struct str one;
    while (text.p && str_split(&text, ' ', &one)) {
        if (str_eq(one, word)) {
            return true;
        }
    }
    return false;
}

/* At least half of the words of the shorter one stand in the other. */
static bool shares_words(struct str a, struct str b)
{
    unsigned words = 0, shared = 0;
    bool first = a.n != b.n ? a.n < b.n : str_compare(a, b) < 0; /* the same both ways */
    struct str word, rest = first ? a : b, other = first ? b : a;
    while (rest.p && str_split(&rest, ' ', &word)) {
        words++;
        shared += has_word(other, word);
    }
    return shared * 2 >= words && shared > 0;
}

static enum match_value_level compare_texts(struct str a, struct str b)
{
    char left[MATCH_COMPARED_MOST], right[MATCH_COMPARED_MOST];
    struct str one = without_blanks(a, left), two = without_blanks(b, right);
    if (str_eq(one, two) || close_by(one, two)) {
        return MATCH_VALUE_CLOSE;
    }
    if (shares_words(a, b) || likeness(one, two) >= LIKE_OVER) {
        return MATCH_VALUE_PART;
    }
    return MATCH_VALUE_APART;
}

static enum match_value_level compare_codes(struct str a, struct str b)
{
    size_t half = (a.n < b.n ? b.n : a.n) / 2;
    if (slips_at_most(a, b, 1)) {
        return MATCH_VALUE_CLOSE;
    }
    return half > 0 && str_eq(str_slice(a, 0, half), str_slice(b, 0, half)) ? MATCH_VALUE_PART
                                                                            : MATCH_VALUE_APART;
}

static struct str before_at(struct str mail)
{
    ptrdiff_t at = str_find_byte(mail, '@');
    return at > 0 ? str_slice(mail, 0, (size_t)at) : mail;
}

static enum match_value_level compare_mails(struct str a, struct str b)
{
    if (slips_at_most(a, b, 2)) {
        return MATCH_VALUE_CLOSE;
    }
    struct str left = before_at(a), right = before_at(b);
    return left.n > 3 && right.n > 3 && (str_eq(left, right) || likeness(a, b) >= LIKE_OVER)
               ? MATCH_VALUE_PART
               : MATCH_VALUE_APART;
}

static enum match_value_level compare_values(enum match_kind kind, struct str a, struct str b)
{
    switch (kind) {
    case MATCH_KIND_TEXT:
    case MATCH_KIND_CATEGORY:
        return compare_texts(a, b);
    case MATCH_KIND_CODE:
        return compare_codes(a, b);
    case MATCH_KIND_EMAIL:
        return compare_mails(a, b);
    case MATCH_KIND_NUMBER:
    case MATCH_KIND_PHONE:
    case MATCH_KIND_IDENTIFIER:
        return slips_at_most(a, b, 1) ? MATCH_VALUE_CLOSE : MATCH_VALUE_APART;
    case MATCH_KIND_GIVEN:
    case MATCH_KIND_FAMILY:
    case MATCH_KIND_BIRTH:
    case MATCH_KIND__COUNT:
        break;
    }
    return MATCH_VALUE_APART;
}

/* Whether the text stands in another text field of the other person. */
static bool stands_elsewhere(const struct match_design *design, const struct match_term *value,
                             const struct match_person *other, size_t field)
{
    for (size_t i = 0; i < design->count; i++) {
        if (i != field && design->fields[i].kind == MATCH_KIND_TEXT && other->value[i] &&
            (str_eq(other->value[i]->text, value->text) ||
             close_by(other->value[i]->text, value->text))) {
            return true;
        }
    }
    return false;
}

static void compare_value(const struct match_design *design, size_t field,
                          const struct match_person *a, const struct match_person *b,
                          struct match_pattern *pattern)
{
    const struct match_term *left = a->value[field], *right = b->value[field];
    enum match_kind kind = design->fields[field].kind;
    if (!left || !right) {
        pattern->level[field] = MATCH_MISSING;
        return;
    }
    pattern->rarity[field] = greater(left->rarity[0], right->rarity[0]);
    enum match_value_level level =
        left == right ? MATCH_VALUE_SAME : compare_values(kind, left->text, right->text);
    if (level == MATCH_VALUE_APART && kind == MATCH_KIND_TEXT &&
        (stands_elsewhere(design, left, b, field) || stands_elsewhere(design, right, a, field))) {
        level = MATCH_VALUE_TURNED;
    }
    pattern->level[field] = (uint8_t)level;
}

void match_compare(const struct match_design *design, const struct match_person *a,
                   const struct match_person *b, struct match_pattern *ret_pattern)
{
    struct agreement given, family;
    enum match_birth_level births;
    compare_names(a, b, &given, &family);
    *ret_pattern = (struct match_pattern){.level = {0}};
    for (size_t i = 0; i < design->count; i++) {
        switch (design->fields[i].kind) {
        case MATCH_KIND_GIVEN:
            ret_pattern->level[i] = (uint8_t)given.level;
            ret_pattern->rarity[i] = given.rarity;
            break;
        case MATCH_KIND_FAMILY:
            ret_pattern->level[i] = (uint8_t)family.level;
            ret_pattern->rarity[i] = family.rarity;
            break;
        case MATCH_KIND_BIRTH:
            births = match_birth_compare(a->birth, b->birth);
            ret_pattern->level[i] = (uint8_t)births;
            ret_pattern->rarity[i] = births == MATCH_BIRTH_SAME ? a->value[i]->rarity[0] : 0;
            break;
        case MATCH_KIND_CATEGORY:
        case MATCH_KIND_TEXT:
        case MATCH_KIND_NUMBER:
        case MATCH_KIND_CODE:
        case MATCH_KIND_EMAIL:
        case MATCH_KIND_PHONE:
        case MATCH_KIND_IDENTIFIER:
        case MATCH_KIND__COUNT:
            compare_value(design, i, a, b, ret_pattern);
            break;
        }
    }
}
