#include "compile/resolve.h"

/* ---- subjects ----------------------------------------------------------------------------- */

uint32_t entity_of_subject(struct build *build, uint32_t subject)
{
    if (subject == MODEL_NONE || !(subject & MODEL_SUBJECT_LIST)) {
        return subject;
    }
    return list_at(build, subject & ~MODEL_SUBJECT_LIST)->entity;
}

uint32_t target_subject(struct build *build, uint32_t field)
{
    const struct model_field *row = field_at(build, field);
    if (row->kind == FIELD_ROW) {
        return row->rows == MODEL_NONE ? MODEL_NONE : subject_of(row->entity, row->rows);
    }
    return row->target;
}

uint32_t member_subject(struct build *build, uint32_t collection)
{
    const struct model_collection *row = collection_at(build, collection);
    if (row->list != MODEL_NONE) {
        return subject_of(row->entity, row->list);
    }
    const struct model_field *reference = field_at(build, row->reference);
    return subject_of(reference->entity, reference->list);
}

/* What a cell that holds a list or a collection stands for. */
static uint32_t cell_subject(struct build *build, struct cell cell)
{
    uint32_t row = *build_cell(build, cell);
    if (row == MODEL_NONE) {
        return MODEL_NONE;
    }
    if (model_table_shape(cell.table)->columns[cell.column].target == MODEL_TABLE_list) {
        return subject_of(MODEL_NONE, row);
    }
    return member_subject(build, row);
}

uint32_t variable_subject(struct build *build, const struct variable *variable)
{
    if (variable->subject != MODEL_NONE || !variable->is_member) {
        return variable->subject;
    }
    return cell_subject(build, variable->members);
}

uint32_t context_subject(struct build *build, const struct context *context)
{
    if (context->about_members) {
        return cell_subject(build, context->members);
    }
    return subject_of(context->entity, context->list);
}

struct str subject_words(struct build *build, uint32_t subject)
{
    if (subject & MODEL_SUBJECT_LIST) {
        return described(build, MODEL_TABLE_list, subject & ~MODEL_SUBJECT_LIST);
    }
    return described(build, MODEL_TABLE_entity, subject);
}

/* ---- what a subject has --------------------------------------------------------------------- */

/* What an overlay adds is there for its own files only. */
static bool is_known_here(struct build *build, uint32_t field)
{
    uint32_t overlay = field_at(build, field)->overlay;
    return overlay == MODEL_NONE || overlay == build->overlay;
}

uint32_t find_field(struct build *build, uint32_t subject, struct str name)
{
    if (subject == MODEL_NONE) {
        return MODEL_NONE;
    }
    if (subject & MODEL_SUBJECT_LIST) {
        const struct model_list *list = list_at(build, subject & ~MODEL_SUBJECT_LIST);
        return build_find_in(build, MODEL_TABLE_field, list->fields_first, list->fields_count,
                             name);
    }
    const struct model_entity *entity = entity_at(build, subject);
    uint32_t field =
        build_find_in(build, MODEL_TABLE_field, entity->fields_first, entity->fields_count, name);
    return field == MODEL_NONE || is_known_here(build, field) ? field : MODEL_NONE;
}

uint32_t find_collection(struct build *build, uint32_t subject, struct str name)
{
    if (subject == MODEL_NONE || subject & MODEL_SUBJECT_LIST || name.n == 0) {
        return MODEL_NONE; /* rows reach what their record reaches through "record" */
    }
    const struct model_entity *entity = entity_at(build, subject);
    return build_find_in(build, MODEL_TABLE_collection, entity->collections_first,
                         entity->collections_count, name);
}

uint32_t find_fact(struct build *build, uint32_t subject, struct str name)
{
    uint32_t fact = build_find(build, MODEL_TABLE_fact, name);
    if (fact == MODEL_NONE || subject == MODEL_NONE || fact_at(build, fact)->entity != subject) {
        return MODEL_NONE;
    }
    return fact;
}

struct names {
    struct str *items;
    size_t count;
};

