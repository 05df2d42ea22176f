#include "expr/token.h"

#include "base/buf.h"

struct syntax *parse_fail(struct parser *p, size_t at, struct str message)
{
    if (!p->failed) {
        p->failed = true;
        *p->error = (struct expr_error){.at = at, .message = message};
    }
    p->token = (struct token){.kind = TOKEN_END, .at = at};
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char byte_at(const struct parser *p, size_t at)
{
    return at < p->source.n ? p->source.p[at] : '\0';
}

static void read_name(struct parser *p)
{
    size_t from = p->at;
    while (is_name_start(byte_at(p, p->at)) || is_digit(byte_at(p, p->at))) {
        p->at++;
    }
    if (is_capital(byte_at(p, p->at))) {
        parse_fail(p, from,
                   STR("names and words are lower case; a text or code stands in single quotes"));
        return;
    }
    p->token.kind = TOKEN_NAME;
    p->token.text = str_slice(p->source, from, p->at);
}

static bool read_digit(struct parser *p)
{
    int64_t *number = &p->token.number;
    if (__builtin_mul_overflow(*number, 10, number) ||
        __builtin_add_overflow(*number, p->source.p[p->at] - '0', number)) {
        parse_fail(p, p->token.at,
                   STR("this number is too large: 9223372036854775807 is the largest"));
        return false;
    }
    p->at++;
    return true;
}

static void read_number(struct parser *p)
{
    size_t from = p->at;
    p->token.kind = TOKEN_NUMBER;
    while (is_digit(byte_at(p, p->at))) {
        if (!read_digit(p)) {
            return;
        }
    }
    if (byte_at(p, p->at) == '.') {
        p->at++;
        p->token.decimal = true;
        while (is_digit(byte_at(p, p->at))) {
            p->token.scale++;
            if (!read_digit(p)) {
                return;
            }
        }
        if (p->token.scale == 0) {
            parse_fail(p, from, STR("digits must follow the point, as in 12.50"));
            return;
        }
        if (p->token.scale > EXPR_SCALE_MAX) {
            parse_fail(p, from, STR("a number has at most 6 digits after the point"));
            return;
        }
    }
    if (is_name_start(byte_at(p, p->at)) || is_capital(byte_at(p, p->at))) {
        parse_fail(p, from,
                   STR("a number ends here and a name begins; put a space or operator between"));
        return;
    }
    p->token.text = str_slice(p->source, from, p->at);
}

static void read_text(struct parser *p)
{
    size_t from = p->at++;
    struct buf buf;
    buf_init(&buf, p->arena, p->source.n);
    for (;;) {
        if (p->at >= p->source.n) {
            parse_fail(p, from,
                       STR("this text has no closing quote; a quote inside is doubled: ''"));
            return;
        }
        char c = p->source.p[p->at++];
        if (c == '\'') {
            if (byte_at(p, p->at) != '\'') {
                break;
            }
            p->at++;
        }
        buf_byte(&buf, c);
    }
    p->token.kind = TOKEN_TEXT;
    p->token.text = buf_str(&buf);
}

static void read_symbol(struct parser *p)
{
    static const struct str symbols[] = {
        /* longer ones first */
        STR_INIT("||"), STR_INIT("<>"), STR_INIT("<="), STR_INIT(">="),
        STR_INIT("="),  STR_INIT("<"),  STR_INIT(">"),  STR_INIT("("),
        STR_INIT(")"),  STR_INIT(","),  STR_INIT("."),  STR_INIT(":"),
        STR_INIT("+"),  STR_INIT("-"),  STR_INIT("*"),  STR_INIT("/")};
    static const struct {
        struct str wrong, message;
    } habits[] = {
        {STR_INIT("=="), STR_INIT("equality is one =")                                    },
        {STR_INIT("!"),  STR_INIT("different is <>, negation is the word not")            },
        {STR_INIT("&"),  STR_INIT("use the word and")                                     },
        {STR_INIT("\""), STR_INIT("text stands in single quotes: 'text'")                 },
        {STR_INIT("%"),  STR_INIT("there is no remainder; numbers have + - * /")          },
        {STR_INIT("["),  STR_INIT("lists stand in round brackets: in ('a', 'b')")         },
        {STR_INIT(";"),  STR_INIT("an expression is one value: nothing stands behind a ;")},
    };
    struct str rest = str_slice(p->source, p->at, p->source.n);
    for (size_t i = 0; i < ARRAY_LENGTH(habits); i++) {
        if (str_starts(rest, habits[i].wrong)) {
            parse_fail(p, p->at, habits[i].message);
            return;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(symbols); i++) {
        if (str_starts(rest, symbols[i])) {
            p->token.kind = TOKEN_SYMBOL;
            p->token.text = symbols[i];
            p->at += symbols[i].n;
            return;
        }
    }
    if (is_capital(rest.p[0])) {
        parse_fail(p, p->at,
                   STR("names and words are lower case; a text or code stands in single quotes"));
        return;
    }
    parse_fail(p, p->at, STR("this character has no meaning in an expression"));
}

void parse_advance(struct parser *p)
{
    if (p->failed) {
        return;
    }
    while (is_blank(byte_at(p, p->at))) {
        p->at++;
    }
    p->token = (struct token){.kind = TOKEN_END, .at = p->at};
    if (p->at >= p->source.n) {
        return;
    }
    char c = p->source.p[p->at];
    if (is_name_start(c)) {
        read_name(p);
    } else if (is_digit(c)) {
        read_number(p);
    } else if (c == '\'') {
        read_text(p);
    } else {
        read_symbol(p);
    }
}

bool parse_is_at(const struct parser *p, struct str text)
{
    return (p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_SYMBOL) &&
           str_eq(p->token.text, text);
}

bool parse_accept(struct parser *p, struct str text)
{
    if (!parse_is_at(p, text)) {
        return false;
    }
    parse_advance(p);
    return !p->failed;
}

struct syntax *parse_expected(struct parser *p, struct str expected)
{
    struct str found = p->token.kind == TOKEN_END
                           ? STR("the end")
                           : STR_JOIN(p->arena, STR("\""), p->token.text, STR("\""));
    return parse_fail(p, p->token.at,
                      STR_JOIN(p->arena, STR("expected "), expected, STR(" here, not "), found));
}

bool parse_expect(struct parser *p, struct str text)
{
    if (parse_accept(p, text)) {
        return true;
    }
    parse_expected(p, STR_JOIN(p->arena, STR("\""), text, STR("\"")));
    return false;
}
