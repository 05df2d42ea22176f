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

struct str word_name(enum word word)
{
    static const struct str names[WORD__COUNT] = {
#define WORD(name, english) [WORD_##name] = STR_INIT(#name),
#include "html/words.def"
#undef WORD
    };
    return names[word];
}
