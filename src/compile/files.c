/* Reads the files of a model from a folder. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "compile/compile.h"
#include "compile/yaml_tree.h"

#define FOLDER_DEPTH_MAX 8

struct gather {
    struct arena *arena;
    struct outcome *outcome;
    LIST(struct compile_file) files;
    size_t bytes;
    struct str overlay; /* its name, while its folder is read */
};

static enum status fail(struct gather *gather, struct str what, struct str path)
{
    struct str why = str_from(strerrordesc_np(errno));
    return outcome_fault(gather->outcome, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_INTERNAL,
                         STR_JOIN(gather->arena, what, STR(" '"), path, STR("': "), why));
}

static enum status read_all_of(struct gather *gather, int file, struct str path, size_t size,
                               struct str *ret_text)
{
    char *bytes = arena_alloc(gather->arena, size + 1);
    size_t used = 0;
    while (used <= size) {
        ssize_t n = read(file, bytes + used, size + 1 - used);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail(gather, STR("cannot read"), path);
        }
        if (n == 0) {
            break;
        }
        used += (size_t)n;
    }
    *ret_text = (struct str){bytes, used < size ? used : size};
    return STATUS_OK;
}

static enum status read_file(struct gather *gather, struct str full, struct str *ret_text)
{
    struct stat about;
    int file = open(str_cstr(gather->arena, full), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return fail(gather, STR("cannot open"), full);
    }
    if (fstat(file, &about) != 0) {
        enum status status = fail(gather, STR("cannot read"), full);
        close(file);
        return status;
    }
    size_t size = about.st_size > 0 ? (size_t)about.st_size : 0;
    enum status status = STATUS_OK;
    if (gather->bytes + size > COMPILE_BYTES_MAX) {
        status = outcome_fault(gather->outcome, STATUS_TOO_LARGE,
                               STR("the model is larger than 32 MiB"));
    } else {
        gather->bytes += size;
        status = read_all_of(gather, file, full, size, ret_text);
    }
    close(file);
    return status;
}

/* Only what the compiler reads is loaded: other files of the folder are for people. */
static bool is_part(struct str path)
{
    return str_ends(path, STR(".yaml")) || str_ends(path, STR(".csv")) ||
           str_eq(path, STR("c_names.list"));
}

static enum status gather_folder(struct gather *gather, struct str root, struct str below,
                                 unsigned depth);

/* Files of an overlay are known by the folder that names it: overlay.h. */
static struct str path_in_model(const struct gather *gather, struct str path)
{
    return gather->overlay.n == 0
               ? path
               : STR_JOIN(gather->arena, STR("agency/"), gather->overlay, STR("/"), path);
}

static enum status gather_entry(struct gather *gather, struct str root, struct str path,
                                unsigned depth)
{
    struct stat about;
    struct str full = STR_JOIN(gather->arena, root, STR("/"), path);
    if (stat(str_cstr(gather->arena, full), &about) != 0) {
        return fail(gather, STR("cannot read"), full);
    }
    if (S_ISDIR(about.st_mode)) {
        return gather_folder(gather, root, path, depth + 1);
    }
    if (!S_ISREG(about.st_mode) || !is_part(path)) {
        return STATUS_OK;
    }
    if (gather->files.count == COMPILE_FILES_MAX) {
        return outcome_fault(gather->outcome, STATUS_TOO_LARGE,
                             STR("the model has too many files"));
    }
    struct compile_file file = {.path = path_in_model(gather, path)};
    TRY(read_file(gather, full, &file.text));
    LIST_PUSH(gather->arena, &gather->files, file);
    return STATUS_OK;
}

