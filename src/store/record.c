/* Rows of the database as records of a work set. */
#include <string.h>

#include "db/named.h"
#include "rule/authors.h"
#include "store/sealed.h"

static struct value text_value(struct db_value stored)
{
    return value_text(stored.bytes);
}

/* The stored value of a field; the version of a code and the local date of a datetime come in
 * columns of their own. */
static struct value stored_value(const struct model_field *field, struct db_value stored)
{
    switch ((enum model_field_kind)field->kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
        return text_value(stored);
    case FIELD_YES_NO:
        return value_boolean(stored.integer != 0);
    case FIELD_INTEGER:
        return value_integer(stored.integer);
    case FIELD_DECIMAL:
        return value_decimal(stored.integer, (unsigned)field->scale);
    case FIELD_DATE:
        return value_date((struct date){(int32_t)stored.integer});
    case FIELD_DATETIME:
        return value_datetime((struct instant){stored.integer}, (struct date){0});
    case FIELD_CODE:
        return value_code(stored.bytes, 0);
    case FIELD_REFERENCE:
    case FIELD_ROW:
    case FIELD_ATTACHMENT:
    case FIELD_SIGNATURE:
        return value_reference(stored.uuid);
    case FIELD_CODES:
    case FIELD__COUNT:
        break;
    }
    return value_unset();
}

/* A database without identifiers gives their bytes. */
static struct db_value as_uuid(struct db_value stored)
{
    if (stored.type == DB_BLOB && stored.bytes.n == sizeof(stored.uuid.bytes)) {
        memcpy(stored.uuid.bytes, stored.bytes.p, sizeof(stored.uuid.bytes));
        stored.type = DB_UUID;
    }
    return stored;
}

static void take_column(const struct model_field *field, enum schema_part part,
                        struct db_value stored, struct answer *answer)
{
    enum model_non_answer why = NON_ANSWER__COUNT;
    switch (part) {
    case SCHEMA_VALUE:
        answer->value = stored_value(field, as_uuid(stored));
        break;
    case SCHEMA_VERSION:
        answer->value.code.version = (uint32_t)stored.integer;
        break;
    case SCHEMA_LOCAL:
        answer->value.datetime.local = (struct date){(int32_t)stored.integer};
        break;
    case SCHEMA_WHY:
        answer->why = model_non_answer_parse(stored.bytes, &why) ? (uint32_t)why : MODEL_NONE;
        break;
    case SCHEMA_ASKED:
        answer->asked = stored.bytes;
        break;
    case SCHEMA_SEALED: /* opened when its record is whole */
    case SCHEMA_BLIND:
    case SCHEMA_KERNEL:
        break;
    }
}

/* References to people lead to who stands for them. */
static enum status take_canonical(struct source *source, const struct model_field *field,
                                  struct answer *answer)
{
    if (field->kind != FIELD_REFERENCE || field->target == MODEL_NONE ||
        field->target != source->store->practice->names.person || !value_is_set(answer->value)) {
        return STATUS_OK;
    }
    return source_canonical(source, answer->value.reference, &answer->value.reference);
}

/* The answers of the present row of a query; sealed ones stay closed. */
static void take_answers(struct source *source, struct db_statement *q,
                         const struct schema_table *table, struct subject *subject,
                         struct sealed_values *sealed)
{
    const struct model *model = source->store->model;
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        const struct schema_column *column = &table->columns[i];
        struct db_value stored = db_value(q, (unsigned)i);
        if (stored.type != DB_NULL && column->part == SCHEMA_SEALED) {
            struct sealed_value value = {subject, column->field, stored.bytes};
            LIST_PUSH(source->set->arena, &sealed->items, value);
        } else if (stored.type != DB_NULL) {
            const struct model_field *field = model_field_row(model, column->field);
            struct answer *answer = &subject->answers[field->slot];
            take_column(field, column->part, stored, answer);
        }
    }
}

