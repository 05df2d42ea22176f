#include "html/url.h"

static bool is_unreserved(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void url_encode(struct buf *out, struct str text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t start = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char byte = (unsigned char)text.p[i];
        if (is_unreserved(byte)) {
            continue;
        }
        const char code[3] = {'%', hex[byte >> 4], hex[byte & 15]};
        buf_add(out, str_slice(text, start, i));
        buf_add(out, (struct str){code, sizeof(code)});
        start = i + 1;
    }
    buf_add(out, str_slice(text, start, text.n));
}

void url_encode_segment(struct buf *out, struct str text)
{
    if (text.n == 0) {
        buf_add(out, STR("%20"));
    } else if (str_eq(text, STR("."))) {
        buf_add(out, STR("%252E"));
    } else if (str_eq(text, STR(".."))) {
        buf_add(out, STR("%252E%252E"));
    } else {
        url_encode(out, text);
    }
}

/* Room for the text with every byte encoded, and a little more. */
static size_t encoded_room(struct str text)
{
    return text.n * 3 + 16;
}

struct url url_path(struct arena *arena, const struct str *segments, size_t count)
{
    size_t room = 1;
    for (size_t i = 0; i < count; i++) {
        room += encoded_room(segments[i]);
    }
    struct buf out;
    buf_init(&out, arena, room);
    for (size_t i = 0; i < count; i++) {
        buf_byte(&out, '/');
        url_encode_segment(&out, segments[i]);
    }
    if (count == 0) {
        buf_byte(&out, '/');
    }
    return (struct url){buf_str(&out)};
}

struct url url_query(struct arena *arena, struct url url, struct str name, struct str value)
{
    struct buf out;
    buf_init(&out, arena, url.text.n + encoded_room(name) + encoded_room(value));
    buf_add(&out, url.text);
    buf_byte(&out, str_find_byte(url.text, '?') < 0 ? '?' : '&');
    url_encode(&out, name);
    buf_byte(&out, '=');
    url_encode(&out, value);
    return (struct url){buf_str(&out)};
}

struct url url_fragment(struct arena *arena, struct url url, struct str id)
{
    struct buf out;
    buf_init(&out, arena, url.text.n + encoded_room(id));
    buf_add(&out, url.text);
    buf_byte(&out, '#');
    url_encode(&out, id);
    return (struct url){buf_str(&out)};
}

bool url_local(struct str text, struct url *ret_url)
{
    if (text.n == 0 || text.p[0] != '/' || (text.n > 1 && text.p[1] == '/')) {
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        unsigned char byte = (unsigned char)text.p[i];
        if (byte <= 0x20 || byte >= 0x7F || byte == '\\') {
            return false;
        }
    }
    *ret_url = (struct url){text};
    return true;
}

bool url_is_empty(struct url url)
{
    return url.text.n == 0;
}
