/* The JSON API over every entity of the model: read, list, create, update, transitions, history,
 * clocks. OpenAPI 3.1 of it is in openapi.c. Errors are application/problem+json (RFC 9457). */
#include "http/api_input.h"
#include "http/api_record.h"
#include "http/as_of.h"
#include "http/connection.h"
#include "http/page_signed.h"
#include "http/upload.h"
#include "store/installation.h"

#define PAGE_DEFAULT 50
#define PAGE_MOST 200

/* ---- answers -----------------------------------------------------------------------------------
 */

static struct json_out begin_json(struct request *request, unsigned status)
{
    struct json_out json;
    request->response.status = status;
    request->response.type = STR("application/json");
    json_out_init(&json, &request->response.body);
    return json;
}

static struct json_out begin_items(struct request *request)
{
    struct json_out json = begin_json(request, 200);
    json_out_object(&json);
    json_out_key(&json, STR("items"));
    json_out_array(&json);
    return json;
}

/* next: where the next page begins; empty at the end. */
static enum handled end_items(struct json_out *json, struct str next)
{
    json_out_array_end(json);
    json_out_key(json, STR("next_cursor"));
    if (next.n > 0) {
        json_out_text(json, next);
    } else {
        json_out_null(json);
    }
    json_out_object_end(json);
    return HANDLED;
}

/* "differences" of a stale save: what I sent, what is stored now, and who stored it. */
static void write_differences(struct request *request, struct json_out *json)
{
    struct outcome ignored;
    struct service_clash clash;
    outcome_init(&ignored, &request->arena);
    if (service_clash(request->reader, &request->set, &request->save, &ignored, &clash) !=
            STATUS_OK ||
        clash.parts.count == 0) {
        return;
    }
    json_out_member_number(json, STR("version"), clash.parts.items[0].version);
    json_out_key(json, STR("differences"));
    json_out_array(json);
    for (size_t i = 0; i < clash.lines.count; i++) {
        const struct service_clash_line *line = &clash.lines.items[i];
        json_out_object(json);
        json_out_member(json, STR("field"), line->where);
        json_out_member(json, STR("before"), line->base);
        json_out_member(json, STR("mine"), line->mine);
        json_out_member(json, STR("theirs"), line->theirs);
        json_out_member(json, STR("by"), line->by);
        json_out_key(json, STR("both"));
        json_out_boolean(json, line->both);
        json_out_object_end(json);
    }
    json_out_array_end(json);
}

enum handled api_problem(struct request *request, enum status status)
{
    struct json_out json = begin_json(request, status_http(status));
    request->response.type = STR("application/problem+json");
    json_out_object(&json);
    json_out_member(&json, STR("type"), STR("about:blank"));
    json_out_member(&json, STR("title"), status_title(status));
    json_out_member_number(&json, STR("status"), status_http(status));
    json_out_member(&json, STR("code"), status_name(status));
    json_out_key(&json, STR("problems"));
    json_out_array(&json);
    for (size_t i = 0; i < request->outcome.problems.count; i++) {
        const struct problem *problem = &request->outcome.problems.items[i];
        json_out_object(&json);
        json_out_member(&json, STR("field"), problem->where);
        json_out_member(&json, STR("code"), problem->code);
        json_out_member(&json, STR("message"), problem->message);
        json_out_object_end(&json);
    }
    json_out_array_end(&json);
    if (status == STATUS_UNPROVED) {
        json_out_member(&json, STR("confirm"), STR("/api/v1/confirm"));
    }
    if (status == STATUS_FORBIDDEN && request->glass != NULL) {
        const struct model_entity *entity =
            model_entity_row(request->model, request->glass->subject.entity);
        json_out_member(&json, STR("break_glass"),
                        STR_JOIN(&request->arena, STR("/api/v1/"),
                                 model_text(request->model, entity->name), STR("/"),
                                 uuid_text(&request->arena, request->glass->subject.id),
                                 STR("/break-glass")));
    }
    if (status == STATUS_STALE && request->reader && request->set.arena) {
        write_differences(request, &json);
    }
    json_out_object_end(&json);
    return HANDLED;
}