static void add_names(struct build *build, struct names *names, enum model_table table,
                      uint32_t first, uint32_t count)
{
    names->items = arena_grow(build->arena, names->items, names->count, names->count + count,
                              sizeof(struct str));
    for (uint32_t i = 0; i < count; i++) {
        if (table != MODEL_TABLE_field || is_known_here(build, first + i)) {
            names->items[names->count++] = build_name(build, table, first + i);
        }
    }
}

struct str nearest_name(struct build *build, uint32_t subject, struct str name)
{
    struct names names = {0};
    if (subject == MODEL_NONE) {
        return STR("");
    }
    if (subject & MODEL_SUBJECT_LIST) {
        const struct model_list *list = list_at(build, subject & ~MODEL_SUBJECT_LIST);
        add_names(build, &names, MODEL_TABLE_field, list->fields_first, list->fields_count);
        return nearest_of(name, names.items, names.count);
    }
    const struct model_entity *entity = entity_at(build, subject);
    add_names(build, &names, MODEL_TABLE_field, entity->fields_first, entity->fields_count);
    add_names(build, &names, MODEL_TABLE_collection, entity->collections_first,
              entity->collections_count);
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_fact); i++) {
        if (fact_at(build, i)->entity == subject) {
            add_names(build, &names, MODEL_TABLE_fact, i, 1);
        }
    }
    return nearest_of(name, names.items, names.count);
}

/* ---- paths -------------------------------------------------------------------------------- */

void refuse_name(struct build *build, struct place place, struct str what, uint32_t subject,
                 struct str name)
{
    struct str near = nearest_name(build, subject, name);
    if (str_eq(near, name)) { /* it is there, but something else */
        MESSAGE(build->messages, place, STR("'"), name, STR("' is no "), what, STR(" of "),
                subject_words(build, subject));
        return;
    }
    MESSAGE(build->messages, place, STR("there is no "), what, STR(" '"), name, STR("' in "),
            subject_words(build, subject), near.n ? STR("; did you mean '") : STR(""), near,
            near.n ? STR("'?") : STR(""));
}

/* The first word of a path. */
static uint32_t first_subject(struct build *build, const struct context *context, struct str name,
                              bool *ret_found)
{
    *ret_found = true;
    for (size_t i = 0; i < context->variable_count; i++) {
        if (str_eq(context->variables[i].name, name)) {
            return variable_subject(build, &context->variables[i]);
        }
    }
    if (str_eq(name, STR("this"))) {
        return context_subject(build, context);
    }
    if (str_eq(name, STR("created")) && context->created != MODEL_NONE) {
        return context->created;
    }
    *ret_found = false;
    return MODEL_NONE;
}

uint32_t follow_path(struct build *build, const struct context *context, struct str path,
                     struct place place)
{
    uint32_t subject = context_subject(build, context);
    struct str rest = path;
    struct str name = {0};
    bool first = true;
    while (path.n > 0 && str_split(&rest, '.', &name)) {
        bool found = false;
        uint32_t named = first ? first_subject(build, context, name, &found) : MODEL_NONE;
        first = false;
        if (found) {
            subject = named;
            continue;
        }
        if (subject == MODEL_NONE) {
            return MODEL_NONE;
        }
        uint32_t field = find_field(build, subject, name);
        if (field == MODEL_NONE || target_subject(build, field) == MODEL_NONE) {
            refuse_name(build, place, STR("reference"), subject, name);
            return MODEL_NONE;
        }
        subject = target_subject(build, field);
    }
    return subject;
}

uint32_t effect_subject(struct build *build, uint32_t effect, const struct context *context)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_effect, effect);
    const struct yaml_pair *on = yaml_find(origin->node, STR("on"));
    const struct model_effect *row = effect_at(build, effect);
    if (row->kind == EFFECT_CREATE) {
        return row->entity;
    }
    if (on) {
        return follow_path(build, context, on->value->text, on->value->place);
    }
    if (yaml_find(origin->node, STR("each"))) {
        return row->collection == MODEL_NONE ? MODEL_NONE : member_subject(build, row->collection);
    }
    return context_subject(build, context);
}

