/* Kept records: see kept.h. */
#include "store/kept.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS 131072u                         /* a record has one of them; who comes later has it */
#define KEPT_MOST ((size_t)256 * 1024 * 1024) /* bytes, after which all is forgotten */
#define KEPT_CAP (KEPT_MOST + (size_t)64 * 1024 * 1024) /* no record is larger than the rest */

/* The answers that are there. */
struct kept_answers {
    const uint32_t *slots;
    const struct answer *answers;
    size_t count;
};

struct kept_row {
    struct uuid id;
    struct kept_answers answers;
};

struct kept_rows {
    const struct kept_row *rows;
    size_t count;
};

struct kept_record {
    struct record about; /* what is not a pointer, and the texts, of it */
    uint32_t list_count;
    struct kept_answers answers;
    const struct kept_rows *lists;
};

struct kept_audiences {
    struct uuid root;
    const struct record_audience *audiences;
    size_t count;
};

struct kept_members {
    uint32_t reference;
    struct uuid of;
    const struct uuid *ids;
    size_t count;
};

struct kept {
    struct arena arena;
    const struct kept_members *members[SLOTS];
    const struct kept_record *records[SLOTS];
    const struct kept_audiences *audiences[SLOTS];
};

static size_t slot_of(struct uuid id)
{
    uint64_t head, tail;
    memcpy(&head, id.bytes, sizeof(head));
    memcpy(&tail, id.bytes + sizeof(head), sizeof(tail));
    return (size_t)(((head ^ tail) * UINT64_C(0x9e3779b97f4a7c15)) >> 47);
}

struct kept *kept_new(void)
{
    struct kept *kept = calloc(1, sizeof(*kept));
    if (kept != NULL) {
        arena_init(&kept->arena, KEPT_CAP, NULL, NULL);
    }
    return kept;
}

void kept_free(struct kept *kept)
{
    if (kept != NULL) {
        arena_clear(&kept->arena);
        free(kept);
    }
}

void kept_forget_all(struct kept *kept)
{
    if (kept != NULL && kept->arena.used > 0) {
        memset(kept->records, 0, sizeof(kept->records));
        memset(kept->audiences, 0, sizeof(kept->audiences));
        memset(kept->members, 0, sizeof(kept->members));
        arena_clear(&kept->arena);
    }
}

void kept_forget(struct kept *kept, struct uuid id)
{
    if (kept != NULL) {
        kept->records[slot_of(id)] = NULL;
        kept->audiences[slot_of(id)] = NULL;
    }
}

static void make_room(struct kept *kept)
{
    if (kept->arena.used > KEPT_MOST) {
        kept_forget_all(kept);
    }
}

/* ---- copies ---- */

static struct answer copy_answer(struct arena *arena, struct answer answer)
{
    if (answer.value.type == VALUE_TEXT) {
        answer.value.text = str_copy(arena, answer.value.text);
    } else if (answer.value.type == VALUE_CODE) {
        answer.value.code.code = str_copy(arena, answer.value.code.code);
    }
    if (answer.code_count > 0) {
        struct value_code *codes =
            arena_copy(arena, answer.codes, answer.code_count * sizeof(*answer.codes));
        for (size_t i = 0; i < answer.code_count; i++) {
            codes[i].code = str_copy(arena, codes[i].code);
        }
        answer.codes = codes;
    }
    answer.asked = str_copy(arena, answer.asked);
    return answer;
}

static struct kept_answers take_answers(struct arena *arena, const struct answer *answers,
                                        uint32_t count)
{
    struct kept_answers kept = {0};
    LIST(uint32_t) slots = {0};
    LIST(struct answer) items = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (answer_is_addressed(&answers[i]) || answers[i].asked.n > 0) {
            LIST_PUSH(arena, &slots, i);
            LIST_PUSH(arena, &items, copy_answer(arena, answers[i]));
        }
    }
    kept.slots = slots.items;
    kept.answers = items.items;
    kept.count = items.count;
    return kept;
}

static void give_answers(struct arena *arena, const struct kept_answers *kept,
                         struct answer *answers)
{
    for (size_t i = 0; i < kept->count; i++) {
        answers[kept->slots[i]] = copy_answer(arena, kept->answers[i]);
    }
}

/* The texts and lists of what a record says about itself. */
static void copy_about(struct arena *arena, struct record *record, const struct record *from)
{
    record->version = from->version;
    record->state = from->state;
    record->root = from->root;
    record->agency = from->agency;
    record->number = str_copy(arena, from->number);
    record->created_at = from->created_at;
    record->created_by = from->created_by;
    record->changed_at = from->changed_at;
    record->changed_by = from->changed_by;
    record->error = from->error;
    record->error_reason = str_copy(arena, from->error_reason);
    record->withheld = from->withheld;
    record->withheld_basis = str_copy(arena, from->withheld_basis);
    record->expunged_at = from->expunged_at;
    record->authors.arrived = from->authors.arrived;
    for (size_t i = 0; i < from->authors.workers.count; i++) {
        LIST_PUSH(arena, &record->authors.workers, from->authors.workers.items[i]);
    }
}