static enum handled refuse(struct request *request, enum status status, struct str where,
                           struct str code, struct str message)
{
    outcome_problem(&request->outcome, status, where, code, message);
    return api_problem(request, status);
}

static void set_version(struct request *request, uint32_t version)
{
    struct arena *arena = &request->arena;
    request->response.etag = STR_JOIN(arena, STR("\""), str_from_int(arena, version), STR("\""));
}

/* ---- what the address names ---------------------------------------------------------------------
 */

static bool named_entity(struct request *request, uint32_t *ret_entity)
{
    *ret_entity = model_entity_by_name(request->model, request->parameters[0]);
    if (*ret_entity == MODEL_NONE) {
        refuse(request, STATUS_NOT_FOUND, STR(""), STR("no_such_entity"),
               STR("The model has no entity of this name. /api/v1/openapi.json lists them."));
        return false;
    }
    return true;
}

static bool named_record(struct request *request, uint32_t *ret_entity, struct uuid *ret_id)
{
    if (!named_entity(request, ret_entity)) {
        return false;
    }
    if (!uuid_parse(request->parameters[1], ret_id)) {
        refuse(request, STATUS_NOT_FOUND, STR(""), STR("no_such_record"),
               STR("There is no such record."));
        return false;
    }
    return true;
}

static enum status read_record(struct request *request, uint32_t entity, struct uuid id,
                               struct record **ret_record)
{
    struct store_purpose purpose = {.route = route_lines[request->route].name};
    enum status status = store_read(request->reader, &request->set, entity, id, 0, 0, purpose,
                                    &request->outcome, ret_record);
    request_note_refused(request, status, entity, id, purpose.route);
    if (status == STATUS_OK && !uuid_is_nil((*ret_record)->agency)) {
        request_view(request, (*ret_record)->agency);
    }
    return status;
}

static enum handled answer_record(struct request *request, unsigned status, uint32_t entity,
                                  struct uuid id)
{
    struct record *record;
    enum status read = read_record(request, entity, id, &record);
    if (read != STATUS_OK) {
        return api_problem(request, read);
    }
    struct identity identity;
    read = identity_read(request->reader, &request->set, record, &identity);
    if (read != STATUS_OK) {
        return api_problem(request, read);
    }
    struct json_out json = begin_json(request, status);
    set_version(request, record->version);
    api_record_write(&json, &request->set, record, &identity);
    return HANDLED;
}

/* ---- reading
 * --------------------------------------------------------------------------------------- */

enum handled api_health(struct request *request)
{
    bool serving = server_phase(request->server) == PHASE_SERVING;
    enum store_health health = store_health(request->store);
    bool well = health == STORE_WELL || health == STORE_SLOW;
    struct json_out json = begin_json(request, serving && well ? 200 : 503);
    json_out_object(&json);
    json_out_member(&json, STR("status"),
                    !serving ? STR("draining")
                    : well   ? STR("ok")
                             : STR("failing"));
    json_out_member(&json, STR("database"), store_health_name(health));
    json_out_member(&json, STR("model"),
                    model_text(request->model, model_model_row(request->model, 0)->version));
    json_out_object_end(&json);
    return HANDLED;
}

/* The record as it was at a moment; it has no ETag, because nothing can be saved on it. */
static enum handled answer_then(struct request *request, uint32_t entity, struct uuid id)
{
    struct record *record = NULL;
    struct instant at;
    enum status status = as_of_moment(request, &at);
    if (status == STATUS_OK) {
        status = read_record(request, entity, id, &record);
    }
    if (status == STATUS_OK) {
        status = store_as_of(request->reader, &request->set, record, at, &request->outcome);
    }
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    struct json_out json = begin_json(request, 200);
    api_record_write(&json, &request->set, record, NULL);
    return HANDLED;
}

