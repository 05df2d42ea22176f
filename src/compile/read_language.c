/* Languages: what stands on the documents of families, text by text. The key is the text as the
 * model (or Hearth, html/words.def) has it, so that a text that was changed since is found out here
 * and not by a family. */
#include "base/map.h"
#include "compile/read.h"
#include "html/words.h"

/* What Hearth itself puts on paper. */
static const struct str own_words[] = {
#define WORD(name, english) STR_INIT(english),
#include "html/words.def"
#undef WORD
};

/* How dates are written: date_long. */
static const struct str date_words[] = {
    STR_INIT("Mon"), STR_INIT("Tue"), STR_INIT("Wed"), STR_INIT("Thu"), STR_INIT("Fri"),
    STR_INIT("Sat"), STR_INIT("Sun"), STR_INIT("Jan"), STR_INIT("Feb"), STR_INIT("Mar"),
    STR_INIT("Apr"), STR_INIT("May"), STR_INIT("Jun"), STR_INIT("Jul"), STR_INIT("Aug"),
    STR_INIT("Sep"), STR_INIT("Oct"), STR_INIT("Nov"), STR_INIT("Dec"),
};

static const struct key checked_keys[] = {
    NEEDED("by", read_text, language, checked_by, 0),
    NEEDED("on", read_day, language, checked_on, 0),
};

static void read_checked(struct build *build, const struct yaml *value, const struct key *key,
                         struct cell cell)
{
    (void)key;
    KEYS_READ(build, value, checked_keys, CELL(language, cell.row, name),
              STR("who checked a translation"));
}

static const struct key language_keys[] = {
    NEEDED("label", read_text, language, label, 0),
    NEEDED("own", read_text, language, own, 0),
    OPTION_BY("checked", read_checked, 0),
    NEEDED_ELSEWHERE("texts"),
    OPTION_ELSEWHERE("dates"),
};

void read_language(struct build *build, uint32_t row)
{
    const struct yaml *node = build_origin(build, MODEL_TABLE_language, row)->node;
    KEYS_READ(build, node, language_keys, CELL(language, row, name),
              described(build, MODEL_TABLE_language, row));
}

/* ---- texts ---- */

static bool is_among(const struct str *words, size_t count, struct str text)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(words[i], text)) {
            return true;
        }
    }
    return false;
}

/* A reason why there is no answer: boxes to tick on a blank form. */
static bool is_non_answer(struct str text)
{
    bool is = false;
    for (uint32_t why = 0; why < NON_ANSWER__COUNT; why++) {
        is = is || str_eq(model_non_answer_words(why), text);
    }
    return is;
}

/* A label, an introduction, a word of a code table; a text within an expression. */
static bool is_of_model(const struct build *build, struct str text)
{
    struct str literals = {build->program.text.items, build->program.text.count};
    return map_get(&build->texts, text) != NULL || str_find(literals, text) >= 0;
}

static bool is_known(const struct build *build, bool dates, struct str text)
{
    return dates ? is_among(date_words, ARRAY_LENGTH(date_words), text)
                 : is_among(own_words, ARRAY_LENGTH(own_words), text) || is_non_answer(text) ||
                       is_of_model(build, text);
}

/* known is decided for all before any is kept: what is kept is a text of the model from then on. */
static void read_texts(struct build *build, const struct yaml *texts, bool dates, struct cell first)
{
    if (!want_map(build, texts, STR("the texts of a language"))) {
        return;
    }
    for (size_t i = 0; i < texts->count; i++) {
        if (!is_known(build, dates, texts->pairs[i].key)) {
            MESSAGE(build->messages, texts->pairs[i].place,
                    dates ? STR("dates are written with Mon, Tue ... and Jan, Feb ...")
                          : STR("the model has no such text; write it as it stands there"));
        }
    }
    *build_cell(build, first) = build_count(build, MODEL_TABLE_translation);
    for (size_t i = 0; i < texts->count; i++) {
        const struct yaml_pair *pair = &texts->pairs[i];
        if (want_text(build, pair->value, STR("a translation"))) {
            uint32_t row = build_push(build, MODEL_TABLE_translation, pair->value, pair->place);
            uint32_t source = build_intern(build, pair->key);
            uint32_t words = build_intern(build, pair->value->text);
            translation_at(build, row)->source = source;
            translation_at(build, row)->words = words;
            ++*build_cell(build, (struct cell){first.table, first.row, first.column + 1});
        }
    }
}

void link_languages(struct build *build)
{
    for (uint32_t i = 0; i < build_count(build, MODEL_TABLE_language); i++) {
        const struct yaml *node = build_origin(build, MODEL_TABLE_language, i)->node;
        const struct yaml_pair *texts = yaml_find(node, STR("texts"));
        const struct yaml_pair *dates = yaml_find(node, STR("dates"));
        if (texts) {
            read_texts(build, texts->value, false, CELL(language, i, texts_first));
        }
        if (dates) {
            read_texts(build, dates->value, true, CELL(language, i, dates_first));
        }
    }
}
