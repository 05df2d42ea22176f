/* Styles, scripts, fonts: read once at the start, so that no path of a request ever reaches the
 * file system. Their addresses carry a digest of them all, which the build has written beside them;
 * under it a browser may keep them for ever. */
#include "http/page.h"

#include "base/map.h"
#include "http/connection.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((off_t)8 * 1024 * 1024)
#define FILES_MAX ((size_t)64 * 1024 * 1024)
#define FOLDERS_DEEP 3u /* uswds/fonts/public-sans: what routes.def has a line for */

struct static_file {
    struct str type;
    struct str bytes;
};

struct static_files {
    struct arena arena;
    struct map by_name; /* "style/hearth.css" */
    struct str version;
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

/* The whole file, or no bytes when it is none or too large. */
static struct str read_bytes(struct static_files *files, int directory, const char *entry)
{
    struct stat info;
    struct str bytes = {0};
    int file = openat(directory, entry, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return bytes;
    }
    if (fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= FILE_MAX) {
        size_t size = (size_t)info.st_size;
        char *room = arena_alloc(&files->arena, size);
        ssize_t n = 1;
        while (bytes.n < size && n > 0) {
            n = read(file, room + bytes.n, size - bytes.n);
            bytes.n += n > 0 ? (size_t)n : 0;
        }
        bytes.p = room;
    }
    close(file);
    return bytes;
}

static void read_file(struct static_files *files, int directory, struct str prefix,
                      const char *entry)
{
    struct str name = str_copy(&files->arena, str_from(entry));
    struct str type = type_of(name);
    struct str bytes = type.n > 0 ? read_bytes(files, directory, entry) : STR("");
    if (bytes.n > 0) {
        struct static_file *made = ARENA_NEW(&files->arena, struct static_file);
        *made = (struct static_file){type, bytes};
        map_add(&files->by_name, STR_JOIN(&files->arena, prefix, name), made);
    }
}

static bool is_folder(int directory, const char *entry)
{
    struct stat info;
    return fstatat(directory, entry, &info, 0) == 0 && S_ISDIR(info.st_mode);
}

static void read_folder(struct static_files *files, const char *path, struct str prefix,
                        unsigned deep)
{
    DIR *folder = opendir(path);
    if (!folder) {
        return;
    }
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        struct str name = str_from(entry->d_name);
        if (entry->d_name[0] == '.') {
            continue;
        }
        if (!is_folder(dirfd(folder), entry->d_name)) {
            read_file(files, dirfd(folder), prefix, entry->d_name);
        } else if (deep < FOLDERS_DEEP) {
            struct str below = STR_JOIN(&files->arena, str_from(path), STR("/"), name);
            read_folder(files, str_cstr(&files->arena, below),
                        STR_JOIN(&files->arena, prefix, name, STR("/")), deep + 1);
        }
    }
    closedir(folder);
}

static struct str read_version(struct static_files *files, const char *path)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        return STR("");
    }
    struct str version = str_trim(read_bytes(files, directory, "version"));
    close(directory);
    return version;
}

struct static_files *static_files_read(struct str directory)
{
    struct static_files *files = calloc(1, sizeof(*files));
    if (!files) {
        return NULL;
    }
    arena_init(&files->arena, FILES_MAX, NULL, NULL);
    map_init(&files->by_name, &files->arena);
    const char *path = str_cstr(&files->arena, directory);
    files->version = read_version(files, path);
    read_folder(files, path, STR(""), 0);
    return files->by_name.count > 0 && files->version.n > 0 ? files : static_files_free(files);
}

struct static_files *static_files_free(struct static_files *files)
{
    if (files) {
        arena_clear(&files->arena);
        free(files);
    }
    return NULL;
}

struct str static_version(const struct http_server *server)
{
    return server->files->version;
}

/* A page that was opened before an update still finds its files, but nobody keeps those under the
 * old version. */
enum handled static_file(struct request *request)
{
    const struct static_files *files = request->server->files;
    struct str name = request->parameters[1];
    for (size_t i = 2; i < ARRAY_LENGTH(request->parameters) && request->parameters[i].n > 0; i++) {
        name = STR_JOIN(&request->arena, name, STR("/"), request->parameters[i]);
    }
    const struct static_file *file = map_get(&files->by_name, name);
    if (!file) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    request->response.type = file->type;
    request->response.body_view = file->bytes;
    request->response.cacheable = str_eq(request->parameters[0], files->version);
    return HANDLED;
}
