/* The nodes themselves: what each operation looks like, walking them, and whether a table of them
 * can be trusted. */
#include "expr/expr.h"

struct str expr_text(const char *pool, const struct expr_node *node)
{
    return node->text_length > 0 ? (struct str){pool + node->text, node->text_length} : STR("");
}

unsigned expr_arity(enum expr_op op)
{
    static const unsigned arities[EXPR__COUNT] = {
#define EXPR_OP(name, arity, spelling) [EXPR_##name] = (arity),
#include "expr/ops.def"
#undef EXPR_OP
    };
    CHECK((unsigned)op < EXPR__COUNT);
    return arities[op];
}

struct str expr_op_name(enum expr_op op)
{
    static const struct str names[EXPR__COUNT] = {
#define EXPR_OP(name, arity, spelling) [EXPR_##name] = STR_INIT(#name),
#include "expr/ops.def"
#undef EXPR_OP
    };
    CHECK((unsigned)op < EXPR__COUNT);
    return names[op];
}

struct str expr_spelling(enum expr_op op)
{
    static const struct str spellings[EXPR__COUNT] = {
#define EXPR_OP(name, arity, spelling) [EXPR_##name] = STR_INIT(spelling),
#include "expr/ops.def"
#undef EXPR_OP
    };
    CHECK((unsigned)op < EXPR__COUNT);
    return spellings[op];
}

void expr_walk(const struct expr_node *nodes, uint32_t root,
               void (*visit)(void *context, uint32_t node), void *context)
{
    visit(context, root);
    for (uint32_t child = nodes[root].first; child != EXPR_NONE; child = nodes[child].next) {
        expr_walk(nodes, child, visit, context);
    }
}

/* ---- ends ---- */

/* Enough for any honest model; facts that double with each level run into it. */
#define STEPS_MAX 65536

struct ending {
    const struct expr_node *nodes;
    uint32_t (*fact)(void *context, uint32_t fact);
    void *context;
    unsigned steps;
};

static bool ends(struct ending *e, uint32_t index, unsigned facts)
{
    const struct expr_node *node = &e->nodes[index];
    if (++e->steps > STEPS_MAX || facts > EXPR_FACTS_MAX) {
        return false;
    }
    if (node->op == EXPR_FACT && !ends(e, e->fact(e->context, node->id), facts + 1)) {
        return false;
    }
    for (uint32_t child = node->first; child != EXPR_NONE; child = e->nodes[child].next) {
        if (!ends(e, child, facts)) {
            return false;
        }
    }
    return true;
}

bool expr_ends(const struct expr_node *nodes, uint32_t root,
               uint32_t (*fact)(void *context, uint32_t fact), void *context)
{
    struct ending e = {.nodes = nodes, .fact = fact, .context = context};
    return ends(&e, root, 0);
}

/* ---- soundness ---- */

static bool is_subject(uint32_t op)
{
    return op == EXPR_THIS || op == EXPR_ACTOR || op == EXPR_CREATED || op == EXPR_VARIABLE ||
           op == EXPR_FOLLOW;
}

static bool wants_subject(uint32_t op)
{
    return op == EXPR_FOLLOW || op == EXPR_FIELD || op == EXPR_WHY || op == EXPR_ADDRESSED ||
           op == EXPR_FACT || op == EXPR_MEMBERS;
}

static bool is_quantifier(uint32_t op)
{
    return op == EXPR_EXISTS || op == EXPR_COUNT || op == EXPR_EVERY || op == EXPR_MIN ||
           op == EXPR_MAX || op == EXPR_FIRST;
}

/* How many children an operation of varying arity may have. */
static bool is_count_right(uint32_t op, uint32_t count)
{
    unsigned arity = expr_arity((enum expr_op)op);
    if (arity != EXPR_MANY) {
        return count == arity;
    }
    if (op == EXPR_EXISTS || op == EXPR_COUNT) {
        return count == 1 || count == 2;
    }
    if (is_quantifier(op)) {
        return count == 2 || count == 3;
    }
    return count >= 2;
}

/* Whether a child may stand at this position of its parent. */
static bool fits(const struct expr_node *parent, uint32_t position, const struct expr_node *child)
{
    if (wants_subject(parent->op)) {
        return is_subject(child->op);
    }
    if (is_quantifier(parent->op) && position == 0) {
        return child->op == EXPR_MEMBERS;
    }
    return child->op != EXPR_MEMBERS && child->op != EXPR_FOLLOW;
}

static bool is_literal_sound(const struct expr_node *node, size_t text_length)
{
    if ((size_t)node->text + node->text_length > text_length) {
        return false;
    }
    if (node->op == EXPR_BOOLEAN) {
        return node->number == 0 || node->number == 1;
    }
    if (node->op == EXPR_DATE) {
        return node->number >= EXPR_DAY_MIN && node->number <= EXPR_DAY_MAX;
    }
    if (node->op == EXPR_SCALE_UP) {
        return node->number >= 0 && node->number <= 2 * EXPR_SCALE_MAX;
    }
    return true;
}

static bool is_sound(const struct expr_node *nodes, uint32_t index, size_t text_length,
                     uint8_t *depths)
{
    const struct expr_node *node = &nodes[index];
    if (node->op >= EXPR__COUNT || node->type >= VALUE__COUNT || node->scale > 2 * EXPR_SCALE_MAX ||
        !is_literal_sound(node, text_length)) {
        return false;
    }
    if ((node->op == EXPR_VARIABLE || is_quantifier(node->op)) && node->id >= EXPR_VARIABLES_MAX) {
        return false;
    }
    uint32_t count = 0;
    depths[index] = 1;
    for (uint32_t child = node->first; child != EXPR_NONE; child = nodes[child].next, count++) {
        /* The depth is taken with the child, so that no other parent can have it, and no sibling
         * can lead back to it. */
        if (child >= index || depths[child] == 0 || depths[child] >= EXPR_DEPTH_MAX ||
            !fits(node, count, &nodes[child])) {
            return false;
        }
        if (depths[index] <= depths[child]) {
            depths[index] = (uint8_t)(depths[child] + 1);
        }
        depths[child] = 0;
    }
    return is_count_right(node->op, count);
}

bool expr_nodes_sound(struct arena *arena, const struct expr_node *nodes, size_t count,
                      size_t text_length, size_t *ret_at)
{
    uint8_t *depths = ARENA_ARRAY(arena, count, uint8_t);
    for (size_t i = 0; i < count; i++) {
        if (i >= EXPR_NONE || !is_sound(nodes, (uint32_t)i, text_length, depths)) {
            *ret_at = i;
            return false;
        }
    }
    return true;
}
