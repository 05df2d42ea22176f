/* Expressions as SQL text: what stands in the statement, what is bound, what is refused. That the
 * SQL means what the core means is held by the property test. */
#include "unit.h"

#include "lower/expression.h"

#include "expr_world.h"

/* ---- a host with tables named as the kinds are ---- */

static struct str column(void *context, struct arena *arena, uint32_t field, enum lower_part part,
                         struct str alias)
{
    (void)context;
    if (field == REPORT_NARRATIVE || (part == PART_WHY && field == REPORT_URGENT)) {
        return STR(""); /* sealed; without non-answers */
    }
    struct str suffix = part == PART_WHY     ? STR("_why")
                        : part == PART_LOCAL ? STR("_date")
                                             : STR("");
    return STR_JOIN(arena, alias, STR("."), world_fields[field].name, suffix);
}

static struct str table(void *context, struct arena *arena, uint32_t kind, struct str alias)
{
    static const struct str names[WORLD_KINDS] = {STR_INIT("report"), STR_INIT("allegation"),
                                                  STR_INIT("person"), STR_INIT("worker")};
    (void)context;
    return STR_JOIN(arena, names[kind], STR(" "), alias);
}

static struct str key(void *context, struct arena *arena, uint32_t kind, struct str alias)
{
    (void)context;
    (void)kind;
    return STR_JOIN(arena, alias, STR(".id"));
}

static struct lower_members members(void *context, struct arena *arena, uint32_t collection,
                                    struct str owner, struct str alias)
{
    const struct world_collection *of = &world_collections[collection];
    struct str link =
        of->reference == WORLD_LIST ? STR("record") : world_fields[of->reference].name;
    return (struct lower_members){.from = table(context, arena, of->member, alias),
                                  .condition =
                                      STR_JOIN(arena, alias, STR("."), link, STR(" = "), owner),
                                  .order = STR_JOIN(arena, alias, STR(".position"))};
}

struct fixture {
    struct world world;
    struct lower_statement statement;
    struct lower_error error;
    struct str it; /* alias of the variable "it", an allegation */
};

static void start(struct fixture *f, struct arena *arena, enum dialect dialect)
{
    *f = (struct fixture){
        .statement = {.arena = arena, .dialect = dialect}
    };
    world_init(&f->world, arena);
}

static enum status lower(struct fixture *f, struct str source, struct str *ret_sql)
{
    struct expr_variable it = {STR("it"), ALLEGATION};
    struct expr_scope scope = world_scope(REPORT);
    scope.created_subject = PERSON;
    scope.variables = &it;
    scope.variable_count = 1;
    struct expr_error error = {0};
    uint32_t root = 0;
    if (expr_compile(f->world.arena, source, &scope, VALUE_UNSET, 7, 30, &f->world.program, &root,
                     &error) != STATUS_OK) {
        print_error("%.*s: %.*s\n", STR_ARG(source), STR_ARG(error.message));
        fail();
    }
    struct lower_host host = {.context = &f->world,
                              .nodes = f->world.program.nodes.items,
                              .text = f->world.program.text.items,
                              .column = column,
                              .table = table,
                              .key = key,
                              .members = members,
                              .fact = world_fact,
                              .bound = {f->it}};
    return lower_expression(&f->statement, &host, root, STR("t"), ret_sql, &f->error);
}

struct expectation {
    struct str source, sql;
};

static void check_all(enum dialect dialect, const struct expectation *expectations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TEST_ARENA(arena);
        struct fixture f;
        struct str sql;
        start(&f, &arena, dialect);
        f.it = STR("a");
        assert_int_equal(lower(&f, expectations[i].source, &sql), STATUS_OK);
        assert_str_equal(sql, expectations[i].sql);
    }
}

/* ---- tests ---- */

static void test_says_the_same_as_the_source_on_sqlite(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {STR_INIT("urgent and closed_at is null"),
         STR_INIT("(t.urgent AND (t.closed_at IS NULL))")                                                                       },
        {STR_INIT("opened_on + 30 < today"),                                 STR_INIT("(hearth_add_days(t.opened_on, ?1) < ?2)")},
        {STR_INIT("date(received_at) = today"),                              STR_INIT("(t.received_at_date = ?1)")              },
        {STR_INIT("result in ('SERVICES', 'SCREENED_OUT')"),                 STR_INIT("(t.result IN (?1, ?2))")                 },
        {STR_INIT("number is addressed"),
         STR_INIT("(t.number IS NOT NULL OR t.number_why IS NOT NULL)")                                                         },
        {STR_INIT("urgent is addressed"),                                    STR_INIT("(t.urgent IS NOT NULL)")                 },
        {STR_INIT("worker = actor"),                                         STR_INIT("(t.worker = ?1)")                        },
        {STR_INIT("it.weeks > 2"),                                           STR_INIT("(a.weeks > ?1)")                         },
        {STR_INIT("caller.guardian.name"),
         STR_INIT("(SELECT n1.name FROM person n1 WHERE n1.id = "
                  "(SELECT n2.guardian FROM person n2 WHERE n2.id = t.caller))")                                                },
        {STR_INIT("count(a in allegations where a.confirmed)"),
         STR_INIT("(SELECT COUNT(*) FROM allegation n1 WHERE n1.record = t.id AND n1.confirmed)")                               },
        {STR_INIT("every(a in allegations where a.weeks > 2: a.confirmed)"),
         STR_INIT("(NOT EXISTS (SELECT 1 FROM allegation n1 WHERE n1.record = t.id AND "
                  "(n1.weeks > ?1) AND n1.confirmed IS NOT TRUE))")                                                             },
        {STR_INIT("first(a.note for a in allegations)"),
         STR_INIT("(SELECT n1.note FROM allegation n1 WHERE n1.record = t.id ORDER BY n1.position "
                  "LIMIT 1)")                                                                                                   },
        {STR_INIT("days_open > 60"),                                         STR_INIT("((?1 - t.opened_on) > ?2)")              },
        {STR_INIT("caller.years"),
         STR_INIT("(SELECT hearth_age(n1.born_on, ?1) FROM person n1 WHERE n1.id = t.caller)")                                  },
    };
    check_all(DIALECT_SQLITE, cases, ARRAY_LENGTH(cases));
}

