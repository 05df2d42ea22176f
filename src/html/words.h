/* The fixed words of components, one table per language. Labels of fields and codes come from the
 * model; these are only what the components themselves say. */
#ifndef HEARTH_HTML_WORDS_H
#define HEARTH_HTML_WORDS_H

#include "base/str.h"

enum word {
#define WORD(name, english) WORD_##name,
#include "html/words.def"
#undef WORD
    WORD__COUNT
};

struct words {
    struct str language; /* BCP 47: "en" */
    struct str text[WORD__COUNT];
};

extern const struct words words_english;

#endif
