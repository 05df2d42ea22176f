/* Lexer and recursive descent: source text to a syntax tree. The first mistake ends it: its message
 * is kept, the current token becomes the end, and everything unwinds by NULL. */
#include "base/buf.h"
#include "base/utf8.h"
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

static struct syntax *fail(struct parser *p, size_t at, struct str message)
{
    if (!p->failed) {
        p->failed = true;
        *p->error = (struct expr_error){.at = at, .message = message};
    }
    p->token = (struct token){.kind = TOKEN_END, .at = at};
    return NULL;
}

/* ---- tokens ---- */

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
        fail(p, from,
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
        fail(p, p->token.at, STR("this number is too large: 9223372036854775807 is the largest"));
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
            fail(p, from, STR("digits must follow the point, as in 12.50"));
            return;
        }
        if (p->token.scale > EXPR_SCALE_MAX) {
            fail(p, from, STR("a number has at most 6 digits after the point"));
            return;
        }
    }
    if (is_name_start(byte_at(p, p->at)) || is_capital(byte_at(p, p->at))) {
        fail(p, from, STR("a number ends here and a name begins; put a space or operator between"));
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
            fail(p, from, STR("this text has no closing quote; a quote inside is doubled: ''"));
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
            fail(p, p->at, habits[i].message);
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
        fail(p, p->at,
             STR("names and words are lower case; a text or code stands in single quotes"));
        return;
    }
    fail(p, p->at, STR("this character has no meaning in an expression"));
}

static void advance(struct parser *p)
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

/* Whether the current token is this word or symbol; text literals never are. */
static bool is_at(const struct parser *p, struct str text)
{
    return (p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_SYMBOL) &&
           str_eq(p->token.text, text);
}

static bool accept(struct parser *p, struct str text)
{
    if (!is_at(p, text)) {
        return false;
    }
    advance(p);
    return !p->failed;
}

/* Fails with "expected A here, not B". */
static struct syntax *fail_expected(struct parser *p, struct str expected)
{
    struct str found = p->token.kind == TOKEN_END
                           ? STR("the end")
                           : STR_JOIN(p->arena, STR("\""), p->token.text, STR("\""));
    return fail(p, p->token.at,
                STR_JOIN(p->arena, STR("expected "), expected, STR(" here, not "), found));
}

static bool expect(struct parser *p, struct str text)
{
    if (accept(p, text)) {
        return true;
    }
    fail_expected(p, STR_JOIN(p->arena, STR("\""), text, STR("\"")));
    return false;
}

/* ---- the tree ---- */

static struct syntax *make(struct parser *p, enum syntax_kind kind, enum expr_op op, size_t at)
{
    if (p->failed) {
        return NULL;
    }
    if (++p->count > EXPR_NODES_MAX) {
        return fail(p, at, STR("this expression is too long; declare parts of it as facts"));
    }
    struct syntax *s = ARENA_NEW(p->arena, struct syntax);
    *s = (struct syntax){.kind = kind, .op = op, .at = at, .depth = 1};
    return s;
}

/* Hangs a child under a parent; NULL when either is missing or it gets too deep. */
static struct syntax *add(struct parser *p, struct syntax *parent, struct syntax *child)
{
    if (!parent || !child) {
        return NULL;
    }
    if (child->depth >= EXPR_DEPTH_MAX) {
        return fail(p, parent->at,
                    STR("this is nested too deep; declare the inner part as a fact"));
    }
    if (parent->last) {
        parent->last->next = child;
    } else {
        parent->first = child;
    }
    parent->last = child;
    if (parent->depth <= child->depth) {
        parent->depth = child->depth + 1;
    }
    return parent;
}

static struct syntax *make_pair(struct parser *p, enum expr_op op, size_t at, struct syntax *left,
                                struct syntax *right)
{
    struct syntax *s = make(p, SYNTAX_OPERATION, op, at);
    return add(p, add(p, s, left), right);
}

static struct syntax *make_not(struct parser *p, size_t at, bool negated, struct syntax *of)
{
    return negated ? add(p, make(p, SYNTAX_OPERATION, EXPR_NOT, at), of) : of;
}

static struct syntax *read_expression(struct parser *p);

