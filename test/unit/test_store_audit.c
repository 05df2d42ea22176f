/* History that was changed behind the store's back is found, whatever was done to it. */
#include "store/installation.h"
#include "test_store_files.h"

#include <sys/stat.h>

/* ---- history to tamper with ---- */

struct taking {
    struct world *world;
    int agency;
    struct uuid id;
    const char *narrative;
};

static enum status take_call(struct uow *uow, void *input)
{
    struct taking *taking = input;
    struct world *w = taking->world;
    struct record *report;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[taking->agency], MODEL_NONE,
                   (struct uuid){{0}}, &report));
    put_text(report, "narrative", taking->narrative);
    taking->id = report->subject.id;
    return STATUS_OK;
}

static enum status change_narrative(struct uow *uow, void *input)
{
    struct taking *taking = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(taking->world, "report"), taking->id, 0, VERB_UPDATE, &report));
    put_text(report, "narrative", taking->narrative);
    return STATUS_OK;
}

/* Two reports of each of two agencies, each changed twice: several rows in several blocks. */
static void make_history(struct world *w)
{
    struct taking takings[4];
    for (int i = 0; i < 4; i++) {
        takings[i] = (struct taking){.world = w, .agency = i % 2, .narrative = "A call."};
        must_act(w, &w->actors[i % 2 == 0 ? INTAKE : STRANGER], take_call, &takings[i]);
    }
    catch_up(w);
    for (int i = 0; i < 4; i++) {
        takings[i].narrative = "A second call.";
        must_act(w, &w->actors[i % 2 == 0 ? INTAKE : STRANGER], change_narrative, &takings[i]);
    }
    catch_up(w);
    for (int i = 0; i < 4; i++) {
        takings[i].narrative = "A third call.";
        must_act(w, &w->actors[i % 2 == 0 ? INTAKE : STRANGER], change_narrative, &takings[i]);
    }
    catch_up(w);
}

static struct store_audit audit(struct world *w)
{
    struct store_audit found;
    assert_int_equal(store_audit_verify(w->store, &w->arena, &found), STATUS_OK);
    return found;
}

static uint64_t rows_of(struct world *w)
{
    return (uint64_t)ask_file(w, "hearth.db", "SELECT count(*) FROM history");
}

/* ---- what is right ---- */

static void history_that_nobody_touched_is_valid(void **state)
{
    (void)state;
    WORLD(w);
    make_history(&w);
    struct store_audit found = audit(&w);
    assert_text(found.first_fault, "");
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.unsealed, 0);
    assert_int_equal(found.expunged, 0);
    assert_int_equal(found.valid, rows_of(&w));
    assert_true(found.valid >= 12);
    world_reopen(&w);
    found = audit(&w);
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.valid, rows_of(&w));
}

static void fresh_rows_are_whole_sealed_or_not(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "A call."};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    struct store_audit found = audit(&w);
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.valid + found.unsealed, rows_of(&w));
    catch_up(&w);
    found = audit(&w);
    assert_int_equal(found.unsealed, 0);
    assert_int_equal(found.valid, rows_of(&w));
}

static void an_empty_store_is_valid(void **state)
{
    (void)state;
    WORLD(w);
    assert_int_equal(audit(&w).broken, 0);
}

/* Expunging takes content and salt and leaves digest and order. */
static void expunged_rows_keep_the_chain_whole(void **state)
{
    (void)state;
    WORLD(w);
    make_history(&w);
    tamper(&w, "hearth.db",
           "UPDATE history SET content = NULL, salt = NULL WHERE sequence IN (7, 8)");
    struct store_audit found = audit(&w);
    assert_text(found.first_fault, "");
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.expunged, 2);
    assert_int_equal(found.valid + 2, rows_of(&w));
}

struct expunging {
    struct uuid record;
    int64_t rows;
};

static enum status expunge(struct uow *uow, void *input)
{
    struct expunging *expunging = input;
    return history_expunge(uow, expunging->record, &expunging->rows);
}

