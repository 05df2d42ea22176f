/* What a script expects to be on record: state, answers, rows, clocks, who may read. */
#include "base/buf.h"
#include "service/script_int.h"

/* A record that is looked at, and where in the script what is expected of it stands. */
struct look {
    struct act_run *run;
    struct named named;
    struct work_set set;
    struct record *record;
    const struct subject *subject;
};

static enum status differs(const struct look *look, const struct yaml *node, struct str what,
                           struct str expected, struct str found)
{
    struct script *script = look->run->script;
    return script_fail(script, node,
                       STR_JOIN(script->arena, what, STR(": expected '"), expected,
                                STR("', found '"), found, STR("'")));
}

/* ---- answers ---- */

static uint32_t field_named(const struct look *look, struct str name)
{
    const struct model *model = look->run->script->model;
    return uuid_is_nil(look->named.row) ? model_field_by_name(model, look->named.entity, name)
                                        : model_list_field_by_name(model, look->named.list, name);
}

/* "birth_date_why" and "birth_date_asked" say something about birth_date. */
static bool about_answer(const struct look *look, struct str name, struct str suffix,
                         struct answer *ret_answer)
{
    if (!str_ends(name, suffix) || field_named(look, name) != MODEL_NONE) {
        return false;
    }
    uint32_t field = field_named(look, str_slice(name, 0, name.n - suffix.n));
    if (field != MODEL_NONE) {
        *ret_answer = answer_get(look->subject, field);
    }
    return field != MODEL_NONE;
}

static struct str why_name(uint32_t why)
{
    const struct model_set_shape *shape = model_set_shape(MODEL_SET_non_answer);
    return why < shape->count ? str_from(shape->words[why].name) : STR("");
}

/* The value itself, for people who read the script: as the input would have it. */
static struct str shown(const struct look *look, uint32_t field, struct value value)
{
    struct script *script = look->run->script;
    return value.type == VALUE_REFERENCE ? uuid_text(script->arena, value.reference)
                                         : input_text(script->arena, script->model, field, value);
}

/* Whether the value is what the text stands for. */
static bool stands_for(struct look *look, uint32_t field, struct value value, struct str text)
{
    struct value expected;
    struct str error;
    if (text.n == 0 || !value_is_set(value)) {
        return text.n == 0 && !value_is_set(value);
    }
    if (value.type == VALUE_REFERENCE) {
        return str_eq(uuid_text(&look->run->arena, value.reference), text);
    }
    if (value.type == VALUE_CODE) {
        return str_eq(shown(look, field, value), text);
    }
    return input_parse(&look->set, field, text, &expected, &error) && value_same(expected, value);
}

static enum status expect_answer(struct look *look, struct str name, const struct yaml *node)
{
    struct str expected;
    struct answer answer;
    TRY(script_value(look->run, node, &expected));
    if (about_answer(look, name, STR("_why"), &answer)) {
        struct str why = why_name(answer.why);
        return str_eq(why, expected) ? STATUS_OK : differs(look, node, name, expected, why);
    }
    if (about_answer(look, name, STR("_asked"), &answer)) {
        return str_eq(answer.asked, expected) ? STATUS_OK
                                              : differs(look, node, name, expected, answer.asked);
    }
    uint32_t field = field_named(look, name);
    if (field == MODEL_NONE) {
        return script_fail(look->run->script, node,
                           STR_JOIN(look->run->script->arena, STR("no field "), name));
    }
    if (model_field_row(look->run->script->model, field)->kind == FIELD_CODES) {
        struct str codes = input_answer(&look->set, look->subject, field);
        return str_eq(codes, expected) ? STATUS_OK : differs(look, node, name, expected, codes);
    }
    struct value value = value_get(look->subject, field);
    return stands_for(look, field, value, expected)
               ? STATUS_OK
               : differs(look, node, name, expected, shown(look, field, value));
}

static enum status expect_answers(struct look *look, const struct yaml *map)
{
    for (size_t i = 0; i < map->count; i++) {
        TRY(expect_answer(look, map->pairs[i].key, map->pairs[i].value));
    }
    return STATUS_OK;
}

static enum status expect_answered(const struct look *look, const struct yaml *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct str name = list->items[i]->text;
        uint32_t field = field_named(look, name);
        struct answer answer =
            field == MODEL_NONE ? answer_unset() : answer_get(look->subject, field);
        if (!answer_is_answered(&answer)) {
            return differs(look, list->items[i], name, STR("an answer"), STR(""));
        }
    }
    return STATUS_OK;
}

