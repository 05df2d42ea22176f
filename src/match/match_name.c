#include "match/match_name.h"

#include "base/buf.h"
#include "match/match_fold.h"

#define TEXT_WORDS 12 /* of one text that are looked at */

static bool stands_for_nobody(const struct match_lexicon *lexicon, struct str word)
{
    return match_word_is(lexicon, word, MATCH_WORD_NOBODY);
}

/* "jr", "dr": no part of the name, unless it is all there is ("Earl", "Junior"). */
static bool is_addition(const struct match_lexicon *lexicon, struct str word)
{
    return match_word_is(lexicon, word, MATCH_WORD_SUFFIX) ||
           match_word_is(lexicon, word, MATCH_WORD_TITLE);
}

static bool has_word(const struct match_name_part *part, struct str word)
{
    for (size_t i = 0; i < part->count; i++) {
        if (str_eq(part->words[i], word)) {
            return true;
        }
    }
    return false;
}

/* The words that say something. A particle counts only in the whole; it and an addition are a word
 * where there is no other. */
static void fill_part(struct arena *arena, const struct match_lexicon *lexicon,
                      const struct str *words, size_t count, struct match_name_part *part)
{
    struct str joined = part->joined, spare = STR("");
    for (size_t i = 0; i < count; i++) {
        bool particle = match_word_is(lexicon, words[i], MATCH_WORD_PARTICLE);
        bool addition = is_addition(lexicon, words[i]);
        if (stands_for_nobody(lexicon, words[i])) {
            continue;
        }
        joined = addition ? joined : STR_JOIN(arena, joined, words[i]);
        if (particle || addition) {
            spare = words[i];
        } else if (part->count < MATCH_PART_WORDS && !has_word(part, words[i])) {
            part->words[part->count++] = words[i];
        }
    }
    if (part->count == 0 && spare.n > 0) {
        part->words[part->count++] = spare;
        joined = joined.n > 0 ? joined : spare;
    }
    part->joined = str_slice(joined, 0, MATCH_WORD_MOST);
}

static void add_text(struct arena *arena, const struct match_lexicon *lexicon, struct str text,
                     struct match_name_part *part)
{
    struct str words[TEXT_WORDS];
    size_t count = match_words(arena, text, words, TEXT_WORDS);
    fill_part(arena, lexicon, words, count, part);
}

/* Where the family name of a whole name without a comma begins and ends. */
static void find_family(const struct match_lexicon *lexicon, const struct str *words, size_t count,
                        size_t *ret_from, size_t *ret_to)
{
    size_t end = count;
    while (end > 1 &&
           (is_addition(lexicon, words[end - 1]) || stands_for_nobody(lexicon, words[end - 1]))) {
        end--;
    }
    *ret_from = end > 0 ? end - 1 : 0;
    *ret_to = end;
    if (end > 1 && match_word_is(lexicon, words[0], MATCH_WORD_CLAN) &&
        !match_word_is(lexicon, words[end - 1], MATCH_WORD_CLAN)) {
        *ret_from = 0;
        *ret_to = 1;
    }
    while (*ret_from > 1 && match_word_is(lexicon, words[*ret_from - 1], MATCH_WORD_PARTICLE)) {
        (*ret_from)--;
    }
    if (end <= 1) {
        *ret_from = *ret_to = end; /* one word is a given name */
    }
}

static void divide_whole(struct arena *arena, const struct match_lexicon *lexicon, struct str whole,
                         struct match_name *name)
{
    struct str words[TEXT_WORDS];
    ptrdiff_t comma = str_find_byte(whole, ',');
    if (comma > 0) {
        add_text(arena, lexicon, str_slice(whole, 0, (size_t)comma), &name->parts[MATCH_FAMILY]);
        add_text(arena, lexicon, str_slice(whole, (size_t)comma + 1, whole.n),
                 &name->parts[MATCH_GIVEN]);
        return;
    }
    size_t count = match_words(arena, whole, words, TEXT_WORDS), from, to;
    find_family(lexicon, words, count, &from, &to);
    fill_part(arena, lexicon, words, from, &name->parts[MATCH_GIVEN]);
    fill_part(arena, lexicon, words + from, to - from, &name->parts[MATCH_FAMILY]);
    fill_part(arena, lexicon, words + to, count - to, &name->parts[MATCH_GIVEN]);
}

/* What a text says beyond the given and family names that are known already. */
static void add_others(struct arena *arena, const struct match_lexicon *lexicon, struct str text,
                       struct match_name *name)
{
    struct str words[TEXT_WORDS], others[TEXT_WORDS];
    size_t count = match_words(arena, text, words, TEXT_WORDS), other_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_word(&name->parts[MATCH_GIVEN], words[i]) &&
            !has_word(&name->parts[MATCH_FAMILY], words[i]) &&
            !match_word_is(lexicon, words[i], MATCH_WORD_PARTICLE)) {
            others[other_count++] = words[i];
        }
    }
    fill_part(arena, lexicon, others, other_count, &name->parts[MATCH_OTHER]);
}

void match_name_read(struct arena *arena, const struct match_lexicon *lexicon,
                     const struct match_name_text *text, struct match_name *ret_name)
{
    *ret_name = (struct match_name){0};
    add_text(arena, lexicon, text->given, &ret_name->parts[MATCH_GIVEN]);
    add_text(arena, lexicon, text->middle, &ret_name->parts[MATCH_GIVEN]);
    add_text(arena, lexicon, text->family, &ret_name->parts[MATCH_FAMILY]);
    if (ret_name->parts[MATCH_GIVEN].count + ret_name->parts[MATCH_FAMILY].count == 0) {
        divide_whole(arena, lexicon, text->whole, ret_name);
    } else {
        add_others(arena, lexicon, text->whole, ret_name);
    }
    add_others(arena, lexicon, text->other, ret_name);
}
