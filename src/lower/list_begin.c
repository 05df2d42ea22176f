/* Where a list begins: at the actor's own rows, or at the records in the states it asks for. */
#include "lower/list_begin.h"

/* ---- what is the actor's own ---- */

static const struct expr_node *child_of(const struct expr_node *nodes, const struct expr_node *node,
                                        unsigned number)
{
    uint32_t child = node->first;
    for (unsigned i = 0; i < number && child != EXPR_NONE; i++) {
        child = nodes[child].next;
    }
    return child != EXPR_NONE ? &nodes[child] : NULL;
}

/* Of "a.worker = actor", a the variable of that slot: the field; else MODEL_NONE. */
static uint32_t field_of_actor(const struct expr_node *nodes, const struct expr_node *node,
                               uint32_t slot)
{
    const struct expr_node *field = child_of(nodes, node, 0), *actor = child_of(nodes, node, 1);
    if (node->op != EXPR_EQUAL || field == NULL || actor == NULL || field->op != EXPR_FIELD ||
        actor->op != EXPR_ACTOR) {
        return MODEL_NONE;
    }
    const struct expr_node *subject = child_of(nodes, field, 0);
    return subject != NULL && subject->op == EXPR_VARIABLE && subject->id == slot ? field->id
                                                                                  : MODEL_NONE;
}

/* The same for what must hold for the whole condition to hold. */
static uint32_t required_of_actor(const struct expr_node *nodes, const struct expr_node *node,
                                  uint32_t slot)
{
    uint32_t found = field_of_actor(nodes, node, slot);
    uint32_t child = node->op == EXPR_AND ? node->first : EXPR_NONE;
    for (; child != EXPR_NONE && found == MODEL_NONE; child = nodes[child].next) {
        found = field_of_actor(nodes, &nodes[child], slot);
    }
    return found;
}

/* Of "exists(a in assignments where a.worker = actor and ...)" over a list of the record: the
 * field of its rows that leads to the actor, when there is an index by it; else MODEL_NONE. */
static uint32_t own_by(const struct listing *listing, const struct expr_node *node)
{
    const struct model *model = listing->schema->model;
    const struct expr_node *nodes = model_nodes(model);
    const struct expr_node *members = node->op == EXPR_EXISTS ? child_of(nodes, node, 0) : NULL;
    const struct expr_node *where = members != NULL ? child_of(nodes, node, 1) : NULL;
    const struct expr_node *of = members != NULL ? child_of(nodes, members, 0) : NULL;
    if (where == NULL || of == NULL || members->op != EXPR_MEMBERS || of->op != EXPR_THIS) {
        return MODEL_NONE;
    }
    uint32_t list = model_collection_row(model, members->id)->list;
    uint32_t field = required_of_actor(nodes, where, node->id);
    return list != MODEL_NONE && field != MODEL_NONE &&
                   model_field_row(model, field)->list == list &&
                   model_field_row(model, field)->collection != MODEL_NONE
               ? field
               : MODEL_NONE;
}

/* The field by which the condition says that the record is the actor's own, or MODEL_NONE. */
static uint32_t own_field(const struct listing *listing)
{
    const struct expr_node *nodes = model_nodes(listing->schema->model);
    uint32_t where = listing->query->where, field = MODEL_NONE;
    if (where == MODEL_NONE) {
        return MODEL_NONE;
    }
    field = own_by(listing, &nodes[where]);
    uint32_t child = nodes[where].op == EXPR_AND ? nodes[where].first : EXPR_NONE;
    for (; child != EXPR_NONE && field == MODEL_NONE; child = nodes[child].next) {
        field = own_by(listing, &nodes[child]);
    }
    return field;
}

/* The rows that lead to the actor: few, however many records the audiences reach. */
static void write_own(struct listing *listing, uint32_t field)
{
    const struct schema *schema = listing->schema;
    const struct model_field *shape = model_field_row(schema->model, field);
    BUF_ADD(&listing->sql, STR("SELECT DISTINCT \"record\" AS \"id\" FROM \""),
            schema_list(schema, shape->list)->name, STR("\" WHERE \""),
            model_text(schema->model, shape->name), STR("\" = "),
            lower_bind_later(listing->statement, PARAMETER_ACTOR));
}

/* ---- which states ---- */

