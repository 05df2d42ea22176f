/* A request as a work set. Stored answers are taken as they are: they were checked when they were
 * saved, and codes may have gone out of use since. */
#include "base/buf.h"
#include "base/utf8.h"
#include "field/field.h"

/* Identifiers of new records and rows: the page does not keep them, they only have to differ. */
static struct uuid next_id(void *context)
{
    uint32_t *next = context;
    struct uuid id = {{0xff}};
    ++*next;
    for (unsigned i = 0; i < sizeof(*next); i++) {
        id.bytes[15 - i] = (uint8_t)(*next >> (8 * i));
    }
    return id;
}

struct reading {
    struct field_request *request;
    struct str rest;
    struct record *record; /* whose answers follow */
    bool filling;          /* the second time through: every record is known */
};

/* Takes a text ended by a NUL; false at the end, and when it is not ended or no sound text. */
static bool take_text(struct reading *reading, struct str *ret_text)
{
    ptrdiff_t end = str_find_byte(reading->rest, '\0');
    if (end < 0) {
        return false;
    }
    *ret_text = str_slice(reading->rest, 0, (size_t)end);
    reading->rest = str_slice(reading->rest, (size_t)end + 1, reading->rest.n);
    return utf8_check(*ret_text, NULL) == UTF8_FINE;
}

static bool take_id(struct str text, struct uuid *ret_id)
{
    *ret_id = (struct uuid){{0}};
    return text.n == 0 || uuid_parse(text, ret_id);
}

/* ---- records ---- */

static bool read_record(struct reading *reading, struct str value)
{
    struct work_set *set = &reading->request->set;
    struct str parts[6] = {{0}};
    struct uuid id, agency;
    int64_t version = 0, created = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (!str_split(&value, ' ', &parts[i])) {
            return false;
        }
    }
    uint32_t entity = model_entity_by_name(set->model, parts[0]);
    if (entity == MODEL_NONE || !uuid_parse(parts[1], &id) || !uuid_parse(parts[4], &agency) ||
        !str_to_i64(parts[3], &version) || version < 0 || version > UINT32_MAX ||
        !str_to_i64(parts[5], &created)) {
        return false;
    }
    reading->record = work_set_find(set, id);
    if (reading->filling) {
        return reading->record != NULL;
    }
    if (reading->record != NULL) {
        return false;
    }
    struct record *record = work_set_add(set, entity, id);
    record->version = (uint32_t)version;
    record->agency = agency;
    record->created_at = record->changed_at = (struct instant){created};
    record->state =
        str_eq(parts[2], STR("-")) ? MODEL_NONE : model_state_by_name(set->model, entity, parts[2]);
    reading->record = record;
    return true;
}

/* The row that a name speaks of, made when it is the first answer of it. */
static struct subject *row_subject(struct record *record, struct str list_name, struct str label)
{
    struct uuid id;
    uint32_t list = model_list_by_name(record->set->model, record->subject.entity, list_name);
    if (list == MODEL_NONE || !uuid_parse(label, &id)) {
        return NULL;
    }
    struct row *row = record_find_row(record, list, id);
    row = row != NULL ? row : record_load_row(record, list, id);
    return &row->subject;
}

/* Cuts "list[ID]." off the name; NULL when there is no such list. */
static struct subject *subject_of(struct record *record, struct str *name)
{
    ptrdiff_t open = str_find_byte(*name, '['), close = str_find(*name, STR("]."));
    if (open < 0) {
        return &record->subject;
    }
    if (close < open) {
        return NULL;
    }
    struct str list = str_slice(*name, 0, (size_t)open);
    struct str label = str_slice(*name, (size_t)open + 1, (size_t)close);
    *name = str_slice(*name, (size_t)close + 2, name->n);
    return row_subject(record, list, label);
}

static uint32_t field_of(const struct subject *subject, struct str name)
{
    const struct model *model = subject->record->set->model;
    uint32_t field = subject->list == MODEL_NONE
                         ? model_field_by_name(model, subject->entity, name)
                         : model_list_field_by_name(model, subject->list, name);
    return field != MODEL_NONE && model_field_row(model, field)->kernel ? MODEL_NONE : field;
}

