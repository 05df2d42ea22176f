/* See body.h. */
#include "http/body.h"

#include "base/buf.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool body_decode(struct arena *arena, struct str text, bool plus_is_blank, struct str *ret_text)
{
    char *out = arena_alloc(arena, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            if (text.n - i < 3) {
                return false;
            }
            int high = hex_digit(text.p[i + 1]);
            int low = hex_digit(text.p[i + 2]);
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        out[n++] = c;
    }
    *ret_text = (struct str){out, n};
    return true;
}

static enum status malformed(struct outcome *outcome, struct str what)
{
    outcome_problem(outcome, STATUS_MALFORMED, STR(""), STR("malformed"), what);
    return STATUS_MALFORMED;
}

static enum status add_pair(struct arena *arena, struct body_pairs *pairs, struct str name,
                            struct str value, struct outcome *outcome)
{
    if (name.n == 0 || name.n > BODY_NAME_MAX) {
        return malformed(outcome, STR("A field of the form has no name, or one longer than 200 "
                                      "bytes."));
    }
    if (pairs->pairs.count == INPUT_PAIRS_MAX) {
        outcome_problem(outcome, STATUS_TOO_LARGE, STR(""), STR("too_many_fields"),
                        STR("The form has more than 4000 fields. Save it in parts."));
        return STATUS_TOO_LARGE;
    }
    struct input_pair pair = {name, value};
    LIST_PUSH(arena, &pairs->pairs, pair);
    return STATUS_OK;
}

enum status body_urlencoded(struct arena *arena, struct str body, struct body_pairs *ret_pairs,
                            struct outcome *outcome)
{
    struct str rest = body;
    struct str part;
    *ret_pairs = (struct body_pairs){0};
    while (body.n > 0 && str_split(&rest, '&', &part)) {
        struct str name;
        struct str value;
        ptrdiff_t equals = str_find_byte(part, '=');
        struct str raw_name = equals < 0 ? part : str_slice(part, 0, (size_t)equals);
        struct str raw_value = equals < 0 ? STR("") : str_slice(part, (size_t)equals + 1, part.n);
        if (part.n == 0) {
            continue;
        }
        if (!body_decode(arena, raw_name, true, &name) ||
            !body_decode(arena, raw_value, true, &value)) {
            return malformed(outcome, STR("The form holds a percent sign that is not followed by "
                                          "two hexadecimal digits."));
        }
        TRY(add_pair(arena, ret_pairs, name, value, outcome));
    }
    return STATUS_OK;
}

/* ---- multipart ------------------------------------------------------------------------------ */

/* The value of NAME="..." or NAME=token in a header value; false when it is not there. */
static bool header_parameter(struct str header, struct str name, struct str *ret_value)
{
    struct str rest = header;
    struct str part;
    while (str_split(&rest, ';', &part)) {
        part = str_trim(part);
        if (part.n <= name.n || !str_starts(part, name) || part.p[name.n] != '=') {
            continue;
        }
        struct str value = str_slice(part, name.n + 1, part.n);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') {
            value = str_slice(value, 1, value.n - 1);
        }
        *ret_value = value;
        return true;
    }
    return false;
}

static bool equals_ignoring_case(struct str a, struct str lower)
{
    if (a.n != lower.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        char c = a.p[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c + ('a' - 'A'));
        }
        if (c != lower.p[i]) {
            return false;
        }
    }
    return true;
}

struct part {
    struct str name, file_name;
    bool is_file;
    struct str content;
};

/* Reads the header lines of a part; *at stands behind the empty line afterwards. */
static bool part_headers(struct str body, size_t *at, struct part *part)
{
    bool has_name = false;
    for (;;) {
        struct str rest = str_slice(body, *at, body.n);
        ptrdiff_t end = str_find(rest, STR("\r\n"));
        if (end < 0 || end > 1000) {
            return false;
        }
        struct str line = str_slice(rest, 0, (size_t)end);
        *at += (size_t)end + 2;
        if (line.n == 0) {
            return has_name;
        }
        ptrdiff_t colon = str_find_byte(line, ':');
        if (colon <= 0) {
            return false;
        }
        struct str value = str_trim(str_slice(line, (size_t)colon + 1, line.n));
        if (!equals_ignoring_case(str_slice(line, 0, (size_t)colon), STR("content-disposition"))) {
            continue;
        }
        if (!str_starts(value, STR("form-data"))) {
            return false;
        }
        has_name = header_parameter(value, STR("name"), &part->name);
        part->is_file = header_parameter(value, STR("filename"), &part->file_name);
    }
}

static enum status add_part(struct arena *arena, struct body_pairs *pairs, const struct part *part,
                            struct outcome *outcome)
{
    if (!part->is_file) {
        return add_pair(arena, pairs, part->name, part->content, outcome);
    }
    if (part->content.n == 0 && part->file_name.n == 0) { /* none was chosen */
        return STATUS_OK;
    }
    if (pairs->uploads.count == BODY_UPLOADS_MAX) {
        outcome_problem(outcome, STATUS_TOO_LARGE, part->name, STR("too_many_files"),
                        STR("At most 20 files can be sent at once."));
        return STATUS_TOO_LARGE;
    }
    struct str value =
        STR_JOIN(arena, STR("upload:"), str_from_int(arena, (int64_t)pairs->uploads.count));
    struct service_upload upload = {
        .given = {.bytes = part->content, .name = part->file_name}
    };
    LIST_PUSH(arena, &pairs->uploads, upload);
    return add_pair(arena, pairs, part->name, value, outcome);
}

enum status body_multipart(struct arena *arena, struct str content_type, struct str body,
                           struct body_pairs *ret_pairs, struct outcome *outcome)
{
    struct str boundary;
    *ret_pairs = (struct body_pairs){0};
    if (!header_parameter(content_type, STR("boundary"), &boundary) || boundary.n == 0 ||
        boundary.n > 70) {
        return malformed(outcome, STR("The form has no boundary between its parts."));
    }
    struct str opening = STR_JOIN(arena, STR("--"), boundary);
    struct str delimiter = STR_JOIN(arena, STR("\r\n--"), boundary);
    if (!str_starts(body, opening)) {
        return malformed(outcome, STR("The form does not begin with its boundary."));
    }
    size_t at = opening.n;
    for (;;) {
        struct str rest = str_slice(body, at, body.n);
        if (str_starts(rest, STR("--"))) {
            return STATUS_OK;
        }
        if (!str_starts(rest, STR("\r\n"))) {
            return malformed(outcome,
                             STR("A part of the form does not begin on a line of its own."));
        }
        at += 2;
        struct part part = {0};
        if (!part_headers(body, &at, &part)) {
            return malformed(outcome, STR("A part of the form has no readable heading."));
        }
        rest = str_slice(body, at, body.n);
        ptrdiff_t end = str_find(rest, delimiter);
        if (end < 0) {
            return malformed(outcome, STR("The form breaks off before its end."));
        }
        part.content = str_slice(rest, 0, (size_t)end);
        at += (size_t)end + delimiter.n;
        TRY(add_part(arena, ret_pairs, &part, outcome));
    }
}

/* ---- encoding ---------------------------------------------------------------------------------
 */
