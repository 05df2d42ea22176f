/* Evaluation: one small function for each operation, found by a table. Where a value is of another
 * type than the checker promised (nodes that no checker made), the result is unset: evaluation
 * never reads a value as what it is not. */
#include <string.h>

#include "base/utf8.h"
#include "expr/expr.h"
#include "expr/scalar.h"

struct run {
    const struct expr_host *host;
    const void *subject; /* of "this" */
    const void *slots[EXPR_VARIABLES_MAX];
    unsigned facts; /* how deep facts lie in each other */
};

static struct value run_value(struct run *run, uint32_t index);

static const struct expr_node *node_at(const struct run *run, uint32_t index)
{
    return &run->host->nodes[index];
}

static uint32_t second_of(const struct run *run, const struct expr_node *node)
{
    return node_at(run, node->first)->next;
}

static bool is_true(struct value value)
{
    return value.type == VALUE_BOOLEAN && value.boolean;
}

static bool is_false(struct value value)
{
    return value.type == VALUE_BOOLEAN && !value.boolean;
}

/* ---- records ---- */

static const void *run_subject(struct run *run, uint32_t index)
{
    const struct expr_node *node = node_at(run, index);
    if (node->op == EXPR_FOLLOW) {
        const void *from = run_subject(run, node->first);
        return from ? run->host->follow(run->host->context, from, node->id) : NULL;
    }
    if (node->op == EXPR_VARIABLE) {
        return run->slots[node->id];
    }
    if (node->op == EXPR_ACTOR) {
        return run->host->actor;
    }
    return node->op == EXPR_CREATED ? run->host->created : run->subject;
}

static struct value run_identity(struct run *run, const struct expr_node *node)
{
    const void *subject = run_subject(run, (uint32_t)(node - run->host->nodes));
    return subject ? value_reference(run->host->identity(run->host->context, subject))
                   : value_unset();
}

static struct value run_field(struct run *run, const struct expr_node *node)
{
    const void *subject = run_subject(run, node->first);
    if (!subject) {
        return value_unset();
    }
    struct value value = run->host->field(run->host->context, subject, node->id);
    CHECK(value.type == VALUE_UNSET || value.type == node->type);
    return value;
}

static struct value run_why(struct run *run, const struct expr_node *node)
{
    const void *subject = run_subject(run, node->first);
    struct str why = subject ? run->host->why(run->host->context, subject, node->id) : STR("");
    return why.n > 0 ? value_text(why) : value_unset();
}

static struct value run_addressed(struct run *run, const struct expr_node *node)
{
    const void *subject = run_subject(run, node->first);
    return value_boolean(subject &&
                         (value_is_set(run->host->field(run->host->context, subject, node->id)) ||
                          run->host->why(run->host->context, subject, node->id).n > 0));
}

static struct value run_fact(struct run *run, const struct expr_node *node)
{
    const void *subject = run_subject(run, node->first);
    if (!subject) {
        return value_unset();
    }
    CHECK(run->facts < EXPR_FACTS_MAX);
    struct run inner = {.host = run->host, .subject = subject, .facts = run->facts + 1};
    return run_value(&inner, run->host->fact(run->host->context, node->id));
}

/* ---- literals ---- */

static struct value run_null(struct run *run, const struct expr_node *node)
{
    (void)run;
    (void)node;
    return value_unset();
}

static struct value run_boolean(struct run *run, const struct expr_node *node)
{
    (void)run;
    return value_boolean(node->number != 0);
}

static struct value run_integer(struct run *run, const struct expr_node *node)
{
    (void)run;
    return value_integer(node->number);
}

static struct value run_decimal(struct run *run, const struct expr_node *node)
{
    (void)run;
    return value_decimal(node->number, node->scale);
}

static struct value run_text(struct run *run, const struct expr_node *node)
{
    return value_text(expr_text(run->host->text, node));
}

static struct value run_date(struct run *run, const struct expr_node *node)
{
    (void)run;
    return value_date((struct date){.day = (int32_t)node->number});
}

static struct value run_code(struct run *run, const struct expr_node *node)
{
    return value_code(expr_text(run->host->text, node), 0);
}

static struct value run_today(struct run *run, const struct expr_node *node)
{
    (void)node;
    return value_date(run->host->today);
}

static struct value run_now(struct run *run, const struct expr_node *node)
{
    (void)node;
    return value_datetime(run->host->now, run->host->today);
}

/* ---- logic ---- */

