/* See page_cover.h. */
#include "http/page_cover.h"

#include "http/page_act.h"
#include "model/c_names.h"

#define COVERS_MAX 50u

struct covers {
    struct request *request;
    LIST(struct cover_line) lines;
};

static uint32_t field_of(const struct request *request, enum c_name name)
{
    return model_c_name(request->model, name)->field;
}

static struct str name_of(struct request *request, struct uuid worker)
{
    struct str name = value_words(&request->set, value_reference(worker), MODEL_NONE);
    return name.n > 0 ? name : STR("A colleague");
}

/* " from Mon 30 Nov 2026 until Fri 4 Dec 2026" */
static struct str days_words(struct request *request, struct value from, struct value to)
{
    struct arena *arena = &request->arena;
    bool later = from.type == VALUE_DATE && from.date.day > request->set.today.day;
    return STR_JOIN(arena, later ? STR(" from ") : STR(""),
                    later ? date_long(arena, from.date) : STR(""),
                    to.type == VALUE_DATE ? STR(" until ") : STR(""),
                    to.type == VALUE_DATE ? date_long(arena, to.date) : STR(""));
}

/* of: whose row it is. */
static void add_line(struct covers *covers, const struct record *of, const struct row *row)
{
    struct request *request = covers->request;
    struct arena *arena = &request->arena;
    const struct subject *subject = &row->subject;
    struct value by = page_value(request, subject, C_WORKER_COVER_COVERED_BY);
    struct value from = page_value(request, subject, C_WORKER_COVER_BEGINS_ON);
    struct value to = page_value(request, subject, C_WORKER_COVER_ENDS_ON);
    struct uuid self = request->session.worker;
    bool mine = uuid_eq(of->subject.id, self);
    if (by.type != VALUE_REFERENCE || (!mine && !uuid_eq(by.reference, self)) ||
        (to.type == VALUE_DATE && to.date.day < request->set.today.day)) {
        return;
    }
    struct cover_line line = {
        .text = mine ? STR_JOIN(arena, name_of(request, by.reference), STR(" covers for you"),
                                days_words(request, from, to))
                     : STR_JOIN(arena, STR("You cover for "), name_of(request, of->subject.id),
                                days_words(request, from, to)),
        .end = URL(arena, STR("cover"), uuid_text(arena, of->subject.id),
                   uuid_text(arena, subject->id), STR("end"))};
    LIST_PUSH(arena, &covers->lines, line);
}

static void add_lines(struct covers *covers, struct record *worker)
{
    const struct rows *rows =
        record_rows(worker, model_c_name(covers->request->model, C_WORKER_COVER)->list);
    for (size_t i = 0; i < rows->items.count; i++) {
        add_line(covers, worker, rows->items.items[i]);
    }
}

enum status page_cover(struct request *request, struct cover_line **ret_lines, size_t *ret_count)
{
    struct covers covers = {.request = request};
    uint32_t worker = model_c_name(request->model, C_WORKER)->entity;
    struct record *self = request->set.actor_record;
    struct record **others;
    struct str next;
    size_t count = 0;
    *ret_count = 0;
    if (worker == MODEL_NONE || self == NULL ||
        field_of(request, C_WORKER_COVER_COVERED_BY) == MODEL_NONE) {
        return STATUS_OK;
    }
    TRY(store_find(request->reader, &request->set, worker,
                   field_of(request, C_WORKER_COVER_COVERED_BY), self->subject.id,
                   (struct store_page){.limit = COVERS_MAX}, &request->outcome, &others, &count,
                   &next));
    TRY(store_titles(request->reader, &request->set));
    add_lines(&covers, self);
    for (size_t i = 0; i < count; i++) {
        if (others[i] != self) {
            add_lines(&covers, others[i]);
        }
    }
    *ret_lines = covers.lines.items;
    *ret_count = covers.lines.count;
    return STATUS_OK;
}

/* ---- ending it ---- */

static enum handled ended(struct request *request)
{
    return request->outcome.status == STATUS_OK ? request_redirect(request, STR("/my-day"))
                                                : request_fail(request, request->outcome.status);
}

enum handled page_cover_end(struct request *request)
{
    struct service_cover_end *end = ARENA_NEW(&request->arena, struct service_cover_end);
    *end = (struct service_cover_end){
        .entity = model_c_name(request->model, C_WORKER)->entity,
        .list = model_c_name(request->model, C_WORKER_COVER)->list,
        .covered_by = field_of(request, C_WORKER_COVER_COVERED_BY),
        .begins_on = field_of(request, C_WORKER_COVER_BEGINS_ON),
        .ends_on = field_of(request, C_WORKER_COVER_ENDS_ON),
    };
    if (end->covered_by == MODEL_NONE || end->begins_on == MODEL_NONE ||
        end->ends_on == MODEL_NONE || !page_id(request, 0, &end->worker) ||
        !page_id(request, 1, &end->row)) {
        return request_fail(request, STATUS_NOT_FOUND);
    }
    return page_act(request, service_cover_end, end, ended);
}
