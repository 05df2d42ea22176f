/* Names as words that can be compared: lower case, without accents, divided at blanks, hyphens and
 * apostrophes. "Núñez-O'Brien" and "nunez obrien" share "nunez", "obrien" and "nunezobrien". Pure.
 */
#ifndef HEARTH_STORE_NAME_WORDS_H
#define HEARTH_STORE_NAME_WORDS_H

#include "base/arena.h"
#include "base/str.h"

#define NAME_WORD_MOST ((size_t)64) /* bytes; what is longer is cut */
#define NAME_WORDS_MOST 16u         /* of one text; further ones are left out */

enum name_parts {
    NAME_PARTS,           /* each part for itself: for what somebody looks for */
    NAME_PARTS_AND_WHOLE, /* also compounds written together: for what may be found */
};

/* The words in order, without duplicates; views into the arena. */
size_t name_words(struct arena *arena, struct str text, enum name_parts parts,
                  struct str ret_words[NAME_WORDS_MOST]);
/* The whole text folded, each word and part between single blanks, one at each end too: " nunez o
 * brien ". So a word or phrase stands in a text as a whole when its line stands in the text's. */
struct str name_line(struct arena *arena, struct str text);
/* Letters and digits alone, folded: for numbers and other signs. */
struct str name_fold(struct arena *arena, struct str text);

#endif
