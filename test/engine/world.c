#include "world.h"

#include "base/buf.h"

static struct uuid next_id(void *context)
{
    struct world *world = context;
    uint8_t random[10] = {0};
    uint32_t id = ++world->ids;
    for (size_t i = 0; i < sizeof(id); i++) {
        random[2 + i] = (uint8_t)(id >> (24 - 8 * i));
    }
    return uuid_v7(world->now.ms, random);
}

void world_init(struct world *world, struct arena *arena, const struct model *model)
{
    *world = (struct world){.arena = arena, .model = model};
    map_init(&world->names, arena);
    map_init(&world->people, arena);
}

/* ---- names ---- */

void world_name(struct world *world, struct str name, struct uuid id)
{
    struct uuid *known = map_get(&world->names, name);
    if (known != NULL) {
        *known = id;
        return;
    }
    CHECK(map_add(&world->names, str_copy(world->arena, name),
                  arena_copy(world->arena, &id, sizeof(id))));
}

bool world_find(const struct world *world, struct str name, struct uuid *ret_id)
{
    const struct uuid *id = map_get(&world->names, name);
    if (id == NULL) {
        return false;
    }
    *ret_id = *id;
    return true;
}

struct str world_name_of(const struct world *world, struct uuid id)
{
    for (size_t i = 0; i < world->names.count; i++) {
        const struct uuid *known = world->names.entries[i].value;
        if (uuid_eq(*known, id)) {
            return world->names.entries[i].key;
        }
    }
    return uuid_text(world->arena, id);
}

struct person *world_person(struct world *world, struct str name)
{
    struct person *person = map_get(&world->people, name);
    if (person == NULL) {
        person = ARENA_NEW(world->arena, struct person);
        CHECK(map_add(&world->people, str_copy(world->arena, name), person));
    }
    return person;
}

/* FNV-1a over scope and whom: good enough to tell a handful apart. */
int64_t world_audience(enum model_scope scope, struct uuid whom)
{
    uint64_t hash = 0xcbf29ce484222325u ^ scope;
    for (size_t i = 0; i < sizeof(whom.bytes); i++) {
        hash = (hash ^ whom.bytes[i]) * 0x100000001b3u;
    }
    return (int64_t)(hash >> 1);
}

/* ---- loading ---- */

static void load_audiences(struct world *world, struct record *record)
{
    struct record_audience *audiences = ARENA_ARRAY(world->arena, 3, struct record_audience);
    audiences[0] =
        (struct record_audience){world_audience(SCOPE_STATE, (struct uuid){{0}}), MODEL_NONE};
    audiences[1] =
        (struct record_audience){world_audience(SCOPE_ASSIGNED, record->root), MODEL_NONE};
    audiences[2] =
        (struct record_audience){world_audience(SCOPE_OWN_AGENCY, record->agency), MODEL_NONE};
    record->audiences = audiences;
    record->audience_count = uuid_is_nil(record->agency) ? 2 : 3;
}

static void load_answers(struct subject *subject, const struct answer *answers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        subject->answers[i] = answers[i];
    }
}

static const struct kept *find_kept(const struct world *world, struct uuid id)
{
    for (size_t i = 0; i < world->kept.count; i++) {
        if (uuid_eq(world->kept.items[i]->id, id)) {
            return world->kept.items[i];
        }
    }
    return NULL;
}

struct record *world_load(struct world *world, struct uuid id)
{
    struct record *there = work_set_find(world->set, id);
    const struct kept *kept = find_kept(world, id);
    if (there != NULL || kept == NULL) {
        return there;
    }
    const struct model_entity *entity = model_entity_row(world->model, kept->entity);
    struct record *record = work_set_add(world->set, kept->entity, kept->id);
    record->version = kept->version;
    record->state = kept->state;
    record->root = kept->root;
    record->agency = kept->agency;
    record->number = kept->number;
    record->created_at = kept->created_at;
    record->created_by = kept->created_by;
    record->changed_at = kept->changed_at;
    record->changed_by = kept->changed_by;
    load_answers(&record->subject, kept->answers, entity->fields_count);
    for (size_t i = 0; i < kept->rows.count; i++) {
        const struct kept_row *one = &kept->rows.items[i];
        struct row *row = record_load_row(record, one->list, one->id);
        load_answers(&row->subject, one->answers,
                     model_list_row(world->model, one->list)->fields_count);
    }
    load_audiences(world, record);
    bool more = true;
    for (size_t i = kept->changes.count; i-- > 0 && more;) {
        more = authors_add(record, &kept->changes.items[i]);
    }
    return record;
}

