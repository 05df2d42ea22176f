/* Transitions: from which states to which, who decides, what must be there, and what follows. */
#include "compile/read.h"

#define EFFECT_SLOTS (CONTEXT_VARIABLES - 1) /* records that later effects may name */

static const struct key guard_keys[] = {
    NEEDED("holds", read_expression, guard, holds, WANT_CONDITION),
    NEEDED("message", read_text, guard, message, 0),
    NEEDED("better", read_text, guard, better, 0),
    OPTION("source", read_text, guard, source, 0),
    OPTION("step", read_nested, guard, link, MODEL_TABLE_workspace_step),
};

void read_guard(struct build *build, const struct yaml_pair *pair)
{
    uint32_t row = build_push(build, MODEL_TABLE_guard, pair->value, pair->place);
    guard_at(build, row)->name = build_intern(build, pair->key);
    KEYS_READ(build, pair->value, guard_keys, CELL(guard, row, name),
              described(build, MODEL_TABLE_guard, row));
}

void read_guards(struct build *build, const struct yaml *node, struct cell first)
{
    struct cell count = {first.table, first.row, first.column + 1};
    if (!want_map(build, node, STR("a list of guards"))) {
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        uint32_t other = build_find_in(build, MODEL_TABLE_guard, *build_cell(build, first),
                                       *build_cell(build, count), pair->key);
        if (other != MODEL_NONE) {
            refuse_twice(build, pair, MODEL_TABLE_guard, other);
            continue;
        }
        if (build_check_name(build, pair->key, pair->place)) {
            ++*build_cell(build, count);
            read_guard(build, pair);
        }
    }
}

static void read_guard_range(struct build *build, const struct yaml *value, const struct key *key,
                             struct cell cell)
{
    (void)key;
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_guard);
    read_guards(build, value, cell);
}

static void take_from(struct build *build, const struct yaml *item, void *context)
{
    const uint32_t *transition = context;
    uint32_t row = build_push(build, MODEL_TABLE_transition_from, item, item->place);
    transition_at(build, *transition)->from_count++;
    name_later(build, resolve_nested, item, MODEL_TABLE_state, CELL(transition_from, row, state));
}

static void read_from(struct build *build, const struct yaml *value, const struct key *key,
                      struct cell cell)
{
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_transition_from);
    each_text(build, value, quoted(build, str_from(key->name)), &cell.row, take_from);
}

void read_requirement(struct build *build, const struct yaml *item)
{
    uint32_t row = build_push(build, MODEL_TABLE_requirement_item, item, item->place);
    name_later(build, resolve_requirement, item, 0, CELL(requirement_item, row, requirement));
}

static void take_requirement(struct build *build, const struct yaml *item, void *context)
{
    const uint32_t *transition = context;
    transition_at(build, *transition)->requirements_count++;
    read_requirement(build, item);
}

static void read_requires(struct build *build, const struct yaml *value, const struct key *key,
                          struct cell cell)
{
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_requirement_item);
    each_text(build, value, quoted(build, str_from(key->name)), &cell.row, take_requirement);
}

/* ---- effects ------------------------------------------------------------------------------ */

static void read_set(struct build *build, const struct yaml *value, const struct key *key,
                     struct cell cell)
{
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_assignment);
    if (!want_map(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml_pair *pair = &value->pairs[i];
        uint32_t row = build_push(build, MODEL_TABLE_assignment, pair->value, pair->place);
        effect_at(build, cell.row)->assignments_count++;
        /* A place for the name of the field, which is a key and no scalar of its own. */
        struct yaml *name = ARENA_NEW(build->arena, struct yaml);
        *name = (struct yaml){.kind = YAML_TEXT, .place = pair->place, .text = pair->key};
        name_later(build, resolve_assigned, name, cell.row, CELL(assignment, row, field));
        if (want_text(build, pair->value, quoted(build, pair->key))) {
            expression_later(build, pair->value, 0, pair->value->text.n, WANT_FIELD,
                             CELL(assignment, row, value));
        }
    }
}

static void read_do(struct build *build, const struct yaml *value, const struct key *key,
                    struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        name_later(build, resolve_done, value, cell.row, cell);
    }
}

static void read_link(struct build *build, const struct yaml *value, const struct key *key,
                      struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        name_later(build, resolve_link, value, cell.row, cell);
    }
}

static const struct key tell_keys[] = {
    NEEDED("decider", read_top, effect, decider, MODEL_TABLE_decider),
};

