/* One unit of work: what its function may load, make and say. */
#include "db/named.h"
#include "rule/access.h"
#include "store/home.h"
#include "store/store_int.h"

static const struct actor the_system = {.worker = {{0}}};

struct uuid store_new_id(struct store *store)
{
    /* 48 bits of milliseconds, then 12 of a count: who is made later sorts later. */
    uint8_t random[10];
    uint64_t now = (uint64_t)store_now(store).ms << 12;
    uint64_t last = atomic_load(&store->last_id);
    uint64_t next;
    do {
        next = now > last ? now : last + 1;
    } while (!atomic_compare_exchange_weak(&store->last_id, &last, next));
    store_random(random, sizeof(random));
    random[0] = (uint8_t)((next >> 8) & 0x0f);
    random[1] = (uint8_t)(next & 0xff);
    return uuid_v7((int64_t)(next >> 12), random);
}

static struct uuid new_id(void *context)
{
    return store_new_id(context);
}

void uow_fail(struct uow *uow, enum status status)
{
    if (uow->failed == STATUS_OK) {
        uow->failed = status;
    }
}

enum status uow_fault(struct uow *uow)
{
    return db_fault(uow->db, &uow->job->outcome);
}

struct work_set *uow_set(struct uow *uow)
{
    return &uow->set;
}

struct outcome *uow_outcome(struct uow *uow)
{
    return &uow->job->outcome;
}

void uow_act(struct uow *uow, const struct act *act)
{
    /* It is read when the unit of work ends, after the function that took it. */
    const struct act *kept = arena_copy(uow->arena, act, sizeof(*act));
    LIST_PUSH(uow->arena, &uow->acts, kept);
}

void uow_result(struct uow *uow, const struct record *record)
{
    uow->result = record;
}

/* ---- loading ---- */

/* A refusal told so that nothing follows from it: what may not be known of is not there. */
enum status refuse_read(const struct work_set *set, const struct record *record,
                        struct outcome *outcome)
{
    const struct model *model = set->model;
    uint32_t class_row = model_entity_row(model, record->subject.entity)->class;
    struct access_answer answer = access_record(set, record, VERB_READ);
    if (answer.unproved) {
        outcome_problem(
            outcome, STATUS_UNPROVED, STR(""), STR("confirm"),
            STR("This is shown to who has just proved who they are. Confirm it with the "
                "code of your phone, or with your password where you have none."));
        return STATUS_UNPROVED;
    }
    if (answer.visibility == VISIBILITY_NONE) {
        return refuse_absent(outcome);
    }
    struct str ask = class_row == MODEL_NONE
                         ? STR("")
                         : model_text(model, model_record_class_row(model, class_row)->ask);
    struct str message =
        ask.n > 0 ? STR_JOIN(set->arena, STR("You may not read this record. Ask "), ask, STR("."))
                  : STR("You may not read this record.");
    outcome_problem(outcome, STATUS_FORBIDDEN, STR(""), STR("not_allowed"), message);
    return STATUS_FORBIDDEN;
}

enum status refuse_absent(struct outcome *outcome)
{
    outcome_problem(outcome, STATUS_NOT_FOUND, STR(""), STR("not_found"),
                    STR("There is no such record."));
    return STATUS_NOT_FOUND;
}

static enum status refuse_verb(struct uow *uow, uint32_t entity, enum model_verb verb)
{
    outcome_problem(&uow->job->outcome, STATUS_FORBIDDEN, STR(""), STR("not_allowed"),
                    access_refusal(uow->arena, uow->set.model, entity, verb));
    return STATUS_FORBIDDEN;
}

static enum status refuse_stale(struct uow *uow, const struct record *record, uint32_t expected)
{
    outcome_problem(&uow->job->outcome, STATUS_STALE, STR(""), STR("stale"),
                    STR("Somebody else saved this first. Look at what they wrote, then decide."));
    uow->job->outcome.detail =
        STR_JOIN(uow->arena, STR("version "), str_from_int(uow->arena, record->version),
                 STR(", not "), str_from_int(uow->arena, expected));
    return STATUS_STALE;
}

