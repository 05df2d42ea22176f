/* Where records belong: parts to their parent, up to a root or hub. */
#include "compile/link.h"

static struct place key_place(struct build *build, uint32_t entity, struct str key)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_entity, entity);
    const struct yaml_pair *pair = yaml_find(origin->node, key);
    return pair ? pair->value->place : origin->place;
}

static void say(struct build *build, uint32_t entity, struct str key, struct str what)
{
    MESSAGE(build->messages, key_place(build, entity, key),
            described(build, MODEL_TABLE_entity, entity), what);
}

static bool has_key(struct build *build, uint32_t entity, struct str key)
{
    return yaml_find(build_origin(build, MODEL_TABLE_entity, entity)->node, key) != NULL;
}

/* A record that may lack its parent or owner would belong to nobody. */
static void check_link(struct build *build, uint32_t entity, uint32_t field, struct str key)
{
    const struct model_field *row = field_at(build, field);
    if (row->kind != FIELD_REFERENCE || row->kernel) {
        say(build, entity, key, STR(": this is no reference field"));
    } else if (row->required != REQUIRED_ANSWERED || row->required_when != MODEL_NONE) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_field, field)->place,
                described(build, MODEL_TABLE_field, field),
                STR(" says where the record belongs; it is 'required: answered', always"));
    }
}

static void check_kind(struct build *build, uint32_t entity)
{
    const struct model_entity *row = entity_at(build, entity);
    bool part = row->kind == ENTITY_PART;
    bool root = row->kind == ENTITY_ROOT;
    bool audience = row->kind == ENTITY_ROOT || row->kind == ENTITY_HUB;
    if (part != has_key(build, entity, STR("parent"))) {
        say(build, entity, STR("parent"),
            part ? STR(" is a part and needs 'parent': the field that leads to what it belongs to")
                 : STR(" is no part and has no 'parent'"));
    } else if (part && row->parent != MODEL_NONE) {
        check_link(build, entity, row->parent, STR("parent"));
    }
    if (root != has_key(build, entity, STR("owner"))) {
        say(build, entity, STR("owner"),
            root ? STR(" is a root and needs 'owner': the field that holds the owning agency")
                 : STR(" is no root and has no 'owner'"));
    } else if (root && row->owner != MODEL_NONE) {
        check_link(build, entity, row->owner, STR("owner"));
    }
    if (audience != has_key(build, entity, STR("audiences"))) {
        say(build, entity, STR("audiences"),
            audience ? STR(" needs 'audiences': who is in which scope")
                     : STR(" has no 'audiences' of its own; those of its root count"));
    }
}

/* The end of the chain of parents, or MODEL_NONE, said, when there is none. */
static uint32_t find_root(struct build *build, uint32_t entity)
{
    uint32_t at = entity;
    for (uint32_t steps = 0; steps <= build_count(build, MODEL_TABLE_entity); steps++) {
        const struct model_entity *row = entity_at(build, at);
        if (row->kind != ENTITY_PART) {
            return at;
        }
        if (row->parent == MODEL_NONE || field_at(build, row->parent)->target == MODEL_NONE) {
            return MODEL_NONE; /* said already */
        }
        at = field_at(build, row->parent)->target;
    }
    say(build, entity, STR("parent"), STR(" belongs to itself; the chain of parents has no end"));
    return MODEL_NONE;
}

void link_roots(struct build *build)
{
    for (uint32_t entity = 0; entity < build_count(build, MODEL_TABLE_entity); entity++) {
        if (build_origin(build, MODEL_TABLE_entity, entity)->node->kind == YAML_MAP) {
            check_kind(build, entity);
            entity_at(build, entity)->root = find_root(build, entity);
        }
    }
}
