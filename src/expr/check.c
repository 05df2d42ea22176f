/* Types: a syntax tree becomes nodes of the program, each with its type. */
#include "expr/check.h"

/* ---- nodes ---- */

bool check_fail(struct checker *c, size_t at, const struct str *parts, size_t count)
{
    if (!c->failed) {
        c->failed = true;
        *c->error = (struct expr_error){.at = at, .message = str_join(c->arena, parts, count)};
    }
    return false;
}

size_t check_at(const struct checker *c, uint32_t node)
{
    return c->program->nodes.items[node].column - c->column;
}

struct expr_node *check_node(struct checker *c, uint32_t node)
{
    return &c->program->nodes.items[node];
}

struct expr_node check_plain(enum expr_op op, enum value_type type)
{
    return (struct expr_node){
        .op = op, .type = type, .first = EXPR_NONE, .next = EXPR_NONE, .id = EXPR_NONE};
}

void check_text(struct checker *c, struct expr_node *node, struct str text)
{
    node->text = (uint32_t)c->program->text.count;
    node->text_length = (uint32_t)text.n;
    for (size_t i = 0; i < text.n; i++) {
        LIST_PUSH(c->arena, &c->program->text, text.p[i]);
    }
}

bool check_append(struct checker *c, size_t at, struct expr_node node, const struct typed *children,
                  size_t count, struct typed *ret)
{
    struct expr_node *nodes = c->program->nodes.items;
    unsigned depth = 0;
    if (c->program->nodes.count - c->start >= EXPR_NODES_MAX) {
        return CHECK_FAIL(c, at, STR("this expression is too long; declare parts of it as facts"));
    }
    for (size_t i = 0; i < count; i++) {
        nodes[children[i].node].next = i + 1 < count ? children[i + 1].node : EXPR_NONE;
        depth = children[i].depth > depth ? children[i].depth : depth;
    }
    if (depth >= EXPR_DEPTH_MAX) {
        return CHECK_FAIL(c, at, STR("this is nested too deep; declare the inner part as a fact"));
    }
    node.first = count > 0 ? children[0].node : EXPR_NONE;
    node.line = c->line;
    node.column = c->column + (uint32_t)at;
    *ret = (struct typed){.node = (uint32_t)c->program->nodes.count,
                          .type = (enum value_type)node.type,
                          .scale = node.scale,
                          .code_set = EXPR_NONE,
                          .subject = EXPR_NONE,
                          .depth = depth + 1};
    LIST_PUSH(c->arena, &c->program->nodes, node);
    return true;
}

/* ---- operations ---- */

static bool check(struct checker *c, const struct syntax *s, struct typed *ret);
static bool check_uniform(struct checker *c, const struct syntax *s, struct typed *children,
                          size_t count, struct typed *ret);

static bool is_number(struct typed value)
{
    return value.type == VALUE_INTEGER || value.type == VALUE_DECIMAL;
}

/* A field of several answers has no value that an operation could take. */
static bool want_one(struct checker *c, const struct typed *value)
{
    if (value->type != VALUE_UNSET || check_node(c, value->node)->op == EXPR_NULL) {
        return true;
    }
    return CHECK_FAIL(c, check_at(c, value->node),
                      STR("this field holds several answers; only \"is addressed\" can be asked"));
}

static bool want(struct checker *c, struct typed *value, enum value_type type)
{
    struct typed wanted = {.type = type, .code_set = EXPR_NONE, .subject = EXPR_NONE};
    if (value->type == VALUE_UNSET) {
        return CHECK_FAIL(c, check_at(c, value->node), STR("this is null, but "),
                          check_type_words(type), STR(" is wanted"));
    }
    return check_convert(c, value, &wanted);
}

static bool want_number(struct checker *c, const struct typed *value)
{
    return is_number(*value) ||
           CHECK_FAIL(c, check_at(c, value->node), STR("this is "), check_type_words(value->type),
                      STR(", but a number is wanted"));
}

