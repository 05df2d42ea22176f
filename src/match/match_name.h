/* A name as it is compared: words by their part, without what says nothing about who it is. A name
 * given whole is divided: "Garcia Lopez, Ana" at its comma, "Ana Garcia" before its last word,
 * "Vang Mai" behind its clan. One word alone is a given name. Two family names are two words, in
 * their order; a compound given name is several words. Pure. */
#ifndef HEARTH_MATCH_NAME_H
#define HEARTH_MATCH_NAME_H

#include "match/match_lexicon.h"

enum match_part {
    MATCH_GIVEN,  /* the first name first, then middle names; initials too */
    MATCH_FAMILY, /* one, or several of one person */
    MATCH_OTHER,  /* former names, and words of the whole name that are none of the others */
    MATCH_PART__COUNT
};

#define MATCH_PART_WORDS 4 /* of each part; further ones are left out */

/* As it was written; what is not known is empty. */
struct match_name_text {
    struct str given, middle, family, whole, other;
};
struct match_name_part {
    struct str words[MATCH_PART_WORDS];
    size_t count;
    struct str joined; /* all words together, with the particles: "delacruz" */
};
struct match_name {
    struct match_name_part parts[MATCH_PART__COUNT];
};

/* Views into the arena. */
void match_name_read(struct arena *arena, const struct match_lexicon *lexicon,
                     const struct match_name_text *text, struct match_name *ret_name);

#endif
