/* Facts and clocks. */
#include "compile/read.h"

/* ---- facts -------------------------------------------------------------------------------- */

/* A fact has the type it declares. */
static void read_is(struct build *build, const struct yaml *value, const struct key *key,
                    struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        expression_later(build, value, 0, value->text.n, WANT_FIELD, cell);
    }
}

static const struct key fact_keys[] = {
    NEEDED_ELSEWHERE("on"),
    NEEDED("label", read_text, fact, label, 0),
    OPTION("help", read_text, fact, help, 0),
    OPTION("source", read_text, fact, source, 0),
    NEEDED("type", read_word, fact, type, MODEL_SET_value_kind),
    OPTION("scale", read_number, fact, scale, 0),
    OPTION("set", read_top, fact, code_set, MODEL_TABLE_code_set),
    OPTION("to", read_top, fact, target, MODEL_TABLE_entity),
    NEEDED("is", read_is, fact, is, 0),
};

/* The subject of what says "on: ENTITY"; MODEL_NONE, said, when there is none. */
uint32_t read_subject(struct build *build, const struct yaml *node, struct cell cell)
{
    static const struct key on_key = NEEDED_BY("on", read_top, MODEL_TABLE_entity);
    const struct yaml_pair *on = yaml_find(node, STR("on"));
    if (on) {
        read_top(build, on->value, &on_key, cell);
    }
    return *build_cell(build, cell);
}

static void check_fact_type(struct build *build, uint32_t row, const struct yaml *node)
{
    static const struct particular particular[] = {
        {"scale", WANT(VALUE_DECIMAL),   WANT(VALUE_DECIMAL)  },
        {"set",   WANT(VALUE_CODE),      WANT(VALUE_CODE)     },
        {"to",    WANT(VALUE_REFERENCE), WANT(VALUE_REFERENCE)},
    };
    enum value_type type = fact_at(build, row)->type;
    particular_check(build, node, particular, ARRAY_LENGTH(particular), type,
                     STR_JOIN(build->arena, STR("a "), value_type_name(type), STR(" fact")));
    const struct yaml_pair *type_key = yaml_find(node, STR("type"));
    if (type_key && str_eq(type_key->value->text, value_type_name(VALUE_UNSET))) {
        MESSAGE(build->messages, type_key->value->place,
                STR("a fact has a type that says something"));
    }
}

void read_fact(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_fact, row)->node;
    struct context before = build->context;
    build->context = context_of(read_subject(build, node, CELL(fact, row, entity)), MODEL_NONE);
    KEYS_READ(build, node, fact_keys, CELL(fact, row, name),
              described(build, MODEL_TABLE_fact, row));
    if (node->kind == YAML_MAP && yaml_find(node, STR("type"))) {
        check_fact_type(build, row, node);
    }
    build->context = before;
}

/* ---- clocks ------------------------------------------------------------------------------- */

static const struct key start_keys[] = {
    NEEDED("at", read_expression, clock_start, at, WANT_MOMENT),
    NEEDED("label", read_text, clock_start, label, 0),
};

static uint32_t push_start(struct build *build, uint32_t clock, const struct yaml *node)
{
    uint32_t row = build_push(build, MODEL_TABLE_clock_start, node, node->place);
    clock_at(build, clock)->starts_count++;
    return row;
}

static void read_start(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_clock_start);
    uint32_t row = push_start(build, cell.row, value);
    read_expression(build, value, key, CELL(clock_start, row, at));
}

static void read_starts(struct build *build, const struct yaml *value, const struct key *key,
                        struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    *build_cell(build, cell) = build_count(build, MODEL_TABLE_clock_start);
    for (size_t i = 0; i < value->count; i++) {
        uint32_t row = push_start(build, cell.row, value->items[i]);
        KEYS_READ(build, value->items[i], start_keys, CELL(clock_start, row, at),
                  STR("a start of a clock"));
    }
}

/* One of the units, with the count: "business_days: 5". */
static void read_unit(struct build *build, const struct yaml *value, const struct key *key,
                      struct cell cell)
{
    read_number(build, value, key, CELL(clock_length, cell.row, count));
    clock_length_at(build, cell.row)->unit = key->detail;
}

