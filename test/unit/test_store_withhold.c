/* Sealed by order of a court: absent for whoever may not seal. Expunged: absent for everybody, and
 * what was said is nowhere in the files. */
#include "store/attachment.h"
#include "store/draft.h"
#include "store/installation.h"
#include "test_store_files.h"

/* ---- a report that says unusual words ---- */

struct calling {
    struct world *world;
    struct uuid report, reporter, placement, photo;
    const char *narrative;
};

static struct uuid none(void)
{
    return (struct uuid){{0}};
}

static enum status attach_photo(struct uow *uow, struct calling *calling, struct record *report)
{
    struct store_file file;
    const struct store_upload upload = {.bytes = STR("%PDF-1.7\n1 0 obj\ncanaryplover\n%%EOF\n"),
                                        .name = STR("canarycrane.pdf"),
                                        .where = STR("photo"),
                                        .takes = 1u << FILE_KIND_PDF};
    TRY(store_file_seal(uow->store, uow_set(uow)->arena, &upload, uow_outcome(uow), &file));
    TRY(uow_attach(uow, &file));
    put(report, "photo", value_reference(file.id));
    calling->photo = file.id;
    return STATUS_OK;
}

static enum status call(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct world *w = calling->world;
    struct record *report, *reporter, *placement;
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, none(), &report));
    put_text(report, "narrative", "canaryquail was seen at the lake");
    put(report, "urgent", value_boolean(true));
    put(report, "received_at", value_datetime(uow_set(uow)->now, uow_set(uow)->today));
    put(report, "worker", value_reference(w->workers[INTAKE]));
    put_row(record_add_row(report, list_of(report, "participants")), "name",
            value_text(STR("canarywren")));
    TRY(attach_photo(uow, calling, report));
    TRY(uow_create(uow, entity_of(w, "reporter"), w->agencies[0],
                   model_field_by_name(w->model, entity_of(w, "reporter"), STR("report")),
                   report->subject.id, &reporter));
    put_text(reporter, "name", "canaryfinch");
    put_text(reporter, "family_name", "canarystork");
    put_row(record_add_row(reporter, list_of(reporter, "words")), "word",
            value_text(STR("canaryowl")));
    TRY(uow_create(uow, entity_of(w, "placement"), w->agencies[0],
                   model_field_by_name(w->model, entity_of(w, "placement"), STR("report")),
                   report->subject.id, &placement));
    put_text(placement, "place", "canarygull");
    put(placement, "begins_on", value_date(uow_set(uow)->today));
    calling->report = report->subject.id;
    calling->reporter = reporter->subject.id;
    calling->placement = placement->subject.id;
    return STATUS_OK;
}

static enum status change(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(calling->world, "report"), calling->report, 0, VERB_UPDATE,
                 &report));
    put_text(report, "narrative", calling->narrative);
    return STATUS_OK;
}

static enum status submit(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(calling->world, "report"), calling->report, 0, VERB_READ, &report));
    return take(uow, report, "submit");
}

static enum status screen(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(calling->world, "report"), calling->report, 0, VERB_READ, &report));
    return take(uow, report, "screen");
}

/* ---- the verbs ---- */

static enum status seal_report(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(calling->world, "report"), calling->report, 0, VERB_SEAL, &report));
    return uow_seal(uow, report);
}

static enum status unseal_report(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(calling->world, "report"), calling->report, 0, VERB_SEAL, &report));
    return uow_unseal(uow, report);
}

static enum status unseal_placement(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct record *placement;
    TRY(uow_load(uow, entity_of(calling->world, "placement"), calling->placement, 0, VERB_SEAL,
                 &placement));
    return uow_unseal(uow, placement);
}

static enum status expunge_report(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct record *report;
    TRY(uow_load(uow, entity_of(calling->world, "report"), calling->report, 0, VERB_EXPUNGE,
                 &report));
    return uow_expunge(uow, report);
}

static enum status by_law(struct calling *calling, int worker, uow_fn fn, const char *verb)
{
    TEST_ARENA(arena);
    struct uow_job job = {.reason = STR("so ordered"),
                          .basis = STR("48.396(2), order of 3 November 2026"),
                          .verb = str_from(verb)};
    return act_as(calling->world, &calling->world->actors[worker], fn, calling, &arena, &job);
}

