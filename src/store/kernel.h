/* The kernel's own tables (sql/) in numbered steps, each run once: a new file runs all of them, an
 * older one those that it lacks, so both come out the same. A step that was released never changes.
 * How to add one: sql/README.md. */
#ifndef HEARTH_STORE_KERNEL_H
#define HEARTH_STORE_KERNEL_H

#include "base/buf.h"
#include "db/named.h"

/* Several scripts may be of one version; in order. */
struct kernel_step {
    int64_t version;
    const struct sql_named *script;
};

/* The steps of one kind of file; the version of the last is what the program knows. */
struct kernel_steps {
    const struct kernel_step *steps;
    size_t count;
};

extern const struct kernel_steps kernel_records;     /* hearth.db */
extern const struct kernel_steps kernel_attachments; /* attachments.db */
extern const struct kernel_steps kernel_access_log;  /* access-2026-11.db */

int64_t kernel_newest(const struct kernel_steps *kernel);
/* The version of a file's tables. 0: none yet, or made before versions were kept; the steps of
 * version 1 may run over what is there. Outside or inside a scope. */
NODISCARD enum status kernel_version(struct db *db, struct arena *arena, int64_t *ret_version);
/* Runs what the file lacks, in the scope of DB_WRITE that is open; plan (or NULL) gets its SQL.
 * STATUS_REFUSED, and nothing done, when a newer program made the file. */
NODISCARD enum status kernel_migrate(struct db *db, const struct kernel_steps *kernel,
                                     struct arena *arena, struct buf *plan,
                                     struct outcome *outcome);
/* The same in a scope of its own: for files that are opened alone. A fault of the database is told
 * in the outcome too. */
NODISCARD enum status kernel_make(struct db *db, const struct kernel_steps *kernel,
                                  struct arena *arena, struct outcome *outcome);

#endif
