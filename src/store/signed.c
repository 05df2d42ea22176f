/* What somebody signed is kept as it was. An act that adds a signature to a record makes a copy of
 * each document of the record that has room for signatures, from what the act has written. The copy
 * is a sealed text of the record's history (history_sealed.c), so that keys, expunging and backup
 * treat it like any other. A row of the history, "signed_copy", commits to it:
 *
 *   {"signed_copy":{"from":null,"to":{"about":["person 018f... protected_location"],
 *    "classes":["access_record"],"document":"protective_plan_copy","model":"<digest>",
 *    "sealed":"<hex>"}}}
 *
 * classes: of what may stand on it. about: the other records whose words do, with the classes of
 * what the document reads of them beside their own. It is one copy for all: who may not read one of
 * these today, each of its own record, does not get it, as they would not get it on a page; nor who
 * may not read what today's model guards more strictly. Older rows say "class", the strictest. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/map.h"
#include "db/named.h"
#include "rule/access.h"
#include "store/document_reads.h"
#include "store/history.h"

static const struct str verb = STR_INIT("signed_copy");

/* ---- making ---- */

static bool is_signed_now(const struct record *record)
{
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct rows *rows = &record->lists[i];
        if (!document_signs(model, shape->lists_first + i)) {
            continue;
        }
        for (size_t k = 0; k < rows->items.count; k++) {
            const struct row *row = rows->items.items[k];
            if (!row->removed && (row->is_new || row->changed)) {
                return true;
            }
        }
    }
    return false;
}

static bool has_signatures(const struct model *model, const struct model_document *document)
{
    for (uint32_t i = 0; i < document->parts_count; i++) {
        if (model_document_part_row(model, document->parts_first + i)->kind == PART_SIGNATURES) {
            return true;
        }
    }
    return false;
}

/* A record as a page of its actor would have it, after the act. */
struct sight {
    struct store_reader reader;
    struct work_set set;
    struct source *source;
    struct record *record;
    LIST(const struct record *) about; /* what the document looks at */
};

static enum status look(struct uow *uow, const struct record *record,
                        const struct model_document *document, bool whole, struct sight *sight)
{
    struct work_set *set = &sight->set;
    sight->reader = (struct store_reader){.store = uow->store, .db = uow->db, .arena = uow->arena};
    work_set_init(set, uow->arena, uow->store->model, uow->set.now, uow->set.actor);
    TRY(reader_source(&sight->reader, set, &sight->source));
    sight->source->gated = !whole;
    TRY(source_load(sight->source, record->subject.entity, record->subject.id, &sight->record));
    if (!uuid_is_nil(record->agency)) {
        set->model = work_set_view(set, record->agency);
    }
    TRY(source_steps(sight->source, sight->record, document->loads_first, document->loads_count));
    for (size_t i = 0; i < set->records.count; i++) {
        const struct record *one = set->records.items[i];
        enum model_entity_kind kind =
            (enum model_entity_kind)model_entity_row(set->model, one->subject.entity)->kind;
        bool is_worker = one->subject.entity == uow->store->practice->names.worker;
        if (one != sight->record && kind != ENTITY_REFERENCE && !is_worker &&
            !record_is_blank(one)) {
            LIST_PUSH(uow->arena, &sight->about, one);
        }
    }
    return STATUS_OK;
}

/* " name" for each. */
static void add_classes(struct buf *text, const struct model *model,
                        const struct document_classes *classes)
{
    for (size_t i = 0; i < classes->items.count; i++) {
        BUF_ADD(text, STR(" "),
                model_text(model, model_record_class_row(model, classes->items.items[i])->name));
    }
}

static struct str about_text(struct arena *arena, const struct document_reads *reads,
                             const struct record *one)
{
    const struct model *model = reads->model;
    struct document_classes classes = document_classes_of(arena, reads, one->subject.entity);
    struct buf text;
    buf_init(&text, arena, SIZE_MAX);
    BUF_ADD(&text, model_text(model, model_entity_row(model, one->subject.entity)->name), STR(" "),
            uuid_text(arena, one->subject.id));
    add_classes(&text, model, &classes);
    return buf_str(&text);
}

static json_t *json_text(struct str text)
{
    return json_stringn(text.p, text.n);
}

