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
    int64_t *audiences = ARENA_ARRAY(world->arena, 3, int64_t);
    audiences[0] = world_audience(SCOPE_STATE, (struct uuid){{0}});
    audiences[1] = world_audience(SCOPE_ASSIGNED, record->root);
    audiences[2] = world_audience(SCOPE_OWN_AGENCY, record->agency);
    record->audiences = audiences;
    record->audience_count = uuid_is_nil(record->agency) ? 2 : 3;
}

static void load_answers(struct subject *subject, const struct answer *answers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        subject->answers[i] = answers[i];
    }
}

static void load_one(struct world *world, const struct kept *kept)
{
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
}

/* Every back reference of every record: in cases nothing is "not loaded". */
static void load_members(struct work_set *set)
{
    for (size_t i = 0; i < set->records.count; i++) {
        struct record *record = set->records.items[i];
        const struct model_entity *entity = model_entity_row(set->model, record->subject.entity);
        for (uint32_t k = 0; k < entity->collections_count; k++) {
            uint32_t collection = entity->collections_first + k;
            uint32_t reference = model_collection_row(set->model, collection)->reference;
            if (reference == MODEL_NONE) {
                continue;
            }
            uint32_t from = model_field_row(set->model, reference)->entity;
            LIST(struct record *) members = {0};
            for (size_t m = 0; m < set->records.count; m++) {
                if (set->records.items[m]->subject.entity == from) {
                    LIST_PUSH(set->arena, &members, set->records.items[m]);
                }
            }
            work_set_set_members(set, record, collection, members.items, members.count);
        }
    }
}

struct work_set *world_open(struct world *world)
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
    for (size_t i = 0; i < world->kept.count; i++) {
        load_one(world, world->kept.items[i]);
    }
    load_members(world->set);
    outcome_init(&world->outcome, world->arena);
    world->act = (struct act){0};
    return world->set;
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

static void keep_rows(struct world *world, struct kept *kept, const struct record *record)
{
    const struct model_entity *entity = model_entity_row(world->model, record->subject.entity);
    kept->rows.count = 0;
    for (uint32_t i = 0; i < entity->lists_count; i++) {
        for (size_t k = 0; k < record->lists[i].items.count; k++) {
            const struct row *row = record->lists[i].items.items[k];
            if (row->removed) {
                continue;
            }
            struct kept_row one = {row->subject.list, row->subject.id, row->subject.answers};
            LIST_PUSH(world->arena, &kept->rows, one);
            if (row->label.n > 0) {
                struct str list =
                    model_text(world->model, model_list_row(world->model, one.list)->name);
                world_name(world,
                           STR_JOIN(world->arena, world_name_of(world, record->subject.id),
                                    STR("."), list, STR("["),
                                    str_slice(row->label, 1, row->label.n), STR("]")),
                           row->subject.id);
            }
        }
    }
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
        if (record->is_new) {
            name_new(world, record);
        }
        keep_rows(world, kept, record);
    }
}
