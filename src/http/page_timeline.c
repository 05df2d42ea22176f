/* What was, on one axis of time. Of a piece of work: its own records, and what it came from with
 * theirs. Of a person (of any hub): the work that names them, and what of it they take part in.
 * Which records those are, the model says (timeline: of an entity); each reader sees those that the
 * gate gives them. */
#include "http/page_words.h"
#include "http/page_work.h"

#include "base/map.h"
#include "rule/access.h"

#define EACH_MOST 100u   /* of one kind below one record */
#define SOURCES_DEEP 2u  /* case, assessment, report */
#define WORK_MOST 25u    /* pieces of work that name one person */
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
    struct map takes_part;      /* of a hub: itself and the parts that name it, by id; else empty */
    LIST(struct record *) work; /* of a hub: what names it, each once */
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

/* The records that lead to another by a reference, as far as the actor may read them. */
static size_t find_leading(struct timeline_gather *gather, const struct record *to,
                           uint32_t reference, struct record ***ret_records)
{
    struct request *request = gather->request;
    size_t count;
    struct str next;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (store_find(request->reader, &request->set,
                   model_field_row(request->model, reference)->entity, reference, to->subject.id,
                   (struct store_page){.limit = EACH_MOST}, &ignored, ret_records, &count,
                   &next) != STATUS_OK) {
        return 0;
    }
    gather->more |= next.n > 0;
    return count;
}

static bool leads_by(const struct timeline_gather *gather, const struct subject *subject,
                     uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        struct value to = value_get(subject, i);
        if (to.type == VALUE_REFERENCE &&
            map_get(&gather->takes_part, uuid_text(&gather->request->arena, to.reference)) !=
                NULL) {
            return true;
        }
    }
    return false;
}

/* Whether the record, or a row of it, leads to whom the timeline is of. */
static bool takes_part(const struct timeline_gather *gather, struct record *record)
{
    const struct model *model = gather->request->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    if (leads_by(gather, &record->subject, entity->fields_first, entity->fields_count)) {
        return true;
    }
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        const struct model_list *list = model_list_row(model, entity->lists_first + i);
        const struct rows *rows = record_rows(record, entity->lists_first + i);
        for (size_t k = 0; k < rows->items.count; k++) {
            if (leads_by(gather, &rows->items.items[k]->subject, list->fields_first,
                         list->fields_count)) {
                return true;
            }
        }
    }
    return false;
}

