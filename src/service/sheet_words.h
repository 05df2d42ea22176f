/* What Hearth itself puts on a sheet, in the language of who gets it: its own words and those of
 * the model, dates, what stands at the edges, and the mark of a translation that nobody has
 * checked. language: a row, MODEL_NONE is that of the model. */
#ifndef HEARTH_SERVICE_SHEET_WORDS_H
#define HEARTH_SERVICE_SHEET_WORDS_H

#include "html/sheet.h"
#include "html/words.h"
#include "rule/record.h"

struct str sheet_said(const struct work_set *set, uint32_t language, enum word word);
/* A sentence with what stands for {name} in it. */
struct str sheet_filled(const struct work_set *set, uint32_t language, enum word word,
                        struct str name, struct str value);
/* A text of the model. */
struct str sheet_text(const struct work_set *set, uint32_t language, uint32_t text);
/* "Wed 25 Nov 2026, 18:35" */
struct str sheet_dated(const struct work_set *set, uint32_t language, struct str date);

/* The sheet with what stands on each: language, marks, edges. training: nothing on it is real. */
void sheet_begin(const struct work_set *set, bool training, uint32_t language,
                 struct sheet *ret_sheet);

#endif
