/* Tokens, one at a time, and the parser that reads them. Private to parse.c and token.c. */
#ifndef HEARTH_EXPR_TOKEN_H
#define HEARTH_EXPR_TOKEN_H

#include "expr/syntax.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_TEXT,
    TOKEN_NUMBER,
    TOKEN_SYMBOL,
};

struct token {
    enum token_kind kind;
    size_t at;
    struct str text; /* as written; of a text literal its meaning */
    int64_t number;
    unsigned scale;
    bool decimal;
};

struct parser {
    struct arena *arena;
    struct str source;
    size_t at; /* behind the current token */
    struct token token;
    unsigned nesting;
    uint32_t count; /* nodes made */
    bool failed;
    struct expr_error *error;
};

/* Keeps the first mistake and makes the current token the end, so that everything unwinds. Always
 * NULL. */
struct syntax *parse_fail(struct parser *p, size_t at, struct str message);
/* Fails with "expected A here, not B". */
struct syntax *parse_expected(struct parser *p, struct str expected);
/* Reads the next token. */
void parse_advance(struct parser *p);
/* Whether the current token is this word or symbol; text literals never are. */
bool parse_is_at(const struct parser *p, struct str text);
/* Takes it when it is. */
bool parse_accept(struct parser *p, struct str text);
/* Takes it, or fails. */
bool parse_expect(struct parser *p, struct str text);

#endif
