/* The power goes at each write while the kernel's tables of an older file are brought to the newest
 * version: afterwards all steps were taken or none, what stood in them is there, and it can be done
 * again. */
#include "disk.h"
#include "work.h"

#include <inttypes.h>

#include "store/kernel.h"

/* One kind of file at one version. */
struct older {
    struct arena arena;
    const struct kernel_steps *kernel;
    char folder[200];
    struct str before, after; /* what is in the file, in words */
};

static struct db *open_kernel_file(struct arena *arena, const char *folder)
{
    struct outcome outcome;
    struct db *db;
    struct db_options options = {.path = STR_JOIN(arena, str_from(folder), STR("/kernel.db")),
                                 .role = DB_WRITER,
                                 .create = true};
    outcome_init(&outcome, arena);
    assert_int_equal(db_open_sqlite(&options, &outcome, &db), STATUS_OK);
    return db;
}

/* Tables, version, and how many images are noted. */
static struct str words_of_file(struct arena *arena, const char *folder)
{
    struct db *db = open_kernel_file(arena, folder);
    struct db_statement *q;
    struct buf all;
    buf_init(&all, arena, (size_t)4 * 1024 * 1024);
    assert_int_equal(
        db_prepare(db, STR("SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY name"),
                   arena, &q),
        STATUS_OK);
    while (db_next(q)) {
        BUF_ADD(&all, db_text(q, 0), STR("\n"));
    }
    assert_int_equal(db_finish(q), STATUS_OK);
    int64_t version;
    assert_int_equal(kernel_version(db, arena, &version), STATUS_OK);
    buf_int(&all, version);
    if (version > 0 && str_find(buf_str(&all), STR("model_image")) >= 0) {
        assert_int_equal(db_prepare(db, STR("SELECT count(*) FROM model_image"), arena, &q),
                         STATUS_OK);
        assert_true(db_next(q));
        BUF_ADD(&all, STR(" images "));
        buf_int(&all, db_int(q, 0));
        assert_int_equal(db_finish(q), STATUS_OK);
    }
    db_close(db);
    return buf_str(&all);
}

static void in_folder(char folder[200])
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder, 200, "%s/hearth-kernel-XXXXXX", parent != NULL ? parent : P_tmpdir);
    assert_non_null(mkdtemp(folder));
}

static enum status make(struct arena *arena, const char *folder, const struct kernel_steps *kernel)
{
    struct outcome outcome;
    struct db *db = open_kernel_file(arena, folder);
    outcome_init(&outcome, arena);
    enum status status = kernel_make(db, kernel, arena, &outcome);
    db_close(db);
    return status;
}

static void begin(struct older *older, const struct kernel_steps *kernel, int64_t version)
{
    struct kernel_steps first = {.steps = kernel->steps};
    *older = (struct older){.kernel = kernel};
    arena_init(&older->arena, SIZE_MAX, NULL, NULL);
    in_folder(older->folder);
    while (first.count < kernel->count && kernel->steps[first.count].version <= version) {
        first.count++;
    }
    if (first.count > 0) {
        assert_int_equal(make(&older->arena, older->folder, &first), STATUS_OK);
    }
    if (kernel == &kernel_records && version > 0) {
        struct db_scope scope = {0};
        struct db *db = open_kernel_file(&older->arena, older->folder);
        assert_int_equal(db_begin(db, DB_WRITE, &scope), STATUS_OK);
        assert_int_equal(db_script(db, STR("INSERT INTO model_image (digest, name, version, "
                                           "activated_at) VALUES ('d', 'n', 'v', 1)")),
                         STATUS_OK);
        assert_int_equal(db_commit(&scope), STATUS_OK);
        db_close(db);
    }
    older->before = words_of_file(&older->arena, older->folder);
}

static void end(struct older *older)
{
    nftw(older->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_clear(&older->arena);
}

/* All steps on a copy; the power goes before an operation (0: it stays), and what is left is
 * judged. Gives the operations that there were. */
static uint64_t take_steps(struct older *older, uint64_t cut_at, bool *ret_whole)
{
    char folder[200], data[220], left[220];
    TEST_ARENA(arena);
    in_folder(folder);
    snprintf(data, sizeof(data), "%s/data", folder);
    snprintf(left, sizeof(left), "%s/left", folder);
    folder_copy(older->folder, data);
    disk_watch(data, cut_at + 1);
    disk_cut_at(cut_at, left);
    (void)make(&arena, data, older->kernel);
    uint64_t operations = disk_operations();
    disk_forget();
    struct str words = words_of_file(&arena, cut_at == 0 ? data : left);
    if (cut_at == 0) {
        older->after = str_copy(&older->arena, words);
    }
    *ret_whole = str_eq(words, older->before) || str_eq(words, older->after);
    *ret_whole = *ret_whole &&
                 make(&arena, cut_at == 0 ? data : left, older->kernel) == STATUS_OK &&
                 str_eq(words_of_file(&arena, cut_at == 0 ? data : left), older->after);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return operations;
}

static uint64_t cut_everywhere(const struct kernel_steps *kernel, int64_t version)
{
    struct older older;
    unsigned bad = 0;
    bool whole;
    begin(&older, kernel, version);
    uint64_t operations = take_steps(&older, 0, &whole);
    assert_true(whole);
    assert_false(str_eq(older.before, older.after));
    for (uint64_t at = 1; at <= operations; at++) {
        (void)take_steps(&older, at, &whole);
        if (!whole) {
            print_error("from version %lld, operation %" PRIu64 ": half a step is left\n",
                        (long long)version, at);
            bad++;
        }
    }
    end(&older);
    assert_int_equal(bad, 0);
    return operations;
}

/* From nothing, from the first version and from the last. */
static void steps_are_taken_wholly_or_not_at_all(void **state)
{
    static const struct kernel_steps *const kernels[] = {&kernel_records, &kernel_attachments,
                                                         &kernel_access_log};
    uint64_t operations = 0;
    (void)state;
    for (size_t k = 0; k < ARRAY_LENGTH(kernels); k++) {
        int64_t newest = kernel_newest(kernels[k]);
        operations += cut_everywhere(kernels[k], 0);
        operations += newest > 1 ? cut_everywhere(kernels[k], 1) : 0;
        operations += newest > 2 ? cut_everywhere(kernels[k], newest - 1) : 0;
    }
    print_message("# the power went at each of %" PRIu64 " operations\n", operations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_taken_wholly_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
