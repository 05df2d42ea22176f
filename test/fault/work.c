#include "store/attachment.h"
#include "store/draft.h"
#include "store/installation.h"
#include "work.h"

#include <dirent.h>
#include <stdarg.h>

#include "base/buf.h"

#define TOGETHER 6        /* jobs handed in at once */
#define SCAN_MOST 150000u /* bytes */

void work_wrong(struct work *work, const char *format, ...)
{
    if (work->wrong[0] == '\0') {
        va_list rest;
        va_start(rest, format);
        vsnprintf(work->wrong, sizeof(work->wrong), format, rest);
        va_end(rest);
    }
}

static bool counts(const struct work *work)
{
    return work->counts == NULL || work->counts();
}

static uint64_t draw(struct work *work, uint64_t below)
{
    uint64_t z = work->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

/* ---- what is written ---- */

static struct str words(struct arena *arena, const char *what, size_t number, unsigned version)
{
    char text[80];
    snprintf(text, sizeof(text), "%s %zu, version %u", what, number, version);
    return str_copy(arena, str_from(text));
}

/* A PDF for Hearth: its first and last bytes; the same for the same call. */
static struct str scan_of(struct arena *arena, size_t number)
{
    static const struct str begin = STR_INIT("%PDF-1.7\n1 0 obj\n"), end = STR_INIT("\n%%EOF\n");
    size_t size = 200 + number * 7919 % SCAN_MOST;
    struct buf bytes;
    buf_init(&bytes, arena, size + begin.n + end.n);
    buf_add(&bytes, begin);
    for (size_t i = 0; i < size; i++) {
        buf_byte(&bytes, (char)(i * 31 % 251 + number % 5));
    }
    buf_add(&bytes, end);
    return buf_str(&bytes);
}

/* One act on its way through the writer. */
struct task {
    struct work *work;
    struct call *call;
    unsigned version;
    struct arena arena;
    struct uow_job job;
    struct waiting *waiting;
};
struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t told;
    unsigned left;
};

static void put_words(struct record *record, const char *field, struct str text)
{
    put(record, field, value_text(text));
}

static enum status take_call(struct uow *uow, struct task *task)
{
    const struct world *w = task->work->world;
    struct call *call = task->call;
    size_t number = (size_t)(call - task->work->calls);
    struct arena *arena = uow_set(uow)->arena;
    struct record *report, *reporter;
    struct store_file scan;
    struct str text = words(arena, "call", number, task->version);
    TRY(uow_create(uow, entity_of(w, "report"), w->agencies[0], MODEL_NONE, (struct uuid){{0}},
                   &report));
    put_words(report, "narrative", text);
    put_row(record_add_row(report, list_of(report, "participants")), "name", value_text(text));
    uint32_t part = entity_of(w, "reporter");
    TRY(uow_create(uow, part, w->agencies[0], model_field_by_name(w->model, part, STR("report")),
                   report->subject.id, &reporter));
    put_words(reporter, "name", text);
    const struct store_upload upload = {
        .bytes = scan_of(arena, number), .name = STR("scan.pdf"), .takes = 1u << FILE_KIND_PDF};
    TRY(store_file_seal(uow->store, arena, &upload, uow_outcome(uow), &scan));
    TRY(uow_attach(uow, &scan));
    call->scan = scan.id;
    call->report = report->subject.id;
    call->reporter = reporter->subject.id;
    return STATUS_OK;
}

static enum status change_call(struct uow *uow, struct task *task)
{
    const struct world *w = task->work->world;
    const struct call *call = task->call;
    size_t number = (size_t)(call - task->work->calls);
    struct str text = words(uow_set(uow)->arena, "call", number, task->version);
    struct record *report, *reporter;
    TRY(uow_load(uow, entity_of(w, "report"), call->report, 0, VERB_UPDATE, &report));
    TRY(uow_load(uow, entity_of(w, "reporter"), call->reporter, 0, VERB_UPDATE, &reporter));
    put_words(report, "narrative", text);
    put_row(record_rows(report, list_of(report, "participants"))->items.items[0], "name",
            value_text(text));
    put_words(reporter, "name", text);
    return STATUS_OK;
}

static enum status run_task(struct uow *uow, void *input)
{
    struct task *task = input;
    return task->version == 1 ? take_call(uow, task) : change_call(uow, task);
}

/* A failure says why. */
static void note_end(struct work *work, const struct outcome *outcome, enum status status)
{
    if (status == STATUS_OK) {
        return;
    }
    work->refused++;
    work->last_refusal = status;
    if (status_title(status).n == 0) {
        work_wrong(work, "an act failed and nothing says why: %.*s",
                   STR_ARG(status_name(outcome->status)));
    }
}

