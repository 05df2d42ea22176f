/* Entities, their lists and states, and the traits they take up. */
#include "compile/read.h"

#define LIST_ROWS_DEFAULT 200

static const struct key trait_keys[] = {
    OPTION_ELSEWHERE("help"),   OPTION_ELSEWHERE("fields"),      OPTION_ELSEWHERE("lists"),
    OPTION_ELSEWHERE("states"), OPTION_ELSEWHERE("transitions"), OPTION_ELSEWHERE("invariants"),
    OPTION_ELSEWHERE("begins"), OPTION_ELSEWHERE("ends"),        OPTION_ELSEWHERE("previous"),
};

void read_traits(struct build *build, const struct yaml *section)
{
    if (!want_map(build, section, STR("'traits'"))) {
        return;
    }
    for (size_t i = 0; i < section->count; i++) {
        const struct yaml_pair *pair = &section->pairs[i];
        /* A map holds pointers to what may change; a node never does. */
        struct yaml *trait = arena_copy(build->arena, pair->value, sizeof(*trait));
        struct str what = STR_JOIN(build->arena, STR("trait '"), pair->key, STR("'"));
        if (!build_check_name(build, pair->key, pair->place)) {
            continue;
        }
        if (!map_add(&build->traits, pair->key, trait)) {
            MESSAGE(build->messages, pair->place, what, STR(" is declared twice"));
            continue;
        }
        KEYS_READ(build, pair->value, trait_keys, CELL(entity, 0, name), what);
    }
}

/* The traits a declaration names, in order, then the declaration itself. */
static struct sources sources_of(struct build *build, const struct yaml *node)
{
    struct sources sources = {0};
    const struct yaml_pair *traits = yaml_find(node, STR("traits"));
    if (traits && want_list(build, traits->value, STR("'traits'"))) {
        for (size_t i = 0; i < traits->value->count; i++) {
            const struct yaml *item = traits->value->items[i];
            const struct yaml *trait = map_get(&build->traits, item->text);
            if (!trait) {
                MESSAGE(build->messages, item->place, STR("there is no trait '"), item->text,
                        STR("'"));
            } else if (sources.count == SOURCES_MAX - 1) {
                MESSAGE(build->messages, item->place, STR("these are too many traits"));
            } else {
                sources.nodes[sources.count++] = trait;
            }
        }
    }
    sources.nodes[sources.count++] = node;
    return sources;
}

static bool has_trait(const struct yaml *node, struct str name)
{
    const struct yaml_pair *traits = yaml_find(node, STR("traits"));
    for (size_t i = 0; traits && i < traits->value->count && traits->value->kind == YAML_LIST;
         i++) {
        if (str_eq(traits->value->items[i]->text, name)) {
            return true;
        }
    }
    return false;
}

/* begins and ends come from a trait. */
static void read_period(struct build *build, const struct sources *sources, struct cell begins,
                        struct cell ends)
{
    static const struct key begins_key = OPTION_BY("begins", read_nested, MODEL_TABLE_field);
    static const struct key ends_key = OPTION_BY("ends", read_nested, MODEL_TABLE_field);
    for (size_t i = 0; i + 1 < sources->count; i++) {
        const struct yaml_pair *pair = yaml_find(sources->nodes[i], STR("begins"));
        if (pair) {
            read_nested(build, pair->value, &begins_key, begins);
        }
        pair = yaml_find(sources->nodes[i], STR("ends"));
        if (pair) {
            read_nested(build, pair->value, &ends_key, ends);
        }
    }
}

/* A trait or the entity itself says which field leads to the version before. */
static void read_previous(struct build *build, uint32_t entity, const struct sources *sources)
{
    static const struct key previous_key = OPTION_BY("previous", read_nested, MODEL_TABLE_field);
    for (size_t i = 0; i < sources->count; i++) {
        const struct yaml_pair *pair = yaml_find(sources->nodes[i], STR("previous"));
        if (pair) {
            read_nested(build, pair->value, &previous_key, CELL(entity, entity, previous));
        }
    }
}

