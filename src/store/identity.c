#include "store/identity.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "rule/access.h"
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

/* What the actor of the source may read of those that the holder has. */
static enum status read_of(struct source *source, struct record *holder,
                           const struct model_entity *shape, struct identity *identity)
{
    size_t count = 0;
    if (holder == NULL || record_is_blank(holder)) {
        return STATUS_OK;
    }
    TRY(source_collect(source, &holder->subject, shape->protects));
    const struct subject *const *members =
        work_set_members(source->set, &holder->subject, shape->protects, &count);
    for (size_t i = 0; i < count; i++) {
        add_record(identity, members[i]->record);
    }
    return STATUS_OK;
}

/* Beside the page or the act: what is looked for is not what it shows. */
static struct source source_beside(struct store *store, struct db *db, const struct work_set *set)
{
    struct work_set *beside = ARENA_NEW(set->arena, struct work_set);
    work_set_init(beside, set->arena, set->model, set->now, set->actor);
    return (struct source){.store = store, .db = db, .set = beside, .gated = true};
}

enum status identity_read(struct store_reader *reader, const struct work_set *set,
                          const struct record *record, struct identity *ret_identity)
{
    const struct model_entity *shape = model_entity_row(set->model, record->subject.entity);
    struct record *stored, *holder;
    *ret_identity = (struct identity){.arena = set->arena};
    if (shape->protects == MODEL_NONE || record->version == 0) {
        return STATUS_OK;
    }
    struct source source = source_beside(reader->store, reader->db, set);
    TRY(source_load(&source, record->subject.entity, record->subject.id, &stored));
    TRY(find_holder(&source, shape, stored, &holder));
    return read_of(&source, holder, shape, ret_identity);
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

/* ---- what leaves ---- */

static void add_texts(struct buf *texts, const struct subject *subject, uint32_t first,
                      uint32_t count)
{
    const struct model *model = subject->record->set->model;
    for (uint32_t i = 0; i < count; i++) {
        const struct model_field *field = model_field_row(model, first + i);
        struct value value = subject->answers[field->slot].value;
        if (field->reporter_safe && value.type == VALUE_TEXT) {
            BUF_ADD(texts, value.text, STR("\n"));
        }
    }
}

static struct str texts_of(struct arena *arena, const struct record *record)
{
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    struct buf texts;
    buf_init(&texts, arena, SIZE_MAX);
    add_texts(&texts, &record->subject, shape->fields_first, shape->fields_count);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        for (size_t k = 0; k < record->lists[i].items.count; k++) {
            const struct row *row = record->lists[i].items.items[k];
            if (!row->removed) {
                add_texts(&texts, &row->subject, list->fields_first, list->fields_count);
            }
        }
    }
    return buf_str(&texts);
}

struct identity_before identity_before(struct work_set *set, const struct record *record)
{
    const struct model_entity *shape = model_entity_row(set->model, record->subject.entity);
    if (shape->leaves == MODEL_NONE || record->is_new) {
        return (struct identity_before){.texts = STR("")};
    }
    return (struct identity_before){.left = work_set_true(set, shape->leaves, &record->subject),
                                    .texts = texts_of(set->arena, record)};
}

static enum status refuse_unknowing(struct uow *uow)
{
    outcome_problem(uow_outcome(uow), STATUS_REFUSED, STR(""), STR("may_not_know"),
                    STR("Others will read this. Whoever lets it leave must be able to see that it "
                        "does not tell who reported: ask somebody who may know."));
    return STATUS_REFUSED;
}

enum status uow_identity_check(struct uow *uow, struct record *record,
                               const struct identity_before *before)
{
    struct work_set *set = &uow->set;
    const struct model_entity *shape = model_entity_row(set->model, record->subject.entity);
    struct identity identity = {.arena = set->arena};
    struct identity_warning *warnings;
    struct record *holder, *readable;
    if (shape->leaves == MODEL_NONE || shape->protects == MODEL_NONE ||
        !work_set_true(set, shape->leaves, &record->subject) ||
        (before->left && str_eq(before->texts, texts_of(set->arena, record)))) {
        return STATUS_OK;
    }
    TRY(find_holder(&uow->source, shape, record, &holder));
    uint32_t protected =
        model_field_row(set->model, model_collection_row(set->model, shape->protects)->reference)
            ->entity;
    if (holder == NULL) {
        return STATUS_OK;
    }
    if (!access_class(set, holder, VERB_READ, model_entity_row(set->model, protected)->class)
             .allowed) {
        return refuse_unknowing(uow);
    }
    struct source source = source_beside(uow->store, uow->db, set);
    TRY(source_load(&source, holder->subject.entity, holder->subject.id, &readable));
    TRY(read_of(&source, readable, shape, &identity));
    size_t count = identity_warnings(&identity, record, &warnings);
    for (size_t i = 0; i < count; i++) {
        outcome_problem(uow_outcome(uow), STATUS_INVALID, warnings[i].where,
                        STR("tells_who_reported"),
                        STR_JOIN(set->arena, warnings[i].message,
                                 STR(" Others will read it: say it in other words.")));
    }
    return STATUS_OK;
}
