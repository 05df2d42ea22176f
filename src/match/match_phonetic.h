/* What a word sounds like, by published definitions for English. The words are letters as
 * match_fold.h gives them or capitals; other characters stay as they are or are left out, as said.
 * Codes are at most MATCH_CODE_MOST bytes. Pure. */
#ifndef HEARTH_MATCH_PHONETIC_H
#define HEARTH_MATCH_PHONETIC_H

#include "base/str.h"

#define MATCH_CODE_MOST 24

struct match_code {
    char text[MATCH_CODE_MOST]; /* capitals and digits */
    size_t n;
};
struct str match_code_str(const struct match_code *code);

/* Soundex as the National Archives of the United States give it ("The Soundex Indexing System"),
 * after R. C. Russell, US patents 1,261,167 (1918) and 1,435,663 (1922): a letter and three digits;
 * H and W do not part equal codes, vowels do. Other characters are left out. */
struct match_code match_soundex(struct str word);
/* NYSIIS: R. L. Taft, "Name search techniques", New York State Identification and Intelligence
 * System, Special Report 1 (1970), without the cut to six characters. */
struct match_code match_nysiis(struct str word);
/* Metaphone: L. Philips, "Hanging on the Metaphone", Computer Language 7 (12) (1990) 39-43. The
 * sound of "th" is written 0. */
struct match_code match_metaphone(struct str word);

#endif