/* clang-format off */
#define UNIT_KEYS                                                                                  \
    OPTION_BY("hours", read_unit, UNIT_HOURS),                                                     \
    OPTION_BY("business_hours", read_unit, UNIT_BUSINESS_HOURS),                                   \
    OPTION_BY("days", read_unit, UNIT_DAYS),                                                       \
    OPTION_BY("business_days", read_unit, UNIT_BUSINESS_DAYS),                                     \
    OPTION_BY("months", read_unit, UNIT_MONTHS),                                                   \
    OPTION_BY("end_of_day", read_unit, UNIT_END_OF_DAY),                                           \
    OPTION_BY("end_of_month", read_unit, UNIT_END_OF_MONTH),                                       \
    OPTION_BY("end_of_quarter", read_unit, UNIT_END_OF_QUARTER),                                   \
    OPTION_BY("end_of_year", read_unit, UNIT_END_OF_YEAR)
/* clang-format on */

static const struct key length_keys[] = {
    OPTION("when", read_expression, clock_length, when, WANT_CONDITION),
    OPTION("scheme", read_nested, clock_length, alternative, MODEL_TABLE_scheme_alternative),
    OPTION("roll", read_flag, clock_length, roll, 0),
    UNIT_KEYS,
};

static const struct key bound_keys[] = {UNIT_KEYS};

static void check_length(struct build *build, uint32_t row, const struct yaml *node)
{
    size_t units = 0;
    for (uint32_t unit = 0; unit < UNIT__COUNT; unit++) {
        units += yaml_find(node, time_unit_name(unit)) != NULL;
    }
    if (units != 1) {
        MESSAGE(build->messages, node->place,
                STR("a length has exactly one unit, like 'business_days: 5'"));
        return;
    }
    const struct model_clock_length *length = clock_length_at(build, row);
    bool counts_periods = length->unit >= UNIT_END_OF_DAY;
    if (counts_periods && length->count < 0) {
        MESSAGE(build->messages, node->place,
                STR("the end of a period cannot lie before the start; 0 is the current one"));
    } else if (length->count < 0) {
        MESSAGE(build->messages, node->place,
                STR("a length counts forward; what is due before something is of kind 'before'"));
    } else if (!counts_periods && length->count == 0) {
        MESSAGE(build->messages, node->place, STR("a length of 0 would be due at once"));
    }
    const struct yaml_pair *roll = yaml_find(node, STR("roll"));
    if (roll && length->roll && !time_unit_is_day(length->unit)) {
        MESSAGE(build->messages, roll->place,
                STR("'roll' moves a last day that is no business day; this unit does not end with "
                    "a day"));
    }
}

static void read_length(struct build *build, const struct yaml *value, const struct key *key,
                        struct cell cell)
{
    (void)key;
    struct model_clock *clock = clock_at(build, cell.row);
    uint32_t row = build_push(build, MODEL_TABLE_clock_length, value, value->place);
    if (clock->lengths_count++ == 0) {
        clock->lengths_first = row;
    }
    bool rolls = clock->basis == BASIS_STATUTE && clock->kind != CLOCK_BAR &&
                 clock->kind != CLOCK_BEFORE; /* they would let it be done sooner or later */
    KEYS_READ(build, value, length_keys, CELL(clock_length, row, when), STR("a length"));
    if (value->kind == YAML_MAP) {
        check_length(build, row, value);
        struct model_clock_length *length = clock_length_at(build, row);
        if (!yaml_find(value, STR("roll")) && rolls && length->count > 0) {
            length->roll = time_unit_is_day(length->unit); /* Wis. Stat. 990.001(4) */
        }
    }
}

/* The window of a tally, when a bar closes, when something may be done at the earliest. */
static void read_bound(struct build *build, const struct yaml *value, const struct key *key,
                       struct cell cell)
{
    (void)key;
    uint32_t row = build_push(build, MODEL_TABLE_clock_length, value, value->place);
    clock_at(build, cell.row)->bounds_first = row;
    clock_at(build, cell.row)->bounds_count = 1;
    KEYS_READ(build, value, bound_keys, CELL(clock_length, row, when), STR("a length"));
    if (value->kind == YAML_MAP) {
        check_length(build, row, value);
    }
}

/* ---- periods ---- */

static const struct key period_keys[] = {
    NEEDED_ELSEWHERE("each"),
    NEEDED("label", read_text, clock_period, label, 0),
    OPTION("at", read_expression, clock_period, from, WANT_MOMENT),
    OPTION("from", read_expression, clock_period, from, WANT_MOMENT),
    OPTION("to", read_expression, clock_period, to, WANT_MOMENT),
    OPTION("order", read_expression, clock_period, order, WANT_REFERENCE),
};

