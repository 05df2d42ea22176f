#include "match/match_person.h"

#include <math.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "match/match_fold.h"

#define PHONE_DIGITS 10
#define VALUE_WORDS 12

void match_vocabulary_init(struct match_vocabulary *vocabulary, struct arena *arena,
                           const struct match_lexicon *lexicon)
{
    *vocabulary = (struct match_vocabulary){.arena = arena, .lexicon = lexicon};
    map_init(&vocabulary->terms, arena);
}

static struct match_term *term_of(struct match_vocabulary *vocabulary, char space, struct str text)
{
    char key[MATCH_WORD_MOST + 1];
    text = utf8_prefix(text, MATCH_WORD_MOST);
    if (text.n == 0) {
        return NULL;
    }
    key[0] = space;
    for (size_t i = 0; i < text.n; i++) {
        key[i + 1] = text.p[i];
    }
    struct match_term *term = map_get(&vocabulary->terms, (struct str){key, text.n + 1});
    if (!term) {
        struct str kept = str_copy(vocabulary->arena, (struct str){key, text.n + 1});
        term = ARENA_NEW(vocabulary->arena, struct match_term);
        term->text = str_slice(kept, 1, kept.n);
        (void)map_add(&vocabulary->terms, kept, term);
    }
    return term;
}

static struct match_term *name_term(struct match_vocabulary *vocabulary, struct str word)
{
    struct match_term *term = term_of(vocabulary, MATCH_NAME_SPACE, word);
    if (term && term->sound.n == 0) {
        term->sound = match_nysiis(term->text);
        term->metaphone = match_metaphone(term->text);
        term->lexeme = match_lexeme(vocabulary->lexicon, term->text);
    }
    return term;
}

void match_count_terms(struct match_vocabulary *vocabulary)
{
    double people = vocabulary->people > 0 ? vocabulary->people : 1;
    for (size_t i = 0; i < vocabulary->terms.count; i++) {
        struct match_term *term = vocabulary->terms.entries[i].value;
        for (size_t part = 0; part < MATCH_PART__COUNT; part++) {
            term->rarity[part] = log(people / (term->count[part] > 0 ? term->count[part] : 1));
        }
    }
}

static void read_names(struct match_vocabulary *vocabulary, const struct match_name_text *text,
                       uint32_t one, struct match_person *person)
{
    struct match_name name;
    match_name_read(vocabulary->arena, vocabulary->lexicon, text, &name);
    for (size_t part = 0; part < MATCH_PART__COUNT; part++) {
        const struct match_name_part *from = &name.parts[part];
        struct match_person_part *to = &person->name[part];
        to->count = from->count;
        to->joined = from->count > 0 ? name_term(vocabulary, from->joined) : NULL;
        for (size_t i = 0; i < from->count; i++) {
            to->words[i] = name_term(vocabulary, from->words[i]);
            to->words[i]->count[part] += one;
        }
        if (to->joined && (to->count > 1 || to->joined != to->words[0])) {
            to->joined->count[part] += one;
        }
    }
}

/* The words of a text with one blank between them. */
static struct str words_line(struct arena *arena, struct str text)
{
    struct str words[VALUE_WORDS];
    struct buf line;
    size_t count = match_words(arena, text, words, VALUE_WORDS);
    buf_init(&line, arena, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        BUF_ADD(&line, i > 0 ? STR(" ") : STR(""), words[i]);
    }
    return buf_str(&line);
}

static struct str digits_of(struct arena *arena, struct str text)
{
    struct buf digits;
    struct str sign = match_sign(arena, text, STR(""));
    buf_init(&digits, arena, SIZE_MAX);
    for (size_t i = 0; i < sign.n; i++) {
        if (sign.p[i] >= '0' && sign.p[i] <= '9') {
            buf_byte(&digits, sign.p[i]);
        }
    }
    size_t skip = digits.n > PHONE_DIGITS ? digits.n - PHONE_DIGITS : 0;
    return str_slice(buf_str(&digits), skip, digits.n);
}

static struct str value_of(struct arena *arena, enum match_kind kind, struct str text)
{
    switch (kind) {
    case MATCH_KIND_CATEGORY:
    case MATCH_KIND_TEXT:
        return words_line(arena, text);
    case MATCH_KIND_NUMBER:
    case MATCH_KIND_CODE:
    case MATCH_KIND_IDENTIFIER:
        return match_sign(arena, text, STR(""));
    case MATCH_KIND_EMAIL:
        return match_sign(arena, text, STR("@."));
    case MATCH_KIND_PHONE:
        return digits_of(arena, text);
    case MATCH_KIND_GIVEN:
    case MATCH_KIND_FAMILY:
    case MATCH_KIND_BIRTH:
    case MATCH_KIND__COUNT:
        break;
    }
    return STR("");
}

static struct str birth_value(struct arena *arena, struct match_birth birth)
{
    struct buf text;
    if (birth.year == 0) {
        return STR("");
    }
    buf_init(&text, arena, SIZE_MAX);
    buf_digits(&text, birth.year, 4);
    buf_digits(&text, birth.month, 2);
    buf_digits(&text, birth.day, 2);
    return buf_str(&text);
}

void match_person_read(struct match_vocabulary *vocabulary, const struct match_design *design,
                       const struct match_person_text *text, enum match_counts counts,
                       struct match_person *ret_person)
{
    struct arena *arena = vocabulary->arena;
    uint32_t one = counts == MATCH_COUNTED ? 1 : 0;
    *ret_person = (struct match_person){.birth = text->birth};
    vocabulary->people += one;
    read_names(vocabulary, &text->name, one, ret_person);
    for (size_t i = 0; i < design->count; i++) {
        enum match_kind kind = design->fields[i].kind;
        struct str value = kind == MATCH_KIND_BIRTH ? birth_value(arena, text->birth)
                                                    : value_of(arena, kind, text->value[i]);
        ret_person->value[i] = term_of(vocabulary, MATCH_FIELD_SPACE(i), value);
        if (ret_person->value[i]) {
            ret_person->value[i]->count[0] += one;
        }
    }
}