static bool is_state(const struct model *model, const struct expr_node *node)
{
    const struct expr_node *of = child_of(model_nodes(model), node, 0);
    return node->op == EXPR_FIELD && of != NULL && of->op == EXPR_THIS &&
           model_field_row(model, node->id)->kernel &&
           str_eq(model_text(model, model_field_row(model, node->id)->name), STR("state"));
}

/* Of "state = 'open'" and "state in ('open', 'waiting')": the texts. */
static size_t states_of(struct arena *arena, const struct model *model,
                        const struct expr_node *node, const struct str **ret_states)
{
    const struct expr_node *nodes = model_nodes(model);
    const struct expr_node *first = child_of(nodes, node, 0);
    LIST(struct str) states = {0};
    if ((node->op != EXPR_EQUAL && node->op != EXPR_IN) || first == NULL ||
        !is_state(model, first)) {
        return 0;
    }
    for (uint32_t at = first->next; at != EXPR_NONE; at = nodes[at].next) {
        if (nodes[at].op != EXPR_TEXT) {
            return 0;
        }
        LIST_PUSH(arena, &states, expr_text(model_expr_text(model), &nodes[at]));
    }
    *ret_states = states.items;
    return states.count;
}

size_t list_states(struct arena *arena, const struct model *model, uint32_t where,
                   const struct str **ret_states)
{
    const struct expr_node *nodes = model_nodes(model);
    if (where == MODEL_NONE) {
        return 0;
    }
    size_t count = states_of(arena, model, &nodes[where], ret_states);
    uint32_t child = nodes[where].op == EXPR_AND ? nodes[where].first : EXPR_NONE;
    for (; child != EXPR_NONE && count == 0; child = nodes[child].next) {
        count = states_of(arena, model, &nodes[child], ret_states);
    }
    return count;
}

bool list_asks_state(struct arena *arena, const struct model *model, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    const struct str *ignored;
    for (uint32_t i = 0; i < shape->states_count; i++) {
        if (model_state_row(model, shape->states_first + i)->waits_for != MODEL_NONE) {
            return true;
        }
    }
    for (uint32_t i = 0; i < model_list_view_total(model); i++) {
        const struct model_list_view *view = model_list_view_row(model, i);
        if (view->entity == entity && list_states(arena, model, view->where, &ignored) > 0) {
            return true;
        }
    }
    return false;
}

/* ---- within whose reach ---- */

static uint32_t root_of(const struct model *model, uint32_t entity)
{
    const struct model_entity *shape = model_entity_row(model, entity);
    return shape->kind == ENTITY_PART && shape->root != MODEL_NONE ? shape->root : entity;
}

/* Whether the records that an agency's own audience reaches are those with its agency_id: the
 * audience has one source, the owner. */
static bool agency_says_own(const struct model *model, uint32_t entity)
{
    const struct model_entity *root = model_entity_row(model, root_of(model, entity));
    bool says = false;
    for (uint32_t i = 0; i < root->audiences_count; i++) {
        const struct model_audience_source *source =
            model_audience_source_row(model, root->audiences_first + i);
        if (source->scope != SCOPE_OWN_AGENCY) {
            continue;
        }
        const struct expr_node *who =
            source->who == MODEL_NONE ? NULL : &model_nodes(model)[source->who];
        if (says || who == NULL || source->collection != MODEL_NONE ||
            source->where != MODEL_NONE || who->op != EXPR_FIELD || who->id != root->owner) {
            return false;
        }
        says = true;
    }
    return says;
}

void list_write_reach(struct listing *listing)
{
    const struct model *model = listing->schema->model;
    uint32_t entity = listing->query->entity;
    struct str root = model_text(model, model_entity_row(model, root_of(model, entity))->name);
    struct str part = STR_JOIN(listing->statement->arena, root, STR("/"),
                               model_text(model, model_entity_row(model, entity)->name));
    BUF_ADD(&listing->sql, STR("(SELECT record AS \"id\" FROM record_audience WHERE entity IN ("),
            lower_bind(listing->statement, value_text(root)), STR(", "),
            lower_bind(listing->statement, value_text(part)), STR(")"));
}

/* What of the audiences is a place to begin by: those that an agency says, and the others. */
struct reach {
    bool everywhere; /* no agency and no audience narrows it */
    bool by_agency;
    size_t agencies, others;
};

static bool is_own(const struct list_audience *audience)
{
    return audience->scope == SCOPE_OWN_AGENCY;
}

