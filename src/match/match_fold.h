/* Text as it is compared: without accents, case and the forms of writing, divided into words. Names
 * and addresses of any script; marks above and below letters are left out in all of them, so that
 * a name is found however carefully it was typed. Pure.
 *
 * Sources: Unicode 14 (utf8proc 2.8): compatibility decomposition (UAX 15), full case folding
 * (Unicode 3.13), default ignorable characters (DerivedCoreProperties). Latin letters that do not
 * decompose are written as CLDR's transform Latin-ASCII writes them. */
#ifndef HEARTH_MATCH_FOLD_H
#define HEARTH_MATCH_FOLD_H

#include "base/arena.h"
#include "base/str.h"

#define MATCH_READ_MOST ((size_t)512) /* characters of a text; what follows is not read */
#define MATCH_WORD_MOST ((size_t)64)  /* bytes of a word; what is longer is cut */

/* The words in order, at most that many; views into the arena. Divided at all that is no letter and
 * no digit; an apostrophe between letters joins ("O'Brien" is "obrien"), a hyphen divides. */
size_t match_words(struct arena *arena, struct str text, struct str *ret_words, size_t most);
/* Letters and digits alone, written together, and the ASCII signs of keep: for numbers, codes and
 * addresses of mail. */
struct str match_sign(struct arena *arena, struct str text, struct str keep);

#endif