static bool check_comparison(struct checker *c, const struct syntax *s, struct typed *children,
                             size_t count, struct typed *ret)
{
    struct typed common;
    if (!check_unify(c, s->at, true, children, count, &common)) {
        return false;
    }
    bool by_order = s->op != EXPR_EQUAL && s->op != EXPR_DIFFERENT && s->op != EXPR_IN;
    if (by_order && (common.type == VALUE_BOOLEAN || common.type == VALUE_CODE ||
                     common.type == VALUE_REFERENCE)) {
        return CHECK_FAIL(c, s->at, check_type_words(common.type),
                          STR(" has no order; compare with = or <>, or in (...)"));
    }
    return check_append(c, s->at, check_plain(s->op, VALUE_BOOLEAN), children, count, ret);
}

static bool check_date_sum(struct checker *c, const struct syntax *s, struct typed *children,
                           struct typed *ret)
{
    struct expr_node node = check_plain(EXPR_ADD_DAYS, VALUE_DATE);
    if (s->op == EXPR_SUBTRACT) {
        node.op = EXPR_SUBTRACT_DAYS;
        if (children[1].type == VALUE_DATE) {
            node.op = EXPR_DAYS_BETWEEN;
            node.type = VALUE_INTEGER;
            return check_append(c, s->at, node, children, 2, ret);
        }
    }
    if (children[1].type != VALUE_INTEGER) {
        return CHECK_FAIL(c, check_at(c, children[1].node), STR("this is "),
                          check_type_words(children[1].type),
                          STR(", but a number of days is wanted behind a date"));
    }
    return check_append(c, s->at, node, children, 2, ret);
}

static bool check_sum(struct checker *c, const struct syntax *s, struct typed *children,
                      size_t count, struct typed *ret)
{
    if (children[0].type == VALUE_DATE) {
        return check_date_sum(c, s, children, ret);
    }
    for (size_t i = 0; i < count; i++) {
        if (children[i].type == VALUE_DATETIME) {
            return CHECK_FAIL(c, check_at(c, children[i].node),
                              STR("datetimes do not add; use hours_between(from, to), or "
                                  "date(...) and days"));
        }
        if (!want_number(c, &children[i])) {
            return false;
        }
    }
    struct typed common;
    if (!check_unify(c, s->at, true, children, count, &common)) {
        return false;
    }
    struct expr_node node = check_plain(s->op, common.type);
    node.scale = common.scale;
    return check_append(c, s->at, node, children, count, ret);
}

static bool check_product(struct checker *c, const struct syntax *s, struct typed *children,
                          size_t count, struct typed *ret)
{
    if (!want_number(c, &children[0]) || !want_number(c, &children[1])) {
        return false;
    }
    bool decimal = children[0].type == VALUE_DECIMAL || children[1].type == VALUE_DECIMAL;
    uint32_t a = children[0].scale, b = children[1].scale;
    struct expr_node node = check_plain(s->op, decimal ? VALUE_DECIMAL : VALUE_INTEGER);
    if (s->op == EXPR_MULTIPLY) {
        node.scale = a + b;
        if (node.scale > EXPR_SCALE_MAX) {
            return CHECK_FAIL(c, s->at,
                              STR("this product would have more than 6 digits after the "
                                  "point"));
        }
    } else {
        node.scale = a > b ? a : b;
        uint32_t digits = node.scale + b - a;
        if (digits > 0) {
            struct expr_node up = check_plain(EXPR_SCALE_UP, VALUE_DECIMAL);
            up.number = digits;
            up.scale = a + digits;
            if (!check_append(c, s->at, up, &children[0], 1, &children[0])) {
                return false;
            }
        }
    }
    return check_append(c, s->at, node, children, count, ret);
}

