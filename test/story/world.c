/* See world.h. */
#include "store/installation.h"
#include "world.h"
#include "test_server.h"

#include "base/buf.h"
#include "compile/compile.h"
#include "service/signed.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORLD_CAP ((size_t)1024 * 1024 * 1024)
#define READERS 2

static const struct actor system_actor;

static struct str below(struct world *world, struct str path)
{
    return str_starts(path, STR("/")) ? path
                                      : STR_JOIN(&world->arena, world->source, STR("/"), path);
}

static bool read_file(struct arena *arena, struct str path, struct str *ret_text)
{
    struct stat info;
    int file = open(str_cstr(arena, path), O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &info) != 0 || info.st_size > INT32_MAX) {
        if (file >= 0) {
            close(file);
        }
        return false;
    }
    size_t size = (size_t)info.st_size;
    char *bytes = arena_alloc(arena, size);
    bool whole = read(file, bytes, size) == (ssize_t)size;
    close(file);
    *ret_text = (struct str){bytes, size};
    return whole;
}

void world_check(struct world *world, enum status status)
{
    for (size_t i = 0; i < world->outcome.problems.count && status != STATUS_OK; i++) {
        const struct problem *problem = &world->outcome.problems.items[i];
        print_error("%.*s %.*s\n", STR_ARG(problem->where), STR_ARG(problem->message));
    }
    if (status != STATUS_OK) {
        struct str title = status_title(status);
        fail_msg("%.*s: %.*s", STR_ARG(title), STR_ARG(world->outcome.detail));
    }
}

/* ---- the folder and the model ---- */

static int64_t clock_now(void *context)
{
    const struct world *world = context;
    return world->now.ms;
}

static struct str compiled_model(struct world *world)
{
    struct compile_result compiled = {0};
    enum status status = compile_model(&world->arena, below(world, STR("model")),
                                       STR("/usr/share/zoneinfo"), &world->outcome, &compiled);
    for (size_t i = 0; i < compiled.error_count; i++) {
        struct str line = compile_error_line(&world->arena, &compiled.errors[i]);
        print_error("%.*s\n", STR_ARG(line));
    }
    world_check(world, status);
    return compiled.image;
}

static void make_folder(struct world *world)
{
    const char *parent = getenv("TMPDIR");
    char *name = arena_copy(&world->arena, "/hearth-story-XXXXXX", 21);
    struct str path =
        STR_JOIN(&world->arena, str_from(parent != NULL ? parent : "/tmp"), str_from(name));
    char *made = arena_copy(&world->arena, str_cstr(&world->arena, path), path.n + 1);
    assert_non_null(mkdtemp(made));
    world->data = str_from(made);
}

/* The clock stands at the first second of 1970 until the zone of the model is known. */
static void set_clock(struct world *world, struct str now)
{
    enum zone_fit fit;
    struct calendar calendar = model_calendar(store_model(world->store));
    assert_true(zone_parse(calendar.zone, now, &world->now, &fit));
}

/* ---- who is who, for scripts ---- */

/* The record of an entity in which a text field says this. */
static bool find_by_text(struct world *world, struct str entity_name, struct str field_name,
                         struct str text, struct uuid *ret_id)
{
    const struct model *model = store_model(world->store);
    uint32_t entity = model_entity_by_name(model, entity_name);
    uint32_t field = model_field_by_name(model, entity, field_name);
    struct store_reader *reader;
    struct str next = STR("");
    bool found = false;
    world_check(world, store_read_begin(world->store, &world->arena, &reader));
    do {
        struct work_set set;
        struct record **records;
        size_t count;
        struct store_page page = {.limit = 200, .cursor = next};
        work_set_init(&set, &world->arena, model, world->now, &system_actor);
        world_check(world, store_find(reader, &set, entity, MODEL_NONE, (struct uuid){{0}}, page,
                                      &world->outcome, &records, &count, &next));
        for (size_t i = 0; i < count && !found; i++) {
            struct value value = value_get(&records[i]->subject, field);
            found = value.type == VALUE_TEXT && str_eq(value.text, text);
            *ret_id = records[i]->subject.id;
        }
    } while (!found && next.n > 0);
    store_read_end(reader);
    return found;
}

/* Who was found once stays who they are. */
static bool find_once(struct world *world, struct str entity, struct str field, struct str text,
                      struct uuid *ret_id)
{
    struct str key = STR_JOIN(&world->arena, entity, STR(" "), text);
    const struct uuid *known = map_get(&world->found, key);
    if (known != NULL) {
        *ret_id = *known;
        return true;
    }
    if (!find_by_text(world, entity, field, text, ret_id)) {
        return false;
    }
    (void)map_add(&world->found, key, arena_copy(&world->arena, ret_id, sizeof(*ret_id)));
    return true;
}

