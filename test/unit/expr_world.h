/* A small world for tests of expressions: reports with allegations, people, workers. It answers for
 * the compiler (scope) and for evaluation (host), and holds records as plain arrays of values. */
#ifndef HEARTH_TEST_EXPR_WORLD_H
#define HEARTH_TEST_EXPR_WORLD_H

#include "base/arena.h"
#include "expr/expr.h"

enum world_kind { REPORT, ALLEGATION, PERSON, WORKER, WORLD_KINDS };
enum world_set { NO_SET, RESULTS, TYPES, STATES, WORLD_SETS };

struct world_field {
    struct str name;
    enum world_kind kind;
    enum value_type type;
    uint32_t scale;
    uint32_t more; /* of a code its set, of a reference the kind it leads to */
};

enum world_field_id {
    REPORT_NUMBER,
    REPORT_NARRATIVE,
    REPORT_RECEIVED,
    REPORT_CLOSED,
    REPORT_OPENED,
    REPORT_URGENT,
    REPORT_HOUSEHOLD,
    REPORT_FEE,
    REPORT_RATE,
    REPORT_RESULT,
    REPORT_CALLER,
    REPORT_WORKER,
    REPORT_STATE,
    REPORT_LANGUAGES,
    ALLEGATION_TYPE,
    ALLEGATION_CONFIRMED,
    ALLEGATION_HAPPENED,
    ALLEGATION_NOTED,
    ALLEGATION_AMOUNT,
    ALLEGATION_WEEKS,
    ALLEGATION_VICTIM,
    ALLEGATION_NOTE,
    PERSON_NAME,
    PERSON_BORN,
    PERSON_SAFE,
    PERSON_SCORE,
    PERSON_INCOME,
    PERSON_GUARDIAN,
    PERSON_SEEN,
    WORKER_NAME,
    WORKER_STARTED,
    WORKER_CASELOAD,
    WORKER_LEADER,
    WORLD_FIELDS
};

static const struct world_field world_fields[WORLD_FIELDS] = {
    [REPORT_NUMBER] = {STR_INIT("number"),      REPORT,     VALUE_TEXT,      0, 0      },
    [REPORT_NARRATIVE] = {STR_INIT("narrative"),   REPORT,     VALUE_TEXT,      0, 0      },
    [REPORT_RECEIVED] = {STR_INIT("received_at"), REPORT,     VALUE_DATETIME,  0, 0      },
    [REPORT_CLOSED] = {STR_INIT("closed_at"),   REPORT,     VALUE_DATETIME,  0, 0      },
    [REPORT_OPENED] = {STR_INIT("opened_on"),   REPORT,     VALUE_DATE,      0, 0      },
    [REPORT_URGENT] = {STR_INIT("urgent"),      REPORT,     VALUE_BOOLEAN,   0, 0      },
    [REPORT_HOUSEHOLD] = {STR_INIT("household"),   REPORT,     VALUE_INTEGER,   0, 0      },
    [REPORT_FEE] = {STR_INIT("fee"),         REPORT,     VALUE_DECIMAL,   2, 0      },
    [REPORT_RATE] = {STR_INIT("rate"),        REPORT,     VALUE_DECIMAL,   3, 0      },
    [REPORT_RESULT] = {STR_INIT("result"),      REPORT,     VALUE_CODE,      0, RESULTS},
    [REPORT_CALLER] = {STR_INIT("caller"),      REPORT,     VALUE_REFERENCE, 0, PERSON },
    [REPORT_WORKER] = {STR_INIT("worker"),      REPORT,     VALUE_REFERENCE, 0, WORKER },
    [REPORT_STATE] = {STR_INIT("state"),       REPORT,     VALUE_TEXT,      0, STATES },
    [REPORT_LANGUAGES] = {STR_INIT("languages"),   REPORT,     VALUE_UNSET,     0, 0      }, /* several answers */
    [ALLEGATION_TYPE] = {STR_INIT("type"),        ALLEGATION, VALUE_CODE,      0, TYPES  },
    [ALLEGATION_CONFIRMED] = {STR_INIT("confirmed"),   ALLEGATION, VALUE_BOOLEAN,   0, 0      },
    [ALLEGATION_HAPPENED] = {STR_INIT("happened_on"), ALLEGATION, VALUE_DATE,      0, 0      },
    [ALLEGATION_NOTED] = {STR_INIT("noted_at"),    ALLEGATION, VALUE_DATETIME,  0, 0      },
    [ALLEGATION_AMOUNT] = {STR_INIT("amount"),      ALLEGATION, VALUE_DECIMAL,   2, 0      },
    [ALLEGATION_WEEKS] = {STR_INIT("weeks"),       ALLEGATION, VALUE_INTEGER,   0, 0      },
    [ALLEGATION_VICTIM] = {STR_INIT("victim"),      ALLEGATION, VALUE_REFERENCE, 0, PERSON },
    [ALLEGATION_NOTE] = {STR_INIT("note"),        ALLEGATION, VALUE_TEXT,      0, 0      },
    [PERSON_NAME] = {STR_INIT("name"),        PERSON,     VALUE_TEXT,      0, 0      },
    [PERSON_BORN] = {STR_INIT("born_on"),     PERSON,     VALUE_DATE,      0, 0      },
    [PERSON_SAFE] = {STR_INIT("safe"),        PERSON,     VALUE_BOOLEAN,   0, 0      },
    [PERSON_SCORE] = {STR_INIT("score"),       PERSON,     VALUE_INTEGER,   0, 0      },
    [PERSON_INCOME] = {STR_INIT("income"),      PERSON,     VALUE_DECIMAL,   2, 0      },
    [PERSON_GUARDIAN] = {STR_INIT("guardian"),    PERSON,     VALUE_REFERENCE, 0, PERSON },
    [PERSON_SEEN] = {STR_INIT("seen_at"),     PERSON,     VALUE_DATETIME,  0, 0      },
    [WORKER_NAME] = {STR_INIT("name"),        WORKER,     VALUE_TEXT,      0, 0      },
    [WORKER_STARTED] = {STR_INIT("started_on"),  WORKER,     VALUE_DATE,      0, 0      },
    [WORKER_CASELOAD] = {STR_INIT("caseload"),    WORKER,     VALUE_INTEGER,   0, 0      },
    [WORKER_LEADER] = {STR_INIT("leader"),      WORKER,     VALUE_REFERENCE, 0, WORKER },
};