enum handled api_read(struct request *request)
{
    uint32_t entity;
    struct uuid id;
    if (!named_record(request, &entity, &id)) {
        return HANDLED;
    }
    return as_of_asked(request) ? answer_then(request, entity, id)
                                : answer_record(request, 200, entity, id);
}

/* ?limit=, ?cursor=, ?entered_in_error=yes */
static bool page_of(struct request *request, struct store_page *ret_page)
{
    struct str limit = request_query(request, STR("limit"));
    struct str in_error = request_query(request, STR("entered_in_error"));
    int64_t number = PAGE_DEFAULT;
    if (limit.n > 0 && (!str_to_i64(limit, &number) || number < 1 || number > PAGE_MOST)) {
        refuse(request, STATUS_INVALID, STR("limit"), STR("range"),
               STR("limit is a number from 1 to 200."));
        return false;
    }
    *ret_page = (struct store_page){.limit = (uint32_t)number,
                                    .cursor = request_query(request, STR("cursor")),
                                    .in_error = str_eq(in_error, STR("yes"))};
    return true;
}

/* A parameter that is the name of a reference field narrows the list to what leads to a record. */
static bool narrowed(struct request *request, uint32_t entity, uint32_t *ret_field,
                     struct uuid *ret_to)
{
    *ret_field = MODEL_NONE;
    for (size_t i = 0; i < request->query.count; i++) {
        const struct input_pair *pair = &request->query.pairs[i];
        if (str_eq(pair->name, STR("limit")) || str_eq(pair->name, STR("cursor")) ||
            str_eq(pair->name, STR("entered_in_error")) || str_eq(pair->name, STR("as_of"))) {
            continue;
        }
        uint32_t field = model_field_by_name(request->model, entity, pair->name);
        if (field == MODEL_NONE ||
            model_field_row(request->model, field)->kind != FIELD_REFERENCE ||
            *ret_field != MODEL_NONE) {
            refuse(
                request, STATUS_INVALID, pair->name, STR("unknown_parameter"),
                STR("A list takes limit, cursor, entered_in_error, as_of and one reference field "
                    "of the entity."));
            return false;
        }
        if (!uuid_parse(pair->value, ret_to)) {
            refuse(request, STATUS_INVALID, pair->name, STR("not_an_id"),
                   STR("Give the id of a record."));
            return false;
        }
        *ret_field = field;
    }
    return true;
}

struct listed {
    struct record **records;
    size_t count;
    struct str next;
};

/* What led to the record by the field at a moment. */
static enum status list_then(struct request *request, uint32_t field, struct uuid to,
                             struct listed *ret_listed)
{
    struct record *of;
    struct instant at;
    if (field == MODEL_NONE || model_field_row(request->model, field)->list != MODEL_NONE) {
        outcome_problem(&request->outcome, STATUS_INVALID, STR("as_of"), STR("needs_reference"),
                        STR("A list as of a moment takes a reference field of the record itself: "
                            "it is what belonged to another record then."));
        return STATUS_INVALID;
    }
    TRY(as_of_moment(request, &at));
    TRY(read_record(request, model_field_row(request->model, field)->target, to, &of));
    return store_members_as_of(request->reader, &request->set, of, field, at, &ret_listed->records,
                               &ret_listed->count);
}

static enum handled answer_list(struct request *request, const struct listed *listed)
{
    struct json_out json = begin_items(request);
    for (size_t i = 0; i < listed->count; i++) {
        api_record_write(&json, &request->set, listed->records[i], NULL);
    }
    return end_items(&json, listed->next);
}

