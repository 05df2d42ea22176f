/* Access that is given from a moment to a moment: table access_grant, and what follows from it. */
#include <jansson.h>
#include <stdlib.h>

#include "db/named.h"
#include "rule/access.h"
#include "store/grant.h"
#include "store/store_int.h"

static const struct str kind_names[GRANT_KIND__COUNT] = {
    [GRANT_SHARE] = STR_INIT("share"),
    [GRANT_COVER] = STR_INIT("cover"),
    [GRANT_BREAK_GLASS] = STR_INIT("break_glass"),
};

struct str store_grant_kind_name(enum store_grant_kind kind)
{
    return kind_names[kind];
}

enum store_grant_state store_grant_state(const struct store_grant *grant, struct instant now)
{
    bool ended = grant->ended_at.ms != 0 || (grant->ends_at.ms != 0 && now.ms >= grant->ends_at.ms);
    if (ended) {
        return GRANT_OVER;
    }
    if (grant->kind == GRANT_SHARE && grant->accepted_at.ms == 0) {
        return GRANT_OFFERED;
    }
    return now.ms < grant->begins_at.ms ? GRANT_TO_COME : GRANT_RUNS;
}

/* When the state changes by itself; 0: never. */
static struct instant next_change(const struct store_grant *grant, struct instant now)
{
    switch (store_grant_state(grant, now)) {
    case GRANT_TO_COME:
        return grant->begins_at;
    case GRANT_OFFERED:
    case GRANT_RUNS:
        return grant->ends_at;
    case GRANT_OVER:
        break;
    }
    return (struct instant){0};
}

/* ---- rows ---- */

static enum store_grant_kind kind_named(struct str name)
{
    unsigned kind = 0;
    while (kind + 1 < GRANT_KIND__COUNT && !str_eq(kind_names[kind], name)) {
        kind++;
    }
    return (enum store_grant_kind)kind;
}

static struct uuid id_at(struct db_statement *q, unsigned at)
{
    return db_is_null(q, at) ? (struct uuid){{0}} : db_uuid(q, at);
}

static struct instant instant_at(struct db_statement *q, unsigned at)
{
    return (struct instant){db_is_null(q, at) ? 0 : db_int(q, at)};
}

/* False when the model no longer has the entity or the scope. */
static bool take_row(const struct model *model, struct db_statement *q,
                     struct store_grant *ret_grant)
{
    enum model_scope scope;
    *ret_grant = (struct store_grant){
        .id = db_uuid(q, 0),
        .entity = model_entity_by_name(model, db_text(q, 1)),
        .record = db_uuid(q, 2),
        .kind = kind_named(db_text(q, 3)),
        .subject = db_uuid(q, 5),
        .parts = db_text(q, 6),
        .reason = db_text(q, 8),
        .begins_at = {db_int(q, 9)},
        .ends_at = instant_at(q, 10),
        .given_by = id_at(q, 11),
        .given_at = {db_int(q, 12)},
        .accepted_by = id_at(q, 13),
        .accepted_at = instant_at(q, 14),
        .ended_by = id_at(q, 15),
        .ended_at = instant_at(q, 16),
        .ended_reason = db_is_null(q, 17) ? STR("") : db_text(q, 17),
    };
    if (!model_scope_parse(db_text(q, 4), &scope)) {
        return false;
    }
    ret_grant->scope = scope;
    if (!uuid_parse(db_text(q, 7), &ret_grant->agreement)) {
        ret_grant->agreement_name = db_text(q, 7);
    }
    return ret_grant->entity != MODEL_NONE;
}

struct grants {
    LIST(struct store_grant) items;
};

static enum status take_rows(struct work_set *set, struct db_statement *q,
                             struct grants *ret_grants)
{
    while (db_next(q)) {
        struct store_grant grant;
        if (take_row(set->model, q, &grant)) {
            LIST_PUSH(set->arena, &ret_grants->items, grant);
        }
    }
    return db_finish(q);
}

static enum status read_grants(struct db *db, struct work_set *set, struct uuid root,
                               struct grants *ret_grants)
{
    struct db_statement *q;
    TRY(db_named(db, SQL_FIND_ACCESS_GRANTS_OF_RECORD, set->arena, &q));
    db_bind_uuid(q, 1, root);
    return take_rows(set, q, ret_grants);
}