static bool host_worker(void *context, struct str login, struct uuid *ret_worker)
{
    return find_once(context, STR("worker"), STR("login"), login, ret_worker);
}

static bool host_agency(void *context, struct str code, struct uuid *ret_agency)
{
    return find_once(context, STR("agency"), STR("code"), code, ret_agency);
}

static void host_progress(void *context, size_t done, size_t total)
{
    (void)context;
    (void)done;
    (void)total;
}

static bool host_file(void *context, struct str name, struct str *ret_bytes)
{
    struct world *world = context;
    return read_file(&world->arena, STR_JOIN(&world->arena, world->folder, STR("/"), name),
                     ret_bytes);
}

static void host_set_now(void *context, struct instant at)
{
    struct world *world = context;
    world->now = at;
}

/* ---- imports ---- */

static bool import_read(void *context, struct arena *arena, struct str file, struct str *ret_text)
{
    const struct world *world = context;
    return read_file(arena, STR_JOIN(arena, world->folder, STR("/"), file), ret_text);
}

static void import_reject(void *context, const struct import_reject *rejected)
{
    struct world *world = context;
    struct world_reject reject = {str_copy(&world->arena, rejected->file), rejected->row->line,
                                  str_copy(&world->arena, rejected->reason)};
    LIST_PUSH(&world->arena, &world->rejects, reject);
}

static void import_progress(void *context, const struct import_count *count)
{
    (void)context;
    (void)count;
}

const struct import_count *world_import(struct world *world, struct str mapping_path,
                                        struct str folder, struct uuid agency, size_t *ret_count)
{
    const struct import_host host = {world, import_read, import_reject, import_progress};
    struct mapping mapping;
    struct import_count *counts;
    struct str text;
    struct str path = below(world, mapping_path);
    world->folder = below(world, folder);
    world->rejects.count = 0;
    assert_true(read_file(&world->arena, path, &text));
    world_check(world, mapping_read(&world->arena, store_model(world->store), path, text,
                                    &world->outcome, &mapping));
    world_check(world, import_run(world->store, &world->arena, &mapping, agency, &host,
                                  &world->outcome, &counts));
    *ret_count = mapping.table_count;
    return counts;
}

struct uuid world_agency(struct world *world, struct str code)
{
    struct uuid agency;
    assert_true(host_agency(world, code, &agency));
    return agency;
}

/* ---- the county ---- */

void world_open(struct world *world, struct str source, struct str now)
{
    static struct script_host host;
    size_t tables;
    *world = (struct world){.source = source};
    arena_init(&world->arena, WORLD_CAP, NULL, NULL);
    map_init(&world->found, &world->arena);
    outcome_init(&world->outcome, &world->arena);
    make_folder(world);
    struct store_options options = {.directory = world->data,
                                    .server = test_server(&world->arena, world->data),
                                    .image = compiled_model(world),
                                    .now_ms = clock_now,
                                    .now_context = world,
                                    .readers = READERS,
                                    .make_copy = service_make_copy};
    world_check(world, store_open(&options, &world->outcome, &world->store));
    set_clock(world, now);
    (void)world_import(world, STR("mapping/reference-data.yaml"), STR("model/data"),
                       (struct uuid){{0}}, &tables);
    host = (struct script_host){.context = world,
                                .worker = host_worker,
                                .agency = host_agency,
                                .progress = host_progress,
                                .file = host_file,
                                .set_now = host_set_now};
    world->script = script_begin(world->store, &world->arena, &host, &world->outcome);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

void world_close(struct world *world)
{
    world->store = store_close(world->store);
    assert_int_equal(
        nftw(str_cstr(&world->arena, world->data), remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    arena_clear(&world->arena);
}

struct str world_text(struct world *world, struct str path)
{
    struct str text;
    assert_true(read_file(&world->arena, below(world, path), &text));
    return text;
}

void world_play(struct world *world, struct str path)
{
    struct str text = world_text(world, path);
    struct str whole = below(world, path);
    size_t end = whole.n;
    while (whole.p[end - 1] != '/') {
        end--;
    }
    world->folder = str_slice(whole, 0, end - 1);
    world_check(world, script_file(world->script, path, text));
}

struct store_audit world_audit(struct world *world)
{
    struct store_audit audit;
    world_check(world, store_catch_up(world->store, &world->outcome));
    world_check(world, store_audit_verify(world->store, &world->arena, &audit));
    return audit;
}