/* By the function that the kernel verb uses: nothing of it is left to be read or guessed. */
static void an_expunged_record_verifies_as_expunged(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "A call."};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    make_history(&w);
    taking.narrative = "What must be forgotten.";
    must_act(&w, &w.actors[INTAKE], change_narrative, &taking);
    catch_up(&w);
    struct expunging expunging = {taking.id, 0};
    must_act(&w, &w.actors[SUPERVISOR], expunge, &expunging);
    assert_int_equal(expunging.rows, 2);
    struct store_audit found = audit(&w);
    assert_text(found.first_fault, "");
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.expunged, 2);
    assert_int_equal(found.valid + 2, rows_of(&w));
    must_act(&w, &w.actors[SUPERVISOR], expunge, &expunging);
    assert_int_equal(expunging.rows, 0);
    w.store = store_close(w.store);
    assert_int_equal(
        ask_file(&w, "hearth.db", "SELECT count(*) FROM history WHERE content LIKE '%forgotten%'"),
        0);
    world_open(&w);
}

/* ---- the second place ---- */

/* Whoever rules the host cuts rows, their block and the checkpoints beside them: the copy knows. */
static void a_tail_cut_off_everywhere_is_found_by_the_second_place(void **state)
{
    (void)state;
    char second[300], line[1200];
    WORLD(w);
    snprintf(second, sizeof(second), "%.200s.second", w.folder);
    assert_int_equal(mkdir(second, 0700), 0);
    w.checkpoints = second;
    world_reopen(&w);
    make_history(&w);
    assert_int_equal(audit(&w).broken, 0);
    tamper(&w, "hearth.db",
           "DELETE FROM history WHERE sequence > (SELECT min(first_sequence) FROM history_block "
           "WHERE number = 3) - 1;"
           "DELETE FROM history_block WHERE number >= 3");
    w.store = store_close(w.store);
    snprintf(line, sizeof(line),
             "cd '%.200s' && grep -v ' [3-9] ' checkpoints.log > c; mv c checkpoints.log",
             w.folder);
    assert_int_equal(system(line), 0); /* NOLINT: of this test alone */
    w.checkpoints = NULL;
    world_open(&w);
    assert_int_equal(audit(&w).broken, 0); /* nothing here tells it */
    w.checkpoints = second;
    world_reopen(&w);
    struct store_audit found = audit(&w);
    assert_true(found.broken > 0);
    assert_true(str_find(found.first_fault, STR(".second/checkpoints.log")) >= 0);
    /* Nor is the copy cut to what is left: the sealer says so. */
    struct taking taking = {.world = &w, .narrative = "A call."};
    struct outcome outcome;
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_catch_up(w.store, &outcome), STATUS_REFUSED);
    assert_true(str_find(outcome.detail, STR("is not the beginning")) >= 0);
    assert_true(audit(&w).broken > 0);
    snprintf(line, sizeof(line), "rm -r '%.200s'", second);
    assert_int_equal(system(line), 0); /* NOLINT: of this test alone */
}

static void a_second_place_that_was_away_catches_up(void **state)
{
    (void)state;
    char second[300], line[1200];
    WORLD(w);
    snprintf(second, sizeof(second), "%.200s.second", w.folder);
    make_history(&w);
    w.checkpoints = second;
    world_reopen(&w);
    struct outcome outcome;
    struct taking taking = {.world = &w, .narrative = "A call."};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    outcome_init(&outcome, &w.arena);
    assert_true(store_catch_up(w.store, &outcome) != STATUS_OK); /* it is told, and work goes on */
    assert_true(audit(&w).broken > 0);                           /* it was named and says nothing */
    assert_int_equal(mkdir(second, 0700), 0);
    catch_up(&w); /* nothing new: it is told what it missed */
    assert_int_equal(audit(&w).broken, 0);
    snprintf(line, sizeof(line),
             "cmp '%.200s'/checkpoints.log '%.200s'/checkpoints.log && rm -r '%.200s'", w.folder,
             second, second);
    assert_int_equal(system(line), 0); /* NOLINT: of this test alone */
}

