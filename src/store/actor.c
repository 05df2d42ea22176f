/* Who a worker is for access: what their roles, at their agencies, let them do today, and whom they
 * cover for. Also, in words, why somebody may read a record. */
#include "base/buf.h"
#include "db/named.h"
#include "rule/access.h"
#include "store/grant.h"
#include "store/store_int.h"

struct entries {
    LIST(struct actor_entry) items;
};

/* What an actor is put together from. */
struct making {
    struct source *source;
    struct arena *arena;
    struct entries *entries;
    struct uuid worker; /* whose roles these are */
    struct uuid covers; /* the same when somebody else takes their place, or nil */
};

static bool is_today(const struct subject *row, uint32_t begins, uint32_t ends, struct date today)
{
    struct value from = begins == MODEL_NONE ? value_unset() : value_get(row, begins);
    struct value to = ends == MODEL_NONE ? value_unset() : value_get(row, ends);
    return (from.type != VALUE_DATE || from.date.day <= today.day) &&
           (to.type != VALUE_DATE || today.day <= to.date.day);
}

static struct uuid reference_of(const struct subject *row, uint32_t field)
{
    struct value value = field == MODEL_NONE ? value_unset() : value_get(row, field);
    return value.type == VALUE_REFERENCE ? value.reference : (struct uuid){{0}};
}