static void task_told(void *context)
{
    struct task *task = context;
    if (task->job.outcome.status == STATUS_OK && counts(task->work)) {
        task->call->told = task->version;
    }
    pthread_mutex_lock(&task->waiting->lock);
    task->waiting->left--;
    pthread_cond_signal(&task->waiting->told);
    pthread_mutex_unlock(&task->waiting->lock);
}

/* Hands in tasks at once, so that some become permanent together, and waits for all. */
static void run_tasks(struct work *work, struct task *tasks, unsigned count)
{
    struct waiting waiting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, count};
    for (unsigned i = 0; i < count; i++) {
        struct task *task = &tasks[i];
        arena_init(&task->arena, ARENA_REQUEST_CAP, NULL, NULL);
        task->work = work;
        task->waiting = &waiting;
        task->version = ++task->call->tried;
        task->job = (struct uow_job){
            .fn = run_task,
            .input = task,
            .arena = &task->arena,
            .actor = &work->world->actors[SUPERVISOR],
            .done = {task_told, task}
        };
        assert_int_equal(store_submit(work->world->store, &task->job), STATUS_OK);
    }
    pthread_mutex_lock(&waiting.lock);
    while (waiting.left > 0) {
        pthread_cond_wait(&waiting.told, &waiting.lock);
    }
    pthread_mutex_unlock(&waiting.lock);
    for (unsigned i = 0; i < count; i++) {
        note_end(work, &tasks[i].job.outcome, tasks[i].job.outcome.status);
        arena_clear(&tasks[i].arena);
    }
}

/* One that was taken; NULL when there is none. */
static struct call *draw_call(struct work *work)
{
    struct call *call = work->call_count > 0 ? &work->calls[draw(work, work->call_count)] : NULL;
    return call != NULL && call->told > 0 ? call : NULL;
}

/* A call that nobody has tried to change in this batch is changed, or a new one is taken. */
static void step_acts(struct work *work, unsigned most)
{
    struct task tasks[TOGETHER] = {{.version = 0}};
    unsigned count = 0;
    for (unsigned want = 1 + (unsigned)draw(work, most); want > 0; want--) {
        struct call *call = draw(work, 2) == 0 ? draw_call(work) : NULL;
        for (unsigned i = 0; i < count && call != NULL; i++) {
            call = tasks[i].call == call ? NULL : call;
        }
        if (call == NULL && work->call_count < CALLS_MOST) {
            call = &work->calls[work->call_count++];
        }
        if (call != NULL) {
            tasks[count++].call = call;
        }
    }
    run_tasks(work, tasks, count);
}

/* ---- drafts ---- */

struct saving {
    struct work *work;
    enum status status;
    unsigned place, version;
    struct waiting *waiting;
};

static void draft_told(void *context)
{
    struct saving *saving = context;
    if (saving->status == STATUS_OK && counts(saving->work)) {
        saving->work->drafts_told[saving->place] = saving->version;
    }
    pthread_mutex_lock(&saving->waiting->lock);
    saving->waiting->left--;
    pthread_cond_signal(&saving->waiting->told);
    pthread_mutex_unlock(&saving->waiting->lock);
}

static void step_draft(struct work *work)
{
    struct world *w = work->world;
    TEST_ARENA(arena);
    struct waiting waiting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 1};
    struct saving saving = {.work = work, .waiting = &waiting};
    struct outcome outcome = {.status = STATUS_OK};
    saving.place = (unsigned)draw(work, DRAFTS_MOST);
    saving.version = ++work->drafts_tried[saving.place];
    enum status status =
        store_draft_save(w->store, w->workers[SUPERVISOR], words(&arena, "place", saving.place, 0),
                         STR("A call"), words(&arena, "draft", saving.place, saving.version),
                         (struct completion){draft_told, &saving}, &saving.status);
    pthread_mutex_lock(&waiting.lock);
    while (status == STATUS_OK && waiting.left > 0) {
        pthread_cond_wait(&waiting.told, &waiting.lock);
    }
    pthread_mutex_unlock(&waiting.lock);
    note_end(work, &outcome, status == STATUS_OK ? saving.status : status);
}

/* ---- pages ---- */

