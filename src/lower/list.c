/* The statement of a list, and how expressions reach the model's tables. */
#include "lower/list.h"

#include "base/buf.h"

#define LIST_SQL_MAX ((size_t)256 * 1024)

/* ---- the model's tables for expressions ---- */

static struct str column_of(struct arena *arena, struct str alias, struct str name,
                            struct str suffix)
{
    return STR_JOIN(arena, alias, STR(".\""), name, suffix, STR("\""));
}

static struct str model_column(void *context, struct arena *arena, uint32_t field,
                               enum lower_part part, struct str alias)
{
    const struct schema *schema = ((const struct lower_model *)context)->schema;
    const struct model_field *shape = model_field_row(schema->model, field);
    struct str name = model_text(schema->model, shape->name);
    if (shape->overlay != MODEL_NONE) {
        return STR(""); /* it lies in a side table: no list hangs on what one agency adds */
    }
    if (part == PART_WHY) {
        return shape->non_answers != 0 ? column_of(arena, alias, name, STR("_why")) : STR("");
    }
    if (part == PART_LOCAL) {
        /* When something was entered has no local date of its own. */
        return shape->kernel ? STR("") : column_of(arena, alias, name, STR("_date"));
    }
    if (shape->kind == FIELD_CODES || shape->kind == FIELD_ATTACHMENT ||
        shape->kind == FIELD_SIGNATURE) {
        return STR("");
    }
    return column_of(arena, alias, name, STR(""));
}

static struct str table_name(const struct schema *schema, uint32_t kind)
{
    return (kind & MODEL_SUBJECT_LIST) != 0 ? schema_list(schema, kind & ~MODEL_SUBJECT_LIST)->name
                                            : schema_entity(schema, kind)->name;
}

static struct str model_table(void *context, struct arena *arena, uint32_t kind, struct str alias)
{
    const struct schema *schema = ((const struct lower_model *)context)->schema;
    return STR_JOIN(arena, STR("\""), table_name(schema, kind), STR("\" "), alias);
}

static struct str model_key(void *context, struct arena *arena, uint32_t kind, struct str alias)
{
    (void)context;
    (void)kind;
    return STR_JOIN(arena, alias, STR(".\"id\""));
}

/* What was entered in error is no member: of records the record itself, of rows of others theirs.
 */
static struct str member_stands(struct arena *arena, const struct schema *schema,
                                const struct model_collection *collection, struct str alias)
{
    if (collection->reference == MODEL_NONE) {
        return STR(""); /* the record's own rows */
    }
    const struct model_field *field = model_field_row(schema->model, collection->reference);
    if (field->list == MODEL_NONE) {
        return STR_JOIN(arena, STR(" AND "), schema_stands(arena, alias));
    }
    struct str of = STR_JOIN(arena, alias, STR("_of"));
    return STR_JOIN(arena, STR(" AND EXISTS (SELECT 1 FROM \""),
                    schema_entity(schema, field->entity)->name, STR("\" "), of, STR(" WHERE "), of,
                    STR(".\"id\" = "), alias, STR(".\"record\" AND "), schema_stands(arena, of),
                    STR(")"));
}

static struct lower_members model_members(void *context, struct arena *arena, uint32_t collection,
                                          struct str owner, struct str alias)
{
    const struct schema *schema = ((const struct lower_model *)context)->schema;
    const struct model_collection *shape = model_collection_row(schema->model, collection);
    struct str link = STR("record");
    uint32_t list = shape->list;
    uint32_t kind = MODEL_SUBJECT_LIST | list;
    if (list == MODEL_NONE) {
        const struct model_field *field = model_field_row(schema->model, shape->reference);
        link = model_text(schema->model, field->name);
        list = field->list;
        kind = list == MODEL_NONE ? field->entity : MODEL_SUBJECT_LIST | list;
    }
    struct str id = STR_JOIN(arena, alias, STR(".\"id\""));
    return (struct lower_members){
        .from = model_table(context, arena, kind, alias),
        .condition = STR_JOIN(arena, alias, STR(".\""), link, STR("\" = "), owner,
                              member_stands(arena, schema, shape, alias)),
        .order = list == MODEL_NONE ? id
                                    : STR_JOIN(arena, alias, STR(".\"record\", "), alias,
                                               STR(".\"position\", "), id),
    };
}

static uint32_t model_fact(void *context, uint32_t fact)
{
    const struct schema *schema = ((const struct lower_model *)context)->schema;
    return model_fact_row(schema->model, fact)->is;
}

struct lower_host lower_model_host(struct lower_model *model)
{
    return (struct lower_host){
        .context = model,
        .nodes = model_nodes(model->schema->model),
        .text = model_expr_text(model->schema->model),
        .column = model_column,
        .table = model_table,
        .key = model_key,
        .members = model_members,
        .fact = model_fact,
    };
}

/* ---- the statement ---- */

/* What one statement is made of. */
struct listing {
    struct lower_statement *statement;
    const struct schema *schema;
    const struct list_query *query;
    struct lower_model model;
    struct lower_host host;
    struct buf sql;
};