static bool check_negate(struct checker *c, const struct syntax *s, struct typed *children,
                         size_t count, struct typed *ret)
{
    if (!want_number(c, &children[0])) {
        return false;
    }
    struct expr_node node = check_plain(EXPR_NEGATE, children[0].type);
    node.scale = children[0].scale;
    return check_append(c, s->at, node, children, count, ret);
}

static bool check_add_months(struct checker *c, const struct syntax *s, struct typed *children,
                             size_t count, struct typed *ret)
{
    return want(c, &children[0], VALUE_DATE) && want(c, &children[1], VALUE_INTEGER) &&
           check_append(c, s->at, check_plain(s->op, VALUE_DATE), children, count, ret);
}

static bool check_is_null(struct checker *c, const struct syntax *s, struct typed *children,
                          size_t count, struct typed *ret)
{
    return check_append(c, s->at, check_plain(s->op, VALUE_BOOLEAN), children, count, ret);
}

static bool check_case(struct checker *c, const struct syntax *s, struct typed *children,
                       size_t count, struct typed *ret)
{
    /* Pulls the values apart from their conditions, so that they can be brought to one type. */
    struct typed *values = ARENA_ARRAY(c->arena, count, struct typed);
    size_t value_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i % 2 == 1 || i + 1 == count) {
            values[value_count++] = children[i];
        } else if (!want(c, &children[i], VALUE_BOOLEAN)) {
            return false;
        }
    }
    struct typed common;
    if (!check_unify(c, s->at, false, values, value_count, &common)) {
        return false;
    }
    for (size_t i = 0, value = 0; i < count; i++) {
        if (i % 2 == 1 || i + 1 == count) {
            children[i] = values[value++];
        }
    }
    struct expr_node node = check_plain(EXPR_CASE, common.type);
    node.scale = common.scale;
    if (!check_append(c, s->at, node, children, count, ret)) {
        return false;
    }
    ret->code_set = common.code_set;
    ret->subject = common.subject;
    return true;
}

static bool check_coalesce(struct checker *c, const struct syntax *s, struct typed *children,
                           size_t count, struct typed *ret)
{
    struct typed common;
    if (!check_unify(c, s->at, false, children, count, &common)) {
        return false;
    }
    struct expr_node node = check_plain(EXPR_COALESCE, common.type);
    node.scale = common.scale;
    if (!check_append(c, s->at, node, children, count, ret)) {
        return false;
    }
    ret->code_set = common.code_set;
    ret->subject = common.subject;
    return true;
}

/* why(field) and "field is addressed" ask about the field, not about its value: the node of the
 * field becomes theirs. */
static bool check_about_field(struct checker *c, const struct syntax *s, struct typed *children,
                              size_t count, struct typed *ret)
{
    struct expr_node *node = check_node(c, children[0].node);
    if (count != 1 || node->op != EXPR_FIELD) {
        return CHECK_FAIL(c, check_at(c, children[0].node),
                          s->op == EXPR_WHY ? STR("why(...) wants a field")
                                            : STR("only a field is addressed or not; a computed "
                                                  "value is null or not"));
    }
    node->op = s->op;
    node->type = s->op == EXPR_WHY ? VALUE_TEXT : VALUE_BOOLEAN;
    node->scale = 0;
    *ret = children[0];
    ret->type = (enum value_type)node->type;
    ret->scale = 0;
    ret->code_set = s->op == EXPR_WHY ? EXPR_WHY_CODES : EXPR_NONE;
    ret->subject = EXPR_NONE;
    return true;
}

/* ---- in ---- */