static struct syntax *take_name(struct parser *p, struct str what)
{
    if (p->token.kind != TOKEN_NAME) {
        return fail_expected(p, what);
    }
    struct syntax *s = make(p, SYNTAX_NAME, EXPR_NULL, p->token.at);
    if (s) {
        s->text = p->token.text;
        advance(p);
    }
    return s;
}

/* ---- functions and quantifiers ---- */

struct function {
    struct str name;
    enum expr_op op;
    unsigned least, most; /* arguments */
    struct str usage;
};

static const struct function functions[] = {
    {STR_INIT("why"),            EXPR_WHY,            1, 1,              STR_INIT("why(field)")                           },
    {STR_INIT("coalesce"),       EXPR_COALESCE,       2, EXPR_NODES_MAX, STR_INIT("coalesce(a, b)")                       },
    {STR_INIT("add_months"),     EXPR_ADD_MONTHS,     2, 2,              STR_INIT("add_months(date, months)")             },
    {STR_INIT("months_between"), EXPR_MONTHS_BETWEEN, 2, 2,              STR_INIT("months_between(from, to)")             },
    {STR_INIT("age"),            EXPR_AGE,            2, 2,              STR_INIT("age(birth, on)")                       },
    {STR_INIT("date"),           EXPR_LOCAL_DATE,     1, 1,              STR_INIT("date(datetime)")                       },
    {STR_INIT("hours_between"),  EXPR_HOURS_BETWEEN,  2, 2,              STR_INIT("hours_between(from, to)")              },
    {STR_INIT("length"),         EXPR_LENGTH,         1, 1,              STR_INIT("length(text)")                         },
    {STR_INIT("exists"),         EXPR_EXISTS,         0, 0,              STR_INIT("exists(c in children where condition)")},
    {STR_INIT("count"),          EXPR_COUNT,          0, 0,              STR_INIT("count(c in children)")                 },
    {STR_INIT("every"),          EXPR_EVERY,          0, 0,
     STR_INIT("every(c in children where condition: condition)")                                                          },
    {STR_INIT("min"),            EXPR_MIN,            0, 0,              STR_INIT("min(c.field for c in children)")       },
    {STR_INIT("max"),            EXPR_MAX,            0, 0,              STR_INIT("max(c.field for c in children)")       },
    {STR_INIT("first"),          EXPR_FIRST,          0, 0,              STR_INIT("first(c.field for c in children)")     },
};

static const struct function *find_function(struct str name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(functions); i++) {
        if (str_eq(functions[i].name, name)) {
            return &functions[i];
        }
    }
    return NULL;
}

static struct syntax *fail_usage(struct parser *p, const struct function *function, size_t at)
{
    return fail(p, at, STR_JOIN(p->arena, STR("write "), function->usage));
}

/* The arguments and the closing bracket; the opening one is taken. */
static struct syntax *read_arguments(struct parser *p, const struct function *function, size_t at)
{
    struct syntax *call = make(p, SYNTAX_OPERATION, function->op, at);
    unsigned count = 0;
    if (!is_at(p, STR(")"))) {
        do {
            call = add(p, call, read_expression(p));
            count++;
        } while (call && accept(p, STR(",")));
    }
    if (call && (count < function->least || count > function->most)) {
        return fail_usage(p, function, at);
    }
    return expect(p, STR(")")) ? call : NULL;
}

/* "c in path" into the quantifier: its variable and first child. */
static struct syntax *read_members(struct parser *p, struct syntax *quantifier,
                                   const struct function *function)
{
    struct syntax *variable = take_name(p, STR("the name of a variable"));
    if (!variable || !quantifier) {
        return NULL;
    }
    if (!accept(p, STR("in"))) {
        return fail_usage(p, function, quantifier->at);
    }
    quantifier->text = variable->text;
    struct syntax *path = take_name(p, STR("a list or collection"));
    while (path && accept(p, STR("."))) {
        struct syntax *name = take_name(p, STR("a list or collection"));
        struct syntax *member = name ? make(p, SYNTAX_MEMBER, EXPR_NULL, name->at) : NULL;
        if (member) {
            member->text = name->text;
        }
        path = add(p, member, path);
    }
    return add(p, quantifier, path);
}

/* Everything between the brackets and the closing one. min, max and first name their value before
 * the collection, every its condition behind the where; in the tree both stand second. */
