/* Recursive descent: source text to a syntax tree. The first mistake ends it: its message is kept,
 * the current token becomes the end, and everything unwinds by NULL. */
#include "base/utf8.h"
#include "expr/token.h"

/* ---- the tree ---- */

static struct syntax *make(struct parser *p, enum syntax_kind kind, enum expr_op op, size_t at)
{
    if (p->failed) {
        return NULL;
    }
    if (++p->count > EXPR_NODES_MAX) {
        return parse_fail(p, at, STR("this expression is too long; declare parts of it as facts"));
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
        return parse_fail(p, parent->at,
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
        return parse_expected(p, what);
    }
    struct syntax *s = make(p, SYNTAX_NAME, EXPR_NULL, p->token.at);
    if (s) {
        s->text = p->token.text;
        parse_advance(p);
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
    return parse_fail(p, at, STR_JOIN(p->arena, STR("write "), function->usage));
}

/* The arguments and the closing bracket; the opening one is taken. */
static struct syntax *read_arguments(struct parser *p, const struct function *function, size_t at)
{
    struct syntax *call = make(p, SYNTAX_OPERATION, function->op, at);
    unsigned count = 0;
    if (!parse_is_at(p, STR(")"))) {
        do {
            call = add(p, call, read_expression(p));
            count++;
        } while (call && parse_accept(p, STR(",")));
    }
    if (call && (count < function->least || count > function->most)) {
        return fail_usage(p, function, at);
    }
    return parse_expect(p, STR(")")) ? call : NULL;
}

/* "c in path" into the quantifier: its variable and first child. */
static struct syntax *read_members(struct parser *p, struct syntax *quantifier,
                                   const struct function *function)
{
    struct syntax *variable = take_name(p, STR("the name of a variable"));
    if (!variable || !quantifier) {
        return NULL;
    }
    if (!parse_accept(p, STR("in"))) {
        return fail_usage(p, function, quantifier->at);
    }
    quantifier->text = variable->text;
    struct syntax *path = take_name(p, STR("a list or collection"));
    while (path && parse_accept(p, STR("."))) {
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
        if (body && !parse_accept(p, STR("for"))) {
            return fail_usage(p, function, at);
        }
    }
    quantifier = read_members(p, quantifier, function);
    if (quantifier && parse_accept(p, STR("where"))) {
        where = read_expression(p);
    }
    if (function->op == EXPR_EVERY && quantifier) {
        if (!parse_accept(p, STR(":"))) {
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
    if (!parse_expect(p, STR(")")) || !quantifier) {
        return NULL;
    }
    quantifier->has_where = where != NULL;
    return quantifier;
}

static struct syntax *read_call(struct parser *p, struct syntax *name)
{
    const struct function *function = find_function(name->text);
    if (!function) {
        return parse_fail(
            p, name->at,
            STR_JOIN(p->arena, STR("there is no function "), name->text,
                     STR("; there are why, coalesce, add_months, months_between, age, "
                         "date, hours_between, length, exists, count, every, min, max "
                         "and first")));
    }
    parse_advance(p); /* the bracket */
    return function->most == 0 ? read_quantifier(p, function, name->at)
                               : read_arguments(p, function, name->at);
}

/* ---- precedence, from the inside out ---- */

static struct syntax *read_case(struct parser *p)
{
    struct syntax *s = make(p, SYNTAX_OPERATION, EXPR_CASE, p->token.at);
    parse_advance(p);
    if (!parse_is_at(p, STR("when"))) {
        return parse_expected(p, STR("\"when\" (case when condition then value else value end)"));
    }
    while (s && parse_accept(p, STR("when"))) {
        s = add(p, s, read_expression(p));
        if (!parse_expect(p, STR("then"))) {
            return NULL;
        }
        s = add(p, s, read_expression(p));
    }
    if (s && parse_accept(p, STR("else"))) {
        s = add(p, s, read_expression(p));
    }
    return parse_expect(p, STR("end")) ? s : NULL;
}

static struct syntax *take_literal(struct parser *p, enum expr_op op, int64_t number)
{
    struct syntax *s = make(p, SYNTAX_LITERAL, op, p->token.at);
    if (s) {
        s->text = p->token.text;
        s->number = number;
        s->scale = p->token.scale;
        parse_advance(p);
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
        return parse_fail(p, p->token.at, STR("a date is written date '2026-11-25'"));
    }
    return take_literal(p, EXPR_DATE, date.day);
}

static struct syntax *read_word(struct parser *p)
{
    if (parse_is_at(p, STR("true"))) {
        return take_literal(p, EXPR_BOOLEAN, 1);
    }
    if (parse_is_at(p, STR("false"))) {
        return take_literal(p, EXPR_BOOLEAN, 0);
    }
    if (parse_is_at(p, STR("null"))) {
        return take_literal(p, EXPR_NULL, 0);
    }
    if (parse_is_at(p, STR("case"))) {
        return read_case(p);
    }
    if (syntax_is_reserved(p->token.text)) {
        return parse_expected(p, STR("a value"));
    }
    struct syntax *s = take_name(p, STR("a name"));
    if (s && p->token.kind == TOKEN_TEXT && str_eq(s->text, STR("date"))) {
        return read_date(p);
    }
    return s && parse_is_at(p, STR("(")) ? read_call(p, s) : s;
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
    } else if (parse_accept(p, STR("("))) {
        s = read_expression(p);
        return parse_expect(p, STR(")")) ? s : NULL;
    } else {
        return parse_expected(p, STR("a value"));
    }
    while (s && parse_is_at(p, STR("."))) {
        if (s->kind != SYNTAX_NAME && s->kind != SYNTAX_MEMBER) {
            return parse_fail(p, p->token.at,
                              STR("only a name can be followed by a point and a field"));
        }
        parse_advance(p);
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
    while (parse_accept(p, STR("-"))) {
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
    while (left && (parse_is_at(p, STR("*")) || parse_is_at(p, STR("/")))) {
        enum expr_op op = parse_is_at(p, STR("*")) ? EXPR_MULTIPLY : EXPR_DIVIDE;
        size_t at = p->token.at;
        parse_advance(p);
        left = make_pair(p, op, at, left, read_unary(p));
    }
    return left;
}

static struct syntax *read_sum(struct parser *p)
{
    struct syntax *left = read_product(p);
    while (left &&
           (parse_is_at(p, STR("+")) || parse_is_at(p, STR("-")) || parse_is_at(p, STR("||")))) {
        enum expr_op op = parse_is_at(p, STR("+"))   ? EXPR_ADD
                          : parse_is_at(p, STR("-")) ? EXPR_SUBTRACT
                                                     : EXPR_CONCAT;
        size_t at = p->token.at;
        parse_advance(p);
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
    if (parse_accept(p, STR("("))) {
        if (parse_is_at(p, STR(")"))) {
            return parse_fail(p, p->token.at,
                              STR("the list is empty: nothing would ever be in it"));
        }
        do {
            s = add(p, s, read_unary(p));
        } while (s && parse_accept(p, STR(",")));
        return parse_expect(p, STR(")")) ? s : NULL;
    }
    struct syntax *group = take_name(p, STR("a list ('a', 'b') or a group of codes"));
    if (group) {
        group->kind = SYNTAX_GROUP;
    }
    return add(p, s, group);
}

static struct syntax *read_is(struct parser *p, struct syntax *left, size_t at)
{
    bool negated = parse_accept(p, STR("not"));
    enum expr_op op = EXPR_NULL;
    if (parse_accept(p, STR("null"))) {
        op = EXPR_IS_NULL;
    } else if (parse_accept(p, STR("addressed"))) {
        op = EXPR_ADDRESSED;
    } else {
        return parse_expected(p, STR("\"null\", \"not null\", \"addressed\" or \"not addressed\""));
    }
    return make_not(p, at, negated, add(p, make(p, SYNTAX_OPERATION, op, at), left));
}

static bool take_comparison(struct parser *p, enum expr_op *ret_op)
{
    for (unsigned op = EXPR_EQUAL; op <= EXPR_AT_LEAST; op++) {
        if (parse_is_at(p, expr_spelling((enum expr_op)op))) {
            *ret_op = (enum expr_op)op;
            parse_advance(p);
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
            return parse_fail(p, second,
                              STR("comparisons do not chain; join two of them with and"));
        }
        return left;
    }
    if (parse_accept(p, STR("is"))) {
        return read_is(p, left, at);
    }
    bool negated = parse_accept(p, STR("not"));
    if (parse_accept(p, STR("in"))) {
        return make_not(p, at, negated, read_in(p, left, at));
    }
    if (parse_accept(p, STR("between"))) {
        struct syntax *s = add(p, make(p, SYNTAX_OPERATION, EXPR_BETWEEN, at), left);
        s = add(p, s, read_sum(p));
        if (!parse_expect(p, STR("and"))) {
            return NULL;
        }
        return make_not(p, at, negated, add(p, s, read_sum(p)));
    }
    return negated ? parse_expected(p, STR("\"in\" or \"between\"")) : left;
}

static struct syntax *read_negation(struct parser *p)
{
    size_t at = p->token.at;
    unsigned count = 0;
    while (parse_accept(p, STR("not"))) {
        if (++count > EXPR_DEPTH_MAX) {
            return parse_fail(p, at, STR("this is negated too often"));
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
    if (!left || !parse_is_at(p, word)) {
        return left;
    }
    struct syntax *chain = add(p, make(p, SYNTAX_OPERATION, op, p->token.at), left);
    while (chain && parse_accept(p, word)) {
        chain = add(p, chain, op == EXPR_OR ? read_chain(p, EXPR_AND) : read_negation(p));
    }
    return chain;
}

static struct syntax *read_expression(struct parser *p)
{
    if (p->nesting >= EXPR_DEPTH_MAX) {
        return parse_fail(p, p->token.at,
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
        return parse_fail(&p, at, STR("this is not UTF-8 text, or holds a NUL byte"));
    }
    parse_advance(&p);
    if (!p.failed && p.token.kind == TOKEN_END) {
        return parse_fail(&p, 0, STR("the expression is empty"));
    }
    struct syntax *s = read_expression(&p);
    if (s && p.token.kind != TOKEN_END) {
        return parse_expected(&p, STR("an operator or the end"));
    }
    return p.failed ? NULL : s;
}
