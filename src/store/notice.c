/* What workers are told. A notice to all who may decide is turned into one for each of them in the
 * act that gives rise to it, so that reading one's notices is one indexed read. */
#include "base/map.h"
#include "db/named.h"
#include "rule/access.h"
#include "store/store_int.h"

#define CANDIDATES_MOST 1000u

/* ---- one notice ---- */

static enum status add_notice(struct uow *uow, struct uuid worker, const struct record *record,
                              struct str say)
{
    const struct model *model = uow->store->model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_NOTICE, uow->arena, &q));
    db_bind_uuid(q, 1, store_new_id(uow->store));
    db_bind_uuid(q, 2, worker);
    db_bind_uuid(q, 3, record->subject.id);
    db_bind_text(q, 4, model_text(model, model_entity_row(model, record->subject.entity)->name));
    db_bind_text(q, 5, say);
    db_bind_int(q, 6, uow->set.now.ms);
    return db_run(q);
}

/* Whether the record waits for those who would be told: their day shows it until it is decided, and
 * a notice beside that is no news. */
static bool asks_for_decision(const struct uow *uow, const struct record *record, uint32_t decider)
{
    return record->state != MODEL_NONE &&
           model_state_row(uow->set.model, record->state)->waits_for == decider;
}

/* ---- who may decide ---- */

/* Workers who may be asked, each once. */
struct candidates {
    struct arena *arena;
    struct map known;
    LIST(struct uuid) items;
};

static void add_candidate(struct candidates *candidates, struct uuid worker)
{
    struct uuid *kept = ARENA_NEW(candidates->arena, struct uuid);
    const void *key = kept->bytes;
    *kept = worker;
    if (!uuid_is_nil(worker) && candidates->items.count < CANDIDATES_MOST &&
        map_add(&candidates->known, (struct str){key, sizeof(kept->bytes)}, kept)) {
        LIST_PUSH(candidates->arena, &candidates->items, worker);
    }
}

/* The code of a role is its name in capitals. */
static struct str code_of_role(struct arena *arena, const struct model *model, uint32_t role)
{
    struct str name = model_text(model, model_role_row(model, role)->name);
    char *code = arena_alloc(arena, name.n);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        code[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (struct str){code, name.n};
}

/* The workers who have a role of the decider at this agency or in this team. */
static enum status add_back(struct uow *uow, struct candidates *candidates, uint32_t field,
                            struct uuid subject, const struct model_decider *decider)
{
    const struct model *model = uow->store->model;
    uint32_t role = uow->store->practice->names.role;
    struct db_statement *q;
    if (field == MODEL_NONE || role == MODEL_NONE || decider->roles_count == 0) {
        return STATUS_OK;
    }
    TRY(db_prepare(
        uow->db,
        schema_back_among(uow->arena, uow->store->schema, field, role, decider->roles_count),
        uow->arena, &q));
    db_bind_uuid(q, 1, subject);
    for (uint32_t i = 0; i < decider->roles_count; i++) {
        uint32_t one = model_decider_role_row(model, decider->roles_first + i)->role;
        db_bind_text(q, i + 2, code_of_role(uow->arena, model, one));
    }
    while (db_next(q)) {
        add_candidate(candidates, db_uuid(q, 0));
    }
    return db_finish(q);
}

static enum status add_of_audience(struct uow *uow, struct candidates *candidates,
                                   const struct model_decider *decider, struct uuid subject)
{
    const struct store_names *names = &uow->store->practice->names;
    switch ((enum model_scope)decider->scope) {
    case SCOPE_OWN_AGENCY:
    case SCOPE_PARTICIPANT:
    case SCOPE_SHARED:
        return add_back(uow, candidates, names->role_agency, subject, decider);
    case SCOPE_TEAM:
        return add_back(uow, candidates, names->role_team, subject, decider);
    case SCOPE_ASSIGNED:
    case SCOPE_SELF:
    case SCOPE_BREAK_GLASS:
        add_candidate(candidates, subject);
        return STATUS_OK;
    case SCOPE_STATE: /* everybody with the role: those see it in their lists, nobody is told */
    case SCOPE__COUNT:
        break;
    }
    return STATUS_OK;
}

/* Through the audiences of the record that have the decider's scope. */
static enum status add_by_audience(struct uow *uow, struct candidates *candidates,
                                   const struct record *record, const struct model_decider *decider)
{
    struct str scope = model_scope_name((enum model_scope)decider->scope);
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_EXPLAIN_AUDIENCES, uow->arena, &q));
    db_bind_uuid(q, 1, record->root);
    while (db_next(q)) {
        if (str_eq(db_text_view(q, 1), scope)) {
            TRY(add_of_audience(uow, candidates, decider, db_uuid(q, 2)));
        }
    }
    return db_finish(q);
}

