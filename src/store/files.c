#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define PIECE ((size_t)256 * 1024) /* copied at a time */
#define OVERLAP ((size_t)4096)     /* compared before a copy is made longer */

_Static_assert(FILE_DIGEST_SIZE == crypto_generichash_BYTES, "BLAKE2b-256");

enum status file_fault(struct outcome *outcome, struct str path, struct str what)
{
    int error = errno;
    enum status status = error == ENOENT                      ? STATUS_NOT_FOUND
                         : error == ENOSPC || error == EDQUOT ? STATUS_NO_SPACE
                                                              : STATUS_INTERNAL;
    return outcome_fault(
        outcome, status,
        STR_JOIN(outcome->arena, path, STR(" "), what, STR(": "),
                 error != 0 ? str_from(strerrordesc_np(error)) : STR("not as expected")));
}

static int open_path(struct outcome *outcome, struct str path, int flags)
{
    errno = 0;
    return open(str_cstr(outcome->arena, path), flags | O_CLOEXEC, 0600);
}

/* The error of what failed before is the one that is told. */
static bool close_file(int file, bool good)
{
    int error = errno;
    bool closed = file < 0 || close(file) == 0;
    errno = good ? errno : error;
    return good && closed;
}

static bool write_all(int file, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t written = write(file, bytes.p, bytes.n);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes = str_slice(bytes, (size_t)written, bytes.n);
    }
    return true;
}

/* ---- folders ---- */

static struct str folder_of(struct str path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/') {
        n--;
    }
    return n == 0 ? STR(".") : str_slice(path, 0, n > 1 ? n - 1 : n);
}

enum status folder_sync(struct outcome *outcome, struct str path)
{
    int folder = open_path(outcome, path, O_RDONLY | O_DIRECTORY);
    bool synced = folder >= 0 && fsync(folder) == 0;
    return close_file(folder, synced) ? STATUS_OK
                                      : file_fault(outcome, path, STR("cannot be synced"));
}

enum status folder_make(struct outcome *outcome, struct str path)
{
    if (mkdir(str_cstr(outcome->arena, path), 0700) == 0) {
        return folder_sync(outcome, folder_of(path));
    }
    return errno == EEXIST ? STATUS_OK : file_fault(outcome, path, STR("cannot be made"));
}

/* ---- files ---- */

