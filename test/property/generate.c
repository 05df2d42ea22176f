#include "generate.h"

#include "base/buf.h"
#include "values.h"

#define DEPTH_MAX 5
#define SOURCE_MAX 6000 /* bytes; a longer one is cut short by leaves */

struct generator {
    struct arena *arena;
    struct rng *rng;
    struct buf buf;
    enum world_kind subject;
    enum world_kind variables[EXPR_VARIABLES_MAX]; /* v0, v1, ... */
    unsigned variable_count;
    unsigned depth, deepest;
};

static void write_value(struct generator *g, enum value_type type);

static void add(struct generator *g, struct str text)
{
    buf_add(&g->buf, text);
}
#define ADD(g, text) add((g), STR(text))

static unsigned below(struct generator *g, size_t bound)
{
    return rng_below(g->rng, bound);
}

static enum value_type any_type(struct generator *g)
{
    return (enum value_type)(1 + below(g, VALUE__COUNT - 1));
}

/* ---- literals ---- */

static void add_quoted(struct generator *g, struct str text)
{
    buf_byte(&g->buf, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'') {
            buf_byte(&g->buf, '\'');
        }
        buf_byte(&g->buf, text.p[i]);
    }
    buf_byte(&g->buf, '\'');
}

static void add_decimal(struct generator *g)
{
    int64_t number = random_integer(g->rng);
    unsigned scale = 1 + below(g, 3);
    int64_t unit = scale == 1 ? 10 : scale == 2 ? 100 : 1000;
    add(g, number < 0 ? STR("-") : STR(""));
    buf_digits(&g->buf, (uint64_t)(number < 0 ? -(number / unit) : number / unit), 1);
    buf_byte(&g->buf, '.');
    buf_digits(&g->buf, (uint64_t)(number < 0 ? -(number % unit) : number % unit), scale);
}

static void add_date(struct generator *g)
{
    ADD(g, "date ");
    add_quoted(g, date_iso(g->arena, random_date(g->rng)));
}

static void write_literal(struct generator *g, enum value_type type)
{
    switch (type) {
    case VALUE_BOOLEAN:
        add(g, rng_one_in(g->rng, 2) ? STR("true") : STR("false"));
        break;
    case VALUE_INTEGER:
        buf_int(&g->buf, random_integer(g->rng));
        break;
    case VALUE_DECIMAL:
        add_decimal(g);
        break;
    case VALUE_TEXT:
        add_quoted(g, random_text(g->rng));
        break;
    case VALUE_DATE:
        add_date(g);
        break;
    case VALUE_DATETIME:
        ADD(g, "now");
        break;
    case VALUE_REFERENCE:
        ADD(g, "actor");
        break;
    case VALUE_CODE:
    case VALUE_UNSET:
    case VALUE__COUNT:
        add(g, g->subject == REPORT ? STR("result") : STR("first(a.type for a in alleged_about)"));
        break;
    }
}

/* ---- records ---- */

/* The path to a record, with the point behind it (nothing for this); what kind it is. */
static enum world_kind write_path(struct generator *g)
{
    enum world_kind kind = g->subject;
    unsigned start = below(g, 8);
    if (g->variable_count > 0 && start < 5) {
        unsigned variable = start < 3 ? g->variable_count - 1 : below(g, g->variable_count);
        kind = g->variables[variable];
        BUF_ADD(&g->buf, STR("v"), str_from_int(g->arena, variable), STR("."));
    } else if (start == 5) {
        kind = WORKER;
        ADD(g, "actor.");
    } else if (start == 6) {
        ADD(g, "this.");
    }
    for (unsigned follows = below(g, 6) / 3; follows > 0; follows--) {
        uint32_t field = below(g, WORLD_FIELDS);
        if (world_fields[field].kind == kind && world_fields[field].type == VALUE_REFERENCE) {
            BUF_ADD(&g->buf, world_fields[field].name, STR("."));
            kind = (enum world_kind)world_fields[field].more;
        }
    }
    return kind;
}

/* A field of the kind and type behind the path; false, and nothing written, when there is none. */
static bool write_field_of(struct generator *g, enum world_kind kind, enum value_type type,
                           uint32_t code_set)
{
    uint32_t start = below(g, WORLD_FIELDS);
    for (uint32_t i = 0; i < WORLD_FIELDS; i++) {
        const struct world_field *field = &world_fields[(start + i) % WORLD_FIELDS];
        bool set_fits = type != VALUE_CODE || code_set == NO_SET || field->more == code_set;
        if (field->kind == kind && field->type == type && set_fits) {
            add(g, field->name);
            return true;
        }
    }
    return false;
}