static void check_period_keys(struct build *build, uint32_t row, const struct yaml *node)
{
    const struct model_clock_period *period = clock_period_at(build, row);
    bool tolled = period->kind == PERIOD_TOLLED;
    bool act = period->kind == PERIOD_ACT;
    if (!yaml_find(node, STR("at")) == act) {
        MESSAGE(build->messages, node->place,
                act ? STR("an act has its moment: 'at'")
                    : STR("a period has 'from' and 'to', not 'at'"));
    }
    if (!yaml_find(node, STR("from")) != !yaml_find(node, STR("to"))) {
        MESSAGE(build->messages, node->place,
                STR("'from' and 'to' stand together; without them the trait 'period' says both"));
    }
    if (tolled && !yaml_find(node, STR("order"))) {
        MESSAGE(build->messages, node->place,
                STR("time stands still because somebody ordered it; 'order' leads to the order"));
    } else if (!tolled && yaml_find(node, STR("order"))) {
        MESSAGE(build->messages, yaml_find(node, STR("order"))->place,
                STR("only what makes a clock stand still has an 'order'"));
    }
}

/* Binds the member behind the clock's own, if that has one. */
static void read_period(struct build *build, uint32_t row, const struct yaml *node)
{
    struct context before = build->context;
    const struct yaml_pair *each = yaml_find(node, STR("each"));
    if (each) {
        read_each_at(build, each->value, 1,
                     (struct each_cells){CELL(clock_period, row, members_of),
                                         CELL(clock_period, row, members),
                                         CELL(clock_period, row, where)});
    }
    KEYS_READ(build, node, period_keys, CELL(clock_period, row, kind), STR("a period of a clock"));
    if (node->kind == YAML_MAP) {
        check_period_keys(build, row, node);
    }
    build->context = before;
}

/* detail: what the periods are for. */
static void read_periods(struct build *build, const struct yaml *value, const struct key *key,
                         struct cell cell)
{
    if (!want_list(build, value, quoted(build, str_from(key->name)))) {
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        uint32_t row =
            build_push(build, MODEL_TABLE_clock_period, value->items[i], value->items[i]->place);
        struct model_clock *clock = clock_at(build, cell.row);
        clock_period_at(build, row)->kind = key->detail;
        if (clock->periods_count++ == 0) {
            clock->periods_first = row;
        }
        read_period(build, row, value->items[i]);
    }
}

static void read_lengths(struct build *build, const struct yaml *value, const struct key *key,
                         struct cell cell)
{
    if (want_list(build, value, quoted(build, str_from(key->name)))) {
        for (size_t i = 0; i < value->count; i++) {
            read_length(build, value->items[i], key, cell);
        }
    }
}

/* A transition of the subject, or of another entity: "contact.left_home". */
static void read_before(struct build *build, const struct yaml *value, const struct key *key,
                        struct cell cell)
{
    if (want_text(build, value, quoted(build, str_from(key->name)))) {
        name_later(build, resolve_before, value, 0, cell);
    }
}

#define WANT_DONE (WANT_MOMENT | WANT_CONDITION | WANT(VALUE_INTEGER))

static const struct key clock_keys[] = {
    NEEDED_ELSEWHERE("on"),
    OPTION_ELSEWHERE("each"),
    NEEDED("label", read_text, clock, label, 0),
    NEEDED("help", read_text, clock, help, 0),
    NEEDED("source", read_text, clock, source, 0),
    OPTION("id", read_text, clock, id, 0),
    NEEDED("kind", read_word, clock, kind, MODEL_SET_clock_kind),
    NEEDED("basis", read_word, clock, basis, MODEL_SET_clock_basis),
    OPTION("verified", read_flag, clock, verified, 0),
    OPTION("family", read_flag, clock, family, 0),
    OPTION("when", read_expression, clock, when, WANT_CONDITION),
    OPTION("start", read_start, clock, starts_first, WANT_MOMENT),
    OPTION("starts", read_starts, clock, starts_first, 0),
    OPTION("pick", read_word, clock, pick, MODEL_SET_clock_pick),
    OPTION("event", read_start, clock, starts_first, WANT_MOMENT),
    OPTION("events", read_starts, clock, starts_first, 0),
    OPTION_BY("length", read_length, 0),
    OPTION_BY("lengths", read_lengths, 0),
    OPTION_BY("window", read_bound, 0),
    OPTION_BY("opens", read_bound, 0),
    OPTION_BY("closes", read_bound, 0),
    OPTION_BY("counts", read_periods, PERIOD_COUNTED),
    OPTION_BY("except", read_periods, PERIOD_LEFT_OUT),
    OPTION_BY("tolled", read_periods, PERIOD_TOLLED),
    OPTION_BY("acts", read_periods, PERIOD_ACT),
    OPTION("consecutive", read_flag, clock, consecutive, 0),
    OPTION("done", read_expression, clock, done, WANT_DONE),
    OPTION("last", read_expression, clock, last, WANT_MOMENT),
    OPTION("times", read_number, clock, times, 0),
    OPTION("stops", read_expression, clock, stops, WANT_CONDITION),
    OPTION("before", read_before, clock, before, 0),
    OPTION("who", read_expression, clock, who, WANT_WORKER),
    OPTION("step", read_nested, clock, step, MODEL_TABLE_workspace_step),
    OPTION("from", read_day, clock, from_day, 0),
    OPTION("to", read_day, clock, to_day, 0),
};

