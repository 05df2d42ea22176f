/* The expression language: small, typed, total, with SQL's spelling and three-valued logic
 * (design 4). Source text becomes a flat list of nodes that live in the model image; the same
 * nodes are evaluated here and turned into SQL by lower/.
 *
 *   literals     'text' (doubled quote inside), 12, 12.50, true, false, null, date '2026-11-25'
 *   codes        'SUBSTANTIATED' compared with a code field must exist in its set
 *   names        field, reference.field, variable.field; this (the subject); actor (the worker who
 *                acts: a record); created (the last record an effect made); today; now. Words and
 *                names are lower case
 *   logic        and, or, not, = <> < <= > >=, is null, is not null, is addressed (a value or a
 *                declared non-answer), in ('a','b'), in <code group>, between a and b (all of
 *                them with not); only true is true: unset is neither true nor false;
 *                why(field) (the code of a non-answer, as text)
 *   choice       case when c then x ... else y end, coalesce(a, b)
 *   numbers      + - * / (integers, decimals); overflow and division by zero are unset. Division
 *                cuts towards zero, at the larger scale of the two; * adds the scales (6 at most)
 *   dates        date + n, date - n (days), date - date (days), add_months(d, n),
 *                months_between(a, b), age(birth, on), date(datetime) (its stored local date);
 *                datetimes compare, and hours_between(a, b) gives whole elapsed hours, cut towards
 *                zero. A date outside the years 1 to 9999 is unset
 *   text         a || b (unset if either is), length(t); equality and order by bytes
 *   collections  exists(c in children where ...), count(c in ...), every(c in children where f: g),
 *                min(c.field for c in ...where), max(...), first(c.field for c in ... where)
 *                first = of the earliest row by order (list order or record id). every and exists
 *                are true or false, never unset: a member counts when its condition is true. The
 *                collections of a record that is not there are empty, its fields and facts unset
 *   facts        fact names stand for their expression (declared once in the model)
 * Left out because databases disagree: like, lower, casts, empty in, local time of datetimes. */
#ifndef HEARTH_EXPR_EXPR_H
#define HEARTH_EXPR_EXPR_H

#include "base/arena.h"
#include "base/status.h"
#include "expr/value.h"

#define EXPR_NONE UINT32_MAX
#define EXPR_MANY UINT32_MAX            /* arity in ops.def: varies */
#define EXPR_WHY_CODES (UINT32_MAX - 1) /* asked of has_code for texts compared with why(field) */
#define EXPR_DEPTH_MAX 64               /* nesting accepted in source and walked by evaluation */
#define EXPR_NODES_MAX 4096             /* of one expression */
#define EXPR_VARIABLES_MAX 8            /* nested quantifiers and variables bound from outside */
#define EXPR_SCALE_MAX 6                /* digits of a decimal */
#define EXPR_DAY_MIN (-719162)          /* 0001-01-01: results before it are unset */
#define EXPR_DAY_MAX 2932896            /* 9999-12-31 */

enum expr_op {
#define EXPR_OP(name, arity, spelling) EXPR_##name,
#include "expr/ops.def"
#undef EXPR_OP
    EXPR__COUNT
};

/* Fixed width, no pointers: saved in the image as it stands. Children are linked by next; a child
 * stands before its parent in the table, so that a table of nodes cannot have a cycle. */
struct expr_node {
    uint32_t op;    /* enum expr_op */
    uint32_t type;  /* enum value_type of the result; the value is of it or unset */
    uint32_t first; /* first child, or EXPR_NONE; index relative to the program's nodes */
    uint32_t next;  /* next sibling, or EXPR_NONE */
    uint32_t id;    /* field, collection, fact, code set or variable slot, by op (see ops.def) */
    uint32_t scale; /* of decimals */
    uint32_t text, text_length; /* in the program's text pool: literal text or code */
    int64_t number;             /* literal integer, decimal, boolean, day; of subjects their kind */
    uint32_t line, column;      /* where in the model it was written */
};

