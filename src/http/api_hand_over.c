/* Handing over by the API: what moves, asking for it, and what became of it. */
#include "http/api_input.h"
#include "http/connection.h"
#include "http/json_out.h"
#include "http/page_act.h"
#include "model/c_names.h"
#include "rule/access.h"
#include "store/hand_over.h"

static enum handled refuse(struct request *request, enum status status, struct str where,
                           struct str code, struct str message)
{
    outcome_problem(&request->outcome, status, where, code, message);
    return api_problem(request, status);
}

static struct json_out begin(struct request *request, unsigned status)
{
    struct json_out json;
    request->response.status = status;
    request->response.type = STR("application/json");
    json_out_init(&json, &request->response.body);
    json_out_object(&json);
    return json;
}

/* The worker of the address; MODEL_NONE where the model has none, or the address names none. */
static uint32_t named_worker(const struct request *request, struct uuid *ret_id)
{
    return uuid_parse(request->parameters[0], ret_id)
               ? model_c_name(request->model, C_WORKER)->entity
               : MODEL_NONE;
}

/* ---- what moves ---- */

static struct str entity_name(const struct request *request, uint32_t entity)
{
    return model_text(request->model, model_entity_row(request->model, entity)->name);
}

static void write_moving(struct request *request, struct json_out *json,
                         const struct service_moving *one)
{
    const struct model *model = request->model;
    const struct record *record = one->record;
    json_out_object(json);
    json_out_member(json, STR("duty"), model_text(model, model_duty_row(model, one->duty)->name));
    json_out_member(json, STR("entity"), entity_name(request, record->subject.entity));
    json_out_member(json, STR("id"), uuid_text(&request->arena, record->subject.id));
    json_out_member(json, STR("number"), record->number);
    json_out_member(json, STR("carried_as"), one->carried_as);
    json_out_key(json, STR("problems"));
    json_out_array(json);
    for (size_t i = 0; i < one->outcome.problems.count; i++) {
        const struct problem *problem = &one->outcome.problems.items[i];
        json_out_object(json);
        json_out_member(json, STR("code"), problem->code);
        json_out_member(json, STR("message"), problem->message);
        json_out_object_end(json);
    }
    json_out_array_end(json);
    json_out_object_end(json);
}

static enum status read_moving(struct request *request, uint32_t workers, struct uuid id,
                               struct service_moving **ret_moving, size_t *ret_count)
{
    static const struct store_purpose purpose = {.route = STR_INIT("what moves")};
    struct record *worker;
    struct uuid to = {{0}};
    TRY(store_read(request->reader, &request->set, workers, id, 0, 0, purpose, &request->outcome,
                   &worker));
    if (!access_record(&request->set, worker, VERB_UPDATE).allowed) {
        return STATUS_FORBIDDEN;
    }
    (void)uuid_parse(request_query(request, STR("to")), &to);
    TRY(service_what_moves(request->reader, &request->set, id, to, &request->outcome, ret_moving,
                           ret_count));
    return store_titles(request->reader, &request->set);
}

enum handled api_what_moves(struct request *request)
{
    struct service_moving *moving = NULL;
    size_t count = 0;
    struct uuid id;
    uint32_t workers = named_worker(request, &id);
    enum status status = workers == MODEL_NONE ? STATUS_NOT_FOUND
                                               : read_moving(request, workers, id, &moving, &count);
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    struct json_out json = begin(request, 200);
    json_out_key(&json, STR("items"));
    json_out_array(&json);
    for (size_t i = 0; i < count; i++) {
        write_moving(request, &json, &moving[i]);
    }
    json_out_array_end(&json);
    json_out_key(&json, STR("next_cursor"));
    json_out_null(&json);
    json_out_object_end(&json);
    return HANDLED;
}

/* ---- asking for it ---- */

static enum handled asked(struct request *request)
{
    const struct service_hand_over *ask = page_act_input(request);
    struct arena *arena = &request->arena;
    if (request->outcome.status != STATUS_OK) {
        return api_problem(request, request->outcome.status);
    }
    request->response.location =
        STR_JOIN(arena, STR("/api/v1/hand-over/"), uuid_text(arena, ask->id));
    struct json_out json = begin(request, 201);
    json_out_member(&json, STR("id"), uuid_text(arena, ask->id));
    json_out_object_end(&json);
    return HANDLED;
}