/* and: one false decides; or: one true does. Else one unset makes it unset. */
static struct value run_chain(struct run *run, const struct expr_node *node)
{
    bool decides = node->op == EXPR_OR;
    bool unset = false;
    for (uint32_t i = node->first; i != EXPR_NONE; i = node_at(run, i)->next) {
        struct value value = run_value(run, i);
        if (value.type != VALUE_BOOLEAN) {
            unset = true;
        } else if (value.boolean == decides) {
            return value;
        }
    }
    return unset ? value_unset() : value_boolean(!decides);
}

static struct value run_not(struct run *run, const struct expr_node *node)
{
    struct value value = run_value(run, node->first);
    return value.type == VALUE_BOOLEAN ? value_boolean(!value.boolean) : value_unset();
}

static struct value compare(enum expr_op op, struct value a, struct value b)
{
    int order = 0;
    if (!scalar_compare(a, b, &order)) {
        return value_unset();
    }
    bool less = order < 0, equal = order == 0;
    return value_boolean(op == EXPR_EQUAL       ? equal
                         : op == EXPR_DIFFERENT ? !equal
                         : op == EXPR_LESS      ? less
                         : op == EXPR_AT_MOST   ? less || equal
                         : op == EXPR_MORE      ? !less && !equal
                                                : !less);
}

static struct value run_comparison(struct run *run, const struct expr_node *node)
{
    struct value a = run_value(run, node->first);
    struct value b = run_value(run, second_of(run, node));
    return compare((enum expr_op)node->op, a, b);
}

static struct value run_is_null(struct run *run, const struct expr_node *node)
{
    return value_boolean(!value_is_set(run_value(run, node->first)));
}

static struct value run_in(struct run *run, const struct expr_node *node)
{
    struct value value = run_value(run, node->first);
    if (!value_is_set(value)) {
        return value_unset();
    }
    for (uint32_t i = second_of(run, node); i != EXPR_NONE; i = node_at(run, i)->next) {
        if (is_true(compare(EXPR_EQUAL, value, run_value(run, i)))) {
            return value_boolean(true);
        }
    }
    return value_boolean(false);
}

static struct value run_between(struct run *run, const struct expr_node *node)
{
    uint32_t low = second_of(run, node);
    struct value value = run_value(run, node->first);
    struct value above = compare(EXPR_AT_LEAST, value, run_value(run, low));
    struct value below = compare(EXPR_AT_MOST, value, run_value(run, node_at(run, low)->next));
    if (is_false(above) || is_false(below)) {
        return value_boolean(false);
    }
    return value_is_set(above) ? below : above;
}

/* ---- choice ---- */

static struct value run_case(struct run *run, const struct expr_node *node)
{
    uint32_t i = node->first;
    while (i != EXPR_NONE) {
        uint32_t then = node_at(run, i)->next;
        if (then == EXPR_NONE) {
            return run_value(run, i); /* the else */
        }
        if (is_true(run_value(run, i))) {
            return run_value(run, then);
        }
        i = node_at(run, then)->next;
    }
    return value_unset();
}

static struct value run_coalesce(struct run *run, const struct expr_node *node)
{
    for (uint32_t i = node->first; i != EXPR_NONE; i = node_at(run, i)->next) {
        struct value value = run_value(run, i);
        if (value_is_set(value)) {
            return value;
        }
    }
    return value_unset();
}

/* ---- numbers and dates ---- */

static bool to_number(struct value value, int64_t *ret_number)
{
    if (value.type == VALUE_INTEGER || value.type == VALUE_DECIMAL) {
        *ret_number = value.integer;
    } else if (value.type == VALUE_DATE) {
        *ret_number = value.date.day;
    } else if (value.type == VALUE_DATETIME) {
        *ret_number = value.datetime.at.ms;
    } else {
        return false;
    }
    return true;
}

static struct value from_number(const struct expr_node *node, int64_t number)
{
    if (node->type == VALUE_DATE) {
        return value_date((struct date){.day = (int32_t)number});
    }
    return node->type == VALUE_DECIMAL ? value_decimal(number, node->scale) : value_integer(number);
}