/* Those who cover for the workers found so far; whether today, access_decide finds out. */
static enum status add_covers(struct uow *uow, struct candidates *candidates)
{
    const struct store_names *names = &uow->store->practice->names;
    struct work_set set;
    size_t count = candidates->items.count;
    if (names->cover == MODEL_NONE || names->covered_by == MODEL_NONE) {
        return STATUS_OK;
    }
    work_set_init(&set, uow->arena, uow->store->model, uow->set.now, NULL);
    struct source source = {.store = uow->store, .db = uow->db, .set = &set};
    for (size_t i = 0; i < count; i++) {
        struct record *worker;
        TRY(source_load(&source, names->worker, candidates->items.items[i], &worker));
        const struct rows *rows = record_rows(worker, names->cover);
        for (size_t k = 0; k < rows->items.count; k++) {
            struct value by = value_get(&rows->items.items[k]->subject, names->covered_by);
            add_candidate(candidates, by.type == VALUE_REFERENCE ? by.reference : (struct uuid){0});
        }
    }
    return STATUS_OK;
}

/* Whether a worker may decide on the record as it is now, seen with their eyes. */
static enum status may_decide(struct uow *uow, struct uuid worker, const struct record *record,
                              uint32_t decider, bool *ret_may)
{
    struct work_set *set = &uow->set;
    const struct actor *actor = set->actor;
    struct record *actor_record = set->actor_record;
    struct record as_stored = *record;
    struct actor candidate;
    struct value ignored;
    as_stored.is_new = false;
    TRY(uow_actor(uow, worker, &candidate));
    set->actor = &candidate;
    set->actor_record = NULL;
    enum status status = source_actor(&uow->source);
    uint32_t allow = model_decider_row(set->model, decider)->allow;
    if (status == STATUS_OK && allow != MODEL_NONE) {
        status = source_value(&uow->source, allow, &record->subject, NULL, &ignored);
    }
    *ret_may = status == STATUS_OK && access_decide(set, &as_stored, decider).allowed;
    set->actor = actor;
    set->actor_record = actor_record;
    return status;
}

static enum status tell_deciders(struct uow *uow, const struct record *record,
                                 const struct act_notice *notice)
{
    const struct model_decider *shape = model_decider_row(uow->set.model, notice->decider);
    struct candidates candidates = {.arena = uow->arena};
    map_init(&candidates.known, uow->arena);
    TRY(add_by_audience(uow, &candidates, record, shape));
    if (shape->cover) {
        TRY(add_covers(uow, &candidates));
    }
    for (size_t i = 0; i < candidates.items.count; i++) {
        bool may = false;
        TRY(may_decide(uow, candidates.items.items[i], record, notice->decider, &may));
        if (may) {
            TRY(add_notice(uow, candidates.items.items[i], record, notice->say));
        }
    }
    return STATUS_OK;
}

static enum status write_notice(struct uow *uow, const struct act_notice *notice)
{
    const struct record *record = work_set_find(&uow->set, notice->record);
    if (record == NULL) {
        return outcome_fault(uow_outcome(uow), STATUS_INTERNAL,
                             STR("a notice of a record that is not in the set"));
    }
    if (!uuid_is_nil(notice->worker)) {
        return add_notice(uow, notice->worker, record, notice->say);
    }
    return notice->decider == MODEL_NONE || asks_for_decision(uow, record, notice->decider)
               ? STATUS_OK
               : tell_deciders(uow, record, notice);
}