static const struct key list_keys[] = {
    NEEDED("label", read_text, list, label, 0),
    NEEDED("row", read_text, list, row_label, 0),
    OPTION("help", read_text, list, help, 0),
    OPTION("most", read_number, list, most, 0),
    OPTION_ELSEWHERE("traits"),
    NEEDED_ELSEWHERE("fields"),
    OPTION("no_overlap", read_nested, list, no_overlap, MODEL_TABLE_field),
};

static void read_list(struct build *build, uint32_t entity, const struct yaml_pair *pair)
{
    const struct model_entity *owner = entity_at(build, entity);
    uint32_t other =
        build_find_in(build, MODEL_TABLE_list, owner->lists_first, owner->lists_count, pair->key);
    if (other != MODEL_NONE) {
        refuse_twice(build, pair, MODEL_TABLE_list, other);
        return;
    }
    if (!build_check_name(build, pair->key, pair->place)) {
        return;
    }
    uint32_t row = build_push(build, MODEL_TABLE_list, pair->value, pair->place);
    entity_at(build, entity)->lists_count++;
    struct model_list *list = list_at(build, row);
    list->name = build_intern(build, pair->key);
    list->entity = entity;
    list->most = LIST_ROWS_DEFAULT;
    struct context before = build->context;
    build->context = context_of(entity, row);
    struct sources sources = sources_of(build, pair->value);
    KEYS_READ(build, pair->value, list_keys, CELL(list, row, name),
              described(build, MODEL_TABLE_list, row));
    read_period(build, &sources, CELL(list, row, begins), CELL(list, row, ends));
    read_fields(build, entity, row, &sources);
    build->context = before;
}

static const struct key state_keys[] = {
    NEEDED("label", read_text, state, label, 0),
    OPTION("tone", read_word, state, tone, MODEL_SET_tone),
    OPTION("editable", read_flag, state, editable, 0),
    OPTION("closed", read_flag, state, closed, 0),
    OPTION("waits_for", read_top, state, waits_for, MODEL_TABLE_decider),
};

static void read_state(struct build *build, uint32_t entity, const struct yaml_pair *pair)
{
    const struct model_entity *owner = entity_at(build, entity);
    uint32_t other = build_find_in(build, MODEL_TABLE_state, owner->states_first,
                                   owner->states_count, pair->key);
    if (other != MODEL_NONE) {
        refuse_twice(build, pair, MODEL_TABLE_state, other);
        return;
    }
    if (!build_check_name(build, pair->key, pair->place)) {
        return;
    }
    uint32_t row = build_push(build, MODEL_TABLE_state, pair->value, pair->place);
    entity_at(build, entity)->states_count++;
    state_at(build, row)->name = build_intern(build, pair->key);
    state_at(build, row)->entity = entity;
    KEYS_READ(build, pair->value, state_keys, CELL(state, row, name),
              described(build, MODEL_TABLE_state, row));
}

/* Calls read for each entry of the section with that key, in all sources. */
static void
each_entry(struct build *build, uint32_t entity, const struct sources *sources, struct str key,
           void (*read)(struct build *build, uint32_t entity, const struct yaml_pair *pair))
{
    for (size_t i = 0; i < sources->count; i++) {
        const struct yaml_pair *section = yaml_find(sources->nodes[i], key);
        if (section && want_map(build, section->value, quoted(build, key))) {
            for (size_t j = 0; j < section->value->count; j++) {
                read(build, entity, &section->value->pairs[j]);
            }
        }
    }
}

static const struct key audience_keys[] = {
    NEEDED("scope", read_word, audience_source, scope, MODEL_SET_scope),
    OPTION_ELSEWHERE("each"),
    OPTION("who", read_expression, audience_source, who, WANT_REFERENCE),
};

static void read_audiences(struct build *build, const struct yaml *value, const struct key *key,
                           struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    struct context before = build->context;
    entity_at(build, cell.row)->audiences_first = build_count(build, MODEL_TABLE_audience_source);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml *item = value->items[i];
        uint32_t row = build_push(build, MODEL_TABLE_audience_source, item, item->place);
        audience_source_at(build, row)->entity = cell.row;
        entity_at(build, cell.row)->audiences_count++;
        const struct yaml_pair *each = yaml_find(item, STR("each"));
        if (each) {
            read_each(build, each->value,
                      (struct each_cells){
                          {MODEL_TABLE__COUNT, 0, 0},
                          CELL(audience_source, row, collection),
                          CELL(audience_source, row, where)
            });
        }
        KEYS_READ(build, item, audience_keys, CELL(audience_source, row, entity),
                  STR("an audience"));
        build->context = before;
    }
}