static void want_one(struct build *build, uint32_t row, struct str one, struct str several,
                     bool needed)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_clock, row);
    const struct yaml_pair *first = yaml_find(origin->node, one);
    const struct yaml_pair *second = yaml_find(origin->node, several);
    if (first && second) {
        MESSAGE(build->messages, second->place, STR("a clock has '"), one, STR("' or '"), several,
                STR("', not both"));
    } else if (!first && !second && needed) {
        MESSAGE(build->messages, origin->place, described(build, MODEL_TABLE_clock, row),
                STR(" needs '"), one, STR("' or '"), several, STR("'"));
    }
}

#define OF(kind) (1u << (kind))

/* What only some kinds have, and what they must have. */
static const struct particular clock_particular[] = {
    {"start",       ~OF(CLOCK_BEFORE),                0              },
    {"starts",      ~OF(CLOCK_BEFORE),                0              },
    {"event",       OF(CLOCK_BEFORE),                 0              },
    {"events",      OF(CLOCK_BEFORE),                 0              },
    {"last",        OF(CLOCK_REPEAT),                 0              },
    {"times",       OF(CLOCK_REPEAT),                 0              },
    {"stops",       OF(CLOCK_REPEAT),                 0              },
    {"before",      OF(CLOCK_DUE) | OF(CLOCK_REPEAT), 0              },
    {"acts",        OF(CLOCK_REPEAT),                 0              },
    {"tolled",      OF(CLOCK_DUE),                    0              },
    {"counts",      OF(CLOCK_TALLY),                  OF(CLOCK_TALLY)},
    {"except",      OF(CLOCK_TALLY),                  0              },
    {"window",      OF(CLOCK_TALLY),                  0              },
    {"consecutive", OF(CLOCK_TALLY),                  0              },
    {"opens",       OF(CLOCK_BEFORE),                 0              },
    {"closes",      OF(CLOCK_BAR),                    0              },
};

/* What is counted in days or months, or counted back. */
static void check_units(struct build *build, uint32_t row, uint32_t first, uint32_t count)
{
    const struct model_clock *clock = clock_at(build, row);
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_clock_length *length = clock_length_at(build, i);
        struct place place = build_origin(build, MODEL_TABLE_clock_length, i)->place;
        if (clock->kind == CLOCK_TALLY && length->unit != UNIT_DAYS &&
            length->unit != UNIT_MONTHS) {
            MESSAGE(build->messages, place, STR("a tally counts 'days' or 'months'"));
        } else if (clock->kind == CLOCK_BEFORE && length->unit >= UNIT_END_OF_DAY) {
            MESSAGE(build->messages, place,
                    STR("so long before is counted in hours, days or months, not by the end of a "
                        "period"));
        }
        if (length->roll && (clock->kind == CLOCK_BAR || clock->kind == CLOCK_BEFORE)) {
            MESSAGE(build->messages, place,
                    STR("the days of a 'bar' or 'before' do not roll: that would take from the "
                        "time it protects"));
        }
    }
}

static int64_t in_days(const struct model_clock_length *length)
{
    return (int64_t)length->count * (length->unit == UNIT_MONTHS ? 30 : 1);
}

static void check_tally(struct build *build, uint32_t row)
{
    const struct model_clock *clock = clock_at(build, row);
    if (clock->kind != CLOCK_TALLY || clock->bounds_count == 0) {
        return;
    }
    struct place place = build_origin(build, MODEL_TABLE_clock_length, clock->bounds_first)->place;
    const struct model_clock_length *window = clock_length_at(build, clock->bounds_first);
    if (clock->consecutive) {
        MESSAGE(build->messages, place,
                STR("days without a gap have no 'window'; leave one of the two out"));
    }
    for (uint32_t i = clock->lengths_first; i < clock->lengths_first + clock->lengths_count; i++) {
        if (in_days(clock_length_at(build, i)) > in_days(window)) {
            MESSAGE(build->messages, place,
                    STR("so much can never be collected: the window is shorter than the length"));
        }
    }
}