enum status uow_load(struct uow *uow, uint32_t entity, struct uuid id, uint32_t expected_version,
                     enum model_verb verb, struct record **ret_record)
{
    const struct model_entity *shape = model_entity_row(uow->set.model, entity);
    enum status status = source_load(&uow->source, entity, id, ret_record);
    if (status == STATUS_NOT_FOUND) {
        return refuse_absent(&uow->job->outcome);
    }
    TRY(status);
    struct record *record = *ret_record;
    if (!record->is_new) {
        if (!access_record(&uow->set, record, VERB_READ).allowed) {
            return refuse_read(&uow->set, record, &uow->job->outcome);
        }
        if (verb != VERB_READ && !access_record(&uow->set, record, verb).allowed) {
            return refuse_verb(uow, entity, verb);
        }
        if (expected_version != 0 && record->version != expected_version) {
            return refuse_stale(uow, record, expected_version);
        }
    }
    return source_steps(&uow->source, record, shape->loads_first, shape->loads_count);
}

enum status uow_glance(struct uow *uow, uint32_t entity, struct uuid id, struct record **ret_record)
{
    struct work_set *beside = ARENA_NEW(uow->arena, struct work_set);
    struct source source = uow->source;
    work_set_init(beside, uow->arena, uow->set.model, uow->set.now, uow->set.actor);
    source.set = beside;
    enum status status = record_glance(&source, entity, id, ret_record);
    return status == STATUS_NOT_FOUND ? refuse_absent(&uow->job->outcome) : status;
}

enum status uow_peek(struct uow *uow, uint32_t entity, struct uuid id, struct record **ret_record)
{
    enum status status = source_load(&uow->source, entity, id, ret_record);
    return status == STATUS_NOT_FOUND ? refuse_absent(&uow->job->outcome) : status;
}

enum status uow_steps(struct uow *uow, struct record *record, uint32_t load_first,
                      uint32_t load_count)
{
    return source_steps(&uow->source, record, load_first, load_count);
}

/* Whether the actor may read a record; found out apart, so that it does not come into the set. */
static enum status may_refer(struct uow *uow, uint32_t entity, struct uuid id, bool *ret_may)
{
    struct work_set probe;
    struct record *record;
    *ret_may = false;
    work_set_init(&probe, uow->arena, uow->set.model, uow->set.now, uow->set.actor);
    struct source source = uow->source;
    source.set = &probe;
    enum status status = source_load(&source, entity, id, &record);
    if (status == STATUS_OK) {
        *ret_may = access_record(&probe, record, VERB_READ).allowed;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status uow_refer(struct uow *uow, uint32_t entity, struct uuid id)
{
    bool may = false;
    struct record *record;
    if (work_set_find(&uow->set, id) != NULL) {
        return STATUS_OK;
    }
    TRY(may_refer(uow, entity, id, &may));
    return may ? source_load(&uow->source, entity, id, &record) : STATUS_OK;
}

static enum status hide_of(struct uow *uow, const struct subject *subject, uint32_t first,
                           uint32_t count)
{
    const struct model *model = uow->set.model;
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_field *field = model_field_row(model, i);
        const struct value value = subject->answers[field->slot].value;
        bool may = true;
        if (!field->kernel && value.type == VALUE_REFERENCE) {
            TRY(source_may_follow(&uow->source, field, value.reference, &may));
        }
        if (!may) {
            work_set_hide(&uow->set, value.reference);
        }
    }
    return STATUS_OK;
}

enum status uow_hide(struct uow *uow, const struct record *record)
{
    const struct model *model = uow->set.model;
    const struct model_entity *shape = model_entity_row(model, record->subject.entity);
    TRY(hide_of(uow, &record->subject, shape->fields_first, shape->fields_count));
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct model_list *list = model_list_row(model, shape->lists_first + i);
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            TRY(hide_of(uow, &rows->items.items[k]->subject, list->fields_first,
                        list->fields_count));
        }
    }
    return STATUS_OK;
}

