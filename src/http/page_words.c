#include "http/page_words.h"

static char large(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct str with_first(struct arena *arena, struct str words, char first)
{
    char *copy = arena_copy(arena, words.p, words.n);
    copy[0] = first;
    return (struct str){copy, words.n};
}

struct str page_capital(struct arena *arena, struct str words)
{
    return words.n > 0 && large(words.p[0]) != words.p[0]
               ? with_first(arena, words, large(words.p[0]))
               : words;
}

struct str page_small(struct arena *arena, struct str words)
{
    bool capitals = words.n > 1 && small(words.p[1]) != words.p[1];
    return words.n > 0 && !capitals && small(words.p[0]) != words.p[0]
               ? with_first(arena, words, small(words.p[0]))
               : words;
}

static bool has_at(struct str text, size_t at, struct str word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (small(text.p[at + i]) != small(word.p[i])) {
            return false;
        }
    }
    return true;
}

static bool has_word(struct str text, struct str word)
{
    for (size_t at = 0; at + word.n <= text.n; at++) {
        if (has_at(text, at, word)) {
            return true;
        }
    }
    return false;
}

bool page_has_words(struct str text, struct str words)
{
    struct str word;
    while (str_split(&words, ' ', &word)) {
        if (word.n > 0 && !has_word(text, word)) {
            return false;
        }
    }
    return true;
}
