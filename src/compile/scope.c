/* What expressions may say at a place of the model: answers the questions of expr about names,
 * codes and kinds of records, and compiles what was put aside while reading. */
#include "compile/resolve.h"

static struct expr_name name_of_field(struct build *build, uint32_t field)
{
    const struct model_field *row = field_at(build, field);
    return (struct expr_name){.kind = EXPR_NAME_FIELD,
                              .id = field,
                              .type = model_field_type(row->kind),
                              .scale = (uint32_t)row->scale,
                              .code_set = row->code_set,
                              .subject = target_subject(build, field)};
}

static struct expr_name name_of_fact(struct build *build, uint32_t fact)
{
    const struct model_fact *row = fact_at(build, fact);
    return (struct expr_name){.kind = EXPR_NAME_FACT,
                              .id = fact,
                              .type = row->type,
                              .scale = (uint32_t)row->scale,
                              .code_set = row->code_set,
                              .subject = row->target};
}

static struct expr_name look_up(void *context, uint32_t subject, struct str name)
{
    struct build *build = context;
    uint32_t found = find_field(build, subject, name);
    if (found != MODEL_NONE) {
        return name_of_field(build, found);
    }
    found = find_fact(build, subject, name);
    if (found != MODEL_NONE) {
        return name_of_fact(build, found);
    }
    found = find_collection(build, subject, name);
    if (found != MODEL_NONE) {
        return (struct expr_name){.kind = EXPR_NAME_COLLECTION,
                                  .id = found,
                                  .code_set = EXPR_NONE,
                                  .subject = member_subject(build, found)};
    }
    return (struct expr_name){.kind = EXPR_NAME_UNKNOWN};
}

static bool has_code(void *context, uint32_t code_set, struct str code)
{
    struct build *build = context;
    if (code_set == EXPR_WHY_CODES) {
        return model_set_find(MODEL_SET_non_answer, code) != MODEL_NONE;
    }
    const struct model_code_set *set = code_set_at(build, code_set);
    return build_find_in(build, MODEL_TABLE_code, set->codes_first, set->codes_count, code) !=
           MODEL_NONE;
}

static size_t group(void *context, uint32_t code_set, struct str name, const struct str **ret_codes)
{
    struct build *build = context;
    const struct model_code_set *set = code_set_at(build, code_set);
    uint32_t found =
        build_find_in(build, MODEL_TABLE_code_group, set->groups_first, set->groups_count, name);
    if (found == MODEL_NONE) {
        return 0;
    }
    const struct model_code_group *row = code_group_at(build, found);
    struct str *codes = ARENA_ARRAY(build->arena, row->members_count, struct str);
    size_t count = 0;
    for (uint32_t i = 0; i < row->members_count; i++) {
        uint32_t code = code_member_at(build, row->members_first + i)->code;
        struct str text = build_name(build, MODEL_TABLE_code, code);
        bool known = false; /* versions of one code stand beside each other */
        for (size_t c = 0; c < count; c++) {
            known |= str_eq(codes[c], text);
        }
        if (!known) {
            codes[count++] = text;
        }
    }
    *ret_codes = codes;
    return count;
}

static struct str suggest(void *context, uint32_t subject, struct str name, struct arena *arena)
{
    (void)arena;
    struct build *build = context;
    struct str near = nearest_name(build, subject, name);
    return near.n ? quoted(build, near) : near;
}

static struct str suggest_code(void *context, uint32_t code_set, struct str code,
                               struct arena *arena)
{
    struct build *build = context;
    struct str names[NON_ANSWER__COUNT];
    const struct str *candidates = names;
    size_t count = NON_ANSWER__COUNT;
    (void)arena;
    if (code_set == EXPR_WHY_CODES) {
        for (size_t i = 0; i < count; i++) {
            names[i] = model_non_answer_name((enum model_non_answer)i);
        }
    } else {
        const struct model_code_set *set = code_set_at(build, code_set);
        struct str *codes = ARENA_ARRAY(build->arena, set->codes_count, struct str);
        for (uint32_t i = 0; i < set->codes_count; i++) {
            codes[i] = build_name(build, MODEL_TABLE_code, set->codes_first + i);
        }
        candidates = codes;
        count = set->codes_count;
    }
    struct str near = nearest_of(code, candidates, count);
    return near.n ? quoted(build, near) : near;
}

static struct str subject_label(void *context, uint32_t subject)
{
    return subject == MODEL_NONE ? STR("") : subject_words(context, subject);
}

/* ---- what is wanted ------------------------------------------------------------------------- */

struct wanted {
    enum value_type type; /* VALUE_UNSET: one of the mask */
    uint32_t mask;
    uint32_t code_set, scale, subject;
    bool several; /* codes: a whole answer, of a field of that set */
};

