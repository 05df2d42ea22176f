#include "http/page_corrected.h"

#include "html/components.h"
#include "http/history_words.h"
#include "http/page_words.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "rule/rests.h"

#define CHANGES_MAX 100u /* of a record, newest first */

/* A line of the table: a field that was corrected. */
struct corrected {
    struct record *record;
    struct history_field field;
    struct uuid by;
    struct instant at; /* ms 0: who, when and why is not for this reader */
    struct str reason;
};
struct all_corrected {
    struct request *request;
    LIST(struct corrected) items;
};

/* ---- reading ---- */

/* Kernel verbs have a reason; access given beside the rules and copies of what was signed are no
 * corrections, and no fields of theirs are told. */
static bool is_correction(const struct store_change *change, uint32_t version)
{
    return change->version > version && change->reason.n > 0;
}

static void add_change(struct all_corrected *all, struct record *record,
                       const struct store_change *change, struct history_reading *reading,
                       size_t at, const bool *only)
{
    struct arena *arena = &all->request->arena;
    struct history_field *fields;
    size_t hidden, count = history_fields(reading, at, only, &fields, &hidden);
    for (size_t i = 0; i < count; i++) {
        struct corrected line = {record, fields[i], change->by, change->at, change->reason};
        LIST_PUSH(arena, &all->items, line);
    }
    if (hidden > 0) {
        struct corrected line = {
            .record = record, .by = change->by, .at = change->at, .field.sealed = true};
        line.field.label = STR("What you may not read");
        LIST_PUSH(arena, &all->items, line);
    }
}

/* The corrections of a record after a version of it. Who may not read its history learns that there
 * were some. */
static enum status add_record(struct all_corrected *all, struct record *record, uint32_t version,
                              const bool *only)
{
    struct request *request = all->request;
    struct store_page page = {.limit = CHANGES_MAX};
    struct history_reading *reading;
    struct store_change *changes;
    struct str next;
    size_t count;
    if (!access_record(&request->set, record, VERB_HISTORY).allowed) {
        if (only != NULL) {
            return STATUS_OK; /* perhaps it was something that nobody looked at */
        }
        struct corrected line = {.record = record, .field.sealed = true};
        LIST_PUSH(&request->arena, &all->items, line);
        return STATUS_OK;
    }
    TRY(store_history(request->reader, &request->set, record, page, &changes, &count, &next));
    TRY(history_read(request, record, changes, count, &reading));
    for (size_t i = 0; i < count; i++) {
        if (is_correction(&changes[i], version)) {
            add_change(all, record, &changes[i], reading, i, only);
        }
    }
    return STATUS_OK;
}

static enum status name_workers(struct all_corrected *all)
{
    struct request *request = all->request;
    uint32_t worker = model_c_name(request->model, C_WORKER)->entity;
    struct uuid *ids = ARENA_ARRAY(&request->arena, all->items.count, struct uuid);
    for (size_t i = 0; i < all->items.count; i++) {
        ids[i] = all->items.items[i].by;
    }
    if (worker != MODEL_NONE) {
        TRY(store_titles_of(request->reader, &request->set, worker, ids, all->items.count));
    }
    return store_titles(request->reader, &request->set);
}

/* ---- the table ---- */

enum corrected_column { COLUMN_WHAT, COLUMN_WAS, COLUMN_IS, COLUMN_WHO, COLUMN_WHY, COLUMN__COUNT };

static struct str or_nothing(struct str text)
{
    return text.n > 0 ? text : STR("(empty)");
}

static struct str what_words(struct request *request, const struct corrected *line)
{
    struct str title = record_title(&request->set, line->record);
    return line->field.label.n == 0
               ? title
               : STR_JOIN(&request->arena, title, STR(": "), line->field.label);
}

static struct str who_words(struct request *request, const struct corrected *line)
{
    struct str name = value_words(&request->set, value_reference(line->by), MODEL_NONE);
    return line->at.ms == 0 ? STR("")
                            : STR_JOIN(&request->arena, or_nothing(name), STR(", "),
                                       page_when(request, line->at));
}

static void write_lines(struct html *html, struct all_corrected *all)
{
    static const struct column columns[COLUMN__COUNT] = {
        [COLUMN_WHAT] = {STR_INIT("What"),         false},
          [COLUMN_WAS] = {STR_INIT("Was"),          false},
        [COLUMN_IS] = {STR_INIT("Is now"),       false},
          [COLUMN_WHO] = {STR_INIT("By, and when"), false},
        [COLUMN_WHY] = {STR_INIT("Why"),          false},
    };
    struct request *request = all->request;
    size_t count = all->items.count;
    if (count == 0 || name_workers(all) != STATUS_OK) {
        return;
    }
    struct cell *cells = ARENA_ARRAY(&request->arena, count * COLUMN__COUNT, struct cell);
    for (size_t i = 0; i < count; i++) {
        const struct corrected *line = &all->items.items[i];
        const struct history_field *field = &line->field;
        struct cell *cell = cells + i * COLUMN__COUNT;
        cell[COLUMN_WHAT].text = what_words(request, line);
        cell[COLUMN_WHAT].to = page_open_url(request, line->record->subject.entity,
                                             line->record->subject.id, line->record->root);
        cell[COLUMN_WAS].text = field->sealed ? STR("") : or_nothing(field->from);
        cell[COLUMN_IS].text = field->sealed ? STR("Corrected") : or_nothing(field->to);
        cell[COLUMN_WHO].text = who_words(request, line);
        cell[COLUMN_WHY].text = line->reason;
    }
    component_table(html, &(struct table){.caption = STR("Corrected since it was decided"),
                                          .columns = columns,
                                          .columns_count = COLUMN__COUNT,
                                          .cells = cells,
                                          .rows_count = count});
}

void page_corrected_since(struct html *html, struct request *request, struct record *record,
                          uint32_t version)
{
    struct all_corrected all = {.request = request};
    if (add_record(&all, record, version, NULL) == STATUS_OK) {
        write_lines(html, &all);
    }
}

void page_corrected_beneath(struct html *html, struct request *request, const struct record *record)
{
    struct all_corrected all = {.request = request};
    struct store_beneath *beneath;
    size_t count;
    if (store_corrected_beneath(request->reader, &request->set, record, &beneath, &count) !=
            STATUS_OK ||
        count == 0) {
        return;
    }
    const bool *read = rests_on_fields(&request->arena, request->model, record->subject.entity);
    for (size_t i = 0; i < count; i++) {
        bool within = uuid_eq(beneath[i].seen->root, record->root);
        if (beneath[i].seen != record && add_record(&all, beneath[i].seen, beneath[i].version,
                                                    within ? NULL : read) != STATUS_OK) {
            return;
        }
    }
    write_lines(html, &all);
}
