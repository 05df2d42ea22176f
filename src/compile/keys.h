/* Reading a declaration: a mapping whose keys are listed in a static table. Each key says which
 * column it fills and how its value is read, so that the tables are the grammar of the language and
 * an unknown key is answered with the nearest one that exists. */
#ifndef HEARTH_COMPILE_KEYS_H
#define HEARTH_COMPILE_KEYS_H

#include "compile/build.h"

struct key;

/* Reads a value into the cell, or does what the key means; adds messages when it is wrong. */
typedef void key_reader(struct build *build, const struct yaml *value, const struct key *key,
                        struct cell cell);

enum key_need { KEY_OPTIONAL, KEY_NEEDED };

struct key {
    const char *name;
    key_reader *read; /* NULL: whoever reads the mapping looks it up by itself */
    uint32_t column;  /* number of the column; 0 when the reader does not use it */
    uint32_t detail;  /* meaning by the reader */
    enum key_need need;
};

/* Rows of a static table of keys: what is read into a column, what its reader puts elsewhere, and
 * what whoever reads the mapping looks up by itself. */
#define OPTION(name, read, table, column, detail)                                                  \
    {                                                                                              \
        name, read, COLUMN_OF(table, column), detail, KEY_OPTIONAL                                 \
    }
#define NEEDED(name, read, table, column, detail)                                                  \
    {                                                                                              \
        name, read, COLUMN_OF(table, column), detail, KEY_NEEDED                                   \
    }
#define OPTION_BY(name, read, detail)                                                              \
    {                                                                                              \
        name, read, 0, detail, KEY_OPTIONAL                                                        \
    }
#define NEEDED_BY(name, read, detail)                                                              \
    {                                                                                              \
        name, read, 0, detail, KEY_NEEDED                                                          \
    }
#define OPTION_ELSEWHERE(name)                                                                     \
    {                                                                                              \
        name, NULL, 0, 0, KEY_OPTIONAL                                                             \
    }
#define NEEDED_ELSEWHERE(name)                                                                     \
    {                                                                                              \
        name, NULL, 0, 0, KEY_NEEDED                                                               \
    }

/* A mapping read into a row: the keys in the order of the table, whatever the order in the file. */
void keys_read(struct build *build, const struct yaml *node, const struct key *keys, size_t count,
               struct cell row, struct str what);
#define KEYS_READ(build, node, keys, cell, what)                                                   \
    keys_read((build), (node), (keys), ARRAY_LENGTH(keys), (cell), (what))

/* A key that only some kinds of a thing have; kinds and needed are sets of 1 << kind. */
struct particular {
    const char *key;
    uint32_t kinds;  /* that may have it */
    uint32_t needed; /* that must have it */
};
/* what: "a code field". */
void particular_check(struct build *build, const struct yaml *node,
                      const struct particular *particular, size_t count, uint32_t kind,
                      struct str what);

/* Whether a node is what is wanted; says so otherwise. what: "the fields of an entity". */
bool want_map(struct build *build, const struct yaml *node, struct str what);
bool want_list(struct build *build, const struct yaml *node, struct str what);
bool want_text(struct build *build, const struct yaml *node, struct str what);

/* Readers of values. */
key_reader read_text;   /* any text but an empty one */
key_reader read_flag;   /* yes or no */
key_reader read_number; /* a whole number of 32 bits */
key_reader read_day;    /* an ISO date as a day number */
key_reader read_word;   /* detail: enum model_set */
key_reader read_top;    /* a name declared at the top; detail: enum model_table */
key_reader read_nested; /* a name within the context; detail: enum model_table; resolved later */
key_reader read_expression; /* detail: WANT bits; resolved later */

/* Types an expression may have. */
#define WANT(type) (1u << (type))
#define WANT_CONDITION WANT(VALUE_BOOLEAN)
#define WANT_TEXT WANT(VALUE_TEXT)
#define WANT_MOMENT (WANT(VALUE_DATE) | WANT(VALUE_DATETIME))
#define WANT_REFERENCE WANT(VALUE_REFERENCE)
#define WANT_ANY ((1u << VALUE__COUNT) - 1)
#define WANT_FIELD                                                                                 \
    (1u << VALUE__COUNT) /* that of the field: of the row of the cell, or of an assignment */

/* Resolvers of what is due later; see resolve.c and scope.c. */
void resolve_nested(struct build *build, const struct pending *pending);
void resolve_members(struct build *build, const struct pending *pending);
void resolve_requirement(struct build *build, const struct pending *pending);
void resolve_assigned(struct build *build, const struct pending *pending); /* detail: effect */
void resolve_done(struct build *build, const struct pending *pending);     /* detail: effect */
void resolve_link(struct build *build, const struct pending *pending);     /* detail: effect */
void resolve_before(struct build *build, const struct pending *pending);
void resolve_column(struct build *build, const struct pending *pending);
void resolve_scheme_code(struct build *build, const struct pending *pending); /* detail: code set */
void resolve_expression(struct build *build, const struct pending *pending);

#define WANT_WORKER (1u << (VALUE__COUNT + 1)) /* a reference to a worker */

/* Puts an expression, a part of a scalar, on the list of those to be compiled in this context. */
void expression_later(struct build *build, const struct yaml *node, size_t from, size_t to,
                      uint32_t want, struct cell cell);
/* Puts something on the list of names to be resolved in this context. */
void name_later(struct build *build,
                void (*resolve)(struct build *build, const struct pending *pending),
                const struct yaml *node, uint32_t detail, struct cell cell);
/* Such a list item's text and where it stands. */
struct str pending_text(const struct pending *pending);
struct place pending_place(const struct pending *pending);

/* "v in PATH.collection where CONDITION": binds v in the context. The cells get the reference path
 * (may be absent: then a path is refused), the collection and the condition. */
struct each_cells {
    struct cell
        of; /* expression of the path before the collection; table MODEL_TABLE__COUNT: none */
    struct cell members; /* collection */
    struct cell where;   /* condition */
};
bool read_each(struct build *build, const struct yaml *value, struct each_cells cells);
/* The same with the variable in that slot; those before it that are not bound have no name. */
bool read_each_at(struct build *build, const struct yaml *value, size_t slot,
                  struct each_cells cells);

/* Declares the entries of a section: a row for each name, found later by build_find. */
void declare_section(struct build *build, const struct yaml *section, enum model_table table,
                     struct str what);
void declare_entry(struct build *build, const struct yaml_pair *pair, enum model_table table);
/* What people call a row of the table in messages: "entity", "code table". */
struct str table_words(enum model_table table);
/* A message part: "'x'". */
struct str quoted(struct build *build, struct str name);

#endif