/* What belongs to a record; of a hub's timeline only that in which it takes part. */
static void add_members(struct timeline_gather *gather, const struct record *of)
{
    const struct model *model = gather->request->model;
    const struct model_entity *entity = model_entity_row(model, of->subject.entity);
    for (uint32_t i = 0; i < entity->collections_count; i++) {
        uint32_t by = model_collection_row(model, entity->collections_first + i)->reference;
        struct record **records;
        if (by == MODEL_NONE || model_field_row(model, by)->list != MODEL_NONE ||
            model_entity_row(model, model_field_row(model, by)->entity)->timeline == MODEL_NONE) {
            continue;
        }
        size_t count = find_leading(gather, of, by, &records);
        for (size_t k = 0; k < count; k++) {
            if (gather->takes_part.count == 0 || takes_part(gather, records[k])) {
                add_past(gather, records[k]);
            }
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

/* ---- of a hub ---- */

/* The piece of work a record belongs to, when it may be read; else NULL. */
static struct record *work_of(struct timeline_gather *gather, struct record *record)
{
    struct request *request = gather->request;
    uint32_t root = model_entity_row(request->model, record->subject.entity)->root;
    struct record *found = work_set_find(&request->set, record->root);
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (found == NULL && store_read(request->reader, &request->set, root, record->root, 0, 0,
                                    (struct store_purpose){.route = STR("timeline")}, &ignored,
                                    &found) != STATUS_OK) {
        return NULL;
    }
    return found;
}

/* A record that names the hub, and the piece of work it belongs to. */
static void add_naming(struct timeline_gather *gather, struct record *record)
{
    struct arena *arena = &gather->request->arena;
    bool is_part = !uuid_eq(record->root, record->subject.id);
    struct record *work = is_part ? work_of(gather, record) : record;
    if (!record_stands(record) || !takes_part(gather, record) || work == NULL) {
        return;
    }
    add_past(gather, record);
    if (is_part) {
        (void)map_add(&gather->takes_part, uuid_text(arena, record->subject.id), record);
    }
    if (model_entity_row(gather->request->model, work->subject.entity)->kind != ENTITY_ROOT) {
        return;
    }
    for (size_t i = 0; i < gather->work.count; i++) {
        if (gather->work.items[i] == work) {
            return;
        }
    }
    if (gather->work.count == WORK_MOST) {
        gather->more = true;
        return;
    }
    LIST_PUSH(arena, &gather->work, work);
}

/* Everything that leads to the hub, the work it belongs to, and what of that leads to the hub or to
 * what names it there (a visit to the child of an assessment, who is a person). */
static void gather_of_hub(struct timeline_gather *gather, struct record *hub)
{
    const struct model *model = gather->request->model;
    const struct model_entity *entity = model_entity_row(model, hub->subject.entity);
    (void)map_add(&gather->takes_part, uuid_text(&gather->request->arena, hub->subject.id), hub);
    for (uint32_t i = 0; i < entity->collections_count; i++) {
        const struct model_collection *collection =
            model_collection_row(model, entity->collections_first + i);
        struct record **records = NULL;
        size_t count = collection->reference != MODEL_NONE && collection->name != 0
                           ? find_leading(gather, hub, collection->reference, &records)
                           : 0;
        for (size_t k = 0; k < count; k++) {
            add_naming(gather, records[k]);
        }
    }
    for (size_t i = 0; i < gather->work.count; i++) {
        add_past(gather, gather->work.items[i]);
        add_members(gather, gather->work.items[i]);
    }
}

/* "On record elsewhere, not for you to read: report of maltreatment. Ask ..." */
static void show_elsewhere(struct html *html, struct request *request, const struct record *hub)
{
    const struct model *model = request->model;
    const uint32_t *roots;
    size_t count;
    struct outcome ignored;
    outcome_init(&ignored, &request->arena);
    if (store_elsewhere(request->reader, &request->set, hub, &ignored, &roots, &count) !=
        STATUS_OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct model_entity *root = model_entity_row(model, roots[i]);
        struct str ask = model_text(model, model_record_class_row(model, root->class)->ask);
        html_element(html, "p", "note",
                     STR_JOIN(&request->arena, STR("There is more than you may read here: "),
                              page_small(&request->arena, model_text(model, root->label)),
                              ask.n > 0 ? STR(". Ask ") : STR(""), ask, STR(".")));
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

static struct moment moment_of(struct timeline_gather *gather, const struct past *past)
{
    struct request *request = gather->request;
    const struct subject *subject = &past->record->subject;
    return (struct moment){
        .from = place_of(gather, past->from),
        .to = place_of(gather, past->to),
        .when = past->at.ms != 0 ? page_when(request, past->at)
                                 : date_long(&request->arena, past->from),
        .text = words_of(request, past),
        .to_page = page_open_url(request, subject->entity, subject->id, past->record->root),
        .state = view_state(request->model, past->record)};
}

void timeline_content(struct html *html, const void *context)
{
    const struct work *work = context;
    struct request *request = work->request;
    struct timeline_gather gather = {.request = request};
    struct timeline timeline = {.label = STR("By time"), .end = STR("today")};
    bool of_hub =
        model_entity_row(request->model, work->subject->subject.entity)->kind == ENTITY_HUB;
    map_init(&gather.seen, &request->arena);
    map_init(&gather.takes_part, &request->arena);
    if (of_hub) {
        gather_of_hub(&gather, work->subject);
    } else {
        gather_from(&gather, work->subject, 0);
    }
    page_titles(request);
    struct str *lanes = ARENA_ARRAY(&request->arena, gather.all.count, struct str);
    struct moment *moments = ARENA_ARRAY(&request->arena, gather.all.count, struct moment);
    for (size_t i = 0; i < gather.all.count; i++) {
        uint32_t entity = gather.all.items[i].record->subject.entity;
        moments[i] = moment_of(&gather, &gather.all.items[i]);
        moments[i].lane =
            lane_of(&timeline, lanes,
                    model_text(request->model, model_entity_row(request->model, entity)->plural));
    }
    timeline.lanes = lanes;
    timeline.moments = moments;
    timeline.moments_count = gather.all.count;
    if (gather.all.count > 0) {
        timeline.start = date_long(&request->arena, gather.all.items[0].from);
        component_timeline(html, &timeline);
    } else {
        html_element(html, "p", "empty", STR("Nothing that you may read has a date yet."));
    }
    if (gather.more) {
        html_element(
            html, "p", "note",
            STR("Of each kind the newest hundred stand here. Older ones are in the steps."));
    }
    if (of_hub) {
        show_elsewhere(html, request, work->subject);
    }
}