static json_t *json_classes(struct arena *arena, const struct document_reads *reads)
{
    const struct model *model = reads->model;
    struct document_classes classes = document_classes_of(arena, reads, reads->document->entity);
    json_t *json = json_array();
    for (size_t i = 0; i < classes.items.count; i++) {
        struct str name =
            model_text(model, model_record_class_row(model, classes.items.items[i])->name);
        json_array_append_new(json, json_text(name));
    }
    return json;
}

static enum status write_row(struct uow *uow, const struct sight *sight,
                             const struct model_document *document, struct str hex)
{
    const struct model *model = uow->set.model;
    struct document_reads reads = document_reads_of(uow->arena, model, document);
    json_t *about = json_array();
    for (size_t i = 0; i < sight->about.count; i++) {
        json_array_append_new(about,
                              json_text(about_text(uow->arena, &reads, sight->about.items[i])));
    }
    json_t *json = json_pack("{s:{s:n,s:{s:o,s:o,s:o,s:o,s:o}}}", "signed_copy", "from", "to",
                             "about", about, "classes", json_classes(uow->arena, &reads),
                             "document", json_text(model_text(model, document->name)), "model",
                             json_text(uow->store->practice->digest), "sealed", json_text(hex));
    char *content = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    if (content == NULL) {
        return STATUS_BUSY;
    }
    enum status status =
        history_note(uow, sight->record, verb, str_copy(uow->arena, str_from(content)));
    free(content);
    return status;
}

static enum status add_about(struct uow *uow, struct uuid about, struct str commitment,
                             struct uuid record)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_SIGNED_COPY_ABOUT, uow->arena, &q));
    db_bind_uuid(q, 1, about);
    db_bind_blob(q, 2, commitment);
    db_bind_uuid(q, 3, record);
    return db_run(q);
}

static enum status write_about(struct uow *uow, const struct sight *sight, struct str commitment)
{
    struct uuid record = sight->record->subject.id;
    TRY(add_about(uow, record, commitment, record));
    for (size_t i = 0; i < sight->about.count; i++) {
        TRY(add_about(uow, sight->about.items[i]->subject.id, commitment, record));
    }
    return STATUS_OK;
}

static enum status keep(struct uow *uow, const struct record *record, uint32_t document)
{
    const struct model_document *shape = model_document_row(uow->set.model, document);
    struct sight *sight = ARENA_NEW(uow->arena, struct sight);
    struct history_texts texts = {0};
    struct str bytes;
    bool whole = !access_record(&uow->set, record, VERB_READ).allowed;
    if (uow->store->options.make_copy == NULL) {
        return outcome_fault(&uow->job->outcome, STATUS_INTERNAL,
                             STR("nobody makes a copy of what is signed"));
    }
    TRY(look(uow, record, shape, whole, sight));
    TRY(uow->store->options.make_copy(&sight->reader, &sight->set, sight->record, document, whole,
                                      &bytes));
    struct str name = STR_JOIN(uow->arena, verb, STR("."), model_text(uow->set.model, shape->name));
    struct str hex = history_commit(uow->arena, &texts, name, bytes);
    TRY(write_row(uow, sight, shape, hex));
    TRY(write_about(uow, sight, texts.items.items[0].commitment));
    return history_texts_write(uow, sight->record, &texts);
}

enum status signed_write(struct uow *uow)
{
    const struct model *model = uow->set.model;
    size_t count = uow->set.records.count;
    for (size_t i = 0; i < count; i++) {
        const struct record *record = uow->set.records.items[i];
        if (!record->changed || !is_signed_now(record)) {
            continue;
        }
        for (uint32_t k = 0; k < model_document_total(model); k++) {
            const struct model_document *document = model_document_row(model, k);
            if (document->entity == record->subject.entity && has_signatures(model, document)) {
                TRY(keep(uow, record, k));
            }
        }
    }
    return STATUS_OK;
}

/* ---- reading ---- */

bool signed_is_copy(struct str step)
{
    return str_eq(step, verb);
}

static struct str member(struct arena *arena, const json_t *json, const char *name)
{
    const json_t *text = json_object_get(json, name);
    return json_is_string(text) ? str_copy(arena, str_from(json_string_value(text))) : STR("");
}

