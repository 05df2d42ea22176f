/* The store's files beside its databases (the model's images, checkpoints, backups): written so
 * that a loss of power leaves each whole or as it was before, and so that its name is there when
 * the call has returned. Paths are those of the program's own folders; what fails is told with the
 * path and the system's reason: STATUS_NO_SPACE when the disk is full, STATUS_NOT_FOUND when there
 * is none. */
#ifndef HEARTH_STORE_FILES_H
#define HEARTH_STORE_FILES_H

#include <stdint.h>

#include "base/status.h"

/* Makes a folder, mode 0700, unless it is there. */
NODISCARD enum status folder_make(struct outcome *outcome, struct str path);
/* The names in a folder are on the disk. */
NODISCARD enum status folder_sync(struct outcome *outcome, struct str path);
/* A file with these bytes, mode 0600, in the place of what may be there. */
NODISCARD enum status file_replace(struct outcome *outcome, struct str path, struct str bytes);
/* Lines behind those that are there; the file is made when it is missing. One that a crash cut off
 * stays a line of its own. */
NODISCARD enum status file_append_lines(struct outcome *outcome, struct str path, struct str lines);
/* The whole file, in the outcome's arena; STATUS_TOO_LARGE when it has more than so many bytes. */
NODISCARD enum status file_read(struct outcome *outcome, struct str path, size_t most,
                                struct str *ret_bytes);
/* A secret of exactly so many bytes in a file of mode 0600 that is no symbolic link; ret_there:
 * whether it is there. */
NODISCARD enum status file_read_secret(struct outcome *outcome, struct str path,
                                       unsigned char *ret_bytes, size_t size, bool *ret_there);
/* STATUS_NOT_FOUND, for a key without which nothing goes on. */
enum status file_missing(struct outcome *outcome, struct str path);
/* A copy in a file that was not there, synced; its size and the BLAKE2b-256 of its bytes. A
 * symbolic link is no file. */
#define FILE_DIGEST_SIZE 32
struct file_facts {
    uint64_t size;
    unsigned char digest[FILE_DIGEST_SIZE];
};
NODISCARD enum status file_copy(struct outcome *outcome, struct str from, struct str to,
                                struct file_facts *ret_facts);
NODISCARD enum status file_facts(struct outcome *outcome, struct str path,
                                 struct file_facts *ret_facts);
/* Makes to, which is a beginning of from (or missing), as long as from is. STATUS_REFUSED when it
 * is no beginning of it: then one of them was changed, and neither is touched. */
NODISCARD enum status file_follow(struct outcome *outcome, struct str from, struct str to);
/* What failed just now, by errno. */
enum status file_fault(struct outcome *outcome, struct str path, struct str what);

#endif
