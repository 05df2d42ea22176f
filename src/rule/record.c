/* Records, rows and answers of a work set. */
#include "rule/record.h"

#include "base/buf.h"
#include "base/map.h"
#include "rule/rule_int.h"

/* The kernel's own fields, in the order in which they stand behind the model's (tables.def). */
enum kernel_field {
    KERNEL_ID,
    KERNEL_VERSION,
    KERNEL_STATE,
    KERNEL_NUMBER,
    KERNEL_CREATED_AT,
    KERNEL_CREATED_BY,
    KERNEL_CHANGED_AT,
    KERNEL_CHANGED_BY,
    KERNEL__COUNT
};
enum kernel_row_field { KERNEL_ROW_ID, KERNEL_ROW_RECORD, KERNEL_ROW_POSITION, KERNEL_ROW__COUNT };

static struct map *map_new(struct arena *arena)
{
    struct map *map = ARENA_NEW(arena, struct map);
    map_init(map, arena);
    return map;
}

void work_set_init(struct work_set *set, struct arena *arena, const struct model *model,
                   struct instant now, const struct actor *actor)
{
    *set = (struct work_set){
        .arena = arena,
        .model = model,
        .calendar = model_calendar(model),
        .now = now,
        .actor = actor,
        .by_id = map_new(arena),
        .members = map_new(arena),
        .titles = map_new(arena),
    };
    set->today = zone_date(set->calendar.zone, now);
}

/* Bytes of an identifier that outlive the call, as a key. */
static struct str id_key(const struct uuid *id)
{
    const void *bytes = id->bytes;
    return (struct str){bytes, sizeof(id->bytes)};
}

static struct answer *answers_new(struct arena *arena, uint32_t count)
{
    struct answer *answers = ARENA_ARRAY(arena, count, struct answer);
    for (uint32_t i = 0; i < count; i++) {
        answers[i] = answer_unset();
    }
    return answers;
}

struct record *work_set_add(struct work_set *set, uint32_t entity, struct uuid id)
{
    const struct model_entity *shape = model_entity_row(set->model, entity);
    struct record *record = ARENA_NEW(set->arena, struct record);
    record->set = set;
    record->subject = (struct subject){
        .entity = entity,
        .list = MODEL_NONE,
        .id = id,
        .record = record,
        .answers = answers_new(set->arena, shape->fields_count),
    };
    record->state = MODEL_NONE;
    record->state_before = MODEL_NONE;
    record->root = id;
    record->lists = ARENA_ARRAY(set->arena, shape->lists_count, struct rows);
    LIST_PUSH(set->arena, &set->records, record);
    CHECK(map_add(set->by_id, id_key(&record->subject.id), record));
    return record;
}

struct record *work_set_create(struct work_set *set, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(set->model, entity);
    struct record *record = work_set_add(set, entity, set->new_id(set->id_context));
    record->is_new = true;
    record->changed = true;
    record->state = shape->states_count > 0 ? shape->states_first : MODEL_NONE;
    record->created_at = set->now;
    record->changed_at = set->now;
    if (set->actor != NULL) {
        record->created_by = set->actor->worker;
        record->changed_by = set->actor->worker;
    }
    if (shape->kind == ENTITY_ROOT && set->actor != NULL) {
        record->agency = set->actor->agency;
    }
    return record;
}

struct record *work_set_find(const struct work_set *set, struct uuid id)
{
    return map_get(set->by_id, id_key(&id));
}

void work_set_set_title(struct work_set *set, struct uuid id, struct str title)
{
    struct uuid *key = arena_copy(set->arena, &id, sizeof(id));
    struct str *kept = arena_copy(set->arena, &title, sizeof(title));
    (void)map_add(set->titles, id_key(key), kept);
}

void work_set_hide(struct work_set *set, struct uuid id)
{
    struct uuid *key = arena_copy(set->arena, &id, sizeof(id));
    if (set->hidden == NULL) {
        set->hidden = map_new(set->arena);
    }
    (void)map_add(set->hidden, id_key(key), key);
}

bool work_set_hides(const struct work_set *set, struct uuid id)
{
    return set->hidden != NULL && map_get(set->hidden, id_key(&id)) != NULL;
}

void work_set_missing(struct work_set *set, struct str kind, struct str name)
{
    if (!set->missing) {
        set->missing = true;
        set->not_loaded = STR_JOIN(set->arena, kind, STR(" "), name);
    }
}

const struct model *work_set_view(const struct work_set *set, struct uuid agency)
{
    for (size_t i = 0; i < set->view_count; i++) {
        if (uuid_eq(set->views[i].agency, agency)) {
            return set->views[i].model;
        }
    }
    return model_view(set->model, MODEL_NONE);
}