static bool write_field(struct generator *g, enum value_type type)
{
    struct buf before = g->buf;
    if (write_field_of(g, write_path(g), type, NO_SET)) {
        return true;
    }
    g->buf = before;
    return false;
}

static bool write_fact(struct generator *g, enum value_type type)
{
    struct buf before = g->buf;
    enum world_kind kind = write_path(g);
    uint32_t start = below(g, WORLD_FACTS);
    for (uint32_t i = 0; i < WORLD_FACTS; i++) {
        const struct world_fact *fact = &world_facts[(start + i) % WORLD_FACTS];
        if (fact->kind == kind && fact->type == type) {
            add(g, fact->name);
            return true;
        }
    }
    g->buf = before;
    return false;
}

/* ---- collections ---- */

/* The path of a collection; its members are the new variable. False: this path has none. */
static bool write_members(struct generator *g)
{
    struct buf before = g->buf;
    if (g->variable_count == 3) {
        return false;
    }
    BUF_ADD(&g->buf, STR("v"), str_from_int(g->arena, g->variable_count), STR(" in "));
    enum world_kind kind = write_path(g);
    uint32_t start = below(g, WORLD_COLLECTIONS);
    for (uint32_t i = 0; i < WORLD_COLLECTIONS; i++) {
        const struct world_collection *of = &world_collections[(start + i) % WORLD_COLLECTIONS];
        if (of->of == kind) {
            add(g, of->name);
            g->variables[g->variable_count++] = of->member;
            return true;
        }
    }
    g->buf = before;
    return false;
}

static void write_where(struct generator *g)
{
    if (!rng_one_in(g->rng, 3)) {
        ADD(g, " where ");
        write_value(g, VALUE_BOOLEAN);
    }
}

static bool write_test_of_members(struct generator *g, struct str name)
{
    struct buf before = g->buf;
    BUF_ADD(&g->buf, name, STR("("));
    if (!write_members(g)) {
        g->buf = before;
        return false;
    }
    write_where(g);
    if (str_eq(name, STR("every"))) {
        ADD(g, ": ");
        write_value(g, VALUE_BOOLEAN);
    }
    ADD(g, ")");
    g->variable_count--;
    return true;
}

/* min, max and first name their value before the variable it is of. */
static bool write_pick(struct generator *g, enum value_type type)
{
    static const struct str names[] = {STR_INIT("first("), STR_INIT("min("), STR_INIT("max(")};
    bool ordered = type != VALUE_BOOLEAN && type != VALUE_CODE && type != VALUE_REFERENCE;
    struct buf outer = g->buf;
    buf_init(&g->buf, g->arena, SOURCE_MAX);
    if (!write_members(g)) {
        g->buf = outer;
        return false;
    }
    struct str members = buf_str(&g->buf);
    buf_init(&g->buf, g->arena, SOURCE_MAX);
    write_where(g);
    struct str where = buf_str(&g->buf);
    g->buf = outer;
    add(g, names[ordered ? below(g, ARRAY_LENGTH(names)) : 0]);
    write_value(g, type);
    BUF_ADD(&g->buf, STR(" for "), members, where, STR(")"));
    g->variable_count--;
    return true;
}

/* ---- operations ---- */

static void write_two(struct generator *g, struct str before, enum value_type a, struct str between,
                      enum value_type b)
{
    add(g, before);
    write_value(g, a);
    add(g, between);
    write_value(g, b);
    ADD(g, ")");
}

static void write_comparison(struct generator *g)
{
    static const struct str operators[] = {STR_INIT(" = "),  STR_INIT(" <> "), STR_INIT(" < "),
                                           STR_INIT(" <= "), STR_INIT(" > "),  STR_INIT(" >= ")};
    static const enum value_type types[] = {VALUE_BOOLEAN, VALUE_INTEGER, VALUE_DECIMAL,
                                            VALUE_TEXT,    VALUE_DATE,    VALUE_DATETIME};
    enum value_type type = types[below(g, ARRAY_LENGTH(types))];
    enum value_type other = type;
    if (type == VALUE_INTEGER && rng_one_in(g->rng, 3)) {
        other = VALUE_DECIMAL;
    }
    struct str operator= operators[below(g, type == VALUE_BOOLEAN ? 2 : ARRAY_LENGTH(operators))];
    write_two(g, STR("("), type, operator, other);
}

