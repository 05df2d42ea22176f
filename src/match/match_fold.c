#include "match/match_fold.h"

#include <utf8proc.h>

#include "base/buf.h"
#include "base/utf8.h"

#define PIECES_MAX 24 /* of one character; the longest decomposition of Unicode has 18 */

/* Latin letters that Unicode does not decompose (CLDR, Latin-ASCII), after case folding. */
static struct str latin(utf8proc_int32_t c)
{
    switch (c) {
    case 0xe6:
        return STR("ae");
    case 0x153:
        return STR("oe");
    case 0xf8:
        return STR("o");
    case 0x111:
    case 0xf0:
        return STR("d");
    case 0x142:
        return STR("l");
    case 0xfe:
        return STR("th");
    case 0x131:
        return STR("i");
    case 0x127:
        return STR("h");
    case 0x14b:
        return STR("n");
    case 0x167:
        return STR("t");
    default:
        return STR("");
    }
}

static void add_letter(struct buf *word, utf8proc_int32_t c)
{
    utf8proc_uint8_t bytes[4];
    struct str as = latin(c);
    if (as.n > 0) {
        buf_add(word, as);
        return;
    }
    utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        buf_byte(word, (char)bytes[i]);
    }
}

static bool is_letter(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

static bool is_apostrophe(utf8proc_int32_t c)
{
    return c == '\'' || c == '`' || c == 0xb4 || (c >= 0x2b9 && c <= 0x2bf) ||
           (c >= 0x2018 && c <= 0x201b) || c == 0x2032 || c == 0xff07;
}

/* What a character is compared as: some letters, nothing (a mark, something invisible), or a break
 * between words. False is a break. */
static bool fold(struct buf *word, uint32_t c)
{
    utf8proc_int32_t pieces[PIECES_MAX];
    int last = 0;
    if (is_apostrophe((utf8proc_int32_t)c)) {
        return true;
    }
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        buf_byte(word, (char)c);
        return true;
    }
    unsigned how = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
                   UTF8PROC_STRIPMARK;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)c, pieces, PIECES_MAX, how, &last);
    if (count < 0 || count > PIECES_MAX) {
        return false;
    }
    bool joined = true;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (is_letter(pieces[i]) && !is_apostrophe(pieces[i])) {
            add_letter(word, pieces[i]);
        } else {
            joined = joined && is_apostrophe(pieces[i]);
        }
    }
    return joined;
}

static void end_word(struct arena *arena, struct buf *word, struct str *words, size_t *count)
{
    struct str text = utf8_prefix(buf_str(word), MATCH_WORD_MOST);
    if (text.n > 0) {
        words[(*count)++] = str_copy(arena, text);
    }
    word->n = 0;
}

size_t match_words(struct arena *arena, struct str text, struct str *ret_words, size_t most)
{
    struct buf word;
    size_t at = 0, count = 0;
    uint32_t c;
    buf_init(&word, arena, SIZE_MAX);
    for (size_t read = 0; read < MATCH_READ_MOST && count < most && utf8_next(text, &at, &c);
         read++) {
        if (!fold(&word, c)) {
            end_word(arena, &word, ret_words, &count);
        }
    }
    if (count < most) {
        end_word(arena, &word, ret_words, &count);
    }
    return count;
}

struct str match_sign(struct arena *arena, struct str text, struct str keep)
{
    struct buf sign;
    size_t at = 0;
    uint32_t c;
    buf_init(&sign, arena, SIZE_MAX);
    for (size_t read = 0; read < MATCH_READ_MOST && utf8_next(text, &at, &c); read++) {
        if (c < 0x80 && str_find_byte(keep, (char)c) >= 0) {
            buf_byte(&sign, (char)c);
        } else {
            (void)fold(&sign, c);
        }
    }
    return utf8_prefix(buf_str(&sign), MATCH_WORD_MOST);
}