static void rotate_signing(struct world *w)
{
    struct outcome outcome;
    int64_t number;
    bool waits = true;
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_signing_rotate(str_from(w->folder), &outcome, &number), STATUS_OK);
    assert_int_equal(store_signing_rotate(str_from(w->folder), &outcome, &number), STATUS_REFUSED);
    catch_up(w);
    assert_int_equal(store_signing_keys(str_from(w->folder), &outcome, &number, &waits), STATUS_OK);
    assert_false(waits);
}

static void run_in(struct world *w, const char *what)
{
    char command[1000];
    snprintf(command, sizeof(command), "cd '%.300s' && %.600s", w->folder, what);
    assert_int_equal(system(command), 0); /* NOLINT: of this test alone */
}

/* ---- what is wrong ---- */

struct tampering {
    const char *what;
    const char *sql;
    const char *says; /* part of the first fault */
};

/* History rows 1 to 6 are those of the agencies and workers; reports follow from 7 on. */
static const struct tampering tamperings[] = {
    {"content",                      "UPDATE history SET content = replace(content, 'second', 'first')",
     "fit its digest"                                                                                                                },
    {"who",
     "UPDATE history SET done_by = (SELECT done_by FROM history WHERE sequence = 8) WHERE "
     "sequence = 7",                                                                                             "row 7"             },
    {"when",                         "UPDATE history SET at = at - 1 WHERE sequence = 9",                        "row 9"             },
    {"reason",                       "UPDATE history SET reason = 'told so' WHERE sequence = 9",                 "row 9"             },
    {"version",                      "UPDATE history SET version = version + 1 WHERE sequence = 9",              "row 9"             },
    {"transition",                   "UPDATE history SET transition = 'screen' WHERE sequence = 9",              "row 9"             },
    {"record",                       "UPDATE history SET record = randomblob(16) WHERE sequence = 9",            "row 9"             },
    {"agency",
     "UPDATE history SET agency = (SELECT agency FROM history WHERE sequence = 8) WHERE "
     "sequence = 9",                                                                                             "row 9"             },
    {"digest",                       "UPDATE history SET digest = randomblob(32) WHERE sequence = 9",            "row 9"             },
    {"expunged with another digest",
     "UPDATE history SET content = NULL, salt = NULL, digest = randomblob(32) WHERE sequence = 9",               "changed, exchanged"},
    {"removed in the middle",        "DELETE FROM history WHERE sequence = 9",                                   "missing"           },
    {"first removed",                "DELETE FROM history WHERE sequence = 7",                                   "missing"           },
    {"last removed",                 "DELETE FROM history WHERE sequence = (SELECT max(sequence) FROM history)",
     "missing"                                                                                                                       },
    {"all removed",                  "DELETE FROM history",                                                      "missing"           },
    {"moved behind the end",         "UPDATE history SET sequence = 1000 WHERE sequence = 9",                    "missing"           },
    {"two exchanged",
     "UPDATE history SET sequence = -1 WHERE sequence = 7;"
     "UPDATE history SET sequence = 7 WHERE sequence = 9;"
     "UPDATE history SET sequence = 9 WHERE sequence = -1",                                                      "another order"     },
    {"one added before all",
     "INSERT INTO history SELECT 0, change, entity, record, root, agency, version, transition, "
     "cause, done_by, at, reason, content, salt, digest FROM history WHERE sequence = 9",                        "row 0"             },
    {"block gone",                   "DELETE FROM history_block WHERE number = 1",                               ""                  },
    {"last block gone",
     "DELETE FROM history_block WHERE last_sequence = (SELECT max(last_sequence) FROM "
     "history_block)",                                                                                           ""                  },
    {"all blocks gone",              "DELETE FROM history_block",                                                "checkpoints.log"   },
    {"block of fewer rows",          "UPDATE history_block SET row_count = row_count - 1",
     "rows were added"                                                                                                               },
    {"block's end",                  "UPDATE history_block SET at = at + 1",                                     "block itself"      },
    {"rows digest",                  "UPDATE history_block SET rows_digest = randomblob(32)",                    "changed, exchanged"},
    {"head",                         "UPDATE history_block SET head = randomblob(32)",                           "block itself"      },
    {"previous",                     "UPDATE history_block SET previous = randomblob(32) WHERE number = 2",
     "does not follow"                                                                                                               },
    {"signature",                    "UPDATE history_block SET signature = randomblob(64)",                      "signature"         },
    {"signature of another block",
     "UPDATE history_block SET signature = (SELECT b.signature FROM history_block b WHERE b.number "
     "= 1 AND b.agency = history_block.agency) WHERE number = 2",                                                "signature"         },
    {"key",                          "UPDATE history_block SET signing_key = signing_key + 1",                   "signature"         },
};