static struct value run_arithmetic(struct run *run, const struct expr_node *node)
{
    static bool (*const functions[EXPR__COUNT])(int64_t a, int64_t b, int64_t * ret) = {
        [EXPR_ADD] = scalar_add,
        [EXPR_SUBTRACT] = scalar_subtract,
        [EXPR_MULTIPLY] = scalar_multiply,
        [EXPR_DIVIDE] = scalar_divide,
        [EXPR_ADD_DAYS] = scalar_add_days,
        [EXPR_SUBTRACT_DAYS] = scalar_subtract_days,
        [EXPR_DAYS_BETWEEN] = scalar_subtract,
        [EXPR_ADD_MONTHS] = scalar_add_months,
        [EXPR_MONTHS_BETWEEN] = scalar_months_between,
        [EXPR_AGE] = scalar_age,
        [EXPR_HOURS_BETWEEN] = scalar_hours_between,
    };
    int64_t a = 0, b = 0, result = 0;
    if (!to_number(run_value(run, node->first), &a) ||
        !to_number(run_value(run, second_of(run, node)), &b) ||
        !functions[node->op](a, b, &result)) {
        return value_unset();
    }
    return from_number(node, result);
}

static struct value run_negate(struct run *run, const struct expr_node *node)
{
    int64_t number = 0, result = 0;
    if (!to_number(run_value(run, node->first), &number) || !scalar_subtract(0, number, &result)) {
        return value_unset();
    }
    return from_number(node, result);
}

static struct value run_scale_up(struct run *run, const struct expr_node *node)
{
    int64_t number = 0, result = 0;
    if (!to_number(run_value(run, node->first), &number) ||
        !scalar_scale_up(number, node->number, &result)) {
        return value_unset();
    }
    return from_number(node, result);
}

static struct value run_local_date(struct run *run, const struct expr_node *node)
{
    struct value value = run_value(run, node->first);
    return value.type == VALUE_DATETIME ? value_date(value.datetime.local) : value_unset();
}

/* ---- text ---- */

static struct value run_concat(struct run *run, const struct expr_node *node)
{
    size_t count = 0;
    for (uint32_t i = node->first; i != EXPR_NONE; i = node_at(run, i)->next) {
        count++;
    }
    struct str *parts = ARENA_ARRAY(run->host->arena, count, struct str);
    size_t n = 0;
    for (uint32_t i = node->first; i != EXPR_NONE; i = node_at(run, i)->next) {
        struct value value = run_value(run, i);
        if (value.type != VALUE_TEXT) {
            return value_unset();
        }
        parts[n++] = value.text;
    }
    return value_text(str_join(run->host->arena, parts, count));
}

static struct value run_length(struct run *run, const struct expr_node *node)
{
    struct value value = run_value(run, node->first);
    return value.type == VALUE_TEXT ? value_integer((int64_t)utf8_length(value.text))
                                    : value_unset();
}

static struct value run_code_text(struct run *run, const struct expr_node *node)
{
    struct value value = run_value(run, node->first);
    return value.type == VALUE_CODE ? value_text(value.code.code) : value_unset();
}

/* ---- collections ---- */

struct members {
    const void *const *items;
    size_t count;
};

static struct members collect(struct run *run, const struct expr_node *quantifier)
{
    const struct expr_node *node = node_at(run, quantifier->first);
    struct members members = {0};
    const void *subject = run_subject(run, node->first);
    if (subject) {
        members.count = run->host->collect(run->host->context, subject, node->id, &members.items);
    }
    return members;
}

/* Makes the member the variable; false when the where (EXPR_NONE: there is none) leaves it out. */
static bool select_member(struct run *run, const struct expr_node *quantifier, uint32_t where,
                          const void *member)
{
    run->slots[quantifier->id] = member;
    return where == EXPR_NONE || is_true(run_value(run, where));
}

static struct value run_count(struct run *run, const struct expr_node *node)
{
    struct members members = collect(run, node);
    uint32_t where = second_of(run, node);
    int64_t count = 0;
    for (size_t i = 0; i < members.count; i++) {
        if (select_member(run, node, where, members.items[i])) {
            if (node->op == EXPR_EXISTS) {
                return value_boolean(true);
            }
            count++;
        }
    }
    return node->op == EXPR_EXISTS ? value_boolean(false) : value_integer(count);
}

static struct value run_every(struct run *run, const struct expr_node *node)
{
    struct members members = collect(run, node);
    uint32_t condition = second_of(run, node);
    uint32_t where = node_at(run, condition)->next;
    for (size_t i = 0; i < members.count; i++) {
        if (select_member(run, node, where, members.items[i]) &&
            !is_true(run_value(run, condition))) {
            return value_boolean(false);
        }
    }
    return value_boolean(true);
}

