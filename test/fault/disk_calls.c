/* The calls of the C library that change files, as the program and libsqlite3 find them first: each
 * asks the disk whether it may, does it, and tells it. A call that is missing here would show in
 * disk_saw_all. */
#undef _FORTIFY_SOURCE   /* its inline functions would be defined twice */
#undef _FILE_OFFSET_BITS /* open and open64 are two */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL __attribute__((visibility("default")))

static bool refuse(const char *path, int fd, enum disk_act act)
{
    int error = disk_before(path, fd, act);
    errno = error;
    return error != 0;
}

static bool is_there(const char *path)
{
    int error = errno;
    bool there = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    errno = error;
    return there;
}

/* Overwriting needs no room. */
static enum disk_act reaching(int fd, off64_t end)
{
    struct stat facts;
    return fstat(fd, &facts) == 0 && end <= facts.st_size ? DISK_OTHER : DISK_GROWS;
}

static int open_file(const char *path, int flags, mode_t mode)
{
    bool makes = (flags & O_CREAT) != 0 && !is_there(path);
    if (refuse(path, -1, makes ? DISK_GROWS : DISK_READS)) {
        return -1;
    }
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd >= 0) {
        disk_opened(path, fd, flags, makes);
    }
    return fd;
}

static mode_t mode_of(int flags, va_list rest)
{
    return (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
}

CALL int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_file(path, flags, mode);
}

CALL int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_file(path, flags | O_LARGEFILE, mode);
}

CALL int close(int fd)
{
    disk_closed(fd);
    return (int)syscall(SYS_close, fd);
}

CALL ssize_t read(int fd, void *bytes, size_t size)
{
    return refuse(NULL, fd, DISK_READS) ? -1 : syscall(SYS_read, fd, bytes, size);
}

CALL ssize_t pread64(int fd, void *bytes, size_t size, off64_t at)
{
    return refuse(NULL, fd, DISK_READS) ? -1 : syscall(SYS_pread64, fd, bytes, size, at);
}

CALL ssize_t pread(int fd, void *bytes, size_t size, off_t at)
{
    return pread64(fd, bytes, size, at);
}

CALL ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
    if (refuse(NULL, fd, reaching(fd, at + (off64_t)size))) {
        return -1;
    }
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, size, at);
    if (written > 0) {
        disk_wrote(fd, (uint64_t)at, bytes, (size_t)written);
    }
    return written;
}

CALL ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return pwrite64(fd, bytes, size, at);
}

CALL ssize_t write(int fd, const void *bytes, size_t size)
{
    if (refuse(NULL, fd, DISK_GROWS)) {
        return -1;
    }
    ssize_t written = syscall(SYS_write, fd, bytes, size);
    if (written > 0) {
        off_t end = syscall(SYS_lseek, fd, 0, SEEK_CUR);
        disk_wrote(fd, (uint64_t)(end - written), bytes, (size_t)written);
    }
    return written;
}

CALL int ftruncate64(int fd, off64_t size)
{
    if (refuse(NULL, fd, reaching(fd, size))) {
        return -1;
    }
    int result = (int)syscall(SYS_ftruncate, fd, size);
    if (result == 0) {
        disk_cut_to(fd, (uint64_t)size);
    }
    return result;
}

CALL int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

static int sync_file(int fd)
{
    if (refuse(NULL, fd, DISK_OTHER)) {
        return -1;
    }
    disk_synced(fd);
    return 0;
}

CALL int fsync(int fd)
{
    return sync_file(fd);
}

CALL int fdatasync(int fd)
{
    return sync_file(fd);
}

CALL int mkdir(const char *path, mode_t mode)
{
    bool there = is_there(path);
    if (!there && refuse(path, -1, DISK_GROWS)) {
        return -1;
    }
    int result = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (result == 0) {
        disk_made_folder(path);
    }
    return result;
}

CALL int rename(const char *from, const char *to)
{
    if (refuse(to, -1, DISK_OTHER)) {
        return -1;
    }
    int result = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
    if (result == 0) {
        disk_renamed(from, to);
    }
    return result;
}

CALL int unlink(const char *path)
{
    if (refuse(path, -1, DISK_OTHER)) {
        return -1;
    }
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (result == 0) {
        disk_removed(path);
    }
    return result;
}
