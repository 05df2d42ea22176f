/* Every clock of Access and of the initial assessment, in every situation the law knows, on the
 * real model: the files in clocks/. Each file is a script (service/script.h) over a county of its
 * own. What is expected of a clock can say of what it is an example:
 *
 *   - { clock: A02, state: running, start: ..., due: ..., shows: [fired, holiday] }
 *
 *   fired       it runs, from a start, to the time the law says (none where it is due before an
 * act) met         done in time missed      late: done too late, or not done and its time is over
 *   tolled      it stands still by an order
 *   recomputed  a fact was changed, and it stands otherwise than it was expected to before
 *   holiday     a legal holiday lies between start and due
 *   autumn      daylight saving ends between them, spring: it begins; of clocks that count hours
 *
 * Whether it is one is looked up here; that the figures are what Hearth says, the script checks. At
 * the head of a file stands which files it begins with ("begins_with") and what cannot be, with
 * why: "never" of a clock, "elsewhere" of a rule of the law that has no clock of its own. The test
 * fails when a clock of the model whose rule begins with A or I, or is named below, lacks one of
 * these situations and does not say why. */
#include "world.h"

#include "base/map.h"
#include "compile/yaml_tree.h"

#include <dirent.h>
#include <stdlib.h>

#define STORY "test/story/"
#define CLOCKS "clocks/"
#define ARENA_CAP ((size_t)64 * 1024 * 1024)

enum situation {
    FIRED,
    MET,
    MISSED,
    TOLLED,
    RECOMPUTED,
    HOLIDAY,
    AUTUMN,
    SPRING,
    SITUATION__COUNT
};

static const struct str situations[SITUATION__COUNT] = {
    [FIRED] = STR_INIT("fired"),           [MET] = STR_INIT("met"),
    [MISSED] = STR_INIT("missed"),         [TOLLED] = STR_INIT("tolled"),
    [RECOMPUTED] = STR_INIT("recomputed"), [HOLIDAY] = STR_INIT("holiday"),
    [AUTUMN] = STR_INIT("autumn"),         [SPRING] = STR_INIT("spring"),
};

/* The rules of the law, by their numbers in docs/generated/clocks.md: from 1 to the last. */
static const struct {
    char letter;
    int last;
} rules[] = {
    {'A', 15},
    {'I', 17},
};
/* Clocks of other parts that belong to these two stages. */
static const struct str also[] = {STR_INIT("O01"), STR_INIT("W01")};

/* What is known of all files: "A02 fired" -> the file that shows it or says that it never is. */
struct table {
    struct arena arena;
    struct map shown, never, elsewhere;
    size_t wrong;
};

/* One file while it is looked through. */
struct look {
    struct table *table;
    struct calendar calendar;
    struct str file;
    struct map seen; /* "@report A02 @child" -> the last struct seen */
    size_t changes;  /* facts that were changed so far */
};

/* How a clock was expected to stand. */
struct seen {
    const struct yaml *node;
    size_t changes;
};

static struct str source;

static struct str text_of(const struct yaml *node, const char *key)
{
    const struct yaml_pair *pair = yaml_find(node, str_from(key));
    return pair != NULL && pair->value->kind == YAML_TEXT ? pair->value->text : STR("");
}

static void complain(struct table *table, struct str where, struct str what)
{
    print_error("%.*s: %.*s\n", STR_ARG(where), STR_ARG(what));
    table->wrong++;
}

static struct str place_of(const struct look *look, const struct yaml *node)
{
    struct arena *arena = &look->table->arena;
    return STR_JOIN(arena, look->file, STR(":"), str_from_int(arena, node->place.line));
}

static struct str joined(struct table *table, struct str rule, enum situation situation)
{
    return STR_JOIN(&table->arena, rule, STR(" "), situations[situation]);
}

/* A list of texts, or one text. */
static size_t texts(const struct yaml *node, const char *key, const struct yaml *const **ret_items)
{
    const struct yaml_pair *pair = yaml_find(node, str_from(key));
    if (pair == NULL) {
        return 0;
    }
    bool list = pair->value->kind == YAML_LIST;
    *ret_items = list ? pair->value->items : &pair->value;
    return list ? pair->value->count : 1;
}