/* Collections: the members are the records of a kind whose reference leads here, or that belong to
 * a report as its list. */
enum { WORLD_LIST = WORLD_FIELDS };
static const struct world_collection {
    struct str name;
    enum world_kind of, member;
    uint32_t reference; /* or WORLD_LIST */
} world_collections[] = {
    {STR_INIT("allegations"),   REPORT, ALLEGATION, WORLD_LIST       },
    {STR_INIT("reports_made"),  PERSON, REPORT,     REPORT_CALLER    },
    {STR_INIT("alleged_about"), PERSON, ALLEGATION, ALLEGATION_VICTIM},
    {STR_INIT("wards"),         PERSON, PERSON,     PERSON_GUARDIAN  },
    {STR_INIT("reports"),       WORKER, REPORT,     REPORT_WORKER    },
};
#define WORLD_COLLECTIONS ARRAY_LENGTH(world_collections)

static const struct world_fact {
    struct str name;
    enum world_kind kind;
    enum value_type type;
    uint32_t code_set;
    struct str source;
} world_facts[] = {
    {STR_INIT("first_harm"), REPORT, VALUE_DATE,     0,
     STR_INIT("min(a.happened_on for a in allegations where a.confirmed)")                              },
    {STR_INIT("days_open"),  REPORT, VALUE_INTEGER,  0, STR_INIT("today - opened_on")                   },
    {STR_INIT("late"),       REPORT, VALUE_BOOLEAN,  0, STR_INIT("days_open > 60 and closed_at is null")},
    {STR_INIT("taken_at"),   REPORT, VALUE_DATETIME, 0,
     STR_INIT("coalesce(received_at, first(a.noted_at for a in allegations))")                          },
    {STR_INIT("years"),      PERSON, VALUE_INTEGER,  0, STR_INIT("age(born_on, today)")                 },
    {STR_INIT("alone"),      PERSON, VALUE_BOOLEAN,  0,
     STR_INIT("guardian is null and not exists(w in wards)")                                            },
};
#define WORLD_FACTS ARRAY_LENGTH(world_facts)

