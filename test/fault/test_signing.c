/* While somebody signs, an allocation is refused: of the program, of SQLite, of what writes JSON.
 * Either the act failed, and there is neither signature nor copy; or it is there with its copy.
 * Nothing is half. */
#include "../story/world.h"
#include "memory.h"
#include "store/installation.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define STRIDE_QUICK 41u /* of the points of failure, one in so many */
#define POINTS_MOST 40000u

static struct str source;

static void *json_piece(size_t size)
{
    return memory_refuses() ? NULL : malloc(size);
}

static unsigned stride(void)
{
    const char *tier = getenv("HEARTH_TEST_TIER");
    return tier != NULL && strcmp(tier, "long") == 0 ? 5 : STRIDE_QUICK;
}

/* ---- the plan of the story, read back and not yet signed ---- */

static const struct str before_signing = STR_INIT("  - by: jonas\n    at: 2026-11-25 18:45\n");
#define SIGNING                                                                                    \
    "script: signing\n"                                                                            \
    "acts:\n"                                                                                      \
    "  - by: jonas\n"                                                                              \
    "    at: 2026-11-25 18:45\n"                                                                   \
    "    take: sign\n"                                                                             \
    "    on: '@plan'\n"                                                                            \
    "    with:\n"                                                                                  \
    "      signatures:\n"
#define FIRST                                                                                      \
    "        - { as: dana_signature, person: '@dana.person', name: Dana Sorrell, role: PARENT, "   \
    "way: DRAWN, signed_at: 2026-11-25 18:41, drawn: 'file signature.png' }\n"

static void play_until_signing(struct world *world)
{
    static const char *const steps[] = {
        "sample/workers.yaml",
        "test/story/steps/00_before.yaml",
        "test/story/steps/01_call.yaml",
        "test/story/steps/02_screening.yaml",
        "test/story/steps/03_school.yaml",
        "test/story/steps/04_home.yaml",
        "test/story/steps/05_heritage.yaml",
        "test/story/steps/06_plan.yaml",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        world_play(world, str_from(steps[i]));
    }
    struct str text = world_text(world, STR("test/story/steps/07_signed.yaml"));
    ptrdiff_t at = str_find(text, before_signing);
    assert_true(at > 0);
    world_check(world, script_file(world->script, STR("before"), str_slice(text, 0, (size_t)at)));
}

/* ---- what is there ---- */

static int number_of(struct world *world, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    struct str path = STR_JOIN(&world->arena, world->data, STR("/hearth.db"));
    assert_int_equal(
        sqlite3_open_v2(str_cstr(&world->arena, path), &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

/* How many copies there are; each with its row of the history, its sealed text and whom it names.
 */
static int whole_copies(struct world *world)
{
    int rows = number_of(world, "SELECT count(*) FROM history WHERE transition = 'signed_copy'");
    assert_int_equal(
        number_of(world, "SELECT count(*) FROM history_sealed WHERE member LIKE 'signed_copy.%'"),
        rows);
    assert_int_equal(number_of(world, "SELECT count(DISTINCT copy) FROM signed_copy_about"), rows);
    return rows;
}

/* What stands beside the signature: a number that each try changes. */
static int line_there(struct world *world)
{
    return number_of(world, "SELECT own_line FROM protective_plan__signatures");
}

static bool sign(struct world *world, struct str what)
{
    outcome_init(&world->outcome, &world->arena);
    enum status status = script_file(world->script, STR("signing"), what);
    assert_true(status == STATUS_OK || world->outcome.problems.count > 0 ||
                world->outcome.detail.n > 0);
    return status == STATUS_OK;
}

static bool sign_again(struct world *world, uint64_t number)
{
    struct arena *arena = &world->arena;
    return sign(world,
                STR_JOIN(arena, STR(SIGNING "        - { row: '@dana_signature', own_line: "),
                         str_from_int(arena, (int64_t)number), STR(" }\n")));
}

/* ---- the test ---- */

static void a_signature_is_there_with_its_copy_or_not_at_all(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, source, STR("2026-11-25T08:00"));
    play_until_signing(&world);
    assert_int_equal(whole_copies(&world), 0);
    assert_true(sign(&world, STR(SIGNING FIRST)));
    bool failed = true;
    unsigned points = 0, refused = 0;
    int copies = 1, line = 0;
    for (uint64_t at = 1; failed && at < POINTS_MOST; at += stride()) {
        memory_fail_at(at);
        bool told = sign_again(&world, at);
        failed = memory_has_failed();
        memory_fail_at(0);
        /* The script reads what it saved: that may fail behind an act that is done. */
        bool done = whole_copies(&world) == copies + 1;
        assert_true(done || !told);
        copies += done ? 1 : 0;
        line = done ? (int)at : line;
        assert_int_equal(whole_copies(&world), copies);
        assert_int_equal(line_there(&world), line);
        points += failed ? 1 : 0;
        refused += done ? 0 : 1;
    }
    print_message("# %u allocations refused while signing, %u acts failed\n", points, refused);
    assert_true(refused > 10);
    assert_false(failed);
    struct store_audit audit = world_audit(&world);
    assert_int_equal(audit.broken, 0);
    assert_int_equal(audit.unsealed, 0);
    world_close(&world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_is_there_with_its_copy_or_not_at_all),
    };
    source = str_from(argc > 1 ? argv[1] : ".");
    memory_watch();
    json_set_alloc_funcs(json_piece, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
