/* Types in common: what may be compared or chosen between, and the little that is converted:
 * literals to codes, codes to text, integers and decimals to a larger scale. */
#include "expr/check.h"
#include "expr/scalar.h"

struct str check_type_words(enum value_type type)
{
    static const struct str words[VALUE__COUNT] = {[VALUE_UNSET] = STR_INIT("null"),
                                                   [VALUE_BOOLEAN] = STR_INIT("yes or no"),
                                                   [VALUE_INTEGER] = STR_INIT("a whole number"),
                                                   [VALUE_DECIMAL] = STR_INIT("a decimal number"),
                                                   [VALUE_TEXT] = STR_INIT("text"),
                                                   [VALUE_DATE] = STR_INIT("a date"),
                                                   [VALUE_DATETIME] = STR_INIT("a datetime"),
                                                   [VALUE_CODE] = STR_INIT("a code"),
                                                   [VALUE_REFERENCE] = STR_INIT("a reference")};
    return words[type];
}

static bool is_number(enum value_type type)
{
    return type == VALUE_INTEGER || type == VALUE_DECIMAL;
}

/* What would make the two agree, for the end of a message. */
static struct str advice(struct checker *c, const struct typed *value, enum value_type wanted)
{
    enum value_type type = value->type;
    if ((type == VALUE_DATETIME && wanted == VALUE_DATE) ||
        (type == VALUE_DATE && wanted == VALUE_DATETIME)) {
        return STR("; date(...) gives the local date of a datetime");
    }
    if (check_node(c, value->node)->op != EXPR_TEXT) {
        return STR("");
    }
    if (wanted == VALUE_DATE) {
        return STR("; a date is written date '2026-11-25'");
    }
    if (is_number(wanted)) {
        return STR("; numbers stand without quotes");
    }
    if (wanted == VALUE_BOOLEAN) {
        return STR("; yes and no are true and false, without quotes");
    }
    return STR("");
}

/* ---- choices ---- */

/* The first value among the children of a case or coalesce, and the one behind a value. A case has
 * condition, value, condition, value and perhaps the else. */
static uint32_t first_choice(const struct expr_node *nodes, const struct expr_node *node)
{
    return node->op == EXPR_CASE ? nodes[node->first].next : node->first;
}

static uint32_t next_choice(const struct expr_node *nodes, const struct expr_node *node,
                            uint32_t choice)
{
    uint32_t next = nodes[choice].next;
    if (node->op == EXPR_CASE && next != EXPR_NONE && nodes[next].next != EXPR_NONE) {
        return nodes[next].next;
    }
    return next;
}

/* Whether nothing but literals can come out, so that they can still become codes. */
static bool is_literal_text(const struct expr_node *nodes, uint32_t index)
{
    const struct expr_node *node = &nodes[index];
    if (node->op == EXPR_TEXT || node->op == EXPR_NULL) {
        return true;
    }
    if (node->op != EXPR_CASE && node->op != EXPR_COALESCE) {
        return false;
    }
    for (uint32_t choice = first_choice(nodes, node); choice != EXPR_NONE;
         choice = next_choice(nodes, node, choice)) {
        if (!is_literal_text(nodes, choice)) {
            return false;
        }
    }
    return true;
}

static bool has_code(struct checker *c, uint32_t node, uint32_t code_set)
{
    struct str code = expr_text(c->program->text.items, check_node(c, node));
    if (c->scope->has_code(c->scope->context, code_set, code)) {
        return true;
    }
    struct str near = STR("");
    if (c->scope->suggest_code) {
        near = c->scope->suggest_code(c->scope->context, code_set, code, c->arena);
    }
    struct str hint =
        near.n > 0 ? STR_JOIN(c->arena, STR("; did you mean "), near, STR("?")) : STR("");
    return CHECK_FAIL(c, check_at(c, node), STR("'"), code,
                      check_node(c, node)->op == EXPR_CODE
                          ? STR("' is not among the codes of this field")
                      : code_set == EXPR_WHY_CODES ? STR("' is no reason why an answer is missing")
                                                   : STR("' is none of the values of this field"),
                      hint);
}

/* Turns the literals below into codes of the set. */
static bool make_codes(struct checker *c, uint32_t index, uint32_t code_set)
{
    struct expr_node *node = check_node(c, index);
    node->type = VALUE_CODE;
    if (node->op == EXPR_NULL) {
        return true;
    }
    if (node->op == EXPR_TEXT) {
        node->op = EXPR_CODE;
        node->id = code_set;
        return has_code(c, index, code_set);
    }
    const struct expr_node *nodes = c->program->nodes.items;
    for (uint32_t choice = first_choice(nodes, node); choice != EXPR_NONE;
         choice = next_choice(nodes, node, choice)) {
        if (!make_codes(c, choice, code_set)) {
            return false;
        }
    }
    return true;
}

/* ---- conversion ---- */

static bool scale_up(struct checker *c, struct typed *value, uint32_t scale)
{
    uint32_t digits = scale - value->scale;
    struct expr_node *node = check_node(c, value->node);
    bool literal = node->op == EXPR_INTEGER || node->op == EXPR_DECIMAL;
    if (literal) {
        if (!scalar_scale_up(node->number, digits, &node->number)) {
            return CHECK_FAIL(c, check_at(c, value->node),
                              STR("this number is too large for so many digits after the point"));
        }
        node->op = EXPR_DECIMAL;
        node->type = VALUE_DECIMAL;
        node->scale = scale;
    } else {
        struct expr_node up = check_plain(EXPR_SCALE_UP, VALUE_DECIMAL);
        up.number = digits;
        up.scale = scale;
        if (!check_append(c, check_at(c, value->node), up, value, 1, value)) {
            return false;
        }
    }
    value->type = VALUE_DECIMAL;
    value->scale = scale;
    return true;
}

