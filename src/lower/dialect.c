#include "lower/dialect.h"

#include "expr/scalar.h"

/* ---- types ---- */

/* PostgreSQL is told the type of each value: else it would guess one from what stands around. */
static struct str cast_of(enum value_type type)
{
    static const struct str casts[VALUE__COUNT] = {
        [VALUE_UNSET] = STR_INIT("text"),      [VALUE_BOOLEAN] = STR_INIT("boolean"),
        [VALUE_INTEGER] = STR_INIT("bigint"),  [VALUE_DECIMAL] = STR_INIT("bigint"),
        [VALUE_TEXT] = STR_INIT("text"),       [VALUE_DATE] = STR_INIT("bigint"),
        [VALUE_DATETIME] = STR_INIT("bigint"), [VALUE_CODE] = STR_INIT("text"),
        [VALUE_REFERENCE] = STR_INIT("uuid")};
    return casts[type];
}

struct str dialect_null(struct arena *arena, enum dialect dialect, enum value_type type)
{
    return dialect == DIALECT_SQLITE
               ? STR("NULL")
               : STR_JOIN(arena, STR("CAST(NULL AS "), cast_of(type), STR(")"));
}

struct str dialect_bound(struct arena *arena, enum dialect dialect, enum value_type type,
                         unsigned at)
{
    struct str number = str_from_int(arena, at);
    return dialect == DIALECT_SQLITE ? STR_JOIN(arena, STR("?"), number)
                                     : STR_JOIN(arena, STR("?"), number, STR("::"), cast_of(type));
}

struct str dialect_by_bytes(struct arena *arena, enum dialect dialect, struct str sql)
{
    return dialect == DIALECT_SQLITE ? sql : STR_JOIN(arena, sql, STR(" COLLATE \"C\""));
}

/* ---- operations ---- */

/* PostgreSQL raises an error where the language says unset, and may compute a constant part of an
 * expression before the condition that guards it. So a result is computed as numeric, which has no
 * limits here, in a FROM that is not merged into its surroundings (OFFSET 0), and cut outside it.
 */
#define CUT(wide, least, most)                                                                     \
    "(SELECT CASE WHEN v BETWEEN " least " AND " most " THEN v::bigint END "                       \
    "FROM (SELECT " wide " AS v OFFSET 0) AS %n)"
#define CUT_INTEGER(wide) CUT(wide, "-9223372036854775808", "9223372036854775807")
#define CUT_DAY(wide) CUT(wide, "-719162", "2932896")

#define TO_DATE(day) "DATE '1970-01-01' + " day "::integer"
#define MONTH_OF(date) "(EXTRACT(YEAR FROM " date ") * 12 + EXTRACT(MONTH FROM " date "))"
#define TWO_DATES "(SELECT " TO_DATE("%1") " AS a, " TO_DATE("%2") " AS b OFFSET 0) AS %n"

/* Months 13 to 119999 + 1: January of the year 1 to December of the year 9999. */
#define ADD_MONTHS                                                                                     \
    "(SELECT CASE WHEN " MONTH_OF(                                                                     \
        "d") " + m BETWEEN 13 AND 120000 "                                                             \
             "THEN ((d + make_interval(months => m::integer))::date - DATE '1970-01-01')::bigint END " \
             "FROM (SELECT " TO_DATE("%1") " AS d, %2 AS m OFFSET 0) AS %n)"
/* By the numbers of the months first, then one less when the day is not reached. */
#define MONTHS_BETWEEN                                                                             \
    "(SELECT (CASE WHEN m > 0 AND reached > b THEN m - 1 WHEN m < 0 AND reached < b THEN m + 1 "   \
    "ELSE m END)::bigint FROM (SELECT b, m, (a + make_interval(months => m))::date AS reached "    \
    "FROM (SELECT a, b, (" MONTH_OF("b") " - " MONTH_OF("a") ")::integer AS m "                    \
                                                             "FROM " TWO_DATES ") AS %n) AS %n)"
#define DAY_OF_YEAR(date) "(EXTRACT(MONTH FROM " date "), EXTRACT(DAY FROM " date "))"
#define AGE                                                                                        \
    "(SELECT (EXTRACT(YEAR FROM b) - EXTRACT(YEAR FROM a) - CASE WHEN " DAY_OF_YEAR(               \
        "b") " < " DAY_OF_YEAR("a") " THEN 1 ELSE 0 END)::bigint FROM " TWO_DATES ")"

struct operation {
    struct str sqlite, postgres;
};

#define SAME(sql)                                                                                  \
    {                                                                                              \
        STR_INIT(sql), STR_INIT(sql)                                                               \
    }
#define EACH(sqlite, postgres)                                                                     \
    {                                                                                              \
        STR_INIT(sqlite), STR_INIT(postgres)                                                       \
    }