static void read_protects(struct build *build, const struct yaml *value, const struct key *key,
                          struct cell cell)
{
    struct context before = build->context;
    (void)key;
    if (str_find(value->text, STR(" where ")) >= 0) {
        MESSAGE(build->messages, value->place,
                STR("'protects' names all of them, without 'where'"));
        return;
    }
    read_each(build, value,
              (struct each_cells){
                  CELL(entity, cell.row, protects_of),
                  CELL(entity, cell.row, protects),
                  {MODEL_TABLE__COUNT, 0, 0}
    });
    build->context = before;
}

static const struct key entity_keys[] = {
    NEEDED("label", read_text, entity, label, 0),
    NEEDED("plural", read_text, entity, plural, 0),
    OPTION("help", read_text, entity, help, 0),
    OPTION("source", read_text, entity, source, 0),
    NEEDED("kind", read_word, entity, kind, MODEL_SET_entity_kind),
    NEEDED("class", read_top, entity, class, MODEL_TABLE_record_class),
    OPTION("parent", read_nested, entity, parent, MODEL_TABLE_field),
    OPTION("owner", read_nested, entity, owner, MODEL_TABLE_field),
    OPTION("number", read_text, entity, number_format, 0),
    NEEDED("title", read_expression, entity, title, WANT_TEXT),
    OPTION("subtitle", read_expression, entity, subtitle, WANT_TEXT),
    OPTION("searchable", read_flag, entity, searchable, 0),
    OPTION("no_overlap", read_nested, entity, no_overlap, MODEL_TABLE_field),
    OPTION("timeline", read_nested, entity, timeline, MODEL_TABLE_field),
    OPTION("timeline_to", read_nested, entity, timeline_to, MODEL_TABLE_field),
    OPTION_BY("audiences", read_audiences, 0),
    OPTION_BY("protects", read_protects, 0),
    OPTION("leaves", read_expression, entity, leaves, WANT_CONDITION),
    OPTION_ELSEWHERE("previous"),
    OPTION_ELSEWHERE("traits"),
    NEEDED_ELSEWHERE("fields"),
    OPTION_ELSEWHERE("lists"),
    OPTION_ELSEWHERE("states"),
    OPTION_ELSEWHERE("transitions"),
    OPTION_ELSEWHERE("invariants"),
};

static void read_invariants(struct build *build, uint32_t entity, const struct sources *sources)
{
    entity_at(build, entity)->invariants_first = build_count(build, MODEL_TABLE_guard);
    for (size_t i = 0; i < sources->count; i++) {
        const struct yaml_pair *pair = yaml_find(sources->nodes[i], STR("invariants"));
        if (pair) {
            read_guards(build, pair->value, CELL(entity, entity, invariants_first));
        }
    }
}

void read_entity(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_entity, row)->node;
    struct context before = build->context;
    build->context = context_of(row, MODEL_NONE);
    KEYS_READ(build, node, entity_keys, CELL(entity, row, name),
              described(build, MODEL_TABLE_entity, row));
    struct sources sources = sources_of(build, node);
    entity_at(build, row)->signable = has_trait(node, STR("signable"));
    read_period(build, &sources, CELL(entity, row, begins), CELL(entity, row, ends));
    read_previous(build, row, &sources);
    read_fields(build, row, MODEL_NONE, &sources);
    entity_at(build, row)->lists_first = build_count(build, MODEL_TABLE_list);
    each_entry(build, row, &sources, STR("lists"), read_list);
    entity_at(build, row)->states_first = build_count(build, MODEL_TABLE_state);
    each_entry(build, row, &sources, STR("states"), read_state);
    read_invariants(build, row, &sources);
    read_transitions(build, row, &sources);
    build->context = before;
}