static void must_seal(struct calling *calling)
{
    assert_int_equal(by_law(calling, INTAKE, seal_report, "seal"), STATUS_OK);
}

/* ---- looking ---- */

static enum status seen_by(struct world *w, const struct actor *actor, const char *entity,
                           struct uuid id)
{
    struct outcome outcome;
    struct record *record;
    return look(w, actor, entity, id, &outcome, &record);
}

static size_t found(struct world *w, const struct actor *actor, const char *entity)
{
    TEST_ARENA(arena);
    struct work_set set;
    struct outcome outcome;
    struct record **records;
    struct str next;
    size_t count;
    struct store_reader *reader = reader_of(w);
    outcome_init(&outcome, &arena);
    work_set_init(&set, &arena, w->model, store_now(w->store), actor);
    assert_int_equal(store_find(reader, &set, entity_of(w, entity), MODEL_NONE, none(),
                                (struct store_page){.limit = 50}, &outcome, &records, &count,
                                &next),
                     STATUS_OK);
    assert_int_equal(store_read_end(reader), STATUS_OK);
    return count;
}

/* The worker to whom the report is assigned reads it, and may not seal. */
static struct actor assigned_only(struct world *w)
{
    struct actor actor = w->actors[INTAKE];
    struct actor_entry *entries =
        arena_copy(&w->arena, actor.entries, actor.entry_count * sizeof(*entries));
    size_t kept = 0;
    for (size_t i = 0; i < actor.entry_count; i++) {
        if (entries[i].scope != SCOPE_OWN_AGENCY) {
            entries[kept++] = entries[i];
        }
    }
    actor.entries = entries;
    actor.entry_count = kept;
    return actor;
}

static int64_t count_of(struct world *w, const char *sql)
{
    return ask_file(w, "hearth.db", sql);
}

/* ---- sealing ---- */

static void sealed_is_absent_for_who_may_not_seal(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = {.world = &w};
    must_act(&w, NULL, call, &calling);
    const struct actor assigned = assigned_only(&w);
    assert_int_equal(seen_by(&w, &assigned, "report", calling.report), STATUS_OK);
    assert_int_equal(found(&w, &assigned, "report"), 1);
    assert_int_equal(found(&w, &assigned, "placement"), 1);
    must_seal(&calling);
    assert_int_equal(seen_by(&w, &assigned, "report", calling.report), STATUS_NOT_FOUND);
    assert_int_equal(seen_by(&w, &assigned, "placement", calling.placement), STATUS_NOT_FOUND);
    assert_int_equal(seen_by(&w, &w.actors[STRANGER], "report", calling.report), STATUS_NOT_FOUND);
    assert_int_equal(found(&w, &assigned, "report"), 0);
    assert_int_equal(found(&w, &assigned, "placement"), 0);
    /* Who may seal reads it, and says so by its mark. */
    const struct record *report = must_look(&w, &w.actors[SUPERVISOR], "report", calling.report);
    assert_true(record_is_withheld(report));
    assert_text(report->withheld_basis, "48.396(2), order of 3 November 2026");
    assert_int_equal(found(&w, &w.actors[SUPERVISOR], "report"), 1);
}

static void its_history_and_its_clocks_go_on(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = {.world = &w, .narrative = "a second call"};
    must_act(&w, NULL, call, &calling);
    must_seal(&calling);
    must_act(&w, &w.actors[INTAKE], change, &calling);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM clock WHERE state = 'running'"), 1);
    assert_int_equal(
        count_of(&w,
                 "SELECT count(*) FROM history WHERE transition = 'seal' AND content = "
                 "'{\"sealed\":{\"from\":null,\"to\":\"48.396(2), order of 3 November 2026\"}}' "
                 "AND reason = 'so ordered' AND cause = 'seal'"),
        3);
    assert_int_equal(by_law(&calling, INTAKE, seal_report, "seal"), STATUS_REFUSED);
    assert_int_equal(by_law(&calling, INTAKE, unseal_placement, "unseal"), STATUS_REFUSED);
    assert_int_equal(by_law(&calling, INTAKE, unseal_report, "unseal"), STATUS_OK);
    const struct actor assigned = assigned_only(&w);
    assert_int_equal(seen_by(&w, &assigned, "report", calling.report), STATUS_OK);
    assert_int_equal(found(&w, &assigned, "placement"), 1);
    assert_int_equal(by_law(&calling, INTAKE, unseal_report, "unseal"), STATUS_REFUSED);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM legal_act WHERE records = 3"), 2);
}

