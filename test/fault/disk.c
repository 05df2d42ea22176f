/* What survives: files and folders as they are on the plate, and in order what is only on its way
 * there. See disk.h. */
#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"

#define SECTOR ((uint64_t)512)
#define FD_MOST 1024
#define DISK_CAP ((size_t)2 * 1024 * 1024 * 1024)

/* Bytes that were written, or, without bytes, that the file ends at the offset. */
struct write {
    uint64_t offset;
    const char *bytes;
    size_t size;
};
struct name {
    struct str name;
    struct node *node;
};
/* One step for who looks at the folder: a name is gone, another one is there (either may be empty).
 */
struct change {
    struct str gone;
    struct name there;
};
struct content {
    char *bytes;
    size_t size, room;
};
struct names {
    LIST(struct name) items;
};
struct node {
    bool folder;
    struct content content; /* on the plate */
    LIST(struct write) writes;
    struct names names; /* of a folder: on the plate, */
    LIST(struct change) changes;
    struct names now; /* and as the program sees them */
};

static struct {
    pthread_mutex_t lock;
    struct arena arena;
    struct str folder;
    struct node *root; /* NULL: nothing is watched */
    struct node *open[FD_MOST];
    uint64_t random, operations, cut_at, failable, fail_at, full_at;
    const char *survivors;
    bool deaf, full, failed;
    _Atomic bool cut;
} disk = {.lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP};

static void lock(void)
{
    pthread_mutex_lock(&disk.lock);
}

static void unlock(void)
{
    pthread_mutex_unlock(&disk.lock);
}