enum handled api_list(struct request *request)
{
    uint32_t entity, field;
    struct uuid to = {{0}};
    struct store_page page;
    struct listed listed = {.next = STR("")};
    if (!named_entity(request, &entity) || !page_of(request, &page) ||
        !narrowed(request, entity, &field, &to)) {
        return HANDLED;
    }
    enum status status =
        as_of_asked(request)
            ? list_then(request, field, to, &listed)
            : store_find(request->reader, &request->set, entity, field, to, page, &request->outcome,
                         &listed.records, &listed.count, &listed.next);
    return status == STATUS_OK ? answer_list(request, &listed) : api_problem(request, status);
}

static void write_change(struct json_out *json, struct work_set *set,
                         const struct store_change *change)
{
    const struct model *model = set->model;
    json_out_object(json);
    json_out_member(json, STR("change"), uuid_text(set->arena, change->change));
    json_out_member_number(json, STR("version"), change->version);
    json_out_member(json, STR("at"), zone_iso(set->arena, set->calendar.zone, change->at));
    json_out_member(json, STR("by"), uuid_text(set->arena, change->by));
    if (change->transition != MODEL_NONE) {
        json_out_member(json, STR("transition"),
                        model_text(model, model_transition_row(model, change->transition)->name));
    }
    if (change->verb.n > 0) {
        json_out_member(json, STR("verb"), change->verb);
    }
    if (change->reason.n > 0) {
        json_out_member(json, STR("reason"), change->reason);
    }
    json_out_key(json, STR("sealed"));
    json_out_boolean(json, change->sealed);
    json_out_member(json, STR("content"), change->content);
    json_out_object_end(json);
}

enum handled api_history(struct request *request)
{
    uint32_t entity;
    struct uuid id;
    struct record *record;
    struct store_page page;
    struct store_change *changes = NULL;
    size_t count = 0;
    struct str next = STR("");
    if (!named_record(request, &entity, &id) || !page_of(request, &page)) {
        return HANDLED;
    }
    enum status status = read_record(request, entity, id, &record);
    if (status == STATUS_OK) {
        status =
            store_history(request->reader, &request->set, record, page, &changes, &count, &next);
    }
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    struct json_out json = begin_items(request);
    for (size_t i = 0; i < count; i++) {
        write_change(&json, &request->set, &changes[i]);
    }
    return end_items(&json, next);
}

static void write_copy(struct json_out *json, struct work_set *set, const struct signed_copy *copy)
{
    const struct signed_sheets *sheets = &copy->sheets;
    json_out_object(json);
    json_out_member(json, STR("id"), copy->kept.id);
    json_out_member(json, STR("document"), copy->kept.document);
    json_out_member(json, STR("at"), zone_iso(set->arena, set->calendar.zone, copy->kept.at));
    json_out_member(json, STR("by"), uuid_text(set->arena, copy->kept.by));
    if (copy->kept.changed_since.ms != 0) {
        json_out_member(json, STR("changed_since"),
                        zone_iso(set->arena, set->calendar.zone, copy->kept.changed_since));
    }
    json_out_key(json, STR("signed"));
    json_out_array(json);
    for (size_t i = 0; i < sheets->names_count; i++) {
        json_out_text(json, sheets->names[i]);
    }
    json_out_array_end(json);
    json_out_key(json, STR("languages"));
    json_out_array(json);
    for (size_t i = 0; i < sheets->sheets_count; i++) {
        json_out_text(json, sheets->sheets[i].language);
    }
    json_out_array_end(json);
    json_out_object_end(json);
}

enum handled api_signed(struct request *request)
{
    uint32_t entity;
    struct uuid id;
    struct record *record;
    struct signed_copy *copies = NULL;
    size_t count = 0;
    if (!named_record(request, &entity, &id)) {
        return HANDLED;
    }
    enum status status = read_record(request, entity, id, &record);
    if (status == STATUS_OK) {
        status = signed_copies(request, record, &copies, &count);
    }
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    struct json_out json = begin_items(request);
    for (size_t i = 0; i < count; i++) {
        write_copy(&json, &request->set, &copies[i]);
    }
    return end_items(&json, STR(""));
}