/* One pair of {"to": ID, "reason": TEXT, "on": DAY}; false when it is none. */
static bool take_pair(struct request *request, const struct input_pair *pair,
                      struct service_hand_over *ask)
{
    if (str_eq(pair->name, STR("to"))) {
        (void)uuid_parse(pair->value, &ask->to);
        return true;
    }
    if (str_eq(pair->name, STR("reason"))) {
        ask->reason = str_copy(&request->arena, str_trim(pair->value));
        return true;
    }
    return str_eq(pair->name, STR("on")) &&
           (pair->value.n == 0 || date_parse(pair->value, &ask->on));
}

/* {"to": "018f...", "reason": "leaves the agency", "on": "2026-11-30"} */
enum handled api_hand_over(struct request *request)
{
    struct service_hand_over *ask = ARENA_NEW(&request->arena, struct service_hand_over);
    struct input input;
    *ask = (struct service_hand_over){0};
    ask->entity = named_worker(request, &ask->from);
    if (ask->entity == MODEL_NONE) {
        return refuse(request, STATUS_NOT_FOUND, STR(""), STR("no_such_record"),
                      STR("There is no such record."));
    }
    enum status status = api_input(&request->arena, request->body, &input, &request->outcome);
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    for (size_t i = 0; i < input.count; i++) {
        if (!take_pair(request, &input.pairs[i], ask)) {
            return refuse(request, STATUS_INVALID, input.pairs[i].name, STR("unknown_field"),
                          STR("A hand-over takes to, reason and on, a day like 2026-11-30."));
        }
    }
    return page_act(request, service_hand_over, ask, asked);
}

/* ---- what became of it ---- */

static void write_instant(struct request *request, struct json_out *json, struct str name,
                          struct instant at)
{
    if (at.ms != 0) {
        json_out_member(json, name, zone_iso(&request->arena, request->set.calendar.zone, at));
    }
}

static void write_item(struct request *request, struct json_out *json,
                       const struct store_hand_over_item *item)
{
    static const struct str states[] = {
        [HAND_OVER_WAITS] = STR_INIT("waiting"),
        [HAND_OVER_MOVED] = STR_INIT("moved"),
        [HAND_OVER_STAYED] = STR_INIT("stayed"),
    };
    json_out_object(json);
    json_out_member(json, STR("duty"), item->duty);
    json_out_member(json, STR("entity"), entity_name(request, item->entity));
    json_out_member(json, STR("id"), uuid_text(&request->arena, item->record));
    json_out_member(json, STR("carried_as"), item->carried_as);
    json_out_member(json, STR("state"), states[item->state]);
    json_out_member(json, STR("said"), item->said);
    json_out_object_end(json);
}

enum handled api_hand_over_read(struct request *request)
{
    struct store_hand_over hand_over;
    struct service_handed_over *items = NULL;
    struct arena *arena = &request->arena;
    size_t count = 0;
    struct uuid id;
    uint32_t workers = named_worker(request, &id);
    enum status status = workers == MODEL_NONE
                             ? STATUS_NOT_FOUND
                             : service_hand_over_read(request->reader, &request->set, workers, id,
                                                      &request->outcome, &hand_over);
    if (status == STATUS_OK) {
        status = service_handed_over(request->reader, &request->set, id, &items, &count);
    }
    if (status != STATUS_OK) {
        return api_problem(request, status);
    }
    struct json_out json = begin(request, 200);
    json_out_member(&json, STR("id"), uuid_text(arena, hand_over.id));
    json_out_member(&json, STR("from"), uuid_text(arena, hand_over.from));
    json_out_member(&json, STR("to"), uuid_text(arena, hand_over.to));
    json_out_member(&json, STR("asked_by"), uuid_text(arena, hand_over.asked_by));
    json_out_member(&json, STR("reason"), hand_over.reason);
    write_instant(request, &json, STR("begins_at"), hand_over.begins_at);
    write_instant(request, &json, STR("asked_at"), hand_over.asked_at);
    write_instant(request, &json, STR("ended_at"), hand_over.ended_at);
    json_out_key(&json, STR("items"));
    json_out_array(&json);
    for (size_t i = 0; i < count; i++) {
        write_item(request, &json, &items[i].item);
    }
    json_out_array_end(&json);
    json_out_object_end(&json);
    return HANDLED;
}