static void write_code_test(struct generator *g)
{
    struct buf before = g->buf;
    uint32_t set = rng_one_in(g->rng, 2) ? RESULTS : TYPES;
    ADD(g, "(");
    if (!write_field_of(g, write_path(g), VALUE_CODE, set)) {
        g->buf = before;
        write_literal(g, VALUE_BOOLEAN);
        return;
    }
    unsigned form = below(g, 4);
    if (form == 0 && set == RESULTS) {
        ADD(g, " not in closed_without)");
    } else if (form == 1) {
        ADD(g, " in (");
        add_quoted(g, world_codes[set][below(g, WORLD_CODES_MAX)]);
        ADD(g, ", ");
        add_quoted(g, world_codes[set][below(g, WORLD_CODES_MAX)]);
        ADD(g, "))");
    } else if (form == 2) {
        ADD(g, " = case when ");
        write_value(g, VALUE_BOOLEAN);
        ADD(g, " then ");
        add_quoted(g, world_codes[set][below(g, WORLD_CODES_MAX)]);
        ADD(g, " else null end)");
    } else {
        ADD(g, " <> ");
        add_quoted(g, world_codes[set][below(g, WORLD_CODES_MAX)]);
        ADD(g, ")");
    }
}

static void write_reference_test(struct generator *g)
{
    struct buf before = g->buf;
    ADD(g, "(");
    if (write_field_of(g, write_path(g), VALUE_REFERENCE, NO_SET)) {
        add(g, rng_one_in(g->rng, 2) ? STR(" is null)") : STR(" is not null)"));
        return;
    }
    g->buf = before;
    write_literal(g, VALUE_BOOLEAN);
}

/* Paths that lead to one kind of record, compared. */
static void write_same_record(struct generator *g)
{
    static const struct str people[] = {STR_INIT("caller"), STR_INIT("this.caller"),
                                        STR_INIT("caller.guardian")};
    static const struct str wards[] = {STR_INIT("this"), STR_INIT("guardian"),
                                       STR_INIT("guardian.guardian")};
    const struct str *paths = g->subject == REPORT ? people : wards;
    if (g->subject != REPORT && g->subject != PERSON) {
        write_literal(g, VALUE_BOOLEAN);
        return;
    }
    BUF_ADD(&g->buf, STR("("), paths[below(g, 3)], rng_one_in(g->rng, 2) ? STR(" = ") : STR(" <> "),
            paths[below(g, 3)], STR(")"));
}

static void write_why_test(struct generator *g)
{
    struct buf before = g->buf;
    bool why = rng_one_in(g->rng, 2);
    add(g, why ? STR("(why(") : STR("("));
    if (!write_field_of(g, write_path(g), any_type(g), NO_SET)) {
        g->buf = before;
        write_literal(g, VALUE_BOOLEAN);
        return;
    }
    if (!why) {
        add(g, rng_one_in(g->rng, 2) ? STR(" is addressed)") : STR(" is not addressed)"));
        return;
    }
    ADD(g, ") = ");
    add_quoted(g, world_reasons[below(g, ARRAY_LENGTH(world_reasons))]);
    ADD(g, ")");
}

static void write_list_test(struct generator *g)
{
    static const enum value_type types[] = {VALUE_INTEGER, VALUE_DECIMAL, VALUE_TEXT, VALUE_DATE};
    enum value_type type = types[below(g, ARRAY_LENGTH(types))];
    ADD(g, "(");
    write_value(g, type);
    add(g, rng_one_in(g->rng, 2) ? STR(" in (") : STR(" not in ("));
    for (unsigned left = 1 + below(g, 4); left > 0; left--) {
        write_literal(g, type);
        add(g, left > 1 ? STR(", ") : STR("))"));
    }
}

static void write_between(struct generator *g)
{
    static const enum value_type types[] = {VALUE_INTEGER, VALUE_DECIMAL, VALUE_TEXT, VALUE_DATE,
                                            VALUE_DATETIME};
    enum value_type type = types[below(g, ARRAY_LENGTH(types))];
    ADD(g, "(");
    write_value(g, type);
    add(g, rng_one_in(g->rng, 2) ? STR(" between ") : STR(" not between "));
    write_two(g, STR(""), type, STR(" and "), type);
}

