/* Where the databases of a store are: files of its folder, or, where the options name a server,
 * schemas of one database of PostgreSQL. Each has its own tables and version:
 *
 *     "hearth"           DIR/hearth.db           schema hearth
 *     "attachments"      DIR/attachments.db      schema attachments
 *     "access-2026-11"   DIR/access-2026-11.db   schema access_2026_11, one for each month
 *
 * Keys, models and checkpoints are in the folder either way. Only these files know which it is. */
#ifndef HEARTH_STORE_HOME_H
#define HEARTH_STORE_HOME_H

#include "store/store_int.h"

#define MAIN_DATABASE STR("hearth")
#define ATTACHMENTS_DATABASE STR("attachments")

/* The server that the options name, or else the folder (server.txt); empty: the records are in the
 * folder. In the arena of the options or of the outcome. */
NODISCARD enum status home_server(const struct store_options *options, struct outcome *outcome,
                                  struct str *ret_server);
/* Whether there are tables already. Of the store only the options are used. */
NODISCARD enum status home_has_records(const struct store *store, struct outcome *outcome,
                                       bool *ret_has);
/* Refuses a database that has been worked with from another folder, whose keys are not in this one,
 * and an empty one for a folder that has worked with another. */
NODISCARD enum status home_open(struct store *store, struct outcome *outcome);
/* From now on the folder is one that has been worked with, and names its server. */
NODISCARD enum status home_settle(struct store *store, struct outcome *outcome);

/* Opens one of the databases. Of the options path is filled in here. */
NODISCARD enum status home_connect(const struct store *store, struct str name,
                                   struct db_options options, struct outcome *outcome,
                                   struct db **ret_db);
/* The months of the access log that there are ("access-2026-11"), the oldest first. In the
 * outcome's arena. */
NODISCARD enum status home_months(const struct store *store, struct outcome *outcome,
                                  struct str **ret_months, size_t *ret_count);
/* The databases of a folder whose records are on a server, as one snapshot in a new file; and back
 * into an empty database of a server, which the folder then names. */
NODISCARD enum status home_dump(struct str server, struct str path, struct outcome *outcome);
NODISCARD enum status home_restore(struct str directory, struct str server, struct str path,
                                   struct outcome *outcome);
/* Whether this is the server that does what one does for all that work with the database: the first
 * to ask, until it closes or loses its connection. By one thread at a time. */
NODISCARD enum status home_leads(struct store *store, struct outcome *outcome, bool *ret_leads);
void home_close(struct store *store);
/* Whether other servers may work with the database, too. */
bool home_is_shared(const struct store *store);
/* The SQL that this store's databases take. */
enum dialect home_dialect(const struct store *store);

#endif
