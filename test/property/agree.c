/* The promise of the expression language: the core, SQLite and PostgreSQL give the same answer.
 * Random expressions over random records are evaluated by all three and compared cell by cell: as
 * columns of a query, and, where they are conditions, as its WHERE.
 *
 * HEARTH_PROPERTY_SEED and HEARTH_PROPERTY_COUNT choose other expressions and more of them. What
 * fails is printed with all that is needed to run it again. Needs the PostgreSQL server that
 * with-postgres makes. */
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine.h"
#include "generate.h"
#include "records.h"
#include "tables.h"

#include "base/buf.h"

#define COUNT 2400       /* expressions */
#define LONG_COUNT 40000 /* the same in the long tier of script/test */
#define BATCH 40         /* expressions of one query */
#define SQL_MAX 20000000 /* bytes of a query */
#define FAILURES_SHOWN 5
#define ARENA_MAX ((size_t)1 << 30)

struct candidate {
    struct str source;
    uint32_t root;
    enum value_type type;
};

struct property {
    uint64_t seed;
    struct rng rng;
    struct arena *world_arena; /* records and facts */
    struct arena *arena;       /* one batch */
    struct world world;
    struct expr_program facts; /* the program as it is with the facts alone */
    struct engine *engines[DIALECT__COUNT];
    const struct record *actor;
    unsigned compiled, refused, compared, set, not_lowered[DIALECT__COUNT], failures;
    size_t corners;             /* asked so far */
    unsigned seen[EXPR__COUNT]; /* how many nodes of each operation */
};

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    int64_t number = 0;
    return str_to_i64(str_from(getenv(name)), &number) ? (uint64_t)number : otherwise;
}

/* ---- what the core says ---- */

static struct expr_host core_host(struct property *p)
{
    struct expr_host host = world_host(&p->world);
    host.actor = p->actor;
    return host;
}

/* Corners first, then what comes. */
static struct str next_source(struct property *p, enum world_kind kind, enum value_type type)
{
    const struct str *corners = NULL;
    size_t count = corner_expressions(&corners);
    return kind == REPORT && p->corners < count
               ? corners[p->corners++]
               : generate_expression(p->arena, &p->rng, kind, type);
}

static void see(void *context, uint32_t node)
{
    struct property *p = context;
    p->seen[p->world.program.nodes.items[node].op]++;
}

/* Fills the batch with expressions that compile; all are of one kind of subject. */
static void make_batch(struct property *p, enum world_kind kind, struct candidate *candidates)
{
    p->world.program = p->facts;
    p->world.program.nodes.room = p->world.program.nodes.count; /* grows into the batch's arena */
    p->world.program.text.room = p->world.program.text.count;
    for (size_t i = 0; i < BATCH;) {
        struct candidate *c = &candidates[i];
        struct expr_scope scope = world_scope(kind);
        struct expr_error error;
        c->type = (enum value_type)(1 + rng_below(&p->rng, VALUE__COUNT - 1));
        c->source = next_source(p, kind, c->type);
        if (expr_compile(p->arena, c->source, &scope, VALUE_UNSET, 1, 0, &p->world.program,
                         &c->root, &error) == STATUS_OK) {
            c->type = (enum value_type)p->world.program.nodes.items[c->root].type;
            expr_walk(p->world.program.nodes.items, c->root, see, p);
            i++;
            p->compiled++;
        } else {
            p->refused++;
            if (getenv("HEARTH_PROPERTY_VERBOSE")) {
                fprintf(stderr, "refused: %.*s\n  %zu: %.*s\n", STR_ARG(c->source), error.at,
                        STR_ARG(error.message));
            }
        }
    }
}

/* ---- what the databases say ---- */

struct lowered {
    struct lower_statement statement;
    struct str sql[BATCH]; /* NULL instead of one that this dialect refuses */
    bool there[BATCH];
};

static void lower_batch(struct property *p, enum dialect dialect,
                        const struct candidate *candidates, struct lowered *lowered)
{
    struct lower_host host = tables_host(&p->world);
    *lowered = (struct lowered){
        .statement = {.arena = p->arena, .dialect = dialect}
    };
    for (size_t i = 0; i < BATCH; i++) {
        struct lower_error error;
        lowered->there[i] = lower_expression(&lowered->statement, &host, candidates[i].root,
                                             STR("t"), &lowered->sql[i], &error) == STATUS_OK;
        if (!lowered->there[i]) {
            lowered->sql[i] = STR("NULL");
            p->not_lowered[dialect]++;
        }
    }
}

