/* One small writer for each operation. Every writer gives SQL that is complete in itself: a column,
 * a placeholder, a call, or something in brackets. */
#include "lower/expression.h"

#include "base/buf.h"

/* The records that names stand for at one place: facts have a frame of their own. */
struct frame {
    struct str alias; /* of this */
    struct str slots[EXPR_VARIABLES_MAX];
    unsigned facts;
};

struct lowering {
    struct lower_statement *statement;
    const struct lower_host *host;
    struct frame *frame;
    const struct expr_node *root;
    struct lower_error *error;
    bool failed;
};

/* Whether the value is wanted, or, of a datetime, the local date it was stored under. */
enum aspect { ASPECT_VALUE, ASPECT_LOCAL };

static struct str write_value(struct lowering *l, uint32_t index, enum aspect aspect);
static struct str write_identity(struct lowering *l, uint32_t index);

static struct str fail(struct lowering *l, const struct expr_node *node, struct str message)
{
    if (!l->failed) {
        l->failed = true;
        *l->error = (struct lower_error){node->line, node->column, message};
    }
    return STR("");
}

static struct arena *arena_of(const struct lowering *l)
{
    return l->statement->arena;
}

#define JOIN(l, ...) STR_JOIN(arena_of(l), __VA_ARGS__)

static const struct expr_node *node_at(const struct lowering *l, uint32_t index)
{
    return &l->host->nodes[index];
}

static uint32_t second_of(const struct lowering *l, const struct expr_node *node)
{
    return node_at(l, node->first)->next;
}

/* ---- the statement ---- */

static struct str add_parameter(struct lower_statement *statement, enum value_type type,
                                struct lower_parameter parameter)
{
    LIST_PUSH(statement->arena, &statement->parameters, parameter);
    return dialect_bound(statement->arena, statement->dialect, type,
                         (unsigned)statement->parameters.count);
}

struct str lower_bind(struct lower_statement *statement, struct value value)
{
    return add_parameter(statement, value.type,
                         (struct lower_parameter){.kind = PARAMETER_VALUE, .value = value});
}

struct str lower_bind_later(struct lower_statement *statement, enum lower_parameter_kind kind)
{
    enum value_type type = kind == PARAMETER_NOW     ? VALUE_DATETIME
                           : kind == PARAMETER_TODAY ? VALUE_DATE
                                                     : VALUE_REFERENCE;
    for (size_t i = 0; i < statement->parameters.count; i++) {
        if (statement->parameters.items[i].kind == kind) {
            return dialect_bound(statement->arena, statement->dialect, type, (unsigned)i + 1);
        }
    }
    return add_parameter(statement, type, (struct lower_parameter){.kind = kind});
}

struct str lower_name(struct lower_statement *statement)
{
    return STR_JOIN(statement->arena, STR("n"), str_from_int(statement->arena, ++statement->names));
}

/* ---- records ---- */

/* The alias of a record that has one in the query: this and variables. Empty for all that must be
 * looked for by its key. */
static struct str alias_of(struct lowering *l, const struct expr_node *subject)
{
    if (subject->op == EXPR_THIS) {
        return l->frame->alias;
    }
    if (subject->op != EXPR_VARIABLE) {
        return STR("");
    }
    struct str alias = l->frame->slots[subject->id];
    return alias.n > 0 ? alias : fail(l, subject, STR("this variable has no rows in a list"));
}

/* Something said about a record: the aspect of a field, or a fact. */
static struct str write_about(struct lowering *l, const struct expr_node *node,
                              enum lower_part part, struct str alias)
{
    if (node->op != EXPR_FACT) {
        return l->host->column(l->host->context, arena_of(l), node->id, part, alias);
    }
    CHECK(l->frame->facts < EXPR_FACTS_MAX);
    struct frame inner = {.alias = alias, .facts = l->frame->facts + 1};
    struct frame *outer = l->frame;
    l->frame = &inner;
    struct str sql = write_value(l, l->host->fact(l->host->context, node->id),
                                 part == PART_LOCAL ? ASPECT_LOCAL : ASPECT_VALUE);
    l->frame = outer;
    return sql;
}

