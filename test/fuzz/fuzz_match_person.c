/* Two persons of any bytes, a line a field: they compare the same both ways, each agrees with
 * themselves, their keys keep within the bound, and the score is a probability that can be said. */
#include "fuzz.h"

#include <limits.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "match/match_block.h"
#include "match/match_explain.h"

static const struct match_design design = {
    .fields = {{MATCH_KIND_GIVEN, STR_INIT("given name")},
               {MATCH_KIND_FAMILY, STR_INIT("family name")},
               {MATCH_KIND_BIRTH, STR_INIT("birth")},
               {MATCH_KIND_TEXT, STR_INIT("street")},
               {MATCH_KIND_TEXT, STR_INIT("town")},
               {MATCH_KIND_CODE, STR_INIT("postcode")},
               {MATCH_KIND_EMAIL, STR_INIT("mail")},
               {MATCH_KIND_PHONE, STR_INIT("telephone")}},
    .count = 8
};

static struct str line(struct str *rest)
{
    struct str one = STR("");
    (void)(rest->p && str_split(rest, '\n', &one));
    return one;
}

static struct match_person read_person(struct match_vocabulary *vocabulary, struct str *rest)
{
    struct match_person_text text = {.birth = {.year = 0}};
    struct match_person person;
    text.name.given = line(rest);
    text.name.family = line(rest);
    text.name.whole = line(rest);
    text.name.other = line(rest);
    (void)match_birth_read(line(rest), MATCH_YEAR_FIRST, &text.birth);
    for (size_t i = 3; i < design.count; i++) {
        text.value[i] = line(rest);
    }
    match_person_read(vocabulary, &design, &text, MATCH_COUNTED, &person);
    return person;
}

static void check_score(struct arena *arena, const struct match_model *model,
                        const struct match_pattern *pattern)
{
    struct match_score score = match_score(model, pattern);
    struct buf why;
    CHECK(score.probability >= 0 && score.probability <= 1);
    CHECK(score.household >= 0 && score.household <= 1);
    buf_init(&why, arena, 4096);
    match_explain(&why, model, pattern);
    CHECK(!why.overrun && utf8_check(buf_str(&why), NULL) == UTF8_FINE);
}

static void check_both(struct arena *arena, const struct match_vocabulary *vocabulary,
                       const struct match_person *a, const struct match_person *b)
{
    struct match_pattern there, back, self;
    struct match_model model;
    match_compare(&design, a, b, &there);
    match_compare(&design, b, a, &back);
    match_compare(&design, a, a, &self);
    match_model_init(&model, &design, vocabulary);
    for (size_t i = 0; i < design.count; i++) {
        CHECK(there.level[i] == back.level[i]);
        CHECK(there.level[i] < match_levels_of(design.fields[i].kind).count);
        CHECK(self.level[i] == MATCH_MISSING || self.level[i] == 1 ||
              design.fields[i].kind == MATCH_KIND_BIRTH);
    }
    check_score(arena, &model, &there);
    check_score(arena, &model, &self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char words[] = "word,kind,of\nbob,form,robert\nvang,clan,vang\nde,particle,\n"
                                "jr,suffix,\ndr,title,\nbaby,nobody,\n";
    struct arena arena;
    struct outcome outcome;
    struct match_lexicon lexicon;
    struct match_vocabulary vocabulary;
    struct match_key keys[MATCH_KEYS_MAX];
    struct str rest = {(const char *)data, size};
    arena_init(&arena, SIZE_MAX, NULL, NULL);
    outcome_init(&outcome, &arena);
    CHECK(match_lexicon_read(&arena, str_from(words), &outcome, &lexicon) == STATUS_OK);
    match_vocabulary_init(&vocabulary, &arena, &lexicon);
    struct match_person a = read_person(&vocabulary, &rest);
    struct match_person b = read_person(&vocabulary, &rest);
    match_count_terms(&vocabulary);
    check_both(&arena, &vocabulary, &a, &b);
    CHECK(match_keys(&design, &a, UINT_MAX, keys) <= MATCH_KEYS_MAX);
    arena_clear(&arena);
    return 0;
}