/* The role whose name in capitals is the code. */
static uint32_t role_of_code(struct arena *arena, const struct model *model, struct str code)
{
    char *name = arena_alloc(arena, code.n + 1);
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        name[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return model_role_by_name(model, (struct str){name, code.n});
}

/* Whether anything hangs on holding the role in the scope: an actor has room for few audiences. */
static bool matters(const struct model *model, uint32_t role, enum model_scope scope)
{
    for (uint32_t i = 0; i < model_grant_total(model); i++) {
        const struct model_grant *grant = model_grant_row(model, i);
        if (grant->role == role && grant->scope == (uint32_t)scope) {
            return true;
        }
    }
    for (uint32_t i = 0; i < model_decider_total(model); i++) {
        const struct model_decider *decider = model_decider_row(model, i);
        for (uint32_t k = 0; k < decider->roles_count && decider->scope == (uint32_t)scope; k++) {
            if (model_decider_role_row(model, decider->roles_first + k)->role == role) {
                return true;
            }
        }
    }
    return false;
}

/* Whose audience a scope means for a role at an agency and a team. */
static struct uuid subject_of(const struct making *making, enum model_scope scope,
                              struct uuid agency, struct uuid team)
{
    switch (scope) {
    case SCOPE_OWN_AGENCY:
    case SCOPE_PARTICIPANT:
    case SCOPE_SHARED:
        return agency;
    case SCOPE_TEAM:
        return team;
    case SCOPE_ASSIGNED:
    case SCOPE_SELF:
    case SCOPE_BREAK_GLASS:
        return making->worker;
    case SCOPE_STATE:
    case SCOPE__COUNT:
        break;
    }
    return (struct uuid){{0}};
}

static void add_role(struct making *making, uint32_t role, struct uuid agency, struct uuid team)
{
    const struct model *model = making->source->store->model;
    for (unsigned i = 0; i < SCOPE__COUNT; i++) {
        enum model_scope scope = (enum model_scope)i;
        struct uuid subject = subject_of(making, scope, agency, team);
        if (!matters(model, role, scope) || (scope != SCOPE_STATE && uuid_is_nil(subject))) {
            continue;
        }
        /* Nobody stands for somebody else in what is about them, or was opened by them alone. */
        if ((scope == SCOPE_SELF || scope == SCOPE_BREAK_GLASS) && !uuid_is_nil(making->covers)) {
            continue;
        }
        struct actor_entry entry = {.role = role,
                                    .scope = scope,
                                    .audience = audience_id(scope, subject),
                                    .agency = agency,
                                    .covers = making->covers};
        LIST_PUSH(making->arena, &making->entries->items, entry);
    }
}

static void add_roles(struct making *making, struct record *worker, struct uuid *ret_agency)
{
    const struct store_names *names = &making->source->store->practice->names;
    const struct work_set *set = making->source->set;
    if (names->roles == MODEL_NONE || names->role == MODEL_NONE) {
        return;
    }
    const struct rows *rows = record_rows(worker, names->roles);
    for (size_t i = 0; i < rows->items.count; i++) {
        const struct subject *row = &rows->items.items[i]->subject;
        struct value code = value_get(row, names->role);
        if (code.type != VALUE_CODE ||
            !is_today(row, names->role_begins, names->role_ends, set->today)) {
            continue;
        }
        uint32_t role = role_of_code(making->arena, set->model, code.code.code);
        struct uuid agency = reference_of(row, names->role_agency);
        if (role != MODEL_NONE) {
            add_role(making, role, agency, reference_of(row, names->role_team));
            *ret_agency = uuid_is_nil(*ret_agency) ? agency : *ret_agency;
        }
    }
}

/* The roles of all whom the worker covers for today. */
static enum status add_covered(struct making *making, struct record *worker)
{
    const struct store_names *names = &making->source->store->practice->names;
    const struct work_set *set = making->source->set;
    if (names->covered_by == MODEL_NONE) {
        return STATUS_OK;
    }
    uint32_t collection = model_field_row(set->model, names->covered_by)->collection;
    size_t count = 0;
    if (collection == MODEL_NONE) {
        return STATUS_OK;
    }
    TRY(source_collect(making->source, &worker->subject, collection));
    const struct subject *const *rows =
        work_set_members(making->source->set, &worker->subject, collection, &count);
    for (size_t i = 0; i < count; i++) {
        struct uuid ignored = {{0}};
        if (!is_today(rows[i], names->cover_begins, names->cover_ends, set->today)) {
            continue;
        }
        struct making covered = *making;
        covered.worker = covered.covers = rows[i]->record->subject.id;
        add_roles(&covered, rows[i]->record, &ignored);
    }
    return STATUS_OK;
}

enum status store_actor(struct store_reader *reader, struct uuid worker, struct actor *ret_actor)
{
    struct store *store = reader->store;
    struct work_set *set = ARENA_NEW(reader->arena, struct work_set);
    struct entries entries = {0};
    struct record *record;
    *ret_actor = (struct actor){.worker = worker};
    if (store->practice->names.worker == MODEL_NONE) {
        return STATUS_NOT_FOUND;
    }
    work_set_init(set, reader->arena, store->model, store_now(store), NULL);
    struct source source = {.store = store, .db = reader->db, .set = set};
    struct making making = {
        .source = &source, .arena = reader->arena, .entries = &entries, .worker = worker};
    TRY(source_load(&source, store->practice->names.worker, worker, &record));
    add_roles(&making, record, &ret_actor->agency);
    TRY(add_covered(&making, record));
    TRY(own_family_find(&source, record, ret_actor));
    ret_actor->entries = entries.items.items;
    ret_actor->entry_count = entries.items.count;
    return STATUS_OK;
}

/* ---- why ---- */

/* "Lake County" or the identifier: what an audience is of. */
static enum status write_subject(struct source *source, struct str scope, struct uuid subject,
                                 struct buf *words)
{
    const struct store_names *names = &source->store->practice->names;
    bool of_worker = str_eq(scope, model_scope_name(SCOPE_ASSIGNED)) ||
                     str_eq(scope, model_scope_name(SCOPE_SELF));
    uint32_t entity = of_worker ? names->worker : names->agency;
    struct record *record = NULL;
    if (uuid_is_nil(subject)) {
        return STATUS_OK;
    }
    enum status status =
        entity == MODEL_NONE ? STATUS_NOT_FOUND : source_load(source, entity, subject, &record);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    BUF_ADD(words, STR(" of "),
            record != NULL ? record_title(source->set, record)
                           : uuid_text(source->set->arena, subject));
    return STATUS_OK;
}

static enum status write_audiences(struct source *source, struct uuid root, struct buf *words)
{
    struct arena *arena = source->set->arena;
    struct db_statement *q;
    unsigned count = 0;
    TRY(db_named(source->db, SQL_EXPLAIN_AUDIENCES, arena, &q));
    db_bind_uuid(q, 1, root);
    BUF_ADD(words, STR(" The record is open to: "));
    while (db_next(q)) {
        struct str scope = db_text(q, 1);
        struct uuid subject = db_uuid(q, 2);
        struct str reach = db_text(q, 3);
        ptrdiff_t part = str_find_byte(reach, '/');
        BUF_ADD(words, count++ > 0 ? STR("; ") : STR(""), scope);
        TRY(write_subject(source, scope, subject, words));
        if (part >= 0) {
            BUF_ADD(words, STR(" ("), str_slice(reach, (size_t)part + 1, reach.n), STR(" only)"));
        }
    }
    BUF_ADD(words, count > 0 ? STR(".") : STR("nobody."));
    return db_finish(q);
}

/* What was opened in an emergency, or could be. */
static enum status write_emergency(struct store_reader *reader, struct work_set *set,
                                   const struct record *record, struct buf *words)
{
    uint32_t class_row = model_entity_row(set->model, record->subject.entity)->class;
    struct store_grant *grants;
    size_t count;
    if (access_may_break_glass(set, record)) {
        int32_t hours = model_record_class_row(set->model, class_row)->break_glass_hours;
        BUF_ADD(words, STR(" In an emergency they may open it for "),
                str_from_int(set->arena, hours), STR(" hours, with a reason."));
    }
    if (!access_record(set, record, VERB_READ).emergency) {
        return STATUS_OK;
    }
    struct record root = {.subject = {.id = record->root}};
    TRY(store_grants(reader, set, &root, &grants, &count));
    for (size_t i = 0; i < count; i++) {
        const struct store_grant *grant = &grants[i];
        if (grant->kind == GRANT_BREAK_GLASS && uuid_eq(grant->subject, set->actor->worker)) {
            BUF_ADD(words, STR(" They opened it in an emergency, until "),
                    zone_long(set->arena, set->calendar.zone, grant->ends_at), STR(": “"),
                    grant->reason, STR("”."));
            break; /* the newest; those before it are over */
        }
    }
    return STATUS_OK;
}

enum status store_access_explain(struct store_reader *reader, struct uuid worker, uint32_t entity,
                                 struct uuid id, struct str *ret_words)
{
    struct actor *actor = ARENA_NEW(reader->arena, struct actor);
    struct work_set *set = ARENA_NEW(reader->arena, struct work_set);
    struct record *record;
    struct buf words;
    TRY(store_actor(reader, worker, actor));
    work_set_init(set, reader->arena, reader->store->model, store_now(reader->store), actor);
    struct source source = {.store = reader->store, .db = reader->db, .set = set};
    buf_init(&words, reader->arena, 100000);
    TRY(source_load(&source, entity, id, &record));
    struct access_answer answer = access_record(set, record, VERB_READ);
    const struct model_entity *shape = model_entity_row(set->model, entity);
    struct str class_name =
        shape->class == MODEL_NONE
            ? STR("no class")
            : model_text(set->model, model_record_class_row(set->model, shape->class)->label);
    BUF_ADD(&words, answer.allowed ? STR("May read it (") : STR("May not read it ("), answer.why,
            STR("). It is of the class “"), class_name, STR("”."));
    TRY(write_emergency(reader, set, record, &words));
    TRY(write_audiences(&source, record->root, &words));
    *ret_words = buf_str(&words);
    return STATUS_OK;
}
