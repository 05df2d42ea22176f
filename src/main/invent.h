/* Invented texts: a template with places that are filled by chance.
 *
 *   <street>       one of the plan's words called so, drawn anew each time
 *   <boy:first>    drawn once for a family: the same wherever it stands in its parts
 *   <street:.here> drawn once for a part of a family (a key that begins with a dot)
 *   <4..38>        a number between the two; with a key as above
 *   <worker>       what the caller gave under this name (invent_give)
 *
 * Words come from lists of the plan; a list of lists gives words put together of one of each, the
 * first ones oftener than the last. Or they come from frequency tables: lines "NAME percent ...",
 * drawn as often as people have the name; upper case names are written as names are. The same number
 * gives the same texts. */
#ifndef HEARTH_MAIN_INVENT_H
#define HEARTH_MAIN_INVENT_H

#include "base/map.h"
#include "base/status.h"
#include "compile/yaml_tree.h"

struct invent;

/* words: the plan's mapping of names to lists; tables: its mapping of names to files in folder.
 * doubled: the one of the tables whose words are joined to double names, in how many of 100 draws.
 * An empty folder: words alone. All live in the arena. */
struct invent *invent_open(struct arena *arena, const struct yaml *plan, struct str folder,
                           struct outcome *outcome);

/* One family: what was drawn for it. */
struct invented {
    const struct invent *invent;
    struct arena *arena;
    uint64_t state; /* of the chance */
    struct map kept;
    uint32_t part; /* of the family: what "." keys belong to */
};
void invented_begin(struct invented *invented, const struct invent *invent, struct arena *arena,
                    uint64_t number);
/* A number in [least, most]. */
int64_t invented_number(struct invented *invented, int64_t least, int64_t most);
void invented_give(struct invented *invented, struct str name, struct str text);
/* The template with its places filled; *ret_bad: the first place that nothing can fill, or empty.
 */
struct str invented_fill(struct invented *invented, struct str template, struct str *ret_bad);

#endif
