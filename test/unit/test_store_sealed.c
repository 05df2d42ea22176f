/* Sealed fields: nothing of them stands in plain text in any file, they open only where they were
 * written and only for who may read them, and they are found by their value. */
#include "store/attachment.h"
#include "store/draft.h"
#include "store/installation.h"
#include "test_store_files.h"

#include "store/identity.h"
#include "store/sealed.h"

#define CANARY "Zebulon-Quisenberry"
#define CANARY_CHANGED "Philippa-Quisenberry"
#define CANARY_WORD "the room behind the chapel"
#define CANARY_PHONE "(608) 555-0142"

/* ---- somebody calls ---- */

struct calling {
    struct world *world;
    const char *family_name, *phone;
    struct uuid report, reporter;
};

static enum status call(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct world *w = calling->world;
    struct record *report, *reporter;
    struct uuid nil = {{0}};
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, nil, &report));
    put(report, "agency", value_reference(w->agencies[0]));
    uint32_t entity = entity_of(w, "reporter");
    uint32_t parent = model_field_by_name(w->model, entity, STR("report"));
    TRY(uow_create(uow, entity, w->agencies[0], parent, report->subject.id, &reporter));
    put_text(reporter, "name", "the caller");
    put_text(reporter, "family_name", calling->family_name);
    put_text(reporter, "phone", calling->phone);
    struct row *row = record_add_row(reporter, list_of(reporter, "words"));
    put_row(row, "word", value_text(STR(CANARY_WORD)));
    calling->report = report->subject.id;
    calling->reporter = reporter->subject.id;
    return STATUS_OK;
}

static struct calling called(struct world *w)
{
    struct calling calling = {.world = w, .family_name = CANARY, .phone = CANARY_PHONE};
    must_act(w, &w->actors[SUPERVISOR], call, &calling);
    return calling;
}

static enum status rename_caller(struct uow *uow, void *input)
{
    const struct calling *calling = input;
    struct record *reporter;
    TRY(uow_load(uow, entity_of(calling->world, "reporter"), calling->reporter, 0, VERB_UPDATE,
                 &reporter));
    put_text(reporter, "family_name", calling->family_name);
    return STATUS_OK;
}

static struct str text_of(const struct record *record, const char *name)
{
    struct value value = get(record, name);
    return value.type == VALUE_TEXT ? value.text : STR("");
}

/* ---- the files ---- */

static const char *const secrets[] = {CANARY,      CANARY_CHANGED, "Quisenberry",
                                      CANARY_WORD, "555-0142",     "6085550142"};
static size_t files_read;

static bool file_holds(const char *path, const char *secret)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
    bool found = memmem(bytes, size, secret, strlen(secret)) != NULL;
    free(bytes);
    return found;
}

static int search_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about;
    (void)walk;
    if (kind != FTW_F) {
        return 0;
    }
    files_read++;
    for (size_t i = 0; i < ARRAY_LENGTH(secrets); i++) {
        if (file_holds(path, secrets[i])) {
            print_error("%s holds \"%s\"\n", path, secrets[i]);
            return 1;
        }
    }
    return 0;
}

static void noted(void *context)
{
    atomic_store((_Atomic bool *)context, true);
}

/* The same as a draft. */
static void draft_it(struct world *w)
{
    _Atomic bool done = false;
    enum status status = STATUS_INTERNAL;
    assert_int_equal(store_draft_save(w->store, w->workers[INTAKE], STR("report new"),
                                      STR("Call of " CANARY),
                                      STR("reporter/family_name=" CANARY "&phone=" CANARY_PHONE),
                                      (struct completion){noted, &done}, &status),
                     STATUS_OK);
    while (!atomic_load(&done)) {
        usleep(1000);
    }
    assert_int_equal(status, STATUS_OK);
}

static void nothing_sealed_stands_in_any_file(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = called(&w);
    calling.family_name = CANARY_CHANGED;
    must_act(&w, &w.actors[SUPERVISOR], rename_caller, &calling);
    draft_it(&w);
    must_look(&w, &w.actors[SUPERVISOR], "reporter", calling.reporter);
    catch_up(&w);
    files_read = 0;
    /* While it is open (the write-ahead logs), and afterwards. */
    assert_int_equal(nftw(w.folder, search_one, 8, FTW_PHYS), 0);
    assert_true(files_read > 8);
    world_reopen(&w);
    assert_int_equal(nftw(w.folder, search_one, 8, FTW_PHYS), 0);
    assert_true(ask_file(&w, "hearth.db", "SELECT count(*) FROM history_sealed") >= 4);
    assert_true(file_holds(str_cstr(&w.arena, in_world(&w, "hearth.db")), "the caller"));
}

/* ---- who reads it ---- */

