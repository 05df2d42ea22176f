/* What somebody signed is kept as it was. An act that adds a signature to a record makes a copy of
 * each document of the record that has room for signatures, from what the act has written. The copy
 * is a sealed text of the record's history (history_sealed.c), so that keys, expunging and backup
 * treat it like any other. A row of the history, "signed_copy", commits to it:
 *
 *   {"signed_copy":{"from":null,"to":{"about":["person 018f..."],"class":"person_record",
 *    "document":"protective_plan_copy","model":"<digest>","sealed":"<hex>"}}}
 *
 * about: the records whose words stand on it. Whoever may not read one of them does not get it. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/map.h"
#include "db/named.h"
#include "rule/access.h"
#include "store/history.h"

static const struct str verb = STR_INIT("signed_copy");

/* ---- making ---- */

static bool is_signed_now(const struct record *record)
{
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct rows *rows = &record->lists[i];
        if (model_signature(model, shape->lists_first + i) == MODEL_NONE) {
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

static struct str about_text(struct arena *arena, const struct record *one)
{
    const struct model *model = one->set->model;
    return STR_JOIN(arena, model_text(model, model_entity_row(model, one->subject.entity)->name),
                    STR(" "), uuid_text(arena, one->subject.id));
}

static json_t *json_text(struct str text)
{
    return json_stringn(text.p, text.n);
}

static enum status write_row(struct uow *uow, const struct sight *sight,
                             const struct model_document *document, uint32_t class, struct str hex)
{
    const struct model *model = uow->set.model;
    json_t *about = json_array();
    for (size_t i = 0; i < sight->about.count; i++) {
        json_array_append_new(about, json_text(about_text(uow->arena, sight->about.items[i])));
    }
    struct str class_name = class == MODEL_NONE
                                ? STR("")
                                : model_text(model, model_record_class_row(model, class)->name);
    json_t *json = json_pack("{s:{s:n,s:{s:o,s:o,s:o,s:o,s:o}}}", "signed_copy", "from", "to",
                             "about", about, "class", json_text(class_name), "document",
                             json_text(model_text(model, document->name)), "model",
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
    uint32_t class;
    bool whole = !access_record(&uow->set, record, VERB_READ).allowed;
    if (uow->store->options.make_copy == NULL) {
        return outcome_fault(&uow->job->outcome, STATUS_INTERNAL,
                             STR("nobody makes a copy of what is signed"));
    }
    TRY(look(uow, record, shape, whole, sight));
    TRY(uow->store->options.make_copy(&sight->reader, &sight->set, sight->record, document, whole,
                                      &bytes, &class));
    struct str name = STR_JOIN(uow->arena, verb, STR("."), model_text(uow->set.model, shape->name));
    struct str hex = history_commit(uow->arena, &texts, name, bytes);
    TRY(write_row(uow, sight, shape, class, hex));
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

static struct str member(struct arena *arena, const json_t *json, const char *name)
{
    const json_t *text = json_object_get(json, name);
    return json_is_string(text) ? str_copy(arena, str_from(json_string_value(text))) : STR("");
}

bool signed_parse(struct arena *arena, struct str content, struct signed_row *ret_row)
{
    json_t *json = history_parse(content);
    const json_t *to = json_object_get(json_object_get(json, "signed_copy"), "to");
    const json_t *about = json_object_get(to, "about");
    size_t i;
    const json_t *one;
    *ret_row = (struct signed_row){.sealed = member(arena, to, "sealed"),
                                   .class = member(arena, to, "class"),
                                   .document = member(arena, to, "document")};
    json_array_foreach(about, i, one)
    {
        struct str text = json_is_string(one) ? str_from(json_string_value(one)) : STR("");
        struct signed_about known = {0};
        ptrdiff_t space = str_find_byte(text, ' ');
        if (space > 0 && uuid_parse(str_slice(text, (size_t)space + 1, text.n), &known.id)) {
            known.entity = str_copy(arena, str_slice(text, 0, (size_t)space));
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
    struct map may; /* "person 018f..." -> the reading itself, or NULL */
};

static enum status may_read_one(struct reading *reading, const struct signed_about *about,
                                bool *ret_may)
{
    struct arena *arena = reading->set->arena;
    struct str key = STR_JOIN(arena, about->entity, STR(" "), uuid_text(arena, about->id));
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
    *ret_may = status == STATUS_OK;
    (void)map_add(&reading->may, key, *ret_may ? reading : NULL);
    return STATUS_OK;
}

/* A class that is gone from the model can no longer be asked for: nobody reads it. */
static bool may_read_class(const struct reading *reading, struct str name)
{
    uint32_t class = model_row_by_name(reading->set->model, MODEL_TABLE_record_class, name);
    return name.n == 0 || (class != MODEL_NONE &&
                           access_class(reading->set, reading->record, VERB_READ, class).allowed);
}

static enum status may_read(struct reading *reading, const struct signed_row *row, bool *ret_may)
{
    *ret_may = may_read_class(reading, row->class);
    for (size_t i = 0; i < row->about.count && *ret_may; i++) {
        TRY(may_read_one(reading, &row->about.items[i], ret_may));
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

static enum status find_written_since(struct reading *reading, struct found *found)
{
    struct db_statement *q;
    TRY(db_named(reading->reader->db, SQL_FIND_WRITTEN_SINCE_SIGNED, reading->set->arena, &q));
    db_bind_uuid(q, 1, reading->record->subject.id);
    db_bind_int(q, 2, found->sequence);
    if (db_next(q) && !db_is_null(q, 0)) {
        found->copy.written_since.ms = db_int(q, 0);
    }
    return db_finish(q);
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
    TRY(may_read(reading, ret_row, ret_there));
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
    return find_written_since(reading, found);
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
    if (!str_eq(row->transition, verb) || !signed_parse(reader->arena, row->content, &copy)) {
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