static void want_field(struct build *build, uint32_t field, struct wanted *wanted)
{
    const struct model_field *row = field_at(build, field);
    wanted->type = model_field_type(row->kind);
    wanted->code_set = row->code_set;
    wanted->scale = (uint32_t)row->scale;
    wanted->subject = target_subject(build, field);
}

/* False when the place has no type because of an error already said. */
static bool find_wanted(struct build *build, const struct pending *pending, struct wanted *wanted)
{
    *wanted = (struct wanted){.mask = pending->detail, .code_set = EXPR_NONE, .subject = EXPR_NONE};
    if (pending->detail == WANT_WORKER) {
        wanted->type = VALUE_REFERENCE;
        wanted->mask = WANT_REFERENCE;
        wanted->subject = build_find(build, MODEL_TABLE_entity, STR("worker"));
        return true;
    }
    if (pending->detail != WANT_FIELD) {
        for (uint32_t type = 0; type < VALUE__COUNT; type++) {
            if (pending->detail == WANT(type)) {
                wanted->type = type;
            }
        }
        return true;
    }
    uint32_t row = pending->cell.row;
    if (pending->cell.table == MODEL_TABLE_field) {
        want_field(build, row, wanted);
    } else if (pending->cell.table == MODEL_TABLE_fact) {
        const struct model_fact *fact = fact_at(build, row);
        wanted->type = fact->type;
        wanted->code_set = fact->code_set;
        wanted->scale = (uint32_t)fact->scale;
        wanted->subject = fact->target;
    } else if (pending->cell.table == MODEL_TABLE_effect) { /* copy */
        wanted->type = VALUE_REFERENCE;
        wanted->subject = effect_at(build, row)->entity;
    } else if (assignment_at(build, row)->field != MODEL_NONE) {
        want_field(build, assignment_at(build, row)->field, wanted);
    } else {
        return false;
    }
    wanted->mask = WANT_ANY;
    wanted->several = wanted->type == VALUE_UNSET && pending->cell.table == MODEL_TABLE_assignment;
    if (wanted->type == VALUE_UNSET && pending->cell.table == MODEL_TABLE_field) {
        MESSAGE(build->messages, pending_place(pending),
                STR("a field of several codes has no one value to compute; ask for it in a form"));
    }
    return wanted->type != VALUE_UNSET || wanted->several;
}

/* Several codes are taken over whole, from a field of the same set, or not at all. */
static void check_several(struct build *build, const struct pending *pending, uint32_t root,
                          uint32_t code_set)
{
    const struct expr_node *node = &build->program.nodes.items[root];
    if (node->op != EXPR_FIELD || field_at(build, node->id)->kind != FIELD_CODES) {
        MESSAGE(build->messages, pending_place(pending),
                STR("a field of several codes takes over a field of several codes; name one"));
    } else if (field_at(build, node->id)->code_set != code_set) {
        MESSAGE(build->messages, pending_place(pending), STR("these are codes of '"),
                build_name(build, MODEL_TABLE_code_set, field_at(build, node->id)->code_set),
                STR("', but codes of '"), build_name(build, MODEL_TABLE_code_set, code_set),
                STR("' are wanted"));
    }
}

static void check_mask(struct build *build, const struct pending *pending, uint32_t root,
                       uint32_t mask)
{
    uint32_t type = build->program.nodes.items[root].type;
    struct str list = {0};
    if (mask >> type & 1) {
        return;
    }
    for (uint32_t i = 1; i < VALUE__COUNT; i++) {
        if (mask >> i & 1) {
            list = STR_JOIN(build->arena, list, list.n ? STR(" or ") : STR(""), value_type_name(i));
        }
    }
    MESSAGE(build->messages, pending_place(pending), STR("this is "), value_type_name(type),
            STR(", but "), list, STR(" is wanted"));
}

/* ---- compiling ------------------------------------------------------------------------------ */

/* False when a variable has no subject because of an error already said. */
static bool bind_variables(struct build *build, const struct context *context,
                           struct expr_variable *ret_variables)
{
    for (size_t i = 0; i < context->variable_count; i++) {
        ret_variables[i].name = context->variables[i].name;
        ret_variables[i].subject = variable_subject(build, &context->variables[i]);
        if (ret_variables[i].name.n > 0 && ret_variables[i].subject == MODEL_NONE) {
            return false;
        }
    }
    return true;
}

/* Whether names have no meaning here because the subject has an error that was already said. */
static bool subject_missing(const struct pending *pending, uint32_t subject)
{
    return subject == MODEL_NONE &&
           (pending->cell.table != MODEL_TABLE_decider || pending->context.entity != MODEL_NONE);
}

/* Where a node was written. expr counts bytes of the text; the file has quotes doubled. */
static void place_nodes(struct build *build, const struct pending *pending, size_t first)
{
    uint32_t start = pending_place(pending).column;
    for (size_t i = first; i < build->program.nodes.count; i++) {
        struct expr_node *node = &build->program.nodes.items[i];
        size_t at = node->column >= start ? node->column - start : 0;
        node->column = yaml_place_of(pending->node, pending->from + at).column;
    }
}

