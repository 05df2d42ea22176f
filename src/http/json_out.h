/* Writes JSON onto a buffer, a value after the other, with commas and escaping by construction. */
#ifndef HEARTH_HTTP_JSON_OUT_H
#define HEARTH_HTTP_JSON_OUT_H

#include "base/buf.h"

#define JSON_OUT_DEPTH_MAX 32

struct json_out {
    struct buf *buf;
    unsigned depth;
    bool filled[JSON_OUT_DEPTH_MAX]; /* a value stands before at this depth */
    bool after_key;
};

void json_out_init(struct json_out *json, struct buf *buf);
void json_out_object(struct json_out *json);
void json_out_object_end(struct json_out *json);
void json_out_array(struct json_out *json);
void json_out_array_end(struct json_out *json);
void json_out_key(struct json_out *json, struct str key);
/* Text must be valid UTF-8. */
void json_out_text(struct json_out *json, struct str text);
void json_out_number(struct json_out *json, int64_t number);
void json_out_boolean(struct json_out *json, bool boolean);
void json_out_null(struct json_out *json);
/* Key and value in one. */
void json_out_member(struct json_out *json, struct str key, struct str text);
void json_out_member_number(struct json_out *json, struct str key, int64_t number);

#endif