/* splitmix64 */
static uint64_t draw(uint64_t below)
{
    uint64_t z = disk.random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

/* ---- contents ---- */

static void resize(struct content *content, size_t size)
{
    if (size > content->room) {
        size_t room = size < 2 * content->room ? 2 * content->room : size;
        content->bytes = arena_grow(&disk.arena, content->bytes, content->room, room, 1);
        content->room = room;
    }
    if (size > content->size) {
        memset(content->bytes + content->size, 0, size - content->size);
    }
    content->size = size;
}

static void put(struct content *content, uint64_t offset, const char *bytes, size_t size)
{
    if (offset + size > content->size) {
        resize(content, offset + size);
    }
    memcpy(content->bytes + offset, bytes, size);
}

static void apply(struct content *content, const struct write *write)
{
    if (write->bytes) {
        put(content, write->offset, write->bytes, write->size);
    } else {
        resize(content, write->offset);
    }
}

static struct content copy_of(const struct content *content)
{
    struct content copy = {NULL, 0, 0};
    resize(&copy, content->size);
    if (content->size > 0) {
        memcpy(copy.bytes, content->bytes, content->size);
    }
    return copy;
}

/* ---- names ---- */

static struct node *find(const struct names *names, struct str name)
{
    for (size_t i = 0; i < names->items.count; i++) {
        if (str_eq(names->items.items[i].name, name)) {
            return names->items.items[i].node;
        }
    }
    return NULL;
}

static void change_names(struct names *names, const struct change *change)
{
    size_t kept = 0;
    for (size_t i = 0; i < names->items.count; i++) {
        struct name *name = &names->items.items[i];
        if (!str_eq(name->name, change->gone) && !str_eq(name->name, change->there.name)) {
            names->items.items[kept++] = *name;
        }
    }
    names->items.count = kept;
    if (change->there.node) {
        LIST_PUSH(&disk.arena, &names->items, change->there);
    }
}

static struct names copy_names(const struct names *names)
{
    struct names copy = {
        {NULL, 0, 0}
    };
    for (size_t i = 0; i < names->items.count; i++) {
        LIST_PUSH(&disk.arena, &copy.items, names->items.items[i]);
    }
    return copy;
}

/* The folder in which the path ends and the name there; NULL when it is not below the one watched.
 */
static struct node *folder_of(struct str path, struct str *ret_name)
{
    struct node *node = disk.root;
    struct str part;
    if (node == NULL || !str_starts(path, disk.folder) || path.n <= disk.folder.n ||
        path.p[disk.folder.n] != '/') {
        return NULL;
    }
    struct str rest = str_slice(path, disk.folder.n + 1, path.n);
    while (node && str_split(&rest, '/', &part)) {
        if (rest.p == NULL) {
            *ret_name = part;
            return node;
        }
        node = find(&node->now, part);
    }
    return NULL;
}

static struct node *node_of(struct str path)
{
    struct str name;
    if (disk.root != NULL && str_eq(path, disk.folder)) {
        return disk.root;
    }
    const struct node *folder = folder_of(path, &name);
    return folder ? find(&folder->now, name) : NULL;
}

static void change_folder(struct node *folder, struct str gone, struct str there, struct node *node)
{
    struct change change = {
        str_copy(&disk.arena, gone), {str_copy(&disk.arena, there), node}
    };
    change_names(&folder->now, &change);
    LIST_PUSH(&disk.arena, &folder->changes, change);
}

static struct node *new_node(bool folder)
{
    struct node *node = ARENA_NEW(&disk.arena, struct node);
    node->folder = folder;
    return node;
}

static struct node *node_at(int fd)
{
    return fd >= 0 && fd < FD_MOST ? disk.open[fd] : NULL;
}

/* The files by which processes share a log: made anew by whoever comes first. */
static bool is_shared_memory(struct str name)
{
    return str_ends(name, STR("-shm"));
}

/* ---- real files ---- */

static void must(bool good, const char *what, const char *path)
{
    if (!good) {
        fprintf(stderr, "disk: %s %s: %s\n", what, path, strerror(errno));
        abort();
    }
}

static const char *inside(const char *folder, struct str name)
{
    return str_cstr(&disk.arena, STR_JOIN(&disk.arena, str_from(folder), STR("/"), name));
}

static struct content read_file(const char *path)
{
    struct content content = {NULL, 0, 0};
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    must(fd >= 0 && fstat(fd, &facts) == 0, "cannot read", path);
    resize(&content, (size_t)facts.st_size);
    size_t got = 0;
    while (got < content.size) {
        ssize_t n = read(fd, content.bytes + got, content.size - got);
        must(n > 0, "cannot read", path);
        got += (size_t)n;
    }
    close(fd);
    return content;
}

static void write_file(const char *path, const struct content *content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    must(fd >= 0, "cannot make", path);
    for (size_t done = 0; done < content->size;) {
        ssize_t n = write(fd, content->bytes + done, content->size - done);
        must(n > 0, "cannot write", path);
        done += (size_t)n;
    }
    close(fd);
}

/* Calls for each entry of a real folder. */
static void each_entry(const char *path,
                       void (*fn)(const char *path, struct str name, void *context), void *context)
{
    DIR *folder = opendir(path);
    must(folder != NULL, "cannot list", path);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        struct str name = str_from(entry->d_name);
        if (!str_eq(name, STR(".")) && !str_eq(name, STR("..")) && !is_shared_memory(name)) {
            fn(inside(path, name), name, context);
        }
    }
    closedir(folder);
}

static bool is_folder(const char *path)
{
    struct stat facts;
    must(stat(path, &facts) == 0, "cannot find", path);
    return S_ISDIR(facts.st_mode);
}

static void take_in(const char *path, struct str name, void *context)
{
    struct node *parent = context;
    struct node *node = new_node(is_folder(path));
    struct name there = {str_copy(&disk.arena, name), node};
    LIST_PUSH(&disk.arena, &parent->names.items, there);
    LIST_PUSH(&disk.arena, &parent->now.items, there);
    if (node->folder) {
        each_entry(path, take_in, node);
    } else {
        node->content = read_file(path);
    }
}

/* ---- watching ---- */

void disk_watch(const char *folder, uint64_t seed)
{
    lock();
    arena_init(&disk.arena, DISK_CAP, NULL, NULL);
    disk.folder = str_copy(&disk.arena, str_from(folder));
    struct node *root = new_node(true);
    each_entry(folder, take_in, root);
    disk.random = seed;
    disk.operations = disk.cut_at = disk.failable = disk.fail_at = disk.full_at = 0;
    disk.deaf = disk.full = disk.failed = false;
    disk.cut = false;
    disk.root = root;
    unlock();
}

void disk_forget(void)
{
    lock();
    disk.root = NULL;
    memset(disk.open, 0, sizeof(disk.open));
    arena_clear(&disk.arena);
    unlock();
}

/* ---- the power goes ---- */