/* As it is kept. */
static struct str agreement_text(struct arena *arena, const struct store_grant *grant)
{
    return uuid_is_nil(grant->agreement) ? grant->agreement_name
                                         : uuid_text(arena, grant->agreement);
}

static enum status insert(struct uow *uow, const struct store_grant *grant)
{
    const struct model *model = uow->set.model;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_ADD_ACCESS_GRANT, uow->arena, &q));
    db_bind_uuid(q, 1, grant->id);
    db_bind_text(q, 2, model_text(model, model_entity_row(model, grant->entity)->name));
    db_bind_uuid(q, 3, grant->record);
    db_bind_text(q, 4, kind_names[grant->kind]);
    db_bind_text(q, 5, model_scope_name(grant->scope));
    db_bind_uuid(q, 6, grant->subject);
    db_bind_text(q, 7, grant->parts);
    db_bind_text(q, 8, agreement_text(uow->arena, grant));
    db_bind_text(q, 9, grant->reason);
    db_bind_int(q, 10, grant->begins_at.ms);
    bind_instant_or_null(q, 11, grant->ends_at);
    bind_id_or_null(q, 12, grant->given_by);
    db_bind_int(q, 13, grant->given_at.ms);
    bind_id_or_null(q, 14, grant->accepted_by);
    bind_instant_or_null(q, 15, grant->accepted_at);
    bind_instant_or_null(q, 16, next_change(grant, uow->set.now));
    return db_run(q);
}

/* ---- as audiences ---- */

static void add_granted(struct uow *uow, const struct store_grant *grant, uint32_t only,
                        struct granted_audiences *granted)
{
    struct granted_audience one = {grant->scope, grant->subject, only};
    LIST_PUSH(uow->arena, &granted->items, one);
}

/* A part that the model no longer has is nothing to see. */
static void add_parts(struct uow *uow, const struct store_grant *grant,
                      struct granted_audiences *granted)
{
    struct str rest = grant->parts, name;
    add_granted(uow, grant, grant->entity, granted);
    while (rest.n > 0) {
        (void)str_split(&rest, ' ', &name);
        uint32_t entity = model_entity_by_name(uow->set.model, name);
        if (entity != MODEL_NONE) {
            add_granted(uow, grant, entity, granted);
        }
    }
}

enum status grants_as_audiences(struct uow *uow, const struct record *record, bool running,
                                struct granted_audiences *ret_granted)
{
    struct grants grants = {0};
    TRY(read_grants(uow->db, &uow->set, record->subject.id, &grants));
    for (size_t i = 0; i < grants.items.count; i++) {
        const struct store_grant *grant = &grants.items.items[i];
        if ((store_grant_state(grant, uow->set.now) == GRANT_RUNS) != running) {
            continue;
        }
        if (grant->parts.n > 0) {
            add_parts(uow, grant, ret_granted);
        } else {
            add_granted(uow, grant, MODEL_NONE, ret_granted);
        }
    }
    return STATUS_OK;
}

/* ---- giving, accepting, ending ---- */

static void put_text(json_t *json, const char *name, struct str text)
{
    if (text.n > 0) {
        json_object_set_new(json, name, json_stringn(text.p, text.n));
    }
}

static json_t *as_json(struct uow *uow, const struct store_grant *grant)
{
    /* Not json_object, json_null: http has functions of these names, linked into the same program.
     */
    json_t *json = json_pack("{}");
    put_text(json, "kind", kind_names[grant->kind]);
    put_text(json, "scope", model_scope_name(grant->scope));
    put_text(json, "to", uuid_text(uow->arena, grant->subject));
    put_text(json, "parts", grant->parts);
    put_text(json, "agreement", agreement_text(uow->arena, grant));
    put_text(json, "begins", zone_iso(uow->arena, uow->set.calendar.zone, grant->begins_at));
    if (grant->ends_at.ms != 0) {
        put_text(json, "ends", zone_iso(uow->arena, uow->set.calendar.zone, grant->ends_at));
    }
    return json;
}

