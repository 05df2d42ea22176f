/* The statements of the kernel, by name: the files of sql/ compiled into the program (see
 * sql/README.md). A target whose sources include this adds sql_names to them in its meson.build. */
#ifndef HEARTH_DB_NAMED_H
#define HEARTH_DB_NAMED_H

#include "db/db.h"
#include "db/sql_names.h" /* generated: enum sql_name */

struct sql_named {
    struct str name;
    struct str text;
    struct str postgres; /* what PostgreSQL is given instead; empty: the same */
    struct str place;    /* "kernel.sql:12" */
    bool script;         /* several statements, for db_named_script */
};

/* One for each name; the enum counts them in SQL__COUNT. */
extern const struct sql_named sql_named[SQL__COUNT];

/* As the database is given it. */
struct str sql_text_for(const struct sql_named *named, enum db_dialect dialect);

/* db_prepare for a statement of sql/; messages call it by its name. */
NODISCARD enum status db_named(struct db *db, enum sql_name name, struct arena *arena,
                               struct db_statement **ret_statement);
/* db_script for a script of sql/. */
NODISCARD enum status db_named_script(struct db *db, enum sql_name name);

#endif