static enum status expect_state(const struct look *look, const struct yaml *node)
{
    const struct model *model = look->run->script->model;
    struct str found = look->record->state == MODEL_NONE
                           ? STR("")
                           : model_text(model, model_state_row(model, look->record->state)->name);
    return str_eq(found, node->text) ? STATUS_OK
                                     : differs(look, node, STR("state"), node->text, found);
}

static enum status expect_rows(const struct look *look, const struct yaml *map)
{
    const struct model *model = look->run->script->model;
    struct arena *arena = look->run->script->arena;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *node = map->pairs[i].value;
        uint32_t list = model_list_by_name(model, look->named.entity, map->pairs[i].key);
        int64_t found = 0;
        if (list == MODEL_NONE) {
            return script_fail(look->run->script, node, STR("no such list"));
        }
        const struct rows *rows = record_rows(look->record, list);
        for (size_t k = 0; k < rows->items.count; k++) {
            found += rows->items.items[k]->removed ? 0 : 1;
        }
        struct str count = str_from_int(arena, found);
        if (!str_eq(count, node->text)) {
            return differs(look, node, map->pairs[i].key, node->text, count);
        }
    }
    return STATUS_OK;
}

/* ---- clocks ---- */

static bool is_clock(const struct model *model, uint32_t clock, struct str wanted)
{
    const struct model_clock *row = model_clock_row(model, clock);
    return str_eq(model_text(model, row->id), wanted) ||
           str_eq(model_text(model, row->name), wanted);
}

/* The reading of the record for the clock and member; NULL when there is none. */
static enum status find_reading(struct look *look, const struct yaml *node,
                                const struct clock_reading **ret_reading)
{
    struct act_run *run = look->run;
    struct store_reader *reader;
    struct clock_reading *readings;
    size_t count;
    struct named member = {0};
    struct str of = script_text(node, STR("of"));
    *ret_reading = NULL;
    if (of.n > 0) {
        TRY(script_resolve(run, node, of, &member));
    }
    TRY(store_read_begin(run->script->store, &run->arena, &reader));
    enum status status = store_clocks(reader, &look->set, look->record->root, &readings, &count);
    store_read_end(reader);
    TRY(status);
    struct uuid wanted = uuid_is_nil(member.row) ? member.id : member.row;
    for (size_t i = 0; i < count; i++) {
        if (uuid_eq(readings[i].record, look->named.id) &&
            readings[i].state != CLOCK_STATE_WAITING &&
            is_clock(run->script->model, readings[i].clock, script_text(node, STR("clock"))) &&
            uuid_eq(readings[i].member, wanted)) {
            *ret_reading = &readings[i];
        }
    }
    return STATUS_OK;
}

static struct str state_of(const struct clock_reading *reading)
{
    static const struct str names[CLOCK_STATE__COUNT] = {
        [CLOCK_STATE_RUNNING] = STR_INIT("running"), [CLOCK_STATE_DONE] = STR_INIT("done"),
        [CLOCK_STATE_STOPPED] = STR_INIT("stopped"), [CLOCK_STATE_TOLLED] = STR_INIT("tolled"),
        [CLOCK_STATE_WAITING] = STR_INIT("waiting"),
    };
    return reading != NULL ? names[reading->state] : STR("none");
}

/* A time of a reading against the text of a key, when the script gives one. */
static enum status expect_time(const struct look *look, const struct yaml *node, struct str key,
                               struct instant found)
{
    const struct act_run *run = look->run;
    struct str text = script_text(node, key);
    struct instant expected;
    bool has_time;
    if (text.n == 0 || (script_time(run, text, &expected, &has_time) && expected.ms == found.ms)) {
        return STATUS_OK;
    }
    return differs(look, node, key, text,
                   zone_iso(run->script->arena, run->script->calendar.zone, found));
}

/* A day where the rule counts days, else the first instant that is late. */
static enum status expect_due(const struct look *look, const struct yaml *node,
                              const struct clock_reading *reading)
{
    struct arena *arena = look->run->script->arena;
    struct str text = script_text(node, STR("due"));
    if (text.n == 0 || !reading->by_day) {
        return expect_time(look, node, STR("due"), reading->due);
    }
    struct instant day;
    bool has_time;
    if (script_time(look->run, text, &day, &has_time)) {
        text = date_iso(arena, zone_date(look->run->script->calendar.zone, day));
    }
    struct str found = date_iso(arena, reading->due_date);
    return str_eq(found, text) ? STATUS_OK : differs(look, node, STR("due"), text, found);
}

static enum status expect_because(const struct look *look, const struct yaml *node,
                                  const struct clock_reading *reading)
{
    const struct model *model = look->run->script->model;
    struct str text = script_text(node, STR("because"));
    struct str found =
        reading->start_fact == MODEL_NONE
            ? STR("")
            : model_text(model, model_clock_start_row(model, reading->start_fact)->label);
    return text.n == 0 || str_eq(text, found) ? STATUS_OK
                                              : differs(look, node, STR("because"), text, found);
}