/* ---- building: used by the compiler ---- */

/* What a name means. The compiler answers for the model. Types of subjects are entity or list ids
 * of the caller; expr only carries them. */
enum expr_name_kind { EXPR_NAME_UNKNOWN, EXPR_NAME_FIELD, EXPR_NAME_COLLECTION, EXPR_NAME_FACT };

struct expr_name {
    enum expr_name_kind kind;
    uint32_t id;          /* for expr_node.id */
    enum value_type type; /* of a field or fact; VALUE_UNSET: a field of several answers, of which
                             only "is addressed" and why(...) can be asked */
    uint32_t scale;
    uint32_t code_set; /* of a code; of a text that has only certain values (a state), a number
                          that has_code knows; or EXPR_NONE */
    uint32_t subject;  /* of a reference or collection: what it leads to; or EXPR_NONE */
};

/* A variable that is there before the expression begins: the member of "for each", the recipient
 * of a document. Variable n of the scope has slot n; quantifiers take the slots behind. */
struct expr_variable {
    struct str name;
    uint32_t subject; /* what kind of record it stands for */
};

struct expr_scope {
    void *context;
    /* Looks a name up on a kind of subject. */
    struct expr_name (*lookup)(void *context, uint32_t subject, struct str name);
    /* Whether a code exists in a set, in any version. Of EXPR_WHY_CODES: whether it is the code of
     * a non-answer. */
    bool (*has_code)(void *context, uint32_t code_set, struct str code);
    /* The codes of a named group of a set; count 0 when there is no such group. */
    size_t (*group)(void *context, uint32_t code_set, struct str group,
                    const struct str **ret_codes);
    /* A name that would have been right, or several with commas, for messages ("did you mean
     * ..."); empty when nothing is near. Each of these three may be NULL. */
    struct str (*suggest)(void *context, uint32_t subject, struct str name, struct arena *arena);
    /* The same for a code of a set. */
    struct str (*suggest_code)(void *context, uint32_t code_set, struct str code,
                               struct arena *arena);
    /* What people call this kind of record, in lower case: "access report". */
    struct str (*subject_label)(void *context, uint32_t subject);
    uint32_t subject;         /* of "this" and unqualified names */
    uint32_t actor_subject;   /* of "actor", or EXPR_NONE where nobody acts */
    uint32_t created_subject; /* of "created", or EXPR_NONE */
    const struct expr_variable *variables;
    size_t variable_count; /* EXPR_VARIABLES_MAX at most */
    /* More about what is wanted; each is read only when that type is wanted. */
    uint32_t wanted_code_set; /* VALUE_CODE: literals must be in this set */
    uint32_t wanted_scale;   /* VALUE_DECIMAL: the result is brought to it; more digits are wrong */
    uint32_t wanted_subject; /* VALUE_REFERENCE: to this kind of record, or EXPR_NONE for any */
    /* VALUE_UNSET: the whole may be a field of several answers, a node of type VALUE_UNSET that the
     * caller looks at himself: it has no value to evaluate. */
    bool wants_several;
};

/* Where an error is: byte offset in the source (the loader adds line and column). */
struct expr_error {
    size_t at;
    struct str message; /* what is wrong, and what would be right */
};

struct expr_program {
    LIST(struct expr_node) nodes;
    LIST(char) text;
};

/* Parses and checks source, appending nodes to the program (zeroed before the first use, always
 * with the same arena). *ret_root is the root node. Returns STATUS_INVALID with *reterr_error set,
 * and the program unchanged, when it is wrong. wanted is the type it must have, or VALUE_UNSET for
 * any; a code is accepted where text is wanted, an integer where a decimal is. line and column are
 * where the source begins in its file. */
NODISCARD enum status expr_compile(struct arena *arena, struct str source,
                                   const struct expr_scope *scope, enum value_type wanted,
                                   uint32_t line, uint32_t column, struct expr_program *program,
                                   uint32_t *ret_root, struct expr_error *reterr_error);