static enum status canonical_answers(struct source *source, const struct schema_table *table,
                                     struct subject *subject)
{
    for (size_t i = table->kernel_count; i < table->column_count; i++) {
        const struct schema_column *column = &table->columns[i];
        if (column->part == SCHEMA_VALUE) {
            const struct model_field *field = model_field_row(source->store->model, column->field);
            TRY(take_canonical(source, field, &subject->answers[field->slot]));
        }
    }
    return STATUS_OK;
}

/* The answer to a field of several codes. */
static enum status read_codes(struct source *source, uint32_t field, struct subject *subject)
{
    const struct schema_table *table = schema_codes(source->store->schema, field);
    struct arena *arena = source->set->arena;
    LIST(struct value_code) codes = {0};
    struct db_statement *q;
    TRY(db_prepare(source->db, table->select, arena, &q));
    db_bind_uuid(q, 1, subject->id);
    while (db_next(q)) {
        struct value_code code = {db_text(q, SCHEMA_CODES_CODE),
                                  (uint32_t)db_int(q, SCHEMA_CODES_VERSION)};
        LIST_PUSH(arena, &codes, code);
    }
    TRY(db_finish(q));
    struct answer *answer = &subject->answers[model_field_row(source->store->model, field)->slot];
    answer->codes = codes.items;
    answer->code_count = codes.count;
    return STATUS_OK;
}

static enum status read_all_codes(struct source *source, struct subject *subject, uint32_t first,
                                  uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (model_field_row(source->store->model, first + i)->kind == FIELD_CODES) {
            TRY(read_codes(source, first + i, subject));
        }
    }
    return STATUS_OK;
}

