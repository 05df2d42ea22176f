/* For tests: a scripted connection instead of a database, and failures on demand on any connection.
 *
 * The script says, in order, what must arrive and what comes back. Transaction control is part of
 * it, by these texts: "BEGIN READ", "BEGIN WRITE", "COMMIT", "ROLLBACK", "SAVEPOINT 2",
 * "RELEASE 2", "ROLLBACK TO 2" (the number is the depth). The first thing that does not fit fails
 * with DB_MISUSE, and so does all that follows. */
#ifndef HEARTH_DB_DB_FAKE_H
#define HEARTH_DB_DB_FAKE_H

#include "db/db.h"

struct db_fake_step {
    const char *sql;              /* as it must arrive; runs of blanks count as one */
    const struct db_value *bound; /* bound_count values, or NULL when they do not matter */
    size_t bound_count;           /* all placeholders of the statement */
    const struct db_value *rows;  /* row_count times columns values */
    unsigned columns;             /* of each row */
    size_t row_count;             /* rows that come back */
    int64_t changes;              /* rows said to be written */
    enum db_cause fails;          /* after the rows, this instead of the end */
    const char *constraint;       /* with fails; may be NULL */
    bool transaction_lost;        /* with fails: the whole transaction is rolled back */
};

/* Opens a connection that follows the script. The script must outlive it. Dialect is SQLite's. */
NODISCARD enum status db_open_fake(const struct db_fake_step *script, size_t steps,
                                   enum db_role role, struct db **ret_db);
/* Empty when everything in the script has come and nothing else; otherwise what was wrong first.
 * Belongs to the connection. */
struct str db_fake_complaint(struct db *db);

/* On a connection of any driver: the given operation from now on, counted from 1, fails with this
 * cause before the database sees it. 0 is never. Operations are begin, savepoint, release, commit,
 * each step to a row or the end, a script and each kind of upkeep; a rollback is none. */
void db_fail_at(struct db *db, uint64_t operation, enum db_cause cause);
/* Operations since db_fail_at, so that a test can fail each of them in turn. */
uint64_t db_operations(const struct db *db);

#endif
