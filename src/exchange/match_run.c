#include "exchange/match_run.h"

#include <math.h>

#include "base/buf.h"
#include "base/csv.h"

#define RANDOM_PAIRS ((size_t)200000)    /* from which is learned how strangers agree */
#define LEARNED_PAIRS ((uint64_t)400000) /* candidates from which the rest is learned, about */
#define LEARNING_TURNS 2
#define HOPELESS (-4.6) /* ln odds: p under 1 in 100 */

void match_run_init(struct match_run *run, struct arena *arena, const struct match_mapping *mapping,
                    const struct match_lexicon *lexicon)
{
    *run = (struct match_run){.arena = arena, .mapping = mapping};
    match_vocabulary_init(&run->vocabulary, arena, lexicon);
}

/* ---- reading ---- */

#define NO_COLUMN CSV_FIELDS_MAX

/* Where the columns of the mapping are in this file. */
struct heading {
    size_t columns[MATCH_COLUMNS_MAX];
    size_t record, person;
};

static size_t column_at(const struct csv_row *heading, struct str name)
{
    for (size_t i = 0; i < heading->count; i++) {
        if (str_eq(str_trim(heading->fields[i]), name)) {
            return i;
        }
    }
    return NO_COLUMN;
}

static enum status find_column(struct match_run *run, struct str file,
                               const struct csv_row *heading, struct str name,
                               struct outcome *outcome, size_t *ret_at)
{
    *ret_at = column_at(heading, name);
    if (name.n == 0 || *ret_at != NO_COLUMN) {
        return STATUS_OK;
    }
    outcome_problem(outcome, STATUS_INVALID, STR(""), STR("column"),
                    STR_JOIN(run->arena, file, STR(": there is no column '"), name,
                             STR("', which the mapping names")));
    return STATUS_INVALID;
}

static enum status read_heading(struct match_run *run, struct str file, const struct csv_row *row,
                                struct outcome *outcome, struct heading *ret_heading)
{
    const struct match_mapping *mapping = run->mapping;
    for (size_t i = 0; i < mapping->column_count; i++) {
        TRY(find_column(run, file, row, mapping->columns[i].column, outcome,
                        &ret_heading->columns[i]));
    }
    TRY(find_column(run, file, row, mapping->person, outcome, &ret_heading->person));
    return find_column(run, file, row, mapping->record, outcome, &ret_heading->record);
}

/* What stands in the column; empty when it says that nothing is known. */
static struct str field_at(const struct match_run *run, const struct csv_row *row, size_t column)
{
    struct str text = column < row->count ? str_trim(row->fields[column]) : STR("");
    for (size_t i = 0; i < run->mapping->unset_count; i++) {
        if (str_eq(text, run->mapping->unset[i])) {
            return STR("");
        }
    }
    return text;
}

static void read_column(const struct match_column *column, struct str text,
                        struct match_person_text *person)
{
    switch (column->is) {
    case MATCH_COLUMN_GIVEN:
        person->name.given = text;
        break;
    case MATCH_COLUMN_MIDDLE:
        person->name.middle = text;
        break;
    case MATCH_COLUMN_FAMILY:
        person->name.family = text;
        break;
    case MATCH_COLUMN_NAME:
        person->name.whole = text;
        break;
    case MATCH_COLUMN_FORMER:
        person->name.other = text;
        break;
    case MATCH_COLUMN_BIRTH:
        (void)match_birth_read(text, column->form, &person->birth);
        break;
    case MATCH_COLUMN_VALUE:
        person->value[column->field] = text;
        break;
    }
}

static void read_row(struct match_run *run, const struct heading *heading,
                     const struct csv_row *row)
{
    struct match_person_text text = {.birth = {.year = 0}};
    struct match_person person;
    struct str truth = STR("");
    for (size_t i = 0; i < run->mapping->column_count; i++) {
        read_column(&run->mapping->columns[i], field_at(run, row, heading->columns[i]), &text);
    }
    match_person_read(&run->vocabulary, &run->mapping->design, &text, MATCH_COUNTED, &person);
    struct str record = run->mapping->record.n > 0 ? field_at(run, row, heading->record)
                                                   : str_from_int(run->arena, row->line);
    if (run->mapping->person.n > 0 &&
        !match_person_of(run->mapping->pattern, field_at(run, row, heading->person), &truth)) {
        truth = STR("");
    }
    LIST_PUSH(run->arena, &run->people, person);
    LIST_PUSH(run->arena, &run->records, str_copy(run->arena, record));
    LIST_PUSH(run->arena, &run->truths, str_copy(run->arena, truth));
}

enum status match_run_read(struct match_run *run, struct str file, struct str text,
                           struct outcome *outcome)
{
    struct csv csv;
    struct csv_row *row = ARENA_NEW(run->arena, struct csv_row);
    struct heading heading;
    enum csv_result result;
    run->second = (uint32_t)run->people.count;
    csv_init(&csv, text);
    if (csv_next(&csv, run->arena, row) != CSV_ROW) {
        outcome_problem(outcome, STATUS_INVALID, STR(""), STR("file"),
                        STR_JOIN(run->arena, file, STR(": begins with no row of column names")));
        return STATUS_INVALID;
    }
    TRY(read_heading(run, file, row, outcome, &heading));
    while ((result = csv_next(&csv, run->arena, row)) != CSV_END) {
        if (result == CSV_ROW && run->people.count < UINT32_MAX / 2) {
            read_row(run, &heading, row);
        } else {
            run->bad_rows++;
        }
    }
    return STATUS_OK;
}

/* ---- matching ---- */

