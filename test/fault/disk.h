/* A disk that loses power, runs full or fails, under whatever the program writes below one folder:
 * SQLite's files and the program's own alike, because it stands in for the calls of the C library
 * (disk_calls.c).
 *
 * Everything goes to real files, which the program reads back as always. Beside them the disk keeps
 * what would survive: what was synced (a file by fsync, a name by fsync of its folder), and in
 * order what was not. When the power goes, each sector that was not synced is kept, lost or torn,
 * and each change of a name is kept or lost, as a seed decides; so writes are reordered too. */
#ifndef HEARTH_TEST_DISK_H
#define HEARTH_TEST_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begins to watch a folder; what is in it counts as synced. One folder at a time. */
void disk_watch(const char *folder, uint64_t seed);
/* Ends it; everything is forgotten. */
void disk_forget(void);

/* ---- losing power ---- */

/* The power goes before the operation with this number (from 1) and all after it; 0: it stays. What
 * survives is written at that moment into the folder survivors. */
void disk_cut_at(uint64_t operation, const char *survivors);
/* What was told before this is true must survive. */
bool disk_is_cut(void);
/* Operations since the folder is watched. */
uint64_t disk_operations(void);
/* Syncs say that they have done it and do nothing: what synchronous=OFF comes to. */
void disk_ignore_syncs(void);
/* Whether the files hold what went through the disk: false when a call goes past it. */
bool disk_saw_all(void);

/* ---- failing ---- */

/* No room: whatever needs more fails with ENOSPC until it is said otherwise. */
void disk_set_full(bool full);
/* It becomes so with the operation of this number, counted from now. */
void disk_full_after(uint64_t operations);
bool disk_is_full(void);
/* Operation number at (from 1, counted from now) fails with EIO; reads count too. 0: none. */
void disk_fail_at(uint64_t at);
/* Whether that operation came. */
bool disk_has_failed(void);

/* ---- for disk_calls.c: what a call does, told to the disk ---- */

/* Before it: 0, or the errno with which it fails. path: of the call, or NULL with a descriptor. */
enum disk_act { DISK_READS, DISK_GROWS, DISK_OTHER };
int disk_before(const char *path, int fd, enum disk_act act);
void disk_opened(const char *path, int fd, int flags, bool made);
void disk_closed(int fd);
void disk_wrote(int fd, uint64_t offset, const void *bytes, size_t size);
void disk_cut_to(int fd, uint64_t size);
void disk_synced(int fd);
void disk_made_folder(const char *path);
void disk_renamed(const char *from, const char *to);
void disk_removed(const char *path);

#endif