/* As people know it: what history says of the act. */
static enum status name_agreement(struct uow *uow, const struct store_grant *grant,
                                  struct str *ret_name)
{
    struct record *agreement;
    *ret_name = grant->agreement_name;
    if (uuid_is_nil(grant->agreement)) {
        return STATUS_OK;
    }
    TRY(source_load(&uow->source, uow->store->practice->names.agreement, grant->agreement,
                    &agreement));
    *ret_name = record_title(&uow->set, agreement);
    return STATUS_OK;
}

/* A history row of the root: who was let at it, or is no longer. */
static enum status write_history(struct uow *uow, const struct record *record, struct str verb,
                                 struct str reason, json_t *from, json_t *to)
{
    struct uow_job *job = uow->job;
    struct str said_verb = job->verb, said_reason = job->reason;
    json_t *json = json_pack("{s:{s:o?,s:o?}}", "access", "from", from, "to", to);
    char *content = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    if (content == NULL) {
        return STATUS_BUSY;
    }
    job->verb = verb;
    job->reason = reason;
    enum status status = history_write(uow, record, str_from(content));
    job->verb = said_verb;
    job->reason = said_reason;
    free(content);
    return status;
}

static enum status refuse(struct uow *uow, struct str where, struct str code, struct str message)
{
    outcome_problem(&uow->job->outcome, STATUS_REFUSED, where, code, message);
    return STATUS_REFUSED;
}

static bool has_part(const struct model *model, uint32_t root, struct str name)
{
    uint32_t entity = model_entity_by_name(model, name);
    return entity != MODEL_NONE && model_entity_row(model, entity)->root == root;
}

static enum status check_grant(struct uow *uow, const struct store_grant *grant)
{
    struct str rest = grant->parts, name;
    while (rest.n > 0) {
        (void)str_split(&rest, ' ', &name);
        if (!has_part(uow->set.model, grant->entity, name)) {
            return refuse(uow, STR("parts"), STR("no_such_part"),
                          STR_JOIN(uow->arena, STR("This record has no part “"), name,
                                   STR("”. Choose among its parts.")));
        }
    }
    if (grant->ends_at.ms != 0 && grant->ends_at.ms <= grant->begins_at.ms) {
        return refuse(uow, STR("ends"), STR("ends_first"),
                      STR("It would end before it begins. Give a later end."));
    }
    if (grant->ends_at.ms != 0 && grant->ends_at.ms <= uow->set.now.ms) {
        return refuse(uow, STR("ends"), STR("over"),
                      STR("It would be over already. Give an end that is still to come."));
    }
    return STATUS_OK;
}

enum status uow_grant(struct uow *uow, struct record *record, struct store_grant *grant)
{
    grant->id = store_new_id(uow->store);
    grant->entity = record->subject.entity;
    grant->record = record->subject.id;
    grant->given_by = uow->set.actor->worker;
    grant->given_at = uow->set.now;
    CHECK(uuid_eq(record->root, record->subject.id));
    TRY(check_grant(uow, grant));
    TRY(insert(uow, grant));
    bool offered = grant->kind == GRANT_SHARE;
    struct str agreement;
    TRY(name_agreement(uow, grant, &agreement));
    TRY(write_history(uow, record, offered ? STR("access_offered") : STR("access_given"),
                      offered ? agreement : grant->reason, NULL, as_json(uow, grant)));
    return audience_given(uow, record);
}

enum status uow_grant_find(struct uow *uow, struct uuid id, struct store_grant *ret_grant)
{
    struct grants grants = {0};
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_ACCESS_GRANT, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    TRY(take_rows(&uow->set, q, &grants));
    if (grants.items.count == 0) {
        return refuse_absent(&uow->job->outcome);
    }
    *ret_grant = grants.items.items[0];
    return STATUS_OK;
}

/* The grant and its root; refused when it is over. */
static enum status find_open(struct uow *uow, struct uuid id, struct store_grant *ret_grant,
                             struct record **ret_record)
{
    TRY(uow_grant_find(uow, id, ret_grant));
    if (store_grant_state(ret_grant, uow->set.now) == GRANT_OVER) {
        return refuse(uow, STR(""), STR("over"), STR("This is over already."));
    }
    return source_load(&uow->source, ret_grant->entity, ret_grant->record, ret_record);
}