const struct model *work_set_enter(struct work_set *set, const struct record *record)
{
    const struct model *before = set->model;
    set->model = work_set_view(set, record->agency);
    return before;
}

void work_set_leave(struct work_set *set, const struct model *before)
{
    set->model = before;
}

uint32_t work_set_alternative(const struct work_set *set, struct uuid agency, uint32_t scheme,
                              struct date on)
{
    const struct clock_host *host = set->schemes;
    if (host != NULL) {
        uint32_t chosen = host->alternative(host->context, agency, scheme, on);
        if (chosen != MODEL_NONE) {
            return chosen;
        }
    }
    const struct model_scheme *shape = model_scheme_row(set->model, scheme);
    for (uint32_t i = 0; i < shape->alternatives_count; i++) {
        uint32_t row = shape->alternatives_first + i;
        const struct model_scheme_alternative *one = model_scheme_alternative_row(set->model, row);
        if ((one->from_day == MODEL_NO_BOUND || one->from_day <= on.day) &&
            (one->to_day == MODEL_NO_BOUND || on.day <= one->to_day)) {
            return row;
        }
    }
    return MODEL_NONE;
}

/* ---- answers ---- */

struct answer answer_unset(void)
{
    return (struct answer){.value = value_unset(), .why = MODEL_NONE};
}

struct answer answer_of(struct value value)
{
    return (struct answer){.value = value, .why = MODEL_NONE};
}

bool answer_is_answered(const struct answer *answer)
{
    return value_is_set(answer->value) || answer->code_count > 0;
}

bool answer_is_addressed(const struct answer *answer)
{
    return answer_is_answered(answer) || answer->why != MODEL_NONE;
}

/* Unlike value_same, which compares what codes mean: a new wording is another answer. */
static bool code_same(struct value_code a, struct value_code b)
{
    return a.version == b.version && str_eq(a.code, b.code);
}

bool answer_same(const struct answer *a, const struct answer *b)
{
    if (a->why != b->why || !str_eq(a->asked, b->asked) || a->code_count != b->code_count ||
        !value_same(a->value, b->value)) {
        return false;
    }
    if (a->value.type == VALUE_CODE && !code_same(a->value.code, b->value.code)) {
        return false;
    }
    for (size_t i = 0; i < a->code_count; i++) {
        if (!code_same(a->codes[i], b->codes[i])) {
            return false;
        }
    }
    return true;
}

struct field_range subject_fields(const struct subject *subject)
{
    const struct model *model = subject->record->set->model;
    if (subject->list != MODEL_NONE) {
        const struct model_list *list = model_list_row(model, subject->list);
        return (struct field_range){list->fields_first, list->fields_count};
    }
    const struct model_entity *entity = model_entity_row(model, subject->entity);
    return (struct field_range){entity->fields_first, entity->fields_count};
}

/* A worker as a value; the system itself is nobody. */
static struct value worker_value(struct uuid worker)
{
    return uuid_is_nil(worker) ? value_unset() : value_reference(worker);
}

static struct value instant_value(const struct work_set *set, struct instant at)
{
    return value_datetime(at, zone_date(set->calendar.zone, at));
}

static struct value kernel_value(const struct record *record, enum kernel_field field)
{
    const struct work_set *set = record->set;
    switch (field) {
    case KERNEL_ID:
        return value_reference(record->subject.id);
    case KERNEL_VERSION:
        return value_integer(record->version);
    case KERNEL_STATE:
        return record->state == MODEL_NONE
                   ? value_unset()
                   : value_text(
                         model_text(set->model, model_state_row(set->model, record->state)->name));
    case KERNEL_NUMBER:
        return record->number.n == 0 ? value_unset() : value_text(record->number);
    case KERNEL_CREATED_AT:
        return instant_value(set, record->created_at);
    case KERNEL_CREATED_BY:
        return worker_value(record->created_by);
    case KERNEL_CHANGED_AT:
        return instant_value(set, record->changed_at);
    case KERNEL_CHANGED_BY:
        return worker_value(record->changed_by);
    case KERNEL__COUNT:
        break;
    }
    return value_unset();
}

/* Position among the rows that are there, from 0. */
static struct value position_value(const struct subject *row)
{
    const struct rows *rows = record_rows(row->record, row->list);
    int64_t position = 0;
    for (size_t i = 0; i < rows->items.count; i++) {
        if (rows->items.items[i] == row->row) {
            return value_integer(position);
        }
        position += rows->items.items[i]->removed ? 0 : 1;
    }
    return value_unset();
}

static struct value kernel_row_value(const struct subject *row, enum kernel_row_field field)
{
    switch (field) {
    case KERNEL_ROW_ID:
        return value_reference(row->id);
    case KERNEL_ROW_RECORD:
        return value_reference(row->record->subject.id);
    case KERNEL_ROW_POSITION:
        return position_value(row);
    case KERNEL_ROW__COUNT:
        break;
    }
    return value_unset();
}