/* " person_record access_record", or of a row that says only the strictest " access_record". */
static struct str member_classes(struct arena *arena, const json_t *json)
{
    struct buf text;
    struct str strictest = member(arena, json, "class");
    size_t i;
    const json_t *one;
    buf_init(&text, arena, SIZE_MAX);
    if (strictest.n > 0) {
        BUF_ADD(&text, STR(" "), strictest);
    }
    json_array_foreach(json_object_get(json, "classes"), i, one)
    {
        BUF_ADD(&text, STR(" "), json_is_string(one) ? str_from(json_string_value(one)) : STR("?"));
    }
    return buf_str(&text);
}

/* "person 018f... protected_location" */
static bool parse_about(struct arena *arena, const json_t *json, struct signed_about *ret_about)
{
    struct str rest = json_is_string(json) ? str_from(json_string_value(json)) : STR(""), id;
    *ret_about = (struct signed_about){0};
    if (!str_split(&rest, ' ', &ret_about->entity) || !str_split(&rest, ' ', &id) ||
        !uuid_parse(id, &ret_about->id)) {
        return false;
    }
    ret_about->entity = str_copy(arena, ret_about->entity);
    ret_about->classes = rest.n > 0 ? STR_JOIN(arena, STR(" "), rest) : STR("");
    return true;
}

bool signed_parse(struct arena *arena, struct str content, struct signed_row *ret_row)
{
    json_t *json = history_parse(content);
    const json_t *to = json_object_get(json_object_get(json, "signed_copy"), "to");
    const json_t *about = json_object_get(to, "about");
    size_t i;
    const json_t *one;
    *ret_row = (struct signed_row){.sealed = member(arena, to, "sealed"),
                                   .classes = member_classes(arena, to),
                                   .document = member(arena, to, "document")};
    json_array_foreach(about, i, one)
    {
        struct signed_about known;
        if (parse_about(arena, one, &known)) {
            LIST_PUSH(arena, &ret_row->about, known);
        }
    }
    json_decref(json);
    return ret_row->sealed.n > 0;
}

/* What is known of those who are named, so that each is asked for once. */
struct reading {
    struct store_reader *reader;
    struct work_set *set;
    struct source *source;
    const struct record *record;
    struct map
        may; /* "safety_plan_copy 018f... protected_location" -> the reading itself, or NULL */
};

/* A class that is gone from the model can no longer be asked for: nobody reads it. */
static bool may_read_classes(const struct record *record, struct str names)
{
    struct str name;
    while (str_split(&names, ' ', &name)) {
        uint32_t class = model_row_by_name(record->set->model, MODEL_TABLE_record_class, name);
        if (name.n > 0 &&
            (class == MODEL_NONE || !access_class(record->set, record, VERB_READ, class).allowed)) {
            return false;
        }
    }
    return true;
}

/* The same of what the document reads of such records by today's model; NULL: it has none. */
static bool may_read_today(struct arena *arena, const struct record *record,
                           const struct document_reads *reads)
{
    struct document_classes classes = {0};
    if (reads != NULL) {
        classes = document_classes_of(arena, reads, record->subject.entity);
    }
    for (size_t i = 0; i < classes.items.count; i++) {
        if (!access_class(record->set, record, VERB_READ, classes.items.items[i]).allowed) {
            return false;
        }
    }
    return true;
}

static enum status may_read_one(struct reading *reading, const struct signed_row *row,
                                const struct signed_about *about,
                                const struct document_reads *reads, bool *ret_may)
{
    struct arena *arena = reading->set->arena;
    struct str key =
        STR_JOIN(arena, row->document, STR(" "), uuid_text(arena, about->id), about->classes);
    uint32_t entity = model_entity_by_name(reading->set->model, about->entity);
    struct record *record;
    *ret_may = map_get(&reading->may, key) != NULL;
    if (map_has(&reading->may, key) || entity == MODEL_NONE) {
        return STATUS_OK;
    }
    enum status status = source_glance(reading->source, entity, about->id, &record);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    *ret_may = status == STATUS_OK && may_read_classes(record, about->classes) &&
               may_read_today(arena, record, reads);
    (void)map_add(&reading->may, key, *ret_may ? reading : NULL);
    return STATUS_OK;
}

