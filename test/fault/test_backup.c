/* Backups while the server writes, the drill of restoring one, and backups that must not be taken.
 */
#include "work.h"

#include "store/backup_int.h"

#include <sys/stat.h>

/* ---- a drill ---- */

static _Atomic bool begun, ended;

/* Only what is told before the backup begins must be in it. */
static bool before_backup(void)
{
    return !begun;
}

static bool stop(void)
{
    return ended;
}

struct drill {
    struct world world;
    struct work work;
    char backup[256], data[256];
    struct backup_sums sums;
};

static void *keep_working(void *context)
{
    struct drill *drill = context;
    work_some(&drill->work, 7, 100000, stop);
    return NULL;
}

static void drill_begin(struct drill *drill)
{
    world_begin(&drill->world);
    drill->work = (struct work){.world = &drill->world, .counts = before_backup};
    begun = ended = false;
    snprintf(drill->backup, sizeof(drill->backup), "%.200s.backup", drill->world.folder);
    snprintf(drill->data, sizeof(drill->data), "%.200s.restored", drill->world.folder);
}

static void drill_end(struct drill *drill)
{
    nftw(drill->backup, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    nftw(drill->data, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    world_end(&drill->world);
}

#define DRILL(name)                                                                                \
    struct drill name CLEANUP(drill_end);                                                          \
    drill_begin(&(name))

static enum status make_backup(struct drill *drill, bool keys, struct outcome *outcome)
{
    struct backup_order order = {.data = str_from(drill->world.folder),
                                 .to = str_from(drill->backup),
                                 .secret_keys = keys,
                                 .moment = {atomic_load(&drill->world.now)}};
    outcome_init(outcome, &drill->world.arena);
    return backup_make(&order, outcome, &drill->sums);
}

static enum status restore(struct drill *drill, const char *keys, struct outcome *outcome,
                           struct restore_sums *ret_sums)
{
    struct restore_order order = {
        .backup = str_from(drill->backup), .data = str_from(drill->data), .keys = str_from(keys)};
    outcome_init(outcome, &drill->world.arena);
    return restore_run(&order, outcome, ret_sums);
}

static void check(struct world *w, enum status status, const struct outcome *outcome)
{
    (void)w;
    if (status != STATUS_OK) {
        print_error("%.*s\n", STR_ARG(outcome->detail));
    }
    assert_int_equal(status, STATUS_OK);
}

/* Some acts, and more of them while the backup is made. */
static void back_up_while_working(struct drill *drill)
{
    struct outcome outcome;
    pthread_t worker;
    work_each(&drill->work);
    assert_int_equal(pthread_create(&worker, NULL, keep_working, drill), 0);
    usleep(300000); /* so that there is something to copy */
    begun = true;
    enum status status = make_backup(drill, false, &outcome);
    ended = true;
    assert_int_equal(pthread_join(worker, NULL), 0);
    check(&drill->world, status, &outcome);
}

static void what_was_told_before_is_in_the_backup(void **state)
{
    (void)state;
    DRILL(drill);
    struct outcome outcome;
    struct restore_sums sums;
    char keys[300];
    back_up_while_working(&drill);
    drill.world.store = store_close(drill.world.store);
    snprintf(keys, sizeof(keys), "%s/keys", drill.world.folder);
    check(&drill.world, restore(&drill, keys, &outcome, &sums), &outcome);
    assert_true(sums.secret_keys);
    assert_int_equal(sums.files, drill.sums.files);
    assert_int_equal(sums.bytes, drill.sums.bytes);
    assert_true(sums.moment.ms >= STORE_NOW);
    struct world restored = drill.world; /* with its arena, until it is given back */
    snprintf(restored.folder, sizeof(restored.folder), "%s", drill.data);
    drill.work.world = &restored;
    drill.work.counts = NULL;
    assert_true(work_open(&drill.work));
    work_check(&drill.work);
    work_goes_on(&drill.work);
    store_close(restored.store);
    assert_string_equal(drill.work.wrong, "");
    assert_true(drill.work.calls[0].told > 0);
    drill.world.arena = restored.arena;
}

static bool there(const char *folder, const char *name)
{
    char path[600];
    struct stat about;
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return lstat(path, &about) == 0;
}

static void secret_keys_are_kept_apart(void **state)
{
    (void)state;
    DRILL(drill);
    struct outcome outcome;
    struct restore_sums sums;
    check(&drill.world, make_backup(&drill, false, &outcome), &outcome);
    assert_false(there(drill.backup, "keys/data-1.key"));
    assert_false(there(drill.backup, "keys/sign-1.key"));
    assert_true(there(drill.backup, "keys/sign-1.pub"));
    check(&drill.world, restore(&drill, "", &outcome, &sums), &outcome);
    assert_false(sums.secret_keys);
    /* Without them the store says what is missing and makes no new ones. */
    struct world restored = drill.world;
    struct work work = {.world = &restored};
    snprintf(restored.folder, sizeof(restored.folder), "%s", drill.data);
    assert_false(work_open(&work));
    assert_non_null(strstr(work.wrong, "is the key of this store and missing"));
    drill.world.arena = restored.arena;
}

static void keys_of_another_store_are_refused(void **state)
{
    (void)state;
    DRILL(drill);
    WORLD(other);
    struct outcome outcome;
    struct restore_sums sums;
    char keys[300];
    snprintf(keys, sizeof(keys), "%s/keys", other.folder);
    check(&drill.world, make_backup(&drill, false, &outcome), &outcome);
    assert_int_equal(restore(&drill, keys, &outcome, &sums), STATUS_REFUSED);
    assert_true(str_find(outcome.detail, STR("not the key of the store")) >= 0);
    assert_false(there(drill.data, ""));
}

static void keys_come_along_when_asked_for(void **state)
{
    (void)state;
    DRILL(drill);
    struct outcome outcome;
    struct restore_sums sums;
    check(&drill.world, make_backup(&drill, true, &outcome), &outcome);
    assert_true(there(drill.backup, "keys/data-1.key"));
    check(&drill.world, restore(&drill, "", &outcome, &sums), &outcome);
    assert_true(sums.secret_keys);
}

static void nothing_is_written_over(void **state)
{
    (void)state;
    DRILL(drill);
    struct outcome outcome;
    struct restore_sums sums;
    check(&drill.world, make_backup(&drill, true, &outcome), &outcome);
    assert_int_equal(make_backup(&drill, true, &outcome), STATUS_REFUSED);
    assert_int_equal(mkdir(drill.data, 0700), 0);
    assert_int_equal(restore(&drill, "", &outcome, &sums), STATUS_REFUSED);
    assert_true(str_find(outcome.detail, STR("is there already")) >= 0);
}

/* ---- backups that are not taken ---- */

/* What is done to a backup, in its folder by a shell; what restoring it says. reseal: the manifest
 * is given an end that fits again, as somebody would who means it. */
struct damage {
    const char *what, *shell, *says;
    bool reseal;
};

static const struct damage damages[] = {
    {"no manifest",             "rm manifest.txt",                                             "no manifest",                   false},
    {"an empty manifest",       ": > manifest.txt",                                            "no backup of Hearth",           false},
    {"a manifest cut off",      "head -n 4 manifest.txt > m; mv m manifest.txt",               "cut off or changed",
     false                                                                                                                           },
    {"a line of it gone",       "sed -i /model/d manifest.txt",                                "cut off or changed",            false},
    {"another version",         "sed -i '1s/1$/2/' manifest.txt",                              "another version",               true },
    {"no moment",               "sed -i 2d manifest.txt",                                      "which moment",                  true },
    {"a way out of the folder", "sed -i 's# hearth.db$# ../../hearth.db#' manifest.txt",
     "none of Hearth's",                                                                                                        true },
    {"a path from the root",    "sed -i 's# hearth.db$# /etc/passwd#' manifest.txt",
     "none of Hearth's",                                                                                                        true },
    {"a name of the shell",     "sed -i 's# hearth.db$# keys/-rf#' manifest.txt",              "none of Hearth's",
     true                                                                                                                            },
    {"the same name twice",     "sed -i '/ hearth.db$/{p}' manifest.txt",                      "twice",                         true },
    {"no records",              "sed -i '/ hearth.db$/d' manifest.txt",                        "no database",                   true },
    {"a line of its own",       "sed -i '3ihello' manifest.txt",                               "cut off or changed",            true },
    {"a byte of the records",   "printf X | dd of=hearth.db bs=1 seek=9000 conv=notrunc 2>&1",
     "hearth.db: it is not what was backed up",                                                                                 false},
    {"records cut off",         "truncate -s 8192 hearth.db",                                  "not what was backed up",        false},
    {"attachments missing",     "rm attachments.db",                                           "attachments.db: it is missing", false},
    {"a link in its place",     "mv hearth.db h; ln -s h hearth.db",                           "hearth.db: it is missing",      false},
    {"a folder in its place",   "rm attachments.db; mkdir attachments.db",
     "attachments.db: it is missing",                                                                                           false},
    {"a pipe in its place",     "rm attachments.db; mkfifo attachments.db",
     "attachments.db: it is missing",                                                                                           false},
    {"an image missing",        "rm model/*",                                                  "it is missing",                 false},
};

/* The end of the manifest is made anew. */
static void reseal(struct drill *drill)
{
    struct outcome outcome;
    struct str text;
    struct arena *arena = &drill->world.arena;
    struct str path = STR_JOIN(arena, str_from(drill->backup), STR("/"), BACKUP_MANIFEST);
    outcome_init(&outcome, arena);
    assert_int_equal(file_read(&outcome, path, 1000000, &text), STATUS_OK);
    ptrdiff_t end = str_find(text, STR("\nend "));
    assert_true(end > 0);
    struct str lines = str_slice(text, 0, (size_t)end + 1);
    assert_int_equal(file_replace(&outcome, path, STR_JOIN(arena, lines, backup_end(arena, lines))),
                     STATUS_OK);
}

static void shell_in(const char *folder, const char *what)
{
    char text[2000];
    snprintf(text, sizeof(text), "cd '%s' && { %s; } > /dev/null", folder, what);
    assert_int_equal(system(text), 0); /* NOLINT: of this test alone */
}

static void a_backup_that_is_broken_is_refused_with_the_reason(void **state)
{
    (void)state;
    DRILL(drill);
    struct outcome outcome;
    struct restore_sums sums;
    char copy[1200];
    check(&drill.world, make_backup(&drill, true, &outcome), &outcome);
    snprintf(copy, sizeof(copy), "rm -rf '%s.whole'; cp -a '%s' '%s.whole'", drill.backup,
             drill.backup, drill.backup);
    shell_in("/", copy);
    for (size_t i = 0; i < ARRAY_LENGTH(damages); i++) {
        const struct damage *damage = &damages[i];
        shell_in(drill.backup, damage->shell);
        if (damage->reseal) {
            reseal(&drill);
        }
        enum status status = restore(&drill, "", &outcome, &sums);
        if (status != STATUS_REFUSED || str_find(outcome.detail, str_from(damage->says)) < 0) {
            print_error("%s: %.*s: %.*s\n", damage->what, STR_ARG(status_name(status)),
                        STR_ARG(outcome.detail));
            fail();
        }
        assert_false(there(drill.data, ""));
        snprintf(copy, sizeof(copy), "rm -rf '%s'; cp -a '%s.whole' '%s'", drill.backup,
                 drill.backup, drill.backup);
        shell_in("/", copy);
    }
    snprintf(copy, sizeof(copy), "rm -rf '%s.whole' '%s.restoring'", drill.backup, drill.data);
    shell_in("/", copy);
    check(&drill.world, restore(&drill, "", &outcome, &sums), &outcome);
}

/* Records that are no database, in a manifest that fits them. */
static void what_is_no_database_is_refused(void **state)
{
    (void)state;
    DRILL(drill);
    struct outcome outcome;
    struct restore_sums sums;
    struct file_facts facts;
    struct arena *arena = &drill.world.arena;
    check(&drill.world, make_backup(&drill, true, &outcome), &outcome);
    struct str records = STR_JOIN(arena, str_from(drill.backup), STR("/hearth.db"));
    assert_int_equal(file_facts(&outcome, records, &facts), STATUS_OK);
    struct str before = backup_line(arena, STR("hearth.db"), &facts);
    shell_in(drill.backup,
             "dd if=/dev/zero of=hearth.db bs=4096 seek=1 count=20 conv=notrunc 2>&1");
    assert_int_equal(file_facts(&outcome, records, &facts), STATUS_OK);
    struct str after = backup_line(arena, STR("hearth.db"), &facts);
    struct str edit = STR_JOIN(arena, STR("sed -i 's/^"), str_slice(before, 0, before.n - 1),
                               STR("$/"), str_slice(after, 0, after.n - 1), STR("/' manifest.txt"));
    shell_in(drill.backup, str_cstr(arena, edit));
    reseal(&drill);
    assert_int_equal(restore(&drill, "", &outcome, &sums), STATUS_REFUSED);
    assert_true(str_find(outcome.detail, STR("hearth.db")) >= 0);
    assert_false(there(drill.data, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_told_before_is_in_the_backup),
        cmocka_unit_test(secret_keys_are_kept_apart),
        cmocka_unit_test(keys_of_another_store_are_refused),
        cmocka_unit_test(keys_come_along_when_asked_for),
        cmocka_unit_test(nothing_is_written_over),
        cmocka_unit_test(a_backup_that_is_broken_is_refused_with_the_reason),
        cmocka_unit_test(what_is_no_database_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
