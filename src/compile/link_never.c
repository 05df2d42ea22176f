/* What can never be: conditions that no record makes true, lengths that are never reached, clocks
 * that would never end. Only what stands in the model is looked at: literals, and comparisons of
 * one name that exclude each other. */
#include "compile/link.h"

/* What a condition can come to. */
#define CAN_BE_TRUE 1u
#define CAN_BE_FALSE 2u
#define CAN_BE_UNSET 4u
#define CAN_BE_ANYTHING 7u
#define CLAIMS_MAX 32

static const struct expr_node *node_of(struct build *build, uint32_t node)
{
    return &build->program.nodes.items[node];
}

/* ---- claims: what the parts of an "and" say of one name ---- */

/* NAME op LITERAL, or NAME is null. */
struct claim {
    uint32_t name, literal;
    enum expr_op op;
};

struct claims {
    struct claim items[CLAIMS_MAX];
    size_t count;
};

static bool is_literal(const struct expr_node *node)
{
    return node->op == EXPR_BOOLEAN || node->op == EXPR_INTEGER || node->op == EXPR_DECIMAL ||
           node->op == EXPR_TEXT || node->op == EXPR_DATE || node->op == EXPR_CODE;
}

static bool is_name(struct build *build, uint32_t node)
{
    while (node_of(build, node)->op == EXPR_FIELD || node_of(build, node)->op == EXPR_FACT ||
           node_of(build, node)->op == EXPR_FOLLOW) {
        node = node_of(build, node)->first;
    }
    return node_of(build, node)->op == EXPR_THIS || node_of(build, node)->op == EXPR_VARIABLE;
}

static bool same_name(struct build *build, uint32_t a, uint32_t b)
{
    const struct expr_node *one = node_of(build, a), *other = node_of(build, b);
    while (one->op == other->op && one->id == other->id) {
        if (one->first == EXPR_NONE) {
            return true;
        }
        one = node_of(build, one->first);
        other = node_of(build, other->first);
    }
    return false;
}

/* Literals of one type: they compare by number or by text. */
static bool same_literal(struct build *build, uint32_t a, uint32_t b)
{
    const struct expr_node *one = node_of(build, a), *other = node_of(build, b);
    const char *pool = build->program.text.items;
    return one->number == other->number &&
           (one->op != other->op || one->text_length == other->text_length) &&
           str_eq(expr_text(pool, one), expr_text(pool, other));
}

static void collect(struct build *build, uint32_t root, struct claims *claims)
{
    const struct expr_node *node = node_of(build, root);
    if (node->op == EXPR_AND) {
        for (uint32_t c = node->first; c != EXPR_NONE; c = node_of(build, c)->next) {
            collect(build, c, claims);
        }
        return;
    }
    bool compares = node->op == EXPR_EQUAL || node->op == EXPR_DIFFERENT || node->op == EXPR_LESS ||
                    node->op == EXPR_AT_MOST || node->op == EXPR_MORE || node->op == EXPR_AT_LEAST;
    if ((!compares && node->op != EXPR_IS_NULL) || claims->count == CLAIMS_MAX ||
        !is_name(build, node->first)) {
        return;
    }
    uint32_t literal = compares ? node_of(build, node->first)->next : EXPR_NONE;
    if (!compares || is_literal(node_of(build, literal))) {
        claims->items[claims->count++] =
            (struct claim){node->first, literal, (enum expr_op)node->op};
    }
}

/* The numbers a claim leaves; texts leave all. */
static void bounds_of(struct build *build, const struct claim *claim, int64_t *least, int64_t *most)
{
    const struct expr_node *literal = node_of(build, claim->literal);
    *least = INT64_MIN;
    *most = INT64_MAX;
    if (literal->op == EXPR_TEXT || literal->op == EXPR_CODE) {
        return;
    }
    if (claim->op == EXPR_EQUAL || claim->op == EXPR_MORE || claim->op == EXPR_AT_LEAST) {
        *least = literal->number + (claim->op == EXPR_MORE);
    }
    if (claim->op == EXPR_EQUAL || claim->op == EXPR_LESS || claim->op == EXPR_AT_MOST) {
        *most = literal->number - (claim->op == EXPR_LESS);
    }
}