/* ---- resolvers ---------------------------------------------------------------------------- */

/* "workspace.step" and "scheme.alternative". */
static void resolve_pair(struct build *build, const struct pending *pending, enum model_table outer,
                         enum model_table inner, uint32_t first_column)
{
    struct str rest = pending_text(pending);
    struct str owner = {0};
    (void)str_split(&rest, '.', &owner);
    uint32_t row = build_find(build, outer, owner);
    if (row == MODEL_NONE) {
        MESSAGE(build->messages, pending_place(pending), STR("there is no "), table_words(outer),
                STR(" '"), owner, STR("'"), build_suggest(build, outer, owner));
        return;
    }
    uint32_t first = *build_cell(build, (struct cell){outer, row, first_column});
    uint32_t count = *build_cell(build, (struct cell){outer, row, first_column + 1});
    uint32_t found = rest.p ? build_find_in(build, inner, first, count, rest) : MODEL_NONE;
    if (found == MODEL_NONE) {
        MESSAGE(build->messages, pending_place(pending), described(build, outer, row),
                STR(" has no "), table_words(inner), STR(" '"), rest, STR("'"),
                build_suggest_in(build, inner, first, count, rest));
        return;
    }
    *build_cell(build, pending->cell) = found;
}

static void resolve_in_entity(struct build *build, const struct pending *pending,
                              enum model_table table, uint32_t first_column)
{
    struct str name = pending_text(pending);
    uint32_t entity = entity_of_subject(build, context_subject(build, &pending->context));
    if (entity == MODEL_NONE) {
        return;
    }
    struct cell cell = {MODEL_TABLE_entity, entity, first_column};
    uint32_t first = *build_cell(build, cell);
    cell.column++;
    uint32_t count = *build_cell(build, cell);
    uint32_t found = name.n ? build_find_in(build, table, first, count, name) : MODEL_NONE;
    if (found == MODEL_NONE) {
        MESSAGE(build->messages, pending_place(pending),
                described(build, MODEL_TABLE_entity, entity), STR(" has no "), table_words(table),
                STR(" '"), name, STR("'"), build_suggest_in(build, table, first, count, name));
        return;
    }
    *build_cell(build, pending->cell) = found;
}

static void resolve_field(struct build *build, const struct pending *pending)
{
    uint32_t subject = context_subject(build, &pending->context);
    if (subject == MODEL_NONE) {
        return;
    }
    uint32_t field = find_field(build, subject, pending_text(pending));
    if (field == MODEL_NONE) {
        refuse_name(build, pending_place(pending), STR("field"), subject, pending_text(pending));
        return;
    }
    *build_cell(build, pending->cell) = field;
}

void resolve_before(struct build *build, const struct pending *pending)
{
    if (str_find_byte(pending_text(pending), '.') >= 0) {
        resolve_pair(build, pending, MODEL_TABLE_entity, MODEL_TABLE_transition,
                     COLUMN_OF(entity, transitions_first));
    } else {
        resolve_in_entity(build, pending, MODEL_TABLE_transition,
                          COLUMN_OF(entity, transitions_first));
    }
}

void resolve_nested(struct build *build, const struct pending *pending)
{
    switch (pending->detail) {
    case MODEL_TABLE_field:
        resolve_field(build, pending);
        break;
    case MODEL_TABLE_state:
        resolve_in_entity(build, pending, MODEL_TABLE_state, COLUMN_OF(entity, states_first));
        break;
    case MODEL_TABLE_transition:
        resolve_in_entity(build, pending, MODEL_TABLE_transition,
                          COLUMN_OF(entity, transitions_first));
        break;
    case MODEL_TABLE_list:
        resolve_in_entity(build, pending, MODEL_TABLE_list, COLUMN_OF(entity, lists_first));
        break;
    case MODEL_TABLE_collection:
        resolve_in_entity(build, pending, MODEL_TABLE_collection,
                          COLUMN_OF(entity, collections_first));
        break;
    case MODEL_TABLE_workspace_step:
        resolve_pair(build, pending, MODEL_TABLE_workspace, MODEL_TABLE_workspace_step,
                     COLUMN_OF(workspace, steps_first));
        break;
    case MODEL_TABLE_scheme_alternative:
        resolve_pair(build, pending, MODEL_TABLE_scheme, MODEL_TABLE_scheme_alternative,
                     COLUMN_OF(scheme, alternatives_first));
        break;
    default:
        CHECK(false);
    }
}

