/* The gate: the one way by which a person comes to a record. */
#include "rule/access.h"
#include "store/store_int.h"

enum status reader_source(struct store_reader *reader, struct work_set *set,
                          struct source **ret_source)
{
    if (reader->source == NULL || reader->source->set != set) {
        struct source *source = ARENA_NEW(reader->arena, struct source);
        *source =
            (struct source){.store = reader->store, .db = reader->db, .set = set, .gated = true};
        reader->source = source;
        TRY(source_actor(source));
    }
    *ret_source = reader->source;
    return STATUS_OK;
}

const struct store *store_of(const struct store_reader *reader)
{
    return reader->store;
}

enum status store_views(struct store_reader *reader, struct work_set *set)
{
    struct source *source;
    return reader_source(reader, set, &source);
}

/* A failure of the database becomes the outcome; a refusal is there already. */
enum status reader_fault(struct store_reader *reader, struct outcome *outcome, enum status status)
{
    if (status == STATUS_OK || (outcome != NULL && outcome->status != STATUS_OK)) {
        return status;
    }
    if (outcome == NULL) {
        return status;
    }
    const struct db_error *error = db_error(reader->db);
    if (error->cause != DB_NO_CAUSE && error->status == status) {
        return db_fault(reader->db, outcome);
    }
    return outcome_fault(
        outcome, status,
        status == STATUS_KEY_MISSING
            ? STR("a key is missing in the folder keys; restore it from its backup")
            : STR("a sealed value does not open"));
}

/* What somebody had to prove themselves for. */
static bool wants_proof(const struct work_set *set, const struct record *record)
{
    const struct model_entity *shape = model_entity_row(set->model, record->subject.entity);
    return model_record_class_row(set->model, shape->class)->confirm != 0;
}

/* The purpose of a page, with how its worker came to see the record. */
static struct store_purpose purpose_for(const struct store_reader *reader,
                                        const struct work_set *set, const struct record *record)
{
    struct store_purpose purpose = reader->purpose;
    if (purpose.reason.n == 0 && wants_proof(set, record) && set->actor != NULL) {
        purpose.reason = set->actor->unproved ? STR("wrote it down") : STR("proved who they are");
    }
    return purpose;
}

/* The record, and each person, that came into the set since it had so many records. */
void reader_note(struct store_reader *reader, const struct work_set *set, size_t from)
{
    uint32_t person = reader->store->practice->names.person;
    for (size_t i = from; i < set->records.count; i++) {
        const struct record *record = set->records.items[i];
        if (!record_is_blank(record) &&
            (record->subject.entity == person || wants_proof(set, record))) {
            access_log_add(reader, set->actor, record->subject.entity, record->subject.id,
                           purpose_for(reader, set, record));
        }
    }
}

/* All that a page shows of what was opened in an emergency is looked at for that. */
static void say_emergency(struct store_reader *reader, const struct work_set *set,
                          const struct record *record)
{
    if (access_record(set, record, VERB_READ).emergency) {
        reader->purpose.reason = STR("break-glass");
    }
}

static enum status read_record(struct source *source, uint32_t entity, struct uuid id,
                               uint32_t first, uint32_t count, struct outcome *outcome,
                               struct record **ret_record)
{
    enum status status = source_load(source, entity, id, ret_record);
    if (status == STATUS_NOT_FOUND) {
        return refuse_absent(outcome);
    }
    TRY(status);
    if (record_is_blank(*ret_record)) {
        return refuse_read(source->set, *ret_record, outcome);
    }
    return source_steps(source, *ret_record, first, count);
}

enum status store_read(struct store_reader *reader, struct work_set *set, uint32_t entity,
                       struct uuid id, uint32_t load_first, uint32_t load_count,
                       struct store_purpose purpose, struct outcome *outcome,
                       struct record **ret_record)
{
    struct source *source;
    size_t from = set->records.count;
    reader->purpose = purpose;
    *ret_record = NULL;
    enum status status = reader_source(reader, set, &source);
    if (status == STATUS_OK) {
        status = read_record(source, entity, id, load_first, load_count, outcome, ret_record);
    }
    if (status != STATUS_OK) {
        *ret_record = NULL;
        return reader_fault(reader, outcome, status);
    }
    say_emergency(reader, set, *ret_record);
    access_log_add(reader, set->actor, entity, (*ret_record)->subject.id,
                   purpose_for(reader, set, *ret_record));
    reader_note(reader, set, from);
    return STATUS_OK;
}

