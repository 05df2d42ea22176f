#include "store/sealed.h"

#include "base/buf.h"
#include "db/named.h"
#include "rule/access.h"
#include "rule/input.h"
#include "store/keys.h"

#define PHONE_DIGITS 10u /* of a number in North America, without the 1 before it */

/* ---- values made alike ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str digits_of(struct arena *arena, struct str value)
{
    struct buf digits;
    buf_init(&digits, arena, value.n);
    for (size_t i = 0; i < value.n; i++) {
        if (is_digit(value.p[i])) {
            buf_byte(&digits, value.p[i]);
        }
    }
    return buf_str(&digits);
}

static struct str phone_of(struct arena *arena, struct str value)
{
    struct str digits = digits_of(arena, value);
    bool with_country = digits.n == PHONE_DIGITS + 1 && digits.p[0] == '1';
    return with_country ? str_slice(digits, 1, digits.n) : digits;
}

/* Small letters, one space where there are several, none at the ends. */
static struct str text_of(struct arena *arena, struct str value)
{
    struct buf text;
    bool space = false;
    buf_init(&text, arena, value.n);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            space = text.n > 0;
            continue;
        }
        if (space) {
            buf_byte(&text, ' ');
            space = false;
        }
        buf_byte(&text, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    return buf_str(&text);
}

struct str sealed_alike(struct arena *arena, enum model_sealed_index index, struct str value)
{
    switch (index) {
    case SEALED_INDEX_TEXT:
        return text_of(arena, value);
    case SEALED_INDEX_DIGITS:
        return digits_of(arena, value);
    case SEALED_INDEX_PHONE:
        return phone_of(arena, value);
    case SEALED_INDEX_NONE:
    case SEALED_INDEX__COUNT:
        break;
    }
    return STR("");
}

/* ---- where a value stands ---- */

/* "reporter.guarded_words.word": names, because numbers change with the image. */
static struct str field_path(struct arena *arena, const struct model *model, uint32_t field)
{
    const struct model_field *shape = model_field_row(model, field);
    struct str entity = model_text(model, model_entity_row(model, shape->entity)->name);
    struct str name = model_text(model, shape->name);
    return shape->list == MODEL_NONE
               ? STR_JOIN(arena, entity, STR("."), name)
               : STR_JOIN(arena, entity, STR("."),
                          model_text(model, model_list_row(model, shape->list)->name), STR("."),
                          name);
}

static struct str bound_to(struct arena *arena, const struct model *model,
                           const struct subject *subject, uint32_t field)
{
    return STR_JOIN(arena, STR("row "), field_path(arena, model, field), STR(" "),
                    uuid_text(arena, subject->record->subject.id), STR(" "),
                    uuid_text(arena, subject->id), STR(" "),
                    str_from_int(arena, subject->record->version));
}

static struct str blind_of(const struct store *store, struct arena *arena, unsigned number,
                           uint32_t field, struct str value)
{
    const struct model *model = store->model;
    enum model_sealed_index index = model_field_row(model, field)->found_by;
    struct str alike = sealed_alike(arena, index, value);
    if (alike.n == 0) {
        return STR("");
    }
    struct str purpose =
        STR_JOIN(arena, field_path(arena, model, field), STR(" "), model_sealed_index_name(index));
    return keys_blind(store->keys, arena, number, purpose, alike);
}

static struct db_value of_bytes(struct str bytes)
{
    return bytes.n > 0 ? (struct db_value){.type = DB_BLOB, .bytes = bytes}
                       : (struct db_value){.type = DB_NULL};
}

struct db_value sealed_column(const struct store *store, struct arena *arena,
                              const struct subject *subject, const struct schema_column *column,
                              const struct answer *answer)
{
    if (answer->value.type != VALUE_TEXT) {
        return of_bytes(STR(""));
    }
    if (column->part == SCHEMA_BLIND) {
        return of_bytes(
            blind_of(store, arena, keys_current(store->keys), column->field, answer->value.text));
    }
    return of_bytes(keys_seal(store->keys, arena, KEY_FIELD,
                              bound_to(arena, store->model, subject, column->field),
                              answer->value.text));
}