/* ---- whether an expectation is an example of what it says ---- */

/* "2026-11-25 13:20", or a day alone: its end, as the last moment in time. */
static bool moment(const struct look *look, struct str text, struct instant *ret_at)
{
    const struct zone *zone = look->calendar.zone;
    struct date day;
    enum zone_fit fit;
    if (date_parse(text, &day)) {
        *ret_at = (struct instant){zone_day_start(zone, (struct date){day.day + 1}).ms - 1};
        return true;
    }
    return text.n == 16 && zone_parse(zone,
                                      STR_JOIN(&look->table->arena, str_slice(text, 0, 10),
                                               STR("T"), str_slice(text, 11, text.n)),
                                      ret_at, &fit);
}

static bool span(const struct look *look, const struct yaml *node, struct instant *ret_start,
                 struct instant *ret_end)
{
    struct str due = text_of(node, "due");
    return moment(look, text_of(node, "start"), ret_start) &&
           moment(look, due.n > 0 ? due : text_of(node, "opens"), ret_end);
}

static bool over_a_holiday(const struct look *look, const struct yaml *node)
{
    const struct zone *zone = look->calendar.zone;
    struct instant start;
    struct instant end;
    bool found = false;
    if (!span(look, node, &start, &end)) {
        return false;
    }
    struct date last = zone_date(zone, end);
    for (struct date day = zone_date(zone, start); day.day <= last.day && !found; day.day++) {
        found = calendar_is_holiday(&look->calendar, day);
    }
    return found;
}

static bool over_a_change(const struct look *look, const struct yaml *node, bool to_daylight)
{
    const struct zone *zone = look->calendar.zone;
    struct instant start;
    struct instant end;
    if (!span(look, node, &start, &end)) {
        return false;
    }
    for (size_t i = 0; i < zone->count; i++) {
        const struct zone_transition *change = &zone->transitions[i];
        if (change->at_ms > start.ms && change->at_ms <= end.ms &&
            (change->daylight != 0) == to_daylight) {
            return true;
        }
    }
    return false;
}

static bool differs(const struct yaml *node, const struct yaml *before)
{
    static const char *const keys[] = {"state", "start", "due", "opens", "late"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (!str_eq(text_of(node, keys[i]), text_of(before, keys[i]))) {
            return true;
        }
    }
    return false;
}

/* A clock that repeats: what was due before is done, and the next time is due later. */
static bool comes_again(const struct yaml *node, const struct seen *before)
{
    return before != NULL && str_compare(text_of(node, "due"), text_of(before->node, "due")) > 0;
}

static bool is_example(const struct look *look, const struct yaml *node, const struct seen *before,
                       enum situation situation)
{
    struct str state = text_of(node, "state");
    bool running = str_eq(state, STR("running"));
    switch (situation) {
    case FIRED:
        return running && text_of(node, "start").n > 0;
    case MET:
        return str_eq(text_of(node, "late"), STR("no")) &&
               (str_eq(state, STR("done")) || (running && comes_again(node, before)));
    case MISSED:
        return (running || str_eq(state, STR("done"))) && str_eq(text_of(node, "late"), STR("yes"));
    case TOLLED:
        return str_eq(state, STR("tolled"));
    case RECOMPUTED:
        return before != NULL && look->changes > before->changes && differs(node, before->node);
    case HOLIDAY:
        return over_a_holiday(look, node);
    case AUTUMN:
        return over_a_change(look, node, false);
    case SPRING:
        return over_a_change(look, node, true);
    case SITUATION__COUNT:
        break;
    }
    return false;
}

/* ---- one file ---- */

static bool situation_named(struct str name, enum situation *ret_situation)
{
    for (size_t i = 0; i < SITUATION__COUNT; i++) {
        if (str_eq(situations[i], name)) {
            *ret_situation = (enum situation)i;
            return true;
        }
    }
    return false;
}