static void test_postgres_is_told_types_and_kept_from_errors(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {STR_INIT("number < 'b'"),                          STR_INIT("(t.number COLLATE \"C\" < ?1::text)")},
        {STR_INIT("worker = actor"),                        STR_INIT("(t.worker = ?1::uuid)")              },
        {STR_INIT("household + 1"),
         STR_INIT("(SELECT CASE WHEN v BETWEEN -9223372036854775808 AND 9223372036854775807 THEN "
                  "v::bigint END FROM (SELECT t.household::numeric + ?1::bigint AS v OFFSET 0) AS "
                  "n1)")                                                                                   },
        {STR_INIT("case when urgent then null else 1 end"),
         STR_INIT("(CASE WHEN t.urgent THEN CAST(NULL AS bigint) ELSE ?1::bigint END)")                    },
    };
    check_all(DIALECT_POSTGRES, cases, ARRAY_LENGTH(cases));
}

static void test_expressions_of_one_statement_share_what_is_bound_when_it_runs(void **state)
{
    (void)state;
    TEST_ARENA(arena);
    struct fixture f;
    struct str sql;
    start(&f, &arena, DIALECT_SQLITE);
    assert_int_equal(lower(&f, STR("opened_on < today and household > 3"), &sql), STATUS_OK);
    assert_int_equal(lower(&f, STR("today - opened_on > 14 and received_at < now"), &sql),
                     STATUS_OK);
    assert_text(sql, "(((?1 - t.opened_on) > ?3) AND (t.received_at < ?4))");
    assert_int_equal(f.statement.parameters.count, 4);
    const struct lower_parameter *p = f.statement.parameters.items;
    assert_int_equal(p[0].kind, PARAMETER_TODAY);
    assert_int_equal(p[1].value.integer, 3);
    assert_int_equal(p[2].value.integer, 14);
    assert_int_equal(p[3].kind, PARAMETER_NOW);
    assert_text(lower_bind(&f.statement, value_text(STR("x"))), "?5");
}

static void test_values_are_never_part_of_the_text(void **state)
{
    (void)state;
    for (unsigned dialect = 0; dialect < DIALECT__COUNT; dialect++) {
        TEST_ARENA(arena);
        struct fixture f;
        struct str sql;
        start(&f, &arena, (enum dialect)dialect);
        assert_int_equal(lower(&f, STR("number = 'x''); DROP TABLE report; --'"), &sql), STATUS_OK);
        assert_int_equal(str_find(sql, STR("DROP")), -1);
        assert_text(f.statement.parameters.items[0].value.text, "x'); DROP TABLE report; --");
    }
}

static void test_what_has_no_sql_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        struct str source, message;
        uint32_t column;
    } cases[] = {
        {STR_INIT("urgent and created.safe"),                           STR_INIT("a list has no created record"),                      30 + 11},
        {STR_INIT("narrative = 'x'"),                                   STR_INIT("this field is kept so that lists cannot search it"),
         30                                                                                                                                   },
        {STR_INIT("exists(a in allegations where a.note = narrative)"),
         STR_INIT("this field is kept so that lists cannot search it"),                                                                30 + 39},
        {STR_INIT("it.weeks > 2"),                                      STR_INIT("this variable has no rows in a list"),               30     },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        TEST_ARENA(arena);
        struct fixture f;
        struct str sql;
        start(&f, &arena, DIALECT_SQLITE);
        assert_int_equal(lower(&f, cases[i].source, &sql), STATUS_INVALID);
        assert_str_equal(f.error.message, cases[i].message);
        assert_int_equal(f.error.line, 7);
        assert_int_equal(f.error.column, cases[i].column);
    }
}

/* SQLite's parser has a hundred places; it must not be the first to say that they are used up. */
static void test_what_sqlite_cannot_parse_is_refused(void **state)
{
    (void)state;
    static const struct str deep =
        STR_INIT("exists(a in allegations where exists(b in a.victim.wards where exists(c in "
                 "b.wards where exists(d in c.wards where exists(e in d.wards where exists(f in "
                 "e.wards where exists(g in f.wards where g.safe)))))))");
    TEST_ARENA(arena);
    struct fixture f;
    struct str sql;
    start(&f, &arena, DIALECT_SQLITE);
    assert_int_equal(lower(&f, deep, &sql), STATUS_INVALID);
    assert_text(f.error.message, "this is nested too deep for a list; take the inner part away");
    start(&f, &arena, DIALECT_POSTGRES);
    assert_int_equal(lower(&f, deep, &sql), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_the_same_as_the_source_on_sqlite),
        cmocka_unit_test(test_postgres_is_told_types_and_kept_from_errors),
        cmocka_unit_test(test_expressions_of_one_statement_share_what_is_bound_when_it_runs),
        cmocka_unit_test(test_values_are_never_part_of_the_text),
        cmocka_unit_test(test_what_has_no_sql_is_refused_with_its_place),
        cmocka_unit_test(test_what_sqlite_cannot_parse_is_refused),
    };
    return cmocka_run_group_tests_name("lower_expression", tests, NULL, NULL);
}