static struct kept_rows take_rows(struct arena *arena, const struct model *model, uint32_t list,
                                  const struct rows *rows)
{
    struct kept_row *kept = ARENA_ARRAY(arena, rows->items.count, struct kept_row);
    uint32_t count = model_list_row(model, list)->fields_count;
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct subject *subject = &rows->items.items[i]->subject;
        kept[i].id = subject->id;
        kept[i].answers = take_answers(arena, subject->answers, count);
    }
    return (struct kept_rows){kept, rows->items.count};
}

void kept_take(struct kept *kept, const struct record *record)
{
    if (kept == NULL) {
        return;
    }
    make_room(kept);
    struct arena *arena = &kept->arena;
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    struct kept_record *taken = ARENA_NEW(arena, struct kept_record);
    struct kept_rows *lists = ARENA_ARRAY(arena, shape->lists_count, struct kept_rows);
    taken->about.subject.entity = record->subject.entity;
    taken->about.subject.id = record->subject.id;
    copy_about(arena, &taken->about, record);
    taken->answers = take_answers(arena, record->subject.answers, shape->fields_count);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        lists[i] = take_rows(arena, model, shape->lists_first + i, &record->lists[i]);
    }
    taken->lists = lists;
    taken->list_count = shape->lists_count;
    kept->records[slot_of(record->subject.id)] = taken;
}

struct record *kept_give(const struct kept *kept, struct work_set *set, uint32_t entity,
                         struct uuid id)
{
    const struct kept_record *found = kept != NULL ? kept->records[slot_of(id)] : NULL;
    if (found == NULL || found->about.subject.entity != entity ||
        !uuid_eq(found->about.subject.id, id)) {
        return NULL;
    }
    struct record *record = work_set_add(set, entity, id);
    uint32_t first = model_entity_row(set->model, entity)->lists_first;
    copy_about(set->arena, record, &found->about);
    give_answers(set->arena, &found->answers, record->subject.answers);
    for (uint32_t i = 0; i < found->list_count; i++) {
        for (size_t k = 0; k < found->lists[i].count; k++) {
            const struct kept_row *kept_row = &found->lists[i].rows[k];
            struct row *row = record_load_row(record, first + i, kept_row->id);
            give_answers(set->arena, &kept_row->answers, row->subject.answers);
        }
    }
    return record;
}

/* ---- audiences ---- */

void kept_take_audiences(struct kept *kept, const struct record *record)
{
    if (kept == NULL) {
        return;
    }
    make_room(kept);
    struct kept_audiences *taken = ARENA_NEW(&kept->arena, struct kept_audiences);
    taken->root = record->root;
    taken->count = record->audience_count;
    taken->audiences = arena_copy(&kept->arena, record->audiences,
                                  record->audience_count * sizeof(*record->audiences));
    kept->audiences[slot_of(record->root)] = taken;
}

bool kept_give_audiences(const struct kept *kept, struct record *record)
{
    const struct kept_audiences *found =
        kept != NULL ? kept->audiences[slot_of(record->root)] : NULL;
    if (found == NULL || !uuid_eq(found->root, record->root)) {
        return false;
    }
    record->audiences =
        arena_copy(record->set->arena, found->audiences, found->count * sizeof(*found->audiences));
    record->audience_count = found->count;
    return true;
}

/* ---- members ---- */

static size_t members_slot(uint32_t reference, struct uuid of)
{
    return (slot_of(of) + reference * 0x9e3bu) & (SLOTS - 1);
}

void kept_take_members(struct kept *kept, uint32_t reference, struct uuid of,
                       const struct uuid *ids, size_t count)
{
    if (kept == NULL) {
        return;
    }
    make_room(kept);
    struct kept_members *taken = ARENA_NEW(&kept->arena, struct kept_members);
    *taken = (struct kept_members){.reference = reference, .of = of, .count = count};
    taken->ids = arena_copy(&kept->arena, ids, count * sizeof(*ids));
    kept->members[members_slot(reference, of)] = taken;
}

bool kept_give_members(const struct kept *kept, uint32_t reference, struct uuid of,
                       const struct uuid **ret_ids, size_t *ret_count)
{
    const struct kept_members *found =
        kept != NULL ? kept->members[members_slot(reference, of)] : NULL;
    if (found == NULL || found->reference != reference || !uuid_eq(found->of, of)) {
        return false;
    }
    *ret_ids = found->ids;
    *ret_count = found->count;
    return true;
}

static void forget_reference(struct kept *kept, uint32_t reference, const struct answer *answer)
{
    if (answer->value.type == VALUE_REFERENCE) {
        kept->members[members_slot(reference, answer->value.reference)] = NULL;
    }
}

static void forget_subject(struct kept *kept, const struct model *model, uint32_t first,
                           uint32_t count, const struct answer *before, const struct answer *now)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_field *field = model_field_row(model, i);
        if (field->kernel || field->kind != FIELD_REFERENCE) {
            continue;
        }
        forget_reference(kept, i, &now[field->slot]);
        if (before != NULL) {
            forget_reference(kept, i, &before[field->slot]);
        }
    }
}

void kept_forget_led_to(struct kept *kept, const struct record *record)
{
    if (kept == NULL) {
        return;
    }
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    forget_subject(kept, model, shape->fields_first, shape->fields_count, record->before,
                   record->subject.answers);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            const struct row *row = rows->items.items[k];
            forget_subject(kept, model, list->fields_first, list->fields_count, row->before,
                           row->subject.answers);
        }
    }
}