/* The same of the record its child stands for, found by key when it has no alias here. */
static struct str write_of_subject(struct lowering *l, const struct expr_node *node,
                                   enum lower_part part)
{
    const struct expr_node *subject = node_at(l, node->first);
    struct str alias = alias_of(l, subject);
    bool found = alias.n > 0;
    if (!found) {
        alias = lower_name(l->statement);
    }
    struct str sql = write_about(l, node, part, alias);
    if (found || sql.n == 0) {
        return sql;
    }
    const struct lower_host *host = l->host;
    uint32_t kind = (uint32_t)subject->number;
    return JOIN(l, STR("(SELECT "), sql, STR(" FROM "),
                host->table(host->context, arena_of(l), kind, alias), STR(" WHERE "),
                host->key(host->context, arena_of(l), kind, alias), STR(" = "),
                write_identity(l, node->first), STR(")"));
}

static struct str write_field(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    struct str sql = write_of_subject(l, node, aspect == ASPECT_LOCAL ? PART_LOCAL : PART_VALUE);
    return sql.n > 0 ? sql
                     : fail(l, node, STR("this field is kept so that lists cannot search it"));
}

static struct str write_why(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    (void)aspect;
    struct str sql = write_of_subject(l, node, PART_WHY);
    return sql.n > 0 ? sql : dialect_null(arena_of(l), l->statement->dialect, VALUE_TEXT);
}

static struct str write_addressed(struct lowering *l, const struct expr_node *node,
                                  enum aspect aspect)
{
    struct str value = write_field(l, node, aspect);
    struct str why = write_of_subject(l, node, PART_WHY);
    if (why.n == 0) {
        return JOIN(l, STR("("), value, STR(" IS NOT NULL)"));
    }
    return JOIN(l, STR("("), value, STR(" IS NOT NULL OR "), why, STR(" IS NOT NULL)"));
}

/* The key of the record a subject stands for. */
static struct str write_identity(struct lowering *l, uint32_t index)
{
    const struct expr_node *node = node_at(l, index);
    if (node->op == EXPR_ACTOR) {
        return lower_bind_later(l->statement, PARAMETER_ACTOR);
    }
    if (node->op == EXPR_CREATED) {
        return fail(l, node, STR("a list has no created record"));
    }
    if (node->op == EXPR_FOLLOW) {
        return write_field(l, node, ASPECT_VALUE);
    }
    return l->host->key(l->host->context, arena_of(l), (uint32_t)node->number, alias_of(l, node));
}

static struct str write_subject(struct lowering *l, const struct expr_node *node,
                                enum aspect aspect)
{
    (void)aspect;
    return write_identity(l, (uint32_t)(node - l->host->nodes));
}

/* ---- literals ---- */

static struct str write_null(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    return dialect_null(arena_of(l), l->statement->dialect,
                        aspect == ASPECT_LOCAL ? VALUE_DATE : (enum value_type)node->type);
}

static struct str write_boolean(struct lowering *l, const struct expr_node *node,
                                enum aspect aspect)
{
    (void)l;
    (void)aspect;
    return node->number ? STR("TRUE") : STR("FALSE");
}

static struct str write_literal(struct lowering *l, const struct expr_node *node,
                                enum aspect aspect)
{
    (void)aspect;
    struct str text = expr_text(l->host->text, node);
    if (node->op == EXPR_INTEGER) {
        return lower_bind(l->statement, value_integer(node->number));
    }
    if (node->op == EXPR_DECIMAL) {
        return lower_bind(l->statement, value_decimal(node->number, node->scale));
    }
    if (node->op == EXPR_DATE) {
        return lower_bind(l->statement, value_date((struct date){.day = (int32_t)node->number}));
    }
    return lower_bind(l->statement, node->op == EXPR_CODE ? value_code(text, 0) : value_text(text));
}

static struct str write_today(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    (void)node;
    (void)aspect;
    return lower_bind_later(l->statement, PARAMETER_TODAY);
}

static struct str write_now(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    (void)node;
    return lower_bind_later(l->statement, aspect == ASPECT_LOCAL ? PARAMETER_TODAY : PARAMETER_NOW);
}

/* ---- operations ---- */

