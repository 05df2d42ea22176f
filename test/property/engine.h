/* A database that answers queries: SQLite in memory, or the PostgreSQL server that the environment
 * names. Answers are text, the same for both: t and f, numbers, text, identifiers. Anything that
 * should work and does not ends the test. */
#ifndef HEARTH_TEST_ENGINE_H
#define HEARTH_TEST_ENGINE_H

#include "base/arena.h"
#include "lower/dialect.h"

struct engine;

/* One cell; text.p is NULL when it is null. */
struct answers {
    struct str *cells; /* row after row */
    size_t rows, columns;
};

struct engine *engine_sqlite(struct arena *arena);
struct engine *engine_postgres(struct arena *arena);
void engine_close(struct engine *engine);
enum dialect engine_dialect(const struct engine *engine);

/* values are bound at ?1, ?2, ...; types are those of the columns. False when the database refuses:
 * then *ret_message says why. */
NODISCARD bool engine_query(struct engine *engine, struct arena *arena, struct str sql,
                            const struct value *values, size_t value_count,
                            const enum value_type *types, size_t columns,
                            struct answers *ret_answers, struct str *ret_message);
/* What a value looks like as an answer. */
struct str engine_text(struct arena *arena, struct value value);

#endif