/* Whether a kept record, or a row of it, holds the reference to the record. */
static bool leads_to(const struct kept *kept, const struct model_field *reference, struct uuid id)
{
    if (kept->entity != reference->entity) {
        return false;
    }
    if (reference->list == MODEL_NONE) {
        const struct value *value = &kept->answers[reference->slot].value;
        return value->type == VALUE_REFERENCE && uuid_eq(value->reference, id);
    }
    for (size_t i = 0; i < kept->rows.count; i++) {
        const struct kept_row *row = &kept->rows.items[i];
        const struct value *value = &row->answers[reference->slot].value;
        if (row->list == reference->list && value->type == VALUE_REFERENCE &&
            uuid_eq(value->reference, id)) {
            return true;
        }
    }
    return false;
}

static void load_members(struct world *world, const struct record *of, uint32_t collection)
{
    uint32_t reference = model_collection_row(world->model, collection)->reference;
    if (reference == MODEL_NONE) {
        return;
    }
    const struct model_field *field = model_field_row(world->model, reference);
    LIST(struct record *) members = {0};
    for (size_t i = 0; i < world->kept.count; i++) {
        const struct kept *kept = world->kept.items[i];
        if (leads_to(kept, field, of->subject.id)) {
            struct record *member = world_load(world, kept->id);
            LIST_PUSH(world->arena, &members, member);
        }
    }
    work_set_set_members(world->set, of, collection, members.items, members.count);
}

/* What one load step reached. */
struct reached {
    LIST(const struct subject *) subjects;
};

static void follow(struct world *world, const struct reached *from, uint32_t field,
                   struct reached *to)
{
    const struct model_field *shape = model_field_row(world->model, field);
    for (size_t i = 0; i < from->subjects.count; i++) {
        const struct subject *subject = from->subjects.items[i];
        struct value value = value_get(subject, field);
        if (value.type != VALUE_REFERENCE) {
            continue;
        }
        const struct subject *next = NULL;
        if (shape->kind == FIELD_ROW) {
            const struct row *row = record_find_row(subject->record, shape->rows, value.reference);
            next = row != NULL ? &row->subject : NULL;
        } else {
            const struct record *record = world_load(world, value.reference);
            next = record != NULL ? &record->subject : NULL;
        }
        if (next != NULL) {
            LIST_PUSH(world->arena, &to->subjects, next);
        }
    }
}

static void collect(struct world *world, const struct reached *from, uint32_t collection,
                    struct reached *to)
{
    for (size_t i = 0; i < from->subjects.count; i++) {
        const struct subject *subject = from->subjects.items[i];
        size_t count = 0;
        load_members(world, subject->record, collection);
        const struct subject *const *members =
            work_set_members(world->set, subject, collection, &count);
        for (size_t k = 0; k < count; k++) {
            LIST_PUSH(world->arena, &to->subjects, members[k]);
        }
    }
}

void world_load_steps(struct world *world, struct record *record, uint32_t first, uint32_t count)
{
    struct reached start = {0};
    const struct subject *itself = &record->subject;
    LIST_PUSH(world->arena, &start.subjects, itself);
    struct reached *reached = ARENA_ARRAY(world->arena, count, struct reached);
    for (uint32_t i = 0; i < count; i++) {
        const struct model_load_step *step = model_load_step_row(world->model, first + i);
        const struct reached *from =
            step->parent == MODEL_NONE ? &start : &reached[step->parent - first];
        if (step->follow != MODEL_NONE) {
            follow(world, from, step->follow, &reached[i]);
        } else {
            collect(world, from, step->collect, &reached[i]);
        }
    }
}

struct work_set *world_begin(struct world *world)
{
    struct actor *actor = ARENA_NEW(world->arena, struct actor);
    if (world->actor != NULL) {
        *actor = (struct actor){.worker = world->actor->worker,
                                .agency = world->actor->agency,
                                .entries = world->actor->entries.items,
                                .entry_count = world->actor->entries.count};
    }
    world->set = ARENA_NEW(world->arena, struct work_set);
    work_set_init(world->set, world->arena, world->model, world->now, actor);
    world->set->new_id = next_id;
    world->set->id_context = world;
    if (world->actor != NULL) {
        world->set->actor_record = world_load(world, world->actor->worker);
    }
    outcome_init(&world->outcome, world->arena);
    world->act = (struct act){0};
    return world->set;
}

