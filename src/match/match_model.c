#include "match/match_model.h"

#include <math.h>
#include <string.h>

#define PRIOR_PAIRS 10.0   /* the shares known before count as much as this many pairs */
#define STRANGER_PRIOR 0.1 /* of a share known before, against one of pairs at random */
#define SEEN_ENOUGH 5.0    /* pairs, to know how rare a level's values are */
#define ROUNDS_MOST 60
#define NEGLIGIBLE 36.0 /* e^-36 is lost beside 1 */
#define SETTLED 1e-4    /* greatest change of a share */
#define LEAST_SHARE 1e-9
#define PAIRS_MOST 0.4 /* of all pairs in one class */
#define GIVEN_APART 0.05
#define BIRTH_APART 0.15

static size_t level_count(const struct match_model *model, size_t field)
{
    return match_levels_of(model->design.fields[field].kind).count;
}

static const struct match_level *level_at(const struct match_model *model, size_t field,
                                          size_t level)
{
    return &match_levels_of(model->design.fields[field].kind).level[level];
}

static void weigh(struct match_model *model)
{
    model->same_log = log(model->same_pairs);
    model->household_log = log(model->household_pairs);
    model->stranger_log = log(1 - model->same_pairs - model->household_pairs);
    for (size_t i = 0; i < model->design.count; i++) {
        for (size_t level = 1; level < level_count(model, i); level++) {
            double stranger = model->stranger.level[i][level];
            model->same_weight.level[i][level] = log(model->same.level[i][level] / stranger);
            model->household_weight.level[i][level] =
                log(model->household.level[i][level] / stranger);
        }
    }
}

/* The chance that two people at random have the same value, by field: the sum of the squares of how
 * common each value is; known where at least two people have one. */
static void add_chances(const struct match_model *model, const struct match_vocabulary *vocabulary,
                        double chance[MATCH_FIELDS_MAX])
{
    double people = vocabulary->people > 0 ? vocabulary->people : 1;
    for (size_t i = 0; i < vocabulary->terms.count; i++) {
        const struct match_term *term = vocabulary->terms.entries[i].value;
        char space = vocabulary->terms.entries[i].key.p[0];
        for (size_t field = 0; field < model->design.count; field++) {
            enum match_kind kind = model->design.fields[field].kind;
            bool name = kind == MATCH_KIND_GIVEN || kind == MATCH_KIND_FAMILY;
            size_t part = kind == MATCH_KIND_FAMILY ? MATCH_FAMILY : 0;
            if (space == (name ? MATCH_NAME_SPACE : MATCH_FIELD_SPACE(field))) {
                double share = term->count[part] / people;
                chance[field] += share * share;
            }
        }
    }
}

void match_model_init(struct match_model *model, const struct match_design *design,
                      const struct match_vocabulary *vocabulary)
{
    double chance[MATCH_FIELDS_MAX] = {0};
    double people = vocabulary->people > 1 ? vocabulary->people : 2;
    memset(model, 0, sizeof(*model));
    model->design = *design;
    model->same_pairs = 1 / people;
    model->household_pairs = 1 / people;
    add_chances(model, vocabulary, chance);
    for (size_t i = 0; i < design->count; i++) {
        double same = chance[i] > 0 ? chance[i] : 1 / people;
        for (size_t level = 1; level < level_count(model, i); level++) {
            const struct match_level *known = level_at(model, i, level);
            model->same.level[i][level] = known->same;
            model->household.level[i][level] = known->household;
            model->stranger.level[i][level] = known->stranger;
            model->centre.level[i][level] = -log(same);
        }
        model->stranger.level[i][1] = same; /* level 1 is "the same", of every kind */
    }
    weigh(model);
}

/* ---- scoring ---- */

static double rarity_weight(const struct match_model *model, size_t field, unsigned level,
                            double rarity)
{
    return level_at(model, field, level)->rarity * (rarity - model->centre.level[field][level]);
}

struct match_seen match_see(const struct match_model *model, const struct match_pattern *pattern)
{
    struct match_seen seen = {.rarity = 0};
    double rarity = 0;
    for (size_t i = 0; i < model->design.count; i++) {
        seen.level[i] = pattern->level[i];
        rarity += rarity_weight(model, i, pattern->level[i], pattern->rarity[i]);
    }
    seen.rarity = (float)rarity;
    return seen;
}

/* ln(e^a + e^b). */
static double log_sum(double a, double b)
{
    double more = a > b ? a : b, less = a > b ? b : a;
    return more - less > NEGLIGIBLE ? more : more + log1p(exp(less - more));
}

/* 1 / (1 + e^-odds). */
static double chance_of(double odds)
{
    return odds < -NEGLIGIBLE ? 0 : 1 / (1 + exp(-odds));
}

static struct match_score score_seen(const struct match_model *model, const struct match_seen *seen)
{
    double same = model->same_log + (double)seen->rarity;
    double household = model->household_log + (double)seen->rarity;
    for (size_t i = 0; i < model->design.count; i++) {
        same += model->same_weight.level[i][seen->level[i]];
        household += model->household_weight.level[i][seen->level[i]];
    }
    double odds = same - log_sum(household, model->stranger_log);
    double probability = chance_of(odds);
    return (struct match_score){probability, odds,
                                (1 - probability) * chance_of(household - model->stranger_log)};
}