enum status notices_write(struct uow *uow)
{
    for (size_t i = 0; i < uow->acts.count; i++) {
        const struct act *act = uow->acts.items[i];
        for (size_t k = 0; k < act->notices.count; k++) {
            TRY(write_notice(uow, &act->notices.items[k]));
        }
    }
    return STATUS_OK;
}

/* ---- reading them ---- */

struct notices {
    LIST(struct store_notice) items;
};

/* The next ones behind the last of those that were listed, at most so many. */
static enum status list_more(struct store_reader *reader, struct uuid worker, uint32_t most,
                             struct notices *ret_notices)
{
    struct db_statement *q;
    struct store_notice last = {.at = {INT64_MAX}};
    if (ret_notices->items.count > 0) {
        last = ret_notices->items.items[ret_notices->items.count - 1];
    }
    TRY(db_named(reader->db, SQL_LIST_NOTICES, reader->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_int(q, 2, most);
    db_bind_int(q, 3, last.at.ms);
    db_bind_uuid(q, 4, last.id);
    while (db_next(q)) {
        struct store_notice notice = {
            .id = db_uuid(q, 0),
            .record = db_uuid(q, 1),
            .entity = model_entity_by_name(reader->store->model, db_text_view(q, 2)),
            .say = db_text(q, 3),
            .at = {db_int(q, 4)},
        };
        LIST_PUSH(reader->arena, &ret_notices->items, notice);
    }
    return db_finish(q);
}

/* Whether the worker may still know what a notice is about: it may have been sealed since, or be
 * about their own family. */
static enum status may_be_told(struct source *source, const struct store_notice *notice,
                               bool *ret_may)
{
    struct record *record;
    *ret_may = true;
    if (notice->entity == MODEL_NONE || uuid_is_nil(notice->record)) {
        return STATUS_OK;
    }
    source->naming = source->heads = true; /* it is named, no more */
    enum status status = source_load(source, notice->entity, notice->record, &record);
    source->naming = source->heads = false;
    if (status == STATUS_OK && record_is_blank(record)) {
        struct access_answer answer = access_record(source->set, record, VERB_READ);
        *ret_may =
            answer.visibility != VISIBILITY_NONE && !access_barred(source->set->actor, record);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Until there are so many that may be told: those that may not be told hide none that may. */
enum status store_notices(struct store_reader *reader, struct work_set *set, uint32_t most,
                          struct store_notice **ret_notices, size_t *ret_count)
{
    struct notices listed = {0};
    struct source *source;
    size_t from = set->records.count, seen;
    *ret_notices = ARENA_ARRAY(reader->arena, most, struct store_notice);
    *ret_count = 0;
    TRY(reader_source(reader, set, &source));
    do {
        seen = listed.items.count;
        TRY(list_more(reader, set->actor->worker, most, &listed));
        for (size_t i = seen; i < listed.items.count && *ret_count < most; i++) {
            bool may;
            TRY(may_be_told(source, &listed.items.items[i], &may));
            if (may) {
                (*ret_notices)[(*ret_count)++] = listed.items.items[i];
            }
        }
    } while (*ret_count < most && listed.items.count == seen + most);
    reader_note(reader, set, from);
    return STATUS_OK;
}

static enum status put_away(struct uow *uow, struct uuid worker, struct uuid notice)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_READ_NOTICE, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_uuid(q, 2, notice);
    db_bind_int(q, 3, uow->set.now.ms);
    return db_run(q);
}

void uow_notice_read(struct uow *uow, struct uuid worker, struct uuid notice)
{
    if (put_away(uow, worker, notice) != STATUS_OK) {
        uow_fail(uow, uow_fault(uow));
    }
}

static enum status put_all_away(struct uow *uow, struct uuid worker, struct instant until)
{
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_READ_NOTICES, uow->arena, &q));
    db_bind_uuid(q, 1, worker);
    db_bind_int(q, 2, until.ms);
    db_bind_int(q, 3, uow->set.now.ms);
    return db_run(q);
}

void uow_notices_read(struct uow *uow, struct uuid worker, struct instant until)
{
    if (put_all_away(uow, worker, until) != STATUS_OK) {
        uow_fail(uow, uow_fault(uow));
    }
}
