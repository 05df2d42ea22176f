/* Pictures and scans: through the record that refers to them, so that who may not read the one does
 * not get the other. */
#include "http/connection.h"
#include "http/header.h"
#include "http/page.h"
#include "rule/access.h"
#include "store/attachment.h"

/* ---- which one ---- */

/* "scan" of the record, or "photographs[018f...].photo" of one of its rows. */
static const struct subject *subject_of(struct record *record, struct str name, uint32_t *ret_field)
{
    const struct model *model = record->set->model;
    uint32_t entity = record->subject.entity;
    ptrdiff_t open = str_find_byte(name, '['), close = str_find(name, STR("]."));
    struct uuid id;
    if (open < 0) {
        *ret_field = model_field_by_name(model, entity, name);
        return &record->subject;
    }
    uint32_t list = model_list_by_name(model, entity, str_slice(name, 0, (size_t)open));
    *ret_field = MODEL_NONE;
    if (list == MODEL_NONE || close < open ||
        !uuid_parse(str_slice(name, (size_t)open + 1, (size_t)close), &id)) {
        return NULL;
    }
    const struct row *row = record_find_row(record, list, id);
    *ret_field = model_list_field_by_name(model, list, str_slice(name, (size_t)close + 2, name.n));
    return row ? &row->subject : NULL;
}

static bool is_file(const struct model *model, uint32_t field)
{
    enum model_field_kind kind = model_field_row(model, field)->kind;
    return kind == FIELD_ATTACHMENT || kind == FIELD_SIGNATURE;
}

/* "?version=3": as it was then, perhaps in a field that is gone since. */
static enum status go_back(struct request *request, struct record **record)
{
    struct str version = request_query(request, STR("version"));
    struct record *then;
    int64_t number;
    if (version.n == 0) {
        return STATUS_OK;
    }
    if (!str_to_i64(version, &number) || number < 1 || number > UINT32_MAX) {
        return STATUS_NOT_FOUND;
    }
    TRY(store_as_of_version(request->reader, &request->set, *record, (uint32_t)number,
                            &request->outcome));
    TRY(store_as_written(request->reader, &request->set, *record, &then));
    *record = then != NULL ? then : *record;
    return STATUS_OK;
}

/* STATUS_NOT_FOUND also for what may not be read: nobody learns what hangs on a record. */
static enum status find_file(struct request *request, struct record *record, struct uuid *ret_file)
{
    uint32_t field;
    TRY(go_back(request, &record));
    const struct subject *subject = subject_of(record, request->parameters[2], &field);
    if (!subject || field == MODEL_NONE || !is_file(record->set->model, field) ||
        !access_field(record->set, record, field, VERB_READ).allowed) {
        return STATUS_NOT_FOUND;
    }
    struct value value = value_get(subject, field);
    if (value.type != VALUE_REFERENCE) {
        return STATUS_NOT_FOUND;
    }
    *ret_file = value.reference;
    return STATUS_OK;
}

/* ---- a part of it ---- */

/* What is asked for; whole again when it is no longer the same file. */
static bool wanted_part(struct request *request, const struct store_attachment *attachment,
                        struct header_range *part)
{
    struct str same = request_header(request, "If-Range");
    bool another = same.n > 0 && !str_eq(str_trim(same), request->response.etag);
    return header_read_range(another ? STR("") : str_trim(request_header(request, "Range")),
                             attachment->size, part);
}

/* ---- the answer ---- */

/* Pictures that every browser draws are shown; anything else is handed over as a file. */
static struct str disposition(struct arena *arena, const struct store_attachment *attachment)
{
    struct buf text;
    bool drawn =
        str_eq(attachment->type, STR("image/png")) || str_eq(attachment->type, STR("image/jpeg"));
    buf_init(&text, arena, 8 * attachment->name.n + 100);
    buf_add(&text, drawn ? STR("inline") : STR("attachment"));
    if (attachment->name.n > 0) {
        BUF_ADD(&text, STR("; filename*=UTF-8''"));
        url_encode(&text, attachment->name);
    }
    return buf_str(&text);
}

static struct str range_words(struct arena *arena, const struct header_range *part, size_t size)
{
    return STR_JOIN(arena, STR("bytes "), str_from_int(arena, (int64_t)part->from), STR("-"),
                    str_from_int(arena, (int64_t)(part->from + part->count - 1)), STR("/"),
                    str_from_int(arena, (int64_t)size));
}

/* The file of the field that the address names, whole or the part that is asked for. */
static enum status answer_file(struct request *request, struct record *record)
{
    struct store_attachment attachment;
    struct response *response = &request->response;
    struct arena *arena = &request->arena;
    struct uuid file;
    struct header_range part;
    TRY(find_file(request, record, &file));
    TRY(store_attachment(request->reader, file, &attachment));
    response->etag = STR_JOIN(arena, STR("\""), attachment.digest, STR("\""));
    if (!wanted_part(request, &attachment, &part)) {
        response->status = 416;
        response->type = STR("text/plain; charset=utf-8");
        response->range =
            STR_JOIN(arena, STR("bytes */"), str_from_int(arena, (int64_t)attachment.size));
        return STATUS_OK;
    }
    TRY(store_stream_open(request->reader, file, part.from, &request->stream));
    response->status = part.is_part ? 206 : 200;
    response->range = part.is_part ? range_words(arena, &part, attachment.size) : STR("");
    response->stream_size = part.count;
    response->type = attachment.type;
    response->disposition = disposition(arena, &attachment);
    return STATUS_OK;
}

static enum handled send_file(struct request *request)
{
    struct uuid id;
    enum handled handled;
    uint32_t entity = page_entity(request, 0);
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    struct record *record = page_read(request, entity, id, 0, 0, STR("Picture or scan"), &handled);
    if (!record) {
        return handled;
    }
    enum status status = answer_file(request, record);
    return status == STATUS_OK ? HANDLED : request_fail(request, status);
}

enum handled page_attachment(struct request *request)
{
    return request_on_slow_lane(request, send_file);
}

static enum handled send_to_program(struct request *request)
{
    struct uuid id;
    struct record *record;
    uint32_t entity = model_entity_by_name(request->model, request->parameters[0]);
    enum status status = STATUS_NOT_FOUND;
    if (entity != MODEL_NONE && uuid_parse(request->parameters[1], &id)) {
        status = store_read(request->reader, &request->set, entity, id, 0, 0,
                            (struct store_purpose){.route = STR("api_attachment")},
                            &request->outcome, &record);
        status = status == STATUS_OK ? answer_file(request, record) : status;
    }
    return status == STATUS_OK ? HANDLED : api_problem(request, status);
}

enum handled api_attachment(struct request *request)
{
    return request_on_slow_lane(request, send_to_program);
}
