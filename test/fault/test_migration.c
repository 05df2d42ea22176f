/* The power goes at each write while a folder is brought to another model: afterwards all of it is
 * there or nothing, what was told is kept, and it can be done again. */
#include "disk.h"
#include "work.h"

#include <inttypes.h>


/* A folder with work in it, of an older model; and the newer one. */
struct older {
    struct world world;
    struct work work;
    struct str newer;         /* image */
    struct str before, after; /* the schemas */
};

static struct str schema_of(struct arena *arena, const char *folder)
{
    struct outcome outcome;
    struct db *db;
    struct db_statement *q;
    struct buf all;
    struct db_options options = {.path = STR_JOIN(arena, str_from(folder), STR("/hearth.db")),
                                 .role = DB_WRITER};
    outcome_init(&outcome, arena);
    buf_init(&all, arena, (size_t)4 * 1024 * 1024);
    assert_int_equal(db_open_sqlite(&options, &outcome, &db), STATUS_OK);
    assert_int_equal(
        db_prepare(db, STR("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"),
                   arena, &q),
        STATUS_OK);
    while (db_next(q)) {
        BUF_ADD(&all, db_text(q, 0), STR("\n"));
    }
    assert_int_equal(db_finish(q), STATUS_OK);
    db_close(db);
    return buf_str(&all);
}

/* With a field more, and one with several codes, which is a table more. */
static struct str newer_model(struct arena *arena)
{
    static const char at[] = "      narrative:";
    const char *place = strstr(report_yaml, at);
    assert_non_null(place);
    struct str before = {report_yaml, (size_t)(place - report_yaml)};
    struct str text = STR_JOIN(arena, before,
                               STR("      gate_code: { kind: text, label: Gate code }\n"
                                   "      marks: { kind: codes, set: race, label: Marks }\n"),
                               str_from(place));
    return compile_test_model(arena, str_cstr(arena, text));
}

static int older_begin(void **state)
{
    struct older *older = calloc(1, sizeof(*older));
    assert_non_null(older);
    struct world *w = &older->world;
    world_begin(w);
    older->work = (struct work){.world = w};
    work_each(&older->work);
    w->store = store_close(w->store);
    assert_string_equal(older->work.wrong, "");
    older->newer = newer_model(&w->arena);
    older->before = schema_of(&w->arena, w->folder);
    *state = older;
    return 0;
}

static int older_end(void **state)
{
    struct older *older = *state;
    world_end(&older->world);
    free(older);
    return 0;
}

/* Opens a copy with the newer model; the power goes before an operation (0: it stays). What is left
 * stands in FOLDER/left. Gives the operations that there were. */
static uint64_t migrate_and_cut(const struct older *older, const char *folder, uint64_t cut_at)
{
    char data[220], left[220];
    struct world w;
    snprintf(data, sizeof(data), "%s/data", folder);
    snprintf(left, sizeof(left), "%s/left", folder);
    folder_copy(older->world.folder, data);
    world_copy(&w, &older->world, data);
    w.image = older->newer;
    struct work work = {.world = &w};
    disk_watch(data, cut_at + 1);
    disk_cut_at(cut_at, left);
    bool opened = work_open(&work);
    uint64_t operations = disk_operations();
    w.store = opened ? store_close(w.store) : NULL;
    if (cut_at == 0) {
        assert_true(opened);
        folder_copy(data, left);
    }
    disk_forget();
    arena_clear(&w.arena);
    return operations;
}

/* All old or all new; then it is opened with the newer model, and what was told is there. */
static bool is_whole(struct older *older, const char *folder, uint64_t cut_at)
{
    char left[220];
    struct world w;
    snprintf(left, sizeof(left), "%s/left", folder);
    world_copy(&w, &older->world, left);
    struct str schema = schema_of(&w.arena, left);
    struct work work = older->work;
    work.world = &w;
    w.image = older->newer;
    if (!str_eq(schema, older->before) && !str_eq(schema, older->after)) {
        work_wrong(&work, "half a migration is left");
    }
    if (work_open(&work)) {
        work_check(&work);
        work_goes_on(&work);
    }
    w.store = store_close(w.store);
    if (!str_eq(schema_of(&w.arena, left), older->after)) {
        work_wrong(&work, "it does not come to the newer model again");
    }
    if (work.wrong[0] != '\0') {
        print_error("operation %" PRIu64 ": %s\n", cut_at, work.wrong);
    }
    arena_clear(&w.arena);
    return work.wrong[0] == '\0';
}

static void in_folder(char folder[200])
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder, 200, "%s/hearth-migrate-XXXXXX", parent != NULL ? parent : P_tmpdir);
    assert_non_null(mkdtemp(folder));
}

static void a_migration_is_there_wholly_or_not_at_all(void **state)
{
    struct older *older = *state;
    unsigned bad = 0;
    char folder[200], left[220];
    in_folder(folder);
    uint64_t operations = migrate_and_cut(older, folder, 0);
    snprintf(left, sizeof(left), "%s/left", folder);
    older->after = schema_of(&older->world.arena, left);
    assert_false(str_eq(older->before, older->after));
    assert_true(operations > 10);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    for (uint64_t at = 1; at <= operations; at++) {
        in_folder(folder);
        (void)migrate_and_cut(older, folder, at);
        bad += !is_whole(older, folder, at);
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
    print_message("# the power went at each of %" PRIu64 " operations\n", operations);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_migration_is_there_wholly_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, older_begin, older_end);
}
