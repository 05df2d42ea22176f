#include "base/utf8.h"

#include <string.h>

#define REPLACEMENT 0xfffd

static uint8_t byte_at(struct str text, size_t at)
{
    return (uint8_t)text.p[at];
}

/* What may follow a first byte (RFC 3629, section 4): how many bytes, and the range of the next
 * one, which is what leaves out overlong forms, surrogates and all past U+10FFFF. */
struct lead {
    unsigned more;
    uint8_t low, high;
};

static struct lead lead_of(uint8_t byte)
{
    switch (byte) {
    case 0xe0:
        return (struct lead){2, 0xa0, 0xbf};
    case 0xed:
        return (struct lead){2, 0x80, 0x9f};
    case 0xf0:
        return (struct lead){3, 0x90, 0xbf};
    case 0xf4:
        return (struct lead){3, 0x80, 0x8f};
    default:
        break;
    }
    unsigned more = byte >= 0xc2 && byte <= 0xdf ? 1 : byte >= 0xe1 && byte <= 0xef ? 2 : 3;
    bool starts = byte >= 0xc2 && byte <= 0xf3;
    return (struct lead){starts ? more : 0, 0x80, 0xbf};
}

/* Decodes the character at a place before the end. On a fault gives false, and the length of what
 * could have begun a character, at least 1. */
static bool decode(struct str text, size_t at, uint32_t *ret_character, size_t *ret_length)
{
    uint8_t first = byte_at(text, at);
    *ret_length = 1;
    *ret_character = first;
    if (first < 0x80) {
        return true;
    }
    struct lead lead = lead_of(first);
    if (lead.more == 0) {
        return false;
    }
    uint32_t character = first & (0x3fu >> lead.more);
    for (unsigned i = 0; i < lead.more; i++) {
        if (text.n - at <= *ret_length) {
            return false;
        }
        uint8_t next = byte_at(text, at + *ret_length);
        if (next < lead.low || next > lead.high) {
            return false;
        }
        lead.low = 0x80;
        lead.high = 0xbf;
        character = character << 6 | (next & 0x3f);
        (*ret_length)++;
    }
    *ret_character = character;
    return true;
}

/* Most text is plain ASCII: eight bytes at a time while all are 0x01 to 0x7f. */
static size_t skip_ascii(struct str text, size_t at)
{
    const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    while (text.n - at >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.p + at, sizeof(word));
        if ((word | (word - ones)) & tops) {
            break;
        }
        at += sizeof(word);
    }
    return at;
}

static enum utf8_fault check(struct str text, size_t *at)
{
    while ((*at = skip_ascii(text, *at)) < text.n) {
        uint32_t character;
        size_t length;
        if (!decode(text, *at, &character, &length)) {
            return UTF8_BROKEN;
        }
        if (character == 0) {
            return UTF8_NUL;
        }
        *at += length;
    }
    return UTF8_FINE;
}

enum utf8_fault utf8_check(struct str text, size_t *ret_at)
{
    size_t at = 0;
    enum utf8_fault fault = check(text, &at);
    if (ret_at) {
        *ret_at = at;
    }
    return fault;
}

size_t utf8_length(struct str text)
{
    size_t count = 0, at = 0;
    uint32_t character;
    while (utf8_next(text, &at, &character)) {
        count++;
    }
    return count;
}

bool utf8_next(struct str text, size_t *at, uint32_t *ret_character)
{
    if (*at >= text.n) {
        return false;
    }
    size_t length;
    if (!decode(text, *at, ret_character, &length)) {
        *ret_character = REPLACEMENT;
    }
    *at += length;
    return true;
}

struct str utf8_prefix(struct str text, size_t max)
{
    if (text.n <= max) {
        return text;
    }
    size_t end = max;
    while (end > 0 && (byte_at(text, end) & 0xc0) == 0x80) {
        end--;
    }
    return str_slice(text, 0, end);
}
