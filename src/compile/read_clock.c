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
    {"on", NULL, 0, 0, KEY_NEEDED},
    {"label", read_text, COLUMN_OF(fact, label), 0, KEY_NEEDED},
    {"help", read_text, COLUMN_OF(fact, help), 0, KEY_OPTIONAL},
    {"source", read_text, COLUMN_OF(fact, source), 0, KEY_OPTIONAL},
    {"type", read_word, COLUMN_OF(fact, type), MODEL_SET_value_kind, KEY_NEEDED},
    {"scale", read_number, COLUMN_OF(fact, scale), 0, KEY_OPTIONAL},
    {"set", read_top, COLUMN_OF(fact, code_set), MODEL_TABLE_code_set, KEY_OPTIONAL},
    {"to", read_top, COLUMN_OF(fact, target), MODEL_TABLE_entity, KEY_OPTIONAL},
    {"is", read_is, COLUMN_OF(fact, is), 0, KEY_NEEDED},
};

/* The subject of what says "on: ENTITY"; MODEL_NONE, said, when there is none. */
uint32_t read_subject(struct build *build, const struct yaml *node, struct cell cell)
{
    static const struct key on_key = {"on", read_top, 0, MODEL_TABLE_entity, KEY_NEEDED};
    const struct yaml_pair *on = yaml_find(node, STR("on"));
    if (on) {
        read_top(build, on->value, &on_key, cell);
    }
    return *build_cell(build, cell);
}

