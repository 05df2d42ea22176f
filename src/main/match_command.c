/* hearth match: foreign files of persons, matched by the code that finds persons here. */
#include "main/command.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/csv.h"
#include "exchange/match_truth.h"
#include "main/paths.h"

enum { OPTION_MAP, OPTION_TRUTH, OPTION_OUT, OPTION_LEAST, OPTION_WRONG, OPTION_MODEL };

#define WORDS_MOST ((size_t)2048) /* of one explanation */
#define LINE_MOST ((size_t)8192)

struct matching {
    struct arena *arena;
    const struct command_input *input;
    struct outcome outcome;
    struct match_mapping mapping;
    struct match_lexicon lexicon;
    struct match_run run;
};

static bool read_or_tell(struct arena *arena, struct str path, struct str *ret_text)
{
    if (read_file(arena, path, ret_text)) {
        return true;
    }
    print_error(STR_JOIN(arena, STR("cannot read "), path, STR(": "), str_from(strerror(errno))));
    return false;
}

static bool read_all(struct matching *m)
{
    struct str map = m->input->options[OPTION_MAP], text;
    struct str words =
        STR_JOIN(m->arena, model_directory(m->arena, m->input->options[OPTION_MODEL]),
                 STR("/../match/words.csv"));
    if (!read_or_tell(m->arena, map, &text) ||
        match_mapping_read(m->arena, map, text, &m->outcome, &m->mapping) != STATUS_OK ||
        !read_or_tell(m->arena, words, &text) ||
        match_lexicon_read(m->arena, text, &m->outcome, &m->lexicon) != STATUS_OK) {
        return false;
    }
    match_run_init(&m->run, m->arena, &m->mapping, &m->lexicon);
    for (size_t i = 0; i < m->input->argument_count; i++) {
        struct str file = m->input->arguments[i];
        if (!read_or_tell(m->arena, file, &text) ||
            match_run_read(&m->run, file, text, &m->outcome) != STATUS_OK) {
            return false;
        }
    }
    return true;
}

/* ---- pairs ---- */

/* With four digits behind the point. */
static void write_probability(struct buf *line, double probability)
{
    uint64_t parts = (uint64_t)(probability * 10000 + 0.5);
    buf_digits(line, parts / 10000, 1);
    buf_byte(line, '.');
    buf_digits(line, parts % 10000, 4);
}

/* probability, record, record, together, why. */
static void write_pair(FILE *out, const struct matching *m, const uint32_t *groups,
                       const struct match_link *link)
{
    struct arena arena;
    struct match_pattern pattern;
    struct buf line, why;
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    buf_init(&line, &arena, LINE_MOST);
    buf_init(&why, &arena, WORDS_MOST);
    match_run_compare(&m->run, link->a, link->b, &pattern);
    match_explain(&why, &m->run.model, &pattern);
    write_probability(&line, match_score(&m->run.model, &pattern).probability);
    buf_byte(&line, ',');
    csv_write_field(&line, m->run.records.items[link->a]);
    buf_byte(&line, ',');
    csv_write_field(&line, m->run.records.items[link->b]);
    buf_add(&line, groups[link->a] == groups[link->b] ? STR(",yes,") : STR(",no,"));
    csv_write_field(&line, buf_str(&why));
    struct str text = buf_str(&line);
    fprintf(out, "%.*s\n", STR_ARG(text));
    arena_clear(&arena);
}

static bool write_pairs(struct matching *m, const uint32_t *groups, double least)
{
    struct str path = m->input->options[OPTION_OUT];
    FILE *out = path.n > 0 ? fopen(str_cstr(m->arena, path), "we") : stdout;
    if (!out) {
        print_error(STR_JOIN(m->arena, STR("cannot write "), path));
        return false;
    }
    fprintf(out, "probability,a,b,together,why\n");
    for (size_t i = 0; i < m->run.links.count; i++) {
        const struct match_link *link = &m->run.links.items[i];
        double probability = 1 / (1 + exp(-(double)link->log_odds));
        if (probability >= least || groups[link->a] == groups[link->b]) {
            write_pair(out, m, groups, link);
        }
    }
    bool written = fflush(out) == 0 && !ferror(out);
    if (path.n > 0 && fclose(out) != 0) {
        written = false;
    }
    if (!written) {
        print_error(STR_JOIN(m->arena, STR("cannot write "), path));
    }
    return written;
}

/* ---- truth ---- */

static void print_counts(struct match_counts_of counts)
{
    printf("  %9.4f %9.4f %9.4f", match_precision(counts), match_recall(counts), match_f1(counts));
}