static struct syntax *read_quantifier(struct parser *p, const struct function *function, size_t at)
{
    struct syntax *quantifier = make(p, SYNTAX_QUANTIFIER, function->op, at);
    bool value_first =
        function->op == EXPR_MIN || function->op == EXPR_MAX || function->op == EXPR_FIRST;
    struct syntax *body = NULL, *where = NULL;
    if (value_first) {
        body = read_expression(p);
        if (body && !accept(p, STR("for"))) {
            return fail_usage(p, function, at);
        }
    }
    quantifier = read_members(p, quantifier, function);
    if (quantifier && accept(p, STR("where"))) {
        where = read_expression(p);
    }
    if (function->op == EXPR_EVERY && quantifier) {
        if (!accept(p, STR(":"))) {
            return fail_usage(p, function, at);
        }
        body = read_expression(p);
    }
    if (body) {
        quantifier = add(p, quantifier, body);
    }
    if (where) {
        quantifier = add(p, quantifier, where);
    }
    if (!expect(p, STR(")")) || !quantifier) {
        return NULL;
    }
    quantifier->has_where = where != NULL;
    return quantifier;
}

static struct syntax *read_call(struct parser *p, struct syntax *name)
{
    const struct function *function = find_function(name->text);
    if (!function) {
        return fail(p, name->at,
                    STR_JOIN(p->arena, STR("there is no function "), name->text,
                             STR("; there are why, coalesce, add_months, months_between, age, "
                                 "date, hours_between, length, exists, count, every, min, max "
                                 "and first")));
    }
    advance(p); /* the bracket */
    return function->most == 0 ? read_quantifier(p, function, name->at)
                               : read_arguments(p, function, name->at);
}

/* ---- precedence, from the inside out ---- */

static struct syntax *read_case(struct parser *p)
{
    struct syntax *s = make(p, SYNTAX_OPERATION, EXPR_CASE, p->token.at);
    advance(p);
    if (!is_at(p, STR("when"))) {
        return fail_expected(p, STR("\"when\" (case when condition then value else value end)"));
    }
    while (s && accept(p, STR("when"))) {
        s = add(p, s, read_expression(p));
        if (!expect(p, STR("then"))) {
            return NULL;
        }
        s = add(p, s, read_expression(p));
    }
    if (s && accept(p, STR("else"))) {
        s = add(p, s, read_expression(p));
    }
    return expect(p, STR("end")) ? s : NULL;
}

static struct syntax *take_literal(struct parser *p, enum expr_op op, int64_t number)
{
    struct syntax *s = make(p, SYNTAX_LITERAL, op, p->token.at);
    if (s) {
        s->text = p->token.text;
        s->number = number;
        s->scale = p->token.scale;
        advance(p);
    }
    return s;
}

/* The text behind the word date; the word itself is taken. Only the form of ISO 8601: a model is
 * read by machines and people of several countries. */
static struct syntax *read_date(struct parser *p)
{
    struct date date;
    struct str text = p->token.text;
    if (text.n != 10 || text.p[4] != '-' || !date_parse(text, &date)) {
        return fail(p, p->token.at, STR("a date is written date '2026-11-25'"));
    }
    return take_literal(p, EXPR_DATE, date.day);
}

static struct syntax *read_word(struct parser *p)
{
    if (is_at(p, STR("true"))) {
        return take_literal(p, EXPR_BOOLEAN, 1);
    }
    if (is_at(p, STR("false"))) {
        return take_literal(p, EXPR_BOOLEAN, 0);
    }
    if (is_at(p, STR("null"))) {
        return take_literal(p, EXPR_NULL, 0);
    }
    if (is_at(p, STR("case"))) {
        return read_case(p);
    }
    if (syntax_is_reserved(p->token.text)) {
        return fail_expected(p, STR("a value"));
    }
    struct syntax *s = take_name(p, STR("a name"));
    if (s && p->token.kind == TOKEN_TEXT && str_eq(s->text, STR("date"))) {
        return read_date(p);
    }
    return s && is_at(p, STR("(")) ? read_call(p, s) : s;
}

