#include "match/match_cluster.h"

#include <string.h>

#include "base/attr.h"

#define ODDS_MOST 10.0 /* no single pair says more than that */

struct groups {
    uint32_t *group; /* of each person: its lowest member */
    uint32_t *next;  /* in the group, a ring */
    const struct match_odds *odds;
};

static double within(double odds)
{
    return odds > ODDS_MOST ? ODDS_MOST : odds < -ODDS_MOST ? -ODDS_MOST : odds;
}

/* The mean over some members of both, from the linked ones on. */
static double mean_odds(const struct groups *groups, uint32_t a, uint32_t b)
{
    double sum = 0;
    unsigned count = 0;
    uint32_t left = a;
    for (unsigned i = 0; i < MATCH_CLUSTER_SAMPLE; i++) {
        uint32_t right = b;
        for (unsigned j = 0; j < MATCH_CLUSTER_SAMPLE; j++) {
            sum += within(groups->odds->of(groups->odds->context, left, right));
            count++;
            right = groups->next[right];
            if (right == b) {
                break;
            }
        }
        left = groups->next[left];
        if (left == a) {
            break;
        }
    }
    return sum / count;
}

static void join(struct groups *groups, uint32_t a, uint32_t b)
{
    uint32_t low = groups->group[a] < groups->group[b] ? groups->group[a] : groups->group[b];
    uint32_t high = groups->group[a] < groups->group[b] ? groups->group[b] : groups->group[a];
    for (uint32_t i = groups->next[high];; i = groups->next[i]) {
        groups->group[i] = low;
        if (i == high) {
            break;
        }
    }
    uint32_t after = groups->next[low];
    groups->next[low] = groups->next[high];
    groups->next[high] = after;
}

/* Bits of a float in an order in which greater floats come first. */
static uint32_t descending(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof(bits));
    return (bits & 0x80000000u) != 0 ? bits : ~(bits | 0x80000000u);
}

static void sort_links(struct arena *arena, struct match_link *links, size_t count)
{
    struct match_link *from = links, *to = ARENA_ARRAY(arena, count, struct match_link);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        size_t places[257] = {0};
        for (size_t i = 0; i < count; i++) {
            places[(descending(from[i].log_odds) >> shift & 0xff) + 1]++;
        }
        for (size_t i = 0; i < 256; i++) {
            places[i + 1] += places[i];
        }
        for (size_t i = 0; i < count; i++) {
            to[places[descending(from[i].log_odds) >> shift & 0xff]++] = from[i];
        }
        struct match_link *other = from;
        from = to;
        to = other;
    }
}

void match_cluster(struct arena *arena, uint32_t people, struct match_link *links, size_t count,
                   const struct match_odds *odds, double least, uint32_t *ret_group)
{
    struct groups groups = {ret_group, ARENA_ARRAY(arena, people, uint32_t), odds};
    for (uint32_t i = 0; i < people; i++) {
        groups.group[i] = i;
        groups.next[i] = i;
    }
    sort_links(arena, links, count);
    for (size_t i = 0; i < count; i++) {
        uint32_t a = links[i].a, b = links[i].b;
        if (groups.group[a] != groups.group[b] && mean_odds(&groups, a, b) >= least) {
            join(&groups, a, b);
        }
    }
}
