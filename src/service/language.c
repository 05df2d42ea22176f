#include "service/language.h"

#include "base/buf.h"

static const struct model_translation *find(const struct model *model, uint32_t first,
                                            uint32_t count, struct str text)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct model_translation *row = model_translation_row(model, i);
        if (str_eq(model_text(model, row->source), text)) {
            return row;
        }
    }
    return NULL;
}

static const struct model_translation *find_text(const struct model *model, uint32_t language,
                                                 struct str text)
{
    if (language == MODEL_NONE) {
        return NULL;
    }
    const struct model_language *shape = model_language_row(model, language);
    return find(model, shape->texts_first, shape->texts_count, text);
}

bool language_has(const struct model *model, uint32_t language, struct str text)
{
    return find_text(model, language, text) != NULL;
}

struct str language_text(const struct model *model, uint32_t language, struct str text)
{
    const struct model_translation *row = find_text(model, language, text);
    return row ? model_text(model, row->words) : text;
}

struct str language_date(struct arena *arena, const struct model *model, uint32_t language,
                         struct str date)
{
    struct buf out;
    struct str word;
    if (language == MODEL_NONE) {
        return date;
    }
    const struct model_language *shape = model_language_row(model, language);
    buf_init(&out, arena, 400);
    while (str_split(&date, ' ', &word)) {
        const struct model_translation *row =
            find(model, shape->dates_first, shape->dates_count, word);
        BUF_ADD(&out, out.n > 0 ? STR(" ") : STR(""), row ? model_text(model, row->words) : word);
    }
    return buf_str(&out);
}
