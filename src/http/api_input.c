/* See api_input.h. */
#include "http/api_input.h"

#include "base/buf.h"

#include <jansson.h>

struct pairs {
    struct arena *arena;
    struct outcome *outcome;
    LIST(struct input_pair) list;
};

static enum status refuse(struct pairs *pairs, struct str where, struct str message)
{
    outcome_problem(pairs->outcome, STATUS_INVALID, where, STR("shape"), message);
    return STATUS_INVALID;
}

static enum status add(struct pairs *pairs, struct str name, struct str value)
{
    struct input_pair pair = {name, value};
    if (pairs->list.count == INPUT_PAIRS_MAX) {
        outcome_problem(pairs->outcome, STATUS_TOO_LARGE, STR(""), STR("too_many_fields"),
                        STR("At most 4000 values can be sent at once."));
        return STATUS_TOO_LARGE;
    }
    LIST_PUSH(pairs->arena, &pairs->list, pair);
    return STATUS_OK;
}

static struct str text_of(const json_t *value)
{
    return (struct str){json_string_value(value), json_string_length(value)};
}

static enum status add_scalar(struct pairs *pairs, struct str name, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return add(pairs, name, str_copy(pairs->arena, text_of(value)));
    case JSON_INTEGER:
        return add(pairs, name, str_from_int(pairs->arena, json_integer_value(value)));
    case JSON_TRUE:
        return add(pairs, name, STR("yes"));
    case JSON_FALSE:
        return add(pairs, name, STR("no"));
    case JSON_NULL:
        return add(pairs, name, STR(""));
    case JSON_REAL:
        return refuse(pairs, name,
                      STR("A number with digits after the point is sent as text: \"12.50\"."));
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    return refuse(pairs, name, STR("This is nested deeper than a record is."));
}

static enum status add_row(struct pairs *pairs, struct str list, const json_t *row, size_t number)
{
    struct arena *arena = pairs->arena;
    json_t *id = json_object_get(row, "id");
    struct str label = json_is_string(id)
                           ? str_copy(arena, text_of(id))
                           : STR_JOIN(arena, STR("+"), str_from_int(arena, (int64_t)number + 1));
    struct str prefix = STR_JOIN(arena, list, STR("["), label, STR("]."));
    for (void *at = json_object_iter((json_t *)(uintptr_t)row); at;
         at = json_object_iter_next((json_t *)(uintptr_t)row, at)) {
        struct str key = str_from(json_object_iter_key(at));
        if (str_eq(key, STR("id"))) {
            continue;
        }
        struct str name = STR_JOIN(arena, prefix, key);
        const json_t *value = json_object_iter_value(at);
        if (!json_is_array(value)) {
            TRY(add_scalar(pairs, name, value));
            continue;
        }
        TRY(add(pairs, name, STR("")));
        for (size_t i = 0; i < json_array_size(value); i++) {
            TRY(add_scalar(pairs, name, json_array_get(value, i)));
        }
    }
    return STATUS_OK;
}

static enum status add_array(struct pairs *pairs, struct str name, const json_t *array)
{
    size_t count = json_array_size(array);
    bool rows = count > 0 && json_is_object(json_array_get(array, 0));
    if (!rows) {
        TRY(add(pairs, name, STR("")));
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(array, i);
        if (json_is_object(item) != rows) {
            return refuse(pairs, name, STR("A list holds either rows or codes, not both."));
        }
        TRY(rows ? add_row(pairs, name, item, i) : add_scalar(pairs, name, item));
    }
    return STATUS_OK;
}

static enum status add_object(struct pairs *pairs, json_t *object)
{
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        struct str name = str_copy(pairs->arena, str_from(json_object_iter_key(at)));
        const json_t *value = json_object_iter_value(at);
        TRY(json_is_array(value) ? add_array(pairs, name, value) : add_scalar(pairs, name, value));
    }
    return STATUS_OK;
}

enum status api_input(struct arena *arena, struct str body, struct input *ret_input,
                      struct outcome *outcome)
{
    struct pairs pairs = {.arena = arena, .outcome = outcome};
    json_error_t error;
    *ret_input = (struct input){0};
    if (body.n == 0) {
        return STATUS_OK;
    }
    json_t *root = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        struct str where = STR_JOIN(arena, STR("line "), str_from_int(arena, error.line),
                                    STR(", column "), str_from_int(arena, error.column));
        outcome_problem(outcome, STATUS_MALFORMED, STR(""), STR("json"),
                        STR_JOIN(arena, STR("The body is not valid JSON ("), where, STR(").")));
        return STATUS_MALFORMED;
    }
    enum status status = json_is_object(root)
                             ? add_object(&pairs, root)
                             : refuse(&pairs, STR(""), STR("The body must be one JSON object."));
    json_decref(root);
    *ret_input = (struct input){pairs.list.items, pairs.list.count};
    return status;
}
