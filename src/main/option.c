/* What the value of an option must be, wherever it stands. */
#include "main/command.h"

#include "base/buf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_LEAST 16 /* bytes */
#define SECRET_MOST 200 /* with the end of its line */

static struct str number_fault(struct arena *arena, const struct option *option, struct str value)
{
    int64_t number;
    if (str_to_i64(value, &number) && number >= option->least && number <= option->most) {
        return STR("");
    }
    return STR_JOIN(arena, STR("takes a number from "), str_from_int(arena, option->least),
                    STR(" to "), str_from_int(arena, option->most));
}

static struct str word_fault(struct arena *arena, const struct option *option, struct str value)
{
    struct str rest = option->value_name;
    struct str word;
    struct str words = STR("");
    while (str_split(&rest, '|', &word)) {
        if (str_eq(word, value)) {
            return STR("");
        }
        words = words.n == 0 ? word : STR_JOIN(arena, words, STR(" or "), word);
    }
    return STR_JOIN(arena, STR("takes "), words);
}

static struct str address_fault(struct arena *arena, struct str value)
{
    struct in_addr address;
    return inet_pton(AF_INET, str_cstr(arena, value), &address) == 1
               ? STR("")
               : STR("takes an IPv4 address such as 127.0.0.1");
}

/* "takes a file that can be read; /etc/x: Permission denied". */
static struct str path_fault(struct arena *arena, struct str wanted, struct str path, int error)
{
    return STR_JOIN(arena, STR("takes "), wanted, STR("; "), path, STR(": "),
                    str_from(strerror(error)));
}

static struct str parent_of(struct str path)
{
    while (path.n > 1 && path.p[path.n - 1] == '/') {
        path.n--;
    }
    while (path.n > 0 && path.p[path.n - 1] != '/') {
        path.n--;
    }
    return path.n > 0 ? path : STR(".");
}

/* 0, or the errno of what keeps the path from being used in that way (R_OK ...). */
static int folder_error(struct arena *arena, struct str path, int mode)
{
    struct stat info;
    const char *name = str_cstr(arena, path);
    if (stat(name, &info) != 0) {
        return errno;
    }
    if (!S_ISDIR(info.st_mode)) {
        return ENOTDIR;
    }
    return access(name, mode | X_OK) == 0 ? 0 : errno;
}

static int file_error(struct arena *arena, struct str path, int mode)
{
    struct stat info;
    const char *name = str_cstr(arena, path);
    if (stat(name, &info) != 0) {
        return errno;
    }
    if (S_ISDIR(info.st_mode)) {
        return EISDIR;
    }
    return access(name, mode) == 0 ? 0 : errno;
}

static struct str file_fault(struct arena *arena, const struct option *option, struct str value)
{
    struct stat info;
    int error = file_error(arena, value, R_OK);
    if (error != 0) {
        return path_fault(arena, STR("a file that can be read"), value, error);
    }
    if (option->takes != TAKES_SECRET || stat(str_cstr(arena, value), &info) != 0) {
        return STR("");
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return STR_JOIN(arena, STR("takes a file that nobody else may read: chmod 600 "), value);
    }
    return info.st_size >= SECRET_LEAST && info.st_size <= SECRET_MOST
               ? STR("")
               : STR("takes a file that holds a secret of 16 to 199 characters");
}

/* One that is there, or one to be made in a folder that is. */
static struct str new_fault(struct arena *arena, const struct option *option, struct str value)
{
    bool folder = option->takes == TAKES_NEW_FOLDER;
    int error = folder ? folder_error(arena, value, R_OK | W_OK) : file_error(arena, value, W_OK);
    if (error == ENOENT) {
        error = folder_error(arena, parent_of(value), W_OK);
    }
    return error == 0 ? STR("")
                      : path_fault(arena,
                                   folder ? STR("a folder that can be written, or one that can be "
                                                "made")
                                          : STR("a file that can be written"),
                                   value, error);
}

static struct str folders_fault(struct arena *arena, struct str value)
{
    struct str rest = value;
    struct str folder;
    while (str_split(&rest, ':', &folder)) {
        int error = folder_error(arena, folder, R_OK);
        if (error != 0) {
            return path_fault(arena, STR("folders that can be read, parted by ':'"), folder, error);
        }
    }
    return STR("");
}

/* As far as it can be told without reading it; what it names is known when it is opened. */
static struct str database_fault(struct str value)
{
    return str_starts(value, STR("postgresql://")) || str_starts(value, STR("postgres://")) ||
                   str_find_byte(value, '=') > 0
               ? STR("")
               : STR("takes a database of a PostgreSQL server: postgresql://HOST/DATABASE");
}

struct str option_fault(struct arena *arena, const struct option *option, struct str value)
{
    int error;
    switch (option->takes) {
    case TAKES_TEXT:
        return STR("");
    case TAKES_NUMBER:
        return number_fault(arena, option, value);
    case TAKES_WORD:
        return word_fault(arena, option, value);
    case TAKES_ADDRESS:
        return address_fault(arena, value);
    case TAKES_FILE:
    case TAKES_SECRET:
        return file_fault(arena, option, value);
    case TAKES_NEW_FILE:
    case TAKES_NEW_FOLDER:
        return new_fault(arena, option, value);
    case TAKES_FOLDER:
        error = folder_error(arena, value, W_OK);
        return error == 0 ? STR("")
                          : path_fault(arena, STR("a folder that can be written"), value, error);
    case TAKES_FOLDERS:
        return folders_fault(arena, value);
    case TAKES_DATABASE:
        return database_fault(value);
    }
    return STR("");
}