void store_note_refused(struct store_reader *reader, const struct work_set *set, uint32_t entity,
                        struct uuid id, struct str route)
{
    const struct record *record = work_set_find(set, id);
    bool family = record != NULL && access_barred(set->actor, record);
    access_log_add(reader, set->actor, entity, id,
                   (struct store_purpose){
                       .route = route,
                       .reason = family ? STR("refused: own family") : STR("refused"),
                   });
}

enum status store_load(struct store_reader *reader, struct work_set *set, struct record *record,
                       uint32_t load_first, uint32_t load_count, struct outcome *outcome)
{
    struct source *source;
    size_t from = set->records.count;
    enum status status = reader_source(reader, set, &source);
    record->named = false;
    if (status == STATUS_OK) {
        status = source_whole(source, record);
    }
    if (status == STATUS_OK) {
        status = source_steps(source, record, load_first, load_count);
    }
    reader_note(reader, set, from);
    return reader_fault(reader, outcome, status);
}

/* ---- titles ---- */

/* Loads what the references of a record or row lead to. */
static enum status load_references(struct source *source, const struct subject *subject,
                                   uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct model_field *field = model_field_row(source->store->model, first + i);
        struct record *target;
        if (field->kind != FIELD_REFERENCE || field->target == MODEL_NONE) {
            continue;
        }
        struct value value = value_get(subject, first + i);
        if (value.type != VALUE_REFERENCE || work_set_find(source->set, value.reference) != NULL) {
            continue;
        }
        enum status status = source_load(source, field->target, value.reference, &target);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
            return status;
        }
    }
    return STATUS_OK;
}

static enum status load_all_references(struct source *source, struct record *record)
{
    const struct model *model = source->store->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    TRY(load_references(source, &record->subject, shape->fields_first, shape->fields_count));
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            TRY(load_references(source, &rows->items.items[k]->subject, list->fields_first,
                                list->fields_count));
        }
    }
    return STATUS_OK;
}

/* A record keeps the first title it is given. */
static bool has_title(const struct work_set *set, const struct record *record)
{
    const void *bytes = record->subject.id.bytes;
    struct str id = {bytes, sizeof(record->subject.id.bytes)};
    return map_get(set->titles, id) != NULL;
}

static enum status fill_titles(struct source *source)
{
    const struct model *model = source->store->model;
    struct work_set *set = source->set;
    size_t shown = set->records.count;
    for (size_t i = 0; i < shown; i++) {
        struct record *record = set->records.items[i];
        if (!record->named && !record_is_blank(record)) {
            TRY(load_all_references(source, record));
        }
    }
    size_t named = set->records.count; /* a title may look at more */
    for (size_t i = 0; i < named; i++) {
        struct record *record = set->records.items[i];
        uint32_t title = model_entity_row(model, record->subject.entity)->title;
        struct value value;
        if (record_is_blank(record) || has_title(set, record)) {
            continue;
        }
        TRY(source_value(source, title, &record->subject, NULL, &value));
        if (value.type == VALUE_TEXT && value.text.n > 0) {
            work_set_set_title(set, record->subject.id, value.text);
        }
    }
    return STATUS_OK;
}

enum status store_titles(struct store_reader *reader, struct work_set *set)
{
    struct source *source;
    size_t from = set->records.count;
    TRY(reader_source(reader, set, &source));
    source->naming = source->heads = true;
    enum status status = fill_titles(source);
    source->naming = source->heads = false;
    reader_note(reader, set, from);
    return status;
}

enum status store_titles_of(struct store_reader *reader, struct work_set *set, uint32_t entity,
                            const struct uuid *ids, size_t count)
{
    struct source *source;
    size_t from = set->records.count;
    enum status status = reader_source(reader, set, &source);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct record *record;
        source->naming = source->heads = true;
        status = source_load(source, entity, ids[i], &record);
        source->naming = source->heads = false;
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    reader_note(reader, set, from);
    return status;
}
