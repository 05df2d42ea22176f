#include "store/identity.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "store/name_words.h"
#include "store/sealed.h"

/* ---- what is looked for ---- */

static void add_pattern(struct identity *identity, struct str shown, struct str pattern,
                        bool digits)
{
    for (size_t i = 0; i < identity->words.count; i++) {
        if (str_eq(identity->words.items[i].pattern, pattern)) {
            return;
        }
    }
    struct identity_word word = {shown, pattern, digits};
    LIST_PUSH(identity->arena, &identity->words, word);
}

static void add_names(struct identity *identity, struct str value)
{
    struct str words[NAME_WORDS_MOST];
    size_t count = name_words(identity->arena, value, NAME_PARTS, words);
    for (size_t i = 0; i < count; i++) {
        if (utf8_length(words[i]) >= IDENTITY_LETTERS_LEAST) {
            add_pattern(identity, words[i], STR_JOIN(identity->arena, STR(" "), words[i], STR(" ")),
                        false);
        }
    }
}

static void add_phone(struct identity *identity, struct str value)
{
    struct str digits = sealed_alike(identity->arena, SEALED_INDEX_PHONE, value);
    if (digits.n >= IDENTITY_DIGITS) {
        add_pattern(identity, value, str_slice(digits, digits.n - IDENTITY_DIGITS, digits.n), true);
    }
}

void identity_add(struct identity *identity, enum model_identity kind, struct str value)
{
    switch (kind) {
    case IDENTITY_NAME:
        add_names(identity, value);
        break;
    case IDENTITY_PHONE:
        add_phone(identity, value);
        break;
    case IDENTITY_PHRASE: {
        struct str line = name_line(identity->arena, value);
        if (utf8_length(line) >= IDENTITY_LETTERS_LEAST + 2) {
            add_pattern(identity, value, line, false);
        }
        break;
    }
    case IDENTITY_NONE:
    case IDENTITY__COUNT:
        break;
    }
}

static void add_answers(struct identity *identity, const struct model *model,
                        const struct subject *subject, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct model_field *field = model_field_row(model, first + i);
        struct value value = subject->answers[field->slot].value;
        if (field->identifies != IDENTITY_NONE && value.type == VALUE_TEXT) {
            identity_add(identity, (enum model_identity)field->identifies, value.text);
        }
    }
}

static void add_record(struct identity *identity, const struct record *record)
{
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    add_answers(identity, model, &record->subject, shape->fields_first, shape->fields_count);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        for (size_t k = 0; k < record->lists[i].items.count; k++) {
            add_answers(identity, model, &record->lists[i].items.items[k]->subject,
                        list->fields_first, list->fields_count);
        }
    }
}

/* The record whose collection it is: itself, or where a path leads. NULL: nowhere one may read. */
static enum status find_holder(struct source *source, const struct model_entity *shape,
                               struct record *record, struct record **ret_holder)
{
    struct value value;
    *ret_holder = record;
    if (shape->protects_of == MODEL_NONE) {
        return STATUS_OK;
    }
    TRY(source_value(source, shape->protects_of, &record->subject, NULL, &value));
    *ret_holder =
        value.type == VALUE_REFERENCE ? work_set_find(source->set, value.reference) : NULL;
    if (*ret_holder != NULL || value.type != VALUE_REFERENCE) {
        return STATUS_OK;
    }
    uint32_t collection = shape->protects;
    enum status status =
        source_load(source, model_collection_row(source->store->model, collection)->entity,
                    value.reference, ret_holder);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status identity_read(struct store_reader *reader, const struct work_set *set,
                          const struct record *record, struct identity *ret_identity)
{
    const struct model_entity *shape = model_entity_row(set->model, record->subject.entity);
    struct record *stored, *holder;
    size_t count = 0;
    *ret_identity = (struct identity){.arena = set->arena};
    if (shape->protects == MODEL_NONE || record->version == 0) {
        return STATUS_OK;
    }
    /* Beside the page: what is looked for is not what the page shows. */
    struct work_set *beside = ARENA_NEW(set->arena, struct work_set);
    work_set_init(beside, set->arena, set->model, set->now, set->actor);
    struct source source = {.store = reader->store, .db = reader->db, .set = beside, .gated = true};
    TRY(source_load(&source, record->subject.entity, record->subject.id, &stored));
    TRY(find_holder(&source, shape, stored, &holder));
    if (holder == NULL || record_is_blank(holder)) {
        return STATUS_OK;
    }
    TRY(source_collect(&source, &holder->subject, shape->protects));
    const struct subject *const *members =
        work_set_members(beside, &holder->subject, shape->protects, &count);
    for (size_t i = 0; i < count; i++) {
        add_record(ret_identity, members[i]->record);
    }
    return STATUS_OK;
}

/* ---- where it stands ---- */

/* The digits, and a mark wherever letters part them. */
static struct str digits_of(struct arena *arena, struct str text)
{
    struct buf digits;
    buf_init(&digits, arena, text.n);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\n';
        if ((c >= '0' && c <= '9') || letter) {
            buf_byte(&digits, letter ? '|' : c);
        }
    }
    return buf_str(&digits);
}

struct str identity_in(const struct identity *identity, struct str text)
{
    struct str found = STR("");
    if (identity->words.count == 0 || text.n == 0) {
        return found;
    }
    struct str line = name_line(identity->arena, text), digits = digits_of(identity->arena, text);
    for (size_t i = 0; i < identity->words.count; i++) {
        const struct identity_word *word = &identity->words.items[i];
        if (str_find(word->digits ? digits : line, word->pattern) >= 0) {
            found =
                STR_JOIN(identity->arena, found, found.n > 0 ? STR(", ") : STR(""), word->shown);
        }
    }
    return found;
}

struct looking {
    const struct identity *identity;
    LIST(struct identity_warning) warnings;
};

static void look_at(struct looking *looking, const struct subject *subject, uint32_t first,
                    uint32_t count)
{
    const struct model *model = subject->record->set->model;
    struct arena *arena = looking->identity->arena;
    for (uint32_t i = 0; i < count; i++) {
        const struct model_field *field = model_field_row(model, first + i);
        struct value value = subject->answers[field->slot].value;
        struct str found = field->reporter_safe && value.type == VALUE_TEXT
                               ? identity_in(looking->identity, value.text)
                               : STR("");
        if (found.n > 0) {
            struct identity_warning warning = {
                .where = answer_name(arena, subject, first + i),
                .message = STR_JOIN(arena, STR("“"), model_text(model, field->label),
                                    STR("” may tell who reported: "), found, STR(".")),
            };
            LIST_PUSH(arena, &looking->warnings, warning);
        }
    }
}

size_t identity_warnings(const struct identity *identity, const struct record *record,
                         struct identity_warning **ret_warnings)
{
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    struct looking looking = {.identity = identity};
    look_at(&looking, &record->subject, shape->fields_first, shape->fields_count);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        for (size_t k = 0; k < record->lists[i].items.count; k++) {
            const struct row *row = record->lists[i].items.items[k];
            if (!row->removed) {
                look_at(&looking, &row->subject, list->fields_first, list->fields_count);
            }
        }
    }
    *ret_warnings = looking.warnings.items;
    return looking.warnings.count;
}
