/* See upload.h. */
#include "http/upload.h"

#include <sodium.h>

#define BASE64_MARK STR(";base64,")
#define TYPE_MAX 64 /* characters before the mark: "data:" and a type */

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
    uploads[number] = (struct service_upload){
        .given = {.bytes = bytes, .name = STR("file")}
    };
    request->uploads = uploads;
    request->upload_count = number + 1;
    return STR_JOIN(&request->arena, STR("upload:"),
                    str_from_int(&request->arena, (int64_t)number));
}

void uploads_of_data_urls(struct request *request, uint32_t entity, struct input *input)
{
    struct input_pair *pairs = ARENA_ARRAY(&request->arena, input->count, struct input_pair);
    struct str bytes;
    for (size_t i = 0; i < input->count; i++) {
        pairs[i] = input->pairs[i];
        if (input_file_field(request->model, entity, pairs[i].name) != MODEL_NONE &&
            data_of(&request->arena, pairs[i].value, &bytes)) {
            pairs[i].value = upload(request, bytes);
        }
    }
    *input = (struct input){pairs, input->count};
}