enum status file_replace(struct outcome *outcome, struct str path, struct str bytes)
{
    struct str passing = STR_JOIN(outcome->arena, path, STR(".new"));
    const char *from = str_cstr(outcome->arena, passing);
    int file = open_path(outcome, passing, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    bool good = file >= 0 && write_all(file, bytes) && fsync(file) == 0;
    good = close_file(file, good) && rename(from, str_cstr(outcome->arena, path)) == 0;
    if (!good) {
        enum status status = file_fault(outcome, path, STR("cannot be written"));
        unlink(from);
        return status;
    }
    return folder_sync(outcome, folder_of(path));
}

/* A line that was cut off must not spoil the next one. Lines that could not be written whole are
 * taken back. */
static bool append(int file, struct str lines, off_t *ret_before)
{
    char last = '\n';
    off_t size = *ret_before = lseek(file, 0, SEEK_END);
    if (size < 0 || (size > 0 && pread(file, &last, 1, size - 1) != 1)) {
        return false;
    }
    return (last == '\n' || write_all(file, STR("\n"))) && write_all(file, lines) &&
           fsync(file) == 0;
}

enum status file_append_lines(struct outcome *outcome, struct str path, struct str lines)
{
    off_t before = 0;
    int file = open_path(outcome, path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW);
    bool good = file >= 0 && append(file, lines, &before);
    if (!good) {
        enum status status = file_fault(outcome, path, STR("cannot be written"));
        bool cut = file >= 0 && before >= 0 && ftruncate(file, before) == 0;
        (void)close_file(file, cut);
        return status;
    }
    if (!close_file(file, true)) {
        return file_fault(outcome, path, STR("cannot be written"));
    }
    return before == 0 ? folder_sync(outcome, folder_of(path)) : STATUS_OK;
}

static bool read_all(int file, char *bytes, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t n = read(file, bytes + got, size - got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        got += (size_t)n;
    }
    return true;
}

enum status file_missing(struct outcome *outcome, struct str path)
{
    errno = ENOENT;
    return file_fault(outcome, path, STR("is the key of this store and missing; restore it"));
}

enum status file_read_secret(struct outcome *outcome, struct str path, unsigned char *ret_bytes,
                             size_t size, bool *ret_there)
{
    struct stat facts;
    int file = open_path(outcome, path, O_RDONLY | O_NOFOLLOW);
    *ret_there = file >= 0;
    if (file < 0) {
        return errno == ENOENT ? STATUS_OK : file_fault(outcome, path, STR("cannot be opened"));
    }
    void *bytes = ret_bytes;
    bool known = fstat(file, &facts) == 0;
    bool mine = known && (facts.st_mode & 077) == 0;
    bool whole =
        mine && facts.st_size >= 0 && (size_t)facts.st_size == size && read_all(file, bytes, size);
    close(file);
    errno = 0;
    if (!mine) {
        return file_fault(outcome, path,
                          STR("is a key that others may read; its mode must be 0600"));
    }
    return whole ? STATUS_OK : file_fault(outcome, path, STR("does not hold a key"));
}

enum status file_read(struct outcome *outcome, struct str path, size_t most, struct str *ret_bytes)
{
    struct stat facts;
    int file = open_path(outcome, path, O_RDONLY | O_NOFOLLOW);
    if (file < 0) {
        return file_fault(outcome, path, STR("cannot be opened"));
    }
    bool known = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size >= 0;
    if (known && (uint64_t)facts.st_size > most) {
        (void)close_file(file, false);
        return outcome_fault(outcome, STATUS_TOO_LARGE,
                             STR_JOIN(outcome->arena, path, STR(" is larger than it can be")));
    }
    size_t size = known ? (size_t)facts.st_size : 0;
    char *bytes = arena_alloc(outcome->arena, size);
    bool good = known && read_all(file, bytes, size);
    *ret_bytes = (struct str){bytes, size};
    return close_file(file, good) ? STATUS_OK : file_fault(outcome, path, STR("cannot be read"));
}

/* ---- copies ---- */

/* From a place in a file to its end into another one (-1: only digested). */
static bool pump(struct outcome *outcome, int from, off_t at, int to, struct file_facts *ret_facts)
{
    crypto_generichash_state state;
    unsigned char *piece = arena_alloc(outcome->arena, PIECE);
    const void *bytes = piece;
    ssize_t n;
    crypto_generichash_init(&state, NULL, 0, sizeof(ret_facts->digest));
    ret_facts->size = 0;
    while ((n = pread(from, piece, PIECE, at)) > 0) {
        crypto_generichash_update(&state, piece, (unsigned long long)n);
        if (to >= 0 && !write_all(to, (struct str){bytes, (size_t)n})) {
            return false;
        }
        ret_facts->size += (uint64_t)n;
        at += n;
    }
    crypto_generichash_final(&state, ret_facts->digest, sizeof(ret_facts->digest));
    return n == 0;
}

static int open_plain(struct outcome *outcome, struct str path)
{
    struct stat about;
    int file = open_path(outcome, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (file >= 0 && (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))) {
        close(file);
        errno = EINVAL;
        return -1;
    }
    return file;
}

enum status file_facts(struct outcome *outcome, struct str path, struct file_facts *ret_facts)
{
    int file = open_plain(outcome, path);
    bool good = file >= 0 && pump(outcome, file, 0, -1, ret_facts);
    return close_file(file, good) ? STATUS_OK : file_fault(outcome, path, STR("cannot be read"));
}

enum status file_copy(struct outcome *outcome, struct str from, struct str to,
                      struct file_facts *ret_facts)
{
    int source = open_plain(outcome, from);
    if (source < 0) {
        return file_fault(outcome, from, STR("cannot be read"));
    }
    int file = open_path(outcome, to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    bool good = file >= 0 && pump(outcome, source, 0, file, ret_facts) && fsync(file) == 0;
    good = close_file(file, good);
    return close_file(source, good) ? STATUS_OK : file_fault(outcome, to, STR("cannot be written"));
}

/* Whether the last bytes of the copy are those at their place in the other file. */
static bool follows(struct outcome *outcome, int from, int to, off_t length)
{
    size_t size = length < (off_t)OVERLAP ? (size_t)length : OVERLAP;
    char *there = arena_alloc(outcome->arena, OVERLAP);
    char *here = arena_alloc(outcome->arena, OVERLAP);
    off_t at = length - (off_t)size;
    return pread(from, there, size, at) == (ssize_t)size &&
           pread(to, here, size, at) == (ssize_t)size && memcmp(there, here, size) == 0;
}

static enum status follow(struct outcome *outcome, int from, int to, struct str path)
{
    struct file_facts added;
    off_t length = lseek(to, 0, SEEK_END);
    if (length < 0) {
        return file_fault(outcome, path, STR("cannot be read"));
    }
    if (!follows(outcome, from, to, length)) {
        return outcome_fault(
            outcome, STATUS_REFUSED,
            STR_JOIN(outcome->arena, path, STR(" is not the beginning of what it is a copy of")));
    }
    if (pump(outcome, from, length, to, &added) && fsync(to) == 0) {
        return length == 0 ? folder_sync(outcome, folder_of(path)) : STATUS_OK;
    }
    enum status status = file_fault(outcome, path, STR("cannot be written"));
    (void)!ftruncate(to, length);
    return status;
}

enum status file_follow(struct outcome *outcome, struct str from, struct str to)
{
    int source = open_plain(outcome, from);
    if (source < 0) {
        return file_fault(outcome, from, STR("cannot be read"));
    }
    int file = open_path(outcome, to, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW);
    enum status status = file < 0 ? file_fault(outcome, to, STR("cannot be opened"))
                                  : follow(outcome, source, file, to);
    (void)close_file(file, true);
    (void)close_file(source, true);
    return status;
}
