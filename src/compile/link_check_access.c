/* Who may do what: every class is granted to somebody, every scope that is granted has people in
 * it, and every record can be made and decided by somebody. */
#include "compile/link.h"

static bool is_granted(struct build *build, uint32_t class, enum model_verb verb)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_grant); row++) {
        if (grant_at(build, row)->class == class && (grant_at(build, row)->verbs >> verb & 1)) {
            return true;
        }
    }
    return false;
}

static void check_class(struct build *build, uint32_t row)
{
    if (!is_granted(build, row, VERB_READ)) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_record_class, row)->place,
                described(build, MODEL_TABLE_record_class, row),
                STR(" has no policy: nobody may read it; say under 'policy' who may"));
    }
}

static bool has_audience(struct build *build, uint32_t entity, enum model_scope scope)
{
    const struct model_entity *row = entity_at(build, entity);
    for (uint32_t i = 0; i < row->audiences_count; i++) {
        if (audience_source_at(build, row->audiences_first + i)->scope == scope) {
            return true;
        }
    }
    return false;
}

static bool is_scope_granted(struct build *build, uint32_t class, enum model_scope scope)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_grant); row++) {
        if (grant_at(build, row)->class == class && grant_at(build, row)->scope == scope) {
            return true;
        }
    }
    return false;
}

/* Who is in it is said by the record, or, of these, by whoever gives access to it (store/grant.c).
 */
static bool is_given(enum model_scope scope)
{
    return scope == SCOPE_PARTICIPANT || scope == SCOPE_SHARED || scope == SCOPE_BREAK_GLASS;
}

/* A grant for a scope in which nobody is would be read as a right and be none. */
static void check_audiences(struct build *build, uint32_t entity)
{
    const struct model_entity *row = entity_at(build, entity);
    if (row->kind != ENTITY_ROOT && row->kind != ENTITY_HUB) {
        return;
    }
    for (int scope = 0; scope < SCOPE__COUNT; scope++) {
        enum model_scope value = (enum model_scope)scope;
        if (value != SCOPE_SELF && !is_given(value) && is_scope_granted(build, row->class, value) &&
            !has_audience(build, entity, value)) {
            MESSAGE(build->messages, build_origin(build, MODEL_TABLE_entity, entity)->place,
                    described(build, MODEL_TABLE_entity, entity), STR(" has nobody in scope '"),
                    model_scope_name(value), STR("', to which the policy of class '"),
                    build_name(build, MODEL_TABLE_record_class, row->class),
                    STR("' grants rights; add it to 'audiences'"));
        }
    }
}

/* Where "who" leads to a root, whoever was let at that by hand is meant: which is so in scopes that
 * are given, of a part of that root. */
static void check_who(struct build *build, const struct model_audience_source *source,
                      struct place place)
{
    const struct expr_node *who = &build->program.nodes.items[source->who];
    uint32_t target = who->op == EXPR_FIELD ? field_at(build, who->id)->target : MODEL_NONE;
    if (target == MODEL_NONE || entity_at(build, target)->kind != ENTITY_ROOT) {
        return;
    }
    uint32_t reference = source->collection == MODEL_NONE
                             ? MODEL_NONE
                             : collection_at(build, source->collection)->reference;
    const struct model_field *field = reference == MODEL_NONE ? NULL : field_at(build, reference);
    uint32_t parent = field == NULL || field->list != MODEL_NONE
                          ? MODEL_NONE
                          : entity_at(build, field->entity)->parent;
    if (!is_given((enum model_scope)source->scope) || parent == MODEL_NONE ||
        field_at(build, parent)->target != target ||
        field_at(build, parent)->collection == MODEL_NONE) {
        MESSAGE(build->messages, place,
                STR("'who' leads to a root: whoever was let at that by hand. That is for scopes "
                    "'participant', 'shared' and 'break_glass', with 'each' over a kind of part of "
                    "that root"));
    }
}