static void say_at(struct build *build, const struct pending *pending, const struct expr_node *node,
                   struct str what)
{
    struct place place = {pending->node->place.file, node->line, node->column};
    MESSAGE(build->messages, place, what);
}

static bool is_state(struct build *build, const struct expr_node *node)
{
    return node->op == EXPR_FIELD && field_at(build, node->id)->kernel &&
           str_eq(build_name(build, MODEL_TABLE_field, node->id), STR("state"));
}

/* A state is kept as text; what it is compared with must be one of the entity's states. */
static void check_state(struct build *build, const struct pending *pending,
                        const struct expr_node *compared)
{
    const struct expr_node *nodes = build->program.nodes.items;
    const struct expr_node *state = NULL;
    for (uint32_t child = compared->first; child != EXPR_NONE; child = nodes[child].next) {
        state = is_state(build, &nodes[child]) ? &nodes[child] : state;
    }
    if (!state) {
        return;
    }
    const struct model_entity *entity = entity_at(build, field_at(build, state->id)->entity);
    for (uint32_t child = compared->first; child != EXPR_NONE; child = nodes[child].next) {
        struct str name = {build->program.text.items + nodes[child].text, nodes[child].text_length};
        if (nodes[child].op == EXPR_TEXT &&
            build_find_in(build, MODEL_TABLE_state, entity->states_first, entity->states_count,
                          name) == MODEL_NONE) {
            say_at(build, pending, &nodes[child],
                   STR_JOIN(build->arena, STR("entity '"), build_text(build, entity->name),
                            STR("' has no state '"), name, STR("'"),
                            build_suggest_in(build, MODEL_TABLE_state, entity->states_first,
                                             entity->states_count, name)));
        }
    }
}

/* Of the actor only the record itself is at hand: its fields and lists. */
static void check_actor(struct build *build, const struct pending *pending,
                        const struct expr_node *node)
{
    const struct expr_node *nodes = build->program.nodes.items;
    if (node->first == EXPR_NONE || nodes[node->first].op != EXPR_ACTOR) {
        return;
    }
    bool list = node->op == EXPR_MEMBERS && collection_at(build, node->id)->list != MODEL_NONE;
    if (node->op == EXPR_FOLLOW || node->op == EXPR_FACT || (node->op == EXPR_MEMBERS && !list)) {
        say_at(build, pending, node,
               STR("of the actor only its own fields and lists are known, not what they lead to"));
    }
}

static void check_nodes(struct build *build, const struct pending *pending, size_t first)
{
    for (size_t i = first; i < build->program.nodes.count; i++) {
        const struct expr_node *node = &build->program.nodes.items[i];
        if (node->op == EXPR_EQUAL || node->op == EXPR_DIFFERENT || node->op == EXPR_IN) {
            check_state(build, pending, node);
        }
        check_actor(build, pending, node);
    }
}

void resolve_expression(struct build *build, const struct pending *pending)
{
    size_t first = build->program.nodes.count;
    struct wanted wanted;
    struct expr_variable variables[CONTEXT_VARIABLES];
    struct place place = pending_place(pending);
    uint32_t subject = context_subject(build, &pending->context);
    uint32_t root = MODEL_NONE;
    struct expr_error error;
    if (subject_missing(pending, subject) || !bind_variables(build, &pending->context, variables) ||
        !find_wanted(build, pending, &wanted)) {
        return;
    }
    struct expr_scope scope = {
        .context = build,
        .lookup = look_up,
        .has_code = has_code,
        .group = group,
        .suggest = suggest,
        .suggest_code = suggest_code,
        .subject_label = subject_label,
        .subject = subject,
        .actor_subject = pending->context.actor
                             ? build_find(build, MODEL_TABLE_entity, STR("worker"))
                             : EXPR_NONE,
        .created_subject = pending->context.created,
        .variables = variables,
        .variable_count = pending->context.variable_count,
        .wanted_code_set = wanted.code_set,
        .wanted_scale = wanted.scale,
        .wanted_subject = wanted.subject,
        .wants_several = wanted.several,
    };
    if (expr_compile(build->arena, pending_text(pending), &scope, wanted.type, place.line,
                     place.column, &build->program, &root, &error) != STATUS_OK) {
        MESSAGE(build->messages, yaml_place_of(pending->node, pending->from + error.at),
                error.message);
        return;
    }
    place_nodes(build, pending, first);
    check_nodes(build, pending, first);
    if (wanted.several) {
        check_several(build, pending, root, wanted.code_set);
    } else {
        check_mask(build, pending, root, wanted.mask);
    }
    *build_cell(build, pending->cell) = root;
}