static bool append_group(struct checker *c, const struct syntax *s, struct typed *value,
                         struct typed *ret)
{
    const struct syntax *group = s->last;
    if (value->type != VALUE_CODE || value->code_set == EXPR_NONE) {
        return CHECK_FAIL(c, check_at(c, value->node), STR("this is "),
                          check_type_words(value->type),
                          STR("; only a code is in a group. Other values: in (a, b)"));
    }
    const struct str *codes = NULL;
    size_t count = c->scope->group(c->scope->context, value->code_set, group->text, &codes);
    if (count == 0) {
        return CHECK_FAIL(c, group->at, STR("there is no group '"), group->text,
                          STR("' in the set of these codes"));
    }
    struct typed *children = ARENA_ARRAY(c->arena, count + 1, struct typed);
    children[0] = *value;
    for (size_t i = 0; i < count; i++) {
        struct expr_node node = check_plain(EXPR_CODE, VALUE_CODE);
        node.id = value->code_set;
        check_text(c, &node, codes[i]);
        if (!check_append(c, group->at, node, NULL, 0, &children[i + 1])) {
            return false;
        }
    }
    return check_append(c, s->at, check_plain(EXPR_IN, VALUE_BOOLEAN), children, count + 1, ret);
}

static bool check_in(struct checker *c, const struct syntax *s, struct typed *ret)
{
    struct typed value;
    if (!check(c, s->first, &value) || !want_one(c, &value)) {
        return false;
    }
    if (s->last->kind == SYNTAX_GROUP) {
        return append_group(c, s, &value, ret);
    }
    size_t count = 0;
    for (const struct syntax *child = s->first; child; child = child->next) {
        count++;
    }
    struct typed *children = ARENA_ARRAY(c->arena, count, struct typed);
    children[0] = value;
    size_t i = 1;
    for (const struct syntax *child = s->first->next; child; child = child->next, i++) {
        if (child->kind != SYNTAX_LITERAL) {
            return CHECK_FAIL(c, child->at,
                              STR("a list holds literals only; join other values with or"));
        }
        if (!check(c, child, &children[i])) {
            return false;
        }
    }
    return check_comparison(c, s, children, count, ret);
}

/* ---- collections ---- */

static bool check_body(struct checker *c, const struct syntax *s, struct typed *body)
{
    if (s->op == EXPR_EVERY) {
        return want(c, body, VALUE_BOOLEAN);
    }
    if (body->type == VALUE_UNSET) {
        return CHECK_FAIL(c, check_at(c, body->node), STR("a value of the member is wanted here"));
    }
    bool by_order = s->op != EXPR_FIRST;
    if (by_order && (body->type == VALUE_BOOLEAN || body->type == VALUE_CODE ||
                     body->type == VALUE_REFERENCE)) {
        return CHECK_FAIL(c, check_at(c, body->node), check_type_words(body->type),
                          STR(" has no order, so there is no least and no most; use first(...)"));
    }
    return true;
}

static bool check_quantifier(struct checker *c, const struct syntax *s, struct typed *ret)
{
    struct typed children[3];
    size_t count = 1;
    const struct syntax *next = s->first->next;
    if (!check_members(c, s->first, &children[0]) || !check_variable(c, s, children[0].subject)) {
        return false;
    }
    struct expr_node node = check_plain(s->op, VALUE_BOOLEAN);
    node.id = c->variable_count - 1;
    struct typed result = {.code_set = EXPR_NONE, .subject = EXPR_NONE};
    if (s->op == EXPR_COUNT) {
        node.type = VALUE_INTEGER;
    }
    if (s->op != EXPR_EXISTS && s->op != EXPR_COUNT) {
        if (!check(c, next, &children[count]) || !want_one(c, &children[count]) ||
            !check_body(c, s, &children[count])) {
            return false;
        }
        result = children[count++];
        next = next->next;
        node.type = result.type;
        node.scale = result.scale;
    }
    if (s->has_where) {
        if (!check(c, next, &children[count]) || !want_one(c, &children[count]) ||
            !want(c, &children[count], VALUE_BOOLEAN)) {
            return false;
        }
        count++;
    }
    c->variable_count--;
    if (!check_append(c, s->at, node, children, count, ret)) {
        return false;
    }
    if (s->op == EXPR_FIRST) {
        ret->code_set = result.code_set;
        ret->subject = result.subject;
    }
    return true;
}