static void write_decision(struct json_out *json, struct work_set *set,
                           const struct store_decision *decision)
{
    const struct model *model = set->model;
    const struct subject *on = &decision->on->subject;
    json_out_object(json);
    json_out_member(json, STR("entity"),
                    model_text(model, model_entity_row(model, on->entity)->name));
    json_out_member(json, STR("id"), uuid_text(set->arena, on->id));
    if (decision->transition != MODEL_NONE) {
        json_out_member(json, STR("transition"),
                        model_text(model, model_transition_row(model, decision->transition)->name));
    }
    json_out_member(json, STR("by"), uuid_text(set->arena, decision->by));
    json_out_member(json, STR("at"), zone_iso(set->arena, set->calendar.zone, decision->at));
    json_out_member_number(json, STR("version"), decision->seen);
    json_out_key(json, STR("corrected_since"));
    json_out_boolean(json, decision->since);
    json_out_object_end(json);
}

/* The decisions that rested on a record. */
enum handled api_decisions(struct request *request)
{
    uint32_t entity;
    struct uuid id;
    struct record *record;
    struct store_decision *decisions = NULL;
    size_t count = 0;
    if (!named_record(request, &entity, &id)) {
        return HANDLED;
    }
    enum status status = read_record(request, entity, id, &record);
    if (status == STATUS_OK) {
        status = store_decisions_on(request->reader, &request->set, record, &decisions, &count);
    }
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    struct json_out json = begin_items(request);
    for (size_t i = 0; i < count; i++) {
        write_decision(&json, &request->set, &decisions[i]);
    }
    return end_items(&json, STR(""));
}

static void write_clock(struct json_out *json, struct work_set *set,
                        const struct clock_reading *reading)
{
    static const struct str states[CLOCK_STATE__COUNT] = {
        [CLOCK_STATE_RUNNING] = STR_INIT("running"),
        [CLOCK_STATE_DONE] = STR_INIT("done"),
        [CLOCK_STATE_STOPPED] = STR_INIT("stopped"),
        [CLOCK_STATE_TOLLED] = STR_INIT("tolled"),
    };
    const struct model_clock *clock = model_clock_row(set->model, reading->clock);
    const struct zone *zone = set->calendar.zone;
    json_out_object(json);
    json_out_member(json, STR("clock"), model_text(set->model, clock->name));
    json_out_member(json, STR("id"), model_text(set->model, clock->id));
    json_out_member(json, STR("label"), model_text(set->model, clock->label));
    json_out_member(json, STR("record"), uuid_text(set->arena, reading->record));
    if (!uuid_is_nil(reading->member)) {
        json_out_member(json, STR("member"), uuid_text(set->arena, reading->member));
    }
    json_out_member(json, STR("state"), states[reading->state]);
    json_out_member(json, STR("start"), zone_iso(set->arena, zone, reading->start));
    if (reading->start_fact != MODEL_NONE) {
        const struct model_clock_start *won =
            model_clock_start_row(set->model, reading->start_fact);
        json_out_member(json, STR("because"), model_text(set->model, won->label));
    }
    json_out_member(json, STR("kind"), model_clock_kind_name((enum model_clock_kind)clock->kind));
    if (reading->opens.ms != 0) {
        json_out_member(json, STR("opens"), zone_iso(set->arena, zone, reading->opens));
    }
    if (reading->due.ms != INT64_MAX) {
        json_out_member(json, STR("due"), zone_iso(set->arena, zone, reading->due));
        if (reading->by_day) {
            json_out_member(json, STR("due_date"), date_iso(set->arena, reading->due_date));
        }
    }
    if (reading->state == CLOCK_STATE_DONE) {
        json_out_member(json, STR("done_at"), zone_iso(set->arena, zone, reading->done_at));
    }
    json_out_member(json, STR("words"), clock_words(set->arena, set->model, reading, set->now));
    json_out_member(json, STR("source"), model_text(set->model, clock->source));
    json_out_key(json, STR("verified"));
    json_out_boolean(json, clock->verified != 0);
    json_out_object_end(json);
}