/* Several names of one operation are told apart by their order: inner ones come first. */
static struct str fill(struct lowering *l, struct str form, const struct str *operands)
{
    struct buf buf;
    buf_init(&buf, arena_of(l), LOWER_SQL_MAX);
    for (size_t i = 0; i < form.n; i++) {
        if (form.p[i] != '%') {
            buf_byte(&buf, form.p[i]);
        } else if (form.p[++i] == 'n') {
            buf_add(&buf, lower_name(l->statement));
        } else {
            buf_add(&buf, operands[form.p[i] - '1']);
        }
    }
    return buf_str(&buf);
}

static bool is_by_bytes(const struct expr_node *node, const struct expr_node *operand)
{
    return operand->type == VALUE_TEXT &&
           (node->op == EXPR_LESS || node->op == EXPR_AT_MOST || node->op == EXPR_MORE ||
            node->op == EXPR_AT_LEAST || node->op == EXPR_BETWEEN);
}

static struct str write_operation(struct lowering *l, const struct expr_node *node,
                                  enum aspect aspect)
{
    (void)aspect;
    struct str operands[3] = {0};
    size_t count = 0;
    for (uint32_t i = node->first; i != EXPR_NONE && count < 3; i = node_at(l, i)->next) {
        operands[count++] = write_value(l, i, ASPECT_VALUE);
    }
    if (is_by_bytes(node, node_at(l, node->first))) {
        operands[0] = dialect_by_bytes(arena_of(l), l->statement->dialect, operands[0]);
    }
    return fill(l, dialect_operation(l->statement->dialect, (enum expr_op)node->op), operands);
}

static struct str write_scale_up(struct lowering *l, const struct expr_node *node,
                                 enum aspect aspect)
{
    int64_t factor = 1;
    for (int64_t i = 0; i < node->number; i++) {
        factor *= 10;
    }
    struct str operands[2] = {write_value(l, node->first, aspect),
                              str_from_int(arena_of(l), factor)};
    return fill(l, dialect_operation(l->statement->dialect, EXPR_MULTIPLY), operands);
}

static struct str write_local_date(struct lowering *l, const struct expr_node *node,
                                   enum aspect aspect)
{
    (void)aspect;
    return write_value(l, node->first, ASPECT_LOCAL);
}

/* The children from one on, with something before, between and behind. */
static struct str write_list(struct lowering *l, uint32_t first, struct str before,
                             struct str between, enum aspect aspect)
{
    struct buf buf;
    buf_init(&buf, arena_of(l), LOWER_SQL_MAX);
    buf_add(&buf, before);
    for (uint32_t i = first; i != EXPR_NONE; i = node_at(l, i)->next) {
        buf_add(&buf, i == first ? STR("") : between);
        buf_add(&buf, write_value(l, i, aspect));
    }
    buf_byte(&buf, ')');
    return buf_str(&buf);
}

static struct str write_chain(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    struct str between = node->op == EXPR_AND  ? STR(" AND ")
                         : node->op == EXPR_OR ? STR(" OR ")
                                               : STR(" || ");
    return write_list(l, node->first, STR("("), between, aspect);
}

static struct str write_in(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    struct str value = write_value(l, node->first, aspect);
    struct str list = write_list(l, second_of(l, node), STR(" IN ("), STR(", "), aspect);
    return JOIN(l, STR("("), value, list, STR(")"));
}

static struct str write_coalesce(struct lowering *l, const struct expr_node *node,
                                 enum aspect aspect)
{
    return write_list(l, node->first, STR("COALESCE("), STR(", "), aspect);
}

static struct str write_case(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    struct buf buf;
    buf_init(&buf, arena_of(l), LOWER_SQL_MAX);
    buf_add(&buf, STR("(CASE"));
    uint32_t i = node->first;
    while (i != EXPR_NONE) {
        uint32_t then = node_at(l, i)->next;
        if (then == EXPR_NONE) {
            BUF_ADD(&buf, STR(" ELSE "), write_value(l, i, aspect));
            break;
        }
        BUF_ADD(&buf, STR(" WHEN "), write_value(l, i, ASPECT_VALUE), STR(" THEN "));
        buf_add(&buf, write_value(l, then, aspect));
        i = node_at(l, then)->next;
    }
    buf_add(&buf, STR(" END)"));
    return buf_str(&buf);
}