struct match_score match_score(const struct match_model *model, const struct match_pattern *pattern)
{
    struct match_seen seen = match_see(model, pattern);
    return score_seen(model, &seen);
}

double match_field_bits(const struct match_model *model, const struct match_pattern *pattern,
                        size_t field)
{
    unsigned level = pattern->level[field];
    return (model->same_weight.level[field][level] +
            rarity_weight(model, field, level, pattern->rarity[field])) /
           log(2);
}

/* ---- strangers ---- */

/* What was seen of one field, each pair by the chance that it is of two people. */
struct field_seen {
    double pairs[MATCH_LEVELS_MAX], rarity[MATCH_LEVELS_MAX];
    double all; /* in which the field is known */
};

static void see_strangers(const struct match_model *model, const struct match_pattern *patterns,
                          size_t count, struct field_seen fields[MATCH_FIELDS_MAX])
{
    for (size_t p = 0; p < count; p++) {
        double chance = 1 - match_score(model, &patterns[p]).probability;
        for (size_t i = 0; i < model->design.count; i++) {
            unsigned level = patterns[p].level[i];
            fields[i].pairs[level] += chance;
            fields[i].rarity[level] += chance * patterns[p].rarity[i];
            fields[i].all += level == MATCH_MISSING ? 0 : chance;
        }
    }
}

void match_learn_strangers(struct match_model *model, const struct match_pattern *patterns,
                           size_t count)
{
    struct field_seen fields[MATCH_FIELDS_MAX] = {{.all = 0}};
    see_strangers(model, patterns, count, fields);
    for (size_t i = 0; i < model->design.count; i++) {
        const struct field_seen *seen = &fields[i];
        for (size_t level = 1; level < level_count(model, i); level++) {
            double known = level_at(model, i, level)->stranger;
            double found = seen->all > 0 ? seen->pairs[level] / seen->all : known;
            model->stranger.level[i][level] =
                (found + STRANGER_PRIOR * known) / (1 + STRANGER_PRIOR);
            if (level > 1 && seen->pairs[level] > SEEN_ENOUGH) {
                model->centre.level[i][level] = seen->rarity[level] / seen->pairs[level];
            }
        }
    }
    weigh(model);
}

/* ---- learning ---- */

struct tally {
    struct match_shares same;
    double same_pairs, household_pairs;
};

static void count_pairs(const struct match_model *model, const struct match_seen *seen,
                        size_t count, struct tally *tally)
{
    memset(tally, 0, sizeof(*tally));
    for (size_t p = 0; p < count; p++) {
        struct match_score score = score_seen(model, &seen[p]);
        tally->same_pairs += score.probability;
        tally->household_pairs += score.household;
        for (size_t i = 0; i < model->design.count; i++) {
            tally->same.level[i][seen[p].level[i]] += score.probability;
        }
    }
}

/* The most of one person's records that may differ in what belongs to the person and not to the
 * household. It keeps the two classes what they are called: in a file with more brothers and
 * sisters than doubles the fit would be better with the two exchanged. */
static double apart_most(enum match_kind kind)
{
    return kind == MATCH_KIND_GIVEN                                    ? GIVEN_APART
           : kind == MATCH_KIND_BIRTH || kind == MATCH_KIND_IDENTIFIER ? BIRTH_APART
                                                                       : 1;
}

static void hold_own(struct match_model *model, size_t field)
{
    size_t last = level_count(model, field) - 1;
    double *shares = model->same.level[field];
    double most = apart_most(model->design.fields[field].kind), apart = shares[last];
    for (size_t level = 1; apart > most && level <= last; level++) {
        shares[level] *= level == last ? most / apart : (1 - most) / (1 - apart);
    }
}

static double take_share(double *share, double seen, double all, double prior)
{
    double before = *share;
    *share = fmax((seen + PRIOR_PAIRS * prior) / (all + PRIOR_PAIRS), LEAST_SHARE);
    return fabs(*share - before);
}

static double take_over(struct match_model *model, const struct tally *tally)
{
    double moved = 0;
    for (size_t i = 0; i < model->design.count; i++) {
        double same = tally->same_pairs - tally->same.level[i][MATCH_MISSING];
        for (size_t level = 1; level < level_count(model, i); level++) {
            const struct match_level *known = level_at(model, i, level);
            moved = fmax(moved, take_share(&model->same.level[i][level],
                                           tally->same.level[i][level], same, known->same));
        }
        hold_own(model, i);
    }
    return moved;
}

unsigned match_learn(struct match_model *model, const struct match_seen *seen, size_t count,
                     double share, double all_pairs)
{
    struct tally tally;
    double moved = 1;
    unsigned round = 0;
    for (; round < ROUNDS_MOST && moved > SETTLED; round++) {
        count_pairs(model, seen, count, &tally);
        moved = take_over(model, &tally);
        double of = share * all_pairs;
        model->same_pairs = fmin(fmax(tally.same_pairs / of, LEAST_SHARE), PAIRS_MOST);
        model->household_pairs = fmin(fmax(tally.household_pairs / of, LEAST_SHARE), PAIRS_MOST);
        weigh(model);
    }
    return round;
}
