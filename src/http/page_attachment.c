/* Pictures and scans: through the record that refers to them, so that who may not read the one does
 * not get the other. */
#include "http/page.h"
#include "rule/access.h"

/* ---- which one ---- */

/* "scan" of the record, or "photographs[018f...].photo" of one of its rows. */
static const struct subject *subject_of(struct request *request, struct record *record,
                                        struct str name, uint32_t *ret_field)
{
    const struct model *model = request->model;
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

/* STATUS_NOT_FOUND also for what may not be read: nobody learns what hangs on a record. */
static enum status find_file(struct request *request, struct record *record, struct uuid *ret_file)
{
    uint32_t field;
    const struct subject *subject = subject_of(request, record, request->parameters[2], &field);
    if (!subject || field == MODEL_NONE || !is_file(request->model, field) ||
        !access_field(&request->set, record, field, VERB_READ).allowed) {
        return STATUS_NOT_FOUND;
    }
    struct value value = value_get(subject, field);
    if (value.type != VALUE_REFERENCE) {
        return STATUS_NOT_FOUND;
    }
    *ret_file = value.reference;
    return STATUS_OK;
}

/* ---- the answer ---- */

/* Pictures are shown; anything else is handed over as a file. */
static struct str disposition(struct arena *arena, const struct store_attachment *attachment)
{
    struct buf text;
    buf_init(&text, arena, 8 * attachment->name.n + 100);
    buf_add(&text, str_starts(attachment->type, STR("image/")) ? STR("inline") : STR("attachment"));
    if (attachment->name.n > 0) {
        BUF_ADD(&text, STR("; filename*=UTF-8''"));
        url_encode(&text, attachment->name);
    }
    return buf_str(&text);
}

static enum handled send_file(struct request *request)
{
    struct store_attachment attachment;
    struct uuid id, file;
    enum handled handled;
    uint32_t entity = page_entity(request, 0);
    if (entity == MODEL_NONE || !page_id(request, 1, &id)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    struct record *record = page_read(request, entity, id, 0, 0, STR("Picture or scan"), &handled);
    if (!record) {
        return handled;
    }
    enum status status = find_file(request, record, &file);
    if (status == STATUS_OK) {
        status = store_attachment(request->reader, file, &attachment, &request->response.body_view);
    }
    if (status != STATUS_OK) {
        return request_fail(request, status);
    }
    request->response.type = attachment.type;
    request->response.disposition = disposition(&request->arena, &attachment);
    return HANDLED;
}

enum handled page_attachment(struct request *request)
{
    return request_on_slow_lane(request, send_file);
}