static bool may_be_one(const struct match_run *run, uint32_t a, uint32_t b)
{
    return run->second == 0 || (a < run->second) != (b < run->second);
}

static bool are_one(const struct match_run *run, uint32_t a, uint32_t b)
{
    return run->truths.items[a].n > 0 && str_eq(run->truths.items[a], run->truths.items[b]);
}

void match_run_compare(const struct match_run *run, uint32_t a, uint32_t b,
                       struct match_pattern *ret_pattern)
{
    match_compare(&run->mapping->design, &run->people.items[a], &run->people.items[b], ret_pattern);
}

static double all_pairs(const struct match_run *run)
{
    double people = (double)run->people.count, first = run->second;
    return run->second == 0 ? people * (people - 1) / 2 : first * (people - first);
}

/* xorshift64* (S. Vigna, ACM Trans. Math. Softw. 42 (2016)): the same pairs in every run. */
static uint32_t random_below(uint64_t *state, uint32_t below)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * 0x2545f4914f6cdd1du >> 32) % below);
}

static size_t random_patterns(const struct match_run *run, struct match_pattern *patterns)
{
    uint64_t state = 88172645463325252u;
    uint32_t people = (uint32_t)run->people.count;
    size_t count = 0;
    for (size_t i = 0; i < RANDOM_PAIRS && people > 1; i++) {
        uint32_t a = random_below(&state, people), b = random_below(&state, people);
        if (a != b && may_be_one(run, a, b)) {
            match_run_compare(run, a, b, &patterns[count++]);
        }
    }
    return count;
}

static void count_candidates(struct match_run *run, uint32_t *others)
{
    for (uint32_t a = 0; a < run->people.count; a++) {
        size_t count = match_candidates(&run->blocks, a, others);
        for (size_t i = 0; i < count; i++) {
            run->candidates += may_be_one(run, a, others[i]);
            run->found += may_be_one(run, a, others[i]) && are_one(run, a, others[i]);
        }
    }
}

/* The patterns of the candidates of every n-th person. */
static size_t learned_patterns(struct match_run *run, uint32_t *others, uint32_t nth,
                               struct match_pattern *patterns, size_t room)
{
    size_t taken = 0;
    for (uint32_t a = 0; a < run->people.count; a += nth) {
        size_t count = match_candidates(&run->blocks, a, others);
        for (size_t i = 0; i < count && taken < room; i++) {
            if (may_be_one(run, a, others[i])) {
                match_run_compare(run, a, others[i], &patterns[taken++]);
            }
        }
    }
    return taken;
}

static void learn(struct match_run *run, uint32_t *others)
{
    uint32_t nth = (uint32_t)(run->candidates / LEARNED_PAIRS) + 1;
    size_t room =
        (size_t)(run->candidates < 2 * LEARNED_PAIRS ? run->candidates : 2 * LEARNED_PAIRS);
    struct match_pattern *strangers = ARENA_ARRAY(run->arena, RANDOM_PAIRS, struct match_pattern);
    struct match_pattern *pairs = ARENA_ARRAY(run->arena, room, struct match_pattern);
    struct match_seen *seen = ARENA_ARRAY(run->arena, room, struct match_seen);
    size_t stranger_count = random_patterns(run, strangers);
    size_t pair_count = learned_patterns(run, others, nth, pairs, room);
    for (unsigned turn = 0; turn < LEARNING_TURNS; turn++) {
        match_learn_strangers(&run->model, strangers, stranger_count);
        for (size_t i = 0; i < pair_count; i++) {
            seen[i] = match_see(&run->model, &pairs[i]);
        }
        double share = run->candidates > 0 ? (double)pair_count / (double)run->candidates : 1;
        run->rounds += match_learn(&run->model, seen, pair_count, share, all_pairs(run));
    }
}

static void score_all(struct match_run *run, uint32_t *others)
{
    struct match_pattern pattern;
    for (uint32_t a = 0; a < run->people.count; a++) {
        size_t count = match_candidates(&run->blocks, a, others);
        for (size_t i = 0; i < count; i++) {
            if (!may_be_one(run, a, others[i])) {
                continue;
            }
            match_run_compare(run, a, others[i], &pattern);
            double odds = match_score(&run->model, &pattern).log_odds;
            if (odds > HOPELESS) {
                struct match_link link = {others[i], a, (float)odds};
                LIST_PUSH(run->arena, &run->links, link);
            }
        }
    }
}

void match_run_do(struct match_run *run)
{
    uint32_t *others = ARENA_ARRAY(run->arena, MATCH_CANDIDATES_MAX, uint32_t);
    match_count_terms(&run->vocabulary);
    match_blocks_build(run->arena, &run->mapping->design, run->people.items,
                       (uint32_t)run->people.count, &run->blocks);
    match_model_init(&run->model, &run->mapping->design, &run->vocabulary);
    count_candidates(run, others);
    learn(run, others);
    score_all(run, others);
}

/* ---- groups ---- */

static double odds_of(void *context, uint32_t a, uint32_t b)
{
    const struct match_run *run = context;
    struct match_pattern pattern;
    match_run_compare(run, a, b, &pattern);
    return match_score(&run->model, &pattern).log_odds;
}

const uint32_t *match_run_groups(struct match_run *run, double probability)
{
    uint32_t *groups = ARENA_ARRAY(run->arena, run->people.count, uint32_t);
    const struct match_odds odds = {odds_of, run};
    match_cluster(run->arena, (uint32_t)run->people.count, run->links.items, run->links.count,
                  &odds, log(probability / (1 - probability)), groups);
    return groups;
}