enum status uow_grant_accept(struct uow *uow, struct uuid id)
{
    struct store_grant grant;
    struct record *record;
    struct db_statement *q;
    TRY(find_open(uow, id, &grant, &record));
    if (store_grant_state(&grant, uow->set.now) != GRANT_OFFERED) {
        return refuse(uow, STR(""), STR("accepted"), STR("This was accepted already."));
    }
    grant.accepted_by = uow->set.actor->worker;
    grant.accepted_at = uow->set.now;
    TRY(db_named(uow->db, SQL_ACCEPT_ACCESS_GRANT, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    bind_id_or_null(q, 2, grant.accepted_by);
    db_bind_int(q, 3, grant.accepted_at.ms);
    bind_instant_or_null(q, 4, next_change(&grant, uow->set.now));
    TRY(db_run(q));
    struct str agreement;
    TRY(name_agreement(uow, &grant, &agreement));
    TRY(write_history(uow, record, STR("access_accepted"), agreement, NULL, as_json(uow, &grant)));
    return audience_given(uow, record);
}

enum status uow_grant_end(struct uow *uow, struct uuid id, struct str reason)
{
    struct store_grant grant;
    struct record *record;
    struct db_statement *q;
    TRY(find_open(uow, id, &grant, &record));
    TRY(db_named(uow->db, SQL_END_ACCESS_GRANT, uow->arena, &q));
    db_bind_uuid(q, 1, id);
    bind_id_or_null(q, 2, uow->set.actor->worker);
    db_bind_int(q, 3, uow->set.now.ms);
    db_bind_text(q, 4, reason);
    TRY(db_run(q));
    TRY(write_history(uow, record, STR("access_ended"), reason, as_json(uow, &grant), NULL));
    return audience_given(uow, record);
}

enum status grants_end(struct uow *uow, enum store_grant_kind kind, struct uuid root,
                       struct uuid subject, struct str reason)
{
    struct grants grants = {0};
    TRY(read_grants(uow->db, &uow->set, root, &grants));
    for (size_t i = 0; i < grants.items.count; i++) {
        const struct store_grant *grant = &grants.items.items[i];
        if (grant->kind == kind && uuid_eq(grant->subject, subject) &&
            store_grant_state(grant, uow->set.now) == GRANT_RUNS) {
            TRY(uow_grant_end(uow, grant->id, reason));
        }
    }
    return STATUS_OK;
}

enum status grants_end_under(struct uow *uow, struct uuid agreement, struct uuid side,
                             struct uuid other, struct str reason)
{
    struct grants grants = {0};
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_ACCESS_GRANTS_UNDER, uow->arena, &q));
    db_bind_text(q, 1, uuid_text(uow->arena, agreement));
    db_bind_uuid(q, 2, side);
    db_bind_uuid(q, 3, other);
    db_bind_int(q, 4, uow->set.now.ms);
    TRY(take_rows(&uow->set, q, &grants));
    for (size_t i = 0; i < grants.items.count; i++) {
        TRY(uow_grant_end(uow, grants.items.items[i].id, reason));
    }
    return STATUS_OK;
}

/* ---- by the clock ---- */

static enum status wake(struct uow *uow, const struct store_grant *grant)
{
    struct record *record;
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_SLEEP_ACCESS_GRANT, uow->arena, &q));
    db_bind_uuid(q, 1, grant->id);
    bind_instant_or_null(q, 2, next_change(grant, uow->set.now));
    TRY(db_run(q));
    enum status status = source_load(&uow->source, grant->entity, grant->record, &record);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    return audience_given(uow, record);
}

enum status grants_wake(struct uow *uow, unsigned most, unsigned *ret_count)
{
    struct grants grants = {0};
    struct db_statement *q;
    TRY(db_named(uow->db, SQL_FIND_ACCESS_GRANTS_TO_WAKE, uow->arena, &q));
    db_bind_int(q, 1, uow->set.now.ms);
    db_bind_int(q, 2, most);
    TRY(take_rows(&uow->set, q, &grants));
    for (size_t i = 0; i < grants.items.count; i++) {
        TRY(wake(uow, &grants.items.items[i]));
    }
    *ret_count = (unsigned)grants.items.count;
    return STATUS_OK;
}