enum status uow_leading(struct uow *uow, uint32_t field, struct uuid to, struct uuid **ret_ids,
                        size_t *ret_count)
{
    LIST(struct uuid) ids = {0};
    struct db_statement *q;
    TRY(db_prepare(uow->db, schema_leading(uow->arena, uow->store->schema, field), uow->arena, &q));
    db_bind_uuid(q, 1, to);
    while (db_next(q)) {
        LIST_PUSH(uow->arena, &ids, db_uuid(q, 0));
    }
    *ret_ids = ids.items;
    *ret_count = ids.count;
    return db_finish(q);
}

/* ---- in somebody's place ---- */

enum status uow_actor(struct uow *uow, struct uuid worker, struct actor *ret_actor)
{
    struct store_reader reader = {.store = uow->store, .db = uow->db, .arena = uow->arena};
    return store_actor(&reader, worker, ret_actor);
}

enum status uow_act_for(struct uow *uow, struct uuid worker)
{
    struct actor *actor = ARENA_NEW(uow->arena, struct actor);
    TRY(uow_actor(uow, worker, actor));
    uow->set.actor = actor;
    uow->set.actor_record = NULL;
    return source_actor(&uow->source);
}

/* ---- making ---- */

/* The reference to what a record is made for. A part is where its parent is; a root stays its own.
 */
static enum status place_under(struct uow *uow, struct record *record, uint32_t parent_field,
                               struct uuid parent)
{
    struct record *above;
    uint32_t target = model_field_row(uow->set.model, parent_field)->target;
    enum status status = source_load(&uow->source, target, parent, &above);
    if (status == STATUS_NOT_FOUND) {
        return refuse_absent(&uow->job->outcome);
    }
    TRY(status);
    if (!record_stands(above)) {
        outcome_problem(&uow->job->outcome, STATUS_REFUSED, STR(""), STR("entered_in_error"),
                        STR("What this would belong to was entered in error. Take that back first, "
                            "or add it where it belongs."));
        return STATUS_REFUSED;
    }
    if (model_entity_row(uow->set.model, record->subject.entity)->kind == ENTITY_PART) {
        record->root = above->root;
        record->agency = above->agency;
        record->audiences = above->audiences;
        record->audience_count = above->audience_count;
        record->withheld = above->withheld; /* what is added to what is sealed is so, too */
        record->withheld_basis = above->withheld_basis;
    }
    answer_set(&record->subject, parent_field, answer_of(value_reference(parent)));
    return STATUS_OK;
}

enum status uow_create(struct uow *uow, uint32_t entity, struct uuid agency, uint32_t parent_field,
                       struct uuid parent, struct record **ret_record)
{
    const struct model_entity *shape = model_entity_row(uow->set.model, entity);
    struct record *record = work_set_create(&uow->set, entity);
    *ret_record = record;
    if (shape->kind == ENTITY_ROOT && !uuid_is_nil(agency)) {
        record->agency = agency;
    }
    if (shape->kind == ENTITY_ROOT && shape->owner != MODEL_NONE && !uuid_is_nil(record->agency)) {
        answer_set(&record->subject, shape->owner, answer_of(value_reference(record->agency)));
    }
    if (parent_field != MODEL_NONE) {
        TRY(place_under(uow, record, parent_field, parent));
    }
    /* A part whose parent comes with the input is looked at when that is known. */
    LIST_PUSH(uow->arena, &uow->made, record);
    if ((shape->kind != ENTITY_PART || parent_field != MODEL_NONE) &&
        !access_create_record(&uow->set, record).allowed) {
        return refuse_verb(uow, entity, VERB_CREATE);
    }
    return STATUS_OK;
}

/* ---- running ---- */

static struct uuid key_worker(const struct uow *uow)
{
    return uow->set.actor->worker;
}