static struct value kernel_field_value(const struct subject *subject, uint32_t field)
{
    struct field_range fields = subject_fields(subject);
    uint32_t from_end = fields.first + fields.count - field;
    if (subject->list == MODEL_NONE) {
        CHECK(from_end >= 1 && from_end <= KERNEL__COUNT);
        return kernel_value(subject->record, KERNEL__COUNT - from_end);
    }
    CHECK(from_end >= 1 && from_end <= KERNEL_ROW__COUNT);
    return kernel_row_value(subject, KERNEL_ROW__COUNT - from_end);
}

/* The place of the answer to a field. */
static struct answer *answer_at(const struct subject *subject, const struct model_field *shape)
{
    CHECK(shape->entity == subject->entity && shape->list == subject->list);
    CHECK(shape->slot >= 0);
    return &subject->answers[shape->slot];
}

struct answer answer_get(const struct subject *subject, uint32_t field)
{
    const struct model_field *shape = model_field_row(subject->record->set->model, field);
    if (shape->kernel) {
        return answer_of(kernel_field_value(subject, field));
    }
    return *answer_at(subject, shape);
}

bool subject_has_read(const struct subject *subject, uint32_t field)
{
    const struct record *record = subject->record;
    if (record->unread == NULL) {
        return true;
    }
    const struct model_field *shape = model_field_row(record->set->model, field);
    return shape->kind != FIELD_CODES && !shape->sealed && shape->overlay == MODEL_NONE;
}

struct value value_get(const struct subject *subject, uint32_t field)
{
    struct answer answer = answer_get(subject, field);
    if (answer.code_count > 0) {
        return value_code(answer.codes[0].code, answer.codes[0].version);
    }
    return answer.value;
}

/* Remembers the answers as they were loaded, once. */
static void keep_before(struct subject *subject)
{
    struct record *record = subject->record;
    size_t size = subject_fields(subject).count * sizeof(struct answer);
    record->changed = true;
    if (subject->row != NULL) {
        subject->row->changed = true;
        if (!subject->row->is_new && subject->row->before == NULL) {
            subject->row->before = arena_copy(record->set->arena, subject->answers, size);
        }
    } else if (!record->is_new && record->before == NULL) {
        record->before = arena_copy(record->set->arena, subject->answers, size);
    }
}

void answer_set(struct subject *subject, uint32_t field, struct answer answer)
{
    struct work_set *set = subject->record->set;
    const struct model_field *shape = model_field_row(set->model, field);
    CHECK(!shape->kernel);
    struct answer *place = answer_at(subject, shape);
    if (answer_same(place, &answer)) {
        return;
    }
    keep_before(subject);
    struct value from = place->value;
    *place = answer;
    if (shape->collection != MODEL_NONE && !value_same(from, answer.value)) {
        members_move(set, subject, field, from, answer.value);
    }
}

struct str answer_name(struct arena *arena, const struct subject *subject, uint32_t field)
{
    const struct model *model = subject->record->set->model;
    struct str name = model_text(model, model_field_row(model, field)->name);
    if (subject->row == NULL) {
        return name;
    }
    struct str label = subject->row->label;
    return STR_JOIN(arena, model_text(model, model_list_row(model, subject->list)->name), STR("["),
                    label.n > 0 ? label : uuid_text(arena, subject->id), STR("]."), name);
}

/* ---- states and rows ---- */

bool record_stands(const struct record *record)
{
    return uuid_is_nil(record->error) && !record_is_expunged(record);
}

bool record_is_closed(const struct record *record)
{
    return record->state != MODEL_NONE &&
           model_state_row(record->set->model, record->state)->closed;
}

void record_set_place(struct record *record, const struct record *above)
{
    record->root = above->root;
    record->agency = above->agency;
    record->audiences = above->audiences;
    record->audience_count = above->audience_count;
    record->moved = true;
    record->changed = true;
}

bool record_is_withheld(const struct record *record)
{
    return !uuid_is_nil(record->withheld);
}

bool record_is_expunged(const struct record *record)
{
    return record->expunged_at.ms != 0;
}

bool record_is_absent(const struct record *record)
{
    bool blank = record->version == 0 && !record->is_new;
    return record_is_expunged(record) || (record_is_withheld(record) && blank);
}

void record_set_withheld(struct record *record, struct uuid act, struct str basis)
{
    record->withheld = act;
    record->withheld_basis = basis;
    record->changed = true;
}

