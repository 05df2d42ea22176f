/* The files of the PostgreSQL driver share this; no one else includes it.
 *
 *   db_postgres.c            connecting, what its errors mean, transactions, scripts
 *   db_postgres_statement.c  statements: prepared, bound, run, read
 *   db_postgres_value.c      values as the server's binary format has them
 *   db_postgres_address.c    what names a database, and what of it may be shown
 *   db_postgres_copy.c       a whole database in a file, and back */
#ifndef HEARTH_DB_DB_POSTGRES_H
#define HEARTH_DB_DB_POSTGRES_H

#include <libpq-fe.h>
#include <pthread.h>

#include "db/db_driver.h"

struct postgres {
    struct db *db;
    PGconn *server; /* NULL before the first connection */
    char *where;    /* as the options had it */
    char schema[64];
    enum db_sync sync;
    unsigned busy_ms;
    size_t value_limit; /* bytes */
    uint64_t life;      /* connections made so far: what was prepared in another is not there */
    uint64_t names;     /* given to statements so far */
    int64_t changes;    /* rows written by the statement that ended last */
    /* db_interrupt comes from another thread: it gets at the way to cancel under the lock, and not
     * at all while a commit is on its way, whose wait for a standby it would cut off. */
    pthread_mutex_t lock;
    PGcancel *cancel;
    bool committing;
};

/* ---- db_postgres.c ---- */

/* Records what the server, or the lack of one, answered with. label: what was being done. Of a
 * message no more is kept than what can hold no value. */
enum status postgres_fail(struct postgres *self, const PGresult *result, struct str label);
/* Makes the connection anew when it is lost and nothing is open on it. */
enum status postgres_connected(struct postgres *self);

/* ---- db_postgres_statement.c ---- */

enum status postgres_prepare(struct db *db, struct db_prepared *prepared);
void postgres_unprepare(struct db_prepared *prepared);
enum status postgres_bind(struct db *db, struct db_prepared *prepared, unsigned at,
                          const struct db_value *value);
enum status postgres_step(struct db *db, struct db_prepared *prepared, bool *ret_row);
void postgres_reset(struct db_prepared *prepared);
unsigned postgres_columns(const struct db_prepared *prepared);
struct db_value postgres_column(const struct db_prepared *prepared, unsigned at);

/* ---- db_postgres_value.c ---- */

#define POSTGRES_SMALL 16 /* bytes of the largest value of a fixed size */

/* The value as a parameter of the server's type: bytes in small, or those of the value itself.
 * False when it is of another type or beyond its range. Not for DB_NULL. */
bool postgres_encode(Oid type, const struct db_value *value, char small[POSTGRES_SMALL],
                     struct str *ret_bytes);
/* A column of the server's type; DB_OTHER for a type that Hearth does not use. */
struct db_value postgres_decode(Oid type, struct str bytes);

#endif