/* What the same request did before, if it was made before. */
static enum status find_request(struct uow *uow)
{
    struct uow_job *job = uow->job;
    struct db_statement *q;
    if (job->idempotency_key.n == 0) {
        return STATUS_OK;
    }
    TRY(db_named(uow->db, SQL_FIND_REQUEST, uow->arena, &q));
    db_bind_uuid(q, 1, key_worker(uow));
    db_bind_text(q, 2, job->idempotency_key);
    if (db_next(q)) {
        job->repeated = true;
        job->result_entity = model_entity_by_name(uow->set.model, db_text(q, 0));
        job->result_id = db_uuid(q, 1);
        job->result_version = (uint32_t)db_int(q, 2);
    }
    return db_finish(q);
}

static enum status keep_request(struct uow *uow)
{
    const struct uow_job *job = uow->job;
    struct db_statement *q;
    if (job->idempotency_key.n == 0) {
        return STATUS_OK;
    }
    bool has_result = uow->result != NULL;
    TRY(db_named(uow->db, SQL_ADD_REQUEST, uow->arena, &q));
    db_bind_uuid(q, 1, key_worker(uow));
    db_bind_text(q, 2, job->idempotency_key);
    db_bind_text(q, 3,
                 has_result ? model_text(uow->set.model,
                                         model_entity_row(uow->set.model, job->result_entity)->name)
                            : STR(""));
    db_bind_uuid(q, 4, job->result_id);
    db_bind_int(q, 5, job->result_version);
    db_bind_int(q, 6, uow->set.now.ms);
    return db_run(q);
}

static void tell_result(struct uow *uow)
{
    if (uow->result != NULL) {
        uow->job->result_id = uow->result->subject.id;
        uow->job->result_entity = uow->result->subject.entity;
        uow->job->result_version = uow->result->version;
    }
}

/* Another server may have put a model in force that this one does not have: what it wrote by its
 * own rules would not be what is asked for now. */
static enum status check_model(struct uow *uow)
{
    struct str last;
    if (!home_is_shared(uow->store) || uow->job->brings_model) {
        return STATUS_OK;
    }
    TRY(last_image(uow->db, uow->arena, &last));
    if (str_eq(last, uow->store->practice->digest)) {
        return STATUS_OK;
    }
    outcome_problem(
        &uow->job->outcome, STATUS_BUSY, STR(""), STR("other_model"),
        STR("Another practice model is in force since a moment ago, and this server does "
            "not have it yet. Nothing was saved; try again soon. If it stays so, tell "
            "your administrator."));
    return STATUS_BUSY;
}

static enum status act_and_save(struct uow *uow)
{
    TRY(check_model(uow));
    TRY(source_actor(&uow->source));
    TRY(find_request(uow));
    if (uow->job->repeated) {
        return STATUS_OK;
    }
    TRY(uow->job->fn(uow, uow->job->input));
    TRY(uow->failed);
    TRY(uow->job->outcome.status);
    TRY(uow_save(uow));
    TRY(uow->failed);
    TRY(waits_write(uow));
    tell_result(uow);
    return keep_request(uow);
}

enum status uow_run(struct store *store, struct db *db, struct uow_job *job)
{
    struct uow *uow = ARENA_NEW(job->arena, struct uow);
    outcome_init(&job->outcome, job->arena);
    job->repeated = false;
    job->result_id = (struct uuid){{0}};
    job->result_entity = MODEL_NONE;
    job->result_version = 0;
    *uow = (struct uow){.store = store, .db = db, .job = job, .arena = job->arena};
    work_set_init(&uow->set, job->arena, store->model,
                  job->now.ms != 0 ? job->now : store_now(store),
                  job->actor != NULL ? job->actor : &the_system);
    uow->set.new_id = new_id;
    uow->set.id_context = store;
    uow->source = (struct source){.store = store, .db = db, .set = &uow->set, .kept = store->kept};
    uow->change = store_new_id(store);
    enum status status = act_and_save(uow);
    if (job->verb.n > 0) {
        kept_forget_all(store->kept); /* a kernel verb may write rows of many records */
    }
    if (status != STATUS_OK && job->outcome.status == STATUS_OK) {
        const struct db_error *error = db_error(db);
        if (error->cause != DB_NO_CAUSE && error->status == status) {
            (void)db_fault(db, &job->outcome);
        } else {
            job->outcome.status = status;
        }
    }
    return job->outcome.status;
}
