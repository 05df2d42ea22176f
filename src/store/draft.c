/* Drafts: what a worker typed and did not save. Sealed before they leave the caller's thread, bound
 * to worker and place; no version, no history. */
#include <stdlib.h>

#include "base/buf.h"
#include "db/named.h"
#include "store/draft.h"
#include "store/keys.h"
#include "store/sealed.h"

#define PLACE_MOST ((size_t)200)
#define TITLE_MOST ((size_t)1000)
#define CONTENT_MOST ((size_t)1024 * 1024)
#define LISTED_MOST 100

/* One save under way; lives by itself until its completion has been called. */
struct draft_save {
    struct arena arena;
    struct uow_job job;
    struct uuid worker;
    struct str place, title, content; /* the last two sealed */
    struct completion done;
    enum status *status;
};

struct str draft_bound(struct arena *arena, struct uuid worker, struct str place, struct str part)
{
    return STR_JOIN(arena, part, STR(" "), uuid_text(arena, worker), STR(" "), place);
}

static enum status save(struct uow *uow, void *input)
{
    const struct draft_save *draft = input;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SET_DRAFT, uow->arena, &q));
    db_bind_uuid(q, 1, draft->worker);
    db_bind_text(q, 2, draft->place);
    db_bind_blob(q, 3, draft->title);
    db_bind_blob(q, 4, draft->content);
    db_bind_int(q, 5, uow_set(uow)->now.ms);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

static void release(struct draft_save *draft)
{
    arena_clear(&draft->arena);
    free(draft);
}

/* On the writer's thread: it does not look at the job again. */
static void saved(void *context)
{
    struct draft_save *draft = context;
    struct completion done = draft->done;
    *draft->status = draft->job.outcome.status;
    release(draft);
    done.fn(done.ctx);
}

enum status store_draft_save(struct store *store, struct uuid worker, struct str place,
                             struct str title, struct str content, struct completion done,
                             enum status *ret_status)
{
    static const struct actor the_system = {0};
    if (place.n == 0 || place.n > PLACE_MOST || uuid_is_nil(worker)) {
        return STATUS_INVALID;
    }
    if (title.n > TITLE_MOST || content.n > CONTENT_MOST) {
        return STATUS_TOO_LARGE;
    }
    struct draft_save *draft = calloc(1, sizeof(*draft));
    if (draft == NULL) {
        return STATUS_BUSY;
    }
    struct arena *arena = &draft->arena;
    arena_init(arena, ARENA_REQUEST_CAP, NULL, NULL);
    draft->worker = worker;
    draft->place = str_copy(arena, place);
    draft->title = keys_seal(store->keys, arena, KEY_DRAFT,
                             draft_bound(arena, worker, place, STR("title")), title);
    draft->content = keys_seal(store->keys, arena, KEY_DRAFT,
                               draft_bound(arena, worker, place, STR("content")), content);
    draft->done = done;
    draft->status = ret_status;
    draft->job = (struct uow_job){
        .fn = save, .input = draft, .arena = arena, .actor = &the_system, .done = {saved, draft}
    };
    outcome_init(&draft->job.outcome, arena);
    enum status status = store_submit(store, &draft->job);
    if (status != STATUS_OK) {
        release(draft);
    }
    return status;
}