static struct str bind_text(struct listing *listing, struct str text)
{
    return lower_bind(listing->statement, value_text(text));
}

/* What the list is ordered by, or empty: by id. */
static enum status order_of(struct listing *listing, struct str alias, struct str *ret_sql,
                            struct lower_error *reterr_error)
{
    const struct list_query *query = listing->query;
    *ret_sql = STR("");
    if (query->order != MODEL_NONE) {
        return lower_expression(listing->statement, &listing->host, query->order, alias, ret_sql,
                                reterr_error);
    }
    if (query->by_clock.n > 0) {
        /* The state is no condition: by an index on it all clocks of the name would be read. */
        *ret_sql = STR_JOIN(listing->statement->arena,
                            STR("(SELECT min(CASE WHEN clock.state = 'running' THEN clock.due END) "
                                "FROM clock WHERE clock.record = "),
                            alias, STR(".\"id\" AND clock.clock = "),
                            bind_text(listing, query->by_clock), STR(")"));
    }
    return STATUS_OK;
}

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
    const struct expr_node *nodes = listing->host.nodes;
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

/* A list of the actor's own is read from the rows that lead to the actor: few, however many records
 * the audiences reach. It adds nothing to the condition but where to begin. */
static bool write_own(struct listing *listing)
{
    const struct schema *schema = listing->schema;
    const struct expr_node *nodes = listing->host.nodes;
    uint32_t where = listing->query->where, field = MODEL_NONE;
    if (where == MODEL_NONE) {
        return false;
    }
    field = own_by(listing, &nodes[where]);
    uint32_t child = nodes[where].op == EXPR_AND ? nodes[where].first : EXPR_NONE;
    for (; child != EXPR_NONE && field == MODEL_NONE; child = nodes[child].next) {
        field = own_by(listing, &nodes[child]);
    }
    if (field == MODEL_NONE) {
        return false;
    }
    const struct model_field *shape = model_field_row(schema->model, field);
    BUF_ADD(&listing->sql, STR(" AND t.\"id\" IN (SELECT \"record\" FROM \""),
            schema_list(schema, shape->list)->name, STR("\" WHERE \""),
            model_text(schema->model, shape->name), STR("\" = "),
            lower_bind_later(listing->statement, PARAMETER_ACTOR), STR(")"));
    return true;
}

/* As far as the audiences reach: by root. narrowed: the records are few already, and each is asked
 * about; else what the audiences reach is where to begin. */
static void write_audiences(struct listing *listing, bool narrowed)
{
    const struct model *model = listing->schema->model;
    const struct list_query *query = listing->query;
    const struct model_entity *entity = model_entity_row(model, query->entity);
    struct buf *sql = &listing->sql;
    uint32_t root =
        entity->kind == ENTITY_PART && entity->root != MODEL_NONE ? entity->root : query->entity;
    if (query->everything) {
        return;
    }
    if (query->audience_count == 0) {
        BUF_ADD(sql, STR(" AND 1 = 0"));
        return;
    }
    struct str key = entity->kind == ENTITY_PART ? STR("t.\"root_id\"") : STR("t.\"id\"");
    struct str root_name = model_text(model, model_entity_row(model, root)->name);
    struct str part =
        STR_JOIN(listing->statement->arena, root_name, STR("/"), model_text(model, entity->name));
    struct str reach = STR("(SELECT record FROM record_audience WHERE entity IN (");
    if (narrowed) {
        BUF_ADD(sql, STR(" AND EXISTS "), reach);
    } else {
        BUF_ADD(sql, STR(" AND "), key, STR(" IN "), reach);
    }
    BUF_ADD(sql, bind_text(listing, root_name), STR(", "), bind_text(listing, part), STR(")"));
    if (narrowed) {
        BUF_ADD(sql, STR(" AND record = "), key);
    }
    buf_add(sql, STR(" AND audience IN ("));
    for (size_t i = 0; i < query->audience_count; i++) {
        BUF_ADD(sql, i > 0 ? STR(", ") : STR(""),
                lower_bind(listing->statement, value_integer(query->audiences[i])));
    }
    BUF_ADD(sql, STR("))"));
}

/* Without what is about the reader's own family. */
static void write_barred(struct listing *listing)
{
    static const struct str keys[] = {STR_INIT(" AND t.\"id\" NOT IN ("),
                                      STR_INIT(" AND t.\"root_id\" NOT IN (")};
    const struct list_query *query = listing->query;
    for (size_t k = 0; k < ARRAY_LENGTH(keys) && query->barred_count > 0; k++) {
        buf_add(&listing->sql, keys[k]);
        for (size_t i = 0; i < query->barred_count; i++) {
            BUF_ADD(&listing->sql, i > 0 ? STR(", ") : STR(""),
                    lower_bind(listing->statement, value_reference(query->barred[i])));
        }
        buf_add(&listing->sql, STR(")"));
    }
}

