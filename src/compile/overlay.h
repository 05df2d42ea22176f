/* Overlays: an agency's deltas on the one model, from the files below agency/NAME/. They add
 * fields, items of forms, guards, requirements, clocks and code sets; relabel; hide; and tighten:
 * each attribute has one direction. Everything else is refused with what would be right.
 *
 * What an overlay adds is named after it ("north_told_school" of the overlay north), and only its
 * own files may speak of it. All that it adds become rows of the one model; what it changes become
 * patches: cells that its view of the model has otherwise (model.h). */
#ifndef HEARTH_COMPILE_OVERLAY_H
#define HEARTH_COMPILE_OVERLAY_H

#include "compile/read.h"

/* The overlay in whose folder a file lies; MODEL_NONE: the file is the base's. */
uint32_t overlay_of_file(const struct build *build, struct str file);
/* Whether a name says that the overlay adds it. */
bool overlay_adds(struct build *build, uint32_t overlay, struct str name);

/* Makes a row of each overlay that has a file among these. */
void overlays_declare(struct build *build, struct str file);
/* Notes a file of an overlay, once it could be read. */
void overlays_note(struct build *build, const struct yaml *root);
/* The code sets and clocks that overlays add become entries of the model's sections. */
void overlays_declare_entries(struct build *build);
/* The fields that overlays add to an entity, whose own have just been read. */
void overlays_read_fields(struct build *build, uint32_t entity);
/* All deltas, once the base was read. */
void overlays_read(struct build *build);
/* Rows that stand for the base's in a range of an overlay get what those now hold; to be called
 * once names and expressions are resolved. */
void overlays_copy(struct build *build);
/* What can be said of them only then. */
void overlays_check(struct build *build);

/* Exchanges the cells of the base and of an overlay's view; a second time restores them. */
void overlay_swap(struct build *build, uint32_t overlay);

/* ---- for overlay_change.c ---- */

/* The overlay has another value in that cell; a cell is changed once. Returns the cell of the
 * value, for what is known only later. */
struct cell overlay_patch(struct build *build, struct cell cell, uint32_t value,
                          struct place place);
/* A row that will hold what another row of its table does. */
uint32_t overlay_copy_row(struct build *build, enum model_table table, uint32_t row);
/* The overlay has a range of its own, whose rows are the last ones of the table. */
void overlay_patch_range(struct build *build, struct cell first, uint32_t row, uint32_t count,
                         struct place place);

/* Reads a section of an overlay's file: changes of what the base declares. */
void overlay_change(struct build *build, const struct yaml_pair *section);
/* That what an overlay hides may be hidden. */
void overlay_check_hidden(struct build *build, const struct model_patch *patch, struct place place);

#endif