/* ---- dispatch ---- */

static bool check_literal(struct checker *c, const struct syntax *s, struct typed *ret)
{
    static const enum value_type types[] = {
        [EXPR_NULL] = VALUE_UNSET,      [EXPR_BOOLEAN] = VALUE_BOOLEAN,
        [EXPR_INTEGER] = VALUE_INTEGER, [EXPR_DECIMAL] = VALUE_DECIMAL,
        [EXPR_TEXT] = VALUE_TEXT,       [EXPR_DATE] = VALUE_DATE};
    struct expr_node node = check_plain(s->op, types[s->op]);
    node.number = s->number;
    node.scale = s->scale;
    if (s->op == EXPR_TEXT) {
        check_text(c, &node, s->text);
    }
    return check_append(c, s->at, node, NULL, 0, ret);
}

/* One line for each operation: how it is checked, and the type of all its operands and of its
 * result where check_uniform asks. */
struct rule {
    bool (*check)(struct checker *c, const struct syntax *s, struct typed *children, size_t count,
                  struct typed *ret);
    enum value_type operand, result;
};

static const struct rule rules[EXPR__COUNT] = {
    [EXPR_AND] = {check_uniform,             VALUE_BOOLEAN, VALUE_BOOLEAN},
    [EXPR_OR] = {check_uniform,            VALUE_BOOLEAN, VALUE_BOOLEAN},
    [EXPR_NOT] = {check_uniform,             VALUE_BOOLEAN, VALUE_BOOLEAN},
    [EXPR_MONTHS_BETWEEN] = {check_uniform,            VALUE_DATE, VALUE_INTEGER},
    [EXPR_AGE] = {check_uniform,             VALUE_DATE, VALUE_INTEGER},
    [EXPR_LOCAL_DATE] = {check_uniform,            VALUE_DATETIME, VALUE_DATE},
    [EXPR_HOURS_BETWEEN] = {check_uniform,             VALUE_DATETIME, VALUE_INTEGER},
    [EXPR_CONCAT] = {check_uniform,            VALUE_TEXT, VALUE_TEXT},
    [EXPR_LENGTH] = {check_uniform,             VALUE_TEXT, VALUE_INTEGER},
    [EXPR_EQUAL] = {.check = check_comparison           },
    [EXPR_DIFFERENT] = {.check = check_comparison            },
    [EXPR_LESS] = {.check = check_comparison              },
    [EXPR_AT_MOST] = {.check = check_comparison            },
    [EXPR_MORE] = {.check = check_comparison           },
    [EXPR_AT_LEAST] = {.check = check_comparison            },
    [EXPR_BETWEEN] = {.check = check_comparison              },
    [EXPR_IS_NULL] = {.check = check_is_null            },
    [EXPR_CASE] = {.check = check_case           },
    [EXPR_COALESCE] = {.check = check_coalesce},
    [EXPR_ADD] = {.check = check_sum},
    [EXPR_SUBTRACT] = {.check = check_sum},
    [EXPR_MULTIPLY] = {.check = check_product},
    [EXPR_DIVIDE] = {.check = check_product},
    [EXPR_NEGATE] = {.check = check_negate},
    [EXPR_ADD_MONTHS] = {.check = check_add_months},
    [EXPR_WHY] = {.check = check_about_field   },
    [EXPR_ADDRESSED] = {.check = check_about_field      },
};

/* Checks each of the children of one type and appends the operation over them. */
static bool check_uniform(struct checker *c, const struct syntax *s, struct typed *children,
                          size_t count, struct typed *ret)
{
    const struct rule *rule = &rules[s->op];
    for (size_t i = 0; i < count; i++) {
        if (!want(c, &children[i], rule->operand)) {
            return false;
        }
    }
    return check_append(c, s->at, check_plain(s->op, rule->result), children, count, ret);
}

