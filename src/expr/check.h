/* What the parts of the checker share. Private to expr/. */
#ifndef HEARTH_EXPR_CHECK_H
#define HEARTH_EXPR_CHECK_H

#include "expr/syntax.h"

struct checker {
    struct arena *arena;
    const struct expr_scope *scope;
    struct expr_program *program;
    struct expr_error *error;
    size_t start; /* nodes of the program before this expression */
    uint32_t line, column;
    struct expr_variable variables[EXPR_VARIABLES_MAX];
    uint32_t variable_count;
    bool failed;
};

/* A node with what is known of its value while checking. */
struct typed {
    uint32_t node;
    enum value_type type;
    uint32_t scale;
    uint32_t code_set; /* of a code; of a text that has only certain values; else EXPR_NONE */
    uint32_t subject;  /* of a reference or subject: what it leads to; or EXPR_NONE */
    unsigned depth;
};

/* Fails with the parts joined as message; always false. The first mistake stays. */
bool check_fail(struct checker *c, size_t at, const struct str *parts, size_t count);
#define CHECK_FAIL(c, at, ...)                                                                     \
    check_fail((c), (at), (const struct str[]){__VA_ARGS__},                                       \
               sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* Where in the source a node was written. */
size_t check_at(const struct checker *c, uint32_t node);
struct expr_node *check_node(struct checker *c, uint32_t node);

/* Appends a node over its children. The result's type is the node's; code set and subject none. */
NODISCARD bool check_append(struct checker *c, size_t at, struct expr_node node,
                            const struct typed *children, size_t count, struct typed *ret);
/* A node that is only its operation and type. */
struct expr_node check_plain(enum expr_op op, enum value_type type);
/* Appends text to the pool and names it in the node. */
void check_text(struct checker *c, struct expr_node *node, struct str text);

/* ---- convert.c: common types ---- */

/* How people read a type in a message: "text", "a code", "a decimal number". */
struct str check_type_words(enum value_type type);
/* Finds the type the values have in common and brings all of them to it, *ret_common. exact:
 * they will be compared, so null, codes of two sets and references to two kinds are mistakes. */
NODISCARD bool check_unify(struct checker *c, size_t at, bool exact, struct typed *values,
                           size_t count, struct typed *ret_common);
/* Brings a value to a type, or says what is wrong. */
NODISCARD bool check_convert(struct checker *c, struct typed *value, const struct typed *wanted);

/* ---- resolve.c: names ---- */

/* A name or path as a value, as a subject, or as the members of a collection. */
NODISCARD bool check_name(struct checker *c, const struct syntax *s, struct typed *ret);
NODISCARD bool check_members(struct checker *c, const struct syntax *s, struct typed *ret);
/* Adds a variable in the next slot. */
NODISCARD bool check_variable(struct checker *c, const struct syntax *quantifier, uint32_t subject);

#endif