static struct value *values_of(struct property *p, const struct lower_statement *statement)
{
    size_t count = statement->parameters.count;
    struct value *values = ARENA_ARRAY(p->arena, count, struct value);
    for (size_t i = 0; i < count; i++) {
        const struct lower_parameter *parameter = &statement->parameters.items[i];
        values[i] = parameter->kind == PARAMETER_VALUE ? parameter->value
                    : parameter->kind == PARAMETER_NOW
                        ? value_datetime((struct instant){WORLD_NOW_MS}, (struct date){WORLD_TODAY})
                    : parameter->kind == PARAMETER_TODAY ? value_date((struct date){WORLD_TODAY})
                                                         : value_reference(p->actor->id);
    }
    return values;
}

/* All columns of one query; parameters that a left-out expression brought stay without use, which
 * PostgreSQL must be told the type of: they stand in a condition that is always true. */
static bool ask(struct property *p, enum dialect dialect, const struct lowered *lowered,
                struct str sql, const enum value_type *types, size_t columns,
                struct answers *ret_answers)
{
    struct str message;
    const struct lower_statement *statement = &lowered->statement;
    if (engine_query(p->engines[dialect], p->arena, sql, values_of(p, statement),
                     statement->parameters.count, types, columns, ret_answers, &message)) {
        return true;
    }
    fprintf(stderr, "seed %llu: %.*s\n", (unsigned long long)p->seed, STR_ARG(message));
    p->failures++;
    return false;
}

static void show(struct property *p, const struct candidate *candidate, const char *who,
                 struct str says, struct str core, struct str where, struct str sql)
{
    if (++p->failures > FAILURES_SHOWN) {
        return;
    }
    fprintf(stderr, "seed %llu, %.*s\n  %.*s\n  core says %s%.*s, %s says %s%.*s\n  %.*s\n",
            (unsigned long long)p->seed, STR_ARG(where), STR_ARG(candidate->source),
            core.p ? "" : "(unset)", STR_ARG(core), who, says.p ? "" : "(null)", STR_ARG(says),
            STR_ARG(sql));
}

static const char *name_of(enum dialect dialect)
{
    return dialect == DIALECT_SQLITE ? "SQLite" : "PostgreSQL";
}

static bool same(struct str a, struct str b)
{
    return (a.p == NULL) == (b.p == NULL) && str_eq(a, b);
}

/* As columns: SELECT e1, e2, ... FROM report t ORDER BY t.id. */
static void compare_columns(struct property *p, enum dialect dialect, enum world_kind kind,
                            const struct candidate *candidates, const struct lowered *lowered)
{
    struct buf sql;
    struct answers answers;
    enum value_type types[BATCH];
    buf_init(&sql, p->arena, SQL_MAX);
    for (size_t i = 0; i < BATCH; i++) {
        BUF_ADD(&sql, i == 0 ? STR("SELECT ") : STR(", "), lowered->sql[i]);
        types[i] = candidates[i].type;
    }
    BUF_ADD(&sql, STR(" FROM \""), tables_name(kind), STR("\" t ORDER BY t.id"));
    if (!ask(p, dialect, lowered, buf_str(&sql), types, BATCH, &answers)) {
        return;
    }
    size_t row = 0;
    struct expr_host host = core_host(p);
    for (size_t r = 0; r < p->world.count; r++) {
        const struct record *record = &p->world.records[r];
        if (record->kind != kind) {
            continue;
        }
        for (size_t i = 0; i < BATCH; i++) {
            struct str core =
                engine_text(p->arena, expr_evaluate(&host, candidates[i].root, record));
            struct str says = answers.cells[row * BATCH + i];
            if (lowered->there[i] && !same(core, says)) {
                show(p, &candidates[i], name_of(dialect), says, core,
                     uuid_text(p->arena, record->id), lowered->sql[i]);
            }
            p->compared += lowered->there[i];
            p->set += lowered->there[i] && core.p;
        }
        row++;
    }
    assert_int_equal(row, answers.rows);
}

