/* Importing a caseload: what is sound comes in, what is faulty is set aside with its line and
 * reason, what has no place yet waits, and a second run changes nothing. */
#include "store/installation.h"
#include "world.h"

#include "base/buf.h"

#include <stdlib.h>
#include <sys/stat.h>

#define TABLES 7

static struct str source;

static const struct str mapping = STR_INIT("mapping/caseload-sample.yaml");

static void assert_counts(const struct import_count *count, const char *table, uint32_t made,
                          uint32_t staged, uint32_t rejected)
{
    if (!str_eq(count->table, str_from(table)) || count->made != made || count->staged != staged ||
        count->rejected != rejected) {
        fail_msg("%.*s: %u made, %u staged, %u set aside; expected %s: %u, %u, %u",
                 STR_ARG(count->table), count->made, count->staged, count->rejected, table, made,
                 staged, rejected);
    }
}

static void assert_rejected(const struct world *world, const char *file, uint32_t line,
                            const char *words)
{
    for (size_t i = 0; i < world->rejects.count; i++) {
        const struct world_reject *reject = &world->rejects.items[i];
        if (str_eq(reject->file, str_from(file)) && reject->line == line) {
            if (str_find(reject->reason, str_from(words)) < 0) {
                fail_msg("%s:%u was set aside, but because: %.*s", file, line,
                         STR_ARG(reject->reason));
            }
            return;
        }
    }
    fail_msg("%s:%u was not set aside", file, line);
}

/* Nothing is made, changed or kept waiting a second time, and the same rows are set aside. */
static void assert_second_run_changes_nothing(struct world *world, struct str folder,
                                              struct uuid agency, size_t rejects)
{
    size_t count;
    const struct import_count *counts = world_import(world, mapping, folder, agency, &count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(counts[i].made, 0);
        assert_int_equal(counts[i].changed, 0);
        assert_int_equal(counts[i].staged, 0);
        assert_int_equal(counts[i].same + counts[i].rejected, counts[i].read);
    }
    assert_int_equal(world->rejects.count, rejects);
}

static void assert_faults(const struct world *world)
{
    assert_rejected(world, "children.csv", 4, "birth_date: This is not a date");
    assert_rejected(world, "children.csv", 5, "future");
    assert_rejected(world, "children.csv", 6, "'unknown' in column gender");
    assert_rejected(world, "children.csv", 7, "'Martian' in column race");
    assert_rejected(world, "children.csv", 9, "3 fields, the heading 6");
    assert_rejected(world, "children.csv", 10, "after a closing quotation mark");
    assert_rejected(world, "children.csv", 12, "line 11 has the same key '10'");
    assert_rejected(world, "cases.csv", 3, "closed before it was referred");
    assert_rejected(world, "cases.csv", 4, "referred_on: ");
    assert_rejected(world, "cases.csv", 5, "'adoption' in column case_type");
    assert_rejected(world, "case_child.csv", 4, "there is no row '101' in cases");
    assert_rejected(world, "case_child.csv", 5, "there is no row '3' in children");
    assert_rejected(world, "allegations.csv", 3, "before the child was born");
    assert_rejected(world, "allegations.csv", 4, "'arson' in column allegation_type");
    assert_rejected(world, "notes.csv", 5, "text: ");
    assert_rejected(world, "notes.csv", 6, "there is no row '999' in cases");
}

static void test_faulty_rows_are_set_aside(void **state)
{
    struct world world;
    size_t count;
    (void)state;
    world_open(&world, source, STR("2026-11-25T08:00"));
    struct uuid agency = world_agency(&world, STR("073"));
    const struct str folder = STR("test/story/import");
    const struct import_count *counts = world_import(&world, mapping, folder, agency, &count);
    assert_int_equal(count, TABLES);
    assert_faults(&world);
    assert_counts(&counts[0], "children", 5, 0, 7);
    assert_counts(&counts[1], "cases", 2, 0, 3);
    assert_counts(&counts[2], "case_children", 2, 0, 2);
    assert_counts(&counts[3], "allegations", 2, 0, 2);
    assert_counts(&counts[4], "notes", 2, 1, 2);
    assert_counts(&counts[5], "episodes", 0, 1, 0);
    assert_counts(&counts[6], "placements", 0, 1, 0);
    assert_second_run_changes_nothing(&world, folder, agency, 16);
    struct store_audit audit = world_audit(&world);
    assert_int_equal(audit.broken, 0);
    world_close(&world);
}

/* The shared caseload, where there is one: in the folder that HEARTH_SHARED names, or beside the
 * source tree. */
static struct str shared_caseload(struct arena *arena)
{
    const char *shared = getenv("HEARTH_SHARED");
    return shared != NULL ? STR_JOIN(arena, str_from(shared), STR("/data/caseload-sample"))
                          : STR_JOIN(arena, source, STR("/../shared/data/caseload-sample"));
}

static void test_shared_caseload(void **state)
{
    struct world world;
    struct stat info;
    size_t count;
    uint32_t read = 0, in = 0;
    (void)state;
    world_open(&world, source, STR("2026-11-25T08:00"));
    struct str folder = shared_caseload(&world.arena);
    if (stat(str_cstr(&world.arena, folder), &info) != 0) {
        world_close(&world);
        skip();
    }
    struct uuid agency = world_agency(&world, STR("073"));
    const struct import_count *counts = world_import(&world, mapping, folder, agency, &count);
    for (size_t i = 0; i < count; i++) {
        read += counts[i].read;
        in += counts[i].made + counts[i].staged + counts[i].rejected;
        assert_true(counts[i].read > 0);
    }
    assert_int_equal(in, read);
    assert_true(world.rejects.count * 10 < read);
    for (size_t i = 0; i < world.rejects.count; i++) {
        assert_true(world.rejects.items[i].line > 1 && world.rejects.items[i].reason.n > 0);
    }
    assert_second_run_changes_nothing(&world, folder, agency, world.rejects.count);
    world_close(&world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faulty_rows_are_set_aside),
        cmocka_unit_test(test_shared_caseload),
    };
    source = str_from(argc > 1 ? argv[1] : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
