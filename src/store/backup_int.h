/* What making and restoring backups share. */
#ifndef HEARTH_STORE_BACKUP_INT_H
#define HEARTH_STORE_BACKUP_INT_H

#include "base/map.h"
#include "store/backup.h"
#include "store/files.h"

#define BACKUP_MANIFEST STR("manifest.txt")
#define BACKUP_FORMAT STR("hearth backup 1")
#define BACKUP_LINE_MOST ((size_t)400)

/* Whether a name within a backup is one that Hearth gives: never a path that leads out of it. */
bool backup_knows(struct str name);
bool backup_is_secret(struct str name);
bool backup_is_database(struct str name);
/* The records of a folder that are on a server. */
#define BACKUP_RECORDS STR("records.dump")
bool backup_is_access_log(struct str name);
/* "file DIGEST SIZE NAME\n" */
struct str backup_line(struct arena *arena, struct str name, const struct file_facts *facts);
/* "end DIGEST\n" of the lines before it. */
struct str backup_end(struct arena *arena, struct str lines);
/* A manifest whole: its files into a map that is empty, each name to its line. STATUS_REFUSED with
 * the reason. */
NODISCARD enum status manifest_read(struct str text, struct outcome *outcome,
                                    struct instant *ret_moment, struct map *files);
/* A folder that was not there; STATUS_REFUSED when it was. */
NODISCARD enum status backup_new_folder(struct outcome *outcome, struct str path);

#endif
