/* Confidentiality of what is computed: an expression is as strict as the strictest thing it reads.
 * Facts and everything shown get that class, so that whoever shows them can hold them back; what is
 * stored must be declared as strict as its sources; titles, which everybody sees who sees the
 * record, may not be stricter than it. */
#include "compile/link.h"

struct classes {
    struct build *build;
    uint8_t *fact_done; /* 1 when the class of a fact is known */
    uint32_t found;     /* the strictest so far */
};

static void find_in(struct classes *classes, uint32_t root);

static void raise_to(struct classes *classes, uint32_t class)
{
    struct build *build = classes->build;
    if (class != MODEL_NONE &&
        (classes->found == MODEL_NONE ||
         record_class_at(build, class)->rank > record_class_at(build, classes->found)->rank)) {
        classes->found = class;
    }
}

static uint32_t class_of_field(struct build *build, uint32_t field)
{
    const struct model_field *row = field_at(build, field);
    return row->class != MODEL_NONE ? row->class : entity_at(build, row->entity)->class;
}

static uint32_t class_of_fact(struct classes *classes, uint32_t fact)
{
    struct build *build = classes->build;
    if (!classes->fact_done[fact]) {
        uint32_t before = classes->found;
        classes->found = entity_at(build, fact_at(build, fact)->entity)->class;
        find_in(classes, fact_at(build, fact)->is);
        fact_at(build, fact)->class = classes->found;
        classes->fact_done[fact] = 1;
        classes->found = before;
    }
    return fact_at(build, fact)->class;
}

static void find_in(struct classes *classes, uint32_t root)
{
    struct build *build = classes->build;
    const struct expr_node *node = &build->program.nodes.items[root];
    switch (node->op) {
    case EXPR_FIELD:
    case EXPR_FOLLOW:
    case EXPR_WHY:
    case EXPR_ADDRESSED:
        raise_to(classes, class_of_field(build, node->id));
        break;
    case EXPR_FACT:
        raise_to(classes, class_of_fact(classes, node->id));
        break;
    case EXPR_MEMBERS: { /* how many there are says something, too */
        uint32_t entity = entity_of_subject(build, member_subject(build, node->id));
        raise_to(classes, entity_at(build, entity)->class);
        break;
    }
    default:
        break;
    }
    for (uint32_t child = node->first; child != EXPR_NONE;
         child = build->program.nodes.items[child].next) {
        find_in(classes, child);
    }
}

/* The strictest class of what an expression reads, at least that of least; MODEL_NONE for neither.
 */
static uint32_t class_of(struct classes *classes, uint32_t root, uint32_t least)
{
    classes->found = least;
    if (root != MODEL_NONE) {
        find_in(classes, root);
    }
    return classes->found;
}

/* ---- who may read it --------------------------------------------------------------------------
 */

static bool may_read(struct build *build, uint32_t role, uint32_t class)
{
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_grant); i++) {
        const struct model_grant *grant = grant_at(build, i);
        if (grant->role == role && grant->class == class && (grant->verbs >> VERB_READ & 1)) {
            return true;
        }
    }
    return false;
}

/* A role that may read the one class but not the other, or MODEL_NONE. */
static uint32_t shut_out(struct build *build, uint32_t readable, uint32_t shown)
{
    for (uint32_t role = 0; role < build_count(build, MODEL_TABLE_role); role++) {
        if (may_read(build, role, readable) && !may_read(build, role, shown)) {
            return role;
        }
    }
    return MODEL_NONE;
}

static void check_title(struct classes *classes, enum model_table table, uint32_t row,
                        struct str key, uint32_t root, uint32_t entity)
{
    struct build *build = classes->build;
    uint32_t readable = entity_at(build, entity)->class;
    uint32_t shown = class_of(classes, root, readable);
    uint32_t role = shut_out(build, readable, shown);
    if (role == MODEL_NONE) {
        return;
    }
    const struct origin *origin = build_origin(build, table, row);
    const struct yaml_pair *pair = yaml_find(origin->node, key);
    MESSAGE(build->messages, pair ? pair->value->place : origin->place, STR("'"), key,
            STR("' shows something of class '"), build_name(build, MODEL_TABLE_record_class, shown),
            STR("', which role '"), build_name(build, MODEL_TABLE_role, role),
            STR("' may not read though it may read this record; leave it out of the "), key);
}

static void check_derived(struct classes *classes, uint32_t field)
{
    struct build *build = classes->build;
    uint32_t kept = class_of_field(build, field);
    uint32_t read = class_of(classes, field_at(build, field)->derived, MODEL_NONE);
    if (read == MODEL_NONE ||
        record_class_at(build, read)->rank <= record_class_at(build, kept)->rank) {
        return;
    }
    MESSAGE(build->messages, build_origin(build, MODEL_TABLE_field, field)->place,
            described(build, MODEL_TABLE_field, field),
            STR(" is computed from something of class '"),
            build_name(build, MODEL_TABLE_record_class, read),
            STR("', which is stricter; give it 'class: "),
            build_name(build, MODEL_TABLE_record_class, read), STR("'"));
}

