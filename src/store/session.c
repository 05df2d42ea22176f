/* Who is signed in. Of a secret only its digest is here. */
#include "db/named.h"
#include "store/care.h"
#include "store/sign_in.h"

/* Much longer than any session may be idle; how long that is, the service decides. */
#define SESSION_KEPT_MS (7 * DAY_MS)

/* What is not known waits for a code. */
static enum store_waits waits_of(int64_t stored)
{
    return stored == STORE_WAITS_NOTHING     ? STORE_WAITS_NOTHING
           : stored == STORE_WAITS_ENROLMENT ? STORE_WAITS_ENROLMENT
                                             : STORE_WAITS_CODE;
}

enum status store_session_find(struct store_reader *reader, struct str token_digest,
                               struct store_session *ret_session)
{
    struct db_statement *q;
    bool there = false;
    TRY(db_named(reader->db, SQL_FIND_SESSION, reader->arena, &q));
    db_bind_blob(q, 1, token_digest);
    if (db_next(q)) {
        there = true;
        *ret_session = (struct store_session){
            .worker = db_uuid(q, 0),
            .agency = db_uuid(q, 1),
            .form_token = db_text(q, 2),
            .created_at = {db_int(q, 3)},
            .seen_at = {db_int(q, 4)},
            .waits = waits_of(db_int(q, 5)),
            .proved_at = {db_int(q, 6)},
        };
    }
    TRY(db_finish(q));
    return there ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status add(struct uow *uow, struct str digest, const struct store_session *session)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_SESSION, uow->arena, &q));
    db_bind_blob(q, 1, digest);
    db_bind_uuid(q, 2, session->worker);
    db_bind_uuid(q, 3, session->agency);
    db_bind_text(q, 4, session->form_token);
    db_bind_int(q, 5, session->created_at.ms);
    db_bind_int(q, 6, session->seen_at.ms);
    db_bind_int(q, 7, session->waits);
    db_bind_int(q, 8, session->proved_at.ms);
    return db_run(q);
}

static enum status change(struct uow *uow, struct str digest, const struct store_session *session)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_CHANGE_SESSION, uow->arena, &q));
    db_bind_blob(q, 1, digest);
    db_bind_uuid(q, 2, session->agency);
    db_bind_text(q, 3, session->form_token);
    db_bind_int(q, 4, session->seen_at.ms);
    return db_run(q);
}

/* One that is seen later than it was made is not new: when a page that notes its use and signing
 * out meet, the session stays ended. */
enum status uow_session_set(struct uow *uow, struct str token_digest,
                            const struct store_session *session)
{
    bool is_new = session->seen_at.ms == session->created_at.ms;
    enum status status =
        is_new ? add(uow, token_digest, session) : change(uow, token_digest, session);
    return status == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status uow_session_end(struct uow *uow, struct str token_digest)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_REMOVE_SESSION, uow->arena, &q));
    db_bind_blob(q, 1, token_digest);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status uow_session_prove(struct uow *uow, struct str token_digest,
                              const struct store_session *session)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_PROVE_SESSION, uow->arena, &q));
    db_bind_blob(q, 1, token_digest);
    db_bind_int(q, 2, session->waits);
    db_bind_int(q, 3, session->proved_at.ms);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status uow_sessions_end(struct uow *uow, struct uuid worker)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_REMOVE_SESSIONS_OF, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

static enum status sweep(struct uow *uow, void *nothing)
{
    struct db_statement *q;
    (void)nothing;
    TRY(db_named(uow->db, SQL_REMOVE_OLD_SESSIONS, uow->arena, &q));
    db_bind_int(q, 1, uow_set(uow)->now.ms - SESSION_KEPT_MS);
    return db_run(q) == STATUS_OK ? STATUS_OK : uow_fault(uow);
}

enum status sessions_sweep(struct store *store, struct outcome *outcome)
{
    return care_run(store, sweep, NULL, outcome);
}