static void read_tell(struct build *build, const struct yaml *value, const struct key *key,
                      struct cell cell)
{
    if (value->kind == YAML_MAP) {
        KEYS_READ(build, value, tell_keys, cell, STR("'tell'"));
    } else {
        read_expression(build, value, key, cell);
    }
}

/* A record of the kind that is made. */
static void read_copy(struct build *build, const struct yaml *value, const struct key *key,
                      struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        expression_later(build, value, 0, value->text.n, WANT_FIELD, cell);
    }
}

static const struct key effect_keys[] = {
    OPTION_ELSEWHERE("each"),
    OPTION("when", read_expression, effect, when, WANT_CONDITION),
    OPTION("create", read_top, effect, entity, MODEL_TABLE_entity),
    OPTION("copy", read_copy, effect, copy, 0),
    OPTION("on", read_expression, effect, target, WANT_REFERENCE),
    OPTION("do", read_do, effect, transition, 0),
    OPTION("set", read_set, effect, assignments_first, 0),
    OPTION("link", read_link, effect, link, 0),
    OPTION_ELSEWHERE("as"),
    OPTION("tell", read_tell, effect, tell, WANT_WORKER),
    OPTION("say", read_text, effect, say, 0),
};

/* Which keys go with which kind of effect. */
static const struct {
    const char *key;
    bool with[EFFECT__COUNT]; /* set, create, do, tell */
} effect_combinations[] = {
    {"set",    {true, true, false, false} },
    {"create", {false, true, false, false}},
    {"copy",   {false, true, false, false}},
    {"do",     {false, false, true, false}},
    {"tell",   {false, false, false, true}},
    {"on",     {true, false, true, true}  },
    {"link",   {false, true, false, false}},
    {"as",     {false, true, false, false}},
    {"say",    {false, false, false, true}},
};

static enum model_effect_kind kind_of_effect(const struct yaml *item)
{
    if (yaml_find(item, STR("create"))) {
        return EFFECT_CREATE;
    }
    if (yaml_find(item, STR("do"))) {
        return EFFECT_DO;
    }
    return yaml_find(item, STR("tell")) ? EFFECT_TELL : EFFECT_SET;
}

static void check_effect(struct build *build, const struct yaml *item, enum model_effect_kind kind)
{
    struct str kind_name = model_effect_kind_name(kind);
    if (kind == EFFECT_SET && !yaml_find(item, STR("set"))) {
        MESSAGE(build->messages, item->place,
                STR("an effect needs one of 'set', 'create', 'do', 'tell'"));
    }
    if (kind == EFFECT_TELL && !yaml_find(item, STR("say"))) {
        MESSAGE(build->messages, item->place, STR("'tell' needs 'say' beside it"));
    }
    for (size_t i = 0; i < ARRAY_LENGTH(effect_combinations); i++) {
        const struct yaml_pair *pair = yaml_find(item, str_from(effect_combinations[i].key));
        if (pair && !effect_combinations[i].with[kind]) {
            MESSAGE(build->messages, pair->place, STR("'"), pair->key, STR("' does not go with '"),
                    kind_name, STR("'; make it an effect of its own"));
        }
    }
}

/* Effects behind this one know the record it makes: as "created", and by its name. before is the
 * context of the transition, without the member of this effect. */
static void know_created(struct build *build, uint32_t row, struct context *before)
{
    const struct yaml *item = build_origin(build, MODEL_TABLE_effect, row)->node;
    const struct yaml_pair *as = yaml_find(item, STR("as"));
    before->created = effect_at(build, row)->entity;
    if (!as || !want_text(build, as->value, STR("'as'")) ||
        !build_check_name(build, as->value->text, as->value->place)) {
        return;
    }
    size_t slot = before->variable_count ? before->variable_count : 1; /* 0 is the member */
    if (slot > EFFECT_SLOTS) {
        MESSAGE(build->messages, as->value->place, STR("these are too many named records"));
        return;
    }
    before->variables[slot] =
        (struct variable){.name = as->value->text, .subject = before->created};
    before->variable_count = slot + 1;
    effect_at(build, row)->slot = (int32_t)slot;
}