static bool check_operation(struct checker *c, const struct syntax *s, struct typed *ret)
{
    size_t count = 0;
    for (const struct syntax *child = s->first; child; child = child->next) {
        count++;
    }
    struct typed *children = ARENA_ARRAY(c->arena, count, struct typed);
    bool about_field = s->op == EXPR_WHY || s->op == EXPR_ADDRESSED;
    size_t i = 0;
    for (const struct syntax *child = s->first; child; child = child->next, i++) {
        if (!check(c, child, &children[i]) || (!about_field && !want_one(c, &children[i]))) {
            return false;
        }
    }
    return rules[s->op].check(c, s, children, count, ret);
}

static bool check(struct checker *c, const struct syntax *s, struct typed *ret)
{
    switch (s->kind) {
    case SYNTAX_LITERAL:
        return check_literal(c, s, ret);
    case SYNTAX_NAME:
    case SYNTAX_MEMBER:
        return check_name(c, s, ret);
    case SYNTAX_QUANTIFIER:
        return check_quantifier(c, s, ret);
    case SYNTAX_OPERATION:
        return s->op == EXPR_IN ? check_in(c, s, ret) : check_operation(c, s, ret);
    case SYNTAX_GROUP:
        break;
    }
    return CHECK_FAIL(c, s->at, STR("a value is wanted here"));
}

/* ---- entry ---- */

/* The whole expression against what its place wants. */
static bool check_wanted(struct checker *c, enum value_type wanted, struct typed *root)
{
    const struct expr_scope *scope = c->scope;
    if (wanted == VALUE_UNSET) {
        return true;
    }
    struct typed want_type = {.type = wanted, .code_set = EXPR_NONE, .subject = EXPR_NONE};
    if (wanted == VALUE_CODE) {
        want_type.code_set = scope->wanted_code_set;
        if (root->type == VALUE_CODE && root->code_set != want_type.code_set) {
            return CHECK_FAIL(c, check_at(c, root->node),
                              STR("this is a code of another set than the one wanted here"));
        }
    }
    if (wanted == VALUE_DECIMAL) {
        want_type.scale = scope->wanted_scale;
        if (root->scale > want_type.scale) {
            return CHECK_FAIL(c, check_at(c, root->node),
                              STR("this has more digits after the point than are kept here"));
        }
    }
    if (wanted == VALUE_REFERENCE && root->type == VALUE_REFERENCE &&
        scope->wanted_subject != EXPR_NONE && root->subject != EXPR_NONE &&
        root->subject != scope->wanted_subject) {
        return CHECK_FAIL(c, check_at(c, root->node),
                          STR("this refers to another kind of record than the one wanted here"));
    }
    return check_convert(c, root, &want_type);
}

enum status expr_compile(struct arena *arena, struct str source, const struct expr_scope *scope,
                         enum value_type wanted, uint32_t line, uint32_t column,
                         struct expr_program *program, uint32_t *ret_root,
                         struct expr_error *reterr_error)
{
    size_t text_before = program->text.count;
    struct checker c = {.arena = arena,
                        .scope = scope,
                        .program = program,
                        .error = reterr_error,
                        .start = program->nodes.count,
                        .line = line,
                        .column = column,
                        .variable_count = (uint32_t)scope->variable_count};
    CHECK(scope->variable_count <= EXPR_VARIABLES_MAX);
    for (size_t i = 0; i < scope->variable_count; i++) {
        c.variables[i] = scope->variables[i];
    }
    const struct syntax *s = syntax_parse(arena, source, reterr_error);
    struct typed root;
    if (!s || !check(&c, s, &root) || !(scope->wants_several || want_one(&c, &root)) ||
        !check_wanted(&c, wanted, &root)) {
        program->nodes.count = c.start;
        program->text.count = text_before;
        return STATUS_INVALID;
    }
    check_node(&c, root.node)->next = EXPR_NONE;
    *ret_root = root.node;
    return STATUS_OK;
}
