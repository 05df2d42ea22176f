/* The disk is full, an operation of the disk fails, an allocation is refused: whoever waits is
 * told, what was told to be kept is there, and the store goes on as soon as it can, without being
 * opened anew. */
#include "disk.h"
#include "memory.h"
#include "work.h"

#include <inttypes.h>

#define STRIDE_QUICK 13u /* of the points of failure, one in so many */
#define STRIDE_DISK 3u   /* where each takes a store of its own */
#define POINTS_MOST 20000u
#define ROUNDS_MOST 100
#define REFUSED_LEAST 10u

static unsigned stride(unsigned quick)
{
    const char *tier = getenv("HEARTH_TEST_TIER");
    return tier != NULL && strcmp(tier, "long") == 0 ? 1 : quick;
}

/* A store with its people, to which failures happen. */
struct trial {
    struct world world;
    struct work work;
};

static void trial_begin(struct trial *trial)
{
    world_begin(&trial->world);
    trial->work = (struct work){.world = &trial->world, .random = 3};
    disk_watch(trial->world.folder, 1);
}

static void trial_end(struct trial *trial)
{
    disk_fail_at(0);
    memory_fail_at(0);
    trial->world.store = store_close(trial->world.store);
    disk_forget();
    world_end(&trial->world);
}

#define TRIAL(name)                                                                                \
    struct trial name CLEANUP(trial_end);                                                          \
    trial_begin(&(name))

static void must_be_right(struct trial *trial, const char *when, uint64_t at)
{
    if (trial->work.wrong[0] != '\0') {
        print_error("%s %" PRIu64 ": %s\n", when, at, trial->work.wrong);
        fail();
    }
}

/* As it is now, and once more when it is opened anew. */
static void check_twice(struct trial *trial, const char *when, uint64_t at)
{
    work_goes_on(&trial->work);
    work_check(&trial->work);
    must_be_right(trial, when, at);
    trial->world.store = store_close(trial->world.store);
    disk_forget();
    disk_watch(trial->world.folder, 1);
    assert_true(work_open(&trial->work));
    work_check(&trial->work);
    must_be_right(trial, when, at);
}

/* ---- the disk is full ---- */

static void a_full_disk_is_told_and_got_over(void **state)
{
    (void)state;
    TRIAL(trial);
    work_each(&trial.work);
    disk_set_full(true);
    /* What its files have room for is still taken. */
    for (int i = 0; i < ROUNDS_MOST && trial.work.refused < REFUSED_LEAST; i++) {
        work_each(&trial.work);
    }
    assert_true(trial.work.refused >= REFUSED_LEAST);
    assert_int_equal(trial.work.last_refusal, STATUS_NO_SPACE);
    disk_set_full(false);
    check_twice(&trial, "full", 0);
}

/* It fills up in the middle of something. */
static void a_disk_that_fills_up_anywhere_loses_nothing(void **state)
{
    (void)state;
    TRIAL(trial);
    work_each(&trial.work);
    for (uint64_t at = 1; at < 400; at += stride(STRIDE_QUICK)) {
        disk_full_after(at);
        work_each(&trial.work);
        bool filled = disk_is_full();
        disk_set_full(false);
        work_goes_on(&trial.work);
        must_be_right(&trial, "full after", at);
        if (!filled) {
            break;
        }
    }
    check_twice(&trial, "full", 0);
}

/* ---- the disk fails ---- */

static void an_operation_that_fails_is_told_and_got_over(void **state)
{
    (void)state;
    unsigned points = 0;
    for (uint64_t at = 1; at < POINTS_MOST; at += stride(STRIDE_DISK)) {
        TRIAL(trial);
        work_each(&trial.work);
        disk_fail_at(at);
        work_each(&trial.work);
        bool failed = disk_has_failed();
        disk_fail_at(0);
        check_twice(&trial, "operation", at);
        if (!failed) {
            break;
        }
        points++;
    }
    print_message("# %u points at which an operation of the disk failed\n", points);
    assert_true(points > 5);
}

/* Also while the store is opened: it says what failed, or is open. */
static void opening_survives_an_operation_that_fails(void **state)
{
    (void)state;
    TRIAL(trial);
    work_each(&trial.work);
    bool failed = true;
    for (uint64_t at = 1; failed && at < POINTS_MOST; at += stride(STRIDE_QUICK)) {
        trial.world.store = store_close(trial.world.store);
        disk_fail_at(at);
        bool opened = work_open(&trial.work);
        failed = disk_has_failed();
        disk_fail_at(0);
        assert_true(opened || trial.work.wrong[0] != '\0');
        trial.work.wrong[0] = '\0';
        assert_true(opened || work_open(&trial.work));
        must_be_right(&trial, "opening, operation", at);
    }
    check_twice(&trial, "opening", 0);
}

/* ---- memory ends ---- */

static void an_allocation_that_is_refused_is_told_and_got_over(void **state)
{
    (void)state;
    TRIAL(trial);
    unsigned points = 0;
    bool failed = true;
    work_each(&trial.work);
    for (uint64_t at = 1; failed && at < POINTS_MOST; at += stride(STRIDE_QUICK)) {
        memory_fail_at(at);
        work_each(&trial.work);
        failed = memory_has_failed();
        memory_fail_at(0);
        points += failed ? 1 : 0;
        must_be_right(&trial, "allocation", at);
        if (at % 64 < stride(STRIDE_QUICK)) {
            work_goes_on(&trial.work);
            must_be_right(&trial, "after allocation", at);
        }
    }
    print_message("# %u allocations refused\n", points);
    assert_true(points > 20);
    check_twice(&trial, "allocations", 0);
}

static void opening_survives_an_allocation_that_is_refused(void **state)
{
    (void)state;
    TRIAL(trial);
    work_each(&trial.work);
    bool failed = true;
    unsigned points = 0;
    for (uint64_t at = 1; failed && at < POINTS_MOST; at += stride(STRIDE_QUICK)) {
        trial.world.store = store_close(trial.world.store);
        memory_fail_at(at);
        bool opened = work_open(&trial.work);
        failed = memory_has_failed();
        memory_fail_at(0);
        points += failed ? 1 : 0;
        assert_true(opened || trial.work.wrong[0] != '\0');
        trial.work.wrong[0] = '\0';
        assert_true(opened || work_open(&trial.work));
    }
    print_message("# %u allocations refused while opening\n", points);
    assert_true(points > 20);
    check_twice(&trial, "opening", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_is_told_and_got_over),
        cmocka_unit_test(a_disk_that_fills_up_anywhere_loses_nothing),
        cmocka_unit_test(an_operation_that_fails_is_told_and_got_over),
        cmocka_unit_test(opening_survives_an_operation_that_fails),
        cmocka_unit_test(an_allocation_that_is_refused_is_told_and_got_over),
        cmocka_unit_test(opening_survives_an_allocation_that_is_refused),
    };
    memory_watch();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