/* As a page reads a record; STATUS_OK: it may leave. */
static enum status read_record(struct work *work, const char *entity, struct uuid id,
                               struct record **ret_record)
{
    struct world *w = work->world;
    struct store_reader *reader;
    struct outcome outcome;
    struct work_set *set = ARENA_NEW(&w->arena, struct work_set);
    uint32_t row = entity_of(w, entity);
    outcome_init(&outcome, &w->arena);
    TRY(store_read_begin(w->store, &w->arena, &reader));
    work_set_init(set, &w->arena, w->model, store_now(w->store), &w->actors[SUPERVISOR]);
    enum status status =
        store_read(reader, set, row, id, 0, 0, (struct store_purpose){STR("test"), STR("")},
                   &outcome, ret_record);
    enum status end = store_read_end(reader);
    return status == STATUS_OK ? end : status;
}

static void step_page(struct work *work)
{
    struct outcome outcome = {.status = STATUS_OK};
    struct call *call = draw_call(work);
    struct record *record;
    if (call != NULL) {
        enum status status = read_record(work, "report", call->report, &record);
        call->looks += status == STATUS_OK && counts(work) ? 1 : 0;
        note_end(work, &outcome, status);
    }
}

/* ---- the background ---- */

static enum status ask_number(struct store_reader *reader, struct str sql, const struct uuid *id,
                              int64_t *ret_number)
{
    struct db_statement *q;
    TRY(db_prepare(reader->db, sql, reader->arena, &q));
    if (id != NULL) {
        db_bind_uuid(q, 1, *id);
    }
    *ret_number = db_next(q) ? db_int(q, 0) : 0;
    return db_finish(q);
}

/* A number out of the store's own database; -1 when it cannot be read. */
static int64_t ask_store(struct work *work, const char *sql, const struct uuid *id)
{
    TEST_ARENA(arena);
    struct store_reader *reader;
    int64_t number = -1;
    if (store_read_begin(work->world->store, &arena, &reader) != STATUS_OK) {
        return -1;
    }
    if (ask_number(reader, str_from(sql), id, &number) != STATUS_OK) {
        number = -1;
    }
    return store_read_end(reader) == STATUS_OK ? number : -1;
}

static void step_care(struct work *work)
{
    TEST_ARENA(arena);
    struct outcome outcome;
    outcome_init(&outcome, &arena);
    enum status status = store_catch_up(work->world->store, &outcome);
    int64_t blocks = ask_store(work, "SELECT count(*) FROM history_block", NULL);
    if (status == STATUS_OK && blocks > 0 && counts(work)) {
        work->blocks = (unsigned)blocks;
    }
    note_end(work, &outcome, status);
}

/* As the keeper does it when nobody writes, and sooner. */
static void step_checkpoint(struct work *work)
{
    TEST_ARENA(arena);
    struct outcome outcome;
    struct db *db;
    struct db_checkpoint done;
    struct db_options options = {.path = in_world(work->world, "hearth.db"), .role = DB_KEEPER};
    outcome_init(&outcome, &arena);
    if (db_open_sqlite(&options, &outcome, &db) == STATUS_OK) {
        /* Whether it could be done now is not what is asked. */
        (void)!db_checkpoint(db, draw(work, 2) ? DB_CHECKPOINT_PASSIVE : DB_CHECKPOINT_TRUNCATE,
                             &done);
        db_close(db);
    }
}

void work_some(struct work *work, uint64_t seed, unsigned steps, bool (*stop)(void))
{
    work->random = seed;
    for (unsigned i = 0; i < steps && !stop(); i++) {
        switch (draw(work, 12)) {
        case 0:
        case 1:
            step_draft(work);
            break;
        case 2:
        case 3:
            step_page(work);
            break;
        case 4:
            step_care(work);
            break;
        case 5:
            step_checkpoint(work);
            break;
        case 6:
            world_wait(work->world, DAY_MS * (int64_t)draw(work, 5)); /* months end */
            break;
        default:
            step_acts(work, TOGETHER);
            break;
        }
    }
}

void work_each(struct work *work)
{
    step_acts(work, 2);
    step_draft(work);
    step_page(work);
    step_care(work);
    step_checkpoint(work);
    step_acts(work, 2);
}

/* ---- opening ---- */

void folder_copy(const char *from, const char *to)
{
    char text[1200];
    snprintf(text, sizeof(text), "cp -a '%s' '%s'", from, to);
    assert_int_equal(system(text), 0); /* NOLINT: of this test alone */
}