static struct syntax *read_primary(struct parser *p)
{
    struct syntax *s = NULL;
    if (p->token.kind == TOKEN_NAME) {
        s = read_word(p);
    } else if (p->token.kind == TOKEN_NUMBER) {
        s = take_literal(p, p->token.decimal ? EXPR_DECIMAL : EXPR_INTEGER, p->token.number);
    } else if (p->token.kind == TOKEN_TEXT) {
        s = take_literal(p, EXPR_TEXT, 0);
    } else if (accept(p, STR("("))) {
        s = read_expression(p);
        return expect(p, STR(")")) ? s : NULL;
    } else {
        return fail_expected(p, STR("a value"));
    }
    while (s && is_at(p, STR("."))) {
        if (s->kind != SYNTAX_NAME && s->kind != SYNTAX_MEMBER) {
            return fail(p, p->token.at, STR("only a name can be followed by a point and a field"));
        }
        advance(p);
        struct syntax *name = take_name(p, STR("a field"));
        struct syntax *member = name ? make(p, SYNTAX_MEMBER, EXPR_NULL, name->at) : NULL;
        if (member) {
            member->text = name->text;
        }
        s = add(p, member, s);
    }
    return s;
}

static struct syntax *read_unary(struct parser *p)
{
    size_t at = p->token.at;
    unsigned count = 0;
    while (accept(p, STR("-"))) {
        count++;
    }
    struct syntax *s = read_primary(p);
    bool literal =
        s && s->kind == SYNTAX_LITERAL && (s->op == EXPR_INTEGER || s->op == EXPR_DECIMAL);
    if (literal && count > 0) {
        s->number = -s->number;
        s->at = at;
        count--;
    }
    for (; s && count > 0; count--) {
        s = add(p, make(p, SYNTAX_OPERATION, EXPR_NEGATE, at), s);
    }
    return s;
}

static struct syntax *read_product(struct parser *p)
{
    struct syntax *left = read_unary(p);
    while (left && (is_at(p, STR("*")) || is_at(p, STR("/")))) {
        enum expr_op op = is_at(p, STR("*")) ? EXPR_MULTIPLY : EXPR_DIVIDE;
        size_t at = p->token.at;
        advance(p);
        left = make_pair(p, op, at, left, read_unary(p));
    }
    return left;
}

static struct syntax *read_sum(struct parser *p)
{
    struct syntax *left = read_product(p);
    while (left && (is_at(p, STR("+")) || is_at(p, STR("-")) || is_at(p, STR("||")))) {
        enum expr_op op = is_at(p, STR("+"))   ? EXPR_ADD
                          : is_at(p, STR("-")) ? EXPR_SUBTRACT
                                               : EXPR_CONCAT;
        size_t at = p->token.at;
        advance(p);
        struct syntax *right = read_product(p);
        if (op == EXPR_CONCAT && left->kind == SYNTAX_OPERATION && left->op == EXPR_CONCAT) {
            left = add(p, left, right);
        } else {
            left = make_pair(p, op, at, left, right);
        }
    }
    return left;
}

/* The list or group behind "in". */
static struct syntax *read_in(struct parser *p, struct syntax *value, size_t at)
{
    struct syntax *s = add(p, make(p, SYNTAX_OPERATION, EXPR_IN, at), value);
    if (accept(p, STR("("))) {
        if (is_at(p, STR(")"))) {
            return fail(p, p->token.at, STR("the list is empty: nothing would ever be in it"));
        }
        do {
            s = add(p, s, read_unary(p));
        } while (s && accept(p, STR(",")));
        return expect(p, STR(")")) ? s : NULL;
    }
    struct syntax *group = take_name(p, STR("a list ('a', 'b') or a group of codes"));
    if (group) {
        group->kind = SYNTAX_GROUP;
    }
    return add(p, s, group);
}

static struct syntax *read_is(struct parser *p, struct syntax *left, size_t at)
{
    bool negated = accept(p, STR("not"));
    enum expr_op op = EXPR_NULL;
    if (accept(p, STR("null"))) {
        op = EXPR_IS_NULL;
    } else if (accept(p, STR("addressed"))) {
        op = EXPR_ADDRESSED;
    } else {
        return fail_expected(p, STR("\"null\", \"not null\", \"addressed\" or \"not addressed\""));
    }
    return make_not(p, at, negated, add(p, make(p, SYNTAX_OPERATION, op, at), left));
}

