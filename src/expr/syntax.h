/* What the parser hands to the checker: the expression as it is written, names not yet looked up.
 * Private to expr/. */
#ifndef HEARTH_EXPR_SYNTAX_H
#define HEARTH_EXPR_SYNTAX_H

#include "expr/expr.h"

enum syntax_kind {
    SYNTAX_LITERAL,    /* op: NULL, BOOLEAN, INTEGER, DECIMAL, TEXT or DATE */
    SYNTAX_NAME,       /* text */
    SYNTAX_MEMBER,     /* child.text */
    SYNTAX_OPERATION,  /* op on the children; of the two + and three -, ADD and SUBTRACT */
    SYNTAX_GROUP,      /* text: a code group, second child of IN */
    SYNTAX_QUANTIFIER, /* op over a collection, text: its variable; children as in ops.def, but the
                        * collection's path instead of MEMBERS */
};

struct syntax {
    enum syntax_kind kind;
    enum expr_op op;
    size_t at; /* byte in the source that messages point to */
    struct str text;
    int64_t number;
    unsigned scale;
    unsigned depth;
    bool has_where; /* of a quantifier: its last child is the where */
    struct syntax *first, *last, *next;
};

/* The tree in the arena, or NULL with *reterr_error set. No deeper than EXPR_DEPTH_MAX. */
struct syntax *syntax_parse(struct arena *arena, struct str source,
                            struct expr_error *reterr_error);

/* Whether a name means something by itself and so can be no variable. */
bool syntax_is_reserved(struct str name);

#endif
