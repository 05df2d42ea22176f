/* Shared by the files that draw what the model declares. */
#ifndef HEARTH_HTML_VIEW_INT_H
#define HEARTH_HTML_VIEW_INT_H

#include "html/view.h"

/* Where a control stands. */
struct spot {
    const struct subject *subject;
    struct str row; /* "participants[+1]." within a row of a list, else empty */
};

#define VIEW_JOIN(view, ...) STR_JOIN((view)->set->arena, __VA_ARGS__)

/* ---- form_view.c ---- */

/* The name of a field's control, with the prefix of the view. */
struct str view_name(const struct view *view, const struct spot *spot, uint32_t field);
/* What was typed under a name; false when nothing was sent under it. */
bool view_typed(const struct view *view, struct str name, struct str *ret_value);
/* Whether a value was among those typed under a name. */
bool view_typed_has(const struct view *view, struct str name, struct str value);
/* What is wrong with it, or empty. */
struct str view_error(const struct view *view, struct str name);
/* Whether the field can be typed here, as opposed to read. */
bool view_is_typed(const struct view *view, uint32_t field);
/* Whether another part of the form hangs on the field. */
bool view_is_depended_on(const struct view *view, uint32_t field);
/* Label of a field, or its own for the form. */
struct str view_label(const struct model *model, uint32_t field,
                      const struct model_form_item *item);

/* What was typed, by name; view_form and view_tally begin with it. */
void view_index_typed(struct view *view);
/* Whether an item is shown at all, and the item. */
bool view_item_is_relevant(struct view *view, const struct model_form_item *item);
void view_item(struct view *view, const struct model_form_item *item);

/* ---- section_view.c ---- */

void view_sections(struct view *view);

/* ---- field_view.c ---- */

/* Whether the field must be answered before one can go on. */
bool view_is_needed(struct view *view, const struct spot *spot, uint32_t field);

/* A control, or the answer as it is read; nothing when it is not relevant. item may be NULL. */
void view_field(struct view *view, const struct spot *spot, uint32_t field,
                const struct model_form_item *item);

/* The answer as it is read; its value is empty when there is none. */
struct fact view_fact(struct view *view, const struct spot *spot, uint32_t field,
                      const struct model_form_item *item);

/* ---- read_view.c ---- */

/* The beginning of a text that is longer than so many bytes. */
struct str view_shortened(struct arena *arena, struct str text, size_t most);

/* ---- choice_view.c ---- */

struct choices {
    struct choice *items;
    size_t count;
};
/* The codes in force, and one that was chosen before and no longer is. */
struct choices view_codes(struct view *view, const struct spot *spot, uint32_t field);
/* The records of the set that may be chosen, or the rows. */
struct choices view_records(struct view *view, const struct spot *spot, uint32_t field);
struct choices view_rows(struct view *view, const struct spot *spot, uint32_t field);
struct choices view_non_answers(struct view *view, const struct spot *spot, uint32_t field);
/* How an input names a row: its id, or the label of a new one. */
struct str view_row_key(struct arena *arena, const struct row *row);
/* A reference that is looked for by words. */
void view_picker(struct view *view, const struct field *field);

/* ---- rows_view.c, grid_view.c ---- */

void view_item_rows(struct view *view, const struct model_form_item *item);
/* Such rows whose file is chosen from what other records have attached (pick_view.c), ... */
void view_item_picks(struct view *view, const struct model_form_item *item, uint32_t field);
/* ... in this field of the list, or MODEL_NONE. */
uint32_t view_chosen_file(const struct view *view, const struct model_form_item *item);
/* What is known of a file, or empty. */
struct str view_file_words(const struct view *view, struct value file);
/* How many fields of a row that an item asks for are wrong, or needed and not there. */
size_t view_row_needs(struct view *view, const struct model_form_item *item, struct row *row);
/* Whether some step needs a row of the list. */
bool view_is_wanted(const struct view *view, uint32_t list);
void view_item_grid(struct view *view, const struct model_form_item *item);
/* A row that belongs to nothing, to draw empty controls from. */
struct row *view_blank_row(struct view *view, uint32_t list);
/* The fields of a row that an item asks for, but for two (MODEL_NONE: none). */
void view_row_fields(struct view *view, const struct model_form_item *item, const struct spot *spot,
                     uint32_t but_one, uint32_t but_another);

#endif