/* In 256 how many of the sectors and names on their way arrive: from none to all. */
struct luck {
    uint64_t arrives;
};

static bool arrives(const struct luck *luck)
{
    return draw(256) < luck->arrives;
}

/* Sector by sector: it is there, it is not, or, now and then, only its beginning is. */
static void let_some_arrive(struct content *content, const struct write *write,
                            const struct luck *luck)
{
    for (size_t at = 0; at < write->size;) {
        size_t size = (size_t)(SECTOR - (write->offset + at) % SECTOR);
        size = size < write->size - at ? size : write->size - at;
        if (arrives(luck)) {
            put(content, write->offset + at, write->bytes + at, size);
        } else if (luck->arrives > 0 && draw(8) == 0) {
            put(content, write->offset + at, write->bytes + at, (size_t)draw(size + 1));
        }
        at += size;
    }
}

static void save_node(const char *path, struct node *node);

static void save_folder(const char *path, struct node *folder)
{
    struct luck luck = {draw(5) * 64};
    struct names names = copy_names(&folder->names);
    for (size_t i = 0; i < folder->changes.count; i++) {
        if (arrives(&luck)) {
            change_names(&names, &folder->changes.items[i]);
        }
    }
    must(mkdir(path, 0700) == 0, "cannot make", path);
    for (size_t i = 0; i < names.items.count; i++) {
        if (!is_shared_memory(names.items.items[i].name)) {
            const struct name *name = &names.items.items[i];
            save_node(inside(path, name->name), name->node);
        }
    }
}

static void save_node(const char *path, struct node *node)
{
    if (node->folder) {
        save_folder(path, node);
        return;
    }
    struct luck luck = {draw(5) * 64};
    struct content content = copy_of(&node->content);
    for (size_t i = 0; i < node->writes.count; i++) {
        const struct write *write = &node->writes.items[i];
        if (write->bytes) {
            let_some_arrive(&content, write, &luck);
        } else if (arrives(&luck)) {
            apply(&content, write);
        }
    }
    write_file(path, &content);
}

void disk_cut_at(uint64_t operation, const char *survivors)
{
    lock();
    disk.cut_at = operation;
    disk.survivors = survivors;
    unlock();
}

bool disk_is_cut(void)
{
    return disk.cut;
}

uint64_t disk_operations(void)
{
    lock();
    uint64_t count = disk.operations;
    unlock();
    return count;
}

void disk_ignore_syncs(void)
{
    lock();
    disk.deaf = true;
    unlock();
}

static void cut(void)
{
    struct node *root = disk.root;
    disk.cut = true;
    disk.root = NULL; /* what writes the survivors is not watched */
    save_folder(disk.survivors, root);
    disk.root = root;
}

/* ---- failing ---- */

void disk_set_full(bool full)
{
    lock();
    disk.full = full;
    disk.full_at = 0;
    unlock();
}

void disk_full_after(uint64_t operations)
{
    lock();
    disk.full_at = disk.operations + operations;
    unlock();
}

bool disk_is_full(void)
{
    lock();
    bool full = disk.full;
    unlock();
    return full;
}

void disk_fail_at(uint64_t at)
{
    lock();
    disk.failable = 0;
    disk.fail_at = at;
    disk.failed = false;
    unlock();
}

bool disk_has_failed(void)
{
    lock();
    bool failed = disk.failed;
    unlock();
    return failed;
}

/* ---- what calls do ---- */

static bool is_mine(const char *path, int fd)
{
    struct str name;
    if (path == NULL) {
        return node_at(fd) != NULL;
    }
    return node_of(str_from(path)) != NULL || folder_of(str_from(path), &name) != NULL;
}

int disk_before(const char *path, int fd, enum disk_act act)
{
    int error = 0;
    lock();
    if (disk.root != NULL && is_mine(path, fd)) {
        disk.operations += act == DISK_READS ? 0 : 1;
        if (!disk.cut && disk.cut_at > 0 && disk.operations >= disk.cut_at) {
            cut();
        }
        disk.full = disk.full || (disk.full_at > 0 && disk.operations >= disk.full_at);
        if (disk.fail_at > 0 && ++disk.failable == disk.fail_at) {
            disk.failed = true;
            error = EIO;
        } else if (disk.full && act == DISK_GROWS) {
            error = ENOSPC;
        }
    }
    unlock();
    return error;
}