/* ---- reading ---- */

static enum status give_out(struct store_reader *reader, enum status status,
                            const struct grants *grants, struct store_grant **ret_grants,
                            size_t *ret_count)
{
    *ret_grants = grants->items.items;
    *ret_count = grants->items.count;
    return reader_fault(reader, NULL, status);
}

enum status store_audiences(struct store_reader *reader, struct work_set *set,
                            const struct record *root, struct store_audience **ret_audiences,
                            size_t *ret_count)
{
    LIST(struct store_audience) audiences = {0};
    struct db_statement *q;
    enum status status = db_named(reader->db, SQL_EXPLAIN_AUDIENCES, set->arena, &q);
    if (status == STATUS_OK) {
        db_bind_uuid(q, 1, root->subject.id);
        while (db_next(q)) {
            struct store_audience audience = {.subject = db_uuid(q, 2)};
            enum model_scope scope;
            if (model_scope_parse(db_text(q, 1), &scope) &&
                audience_reach(set->model, db_text(q, 3), &audience.only)) {
                audience.scope = scope;
                LIST_PUSH(set->arena, &audiences, audience);
            }
        }
        status = db_finish(q);
    }
    *ret_audiences = audiences.items;
    *ret_count = audiences.count;
    return reader_fault(reader, NULL, status);
}

bool store_grant_is_for(const struct model *model, const struct actor *actor,
                        const struct store_grant *grant)
{
    int64_t own[ACCESS_AUDIENCES_MAX];
    uint32_t class_row = model_entity_row(model, grant->entity)->class;
    size_t count = access_list_audiences(model, actor, class_row, own);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        found = found || own[i] == audience_id(grant->scope, grant->subject);
    }
    return found;
}

enum status store_grants(struct store_reader *reader, struct work_set *set,
                         const struct record *root, struct store_grant **ret_grants,
                         size_t *ret_count)
{
    struct grants grants = {0};
    enum status status = read_grants(reader->db, set, root->subject.id, &grants);
    return give_out(reader, status, &grants, ret_grants, ret_count);
}

/* Apart from the set of the page, in which only stands what its actor may read. Nothing is told of
 * what was sealed since, nor of their own family. */
static enum status name_record(struct store_reader *reader, struct work_set *set,
                               struct store_grant *grant, bool *ret_may_be_told)
{
    struct work_set apart;
    struct record *record;
    work_set_init(&apart, set->arena, reader->store->model, set->now, NULL);
    struct source source = {.store = reader->store, .db = reader->db, .set = &apart};
    enum status status = source_load(&source, grant->entity, grant->record, &record);
    *ret_may_be_told = false;
    if (status == STATUS_OK) {
        grant->number = record->number;
        grant->agency = record->agency;
        *ret_may_be_told = !record_is_withheld(record) && !access_barred(set->actor, record);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status store_grants_of(struct store_reader *reader, struct work_set *set, struct uuid subject,
                            uint32_t most, struct store_grant **ret_grants, size_t *ret_count)
{
    struct grants grants = {0}, told = {0};
    struct db_statement *q;
    enum status status = db_named(reader->db, SQL_FIND_ACCESS_GRANTS_OF_SUBJECT, set->arena, &q);
    if (status == STATUS_OK) {
        db_bind_uuid(q, 1, subject);
        db_bind_int(q, 2, set->now.ms);
        db_bind_int(q, 3, most);
        status = take_rows(set, q, &grants);
    }
    for (size_t i = 0; i < grants.items.count && status == STATUS_OK; i++) {
        bool may_be_told;
        status = name_record(reader, set, &grants.items.items[i], &may_be_told);
        if (may_be_told) {
            LIST_PUSH(set->arena, &told.items, grants.items.items[i]);
        }
    }
    return give_out(reader, status, &told, ret_grants, ret_count);
}
