#include "store/name_words.h"

#include "base/buf.h"
#include "base/utf8.h"

/* Characters from first to last are written as this; the empty text leaves them out. Latin of
 * Unicode 15, blocks Latin-1, Extended-A, Extended Additional and what Romanian, Vietnamese and
 * Hmong romanisations need of Extended-B. In order. */
struct folding {
    uint16_t first, last;
    char as[3];
};

static const struct folding foldings[] = {
    {0x00ad, 0x00ad, ""  }, /* soft hyphen */
    {0x00c0, 0x00c5, "a" },
    {0x00c6, 0x00c6, "ae"},
    {0x00c7, 0x00c7, "c" },
    {0x00c8, 0x00cb, "e" },
    {0x00cc, 0x00cf, "i" },
    {0x00d0, 0x00d0, "d" },
    {0x00d1, 0x00d1, "n" },
    {0x00d2, 0x00d6, "o" },
    {0x00d8, 0x00d8, "o" },
    {0x00d9, 0x00dc, "u" },
    {0x00dd, 0x00dd, "y" },
    {0x00de, 0x00de, "th"},
    {0x00df, 0x00df, "ss"},
    {0x00e0, 0x00e5, "a" },
    {0x00e6, 0x00e6, "ae"},
    {0x00e7, 0x00e7, "c" },
    {0x00e8, 0x00eb, "e" },
    {0x00ec, 0x00ef, "i" },
    {0x00f0, 0x00f0, "d" },
    {0x00f1, 0x00f1, "n" },
    {0x00f2, 0x00f6, "o" },
    {0x00f8, 0x00f8, "o" },
    {0x00f9, 0x00fc, "u" },
    {0x00fd, 0x00fd, "y" },
    {0x00fe, 0x00fe, "th"},
    {0x00ff, 0x00ff, "y" },
    {0x0100, 0x0105, "a" },
    {0x0106, 0x010d, "c" },
    {0x010e, 0x0111, "d" },
    {0x0112, 0x011b, "e" },
    {0x011c, 0x0123, "g" },
    {0x0124, 0x0127, "h" },
    {0x0128, 0x0131, "i" },
    {0x0132, 0x0133, "ij"},
    {0x0134, 0x0135, "j" },
    {0x0136, 0x0138, "k" },
    {0x0139, 0x0142, "l" },
    {0x0143, 0x014b, "n" },
    {0x014c, 0x0151, "o" },
    {0x0152, 0x0153, "oe"},
    {0x0154, 0x0159, "r" },
    {0x015a, 0x0161, "s" },
    {0x0162, 0x0167, "t" },
    {0x0168, 0x0173, "u" },
    {0x0174, 0x0175, "w" },
    {0x0176, 0x0178, "y" },
    {0x0179, 0x017e, "z" },
    {0x017f, 0x017f, "s" },
    {0x01a0, 0x01a1, "o" },
    {0x01af, 0x01b0, "u" },
    {0x01cd, 0x01ce, "a" },
    {0x0218, 0x0219, "s" },
    {0x021a, 0x021b, "t" },
    {0x0300, 0x036f, ""  }, /* combining marks: letters written apart from
  their accents */
    {0x1e00, 0x1e01, "a" },
    {0x1e02, 0x1e07, "b" },
    {0x1e08, 0x1e09, "c" },
    {0x1e0a, 0x1e13, "d" },
    {0x1e14, 0x1e1d, "e" },
    {0x1e1e, 0x1e1f, "f" },
    {0x1e20, 0x1e21, "g" },
    {0x1e22, 0x1e2b, "h" },
    {0x1e2c, 0x1e2f, "i" },
    {0x1e30, 0x1e35, "k" },
    {0x1e36, 0x1e3d, "l" },
    {0x1e3e, 0x1e43, "m" },
    {0x1e44, 0x1e4b, "n" },
    {0x1e4c, 0x1e53, "o" },
    {0x1e54, 0x1e57, "p" },
    {0x1e58, 0x1e5f, "r" },
    {0x1e60, 0x1e69, "s" },
    {0x1e6a, 0x1e71, "t" },
    {0x1e72, 0x1e7b, "u" },
    {0x1e7c, 0x1e7f, "v" },
    {0x1e80, 0x1e89, "w" },
    {0x1e8a, 0x1e8d, "x" },
    {0x1e8e, 0x1e8f, "y" },
    {0x1e90, 0x1e95, "z" },
    {0x1e96, 0x1e96, "h" },
    {0x1e97, 0x1e97, "t" },
    {0x1e98, 0x1e98, "w" },
    {0x1e99, 0x1e99, "y" },
    {0x1e9a, 0x1e9a, "a" },
    {0x1e9b, 0x1e9d, "s" },
    {0x1e9e, 0x1e9e, "ss"},
    {0x1ea0, 0x1eb7, "a" },
    {0x1eb8, 0x1ec7, "e" },
    {0x1ec8, 0x1ecb, "i" },
    {0x1ecc, 0x1ee3, "o" },
    {0x1ee4, 0x1ef1, "u" },
    {0x1ef2, 0x1ef9, "y" },
};

/* What divides words, and what joins the parts of a compound. */
enum glyph { GLYPH_LETTER, GLYPH_JOINT, GLYPH_BREAK };