static const struct operation operations[EXPR__COUNT] = {
    [EXPR_NOT] = SAME("(NOT %1)"),
    [EXPR_EQUAL] = SAME("(%1 = %2)"),
    [EXPR_DIFFERENT] = SAME("(%1 <> %2)"),
    [EXPR_LESS] = SAME("(%1 < %2)"),
    [EXPR_AT_MOST] = SAME("(%1 <= %2)"),
    [EXPR_MORE] = SAME("(%1 > %2)"),
    [EXPR_AT_LEAST] = SAME("(%1 >= %2)"),
    [EXPR_IS_NULL] = SAME("(%1 IS NULL)"),
    [EXPR_BETWEEN] = SAME("(%1 BETWEEN %2 AND %3)"),
    [EXPR_CODE_TEXT] = SAME("%1"),
    [EXPR_ADD] = EACH("hearth_add(%1, %2)", CUT_INTEGER("%1::numeric + %2")),
    [EXPR_SUBTRACT] = EACH("hearth_subtract(%1, %2)", CUT_INTEGER("%1::numeric - %2")),
    [EXPR_MULTIPLY] = EACH("hearth_multiply(%1, %2)", CUT_INTEGER("%1::numeric * %2")),
    [EXPR_DIVIDE] = EACH("hearth_divide(%1, %2)", CUT_INTEGER("div(%1::numeric, NULLIF(%2, 0))")),
    [EXPR_NEGATE] = EACH("hearth_subtract(0, %1)", CUT_INTEGER("0 - %1::numeric")),
    [EXPR_ADD_DAYS] = EACH("hearth_add_days(%1, %2)", CUT_DAY("%1::numeric + %2")),
    [EXPR_SUBTRACT_DAYS] = EACH("hearth_subtract_days(%1, %2)", CUT_DAY("%1::numeric - %2")),
    [EXPR_DAYS_BETWEEN] = SAME("(%1 - %2)"),
    [EXPR_ADD_MONTHS] = EACH("hearth_add_months(%1, %2)", ADD_MONTHS),
    [EXPR_MONTHS_BETWEEN] = EACH("hearth_months_between(%1, %2)", MONTHS_BETWEEN),
    [EXPR_AGE] = EACH("hearth_age(%1, %2)", AGE),
    [EXPR_HOURS_BETWEEN] = EACH("hearth_hours_between(%1, %2)", "((%2 - %1) / 3600000)"),
    [EXPR_LENGTH] = EACH("length(%1)", "length(%1)::bigint"),
};

struct str dialect_operation(enum dialect dialect, enum expr_op op)
{
    return dialect == DIALECT_SQLITE ? operations[op].sqlite : operations[op].postgres;
}

size_t dialect_functions(enum dialect dialect, const struct dialect_function **ret_functions)
{
    static const struct dialect_function functions[] = {
        {STR_INIT("hearth_add"),            scalar_add           },
        {STR_INIT("hearth_subtract"),       scalar_subtract      },
        {STR_INIT("hearth_multiply"),       scalar_multiply      },
        {STR_INIT("hearth_divide"),         scalar_divide        },
        {STR_INIT("hearth_add_days"),       scalar_add_days      },
        {STR_INIT("hearth_subtract_days"),  scalar_subtract_days },
        {STR_INIT("hearth_add_months"),     scalar_add_months    },
        {STR_INIT("hearth_months_between"), scalar_months_between},
        {STR_INIT("hearth_age"),            scalar_age           },
        {STR_INIT("hearth_hours_between"),  scalar_hours_between },
    };
    *ret_functions = functions;
    return dialect == DIALECT_SQLITE ? ARRAY_LENGTH(functions) : 0;
}

/* ---- nesting ---- */

/* Places of SQLite's parser stack, found by trying: what an open bracket or subquery keeps there
 * until it is closed, with what stands before it. */
#define BRACKET_COST 6 /* also of a call and of a case */
#define SELECT_COST 12

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool word_at(struct str sql, size_t at, struct str word)
{
    return (at == 0 || !is_word(sql.p[at - 1])) && str_starts(str_slice(sql, at, sql.n), word) &&
           (at + word.n == sql.n || !is_word(sql.p[at + word.n]));
}

#define OPEN_MAX 256 /* brackets and cases; far more than SQLite takes */

unsigned dialect_nesting(enum dialect dialect, struct str sql)
{
    uint8_t open[OPEN_MAX]; /* what each costs */
    unsigned depth = 0, cost = 0, most = 0;
    if (dialect != DIALECT_SQLITE) {
        return 0;
    }
    for (size_t i = 0; i < sql.n; i++) {
        unsigned more = 0;
        if (sql.p[i] == '(') {
            more = word_at(sql, i + 1, STR("SELECT")) ? SELECT_COST : BRACKET_COST;
        } else if (word_at(sql, i, STR("CASE"))) {
            more = BRACKET_COST;
        } else if ((sql.p[i] == ')' || word_at(sql, i, STR("END"))) && depth > 0) {
            cost -= open[--depth];
        }
        if (more > 0) {
            if (depth == OPEN_MAX) {
                return UINT32_MAX;
            }
            open[depth++] = (uint8_t)more;
            cost += more;
            most = cost > most ? cost : most;
        }
    }
    return most;
}