static enum status expect_late(const struct look *look, const struct yaml *node,
                               const struct clock_reading *reading)
{
    struct str text = script_text(node, STR("late"));
    struct instant until = reading->state == CLOCK_STATE_DONE ? reading->done_at : look->run->at;
    struct str found = until.ms >= reading->due.ms ? STR("yes") : STR("no");
    return text.n == 0 || str_eq(text, found) ? STATUS_OK
                                              : differs(look, node, STR("late"), text, found);
}

static enum status expect_clock(struct look *look, const struct yaml *node)
{
    const struct clock_reading *reading;
    struct str state = script_text(node, STR("state"));
    TRY(find_reading(look, node, &reading));
    if (state.n > 0 && !str_eq(state, state_of(reading))) {
        return differs(look, node, script_text(node, STR("clock")), state, state_of(reading));
    }
    if (reading == NULL) {
        return STATUS_OK;
    }
    TRY(expect_time(look, node, STR("start"), reading->start));
    TRY(expect_time(look, node, STR("opens"), reading->opens));
    TRY(expect_due(look, node, reading));
    TRY(expect_time(look, node, STR("done"), reading->done_at));
    TRY(expect_because(look, node, reading));
    return expect_late(look, node, reading);
}

static enum status expect_clocks(struct look *look, const struct yaml *list)
{
    for (size_t i = 0; i < list->count; i++) {
        TRY(expect_clock(look, list->items[i]));
    }
    return STATUS_OK;
}

/* ---- who may read ---- */

static enum status expect_readable(const struct look *look, const struct yaml *node)
{
    struct act_run *run = look->run;
    struct script *script = run->script;
    struct store_reader *reader;
    struct work_set set;
    struct record *record;
    struct outcome outcome;
    outcome_init(&outcome, &run->arena);
    TRY(store_read_begin(script->store, &run->arena, &reader));
    work_set_init(&set, &run->arena, script->model, run->at, &run->actor);
    enum status status =
        store_read(reader, &set, look->named.entity, look->named.id, 0, 0,
                   (struct store_purpose){.route = STR("script")}, &outcome, &record);
    store_read_end(reader);
    struct str found = status == STATUS_OK ? STR("yes") : STR("no");
    if (status != STATUS_OK && status != STATUS_NOT_FOUND && status != STATUS_FORBIDDEN) {
        return status;
    }
    return str_eq(found, node->text) ? STATUS_OK
                                     : differs(look, node, STR("readable"), node->text, found);
}

/* ---- the act ---- */

static enum status go_back(struct look *look, struct str text)
{
    struct act_run *run = look->run;
    struct store_reader *reader;
    struct instant at;
    bool has_time;
    if (text.n == 0) {
        return STATUS_OK;
    }
    if (!script_time(run, text, &at, &has_time)) {
        return script_fail(run->script, run->node, STR("'as_of' is a time"));
    }
    TRY(store_read_begin(run->script->store, &run->arena, &reader));
    enum status status = store_as_of(reader, &look->set, look->record, at, run->script->outcome);
    store_read_end(reader);
    return status;
}

enum status script_expect(struct act_run *run, struct str name)
{
    static const struct {
        struct str key;
        enum status (*check)(struct look *look, const struct yaml *node);
    } plain[] = {
        {STR_INIT("with"),   expect_answers},
        {STR_INIT("clocks"), expect_clocks },
    };
    static const struct {
        struct str key;
        enum status (*check)(const struct look *look, const struct yaml *node);
    } fixed[] = {
        {STR_INIT("state"),    expect_state   },
        {STR_INIT("answered"), expect_answered},
        {STR_INIT("rows"),     expect_rows    },
        {STR_INIT("readable"), expect_readable},
    };
    struct look look = {.run = run};
    TRY(script_resolve(run, run->node, name, &look.named));
    TRY(script_load(run, &look.named, &look.set, &look.record));
    TRY(go_back(&look, script_text(run->node, STR("as_of"))));
    look.subject = script_subject(look.record, &look.named);
    if (look.subject == NULL) {
        return script_fail(run->script, run->node, STR("this row is not there"));
    }
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        const struct yaml_pair *pair = yaml_find(run->node, fixed[i].key);
        TRY(pair != NULL ? fixed[i].check(&look, pair->value) : STATUS_OK);
    }
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        const struct yaml_pair *pair = yaml_find(run->node, plain[i].key);
        TRY(pair != NULL ? plain[i].check(&look, pair->value) : STATUS_OK);
    }
    return STATUS_OK;
}
