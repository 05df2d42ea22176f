/* Expressions as SQL: the same nodes that the core evaluates, for lists and counts. Values are
 * always bound. Records behind references become scalar subqueries by key, collections correlated
 * subqueries, facts stand in place. The property test holds the result against the core on both
 * databases.
 *
 * What has no SQL is refused with a reason: created (there is no effect in a list), fields that
 * the host cannot name (sealed ones, attachments). */
#ifndef HEARTH_LOWER_EXPRESSION_H
#define HEARTH_LOWER_EXPRESSION_H

#include "base/status.h"
#include "lower/dialect.h"

/* What is bound at a placeholder: literals when the statement is prepared, the rest when it runs.
 */
enum lower_parameter_kind {
    PARAMETER_VALUE,
    PARAMETER_NOW,
    PARAMETER_TODAY,
    PARAMETER_ACTOR, /* the id of the acting worker, or NULL */
};

struct lower_parameter {
    enum lower_parameter_kind kind;
    struct value value; /* of PARAMETER_VALUE */
};

/* One SQL statement in the making: several expressions share its placeholders. parameters[n] is
 * bound at ?(n + 1). Start with arena and dialect, the rest zero. */
struct lower_statement {
    struct arena *arena;
    enum dialect dialect;
    LIST(struct lower_parameter) parameters;
    unsigned names; /* taken so far: n1, n2, ... */
};

/* SQL of one more bound value, for the caller's own parts of the statement. */
struct str lower_bind(struct lower_statement *statement, struct value value);
/* SQL of what is bound when the statement runs; each kind has one placeholder. type is
 * VALUE_DATETIME for now, VALUE_DATE for today, VALUE_REFERENCE for the actor. */
struct str lower_bind_later(struct lower_statement *statement, enum lower_parameter_kind kind);
/* A name that nothing else in the statement has. */
struct str lower_name(struct lower_statement *statement);

/* Which column of a field. */
enum lower_part {
    PART_VALUE,
    PART_LOCAL, /* of a datetime: the local date it was stored under */
    PART_WHY,   /* the code of a non-answer; the empty text when the field allows none */
};

/* Members of a collection in a subquery. */
struct lower_members {
    struct str from;      /* "allegation n3" */
    struct str condition; /* which of them belong to the owner: "n3.report_id = t.id" */
    struct str order;     /* the core's order: "n3.position, n3.id" */
};

/* How expressions reach tables. alias is the name under which a record's table stands in the
 * query; SQL is made in the arena of the statement. */
struct lower_host {
    void *context;
    const struct expr_node *nodes;
    const char *text;
    /* "t.received_at"; the empty text when this field cannot be read by SQL. */
    struct str (*column)(void *context, struct arena *arena, uint32_t field, enum lower_part part,
                         struct str alias);
    /* The table of a kind of record (as the scope named kinds): "person n1", and its key: "n1.id".
     */
    struct str (*table)(void *context, struct arena *arena, uint32_t kind, struct str alias);
    struct str (*key)(void *context, struct arena *arena, uint32_t kind, struct str alias);
    /* owner is SQL of the owner's key. */
    struct lower_members (*members)(void *context, struct arena *arena, uint32_t collection,
                                    struct str owner, struct str alias);
    uint32_t (*fact)(void *context, uint32_t fact); /* root of a fact's expression */
    struct str bound[EXPR_VARIABLES_MAX]; /* aliases of variables from outside; empty: none */
};

struct lower_error {
    uint32_t line, column; /* where the part was written */
    struct str message;
};

#define LOWER_SQL_MAX ((size_t)64 * 1024) /* of one expression */
#define LOWER_NESTING_MAX 80              /* dialect_nesting; the rest is for the statement */

/* The SQL of the expression for the record at alias, complete in itself (bracketed where needed).
 * STATUS_INVALID with *reterr_error set when it has none. */
NODISCARD enum status lower_expression(struct lower_statement *statement,
                                       const struct lower_host *host, uint32_t root,
                                       struct str alias, struct str *ret_sql,
                                       struct lower_error *reterr_error);

#endif