static enum status gather_folder(struct gather *gather, struct str root, struct str below,
                                 unsigned depth)
{
    struct str full = below.n ? STR_JOIN(gather->arena, root, STR("/"), below) : root;
    if (depth > FOLDER_DEPTH_MAX) {
        return outcome_fault(gather->outcome, STATUS_INVALID,
                             STR_JOIN(gather->arena, STR("folders are nested too deeply: "), full));
    }
    DIR *folder = opendir(str_cstr(gather->arena, full));
    if (!folder) {
        return fail(gather, STR("cannot open folder"), full);
    }
    enum status status = STATUS_OK;
    const struct dirent *entry = NULL;
    while (status == STATUS_OK && (entry = readdir(folder)) != NULL) {
        struct str name = str_copy(gather->arena, str_from(entry->d_name));
        if (str_starts(name, STR("."))) {
            continue;
        }
        struct str path = below.n ? STR_JOIN(gather->arena, below, STR("/"), name) : name;
        status = gather_entry(gather, root, path, depth);
    }
    closedir(folder);
    return status;
}

/* The zone the model names, before it is compiled: the only thing that is needed from outside. */
static struct str zone_name(struct gather *gather)
{
    struct messages ignored;
    messages_init(&ignored, gather->arena);
    for (size_t i = 0; i < gather->files.count; i++) {
        const struct compile_file *file = &gather->files.items[i];
        if (!str_eq(file->path, STR("model.yaml"))) {
            continue;
        }
        const struct yaml *root = yaml_read(gather->arena, file->path, file->text, &ignored);
        const struct yaml_pair *model = root ? yaml_find(root, STR("model")) : NULL;
        const struct yaml_pair *zone = model ? yaml_find(model->value, STR("zone")) : NULL;
        return zone ? zone->value->text : STR("");
    }
    return STR("");
}

/* "America/Chicago"; nothing that leads out of the folder of zones. */
static bool is_zone_name(struct str name)
{
    if (name.n == 0 || name.n > 64 || name.p[0] == '/' || str_find(name, STR("..")) >= 0) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '/' || c == '_' || c == '-' || c == '+')) {
            return false;
        }
    }
    return true;
}

static struct str last_name(struct str path)
{
    while (str_ends(path, STR("/"))) {
        path.n--;
    }
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/') {
        from--;
    }
    return str_slice(path, from, path.n);
}

/* Said before a folder that is something else is read through. */
static enum status check_is_model(struct gather *gather, struct str folder)
{
    struct str file = STR_JOIN(gather->arena, folder, STR("/model.yaml"));
    if (access(str_cstr(gather->arena, folder), R_OK) == 0 &&
        access(str_cstr(gather->arena, file), R_OK) != 0) {
        return outcome_fault(
            gather->outcome, STATUS_NOT_FOUND,
            STR_JOIN(gather->arena, folder, STR(" is no practice model: it has no model.yaml")));
    }
    return STATUS_OK;
}

/* "model:agency/marathon": the base, then overlays on it, named by their folders. */
static enum status gather_folders(struct gather *gather, struct str folders)
{
    struct str folder;
    for (bool base = true; str_split(&folders, ':', &folder); base = false) {
        if (base) {
            TRY(check_is_model(gather, folder));
        }
        gather->overlay = base ? STR("") : last_name(folder);
        TRY(gather_folder(gather, folder, STR(""), 0));
    }
    return STATUS_OK;
}

enum status compile_model(struct arena *arena, struct str folders, struct str zone_directory,
                          struct outcome *outcome, struct compile_result *ret_result)
{
    struct gather gather = {.arena = arena, .outcome = outcome};
    struct str zone_file = {0};
    *ret_result = (struct compile_result){0};
    TRY(gather_folders(&gather, folders));
    struct str zone = zone_name(&gather);
    if (zone.n > 0 && !is_zone_name(zone)) {
        zone_file = STR("no zone"); /* the compiler says so at its place */
    } else if (zone.n > 0) {
        TRY(read_file(&gather, STR_JOIN(arena, zone_directory, STR("/"), zone), &zone_file));
    }
    enum status status =
        compile_texts(arena, gather.files.items, gather.files.count, zone_file, ret_result);
    if (status != STATUS_OK) {
        outcome->status = status;
    }
    return status;
}
