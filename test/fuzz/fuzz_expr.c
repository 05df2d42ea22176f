/* Any bytes as an expression: compiling ends with nodes that are sound or with a message that
 * points into the source and leaves the program as it was; what compiles evaluates to its type or
 * unset, and can be explained. Any bytes as nodes: those found sound can be evaluated and
 * explained. */
#include "fuzz.h"

#include <string.h>

#include "expr/expr.h"

#include "../unit/expr_world.h"

static struct str name(void *context, uint32_t id)
{
    (void)context;
    (void)id;
    return STR("name");
}

static struct str code_name(void *context, uint32_t code_set, struct str code)
{
    (void)context;
    (void)code_set;
    return code;
}

static const struct expr_words words = {
    .field = name, .collection = name, .fact = name, .code = code_name};

/* A report with two allegations against a child of the caller. */
static void make_records(struct world *world)
{
    struct record *records = ARENA_ARRAY(world->arena, 5, struct record);
    static const struct {
        enum world_kind kind;
        unsigned number;
    } made[] = {
        {REPORT,     1},
        {ALLEGATION, 1},
        {ALLEGATION, 2},
        {PERSON,     1},
        {PERSON,     2}
    };
    for (size_t i = 0; i < ARRAY_LENGTH(made); i++) {
        records[i] = (struct record){.kind = made[i].kind,
                                     .id = world_id(made[i].kind, made[i].number),
                                     .owner = world_id(REPORT, 1)};
    }
    records[0].values[REPORT_CALLER] = value_reference(records[3].id);
    records[0].values[REPORT_HOUSEHOLD] = value_integer(INT64_MAX);
    records[0].values[REPORT_OPENED] = value_date((struct date){20000});
    records[0].values[REPORT_NUMBER] = value_text(STR("R-1"));
    records[0].values[REPORT_FEE] = value_decimal(-125, 2);
    records[1].values[ALLEGATION_VICTIM] = value_reference(records[4].id);
    records[1].values[ALLEGATION_WEEKS] = value_integer(INT64_MIN);
    records[2].values[ALLEGATION_TYPE] = value_code(STR("NEGLECT"), 1);
    records[4].values[PERSON_GUARDIAN] = value_reference(records[3].id);
    world->records = records;
    world->count = ARRAY_LENGTH(made);
}

static void compile_and_run(struct arena *arena, struct str source)
{
    struct world world;
    struct expr_error error = {0};
    struct expr_scope scope = world_scope(REPORT);
    uint32_t root = EXPR_NONE;
    world_init(&world, arena);
    make_records(&world);
    size_t nodes = world.program.nodes.count, text = world.program.text.count, at = 0;
    if (expr_compile(arena, source, &scope, VALUE_UNSET, 1, 0, &world.program, &root, &error) !=
        STATUS_OK) {
        CHECK(error.at <= source.n && error.message.n > 0);
        CHECK(world.program.nodes.count == nodes && world.program.text.count == text);
        return;
    }
    const struct expr_node *table = world.program.nodes.items;
    CHECK(expr_nodes_sound(arena, table, world.program.nodes.count, world.program.text.count, &at));
    CHECK(expr_ends(table, root, world_fact, &world));
    struct expr_host host = world_host(&world);
    struct value value = expr_evaluate(&host, root, &world.records[0]);
    CHECK(value.type == VALUE_UNSET || value.type == table[root].type);
    CHECK(expr_explain(arena, table, host.text, root, &words).n > 0);
}

/* ---- nodes that no checker made ---- */

static struct value no_field(void *context, const void *subject, uint32_t field)
{
    (void)context;
    (void)subject;
    (void)field;
    return value_unset();
}

static struct uuid no_identity(void *context, const void *subject)
{
    (void)context;
    (void)subject;
    return (struct uuid){{1}};
}

static struct str some_why(void *context, const void *subject, uint32_t field)
{
    (void)context;
    (void)subject;
    (void)field;
    return STR("declined");
}

static const void *itself(void *context, const void *subject, uint32_t field)
{
    (void)context;
    (void)field;
    return subject;
}

static size_t only_itself(void *context, const void *subject, uint32_t collection,
                          const void *const **ret_members)
{
    const void **place = context;
    (void)collection;
    *place = subject;
    *ret_members = context;
    return 1;
}

static uint32_t no_fact(void *context, uint32_t fact)
{
    (void)context;
    (void)fact;
    return 0;
}

static void run_nodes(struct arena *arena, const uint8_t *data, size_t size)
{
    static const char text[] = "some text";
    size_t count = size / sizeof(struct expr_node), at = 0;
    if (count == 0) {
        return;
    }
    const struct expr_node *nodes = arena_copy(arena, data, count * sizeof(struct expr_node));
    uint32_t root = (uint32_t)count - 1;
    if (!expr_nodes_sound(arena, nodes, count, sizeof(text), &at)) {
        CHECK(at < count);
        return;
    }
    if (!expr_ends(nodes, root, no_fact, NULL)) {
        return;
    }
    const void *member = NULL;
    struct expr_host host = {.context = &member,
                             .nodes = nodes,
                             .text = text,
                             .arena = arena,
                             .field = no_field,
                             .identity = no_identity,
                             .why = some_why,
                             .follow = itself,
                             .collect = only_itself,
                             .fact = no_fact};
    (void)expr_evaluate(&host, root, &host);
    (void)expr_explain(arena, nodes, text, root, &words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_clear);
    arena_init(&arena, ARENA_REQUEST_CAP, NULL, NULL);
    if (size > 0 && data[0] == '\0') {
        run_nodes(&arena, data + 1, size - 1);
    } else {
        compile_and_run(&arena, (struct str){(const char *)data, size});
    }
    return 0;
}