static enum status may_read(struct reading *reading, const struct signed_row *row,
                            const struct document_reads *reads, bool *ret_may)
{
    *ret_may = may_read_classes(reading->record, row->classes) &&
               may_read_today(reading->set->arena, reading->record, reads);
    for (size_t i = 0; i < row->about.count && *ret_may; i++) {
        TRY(may_read_one(reading, row, &row->about.items[i], reads, ret_may));
    }
    return STATUS_OK;
}

struct found {
    int64_t sequence;
    struct store_copy copy;
    struct str content;
};
struct founds {
    LIST(struct found) items;
};

static enum status find(struct reading *reading, struct founds *ret_founds)
{
    struct arena *arena = reading->set->arena;
    struct db_statement *q;
    TRY(db_named(reading->reader->db, SQL_FIND_SIGNED_COPIES, arena, &q));
    db_bind_uuid(q, 1, reading->record->subject.id);
    while (db_next(q)) {
        struct found found = {.sequence = db_int(q, 0), .content = db_text(q, 3)};
        found.copy.by = db_is_null(q, 1) ? (struct uuid){{0}} : db_uuid(q, 1);
        found.copy.at.ms = db_int(q, 2);
        LIST_PUSH(arena, &ret_founds->items, found);
    }
    return db_finish(q);
}

/* ---- what was changed since ---- */

/* Whether a change was one of what the document says. Another signature is none: it has a line. */
static bool changes_document(const struct document_reads *reads, uint32_t entity,
                             struct str content)
{
    json_t *json = history_parse(content);
    bool changes = false;
    const char *name;
    const json_t *member_json;
    json_object_foreach(json, name, member_json)
    {
        struct history_place place;
        bool known = history_find_place(reads->model, entity, str_from(name), &place) &&
                     place.field != MODEL_NONE;
        changes = changes || (known && reads->fields[place.field]);
    }
    json_decref(json);
    return changes;
}

static enum status find_changed(struct reading *reading, const struct document_reads *reads,
                                uint32_t entity, struct uuid record, struct found *found)
{
    struct db_statement *q;
    bool found_one = false;
    TRY(db_named(reading->reader->db, SQL_FIND_CHANGES_BEHIND, reading->set->arena, &q));
    db_bind_uuid(q, 1, record);
    db_bind_int(q, 2, found->sequence);
    while (!found_one && db_next(q)) {
        struct instant at = {db_int(q, 0)};
        found_one = changes_document(reads, entity, db_text(q, 1));
        if (found_one && at.ms > found->copy.changed_since.ms) {
            found->copy.changed_since = at;
        }
    }
    return db_finish(q);
}

static enum status find_changed_since(struct reading *reading, const struct signed_row *row,
                                      const struct document_reads *reads, struct found *found)
{
    const struct record *record = reading->record;
    TRY(find_changed(reading, reads, record->subject.entity, record->subject.id, found));
    for (size_t i = 0; i < row->about.count; i++) {
        const struct signed_about *about = &row->about.items[i];
        TRY(find_changed(reading, reads, model_entity_by_name(reads->model, about->entity),
                         about->id, found));
    }
    return STATUS_OK;
}

/* What its document reads by today's model; NULL: there is no such document any more, and nothing
 * to hold it against. */
static const struct document_reads *reads_today(const struct reading *reading, struct str document)
{
    struct arena *arena = reading->set->arena;
    const struct model *model = reading->set->model;
    uint32_t row = model_row_by_name(model, MODEL_TABLE_document, document);
    if (row == MODEL_NONE) {
        return NULL;
    }
    struct document_reads *reads = ARENA_NEW(arena, struct document_reads);
    *reads = document_reads_of(arena, model, model_document_row(model, row));
    return reads;
}