static struct value run_extreme(struct run *run, const struct expr_node *node)
{
    struct members members = collect(run, node);
    uint32_t body = second_of(run, node);
    uint32_t where = node_at(run, body)->next;
    enum expr_op better = node->op == EXPR_MIN ? EXPR_LESS : EXPR_MORE;
    struct value best = value_unset();
    for (size_t i = 0; i < members.count; i++) {
        if (!select_member(run, node, where, members.items[i])) {
            continue;
        }
        struct value value = run_value(run, body);
        if (!value_is_set(best) || is_true(compare(better, value, best))) {
            best = value;
        }
    }
    return best;
}

static struct value run_first(struct run *run, const struct expr_node *node)
{
    struct members members = collect(run, node);
    uint32_t body = second_of(run, node);
    uint32_t where = node_at(run, body)->next;
    for (size_t i = 0; i < members.count; i++) {
        if (select_member(run, node, where, members.items[i])) {
            return run_value(run, body);
        }
    }
    return value_unset();
}

/* ---- dispatch ---- */

static struct value (*const evaluators[EXPR__COUNT])(struct run *run,
                                                     const struct expr_node *node) = {
    [EXPR_NULL] = run_null,
    [EXPR_BOOLEAN] = run_boolean,
    [EXPR_INTEGER] = run_integer,
    [EXPR_DECIMAL] = run_decimal,
    [EXPR_TEXT] = run_text,
    [EXPR_DATE] = run_date,
    [EXPR_CODE] = run_code,
    [EXPR_TODAY] = run_today,
    [EXPR_NOW] = run_now,
    [EXPR_THIS] = run_identity,
    [EXPR_ACTOR] = run_identity,
    [EXPR_CREATED] = run_identity,
    [EXPR_VARIABLE] = run_identity,
    [EXPR_FOLLOW] = run_identity,
    [EXPR_FIELD] = run_field,
    [EXPR_WHY] = run_why,
    [EXPR_ADDRESSED] = run_addressed,
    [EXPR_FACT] = run_fact,
    [EXPR_AND] = run_chain,
    [EXPR_OR] = run_chain,
    [EXPR_NOT] = run_not,
    [EXPR_EQUAL] = run_comparison,
    [EXPR_DIFFERENT] = run_comparison,
    [EXPR_LESS] = run_comparison,
    [EXPR_AT_MOST] = run_comparison,
    [EXPR_MORE] = run_comparison,
    [EXPR_AT_LEAST] = run_comparison,
    [EXPR_IS_NULL] = run_is_null,
    [EXPR_IN] = run_in,
    [EXPR_BETWEEN] = run_between,
    [EXPR_CASE] = run_case,
    [EXPR_COALESCE] = run_coalesce,
    [EXPR_ADD] = run_arithmetic,
    [EXPR_SUBTRACT] = run_arithmetic,
    [EXPR_MULTIPLY] = run_arithmetic,
    [EXPR_DIVIDE] = run_arithmetic,
    [EXPR_NEGATE] = run_negate,
    [EXPR_SCALE_UP] = run_scale_up,
    [EXPR_ADD_DAYS] = run_arithmetic,
    [EXPR_SUBTRACT_DAYS] = run_arithmetic,
    [EXPR_DAYS_BETWEEN] = run_arithmetic,
    [EXPR_ADD_MONTHS] = run_arithmetic,
    [EXPR_MONTHS_BETWEEN] = run_arithmetic,
    [EXPR_AGE] = run_arithmetic,
    [EXPR_LOCAL_DATE] = run_local_date,
    [EXPR_HOURS_BETWEEN] = run_arithmetic,
    [EXPR_CONCAT] = run_concat,
    [EXPR_LENGTH] = run_length,
    [EXPR_CODE_TEXT] = run_code_text,
    [EXPR_MEMBERS] = run_null,
    [EXPR_EXISTS] = run_count,
    [EXPR_COUNT] = run_count,
    [EXPR_EVERY] = run_every,
    [EXPR_MIN] = run_extreme,
    [EXPR_MAX] = run_extreme,
    [EXPR_FIRST] = run_first,
};

static struct value run_value(struct run *run, uint32_t index)
{
    const struct expr_node *node = node_at(run, index);
    CHECK(node->op < EXPR__COUNT);
    return evaluators[node->op](run, node);
}

struct value expr_evaluate(const struct expr_host *host, uint32_t root, const void *subject)
{
    struct run run = {.host = host, .subject = subject};
    memcpy(run.slots, host->bound, sizeof(run.slots));
    return run_value(&run, root);
}

bool expr_is_true(const struct expr_host *host, uint32_t root, const void *subject)
{
    return is_true(expr_evaluate(host, root, subject));
}
