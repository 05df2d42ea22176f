/* See api_upload.h. */
#include "http/api_upload.h"

#include <sodium.h>

#define BASE64_MARK STR(";base64,")
#define TYPE_MAX 64 /* characters before the mark: "data:" and a type */

/* The field that a pair is the value of: "scan", "photographs[018f...].photo". */
static uint32_t field_of(const struct model *model, uint32_t entity, struct str name)
{
    ptrdiff_t bracket = str_find(name, STR("["));
    ptrdiff_t column = str_find(name, STR("]."));
    if (bracket < 0 || column < bracket) {
        return model_field_by_name(model, entity, name);
    }
    uint32_t list = model_list_by_name(model, entity, str_slice(name, 0, (size_t)bracket));
    return list == MODEL_NONE
               ? MODEL_NONE
               : model_list_field_by_name(model, list, str_slice(name, (size_t)column + 2, name.n));
}

static bool holds_file(const struct model *model, uint32_t field)
{
    return field != MODEL_NONE && (model_field_row(model, field)->kind == FIELD_ATTACHMENT ||
                                   model_field_row(model, field)->kind == FIELD_SIGNATURE);
}

static bool data_of(struct arena *arena, struct str value, struct str *ret_bytes)
{
    ptrdiff_t mark =
        str_find(str_slice(value, 0, value.n < TYPE_MAX ? value.n : TYPE_MAX), BASE64_MARK);
    if (!str_starts(value, STR("data:")) || mark < 0) {
        return false;
    }
    struct str text = str_slice(value, (size_t)mark + BASE64_MARK.n, value.n);
    size_t room = text.n / 4 * 3 + 3, size = 0;
    unsigned char *bytes = arena_alloc(arena, room);
    const void *read = bytes;
    if (sodium_base642bin(bytes, room, text.p, text.n, NULL, &size, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return false;
    }
    *ret_bytes = (struct str){read, size};
    return true;
}

static struct str upload(struct request *request, struct str bytes)
{
    size_t number = request->upload_count;
    struct service_upload *uploads =
        arena_grow(&request->arena, request->uploads, number, number + 1, sizeof(*uploads));
    uploads[number] = (struct service_upload){.bytes = bytes, .name = STR("file")};
    request->uploads = uploads;
    request->upload_count = number + 1;
    return STR_JOIN(&request->arena, STR("upload:"),
                    str_from_int(&request->arena, (int64_t)number));
}

void api_uploads(struct request *request, uint32_t entity, struct input *input)
{
    struct input_pair *pairs = ARENA_ARRAY(&request->arena, input->count, struct input_pair);
    struct str bytes;
    for (size_t i = 0; i < input->count; i++) {
        pairs[i] = input->pairs[i];
        if (holds_file(request->model, field_of(request->model, entity, pairs[i].name)) &&
            data_of(&request->arena, pairs[i].value, &bytes)) {
            pairs[i].value = upload(request, bytes);
        }
    }
    *input = (struct input){pairs, input->count};
    request->save.uploads = request->uploads;
    request->save.upload_count = request->upload_count;
}
