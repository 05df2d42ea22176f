/* Change rows: their digest, and writing one. */
#include "store/history.h"

#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "db/named.h"

void store_random(void *ret_bytes, size_t size)
{
    randombytes_buf(ret_bytes, size);
}

/* ---- digests ---- */

/* Every part with its length before it, so that no two rows give the same bytes. */
static void digest_part(crypto_generichash_state *state, const void *bytes, size_t size)
{
    uint8_t length[8];
    for (unsigned i = 0; i < sizeof(length); i++) {
        length[i] = (uint8_t)((uint64_t)size >> (8 * i));
    }
    crypto_generichash_update(state, length, sizeof(length));
    crypto_generichash_update(state, bytes, size);
}

static void digest_text(crypto_generichash_state *state, struct str text)
{
    digest_part(state, text.n > 0 ? text.p : "", text.n);
}

static void digest_id(crypto_generichash_state *state, struct uuid id)
{
    digest_part(state, id.bytes, sizeof(id.bytes));
}

static void digest_int(crypto_generichash_state *state, int64_t number)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    }
    digest_part(state, bytes, sizeof(bytes));
}

struct str history_digest(struct arena *arena, const struct history_row *row)
{
    unsigned char digest[HISTORY_DIGEST_SIZE];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof(digest));
    digest_text(&state, row->salt);
    digest_id(&state, row->change);
    digest_text(&state, row->entity);
    digest_id(&state, row->record);
    digest_id(&state, row->root);
    digest_id(&state, row->agency);
    digest_int(&state, row->version);
    digest_text(&state, row->transition);
    digest_text(&state, row->cause);
    digest_id(&state, row->by);
    digest_int(&state, row->at.ms);
    digest_text(&state, row->reason);
    digest_text(&state, row->content);
    crypto_generichash_final(&state, digest, sizeof(digest));
    const void *kept = arena_copy(arena, digest, sizeof(digest));
    return (struct str){kept, sizeof(digest)};
}

/* ---- writing ---- */

/* "access_report.screen_in" */
static struct str transition_path(struct uow *uow, uint32_t transition)
{
    const struct model *model = uow->set.model;
    const struct model_transition *shape = model_transition_row(model, transition);
    return STR_JOIN(uow->arena, model_text(model, model_entity_row(model, shape->entity)->name),
                    STR("."), model_text(model, shape->name));
}

/* The transition that led to the change: the one taken on the record, or of an act on others the
 * one it began with. Empty when somebody wrote in the record. */
static struct str cause_of(struct uow *uow, const struct record *record)
{
    uint32_t cause = MODEL_NONE;
    if (uow->job->verb.n > 0 && !record->written) {
        return uow->job->verb; /* nobody wrote in it */
    }
    for (size_t i = uow->acts.count; i-- > 0 && !record->written;) {
        const struct act *act = uow->acts.items[i];
        for (size_t k = act->transitions.count; k-- > 0;) {
            if (act->on.items[k] == record && !act->caused.items[k]) {
                return transition_path(uow, act->transitions.items[k]);
            }
            cause = act->transitions.items[k];
        }
    }
    return cause == MODEL_NONE ? STR("") : transition_path(uow, cause);
}

/* The last transition taken on the record in this act, or MODEL_NONE. */
static uint32_t transition_of(const struct uow *uow, const struct record *record)
{
    uint32_t taken = MODEL_NONE;
    for (size_t i = 0; i < uow->acts.count; i++) {
        const struct act *act = uow->acts.items[i];
        for (size_t k = 0; k < act->transitions.count; k++) {
            taken = act->on.items[k] == record ? act->transitions.items[k] : taken;
        }
    }
    return taken;
}

static enum status insert_row(struct uow *uow, const struct history_row *row)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_HISTORY, uow->arena, &q));
    db_bind_uuid(q, 1, row->change);
    db_bind_text(q, 2, row->entity);
    db_bind_uuid(q, 3, row->record);
    db_bind_uuid(q, 4, row->root);
    bind_id_or_null(q, 5, row->agency);
    db_bind_int(q, 6, row->version);
    bind_text_or_null(q, 7, row->transition);
    bind_text_or_null(q, 8, row->cause);
    bind_id_or_null(q, 9, row->by);
    db_bind_int(q, 10, row->at.ms);
    bind_text_or_null(q, 11, row->reason);
    db_bind_text(q, 12, row->content);
    db_bind_blob(q, 13, row->salt);
    db_bind_blob(q, 14, row->digest);
    return db_run(q);
}

/* taken: the transition or kernel verb, or empty; cause: as in a row. */
static enum status write_row(struct uow *uow, const struct record *record, struct str taken,
                             struct str cause, struct str content)
{
    kept_forget(uow->store->kept, record->subject.id);
    waits_touch(uow, record);
    const struct model *model = uow->set.model;
    char salt[HISTORY_SALT_SIZE];
    store_random(salt, sizeof(salt));
    struct history_row row = {
        .change = uow->change,
        .entity = model_text(model, model_entity_row(model, record->subject.entity)->name),
        .record = record->subject.id,
        .root = record->root,
        .agency = record->agency,
        .version = record->version,
        .transition = taken,
        .cause = cause,
        .by = uow->set.actor->worker,
        .at = uow->set.now,
        .reason = uow->job->reason,
        .content = content,
        .salt = {salt, sizeof(salt)},
    };
    row.digest = history_digest(uow->arena, &row);
    return insert_row(uow, &row);
}

enum status history_write(struct uow *uow, const struct record *record, struct str content)
{
    const struct model *model = uow->set.model;
    uint32_t transition = transition_of(uow, record);
    struct str taken = transition == MODEL_NONE
                           ? uow->job->verb
                           : model_text(model, model_transition_row(model, transition)->name);
    return write_row(uow, record, taken, cause_of(uow, record), content);
}

enum status history_note(struct uow *uow, const struct record *record, struct str verb,
                         struct str content)
{
    return write_row(uow, record, verb, verb, content);
}

static enum status expunge(struct uow *uow, enum sql_name name, struct uuid record,
                           int64_t *ret_rows)
{
    struct db_statement *q;
    TRY(db_named(uow->db, name, uow->arena, &q));
    db_bind_uuid(q, 1, record);
    return db_run_count(q, ret_rows);
}

enum status history_expunge(struct uow *uow, struct uuid record, int64_t *ret_rows)
{
    int64_t sealed;
    if (expunge(uow, SQL_EXPUNGE_HISTORY, record, ret_rows) != STATUS_OK ||
        expunge(uow, SQL_EXPUNGE_HISTORY_SEALED, record, &sealed) != STATUS_OK) {
        return uow_fault(uow);
    }
    return STATUS_OK;
}