static void print_table(struct matching *m, uint64_t all)
{
    static const double thresholds[] = {0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999};
    printf("\n               by pairs alone                    by groups\n");
    printf("probability   precision    recall        F1    precision    recall        F1\n");
    for (size_t i = 0; i < ARRAY_LENGTH(thresholds); i++) {
        const uint32_t *groups = match_run_groups(&m->run, thresholds[i]);
        printf("%11.3f ", thresholds[i]);
        print_counts(match_truth_of_links(&m->run, thresholds[i], all));
        printf("  ");
        print_counts(match_truth_of_groups(&m->run, groups, all));
        printf("\n");
    }
}

/* How often a pair of that probability was right, in ten classes. */
static void print_calibration(const struct matching *m)
{
    uint64_t said[10] = {0}, right[10] = {0};
    double sum[10] = {0};
    for (size_t i = 0; i < m->run.links.count; i++) {
        const struct match_link *link = &m->run.links.items[i];
        double probability = 1 / (1 + exp(-(double)link->log_odds));
        size_t tenth = probability >= 1 ? 9 : (size_t)(probability * 10);
        struct str a = m->run.truths.items[link->a], b = m->run.truths.items[link->b];
        said[tenth]++;
        sum[tenth] += probability;
        right[tenth] += a.n > 0 && str_eq(a, b);
    }
    printf("\nprobability said    pairs   said on average   right\n");
    for (size_t i = 0; i < 10; i++) {
        if (said[i] > 0) {
            printf("%7.1f to %.1f  %9llu %17.3f %7.3f\n", (double)i / 10, (double)(i + 1) / 10,
                   (unsigned long long)said[i], sum[i] / (double)said[i],
                   (double)right[i] / (double)said[i]);
        }
    }
}

static void print_wrong(struct matching *m, const uint32_t *groups)
{
    int64_t most = 0;
    (void)str_to_i64(m->input->options[OPTION_WRONG], &most);
    struct match_wrong *wrong = ARENA_ARRAY(m->arena, (size_t)most, struct match_wrong);
    size_t count = match_wrong_pairs(&m->run, groups, wrong, (size_t)most);
    printf("\nwrong at 0.5 by groups (at most %lld shown)\n", (long long)most);
    for (size_t i = 0; i < count; i++) {
        struct match_pattern pattern;
        struct buf why;
        buf_init(&why, m->arena, WORDS_MOST);
        match_run_compare(&m->run, wrong[i].a, wrong[i].b, &pattern);
        match_explain(&why, &m->run.model, &pattern);
        struct str text = buf_str(&why);
        printf("%s %.*s %.*s %.4f: %.*s\n",
               wrong[i].said ? "not one:" : "missed: ", STR_ARG(m->run.records.items[wrong[i].a]),
               STR_ARG(m->run.records.items[wrong[i].b]),
               match_score(&m->run.model, &pattern).probability, STR_ARG(text));
    }
}

static void print_truth(struct matching *m, const uint32_t *groups)
{
    uint64_t all = match_true_pairs(&m->run);
    struct match_counts_of blocking = {m->run.candidates, m->run.found, all};
    printf("pairs that are one person %llu; blocking recall %.4f with %llu candidates\n",
           (unsigned long long)all, match_recall(blocking), (unsigned long long)m->run.candidates);
    for (enum match_rule rule = 0; rule < MATCH_RULE__COUNT; rule++) {
        if (m->run.blocks.cut[rule] > 0) {
            struct str words = match_rule_words(rule);
            printf("  %zu blocks by %.*s are longer than one meets (%d before and behind)\n",
                   m->run.blocks.cut[rule], STR_ARG(words), MATCH_NEIGHBOURS);
        }
    }
    print_table(m, all);
    print_calibration(m);
    print_wrong(m, groups);
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

int command_match(const struct command_input *input)
{
    struct matching *m = ARENA_NEW(input->arena, struct matching);
    struct timespec start;
    bool truth = input->options[OPTION_TRUTH].n > 0;
    int64_t least = 0;
    m->arena = input->arena;
    m->input = input;
    outcome_init(&m->outcome, m->arena);
    if (!read_all(m)) {
        return print_outcome(&m->outcome);
    }
    if (truth && m->mapping.person.n == 0) {
        print_error(STR("--truth takes a mapping that says in which column the true person is: "
                        "'person'"));
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    match_run_do(&m->run);
    const uint32_t *groups = match_run_groups(&m->run, 0.5);
    fprintf(stderr, "%zu rows, %zu left out; %llu candidates, %.1f seconds\n", m->run.people.count,
            m->run.bad_rows, (unsigned long long)m->run.candidates, seconds_since(&start));
    if (truth) {
        print_truth(m, groups);
    }
    (void)str_to_i64(input->options[OPTION_LEAST], &least);
    bool pairs = !truth || input->options[OPTION_OUT].n > 0;
    return !pairs || write_pairs(m, groups, (double)least / 100) ? 0 : 1;
}