/* Acts are counted in calendar periods. */
static void check_times(struct build *build, uint32_t row)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_clock, row);
    const struct model_clock *clock = clock_at(build, row);
    const struct yaml_pair *acts = yaml_find(origin->node, STR("acts"));
    if (acts && clock->times <= 0) {
        MESSAGE(build->messages, acts->place,
                STR("'acts' are counted; say with 'times' how many there must be in a period"));
    }
    for (uint32_t i = 0; clock->times > 0 && i < clock->lengths_count; i++) {
        if (clock_length_at(build, clock->lengths_first + i)->unit < UNIT_END_OF_DAY) {
            MESSAGE(build->messages,
                    build_origin(build, MODEL_TABLE_clock_length, clock->lengths_first + i)->place,
                    STR("'times' counts in a calendar period, like 'end_of_month: 0'"));
        }
    }
}

/* An order stops what a statute demands, not a policy of the agency. */
static void check_tolled(struct build *build, uint32_t row)
{
    const struct model_clock *clock = clock_at(build, row);
    const struct yaml_pair *tolled =
        yaml_find(build_origin(build, MODEL_TABLE_clock, row)->node, STR("tolled"));
    if (tolled && clock->basis != BASIS_STATUTE) {
        MESSAGE(build->messages, tolled->place,
                STR("only a clock whose basis is statute stands still by an order"));
    }
}

/* What satisfies it. A bar may be there for its days alone. */
static void check_done(struct build *build, uint32_t row)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_clock, row);
    const struct model_clock *clock = clock_at(build, row);
    bool again = clock->kind == CLOCK_REPEAT && clock->times <= 0;
    if (again && !yaml_find(origin->node, STR("last"))) {
        MESSAGE(build->messages, origin->place, described(build, MODEL_TABLE_clock, row),
                STR(" needs 'last': when it was last done"));
    } else if (clock->times > 0) {
        want_one(build, row, STR("done"), STR("acts"), true);
    } else if (!again && clock->kind != CLOCK_BAR && !yaml_find(origin->node, STR("done"))) {
        MESSAGE(build->messages, origin->place, described(build, MODEL_TABLE_clock, row),
                STR(" needs 'done': what satisfies it"));
    }
}

static void check_clock(struct build *build, uint32_t row)
{
    const struct origin *origin = build_origin(build, MODEL_TABLE_clock, row);
    const struct model_clock *clock = clock_at(build, row);
    struct str what = STR_JOIN(build->arena, STR("a clock of kind '"),
                               model_clock_kind_name((enum model_clock_kind)clock->kind), STR("'"));
    particular_check(build, origin->node, clock_particular, ARRAY_LENGTH(clock_particular),
                     clock->kind, what);
    check_done(build, row);
    bool ahead = clock->kind == CLOCK_BEFORE;
    bool bound = yaml_find(origin->node, STR("before")) || yaml_find(origin->node, STR("closes"));
    want_one(build, row, ahead ? STR("event") : STR("start"), ahead ? STR("events") : STR("starts"),
             true);
    want_one(build, row, STR("length"), STR("lengths"), !bound);
    check_units(build, row, clock->lengths_first, clock->lengths_count);
    check_units(build, row, clock->bounds_first, clock->bounds_count);
    check_tally(build, row);
    check_times(build, row);
    check_tolled(build, row);
    if (clock->from_day != MODEL_NO_BOUND && clock->to_day != MODEL_NO_BOUND &&
        clock->from_day > clock->to_day) {
        MESSAGE(build->messages, origin->place, STR("'to' is before 'from'"));
    }
}

void read_clock(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_clock, row)->node;
    struct context before = build->context;
    clock_at(build, row)->from_day = MODEL_NO_BOUND;
    clock_at(build, row)->to_day = MODEL_NO_BOUND;
    clock_at(build, row)->overlay = build->overlay;
    build->context = context_of(read_subject(build, node, CELL(clock, row, entity)), MODEL_NONE);
    const struct yaml_pair *each = yaml_find(node, STR("each"));
    if (each) {
        read_each(
            build, each->value,
            (struct each_cells){
                {MODEL_TABLE__COUNT, 0, 0},
                CELL(clock, row, each), CELL(clock, row, each_where)
        });
    }
    KEYS_READ(build, node, clock_keys, CELL(clock, row, name),
              described(build, MODEL_TABLE_clock, row));
    if (node->kind == YAML_MAP) {
        check_clock(build, row);
    }
    build->context = before;
}