static void look_at_clock(struct look *look, struct str record, const struct yaml *node)
{
    struct table *table = look->table;
    const struct yaml *const *shows;
    struct str rule = text_of(node, "clock");
    struct str key = STR_JOIN(&table->arena, record, STR(" "), rule, STR(" "), text_of(node, "of"));
    struct seen *before = map_get(&look->seen, key);
    size_t count = texts(node, "shows", &shows);
    for (size_t i = 0; i < count; i++) {
        enum situation situation;
        if (!situation_named(shows[i]->text, &situation) ||
            !is_example(look, node, before, situation)) {
            complain(table, place_of(look, node),
                     STR_JOIN(&table->arena, rule, STR(" is no example of "), shows[i]->text));
        } else {
            (void)map_add(&table->shown, joined(table, rule, situation), look);
        }
    }
    if (before == NULL) {
        before = ARENA_NEW(&table->arena, struct seen);
        (void)map_add(&look->seen, key, before);
    }
    *before = (struct seen){node, look->changes};
}

static void look_at_acts(struct look *look, const struct yaml *acts)
{
    for (size_t i = 0; i < acts->count; i++) {
        const struct yaml *act = acts->items[i];
        const struct yaml_pair *clocks = yaml_find(act, STR("clocks"));
        look->changes += text_of(act, "correct").n > 0 || text_of(act, "save").n > 0;
        for (size_t k = 0; clocks != NULL && k < clocks->value->count; k++) {
            look_at_clock(look, text_of(act, "expect"), clocks->value->items[k]);
        }
    }
}

static void look_at_never(struct look *look, const struct yaml *line)
{
    struct table *table = look->table;
    const struct yaml *const *clocks;
    const struct yaml *const *names;
    size_t clock_count = texts(line, "clocks", &clocks);
    size_t name_count = texts(line, "situations", &names);
    if (text_of(line, "why").n == 0) {
        complain(table, place_of(look, line), STR("'never' says why"));
    }
    for (size_t i = 0; i < clock_count; i++) {
        for (size_t k = 0; k < name_count; k++) {
            enum situation situation;
            if (!situation_named(names[k]->text, &situation) ||
                !map_add(&table->never, joined(table, clocks[i]->text, situation), look)) {
                complain(table, place_of(look, line),
                         STR_JOIN(&table->arena, names[k]->text,
                                  STR(" is no situation, or said twice of "), clocks[i]->text));
            }
        }
    }
}

static void look_at_head(struct look *look, const struct yaml *root)
{
    const struct yaml_pair *never = yaml_find(root, STR("never"));
    const struct yaml_pair *elsewhere = yaml_find(root, STR("elsewhere"));
    for (size_t i = 0; never != NULL && i < never->value->count; i++) {
        look_at_never(look, never->value->items[i]);
    }
    for (size_t i = 0; elsewhere != NULL && i < elsewhere->value->count; i++) {
        const struct yaml *line = elsewhere->value->items[i];
        if (text_of(line, "why").n == 0) {
            complain(look->table, place_of(look, line), STR("'elsewhere' says why"));
        }
        (void)map_add(&look->table->elsewhere, text_of(line, "rule"), look);
    }
}

/* Plays a file, after those that it begins with (below test/story), and looks through all of them.
 */
static void play(struct look *look, struct world *world, struct str path)
{
    struct table *table = look->table;
    struct messages messages;
    const struct yaml *const *before;
    struct str text = str_copy(&table->arena, world_text(world, path));
    messages_init(&messages, &table->arena);
    const struct yaml *root = yaml_read(&table->arena, path, text, &messages);
    assert_non_null(root);
    size_t count = texts(root, "begins_with", &before);
    for (size_t i = 0; i < count; i++) {
        play(look, world, STR_JOIN(&table->arena, STR(STORY), before[i]->text));
    }
    world_play(world, path);
    look->file = path;
    look_at_head(look, root);
    look_at_acts(look, yaml_find(root, STR("acts"))->value);
}

static void play_file(struct table *table, struct str file)
{
    struct world world;
    struct look *look = ARENA_NEW(&table->arena, struct look);
    world_open(&world, source, STR("2026-02-02T08:00"));
    *look = (struct look){.table = table, .calendar = model_calendar(store_model(world.store))};
    map_init(&look->seen, &table->arena);
    world_play(&world, STR("sample/workers.yaml"));
    play(look, &world, STR_JOIN(&table->arena, STR(STORY CLOCKS), file));
    world_close(&world);
}

