#include "match/match_explain.h"

#include <math.h>

#define HOUSEHOLD_WORTH 0.01 /* a chance that is said */
#define TIMES_MOST 1000000.0

/* "80 times as probable", "a million times or more", "5 times less probable". */
static void add_times(struct buf *buf, double bits)
{
    double times = exp2(fabs(bits));
    if (times < 1.5) {
        buf_add(buf, STR("says little"));
        return;
    }
    if (times >= TIMES_MOST) {
        buf_add(buf, STR("a million times or more"));
    } else {
        buf_int(buf, (int64_t)(times + 0.5));
        buf_add(buf, STR(" times"));
    }
    buf_add(buf, bits > 0 ? STR(" as probable") : STR(" less probable"));
}

static void add_field(struct buf *buf, const struct match_model *model,
                      const struct match_pattern *pattern, size_t field)
{
    const struct match_field *of = &model->design.fields[field];
    BUF_ADD(buf, of->label, STR(": "), match_levels_of(of->kind).level[pattern->level[field]].words,
            STR(" ("));
    add_times(buf, match_field_bits(model, pattern, field));
    buf_add(buf, STR(")"));
}

void match_explain(struct buf *buf, const struct match_model *model,
                   const struct match_pattern *pattern)
{
    bool told[MATCH_FIELDS_MAX] = {false};
    bool first = true;
    for (size_t turn = 0; turn < model->design.count; turn++) {
        size_t most = model->design.count;
        double weight = -1;
        for (size_t i = 0; i < model->design.count; i++) {
            double bits = fabs(match_field_bits(model, pattern, i));
            if (!told[i] && pattern->level[i] != MATCH_MISSING && bits > weight) {
                most = i;
                weight = bits;
            }
        }
        if (most == model->design.count) {
            break;
        }
        told[most] = true;
        buf_add(buf, first ? STR("") : STR("; "));
        add_field(buf, model, pattern, most);
        first = false;
    }
    double household = match_score(model, pattern).household;
    if (household >= HOUSEHOLD_WORTH) {
        buf_add(buf, STR("; may be two people of one household ("));
        buf_int(buf, (int64_t)(household * 100 + 0.5));
        buf_add(buf, STR(" in 100)"));
    }
}