enum status sealed_open(const struct source *source, const struct record *record,
                        const struct sealed_values *values)
{
    const struct model *model = source->store->model;
    struct arena *arena = source->set->arena;
    for (size_t i = 0; i < values->items.count; i++) {
        const struct sealed_value *sealed = &values->items.items[i];
        struct str plain;
        if (source->gated && !access_field(source->set, record, sealed->field, VERB_READ).allowed) {
            continue;
        }
        TRY(keys_unseal(source->store->keys, arena, KEY_FIELD,
                        bound_to(arena, model, sealed->subject, sealed->field), sealed->bytes,
                        &plain));
        if (source->gated) {
            plain = input_masked(arena, model, sealed->field, plain);
        }
        int32_t slot = model_field_row(model, sealed->field)->slot;
        sealed->subject->answers[slot].value = value_text(plain);
    }
    return STATUS_OK;
}

/* ---- finding ---- */

struct found {
    LIST(struct record *) items;
};

static enum status find_ids(struct source *source, uint32_t field, struct str blind,
                            struct found *found)
{
    struct arena *arena = source->set->arena;
    uint32_t entity = model_field_row(source->store->model, field)->entity;
    struct db_statement *q;
    LIST(struct uuid) ids = {0};
    TRY(db_prepare(source->db, schema_by_blind(arena, source->store->schema, field), arena, &q));
    db_bind_blob(q, 1, blind);
    while (ids.count < STORE_SEALED_FOUND_MAX && db_next(q)) {
        LIST_PUSH(arena, &ids, db_uuid(q, 0));
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < ids.count; i++) {
        struct record *record;
        TRY(source_load(source, entity, ids.items[i], &record));
        if (!record_is_blank(record) &&
            access_field(source->set, record, field, VERB_READ).allowed) {
            LIST_PUSH(arena, &found->items, record);
        }
    }
    return STATUS_OK;
}

bool store_is_identifier(const struct model *model, uint32_t field)
{
    const struct model_field *shape = model_field_row(model, field);
    return shape->found_by != SEALED_INDEX_NONE && shape->list == MODEL_NONE &&
           model_text(model, shape->format).n > 0;
}

enum status store_find_alike(struct store_reader *reader, struct work_set *set,
                             const struct record *record, uint32_t field, struct outcome *outcome,
                             struct record ***ret_records, size_t *ret_count)
{
    struct source *source;
    struct found found = {0};
    struct db_statement *q;
    struct str blind = STR("");
    CHECK(model_field_row(set->model, field)->found_by != SEALED_INDEX_NONE);
    reader->purpose = (struct store_purpose){.route = STR("the same identifier")};
    size_t from = set->records.count;
    *ret_count = 0;
    enum status status = reader_source(reader, set, &source);
    if (status != STATUS_OK || !access_field(set, record, field, VERB_READ).allowed) {
        return reader_fault(reader, outcome, status);
    }
    status = db_prepare(reader->db, schema_blind_of(set->arena, reader->store->schema, field),
                        set->arena, &q);
    if (status == STATUS_OK) {
        db_bind_uuid(q, 1, record->subject.id);
        blind = db_next(q) && !db_is_null(q, 0) ? db_blob(q, 0) : STR("");
        status = db_finish(q);
    }
    if (status == STATUS_OK && blind.n > 0) {
        status = find_ids(source, field, blind, &found);
    }
    *ret_records = found.items.items;
    for (size_t i = 0; i < found.items.count; i++) {
        if (found.items.items[i] != record) {
            found.items.items[(*ret_count)++] = found.items.items[i];
        }
    }
    reader_note(reader, set, from);
    return reader_fault(reader, outcome, status);
}

/* Only who may read the value learns that it is somewhere. */
enum status store_find_sealed(struct store_reader *reader, struct work_set *set, uint32_t field,
                              struct str value, struct store_purpose purpose,
                              struct outcome *outcome, struct record ***ret_records,
                              size_t *ret_count)
{
    struct source *source;
    struct found found = {0};
    unsigned char numbers[KEYS_NUMBERS_MAX];
    CHECK(model_field_row(set->model, field)->found_by != SEALED_INDEX_NONE);
    reader->purpose = purpose;
    size_t from = set->records.count;
    enum status status = reader_source(reader, set, &source);
    size_t count = status == STATUS_OK ? keys_numbers(reader->store->keys, numbers) : 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct str blind = blind_of(reader->store, set->arena, numbers[i], field, value);
        status = blind.n > 0 ? find_ids(source, field, blind, &found) : STATUS_OK;
    }
    for (size_t i = 0; i < found.items.count; i++) {
        const struct subject *subject = &found.items.items[i]->subject;
        access_log_add(reader, set->actor, subject->entity, subject->id, purpose);
    }
    reader_note(reader, set, from);
    *ret_records = found.items.items;
    *ret_count = found.items.count;
    return reader_fault(reader, outcome, status);
}
