/* Styles, scripts, fonts: read once at the start, so that no path of a request ever reaches the
 * file system. */
#include "http/connection.h"

#include "base/map.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((off_t)8 * 1024 * 1024)
#define FILES_MAX ((size_t)64 * 1024 * 1024)

struct static_file {
    struct str type;
    struct str bytes;
};

struct static_files {
    struct arena arena;
    struct map by_name;
};

static const struct {
    struct str ending, type;
} types[] = {
    {STR_INIT(".css"),         STR_INIT("text/css; charset=utf-8")       },
    {STR_INIT(".js"),          STR_INIT("text/javascript; charset=utf-8")},
    {STR_INIT(".svg"),         STR_INIT("image/svg+xml")                 },
    {STR_INIT(".png"),         STR_INIT("image/png")                     },
    {STR_INIT(".woff2"),       STR_INIT("font/woff2")                    },
    {STR_INIT(".wasm"),        STR_INIT("application/wasm")              },
    {STR_INIT(".webmanifest"), STR_INIT("application/manifest+json")     },
};

static struct str type_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
        if (str_ends(name, types[i].ending)) {
            return types[i].type;
        }
    }
    return STR("");
}

static void read_file(struct static_files *files, int directory, struct str prefix,
                      const char *entry)
{
    struct str name = str_copy(&files->arena, str_from(entry));
    struct stat info;
    if (type_of(name).n == 0) {
        return;
    }
    int file = openat(directory, entry, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > FILE_MAX) {
        if (file >= 0) {
            close(file);
        }
        return;
    }
    size_t size = (size_t)info.st_size;
    char *bytes = arena_alloc(&files->arena, size);
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(file, bytes + got, size - got);
        if (n <= 0) {
            break;
        }
        got += (size_t)n;
    }
    close(file);
    struct static_file *made = ARENA_NEW(&files->arena, struct static_file);
    *made = (struct static_file){
        type_of(name), {bytes, got}
    };
    map_add(&files->by_name, STR_JOIN(&files->arena, prefix, name), made);
}

static void read_folder(struct static_files *files, const char *path, struct str prefix)
{
    DIR *folder = opendir(path);
    if (!folder) {
        return;
    }
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        struct str name = str_from(entry->d_name);
        struct str below =
            str_join(&files->arena, (const struct str[]){str_from(path), STR("/"), name}, 3);
        struct stat info;
        if (prefix.n == 0 && stat(str_cstr(&files->arena, below), &info) == 0 &&
            S_ISDIR(info.st_mode)) {
            read_folder(files, str_cstr(&files->arena, below),
                        STR_JOIN(&files->arena, name, STR("/")));
        } else {
            read_file(files, dirfd(folder), prefix, entry->d_name);
        }
    }
    closedir(folder);
}

struct static_files *static_files_read(struct str directory)
{
    struct static_files *files = calloc(1, sizeof(*files));
    if (!files) {
        return NULL;
    }
    arena_init(&files->arena, FILES_MAX, NULL, NULL);
    map_init(&files->by_name, &files->arena);
    read_folder(files, str_cstr(&files->arena, directory), STR(""));
    return files->by_name.count > 0 ? files : static_files_free(files);
}

struct static_files *static_files_free(struct static_files *files)
{
    if (files) {
        arena_clear(&files->arena);
        free(files);
    }
    return NULL;
}

enum handled static_file(struct request *request)
{
    struct str name = request->parameters[0];
    if (request->parameters[1].n > 0) {
        name = STR_JOIN(&request->arena, name, STR("/"), request->parameters[1]);
    }
    const struct static_file *file = map_get(&request->connection->server->files->by_name, name);
    if (!file) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    request->response.type = file->type;
    request->response.body_view = file->bytes;
    request->response.cacheable = true;
    return HANDLED;
}