static enum status add_placement(struct uow *uow, void *input)
{
    struct calling *calling = input;
    struct world *w = calling->world;
    struct record *placement;
    TRY(uow_create(uow, entity_of(w, "placement"), w->agencies[0],
                   model_field_by_name(w->model, entity_of(w, "placement"), STR("report")),
                   calling->report, &placement));
    put(placement, "begins_on", value_date(uow_set(uow)->today));
    calling->placement = placement->subject.id;
    return STATUS_OK;
}

static void what_is_added_to_it_is_sealed_too_and_comes_back_with_it(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = {.world = &w};
    must_act(&w, NULL, call, &calling);
    const struct actor assigned = assigned_only(&w);
    must_seal(&calling);
    must_act(&w, &w.actors[INTAKE], add_placement, &calling);
    assert_int_equal(seen_by(&w, &w.actors[INTAKE], "placement", calling.placement), STATUS_OK);
    assert_int_equal(seen_by(&w, &assigned, "placement", calling.placement), STATUS_NOT_FOUND);
    assert_int_equal(by_law(&calling, INTAKE, unseal_report, "unseal"), STATUS_OK);
    assert_int_equal(seen_by(&w, &assigned, "placement", calling.placement), STATUS_OK);
}

/* ---- expunging ---- */

/* How many files of the folder, and of those below it, say the word. */
static size_t files_that_say(struct world *w, const char *word)
{
    static const char *const names[] = {"hearth.db",         "hearth.db-wal",
                                        "attachments.db",    "attachments.db-wal",
                                        "access-2026-11.db", "access-2026-11.db-wal"};
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        FILE *file = fopen(str_cstr(&w->arena, in_world(w, names[i])), "rb");
        char *bytes = NULL;
        size_t size = 0;
        if (file == NULL) {
            continue;
        }
        assert_int_equal(fseek(file, 0, SEEK_END), 0);
        size = (size_t)ftell(file);
        rewind(file);
        bytes = malloc(size + 1);
        assert_non_null(bytes);
        size = fread(bytes, 1, size, file); /* less when the log was just cut */
        assert_int_equal(fclose(file), 0);
        count += memmem(bytes, size, word, strlen(word)) != NULL ? 1 : 0;
        free(bytes);
    }
    return count;
}

/* As many bytes as go over several pages of the file. */
static const char *long_text(struct world *w)
{
    struct buf text;
    buf_init(&text, &w->arena, 100000);
    for (int i = 0; i < 4000; i++) {
        BUF_ADD(&text, STR("canaryheron "));
    }
    return str_cstr(&w->arena, buf_str(&text));
}

static void call_and_change(struct calling *calling)
{
    struct world *w = calling->world;
    must_act(w, NULL, call, calling);
    calling->narrative = long_text(w);
    must_act(w, &w->actors[INTAKE], change, calling);
    calling->narrative = "canaryquail again";
    must_act(w, &w->actors[INTAKE], change, calling);
    must_act(w, &w->actors[INTAKE], submit, calling);
}

static void tell(void *context)
{
    atomic_store((atomic_bool *)context, true);
}

static void save_draft(struct world *w, const char *place, struct uuid id, const char *content)
{
    atomic_bool told = false;
    enum status saved = STATUS_INTERNAL;
    struct str where = STR_JOIN(&w->arena, str_from(place), uuid_text(&w->arena, id));
    assert_int_equal(store_draft_save(w->store, w->workers[SUPERVISOR], where, STR("A draft"),
                                      str_from(content), (struct completion){tell, &told}, &saved),
                     STATUS_OK);
    while (!atomic_load(&told)) {
        usleep(1000);
    }
    assert_int_equal(saved, STATUS_OK);
}

/* Drafts at its page and its parts' go; one about something else of the same place stays. */
static void drafts_about_it_go(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = {.world = &w}, other = {.world = &w};
    call_and_change(&calling);
    call_and_change(&other);
    save_draft(&w, "record/report/", calling.report, "narrative=x");
    save_draft(&w, "work/intake/x/", calling.placement, "place=x");
    save_draft(&w, "work/intake/y/", other.report, "place=x");
    must_seal(&calling);
    assert_int_equal(by_law(&calling, SUPERVISOR, expunge_report, "expunge"), STATUS_OK);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM draft"), 1);
}