/* ---- what may not be known of ---- */

/* Whether something is refused, asked for or listed tells as much as a text does. Such a condition
 * has no reader who could be asked, so it may not rest on what some may not even know of. */
static void check_untold(struct classes *classes, enum model_table table, uint32_t row,
                         struct str what, uint32_t root, uint32_t entity)
{
    struct build *build = classes->build;
    uint32_t own = entity_at(build, entity)->class;
    uint32_t read = class_of(classes, root, MODEL_NONE);
    if (read == MODEL_NONE || record_class_at(build, read)->visibility != VISIBILITY_NONE ||
        record_class_at(build, own)->visibility == VISIBILITY_NONE) {
        return;
    }
    MESSAGE(build->messages, build_origin(build, table, row)->place, what,
            STR(" rests on something of class '"),
            build_name(build, MODEL_TABLE_record_class, read),
            STR("', of which nothing may be known, and would tell of it; leave that out"));
}

static void check_guards(struct classes *classes, uint32_t first, uint32_t count, uint32_t entity)
{
    for (uint32_t row = first; row < first + count; row++) {
        check_untold(classes, MODEL_TABLE_guard, row, STR("the guard"),
                     guard_at(classes->build, row)->holds, entity);
    }
}

static void check_all_untold(struct classes *classes)
{
    struct build *build = classes->build;
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_entity); row++) {
        const struct model_entity *entity = entity_at(build, row);
        check_guards(classes, entity->invariants_first, entity->invariants_count, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_transition); row++) {
        const struct model_transition *transition = transition_at(build, row);
        check_guards(classes, transition->guards_first, transition->guards_count,
                     transition->entity);
        check_untold(classes, MODEL_TABLE_transition, row, STR("'offered'"), transition->offered,
                     transition->entity);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_field); row++) {
        const struct model_field *field = field_at(build, row);
        if (record_class_at(build, class_of_field(build, row))->visibility == VISIBILITY_NONE) {
            continue;
        }
        check_untold(classes, MODEL_TABLE_field, row, STR("'relevant'"), field->relevant,
                     field->entity);
        check_untold(classes, MODEL_TABLE_field, row, STR("'required_when'"), field->required_when,
                     field->entity);
        check_untold(classes, MODEL_TABLE_field, row, STR("'check'"), field->check, field->entity);
        check_untold(classes, MODEL_TABLE_field, row, STR("'choices'"), field->choices,
                     field->entity);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_list_view); row++) {
        const struct model_list_view *view = list_view_at(build, row);
        check_untold(classes, MODEL_TABLE_list_view, row, STR("'where'"), view->where,
                     view->entity);
        check_untold(classes, MODEL_TABLE_list_view, row, STR("'order'"), view->order,
                     view->entity);
    }
}

void link_classes(struct build *build)
{
    struct classes classes = {.build = build};
    classes.fact_done = ARENA_ARRAY(build->arena, build_count(build, MODEL_TABLE_fact), uint8_t);
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_fact); row++) {
        (void)class_of_fact(&classes, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_list_column); row++) {
        uint32_t field = list_column_at(build, row)->field;
        uint32_t least = field == MODEL_NONE ? MODEL_NONE : class_of_field(build, field);
        list_column_at(build, row)->class =
            class_of(&classes, list_column_at(build, row)->value, least);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_form_item); row++) {
        form_item_at(build, row)->class =
            class_of(&classes, form_item_at(build, row)->show, MODEL_NONE);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_chip_text); row++) {
        uint32_t when = class_of(&classes, chip_text_at(build, row)->when, MODEL_NONE);
        chip_text_at(build, row)->class = class_of(&classes, chip_text_at(build, row)->text, when);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_document_part); row++) {
        uint32_t where = class_of(&classes, document_part_at(build, row)->where, MODEL_NONE);
        document_part_at(build, row)->class =
            class_of(&classes, document_part_at(build, row)->text, where);
    }
    check_all_untold(&classes);
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_field); row++) {
        check_derived(&classes, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_entity); row++) {
        const struct model_entity *entity = entity_at(build, row);
        check_title(&classes, MODEL_TABLE_entity, row, STR("title"), entity->title, row);
        check_title(&classes, MODEL_TABLE_entity, row, STR("subtitle"), entity->subtitle, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_workspace); row++) {
        const struct model_workspace *workspace = workspace_at(build, row);
        uint32_t entity = workspace->entity;
        check_title(&classes, MODEL_TABLE_workspace, row, STR("title"), workspace->title, entity);
        check_title(&classes, MODEL_TABLE_workspace, row, STR("subtitle"), workspace->subtitle,
                    entity);
        check_title(&classes, MODEL_TABLE_workspace, row, STR("banner"), workspace->banner_title,
                    entity);
    }
}
