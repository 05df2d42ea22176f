/* What belongs to a piece of work on one axis of time: its own records, and what it came from with
 * theirs. Which records those are, the model says (timeline: of an entity); each reader sees those
 * that the gate gives them. */
#include "http/page_work.h"

#include "base/map.h"
#include "rule/access.h"

#define EACH_MOST 100u   /* of one kind below one record */
#define SOURCES_DEEP 2u  /* case, assessment, report */
#define LINE_LENGTH 1000 /* of the axis, its own unit */

/* A record and when it was; by days, or by the minute where that is known. */
struct past {
    struct record *record;
    struct date from, to; /* the same: a point in time */
    struct instant at;    /* ms 0: only the day is known */
};

struct timeline_gather {
    struct request *request;
    struct map seen;
    LIST(struct past) all;
    bool more; /* older ones than are shown */
};

/* ---- gathering ---- */

/* The day that the field says, when it says one that the actor may read. */
static bool day_of(const struct request *request, const struct record *record, uint32_t field,
                   struct date *ret_day, struct instant *ret_at)
{
    struct value value = value_unset();
    if (field != MODEL_NONE && access_field(&request->set, record, field, VERB_READ).allowed) {
        value = value_get(&record->subject, field);
    }
    if (value.type == VALUE_DATETIME) {
        *ret_day = value.datetime.local;
        *ret_at = value.datetime.at;
    } else if (value.type == VALUE_DATE) {
        *ret_day = value.date;
    }
    return value.type == VALUE_DATETIME || value.type == VALUE_DATE;
}

static bool is_before(const struct past *a, const struct past *b)
{
    return a->from.day != b->from.day ? a->from.day < b->from.day : a->at.ms < b->at.ms;
}

static void add_past(struct timeline_gather *gather, struct record *record)
{
    struct request *request = gather->request;
    const struct model_entity *entity = model_entity_row(request->model, record->subject.entity);
    struct past past = {.record = record};
    struct instant ended;
    if (!record_stands(record) || (record->version == 0 && !record->is_new) ||
        !day_of(request, record, entity->timeline, &past.from, &past.at) ||
        !map_add(&gather->seen, uuid_text(&request->arena, record->subject.id), record)) {
        return;
    }
    past.to = past.from;
    if (entity->timeline_to != MODEL_NONE &&
        !day_of(request, record, entity->timeline_to, &past.to, &ended)) {
        past.to = request->set.today; /* it goes on */
    }
    size_t at = gather->all.count;
    LIST_PUSH(&request->arena, &gather->all, past);
    for (; at > 0 && is_before(&past, &gather->all.items[at - 1]); at--) {
        gather->all.items[at] = gather->all.items[at - 1];
    }
    gather->all.items[at] = past;
}

static void add_members(struct timeline_gather *gather, const struct record *of)
{
    struct request *request = gather->request;
    const struct model *model = request->model;
    const struct model_entity *entity = model_entity_row(model, of->subject.entity);
    for (uint32_t i = 0; i < entity->collections_count; i++) {
        uint32_t by = model_collection_row(model, entity->collections_first + i)->reference;
        struct record **records;
        size_t count;
        struct str next;
        struct outcome ignored;
        outcome_init(&ignored, &request->arena);
        if (by == MODEL_NONE || model_field_row(model, by)->list != MODEL_NONE ||
            model_entity_row(model, model_field_row(model, by)->entity)->timeline == MODEL_NONE ||
            store_find(request->reader, &request->set, model_field_row(model, by)->entity, by,
                       of->subject.id, (struct store_page){.limit = EACH_MOST}, &ignored, &records,
                       &count, &next) != STATUS_OK) {
            continue;
        }
        gather->more |= next.n > 0;
        for (size_t k = 0; k < count; k++) {
            add_past(gather, records[k]);
        }
    }
}