static enum glyph ascii_glyph(uint32_t c)
{
    if (c == '-' || c == '\'' || c == '`') {
        return GLYPH_JOINT;
    }
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter ? GLYPH_LETTER : GLYPH_BREAK;
}

static enum glyph glyph_of(uint32_t c)
{
    if (c < 0x80) {
        return ascii_glyph(c);
    }
    bool apostrophe = c == 0xb4 || (c >= 0x2b9 && c <= 0x2bf) || (c >= 0x2018 && c <= 0x201b) ||
                      c == 0x2032 || c == 0xff07;
    bool hyphen = (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe63 || c == 0xff0d;
    if (apostrophe || hyphen) {
        return GLYPH_JOINT;
    }
    bool sign = (c >= 0x80 && c <= 0xbf && c != 0xad && c != 0xaa && c != 0xba && c != 0xb5) ||
                c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) || c == 0x3000 ||
                c == 0xfffd;
    return sign ? GLYPH_BREAK : GLYPH_LETTER;
}

static const struct folding *folding_of(uint32_t c)
{
    size_t low = 0, high = ARRAY_LENGTH(foldings);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c > foldings[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < ARRAY_LENGTH(foldings) && c >= foldings[low].first;
    return found ? &foldings[low] : NULL;
}

/* Small letters of the other alphabets with two cases that names in Wisconsin come in. */
static uint32_t small_letter(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) {
        return c + 0x20;
    }
    return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

/* Appends it as UTF-8. */
static void add_character(struct buf *word, uint32_t c)
{
    if (c < 0x80) {
        buf_byte(word, (char)c);
        return;
    }
    if (c < 0x800) {
        buf_byte(word, (char)(0xc0 | c >> 6));
    } else if (c < 0x10000) {
        buf_byte(word, (char)(0xe0 | c >> 12));
        buf_byte(word, (char)(0x80 | (c >> 6 & 0x3f)));
    } else {
        buf_byte(word, (char)(0xf0 | c >> 18));
        buf_byte(word, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_byte(word, (char)(0x80 | (c >> 6 & 0x3f)));
    }
    buf_byte(word, (char)(0x80 | (c & 0x3f)));
}

static void add_folded(struct buf *word, uint32_t c)
{
    const struct folding *folding = folding_of(c);
    if (folding) {
        buf_add(word, str_from(folding->as));
    } else {
        add_character(word, small_letter(c));
    }
}

/* ---- words ---- */

struct splitting {
    struct arena *arena;
    enum name_parts parts;
    struct buf part, whole; /* of the compound so far */
    unsigned part_count;    /* of the compound */
    struct str *words;
    size_t count;
};

static void add_word(struct splitting *splitting, struct str word)
{
    word = utf8_prefix(word, NAME_WORD_MOST);
    if (word.n == 0 || splitting->count == NAME_WORDS_MOST) {
        return;
    }
    for (size_t i = 0; i < splitting->count; i++) {
        if (str_eq(splitting->words[i], word)) {
            return;
        }
    }
    splitting->words[splitting->count++] = str_copy(splitting->arena, word);
}

static void end_part(struct splitting *splitting)
{
    struct str part = buf_str(&splitting->part);
    if (part.n > 0) {
        add_word(splitting, part);
        buf_add(&splitting->whole, part);
        splitting->part_count++;
    }
    splitting->part.n = 0;
}

static void end_compound(struct splitting *splitting)
{
    end_part(splitting);
    if (splitting->part_count > 1 && splitting->parts == NAME_PARTS_AND_WHOLE) {
        add_word(splitting, buf_str(&splitting->whole));
    }
    splitting->whole.n = 0;
    splitting->part_count = 0;
}

size_t name_words(struct arena *arena, struct str text, enum name_parts parts,
                  struct str ret_words[NAME_WORDS_MOST])
{
    struct splitting splitting = {.arena = arena, .parts = parts, .words = ret_words};
    size_t at = 0;
    uint32_t c;
    buf_init(&splitting.part, arena, 2 * text.n + 4);
    buf_init(&splitting.whole, arena, 2 * text.n + 4);
    while (utf8_next(text, &at, &c)) {
        switch (glyph_of(c)) {
        case GLYPH_LETTER:
            add_folded(&splitting.part, c);
            break;
        case GLYPH_JOINT:
            end_part(&splitting);
            break;
        case GLYPH_BREAK:
            end_compound(&splitting);
            break;
        }
    }
    end_compound(&splitting);
    return splitting.count;
}

struct str name_line(struct arena *arena, struct str text)
{
    struct buf line;
    size_t at = 0;
    uint32_t c;
    buf_init(&line, arena, 2 * text.n + 4);
    buf_byte(&line, ' ');
    while (utf8_next(text, &at, &c)) {
        if (glyph_of(c) == GLYPH_LETTER) {
            add_folded(&line, c);
        } else if (line.p[line.n - 1] != ' ') {
            buf_byte(&line, ' ');
        }
    }
    if (line.p[line.n - 1] != ' ') {
        buf_byte(&line, ' ');
    }
    return buf_str(&line);
}

struct str name_fold(struct arena *arena, struct str text)
{
    struct buf folded;
    size_t at = 0;
    uint32_t c;
    buf_init(&folded, arena, 2 * text.n + 4);
    while (utf8_next(text, &at, &c)) {
        if (glyph_of(c) == GLYPH_LETTER) {
            add_folded(&folded, c);
        }
    }
    return buf_str(&folded);
}
