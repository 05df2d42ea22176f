/* The statement of a list, and how expressions reach the model's tables. */
#include "lower/list.h"

#include "lower/list_begin.h"

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

static struct str bind_text(struct listing *listing, struct str text)
{
    return lower_bind(listing->statement, value_text(text));
}

/* The state is no condition: by an index on it all clocks of the name would be read. */
static struct str first_due(struct listing *listing, struct str alias)
{
    return STR_JOIN(listing->statement->arena,
                    STR("(SELECT min(CASE WHEN clock.state = 'running' THEN clock.due END) "
                        "FROM clock WHERE clock.record = "),
                    alias, STR(".\"id\" AND clock.clock = "),
                    bind_text(listing, listing->query->clock), STR(")"));
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
    if (query->clock.n > 0) {
        *ret_sql = first_due(listing, alias);
    }
    return STATUS_OK;
}

/* As far as the audiences reach: by root. narrowed: the records are few already, and each is asked
 * about; else what the audiences reach is where to begin. */
static void write_audiences(struct listing *listing, bool narrowed)
{
    const struct list_query *query = listing->query;
    bool part = model_entity_row(listing->schema->model, query->entity)->kind == ENTITY_PART;
    struct str key = part ? STR("t.\"root_id\"") : STR("t.\"id\"");
    struct buf *sql = &listing->sql;
    if (query->everything) {
        return;
    }
    if (query->audience_count == 0) {
        BUF_ADD(sql, STR(" AND 1 = 0"));
        return;
    }
    if (narrowed) {
        BUF_ADD(sql, STR(" AND EXISTS "));
    } else {
        BUF_ADD(sql, STR(" AND "), key, STR(" IN "));
    }
    list_write_reach(listing);
    if (narrowed) {
        BUF_ADD(sql, STR(" AND record = "), key);
    }
    list_write_audience_ids(listing, false);
    buf_add(sql, STR(")"));
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

static void write_reference(struct listing *listing)
{
    const struct list_query *query = listing->query;
    if (query->reference == MODEL_NONE) {
        return;
    }
    const struct model_field *field = model_field_row(listing->schema->model, query->reference);
    struct str name = model_text(listing->schema->model, field->name);
    if (field->list == MODEL_NONE) {
        BUF_ADD(&listing->sql, STR(" AND t.\""), name, STR("\" IN ("));
    } else {
        BUF_ADD(&listing->sql, STR(" AND t.\"id\" IN (SELECT \"record\" FROM \""),
                schema_list(listing->schema, field->list)->name, STR("\" WHERE \""), name,
                STR("\" IN ("));
    }
    for (size_t i = 0; i < query->to_count; i++) {
        BUF_ADD(&listing->sql, i > 0 ? STR(", ") : STR(""),
                lower_bind(listing->statement, value_reference(query->to[i])));
    }
    buf_add(&listing->sql, field->list == MODEL_NONE ? STR(")") : STR("))"));
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
    BUF_ADD(&listing.sql, STR("SELECT t.\"id\" FROM "));
    bool begun = list_write_begin(&listing);
    BUF_ADD(&listing.sql, STR("\""), schema_entity(schema, query->entity)->name,
            begun ? STR("\" t WHERE t.\"id\" = b.\"id\" AND ") : STR("\" t WHERE "));
    write_standing(&listing);
    if (query->where != MODEL_NONE) {
        struct str where;
        TRY(lower_expression(statement, &listing.host, query->where, STR("t"), &where,
                             reterr_error));
        BUF_ADD(&listing.sql, STR(" AND "), where);
    }
    write_reference(&listing);
    write_audiences(&listing, begun || query->reference != MODEL_NONE);
    write_barred(&listing);
    write_after(&listing, order, after_order);
    bool back = query->descending || order.n == 0;
    struct str way = back ? STR(" DESC") : STR("");
    if (order.n > 0) {
        BUF_ADD(&listing.sql, STR(" ORDER BY "), order, way, STR(" NULLS LAST, t.\"id\""), way);
    } else {
        BUF_ADD(&listing.sql, STR(" ORDER BY t.\"id\""), way);
    }
    BUF_ADD(&listing.sql, STR(" LIMIT "),
            lower_bind(statement, value_integer((int64_t)query->limit)));
    *ret_sql = buf_str(&listing.sql);
    return listing.sql.overrun ? STATUS_TOO_LARGE : STATUS_OK;
}