#define WORLD_CODES_MAX 4
static const struct str world_codes[WORLD_SETS][WORLD_CODES_MAX] = {
    [RESULTS] = {STR_INIT("SUBSTANTIATED"), STR_INIT("UNSUBSTANTIATED"), STR_INIT("SCREENED_OUT"),
                 STR_INIT("SERVICES")                                                                                  },
    [TYPES] = {STR_INIT("NEGLECT"),       STR_INIT("PHYSICAL"),        STR_INIT("EMOTIONAL"),
                 STR_INIT("SERVICES")                                                                                  },
    [STATES] = {STR_INIT("draft"),         STR_INIT("open"),            STR_INIT("closed"),       STR_INIT("reopened")},
};
static const struct str world_group_closed[] = {STR_INIT("SCREENED_OUT"),
                                                STR_INIT("UNSUBSTANTIATED")};
static const struct str world_reasons[] = {STR_INIT("declined"), STR_INIT("not_asked")};

/* ---- names ---- */

static inline struct expr_name world_field_name(uint32_t id)
{
    const struct world_field *field = &world_fields[id];
    bool words = field->type == VALUE_CODE || field->type == VALUE_TEXT;
    bool reference = field->type == VALUE_REFERENCE;
    return (struct expr_name){.kind = EXPR_NAME_FIELD,
                              .id = id,
                              .type = field->type,
                              .scale = field->scale,
                              .code_set = words && field->more != NO_SET ? field->more : EXPR_NONE,
                              .subject = reference ? field->more : EXPR_NONE};
}

static inline struct expr_name world_lookup(void *context, uint32_t subject, struct str name)
{
    (void)context;
    for (uint32_t i = 0; i < WORLD_FIELDS; i++) {
        if (world_fields[i].kind == subject && str_eq(world_fields[i].name, name)) {
            return world_field_name(i);
        }
    }
    for (uint32_t i = 0; i < WORLD_COLLECTIONS; i++) {
        if (world_collections[i].of == subject && str_eq(world_collections[i].name, name)) {
            return (struct expr_name){.kind = EXPR_NAME_COLLECTION,
                                      .id = i,
                                      .code_set = EXPR_NONE,
                                      .subject = world_collections[i].member};
        }
    }
    for (uint32_t i = 0; i < WORLD_FACTS; i++) {
        if (world_facts[i].kind == subject && str_eq(world_facts[i].name, name)) {
            return (struct expr_name){.kind = EXPR_NAME_FACT,
                                      .id = i,
                                      .type = world_facts[i].type,
                                      .code_set = EXPR_NONE,
                                      .subject = EXPR_NONE};
        }
    }
    return (struct expr_name){.kind = EXPR_NAME_UNKNOWN};
}

static inline bool world_has_code(void *context, uint32_t set, struct str code)
{
    (void)context;
    if (set == EXPR_WHY_CODES) {
        return str_eq(world_reasons[0], code) || str_eq(world_reasons[1], code);
    }
    for (size_t i = 0; i < WORLD_CODES_MAX; i++) {
        if (str_eq(world_codes[set][i], code)) {
            return true;
        }
    }
    return false;
}

static inline size_t world_group(void *context, uint32_t set, struct str group,
                                 const struct str **ret_codes)
{
    (void)context;
    if (set != RESULTS || !str_eq(group, STR("closed_without"))) {
        return 0;
    }
    *ret_codes = world_group_closed;
    return ARRAY_LENGTH(world_group_closed);
}

static inline struct str world_suggest(void *context, uint32_t subject, struct str name,
                                       struct arena *arena)
{
    (void)context;
    (void)arena;
    return subject == REPORT && str_eq(name, STR("recieved_at")) ? STR("received_at") : STR("");
}

static inline struct str world_suggest_code(void *context, uint32_t set, struct str code,
                                            struct arena *arena)
{
    (void)context;
    (void)arena;
    return set == RESULTS && str_eq(code, STR("SUBSTANTIATE")) ? STR("SUBSTANTIATED") : STR("");
}

static inline struct str world_label(void *context, uint32_t subject)
{
    static const struct str labels[WORLD_KINDS] = {
        STR_INIT("access report"), STR_INIT("allegation"), STR_INIT("person"), STR_INIT("worker")};
    (void)context;
    return labels[subject];
}