static void check_fact_type(struct build *build, uint32_t row, const struct yaml *node)
{
    static const struct {
        const char *key;
        enum value_type type;
    } wanted[] = {{"scale", VALUE_DECIMAL}, {"set", VALUE_CODE}, {"to", VALUE_REFERENCE}};
    enum value_type type = fact_at(build, row)->type;
    for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
        struct str key = str_from(wanted[i].key);
        const struct yaml_pair *pair = yaml_find(node, key);
        if (pair && type != wanted[i].type) {
            MESSAGE(build->messages, pair->place, STR("a "), value_type_name(type),
                    STR(" fact has no '"), key, STR("'"));
        } else if (!pair && type == wanted[i].type) {
            MESSAGE(build->messages, node->place, STR("a "), value_type_name(type),
                    STR(" fact needs '"), key, STR("'"));
        }
    }
    const struct yaml_pair *type_key = yaml_find(node, STR("type"));
    if (type_key && str_eq(type_key->value->text, STR("unset"))) {
        MESSAGE(build->messages, type_key->value->place, STR("'type' cannot be 'unset'"));
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
    {"at", read_expression, COLUMN_OF(clock_start, at), WANT_MOMENT, KEY_NEEDED},
    {"label", read_text, COLUMN_OF(clock_start, label), 0, KEY_NEEDED},
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

static const struct key length_keys[] = {
    {"when", read_expression, COLUMN_OF(clock_length, when), WANT_CONDITION, KEY_OPTIONAL},
    {"scheme", read_nested, COLUMN_OF(clock_length, alternative), MODEL_TABLE_scheme_alternative,
     KEY_OPTIONAL},
    {"roll", read_flag, COLUMN_OF(clock_length, roll), 0, KEY_OPTIONAL},
    {"hours", read_unit, 0, UNIT_HOURS, KEY_OPTIONAL},
    {"business_hours", read_unit, 0, UNIT_BUSINESS_HOURS, KEY_OPTIONAL},
    {"days", read_unit, 0, UNIT_DAYS, KEY_OPTIONAL},
    {"business_days", read_unit, 0, UNIT_BUSINESS_DAYS, KEY_OPTIONAL},
    {"months", read_unit, 0, UNIT_MONTHS, KEY_OPTIONAL},
    {"end_of_day", read_unit, 0, UNIT_END_OF_DAY, KEY_OPTIONAL},
    {"end_of_month", read_unit, 0, UNIT_END_OF_MONTH, KEY_OPTIONAL},
    {"end_of_quarter", read_unit, 0, UNIT_END_OF_QUARTER, KEY_OPTIONAL},
    {"end_of_year", read_unit, 0, UNIT_END_OF_YEAR, KEY_OPTIONAL},
};

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
    bool statute = clock->basis == BASIS_STATUTE;
    KEYS_READ(build, value, length_keys, CELL(clock_length, row, when), STR("a length"));
    if (value->kind == YAML_MAP) {
        check_length(build, row, value);
        struct model_clock_length *length = clock_length_at(build, row);
        if (!yaml_find(value, STR("roll")) && statute && length->count > 0) {
            length->roll = time_unit_is_day(length->unit); /* Wis. Stat. 990.001(4) */
        }
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
    {"on", NULL, 0, 0, KEY_NEEDED},
    {"each", NULL, 0, 0, KEY_OPTIONAL},
    {"label", read_text, COLUMN_OF(clock, label), 0, KEY_NEEDED},
    {"help", read_text, COLUMN_OF(clock, help), 0, KEY_NEEDED},
    {"source", read_text, COLUMN_OF(clock, source), 0, KEY_NEEDED},
    {"id", read_text, COLUMN_OF(clock, id), 0, KEY_OPTIONAL},
    {"kind", read_word, COLUMN_OF(clock, kind), MODEL_SET_clock_kind, KEY_NEEDED},
    {"basis", read_word, COLUMN_OF(clock, basis), MODEL_SET_clock_basis, KEY_NEEDED},
    {"verified", read_flag, COLUMN_OF(clock, verified), 0, KEY_OPTIONAL},
    {"when", read_expression, COLUMN_OF(clock, when), WANT_CONDITION, KEY_OPTIONAL},
    {"start", read_start, COLUMN_OF(clock, starts_first), WANT_MOMENT, KEY_OPTIONAL},
    {"starts", read_starts, COLUMN_OF(clock, starts_first), 0, KEY_OPTIONAL},
    {"pick", read_word, COLUMN_OF(clock, pick), MODEL_SET_clock_pick, KEY_OPTIONAL},
    {"length", read_length, 0, 0, KEY_OPTIONAL},
    {"lengths", read_lengths, 0, 0, KEY_OPTIONAL},
    {"done", read_expression, COLUMN_OF(clock, done), WANT_DONE, KEY_OPTIONAL},
    {"last", read_expression, COLUMN_OF(clock, last), WANT_MOMENT, KEY_OPTIONAL},
    {"times", read_number, COLUMN_OF(clock, times), 0, KEY_OPTIONAL},
    {"stops", read_expression, COLUMN_OF(clock, stops), WANT_CONDITION, KEY_OPTIONAL},
    {"before", read_before, COLUMN_OF(clock, before), 0, KEY_OPTIONAL},
    {"who", read_expression, COLUMN_OF(clock, who), WANT_REFERENCE, KEY_OPTIONAL},
    {"step", read_nested, COLUMN_OF(clock, step), MODEL_TABLE_workspace_step, KEY_OPTIONAL},
    {"from", read_day, COLUMN_OF(clock, from_day), 0, KEY_OPTIONAL},
    {"to", read_day, COLUMN_OF(clock, to_day), 0, KEY_OPTIONAL},
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

/* Keys of repeating clocks only, and what each kind needs. */
static void check_clock(struct build *build, uint32_t row)
{
    static const char *const repeating[] = {"last", "times", "stops"};
    const struct origin *origin = build_origin(build, MODEL_TABLE_clock, row);
    const struct model_clock *clock = clock_at(build, row);
    for (size_t i = 0; i < ARRAY_LENGTH(repeating); i++) {
        const struct yaml_pair *pair = yaml_find(origin->node, str_from(repeating[i]));
        if (pair && clock->kind != CLOCK_REPEAT) {
            MESSAGE(build->messages, pair->place, STR("'"), pair->key,
                    STR("' is for clocks of kind 'repeat'"));
        }
    }
    bool counted = clock->times > 0;
    if (clock->kind == CLOCK_DUE || counted) {
        if (!yaml_find(origin->node, STR("done"))) {
            MESSAGE(build->messages, origin->place, described(build, MODEL_TABLE_clock, row),
                    STR(" needs 'done': what satisfies it"));
        }
    } else if (!yaml_find(origin->node, STR("last"))) {
        MESSAGE(build->messages, origin->place, described(build, MODEL_TABLE_clock, row),
                STR(" needs 'last': when it was last done"));
    }
    bool before = yaml_find(origin->node, STR("before")) != NULL;
    want_one(build, row, STR("start"), STR("starts"), true);
    want_one(build, row, STR("length"), STR("lengths"), !before);
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
    build->context = context_of(read_subject(build, node, CELL(clock, row, entity)), MODEL_NONE);
    const struct yaml_pair *each = yaml_find(node, STR("each"));
    if (each) {
        read_each(build, each->value,
                  (struct each_cells){{MODEL_TABLE__COUNT, 0, 0},
                                      CELL(clock, row, each),
                                      CELL(clock, row, each_where)});
    }
    KEYS_READ(build, node, clock_keys, CELL(clock, row, name),
              described(build, MODEL_TABLE_clock, row));
    if (node->kind == YAML_MAP) {
        check_clock(build, row);
    }
    build->context = before;
}