/* The answer a name with this suffix speaks of, or NULL. */
static struct answer *answer_of_part(const struct subject *subject, struct str name,
                                     struct str suffix, const struct model_field **ret_field)
{
    if (!str_ends(name, suffix)) {
        return NULL;
    }
    uint32_t field = field_of(subject, str_slice(name, 0, name.n - suffix.n));
    if (field == MODEL_NONE) {
        return NULL;
    }
    *ret_field = model_field_row(subject->record->set->model, field);
    return &subject->answers[(*ret_field)->slot];
}

static bool add_code(struct work_set *set, struct answer *answer, struct value_code code)
{
    struct value_code *codes = ARENA_ARRAY(set->arena, answer->code_count + 1, struct value_code);
    for (size_t i = 0; i < answer->code_count; i++) {
        codes[i] = answer->codes[i];
    }
    codes[answer->code_count] = code;
    answer->codes = codes;
    answer->code_count++;
    return true;
}

static bool read_value(struct work_set *set, const struct subject *subject, uint32_t field,
                       struct str text)
{
    const struct model_field *shape = model_field_row(set->model, field);
    struct answer *answer = &subject->answers[shape->slot];
    struct uuid id;
    struct str message;
    switch (shape->kind) {
    case FIELD_CODE:
        answer->value = value_code(text, 0);
        return true;
    case FIELD_CODES:
        return add_code(set, answer, (struct value_code){text, 0});
    case FIELD_REFERENCE:
        if (!uuid_parse(text, &id)) {
            return false;
        }
        answer->value = value_reference(id);
        return true;
    default:
        return input_parse(set, field, text, &answer->value, &message);
    }
}

/* The version of the code read last. */
static bool read_version(struct work_set *set, struct answer *answer, struct str text)
{
    int64_t version = 0;
    if (!str_to_i64(text, &version) || version < 1 || version > INT32_MAX) {
        return false;
    }
    if (answer->value.type == VALUE_CODE) {
        answer->value.code.version = (uint32_t)version;
        return true;
    }
    if (answer->code_count == 0) {
        return false;
    }
    struct value_code last = answer->codes[answer->code_count - 1];
    answer->code_count--;
    last.version = (uint32_t)version;
    return add_code(set, answer, last);
}

static bool read_answer(struct reading *reading, struct str name, struct str value)
{
    struct work_set *set = &reading->request->set;
    const struct model_field *field = NULL;
    if (reading->record == NULL) {
        return false;
    }
    const struct subject *subject = subject_of(reading->record, &name);
    if (subject == NULL) {
        return false;
    }
    uint32_t row = field_of(subject, name);
    if (row != MODEL_NONE) {
        return read_value(set, subject, row, value);
    }
    struct answer *answer = answer_of_part(subject, name, STR(":version"), &field);
    if (answer != NULL) {
        return read_version(set, answer, value);
    }
    answer = answer_of_part(subject, name, STR("_why"), &field);
    if (answer != NULL) {
        enum model_non_answer why;
        bool known = model_non_answer_parse(value, &why);
        answer->why = known ? why : MODEL_NONE;
        return known;
    }
    answer = answer_of_part(subject, name, STR("_asked"), &field);
    if (answer != NULL) {
        answer->asked = value;
    }
    return answer != NULL;
}

/* ---- what leads ---- */

/* "ID COLLECTION": the record, in *ret_of, and its collection, or MODEL_NONE. */
static uint32_t collection_of(const struct work_set *set, struct str *rest,
                              const struct record **ret_of)
{
    struct str owner, name;
    struct uuid id;
    if (!str_split(rest, ' ', &owner) || !str_split(rest, ' ', &name) || !uuid_parse(owner, &id)) {
        return MODEL_NONE;
    }
    *ret_of = work_set_find(set, id);
    uint32_t collection =
        *ret_of != NULL ? model_collection_by_name(set->model, (*ret_of)->subject.entity, name)
                        : MODEL_NONE;
    return collection != MODEL_NONE &&
                   model_collection_row(set->model, collection)->reference != MODEL_NONE
               ? collection
               : MODEL_NONE;
}

static bool read_members(struct reading *reading, struct str value)
{
    struct work_set *set = &reading->request->set;
    const struct record *of = NULL;
    struct str text;
    struct uuid id;
    LIST(struct record *) members = {0};
    if (!reading->filling) {
        return true;
    }
    uint32_t collection = collection_of(set, &value, &of);
    if (collection == MODEL_NONE) {
        return false;
    }
    uint32_t reference = model_collection_row(set->model, collection)->reference;
    uint32_t entity = model_field_row(set->model, reference)->entity;
    while (str_split(&value, ' ', &text)) {
        struct record *member = uuid_parse(text, &id) ? work_set_find(set, id) : NULL;
        if (member == NULL || member->subject.entity != entity) {
            return false;
        }
        LIST_PUSH(set->arena, &members, member);
    }
    work_set_set_members(set, of, collection, members.items, members.count);
    return true;
}