void resolve_members(struct build *build, const struct pending *pending)
{
    struct str path = pending_text(pending);
    size_t dot = path.n;
    while (dot > 0 && path.p[dot - 1] != '.') {
        dot--;
    }
    struct str name = str_slice(path, dot, path.n);
    uint32_t subject =
        follow_path(build, &pending->context, str_slice(path, 0, dot > 0 ? dot - 1 : 0),
                    pending_place(pending));
    if (subject == MODEL_NONE) {
        return;
    }
    uint32_t found = find_collection(build, subject, name);
    if (found == MODEL_NONE) {
        refuse_name(build, yaml_place_of(pending->node, pending->from + dot), STR("collection"),
                    subject, name);
        return;
    }
    *build_cell(build, pending->cell) = found;
}

/* "started_at", "started_at!", a fact or a list. */
void resolve_requirement(struct build *build, const struct pending *pending)
{
    struct str name = pending_text(pending);
    uint32_t entity = pending->context.entity;
    struct model_requirement_item *item = requirement_item_at(build, pending->cell.row);
    bool answered = str_ends(name, STR("!"));
    name = str_slice(name, 0, answered ? name.n - 1 : name.n);
    item->requirement = answered ? REQUIRED_ANSWERED : REQUIRED_ADDRESSED;
    uint32_t collection = find_collection(build, entity, name);
    item->field = find_field(build, entity, name);
    item->fact = find_fact(build, entity, name);
    item->list = collection == MODEL_NONE ? MODEL_NONE : collection_at(build, collection)->list;
    if (item->field == MODEL_NONE && item->fact == MODEL_NONE && item->list == MODEL_NONE) {
        refuse_name(build, pending_place(pending), STR("field, list or fact"), entity, name);
    } else if (answered && item->field == MODEL_NONE) {
        MESSAGE(build->messages, pending_place(pending), STR("'"), name,
                STR("' is a list or fact; only a field is answered ('!')"));
    }
}

void resolve_assigned(struct build *build, const struct pending *pending)
{
    uint32_t subject = effect_subject(build, pending->detail, &pending->context);
    struct str name = pending_text(pending);
    if (subject == MODEL_NONE) {
        return;
    }
    uint32_t field = find_field(build, subject, name);
    if (field == MODEL_NONE) {
        refuse_name(build, pending_place(pending), STR("field"), subject, name);
        return;
    }
    const struct model_field *row = field_at(build, field);
    if (row->kernel || row->derived != MODEL_NONE ||
        (build_origin(build, MODEL_TABLE_field, field)->node &&
         yaml_find(build_origin(build, MODEL_TABLE_field, field)->node, STR("derived")))) {
        MESSAGE(build->messages, pending_place(pending), STR("'"), name,
                STR("' is computed and cannot be set"));
        return;
    }
    *build_cell(build, pending->cell) = field;
}

void resolve_done(struct build *build, const struct pending *pending)
{
    uint32_t subject = effect_subject(build, pending->detail, &pending->context);
    if (subject == MODEL_NONE) {
        return;
    }
    if (subject & MODEL_SUBJECT_LIST) {
        MESSAGE(build->messages, pending_place(pending),
                STR("a row of a list has no transitions; give 'on' a reference to a record"));
        return;
    }
    struct pending named = *pending;
    named.detail = MODEL_TABLE_transition;
    named.context = context_of(subject, MODEL_NONE);
    resolve_nested(build, &named);
}

