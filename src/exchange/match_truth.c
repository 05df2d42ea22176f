#include "exchange/match_truth.h"

#include <math.h>
#include <stdlib.h>

double match_precision(struct match_counts_of counts)
{
    return counts.said > 0 ? (double)counts.right / (double)counts.said : 1;
}

double match_recall(struct match_counts_of counts)
{
    return counts.all > 0 ? (double)counts.right / (double)counts.all : 1;
}

double match_f1(struct match_counts_of counts)
{
    uint64_t both = counts.said + counts.all;
    return both > 0 ? 2 * (double)counts.right / (double)both : 1;
}

/* A row with the number of its true person (0: not known) and of its group. */
struct placed {
    uint32_t row, truth, group;
};

static int by_number(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int by_group(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    int order = by_number(a->group, b->group);
    order = order != 0 ? order : by_number(a->truth, b->truth);
    return order != 0 ? order : by_number(a->row, b->row);
}

static int by_truth(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    int order = by_number(a->truth, b->truth);
    return order != 0 ? order : by_number(a->row, b->row);
}

static struct placed *placed_rows(struct match_run *run, const uint32_t *groups)
{
    struct map numbers;
    struct placed *rows = ARENA_ARRAY(run->arena, run->people.count, struct placed);
    map_init(&numbers, run->arena);
    for (uint32_t i = 0; i < run->people.count; i++) {
        struct placed *first = map_get(&numbers, run->truths.items[i]);
        rows[i] = (struct placed){i, first ? first->truth : i + 1, groups ? groups[i] : 0};
        if (run->truths.items[i].n == 0) {
            rows[i].truth = 0;
        } else if (!first) {
            (void)map_add(&numbers, run->truths.items[i], &rows[i]);
        }
    }
    return rows;
}

/* Pairs among rows [from, to) that may be one. */
static uint64_t pairs_within(const struct match_run *run, const struct placed *rows, size_t from,
                             size_t to)
{
    uint64_t count = to - from, first = 0;
    for (size_t i = from; i < to; i++) {
        first += rows[i].row < run->second;
    }
    return run->second == 0 ? count * (count - 1) / 2 : first * (count - first);
}

uint64_t match_true_pairs(struct match_run *run)
{
    struct placed *rows = placed_rows(run, NULL);
    size_t count = run->people.count, from = 0;
    uint64_t pairs = 0;
    qsort(rows, count, sizeof(rows[0]), by_truth);
    for (size_t i = 1; i <= count; i++) {
        if (i == count || rows[i].truth != rows[from].truth) {
            pairs += rows[from].truth > 0 ? pairs_within(run, rows, from, i) : 0;
            from = i;
        }
    }
    return pairs;
}

static bool are_one(const struct match_run *run, uint32_t a, uint32_t b)
{
    return run->truths.items[a].n > 0 && str_eq(run->truths.items[a], run->truths.items[b]);
}

struct match_counts_of match_truth_of_links(const struct match_run *run, double probability,
                                            uint64_t all)
{
    struct match_counts_of counts = {.all = all};
    double least = log(probability / (1 - probability));
    for (size_t i = 0; i < run->links.count; i++) {
        const struct match_link *link = &run->links.items[i];
        if ((double)link->log_odds >= least) {
            counts.said++;
            counts.right += are_one(run, link->a, link->b);
        }
    }
    return counts;
}

struct match_counts_of match_truth_of_groups(struct match_run *run, const uint32_t *groups,
                                             uint64_t all)
{
    struct match_counts_of counts = {.all = all};
    struct placed *rows = placed_rows(run, groups);
    size_t count = run->people.count, group = 0, truth = 0;
    qsort(rows, count, sizeof(rows[0]), by_group);
    for (size_t i = 1; i <= count; i++) {
        bool ends = i == count || rows[i].group != rows[group].group;
        if (ends || rows[i].truth != rows[truth].truth) {
            counts.right += rows[truth].truth > 0 ? pairs_within(run, rows, truth, i) : 0;
            truth = i;
        }
        if (ends) {
            counts.said += pairs_within(run, rows, group, i);
            group = i;
        }
    }
    return counts;
}

/* Adds the pairs of rows [from, to) of one kind that differ in the other. */
static size_t add_wrong(const struct match_run *run, const struct placed *rows, size_t from,
                        size_t to, bool said, struct match_wrong *wrong, size_t room)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++) {
        for (size_t j = from; j < i && count < room; j++) {
            bool may =
                run->second == 0 || (rows[i].row < run->second) != (rows[j].row < run->second);
            bool differs =
                said ? !are_one(run, rows[i].row, rows[j].row) : rows[i].group != rows[j].group;
            if (may && differs) {
                wrong[count++] = (struct match_wrong){rows[j].row, rows[i].row, said};
            }
        }
    }
    return count;
}

size_t match_wrong_pairs(struct match_run *run, const uint32_t *groups,
                         struct match_wrong *ret_wrong, size_t most)
{
    size_t count = 0;
    for (unsigned said = 0; said < 2; said++) {
        struct placed *rows = placed_rows(run, groups);
        size_t room = said ? most : most / 2, from = 0;
        qsort(rows, run->people.count, sizeof(rows[0]), said ? by_group : by_truth);
        for (size_t i = 1; i <= run->people.count; i++) {
            bool ends = i == run->people.count || (said ? rows[i].group != rows[from].group
                                                        : rows[i].truth != rows[from].truth);
            if (!ends) {
                continue;
            }
            if (said || rows[from].truth > 0) {
                count += add_wrong(run, rows, from, i, said, ret_wrong + count, room - count);
            }
            from = i;
        }
    }
    return count;
}