static enum handled answer_clocks(struct request *request, const struct clock_reading *readings,
                                  size_t count)
{
    struct json_out json = begin_items(request);
    for (size_t i = 0; i < count; i++) {
        write_clock(&json, &request->set, &readings[i]);
    }
    return end_items(&json, STR(""));
}

enum handled api_clocks(struct request *request)
{
    struct clock_reading *readings;
    size_t count;
    enum status status =
        store_my_clocks(request->reader, &request->set, STORE_CLOCKS_MAX, &readings, &count);
    return status == STATUS_OK ? answer_clocks(request, readings, count)
                               : api_problem(request, status);
}

enum handled api_record_clocks(struct request *request)
{
    uint32_t entity;
    struct uuid id;
    struct record *record;
    struct clock_reading *readings;
    size_t count = 0;
    if (!named_record(request, &entity, &id)) {
        return HANDLED;
    }
    enum status status = read_record(request, entity, id, &record);
    if (status == STATUS_OK) {
        status = store_clocks(request->reader, &request->set, record->root, &readings, &count);
    }
    return status == STATUS_OK ? answer_clocks(request, readings, count)
                               : api_problem(request, status);
}

/* ---- writing
 * ---------------------------------------------------------------------------------------- */

/* If-Match: "7". */
static bool expected_version(struct request *request, uint32_t *ret_version)
{
    struct str value = str_trim(request_header(request, "If-Match"));
    int64_t version;
    if (value.n < 3 || value.p[0] != '"' ||
        !str_to_i64(str_slice(value, 1, value.n - 1), &version) || version < 1 ||
        version > UINT32_MAX) {
        refuse(request, STATUS_PRECONDITION, STR("If-Match"), STR("version"),
               STR("Send If-Match with the ETag of the version you read, for example \"7\"."));
        return false;
    }
    *ret_version = (uint32_t)version;
    return true;
}

/* Of what was expunged there is nothing to show but that it was. */
static enum handled answer_expunged(struct request *request)
{
    struct json_out json = begin_json(request, 200);
    json_out_object(&json);
    json_out_member(&json, STR("id"), uuid_text(&request->arena, request->save.job.result_id));
    json_out_key(&json, STR("expunged"));
    json_out_boolean(&json, true);
    json_out_object_end(&json);
    return HANDLED;
}

static enum handled after_save(struct request *request)
{
    const struct uow_job *job = &request->save.job;
    request->outcome = job->outcome;
    if (job->outcome.status != STATUS_OK) {
        return api_problem(request, job->outcome.status);
    }
    if (request->save.verb == SERVICE_EXPUNGE) {
        return answer_expunged(request);
    }
    bool made = request->save.changes[0].version == 0;
    if (made) {
        const struct model_entity *entity = model_entity_row(request->model, job->result_entity);
        request->response.location =
            STR_JOIN(&request->arena, STR("/api/v1/"), model_text(request->model, entity->name),
                     STR("/"), uuid_text(&request->arena, job->result_id));
    }
    return answer_record(request, made ? 201 : 200, job->result_entity, job->result_id);
}

static enum handled submit(struct request *request, struct service_change change)
{
    struct service_save *save = &request->save;
    uploads_of_data_urls(request, change.entity, &change.input);
    request->save.uploads = request->uploads;
    request->save.upload_count = request->upload_count;
    save->changes[0] = change;
    save->count = 1;
    save->job.idempotency_key = request_header(request, "Idempotency-Key");
    return request_save(request, after_save);
}

static bool take_input(struct request *request, struct input *ret_input)
{
    enum status status = api_input(&request->arena, request->body, ret_input, &request->outcome);
    if (status != STATUS_OK) {
        api_problem(request, status);
    }
    return status == STATUS_OK;
}

