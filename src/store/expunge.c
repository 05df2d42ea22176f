/* Expunging: what a record and its parts said goes, out of rows, history, drafts, search, files and
 * all else the kernel keeps; that they were there stays, with digest and order of their history.
 *
 * It takes two: somebody seals the record, somebody else expunges it. */
#include "base/map.h"
#include "db/named.h"
#include "lower/schema.h"
#include "store/keys.h"
#include "store/sealed.h"
#include "store/verb.h"

/* ---- four eyes ---- */

static enum status check_sealed(struct uow *uow, const struct record *record)
{
    struct db_statement *q;
    struct uuid by = {{0}};
    bool found = false;
    if (!record_is_withheld(record)) {
        return verb_refuse(
            uow, STR("not_sealed"),
            STR("Only what is sealed can be expunged. Somebody else seals it first."));
    }
    TRY(db_named(uow->db, SQL_FIND_SEALER, uow->arena, &q));
    db_bind_uuid(q, 1, record->subject.id);
    if (db_next(q)) {
        found = true;
        by = db_is_null(q, 0) ? by : db_uuid(q, 0);
    }
    TRY(db_finish(q));
    if (!found) {
        return verb_refuse(uow, STR("sealed_with"),
                           STR("This was sealed with what it belongs to. Expunge that."));
    }
    if (uuid_eq(by, uow->set.actor->worker)) {
        return verb_refuse(uow, STR("four_eyes"),
                           STR("You sealed this yourself. Somebody else must expunge it."));
    }
    return STATUS_OK;
}

/* ---- rows of the model's tables ---- */

static enum status remove_of(struct uow *uow, const struct schema_table *table, struct uuid id)
{
    struct db_statement *q;
    TRY(db_prepare(uow->db, table->remove, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    return db_run(q);
}

static enum status remove_codes(struct uow *uow, const struct subject *subject, uint32_t first,
                                uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (model_field_row(uow->set.model, first + i)->kind == FIELD_CODES) {
            TRY(remove_of(uow, schema_codes(uow->store->schema, first + i), subject->id));
        }
    }
    return STATUS_OK;
}

static enum status remove_rows(struct uow *uow, const struct rows *rows, uint32_t list)
{
    const struct model_list *shape = model_list_row(uow->set.model, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct subject *row = &rows->items.items[i]->subject;
        TRY(remove_codes(uow, row, shape->fields_first, shape->fields_count));
        TRY(remove_of(uow, schema_list(uow->store->schema, list), row->id));
    }
    return STATUS_OK;
}

/* Empties all columns of answers in the row that has this key. */
static enum status empty_row(struct uow *uow, const struct schema_table *table, struct uuid id,
                             uint32_t version)
{
    struct db_statement *q;
    size_t count = table->column_count - table->kernel_count;
    uint32_t *columns = ARENA_ARRAY(uow->arena, count, uint32_t);
    int64_t rows;
    for (size_t i = 0; i < count; i++) {
        columns[i] = (uint32_t)(table->kernel_count + i);
    }
    if (count == 0) {
        return STATUS_OK;
    }
    TRY(db_prepare(uow->db, schema_update(uow->arena, uow->store->schema, table, columns, count),
                   uow->arena, &q));
    for (size_t i = 0; i < count; i++) {
        db_bind_null(q, (unsigned)i + 1);
    }
    db_bind_uuid(q, (unsigned)count + 1, id);
    db_bind_int(q, (unsigned)count + 2, version);
    TRY(db_run_count(q, &rows));
    return rows == 1 ? STATUS_OK : STATUS_STALE;
}

static enum status empty_tables(struct uow *uow, const struct record *record)
{
    const struct schema *schema = uow->store->schema;
    const struct subject *subject = &record->subject;
    const struct model_entity *shape = model_entity_row(uow->set.model, subject->entity);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        TRY(remove_rows(uow, &record->lists[i], shape->lists_first + i));
    }
    TRY(remove_codes(uow, subject, shape->fields_first, shape->fields_count));
    if (schema_side(schema, subject->entity) != NULL) {
        TRY(remove_of(uow, schema_side(schema, subject->entity), subject->id));
    }
    return empty_row(uow, schema_entity(schema, subject->entity), subject->id, record->version);
}

/* ---- files ---- */

/* What another record holds, too, stays there, unless all of it is to go. */
static enum status forget_file(struct uow *uow, struct uuid record, struct uuid id)
{
    bool all = uow->job->files_everywhere;
    struct db_statement *q;
    TRY(db_named(uow->db, all ? SQL_FORGET_ATTACHMENT_HOLDERS : SQL_FORGET_ATTACHMENT_HOLDER,
                 uow->arena, &q));
    db_bind_uuid(q, 1, id);
    if (!all) {
        db_bind_uuid(q, 2, record);
    }
    TRY(db_run(q));
    TRY(db_named(uow->db, SQL_FORGET_ATTACHMENT, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    return db_run(q);
}

#define ID_SIZE 36 /* of an identifier as text */

/* Files are known by their identifiers; of those that a text names in quotes, only theirs are found
 * among them. */
static enum status forget_files_in(struct uow *uow, struct uuid record, struct str text)
{
    for (size_t i = 0; i + ID_SIZE + 2 <= text.n; i++) {
        struct uuid id;
        if (text.p[i] == '"' && text.p[i + ID_SIZE + 1] == '"' &&
            uuid_parse(str_slice(text, i + 1, i + 1 + ID_SIZE), &id)) {
            TRY(forget_file(uow, record, id));
        }
    }
    return STATUS_OK;
}

/* The files it shows and those it ever showed: its history tells. */
static enum status forget_files(struct uow *uow, struct uuid record)
{
    LIST(struct str) contents = {0};
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_CONTENTS, uow->arena, &q));
    db_bind_uuid(q, 1, record);
    while (db_next(q)) {
        LIST_PUSH(uow->arena, &contents, db_text(q, 0));
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < contents.count; i++) {
        TRY(forget_files_in(uow, record, contents.items[i]));
    }
    return STATUS_OK;
}

