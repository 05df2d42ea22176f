#include "match/match_distance.h"

#include <string.h>

#include "base/utf8.h"

#define PREFIX_MOST 4 /* of Winkler */
#define PREFIX_GAIN 0.1
#define GAIN_OVER 0.7

struct spelled {
    uint32_t c[MATCH_COMPARED_MOST];
    unsigned n;
};

static struct spelled spell(struct str text)
{
    struct spelled spelled = {.n = 0};
    size_t at = 0;
    while (spelled.n < MATCH_COMPARED_MOST && utf8_next(text, &at, &spelled.c[spelled.n])) {
        spelled.n++;
    }
    return spelled;
}

/* Marks the characters that both have within the window; returns how many. One bit a character. */
static unsigned common(const struct spelled *a, const struct spelled *b, uint32_t *ret_a,
                       uint32_t *ret_b)
{
    unsigned longer = a->n > b->n ? a->n : b->n;
    unsigned window = longer > 3 ? longer / 2 - 1 : 0, count = 0;
    *ret_a = 0;
    *ret_b = 0;
    for (unsigned i = 0; i < a->n; i++) {
        unsigned end = i + window + 1 < b->n ? i + window + 1 : b->n;
        for (unsigned j = i > window ? i - window : 0; j < end; j++) {
            if (a->c[i] == b->c[j] && !(*ret_b >> j & 1)) {
                *ret_a |= 1u << i;
                *ret_b |= 1u << j;
                count++;
                break;
            }
        }
    }
    return count;
}

/* How many of the common characters stand at another place in the other's order. */
static unsigned out_of_order(const struct spelled *a, const struct spelled *b, uint32_t in_a,
                             uint32_t in_b)
{
    unsigned count = 0, j = 0;
    for (unsigned i = 0; i < a->n; i++) {
        if (in_a >> i & 1) {
            while (!(in_b >> j & 1)) {
                j++;
            }
            count += a->c[i] != b->c[j++];
        }
    }
    return count;
}

/* The first common character is taken, so that seldom pairs differ by which text is looked through
 * for the other's; the same one always is, and the likeness is the same both ways. */
static bool stands_first(const struct spelled *a, const struct spelled *b)
{
    return a->n != b->n ? a->n < b->n : memcmp(a->c, b->c, a->n * sizeof(a->c[0])) <= 0;
}

static double jaro(const struct spelled *one, const struct spelled *other)
{
    const struct spelled *a = stands_first(one, other) ? one : other;
    const struct spelled *b = a == one ? other : one;
    uint32_t in_a, in_b;
    unsigned count = common(a, b, &in_a, &in_b);
    if (count == 0) {
        return 0;
    }
    unsigned transpositions = out_of_order(a, b, in_a, in_b) / 2;
    return ((double)count / a->n + (double)count / b->n +
            (double)(count - transpositions) / count) /
           3;
}

double match_jaro(struct str a, struct str b)
{
    struct spelled left = spell(a), right = spell(b);
    return jaro(&left, &right);
}

double match_jaro_winkler(struct str a, struct str b)
{
    struct spelled left = spell(a), right = spell(b);
    double similarity = jaro(&left, &right);
    unsigned prefix = 0;
    if (similarity <= GAIN_OVER) {
        return similarity;
    }
    while (prefix < PREFIX_MOST && prefix < left.n && prefix < right.n &&
           left.c[prefix] == right.c[prefix]) {
        prefix++;
    }
    return similarity + prefix * PREFIX_GAIN * (1 - similarity);
}

/* The matrix H of the paper: row and column 0 stand for "before the beginning". */
struct matrix {
    uint8_t cell[MATCH_COMPARED_MOST + 2][MATCH_COMPARED_MOST + 2];
};

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The last place before i (from 1) at which the text has the character; 0 when nowhere. */
static unsigned last_place(const struct spelled *text, unsigned before, uint32_t c)
{
    while (before > 0 && text->c[before - 1] != c) {
        before--;
    }
    return before;
}

static unsigned cost_at(const struct matrix *h, const struct spelled *a, const struct spelled *b,
                        unsigned i, unsigned j, unsigned last_in_b)
{
    unsigned last_in_a = last_place(a, i - 1, b->c[j - 1]);
    unsigned cost = h->cell[i][j] + (a->c[i - 1] == b->c[j - 1] ? 0u : 1u);
    cost = least(cost, h->cell[i + 1][j] + 1u);
    cost = least(cost, h->cell[i][j + 1] + 1u);
    if (last_in_a > 0 && last_in_b > 0) {
        cost = least(cost,
                     h->cell[last_in_a][last_in_b] + (i - last_in_a - 1) + 1 + (j - last_in_b - 1));
    }
    return cost;
}

unsigned match_damerau(struct str a, struct str b)
{
    struct spelled left = spell(a), right = spell(b);
    struct matrix h;
    memset(&h, left.n + right.n < UINT8_MAX ? (int)(left.n + right.n) : UINT8_MAX, sizeof(h));
    for (unsigned i = 0; i <= left.n; i++) {
        h.cell[i + 1][1] = (uint8_t)i;
    }
    for (unsigned j = 0; j <= right.n; j++) {
        h.cell[1][j + 1] = (uint8_t)j;
    }
    for (unsigned i = 1; i <= left.n; i++) {
        unsigned last_in_b = 0;
        for (unsigned j = 1; j <= right.n; j++) {
            h.cell[i + 1][j + 1] = (uint8_t)cost_at(&h, &left, &right, i, j, last_in_b);
            if (left.c[i - 1] == right.c[j - 1]) {
                last_in_b = j;
            }
        }
    }
    return h.cell[left.n + 1][right.n + 1];
}