enum status store_draft_find(struct store_reader *reader, struct uuid worker, struct str place,
                             struct str *ret_content, struct instant *ret_saved_at)
{
    struct db_statement *q;
    struct str sealed = {0};
    bool there = false;
    TRY(db_named(reader->db, SQL_FIND_DRAFT, reader->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_text(q, 2, place);
    if (db_next(q)) {
        there = true;
        sealed = db_blob(q, 0);
        ret_saved_at->ms = db_int(q, 1);
    }
    TRY(db_finish(q));
    if (!there) {
        return STATUS_NOT_FOUND;
    }
    return keys_unseal(reader->store->keys, reader->arena, KEY_DRAFT,
                       draft_bound(reader->arena, worker, place, STR("content")), sealed,
                       ret_content);
}

enum status store_drafts(struct store_reader *reader, struct uuid worker,
                         struct store_draft **ret_drafts, size_t *ret_count)
{
    struct arena *arena = reader->arena;
    LIST(struct store_draft) drafts = {0};
    struct db_statement *q;
    TRY(db_named(reader->db, SQL_LIST_DRAFTS, arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_int(q, 2, LISTED_MOST);
    while (db_next(q)) {
        struct store_draft draft = {.place = db_text(q, 0), .saved_at = {db_int(q, 2)}};
        /* One that cannot be opened is still told of: its content may be asked for. */
        if (keys_unseal(reader->store->keys, arena, KEY_DRAFT,
                        draft_bound(arena, worker, draft.place, STR("title")), db_blob(q, 1),
                        &draft.title) != STATUS_OK) {
            draft.title = STR("");
        }
        LIST_PUSH(arena, &drafts, draft);
    }
    TRY(db_finish(q));
    *ret_drafts = drafts.items;
    *ret_count = drafts.count;
    return STATUS_OK;
}

static enum status remove_draft(struct uow *uow, struct uuid worker, struct str place)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_REMOVE_DRAFT, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_text(q, 2, place);
    return db_run(q);
}

void uow_draft_delete(struct uow *uow, struct uuid worker, struct str place)
{
    if (remove_draft(uow, worker, place) != STATUS_OK) {
        uow_fail(uow, uow_fault(uow));
    }
}

static enum status keep_closed(struct uow *uow, struct uuid worker, struct str place,
                               struct str reason)
{
    struct db_statement *q;
    struct str sealed = keys_seal(uow->store->keys, uow->arena, KEY_DRAFT,
                                  draft_bound(uow->arena, worker, place, STR("reason")), reason);
    TRY(db_named(uow->db, SQL_KEEP_CLOSED_DRAFT, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_text(q, 2, place);
    db_bind_int(q, 3, uow_set(uow)->now.ms);
    db_bind_blob(q, 4, sealed);
    return db_run(q);
}

void uow_draft_close(struct uow *uow, struct uuid worker, struct str place, struct str reason)
{
    if (keep_closed(uow, worker, place, reason) != STATUS_OK) {
        uow_fail(uow, uow_fault(uow));
        return;
    }
    uow_draft_delete(uow, worker, place);
}

/* ---- of somebody who hands over ---- */

struct draft_row {
    struct str place, title, content; /* the last two sealed */
    struct instant saved_at;
};

struct draft_rows {
    LIST(struct draft_row) items;
};

static enum status read_rows(struct uow *uow, struct uuid worker, struct draft_rows *ret_rows)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_LIST_DRAFT_CONTENTS, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    while (db_next(q)) {
        struct draft_row row = {db_text(q, 0), db_blob(q, 1), db_blob(q, 2), {db_int(q, 3)}};
        LIST_PUSH(uow->arena, &ret_rows->items, row);
    }
    return db_finish(q);
}

static enum status is_within(struct uow *uow, struct uuid record, struct uuid root,
                             bool *ret_within)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_ROOT, uow->arena, &q));
    db_bind_uuid(q, 1, record);
    *ret_within = db_next(q) && uuid_eq(db_uuid(q, 0), root);
    return db_finish(q);
}

/* Whether a place names the root or a record in it: "work/assessment/ID/contacts/ID". */
static enum status leads_into(struct uow *uow, struct str place, struct uuid root, bool *ret_leads)
{
    struct str part;
    *ret_leads = false;
    while (place.n > 0 && !*ret_leads) {
        struct uuid id;
        (void)str_split(&place, '/', &part);
        if (uuid_parse(part, &id)) {
            *ret_leads = uuid_eq(id, root);
            if (!*ret_leads) {
                TRY(is_within(uow, id, root, ret_leads));
            }
        }
    }
    return STATUS_OK;
}

static enum status has_draft(struct uow *uow, struct uuid worker, struct str place, bool *ret_has)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_DRAFT, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_text(q, 2, place);
    *ret_has = db_next(q);
    return db_finish(q);
}

/* One part of a draft, sealed for another worker; false: it does not open. */
static bool seal_anew(struct uow *uow, struct uuid from, struct uuid to, struct str place,
                      struct str part, struct str before, struct str sealed, struct str *ret_sealed)
{
    struct str plain;
    struct store_keys *keys = uow->store->keys;
    if (keys_unseal(keys, uow->arena, KEY_DRAFT, draft_bound(uow->arena, from, place, part), sealed,
                    &plain) != STATUS_OK) {
        return false;
    }
    plain = STR_JOIN(uow->arena, before, plain);
    *ret_sealed =
        keys_seal(keys, uow->arena, KEY_DRAFT, draft_bound(uow->arena, to, place, part), plain);
    return true;
}

static enum status give_draft(struct uow *uow, struct uuid from, struct uuid to,
                              const struct draft_row *row, struct str left_by)
{
    struct str title, content, before = STR_JOIN(uow->arena, left_by, STR(": "));
    struct db_statement *q;
    if (!seal_anew(uow, from, to, row->place, STR("title"), before, row->title, &title) ||
        !seal_anew(uow, from, to, row->place, STR("content"), STR(""), row->content, &content)) {
        return STATUS_OK;
    }
    TRY(db_named(uow->db, SQL_SET_DRAFT, uow->arena, &q));
    db_bind_uuid(q, 1, to);
    db_bind_text(q, 2, row->place);
    db_bind_blob(q, 3, title);
    db_bind_blob(q, 4, content);
    db_bind_int(q, 5, row->saved_at.ms);
    TRY(db_run(q));
    return remove_draft(uow, from, row->place);
}

static enum status give_drafts(struct uow *uow, struct uuid from, struct uuid to, struct uuid root,
                               struct str left_by)
{
    struct draft_rows rows = {0};
    TRY(read_rows(uow, from, &rows));
    for (size_t i = 0; i < rows.items.count; i++) {
        const struct draft_row *row = &rows.items.items[i];
        bool leads, has;
        TRY(leads_into(uow, row->place, root, &leads));
        if (!leads) {
            continue;
        }
        TRY(has_draft(uow, to, row->place, &has));
        if (has) {
            uow_draft_close(uow, from, row->place, left_by);
        } else {
            TRY(give_draft(uow, from, to, row, left_by));
        }
    }
    return STATUS_OK;
}

enum status uow_drafts_give(struct uow *uow, struct uuid from, struct uuid to, struct uuid root,
                            struct str left_by)
{
    return give_drafts(uow, from, to, root, left_by) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}
