/* The model while it is being compiled: growing tables of the same rows the image will have, with
 * where each row was written, the pool of texts, and the names declared at the top of the model.
 * Everything lives in the arena of the compile. */
#ifndef HEARTH_COMPILE_BUILD_H
#define HEARTH_COMPILE_BUILD_H

#include "base/map.h"
#include "compile/yaml_tree.h"
#include "model/model.h"

/* Where a row was written. */
struct origin {
    const struct yaml *node; /* its declaration, or NULL when the linker made the row */
    struct place place;      /* of its name, or of the declaration */
};

struct rows {
    void *items;
    struct origin *origins;
    uint32_t count, room;
};

/* One number of one row. */
struct cell {
    enum model_table table;
    uint32_t row, column;
};

/* A record that a name stands for in expressions: "c" of "each: c in children". Its place in the
 * context is its slot; a slot without name is kept free. */
struct variable {
    struct str name;
    uint32_t subject;    /* what kind of record it is, as expr knows it; or MODEL_NONE, and ... */
    bool is_member;      /* ... it is a member ... */
    struct cell members; /* ... of the list or collection that this cell will hold */
};

#define CONTEXT_VARIABLES 4

/* What names mean at a place: whose fields, who acts, which variables. */
struct context {
    uint32_t entity;     /* whose record, or MODEL_NONE */
    uint32_t list;       /* a row of that list of it, or MODEL_NONE */
    uint32_t transition; /* the one being read, or MODEL_NONE */
    uint32_t created;    /* entity of the record an earlier effect made, or MODEL_NONE */
    bool actor;          /* somebody acts here */
    bool
        about_members; /* names are those of the members that the next cell will hold: a list ... */
    struct cell members; /* ... or a collection */
    struct variable variables[CONTEXT_VARIABLES];
    size_t variable_count;
};

struct build;

/* Something to be resolved once all names are known. */
struct pending {
    void (*resolve)(struct build *build, const struct pending *pending);
    struct cell cell; /* gets the result */
    const struct yaml *node;
    size_t from, to; /* the part of the node's text */
    struct context context;
    uint32_t detail; /* meaning by resolve */
};

/* A row that will hold what another one does: overlay.h. */
struct row_copy {
    enum model_table table;
    uint32_t from, to;
};

struct build {
    struct arena *arena;
    struct messages *messages;
    struct messages *findings; /* what is right, and should be looked at */
    struct rows rows[MODEL_TABLE__ROWS];
    struct map names[MODEL_TABLE__ROWS]; /* of what is declared at the top: name -> uint32_t * */
    struct map traits;                   /* name -> const struct yaml_pair * */
    struct map texts;                    /* text -> uint32_t * position in the pool */
    struct buf text_pool;
    struct expr_program program;
    LIST(struct zone_transition) zone_transitions;
    LIST(int32_t) holidays;
    struct context context;         /* of what is being read */
    LIST(struct pending) names_due; /* in the order in which they are resolved: names, ... */
    LIST(struct pending) exprs_due; /* ... then expressions */
    uint32_t overlay; /* whose file is being read or resolved; MODEL_NONE: the base's */
    LIST(const struct yaml *) overlay_files;
    LIST(struct row_copy) copies;
};

void build_init(struct build *build, struct arena *arena, struct messages *messages,
                struct messages *findings);

/* Appends a row: references and expressions none, the rest 0. */
uint32_t build_push(struct build *build, enum model_table table, const struct yaml *node,
                    struct place place);
/* Valid until the next push to that table. */
void *build_row(struct build *build, enum model_table table, uint32_t row);
#define TABLE_BEGIN(table)                                                                         \
    static inline struct model_##table *table##_at(struct build *build, uint32_t row)              \
    {                                                                                              \
        return build_row(build, MODEL_TABLE_##table, row);                                         \
    }
#include "model/tables.def"
uint32_t build_count(const struct build *build, enum model_table table);
const struct origin *build_origin(const struct build *build, enum model_table table, uint32_t row);
uint32_t *build_cell(struct build *build, struct cell cell);

/* The number of a column within its row. */
#define COLUMN_OF(table, column)                                                                   \
    ((uint32_t)(offsetof(struct model_##table, column) / sizeof(uint32_t)))
#define CELL(table, row, column)                                                                   \
    ((struct cell){MODEL_TABLE_##table, (row), COLUMN_OF(table, column)})

/* The position of a text in the pool, the same for equal texts. */
uint32_t build_intern(struct build *build, struct str text);
struct str build_text(const struct build *build, uint32_t text);

/* Names declared at the top. MODEL_NONE when there is none. */
uint32_t build_find(const struct build *build, enum model_table table, struct str name);
/* "; did you mean 'person'?" among the names of a table, or nothing. */
struct str build_suggest(const struct build *build, enum model_table table, struct str name);
/* Of rows of a table whose first column is their name: the one in the range with that name. */
uint32_t build_find_in(struct build *build, enum model_table table, uint32_t first, uint32_t count,
                       struct str name);
struct str build_suggest_in(struct build *build, enum model_table table, uint32_t first,
                            uint32_t count, struct str name);
/* The name of such a row: its first column. */
struct str build_name(struct build *build, enum model_table table, uint32_t row);

/* A context about the records of an entity (or rows of a list of it), without actor or variables.
 */
struct context context_of(uint32_t entity, uint32_t list);
/* Kinds of records as expr carries them. */
uint32_t subject_of(uint32_t entity, uint32_t list);

/* Names: lower case, a-z0-9_, start with a letter, at most 48. Says so otherwise. */
bool build_check_name(struct build *build, struct str name, struct place place);

#endif