void world_copy(struct world *copy, const struct world *world, const char *folder)
{
    *copy = (struct world){.image = world->image, .model = world->model};
    atomic_init(&copy->now, STORE_NOW);
    arena_init(&copy->arena, (size_t)512 * 1024 * 1024, NULL, NULL);
    memcpy(copy->agencies, world->agencies, sizeof(copy->agencies));
    memcpy(copy->workers, world->workers, sizeof(copy->workers));
    memcpy(copy->actors, world->actors, sizeof(copy->actors));
    snprintf(copy->folder, sizeof(copy->folder), "%s", folder);
}

bool work_open(struct work *work)
{
    struct world *w = work->world;
    struct arena CLEANUP(arena_clear) arena; /* a long tier opens thousands of times */
    struct outcome outcome;
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    outcome_init(&outcome, &arena);
    struct store_options options = {.directory = str_from(w->folder),
                                    .image = w->image,
                                    .now_ms = world_now,
                                    .now_context = w,
                                    .readers = 2};
    enum status status = store_open(&options, &outcome, &w->store);
    if (status != STATUS_OK) {
        work_wrong(work, "the store does not open: %.*s %.*s", STR_ARG(status_name(status)),
                   STR_ARG(outcome.detail));
        return false;
    }
    w->model = store_model(w->store);
    return true;
}

bool work_hire(struct work *work)
{
    struct world *w = work->world;
    struct hiring hiring = {w};
    if (act(w, NULL, hire, &hiring) != STATUS_OK) {
        return false;
    }
    learn_actors(w);
    return true;
}

/* ---- what was told is there ---- */

/* "call 3, version 2" -> 2; 0 when the text is another one. */
static unsigned version_in(struct str text, const char *what, size_t number)
{
    char start[64];
    int64_t version = 0;
    snprintf(start, sizeof(start), "%s %zu, version ", what, number);
    if (!str_starts(text, str_from(start)) ||
        !str_to_i64(str_slice(text, strlen(start), text.n), &version)) {
        return 0;
    }
    return (unsigned)version;
}

static unsigned report_version(struct work *work, const struct call *call, size_t number)
{
    struct record *report;
    enum status status = read_record(work, "report", call->report, &report);
    if (status != STATUS_OK) {
        if (status != STATUS_NOT_FOUND) {
            work_wrong(work, "call %zu cannot be read: %.*s", number, STR_ARG(status_name(status)));
        }
        return 0;
    }
    const struct rows *rows = record_rows(report, list_of(report, "participants"));
    unsigned version = version_in(get(report, "narrative").text, "call", number);
    if (version == 0 || rows->items.count != 1 ||
        version_in(get_row(rows->items.items[0], "name").text, "call", number) != version) {
        work_wrong(work, "call %zu: half an act in its record", number);
    }
    return version;
}

static unsigned reporter_version(struct work *work, const struct call *call, size_t number)
{
    struct record *reporter;
    return read_record(work, "reporter", call->reporter, &reporter) == STATUS_OK
               ? version_in(get(reporter, "name").text, "call", number)
               : 0;
}

static bool scan_is_there(struct work *work, const struct call *call, size_t number)
{
    struct world *w = work->world;
    struct store_reader *reader;
    struct store_attachment attachment;
    struct str bytes;
    if (store_read_begin(w->store, &w->arena, &reader) != STATUS_OK) {
        return false;
    }
    enum status status = read_file(reader, call->scan, 0, &attachment, &bytes);
    if (store_read_end(reader) != STATUS_OK) {
        return false;
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        work_wrong(work, "call %zu: its scan cannot be opened", number);
    }
    return status == STATUS_OK && str_eq(bytes, scan_of(&w->arena, number));
}

static void check_call(struct work *work, size_t number)
{
    const struct call *call = &work->calls[number];
    if (uuid_is_nil(call->report)) {
        return; /* it never ran */
    }
    unsigned version = report_version(work, call, number);
    int64_t rows = ask_store(work, "SELECT count(*) FROM history WHERE record = ?1", &call->report);
    if (version < call->told) {
        work_wrong(work, "call %zu: version %u was told to be kept, version %u is there", number,
                   call->told, version);
    }
    if (version > call->tried || (version > 0) != (rows > 0) || rows > (int64_t)version ||
        (work->refused == 0 && rows != (int64_t)version)) {
        work_wrong(work, "call %zu: version %u with %lld rows of history", number, version,
                   (long long)rows);
    }
    if (reporter_version(work, call, number) != version) {
        work_wrong(work, "call %zu: half an act, the reporter is of another version", number);
    }
    if (scan_is_there(work, call, number) != (version > 0)) {
        work_wrong(work, "call %zu: half an act, with or without its scan", number);
    }
}