static struct reach reach_of(const struct listing *listing)
{
    const struct list_query *query = listing->query;
    struct reach reach = {.everywhere = query->everything,
                          .by_agency = agency_says_own(listing->schema->model, query->entity)};
    for (size_t i = 0; i < query->audience_count; i++) {
        bool agency = reach.by_agency && is_own(&query->audiences[i]);
        reach.everywhere = reach.everywhere || query->audiences[i].scope == SCOPE_STATE;
        reach.agencies += agency ? 1 : 0;
        reach.others += agency ? 0 : 1;
    }
    return reach;
}

void list_write_audience_ids(struct listing *listing, bool others)
{
    const struct list_query *query = listing->query;
    bool first = true;
    buf_add(&listing->sql, STR(" AND audience IN ("));
    for (size_t i = 0; i < query->audience_count; i++) {
        if (!others || !is_own(&query->audiences[i])) {
            BUF_ADD(&listing->sql, first ? STR("") : STR(", "),
                    lower_bind(listing->statement, value_integer(query->audiences[i].id)));
            first = false;
        }
    }
    buf_add(&listing->sql, STR(")"));
}

static void write_agencies(struct listing *listing)
{
    const struct list_query *query = listing->query;
    bool first = true;
    buf_add(&listing->sql, STR(" AND s.\"agency_id\" IN ("));
    for (size_t i = 0; i < query->audience_count; i++) {
        if (is_own(&query->audiences[i])) {
            BUF_ADD(&listing->sql, first ? STR("") : STR(", "),
                    lower_bind(listing->statement, value_reference(query->audiences[i].agency)));
            first = false;
        }
    }
    buf_add(&listing->sql, STR(")"));
}

/* Those in the states, everywhere or at the agencies. */
static void write_in_states(struct listing *listing, const struct str *states, size_t count,
                            bool everywhere)
{
    struct arena *arena = listing->statement->arena;
    BUF_ADD(&listing->sql, STR("SELECT s.\"id\" FROM \""),
            schema_entity(listing->schema, listing->query->entity)->name, STR("\" s WHERE "),
            schema_state_in(arena, states, count, STR("s")));
    if (!everywhere) {
        write_agencies(listing);
    }
}

/* What was given beside, or is the worker's: few; in whatever state. */
static void write_others(struct listing *listing, bool by_agency)
{
    const struct list_query *query = listing->query;
    bool part = model_entity_row(listing->schema->model, query->entity)->kind == ENTITY_PART;
    BUF_ADD(&listing->sql, STR("SELECT s.\"id\" FROM \""),
            schema_entity(listing->schema, query->entity)->name,
            part ? STR("\" s WHERE s.\"root_id\" IN ") : STR("\" s WHERE s.\"id\" IN "));
    list_write_reach(listing);
    list_write_audience_ids(listing, by_agency);
    buf_add(&listing->sql, STR(")"));
}

static void write_by_state(struct listing *listing, const struct str *states, size_t count,
                           const struct reach *reach)
{
    bool in_states = reach->everywhere || reach->agencies > 0;
    bool others = !reach->everywhere && reach->others > 0;
    if (in_states) {
        write_in_states(listing, states, count, reach->everywhere);
    }
    buf_add(&listing->sql, in_states && others ? STR(" UNION ") : STR(""));
    if (others) {
        write_others(listing, reach->by_agency);
    }
}

bool list_write_begin(struct listing *listing)
{
    const struct list_query *query = listing->query;
    const struct model *model = listing->schema->model;
    struct arena *arena = listing->statement->arena;
    uint32_t own = own_field(listing);
    const struct str *states = NULL;
    size_t count = list_states(arena, model, query->where, &states);
    struct reach reach = reach_of(listing);
    bool by_state = count > 0 && query->reference == MODEL_NONE &&
                    list_asks_state(arena, model, query->entity) &&
                    (reach.everywhere || reach.agencies + reach.others > 0);
    if (own == MODEL_NONE && !by_state) {
        return false;
    }
    buf_add(&listing->sql, STR("("));
    if (own != MODEL_NONE) {
        write_own(listing, own);
    } else {
        write_by_state(listing, states, count, &reach);
    }
    /* The order of a CROSS JOIN is kept. */
    buf_add(&listing->sql, STR(") b CROSS JOIN "));
    return true;
}