/* ---- the whole of it ---- */

static bool counts_hours(const struct model *model, const struct model_clock *clock)
{
    bool hours = false;
    for (uint32_t i = 0; i < clock->lengths_count; i++) {
        uint32_t unit = model_clock_length_row(model, clock->lengths_first + i)->unit;
        hours = hours || unit == UNIT_HOURS || unit == UNIT_BUSINESS_HOURS;
    }
    return hours;
}

static void need(struct table *table, struct str rule, enum situation situation)
{
    struct str key = joined(table, rule, situation);
    bool shown = map_has(&table->shown, key);
    bool never = map_has(&table->never, key);
    if (!shown && !never) {
        complain(table, key, STR("neither shown nor said why it is never"));
    } else if (shown && never) {
        complain(table, key, STR("said to be impossible, and shown"));
    }
}

static void need_all(struct table *table, const struct model *model, uint32_t row)
{
    const struct model_clock *clock = model_clock_row(model, row);
    struct str rule = str_copy(&table->arena, model_text(model, clock->id));
    enum situation end = counts_hours(model, clock) ? SITUATION__COUNT : AUTUMN;
    for (enum situation i = FIRED; i < end; i++) {
        need(table, rule, i);
    }
}

static bool belongs(struct str rule)
{
    bool found = str_starts(rule, STR("A")) || str_starts(rule, STR("I"));
    for (size_t i = 0; i < sizeof(also) / sizeof(also[0]) && !found; i++) {
        found = str_eq(rule, also[i]);
    }
    return found;
}

static bool has_clock(const struct model *model, struct str rule)
{
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        if (str_eq(model_text(model, model_clock_row(model, i)->id), rule)) {
            return true;
        }
    }
    return false;
}

static void need_rules(struct table *table, const struct model *model)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        for (int number = 1; number <= rules[i].last; number++) {
            const char name[] = {rules[i].letter, (char)('0' + number / 10),
                                 (char)('0' + number % 10)};
            struct str rule = {name, sizeof(name)};
            if (!has_clock(model, rule) && !map_has(&table->elsewhere, rule)) {
                complain(table, rule, STR("has no clock, and nothing says why"));
            }
        }
    }
}

static int compare_names(const void *left, const void *right)
{
    const struct str *a = left;
    const struct str *b = right;
    return str_compare(*a, *b);
}

static void play_all(struct table *table)
{
    LIST(struct str) names = {0};
    struct str folder = STR_JOIN(&table->arena, source, STR("/" STORY CLOCKS));
    DIR *directory = opendir(str_cstr(&table->arena, folder));
    assert_non_null(directory);
    const struct dirent *entry = NULL;
    while ((entry = readdir(directory)) != NULL) {
        struct str name = str_copy(&table->arena, str_from(entry->d_name));
        if (str_ends(name, STR(".yaml"))) {
            LIST_PUSH(&table->arena, &names, name);
        }
    }
    closedir(directory);
    assert_true(names.count > 0);
    qsort(names.items, names.count, sizeof(*names.items), compare_names);
    for (size_t i = 0; i < names.count; i++) {
        play_file(table, names.items[i]);
    }
}

static void test_every_clock_in_every_situation(void **state)
{
    struct table table = {0};
    struct world world;
    (void)state;
    arena_init(&table.arena, ARENA_CAP, NULL, NULL);
    map_init(&table.shown, &table.arena);
    map_init(&table.never, &table.arena);
    map_init(&table.elsewhere, &table.arena);
    play_all(&table);
    world_open(&world, source, STR("2026-02-02T08:00"));
    const struct model *model = store_model(world.store);
    for (uint32_t i = 0; i < model_clock_total(model); i++) {
        if (belongs(model_text(model, model_clock_row(model, i)->id))) {
            need_all(&table, model, i);
        }
    }
    need_rules(&table, model);
    world_close(&world);
    assert_int_equal(table.wrong, 0);
    arena_clear(&table.arena);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_clock_in_every_situation),
    };
    source = str_from(argc > 1 ? argv[1] : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