/* ---- running ---- */

/* How evaluation reaches records. A subject is an opaque pointer of the host. */
struct expr_host {
    void *context;
    const struct expr_node *nodes; /* the model's table; child indices are relative to it */
    const char *text;              /* the model's expression text pool */
    struct arena *arena;           /* for || */
    struct instant now;
    struct date today;
    const void *actor;                     /* subject, or NULL */
    const void *created;                   /* subject, or NULL */
    const void *bound[EXPR_VARIABLES_MAX]; /* subjects of the scope's variables, or NULL */
    /* The value of a field; of the node's type (decimals at the node's scale), or unset. */
    struct value (*field)(void *context, const void *subject, uint32_t field);
    /* The id of a record or list row, where a subject stands as a value. */
    struct uuid (*identity)(void *context, const void *subject);
    /* The code of a declared non-answer, or the empty text. */
    struct str (*why)(void *context, const void *subject, uint32_t field);
    /* The record a reference field leads to, or NULL when unset. */
    const void *(*follow)(void *context, const void *subject, uint32_t field);
    /* The members of a collection in order; returns the count. */
    size_t (*collect)(void *context, const void *subject, uint32_t collection,
                      const void *const **ret_members);
    /* Root node of a fact's expression (facts are evaluated in place on their subject). */
    uint32_t (*fact)(void *context, uint32_t fact);
};

/* The value of the expression for a subject. Text of literals and codes lies in the model's pool,
 * joined text in host->arena, all else where the host's values lie. Codes written in the expression
 * have version 0: whoever stores one finds the version in force. Always ends: the nodes are a tree
 * and facts that lead to themselves are refused by expr_ends before they run. */
struct value expr_evaluate(const struct expr_host *host, uint32_t root, const void *subject);
/* True only when the value is true; unset counts as not. */
bool expr_is_true(const struct expr_host *host, uint32_t root, const void *subject);

/* ---- reading the nodes: for lowering, load sets, explain ---- */

/* The text or code of a literal, in the pool of its program. */
struct str expr_text(const char *pool, const struct expr_node *node);
struct str expr_op_name(enum expr_op op);  /* "FIELD" */
unsigned expr_arity(enum expr_op op);      /* or EXPR_MANY */
struct str expr_spelling(enum expr_op op); /* as written in source; may be empty */

/* Whether a table of nodes is safe to evaluate, walk and lower: operations, types, slots and text
 * within bounds, trees with children before parents, the right number and kind of children, and no
 * deeper than EXPR_DEPTH_MAX. ids are the caller's to check. *ret_at is the first bad node. */
NODISCARD bool expr_nodes_sound(struct arena *arena, const struct expr_node *nodes, size_t count,
                                size_t text_length, size_t *ret_at);

/* Whether evaluation ends within bounds when facts are followed: facts that lead to themselves, or
 * nest deeper than EXPR_FACTS_MAX, do not. fact gives the root of a fact, as in expr_host. */
#define EXPR_FACTS_MAX 16
NODISCARD bool expr_ends(const struct expr_node *nodes, uint32_t root,
                         uint32_t (*fact)(void *context, uint32_t fact), void *context);

/* Calls visit on every node, parents first. */
void expr_walk(const struct expr_node *nodes, uint32_t root,
               void (*visit)(void *context, uint32_t node), void *context);
/* The expression in plain words for `hearth model explain`, with names given by the host. */
struct expr_words {
    void *context;
    struct str (*field)(void *context, uint32_t field);
    struct str (*collection)(void *context, uint32_t collection);
    struct str (*fact)(void *context, uint32_t fact);
    struct str (*code)(void *context, uint32_t code_set, struct str code);
};
struct str expr_explain(struct arena *arena, const struct expr_node *nodes, const char *text,
                        uint32_t root, const struct expr_words *words);

#endif
