/* Backups of a data folder, made while the server writes, and restoring them.
 *
 * A backup is a folder of copies with a manifest that names each with its size and digest; the
 * manifest is written last, so a backup that was cut off has none:
 *
 *   hearth backup 1
 *   moment 1795634400000                  what was acknowledged before is in the backup
 *   file DIGEST SIZE hearth.db            BLAKE2b-256 in hex; of records on a server records.dump
 *   ...
 *   end DIGEST                            of all lines before
 *
 * Copied in this order, so that the whole fits: checkpoints.log (speaks of blocks that are there),
 * the main database, then what it leads to and what is only added to: attachments, access log,
 * images, public keys. Secret keys are in a backup only when they are asked for. */
#ifndef HEARTH_STORE_BACKUP_H
#define HEARTH_STORE_BACKUP_H

#include "base/status.h"
#include "time/civil.h"

struct backup_progress {
    void (*fn)(void *context, struct str name, int64_t done,
               int64_t total); /* pages; may be NULL */
    void *context;
};
struct backup_order {
    struct str data;
    struct str to; /* a folder that is not there yet, in one that is */
    bool secret_keys;
    struct instant moment; /* now */
    struct backup_progress progress;
};
struct backup_sums {
    uint64_t files, bytes;
};
/* STATUS_REFUSED: to exists, or data is no data folder. Not OK: what there is of the backup has no
 * manifest and may be removed. */
NODISCARD enum status backup_make(const struct backup_order *order, struct outcome *outcome,
                                  struct backup_sums *ret_sums);

struct restore_order {
    struct str backup;
    struct str data;   /* a folder that is not there yet, in one that is */
    struct str keys;   /* a folder with the secret keys; empty: those of the backup, if any */
    struct str server; /* of records that were on one: an empty database (see store_options) */
};
struct restore_sums {
    uint64_t files, bytes;
    struct instant moment;
    bool secret_keys; /* they are there now: the store can be opened */
};
/* All or nothing: it is put together beside data and takes its name at the end. STATUS_REFUSED,
 * with the reason: data exists; the backup is incomplete, damaged, of another version, or names
 * what is not Hearth's. */
NODISCARD enum status restore_run(const struct restore_order *order, struct outcome *outcome,
                                  struct restore_sums *ret_sums);

#endif
