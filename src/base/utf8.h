/* UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing past U+10FFFF. */
#ifndef HEARTH_BASE_UTF8_H
#define HEARTH_BASE_UTF8_H

#include "str.h"

enum utf8_fault { UTF8_FINE, UTF8_NUL, UTF8_BROKEN };

/* Whether text may be stored: valid and without NUL. *ret_at is the byte of the first fault, or the
 * length; it may be NULL. */
enum utf8_fault utf8_check(struct str text, size_t *ret_at);
/* Number of characters; of broken text, as many as utf8_next gives. */
size_t utf8_length(struct str text);
/* Decodes the character at *at and moves on; false at the end. A fault gives U+FFFD, one for each
 * longest part that could have begun a character (Unicode 15, 3.9). */
bool utf8_next(struct str text, size_t *at, uint32_t *ret_character);
/* The longest beginning of at most max bytes that does not cut a character of valid text. */
struct str utf8_prefix(struct str text, size_t max);

#endif