static void check_drafts(struct work *work)
{
    struct world *w = work->world;
    for (unsigned place = 0; place < DRAFTS_MOST; place++) {
        struct store_reader *reader;
        struct instant saved_at;
        struct str content = STR("");
        if (store_read_begin(w->store, &w->arena, &reader) != STATUS_OK) {
            work_wrong(work, "drafts cannot be read");
            return;
        }
        enum status status =
            store_draft_find(reader, w->workers[SUPERVISOR], words(&w->arena, "place", place, 0),
                             &content, &saved_at);
        enum status end = store_read_end(reader);
        unsigned version = version_in(content, "draft", place);
        if ((status != STATUS_OK && status != STATUS_NOT_FOUND) || end != STATUS_OK ||
            version < work->drafts_told[place] || version > work->drafts_tried[place]) {
            work_wrong(work, "draft %u: version %u was told to be kept, version %u is there", place,
                       work->drafts_told[place], version);
        }
    }
}

/* ---- all files ---- */

static void check_file(struct work *work, const char *name, unsigned looks[CALLS_MOST])
{
    struct world *w = work->world;
    struct outcome outcome;
    struct db *db;
    struct db_options options = {.path = in_world(w, name), .role = DB_READER};
    outcome_init(&outcome, &w->arena);
    if (db_open_sqlite(&options, &outcome, &db) != STATUS_OK) {
        work_wrong(work, "%s does not open", name);
        return;
    }
    /* It may hold nothing yet: then its tables come when it is written to. */
    struct db_statement *q;
    for (size_t i = 0; strncmp(name, "access-", 7) == 0 && i < work->call_count; i++) {
        if (db_prepare(db, STR("SELECT count(*) FROM look WHERE record = ?1"), &w->arena, &q) !=
            STATUS_OK) {
            break;
        }
        db_bind_uuid(q, 1, work->calls[i].report);
        looks[i] += db_next(q) ? (unsigned)db_int(q, 0) : 0;
        if (db_finish(q) != STATUS_OK) {
            work_wrong(work, "%s cannot be read", name);
        }
    }
    db_reset(db);
    if (db_verify(db) != STATUS_OK) {
        work_wrong(work, "%s: %.*s", name, STR_ARG(db_error(db)->detail));
    }
    db_close(db);
}

static void check_files(struct work *work)
{
    unsigned looks[CALLS_MOST] = {0};
    DIR *folder = opendir(work->world->folder);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (str_ends(str_from(entry->d_name), STR(".db"))) {
            check_file(work, entry->d_name, looks);
        }
    }
    closedir(folder);
    for (size_t i = 0; i < work->call_count; i++) {
        if (looks[i] < work->calls[i].looks) {
            work_wrong(work, "call %zu: %u pages of it left, %u are in the access log", i,
                       work->calls[i].looks, looks[i]);
        }
    }
}

static unsigned whole_lines(struct work *work, const char *name)
{
    unsigned count = 0;
    char line[512];
    FILE *file = fopen(str_cstr(&work->world->arena, in_world(work->world, name)), "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        count += strlen(line) > 200 ? 1 : 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

static void check_history(struct work *work, bool sealed)
{
    struct store_audit audit = {.broken = 0};
    if (store_audit_verify(work->world->store, &work->world->arena, &audit) != STATUS_OK ||
        audit.broken > 0) {
        work_wrong(work, "history does not verify: %llu broken, %.*s",
                   (unsigned long long)audit.broken, STR_ARG(audit.first_fault));
    }
    if (sealed && audit.unsealed > 0) {
        work_wrong(work, "history is not sealed");
    }
}

void work_check(struct work *work)
{
    check_files(work); /* before what is read below is noted */
    for (size_t i = 0; i < work->call_count; i++) {
        check_call(work, i);
    }
    check_drafts(work);
    check_history(work, false);
    /* A line that could not be written is made up for by the next one of its chain. */
    if (ask_store(work, "SELECT count(*) FROM history_block", NULL) < (int64_t)work->blocks ||
        (work->refused == 0 && whole_lines(work, "checkpoints.log") < work->blocks)) {
        work_wrong(work, "%u blocks were sealed, fewer are there or on record", work->blocks);
    }
}

void work_goes_on(struct work *work)
{
    unsigned refused = work->refused;
    work->counts = NULL;
    step_acts(work, TOGETHER);
    step_draft(work);
    step_page(work);
    step_care(work);
    if (work->refused != refused) {
        work_wrong(work, "the store does not go on");
    }
    check_history(work, true);
}