static void who_may_read_it_reads_it(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct record *record;
    struct calling calling = called(&w);
    calling.family_name = CANARY_CHANGED;
    must_act(&w, &w.actors[SUPERVISOR], rename_caller, &calling);
    record = must_look(&w, &w.actors[SUPERVISOR], "reporter", calling.reporter);
    assert_text(text_of(record, "family_name"), CANARY_CHANGED);
    assert_text(text_of(record, "phone"), CANARY_PHONE);
    assert_text(get_row(record->lists[0].items.items[0], "word").text, CANARY_WORD);
    assert_int_equal(look(&w, &w.actors[INTAKE], "reporter", calling.reporter, &outcome, &record),
                     STATUS_FORBIDDEN);
}

/* Whoever can write to the database can neither move a value to another record or field nor put
 * back one that was there before. */
static void a_value_opens_only_where_it_was_written(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct record *record;
    struct calling first = called(&w);
    struct calling second = called(&w);
    /* A place to keep what stood there. */
    tamper(&w, "hearth.db",
           "INSERT INTO draft (worker, place, title, content, saved_at) SELECT id, 'kept', "
           "family_name, phone, 0 FROM reporter;"
           "UPDATE reporter SET family_name = phone");
    assert_int_equal(look(&w, &w.actors[SUPERVISOR], "reporter", first.reporter, &outcome, &record),
                     STATUS_INTERNAL);
    tamper(
        &w, "hearth.db",
        "UPDATE reporter SET family_name = (SELECT title FROM draft WHERE worker <> reporter.id)");
    assert_int_equal(
        look(&w, &w.actors[SUPERVISOR], "reporter", second.reporter, &outcome, &record),
        STATUS_INTERNAL);
    tamper(
        &w, "hearth.db",
        "UPDATE reporter SET family_name = (SELECT title FROM draft WHERE worker = reporter.id)");
    record = must_look(&w, &w.actors[SUPERVISOR], "reporter", first.reporter);
    assert_text(text_of(record, "family_name"), CANARY);
    first.family_name = CANARY_CHANGED;
    must_act(&w, &w.actors[SUPERVISOR], rename_caller, &first);
    tamper(&w, "hearth.db",
           "UPDATE reporter SET family_name = (SELECT title FROM draft WHERE worker = reporter.id) "
           "WHERE version = 2");
    assert_int_equal(look(&w, &w.actors[SUPERVISOR], "reporter", first.reporter, &outcome, &record),
                     STATUS_INTERNAL);
}

/* ---- history ---- */

static void history_opens_it_and_the_chain_does_not_need_it(void **state)
{
    (void)state;
    WORLD(w);
    struct store_change *changes;
    struct str cursor;
    size_t count;
    struct outcome outcome;
    struct store_audit audit;
    struct calling calling = called(&w);
    calling.family_name = CANARY_CHANGED;
    must_act(&w, &w.actors[SUPERVISOR], rename_caller, &calling);
    struct record *record = must_look(&w, &w.actors[SUPERVISOR], "reporter", calling.reporter);
    /* The test's policy has no history of reporters: the system reads it. */
    static const struct actor the_system = {0};
    record->set->actor = &the_system;
    struct store_reader *reader = reader_of(&w);
    assert_int_equal(store_history(reader, record->set, record, (struct store_page){.limit = 10},
                                   &changes, &count, &cursor),
                     STATUS_OK);
    assert_int_equal(count, 2);
    assert_text(changes[0].content,
                "{\"family_name\":{\"from\":\"" CANARY "\",\"to\":\"" CANARY_CHANGED "\"}}");
    outcome_init(&outcome, &w.arena);
    assert_int_equal(store_as_of_version(reader, record->set, record, 1, &outcome), STATUS_OK);
    assert_text(text_of(record, "family_name"), CANARY);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    /* Expunged values leave the chain as it was. */
    catch_up(&w);
    tamper(&w, "hearth.db", "DELETE FROM history_sealed");
    assert_int_equal(store_audit_verify(w.store, &w.arena, &audit), STATUS_OK);
    assert_int_equal(audit.broken, 0);
}

/* ---- finding ---- */