/* "p.person": the field of the member, or of the subject, that gets the record just made. */
void resolve_link(struct build *build, const struct pending *pending)
{
    struct str rest = pending_text(pending);
    struct str name = rest;
    uint32_t subject = context_subject(build, &pending->context);
    const struct variable *member = &pending->context.variables[0];
    if (str_find_byte(rest, '.') >= 0) {
        (void)str_split(&rest, '.', &name);
        if (pending->context.variable_count == 0 || !str_eq(name, member->name)) {
            MESSAGE(build->messages, pending_place(pending),
                    STR("'link' is a field of the record, or of the member: 'c.plan'"));
            return;
        }
        subject = variable_subject(build, member);
        name = rest;
    }
    uint32_t field = find_field(build, subject, name);
    if (subject == MODEL_NONE) {
        return;
    }
    if (field == MODEL_NONE) {
        refuse_name(build, pending_place(pending), STR("field"), subject, name);
        return;
    }
    if (target_subject(build, field) != effect_at(build, pending->detail)->entity ||
        field_at(build, field)->kernel) {
        MESSAGE(build->messages, pending_place(pending), STR("'"), name,
                STR("' is no reference to the kind of record that is made"));
        return;
    }
    *build_cell(build, pending->cell) = field;
}

void resolve_scheme_code(struct build *build, const struct pending *pending)
{
    const struct model_code_set *set = code_set_at(build, pending->detail);
    struct str code = pending_text(pending);
    uint32_t found =
        build_find_in(build, MODEL_TABLE_code, set->codes_first, set->codes_count, code);
    if (found == MODEL_NONE) {
        MESSAGE(
            build->messages, pending_place(pending),
            described(build, MODEL_TABLE_code_set, pending->detail), STR(" has no code '"), code,
            STR("'"),
            build_suggest_in(build, MODEL_TABLE_code, set->codes_first, set->codes_count, code));
        return;
    }
    *build_cell(build, pending->cell) = found;
}

/* In a table of a document the columns are about the member, which has a name there. */
static void name_member(struct build *build, struct pending *value, const struct variable *member)
{
    struct yaml *node = ARENA_NEW(build->arena, struct yaml);
    *node =
        (struct yaml){.kind = YAML_TEXT,
                      .style = YAML_OTHER,
                      .place = pending_place(value),
                      .text = STR_JOIN(build->arena, member->name, STR("."), pending_text(value))};
    value->node = node;
    value->from = 0;
    value->to = node->text.n;
}

/* A column that is only named: its label is that of the last field, its value the path. */
void resolve_column(struct build *build, const struct pending *pending)
{
    struct str path = pending_text(pending);
    struct context context = pending->context;
    const struct variable *member = &context.variables[0];
    bool in_document = !context.about_members && context.variable_count > 0 && member->name.n > 0;
    size_t dot = path.n;
    while (dot > 0 && path.p[dot - 1] != '.') {
        dot--;
    }
    struct str name = str_slice(path, dot, path.n);
    if (in_document) {
        context.about_members = true;
        context.members = member->members;
    }
    uint32_t subject = follow_path(build, &context, str_slice(path, 0, dot > 0 ? dot - 1 : 0),
                                   pending_place(pending));
    if (subject == MODEL_NONE) {
        return;
    }
    struct model_list_column *column = list_column_at(build, pending->cell.row);
    uint32_t field = find_field(build, subject, name);
    uint32_t fact = find_fact(build, subject, name);
    if (field == MODEL_NONE && fact == MODEL_NONE) {
        refuse_name(build, yaml_place_of(pending->node, pending->from + dot), STR("field"), subject,
                    name);
        return;
    }
    column->label =
        field == MODEL_NONE ? fact_at(build, fact)->label : field_at(build, field)->label;
    column->field = dot == 0 ? field : MODEL_NONE;
    if (field != MODEL_NONE && field_at(build, field)->kind == FIELD_CODES) {
        return; /* several codes are no value of an expression */
    }
    struct pending value = *pending;
    value.resolve = resolve_expression;
    value.cell = CELL(list_column, pending->cell.row, value);
    value.detail = WANT_ANY;
    if (in_document) {
        name_member(build, &value, member);
    }
    LIST_PUSH(build->arena, &build->exprs_due, value);
}