static bool exclude(struct build *build, const struct claim *a, const struct claim *b)
{
    if (!same_name(build, a->name, b->name)) {
        return false;
    }
    if (a->op == EXPR_IS_NULL || b->op == EXPR_IS_NULL) {
        return a->op != b->op;
    }
    if (node_of(build, a->literal)->op != node_of(build, b->literal)->op) {
        return false;
    }
    bool same = same_literal(build, a->literal, b->literal);
    if (a->op == EXPR_EQUAL && b->op == EXPR_EQUAL) {
        return !same;
    }
    if ((a->op == EXPR_EQUAL && b->op == EXPR_DIFFERENT) ||
        (a->op == EXPR_DIFFERENT && b->op == EXPR_EQUAL)) {
        return same;
    }
    int64_t a_least, a_most, b_least, b_most;
    bounds_of(build, a, &a_least, &a_most);
    bounds_of(build, b, &b_least, &b_most);
    return a_least > b_most || b_least > a_most;
}

static bool contradicts_itself(struct build *build, uint32_t root)
{
    struct claims claims = {.count = 0};
    collect(build, root, &claims);
    for (size_t i = 0; i < claims.count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (exclude(build, &claims.items[i], &claims.items[k])) {
                return true;
            }
        }
    }
    return false;
}

/* ---- truth ---- */

static unsigned truth_of(struct build *build, uint32_t root);

/* Of "and"; "or" is the same with true and false changed over. */
static unsigned truth_of_all(struct build *build, uint32_t first, unsigned wins, unsigned loses)
{
    unsigned sum = loses;
    for (uint32_t c = first; c != EXPR_NONE; c = node_of(build, c)->next) {
        unsigned part = truth_of(build, c), both = 0;
        if ((sum | part) & wins) {
            both |= wins;
        }
        if (sum & part & loses) {
            both |= loses;
        }
        if ((sum & CAN_BE_UNSET && part & (CAN_BE_UNSET | loses)) ||
            (part & CAN_BE_UNSET && sum & (CAN_BE_UNSET | loses))) {
            both |= CAN_BE_UNSET;
        }
        sum = both;
    }
    return sum;
}

static unsigned truth_of_not(unsigned truth)
{
    return (truth & CAN_BE_UNSET) | (truth & CAN_BE_TRUE ? CAN_BE_FALSE : 0) |
           (truth & CAN_BE_FALSE ? CAN_BE_TRUE : 0);
}

static unsigned truth_of(struct build *build, uint32_t root)
{
    const struct expr_node *node = node_of(build, root);
    switch (node->op) {
    case EXPR_BOOLEAN:
        return node->number != 0 ? CAN_BE_TRUE : CAN_BE_FALSE;
    case EXPR_NULL:
        return CAN_BE_UNSET;
    case EXPR_NOT:
        return truth_of_not(truth_of(build, node->first));
    case EXPR_OR:
        return truth_of_all(build, node->first, CAN_BE_TRUE, CAN_BE_FALSE);
    case EXPR_AND:
        if (contradicts_itself(build, root)) {
            return CAN_BE_FALSE | CAN_BE_UNSET;
        }
        return truth_of_all(build, node->first, CAN_BE_FALSE, CAN_BE_TRUE);
    case EXPR_EXISTS: {
        uint32_t where = node_of(build, node->first)->next;
        return where != EXPR_NONE && !(truth_of(build, where) & CAN_BE_TRUE)
                   ? CAN_BE_FALSE
                   : CAN_BE_TRUE | CAN_BE_FALSE;
    }
    default:
        return CAN_BE_ANYTHING;
    }
}

static bool never(struct build *build, uint32_t condition)
{
    return condition != MODEL_NONE && !(truth_of(build, condition) & CAN_BE_TRUE);
}

/* ---- where it matters ---- */

static struct place place_of_key(struct build *build, enum model_table table, uint32_t row,
                                 struct str key)
{
    const struct origin *origin = build_origin(build, table, row);
    const struct yaml_pair *pair = origin->node ? yaml_find(origin->node, key) : NULL;
    return pair ? pair->value->place : origin->place;
}

