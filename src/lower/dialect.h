/* Where the databases differ in expressions: bound values, and the operations that one of them has
 * not, or has with another meaning. Everything else is the same SQL for both.
 *
 * How values lie in columns, are bound and are read:
 *                             SQLite           PostgreSQL
 *   boolean                   INTEGER 0 or 1   boolean
 *   integer, decimal scaled   INTEGER          bigint
 *   text, code                TEXT             text COLLATE "C"
 *   date: day number          INTEGER          bigint
 *   datetime: ms, and its
 *   local date beside it      INTEGER          bigint
 *   reference                 BLOB, 16 bytes   uuid
 * Placeholders are ?1, ?2, ... in both; the driver for PostgreSQL writes $1 for ?1. */
#ifndef HEARTH_LOWER_DIALECT_H
#define HEARTH_LOWER_DIALECT_H

#include "base/arena.h"
#include "expr/expr.h"

enum dialect { DIALECT_SQLITE, DIALECT_POSTGRES, DIALECT__COUNT };

/* SQL of nothing of a type: "NULL", "CAST(NULL AS bigint)". */
struct str dialect_null(struct arena *arena, enum dialect dialect, enum value_type type);
/* SQL of the value bound at a placeholder: "?3", "?3::bigint". */
struct str dialect_bound(struct arena *arena, enum dialect dialect, enum value_type type,
                         unsigned at);
/* SQL of a text where it is put in order: by bytes. */
struct str dialect_by_bytes(struct arena *arena, enum dialect dialect, struct str sql);

/* SQL of an operation with a fixed number of operands; empty when it has no such form. %1 %2 %3 are
 * the operands, each mentioned once (they may be long), each %n is a name that nothing else has. */
struct str dialect_operation(enum dialect dialect, enum expr_op op);

/* How much of the database's parser stack an expression takes, never less than it does. SQLite has
 * a hundred places for a whole statement; PostgreSQL as many as one wants, which counts as 0. */
unsigned dialect_nesting(enum dialect dialect, struct str sql);

/* Functions that dialect_operation calls and the database must be given when a connection opens
 * (SQLite; PostgreSQL needs none). Any argument NULL, or a result of false, is NULL. */
#define DIALECT_PARAMETERS 2
struct dialect_function {
    struct str name;
    bool (*call)(int64_t a, int64_t b, int64_t *ret_result);
};
/* The functions of a dialect; returns their count. */
size_t dialect_functions(enum dialect dialect, const struct dialect_function **ret_functions);

#endif