/* ---- drafts ---- */

struct about {
    struct uuid worker;
    struct str place, sealed;
    int64_t closed_at; /* 0: it is open */
};

static enum status forget_draft(struct uow *uow, const struct about *draft)
{
    struct db_statement *q;
    TRY(db_named(uow->db, draft->closed_at == 0 ? SQL_REMOVE_DRAFT : SQL_FORGET_CLOSED_DRAFT,
                 uow->arena, &q));
    db_bind_uuid(q, 1, draft->worker);
    db_bind_text(q, 2, draft->place);
    if (draft->closed_at != 0) {
        db_bind_int(q, 3, draft->closed_at);
    }
    return db_run(q);
}

/* Whether a text names one of these identifiers. */
static bool names_one(struct str text, const struct map *ids)
{
    for (size_t i = 0; i + ID_SIZE <= text.n; i++) {
        if (text.p[i + 8] == '-' && map_has(ids, str_slice(text, i, i + ID_SIZE))) {
            return true;
        }
    }
    return false;
}

/* Whether what is typed at a place is about what goes: the place names it, or the text does. */
static enum status is_about(struct uow *uow, const struct about *draft, const struct map *gone,
                            bool *ret_about)
{
    struct str content;
    struct str bound = draft_bound(uow->arena, draft->worker, draft->place, STR("content"));
    *ret_about = names_one(draft->place, gone);
    if (*ret_about) {
        return STATUS_OK;
    }
    TRY(keys_unseal(uow->store->keys, uow->arena, KEY_DRAFT, bound, draft->sealed, &content));
    *ret_about = names_one(content, gone);
    return STATUS_OK;
}

/* Places hold several identifiers, so that no index finds them: all are looked through, once. What
 * is typed at a page of the root may be about a part of it. */
static enum status forget_drafts(struct uow *uow, const struct whole *whole)
{
    LIST(struct about) drafts = {0};
    struct map gone, places;
    struct db_statement *q;
    map_init(&gone, uow->arena);
    map_init(&places, uow->arena);
    for (size_t i = 0; i < whole->items.count; i++) {
        struct record *record = whole->items.items[i];
        (void)map_add(&gone, uuid_text(uow->arena, record->subject.id), record);
        (void)map_add(&places, uuid_text(uow->arena, record->subject.id), record);
        (void)map_add(&places, uuid_text(uow->arena, record->root), record);
    }
    TRY(db_named(uow->db, SQL_LIST_ALL_DRAFTS, uow->arena, &q));
    while (db_next(q)) {
        if (names_one(db_text_view(q, 1), &places)) {
            struct about draft = {db_uuid(q, 0), db_text(q, 1), db_blob(q, 3), db_int(q, 2)};
            LIST_PUSH(uow->arena, &drafts, draft);
        }
    }
    TRY(db_finish(q));
    for (size_t i = 0; i < drafts.count; i++) {
        bool about;
        TRY(is_about(uow, &drafts.items[i], &gone, &about));
        if (about) {
            TRY(forget_draft(uow, &drafts.items[i]));
        }
    }
    return STATUS_OK;
}

/* ---- what else the kernel keeps ---- */

static enum status forget(struct uow *uow, struct uuid record)
{
    static const enum sql_name statements[] = {
        SQL_FORGET_REQUESTS,     SQL_FORGET_CLOCKS,       SQL_FORGET_CLOCK_CHANGES,
        SQL_FORGET_DECISIONS,    SQL_FORGET_SEEN,         SQL_FORGET_AUDIENCES,
        SQL_FORGET_GRANTS,       SQL_FORGET_MOVES,        SQL_FORGET_CLUSTER,
        SQL_FORGET_NOTICES,      SQL_FORGET_STAGED_ROWS,  SQL_FORGET_FOREIGN_DIGEST,
        SQL_FORGET_COPIES_ABOUT, SQL_FORGET_SIGNED_ABOUT,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(statements); i++) {
        struct db_statement *q;
        TRY(db_named(uow->db, statements[i], uow->arena, &q));
        db_bind_uuid(q, 1, record);
        TRY(db_run(q));
    }
    return STATUS_OK;
}

/* ---- one record, and all ---- */

static enum status erase(struct uow *uow, struct record *record, int64_t *rows)
{
    struct uuid id = record->subject.id;
    int64_t gone;
    TRY(forget_files(uow, id));
    TRY(forget(uow, id));
    TRY(history_expunge(uow, id, &gone));
    TRY(empty_tables(uow, record));
    record_expunge(record, uow->set.now, uow->job->basis);
    *rows += gone;
    return STATUS_OK;
}

enum status uow_expunge(struct uow *uow, struct record *record)
{
    struct whole whole;
    int64_t rows = 0;
    size_t count = 0;
    TRY(check_sealed(uow, record));
    TRY(verb_whole(uow, record, &whole));
    TRY(forget_drafts(uow, &whole));
    for (size_t i = 0; i < whole.items.count; i++) {
        if (!record_is_expunged(whole.items.items[i])) {
            TRY(erase(uow, whole.items.items[i], &rows));
            count++;
        }
    }
    store_log_cut(uow->store);
    return verb_register(uow, record, count, rows);
}