static void find_every_tampering(struct world *w)
{
    w->store = store_close(w->store);
    char command[1000];
    for (size_t i = 0; i < ARRAY_LENGTH(tamperings); i++) {
        const struct tampering *one = &tamperings[i];
        snprintf(command, sizeof(command), "rm -rf '%s.copy' && cp -a '%s' '%s.copy'", w->folder,
                 w->folder, w->folder);
        assert_int_equal(system(command), 0); /* NOLINT: of this test alone */
        world_open(w);
        tamper(w, "hearth.db", one->sql);
        struct store_audit found = audit(w);
        w->store = store_close(w->store);
        if (found.broken == 0 || str_find(found.first_fault, str_from(one->says)) < 0) {
            print_error("%s: %llu broken, \"%.*s\"\n", one->what, (unsigned long long)found.broken,
                        STR_ARG(found.first_fault));
            fail();
        }
        snprintf(command, sizeof(command), "rm -rf '%s' && mv '%s.copy' '%s'", w->folder, w->folder,
                 w->folder);
        assert_int_equal(system(command), 0); /* NOLINT: of this test alone */
    }
    world_open(w);
    assert_int_equal(audit(w).broken, 0);
}

static void every_tampering_is_found(void **state)
{
    (void)state;
    WORLD(w);
    make_history(&w);
    find_every_tampering(&w);
}

/* The same when the first blocks are signed with one key and the later ones with the next. */
static void every_tampering_is_found_across_keys(void **state)
{
    (void)state;
    WORLD(w);
    make_history(&w);
    rotate_signing(&w);
    make_history(&w);
    find_every_tampering(&w);
}

/* A row that is made up with a digest that fits it, where history is sealed already. */
static void a_made_up_row_is_found(void **state)
{
    (void)state;
    WORLD(w);
    make_history(&w);
    uint64_t valid = audit(&w).valid;
    tamper(&w, "hearth.db", "UPDATE history SET sequence = sequence + 100 WHERE sequence > 9");
    struct store_audit found = audit(&w);
    assert_true(found.broken > 0);
    assert_true(found.valid < valid);
}

/* Chain, rows and signatures rewritten with another key: what a new installation with copied rows
 * would look like. */
static void history_signed_by_another_store_is_found(void **state)
{
    (void)state;
    WORLD(w);
    char command[1000];
    make_history(&w);
    w.store = store_close(w.store);
    WORLD(other);
    other.store = store_close(other.store);
    snprintf(command, sizeof(command), "cp '%s'/keys/sign-1.* '%s'/keys/", other.folder, w.folder);
    assert_int_equal(system(command), 0); /* NOLINT: of this test alone */
    world_open(&other);
    world_open(&w);
    assert_true(audit(&w).broken > 0);
}

/* ---- one key after another ---- */

/* While the store is open, twice; also an agency that wrote nothing under the second key. */
static void a_chain_goes_on_under_the_next_key(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "A call."};
    make_history(&w);
    rotate_signing(&w);
    assert_int_equal(audit(&w).broken, 0); /* nothing is signed with it yet */
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    catch_up(&w);
    rotate_signing(&w);
    make_history(&w);
    struct store_audit found = audit(&w);
    assert_text(found.first_fault, "");
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.valid, rows_of(&w));
    assert_int_equal(
        ask_file(&w, "hearth.db", "SELECT count(DISTINCT signing_key) FROM history_block"), 3);
    run_in(&w, "test ! -e keys/sign-1.key && test ! -e keys/sign-2.key && grep -q ' 3$' "
               "checkpoints.log"); /* what signs no more is gone; each line says its key */
    world_reopen(&w);
    taking.narrative = "Another call.";
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    catch_up(&w);
    assert_int_equal(audit(&w).broken, 0);
}