static bool read_transition(struct field_request *request, struct str name)
{
    const struct model *model = request->set.model;
    if (request->form == MODEL_NONE) {
        return false;
    }
    request->transition =
        model_transition_by_name(model, model_form_row(model, request->form)->entity, name);
    return request->transition != MODEL_NONE;
}

static bool read_subject(struct reading *reading, struct str name, struct str value)
{
    struct field_request *request = reading->request;
    struct uuid id;
    if (!reading->filling) {
        return true;
    }
    if (str_eq(name, STR(":subject"))) {
        request->subject = uuid_parse(value, &id) ? work_set_find(&request->set, id) : NULL;
    } else {
        uint32_t entity = model_entity_by_name(request->set.model, value);
        request->subject = entity != MODEL_NONE ? work_set_create(&request->set, entity) : NULL;
    }
    return request->subject != NULL;
}

static bool read_input(struct reading *reading)
{
    struct str name, value;
    LIST(struct input_pair) pairs = {0};
    while (reading->rest.n > 0) {
        if (!take_text(reading, &name) || !take_text(reading, &value)) {
            return false;
        }
        LIST_PUSH(reading->request->set.arena, &pairs, ((struct input_pair){name, value}));
    }
    reading->request->input = (struct input){pairs.items, pairs.count};
    return true;
}

static bool read_pair(struct reading *reading, struct str name, struct str value)
{
    struct field_request *request = reading->request;
    if (name.n == 0 || name.p[0] != ':') {
        return !reading->filling || read_answer(reading, name, value);
    }
    if (str_eq(name, STR(":form"))) {
        request->form = model_form_by_name(request->set.model, value);
        return request->form != MODEL_NONE;
    }
    if (str_eq(name, STR(":transition"))) {
        return read_transition(request, value);
    }
    if (str_eq(name, STR(":now"))) {
        struct work_set *set = &request->set;
        bool good = str_to_i64(value, &set->now.ms);
        set->today = zone_date(set->calendar.zone, set->now);
        return good && date_in_range(set->today);
    }
    if (str_eq(name, STR(":worker"))) {
        struct uuid worker;
        bool good = take_id(value, &worker);
        request->set.actor_record = good ? work_set_find(&request->set, worker) : NULL;
        return good;
    }
    if (str_eq(name, STR(":agency"))) {
        return take_id(value, &request->actor.agency);
    }
    if (str_eq(name, STR(":record"))) {
        return read_record(reading, value);
    }
    if (str_eq(name, STR(":members"))) {
        return read_members(reading, value);
    }
    if (str_eq(name, STR(":subject")) || str_eq(name, STR(":new"))) {
        return read_subject(reading, name, value);
    }
    return str_eq(name, STR(":input")) && read_input(reading);
}

static bool read_all(struct reading *reading, struct str bytes)
{
    struct str name, value;
    reading->rest = bytes;
    reading->record = NULL;
    while (reading->rest.n > 0) {
        if (!take_text(reading, &name) || !take_text(reading, &value) ||
            !read_pair(reading, name, value)) {
            return false;
        }
    }
    return true;
}

bool field_read(struct arena *arena, const struct model *model, struct str bytes,
                struct field_request *ret_request)
{
    struct reading reading = {.request = ret_request};
    *ret_request = (struct field_request){.form = MODEL_NONE, .transition = MODEL_NONE};
    work_set_init(&ret_request->set, arena, model, (struct instant){0}, &ret_request->actor);
    ret_request->set.trusts_files = true;
    ret_request->set.new_id = next_id;
    ret_request->set.id_context = ARENA_NEW(arena, uint32_t);
    /* Twice: answers and members may speak of records that come later. */
    if (!read_all(&reading, bytes)) {
        return false;
    }
    reading.filling = true;
    return read_all(&reading, bytes) && ret_request->form != MODEL_NONE &&
           ret_request->subject != NULL &&
           model_form_row(model, ret_request->form)->entity == ret_request->subject->subject.entity;
}