static size_t found(struct world *w, const struct actor *actor, const char *field,
                    const char *value)
{
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    struct store_reader *reader = reader_of(w);
    struct outcome outcome;
    struct record **records;
    size_t count = 0;
    outcome_init(&outcome, &w->arena);
    work_set_init(set, &w->arena, w->model, store_now(w->store), actor);
    uint32_t row = model_field_by_name(w->model, entity_of(w, "reporter"), str_from(field));
    assert_int_equal(store_find_sealed(reader, set, row, str_from(value),
                                       (struct store_purpose){STR("test"), STR("")}, &outcome,
                                       &records, &count),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

static void it_is_found_by_its_value_alone(void **state)
{
    (void)state;
    WORLD(w);
    called(&w);
    const struct actor *supervisor = &w.actors[SUPERVISOR];
    assert_int_equal(found(&w, supervisor, "phone", "608.555.0142"), 1);
    assert_int_equal(found(&w, supervisor, "phone", "+1 608 555 0142"), 1);
    assert_int_equal(found(&w, supervisor, "phone", "555 0142"), 0);
    assert_int_equal(found(&w, supervisor, "phone", ""), 0);
    assert_int_equal(found(&w, supervisor, "family_name", "  ZEBULON-quisenberry "), 1);
    assert_int_equal(found(&w, supervisor, "family_name", "Quisenberry"), 0);
    /* Who may not read it does not learn that it is there. */
    assert_int_equal(found(&w, &w.actors[INTAKE], "phone", "608.555.0142"), 0);
    assert_int_equal(found(&w, &w.actors[STRANGER], "phone", "608.555.0142"), 0);
}

/* ---- keys that change ---- */

static enum status attach_scan(struct uow *uow, void *input)
{
    struct store_file file;
    const struct store_upload upload = {.bytes = STR("%PDF-1.7 the letter %%EOF"),
                                        .name = STR("letter.pdf"),
                                        .takes = 1u << FILE_KIND_PDF};
    TRY(store_file_seal(uow->store, uow_set(uow)->arena, &upload, uow_outcome(uow), &file));
    *(struct uuid *)input = file.id;
    return uow_attach(uow, &file);
}

struct working {
    struct world *world;
    struct calling calling;
    _Atomic bool stop;
    unsigned saves;
};

/* Somebody who saves all the time. */
static void *keep_saving(void *context)
{
    struct working *working = context;
    while (!atomic_load(&working->stop)) {
        working->calling.family_name = working->saves % 2 == 0 ? CANARY_CHANGED : CANARY;
        must_act(working->world, &working->world->actors[SUPERVISOR], rename_caller,
                 &working->calling);
        working->saves++;
    }
    return NULL;
}

static unsigned rotate(struct world *w)
{
    struct outcome outcome;
    unsigned number = 0;
    outcome_init(&outcome, &w->arena);
    assert_int_equal(store_keys_rotate(str_from(w->folder), &outcome, &number), STATUS_OK);
    return number;
}

static bool has_file(struct world *w, const char *name)
{
    return access(str_cstr(&w->arena, in_world(w, name)), F_OK) == 0;
}

/* How many values are sealed with another key than this one, and how many there are. */
static void assert_all_under(struct world *w, unsigned number)
{
    static const char *const columns[][2] = {
        {"reporter",        "family_name"      },
        {"reporter",        "phone"            },
        {"reporter",        "family_name_blind"},
        {"reporter__words", "word"             },
        {"history_sealed",  "sealed"           },
        {"draft",           "title"            },
        {"draft",           "content"          },
        {"attachment",      "name"             },
        {"attachment",      "key"              },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(columns); i++) {
        char sql[200];
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE substr(%s, 1, 1) = x'%02x'",
                 columns[i][0], columns[i][1], number);
        int64_t under = ask_file(w, "hearth.db", sql);
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", columns[i][0]);
        assert_true(under > 0);
        assert_int_equal(under, ask_file(w, "hearth.db", sql));
    }
}

static void keys_change_while_people_work(void **state)
{
    (void)state;
    WORLD(w);
    pthread_t thread;
    struct uuid scan;
    struct working working = {.world = &w, .calling = called(&w)};
    called(&w);
    draft_it(&w);
    must_act(&w, &w.actors[SUPERVISOR], attach_scan, &scan);
    assert_int_equal(pthread_create(&thread, NULL, keep_saving, &working), 0);
    assert_int_equal(rotate(&w), 2);
    for (int i = 0; i < 5; i++) {
        catch_up(&w);
        struct record *record =
            must_look(&w, &w.actors[SUPERVISOR], "reporter", working.calling.reporter);
        assert_true(str_find(text_of(record, "family_name"), STR("Quisenberry")) >= 0);
        assert_int_equal(found(&w, &w.actors[SUPERVISOR], "phone", "608-555-0142"), 2);
    }
    atomic_store(&working.stop, true);
    pthread_join(thread, NULL);
    assert_true(working.saves > 0);
    catch_up(&w);
    assert_all_under(&w, 2);
    assert_false(has_file(&w, "keys/data-1.key"));
    assert_true(has_file(&w, "keys/retired/data-1.key"));
    world_reopen(&w);
    struct store_attachment attachment;
    struct str bytes = {0}, content;
    struct instant at;
    struct store_reader *reader = reader_of(&w);
    assert_int_equal(read_file(reader, scan, 0, &attachment, &bytes), STATUS_OK);
    assert_text(bytes, "%PDF-1.7 the letter %%EOF");
    assert_text(attachment.name, "letter.pdf");
    assert_int_equal(store_draft_find(reader, w.workers[INTAKE], STR("report new"), &content, &at),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    must_look(&w, &w.actors[SUPERVISOR], "reporter", working.calling.reporter);
}

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char bytes[4096];
    size_t size;
    assert_non_null(in);
    assert_non_null(out);
    while ((size = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        assert_int_equal(fwrite(bytes, 1, size, out), size);
    }
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* What comes back from an old backup opens with the key that was put aside, and is sealed anew. */
static void what_an_old_key_sealed_still_opens(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = called(&w);
    w.store = store_close(w.store);
    struct str now = in_world(&w, "hearth.db"), backup = in_world(&w, "backup");
    assert_int_equal(rename(str_cstr(&w.arena, now), str_cstr(&w.arena, backup)), 0);
    copy_file(str_cstr(&w.arena, backup), str_cstr(&w.arena, now));
    world_open(&w);
    assert_int_equal(rotate(&w), 2);
    catch_up(&w);
    assert_true(has_file(&w, "keys/retired/data-1.key"));
    w.store = store_close(w.store);
    assert_int_equal(rename(str_cstr(&w.arena, backup), str_cstr(&w.arena, now)), 0);
    world_open(&w);
    struct record *record = must_look(&w, &w.actors[SUPERVISOR], "reporter", calling.reporter);
    assert_text(text_of(record, "family_name"), CANARY);
    catch_up(&w);
    assert_int_equal(
        ask_file(&w, "hearth.db",
                 "SELECT count(*) FROM reporter WHERE substr(family_name, 1, 1) = x'02'"),
        1);
}

static void a_lost_key_is_named(void **state)
{
    (void)state;
    WORLD(w);
    struct outcome outcome;
    struct record *record;
    struct calling calling = called(&w);
    tamper(&w, "hearth.db", "UPDATE reporter SET phone = CAST(x'09' || substr(phone, 2) AS BLOB)");
    assert_int_equal(
        look(&w, &w.actors[SUPERVISOR], "reporter", calling.reporter, &outcome, &record),
        STATUS_KEY_MISSING);
    assert_true(str_find(outcome.detail, STR("restore it from its backup")) >= 0);
}

/* ---- what would tell who reported ---- */

static size_t warned(struct world *w, int who, const struct calling *calling, const char *text,
                     struct str *ret_message)
{
    struct store_reader *reader;
    struct identity identity;
    struct identity_warning *warnings;
    struct record *report = must_look(w, &w->actors[who], "report", calling->report);
    put_text(report, "narrative", text);
    assert_int_equal(store_read_begin(w->store, &w->arena, &reader), STATUS_OK);
    assert_int_equal(identity_read(reader, report->set, report, &identity), STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    size_t count = identity_warnings(&identity, report, &warnings);
    *ret_message = count > 0 ? warnings[0].message : STR("");
    return count;
}

static void a_text_that_tells_who_reported_is_named_to_who_may_know(void **state)
{
    (void)state;
    WORLD(w);
    static const char *const telling[][2] = {
        {"It was ZEBULON's van.",                 "“What happened” may tell who reported: zebulon."       },
        {"Ask Mr. Quisenberry!",                  "“What happened” may tell who reported: quisenberry."   },
        {"Call 608.555.0142 again",               "“What happened” may tell who reported: (608) 555-0142."},
        {"Seen in the  Room behind\nthe chapel.",
         "“What happened” may tell who reported: the room behind the chapel."                             },
    };
    static const char *const silent[] = {"", "Zebulons", "Quisen berry", "555-01 of 42 rooms",
                                         "the room behind the school chapel"};
    struct calling calling = called(&w);
    struct str message;
    for (size_t i = 0; i < ARRAY_LENGTH(telling); i++) {
        assert_int_equal(warned(&w, SUPERVISOR, &calling, telling[i][0], &message), 1);
        assert_true(str_eq(message, str_from(telling[i][1])));
        /* Intake may read the report and not who reported: trying words tells nothing. */
        assert_int_equal(warned(&w, INTAKE, &calling, telling[i][0], &message), 0);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(silent); i++) {
        assert_int_equal(warned(&w, SUPERVISOR, &calling, silent[i], &message), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_sealed_stands_in_any_file),
        cmocka_unit_test(who_may_read_it_reads_it),
        cmocka_unit_test(a_value_opens_only_where_it_was_written),
        cmocka_unit_test(history_opens_it_and_the_chain_does_not_need_it),
        cmocka_unit_test(it_is_found_by_its_value_alone),
        cmocka_unit_test(keys_change_while_people_work),
        cmocka_unit_test(what_an_old_key_sealed_still_opens),
        cmocka_unit_test(a_lost_key_is_named),
        cmocka_unit_test(a_text_that_tells_who_reported_is_named_to_who_may_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