/* What a reference of the record leads to, when that stands on timelines itself; else NULL. */
static struct record *source_of(struct timeline_gather *gather, const struct record *record,
                                uint32_t field)
{
    struct request *request = gather->request;
    const struct model_field *reference = model_field_row(request->model, field);
    struct value value = value_get(&record->subject, field);
    struct record *found = NULL;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (reference->kind != FIELD_REFERENCE || value.type != VALUE_REFERENCE ||
        model_entity_row(request->model, reference->target)->timeline == MODEL_NONE ||
        store_read(request->reader, &request->set, reference->target, value.reference, 0, 0,
                   (struct store_purpose){.route = STR("timeline")}, &ignored,
                   &found) != STATUS_OK) {
        return NULL;
    }
    return found;
}

/* The record, what belongs to it, and what it came from; depth is bounded by SOURCES_DEEP. */
static void gather_from(struct timeline_gather *gather, struct record *record, unsigned depth)
{
    const struct model_entity *entity =
        model_entity_row(gather->request->model, record->subject.entity);
    add_past(gather, record);
    add_members(gather, record);
    for (uint32_t i = 0; depth < SOURCES_DEEP && i < entity->fields_count; i++) {
        struct record *source = source_of(gather, record, entity->fields_first + i);
        if (source != NULL) {
            gather_from(gather, source, depth + 1);
        }
    }
}

/* ---- showing ---- */

static unsigned place_of(const struct timeline_gather *gather, struct date on)
{
    int64_t first = gather->all.items[0].from.day;
    int64_t span = gather->request->set.today.day - first;
    int64_t at = span > 0 ? (on.day - first) * LINE_LENGTH / span : 0;
    return at < 0 ? 0 : at > LINE_LENGTH ? LINE_LENGTH : (unsigned)at;
}

/* The lane of a kind of record: they stand in the order in which they begin. */
static unsigned lane_of(struct timeline *timeline, struct str *lanes, struct str name)
{
    unsigned lane = 0;
    while (lane < timeline->lanes_count && !str_eq(lanes[lane], name)) {
        lane++;
    }
    if (lane == timeline->lanes_count) {
        lanes[timeline->lanes_count++] = name;
    }
    return lane;
}

static struct str words_of(struct request *request, const struct past *past)
{
    const struct model_entity *entity =
        model_entity_row(request->model, past->record->subject.entity);
    struct str label = model_text(request->model, entity->label);
    struct str title = record_title(&request->set, past->record);
    return str_find(title, label) >= 0 ? title : STR_JOIN(&request->arena, label, STR(": "), title);
}

void timeline_content(struct html *html, const void *context)
{
    const struct work *work = context;
    struct request *request = work->request;
    struct timeline_gather gather = {.request = request};
    struct timeline timeline = {.label = STR("By time"), .end = STR("today")};
    map_init(&gather.seen, &request->arena);
    gather_from(&gather, work->subject, 0);
    page_titles(request);
    struct str *lanes = ARENA_ARRAY(&request->arena, gather.all.count, struct str);
    struct moment *moments = ARENA_ARRAY(&request->arena, gather.all.count, struct moment);
    for (size_t i = 0; i < gather.all.count; i++) {
        const struct past *past = &gather.all.items[i];
        const struct subject *subject = &past->record->subject;
        struct str kind =
            model_text(request->model, model_entity_row(request->model, subject->entity)->plural);
        moments[i] = (struct moment){
            .lane = lane_of(&timeline, lanes, kind),
            .from = place_of(&gather, past->from),
            .to = place_of(&gather, past->to),
            .when = past->at.ms != 0 ? page_when(request, past->at)
                                     : date_long(&request->arena, past->from),
            .text = words_of(request, past),
            .to_page = page_open_url(request, subject->entity, subject->id, past->record->root),
            .state = view_state(request->model, past->record)};
    }
    if (gather.all.count == 0) {
        html_element(html, "p", "empty", STR("Nothing that you may read has a date yet."));
        return;
    }
    timeline.start = date_long(&request->arena, gather.all.items[0].from);
    timeline.lanes = lanes;
    timeline.moments = moments;
    timeline.moments_count = gather.all.count;
    component_timeline(html, &timeline);
    if (gather.more) {
        html_element(
            html, "p", "note",
            STR("Of each kind the newest hundred stand here. Older ones are in the steps."));
    }
}