static void check_audience_source(struct build *build, uint32_t row)
{
    const struct model_audience_source *source = audience_source_at(build, row);
    struct place place = build_origin(build, MODEL_TABLE_audience_source, row)->place;
    bool needs_who = source->scope != SCOPE_STATE;
    if (source->scope == SCOPE_SELF) {
        MESSAGE(build->messages, place, STR("scope 'self' needs no audience"));
    } else if (needs_who != (source->who != MODEL_NONE)) {
        MESSAGE(build->messages, place, STR("scope '"),
                model_scope_name((enum model_scope)source->scope),
                needs_who ? STR("' needs 'who': a reference to an agency, team or worker")
                          : STR("' is everybody; it has no 'who'"));
    } else if (needs_who) {
        check_who(build, source, place);
    }
}

/* ---- own family ---- */

/* It is followed from the people who are declared to be somebody's own, to roots and parts alike.
 */
static void check_about(struct build *build, uint32_t row)
{
    const struct model_field *field = field_at(build, row);
    enum model_entity_kind kind = entity_at(build, field->target)->kind;
    if (kind != ENTITY_HUB && kind != ENTITY_ROOT) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_field, row)->place,
                described(build, MODEL_TABLE_field, row), STR(" cannot be 'about': it leads to "),
                described(build, MODEL_TABLE_entity, field->target),
                STR(", which is neither a hub nor a root"));
    }
}

/* ---- what may not be known of ---- */

static bool is_hidden(struct build *build, uint32_t class)
{
    return class != MODEL_NONE && record_class_at(build, class)->visibility == VISIBILITY_NONE;
}

/* What leads to a record of which nothing may be known is as hidden as that; else whoever sees it
 * would know, and whoever saves it without seeing it would take it away. */
static void check_leads_to_hidden(struct build *build, uint32_t row)
{
    const struct model_field *field = field_at(build, row);
    uint32_t target =
        field->target == MODEL_NONE ? MODEL_NONE : entity_at(build, field->target)->class;
    uint32_t own =
        field->class != MODEL_NONE ? field->class : entity_at(build, field->entity)->class;
    if (field->kernel || field->kind != FIELD_REFERENCE || !is_hidden(build, target) ||
        is_hidden(build, own)) {
        return;
    }
    MESSAGE(build->messages, build_origin(build, MODEL_TABLE_field, row)->place,
            described(build, MODEL_TABLE_field, row), STR(" leads to "),
            described(build, MODEL_TABLE_entity, field->target),
            STR(", of which nothing may be known; give it 'class: "),
            build_name(build, MODEL_TABLE_record_class, target), STR("'"));
}

/* ---- deciders ------------------------------------------------------------------------------- */

static bool may_decide(struct build *build, uint32_t role, uint32_t class)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_grant); row++) {
        const struct model_grant *grant = grant_at(build, row);
        if (grant->role == role && grant->class == class &&
            (grant->verbs >> VERB_DECIDE & 1 || grant->verbs >> VERB_CREATE & 1 ||
             grant->verbs >> VERB_UPDATE & 1)) {
            return true;
        }
    }
    return false;
}

/* Whether anybody is in the decider's scope of such a record. */
static bool has_scope(struct build *build, uint32_t entity, enum model_scope scope)
{
    uint32_t root = entity_at(build, entity)->root;
    enum model_entity_kind kind = entity_at(build, root)->kind;
    return scope == SCOPE_SELF || is_given(scope) || (kind != ENTITY_ROOT && kind != ENTITY_HUB) ||
           has_audience(build, root, scope);
}

/* Some role of the decider must be able to act on such a record at all. */
static void check_transition(struct build *build, uint32_t row)
{
    const struct model_transition *transition = transition_at(build, row);
    const struct model_decider *decider = decider_at(build, transition->decider);
    uint32_t class = entity_at(build, transition->entity)->class;
    if (!has_scope(build, transition->entity, (enum model_scope)decider->scope)) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_transition, row)->place,
                described(build, MODEL_TABLE_transition, row),
                STR(" can be taken by nobody: the scope of "),
                described(build, MODEL_TABLE_decider, transition->decider), STR(", '"),
                model_scope_name((enum model_scope)decider->scope), STR("', has no audience in "),
                described(build, MODEL_TABLE_entity, entity_at(build, transition->entity)->root));
        return;
    }
    for (uint32_t i = 0; i < decider->roles_count; i++) {
        if (may_decide(build, decider_role_at(build, decider->roles_first + i)->role, class)) {
            return;
        }
    }
    MESSAGE(build->messages, build_origin(build, MODEL_TABLE_transition, row)->place,
            described(build, MODEL_TABLE_transition, row),
            STR(" can be taken by nobody: no role of "),
            described(build, MODEL_TABLE_decider, transition->decider),
            STR(" may decide about class '"), build_name(build, MODEL_TABLE_record_class, class),
            STR("'"));
}