static bool take_comparison(struct parser *p, enum expr_op *ret_op)
{
    for (unsigned op = EXPR_EQUAL; op <= EXPR_AT_LEAST; op++) {
        if (is_at(p, expr_spelling((enum expr_op)op))) {
            *ret_op = (enum expr_op)op;
            advance(p);
            return true;
        }
    }
    return false;
}

static struct syntax *read_comparison(struct parser *p)
{
    struct syntax *left = read_sum(p);
    size_t at = p->token.at;
    enum expr_op op = EXPR_NULL;
    if (!left) {
        return NULL;
    }
    if (take_comparison(p, &op)) {
        left = make_pair(p, op, at, left, read_sum(p));
        size_t second = p->token.at;
        if (left && take_comparison(p, &op)) {
            return fail(p, second, STR("comparisons do not chain; join two of them with and"));
        }
        return left;
    }
    if (accept(p, STR("is"))) {
        return read_is(p, left, at);
    }
    bool negated = accept(p, STR("not"));
    if (accept(p, STR("in"))) {
        return make_not(p, at, negated, read_in(p, left, at));
    }
    if (accept(p, STR("between"))) {
        struct syntax *s = add(p, make(p, SYNTAX_OPERATION, EXPR_BETWEEN, at), left);
        s = add(p, s, read_sum(p));
        if (!expect(p, STR("and"))) {
            return NULL;
        }
        return make_not(p, at, negated, add(p, s, read_sum(p)));
    }
    return negated ? fail_expected(p, STR("\"in\" or \"between\"")) : left;
}

static struct syntax *read_negation(struct parser *p)
{
    size_t at = p->token.at;
    unsigned count = 0;
    while (accept(p, STR("not"))) {
        if (++count > EXPR_DEPTH_MAX) {
            return fail(p, at, STR("this is negated too often"));
        }
    }
    struct syntax *s = read_comparison(p);
    for (; count > 0; count--) {
        s = make_not(p, at, true, s);
    }
    return s;
}

/* Chains of one kind are one node with many children, so that a long list of conditions is not a
 * deep one. */
static struct syntax *read_chain(struct parser *p, enum expr_op op)
{
    struct str word = expr_spelling(op);
    struct syntax *left = op == EXPR_OR ? read_chain(p, EXPR_AND) : read_negation(p);
    if (!left || !is_at(p, word)) {
        return left;
    }
    struct syntax *chain = add(p, make(p, SYNTAX_OPERATION, op, p->token.at), left);
    while (chain && accept(p, word)) {
        chain = add(p, chain, op == EXPR_OR ? read_chain(p, EXPR_AND) : read_negation(p));
    }
    return chain;
}

static struct syntax *read_expression(struct parser *p)
{
    if (p->nesting >= EXPR_DEPTH_MAX) {
        return fail(p, p->token.at,
                    STR("this is nested too deep; declare the inner part as a fact"));
    }
    p->nesting++;
    struct syntax *s = read_chain(p, EXPR_OR);
    p->nesting--;
    return s;
}

/* ---- entry ---- */

bool syntax_is_reserved(struct str name)
{
    static const struct str words[] = {
        STR_INIT("and"),  STR_INIT("or"),    STR_INIT("not"),     STR_INIT("is"),
        STR_INIT("in"),   STR_INIT("null"),  STR_INIT("between"), STR_INIT("case"),
        STR_INIT("when"), STR_INIT("then"),  STR_INIT("else"),    STR_INIT("end"),
        STR_INIT("true"), STR_INIT("false"), STR_INIT("where"),   STR_INIT("for")};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (str_eq(words[i], name)) {
            return true;
        }
    }
    return false;
}

struct syntax *syntax_parse(struct arena *arena, struct str source, struct expr_error *reterr_error)
{
    struct parser p = {.arena = arena, .source = source, .error = reterr_error};
    size_t at = 0;
    if (utf8_check(source, &at) != UTF8_FINE) {
        return fail(&p, at, STR("this is not UTF-8 text, or holds a NUL byte"));
    }
    advance(&p);
    if (!p.failed && p.token.kind == TOKEN_END) {
        return fail(&p, 0, STR("the expression is empty"));
    }
    struct syntax *s = read_expression(&p);
    if (s && p.token.kind != TOKEN_END) {
        return fail_expected(&p, STR("an operator or the end"));
    }
    return p.failed ? NULL : s;
}