static void write_boolean(struct generator *g)
{
    switch (below(g, 16)) {
    case 0:
    case 1:
        write_two(g, STR("("), VALUE_BOOLEAN, STR(" and "), VALUE_BOOLEAN);
        break;
    case 2:
        write_two(g, STR("("), VALUE_BOOLEAN, STR(" or "), VALUE_BOOLEAN);
        break;
    case 3:
        ADD(g, "not ");
        ADD(g, "(");
        write_value(g, VALUE_BOOLEAN);
        ADD(g, ")");
        break;
    case 4:
        ADD(g, "(");
        write_value(g, any_type(g));
        add(g, rng_one_in(g->rng, 2) ? STR(" is null)") : STR(" is not null)"));
        break;
    case 5:
        write_list_test(g);
        break;
    case 6:
        write_between(g);
        break;
    case 7:
        write_code_test(g);
        break;
    case 8:
        write_why_test(g);
        break;
    case 9:
        write_reference_test(g);
        break;
    case 10:
        write_same_record(g);
        break;
    case 11:
        if (!write_test_of_members(g, STR("exists"))) {
            write_comparison(g);
        }
        break;
    case 12:
        if (!write_test_of_members(g, STR("every"))) {
            write_comparison(g);
        }
        break;
    default:
        write_comparison(g);
        break;
    }
}

static void write_integer(struct generator *g)
{
    static const struct str operators[] = {STR_INIT(" + "), STR_INIT(" - "), STR_INIT(" * "),
                                           STR_INIT(" / ")};
    switch (below(g, 10)) {
    case 0:
        write_two(g, STR("("), VALUE_DATE, STR(" - "), VALUE_DATE);
        break;
    case 1:
        write_two(g, STR("months_between("), VALUE_DATE, STR(", "), VALUE_DATE);
        break;
    case 2:
        write_two(g, STR("age("), VALUE_DATE, STR(", "), VALUE_DATE);
        break;
    case 3:
        write_two(g, STR("hours_between("), VALUE_DATETIME, STR(", "), VALUE_DATETIME);
        break;
    case 4:
        ADD(g, "length(");
        write_value(g, VALUE_TEXT);
        ADD(g, ")");
        break;
    case 5:
        ADD(g, "(- ");
        write_value(g, VALUE_INTEGER);
        ADD(g, ")");
        break;
    case 6:
        if (write_test_of_members(g, STR("count"))) {
            break;
        }
        FALLTHROUGH;
    default:
        write_two(g, STR("("), VALUE_INTEGER, operators[below(g, ARRAY_LENGTH(operators))],
                  VALUE_INTEGER);
        break;
    }
}

static void write_decimal(struct generator *g)
{
    static const struct str operators[] = {STR_INIT(" + "), STR_INIT(" - "), STR_INIT(" / "),
                                           STR_INIT(" * ")};
    enum value_type other = rng_one_in(g->rng, 2) ? VALUE_INTEGER : VALUE_DECIMAL;
    struct str operator= operators[below(g, other == VALUE_INTEGER ? 4 : 3)];
    bool swap = rng_one_in(g->rng, 2);
    write_two(g, STR("("), swap ? other : VALUE_DECIMAL, operator, swap ? VALUE_DECIMAL : other);
}

static void write_text(struct generator *g)
{
    write_two(g, STR("("), VALUE_TEXT, STR(" || "),
              rng_one_in(g->rng, 4) ? VALUE_CODE : VALUE_TEXT);
}

static void write_date(struct generator *g)
{
    switch (below(g, 5)) {
    case 0:
        write_two(g, STR("("), VALUE_DATE, STR(" + "), VALUE_INTEGER);
        break;
    case 1:
        write_two(g, STR("("), VALUE_DATE, STR(" - "), VALUE_INTEGER);
        break;
    case 2:
        write_two(g, STR("add_months("), VALUE_DATE, STR(", "), VALUE_INTEGER);
        break;
    case 3:
        ADD(g, "today");
        break;
    default:
        ADD(g, "date(");
        write_value(g, VALUE_DATETIME);
        ADD(g, ")");
        break;
    }
}

static void write_choice(struct generator *g, enum value_type type)
{
    if (rng_one_in(g->rng, 2)) {
        write_two(g, STR("coalesce("), type, STR(", "), type);
        return;
    }
    ADD(g, "case when ");
    write_value(g, VALUE_BOOLEAN);
    ADD(g, " then ");
    write_value(g, type);
    if (rng_one_in(g->rng, 2)) {
        ADD(g, " else ");
        write_value(g, type);
    }
    ADD(g, " end");
}