/* Opens it for who may read all of it; *ret_there false: there is none for them. */
static enum status open_copy(struct reading *reading, struct found *found,
                             struct signed_row *ret_row, bool *ret_there)
{
    struct arena *arena = reading->set->arena;
    *ret_there = false;
    if (!signed_parse(arena, found->content, ret_row)) {
        return STATUS_OK;
    }
    const struct document_reads *reads = reads_today(reading, ret_row->document);
    TRY(may_read(reading, ret_row, reads, ret_there));
    if (!*ret_there) {
        return STATUS_OK;
    }
    enum status status = history_text_open(reading->reader, reading->record->subject.id,
                                           ret_row->sealed, &found->copy.bytes);
    if (status == STATUS_NOT_FOUND) { /* somebody named on it was expunged */
        *ret_there = false;
        return STATUS_OK;
    }
    TRY(status);
    found->copy.id = ret_row->sealed;
    found->copy.document = ret_row->document;
    return reads ? find_changed_since(reading, ret_row, reads, found) : STATUS_OK;
}

static enum status begin(struct store_reader *reader, struct work_set *set,
                         const struct record *record, struct reading *ret_reading,
                         struct founds *ret_founds)
{
    *ret_reading = (struct reading){.reader = reader, .set = set, .record = record};
    map_init(&ret_reading->may, set->arena);
    TRY(reader_source(reader, set, &ret_reading->source));
    return find(ret_reading, ret_founds);
}

enum status store_copies(struct store_reader *reader, struct work_set *set,
                         const struct record *record, struct store_copy **ret_copies,
                         size_t *ret_count)
{
    struct reading reading;
    struct founds founds = {0};
    *ret_copies = NULL;
    *ret_count = 0;
    TRY(begin(reader, set, record, &reading, &founds));
    *ret_copies = ARENA_ARRAY(set->arena, founds.items.count, struct store_copy);
    for (size_t i = 0; i < founds.items.count; i++) {
        struct signed_row row;
        bool there;
        TRY(open_copy(&reading, &founds.items.items[i], &row, &there));
        if (there) {
            (*ret_copies)[(*ret_count)++] = founds.items.items[i].copy;
        }
    }
    return STATUS_OK;
}

/* They come into the set, so that the access log has them. */
static enum status show_about(struct reading *reading, const struct signed_row *row)
{
    size_t from = reading->set->records.count;
    for (size_t i = 0; i < row->about.count; i++) {
        const struct signed_about *about = &row->about.items[i];
        uint32_t entity = model_entity_by_name(reading->set->model, about->entity);
        struct record *record;
        TRY(source_load(reading->source, entity, about->id, &record));
    }
    reader_note(reading->reader, reading->set, from);
    return STATUS_OK;
}

enum status store_copy(struct store_reader *reader, struct work_set *set,
                       const struct record *record, struct str id, struct store_copy *ret_copy)
{
    struct reading reading;
    struct founds founds = {0};
    TRY(begin(reader, set, record, &reading, &founds));
    for (size_t i = 0; i < founds.items.count; i++) {
        struct found *found = &founds.items.items[i];
        struct signed_row row;
        bool there = signed_parse(set->arena, found->content, &row) && str_eq(row.sealed, id);
        if (there) {
            TRY(open_copy(&reading, found, &row, &there));
        }
        if (there) {
            *ret_copy = found->copy;
            return show_about(&reading, &row);
        }
    }
    return STATUS_NOT_FOUND;
}

/* ---- auditing ---- */

static enum status is_expunged(struct store_reader *reader, struct uuid record, bool *ret_expunged)
{
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_FIND_EXPUNGING, reader->arena, &q));
    db_bind_uuid(q, 1, record);
    *ret_expunged = db_next(q);
    return db_finish(q);
}

enum status signed_audit(struct store_reader *reader, const struct history_row *row,
                         struct str *ret_wrong)
{
    struct signed_row copy;
    struct str bytes;
    bool gone = false;
    *ret_wrong = STR("");
    if (!signed_is_copy(row->transition) || !signed_parse(reader->arena, row->content, &copy)) {
        return STATUS_OK;
    }
    enum status status = history_text_open(reader, row->record, copy.sealed, &bytes);
    if (status == STATUS_OK) {
        return STATUS_OK;
    }
    for (size_t i = 0; i < copy.about.count && status == STATUS_NOT_FOUND && !gone; i++) {
        TRY(is_expunged(reader, copy.about.items[i].id, &gone));
    }
    if (!gone) {
        *ret_wrong = status == STATUS_NOT_FOUND
                         ? STR(": the copy of what was signed is gone")
                         : STR(": the copy of what was signed does not open, or was changed");
    }
    return STATUS_OK;
}