/* ---- collections ---- */

/* The parts of a subquery over the members; the variable has its alias afterwards. */
struct subquery {
    struct str from;  /* " FROM allegation n1 WHERE n1.report_id = t.id AND ..." */
    struct str order; /* "n1.position, n1.id" */
};

static struct subquery write_members(struct lowering *l, const struct expr_node *quantifier,
                                     uint32_t where)
{
    const struct lower_host *host = l->host;
    const struct expr_node *members = node_at(l, quantifier->first);
    struct str owner = write_identity(l, members->first);
    struct str alias = lower_name(l->statement);
    struct lower_members rows =
        host->members(host->context, arena_of(l), members->id, owner, alias);
    if (rows.from.n == 0) {
        fail(l, members, STR("this collection is kept so that lists cannot search it"));
    }
    l->frame->slots[quantifier->id] = alias;
    struct str from = JOIN(l, STR(" FROM "), rows.from, STR(" WHERE "), rows.condition);
    if (where != EXPR_NONE) {
        from = JOIN(l, from, STR(" AND "), write_value(l, where, ASPECT_VALUE));
    }
    return (struct subquery){.from = from, .order = rows.order};
}

static struct str write_count(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    (void)aspect;
    struct subquery rows = write_members(l, node, second_of(l, node));
    struct str head = node->op == EXPR_EXISTS ? STR("EXISTS (SELECT 1") : STR("(SELECT COUNT(*)");
    return JOIN(l, head, rows.from, STR(")"));
}

static struct str write_every(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    (void)aspect;
    uint32_t condition = second_of(l, node);
    struct subquery rows = write_members(l, node, node_at(l, condition)->next);
    return JOIN(l, STR("(NOT EXISTS (SELECT 1"), rows.from, STR(" AND "),
                write_value(l, condition, ASPECT_VALUE), STR(" IS NOT TRUE))"));
}

static struct str write_first(struct lowering *l, const struct expr_node *node, enum aspect aspect)
{
    uint32_t body = second_of(l, node);
    struct subquery rows = write_members(l, node, node_at(l, body)->next);
    return JOIN(l, STR("(SELECT "), write_value(l, body, aspect), rows.from, STR(" ORDER BY "),
                rows.order, STR(" LIMIT 1)"));
}

/* The value gets a name in a subquery of its own: an aggregate over columns of outer rows alone
 * would belong to the outer query, and SQLite loses sight of outer rows in ORDER BY. */
static struct str write_extreme(struct lowering *l, const struct expr_node *node,
                                enum aspect aspect)
{
    uint32_t body = second_of(l, node);
    struct subquery rows = write_members(l, node, node_at(l, body)->next);
    struct str value = write_value(l, body, ASPECT_VALUE);
    struct str name = lower_name(l->statement), named = STR("v");
    bool least = node->op == EXPR_MIN;
    if (aspect == ASPECT_LOCAL) {
        /* The local date of the row that has the extreme: the first of several, as in the core. */
        return JOIN(l, STR("(SELECT w FROM (SELECT "), write_value(l, body, ASPECT_LOCAL),
                    STR(" AS w, "), value, STR(" AS v"), rows.from,
                    least ? STR(" ORDER BY v NULLS LAST, ") : STR(" ORDER BY v DESC NULLS LAST, "),
                    rows.order, STR(" LIMIT 1) AS "), name, STR(")"));
    }
    if (node->type == VALUE_TEXT) {
        named = dialect_by_bytes(arena_of(l), l->statement->dialect, named);
    }
    return JOIN(l, least ? STR("(SELECT MIN(") : STR("(SELECT MAX("), named, STR(") FROM (SELECT "),
                value, STR(" AS v"), rows.from, STR(") AS "), name, STR(")"));
}

/* ---- dispatch ---- */