/* As conditions: SELECT (SELECT COUNT(*) FROM report t WHERE e1), ... */
static void compare_conditions(struct property *p, enum dialect dialect, enum world_kind kind,
                               const struct candidate *candidates, const struct lowered *lowered)
{
    struct buf sql;
    struct answers answers;
    enum value_type types[BATCH];
    buf_init(&sql, p->arena, SQL_MAX);
    for (size_t i = 0; i < BATCH; i++) {
        bool condition = candidates[i].type == VALUE_BOOLEAN && lowered->there[i];
        BUF_ADD(
            &sql,
            i == 0 ? STR("SELECT (SELECT COUNT(*) FROM \"") : STR(", (SELECT COUNT(*) FROM \""),
            tables_name(kind), STR("\" t WHERE "), condition ? lowered->sql[i] : STR("TRUE OR "),
            condition ? STR("") : lowered->sql[i], condition ? STR("") : STR(" IS NULL"), STR(")"));
        types[i] = VALUE_INTEGER;
    }
    if (!ask(p, dialect, lowered, buf_str(&sql), types, BATCH, &answers)) {
        return;
    }
    struct expr_host host = core_host(p);
    for (size_t i = 0; i < BATCH; i++) {
        int64_t count = 0;
        for (size_t r = 0; r < p->world.count; r++) {
            count += p->world.records[r].kind == kind &&
                     expr_is_true(&host, candidates[i].root, &p->world.records[r]);
        }
        struct str core = str_from_int(p->arena, count);
        if (candidates[i].type == VALUE_BOOLEAN && lowered->there[i] &&
            !same(core, answers.cells[i])) {
            show(p, &candidates[i], name_of(dialect), answers.cells[i], core,
                 STR("number of records"), lowered->sql[i]);
        }
    }
}

/* ---- the test ---- */

/* Otherwise the generator has lost its way and proves little. */
static void check_generator(const struct property *p)
{
    assert_true(p->refused < p->compiled / 10);
    assert_true(p->not_lowered[DIALECT_SQLITE] < p->compiled / 5);
    assert_int_equal(p->not_lowered[DIALECT_POSTGRES], 0);
    assert_true(p->set > p->compared / 3);
    for (unsigned op = 0; op < EXPR__COUNT; op++) {
        bool possible = op != EXPR_CREATED; /* lists have no effects */
        if (possible != (p->seen[op] > 0)) {
            struct str spelling = expr_spelling((enum expr_op)op);
            print_error("operation %u, \"%.*s\", was seen %u times\n", op, STR_ARG(spelling),
                        p->seen[op]);
            fail();
        }
    }
}

static void start(struct property *p, struct arena *world_arena, struct arena *arena)
{
    *p = (struct property){.seed = number_from("HEARTH_PROPERTY_SEED", 20261125),
                           .world_arena = world_arena,
                           .arena = arena};
    p->rng.state = p->seed;
    world_init(&p->world, world_arena);
    p->facts = p->world.program;
    p->world.records = random_records(world_arena, &p->rng, &p->world.count);
    p->actor = world_find(&p->world, world_id(WORKER, 1));
    p->engines[DIALECT_SQLITE] = engine_sqlite(world_arena);
    p->engines[DIALECT_POSTGRES] = engine_postgres(world_arena);
    for (unsigned i = 0; i < DIALECT__COUNT; i++) {
        tables_fill(p->engines[i], arena, &p->world);
    }
    p->world.arena = arena;
    arena_clear(arena);
}

static void test_core_sqlite_and_postgres_agree(void **state)
{
    (void)state;
    static struct property p;
    static struct candidate candidates[BATCH];
    static struct lowered lowered;
    struct arena world_arena CLEANUP(arena_clear), arena CLEANUP(arena_clear);
    arena_init(&world_arena, ARENA_MAX, NULL, NULL);
    arena_init(&arena, ARENA_MAX, NULL, NULL);
    start(&p, &world_arena, &arena);
    bool long_tier = str_eq(str_from(getenv("HEARTH_TEST_TIER")), STR("long"));
    uint64_t wanted = number_from("HEARTH_PROPERTY_COUNT", long_tier ? LONG_COUNT : COUNT);
    print_message("# seed %llu\n", (unsigned long long)p.seed);
    for (unsigned batch = 0; p.compiled < wanted && p.failures < FAILURES_SHOWN; batch++) {
        enum world_kind kind = batch % 3 == 2 ? PERSON : REPORT;
        make_batch(&p, kind, candidates);
        for (unsigned i = 0; i < DIALECT__COUNT; i++) {
            lower_batch(&p, (enum dialect)i, candidates, &lowered);
            compare_columns(&p, (enum dialect)i, kind, candidates, &lowered);
            compare_conditions(&p, (enum dialect)i, kind, candidates, &lowered);
        }
        arena_clear(&arena);
    }
    print_message(
        "# %u expressions (%u more refused), %u answers compared, %u of them set; without "
        "SQL: %u for SQLite, %u for PostgreSQL\n",
        p.compiled, p.refused, p.compared, p.set, p.not_lowered[DIALECT_SQLITE],
        p.not_lowered[DIALECT_POSTGRES]);
    for (unsigned i = 0; i < DIALECT__COUNT; i++) {
        engine_close(p.engines[i]);
    }
    assert_int_equal(p.failures, 0);
    if (wanted >= COUNT) {
        check_generator(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_core_sqlite_and_postgres_agree),
    };
    return cmocka_run_group_tests_name("agree", tests, NULL, NULL);
}
