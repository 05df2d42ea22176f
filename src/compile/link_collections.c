/* Collections: what each entity reaches under one name. */
#include "compile/resolve.h"

static uint32_t push(struct build *build, uint32_t entity, struct str name, const struct yaml *node,
                     struct place place)
{
    struct model_entity *owner = entity_at(build, entity);
    if (name.n > 0) {
        uint32_t other = find_collection(build, entity, name);
        uint32_t field = find_field(build, entity, name);
        if (other != MODEL_NONE || field != MODEL_NONE) {
            MESSAGE(build->messages, place, described(build, MODEL_TABLE_entity, entity),
                    STR(" already has a "), other != MODEL_NONE ? STR("collection") : STR("field"),
                    STR(" '"), name, STR("'; choose another name"));
        }
    }
    uint32_t row = build_push(build, MODEL_TABLE_collection, node, place);
    owner->collections_count++;
    struct model_collection *collection = collection_at(build, row);
    collection->name = build_intern(build, name);
    collection->entity = entity;
    return row;
}

static void push_lists(struct build *build, uint32_t entity)
{
    const struct model_entity *owner = entity_at(build, entity);
    for (uint32_t i = 0; i < owner->lists_count; i++) {
        uint32_t list = owner->lists_first + i;
        const struct origin *origin = build_origin(build, MODEL_TABLE_list, list);
        uint32_t row = push(build, entity, build_name(build, MODEL_TABLE_list, list), origin->node,
                            origin->place);
        collection_at(build, row)->list = list;
        collection_at(build, row)->label = list_at(build, list)->label;
    }
}

static void push_reference(struct build *build, uint32_t field)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_field, field);
    const struct yaml_pair *named = yaml_find(origin->node, STR("collection"));
    struct str name = STR("");
    if (named && want_text(build, named->value, STR("'collection'")) &&
        build_check_name(build, named->value->text, named->value->place)) {
        name = named->value->text;
    }
    uint32_t row = push(build, field_at(build, field)->target, name, origin->node,
                        named ? named->value->place : origin->place);
    struct model_collection *collection = collection_at(build, row);
    collection->reference = field;
    collection->label = words_of_name(build, name);
    field_at(build, field)->collection = row;
}

static void check_facts(struct build *build, uint32_t entity)
{
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_fact); i++) {
        struct str name = build_name(build, MODEL_TABLE_fact, i);
        if (fact_at(build, i)->entity == entity &&
            (find_field(build, entity, name) != MODEL_NONE ||
             find_collection(build, entity, name) != MODEL_NONE)) {
            MESSAGE(build->messages, build_origin(build, MODEL_TABLE_fact, i)->place,
                    described(build, MODEL_TABLE_entity, entity),
                    STR(" already has a field or collection '"), name,
                    STR("'; choose another name for the fact"));
        }
    }
}

void link_collections(struct build *build)
{
    uint32_t fields = build_count(build, MODEL_TABLE_field);
    for (uint32_t entity = 0; entity < build_count(build, MODEL_TABLE_entity); entity++) {
        entity_at(build, entity)->collections_first = build_count(build, MODEL_TABLE_collection);
        push_lists(build, entity);
        for (uint32_t field = 0; field < fields; field++) {
            const struct model_field *row = field_at(build, field);
            if (row->target == entity && !row->kernel && row->kind == FIELD_REFERENCE) {
                push_reference(build, field);
            }
        }
        check_facts(build, entity);
    }
}