static void it_takes_two(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = {.world = &w};
    call_and_change(&calling);
    assert_int_equal(by_law(&calling, SUPERVISOR, expunge_report, "expunge"), STATUS_REFUSED);
    assert_int_equal(by_law(&calling, SUPERVISOR, seal_report, "seal"), STATUS_OK);
    assert_int_equal(by_law(&calling, SUPERVISOR, expunge_report, "expunge"), STATUS_REFUSED);
    assert_int_equal(by_law(&calling, INTAKE, expunge_report, "expunge"), STATUS_FORBIDDEN);
    assert_int_equal(by_law(&calling, SUPERVISOR, unseal_report, "unseal"), STATUS_OK);
    must_seal(&calling);
    assert_int_equal(by_law(&calling, SUPERVISOR, expunge_report, "expunge"), STATUS_OK);
}

static void expunged_is_absent_for_everybody(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = {.world = &w};
    call_and_change(&calling);
    must_seal(&calling);
    assert_int_equal(by_law(&calling, SUPERVISOR, expunge_report, "expunge"), STATUS_OK);
    assert_int_equal(seen_by(&w, &w.actors[SUPERVISOR], "report", calling.report),
                     STATUS_NOT_FOUND);
    assert_int_equal(seen_by(&w, &w.actors[SUPERVISOR], "reporter", calling.reporter),
                     STATUS_NOT_FOUND);
    assert_int_equal(found(&w, &w.actors[SUPERVISOR], "report"), 0);
    assert_int_equal(by_law(&calling, SUPERVISOR, expunge_report, "expunge"), STATUS_NOT_FOUND);
    assert_int_equal(by_law(&calling, INTAKE, seal_report, "seal"), STATUS_NOT_FOUND);
}

static void nothing_of_it_is_left(void **state)
{
    (void)state;
    WORLD(w);
    struct calling calling = {.world = &w};
    struct store_audit audit;
    call_and_change(&calling);
    must_act(&w, &w.actors[SUPERVISOR], screen, &calling);
    catch_up(&w);
    assert_true(files_that_say(&w, "canary") > 0);
    must_seal(&calling);
    assert_int_equal(by_law(&calling, SUPERVISOR, expunge_report, "expunge"), STATUS_OK);
    /* The checkpoint thread cuts the log soon, while the store is open. */
    for (int i = 0; i < 600 && files_that_say(&w, "canary") > 0; i++) {
        usleep(100000);
    }
    assert_int_equal(files_that_say(&w, "canary"), 0);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM attachment"), 0);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM history_sealed"), 0);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM clock"), 0);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM clock_change"), 0);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM decision_basis"), 0);
    assert_int_equal(count_of(&w,
                              "SELECT count(*) FROM report WHERE number IS NOT NULL OR state IS "
                              "NOT NULL OR narrative IS NOT NULL OR photo IS NOT NULL"),
                     0);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM report__participants"), 0);
    assert_int_equal(count_of(&w, "SELECT count(*) FROM reporter__words"), 0);
    catch_up(&w);
    assert_int_equal(store_audit_verify(w.store, &w.arena, &audit), STATUS_OK);
    assert_int_equal(audit.broken, 0);
    assert_int_equal(audit.unsealed, 0);
    assert_int_equal(audit.expunged, 10); /* three made, two changes, two steps, three sealed */
    assert_int_equal(count_of(&w, "SELECT count(*) FROM legal_act WHERE verb = 'expunge' AND "
                                  "records = 3 AND history_rows = 10"),
                     1);
    /* The pieces of the file, without their key, are swept when they are a day old. */
    world_wait(&w, 2 * DAY_MS);
    catch_up(&w);
    assert_int_equal(ask_file(&w, "attachments.db", "SELECT count(*) FROM attachment_chunk"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_is_absent_for_who_may_not_seal),
        cmocka_unit_test(its_history_and_its_clocks_go_on),
        cmocka_unit_test(what_is_added_to_it_is_sealed_too_and_comes_back_with_it),
        cmocka_unit_test(it_takes_two),
        cmocka_unit_test(expunged_is_absent_for_everybody),
        cmocka_unit_test(drafts_about_it_go),
        cmocka_unit_test(nothing_of_it_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
