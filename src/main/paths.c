/* See paths.h. */
#include "main/paths.h"

#include "base/buf.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SMALL_FILE_MAX 65536
#define FILE_MAX ((off_t)256 * 1024 * 1024)

static char clock_file[4096];

struct str read_small_file(struct arena *arena, struct str path)
{
    int file = open(str_cstr(arena, path), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return STR("");
    }
    char *bytes = arena_alloc(arena, SMALL_FILE_MAX);
    ssize_t n = read(file, bytes, SMALL_FILE_MAX);
    close(file);
    return (struct str){bytes, n > 0 ? (size_t)n : 0};
}

bool read_file(struct arena *arena, struct str path, struct str *ret_text)
{
    struct stat info;
    int file = open(str_cstr(arena, path), O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > FILE_MAX) {
        if (file >= 0) {
            close(file);
        }
        return false;
    }
    size_t size = (size_t)info.st_size;
    size_t got = 0;
    char *bytes = arena_alloc(arena, size);
    while (got < size) {
        ssize_t n = read(file, bytes + got, size - got);
        if (n <= 0) {
            break;
        }
        got += (size_t)n;
    }
    close(file);
    *ret_text = (struct str){bytes, got};
    return got == size;
}

static bool is_folder(struct arena *arena, struct str path)
{
    struct stat info;
    return stat(str_cstr(arena, path), &info) == 0 && S_ISDIR(info.st_mode);
}

/* The folder of the running program. */
static struct str own_folder(struct arena *arena)
{
    char *path = arena_alloc(arena, 4096);
    ssize_t n = readlink("/proc/self/exe", path, 4095);
    struct str whole = {path, n > 0 ? (size_t)n : 0};
    while (whole.n > 0 && whole.p[whole.n - 1] != '/') {
        whole.n--;
    }
    return whole;
}

static struct str beside(struct arena *arena, struct str in_build, struct str installed)
{
    struct str path = STR_JOIN(arena, own_folder(arena), in_build);
    return is_folder(arena, path) ? path : installed;
}

struct str web_directory(struct arena *arena)
{
    return beside(arena, STR("web"), STR("/usr/share/hearth/web"));
}

struct str model_directory(struct arena *arena, struct str given)
{
    return given.n > 0 ? given : beside(arena, STR("../model"), STR("/usr/share/hearth/model"));
}

void use_clock_file(struct str path)
{
    snprintf(clock_file, sizeof(clock_file), "%.*s", STR_ARG(path));
}

int64_t clock_now(void *context)
{
    struct timespec now;
    char text[32];
    (void)context;
    if (clock_file[0] != '\0') {
        int file = open(clock_file, O_RDONLY | O_CLOEXEC);
        ssize_t n = file < 0 ? -1 : read(file, text, sizeof(text));
        int64_t set;
        if (file >= 0) {
            close(file);
        }
        if (n > 0 && str_to_i64(str_trim((struct str){text, (size_t)n}), &set)) {
            return set;
        }
    }
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