static void write_states(struct listing *listing)
{
    const struct list_query *query = listing->query;
    if (query->state_count > 0) {
        BUF_ADD(&listing->sql, STR(" AND "),
                schema_state_in(listing->statement->arena, query->states, query->state_count,
                                STR("t")));
    }
}

static void write_reference(struct listing *listing)
{
    const struct list_query *query = listing->query;
    if (query->reference == MODEL_NONE) {
        return;
    }
    const struct model_field *field = model_field_row(listing->schema->model, query->reference);
    struct str name = model_text(listing->schema->model, field->name);
    struct str to = lower_bind(listing->statement, value_reference(query->to));
    if (field->list == MODEL_NONE) {
        BUF_ADD(&listing->sql, STR(" AND t.\""), name, STR("\" = "), to);
    } else {
        BUF_ADD(&listing->sql, STR(" AND t.\"id\" IN (SELECT \"record\" FROM \""),
                schema_list(listing->schema, field->list)->name, STR("\" WHERE \""), name,
                STR("\" = "), to, STR(")"));
    }
}

/* What comes behind the last record of the page before; unset values come last. A record without
 * value to order by is behind every one that has a value. */
static void write_after(struct listing *listing, struct str order, struct str after_order)
{
    const struct list_query *query = listing->query;
    struct buf *sql = &listing->sql;
    if (uuid_is_nil(query->after)) {
        return;
    }
    struct str id = lower_bind(listing->statement, value_reference(query->after));
    if (order.n == 0) {
        BUF_ADD(sql, STR(" AND t.\"id\" < "), id);
        return;
    }
    struct str further = query->descending ? STR(" < ") : STR(" > ");
    struct str then = STR_JOIN(listing->statement->arena, STR("(SELECT "), after_order,
                               STR(" FROM \""), schema_entity(listing->schema, query->entity)->name,
                               STR("\" c WHERE c.\"id\" = "), id, STR(")"));
    BUF_ADD(sql, STR(" AND CASE WHEN "), then, STR(" IS NULL THEN "), order,
            STR(" IS NULL AND t.\"id\""), further, id, STR(" ELSE "), order, STR(" IS NULL OR "),
            order, further, then, STR(" OR ("), order, STR(" = "), then, STR(" AND t.\"id\""),
            further, id, STR(") END"));
}

/* Which records there are for whoever asks. */
static void write_standing(struct listing *listing)
{
    const struct list_query *query = listing->query;
    BUF_ADD(&listing->sql,
            query->in_error ? STR("t.\"error_id\" IS NOT NULL") : STR("t.\"error_id\" IS NULL"),
            query->withheld ? STR("") : STR(" AND t.\"withheld_id\" IS NULL"),
            STR(" AND t.\"expunged_at\" IS NULL"));
}

enum status lower_list(struct lower_statement *statement, const struct schema *schema,
                       const struct list_query *query, struct str *ret_sql,
                       struct lower_error *reterr_error)
{
    struct listing listing = {
        .statement = statement, .schema = schema, .query = query, .model = {schema}};
    listing.host = lower_model_host(&listing.model);
    struct str order, after_order = STR("");
    buf_init(&listing.sql, statement->arena, LIST_SQL_MAX);
    TRY(order_of(&listing, STR("t"), &order, reterr_error));
    if (order.n > 0 && !uuid_is_nil(query->after)) {
        TRY(order_of(&listing, STR("c"), &after_order, reterr_error));
    }
    BUF_ADD(&listing.sql, STR("SELECT t.\"id\" FROM \""),
            schema_entity(schema, query->entity)->name, STR("\" t WHERE "));
    write_standing(&listing);
    if (query->where != MODEL_NONE) {
        struct str where;
        TRY(lower_expression(statement, &listing.host, query->where, STR("t"), &where,
                             reterr_error));
        BUF_ADD(&listing.sql, STR(" AND "), where);
    }
    bool narrowed = write_own(&listing) || query->reference != MODEL_NONE || query->state_count > 0;
    write_states(&listing);
    write_reference(&listing);
    write_audiences(&listing, narrowed);
    write_barred(&listing);
    write_after(&listing, order, after_order);
    struct str way = query->descending || order.n == 0 ? STR(" DESC") : STR("");
    if (order.n > 0) {
        BUF_ADD(&listing.sql, STR(" ORDER BY "), order, way, STR(" NULLS LAST, t.\"id\""), way);
    } else {
        /* By an index of ids all records would be read until enough of them are in the state. */
        BUF_ADD(&listing.sql,
                query->state_count > 0 && statement->dialect == DIALECT_SQLITE
                    ? STR(" ORDER BY +t.\"id\"")
                    : STR(" ORDER BY t.\"id\""),
                way);
    }
    BUF_ADD(&listing.sql, STR(" LIMIT "),
            lower_bind(statement, value_integer((int64_t)query->limit)));
    *ret_sql = buf_str(&listing.sql);
    return listing.sql.overrun ? STATUS_TOO_LARGE : STATUS_OK;
}
