#include "html/words.h"

const struct words words_english = {
    .language = STR_INIT("en"),
    .text =
        {
#define WORD(name, english) [WORD_##name] = STR_INIT(english),
#include "html/words.def"
#undef WORD
        },
};
