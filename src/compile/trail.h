/* What an object needs in memory, as a tree of steps from the record it is about, found by tracing
 * its expressions. "Not loaded" must never look like "unset", so every path that evaluation may
 * take becomes a step. */
#ifndef HEARTH_COMPILE_TRAIL_H
#define HEARTH_COMPILE_TRAIL_H

#include "compile/resolve.h"

/* A record or row, as seen from the subject: the number of the step that leads there, or one of
 * these. Records that effects make count down from AT_CREATED. */
#define AT_SUBJECT MODEL_NONE       /* the record itself */
#define AT_NOWHERE (MODEL_NONE - 1) /* there anyway (the actor), or never set */
#define AT_CREATED (MODEL_NONE - 2)
#define TRAIL_CREATED_MAX 64u

/* A record made by an effect: where the references lead that the effect sets. */
struct trail_made {
    struct {
        uint32_t field, at;
    } set[32];
    size_t count;
};

struct trail {
    struct build *build;
    LIST(struct model_load_step) steps; /* parents are numbers within the list, or AT_SUBJECT */
    LIST(struct trail_made) made;
    LIST(uint64_t) visited; /* objects whose needs are in the tree: see trail_visit */
    bool daily;             /* something depends on the day */
};

/* Where the names of an expression are. */
struct trail_scope {
    uint32_t this_at;
    uint32_t created_at;
    uint32_t slots[EXPR_VARIABLES_MAX];
};

struct trail_scope trail_scope_at(uint32_t this_at);
void trail_init(struct trail *trail, struct build *build);

/* Adds what evaluating the expression needs; MODEL_NONE is no expression. */
void trail_trace(struct trail *trail, const struct trail_scope *scope, uint32_t root);
/* Where the record is that the value of an expression names, when it is a path. */
uint32_t trail_target(struct trail *trail, const struct trail_scope *scope, uint32_t root);
uint32_t trail_follow(struct trail *trail, uint32_t from, uint32_t field);
uint32_t trail_collect(struct trail *trail, uint32_t from, uint32_t collection);
/* The record a row belongs to; records themselves. */
uint32_t trail_record(struct trail *trail, uint32_t at);
/* A record that an effect makes. */
uint32_t trail_make(struct trail *trail);
void trail_set(struct trail *trail, uint32_t made, uint32_t field, uint32_t at);
/* False when this object was already traced at that place. */
bool trail_visit(struct trail *trail, enum model_table table, uint32_t row, uint32_t at);

/* Writes the steps, depth first, into the range of load_step at the cell. */
void trail_write(struct trail *trail, struct cell first);

#endif
