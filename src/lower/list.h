/* Lists of records as one statement: which of an entity, as far as somebody may read, in what
 * order, from where on. */
#ifndef HEARTH_LOWER_LIST_H
#define HEARTH_LOWER_LIST_H

#include "lower/expression.h"
#include "lower/schema.h"

/* How expressions reach the model's tables; must outlive the host. */
struct lower_model {
    const struct schema *schema;
};
struct lower_host lower_model_host(struct lower_model *model);

/* An audience of whoever asks. */
struct list_audience {
    int64_t id;
    enum model_scope scope;
    struct uuid agency; /* of a role held there: whose records scope own_agency means */
};

struct list_query {
    uint32_t entity;
    uint32_t where;   /* expression, or MODEL_NONE */
    uint32_t order;   /* expression, or MODEL_NONE: the newest first, or by ... */
    struct str clock; /* ... the first due time of this one while it runs; empty: none */
    bool descending;
    uint32_t reference;    /* only those whose field, or rows' field, ... */
    const struct uuid *to; /* ... leads to one of these; MODEL_NONE: all */
    size_t to_count;
    bool everything; /* whoever asks may read all; else what these audiences may: */
    const struct list_audience *audiences;
    size_t audience_count;
    const struct uuid *barred; /* not these, nor what belongs to these */
    size_t barred_count;
    struct uuid after; /* the last record of the page before, or nil */
    uint32_t limit;
    bool in_error; /* those entered in error, instead of those that stand */
    bool withheld; /* those that are sealed, too */
};

/* SELECT of the ids. What is bound is in the statement's parameters. STATUS_INVALID when an
 * expression has no SQL. */
NODISCARD enum status lower_list(struct lower_statement *statement, const struct schema *schema,
                                 const struct list_query *query, struct str *ret_sql,
                                 struct lower_error *reterr_error);

#endif
