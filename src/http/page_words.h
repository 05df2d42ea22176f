/* Letters at the beginning of words that come from the model. ASCII; other letters stay. */
#ifndef HEARTH_HTTP_PAGE_WORDS_H
#define HEARTH_HTTP_PAGE_WORDS_H

#include "base/arena.h"
#include "base/str.h"

/* "Assigned workers" */
struct str page_capital(struct arena *arena, struct str words);
/* "initial assessments"; what is in capitals throughout ("ICPC") stays. */
struct str page_small(struct arena *arena, struct str words);
/* Whether every word of the second text stands somewhere in the first, in large or small letters.
 */
bool page_has_words(struct str text, struct str words);

#endif