static inline struct expr_scope world_scope(enum world_kind subject)
{
    return (struct expr_scope){.lookup = world_lookup,
                               .has_code = world_has_code,
                               .group = world_group,
                               .suggest = world_suggest,
                               .suggest_code = world_suggest_code,
                               .subject_label = world_label,
                               .subject = subject,
                               .actor_subject = WORKER,
                               .created_subject = EXPR_NONE,
                               .wanted_subject = EXPR_NONE};
}

/* ---- records ---- */

struct record {
    enum world_kind kind;
    struct uuid id;
    struct uuid owner; /* of an allegation: its report */
    struct value values[WORLD_FIELDS];
    struct str why[WORLD_FIELDS];
};

struct world {
    struct arena *arena;
    struct expr_program program;
    uint32_t fact_roots[WORLD_FACTS];
    const struct record *records; /* by id within each kind */
    size_t count;
};

static inline void world_init(struct world *world, struct arena *arena)
{
    *world = (struct world){.arena = arena};
    for (size_t i = 0; i < WORLD_FACTS; i++) {
        struct expr_scope scope = world_scope(world_facts[i].kind);
        struct expr_error error;
        enum status status = expr_compile(arena, world_facts[i].source, &scope, world_facts[i].type,
                                          0, 0, &world->program, &world->fact_roots[i], &error);
        CHECK(status == STATUS_OK);
    }
}

static inline struct uuid world_id(enum world_kind kind, unsigned number)
{
    struct uuid id = {{0}};
    id.bytes[0] = (uint8_t)(kind + 1);
    id.bytes[14] = (uint8_t)(number >> 8);
    id.bytes[15] = (uint8_t)number;
    return id;
}

static inline const struct record *world_find(const struct world *world, struct uuid id)
{
    for (size_t i = 0; i < world->count; i++) {
        if (uuid_eq(world->records[i].id, id)) {
            return &world->records[i];
        }
    }
    return NULL;
}

static inline struct value world_value(void *context, const void *subject, uint32_t field)
{
    const struct record *record = subject;
    (void)context;
    return record->values[field];
}

static inline struct uuid world_identity(void *context, const void *subject)
{
    const struct record *record = subject;
    (void)context;
    return record->id;
}

static inline struct str world_why(void *context, const void *subject, uint32_t field)
{
    const struct record *record = subject;
    (void)context;
    return record->why[field];
}

static inline const void *world_follow(void *context, const void *subject, uint32_t field)
{
    const struct record *record = subject;
    struct value value = record->values[field];
    return value_is_set(value) ? world_find(context, value.reference) : NULL;
}

static inline size_t world_collect(void *context, const void *subject, uint32_t collection,
                                   const void *const **ret_members)
{
    const struct world *world = context;
    const struct world_collection *of = &world_collections[collection];
    const struct record *owner = subject;
    const void **members = ARENA_ARRAY(world->arena, world->count, const void *);
    size_t count = 0;
    for (size_t i = 0; i < world->count; i++) {
        const struct record *record = &world->records[i];
        if (record->kind != of->member) {
            continue;
        }
        struct value link = of->reference == WORLD_LIST ? value_reference(record->owner)
                                                        : record->values[of->reference];
        if (value_is_set(link) && uuid_eq(link.reference, owner->id)) {
            members[count++] = record;
        }
    }
    *ret_members = members;
    return count;
}

static inline uint32_t world_fact(void *context, uint32_t fact)
{
    const struct world *world = context;
    return world->fact_roots[fact];
}

/* Wednesday 25 November 2026, 13:20 in Wisconsin. */
#define WORLD_NOW_MS 1795634400000
#define WORLD_TODAY 20782

static inline struct expr_host world_host(struct world *world)
{
    return (struct expr_host){.context = world,
                              .nodes = world->program.nodes.items,
                              .text = world->program.text.items,
                              .arena = world->arena,
                              .now = {WORLD_NOW_MS},
                              .today = {WORLD_TODAY},
                              .field = world_value,
                              .identity = world_identity,
                              .why = world_why,
                              .follow = world_follow,
                              .collect = world_collect,
                              .fact = world_fact};
}

#endif
