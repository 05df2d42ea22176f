#include "service/sheet_words.h"

#include "html/view.h"
#include "service/language.h"

static struct str with_value(struct arena *arena, struct str text, struct str name,
                             struct str value)
{
    ptrdiff_t at = str_find(text, name);
    return at < 0 ? text
                  : STR_JOIN(arena, str_slice(text, 0, (size_t)at), value,
                             str_slice(text, (size_t)at + name.n, text.n));
}

struct str sheet_said(const struct work_set *set, uint32_t language, enum word word)
{
    return language_text(set->model, language, words_english.text[word]);
}

struct str sheet_filled(const struct work_set *set, uint32_t language, enum word word,
                        struct str name, struct str value)
{
    return with_value(set->arena, sheet_said(set, language, word), name, value);
}

struct str sheet_text(const struct work_set *set, uint32_t language, uint32_t text)
{
    return language_text(set->model, language, model_text(set->model, text));
}

struct str sheet_dated(const struct work_set *set, uint32_t language, struct str date)
{
    return language_date(set->arena, set->model, language, date);
}

/* Who has checked the translation, or that nobody has: in both languages. */
static void add_mark(const struct work_set *set, uint32_t language, struct sheet *sheet)
{
    const struct model *model = set->model;
    const struct model_language *shape = model_language_row(model, language);
    bool checked = shape->checked_by > 0;
    struct str by = model_text(model, shape->checked_by);
    struct str *notes = ARENA_ARRAY(set->arena, 2, struct str);
    const uint32_t both[] = {language, MODEL_NONE};
    for (size_t i = 0; i < ARRAY_LENGTH(both); i++) {
        struct str on =
            checked
                ? sheet_dated(set, both[i], date_long(set->arena, (struct date){shape->checked_on}))
                : STR("");
        struct str note = sheet_filled(
            set, both[i], checked ? WORD_PAPER_CHECKED : WORD_PAPER_UNCHECKED, STR("{name}"), by);
        notes[i] = with_value(set->arena, note, STR("{when}"), on);
    }
    sheet->notes = notes;
    sheet->notes_count = 2;
}

void sheet_begin(const struct work_set *set, bool training, uint32_t language,
                 struct sheet *ret_sheet)
{
    const struct model *model = set->model;
    *ret_sheet = (struct sheet){
        .language = words_english.language,
        .band = training ? sheet_said(set, language, WORD_TRAINING) : STR(""),
        .page_of = sheet_said(set, language, WORD_PAPER_PAGE),
        .signed_on = sheet_said(set, language, WORD_PAPER_DATE),
    };
    if (language != MODEL_NONE) {
        ret_sheet->language = model_text(model, model_language_row(model, language)->name);
        add_mark(set, language, ret_sheet);
    }
}