static struct service_change change_of(uint32_t entity, struct uuid id, struct input input)
{
    return (struct service_change){.entity = entity,
                                   .id = id,
                                   .form = MODEL_NONE,
                                   .transition = MODEL_NONE,
                                   .parent_field = MODEL_NONE,
                                   .input = input};
}

/* Takes the pair of this name out of the input. */
static struct str take_pair(struct arena *arena, struct input *input, struct str name)
{
    struct input_pair *kept = ARENA_ARRAY(arena, input->count, struct input_pair);
    struct str found = STR("");
    size_t count = 0;
    for (size_t i = 0; i < input->count; i++) {
        if (str_eq(input->pairs[i].name, name)) {
            found = input->pairs[i].value;
        } else {
            kept[count++] = input->pairs[i];
        }
    }
    *input = (struct input){kept, count};
    return found;
}

/* A part says in its body what it belongs to. */
static bool set_parent(struct request *request, struct service_change *change)
{
    const struct model_entity *entity = model_entity_row(request->model, change->entity);
    if (entity->kind != ENTITY_PART) {
        return true;
    }
    struct str name =
        model_text(request->model, model_field_row(request->model, entity->parent)->name);
    struct str value = take_pair(&request->arena, &change->input, name);
    change->parent_field = entity->parent;
    if (!uuid_parse(value, &change->parent)) {
        refuse(request, STATUS_INVALID, name, STR("required"),
               STR("Say which record this belongs to: its id."));
        return false;
    }
    return true;
}

enum handled api_create(struct request *request)
{
    uint32_t entity;
    struct input input;
    if (!named_entity(request, &entity) || !take_input(request, &input)) {
        return HANDLED;
    }
    struct service_change change = change_of(entity, (struct uuid){{0}}, input);
    return set_parent(request, &change) ? submit(request, change) : HANDLED;
}

enum handled api_update(struct request *request)
{
    uint32_t entity;
    struct uuid id;
    uint32_t version;
    struct input input;
    if (!named_record(request, &entity, &id) || !expected_version(request, &version) ||
        !take_input(request, &input)) {
        return HANDLED;
    }
    struct service_change change = change_of(entity, id, input);
    change.version = version;
    return submit(request, change);
}

enum handled api_transition(struct request *request)
{
    uint32_t entity;
    struct uuid id;
    uint32_t version;
    struct input input;
    if (!named_record(request, &entity, &id) || !expected_version(request, &version) ||
        !take_input(request, &input)) {
        return HANDLED;
    }
    struct service_change change = change_of(entity, id, input);
    change.version = version;
    request->save.verb = service_verb_named(request->parameters[2]);
    if (request->save.verb != SERVICE_NO_VERB) {
        request->save.job.reason =
            str_trim(take_pair(&request->arena, &change.input, STR("reason")));
        if (service_verb_words(request->save.verb)->by_law) {
            request->save.job.basis =
                str_trim(take_pair(&request->arena, &change.input, STR("basis")));
        }
        if (request->save.verb == SERVICE_EXPUNGE) {
            request->save.job.files_everywhere = str_eq(
                take_pair(&request->arena, &change.input, STR("files_everywhere")), STR("yes"));
        }
        if (request->save.verb == SERVICE_MOVE) {
            (void)uuid_parse(take_pair(&request->arena, &change.input, STR("to")),
                             &request->save.to);
        }
        if (request->save.verb != SERVICE_CORRECT && change.input.count > 0) {
            return refuse(request, STATUS_INVALID, change.input.pairs[0].name, STR("unknown_field"),
                          STR("This verb does not take that."));
        }
        return submit(request, change);
    }
    change.transition = model_transition_by_name(request->model, entity, request->parameters[2]);
    if (change.transition == MODEL_NONE) {
        return refuse(request, STATUS_NOT_FOUND, STR(""), STR("no_such_transition"),
                      STR("This entity has no transition of this name."));
    }
    return submit(request, change);
}