bool check_convert(struct checker *c, struct typed *value, const struct typed *wanted)
{
    if (value->type == VALUE_UNSET) {
        struct expr_node *node = check_node(c, value->node);
        node->type = wanted->type;
        node->scale = wanted->scale;
        value->type = wanted->type;
        value->scale = wanted->scale;
        return true;
    }
    if (wanted->type == VALUE_DECIMAL && is_number(value->type)) {
        return value->scale == wanted->scale && value->type == VALUE_DECIMAL
                   ? true
                   : scale_up(c, value, wanted->scale);
    }
    if (wanted->type == VALUE_CODE && value->type == VALUE_TEXT &&
        is_literal_text(c->program->nodes.items, value->node)) {
        value->type = VALUE_CODE;
        value->code_set = wanted->code_set;
        return make_codes(c, value->node, wanted->code_set);
    }
    if (wanted->type == VALUE_TEXT && value->type == VALUE_CODE) {
        return check_append(c, check_at(c, value->node), check_plain(EXPR_CODE_TEXT, VALUE_TEXT),
                            value, 1, value);
    }
    if (wanted->type == value->type) {
        return true;
    }
    return CHECK_FAIL(c, check_at(c, value->node), STR("this is "), check_type_words(value->type),
                      STR(", but "), check_type_words(wanted->type), STR(" is wanted"),
                      advice(c, value, wanted->type));
}

/* ---- common types ---- */

static bool merge_codes(struct checker *c, const struct typed *value, bool exact,
                        struct typed *common)
{
    bool value_is_code = value->type == VALUE_CODE;
    const struct typed *text = value_is_code ? common : value;
    if (value_is_code && common->type == VALUE_CODE) {
        if (value->code_set != common->code_set) {
            if (exact) {
                return CHECK_FAIL(c, check_at(c, value->node),
                                  STR("these are codes of two different sets"));
            }
            common->type = VALUE_TEXT;
            common->code_set = EXPR_NONE;
        }
        return true;
    }
    bool literal = is_literal_text(c->program->nodes.items, text->node);
    uint32_t code_set = value_is_code ? value->code_set : common->code_set;
    common->type = literal ? VALUE_CODE : VALUE_TEXT;
    common->code_set = literal ? code_set : EXPR_NONE;
    common->node = literal ? common->node : text->node;
    return true;
}

/* Widens the common type by one more value. */
static bool merge(struct checker *c, const struct typed *value, bool exact, struct typed *common)
{
    enum value_type a = common->type, b = value->type;
    bool words_a = a == VALUE_TEXT || a == VALUE_CODE, words_b = b == VALUE_TEXT || b == VALUE_CODE;
    if (is_number(a) && is_number(b)) {
        common->type = a == VALUE_DECIMAL || b == VALUE_DECIMAL ? VALUE_DECIMAL : VALUE_INTEGER;
        common->scale = common->scale > value->scale ? common->scale : value->scale;
        return true;
    }
    if (words_a && words_b && (a == VALUE_CODE || b == VALUE_CODE)) {
        return merge_codes(c, value, exact, common);
    }
    if (a != b) {
        return CHECK_FAIL(
            c, check_at(c, value->node), check_type_words(a), STR(" and "), check_type_words(b),
            exact ? STR(" cannot be compared") : STR(" cannot be choices of one value"),
            b == VALUE_TEXT ? advice(c, value, a) : advice(c, common, b));
    }
    if (a == VALUE_TEXT) {
        if (value->code_set != EXPR_NONE) {
            common->code_set = value->code_set;
        }
        if (!is_literal_text(c->program->nodes.items, value->node)) {
            common->node = value->node; /* so that a code behind it does not find it literal */
        }
    }
    if (a == VALUE_REFERENCE && value->subject != common->subject) {
        if (exact && value->subject != EXPR_NONE && common->subject != EXPR_NONE) {
            return CHECK_FAIL(c, check_at(c, value->node),
                              STR("these refer to two kinds of record and are never the same"));
        }
        common->subject = EXPR_NONE;
    }
    return true;
}

bool check_unify(struct checker *c, size_t at, bool exact, struct typed *values, size_t count,
                 struct typed *ret_common)
{
    struct typed common = {.type = VALUE_UNSET, .code_set = EXPR_NONE, .subject = EXPR_NONE};
    for (size_t i = 0; i < count; i++) {
        if (values[i].type == VALUE_UNSET) {
            if (exact) {
                return CHECK_FAIL(c, check_at(c, values[i].node),
                                  STR("nothing is equal to null; write is null or is not null"));
            }
        } else if (common.type == VALUE_UNSET) {
            common = values[i];
        } else if (!merge(c, &values[i], exact, &common)) {
            return false;
        }
    }
    if (common.type == VALUE_UNSET) {
        return CHECK_FAIL(c, at, STR("this is always null; say what it should be"));
    }
    for (size_t i = 0; i < count; i++) {
        if (!check_convert(c, &values[i], &common)) {
            return false;
        }
        if (exact && common.type == VALUE_TEXT && common.code_set != EXPR_NONE &&
            check_node(c, values[i].node)->op == EXPR_TEXT &&
            !has_code(c, values[i].node, common.code_set)) {
            return false;
        }
    }
    *ret_common = common;
    return true;
}
