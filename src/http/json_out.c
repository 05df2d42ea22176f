/* See json_out.h. */
#include "http/json_out.h"

void json_out_init(struct json_out *json, struct buf *buf)
{
    *json = (struct json_out){.buf = buf};
}

/* A comma where one belongs. */
static void before_value(struct json_out *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->filled[json->depth]) {
        buf_byte(json->buf, ',');
    }
    json->filled[json->depth] = true;
}

static void open(struct json_out *json, char bracket)
{
    before_value(json);
    buf_byte(json->buf, bracket);
    CHECK(json->depth + 1 < JSON_OUT_DEPTH_MAX);
    json->filled[++json->depth] = false;
}

static void close(struct json_out *json, char bracket)
{
    CHECK(json->depth > 0 && !json->after_key);
    json->depth--;
    buf_byte(json->buf, bracket);
}

void json_out_object(struct json_out *json)
{
    open(json, '{');
}

void json_out_object_end(struct json_out *json)
{
    close(json, '}');
}

void json_out_array(struct json_out *json)
{
    open(json, '[');
}

void json_out_array_end(struct json_out *json)
{
    close(json, ']');
}

static void quoted(struct json_out *json, struct str text)
{
    size_t from = 0;
    buf_byte(json->buf, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        buf_add(json->buf, str_slice(text, from, i));
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_byte(json->buf, '\\');
            buf_byte(json->buf, (char)c);
        } else if (c == '\n') {
            buf_add(json->buf, STR("\\n"));
        } else {
            buf_add(json->buf, STR("\\u00"));
            buf_hex(json->buf, &c, 1);
        }
    }
    buf_add(json->buf, str_slice(text, from, text.n));
    buf_byte(json->buf, '"');
}

void json_out_key(struct json_out *json, struct str key)
{
    before_value(json);
    quoted(json, key);
    buf_byte(json->buf, ':');
    json->after_key = true;
}

void json_out_text(struct json_out *json, struct str text)
{
    before_value(json);
    quoted(json, text);
}

void json_out_number(struct json_out *json, int64_t number)
{
    before_value(json);
    buf_int(json->buf, number);
}

void json_out_boolean(struct json_out *json, bool boolean)
{
    before_value(json);
    buf_add(json->buf, boolean ? STR("true") : STR("false"));
}

void json_out_null(struct json_out *json)
{
    before_value(json);
    buf_add(json->buf, STR("null"));
}

void json_out_member(struct json_out *json, struct str key, struct str text)
{
    json_out_key(json, key);
    json_out_text(json, text);
}

void json_out_member_number(struct json_out *json, struct str key, int64_t number)
{
    json_out_key(json, key);
    json_out_number(json, number);
}