/* Whoever stole the first key (it was in a backup) cuts off what came since and signs another end,
 * by the program itself, with the files of the time before; then the present keys are put back. */
static void a_stolen_old_key_signs_no_later_block(void **state)
{
    (void)state;
    WORLD(w);
    struct taking taking = {.world = &w, .narrative = "A call."};
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    catch_up(&w);
    w.store = store_close(w.store);
    run_in(&w, "cp -a . ../\"$(basename \"$PWD\")\".stolen");
    world_open(&w);
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    catch_up(&w);
    rotate_signing(&w);
    must_act(&w, &w.actors[INTAKE], take_call, &taking);
    catch_up(&w);
    assert_int_equal(audit(&w).broken, 0);
    w.store = store_close(w.store);
    run_in(&w,
           "mv keys ../\"$(basename \"$PWD\")\".keys && s=../\"$(basename \"$PWD\")\".stolen && "
           "rm -rf ./* && cp -a \"$s\"/. . && rm -r \"$s\"");
    world_open(&w);
    taking.narrative = "What never was told.";
    for (int i = 0; i < 4; i++) { /* more blocks than key 1 ever signed */
        must_act(&w, &w.actors[INTAKE], take_call, &taking);
        catch_up(&w);
    }
    assert_int_equal(audit(&w).broken, 0); /* with the stolen key alone it is whole */
    w.store = store_close(w.store);
    run_in(&w, "rm -r keys && mv ../\"$(basename \"$PWD\")\".keys keys && rm checkpoints.log");
    world_open(&w);
    struct store_audit found = audit(&w);
    assert_true(found.broken >= 3);
    assert_true(str_find(found.first_fault, STR("had ended before it")) >= 0);
}

/* A crash may cut the last line off; the next one is written on a line of its own. */
static void a_torn_checkpoint_is_no_fault(void **state)
{
    (void)state;
    WORLD(w);
    make_history(&w);
    w.store = store_close(w.store);
    FILE *file = fopen(str_cstr(&w.arena, in_world(&w, "checkpoints.log")), "ae");
    assert_non_null(file);
    assert_true(fputs("0193-torn", file) >= 0);
    assert_int_equal(fclose(file), 0);
    world_open(&w);
    make_history(&w);
    struct store_audit found = audit(&w);
    assert_text(found.first_fault, "");
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.valid, rows_of(&w));
}

/* More rows than one portion of the sealer, while others write. */
static void long_history_is_sealed_in_portions(void **state)
{
    (void)state;
    WORLD(w);
    for (int i = 0; i < 1100; i++) {
        struct taking taking = {.world = &w, .agency = 0, .narrative = "A call."};
        must_act(&w, &w.actors[INTAKE], take_call, &taking);
    }
    catch_up(&w);
    struct store_audit found = audit(&w);
    assert_int_equal(found.broken, 0);
    assert_int_equal(found.unsealed, 0);
    assert_int_equal(found.valid, rows_of(&w));
    assert_true(ask_file(&w, "hearth.db", "SELECT max(number) FROM history_block") > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(history_that_nobody_touched_is_valid),
        cmocka_unit_test(fresh_rows_are_whole_sealed_or_not),
        cmocka_unit_test(an_empty_store_is_valid),
        cmocka_unit_test(expunged_rows_keep_the_chain_whole),
        cmocka_unit_test(an_expunged_record_verifies_as_expunged),
        cmocka_unit_test(a_tail_cut_off_everywhere_is_found_by_the_second_place),
        cmocka_unit_test(a_second_place_that_was_away_catches_up),
        cmocka_unit_test(every_tampering_is_found),
        cmocka_unit_test(a_made_up_row_is_found),
        cmocka_unit_test(history_signed_by_another_store_is_found),
        cmocka_unit_test(a_chain_goes_on_under_the_next_key),
        cmocka_unit_test(a_stolen_old_key_signs_no_later_block),
        cmocka_unit_test(every_tampering_is_found_across_keys),
        cmocka_unit_test(a_torn_checkpoint_is_no_fault),
        cmocka_unit_test(long_history_is_sealed_in_portions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