static void refuse_never(struct build *build, enum model_table table, uint32_t row, struct str key,
                         uint32_t condition, struct str so)
{
    if (never(build, condition)) {
        MESSAGE(build->messages, place_of_key(build, table, row, key), STR("this can never hold"),
                so);
    }
}

static bool is_taken_by_effect(struct build *build, uint32_t transition)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_effect); row++) {
        if (effect_at(build, row)->transition == transition) {
            return true;
        }
    }
    return false;
}

/* All guards of a transition hold at once, those that an overlay adds among them. */
static void check_guards_together(struct build *build, uint32_t row)
{
    const struct model_transition *transition = transition_at(build, row);
    struct claims claims = {.count = 0};
    for (uint32_t i = 0; i < transition->guards_count; i++) {
        uint32_t guard = transition->guards_first + i;
        size_t before = claims.count;
        collect(build, guard_at(build, guard)->holds, &claims);
        for (size_t k = before; k < claims.count; k++) {
            for (size_t n = 0; n < before; n++) {
                if (exclude(build, &claims.items[k], &claims.items[n])) {
                    MESSAGE(build->messages,
                            place_of_key(build, MODEL_TABLE_guard, guard, STR("holds")),
                            STR("this can never hold together with the guards before it, so that "
                                "nobody could ever go on"));
                    return;
                }
            }
        }
    }
}

/* A decider that allows nobody is for steps that only effects take. */
static void check_decided(struct build *build, uint32_t row)
{
    uint32_t decider = transition_at(build, row)->decider;
    if (never(build, decider_at(build, decider)->allow) && !is_taken_by_effect(build, row)) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_transition, row)->place,
                described(build, MODEL_TABLE_transition, row), STR(" can be taken by nobody: "),
                described(build, MODEL_TABLE_decider, decider),
                STR(" never allows anybody, and no effect takes it"));
    }
}

/* A clock that repeats ends with its record, or when it says so. */
static void check_end(struct build *build, uint32_t row)
{
    const struct model_clock *clock = clock_at(build, row);
    const struct model_entity *entity = entity_at(build, clock->entity);
    bool ends = clock->stops != MODEL_NONE && !never(build, clock->stops);
    for (uint32_t s = 0; s < entity->states_count; s++) {
        ends = ends || state_at(build, entity->states_first + s)->closed;
    }
    if (clock->kind == CLOCK_REPEAT && !ends) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_clock, row)->place,
                described(build, MODEL_TABLE_clock, row), STR(" would never end: "),
                described(build, MODEL_TABLE_entity, clock->entity),
                STR(" has no closed state; say with 'stops' when it does"));
    }
}

static void check_lengths(struct build *build, uint32_t row)
{
    const struct model_clock *clock = clock_at(build, row);
    bool always = false;
    for (uint32_t i = clock->lengths_first; i < clock->lengths_first + clock->lengths_count; i++) {
        const struct model_clock_length *length = clock_length_at(build, i);
        if (always) {
            MESSAGE(build->messages, build_origin(build, MODEL_TABLE_clock_length, i)->place,
                    STR("this length is never reached: the one before it always fits"));
        }
        always = always || (length->when == MODEL_NONE && length->alternative == MODEL_NONE);
        refuse_never(build, MODEL_TABLE_clock_length, i, STR("when"), length->when,
                     STR(", so that this length is never used"));
    }
}

void link_never(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_guard); row++) {
        refuse_never(build, MODEL_TABLE_guard, row, STR("holds"), guard_at(build, row)->holds,
                     STR(", so that nobody could ever go on"));
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_transition); row++) {
        check_decided(build, row);
        check_guards_together(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_effect); row++) {
        refuse_never(build, MODEL_TABLE_effect, row, STR("when"), effect_at(build, row)->when,
                     STR(", so that this effect never comes"));
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_clock); row++) {
        refuse_never(build, MODEL_TABLE_clock, row, STR("when"), clock_at(build, row)->when,
                     STR(", so that this clock never runs"));
        check_lengths(build, row);
        check_end(build, row);
    }
}