/* The record and its rows leave the collections they are members of, or come back. */
static void move_whole(struct record *record, bool comes)
{
    const struct model_entity *shape = model_entity_row(record->set->model, record->subject.entity);
    members_move_row(record->set, &record->subject, comes);
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        const struct rows *rows = &record->lists[i];
        for (size_t k = 0; k < rows->items.count; k++) {
            if (!rows->items.items[k]->removed) {
                members_move_row(record->set, &rows->items.items[k]->subject, comes);
            }
        }
    }
}

void record_set_error(struct record *record, struct uuid error, struct str reason)
{
    record->error = error;
    record->error_reason = reason;
    record->error_changed = true;
    record->changed = true;
    move_whole(record, uuid_is_nil(error));
}

void record_expunge(struct record *record, struct instant at, struct str basis)
{
    const struct model_entity *shape = model_entity_row(record->set->model, record->subject.entity);
    CHECK(record->before == NULL && !record->is_new);
    if (record_stands(record)) {
        move_whole(record, false);
    }
    for (uint32_t i = 0; i < shape->fields_count; i++) {
        const struct model_field *field =
            model_field_row(record->set->model, shape->fields_first + i);
        if (!field->kernel) {
            record->subject.answers[field->slot] = answer_unset();
        }
    }
    for (uint32_t i = 0; i < shape->lists_count; i++) {
        record->lists[i] = (struct rows){0};
    }
    record->expunged_at = at;
    record->expunged_basis = basis;
    record->state = MODEL_NONE;
    record->number = STR("");
    record->error = record->withheld = (struct uuid){{0}};
    record->error_reason = record->withheld_basis = STR("");
    record->error_changed = true; /* what rested on it is worked out anew */
    record->changed = true;
}

void record_set_state(struct record *record, uint32_t state)
{
    if (record->state == state) {
        return;
    }
    if (!record->is_new && !record->state_changed) {
        record->state_before = record->state;
        record->state_changed = true;
    }
    record->state = state;
    record->changed = true;
}

struct rows *record_rows(struct record *record, uint32_t list)
{
    const struct model *model = record->set->model;
    const struct model_entity *entity = model_entity_row(model, record->subject.entity);
    CHECK(list >= entity->lists_first && list - entity->lists_first < entity->lists_count);
    return &record->lists[list - entity->lists_first];
}

struct row *record_load_row(struct record *record, uint32_t list, struct uuid id)
{
    struct work_set *set = record->set;
    const struct model_list *shape = model_list_row(set->model, list);
    struct rows *rows = record_rows(record, list);
    struct row *row = ARENA_NEW(set->arena, struct row);
    row->subject = (struct subject){
        .entity = record->subject.entity,
        .list = list,
        .id = id,
        .record = record,
        .row = row,
        .answers = answers_new(set->arena, shape->fields_count),
    };
    LIST_PUSH(set->arena, &rows->items, row);
    rows_touch(rows);
    return row;
}

struct row *record_add_row(struct record *record, uint32_t list)
{
    struct row *row = record_load_row(record, list, record->set->new_id(record->set->id_context));
    row->is_new = true;
    row->changed = true;
    record_rows(record, list)->changed = true;
    record->changed = true;
    return row;
}

struct row *record_find_row(struct record *record, uint32_t list, struct uuid id)
{
    const struct rows *rows = record_rows(record, list);
    for (size_t i = 0; i < rows->items.count; i++) {
        struct row *row = rows->items.items[i];
        if (!row->removed && uuid_eq(row->subject.id, id)) {
            return row;
        }
    }
    return NULL;
}

void record_remove_row(struct record *record, struct row *row)
{
    if (row->removed) {
        return;
    }
    struct rows *rows = record_rows(record, row->subject.list);
    members_move_row(record->set, &row->subject, false);
    row->removed = true;
    row->changed = true;
    rows->changed = true;
    record->changed = true;
    rows_touch(rows);
}

static bool is_among(const struct row *row, struct row *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i] == row) {
            return true;
        }
    }
    return false;
}

void record_order_rows(struct record *record, uint32_t list, struct row *const *first, size_t count)
{
    struct rows *rows = record_rows(record, list);
    size_t total = rows->items.count;
    struct row **ordered = ARENA_ARRAY(record->set->arena, total, struct row *);
    size_t placed = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_among(first[i], ordered, placed)) {
            ordered[placed++] = first[i];
        }
    }
    for (size_t i = 0; i < total; i++) {
        if (!is_among(rows->items.items[i], first, count)) {
            ordered[placed++] = rows->items.items[i];
        }
    }
    CHECK(placed == total);
    bool moved = false;
    for (size_t i = 0; i < total; i++) {
        moved = moved || ordered[i] != rows->items.items[i];
        rows->items.items[i] = ordered[i];
    }
    if (moved) {
        rows->changed = true;
        record->changed = true;
        rows_touch(rows);
    }
}
