/* Files that several records hold: chosen from what another has attached, or copied with it. They
 * have one set of pieces, one key and one digest; who may open them is asked at each record by
 * itself. Here is noted which records these are, so that expunging one of them leaves the file to
 * the others, and expunging the last destroys its key. A file that only one record ever held stands
 * here not at all. */
#include "db/named.h"
#include "rule/offered.h"
#include "store/store_int.h"

struct held {
    LIST(struct uuid) items;
};

static void hold_of(struct arena *arena, const struct subject *subject, uint32_t first,
                    uint32_t count, struct held *held)
{
    for (uint32_t i = first; i < first + count; i++) {
        struct value value =
            file_is_field(subject->record->set->model, i) ? value_get(subject, i) : value_unset();
        if (value.type == VALUE_REFERENCE) {
            LIST_PUSH(arena, &held->items, value.reference);
        }
    }
}

/* The files that a record shows, with those of its rows. */
static struct held held_by(struct arena *arena, const struct record *record)
{
    const struct model *model = record->set->model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    struct held held = {0};
    hold_of(arena, &record->subject, shape->fields_first, shape->fields_count, &held);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        for (size_t k = 0; k < record->lists[i].items.count; k++) {
            const struct row *row = record->lists[i].items.items[k];
            if (!row->removed) {
                hold_of(arena, &row->subject, list->fields_first, list->fields_count, &held);
            }
        }
    }
    return held;
}

static bool holds(const struct held *held, struct uuid file)
{
    for (size_t i = 0; i < held->items.count; i++) {
        if (uuid_eq(held->items.items[i], file)) {
            return true;
        }
    }
    return false;
}

static enum status note(struct uow *uow, struct uuid file, const struct record *holder)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_ATTACHMENT_HOLDER, uow->arena, &q));
    db_bind_uuid(q, 1, file);
    db_bind_uuid(q, 2, holder->subject.id);
    return db_run(q);
}

/* Whoever a file was taken from is in the set of the act that took it. */
enum status attachments_shared(struct uow *uow, const struct record *record)
{
    const struct held held = held_by(uow->arena, record);
    for (size_t i = 0; held.items.count > 0 && i < uow->set.records.count; i++) {
        const struct record *other = uow->set.records.items[i];
        bool read = other != record && other->unread == NULL;
        const struct held theirs = read ? held_by(uow->arena, other) : (struct held){0};
        for (size_t k = 0; k < theirs.items.count; k++) {
            if (holds(&held, theirs.items.items[k])) {
                TRY(note(uow, theirs.items.items[k], record));
                TRY(note(uow, theirs.items.items[k], other));
            }
        }
    }
    return STATUS_OK;
}