/* A broken glass shows what is known to be there, for so long as is said, and changes nothing. */
static void check_break_glass(struct build *build, uint32_t row)
{
    const struct model_grant *grant = grant_at(build, row);
    const struct model_record_class *class = record_class_at(build, grant->class);
    enum model_visibility visibility = class->visibility;
    if (grant->scope != SCOPE_BREAK_GLASS || grant->verbs == 0) {
        return;
    }
    if (visibility != VISIBILITY_EXISTENCE) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_grant, row)->place,
                STR("scope 'break_glass' opens only what is known to be there: class '"),
                build_name(build, MODEL_TABLE_record_class, grant->class),
                STR("' has visibility '"), model_visibility_name(visibility), STR("'"));
    } else if (class->break_glass_hours == 0) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_grant, row)->place,
                STR("scope 'break_glass' needs 'break_glass: { hours: ... }' of class '"),
                build_name(build, MODEL_TABLE_record_class, grant->class),
                STR("': how long it stays open"));
    }
    if (grant->verbs != 1u << VERB_READ) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_grant, row)->place,
                STR("scope 'break_glass' lets read and nothing else"));
    }
}

/* What is said of a broken glass, and nobody may break, would be read as a right and be none. What
 * asks for a proof of who reads it is kept from most of those who may read the rest. */
static void check_glass_of_class(struct build *build, uint32_t row)
{
    const struct model_record_class *class = record_class_at(build, row);
    struct place place = build_origin(build, MODEL_TABLE_record_class, row)->place;
    if (class->break_glass_hours == 0) {
        return;
    }
    if (class->confirm) {
        MESSAGE(build->messages, place, described(build, MODEL_TABLE_record_class, row),
                STR(" has 'confirm': it is not opened in an emergency"));
    } else if (!is_scope_granted(build, row, SCOPE_BREAK_GLASS)) {
        MESSAGE(build->messages, place, described(build, MODEL_TABLE_record_class, row),
                STR(" has 'break_glass', and its policy grants scope 'break_glass' to nobody"));
    }
}

static bool leads_to(struct build *build, uint32_t entity, uint32_t target)
{
    const struct model_entity *row = entity_at(build, entity);
    for (uint32_t i = 0; i < row->fields_count; i++) {
        const struct model_field *field = field_at(build, row->fields_first + i);
        if (field->kind == FIELD_REFERENCE && field->target == target && !field->kernel) {
            return true;
        }
    }
    return false;
}

/* What is opened is always reviewed: the record of it leads to what was opened. */
static void check_reviewed(struct build *build, uint32_t row)
{
    const struct model_entity *entity = entity_at(build, row);
    uint32_t review = build_find(build, MODEL_TABLE_entity, STR("emergency_access"));
    if (review != MODEL_NONE && entity->class != MODEL_NONE &&
        record_class_at(build, entity->class)->break_glass_hours > 0 &&
        !leads_to(build, review, entity->root)) {
        MESSAGE(build->messages, build_origin(build, MODEL_TABLE_entity, row)->place,
                described(build, MODEL_TABLE_entity, row),
                STR(" may be opened in an emergency, and "),
                described(build, MODEL_TABLE_entity, review), STR(" has no reference to "),
                described(build, MODEL_TABLE_entity, entity->root));
    }
}

void link_check_access(struct build *build)
{
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_grant); row++) {
        check_break_glass(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_record_class); row++) {
        check_class(build, row);
        check_glass_of_class(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_entity); row++) {
        check_audiences(build, row);
        check_reviewed(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_audience_source); row++) {
        check_audience_source(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_field); row++) {
        if (field_at(build, row)->about && field_at(build, row)->target != MODEL_NONE) {
            check_about(build, row);
        }
        check_leads_to_hidden(build, row);
    }
    for (uint32_t row = 0; row < build_count(build, MODEL_TABLE_transition); row++) {
        check_transition(build, row);
    }
}