static void write_operation(struct generator *g, enum value_type type)
{
    if (rng_one_in(g->rng, 7)) {
        write_choice(g, type);
        return;
    }
    if (type != VALUE_BOOLEAN && rng_one_in(g->rng, 5) && write_pick(g, type)) {
        return;
    }
    switch (type) {
    case VALUE_BOOLEAN:
        write_boolean(g);
        break;
    case VALUE_INTEGER:
        write_integer(g);
        break;
    case VALUE_DECIMAL:
        write_decimal(g);
        break;
    case VALUE_TEXT:
        write_text(g);
        break;
    case VALUE_DATE:
        write_date(g);
        break;
    case VALUE_DATETIME:
    case VALUE_CODE:
    case VALUE_REFERENCE:
    case VALUE_UNSET:
    case VALUE__COUNT:
        if (!write_pick(g, type) && !write_field(g, type)) {
            write_literal(g, type);
        }
        break;
    }
}

static void write_value(struct generator *g, enum value_type type)
{
    bool leaf = g->depth >= g->deepest || g->buf.n > SOURCE_MAX / 2 || rng_one_in(g->rng, 4);
    g->depth++;
    if (!leaf) {
        write_operation(g, type);
    } else if (rng_one_in(g->rng, 4) ||
               !(rng_one_in(g->rng, 6) ? write_fact(g, type) : write_field(g, type))) {
        write_literal(g, type);
    }
    g->depth--;
}

struct str generate_expression(struct arena *arena, struct rng *rng, enum world_kind subject,
                               enum value_type type)
{
    struct generator g = {.arena = arena, .rng = rng, .subject = subject};
    g.deepest = 1 + rng_below(rng, DEPTH_MAX);
    buf_init(&g.buf, arena, SOURCE_MAX);
    write_operation(&g, type);
    return buf_str(&g.buf);
}

size_t corner_expressions(const struct str **ret_sources)
{
    static const struct str sources[] = {
        /* the last and the first day there is, and one more */
        STR_INIT("add_months(date '2999-12-31', 84000)"),
        STR_INIT("add_months(date '2999-12-31', 84001)"),
        STR_INIT("add_months(date '2999-12-31', 84000) + 1"),
        STR_INIT("add_months(date '2999-12-31', 84000) - -1"),
        STR_INIT("add_months(date '1800-01-01', -21588)"),
        STR_INIT("add_months(date '1800-01-01', -21589)"),
        STR_INIT("add_months(date '1800-01-01', -21588) - 1"),
        STR_INIT("add_months(date '1800-01-01', -21588) + -1"),
        STR_INIT("add_months(opened_on, 9223372036854775807)"),
        STR_INIT("opened_on - (-9223372036854775807 - 1)"),
        STR_INIT("months_between(add_months(date '1800-01-01', -21588), "
                 "add_months(date '2999-12-31', 84000))"),
        /* the largest and the smallest number */
        STR_INIT("9223372036854775806 + 1"),
        STR_INIT("9223372036854775806 + 2"),
        STR_INIT("-9223372036854775807 - 1"),
        STR_INIT("-9223372036854775807 - 2"),
        STR_INIT("(-9223372036854775807 - 1) / -1"),
        STR_INIT("(-9223372036854775807 - 1) / 1"),
        STR_INIT("-(-9223372036854775807 - 1)"),
        STR_INIT("-(-9223372036854775806 - 1)"),
        STR_INIT("(-9223372036854775807 - 1) * -1"),
        STR_INIT("3037000500 * 3037000500"),
        STR_INIT("3037000499 * 3037000499"),
        STR_INIT("(922337203685477580 + 0) < 0.1"),
        STR_INIT("(922337203685477581 + 0) < 0.1"),
        STR_INIT("7 / -2"),
        STR_INIT("-7 / 2"),
        STR_INIT("-0.07 / 0.02"),
        STR_INIT("0 / -3"),
        STR_INIT("household / (household - household)"),
        /* birthdays of those born on 29 February, and the ends of months */
        STR_INIT("age(date '2024-02-29', date '2025-02-28')"),
        STR_INIT("age(date '2024-02-29', date '2025-03-01')"),
        STR_INIT("age(date '2024-02-29', date '2028-02-29')"),
        STR_INIT("age(today, today - 1)"),
        STR_INIT("months_between(date '2024-01-31', date '2024-02-29')"),
        STR_INIT("months_between(date '2024-02-29', date '2024-01-31')"),
        STR_INIT("months_between(date '2024-03-31', date '2024-02-29')"),
        STR_INIT("months_between(date '2024-03-30', date '2024-02-29')"),
        /* an extreme that is the outer record's own, and one among equals */
        STR_INIT("min(household for a in allegations)"),
        STR_INIT("date(max(received_at for a in allegations))"),
        STR_INIT("first(1 for a in caller.guardian.alleged_about)"),
    };
    *ret_sources = sources;
    return ARRAY_LENGTH(sources);
}