static struct str (*const writers[EXPR__COUNT])(struct lowering *l, const struct expr_node *node,
                                                enum aspect aspect) = {
    [EXPR_NULL] = write_null,
    [EXPR_BOOLEAN] = write_boolean,
    [EXPR_INTEGER] = write_literal,
    [EXPR_DECIMAL] = write_literal,
    [EXPR_TEXT] = write_literal,
    [EXPR_DATE] = write_literal,
    [EXPR_CODE] = write_literal,
    [EXPR_TODAY] = write_today,
    [EXPR_NOW] = write_now,
    [EXPR_THIS] = write_subject,
    [EXPR_ACTOR] = write_subject,
    [EXPR_CREATED] = write_subject,
    [EXPR_VARIABLE] = write_subject,
    [EXPR_FOLLOW] = write_subject,
    [EXPR_FIELD] = write_field,
    [EXPR_WHY] = write_why,
    [EXPR_ADDRESSED] = write_addressed,
    [EXPR_FACT] = write_field,
    [EXPR_AND] = write_chain,
    [EXPR_OR] = write_chain,
    [EXPR_NOT] = write_operation,
    [EXPR_EQUAL] = write_operation,
    [EXPR_DIFFERENT] = write_operation,
    [EXPR_LESS] = write_operation,
    [EXPR_AT_MOST] = write_operation,
    [EXPR_MORE] = write_operation,
    [EXPR_AT_LEAST] = write_operation,
    [EXPR_IS_NULL] = write_operation,
    [EXPR_IN] = write_in,
    [EXPR_BETWEEN] = write_operation,
    [EXPR_CASE] = write_case,
    [EXPR_COALESCE] = write_coalesce,
    [EXPR_ADD] = write_operation,
    [EXPR_SUBTRACT] = write_operation,
    [EXPR_MULTIPLY] = write_operation,
    [EXPR_DIVIDE] = write_operation,
    [EXPR_NEGATE] = write_operation,
    [EXPR_SCALE_UP] = write_scale_up,
    [EXPR_ADD_DAYS] = write_operation,
    [EXPR_SUBTRACT_DAYS] = write_operation,
    [EXPR_DAYS_BETWEEN] = write_operation,
    [EXPR_ADD_MONTHS] = write_operation,
    [EXPR_MONTHS_BETWEEN] = write_operation,
    [EXPR_AGE] = write_operation,
    [EXPR_LOCAL_DATE] = write_local_date,
    [EXPR_HOURS_BETWEEN] = write_operation,
    [EXPR_CONCAT] = write_chain,
    [EXPR_LENGTH] = write_operation,
    [EXPR_CODE_TEXT] = write_operation,
    [EXPR_MEMBERS] = write_null,
    [EXPR_EXISTS] = write_count,
    [EXPR_COUNT] = write_count,
    [EXPR_EVERY] = write_every,
    [EXPR_MIN] = write_extreme,
    [EXPR_MAX] = write_extreme,
    [EXPR_FIRST] = write_first,
};

static struct str write_value(struct lowering *l, uint32_t index, enum aspect aspect)
{
    const struct expr_node *node = node_at(l, index);
    CHECK(node->op < EXPR__COUNT);
    if (l->failed) {
        return STR("");
    }
    struct str sql = writers[node->op](l, node, aspect);
    if (sql.n >= LOWER_SQL_MAX) {
        return fail(l, node, STR("this is too long for a list; take parts of it away"));
    }
    return sql;
}

enum status lower_expression(struct lower_statement *statement, const struct lower_host *host,
                             uint32_t root, struct str alias, struct str *ret_sql,
                             struct lower_error *reterr_error)
{
    struct frame frame = {.alias = alias};
    for (size_t i = 0; i < EXPR_VARIABLES_MAX; i++) {
        frame.slots[i] = host->bound[i];
    }
    struct lowering l = {
        .statement = statement, .host = host, .frame = &frame, .error = reterr_error};
    struct str sql = write_value(&l, root, ASPECT_VALUE);
    if (!l.failed && dialect_nesting(statement->dialect, sql) > LOWER_NESTING_MAX) {
        fail(&l, &host->nodes[root],
             STR("this is nested too deep for a list; take the inner part away"));
    }
    if (l.failed) {
        return STATUS_INVALID;
    }
    *ret_sql = sql;
    return STATUS_OK;
}