void world_load_all(struct world *world)
{
    for (size_t i = 0; i < world->kept.count; i++) {
        struct record *record = world_load(world, world->kept.items[i]->id);
        const struct model_entity *entity = model_entity_row(world->model, record->subject.entity);
        for (uint32_t k = 0; k < entity->collections_count; k++) {
            load_members(world, record, entity->collections_first + k);
        }
    }
}

/* ---- keeping ---- */

static struct kept *kept_of(struct world *world, struct uuid id)
{
    for (size_t i = 0; i < world->kept.count; i++) {
        if (uuid_eq(world->kept.items[i]->id, id)) {
            return world->kept.items[i];
        }
    }
    struct kept *kept = ARENA_NEW(world->arena, struct kept);
    kept->id = id;
    LIST_PUSH(world->arena, &world->kept, kept);
    return kept;
}

/* "child#2": the second child that was ever made. */
static void name_new(struct world *world, const struct record *record)
{
    int64_t count = 0;
    for (size_t i = 0; i < world->kept.count; i++) {
        count += world->kept.items[i]->entity == record->subject.entity;
    }
    const struct model_entity *entity = model_entity_row(world->model, record->subject.entity);
    world_name(world,
               STR_JOIN(world->arena, model_text(world->model, entity->name), STR("#"),
                        str_from_int(world->arena, count)),
               record->subject.id);
}

/* By the label of the input that made it, or by its place in a record that an effect made. */
static void name_row(struct world *world, const struct record *record, const struct row *row,
                     size_t place)
{
    struct arena *arena = world->arena;
    const struct model_list *list = model_list_row(world->model, row->subject.list);
    struct str label = row->label.n > 0 ? str_slice(row->label, 1, row->label.n)
                                        : str_from_int(arena, (int64_t)place + 1);
    if (row->is_new) {
        world_name(world,
                   STR_JOIN(arena, world_name_of(world, record->subject.id), STR("."),
                            model_text(world->model, list->name), STR("["), label, STR("]")),
                   row->subject.id);
    }
}

static void keep_rows(struct world *world, struct kept *kept, const struct record *record)
{
    const struct model_entity *entity = model_entity_row(world->model, record->subject.entity);
    kept->rows.count = 0;
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        for (size_t k = 0; k < record->lists[i].items.count; k++) {
            const struct row *row = record->lists[i].items.items[k];
            if (!row->removed) {
                struct kept_row one = {row->subject.list, row->subject.id, row->subject.answers};
                LIST_PUSH(world->arena, &kept->rows, one);
                name_row(world, record, row, k);
            }
        }
    }
}

/* As the store tells it from its history: the last transition taken on the record, and the way. */
static struct author_change change_of(const struct world *world, const struct record *record)
{
    const struct act *act = &world->act;
    struct author_change change = {
        .way = record->written || act->transitions.count == 0 ? CHANGE_WRITTEN : CHANGE_CAUSED,
        .transition = MODEL_NONE,
        .by = world->actor != NULL ? world->actor->worker : (struct uuid){{0}},
    };
    for (size_t i = 0; i < act->transitions.count; i++) {
        if (act->on.items[i] == record) {
            change.transition = act->transitions.items[i];
            change.way =
                change.way == CHANGE_CAUSED && !act->caused.items[i] ? CHANGE_TAKEN : change.way;
        }
    }
    return change;
}

void world_keep(struct world *world)
{
    for (size_t i = 0; i < world->set->records.count; i++) {
        const struct record *record = world->set->records.items[i];
        if (!record->changed) {
            continue;
        }
        struct kept *kept = kept_of(world, record->subject.id);
        kept->entity = record->subject.entity;
        kept->version = record->version + 1;
        kept->state = record->state;
        kept->root = record->root;
        kept->agency = record->agency;
        kept->number = record->number;
        kept->created_at = record->created_at;
        kept->created_by = record->created_by;
        kept->changed_at = world->now;
        kept->changed_by = world->actor != NULL ? world->actor->worker : (struct uuid){{0}};
        kept->answers = record->subject.answers;
        struct author_change change = change_of(world, record);
        LIST_PUSH(world->arena, &kept->changes, change);
        if (record->is_new) {
            name_new(world, record);
        }
        keep_rows(world, kept, record);
    }
}
