/* What is known about words of names: which are forms of the same name ("bob" and "robert"; "vaj"
 * and "vang"), which say nothing about who it is ("de", "jr", "unknown"). It is data: a CSV file
 * with the columns word, kind and of, so that an agency adds its families' names without a program.
 * Pure. */
#ifndef HEARTH_MATCH_LEXICON_H
#define HEARTH_MATCH_LEXICON_H

#include "base/map.h"
#include "base/status.h"

enum match_word_kind {
    MATCH_WORD_FORM,     /* "form": a short or other form of the name in "of" */
    MATCH_WORD_CLAN,     /* "clan": stands first in a name written as one (Hmong) */
    MATCH_WORD_PARTICLE, /* "particle": de, von, bin */
    MATCH_WORD_SUFFIX,   /* "suffix": jr, 3rd */
    MATCH_WORD_TITLE,    /* "title": dr, sir */
    MATCH_WORD_NOBODY,   /* "nobody": stands where no name is known */
    MATCH_WORD__COUNT
};

#define MATCH_FORMS_MOST 6 /* names of which one word is a form; further ones are refused */

struct match_lexicon {
    struct map words; /* folded word -> struct match_lexeme */
};

/* What the lexicon says of one word. A name has a number, and is a form of itself. */
struct match_lexeme {
    unsigned kinds; /* 1 << enum match_word_kind */
    uint32_t forms[MATCH_FORMS_MOST];
    size_t form_count;
};

/* STATUS_INVALID with a problem for each line that is wrong. An empty text is an empty lexicon. */
NODISCARD enum status match_lexicon_read(struct arena *arena, struct str text,
                                         struct outcome *outcome,
                                         struct match_lexicon *ret_lexicon);
/* NULL when nothing is known of it. */
const struct match_lexeme *match_lexeme(const struct match_lexicon *lexicon, struct str word);
bool match_word_is(const struct match_lexicon *lexicon, struct str word, enum match_word_kind kind);

#endif
