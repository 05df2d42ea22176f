/* The power goes at a random moment: everything that was told to be kept is there, wholly, history
 * verifies, and the store goes on. Without syncs the same test finds what is lost.
 *
 * HEARTH_TEST_SEED=N runs that one seed alone. The seed draws the work, the moment and what of the
 * unsynced writes arrives; ids, salts and what the threads do at once are not drawn from it. */
#include "disk.h"
#include "work.h"

#include <inttypes.h>

#define RUNS_QUICK 60u
#define RUNS_LONG 1000u
#define RUNS_DEAF 20u
#define STEPS 40u
#define OPERATIONS 2000u /* of a run, about: the power goes within them */
#define FRESH_EVERY 8u   /* one in so many begins in an empty folder */

/* A store with its people, closed, from which runs begin; and about how many operations one takes.
 */
struct base {
    struct world world;
    uint64_t operations;
};

static int base_begin(void **state)
{
    struct base *base = calloc(1, sizeof(*base));
    assert_non_null(base);
    world_begin(&base->world);
    base->world.store = store_close(base->world.store);
    *state = base;
    return 0;
}

static int base_end(void **state)
{
    struct base *base = *state;
    world_end(&base->world);
    free(base);
    return 0;
}

/* One run in a folder of its own: FOLDER/data is worked on, FOLDER/left is what survives. */
struct run {
    const struct base *base;
    uint64_t seed;
    bool fresh, deaf;
    uint64_t cut_at; /* 0: the power stays */
    char folder[200];
    char data[220], left[220];
    struct world before, after;
    struct work work;
};

static bool still_counts(void)
{
    return !disk_is_cut();
}

static void run_before(struct run *run)
{
    struct work *work = &run->work;
    world_copy(&run->before, &run->base->world, run->data);
    *work = (struct work){.world = &run->before, .counts = still_counts};
    disk_watch(run->data, run->seed);
    disk_cut_at(run->cut_at, run->left);
    if (run->deaf) {
        disk_ignore_syncs();
    }
    bool hired = work_open(work) && (!run->fresh || work_hire(work));
    if (hired) {
        run->fresh = run->fresh && disk_is_cut(); /* the people must be there, or need not be */
        work_some(work, run->seed, STEPS, disk_is_cut);
    }
    run->before.store = store_close(run->before.store);
}

static void run_after(struct run *run)
{
    struct work *work = &run->work;
    struct world *after = &run->after;
    world_copy(after, &run->before, run->left);
    atomic_store(&after->now, atomic_load(&run->before.now));
    work->world = after;
    work->counts = NULL;
    if (work->wrong[0] != '\0' || !work_open(work)) {
        return;
    }
    bool hired = !run->fresh || work_hire(work);
    if (!hired) {
        work_wrong(work, "nobody can be hired");
    } else {
        work_check(work);
        work_goes_on(work);
    }
    after->store = store_close(after->store);
}

static void run_begin(struct run *run)
{
    const char *parent = getenv("TMPDIR");
    snprintf(run->folder, sizeof(run->folder), "%s/hearth-power-XXXXXX",
             parent != NULL ? parent : P_tmpdir);
    assert_non_null(mkdtemp(run->folder));
    snprintf(run->data, sizeof(run->data), "%s/data", run->folder);
    snprintf(run->left, sizeof(run->left), "%s/left", run->folder);
    if (run->fresh) {
        assert_int_equal(mkdir(run->data, 0700), 0);
    } else {
        folder_copy(run->base->world.folder, run->data);
    }
}

static void run_end(struct run *run)
{
    disk_forget();
    arena_clear(&run->before.arena);
    arena_clear(&run->after.arena);
    nftw(run->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* What is wrong afterwards stands in run->work.wrong. */
static void run_once(struct run *run)
{
    run_begin(run);
    run_before(run);
    if (disk_is_cut()) {
        run_after(run);
    }
    run_end(run);
}

static uint64_t mix(uint64_t seed)
{
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9u;
    return seed ^ (seed >> 31);
}

static struct run *run_of(struct base *base, uint64_t seed, bool deaf)
{
    struct run *run = calloc(1, sizeof(*run));
    assert_non_null(run);
    *run = (struct run){.base = base, .seed = seed, .deaf = deaf};
    run->fresh = !deaf && seed % FRESH_EVERY == 0;
    run->cut_at = 1 + mix(seed) % OPERATIONS;
    run_once(run);
    return run;
}

/* ---- the tests ---- */

static void nothing_is_written_past_the_disk(void **state)
{
    struct base *base = *state;
    struct run run = {.base = base, .seed = 1};
    run_begin(&run);
    run_before(&run);
    assert_string_equal(run.work.wrong, "");
    assert_true(disk_saw_all());
    assert_true(disk_operations() > OPERATIONS / 4);
    run_end(&run);
}

static bool is_long(void)
{
    const char *tier = getenv("HEARTH_TEST_TIER");
    return tier != NULL && strcmp(tier, "long") == 0;
}

static void what_was_told_to_be_kept_survives(void **state)
{
    struct base *base = *state;
    const char *one = getenv("HEARTH_TEST_SEED");
    uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1;
    uint64_t runs = one != NULL ? 1 : is_long() ? RUNS_LONG : RUNS_QUICK;
    unsigned bad = 0, cuts = 0, calls = 0;
    for (uint64_t seed = first; seed < first + runs; seed++) {
        struct run *run = run_of(base, seed, false);
        cuts += run->after.image.n > 0 ? 1 : 0;
        calls += (unsigned)run->work.call_count;
        if (run->work.wrong[0] != '\0') {
            print_error("HEARTH_TEST_SEED=%" PRIu64 ": operation %" PRIu64 ": %s\n", seed,
                        run->cut_at, run->work.wrong);
            bad++;
        }
        free(run);
    }
    print_message("# seeds %" PRIu64 " to %" PRIu64 ": %u times the power went, %u calls, %u bad\n",
                  first, first + runs - 1, cuts, calls, bad);
    assert_int_equal(bad, 0);
}

/* The proof that the test can find a loss. */
static void without_syncs_it_does_not(void **state)
{
    struct base *base = *state;
    unsigned found = 0;
    for (uint64_t seed = 1; seed <= RUNS_DEAF; seed++) {
        struct run *run = run_of(base, seed, true);
        found += run->work.wrong[0] != '\0' ? 1 : 0;
        free(run);
    }
    print_message("# without syncs: a loss in %u of %u\n", found, RUNS_DEAF);
    assert_true(found > RUNS_DEAF / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_written_past_the_disk),
        cmocka_unit_test(what_was_told_to_be_kept_survives),
        cmocka_unit_test(without_syncs_it_does_not),
    };
    return cmocka_run_group_tests(tests, base_begin, base_end);
}