static void add_write(struct node *node, uint64_t offset, const void *bytes, size_t size)
{
    struct write write = {offset, bytes ? arena_copy(&disk.arena, bytes, size) : NULL, size};
    if (!disk.cut) {
        LIST_PUSH(&disk.arena, &node->writes, write);
    }
}

void disk_opened(const char *path, int fd, int flags, bool made)
{
    lock();
    struct str name;
    struct node *node = node_of(str_from(path));
    struct node *folder = folder_of(str_from(path), &name);
    if (made && folder != NULL) {
        node = new_node(false);
        change_folder(folder, STR(""), name, node);
    }
    if (fd < FD_MOST) {
        disk.open[fd] = node;
    }
    if (node != NULL && (flags & O_TRUNC) != 0) {
        add_write(node, 0, NULL, 0);
    }
    unlock();
}

void disk_closed(int fd)
{
    lock();
    if (node_at(fd) != NULL) {
        disk.open[fd] = NULL;
    }
    unlock();
}

void disk_wrote(int fd, uint64_t offset, const void *bytes, size_t size)
{
    lock();
    if (node_at(fd) != NULL) {
        add_write(node_at(fd), offset, bytes, size);
    }
    unlock();
}

void disk_cut_to(int fd, uint64_t size)
{
    lock();
    if (node_at(fd) != NULL) {
        add_write(node_at(fd), size, NULL, 0);
    }
    unlock();
}

void disk_synced(int fd)
{
    lock();
    struct node *node = node_at(fd);
    if (node != NULL && !disk.deaf && !disk.cut) {
        for (size_t i = 0; i < node->writes.count; i++) {
            apply(&node->content, &node->writes.items[i]);
        }
        for (size_t i = 0; i < node->changes.count; i++) {
            change_names(&node->names, &node->changes.items[i]);
        }
        node->writes.count = 0;
        node->changes.count = 0;
    }
    unlock();
}

void disk_made_folder(const char *path)
{
    lock();
    struct str name;
    struct node *parent = folder_of(str_from(path), &name);
    if (parent != NULL) {
        change_folder(parent, STR(""), name, new_node(true));
    }
    unlock();
}

/* Within one folder a name is changed in one step; between two, each on its own. */
void disk_renamed(const char *from, const char *to)
{
    lock();
    struct str old, new;
    struct node *node = node_of(str_from(from));
    struct node *left = folder_of(str_from(from), &old);
    struct node *reached = folder_of(str_from(to), &new);
    if (left != NULL && left == reached) {
        change_folder(left, old, new, node);
    } else {
        if (reached != NULL) {
            change_folder(reached, STR(""), new, node);
        }
        if (left != NULL) {
            change_folder(left, old, STR(""), NULL);
        }
    }
    unlock();
}

void disk_removed(const char *path)
{
    lock();
    struct str name;
    struct node *folder = folder_of(str_from(path), &name);
    if (folder != NULL) {
        change_folder(folder, name, STR(""), NULL);
    }
    unlock();
}

/* ---- whether all went through here ---- */

struct comparing {
    const struct node *folder;
    bool same;
};

static void compare(const char *path, struct str name, void *context)
{
    struct comparing *comparing = context;
    const struct node *node = find(&comparing->folder->now, name);
    if (node == NULL || node->folder != is_folder(path)) {
        comparing->same = false;
    } else if (node->folder) {
        struct comparing inner = {node, true};
        each_entry(path, compare, &inner);
        comparing->same = comparing->same && inner.same;
    } else {
        struct content real = read_file(path);
        struct content seen = copy_of(&node->content);
        for (size_t i = 0; i < node->writes.count; i++) {
            apply(&seen, &node->writes.items[i]);
        }
        comparing->same = comparing->same && real.size == seen.size &&
                          (real.size == 0 || memcmp(real.bytes, seen.bytes, real.size) == 0);
    }
}

bool disk_saw_all(void)
{
    lock();
    struct node *root = disk.root;
    struct comparing comparing = {root, true};
    disk.root = NULL; /* what compares is not watched */
    each_entry(str_cstr(&disk.arena, disk.folder), compare, &comparing);
    disk.root = root;
    unlock();
    return comparing.same;
}