static void read_effects(struct build *build, const struct yaml *value, const struct key *key,
                         struct cell cell)
{
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_effect);
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    struct context outer = build->context;
    struct context before = build->context;
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml *item = value->items[i];
        uint32_t row = build_push(build, MODEL_TABLE_effect, item, item->place);
        transition_at(build, cell.row)->effects_count++;
        enum model_effect_kind kind = kind_of_effect(item);
        effect_at(build, row)->kind = kind;
        const struct yaml_pair *each = yaml_find(item, STR("each"));
        build->context = before;
        if (each) {
            read_each(build, each->value,
                      (struct each_cells){CELL(effect, row, collection_of),
                                          CELL(effect, row, collection), CELL(effect, row, where)});
        }
        KEYS_READ(build, item, effect_keys, CELL(effect, row, kind), STR("an effect"));
        check_effect(build, item, kind);
        if (kind == EFFECT_CREATE) {
            know_created(build, row, &before);
        }
    }
    build->context = outer;
}

static const struct key transition_keys[] = {
    NEEDED("label", read_text, transition, label, 0),
    NEEDED("done", read_text, transition, done, 0),
    OPTION("help", read_text, transition, help, 0),
    OPTION("source", read_text, transition, source, 0),
    OPTION("from", read_from, transition, from_first, 0),
    OPTION("to", read_nested, transition, to, MODEL_TABLE_state),
    NEEDED("decider", read_top, transition, decider, MODEL_TABLE_decider),
    OPTION("form", read_top, transition, form, MODEL_TABLE_form),
    OPTION("requires", read_requires, transition, requirements_first, 0),
    OPTION("guards", read_guard_range, transition, guards_first, 0),
    OPTION("effects", read_effects, transition, effects_first, 0),
    OPTION("offered", read_expression, transition, offered, WANT_CONDITION),
    OPTION("confirm", read_flag, transition, confirm, 0),
    OPTION("keeps", read_flag, transition, keeps, 0),
    OPTION("weight", read_word, transition, weight, MODEL_SET_weight),
};

/* "start" is how a record is made: it has no states to leave or reach. */
static void check_states(struct build *build, uint32_t row, const struct yaml_pair *pair)
{
    const struct yaml_pair *from = yaml_find(pair->value, STR("from"));
    const struct yaml_pair *to = yaml_find(pair->value, STR("to"));
    uint32_t entity = transition_at(build, row)->entity;
    bool has_states = entity_at(build, entity)->states_count > 0;
    if (str_eq(pair->key, STR("start"))) {
        if (from || to) {
            MESSAGE(build->messages, from ? from->place : to->place,
                    STR("'start' makes the record, in its first state; it has no 'from' or 'to'"));
        }
    } else if (!from && has_states && pair->value->kind == YAML_MAP) {
        MESSAGE(build->messages, pair->place, described(build, MODEL_TABLE_transition, row),
                STR(" needs 'from': the states in which it may be taken"));
    }
}

static void read_transition(struct build *build, uint32_t entity, const struct yaml_pair *pair)
{
    const struct model_entity *owner = entity_at(build, entity);
    uint32_t other = build_find_in(build, MODEL_TABLE_transition, owner->transitions_first,
                                   owner->transitions_count, pair->key);
    if (other != MODEL_NONE) {
        refuse_twice(build, pair, MODEL_TABLE_transition, other);
        return;
    }
    if (!build_check_name(build, pair->key, pair->place)) {
        return;
    }
    enum model_kernel_verb verb;
    if (model_kernel_verb_parse(pair->key, &verb)) {
        MESSAGE(build->messages, pair->place, STR("'"), pair->key,
                STR("' is what the kernel can do with every record (“"),
                model_kernel_verb_words(verb), STR("”); give the transition another name"));
        return;
    }
    uint32_t row = build_push(build, MODEL_TABLE_transition, pair->value, pair->place);
    entity_at(build, entity)->transitions_count++;
    transition_at(build, row)->name = build_intern(build, pair->key);
    transition_at(build, row)->entity = entity;
    build->context = context_of(entity, MODEL_NONE);
    build->context.transition = row;
    build->context.actor = true;
    KEYS_READ(build, pair->value, transition_keys, CELL(transition, row, name),
              described(build, MODEL_TABLE_transition, row));
    check_states(build, row, pair);
    build->context = context_of(entity, MODEL_NONE);
}

void read_transitions(struct build *build, uint32_t entity, const struct sources *sources)
{
    entity_at(build, entity)->transitions_first = build_count(build, MODEL_TABLE_transition);
    for (size_t i = 0; i < sources->count; i++) {
        const struct yaml_pair *section = yaml_find(sources->nodes[i], STR("transitions"));
        if (!section || !want_map(build, section->value, STR("'transitions'"))) {
            continue;
        }
        for (size_t j = 0; j < section->value->count; j++) {
            read_transition(build, entity, &section->value->pairs[j]);
        }
    }
}