/* A field of several codes of all rows of a list: by one statement, however many rows there are. */
static enum status read_row_codes(struct source *source, struct record *record, uint32_t list,
                                  uint32_t field)
{
    const struct schema_table *table = schema_codes(source->store->schema, field);
    struct arena *arena = source->set->arena;
    int32_t slot = model_field_row(source->store->model, field)->slot;
    struct row *row = NULL;
    LIST(struct value_code) codes = {0};
    struct db_statement *q;
    TRY(db_prepare(source->db, table->of_rows, arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    while (db_next(q)) {
        struct uuid id = db_uuid(q, SCHEMA_CODES_RECORD);
        struct value_code code = {db_text(q, SCHEMA_CODES_CODE),
                                  (uint32_t)db_int(q, SCHEMA_CODES_VERSION)};
        if (row == NULL || !uuid_eq(row->subject.id, id)) {
            row = record_find_row(record, list, id);
            codes.items = NULL;
            codes.count = codes.room = 0;
        }
        if (row != NULL) {
            LIST_PUSH(arena, &codes, code);
            row->subject.answers[slot].codes = codes.items;
            row->subject.answers[slot].code_count = codes.count;
        }
    }
    return db_finish(q);
}

static enum status read_list(struct source *source, struct record *record, uint32_t list,
                             struct sealed_values *sealed)
{
    const struct schema_table *table = schema_list(source->store->schema, list);
    const struct model_list *shape = model_list_row(source->store->model, list);
    struct db_statement *q;
    TRY(db_prepare(source->db, table->select, source->set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    while (db_next(q)) {
        struct row *row = record_load_row(record, list, db_uuid(q, SCHEMA_LIST_ID));
        take_answers(source, q, table, &row->subject, sealed);
    }
    TRY(db_finish(q));
    struct rows *rows = record_rows(record, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        TRY(canonical_answers(source, table, &rows->items.items[i]->subject));
    }
    for (uint32_t i = 0; i < shape->fields_count && rows->items.count > 0; i++) {
        uint32_t field = shape->fields_first + i;
        if (model_field_row(source->store->model, field)->kind == FIELD_CODES) {
            TRY(read_row_codes(source, record, list, field));
        }
    }
    return STATUS_OK;
}

static struct uuid uuid_or_nil(struct db_statement *q, unsigned at)
{
    return db_is_null(q, at) ? (struct uuid){{0}} : db_uuid(q, at);
}

/* A state that the model no longer has is none: the record is still there to be read. */
static uint32_t state_named(const struct model *model, uint32_t entity, struct db_statement *q)
{
    return db_is_null(q, SCHEMA_ENTITY_STATE)
               ? MODEL_NONE
               : model_state_by_name(model, entity, db_text(q, SCHEMA_ENTITY_STATE));
}

static void take_kernel(const struct model *model, struct db_statement *q, struct record *record)
{
    record->version = (uint32_t)db_int(q, SCHEMA_ENTITY_VERSION);
    record->state = state_named(model, record->subject.entity, q);
    record->root = db_uuid(q, SCHEMA_ENTITY_ROOT);
    record->agency = uuid_or_nil(q, SCHEMA_ENTITY_AGENCY);
    if (!db_is_null(q, SCHEMA_ENTITY_NUMBER)) {
        record->number = db_text(q, SCHEMA_ENTITY_NUMBER);
    }
    record->created_at = (struct instant){db_int(q, SCHEMA_ENTITY_CREATED_AT)};
    record->created_by = uuid_or_nil(q, SCHEMA_ENTITY_CREATED_BY);
    record->changed_at = (struct instant){db_int(q, SCHEMA_ENTITY_CHANGED_AT)};
    record->changed_by = uuid_or_nil(q, SCHEMA_ENTITY_CHANGED_BY);
    record->error = uuid_or_nil(q, SCHEMA_ENTITY_ERROR);
    if (!uuid_is_nil(record->error)) {
        record->error_reason = db_text(q, SCHEMA_ENTITY_ERROR_REASON);
    }
    record->withheld = uuid_or_nil(q, SCHEMA_ENTITY_WITHHELD);
    if (record_is_withheld(record)) {
        record->withheld_basis = db_text(q, SCHEMA_ENTITY_WITHHELD_BASIS);
    }
    if (!db_is_null(q, SCHEMA_ENTITY_EXPUNGED_AT)) {
        record->expunged_at = (struct instant){db_int(q, SCHEMA_ENTITY_EXPUNGED_AT)};
    }
}

static struct str root_key(const struct uuid *root)
{
    const void *bytes = root->bytes;
    return (struct str){bytes, sizeof(root->bytes)};
}

/* Another record of the same root, whose audiences are known; in a unit of work a record may have
 * moved to another root since. */
static const struct record *same_root(const struct source *source, const struct record *record)
{
    const struct record *other =
        source->roots != NULL ? map_get(source->roots, root_key(&record->root)) : NULL;
    return other != NULL && other->audience_count > 0 && uuid_eq(other->root, record->root) ? other
                                                                                            : NULL;
}

static void note_root(struct source *source, struct record *record)
{
    struct arena *arena = source->set->arena;
    const struct uuid *root = arena_copy(arena, &record->root, sizeof(record->root));
    if (source->roots == NULL) {
        source->roots = ARENA_NEW(arena, struct map);
        map_init(source->roots, arena);
    }
    (void)map_add(source->roots, root_key(root), record);
}

static enum status read_audiences(struct source *source, struct record *record)
{
    static const struct record_audience everybody[] = {
        {.id = AUDIENCE_STATE, .only = MODEL_NONE}
    };
    struct arena *arena = source->set->arena;
    const struct record *other = same_root(source, record);
    if (model_entity_row(source->store->model, record->subject.entity)->kind == ENTITY_REFERENCE) {
        record->audiences = everybody;
        record->audience_count = 1;
        return STATUS_OK;
    }
    if (other != NULL) {
        record->audiences = other->audiences;
        record->audience_count = other->audience_count;
        return STATUS_OK;
    }
    if (kept_give_audiences(source->kept, record)) {
        return STATUS_OK;
    }
    LIST(struct record_audience) audiences = {0};
    struct db_statement *q;
    TRY(db_named(source->db, SQL_FIND_RECORD_AUDIENCES, arena, &q));
    db_bind_uuid(q, 1, record->root);
    while (db_next(q)) {
        struct record_audience audience = {.id = db_int(q, 0)};
        if (audience_reach(source->store->model, db_text_view(q, 1), &audience.only)) {
            LIST_PUSH(arena, &audiences, audience);
        }
    }
    record->audiences = audiences.items;
    record->audience_count = audiences.count;
    TRY(db_finish(q));
    kept_take_audiences(source->kept, record);
    return STATUS_OK;
}

/* The record's own row, or NOT_FOUND; sealed NULL: only what the kernel knows of it. */
static enum status read_row(struct source *source, uint32_t entity, struct uuid id,
                            struct sealed_values *sealed, struct record **ret_record)
{
    const struct schema_table *table = schema_entity(source->store->schema, entity);
    struct record *record = NULL;
    struct db_statement *q;
    TRY(db_prepare(source->db, sealed != NULL ? table->select : table->glance, source->set->arena,
                   &q));
    db_bind_uuid(q, 1, id);
    if (db_next(q)) {
        record = work_set_add(source->set, entity, id);
        take_kernel(source->store->model, q, record);
        if (sealed != NULL) {
            take_answers(source, q, table, &record->subject, sealed);
        }
    }
    TRY(db_finish(q));
    *ret_record = record;
    if (record == NULL) {
        return STATUS_NOT_FOUND;
    }
    return sealed != NULL ? canonical_answers(source, table, &record->subject) : STATUS_OK;
}

/* What overlays add, whichever agency the record is with now: an answer stays with the record. */
static enum status read_side(struct source *source, struct subject *subject,
                             struct sealed_values *sealed)
{
    const struct schema_table *table = schema_side(source->store->schema, subject->entity);
    struct db_statement *q;
    if (table == NULL) {
        return STATUS_OK;
    }
    TRY(db_prepare(source->db, table->select, source->set->arena, &q));
    db_bind_uuid(q, 1, subject->id);
    if (db_next(q)) {
        take_answers(source, q, table, subject, sealed);
    }
    TRY(db_finish(q));
    return canonical_answers(source, table, subject);
}

/* The row of the history: its transition (1), the transition that led to it (2), by whom (3). */
static struct author_change change_of(const struct model *model, const struct record *record,
                                      struct db_statement *q)
{
    struct author_change change = {
        .way = CHANGE_WRITTEN, .transition = MODEL_NONE, .by = uuid_or_nil(q, 3)};
    struct str transition = db_is_null(q, 1) ? STR("") : db_text(q, 1);
    if (transition.n > 0) {
        change.transition = model_transition_by_name(model, record->subject.entity, transition);
    }
    if (!db_is_null(q, 2)) {
        struct str own = STR_JOIN(record->set->arena, db_text(q, 0), STR("."), transition);
        change.way = str_eq(db_text(q, 2), own) ? CHANGE_TAKEN : CHANGE_CAUSED;
    }
    return change;
}

enum status authors_read(struct source *source, struct record *record)
{
    const struct model *model = source->set->model;
    struct db_statement *q;
    if (!authors_matter(model, record->subject.entity)) {
        return STATUS_OK;
    }
    record->authors = (struct authors){0};
    TRY(db_named(source->db, SQL_FIND_CHANGES, source->set->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    bool more = true;
    while (more && db_next(q)) {
        struct author_change change = change_of(model, record, q);
        more = authors_add(record, &change);
    }
    return db_finish(q);
}

/* The row, and who may see it; of what is not there the same is asked. */
static enum status begin(struct source *source, uint32_t entity, struct uuid id,
                         struct sealed_values *sealed, struct record **ret_record)
{
    struct record nothing = {
        .root = id, .subject = {.entity = entity, .id = id}
    };
    *ret_record = NULL;
    enum status status = read_row(source, entity, id, sealed, ret_record);
    TRY(status == STATUS_NOT_FOUND ? STATUS_OK : status);
    TRY(read_audiences(source, status == STATUS_OK ? *ret_record : &nothing));
    if (status == STATUS_OK) {
        note_root(source, *ret_record);
    }
    return status;
}

enum status record_begin(struct source *source, uint32_t entity, struct uuid id,
                         struct record_reading *ret_reading)
{
    *ret_reading = (struct record_reading){0};
    return begin(source, entity, id, &ret_reading->sealed, &ret_reading->record);
}

enum status record_complete(struct source *source, struct record_reading *reading)
{
    struct record *record = reading->record;
    uint32_t entity = record->subject.entity;
    const struct model_entity *shape = model_entity_row(source->store->model, entity);
    TRY(read_side(source, &record->subject, &reading->sealed));
    TRY(read_all_codes(source, &record->subject, shape->fields_first, shape->fields_count));
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        TRY(read_list(source, record, shape->lists_first + i, &reading->sealed));
    }
    TRY(authors_read(source, record));
    if (reading->sealed.items.count == 0) {
        kept_take(source->kept, record);
    }
    return sealed_open(source, record, &reading->sealed);
}

enum status record_again(struct source *source, uint32_t entity, struct uuid id,
                         struct record **ret_record)
{
    *ret_record = kept_give(source->kept, source->set, entity, id);
    return *ret_record != NULL ? read_audiences(source, *ret_record) : STATUS_NOT_FOUND;
}

enum status record_glance(struct source *source, uint32_t entity, struct uuid id,
                          struct record **ret_record)
{
    return begin(source, entity, id, NULL, ret_record);
}

enum status record_read(struct source *source, uint32_t entity, struct uuid id,
                        struct record **ret_record)
{
    struct record_reading reading;
    TRY(record_begin(source, entity, id, &reading));
    *ret_record = reading.record;
    return record_complete(source, &reading);
}

/* ---- the other way ---- */

void bind_id_or_null(struct db_statement *q, unsigned at, struct uuid id)
{
    if (uuid_is_nil(id)) {
        db_bind_null(q, at);
    } else {
        db_bind_uuid(q, at, id);
    }
}

void bind_instant_or_null(struct db_statement *q, unsigned at, struct instant instant)
{
    if (instant.ms == 0) {
        db_bind_null(q, at);
    } else {
        db_bind_int(q, at, instant.ms);
    }
}

void bind_text_or_null(struct db_statement *q, unsigned at, struct str text)
{
    if (text.n == 0) {
        db_bind_null(q, at);
    } else {
        db_bind_text(q, at, text);
    }
}

static struct db_value of_int(int64_t number)
{
    return (struct db_value){.type = DB_INT, .integer = number};
}

static struct db_value of_text(struct str text)
{
    return (struct db_value){.type = DB_TEXT, .bytes = text};
}

static struct db_value of_value(struct value value)
{
    switch (value.type) {
    case VALUE_BOOLEAN:
        return (struct db_value){.type = DB_BOOL, .integer = value.boolean};
    case VALUE_INTEGER:
    case VALUE_DECIMAL:
        return of_int(value.integer);
    case VALUE_TEXT:
        return of_text(value.text);
    case VALUE_DATE:
        return of_int(value.date.day);
    case VALUE_DATETIME:
        return of_int(value.datetime.at.ms);
    case VALUE_CODE:
        return of_text(value.code.code);
    case VALUE_REFERENCE:
        return (struct db_value){.type = DB_UUID, .uuid = value.reference};
    case VALUE_UNSET:
    case VALUE__COUNT:
        break;
    }
    return (struct db_value){.type = DB_NULL};
}

struct db_value answer_column(const struct schema_column *column, const struct answer *answer)
{
    bool set = value_is_set(answer->value);
    switch (column->part) {
    case SCHEMA_VALUE:
        return of_value(answer->value);
    case SCHEMA_VERSION:
        return set ? of_int(answer->value.code.version) : of_value(value_unset());
    case SCHEMA_LOCAL:
        return set ? of_int(answer->value.datetime.local.day) : of_value(value_unset());
    case SCHEMA_WHY:
        return answer->why != MODEL_NONE ? of_text(model_non_answer_name(answer->why))
                                         : of_value(value_unset());
    case SCHEMA_ASKED:
        return answer->asked.n > 0 ? of_text(answer->asked) : of_value(value_unset());
    case SCHEMA_SEALED: /* sealed_column */
    case SCHEMA_BLIND:
    case SCHEMA_KERNEL:
        break;
    }
    return of_value(value_unset());
}
